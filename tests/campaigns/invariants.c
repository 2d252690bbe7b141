/* SPDX-License-Identifier: Apache-2.0 */
/* invariants.c - generated situations against what the invariants say, each written down once more in a few
 * lines that share nothing with the rules: invariants N [SEED]. N situations for each invariant. */
#include "attachment/own.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "registry/own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static long situations = 20000;
static uint64_t seed = 1;

/* splitmix64: the same situations for the same seed. */
static unsigned any(unsigned n)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) % n);
}

/* ---- 2: yes is easy, no is hard ------------------------------------------------------------------------------
 */

static const char *const agencies[] = {"police", "immigration", "shelter", "labour"};

/* A life of decisions on one case, by the rules; and the oracle, which knows only: whoever was protected once stays so until
 * another agency than the one that said no has agreed, with reasons and a way to review it, and nothing came in between. */
static void one_life_of_decisions(void)
{
    static const struct stage stages[] = {
        {"suspicion", "", false}, {"looked_at", "", false}, {"presumed", "", true}, {"recognised", "", true}};
    struct pack p = {.stages = stages, .nstages = 4};
    int stage = 0, no_to = -1, no_from = -1;
    const char *no_by = "";
    bool oracle_protected = false, oracle_no = false;
    for (unsigned step = 0; step < 8; step++) {
        const char *who = agencies[any(4)];
        if (any(3) && stage >= 0) { /* somebody decides */
            int to = (int)any(4);
            bool reasons = any(2), review = any(2);
            if (to == stage)
                continue;
            bool negative = decision_negative(&p, stage, to);
            bool oracle_negative = to < stage;
            assert_int_equal(negative, oracle_negative);
            if (!decision_complete(negative, reasons, review)) {
                assert_true(oracle_negative && !(reasons && review));
                continue;
            }
            if (!negative) {
                stage = to; /* at once, by one officer */
                oracle_protected = oracle_protected || to >= 2;
                oracle_no = false;
                continue;
            }
            assert_true(reasons && review);
            no_to = to, no_from = stage, no_by = who, oracle_no = true;
            continue;
        }
        if (no_to < 0)
            continue;
        enum decision_state state =
            decision_state(true, false, stages[no_from].id, stages[stage].id); /* somebody confirms */
        bool may = state == DECISION_WAITS && decision_may_confirm(no_by, who);
        if (may) {
            assert_true(oracle_no && strcmp(no_by, who) != 0);
            stage = no_to;
            oracle_protected = stage >= 2;
            no_to = -1;
            oracle_no = false;
        }
        bool waits = no_to >= 0 && oracle_no;
        assert_int_equal(case_may_close(stages[stage].protects, waits), !(oracle_protected && waits));
        assert_int_equal(stages[stage].protects, oracle_protected);
    }
    assert_int_equal(stages[stage].protects, oracle_protected);
}

static void a_no_is_hard(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++)
        one_life_of_decisions();
}

/* ---- 3: no step without a screening --------------------------------------------------------------------------
 */

enum happens { BEGINS, ENDS_NEGATIVE, ENDS_POSITIVE, EMERGENCY, PROTECTS, SECOND_AGENCY, REFUSES_TO_TALK, HAPPENINGS };

/* What happened to a person, in order. The facts are gathered as the store does; the oracle walks along. */
static void one_history(void)
{
    struct hold_facts f = {.person = any(10) != 0, .screened = SCREENED_NOT};
    int open = 0;
    bool ever = false, signs = false, looked_since = true, excused = false, excused_since = true;
    unsigned n = any(9);
    for (int64_t at = 1; at <= n; at++) {
        switch ((enum happens)any(HAPPENINGS)) {
        case BEGINS:
            open++;
            break;
        case ENDS_NEGATIVE:
            open -= open > 0;
            ever = looked_since = true;
            if (f.screened != SCREENED_POSITIVE)
                f.screened = SCREENED_NEGATIVE, f.screened_us = at;
            else
                looked_since = f.screened_us > f.emergency_us; /* the store keeps the newest positive one */
            break;
        case ENDS_POSITIVE:
            open -= open > 0;
            ever = looked_since = signs = true;
            f.screened = SCREENED_POSITIVE, f.screened_us = at;
            break;
        case EMERGENCY:
            f.emergency_us = at;
            looked_since = excused_since = false;
            break;
        case PROTECTS:
            f.protected_ = true;
            break;
        case SECOND_AGENCY:
            f.allowed_us = at;
            excused = excused_since = true;
            break;
        case REFUSES_TO_TALK: /* changes nothing, ever */
        case HAPPENINGS:
            break;
        }
    }
    if (!ever && open)
        f.screened = SCREENED_OPEN;
    f.open_too = ever && open > 0;
    bool after = looked_since || (excused && excused_since);
    bool victim = signs || f.protected_;
    bool may = ever && !open && after && (!victim || excused);
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING, &f) == HOLD_NONE, !f.person || may);
    assert_int_equal(hold_rule(GATE_VICTIM_SCREENING_AFTER, &f) == HOLD_NONE, !f.person || after);
    assert_int_equal(hold_rule(GATE_NONE, &f), HOLD_NONE);
}

static void no_step_without_a_screening(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++)
        one_history();
}

/* Who lets a step against a protected person go on: never who asked, and no friend of who asked. */
static void the_second_agency_is_another(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++) {
        unsigned asked = any(4), holder = any(4), decides = any(4);
        bool may = hold_second(agencies[asked], agencies[holder], agencies[decides]);
        assert_int_equal(may, asked != decides && (decides == holder || asked == holder));
    }
}

/* ---- 5, 7, 9: what the policy answers ------------------------------------------------------------------------
 */

static struct policy_question question(void)
{
    return (struct policy_question){.role = (enum role)any(ROLE_COUNT),
                                    .verb = (enum verb)any(VERBS_COUNT),
                                    .object = (enum object_kind)any(OBJECT_COUNT),
                                    .relation = (enum relation)any(RELATION_COUNT),
                                    .need_to_know = any(2),
                                    .purpose = (enum purpose)any(PURPOSE_COUNT),
                                    .basis = (enum basis)any(BASIS_COUNT),
                                    .class = (enum field_class)any(CLASS_COUNT),
                                    .label = (enum label)any(LABEL_COUNT),
                                    .break_glass = any(2),
                                    .assurance = (uint8_t)(1 + any(3))};
}

/* A human decides, always: the machine sets no stage, hands nobody over, ties nobody, opens no glass. */
static void the_machine_decides_nothing(void **state)
{
    (void)state;
    static const enum verb human[] = {VERB_DECIDE, VERB_REFER, VERB_LINK,   VERB_GRANT,
                                      VERB_ASSIGN, VERB_UPDATE, VERB_BREAK_GLASS, VERB_REVIEW};
    static const enum object_kind hers[] = {OBJECT_CASE, OBJECT_SUBJECT, OBJECT_RECORD, OBJECT_REPORT};
    for (long i = 0; i < situations; i++) {
        struct policy_question q = question();
        q.role = ROLE_SYSTEM;
        q.verb = human[any(sizeof human / sizeof *human)];
        q.object = hers[any(4)];
        assert_true(policy_decide(&q).verdict < VERDICT_MASK);
    }
}

/* Where she is: her shelter's own workers, named, for protection. Breaking the glass changes nothing. */
static void where_she_is_stays_hidden(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++) {
        struct policy_question q = question();
        if (any(2))
            q.class = CLASS_LOCATION;
        else
            q.object = OBJECT_SHELTER_PLACE;
        enum verdict v = policy_decide(&q).verdict;
        bool hers = q.role == ROLE_SHELTER_WORKER && q.relation == RELATION_OWNER && q.need_to_know &&
                    q.purpose == PURPOSE_PROTECTION;
        if (v == VERDICT_ALLOW || v == VERDICT_MASK || v == VERDICT_HINT)
            assert_true(hers);
        q.break_glass = !q.break_glass;
        assert_int_equal(policy_decide(&q).verdict, v);
    }
}

/* What an answer by the glass rests on: a second person at the opening, owner, oversight and a review at each look. */
static void the_glass_is_seen(void **state)
{
    (void)state;
    const uint32_t all = OBLIGE_NOTIFY_OWNER | OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    for (long i = 0; i < situations; i++) {
        struct policy_question q = question();
        q.break_glass = false;
        struct policy_answer without = policy_decide(&q);
        q.break_glass = true;
        struct policy_answer with = policy_decide(&q);
        if (without.verdict != VERDICT_ALLOW && with.verdict == VERDICT_ALLOW) {
            assert_int_equal(with.obligations & all, all);
            assert_int_equal(q.verb, VERB_READ);
            assert_int_equal(q.purpose, PURPOSE_PROTECTION);
            assert_int_not_equal(q.relation, RELATION_NONE);
        }
        q.verb = VERB_BREAK_GLASS;
        q.object = OBJECT_CASE;
        struct policy_answer opens = policy_decide(&q);
        if (opens.verdict == VERDICT_ALLOW)
            assert_true((opens.obligations & OBLIGE_SECOND_PERSON) && (opens.obligations & all) == all);
    }
}

/* Who confirms, for how long, who reviews. */
static void the_glass_takes_two_and_a_third(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++) {
        struct id people[3] = {{.b = {1}}, {.b = {2}}, {.b = {0}}};
        unsigned asked = any(2), second = any(3), asked_agency = any(4), mine = any(4);
        bool same_agency = any(2), part = any(2), ended = any(2), reviewed = any(2);
        assert_int_equal(glass_may_confirm(people[asked], people[second], same_agency),
                         same_agency && second != 2 && second != asked);
        struct glass_reviewing r = {agencies[asked_agency], agencies[mine], part, ended, reviewed};
        assert_int_equal(glass_may_review(&r), mine != asked_agency && !part && ended && !reviewed);
        int64_t opened = 1 + any(1000), now = (int64_t)any(4000), until = opened + any(2000);
        bool open = glass_open(opened, until, now);
        assert_int_equal(open, now - opened >= 0 && until - now >= 1);
    }
    assert_int_equal(GLASS_LIFE_US, INT64_C(30) * 60 * 1000 * 1000);
}

/* No wrong door, and no telling by trying: who has no part in a case is told neither that it is there nor whom to ask. */
static void a_stranger_learns_nothing(void **state)
{
    (void)state;
    static const enum role desks[] = {ROLE_INTAKE_COUNSELLOR,   ROLE_CASE_LEAD,       ROLE_CASE_MEMBER,
                                      ROLE_SHELTER_WORKER,      ROLE_HEALTH,          ROLE_LEGAL_AID,
                                      ROLE_POLICE_INVESTIGATOR, ROLE_LABOUR_INSPECTOR, ROLE_IMMIGRATION_OFFICER};
    static const enum object_kind hers[] = {OBJECT_CASE, OBJECT_SUBJECT, OBJECT_RECORD, OBJECT_REPORT};
    for (long i = 0; i < situations; i++) {
        struct policy_question q = question();
        q.role = desks[any(sizeof desks / sizeof *desks)];
        q.object = hers[any(4)];
        if (policy_decide(&q).verdict == VERDICT_HINT)
            assert_true(q.relation != RELATION_NONE && q.verb == VERB_READ && q.class == CLASS_NONE);
        q.relation = RELATION_NONE;
        enum verdict v = policy_decide(&q).verdict;
        bool reports = q.object == OBJECT_REPORT && q.verb == VERB_CREATE; /* for any desk, by any desk */
        assert_true(v == VERDICT_DENY || v == VERDICT_CONCEAL || reports);
        struct policy_question known = q;
        known.need_to_know = !q.need_to_know;
        known.break_glass = !q.break_glass;
        assert_int_equal(policy_decide(&known).verdict, v);
    }
}

/* ---- 10: the image half --------------------------------------------------------------------------------------
 */

static void what_is_said_to_be_a_sexual_image_is_shown_to_nobody(void **state)
{
    (void)state;
    for (long i = 0; i < situations; i++) {
        enum attachment_state s = (enum attachment_state)any(ATTACHMENT_REFERRED + 1);
        if (s == ATTACHMENT_HELD || s == ATTACHMENT_WITHDRAWN || s == ATTACHMENT_REFERRED)
            assert_false(state_may_show(s));
        if (s == ATTACHMENT_UPLOADING)
            assert_false(state_may_show(s));
    }
    assert_true(state_may_show(ATTACHMENT_KEPT));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_no_is_hard),
        cmocka_unit_test(no_step_without_a_screening),
        cmocka_unit_test(the_second_agency_is_another),
        cmocka_unit_test(the_machine_decides_nothing),
        cmocka_unit_test(where_she_is_stays_hidden),
        cmocka_unit_test(the_glass_is_seen),
        cmocka_unit_test(the_glass_takes_two_and_a_third),
        cmocka_unit_test(a_stranger_learns_nothing),
        cmocka_unit_test(what_is_said_to_be_a_sexual_image_is_shown_to_nobody),
    };
    if (argc > 1)
        situations = strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    printf("# %ld situations for each of %zu, seed %llu\n", situations, sizeof tests / sizeof *tests,
           (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
