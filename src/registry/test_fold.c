/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as they are meant. Harm it prevents: somebody asks for a person by her number with hyphens, and
 * nobody of her case hears of it. */
#include "base/testing.h"
#include "registry/own.h"

static struct arena *arena;

static const char *fold(const char *typed, const char *code)
{
    struct str s;
    assert_int_equal(number_fold(arena, str_of(typed), code, &s), OK);
    return arena_cstr(arena, s);
}

static void one_number_is_one_however_it_is_written(void **state)
{
    (void)state;
    static const char *const same[] = {
        "09012345678",
        "090-1234-5678",
        " 090 1234 5678 ",
        "(090) 1234.5678",
        "+819012345678",
        "+81 90-1234-5678",
        "+81 (0)90 1234 5678",
        "0081 90 1234 5678",
        "\xef\xbc\x90\xef\xbc\x99\xef\xbc\x90-1234-5678", /* full width */
        "\xe3\x80\x87\xe4\xb9\x9d\xe3\x80\x87-\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89"
        "\xe5\x9b\x9b-\xe4\xba\x94\xe5\x85\xad\xe4\xb8\x83\xe5\x85\xab", /* in kanji */
        "090\xe3\x83\xbc"
        "1234\xe2\x80\x93"
        "5678"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(fold(same[i], "81"), "09012345678");
    static const char *const cards[] = {"AB12345678CD", "ab 1234-5678 cd",
                                        ("\xef\xbc\xa1\xef\xbc\xa2"
                                         "12345678CD")};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(fold(cards[i], "81"), "ab12345678cd");
}

static void other_numbers_stay_other(void **state)
{
    (void)state;
    assert_string_equal(fold("+84 90 1234 5678", "81"), "849012345678"); /* another country */
    assert_string_equal(fold("8190-1234", "81"), "81901234");            /* no plus: a number of its own */
    assert_string_equal(fold("+81 90", ""), "8190");
    assert_string_equal(fold("+81 90", NULL), "8190");
    assert_string_equal(fold("TK0081", "81"), "tk0081"); /* a passport is no telephone */
    assert_string_equal(fold("+81 A9", "81"), "81a9");
    assert_string_equal(fold("", "81"), "");
    assert_string_equal(fold(" - . ", "81"), "");
    assert_string_equal(fold("+81", "81"), "0");
}

/* Folding twice changes nothing, and what parts a number changes nothing. */
static void parting_marks_change_nothing(void **state)
{
    (void)state;
    static const char *const marks[] = {" ", "-", ".", "/", "\xe2\x80\x91", "\xe3\x80\x80", "\xef\xbc\x8d"};
    uint64_t seed = 1;
    for (int n = 0; n < 2000; n++) {
        char plain[32] = "0", parted[256] = "0";
        size_t at = 1, to = 1;
        for (int i = 0; i < 12; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            char digit = (char)('0' + seed % 1009 % 10);
            if (seed >> 60 < 5) {
                const char *m = marks[seed % 997 % 7];
                memcpy(parted + to, m, strlen(m));
                to += strlen(m);
            }
            if (i == 0)
                digit = '9'; /* "00" begins a number abroad */
            plain[at++] = parted[to++] = digit;
        }
        plain[at] = parted[to] = '\0';
        assert_string_equal(fold(parted, "81"), plain);
        assert_string_equal(fold(fold(parted, "81"), "81"), plain);
    }
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    return arena ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_number_is_one_however_it_is_written),
        cmocka_unit_test(other_numbers_stay_other),
        cmocka_unit_test(parting_marks_change_nothing),
    };
    return cmocka_run_group_tests_name("registry_fold", tests, setup, teardown);
}
