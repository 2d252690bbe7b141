/* SPDX-License-Identifier: Apache-2.0 */
/* subject_view.c - one person or organisation: inside a case, and alone (plan 1(1)/b). Who may not know of a
 * case learns of it neither by a role, nor by a link to another entry, nor by a number of either. */
#include "base/json.h"
#include "registry/own.h"

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
    *ret = (struct name_model){.id = cell_get_id(&c[NA_ID]),
                               .type = c[NA_TYPE].s.p,
                               .script = "",
                               .from_us = c[NA_FROM].i,
                               .until_us = c[NA_UNTIL].kind == CELL_NULL ? 0 : c[NA_UNTIL].i};
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

static enum err subject_names(struct view *v, const struct object *o, bool ended, struct subject_model *m)
{
    struct id *found;
    size_t n = 0;
    TRY(part_ids(v,
                 ended ? "SELECT id FROM name WHERE subject = ?1 ORDER BY from_us, id"
                       : "SELECT id FROM name WHERE subject = ?1 AND until_us IS NULL ORDER BY from_us, id",
                 m->id, &found, &m->nnames));
    m->names = ARENA_ARRAY(v->arena, m->nnames + 1, struct name_model);
    if (!m->names)
        return arena_err(v->arena);
    for (size_t i = 0; i < m->nnames; i++) {
        struct cell c[NA_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_NAME, found[i], c));
        TRY(one_name(v, o, c, &m->names[n]));
        n += !part_left_out(&m->names[n].full);
    }
    m->nnames = n;
    return OK;
}

static enum err subject_identifiers(struct view *v, const struct object *o, bool ended,
                                    struct subject_model *m)
{
    struct id *found;
    size_t n = 0;
    TRY(part_ids(
        v,
        ended ? "SELECT id FROM identifier WHERE subject = ?1 ORDER BY from_us, id"
              : "SELECT id FROM identifier WHERE subject = ?1 AND until_us IS NULL ORDER BY from_us, id",
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
        it->from_us = c[IT_FROM].i;
        it->until_us = c[IT_UNTIL].kind == CELL_NULL ? 0 : c[IT_UNTIL].i;
        TRY(view_unseal(v, o, (enum field_class)c[IT_CLASS].i,
                        (struct place){&TABLE_IDENTIFIER, found[i], IT_VALUE}, c[IT_VALUE].s, &it->value));
        n += !part_left_out(&it->value);
    }
    m->nidentifiers = n;
    return OK;
}

enum err part_records(struct view *v, const char *sql, struct id key, struct record_model **ret,
                      size_t *ret_n)
{
    struct id *found;
    size_t nfound, n = 0;
    TRY(part_ids(v, sql, key, &found, &nfound));
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
                           .found = true,
                           .kept_with = c[RE_KEPT].kind == CELL_NULL ? 0 : (uint32_t)c[RE_KEPT].i};
        if (!part_may_show(v, &o))
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

enum err part_subject(struct view *v, const struct object *o, bool ended, struct subject_model *m)
{
    view_show(v, m->id);
    TRY(subject_names(v, o, ended, m));
    TRY(subject_identifiers(v, o, ended, m));
    return part_records(v, "SELECT id FROM record WHERE subject = ?1 ORDER BY created_us, id", m->id,
                        &m->records, &m->nrecords);
}

/* ---- subject.show: one person or organisation alone
 * ---------------------------------------------------------------------------------------- */

static enum err case_of_subject(struct view *v, struct id id, struct object *ret, struct cell *c)
{
    TRY(case_load(v->db, v->arena, id, c));
    *ret = case_object(c);
    return OK;
}

static enum err roles_in(struct view *v, struct id subject, struct subject_case *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    ret->roles = ARENA_ARRAY(v->arena, PART_MAX, struct dated_role);
    if (!ret->roles)
        return arena_err(v->arena);
    TRY(db_prepare(v->db,
                   "SELECT id, role, from_us, until_us FROM case_role WHERE case_id = ?1 AND subject = ?2 "
                   "ORDER BY from_us, id",
                   &s));
    db_bind_id(s, 1, &ret->id);
    db_bind_id(s, 2, &subject);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row || ret->nroles == PART_MAX)
            return OK;
        struct dated_role *r = &ret->roles[ret->nroles++];
        TRY(db_id(s, 0, &r->id));
        r->role = arena_cstr(v->arena, db_text(s, 1));
        r->from_us = db_i64(s, 2);
        r->until_us = db_null(s, 3) ? 0 : db_i64(s, 3);
        if (!r->role)
            return arena_err(v->arena);
    }
}

#define CASES_OF "SELECT DISTINCT case_id FROM case_role WHERE subject = ?1 ORDER BY case_id"

/* The cases of the subject that the viewer may open; the others are neither shown nor counted. */
static enum err cases_of(struct view *v, struct subject_file *m)
{
    struct id *found;
    size_t n;
    TRY(part_ids(v, CASES_OF, m->subject.id, &found, &n));
    m->cases = ARENA_ARRAY(v->arena, n + 1, struct subject_case);
    if (!m->cases)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[CA_COUNT];
        struct object o;
        TRY(case_of_subject(v, found[i], &o, c));
        if (!part_may_show(v, &o))
            continue;
        struct subject_case *in = &m->cases[m->ncases++];
        *in = (struct subject_case){.id = found[i],
                                    .number = c[CA_NUMBER].s.p,
                                    .state = c[CA_STATE].s.p,
                                    .stage = c[CA_STAGE].s.p,
                                    .agency = c[CA_AGENCY].s.p};
        TRY(roles_in(v, m->subject.id, in));
        view_show(v, found[i]);
    }
    return OK;
}

/* The other side as the viewer may see it: through one of its cases that she may open. */
static enum err other_side(struct view *v, struct id subject, struct object *ret, bool *ret_seen)
{
    struct id *found;
    size_t n;
    *ret_seen = false;
    TRY(part_ids(v, CASES_OF, subject, &found, &n));
    for (size_t i = 0; i < n && !*ret_seen; i++) {
        TRY(REGISTRY_ENTITIES.subject(v->db, v->arena, subject, (struct case_id){found[i]}, ret));
        *ret_seen = part_may_show(v, ret);
    }
    return OK;
}

/* Who may not see the other side learns neither of it nor that there is a link. */
static enum err one_link(struct view *v, struct id row, struct subject_file *m)
{
    struct cell c[SP_COUNT];
    struct object other;
    bool seen;
    TRY(row_get(v->db, v->arena, &TABLE_SAME_PERSON, row, c));
    struct id a = cell_get_id(&c[SP_A]), b = cell_get_id(&c[SP_B]);
    bool first = id_eq(a, m->subject.id);
    TRY(other_side(v, first ? b : a, &other, &seen));
    if (!seen)
        return OK;
    struct same_person *s = &m->same[m->nsame++];
    *s = (struct same_person){.id = row,
                              .other = other.id,
                              .other_case = other.case_.v,
                              .asserted_us = c[SP_ASSERTED].i,
                              .asserted_by = cell_get_id(&c[SP_ASSERTED_BY]),
                              .reversed_us = c[SP_REVERSED].kind == CELL_NULL ? 0 : c[SP_REVERSED].i,
                              .reversed_by = cell_get_id(&c[SP_REVERSED_BY])};
    view_show(v, row);
    /* sealed with the side that it was asserted of */
    return view_unseal(v, first ? &v->object : &other, CLASS_IDENTITY,
                       (struct place){&TABLE_SAME_PERSON, row, SP_BASIS}, c[SP_BASIS].s, &s->basis);
}

static enum err links_of(struct view *v, struct subject_file *m)
{
    struct id *found;
    size_t n;
    TRY(part_ids(v, "SELECT id FROM same_person WHERE a = ?1 OR b = ?1 ORDER BY asserted_us, id",
                 m->subject.id, &found, &n));
    m->same = ARENA_ARRAY(v->arena, n + 1, struct same_person);
    if (!m->same)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++)
        TRY(one_link(v, found[i], m));
    return OK;
}

const struct input_field SUBJECT_SHOW_INPUTS[1] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true}};

enum err subject_view_find(struct view *v, struct object *ret)
{
    struct id in_case = id_nil();
    struct str given = view_in(v, "case");
    if (given.n)
        TRY(id_parse(given, &in_case));
    return REGISTRY_ENTITIES.subject(v->db, v->arena, v->subject, (struct case_id){in_case}, ret);
}

enum err subject_show_run(struct view *v)
{
    struct subject_file *m = ARENA_NEW(v->arena, struct subject_file);
    struct cell c[SU_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_SUBJECT, v->subject, c));
    *m = (struct subject_file){
        .subject = {.id = v->subject, .type = (enum subject_type)c[SU_TYPE].i, .role = ""},
        .in_case = v->object.case_.v,
        .agency = c[SU_AGENCY].s.p,
        .synthetic = c[SU_SYNTHETIC].i != 0,
        .created_us = c[SU_CREATED].i,
        .version = c[SU_VERSION].i};
    v->passes_hidden = true; /* cases and links of others */
    TRY(part_subject(v, &v->object, true, &m->subject));
    TRY(cases_of(v, m));
    TRY(links_of(v, m));
    v->model = m;
    return OK;
}

/* ---- JSON
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static void record_frame_json(struct json *j, const struct record_model *r)
{
    json_object(j);
    put_id(j, "id", r->id);
    json_kv(j, "kind", r->kind ? r->kind->id : "");
    json_kv(j, "state", r->state);
    json_kv(j, "agency", r->agency);
    json_kv_time(j, "updated", r->updated_us);
    json_end(j);
}

void put_records(struct json *j, const struct record_model *r, size_t n)
{
    json_key(j, "records");
    json_array(j);
    for (size_t i = 0; i < n; i++)
        record_frame_json(j, &r[i]);
    json_end(j);
}

static void put_names(struct json *j, const struct subject_model *s)
{
    json_key(j, "names");
    json_array(j);
    for (size_t i = 0; i < s->nnames; i++) {
        const struct name_model *m = &s->names[i];
        json_object(j);
        put_id(j, "id", m->id);
        json_kv(j, "type", m->type);
        json_kv(j, "script", m->script);
        put_shown(j, "full", m->full);
        put_shown(j, "family", m->family);
        put_shown(j, "given", m->given);
        put_shown(j, "reading", m->reading);
        put_shown(j, "passport_form", m->passport_form);
        json_kv_bool(j, "mononym", m->mononym);
        json_kv_bool(j, "family_first", m->family_first);
        json_kv_time(j, "from", m->from_us);
        json_kv_time(j, "until", m->until_us);
        json_end(j);
    }
    json_end(j);
}

static void put_identifiers(struct json *j, const struct subject_model *s)
{
    json_key(j, "identifiers");
    json_array(j);
    for (size_t i = 0; i < s->nidentifiers; i++) {
        json_object(j);
        put_id(j, "id", s->identifiers[i].id);
        json_kv(j, "type", s->identifiers[i].type);
        put_shown(j, "value", s->identifiers[i].value);
        json_kv_time(j, "from", s->identifiers[i].from_us);
        json_kv_time(j, "until", s->identifiers[i].until_us);
        json_end(j);
    }
    json_end(j);
}

void put_subject(struct json *j, const struct subject_model *s)
{
    json_object(j);
    put_id(j, "id", s->id);
    json_kv(j, "type", s->type == SUBJECT_PERSON ? "person" : "organisation");
    json_kv(j, "role", s->role);
    json_kv_time(j, "from", s->from_us);
    json_kv_time(j, "until", s->until_us);
    put_names(j, s);
    put_identifiers(j, s);
    put_records(j, s->records, s->nrecords);
    json_end(j);
}

static void put_case(struct json *j, const struct subject_case *c)
{
    json_object(j);
    put_id(j, "id", c->id);
    json_kv(j, "number", c->number);
    json_kv(j, "state", c->state);
    json_kv(j, "stage", c->stage);
    json_kv(j, "agency", c->agency);
    json_key(j, "roles");
    json_array(j);
    for (size_t i = 0; i < c->nroles; i++) {
        json_object(j);
        put_id(j, "id", c->roles[i].id);
        json_kv(j, "role", c->roles[i].role);
        json_kv_time(j, "from", c->roles[i].from_us);
        json_kv_time(j, "until", c->roles[i].until_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void put_link(struct json *j, const struct same_person *s)
{
    json_object(j);
    put_id(j, "id", s->id);
    put_id(j, "other", s->other);
    put_id(j, "other_case", s->other_case);
    put_shown(j, "basis", s->basis);
    json_kv_time(j, "asserted", s->asserted_us);
    if (!id_is_nil(s->asserted_by))
        put_id(j, "asserted_by", s->asserted_by);
    json_kv_time(j, "reversed", s->reversed_us);
    if (!id_is_nil(s->reversed_by))
        put_id(j, "reversed_by", s->reversed_by);
    json_end(j);
}

void subject_show_json(const struct view *v, struct json *j)
{
    const struct subject_file *m = v->model;
    json_object(j);
    put_id(j, "id", m->subject.id);
    json_kv(j, "type", m->subject.type == SUBJECT_PERSON ? "person" : "organisation");
    put_id(j, "case", m->in_case);
    json_kv(j, "agency", m->agency);
    json_kv_bool(j, "synthetic", m->synthetic);
    json_kv_time(j, "created", m->created_us);
    json_kv_i64(j, "version", m->version);
    put_names(j, &m->subject);
    put_identifiers(j, &m->subject);
    put_records(j, m->subject.records, m->subject.nrecords);
    json_key(j, "cases");
    json_array(j);
    for (size_t i = 0; i < m->ncases; i++)
        put_case(j, &m->cases[i]);
    json_end(j);
    json_key(j, "same_person");
    json_array(j);
    for (size_t i = 0; i < m->nsame; i++)
        put_link(j, &m->same[i]);
    json_end(j);
    json_end(j);
}
