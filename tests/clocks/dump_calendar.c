/* SPDX-License-Identifier: Apache-2.0 */
/* dump_calendar - shows what core/clock_rules answers, for comparison with other implementations.
 *
 * dump_calendar days CALENDAR FROM_YEAR UNTIL_YEAR
 *     a line per day: date TAB name of the holiday TAB 1 if it is a working day
 * dump_calendar answer
 *     a line per line of standard input, fields separated by TAB; an error is answered by its name:
 *     add CALENDAR date n                                    -> date
 *     compute CALENDAR zone unit n warn_hours start_us       -> due_us TAB warn_us
 *     resume (the same) extended_us paused_us now_us         -> due_us TAB warn_us
 *     unit is hours, calendar_days or working_days; extended_us 0 = not extended */
#include "base/str.h"
#include "core/clock/rules.h"
#include "core/pack/test_japan.h"

#define FIELDS_MAX 10

static const struct holiday_calendar *calendar_named(struct str name)
{
    if (str_is(name, japan.id))
        return &japan;
    return str_is(name, japan_offices.id) ? &japan_offices : NULL;
}

static int64_t number(struct str s)
{
    int64_t n;
    if (str_i64(s, INT64_MIN, INT64_MAX, &n) != OK) {
        fprintf(stderr, "dump_calendar: a number was expected\n");
        exit(64);
    }
    return n;
}

static int usage(void)
{
    fprintf(stderr, "usage: dump_calendar days CALENDAR FROM_YEAR UNTIL_YEAR | dump_calendar answer\n");
    return 64;
}

static int days(const struct holiday_calendar *c, int64_t from_year, int64_t until_year)
{
    if (!c || from_year < 1 || until_year > 9998 || from_year > until_year)
        return usage();
    int32_t last = date_days((struct date){(int16_t)until_year, 12, 31});
    for (int32_t day = date_days((struct date){(int16_t)from_year, 1, 1}); day <= last; day++) {
        struct date d = date_from_days(day);
        const char *name = "";
        char text[11];
        calendar_holiday(c, d, &name);
        date_text(d, text);
        printf("%s\t%s\t%d\n", text, name, calendar_working_day(c, d));
    }
    return 0;
}

static enum err answer_add(const struct holiday_calendar *c, const struct str *f, size_t n)
{
    struct date d;
    char text[11];
    if (n != 4)
        return ERR_USAGE;
    TRY(date_parse(f[2], &d));
    TRY(calendar_add_working_days(c, d, (int)number(f[3]), &d));
    date_text(d, text);
    printf("%s\n", text);
    return OK;
}

static enum err answer_clock(const struct holiday_calendar *c, const struct str *f, size_t n)
{
    char zone[64];
    const struct tz *z;
    struct clock_times t;
    struct clock_rule rule = {.name = "asked", .warn_hours = number(f[5])};
    snprintf(zone, sizeof zone, "%.*s", STR_FMT(f[2]));
    TRY(tz_find(zone, &z));
    if (str_is(f[3], "hours"))
        rule.due_hours = number(f[4]);
    else if (str_is(f[3], "calendar_days"))
        rule.due_calendar_days = (int)number(f[4]);
    else
        rule.due_working_days = (int)number(f[4]);
    TRY(clock_compute(c, z, &rule, number(f[6]), &t));
    if (n == 10) {
        if (number(f[7]) != 0)
            TRY(clock_extend(&t, number(f[7]), &t));
        t.paused_us = number(f[8]);
        TRY(clock_resume(c, z, &rule, &t, number(f[9]), &t));
    }
    printf("%lld\t%lld\n", (long long)t.due_us, (long long)t.warn_us);
    return OK;
}

static enum err answer_line(struct str line)
{
    struct str fields[FIELDS_MAX], field;
    size_t n = 0;
    while (str_cut(&line, '\t', &field)) {
        if (n == FIELDS_MAX)
            return ERR_USAGE;
        fields[n++] = field;
    }
    const struct holiday_calendar *c = n > 1 ? calendar_named(fields[1]) : NULL;
    if (!c)
        return ERR_USAGE;
    if (str_is(fields[0], "add"))
        return answer_add(c, fields, n);
    if ((str_is(fields[0], "compute") && n == 7) || (str_is(fields[0], "resume") && n == 10))
        return answer_clock(c, fields, n);
    return ERR_USAGE;
}

static int answer(void)
{
    char line[512];
    while (fgets(line, sizeof line, stdin)) {
        enum err e = answer_line(str_trim(str_of(line)));
        if (e != OK)
            printf("%s\n", err_row(e)->name);
    }
    return ferror(stdin) || fflush(stdout) != 0 ? 74 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "days") == 0)
        return days(calendar_named(str_of(argv[2])), number(str_of(argv[3])), number(str_of(argv[4])));
    if (argc == 2 && strcmp(argv[1], "answer") == 0)
        return answer();
    return usage();
}
