/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - writing records: one body for all actions of all kinds. */
#include "core/record.h"

#include "core/clock.h"
#include "core/record/own.h"
#include "sys/text.h"
#include "sys/tz.h"

static const struct column record_columns[RE_COUNT] = {
    [RE_ID] = {"id", COL_ID, 0, NULL},
    [RE_KIND] = {"kind", COL_TEXT, 0, NULL},
    [RE_CASE] = {"case_id", COL_ID, COL_NULL, NULL},
    [RE_SUBJECT] = {"subject", COL_ID, COL_NULL, NULL},
    [RE_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [RE_OFFICE] = {"office", COL_TEXT, COL_NULL, NULL},
    [RE_STATE] = {"state", COL_TEXT, 0, NULL},
    [RE_LABEL] = {"label", COL_INT, 0, NULL},
    [RE_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [RE_CURRENT] = {"current", COL_INT, 0, NULL},
    [RE_CREATED] = {"created_us", COL_INT, 0, NULL},
    [RE_UPDATED] = {"updated_us", COL_INT, 0, NULL},
    [RE_CREATED_BY] = {"created_by", COL_ID, COL_NULL, NULL},
    [RE_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [RE_KEPT] = {"kept_with", COL_INT, COL_NULL, NULL},
};
static const char *const record_indexes[] = {"(case_id)", "(subject)", "(kind, agency, id)", "(kind, id)",
                                             NULL};
const struct table TABLE_RECORD = {30, "record", record_columns, RE_COUNT, record_indexes, NULL, false};

static const struct column version_columns[RV_COUNT] = {
    [RV_ID] = {"id", COL_ID, 0, NULL},
    [RV_RECORD] = {"record", COL_ID, 0, "record"},
    [RV_NO] = {"no", COL_INT, 0, NULL},
    [RV_PACK_VERSION] = {"pack_version", COL_TEXT, 0, NULL},
    [RV_VALID_FROM] = {"valid_from_us", COL_INT, 0, NULL},
    [RV_RECORDED_AT] = {"recorded_at_us", COL_INT, 0, NULL},
    [RV_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [RV_ACTION] = {"action", COL_TEXT, 0, NULL},
    [RV_BODY] = {"body", COL_BLOB, COL_SEALED, NULL},
    [RV_SHEET] = {"sheet", COL_TEXT, COL_NULL, NULL},
};
static const char *const version_indexes[] = {"UNIQUE (record, no)", "(sheet)", NULL};
const struct table TABLE_RECORD_VERSION = {
    31, "record_version", version_columns, RV_COUNT, version_indexes, NULL, false};

/* ---- inputs that are not fields of the kind
 * ---------------------------------------------------------------------------------- */

#define VALID_FROM_INPUT                                                                       \
    {                                                                                          \
        .name = "valid_from", .label = "When it was said or seen, if not now", .type = IN_TIME \
    }
#define SHEET_INPUT                                                                       \
    {                                                                                     \
        .name = "sheet", .label = "Number of the paper sheet", .type = IN_TEXT, .max = 20 \
    }
static const struct input_field create_inputs[] = {
    {.name = "case", .label = "Case", .type = IN_ID},
    {.name = "subject", .label = "Person or organisation", .type = IN_ID},
    VALID_FROM_INPUT,
    {.name = "office", .label = "Office", .type = IN_TEXT},
    SHEET_INPUT,
};
static const struct input_field amend_inputs[] = {VALID_FROM_INPUT, SHEET_INPUT};

static bool is_frame(struct str name)
{
    for (size_t i = 0; i < sizeof create_inputs / sizeof *create_inputs; i++)
        if (str_is(name, create_inputs[i].name))
            return true;
    return false;
}

/* The fields of the kind in an input; the frame inputs are left out. */
static enum err fields_of(struct arena *a, const struct kind *k, const struct input *in, struct pair **ret,
                          size_t *ret_n)
{
    struct pair *pairs = ARENA_ARRAY(a, in->n ? in->n : 1, struct pair);
    size_t n = 0;
    if (!pairs)
        return arena_err(a);
    for (size_t i = 0; i < in->n; i++) {
        char *name = arena_cstr(a, in->pairs[i].name);
        if (!name)
            return arena_err(a);
        if (!is_frame(in->pairs[i].name) || kind_field(k, name))
            pairs[n++] = in->pairs[i];
    }
    *ret = pairs;
    *ret_n = n;
    return OK;
}

static const struct field *field_at(const struct kind *k, struct str name)
{
    for (size_t i = 0; i < k->nfields; i++)
        if (str_is(name, k->fields[i].name))
            return &k->fields[i];
    return NULL;
}

/* ---- writing one version
 * -------------------------------------------------------------------------------------------------------- */

static enum err seal_class(struct act *a, struct compartment_id c, struct id version_id, const struct kind *k,
                           enum field_class class, const struct pair *pairs, size_t n, struct buf *out)
{
    struct buf plain CLEANUP(buf_free) = {0}, envelope CLEANUP(buf_free) = {0};
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        const struct field *f = field_at(k, pairs[i].name);
        if (!f || f->class != class)
            continue;
        TRY(record_body_pack(&pairs[i], 1, &plain));
        taken++;
    }
    if (taken == 0)
        return OK;
    struct place at = {&TABLE_RECORD_VERSION, version_id, RV_BODY};
    TRY(vault_seal(a->tx, c, class, at, buf_view(&plain), &envelope));
    secret_wipe(plain.p, plain.n);
    buf_u8(out, (uint8_t) class);
    buf_be32(out, (uint32_t)envelope.n);
    buf_str(out, buf_view(&envelope));
    return buf_err(out);
}

#define KEYED_IN                                                                                            \
    "SELECT 1 FROM record_version v JOIN record r ON r.id = v.record WHERE v.sheet = ?1 AND r.agency = ?2 " \
    "AND v.record <> ?3"

/* What stands on paper is keyed in once: the number of the sheet is checked against slips of the hand, and
 * against another record of this agency that has it. What was heard cannot lie ahead. */
static enum err sheet_of(struct act *a, const struct cell *record, int64_t valid_from_us, struct cell *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id rec = cell_get_id(&record[RE_ID]);
    char *sheet = arena_alloc(a->arena, SHEET_TEXT);
    bool taken;
    *ret = cell_null();
    if (!in_given(a, "sheet") || !in_text(a, "sheet").n)
        return OK;
    if (!sheet)
        return arena_err(a->arena);
    if (!sheet_read(in_text(a, "sheet"), sheet))
        return FAIL(ERR_FIELD, "field sheet: not a number of a sheet; compare it with the paper");
    if (valid_from_us > a->tx->now_us)
        return FAIL(ERR_FIELD, "field valid_from: this lies ahead");
    TRY(db_prepare(a->tx->db, KEYED_IN, &s));
    db_bind_text(s, 1, str_of(sheet));
    db_bind_text(s, 2, record[RE_AGENCY].s);
    db_bind_id(s, 3, &rec);
    TRY(db_step(s, &taken));
    if (taken)
        return FAIL(ERR_CONSTRAINT, "field sheet: it was keyed in already");
    *ret = cell_c(sheet);
    return OK;
}

static enum err write_version(struct act *a, const struct kind *k, const struct cell *record,
                              int64_t valid_from_us, const char *action, const struct pair *pairs, size_t n)
{
    struct buf body CLEANUP(buf_free) = {0};
    struct id id = id_new(), rec = cell_get_id(&record[RE_ID]);
    struct compartment_id c = {cell_get_id(&record[RE_COMPARTMENT])};
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++)
        TRY(seal_class(a, c, id, k, (enum field_class) class, pairs, n, &body));
    struct cell cells[RV_COUNT] = {
        [RV_ID] = cell_id(&id),
        [RV_RECORD] = cell_id(&rec),
        [RV_NO] = record[RE_CURRENT],
        [RV_PACK_VERSION] = cell_c(a->pack->version),
        [RV_VALID_FROM] = cell_int(valid_from_us ? valid_from_us : a->tx->now_us),
        [RV_RECORDED_AT] = cell_int(a->tx->now_us),
        [RV_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [RV_ACTION] = cell_c(action),
        [RV_BODY] = cell_str(body.n ? buf_view(&body) : STR("")),
    };
    TRY(sheet_of(a, record, valid_from_us, &cells[RV_SHEET]));
    return row_insert(a->tx, &TABLE_RECORD_VERSION, cells);
}

static enum err index_fields(struct act *a, const struct kind *k, const struct cell *record,
                             const struct pair *pairs, size_t n, bool fresh)
{
    struct id rec = cell_get_id(&record[RE_ID]);
    struct compartment_id c = {cell_get_id(&record[RE_COMPARTMENT])};
    bool any = false;
    for (size_t i = 0; i < k->nfields; i++)
        any |= k->fields[i].indexed;
    if (!any)
        return OK;
    if (!fresh)
        TRY(vault_blind_drop(a->tx, rec));
    for (size_t i = 0; i < n; i++) {
        const struct field *f = field_at(k, pairs[i].name);
        struct str folded;
        if (!f || !f->indexed || pairs[i].state != VALUE_GIVEN || !pairs[i].value.n)
            continue;
        char *name = arena_printf(a->arena, "%s.%s", k->id, f->name);
        if (!name)
            return arena_err(a->arena);
        TRY(text_fold(a->arena, pairs[i].value, &folded));
        TRY(vault_blind_put(a->tx, c, record[RE_AGENCY].s.p, name, folded, rec));
    }
    return OK;
}

static enum err today_of(const struct act *a, struct date *ret)
{
    const struct tz *z;
    TRY(tz_find(a->pack->time_zone, &z));
    *ret = tz_local(z, a->tx->now_us).date;
    return OK;
}

/* The classes of the given fields must be open to the writer. */
static enum err may_write(const struct act *a, const struct kind *k, const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = field_at(k, pairs[i].name);
        if (!f)
            continue; /* record_validate names it */
        struct policy_answer answer = act_decide(a, f->class);
        if (answer.verdict != VERDICT_ALLOW)
            return FAIL(ERR_DENIED, "field %s: class %s, reason: %s", f->name, class_word(f->class),
                        policy_reason_word(answer.reason));
    }
    return OK;
}

/* A step without a gate goes on; one with a gate asks whoever keeps screenings (invariant 3). */
static enum err gate(struct act *a, const struct step *s)
{
    const struct gates *gates = door_gates(a->door);
    if (!s->action || s->action->gate == GATE_NONE)
        return OK;
    return gates ? gates->may_start(a, s)
                 : FAIL(ERR_HELD, "%s.%s: nobody here can say whether the person was screened", s->kind->id,
                        s->action->name);
}

static enum err gate_passed(struct act *a, const struct step *s)
{
    return s->action && s->action->gate != GATE_NONE ? door_gates(a->door)->started(a, s) : OK;
}

enum err record_create(struct act *a, const struct record_new *in, struct record_id *ret)
{
    const struct kind *k = in->kind;
    struct record_id id = {id_new()};
    struct compartment_id c = in->compartment;
    struct pair *pairs;
    struct date today;
    size_t n;
    TRY(fields_of(a->arena, k, &in->input, &pairs, &n));
    TRY(today_of(a, &today));
    struct step step = {in->case_, in->subject.v, id_nil(), k, kind_action(k, "create")};
    TRY(record_validate(a->pack, k, step.action, pairs, n, today));
    TRY(gate(a, &step));
    if (id_is_nil(c.v))
        TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, &c));
    struct str office = in_text(a, "office");
    char *office_word = arena_cstr(a->arena, office);
    if (!office_word)
        return arena_err(a->arena);
    if (office.n && !kind_field(k, "office") && !pack_office(a->pack, office_word))
        return FAIL(ERR_FIELD, "field office: not one of the pack");
    struct cell record[RE_COUNT] = {
        [RE_ID] = cell_id(&id.v),
        [RE_KIND] = cell_c(k->id),
        [RE_CASE] = cell_id_or_null(&in->case_.v),
        [RE_SUBJECT] = cell_id_or_null(&in->subject.v),
        [RE_AGENCY] = cell_c(a->ctx->agency),
        [RE_OFFICE] = office.n ? cell_str(office) : cell_null(),
        [RE_STATE] = cell_c(k->states[0]),
        [RE_LABEL] = cell_int(a->object.label),
        [RE_COMPARTMENT] = cell_id(&c.v),
        [RE_CURRENT] = cell_int(1),
        [RE_CREATED] = cell_int(a->tx->now_us),
        [RE_UPDATED] = cell_int(a->tx->now_us),
        [RE_CREATED_BY] = cell_id_or_null(&a->ctx->account),
        [RE_KEPT] = k->kept_with ? cell_int(k->kept_with) : cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_RECORD, record));
    TRY(write_version(a, k, record, in->valid_from_us, "create", pairs, n));
    TRY(index_fields(a, k, record, pairs, n, true));
    TRY(clock_on_action(a, k, "create", id.v, in->case_, a->ctx->agency));
    *ret = id;
    step.record = id.v;
    return gate_passed(a, &step);
}

/* ---- the bodies of the actions
 * --------------------------------------------------------------------------------------------------- */

static enum err create_find(struct act *a, struct object *ret)
{
    const struct kind *k = a->action->kind;
    const struct entities *entities = door_entities(a->door);
    struct id case_ = in_id(a, "case"), subject = in_id(a, "subject");
    enum object_kind kind = ret->kind;
    if (!id_is_nil(subject)) {
        if (!(k->attach & ATTACH_SUBJECT) || id_is_nil(case_) || !entities)
            return FAIL(ERR_FIELD, "field subject: this kind needs a case and takes %s",
                        k->attach & ATTACH_SUBJECT ? "a subject" : "no subject");
        TRY(entities->subject(a->tx->db, a->arena, subject, (struct case_id){case_}, ret));
    } else if (!id_is_nil(case_)) {
        if (!(k->attach & ATTACH_CASE) || !entities)
            return FAIL(ERR_FIELD, "field case: this kind belongs to %s",
                        k->attach & ATTACH_SUBJECT ? "a subject" : "no case");
        TRY(entities->case_(a->tx->db, a->arena, case_, ret));
    } else if (!(k->attach & ATTACH_NONE)) {
        return FAIL(ERR_FIELD, "field case: required by this kind");
    }
    ret->kind = kind;
    return OK;
}

/* What an agency writes into the case of another is sealed in a compartment of its own, so that it stays
 * readable and is its to shred; the holder of the case gets keys to what a co-owner may ever be shown. */
enum err record_compartment(struct act *a, struct compartment_id *ret)
{
    uint32_t classes = ~(1u << CLASS_LOCATION | 1u << CLASS_SOURCE);
    const char *holder;
    bool kept = a->action->kind && a->action->kind->kept_with;
    *ret = a->object.compartment;
    if (id_is_nil(ret->v))
        return OK;
    if (kept) /* nobody else is ever given its keys */
        return vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, ret);
    TRY(vault_owner(a->tx->db, a->arena, *ret, &holder));
    if (strcmp(holder, a->ctx->agency) == 0 || !*a->ctx->agency)
        return OK;
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, ret));
    return vault_grant(a->tx, *ret, classes, a->object.owner, 0);
}

static enum err create_body(struct act *a)
{
    const struct kind *k = a->action->kind;
    struct pair *pairs;
    size_t n;
    struct record_id id;
    int64_t valid_from = 0;
    struct record_new in = {
        .kind = k, .case_ = {in_id(a, "case")}, .subject = {in_id(a, "subject")}, .input = a->input};
    if (in_given(a, "valid_from"))
        TRY(utc_parse(in_text(a, "valid_from"), &valid_from));
    in.valid_from_us = valid_from;
    TRY(fields_of(a->arena, k, &a->input, &pairs, &n));
    TRY(may_write(a, k, pairs, n));
    TRY(record_compartment(a, &in.compartment));
    TRY(record_create(a, &in, &id));
    if (a->action->kind_action->notice)
        TRY(act_emit(a, "notice", id.v, str_of(a->action->kind_action->notice)));
    a->ret_id = id.v;
    a->ret_version = 1;
    return OK;
}

static enum err change_find(struct act *a, struct object *ret)
{
    struct cell record[RE_COUNT];
    return record_find(a->tx->db, a->arena, a->subject, a->action->kind, ret, record);
}

static bool state_allows(const struct kind_action *ka, const char *state)
{
    for (size_t i = 0; i < ka->nfrom; i++)
        if (strcmp(ka->from[i], state) == 0)
            return true;
    return ka->nfrom == 0;
}

static enum err allowed_fields(const struct kind_action *ka, const struct pair *given, size_t n)
{
    for (size_t i = 0; ka->nfields && i < n; i++) {
        bool found = false;
        for (size_t f = 0; f < ka->nfields && !found; f++)
            found = str_is(given[i].name, ka->fields[f]);
        if (!found)
            return FAIL(ERR_FIELD, "value %zu: action %s does not set it", i + 1, ka->name);
    }
    return OK;
}

/* Old values, with every given field replaced as a whole. */
static enum err merge(struct arena *a, const struct pair *old, size_t nold, const struct pair *given,
                      size_t ngiven, struct pair **ret, size_t *ret_n)
{
    struct pair *all = ARENA_ARRAY(a, nold + ngiven + 1, struct pair);
    size_t n = 0;
    if (!all)
        return arena_err(a);
    for (size_t i = 0; i < nold; i++) {
        bool replaced = false;
        for (size_t g = 0; g < ngiven && !replaced; g++)
            replaced = str_eq(old[i].name, given[g].name);
        if (!replaced)
            all[n++] = old[i];
    }
    for (size_t g = 0; g < ngiven; g++)
        if (given[g].state != VALUE_GIVEN || given[g].value.n)
            all[n++] = given[g]; /* an empty value takes the field away */
    *ret = all;
    *ret_n = n;
    return OK;
}

static enum err change_body(struct act *a)
{
    const struct kind *k = a->action->kind;
    const struct kind_action *ka = a->action->kind_action;
    struct cell record[RE_COUNT], version[RV_COUNT];
    struct pair *given, *old, *all;
    size_t ngiven, nold, n;
    struct date today;
    int64_t valid_from = 0;
    TRY(row_get(a->tx->db, a->arena, &TABLE_RECORD, a->subject, record));
    if (!state_allows(ka, record[RE_STATE].s.p))
        return FAIL(ERR_STATE, "the record is in a state that does not allow this step");
    if (in_given(a, "valid_from"))
        TRY(utc_parse(in_text(a, "valid_from"), &valid_from));
    TRY(fields_of(a->arena, k, &a->input, &given, &ngiven));
    TRY(allowed_fields(ka, given, ngiven));
    TRY(may_write(a, k, given, ngiven));
    TRY(record_current(a->tx->db, a->arena, record, version));
    TRY(record_open_all(a->tx->vault, a->tx->db, a->arena, record, version, a->tx->now_us, &old, &nold));
    TRY(merge(a->arena, old, nold, given, ngiven, &all, &n));
    TRY(today_of(a, &today));
    TRY(record_validate_in(a->pack, k, ka, ka->to ? ka->to : record[RE_STATE].s.p, all, n, today));
    struct step step = {{cell_get_id(&record[RE_CASE])}, cell_get_id(&record[RE_SUBJECT]), a->subject, k, ka};
    TRY(gate(a, &step));
    record[RE_CURRENT] = cell_int(record[RE_CURRENT].i + 1);
    record[RE_UPDATED] = cell_int(a->tx->now_us);
    if (ka->to)
        record[RE_STATE] = cell_c(ka->to);
    TRY(row_update(a->tx, &TABLE_RECORD, record, a->expected_version));
    TRY(write_version(a, k, record, valid_from, ka->name, all, n));
    TRY(index_fields(a, k, record, all, n, false));
    TRY(clock_on_action(a, k, ka->name, a->subject, (struct case_id){cell_get_id(&record[RE_CASE])},
                        record[RE_AGENCY].s.p));
    if (ka->notice)
        TRY(act_emit(a, "notice", a->subject, str_of(ka->notice)));
    a->ret_id = a->subject;
    a->ret_version = record[RE_VERSION].i;
    return gate_passed(a, &step);
}

/* ---- declarations from the pack
 * ---------------------------------------------------------------------------------------------------- */

static enum err declare_kind(const struct kind *k, struct arena *a, const struct action **actions,
                             const struct view_decl **views)
{
    static const struct input_field list_inputs[] = {{.name = "after", .label = "After", .type = IN_ID}};
    struct action *list = ARENA_ARRAY(a, k->nactions, struct action);
    struct view_decl *vs = ARENA_ARRAY(a, 2, struct view_decl);
    if (!list || !vs)
        return arena_err(a);
    for (size_t i = 0; i < k->nactions; i++) {
        const struct kind_action *ka = &k->actions[i];
        bool create = strcmp(ka->name, "create") == 0;
        list[i] = (struct action){
            .name = arena_printf(a, "%s.%s", k->id, ka->name),
            .summary = ka->label,
            .verb = ka->verb,
            .object = OBJECT_RECORD,
            .inputs = create ? create_inputs : amend_inputs,
            .ninputs = create ? sizeof create_inputs / sizeof *create_inputs : 1,
            .creates = create,
            .find = create ? create_find : change_find,
            .body = create ? create_body : change_body,
            .kind = k,
            .kind_action = ka,
            .duty = k->nduties ? k->duties[0] : NULL,
        };
        if (!list[i].name)
            return arena_err(a);
        actions[i] = &list[i];
    }
    vs[0] = (struct view_decl){.name = arena_printf(a, "%s.show", k->id),
                               .summary = k->title,
                               .verb = VERB_READ,
                               .object = OBJECT_RECORD,
                               .find = record_view_find,
                               .run = record_show_run,
                               .to_json = record_show_json};
    vs[1] = (struct view_decl){.name = arena_printf(a, "%s.list", k->id),
                               .summary = k->title,
                               .verb = VERB_LIST,
                               .object = OBJECT_RECORD,
                               .inputs = list_inputs,
                               .ninputs = 1,
                               .run = record_list_run,
                               .to_json = record_list_json};
    if (!vs[0].name || !vs[1].name)
        return arena_err(a);
    views[0] = &vs[0];
    views[1] = &vs[1];
    return OK;
}

enum err record_declare(const struct pack *p, struct arena *a, const struct action ***ret_actions,
                        size_t *ret_nactions, const struct view_decl ***ret_views, size_t *ret_nviews)
{
    size_t nactions = 0, at = 0;
    for (size_t i = 0; i < p->nkinds; i++)
        nactions += p->kinds[i].nactions;
    const struct action **actions = ARENA_ARRAY(a, nactions + 1, const struct action *);
    const struct view_decl **views = ARENA_ARRAY(a, 2 * p->nkinds + 1, const struct view_decl *);
    if (!actions || !views)
        return arena_err(a);
    for (size_t i = 0; i < p->nkinds; i++) {
        TRY(declare_kind(&p->kinds[i], a, actions + at, views + 2 * i));
        at += p->kinds[i].nactions;
    }
    *ret_actions = actions;
    *ret_nactions = nactions;
    *ret_views = views;
    *ret_nviews = 2 * p->nkinds;
    return OK;
}
