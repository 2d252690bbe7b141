/* SPDX-License-Identifier: Apache-2.0 */
/* pager.c - one page of a list. */
#include "core/pager.h"

#include "base/calendar.h"

struct walk {
    struct view *v;
    const struct pager *p;
    struct page_key seen, *shown;
    size_t n, looked_at;
    bool more;
};

/* One row: shown while there is room, and then only asked about. */
static enum err one_row(struct walk *w, const struct page_key *row)
{
    size_t max = w->p->max ? w->p->max : PAGE_ROWS;
    bool yes = false, full = w->n == max;
    TRY(w->p->take(w->v, w->p->list, row, full, &yes));
    w->seen = *row;
    w->looked_at++;
    w->more = full && yes;
    if (yes && !full) {
        w->n++;
        *w->shown = *row;
    }
    return OK;
}

enum err pager_walk(struct view *v, const struct pager *p, struct page_key *at, bool *ret_more)
{
    struct walk w = {.v = v, .p = p, .seen = *at, .shown = at};
    struct page_key keys[PAGE_ROWS];
    size_t n = PAGE_ROWS, bound = p->bound ? p->bound : PAGER_LOOKED_AT;
    v->passes_hidden = true;
    while (n == PAGE_ROWS && !w.more && w.looked_at < bound) {
        TRY(p->next(v, p->list, &w.seen, keys, &n));
        for (size_t i = 0; i < n && !w.more; i++)
            TRY(one_row(&w, &keys[i]));
    }
    *ret_more = w.more;
    return OK;
}

enum err page_keys(struct stmt *s, struct page_key *ret, size_t *ret_n)
{
    for (*ret_n = 0; *ret_n < PAGE_ROWS; ++*ret_n) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        ret[*ret_n].at = db_i64(s, 0);
        enum err e = db_id(s, 1, &ret[*ret_n].id);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    db_reset(s);
    return OK;
}

enum err stmt_ids(struct stmt *s, size_t max, struct id *ret, size_t *ret_n)
{
    for (*ret_n = 0; *ret_n < max; ++*ret_n) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        enum err e = db_id(s, 0, &ret[*ret_n]);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    db_reset(s);
    return OK;
}

bool page_only_named(const struct view *v, enum object_kind kind)
{
    bool more = false;
    for (int basis = BASIS_NONE; basis < BASIS_COUNT && !more; basis++) {
        struct policy_question q = {.role = v->ctx->role,
                                    .verb = VERB_LIST,
                                    .object = kind,
                                    .relation = RELATION_OWNER,
                                    .purpose = v->ctx->purpose,
                                    .basis = (enum basis)basis,
                                    .label = LABEL_CLEAR,
                                    .assurance = v->ctx->assurance};
        more = policy_decide(&q).verdict == VERDICT_ALLOW;
    }
    return !more;
}

enum err page_after(const struct view *v, const char *moment, struct page_key *ret)
{
    struct str after = view_in(v, "after"), at = moment ? view_in(v, moment) : STR("");
    if (!after.n)
        return OK;
    if (moment && !at.n)
        return FAIL(ERR_FIELD, "field %s: required with after", moment);
    TRY(id_parse(after, &ret->id));
    return moment ? utc_parse(at, &ret->at) : OK;
}
