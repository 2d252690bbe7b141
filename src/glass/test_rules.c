/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "glass/glass.h"

static void thirty_minutes_and_not_a_moment_more(void **state)
{
    (void)state;
    int64_t from = 1000, until = from + GLASS_LIFE_US;
    assert_true(GLASS_LIFE_US == INT64_C(1800000000));
    assert_false(glass_open(from, until, from - 1));
    assert_true(glass_open(from, until, from));
    assert_true(glass_open(from, until, until - 1));
    assert_false(glass_open(from, until, until));
}

static void another_person_of_the_same_agency_confirms(void **state)
{
    (void)state;
    struct id a = id_new(), b = id_new();
    assert_true(glass_may_confirm(a, b, true));
    assert_false(glass_may_confirm(a, a, true));
    assert_false(glass_may_confirm(a, b, false));
    assert_false(glass_may_confirm(a, id_nil(), true));
}

/* Every combination: only another agency, only who had no part, only once it has ended, only once. */
static void another_agency_reviews_once(void **state)
{
    (void)state;
    static const char *const agencies[] = {"", "npa", "ngo"};
    for (unsigned bits = 0; bits < 8; bits++)
        for (size_t asked = 1; asked < 3; asked++)
            for (size_t mine = 0; mine < 3; mine++) {
                struct glass_reviewing r = {
                    agencies[asked], agencies[mine], bits & 1, bits & 2, bits & 4};
                bool other = mine && mine != asked;
                assert_int_equal(glass_may_review(&r), other && !(bits & 1) && (bits & 2) && !(bits & 4));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(thirty_minutes_and_not_a_moment_more),
                                       cmocka_unit_test(another_person_of_the_same_agency_confirms),
                                       cmocka_unit_test(another_agency_reviews_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
