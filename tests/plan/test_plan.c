/* SPDX-License-Identifier: Apache-2.0 */
/* The plan with numbers from real rows, over both databases: test_plan sqlite | postgres. Started in the
 * folder of the sources. The clock is the test's. */
#include "assessment/assessment.h"
#include "base/alloc.h"
#include "base/calendar.h"
#include "base/env.h"
#include "base/json.h"
#include "plan/plan.h"
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define HOUR INT64_C(3600000000)

static const char *driver = "sqlite";
static int64_t now;

static int64_t given_now(void *user)
{
    (void)user;
    return now;
}

static void system_random(void *user, void *p, size_t n)
{
    (void)user;
    assert_int_equal(getentropy(p, n), 0);
}

struct country {
    struct store store;
    const struct pack *pack;
};
static struct country country;

/* ---- an import and its end, as actions ------------------------------------------------------------------
 */

static enum err import_body(struct act *a)
{
    static const struct registry_import_subject victim[] = {{SUBJECT_PERSON, "victim"}};
    struct registry_import in = {
        .source = "file", .source_row = 1, .stage = "suspicion", .subjects = victim, .nsubjects = 1};
    struct compartment_id c, subject_c;
    struct case_id id;
    struct subject_id subject;
    return registry_open_imported(a, &in, &id, &c, &subject, &subject_c);
}

static enum err undo_body(struct act *a)
{
    size_t n;
    return registry_undo_imported(a, "file", 10, &n);
}

static const struct action imports[] = {
    {.name = "test.import",
     .summary = "Import",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = import_body},
    {.name = "test.undo",
     .summary = "Undo",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = undo_body},
};

static int setup_of(void **state, const char *folder)
{
    static const struct env env = {.now_us = given_now, .random = system_random};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    size_t n;
    env_set(&env);
    assert_int_equal(utc_parse(STR("2024-02-05T06:00:00Z"), &now), OK); /* a Monday */
    assert_int_equal(pack_load(folder, a, &country.pack, &faults, &n), OK);
    struct store_country of = {.pack = country.pack,
                               .views = PLAN_VIEWS,
                               .nviews = NPLAN_VIEWS,
                               .actions = imports,
                               .nactions = 2,
                               .tables = assessment_tables};
    assert_true(store_make_of(&country.store, driver, &of));
    store_open(&country.store);
    *state = &country;
    return 0;
}

static int setup(void **state)
{
    return setup_of(state, "tests/packs/tiny");
}

static int setup_japan(void **state)
{
    return setup_of(state, "pack/japan");
}

static int teardown(void **state)
{
    (void)state;
    store_remove(&country.store);
    pack_free(country.pack);
    env_set(NULL);
    return 0;
}

static struct ctx by(enum role role, enum purpose purpose)
{
    struct ctx c = officer("police", role, 7);
    c.purpose = purpose;
    return c;
}

static const struct plan_status *status(struct country *c, struct ctx ctx, struct arena *a)
{
    const struct view *v;
    enum err e = do_view(&c->store, &ctx, "plan.status", id_nil(), a, &v, NULL);
    if (e != OK)
        print_error("# plan.status: %s %s\n", err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
    return v->model;
}

static struct ctx statistics(void)
{
    return by(ROLE_STATISTICS_OFFICER, PURPOSE_STATISTICS);
}

static const struct indicator_value *indicator(const struct plan_status *s, const char *duty, const char *id)
{
    for (size_t i = 0; i < s->nrows; i++) {
        const char *row = s->rows[i].duty ? s->rows[i].duty->id : s->rows[i].item->id;
        for (size_t k = 0; strcmp(row, duty) == 0 && k < s->rows[i].n; k++)
            if (strcmp(s->rows[i].values[k].indicator->id, id) == 0)
                return &s->rows[i].values[k];
    }
    print_error("# no indicator %s %s\n", duty, id);
    fail();
    return NULL;
}

static void must(enum err e)
{
    if (e != OK)
        print_error("# %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
}

/* A visit at a place, answered after so many hours and closed two hours later; 0 = left open. */
static struct id visit(struct country *c, const char *place, const char *people, int hours)
{
    struct ctx lead = enrolled_officer(&c->store, "police", ROLE_CASE_LEAD),
               desk = officer("police", ROLE_INTAKE_COUNSELLOR, 2);
    struct act_result r;
    struct id case_ = open_case(&c->store, &desk);
    char account[33], case_text[33];
    id_text(lead.account, account);
    id_text(case_, case_text);
    must(do_act(&c->store, &desk, "case.assign", case_, NULL, "account", account, NULL));
    must(do_act(&c->store, &desk, "visit.create", id_nil(), &r, "case", case_text, "place", place,
                people ? "people" : NULL, people, NULL));
    if (!hours)
        return case_;
    int64_t before = now;
    now += hours * HOUR;
    must(do_act(&c->store, &desk, "visit.answer", r.id, NULL, NULL));
    now += 2 * HOUR;
    must(do_act(&c->store, &lead, "visit.close", r.id, NULL, "outcome", "advised", NULL));
    now = before;
    return case_;
}

/* ---- what nobody collects is not zero ---------------------------------------------------------------------
 */

static void an_empty_store_says_what_it_does_not_know(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct plan_status *s = status(*state, statistics(), a);
    assert_int_equal(s->measures, 1);
    assert_int_equal(s->duties, 3);
    assert_int_equal(s->items, 1);
    assert_int_equal(s->live, 6);
    assert_int_equal(s->not_collected, 1);
    assert_int_equal(s->manual, 2);
    assert_int_equal(indicator(s, "0/a", "reviewed")->state, INDICATOR_MANUAL);
    const struct indicator_value *v = indicator(s, "1(1)/b", "referrals");
    assert_int_equal(v->state, INDICATOR_NOT_COLLECTED);
    assert_string_equal(v->missing_kind, "referral");
    v = indicator(s, "1(1)/a", "heard");
    assert_int_equal(v->state, INDICATOR_NUMBER);
    assert_int_equal(v->denominator, 0);
    assert_int_equal(indicator(s, "1(1)/a", "hours")->denominator, 0);
    assert_true(indicator(s, "1(1)/a", "visits")->value == 0); /* asked, and none: a true zero */
}

/* ---- numbers ----------------------------------------------------------------------------------------------
 */

static void numbers_follow_the_rows(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    visit(c, "street", "2", 8); /* closed after 10 hours */
    visit(c, "office", "3", 18);
    visit(c, "office", NULL, 38);
    visit(c, "office", "1", 0);
    visit(c, "outside", "0", 0);
    struct ctx lead = officer("police", ROLE_CASE_LEAD, 1);
    open_case(&c->store, &lead);
    const struct plan_status *s = status(c, statistics(), a);
    const struct indicator_value *v = indicator(s, "1(1)/a", "visits");
    assert_true(v->value == 5);
    assert_int_equal(v->ngroups, 3);
    assert_string_equal(v->groups[0].value, "office");
    assert_int_equal(v->groups[0].numerator, 3);
    v = indicator(s, "1(1)/a", "heard"); /* of those in the office, closed and not with nobody */
    assert_int_equal(v->numerator, 2);
    assert_int_equal(v->denominator, 3);
    v = indicator(s, "1(1)/a", "hours");
    assert_true(v->value == 20);
    assert_int_equal(v->denominator, 3);
    assert_int_equal(v->left_out, 2);
    v = indicator(s, "1(1)/a", "people");
    assert_true(v->value == 6);
    assert_int_equal(v->denominator, 4); /* one was not asked */
    /* Cases, by a fact of theirs: of a kind that stands once a case, what was closed is no longer used. */
    assert_true(indicator(s, "1(1)/a", "grounds")->value == 1);
    assert_true(indicator(s, "1(1)/a", "late")->value == 0);
}

static void a_clock_that_was_missed_is_late(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    visit(c, "street", "2", 30); /* answered after 30 of 24 hours */
    visit(c, "street", "2", 8);
    visit(c, "street", "2", 0);
    assert_true(indicator(status(c, statistics(), a), "1(1)/a", "late")->value == 1);
    now += 25 * HOUR; /* now the last one is overdue, too, though it runs on */
    assert_true(indicator(status(c, statistics(), a), "1(1)/a", "late")->value == 2);
}

/* ---- who sees what ----------------------------------------------------------------------------------------
 */

static void few_are_shown_only_to_those_who_count(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx counting[] = {ctx_system(), statistics(), by(ROLE_PROGRAMME_MANAGER, PURPOSE_TRAINING)};
    struct ctx reading[] = {by(ROLE_CASE_LEAD, PURPOSE_PROTECTION), by(ROLE_OVERSIGHT, PURPOSE_OVERSIGHT),
                            by(ROLE_KEY_CUSTODIAN, PURPOSE_ADMINISTRATION),
                            by(ROLE_ANALYST, PURPOSE_STATISTICS)};
    visit(c, "street", "2", 0);
    visit(c, "office", "2", 0);
    for (size_t i = 0; i < sizeof counting / sizeof *counting; i++) {
        const struct indicator_value *v = indicator(status(c, counting[i], a), "1(1)/a", "visits");
        assert_int_equal(v->state, INDICATOR_NUMBER);
        assert_true(v->value == 2);
    }
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) {
        const struct plan_status *s = status(c, reading[i], a);
        const struct indicator_value *v = indicator(s, "1(1)/a", "visits");
        assert_int_equal(v->state, INDICATOR_BELOW_THRESHOLD);
        assert_true(v->value == 0);
        assert_int_equal(v->numerator + v->denominator, 0);
        assert_int_equal(s->live, 6); /* it is collected all the same */
    }
    visit(c, "street", "2", 0);
    visit(c, "street", "2", 0);
    const struct indicator_value *v = indicator(status(c, reading[0], a), "1(1)/a", "visits");
    assert_true(v->value == 4); /* three in the street: shown, were not the other one then known */
    for (size_t i = 0; i < v->ngroups; i++)
        assert_int_equal(v->groups[i].shown, INDICATOR_BELOW_THRESHOLD);
}

/* ---- over time -------------------------------------------------------------------------------------------
 */

static const struct indicator_value *series(struct country *c, struct ctx ctx, const char *by,
                                            struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&c->store, &ctx, "plan.duty", id_nil(), a, &v, "duty", "1(1)/a", "by", by, NULL),
                     OK);
    const struct plan_status *s = v->model;
    for (size_t i = 0; i < s->rows[0].n; i++)
        if (strcmp(s->rows[0].values[i].indicator->id, "visits") == 0)
            return &s->rows[0].series[i];
    return NULL;
}

/* The periods are those of the country's calendar, oldest first, and add up to the number of today. */
static void the_past_adds_up_to_the_present(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    for (int i = 0; i < 3; i++)
        visit(c, "street", "2", 0);
    now += 31 * 24 * HOUR;
    for (int i = 0; i < 6; i++)
        visit(c, "office", "2", 0);
    const struct indicator_value *v = series(c, statistics(), "month", a);
    assert_int_equal(v->ngroups, 2);
    assert_string_equal(v->groups[0].value, "2024-02");
    assert_string_equal(v->groups[1].value, "2024-03");
    assert_true(v->groups[0].value_number == 3 && v->groups[1].value_number == 6 && v->value == 9);
    v = series(c, statistics(), "year", a);
    assert_int_equal(v->ngroups, 1);
    assert_string_equal(v->groups[0].value, "2024");
    assert_true(v->groups[0].value_number == 9);
}

/* Two in a month say too much; so would the other month beside the sum of both. */
static void a_month_with_few_is_hidden_with_its_neighbour(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = by(ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    for (int i = 0; i < 2; i++)
        visit(c, "street", "2", 0);
    now += 31 * 24 * HOUR;
    for (int i = 0; i < 6; i++)
        visit(c, "office", "2", 0);
    const struct indicator_value *v = series(c, lead, "month", a);
    assert_true(v->value == 8);
    for (size_t i = 0; i < v->ngroups; i++)
        assert_int_equal(v->groups[i].shown, INDICATOR_BELOW_THRESHOLD);
    v = series(c, lead, "year", a);
    assert_int_equal(v->groups[0].shown, INDICATOR_NUMBER);
}

static void strangers_see_nothing(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx nobody = {.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
    const struct view *v;
    assert_int_equal(do_view(&c->store, &nobody, "plan.status", id_nil(), a, &v, NULL), ERR_SIGN_IN);
}

static void locked_there_are_no_numbers(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = statistics();
    const struct view *v;
    vault_lock(door_vault(c->store.door));
    assert_int_equal(do_view(&c->store, &ctx, "plan.status", id_nil(), a, &v, NULL), ERR_LOCKED);
}

/* ---- one duty, and JSON
 * ------------------------------------------------------------------------------------- */

static struct str json_of(const struct view *v, struct arena *a)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct json j = json_to(&b);
    struct str s;
    v->decl->to_json(v, &j);
    assert_int_equal(buf_take(&b, a, &s), OK);
    assert_int_equal(j.depth, 0);
    return s;
}

static bool has(struct str s, const char *text)
{
    return memmem(s.p, s.n, text, strlen(text)) != NULL;
}

static void one_duty_or_item_can_be_asked_for(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = statistics();
    const struct view *v;
    visit(c, "street", "2", 8);
    assert_int_equal(do_view(&c->store, &ctx, "plan.duty", id_nil(), a, &v, "duty", "1(1)/a", NULL), OK);
    struct str s = json_of(v, a);
    assert_true(has(s, "\"id\":\"1(1)/a\"") && has(s, "\"live\":true") &&
                has(s, "\"agencies\":[\"police\"]"));
    assert_true(has(s, "\"group\":\"street\""));
    assert_true(
        has(s, "{\"id\":\"heard\",\"title\":\"Heard\",\"op\":\"share\",\"state\":\"number\",\"value\":null,"
               "\"note\":\"no cases yet\""));
    assert_int_equal(do_view(&c->store, &ctx, "plan.duty", id_nil(), a, &v, "duty", "K24-01", NULL), OK);
    s = json_of(v, a);
    assert_true(has(s, "\"source\":\"programme\"") && has(s, "\"state\":\"manual\"") &&
                has(s, "\"live\":false"));
    assert_int_equal(do_view(&c->store, &ctx, "plan.duty", id_nil(), a, &v, "duty", "9(9)", NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(do_view(&c->store, &ctx, "plan.duty", id_nil(), a, &v, NULL), ERR_FIELD);
}

static void the_whole_plan_is_one_answer(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = statistics();
    const struct view *v;
    ctx.lang = "fr";
    assert_int_equal(do_view(&c->store, &ctx, "plan.status", id_nil(), a, &v, NULL), OK);
    struct str s = json_of(v, a);
    assert_true(has(s, "\"measures\":1,\"duties\":3,\"items\":1"));
    assert_true(has(s, "\"indicators\":{\"live\":6,\"not_collected\":1,\"manual\":2}"));
    assert_true(has(s, "\"missing_kind\":\"referral\""));
    assert_false(has(s, "\"title\":\"Listen\"")); /* in French */
}

static void every_duty_of_japan_has_its_row(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = officer("npa", ROLE_STATISTICS_OFFICER, 7);
    const struct view *v;
    ctx.purpose = PURPOSE_STATISTICS;
    ctx.lang = "ja";
    assert_int_equal(do_view(&c->store, &ctx, "plan.status", id_nil(), a, &v, NULL), OK);
    const struct plan_status *s = v->model;
    size_t indicators = 0;
    assert_int_equal(s->nrows, c->pack->nduties + c->pack->nitems);
    for (size_t i = 0; i < s->nrows; i++) {
        indicators += s->rows[i].n;
        assert_true(s->rows[i].n > 0);
        for (size_t k = 0; k < s->rows[i].n; k++)
            assert_true(s->rows[i].values[k].state != INDICATOR_NOT_COLLECTED ||
                        s->rows[i].values[k].missing_kind);
    }
    assert_int_equal(s->live + s->not_collected + s->manual, indicators);
    assert_true(s->live > 50);
    assert_true(json_of(v, a).n > 10000);
}

static struct id person(struct country *c, struct id case_, const char *gender, const char *majority)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    char case_text[33], subject_text[33];
    id_text(case_, case_text);
    must(do_act(&c->store, &lead, "subject.add", case_, &r, "type", "person", "role", "victim", NULL));
    id_text(r.id, subject_text);
    must(do_act(&c->store, &lead, "person_profile.create", id_nil(), NULL, "case", case_text, "subject",
                subject_text, "gender", gender, "majority_at_exploitation", majority, NULL));
    return r.id;
}

static const struct indicator_group *in_group(const struct indicator_value *v, const char *value)
{
    for (size_t i = 0; i < v->ngroups; i++)
        if (v->groups[i].value ? value && strcmp(v->groups[i].value, value) == 0 : !value)
            return &v->groups[i];
    return NULL;
}

static const struct plan_status *status_of_japan(struct country *c, struct arena *a)
{
    struct ctx ctx = officer("npa", ROLE_STATISTICS_OFFICER, 7);
    ctx.purpose = PURPOSE_STATISTICS;
    return status(c, ctx, a);
}

/* Facts of persons and of cases, which are sealed, and stages, which are not. */
static void facts_of_cases_and_persons_are_counted(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    char case_text[33];
    struct id case_ = open_case(&c->store, &lead);
    id_text(case_, case_text);
    person(c, case_, "female", "minor");
    person(c, case_, "female", "adult");
    person(c, case_, "male", "adult");
    must(do_act(&c->store, &lead, "subject.add", case_, &r, "type", "person", "role", "victim", NULL));
    must(do_act(&c->store, &lead, "exploitation_profile.create", id_nil(), NULL, "case", case_text,
                "identification_route", "embassy", "forms", "online_scam", "forms", "forced_criminality",
                NULL));
    must(do_act(&c->store, &lead, "case.set_stage", case_, NULL, "stage", "recognised_victim", NULL));
    open_case(&c->store, &lead);

    const struct plan_status *s = status_of_japan(c, a);
    assert_true(indicator(s, "0/b", "children")->value == 1);
    const struct indicator_value *v = indicator(s, "0/b", "children_share");
    assert_int_equal(v->numerator, 1);
    assert_int_equal(v->denominator, 4);
    v = indicator(s, "0/e", "sdg_16_2_2");
    assert_int_equal(in_group(v, "female")->numerator, 2);
    assert_int_equal(in_group(v, "male")->numerator, 1);
    assert_int_equal(in_group(v, NULL)->numerator, 1);
    assert_int_equal(in_group(v, NULL)->state, VALUE_NOT_COLLECTED);
    assert_true(indicator(s, "3(4)", "victims")->value == 1);
    v = indicator(s, "6(3)(v)/a", "victims"); /* by form, of those recognised; two forms, two groups */
    assert_true(v->value == 1);
    assert_int_equal(in_group(v, "online_scam")->numerator, 1);
    assert_int_equal(in_group(v, "forced_criminality")->numerator, 1);
    v = indicator(s, "1(1)/b", "by_route");
    assert_true(v->value == 2);
    assert_int_equal(in_group(v, "embassy")->numerator, 1);
    assert_int_equal(in_group(v, NULL)->numerator, 1);
}

static void without_memory_there_is_an_error_and_no_wrong_number(void **state)
{
    struct country *c = *state;
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    person(c, open_case(&c->store, &lead), "female", "minor");
    enum err e = ERR_NO_MEMORY;
    uint64_t reached = 1;
    for (uint64_t nth = 1; reached; nth += nth / 4 + 1) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct ctx ctx = officer("npa", ROLE_STATISTICS_OFFICER, 7);
        const struct view *v;
        ctx.purpose = PURPOSE_STATISTICS;
        mem_inject(nth, false);
        e = do_view(&c->store, &ctx, "plan.status", id_nil(), a, &v, NULL);
        reached = mem_calls() >= nth;
        mem_inject(0, false);
        assert_true(e == OK || e == ERR_NO_MEMORY);
        if (e == OK)
            assert_true(indicator(v->model, "0/b", "children")->value == 1);
    }
    assert_int_equal(e, OK);
}

static void an_undone_import_is_not_counted(void **state)
{
    struct country *c = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    must(do_act(&c->store, &lead, "test.import", id_nil(), NULL, NULL));
    const struct plan_status *s = status_of_japan(c, a);
    assert_true(indicator(s, "1(1)/b", "by_route")->value == 1);
    assert_true(indicator(s, "0/e", "sdg_16_2_2")->value == 1);
    must(do_act(&c->store, &lead, "test.undo", id_nil(), NULL, NULL));
    s = status_of_japan(c, a);
    assert_true(indicator(s, "1(1)/b", "by_route")->value == 0);
    assert_true(indicator(s, "0/e", "sdg_16_2_2")->value == 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ONE(an_empty_store_says_what_it_does_not_know),
        ONE(numbers_follow_the_rows),
        ONE(a_clock_that_was_missed_is_late),
        ONE(few_are_shown_only_to_those_who_count),
        ONE(strangers_see_nothing),
        ONE(locked_there_are_no_numbers),
        ONE(one_duty_or_item_can_be_asked_for),
        ONE(the_whole_plan_is_one_answer),
        ONE(the_past_adds_up_to_the_present),
        ONE(a_month_with_few_is_hidden_with_its_neighbour),
        cmocka_unit_test_setup_teardown(every_duty_of_japan_has_its_row, setup_japan, teardown),
        cmocka_unit_test_setup_teardown(facts_of_cases_and_persons_are_counted, setup_japan, teardown),
        cmocka_unit_test_setup_teardown(without_memory_there_is_an_error_and_no_wrong_number, setup_japan,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_undone_import_is_not_counted, setup_japan, teardown),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
