/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/calendar.h"

static void every_day(void **state)
{
    (void)state;
    int32_t days = -719162;
    int weekday = 1;
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= date_month_days(year, month); day++, days++) {
                struct date d = {(int16_t)year, (uint8_t)month, (uint8_t)day}, back = date_from_days(days);
                if (date_days(d) != days || memcmp(&d, &back, sizeof d) != 0 || date_weekday(d) != weekday)
                    fail_msg("%04d-%02d-%02d", year, month, day);
                weekday = weekday % 7 + 1;
            }
        }
    }
    assert_int_equal(days, 2932897);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_day)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
