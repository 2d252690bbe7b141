/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - signing in and out (NIST SP 800-63B: idle and absolute limits of AAL2). The token is random and
 * never stored; the store keeps a hash of it, and the form token is another hash, so that neither follows
 * from a stolen row. */
#include "base/alloc.h"
#include "base/env.h"
#include "base/json.h"
#include "core/account/own.h"
#include "core/pager.h"
#include "sys/text.h"

#define SECOND_US   INT64_C(1000000)
#define TOUCH_US    (60 * SECOND_US)
#define TOKEN_BYTES 32
#define TOKEN_CHARS 43
#define EXPIRE_MAX  500 /* sessions of one "session.expire" */

static const struct column session_columns[SE_COUNT] = {
    [SE_ID] = {"id", COL_ID, 0, NULL},
    [SE_TOKEN] = {"token_hash", COL_BLOB, 0, NULL},
    [SE_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [SE_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [SE_ROLE] = {"role", COL_INT, 0, NULL},
    [SE_PURPOSE] = {"purpose", COL_INT, 0, NULL},
    [SE_ASSURANCE] = {"assurance", COL_INT, 0, NULL},
    [SE_OPENED] = {"opened_us", COL_INT, 0, NULL},
    [SE_SEEN] = {"seen_us", COL_INT, 0, NULL},
};
static const char *const session_indexes[] = {"UNIQUE (token_hash)", "(account)", "(seen_us)", "(opened_us)",
                                              NULL};
const struct table TABLE_SESSION = {
    63,       "session",       session_columns,
    SE_COUNT, session_indexes, "holds only hashes of tokens; ended sessions are worthless",
    false};

static struct hash token_hash(const char *what, struct str token)
{
    return sha256(str_of(what), token);
}

static enum err token_text(const void *bytes, char ret[44])
{
    struct buf b CLEANUP(buf_free) = {0};
    base64url(&b, bytes, TOKEN_BYTES);
    TRY(buf_err(&b));
    snprintf(ret, 44, "%s", b.p);
    secret_wipe(b.p, b.n);
    return OK;
}

/* ---- opening ---------------------------------------------------------------------------------------------
 */

enum err session_open_body(struct act *a)
{
    struct str hash;
    struct id id = id_new();
    enum role role;
    char *word = arena_cstr(a->arena, in_text(a, "purpose"));
    if (!word)
        return arena_err(a->arena);
    int purpose = purpose_find(word);
    int64_t assurance, synthetic;
    bool holds;
    TRY(role_input(a, &role));
    TRY(base64url_decode(in_text(a, "token_hash"), a->arena, &hash));
    if (hash.n != HASH_BYTES || purpose <= PURPOSE_NONE)
        return FAIL(ERR_FIELD, "field token_hash: not a hash");
    TRY(account_holds(a->tx->db, a->subject, role, (enum purpose)purpose, a->tx->now_us, &holds));
    if (!holds)
        return FAIL(ERR_DENIED, "the account has no such role");
    TRY(account_meta(a->tx->db, "synthetic", 0, &synthetic));
    TRY(account_meta(a->tx->db, "sign_in_assurance", synthetic ? 2 : 1, &assurance));
    struct cell cells[SE_COUNT] = {
        [SE_ID] = cell_id(&id),
        [SE_TOKEN] = cell_str(hash),
        [SE_ACCOUNT] = cell_id(&a->subject),
        [SE_AGENCY] = cell_c(a->ctx->agency),
        [SE_ROLE] = cell_int(role),
        [SE_PURPOSE] = cell_int(purpose),
        [SE_ASSURANCE] = cell_int(assurance < 1   ? 1
                                  : assurance > 3 ? 3
                                                  : assurance),
        [SE_OPENED] = cell_int(a->tx->now_us),
        [SE_SEEN] = cell_int(a->tx->now_us),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_SESSION, cells);
}

/* What is known of a login. */
struct candidate {
    struct id account;
    bool enabled;
    const char *agency, *phc;
    enum argon_cost cost;
};

static enum err find_candidate(struct door *d, struct db *db, struct arena *a, struct str login,
                               struct candidate *ret)
{
    struct cell c[AC_COUNT];
    *ret = (struct candidate){.account = id_nil()};
    TRY(account_cost(db, &ret->cost));
    TRY(account_by_login(door_vault(d), db, a, login, &ret->account));
    if (id_is_nil(ret->account))
        return OK;
    TRY(row_get(db, a, &TABLE_ACCOUNT, ret->account, c));
    ret->enabled = c[AC_DISABLED].kind == CELL_NULL;
    ret->agency = c[AC_AGENCY].s.p;
    ret->phc = c[AC_PASSWORD].s.p;
    return OK;
}

/* The first role of the account that fits what was asked for (below 0: any). */
static enum err choose_role(struct db *db, const struct candidate *who, int64_t now_us, int *role,
                            int *purpose)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db,
                   "SELECT role, purpose FROM account_role WHERE account = ?1 AND from_us <= ?2 AND "
                   "(until_us IS NULL OR until_us > ?2) ORDER BY from_us, id",
                   &s));
    db_bind_id(s, 1, &who->account);
    db_bind_i64(s, 2, now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return FAIL(ERR_DENIED, "the account has no such role");
        int64_t r = db_i64(s, 0), p = db_i64(s, 1);
        if ((*role >= 0 && r != *role) || (*purpose >= 0 && p != *purpose))
            continue;
        *role = (int)r;
        *purpose = (int)p;
        return OK;
    }
}

static enum err new_token(char ret[44])
{
    uint8_t bytes[TOKEN_BYTES];
    env_random(bytes, sizeof bytes);
    enum err e = token_text(bytes, ret);
    secret_wipe(bytes, sizeof bytes);
    return e;
}

static enum err open_session(struct door *d, const struct candidate *who, int role, int purpose,
                             struct arena *a, char ret_token[44], struct id *ret_session)
{
    char token[44], hash[44];
    struct act_result result;
    TRY(new_token(token));
    struct hash h = token_hash("akari session 1", str_of(token));
    TRY(token_text(h.b, hash));
    struct pair pairs[] = {{STR("token_hash"), str_of(hash), VALUE_GIVEN},
                           {STR("role"), str_of(role_word((enum role)role)), VALUE_GIVEN},
                           {STR("purpose"), str_of(purpose_word((enum purpose)purpose)), VALUE_GIVEN}};
    struct ctx ctx = ctx_system();
    ctx.account = who->account; /* the leaf says for whom */
    ctx.agency = who->agency;
    struct act_request request = {.ctx = &ctx,
                                  .action = "session.open",
                                  .subject = who->account,
                                  .expected_version = -1,
                                  .input = {pairs, 3}};
    enum err e = door_act(d, &request, a, &result);
    if (e == OK) {
        memcpy(ret_token, token, sizeof token);
        *ret_session = result.id;
    }
    secret_wipe(token, sizeof token);
    return e;
}

/* Nobody is named: who tried is not known. */
static enum err refuse(struct door *d, enum err e, const char *why)
{
    struct ctx nobody = {
        .agency = "", .role = ROLE_ANONYMOUS, .purpose = PURPOSE_NONE, .assurance = 1, .lang = "en"};
    TRY(door_note_refusal(d, &nobody, "session.open", e));
    return FAIL(e, "%s", why);
}

static enum err look_up(struct door *d, struct arena *a, struct str login, int *role, int *purpose,
                        struct candidate *ret, enum err *ret_role)
{
    struct db *db;
    TRY(door_reader(d, &db));
    enum err e = find_candidate(d, db, a, login, ret);
    *ret_role = OK;
    if (e == OK && !id_is_nil(ret->account))
        *ret_role = choose_role(db, ret, env_now_us(), role, purpose);
    door_reader_done(d, db);
    return e;
}

/* The same key for every way of writing a login, whether there is such an account or not. */
static enum err throttle_key(struct arena *a, struct str login, uint64_t *ret)
{
    struct str folded;
    if (login.n > NAME_MAX_BYTES || !str_utf8_ok(login))
        login = STR("");
    TRY(text_fold(a, login, &folded));
    *ret = str_hash(folded);
    return OK;
}

enum err account_sign_in(struct door *d, struct str login, struct str password, int role, int purpose,
                         struct arena *a, char ret_token[44])
{
    struct candidate who;
    enum err has_role;
    uint64_t key;
    bool ok;
    TRY(throttle_key(a, login, &key));
    if (throttle_holds(key, env_now_us()))
        return refuse(d, ERR_CREDENTIALS, "too many failures: wait");
    TRY(look_up(d, a, login, &role, &purpose, &who, &has_role));
    TRY(password_check(who.cost, who.phc, password, a, &ok));
    if (!ok || !who.enabled) {
        throttle_failed(key, env_now_us());
        return refuse(d, ERR_CREDENTIALS, "sign-in");
    }
    throttle_cleared(key);
    if (has_role == ERR_DENIED)
        return refuse(d, ERR_DENIED, "the account has no such role");
    TRY(has_role);
    struct id session;
    return open_session(d, &who, role, purpose, a, ret_token, &session);
}

/* ---- using -----------------------------------------------------------------------------------------------
 */

static bool ended(const struct cell *c, int64_t now_us)
{
    int64_t idle = now_us - c[SE_SEEN].i, whole = now_us - c[SE_OPENED].i;
    /* a clock set back ends a session rather than making it longer */
    return idle >= SESSION_IDLE_S * SECOND_US || whole >= SESSION_ABSOLUTE_S * SECOND_US || whole < -TOUCH_US;
}

static enum err load_session(struct db *db, struct arena *a, struct str token, struct cell *ret)
{
    struct stmt *s;
    struct id id;
    bool row;
    struct hash h = token_hash("akari session 1", token);
    if (token.n != TOKEN_CHARS)
        return FAIL(ERR_SIGN_IN, "session");
    TRY(db_prepare(db, "SELECT id FROM session WHERE token_hash = ?1", &s));
    db_bind_blob(s, 1, (struct str){(const char *)h.b, sizeof h.b});
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_SIGN_IN, "session");
    enum err e = db_id(s, 0, &id);
    db_reset(s);
    TRY(e);
    return row_get(db, a, &TABLE_SESSION, id, ret);
}

static void copy_name(struct str name, char ret[128])
{
    size_t n = 0;
    while (n < name.n) {
        size_t len = str_utf8_len(name, n);
        if (!len || n + len > 127)
            break;
        n += len;
    }
    memcpy(ret, name.p ? name.p : "", n);
    ret[n] = '\0';
}

static enum err own_name(struct door *d, struct db *db, struct arena *a, const struct cell *account,
                         int64_t now_us, char ret[128])
{
    struct place at = {&TABLE_ACCOUNT, cell_get_id(&account[AC_ID]), AC_NAME};
    struct compartment_id c = {cell_get_id(&account[AC_COMPARTMENT])};
    struct str name = STR("");
    enum err e = vault_open(door_vault(d), db, account[AC_AGENCY].s.p, c, CLASS_IDENTITY, now_us, at,
                            account[AC_NAME].s, a, &name);
    if (e == ERR_LOCKED || e == ERR_SEALED || e == ERR_SHREDDED) {
        err_clear(); /* the page then shows none */
        name = STR("");
        e = OK;
    }
    if (e == OK)
        copy_name(name, ret);
    return e;
}

static enum err check_session(struct door *d, struct db *db, struct arena *a, struct str token,
                              int64_t now_us, struct cell *c, struct session *ret)
{
    struct cell account[AC_COUNT];
    int64_t synthetic;
    bool holds;
    TRY(load_session(db, a, token, c));
    ret->id = cell_get_id(&c[SE_ID]);
    ret->account = cell_get_id(&c[SE_ACCOUNT]);
    ret->role = (enum role)c[SE_ROLE].i;
    ret->purpose = (enum purpose)c[SE_PURPOSE].i;
    ret->assurance = (uint8_t)c[SE_ASSURANCE].i;
    snprintf(ret->agency, sizeof ret->agency, "%s", c[SE_AGENCY].s.p);
    TRY(account_holds(db, ret->account, ret->role, ret->purpose, now_us, &holds));
    if (ended(c, now_us) || !holds)
        return FAIL(ERR_SIGN_IN, "the session has ended");
    TRY(row_get(db, a, &TABLE_ACCOUNT, ret->account, account));
    TRY(own_name(d, db, a, account, now_us, ret->name));
    TRY(account_meta(db, "synthetic", 0, &synthetic));
    ret->synthetic = synthetic != 0;
    ret->keys_off = account[AC_KEYS_OFF].kind == CELL_INT && account[AC_KEYS_OFF].i != 0;
    struct hash form = token_hash("akari form 1", token);
    return token_text(form.b, ret->form_token);
}

static enum err touch(struct tx *tx, void *arg)
{
    struct cell c[SE_COUNT];
    TRY(row_get(tx->db, tx->arena, &TABLE_SESSION, *(const struct id *)arg, c));
    if (c[SE_SEEN].i >= tx->now_us)
        return OK;
    c[SE_SEEN] = cell_int(tx->now_us);
    return row_update(tx, &TABLE_SESSION, c, -1);
}

static enum err use_session(struct door *d, struct str token, bool seen, struct session *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(1u << 20);
    struct cell c[SE_COUNT];
    struct session session = {0};
    struct db *db;
    int64_t now_us = env_now_us();
    if (!a)
        return mem_fail();
    TRY(door_reader(d, &db));
    enum err e = db_begin(db, DB_READ);
    if (e == OK)
        e = check_session(d, db, a, token, now_us, c, &session);
    db_rollback(db);
    door_reader_done(d, db);
    TRY(e);
    struct id id = cell_get_id(&c[SE_ID]);
    if (seen && now_us - c[SE_SEEN].i >= TOUCH_US) {
        e = door_quiet(d, touch, &id);
        if (e == ERR_NOT_FOUND)
            return FAIL(ERR_SIGN_IN, "the session has ended"); /* just now */
        TRY(e);
    }
    *ret = session;
    return OK;
}

enum err account_session(struct door *d, struct str token, struct session *ret)
{
    return use_session(d, token, true, ret);
}

enum err account_session_glance(struct door *d, struct str token, struct session *ret)
{
    return use_session(d, token, false, ret);
}

/* ---- ending ----------------------------------------------------------------------------------------------
 */

enum err session_close_find(struct act *a, struct object *ret)
{
    struct cell c[SE_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_SESSION, a->subject, c));
    *ret = (struct object){.kind = OBJECT_SESSION,
                           .id = a->subject,
                           .owner = c[SE_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = cell_get_id(&c[SE_ACCOUNT]),
                           .found = true};
    return OK;
}

enum err session_close_body(struct act *a)
{
    a->ret_id = a->subject;
    return row_delete(a->tx, &TABLE_SESSION, a->subject);
}

enum err sessions_end(struct tx *tx, struct id account)
{
    struct id *ids;
    size_t n;
    TRY(account_ids(tx->db, tx->arena, "SELECT id FROM session WHERE account = ?1 ORDER BY id", account, &ids,
                    &n));
    for (size_t i = 0; i < n; i++)
        TRY(row_delete(tx, &TABLE_SESSION, ids[i]));
    return OK;
}

enum err account_sign_out(struct door *d, struct str token)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(1u << 20);
    struct cell c[SE_COUNT];
    struct act_result result;
    struct db *db;
    if (!a)
        return mem_fail();
    TRY(door_reader(d, &db));
    enum err e = load_session(db, a, token, c);
    door_reader_done(d, db);
    if (e == ERR_SIGN_IN || e == ERR_NOT_FOUND) {
        err_clear(); /* out is out */
        return OK;
    }
    TRY(e);
    struct ctx ctx = ctx_system(); /* at whatever assurance one signed in, one may sign out */
    ctx.account = cell_get_id(&c[SE_ACCOUNT]);
    ctx.agency = c[SE_AGENCY].s.p;
    struct act_request request = {
        .ctx = &ctx, .action = "session.close", .subject = cell_get_id(&c[SE_ID]), .expected_version = -1};
    e = door_act(d, &request, a, &result);
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    return e;
}

/* ---- another role -----------------------------------------------------------------------------------------
 */

static enum err read_choices(struct db *db, struct id account, struct session_choice *list, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(db,
                   "SELECT role, purpose FROM account_role WHERE account = ?1 AND from_us <= ?2 AND "
                   "(until_us IS NULL OR until_us > ?2) ORDER BY from_us, id",
                   &s));
    db_bind_id(s, 1, &account);
    db_bind_i64(s, 2, env_now_us());
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row || n == SESSION_CHOICES_MAX)
            break;
        list[n++] = (struct session_choice){(enum role)db_i64(s, 0), (enum purpose)db_i64(s, 1)};
    }
    *ret_n = n;
    return OK;
}

enum err account_choices(struct door *d, const struct session *session, struct session_choice *ret,
                         size_t *ret_n)
{
    struct db *db;
    TRY(door_reader(d, &db));
    enum err e = read_choices(db, session->account, ret, ret_n);
    door_reader_done(d, db);
    return e;
}

struct since {
    struct id session;
    int64_t opened_us, assurance;
};

/* No change of role makes the time since the password longer, or asks for the second factor again. */
static enum err keep_opened(struct tx *tx, void *arg)
{
    const struct since *since = arg;
    struct cell c[SE_COUNT];
    TRY(row_get(tx->db, tx->arena, &TABLE_SESSION, since->session, c));
    c[SE_OPENED] = cell_int(since->opened_us);
    c[SE_ASSURANCE] = cell_int(since->assurance);
    return row_update(tx, &TABLE_SESSION, c, -1);
}

enum err account_switch(struct door *d, struct str token, enum role role, enum purpose purpose,
                        struct arena *a, char ret_token[44])
{
    struct session now;
    struct cell c[SE_COUNT];
    struct since since;
    struct db *db;
    TRY(account_session(d, token, &now));
    TRY(door_reader(d, &db));
    enum err e = load_session(db, a, token, c);
    door_reader_done(d, db);
    TRY(e);
    struct candidate who = {.account = now.account, .enabled = true, .agency = now.agency};
    char fresh[44];
    TRY(open_session(d, &who, (int)role, (int)purpose, a, fresh, &since.session));
    since.opened_us = c[SE_OPENED].i;
    since.assurance = c[SE_ASSURANCE].i;
    e = door_quiet(d, keep_opened, &since);
    if (e == OK)
        e = account_sign_out(d, token);
    else if (account_sign_out(d, str_of(fresh)) != OK)
        err_clear();
    if (e == OK)
        memcpy(ret_token, fresh, sizeof fresh);
    secret_wipe(fresh, sizeof fresh);
    return e;
}

/* ---- a second factor --------------------------------------------------------------------------------------
 */

/* The policy lets anybody sign in (docs/policy.md, 11); a session is raised by whose it is. */
enum err session_raise_find(struct act *a, struct object *ret)
{
    TRY(session_close_find(a, ret));
    return id_eq(ret->person, a->ctx->account) ? OK : FAIL(ERR_NOT_FOUND, "session");
}

enum err session_raise_body(struct act *a)
{
    struct cell c[SE_COUNT];
    int64_t assurance;
    TRY(factor_prove(a, a->object.person, &assurance));
    TRY(row_get(a->tx->db, a->arena, &TABLE_SESSION, a->subject, c));
    if (c[SE_ASSURANCE].i < assurance)
        c[SE_ASSURANCE] = cell_int(assurance);
    a->ret_id = a->subject;
    return row_update(a->tx, &TABLE_SESSION, c, -1);
}

enum err account_raise(struct door *d, struct str token, const struct second_factor *f, struct arena *a,
                       char ret_token[44])
{
    struct session now;
    struct act_result result;
    TRY(account_session(d, token, &now));
    struct pair pairs[] = {{STR("code"), f->code, VALUE_GIVEN},
                           {STR("client_data"), f->client_data, VALUE_GIVEN},
                           {STR("authenticator_data"), f->authenticator_data, VALUE_GIVEN},
                           {STR("signature"), f->signature, VALUE_GIVEN},
                           {STR("credential"), f->credential, VALUE_GIVEN}};
    struct ctx ctx = {.account = now.account,
                      .agency = now.agency,
                      .role = now.role,
                      .purpose = now.purpose,
                      .assurance = now.assurance,
                      .lang = "en"};
    struct act_request request = {.ctx = &ctx,
                                  .action = "session.raise",
                                  .subject = now.id,
                                  .expected_version = -1,
                                  .input = {f->code.n ? pairs : pairs + 1, f->code.n ? 1 : 4}};
    TRY(door_act(d, &request, a, &result));
    return account_switch(d, token, now.role, now.purpose, a, ret_token);
}

/* ---- session.list -----------------------------------------------------------------------------------------
 */

enum err session_list_find(struct view *v, struct object *ret)
{
    struct cell c[AC_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, v->subject, c));
    *ret = (struct object){.kind = OBJECT_SESSION,
                           .id = v->subject,
                           .owner = c[AC_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = v->subject,
                           .found = true};
    return OK;
}

enum err session_list_run(struct view *v)
{
    struct session_list *list = ARENA_NEW(v->arena, struct session_list);
    struct id *ids;
    size_t n;
    if (!list)
        return arena_err(v->arena);
    TRY(account_ids(v->db, v->arena, "SELECT id FROM session WHERE account = ?1 ORDER BY opened_us DESC, id",
                    v->subject, &ids, &n));
    list->items = ARENA_ARRAY(v->arena, n + 1, struct session_row);
    if (!list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[SE_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_SESSION, ids[i], c));
        if (ended(c, v->now_us))
            continue;
        list->items[list->n++] = (struct session_row){.id = ids[i],
                                                      .role = (enum role)c[SE_ROLE].i,
                                                      .purpose = (enum purpose)c[SE_PURPOSE].i,
                                                      .assurance = (uint8_t)c[SE_ASSURANCE].i,
                                                      .opened_us = c[SE_OPENED].i,
                                                      .seen_us = c[SE_SEEN].i};
        view_show(v, ids[i]);
    }
    v->model = list;
    return OK;
}

void session_list_json(const struct view *v, struct json *j)
{
    const struct session_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        json_kv_id(j, "id", list->items[i].id);
        json_kv(j, "role", role_word(list->items[i].role));
        json_kv(j, "purpose", purpose_word(list->items[i].purpose));
        json_kv_i64(j, "assurance", list->items[i].assurance);
        json_kv_time(j, "opened", list->items[i].opened_us);
        json_kv_time(j, "seen", list->items[i].seen_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static const char *const ended_sql[] = {
    "SELECT id FROM session WHERE seen_us <= ?1 ORDER BY seen_us, id LIMIT ?2",
    "SELECT id FROM session WHERE opened_us <= ?1 ORDER BY opened_us, id LIMIT ?2"};

static enum err ended_ids(struct db *db, int which, int64_t now_us, int64_t max, struct id *ids,
                          size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, ended_sql[which], &s));
    db_bind_i64(s, 1, now_us - (which ? SESSION_ABSOLUTE_S : SESSION_IDLE_S) * SECOND_US);
    db_bind_i64(s, 2, max);
    return stmt_ids(s, (size_t)max, ids, ret_n);
}

enum err account_sessions_ended(struct db *db, int64_t now_us, bool *ret)
{
    struct id id;
    size_t n = 0;
    for (int which = 0; which < 2 && n == 0; which++)
        TRY(ended_ids(db, which, now_us, 1, &id, &n));
    *ret = n > 0;
    return OK;
}

enum err session_expire_body(struct act *a)
{
    struct id *ids = ARENA_ARRAY(a->arena, EXPIRE_MAX, struct id);
    if (!ids)
        return arena_err(a->arena);
    a->ret_version = 0;
    for (int which = 0; which < 2; which++) {
        size_t n;
        TRY(ended_ids(a->tx->db, which, a->tx->now_us, EXPIRE_MAX, ids, &n));
        for (size_t i = 0; i < n; i++)
            TRY(row_delete(a->tx, &TABLE_SESSION, ids[i]));
        a->ret_version += (int64_t)n;
    }
    return OK;
}
