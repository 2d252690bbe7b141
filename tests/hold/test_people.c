/* SPDX-License-Identifier: Apache-2.0 */
/* Wherever two people are asked, two accounts of one person are not two: every pair of accounts of two
 * officers and of nobody, at every place. Harm it prevents: one officer with an account in two agencies, or
 * an administrator with an account of his making, who alone opens a case, lets a removal go on or takes
 * protection away. test_people sqlite|postgres */
#include "holdland.h"

/* Each desk has an account of each of these; "" is nobody's. One number is one person over all agencies here.
 */
#define PEOPLE 4
static const char *const numbers[PEOPLE] = {"S-100", "s 100", "S-200", ""}; /* the first two are one */
static const int people[PEOPLE] = {1, 1, 2, 0};
static int of(size_t who)
{
    return people[who];
}

static bool are_two(size_t first, size_t second)
{
    return of(first) && of(second) && of(first) != of(second);
}

static struct ctx lead[PEOPLE], police[PEOPLE], doctor[PEOPLE], overseer[PEOPLE], another;

static struct ctx make(const char *agency, enum role role, size_t who)
{
    static unsigned made;
    struct ctx system = ctx_system(), c = officer(agency, role, 0);
    struct act_result r;
    char login[32];
    snprintf(login, sizeof login, "desk%u", made++);
    system.agency = agency;
    ACT_OK(&system, "account.create", id_nil(), &r, "login", login, "name", "Officer Synthetic", "password",
           "correct horse battery", "role", role_word(role), "purpose",
           role == ROLE_OVERSIGHT ? "oversight" : "protection", "agency", agency, "staff_number",
           numbers[who]);
    c.account = r.id;
    if (role == ROLE_OVERSIGHT)
        c.purpose = PURPOSE_OVERSIGHT;
    return c;
}

static int setup(void **state)
{
    land_make();
    land.national_staff_numbers = true;
    land_setup_whole(state);
    for (size_t i = 0; *state && i < PEOPLE; i++) {
        lead[i] = make("ngo", ROLE_CASE_LEAD, i);
        police[i] = make("npa", ROLE_POLICE_INVESTIGATOR, i);
        doctor[i] = make("ngo", ROLE_HEALTH, i);
        overseer[i] = make("isa", ROLE_OVERSIGHT, i);
    }
    if (*state)
        another = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    return 0;
}

/* A case of a lead, with everybody named in it who may confirm. */
static struct id with_case(const struct ctx *owner, struct id *ret_her)
{
    struct act_result r;
    struct id c = open_case(&store, owner);
    ACT_OK(owner, "case.assign", c, NULL, "account", text_of(another.account));
    ACT_OK(owner, "case.share", c, NULL, "agency", "npa", "relation", "recipient", "basis", "consent",
           "class", "identity");
    for (size_t i = 0; i < PEOPLE; i++) {
        ACT_OK(&police[i], "case.assign", c, NULL, "account", text_of(police[i].account));
        if (!id_eq(lead[i].account, owner->account))
            ACT_OK(owner, "case.assign", c, NULL, "account", text_of(lead[i].account));
    }
    ACT_OK(owner, "subject.add", c, &r, "type", "person", "role", "presumed_victim");
    *ret_her = r.id;
    return c;
}

static void the_answer_is(enum err e, bool two, const char *what, size_t i, size_t k)
{
    if ((e == OK) != two || (!two && e != ERR_DENIED))
        print_error("%s, %zu and %zu: %s %s\n", what, i, k, err_row(e)->name, err_detail());
    assert_int_equal(e, two ? OK : ERR_DENIED);
}

/* Break-glass: asked by a doctor, confirmed by a lead of the same agency, reviewed by somebody of another
 * one. */
static void breaking_the_glass(void **state)
{
    NEED_STORE(state);
    struct id her;
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t k = 0; k < PEOPLE; k++) {
            struct act_result r;
            struct id c = with_case(&lead[2], &her);
            enum err e =
                ACT(&doctor[i], "glass.ask", c, &r, "reason", "danger_to_life", "words", "synthetic");
            assert_int_equal(e, of(i) ? OK : ERR_DENIED); /* nobody cannot ask for two people */
            if (e != OK)
                continue;
            the_answer_is(ACT(&lead[k], "proposal.confirm", r.id, &r), are_two(i, k), "glass", i, k);
            if (!are_two(i, k))
                continue;
            land_offset += GLASS_LIFE_US + 1;
            for (size_t m = 0; m < PEOPLE; m++)
                if (!are_two(i, m) || !are_two(k, m))
                    the_answer_is(
                        ACT(&overseer[m], "glass.review", r.id, NULL, "finding", "justified", "words", "s"),
                        false, "review", i, m);
        }
    the_trail_holds();
}

/* A no against a protected person: one agency decides, another one confirms. */
static void taking_protection_away(void **state)
{
    NEED_STORE(state);
    struct id her;
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t k = 0; k < PEOPLE; k++) {
            struct act_result r;
            struct id c = with_case(&lead[i], &her);
            ACT_OK(&lead[i], "case.set_stage", c, NULL, "stage", "presumed_victim"); /* a yes takes one */
            ACT_OK(&lead[i], "case.set_stage", c, &r, "stage", "suspicion", "reasons", "s", "review_route",
                   "s");
            the_answer_is(ACT(&police[k], "case.confirm_decision", c, NULL, "decision", text_of(r.id)),
                          are_two(i, k), "decision", i, k);
        }
    the_trail_holds();
}

/* A step against a protected person: whose step it is, who lets it go on, and who then takes it. */
static void letting_a_step_go_on(void **state)
{
    NEED_STORE(state);
    struct id her;
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t k = 0; k < PEOPLE; k++) {
            struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
            struct id c = with_case(&lead[2], &her);
            const struct view *v;
            ACT_OK(&another, "test.screen", c, NULL, "subject", text_of(her), "outcome", "negative");
            ACT_OK(&lead[2], "case.set_stage", c, NULL, "stage", "presumed_victim");
            assert_int_equal(ACT(&police[i], "removal.create", id_nil(), NULL, "case", text_of(c), "subject",
                                 text_of(her)),
                             ERR_HELD);
            assert_int_equal(
                do_view(&store, &lead[2], "hold.list", id_nil(), a, &v, "case", text_of(c), NULL), OK);
            const struct hold_list *list = v->model;
            assert_int_equal(list->n, 1);
            the_answer_is(ACT(&lead[k], "hold.decide", list->items[0].id, NULL, "decision", "allowed",
                              "reasons", "s", "review_route", "s"),
                          are_two(i, k), "hold", i, k);
            if (!are_two(i, k))
                continue;
            for (size_t m = 0; m < PEOPLE; m++) /* a colleague of who asked takes it: not who let it go on */
                if (!are_two(k, m))
                    assert_int_equal(ACT(&police[m], "removal.create", id_nil(), NULL, "case", text_of(c),
                                         "subject", text_of(her)),
                                     of(m) ? ERR_DENIED : ERR_HELD);
            ACT_OK(&police[i], "removal.create", id_nil(), NULL, "case", text_of(c), "subject", text_of(her));
        }
    the_trail_holds();
}

/* Who screens for a step and who takes it: the same officer's account in another agency, or a second one in
 * his own, or one that belongs to nobody, screens for nobody. */
static enum err after_screening_by(const struct ctx *screens, const struct ctx *asks, const struct ctx *takes)
{
    struct ctx system = ctx_system();
    struct id her, c = with_case(&lead[2], &her);
    if (asks)
        assert_int_equal(
            ACT(asks, "removal.create", id_nil(), NULL, "case", text_of(c), "subject", text_of(her)),
            ERR_HELD);
    ACT_OK(screens, "test.screen", c, NULL, "subject", text_of(her), "lifts", "officer", "outcome",
           "negative");
    ACT_OK(&system, "hold.release", id_nil(), NULL);
    return ACT(takes, "removal.create", id_nil(), NULL, "case", text_of(c), "subject", text_of(her));
}

static void screening_for_a_step(void **state)
{
    NEED_STORE(state);
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t k = 0; k < PEOPLE; k++) {
            enum err want = are_two(i, k) ? OK : ERR_HELD;
            assert_int_equal(after_screening_by(&lead[i], NULL, &police[k]), want);
            assert_int_equal(after_screening_by(&police[i], NULL, &police[k]), want);
            assert_int_equal(after_screening_by(&police[i], &police[k], &police[k]), want);
            if (of(k) && !are_two(i, k)) /* a colleague who takes the step over changes nothing */
                assert_int_equal(after_screening_by(&lead[i], &police[k], &police[of(i) == 1 ? 2 : 0]),
                                 ERR_HELD);
        }
    the_trail_holds();
}

/* Who wants a step is hidden her words from, with whichever of his accounts he looks. */
static void wanting_a_step(void **state)
{
    NEED_STORE(state);
    struct id her, c = with_case(&lead[2], &her);
    assert_int_equal(
        ACT(&police[0], "removal.create", id_nil(), NULL, "case", text_of(c), "subject", text_of(her)),
        ERR_HELD);
    for (size_t i = 0; i < PEOPLE; i++) {
        bool agency, officer_;
        struct db *db;
        assert_int_equal(door_reader(store.door, &db), OK);
        enum err e = HOLD_GATES.wanted(db, &lead[i], her, &agency, &officer_);
        door_reader_done(store.door, db);
        assert_int_equal(e, OK);
        assert_false(agency);
        assert_int_equal(officer_, of(i) == 1);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, land_teardown)
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        T(breaking_the_glass),   T(taking_protection_away), T(letting_a_step_go_on),
        T(screening_for_a_step), T(wanting_a_step),
    };
    if (argc > 1)
        driver = argv[1];
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
