/* SPDX-License-Identifier: Apache-2.0 */
/* roster_view.c - looks at one account, and at the duties of some days. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/account/own.h"

#define DAY_US    INT64_C(86400000000)
#define DUTIES_MAX 300

static enum err name_of(struct view *v, struct id account, bool *ret_listed, struct shown *ret)
{
    struct cell c[AC_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, account, c));
    struct object o = account_object(c);
    *ret_listed = view_may_list(v, &o);
    if (!*ret_listed)
        return OK;
    view_show(v, account);
    return view_unseal(v, &o, CLASS_IDENTITY, (struct place){&TABLE_ACCOUNT, account, AC_NAME}, c[AC_NAME].s, ret);
}

static enum err duty_ids(struct view *v, const char *agency, int64_t from, int64_t until, struct id *ids,
                         size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(v->db,
                   "SELECT id FROM roster WHERE agency = ?1 AND from_us < ?2 AND (until_us IS NULL OR until_us > ?3) "
                   "ORDER BY role, from_us, id LIMIT 300",
                   &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_i64(s, 2, until);
    db_bind_i64(s, 3, from);
    while (*ret_n < DUTIES_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[(*ret_n)++]));
    }
    return OK;
}

static enum err take_duty(struct view *v, struct id id, struct roster_list *list)
{
    struct roster_row *row = &list->items[list->n];
    struct cell c[DU_COUNT];
    bool listed, deputy = false;
    TRY(row_get(v->db, v->arena, &TABLE_ROSTER, id, c));
    *row = (struct roster_row){.id = id,
                               .role = (enum role)c[DU_ROLE].i,
                               .account = cell_get_id(&c[DU_ACCOUNT]),
                               .deputy = cell_get_id(&c[DU_DEPUTY]),
                               .from_us = c[DU_FROM].i,
                               .until_us = c[DU_UNTIL].kind == CELL_NULL ? 0 : c[DU_UNTIL].i};
    TRY(name_of(v, row->account, &listed, &row->name));
    if (!id_is_nil(row->deputy))
        TRY(name_of(v, row->deputy, &deputy, &row->deputy_name));
    list->n += listed;
    return OK;
}

enum err roster_list_run(struct view *v)
{
    struct roster_list *list = ARENA_NEW(v->arena, struct roster_list);
    struct id *ids = ARENA_ARRAY(v->arena, DUTIES_MAX, struct id);
    struct str agency = view_in(v, "agency");
    int64_t days = 7;
    size_t n;
    if (!list || !ids)
        return arena_err(v->arena);
    list->agency = agency.n ? arena_cstr(v->arena, agency) : v->ctx->agency;
    list->items = ARENA_ARRAY(v->arena, DUTIES_MAX, struct roster_row);
    if (!list->items || !list->agency)
        return arena_err(v->arena);
    list->from_us = v->now_us;
    if (view_in(v, "from").n)
        TRY(utc_parse(view_in(v, "from"), &list->from_us));
    if (view_in(v, "days").n)
        TRY(str_i64(view_in(v, "days"), 1, ROSTER_DAYS_MAX, &days));
    list->until_us = list->from_us + days * DAY_US;
    TRY(duty_ids(v, list->agency, list->from_us, list->until_us, ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(take_duty(v, ids[i], list));
    v->model = list;
    return OK;
}

static void name_json(struct json *j, const char *key, struct shown s)
{
    json_key(j, key);
    if (s.verdict == VERDICT_ALLOW) {
        json_str(j, s.text);
        return;
    }
    json_object(j);
    json_kv(j, "state", "masked");
    json_kv(j, "reason", policy_reason_word(s.reason));
    json_end(j);
}

void roster_list_json(const struct view *v, struct json *j)
{
    const struct roster_list *list = v->model;
    json_object(j);
    json_kv(j, "agency", list->agency);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct roster_row *row = &list->items[i];
        json_object(j);
        json_kv_id(j, "id", row->id);
        json_kv(j, "role", role_word(row->role));
        json_kv_id(j, "account", row->account);
        name_json(j, "name", row->name);
        json_kv_id(j, "deputy", row->deputy);
        if (!id_is_nil(row->deputy))
            name_json(j, "deputy_name", row->deputy_name);
        json_kv_time(j, "from", row->from_us);
        json_kv_time(j, "until", row->until_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
