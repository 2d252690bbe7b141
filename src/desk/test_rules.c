/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the desk: codes as people type them, routing by 200,000 seeded packs and rosters, hand-over by
 * consent (plan 3(1)/a, invariants 6 and 9). */
#include "desk/own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ROUTES_MAX 6
#define SITUATIONS 200000

static uint64_t seed;

static uint32_t chance(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

/* ---- codes
 * ------------------------------------------------------------------------------------------------- */

static void a_code_is_read_as_people_type_it(void **unused)
{
    static const char *const same[] = {"ABCD-0123-EFG1", "abcd 0123 efg1", "  ab-cd01 23e-FG1 ",
                                       "ABCDO123EFGI", "abcdo123efgl"};
    char letters[CODE_TEXT_MAX];
    (void)unused;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(code_letters(str_of(same[i]), 12, letters));
        assert_string_equal(letters, "ABCD0123EFG1");
    }
}

static void what_is_no_code_is_none(void **unused)
{
    static const struct str wrong[] = {{"", 0},
                                       {"ABCD-0123-EFG", 13},
                                       {"ABCD-0123-EFG1-2", 16},
                                       {"ABCD-0123-EFGU", 14},
                                       {"ABCD-0123-EFG\xc3\x84", 15},
                                       {"ABCD\0"
                                        "0123EFG1",
                                        13},
                                       {"ABCD_0123_EFG1", 14},
                                       {"--- --- ---", 11}};
    char letters[CODE_TEXT_MAX];
    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(code_letters(wrong[i], 12, letters));
}

/* Whatever stands there: no write past the room, and what is taken is taken again alike. */
static void any_bytes_are_a_code_or_none(void **unused)
{
    (void)unused;
    seed = 1;
    for (int i = 0; i < SITUATIONS; i++) {
        char bytes[64], letters[CODE_TEXT_MAX], again[CODE_TEXT_MAX];
        size_t n = chance(sizeof bytes);
        for (size_t k = 0; k < n; k++)
            bytes[k] = chance(4) ? "0123456789ABCDEFGHJKMNPQRSTVWXYZ- oil"[chance(37)] : (char)chance(256);
        size_t chars = chance(2) ? OFFICE_CODE_CHARS : RECEIPT_CHARS;
        if (!code_letters((struct str){bytes, n}, chars, letters))
            continue;
        assert_int_equal(strlen(letters), chars);
        assert_true(code_letters(str_of(letters), chars, again));
        assert_string_equal(letters, again);
    }
}

static void new_codes_are_codes_and_none_comes_twice(void **unused)
{
    char made[200][CODE_TEXT_MAX], letters[CODE_TEXT_MAX];
    (void)unused;
    for (size_t i = 0; i < 200; i++) {
        desk_code_new(i % 2 ? OFFICE_CODE_CHARS : RECEIPT_CHARS, made[i]);
        assert_true(code_letters(str_of(made[i]), i % 2 ? OFFICE_CODE_CHARS : RECEIPT_CHARS, letters));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(made[i], made[k]);
    }
}

/* ---- routing
 * ----------------------------------------------------------------------------------------------- */

static const char *const prefectures[] = {"", "01", "13"}, *const answers[] = {"", "yes", "no", "unknown"},
                         *const agencies[] = {"npa", "cfa", "ngo"};

struct first_contact {
    struct report_route routes[ROUTES_MAX];
    struct report_rules rules;
    struct report_facts facts;
    bool awake[ROUTES_MAX];
};

static void any_contact(struct first_contact *s)
{
    *s = (struct first_contact){
        .facts = {prefectures[chance(3)], answers[1 + chance(3)], answers[1 + chance(3)]}};
    s->rules = (struct report_rules){.routes = s->routes, .nroutes = chance(ROUTES_MAX + 1)};
    bool duty[3] = {chance(2), chance(2), chance(2)};
    for (size_t i = 0; i < s->rules.nroutes; i++) {
        uint32_t agency = chance(3);
        s->routes[i] = (struct report_route){.prefecture = prefectures[chance(3)],
                                             .danger = answers[chance(4)],
                                             .children = answers[chance(4)],
                                             .agency = agencies[agency],
                                             .office = chance(2) ? "an_office" : ""};
        s->awake[i] = duty[agency];
    }
}

/* A second way to say it: of all routes that fit, the least by (asleep, position). */
static const struct report_route *best(const struct first_contact *s, bool *ret_awake)
{
    const struct report_route *found = NULL;
    *ret_awake = false;
    for (size_t i = s->rules.nroutes; i-- > 0;) {
        const struct report_route *r = &s->routes[i];
        bool fits = (r->prefecture[0] == '\0' || strcmp(r->prefecture, s->facts.prefecture) == 0) &&
                    (r->danger[0] == '\0' || strcmp(r->danger, s->facts.danger) == 0) &&
                    (r->children[0] == '\0' || strcmp(r->children, s->facts.children) == 0);
        if (fits && (s->awake[i] || !*ret_awake)) {
            found = r;
            *ret_awake = s->awake[i];
        }
    }
    return found;
}

static void no_report_is_without_an_owner(void **unused)
{
    struct first_contact s;
    (void)unused;
    seed = 2;
    for (int i = 0; i < SITUATIONS; i++) {
        any_contact(&s);
        struct report_owner o = report_route(&s.rules, &s.facts, s.awake, "sender");
        bool awake;
        const struct report_route *r = best(&s, &awake);
        assert_non_null(o.agency);
        assert_non_null(o.office);
        assert_true(*o.agency);
        assert_string_equal(o.agency, r ? r->agency : "sender");
        /* nobody on duty at the office: the agency as a whole */
        assert_string_equal(o.office, r && awake ? r->office : "");
    }
}

static void who_sleeps_gets_it_only_when_all_sleep(void **unused)
{
    static const struct report_route routes[] = {{"", "yes", "", "npa", "station", "", true},
                                                 {"", "", "", "ngo", "house", "", true}};
    static const struct report_rules rules = {.routes = routes, .nroutes = 2};
    static const struct report_facts danger = {"13", "yes", "no"}, none = {"13", "no", "no"};
    const bool both[] = {true, true}, second[] = {false, true}, nobody[] = {false, false};
    (void)unused;
    assert_string_equal(report_route(&rules, &danger, both, "x").agency, "npa");
    assert_string_equal(report_route(&rules, &danger, both, "x").office, "station");
    assert_string_equal(report_route(&rules, &danger, second, "x").agency, "ngo");
    assert_string_equal(report_route(&rules, &danger, nobody, "x").agency, "npa");
    assert_string_equal(report_route(&rules, &danger, nobody, "x").office, "");
    assert_string_equal(report_route(&rules, &none, both, "x").agency, "ngo");
}

/* ---- hand-over
 * --------------------------------------------------------------------------------------------- */

static void immigration_takes_consent_or_danger_to_life(void **unused)
{
    static const char *const consent_only[] = {"isa", "risb"};
    static const struct report_rules rules = {.consent_only = consent_only, .nconsent_only = 2};
    static const char *const all[] = {"isa", "risb", "npa", "ngo"};
    (void)unused;
    for (int basis = 0; basis < BASIS_COUNT; basis++)
        for (size_t i = 0; i < 4; i++) {
            bool hers = basis == BASIS_CONSENT || basis == BASIS_DANGER_TO_LIFE;
            assert_int_equal(report_may_pass(&rules, all[i], (enum basis)basis),
                             hers || (basis == BASIS_LEGAL && i >= 2));
        }
}

/* ---- words
 * ------------------------------------------------------------------------------------------------- */

static void the_sender_is_told_a_word_for_every_state(void **unused)
{
    static const char *const states[] = {"", "received", "taken", "passed_on", "case", "closed"};
    (void)unused;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        assert_true(*report_coarse(states[i]));
        assert_true(*coarse_words(report_coarse(states[i])));
        for (size_t k = 1; k < i; k++)
            assert_string_not_equal(report_coarse(states[i]), report_coarse(states[k]));
    }
    assert_false(report_open("case") || report_open("closed"));
    for (size_t i = 0; REPORT_OUTCOMES[i]; i++)
        assert_true(*outcome_words(REPORT_OUTCOMES[i]));
    assert_string_equal(outcome_words(""), "");
}

static void who_told_us_is_a_class_of_its_own(void **unused)
{
    static const char *const source[] = {"sender_contact", "sender_way",  "sender_detail",
                                         "from_agency",    "from_office", "from_counter"};
    (void)unused;
    for (size_t i = 0; i < sizeof source / sizeof *source; i++)
        assert_int_equal(report_class(source[i]), CLASS_SOURCE);
    assert_int_equal(report_class("what"), CLASS_IDENTITY);     /* free text may name her */
    assert_int_equal(report_class("language"), CLASS_IDENTITY); /* with a place it tells who she is */
    assert_int_equal(report_class("code"), CLASS_NONE);
    assert_int_equal(report_class("receipt"), CLASS_NONE);
    assert_int_equal(report_column(CLASS_NONE), -1);
}

static void a_common_word_tells_nothing(void **state)
{
    (void)state;
    for (size_t found = 0; found < 40; found++) {
        assert_int_equal(enquiry_name_tells(1, found), found > 0 && found <= ENQUIRY_COMMON);
        assert_int_equal(enquiry_name_tells(2, found), found > 0);
        assert_false(enquiry_name_tells(1, found) && !enquiry_name_tells(2, found));
    }
}

static void a_code_ends_by_itself(void **state)
{
    (void)state;
    const int64_t day = INT64_C(86400000000);
    for (int days = 1; days <= 400; days += 7) {
        assert_true(office_code_good(5, 0, days, 5 + days * day - 1));
        assert_false(office_code_good(5, 0, days, 5 + days * day));
        assert_false(office_code_good(5, 6, days, 7)); /* ended by hand */
        assert_true(office_code_good(5, 0, 0, 5 + days * day));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_ends_by_itself),
        cmocka_unit_test(a_common_word_tells_nothing),
        cmocka_unit_test(a_code_is_read_as_people_type_it),
        cmocka_unit_test(what_is_no_code_is_none),
        cmocka_unit_test(any_bytes_are_a_code_or_none),
        cmocka_unit_test(new_codes_are_codes_and_none_comes_twice),
        cmocka_unit_test(no_report_is_without_an_owner),
        cmocka_unit_test(who_sleeps_gets_it_only_when_all_sleep),
        cmocka_unit_test(immigration_takes_consent_or_danger_to_life),
        cmocka_unit_test(the_sender_is_told_a_word_for_every_state),
        cmocka_unit_test(who_told_us_is_a_class_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
