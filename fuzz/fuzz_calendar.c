/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, time stamps, numbers and ids: what is taken can be written, and reads again as the same. */
#include "base/calendar.h"
#include "base/id.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    struct date d, d2;
    int64_t us, us2, number;
    struct id id;
    char text[33];
    if (date_parse(s, &d) == OK) {
        REQUIRE(date_ok(d));
        date_text(d, text);
        REQUIRE(str_is(s, text));
        d2 = date_from_days(date_days(d));
        REQUIRE(d2.year == d.year && d2.month == d.month && d2.day == d.day);
    }
    if (date_parse_written(s, &d) == OK) {
        REQUIRE(date_ok(d));
        date_text(d, text);
        REQUIRE(date_parse_written(str_of(text), &d2) == OK && date_days(d2) == date_days(d));
    }
    if (utc_parse(s, &us) == OK) {
        utc_text(us, text);
        REQUIRE(utc_parse(str_of(text), &us2) == OK && us2 == us);
    }
    if (str_i64(s, INT64_MIN, INT64_MAX, &number) == OK) {
        snprintf(text, sizeof text, "%lld", (long long)number);
        REQUIRE(str_i64(str_of(text), number, number, &us) == OK && us == number);
    }
    if (id_parse(s, &id) == OK) {
        id_text(id, text);
        REQUIRE(str_is(s, text));
    }
    return 0;
}
