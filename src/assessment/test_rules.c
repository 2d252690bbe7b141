/* SPDX-License-Identifier: Apache-2.0 */
/* test_rules.c - what must hold for every sheet of answers; AKARI_SETS random ones (20,000 where not said;
 * tests/campaigns/sheets.sh takes a million). The pack is that of Japan, named by AKARI_PACK_JAPAN. */
#include "assessment/rules.h"
#include "base/testing.h"

#include <stdlib.h>

static const struct pack *japan;
static struct book book;
static struct arena *arena;
static uint64_t dice_state = 20261122;

static uint32_t dice(uint32_t below)
{
    dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(dice_state >> 33) % below;
}

static int load(void **state)
{
    (void)state;
    const char *folder = getenv("AKARI_PACK_JAPAN");
    struct pack_fault *faults;
    size_t n;
    arena = arena_new(0);
    if (!folder || !arena || pack_load(folder, arena, &japan, &faults, &n) != OK)
        return -1;
    return book_make(japan, arena, &book) == OK ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    pack_free(japan);
    arena_free(arena);
    return 0;
}

static long sets(void)
{
    const char *n = getenv("AKARI_SETS");
    return n ? strtol(n, NULL, 10) : 20000;
}

#define ENTRIES 512
static struct sheet random_sheet(enum answer *answers)
{
    uint32_t unknown = dice(101), yes = dice(101) * dice(101) / 100;
    assert_true(book.n < ENTRIES);
    for (size_t i = 0; i < book.n; i++)
        answers[i] = dice(100) < unknown ? ANSWER_UNKNOWN : dice(100) < yes ? ANSWER_YES : ANSWER_NO;
    return (struct sheet){
        .book = &book, .answers = answers, .age = (enum age)dice(4), .exploited = (enum exploited)dice(2)};
}

/* All that a result says, in one order. */
#define PARTS (6 + DIMENSION_COUNT + 4 * TESTS_MAX)
static size_t parts(const struct result *r, struct bounds *ret)
{
    size_t n = 0;
    const struct bounds first[] = {r->act, r->means, r->purpose, r->suspicion, r->reasonable, r->conclusive};
    for (size_t i = 0; i < 6; i++)
        ret[n++] = first[i];
    for (int d = 0; d < DIMENSION_COUNT; d++)
        ret[n++] = r->dimensions.of[d];
    for (size_t i = 0; i < r->ntests; i++) {
        const struct legal_test *t = &r->tests[i];
        ret[n++] = t->act, ret[n++] = t->means, ret[n++] = t->purpose, ret[n++] = t->met;
    }
    return n;
}

static bool same(const struct sheet *a, const struct sheet *b)
{
    struct bounds x[PARTS], y[PARTS];
    struct result r, q;
    result_of(a, &r);
    result_of(b, &q);
    size_t n = parts(&r, x);
    if (n != parts(&q, y) || r.profile != q.profile)
        return false;
    for (size_t i = 0; i < n; i++)
        if (x[i].lower != y[i].lower || x[i].upper != y[i].upper)
            return false;
    return true;
}

static ptrdiff_t entry(const char *code)
{
    ptrdiff_t i = book_find(&book, str_of(code));
    assert_true(i >= 0);
    return i;
}

/* ---- properties ---------------------------------------------------------------------------------------- */

/* Whatever the unknown turn out to be, each part of the result lies between its bounds. */
static void bounds_hold_every_completion(void **state)
{
    (void)state;
    enum answer answers[ENTRIES], whole[ENTRIES];
    for (long k = 0; k < sets(); k++) {
        struct bounds open[PARTS], closed[PARTS];
        struct result r, q;
        struct sheet s = random_sheet(answers), t = s;
        uint32_t yes = dice(101);
        t.answers = whole;
        for (size_t i = 0; i < book.n; i++)
            whole[i] = answers[i] != ANSWER_UNKNOWN ? answers[i] : dice(100) < yes ? ANSWER_YES : ANSWER_NO;
        result_of(&s, &r);
        result_of(&t, &q);
        size_t n = parts(&r, open);
        assert_int_equal(n, parts(&q, closed));
        for (size_t i = 0; i < n; i++) {
            assert_true(!open[i].lower || open[i].upper);
            assert_true(!open[i].lower || closed[i].lower);
            assert_true(open[i].upper || !closed[i].upper);
        }
    }
}

/* A score may raise and never lowers: one yes more takes nothing away, at any level, in any test. */
static void a_yes_more_lowers_nothing(void **state)
{
    (void)state;
    enum answer answers[ENTRIES];
    for (long k = 0; k < sets(); k++) {
        struct bounds before[PARTS], after[PARTS];
        struct result r;
        struct sheet s = random_sheet(answers);
        result_of(&s, &r);
        size_t n = parts(&r, before);
        answers[dice((uint32_t)book.n)] = ANSWER_YES;
        result_of(&s, &r);
        parts(&r, after);
        for (size_t i = 0; i < n; i++) {
            assert_true(!before[i].lower || after[i].lower);
            assert_true(!before[i].upper || after[i].upper);
        }
    }
}

/* Each level holds the ones above it: nobody is recognised and not suspected. */
static void levels_imply_each_other(void **state)
{
    (void)state;
    enum answer answers[ENTRIES];
    for (long k = 0; k < sets(); k++) {
        struct result r;
        struct sheet s = random_sheet(answers);
        result_of(&s, &r);
        assert_true(!r.conclusive.lower || r.reasonable.lower);
        assert_true(!r.reasonable.lower || r.suspicion.lower);
        assert_true(!r.conclusive.upper || r.reasonable.upper);
        assert_true(!r.reasonable.upper || r.suspicion.upper);
        assert_int_equal(may_be_negative(&r), !r.suspicion.lower);
    }
}

/* Harm: what she is said to have agreed to, where she comes from, and other circumstances flip nothing. */
static void consent_and_circumstances_flip_nothing(void **state)
{
    (void)state;
    enum answer answers[ENTRIES], other[ENTRIES];
    size_t flipped[ENTRIES], nflipped = 0;
    flipped[nflipped++] = (size_t)entry("Q_CONSENT");
    for (size_t i = 0; i < book.n; i++)
        if (book.items[i].sort == SORT_PROMPT && ((const struct prompt *)book.items[i].of)->context)
            flipped[nflipped++] = i;
    assert_true(nflipped > 8);
    for (long k = 0; k < sets(); k++) {
        struct sheet s = random_sheet(answers), t = s;
        memcpy(other, answers, sizeof other);
        t.answers = other;
        other[flipped[dice((uint32_t)nflipped)]] = (enum answer)dice(3);
        assert_true(same(&s, &t));
    }
}

/* A disputed age is a child's until it is settled: never less protection by a dispute. */
static void disputed_is_as_a_child(void **state)
{
    (void)state;
    enum answer answers[ENTRIES];
    for (long k = 0; k < sets(); k++) {
        struct sheet s = random_sheet(answers), t = s;
        s.age = AGE_CHILD;
        t.age = AGE_DISPUTED;
        assert_true(same(&s, &t));
    }
}

/* What decides, decides: some completion of the others where it alone makes the difference. */
static void deciding_can_be_shown(void **state)
{
    (void)state;
    enum answer answers[ENTRIES];
    const struct signs *signs = &japan->signs;
    long shown = 0;
    for (long k = 0; k < sets() / 10; k++) {
        struct sheet s = random_sheet(answers);
        enum profile p = profile_of(s.age, s.exploited);
        struct dimensions d;
        dimensions_of(signs, p, answers, &d);
        for (size_t i = 0; i < signs->n; i++) {
            bool deciding = sign_deciding(signs, p, answers, &d, i);
            const struct bounds *b = &d.of[signs->list[i].dimension];
            assert_true(!deciding || (answers[i] == ANSWER_UNKNOWN && b->lower != b->upper));
            shown += deciding;
        }
    }
    assert_true(shown > 0);
}

/* ---- by hand ------------------------------------------------------------------------------------------- */

static struct result of_codes(enum age age, const char *const *yes)
{
    static enum answer answers[ENTRIES];
    struct result r;
    struct sheet s = {&book, answers, age, EXPLOITED_LABOUR};
    for (size_t i = 0; i < book.n; i++)
        answers[i] = ANSWER_NO;
    for (; *yes; yes++)
        answers[entry(*yes)] = ANSWER_YES;
    result_of(&s, &r);
    return r;
}
#define OF(age, ...) of_codes((age), (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void thresholds(void **state)
{
    (void)state;
    assert_false(OF(AGE_ADULT).suspicion.upper);
    assert_true(OF(AGE_ADULT, "CD01").suspicion.lower);  /* one strong */
    assert_false(OF(AGE_ADULT, "CD05").suspicion.lower); /* one medium */
    assert_true(OF(AGE_ADULT, "CD05", "EX02").suspicion.lower);
    assert_false(OF(AGE_ADULT, "CD05", "EX02").reasonable.lower); /* of two dimensions */
    assert_true(OF(AGE_ADULT, "Q_REPORTED").suspicion.lower);
    assert_true(OF(AGE_ADULT, "G11").suspicion.lower);
    assert_true(OF(AGE_ADULT, "CD01", "CD05").reasonable.lower);
    assert_false(OF(AGE_ADULT, "EX09", "tip_act.recruitment").reasonable.lower);
    assert_true(
        OF(AGE_CHILD, "EX09", "tip_act.recruitment").reasonable.lower); /* a child, an act, one sign */
    assert_false(OF(AGE_CHILD, "EX09").reasonable.lower);
}

/* The two laws differ: deception into forced labour is trafficking by the Protocol, and no sale or abduction.
 */
static void the_two_tests_differ(void **state)
{
    (void)state;
    struct result r = OF(AGE_ADULT, "tip_act.recruitment", "tip_means.deception",
                         "tip_purpose.forced_labour_or_services", "immigration_purpose.profit");
    assert_int_equal(r.ntests, 2);
    assert_true(r.tests[0].met.lower && r.conclusive.lower);
    assert_false(r.tests[1].met.upper);
    /* a child needs no means by the Protocol; by the other law only for acts on children */
    r = OF(AGE_CHILD, "tip_act.harbouring", "tip_purpose.servitude", "immigration_act.a_deliver_harbour",
           "immigration_purpose.profit");
    assert_true(r.tests[0].met.lower);
    assert_false(r.tests[1].met.upper);
    r = OF(AGE_CHILD, "immigration_act.b_control_minor", "immigration_purpose.profit");
    assert_true(r.tests[1].met.lower);
    r = OF(AGE_ADULT, "immigration_act.b_control_minor", "immigration_purpose.profit");
    assert_false(r.tests[1].met.upper);
    r = OF(AGE_UNKNOWN, "immigration_act.b_control_minor", "immigration_purpose.profit");
    assert_true(!r.tests[1].met.lower && r.tests[1].met.upper); /* her age would tell */
}

/* Another offence never excludes trafficking. */
static void another_offence_excludes_nothing(void **state)
{
    (void)state;
    enum answer answers[ENTRIES], other[ENTRIES];
    for (long k = 0; k < sets() / 10; k++) {
        struct sheet s = random_sheet(answers), t = s;
        const struct offence *o = &japan->signs.offences[dice((uint32_t)japan->signs.noffences)];
        memcpy(other, answers, sizeof other);
        t.answers = other;
        for (size_t i = 0; i < o->nspeaks; i++)
            if (book.items[entry(o->speaks[i])].sort == SORT_QUESTION)
                other[entry(o->speaks[i])] = ANSWER_YES;
        assert_true(same(&s, &t));
        assert_true(offence_weigh(&t, o).speaks >= offence_weigh(&s, o).speaks);
    }
}

/* Plan 0/a: for counting. On a child means are neither needed nor asked for. */
static void a_worksheet_is_complete_when_nothing_is_open(void **state)
{
    (void)state;
    for (long set = 0; set < sets() / 10; set++) {
        enum answer answers[ENTRIES];
        struct sheet s = random_sheet(answers), child = s;
        struct result r, rc;
        bool means = false;
        child.age = AGE_CHILD;
        result_of(&s, &r);
        result_of(&child, &rc);
        bool open = r.act.lower != r.act.upper || r.purpose.lower != r.purpose.upper;
        bool means_open = r.means.lower != r.means.upper;
        if (s.age == AGE_ADULT)
            assert_int_equal(sheet_complete(&s, &r), !open && !means_open);
        if (sheet_complete(&child, &rc))
            assert_true(rc.act.lower == rc.act.upper && rc.purpose.lower == rc.purpose.upper);
        for (size_t i = 0; i < book.n; i++)
            means |= book.items[i].list == japan->definitions[0].means && answers[i] != ANSWER_UNKNOWN;
        if (means)
            assert_true(sheet_means_asked(&s));
        for (size_t i = 0; i < book.n; i++)
            if (book.items[i].sort == SORT_ELEMENT)
                answers[i] = ANSWER_UNKNOWN;
        assert_false(sheet_means_asked(&s));
    }
    assert_true(child_rule(AGE_DISPUTED) && !child_rule(AGE_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold_every_completion),
        cmocka_unit_test(a_yes_more_lowers_nothing),
        cmocka_unit_test(levels_imply_each_other),
        cmocka_unit_test(consent_and_circumstances_flip_nothing),
        cmocka_unit_test(disputed_is_as_a_child),
        cmocka_unit_test(deciding_can_be_shown),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(the_two_tests_differ),
        cmocka_unit_test(another_offence_excludes_nothing),
        cmocka_unit_test(a_worksheet_is_complete_when_nothing_is_open),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
