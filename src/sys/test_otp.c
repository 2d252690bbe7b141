/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "sys/crypto.h"
#include "sys/otp.h"

#define SECRET STR("12345678901234567890")
#define SECOND INT64_C(1000000)

/* RFC 6238, appendix B: the last six of its eight digits. */
static void vectors_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        int64_t at;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[OTP_DIGITS + 1];
        bool ok;
        int64_t step;
        assert_ok(otp_code(SECRET, rows[i].at / OTP_STEP_S, code));
        assert_string_equal(code, rows[i].code);
        assert_ok(otp_fits(SECRET, str_of(rows[i].code), rows[i].at * SECOND, -1, &ok, &step));
        assert_true(ok);
        assert_int_equal(step, rows[i].at / OTP_STEP_S);
    }
    char code[OTP_DIGITS + 1];
    assert_fails(otp_code(STR("short"), 1, code), ERR_FIELD);
    assert_fails(otp_code(SECRET, -1, code), ERR_FIELD);
}

/* Over many moments: the code of a step counts one step early and late and no more, never twice, never with another
 * letter in it. */
static void counts_in_its_time_and_once(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        int64_t now = INT64_C(1700000000) + i * 7919, step, of = now / OTP_STEP_S;
        char code[OTP_DIGITS + 1];
        bool ok;
        for (int64_t shift = -3; shift <= 3; shift++) {
            bool near = shift >= -OTP_SLACK && shift <= OTP_SLACK;
            assert_ok(otp_code(SECRET, of + shift, code));
            assert_ok(otp_fits(SECRET, str_of(code), now * SECOND, -1, &ok, &step));
            if (near)
                assert_true(ok);
            else if (ok) /* one in a million is the code of another step, too */
                assert_true(step >= of - OTP_SLACK && step <= of + OTP_SLACK);
            if (!near || !ok)
                continue;
            int64_t first = step;
            assert_ok(otp_fits(SECRET, str_of(code), now * SECOND, first, &ok, &step));
            assert_true(!ok || step > first);
        }
        code[i % OTP_DIGITS] = 'x';
        assert_ok(otp_fits(SECRET, str_of(code), now * SECOND, -1, &ok, &step));
        assert_false(ok);
    }
}

static void only_six_digits(void **state)
{
    (void)state;
    static const char *const none[] = {"", "28708", "2870821", "0", "287082\n", "AAAAAA"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        bool ok;
        int64_t step;
        assert_ok(otp_fits(SECRET, str_of(none[i]), 59 * SECOND, -1, &ok, &step));
        assert_false(ok);
    }
}

static void text_and_back(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str text, back;
    assert_ok(otp_text(SECRET, a, &text));
    assert_str(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"); /* RFC 4648 */
    assert_ok(otp_parse(text, a, &back));
    assert_str(back, "12345678901234567890");
    assert_ok(otp_parse(STR("gezd gnbv gy3t qojq gezd gnbv gy3t qojq"), a, &back));
    assert_str(back, "12345678901234567890");
    assert_fails(otp_parse(STR("GEZDGNBV"), a, &back), ERR_FIELD);
    assert_fails(otp_parse(STR(""), a, &back), ERR_FIELD);
    assert_fails(otp_parse(STR("!!!!"), a, &back), ERR_FIELD);
    static char endless[200];
    memset(endless, 'A', sizeof endless);
    assert_fails(otp_parse((struct str){endless, sizeof endless}, a, &back), ERR_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors_of_the_standard),
                                       cmocka_unit_test(counts_in_its_time_and_once),
                                       cmocka_unit_test(only_six_digits), cmocka_unit_test(text_and_back)};
    if (crypto_start() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
