/* SPDX-License-Identifier: Apache-2.0 */
/* group_list.c - group.list: the groups of cases of the viewer's agency, each seen through the cases of it
 * that she may list (plan 1(1)/b). A group of which she may list no case is not there, and a case that she
 * may not list is in no number. */
#include "base/json.h"
#include "registry/own.h"

#define GROUPS_MAX 200

static enum err count_members(struct view *v, struct group_row *g)
{
    struct id *cases;
    size_t n;
    TRY(part_ids(
        v,
        "SELECT case_id FROM case_group_case WHERE group_id = ?1 AND until_us IS NULL ORDER BY from_us, id",
        g->id, &cases, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[CA_COUNT];
        TRY(case_load(v->db, v->arena, cases[i], c));
        struct object o = case_object(c);
        if (!view_may_list(v, &o))
            continue;
        g->cases++;
        g->open += strcmp(c[CA_STATE].s.p, "open") == 0;
        if (id_is_nil(g->through) && part_may_show(v, &o))
            g->through = cases[i];
    }
    return OK;
}

enum err group_list_run(struct view *v)
{
    struct group_list *list = ARENA_NEW(v->arena, struct group_list);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, GROUPS_MAX, struct group_row);
    if (!list->items)
        return arena_err(v->arena);
    v->passes_hidden = true;
    TRY(db_prepare(
        v->db,
        "SELECT id, created_us FROM case_group WHERE agency = ?1 ORDER BY created_us DESC, id DESC LIMIT ?2",
        &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, GROUPS_MAX);
    for (;;) {
        struct group_row g = {.cases = 0};
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &g.id));
        g.made_us = db_i64(s, 1);
        sheet_number(g.id, g.number);
        TRY(count_members(v, &g));
        if (!g.cases)
            continue;
        list->items[list->n++] = g;
        view_show(v, g.id);
    }
    v->model = list;
    return OK;
}

void group_list_json(const struct view *v, struct json *j)
{
    const struct group_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct group_row *g = &list->items[i];
        json_object(j);
        put_id(j, "id", g->id);
        json_kv(j, "number", g->number);
        if (!id_is_nil(g->through))
            put_id(j, "through", g->through);
        json_kv_i64(j, "cases", g->cases);
        json_kv_i64(j, "open", g->open);
        json_kv_time(j, "made", g->made_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
