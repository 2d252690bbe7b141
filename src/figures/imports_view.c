/* SPDX-License-Identifier: Apache-2.0 */
/* imports_view.c - how far an import is, and which rows could not be taken in; their cells: imports_failed.c.
 */
#include "base/calendar.h"
#include "base/json.h"
#include "core/pager.h"
#include "figures/own.h"

#define LIST_MAX 200

static enum err model_of(struct view *v, const struct cell *b, struct import_model *m)
{
    *m = (struct import_model){
        .id = cell_get_id(&b[IB_ID]),
        .map = b[IB_MAP].s.p,
        .agency = b[IB_AGENCY].s.p,
        .state = b[IB_STATE].s.p,
        .synthetic = b[IB_SYNTHETIC].i != 0,
        .rows = b[IB_ROWS].i,
        .done_rows = b[IB_DONE_ROWS].i,
        .started_us = b[IB_STARTED].i,
        .finished_us = b[IB_FINISHED].kind == CELL_NULL ? 0 : b[IB_FINISHED].i,
        .version = b[IB_VERSION].i,
    };
    m->failed_rows = m->rows - m->done_rows; /* once it is done */
    if (strcmp(m->state, "running") != 0)
        return OK;
    struct stmt *s;
    bool row;
    TRY(db_prepare(v->db, "SELECT count(*), count(case_id), max(row_no) FROM import_row WHERE batch = ?1",
                   &s));
    db_bind_id(s, 1, &m->id);
    TRY(db_step(s, &row));
    m->done_rows = db_i64(s, 1);
    m->failed_rows = db_i64(s, 0) - m->done_rows;
    m->last_row = db_null(s, 2) ? 0 : db_i64(s, 2);
    db_reset(s);
    return OK;
}

static enum err errors_of(struct view *v, struct import_model *m)
{
    struct stmt *s;
    m->errors = ARENA_ARRAY(v->arena, IMPORT_ERRORS_MAX, struct import_error);
    if (!m->errors)
        return arena_err(v->arena);
    TRY(db_prepare(
        v->db,
        "SELECT row_no, what FROM import_row WHERE batch = ?1 AND case_id IS NULL ORDER BY row_no LIMIT 100",
        &s));
    db_bind_id(s, 1, &m->id);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        struct import_error *e = &m->errors[m->nerrors++];
        struct str what = db_text(s, 1);
        e->row = db_i64(s, 0);
        snprintf(e->what, sizeof e->what, "%.*s", STR_FMT(what));
    }
}

enum err import_view_find(struct view *v, struct object *ret)
{
    struct cell b[IB_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_IMPORT_BATCH, v->subject, b));
    *ret = (struct object){.kind = OBJECT_IMPORT,
                           .id = v->subject,
                           .version = b[IB_VERSION].i,
                           .compartment = {cell_get_id(&b[IB_COMPARTMENT])},
                           .owner = b[IB_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .found = true};
    return OK;
}

enum err import_show_run(struct view *v)
{
    struct import_model *m = ARENA_NEW(v->arena, struct import_model);
    struct cell b[IB_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_IMPORT_BATCH, v->subject, b));
    TRY(model_of(v, b, m));
    TRY(errors_of(v, m));
    view_show(v, m->id);
    v->model = m;
    return OK;
}

static enum err ids_of_agency(struct view *v, struct id **ret, size_t *ret_n)
{
    struct id *ids = ARENA_ARRAY(v->arena, LIST_MAX, struct id);
    struct stmt *s;
    if (!ids)
        return arena_err(v->arena);
    TRY(db_prepare(
        v->db, "SELECT id FROM import_batch WHERE agency = ?1 ORDER BY started_us DESC, id LIMIT 200", &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    *ret = ids;
    return stmt_ids(s, LIST_MAX, ids, ret_n);
}

enum err import_list_run(struct view *v)
{
    struct import_models *list = ARENA_NEW(v->arena, struct import_models);
    struct id *ids;
    size_t n;
    if (!list)
        return arena_err(v->arena);
    TRY(ids_of_agency(v, &ids, &n));
    list->items = ARENA_ARRAY(v->arena, n + 1, struct import_model);
    if (!list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell *b = ARENA_ARRAY(v->arena, IB_COUNT, struct cell);
        if (!b)
            return arena_err(v->arena);
        TRY(row_get(v->db, v->arena, &TABLE_IMPORT_BATCH, ids[i], b));
        struct object o = {.kind = OBJECT_IMPORT,
                           .id = ids[i],
                           .owner = b[IB_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .found = true};
        if (!view_may_list(v, &o))
            continue;
        TRY(model_of(v, b, &list->items[list->n++]));
        view_show(v, ids[i]);
    }
    v->model = list;
    return OK;
}

static void model_json(const struct import_model *m, struct json *j)
{
    char text[33];
    id_text(m->id, text);
    json_object(j);
    json_kv(j, "id", text);
    json_kv(j, "map", m->map);
    json_kv(j, "agency", m->agency);
    json_kv(j, "state", m->state);
    json_kv_bool(j, "synthetic", m->synthetic);
    json_kv_i64(j, "rows", m->rows);
    json_kv_i64(j, "done", m->done_rows);
    json_kv_i64(j, "failed", m->failed_rows);
    char at[28];
    utc_text(m->started_us, at);
    json_kv(j, "started", at);
    if (m->finished_us) {
        utc_text(m->finished_us, at);
        json_kv(j, "finished", at);
    }
    json_kv_i64(j, "version", m->version);
    if (m->nerrors) {
        json_key(j, "errors");
        json_array(j);
        for (size_t i = 0; i < m->nerrors; i++) {
            json_object(j);
            json_kv_i64(j, "row", m->errors[i].row);
            json_kv(j, "what", m->errors[i].what);
            json_end(j);
        }
        json_end(j);
    }
    json_end(j);
}

void import_show_json(const struct view *v, struct json *j)
{
    model_json(v->model, j);
}

void import_list_json(const struct view *v, struct json *j)
{
    const struct import_models *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        model_json(&list->items[i], j);
    json_end(j);
    json_end(j);
}
