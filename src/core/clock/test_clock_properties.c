/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every clock, tried on seeded random clocks: 100,000 for the calendar, 100,000 for
 * clocks. A failure prints the case, which can be repeated because the seeds are fixed. */
#include "base/testing.h"
#include "core/clock/rules.h"
#include "core/pack/test_japan.h"

#define CASES   100000
#define DAY_US  INT64_C(86400000000)
#define HOUR_US INT64_C(3600000000)

static uint64_t seed;

/* xorshift64* (Vigna 2016); the process's randomness must not enter, or a failure could not be repeated. */
static int64_t pick(int64_t low, int64_t high)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return low + (int64_t)((seed * UINT64_C(2685821657736338717) >> 11) % (uint64_t)(high - low + 1));
}

static const char *const zones[] = {
    "Asia/Tokyo",          "UTC",          "America/New_York",  "Europe/Berlin",
    "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "America/St_Johns",
    "Asia/Kathmandu"};
/* Days around which something happens to midnight, in one of the zones. */
static const struct date special[] = {{2011, 12, 30}, {2010, 11, 7}, {2018, 11, 4}, {2018, 2, 18},
                                      {2026, 3, 8},   {2026, 11, 1}, {2026, 3, 29}, {2026, 10, 25},
                                      {2026, 4, 5},   {2026, 10, 4}, {2024, 2, 29}, {2019, 5, 1}};

struct clock_case {
    const char *zone;
    const struct tz *z;
    struct clock_rule rule;
    int64_t start_us;
    struct clock_times t;
};

static int64_t random_moment(const struct tz *z)
{
    int64_t kind = pick(0, 3);
    if (kind == 0)
        return (int64_t)date_days((struct date){1985, 1, 1}) * DAY_US + pick(0, 100 * 365 * DAY_US);
    struct date d = date_from_days(
        (int32_t)pick(date_days((struct date){2005, 1, 1}), date_days((struct date){2035, 1, 1})));
    if (kind == 1)
        return tz_utc(z, d, 0) + pick(-2, 2);
    int32_t day = date_days(special[pick(0, (int64_t)(sizeof special / sizeof *special) - 1)]);
    int64_t us = tz_utc(z, date_from_days(day + (int32_t)pick(-3, 2)), 0);
    return kind == 2 ? us + pick(-2, 2) : us + pick(-DAY_US, DAY_US);
}

static struct clock_case random_case(void)
{
    struct clock_case k = {.zone = zones[pick(0, (int64_t)(sizeof zones / sizeof *zones) - 1)]};
    assert_ok(tz_find(k.zone, &k.z));
    k.rule = (struct clock_rule){.name = "property", .warn_hours = pick(0, 60)};
    int64_t kind = pick(0, 2);
    if (kind == 0)
        k.rule.due_hours = pick(1, 400);
    else if (kind == 1)
        k.rule.due_calendar_days = (int)pick(1, 9);
    else
        k.rule.due_working_days = (int)pick(1, 7);
    k.start_us = random_moment(k.z);
    assert_ok(clock_compute(&japan, k.z, &k.rule, k.start_us, &k.t));
    return k;
}

static void fail_case(const struct clock_case *k, const char *what)
{
    char start[28], due[28], paused[28];
    utc_text(k->start_us, start);
    utc_text(k->t.due_us, due);
    utc_text(k->t.paused_us, paused);
    fail_msg("%s: %s, %lld hours, %d calendar days, %d working days, start %s, due %s, paused %s", what,
             k->zone, (long long)k->rule.due_hours, k->rule.due_calendar_days, k->rule.due_working_days,
             start, due, paused);
}

static void check(bool holds, const struct clock_case *k, const char *what)
{
    if (!holds)
        fail_case(k, what);
}

static enum err resume_at(const struct clock_case *k, int64_t now_us, struct clock_times *ret)
{
    return clock_resume(&japan, k->z, &k->rule, &k->t, now_us, ret);
}

/* n and then m working days are n + m, and what is found is a working day with n - 1 between. */
static void working_days_add_up(void **state)
{
    (void)state;
    seed = 20261122;
    int32_t first = date_days((struct date){1981, 1, 1}), last = date_days((struct date){2098, 1, 1});
    for (int i = 0; i < CASES; i++) {
        const struct holiday_calendar *c = pick(0, 1) ? &japan : &japan_offices;
        struct date from = date_from_days((int32_t)pick(first, last)), a, b, both;
        int n = (int)pick(1, 9), m = (int)pick(1, 9), between = 0;
        assert_ok(calendar_add_working_days(c, from, n, &a));
        assert_ok(calendar_add_working_days(c, a, m, &b));
        assert_ok(calendar_add_working_days(c, from, n + m, &both));
        for (int32_t day = date_days(from) + 1; day < date_days(a); day++)
            between += calendar_working_day(c, date_from_days(day));
        if (date_days(b) != date_days(both) || !calendar_working_day(c, a) || between != n - 1) {
            char text[11];
            date_text(from, text);
            fail_msg("%s, n %d, m %d", text, n, m);
        }
    }
}

static void computed(const struct clock_case *k)
{
    check(k->t.started_us == k->start_us && k->t.due_us > k->start_us, k, "due after start");
    check(k->t.warn_us == k->t.due_us - k->rule.warn_hours * HOUR_US && k->t.warn_us <= k->t.due_us, k,
          "warn before due");
    check(clock_mark(&k->t, CLOCK_RUNNING, k->t.due_us) == CLOCK_OVERDUE, k, "overdue at due");
    check(clock_mark(&k->t, CLOCK_RUNNING, k->t.due_us - 1) != CLOCK_OVERDUE, k, "not overdue before due");
    if (k->rule.due_hours > 0) {
        check(k->t.due_us - k->start_us == k->rule.due_hours * HOUR_US, k, "hours are exact");
        return;
    }
    struct date before = tz_local(k->z, k->t.due_us - 1).date, after = tz_local(k->z, k->t.due_us).date;
    check(date_days(after) > date_days(before), k, "due at the end of a local day");
    check(k->rule.due_calendar_days > 0 || calendar_working_day(&japan, before), k,
          "due day is a working day");
    struct clock_case more = *k;
    *(k->rule.due_calendar_days > 0 ? &more.rule.due_calendar_days : &more.rule.due_working_days) += 1;
    assert_ok(clock_compute(&japan, k->z, &more.rule, k->start_us, &more.t));
    check(more.t.due_us > k->t.due_us, k, "one day more is later");
}

static void monotonic_in_start(const struct clock_case *k)
{
    struct clock_times later;
    int64_t step = pick(0, 2) ? pick(0, 2 * HOUR_US) : pick(0, 5 * DAY_US);
    assert_ok(clock_compute(&japan, k->z, &k->rule, k->start_us + step, &later));
    check(later.due_us >= k->t.due_us && later.warn_us >= k->t.warn_us, k, "monotonic in start");
}

static void extended(struct clock_case *k)
{
    struct clock_times r = {.due_us = 7};
    int64_t by = pick(1, 3 * DAY_US);
    check(clock_extend(&k->t, k->t.due_us - pick(0, 3 * DAY_US), &r) == ERR_FIELD && r.due_us == 7, k,
          "never earlier");
    assert_ok(clock_extend(&k->t, k->t.due_us + by, &r));
    check(r.due_us == k->t.due_us + by && r.warn_us == k->t.warn_us + by && r.started_us == k->start_us, k,
          "extended");
    if (pick(0, 3) == 0)
        k->t = r; /* pauses of extended clocks are tried as well */
}

/* Counted by the wall calendar, independent of the code: days that came after the day of `from` until the day
 * of `to`. */
static int counted(const struct clock_case *k, int64_t from_us, int64_t to_us)
{
    int n = 0;
    int32_t last = date_days(tz_local(k->z, to_us).date);
    for (int32_t day = date_days(tz_local(k->z, from_us).date) + 1; day <= last; day++)
        n += k->rule.due_calendar_days > 0 || calendar_working_day(&japan, date_from_days(day));
    return n;
}

static void pause_and_resume(struct clock_case *k)
{
    k->t.paused_us = k->start_us + pick(0, k->t.due_us - k->start_us + DAY_US);
    int64_t first = k->t.paused_us + pick(0, 9 * DAY_US), second = first + pick(0, 9 * DAY_US);
    bool overdue = k->t.paused_us >= k->t.due_us;
    k->t.not_before_us = pick(0, 1) ? k->t.due_us : 0;
    struct clock_times same, one, two, split;
    assert_ok(resume_at(k, k->t.paused_us, &same));
    check(same.due_us == k->t.due_us && same.warn_us == k->t.warn_us &&
              same.not_before_us == k->t.not_before_us && same.started_us == k->t.started_us &&
              same.paused_us == 0,
          k, "a pause of length 0 changes nothing");
    assert_ok(resume_at(k, first, &one));
    assert_ok(resume_at(k, second, &two));
    check(two.due_us >= one.due_us && one.due_us >= k->t.due_us, k, "monotonic in resumption");
    check(one.due_us - one.warn_us == k->t.due_us - k->t.warn_us, k, "the warning keeps its distance");
    check(overdue ? one.due_us == k->t.due_us : one.due_us > first, k, "overdue stays, what was not is not");
    check(one.not_before_us == 0 || overdue || one.not_before_us == one.due_us, k, "a promise moves along");
    struct clock_times paused_again = one;
    paused_again.paused_us = first;
    assert_ok(clock_resume(&japan, k->z, &k->rule, &paused_again, second, &split));
    check(split.due_us >= two.due_us || overdue, k, "two pauses in a row give no less than one");
    if (overdue)
        return;
    if (k->rule.due_hours > 0) {
        check(one.due_us - first == k->t.due_us - k->t.paused_us && split.due_us == two.due_us, k,
              "hours left are kept");
        return;
    }
    bool plain =
        k->z != NULL && strcmp(k->zone, "Pacific/Apia") != 0 && strcmp(k->zone, "America/St_Johns") != 0;
    int left = counted(k, k->t.paused_us, k->t.due_us - 1);
    if (plain && left > 0 && counted(k, k->t.paused_us, first) > 0)
        check(counted(k, first, one.due_us - 1) == left, k, "days left are kept");
    if (plain && counted(k, k->t.paused_us, first) == 0 && k->t.due_us > first)
        check(one.due_us == k->t.due_us, k, "no day passed");
}

static void clocks_hold(void **state)
{
    (void)state;
    seed = 19480720; /* the day of the Act on National Holidays */
    for (int i = 0; i < CASES; i++) {
        struct clock_case k = random_case();
        computed(&k);
        monotonic_in_start(&k);
        extended(&k);
        pause_and_resume(&k);
    }
}

/* Neither TZ nor the locale of the process enters. */
static void process_zone_does_not_enter(void **state)
{
    (void)state;
    static const char *const process_zones[] = {"Pacific/Apia", "America/New_York", "Asia/Tokyo",
                                                ":/nonexistent"};
    uint64_t sums[4] = {0};
    for (size_t p = 0; p < 4; p++) {
        assert_int_equal(setenv("TZ", process_zones[p], 1), 0);
        tzset();
        seed = 42;
        for (int i = 0; i < 2000; i++) {
            struct clock_case k = random_case();
            struct clock_times r;
            k.t.paused_us = k.start_us + pick(0, k.t.due_us - k.start_us);
            assert_ok(resume_at(&k, k.t.paused_us + pick(0, 9 * DAY_US), &r));
            sums[p] = sums[p] * 31 + (uint64_t)k.t.due_us + 7 * (uint64_t)r.due_us;
        }
        assert_true(sums[p] == sums[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_add_up),
        cmocka_unit_test(clocks_hold),
        cmocka_unit_test(process_zone_does_not_enter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
