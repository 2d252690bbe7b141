/* SPDX-License-Identifier: Apache-2.0 */
/* count.c - all assessments go by whoever counts them (plan 0/a, 0/d). */
#include "assessment/own.h"
#include "base/alloc.h"

#define PAGE 200

struct scan {
    struct vault *vault;
    struct db *db;
    const struct pack *pack;
    int64_t now_us;
    assessment_visit *visit;
    void *user;
    struct arena *one; /* of the present assessment */
};

static enum err look_inside(struct scan *s, const struct cell *m, struct assessment_fact *f)
{
    struct folded folded;
    struct result r;
    struct book b;
    TRY(book_make(s->pack, s->one, &b));
    enum err e = fold_stored(s->vault, s->db, s->one, m, &b, s->now_us, &folded);
    if (e == ERR_SHREDDED)
        return OK; /* gone, as it should be */
    TRY(e);
    result_of(&folded.sheet, &r);
    f->opened = true;
    f->complete = sheet_complete(&folded.sheet, &r);
    f->child = child_rule(folded.sheet.age);
    f->means_asked = sheet_means_asked(&folded.sheet);
    return OK;
}

static enum err visit_one(struct scan *s, const struct cell *m)
{
    struct assessment_fact f = {.screening = str_is(m[AM_FORM].s, "screening"),
                                .phase = m[AM_PHASE].s.p,
                                .state = m[AM_STATE].s.p,
                                .outcome = m[AM_OUTCOME].kind == CELL_NULL ? "" : m[AM_OUTCOME].s.p,
                                .agency = m[AM_AGENCY].s.p,
                                .started_us = m[AM_STARTED].i,
                                .finished_us = m[AM_FINISHED].kind == CELL_INT ? m[AM_FINISHED].i : 0};
    arena_reset(s->one);
    TRY(look_inside(s, m, &f));
    return s->visit(s->user, &f);
}

enum err assessment_scan(struct vault *v, struct db *db, const struct pack *p, int64_t now_us,
                         assessment_visit *visit, void *user)
{
    struct arena *page CLEANUP(arena_cleanup) = arena_new(0), *one CLEANUP(arena_cleanup) = arena_new(0);
    struct scan s = {
        .vault = v, .db = db, .pack = p, .now_us = now_us, .visit = visit, .user = user, .one = one};
    struct id after = id_nil();
    size_t n = PAGE;
    if (!page || !one)
        return mem_fail();
    while (n == PAGE) {
        arena_reset(page);
        struct cell *cells = ARENA_ARRAY(page, PAGE * AM_COUNT, struct cell);
        if (!cells)
            return arena_err(page);
        TRY(row_page(db, page, &TABLE_ASSESSMENT, after, PAGE, cells, &n));
        for (size_t i = 0; i < n; i++)
            TRY(visit_one(&s, cells + i * AM_COUNT));
        if (n)
            after = cell_get_id(&cells[(n - 1) * AM_COUNT + AM_ID]);
    }
    return OK;
}
