/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - who may open, confirm and review. Pure. */
#include "glass/glass.h"

#include <string.h>

bool glass_open(int64_t opened_us, int64_t until_us, int64_t now_us)
{
    return opened_us <= now_us && now_us < until_us;
}

bool glass_may_confirm(struct id asked, struct id second, bool same_agency)
{
    return same_agency && !id_is_nil(second) && !id_eq(asked, second);
}

bool glass_may_review(const struct glass_reviewing *r)
{
    return r->ended && !r->reviewed && !r->took_part && *r->agency && strcmp(r->agency, r->asked_agency) != 0;
}
