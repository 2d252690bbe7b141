/* SPDX-License-Identifier: Apache-2.0 */
/* What was written is read again by the right officer, and by nobody else: decisions and single persons, over
 * both databases: test_views sqlite | postgres. */
#include "base/env.h"
#include "registry/own.h"
#include "support/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

/* A person may come into a second case; the registry's own actions do not bring her there yet. */
static const struct input_field also_in_inputs[] = {
    {.name = "subject", .label = "S", .type = IN_ID, .required = true},
    {.name = "role", .label = "R", .type = IN_TEXT, .required = true}};

static enum err also_in_body(struct act *a)
{
    struct id id = id_new(), subject = in_id(a, "subject");
    struct cell cells[CR_COUNT] = {[CR_ID] = cell_id(&id),
                                   [CR_CASE] = cell_id(&a->subject),
                                   [CR_SUBJECT] = cell_id(&subject),
                                   [CR_ROLE] = cell_str(in_text(a, "role")),
                                   [CR_FROM] = cell_int(a->tx->now_us),
                                   [CR_UNTIL] = cell_null()};
    return row_insert(a->tx, &TABLE_CASE_ROLE, cells);
}

/* To one officer of another agency, on her consent, for one class. */
static struct ctx other_desk;

static enum err consented_body(struct act *a)
{
    return act_access_for(a, (struct case_id){a->subject}, other_desk.agency, other_desk.account,
                          RELATION_RECIPIENT, BASIS_CONSENT, 0, 1u << CLASS_IDENTITY, PURPOSE_NONE);
}

static const struct action test_actions[] = {{.name = "test.consented",
                                              .summary = "Consented",
                                              .verb = VERB_UPDATE,
                                              .object = OBJECT_CASE,
                                              .find = registry_find_case,
                                              .body = consented_body},
                                             {.name = "test.also_in",
                                              .summary = "Also in",
                                              .verb = VERB_UPDATE,
                                              .object = OBJECT_CASE,
                                              .inputs = also_in_inputs,
                                              .ninputs = 2,
                                              .find = registry_find_case,
                                              .body = also_in_body}};

static int setup(void **state)
{
    struct store_country country = {
        .pack = store_pack(), .synthetic = true, .actions = test_actions, .nactions = 2};
    *state = NULL;
    if (store_make_of(&store, driver, &country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

/* ---- short ways ------------------------------------------------------------------------------------------
 */

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static const void *look(const struct ctx *c, const char *view, struct id id, const char *in_case,
                        struct arena *a)
{
    const struct view *v;
    must(do_view(&store, c, view, id, a, &v, in_case ? "case" : NULL, in_case, NULL));
    return v->model;
}

/* The answer to an id that is hidden must be the answer to one that never was. */
static void unknown_to(const struct ctx *c, const char *view, struct id id, const char *in_case)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct id ids[] = {id, id_new()};
    const struct view *v;
    char detail[2][200];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(do_view(&store, c, view, ids[i], a, &v, in_case ? "case" : NULL, in_case, NULL),
                         ERR_NOT_FOUND);
        snprintf(detail[i], sizeof detail[i], "%s", err_detail());
    }
    assert_string_equal(detail[0], detail[1]);
}

static void share(const struct ctx *lead, struct id c, const char *relation, const char *class,
                  const struct ctx *to)
{
    ACT_OK(lead, "case.share", c, NULL, "agency", to->agency, "relation", relation, "basis", "consent",
           "class", class);
    ACT_OK(to, "case.assign", c, NULL, "account", text_of(to->account));
}

static struct id decide(const struct ctx *c, struct id case_, const char *stage, const char *reasons,
                        const char *route)
{
    struct act_result r;
    ACT_OK(c, "case.set_stage", case_, &r, "stage", stage, "reasons", reasons, route ? "review_route" : NULL,
           route);
    return r.id;
}

static struct id add_person(const struct ctx *c, struct id case_, const char *name)
{
    struct act_result r;
    ACT_OK(c, "subject.add", case_, &r, "type", "person", "role", "presumed_victim");
    struct id person = r.id;
    ACT_OK(c, "name.add", person, NULL, "case", text_of(case_), "type", "legal", "full", name, "family_first",
           "true");
    return person;
}

static void reads(struct shown s, const char *expected)
{
    assert_int_equal(s.verdict, VERDICT_ALLOW);
    assert_true(str_is(s.text, expected));
}

/* ---- decisions -------------------------------------------------------------------------------------------
 */

/* A no that nobody can read cannot be reviewed (invariant 2). */
static void a_decision_is_read_with_its_reasons(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               lead = enrolled_officer(&store, "isa", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_POLICE_INVESTIGATOR);
    struct id c = open_case(&store, &npa);
    decide(&npa, c, "recognised_victim", "synthetic yes", NULL);
    share(&npa, c, "co_owner", "identity", &lead);
    ACT_OK(&lead, "case.assign", c, NULL, "account", text_of(isa.account));
    struct id no = decide(&npa, c, "presumed_victim", "synthetic no", "synthetic route");
    const struct decision_list *list = look(&isa, "decision.list", c, NULL, a);
    assert_int_equal(list->n, 2);
    assert_int_equal(list->items[0].state, DECISION_AT_ONCE);
    assert_string_equal(list->items[0].from, "suspicion");
    assert_string_equal(list->items[0].stage, "recognised_victim");
    reads(list->items[1].reasons, "synthetic no");
    reads(list->items[1].review, "synthetic route");
    assert_int_equal(list->items[1].state, DECISION_WAITS);
    assert_true(list->items[1].negative);
    assert_int_equal(list->items[1].second_role, -1);
    ACT_OK(&isa, "case.confirm_decision", c, NULL, "decision", text_of(no));
    const struct decision_model *m = look(&npa, "decision.show", no, NULL, a);
    assert_int_equal(m->state, DECISION_CONFIRMED);
    assert_string_equal(m->agency, "npa");
    assert_int_equal(m->role, ROLE_CASE_LEAD);
    assert_string_equal(m->second_agency, "isa");
    assert_int_equal(m->second_role, ROLE_POLICE_INVESTIGATOR);
    assert_true(m->at_us > 0 && m->second_us >= m->at_us);
    reads(m->reasons, "synthetic no");
    list = look(&npa, "decision.list", c, NULL, a);
    reads(list->items[0].reasons, "synthetic yes");
}

/* Who is not named in the case must not learn from its decisions that it is there. */
static void decisions_of_hidden_cases_answer_like_none(void **state)
{
    NEED_STORE(state);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               unnamed = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR),
               stranger = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &npa), own = open_case(&store, &stranger),
              person = add_person(&npa, c, "Synthetic Person"),
              d = decide(&npa, c, "presumed_victim", "synthetic", NULL);
    const struct ctx *const both[] = {&unnamed, &stranger};
    for (size_t i = 0; i < 2; i++) {
        unknown_to(both[i], "decision.show", d, NULL);
        unknown_to(both[i], "decision.list", c, NULL);
        unknown_to(both[i], "decision.list", person, text_of(c));
        unknown_to(both[i], "subject.show", person, text_of(c));
    }
    unknown_to(&stranger, "subject.show", person,
               text_of(own)); /* through a case of hers that has not the person */
    unknown_to(&stranger, "decision.list", person, text_of(own));
}

/* Who may know of the case is told that reasons are withheld, alike whether there is a review route or not.
 */
static void reasons_are_withheld_by_class(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_IMMIGRATION_OFFICER);
    struct id c = open_case(&store, &npa);
    decide(&npa, c, "recognised_victim", "synthetic", NULL);
    decide(&npa, c, "presumed_victim", "synthetic", "synthetic route");
    share(&npa, c, "recipient", "immigration", &isa);
    const struct decision_list *list = look(&isa, "decision.list", c, NULL, a);
    assert_int_equal(list->n, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct shown both[] = {list->items[i].reasons, list->items[i].review};
        for (size_t k = 0; k < 2; k++) {
            assert_int_equal(both[k].verdict, VERDICT_MASK);
            assert_int_equal(both[k].reason, REASON_BASIS);
            assert_int_equal(both[k].text.n, 0);
        }
        assert_string_equal(list->items[i].agency, "npa");
    }
}

/* Which agencies work on a case tells a desk behind a wall, let in for one class, what it is about. */
static void who_decided_is_routing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &npa), d = decide(&npa, c, "presumed_victim", "synthetic", NULL);
    other_desk = enrolled_officer(&store, "isa", ROLE_IMMIGRATION_OFFICER);
    other_desk.purpose = PURPOSE_INVESTIGATION;
    ACT_OK(&npa, "test.consented", c, NULL, NULL, NULL);
    const struct decision_model *m = look(&other_desk, "decision.show", d, NULL, a);
    assert_string_equal(m->stage, "presumed_victim");
    assert_string_equal(m->agency, "");
    assert_int_equal(m->role, -1);
    assert_true(id_is_nil(m->account));
    m = look(&npa, "decision.show", d, NULL, a);
    assert_string_equal(m->agency, "npa");
    assert_true(id_eq(m->account, npa.account));
}

/* The views and the confirming action must not have two opinions of what still waits. */
static void a_no_lapses_when_the_stage_has_changed(void **state)
{
    (void)state;
    assert_int_equal(decision_state(false, false, "a", "b"), DECISION_AT_ONCE);
    assert_int_equal(decision_state(false, false, "a", "a"), DECISION_AT_ONCE);
    assert_int_equal(decision_state(true, false, "a", "a"), DECISION_WAITS);
    assert_int_equal(decision_state(true, false, "a", "b"), DECISION_LAPSED);
    assert_int_equal(decision_state(true, false, "", ""), DECISION_LAPSED);
    assert_int_equal(decision_state(true, true, "a", "b"), DECISION_CONFIRMED);
    assert_string_equal(decision_state_word(DECISION_LAPSED), "lapsed");
}

/* ---- a record that was changed ---------------------------------------------------------------------------
 */

static struct shown field_of(const struct record_model *m, const char *name)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->values[i].name, name) == 0)
            return (struct shown){.text = m->values[i].n ? m->values[i].values[0] : STR(""),
                                  .verdict =
                                      m->values[i].state == VALUE_MASKED ? VERDICT_MASK : VERDICT_ALLOW,
                                  .reason = m->values[i].reason};
    return (struct shown){.text = STR("absent"), .verdict = VERDICT_ALLOW};
}

/* What was mended must not come back, what was not touched must not be lost, and what is withheld stays so in
 * every version. */
static void a_changed_record_shows_its_last_version(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &npa);
    ACT_OK(&npa, "consultation.create", id_nil(), &r, "case", text_of(c), "language", "my", "contact",
           "synthetic one", "injuries", "synthetic a");
    struct id record = r.id;
    ACT_OK(&npa, "consultation.amend", record, NULL, "contact", "synthetic two");
    ACT_OK(&npa, "consultation.amend", record, NULL, "injuries", "synthetic b");
    share(&npa, c, "co_owner", "identity", &isa);
    const struct record_model *m = look(&npa, "consultation.show", record, NULL, a);
    reads(field_of(m, "language"), "my");
    reads(field_of(m, "contact"), "synthetic two");
    reads(field_of(m, "injuries"), "synthetic b");
    assert_int_equal(m->nhistory, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(m->history[i].no, 3 - (int64_t)i);
        assert_string_equal(m->history[i].action, i == 2 ? "create" : "amend");
    }
    m = look(&isa, "consultation.show", record, NULL, a);
    reads(field_of(m, "contact"), "synthetic two");
    assert_int_equal(field_of(m, "injuries").verdict, VERDICT_MASK);
    assert_int_equal(field_of(m, "injuries").text.n, 0);
    assert_int_equal(m->nhistory, 3);
}

/* ---- a person alone --------------------------------------------------------------------------------------
 */

/* An ended name is still hers: she may be found again by it. */
static void a_person_is_read_with_what_has_ended(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &npa), person = add_person(&npa, c, "Synthetic Person");
    ACT_OK(&npa, "name.add", person, &r, "case", text_of(c), "type", "alias", "full", "合成　名");
    ACT_OK(&npa, "name.end", person, NULL, "case", text_of(c), "row", text_of(r.id));
    ACT_OK(&npa, "identifier.add", person, &r, "case", text_of(c), "type", "phone", "value", "synthetic-1");
    ACT_OK(&npa, "identifier.end", person, NULL, "case", text_of(c), "row", text_of(r.id));
    ACT_OK(&npa, "subject.set_role", person, NULL, "case", text_of(c), "role", "recruiter");
    const struct subject_file *m = look(&npa, "subject.show", person, text_of(c), a);
    assert_int_equal(m->subject.nnames, 2);
    reads(m->subject.names[0].full, "Synthetic Person");
    assert_true(m->subject.names[0].family_first);
    assert_string_equal(m->subject.names[0].script, "Latn");
    assert_int_equal(m->subject.names[0].until_us, 0);
    assert_true(m->subject.names[1].until_us > 0);
    assert_int_equal(m->subject.nidentifiers, 1);
    reads(m->subject.identifiers[0].value, "synthetic-1");
    assert_true(m->subject.identifiers[0].until_us > 0);
    assert_int_equal(m->ncases, 1);
    assert_int_equal(m->cases[0].nroles, 2);
    assert_string_equal(m->cases[0].roles[0].role, "presumed_victim");
    assert_string_equal(m->cases[0].roles[1].role, "recruiter");
}

/* That she was in a case of another agency is what that agency keeps: not even as a number. */
static void cases_that_the_viewer_may_not_know_are_not_counted(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &npa), second = open_case(&store, &npa), hidden = open_case(&store, &isa),
              person = add_person(&npa, c, "Synthetic Person");
    ACT_OK(&npa, "test.also_in", second, NULL, "subject", text_of(person), "role", "recruiter");
    ACT_OK(&isa, "test.also_in", hidden, NULL, "subject", text_of(person), "role", "recruiter");
    decide(&npa, c, "presumed_victim", "one", NULL);
    decide(&npa, second, "presumed_victim", "two", NULL);
    decide(&isa, hidden, "presumed_victim", "three", NULL);
    const struct subject_file *m = look(&npa, "subject.show", person, text_of(c), a);
    assert_int_equal(m->ncases, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(id_eq(m->cases[i].id, c) || id_eq(m->cases[i].id, second));
    const struct decision_list *list = look(&npa, "decision.list", person, text_of(c), a);
    assert_int_equal(list->n, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(id_eq(list->items[i].case_, c) || id_eq(list->items[i].case_, second));
    m = look(&isa, "subject.show", person, text_of(hidden), a);
    assert_int_equal(m->ncases, 1);
    assert_true(id_eq(m->cases[0].id, hidden));
    list = look(&isa, "decision.list", person, text_of(hidden), a);
    assert_int_equal(list->n, 1);
    reads(list->items[0].reasons, "three");
}

static int waits;

static void note_wait(void *user, int64_t until_us)
{
    (void)user;
    (void)until_us;
    waits++;
}

/* A person with ten cases elsewhere takes longer to look at than one with none: by time they are alike. */
static void time_tells_nothing_of_other_cases(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    struct env env = {.wait_until = note_wait};
    struct id c = open_case(&store, &npa), person = add_person(&npa, c, "Synthetic Person");
    env_set(&env);
    waits = 0;
    look(&npa, "subject.show", person, text_of(c), a);
    assert_int_equal(waits, 1);
    look(&npa, "decision.list", person, text_of(c), a);
    assert_int_equal(waits, 2);
    look(&npa, "decision.list", c, NULL, a); /* nothing of others is looked at */
    assert_int_equal(waits, 2);
    env_set(NULL);
}

/* A link to an entry that one may not see tells of that entry. */
static void a_link_shows_only_with_its_other_side(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &npa), other = open_case(&store, &npa),
              one = add_person(&npa, c, "Synthetic One"), two = add_person(&npa, other, "Synthetic Two");
    share(&npa, c, "co_owner", "identity", &isa);
    ACT_OK(&npa, "same_person.assert", one, &r, "case", text_of(c), "other", text_of(two), "other_case",
           text_of(other), "basis", "synthetic basis");
    const struct subject_file *m = look(&npa, "subject.show", one, text_of(c), a);
    assert_int_equal(m->nsame, 1);
    assert_true(id_eq(m->same[0].other, two));
    assert_true(id_eq(m->same[0].other_case, other));
    assert_true(id_eq(m->same[0].asserted_by, npa.account));
    reads(m->same[0].basis, "synthetic basis");
    m = look(&npa, "subject.show", two, text_of(other), a); /* from the other side, too */
    assert_int_equal(m->nsame, 1);
    assert_true(id_eq(m->same[0].other, one));
    reads(m->same[0].basis, "synthetic basis");
    m = look(&isa, "subject.show", one, text_of(c), a);
    reads(m->subject.names[0].full, "Synthetic One");
    assert_int_equal(m->nsame, 0);
    ACT_OK(&npa, "same_person.reverse", one, NULL, "case", text_of(c), "assertion", text_of(r.id));
    m = look(&npa, "subject.show", one, text_of(c), a);
    assert_true(m->same[0].reversed_us > 0);
    assert_true(id_eq(m->same[0].reversed_by, npa.account));
}

int main(int argc, char **argv)
{
    driver = argc > 1 ? argv[1] : driver;
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_decision_is_read_with_its_reasons),
        T(decisions_of_hidden_cases_answer_like_none),
        T(reasons_are_withheld_by_class),
        T(who_decided_is_routing),
        cmocka_unit_test(a_no_lapses_when_the_stage_has_changed),
        T(a_changed_record_shows_its_last_version),
        T(a_person_is_read_with_what_has_ended),
        T(cases_that_the_viewer_may_not_know_are_not_counted),
        T(time_tells_nothing_of_other_cases),
        T(a_link_shows_only_with_its_other_side),
    };
    return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
