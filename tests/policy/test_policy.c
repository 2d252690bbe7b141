/* SPDX-License-Identifier: Apache-2.0 */
/* test_policy.c - the golden cases, and what must hold over the whole matrix (docs/policy.md section 20).
 *
 * The answers of one role, verb and object (a slice: 156,000 questions) are kept, so that a property may also
 * look at the answer to a neighbouring question. Slices in which the role may not use the verb are looked at
 * with a stride, unless AKARI_POLICY_WHOLE is set (tests/campaigns/policy.sh): there each answer is the same
 * refusal. */
#include "base/testing.h"
#include "policy_text.h"
#include <stdlib.h>
#include <string.h>

#define STRIDE_REFUSED 7

enum { SLICE = RELATION_COUNT * 2 * PURPOSE_COUNT * BASIS_COUNT * CLASS_COUNT * LABEL_COUNT * 2 * 3 };

static struct policy_answer answers[SLICE];

static struct policy_question question_at(struct policy_question q, int n)
{
    q.assurance = (uint8_t)(1 + n % 3), n /= 3;
    q.break_glass = n % 2, n /= 2;
    q.label = (enum label)(n % LABEL_COUNT), n /= LABEL_COUNT;
    q.class = (enum field_class)(n % CLASS_COUNT), n /= CLASS_COUNT;
    q.basis = (enum basis)(n % BASIS_COUNT), n /= BASIS_COUNT;
    q.purpose = (enum purpose)(n % PURPOSE_COUNT), n /= PURPOSE_COUNT;
    q.need_to_know = n % 2, n /= 2;
    q.relation = (enum relation)n;
    return q;
}

static struct policy_answer answer_to(const struct policy_question *q)
{
    int n = (int)q->relation;
    n = n * 2 + q->need_to_know;
    n = n * PURPOSE_COUNT + (int)q->purpose;
    n = n * BASIS_COUNT + (int)q->basis;
    n = n * CLASS_COUNT + (int)q->class;
    n = n * LABEL_COUNT + (int)q->label;
    n = n * 2 + q->break_glass;
    return answers[n * 3 + q->assurance - 1];
}

/* ---- properties: whether they concern the question, and whether they hold ---- */
#define Q         UNUSED const struct policy_question *q, UNUSED struct policy_answer a
#define ONE(word) (1u << (word))

static bool is(unsigned word, uint32_t set)
{
    return set >> word & 1;
}
static bool person(enum object_kind o)
{
    return is(o, ONE(OBJECT_CASE) | ONE(OBJECT_SUBJECT) | ONE(OBJECT_RECORD) | ONE(OBJECT_REPORT) |
                     ONE(OBJECT_SHELTER_PLACE) | ONE(OBJECT_AUDIT) | ONE(OBJECT_IMPORT) | ONE(OBJECT_CLOCK));
}
static bool case_data(enum object_kind o)
{
    return is(o, ONE(OBJECT_CASE) | ONE(OBJECT_SUBJECT) | ONE(OBJECT_RECORD) | ONE(OBJECT_REPORT));
}
static bool sealed(enum field_class c)
{
    return c != CLASS_NONE && c != CLASS_ROUTING;
}
static bool shown(struct policy_answer a) /* anything at all */
{
    return a.verdict == VERDICT_ALLOW || a.verdict == VERDICT_MASK || a.verdict == VERDICT_HINT;
}
static bool holds_data(struct policy_answer a) /* the value, or its generalised form */
{
    return a.verdict == VERDICT_ALLOW || a.obligations & OBLIGE_GENERALISE;
}
static bool equal(struct policy_answer a, struct policy_answer b)
{
    return a.verdict == b.verdict && a.reason == b.reason && a.obligations == b.obligations;
}
static bool counting(enum role r)
{
    return is(r, ONE(ROLE_ANALYST) | ONE(ROLE_STATISTICS_OFFICER) | ONE(ROLE_SYSTEM));
}
static bool by_glass(Q)
{
    struct policy_question without = *q;
    without.break_glass = false;
    return q->break_glass && a.verdict == VERDICT_ALLOW && !equal(a, answer_to(&without));
}

static bool any(Q)
{
    return true;
}
static bool allowed(Q)
{
    return a.verdict == VERDICT_ALLOW;
}

static bool is_audited(Q)
{
    return a.obligations & OBLIGE_AUDIT;
}
static bool refused(Q)
{
    return a.verdict == VERDICT_DENY || a.verdict == VERDICT_CONCEAL || a.verdict == VERDICT_HINT;
}
static bool obliges_nothing_else(Q)
{
    return a.obligations == (OBLIGE_AUDIT | (a.verdict == VERDICT_HINT ? OBLIGE_NOTIFY_OWNER : 0u));
}
static bool has_its_reason(Q)
{
    return (a.verdict == VERDICT_ALLOW) == (a.reason == REASON_OK) && a.reason != REASON_INVALID;
}
static bool masked(Q)
{
    return a.verdict == VERDICT_MASK;
}
static bool is_a_class_shown(Q)
{
    return q->class != CLASS_NONE &&
           is(q->verb, ONE(VERB_READ) | ONE(VERB_LIST) | ONE(VERB_EXPORT) | ONE(VERB_TALLY)) &&
           !(a.obligations & ~(unsigned)(OBLIGE_AUDIT | OBLIGE_GENERALISE));
}

static bool allowed_unnamed(Q)
{
    return !q->need_to_know && a.verdict >= VERDICT_MASK;
}
static bool stays_when_named(Q)
{
    struct policy_question more = *q;
    more.need_to_know = true;
    return answer_to(&more).verdict >= a.verdict;
}
static bool allowed_below_three(Q)
{
    return q->assurance < 3 && a.verdict >= VERDICT_MASK;
}
static bool stays_with_assurance(Q)
{
    struct policy_question more = *q;
    more.assurance++;
    return answer_to(&more).verdict >= a.verdict;
}
static bool allowed_without_glass(Q)
{
    return !q->break_glass && a.verdict >= VERDICT_MASK;
}
static bool stays_with_glass(Q)
{
    struct policy_question more = *q;
    more.break_glass = true;
    return answer_to(&more).verdict >= a.verdict;
}
static bool allowed_on_other_basis(Q)
{
    return q->basis != BASIS_CONSENT && a.verdict >= VERDICT_MASK;
}
static bool stays_with_consent(Q)
{
    struct policy_question more = *q;
    more.basis = BASIS_CONSENT;
    return answer_to(&more).verdict >= a.verdict;
}

static bool of_a_place(Q)
{
    return q->class == CLASS_LOCATION || q->object == OBJECT_SHELTER_PLACE;
}
static bool is_the_shelters(Q)
{
    struct policy_question other = *q;
    other.break_glass = !q->break_glass;
    return (!shown(a) || (q->role == ROLE_SHELTER_WORKER && q->relation == RELATION_OWNER &&
                          q->need_to_know && q->purpose == PURPOSE_PROTECTION)) &&
           equal(a, answer_to(&other));
}
static bool of_the_machine(Q)
{
    return is(q->role, ONE(ROLE_KEY_CUSTODIAN) | ONE(ROLE_SYSTEM_ADMIN)) && person(q->object) &&
           q->class != CLASS_NONE;
}
static bool is_not_shown(Q)
{
    return !shown(a);
}
static bool from_abroad_without_consent(Q)
{
    return q->role == ROLE_FOREIGN_LIAISON && q->basis != BASIS_CONSENT &&
           is(q->object, ONE(OBJECT_CASE) | ONE(OBJECT_SUBJECT) | ONE(OBJECT_RECORD));
}
static bool of_the_public(Q)
{
    return q->role == ROLE_ANONYMOUS && shown(a);
}
static bool is_public(Q)
{
    uint32_t papers = ONE(OBJECT_AGENCY) | ONE(OBJECT_FIGURES) | ONE(OBJECT_PLAN) | ONE(OBJECT_PACK);
    return q->class == CLASS_NONE && q->purpose == PURPOSE_NONE &&
           ((is(q->object, papers) && q->label == LABEL_CLEAR &&
             is(q->verb, ONE(VERB_READ) | ONE(VERB_LIST))) ||
            (q->object == OBJECT_REPORT && q->verb == VERB_CREATE) ||
            (q->object == OBJECT_SESSION && q->verb == VERB_SIGN_IN));
}
static bool enforcing(Q)
{
    return is(q->role, ONE(ROLE_IMMIGRATION_OFFICER) | ONE(ROLE_SCREENING_DESK)) && case_data(q->object) &&
           is(q->purpose, ONE(PURPOSE_SCREENING) | ONE(PURPOSE_INVESTIGATION)) &&
           q->relation != RELATION_OWNER && q->verb != VERB_CREATE && q->basis != BASIS_CONSENT &&
           q->basis != BASIS_DANGER_TO_LIFE;
}
static bool inspecting(Q)
{
    return q->role == ROLE_IMMIGRATION_OFFICER && case_data(q->object) && q->purpose == PURPOSE_INSPECTION &&
           q->relation != RELATION_OWNER && q->verb != VERB_CREATE && q->basis != BASIS_CONSENT &&
           q->basis != BASIS_DANGER_TO_LIFE;
}
static bool is_the_venue(Q)
{
    return !shown(a) || (q->object == OBJECT_RECORD &&
                         is(q->class, ONE(CLASS_NONE) | ONE(CLASS_ROUTING) | ONE(CLASS_SUSPECT)));
}
static bool of_strangers(Q)
{
    return q->relation == RELATION_NONE && case_data(q->object) && shown(a);
}
static bool is_no_persons(Q)
{
    bool oversight = q->role == ROLE_OVERSIGHT && q->object == OBJECT_CASE && !sealed(q->class);
    bool count = q->verb == VERB_TALLY && (counting(q->role) || oversight);
    return (q->object == OBJECT_REPORT && q->verb == VERB_CREATE && q->class == CLASS_NONE) || count ||
           oversight || q->role == ROLE_SYSTEM;
}
static bool hinted(Q)
{
    return a.verdict == VERDICT_HINT;
}
static bool is_safe_to_hint(Q)
{
    return q->verb == VERB_READ && q->class == CLASS_NONE && q->purpose == PURPOSE_PROTECTION &&
           is(q->relation, ONE(RELATION_OWNER) | ONE(RELATION_CO_OWNER) | ONE(RELATION_RECIPIENT)) &&
           is(q->label, ONE(LABEL_CLEAR) | ONE(LABEL_GREEN) | ONE(LABEL_AMBER)) &&
           is(q->role, ONE(ROLE_INTAKE_COUNSELLOR) | ONE(ROLE_CASE_LEAD)) && !q->need_to_know;
}
static bool red_and_unnamed(Q)
{
    return q->label == LABEL_RED && !q->need_to_know && case_data(q->object) && q->role != ROLE_OVERSIGHT &&
           !(counting(q->role) && q->verb == VERB_TALLY) && q->role != ROLE_SYSTEM &&
           !(q->object == OBJECT_REPORT && q->verb == VERB_CREATE && q->class == CLASS_NONE);
}
static bool of_figures(Q)
{
    return shown(a) && counting(q->role) && person(q->object) && q->class != CLASS_NONE;
}
static bool is_generalised(Q)
{
    return a.verdict == VERDICT_MASK && (a.reason != REASON_CLASS || a.obligations & OBLIGE_GENERALISE);
}
static bool of_overseers(Q)
{
    return holds_data(a) && is(q->role, ONE(ROLE_OVERSIGHT) | ONE(ROLE_PROGRAMME_MANAGER)) &&
           person(q->object);
}
static bool is_unsealed(Q)
{
    return !sealed(q->class);
}
static bool of_a_source(Q)
{
    return q->class == CLASS_SOURCE && shown(a);
}
static bool is_the_owners(Q)
{
    return q->relation == RELATION_OWNER && q->need_to_know && !by_glass(q, a) && a.verdict != VERDICT_MASK &&
           q->verb != VERB_REFER && q->verb != VERB_GRANT && q->verb != VERB_EXPORT;
}
static bool for_no_person(Q)
{
    return person(q->object) && a.verdict == VERDICT_ALLOW &&
           is(q->purpose, ONE(PURPOSE_NONE) | ONE(PURPOSE_TRAINING) | ONE(PURPOSE_STATISTICS) |
                              ONE(PURPOSE_OVERSIGHT) | ONE(PURPOSE_ADMINISTRATION));
}
static bool is_reported_and_reviewed(Q)
{
    uint32_t all = OBLIGE_NOTIFY_OWNER | OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    return (a.obligations & all) == all && q->verb == VERB_READ && q->purpose == PURPOSE_PROTECTION &&
           q->assurance >= 2 && q->label != LABEL_RED &&
           is(q->relation, ONE(RELATION_OWNER) | ONE(RELATION_CO_OWNER) | ONE(RELATION_RECIPIENT));
}
static bool opened(Q)
{
    return q->verb == VERB_BREAK_GLASS && a.verdict == VERDICT_ALLOW;
}
static bool takes_two(Q)
{
    uint32_t all = OBLIGE_NOTIFY_OWNER | OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW | OBLIGE_SECOND_PERSON;
    return (a.obligations & all) == all && q->assurance >= 2 && q->relation != RELATION_NONE;
}
static bool irrevocable(Q)
{
    return allowed(q, a) && q->role != ROLE_SYSTEM &&
           ((q->verb == VERB_SHRED && q->object == OBJECT_CASE) ||
            (q->verb == VERB_EXPORT && case_data(q->object)) || q->verb == VERB_ADMINISTER ||
            (q->verb == VERB_DECIDE && q->object == OBJECT_FIGURES));
}
static bool needs_two(Q)
{
    return a.obligations & OBLIGE_SECOND_PERSON;
}
static bool on_the_way_home(Q)
{
    return q->purpose == PURPOSE_REPATRIATION && person(q->object) && sealed(q->class) &&
           q->verb != VERB_CREATE && a.verdict == VERDICT_ALLOW;
}
static bool has_consent(Q)
{
    return q->basis == BASIS_CONSENT;
}
static bool of_her_body_elsewhere(Q)
{
    return is(q->class, ONE(CLASS_HEALTH) | ONE(CLASS_SEXUAL_VIOLENCE)) && a.verdict == VERDICT_ALLOW &&
           q->relation != RELATION_OWNER && q->verb != VERB_CREATE && q->purpose != PURPOSE_INVESTIGATION &&
           !by_glass(q, a);
}
static bool has_her_word_or_her_life(Q)
{
    return q->basis == BASIS_CONSENT || q->basis == BASIS_DANGER_TO_LIFE;
}
static bool disclosed_to_others(Q)
{
    return sealed(q->class) && case_data(q->object) && a.verdict == VERDICT_ALLOW &&
           q->relation != RELATION_OWNER && is(q->verb, ONE(VERB_READ) | ONE(VERB_LIST));
}
static bool rests_on_something_seen(Q)
{
    return q->basis == BASIS_CONSENT || a.obligations & OBLIGE_NOTIFY_OVERSIGHT;
}
static bool with_a_password(Q)
{
    return q->assurance == 1 && sealed(q->class);
}
static bool shows_no_value(Q)
{
    return !holds_data(a);
}

static struct property {
    const char *name, *serves;
    bool (*concerns)(Q), (*holds)(Q);
    int64_t seen, broken;
    struct policy_question example;
} properties[] = {
    {"every answer is audited", "architecture 5", any, is_audited},
    {"a refusal obliges to nothing else; a hint tells the owner", "architecture 5", refused,
     obliges_nothing_else},
    {"an allow has the reason ok, all others another one", "architecture 5", any, has_its_reason},
    {"only a class that would be shown is masked", "architecture 5", masked, is_a_class_shown},
    {"need-to-know takes nothing away", "predictable", allowed_unnamed, stays_when_named},
    {"assurance takes nothing away", "predictable", allowed_below_three, stays_with_assurance},
    {"break-glass takes nothing away", "predictable", allowed_without_glass, stays_with_glass},
    {"consent takes nothing away", "predictable", allowed_on_other_basis, stays_with_consent},
    {"a place is the shelter's, and break-glass changes nothing", "invariant 7", of_a_place, is_the_shelters},
    {"custodian and administrator: no class of a person", "architecture 5", of_the_machine, is_not_shown},
    {"abroad: nothing without consent", "invariant 8", from_abroad_without_consent, is_not_shown},
    {"the public: report, sign in, read what is clear", "default deny", of_the_public, is_public},
    {"immigration enforcement: nothing of others", "invariant 6", enforcing, is_not_shown},
    {"immigration in a joint inspection: the venue", "invariant 6", inspecting, is_the_venue},
    {"without relation: no person", "invariant 9", of_strangers, is_no_persons},
    {"hints are safe", "invariant 9", hinted, is_safe_to_hint},
    {"red is for the named", "TLP", red_and_unnamed, is_not_shown},
    {"figures: generalised only", "invariant 11", of_figures, is_generalised},
    {"oversight and programmes: routing only", "least privilege", of_overseers, is_unsealed},
    {"a source is the owner's, named, without glass", "whistle-blowers", of_a_source, is_the_owners},
    {"statistics, training, oversight, administration: no person", "invariant 11", for_no_person,
     is_unsealed},
    {"what break-glass shows is reported and reviewed", "invariant 7", by_glass, is_reported_and_reviewed},
    {"opening break-glass takes two", "invariant 7", opened, takes_two},
    {"what cannot be taken back takes two", "no single person", irrevocable, needs_two},
    {"the way home: with consent", "invariant 8", on_the_way_home, has_consent},
    {"her body: her word, or her life", "invariant 6", of_her_body_elsewhere, has_her_word_or_her_life},
    {"a disclosure has consent, or oversight sees it", "server-checked basis", disclosed_to_others,
     rests_on_something_seen},
    {"a password alone opens nothing of a person", "stolen passwords", with_a_password, shows_no_value},
};
#define PROPERTIES (sizeof properties / sizeof *properties)

static void look_at(const struct policy_question *q)
{
    struct policy_answer a = answer_to(q);
    for (size_t i = 0; i < PROPERTIES; i++) {
        struct property *p = &properties[i];
        if (!p->concerns(q, a))
            continue;
        p->seen++;
        if (!p->holds(q, a) && p->broken++ == 0)
            p->example = *q;
    }
}

static int64_t questions, refused_slices, refused_otherwise;

static void look_at_slice(struct policy_question slice, bool whole)
{
    slice = question_at(slice, 0);
    bool may = policy_decide(&slice).reason != REASON_ROLE;
    int step = may || whole ? 1 : STRIDE_REFUSED;
    refused_slices += !may;
    for (int n = 0; n < SLICE; n += step) {
        struct policy_question q = question_at(slice, n);
        answers[n] = policy_decide(&q);
        questions++;
        if (!may && (answers[n].verdict != VERDICT_DENY || answers[n].reason != REASON_ROLE ||
                     answers[n].obligations != OBLIGE_AUDIT))
            refused_otherwise++;
    }
    for (int n = 0; may && n < SLICE; n++) {
        struct policy_question q = question_at(slice, n);
        look_at(&q);
    }
}

static int look_at_all(void **state)
{
    bool whole = getenv("AKARI_POLICY_WHOLE");
    (void)state;
    for (int r = 0; r < ROLE_COUNT; r++)
        for (int v = 0; v < VERBS_COUNT; v++)
            for (int o = 0; o < OBJECT_COUNT; o++)
                look_at_slice((struct policy_question){.role = (enum role)r,
                                                       .verb = (enum verb)v,
                                                       .object = (enum object_kind)o},
                              whole);
    return 0;
}

static void holds_everywhere(void **state)
{
    const struct property *p = *state;
    const struct policy_question *q = &p->example;
    print_message("# %s (%s): %lld answers\n", p->name, p->serves, (long long)p->seen);
    if (p->broken)
        fail_msg("broken %lld times, first by %s %s %s %s %d %s %s %s %s %d %d", (long long)p->broken,
                 role_word(q->role), verb_word(q->verb), object_word(q->object), relation_word(q->relation),
                 q->need_to_know, purpose_word(q->purpose), basis_word(q->basis), class_word(q->class),
                 label_word(q->label), q->break_glass, q->assurance);
    assert_true(p->seen > 0); /* a property about nothing would hold, too */
}

static void a_verb_without_role_is_refused(void **state)
{
    (void)state;
    print_message("# %lld questions asked, %lld slices of refusals\n", (long long)questions,
                  (long long)refused_slices);
    assert_int_equal(refused_otherwise, 0);
    assert_true(refused_slices > ROLE_COUNT * VERBS_COUNT * OBJECT_COUNT / 2); /* default deny */
}

/* ---- what is no question at all ---- */
static const struct policy_question allowed_question = {.role = ROLE_CASE_LEAD,
                                                        .verb = VERB_READ,
                                                        .object = OBJECT_CASE,
                                                        .relation = RELATION_OWNER,
                                                        .need_to_know = true,
                                                        .purpose = PURPOSE_PROTECTION,
                                                        .class = CLASS_IDENTITY,
                                                        .label = LABEL_AMBER,
                                                        .assurance = 2};

static void assert_invalid(const struct policy_question *q)
{
    struct policy_answer a = policy_decide(q);
    assert_int_equal(a.verdict, VERDICT_DENY);
    assert_int_equal(a.reason, REASON_INVALID);
    assert_int_equal(a.obligations, OBLIGE_AUDIT);
}

static void garbage_is_denied(void **state)
{
    (void)state;
    static const int garbage[] = {-1, INT32_MIN, INT32_MAX, 20, 31, 32, 64, 255, 256, 65536};
    assert_int_equal(policy_decide(&allowed_question).verdict, VERDICT_ALLOW);
    assert_invalid(NULL);
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct policy_question q[8];
        for (int k = 0; k < 8; k++)
            q[k] = allowed_question;
        q[0].role = (enum role)garbage[i];
        q[1].verb = (enum verb)garbage[i];
        q[2].object = (enum object_kind)garbage[i];
        q[3].relation = (enum relation)garbage[i];
        q[4].purpose = (enum purpose)garbage[i];
        q[5].basis = (enum basis)garbage[i];
        q[6].class = (enum field_class)garbage[i];
        q[7].label = (enum label)garbage[i];
        for (int k = 0; k < 8; k++)
            assert_invalid(&q[k]);
    }
}

static void one_more_than_the_last_is_denied(void **state)
{
    (void)state;
    struct policy_question q[8];
    for (int k = 0; k < 8; k++)
        q[k] = allowed_question;
    q[0].role = ROLE_COUNT;
    q[1].verb = VERBS_COUNT;
    q[2].object = OBJECT_COUNT;
    q[3].relation = RELATION_COUNT;
    q[4].purpose = PURPOSE_COUNT;
    q[5].basis = BASIS_COUNT;
    q[6].class = CLASS_COUNT;
    q[7].label = LABEL_COUNT;
    for (int k = 0; k < 8; k++)
        assert_invalid(&q[k]);
}

static void assurance_out_of_range_is_denied(void **state)
{
    (void)state;
    for (int assurance = 0; assurance <= UINT8_MAX; assurance++) {
        struct policy_question q = allowed_question;
        q.assurance = (uint8_t)assurance;
        if (assurance < 1 || assurance > 3)
            assert_invalid(&q);
        else
            assert_int_not_equal(policy_decide(&q).reason, REASON_INVALID);
    }
}

/* ---- golden cases ---- */
static bool as_golden(const struct policy_question *q, void *user)
{
    const struct golden *g = user;
    struct policy_answer a = policy_decide(q);
    char want[OBLIGATIONS_TEXT], got[OBLIGATIONS_TEXT];
    if (equal(a, g->answer))
        return true;
    print_message("# line %d: %s %s %s %s %d %s %s %s %s %d %d: %s %s %s, but %s %s %s was meant (%s)\n",
                  g->line, role_word(q->role), verb_word(q->verb), object_word(q->object),
                  relation_word(q->relation), q->need_to_know, purpose_word(q->purpose), basis_word(q->basis),
                  class_word(q->class), label_word(q->label), q->break_glass, q->assurance,
                  verdict_word(a.verdict), policy_reason_word(a.reason), obligations_text(a.obligations, got),
                  verdict_word(g->answer.verdict), policy_reason_word(g->answer.reason),
                  obligations_text(g->answer.obligations, want), g->why);
    return false;
}

static void golden_cases_hold(void **state)
{
    (void)state;
    int n, wrong = 0;
    int64_t asked = 0;
    struct golden *golden = golden_read(getenv("AKARI_GOLDEN_POLICY"), &n);
    for (int i = 0; i < n; i++) {
        wrong += !question_each(&golden[i].set, as_golden, &golden[i]);
        asked += question_count(&golden[i].set);
    }
    print_message("# %d cases, %lld questions\n", n, (long long)asked);
    assert_true(n >= 150);
    assert_int_equal(wrong, 0);
}

/* ---- words ---- */
#define WORDS_ARE_FOUND(name, type, count)                           \
    for (int v = 0; v < (int)count; v++)                             \
        assert_int_equal(name##_find(name##_word((enum type)v)), v); \
    assert_null(name##_word(count));                                 \
    assert_null(name##_word((enum type) - 1));                       \
    assert_int_equal(name##_find("no such word"), -1);               \
    assert_int_equal(name##_find(""), -1);                           \
    assert_int_equal(name##_find(NULL), -1)

static void words_are_found(void **state)
{
    (void)state;
    WORDS_ARE_FOUND(role, role, ROLE_COUNT);
    WORDS_ARE_FOUND(verb, verb, VERBS_COUNT);
    WORDS_ARE_FOUND(object, object_kind, OBJECT_COUNT);
    WORDS_ARE_FOUND(relation, relation, RELATION_COUNT);
    WORDS_ARE_FOUND(purpose, purpose, PURPOSE_COUNT);
    WORDS_ARE_FOUND(basis, basis, BASIS_COUNT);
    WORDS_ARE_FOUND(class, field_class, CLASS_COUNT);
    WORDS_ARE_FOUND(label, label, LABEL_COUNT);
    WORDS_ARE_FOUND(verdict, verdict, VERDICT_COUNT);
    WORDS_ARE_FOUND(policy_reason, policy_reason, REASON_COUNT);
    for (int bit = OBLIGE_AUDIT; bit <= OBLIGE_GENERALISE; bit <<= 1)
        assert_int_equal(obligation_find(obligation_word((enum obligation)bit)), bit);
    assert_null(obligation_word((enum obligation)0));
    assert_null(obligation_word((enum obligation)(OBLIGE_AUDIT | OBLIGE_REVIEW)));
    assert_null(obligation_word((enum obligation)(2 * OBLIGE_GENERALISE)));
    assert_int_equal(obligation_find("no such word"), -1);
}

int main(void)
{
    const struct CMUnitTest small[] = {
        cmocka_unit_test(words_are_found),
        cmocka_unit_test(garbage_is_denied),
        cmocka_unit_test(one_more_than_the_last_is_denied),
        cmocka_unit_test(assurance_out_of_range_is_denied),
        cmocka_unit_test(golden_cases_hold),
        cmocka_unit_test(a_verb_without_role_is_refused),
    };
    enum { SMALL = sizeof small / sizeof *small };
    struct CMUnitTest tests[SMALL + PROPERTIES];
    memcpy(tests, small, sizeof small);
    for (size_t i = 0; i < PROPERTIES; i++)
        tests[SMALL + i] =
            (struct CMUnitTest){properties[i].name, holds_everywhere, NULL, NULL, &properties[i]};
    return cmocka_run_group_tests(tests, look_at_all, NULL);
}
