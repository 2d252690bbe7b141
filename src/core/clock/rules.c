/* SPDX-License-Identifier: Apache-2.0 */
#include "core/clock/rules.h"
#include "base/limits.h"

#define SUNDAY        7
#define HOUR_US       INT64_C(3600000000)
#define SECOND_US     INT64_C(1000000)
#define MOMENT_MIN_US (INT64_C(-2208988800) * SECOND_US) /* 1900-01-01 */
#define MOMENT_MAX_US (INT64_C(32503680000) * SECOND_US) /* 3000-01-01 */

/* ---- holidays ---- */

/* Day of March or September on which the sun's longitude reaches 0 or 180 degrees, Japan time.
 * Approximation for 1980..2099 published by the Calendar Study Group of the Japan Hydrographic Office (Shin
 * Koyomi Benri-cho, 1991): day = floor(20.8431 [23.2488] + 0.242194 (Y - 1980)) - floor((Y - 1980) / 4). Here
 * in millionths of a day, so that no rounding of the machine enters. Agrees with all days that were announced
 * so far. */
static int equinox_day(int year, int32_t base_millionths)
{
    if (year < EQUINOX_FIRST_YEAR || year > EQUINOX_LAST_YEAR)
        return 0;
    int32_t n = year - 1980;
    return (base_millionths + 242194 * n) / 1000000 - n / 4;
}

static bool same_day(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static bool item_falls_on(const struct holiday *h, struct date d)
{
    if (h->rule == HOL_ONCE)
        return same_day(h->once, d);
    if ((h->from_year != 0 && d.year < h->from_year) || (h->until_year != 0 && d.year > h->until_year))
        return false;
    switch (h->rule) {
    case HOL_FIXED:
        return d.month == h->month && d.day == h->day;
    case HOL_NTH_WEEKDAY:
        return d.month == h->month && same_day(date_nth_weekday(d.year, h->month, h->weekday, h->nth), d);
    case HOL_EQUINOX_SPRING:
        return d.month == 3 && d.day == equinox_day(d.year, 20843100);
    case HOL_EQUINOX_AUTUMN:
        return d.month == 9 && d.day == equinox_day(d.year, 23248800);
    case HOL_ONCE:
        break;
    }
    return false;
}

/* The first item on d: a holiday of the calendar itself ("national holiday" of the Act, not a day that
 * follows from one), or a closure. NULL if none. */
static const struct holiday *item_on(const struct holiday_calendar *c, struct date d, bool closure)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->items[i].closure == closure && item_falls_on(&c->items[i], d))
            return &c->items[i];
    }
    return NULL;
}

static bool national_holiday(const struct holiday_calendar *c, struct date d)
{
    return item_on(c, d, false) != NULL;
}

/* d is no national holiday. It substitutes one on a Sunday if it is the first day after that is none (art.
 * 3(2)); before next_free_from_year only if it is the Monday. In a run of seven holidays there is a Sunday,
 * so seven steps suffice. */
static bool substitutes(const struct holiday_calendar *c, struct date d)
{
    int32_t day = date_days(d);
    for (int back = 1; back <= 7; back++) {
        struct date before = date_from_days(day - back);
        if (!national_holiday(c, before))
            return false;
        if (date_weekday(before) == SUNDAY)
            return before.year >= c->substitute_from_year &&
                   (back == 1 || before.year >= c->next_free_from_year);
    }
    return false;
}

/* d is no national holiday. Both neighbours must be national holidays themselves (art. 3(3)). */
static bool sandwiched(const struct holiday_calendar *c, struct date d)
{
    if (d.year < c->sandwiched_from_year || date_weekday(d) == SUNDAY)
        return false;
    int32_t day = date_days(d);
    return national_holiday(c, date_from_days(day - 1)) && national_holiday(c, date_from_days(day + 1));
}

bool calendar_holiday(const struct holiday_calendar *c, struct date d, const char **ret_name)
{
    const struct holiday *item = item_on(c, d, false);
    const char *name = NULL;
    if (item)
        name = item->name;
    else if (c->substitute && substitutes(c, d))
        name = c->substitute_name;
    else if (c->sandwiched && sandwiched(c, d))
        name = c->sandwiched_name;
    else
        return false;
    if (ret_name)
        *ret_name = name;
    return true;
}

bool calendar_working_day(const struct holiday_calendar *c, struct date d)
{
    return !(c->weekend & (1u << date_weekday(d))) && !calendar_holiday(c, d, NULL) && !item_on(c, d, true);
}

/* ---- counting days ---- */

/* What counts as a day: every day that exists in the zone (any day without a zone), of those only the working
 * days when there is a calendar. */
struct counting {
    const struct holiday_calendar *working; /* NULL: calendar days */
    const struct tz *z;                     /* NULL: dates only */
};

static struct date next_day(struct date d)
{
    return date_from_days(date_days(d) + 1);
}

static int64_t day_end(const struct tz *z, struct date d)
{
    return tz_utc(z, next_day(d), 0);
}

static bool day_counts(struct counting k, struct date d)
{
    if (k.z && tz_utc(k.z, d, 0) >= day_end(k.z, d))
        return false;
    return !k.working || calendar_working_day(k.working, d);
}

/* The local day of a moment. Where clocks go back across midnight (America/St_Johns until 2011), the wall
 * calendar returns to the day before for an hour; here the new day has begun for good, or due moments would
 * not be monotonic. */
static struct date local_day(const struct tz *z, int64_t us)
{
    struct date d = tz_local(z, us).date;
    while (day_end(z, d) <= us)
        d = next_day(d);
    return d;
}

/* A holiday that the calendar does not know yet must not become a working day in silence. */
static bool year_known(const struct holiday_calendar *c, int year)
{
    if (!c)
        return true;
    if ((c->valid_from != 0 && year < c->valid_from) || (c->valid_until != 0 && year > c->valid_until))
        return false;
    if (year >= EQUINOX_FIRST_YEAR && year <= EQUINOX_LAST_YEAR)
        return true;
    for (size_t i = 0; i < c->n; i++) {
        if (c->items[i].rule == HOL_EQUINOX_SPRING || c->items[i].rule == HOL_EQUINOX_AUTUMN)
            return false;
    }
    return true;
}

/* The nth counted day after `from`. */
static enum err nth_day_after(struct counting k, struct date from, int64_t n, struct date *ret)
{
    if (!date_ok(from) || n < 1)
        return FAIL(ERR_FIELD, "days after a day: a date and at least one day were expected");
    struct date d = from;
    for (int searched = 0; searched < CLOCK_MAX_DAYS; searched++) {
        d = next_day(d);
        if (!date_ok(next_day(d)) || !year_known(k.working, d.year))
            return FAIL(ERR_LIMIT, "the calendar does not know the year %d", d.year);
        if (day_counts(k, d) && --n == 0) {
            *ret = d;
            return OK;
        }
    }
    return FAIL(ERR_LIMIT, "%lld more days not found within %d days", (long long)n, CLOCK_MAX_DAYS);
}

/* The number of counted days after `from` up to and including `to`. */
static enum err days_passed(struct counting k, struct date from, struct date to, int *ret)
{
    int32_t first = date_days(from) + 1, last = date_days(to);
    if (last - first >= CLOCK_MAX_DAYS)
        return FAIL(ERR_LIMIT, "a pause of more than %d days", CLOCK_MAX_DAYS);
    int passed = 0;
    for (int32_t day = first; day <= last; day++) {
        struct date d = date_from_days(day);
        if (!year_known(k.working, d.year))
            return FAIL(ERR_LIMIT, "the calendar does not know the year %d", d.year);
        passed += day_counts(k, d);
    }
    *ret = passed;
    return OK;
}

enum err calendar_add_working_days(const struct holiday_calendar *c, struct date d, int n, struct date *ret)
{
    return nth_day_after((struct counting){.working = c}, d, n, ret);
}

/* ---- clocks ---- */

static bool moment_ok(int64_t us)
{
    return us >= MOMENT_MIN_US && us < MOMENT_MAX_US;
}

static enum err rule_check(const struct holiday_calendar *c, const struct clock_rule *rule)
{
    int64_t hours = rule->due_hours, calendar = rule->due_calendar_days, working = rule->due_working_days;
    if (hours < 0 || calendar < 0 || working < 0 || (hours > 0) + (calendar > 0) + (working > 0) != 1)
        return FAIL(ERR_PACK, "clock %s: exactly one of hours, calendar days, working days was expected",
                    rule->name);
    if (rule->warn_hours < 0)
        return FAIL(ERR_PACK, "clock %s: warn_hours must not be negative", rule->name);
    if (hours > CLOCK_MAX_HOURS || rule->warn_hours > CLOCK_MAX_HOURS)
        return FAIL(ERR_LIMIT, "more than %d hours", CLOCK_MAX_HOURS);
    if (working > 0 && !c)
        return FAIL(ERR_CONFIG, "clock %s counts working days, but there is no calendar of holidays",
                    rule->name);
    return OK;
}

static struct counting rule_counting(const struct holiday_calendar *c, const struct tz *z,
                                     const struct clock_rule *rule)
{
    return (struct counting){.working = rule->due_working_days > 0 ? c : NULL, .z = z};
}

enum err clock_compute(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule,
                       int64_t start_us, struct clock_times *ret)
{
    TRY(rule_check(c, rule));
    if (!moment_ok(start_us))
        return FAIL(ERR_FIELD, "clock %s: start outside the years 1900 to 2999", rule->name);
    int64_t due_us;
    if (rule->due_hours > 0) {
        due_us = start_us + rule->due_hours * HOUR_US;
    } else {
        struct date due_day;
        int days = rule->due_working_days > 0 ? rule->due_working_days : rule->due_calendar_days;
        TRY(nth_day_after(rule_counting(c, z, rule), local_day(z, start_us), days, &due_day));
        due_us = day_end(z, due_day);
    }
    *ret = (struct clock_times){
        .started_us = start_us, .due_us = due_us, .warn_us = due_us - rule->warn_hours * HOUR_US};
    return OK;
}

/* The moment of `day` that corresponds to due_us within its own day: its end if due_us is one, else the same
 * time of day. */
static int64_t same_time_on(const struct tz *z, int64_t due_us, struct date due_day, struct date day)
{
    if (due_us == day_end(z, due_day))
        return day_end(z, day);
    int64_t fraction = (due_us - MOMENT_MIN_US) % SECOND_US;
    return tz_utc(z, day, tz_local(z, due_us).second_of_day) + fraction;
}

/* Due moment of a clock in days that was not overdue when paused. */
static enum err due_after_pause(struct counting k, const struct clock_times *t, int64_t now_us,
                                int64_t *ret_us)
{
    /* One microsecond back: an end of day is the first instant of the next day. */
    struct date resumed = local_day(k.z, now_us), due_day = local_day(k.z, t->due_us - 1), day = due_day;
    int passed = 0;
    TRY(days_passed(k, local_day(k.z, t->paused_us), resumed, &passed));
    if (passed > 0)
        TRY(nth_day_after(k, due_day, passed, &day));
    int64_t due_us = passed > 0 ? same_time_on(k.z, t->due_us, due_day, day) : t->due_us;
    if (due_us <= now_us) { /* only the rest of a day remained */
        TRY(nth_day_after(k, day, 1, &day));
        due_us = same_time_on(k.z, t->due_us, due_day, day);
    }
    *ret_us = due_us;
    return OK;
}

enum err clock_resume(const struct holiday_calendar *c, const struct tz *z, const struct clock_rule *rule,
                      const struct clock_times *t, int64_t now_us, struct clock_times *ret)
{
    TRY(rule_check(c, rule));
    if (t->paused_us == 0)
        return FAIL(ERR_STATE, "the clock is not paused");
    if (!moment_ok(now_us) || !moment_ok(t->paused_us) || !moment_ok(t->due_us) || now_us < t->paused_us ||
        t->paused_us < t->started_us)
        return FAIL(ERR_FIELD, "clock %s: start, pause and resumption are not in this order", rule->name);
    int64_t due_us = t->due_us;
    if (t->due_us > t->paused_us) {
        if (rule->due_hours > 0)
            due_us += now_us - t->paused_us;
        else
            TRY(due_after_pause(rule_counting(c, z, rule), t, now_us, &due_us));
    }
    int64_t shift_us = due_us - t->due_us;
    struct clock_times resumed = *t;
    resumed.due_us = due_us;
    resumed.warn_us += shift_us;
    if (t->not_before_us > t->paused_us)
        resumed.not_before_us += shift_us;
    resumed.paused_us = 0;
    *ret = resumed;
    return OK;
}

enum err clock_extend(const struct clock_times *t, int64_t new_due_us, struct clock_times *ret)
{
    if (new_due_us <= t->due_us)
        return FAIL(ERR_FIELD, "an extension must move the due moment later");
    if (!moment_ok(new_due_us))
        return FAIL(ERR_FIELD, "due moment outside the years 1900 to 2999");
    struct clock_times extended = *t;
    extended.due_us = new_due_us;
    extended.warn_us += new_due_us - t->due_us;
    *ret = extended;
    return OK;
}

enum clock_mark clock_mark(const struct clock_times *t, enum clock_state state, int64_t now_us)
{
    if (state == CLOCK_STOPPED || state == CLOCK_CANCELLED)
        return CLOCK_OK;
    int64_t at_us = state == CLOCK_PAUSED ? t->paused_us : now_us;
    if (at_us >= t->due_us)
        return CLOCK_OVERDUE;
    return at_us >= t->warn_us ? CLOCK_WARN : CLOCK_OK;
}

bool clock_may_stop(const struct clock_times *t, int64_t now_us)
{
    return now_us >= t->not_before_us;
}
