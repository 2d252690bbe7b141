/* SPDX-License-Identifier: Apache-2.0 */
/* The door and the vault where they are easiest to get wrong: failed transactions, repeats, keys that go,
 * clocks that step back, closing under load. Over both databases: test_edges sqlite | postgres. */
#include "base/env.h"
#include "support/store.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

/* ---- actions of this test --------------------------------------------------------------------------------
 */

static struct compartment_id drawer;
static struct id place_row;
static struct str envelope; /* in kept */
static struct arena *kept;

static enum err seal_once(struct act *a)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct place at = {&TABLE_META, place_row, 2};
    TRY(vault_seal(a->tx, drawer, CLASS_IDENTITY, at, STR("synthetic"), &out));
    envelope = arena_str(kept, buf_view(&out));
    return envelope.p ? OK : arena_err(kept);
}

static enum err drawer_body(struct act *a)
{
    a->ret_id = place_row = id_new();
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, "npa", &drawer));
    return OK;
}

static enum err seal_body(struct act *a)
{
    return seal_once(a);
}

/* A neighbour in the same transaction is undone after this one made a key; then the disk fails. */
static enum err seal_and_fail_body(struct act *a)
{
    TRY(seal_once(a));
    vault_tx_done(door_vault(a->door), a->tx, false);
    TRY(seal_once(a));
    return FAIL(ERR_IO, "planted");
}

static enum err shred_body(struct act *a)
{
    return vault_shred(a->tx, drawer);
}

/* More than a transaction remembers having made, each granted before and after it has values. */
#define AT_ONCE 12
static struct compartment_id made[AT_ONCE];
static struct str before_grant[AT_ONCE], after_grant[AT_ONCE];

static enum err seal_in(struct act *a, struct compartment_id c, enum field_class class, struct str *ret)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct place at = {&TABLE_META, place_row, 2};
    TRY(vault_seal(a->tx, c, class, at, STR("synthetic"), &out));
    *ret = arena_str(kept, buf_view(&out));
    return ret->p ? OK : arena_err(kept);
}

static enum err at_once_body(struct act *a)
{
    a->ret_id = place_row = id_new();
    for (int i = 0; i < AT_ONCE; i++) {
        TRY(vault_compartment(a->tx, COMPARTMENT_CASE, "npa", &made[i]));
        TRY(seal_in(a, made[i], CLASS_IDENTITY, &before_grant[i]));
        TRY(vault_grant(a->tx, made[i], 1u << CLASS_IDENTITY | 1u << CLASS_HEALTH, "isa", 0));
    }
    for (int i = 0; i < AT_ONCE; i++)
        TRY(seal_in(a, made[i], CLASS_HEALTH, &after_grant[i]));
    return OK;
}

static enum err made_and_shredded_body(struct act *a)
{
    struct str none;
    a->ret_id = place_row = id_new();
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, "npa", &made[0]));
    TRY(vault_shred(a->tx, made[0]));
    return seal_in(a, made[0], CLASS_IDENTITY, &none);
}

static enum err revoke_body(struct act *a)
{
    return vault_revoke(a->tx, drawer, "isa");
}

static enum err grant_body(struct act *a)
{
    return vault_grant(a->tx, drawer, 1u << CLASS_IDENTITY, "isa", in_i64(a, "until", 0));
}

#define SLOW 8
static bool all_inside;

/* The first of them waits for the others. */
static enum err slow_body(struct act *a)
{
    while (!__atomic_load_n(&all_inside, __ATOMIC_RELAXED))
        if (door_stats(a->door).queue < SLOW)
            nanosleep(&(struct timespec){0, 200000}, NULL);
        else
            __atomic_store_n(&all_inside, true, __ATOMIC_RELAXED);
    struct timespec nap = {0, 10000000};
    nanosleep(&nap, NULL);
    a->ret_id = id_new();
    return OK;
}

/* To one officer of another agency, on her consent, for one class. */
static struct ctx other_desk;
static struct case_id shown_case;

static enum err consented_body(struct act *a)
{
    uint32_t class = in_bool(a, "routing") ? CLASS_ROUTING : CLASS_IDENTITY;
    return act_access_for(a, shown_case, other_desk.agency, other_desk.account, RELATION_RECIPIENT,
                          BASIS_CONSENT, 0, 1u << class, PURPOSE_NONE);
}

static const struct input_field routing_input[] = {{.name = "routing", .label = "Routing", .type = IN_BOOL}};
static const struct input_field until_input[] = {{.name = "until", .label = "Until", .type = IN_INT}};
#define ACTION(name_, body_)                                                                          \
    {                                                                                                 \
        .name = name_, .summary = name_, .verb = VERB_CREATE, .object = OBJECT_CASE, .creates = true, \
        .body = body_                                                                                 \
    }
static const struct action actions[] = {
    ACTION("test.drawer", drawer_body),
    ACTION("test.seal", seal_body),
    ACTION("test.seal_and_fail", seal_and_fail_body),
    ACTION("test.shred", shred_body),
    ACTION("test.revoke", revoke_body),
    ACTION("test.slow", slow_body),
    ACTION("test.at_once", at_once_body),
    ACTION("test.made_and_shredded", made_and_shredded_body),
    {.name = "test.consented",
     .summary = "test.consented",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = consented_body,
     .inputs = routing_input,
     .ninputs = 1},
    {.name = "test.grant",
     .summary = "test.grant",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = grant_body,
     .inputs = until_input,
     .ninputs = 1},
};

static int make(void **state, int64_t sequence_us)
{
    struct store_country c = {.actions = actions, .nactions = sizeof actions / sizeof *actions};
    c.pack = store_pack();
    *state = NULL;
    kept = arena_new(0);
    if (!store_make_of(&store, driver, &c))
        return 0;
    store.config.sequence_us = sequence_us;
    store_open(&store);
    *state = &store;
    return 0;
}

static int setup(void **state)
{
    return make(state, 0);
}

static int setup_unplaced(void **state)
{
    return make(state, -1);
}

static int teardown(void **state)
{
    env_set(NULL);
    if (*state)
        store_remove(&store);
    arena_free(kept);
    return 0;
}

static struct ctx lead(void)
{
    return officer("npa", ROLE_CASE_LEAD, 1);
}

static enum err act(const char *action)
{
    struct ctx c = lead();
    return do_act(&store, &c, action, id_nil(), NULL, NULL);
}

static enum err open_as(struct db *db, const char *agency, int64_t now_us)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str plain;
    struct place at = {&TABLE_META, place_row, 2};
    return vault_open(door_vault(store.door), db, agency, drawer, CLASS_IDENTITY, now_us, at, envelope, a,
                      &plain);
}

static enum err open_now(const char *agency)
{
    struct db *db;
    assert_int_equal(door_reader(store.door, &db), OK);
    enum err e = open_as(db, agency, env_now_us());
    door_reader_done(store.door, db);
    return e;
}

static void forget_keys(void)
{
    vault_lock(door_vault(store.door));
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
}

/* ---- keys
 * --------------------------------------------------------------------------------------------------- */

static void a_key_of_a_failed_transaction_never_seals(void **state)
{
    NEED_STORE(state);
    assert_int_equal(act("test.drawer"), OK);
    assert_int_equal(act("test.seal_and_fail"), ERR_IO);
    assert_int_equal(act("test.seal"), OK);
    assert_int_equal(open_now("npa"), OK);
    forget_keys();
    assert_int_equal(open_now("npa"), OK);
}

static void a_snapshot_of_before_leaves_no_key_behind(void **state)
{
    NEED_STORE(state);
    static const struct {
        const char *action, *agency;
        enum err then;
    } rows[] = {{"test.revoke", "isa", ERR_SEALED}, {"test.shred", "npa", ERR_SHREDDED}};
    assert_int_equal(act("test.drawer"), OK);
    assert_int_equal(act("test.seal"), OK);
    assert_int_equal(act("test.grant"), OK);
    for (size_t i = 0; i < 2; i++) {
        struct db *db;
        int64_t before = env_now_us();
        assert_int_equal(door_reader(store.door, &db), OK);
        assert_int_equal(db_begin(db, DB_READ), OK);
        assert_int_equal(act(rows[i].action), OK);
        assert_int_equal(open_as(db, rows[i].agency, before), OK); /* it still sees the wrap */
        db_rollback(db);
        door_reader_done(store.door, db);
        assert_int_equal(open_now(rows[i].agency), rows[i].then);
    }
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_second_grant_prolongs_the_first(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    assert_int_equal(act("test.drawer"), OK);
    assert_int_equal(act("test.seal"), OK);
    assert_int_equal(do_act(&store, &c, "test.grant", id_nil(), NULL, "until", "1000", NULL), OK);
    assert_int_equal(open_now("isa"), ERR_SEALED);
    assert_int_equal(act("test.grant"), OK);
    assert_int_equal(open_now("isa"), OK);
    assert_int_equal(do_act(&store, &c, "test.grant", id_nil(), NULL, "until", "1000", NULL), OK);
    forget_keys();
    assert_int_equal(open_now("isa"), OK); /* the longest counts */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key WHERE agency = 'isa'"), 1);
}

static void a_case_is_shared_again(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    struct id case_ = open_case(&store, &c);
    assert_int_equal(do_act(&store, &c, "case.share", case_, NULL, "agency", "isa", "relation", "recipient",
                            "basis", "legal", NULL),
                     OK);
    assert_int_equal(
        do_act(&store, &c, "subject.add", case_, NULL, "type", "person", "role", "presumed_victim", NULL),
        OK);
    enum err e = do_act(&store, &c, "case.share", case_, NULL, "agency", "isa", "relation", "recipient",
                        "basis", "legal", "class", "identity", NULL);
    if (e != OK)
        print_error("%s\n", err_detail());
    assert_int_equal(e, OK);
}

/* ---- repeats and refusals
 * ------------------------------------------------------------------------------------- */

static void a_repeat_asks_the_same(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead(), other = officer("npa", ROLE_CASE_LEAD, 2);
    struct act_result first, again;
    c.request_id = other.request_id = id_new();
    assert_int_equal(do_act(&store, &c, "case.open", id_nil(), &first, "label", "TLP:RED", NULL), OK);
    assert_int_equal(do_act(&store, &c, "case.open", id_nil(), &again, "label", "TLP:RED", NULL), OK);
    assert_true(again.replayed && id_eq(first.id, again.id));
    assert_int_equal(do_act(&store, &c, "case.open", id_nil(), NULL, "label", "TLP:GREEN", NULL),
                     ERR_CONSTRAINT);
    assert_int_equal(do_act(&store, &c, "case.open", id_new(), NULL, "label", "TLP:RED", NULL),
                     ERR_CONSTRAINT);
    assert_int_equal(do_act(&store, &other, "case.open", id_nil(), NULL, "label", "TLP:RED", NULL),
                     ERR_CONSTRAINT);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 1);
}

static void what_is_malformed_leaves_a_leaf(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    char subject[33];
    id_text(id_new(), subject);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    assert_int_equal(do_act(&store, &c, "consultation.create", id_nil(), NULL, "subject", subject, NULL),
                     ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"), leaves + 1);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static enum err open_in(struct db *db, const char *agency, struct compartment_id c, enum field_class class,
                        struct str sealed)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct place at = {&TABLE_META, place_row, 2};
    struct str plain;
    TRY(vault_open(door_vault(store.door), db, agency, c, class, env_now_us(), at, sealed, a, &plain));
    assert_true(str_is(plain, "synthetic"));
    return OK;
}

/* Two keys for one class would leave a value that the agency it was shared with can never read. */
static void what_is_made_and_shared_at_once_has_one_key(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    struct db *db;
    assert_int_equal(do_act(&store, &c, "test.at_once", id_nil(), NULL, NULL), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key"), 4 * AT_ONCE);
    forget_keys();
    assert_int_equal(door_reader(store.door, &db), OK);
    for (int i = 0; i < AT_ONCE; i++) {
        for (int k = 0; k < 2; k++) {
            const char *agency = k ? "isa" : "npa";
            assert_int_equal(open_in(db, agency, made[i], CLASS_IDENTITY, before_grant[i]), OK);
            assert_int_equal(open_in(db, agency, made[i], CLASS_HEALTH, after_grant[i]), OK);
        }
    }
    door_reader_done(store.door, db);
    assert_int_equal(do_act(&store, &c, "test.made_and_shredded", id_nil(), NULL, NULL), ERR_SHREDDED);
}

/* ---- order and places
 * --------------------------------------------------------------------------------------------- */

static _Atomic int64_t clock_us;
static int64_t planted_clock(void *user)
{
    (void)user;
    return clock_us;
}

static void a_clock_that_steps_back_is_no_tampering(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct env env = {.now_us = planted_clock};
    struct ctx c = lead();
    clock_us = 1800000000000000;
    env_set(&env);
    struct id case_ = open_case(&store, &c);
    clock_us += 86400000000;
    for (int i = 0; i < 6; i++) {
        clock_us -= i % 2 ? 0 : 3600000000; /* an hour back, then the same microsecond */
        assert_int_equal(do_act(&store, &c, i % 2 ? "case.reopen" : "case.close", case_, NULL, NULL), OK);
    }
    struct audit_report r = verify(&store, STR(""), a);
    assert_true(r.pending > 6);
    assert_int_equal(r.total, 0);
    store_close(&store); /* places them, from memory */
    store_open(&store);
    r = verify(&store, STR(""), a);
    assert_int_equal(r.pending, 0);
    assert_int_equal(r.total, 0);
}

static void what_waited_long_is_placed(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    int n = strcmp(driver, "sqlite") == 0 ? 2300 : 50;
    vault_lock(door_vault(store.door));
    for (int i = 0; i < n; i++)
        assert_int_equal(do_act(&store, &c, "case.open", id_nil(), NULL, NULL), ERR_LOCKED);
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_seq"), 1);
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_seq"), n + 1);
    struct audit_report r = verify(&store, STR(""), a);
    assert_int_equal(r.total, 0);
    assert_int_equal(r.unsealed, n);
    assert_int_equal(r.checkpoints, 1 + (n + 999) / 1000);
}

/* ---- closing
 * -------------------------------------------------------------------------------------------------------- */

static void *slow(void *arg)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(uintptr_t)arg);
    return (void *)(uintptr_t)do_act(&store, &c, "test.slow", id_nil(), NULL, NULL);
}

static void closing_waits_for_those_inside(void **state)
{
    NEED_STORE(state);
    pthread_t threads[SLOW];
    for (uintptr_t i = 0; i < SLOW; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, slow, (void *)(i + 1)), 0);
    while (!__atomic_load_n(&all_inside, __ATOMIC_RELAXED))
        nanosleep(&(struct timespec){0, 200000}, NULL);
    assert_int_equal(door_close(store.door), OK);
    store.door = NULL;
    for (int i = 0; i < SLOW; i++) {
        void *e;
        pthread_join(threads[i], &e);
        assert_int_equal((uintptr_t)e, OK);
    }
}

/* ---- time tells nothing ---- */

static int64_t waited[4]; /* until when each answer was held back, as long as it asked */
static int nwaited;
static void note_wait(void *user, int64_t until_us)
{
    (void)user;
    assert_true(nwaited < 4);
    waited[nwaited++] = until_us;
}

/* The abuser's friend at another desk asks for her case's number: by the time of "not found" she is not found
 * either. */
static void what_is_hidden_or_unknown_waits_for_the_step(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead(), stranger = officer("ngo", ROLE_CASE_LEAD, 2);
    const struct view *v;
    struct id case_ = open_case(&store, &c);
    struct env env = {.wait_until = note_wait};
    env_set(&env);
    for (int act = 0; act < 2; act++) {
        for (int hidden = 0; hidden < 2; hidden++) {
            struct id id = hidden ? case_ : id_new();
            int64_t before = env_monotonic_us();
            nwaited = 0;
            if (act)
                assert_int_equal(do_act(&store, &stranger, "case.close", id, NULL, NULL), ERR_NOT_FOUND);
            else
                assert_int_equal(do_view(&store, &stranger, "case.show", id, a, &v, NULL), ERR_NOT_FOUND);
            assert_int_equal(nwaited, 1);
            assert_true(waited[0] > before);
            assert_true(waited[0] >= env_monotonic_us() - 1000000); /* not of long ago */
        }
    }
    nwaited = 0;
    assert_int_equal(do_view(&store, &c, "case.show", case_, a, &v, NULL), OK);
    assert_int_equal(do_act(&store, &c, "case.close", case_, NULL, NULL), OK);
    assert_int_equal(nwaited, 0); /* who may see it is not held up */
    struct ctx nobody = {.role = ROLE_ANONYMOUS, .assurance = 1};
    assert_int_equal(do_view(&store, &nobody, "case.show", case_, a, &v, NULL), ERR_SIGN_IN);
    assert_int_equal(nwaited, 0);
    /* A search passes over what is hidden: found or not, it waits. */
    assert_int_equal(do_view(&store, &stranger, "case.find", id_nil(), a, &v, "type", "phone", "value",
                             "synthetic-1", NULL),
                     OK);
    assert_int_equal(nwaited, 1);
}

/* Harm it prevents: an officer who means one record gets a new one, or a list that is not about what she
 * asked, and nobody tells her. And an id that nobody looked up is no object to ask the policy about. */
static void what_takes_no_id_refuses_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct id c = open_case(&store, &lead);
    const struct action *const *all;
    const struct view_decl *const *views;
    const struct view *v;
    size_t refused = 0, n = door_actions(store.door, &all), nviews = door_views(store.door, &views);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE verdict = 0");
    for (size_t i = 0; i < n; i++) {
        if ((all[i]->find && !all[i]->creates) || all[i]->takes_id)
            continue;
        assert_int_equal(do_act(&store, &lead, all[i]->name, c, NULL, NULL), ERR_FIELD);
        refused++;
    }
    for (size_t i = 0; i < nviews; i++) {
        if (views[i]->find)
            continue;
        assert_int_equal(do_view(&store, &lead, views[i]->name, c, a, &v, NULL), ERR_FIELD);
        refused++;
    }
    assert_true(refused > 10);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE verdict = 0"),
                     leaves + (int64_t)refused);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM record"), 0);
}

static struct case_row listed(const struct ctx *c, const char *shared, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, c, "case.list", id_nil(), a, &v, "shared", shared, NULL), OK);
    const struct case_list *list = v->model;
    assert_int_equal(list->n, 1);
    return list->items[0];
}

static size_t agencies_shown(const struct ctx *c, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, c, "case.show", shown_case.v, a, &v, NULL), OK);
    return ((const struct case_model *)v->model)->nshared;
}

/* Harm it prevents: how many persons and papers a case has, and which agencies work on it, tell a desk that
 * was let in for one class only what kind of case it is, and whom to press. */
static void counts_and_partners_are_routing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    other_desk = officer("isa", ROLE_IMMIGRATION_OFFICER, 2);
    other_desk.purpose = PURPOSE_INVESTIGATION; /* walled off, but for what she consented to */
    shown_case.v = open_case(&store, &lead);
    assert_int_equal(do_act(&store, &lead, "subject.add", shown_case.v, NULL, "type", "person", "role",
                            "presumed_victim", NULL),
                     OK);
    assert_int_equal(do_act(&store, &lead, "test.consented", id_nil(), NULL, "routing", "no", NULL), OK);
    assert_int_equal(listed(&lead, "no", a).subjects, 1);
    assert_int_equal(agencies_shown(&lead, a), 1);
    assert_int_equal(listed(&other_desk, "yes", a).subjects, -1);
    assert_int_equal(listed(&other_desk, "yes", a).records, -1);
    assert_int_equal(agencies_shown(&other_desk, a), 0);
    assert_int_equal(do_act(&store, &lead, "test.consented", id_nil(), NULL, "routing", "yes", NULL), OK);
    assert_int_equal(listed(&other_desk, "yes", a).subjects, 1);
    assert_int_equal(agencies_shown(&other_desk, a), 1);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    if (argc > 1)
        driver = argv[1];
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define U(f) cmocka_unit_test_setup_teardown(f, setup_unplaced, teardown)
    const struct CMUnitTest tests[] = {
        T(a_key_of_a_failed_transaction_never_seals),
        T(a_snapshot_of_before_leaves_no_key_behind),
        T(a_second_grant_prolongs_the_first),
        T(a_case_is_shared_again),
        T(a_repeat_asks_the_same),
        T(what_is_made_and_shared_at_once_has_one_key),
        T(what_is_malformed_leaves_a_leaf),
        U(a_clock_that_steps_back_is_no_tampering),
        U(what_waited_long_is_placed),
        T(closing_waits_for_those_inside),
        U(what_is_hidden_or_unknown_waits_for_the_step), /* the writer rests while time is planted */
        T(what_takes_no_id_refuses_one),
        T(counts_and_partners_are_routing),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
