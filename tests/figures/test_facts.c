/* SPDX-License-Identifier: Apache-2.0 */
/* core/facts over both databases: test_facts sqlite | postgres. */
#include "figures_store.h"

#include "base/env.h"
#include "core/facts/own.h"
#include "figures/dice.h"

#include <pthread.h>

static struct ctx lead(void)
{
    return officer("north", ROLE_CASE_LEAD, 1);
}

struct person {
    struct id case_, subject, record;
    struct compartment_id compartment;
};

static struct id add_subject(struct id case_, const char *role)
{
    struct ctx c = lead();
    struct act_result r;
    assert_ok(do_act(&store, &c, "subject.add", case_, &r, "type", "person", "role", role, NULL));
    return r.id;
}

static struct compartment_id compartment_of(const char *table, struct id id)
{
    struct compartment_id c;
    struct db *db;
    struct cell cells[TABLE_COLUMNS_MAX];
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct table *t = schema_find(&store.schema, table);
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_get(db, a, t, id, cells));
    c.v = cell_get_id(&cells[table_column(t, "compartment")]);
    door_reader_done(store.door, db);
    return c;
}

/* A case with one victim and her record; NULL values are not given. */
static struct person add_person(const char *sex, const char *age, const char *tag, const char *tag2)
{
    struct ctx c = lead();
    struct person p = {.case_ = open_case(&store, &c)};
    struct pair pairs[6];
    struct act_result r;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char case_text[33], subject_text[33];
    size_t n = 0;
    p.subject = add_subject(p.case_, "victim");
    id_text(p.case_, case_text);
    id_text(p.subject, subject_text);
    pairs[n++] = (struct pair){STR("case"), str_of(case_text), VALUE_GIVEN};
    pairs[n++] = (struct pair){STR("subject"), str_of(subject_text), VALUE_GIVEN};
    if (sex)
        pairs[n++] =
            (struct pair){STR("sex"), *sex ? str_of(sex) : STR(""), *sex ? VALUE_GIVEN : VALUE_UNKNOWN};
    if (age)
        pairs[n++] = (struct pair){STR("age"), str_of(age), VALUE_GIVEN};
    if (tag)
        pairs[n++] = (struct pair){STR("tags"), str_of(tag), VALUE_GIVEN};
    if (tag2)
        pairs[n++] = (struct pair){STR("tags"), str_of(tag2), VALUE_GIVEN};
    struct act_request q = {
        .ctx = &c, .action = "person.create", .expected_version = -1, .input = {pairs, n}};
    assert_ok(door_act(store.door, &q, a, &r));
    p.record = r.id;
    p.compartment = compartment_of("record", r.id);
    return p;
}

/* "female 2, male 1, -unknown 1": what facts_count says, in its order. */
static const char *counted(struct facts *f, const char *by, const struct fact_filter *filters,
                           size_t nfilters)
{
    static char text[4096];
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct fact_count *counts;
    size_t n, at = 0;
    assert_ok(facts_count(f, by, filters, nfilters, a, &counts, &n));
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s %lld", i ? ", " : "",
                               counts[i].state == VALUE_GIVEN ? "" : "-",
                               counts[i].state == VALUE_GIVEN ? counts[i].value
                                                              : value_state_word(counts[i].state),
                               (long long)counts[i].n);
    return text;
}

/* The same over facts loaded this moment. */
static char *counted_anew(const char *by)
{
    static char text[4096];
    struct facts *f;
    assert_ok(facts_load(store.door, 0, &f));
    snprintf(text, sizeof text, "%s", counted(f, by, NULL, 0));
    facts_free(f);
    return text;
}

/* ---- counting ------------------------------------------------------------------------------------------ */

static void states_are_kept_apart(void **state)
{
    NEED_STORE(state);
    struct facts *f;
    add_person("female", "20", NULL, NULL);
    add_person("female", NULL, "b", "a");
    add_person("male", NULL, "a", "b");
    add_person("", NULL, "a", NULL);   /* asked, not known */
    add_person(NULL, "0", NULL, NULL); /* never asked */
    assert_ok(facts_load(store.door, 0, &f));
    assert_string_equal(counted(f, "sex", NULL, 0), "female 2, male 1, -unknown 1, -not_collected 1");
    assert_string_equal(counted(f, "age", NULL, 0),
                        "0 1, 20 1, -not_collected 3"); /* a true zero is a number */
    assert_string_equal(counted(f, "tags", NULL, 0), "a 1, a;b 1, b;a 1, -not_collected 2");
    assert_int_equal(facts_rows(f, "person"), 5);
    assert_int_equal(facts_rows(f, "event"), 0);
    assert_int_equal(facts_rows(f, "nothing"), -1);
    assert_true(facts_bytes(f) > 0);
    facts_free(f);
}

static void an_import_column_names_its_fact(void **state)
{
    NEED_STORE(state);
    struct facts *f;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct fact_count *counts;
    const struct fact_column *columns;
    size_t n;
    add_person("male", NULL, NULL, NULL);
    assert_ok(facts_load(store.door, 0, &f));
    assert_int_equal(facts_columns(f, &columns), 6);
    assert_ptr_equal(facts_column(f, "Sex"), facts_column(f, "sex"));
    assert_ptr_equal(facts_column(f, "Who"), facts_column(f, "suspect_sex"));
    assert_null(facts_column(f, "Place")); /* a column, but no fact */
    assert_string_equal(counted(f, "Sex", NULL, 0), "male 1");
    assert_fails(facts_count(f, "Place", NULL, 0, a, &counts, &n), ERR_NOT_FOUND);
    facts_free(f);
}

static void filters_hold_on_the_record_and_on_its_case(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    struct facts *f;
    char text[33];
    static const char *const years[] = {"2021", "2021", "1990s", NULL};
    static const char *const sexes[] = {"female", "male", "female", "female"};
    for (size_t i = 0; i < 4; i++) {
        struct person p = add_person(sexes[i], NULL, "a", i ? "b" : NULL);
        id_text(p.case_, text);
        if (years[i])
            assert_ok(
                do_act(&store, &c, "event.create", id_nil(), NULL, "case", text, "year", years[i], NULL));
    }
    assert_ok(facts_load(store.door, 0, &f));
    struct fact_filter year = {"year", "2021"}, sex = {"sex", "female"}, tag = {"tags", "b"},
                       both[] = {year, tag}, no_age = {"age", NULL}, nothing = {"sex", "other"},
                       unknown = {"nothing", "x"};
    assert_string_equal(counted(f, "sex", &year, 1), "female 1, male 1");
    assert_string_equal(counted(f, "sex", both, 2), "male 1");
    assert_string_equal(counted(f, "tags", &sex, 1), "a;b 2, a 1");
    assert_string_equal(counted(f, "year", &sex, 1), "1990s 1, 2021 1");
    assert_string_equal(counted(f, "sex", &no_age, 1), "female 3, male 1");
    assert_string_equal(counted(f, "sex", &nothing, 1), "");
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct fact_count *counts;
    size_t n;
    assert_fails(facts_count(f, "sex", &unknown, 1, a, &counts, &n), ERR_NOT_FOUND);
    facts_free(f);
}

/* ---- following ----------------------------------------------------------------------------------------- */

static void what_changes_is_followed(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    struct facts *f;
    assert_ok(facts_load(store.door, 0, &f));
    assert_string_equal(counted(f, "sex", NULL, 0), "");
    struct person p = add_person("female", NULL, NULL, NULL);
    assert_string_equal(counted(f, "sex", NULL, 0), "female 1");
    assert_ok(do_act(&store, &c, "person.amend", p.record, NULL, "sex", "male", NULL));
    assert_string_equal(counted(f, "sex", NULL, 0), "male 1");
    assert_ok(do_act(&store, &c, "person.end", p.record, NULL, NULL)); /* no longer used */
    assert_string_equal(counted(f, "sex", NULL, 0), "");
    assert_int_equal(facts_rows(f, "person"), 0);
    facts_free(f);
    add_person("female", NULL, NULL, NULL); /* nobody watches any more */
}

struct shredding {
    struct compartment_id compartment;
};
static struct shredding shredding;

/* Stands for whatever action of a domain destroys keys. */
static enum err shred_body(struct act *a)
{
    a->ret_id = id_new();
    return vault_shred(a->tx, shredding.compartment);
}
static const struct action shred_action = {.name = "test.shred",
                                           .summary = "Shred",
                                           .verb = VERB_UPDATE,
                                           .object = OBJECT_SYSTEM,
                                           .body = shred_body};

static int setup_shredding(void **state)
{
    static struct action actions[1];
    actions[0] = shred_action;
    struct store_country country = {.pack = &fileland, .actions = actions, .nactions = 1};
    *state = NULL;
    if (store_make_of(&store, driver, &country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static void shred(struct compartment_id c)
{
    struct ctx system = ctx_system();
    shredding.compartment = c;
    assert_ok(do_act(&store, &system, "test.shred", id_nil(), NULL, NULL));
}

static void the_shredded_disappear(void **state)
{
    NEED_STORE(state);
    struct facts *f;
    struct person first = add_person("female", "20", NULL, NULL);
    add_person("male", "30", NULL, NULL);
    assert_ok(facts_load(store.door, 0, &f));
    assert_string_equal(counted(f, "sex", NULL, 0), "female 1, male 1");
    shred(first.compartment);
    assert_string_equal(counted(f, "sex", NULL, 0), "male 1");
    assert_string_equal(counted_anew("sex"), "male 1");
    facts_free(f);
}

/* Any order of what can happen: what was followed is what a fresh load says. */
static void followed_is_the_same_as_loaded_anew(void **state)
{
    NEED_STORE(state);
    static const char *const sexes[] = {"female", "male", "", NULL}, *const ages[] = {"0", "17", "18", NULL},
                             *const tags[] = {"a", "b", "c", NULL};
    struct ctx c = lead();
    struct dice d = {20261122};
    struct person people[60];
    size_t n = 0;
    struct facts *f;
    assert_ok(facts_load(store.door, 0, &f));
    for (int step = 0; step < 140; step++) {
        size_t who = n ? dice_below(&d, n) : 0;
        switch (dice_below(&d, 6)) {
        case 0:
        case 1:
        case 2:
            if (n < 60)
                people[n++] = add_person(sexes[dice_below(&d, 4)], ages[dice_below(&d, 4)],
                                         tags[dice_below(&d, 4)], tags[dice_below(&d, 4)]);
            break;
        case 3:
            if (n && do_act(&store, &c, "person.amend", people[who].record, NULL, "sex", "other", NULL) != OK)
                err_clear(); /* ended or shredded meanwhile */
            break;
        case 4:
            if (n && do_act(&store, &c, "person.end", people[who].record, NULL, NULL) != OK)
                err_clear();
            break;
        default:
            if (n && !id_is_nil(people[who].compartment.v)) {
                shred(people[who].compartment);
                people[who].compartment.v = id_nil();
            }
        }
        if (dice_below(&d, 12) == 0) {
            char followed[4096];
            snprintf(followed, sizeof followed, "%s", counted(f, "sex", NULL, 0));
            assert_string_equal(followed, counted_anew("sex"));
            snprintf(followed, sizeof followed, "%s", counted(f, "tags", NULL, 0));
            assert_string_equal(followed, counted_anew("tags"));
        }
    }
    facts_free(f);
}

/* ---- as at a day --------------------------------------------------------------------------------------- */

static _Atomic int64_t clock_us;
static int64_t injected_now(void *user)
{
    (void)user;
    clock_us += 1000;
    return clock_us;
}
static void injected_random(void *user, void *p, size_t n)
{
    static struct dice d = {99};
    (void)user;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)dice_roll(&d);
}

static void as_at_a_day(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead();
    struct env env = {.now_us = injected_now, .random = injected_random};
    struct facts *f;
    const int64_t day = 86400000000;
    clock_us = env_now_us() + day;
    env_set(&env);
    struct person p = add_person("female", NULL, NULL, NULL);
    int64_t first = clock_us;
    clock_us += day;
    assert_ok(do_act(&store, &c, "person.amend", p.record, NULL, "sex", "male", NULL));
    add_person("other", NULL, NULL, NULL);
    int64_t second = clock_us;
    clock_us += day;
    assert_ok(do_act(&store, &c, "person.end", p.record, NULL, NULL));
    clock_us += 9 * day;
    static const char *const expected[] = {"", "female 1", "male 1, other 1", "other 1"};
    int64_t moments[] = {first - day, first, second, second + 2 * day};
    for (int i = 0; i < 4; i++) {
        assert_ok(facts_load(store.door, moments[i], &f));
        assert_string_equal(counted(f, "sex", NULL, 0), expected[i]);
        add_person("female", NULL, NULL, NULL); /* as it was then: it follows nothing */
        assert_string_equal(counted(f, "sex", NULL, 0), expected[i]);
        facts_free(f);
    }
    env_set(NULL);
}

/* ---- threads, memory ----------------------------------------------------------------------------------- */

static void *look(void *arg)
{
    struct ctx c = operator_of("north");
    struct pair by = {STR("by"), STR("sex"), VALUE_GIVEN};
    for (int i = 0; i < 12; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct view_request r = {.ctx = &c, .view = "figures.count", .input = {&by, 1}};
        const struct view *v;
        if (door_view(store.door, &r, a, &v) != OK)
            return arg;
    }
    return NULL;
}

/* More views than readers, all counting, while records are written: nobody waits for somebody who waits for
 * him. */
static void views_count_while_records_are_written(void **state)
{
    NEED_STORE(state);
    pthread_t threads[9];
    struct facts *f, *again;
    for (uintptr_t i = 0; i < 9; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look, (void *)(i + 1)), 0);
    for (int i = 0; i < 12; i++)
        add_person("female", NULL, NULL, NULL);
    for (int i = 0; i < 9; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_ok(facts_of(store.door, &f));
    assert_ok(facts_of(store.door, &again));
    assert_ptr_equal(f, again);
    assert_string_equal(counted(f, "sex", NULL, 0), "female 12");
}

static void locked_keys_give_no_facts(void **state)
{
    NEED_STORE(state);
    struct facts *f = NULL;
    store_close(&store);
    assert_ok(door_open(&store.config, &store.door));
    assert_fails(facts_load(store.door, 0, &f), ERR_LOCKED);
    assert_fails(facts_of(store.door, &f), ERR_LOCKED);
    assert_ok(door_unlock(store.door, store_secret()));
    assert_ok(facts_of(store.door, &f));
}

/* Many rows: several chunks, a dictionary that grows, rows taken out of the middle. */
static void rows_beyond_a_chunk(void **state)
{
    NEED_STORE(state);
    struct facts *f;
    struct dice d = {5};
    size_t rows = 3 * FACT_CHUNK + 7, dropped = 0;
    struct id *ids = mem_alloc(rows * sizeof *ids);
    assert_non_null(ids);
    assert_ok(facts_load(store.door, 0, &f));
    struct fact_table *t = fact_table_of(f, &fl_kinds[0]);
    for (size_t i = 0; i < rows; i++) {
        char age[24];
        ids[i] = id_new();
        snprintf(age, sizeof age, "%zu", i % 500);
        struct str value = str_of(age);
        struct field_value v = {
            .field = &fl_person[2], .name = "age", .state = VALUE_GIVEN, .values = &value, .n = 1};
        struct cell record[RE_COUNT] = {[RE_ID] = cell_id(&ids[i])};
        assert_ok(fact_put(f, t, record, &v, 1));
    }
    assert_int_equal(t->nrows, rows);
    for (size_t i = 0; i < rows; i++)
        if (dice_below(&d, 3) == 0) {
            fact_drop(t, ids[i]);
            fact_drop(t, ids[i]); /* a second time: nothing */
            ids[i] = id_nil();
            dropped++;
        }
    assert_int_equal(t->nrows, rows - dropped);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct fact_count *counts;
    size_t n;
    int64_t expected[500] = {0}, total = 0;
    for (size_t i = 0; i < rows; i++)
        expected[i % 500] += !id_is_nil(ids[i]);
    assert_ok(facts_count(f, "age", NULL, 0, a, &counts, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t age;
        assert_ok(str_i64(str_of(counts[i].value), 0, 499, &age));
        assert_int_equal(counts[i].n, expected[age]);
        total += counts[i].n;
    }
    assert_int_equal(total, rows - dropped);
    mem_free(ids);
    facts_free(f);
}

static enum err load_and_count(void *user)
{
    struct arena *a = user;
    struct facts *f = NULL;
    struct fact_filter filter = {"year", "2021"};
    struct fact_count *counts;
    size_t n;
    enum err e = facts_load(store.door, 0, &f);
    if (e == OK)
        e = facts_count(f, "sex", &filter, 1, a, &counts, &n);
    facts_free(f);
    return e;
}

/* Memory may run out anywhere: an error, no leak, and the next try is right. */
static void memory_may_run_out(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    char text[33];
    struct person p = add_person("female", NULL, "a", "b");
    id_text(p.case_, text);
    assert_ok(do_act(&store, &c, "event.create", id_nil(), NULL, "case", text, "year", "2021", NULL));
    assert_ok(load_and_count(a));
    for (uint64_t nth = 1; nth < 4000; nth += 1 + nth / 50) {
        mem_inject(nth, false);
        enum err e = load_and_count(a);
        uint64_t calls = mem_calls();
        mem_inject(0, false);
        if (calls < nth) {
            assert_ok(e);
            break;
        }
        arena_reset(a);
    }
    assert_string_equal(counted_anew("sex"), "female 1");
}

/* A change that could not be taken in is not forgotten: the next count loads all anew. */
static void a_failed_change_is_caught_up(void **state)
{
    NEED_STORE(state);
    struct facts *f;
    assert_ok(facts_load(store.door, 0, &f));
    add_person("female", NULL, NULL, NULL);
    for (uint64_t nth = 1; nth < 60; nth++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct fact_count *counts;
        size_t n;
        mem_inject(nth, false);
        if (facts_count(f, "sex", NULL, 0, a, &counts, &n) != OK)
            err_clear();
        mem_inject(0, false);
        struct person p = add_person("male", NULL, NULL, NULL);
        (void)p;
        char followed[4096];
        snprintf(followed, sizeof followed, "%s", counted(f, "sex", NULL, 0));
        assert_string_equal(followed, counted_anew("sex"));
    }
    facts_free(f);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define S(f) cmocka_unit_test_setup_teardown(f, setup_shredding, teardown)
    const struct CMUnitTest tests[] = {
        T(states_are_kept_apart),
        T(an_import_column_names_its_fact),
        T(filters_hold_on_the_record_and_on_its_case),
        T(what_changes_is_followed),
        S(the_shredded_disappear),
        S(followed_is_the_same_as_loaded_anew),
        T(as_at_a_day),
        T(views_count_while_records_are_written),
        T(locked_keys_give_no_facts),
        T(rows_beyond_a_chunk),
        T(memory_may_run_out),
        T(a_failed_change_is_caught_up),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
