/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - see rules.h. */
#include "assessment/rules.h"

static const char *const answer_words[] = {"unknown", "no", "yes"};

const char *answer_word(enum answer a)
{
    return answer_words[a];
}

int answer_find(struct str word)
{
    for (int i = 0; i < 3; i++)
        if (str_is(word, answer_words[i]))
            return i;
    return -1;
}

bool tally_positive(const int counts[STRENGTH_COUNT])
{
    int s = counts[STRENGTH_STRONG], m = counts[STRENGTH_MEDIUM], w = counts[STRENGTH_WEAK];
    return s >= 2 || (s >= 1 && m + w >= 1) || m >= 3 || (m >= 2 && w >= 1);
}

struct bounds tally_bounds(const struct tally *t)
{
    int all[STRENGTH_COUNT];
    for (int s = 0; s < STRENGTH_COUNT; s++)
        all[s] = t->yes[s] + t->unknown[s];
    return (struct bounds){tally_positive(t->yes), tally_positive(all)};
}

/* Every number of yeses among the others that are unknown is tried: 17 * 17 * 17 at most for 16 of each. */
bool tally_deciding(const struct tally *t, enum strength one)
{
    struct tally others = *t;
    if (one == STRENGTH_NONE || others.unknown[one]-- < 1)
        return false;
    for (int s = 0; s <= others.unknown[STRENGTH_STRONG]; s++)
        for (int m = 0; m <= others.unknown[STRENGTH_MEDIUM]; m++)
            for (int w = 0; w <= others.unknown[STRENGTH_WEAK]; w++) {
                int counts[STRENGTH_COUNT] = {[STRENGTH_STRONG] = t->yes[STRENGTH_STRONG] + s,
                                              [STRENGTH_MEDIUM] = t->yes[STRENGTH_MEDIUM] + m,
                                              [STRENGTH_WEAK] = t->yes[STRENGTH_WEAK] + w};
                bool without = tally_positive(counts);
                counts[one]++;
                if (!without && tally_positive(counts))
                    return true;
            }
    return false;
}

void dimensions_of(const struct signs *signs, enum profile p, const enum answer *answers,
                   struct dimensions *ret)
{
    *ret = (struct dimensions){0};
    for (size_t i = 0; i < signs->n; i++) {
        struct tally *t = &ret->tally[signs->list[i].dimension];
        enum strength s = signs->list[i].strength.of[p];
        t->yes[s] += answers[i] == ANSWER_YES;
        t->unknown[s] += answers[i] == ANSWER_UNKNOWN;
    }
    for (int d = 0; d < DIMENSION_COUNT; d++)
        ret->of[d] = tally_bounds(&ret->tally[d]);
}

bool sign_deciding(const struct signs *signs, enum profile p, const enum answer *answers,
                   const struct dimensions *d, size_t sign)
{
    const struct sign *s = &signs->list[sign];
    const struct bounds *b = &d->of[s->dimension];
    return answers[sign] == ANSWER_UNKNOWN && b->lower != b->upper &&
           tally_deciding(&d->tally[s->dimension], s->strength.of[p]);
}
