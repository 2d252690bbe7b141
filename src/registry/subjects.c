/* SPDX-License-Identifier: Apache-2.0 */
/* subjects.c - roles, names, identifiers, same_person. The subject of each action is the person or
 * organisation; the input `case` says through which case the actor sees it. */
#include "core/pager.h"
#include "registry/own.h"
#include "sys/text.h"

#define CASE_INPUT                                                       \
    {                                                                    \
        .name = "case", .label = "Case", .type = IN_ID, .required = true \
    }

static const struct input_field role_inputs[] = {
    CASE_INPUT,
    {.name = "role", .label = "Role in the case", .type = IN_TEXT, .required = true},
    {.name = "from", .label = "From", .type = IN_TIME},
};
static const struct input_field end_inputs[] = {
    CASE_INPUT, {.name = "row", .label = "Entry", .type = IN_ID, .required = true}};

static enum err time_or_now(const struct act *a, const char *name, int64_t *ret)
{
    *ret = a->tx->now_us;
    return in_given(a, name) ? utc_parse(in_text(a, name), ret) : OK;
}

/* Identity, unless every role the subject ever had is an offender's. */
static enum err subject_class(struct act *a, enum field_class *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = CLASS_SUSPECT;
    TRY(db_prepare(a->tx->db, "SELECT role FROM case_role WHERE subject = ?1", &s));
    db_bind_id(s, 1, &a->subject);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        char *role = arena_cstr(a->arena, db_text(s, 0));
        if (!role)
            return arena_err(a->arena);
        if (role_class(a->pack, role) == CLASS_IDENTITY)
            *ret = CLASS_IDENTITY;
    }
}

/* One sealed column of one row under another class. */
static enum err reseal(struct act *a, const struct table *t, struct id id, int class_column, int column)
{
    struct cell c[TABLE_COLUMNS_MAX];
    struct buf sealed CLEANUP(buf_free) = {0};
    struct compartment_id in = a->object.compartment;
    struct place at = {t, id, column};
    const char *owner;
    struct str plain;
    TRY(row_get(a->tx->db, a->arena, t, id, c));
    TRY(vault_owner(a->tx->db, a->arena, in, &owner));
    TRY(vault_open(a->tx->vault, a->tx->db, owner, in, (enum field_class)c[class_column].i, a->tx->now_us, at,
                   c[column].s, a->arena, &plain));
    TRY(vault_seal(a->tx, in, CLASS_IDENTITY, at, plain, &sealed));
    c[class_column] = cell_int(CLASS_IDENTITY);
    c[column] = cell_str(buf_view(&sealed));
    return row_update(a->tx, t, c, -1);
}

static enum err reseal_all(struct act *a, const struct table *t, const char *sql, int class_column,
                           int column)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(a->tx->db, sql, &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_i64(s, 2, CLASS_IDENTITY);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    TRY(buf_err(&found));
    for (size_t i = 0; i + sizeof(struct id) <= found.n; i += sizeof(struct id)) {
        struct id id;
        memcpy(id.b, found.p + i, sizeof id.b);
        TRY(reseal(a, t, id, class_column, column));
    }
    return OK;
}

/* Who was sealed as an offender and now is a victim, too: as a victim from here on. */
static enum err seal_as_identity(struct act *a)
{
    TRY(reseal_all(a, &TABLE_NAME, "SELECT id FROM name WHERE subject = ?1 AND class <> ?2", NA_CLASS,
                   NA_BODY));
    return reseal_all(a, &TABLE_IDENTIFIER, "SELECT id FROM identifier WHERE subject = ?1 AND class <> ?2",
                      IT_CLASS, IT_VALUE);
}

enum err subject_as_identity(struct act *a, struct id subject, struct compartment_id c)
{
    struct act about =
        *a; /* the same transaction; what is resealed is another object than that of the action */
    about.subject = subject;
    about.object.compartment = c;
    return seal_as_identity(&about);
}

static enum err set_role_body(struct act *a)
{
    enum field_class before, after;
    const struct code_list *roles = pack_codes(a->pack, "subject_role");
    char *role = arena_cstr(a->arena, in_text(a, "role"));
    struct id id = id_new(), case_ = in_id(a, "case");
    int64_t from;
    if (!role || !roles || !code_find(roles, role))
        return FAIL(ERR_FIELD, "field role: not a code of list subject_role");
    TRY(time_or_now(a, "from", &from));
    struct cell cells[CR_COUNT] = {
        [CR_ID] = cell_id(&id),   [CR_CASE] = cell_id(&case_), [CR_SUBJECT] = cell_id(&a->subject),
        [CR_ROLE] = cell_c(role), [CR_FROM] = cell_int(from),  [CR_UNTIL] = cell_null(),
    };
    TRY(subject_class(a, &before));
    TRY(row_insert(a->tx, &TABLE_CASE_ROLE, cells));
    TRY(subject_class(a, &after));
    a->ret_id = id;
    return before != after ? seal_as_identity(a) : OK;
}

/* Ends a dated row (role, name, identifier) of this subject; nothing is deleted. class_column: of what is
 * sealed in it, -1 for none. */
static enum err end_row(struct act *a, const struct table *t, int subject_column, int class_column,
                        int until_column)
{
    struct cell cells[TABLE_COLUMNS_MAX];
    TRY(row_named(a, t, "row", "subject", cells));
    if (!id_eq(cell_get_id(&cells[subject_column]), a->subject))
        return FAIL(ERR_NOT_FOUND, "subject");
    if (class_column >= 0)
        TRY(act_may(a, (enum field_class)cells[class_column].i));
    if (cells[until_column].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the entry has ended already");
    cells[until_column] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, t, cells, a->expected_version));
    a->ret_id = cell_get_id(&cells[0]);
    a->ret_version = cells[table_version_column(t)].i;
    return OK;
}

static enum err end_role_body(struct act *a)
{
    struct cell role[CR_COUNT];
    struct stmt *s;
    bool row;
    TRY(row_named(a, &TABLE_CASE_ROLE, "row", "subject", role));
    if (!id_eq(cell_get_id(&role[CR_CASE]),
               in_id(a, "case"))) /* of another case, which is not hers to change */
        return FAIL(ERR_NOT_FOUND, "subject");
    TRY(db_prepare(a->tx->db,
                   "SELECT count(*) FROM case_role WHERE case_id = ?1 AND subject = ?2 AND until_us IS NULL",
                   &s));
    struct id case_ = in_id(a, "case");
    db_bind_id(s, 1, &case_);
    db_bind_id(s, 2, &a->subject);
    TRY(db_step(s, &row));
    int64_t open = db_i64(s, 0);
    db_reset(s);
    if (open < 2)
        return FAIL(ERR_STATE, "the last role of a subject in a case does not end: give the new role first");
    return end_row(a, &TABLE_CASE_ROLE, CR_SUBJECT, -1, CR_UNTIL);
}

/* ---- names
 * --------------------------------------------------------------------------------------------------------------------------------
 */

static const char *const name_types[] = {"legal", "alias", "birth", "passport", "nickname", "trade", NULL};
static const struct input_field name_inputs[] = {
    CASE_INPUT,
    {.name = "type", .label = "Kind of name", .type = IN_WORD, .required = true, .words = name_types},
    {.name = "full", .label = "Full name as written", .type = IN_TEXT, .personal = true, .required = true},
    {.name = "family", .label = "Family name", .type = IN_TEXT, .personal = true},
    {.name = "given", .label = "Given name", .type = IN_TEXT, .personal = true},
    {.name = "reading", .label = "Reading", .type = IN_TEXT, .personal = true},
    {.name = "passport_form", .label = "As in the passport", .type = IN_TEXT, .personal = true},
    {.name = "mononym", .label = "One name only", .type = IN_BOOL},
    {.name = "family_first", .label = "Family name first", .type = IN_BOOL},
};

static enum err name_body(struct act *a)
{
    static const char *const parts[] = {"full", "family", "given", "reading", "passport_form"};
    struct pair pairs[8];
    struct buf plain CLEANUP(buf_free) = {0}, sealed CLEANUP(buf_free) = {0};
    struct id id = id_new();
    enum field_class class;
    size_t n = 0;
    TRY(subject_class(a, &class));
    TRY(act_may(a, class));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct str normal;
        if (!in_given(a, parts[i]))
            continue;
        TRY(text_nfc(a->arena, in_text(a, parts[i]), &normal));
        pairs[n++] = (struct pair){str_of(parts[i]), normal, VALUE_GIVEN};
    }
    pairs[n++] = (struct pair){STR("script"), str_of(text_script(in_text(a, "full"))), VALUE_GIVEN};
    if (in_bool(a, "mononym"))
        pairs[n++] = (struct pair){STR("mononym"), STR("yes"), VALUE_GIVEN};
    if (in_bool(a, "family_first"))
        pairs[n++] = (struct pair){STR("family_first"), STR("yes"), VALUE_GIVEN};
    TRY(record_body_pack(pairs, n, &plain));
    TRY(vault_seal(a->tx, a->object.compartment, class, (struct place){&TABLE_NAME, id, NA_BODY},
                   buf_view(&plain), &sealed));
    secret_wipe(plain.p, plain.n);
    struct cell cells[NA_COUNT] = {
        [NA_ID] = cell_id(&id),
        [NA_SUBJECT] = cell_id(&a->subject),
        [NA_TYPE] = cell_str(in_text(a, "type")),
        [NA_CLASS] = cell_int(class),
        [NA_BODY] = cell_str(buf_view(&sealed)),
        [NA_FROM] = cell_int(a->tx->now_us),
        [NA_UNTIL] = cell_null(),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_NAME, cells);
}

static enum err name_end_body(struct act *a)
{
    return end_row(a, &TABLE_NAME, NA_SUBJECT, NA_CLASS, NA_UNTIL);
}

/* ---- identifiers
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static const char *const identifier_types[] = {
    "passport",  "residence_card",   "national_id", "phone", "email",
    "messenger", "corporate_number", "licence",     "other", NULL};
static const struct input_field identifier_inputs[] = {
    CASE_INPUT,
    {.name = "type",
     .label = "Kind of identifier",
     .type = IN_WORD,
     .required = true,
     .words = identifier_types},
    {.name = "value", .label = "Identifier", .type = IN_TEXT, .required = true, .personal = true},
};

static enum err identifier_body(struct act *a)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct id id = id_new();
    struct str normal, folded;
    enum field_class class;
    TRY(text_nfc(a->arena, in_text(a, "value"), &normal));
    TRY(text_fold(a->arena, normal, &folded));
    TRY(subject_class(a, &class));
    TRY(act_may(a, class));
    TRY(vault_seal(a->tx, a->object.compartment, class, (struct place){&TABLE_IDENTIFIER, id, IT_VALUE},
                   normal, &sealed));
    struct cell cells[IT_COUNT] = {
        [IT_ID] = cell_id(&id),
        [IT_SUBJECT] = cell_id(&a->subject),
        [IT_TYPE] = cell_str(in_text(a, "type")),
        [IT_CLASS] = cell_int(class),
        [IT_VALUE] = cell_str(buf_view(&sealed)),
        [IT_FROM] = cell_int(a->tx->now_us),
        [IT_UNTIL] = cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_IDENTIFIER, cells));
    char *field = arena_printf(a->arena, "identifier.%.*s", STR_FMT(in_text(a, "type")));
    if (!field)
        return arena_err(a->arena);
    a->ret_id = id;
    TRY(vault_blind_put(a->tx, a->object.compartment, a->object.owner, field, folded, a->subject));
    TRY(number_fold(a->arena, normal, a->pack ? a->pack->calling_code : NULL, &folded));
    if (!folded.n)
        return OK;
    return vault_blind_put(a->tx, a->object.compartment, a->object.owner, NUMBER_FIELD, folded, a->subject);
}

/* ---- whose number is it?
 * ------------------------------------------------------------------------------------
 */

static enum err cases_of(struct act *a, struct id subject, struct registry_holder *list, size_t *n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        a->tx->db,
        "SELECT DISTINCT c.id, c.agency FROM case_role r JOIN case_file c ON c.id = r.case_id WHERE "
        "r.subject = ?1 ORDER BY c.id LIMIT ?2",
        &s));
    db_bind_id(s, 1, &subject);
    db_bind_i64(s, 2, REGISTRY_HOLDERS_MAX);
    for (;;) {
        bool row, known = false;
        struct id id;
        TRY(db_step(s, &row));
        if (!row || *n == REGISTRY_HOLDERS_MAX)
            return OK;
        TRY(db_id(s, 0, &id));
        for (size_t i = 0; i < *n && !known; i++)
            known = id_eq(list[i].case_, id);
        if (known)
            continue;
        list[*n] = (struct registry_holder){id, arena_cstr(a->arena, db_text(s, 1))};
        if (!list[(*n)++].agency)
            return arena_err(a->arena);
    }
}

enum err registry_holders_of(struct act *a, const struct id *subjects, size_t n, struct registry_holder *list,
                             size_t *ret_n)
{
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    for (size_t i = 0; i < n; i++)
        TRY(cases_of(a, subjects[i], list, ret_n));
    return OK;
}

static enum err with_number(struct act *a, const char *agency, const char *field, struct str folded,
                            struct registry_holder *list, size_t *ret_n)
{
    struct id *subjects;
    size_t n;
    TRY(vault_blind_find(a->tx->vault, a->tx->db, a->arena, agency, field, folded, &subjects, &n));
    return registry_holders_of(a, subjects, n, list, ret_n);
}

enum err registry_holders(struct act *a, struct str number, struct registry_holder *list, size_t *ret_n)
{
    struct str folded, plain;
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(text_fold(a->arena, number, &folded));
    TRY(number_fold(a->arena, number, a->pack->calling_code, &plain));
    for (size_t i = 0; folded.n && i < a->pack->nagencies; i++) {
        const char *agency = a->pack->agencies[i].id;
        if (plain.n)
            TRY(with_number(a, agency, NUMBER_FIELD, plain, list, ret_n));
        for (const char *const *type = identifier_types; *type; type++) { /* of before numbers were folded */
            char *field = arena_printf(a->arena, "identifier.%s", *type);
            TRY(field ? with_number(a, agency, field, folded, list, ret_n) : arena_err(a->arena));
        }
    }
    return OK;
}

static enum err identifier_end_body(struct act *a)
{
    return end_row(a, &TABLE_IDENTIFIER, IT_SUBJECT, IT_CLASS, IT_UNTIL);
}

/* ---- same person
 * ---------------------------------------------------------------------------------------------------------------------------------
 */

static const struct input_field same_inputs[] = {
    CASE_INPUT,
    {.name = "other", .label = "The other entry", .type = IN_ID, .required = true},
    {.name = "other_case", .label = "Case of the other entry", .type = IN_ID, .required = true},
    {.name = "basis", .label = "Basis", .type = IN_TEXT, .required = true, .personal = true},
};
static const struct input_field reverse_inputs[] = {
    CASE_INPUT, {.name = "assertion", .label = "Assertion", .type = IN_ID, .required = true}};

enum err subject_may_link(struct act *a, struct id subject, struct id in_case, struct object *ret)
{
    struct scope scope;
    TRY(REGISTRY_ENTITIES.subject(a->tx->db, a->arena, subject, (struct case_id){in_case}, ret));
    TRY(door_scope(a->tx->db, a->ctx, ret, a->tx->now_us, &scope));
    struct policy_question q = {.role = a->ctx->role,
                                .verb = VERB_LINK,
                                .object = OBJECT_SUBJECT,
                                .relation = scope.relation,
                                .need_to_know = scope.need_to_know,
                                .purpose = a->ctx->purpose,
                                .basis = scope.basis,
                                .label = ret->label,
                                .break_glass = scope.break_glass,
                                .assurance = a->ctx->assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW ? OK : FAIL(ERR_NOT_FOUND, "subject");
}

static enum err same_body(struct act *a)
{
    struct object other;
    struct id id = id_new(), b = in_id(a, "other");
    TRY(subject_may_link(a, b, in_id(a, "other_case"), &other));
    if (id_eq(a->subject, b))
        return FAIL(ERR_FIELD, "field other: the same entry");
    struct buf basis CLEANUP(buf_free) = {0}; /* free text: it may name her */
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                   (struct place){&TABLE_SAME_PERSON, id, SP_BASIS}, in_text(a, "basis"), &basis));
    struct cell cells[SP_COUNT] = {
        [SP_ID] = cell_id(&id),
        [SP_A] = cell_id(&a->subject),
        [SP_B] = cell_id(&b),
        [SP_BASIS] = cell_str(buf_view(&basis)),
        [SP_ASSERTED] = cell_int(a->tx->now_us),
        [SP_ASSERTED_BY] = cell_id_or_null(&a->ctx->account),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_SAME_PERSON, cells);
}

#define SIDES_MAX 100 /* cases of one person */

/* Through any case that the actor may link it in. */
static enum err may_link_somewhere(struct act *a, struct id subject)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id cases[SIDES_MAX];
    struct object o;
    size_t n;
    TRY(db_prepare(a->tx->db,
                   "SELECT DISTINCT r.case_id FROM case_role r JOIN access_grant g ON g.case_id = r.case_id "
                   "WHERE r.subject = ?1 AND g.agency = ?2 ORDER BY r.case_id LIMIT ?3",
                   &s));
    db_bind_id(s, 1, &subject);
    db_bind_text(s, 2, str_of(a->ctx->agency));
    db_bind_i64(s, 3, SIDES_MAX);
    TRY(stmt_ids(s, SIDES_MAX, cases, &n));
    for (size_t i = 0; i < n; i++) {
        enum err e = subject_may_link(a, subject, cases[i], &o);
        if (e != ERR_NOT_FOUND)
            return e;
        err_clear();
    }
    return FAIL(ERR_NOT_FOUND, "subject");
}

/* What links two is taken back by who sees both: it may be what protects her in the other case. */
static enum err reverse_body(struct act *a)
{
    struct cell c[SP_COUNT];
    TRY(row_named(a, &TABLE_SAME_PERSON, "assertion", "subject", c));
    if (!id_eq(cell_get_id(&c[SP_A]), a->subject) && !id_eq(cell_get_id(&c[SP_B]), a->subject))
        return FAIL(ERR_NOT_FOUND, "subject");
    struct id one = cell_get_id(&c[SP_A]), other = cell_get_id(&c[SP_B]);
    TRY(may_link_somewhere(a, id_eq(one, a->subject) ? other : one));
    if (c[SP_REVERSED].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the assertion was reversed already");
    c[SP_REVERSED] = cell_int(a->tx->now_us);
    c[SP_REVERSED_BY] = cell_id_or_null(&a->ctx->account);
    TRY(row_update(a->tx, &TABLE_SAME_PERSON, c, a->expected_version));
    a->ret_id = cell_get_id(&c[SP_ID]);
    a->ret_version = c[SP_VERSION].i;
    return OK;
}

#define SUBJECT_ACTION(name_, summary_, verb_, inputs_, body_)                                          \
    {                                                                                                   \
        .name = name_, .summary = summary_, .verb = verb_, .object = OBJECT_SUBJECT, .inputs = inputs_, \
        .ninputs = sizeof inputs_ / sizeof *inputs_, .find = registry_find_subject, .body = body_,      \
        .duty = "1(1)/b"                                                                                \
    }

const struct action SUBJECT_ACTIONS[] = {
    SUBJECT_ACTION("subject.set_role", "Give a dated role in a case", VERB_LINK, role_inputs, set_role_body),
    SUBJECT_ACTION("subject.end_role", "End a role in a case", VERB_LINK, end_inputs, end_role_body),
    SUBJECT_ACTION("name.add", "Add a name", VERB_UPDATE, name_inputs, name_body),
    SUBJECT_ACTION("name.end", "End a name", VERB_UPDATE, end_inputs, name_end_body),
    SUBJECT_ACTION("identifier.add", "Add an identifier", VERB_UPDATE, identifier_inputs, identifier_body),
    SUBJECT_ACTION("identifier.end", "End an identifier", VERB_UPDATE, end_inputs, identifier_end_body),
    SUBJECT_ACTION("same_person.assert", "Say that two entries are one person", VERB_LINK, same_inputs,
                   same_body),
    SUBJECT_ACTION("same_person.reverse", "Take back that two entries are one person", VERB_LINK,
                   reverse_inputs, reverse_body),
};
const size_t NSUBJECT_ACTIONS = sizeof SUBJECT_ACTIONS / sizeof *SUBJECT_ACTIONS;
