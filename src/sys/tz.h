/* SPDX-License-Identifier: Apache-2.0 */
/* tz.h - local time by IANA zone (rules from ICU). Thread-safe; after tz_find nothing is locked or allocated.
 */
#pragma once
#include "base/calendar.h"

struct tz;                                                                /* shared, never freed */
enum err tz_find(const char *iana_name, const struct tz **ret) NODISCARD; /* ERR_CONFIG: no such zone */
struct local {
    struct date date;
    int second_of_day;
};
/* Times before the year 1 or after 9999 are taken as the first and the last second of them. */
struct local tz_local(const struct tz *z, int64_t utc_us);
/* A wall time that a change skips is moved forward by the gap; one that happens twice means the first. */
int64_t tz_utc(const struct tz *z, struct date d, int second_of_day);
/* The clock of a country or territory (ISO 3166-1 alpha-2; which zones it has is told by CLDR, in ICU). *ret
 * is NULL where none is known, and where clocks inside the country differ at that time: then nobody can say
 * by the country alone. */
enum err tz_of_country(const char *alpha2, int64_t at_us, const struct tz **ret) NODISCARD;
