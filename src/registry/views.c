/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - looks at cases (plan 1(1)/b). */
#include "base/json.h"
#include "registry/own.h"
#include "sys/text.h"
#include "sys/tz.h"

static enum err find_case(struct view *v, struct object *ret)
{
    return REGISTRY_ENTITIES.case_(v->db, v->arena, v->subject, ret);
}

/* ---- case.show
 * -----------------------------------------------------------------------------------------------------------------------
 */

static enum err one_subject(struct view *v, struct id role_row, struct subject_model *ret, size_t *n)
{
    struct cell role[CR_COUNT], c[SU_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_CASE_ROLE, role_row, role));
    struct id id = cell_get_id(&role[CR_SUBJECT]);
    TRY(row_get(v->db, v->arena, &TABLE_SUBJECT, id, c));
    struct object o = v->object;
    o.kind = OBJECT_SUBJECT;
    o.id = id;
    o.compartment.v = cell_get_id(&c[SU_COMPARTMENT]);
    if (!part_may_show(v, &o))
        return OK;
    ++*n;
    *ret = (struct subject_model){.id = id,
                                  .type = (enum subject_type)c[SU_TYPE].i,
                                  .role = role[CR_ROLE].s.p,
                                  .from_us = role[CR_FROM].i,
                                  .until_us = role[CR_UNTIL].kind == CELL_NULL ? 0 : role[CR_UNTIL].i};
    return part_subject(v, &o, false, ret);
}

static enum err shared_with(struct view *v, struct case_model *m)
{
    struct stmt *s;
    const char **list = ARENA_ARRAY(v->arena, PART_MAX, const char *);
    if (!list)
        return arena_err(v->arena);
    TRY(db_prepare(v->db,
                   "SELECT DISTINCT agency FROM access_grant WHERE case_id = ?1 AND relation <> 1 AND "
                   "(until_us IS NULL OR until_us > ?2) ORDER BY agency",
                   &s));
    db_bind_id(s, 1, &m->id);
    db_bind_i64(s, 2, v->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (m->nshared < PART_MAX)
            list[m->nshared++] = arena_cstr(v->arena, db_text(s, 0));
    }
    m->shared_with = list;
    return OK;
}

enum err case_fill(struct view *v, struct case_model *m)
{
    struct cell c[CA_COUNT];
    struct id *roles;
    size_t nroles;
    TRY(case_load(v->db, v->arena, v->subject, c));
    const struct stage *stage = stage_find(v->pack, c[CA_STAGE].s.p);
    *m = (struct case_model){.id = v->subject,
                             .number = c[CA_NUMBER].s.p,
                             .state = c[CA_STATE].s.p,
                             .stage = c[CA_STAGE].s.p,
                             .agency = c[CA_AGENCY].s.p,
                             .office = c[CA_OFFICE].kind == CELL_NULL ? "" : c[CA_OFFICE].s.p,
                             .label = (enum label)c[CA_LABEL].i,
                             .synthetic = c[CA_SYNTHETIC].i != 0,
                             .protects = stage && stage->protects,
                             .opened_us = c[CA_OPENED].i,
                             .closed_us = c[CA_CLOSED].kind == CELL_NULL ? 0 : c[CA_CLOSED].i,
                             .version = c[CA_VERSION].i};
    TRY(part_ids(v, "SELECT id FROM case_role WHERE case_id = ?1 ORDER BY from_us, id", v->subject, &roles,
                 &nroles));
    m->subjects = ARENA_ARRAY(v->arena, nroles + 1, struct subject_model);
    if (!m->subjects)
        return arena_err(v->arena);
    for (size_t i = 0; i < nroles; i++)
        TRY(one_subject(v, roles[i], &m->subjects[m->nsubjects], &m->nsubjects));
    TRY(part_records(v,
                     "SELECT id FROM record WHERE case_id = ?1 AND subject IS NULL ORDER BY created_us, id",
                     v->subject, &m->records, &m->nrecords));
    TRY(clock_of_case(v, (struct case_id){v->subject}, &m->clocks, &m->nclocks));
    if (view_tells(v, &v->object, CLASS_ROUTING)) /* who works on it tells what it is about */
        TRY(shared_with(v, m));
    view_show(v, v->subject);
    return OK;
}

static enum err show_run(struct view *v)
{
    struct case_model *m = ARENA_NEW(v->arena, struct case_model);
    v->model = m;
    return m ? case_fill(v, m) : arena_err(v->arena);
}

/* ---- case.find: by number or identifier, within what the asking agency holds (warn-before-create shows
 * nothing of others) ------------------ */

static const struct input_field find_inputs[] = {
    {.name = "number", .label = "Case number", .type = IN_TEXT},
    {.name = "type", .label = "Kind of identifier", .type = IN_TEXT},
    {.name = "value", .label = "Identifier", .type = IN_TEXT, .personal = true},
};

static enum err find_cases(struct view *v, const char *sql, struct str key, bool is_id,
                           struct case_list *list)
{
    struct stmt *s;
    TRY(db_prepare(v->db, sql, &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    if (is_id)
        db_bind_blob(s, 2, key);
    else
        db_bind_text(s, 2, key);
    return list_take_all(v, s, list);
}

static enum err find_run(struct view *v)
{
    struct case_list *list = NULL;
    struct str number = view_in(v, "number"), value = view_in(v, "value"), folded;
    struct id *targets;
    size_t n;
    v->passes_hidden = true;
    TRY(list_new(v, &list));
    v->model = list;
    if (number.n)
        return find_cases(v, CASE_ROWS "WHERE c.agency = ?1 AND c.number = ?2", number, false, list);
    if (!value.n)
        return FAIL(ERR_FIELD, "field number: a number, or a type and a value");
    char *field = arena_printf(v->arena, "identifier.%.*s", STR_FMT(view_in(v, "type")));
    if (!field)
        return arena_err(v->arena);
    TRY(text_fold(v->arena, value, &folded));
    TRY(vault_blind_find(door_vault(v->door), v->db, v->arena, v->ctx->agency, field, folded, &targets, &n));
    for (size_t i = 0; i < n; i++)
        TRY(find_cases(v,
                       CASE_ROW_SELECT
                       " FROM (SELECT DISTINCT r.case_id FROM case_role r WHERE r.subject = ?2) f CROSS JOIN "
                       "case_file c WHERE c.id = f.case_id AND c.agency = ?1",
                       id_str(&targets[i]), true, list));
    return OK;
}

/* ---- for search/ --------------------------------------------------------------------------------------- */

enum err registry_case_list(struct view *v, struct case_list **ret)
{
    return list_new(v, ret);
}

enum err registry_take_case(struct view *v, struct id case_, struct case_list *list)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t seen = list->n;
    bool row;
    TRY(db_prepare(v->db, CASE_ROWS "WHERE c.id = ?1", &s));
    db_bind_id(s, 1, &case_);
    TRY(db_step(s, &row));
    return row ? list_take(v, s, list, &seen) : OK;
}

bool registry_may_list(struct view *v, struct id case_)
{
    struct object o;
    if (REGISTRY_ENTITIES.case_(v->db, v->arena, case_, &o) != OK) {
        err_clear();
        return false;
    }
    return view_may_list(v, &o);
}

#define NUMBERS_LOOKED_AT 500 /* so many are asked about, whatever comes of it */

enum err registry_take_numbers(struct view *v, struct str prefix, size_t max, struct case_list *list,
                               bool *ret_more)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    char *until =
        arena_printf(v->arena, "%.*s\x7f", STR_FMT(prefix)); /* after every digit and letter of a number */
    if (!until)
        return arena_err(v->arena);
    TRY(db_prepare(v->db,
                   CASE_ROWS
                   "WHERE c.agency = ?1 AND c.number >= ?2 AND c.number < ?3 ORDER BY c.number DESC "
                   "LIMIT ?4",
                   &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_text(s, 2, prefix);
    db_bind_text(s, 3, str_of(until));
    db_bind_i64(s, 4, NUMBERS_LOOKED_AT);
    for (*ret_more = false;;) {
        size_t seen = list->n;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        struct id id;
        TRY(db_id(s, 0, &id));
        if (list->n < max) {
            TRY(list_take(v, s, list, &seen));
        } else if (registry_may_list(v, id)) { /* one that is hidden is not said to be more */
            *ret_more = true;
            return OK;
        }
    }
}

static enum err find_trail(struct view *v, struct object *ret)
{
    TRY(find_case(v, ret));
    ret->kind = OBJECT_AUDIT; /* of the case: its relation, need-to-know and label */
    return OK;
}

/* ---- JSON
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static void clock_json(struct json *j, const struct clock_model *c)
{
    static const char *const marks[] = {"ok", "warn", "overdue"};
    json_object(j);
    put_id(j, "id", c->id);
    json_kv(j, "rule", c->rule);
    json_kv(j, "basis", c->basis);
    json_kv(j, "mark", marks[c->mark]);
    json_kv_time(j, "due", c->times.due_us);
    json_end(j);
}

void put_case_of(struct json *j, const struct case_model *m)
{
    put_id(j, "id", m->id);
    json_kv(j, "number", m->number);
    json_kv(j, "state", m->state);
    json_kv(j, "stage", m->stage);
    json_kv_bool(j, "protects", m->protects);
    json_kv(j, "agency", m->agency);
    json_kv(j, "office", m->office);
    json_kv(j, "label", label_word(m->label));
    json_kv_bool(j, "synthetic", m->synthetic);
    json_kv_time(j, "opened", m->opened_us);
    json_kv_time(j, "closed", m->closed_us);
    json_kv_i64(j, "version", m->version);
    json_key(j, "subjects");
    json_array(j);
    for (size_t i = 0; i < m->nsubjects; i++)
        put_subject(j, &m->subjects[i]);
    json_end(j);
    put_records(j, m->records, m->nrecords);
    json_key(j, "clocks");
    json_array(j);
    for (size_t i = 0; i < m->nclocks; i++)
        clock_json(j, &m->clocks[i]);
    json_end(j);
    json_key(j, "shared_with");
    json_array(j);
    for (size_t i = 0; i < m->nshared; i++)
        json_c(j, m->shared_with[i]);
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    json_object(j);
    put_case_of(j, v->model);
    json_end(j);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct case_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct case_row *r = &list->items[i];
        json_object(j);
        put_id(j, "id", r->id);
        json_kv(j, "number", r->number);
        json_kv(j, "state", r->state);
        json_kv(j, "stage", r->stage);
        json_kv(j, "agency", r->agency);
        json_kv_time(j, "opened", r->opened_us);
        json_kv_time(j, "next_due", r->next_due_us);
        json_kv_bool(j, "overdue", r->overdue);
        if (r->subjects >= 0) {
            json_kv_i64(j, "subjects", r->subjects);
            json_kv_i64(j, "records", r->records);
        }
        json_end(j);
    }
    json_end(j);
    if (!id_is_nil(list->next))
        put_id(j, "next", list->next);
    json_kv_time(j, "next_opened", list->next_opened_us);
    if (!id_is_nil(list->prev))
        put_id(j, "prev", list->prev);
    json_kv_time(j, "prev_opened", list->prev_opened_us);
    json_end(j);
}

const struct view_decl REGISTRY_VIEWS[] = {
    {.name = "case.show",
     .summary = "A case",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .find = find_case,
     .run = show_run,
     .to_json = show_json,
     .duty = "1(1)/b"},
    {.name = "case.file",
     .summary = "A case with its records, decisions, consents, shares and contacts",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .inputs = CASE_FILE_INPUTS,
     .ninputs = sizeof CASE_FILE_INPUTS / sizeof *CASE_FILE_INPUTS,
     .find = find_case,
     .run = case_file_run,
     .to_json = case_file_json,
     .duty = "1(1)/b"},
    {.name = "case.print",
     .summary = "A case as it is printed",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .inputs = CASE_FILE_INPUTS,
     .ninputs = sizeof CASE_FILE_INPUTS / sizeof *CASE_FILE_INPUTS,
     .find = find_case,
     .run = case_print_run,
     .to_json = case_file_json,
     .duty = "1(1)/b"},
    {.name = "group.show",
     .summary = "A group of cases",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .inputs = GROUP_SHOW_INPUTS,
     .ninputs = sizeof GROUP_SHOW_INPUTS / sizeof *GROUP_SHOW_INPUTS,
     .find = group_show_find,
     .run = group_show_run,
     .to_json = group_show_json,
     .duty = "1(1)/b"},
    {.name = "group.list",
     .summary = "Groups of cases of the agency",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .run = group_list_run,
     .to_json = group_list_json,
     .duty = "1(1)/b"},
    {.name = "case.list",
     .summary = "Cases of the agency",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = CASE_LIST_INPUTS,
     .ninputs = sizeof CASE_LIST_INPUTS / sizeof *CASE_LIST_INPUTS,
     .run = case_list_run,
     .to_json = list_json,
     .duty = "1(1)/b"},
    {.name = "case.numbers",
     .summary = "The numbers of cases that notices tell of",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = NUMBERS_INPUTS,
     .ninputs = 1,
     .run = numbers_run,
     .to_json = list_json,
     .duty = "3(1)/a"},
    {.name = "case.print_list",
     .summary = "A list of cases as it is printed",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = NUMBERS_INPUTS,
     .ninputs = 1,
     .run = numbers_run,
     .to_json = list_json,
     .duty = "1(1)/b"},
    {.name = "session.since",
     .summary = "When you were last here",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .run = since_run,
     .to_json = since_json},
    {.name = "team.load",
     .summary = "How much the officers of the agency carry",
     .verb = VERB_EXTEND,
     .object = OBJECT_CASE,
     .run = team_run,
     .to_json = team_json,
     .duty = "3(1)/a"},
    {.name = "care.looks",
     .summary = "How much that is hard to read you opened this week",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .run = care_run,
     .to_json = care_json},
    {.name = "paper.sheet",
     .summary = "An empty sheet of paper for an interview",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .inputs = PAPER_INPUTS,
     .ninputs = sizeof PAPER_INPUTS / sizeof *PAPER_INPUTS,
     .find = find_case,
     .run = paper_run,
     .to_json = paper_json,
     .duty = "1(1)/b"},
    {.name = "filter.list",
     .summary = "Saved filters of the list of cases",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .run = filter_list_run,
     .to_json = filter_list_json},
    {.name = "case.of_officer",
     .summary = "Open cases that an officer is named in",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = OF_OFFICER_INPUTS,
     .ninputs = 1,
     .run = of_officer_run,
     .to_json = list_json,
     .duty = "3(1)/a"},
    {.name = "case.find",
     .summary = "Find a case by number or identifier",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = find_inputs,
     .ninputs = sizeof find_inputs / sizeof *find_inputs,
     .run = find_run,
     .to_json = list_json,
     .duty = "1(1)/b"},
    {.name = "subject.show",
     .summary = "A person or organization",
     .verb = VERB_READ,
     .object = OBJECT_SUBJECT,
     .inputs = SUBJECT_SHOW_INPUTS,
     .ninputs = 1,
     .find = subject_view_find,
     .run = subject_show_run,
     .to_json = subject_show_json,
     .duty = "1(1)/b"},
    {.name = "decision.list",
     .summary = "Decisions on the stage of a case, or of the cases of a person",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .inputs = DECISION_LIST_INPUTS,
     .ninputs = 1,
     .find = decision_list_find,
     .run = decision_list_run,
     .to_json = decision_list_json,
     .duty = "3(1)/a"},
    {.name = "decision.show",
     .summary = "A decision on the stage",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .find = decision_view_find,
     .run = decision_show_run,
     .to_json = decision_show_json,
     .duty = "3(1)/a"},
    {.name = "case.who_looked",
     .summary = "Who looked at this case",
     .verb = VERB_READ,
     .object = OBJECT_AUDIT,
     .find = find_trail,
     .run = lookers_run,
     .to_json = registry_lookers_json},
};
const size_t NREGISTRY_VIEWS = sizeof REGISTRY_VIEWS / sizeof *REGISTRY_VIEWS;
