/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - shared by the files of plan/ only. */
#pragma once
#include "core/counted.h"
#include "plan/plan.h"
#include "sys/tz.h"

/* ---- rules.c: what an indicator makes of records, one by one; pure ------------------------------------- */

/* A record as indicators see it. get: "" when not given, several values joined by ';', moments in RFC 3339;
 * texts live until the next record. */
struct plan_row {
    const char *(*get)(void *user, const char *field);
    enum value_state (*state)(void *user, const char *field); /* why there is no value */
    void *user;
};
/* One indicator while its records go by; memory from the arena. */
struct tally;
enum err tally_new(const struct indicator *i, struct arena *a, struct tally **ret) NODISCARD;
enum err tally_add(struct tally *t, const struct plan_row *row) NODISCARD;
/* The result; ->indicator and ->state (INDICATOR_NUMBER) are set, too. */
enum err tally_end(struct tally *t, struct indicator_value *ret) NODISCARD;
/* Takes away what fewer than min records stand behind, and as much more that it cannot be computed back from
 * the rest of this indicator. */
void indicator_hide(struct indicator_value *v, int64_t min);
/* The same for one indicator that is seen in three ways, so that none of them follows from the other two: the
 * months of a year add up to that year. All three are of the same records; groups of the periods as in
 * history.c. Where one cannot be shown, none is. */
void indicator_hide_all(struct indicator_value *v, struct indicator_value *months,
                        struct indicator_value *years, int64_t min);

/* ---- history.c: pure ------------------------------------------------------------------------------------
 */

/* Names that stand for the period of a record where an indicator is grouped by one. */
#define PLAN_BY_MONTH "~month"
#define PLAN_BY_YEAR  "~year"
/* As record_moment_field, also for what is no record: case, subject, clock. */
const char *plan_moment_field(const struct pack *p, const char *kind);
/* A row that also knows its period. */
struct plan_dated {
    const struct plan_row *row;
    const char *moment;
    const struct tz *tz;
    char text[8];
};
const char *plan_dated_get(void *user, const char *field);
enum value_state plan_dated_state(void *user, const char *field);
void plan_series_sort(struct indicator_value *v); /* oldest first; those without a moment last */

/* ---- collect.c: all records by all live indicators -------------------------------------------------------
 */

/* The kind it counts is there: a record kind of the pack, or case, subject, clock. */
bool indicator_collected(const struct pack *p, const struct indicator *i);
/* Computes values[i] for each of n indicators that is collected and not manual; one pass a kind. */
enum err plan_collect(struct counting *of, struct indicator_value *const *values, size_t n) NODISCARD;

/* ---- numbers.c: what is counted, once for everybody ------------------------------------------------------
 */

/* Fills in the numbers of all rows that are collected, as they are, by month and by year. */
enum err plan_numbers(struct view *v, struct plan_status *s) NODISCARD;
