/* SPDX-License-Identifier: Apache-2.0 */
/* What needs two people, the same suite over both databases: test_proposal sqlite | postgres. Harm it
 * prevents: one officer, coerced, bribed or robbed of a password, who alone makes accounts, takes over a
 * colleague's, or destroys a case. */
#include "support/store.h"

#include "base/calendar.h"
#include "base/env.h"
#include "base/json.h"
#include "base/testing.h"
#include "core/account.h"
#include "core/jobs.h"
#include "core/proposal.h"

static const char *driver = "sqlite";
static struct store store;

#define LEN(x)   (sizeof(x) / sizeof *(x))
#define PASSWORD "correct horse 5 battery"
#define HOUR     INT64_C(3600000000)
/* Must stand nowhere in the clear. */
#define MARK_PASSWORD "zq7passwordmark"
#define MARK_LOGIN    "zq7loginmark"

static int64_t now_us;

static int64_t test_now(void *user)
{
    (void)user;
    return now_us;
}

/* ---- actions that know nothing of second persons
 * ------------------------------------------------------------------------------ */

static enum err find_case(struct act *a, struct object *ret)
{
    return door_entities(a->door)->case_(a->tx->db, a->arena, a->subject, ret);
}

static enum err mark_body(struct act *a)
{
    struct id id = id_new();
    char text[33];
    id_text(id, text);
    struct cell cells[] = {cell_id(&id), cell_c(text), cell_c("done"), cell_int(1)};
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_META, cells);
}

static enum err also_body(struct act *a)
{
    return act_also(a, "test.destroy", a->subject, (struct input){NULL, 0}, NULL);
}

static const struct input_field destroy_inputs[] = {{.name = "why", .label = "Why", .type = IN_TEXT}};
static const struct action extra[] = {
    {.name = "test.destroy",
     .verb = VERB_SHRED,
     .object = OBJECT_CASE,
     .inputs = destroy_inputs,
     .ninputs = 1,
     .find = find_case,
     .body = mark_body},
    {.name = "test.two", /* a co-owner may ask for it, too */
     .verb = VERB_UPDATE,
     .object = OBJECT_CASE,
     .two_people = true,
     .inputs = destroy_inputs,
     .ninputs = 1,
     .find = find_case,
     .body = mark_body},
    {.name = "test.also", .verb = VERB_UPDATE, .object = OBJECT_CASE, .find = find_case, .body = also_body},
};

static enum err view_find_case(struct view *v, struct object *ret)
{
    return door_entities(v->door)->case_(v->db, v->arena, v->subject, ret);
}

static enum err view_run(struct view *v)
{
    (void)v;
    return OK;
}

static const struct view_decl extra_views[] = {{.name = "test.print",
                                                .verb = VERB_EXPORT,
                                                .object = OBJECT_CASE,
                                                .find = view_find_case,
                                                .run = view_run}};

/* ---- the store
 * ------------------------------------------------------------------------------ */

static int setup(void **state)
{
    struct store_country c = {.pack = store_pack(),
                              .actions = extra,
                              .nactions = LEN(extra),
                              .views = extra_views,
                              .nviews = LEN(extra_views),
                              .synthetic = true};
    struct env env = {.now_us = test_now};
    assert_ok(utc_parse(STR("2026-11-20T08:00:00Z"), &now_us));
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

static struct id make(const char *agency, const char *login, const char *role, const char *purpose)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = agency;
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", PASSWORD, "role", role, "purpose", purpose, NULL));
    assert_false(r.waits); /* the first accounts are the system's */
    return r.id;
}

/* Signs in: each officer has a session of her own. */
static struct ctx as(const char *login, const char *agency)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct session s;
    char token[44];
    assert_ok(account_sign_in(store.door, str_of(login), STR(PASSWORD), -1, -1, a, token));
    assert_ok(account_session(store.door, str_of(token), &s));
    return (struct ctx){.account = s.account,
                        .agency = agency,
                        .role = s.role,
                        .purpose = s.purpose,
                        .assurance = s.assurance,
                        .lang = "en"};
}

static struct ctx admin(const char *login)
{
    make("npa", login, "system_admin", "administration");
    return as(login, "npa");
}

static enum err sign_in(const char *login, const char *password)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char token[44];
    return account_sign_in(store.door, str_of(login), str_of(password), -1, -1, a, token);
}

static int64_t roles(void)
{
    return count_rows(&store, "SELECT count(*) FROM account_role");
}

/* Asks for another role of an account; nothing is done by that. */
static struct id ask_role(const struct ctx *c, struct id account)
{
    struct act_result r;
    int64_t before = roles();
    assert_ok(
        do_act(&store, c, "account.add_role", account, &r, "role", "analyst", "purpose", "statistics", NULL));
    assert_true(r.waits);
    assert_int_equal(roles(), before);
    return r.id;
}

static enum err settle(const struct ctx *c, const char *action, struct id proposal)
{
    bool decline = strcmp(action, "proposal.decline") == 0;
    return do_act(&store, c, action, proposal, NULL, decline ? "reason" : NULL, "not as agreed", NULL);
}

static enum err confirm(const struct ctx *c, struct id proposal)
{
    return settle(c, "proposal.confirm", proposal);
}

static const struct proposal_list *list(const struct ctx *c, const char *state, struct arena *a)
{
    const struct view *v;
    assert_ok(do_view(&store, c, "proposal.list", id_nil(), a, &v, "state", state, NULL));
    return v->model;
}

static void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(door_sequence(store.door));
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_error("%s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
}

/* ---- accounts
 * ------------------------------------------------------------------------------ */

static void one_asks_and_another_confirms(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct id p = ask_role(&one, lead);
    int64_t before = roles();
    assert_ok(confirm(&two, p));
    assert_int_equal(roles(), before + 1);
    /* both stand in the row, in the proposal, and in the leaf of the one who confirmed */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account_role r JOIN proposal p ON r.approver = "
                                        "p.second AND p.result = r.id WHERE p.state = 1 AND p.asked IS NULL"),
                     1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf l JOIN proposal p ON l.proposer = "
                                        "p.proposer AND l.account = p.second AND l.object = p.subject WHERE "
                                        "l.action = 'proposal.confirm' AND l.outcome = 0"),
                     1);
    /* oversight is told of the asking and of the doing */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight' "
                                        "AND payload IN ('account.add_role', 'proposal.confirm')"),
                     2);
    the_trail_holds();
}

static void nobody_confirms_alone_or_twice(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2"), officer_ctx = as("lead1", "npa"),
               system = ctx_system();
    struct id p = ask_role(&one, lead);
    int64_t before = roles();
    assert_fails(confirm(&one, p), ERR_DENIED);
    assert_fails(settle(&one, "proposal.decline", p), ERR_DENIED);
    /* to whom the policy does not give the same, it is as an unknown one */
    enum err hidden = confirm(&officer_ctx, p), unknown = confirm(&officer_ctx, id_new());
    assert_int_not_equal(hidden, OK);
    assert_int_equal(hidden, unknown);
    assert_int_not_equal(confirm(&system, p), OK); /* a machine is no second person */
    assert_int_not_equal(settle(&two, "proposal.withdraw", p), OK);
    assert_int_equal(roles(), before);
    assert_ok(confirm(&two, p));
    assert_fails(confirm(&two, p), ERR_STATE);
    assert_fails(settle(&two, "proposal.decline", p), ERR_STATE);
    assert_fails(settle(&one, "proposal.withdraw", p), ERR_STATE);
    assert_int_equal(roles(), before + 1);
    /* an approver's id is no approval */
    char text[33];
    id_text(two.account, text);
    assert_fails(do_act(&store, &one, "account.add_role", lead, NULL, "role", "health", "purpose",
                        "protection", "approver", text, NULL),
                 ERR_FIELD);
    the_trail_holds();
}

static void it_expires_and_can_be_withdrawn(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id p = ask_role(&one, lead), other = ask_role(&one, lead);
    int64_t before = roles();
    assert_int_equal(list(&two, "open", a)->n, 2);
    assert_ok(settle(&one, "proposal.withdraw", other));
    assert_fails(confirm(&two, other), ERR_STATE);
    now_us += 72 * HOUR - 1;
    const struct proposal_list *l = list(&two, "open", a);
    assert_int_equal(l->n, 1);
    assert_true(l->items[0].may_settle);
    now_us += 1;
    l = list(&two, "open", a);
    assert_true(l->items[0].expired);
    assert_false(l->items[0].may_settle);
    assert_fails(confirm(&two, p), ERR_STATE);
    assert_int_equal(roles(), before);
    /* what was asked goes with it: no password waits sealed for what can no longer be */
    int done_jobs;
    assert_int_not_equal(do_act(&store, &two, "proposal.expire", id_nil(), NULL, NULL), OK);
    assert_ok(jobs_run(store.door, NULL, NULL, NULL, &done_jobs));
    assert_int_equal(list(&two, "open", a)->n, 0);
    assert_int_equal(list(&two, "expired", a)->n, 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM proposal WHERE asked IS NOT NULL"), 0);
    the_trail_holds();
}

static void who_lost_the_right_in_between_is_not_followed(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2"), three = admin("admin3");
    struct id p = ask_role(&one, lead);
    int64_t before = roles();
    assert_ok(do_act(&store, &two, "account.end_role", one.account, NULL, "role", "system_admin", "purpose",
                     "administration", NULL));
    assert_fails(confirm(&two, p), ERR_DENIED); /* the one who asked */
    p = ask_role(&three, lead);
    assert_ok(do_act(&store, &three, "account.disable", three.account, NULL, NULL));
    assert_fails(confirm(&two, p), ERR_DENIED);
    assert_int_equal(roles(), before);
    the_trail_holds();
}

static void what_changed_since_is_asked_anew(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2"), self = as("lead1", "npa");
    struct id p = ask_role(&one, lead);
    int64_t before = roles();
    assert_ok(do_act(&store, &self, "account.set_password", lead, NULL, "old_password", PASSWORD, "password",
                     "quite another sentence", NULL));
    assert_fails(confirm(&two, p), ERR_VERSION);
    assert_int_equal(roles(), before);
    assert_ok(confirm(&two, ask_role(&one, lead)));
    assert_int_equal(roles(), before + 1);
    /* what cannot be is told to who asks, and nothing is kept */
    assert_fails(do_act(&store, &one, "account.add_role", lead, NULL, "role", "analyst", "purpose",
                        "statistics", NULL),
                 ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM proposal"), 2);
    the_trail_holds();
}

/* A forgotten password, and a new account: the stored proposal has the hash, sealed, until it is settled. */
static void passwords_wait_as_hashes(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct act_result reset, made;
    assert_ok(do_act(&store, &one, "account.reset_password", lead, &reset, "password", MARK_PASSWORD, NULL));
    assert_ok(do_act(&store, &one, "account.create", id_nil(), &made, "login", MARK_LOGIN, "name",
                     "New Synthetic", "password", MARK_PASSWORD, "role", "health", "purpose", "protection",
                     NULL));
    assert_true(reset.waits && made.waits);
    assert_fails(sign_in("lead1", MARK_PASSWORD), ERR_CREDENTIALS);
    assert_fails(sign_in(MARK_LOGIN, MARK_PASSWORD), ERR_CREDENTIALS);
    /* the second person reads what he confirms, but no password and no hash */
    const struct proposal_list *l = list(&two, "open", a);
    assert_int_equal(l->n, 2);
    const struct view *v;
    assert_ok(do_view(&store, &two, "proposal.show", made.id, a, &v, NULL));
    struct buf json CLEANUP(buf_free) = {0};
    struct json j = json_to(&json);
    v->decl->to_json(v, &j);
    assert_non_null(strstr(json.p, MARK_LOGIN));
    assert_null(strstr(json.p, MARK_PASSWORD));
    assert_null(strstr(json.p, "argon2"));
    assert_ok(confirm(&two, reset.id));
    assert_ok(confirm(&two, made.id));
    assert_ok(sign_in("lead1", MARK_PASSWORD));
    assert_ok(sign_in(MARK_LOGIN, MARK_PASSWORD));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM proposal WHERE asked IS NOT NULL"), 0);
    the_trail_holds();
}

static void a_repeat_asks_once(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct act_result first, again;
    one.request_id = id_new();
    for (int i = 0; i < 2; i++)
        assert_ok(do_act(&store, &one, "account.add_role", lead, i ? &again : &first, "role", "analyst",
                         "purpose", "statistics", NULL));
    assert_true(first.waits && again.waits && again.replayed);
    assert_true(id_eq(first.id, again.id));
    two.request_id = id_new();
    assert_ok(confirm(&two, first.id));
    assert_ok(confirm(&two, first.id)); /* the answer of the first time */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM account_role WHERE approver IS NOT NULL"), 1);
    the_trail_holds();
}

/* ---- anything else that the policy wants two people for
 * ------------------------------------------------------------------------------ */

static int64_t done(void)
{
    return count_rows(&store, "SELECT count(*) FROM meta WHERE value = 'done'");
}

static void no_way_round_for_what_knows_nothing_of_it(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    make("npa", "lead1", "case_lead", "protection");
    make("npa", "lead2", "case_lead", "protection");
    make("npa", "lead3", "case_lead", "protection");
    struct ctx one = as("lead1", "npa"), two = as("lead2", "npa"), stranger = as("lead3", "npa");
    struct id c = open_case(&store, &one);
    struct act_result r;
    const struct view *v;
    char text[33];
    id_text(two.account, text);
    assert_ok(do_act(&store, &one, "case.assign", c, NULL, "account", text, NULL));
    assert_ok(do_act(&store, &one, "test.destroy", c, &r, "why", "kept too long", NULL));
    assert_true(r.waits);
    assert_int_equal(done(), 0);
    /* within another action, and as a look, it is refused */
    assert_fails(do_act(&store, &one, "test.also", c, NULL, NULL), ERR_DENIED);
    assert_fails(do_view(&store, &one, "test.print", c, a, &v, NULL), ERR_DENIED);
    /* in a batch it waits as well */
    struct act_request batch[] = {
        {.ctx = &one, .action = "test.destroy", .subject = c, .expected_version = -1},
        {.ctx = &one, .action = "test.destroy", .subject = c, .expected_version = -1}};
    struct act_result results[2];
    size_t failed;
    assert_ok(door_act_batch(store.door, batch, 2, a, results, &failed));
    assert_true(results[0].waits && results[1].waits);
    assert_int_equal(done(), 0);
    /* a colleague who is not of the case does not even see it */
    assert_int_not_equal(confirm(&stranger, r.id), OK);
    assert_int_equal(list(&stranger, "open", a)->n, 0);
    assert_int_equal(list(&two, "open", a)->n, 3);
    assert_ok(confirm(&two, r.id));
    assert_int_equal(done(), 1);
    /* what was asked about a case lies under the keys of the case */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM proposal p JOIN compartment c ON p.compartment "
                                        "= c.id WHERE c.kind = 0"),
                     3);
    the_trail_holds();
}

/* Harm case: an officer is made to ask that a case be destroyed. A colleague declines, oversight sees who
 * asked, who declined and why, and the case is as it was. */
static void a_coerced_officer_is_seen(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    make("npa", "watch1", "oversight", "oversight");
    struct ctx one = admin("admin1"), two = admin("admin2"), oversight = as("watch1", "npa"),
               outsider = as("lead1", "npa");
    struct act_result r;
    assert_ok(
        do_act(&store, &one, "account.reset_password", lead, &r, "password", "given to a stranger", NULL));
    assert_fails(do_act(&store, &two, "proposal.decline", r.id, NULL, NULL), ERR_FIELD); /* a reason */
    assert_ok(settle(&two, "proposal.decline", r.id));
    assert_ok(sign_in("lead1", PASSWORD));
    assert_fails(confirm(&two, r.id), ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight' "
                                        "AND payload IN ('account.reset_password', 'proposal.decline')"),
                     2);
    const struct proposal_list *l = list(&oversight, "declined", a);
    assert_int_equal(l->n, 1);
    assert_true(id_eq(l->items[0].proposer, one.account));
    assert_true(id_eq(l->items[0].second, two.account));
    assert_true(str_is(l->items[0].reason.text, "not as agreed"));
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM proposal WHERE reason IS NOT NULL OR why IS NULL"), 0);
    assert_false(l->items[0].may_settle);
    assert_int_equal(l->items[0].nvalues, 0);
    assert_int_equal(list(&outsider, "declined", a)->n, 0); /* who may not do the same is told nothing */
    the_trail_holds();
}

/* Harm: an agency that reads nothing of what was asked throws it out. */
static void who_may_not_read_it_declines_as_little_as_he_confirms(void **state)
{
    NEED_STORE(state);
    make("npa", "lead1", "case_lead", "protection");
    make("isa", "lead2", "case_lead", "protection");
    struct ctx one = as("lead1", "npa"), other = as("lead2", "isa");
    struct id c = open_case(&store, &one);
    struct act_result r;
    char text[33];
    id_text(other.account, text);
    assert_ok(do_act(&store, &one, "case.share", c, NULL, "agency", "isa", "relation", "co_owner", "basis",
                     "consent", "class", "routing", NULL));
    assert_ok(do_act(&store, &other, "case.assign", c, NULL, "account", text, NULL));
    assert_ok(do_act(&store, &one, "test.two", c, &r, "why", "Synthetic", NULL));
    assert_true(r.waits);
    assert_fails(confirm(&other, r.id), ERR_DENIED);
    assert_fails(settle(&other, "proposal.decline", r.id), ERR_DENIED);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM proposal WHERE state = 0"), 1);
    the_trail_holds();
}

/* Harm: an administrator has an account made, or a password set, and is his own second person in that name.
 */
static void who_knows_the_password_is_no_second_person(void **state)
{
    NEED_STORE(state);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2"), three = admin("admin3");
    struct act_result made, reset;
    assert_ok(do_act(&store, &one, "account.create", id_nil(), &made, "login", "admin4", "name",
                     "Officer Synthetic", "password", PASSWORD, "role", "system_admin", "purpose",
                     "administration", NULL));
    assert_ok(confirm(&two, made.id));
    assert_ok(
        do_act(&store, &one, "account.reset_password", three.account, &reset, "password", PASSWORD, NULL));
    assert_ok(confirm(&two, reset.id));
    struct ctx four = as("admin4", "npa"), again = as("admin3", "npa");
    struct id p = ask_role(&one, lead);
    assert_fails(confirm(&four, p), ERR_DENIED);
    assert_fails(confirm(&again, p), ERR_DENIED);
    assert_ok(confirm(&four, ask_role(&two, lead))); /* not his hand */
    the_trail_holds();
}

/* Harm: an officer of another agency reads from the place to go on that something waits, and its id. */
static void the_list_tells_of_no_hidden_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    make("isa", "lead2", "case_lead", "protection");
    struct ctx one = admin("admin1"), two = admin("admin2"), foreign = as("lead2", "isa");
    struct act_result own;
    for (int i = 0; i < 55; i++)
        ask_role(&one, lead);
    const struct proposal_list *l = list(&foreign, "open", a);
    assert_int_equal(l->n, 0);
    assert_true(id_is_nil(l->next));
    assert_ok(do_act(&store, &foreign, "test.destroy", open_case(&store, &foreign), &own, NULL));
    assert_true(own.waits);
    l = list(&foreign, "open", a); /* what others have does not stand before it */
    assert_int_equal(l->n, 1);
    assert_true(id_eq(l->items[0].id, own.id));
    assert_true(id_is_nil(l->next));
    l = list(&two, "open", a);
    assert_int_equal(l->n, 50);
    assert_true(id_eq(l->next, l->items[49].id));
}

/* ---- whose account it is
 * ------------------------------------------------------------------------------ */

static struct id make_of(const char *login, const char *role, const char *purpose, const char *number)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", PASSWORD, "role", role, "purpose", purpose,
                     "staff_number", number, NULL));
    return r.id;
}

static struct ctx admin_of(const char *login, const char *number)
{
    make_of(login, "system_admin", "administration", number);
    return as(login, "npa");
}

static void two_accounts_of_one_person_are_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make("npa", "lead1", "case_lead", "protection");
    struct ctx one = admin_of("admin1", "A-17"), again = admin_of("admin2", "\uFF21 \uFF11\uFF17"),
               two = admin_of("admin3", "A-18"), nobody = admin_of("admin4", "");
    struct id p = ask_role(&one, lead);
    int64_t before = roles();
    assert_fails(confirm(&again, p), ERR_DENIED); /* full-width digits make nobody another person */
    assert_fails(confirm(&nobody, p), ERR_DENIED);
    assert_int_equal(roles(), before);
    const struct proposal_list *l = list(&again, "open", a); /* and the page says why before she tries */
    assert_string_equal(l->items[0].unfit, "Both accounts belong to one person. Another person confirms.");
    assert_string_equal(list(&two, "open", a)->items[0].unfit, "");
    assert_ok(confirm(&two, p));
    /* who is nobody asks for nothing that takes two: the second could be himself */
    assert_fails(do_act(&store, &nobody, "account.add_role", lead, NULL, "role", "health", "purpose",
                        "protection", NULL),
                 ERR_DENIED);
    the_trail_holds();
}

/* A store from before persons were asked for: what one officer does goes on, what takes two waits until it is
 * entered, first for administrators by whoever has the keys. */
static void a_store_from_before_goes_on(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id lead = make_of("lead1", "case_lead", "protection", "");
    struct ctx one = admin_of("admin1", ""), two = admin_of("admin2", ""), officer_ctx = as("lead1", "npa"),
               system = ctx_system();
    struct act_result r;
    const struct view *v;
    open_case(&store, &officer_ctx);
    assert_fails(do_act(&store, &one, "account.set_person", lead, NULL, "staff_number", "L-1", NULL),
                 ERR_DENIED);
    assert_ok(do_view(&store, &one, "account.list", id_nil(), a, &v, "without_person", "yes", NULL));
    assert_int_equal(((const struct account_list *)v->model)->n, 3);
    assert_ok(do_view(&store, &officer_ctx, "account.list", id_nil(), a, &v, "without_person", "yes", NULL));
    assert_int_equal(((const struct account_list *)v->model)->items[0].person, -1); /* not for colleagues */
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.set_person", one.account, NULL, "staff_number", "A-1", NULL));
    assert_ok(do_act(&store, &system, "account.set_person", two.account, NULL, "staff_number", "A-2", NULL));
    assert_ok(do_act(&store, &one, "account.set_person", lead, &r, "staff_number", "L-1", NULL));
    assert_true(r.waits);
    assert_ok(confirm(&two, r.id));
    assert_ok(do_view(&store, &one, "account.list", id_nil(), a, &v, "without_person", "yes", NULL));
    assert_int_equal(((const struct account_list *)v->model)->n, 0);
    assert_ok(do_view(&store, &one, "account.show", lead, a, &v, NULL));
    const struct account_row *row = v->model;
    assert_true(str_is(row->staff_number.text, "L-1") && row->person == 1 && row->of_person == 1);
    the_trail_holds();
}

/* A number is sealed: it stands nowhere in the clear, and one that was mistyped is free again. */
static void a_number_is_corrected(void **state)
{
    NEED_STORE(state);
    struct id lead = make_of("lead1", "case_lead", "protection", "zq7numbermark"),
              other = make_of("lead2", "case_lead", "protection", "B-2");
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct act_result r;
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM blind_index WHERE field = 'account.staff_number'"), 4);
    assert_fails(
        do_act(&store, &one, "account.set_person", lead, NULL, "staff_number", "ZQ7 NUMBERMARK", NULL),
        ERR_STATE); /* the same number, however it is written */
    assert_fails(do_act(&store, &one, "account.set_person", lead, NULL, "staff_number", " - ", NULL),
                 ERR_FIELD);
    assert_ok(do_act(&store, &one, "account.set_person", lead, &r, "staff_number", "B-2", NULL));
    assert_ok(confirm(&two, r.id));
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM account a JOIN account b ON a.person = b.person "
                                "WHERE a.id <> b.id"),
                     2);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM blind_index WHERE field = 'account.staff_number'"), 3);
    assert_ok(do_act(&store, &one, "account.set_person", other, &r, "staff_number", "zq7numbermark", NULL));
    assert_ok(confirm(&two, r.id));
    assert_int_equal(count_rows(&store, "SELECT count(DISTINCT person) FROM account"), 4);
    the_trail_holds();
}

static void officers_say_whose_account_they_make(void **state)
{
    NEED_STORE(state);
    struct ctx one = admin("admin1"), two = admin("admin2");
    struct act_result r;
    assert_fails(do_act(&store, &one, "account.create", id_nil(), NULL, "login", "lead9", "name", "Synthetic",
                        "password", PASSWORD, "role", "case_lead", "purpose", "protection", "staff_number",
                        "", NULL),
                 ERR_FIELD);
    assert_ok(do_act(&store, &one, "account.create", id_nil(), &r, "login", "lead9", "name", "Synthetic",
                     "password", PASSWORD, "role", "case_lead", "purpose", "protection", "staff_number",
                     "L-9", NULL));
    assert_ok(confirm(&two, r.id));
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM account a JOIN proposal p ON a.made_by = p.proposer "
                                "WHERE a.person IS NOT NULL AND a.since_us = a.created_us"),
                     1);
    the_trail_holds();
}

/* Harm: who stole a password alone asks for an account of his own, or confirms one. */
static void a_password_alone_asks_and_confirms_nothing(void **state)
{
    NEED_STORE(state);
    struct ctx one = admin("admin1"), two = admin("admin2"), weak = one, weak_two = two;
    struct act_result r;
    weak.assurance = weak_two.assurance = 1;
    for (int i = 0; i < 2; i++) {
        enum err e =
            do_act(&store, i ? &one : &weak, "account.create", id_nil(), &r, "login", "lead9", "name",
                   "Synthetic", "password", PASSWORD, "role", "case_lead", "purpose", "protection", NULL);
        assert_int_equal(e, i ? OK : ERR_DENIED);
        if (!i)
            assert_string_equal(err_detail(), "reason: assurance");
    }
    assert_fails(confirm(&weak_two, r.id), ERR_DENIED);
    assert_ok(confirm(&two, r.id));
}

/* Harm: an administrator has two accounts made and lets them agree with each other, or with him. */
static void what_one_hand_made_does_not_agree_with_itself(void **state)
{
    NEED_STORE(state);
    static struct pack strict;
    struct ctx one = admin("admin1"), two = admin("admin2"), lead;
    struct act_result made, asked;
    store_close(&store); /* the same store under a pack with the limits of Japan */
    strict = *store_pack();
    strict.new_account_days = 7;
    strict.same_maker_days = 30;
    store.config.pack = &strict;
    store_open(&store);
    static const char *const logins[] = {"lead1", "lead2"};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(do_act(&store, &one, "account.create", id_nil(), &made, "login", logins[i], "name",
                         "Officer Synthetic", "password", PASSWORD, "role", "case_lead", "purpose",
                         "protection", NULL));
        assert_ok(confirm(&two, made.id)); /* they were made with the keys: no age is asked of them */
    }
    static const int days[] = {0, 6, 7, 29};
    lead = as("lead1", "npa");
    struct ctx second = as("lead2", "npa");
    struct id c = open_case(&store, &lead);
    char text[33];
    id_text(second.account, text);
    assert_ok(do_act(&store, &lead, "case.assign", c, NULL, "account", text, NULL));
    int64_t from = now_us;
    for (size_t i = 0; i < LEN(days); i++) {
        now_us = from + days[i] * 24 * HOUR;
        assert_ok(do_act(&store, &lead, "test.destroy", c, &asked, NULL));
        assert_fails(confirm(&second, asked.id), ERR_DENIED);
    }
    now_us = from + 30 * 24 * HOUR;
    assert_ok(do_act(&store, &lead, "test.destroy", c, &asked, NULL));
    assert_ok(confirm(&second, asked.id));
    the_trail_holds();
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        T(one_asks_and_another_confirms),
        T(nobody_confirms_alone_or_twice),
        T(it_expires_and_can_be_withdrawn),
        T(who_lost_the_right_in_between_is_not_followed),
        T(what_changed_since_is_asked_anew),
        T(passwords_wait_as_hashes),
        T(a_repeat_asks_once),
        T(no_way_round_for_what_knows_nothing_of_it),
        T(a_coerced_officer_is_seen),
        T(who_may_not_read_it_declines_as_little_as_he_confirms),
        T(who_knows_the_password_is_no_second_person),
        T(the_list_tells_of_no_hidden_one),
        T(two_accounts_of_one_person_are_one),
        T(a_store_from_before_goes_on),
        T(a_number_is_corrected),
        T(officers_say_whose_account_they_make),
        T(what_one_hand_made_does_not_agree_with_itself),
        T(a_password_alone_asks_and_confirms_nothing),
    };
    if (argc > 1)
        driver = argv[1];
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
