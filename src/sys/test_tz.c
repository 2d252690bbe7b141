/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "sys/tz.h"

#include <pthread.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

static const struct tz *zone(const char *name)
{
    const struct tz *z = NULL;
    assert_ok(tz_find(name, &z));
    return z;
}

static int64_t utc(const char *text)
{
    int64_t us = 0;
    assert_ok(utc_parse(str_of(text), &us));
    return us;
}

static struct date date(const char *text)
{
    struct date d = {0};
    assert_ok(date_parse(str_of(text), &d));
    return d;
}

#define HMS(h, m, s) ((h)*3600 + (m)*60 + (s))

struct row {
    const char *zone, *day;
    int second;
    const char *utc;
    bool there_and_back; /* false: the wall time does not exist, or exists twice */
};

/* Changes as published by the IANA time zone database. */
static const struct row rows[] = {
    {"Asia/Tokyo", "2026-11-22", HMS(9, 0, 0), "2026-11-22T00:00:00Z", true},
    {"Asia/Tokyo", "2026-01-01", HMS(0, 0, 0), "2025-12-31T15:00:00Z", true},
    {"Asia/Tokyo", "1950-07-01", HMS(12, 0, 0), "1950-07-01T02:00:00Z",
     true}, /* summer time of the occupation */
    {"Asia/Tokyo", "9999-12-31", HMS(23, 59, 59), "9999-12-31T14:59:59Z", true},
    /* 8 March 2026, 02:00 -> 03:00 */
    {"America/New_York", "2026-03-08", HMS(1, 59, 59), "2026-03-08T06:59:59Z", true},
    {"America/New_York", "2026-03-08", HMS(2, 0, 0), "2026-03-08T07:00:00Z", false},  /* = 03:00 EDT */
    {"America/New_York", "2026-03-08", HMS(2, 30, 0), "2026-03-08T07:30:00Z", false}, /* = 03:30 EDT */
    {"America/New_York", "2026-03-08", HMS(2, 59, 59), "2026-03-08T07:59:59Z", false},
    {"America/New_York", "2026-03-08", HMS(3, 0, 0), "2026-03-08T07:00:00Z", true},
    /* 1 November 2026, 02:00 -> 01:00: the first one */
    {"America/New_York", "2026-11-01", HMS(0, 59, 59), "2026-11-01T04:59:59Z", true},
    {"America/New_York", "2026-11-01", HMS(1, 0, 0), "2026-11-01T05:00:00Z", false},
    {"America/New_York", "2026-11-01", HMS(1, 59, 59), "2026-11-01T05:59:59Z", false},
    {"America/New_York", "2026-11-01", HMS(2, 0, 0), "2026-11-01T07:00:00Z", true},
    {"America/New_York", "1850-01-01", HMS(12, 0, 0), "1850-01-01T16:56:02Z", true}, /* local mean time */
    {"America/New_York", "5026-07-01", HMS(12, 0, 0), "5026-07-01T16:00:00Z",
     true},                                                                        /* far beyond the table */
    {"Europe/Berlin", "2026-03-29", HMS(2, 30, 0), "2026-03-29T01:30:00Z", false}, /* = 03:30 CEST */
    {"Europe/Berlin", "2026-03-29", HMS(3, 0, 0), "2026-03-29T01:00:00Z", true},
    {"Europe/Berlin", "2026-10-25", HMS(2, 30, 0), "2026-10-25T00:30:00Z", false}, /* the first, in CEST */
    {"Europe/Berlin", "2026-10-25", HMS(3, 0, 0), "2026-10-25T02:00:00Z", true},
    {"Europe/Berlin", "1945-05-24", HMS(2, 30, 0), "1945-05-24T00:30:00Z",
     false}, /* double summer time begins */
    /* Lord Howe moves by half an hour. */
    {"Australia/Lord_Howe", "2026-10-04", HMS(2, 0, 0), "2026-10-03T15:30:00Z", false}, /* = 02:30 */
    {"Australia/Lord_Howe", "2026-10-04", HMS(2, 29, 59), "2026-10-03T15:59:59Z", false},
    {"Australia/Lord_Howe", "2026-10-04", HMS(2, 30, 0), "2026-10-03T15:30:00Z", true},
    {"Australia/Lord_Howe", "2026-04-05", HMS(1, 45, 0), "2026-04-04T14:45:00Z",
     false}, /* the first, at +11 */
    {"Australia/Lord_Howe", "2026-04-05", HMS(2, 0, 0), "2026-04-04T15:30:00Z", true},
    /* Samoa left out a whole day. */
    {"Pacific/Apia", "2011-12-30", HMS(12, 0, 0), "2011-12-30T22:00:00Z", false}, /* = 31 December, 12:00 */
    {"Asia/Kathmandu", "2026-01-01", HMS(5, 45, 0), "2026-01-01T00:00:00Z", true},
    {"UTC", "2026-01-01", HMS(5, 45, 0), "2026-01-01T05:45:00Z", true},
};

static void known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct tz *z = zone(rows[i].zone);
        struct date d = date(rows[i].day);
        int64_t expected = utc(rows[i].utc), got = tz_utc(z, d, rows[i].second);
        if (got != expected)
            fail_msg("row %zu: %s %s is %lld s off", i, rows[i].zone, rows[i].day,
                     (long long)((got - expected) / 1000000));
        struct local l = tz_local(z, expected);
        bool same = date_days(l.date) == date_days(d) && l.second_of_day == rows[i].second;
        if (rows[i].there_and_back && !same)
            fail_msg("row %zu: %s does not come back", i, rows[i].zone);
    }
}

/* In a gap the result, seen as wall time again, is later by the gap. */
static void gap_moves_forward(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *day;
        int from, gap;
    } gaps[] = {{"America/New_York", "2026-03-08", HMS(2, 0, 0), 3600},
                {"Europe/Berlin", "2026-03-29", HMS(2, 0, 0), 3600},
                {"Australia/Lord_Howe", "2026-10-04", HMS(2, 0, 0), 1800},
                {"America/New_York", "3026-03-12", HMS(2, 0, 0), 3600},
                {"Pacific/Apia", "2011-12-30", 0, 86400}};
    for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++) {
        const struct tz *z = zone(gaps[i].zone);
        struct date d = date(gaps[i].day);
        for (int s = gaps[i].from; s < gaps[i].from + gaps[i].gap; s += 60) {
            struct local l = tz_local(z, tz_utc(z, d, s));
            int64_t wall = date_days(l.date) * INT64_C(86400) + l.second_of_day;
            assert_true(wall == date_days(d) * INT64_C(86400) + s + gaps[i].gap);
        }
    }
}

static void microseconds(void **state)
{
    (void)state;
    const struct tz *z = zone("Asia/Tokyo");
    struct local l = tz_local(z, -1); /* the microsecond before 1970 */
    assert_int_equal(l.second_of_day, HMS(8, 59, 59));
    l = tz_local(z, 999999);
    assert_int_equal(l.second_of_day, HMS(9, 0, 0));
    l = tz_local(z, INT64_MIN);
    assert_true(date_ok(l.date));
    l = tz_local(z, INT64_MAX);
    assert_true(date_ok(l.date));
    assert_int_equal(l.date.year, 9999);
}

static void refuses(void **state)
{
    (void)state;
    static const char *names[] = {
        "",
        "Asia/Tokio",
        "Nowhere",
        "GMT+9",
        "+09:00",
        "Asia/Tokyo ",
        "ｔ",
        "\xff",
        "Etc/Unknown",
        "a very long name of a time zone that cannot be, because none is as long as this one is"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct tz *z = NULL;
        assert_fails(tz_find(names[i], &z), ERR_CONFIG);
        assert_null(z);
    }
    assert_ptr_equal(zone("Asia/Tokyo"), zone("Asia/Tokyo"));
}

static uint64_t mix(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 11;
}

/* ICU itself, asked directly, at random times from 1 to 9999. */
static void same_as_icu(void **state)
{
    (void)state;
    static const char *names[] = {
        "America/New_York",  "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo",       "Asia/Manila",
        "Africa/Casablanca", "Asia/Gaza",     "America/Nuuk",        "Antarctica/Troll", "Asia/Yangon"};
    uint64_t seed = 7;
    for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
        const struct tz *z = zone(names[k]);
        UErrorCode status = U_ZERO_ERROR;
        UChar id[64];
        u_uastrcpy(id, names[k]);
        UCalendar *c = ucal_open(id, -1, "en_US", UCAL_GREGORIAN, &status);
        for (int i = 0; i < 3000; i++) {
            int64_t from = i % 2 ? utc("1900-01-01T00:00:00Z") : utc("0001-01-03T00:00:00Z");
            int64_t to = i % 2 ? utc("2600-01-01T00:00:00Z") : utc("9999-12-29T00:00:00Z");
            int64_t at_s = from / 1000000 + (int64_t)(mix(&seed) % (uint64_t)((to - from) / 1000000));
            ucal_setMillis(c, (double)at_s * 1000, &status);
            int64_t offset_s =
                (ucal_get(c, UCAL_ZONE_OFFSET, &status) + ucal_get(c, UCAL_DST_OFFSET, &status)) / 1000;
            struct local l = tz_local(z, at_s * 1000000);
            int64_t wall_s = date_days(l.date) * INT64_C(86400) + l.second_of_day;
            if (wall_s - at_s != offset_s)
                fail_msg("%s at %lld: offset %lld, ICU says %lld", names[k], (long long)at_s,
                         (long long)(wall_s - at_s), (long long)offset_s);
            /* Back: the same time, or an earlier one with the same wall time. */
            int64_t back_s = tz_utc(z, l.date, l.second_of_day) / 1000000;
            struct local again = tz_local(z, back_s * 1000000);
            assert_true(back_s <= at_s && at_s - back_s <= 86400);
            assert_int_equal(date_days(again.date), date_days(l.date));
            assert_int_equal(again.second_of_day, l.second_of_day);
        }
        assert_true(U_SUCCESS(status));
        ucal_close(c);
    }
}

/* A country of one clock has it; where clocks differ, or there is no such country, nobody guesses. */
static void of_a_country(void **state)
{
    (void)state;
    static const struct {
        const char *country, *same_as;
    } known_[] = {{"VN", "Asia/Ho_Chi_Minh"},
                  {"PH", "Asia/Manila"},
                  {"NP", "Asia/Kathmandu"},
                  {"JP", "Asia/Tokyo"},
                  {"US", NULL},
                  {"BR", NULL},
                  {"ID", NULL},
                  {"QQ", NULL},
                  {"", NULL},
                  {"V", NULL},
                  {"VNM", NULL},
                  {"../", NULL}};
    int64_t at = utc("2026-11-22T00:00:00Z");
    for (size_t i = 0; i < sizeof known_ / sizeof *known_; i++) {
        const struct tz *z = zone("Asia/Tokyo");
        assert_ok(tz_of_country(known_[i].country, at, &z));
        assert_int_equal(z != NULL, known_[i].same_as != NULL);
        if (z)
            assert_int_equal(tz_local(z, at).second_of_day,
                             tz_local(zone(known_[i].same_as), at).second_of_day);
    }
}

/* Germany has two zones that differed in 1980 and agree now: what counts is the time that is asked for. */
static void of_a_country_at_a_time(void **state)
{
    (void)state;
    const struct tz *z = NULL;
    assert_ok(tz_of_country("DE", utc("1980-07-01T00:00:00Z"), &z));
    assert_null(z);
    assert_ok(tz_of_country("DE", utc("2026-07-01T00:00:00Z"), &z));
    assert_non_null(z);
}

static const char *thread_zones[] = {"America/Chicago",   "Europe/Paris",     "Asia/Seoul",
                                     "Asia/Bangkok",      "Asia/Ho_Chi_Minh", "Asia/Jakarta",
                                     "America/Sao_Paulo", "Pacific/Auckland"};

static void *hammer(void *arg)
{
    uint64_t seed = (uintptr_t)arg;
    for (int i = 0; i < 20000; i++) {
        const struct tz *z = NULL;
        if (tz_find(thread_zones[mix(&seed) % 8], &z) != OK)
            return "find";
        int64_t at = (int64_t)(mix(&seed) % 4000000000u) * 1000000;
        struct local l = tz_local(z, at);
        int64_t back = tz_utc(z, l.date, l.second_of_day);
        if (back > at || at - back > INT64_C(3600000000))
            return "back";
    }
    return NULL;
}

static void threads(void **state)
{
    (void)state;
    pthread_t t[8];
    for (uintptr_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer, (void *)(i + 1)), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(t[i], &result);
        assert_null(result);
    }
}

/* Each zone is kept once read, so every try takes another one. */
static enum err find_next(void *user)
{
    static const char *names[] = {"Europe/Rome",     "Europe/Madrid", "Europe/Oslo",  "Europe/Vienna",
                                  "Europe/Prague",   "Europe/Athens", "Europe/Riga",  "Europe/Vilnius",
                                  "Europe/Kyiv",     "Europe/Sofia",  "Europe/Malta", "Europe/Tallinn",
                                  "Europe/Helsinki", "Europe/Dublin", "Europe/Lisbon"};
    size_t *next = user;
    const struct tz *z;
    assert_true(*next < sizeof(names) / sizeof(*names));
    return tz_find(names[(*next)++], &z);
}

static void without_memory(void **state)
{
    (void)state;
    size_t next = 0;
    assert_true(each_allocation_fails(find_next, &next) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known),
        cmocka_unit_test(gap_moves_forward),
        cmocka_unit_test(microseconds),
        cmocka_unit_test(refuses),
        cmocka_unit_test(same_as_icu),
        cmocka_unit_test(threads),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(of_a_country),
        cmocka_unit_test(of_a_country_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
