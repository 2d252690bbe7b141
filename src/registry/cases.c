/* SPDX-License-Identifier: Apache-2.0 */
/* cases.c - the actions of a case (plan 1(1)/b, 3(1)/a, 5(1)/a). */
#include "core/account.h"
#include "registry/own.h"

#define WRAPS_MAX 512 /* of one case, over agencies and classes */

struct open_case {
    const char *source;
    int64_t source_row;
    bool synthetic;
    const char *stage, *office;
    enum label label;
};

static enum err insert_case(struct act *a, const struct open_case *in, struct id *ret_id,
                            struct compartment_id *ret_compartment)
{
    struct id id = id_new();
    const char *number;
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, ret_compartment));
    TRY(next_case_number(a, &number));
    struct cell cells[CA_COUNT] = {
        [CA_ID] = cell_id(&id),
        [CA_NUMBER] = cell_c(number),
        [CA_AGENCY] = cell_c(a->ctx->agency),
        [CA_OFFICE] = in->office && *in->office ? cell_c(in->office) : cell_null(),
        [CA_STATE] = cell_c("open"),
        [CA_STAGE] = cell_c(in->stage),
        [CA_LABEL] = cell_int(in->label),
        [CA_COMPARTMENT] = cell_id(&ret_compartment->v),
        [CA_OPENED] = cell_int(a->tx->now_us),
        [CA_CLOSED] = cell_null(),
        [CA_SOURCE] = in->source ? cell_c(in->source) : cell_null(),
        [CA_SOURCE_ROW] = in->source ? cell_int(in->source_row) : cell_null(),
        [CA_SYNTHETIC] = cell_int(in->synthetic),
    };
    TRY(row_insert(a->tx, &TABLE_CASE, cells));
    TRY(act_access(a, (struct case_id){id}, a->ctx->agency, id_nil(), RELATION_OWNER, BASIS_NONE, 0));
    *ret_id = id;
    return OK;
}

/* agency: whose the case is; who writes the subject down may be somebody else in it. */
static enum err insert_subject(struct act *a, struct id case_, const char *agency, enum subject_type type,
                               const char *role, bool synthetic, struct id *ret_id,
                               struct compartment_id *ret_compartment)
{
    struct id id = id_new(), role_id = id_new();
    TRY(vault_compartment(a->tx, type == SUBJECT_PERSON ? COMPARTMENT_SUBJECT : COMPARTMENT_ORGANISATION,
                          agency, ret_compartment));
    struct cell subject[SU_COUNT] = {
        [SU_ID] = cell_id(&id),
        [SU_TYPE] = cell_int(type),
        [SU_AGENCY] = cell_c(agency),
        [SU_COMPARTMENT] = cell_id(&ret_compartment->v),
        [SU_CREATED] = cell_int(a->tx->now_us),
        [SU_SYNTHETIC] = cell_int(synthetic),
    };
    struct cell cells[CR_COUNT] = {
        [CR_ID] = cell_id(&role_id), [CR_CASE] = cell_id(&case_),         [CR_SUBJECT] = cell_id(&id),
        [CR_ROLE] = cell_c(role),    [CR_FROM] = cell_int(a->tx->now_us), [CR_UNTIL] = cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_SUBJECT, subject));
    TRY(row_insert(a->tx, &TABLE_CASE_ROLE, cells));
    *ret_id = id;
    return OK;
}

enum err registry_open_imported(struct act *a, const struct registry_import *in, struct case_id *ret_case,
                                struct compartment_id *ret_compartment, struct subject_id *ret_subjects,
                                struct compartment_id *ret_subject_compartments)
{
    struct open_case open = {.source = in->source,
                             .source_row = in->source_row,
                             .synthetic = in->synthetic,
                             .stage = in->stage,
                             .label = LABEL_AMBER};
    TRY(insert_case(a, &open, &ret_case->v, ret_compartment));
    for (size_t i = 0; i < in->nsubjects; i++)
        TRY(insert_subject(a, ret_case->v, a->ctx->agency, in->subjects[i].type, in->subjects[i].role,
                           in->synthetic, &ret_subjects[i].v, &ret_subject_compartments[i]));
    return OK;
}

/* ---- open, close, assign, share
 * ------------------------------------------------------------------------------------------------------ */

static const char *const label_words[] = {"TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED", NULL};
static const struct input_field open_inputs[] = {
    {.name = "office", .label = "Office", .type = IN_TEXT},
    {.name = "label", .label = "Handling label", .type = IN_WORD, .words = label_words},
    {.name = "synthetic", .label = "Synthetic (training or demonstration)", .type = IN_BOOL},
};

static enum err label_or_default(const struct act *a, enum label *ret)
{
    struct str s = in_text(a, "label");
    char *word = s.n ? arena_cstr(a->arena, s) : NULL;
    int found = word ? label_find(word) : -1;
    if (s.n && !word)
        return arena_err(a->arena); /* a case must not be less guarded than was asked for */
    *ret = found < 0 ? LABEL_AMBER : (enum label)found;
    return OK;
}

static enum err open_body(struct act *a)
{
    struct compartment_id c;
    struct open_case in = {.stage = a->pack->stages[0].id, .synthetic = in_bool(a, "synthetic")};
    struct str office = in_text(a, "office");
    if (!id_is_nil(a->subject))
        return FAIL(ERR_FIELD, "a new case is opened in no other object");
    TRY(label_or_default(a, &in.label));
    in.office = arena_cstr(a->arena, office);
    if (office.n && !pack_office(a->pack, in.office))
        return FAIL(ERR_FIELD, "field office: not one of the pack");
    TRY(insert_case(a, &in, &a->ret_id, &c));
    if (!id_is_nil(a->ctx->account))
        TRY(act_access(a, (struct case_id){a->ret_id}, a->ctx->agency, a->ctx->account, RELATION_OWNER,
                       BASIS_NONE, 0));
    return OK;
}

static enum err set_state(struct act *a, const char *from, const char *to, bool closed)
{
    struct cell c[CA_COUNT];
    TRY(case_load(a->tx->db, a->arena, a->subject, c));
    if (!str_is(c[CA_STATE].s, from))
        return FAIL(ERR_STATE, "the case is %s", c[CA_STATE].s.p);
    c[CA_STATE] = cell_c(to);
    c[CA_CLOSED] = closed ? cell_int(a->tx->now_us) : cell_null();
    TRY(row_update(a->tx, &TABLE_CASE, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[CA_VERSION].i;
    return OK;
}

/* The stage was decided anew since: a no from before stays lapsed, also when the case comes back to its
 * stage. */
static enum err decided_since(struct act *a, const struct cell *d, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id = cell_get_id(&d[DE_ID]);
    TRY(db_prepare(
        a->tx->db,
        "SELECT id FROM decision WHERE case_id = ?1 AND id <> ?2 AND ((negative = 0 AND at_us >= ?3) "
        "OR second_at_us >= ?3) LIMIT 1",
        &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_id(s, 2, &id);
    db_bind_i64(s, 3, d[DE_AT].i);
    return db_step(s, ret);
}

/* A no that still waits for a second agency, on the stage that the case is at. */
static enum err negative_waits(struct act *a, const char *stage, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        a->tx->db,
        "SELECT d.id FROM decision d WHERE d.case_id = ?1 AND d.negative = 1 AND d.second_at_us IS NULL "
        "AND d.from_stage = ?2 AND NOT EXISTS (SELECT e.id FROM decision e WHERE e.case_id = ?1 AND "
        "e.id <> d.id AND ((e.negative = 0 AND e.at_us >= d.at_us) OR e.second_at_us >= d.at_us)) "
        "LIMIT 1",
        &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(stage));
    return db_step(s, ret);
}

static enum err close_body(struct act *a)
{
    struct cell c[CA_COUNT];
    bool waits;
    TRY(case_load(a->tx->db, a->arena, a->subject, c));
    const struct stage *stage = stage_find(a->pack, c[CA_STAGE].s.p);
    TRY(negative_waits(a, c[CA_STAGE].s.p, &waits));
    if (!case_may_close(stage && stage->protects, waits))
        return FAIL(ERR_STATE, "a negative decision waits for a second agency: she is protected until then");
    return set_state(a, "open", "closed", true);
}

static enum err reopen_body(struct act *a)
{
    return set_state(a, "closed", "open", false);
}

static const struct input_field assign_inputs[] = {
    {.name = "account", .label = "Officer", .type = IN_ID, .required = true}};

#define GRANTS_MAX 64 /* of one agency to one case at a time */

struct grant {
    enum relation relation;
    enum basis basis;
    int64_t until_us; /* 0: open */
    uint32_t classes; /* 0: all */
    enum purpose purpose;
};

/* What the actor's agency has been given today. */
static enum err own_grants(struct act *a, struct grant ret[GRANTS_MAX], size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(a->tx->db,
                   "SELECT relation, basis, until_us, classes, purpose FROM access_grant WHERE case_id = ?1 "
                   "AND agency = ?2 AND "
                   "account IS NULL AND from_us <= ?3 AND (until_us IS NULL OR until_us > ?3) ORDER BY id",
                   &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(a->ctx->agency));
    db_bind_i64(s, 3, a->tx->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n == GRANTS_MAX)
            return FAIL(ERR_LIMIT, "more than %d grants of this case", GRANTS_MAX);
        ret[n++] = (struct grant){.relation = (enum relation)db_i64(s, 0),
                                  .basis = (enum basis)db_i64(s, 1),
                                  .until_us = db_null(s, 2) ? 0 : db_i64(s, 2),
                                  .classes = db_null(s, 3) ? 0 : (uint32_t)db_i64(s, 3),
                                  .purpose = db_null(s, 4) ? PURPOSE_NONE : (enum purpose)db_i64(s, 4)};
    }
    *ret_n = n;
    return OK;
}

/* The officer holds what the agency holds: no other basis, and no longer. */
static enum err assign_body(struct act *a)
{
    struct grant grants[GRANTS_MAX];
    struct id account = in_id(a, "account");
    size_t n;
    bool known;
    TRY(account_enabled(a->tx->db, account, a->ctx->agency, &known));
    if (!known)
        return FAIL(ERR_FIELD, "field account: no officer of this agency");
    TRY(own_grants(a, grants, &n));
    if (n == 0)
        return FAIL(ERR_STATE, "the agency has no part in this case today");
    for (size_t i = 0; i < n; i++) {
        struct grant_row row = {.agency = a->ctx->agency,
                                .account = account,
                                .relation = grants[i].relation,
                                .basis = grants[i].basis,
                                .from_us = a->tx->now_us,
                                .until_us = grants[i].until_us,
                                .classes = grants[i].classes,
                                .purpose = grants[i].purpose};
        bool held;
        TRY(grant_held(a, a->subject, &row, &held));
        if (!held)
            TRY(grant_insert(a, a->subject, &row));
    }
    a->ret_id = a->subject;
    return OK;
}

static const char *const basis_words[] = {"consent", "legal", "danger_to_life", NULL};
static const char *const relation_words[] = {"co_owner", "recipient", "copy", NULL};
static const struct input_field share_inputs[] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true},
    {.name = "relation", .label = "As", .type = IN_WORD, .required = true, .words = relation_words},
    {.name = "basis", .label = "Basis", .type = IN_WORD, .required = true, .words = basis_words},
    {.name = "class", .label = "Field class", .type = IN_TEXT, .multi = true},
    {.name = "until", .label = "Until", .type = IN_TIME},
};

static enum err grant_subjects(struct act *a, uint32_t classes, const char *agency, int64_t until_us)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    TRY(db_prepare(a->tx->db,
                   "SELECT DISTINCT s.compartment FROM case_role r JOIN subject s ON s.id = r.subject WHERE "
                   "r.case_id = ?1",
                   &s));
    db_bind_id(s, 1, &a->subject);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    TRY(buf_err(&found));
    for (size_t i = 0; i + 16 <= found.n; i += 16) {
        struct compartment_id c;
        memcpy(c.v.b, found.p + i, 16);
        TRY(vault_grant(a->tx, c, classes, agency, until_us));
    }
    return OK;
}

/* The classes to be shared. Each is asked of the policy as a grant on the basis that is recorded for the
 * other agency (docs/policy.md, 3). */
enum err case_shared_classes(struct act *a, enum basis basis, uint32_t *ret)
{
    const struct pair *classes;
    size_t n = in_all(a, "class", &classes);
    uint32_t bits = 1u << CLASS_ROUTING;
    if (!classes)
        return arena_err(a->arena);
    for (size_t i = 0; i < n; i++) {
        char *word = arena_cstr(a->arena, classes[i].value);
        int class = word ? class_find(word) : -1;
        if (class <= CLASS_NONE)
            return FAIL(ERR_FIELD, "field class: not a field class");
        if (class == CLASS_LOCATION)
            return FAIL(
                ERR_DENIED,
                "a place of shelter is not shared: the shelter's duty officer relays"); /* invariant 7 */
        bits |= 1u << class;
    }
    struct act asked = *a;
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        asked.scope.of_class[class] = basis;
        if (bits & (1u << class))
            TRY(act_may(&asked, (enum field_class) class));
    }
    a->obligations |= asked.obligations; /* a share without her consent is told to oversight */
    *ret = bits;
    return OK;
}

static enum err share_body(struct act *a)
{
    char *agency = arena_cstr(a->arena, in_text(a, "agency")),
         *relation_text = arena_cstr(a->arena, in_text(a, "relation")),
         *basis_text = arena_cstr(a->arena, in_text(a, "basis"));
    uint32_t bits;
    int64_t until = 0;
    if (!agency || !relation_text || !basis_text)
        return arena_err(a->arena);
    if (!pack_agency(a->pack, agency) || strcmp(agency, a->object.owner) == 0)
        return FAIL(ERR_FIELD, "field agency: not another one of the pack");
    int relation = relation_find(relation_text), basis = basis_find(basis_text);
    if (relation <= RELATION_OWNER)
        return FAIL(ERR_FIELD, "field relation: not one of its words");
    if (basis <= BASIS_NONE)
        return FAIL(ERR_FIELD, "field basis: not one of its words");
    if (in_given(a, "until"))
        TRY(utc_parse(in_text(a, "until"), &until));
    if (in_given(a, "until") && until <= a->tx->now_us)
        return FAIL(ERR_FIELD, "field until: in the future");
    TRY(case_shared_classes(a, (enum basis)basis, &bits));
    TRY(act_access_for(a, (struct case_id){a->subject}, agency, id_nil(), (enum relation)relation,
                       (enum basis)basis, until, bits, PURPOSE_NONE));
    TRY(vault_grant(a->tx, a->object.compartment, bits, agency, until));
    TRY(grant_subjects(a, bits, agency, until));
    TRY(act_emit(a, "case.shared", a->subject, str_of(agency)));
    a->ret_id = a->subject;
    return OK;
}

/* ---- stages: yes is easy, no is hard (invariant 2)
 * --------------------------------------------------------------------------------------- */

static const struct input_field stage_inputs[] = {
    {.name = "stage", .label = "Stage", .type = IN_TEXT, .required = true},
    {.name = "reasons", .label = "Reasons", .type = IN_LONG_TEXT, .personal = true},
    {.name = "review_route", .label = "How it can be reviewed", .type = IN_TEXT, .personal = true},
};

static enum err write_decision(struct act *a, const char *from, const char *stage, bool negative,
                               struct id *ret)
{
    struct buf reasons CLEANUP(buf_free) = {0}, review CLEANUP(buf_free) = {0};
    struct id id = id_new();
    struct str route = in_text(a, "review_route");
    /* free text: it may name her */
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                   (struct place){&TABLE_DECISION, id, DE_REASONS}, in_text(a, "reasons"), &reasons));
    if (route.n)
        TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                       (struct place){&TABLE_DECISION, id, DE_REVIEW}, route, &review));
    struct cell cells[DE_COUNT] = {
        [DE_ID] = cell_id(&id),
        [DE_CASE] = cell_id(&a->subject),
        [DE_STAGE] = cell_c(stage),
        [DE_NEGATIVE] = cell_int(negative),
        [DE_REASONS] = cell_str(buf_view(&reasons)),
        [DE_REVIEW] = route.n ? cell_str(buf_view(&review)) : cell_null(),
        [DE_AGENCY] = cell_c(a->ctx->agency),
        [DE_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [DE_AT] = cell_int(a->tx->now_us),
        [DE_FROM] = cell_c(from),
        [DE_ROLE] = cell_int(a->ctx->role),
    };
    *ret = id;
    return row_insert(a->tx, &TABLE_DECISION, cells);
}

static enum err set_stage_body(struct act *a)
{
    struct cell c[CA_COUNT];
    struct id decision;
    char *stage = arena_cstr(a->arena, in_text(a, "stage"));
    TRY(case_load(a->tx->db, a->arena, a->subject, c));
    int to = stage ? stage_order(a->pack, stage) : -1, from = stage_order(a->pack, c[CA_STAGE].s.p);
    if (to < 0)
        return FAIL(ERR_FIELD, "field stage: not a stage of the pack");
    if (to == from)
        return FAIL(ERR_STATE, "the case is at this stage already");
    bool negative = from < 0 || decision_negative(a->pack, from, to);
    if (!decision_complete(negative, in_given(a, "reasons"), in_given(a, "review_route")))
        return FAIL(ERR_FIELD, "field reasons: a negative decision needs reasons and a review route");
    TRY(write_decision(a, c[CA_STAGE].s.p, stage, negative, &decision));
    a->ret_id = decision;
    if (negative) /* takes effect when a second agency confirms */
        return act_emit(a, "decision.second_agency_needed", decision, STR(""));
    c[CA_STAGE] = cell_c(stage);
    TRY(row_update(a->tx, &TABLE_CASE, c, a->expected_version));
    a->ret_version = c[CA_VERSION].i;
    return stage_find(a->pack, stage)->protects ? act_emit(a, "case.protected", a->subject, STR("")) : OK;
}

static const struct input_field confirm_inputs[] = {
    {.name = "decision", .label = "Decision", .type = IN_ID, .required = true}};

static enum err confirm_body(struct act *a)
{
    struct cell d[DE_COUNT], c[CA_COUNT];
    struct id case_;
    bool since;
    TRY(row_named(a, &TABLE_DECISION, "decision", "decision", d));
    case_ = cell_get_id(&d[DE_CASE]);
    if (!id_eq(case_, a->subject) || !d[DE_NEGATIVE].i)
        return FAIL(ERR_NOT_FOUND, "decision");
    TRY(case_load(a->tx->db, a->arena, a->subject, c));
    enum decision_state state =
        decision_state(true, d[DE_SECOND_AT].kind != CELL_NULL,
                       d[DE_FROM].kind == CELL_NULL ? "" : d[DE_FROM].s.p, c[CA_STAGE].s.p);
    if (state == DECISION_CONFIRMED)
        return FAIL(ERR_STATE, "the decision is confirmed already");
    if (!decision_may_confirm(d[DE_AGENCY].s.p, a->ctx->agency))
        return FAIL(ERR_DENIED, "a negative decision is confirmed by another agency");
    /* who has an account in both agencies is one person */
    TRY(account_second(a, cell_get_id(&d[DE_ACCOUNT]), a->ctx->account, true));
    TRY(decided_since(a, d, &since));
    if (state == DECISION_LAPSED || since)
        return FAIL(ERR_STATE, "the stage has changed since the decision");
    if (act_decide(a, CLASS_IDENTITY).verdict !=
        VERDICT_ALLOW) /* where the reasons lie; nobody agrees to what she cannot read */
        return FAIL(ERR_STATE, "the reasons are not open to you: ask the holder to share what they rest on");
    d[DE_SECOND_AGENCY] = cell_c(a->ctx->agency);
    d[DE_SECOND_ACCOUNT] = cell_id_or_null(&a->ctx->account);
    d[DE_SECOND_ROLE] = cell_int(a->ctx->role);
    d[DE_SECOND_AT] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_DECISION, d, -1));
    c[CA_STAGE] = d[DE_STAGE];
    TRY(row_update(a->tx, &TABLE_CASE, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[CA_VERSION].i;
    return OK;
}

/* ---- subjects
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static const char *const type_words[] = {"person", "organisation", NULL};
static const struct input_field add_inputs[] = {
    {.name = "type",
     .label = "Person or organisation",
     .type = IN_WORD,
     .required = true,
     .words = type_words},
    {.name = "role", .label = "Role in the case", .type = IN_TEXT, .required = true},
};

static enum err known_role(const struct act *a, const char **ret)
{
    const struct code_list *roles = pack_codes(a->pack, "subject_role");
    char *role = arena_cstr(a->arena, in_text(a, "role"));
    if (!role)
        return arena_err(a->arena);
    if (!roles || !code_find(roles, role))
        return FAIL(ERR_FIELD, "field role: not a code of list subject_role");
    *ret = role;
    return OK;
}

/* Who has part in the case has the same part in one who is added to it later. */
enum err grant_as_case(struct act *a, struct compartment_id to)
{
    struct wrap {
        int64_t class, until_us;
        const char *agency;
    } *wraps = ARENA_ARRAY(a->arena, WRAPS_MAX, struct wrap);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    if (!wraps)
        return arena_err(a->arena);
    TRY(db_prepare(
        a->tx->db,
        "SELECT class, agency, until_us FROM compartment_key WHERE compartment = ?1 AND agency <> ?2 "
        "AND (until_us IS NULL OR until_us > ?3) ORDER BY agency, class",
        &s));
    db_bind_id(s, 1, &a->object.compartment.v);
    db_bind_text(s, 2, str_of(a->object.owner));
    db_bind_i64(s, 3, a->tx->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n == WRAPS_MAX)
            return FAIL(ERR_LIMIT, "more than %d keys of this case", WRAPS_MAX);
        wraps[n] = (struct wrap){db_i64(s, 0), db_null(s, 2) ? 0 : db_i64(s, 2),
                                 arena_cstr(a->arena, db_text(s, 1))};
        if (!wraps[n++].agency)
            return arena_err(a->arena);
    }
    for (size_t i = 0; i < n; i++)
        TRY(vault_grant(a->tx, to, 1u << wraps[i].class, wraps[i].agency, wraps[i].until_us));
    return OK;
}

/* The case is the subject of the action: who may change the case may add to it. */
static enum err subject_add_body(struct act *a)
{
    struct cell c[CA_COUNT];
    struct compartment_id compartment;
    const char *role;
    TRY(known_role(a, &role));
    TRY(case_load(a->tx->db, a->arena, a->subject, c));
    enum subject_type type = str_is(in_text(a, "type"), "person") ? SUBJECT_PERSON : SUBJECT_ORGANISATION;
    TRY(insert_subject(a, a->subject, a->object.owner, type, role, c[CA_SYNTHETIC].i != 0, &a->ret_id,
                       &compartment));
    return grant_as_case(a, compartment);
}

const struct input_field BRING_INPUTS[3] = {
    {.name = "subject", .label = "Person or organisation", .type = IN_ID, .required = true},
    {.name = "from", .label = "Case through which it is seen", .type = IN_ID, .required = true},
    {.name = "role", .label = "Role in the case", .type = IN_TEXT, .required = true},
};

/* The same entry in a second case: one story, told once. Names and identifiers come with it, papers stay with
 * the case that they were written in. Only within what one agency holds: to another one it is a referral. */
enum err subject_bring_body(struct act *a)
{
    struct cell s[SU_COUNT];
    struct object seen;
    struct id subject = in_id(a, "subject"), id = id_new();
    const char *role;
    bool linked;
    TRY(known_role(a, &role));
    TRY(subject_may_link(a, subject, in_id(a, "from"), &seen));
    TRY(subject_linked(a->tx->db, subject, a->subject, &linked));
    if (linked)
        return FAIL(ERR_STATE, "it is in this case already: give it a second role");
    TRY(row_get(a->tx->db, a->arena, &TABLE_SUBJECT, subject, s));
    if (!str_is(s[SU_AGENCY].s, a->object.owner))
        return FAIL(ERR_STATE, "it belongs to another agency: say that two entries are one person instead");
    if (role_class(a->pack, role) == CLASS_IDENTITY)
        TRY(subject_as_identity(a, subject, seen.compartment));
    struct cell cells[CR_COUNT] = {
        [CR_ID] = cell_id(&id),   [CR_CASE] = cell_id(&a->subject),    [CR_SUBJECT] = cell_id(&subject),
        [CR_ROLE] = cell_c(role), [CR_FROM] = cell_int(a->tx->now_us), [CR_UNTIL] = cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_CASE_ROLE, cells));
    a->ret_id = subject;
    return grant_as_case(a, seen.compartment);
}

#define CASE_ACTION(name_, summary_, verb_, inputs_, body_)                                          \
    {                                                                                                \
        .name = name_, .summary = summary_, .verb = verb_, .object = OBJECT_CASE, .inputs = inputs_, \
        .ninputs = sizeof inputs_ / sizeof *inputs_, .find = registry_find_case, .body = body_,      \
        .duty = "1(1)/b"                                                                             \
    }

const struct action CASE_ACTIONS[] = {
    {.name = "case.open",
     .summary = "Open a case",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .inputs = open_inputs,
     .ninputs = sizeof open_inputs / sizeof *open_inputs,
     .creates = true,
     .body = open_body,
     .duty = "1(1)/b"},
    {.name = "case.close",
     .summary = "Close a case",
     .verb = VERB_CLOSE,
     .object = OBJECT_CASE,
     .find = registry_find_case,
     .body = close_body},
    {.name = "case.reopen",
     .summary = "Open a closed case again",
     .verb = VERB_CLOSE,
     .object = OBJECT_CASE,
     .find = registry_find_case,
     .body = reopen_body},
    CASE_ACTION("case.assign", "Name an officer who needs to know", VERB_ASSIGN, assign_inputs, assign_body),
    CASE_ACTION("case.share", "Share a case with another agency", VERB_GRANT, share_inputs, share_body),
    CASE_ACTION("case.set_stage", "Decide the stage of identification", VERB_DECIDE, stage_inputs,
                set_stage_body),
    CASE_ACTION("case.confirm_decision", "Confirm a negative decision of another agency", VERB_DECIDE,
                confirm_inputs, confirm_body),
    CASE_ACTION("subject.add", "Add a person or organisation to a case", VERB_UPDATE, add_inputs,
                subject_add_body),
};
const size_t NCASE_ACTIONS = sizeof CASE_ACTIONS / sizeof *CASE_ACTIONS;
