/* SPDX-License-Identifier: Apache-2.0 */
/* account.c - officers' accounts: their rows, and the actions on them. Names and logins are sealed in the
 * staff compartment of the agency; a login is found through a blind index that is one for all agencies,
 * because who signs in has not said which. */
#include "core/account.h"

#include "base/alloc.h"
#include "core/account/own.h"
#include "sys/text.h"

#define LOGIN_AGENCY "" /* of the blind index */
#define LOGIN_FIELD  "account.login"

static const struct column account_columns[AC_COUNT] = {
    [AC_ID] = {"id", COL_ID, 0, NULL},
    [AC_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [AC_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [AC_NAME] = {"name", COL_BLOB, COL_SEALED, NULL},
    [AC_LOGIN] = {"login", COL_BLOB, COL_SEALED, NULL},
    [AC_PASSWORD] = {"password", COL_TEXT, 0, NULL},
    [AC_PASSWORD_AT] = {"password_us", COL_INT, 0, NULL},
    [AC_CREATED] = {"created_us", COL_INT, 0, NULL},
    [AC_DISABLED] = {"disabled_us", COL_INT, COL_NULL, NULL},
    [AC_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [AC_KEYS_OFF] = {"keys_off", COL_INT, COL_NULL, NULL},
    [AC_ENROLMENT] = {"enrolment", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [AC_PERSON] = {"person", COL_ID, COL_NULL, NULL},
    [AC_STAFF_NUMBER] = {"staff_number", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [AC_MADE_BY] = {"made_by", COL_ID, COL_NULL, NULL},
    [AC_SINCE] = {"since_us", COL_INT, COL_NULL, NULL},
};
static const char *const account_indexes[] = {"(agency, id)", "(disabled_us)", "(person)", NULL};
const struct table TABLE_ACCOUNT = {60, "account", account_columns, AC_COUNT, account_indexes, NULL, false};

static const struct column role_columns[RO_COUNT] = {
    [RO_ID] = {"id", COL_ID, 0, NULL},
    [RO_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [RO_ROLE] = {"role", COL_INT, 0, NULL},
    [RO_PURPOSE] = {"purpose", COL_INT, 0, NULL},
    [RO_FROM] = {"from_us", COL_INT, 0, NULL},
    [RO_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [RO_APPROVER] = {"approver", COL_ID, COL_NULL, NULL},
    [RO_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const role_indexes[] = {"(account, from_us, id)", NULL};
const struct table TABLE_ACCOUNT_ROLE = {61,           "account_role", role_columns, RO_COUNT,
                                         role_indexes, NULL,           false};

/* ---- looking up ------------------------------------------------------------------------------------------
 */

enum err account_ids(struct db *db, struct arena *a, const char *sql, struct id key, struct id **ret,
                     size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    struct str all;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &key);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

enum err account_meta(struct db *db, const char *row_name, int64_t absent, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db, "SELECT value FROM meta WHERE name = ?1", &s));
    db_bind_text(s, 1, str_of(row_name));
    TRY(db_step(s, &row));
    *ret = absent;
    if (row && str_i64(db_text(s, 0), 0, INT64_MAX, ret) != OK)
        return FAIL(ERR_CONFIG, "meta row %s is not a number", row_name);
    return OK;
}

enum err account_cost(struct db *db, enum argon_cost *ret)
{
    int64_t synthetic;
    TRY(account_meta(db, "synthetic", 0, &synthetic));
    *ret = synthetic ? ARGON_DEMO : ARGON_INTERACTIVE;
    return OK;
}

enum err account_by_login(struct vault *v, struct db *db, struct arena *a, struct str login, struct id *ret)
{
    struct str folded;
    struct id *found;
    size_t n = 0;
    *ret = id_nil();
    if (login.n > NAME_MAX_BYTES || !str_utf8_ok(login))
        login = STR("");
    TRY(text_fold(a, login, &folded));
    TRY(vault_blind_find(v, db, a, LOGIN_AGENCY, LOGIN_FIELD, folded, &found, &n));
    if (n)
        *ret = found[0];
    return OK;
}

struct object account_object(const struct cell *c)
{
    struct id id = cell_get_id(&c[AC_ID]);
    return (struct object){.kind = OBJECT_ACCOUNT,
                           .id = id,
                           .version = c[AC_VERSION].i,
                           .compartment = {cell_get_id(&c[AC_COMPARTMENT])},
                           .owner = c[AC_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = id,
                           .found = true};
}

enum err account_load(struct db *db, struct arena *a, struct id account, struct object *ret)
{
    struct cell c[AC_COUNT];
    TRY(row_get(db, a, &TABLE_ACCOUNT, account, c));
    *ret = account_object(c);
    return OK;
}

enum err account_find(struct act *a, struct object *ret)
{
    return account_load(a->tx->db, a->arena, a->subject, ret);
}

enum err account_holds(struct db *db, struct id account, enum role role, enum purpose purpose, int64_t now_us,
                       bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        db,
        "SELECT r.id FROM account_role r JOIN account a ON a.id = r.account WHERE r.account = ?1 AND "
        "r.role = ?2 AND (?3 = 0 OR r.purpose = ?3) AND r.from_us <= ?4 AND "
        "(r.until_us IS NULL OR r.until_us > ?4) AND a.disabled_us IS NULL",
        &s));
    db_bind_id(s, 1, &account);
    db_bind_i64(s, 2, role);
    db_bind_i64(s, 3, purpose);
    db_bind_i64(s, 4, now_us);
    return db_step(s, ret);
}

enum err account_enabled(struct db *db, struct id account, const char *agency, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT id FROM account WHERE id = ?1 AND agency = ?2 AND disabled_us IS NULL", &s));
    db_bind_id(s, 1, &account);
    db_bind_text(s, 2, str_of(agency));
    return db_step(s, ret);
}

enum err account_with_role(struct db *db, const char *agency, enum role role, int64_t now_us, struct id *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(
        db,
        "SELECT a.id FROM account a JOIN account_role r ON r.account = a.id WHERE a.agency = ?1 AND "
        "a.disabled_us IS NULL AND r.role = ?2 AND r.from_us <= ?3 AND (r.until_us IS NULL OR "
        "r.until_us > ?3) ORDER BY a.created_us, a.id LIMIT 1",
        &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_i64(s, 2, role);
    db_bind_i64(s, 3, now_us);
    TRY(db_step(s, &row));
    return row ? db_id(s, 0, ret) : FAIL(ERR_NOT_FOUND, "account");
}

/* ---- inputs ----------------------------------------------------------------------------------------------
 */

#define WORD(id, word) word,
const char *const ROLE_WORDS[] = {ROLE_LIST(WORD) NULL};
const char *const PURPOSE_WORDS[] = {PURPOSE_LIST(WORD) NULL};

static int word_of(struct str s, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (str_is(s, words[i]))
            return i;
    return -1;
}

enum err role_input(const struct act *a, enum role *ret)
{
    int role = word_of(in_text(a, "role"), ROLE_WORDS);
    if (role <= ROLE_ANONYMOUS || role >= ROLE_SYSTEM)
        return FAIL(ERR_FIELD, "field role: not a role of an officer");
    *ret = (enum role)role;
    return OK;
}

static enum err purpose_input(const struct act *a, enum purpose *ret)
{
    int purpose = word_of(in_text(a, "purpose"), PURPOSE_WORDS);
    if (purpose <= PURPOSE_NONE)
        return FAIL(ERR_FIELD, "field purpose: not a purpose of work");
    *ret = (enum purpose)purpose;
    return OK;
}

/* ---- passwords on their way in ---------------------------------------------------------------------------
 * * The hash is made before the writer (struct action, prepare): the body gets "=PHC", or "!" and what is
 * wrong with the password. A body that gets anything else was called past the door. */

static enum err cost_of(struct door *d, enum argon_cost *ret)
{
    struct db *db;
    TRY(door_reader(d, &db));
    enum err e = account_cost(db, ret);
    door_reader_done(d, db);
    return e;
}

static enum err replace_input(struct act_request *r, struct arena *a, const char *name, const char *value)
{
    struct pair *pairs = ARENA_ARRAY(a, r->input.n + 1, struct pair);
    if (!pairs)
        return arena_err(a);
    for (size_t i = 0; i < r->input.n; i++) {
        pairs[i] = r->input.pairs[i];
        if (str_is(pairs[i].name, name))
            pairs[i] = (struct pair){pairs[i].name, str_of(value), VALUE_GIVEN};
    }
    r->input.pairs = pairs;
    return OK;
}

static struct str raw_input(const struct act_request *r, const char *name)
{
    for (size_t i = 0; i < r->input.n; i++)
        if (str_is(r->input.pairs[i].name, name) && r->input.pairs[i].state == VALUE_GIVEN)
            return r->input.pairs[i].value;
    return STR("");
}

static enum err prepare_password(struct door *d, struct act_request *r, struct arena *a)
{
    struct str password = raw_input(r, "password");
    const char *fault = password_fault(password);
    enum argon_cost cost;
    char *phc;
    if (!password.n)
        return OK; /* the door says that it is required */
    if (str_eq(password, raw_input(r, "login")) || str_eq(password, raw_input(r, "name")))
        fault = "the same as another field";
    if (fault) {
        char *text = arena_printf(a, "!%s", fault);
        return text ? replace_input(r, a, "password", text) : arena_err(a);
    }
    TRY(cost_of(d, &cost));
    TRY(password_hash(cost, password, a, &phc));
    char *text = arena_printf(a, "=%s", phc);
    return text ? replace_input(r, a, "password", text) : arena_err(a);
}

/* The old password becomes the stored hash that it fits, or nothing. */
static enum err prepare_own_password(struct door *d, struct act_request *r, struct arena *a)
{
    struct cell c[AC_COUNT];
    enum argon_cost cost;
    struct db *db;
    bool ok = false;
    TRY(prepare_password(d, r, a));
    TRY(door_reader(d, &db));
    enum err e = row_get(db, a, &TABLE_ACCOUNT, r->subject, c);
    bool known = e == OK;
    if (e == OK || e == ERR_NOT_FOUND)
        e = account_cost(db, &cost);
    door_reader_done(d, db);
    TRY(e);
    TRY(password_check(cost, known ? c[AC_PASSWORD].s.p : NULL, raw_input(r, "old_password"), a, &ok));
    char *text = ok ? arena_printf(a, "=%s", c[AC_PASSWORD].s.p) : arena_printf(a, "!");
    return text ? replace_input(r, a, "old_password", text) : arena_err(a);
}

static enum err prepared_password(const struct act *a, const char *field, struct str *ret)
{
    struct str s = in_text(a, field);
    if (str_starts(s, "!"))
        return FAIL(ERR_FIELD, "field %s: %.*s", field, STR_FMT(str_sub(s, 1, s.n)));
    if (!str_starts(s, "=$argon2id$"))
        return FAIL(ERR_INTERNAL, "field %s came past the door", field);
    *ret = str_sub(s, 1, s.n);
    return OK;
}

/* ---- create ----------------------------------------------------------------------------------------------
 */

#define ROLE_INPUT                                                                              \
    {                                                                                           \
        .name = "role", .label = "Role", .type = IN_WORD, .required = true, .words = ROLE_WORDS \
    }
#define PURPOSE_INPUT                                                                                    \
    {                                                                                                    \
        .name = "purpose", .label = "Purpose", .type = IN_WORD, .required = true, .words = PURPOSE_WORDS \
    }
#define PASSWORD_INPUT(name_, label_)                                                             \
    {                                                                                             \
        .name = name_, .label = label_, .type = IN_LONG_TEXT, .required = true, .personal = true, \
        .secret = true                                                                            \
    }
#define STAFF_NUMBER_INPUT(required_)                                                            \
    {                                                                                            \
        .name = "staff_number", .label = "Staff number", .type = IN_TEXT, .required = required_, \
        .personal = true, .min = 1, .max = 64                                                    \
    }
static const struct input_field create_inputs[] = {
    {.name = "login",
     .label = "Sign-in name",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .min = 2,
     .max = 64},
    {.name = "name",
     .label = "Name",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .min = 1,
     .max = 100},
    PASSWORD_INPUT("password", "Password"),
    ROLE_INPUT,
    PURPOSE_INPUT,
    {.name = "agency", .label = "Agency", .type = IN_TEXT},
    STAFF_NUMBER_INPUT(false), /* the system may leave it out: what makes accounts in tests, and imports */
};
static const struct input_field person_inputs[] = {STAFF_NUMBER_INPUT(true)};

enum err account_staff(struct act *a, const char *agency, struct compartment_id *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM compartment WHERE owner = ?1 AND kind = ?2 AND shredded_us IS NULL ORDER "
                   "BY id LIMIT 1",
                   &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_i64(s, 2, COMPARTMENT_STAFF);
    TRY(db_step(s, &row));
    if (row)
        return db_id(s, 0, &ret->v);
    return vault_compartment(a->tx, COMPARTMENT_STAFF, agency, ret);
}

static enum err insert_role(struct act *a, struct id account, enum role role, enum purpose purpose,
                            struct id *ret)
{
    struct id id = id_new();
    struct cell cells[RO_COUNT] = {
        [RO_ID] = cell_id(&id),
        [RO_ACCOUNT] = cell_id(&account),
        [RO_ROLE] = cell_int(role),
        [RO_PURPOSE] = cell_int(purpose),
        [RO_FROM] = cell_int(a->tx->now_us),
        [RO_APPROVER] = cell_id_or_null(&a->second),
    };
    if (ret)
        *ret = id;
    return row_insert(a->tx, &TABLE_ACCOUNT_ROLE, cells);
}

static enum err insert_account(struct act *a, const char *agency, struct str phc, struct id *ret)
{
    struct buf name CLEANUP(buf_free) = {0}, login CLEANUP(buf_free) = {0};
    struct compartment_id c;
    struct id id = id_new();
    struct str text, folded;
    TRY(account_staff(a, agency, &c));
    TRY(text_nfc(a->arena, in_text(a, "name"), &text));
    TRY(vault_seal(a->tx, c, CLASS_IDENTITY, (struct place){&TABLE_ACCOUNT, id, AC_NAME}, text, &name));
    TRY(vault_seal(a->tx, c, CLASS_IDENTITY, (struct place){&TABLE_ACCOUNT, id, AC_LOGIN},
                   in_text(a, "login"), &login));
    struct cell cells[AC_COUNT] = {
        [AC_ID] = cell_id(&id),
        [AC_AGENCY] = cell_c(agency),
        [AC_COMPARTMENT] = cell_id(&c.v),
        [AC_NAME] = cell_str(buf_view(&name)),
        [AC_LOGIN] = cell_str(buf_view(&login)),
        [AC_PASSWORD] = cell_str(phc),
        [AC_PASSWORD_AT] = cell_int(a->tx->now_us),
        [AC_CREATED] = cell_int(a->tx->now_us),
        [AC_MADE_BY] = cell_id_or_null(&a->ctx->account),
        [AC_SINCE] = id_is_nil(a->ctx->account) ? cell_null() : cell_int(a->tx->now_us),
    };
    if (in_given(a, "staff_number"))
        TRY(person_put(a, cells, in_text(a, "staff_number")));
    TRY(row_insert(a->tx, &TABLE_ACCOUNT, cells));
    TRY(text_fold(a->arena, in_text(a, "login"), &folded));
    *ret = id;
    return vault_blind_put(a->tx, c, LOGIN_AGENCY, LOGIN_FIELD, folded, id);
}

static enum err create_body(struct act *a)
{
    struct str given = in_text(a, "agency"), phc;
    const char *agency = given.n ? arena_cstr(a->arena, given) : a->ctx->agency;
    enum role role;
    enum purpose purpose;
    struct id taken;
    if (!agency)
        return arena_err(a->arena);
    if (!a->pack || !pack_agency(a->pack, agency))
        return FAIL(ERR_FIELD, "field agency: not one of the pack");
    if (!id_is_nil(a->ctx->account) && !in_given(a, "staff_number"))
        return FAIL(ERR_FIELD, "field staff_number: whose account is it?");
    TRY(role_input(a, &role));
    TRY(purpose_input(a, &purpose));
    TRY(prepared_password(a, "password", &phc));
    TRY(account_by_login(a->tx->vault, a->tx->db, a->arena, in_text(a, "login"), &taken));
    if (!id_is_nil(taken))
        return FAIL(ERR_CONSTRAINT, "field login: taken");
    TRY(insert_account(a, agency, phc, &a->ret_id));
    TRY(insert_role(a, a->ret_id, role, purpose, NULL));
    return act_emit(a, "account.created", a->ret_id, str_of(agency));
}

/* ---- password, disable, roles ----------------------------------------------------------------------------
 */

static enum err save_password(struct act *a, struct cell *c, struct str phc)
{
    c[AC_PASSWORD] = cell_str(phc);
    c[AC_PASSWORD_AT] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ACCOUNT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AC_VERSION].i;
    return sessions_end(a->tx, a->subject); /* whoever knew the old one is out */
}

static const struct input_field own_password_inputs[] = {PASSWORD_INPUT("old_password", "Present password"),
                                                         PASSWORD_INPUT("password", "New password")};

static enum err set_password_body(struct act *a)
{
    struct cell c[AC_COUNT];
    struct str old, phc;
    if (str_is(in_text(a, "old_password"), "!"))
        return FAIL(ERR_CREDENTIALS, "the present password");
    TRY(prepared_password(a, "old_password", &old));
    TRY(prepared_password(a, "password", &phc));
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    if (!str_eq(old, c[AC_PASSWORD].s))
        return FAIL(ERR_VERSION, "the password was changed meanwhile");
    return save_password(a, c, phc);
}

static const struct input_field reset_inputs[] = {PASSWORD_INPUT("password", "New password")};

static enum err reset_password_body(struct act *a)
{
    struct cell c[AC_COUNT];
    struct str phc;
    TRY(prepared_password(a, "password", &phc));
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    TRY(save_password(a, c, phc));
    return act_emit(a, "account.password_reset", a->subject, str_of(c[AC_AGENCY].s.p));
}

static const struct input_field shortcuts_inputs[] = {
    {.name = "on", .label = "Keyboard shortcuts", .type = IN_BOOL, .required = true}};

/* WCAG 2.1.4: shortcuts of single letters can be switched off; for the account, whatever browser she sits at.
 */
static enum err shortcuts_body(struct act *a)
{
    struct cell c[AC_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    c[AC_KEYS_OFF] = in_bool(a, "on") ? cell_null() : cell_int(1);
    TRY(row_update(a->tx, &TABLE_ACCOUNT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AC_VERSION].i;
    return OK;
}

static enum err disable_body(struct act *a)
{
    struct cell c[AC_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    if (c[AC_DISABLED].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the account is disabled already");
    c[AC_DISABLED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ACCOUNT, c, a->expected_version));
    TRY(sessions_end(a->tx, a->subject));
    a->ret_id = a->subject;
    a->ret_version = c[AC_VERSION].i;
    return act_emit(a, "account.disabled", a->subject, str_of(c[AC_AGENCY].s.p));
}

static const struct input_field add_role_inputs[] = {ROLE_INPUT, PURPOSE_INPUT};
static const struct input_field end_role_inputs[] = {ROLE_INPUT, PURPOSE_INPUT};

static enum err add_role_body(struct act *a)
{
    enum role role;
    enum purpose purpose;
    bool holds;
    TRY(role_input(a, &role));
    TRY(purpose_input(a, &purpose));
    TRY(account_holds(a->tx->db, a->subject, role, purpose, a->tx->now_us, &holds));
    if (holds)
        return FAIL(ERR_STATE, "the account has this role already");
    TRY(insert_role(a, a->subject, role, purpose, &a->ret_id));
    return act_emit(a, "account.role_added", a->subject, str_of(a->object.owner));
}

static enum err end_role_body(struct act *a)
{
    struct id *ids;
    enum role role;
    enum purpose purpose;
    size_t n, ended = 0;
    TRY(role_input(a, &role));
    TRY(purpose_input(a, &purpose));
    TRY(account_ids(a->tx->db, a->arena,
                    "SELECT id FROM account_role WHERE account = ?1 ORDER BY from_us, id", a->subject, &ids,
                    &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[RO_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT_ROLE, ids[i], c));
        bool open = c[RO_UNTIL].kind == CELL_NULL || c[RO_UNTIL].i > a->tx->now_us;
        if (!open || c[RO_ROLE].i != role || c[RO_PURPOSE].i != purpose)
            continue;
        c[RO_UNTIL] = cell_int(a->tx->now_us);
        TRY(row_update(a->tx, &TABLE_ACCOUNT_ROLE, c, -1));
        ended++;
    }
    a->ret_id = a->subject;
    return ended ? OK : FAIL(ERR_STATE, "the account has no such role");
}

/* ---- declarations ----------------------------------------------------------------------------------------
 */

static const struct input_field roster_add_inputs[] = {
    ROLE_INPUT,
    {.name = "deputy", .label = "Deputy", .type = IN_ID},
    {.name = "from", .label = "From", .type = IN_TIME},
    {.name = "until", .label = "Until", .type = IN_TIME},
};
static const struct input_field open_inputs[] = {
    {.name = "token_hash", .label = "Hash of the token", .type = IN_TEXT, .required = true, .personal = true},
    ROLE_INPUT,
    PURPOSE_INPUT,
};

#define CODE_INPUT(name_, label_, required_)                                                       \
    {                                                                                              \
        .name = name_, .label = label_, .type = IN_LONG_TEXT, .required = required_, .max = 12000, \
        .personal = true, .secret = true                                                           \
    }
static const struct input_field totp_inputs[] = {CODE_INPUT("secret", "Secret", true),
                                                 CODE_INPUT("code", "Code", true),
                                                 CODE_INPUT("enrolment", "Enrolment code", false)};
static const struct input_field passkey_inputs[] = {
    CODE_INPUT("client_data", "Client data", true),
    CODE_INPUT("authenticator_data", "Authenticator data", true),
    CODE_INPUT("enrolment", "Enrolment code", false)};
static const struct input_field enrolment_inputs[] = {CODE_INPUT("code", "Enrolment code", true)};
static const struct input_field recovery_inputs[] = {{.name = "code",
                                                      .label = "Code",
                                                      .type = IN_TEXT,
                                                      .required = true,
                                                      .multi = true,
                                                      .personal = true,
                                                      .secret = true}};
static const struct input_field raise_inputs[] = {
    CODE_INPUT("code", "Code", false), CODE_INPUT("client_data", "Client data", false),
    CODE_INPUT("authenticator_data", "Authenticator data", false),
    CODE_INPUT("signature", "Signature", false), CODE_INPUT("credential", "Passkey", false)};

static enum err end_sessions_body(struct act *a)
{
    a->ret_id = a->subject;
    return sessions_end(a->tx, a->subject);
}

#define INPUTS(list) .inputs = list, .ninputs = sizeof list / sizeof *list
#define ON_ACCOUNT   .object = OBJECT_ACCOUNT, .find = account_find

const struct action ACCOUNT_ACTIONS[] = {
    {.name = "account.create",
     .summary = "Make an account",
     .verb = VERB_CREATE,
     .object = OBJECT_ACCOUNT,
     INPUTS(create_inputs),
     .creates = true,
     .two_people = true, /* it gives a role; who makes accounts alone makes his own second person */
     .body = create_body,
     .prepare = prepare_password},
    {.name = "account.disable",
     .summary = "Disable an account",
     .verb = VERB_CLOSE,
     ON_ACCOUNT,
     .body = disable_body},
    {.name = "account.set_password",
     .summary = "Change one's own password",
     .verb = VERB_UPDATE,
     ON_ACCOUNT,
     INPUTS(own_password_inputs),
     .body = set_password_body,
     .prepare = prepare_own_password},
    {.name = "account.set_shortcuts",
     .summary = "Switch one's keyboard shortcuts on or off",
     .verb = VERB_UPDATE,
     ON_ACCOUNT,
     INPUTS(shortcuts_inputs),
     .body = shortcuts_body},
    {.name = "account.reset_password",
     .summary = "Give an account a new password",
     .verb = VERB_ADMINISTER,
     ON_ACCOUNT,
     INPUTS(reset_inputs),
     .body = reset_password_body,
     .prepare = prepare_password},
    {.name = "account.add_role",
     .summary = "Give an account a role",
     .verb = VERB_ADMINISTER,
     ON_ACCOUNT,
     INPUTS(add_role_inputs),
     .body = add_role_body},
    {.name = "account.end_role",
     .summary = "Take a role from an account",
     .verb = VERB_CLOSE,
     ON_ACCOUNT,
     INPUTS(end_role_inputs),
     .body = end_role_body},
    {.name = "account.reset_factors",
     .summary = "Take all second factors from an account",
     .verb = VERB_ADMINISTER,
     ON_ACCOUNT,
     .body = account_reset_factors_body},
    {.name = "account.issue_enrolment",
     .summary = "Give an account an enrolment code",
     .verb = VERB_ADMINISTER,
     ON_ACCOUNT,
     INPUTS(enrolment_inputs),
     .body = account_issue_enrolment_body},
    {.name = "account.set_person",
     .summary = "Say whose account it is",
     .verb = VERB_ADMINISTER,
     ON_ACCOUNT,
     INPUTS(person_inputs),
     .body = account_set_person_body},
    {.name = "account.end_sessions",
     .summary = "Sign an account out everywhere",
     .verb = VERB_CLOSE,
     ON_ACCOUNT,
     .body = end_sessions_body},
    {.name = "factor.add_totp",
     .summary = "Set up one-time codes",
     .verb = VERB_UPDATE,
     ON_ACCOUNT,
     INPUTS(totp_inputs),
     .body = factor_add_totp_body},
    {.name = "factor.add_passkey",
     .summary = "Set up a passkey",
     .verb = VERB_UPDATE,
     ON_ACCOUNT,
     INPUTS(passkey_inputs),
     .body = factor_add_passkey_body},
    {.name = "factor.make_recovery",
     .summary = "Make recovery codes",
     .verb = VERB_UPDATE,
     ON_ACCOUNT,
     INPUTS(recovery_inputs),
     .body = factor_make_recovery_body},
    {.name = "factor.end",
     .summary = "Remove a second factor",
     .verb = VERB_UPDATE,
     .object = OBJECT_ACCOUNT,
     .find = factor_end_find,
     .body = factor_end_body},
    {.name = "roster.add",
     .summary = "Put an officer on the duty roster",
     .verb = VERB_ASSIGN,
     ON_ACCOUNT,
     INPUTS(roster_add_inputs),
     .body = roster_add_body},
    {.name = "roster.end",
     .summary = "End a duty",
     .verb = VERB_ASSIGN,
     .object = OBJECT_ACCOUNT,
     .find = roster_end_find,
     .body = roster_end_body},
    /* The policy gives create on sessions to the system alone: account_sign_in asks as the system, after the
       password. */
    {.name = "session.open",
     .summary = "Open a session",
     .verb = VERB_CREATE,
     .object = OBJECT_SESSION,
     INPUTS(open_inputs),
     .creates = true,
     .takes_id = true, /* of the account */
     .body = session_open_body},
    {.name = "session.raise",
     .summary = "Show a second factor",
     .verb = VERB_SIGN_IN,
     .object = OBJECT_SESSION,
     INPUTS(raise_inputs),
     .find = session_raise_find,
     .body = session_raise_body},
    {.name = "session.close",
     .summary = "Sign out",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .when_locked = true,
     .find = session_close_find,
     .body = session_close_body},
    {.name = "session.expire",
     .summary = "Delete sessions that have ended",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION,
     .when_locked = true,
     .body = session_expire_body},
};
const size_t NACCOUNT_ACTIONS = sizeof ACCOUNT_ACTIONS / sizeof *ACCOUNT_ACTIONS;
