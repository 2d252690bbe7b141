/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and days of residence cards. All numbers are made up. */
#include "base/buf.h"
#include "base/testing.h"
#include "screening/document/residence_card.h"

static void the_form_of_a_number(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        enum card_form form;
        size_t column;
        const char *number, *proposal;
    } cases[] = {
        {"AB12345678CD", CARD_FORM_RIGHT, 0, "AB12345678CD", ""},
        {"ab12345678cd", CARD_FORM_FOLDED, 0, "AB12345678CD", ""},
        {" AB 1234-5678 CD\n", CARD_FORM_FOLDED, 0, "AB12345678CD", ""},
        {"ＡＢ１２３４５６７８ＣＤ", CARD_FORM_FOLDED, 0, "AB12345678CD", ""},
        {"AB1234567CD", CARD_FORM_LENGTH, 10, "", ""},
        {"", CARD_FORM_LENGTH, 0, "", ""},
        {"AB123456789CD", CARD_FORM_LENGTH, 11, "", ""},
        {"ABI2345678CD", CARD_FORM_CHARACTER, 3, "ABI2345678CD", "AB12345678CD"},
        {"A812O45678CD", CARD_FORM_CHARACTER, 2, "A812O45678CD", "AB12045678CD"},
        {"AB1234X678CD", CARD_FORM_CHARACTER, 7, "AB1234X678CD", ""},
        {"AB12345678C7", CARD_FORM_CHARACTER, 12, "AB12345678C7", ""},
        {"AB12345\xff"
         "78CD",
         CARD_FORM_CHARACTER, 8, "AB12345?78CD", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct card_number n = residence_card_number(str_of(cases[i].written));
        assert_string_equal(card_form_name(n.form), card_form_name(cases[i].form));
        assert_int_equal(n.column, cases[i].column);
        assert_string_equal(n.number, cases[i].number);
        assert_string_equal(n.proposal, cases[i].proposal);
    }
}

/* No check digit exists: every number of the form is as good as any other. */
static void no_number_of_the_form_is_better_than_another(void **state)
{
    (void)state;
    char number[] = "AA00000000AA";
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(number + 2, 9, "%08u", i * 4999u % 100000000u);
        number[0] = (char)('A' + i % 26);
        number[10] = (char)('A' + i / 26 % 26);
        number[11] = 'Z';
        assert_int_equal(residence_card_number(str_of(number)).form, CARD_FORM_RIGHT);
    }
}

static void the_day_on_the_card(void **state)
{
    (void)state;
    struct date today = {2026, 11, 22};
    assert_int_equal(residence_card_expiry((struct date){2026, 11, 23}, today), CARD_EXPIRY_AHEAD);
    assert_int_equal(residence_card_expiry(today, today), CARD_EXPIRY_TODAY);
    assert_int_equal(residence_card_expiry((struct date){2026, 11, 21}, today), CARD_EXPIRY_PAST);
    assert_int_equal(residence_card_expiry((struct date){2026, 2, 30}, today), CARD_EXPIRY_UNREAD);
    assert_int_equal(residence_card_expiry((struct date){0}, today), CARD_EXPIRY_UNREAD);
}

/* Who could be harmed by these words: a person whose card an employer let run out, or forged. */
static void no_verdict_is_a_finding_about_the_person(void **state)
{
    (void)state;
    assert_non_null(strstr(card_form_meaning(CARD_FORM_RIGHT), "genuine"));
    assert_non_null(strstr(card_expiry_meaning(CARD_EXPIRY_PAST), "Screen for trafficking"));
    static const char *const never[] = {"illegal", "offence", "overstay", "arrest", "fake"};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < sizeof never / sizeof *never; k++) {
            assert_null(strstr(card_form_meaning((enum card_form)i), never[k]));
            assert_null(strstr(card_expiry_meaning((enum card_expiry)i), never[k]));
        }
    const struct card_fact *facts;
    size_t n = card_facts(&facts);
    for (size_t i = 0; i < n; i++)
        assert_true(facts[i].source[0] != '\0');
}

static void the_answer_does_not_repeat_the_number(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    struct card_number n = residence_card_number(STR("AB12345678CD"));
    residence_card_json(&n, CARD_EXPIRY_PAST, &j);
    assert_ok(buf_err(&out));
    assert_null(strstr(out.p, "12345678"));
    assert_non_null(strstr(out.p, "\"verdict\":\"past\""));
    assert_non_null(strstr(out.p, "\"verified\":false"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_of_a_number),
        cmocka_unit_test(no_number_of_the_form_is_better_than_another),
        cmocka_unit_test(the_day_on_the_card),
        cmocka_unit_test(no_verdict_is_a_finding_about_the_person),
        cmocka_unit_test(the_answer_does_not_repeat_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
