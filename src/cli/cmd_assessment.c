/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_assessment.c - the rules of an assessment on answers from standard input; no data folder is needed. */
#include "assessment/assessment.h"
#include "base/alloc.h"
#include "cli/app.h"

static enum err evaluate(const struct args *args, enum profile profile, struct arena *a)
{
    struct buf out CLEANUP(buf_free) = {0};
    const struct pack *p;
    struct str text;
    TRY(app_stdin(a, 1u << 20, &text));
    TRY(app_default_pack(args, &p));
    enum err e = assessment_evaluate(p, profile, text, &out);
    pack_free(p);
    TRY(e);
    printf("%.*s\n", STR_FMT(buf_view(&out)));
    return OK;
}

enum err cmd_assessment_evaluate(const struct args *args)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    int profile = profile_find(args->profile);
    if (!a)
        return mem_fail();
    if (args->nwords != 2 || profile < 0)
        return FAIL(ERR_USAGE, "--profile is one of adult_labour, child_labour, adult_sexual, child_sexual");
    return evaluate(args, (enum profile)profile, a);
}
