/* SPDX-License-Identifier: Apache-2.0 */
/* Who is a second person: all combinations of a few people, makers and ages against what the rule promises.
 * Harm it prevents: one officer with two accounts, or with one that belongs to nobody, who alone opens,
 * exports or destroys what takes two. */
#include "base/testing.h"
#include "core/account/rules.h"

#define DAY INT64_C(86400000000)
#define NEW 7
#define OLD 30

static struct id id_of(unsigned n)
{
    struct id id = id_nil();
    id.b[15] = (uint8_t)n;
    return id;
}

typedef void visit(const struct second_known *k);

/* Accounts 1..3, people and makers none or 1..2 (a maker may be one of the accounts), ages on both sides of
 * both limits. */
static void each(visit *v)
{
    static const int64_t ages[] = {-1, 0, NEW * DAY - 1, NEW * DAY, OLD * DAY - 1, OLD * DAY};
    for (unsigned n = 0; n < 4u * 3 * 3 * 3 * 4 * 4 * 6 * 2; n++) {
        unsigned m = n;
        struct second_known k = {.now_us = 1000 * DAY, .new_days = NEW, .same_maker_days = OLD};
        k.first.account = id_of(m % 4), m /= 4;
        k.second.account = id_of(1 + m % 3), m /= 3;
        k.first.person = id_of(m % 3), m /= 3;
        k.second.person = id_of(m % 3), m /= 3;
        k.first.made_by = id_of(m % 4), m /= 4;
        k.second.made_by = id_of(m % 4), m /= 4;
        k.second.since_us = ages[m % 6] < 0 ? 0 : k.now_us - ages[m % 6], m /= 6;
        k.grave = m % 2;
        v(&k);
    }
}

static bool known(struct id id)
{
    return !id_is_nil(id);
}

static void never_one_person(const struct second_known *k)
{
    if (second_rule(k) != SECOND_FITS)
        return;
    assert_true(known(k->second.person));
    if (!known(k->first.account))
        return;
    assert_true(known(k->first.person));
    assert_false(id_eq(k->first.account, k->second.account));
    assert_false(id_eq(k->first.person, k->second.person));
}

static void two_of_one_person_never_fit(void **state)
{
    (void)state;
    each(never_one_person);
}

static void grave_asks_no_less(const struct second_known *k)
{
    struct second_known light = *k;
    light.grave = false;
    if (second_rule(k) == SECOND_FITS)
        assert_int_equal(second_rule(&light), SECOND_FITS);
    if (k->grave && second_rule(k) == SECOND_FITS && known(k->first.account) && k->second.since_us) {
        int64_t age = k->now_us - k->second.since_us;
        bool one_hand = (known(k->second.made_by) && (id_eq(k->second.made_by, k->first.account) ||
                                                      id_eq(k->second.made_by, k->first.made_by))) ||
                        (known(k->first.made_by) && id_eq(k->first.made_by, k->second.account));
        assert_true(age >= NEW * DAY);
        assert_true(!one_hand || age >= OLD * DAY);
    }
}

static void what_is_grave_asks_more_and_never_less(void **state)
{
    (void)state;
    each(grave_asks_no_less);
}

static void time_heals(const struct second_known *k)
{
    struct second_known later = *k;
    later.now_us += OLD * DAY;
    enum second_fault now = second_rule(k), then = second_rule(&later);
    assert_true(then != SECOND_NEW && then != SECOND_SAME_MAKER);
    if (now != SECOND_NEW && now != SECOND_SAME_MAKER)
        assert_int_equal(now, then); /* time makes no two people of one */
}

static void age_is_the_only_thing_that_passes(void **state)
{
    (void)state;
    each(time_heals);
}

static void two_officers_who_are_known_fit(void **state)
{
    (void)state;
    struct second_known k = {.first = {.account = id_of(1), .person = id_of(1)},
                             .second = {.account = id_of(2), .person = id_of(2)},
                             .grave = true,
                             .now_us = 1000 * DAY,
                             .new_days = NEW,
                             .same_maker_days = OLD};
    assert_int_equal(second_rule(&k), SECOND_FITS);
    k.second.person = id_nil();
    assert_int_equal(second_rule(&k), SECOND_NOBODY);
    k.second.person = id_of(1);
    assert_int_equal(second_rule(&k), SECOND_SAME_PERSON);
    k.second.person = id_of(2), k.first.person = id_nil();
    assert_int_equal(second_rule(&k), SECOND_FIRST_NOBODY);
    k.first.account = id_nil(); /* the system */
    assert_int_equal(second_rule(&k), SECOND_FITS);
    for (int f = SECOND_FITS; f < SECOND_FAULTS; f++)
        assert_int_equal(*second_words((enum second_fault)f) == '\0', f == SECOND_FITS);
}

/* Danger does not ask for age: what is told afterwards is no less than what the grave rule would have
 * refused. */
static void told_of_what_was_not_refused(const struct second_known *k)
{
    struct second_known turned = *k, grave = *k;
    turned.first = k->second, turned.second = k->first;
    grave.grave = true;
    assert_int_equal(pair_marks(k), pair_marks(&turned)); /* whoever of them asked */
    enum second_fault f = second_rule(&grave);
    if (f == SECOND_NEW)
        assert_true(pair_marks(k) & PAIR_NEW);
    if (f == SECOND_SAME_MAKER)
        assert_true(pair_marks(k) & PAIR_ONE_MAKER);
    if (f == SECOND_FITS && known(k->first.account) && !k->first.since_us)
        assert_int_equal(pair_marks(k), 0);
    if (!k->first.since_us && !k->second.since_us)
        assert_int_equal(pair_marks(k), 0);
}

static void what_danger_did_not_refuse_is_told(void **state)
{
    (void)state;
    each(told_of_what_was_not_refused);
    struct second_known k = {.first = {.account = id_of(1), .made_by = id_of(9), .since_us = 999 * DAY},
                             .second = {.account = id_of(2), .made_by = id_of(9), .since_us = 100 * DAY},
                             .now_us = 1000 * DAY,
                             .new_days = NEW,
                             .same_maker_days = OLD};
    assert_int_equal(pair_marks(&k), PAIR_NEW | PAIR_ONE_MAKER); /* who asked is new, who confirmed is not */
    k.second.made_by = id_of(8);
    assert_int_equal(pair_marks(&k), PAIR_NEW);
    k.first.since_us = (1000 - NEW) * DAY;
    assert_int_equal(pair_marks(&k), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_of_one_person_never_fit),
        cmocka_unit_test(what_is_grave_asks_more_and_never_less),
        cmocka_unit_test(age_is_the_only_thing_that_passes),
        cmocka_unit_test(two_officers_who_are_known_fit),
        cmocka_unit_test(what_danger_did_not_refuse_is_told),
    };
    return cmocka_run_group_tests_name("account_rules", tests, NULL, NULL);
}
