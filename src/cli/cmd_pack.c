/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_pack.c - country packs: check, stories. */
#include "base/alloc.h"
#include "cli/app.h"
#include "plan/plan.h"

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

enum err cmd_pack_test(const struct args *args)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct story_result *r;
    size_t n, failed = 0;
    if (!a)
        return mem_fail();
    if (args->nwords < 3)
        return FAIL(ERR_USAGE, "akari pack test FOLDER");
    TRY(plan_run_stories(args->words[2], a, &r, &n));
    for (size_t i = 0; i < n; i++) {
        if (r[i].passed)
            printf("ok %s: %s\n", r[i].file, r[i].name);
        else
            printf("not ok %s:%d: %s: %s\n", r[i].file, r[i].line, r[i].name, r[i].what);
        failed += !r[i].passed;
    }
    printf("%zu passed, %zu failed\n", n - failed, failed);
    return failed ? FAIL(ERR_BAD_DATA, "%zu stories failed", failed) : OK;
}
