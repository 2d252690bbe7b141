/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, roles, rosters and sessions, the same suite over both databases: test_account sqlite | postgres.
 */
#include "support/store.h"

#include "base/calendar.h"
#include "base/env.h"
#include "base/testing.h"
#include "core/account/own.h"
#include "sys/os.h"

#include <pthread.h>
#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;

#define SECOND   INT64_C(1000000)
#define LEN(x)   (sizeof(x) / sizeof *(x))
#define PASSWORD "correct horse 5 battery"
/* Marks that must stand nowhere in the clear. */
#define MARK_LOGIN    "zq7loginmark"
#define MARK_NAME     "Zq7namemark Synthetic"
#define MARK_PASSWORD "zq7passwordmark"

static _Atomic int64_t now_us; /* the writer thread reads it, too */

static int64_t test_now(void *user)
{
    (void)user;
    return now_us;
}

/* A body that writes a covered row where only uncovered ones may be written. */
static enum err write_meta(struct tx *tx, void *arg)
{
    struct id id = id_new();
    struct cell cells[] = {cell_id(&id), cell_c(arg), cell_c("1"), cell_int(1)};
    return row_insert(tx, &TABLE_META, cells);
}

static const struct input_field meta_inputs[] = {{.name = "value", .type = IN_TEXT, .required = true}};

static enum err assurance_body(struct act *a)
{
    struct id id = id_new();
    struct cell cells[] = {cell_id(&id), cell_c("sign_in_assurance"), cell_str(in_text(a, "value")),
                           cell_int(1)};
    return row_insert(a->tx, &TABLE_META, cells);
}

static const struct action extra[] = {{.name = "test.assurance",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_SYSTEM,
                                       .inputs = meta_inputs,
                                       .ninputs = 1,
                                       .body = assurance_body}};

static int setup(void **state)
{
    struct store_country c = {
        .pack = store_pack(), .actions = extra, .nactions = LEN(extra), .synthetic = true};
    struct env env = {.now_us = test_now};
    int64_t start;
    assert_ok(utc_parse(STR("2026-11-20T08:00:00Z"), &start));
    now_us = start;
    env_set(&env);
    *state = NULL;
    if (store_make_of(&store, driver, &c)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    env_set(NULL);
    return 0;
}

/* ---- short ways ------------------------------------------------------------------------------------------
 */

static enum err try_make(const char *agency, const char *login, const char *name, const char *password,
                         const char *role, const char *purpose, struct id *ret)
{
    struct ctx system = ctx_system();
    struct act_result r = {.id = id_nil()};
    system.agency = agency;
    enum err e = do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name", name,
                        "password", password, "role", role, "purpose", purpose, NULL);
    *ret = r.id;
    return e;
}

static struct id make(const char *agency, const char *login, const char *role, const char *purpose)
{
    struct id id;
    assert_ok(try_make(agency, login, "Officer Synthetic", PASSWORD, role, purpose, &id));
    return id;
}

static struct id make_lead(const char *login)
{
    return make("npa", login, "case_lead", "protection");
}

static enum err sign_in_as(const char *login, const char *password, int role, int purpose, char token[44])
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    return account_sign_in(store.door, str_of(login), str_of(password), role, purpose, a, token);
}

static enum err sign_in(const char *login, const char *password, char token[44])
{
    return sign_in_as(login, password, -1, -1, token);
}

static bool signed_in(const char *token)
{
    struct session s;
    enum err e = account_session(store.door, str_of(token), &s);
    if (e != OK)
        assert_int_equal(e, ERR_SIGN_IN);
    return e == OK;
}

static struct ctx ctx_of(const char *token)
{
    static struct session s; /* ctx borrows its agency */
    assert_ok(account_session(store.door, str_of(token), &s));
    return (struct ctx){.account = s.account,
                        .agency = strcmp(s.agency, "npa") == 0   ? "npa"
                                  : strcmp(s.agency, "isa") == 0 ? "isa"
                                                                 : "ngo",
                        .role = s.role,
                        .purpose = s.purpose,
                        .assurance = s.assurance,
                        .lang = "en"};
}

static struct ctx ctx_as(const char *login)
{
    char token[44];
    assert_ok(sign_in(login, PASSWORD, token));
    return ctx_of(token);
}

static const char *text_id(struct id id)
{
    static char text[4][33];
    static int at;
    at = (at + 1) % 4;
    id_text(id, text[at]);
    return text[at];
}

static void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(door_sequence(store.door)); /* time stands still here: only their places order the leaves */
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_error("%s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
}

static int64_t leaves(void)
{
    return count_rows(&store, "SELECT count(*) FROM audit_leaf");
}

/* Is this what the only session row holds as the hash of its token? */
static bool stored_hash_is(const char *text)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell cells[SE_COUNT];
    struct str bytes;
    struct db *db;
    size_t n;
    assert_ok(base64url_decode(str_of(text), a, &bytes));
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_SESSION, id_nil(), 1, cells, &n));
    door_reader_done(store.door, db);
    assert_int_equal(n, 1);
    return str_eq(cells[SE_TOKEN].s, bytes);
}

/* ---- signing in and out ----------------------------------------------------------------------------------
 */

static void officers_sign_in_and_out(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1");
    struct session s;
    char token[44], second[44];
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_int_equal(strlen(token), 43);
    assert_ok(account_session(store.door, str_of(token), &s));
    assert_true(id_eq(s.account, id));
    assert_string_equal(s.agency, "npa");
    assert_string_equal(s.name, "Officer Synthetic");
    assert_int_equal(s.role, ROLE_CASE_LEAD);
    assert_int_equal(s.purpose, PURPOSE_PROTECTION);
    assert_int_equal(s.assurance, 2);
    assert_true(s.synthetic);
    assert_int_equal(strlen(s.form_token), 43);
    assert_string_not_equal(s.form_token, token);
    assert_false(stored_hash_is(s.form_token)); /* it does not follow from a stolen row */
    assert_ok(account_session(store.door, str_of(token), &s));
    assert_ok(sign_in("lead1", PASSWORD, second));
    assert_string_not_equal(second, token);
    assert_ok(account_sign_out(store.door, str_of(token)));
    assert_false(signed_in(token));
    assert_true(signed_in(second));
    assert_ok(account_sign_out(store.door, str_of(token))); /* out is out */
    assert_ok(account_sign_out(store.door, STR("")));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'session.open' AND "
                                        "outcome = 0 AND account IS NOT NULL"),
                     2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'session.close'"), 1);
    assert_false(signed_in(""));
    assert_false(signed_in("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    second[42] = second[42] == 'A' ? 'B' : 'A';
    assert_false(signed_in(second));
    the_trail_holds();
}

/* What cannot sign in costs one Argon2id run and says the same. */
static void refused_alike(const char *login, const char *password)
{
    char token[44] = "untouched", said[64];
    uint64_t calls = account_password_calls();
    int64_t refusals = count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'session.open' AND "
                                          "outcome = 33 AND account IS NULL AND object IS NULL");
    assert_fails(sign_in(login, password, token), ERR_CREDENTIALS);
    snprintf(said, sizeof said, "%s", err_detail());
    assert_string_equal(said, "sign-in");
    assert_string_equal(token, "untouched");
    assert_int_equal(account_password_calls(), calls + 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'session.open' AND "
                                        "outcome = 33 AND account IS NULL AND object IS NULL"),
                     refusals + 1);
}

static void wrong_and_unknown_are_the_same(void **state)
{
    NEED_STORE(state);
    char long_login[600], long_password[2000];
    struct ctx system = ctx_system();
    struct id gone = make_lead("gone");
    make_lead("lead1");
    memset(long_login, 'l', sizeof long_login - 1);
    long_login[sizeof long_login - 1] = '\0';
    memset(long_password, 'p', sizeof long_password - 1);
    long_password[sizeof long_password - 1] = '\0';
    assert_ok(do_act(&store, &system, "account.disable", gone, NULL, NULL));
    refused_alike("lead1", "not the password");
    refused_alike("nobody", "not the password");
    refused_alike("nobody2", PASSWORD);
    refused_alike("gone", PASSWORD);
    refused_alike("", "");
    refused_alike("lead1", "");
    refused_alike(long_login, PASSWORD);
    refused_alike("bad \xff utf8", "\xff\xfe\xfd");
    refused_alike("lead1", long_password);
    the_trail_holds();
}

static void decoys_cost_what_passwords_cost(void **state)
{
    (void)state;
    static const enum argon_cost costs[] = {ARGON_DEMO, ARGON_INTERACTIVE, ARGON_MODERATE};
    for (size_t i = 0; i < LEN(costs); i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct str part[6], rest = str_of(password_decoy(costs[i])), bytes;
        char padded[80], real[128];
        for (size_t k = 0; k < 6; k++)
            assert_true(str_cut(&rest, '$', &part[k]));
        snprintf(padded, sizeof padded, "%.*s==", STR_FMT(part[4]));
        assert_ok(base64_decode(str_of(padded), a, &bytes));
        assert_int_equal(bytes.n, 16);
        snprintf(padded, sizeof padded, "%.*s=", STR_FMT(part[5]));
        assert_ok(base64_decode(str_of(padded), a, &bytes));
        assert_int_equal(bytes.n, 32);
        if (costs[i] == ARGON_MODERATE)
            continue; /* 256 MiB for nothing */
        assert_ok(argon_password(costs[i], STR("x"), real));
        size_t head = (size_t)(part[4].p - password_decoy(costs[i]));
        assert_memory_equal(real, password_decoy(costs[i]), head);
    }
}

/* How long a login is held after each of n failures in a row; it is tried again as soon as it may be. */
static void fail_in_a_row(const char *login, int n, int64_t *waits)
{
    char token[44];
    for (int i = 0; i < n; i++) {
        uint64_t calls = account_password_calls();
        assert_fails(sign_in(login, "not the password", token), ERR_CREDENTIALS);
        assert_int_equal(account_password_calls(), calls + 1);
        waits[i] = 0;
        for (int64_t step = INT64_C(1) << 30; step > 0; step /= 2) { /* finds the last held microsecond */
            now_us += step;
            if (throttle_holds(str_hash(str_of(login)), now_us))
                waits[i] += step;
            else
                now_us -= step;
        }
        now_us += SECOND;
    }
}

static void failures_make_a_login_wait(void **state)
{
    NEED_STORE(state);
    enum { N = 15 };
    int64_t known[N], unknown[N];
    char token[44];
    make_lead("slowed");
    fail_in_a_row("slowed", N, known);
    fail_in_a_row("unknown", N, unknown);
    for (int i = 0; i < N; i++) {
        int64_t want = i < 3 ? 1 : i < 13 ? SECOND << (i - 3) : 900 * SECOND;
        assert_int_equal(known[i], want - 1);
        assert_int_equal(known[i], unknown[i]);
    }
    assert_fails(sign_in("slowed", "not the password", token), ERR_CREDENTIALS);
    uint64_t calls = account_password_calls();
    int64_t before = leaves();
    now_us += 899 * SECOND;
    assert_fails(sign_in("SLOWED", PASSWORD, token),
                 ERR_CREDENTIALS); /* the right one waits too, however it is written */
    assert_int_equal(account_password_calls(), calls);
    assert_int_equal(leaves(), before + 1); /* and makes no work but its leaf */
    now_us += SECOND;
    assert_ok(sign_in("slowed", PASSWORD, token));
    assert_fails(sign_in("slowed", "not the password", token), ERR_CREDENTIALS);
    assert_ok(sign_in("slowed", PASSWORD, token)); /* forgiven */
}

static void a_flooded_table_keeps_the_longest_waits(void **state)
{
    (void)state;
    now_us = INT64_C(1700000000000000);
    for (int i = 0; i < 20; i++)
        throttle_failed(12345, now_us);
    assert_true(throttle_holds(12345, now_us + 899 * SECOND));
    for (uint64_t i = 1; i < 40; i++)
        throttle_failed(12345 + i * 1024, now_us); /* the same bucket */
    assert_true(throttle_holds(12345, now_us + 899 * SECOND));
    assert_false(throttle_holds(12345, now_us + 900 * SECOND));
    assert_false(throttle_holds(12345, now_us - 3600 * SECOND)); /* a clock set back does not hold for ever */
    throttle_failed(12345, now_us + 25 * 3600 * SECOND);
    assert_false(throttle_holds(12345, now_us + 25 * 3600 * SECOND)); /* yesterday is forgotten */
    for (int i = 0; i < 5; i++)
        throttle_failed(12345, now_us);
    assert_true(throttle_holds(12345, now_us));
    throttle_cleared(12345);
    assert_false(throttle_holds(12345, now_us));
}

/* ---- limits of sessions ----------------------------------------------------------------------------------
 */

static void idle_sessions_end(void **state)
{
    NEED_STORE(state);
    char token[44];
    make_lead("lead1");
    assert_ok(sign_in("lead1", PASSWORD, token));
    now_us += SESSION_IDLE_S * SECOND - 1;
    assert_true(signed_in(token)); /* and is seen */
    now_us += SESSION_IDLE_S * SECOND - 1;
    assert_true(signed_in(token));
    now_us += SESSION_IDLE_S * SECOND;
    assert_false(signed_in(token));
    now_us += 10 * 3600 * SECOND;
    assert_ok(sign_in("lead1", PASSWORD, token));
    now_us -= 3600 * SECOND;
    assert_false(signed_in(token)); /* a clock set back does not make it longer */
}

static void no_session_is_longer_than_the_absolute_limit(void **state)
{
    NEED_STORE(state);
    char token[44];
    make_lead("lead1");
    assert_ok(sign_in("lead1", PASSWORD, token));
    int64_t start = now_us;
    while (now_us - start < SESSION_ABSOLUTE_S * SECOND - 600 * SECOND) {
        now_us += 600 * SECOND;
        assert_true(signed_in(token));
    }
    now_us = start + SESSION_ABSOLUTE_S * SECOND - 1;
    assert_true(signed_in(token));
    now_us++;
    assert_false(signed_in(token));
}

static void a_session_is_touched_once_a_minute_without_leaves(void **state)
{
    NEED_STORE(state);
    char token[44];
    make_lead("lead1");
    assert_ok(sign_in("lead1", PASSWORD, token));
    int64_t seen = now_us, before = leaves();
    for (int i = 0; i < 59; i++) {
        now_us += SECOND;
        assert_true(signed_in(token));
    }
    assert_int_equal(count_rows(&store, "SELECT seen_us FROM session"), seen);
    now_us += SECOND;
    assert_true(signed_in(token));
    assert_int_equal(count_rows(&store, "SELECT seen_us FROM session"), now_us);
    assert_int_equal(leaves(), before);
    the_trail_holds();
}

static void ended_sessions_are_deleted(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system();
    struct act_result r;
    struct db *db;
    bool any;
    char old[44], fresh[44];
    make_lead("lead1");
    assert_ok(sign_in("lead1", PASSWORD, old));
    now_us += SESSION_IDLE_S * SECOND;
    assert_ok(sign_in("lead1", PASSWORD, fresh));
    assert_ok(door_reader(store.door, &db));
    assert_ok(account_sessions_ended(db, now_us, &any));
    assert_true(any);
    assert_ok(do_act(&store, &system, "session.expire", id_nil(), &r, NULL));
    assert_int_equal(r.version, 1);
    assert_ok(account_sessions_ended(db, now_us, &any));
    assert_false(any);
    door_reader_done(store.door, db);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM session"), 1);
    assert_true(signed_in(fresh));
    struct ctx lead = ctx_of(fresh);
    assert_int_not_equal(do_act(&store, &lead, "session.expire", id_nil(), NULL, NULL), OK);
    the_trail_holds();
}

static void sessions_outlive_a_restart(void **state)
{
    NEED_STORE(state);
    char token[44];
    struct session s;
    make_lead("lead1");
    assert_ok(sign_in("lead1", PASSWORD, token));
    store_close(&store);
    assert_ok(door_open(&store.config, &store.door)); /* locked */
    assert_ok(account_session(store.door, str_of(token), &s));
    assert_string_equal(s.name, ""); /* sealed */
    assert_fails(sign_in("lead1", PASSWORD, token), ERR_LOCKED);
    assert_ok(door_unlock(store.door, store_secret()));
    assert_ok(account_session(store.door, str_of(token), &s));
    assert_string_equal(s.name, "Officer Synthetic");
    assert_ok(account_sign_out(store.door, str_of(token)));
    assert_false(signed_in(token));
}

static void only_the_system_opens_sessions(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1");
    char token[44], other[44];
    make_lead("lead2");
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_ok(sign_in("lead2", PASSWORD, other));
    struct ctx lead = ctx_of(token),
               nobody = {.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
    assert_int_not_equal(do_act(&store, &lead, "session.open", id, NULL, "token_hash",
                                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "role", "case_lead", "purpose",
                                "protection", NULL),
                         OK);
    assert_fails(do_act(&store, &nobody, "session.open", id, NULL, "token_hash",
                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "role", "case_lead", "purpose",
                        "protection", NULL),
                 ERR_SIGN_IN);
    struct db *db;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell cells[2 * SE_COUNT];
    size_t n;
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_SESSION, id_nil(), 2, cells, &n));
    door_reader_done(store.door, db);
    assert_int_equal(n, 2);
    for (size_t i = 0; i < 2; i++) {
        bool mine = id_eq(cell_get_id(&cells[i * SE_COUNT + SE_ACCOUNT]), id);
        enum err e = do_act(&store, &lead, "session.close", cell_get_id(&cells[i * SE_COUNT]), NULL, NULL);
        assert_int_equal(e, mine ? OK : ERR_NOT_FOUND);
    }
    assert_false(signed_in(token));
    assert_true(signed_in(other));
}

static void the_assurance_is_what_the_store_says(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system();
    struct session s;
    char token[44];
    make_lead("lead1");
    assert_ok(do_act(&store, &system, "test.assurance", id_nil(), NULL, "value", "1", NULL));
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_ok(account_session(store.door, str_of(token), &s));
    assert_int_equal(s.assurance, 1);
    assert_ok(account_sign_out(store.door, str_of(token)));
    assert_false(signed_in(token));
}

/* ---- passwords -------------------------------------------------------------------------------------------
 */

/* Hiragana. */
#define KANA_A      "\xe3\x81\x82"
#define TEN_TIMES_A (KANA_A KANA_A KANA_A KANA_A KANA_A KANA_A KANA_A KANA_A KANA_A KANA_A)

static void weak_passwords_are_refused(void **state)
{
    NEED_STORE(state);
    static const char *const weak[] = {
        "",           "short",        "123456789", "ninechars",       "1234567890",        "Password123",
        "QWERTYUIOP", "aaaaaaaaaaaa", TEN_TIMES_A, "loginloginlogin", "Officer Synthetic",
    };
    struct id id;
    char token[44];
    for (size_t i = 0; i < LEN(weak); i++) {
        int64_t before = leaves();
        assert_fails(
            try_make("npa", "loginloginlogin", "Officer Synthetic", weak[i], "case_lead", "protection", &id),
            ERR_FIELD);
        assert_null(strstr(err_detail(), "loginlogin"));
        assert_int_equal(leaves(), before + 1); /* a refused action leaves a leaf */
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account"), 0);
    /* ten letters of any script; composed or not is the same */
    assert_ok(try_make("npa", "kana", "Officer Synthetic",
                       "\xe3\x81\x8c\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\xe3\x81\x8b\xe3\x81\x8d"
                       "\xe3\x81\x8f\xe3\x81\x91\xe3\x81\x93",
                       "case_lead", "protection", &id));
    assert_ok(sign_in("kana",
                      "\xe3\x81\x8b\xe3\x82\x99\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\xe3\x81\x8b"
                      "\xe3\x81\x8d\xe3\x81\x8f\xe3\x81\x91\xe3\x81\x93",
                      token));
    the_trail_holds();
}

static void a_prepared_password_cannot_be_sent_in(void **state)
{
    NEED_STORE(state);
    char phc[128], with[130], token[44];
    struct id id;
    assert_ok(argon_password(ARGON_DEMO, STR("known to the attacker"), phc));
    snprintf(with, sizeof with, "=%s", phc);
    assert_ok(try_make("npa", "lead1", "Officer Synthetic", with, "case_lead", "protection", &id));
    assert_fails(sign_in("lead1", "known to the attacker", token), ERR_CREDENTIALS);
    assert_ok(sign_in("lead1", with, token)); /* it is a password like any other */
    struct ctx lead = ctx_of(token);
    assert_fails(do_act(&store, &lead, "account.set_password", id, NULL, "old_password", phc, "password",
                        "another long one", NULL),
                 ERR_CREDENTIALS);
}

static void one_changes_ones_own_password(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1"), other = make_lead("lead2");
    char token[44], second[44];
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_ok(sign_in("lead1", PASSWORD, second));
    struct ctx lead = ctx_of(token);
    assert_fails(do_act(&store, &lead, "account.set_password", id, NULL, "old_password", "wrong", "password",
                        "another long one", NULL),
                 ERR_CREDENTIALS);
    assert_fails(do_act(&store, &lead, "account.set_password", id, NULL, "old_password", PASSWORD, "password",
                        "short", NULL),
                 ERR_FIELD);
    assert_fails(
        do_act(&store, &lead, "account.set_password", id, NULL, "password", "another long one", NULL),
        ERR_FIELD);
    assert_fails(do_act(&store, &lead, "account.set_password", other, NULL, "old_password", PASSWORD,
                        "password", "another long one", NULL),
                 ERR_NOT_FOUND);
    assert_true(signed_in(token));
    assert_ok(do_act(&store, &lead, "account.set_password", id, NULL, "old_password", PASSWORD, "password",
                     "another long one", NULL));
    assert_false(signed_in(token)); /* whoever knew the old one is out */
    assert_false(signed_in(second));
    assert_fails(sign_in("lead1", PASSWORD, token), ERR_CREDENTIALS);
    assert_ok(sign_in("lead1", "another long one", token));
    the_trail_holds();
}

static void two_changes_at_once_are_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id id = make_lead("lead1");
    struct ctx lead = ctx_as("lead1");
    struct pair first[] = {{STR("old_password"), STR(PASSWORD), VALUE_GIVEN},
                           {STR("password"), STR("the first new one"), VALUE_GIVEN}},
                second[] = {{STR("old_password"), STR(PASSWORD), VALUE_GIVEN},
                            {STR("password"), STR("the second new one"), VALUE_GIVEN}};
    struct act_request r[] = {{.ctx = &lead,
                               .action = "account.set_password",
                               .subject = id,
                               .expected_version = -1,
                               .input = {first, 2}},
                              {.ctx = &lead,
                               .action = "account.set_password",
                               .subject = id,
                               .expected_version = -1,
                               .input = {second, 2}}};
    struct act_result results[2];
    size_t failed;
    char token[44];
    assert_fails(door_act_batch(store.door, r, 2, a, results, &failed), ERR_VERSION);
    assert_int_equal(failed, 1);
    assert_ok(sign_in("lead1", PASSWORD, token));
}

static void the_longest_password_is_looked_at_whole(void **state)
{
    NEED_STORE(state);
    char longest[PASSWORD_MAX_BYTES + 2], token[44];
    struct id id;
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = "abcdefgh"[i % 8];
    longest[PASSWORD_MAX_BYTES + 1] = '\0';
    assert_fails(try_make("npa", "lead1", "Officer Synthetic", longest, "case_lead", "protection", &id),
                 ERR_FIELD);
    longest[PASSWORD_MAX_BYTES] = '\0';
    assert_ok(try_make("npa", "lead1", "Officer Synthetic", longest, "case_lead", "protection", &id));
    assert_ok(sign_in("lead1", longest, token));
    longest[PASSWORD_MAX_BYTES] = 'x';
    assert_fails(sign_in("lead1", longest, token), ERR_CREDENTIALS);
}

/* Asked by one, done when another confirms (tests/core/test_proposal.c has the rules of that). */
static enum err both(const struct ctx *second, const struct act_result *proposal)
{
    assert_true(proposal->waits);
    return do_act(&store, second, "proposal.confirm", proposal->id, NULL, NULL);
}

static void a_forgotten_password_takes_two_administrators(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1");
    make("npa", "admin1", "system_admin", "administration");
    make("npa", "admin2", "system_admin", "administration");
    make_lead("lead2");
    struct ctx c = ctx_as("admin1"), second = ctx_as("admin2"), officer_ctx = ctx_as("lead2");
    struct act_result r;
    char token[44];
    assert_fails(do_act(&store, &c, "account.reset_password", id, NULL, "password", "short", NULL),
                 ERR_FIELD);
    assert_int_not_equal(do_act(&store, &officer_ctx, "account.reset_password", id, NULL, "password",
                                "another long one", NULL),
                         OK);
    assert_ok(do_act(&store, &c, "account.reset_password", id, &r, "password", "another long one", NULL));
    assert_ok(sign_in("lead1", PASSWORD, token)); /* as it was */
    assert_int_not_equal(both(&officer_ctx, &r), OK);
    assert_ok(both(&second, &r));
    assert_ok(sign_in("lead1", "another long one", token));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'account.password_reset'"),
                     1);
}

static void *wait_for_a_place(void *arg)
{
    char token[44], login[32];
    snprintf(login, sizeof login, "waiting%d", (int)(uintptr_t)arg);
    return (void *)(uintptr_t)sign_in(login, "not the password", token);
}

static void the_queue_is_bounded(void **state)
{
    NEED_STORE(state);
    pthread_t threads[LOGIN_QUEUE_MAX];
    struct id id;
    char token[44];
    make_lead("lead1");
    for (int i = 0; i < LOGIN_PARALLEL_MAX; i++)
        assert_ok(password_enter());
    for (uintptr_t i = 0; i < LOGIN_QUEUE_MAX; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_a_place, (void *)i), 0);
    while (password_waiting() < LOGIN_QUEUE_MAX) {
        struct timespec nap = {0, 1000000};
        nanosleep(&nap, NULL);
    }
    int64_t before = leaves();
    assert_fails(sign_in("lead1", PASSWORD, token), ERR_BUSY);
    assert_fails(try_make("npa", "late", "Officer Synthetic", PASSWORD, "case_lead", "protection", &id),
                 ERR_BUSY);
    assert_int_equal(leaves(), before);
    for (int i = 0; i < LOGIN_PARALLEL_MAX; i++)
        password_leave();
    for (int i = 0; i < LOGIN_QUEUE_MAX; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_int_equal((uintptr_t)result, ERR_CREDENTIALS);
    }
    assert_int_equal(password_waiting(), 0);
    assert_ok(sign_in("lead1", PASSWORD, token)); /* being busy was no failure of hers */
}

/* ---- accounts and roles ----------------------------------------------------------------------------------
 */

static void logins_are_one_person_each(void **state)
{
    NEED_STORE(state);
    struct id id;
    char token[44];
    make_lead("Lead One");
    static const char *const same[] = {"Lead One", "lead one", "LEAD  ONE", " lead one ",
                                       "\xef\xbd\x8c\xef\xbd\x85\xef\xbd\x81\xef\xbd\x84 one"};
    for (size_t i = 0; i < LEN(same); i++) {
        assert_fails(try_make("isa", same[i], "Officer Synthetic", PASSWORD, "case_lead", "protection", &id),
                     ERR_CONSTRAINT);
        assert_ok(sign_in(same[i], PASSWORD, token));
    }
    assert_fails(try_make("nowhere", "lead2", "Officer Synthetic", PASSWORD, "case_lead", "protection", &id),
                 ERR_FIELD);
    assert_fails(try_make("npa", "lead2", "Officer Synthetic", PASSWORD, "system", "administration", &id),
                 ERR_FIELD);
    assert_fails(try_make("npa", "lead2", "Officer Synthetic", PASSWORD, "anonymous", "protection", &id),
                 ERR_FIELD);
    assert_fails(try_make("npa", "lead2", "Officer Synthetic", PASSWORD, "case_lead", "none", &id),
                 ERR_FIELD);
    assert_fails(try_make("npa", "x", "Officer Synthetic", PASSWORD, "case_lead", "protection", &id),
                 ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account_role"), 1);
    /* one compartment for the staff of an agency */
    make_lead("lead2");
    make("isa", "lead3", "case_lead", "protection");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment WHERE kind = 4"), 2);
}

static void who_may_make_accounts(void **state)
{
    NEED_STORE(state);
    make("npa", "admin1", "system_admin", "administration");
    make("npa", "admin2", "system_admin", "administration");
    make_lead("lead1");
    struct ctx admin = ctx_as("admin1"), second = ctx_as("admin2"), lead = ctx_as("lead1");
    struct act_result r;
    char token[44];
    assert_ok(do_act(&store, &admin, "account.create", id_nil(), &r, "login", "new1", "name", "New Synthetic",
                     "password", PASSWORD, "role", "health", "purpose", "protection", "agency", "ngo", NULL));
    assert_fails(sign_in("new1", PASSWORD, token), ERR_CREDENTIALS);
    assert_ok(both(&second, &r));
    assert_ok(sign_in("new1", PASSWORD, token));
    assert_string_equal(ctx_of(token).agency, "ngo");
    assert_int_not_equal(do_act(&store, &lead, "account.create", id_nil(), NULL, "login", "new2", "name",
                                "New Synthetic", "password", PASSWORD, "role", "case_lead", "purpose",
                                "protection", NULL),
                         OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'account.created'"), 4);
    the_trail_holds();
}

static void roles_come_from_two_and_go_at_once(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1");
    make("npa", "admin2", "system_admin", "administration");
    make("npa", "admin1", "system_admin", "administration");
    struct ctx admin = ctx_as("admin1"), second = ctx_as("admin2");
    struct act_result r;
    char token[44];
    now_us++; /* roles of one moment have no order */
    assert_ok(
        do_act(&store, &admin, "account.add_role", id, &r, "role", "analyst", "purpose", "statistics", NULL));
    assert_fails(sign_in_as("lead1", PASSWORD, ROLE_ANALYST, -1, token), ERR_DENIED);
    assert_ok(both(&second, &r));
    assert_fails(do_act(&store, &admin, "account.add_role", id, NULL, "role", "analyst", "purpose",
                        "statistics", NULL),
                 ERR_STATE);
    assert_fails(
        do_act(&store, &admin, "account.add_role", id, NULL, "role", "system", "purpose", "statistics", NULL),
        ERR_FIELD);
    assert_fails(sign_in_as("lead1", PASSWORD, ROLE_ANALYST, PURPOSE_PROTECTION, token), ERR_DENIED);
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_int_equal(ctx_of(token).role, ROLE_CASE_LEAD); /* the first */
    assert_ok(sign_in_as("lead1", PASSWORD, -1, PURPOSE_STATISTICS, token));
    assert_int_equal(ctx_of(token).role, ROLE_ANALYST);
    assert_ok(do_act(&store, &admin, "account.end_role", id, NULL, "role", "analyst", "purpose", "statistics",
                     NULL));
    assert_false(signed_in(token)); /* the session had no other right to be */
    assert_fails(do_act(&store, &admin, "account.end_role", id, NULL, "role", "analyst", "purpose",
                        "statistics", NULL),
                 ERR_STATE);
    assert_fails(sign_in_as("lead1", PASSWORD, ROLE_ANALYST, -1, token), ERR_DENIED);
    assert_ok(sign_in("lead1", PASSWORD, token));
    the_trail_holds();
}

static void a_disabled_account_is_out_at_once(void **state)
{
    NEED_STORE(state);
    struct id id = make_lead("lead1");
    make("npa", "admin1", "system_admin", "administration");
    make_lead("lead2");
    struct ctx admin = ctx_as("admin1"), lead = ctx_as("lead2");
    char token[44];
    assert_ok(sign_in("lead1", PASSWORD, token));
    assert_int_not_equal(do_act(&store, &lead, "account.disable", id, NULL, NULL), OK);
    assert_true(signed_in(token));
    assert_ok(do_act(&store, &admin, "account.disable", id, NULL, NULL));
    assert_false(signed_in(token));
    assert_fails(sign_in("lead1", PASSWORD, token), ERR_CREDENTIALS);
    assert_fails(do_act(&store, &admin, "account.disable", id, NULL, NULL), ERR_STATE);
    struct id again;
    assert_fails(try_make("npa", "lead1", "Officer Synthetic", PASSWORD, "case_lead", "protection", &again),
                 ERR_CONSTRAINT); /* nobody takes her name */
    the_trail_holds();
}

/* ---- rosters ---------------------------------------------------------------------------------------------
 */

static struct id on_duty(const char *agency, enum role role)
{
    struct db *db;
    struct id id = id_nil();
    assert_ok(door_reader(store.door, &db));
    enum err e = roster_on_duty(db, agency, role, now_us, &id);
    door_reader_done(store.door, db);
    if (e == ERR_NOT_FOUND)
        assert_true(id_is_nil(id));
    else
        assert_ok(e);
    return id;
}

static void a_duty_has_a_deputy(void **state)
{
    NEED_STORE(state);
    struct id first = make_lead("lead1"), deputy = make_lead("lead2"), late = make_lead("lead3");
    struct id stranger = make("isa", "isa1", "case_lead", "protection"),
              health = make("npa", "doc1", "health", "protection");
    struct ctx lead = ctx_as("lead1"), isa = ctx_as("isa1"), system = ctx_system();
    struct act_result duty, plan;
    char from[28], until[28];
    assert_true(id_is_nil(on_duty("npa", ROLE_CASE_LEAD)));
    assert_int_not_equal(do_act(&store, &isa, "roster.add", first, NULL, "role", "case_lead", NULL), OK);
    assert_fails(do_act(&store, &lead, "roster.add", first, NULL, "role", "health", NULL), ERR_FIELD);
    assert_fails(do_act(&store, &lead, "roster.add", first, NULL, "role", "case_lead", "deputy",
                        text_id(stranger), NULL),
                 ERR_FIELD);
    assert_fails(do_act(&store, &lead, "roster.add", first, NULL, "role", "case_lead", "deputy",
                        text_id(health), NULL),
                 ERR_FIELD);
    assert_fails(
        do_act(&store, &lead, "roster.add", first, NULL, "role", "case_lead", "deputy", text_id(first), NULL),
        ERR_FIELD);
    assert_ok(do_act(&store, &lead, "roster.add", first, &duty, "role", "case_lead", "deputy",
                     text_id(deputy), NULL));
    assert_true(id_eq(on_duty("npa", ROLE_CASE_LEAD), first));
    assert_true(id_is_nil(on_duty("isa", ROLE_CASE_LEAD)));
    assert_true(id_is_nil(on_duty("npa", ROLE_HEALTH)));
    /* a later plan counts while it lasts */
    utc_text(now_us + 3600 * SECOND, from);
    utc_text(now_us + 7200 * SECOND, until);
    assert_fails(do_act(&store, &lead, "roster.add", late, NULL, "role", "case_lead", "from", until, "until",
                        from, NULL),
                 ERR_FIELD);
    assert_ok(do_act(&store, &lead, "roster.add", late, &plan, "role", "case_lead", "from", from, "until",
                     until, NULL));
    assert_true(id_eq(on_duty("npa", ROLE_CASE_LEAD), first));
    now_us += 3600 * SECOND;
    assert_true(id_eq(on_duty("npa", ROLE_CASE_LEAD), late));
    assert_ok(do_act(&store, &system, "account.disable", late, NULL, NULL));
    assert_true(id_eq(on_duty("npa", ROLE_CASE_LEAD), first)); /* no deputy there: the plan before */
    assert_ok(do_act(&store, &system, "account.disable", first, NULL, NULL));
    assert_true(id_eq(on_duty("npa", ROLE_CASE_LEAD), deputy));
    struct ctx lead2 = ctx_as("lead2");
    assert_ok(do_act(&store, &lead2, "roster.end", duty.id, NULL, NULL));
    assert_fails(do_act(&store, &lead2, "roster.end", duty.id, NULL, NULL), ERR_STATE);
    assert_true(id_is_nil(on_duty("npa", ROLE_CASE_LEAD)));
    the_trail_holds();
}

/* ---- looks -----------------------------------------------------------------------------------------------
 */

static const struct account_row *row_of(const struct account_list *list, struct id id)
{
    for (size_t i = 0; i < list->n; i++)
        if (id_eq(list->items[i].id, id))
            return &list->items[i];
    return NULL;
}

static void who_sees_names(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make_lead("lead1"), admin = make("npa", "admin1", "system_admin", "administration");
    make_lead("lead2");
    make("isa", "isa1", "case_lead", "protection");
    struct ctx colleague = ctx_as("lead2"), other = ctx_as("isa1"), administrator = ctx_as("admin1");
    const struct view *v;
    assert_ok(do_view(&store, &colleague, "account.list", id_nil(), a, &v, NULL));
    const struct account_list *list = v->model;
    assert_int_equal(list->n, 3);
    const struct account_row *row = row_of(list, lead);
    assert_non_null(row);
    assert_str(row->name.text, "Officer Synthetic");
    assert_int_equal(row->login.verdict, VERDICT_MASK);
    assert_str(row->login.text, "");
    assert_int_equal(row->nroles, 1);
    assert_int_equal(row->roles[0].role, ROLE_CASE_LEAD);
    assert_ok(do_view(&store, &administrator, "account.list", id_nil(), a, &v, NULL));
    row = row_of(v->model, admin);
    assert_str(row->login.text, "admin1");
    assert_ok(do_view(&store, &other, "account.list", id_nil(), a, &v, "agency", "npa", NULL));
    assert_int_equal(((const struct account_list *)v->model)->n, 0); /* not hers to know */
    assert_ok(do_act(&store, &colleague, "roster.add", lead, NULL, "role", "case_lead", NULL));
    assert_ok(do_view(&store, &colleague, "roster.on_duty", id_nil(), a, &v, "role", "case_lead", NULL));
    const struct duty_model *duty = v->model;
    assert_true(id_eq(duty->account, lead));
    assert_str(duty->name.text, "Officer Synthetic");
    assert_ok(do_view(&store, &other, "roster.on_duty", id_nil(), a, &v, "role", "case_lead", "agency", "npa",
                      NULL));
    assert_true(id_is_nil(((const struct duty_model *)v->model)->account));
    the_trail_holds();
}

static void lists_have_pages(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char login[32], after[33];
    for (int i = 0; i < 60; i++) {
        snprintf(login, sizeof login, "lead number %d", i);
        make_lead(login);
    }
    struct ctx lead = ctx_as("lead number 7");
    const struct view *v;
    assert_ok(do_view(&store, &lead, "account.list", id_nil(), a, &v, NULL));
    const struct account_list *list = v->model;
    assert_int_equal(list->n, 50);
    id_text(list->next, after);
    assert_ok(do_view(&store, &lead, "account.list", id_nil(), a, &v, "after", after, NULL));
    list = v->model;
    assert_int_equal(list->n, 10);
    assert_true(id_is_nil(list->next));
}

/* ---- what is stored --------------------------------------------------------------------------------------
 */

static bool contains(struct str s, const char *mark)
{
    return s.n && memmem(s.p, s.n, mark, strlen(mark)) != NULL;
}

/* Every cell of every table, on either database. */
static size_t cells_with(const char *mark)
{
    struct db *db;
    size_t found = 0;
    assert_ok(door_reader(store.door, &db));
    for (size_t t = 0; t < store.schema.n; t++) {
        const struct table *table = store.schema.tables[t];
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct cell *cells = ARENA_ARRAY(a, 1000 * table->ncolumns, struct cell);
        size_t n;
        assert_ok(row_page(db, a, table, id_nil(), 1000, cells, &n));
        assert_true(n < 1000);
        for (size_t i = 0; i < n * table->ncolumns; i++)
            found += cells[i].kind == CELL_BYTES && contains(cells[i].s, mark);
    }
    door_reader_done(store.door, db);
    return found;
}

static bool file_has(const char *suffix, const char *mark)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char path[128];
    struct str all;
    snprintf(path, sizeof path, "%s/akari.db%s", store.dir, suffix);
    enum err e = file_read(path, 64u << 20, a, &all);
    if (e == ERR_NOT_FOUND)
        return false;
    assert_ok(e);
    return contains(all, mark);
}

static void no_name_stands_in_the_clear(void **state)
{
    NEED_STORE(state);
    static const char *const marks[] = {MARK_LOGIN, "zq7namemark", "Zq7namemark", MARK_PASSWORD};
    char token[44];
    struct id id;
    assert_ok(
        try_make("npa", MARK_LOGIN, MARK_NAME, MARK_PASSWORD " and more", "case_lead", "protection", &id));
    assert_ok(sign_in(MARK_LOGIN, MARK_PASSWORD " and more", token));
    assert_fails(sign_in(MARK_LOGIN, MARK_PASSWORD " wrong", token), ERR_CREDENTIALS);
    assert_fails(sign_in(MARK_LOGIN "2", MARK_PASSWORD " wrong", token), ERR_CREDENTIALS);
    assert_fails(
        try_make("npa", MARK_LOGIN, MARK_NAME, MARK_PASSWORD " and more", "case_lead", "protection", &id),
        ERR_CONSTRAINT);
    for (size_t i = 0; i < LEN(marks); i++) {
        assert_int_equal(cells_with(marks[i]), 0);
        assert_false(!store.postgres && (file_has("", marks[i]) || file_has("-wal", marks[i])));
    }
    assert_int_equal(cells_with(token), 0);
    assert_true(cells_with("account.created") > 0); /* the search finds what is there */
    assert_true(store.postgres || file_has("", "account.created") || file_has("-wal", "account.created"));
    store_close(&store);
    for (size_t i = 0; !store.postgres && i < LEN(marks); i++)
        assert_false(file_has("", marks[i]));
    store_open(&store);
}

static void quiet_writes_cover_nothing(void **state)
{
    NEED_STORE(state);
    int64_t before = count_rows(&store, "SELECT count(*) FROM meta");
    assert_fails(door_quiet(store.door, write_meta, (void *)"sneaky"), ERR_INTERNAL);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM meta"), before);
    the_trail_holds();
}

static void memory_may_run_out(void **state)
{
    NEED_STORE(state);
    char token[44] = "";
    struct session s;
    enum err e;
    uint64_t refused = 0;
    make_lead("lead1");
    for (uint64_t nth = 1;; nth++) {
        mem_inject(nth, false);
        e = sign_in("lead1", PASSWORD, token);
        bool through = mem_calls() < nth;
        mem_inject(0, false);
        refused += e == ERR_NO_MEMORY;
        if (e != OK && e != ERR_NO_MEMORY)
            fail_msg("allocation %d: %s (%s) at %s", (int)nth, err_row(e)->name, err_detail(), err_place());
        assert_true(e != OK || signed_in(token));
        if (through)
            break;
    }
    assert_true(refused > 5);
    refused = 0;
    assert_ok(sign_in("lead1", PASSWORD, token));
    for (uint64_t nth = 1;; nth++) {
        now_us += 61 * SECOND;
        if (nth % 20 == 0)
            assert_ok(sign_in("lead1", PASSWORD, token));
        mem_inject(nth, false);
        e = account_session(store.door, str_of(token), &s);
        bool through = mem_calls() < nth;
        mem_inject(0, false);
        refused += e == ERR_NO_MEMORY;
        if (e != OK && e != ERR_NO_MEMORY)
            fail_msg("allocation %d: %s (%s) at %s", (int)nth, err_row(e)->name, err_detail(), err_place());
        if (through)
            break;
    }
    assert_true(refused > 5);
    the_trail_holds();
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    const struct CMUnitTest tests[] = {
        EACH(officers_sign_in_and_out),
        EACH(wrong_and_unknown_are_the_same),
        cmocka_unit_test(decoys_cost_what_passwords_cost),
        EACH(failures_make_a_login_wait),
        cmocka_unit_test(a_flooded_table_keeps_the_longest_waits),
        EACH(idle_sessions_end),
        EACH(no_session_is_longer_than_the_absolute_limit),
        EACH(a_session_is_touched_once_a_minute_without_leaves),
        EACH(ended_sessions_are_deleted),
        EACH(sessions_outlive_a_restart),
        EACH(only_the_system_opens_sessions),
        EACH(the_assurance_is_what_the_store_says),
        EACH(weak_passwords_are_refused),
        EACH(a_prepared_password_cannot_be_sent_in),
        EACH(one_changes_ones_own_password),
        EACH(two_changes_at_once_are_one),
        EACH(the_longest_password_is_looked_at_whole),
        EACH(a_forgotten_password_takes_two_administrators),
        EACH(the_queue_is_bounded),
        EACH(logins_are_one_person_each),
        EACH(who_may_make_accounts),
        EACH(roles_come_from_two_and_go_at_once),
        EACH(a_disabled_account_is_out_at_once),
        EACH(a_duty_has_a_deputy),
        EACH(who_sees_names),
        EACH(lists_have_pages),
        EACH(no_name_stands_in_the_clear),
        EACH(quiet_writes_cover_nothing),
        EACH(memory_may_run_out),
    };
    if (argc > 1)
        driver = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
