/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_pack.c - country packs: check, stories. */
#include "base/alloc.h"
#include "cli/app.h"

enum err cmd_pack_check(const struct args *args)
{
    const struct pack *p;
    if (args->nwords < 3)
        return FAIL(ERR_USAGE, "akari pack check FOLDER");
    TRY(app_load_pack(args->words[2], &p));
    printf("%s %s: %zu measures, %zu duties, %zu programme items, %zu agencies, %zu offices, %zu contact "
           "points, %zu code lists, %zu kinds, %zu stories: no faults\n",
           p->id, p->version, p->nmeasures, p->nduties, p->nitems, p->nagencies, p->noffices,
           p->ncontact_points, p->ncode_lists, p->nkinds, p->nscenarios);
    pack_free(p);
    return OK;
}
