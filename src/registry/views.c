/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - looks at cases (plan 1(1)/b). */
#include "base/calendar.h"
#include "base/json.h"
#include "registry/own.h"
#include "sys/text.h"

#define LIST_PAGE 50
#define PART_MAX  400 /* subjects, names, records shown of one case; more is a list of its own */

static enum err find_case(struct view *v, struct object *ret)
{
    return REGISTRY_ENTITIES.case_(v->db, v->arena, v->subject, ret);
}

/* May this part of a case be shown? Its owner may be another agency than the case's. */
static bool may_show(struct view *v, const struct object *o)
{
    struct scope s;
    if (strcmp(o->owner, v->object.owner) == 0)
        return view_decide(v, o, CLASS_NONE).verdict == VERDICT_ALLOW;
    if (door_scope(v->db, v->ctx, o, v->now_us, &s) != OK)
        return false;
    struct policy_question q = {.role = v->ctx->role,
                                .verb = VERB_READ,
                                .object = o->kind,
                                .relation = s.relation,
                                .need_to_know = s.need_to_know,
                                .purpose = v->ctx->purpose,
                                .basis = s.basis,
                                .label = o->label,
                                .break_glass = s.break_glass,
                                .assurance = v->ctx->assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

/* Neither is said to be there. */
static bool left_out(const struct shown *s)
{
    return s->verdict == VERDICT_CONCEAL || s->verdict == VERDICT_DENY;
}

/* ---- case.show
 * -----------------------------------------------------------------------------------------------------------------------
 */

static const struct pair *pair_named(const struct pair *p, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(p[i].name, name))
            return &p[i];
    return NULL;
}

static struct shown part(const struct pair *p, size_t n, const char *name)
{
    const struct pair *found = pair_named(p, n, name);
    return (struct shown){
        .text = found ? found->value : STR(""), .verdict = VERDICT_ALLOW, .reason = REASON_OK};
}

static enum err one_name(struct view *v, const struct object *o, const struct cell *c, struct name_model *ret)
{
    struct shown body;
    struct pair *p;
    size_t n;
    *ret = (struct name_model){.id = cell_get_id(&c[NA_ID]), .type = c[NA_TYPE].s.p, .script = ""};
    struct place at = {&TABLE_NAME, ret->id, NA_BODY};
    TRY(view_unseal(v, o, (enum field_class)c[NA_CLASS].i, at, c[NA_BODY].s, &body));
    if (body.verdict != VERDICT_ALLOW) {
        ret->full = body;
        return OK;
    }
    TRY(record_body_parse(body.text, v->arena, &p, &n));
    ret->full = part(p, n, "full");
    ret->family = part(p, n, "family");
    ret->given = part(p, n, "given");
    ret->reading = part(p, n, "reading");
    ret->passport_form = part(p, n, "passport_form");
    ret->script = arena_cstr(v->arena, part(p, n, "script").text);
    ret->mononym = pair_named(p, n, "mononym") != NULL;
    ret->family_first = pair_named(p, n, "family_first") != NULL;
    return OK;
}

/* Ids that a query with one id parameter gives; at most PART_MAX. */
static enum err ids(struct view *v, const char *sql, struct id key, struct id **ret, size_t *ret_n)
{
    struct id *list = ARENA_ARRAY(v->arena, PART_MAX, struct id);
    struct stmt *s;
    size_t n = 0;
    if (!list)
        return arena_err(v->arena);
    TRY(db_prepare(v->db, sql, &s));
    db_bind_id(s, 1, &key);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n < PART_MAX && db_id(s, 0, &list[n]) == OK)
            n++;
    }
    *ret = list;
    *ret_n = n;
    return OK;
}

static enum err subject_names(struct view *v, const struct object *o, struct subject_model *m)
{
    struct id *found;
    size_t n = 0;
    TRY(ids(v, "SELECT id FROM name WHERE subject = ?1 AND until_us IS NULL ORDER BY from_us, id", m->id,
            &found, &m->nnames));
    m->names = ARENA_ARRAY(v->arena, m->nnames + 1, struct name_model);
    if (!m->names)
        return arena_err(v->arena);
    for (size_t i = 0; i < m->nnames; i++) {
        struct cell c[NA_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_NAME, found[i], c));
        TRY(one_name(v, o, c, &m->names[n]));
        n += !left_out(&m->names[n].full);
    }
    m->nnames = n;
    return OK;
}

static enum err subject_identifiers(struct view *v, const struct object *o, struct subject_model *m)
{
    struct id *found;
    size_t n = 0;
    TRY(ids(v, "SELECT id FROM identifier WHERE subject = ?1 AND until_us IS NULL ORDER BY from_us, id",
            m->id, &found, &m->nidentifiers));
    m->identifiers = ARENA_ARRAY(v->arena, m->nidentifiers + 1, struct identifier_model);
    if (!m->identifiers)
        return arena_err(v->arena);
    for (size_t i = 0; i < m->nidentifiers; i++) {
        struct cell c[IT_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_IDENTIFIER, found[i], c));
        struct identifier_model *it = &m->identifiers[n];
        it->id = found[i];
        it->type = c[IT_TYPE].s.p;
        TRY(view_unseal(v, o, (enum field_class)c[IT_CLASS].i,
                        (struct place){&TABLE_IDENTIFIER, found[i], IT_VALUE}, c[IT_VALUE].s, &it->value));
        n += !left_out(&it->value);
    }
    m->nidentifiers = n;
    return OK;
}

static enum err record_frames(struct view *v, const char *sql, struct id key, struct record_model **ret,
                              size_t *ret_n)
{
    struct id *found;
    size_t nfound, n = 0;
    TRY(ids(v, sql, key, &found, &nfound));
    *ret = ARENA_ARRAY(v->arena, nfound + 1, struct record_model);
    if (!*ret)
        return arena_err(v->arena);
    for (size_t i = 0; i < nfound; i++) {
        struct cell c[RE_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_RECORD, found[i], c));
        struct object o = {.kind = OBJECT_RECORD,
                           .id = found[i],
                           .case_ = {cell_get_id(&c[RE_CASE])},
                           .owner = c[RE_AGENCY].s.p,
                           .label = (enum label)c[RE_LABEL].i,
                           .found = true};
        if (!may_show(v, &o))
            continue;
        (*ret)[n++] = (struct record_model){.id = found[i],
                                            .kind = pack_kind(v->pack, c[RE_KIND].s.p),
                                            .state = c[RE_STATE].s.p,
                                            .agency = c[RE_AGENCY].s.p,
                                            .case_ = cell_get_id(&c[RE_CASE]),
                                            .subject = cell_get_id(&c[RE_SUBJECT]),
                                            .version = c[RE_VERSION].i,
                                            .created_us = c[RE_CREATED].i,
                                            .updated_us = c[RE_UPDATED].i};
        view_show(v, found[i]);
    }
    *ret_n = n;
    return OK;
}

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
    if (!may_show(v, &o))
        return OK;
    ++*n;
    *ret = (struct subject_model){.id = id,
                                  .type = (enum subject_type)c[SU_TYPE].i,
                                  .role = role[CR_ROLE].s.p,
                                  .from_us = role[CR_FROM].i,
                                  .until_us = role[CR_UNTIL].kind == CELL_NULL ? 0 : role[CR_UNTIL].i};
    view_show(v, id);
    TRY(subject_names(v, &o, ret));
    TRY(subject_identifiers(v, &o, ret));
    return record_frames(v, "SELECT id FROM record WHERE subject = ?1 ORDER BY created_us, id", id,
                         &ret->records, &ret->nrecords);
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

static enum err show_run(struct view *v)
{
    struct case_model *m = ARENA_NEW(v->arena, struct case_model);
    struct cell c[CA_COUNT];
    struct id *roles;
    size_t nroles;
    if (!m)
        return arena_err(v->arena);
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
    TRY(ids(v, "SELECT id FROM case_role WHERE case_id = ?1 ORDER BY from_us, id", v->subject, &roles,
            &nroles));
    m->subjects = ARENA_ARRAY(v->arena, nroles + 1, struct subject_model);
    if (!m->subjects)
        return arena_err(v->arena);
    for (size_t i = 0; i < nroles; i++)
        TRY(one_subject(v, roles[i], &m->subjects[m->nsubjects], &m->nsubjects));
    TRY(record_frames(v,
                      "SELECT id FROM record WHERE case_id = ?1 AND subject IS NULL ORDER BY created_us, id",
                      v->subject, &m->records, &m->nrecords));
    TRY(clock_of_case(v, (struct case_id){v->subject}, &m->clocks, &m->nclocks));
    TRY(shared_with(v, m));
    view_show(v, v->subject);
    v->model = m;
    return OK;
}

/* ---- lists
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static const char *const state_words[] = {"open", "closed", NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_opened", .label = "When that one was opened", .type = IN_TIME},
    {.name = "shared", .label = "Shared with us", .type = IN_BOOL},
};

/* The keyset is (opened_us, id), newest first. Each item is asked of the policy; one that may not be listed
 * is left out. */
#define LIST_SELECT                                                                                    \
    "SELECT c.id, c.number, c.state, c.stage, c.agency, c.opened_us, "                                 \
    "(SELECT min(k.due_us) FROM clock k WHERE k.case_id = c.id AND k.state = 0), "                     \
    "(SELECT count(*) FROM case_role r WHERE r.case_id = c.id), (SELECT count(*) FROM record x WHERE " \
    "x.case_id = c.id), c.label "
#define LIST_COLUMNS LIST_SELECT "FROM case_file c "
#define LIST_AFTER   "(c.opened_us < ?2 OR (c.opened_us = ?2 AND c.id < ?3)) "
#define LIST_ORDER   "ORDER BY c.opened_us DESC, c.id DESC LIMIT 51"

static const char *list_sql(bool shared, bool state)
{
    if (shared)
        return LIST_COLUMNS "WHERE c.id IN (SELECT g.case_id FROM access_grant g WHERE g.agency = ?1 AND "
                            "g.relation <> 1) AND " LIST_AFTER LIST_ORDER;
    if (state)
        return LIST_COLUMNS "WHERE c.agency = ?1 AND c.state = ?4 AND " LIST_AFTER LIST_ORDER;
    return LIST_COLUMNS "WHERE c.agency = ?1 AND " LIST_AFTER LIST_ORDER;
}

static enum err take_row(struct view *v, struct stmt *s, struct case_list *list, size_t *seen)
{
    struct id id;
    TRY(db_id(s, 0, &id));
    if (++*seen > LIST_PAGE || list->n == LIST_PAGE)
        return OK; /* there is more: next stands at the last one looked at */
    list->last = id;
    list->last_opened_us = db_i64(s, 5);
    struct case_row *r = &list->items[list->n];
    *r = (struct case_row){.id = id,
                           .number = arena_cstr(v->arena, db_text(s, 1)),
                           .state = arena_cstr(v->arena, db_text(s, 2)),
                           .stage = arena_cstr(v->arena, db_text(s, 3)),
                           .agency = arena_cstr(v->arena, db_text(s, 4)),
                           .opened_us = db_i64(s, 5),
                           .next_due_us = db_null(s, 6) ? 0 : db_i64(s, 6),
                           .subjects = db_i64(s, 7),
                           .records = db_i64(s, 8)};
    if (!r->number || !r->state || !r->stage || !r->agency)
        return arena_err(v->arena);
    r->overdue = r->next_due_us && r->next_due_us < v->now_us;
    struct object o = {.kind = OBJECT_CASE,
                       .id = id,
                       .case_ = {id},
                       .owner = r->agency,
                       .label = (enum label)db_i64(s, 9),
                       .found = true};
    if (view_may_list(v, &o)) {
        view_show(v, id);
        list->n++;
    }
    return OK;
}

static enum err new_list(struct view *v, struct case_list **ret)
{
    struct case_list *list = ARENA_NEW(v->arena, struct case_list);
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LIST_PAGE + 1, struct case_row);
    list->total = -1;
    *ret = list;
    return list->items ? OK : arena_err(v->arena);
}

static enum err take_rows(struct view *v, struct stmt *s, struct case_list *list)
{
    size_t seen = 0;
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        enum err e = take_row(v, s, list, &seen);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    if (seen > LIST_PAGE)
        list->next = list->last;
    if (seen > LIST_PAGE)
        list->next_opened_us = list->last_opened_us;
    return OK;
}

static enum err list_run(struct view *v)
{
    struct case_list *list = NULL;
    struct stmt *s;
    struct str state = view_in(v, "state"), after = view_in(v, "after");
    struct str with_us = view_in(v, "shared");
    bool shared = str_is(with_us, "true") || str_is(with_us, "yes") || str_is(with_us, "1");
    int64_t before_us = INT64_MAX;
    if (!id_is_nil(v->subject))
        return FAIL(ERR_FIELD, "a list takes no id");
    struct id before = id_nil();
    TRY(new_list(v, &list));
    if (after.n) {
        struct str opened = view_in(v, "after_opened");
        TRY(id_parse(after, &before));
        if (!opened.n) /* not looked up: that would tell of cases of others */
            return FAIL(ERR_FIELD, "field after_opened: required with after");
        TRY(utc_parse(opened, &before_us));
    }
    TRY(db_prepare(v->db, list_sql(shared, state.n > 0), &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, before_us);
    db_bind_id(s, 3, &before);
    if (!shared && state.n)
        db_bind_text(s, 4, state);
    TRY(take_rows(v, s, list));
    v->model = list;
    return OK;
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
    return take_rows(v, s, list);
}

static enum err find_run(struct view *v)
{
    struct case_list *list = NULL;
    struct str number = view_in(v, "number"), value = view_in(v, "value"), folded;
    struct id *targets;
    size_t n;
    TRY(new_list(v, &list));
    v->model = list;
    if (number.n)
        return find_cases(v, LIST_COLUMNS "WHERE c.agency = ?1 AND c.number = ?2", number, false, list);
    if (!value.n)
        return FAIL(ERR_FIELD, "field number: a number, or a type and a value");
    char *field = arena_printf(v->arena, "identifier.%.*s", STR_FMT(view_in(v, "type")));
    if (!field)
        return arena_err(v->arena);
    TRY(text_fold(v->arena, value, &folded));
    TRY(vault_blind_find(door_vault(v->door), v->db, v->arena, v->ctx->agency, field, folded, &targets, &n));
    for (size_t i = 0; i < n; i++)
        TRY(find_cases(v,
                       LIST_SELECT
                       "FROM (SELECT DISTINCT r.case_id FROM case_role r WHERE r.subject = ?2) f CROSS JOIN "
                       "case_file c WHERE c.id = f.case_id AND c.agency = ?1",
                       id_str(&targets[i]), true, list));
    return OK;
}

static enum err find_trail(struct view *v, struct object *ret)
{
    TRY(find_case(v, ret));
    ret->kind = OBJECT_AUDIT; /* of the case: its relation, need-to-know and label */
    return OK;
}

/* ---- who looked at this case
 * ---------------------------------------------------------------------------------------------------------------
 */

static enum err lookers_run(struct view *v)
{
    struct lookers *m = ARENA_NEW(v->arena, struct lookers);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    if (!m)
        return arena_err(v->arena);
    m->items = arena_array(v->arena, 100, sizeof *m->items);
    if (!m->items)
        return arena_err(v->arena);
    TRY(db_prepare(
        v->db,
        "SELECT at_us, agency, action, role, account, verdict, id FROM audit_leaf WHERE object = ?1 "
        "ORDER BY at_us DESC LIMIT 100",
        &s));
    db_bind_id(s, 1, &v->subject);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        m->items[m->n].at_us = db_i64(s, 0);
        m->items[m->n].agency = arena_cstr(v->arena, db_text(s, 1));
        m->items[m->n].action = arena_cstr(v->arena, db_text(s, 2));
        m->items[m->n].role = (enum role)db_i64(s, 3);
        m->items[m->n].verdict = (enum verdict)db_i64(s, 5);
        if (!db_null(s, 4) && db_id(s, 4, &m->items[m->n].account) != OK)
            err_clear();
        struct id leaf;
        TRY(db_id(s, 6, &leaf));
        view_show(v, leaf);
        m->n++;
    }
    v->model = m;
    return OK;
}

/* ---- JSON
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static void json_id(struct json *j, const char *key, struct id id)
{
    char text[33];
    id_text(id, text);
    json_kv(j, key, text);
}

static void json_time(struct json *j, const char *key, int64_t us)
{
    char text[28];
    if (!us)
        return;
    utc_text(us, text);
    json_kv(j, key, text);
}

static void json_shown(struct json *j, const char *key, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW && !s.text.n)
        return;
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

static void record_frame_json(struct json *j, const struct record_model *r)
{
    json_object(j);
    json_id(j, "id", r->id);
    json_kv(j, "kind", r->kind ? r->kind->id : "");
    json_kv(j, "state", r->state);
    json_kv(j, "agency", r->agency);
    json_time(j, "updated", r->updated_us);
    json_end(j);
}

static void records_json(struct json *j, const struct record_model *r, size_t n)
{
    json_key(j, "records");
    json_array(j);
    for (size_t i = 0; i < n; i++)
        record_frame_json(j, &r[i]);
    json_end(j);
}

static void subject_json(struct json *j, const struct subject_model *s)
{
    json_object(j);
    json_id(j, "id", s->id);
    json_kv(j, "type", s->type == SUBJECT_PERSON ? "person" : "organisation");
    json_kv(j, "role", s->role);
    json_time(j, "from", s->from_us);
    json_time(j, "until", s->until_us);
    json_key(j, "names");
    json_array(j);
    for (size_t i = 0; i < s->nnames; i++) {
        const struct name_model *m = &s->names[i];
        json_object(j);
        json_kv(j, "type", m->type);
        json_kv(j, "script", m->script);
        json_shown(j, "full", m->full);
        json_shown(j, "family", m->family);
        json_shown(j, "given", m->given);
        json_shown(j, "reading", m->reading);
        json_shown(j, "passport_form", m->passport_form);
        json_kv_bool(j, "mononym", m->mononym);
        json_kv_bool(j, "family_first", m->family_first);
        json_end(j);
    }
    json_end(j);
    json_key(j, "identifiers");
    json_array(j);
    for (size_t i = 0; i < s->nidentifiers; i++) {
        json_object(j);
        json_kv(j, "type", s->identifiers[i].type);
        json_shown(j, "value", s->identifiers[i].value);
        json_end(j);
    }
    json_end(j);
    records_json(j, s->records, s->nrecords);
    json_end(j);
}

static void clock_json(struct json *j, const struct clock_model *c)
{
    static const char *const marks[] = {"ok", "warn", "overdue"};
    json_object(j);
    json_id(j, "id", c->id);
    json_kv(j, "rule", c->rule);
    json_kv(j, "basis", c->basis);
    json_kv(j, "mark", marks[c->mark]);
    json_time(j, "due", c->times.due_us);
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    const struct case_model *m = v->model;
    json_object(j);
    json_id(j, "id", m->id);
    json_kv(j, "number", m->number);
    json_kv(j, "state", m->state);
    json_kv(j, "stage", m->stage);
    json_kv_bool(j, "protects", m->protects);
    json_kv(j, "agency", m->agency);
    json_kv(j, "office", m->office);
    json_kv(j, "label", label_word(m->label));
    json_kv_bool(j, "synthetic", m->synthetic);
    json_time(j, "opened", m->opened_us);
    json_time(j, "closed", m->closed_us);
    json_kv_i64(j, "version", m->version);
    json_key(j, "subjects");
    json_array(j);
    for (size_t i = 0; i < m->nsubjects; i++)
        subject_json(j, &m->subjects[i]);
    json_end(j);
    records_json(j, m->records, m->nrecords);
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
        json_id(j, "id", r->id);
        json_kv(j, "number", r->number);
        json_kv(j, "state", r->state);
        json_kv(j, "stage", r->stage);
        json_kv(j, "agency", r->agency);
        json_time(j, "opened", r->opened_us);
        json_time(j, "next_due", r->next_due_us);
        json_kv_bool(j, "overdue", r->overdue);
        json_kv_i64(j, "subjects", r->subjects);
        json_kv_i64(j, "records", r->records);
        json_end(j);
    }
    json_end(j);
    if (!id_is_nil(list->next))
        json_id(j, "next", list->next);
    json_time(j, "next_opened", list->next_opened_us);
    json_end(j);
}

static void lookers_json(const struct view *v, struct json *j)
{
    const struct lookers *m = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < m->n; i++) {
        json_object(j);
        json_time(j, "at", m->items[i].at_us);
        json_kv(j, "agency", m->items[i].agency);
        json_kv(j, "role", role_word(m->items[i].role));
        json_kv(j, "action", m->items[i].action);
        json_kv(j, "verdict", verdict_word(m->items[i].verdict));
        if (!id_is_nil(m->items[i].account))
            json_id(j, "account", m->items[i].account);
        json_end(j);
    }
    json_end(j);
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
    {.name = "case.list",
     .summary = "Cases of the agency",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json,
     .duty = "1(1)/b"},
    {.name = "case.find",
     .summary = "Find a case by number or identifier",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = find_inputs,
     .ninputs = sizeof find_inputs / sizeof *find_inputs,
     .run = find_run,
     .to_json = list_json,
     .duty = "1(1)/b"},
    {.name = "case.who_looked",
     .summary = "Who looked at this case",
     .verb = VERB_READ,
     .object = OBJECT_AUDIT,
     .find = find_trail,
     .run = lookers_run,
     .to_json = lookers_json},
};
const size_t NREGISTRY_VIEWS = sizeof REGISTRY_VIEWS / sizeof *REGISTRY_VIEWS;
