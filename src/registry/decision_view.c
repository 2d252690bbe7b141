/* SPDX-License-Identifier: Apache-2.0 */
/* decision_view.c - decisions on the stage of identification (plan 3(1)/a): who decided, when, why, and
 * whether a negative one has been confirmed (invariant 2). Reasons and review route are sealed as `identity`.
 */
#include "base/json.h"
#include "registry/own.h"

static const char *word_or_empty(const struct cell *c)
{
    return c->kind == CELL_NULL ? "" : c->s.p;
}

static int role_or_none(const struct cell *c)
{
    return c->kind == CELL_NULL ? -1 : (int)c->i;
}

/* Text that is withheld is said to be so whether it is given or not. */
static enum err sealed_text(struct view *v, const struct object *o, struct id id, int column,
                            const struct cell *c, struct shown *ret)
{
    if (c->kind != CELL_NULL)
        return view_unseal(v, o, CLASS_IDENTITY, (struct place){&TABLE_DECISION, id, column}, c->s, ret);
    struct policy_answer answer = view_decide(v, o, CLASS_IDENTITY);
    *ret = (struct shown){.text = STR(""), .verdict = answer.verdict, .reason = answer.reason};
    return OK;
}

static void who(const struct cell *d, struct decision_model *ret)
{
    ret->agency = d[DE_AGENCY].s.p;
    ret->role = role_or_none(&d[DE_ROLE]);
    ret->account = cell_get_id(&d[DE_ACCOUNT]);
    ret->second_agency = word_or_empty(&d[DE_SECOND_AGENCY]);
    ret->second_role = role_or_none(&d[DE_SECOND_ROLE]);
    ret->second_account = cell_get_id(&d[DE_SECOND_ACCOUNT]);
}

static enum err one_decision(struct view *v, const struct object *o, const char *stage_of_case, struct id id,
                             struct decision_model *ret)
{
    struct cell d[DE_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_DECISION, id, d));
    *ret = (struct decision_model){
        .id = id,
        .case_ = cell_get_id(&d[DE_CASE]),
        .from = word_or_empty(&d[DE_FROM]),
        .stage = d[DE_STAGE].s.p,
        .negative = d[DE_NEGATIVE].i != 0,
        .state = decision_state(d[DE_NEGATIVE].i != 0, d[DE_SECOND_AT].kind != CELL_NULL,
                                word_or_empty(&d[DE_FROM]), stage_of_case),
        .at_us = d[DE_AT].i,
        .second_us = d[DE_SECOND_AT].kind == CELL_NULL ? 0 : d[DE_SECOND_AT].i,
        .agency = "",
        .second_agency = "",
        .role = -1,
        .second_role = -1,
    };
    if (view_tells(v, o, CLASS_ROUTING)) /* who works on it tells what it is about */
        who(d, ret);
    TRY(sealed_text(v, o, id, DE_REASONS, &d[DE_REASONS], &ret->reasons));
    TRY(sealed_text(v, o, id, DE_REVIEW, &d[DE_REVIEW], &ret->review));
    view_show(v, id);
    return OK;
}

/* ---- of one case, or of all cases of a subject that the viewer may open
 * --------------------------------------------------------------------- */

const struct input_field DECISION_LIST_INPUTS[1] = {
    {.name = "case", .label = "Case through which a person is seen", .type = IN_ID}};

enum err decision_list_find(struct view *v, struct object *ret)
{
    struct str given = view_in(v, "case");
    if (!given.n)
        return REGISTRY_ENTITIES.case_(v->db, v->arena, v->subject, ret);
    TRY(subject_view_find(v, ret));
    ret->kind = OBJECT_CASE; /* what is decided is decided on her cases */
    return OK;
}

static enum err decisions_in(struct view *v, struct id case_, struct decision_list *list)
{
    struct cell c[CA_COUNT];
    struct id *found;
    size_t n;
    TRY(case_load(v->db, v->arena, case_, c));
    struct object o = case_object(c);
    if (!part_may_show(v, &o))
        return OK;
    TRY(part_ids(v, "SELECT id FROM decision WHERE case_id = ?1 ORDER BY at_us, id", case_, &found, &n));
    for (size_t i = 0; i < n && list->n < PART_MAX; i++)
        TRY(one_decision(v, &o, c[CA_STAGE].s.p, found[i], &list->items[list->n++]));
    view_show(v, case_);
    return OK;
}

enum err decisions_of_case(struct view *v, struct decision_list *list)
{
    list->items = ARENA_ARRAY(v->arena, PART_MAX, struct decision_model);
    return list->items ? decisions_in(v, v->subject, list) : arena_err(v->arena);
}

enum err decision_list_run(struct view *v)
{
    struct decision_list *list = ARENA_NEW(v->arena, struct decision_list);
    struct id *cases = &v->subject;
    size_t n = 1;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PART_MAX, struct decision_model);
    if (!list->items)
        return arena_err(v->arena);
    v->passes_hidden = view_in(v, "case").n > 0; /* her cases with others */
    if (v->passes_hidden)
        TRY(part_ids(v, "SELECT DISTINCT case_id FROM case_role WHERE subject = ?1 ORDER BY case_id",
                     v->subject, &cases, &n));
    for (size_t i = 0; i < n; i++)
        TRY(decisions_in(v, cases[i], list));
    v->model = list;
    return OK;
}

/* ---- one
 * ------------------------------------------------------------------------------------------------------------------------------------
 */

/* An unknown decision takes the look-ups of one that the viewer may not see. */
enum err decision_view_find(struct view *v, struct object *ret)
{
    struct cell d[DE_COUNT];
    enum err found = row_get(v->db, v->arena, &TABLE_DECISION, v->subject, d);
    if (found != OK && found != ERR_NOT_FOUND)
        return found;
    struct id case_ = found == OK ? cell_get_id(&d[DE_CASE]) : v->subject;
    TRY(REGISTRY_ENTITIES.case_(v->db, v->arena, case_, ret));
    return found == OK ? OK : FAIL(ERR_NOT_FOUND, "case");
}

enum err decision_show_run(struct view *v)
{
    struct decision_model *m = ARENA_NEW(v->arena, struct decision_model);
    struct cell c[CA_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(case_load(v->db, v->arena, v->object.case_.v, c));
    TRY(one_decision(v, &v->object, c[CA_STAGE].s.p, v->subject, m));
    v->model = m;
    return OK;
}

/* ---- JSON
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static void put_who(struct json *j, const char *agency, int role, struct id account, int64_t at_us)
{
    if (*agency)
        json_kv(j, "agency", agency);
    if (role >= 0)
        json_kv(j, "role", role_word((enum role)role));
    if (!id_is_nil(account))
        put_id(j, "account", account);
    json_kv_time(j, "at", at_us);
}

static void put_decision(struct json *j, const struct decision_model *m)
{
    json_object(j);
    put_id(j, "id", m->id);
    put_id(j, "case", m->case_);
    json_kv(j, "from", m->from);
    json_kv(j, "stage", m->stage);
    json_kv_bool(j, "negative", m->negative);
    json_kv(j, "state", decision_state_word(m->state));
    put_who(j, m->agency, m->role, m->account, m->at_us);
    put_shown(j, "reasons", m->reasons);
    put_shown(j, "review_route", m->review);
    if (m->second_us) {
        json_key(j, "second");
        json_object(j);
        put_who(j, m->second_agency, m->second_role, m->second_account, m->second_us);
        json_end(j);
    }
    json_end(j);
}

void decision_show_json(const struct view *v, struct json *j)
{
    put_decision(j, v->model);
}

static void put_list(struct json *j, const char *key, const struct decision_list *list)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        put_decision(j, &list->items[i]);
    json_end(j);
}

void put_decisions(struct json *j, const struct decision_list *list)
{
    put_list(j, "decisions", list);
}

void decision_list_json(const struct view *v, struct json *j)
{
    json_object(j);
    put_list(j, "items", v->model);
    json_end(j);
}
