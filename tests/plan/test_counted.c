/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers over everything, over both databases: test_counted sqlite | postgres. The clock is the test's. */
#include "core/counted.h"

#include "base/alloc.h"
#include "base/env.h"
#include "base/testing.h"
#include "support/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static const char *driver = "sqlite";
static _Atomic int64_t now = INT64_C(1700000000000000);
static struct store store;

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

/* ---- something to count ----------------------------------------------------------------------------------
 */

static atomic_int counts, fails, waits, counting_now, most_at_once;
static int64_t rows;

struct numbers {
    const char *text;
    int count;
};

static enum err count(struct counting *c, size_t no, void **ret)
{
    struct numbers *n = ARENA_NEW(c->arena, struct numbers);
    int at_once = ++counting_now;
    if (at_once > most_at_once)
        most_at_once = at_once;
    if (!n)
        return arena_err(c->arena);
    n->count = ++counts;
    n->text = arena_printf(c->arena, "set %zu", no);
    *ret = n;
    enum err e = OK;
    for (int64_t i = 0; i < rows && e == OK; i++)
        e = counted_row(c);
    for (int i = 0; waits && e == OK && i < 20000; i++) { /* until the door closes, or the test says so */
        usleep(1000);
        for (int k = 0; k < 100 && e == OK; k++)
            e = counted_row(c);
    }
    counting_now--;
    return e == OK && fails ? FAIL(ERR_INTERNAL, "as the test wants") : e;
}

static enum err three_after(struct db *db, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id after = ids[2];
    TRY(db_prepare(db, "SELECT id FROM case_file WHERE id > ?1 ORDER BY id LIMIT 3", &s));
    db_bind_id(s, 1, &after);
    for (*ret_n = 0;; ++*ret_n) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ids[*ret_n]));
    }
}

/* Cases one by one, so slowly that the snapshot is another one many times. */
static enum err count_cases(struct counting *c, size_t no, void **ret)
{
    struct numbers *n = ARENA_NEW(c->arena, struct numbers);
    struct id ids[3] = {id_nil(), id_nil(), id_nil()};
    size_t got = 3;
    if (!n)
        return arena_err(c->arena);
    (void)no;
    *n = (struct numbers){.text = "cases"};
    while (got == 3) {
        TRY(three_after(c->db, ids, &got));
        for (size_t i = 0; i < got; i++, n->count++) {
            usleep(2000);
            TRY(counted_row(c));
        }
    }
    for (int i = 0; i < COUNTED_MANY; i++)
        TRY(counted_row(c));
    *ret = n;
    return OK;
}

static const struct counted_set sets[] = {{count, 0}, {count, 1}, {count_cases, 2}};
struct answer {
    struct numbers numbers;
    int64_t as_of_us;
};

static enum err take(struct view *v, const void *numbers, void *user)
{
    struct answer *a = user;
    a->numbers = *(const struct numbers *)numbers;
    a->numbers.text = arena_cstr(v->arena, str_of(a->numbers.text));
    return arena_err(v->arena);
}

static enum err look_run(struct view *v)
{
    struct answer *a = ARENA_NEW(v->arena, struct answer);
    if (!a)
        return arena_err(v->arena);
    TRY(counted_look(v, &sets[str_is(view_in(v, "second"), "cases") ? 2 : view_in(v, "second").n > 0], take,
                     a, &a->as_of_us));
    v->model = a;
    return OK;
}

static void no_json(const struct view *v, struct json *j)
{
    (void)v;
    (void)j;
}

static const struct input_field look_inputs[] = {{.name = "second", .label = "Second", .type = IN_TEXT}};
static const struct view_decl looks[] = {{.name = "test.count",
                                          .summary = "Count",
                                          .verb = VERB_READ,
                                          .object = OBJECT_PLAN,
                                          .inputs = look_inputs,
                                          .ninputs = 1,
                                          .run = look_run,
                                          .to_json = no_json}};

static int setup(void **state)
{
    static const struct env env = {.now_us = given_now, .random = system_random};
    struct store_country country = {.pack = store_pack(), .views = looks, .nviews = 1};
    env_set(&env);
    counts = fails = waits = most_at_once = counting_now = 0;
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
    env_set(NULL);
    return 0;
}

static enum err look_at(const char *second, struct arena *a, struct answer *ret)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 7);
    const struct view *v;
    enum err e = second ? do_view(&store, &c, "test.count", id_nil(), a, &v, "second", second, NULL)
                        : do_view(&store, &c, "test.count", id_nil(), a, &v, NULL);
    if (e == OK)
        *ret = *(const struct answer *)v->model;
    return e;
}

static struct answer look(struct arena *a)
{
    struct answer answer;
    assert_ok(look_at(NULL, a, &answer));
    return answer;
}

static void wait_for_count(int n)
{
    for (int i = 0; i < 10000 && (counts < n || counting_now); i++)
        usleep(1000);
    assert_int_equal(counts, n);
}

/* ---- what it promises ------------------------------------------------------------------------------------
 */

static void few_rows_are_counted_at_each_look(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    rows = COUNTED_MANY - 1;
    for (int i = 1; i <= 3; i++) {
        struct answer got = look(a);
        assert_int_equal(got.numbers.count, i);
        assert_int_equal(got.as_of_us, now);
        now += 1;
    }
}

static void many_rows_are_counted_once_and_say_when(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    rows = COUNTED_MANY;
    int64_t first = now;
    for (int i = 0; i < 5; i++) {
        struct answer got = look(a);
        assert_int_equal(got.numbers.count, 1);
        assert_string_equal(got.numbers.text, "set 0");
        assert_int_equal(got.as_of_us, first);
        now += COUNTED_US / 5;
    }
    assert_int_equal(counts, 1);
}

/* An old number is given at once, and the next ones are new. */
static void what_is_old_is_counted_anew_in_the_background(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    rows = COUNTED_MANY;
    look(a);
    now += INT64_C(3600000000);
    assert_int_equal(look(a).numbers.count, 1);
    wait_for_count(2);
    for (int i = 0; i < 1000 && (got = look(a)).numbers.count == 1; i++)
        usleep(1000); /* it is kept a moment after it was counted */
    assert_int_equal(got.numbers.count, 2);
    assert_int_equal(got.as_of_us, now);
    assert_int_equal(counts, 2);
}

static void what_fails_leaves_the_numbers_that_were_kept(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    rows = COUNTED_MANY;
    int64_t first = now;
    look(a);
    now += INT64_C(3600000000);
    fails = 1;
    look(a);
    wait_for_count(2);
    for (int i = 0; i < 20; i++) {
        struct answer got = look(a);
        assert_int_equal(got.numbers.count, 1);
        assert_int_equal(got.as_of_us, first); /* never told to be newer than it is */
    }
    assert_int_equal(counts, 2); /* nor is a count that fails tried at each look */
}

static void a_first_count_that_fails_is_an_error_and_tried_anew(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    rows = COUNTED_MANY;
    fails = 1;
    assert_int_equal(look_at(NULL, a, &got), ERR_INTERNAL);
    err_clear();
    fails = 0;
    assert_int_equal(look(a).numbers.count, 2);
}

static void sets_are_kept_apart(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    rows = COUNTED_MANY;
    look(a);
    assert_ok(look_at("yes", a, &got));
    assert_string_equal(got.numbers.text, "set 1");
    assert_int_equal(got.numbers.count, 2);
    assert_string_equal(look(a).numbers.text, "set 0");
    assert_int_equal(counts, 2);
}

static void *look_once(void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    enum err e = ERR_BUSY; /* as many wait as may; the others are told to look again */
    for (int i = 0; i < 10000 && e == ERR_BUSY; i++) {
        e = look_at(NULL, a, &got);
        usleep(1000);
    }
    if (e == OK)
        *(int *)user = got.numbers.count;
    return NULL;
}

static void many_looks_are_one_count(void **state)
{
    NEED_STORE(state);
    enum { N = 6 };
    pthread_t threads[N];
    int got[N] = {0};
    rows = COUNTED_MANY;
    for (int i = 0; i < N; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_once, &got[i]), 0);
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < N; i++)
        assert_int_equal(got[i], 1);
    assert_int_equal(counts, 1);
    assert_int_equal(most_at_once, 1);
}

static void warmed_numbers_are_there_before_the_first_look(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    rows = COUNTED_MANY;
    assert_ok(counted_warm(store.door, &sets[0]));
    wait_for_count(1);
    assert_int_equal(look(a).numbers.count, 1);
}

/* Who comes while they are counted for the first time is not kept, and the count gives way to him. */
static void a_first_look_is_not_held_up_and_the_count_gives_way(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    rows = COUNTED_MANY;
    waits = 1;
    assert_ok(counted_warm(store.door, &sets[0]));
    for (int i = 0; i < 10000 && !counting_now; i++)
        usleep(1000);
    assert_int_equal(look_at(NULL, a, &got), ERR_BUSY);
    err_clear();
    assert_true(door_stats(store.door).pauses > 0);
    waits = 0;
    wait_for_count(1);
    for (int i = 0; i < 1000 && look_at(NULL, a, &got) != OK; i++)
        usleep(1000); /* it is kept a moment after it was counted */
    assert_int_equal(got.numbers.count, 1);
    assert_int_equal(most_at_once, 1);
}

/* Written meanwhile: never fewer than there were at its moment, never more than there are after it, and with
 * nothing written since, what a fresh count finds. */
static void numbers_over_several_snapshots_are_those_of_a_fresh_count(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 7);
    struct answer got;
    unsigned seed = 4711;
    for (int round = 0; round < 4; round++) {
        int before = (int)count_rows(&store, "SELECT count(*) FROM case_file");
        now += INT64_C(3600000000);
        int64_t began = now;
        assert_ok(counted_warm(store.door, &sets[2]));
        for (int i = rand_r(&seed) % 8 + 3; i > 0; i--)
            open_case(&store, &lead);
        int after = (int)count_rows(&store, "SELECT count(*) FROM case_file");
        for (int i = 0; i < 1000 && (look_at("cases", a, &got) != OK || got.as_of_us < began); i++)
            usleep(10000);
        assert_int_equal(got.as_of_us, began);
        assert_in_range(got.numbers.count, before, after);
        now += 2 * COUNTED_US;
        for (int i = 0; i < 1000 && (look_at("cases", a, &got) != OK || got.as_of_us == began); i++) {
            usleep(10000);
            now += COUNTED_US; /* until it is due, however long the last one took */
        }
        assert_int_equal(got.numbers.count, after);
    }
}

/* A set whose turn is later is not counted by a look that comes first, beyond a few rows. */
static void a_look_leaves_many_rows_to_the_thread(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct answer got;
    rows = COUNTED_MANY + 1;
    waits = 1;
    assert_ok(counted_warm(store.door, &sets[0]));
    for (int i = 0; i < 10000 && !counting_now; i++)
        usleep(1000);
    assert_ok(counted_warm(store.door, &sets[1]));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(look_at("yes", a, &got), ERR_BUSY);
        err_clear();
        assert_int_equal(counts, 2); /* tried once, and then known to be many */
    }
    waits = 0;
    for (int i = 0; i < 10000 && look_at("yes", a, &got) != OK; i++)
        usleep(1000);
    assert_string_equal(got.numbers.text, "set 1");
    assert_int_equal(counts, 3);
}

/* Teardown closes the door in the middle of a count: it must come back, or the test is killed. */
static void the_door_closes_in_the_middle_of_a_count(void **state)
{
    NEED_STORE(state);
    rows = COUNTED_MANY;
    waits = 1;
    assert_ok(counted_warm(store.door, &sets[0]));
    for (int i = 0; i < 10000 && !counting_now; i++)
        usleep(1000);
    store_close(&store);
    assert_int_equal(counting_now, 0);
    store_open(&store);
}

int main(int argc, char **argv)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        EACH(few_rows_are_counted_at_each_look),
        EACH(many_rows_are_counted_once_and_say_when),
        EACH(what_is_old_is_counted_anew_in_the_background),
        EACH(what_fails_leaves_the_numbers_that_were_kept),
        EACH(a_first_count_that_fails_is_an_error_and_tried_anew),
        EACH(sets_are_kept_apart),
        EACH(many_looks_are_one_count),
        EACH(warmed_numbers_are_there_before_the_first_look),
        EACH(a_first_look_is_not_held_up_and_the_count_gives_way),
        EACH(numbers_over_several_snapshots_are_those_of_a_fresh_count),
        EACH(a_look_leaves_many_rows_to_the_thread),
        EACH(the_door_closes_in_the_middle_of_a_count),
    };
    if (argc > 1)
        driver = argv[1];
    return store_can(driver) ? cmocka_run_group_tests_name(driver, tests, NULL, NULL) : 0;
}
