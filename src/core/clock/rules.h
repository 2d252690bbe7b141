/* SPDX-License-Identifier: Apache-2.0 */
/* clock_rules.h - pure time rules of running clocks: no I/O, no clock, no globals. Duties with time words and
 * no hours (plan 2(3)(i)/e "immediately", 3(1)/a "promptly") run as "internal target" set by an authority.
 * A day is a local day of the pack's time zone. docs/clocks.md says the same with examples.
 *
 * Semantics that all functions share:
 * - A local day lasts from its first instant to the first instant of the next local day ("24:00"), whatever
 *   happens to midnight. Where clocks go back across midnight, a new day, once begun, does not end again.
 * - A day that the zone skipped altogether (Pacific/Apia 2011-12-30) was nobody's day and is not counted.
 * - The start day never counts (as Civil Code of Japan art. 140): working day or not, also from 00:00 on.
 * - Calendar days are strict: a due day on a holiday stays. Working days end on working days.
 * - Spans are half open: a clock is overdue at its due moment, not a microsecond before.
 * - c may be NULL unless the rule counts working days. */
#pragma once
#include "core/pack.h"
#include "sys/tz.h"

/* Equinox days are computed for these years only (see clock_rules.c); in other years such an item gives no
 * day. The days of a coming year are fixed by the notice in the gazette on 1 February of the year before; a
 * pack can overrule the computed day with until_year, once and from_year. */
#define EQUINOX_FIRST_YEAR 1980
#define EQUINOX_LAST_YEAR  2099

/* Incl. substitute and sandwiched days, not closures. ret_name (a msgid of the calendar) may be NULL; it is
 * written when the answer is true, and lives as long as c. */
bool calendar_holiday(const struct holiday_calendar *c, struct date d, const char **ret_name);
/* No weekend, no holiday, no closure. */
bool calendar_working_day(const struct holiday_calendar *c, struct date d);
/* The day `n` working days after d (n >= 1; d itself does not count). ERR_FIELD: n, d; ERR_LIMIT: nothing
 * found within CLOCK_MAX_DAYS, or the search leaves the years the calendar is valid for (valid_from,
 * valid_until, equinox days). */
enum err calendar_add_working_days(const struct holiday_calendar *c, struct date d, int n,
                                   struct date *ret) NODISCARD;

enum clock_state { CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_STOPPED, CLOCK_CANCELLED };
enum clock_mark { CLOCK_OK, CLOCK_WARN, CLOCK_OVERDUE }; /* of a running clock, at a moment */

struct clock_times {
    int64_t started_us, due_us;
    int64_t warn_us;       /* <= due_us; it may lie before started_us: then warned from the start */
    int64_t not_before_us; /* 0 = none: may not be stopped earlier (e.g. a reflection period) */
    int64_t paused_us;     /* when CLOCK_PAUSED: since; else 0 */
};
/* hours: exact duration. calendar days: end (24:00) of the local day n days after the start day. working
 * days: end of the nth working day after. not_before_us and paused_us of the result are 0.
 * ERR_PACK: the rule has not exactly one length. ERR_FIELD: start outside the years 1900..2999. ERR_LIMIT: as
 * above, or too many hours. ERR_CONFIG: working days without a calendar. */
enum err clock_compute(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule,
                       int64_t start_us, struct clock_times *ret) NODISCARD;
/* After a pause the remaining time is kept: hours shift by the pause, day clocks by the working/calendar days
 * that passed, that is by those after the day of the pause up to and including the day of resumption (a pause
 * within one day costs nothing and gives nothing). The time of day of an extended due moment is kept. What
 * was not overdue when paused is not overdue when resumed: if only the rest of a day remained, it ends with
 * the next counted day that is still ahead. What was overdue when paused keeps its due moment. warn_us keeps
 * its distance to due_us; a not_before_us still ahead at the pause moves with due_us, so that a promised
 * period is never shortened by a pause. ret may be t.
 * ERR_STATE: not paused. ERR_FIELD: now before the pause, the pause before the start. Else as
 * clock_compute. */
enum err clock_resume(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule,
                      const struct clock_times *t, int64_t now_us, struct clock_times *ret) NODISCARD;
/* An extension only ever moves the due moment later; ERR_FIELD else. warn_us keeps its distance; a running
 * pause goes on. */
enum err clock_extend(const struct clock_times *t, int64_t new_due_us, struct clock_times *ret) NODISCARD;
/* A paused clock keeps the mark it had when paused: a pause hides nothing. Stopped and cancelled ones are
 * CLOCK_OK. */
enum clock_mark clock_mark(const struct clock_times *t, enum clock_state state, int64_t now_us);
bool clock_may_stop(const struct clock_times *t, int64_t now_us);
