/* SPDX-License-Identifier: Apache-2.0 */
/* What indicators make of records, without a database: numbers by hand, and small numbers that must not come
 * back by subtraction. */
#include "plan/own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* A record is a list of names and values; "?" before a value is the word of why there is none. */
struct record {
    const char *pairs[12];
};

static const char *get(void *user, const char *field)
{
    const struct record *r = user;
    for (size_t i = 0; r->pairs[i]; i += 2)
        if (strcmp(r->pairs[i], field) == 0)
            return r->pairs[i + 1][0] == '?' ? "" : r->pairs[i + 1];
    return "";
}

static enum value_state state(void *user, const char *field)
{
    const struct record *r = user;
    for (size_t i = 0; r->pairs[i]; i += 2)
        if (strcmp(r->pairs[i], field) == 0 && r->pairs[i + 1][0] == '?')
            return (enum value_state)value_state_find(r->pairs[i + 1] + 1);
    return VALUE_NOT_COLLECTED;
}

static struct indicator_value compute(struct arena *a, const struct indicator *i, struct record *records,
                                      size_t n)
{
    struct tally *t;
    struct indicator_value v;
    assert_int_equal(tally_new(i, a, &t), OK);
    for (size_t k = 0; k < n; k++) {
        struct plan_row row = {get, state, &records[k]};
        assert_int_equal(tally_add(t, &row), OK);
    }
    assert_int_equal(tally_end(t, &v), OK);
    assert_ptr_equal(v.indicator, i);
    assert_int_equal(v.state, INDICATOR_NUMBER);
    return v;
}

#define COMPUTE(a, i, records) compute(a, i, records, sizeof(records) / sizeof *(records))
#define NEAR(x, y)             assert_true((x) > (y)-1e-9 && (x) < (y) + 1e-9)

static const char *const yes[] = {"yes"}, *const phone[] = {"phone"}, *const given[] = {"true"};
static const struct condition met = {.op = COND_IS, .field = "met", .values = yes, .n = 1};
static const struct condition by_phone = {.op = COND_IS, .field = "channel", .values = phone, .n = 1};
static const struct condition met_given = {.op = COND_GIVEN, .field = "met", .values = given, .n = 1};

static void a_share_has_a_numerator_and_a_denominator(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {{{"channel", "phone", "met", "yes"}},
                               {{"channel", "phone", "met", "no"}},
                               {{"channel", "phone"}},
                               {{"channel", "desk", "met", "yes"}}};
    struct indicator i = {.op = IND_SHARE, .of = &by_phone, .where = &met, .per = 100};
    struct indicator_value v = COMPUTE(a, &i, records);
    assert_int_equal(v.numerator, 1);
    assert_int_equal(v.denominator, 3);
    NEAR(v.value, 100.0 / 3);
    i.of = &met_given; /* not asked is not a no */
    i.per = 10000;
    v = COMPUTE(a, &i, records);
    assert_int_equal(v.numerator, 2);
    assert_int_equal(v.denominator, 3);
    NEAR(v.value, 20000.0 / 3);
}

static void nothing_is_no_share_of_nothing(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct indicator share = {.op = IND_SHARE, .where = &met, .per = 100};
    struct indicator median = {.op = IND_MEDIAN_HOURS, .field = "from", .field_to = "to"};
    struct indicator count = {.op = IND_COUNT};
    struct record none[] = {{{"from", "2026-01-01"}}};
    assert_int_equal(compute(a, &share, NULL, 0).denominator, 0);
    assert_int_equal(compute(a, &median, NULL, 0).denominator, 0);
    struct indicator_value v = COMPUTE(a, &median, none);
    assert_int_equal(v.denominator, 0);
    assert_int_equal(v.left_out, 1);
    NEAR(compute(a, &count, NULL, 0).value, 0.0);
}

static void where_and_of_both_hold(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {{{"channel", "phone", "met", "yes"}},
                               {{"channel", "phone", "met", "no"}},
                               {{"channel", "desk", "met", "yes"}}};
    struct indicator i = {.op = IND_COUNT, .of = &by_phone, .where = &met};
    NEAR(COMPUTE(a, &i, records).value, 1.0);
    i.of = NULL;
    NEAR(COMPUTE(a, &i, records).value, 2.0);
    i.where = NULL;
    NEAR(COMPUTE(a, &i, records).value, 3.0);
}

static void the_median_is_in_hours_between_times_and_days(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {
        {{"from", "2026-01-01T00:00:00Z", "to", "2026-01-01T01:00:00Z"}},
        {{"from", "2026-01-01T09:00:00+09:00", "to", "2026-01-01T10:00:00Z"}}, /* 10 hours */
        {{"from", "2026-01-01", "to", "2026-01-03"}},                          /* 48 */
        {{"from", "2026-01-01T00:00:00Z"}},
        {{"from", "2026-01-01T00:00:00Z", "to", "soon"}},
    };
    struct indicator i = {.op = IND_MEDIAN_HOURS, .field = "from", .field_to = "to"};
    struct indicator_value v = COMPUTE(a, &i, records);
    NEAR(v.value, 10.0);
    assert_int_equal(v.denominator, 3);
    assert_int_equal(v.left_out, 2);
    NEAR(compute(a, &i, records, 2).value, 5.5);
}

static void sums_and_different_values(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {{{"nights", "3", "agency", "npa"}},
                               {{"nights", "-1", "agency", "isa"}},
                               {{"nights", "?unknown", "agency", "npa"}},
                               {{"nights", "0", "agency", "isa;moj"}}};
    struct indicator sum = {.op = IND_SUM, .field = "nights"},
                     distinct = {.op = IND_DISTINCT, .field = "agency"};
    struct indicator_value v = COMPUTE(a, &sum, records);
    NEAR(v.value, 2.0);
    assert_int_equal(v.denominator, 3); /* unknown is no zero */
    NEAR(COMPUTE(a, &distinct, records).value, 3.0);
}

static const struct indicator_group *group(const struct indicator_value *v, const char *value)
{
    for (size_t i = 0; i < v->ngroups; i++)
        if (v->groups[i].value && strcmp(v->groups[i].value, value) == 0)
            return &v->groups[i];
    return NULL;
}

static void groups_keep_apart_why_there_is_no_value(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {{{"g", "female"}},   {{"g", "female"}},         {{"g", "male;female"}},
                               {{"g", "male"}},     {{"g", "?unknown"}},       {{"x", "y"}},
                               {{"g", "?unknown"}}, {{"g", "?not_applicable"}}};
    struct indicator i = {.op = IND_COUNT, .by = "g"};
    struct indicator_value v = COMPUTE(a, &i, records);
    NEAR(v.value, 8.0);
    assert_int_equal(v.ngroups, 5);
    assert_string_equal(v.groups[0].value, "female");
    assert_int_equal(v.groups[0].numerator, 3);
    assert_int_equal(group(&v, "male")->numerator, 2);
    assert_int_equal(v.groups[2].state, VALUE_UNKNOWN);
    assert_int_equal(v.groups[2].numerator, 2);
    assert_true(v.groups[3].state != v.groups[4].state);
    for (size_t k = 2; k < 5; k++)
        assert_null(v.groups[k].value);
}

static void groups_have_shares_sums_and_medians_of_their_own(void **unused)
{
    (void)unused;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct record records[] = {{{"g", "a", "met", "yes", "n", "2", "d", "x"}},
                               {{"g", "a", "met", "no", "n", "5", "d", "y"}},
                               {{"g", "b", "met", "yes", "n", "7", "d", "x"}}};
    struct indicator share = {.op = IND_SHARE, .where = &met, .per = 100, .by = "g"};
    struct indicator sum = {.op = IND_SUM, .field = "n", .by = "g"};
    struct indicator distinct = {.op = IND_DISTINCT, .field = "d", .by = "g"};
    struct indicator_value v = COMPUTE(a, &share, records);
    NEAR(group(&v, "a")->value_number, 50.0);
    NEAR(group(&v, "b")->value_number, 100.0);
    v = COMPUTE(a, &sum, records);
    NEAR(group(&v, "a")->value_number, 7.0);
    v = COMPUTE(a, &distinct, records);
    NEAR(v.value, 2.0);
    NEAR(group(&v, "a")->value_number, 2.0);
    NEAR(group(&v, "b")->value_number, 1.0);
}

/* ---- small numbers ----------------------------------------------------------------------------------------
 */

static struct indicator_value hidden(int64_t numerator, int64_t denominator, enum indicator_op op,
                                     int64_t min)
{
    static struct indicator i;
    i = (struct indicator){.op = op};
    struct indicator_value v = {
        .indicator = &i, .value = 1, .numerator = numerator, .denominator = denominator};
    indicator_hide(&v, min);
    return v;
}

static void few_are_not_shown_and_nobody_is(void **unused)
{
    (void)unused;
    assert_int_equal(hidden(0, 0, IND_COUNT, 5).state, INDICATOR_NUMBER);
    for (int64_t n = 1; n < 5; n++) {
        struct indicator_value v = hidden(n, n, IND_COUNT, 5);
        assert_int_equal(v.state, INDICATOR_BELOW_THRESHOLD);
        assert_int_equal(v.numerator + v.denominator + (int64_t)v.value, 0);
    }
    assert_int_equal(hidden(5, 5, IND_COUNT, 5).state, INDICATOR_NUMBER);
    assert_int_equal(hidden(2, 100, IND_SHARE, 5).state, INDICATOR_BELOW_THRESHOLD);
    assert_int_equal(hidden(98, 100, IND_SHARE, 5).state, INDICATOR_BELOW_THRESHOLD);
    assert_int_equal(hidden(0, 100, IND_SHARE, 5).state, INDICATOR_NUMBER);
    assert_int_equal(hidden(100, 100, IND_SHARE, 5).state, INDICATOR_NUMBER);
    assert_int_equal(hidden(0, 3, IND_SHARE, 5).state, INDICATOR_BELOW_THRESHOLD);
    assert_int_equal(hidden(3, 3, IND_MEDIAN_HOURS, 5).state, INDICATOR_BELOW_THRESHOLD);
    assert_int_equal(hidden(50, 50, IND_SUM, 5).state, INDICATOR_NUMBER);
}

/* Any tables of groups: what is hidden is never one group, nor few records, unless the total is hidden too.
 */
static void nothing_comes_back_by_subtraction(void **unused)
{
    (void)unused;
    uint64_t seed = 20261122;
    size_t shown = 0, some_hidden = 0;
    for (int round = 0; round < 20000; round++) {
        struct indicator i = {.op = IND_COUNT, .by = "g"};
        struct indicator_group groups[8];
        struct indicator_value v = {.indicator = &i, .groups = groups};
        int64_t min = 3 + round % 8, real[8], total = 0, left = 0, hidden_groups = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        v.ngroups = 1 + (size_t)(seed >> 61);
        for (size_t k = 0; k < v.ngroups; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            real[k] = 1 + (int64_t)((seed >> 33) % (round % 3 ? 12 : 40));
            groups[k] = (struct indicator_group){
                .numerator = real[k], .denominator = real[k], .value_number = (double)real[k]};
            total += real[k];
        }
        v.numerator = v.denominator = total;
        v.value = (double)total;
        indicator_hide(&v, min);
        left = v.denominator;
        for (size_t k = 0; k < v.ngroups; k++) {
            if (groups[k].shown == INDICATOR_NUMBER) {
                assert_int_equal(groups[k].denominator, real[k]);
                assert_true(real[k] >= min);
                left -= real[k];
                shown++;
            } else {
                assert_int_equal(groups[k].denominator, 0);
                hidden_groups++;
            }
        }
        if (v.state == INDICATOR_BELOW_THRESHOLD) {
            assert_int_equal(v.denominator, 0);
        } else if (hidden_groups) {
            assert_true(hidden_groups >= 2 && left >= min);
            some_hidden++;
        }
    }
    assert_true(shown > 1000 && some_hidden > 1000);
}

/* ---- the same by month and by year -----------------------------------------------------------------------
 */

#define YEARS  4
#define MONTHS (YEARS * 12)

/* Years with some of their months; what each really holds is kept beside what is shown. */
struct history {
    struct indicator indicator;
    struct indicator_group one[1], month[MONTHS], year[YEARS];
    struct indicator_value v, months, years;
    int64_t real_month[MONTHS], real_year[YEARS];
    char names[MONTHS][8], year_names[YEARS][8];
};

static uint64_t roll(uint64_t *seed, uint64_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % below;
}

static void put(struct indicator_value *v, struct indicator_group *g, const char *name, int64_t n)
{
    g[v->ngroups++] =
        (struct indicator_group){.value = name, .numerator = n, .denominator = n, .value_number = (double)n};
}

static void invent(struct history *h, uint64_t *seed, uint64_t most)
{
    *h = (struct history){.indicator = {.op = IND_COUNT, .by = "~month"}};
    struct indicator_value empty = {.indicator = &h->indicator, .state = INDICATOR_NUMBER};
    h->v = h->months = h->years = empty;
    h->months.groups = h->month;
    h->years.groups = h->year;
    for (size_t y = 0; y < YEARS; y++) {
        int64_t sum = 0;
        snprintf(h->year_names[y], sizeof h->year_names[y], "%zu", 2020 + y);
        for (size_t m = 0; m < 12; m++) {
            int64_t n = roll(seed, 3) ? (int64_t)roll(seed, most) : 0;
            char *name = h->names[h->months.ngroups];
            if (!n)
                continue;
            snprintf(name, sizeof h->names[0], "%zu-%02zu", 2020 + y, m + 1);
            h->real_month[h->months.ngroups] = n;
            put(&h->months, h->month, name, n);
            sum += n;
        }
        h->real_year[h->years.ngroups] = sum;
        if (sum)
            put(&h->years, h->year, h->year_names[y], sum);
        h->v.denominator += sum;
    }
    h->v.value = (double)h->v.denominator;
    h->v.numerator = h->months.numerator = h->months.denominator = h->v.denominator;
    h->years.numerator = h->years.denominator = h->v.denominator;
}

static void no_rest_is_small(const struct indicator_group *g, const int64_t *real, size_t n,
                             const char *within, int64_t total, int64_t min)
{
    int64_t rest = total, hidden_ones = 0;
    for (size_t i = 0; i < n; i++) {
        if (within && strncmp(g[i].value, within, 4) != 0)
            continue;
        if (g[i].shown == INDICATOR_NUMBER) {
            assert_int_equal(g[i].denominator, real[i]);
            assert_true(real[i] >= min);
            rest -= real[i];
        } else {
            assert_int_equal(g[i].numerator + g[i].denominator + (int64_t)g[i].value_number, 0);
            hidden_ones++;
        }
    }
    assert_true(!hidden_ones || (hidden_ones > 1 && rest >= min && rest > hidden_ones));
}

/* Whoever asks for the months and then for the years has both. */
static void a_month_does_not_follow_from_its_year(void **unused)
{
    (void)unused;
    uint64_t seed = 31;
    size_t shown = 0, both = 0;
    for (int round = 0; round < 20000; round++) {
        static struct history h;
        int64_t min = 3 + (int64_t)roll(&seed, 8);
        invent(&h, &seed, round % 2 ? 12 : 60);
        int64_t total = h.v.denominator;
        indicator_hide_all(&h.v, &h.months, &h.years, min);
        assert_true(h.v.state == h.months.state && h.v.state == h.years.state);
        if (h.v.state == INDICATOR_BELOW_THRESHOLD) {
            assert_int_equal(h.v.denominator + h.months.denominator + h.years.denominator, 0);
            total = 0;
        }
        if (total)
            no_rest_is_small(h.year, h.real_year, h.years.ngroups, NULL, total, min);
        for (size_t y = 0; y < h.years.ngroups; y++) {
            bool open = h.year[y].shown == INDICATOR_NUMBER;
            if (open)
                no_rest_is_small(h.month, h.real_month, h.months.ngroups, h.year[y].value, h.real_year[y],
                                 min);
            for (size_t m = 0; m < h.months.ngroups && !open; m++)
                assert_true(strncmp(h.month[m].value, h.year[y].value, 4) != 0 ||
                            h.month[m].shown == INDICATOR_BELOW_THRESHOLD);
            for (size_t m = 0; m < h.months.ngroups && open; m++) {
                shown += h.month[m].shown == INDICATOR_NUMBER;
                both += h.month[m].shown == INDICATOR_BELOW_THRESHOLD &&
                        strncmp(h.month[m].value, h.year[y].value, 4) == 0;
            }
        }
    }
    assert_true(shown > 1000 && both > 1000);
}

/* 40 of 100, and 39 of 80 in what is shown: one of the twenty that are hidden. */
static void the_rest_of_a_share_is_not_small_either(void **unused)
{
    (void)unused;
    struct indicator i = {.op = IND_SHARE, .by = "g"};
    struct indicator_group groups[] = {{.value = "a", .numerator = 25, .denominator = 50},
                                       {.value = "b", .numerator = 14, .denominator = 30},
                                       {.value = "c", .numerator = 1, .denominator = 16},
                                       {.value = "d", .numerator = 0, .denominator = 4}};
    struct indicator_value v = {
        .indicator = &i, .groups = groups, .ngroups = 4, .numerator = 40, .denominator = 100, .value = 40};
    indicator_hide(&v, 5);
    int64_t rest = v.numerator;
    for (size_t k = 0; k < 4; k++)
        rest -= groups[k].numerator;
    assert_int_equal(v.state, INDICATOR_NUMBER);
    assert_true(rest >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_has_a_numerator_and_a_denominator),
        cmocka_unit_test(nothing_is_no_share_of_nothing),
        cmocka_unit_test(where_and_of_both_hold),
        cmocka_unit_test(the_median_is_in_hours_between_times_and_days),
        cmocka_unit_test(sums_and_different_values),
        cmocka_unit_test(groups_keep_apart_why_there_is_no_value),
        cmocka_unit_test(groups_have_shares_sums_and_medians_of_their_own),
        cmocka_unit_test(few_are_not_shown_and_nobody_is),
        cmocka_unit_test(nothing_comes_back_by_subtraction),
        cmocka_unit_test(a_month_does_not_follow_from_its_year),
        cmocka_unit_test(the_rest_of_a_share_is_not_small_either),
    };
    return cmocka_run_group_tests_name("plan_rules", tests, NULL, NULL);
}
