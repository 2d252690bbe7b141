/* SPDX-License-Identifier: Apache-2.0 */
/* lifting.c - is enough known for a no to let a step go on (plan 3(1)/a; invariants 2 and 3)? Pure. */
#include "assessment/rules.h"

/* One dimension, or one group of the list. */
struct part {
    size_t asked, answered;
};

static bool known(const struct sheet *s, size_t i)
{
    return s->answers[i] != ANSWER_UNKNOWN && !(s->doubted && s->doubted[i]);
}

static void count_in(const struct sheet *s, size_t i, struct part *p)
{
    p->asked++;
    p->answered += known(s, i);
}

static struct part of_dimension(const struct sheet *s, enum dimension d)
{
    enum profile profile = profile_of(s->age, s->exploited);
    struct part p = {0, 0};
    for (size_t i = 0; i < s->book->n && s->book->items[i].sort == SORT_SIGN; i++) {
        const struct sign *sign = s->book->items[i].of;
        if (sign->dimension == d && sign->strength.of[profile] != STRENGTH_NONE)
            count_in(s, i, &p);
    }
    return p;
}

static struct part of_group(const struct sheet *s, const struct prompt_group *g)
{
    struct part p = {0, 0};
    for (size_t i = 0; i < s->book->n; i++)
        if (s->book->items[i].sort == SORT_PROMPT &&
            ((const struct prompt *)s->book->items[i].of)->group == g)
            count_in(s, i, &p);
    return p;
}

static void add_part(struct lifting_state *l, struct part p, size_t each)
{
    size_t least = each < p.asked ? each : p.asked, done = p.answered < least ? p.answered : least;
    l->needed += least;
    l->done += done;
    l->asked += p.asked;
    l->unknown += p.asked - p.answered;
    if (done < least)
        l->lacks |= LACKS_ANSWERS;
}

static void add_condition(struct lifting_state *l, bool wanted, bool met, uint32_t lacks)
{
    if (!wanted)
        return;
    l->needed++;
    l->done += met;
    l->lacks |= met ? 0 : lacks;
}

static bool lists(const struct situation *s, const struct prompt_group *g)
{
    for (size_t i = 0; i < s->ngroups; i++)
        if (strcmp(s->groups[i], g->id) == 0)
            return true;
    return false;
}

static bool any_doubt(const struct sheet *s)
{
    for (size_t i = 0; i < FRAME_COUNT; i++)
        if (s->taken_back[i].doubted)
            return true;
    for (size_t i = 0; s->doubted && i < s->book->n; i++)
        if (s->doubted[i])
            return true;
    return s->lost > 0;
}

void lifting_of(const struct sheet *s, const struct situation *situation, struct lifting_state *ret)
{
    const struct signs *signs = &s->book->pack->signs;
    const struct lifting *rule = &signs->lifting;
    size_t each = rule->answered_each > 0 ? (size_t)rule->answered_each : 0;
    *ret = (struct lifting_state){.lacks = each ? 0 : LACKS_RULE};
    for (size_t d = 0; !situation && d < signs->ndimensions; d++)
        add_part(ret, of_dimension(s, signs->dimensions[d].dimension), each);
    for (size_t g = 0; situation && g < signs->ngroups; g++)
        if (lists(situation, &signs->groups[g]))
            add_part(ret, of_group(s, &signs->groups[g]), each);
    if (!ret->asked || ret->unknown * 100 > (size_t)rule->unknown_most * ret->asked)
        ret->lacks |= LACKS_KNOWN;
    add_condition(ret, rule->interview, s->interview == INTERVIEW_ALONE, LACKS_INTERVIEW);
    add_condition(ret, rule->language, s->spoken == SPOKEN_HERS || s->spoken == SPOKEN_INTERPRETER,
                  LACKS_LANGUAGE);
    ret->lacks |= any_doubt(s) ? LACKS_CERTAINTY : 0;
}

bool lifting_role(const struct lifting *rule, enum role role)
{
    return !rule->roles || rule->roles >> role & 1;
}
