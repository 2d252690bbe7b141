/* SPDX-License-Identifier: Apache-2.0 */
/* The rule over every combination of its facts, against the words of invariant 3 written down once more. */
#include "base/testing.h"
#include "hold/hold.h"

static const int64_t times[] = {0, 1, 2, 3};

static void each(void (*check)(enum gate gate, const struct hold_facts *f))
{
    for (int gate = GATE_NONE; gate <= GATE_VICTIM_SCREENING_AFTER; gate++)
        for (unsigned bits = 0; bits < 8; bits++)
            for (int screened = SCREENED_NOT; screened <= SCREENED_POSITIVE; screened++)
                for (unsigned t = 0; t < 64; t++) {
                    struct hold_facts f = {.person = bits & 1,
                                           .open_too = bits & 2,
                                           .protected_ = bits & 4,
                                           .screened = (enum screened)screened,
                                           .screened_us = times[t & 3],
                                           .emergency_us = times[t >> 2 & 3],
                                           .allowed_us = times[t >> 4]};
                    check((enum gate)gate, &f);
                }
}

static bool finished(const struct hold_facts *f)
{
    return f->screened == SCREENED_NEGATIVE || f->screened == SCREENED_POSITIVE;
}

/* A step that may start was screened for, and nobody is looking just now. */
static void never_without_a_screening(enum gate gate, const struct hold_facts *f)
{
    if (gate == GATE_VICTIM_SCREENING && f->person && hold_rule(gate, f) == HOLD_NONE) {
        assert_true(finished(f));
        assert_false(f->open_too);
    }
}

/* Who is protected, or in whom a screening found signs, is out of reach without a second agency. */
static void protected_stays_protected(enum gate gate, const struct hold_facts *f)
{
    bool victim = f->protected_ || f->screened == SCREENED_POSITIVE;
    if (gate == GATE_VICTIM_SCREENING && f->person && victim && !f->allowed_us)
        assert_int_not_equal(hold_rule(gate, f), HOLD_NONE);
}

/* After an emergency nothing goes on that was not looked at after it; a second emergency neither. */
static void emergency_once(enum gate gate, const struct hold_facts *f)
{
    bool looked = (finished(f) && f->screened_us > f->emergency_us) || f->allowed_us > f->emergency_us;
    if (gate != GATE_NONE && f->person && f->emergency_us && !looked)
        assert_int_not_equal(hold_rule(gate, f), HOLD_NONE);
    if (gate == GATE_VICTIM_SCREENING_AFTER && !f->emergency_us)
        assert_int_equal(hold_rule(gate, f), HOLD_NONE);
}

/* More protection, and less screening, never let a step go on that was held. */
static void monotone(enum gate gate, const struct hold_facts *f)
{
    struct hold_facts more = *f;
    if (hold_rule(gate, f) == HOLD_NONE)
        return;
    more.protected_ = true;
    assert_int_not_equal(hold_rule(gate, &more), HOLD_NONE);
    more = *f;
    more.open_too = true;
    assert_int_not_equal(hold_rule(gate, &more), HOLD_NONE);
    if (!f->allowed_us)
        return;
    more = *f;
    more.allowed_us = 0;
    assert_int_not_equal(hold_rule(gate, &more), HOLD_NONE);
}

static void organisations_and_no_gate_pass(enum gate gate, const struct hold_facts *f)
{
    if (gate == GATE_NONE || !f->person)
        assert_int_equal(hold_rule(gate, f), HOLD_NONE);
}

static void every_combination(void **state)
{
    (void)state;
    each(never_without_a_screening);
    each(protected_stays_protected);
    each(emergency_once);
    each(monotone);
    each(organisations_and_no_gate_pass);
}

static void reasons(void **state)
{
    (void)state;
    struct hold_facts f = {.person = true};
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_NOT_SCREENED);
    f.screened = SCREENED_OPEN;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_SCREENING_OPEN);
    f.screened = SCREENED_THIN;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_NOT_ENOUGH);
    f.screened = SCREENED_OWN;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_OWN_SCREENING);
    f.screened = SCREENED_NEGATIVE;
    f.screened_us = 5;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_NONE);
    f.emergency_us = 5; /* at the same moment is not after */
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_AFTER_EMERGENCY);
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING_AFTER, &f), HOLD_AFTER_EMERGENCY);
    f.screened_us = 6;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_NONE);
    f.protected_ = true;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_PROTECTED);
    f.allowed_us = 7;
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f), HOLD_NONE);
    assert_string_equal(hold_reason_word(HOLD_PROTECTED), "protected");
}

static void second_agency(void **state)
{
    (void)state;
    assert_true(hold_second("isa", "ngo", "ngo"));
    assert_false(hold_second("isa", "ngo", "npa")); /* not a friend of the one that asked */
    assert_false(hold_second("isa", "ngo", "isa"));
    assert_true(hold_second("npa", "npa", "ngo"));
    assert_false(hold_second("npa", "npa", "npa"));
    assert_false(hold_second("npa", "npa", ""));
}

static void a_refusal_is_not_shopped_around(void **state)
{
    (void)state;
    assert_true(hold_overrules("", "ngo"));
    assert_true(hold_overrules("ngo", "ngo"));
    assert_false(hold_overrules("ngo", "isa"));
    assert_false(hold_overrules("ngo", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_combination), cmocka_unit_test(reasons),
                                       cmocka_unit_test(second_agency),
                                       cmocka_unit_test(a_refusal_is_not_shopped_around)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
