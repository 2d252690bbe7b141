/* SPDX-License-Identifier: Apache-2.0 */
/* Break-glass: two people, thirty minutes, a review by another agency (invariant 7): test_glass sqlite |
 * postgres. */
#include "holdland.h"

/* A case of the shelter, in which the police have part and nobody of theirs is named but the member. */
static struct ctx lead, doctor, colleague, isa_lead, overseer;
static struct id c, her;

static void with_case(void)
{
    struct act_result r;
    lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    doctor = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    colleague = enrolled_officer(&store, "npa", ROLE_HEALTH);
    isa_lead = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    overseer = enrolled_officer(&store, "isa", ROLE_OVERSIGHT);
    overseer.purpose = PURPOSE_OVERSIGHT;
    c = open_case(&store, &lead);
    static const char *const guests[] = {"npa", "isa"};
    for (size_t i = 0; i < 2; i++)
        ACT_OK(&lead, "case.share", c, NULL, "agency", guests[i], "relation", "recipient", "basis", "consent",
               "class", "identity", "class", "health");
    ACT_OK(&lead, "subject.add", c, &r, "type", "person", "role", "presumed_victim");
    her = r.id;
}

static int setup(void **state)
{
    struct store_country country = {.pack = &land,
                                    .synthetic = true,
                                    .tables = land_tables,
                                    .actions = GLASS_ACTIONS,
                                    .nactions = NGLASS_ACTIONS,
                                    .views = GLASS_VIEWS,
                                    .nviews = NGLASS_VIEWS};
    land_make();
    land_setup(state, &country);
    if (*state)
        with_case();
    return 0;
}

/* The same in a country that asks for accounts of some age. */
static int setup_strict(void **state)
{
    int failed = setup(state);
    land.new_account_days = 7;
    land.same_maker_days = 30;
    return failed;
}

static enum err look(const struct ctx *who)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    return do_view(&store, who, "case.show", c, a, &v, NULL);
}

static enum err ask(const struct ctx *who, struct act_result *ret)
{
    return ACT(who, "glass.ask", c, ret, "reason", "danger_to_life", "words", "synthetic: she is dying");
}

/* Asked by the doctor, confirmed by the colleague. */
static struct id opened(void)
{
    struct act_result r;
    assert_int_equal(ask(&doctor, &r), OK);
    assert_true(r.waits);
    ACT_OK(&colleague, "proposal.confirm", r.id, &r);
    return r.id;
}

static const struct glass_model *show(const struct ctx *who, struct id id, struct arena *a)
{
    const struct view *v;
    enum err e = do_view(&store, who, "glass.show", id, a, &v, NULL);
    if (e != OK)
        print_error("%s %s\n", err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
    return v->model;
}

static size_t listed(const struct ctx *who, const char *state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_int_equal(do_view(&store, who, "glass.list", id_nil(), a, &v, "state", state, NULL), OK);
    return ((const struct glass_list *)v->model)->n;
}

static enum err review(const struct ctx *who, struct id id)
{
    return ACT(who, "glass.review", id, NULL, "finding", "justified", "words", "synthetic review");
}

static void two_people_and_thirty_minutes(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    assert_int_equal(look(&doctor), ERR_HINT);
    assert_int_equal(ask(&doctor, &r), OK);
    assert_true(r.waits);
    assert_int_equal(look(&doctor), ERR_HINT); /* asking opens nothing */
    assert_int_equal(ACT(&doctor, "proposal.confirm", r.id, NULL), ERR_DENIED);
    assert_int_equal(ACT(&isa_lead, "proposal.confirm", r.id, NULL), ERR_DENIED); /* not of the same agency */
    assert_int_equal(look(&doctor), ERR_HINT);
    ACT_OK(&colleague, "proposal.confirm", r.id, &r);
    assert_int_equal(look(&doctor), OK);
    assert_int_not_equal(look(&colleague), OK); /* for the one who asked */
    assert_int_equal(ask(&doctor, NULL), ERR_STATE);
    assert_int_equal(COUNT("outbox WHERE event = 'glass.opened'"), 1);
    assert_true(COUNT("outbox WHERE event = 'oblige.notify_owner'") >= 1);
    assert_true(COUNT("outbox WHERE event = 'oblige.notify_oversight'") >= 1);
    assert_true(COUNT("outbox WHERE event = 'oblige.review'") >= 1);
    the_trail_holds();
}

static int64_t frozen_us;
static int64_t frozen(void *user)
{
    (void)user;
    return frozen_us;
}

static void to_the_moment(void **state)
{
    NEED_STORE(state);
    static struct env env = {.now_us = frozen};
    frozen_us = env_now_us() + 1000000;
    env_set(&env);
    struct id id = opened();
    frozen_us += GLASS_LIFE_US - 1;
    assert_int_equal(look(&doctor), OK);
    assert_int_equal(review(&overseer, id), ERR_STATE);
    frozen_us += 1;
    assert_int_equal(look(&doctor), ERR_HINT);
    assert_int_equal(ACT(&doctor, "glass.close", id, NULL), ERR_STATE);
    assert_int_equal(ask(&doctor, NULL), OK); /* anew, and somebody says yes anew */
    assert_int_equal(look(&doctor), ERR_HINT);
    assert_int_equal(review(&overseer, id), OK);
}

static void closed_before_its_time(void **state)
{
    NEED_STORE(state);
    struct id id = opened();
    assert_int_equal(ACT(&colleague, "glass.close", id, NULL), ERR_NOT_FOUND);
    assert_int_equal(ACT(&lead, "glass.close", id, NULL), ERR_NOT_FOUND);
    assert_int_equal(ACT(&doctor, "glass.close", id_new(), NULL), ERR_NOT_FOUND);
    ACT_OK(&doctor, "glass.close", id, NULL);
    assert_int_equal(look(&doctor), ERR_HINT);
    assert_int_equal(ACT(&doctor, "glass.close", id, NULL), ERR_STATE);
}

static void another_agency_reviews_what_was_looked_at(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx own = officer("npa", ROLE_OVERSIGHT, 8);
    own.purpose = PURPOSE_OVERSIGHT;
    struct id id = opened(), elsewhere = open_case(&store, &doctor);
    assert_int_equal(look(&doctor), OK);
    const struct view *v;
    assert_int_equal(do_view(&store, &doctor, "case.show", elsewhere, a, &v, NULL), OK);
    assert_int_equal(review(&overseer, id), ERR_STATE); /* it is still open */
    ACT_OK(&doctor, "glass.close", id, NULL);
    assert_int_equal(listed(&doctor, "mine"), 1);
    assert_int_equal(listed(&doctor, "to_review"), 0);
    assert_int_equal(listed(&overseer, "to_review"), 1);
    const struct glass_model *m = show(&overseer, id, a);
    assert_int_equal(m->nlooks, 1); /* of this case, and not what else he did */
    assert_string_equal(m->looks[0].action, "case.show");
    assert_true(m->may_review);
    assert_int_not_equal(m->words.verdict, VERDICT_ALLOW); /* the story is not oversight's to read */
    assert_string_equal(m->reason, "danger_to_life");
    assert_int_equal(m->words.text.n, 0);
    assert_int_equal(review(&own, id), ERR_DENIED);
    assert_int_not_equal(review(&doctor, id), OK);
    assert_int_not_equal(review(&colleague, id), OK);
    assert_int_equal(ACT(&overseer, "glass.review", id, NULL, "finding", "justified"), ERR_FIELD);
    assert_int_equal(review(&overseer, id), OK);
    assert_int_equal(review(&overseer, id), ERR_STATE);
    assert_int_equal(listed(&overseer, "to_review"), 0);
    assert_int_equal(listed(&overseer, "reviewed"), 1);
    assert_string_equal(show(&doctor, id, a)->reviewer_agency, "isa");
    the_trail_holds();
}

/* Who looks at 250 other things first hides nothing from who reviews. */
static void harmless_looks_push_none_off_the_review(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id other = open_case(&store, &doctor), id = opened();
    const struct view *v;
    for (int i = 0; i < 250; i++) {
        arena_reset(a);
        frozen_us++;
        assert_int_equal(do_view(&store, &doctor, "case.show", other, a, &v, NULL), OK);
    }
    frozen_us++;
    assert_int_equal(look(&doctor), OK);
    const struct glass_model *m = show(&doctor, id, a);
    assert_int_equal(m->nlooks, 1);
    assert_string_equal(m->looks[0].action, "case.show");
}

/* No, and then once more: the no stays on record, and a yes needs a second person again. */
static void asked_again_after_a_no(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    assert_int_equal(ask(&doctor, &r), OK);
    ACT_OK(&colleague, "proposal.decline", r.id, NULL, "reason", "synthetic: no danger");
    assert_int_equal(look(&doctor), ERR_HINT);
    assert_int_equal(ACT(&colleague, "proposal.confirm", r.id, NULL), ERR_STATE);
    opened();
    assert_int_equal(look(&doctor), OK);
    assert_int_equal(COUNT("break_glass"), 1);
}

/* Both were asked for before one was open: the second yes opens nothing, and makes nothing longer. */
static void two_asked_at_once_open_once(void **state)
{
    NEED_STORE(state);
    struct act_result first, second;
    assert_int_equal(ask(&doctor, &first), OK);
    assert_int_equal(ask(&doctor, &second), OK);
    ACT_OK(&colleague, "proposal.confirm", first.id, NULL);
    assert_int_equal(ACT(&colleague, "proposal.confirm", second.id, NULL), ERR_STATE);
    assert_int_equal(COUNT("break_glass"), 1);
}

static void who_has_no_part_cannot_ask(void **state)
{
    NEED_STORE(state);
    struct act_result r;
    struct id own = c;
    c = open_case(&store, &doctor);
    assert_int_equal(ask(&isa_lead, NULL), ERR_NOT_FOUND);
    c = id_new();
    assert_int_equal(ask(&isa_lead, NULL), ERR_NOT_FOUND);
    c = own;
    struct ctx abroad = enrolled_officer(&store, "isa", ROLE_IMMIGRATION_OFFICER);
    assert_int_equal(ask(&abroad, &r), ERR_DENIED);
}

/* Invariant 7: where she is stays hidden, with the glass broken, too. */
static void the_shelter_stays_hidden(void **state)
{
    NEED_STORE(state);
    for (int verb = 0; verb < VERBS_COUNT; verb++)
        for (int role = 0; role < ROLE_COUNT; role++)
            for (int relation = 0; relation < RELATION_COUNT; relation++) {
                struct policy_question q = {.role = (enum role)role,
                                            .verb = (enum verb)verb,
                                            .object = OBJECT_RECORD,
                                            .relation = (enum relation)relation,
                                            .purpose = PURPOSE_PROTECTION,
                                            .basis = BASIS_DANGER_TO_LIFE,
                                            .class = CLASS_LOCATION,
                                            .label = LABEL_AMBER,
                                            .assurance = 3};
                enum verdict before = policy_decide(&q).verdict;
                q.break_glass = true;
                assert_int_equal(policy_decide(&q).verdict, before);
            }
}

/* ---- a new office ----------------------------------------------------------------------------------------
 */

static struct ctx admin_one, admin_two;

/* Two administrators make it; the first of them asks. */
static struct ctx made_by_them(const char *agency, enum role role)
{
    static unsigned made;
    struct ctx new_one = officer(agency, role, 0);
    struct act_result r;
    char login[32];
    snprintf(login, sizeof login, "newsynthetic%u", made++);
    ACT_OK(&admin_one, "account.create", id_nil(), &r, "login", login, "name", "Officer Synthetic",
           "password", "correct horse battery", "role", role_word(role), "purpose",
           role == ROLE_OVERSIGHT ? "oversight" : "protection");
    ACT_OK(&admin_two, "proposal.confirm", r.id, &r);
    new_one.account = r.id;
    if (role == ROLE_OVERSIGHT)
        new_one.purpose = PURPOSE_OVERSIGHT;
    return new_one;
}

/* Made with the keys of the store. */
static void administrators_of(const char *agency)
{
    struct ctx system = ctx_system(), *both[] = {&admin_one, &admin_two};
    system.agency = agency;
    for (size_t i = 0; i < 2; i++) {
        struct act_result r;
        char login[32];
        snprintf(login, sizeof login, "admin%s%zu", agency, i);
        *both[i] = officer(agency, ROLE_SYSTEM_ADMIN, 0);
        both[i]->purpose = PURPOSE_ADMINISTRATION;
        ACT_OK(&system, "account.create", id_nil(), &r, "login", login, "name", "Officer Synthetic",
               "password", "correct horse battery", "role", "system_admin", "purpose", "administration",
               "agency", agency);
        both[i]->account = r.id;
    }
}

/* Harm: a life is lost because the accounts of a new office are too young to agree; harm on the other side:
 * an administrator's two accounts open a case, and nobody learns that they were his. */
static void a_new_office_opens_it_in_danger_and_oversight_is_told(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    administrators_of("npa");
    doctor = made_by_them("npa", ROLE_CASE_LEAD);
    colleague = made_by_them("npa", ROLE_HEALTH);
    struct id id = opened();
    assert_int_equal(look(&doctor), OK);
    assert_int_equal(COUNT("outbox WHERE event = 'glass.accounts_new'"), 1);
    assert_int_equal(COUNT("outbox WHERE event = 'glass.accounts_one_maker'"), 1);
    land_offset += GLASS_LIFE_US + 1;
    const struct glass_model *m = show(&overseer, id, a);
    assert_true(m->accounts_new);
    assert_true(m->one_maker);
    assert_true(m->may_review);
    /* who judges it is no new account: it would be the next one that the same hand made */
    administrators_of("isa");
    struct ctx new_overseer = made_by_them("isa", ROLE_OVERSIGHT);
    assert_int_equal(review(&new_overseer, id), ERR_DENIED);
    assert_int_equal(review(&overseer, id), OK);
    the_trail_holds();
}

/* It stays told after the accounts have grown old: what they were when it opened counts. */
static void what_they_were_then_stays(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    administrators_of("npa");
    colleague = made_by_them("npa", ROLE_HEALTH);
    struct id id = opened(); /* the doctor's is of the keys: no age, and another maker */
    land_offset += 400 * 24 * INT64_C(3600) * 1000000;
    const struct glass_model *m = show(&overseer, id, a);
    assert_true(m->accounts_new);
    assert_false(m->one_maker);
}

static void of_two_old_accounts_nothing_is_told(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id id = opened();
    const struct glass_model *m = show(&doctor, id, a);
    assert_false(m->accounts_new || m->one_maker);
    assert_int_equal(COUNT("outbox WHERE event = 'glass.accounts_new'"), 0);
    assert_int_equal(COUNT("outbox WHERE event = 'glass.accounts_one_maker'"), 0);
}

/* Two accounts of one person, or of nobody, open nothing, however great the danger. */
static void one_person_opens_nothing_in_danger(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = "npa";
    static const char *const numbers[] = {"S-1", ""};
    for (size_t i = 0; i < 2; i++) {
        struct ctx two[2] = {officer("npa", ROLE_CASE_LEAD, 0), officer("npa", ROLE_HEALTH, 0)};
        for (size_t k = 0; k < 2; k++) {
            char login[32];
            snprintf(login, sizeof login, "one%zu%zu", i, k);
            ACT_OK(&system, "account.create", id_nil(), &r, "login", login, "name", "Officer Synthetic",
                   "password", "correct horse battery", "role", role_word(two[k].role), "purpose",
                   "protection", "agency", "npa", "staff_number", k ? numbers[i] : "S-1");
            two[k].account = r.id;
        }
        assert_int_equal(ask(&two[0], &r), OK);
        assert_int_equal(ACT(&two[1], "proposal.confirm", r.id, NULL), ERR_DENIED);
        assert_int_equal(look(&two[0]), ERR_HINT);
    }
}

int main(int argc, char **argv)
{
#define T(f)        cmocka_unit_test_setup_teardown(f, setup, land_teardown)
#define T_STRICT(f) cmocka_unit_test_setup_teardown(f, setup_strict, land_teardown)
    const struct CMUnitTest tests[] = {
        T(two_people_and_thirty_minutes),
        T(to_the_moment),
        T(closed_before_its_time),
        T(another_agency_reviews_what_was_looked_at),
        T(harmless_looks_push_none_off_the_review),
        T(asked_again_after_a_no),
        T(two_asked_at_once_open_once),
        T(who_has_no_part_cannot_ask),
        T(the_shelter_stays_hidden),
        T_STRICT(a_new_office_opens_it_in_danger_and_oversight_is_told),
        T_STRICT(what_they_were_then_stays),
        T_STRICT(of_two_old_accounts_nothing_is_told),
        T_STRICT(one_person_opens_nothing_in_danger),
    };
    driver = argc > 1 ? argv[1] : driver;
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
