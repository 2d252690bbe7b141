/* SPDX-License-Identifier: Apache-2.0 */
/* clock_view.c - looks at clocks: those of a case, one, and the list of an agency, most urgent first. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/clock/own.h"
#include "core/pager.h"

void clock_model_of(const struct pack *p, const struct cell *c, int64_t now_us, struct clock_model *ret)
{
    const struct clock_rule *rule = clock_rule_of(p, c[CL_KIND].s.p, c[CL_RULE].s.p);
    struct clock_times t = clock_times_of(c);
    enum clock_state state = (enum clock_state)c[CL_STATE].i;
    *ret = (struct clock_model){
        .id = cell_get_id(&c[CL_ID]),
        .record = cell_get_id(&c[CL_RECORD]),
        .case_ = cell_get_id(&c[CL_CASE]),
        .kind = c[CL_KIND].s.p,
        .rule = c[CL_RULE].s.p,
        .label = rule ? rule->label : c[CL_RULE].s.p,
        .agency = c[CL_AGENCY].s.p,
        .basis = rule && rule->basis ? rule->basis : "",
        .authority = rule && rule->authority ? rule->authority : "",
        .duty = rule && rule->duty ? rule->duty : "",
        .state = state,
        .mark = clock_mark(&t, state, now_us),
        .times = t,
        .stopped_us = c[CL_STOPPED].kind == CELL_NULL ? 0 : c[CL_STOPPED].i,
        .version = c[CL_VERSION].i,
    };
}

static enum err clocks_by(struct view *v, const char *sql, struct id key, struct clock_model **ret,
                          size_t *ret_n)
{
    struct id *ids;
    size_t n, shown = 0;
    TRY(clock_ids(v->db, v->arena, sql, key, &ids, &n));
    struct clock_model *list = ARENA_ARRAY(v->arena, n + 1, struct clock_model);
    if (!list)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell cells[CL_COUNT];
        struct object o;
        TRY(row_get(v->db, v->arena, &TABLE_CLOCK, ids[i], cells));
        TRY(clock_object(v->db, v->arena, door_entities(v->door), cells, &o));
        if (view_decide(v, &o, CLASS_NONE).verdict != VERDICT_ALLOW)
            continue;
        clock_model_of(v->pack, cells, v->now_us, &list[shown++]);
        view_show(v, ids[i]);
    }
    *ret = list;
    *ret_n = shown;
    return OK;
}

enum err clock_of_case(struct view *v, struct case_id c, struct clock_model **ret, size_t *ret_n)
{
    return clocks_by(v, "SELECT id FROM clock WHERE case_id = ?1 ORDER BY state, due_us, id LIMIT 200", c.v,
                     ret, ret_n);
}

enum err clock_of(struct view *v, struct id about, struct clock_model **ret, size_t *ret_n)
{
    return clocks_by(v, "SELECT id FROM clock WHERE record = ?1 ORDER BY state, due_us, id LIMIT 200", about,
                     ret, ret_n);
}

/* ---- clock.show ------------------------------------------------------------------------------------------
 */

static enum err find_clock(struct view *v, struct object *ret)
{
    struct cell c[CL_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_CLOCK, v->subject, c));
    return clock_object(v->db, v->arena, door_entities(v->door), c, ret);
}

static enum err show_changes(struct view *v, const struct cell *clock, struct clock_page *m)
{
    struct object o = v->object;
    struct id *ids;
    size_t n;
    TRY(clock_compartment(v->db, v->arena, door_entities(v->door), clock, &o.compartment));
    TRY(clock_ids(v->db, v->arena,
                  "SELECT id FROM clock_change WHERE clock = ?1 ORDER BY at_us DESC, id LIMIT 100",
                  v->subject, &ids, &n));
    m->changes = ARENA_ARRAY(v->arena, n + 1, struct clock_change_model);
    if (!m->changes)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[CH_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_CLOCK_CHANGE, ids[i], c));
        m->changes[m->n++] = (struct clock_change_model){
            .what = c[CH_WHAT].s.p,
            .basis = {.text = c[CH_BASIS].kind == CELL_NULL ? STR("") : c[CH_BASIS].s,
                      .verdict = VERDICT_ALLOW},
            .at_us = c[CH_AT].i,
            .old_due_us = c[CH_OLD_DUE].i,
            .new_due_us = c[CH_NEW_DUE].i,
            .account = cell_get_id(&c[CH_ACCOUNT]),
            .approver = cell_get_id(&c[CH_APPROVER]),
        };
        if (c[CH_WHY].kind != CELL_NULL)
            TRY(view_unseal(v, &o, CLASS_ROUTING, (struct place){&TABLE_CLOCK_CHANGE, ids[i], CH_WHY},
                            c[CH_WHY].s, &m->changes[i].basis));
        view_show(v, ids[i]);
    }
    return OK;
}

static enum err show_run(struct view *v)
{
    struct clock_page *m = ARENA_NEW(v->arena, struct clock_page);
    struct cell c[CL_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_CLOCK, v->subject, c));
    clock_model_of(v->pack, c, v->now_us, &m->clock);
    view_show(v, v->subject);
    TRY(show_changes(v, c, m));
    v->model = m;
    return OK;
}

/* ---- clock.list ------------------------------------------------------------------------------------------
 */

static const char *const state_words[] = {"running", "paused", NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_due", .label = "Due moment of that one", .type = IN_TIME},
};

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    (void)list;
    TRY(db_prepare(v->db,
                   "SELECT due_us, id FROM clock WHERE agency = ?1 AND state = ?2 AND "
                   "(due_us > ?3 OR (due_us = ?3 AND id > ?4)) AND (?5 = 0 OR case_id IS NULL OR " SQL_NAMES(
                       "?6", "clock.case_id") ") ORDER BY due_us, id LIMIT 50",
                   &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, str_is(view_in(v, "state"), "paused") ? CLOCK_PAUSED : CLOCK_RUNNING);
    db_bind_i64(s, 3, after->at);
    db_bind_id(s, 4, &after->id);
    db_bind_i64(s, 5, page_only_named(v, OBJECT_CLOCK));
    db_bind_id(s, 6, &v->ctx->account);
    return page_keys(s, ret, ret_n);
}

static enum err take_item(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct clock_list *list = to;
    struct cell c[CL_COUNT];
    struct object o;
    TRY(row_get(v->db, v->arena, &TABLE_CLOCK, row->id, c));
    TRY(clock_object(v->db, v->arena, door_entities(v->door), c, &o));
    *ret_yes = view_may_list(v, &o);
    if (!*ret_yes || only_ask)
        return OK;
    clock_model_of(v->pack, c, v->now_us, &list->items[list->n++]);
    view_show(v, row->id);
    return OK;
}

static enum err list_run(struct view *v)
{
    struct clock_list *list = ARENA_NEW(v->arena, struct clock_list);
    struct pager p = {.next = next_page, .take = take_item, .list = list};
    struct page_key at = {.at = INT64_MIN};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS, struct clock_model);
    if (!list->items)
        return arena_err(v->arena);
    TRY(page_after(v, "after_due", &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    list->next_due_us = more ? at.at : 0;
    v->model = list;
    return OK;
}

/* ---- JSON ------------------------------------------------------------------------------------------------
 */

static void clock_json(struct json *j, const struct clock_model *m)
{
    static const char *const states[] = {"running", "paused", "stopped", "cancelled"};
    static const char *const marks[] = {"ok", "warn", "overdue"};
    json_kv_id(j, "id", m->id);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "record", m->record);
    json_kv(j, "kind", m->kind);
    json_kv(j, "rule", m->rule);
    json_kv(j, "label", m->label);
    json_kv(j, "agency", m->agency);
    json_kv(j, "basis", m->basis);
    json_kv(j, "authority", m->authority);
    json_kv(j, "duty", m->duty);
    json_kv(j, "state", (size_t)m->state < 4 ? states[m->state] : "");
    json_kv(j, "mark", marks[m->mark]);
    json_kv_time(j, "started", m->times.started_us);
    json_kv_time(j, "due", m->times.due_us);
    json_kv_time(j, "warn", m->times.warn_us);
    json_kv_time(j, "not_before", m->times.not_before_us);
    json_kv_time(j, "paused", m->times.paused_us);
    json_kv_time(j, "stopped", m->stopped_us);
    json_kv_i64(j, "version", m->version);
}

static void show_json(const struct view *v, struct json *j)
{
    const struct clock_page *m = v->model;
    json_object(j);
    clock_json(j, &m->clock);
    json_key(j, "changes");
    json_array(j);
    for (size_t i = 0; i < m->n; i++) {
        const struct clock_change_model *c = &m->changes[i];
        json_object(j);
        json_kv(j, "what", c->what);
        json_kv_time(j, "at", c->at_us);
        json_kv_id(j, "account", c->account);
        json_kv_id(j, "approver", c->approver);
        json_key(j, "basis");
        json_str(j, c->basis.text);
        json_kv_time(j, "old_due", c->old_due_us);
        json_kv_time(j, "new_due", c->new_due_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct clock_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        clock_json(j, &list->items[i]);
        json_end(j);
    }
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_kv_time(j, "next_due", list->next_due_us);
    json_end(j);
}

const struct view_decl CLOCK_VIEWS[] = {
    {.name = "clock.list",
     .summary = "Running clocks, most urgent first",
     .verb = VERB_LIST,
     .object = OBJECT_CLOCK,
     .inputs = list_inputs,
     .ninputs = 3,
     .run = list_run,
     .to_json = list_json},
    {.name = "clock.show",
     .summary = "A clock and its changes",
     .verb = VERB_READ,
     .object = OBJECT_CLOCK,
     .find = find_clock,
     .run = show_run,
     .to_json = show_json},
};
const size_t NCLOCK_VIEWS = sizeof CLOCK_VIEWS / sizeof *CLOCK_VIEWS;
