/* SPDX-License-Identifier: Apache-2.0 */
/* factor.c - what an officer has besides her password (NIST SP 800-63B): a one-time code by time, passkeys,
 * recovery codes. The secrets lie sealed in the agency's staff compartment and are shown to nobody again. A
 * password alone is assurance 1, a code 2, a passkey 3; docs/policy.md section 16 says what each opens. */
#include "base/alloc.h"
#include "base/env.h"
#include "base/json.h"
#include "core/account/own.h"
#include "sys/otp.h"
#include "sys/passkey.h"

#define CHALLENGE_US (INT64_C(5) * 60 * 1000000)
#define FACTORS_MAX  20 /* of one account */

enum { FA_ID, FA_ACCOUNT, FA_KIND, FA_SECRET, FA_COUNTER, FA_CREATED, FA_USED, FA_VERSION, FA_COUNT };
static const struct column factor_columns[FA_COUNT] = {
    [FA_ID] = {"id", COL_ID, 0, NULL},
    [FA_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [FA_KIND] = {"kind", COL_INT, 0, NULL},
    [FA_SECRET] = {"secret", COL_BLOB, COL_SEALED, NULL},
    /* the last step of a one-time code; signatures of a passkey; recovery codes that are left */
    [FA_COUNTER] = {"counter", COL_INT, 0, NULL},
    [FA_CREATED] = {"created_us", COL_INT, 0, NULL},
    [FA_USED] = {"used_us", COL_INT, COL_NULL, NULL},
    [FA_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const factor_indexes[] = {"(account)", NULL};
const struct table TABLE_FACTOR = {67, "factor", factor_columns, FA_COUNT, factor_indexes, NULL, false};

/* The id is the challenge itself: 128 random bits. */
enum { CH_ID, CH_ACCOUNT, CH_FOR_NEW, CH_EXPIRES, CH_COUNT };
static const struct column challenge_columns[CH_COUNT] = {
    [CH_ID] = {"id", COL_ID, 0, NULL},
    [CH_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [CH_FOR_NEW] = {"for_new", COL_INT, 0, NULL},
    [CH_EXPIRES] = {"expires_us", COL_INT, 0, NULL},
};
static const char *const challenge_indexes[] = {"(account)", "(expires_us)", NULL};
const struct table TABLE_CHALLENGE = {
    68,       "challenge",       challenge_columns,
    CH_COUNT, challenge_indexes, "random numbers of a few minutes; who adds one can sign nothing with it",
    false};

static const char *const kind_words[] = {NULL, "totp", "passkey", "recovery"};
const char *factor_word(enum factor_kind kind)
{
    return kind > 0 && kind < FACTOR_KINDS ? kind_words[kind] : "";
}

/* ---- rows -------------------------------------------------------------------------------------------------
 */

static struct place secret_of(struct id factor)
{
    return (struct place){&TABLE_FACTOR, factor, FA_SECRET};
}

static enum err factor_ids(struct db *db, struct arena *a, struct id account, struct id **ret, size_t *ret_n)
{
    return account_ids(db, a, "SELECT id FROM factor WHERE account = ?1 ORDER BY created_us, id", account,
                       ret, ret_n);
}

enum err account_factor_kinds(struct door *d, struct id account, unsigned *ret)
{
    struct stmt *s = NULL;
    struct db *db;
    bool row = false;
    *ret = 0;
    TRY(door_reader(d, &db));
    enum err e = db_prepare(db, "SELECT kind FROM factor WHERE account = ?1 ORDER BY kind", &s);
    if (e == OK)
        db_bind_id(s, 1, &account);
    while (e == OK && (e = db_step(s, &row)) == OK && row)
        *ret |= 1u << db_i64(s, 0);
    db_reset(s);
    door_reader_done(d, db);
    return e;
}

static enum err open_secret(struct act *a, const struct cell *account, const struct cell *factor,
                            struct str *ret)
{
    struct compartment_id c = {cell_get_id(&account[AC_COMPARTMENT])};
    return vault_open(a->tx->vault, a->tx->db, account[AC_AGENCY].s.p, c, CLASS_IDENTITY, a->tx->now_us,
                      secret_of(cell_get_id(&factor[FA_ID])), factor[FA_SECRET].s, a->arena, ret);
}

static enum err seal_secret(struct act *a, const struct cell *account, struct id factor, struct str plain,
                            struct buf *out)
{
    struct compartment_id c = {cell_get_id(&account[AC_COMPARTMENT])};
    return vault_seal(a->tx, c, CLASS_IDENTITY, secret_of(factor), plain, out);
}

enum err factor_strong(struct db *db, struct arena *a, struct id account, bool *ret)
{
    struct id *ids;
    size_t n;
    *ret = false;
    TRY(factor_ids(db, a, account, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[FA_COUNT];
        TRY(row_get(db, a, &TABLE_FACTOR, ids[i], c));
        *ret |= c[FA_KIND].i != FACTOR_RECOVERY;
    }
    return OK;
}

/* What makes a session stronger is not changed by a weaker one: a stolen password adds no key of its own, and
 * it is not the first to set one up either. That takes a code that was given in person. */
static enum err strong_enough(struct act *a, struct id account, bool adds)
{
    bool strong;
    if (a->ctx->assurance >= 2)
        return OK;
    TRY(factor_strong(a->tx->db, a->arena, account, &strong));
    if (strong)
        return FAIL(ERR_DENIED, "reason: assurance");
    return adds ? enrolment_use(a, account) : OK;
}

static enum err drop_factor(struct act *a, struct id factor)
{
    TRY(vault_blind_drop(a->tx, factor));
    return row_delete(a->tx, &TABLE_FACTOR, factor);
}

static const char *device_field(enum factor_kind kind)
{
    return kind == FACTOR_PASSKEY ? "factor.passkey" : "factor.totp";
}

/* A new factor, known by its credential or its secret; others of its kind go where there may be but one. */
static enum err put_factor(struct act *a, enum factor_kind kind, struct str secret, struct str known_by,
                           int64_t counter)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct cell account[AC_COUNT];
    struct id id = id_new(), *ids;
    size_t n;
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, account));
    TRY(factor_ids(a->tx->db, a->arena, a->subject, &ids, &n));
    TRY(strong_enough(a, a->subject, true));
    if (n >= FACTORS_MAX)
        return FAIL(ERR_LIMIT, "more than %d factors", FACTORS_MAX);
    for (size_t i = 0; i < n && kind != FACTOR_PASSKEY; i++) {
        struct cell c[FA_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_FACTOR, ids[i], c));
        if (c[FA_KIND].i == kind)
            TRY(drop_factor(a, ids[i]));
    }
    if (kind != FACTOR_RECOVERY) {
        struct device d = {account, device_field(kind), known_by, id};
        TRY(device_new(a, &d));
    }
    TRY(seal_secret(a, account, id, secret, &sealed));
    struct cell cells[FA_COUNT] = {
        [FA_ID] = cell_id(&id),           [FA_ACCOUNT] = cell_id(&a->subject),
        [FA_KIND] = cell_int(kind),       [FA_SECRET] = cell_str(buf_view(&sealed)),
        [FA_COUNTER] = cell_int(counter), [FA_CREATED] = cell_int(a->tx->now_us),
    };
    a->ret_id = id;
    TRY(row_insert(a->tx, &TABLE_FACTOR, cells));
    return act_emit(a, "account.factor_added", a->subject, str_of(factor_word(kind)));
}

/* ---- one-time codes ---------------------------------------------------------------------------------------
 */

enum err account_new_totp(struct arena *a, struct str *ret_text)
{
    char secret[OTP_SECRET_BYTES];
    env_random(secret, sizeof secret);
    enum err e = otp_text((struct str){secret, sizeof secret}, a, ret_text);
    secret_wipe(secret, sizeof secret);
    return e;
}

struct str code_plain(struct str typed, char ret[RECOVERY_SIZE])
{
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (n == RECOVERY_SIZE)
            return STR("");
        ret[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct str){ret, n};
}

static uint64_t throttle_key(struct id account)
{
    struct hash h = sha256(STR("akari factor 1"), id_str(&account));
    return str_hash((struct str){(const char *)h.b, sizeof h.b});
}

static enum err not_held(const struct act *a, struct id account)
{
    return throttle_holds(throttle_key(account), a->tx->now_us)
               ? FAIL(ERR_CREDENTIALS, "too many failures: wait")
               : OK;
}

enum err factor_failed(const struct act *a, struct id account)
{
    throttle_failed(throttle_key(account), a->tx->now_us);
    return FAIL(ERR_CREDENTIALS, "the second factor");
}

enum err factor_add_totp_body(struct act *a)
{
    char room[RECOVERY_SIZE];
    struct str secret;
    int64_t step = 0;
    bool ok;
    TRY(not_held(a, a->subject));
    TRY(otp_parse(in_text(a, "secret"), a->arena, &secret));
    TRY(otp_fits(secret, code_plain(in_text(a, "code"), room), a->tx->now_us, -1, &ok, &step));
    if (!ok) {
        throttle_failed(throttle_key(a->subject), a->tx->now_us);
        return FAIL(ERR_FIELD, "field code: not the code of now");
    }
    return put_factor(a, FACTOR_TOTP, secret, secret, step); /* this code has been used */
}

/* ---- recovery codes ---------------------------------------------------------------------------------------
 */

void account_new_code(char ret[RECOVERY_CHARS + 1])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* no l, o, 0, 1 */
    uint8_t random[RECOVERY_SIZE];
    char *to = ret;
    env_random(random, sizeof random);
    for (int k = 0; k < RECOVERY_SIZE; k++) {
        if (k && k % 4 == 0)
            *to++ = '-';
        *to++ = letters[random[k] % 32];
    }
    *to = '\0';
    secret_wipe(random, sizeof random);
}

enum err account_new_recovery(struct arena *a, char ret[RECOVERY_CODES][RECOVERY_CHARS + 1])
{
    (void)a;
    for (int i = 0; i < RECOVERY_CODES; i++)
        account_new_code(ret[i]);
    return OK;
}

static struct hash recovery_hash(struct str plain)
{
    return sha256(STR("akari recovery 1"), plain);
}

enum err factor_make_recovery_body(struct act *a)
{
    struct buf hashes CLEANUP(buf_free) = {0};
    const struct pair *codes;
    size_t n = in_all(a, "code", &codes);
    if (n != RECOVERY_CODES)
        return FAIL(ERR_FIELD, "field code: %d codes", RECOVERY_CODES);
    for (size_t i = 0; i < n; i++) {
        char room[RECOVERY_SIZE];
        struct str plain = code_plain(codes[i].value, room);
        if (plain.n != RECOVERY_SIZE)
            return FAIL(ERR_FIELD, "field code: not a recovery code");
        struct hash h = recovery_hash(plain);
        buf_bytes(&hashes, h.b, sizeof h.b);
    }
    TRY(buf_err(&hashes));
    return put_factor(a, FACTOR_RECOVERY, buf_view(&hashes), STR(""), RECOVERY_CODES);
}

/* ---- passkeys ---------------------------------------------------------------------------------------------
 */

struct new_challenge {
    struct id id, account;
    bool for_new;
};

static enum err challenge_rows(struct tx *tx, void *arg)
{
    const struct new_challenge *new = arg;
    struct id *ids;
    size_t n;
    TRY(account_ids(tx->db, tx->arena, "SELECT id FROM challenge WHERE account = ?1 ORDER BY expires_us, id",
                    new->account, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[CH_COUNT];
        TRY(row_get(tx->db, tx->arena, &TABLE_CHALLENGE, ids[i], c));
        if (c[CH_EXPIRES].i <= tx->now_us || i + 8 < n)
            TRY(row_delete(tx, &TABLE_CHALLENGE, ids[i]));
    }
    struct cell cells[CH_COUNT] = {[CH_ID] = cell_id(&new->id),
                                   [CH_ACCOUNT] = cell_id(&new->account),
                                   [CH_FOR_NEW] = cell_int(new->for_new),
                                   [CH_EXPIRES] = cell_int(tx->now_us + CHALLENGE_US)};
    return row_insert(tx, &TABLE_CHALLENGE, cells);
}

enum err account_challenge(struct door *d, struct id account, bool for_new, struct id *ret)
{
    struct new_challenge new = {id_new(), account, for_new};
    TRY(door_quiet(d, challenge_rows, &new));
    *ret = new.id;
    return OK;
}

static enum err drop_challenge(struct act *a, const void *what)
{
    enum err e = row_delete(a->tx, &TABLE_CHALLENGE, *(const struct id *)what);
    if (e != ERR_NOT_FOUND)
        return e;
    err_clear();
    return OK;
}

/* It is answered once: with this action it is gone, also when the answer is wrong and all else is undone. */
static enum err take_challenge(struct act *a, struct id account, bool for_new, struct str client_data,
                               struct str *ret)
{
    struct cell c[CH_COUNT];
    struct id id;
    TRY(passkey_challenge(client_data, a->arena, ret));
    memcpy(&id, ret->p, sizeof id);
    enum err e = row_get(a->tx->db, a->arena, &TABLE_CHALLENGE, id, c);
    if (e == ERR_NOT_FOUND || (e == OK && (!id_eq(cell_get_id(&c[CH_ACCOUNT]), account) ||
                                           c[CH_FOR_NEW].i != for_new || c[CH_EXPIRES].i <= a->tx->now_us)))
        return FAIL(ERR_CREDENTIALS, "the challenge is not open");
    TRY(e);
    struct id *kept = ARENA_NEW(a->arena, struct id);
    if (!kept)
        return arena_err(a->arena);
    *kept = id;
    act_keep(a, drop_challenge, kept);
    return row_delete(a->tx, &TABLE_CHALLENGE, id);
}

static enum err take_answer(struct act *a, struct passkey_answer *ret)
{
    TRY(base64url_decode(in_text(a, "client_data"), a->arena, &ret->client_data));
    TRY(base64url_decode(in_text(a, "authenticator_data"), a->arena, &ret->authenticator_data));
    TRY(base64url_decode(in_text(a, "signature"), a->arena, &ret->signature));
    return base64url_decode(in_text(a, "credential"), a->arena, &ret->credential);
}

static enum err own_site(struct act *a, struct passkey_site *ret)
{
    const char *origin = door_origin(a->door);
    return *origin ? passkey_site(origin, a->arena, ret)
                   : FAIL(ERR_UNSUPPORTED, "no line \"origin = https://...\" in akari.conf");
}

enum err factor_add_passkey_body(struct act *a)
{
    struct passkey_answer answer;
    struct passkey_site site;
    struct passkey made;
    struct str challenge, packed;
    TRY(not_held(a, a->subject));
    TRY(own_site(a, &site));
    TRY(take_answer(a, &answer));
    enum err e = take_challenge(a, a->subject, true, answer.client_data, &challenge);
    if (e == OK)
        e = passkey_made(&site, challenge, &answer, a->arena, &made);
    if (e == ERR_CREDENTIALS)
        return factor_failed(a, a->subject);
    TRY(e);
    TRY(passkey_pack(&made, a->arena, &packed));
    return put_factor(a, FACTOR_PASSKEY, packed, made.id, made.counter);
}

/* ---- raising a session ------------------------------------------------------------------------------------
 */

struct proof {
    struct act *a;
    const struct cell *account;
    struct str code; /* as it is meant; empty: a passkey */
    struct passkey_answer answer;
    struct passkey_site site;
    struct str challenge;
    bool fits;
};

static enum err used(const struct proof *p, struct cell *c, int64_t counter)
{
    c[FA_COUNTER] = cell_int(counter);
    c[FA_USED] = cell_int(p->a->tx->now_us);
    return row_update(p->a->tx, &TABLE_FACTOR, c, -1);
}

/* One that was set up before devices were compared is known from its next use on. */
static enum err used_device(const struct proof *p, struct cell *c, struct str known_by, int64_t counter)
{
    struct device d = {p->account, device_field((enum factor_kind)c[FA_KIND].i), known_by,
                       cell_get_id(&c[FA_ID])};
    TRY(device_seen(p->a, &d));
    return used(p, c, counter);
}

static enum err try_totp(struct proof *p, struct cell *c)
{
    struct str secret;
    int64_t step = 0;
    bool ok;
    TRY(open_secret(p->a, p->account, c, &secret));
    TRY(otp_fits(secret, p->code, p->a->tx->now_us, c[FA_COUNTER].i, &ok, &step));
    if (!ok)
        return OK;
    p->fits = true;
    return used_device(p, c, secret, step);
}

static enum err try_recovery(struct proof *p, struct cell *c)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct hash h = recovery_hash(p->code);
    struct str hashes;
    char *found = NULL;
    TRY(open_secret(p->a, p->account, c, &hashes));
    for (size_t i = 0; i + HASH_BYTES <= hashes.n; i += HASH_BYTES)
        if (secret_equal(hashes.p + i, h.b, HASH_BYTES))
            found = (char *)(uintptr_t)(hashes.p + i);
    if (!found)
        return OK;
    secret_wipe(found, HASH_BYTES); /* each once: no text has a hash of noughts */
    p->fits = true;
    TRY(seal_secret(p->a, p->account, cell_get_id(&c[FA_ID]), hashes, &sealed));
    c[FA_SECRET] = cell_str(buf_view(&sealed));
    TRY(used(p, c, c[FA_COUNTER].i - 1));
    return act_emit(p->a, "account.recovery_used", cell_get_id(&p->account[AC_ID]), STR(""));
}

static enum err try_passkey(struct proof *p, struct cell *c)
{
    struct passkey known;
    struct str packed;
    int64_t counter;
    TRY(open_secret(p->a, p->account, c, &packed));
    TRY(passkey_unpack(packed, p->a->arena, &known));
    known.counter = c[FA_COUNTER].i;
    enum err e = passkey_used(&p->site, p->challenge, &p->answer, &known, &counter);
    if (e == ERR_CREDENTIALS)
        return OK; /* another one may fit */
    TRY(e);
    p->fits = true;
    return used_device(p, c, known.id, counter);
}

static enum err try_all(struct proof *p)
{
    enum factor_kind wanted = !p->code.n                   ? FACTOR_PASSKEY
                              : p->code.n == RECOVERY_SIZE ? FACTOR_RECOVERY
                                                           : FACTOR_TOTP;
    struct id *ids;
    size_t n;
    TRY(factor_ids(p->a->tx->db, p->a->arena, cell_get_id(&p->account[AC_ID]), &ids, &n));
    for (size_t i = 0; i < n && !p->fits; i++) {
        struct cell c[FA_COUNT];
        TRY(row_get(p->a->tx->db, p->a->arena, &TABLE_FACTOR, ids[i], c));
        if (c[FA_KIND].i != wanted)
            continue;
        TRY(wanted == FACTOR_TOTP       ? try_totp(p, c)
            : wanted == FACTOR_RECOVERY ? try_recovery(p, c)
                                        : try_passkey(p, c));
    }
    return OK;
}

/* A wrong answer is ERR_CREDENTIALS, whatever was wrong with it. */
static enum err take_passkey(struct proof *p, struct id account)
{
    TRY(own_site(p->a, &p->site));
    TRY(take_answer(p->a, &p->answer));
    return take_challenge(p->a, account, false, p->answer.client_data, &p->challenge);
}

enum err factor_prove(struct act *a, struct id account, int64_t *ret_assurance)
{
    struct cell cells[AC_COUNT];
    char room[RECOVERY_SIZE];
    struct proof p = {.a = a, .account = cells};
    enum err e = OK;
    TRY(not_held(a, account));
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, account, cells));
    if (in_text(a, "code").n) {
        p.code = code_plain(in_text(a, "code"), room);
        if (!p.code.n)
            return factor_failed(a, account);
    } else {
        e = take_passkey(&p, account);
    }
    if (e == OK)
        e = try_all(&p);
    if (e == ERR_CREDENTIALS || (e == OK && !p.fits))
        return factor_failed(a, account);
    TRY(e);
    throttle_cleared(throttle_key(account));
    *ret_assurance = p.code.n ? 2 : 3;
    return OK;
}

/* ---- ending -----------------------------------------------------------------------------------------------
 */

enum err factor_end_find(struct act *a, struct object *ret)
{
    struct cell f[FA_COUNT], c[AC_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_FACTOR, a->subject, f));
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, cell_get_id(&f[FA_ACCOUNT]), c));
    *ret = account_object(c);
    ret->version = f[FA_VERSION].i;
    return OK;
}

enum err factor_end_body(struct act *a)
{
    struct id account = a->object.person;
    TRY(strong_enough(a, account, false));
    a->ret_id = a->subject;
    TRY(drop_factor(a, a->subject));
    return act_emit(a, "account.factor_ended", account, STR(""));
}

enum err account_reset_factors_body(struct act *a)
{
    struct id *ids;
    size_t n;
    TRY(factor_ids(a->tx->db, a->arena, a->subject, &ids, &n));
    if (!n)
        return FAIL(ERR_STATE, "the account has no second factor");
    for (size_t i = 0; i < n; i++)
        TRY(drop_factor(a, ids[i]));
    a->ret_id = a->subject;
    TRY(sessions_end(a->tx, a->subject)); /* who had the old one is out */
    return act_emit(a, "account.factors_reset", a->subject, STR(""));
}

/* ---- factor.list ------------------------------------------------------------------------------------------
 */

enum err factor_list_find(struct view *v, struct object *ret)
{
    struct cell c[AC_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_ACCOUNT, v->subject, c));
    *ret = account_object(c);
    return OK;
}

enum err factor_list_run(struct view *v)
{
    struct factor_list *list = ARENA_NEW(v->arena, struct factor_list);
    struct id *ids;
    if (!list)
        return arena_err(v->arena);
    TRY(factor_ids(v->db, v->arena, v->subject, &ids, &list->n));
    list->items = ARENA_ARRAY(v->arena, list->n + 1, struct factor_row);
    if (!list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < list->n; i++) {
        struct cell c[FA_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_FACTOR, ids[i], c));
        bool recovery = c[FA_KIND].i == FACTOR_RECOVERY;
        list->items[i] = (struct factor_row){.id = ids[i],
                                             .kind = (enum factor_kind)c[FA_KIND].i,
                                             .left = recovery ? c[FA_COUNTER].i : -1,
                                             .created_us = c[FA_CREATED].i,
                                             .used_us = c[FA_USED].kind == CELL_NULL ? 0 : c[FA_USED].i};
        view_show(v, ids[i]);
    }
    v->model = list;
    return OK;
}

void factor_list_json(const struct view *v, struct json *j)
{
    const struct factor_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        json_kv_id(j, "id", list->items[i].id);
        json_kv(j, "kind", factor_word(list->items[i].kind));
        json_kv_time(j, "created", list->items[i].created_us);
        json_kv_time(j, "used", list->items[i].used_us);
        if (list->items[i].left >= 0)
            json_kv_i64(j, "left", list->items[i].left);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
