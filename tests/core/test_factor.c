/* SPDX-License-Identifier: Apache-2.0 */
/* Second factors: one-time codes, recovery codes, passkeys, and what a session without one may not do. The
 * same suite over both databases: test_factor sqlite | postgres. */
#include "support/store.h"

#include "base/calendar.h"
#include "base/env.h"
#include "core/account/own.h"
#include "sys/otp.h"
#include "sys/testing_passkey.h"

static const char *driver = "sqlite";
static struct store store;
static _Atomic int64_t now_us;

#define SECOND   INT64_C(1000000)
#define PASSWORD "correct horse 5 battery"
#define ORIGIN   "https://akari.example"

static int64_t test_now(void *user)
{
    (void)user;
    return now_us;
}

/* A store is synthetic here for the cost of its passwords; this makes a password count as it does elsewhere.
 */
static enum err strict_body(struct act *a)
{
    struct id id = id_new();
    struct cell cells[] = {cell_id(&id), cell_c("sign_in_assurance"), cell_c("1"), cell_int(1)};
    return row_insert(a->tx, &TABLE_META, cells);
}

static const struct action extra[] = {
    {.name = "test.strict", .verb = VERB_UPDATE, .object = OBJECT_SYSTEM, .body = strict_body}};

static int setup(void **state)
{
    struct store_country c = {.pack = store_pack(), .actions = extra, .nactions = 1, .synthetic = true};
    struct env env = {.now_us = test_now};
    struct ctx system = ctx_system();
    struct act_result r;
    int64_t start;
    assert_ok(utc_parse(STR("2026-11-20T08:00:00Z"), &start));
    now_us = start;
    env_set(&env);
    *state = NULL;
    if (!store_make_of(&store, driver, &c))
        return 0;
    store.config.origin = ORIGIN;
    store_open(&store);
    *state = &store;
    assert_ok(do_act(&store, &system, "test.strict", id_nil(), &r, NULL));
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

static struct id make_as(const char *login, const char *role, const char *purpose)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", PASSWORD, "role", role, "purpose", purpose, NULL));
    return r.id;
}

/* An officer who is signed in. */
struct signed_in {
    char token[44];
    struct session session;
    struct ctx ctx;
    char enrolment[RECOVERY_CHARS + 1]; /* "": none was given to her */
};

static void look_again(struct signed_in *s)
{
    assert_ok(account_session(store.door, str_of(s->token), &s->session));
    s->ctx = (struct ctx){.account = s->session.account,
                          .agency = "npa",
                          .role = s->session.role,
                          .purpose = s->session.purpose,
                          .assurance = s->session.assurance,
                          .lang = "en"};
}

static void sign_in(const char *login, struct signed_in *s)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(account_sign_in(store.door, str_of(login), STR(PASSWORD), -1, -1, a, s->token));
    look_again(s);
    *s->enrolment = '\0';
}

static void give_code(struct signed_in *s)
{
    struct ctx system = ctx_system();
    struct act_result r;
    account_new_code(s->enrolment);
    assert_ok(do_act(&store, &system, "account.issue_enrolment", s->session.account, &r, "code", s->enrolment,
                     NULL));
}

static void officer_in(const char *login, struct signed_in *s)
{
    make_as(login, "case_lead", "protection");
    sign_in(login, s);
    give_code(s);
}

static void minutes(int n)
{
    now_us += n * 60 * SECOND;
}

static const char *code_now(struct str secret)
{
    static char code[OTP_DIGITS + 1];
    assert_ok(otp_code(secret, now_us / SECOND / OTP_STEP_S, code));
    return code;
}

static enum err raise(struct signed_in *s, const char *code)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct second_factor f = {.code = str_of(code)};
    char fresh[44];
    enum err e = account_raise(store.door, str_of(s->token), &f, a, fresh);
    if (e == OK)
        memcpy(s->token, fresh, sizeof fresh);
    return e;
}

static enum err add_totp(const struct signed_in *s, const char *text, const char *code, struct id *ret)
{
    struct act_result r = {.id = id_nil()};
    enum err e = do_act(&store, &s->ctx, "factor.add_totp", s->session.account, &r, "secret", text, "code",
                        code, *s->enrolment ? "enrolment" : NULL, s->enrolment, NULL);
    if (ret)
        *ret = r.id;
    return e;
}

/* Enrols, and waits until the code of the enrolment is old. */
static struct str enrol(const struct signed_in *s, struct arena *a, struct id *ret)
{
    struct str text, secret;
    assert_ok(account_new_totp(a, &text));
    assert_ok(otp_parse(text, a, &secret));
    assert_ok(add_totp(s, text.p, code_now(secret), ret));
    minutes(2);
    return secret;
}

static enum err enrols_with(const char *login, const char *number, const char *text, struct id *ret_account)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx system = ctx_system();
    struct signed_in s;
    struct act_result r;
    struct str secret;
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", PASSWORD, "role", "case_lead", "purpose", "protection",
                     "staff_number", number, NULL));
    *ret_account = r.id;
    sign_in(login, &s);
    give_code(&s);
    assert_ok(otp_parse(str_of(text), a, &secret));
    return add_totp(&s, text, code_now(secret), NULL);
}

/* Harm: one telephone answers for two accounts, and one officer is two. Whose two accounts are one person's
 * has one telephone for both. */
static void one_device_stands_for_one_person(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx system = ctx_system();
    struct id first, other, mine, ghost, ghost2;
    struct str text;
    assert_ok(account_new_totp(a, &text));
    assert_ok(enrols_with("one", "S-1", text.p, &first));
    assert_fails(enrols_with("other", "S-2", text.p, &other), ERR_CONSTRAINT);
    assert_ok(enrols_with("mine", "S-1", text.p, &mine));
    assert_fails(enrols_with("ghost", "", text.p, &ghost),
                 ERR_CONSTRAINT); /* of nobody: it may be anybody's */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM factor"), 2);
    /* a device that was taken from its accounts is free again */
    assert_ok(do_act(&store, &system, "account.reset_factors", first, NULL, NULL));
    assert_ok(do_act(&store, &system, "account.reset_factors", mine, NULL, NULL));
    assert_ok(enrols_with("ghost2", "", text.p, &ghost2));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM blind_index WHERE field = 'factor.totp'"), 1);
}

/* ---- one-time codes --------------------------------------------------------------------------------------
 */

static void a_password_alone_is_level_one(void **state)
{
    NEED_STORE(state);
    struct signed_in s;
    struct act_result r;
    officer_in("one", &s);
    assert_int_equal(s.session.assurance, 1);
    assert_ok(do_act(&store, &s.ctx, "case.open", id_nil(), &r, "synthetic", "true", NULL));
    enum err e = do_act(&store, &s.ctx, "case.close", r.id, &r, "reason", "Synthetic.", NULL);
    assert_int_equal(e, ERR_DENIED);
    assert_string_equal(err_detail(), "reason: assurance");
}

static void a_code_raises_once(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s, again;
    officer_in("two", &s);
    struct str secret = enrol(&s, a, NULL);
    char before[44];
    memcpy(before, s.token, sizeof before);
    const char *code = code_now(secret);
    assert_ok(raise(&s, code));
    look_again(&s);
    assert_int_equal(s.session.assurance, 2);
    struct session old;
    assert_fails(account_session(store.door, str_of(before), &old), ERR_SIGN_IN); /* the weak token is out */
    sign_in("two", &again);
    assert_int_equal(again.session.assurance, 1);
    assert_fails(raise(&again, code), ERR_CREDENTIALS); /* over a shoulder, seconds later */
    minutes(1);
    assert_ok(raise(&again, code_now(secret)));
}

static void the_code_of_the_enrolment_counts_no_more(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s;
    struct str text, secret;
    officer_in("three", &s);
    assert_ok(account_new_totp(a, &text));
    assert_ok(otp_parse(text, a, &secret));
    assert_fails(add_totp(&s, text.p, "abcdef", NULL), ERR_FIELD);
    assert_ok(add_totp(&s, text.p, code_now(secret), NULL));
    assert_fails(raise(&s, code_now(secret)), ERR_CREDENTIALS);
}

static void who_guesses_waits(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s;
    officer_in("four", &s);
    struct str secret = enrol(&s, a, NULL);
    for (int i = 0; i < 8; i++)
        assert_fails(raise(&s, "00000x"), ERR_CREDENTIALS);
    assert_fails(raise(&s, code_now(secret)), ERR_CREDENTIALS); /* the right one, too */
    minutes(16);
    assert_ok(raise(&s, code_now(secret)));
}

static void a_stolen_password_changes_no_factor(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s, thief;
    struct act_result r;
    struct id factor;
    struct str text, other;
    officer_in("five", &s);
    struct str secret = enrol(&s, a, &factor);
    sign_in("five", &thief);
    assert_ok(account_new_totp(a, &text));
    assert_ok(otp_parse(text, a, &other));
    assert_fails(add_totp(&thief, text.p, code_now(other), NULL), ERR_DENIED);
    assert_string_equal(err_detail(), "reason: assurance");
    assert_fails(do_act(&store, &thief.ctx, "factor.end", factor, &r, NULL), ERR_DENIED);
    assert_fails(raise(&thief, code_now(other)), ERR_CREDENTIALS);
    assert_ok(raise(&s, code_now(secret)));
    look_again(&s);
    assert_ok(do_act(&store, &s.ctx, "factor.end", factor, &r, NULL));
    minutes(1);
    assert_fails(raise(&s, code_now(secret)), ERR_CREDENTIALS);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM factor"), 0); /* the secret is gone with it */
}

static void nobody_touches_those_of_another(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s, colleague;
    struct act_result r;
    struct id factor;
    const struct view *v;
    officer_in("six", &s);
    officer_in("six-b", &colleague);
    struct str secret = enrol(&s, a, &factor);
    struct ctx strong = colleague.ctx;
    strong.assurance = 3;
    assert_fails(do_act(&store, &strong, "factor.end", factor, &r, NULL), ERR_NOT_FOUND);
    assert_fails(
        do_act(&store, &strong, "factor.add_totp", s.session.account, &r, "secret", "A", "code", "1", NULL),
        ERR_NOT_FOUND);
    assert_fails(do_act(&store, &strong, "session.raise", s.session.id, &r, "code", code_now(secret), NULL),
                 ERR_NOT_FOUND);
    assert_fails(do_view(&store, &strong, "factor.list", s.session.account, a, &v, NULL), ERR_NOT_FOUND);
    assert_fails(do_view(&store, &strong, "session.list", s.session.account, a, &v, NULL), ERR_NOT_FOUND);
    assert_ok(do_view(&store, &s.ctx, "factor.list", s.session.account, a, &v, NULL));
    assert_int_equal(((const struct factor_list *)v->model)->n, 1);
    assert_ok(do_view(&store, &s.ctx, "session.list", s.session.account, a, &v, NULL));
    assert_int_equal(((const struct session_list *)v->model)->n, 1);
}

/* ---- recovery --------------------------------------------------------------------------------------------
 */

static enum err make_recovery(const struct signed_in *s, char codes[RECOVERY_CODES][RECOVERY_CHARS + 1])
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pair pairs[RECOVERY_CODES];
    struct act_result r;
    assert_ok(account_new_recovery(a, codes));
    for (int i = 0; i < RECOVERY_CODES; i++)
        pairs[i] = (struct pair){STR("code"), str_of(codes[i]), VALUE_GIVEN};
    struct act_request request = {.ctx = &s->ctx,
                                  .action = "factor.make_recovery",
                                  .subject = s->session.account,
                                  .expected_version = -1,
                                  .input = {pairs, RECOVERY_CODES}};
    return door_act(store.door, &request, a, &r);
}

static void each_recovery_code_counts_once(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char codes[RECOVERY_CODES][RECOVERY_CHARS + 1], newer[RECOVERY_CODES][RECOVERY_CHARS + 1];
    struct signed_in s;
    officer_in("seven", &s);
    struct str secret = enrol(&s, a, NULL);
    assert_int_equal(make_recovery(&s, codes), ERR_DENIED); /* not by the password alone */
    assert_ok(raise(&s, code_now(secret)));
    look_again(&s);
    assert_ok(make_recovery(&s, codes));
    for (int i = 0; i < RECOVERY_CODES - 1; i++) {
        assert_ok(raise(&s, codes[i]));
        assert_fails(raise(&s, codes[i]), ERR_CREDENTIALS);
        minutes(1);
    }
    look_again(&s);
    assert_int_equal(s.session.assurance, 2);
    assert_ok(make_recovery(&s, newer));
    assert_fails(raise(&s, codes[RECOVERY_CODES - 1]), ERR_CREDENTIALS); /* older paper */
    char loud[RECOVERY_CHARS + 1];
    for (size_t i = 0; i <= RECOVERY_CHARS; i++)
        loud[i] = (char)toupper((unsigned char)newer[0][i]);
    minutes(1);
    assert_ok(raise(&s, loud)); /* as people copy it */
}

/* ---- passkeys --------------------------------------------------------------------------------------------
 */

struct answer {
    struct buf client, data, signature, id;
};

static void answer_to(struct soft_key *k, const char *type, int flags, struct id challenge,
                      struct answer *ret)
{
    struct buf client CLEANUP(buf_free) = {0}, data CLEANUP(buf_free) = {0},
                      signature CLEANUP(buf_free) = {0};
    *ret = (struct answer){0};
    soft_client(type, id_str(&challenge), ORIGIN, &client);
    soft_data(k, "akari.example", flags, &data);
    soft_sign(k, buf_view(&data), buf_view(&client), &signature);
    base64url(&ret->client, client.p, client.n);
    base64url(&ret->data, data.p, data.n);
    base64url(&ret->signature, signature.p, signature.n);
    base64url(&ret->id, k->id, sizeof k->id);
}

static void answer_free(struct answer *x)
{
    buf_free(&x->client);
    buf_free(&x->data);
    buf_free(&x->signature);
    buf_free(&x->id);
}

static enum err add_passkey(const struct signed_in *s, struct soft_key *k, struct id challenge)
{
    struct act_result r;
    struct answer x;
    answer_to(k, "webauthn.create", 0x45, challenge, &x);
    enum err e =
        do_act(&store, &s->ctx, "factor.add_passkey", s->session.account, &r, "client_data", x.client.p,
               "authenticator_data", x.data.p, *s->enrolment ? "enrolment" : NULL, s->enrolment, NULL);
    answer_free(&x);
    return e;
}

static enum err use_passkey(struct signed_in *s, struct soft_key *k, struct id challenge)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer x;
    char fresh[44];
    answer_to(k, "webauthn.get", 0x05, challenge, &x);
    struct second_factor f = {.client_data = buf_view(&x.client),
                              .authenticator_data = buf_view(&x.data),
                              .signature = buf_view(&x.signature),
                              .credential = buf_view(&x.id)};
    enum err e = account_raise(store.door, str_of(s->token), &f, a, fresh);
    if (e == OK)
        memcpy(s->token, fresh, sizeof fresh);
    answer_free(&x);
    return e;
}

static struct id challenge_for(const struct signed_in *s, bool for_new)
{
    struct id id;
    assert_ok(account_challenge(store.door, s->session.account, for_new, &id));
    return id;
}

static void a_passkey_raises_to_three(void **state)
{
    NEED_STORE(state);
    for (int eddsa = 0; eddsa < 2; eddsa++) {
        struct soft_key k, stranger;
        struct signed_in s, other;
        soft_key_make(&k, eddsa);
        soft_key_make(&stranger, eddsa);
        officer_in(eddsa ? "eight-b" : "eight", &s);
        officer_in(eddsa ? "nine-b" : "nine", &other);
        struct id challenge = challenge_for(&s, true);
        assert_fails(add_passkey(&other, &k, challenge), ERR_CREDENTIALS); /* of somebody else */
        assert_ok(add_passkey(&s, &k, challenge));
        assert_fails(use_passkey(&s, &k, challenge),
                     ERR_CREDENTIALS); /* answered already, and for a new one */
        assert_fails(use_passkey(&s, &k, challenge_for(&s, true)), ERR_CREDENTIALS);
        assert_fails(use_passkey(&s, &stranger, challenge_for(&s, false)), ERR_CREDENTIALS);
        minutes(20);
        challenge = challenge_for(&s, false);
        assert_ok(use_passkey(&s, &k, challenge));
        look_again(&s);
        assert_int_equal(s.session.assurance, 3);
        assert_fails(use_passkey(&s, &k, challenge), ERR_CREDENTIALS); /* once */
        challenge = challenge_for(&s, false);
        minutes(6);
        assert_fails(use_passkey(&s, &k, challenge), ERR_CREDENTIALS); /* too late */
        minutes(16);
        soft_key_free(&stranger);
        soft_key_make(&stranger, false);
        struct signed_in weak;
        sign_in(eddsa ? "eight-b" : "eight", &weak);
        assert_fails(add_passkey(&weak, &stranger, challenge_for(&weak, true)), ERR_DENIED);
        soft_key_free(&stranger);
        soft_key_free(&k);
    }
}

/* ---- the first one
 * -----------------------------------------------------------------------------------------
 */

static void tries(struct signed_in *s, const char *enrolment, enum err expected)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str text, secret;
    snprintf(s->enrolment, sizeof s->enrolment, "%s", enrolment);
    assert_ok(account_new_totp(a, &text));
    assert_ok(otp_parse(text, a, &secret));
    assert_int_equal(add_totp(s, text.p, code_now(secret), NULL), expected);
}

static void a_password_alone_sets_up_no_factor(void **state)
{
    NEED_STORE(state);
    char codes[RECOVERY_CODES][RECOVERY_CHARS + 1], hers[RECOVERY_CHARS + 1];
    struct signed_in thief, other;
    struct soft_key k;
    make_as("twelve", "case_lead", "protection");
    officer_in("twelve-b", &other);
    sign_in("twelve", &thief);
    tries(&thief, "", ERR_CREDENTIALS);
    tries(&thief, "abcd-efgh-ijkm", ERR_CREDENTIALS); /* none was issued */
    tries(&thief, other.enrolment, ERR_CREDENTIALS);
    assert_int_equal(make_recovery(&thief, codes), ERR_CREDENTIALS);
    *thief.enrolment = '\0';
    soft_key_make(&k, false);
    assert_int_equal(add_passkey(&thief, &k, challenge_for(&thief, true)), ERR_CREDENTIALS);
    soft_key_free(&k);
    minutes(20);
    give_code(&thief);
    memcpy(hers, thief.enrolment, sizeof hers);
    tries(&thief, "abcd-efgh-ijkm", ERR_CREDENTIALS);
    minutes(14 * 24 * 60 + 1);
    sign_in("twelve", &thief);
    tries(&thief, hers, ERR_CREDENTIALS); /* two weeks are over */
    give_code(&thief);
    memcpy(hers, thief.enrolment, sizeof hers);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM factor"), 0);
    tries(&thief, hers, OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account WHERE enrolment IS NOT NULL"), 1);
    assert_int_equal(make_recovery(&thief, codes), ERR_DENIED);
    tries(&thief, hers, ERR_DENIED); /* it opened the first one; the second takes the first */
}

static void an_enrolment_code_takes_two(void **state)
{
    NEED_STORE(state);
    struct signed_in s, one, two;
    struct act_result r;
    officer_in("thirteen", &s);
    make_as("admin-one", "system_admin", "administration");
    make_as("admin-two", "system_admin", "administration");
    sign_in("admin-one", &one);
    sign_in("admin-two", &two);
    char mine[RECOVERY_CHARS + 1];
    account_new_code(mine);
    struct id her = s.session.account;
    assert_fails(do_act(&store, &one.ctx, "account.issue_enrolment", her, &r, "code", mine, NULL),
                 ERR_DENIED);
    assert_fails(do_act(&store, &s.ctx, "account.issue_enrolment", her, &r, "code", mine, NULL), ERR_DENIED);
    one.ctx.assurance = two.ctx.assurance = 2;
    assert_ok(do_act(&store, &one.ctx, "account.issue_enrolment", her, &r, "code", mine, NULL));
    assert_true(r.waits);
    tries(&s, mine, ERR_CREDENTIALS); /* nobody has confirmed it */
    assert_ok(do_act(&store, &two.ctx, "proposal.confirm", r.id, &r, NULL));
    tries(&s, mine, OK);
    one.ctx.role = ROLE_SYSTEM; /* who has a factor needs none */
    assert_fails(do_act(&store, &one.ctx, "account.issue_enrolment", her, &r, "code", mine, NULL), ERR_STATE);
    assert_fails(
        do_act(&store, &one.ctx, "account.issue_enrolment", one.session.account, &r, "code", "short", NULL),
        ERR_FIELD);
}

static void a_wrong_answer_uses_the_challenge_up(void **state)
{
    NEED_STORE(state);
    struct signed_in s;
    struct soft_key k, stranger;
    soft_key_make(&k, false);
    soft_key_make(&stranger, false);
    officer_in("fourteen", &s);
    assert_ok(add_passkey(&s, &k, challenge_for(&s, true)));
    struct id challenge = challenge_for(&s, false);
    assert_fails(use_passkey(&s, &stranger, challenge), ERR_CREDENTIALS);
    assert_fails(use_passkey(&s, &k, challenge), ERR_CREDENTIALS);
    assert_ok(use_passkey(&s, &k, challenge_for(&s, false)));
    soft_key_free(&stranger);
    soft_key_free(&k);
}

/* ---- administrators --------------------------------------------------------------------------------------
 */

static void two_administrators_reset(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct signed_in s, one, two;
    struct session gone;
    struct act_result r;
    officer_in("ten", &s);
    enrol(&s, a, NULL);
    make_as("admin-one", "system_admin", "administration");
    make_as("admin-two", "system_admin", "administration");
    sign_in("admin-one", &one);
    sign_in("admin-two", &two);
    assert_fails(do_act(&store, &one.ctx, "account.reset_factors", s.session.account, &r, NULL), ERR_DENIED);
    one.ctx.assurance = two.ctx.assurance = 2;
    assert_ok(do_act(&store, &one.ctx, "account.reset_factors", s.session.account, &r, NULL));
    assert_true(r.waits);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM factor"), 1); /* nothing was done */
    struct id proposal = r.id;
    assert_fails(do_act(&store, &one.ctx, "proposal.confirm", proposal, &r, NULL), ERR_DENIED);
    assert_ok(do_act(&store, &two.ctx, "proposal.confirm", proposal, &r, NULL));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM factor"), 0);
    assert_fails(account_session(store.door, str_of(s.token), &gone), ERR_SIGN_IN);
    sign_in("ten", &s);
    assert_ok(do_act(&store, &one.ctx, "account.end_sessions", s.session.account, &r, NULL));
    assert_fails(account_session(store.door, str_of(s.token), &gone), ERR_SIGN_IN);
}

static void another_role_keeps_the_level(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx system = ctx_system();
    struct signed_in s;
    struct act_result r;
    officer_in("eleven", &s);
    assert_ok(do_act(&store, &system, "account.add_role", s.session.account, &r, "role", "oversight",
                     "purpose", "oversight", NULL));
    struct str secret = enrol(&s, a, NULL);
    assert_ok(raise(&s, code_now(secret)));
    char fresh[44];
    assert_ok(account_switch(store.door, str_of(s.token), ROLE_OVERSIGHT, PURPOSE_OVERSIGHT, a, fresh));
    memcpy(s.token, fresh, sizeof fresh);
    look_again(&s);
    assert_int_equal(s.session.assurance, 2);
    assert_int_equal(s.session.role, ROLE_OVERSIGHT);
}

int main(int argc, char **argv)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(one_device_stands_for_one_person),
        T(a_password_alone_is_level_one),
        T(a_code_raises_once),
        T(the_code_of_the_enrolment_counts_no_more),
        T(who_guesses_waits),
        T(a_stolen_password_changes_no_factor),
        T(nobody_touches_those_of_another),
        T(each_recovery_code_counts_once),
        T(a_passkey_raises_to_three),
        T(two_administrators_reset),
        T(a_password_alone_sets_up_no_factor),
        T(an_enrolment_code_takes_two),
        T(a_wrong_answer_uses_the_challenge_up),
        T(another_role_keeps_the_level),
    };
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
