/* SPDX-License-Identifier: Apache-2.0 */
/* Records by an attribute and by month, over both databases: test_table sqlite | postgres. */
#include "figures/dice.h"
#include "figures/own.h"
#include "figures_store.h"

static const struct pack *japan;

static int load_pack(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    const char *folder = getenv("AKARI_PACK_JAPAN");
    size_t n;
    (void)state;
    return pack_load(folder ? folder : "pack/japan", a, &japan, &faults, &n) == OK ? 0 : -1;
}

static int free_pack(void **state)
{
    (void)state;
    pack_free(japan);
    return 0;
}

static int setup_japan(void **state)
{
    *state = NULL;
    if (figures_store(japan, true)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

/* ---- what a reader can compute ----------------------------------------------------------------------------
 */

#define CELLS_MAX 14
struct list {
    struct figure items[CELLS_MAX];
    struct figure_count c;
};

static void fill(struct list *l, struct dice *d, size_t n, int64_t total)
{
    *l = (struct list){0};
    l->c = (struct figure_count){.items = l->items, .n = n, .total = total};
    for (int64_t i = 0; n && i < total; i++)
        l->items[dice_below(d, 1 + dice_below(d, n))].n++;
}

/* The smallest and the largest that a hidden number can be for who sees the rest: hidden ones are at least 1,
 * and with the shown ones make up the total. */
static void bounds(const struct list *l, int64_t *ret_min, int64_t *ret_max)
{
    int64_t rest = l->c.total, hidden = 0;
    for (size_t i = 0; i < l->c.n; i++) {
        rest -= l->items[i].hidden ? 0 : l->items[i].n;
        hidden += l->items[i].hidden;
    }
    *ret_min = hidden == 1 ? rest : 1;
    *ret_max = rest - (hidden - 1);
}

static bool gives_away(const struct list *l)
{
    int64_t least, most, hidden = 0;
    for (size_t i = 0; i < l->c.n; i++)
        hidden += l->items[i].hidden;
    if (!hidden || l->c.total_hidden)
        return false;
    bounds(l, &least, &most);
    return least >= most;
}

static void the_reader_of_the_test_finds_a_leak(void **state)
{
    (void)state;
    struct list l = {.items = {{.n = 3, .hidden = true}, {.n = 9}}};
    l.c = (struct figure_count){.items = l.items, .n = 2, .total = 12};
    assert_true(gives_away(&l)); /* 12 - 9 */
    l.items[1].hidden = true;
    assert_false(gives_away(&l));
    struct list ones = {.items = {{.n = 1, .hidden = true}, {.n = 1, .hidden = true}, {.n = 8}}};
    ones.c = (struct figure_count){.items = ones.items, .n = 3, .total = 10};
    assert_true(gives_away(&ones)); /* two that are 2 together */
}

/* Both lists of a table are of the same records: what one shows, the other's total is. */
static void no_small_number_can_be_computed(void **state)
{
    (void)state;
    struct dice d = {11};
    for (int round = 0; round < 60000; round++) {
        struct list values, periods;
        int64_t total = (int64_t)dice_below(&d, 60), min = 2 + (int64_t)dice_below(&d, 9);
        fill(&values, &d, 1 + dice_below(&d, CELLS_MAX), total);
        fill(&periods, &d, 12, total);
        struct figure_table t = {.by_value = values.c, .by_period = periods.c};
        figures_tables_hide(&(struct figure_table *){&t}, 1, min);
        values.c = t.by_value;
        periods.c = t.by_period;
        assert_false(gives_away(&values) || gives_away(&periods));
        for (size_t i = 0; i < t.by_value.n; i++)
            assert_true(values.items[i].hidden || values.items[i].n == 0 || values.items[i].n >= min);
        for (size_t i = 0; i < t.by_period.n; i++)
            assert_true(periods.items[i].hidden || periods.items[i].n == 0 || periods.items[i].n >= min);
        /* a total that one list keeps back is not the sum of the other */
        assert_int_equal(t.by_value.total_hidden, t.by_period.total_hidden);
        assert_int_equal(t.by_value.total_hidden, t.too_few);
        if (t.too_few)
            assert_int_equal(t.by_value.n + t.by_period.n, 0);
    }
}

#define YEARS 4

/* Years of one attribute, and all of them together; each value has its place in all lists. */
struct several {
    struct list value[YEARS + 1], period[YEARS + 1];
    struct figure_table t[YEARS + 1], *of[YEARS + 1];
    struct figure real[YEARS + 1][CELLS_MAX];
};

static void several(struct several *s, struct dice *d, size_t nvalues)
{
    static const char *const names[CELLS_MAX] = {"a", "b", "c", "d", "e", "f", "g"};
    struct list *all = &s->value[YEARS];
    *all = s->period[YEARS] = (struct list){0};
    all->c = (struct figure_count){.items = all->items, .n = nvalues};
    s->period[YEARS].c = (struct figure_count){.items = s->period[YEARS].items, .n = YEARS};
    for (size_t y = 0; y <= YEARS; y++) {
        struct list *l = &s->value[y];
        int64_t total = y < YEARS ? 12 + (int64_t)dice_below(d, 90) : all->c.total;
        if (y < YEARS) {
            fill(l, d, nvalues, total);
            fill(&s->period[y], d, 12, total);
            s->period[YEARS].items[y].n = total;
            all->c.total += total;
            s->period[YEARS].c.total += total;
        }
        for (size_t i = 0; i < nvalues; i++) {
            l->items[i].value = names[i];
            all->items[i].n += y < YEARS ? l->items[i].n : 0;
        }
        memcpy(s->real[y], l->items, sizeof s->real[y]);
        s->t[y] = (struct figure_table){.by_value = l->c, .by_period = s->period[y].c};
        s->of[y] = &s->t[y];
    }
}

/* Who asks for one year after the other, and then for all years. */
static void no_year_tells_of_another(void **state)
{
    (void)state;
    struct dice d = {5};
    size_t sums_hidden = 0, some_shown = 0;
    for (int round = 0; round < 30000; round++) {
        static struct several s;
        size_t nvalues = 2 + dice_below(&d, 6);
        int64_t min = 2 + (int64_t)dice_below(&d, 9);
        several(&s, &d, nvalues);
        figures_tables_hide(s.of, YEARS + 1, min);
        for (size_t y = 0; y <= YEARS; y++) {
            s.value[y].c = s.t[y].by_value;
            assert_false(gives_away(&s.value[y]));
            assert_true(!s.t[y].too_few || s.t[y].by_value.n == 0);
        }
        for (size_t i = 0; i < nvalues && !s.t[YEARS].too_few; i++) {
            int64_t rest = s.real[YEARS][i].n, hidden = 0;
            for (size_t y = 0; y < YEARS; y++) {
                bool shown = !s.t[y].too_few && !s.value[y].items[i].hidden;
                rest -= shown ? s.real[y][i].n : 0;
                hidden += !shown && s.real[y][i].n;
            }
            if (s.value[YEARS].items[i].hidden)
                assert_true(hidden > 0); /* else it is what the years are together */
            else
                assert_true(!hidden || (hidden > 1 && rest >= min && rest > hidden));
            sums_hidden += s.value[YEARS].items[i].hidden && s.real[YEARS][i].n >= min;
            some_shown += !s.value[YEARS].items[i].hidden && hidden;
        }
    }
    assert_true(sums_hidden > 1000 && some_shown > 1000);
}

/* Which of two hidden numbers is the larger one does not follow from where it stands. */
static void the_order_tells_nothing_of_hidden_numbers(void **state)
{
    (void)state;
    struct figure items[] = {{.value = "d", .n = 4, .hidden = true},
                             {.value = "b", .n = 20},
                             {.n = 30, .state = VALUE_UNKNOWN},
                             {.value = "a", .n = 1, .hidden = true},
                             {.n = 9, .state = VALUE_NOT_COLLECTED, .hidden = true},
                             {.value = "c", .n = 25}};
    struct figure_count c = {.items = items, .n = 6};
    figures_sort(&c);
    for (int larger = 0; larger < 2; larger++) {
        assert_string_equal(items[0].value, "c");
        assert_string_equal(items[1].value, "b");
        assert_int_equal(items[2].state, VALUE_UNKNOWN);
        assert_string_equal(items[3].value, "a");
        assert_string_equal(items[4].value, "d");
        assert_int_equal(items[5].state, VALUE_NOT_COLLECTED);
        items[3].n = 8; /* the other way round: it stands where it stood */
        figures_sort(&c);
    }
}

/* ---- from records -----------------------------------------------------------------------------------------
 */

static enum err look(const struct ctx *c, const char *view, const char *of, const char *by, const char *year,
                     struct arena *a, const struct figure_table **ret)
{
    const struct view *v = NULL;
    enum err e = year ? do_view(&store, c, view, id_nil(), a, &v, "of", of, "by", by, "year", year, NULL)
                      : do_view(&store, c, view, id_nil(), a, &v, "of", of, "by", by, NULL);
    *ret = e == OK ? v->model : NULL;
    return e;
}

static struct ctx counting(enum role role)
{
    struct ctx c = officer("cas", role, 9);
    c.purpose = PURPOSE_STATISTICS;
    return c;
}

static int64_t shown_sum(const struct figure_count *c, bool *ret_hidden)
{
    int64_t sum = 0;
    for (size_t i = 0; i < c->n; i++) {
        *ret_hidden |= c->items[i].hidden;
        sum += c->items[i].hidden ? 0 : c->items[i].n;
    }
    return sum;
}

static int64_t number_of_consultations(void)
{
    return count_rows(&store, "SELECT count(*) FROM record WHERE kind = 'consultation'");
}

static void tables_come_from_records(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = counting(ROLE_STATISTICS_OFFICER);
    const struct figure_table *t;
    assert_ok(figures_generate_cases(store.door, 3, 80, NULL, NULL));
    assert_ok(look(&c, "figures.table", "consultation", "urgency", NULL, a, &t));
    int64_t all = 0;
    for (size_t i = 0; i < t->years.n; i++)
        all += t->years.items[i].n;
    assert_int_equal(all, number_of_consultations());
    assert_int_equal(t->by_value.total, t->by_period.total);
    bool hidden = false;
    int64_t sum = shown_sum(&t->by_value, &hidden);
    assert_true(hidden ? sum <= t->by_value.total - japan->min_cell : sum == t->by_value.total);
    for (size_t i = 1; i < t->by_period.n; i++) /* in order of time */
        assert_true(strcmp(t->by_period.items[i - 1].value, t->by_period.items[i].value) < 0);
    const char *latest = t->years.items[t->years.n - 1].value;
    int64_t in_year = t->years.items[t->years.n - 1].n;
    assert_true(in_year >= japan->min_cell);
    assert_ok(look(&c, "figures.table", "consultation", "urgency", latest, a, &t));
    assert_int_equal(t->by_value.total, in_year);
    for (size_t i = 0; i < t->by_period.n; i++)
        assert_true(strncmp(t->by_period.items[i].value, latest, 4) == 0);
}

static void consult(const struct ctx *desk, const char *at)
{
    assert_ok(do_act(&store, desk, "consultation.create", id_nil(), NULL, "received_at", at, "channel",
                     "sns_chat", "desk", "npa", "urgency", "urgent", "language", "vi", "staff_gender_wish",
                     "female", "safe_contact", "sns", "wishes", "be_safe", NULL));
}

/* Neither by asking for it alone, nor as all years less the others. */
static void a_year_with_few_says_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = counting(ROLE_STATISTICS_OFFICER), desk = officer("npa", ROLE_INTAKE_COUNSELLOR, 3);
    const struct figure_table *t;
    for (int i = 0; i < 3; i++)
        consult(&desk, "2024-05-01T00:00:00Z");
    for (int i = 0; i < 8; i++)
        consult(&desk, "2025-05-01T00:00:00Z");
    assert_ok(look(&c, "figures.table", "consultation", "urgency", NULL, a, &t));
    assert_int_equal(t->by_value.total, 8);
    assert_true(t->left_out);
    assert_ok(look(&c, "figures.table", "consultation", "urgency", "2025", a, &t));
    assert_int_equal(t->by_value.total, 8);
    assert_ok(look(&c, "figures.table", "consultation", "urgency", "2024", a, &t));
    assert_true(t->too_few && t->by_value.n == 0 && t->by_period.n == 0);
}

static void only_what_statistics_may_count(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = counting(ROLE_STATISTICS_OFFICER), analyst = counting(ROLE_ANALYST);
    const struct figure_table *t;
    static const char *const never[][2] = {
        {"medical_care", "care"},       {"shelter_night_log", "events"},
        {"shelter_stay", "prefecture"}, {"passport_retention_report", "reporter"},
        {"consultation", "account"},    {"consultation", "nothing"},
        {"nothing", "urgency"}};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_fails(look(&c, "figures.table", never[i][0], never[i][1], NULL, a, &t), ERR_NOT_FOUND);
    assert_ok(look(&analyst, "figures.table", "consultation", "urgency", NULL, a, &t));
    assert_fails(look(&analyst, "figures.download", "consultation", "urgency", NULL, a, &t), ERR_DENIED);
    assert_ok(look(&c, "figures.download", "consultation", "urgency", NULL, a, &t));
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 4);
    assert_fails(look(&lead, "figures.table", "consultation", "urgency", NULL, a, &t), ERR_DENIED);
    assert_fails(look(&c, "figures.table", "consultation", "urgency", "3000", a, &t), ERR_FIELD);
}

/* ---- periods ----------------------------------------------------------------------------------------------
 */

static void a_month_is_one_of_the_country(void **state)
{
    (void)state;
    const struct tz *tokyo;
    char period[8];
    assert_ok(tz_find("Asia/Tokyo", &tokyo));
    assert_true(record_period("2026-12-31T15:30:00Z", false, tokyo, period)); /* half past midnight there */
    assert_string_equal(period, "2027-01");
    assert_true(record_period("2026-12-31", true, tokyo, period));
    assert_string_equal(period, "2026");
    static const char *const none[] = {"", "2026-13-01", "yesterday", "2026"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(record_period(none[i], false, tokyo, period));
        assert_string_equal(period, "");
    }
    assert_string_equal(record_moment_field(pack_kind(japan, "consultation")), "received_at");
    assert_string_equal(record_moment_field(pack_kind(japan, "shelter_night_log")), "night_of");
    assert_string_equal(record_moment_field(pack_kind(japan, "person_profile")), "created_at");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define J(f) cmocka_unit_test_setup_teardown(f, setup_japan, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reader_of_the_test_finds_a_leak),
        cmocka_unit_test(no_small_number_can_be_computed),
        cmocka_unit_test(no_year_tells_of_another),
        cmocka_unit_test(the_order_tells_nothing_of_hidden_numbers),
        J(a_year_with_few_says_nothing),
        J(tables_come_from_records),
        J(only_what_statistics_may_count),
        cmocka_unit_test(a_month_is_one_of_the_country),
    };
    return cmocka_run_group_tests_name(driver, tests, load_pack, free_pack);
}
