/* SPDX-License-Identifier: Apache-2.0 */
/* reassign.c - when an officer leaves or falls ill, what she is named for goes to another of her agency (plan
 * 3(1)/a: a case is never without somebody who answers for it). One case an action; the page asks for all of
 * them in one batch. */
#include "core/account.h"
#include "registry/own.h"

#define CASES_MAX 500

const struct input_field REASSIGN_INPUTS[2] = {
    {.name = "from", .label = "Officer who leaves the case", .type = IN_ID, .required = true},
    {.name = "account", .label = "Officer who takes it over", .type = IN_ID, .required = true},
};

/* The same basis, for the same classes, and no longer than hers was. What begins after an absence is taken
 * over, too: who was taken off a case does not come back to it by herself. */
static enum err pass_on(struct act *a, struct id grant, struct id to)
{
    struct cell c[AG_COUNT];
    int64_t now = a->tx->now_us;
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCESS_GRANT, grant, c));
    int64_t from = c[AG_FROM].i > now ? c[AG_FROM].i : now;
    struct grant_row row = {.agency = a->ctx->agency,
                            .account = to,
                            .relation = (enum relation)c[AG_RELATION].i,
                            .basis = (enum basis)c[AG_BASIS].i,
                            .from_us = from,
                            .until_us = c[AG_UNTIL].kind == CELL_NULL ? 0 : c[AG_UNTIL].i,
                            .classes = c[AG_CLASSES].kind == CELL_NULL ? 0 : (uint32_t)c[AG_CLASSES].i,
                            .purpose = c[AG_PURPOSE].kind == CELL_NULL ? PURPOSE_NONE
                                                                       : (enum purpose)c[AG_PURPOSE].i};
    TRY(grant_insert(a, a->subject, &row));
    c[AG_UNTIL] = cell_int(from);
    return row_update(a->tx, &TABLE_ACCESS_GRANT, c, -1);
}

enum err reassign_body(struct act *a)
{
    struct id from = in_id(a, "from"), to = in_id(a, "account"), grants[NAMED_MAX];
    size_t n;
    bool enabled;
    TRY(account_enabled(a->tx->db, to, a->ctx->agency, &enabled));
    if (!enabled || id_eq(from, to))
        return FAIL(ERR_FIELD, "field account: no other officer of this agency");
    TRY(grants_named(a, from, grants, &n));
    if (n == 0)
        return FAIL(ERR_STATE, "that officer is not named in this case today");
    for (size_t i = 0; i < n; i++)
        TRY(pass_on(a, grants[i], to));
    a->ret_id = a->subject;
    return act_emit(a, "case.reassigned", a->subject, STR(""));
}

/* ---- case.of_officer --------------------------------------------------------------------------------------
 */

const struct input_field OF_OFFICER_INPUTS[1] = {
    {.name = "account", .label = "Officer", .type = IN_ID, .required = true}};

static enum err cases_named(struct view *v, struct id account, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(
        v->db,
        "SELECT DISTINCT c.id, c.opened_us FROM access_grant g JOIN case_file c ON c.id = g.case_id "
        "WHERE g.account = ?1 AND g.agency = ?2 AND c.state = 'open' AND (g.until_us IS NULL OR "
        "(g.until_us > ?3 AND g.until_us > g.from_us)) ORDER BY c.opened_us DESC, c.id DESC LIMIT 500",
        &s));
    db_bind_id(s, 1, &account);
    db_bind_text(s, 2, str_of(v->ctx->agency));
    db_bind_i64(s, 3, v->now_us);
    while (*ret_n < CASES_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[(*ret_n)++]));
    }
    return OK;
}

/* Each case is asked of the policy by itself: who hands out cases sees that they are there, and no more. */
enum err of_officer_run(struct view *v)
{
    struct case_list *list = ARENA_NEW(v->arena, struct case_list);
    struct id *ids = ARENA_ARRAY(v->arena, CASES_MAX, struct id), account;
    size_t n;
    if (!list || !ids)
        return arena_err(v->arena);
    TRY(id_parse(view_in(v, "account"), &account));
    TRY(cases_named(v, account, ids, &n));
    list->items = ARENA_ARRAY(v->arena, n + 1, struct case_row);
    if (!list->items)
        return arena_err(v->arena);
    v->passes_hidden = true;
    for (size_t i = 0; i < n; i++) {
        struct object o = {.found = true};
        struct cell c[CA_COUNT];
        TRY(REGISTRY_ENTITIES.case_(v->db, v->arena, ids[i], &o));
        o.kind = OBJECT_CASE;
        o.id = ids[i];
        o.found = true;
        if (!view_may_list(v, &o))
            continue;
        TRY(row_get(v->db, v->arena, &TABLE_CASE, ids[i], c));
        list->items[list->n++] = (struct case_row){.id = ids[i],
                                                   .number = c[CA_NUMBER].s.p,
                                                   .state = c[CA_STATE].s.p,
                                                   .stage = c[CA_STAGE].s.p,
                                                   .agency = c[CA_AGENCY].s.p,
                                                   .opened_us = c[CA_OPENED].i,
                                                   .subjects = -1,
                                                   .records = -1};
        view_show(v, ids[i]);
    }
    list->total = -1;
    v->model = list;
    return OK;
}
