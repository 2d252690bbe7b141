/* SPDX-License-Identifier: Apache-2.0 */
/* test_mutation.c - does it matter what the tables say? Changes every entry of every table of the policy, one
 * at a time, and looks whether the golden cases notice. A change that they do not notice must change no
 * answer at all: then all questions that it could touch are asked of both. Equivalent entries exist, for
 * instance a class that another table closes anyway. */
#include "policy_changes.h"

#include "base/testing.h"
#include <stdlib.h>

static struct change *changes;
static size_t nchanges;
static struct golden *golden;
static int ngolden;

static bool as_golden(const struct policy_question *q, void *user)
{
    const struct golden *g = user;
    return answers_same(changed_decide(q), g->answer);
}

static bool overlap(const struct question_set *a, const struct question_set *b)
{
    for (int i = 0; i < INPUTS; i++)
        if (!(a->in[i] & b->in[i]))
            return false;
    return true;
}

static bool noticed(struct change *c)
{
    bool all = true;
    change_swap(c);
    for (int i = 0; i < ngolden && all; i++)
        if (overlap(&golden[i].set, &c->touches))
            all = question_each(&golden[i].set, as_golden, &golden[i]);
    change_swap(c);
    return !all;
}

static void unchanged_tables_agree(void **state)
{
    (void)state;
    int64_t questions = 0;
    for (int i = 0; i < ngolden; i++) {
        if (!question_each(&golden[i].set, as_golden, &golden[i]))
            fail_msg("line %d: %s", golden[i].line, golden[i].why);
        questions += question_count(&golden[i].set);
    }
    print_message("# %d golden cases, %lld questions\n", ngolden, (long long)questions);
}

static void every_entry_matters(void **state)
{
    (void)state;
    size_t caught = 0, without_effect = 0, missed = 0;
    for (size_t i = 0; i < nchanges; i++) {
        struct policy_question q;
        if (noticed(&changes[i])) {
            caught++;
        } else if (change_without_effect(&changes[i], &q)) {
            without_effect++;
        } else {
            missed++;
            print_message("# missed: %s becomes %x: %s %s %s %s %d %s %s %s %s %d %d\n", changes[i].name,
                          changes[i].value, role_word(q.role), verb_word(q.verb), object_word(q.object),
                          relation_word(q.relation), q.need_to_know, purpose_word(q.purpose),
                          basis_word(q.basis), class_word(q.class), label_word(q.label), q.break_glass,
                          q.assurance);
        }
    }
    print_message("# %zu changes: %zu noticed by the golden cases, %zu change no answer, %zu missed\n",
                  nchanges, caught, without_effect, missed);
    assert_int_equal(missed, 0);
    assert_true(caught > without_effect);
}

static void a_hundred_seeded_changes_are_noticed(void **state)
{
    (void)state;
    uint64_t seed = 20261121;
    int asked = 0, caught = 0;
    while (asked < 100) {
        struct change *c = change_seeded(&seed);
        struct policy_question example;
        bool seen = noticed(c);
        if (!seen && change_without_effect(c, &example))
            continue;
        asked++;
        caught += seen;
    }
    print_message("# %d of %d seeded changes noticed\n", caught, asked);
    assert_int_equal(caught, 100);
}

static int prepare(void **state)
{
    (void)state;
    golden = golden_read(getenv("AKARI_GOLDEN_POLICY"), &ngolden);
    changes = policy_changes(&nchanges);
    return 0;
}

int main(void)
{
    const struct CMUnitTest quick[] = {
        cmocka_unit_test(unchanged_tables_agree),
        cmocka_unit_test(a_hundred_seeded_changes_are_noticed),
    };
    const struct CMUnitTest whole[] = {
        /* takes a minute: tests/campaigns/policy.sh */
        cmocka_unit_test(unchanged_tables_agree),
        cmocka_unit_test(every_entry_matters),
        cmocka_unit_test(a_hundred_seeded_changes_are_noticed),
    };
    if (getenv("AKARI_POLICY_WHOLE"))
        return cmocka_run_group_tests(whole, prepare, NULL);
    return cmocka_run_group_tests(quick, prepare, NULL);
}
