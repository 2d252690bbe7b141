/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - is this officer a second person? Pure. Two accounts are two people only where two administrators
 * have said whose each is, and they are not the same one's. */
#include "core/account/rules.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)

static bool same(struct id a, struct id b)
{
    return !id_is_nil(a) && id_eq(a, b);
}

/* Who made an account knows its first password; he, or what he made, is soon found to agree with it. */
static bool one_hand(const struct second_known *k)
{
    return same(k->second.made_by, k->first.account) || same(k->first.made_by, k->second.account) ||
           same(k->second.made_by, k->first.made_by);
}

static bool younger(int64_t since_us, int64_t now_us, int days)
{
    return since_us && now_us - since_us < days * DAY_US;
}

enum second_fault second_rule(const struct second_known *k)
{
    if (id_is_nil(k->second.person))
        return SECOND_NOBODY;
    if (id_is_nil(k->first.account)) /* the system did it, or an import */
        return SECOND_FITS;
    if (id_eq(k->first.account, k->second.account))
        return SECOND_SAME_ACCOUNT;
    if (id_is_nil(k->first.person))
        return SECOND_FIRST_NOBODY;
    if (id_eq(k->first.person, k->second.person))
        return SECOND_SAME_PERSON;
    if (!k->grave)
        return SECOND_FITS;
    if (younger(k->second.since_us, k->now_us, k->new_days))
        return SECOND_NEW;
    if (one_hand(k) && younger(k->second.since_us, k->now_us, k->same_maker_days))
        return SECOND_SAME_MAKER;
    return SECOND_FITS;
}

unsigned pair_marks(const struct second_known *k)
{
    const struct one_of_two *both[] = {&k->first, &k->second};
    unsigned marks = 0;
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        if (younger(both[i]->since_us, k->now_us, k->new_days))
            marks |= PAIR_NEW;
        if (one_hand(k) && younger(both[i]->since_us, k->now_us, k->same_maker_days))
            marks |= PAIR_ONE_MAKER;
    }
    return marks;
}

const char *second_words(enum second_fault f)
{
    static const char *const words[SECOND_FAULTS] = {
        [SECOND_FITS] = "",
        [SECOND_SAME_ACCOUNT] = "Another person confirms.",
        [SECOND_NOBODY] =
            "Two administrators first enter whose account this is. Then you may be a second person.",
        [SECOND_FIRST_NOBODY] = "Two administrators first enter whose account it is that asked.",
        [SECOND_SAME_PERSON] = "Both accounts belong to one person. Another person confirms.",
        [SECOND_NEW] = "This account is too new to be the second person for this. Somebody else confirms.",
        [SECOND_SAME_MAKER] = ("One administrator made both accounts not long ago. For this, somebody else "
                               "confirms."),
    };
    return words[f];
}
