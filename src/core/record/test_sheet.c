/* SPDX-License-Identifier: Apache-2.0 */
/* test_sheet.c - numbers of sheets: every slip of one character is found, whatever the number. */
#include "base/testing.h"
#include "core/record.h"

static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void made(unsigned seed, char ret[SHEET_TEXT])
{
    struct id id;
    for (size_t i = 0; i < sizeof id.b; i++)
        id.b[i] = (uint8_t)((seed = seed * 1103515245u + 12345u) >> 16);
    sheet_number(id, ret);
}

static void reads_what_it_made(void **state)
{
    char number[SHEET_TEXT], read[SHEET_TEXT], typed[64];
    (void)state;
    for (unsigned seed = 0; seed < 2000; seed++) {
        made(seed, number);
        assert_int_equal(strlen(number), SHEET_TEXT - 1);
        assert_int_equal(number[4], '-');
        assert_true(sheet_read(str_of(number), read));
        assert_string_equal(read, number);
        snprintf(typed, sizeof typed, " %.2s %.2s%s ", number, number + 2, number + 5);
        for (char *p = typed; *p; p++) {
            if (*p >= 'A' && *p <= 'Z')
                *p = (char)(*p - 'A' + 'a');
            if (*p == '0')
                *p = 'o';
            if (*p == '1')
                *p = 'l';
        }
        assert_true(sheet_read(str_of(typed), read));
        assert_string_equal(read, number);
    }
}

static void one_wrong_sign_is_found(void **state)
{
    char number[SHEET_TEXT], read[SHEET_TEXT];
    (void)state;
    for (unsigned seed = 0; seed < 200; seed++)
        for (size_t at = 0; at < SHEET_TEXT - 1; at++)
            for (size_t i = 0; i + 1 < sizeof signs; i++) {
                made(seed, number);
                if (at == 4 || number[at] == signs[i])
                    continue;
                number[at] = signs[i];
                assert_false(sheet_read(str_of(number), read));
            }
}

static void two_that_changed_places_are_found(void **state)
{
    char number[SHEET_TEXT], read[SHEET_TEXT];
    (void)state;
    for (unsigned seed = 0; seed < 2000; seed++)
        for (size_t at = 0; at + 1 < SHEET_TEXT - 1; at++) {
            made(seed, number);
            char a = number[at], b = number[at + 1];
            bool ends = (a == '0' && b == 'Z') || (a == 'Z' && b == '0');
            if (a == '-' || b == '-' || a == b || ends)
                continue;
            number[at] = b;
            number[at + 1] = a;
            assert_false(sheet_read(str_of(number), read));
        }
}

static void what_is_none_is_refused(void **state)
{
    static const char *const none[] = {"",         "-",          "K7QD",      "!!!!-!!!!",
                                       "0000-000", "0000-00000", "UUUU-UUUU", "\xe3\x81\x82\xe3\x81\x82"};
    char read[SHEET_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(sheet_read(str_of(none[i]), read));
    assert_false(sheet_read((struct str){"0000\0000", 8}, read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_made),
        cmocka_unit_test(one_wrong_sign_is_found),
        cmocka_unit_test(two_that_changed_places_are_found),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
