/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that wait for a victim screening (invariant 3), over both databases: test_hold sqlite | postgres. */
#include "holdland.h"

/* A shelter holds the case; the police, in it as a recipient, plan steps; immigration is in it, too. */
static struct ctx lead, police, immigration;
static struct id c, her;

static void with_case(void)
{
    struct act_result r;
    lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    police = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR);
    immigration = enrolled_officer(&store, "isa", ROLE_IMMIGRATION_OFFICER);
    c = open_case(&store, &lead);
    const struct ctx *guests[] = {&police, &immigration};
    for (size_t i = 0; i < 2; i++) {
        ACT_OK(&lead, "case.share", c, NULL, "agency", guests[i]->agency, "relation", "recipient", "basis",
               "consent", "class", "identity");
        ACT_OK(guests[i], "case.assign", c, NULL, "account", text_of(guests[i]->account));
    }
    ACT_OK(&lead, "subject.add", c, &r, "type", "person", "role", "presumed_victim");
    her = r.id;
}

static int setup(void **state)
{
    struct store_country country = {.pack = &land,
                                    .synthetic = true,
                                    .tables = land_tables,
                                    .gates = &HOLD_GATES,
                                    .actions = land_actions,
                                    .nactions = LAND_ACTIONS + NHOLD_ACTIONS,
                                    .views = HOLD_VIEWS,
                                    .nviews = NHOLD_VIEWS};
    land_make();
    memcpy(land_actions + LAND_ACTIONS, HOLD_ACTIONS, NHOLD_ACTIONS * sizeof *land_actions);
    land_setup(state, &country);
    if (*state)
        with_case();
    return 0;
}

static enum err removal(const struct ctx *who, struct act_result *ret)
{
    return ACT(who, "removal.create", id_nil(), ret, "case", text_of(c), "subject", text_of(her));
}

static enum err arrest(void)
{
    return ACT(&police, "arrest.create", id_nil(), NULL, "case", text_of(c), "subject", text_of(her));
}

static struct id screen_by(const struct ctx *who, const char *outcome, const char *lifts)
{
    struct act_result r;
    ACT_OK(who, "test.screen", c, &r, "subject", text_of(her), "lifts", lifts, outcome ? "outcome" : NULL,
           outcome);
    return r.id;
}

static struct id screen(const char *outcome)
{
    return screen_by(&lead, outcome, "agency");
}

static const struct hold_list *holds(const struct ctx *who, const char *state, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, who, "hold.list", id_nil(), a, &v, "state", state, NULL), OK);
    return v->model;
}

static struct hold_model hold_of(const struct ctx *who, struct arena *a)
{
    const struct hold_list *list = holds(who, "open", a);
    assert_int_equal(list->n, 1);
    return list->items[0];
}

static enum err decide(const struct ctx *who, struct id hold, const char *decision, const char *route)
{
    return ACT(who, "hold.decide", hold, NULL, "decision", decision, "reasons", "synthetic reasons",
               *route ? "review_route" : NULL, route);
}

static void release(void)
{
    struct ctx system = ctx_system();
    ACT_OK(&system, "hold.release", id_nil(), NULL);
}

static bool due(void)
{
    struct db *db;
    bool yes;
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(hold_release_due(db, env_now_us(), &yes), OK);
    door_reader_done(store.door, db);
    return yes;
}

/* ---- no screening, no step -------------------------------------------------------------------------------
 */

static void a_step_without_a_screening_is_held(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_non_null(strstr(err_detail(), "no victim screening"));
    assert_int_equal(removal(&police, NULL), ERR_HELD); /* one hold, not one for each try */
    assert_int_equal(COUNT("record"), 0);
    assert_int_equal(COUNT("step"), 0);
    assert_int_equal(COUNT("hold"), 1);
    assert_int_equal(COUNT("outbox WHERE event = 'step.held'"), 1);
    struct hold_model mine = hold_of(&police, a), theirs = hold_of(&lead, a);
    assert_true(id_eq(mine.id, theirs.id));
    assert_string_equal(mine.agency, "npa");
    assert_string_equal(theirs.holder, "ngo");
    assert_int_equal(mine.reason, HOLD_NOT_SCREENED);
    assert_true(mine.may_acknowledge);
    assert_false(theirs.may_acknowledge || theirs.may_decide || mine.may_decide);
    the_trail_holds();
}

static void an_open_screening_holds_and_its_end_releases(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    struct id screening = screen(NULL);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_non_null(strstr(err_detail(), "under way"));
    assert_int_equal(hold_of(&lead, a).reason, HOLD_SCREENING_OPEN);
    assert_false(due());
    release();
    assert_int_equal(holds(&lead, "open", a)->n, 1); /* nobody finished anything */
    ACT_OK(&lead, "test.finish", screening, NULL, "outcome", "negative");
    assert_true(due());
    release();
    assert_false(due());
    const struct hold_list *ended = holds(&police, "ended", a);
    assert_int_equal(ended->n, 1);
    assert_true(id_eq(ended->items[0].screening, screening));
    assert_int_equal(COUNT("outbox WHERE event = 'hold.released'"), 1);
    assert_int_equal(removal(&police, &r), OK);
    assert_int_equal(COUNT("step WHERE screening IS NOT NULL"), 1);
    ACT_OK(&police, "removal.execute", r.id, NULL);
    assert_int_equal(COUNT("step"), 2);
    the_trail_holds();
}

/* Harm: who wants the step learns the id of a paper of a case that is hidden from him, and so that there is
 * one. The hold is released; where she was screened is not told. */
static void a_screening_in_a_hidden_case_is_not_named(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    struct id hidden = open_case(&store, &lead);
    ACT_OK(&lead, "test.screen", hidden, &r, "subject", text_of(her), "lifts", "agency", "outcome",
           "negative");
    release();
    const struct hold_list *theirs = holds(&lead, "ended", a), *his = holds(&police, "ended", a);
    assert_int_equal(theirs->n, 1);
    assert_true(id_eq(theirs->items[0].screening, r.id));
    assert_int_equal(his->n, 1);
    assert_true(his->items[0].released_us > 0);
    assert_true(id_is_nil(his->items[0].screening));
    assert_int_equal(removal(&police, NULL), OK);
}

/* A later screening that is open holds what an earlier one let go on. */
static void a_new_screening_holds_again(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    screen("negative");
    assert_int_equal(removal(&police, &r), OK);
    screen(NULL);
    assert_int_equal(ACT(&police, "removal.execute", r.id, NULL), ERR_HELD);
    assert_int_equal(COUNT("record WHERE state = 'done'"), 0);
    assert_int_equal(COUNT("record_version"), 1);
    assert_int_equal(COUNT("hold WHERE record IS NOT NULL"), 1);
    ACT_OK(&police, "removal.amend", r.id, NULL, "ground", "corrected"); /* to correct is no step */
}

static void a_batch_is_undone_and_leaves_the_hold(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pair p[] = {{STR("case"), str_of(text_of(c)), VALUE_GIVEN},
                       {STR("subject"), str_of(text_of(her)), VALUE_GIVEN}};
    struct act_request q[] = {
        {.ctx = &police, .action = "arrest.create", .expected_version = -1, .input = {p, 2}},
        {.ctx = &police, .action = "removal.create", .expected_version = -1, .input = {p, 2}}};
    struct act_result r[2];
    size_t failed;
    assert_int_equal(door_act_batch(store.door, q, 2, a, r, &failed), ERR_HELD);
    assert_int_equal(failed, 1);
    assert_int_equal(COUNT("record"), 0);
    assert_int_equal(COUNT("step"), 0);
    assert_int_equal(COUNT("hold"), 1);
    the_trail_holds();
}

static void organisations_pass(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    ACT_OK(&lead, "subject.add", c, &r, "type", "organisation", "role", "recruiter");
    her = r.id;
    assert_int_equal(removal(&police, NULL), OK);
    assert_int_equal(COUNT("hold"), 0);
}

static void who_may_not_ask_leaves_no_hold(void **state)
{
    NEED_STORE(state);
    struct ctx stranger = enrolled_officer(&store, "npa", ROLE_HEALTH);
    assert_int_not_equal(removal(&stranger, NULL), ERR_HELD);
    assert_int_equal(COUNT("hold"), 0);
}

/* ---- who screens, and how well ----------------------------------------------------------------------------
 */

static enum hold_reason held_because(const struct ctx *who)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(removal(who, NULL), ERR_HELD);
    release();
    return hold_of(who, a).reason;
}

static void who_wants_the_step_screens_nobody(void **state)
{
    NEED_STORE(state);
    struct ctx colleague = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR);
    screen_by(&police, "negative", "officer");
    assert_int_equal(held_because(&police), HOLD_OWN_SCREENING);
    assert_non_null(strstr(err_detail(), "does not screen"));
    ACT_OK(&police, "case.assign", c, NULL, "account", text_of(colleague.account));
    assert_int_equal(removal(&colleague, NULL), ERR_HELD); /* the step that the other one wanted */
    assert_false(due());
    screen_by(&colleague, "negative", "agency");
    assert_int_equal(removal(&police, NULL), ERR_HELD); /* here no friend of the agency does, either */
    screen_by(&colleague, "negative", "officer");
    assert_true(due());
    assert_int_equal(removal(&police, NULL), OK);
    the_trail_holds();
}

/* Who recorded one answer had a hand in it, whoever finished it. */
static void a_hand_in_it_is_enough(void **state)
{
    NEED_STORE(state);
    struct id screening = screen_by(&police, NULL, "agency");
    ACT_OK(&lead, "test.finish", screening, NULL, "outcome", "negative", "lifts", "officer");
    assert_int_equal(held_because(&police), HOLD_OWN_SCREENING);
    assert_int_equal(removal(&immigration, NULL), OK); /* who had none */
}

static void too_little_known_keeps_the_hold(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen_by(&lead, "negative", "none");
    assert_int_equal(held_because(&police), HOLD_NOT_ENOUGH);
    assert_non_null(strstr(err_detail(), "too little is known"));
    assert_false(due());
    assert_int_equal(decide(&lead, hold_of(&lead, a).id, "allowed", "court"), ERR_STATE);
    assert_int_equal(arrest(), OK);
    assert_int_equal(arrest(), ERR_HELD); /* nor does it count after an emergency */
    screen_by(&lead, "negative", "none");
    assert_int_equal(arrest(), ERR_HELD);
    struct id enough = screen("negative");
    assert_true(due());
    release();
    assert_int_equal(removal(&police, NULL), OK);
    assert_true(id_eq(holds(&police, "ended", a)->items[0].screening, enough));
}

/* Anybody's yes protects: also that of who wants the step. */
static void a_yes_of_who_wants_the_step_protects(void **state)
{
    NEED_STORE(state);
    screen("negative");
    screen_by(&police, "positive", "none");
    assert_int_equal(held_because(&police), HOLD_PROTECTED);
}

/* One that counts stays what it was beside a thin one; looked at again it holds. */
static void a_thin_one_takes_nothing_away(void **state)
{
    NEED_STORE(state);
    screen("negative");
    screen_by(&lead, "negative", "none");
    assert_int_equal(removal(&police, NULL), OK);
    screen_by(&police, NULL, "none");
    assert_int_equal(removal(&police, NULL), ERR_HELD);
}

/* ---- emergencies -----------------------------------------------------------------------------------------
 */

static void an_emergency_starts_once_and_the_next_step_waits(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen("negative"); /* long before */
    assert_int_equal(arrest(), OK);
    assert_int_equal(COUNT("outbox WHERE event = 'step.in_emergency'"), 1);
    assert_int_equal(arrest(), ERR_HELD);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_non_null(strstr(err_detail(), "after a step in an emergency"));
    assert_int_equal(holds(&police, "open", a)->n, 2);
    screen("negative");
    release();
    assert_int_equal(holds(&police, "open", a)->n, 0);
    assert_int_equal(removal(&police, NULL), OK);
    assert_int_equal(arrest(), OK);
    the_trail_holds();
}

/* ---- who is protected ------------------------------------------------------------------------------------
 */

static void protect(void)
{
    ACT_OK(&lead, "case.set_stage", c, NULL, "stage", "presumed_victim");
}

static void a_protected_person_needs_a_second_agency(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen("negative"); /* she did not cooperate, and nobody found a sign */
    protect();
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    struct hold_model h = hold_of(&lead, a);
    assert_int_equal(h.reason, HOLD_PROTECTED);
    assert_true(h.may_decide);
    assert_false(hold_of(&police, a).may_decide);
    release();
    assert_int_equal(holds(&lead, "open", a)->n, 1);
    assert_int_equal(decide(&police, h.id, "allowed", "court"), ERR_DENIED);
    assert_int_not_equal(decide(&immigration, h.id, "allowed", "court"), OK);
    assert_int_equal(decide(&lead, h.id, "allowed", ""), ERR_FIELD);
    assert_int_equal(ACT(&lead, "hold.decide", h.id, NULL, "decision", "allowed"), ERR_FIELD);
    assert_int_equal(decide(&lead, h.id, "refused", ""), OK);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_int_equal(decide(&lead, h.id, "allowed", "court"), OK);
    assert_string_equal(hold_of(&lead, a).reasons.text.p, "synthetic reasons");
    assert_int_equal(COUNT("outbox WHERE event = 'oblige.review'"), 1);
    assert_int_equal(removal(&immigration, NULL),
                     ERR_HELD); /* it was let go on for the police, for this step */
    assert_int_equal(removal(&police, NULL), OK);
    assert_int_equal(COUNT("step WHERE hold IS NOT NULL"), 1);
    assert_int_equal(removal(&police, NULL), ERR_HELD); /* once */
    the_trail_holds();
}

static void a_decision_opens_nothing_that_was_not_screened(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_int_equal(decide(&lead, hold_of(&lead, a).id, "allowed", "court"), ERR_STATE);
    screen("positive");
    release();
    assert_int_equal(hold_of(&lead, a).reason, HOLD_PROTECTED);
    screen("negative"); /* takes no sign away that was found */
    release();
    assert_int_equal(hold_of(&lead, a).reason, HOLD_PROTECTED);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
}

static void a_decision_lapses(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen("negative");
    protect();
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_int_equal(decide(&lead, hold_of(&lead, a).id, "allowed", "court"), OK);
    assert_int_equal(decide(&lead, hold_of(&lead, a).id, "allowed", "court"), ERR_STATE);
    land_offset += HOLD_ALLOWED_US;
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    assert_int_equal(decide(&lead, hold_of(&lead, a).id, "allowed", "court"), OK);
    assert_int_equal(removal(&police, NULL), OK);
}

/* A case that is closed, and a person who takes part in nothing, protect as before. */
static void protection_outlives_the_case(void **state)
{
    NEED_STORE(state);
    screen("negative");
    protect();
    ACT_OK(&lead, "case.close", c, NULL);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
}

/* Known in another case, and said to be the same person. */
static void protection_follows_the_person(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    protect();
    struct id first = her, case_of_first = c;
    c = open_case(&store, &lead);
    ACT_OK(&lead, "subject.add", c, &r, "type", "person", "role", "recruiter");
    her = r.id;
    screen_by(&police, "negative", "agency");
    assert_int_equal(removal(&lead, NULL), OK);
    ACT_OK(&lead, "same_person.assert", her, &r, "case", text_of(c), "other", text_of(first), "other_case",
           text_of(case_of_first), "basis", "synthetic");
    assert_int_equal(removal(&lead, NULL), ERR_HELD);
}

/* The holder itself wants the step, so any other agency decides; after a no of one, not a friendlier one. */
static void a_refusal_is_not_shopped_around(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen_by(&police, "negative", "agency");
    protect();
    assert_int_equal(removal(&lead, NULL), ERR_HELD);
    struct id hold = hold_of(&police, a).id;
    assert_true(hold_of(&immigration, a).may_decide);
    assert_int_equal(decide(&police, hold, "refused", ""), OK);
    assert_false(hold_of(&immigration, a).may_decide);
    assert_int_equal(decide(&immigration, hold, "allowed", "a court"), ERR_DENIED);
    assert_int_equal(removal(&lead, NULL), ERR_HELD);
    assert_true(hold_of(&police, a).may_decide);
    assert_int_equal(decide(&police, hold, "allowed", "a court"), OK);
    assert_int_equal(removal(&lead, NULL), OK);
    the_trail_holds();
}

/* ---- the other system ------------------------------------------------------------------------------------
 */

static void the_agency_that_asked_acknowledges(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    struct id h = hold_of(&police, a).id;
    assert_int_equal(ACT(&lead, "hold.acknowledge", h, NULL), ERR_DENIED);
    ACT_OK(&police, "hold.acknowledge", h, NULL);
    ACT_OK(&police, "hold.acknowledge", h, NULL);
    assert_int_equal(COUNT("outbox WHERE event = 'hold.acknowledged'"), 1);
    assert_true(hold_of(&lead, a).acknowledged_us > 0);
    assert_int_equal(ACT(&police, "hold.release", id_nil(), NULL), ERR_DENIED); /* never by hand */
    struct ctx stranger = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR);
    assert_int_equal(holds(&stranger, "open", a)->n, 0);
    assert_int_equal(ACT(&stranger, "hold.acknowledge", h, NULL),
                     ACT(&stranger, "hold.acknowledge", id_new(), NULL));
}

static int setup_without_gates(void **state)
{
    struct store_country country = {.pack = &land, .synthetic = true, .tables = land_tables};
    land_make();
    land_setup(state, &country);
    if (*state)
        with_case();
    return 0;
}

static void nobody_to_ask_is_held(void **state)
{
    NEED_STORE(state);
    assert_int_equal(removal(&police, NULL), ERR_HELD);
}

/* The case is destroyed: what was decided on a step against her is no longer read, and the list is no error.
 */
static void reasons_end_with_the_case(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    screen("positive");
    assert_int_equal(removal(&police, NULL), ERR_HELD);
    struct id hold = hold_of(&lead, a).id;
    assert_int_equal(decide(&lead, hold, "refused", "a court"), OK);
    assert_true(str_is(hold_of(&lead, a).reasons.text, "synthetic reasons"));
    ACT_OK(&lead, "test.shred", c, NULL);
    struct hold_model after = hold_of(&lead, a);
    assert_true(id_eq(after.id, hold));
    assert_int_equal(after.reasons.text.n + after.review.text.n, 0);
    assert_int_not_equal(after.reasons.verdict, VERDICT_ALLOW);
    assert_int_equal(COUNT("hold WHERE released_us IS NOT NULL"), 0);
    the_trail_holds();
}

int main(int argc, char **argv)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, land_teardown)
    const struct CMUnitTest tests[] = {
        T(a_step_without_a_screening_is_held),
        T(reasons_end_with_the_case),
        T(a_refusal_is_not_shopped_around),
        T(an_open_screening_holds_and_its_end_releases),
        T(a_screening_in_a_hidden_case_is_not_named),
        T(a_new_screening_holds_again),
        T(a_batch_is_undone_and_leaves_the_hold),
        T(organisations_pass),
        T(who_may_not_ask_leaves_no_hold),
        T(who_wants_the_step_screens_nobody),
        T(a_hand_in_it_is_enough),
        T(too_little_known_keeps_the_hold),
        T(a_yes_of_who_wants_the_step_protects),
        T(a_thin_one_takes_nothing_away),
        T(an_emergency_starts_once_and_the_next_step_waits),
        T(a_protected_person_needs_a_second_agency),
        T(a_decision_opens_nothing_that_was_not_screened),
        T(a_decision_lapses),
        T(protection_outlives_the_case),
        T(protection_follows_the_person),
        T(the_agency_that_asked_acknowledges),
        cmocka_unit_test_setup_teardown(nobody_to_ask_is_held, setup_without_gates, land_teardown),
    };
    driver = argc > 1 ? argv[1] : driver;
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
