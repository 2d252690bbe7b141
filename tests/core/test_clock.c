/* SPDX-License-Identifier: Apache-2.0 */
/* Running clocks through the door, the same suite over both databases: test_clock sqlite | postgres. */
#include "support/store.h"

#include "base/calendar.h"
#include "base/env.h"
#include "base/testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;

/* ---- time that the test sets -----------------------------------------------------------------------------
 */

#define HOUR INT64_C(3600000000)
static _Atomic int64_t now_us; /* the writer thread reads it, too */

static int64_t test_now(void *user)
{
    (void)user;
    return now_us;
}

static int64_t at(const char *text)
{
    int64_t us;
    assert_ok(utc_parse(str_of(text), &us));
    return us;
}

/* ---- a country with clocks -------------------------------------------------------------------------------
 */

#define NO_LIMIT .min = INT64_MIN, .max = INT64_MAX
#define LEN(x)   (sizeof(x) / sizeof *(x))

static const char *const high[] = {"high"};
static const struct condition is_high = {.op = COND_IS, .field = "urgency", .values = high, .n = 1};
static const struct field fields[] = {
    {.name = "urgency", .label = "Urgency", .type = FT_TEXT, .class = CLASS_ROUTING, NO_LIMIT},
};
static const char *const states[] = {"open", "answered", "closed"};
static const struct kind_action actions[] = {
    {.name = "create", .label = "New", .verb = VERB_CREATE},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE},
    {.name = "answer", .label = "Answer", .verb = VERB_DECIDE, .to = "answered"},
    {.name = "visit", .label = "Visited", .verb = VERB_UPDATE},
    {.name = "close", .label = "Close", .verb = VERB_CLOSE, .to = "closed"},
};
static const struct clock_rule rules[] = {
    {.name = "answer",
     .label = "Answer",
     .start = "create",
     .stop = "answer",
     .duty = "3(1)/a",
     .basis = "internal target",
     .authority = "npa",
     .due_hours = 24,
     .warn_hours = 4,
     .then_starts = "follow_up"},
    {.name = "urgent",
     .label = "Urgent answer",
     .start = "create",
     .stop = "answer",
     .when = &is_high,
     .basis = "internal target",
     .authority = "npa",
     .due_hours = 2},
    {.name = "follow_up",
     .label = "Follow-up",
     .start = "clock",
     .stop = "visit",
     .basis = "internal target",
     .authority = "npa",
     .due_working_days = 3,
     .warn_hours = 24},
    {.name = "contact",
     .label = "Weekly contact",
     .start = "visit",
     .stop = "visit",
     .basis = "internal target",
     .authority = "npa",
     .due_calendar_days = 7},
    {.name = "check_up",
     .label = "Check-up",
     .start = "amend",
     .stop = "visit",
     .basis = "internal target",
     .authority = "npa",
     .due_calendar_days = 1},
    {.name = "review",
     .label = "Review",
     .start = "close",
     .stop = "amend",
     .basis = "internal target",
     .authority = "npa",
     .due_calendar_days = 30},
};
static const struct kind kinds[] = {
    {.id = "referral",
     .title = "Referral",
     .file = "test",
     .attach = ATTACH_CASE | ATTACH_NONE,
     .states = states,
     .nstates = 3,
     .fields = fields,
     .nfields = 1,
     .actions = actions,
     .nactions = LEN(actions),
     .clocks = rules,
     .nclocks = LEN(rules)},
};

/* A promise that no rule of a pack gives yet: the clock in `clock` may not be stopped before `until`. */
static const struct input_field promise_inputs[] = {{.name = "clock", .type = IN_ID, .required = true},
                                                    {.name = "until", .type = IN_TIME, .required = true}};

static enum err promise_body(struct act *a)
{
    struct cell c[CL_COUNT];
    int64_t until;
    TRY(row_get(a->tx->db, a->arena, &TABLE_CLOCK, in_id(a, "clock"), c));
    TRY(utc_parse(in_text(a, "until"), &until));
    c[CL_NOT_BEFORE] = cell_int(until);
    return row_update(a->tx, &TABLE_CLOCK, c, -1);
}

static const struct action extra[] = {{.name = "test.promise",
                                       .verb = VERB_CREATE,
                                       .object = OBJECT_CLOCK,
                                       .inputs = promise_inputs,
                                       .ninputs = 2,
                                       .body = promise_body}};

static struct pack country;
static struct id approver;
static struct ctx leads;
static struct kind no_clocks; /* the same kind in a later pack that has no clocks any more */

static void make_approver(void)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", "approver", "name",
                     "Synthetic Approver", "password", "a long sentence", "role", "case_lead", "purpose",
                     "protection", NULL));
    approver = r.id;
    leads = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
}

static int setup(void **state)
{
    struct store_country c = {.pack = &country, .actions = extra, .nactions = LEN(extra), .synthetic = true};
    struct env env = {.now_us = test_now};
    country = *store_pack();
    country.kinds = kinds;
    country.nkinds = 1;
    no_clocks = kinds[0];
    no_clocks.nclocks = 0;
    now_us = at("2026-11-20T08:00:00Z"); /* Friday, 17:00 in Tokyo */
    env_set(&env);
    *state = NULL;
    if (store_make_of(&store, driver, &c)) {
        store_open(&store);
        make_approver();
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

static struct ctx lead(void)
{
    return leads;
}

static struct id new_referral(struct id case_, const char *urgency)
{
    struct ctx c = lead();
    struct act_result r;
    char text[33];
    id_text(case_, text);
    if (id_is_nil(case_))
        assert_ok(do_act(&store, &c, "referral.create", id_nil(), &r, "urgency", urgency, NULL));
    else
        assert_ok(
            do_act(&store, &c, "referral.create", id_nil(), &r, "urgency", urgency, "case", text, NULL));
    return r.id;
}

static enum err record_act(struct id record, const char *action)
{
    struct ctx c = lead();
    return do_act(&store, &c, action, record, NULL, NULL);
}

/* The only clock of a rule, whatever its state: newest first. */
static struct id clock_named(struct id record, const char *rule, struct clock_page *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db *db;
    struct stmt *s;
    struct id id = id_nil();
    struct cell c[CL_COUNT];
    bool row;
    memset(ret, 0, sizeof *ret);
    assert_ok(door_reader(store.door, &db));
    assert_ok(db_prepare(
        db, "SELECT id FROM clock WHERE record = ?1 AND rule = ?2 ORDER BY started_us DESC, state LIMIT 1",
        &s));
    db_bind_id(s, 1, &record);
    db_bind_text(s, 2, str_of(rule));
    assert_ok(db_step(s, &row));
    if (row) {
        assert_ok(db_id(s, 0, &id));
        db_reset(s);
        assert_ok(row_get(db, a, &TABLE_CLOCK, id, c));
        ret->clock.state = (enum clock_state)c[CL_STATE].i;
        ret->clock.times.due_us = c[CL_DUE].i;
        ret->clock.times.warn_us = c[CL_WARN].i;
        ret->clock.stopped_us = c[CL_STOPPED].i;
    }
    door_reader_done(store.door, db);
    return id;
}

static bool clock_is(struct id record, const char *rule, enum clock_state state)
{
    struct clock_page p;
    return !id_is_nil(clock_named(record, rule, &p)) && p.clock.state == state;
}

static int64_t tick(void)
{
    struct ctx system = ctx_system();
    struct act_result r;
    assert_ok(do_act(&store, &system, "clock.tick", id_nil(), &r, NULL));
    return r.version;
}

static int64_t warned(void)
{
    return count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'clock.warned'");
}

static int64_t escalated(void)
{
    return count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'clock.escalated'");
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

static struct ctx second(void)
{
    struct ctx c = lead();
    c.account = approver;
    return c;
}

/* One asks, and another confirms; or, alone, tries to. */
static enum err with_second(enum err asked, const struct act_result *r, bool alone)
{
    struct ctx c = alone ? lead() : second();
    if (asked != OK)
        return asked;
    assert_true(r->waits); /* nothing was done yet */
    return do_act(&store, &c, "proposal.confirm", r->id, NULL, NULL);
}

static enum err pause_clock(struct id clock, bool alone)
{
    struct ctx c = lead();
    struct act_result r;
    return with_second(
        do_act(&store, &c, "clock.pause", clock, &r, "basis", "waiting for the interpreter", NULL), &r,
        alone);
}

static enum err extend_clock(struct id clock, int64_t due_us, bool alone)
{
    struct ctx c = lead();
    struct act_result r;
    char due[28];
    utc_text(due_us, due);
    return with_second(
        do_act(&store, &c, "clock.extend", clock, &r, "due", due, "basis", "agreed with her counsel", NULL),
        &r, alone);
}

static enum err resume_clock(struct id clock)
{
    struct ctx c = lead();
    return do_act(&store, &c, "clock.resume", clock, NULL, NULL);
}

/* ---- start, stop, chain, cancel --------------------------------------------------------------------------
 */

static void an_action_starts_its_clocks(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id calm = new_referral(id_nil(), "low"), loud = new_referral(id_nil(), "high");
    clock_named(calm, "answer", &p);
    assert_int_equal(p.clock.state, CLOCK_RUNNING);
    assert_int_equal(p.clock.times.due_us, now_us + 24 * HOUR);
    assert_int_equal(p.clock.times.warn_us, now_us + 20 * HOUR);
    assert_true(id_is_nil(clock_named(calm, "urgent", &p))); /* its condition does not hold */
    assert_true(clock_is(loud, "urgent", CLOCK_RUNNING));
    assert_true(id_is_nil(clock_named(loud, "follow_up", &p)));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock"), 3);
    the_trail_holds();
}

static void stopping_starts_the_chained_clock(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id r = new_referral(id_nil(), "high");
    now_us += HOUR;
    assert_ok(record_act(r, "referral.answer"));
    clock_named(r, "answer", &p);
    assert_int_equal(p.clock.state, CLOCK_STOPPED);
    assert_int_equal(p.clock.stopped_us, now_us);
    assert_true(clock_is(r, "urgent", CLOCK_STOPPED));
    clock_named(r, "follow_up", &p);
    assert_int_equal(p.clock.state, CLOCK_RUNNING);
    assert_int_equal(p.clock.times.due_us,
                     at("2026-11-25T15:00:00Z")); /* Mon, Tue, Wed; no holidays in Testland */
    assert_ok(record_act(r, "referral.answer"));  /* nothing runs that it stops: harmless */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE rule = 'follow_up'"), 1);
    the_trail_holds();
}

static void an_action_may_stop_a_clock_and_start_it_again(void **state)
{
    NEED_STORE(state);
    struct id r = new_referral(id_nil(), "low");
    for (int i = 0; i < 3; i++) {
        now_us += 24 * HOUR;
        assert_ok(record_act(r, "referral.visit"));
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE rule = 'contact' AND state = 2"),
                     2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE rule = 'contact' AND state = 0"),
                     1);
}

static void a_running_clock_is_not_started_again(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id r = new_referral(id_nil(), "low"), clock;
    assert_ok(record_act(r, "referral.amend"));
    clock = clock_named(r, "check_up", &p);
    int64_t due_us = p.clock.times.due_us;
    now_us += 24 * HOUR;
    assert_ok(record_act(r, "referral.amend"));
    assert_true(id_eq(clock_named(r, "check_up", &p), clock));
    assert_int_equal(p.clock.times.due_us, due_us);
    assert_ok(pause_clock(clock, false));
    assert_ok(record_act(r, "referral.amend"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE rule = 'check_up'"), 1);
    the_trail_holds();
}

static void closing_cancels_what_still_runs(void **state)
{
    NEED_STORE(state);
    struct id r = new_referral(id_nil(), "high");
    assert_ok(record_act(r, "referral.close"));
    assert_true(clock_is(r, "answer", CLOCK_CANCELLED));
    assert_true(clock_is(r, "urgent", CLOCK_CANCELLED));
    assert_true(clock_is(r, "review", CLOCK_RUNNING)); /* started by closing */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE rule = 'follow_up'"),
                     0); /* cancelled is not stopped */
    now_us += 48 * HOUR;
    assert_int_equal(tick(), 0);
}

static void a_promised_time_is_not_shortened(void **state) /* a reflection period */
{
    NEED_STORE(state);
    struct clock_page p;
    struct ctx system = ctx_system();
    struct id r = new_referral(id_nil(), "low");
    char text[33], until[28];
    id_text(clock_named(r, "answer", &p), text);
    utc_text(now_us + 10 * HOUR, until);
    assert_ok(do_act(&store, &system, "test.promise", id_nil(), NULL, "clock", text, "until", until, NULL));
    now_us += 10 * HOUR - 1;
    assert_fails(record_act(r, "referral.answer"), ERR_STATE);
    assert_fails(record_act(r, "referral.close"), ERR_STATE); /* nor by closing */
    assert_true(clock_is(r, "answer", CLOCK_RUNNING));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM record WHERE state = 'open'"),
                     1); /* the whole action went back */
    now_us += 1;
    assert_ok(record_act(r, "referral.answer"));
    the_trail_holds();
}

/* ---- pause, resume, extend -------------------------------------------------------------------------------
 */

static void a_pause_keeps_the_time_that_was_left(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id r = new_referral(id_nil(), "low"), clock = clock_named(r, "answer", &p);
    int64_t due = p.clock.times.due_us;
    assert_fails(pause_clock(clock, true), ERR_DENIED); /* not by oneself */
    assert_ok(pause_clock(clock, false));
    assert_fails(pause_clock(clock, false), ERR_STATE);
    now_us += 100 * HOUR;
    assert_int_equal(tick(), 0); /* a paused clock tells nothing */
    assert_ok(resume_clock(clock));
    assert_fails(resume_clock(clock), ERR_STATE);
    clock_named(r, "answer", &p);
    assert_int_equal(p.clock.times.due_us, due + 100 * HOUR);
    assert_int_equal(p.clock.times.warn_us, due + 96 * HOUR);
    now_us += 20 * HOUR;
    assert_int_equal(tick(), 1);
    assert_int_equal(warned(), 1);
    assert_ok(pause_clock(clock, false));
    assert_ok(record_act(r, "referral.answer")); /* a paused clock can be stopped */
    assert_fails(resume_clock(clock), ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock_change"), 3);
    the_trail_holds();
}

/* Asked is not done, declined is not done, and nobody of elsewhere confirms. */
static void clock_stays(struct id clock, int64_t due_us)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead(), other = second(), elsewhere = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    const struct view *v;
    struct act_result r;
    char due[28];
    utc_text(due_us + HOUR, due);
    assert_ok(do_act(&store, &c, "clock.extend", clock, &r, "due", due, "basis", "agreed", NULL));
    assert_int_not_equal(do_act(&store, &elsewhere, "proposal.confirm", r.id, NULL, NULL), OK);
    assert_ok(do_act(&store, &other, "proposal.decline", r.id, NULL, "reason", "not agreed", NULL));
    assert_fails(do_act(&store, &other, "proposal.confirm", r.id, NULL, NULL), ERR_STATE);
    assert_ok(do_view(&store, &c, "clock.show", clock, a, &v, NULL));
    const struct clock_page *m = v->model;
    assert_int_equal(m->clock.times.due_us, due_us);
    assert_int_equal(m->n, 0);
}

static void an_extension_needs_another_officer_and_only_moves_later(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct clock_page p;
    struct ctx c = lead();
    const struct view *v;
    char due[28], other[33];
    struct id r = new_referral(id_nil(), "low"), clock = clock_named(r, "answer", &p);
    int64_t was = p.clock.times.due_us;
    assert_fails(extend_clock(clock, was + HOUR, true), ERR_DENIED);
    assert_fails(extend_clock(clock, was, false), ERR_FIELD);
    assert_fails(extend_clock(clock, was - HOUR, false), ERR_FIELD);
    utc_text(was + HOUR, due);
    id_text(approver, other);
    assert_fails(do_act(&store, &c, "clock.extend", clock, NULL, "due", due, NULL), ERR_FIELD);
    assert_fails(do_act(&store, &c, "clock.extend", clock, NULL, "due", due, "basis", "agreed", "approver",
                        other, NULL),
                 ERR_FIELD); /* an id that is typed is no approval */
    clock_stays(clock, was);
    assert_ok(extend_clock(clock, was + HOUR, false));
    assert_ok(do_view(&store, &c, "clock.show", clock, a, &v, NULL));
    const struct clock_page *m = v->model;
    assert_int_equal(m->clock.times.due_us, was + HOUR);
    assert_string_equal(m->clock.label, "Answer");
    assert_string_equal(m->clock.basis, "internal target");
    assert_string_equal(m->clock.authority, "npa");
    assert_string_equal(m->clock.duty, "3(1)/a");
    assert_int_equal(m->n, 1);
    assert_string_equal(m->changes[0].what, "extend");
    assert_true(str_is(m->changes[0].basis.text, "agreed with her counsel"));
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM clock_change WHERE basis IS NOT NULL OR why IS NULL"), 0);
    assert_int_equal(m->changes[0].old_due_us, was);
    assert_int_equal(m->changes[0].new_due_us, was + HOUR);
    assert_true(id_eq(m->changes[0].approver, approver));
    assert_ok(record_act(r, "referral.answer"));
    assert_fails(extend_clock(clock, was + 2 * HOUR, false), ERR_STATE);
    the_trail_holds();
}

static void a_version_guards_a_change(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct clock_page p;
    struct ctx c = lead();
    struct act_result res;
    struct id clock = clock_named(new_referral(id_nil(), "low"), "answer", &p);
    assert_ok(pause_clock(clock, false));
    struct act_request old = {.ctx = &c, .action = "clock.resume", .subject = clock, .expected_version = 1};
    assert_fails(door_act(store.door, &old, a, &res), ERR_VERSION);
    old.expected_version = 2;
    assert_ok(door_act(store.door, &old, a, &res));
    assert_int_equal(res.version, 3);
}

/* ---- the tick --------------------------------------------------------------------------------------------
 */

static void each_due_moment_is_told_once(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id r = new_referral(id_nil(), "low"), clock = clock_named(r, "answer", &p);
    now_us = p.clock.times.warn_us - 1;
    assert_int_equal(tick(), 0);
    now_us += 1;
    assert_int_equal(tick(), 1);
    assert_int_equal(tick(), 0);
    now_us = p.clock.times.due_us - 1;
    assert_int_equal(tick(), 0);
    now_us += 1;
    assert_int_equal(tick(), 1);
    assert_int_equal(tick(), 0);
    assert_int_equal(warned(), 1);
    assert_int_equal(escalated(), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE payload = 'npa referral answer'"),
                     2);
    assert_ok(extend_clock(clock, now_us + 24 * HOUR, false)); /* a new moment, told anew */
    assert_int_equal(tick(), 0);
    now_us += 20 * HOUR;
    assert_int_equal(tick(), 1);
    now_us += 4 * HOUR;
    assert_int_equal(tick(), 1);
    assert_int_equal(warned(), 2);
    assert_int_equal(escalated(), 2);
    now_us += 1000 * HOUR;
    assert_int_equal(tick(), 0);
    the_trail_holds();
}

static void what_was_slept_through_is_only_escalated(void **state)
{
    NEED_STORE(state);
    new_referral(id_nil(), "high");
    now_us += 100 * HOUR;
    assert_int_equal(tick(), 2);
    assert_int_equal(tick(), 0);
    assert_int_equal(warned(), 0);
    assert_int_equal(escalated(), 2);
}

static void the_tick_is_for_the_system(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead(), oversight = officer("npa", ROLE_OVERSIGHT, 3),
               admin = officer("npa", ROLE_SYSTEM_ADMIN, 4);
    oversight.purpose = PURPOSE_OVERSIGHT;
    admin.purpose = PURPOSE_ADMINISTRATION;
    assert_int_not_equal(do_act(&store, &c, "clock.tick", id_nil(), NULL, NULL), OK);
    assert_int_not_equal(do_act(&store, &oversight, "clock.tick", id_nil(), NULL, NULL), OK);
    assert_int_not_equal(do_act(&store, &admin, "clock.tick", id_nil(), NULL, NULL), OK);
}

static bool due(void)
{
    struct db *db;
    bool yes;
    assert_ok(door_reader(store.door, &db));
    assert_ok(clock_due(db, now_us, &yes));
    door_reader_done(store.door, db);
    return yes;
}

static void a_tick_is_bounded_and_the_rest_follows(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    enum { MANY = CLOCK_TICK_MAX + 50 };
    struct act_request *r = ARENA_ARRAY(a, MANY, struct act_request);
    struct act_result *res = ARENA_ARRAY(a, MANY, struct act_result);
    struct ctx c = lead();
    size_t failed;
    for (size_t i = 0; i < MANY; i++)
        r[i] = (struct act_request){.ctx = &c, .action = "referral.create", .expected_version = -1};
    assert_ok(door_act_batch(store.door, r, MANY, a, res, &failed));
    assert_false(due());
    now_us += 21 * HOUR;
    assert_true(due());
    assert_int_equal(tick(), CLOCK_TICK_MAX);
    assert_true(due());
    assert_int_equal(tick(), 50);
    assert_false(due());
    now_us += 24 * HOUR;
    assert_int_equal(tick(), CLOCK_TICK_MAX);
    assert_int_equal(tick(), 50);
    assert_false(due());
    assert_int_equal(warned(), MANY);
    assert_int_equal(escalated(), MANY);
    assert_ok(door_act_batch(store.door, r, 150, a, res, &failed));
    now_us += 3 * HOUR;
    assert_ok(door_act_batch(store.door, r, 150, a, res, &failed));
    now_us += 21 * HOUR; /* the first are late, the others near: together they are bounded, too */
    assert_int_equal(tick(), CLOCK_TICK_MAX);
    assert_int_equal(tick(), 100);
    assert_false(due());
    assert_int_equal(escalated(), MANY + 150);
    assert_int_equal(warned(), MANY + 150);
    assert_int_equal(
        count_rows(&store, "SELECT count(DISTINCT about) FROM outbox WHERE event = 'clock.warned'"),
        MANY + 150);
    the_trail_holds();
}

static void the_tick_searches_no_table(void **state)
{
    NEED_STORE(state);
    static const char *const sql[] = {
        "SELECT id FROM clock WHERE state = 0 AND escalated_us IS NULL AND due_us <= ?1 ORDER BY due_us, id "
        "LIMIT ?2",
        "SELECT id FROM clock WHERE state = 0 AND warned_us IS NULL AND warn_us <= ?1 AND due_us > ?1 ORDER "
        "BY warn_us, id LIMIT ?2",
        "SELECT due_us, id FROM clock WHERE agency = ?1 AND state = ?2 AND (due_us > ?3 OR (due_us = ?3 AND "
        "id > ?4)) ORDER BY due_us, id LIMIT 51",
    };
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db *db;
    assert_ok(door_reader(store.door, &db));
    for (size_t i = 0; i < LEN(sql); i++) {
        char *plan;
        assert_ok(db_plan(db, sql[i], a, &plan));
        assert_null(strstr(plan, "SCAN clock"));
        assert_null(strstr(plan, "Seq Scan"));
    }
    door_reader_done(store.door, db);
}

/* A process that ticks is killed at any moment; another one goes on. Nothing is told twice, nothing is left
 * out. */
static void a_killed_tick_tells_nothing_twice(void **state)
{
    NEED_STORE(state);
    enum { MANY = 60, DEATHS = 6 };
    for (int i = 0; i < MANY; i++) {
        new_referral(id_nil(), "low");
        now_us += 1000000;
    }
    now_us += 20 * HOUR;
    for (int death = 0; death < DEATHS; death++) {
        store_close(&store);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (store_try_open(&store) != OK)
                _exit(1);
            struct ctx system = ctx_system();
            for (;;) { /* one clock after the other comes near */
                if (do_act(&store, &system, "clock.tick", id_nil(), NULL, NULL) != OK)
                    _exit(2);
                now_us += 1000000;
            }
        }
        struct timespec nap = {0, 20000000L + 7000000L * death};
        nanosleep(&nap, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        store_open(&store);
        assert_int_equal(
            warned(),
            count_rows(&store, "SELECT count(DISTINCT about) FROM outbox WHERE event = 'clock.warned'"));
        assert_int_equal(warned(),
                         count_rows(&store, "SELECT count(*) FROM clock WHERE warned_us IS NOT NULL"));
    }
    now_us += 2 * HOUR; /* warned, not yet due */
    while (tick())
        ;
    assert_int_equal(warned(), MANY);
    assert_int_equal(
        count_rows(&store, "SELECT count(DISTINCT about) FROM outbox WHERE event = 'clock.warned'"), MANY);
    assert_int_equal(escalated(), 0);
    the_trail_holds();
}

/* ---- looks -----------------------------------------------------------------------------------------------
 */

static void a_list_shows_the_most_urgent_first(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    const struct view *v;
    char after[33], after_due[28];
    for (int i = 0; i < 120; i++) {
        new_referral(id_nil(), i % 3 ? "low" : "high");
        now_us += i % 2 ? 0 : HOUR / 60; /* pairs share a due moment */
    }
    int64_t last = INT64_MIN;
    size_t seen = 0, pages = 0;
    struct id last_id = id_nil();
    assert_ok(do_view(&store, &c, "clock.list", id_nil(), a, &v, NULL));
    for (;;) {
        const struct clock_list *list = v->model;
        for (size_t i = 0; i < list->n; i++, seen++) {
            int64_t due_us = list->items[i].times.due_us;
            assert_true(due_us > last || (due_us == last && id_cmp(list->items[i].id, last_id) > 0));
            last = due_us;
            last_id = list->items[i].id;
        }
        pages++;
        if (id_is_nil(list->next))
            break;
        id_text(list->next, after);
        utc_text(list->next_due_us, after_due);
        assert_ok(
            do_view(&store, &c, "clock.list", id_nil(), a, &v, "after", after, "after_due", after_due, NULL));
    }
    assert_int_equal(seen, 160);
    assert_int_equal(pages, 4);
    struct ctx other = officer("isa", ROLE_CASE_LEAD, 9);
    assert_ok(do_view(&store, &other, "clock.list", id_nil(), a, &v, NULL));
    assert_int_equal(((const struct clock_list *)v->model)->n, 0);
}

static void a_case_for_named_officers_stays_theirs(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx mine = lead(), colleague = officer("npa", ROLE_CASE_LEAD, 2),
               stranger = officer("isa", ROLE_CASE_LEAD, 3);
    const struct view *v;
    struct act_result r;
    struct clock_page p;
    assert_ok(do_act(&store, &mine, "case.open", id_nil(), &r, "label", "TLP:RED", NULL));
    struct id clock = clock_named(new_referral(r.id, "low"), "answer", &p);
    assert_ok(do_view(&store, &mine, "clock.list", id_nil(), a, &v, NULL));
    assert_int_equal(((const struct clock_list *)v->model)->n, 1);
    assert_ok(do_view(&store, &colleague, "clock.list", id_nil(), a, &v, NULL));
    assert_int_equal(((const struct clock_list *)v->model)->n, 0);
    assert_fails(do_view(&store, &colleague, "clock.show", clock, a, &v, NULL), ERR_NOT_FOUND);
    assert_fails(do_view(&store, &stranger, "clock.show", clock, a, &v, NULL), ERR_NOT_FOUND);
    assert_fails(do_act(&store, &colleague, "clock.resume", clock, NULL, NULL), ERR_NOT_FOUND);
    assert_ok(do_view(&store, &mine, "case.show", r.id, a, &v, NULL));
    const struct case_model *m = v->model;
    assert_int_equal(m->nclocks, 1);
    assert_string_equal(m->clocks[0].rule, "answer");
}

static void a_rule_that_is_gone_leaves_its_row(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    const struct view *v;
    struct clock_page p;
    struct id r = new_referral(id_nil(), "low"), clock = clock_named(r, "answer", &p);
    int64_t was = p.clock.times.due_us;
    country.kinds = &no_clocks;
    assert_ok(do_view(&store, &c, "clock.show", clock, a, &v, NULL));
    const struct clock_page *m = v->model;
    assert_string_equal(m->clock.label, "answer");
    assert_string_equal(m->clock.basis, "");
    assert_int_equal(m->clock.times.due_us, was);
    assert_ok(pause_clock(clock, false));
    now_us += HOUR;
    assert_ok(resume_clock(clock));
    clock_named(r, "answer", &p);
    assert_int_equal(p.clock.times.due_us, was + HOUR);
}

/* ---- any order of events ---------------------------------------------------------------------------------
 */

static uint64_t dice;

static unsigned roll(unsigned sides)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(dice >> 33) % sides;
}

/* After a tick: a running clock that is due was escalated, one that is near was warned, and no (clock, due
 * moment) twice. */
static void check_told(void)
{
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM clock WHERE state = 0 AND warned_us IS NULL AND "
            "EXISTS (SELECT 1 FROM audit_leaf l WHERE l.at_us >= clock.warn_us AND l.action = 'clock.tick')"),
        0);
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM clock WHERE state = 0 AND escalated_us IS NULL AND "
            "EXISTS (SELECT 1 FROM audit_leaf l WHERE l.at_us >= clock.due_us AND l.action = 'clock.tick')"),
        0);
    /* a clock tells once for its first due moment, and once more for each change that moved it */
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM clock c WHERE "
            "(SELECT count(*) FROM outbox o WHERE o.about = c.id AND o.event = 'clock.escalated') > "
            "1 + (SELECT count(*) FROM clock_change h WHERE h.clock = c.id AND h.new_due_us > h.old_due_us)"),
        0);
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM clock c WHERE "
            "(SELECT count(*) FROM outbox o WHERE o.about = c.id AND o.event = 'clock.warned') > "
            "1 + (SELECT count(*) FROM clock_change h WHERE h.clock = c.id AND h.new_due_us > h.old_due_us)"),
        0);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM clock WHERE state < 2 AND stopped_us IS NOT NULL"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock WHERE state >= 2 AND stopped_us IS NULL"),
                     0);
    assert_int_equal(
        count_rows(&store,
                   "SELECT count(*) FROM clock WHERE (state = 1) <> (paused_us IS NOT NULL) AND state < 2"),
        0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM clock_change WHERE new_due_us < old_due_us"),
                     0);
}

static void whatever_happens_is_told_once(void **state)
{
    NEED_STORE(state);
    struct clock_page p;
    struct id records[6];
    static const char *const names[] = {"answer", "urgent", "follow_up", "contact", "review"};
    static const char *const steps[] = {"referral.answer", "referral.visit", "referral.amend",
                                        "referral.close"};
    for (size_t i = 0; i < LEN(records); i++)
        records[i] = new_referral(id_nil(), i % 2 ? "high" : "low");
    dice = 2026;
    for (int step = 0; step < 150; step++) {
        struct id r = records[roll(LEN(records))], clock = clock_named(r, names[roll(LEN(names))], &p);
        unsigned what = roll(12);
        now_us += (int64_t)roll(9) * HOUR;
        if (what < 3 && !id_is_nil(clock))
            (void)!pause_clock(clock, false); /* ERR_STATE is an answer too */
        else if (what < 6 && !id_is_nil(clock))
            (void)!resume_clock(clock);
        else if (what < 8 && !id_is_nil(clock))
            (void)!extend_clock(clock, p.clock.times.due_us + (int64_t)roll(30) * HOUR, false);
        else if (what < 10)
            (void)!record_act(r, steps[roll(LEN(steps))]);
        else
            r = records[roll(LEN(records))] = new_referral(id_nil(), "high");
        tick();
        if (step % 15 == 0)
            check_told();
    }
    check_told();
    assert_true(escalated() > 5); /* the walk has met something */
    assert_true(warned() > 5);
    the_trail_holds();
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    const struct CMUnitTest tests[] = {
        EACH(an_action_starts_its_clocks),
        EACH(stopping_starts_the_chained_clock),
        EACH(an_action_may_stop_a_clock_and_start_it_again),
        EACH(a_running_clock_is_not_started_again),
        EACH(closing_cancels_what_still_runs),
        EACH(a_promised_time_is_not_shortened),
        EACH(a_pause_keeps_the_time_that_was_left),
        EACH(an_extension_needs_another_officer_and_only_moves_later),
        EACH(a_version_guards_a_change),
        EACH(each_due_moment_is_told_once),
        EACH(what_was_slept_through_is_only_escalated),
        EACH(the_tick_is_for_the_system),
        EACH(a_tick_is_bounded_and_the_rest_follows),
        EACH(the_tick_searches_no_table),
        EACH(a_killed_tick_tells_nothing_twice),
        EACH(a_list_shows_the_most_urgent_first),
        EACH(a_case_for_named_officers_stays_theirs),
        EACH(a_rule_that_is_gone_leaves_its_row),
        EACH(whatever_happens_is_told_once),
    };
    if (argc > 1)
        driver = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
