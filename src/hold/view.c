/* SPDX-License-Identifier: Apache-2.0 */
/* view.c - which steps are held, for those who asked, who hold the case, and who decide. */
#include "base/json.h"
#include "core/pager.h"
#include "hold/own.h"

static const char *const state_words[] = {"open", "ended", NULL};
static const struct input_field list_inputs[] = {
    {.name = "case", .label = "Case", .type = IN_ID},
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
};

static int64_t time_or_0(const struct cell *c)
{
    return c->kind == CELL_NULL ? 0 : c->i;
}

/* What was decided on her case is shown as the case is. */
static enum err sealed(struct view *v, const struct object *in_case, const struct cell *c, int column,
                       struct shown *ret)
{
    *ret = (struct shown){.text = STR(""), .verdict = VERDICT_ALLOW, .reason = REASON_OK};
    if (c[column].kind == CELL_NULL)
        return OK;
    struct place at = {&TABLE_HOLD, cell_get_id(&c[HO_ID]), column};
    return view_unseal(v, in_case, CLASS_IDENTITY, at, c[column].s, ret);
}

static void what_step(const struct pack *p, const struct cell *c, struct hold_model *m)
{
    m->kind_word = c[HO_KIND].s.p;
    m->action_word = c[HO_ACTION].s.p;
    m->kind = pack_kind(p, m->kind_word);
    m->action = m->kind ? kind_action(m->kind, m->action_word) : NULL;
}

/* The screening that ended it may lie in a case that is hidden from the viewer: then it is not named. */
static enum err screening_of(struct view *v, const struct cell *c, struct id *ret)
{
    struct object o;
    *ret = id_nil();
    if (c[HO_SCREENING].kind == CELL_NULL)
        return OK;
    TRY(assessment_find_object(v->db, v->arena, cell_get_id(&c[HO_SCREENING]), &o));
    if (view_may_list(v, &o))
        *ret = o.id;
    return OK;
}

static enum err take(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct hold_list *list = to;
    struct hold_model *m = &list->items[list->n];
    struct id id = row->id;
    struct cell c[HO_COUNT];
    struct object o, in_case;
    TRY(row_get(v->db, v->arena, &TABLE_HOLD, id, c));
    TRY(hold_object(v->db, v->arena, door_entities(v->door), c, &o, &in_case));
    *ret_yes = view_may_list(v, &o);
    if (!*ret_yes || only_ask)
        return OK;
    list->n++;
    *m = (struct hold_model){.id = id,
                             .case_ = cell_get_id(&c[HO_CASE]),
                             .subject = cell_get_id(&c[HO_SUBJECT]),
                             .record = cell_get_id(&c[HO_RECORD]),
                             .agency = c[HO_AGENCY].s.p,
                             .holder = in_case.owner,
                             .reason = (enum hold_reason)c[HO_REASON].i,
                             .opened_us = c[HO_OPENED].i,
                             .acknowledged_us = time_or_0(&c[HO_ACKNOWLEDGED]),
                             .released_us = time_or_0(&c[HO_RELEASED]),
                             .decided_us = time_or_0(&c[HO_DECIDED]),
                             .used_us = time_or_0(&c[HO_USED]),
                             .decided_agency =
                                 c[HO_DECIDED_AGENCY].kind == CELL_NULL ? "" : c[HO_DECIDED_AGENCY].s.p,
                             .allowed = c[HO_ALLOWED].kind != CELL_NULL && c[HO_ALLOWED].i,
                             .version = c[HO_VERSION].i};
    what_step(v->pack, c, m);
    TRY(screening_of(v, c, &m->screening));
    m->may_acknowledge = !m->acknowledged_us && !m->released_us && strcmp(m->agency, v->ctx->agency) == 0;
    m->may_decide = m->reason == HOLD_PROTECTED && !m->released_us && !hold_allowance_counts(c, v->now_us) &&
                    hold_second(m->agency, m->holder, v->ctx->agency) &&
                    hold_overrules(hold_refused(c), v->ctx->agency);
    TRY(sealed(v, &in_case, c, HO_REASONS, &m->reasons));
    TRY(sealed(v, &in_case, c, HO_REVIEW, &m->review));
    view_show(v, id);
    return OK;
}

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    static const char *const sql[2][2] = {
        {"SELECT 0, id FROM hold WHERE released_us IS NULL AND id > ?1 ORDER BY id LIMIT 50",
         "SELECT 0, id FROM hold WHERE released_us IS NULL AND id > ?1 AND case_id = ?2 ORDER BY id LIMIT "
         "50"},
        {"SELECT 0, id FROM hold WHERE released_us IS NOT NULL AND id > ?1 ORDER BY id LIMIT 50",
         "SELECT 0, id FROM hold WHERE released_us IS NOT NULL AND id > ?1 AND case_id = ?2 ORDER BY id "
         "LIMIT "
         "50"}};
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct str in_case = view_in(v, "case");
    struct id one;
    (void)list;
    if (in_case.n)
        TRY(id_parse(in_case, &one));
    TRY(db_prepare(v->db, sql[str_is(view_in(v, "state"), "ended")][in_case.n > 0], &s));
    db_bind_id(s, 1, &after->id);
    if (in_case.n)
        db_bind_id(s, 2, &one);
    return page_keys(s, ret, ret_n);
}

static enum err list_run(struct view *v)
{
    struct hold_list *list = ARENA_NEW(v->arena, struct hold_list);
    struct pager p = {.next = next_page, .take = take, .list = list};
    struct page_key at = {.at = 0};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS + 1, struct hold_model);
    if (!list->items)
        return arena_err(v->arena);
    TRY(page_after(v, NULL, &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    v->model = list;
    return OK;
}

static void put_shown(struct json *j, const char *key, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW && !s.text.n)
        return;
    json_key(j, key);
    if (s.verdict == VERDICT_ALLOW) {
        json_str(j, s.text);
        return;
    }
    json_object(j);
    json_kv(j, "withheld", policy_reason_word(s.reason));
    json_end(j);
}

static void item_json(struct json *j, const struct hold_model *m)
{
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "subject", m->subject);
    json_kv_id(j, "record", m->record);
    json_kv(j, "kind", m->kind_word);
    json_kv(j, "action", m->action_word);
    json_kv(j, "agency", m->agency);
    json_kv(j, "reason", hold_reason_word(m->reason));
    json_kv_time(j, "opened", m->opened_us);
    json_kv_time(j, "acknowledged", m->acknowledged_us);
    json_kv_time(j, "released", m->released_us);
    json_kv_id(j, "screening", m->screening);
    if (m->decided_us) {
        json_kv(j, "decision", m->allowed ? "allowed" : "refused");
        json_kv(j, "decided_agency", m->decided_agency);
        json_kv_time(j, "decided", m->decided_us);
        put_shown(j, "reasons", m->reasons);
        put_shown(j, "review_route", m->review);
    }
    json_kv_bool(j, "may_acknowledge", m->may_acknowledge);
    json_kv_bool(j, "may_decide", m->may_decide);
    json_kv_i64(j, "version", m->version);
    json_end(j);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct hold_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        item_json(j, &list->items[i]);
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_end(j);
}

const struct view_decl HOLD_VIEWS[] = {
    {.name = "hold.list",
     .summary = "Steps that are held",
     .verb = VERB_LIST,
     .object = OBJECT_RECORD,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json,
     .duty = "3(1)/a"},
};
const size_t NHOLD_VIEWS = sizeof HOLD_VIEWS / sizeof *HOLD_VIEWS;
