/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.c - a list tells of many cases: their numbers, in one look, so that no row reads like the other. */
#include "web/parts.h"

void numbers_load(struct rq *r, const struct id *cases, size_t n)
{
    const struct view *v;
    const char **pairs = ARENA_ARRAY(r->a, 2 * n + 1, const char *);
    size_t used = 0;
    for (size_t i = 0; pairs && i < n && used < 2 * (size_t)NUMBERS_MAX; i++) {
        char *id = id_is_nil(cases[i]) ? NULL : arena_alloc(r->a, 33);
        if (!id)
            continue;
        id_text(cases[i], id);
        pairs[used++] = "case";
        pairs[used++] = id;
    }
    if (!used || !may_look(r, "case.numbers"))
        return;
    if (look(r, "case.numbers", id_nil(), pairs, &v) == OK)
        r->numbers = v->model;
    else
        err_clear();
}

const struct case_row *numbered(const struct rq *r, struct id case_)
{
    for (size_t i = 0; r->numbers && i < r->numbers->n; i++)
        if (id_eq(r->numbers->items[i].id, case_))
            return &r->numbers->items[i];
    return NULL;
}

void case_crumb(struct rq *r, struct page *p, struct id case_)
{
    numbers_load(r, &case_, 1);
    const struct case_row *row = numbered(r, case_);
    PAGE_EL(p, "a", "href", path_of(r, "/case/%s", case_));
    if (row)
        PAGE_SAY(p, "Case {number}", "number", row->number);
    else
        page_t(p, "Case");
    page_end(p);
}

void numbered_link(struct rq *r, struct page *p, const char *before, struct id case_)
{
    const struct case_row *row = numbered(r, case_);
    bool opens = !r->numbers || (row && row->opens); /* nothing is offered and then refused */
    if (!opens && !row)
        return;
    page_c(p, before);
    if (opens)
        PAGE_EL(p, "a", "href", path_of(r, "/case/%s", case_));
    if (row)
        PAGE_SAY(p, "Case {number}", "number", row->number);
    else
        page_t(p, "Open the case");
    if (opens)
        page_end(p);
}
