/* SPDX-License-Identifier: Apache-2.0 */
/* The inbox, the same suite over both databases: test_notice sqlite | postgres. What it prevents: an event
 * that nobody hears of, an event told twice, and an event told to somebody who may not know. */
#include "support/acts.h"

#include "base/calendar.h"
#include "base/env.h"
#include "base/testing.h"
#include "core/account.h"
#include "core/jobs.h"
#include "core/notice.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;
static struct ctx lead, second, isa, watch; /* watch: oversight */

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)
#define LEN(x) (sizeof(x) / sizeof *(x))
static int64_t now_us;
static int64_t dies_at; /* the process ends when the time is asked for so many times; 0: never */

static int64_t test_now(void *user)
{
    (void)user;
    if (__atomic_load_n(&dies_at, __ATOMIC_RELAXED) > 0 &&
        __atomic_sub_fetch(&dies_at, 1, __ATOMIC_RELAXED) == 0)
        _exit(66);
    return __atomic_load_n(&now_us, __ATOMIC_RELAXED);
}

static enum err emit_body(struct act *a)
{
    return act_emit(a, "test.event", a->subject, STR(""));
}

static enum err find_case(struct act *a, struct object *ret)
{
    return door_entities(a->door)->case_(a->tx->db, a->arena, a->subject, ret);
}

/* As a kind with `notice` does when a record is written into a case. */
static enum err tell_body(struct act *a)
{
    return act_emit(a, "notice", in_id(a, "record"), STR("A place was given"));
}

static const struct input_field tell_inputs[] = {{.name = "record", .label = "Record", .type = IN_ID}};
static const struct action extra[] = {{.name = "test.emit",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_SYSTEM,
                                       .when_locked = true,
                                       .takes_id = true,
                                       .body = emit_body},
                                      {.name = "test.tell",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_CASE,
                                       .inputs = tell_inputs,
                                       .ninputs = 1,
                                       .find = find_case,
                                       .body = tell_body}};

static void run(void)
{
    int done;
    assert_ok(jobs_run(store.door, NULL, NULL, NULL, &done));
}

static struct ctx enrolled(const char *agency, enum role role, enum purpose purpose)
{
    struct ctx system = ctx_system(), c = officer(agency, role, 0);
    struct act_result r;
    char login[32];
    static unsigned made;
    snprintf(login, sizeof login, "inbox%u", made++);
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", "correct horse battery", "role", role_word(role),
                     "purpose", purpose_word(purpose), "agency", agency, NULL));
    c.account = r.id;
    c.purpose = purpose;
    return c;
}

/* Two leads at npa, one at isa, one of oversight at ngo; what their accounts tell is told. */
static int setup(void **state)
{
    struct store_country c = {
        .pack = store_pack(), .actions = extra, .nactions = LEN(extra), .synthetic = true};
    struct env env = {.now_us = test_now};
    assert_ok(utc_parse(STR("2026-11-20T08:00:00Z"), &now_us));
    env_set(&env);
    *state = NULL;
    if (!store_make_of(&store, driver, &c))
        return 0;
    store_open(&store);
    lead = enrolled("npa", ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    second = enrolled("npa", ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    isa = enrolled("isa", ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    watch = enrolled("ngo", ROLE_OVERSIGHT, PURPOSE_OVERSIGHT);
    run();
    *state = &store;
    return 0;
}

static int teardown(void **state)
{
    __atomic_store_n(&dies_at, 0, __ATOMIC_RELAXED);
    if (*state)
        store_remove(&store);
    env_set(NULL);
    return 0;
}

/* ---- short ways ------------------------------------------------------------------------------------------
 */

static struct id consultation_in(const struct ctx *c, struct id in_case)
{
    struct act_result r;
    if (id_is_nil(in_case))
        assert_ok(do_act(&store, c, "consultation.create", id_nil(), &r, "language", "my", NULL));
    else
        assert_ok(do_act(&store, c, "consultation.create", id_nil(), &r, "language", "my", "case",
                         text_of(in_case), NULL));
    return r.id;
}

/* The first of those with this event in somebody's inbox; NULL: none. */
static const struct notice_model *find(const struct ctx *c, struct arena *a, const char *event,
                                       const char *state, const char *whose)
{
    const struct view *v;
    assert_ok(do_view(&store, c, "notice.list", id_nil(), a, &v, "state", state, "whose", whose, NULL));
    const struct notice_list *list = v->model;
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].event, event) == 0)
            return &list->items[i];
    return NULL;
}

static bool has(const struct ctx *c, const char *event)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    return find(c, a, event, "open", "mine") != NULL;
}

static bool office_has(const struct ctx *c, const char *event)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    return find(c, a, event, "open", "office") != NULL;
}

static struct id notice_of(const struct ctx *c, const char *event)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct notice_model *m = find(c, a, event, "open", "office");
    assert_non_null(m);
    return m->id;
}

static int64_t open_count(const struct ctx *c)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_ok(do_view(&store, c, "notice.count", id_nil(), a, &v, NULL));
    return ((const struct notice_count *)v->model)->open;
}

static void disable(const struct ctx *c)
{
    struct ctx system = ctx_system();
    assert_ok(do_act(&store, &system, "account.disable", c->account, NULL, NULL));
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

/* A warning of a clock on a record of npa that hangs on no case: the desk answers. */
static void warn_the_desk(void)
{
    consultation_in(&lead, id_nil());
    now_us += 20 * HOUR;
    run();
}

/* ---- who hears -------------------------------------------------------------------------------------------
 */

static void a_warning_reaches_the_named_and_says_nothing_of_a_person(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id in_case = open_case(&store, &lead);
    consultation_in(&lead, in_case);
    now_us += 20 * HOUR;
    run();
    const struct notice_model *m = find(&lead, a, "clock.warned", "open", "mine");
    assert_non_null(m);
    assert_true(id_eq(m->case_, in_case));
    assert_string_equal(m->detail, "npa consultation answer");
    assert_true(m->due_us == now_us + 4 * HOUR && m->at_us == m->due_us);
    assert_false(has(&second, "clock.warned")); /* the named one first; but the office can look */
    assert_true(office_has(&second, "clock.warned"));
    assert_false(office_has(&isa, "clock.warned"));
    now_us += 4 * HOUR;
    run();
    assert_true(has(&lead, "clock.escalated"));
    assert_true(has(&second, "clock.escalated")); /* what is late is everybody's in the role */
    assert_false(office_has(&isa, "clock.escalated"));
    the_trail_holds();
}

static void the_one_on_duty_is_told_then_the_deputy(void **state)
{
    NEED_STORE(state);
    struct ctx third = enrolled("npa", ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    run();
    assert_ok(do_act(&store, &second, "roster.add", lead.account, NULL, "role", "case_lead", "deputy",
                     text_of(second.account), NULL));
    warn_the_desk();
    assert_true(has(&lead, "clock.warned"));
    assert_false(has(&second, "clock.warned"));
    assert_false(has(&third, "clock.warned"));
    assert_true(office_has(&third, "clock.warned"));
    disable(&lead); /* the notice follows the duty, not the person it once reached */
    assert_true(has(&second, "clock.warned"));
    assert_false(has(&third, "clock.warned"));
    disable(&second); /* nobody of the roster is left: whoever has the role */
    assert_true(has(&third, "clock.warned"));
}

static void when_the_named_have_gone_the_duty_answers(void **state)
{
    NEED_STORE(state);
    struct id in_case = open_case(&store, &lead);
    consultation_in(&lead, in_case);
    disable(&lead); /* before it is told */
    now_us += 20 * HOUR;
    run();
    assert_true(has(&second, "clock.warned"));
}

static void an_office_without_anybody_is_answered_for_by_oversight(void **state)
{
    NEED_STORE(state);
    struct id in_case = open_case(&store, &lead);
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "ngo", "relation", "recipient",
                     "basis", "consent", "class", "routing", NULL)); /* ngo has no desk here */
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "recipient",
                     "basis", "consent", "class", "routing", NULL));
    run();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'case.shared'"), 2);
    assert_true(has(&watch, "case.shared"));
    assert_true(has(&isa, "case.shared"));
    assert_false(office_has(&lead, "case.shared"));
    disable(&lead);
    disable(&second);
    consultation_in(&lead, id_nil());
    now_us += 20 * HOUR;
    run();
    assert_true(has(&watch, "clock.warned"));
}

/* TLP:RED is for named persons: a colleague who has the duty may not read it, so it is not his to answer, and
 * it must not be addressed to somebody from whom the policy then hides it. */
static void what_a_duty_may_not_read_goes_to_oversight_when_the_named_have_gone(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    assert_ok(do_act(&store, &lead, "case.open", id_nil(), &r, "label", "TLP:RED", NULL));
    consultation_in(&lead, r.id);
    now_us += 20 * HOUR;
    run();
    assert_true(has(&lead, "clock.warned"));
    assert_false(office_has(&second, "clock.warned"));
    assert_false(has(&watch, "clock.warned"));
    disable(&lead);
    now_us += 4 * HOUR;
    run();
    assert_false(office_has(&second, "clock.escalated"));
    assert_true(has(&watch, "clock.escalated"));
}

static void owner_and_oversight_hear_what_the_policy_obliges_to(void **state)
{
    NEED_STORE(state);
    struct id in_case = open_case(&store, &lead);
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "recipient",
                     "basis", "danger_to_life", "class", "routing", NULL));
    run();
    assert_true(has(&lead, "oblige.notify_owner"));
    assert_false(office_has(&isa, "oblige.notify_owner"));
    struct ctx system = ctx_system();
    assert_ok(do_act(&store, &system, "account.create", id_nil(), NULL, "login", "another", "name",
                     "Officer Synthetic", "password", "correct horse battery", "role", "health", "purpose",
                     "protection", "agency", "npa", NULL));
    run();
    assert_true(has(&watch, "oblige.notify_oversight"));
    assert_false(office_has(&lead, "oblige.notify_oversight"));
    assert_true(has(&watch, "account.created")); /* npa has no administrator */
    the_trail_holds();
}

static void accounts_are_told_of_to_administrators(void **state)
{
    NEED_STORE(state);
    struct ctx admin = enrolled("npa", ROLE_SYSTEM_ADMIN, PURPOSE_ADMINISTRATION);
    disable(&second);
    run();
    assert_true(has(&admin, "account.disabled"));
    assert_false(office_has(&lead, "account.disabled"));
    assert_false(office_has(&isa, "account.disabled"));
}

/* Harm: what two people must do waits until it expires, for nobody who could confirm it hears of it. */
static void who_can_confirm_hears_of_what_waits(void **state)
{
    NEED_STORE(state);
    struct ctx one = enrolled("npa", ROLE_SYSTEM_ADMIN, PURPOSE_ADMINISTRATION),
               two = enrolled("npa", ROLE_SYSTEM_ADMIN, PURPOSE_ADMINISTRATION);
    struct act_result r;
    assert_ok(do_act(&store, &one, "account.add_role", second.account, &r, "role", "analyst", "purpose",
                     "statistics", NULL));
    assert_true(r.waits);
    run();
    assert_true(has(&two, "proposal.made"));
    assert_false(has(&one, "proposal.made") || office_has(&one, "proposal.made"));
    assert_false(office_has(&lead, "proposal.made") || office_has(&isa, "proposal.made"));
    assert_false(has(&watch, "proposal.made"));
    struct id notice = notice_of(&two, "proposal.made");
    assert_fails(do_act(&store, &one, "notice.acknowledge", notice, NULL, NULL), ERR_NOT_FOUND);
    assert_ok(do_act(&store, &two, "proposal.decline", r.id, NULL, "reason", "not as agreed", NULL));
    run();
    assert_true(has(&one, "proposal.declined")); /* how it ended, who asked is told */
    the_trail_holds();
}

static void a_decision_that_needs_a_second_agency_is_told_to_all_in_the_case(void **state)
{
    NEED_STORE(state);
    struct id in_case = open_case(&store, &lead);
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "co_owner",
                     "basis", "consent", "class", "routing", NULL));
    assert_ok(do_act(&store, &lead, "case.set_stage", in_case, NULL, "stage", "presumed_victim", NULL));
    assert_ok(do_act(&store, &lead, "case.set_stage", in_case, NULL, "stage", "suspicion", "reasons",
                     "Synthetic reasons", "review_route", "Synthetic route", NULL));
    run();
    assert_true(has(&lead, "case.protected"));
    assert_true(has(&lead, "decision.second_agency_needed"));
    assert_true(has(&isa, "decision.second_agency_needed"));
}

/* ---- what may not be known -------------------------------------------------------------------------------
 */

static void who_may_not_know_sees_nothing_and_touches_nothing(void **state)
{
    NEED_STORE(state);
    struct ctx analyst = officer("npa", ROLE_ANALYST, 77), admin = officer("npa", ROLE_SYSTEM_ADMIN, 78);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char hidden[200];
    analyst.purpose = PURPOSE_STATISTICS;
    admin.purpose = PURPOSE_ADMINISTRATION;
    struct id in_case = open_case(&store, &lead);
    consultation_in(&lead, in_case);
    now_us += 20 * HOUR;
    run();
    struct id notice = notice_of(&lead, "clock.warned");
    const struct ctx *const strangers[] = {&isa, &analyst, &admin, &watch};
    for (size_t i = 0; i < LEN(strangers); i++) {
        assert_false(office_has(strangers[i], "clock.warned"));
        assert_fails(do_act(&store, strangers[i], "notice.acknowledge", notice, NULL, NULL), ERR_NOT_FOUND);
        snprintf(hidden, sizeof hidden, "%s", err_detail());
        assert_fails(do_act(&store, strangers[i], "notice.acknowledge", id_new(), NULL, NULL), ERR_NOT_FOUND);
        assert_string_equal(hidden, err_detail()); /* hidden is like unknown */
    }
    assert_int_equal(open_count(&isa), 0);
    assert_int_equal(open_count(&analyst), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM notice WHERE acknowledged_us IS NOT NULL"), 0);
    const struct view *v;
    struct ctx nobody = {.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
    assert_fails(do_view(&store, &nobody, "notice.list", id_nil(), a, &v, NULL), ERR_SIGN_IN);
    assert_fails(do_view(&store, &nobody, "notice.count", id_nil(), a, &v, NULL), ERR_SIGN_IN);
}

/* Invariant 6: what a shelter writes into a case of immigration is not for its enforcement, not even that it
 * is there. Harm: "A place was given", with the id of the record, in the inbox of who wants to remove her. */
static void the_wall_round_immigration_stands_in_the_inbox(void **state)
{
    NEED_STORE(state);
    struct ctx shelter = enrolled("ngo", ROLE_CASE_LEAD, PURPOSE_PROTECTION),
               enforcer = enrolled("isa", ROLE_IMMIGRATION_OFFICER, PURPOSE_SCREENING);
    struct id in_case = open_case(&store, &isa);
    assert_ok(do_act(&store, &isa, "case.assign", in_case, NULL, "account", text_of(enforcer.account), NULL));
    assert_ok(do_act(&store, &isa, "case.share", in_case, NULL, "agency", "ngo", "relation", "co_owner",
                     "basis", "consent", "class", "routing", NULL));
    assert_ok(
        do_act(&store, &shelter, "case.assign", in_case, NULL, "account", text_of(shelter.account), NULL));
    run();
    struct id written = consultation_in(&shelter, in_case);
    assert_ok(do_act(&store, &isa, "test.tell", in_case, NULL, "record", text_of(written), NULL));
    run();
    assert_true(has(&shelter, "notice"));
    assert_true(has(&isa, "notice"));
    struct id notice = notice_of(&isa, "notice");
    assert_false(has(&enforcer, "notice") || office_has(&enforcer, "notice"));
    assert_fails(do_act(&store, &enforcer, "notice.acknowledge", notice, NULL, NULL), ERR_NOT_FOUND);
    /* what is about the case itself is the officer's to know */
    assert_ok(do_act(&store, &isa, "test.tell", in_case, NULL, "record", text_of(in_case), NULL));
    run();
    assert_true(has(&enforcer, "notice"));
    assert_ok(do_act(&store, &isa, "test.tell", in_case, NULL, "record", text_of(written), NULL));
    disable(&isa); /* only those whom the wall keeps out are left: it is not addressed to them, nor lost */
    int64_t told =
        count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'notice' AND agency = 'isa'");
    run();
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'notice' AND agency = 'isa'"), told);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'notice' AND agency = 'ngo'"), 2);
    the_trail_holds();
}

/* Withdrawn is withdrawn: what was shared and is no more leaves the inbox with the relation. */
static void a_notice_goes_with_the_relation(void **state)
{
    NEED_STORE(state);
    struct id in_case = open_case(&store, &lead);
    char until[28];
    utc_text(now_us + HOUR, until);
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "recipient",
                     "basis", "consent", "class", "routing", "until", until, NULL));
    run();
    assert_true(has(&isa, "case.shared"));
    struct id notice = notice_of(&isa, "case.shared");
    now_us += 2 * HOUR;
    assert_false(office_has(&isa, "case.shared"));
    assert_int_equal(open_count(&isa), 0);
    assert_fails(do_act(&store, &isa, "notice.acknowledge", notice, NULL, NULL), ERR_NOT_FOUND);
}

/* Marks stand in every field that a person writes; none may be in any cell of the inbox. */
static void the_inbox_holds_nothing_of_a_person(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static struct cell cells[200 * NO_COUNT];
    struct db *db;
    struct act_result r;
    size_t n;
    struct id in_case = open_case(&store, &lead);
    assert_ok(
        do_act(&store, &lead, "subject.add", in_case, &r, "type", "person", "role", "presumed_victim", NULL));
    assert_ok(do_act(&store, &lead, "name.add", r.id, NULL, "case", text_of(in_case), "type", "passport",
                     "full", "MARKNAME Synthetic", NULL));
    assert_ok(do_act(&store, &lead, "consultation.create", id_nil(), NULL, "language", "MARKLANG", "contact",
                     "MARKCONTACT", "injuries", "MARKINJURY", "case", text_of(in_case), NULL));
    assert_ok(do_act(&store, &lead, "case.set_stage", in_case, NULL, "stage", "presumed_victim", "reasons",
                     "MARKREASON", NULL));
    assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "recipient",
                     "basis", "danger_to_life", "class", "identity", NULL));
    now_us += 24 * HOUR;
    run();
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_NOTICE, id_nil(), 200, cells, &n));
    door_reader_done(store.door, db);
    assert_true(n >= 5);
    for (size_t i = 0; i < n * NO_COUNT; i++)
        if (cells[i].kind == CELL_BYTES)
            assert_null(memmem(cells[i].s.p, cells[i].s.n, "MARK", 4));
    the_trail_holds();
}

/* ---- acknowledging, rising -------------------------------------------------------------------------------
 */

static void one_acknowledges_for_all_of_the_office(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    warn_the_desk();
    int64_t before = open_count(&lead);
    struct id notice = notice_of(&second, "clock.warned");
    assert_ok(do_act(&store, &lead, "notice.acknowledge", notice, &r, NULL));
    int64_t version = r.version;
    assert_int_equal(open_count(&lead), before - 1);
    assert_false(has(&lead, "clock.warned") || office_has(&second, "clock.warned"));
    assert_non_null(find(&second, a, "clock.warned", "acknowledged", "office"));
    now_us += 60 * SECOND;
    assert_ok(
        do_act(&store, &second, "notice.acknowledge", notice, &r, NULL)); /* harmless, changes nothing */
    assert_int_equal(r.version, version);
    const struct notice_model *m = find(&second, a, "clock.warned", "acknowledged", "office");
    assert_true(m->acknowledged_us == now_us - 60 * SECOND);
    the_trail_holds();
}

/* An officer who did something cannot say that it was seen: the office's other one does. */
static void who_did_it_does_not_acknowledge_it(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id c = open_case(&store, &lead);
    assert_ok(do_act(&store, &lead, "case.assign", c, NULL, "account", text_of(second.account), NULL));
    assert_ok(
        do_act(&store, &lead, "case.set_stage", c, NULL, "stage", "presumed_victim", "reasons", "r", NULL));
    run();
    const struct notice_model *mine = find(&lead, a, "case.protected", "open", "office"),
                              *hers = find(&second, a, "case.protected", "open", "office");
    assert_non_null(mine);
    assert_non_null(hers);
    assert_true(mine->own && !hers->own);
    assert_fails(do_act(&store, &lead, "notice.acknowledge", mine->id, NULL, NULL), ERR_STATE);
    assert_non_null(find(&second, a, "case.protected", "open", "office"));
    assert_ok(do_act(&store, &second, "notice.acknowledge", mine->id, NULL, NULL));
    assert_null(find(&lead, a, "case.protected", "open", "office"));
    the_trail_holds();
}

static void what_nobody_acknowledges_rises_once_and_stays(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system(), admin = officer("npa", ROLE_SYSTEM_ADMIN, 5);
    admin.purpose = PURPOSE_ADMINISTRATION;
    consultation_in(&lead, id_nil());
    consultation_in(&lead, id_nil());
    now_us += 24 * HOUR;
    run();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'clock.escalated'"), 2);
    assert_ok(do_act(&store, &lead, "notice.acknowledge", notice_of(&lead, "clock.escalated"), NULL, NULL));
    now_us += NOTICE_RAISE_US - 1;
    run();
    assert_false(has(&watch, "clock.escalated"));
    now_us += 1;
    run();
    run();
    assert_true(has(&watch, "clock.escalated"));
    assert_true(has(&lead, "clock.escalated")); /* still theirs to answer */
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'clock.escalated' AND agency = ''"), 1);
    now_us += 1000 * 24 * HOUR;
    run();
    assert_true(has(&watch, "clock.escalated") && has(&lead, "clock.escalated"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'clock.escalated'"), 3);
    /* nor does an administrator send things up, though the policy lets him change the system */
    assert_fails(do_act(&store, &admin, "notice.raise", id_nil(), NULL, NULL), ERR_DENIED);
    assert_int_not_equal(do_act(&store, &lead, "notice.raise", id_nil(), NULL, NULL), OK);
    assert_ok(do_act(&store, &system, "notice.raise", id_nil(), NULL, NULL));
    the_trail_holds();
}

static void the_list_goes_page_by_page(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    char after[33], at[28];
    for (int i = 0; i < 120; i++)
        consultation_in(&lead, id_nil());
    now_us += 20 * HOUR;
    run();
    size_t seen = 0;
    int64_t last = INT64_MIN;
    assert_ok(do_view(&store, &lead, "notice.list", id_nil(), a, &v, NULL));
    for (int pages = 1;; pages++) {
        const struct notice_list *list = v->model;
        for (size_t i = 0; i < list->n; i++, seen++) {
            assert_true(list->items[i].at_us >= last); /* most urgent first */
            last = list->items[i].at_us;
        }
        if (id_is_nil(list->next))
            break;
        assert_true(pages < 10);
        id_text(list->next, after);
        utc_text(list->next_at_us, at);
        assert_ok(
            do_view(&store, &lead, "notice.list", id_nil(), a, &v, "after", after, "after_at", at, NULL));
    }
    assert_int_equal(seen, 120);
    assert_fails(do_view(&store, &lead, "notice.list", id_nil(), a, &v, "after", after, NULL), ERR_FIELD);
    assert_ok(do_view(&store, &lead, "notice.count", id_nil(), a, &v, NULL));
    const struct notice_count *count = v->model;
    assert_int_equal(count->open, 100);
    assert_true(count->more);
    assert_int_equal(count->late, 0);
}

/* What named members of other cases answer is neither in her list nor in her way, be it pages of it; what is
 * late is. Her office can look at all of it. */
static void what_others_answer_is_passed_over(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct id theirs = open_case(&store, &second), hers = open_case(&store, &lead);
    for (int i = 0; i < 70; i++)
        consultation_in(&second, theirs);
    now_us += SECOND;
    consultation_in(&lead, hers);
    now_us += 20 * HOUR;
    run();
    assert_ok(do_view(&store, &lead, "notice.list", id_nil(), a, &v, NULL));
    const struct notice_list *list = v->model;
    assert_true(list->n > 0);
    for (size_t i = 0; i < list->n; i++)
        assert_false(id_eq(list->items[i].case_, theirs));
    assert_true(id_eq(find(&lead, a, "clock.warned", "open", "mine")->case_, hers));
    assert_true(id_is_nil(list->next)); /* nor is there more, that is not hers */
    assert_int_equal(open_count(&lead), list->n);
    assert_ok(do_view(&store, &lead, "notice.list", id_nil(), a, &v, "whose", "office", NULL));
    assert_false(id_is_nil(((const struct notice_list *)v->model)->next));
    disable(&second); /* they have gone: the duty answers */
    assert_ok(do_view(&store, &lead, "notice.list", id_nil(), a, &v, NULL));
    assert_true(id_eq(((const struct notice_list *)v->model)->items[0].case_, theirs));
}

/* ---- once, whatever dies ---------------------------------------------------------------------------------
 */

static void each_event_has_its_notices_or_none_yet(void)
{
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM outbox o WHERE o.done_us IS NOT NULL AND NOT EXISTS "
                                "(SELECT 1 FROM notice n WHERE n.outbox = o.id)"),
                     0);
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM notice n WHERE NOT EXISTS (SELECT 1 FROM outbox o "
                                "WHERE o.id = n.outbox AND o.done_us IS NOT NULL)"),
                     0);
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM (SELECT outbox, agency FROM notice GROUP BY outbox, "
                                "agency HAVING count(*) > 1) twice"),
                     0);
}

static void events_of_all_kinds(int rounds)
{
    struct ctx system = ctx_system();
    for (int i = 0; i < rounds; i++) {
        struct id in_case = open_case(&store, &lead);
        consultation_in(&lead, in_case);
        assert_ok(do_act(&store, &lead, "case.share", in_case, NULL, "agency", "isa", "relation", "recipient",
                         "basis", "consent", "class", "routing", NULL));
        assert_ok(do_act(&store, &system, "test.emit", id_new(), NULL, NULL));
    }
    now_us += 24 * HOUR;
}

#define TOLD(event, agency)                                                                   \
    {                                                                                         \
        "SELECT count(*) FROM outbox WHERE event = '" event "'",                              \
            "SELECT count(*) FROM notice WHERE event = '" event "'",                          \
            "SELECT count(*) FROM notice WHERE event = '" event "' AND agency = '" agency "'" \
    }

static void all_events_are_told_as_ever(void)
{
    static const char *const told[][3] = {TOLD("clock.escalated", "npa"), TOLD("case.shared", "isa"),
                                          TOLD("oblige.notify_owner", "npa"), TOLD("test.event", "")};
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NULL"), 0);
    for (size_t i = 0; i < LEN(told); i++) {
        int64_t sent = count_rows(&store, told[i][0]);
        assert_true(sent >= 6);
        assert_int_equal(count_rows(&store, told[i][1]), sent);
        assert_int_equal(count_rows(&store, told[i][2]), sent);
    }
}

/* A process that works and ends in the middle: by itself where the time is asked for, or killed from outside.
 */
static bool dies(int64_t asks, long kill_after_us)
{
    int status, done;
    store_close(&store);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        __atomic_store_n(&dies_at, asks, __ATOMIC_RELAXED);
        if (store_try_open(&store) != OK || jobs_run(store.door, NULL, NULL, NULL, &done) != OK)
            _exit(65);
        _exit(0);
    }
    if (kill_after_us) {
        struct timespec nap = {0, kill_after_us * 1000};
        nanosleep(&nap, NULL);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 65);
    store_open(&store);
    now_us += 61 * SECOND; /* the dead one's turn ends */
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void a_runner_that_dies_loses_nothing_and_doubles_nothing(void **state)
{
    NEED_STORE(state);
    int deaths = 0, halfway = 0;
    events_of_all_kinds(40); /* more than go out together */
    int64_t left = 1;
    for (int64_t i = 0; i < 400 && left > 0; i++) {
        deaths += i < 12 || i % 3 ? dies(8 + i, 0) : dies(0, 1000 * (20 + 7 * (i % 12)));
        each_event_has_its_notices_or_none_yet();
        left = count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NULL") +
               count_rows(&store, "SELECT count(*) FROM clock WHERE escalated_us IS NULL");
        halfway +=
            left > 0 && count_rows(&store, "SELECT count(*) FROM notice WHERE event = 'case.shared'") > 0;
    }
    assert_int_equal(left, 0);
    assert_true(deaths > 3 && halfway > 1);
    all_events_are_told_as_ever();
    the_trail_holds();
}

static void a_runner_without_memory_loses_nothing_and_doubles_nothing(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system();
    int refused = 0, done;
    events_of_all_kinds(6);
    for (uint64_t nth = 1;; nth += store.postgres ? 3 : 7) {
        assert_ok(do_act(&store, &system, "test.emit", id_new(), NULL, NULL)); /* there is always work */
        mem_inject(nth, false);
        enum err e = jobs_run(store.door, NULL, NULL, NULL, &done);
        bool through = mem_calls() < nth && e == OK && done > 0;
        mem_inject(0, false);
        if (e != OK && e != ERR_NO_MEMORY)
            fail_msg("allocation %d: %s (%s) at %s", (int)nth, err_row(e)->name, err_detail(), err_place());
        refused += e != OK;
        each_event_has_its_notices_or_none_yet();
        if (through)
            break;
        now_us += 61 * SECOND;
    }
    assert_true(refused > 5);
    now_us += 61 * SECOND;
    run();
    each_event_has_its_notices_or_none_yet();
    all_events_are_told_as_ever();
    the_trail_holds();
}

static void notices_are_made_while_the_keys_are_closed(void **state)
{
    NEED_STORE(state);
    events_of_all_kinds(6);
    store_close(&store);
    assert_ok(door_open(&store.config, &store.door)); /* without its keys */
    run();
    each_event_has_its_notices_or_none_yet();
    all_events_are_told_as_ever();
    assert_ok(door_unlock(store.door, store_secret()));
    assert_true(has(&lead, "clock.escalated"));
    the_trail_holds();
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    const struct CMUnitTest tests[] = {
        EACH(a_warning_reaches_the_named_and_says_nothing_of_a_person),
        EACH(the_one_on_duty_is_told_then_the_deputy),
        EACH(when_the_named_have_gone_the_duty_answers),
        EACH(an_office_without_anybody_is_answered_for_by_oversight),
        EACH(what_a_duty_may_not_read_goes_to_oversight_when_the_named_have_gone),
        EACH(owner_and_oversight_hear_what_the_policy_obliges_to),
        EACH(accounts_are_told_of_to_administrators),
        EACH(who_can_confirm_hears_of_what_waits),
        EACH(a_decision_that_needs_a_second_agency_is_told_to_all_in_the_case),
        EACH(who_may_not_know_sees_nothing_and_touches_nothing),
        EACH(the_wall_round_immigration_stands_in_the_inbox),
        EACH(a_notice_goes_with_the_relation),
        EACH(the_inbox_holds_nothing_of_a_person),
        EACH(one_acknowledges_for_all_of_the_office),
        EACH(who_did_it_does_not_acknowledge_it),
        EACH(what_nobody_acknowledges_rises_once_and_stays),
        EACH(the_list_goes_page_by_page),
        EACH(what_others_answer_is_passed_over),
        EACH(a_runner_that_dies_loses_nothing_and_doubles_nothing),
        EACH(a_runner_without_memory_loses_nothing_and_doubles_nothing),
        EACH(notices_are_made_while_the_keys_are_closed),
    };
    if (argc > 1)
        driver = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
