/* SPDX-License-Identifier: Apache-2.0 */
/* clock_rules.h - pure time rules of running clocks: no I/O, no clock, no globals. Duties with time words and no hours
 * (plan 2(3)(i)/e "immediately", 3(1)/a "promptly") run as "internal target" set by an authority.
 * A day is a local day of the pack's time zone. Golden tests: ten years of Japanese holidays, leap days, midnight, DST. */
#pragma once
#include "core/pack.h"
#include "sys/tz.h"

bool calendar_holiday(const struct holiday_calendar *c, struct date d, const char **ret_name); /* incl. substitute and sandwiched days */
bool calendar_working_day(const struct holiday_calendar *c, struct date d);
/* The day `n` working days after d (n >= 1; d itself does not count). ERR_LIMIT after 4,000 days of search. */
enum err calendar_add_working_days(const struct holiday_calendar *c, struct date d, int n, struct date *ret) NODISCARD;

enum clock_state { CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_STOPPED, CLOCK_CANCELLED };
enum clock_mark { CLOCK_OK, CLOCK_WARN, CLOCK_OVERDUE }; /* of a running clock, at a moment */

struct clock_times {
    int64_t started_us, due_us, warn_us; /* warn_us <= due_us */
    int64_t not_before_us;               /* 0 = none: may not be stopped earlier (e.g. a reflection period) */
    int64_t paused_us;                   /* when CLOCK_PAUSED: since */
};
/* hours: exact duration. calendar days: end (24:00) of the local day n days after the start day. working days: end of the nth
 * working day after. */
enum err clock_compute(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule, int64_t start_us,
                       struct clock_times *ret) NODISCARD;
/* After a pause the remaining time is kept: hours shift by the pause, day clocks by the working/calendar days that passed. */
enum err clock_resume(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule, const struct clock_times *t,
                      int64_t now_us, struct clock_times *ret) NODISCARD;
/* An extension only ever moves the due moment later; ERR_FIELD else. */
enum err clock_extend(const struct clock_times *t, int64_t new_due_us, struct clock_times *ret) NODISCARD;
enum clock_mark clock_mark(const struct clock_times *t, enum clock_state state, int64_t now_us);
bool clock_may_stop(const struct clock_times *t, int64_t now_us);
