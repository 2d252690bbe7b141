/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar.h"
#include "base/testing.h"

#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY  2932896   /* 9999-12-31 */
#define SECOND    INT64_C(1000000)
#define DAY       (86400 * SECOND)

static struct date ymd(int year, int month, int day)
{
    return (struct date){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

static bool same(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

/* A calendar counted on day by day, by the rules as they are spoken, over all its years. */
static void every_day(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t days = FIRST_DAY;
    int weekday = 1;
    for (int year = 1; year <= 9999; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100);
        if (date_leap(year) != leap)
            fail_msg("%d: leap", year);
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (leap && month == 2);
            if (date_month_days(year, month) != length)
                fail_msg("%d-%d: length", year, month);
            for (int day = 1; day <= length; day++, days++, weekday = weekday % 7 + 1) {
                struct date d = ymd(year, month, day);
                if (!date_ok(d) || date_days(d) != days || !same(date_from_days(days), d) ||
                    date_weekday(d) != weekday)
                    fail_msg("%04d-%02d-%02d", year, month, day);
            }
        }
    }
    assert_int_equal(days, LAST_DAY + 1);
}

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(date_days(ymd(1970, 1, 1)), 0);
    assert_int_equal(date_days(ymd(2000, 3, 1)), 11017);
    assert_int_equal(date_weekday(ymd(2026, 11, 22)), 7); /* a Sunday */
    assert_int_equal(date_from_days(FIRST_DAY - 1).year, 0);
    assert_int_equal(date_from_days(LAST_DAY + 1).year, 0);
    assert_int_equal(date_from_days(INT32_MIN).year, 0);
    assert_int_equal(date_from_days(INT32_MAX).year, 0);
}

static void no_such_date(void **state)
{
    (void)state;
    static const int bad[][3] = {{0, 1, 1},     {-1, 1, 1},    {10000, 1, 1},  {2026, 0, 1},
                                 {2026, 13, 1}, {2026, 1, 0},  {2026, 1, 32},  {2026, 2, 29},
                                 {1900, 2, 29}, {2026, 4, 31}, {2026, 255, 1}, {2026, 1, 255}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[11];
        struct date d = ymd(bad[i][0], bad[i][1], bad[i][2]);
        assert_false(date_ok(d));
        date_text(d, text);
        assert_string_equal(text, "0000-00-00");
    }
    assert_int_equal(date_month_days(2026, 0), 0);
    assert_int_equal(date_month_days(2026, 13), 0);
    assert_int_equal(date_month_days(2026, -1), 0);
    assert_true(date_ok(ymd(2000, 2, 29)));
}

/* nth_weekday against a walk through the month. */
static void nth_weekday(void **state)
{
    (void)state;
    for (int year = 1900; year <= 2200; year++) {
        for (int month = 1; month <= 12; month++) {
            struct date found[8][6] = {0}, last[8] = {0};
            int seen[8] = {0};
            for (int day = 1; day <= date_month_days(year, month); day++) {
                int weekday = date_weekday(ymd(year, month, day));
                found[weekday][++seen[weekday]] = last[weekday] = ymd(year, month, day);
            }
            for (int weekday = 1; weekday <= 7; weekday++) {
                for (int nth = 1; nth <= 5; nth++)
                    if (!same(date_nth_weekday(year, month, weekday, nth), found[weekday][nth]))
                        fail_msg("%d-%d weekday %d, %d", year, month, weekday, nth);
                if (!same(date_nth_weekday(year, month, weekday, -1), last[weekday]))
                    fail_msg("%d-%d last weekday %d", year, month, weekday);
            }
        }
    }
    static const int bad[][4] = {{2026, 1, 0, 1},  {2026, 1, 8, 1},  {2026, 1, 1, 0},
                                 {2026, 1, 1, 6},  {2026, 1, 1, -2}, {2026, 0, 1, 1},
                                 {2026, 13, 1, 1}, {0, 1, 1, 1},     {10000, 1, 1, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(date_nth_weekday(bad[i][0], bad[i][1], bad[i][2], bad[i][3]).year, 0);
}

static void date_text_and_back(void **state)
{
    (void)state;
    for (int32_t days = FIRST_DAY; days <= LAST_DAY; days += days < -25567 || days > 84006 ? 97 : 1) {
        char text[11];
        struct date back = {0};
        date_text(date_from_days(days), text);
        if (strlen(text) != 10 || date_parse(str_of(text), &back) != OK || date_days(back) != days)
            fail_msg("%s", text);
    }
}

static void bad_date_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026",       "2026-1-1",    "2026-01-1",   "2026-01-011",
                                      "2026/01/01", "20260101",   "2026-02-29",  "0000-01-01",  "2026-00-10",
                                      "2026-13-01", "2026-01-00", " 2026-01-01", "2026-01-01 ", "+026-01-01",
                                      "-026-01-01", "2026-0x-01", "２026-01-0",  "2026-01-32"};
    struct date d = {7, 7, 7};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(date_parse(str_of(bad[i]), &d), ERR_FIELD);
        assert_null(*bad[i] ? strstr(err_detail(), bad[i]) : NULL); /* a date of birth is personal data */
    }
    assert_true(same(d, ymd(7, 7, 7)));
}

static void age(void **state)
{
    (void)state;
    assert_int_equal(date_age(ymd(2000, 5, 10), ymd(2018, 5, 9)), 17);
    assert_int_equal(date_age(ymd(2000, 5, 10), ymd(2018, 5, 10)), 18);
    assert_int_equal(date_age(ymd(2000, 5, 10), ymd(2000, 5, 10)), 0);
    assert_int_equal(date_age(ymd(2000, 5, 10), ymd(2000, 5, 9)), -1);
    assert_int_equal(date_age(ymd(2004, 2, 29), ymd(2022, 2, 28)), 17);
    assert_int_equal(date_age(ymd(2004, 2, 29), ymd(2022, 3, 1)), 18);
    assert_int_equal(date_age(ymd(2004, 2, 29), ymd(2024, 2, 28)), 19);
    assert_int_equal(date_age(ymd(2004, 2, 29), ymd(2024, 2, 29)), 20);
    /* Day by day: it grows by one, on the birthday only. */
    struct date born = ymd(1999, 12, 31);
    int before = -1;
    for (int32_t day = date_days(born); day < date_days(born) + 40000; day++) {
        struct date on = date_from_days(day);
        int now = date_age(born, on);
        assert_int_equal(now - before, on.month == 12 && on.day == 31);
        before = now;
    }
}

static void utc_text_and_back(void **state)
{
    (void)state;
    static const int64_t steps[] = {0, 1, 999999, SECOND, 59 * SECOND, 3600 * SECOND, DAY - 1};
    for (int32_t day = FIRST_DAY; day <= LAST_DAY; day += 1009) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            char text[28], date[11];
            int64_t us = day * DAY + steps[i], back = 0;
            utc_text(us, text);
            date_text(date_from_days(day), date);
            if (strlen(text) != 27 || memcmp(text, date, 10) != 0)
                fail_msg("%s", text);
            assert_ok(utc_parse(str_of(text), &back));
            assert_true(back == us);
        }
    }
    char text[28];
    utc_text(INT64_C(1795306357123456), text);
    assert_string_equal(text, "2026-11-22T00:12:37.123456Z");
    utc_text(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
    static const int64_t outside[] = {INT64_MIN, FIRST_DAY * DAY - 1, (LAST_DAY + 1) * DAY, INT64_MAX};
    for (int i = 0; i < 4; i++) {
        utc_text(outside[i], text);
        assert_string_equal(text, "0000-00-00T00:00:00.000000Z");
    }
}

static void utc_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1970-01-01 00:00:00Z", 0},
        {"1970-01-01T09:00:00+09:00", 0},
        {"1969-12-31T18:30:00-05:30", 0},
        {"1970-01-01T00:00:00-00:00", 0},
        {"1970-01-01T00:00:00.5Z", 500000},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:00.0000019999999999999999999999999Z", 1},
        {"1970-01-01T09:00:00.25+09:00", 250000},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800) * SECOND}, /* a leap second */
        {"2017-01-01T08:59:60+09:00", INT64_C(1483228800) * SECOND},
        {"0001-01-01T00:00:00Z", FIRST_DAY * DAY},
        {"9999-12-31T23:59:59.999999Z", (LAST_DAY + 1) * DAY - 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t us = -77;
        assert_ok(utc_parse(str_of(good[i].text), &us));
        if (us != good[i].us)
            fail_msg("%s gives %lld", good[i].text, (long long)us);
    }
}

static void bad_utc_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "Z",
                                      "1970-01-01",
                                      "1970-01-01T00:00:00",
                                      "1970-01-01T00:00Z",
                                      "1970-01-01T00:00:00.Z",
                                      "1970-01-01T00:00:00,5Z",
                                      "1970-01-01T24:00:00Z",
                                      "1970-01-01T00:60:00Z",
                                      "1970-01-01T00:00:61Z",
                                      "1970-01-01T12:00:60Z",
                                      "1970-01-01X00:00:00Z",
                                      "1970-01-01T00-00-00Z",
                                      "1970-01-01T00:00:00+0900",
                                      "1970-01-01T00:00:00+09",
                                      "1970-01-01T00:00:00+24:00",
                                      "1970-01-01T00:00:00+09:60",
                                      "1970-01-01T00:00:00*09:00",
                                      "1970-01-01T00:00:00Z ",
                                      " 1970-01-01T00:00:00Z",
                                      "1970-02-29T00:00:00Z",
                                      "1970-01-01T00:00:00ZZ",
                                      "1970-01-01T0x:00:00Z",
                                      "1970-01-01T00:00:0xZ",
                                      "0001-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01",
                                      "9999-12-31T23:59:60Z",
                                      "1970-01-01T-1:00:00Z",
                                      "1970-01-01T00:00:00+-9:00"};
    int64_t us = -77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (utc_parse(str_of(bad[i]), &us) != ERR_FIELD)
            fail_msg("%s was taken", bad[i]);
    assert_fails(utc_parse(STR("1970-01-01\00000:00:00Z"), &us), ERR_FIELD);
    assert_int_equal(us, -77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day),    cmocka_unit_test(known_days),         cmocka_unit_test(no_such_date),
        cmocka_unit_test(nth_weekday),  cmocka_unit_test(date_text_and_back), cmocka_unit_test(bad_date_text),
        cmocka_unit_test(age),          cmocka_unit_test(utc_text_and_back),  cmocka_unit_test(utc_forms),
        cmocka_unit_test(bad_utc_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
