/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar.h"
#include "base/testing.h"

struct day_case {
    const char *written, *read; /* read NULL: refused */
};
static const struct day_case cases[] = {
    {"2026-11-22", "2026-11-22"},
    {" 2026/1/2 ", "2026-01-02"},
    {"2026.11.22", "2026-11-22"},
    {"20261122", "2026-11-22"},
    {"2026年11月22日", "2026-11-22"},
    {"２０２６年１１月２２日", "2026-11-22"},
    {"２０２６／１１／２２", "2026-11-22"},
    {"R8.11.22", "2026-11-22"},
    {"r8-11-22", "2026-11-22"},
    {"Ｒ８．１１．２２", "2026-11-22"},
    {"令和8年11月22日", "2026-11-22"},
    {"令和 8年11月22日", "2026-11-22"},
    {"令和元年5月1日", "2019-05-01"},
    {"平成元年1月8日", "1989-01-08"},
    {"H15.4.17", "2003-04-17"},
    {"平成33年4月1日", "2021-04-01"}, /* on documents older than the change */
    {"S64.1.7", "1989-01-07"},
    {"昭和39年10月10日", "1964-10-10"},
    {"T1.7.30", "1912-07-30"},
    {"明治6年1月1日", "1873-01-01"},
    {"2024-2-29", "2024-02-29"},
    {"令和元年4月30日", NULL}, /* was Heisei */
    {"平成元年1月7日", NULL},
    {"明治5年12月31日", NULL}, /* another calendar */
    {"R0.1.1", NULL},
    {"2023-2-29", NULL},
    {"2026-13-01", NULL},
    {"2026-11", NULL},
    {"22.11.2026", NULL}, /* day first or month first: nobody can tell */
    {"11/22/2026", NULL},
    {"2026112", NULL},
    {"R2026.1.1", NULL},
    {"R", NULL},
    {"", NULL},
    {"令和", NULL},
    {"年月日", NULL},
    {"2026-11-22x", NULL},
    {"2026-11-22日日日日日日日日日日日日日日日", NULL},
};

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date d;
        char text[11];
        enum err e = date_parse_written(str_of(cases[i].written), &d);
        if (!cases[i].read) {
            if (e != ERR_FIELD)
                fail_msg("case %zu is taken", i);
            continue;
        }
        if (e != OK)
            fail_msg("case %zu is refused", i);
        date_text(d, text);
        assert_string_equal(text, cases[i].read);
    }
}

static int year_one(const char **ret_name, int32_t days)
{
    static const struct {
        const char *name;
        int year;
        struct date from;
    } all[] = {{"令和", 2019, {2019, 5, 1}},
               {"平成", 1989, {1989, 1, 8}},
               {"昭和", 1926, {1926, 12, 25}},
               {"大正", 1912, {1912, 7, 30}},
               {"明治", 1868, {1873, 1, 1}}};
    for (size_t i = 0; i < 5; i++)
        if (days >= date_days(all[i].from)) {
            *ret_name = all[i].name;
            return all[i].year;
        }
    return 0;
}

/* Every day from the first of the calendar on reads as itself, in each way of writing it. */
static void every_day(void **state)
{
    (void)state;
    for (int32_t days = date_days((struct date){1873, 1, 1}); days < date_days((struct date){2080, 1, 1});
         days++) {
        struct date d = date_from_days(days), got[4];
        const char *name = "";
        int first = year_one(&name, days);
        char text[4][64];
        snprintf(text[0], sizeof text[0], "%s%d年%d月%d日", name, d.year - first + 1, d.month, d.day);
        snprintf(text[1], sizeof text[1], "%d/%d/%d", d.year, d.month, d.day);
        snprintf(text[2], sizeof text[2], "%04d%02d%02d", d.year, d.month, d.day);
        snprintf(text[3], sizeof text[3], "%d年%d月%d日", d.year, d.month, d.day);
        for (int i = 0; i < 4; i++)
            if (date_parse_written(str_of(text[i]), &got[i]) != OK || date_days(got[i]) != days)
                fail_msg("%s", text[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(every_day)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
