/* SPDX-License-Identifier: Apache-2.0 */
/* Golden tables written by hand; the properties are in test_clock_properties.c, the comparisons with an
 * independent implementation and with python3-holidays in tests/clocks. */
#include "base/testing.h"
#include "core/clock/rules.h"
#include "core/pack/test_japan.h"

static struct date ymd(int year, int month, int day)
{
    return (struct date){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

static int64_t at(const char *utc)
{
    int64_t us;
    assert_ok(utc_parse(str_of(utc), &us));
    return us;
}

static const struct tz *zone(const char *name)
{
    const struct tz *z;
    assert_ok(tz_find(name, &z));
    return z;
}

static void assert_moment(int64_t us, const char *expected, const char *what)
{
    char text[28];
    utc_text(us, text);
    if (us != at(expected))
        fail_msg("%s: %s expected, but %s", what, expected, text);
}

static void assert_date(struct date d, const char *expected)
{
    char text[11];
    date_text(d, text);
    assert_string_equal(text, expected);
}

/* ---- holidays ---- */

/* Holidays of Japan as MMDD; s = substitute, k = day between two holidays. 2016 to 2025 from the list that
 * the Cabinet Office publishes; 2026 to 2030 from the Act, with the equinox days as computed. */
static const struct {
    int year;
    const char *days;
} golden[] = {
    {2016, "0101 0111 0211 0320 0321s 0429 0503 0504 0505 0718 0811 0919 0922 1010 1103 1123 1223"},
    {2017, "0101 0102s 0109 0211 0320 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123 1223"},
    {2018, "0101 0108 0211 0212s 0321 0429 0430s 0503 0504 0505 0716 0811 0917 0923 0924s 1008 1103 1123 "
           "1223 1224s"},
    {2019, "0101 0114 0211 0321 0429 0430k 0501 0502k 0503 0504 0505 0506s 0715 0811 0812s 0916 0923 1014 "
           "1022 1103 "
           "1104s 1123"},
    {2020, "0101 0113 0211 0223 0224s 0320 0429 0503 0504 0505 0506s 0723 0724 0810 0921 0922 1103 1123"},
    {2021, "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809s 0920 0923 1103 1123"},
    {2022, "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123"},
    {2023, "0101 0102s 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123"},
    {2024, "0101 0108 0211 0212s 0223 0320 0429 0503 0504 0505 0506s 0715 0811 0812s 0916 0922 0923s 1014 "
           "1103 1104s 1123"},
    {2025,
     "0101 0113 0211 0223 0224s 0320 0429 0503 0504 0505 0506s 0721 0811 0915 0923 1013 1103 1123 1124s"},
    {2026, "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506s 0720 0811 0921 0922k 0923 1012 1103 1123"},
    {2027, "0101 0111 0211 0223 0321 0322s 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123"},
    {2028, "0101 0110 0211 0223 0320 0429 0503 0504 0505 0717 0811 0918 0922 1009 1103 1123"},
    {2029,
     "0101 0108 0211 0212s 0223 0320 0429 0430s 0503 0504 0505 0716 0811 0917 0923 0924s 1008 1103 1123"},
    {2030,
     "0101 0114 0211 0223 0320 0429 0503 0504 0505 0506s 0715 0811 0812s 0916 0923 1014 1103 1104s 1123"},
};

static void holidays_of_year(const struct holiday_calendar *c, int year, char *ret, size_t room)
{
    size_t used = 0;
    ret[0] = '\0';
    for (int32_t day = date_days(ymd(year, 1, 1)); day <= date_days(ymd(year, 12, 31)); day++) {
        struct date d = date_from_days(day);
        const char *name = NULL;
        if (!calendar_holiday(c, d, &name))
            continue;
        assert_non_null(name);
        const char *tag = strcmp(name, c->substitute_name) == 0   ? "s"
                          : strcmp(name, c->sandwiched_name) == 0 ? "k"
                                                                  : "";
        used +=
            (size_t)snprintf(ret + used, room - used, "%s%02u%02u%s", used ? " " : "", d.month, d.day, tag);
        assert_true(used < room);
    }
}

static void fifteen_years_of_holidays(void **state)
{
    (void)state;
    char got[256];
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        holidays_of_year(&japan, golden[i].year, got, sizeof got);
        if (strcmp(got, golden[i].days) != 0)
            fail_msg("%d:\nexpected %s\ngot      %s", golden[i].year, golden[i].days, got);
    }
}

static void years_before_2007(void **state)
{
    (void)state;
    char got[256];
    /* 1985: no sandwiched days yet. 1987: 4 May substitutes a Sunday. 1997: 4 May is a Sunday. 1988: a
     * sandwiched 4 May. */
    holidays_of_year(&japan, 1985, got, sizeof got);
    assert_string_equal(got, "0101 0115 0211 0321 0429 0503 0505 0506s 0915 0916s 0923 1010 1103 1104s 1123");
    holidays_of_year(&japan, 1987, got, sizeof got);
    assert_string_equal(got, "0101 0115 0211 0321 0429 0503 0504s 0505 0915 0923 1010 1103 1123");
    holidays_of_year(&japan, 1988, got, sizeof got);
    assert_string_equal(got, "0101 0115 0211 0320 0321s 0429 0503 0504k 0505 0915 0923 1010 1103 1123");
    holidays_of_year(&japan, 1997, got, sizeof got);
    assert_string_equal(got,
                        "0101 0115 0211 0320 0429 0503 0505 0720 0721s 0915 0923 1010 1103 1123 1124s 1223");
    holidays_of_year(&japan, 2009, got, sizeof got);
    assert_string_equal(
        got, "0101 0112 0211 0320 0429 0503 0504 0505 0506s 0720 0921 0922k 0923 1012 1103 1123 1223");
}

/* Since 2007 a substitute goes to the next free day; before, only to the very next day or nowhere. */
static void substitute_rule_changed(void **state)
{
    (void)state;
    const struct holiday two[] = {{.name = "A", .rule = HOL_FIXED, .month = 6, .day = 7},
                                  {.name = "B", .rule = HOL_FIXED, .month = 6, .day = 8}};
    struct holiday_calendar c = japan;
    c.items = two;
    c.n = 2;
    char got[256];
    holidays_of_year(&c, 1998, got, sizeof got); /* 7 June 1998 and 7 June 2015 were Sundays */
    assert_string_equal(got, "0607 0608");
    holidays_of_year(&c, 2015, got, sizeof got);
    assert_string_equal(got, "0607 0608 0609s");
    c.next_free_from_year = 0;
    holidays_of_year(&c, 1998, got, sizeof got);
    assert_string_equal(got, "0607 0608 0609s");
    c.substitute = false;
    holidays_of_year(&c, 2015, got, sizeof got);
    assert_string_equal(got, "0607 0608");
    c.substitute = true;
    c.substitute_from_year = 2016;
    holidays_of_year(&c, 2015, got, sizeof got);
    assert_string_equal(got, "0607 0608");
}

/* Neither a substitute nor a closure makes its neighbour a holiday, and a Sunday is never sandwiched. */
static void sandwiched_needs_listed_holidays(void **state)
{
    (void)state;
    struct holiday items[] = {{.name = "A", .rule = HOL_FIXED, .month = 6, .day = 7},
                              {.name = "B", .rule = HOL_FIXED, .month = 6, .day = 10}};
    struct holiday_calendar c = japan;
    c.items = items;
    c.n = 2;
    char got[256];
    holidays_of_year(&c, 2015, got, sizeof got); /* Su 7, Mo 8 substitute, Tu 9 free, We 10 */
    assert_string_equal(got, "0607 0608s 0610");
    items[1].day = 9;
    holidays_of_year(&c, 2018, got, sizeof got); /* Th 7, Fr 8 between, Sa 9 */
    assert_string_equal(got, "0607 0608k 0609");
    holidays_of_year(&c, 2014, got, sizeof got); /* Sa 7, Su 8, Mo 9 */
    assert_string_equal(got, "0607 0609");
    items[1].closure = true;
    holidays_of_year(&c, 2018, got, sizeof got);
    assert_string_equal(got, "0607");
    assert_false(calendar_working_day(&c, ymd(2021, 6, 9))); /* a Wednesday */
    assert_true(calendar_working_day(&c, ymd(2021, 6, 8)));
    c.sandwiched = false;
    items[1].closure = false;
    holidays_of_year(&c, 2018, got, sizeof got);
    assert_string_equal(got, "0607 0609");
}

static void rules_of_items(void **state)
{
    (void)state;
    const struct holiday items[] = {
        {.name = "Last Monday of May", .rule = HOL_NTH_WEEKDAY, .month = 5, .nth = -1, .weekday = 1},
        {.name = "Fifth Friday of May", .rule = HOL_NTH_WEEKDAY, .month = 5, .nth = 5, .weekday = 5},
        {.name = "Leap day", .rule = HOL_FIXED, .month = 2, .day = 29, .from_year = 2000, .until_year = 2024},
        {.name = "Once", .rule = HOL_ONCE, .once = {2026, 8, 3}},
    };
    const struct holiday_calendar c = {.id = "c", .items = items, .n = 4, .weekend = 1 << 5 | 1 << 6};
    char got[256];
    holidays_of_year(
        &(struct holiday_calendar){.items = items, .n = 4, .substitute_name = "", .sandwiched_name = ""},
        2026, got, sizeof got);
    assert_string_equal(got, "0525 0529 0803");
    assert_true(calendar_holiday(&c, ymd(2024, 2, 29), NULL));
    assert_false(calendar_holiday(&c, ymd(2028, 2, 29), NULL));
    assert_false(calendar_holiday(&c, ymd(1996, 2, 29), NULL));
    assert_false(calendar_holiday(&c, ymd(2027, 8, 3), NULL));
    assert_false(calendar_holiday(&c, ymd(2027, 5, 29), NULL)); /* four Fridays only */
    assert_false(calendar_working_day(&c, ymd(2026, 11, 20)));  /* a Friday, weekend here */
    assert_true(calendar_working_day(&c, ymd(2026, 11, 22)));   /* a Sunday */
    const char *name = "untouched";
    assert_false(calendar_holiday(&c, ymd(2026, 8, 4), &name));
    assert_string_equal(name, "untouched");
    assert_true(calendar_holiday(&c, ymd(2026, 8, 3), &name));
    assert_string_equal(name, "Once");
}

static bool item_named(const struct holiday_calendar *c, struct date d, const char *name)
{
    const char *got = "";
    return calendar_holiday(c, d, &got) && strcmp(got, name) == 0;
}

/* First and last years of the formula, and the years in which the day last moved or next moves. */
static void equinox_days(void **state)
{
    (void)state;
    static const struct {
        int year, march, september;
    } days[] = {{1980, 20, 23}, {1981, 21, 23}, {1989, 21, 23}, {1990, 21, 23}, {1992, 20, 23},
                {1993, 20, 23}, {2008, 20, 23}, {2011, 21, 23}, {2012, 20, 22}, {2016, 20, 22},
                {2022, 21, 23}, {2023, 21, 23}, {2024, 20, 22}, {2025, 20, 23}, {2026, 20, 23},
                {2028, 20, 22}, {2041, 20, 23}, {2045, 20, 22}, {2055, 21, 23}, {2059, 20, 23},
                {2092, 19, 22}, {2099, 20, 23}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        for (int day = 1; day <= 30; day++) {
            bool spring = item_named(&japan, ymd(days[i].year, 3, day), "Vernal Equinox Day");
            bool autumn = item_named(&japan, ymd(days[i].year, 9, day), "Autumnal Equinox Day");
            if (spring != (day == days[i].march) || autumn != (day == days[i].september))
                fail_msg("equinox of %d, day %d", days[i].year, day);
        }
    }
    for (int day = 1; day <= 30; day++) {
        assert_false(item_named(&japan, ymd(1979, 3, day), "Vernal Equinox Day"));
        assert_false(item_named(&japan, ymd(2100, 9, day), "Autumnal Equinox Day"));
    }
}

static void working_days(void **state)
{
    (void)state;
    struct date d;
    /* Golden Week of 2019: ten days without work. */
    assert_ok(calendar_add_working_days(&japan, ymd(2019, 4, 26), 1, &d));
    assert_date(d, "2019-05-07");
    assert_ok(calendar_add_working_days(&japan, ymd(2019, 4, 30), 1, &d)); /* from a holiday */
    assert_date(d, "2019-05-07");
    assert_ok(calendar_add_working_days(&japan, ymd(2026, 9, 18), 3, &d)); /* five days off in a row */
    assert_date(d, "2026-09-28");
    assert_ok(calendar_add_working_days(&japan, ymd(2026, 12, 28), 3, &d));
    assert_date(d, "2026-12-31");
    assert_ok(calendar_add_working_days(&japan_offices, ymd(2026, 12, 28), 3, &d));
    assert_date(d, "2027-01-06");
    assert_false(calendar_working_day(&japan_offices, ymd(2026, 12, 29)));
    assert_false(calendar_holiday(&japan_offices, ymd(2026, 12, 29), NULL));
    assert_ok(calendar_add_working_days(&japan, ymd(2024, 2, 28), 1, &d));
    assert_date(d, "2024-02-29");
    assert_ok(calendar_add_working_days(&japan, ymd(2023, 12, 29), 250, &d));
    assert_date(d, "2025-01-03"); /* 2024 had 248 working days: 262 weekdays, 14 holidays on them */
}

static void working_days_refuse(void **state)
{
    (void)state;
    struct date d = ymd(2001, 2, 3);
    assert_fails(calendar_add_working_days(&japan, ymd(2026, 1, 5), 0, &d), ERR_FIELD);
    assert_fails(calendar_add_working_days(&japan, ymd(2026, 1, 5), -1, &d), ERR_FIELD);
    assert_fails(calendar_add_working_days(&japan, ymd(2026, 2, 30), 1, &d), ERR_FIELD);
    assert_fails(calendar_add_working_days(&japan, ymd(2026, 1, 5), 2900, &d), ERR_LIMIT);
    assert_fails(calendar_add_working_days(&japan, ymd(2026, 1, 5), 2147483647, &d), ERR_LIMIT);
    struct holiday_calendar c = japan;
    c.weekend = 0xfe;
    assert_fails(calendar_add_working_days(&c, ymd(2026, 1, 5), 1, &d), ERR_LIMIT);
    /* A year whose holidays are not known gives no due day at all. */
    assert_fails(calendar_add_working_days(&japan, ymd(2099, 12, 31), 1, &d), ERR_LIMIT);
    c = japan;
    c.valid_from = c.valid_until = 0;
    assert_fails(calendar_add_working_days(&c, ymd(2099, 12, 31), 1, &d),
                 ERR_LIMIT); /* equinox days are not known */
    assert_fails(calendar_add_working_days(&c, ymd(1979, 12, 30), 1, &d), ERR_LIMIT);
    c.n = 1; /* New Year's Day only */
    assert_ok(calendar_add_working_days(&c, ymd(2099, 12, 31), 1, &d));
    assert_date(d, "2100-01-04");
    c.valid_until = 2026;
    assert_ok(calendar_add_working_days(&c, ymd(2026, 12, 30), 1, &d));
    assert_fails(calendar_add_working_days(&c, ymd(2026, 12, 31), 1, &d), ERR_LIMIT);
    c.valid_from = 2026;
    assert_fails(calendar_add_working_days(&c, ymd(2025, 12, 29), 1, &d), ERR_LIMIT);
    assert_ok(calendar_add_working_days(&c, ymd(2025, 12, 31), 1, &d));
    assert_date(d, "2026-01-02");
    c = (struct holiday_calendar){0};
    assert_fails(calendar_add_working_days(&c, ymd(9999, 12, 30), 1, &d), ERR_LIMIT);
    assert_date(d, "2026-01-02"); /* nothing is written on failure */
}

/* ---- clocks ---- */

#define HOURS(n)                                          \
    {                                                     \
        .name = "answer", .due_hours = n, .warn_hours = 1 \
    }
#define DAYS(n)                                                    \
    {                                                              \
        .name = "answer", .due_calendar_days = n, .warn_hours = 48 \
    }
#define WORK(n)                                                   \
    {                                                             \
        .name = "answer", .due_working_days = n, .warn_hours = 48 \
    }

static const struct {
    const char *what, *zone;
    struct clock_rule rule;
    const char *start, *due;
} computed[] = {
    {"24 hours", "Asia/Tokyo", HOURS(24), "2026-11-22T00:12:37.123456Z", "2026-11-23T00:12:37.123456Z"},
    {"last millisecond of a day", "Asia/Tokyo", DAYS(1), "2026-11-24T23:59:59.999+09:00",
     "2026-11-26T00:00:00+09:00"},
    {"first instant of a day", "Asia/Tokyo", DAYS(1), "2026-11-25T00:00:00+09:00",
     "2026-11-27T00:00:00+09:00"},
    {"last millisecond, working", "Asia/Tokyo", WORK(1), "2026-11-20T23:59:59.999+09:00",
     "2026-11-25T00:00:00+09:00"},
    {"first instant, working", "Asia/Tokyo", WORK(1), "2026-11-24T00:00:00+09:00",
     "2026-11-26T00:00:00+09:00"},
    {"start on a Saturday as on the Friday", "Asia/Tokyo", WORK(1), "2026-11-21T12:00:00+09:00",
     "2026-11-25T00:00:00+09:00"},
    {"start on a holiday", "Asia/Tokyo", WORK(2), "2026-09-22T12:00:00+09:00", "2026-09-26T00:00:00+09:00"},
    {"calendar days do not move", "Asia/Tokyo", DAYS(3), "2026-11-20T12:00:00+09:00",
     "2026-11-24T00:00:00+09:00"},
    {"into a leap day", "Asia/Tokyo", DAYS(1), "2024-02-28T12:00:00+09:00", "2024-03-01T00:00:00+09:00"},
    {"from a leap day", "Asia/Tokyo", DAYS(1), "2024-02-29T12:00:00+09:00", "2024-03-02T00:00:00+09:00"},
    {"no leap day", "Asia/Tokyo", DAYS(1), "2026-02-28T12:00:00+09:00", "2026-03-02T00:00:00+09:00"},
    {"366 days", "Asia/Tokyo", DAYS(366), "2024-01-01T12:00:00+09:00", "2025-01-02T00:00:00+09:00"},
    {"the UTC day is another", "Asia/Tokyo", DAYS(1), "2026-01-05T20:00:00Z", "2026-01-07T15:00:00Z"},
    {"spring: 24 hours stay 24 hours", "America/New_York", HOURS(24), "2026-03-07T12:00:00-05:00",
     "2026-03-08T13:00:00-04:00"},
    {"spring: a day of 23 hours", "America/New_York", DAYS(1), "2026-03-07T12:00:00-05:00",
     "2026-03-09T00:00:00-04:00"},
    {"autumn: 24 hours stay 24 hours", "America/New_York", HOURS(24), "2026-10-31T12:00:00-04:00",
     "2026-11-01T11:00:00-05:00"},
    {"autumn: a day of 25 hours", "America/New_York", DAYS(1), "2026-10-31T12:00:00-04:00",
     "2026-11-02T00:00:00-05:00"},
    {"Berlin, spring", "Europe/Berlin", DAYS(2), "2026-03-28T23:59:59.999+01:00",
     "2026-03-31T00:00:00+02:00"},
    {"Berlin, autumn", "Europe/Berlin", WORK(1), "2026-10-23T12:00:00+02:00", "2026-10-27T00:00:00+01:00"},
    {"Berlin, 1 hour over the gap", "Europe/Berlin", HOURS(1), "2026-03-29T01:30:00+01:00",
     "2026-03-29T03:30:00+02:00"},
    {"half an hour of summer time", "Australia/Lord_Howe", DAYS(1), "2026-10-03T12:00:00+10:30",
     "2026-10-05T00:00:00+11:00"},
    {"and back", "Australia/Lord_Howe", DAYS(1), "2026-04-04T12:00:00+11:00", "2026-04-06T00:00:00+10:30"},
    {"no midnight: the day ends at 01:00", "America/Sao_Paulo", DAYS(1), "2018-11-02T12:00:00-03:00",
     "2018-11-04T01:00:00-02:00"},
    {"midnight twice", "America/Sao_Paulo", DAYS(1), "2018-02-16T12:00:00-02:00",
     "2018-02-18T00:00:00-03:00"},
    {"a skipped day is not counted", "Pacific/Apia", DAYS(1), "2011-12-29T12:00:00-10:00",
     "2012-01-01T00:00:00+14:00"},
    {"nor two days before it", "Pacific/Apia", DAYS(2), "2011-12-28T12:00:00-10:00",
     "2012-01-01T00:00:00+14:00"},
    {"a day ends at the skipped one", "Pacific/Apia", DAYS(1), "2011-12-28T12:00:00-10:00",
     "2011-12-31T00:00:00+14:00"},
    {"a skipped Friday is no working day", "Pacific/Apia", WORK(1), "2011-12-29T12:00:00-10:00",
     "2012-01-04T00:00:00+14:00"},
    {"a new day does not end again", "America/St_Johns", DAYS(1), "2010-11-06T23:30:00-03:30",
     "2010-11-09T00:00:00-03:30"},
    {"the hour before it", "America/St_Johns", DAYS(1), "2010-11-06T23:30:00-02:30",
     "2010-11-08T00:00:00-03:30"},
};

static void clock_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof computed / sizeof *computed; i++) {
        struct clock_times t;
        assert_ok(
            clock_compute(&japan, zone(computed[i].zone), &computed[i].rule, at(computed[i].start), &t));
        assert_moment(t.due_us, computed[i].due, computed[i].what);
        assert_int_equal(t.started_us, at(computed[i].start));
        assert_int_equal(t.due_us - t.warn_us, computed[i].rule.warn_hours * INT64_C(3600000000));
        assert_int_equal(t.not_before_us, 0);
        assert_int_equal(t.paused_us, 0);
    }
}

static void clock_refuses(void **state)
{
    (void)state;
    const struct tz *z = zone("Asia/Tokyo");
    const int64_t start = at("2026-11-24T12:00:00+09:00");
    struct clock_times t = {.due_us = 7};
    struct clock_rule none = {.name = "n"}, both = {.name = "b", .due_hours = 1, .due_working_days = 1};
    struct clock_rule negative = {.name = "m", .due_hours = -1},
                      mixed = {.name = "x", .due_hours = 5, .due_calendar_days = -1};
    struct clock_rule warn = {.name = "w", .due_hours = 5, .warn_hours = -1};
    assert_fails(clock_compute(&japan, z, &none, start, &t), ERR_PACK);
    assert_fails(clock_compute(&japan, z, &both, start, &t), ERR_PACK);
    assert_fails(clock_compute(&japan, z, &negative, start, &t), ERR_PACK);
    assert_fails(clock_compute(&japan, z, &mixed, start, &t), ERR_PACK);
    assert_fails(clock_compute(&japan, z, &warn, start, &t), ERR_PACK);
    struct clock_rule rule = HOURS(96001);
    assert_fails(clock_compute(&japan, z, &rule, start, &t), ERR_LIMIT);
    rule = (struct clock_rule)HOURS(1);
    rule.warn_hours = 96001;
    assert_fails(clock_compute(&japan, z, &rule, start, &t), ERR_LIMIT);
    rule = (struct clock_rule)DAYS(4001);
    assert_fails(clock_compute(&japan, z, &rule, start, &t), ERR_LIMIT);
    rule = (struct clock_rule)HOURS(1);
    assert_fails(clock_compute(&japan, z, &rule, at("1899-12-31T23:59:59.999999Z"), &t), ERR_FIELD);
    assert_fails(clock_compute(&japan, z, &rule, at("3000-01-01T00:00:00Z"), &t), ERR_FIELD);
    assert_fails(clock_compute(&japan, z, &rule, INT64_MAX, &t), ERR_FIELD);
    assert_fails(clock_compute(&japan, z, &rule, INT64_MIN, &t), ERR_FIELD);
    rule = (struct clock_rule)WORK(1);
    assert_fails(clock_compute(NULL, z, &rule, start, &t), ERR_CONFIG);
    assert_int_equal(t.due_us, 7); /* nothing was written */
    rule = (struct clock_rule)DAYS(1);
    assert_ok(clock_compute(NULL, z, &rule, start, &t));
    rule = (struct clock_rule)HOURS(96000);
    assert_ok(clock_compute(NULL, z, &rule, at("1900-01-01T00:00:00Z"), &t));
    assert_ok(clock_compute(NULL, z, &rule, at("2999-12-31T23:59:59Z"), &t));
    rule = (struct clock_rule)DAYS(4000);
    assert_ok(clock_compute(NULL, z, &rule, start, &t));
}

static void mark(void **state)
{
    (void)state;
    const struct clock_times t = {.started_us = 1000, .warn_us = 2000, .due_us = 3000, .paused_us = 1500};
    assert_int_equal(clock_mark(&t, CLOCK_RUNNING, 1999), CLOCK_OK);
    assert_int_equal(clock_mark(&t, CLOCK_RUNNING, 2000), CLOCK_WARN);
    assert_int_equal(clock_mark(&t, CLOCK_RUNNING, 2999), CLOCK_WARN);
    assert_int_equal(clock_mark(&t, CLOCK_RUNNING, 3000), CLOCK_OVERDUE);
    assert_int_equal(clock_mark(&t, CLOCK_STOPPED, 9000), CLOCK_OK);
    assert_int_equal(clock_mark(&t, CLOCK_CANCELLED, 9000), CLOCK_OK);
    assert_int_equal(clock_mark(&t, CLOCK_PAUSED, 9000), CLOCK_OK);
    struct clock_times late = t;
    late.paused_us = 3000; /* a pause hides nothing */
    assert_int_equal(clock_mark(&late, CLOCK_PAUSED, 9000), CLOCK_OVERDUE);
    late.paused_us = 2500;
    assert_int_equal(clock_mark(&late, CLOCK_PAUSED, 9000), CLOCK_WARN);
    const struct clock_times no_warning = {.started_us = 1000, .warn_us = 3000, .due_us = 3000};
    assert_int_equal(clock_mark(&no_warning, CLOCK_RUNNING, 2999), CLOCK_OK);
    assert_int_equal(clock_mark(&no_warning, CLOCK_RUNNING, 3000), CLOCK_OVERDUE);
}

static void may_stop(void **state)
{
    (void)state;
    struct clock_times t = {.started_us = 1000, .due_us = 3000};
    assert_true(clock_may_stop(&t, 1000));
    t.not_before_us = 2000;
    assert_false(clock_may_stop(&t, 1999));
    assert_true(clock_may_stop(&t, 2000));
    t.due_us = 1500; /* overdue or not is no matter */
    assert_false(clock_may_stop(&t, 1999));
}

static void extend(void **state)
{
    (void)state;
    const struct clock_times t = {
        .started_us = 1000, .warn_us = 2000, .due_us = 3000, .not_before_us = 2500, .paused_us = 1500};
    struct clock_times r = {.due_us = 7};
    assert_fails(clock_extend(&t, 2999, &r), ERR_FIELD);
    assert_fails(clock_extend(&t, 3000, &r), ERR_FIELD);
    assert_fails(clock_extend(&t, INT64_MAX, &r), ERR_FIELD);
    assert_int_equal(r.due_us, 7);
    assert_ok(clock_extend(&t, 3001, &r));
    assert_int_equal(r.due_us, 3001);
    assert_int_equal(r.warn_us, 2001);
    assert_int_equal(r.started_us, 1000);
    assert_int_equal(r.not_before_us, 2500);
    assert_int_equal(r.paused_us, 1500);
}

static const struct {
    const char *what;
    struct clock_rule rule;
    const char *start, *extended, *paused, *resumed, *due;
} resumed[] = {
    {"hours shift by the pause", HOURS(24), "2026-11-20T12:00:00+09:00", NULL, "2026-11-20T13:00:00+09:00",
     "2026-11-23T13:00:00.000001+09:00", "2026-11-24T12:00:00.000001+09:00"},
    {"hours, overdue when paused", HOURS(1), "2026-11-20T12:00:00+09:00", NULL, "2026-11-20T13:00:00+09:00",
     "2026-11-23T13:00:00+09:00", "2026-11-20T13:00:00+09:00"},
    {"within one day", WORK(3), "2026-11-16T09:00:00+09:00", NULL, "2026-11-17T00:00:00+09:00",
     "2026-11-17T23:59:59.999999+09:00", "2026-11-20T00:00:00+09:00"},
    {"over one midnight", WORK(3), "2026-11-16T09:00:00+09:00", NULL, "2026-11-17T23:59:59.999999+09:00",
     "2026-11-18T00:00:00+09:00", "2026-11-21T00:00:00+09:00"},
    {"over a long weekend: Tuesday counts", WORK(3), "2026-11-16T09:00:00+09:00", NULL,
     "2026-11-18T10:00:00+09:00", "2026-11-24T10:00:00+09:00", "2026-11-26T00:00:00+09:00"},
    {"to a Sunday: Friday counts", WORK(3), "2026-11-17T09:00:00+09:00", NULL, "2026-11-19T10:00:00+09:00",
     "2026-11-22T10:00:00+09:00", "2026-11-25T00:00:00+09:00"},
    {"from Saturday to Sunday nothing passed", WORK(3), "2026-11-19T09:00:00+09:00", NULL,
     "2026-11-21T10:00:00+09:00", "2026-11-22T10:00:00+09:00", "2026-11-26T00:00:00+09:00"},
    {"the rest of a Friday, resumed on Saturday", WORK(1), "2026-11-05T09:00:00+09:00", NULL,
     "2026-11-06T10:00:00+09:00", "2026-11-07T10:00:00+09:00", "2026-11-10T00:00:00+09:00"},
    {"resumed at the very due moment", WORK(1), "2026-11-05T09:00:00+09:00", NULL,
     "2026-11-06T10:00:00+09:00", "2026-11-07T00:00:00+09:00", "2026-11-10T00:00:00+09:00"},
    {"the rest of a Friday, resumed on Monday", WORK(1), "2026-11-05T09:00:00+09:00", NULL,
     "2026-11-06T10:00:00+09:00", "2026-11-09T10:00:00+09:00", "2026-11-10T00:00:00+09:00"},
    {"working, overdue when paused", WORK(1), "2026-11-05T09:00:00+09:00", NULL, "2026-11-07T00:00:00+09:00",
     "2026-11-12T10:00:00+09:00", "2026-11-07T00:00:00+09:00"},
    {"calendar days", DAYS(5), "2026-11-05T09:00:00+09:00", NULL, "2026-11-06T10:00:00+09:00",
     "2026-11-09T10:00:00+09:00", "2026-11-14T00:00:00+09:00"},
    {"calendar days, the rest of a day", DAYS(1), "2026-11-05T09:00:00+09:00", NULL,
     "2026-11-06T23:00:00+09:00", "2026-11-07T01:00:00+09:00", "2026-11-08T00:00:00+09:00"},
    {"an extended due keeps its time of day", WORK(1), "2026-11-05T09:00:00+09:00",
     "2026-11-11T17:00:00.25+09:00", "2026-11-09T10:00:00+09:00", "2026-11-10T10:00:00+09:00",
     "2026-11-12T17:00:00.25+09:00"},
    {"hours left of a day, resumed after them", WORK(1), "2026-11-05T09:00:00+09:00",
     "2026-11-11T17:00:00+09:00", "2026-11-11T10:00:00+09:00", "2026-11-11T18:00:00+09:00",
     "2026-11-12T17:00:00+09:00"},
    {"extended to a Sunday", WORK(1), "2026-11-05T09:00:00+09:00", "2026-11-15T17:00:00+09:00",
     "2026-11-12T10:00:00+09:00", "2026-11-13T10:00:00+09:00", "2026-11-16T17:00:00+09:00"},
    {"extended to midnight stays an end of day", WORK(1), "2026-11-05T09:00:00+09:00",
     "2026-11-12T00:00:00+09:00", "2026-11-10T10:00:00+09:00", "2026-11-11T10:00:00+09:00",
     "2026-11-13T00:00:00+09:00"},
};

static void resume_golden(void **state)
{
    (void)state;
    const struct tz *z = zone("Asia/Tokyo");
    for (size_t i = 0; i < sizeof resumed / sizeof *resumed; i++) {
        struct clock_times t, r;
        assert_ok(clock_compute(&japan, z, &resumed[i].rule, at(resumed[i].start), &t));
        if (resumed[i].extended)
            assert_ok(clock_extend(&t, at(resumed[i].extended), &t));
        t.paused_us = at(resumed[i].paused);
        assert_ok(clock_resume(&japan, z, &resumed[i].rule, &t, at(resumed[i].resumed), &r));
        assert_moment(r.due_us, resumed[i].due, resumed[i].what);
        assert_int_equal(r.due_us - r.warn_us, t.due_us - t.warn_us);
        assert_int_equal(r.started_us, t.started_us);
        assert_int_equal(r.paused_us, 0);
    }
}

/* Days of 23 and 25 hours are days; a skipped day has not passed. */
static void resume_across_changes(void **state)
{
    (void)state;
    struct clock_times t, r;
    struct clock_rule rule = DAYS(3);
    const struct tz *z = zone("America/New_York");
    assert_ok(clock_compute(NULL, z, &rule, at("2026-03-06T12:00:00-05:00"), &t));
    t.paused_us = at("2026-03-07T12:00:00-05:00");
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2026-03-08T12:00:00-04:00"), &r));
    assert_moment(r.due_us, "2026-03-11T00:00:00-04:00", "New York, spring");
    z = zone("Pacific/Apia");
    rule = (struct clock_rule)DAYS(2);
    assert_ok(clock_compute(NULL, z, &rule, at("2011-12-28T12:00:00-10:00"), &t));
    t.paused_us = at("2011-12-29T12:00:00-10:00");
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2011-12-31T12:00:00+14:00"), &r));
    assert_moment(r.due_us, "2012-01-02T00:00:00+14:00", "Apia");
    z = zone("America/Sao_Paulo"); /* an extended time of day in the gap moves on with it */
    rule = (struct clock_rule)DAYS(1);
    assert_ok(clock_compute(NULL, z, &rule, at("2018-11-01T12:00:00-03:00"), &t));
    assert_ok(clock_extend(&t, at("2018-11-03T00:30:00-03:00"), &t));
    t.paused_us = at("2018-11-02T12:00:00-03:00");
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2018-11-03T12:00:00-03:00"), &r));
    assert_moment(r.due_us, "2018-11-04T01:30:00-02:00", "Sao Paulo");
}

/* A reflection period that was promised is not shortened by a pause; one that is over stays over. */
static void resume_keeps_promises(void **state)
{
    (void)state;
    const struct tz *z = zone("Asia/Tokyo");
    struct clock_rule rule = DAYS(30);
    struct clock_times t, r;
    assert_ok(clock_compute(NULL, z, &rule, at("2026-11-05T09:00:00+09:00"), &t));
    t.not_before_us = t.due_us;
    t.paused_us = at("2026-11-06T09:00:00+09:00");
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2026-11-10T09:00:00+09:00"), &r));
    assert_int_equal(r.not_before_us, r.due_us);
    assert_int_equal(r.due_us - t.due_us, INT64_C(4) * 86400 * 1000000);
    t.not_before_us = t.paused_us;
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2026-11-10T09:00:00+09:00"), &r));
    assert_int_equal(r.not_before_us, t.paused_us);
    t.not_before_us = 0;
    assert_ok(clock_resume(NULL, z, &rule, &t, at("2026-11-10T09:00:00+09:00"), &r));
    assert_int_equal(r.not_before_us, 0);
}

static void resume_refuses(void **state)
{
    (void)state;
    const struct tz *z = zone("Asia/Tokyo");
    struct clock_rule rule = WORK(5), none = {.name = "n"};
    struct clock_times t, r = {.due_us = 7};
    assert_ok(clock_compute(&japan, z, &rule, at("2026-11-05T09:00:00+09:00"), &t));
    assert_fails(clock_resume(&japan, z, &rule, &t, at("2026-11-10T09:00:00+09:00"), &r), ERR_STATE);
    t.paused_us = at("2026-11-06T09:00:00+09:00");
    assert_fails(clock_resume(&japan, z, &rule, &t, t.paused_us - 1, &r), ERR_FIELD);
    assert_fails(clock_resume(&japan, z, &none, &t, t.paused_us, &r), ERR_PACK);
    assert_fails(clock_resume(NULL, z, &rule, &t, t.paused_us, &r), ERR_CONFIG);
    assert_fails(clock_resume(&japan, z, &rule, &t, at("2037-11-06T09:00:00+09:00"), &r), ERR_LIMIT);
    assert_fails(clock_resume(&japan, z, &rule, &t, at("3000-01-01T00:00:00Z"), &r), ERR_FIELD);
    struct holiday_calendar ends = japan;
    ends.valid_until = 2026;
    assert_fails(clock_resume(&ends, z, &rule, &t, at("2027-01-05T09:00:00+09:00"), &r), ERR_LIMIT);
    t.paused_us = t.started_us - 1;
    assert_fails(clock_resume(&japan, z, &rule, &t, at("2026-11-10T09:00:00+09:00"), &r), ERR_FIELD);
    assert_int_equal(r.due_us, 7);
    t.paused_us = t.started_us;
    assert_ok(clock_resume(&japan, z, &rule, &t, t.paused_us, &r));
    /* In place, as callers will do it. */
    assert_ok(clock_resume(&japan, z, &rule, &t, at("2026-11-06T09:00:00+09:00"), &t));
    assert_moment(t.due_us, "2026-11-14T00:00:00+09:00", "in place");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifteen_years_of_holidays),
        cmocka_unit_test(years_before_2007),
        cmocka_unit_test(substitute_rule_changed),
        cmocka_unit_test(sandwiched_needs_listed_holidays),
        cmocka_unit_test(rules_of_items),
        cmocka_unit_test(equinox_days),
        cmocka_unit_test(working_days),
        cmocka_unit_test(working_days_refuse),
        cmocka_unit_test(clock_golden),
        cmocka_unit_test(clock_refuses),
        cmocka_unit_test(mark),
        cmocka_unit_test(may_stop),
        cmocka_unit_test(extend),
        cmocka_unit_test(resume_golden),
        cmocka_unit_test(resume_across_changes),
        cmocka_unit_test(resume_keeps_promises),
        cmocka_unit_test(resume_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
