/* SPDX-License-Identifier: Apache-2.0 */
/* A random walk through the door with a memory of its own: whatever officers do, in whatever order, no step
 * starts against what invariants 2, 3 and 7 say. test_walk sqlite|postgres [STEPS] [SEED] */
#include "holdland.h"

#define CASES 4

/* What the walk remembers of each case; the invariants are said of this, not of what the store says. */
struct life {
    struct id c, her, open, no;
    bool own; /* police had a hand in the screening that is open */
    bool screened, signs, since_emergency_ok, is_protected;
    int stage, no_from, no_to;             /* no: one that waits, nil: none */
    bool allowed, allowed_since_emergency; /* for this step alone */
    int64_t glass_until, allowed_us;
};
static struct life lives[CASES];
static struct ctx lead, police, doctor, colleague;
static long steps = 250;
static uint64_t seed = 1;
static int64_t now_us;

static unsigned any(unsigned n)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) % n);
}

static int64_t walked(void *user)
{
    (void)user;
    return now_us;
}

static int setup(void **state)
{
    static struct env env = {.now_us = walked};
    land_make();
    land_setup_whole(state);
    now_us = env_now_us();
    env_set(&env);
    return 0;
}

static void begin(struct life *l)
{
    struct act_result r;
    *l = (struct life){.since_emergency_ok = true};
    l->c = open_case(&store, &lead);
    ACT_OK(&lead, "case.share", l->c, NULL, "agency", "npa", "relation", "recipient", "basis", "consent",
           "class", "identity");
    ACT_OK(&police, "case.assign", l->c, NULL, "account", text_of(police.account));
    ACT_OK(&lead, "subject.add", l->c, &r, "type", "person", "role", "presumed_victim");
    l->her = r.id;
}

static void screens(struct life *l)
{
    struct act_result r;
    bool own = any(5) == 0;
    const struct ctx *who = own ? &police : &lead;
    if (id_is_nil(l->open)) {
        ACT_OK(who, "test.screen", l->c, &r, "subject", text_of(l->her));
        l->open = r.id;
        l->own = own;
        return;
    }
    bool positive = any(6) == 0, thin = any(4) == 0;
    ACT_OK(who, "test.finish", l->open, NULL, "outcome", positive ? "positive" : "negative", "lifts",
           thin     ? "none"
           : any(2) ? "officer"
                    : "agency");
    l->open = id_nil();
    bool counts =
        positive || !(thin || own || l->own); /* a no of who wants the step, or of little, is none */
    if (!counts)
        return;
    l->screened = true;
    if (positive)
        l->signs = true;
    if (positive || !l->signs) /* beside a positive one the newest positive one speaks */
        l->since_emergency_ok = true;
}

static void steps_against_her(struct life *l)
{
    bool emergency = any(3) == 0;
    bool victim = l->signs || l->is_protected;
    if (l->allowed_us + HOLD_ALLOWED_US <= now_us)
        l->allowed = l->allowed_since_emergency = false;
    bool may = emergency
                   ? l->since_emergency_ok
                   : l->screened && id_is_nil(l->open) &&
                         (l->since_emergency_ok || l->allowed_since_emergency) && (!victim || l->allowed);
    enum err e = ACT(&police, emergency ? "arrest.create" : "removal.create", id_nil(), NULL, "case",
                     text_of(l->c), "subject", text_of(l->her));
    assert_int_equal(e, may ? OK : ERR_HELD);
    if (may && emergency)
        l->since_emergency_ok = l->allowed_since_emergency = false;
    if (may && !emergency)
        l->allowed = l->allowed_since_emergency = false; /* once */
}

static void second_agency(struct life *l)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_int_equal(do_view(&store, &lead, "hold.list", id_nil(), a, &v, "case", text_of(l->c), NULL), OK);
    const struct hold_list *list = v->model;
    for (size_t i = 0; i < list->n; i++) {
        const struct hold_model *m = &list->items[i];
        if (strcmp(m->kind_word, "removal") != 0)
            continue;
        assert_int_equal(ACT(&police, "hold.decide", m->id, NULL, "decision", "allowed", "reasons", "s",
                             "review_route", "s"),
                         ERR_DENIED);
        if (any(2) && ACT(&lead, "hold.decide", m->id, NULL, "decision", "allowed", "reasons", "s",
                          "review_route", "s") == OK) {
            assert_true(l->screened && id_is_nil(l->open));
            l->allowed = l->allowed_since_emergency = true;
            l->allowed_us = now_us;
        }
    }
}

static const char *const stage_words[] = {"suspicion", "presumed_victim", "recognised_victim"};

static void decides(struct life *l)
{
    struct act_result r;
    int to = (int)any(3);
    if (to == l->stage)
        return;
    bool reasons = any(3) > 0;
    enum err e = ACT(&lead, "case.set_stage", l->c, &r, "stage", stage_words[to], reasons ? "reasons" : NULL,
                     "s", "review_route", "s");
    if (to > l->stage) {
        assert_int_equal(e, OK); /* one officer, at once */
        l->stage = to;
        l->no = id_nil();
        return;
    }
    assert_int_equal(e, reasons ? OK : ERR_FIELD);
    if (e == OK)
        l->no = r.id, l->no_from = l->stage, l->no_to = to;
}

static void confirms(struct life *l)
{
    if (id_is_nil(l->no))
        return;
    assert_int_equal(ACT(&lead, "case.confirm_decision", l->c, NULL, "decision", text_of(l->no)), ERR_DENIED);
    if (any(2))
        return;
    ACT_OK(&police, "case.confirm_decision", l->c, NULL, "decision", text_of(l->no));
    l->stage = l->no_to;
    l->no = id_nil();
}

static void breaks_the_glass(struct life *l)
{
    struct act_result r;
    bool open = now_us < l->glass_until;
    enum err e = ACT(&doctor, "glass.ask", l->c, &r, "reason", "danger_to_life", "words", "s");
    assert_int_equal(e, open ? ERR_STATE : OK);
    if (open)
        return;
    assert_int_equal(ACT(&doctor, "proposal.confirm", r.id, NULL), ERR_DENIED);
    if (any(2))
        return;
    ACT_OK(&colleague, "proposal.confirm", r.id, NULL);
    l->glass_until = now_us + GLASS_LIFE_US;
}

static void looks(const struct life *l)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    enum err e = do_view(&store, &doctor, "case.show", l->c, a, &v, NULL);
    assert_int_equal(e == OK, now_us < l->glass_until);
    assert_int_equal(do_view(&store, &lead, "case.show", l->c, a, &v, NULL), OK);
    assert_string_equal(((const struct case_model *)v->model)->stage, stage_words[l->stage]);
}

static void one_step(struct life *l)
{
    struct ctx system = ctx_system();
    now_us += 1 + any(600) * INT64_C(1000000);
    switch (any(8)) {
    case 0:
        screens(l);
        break;
    case 1:
    case 2:
        steps_against_her(l);
        break;
    case 3:
        second_agency(l);
        break;
    case 4:
        decides(l);
        break;
    case 5:
        confirms(l);
        break;
    case 6:
        breaks_the_glass(l);
        break;
    default:
        ACT_OK(&system, "hold.release", id_nil(), NULL);
        break;
    }
    l->is_protected = l->stage >= 1;
    looks(l);
}

static void the_walk(void **state)
{
    NEED_STORE(state);
    lead = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    police = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR);
    doctor = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    colleague = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    for (size_t i = 0; i < CASES; i++)
        begin(&lives[i]);
    for (long i = 0; i < steps; i++)
        one_step(&lives[any(CASES)]);
    the_trail_holds();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(the_walk, setup, land_teardown)};
    driver = argc > 1 ? argv[1] : driver;
    if (argc > 2)
        steps = strtol(argv[2], NULL, 10);
    if (argc > 3)
        seed = strtoull(argv[3], NULL, 10);
    printf("# %ld steps, seed %llu\n", steps, (unsigned long long)seed);
    return store_can(driver) ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
