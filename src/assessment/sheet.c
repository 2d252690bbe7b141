/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.c - all answers together: levels, legal tests, other offences (rules.h). */
#include "assessment/rules.h"

bool child_rule(enum age age)
{
    return age == AGE_CHILD || age == AGE_DISPUTED;
}

enum profile profile_of(enum age age, enum exploited exploited)
{
    bool child = child_rule(age);
    if (exploited == EXPLOITED_SEXUAL)
        return child ? PROFILE_CHILD_SEXUAL : PROFILE_ADULT_SEXUAL;
    return child ? PROFILE_CHILD_LABOUR : PROFILE_ADULT_LABOUR;
}

/* ---- the codes ----------------------------------------------------------------------------------------- */

static void add(struct book *b, struct book_entry e)
{
    b->items[b->n++] = e;
}

static enum err add_list(struct book *b, struct arena *a, const struct code_list *list)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->items[i].list == list)
            return OK; /* two definitions may share a list */
    for (size_t i = 0; i < list->n; i++) {
        const char *code = arena_printf(a, "%s.%s", list->id, list->codes[i].code);
        if (!code)
            return arena_err(a);
        add(b, (struct book_entry){code, list->codes[i].label, SORT_ELEMENT, 0, &list->codes[i], list});
    }
    return OK;
}

static size_t elements_of(const struct pack *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->ndefinitions; i++)
        n += p->definitions[i].acts->n + p->definitions[i].means->n + p->definitions[i].purposes->n;
    return n;
}

enum err book_make(const struct pack *p, struct arena *a, struct book *ret)
{
    const struct signs *s = &p->signs;
    *ret = (struct book){.pack = p};
    ret->items = ARENA_ARRAY(a, s->n + s->nprompts + s->nquestions + elements_of(p) + 1, struct book_entry);
    if (!ret->items)
        return arena_err(a);
    for (size_t i = 0; i < s->n; i++)
        add(ret, (struct book_entry){s->list[i].code, s->list[i].label, SORT_SIGN, s->list[i].known_by,
                                     &s->list[i], NULL});
    for (size_t i = 0; i < s->nprompts; i++)
        add(ret, (struct book_entry){s->prompts[i].code, s->prompts[i].label, SORT_PROMPT, 0, &s->prompts[i],
                                     NULL});
    for (size_t i = 0; i < s->nquestions; i++)
        add(ret, (struct book_entry){s->questions[i].code, s->questions[i].label, SORT_QUESTION,
                                     s->questions[i].known_by, &s->questions[i], NULL});
    for (size_t i = 0; i < p->ndefinitions; i++) {
        TRY(add_list(ret, a, p->definitions[i].acts));
        TRY(add_list(ret, a, p->definitions[i].means));
        TRY(add_list(ret, a, p->definitions[i].purposes));
    }
    return OK;
}

ptrdiff_t book_find(const struct book *b, struct str code)
{
    for (size_t i = 0; i < b->n; i++)
        if (str_is(code, b->items[i].code))
            return (ptrdiff_t)i;
    return -1;
}

/* ---- three values -------------------------------------------------------------------------------------- */

static struct bounds either(struct bounds a, struct bounds b)
{
    return (struct bounds){a.lower || b.lower, a.upper || b.upper};
}

static struct bounds both(struct bounds a, struct bounds b)
{
    return (struct bounds){a.lower && b.lower, a.upper && b.upper};
}

static struct bounds bounds_of(enum answer a)
{
    return (struct bounds){a == ANSWER_YES, a != ANSWER_NO};
}

static struct bounds is_child(const struct sheet *s)
{
    bool surely = child_rule(s->age);
    return (struct bounds){surely, surely || s->age == AGE_UNKNOWN};
}

static bool names(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

/* ---- legal tests --------------------------------------------------------------------------------------- */

enum which_acts { ACTS_ALL, ACTS_ON_CHILDREN, ACTS_ON_ANYBODY };

static struct bounds any_of(const struct sheet *s, const struct legal_definition *d,
                            const struct code_list *list, enum which_acts which)
{
    struct bounds found = {false, false};
    for (size_t i = 0; i < s->book->n; i++) {
        const struct book_entry *e = &s->book->items[i];
        if (e->list != list)
            continue;
        bool on_children = names(d->child_acts, d->nchild_acts, ((const struct code *)e->of)->code);
        if (which == ACTS_ALL || on_children == (which == ACTS_ON_CHILDREN))
            found = either(found, bounds_of(s->answers[i]));
    }
    return found;
}

static struct legal_test test_of(const struct sheet *s, const struct legal_definition *d)
{
    struct legal_test t = {.definition = d,
                           .act = any_of(s, d, d->acts, ACTS_ALL),
                           .means = any_of(s, d, d->means, ACTS_ALL),
                           .purpose = any_of(s, d, d->purposes, ACTS_ALL)};
    struct bounds child = is_child(s), done;
    if (d->nchild_acts)
        done = either(both(any_of(s, d, d->acts, ACTS_ON_ANYBODY), t.means),
                      both(any_of(s, d, d->acts, ACTS_ON_CHILDREN), child));
    else
        done = both(t.act, either(child, t.means));
    t.met = both(done, t.purpose);
    return t;
}

/* ---- levels -------------------------------------------------------------------------------------------- */

struct weights {
    int strong[2], medium[2]; /* [0] surely yes, [1] not answered no */
    bool said[2];
};

static void weigh(struct weights *w, enum strength strength, enum answer a)
{
    for (int upper = 0; upper < 2; upper++) {
        bool counts = upper ? a != ANSWER_NO : a == ANSWER_YES;
        w->strong[upper] += counts && strength == STRENGTH_STRONG;
        w->medium[upper] += counts && strength == STRENGTH_MEDIUM;
    }
}

static struct bounds signs_raise(const struct sheet *s, enum profile p)
{
    struct weights w = {0};
    for (size_t i = 0; i < s->book->n; i++) {
        const struct book_entry *e = &s->book->items[i];
        enum answer a = s->answers[i];
        if (e->sort == SORT_SIGN)
            weigh(&w, ((const struct sign *)e->of)->strength.of[p], a);
        if (e->sort == SORT_PROMPT && !((const struct prompt *)e->of)->context)
            weigh(&w, ((const struct prompt *)e->of)->strength, a);
        if (e->sort == SORT_QUESTION && ((const struct side_question *)e->of)->counts == COUNTS_SUSPICION)
            w.said[0] |= a == ANSWER_YES, w.said[1] |= a != ANSWER_NO;
    }
    return (struct bounds){w.strong[0] >= 1 || w.medium[0] >= 2 || w.said[0],
                           w.strong[1] >= 1 || w.medium[1] >= 2 || w.said[1]};
}

static struct bounds any_exploitation(const struct sheet *s, enum profile p)
{
    struct bounds found = {false, false};
    for (size_t i = 0; i < s->book->n && s->book->items[i].sort == SORT_SIGN; i++) {
        const struct sign *sign = s->book->items[i].of;
        if (sign->dimension == DIMENSION_EXPLOITATION && sign->strength.of[p] != STRENGTH_NONE)
            found = either(found, bounds_of(s->answers[i]));
    }
    return found;
}

static void elements(const struct sheet *s, struct result *r)
{
    const struct signs *signs = &s->book->pack->signs;
    for (size_t d = 0; d < signs->ndimensions; d++) {
        struct bounds *element = signs->dimensions[d].element == ELEMENT_MEANS ? &r->means : &r->purpose;
        *element = either(*element, r->dimensions.of[signs->dimensions[d].dimension]);
    }
    if (!r->ntests)
        return;
    r->act = r->tests[0].act; /* the first definition of the pack is the international one */
    r->means = either(r->means, r->tests[0].means);
    r->purpose = either(r->purpose, r->tests[0].purpose);
}

void result_of(const struct sheet *s, struct result *ret)
{
    const struct pack *p = s->book->pack;
    struct bounds child = is_child(s), any = {false, false};
    *ret = (struct result){.profile = profile_of(s->age, s->exploited)};
    dimensions_of(&p->signs, ret->profile, s->answers, &ret->dimensions);
    for (size_t i = 0; i < p->ndefinitions && i < TESTS_MAX; i++)
        ret->tests[ret->ntests++] = test_of(s, &p->definitions[i]);
    elements(s, ret);
    for (int d = 0; d < DIMENSION_COUNT; d++)
        any = either(any, ret->dimensions.of[d]);
    ret->conclusive = both(both(ret->act, either(child, ret->means)), ret->purpose);
    ret->reasonable =
        either(either(any, ret->conclusive), both(child, both(ret->act, any_exploitation(s, ret->profile))));
    ret->suspicion = either(ret->reasonable, signs_raise(s, ret->profile));
}

struct offence_signs offence_weigh(const struct sheet *s, const struct offence *o)
{
    struct offence_signs n = {0, 0};
    for (size_t i = 0; i < s->book->n; i++)
        if (s->answers[i] == ANSWER_YES) {
            n.speaks += names(o->speaks, o->nspeaks, s->book->items[i].code);
            n.rather += names(o->rather, o->nrather, s->book->items[i].code);
        }
    return n;
}

bool may_be_negative(const struct result *r)
{
    return !r->suspicion.lower;
}

struct sheet sheet_before(const struct sheet *s, enum answer *into)
{
    struct sheet before = *s;
    for (size_t i = 0; i < s->book->n; i++)
        into[i] = s->doubted && s->doubted[i] ? ANSWER_YES : s->answers[i];
    if (s->taken_back[FRAME_AGE].doubted)
        before.age = (enum age)s->taken_back[FRAME_AGE].before;
    if (s->taken_back[FRAME_EXPLOITED].doubted)
        before.exploited = (enum exploited)s->taken_back[FRAME_EXPLOITED].before;
    before.answers = into;
    return before;
}

bool in_situation(const struct situation *s, const struct prompt *p)
{
    for (size_t i = 0; s && i < s->ngroups; i++)
        if (strcmp(s->groups[i], p->group->id) == 0)
            return true;
    return false;
}

const char *bounds_word(struct bounds b)
{
    return b.lower ? "yes" : b.upper ? "open" : "no";
}

/* ---- for counting ------------------------------------------------------------------------------------- */

static bool settled(struct bounds b)
{
    return b.lower == b.upper;
}

bool sheet_complete(const struct sheet *s, const struct result *r)
{
    return settled(r->act) && settled(r->purpose) && (child_rule(s->age) || settled(r->means));
}

bool sheet_means_asked(const struct sheet *s)
{
    const struct pack *p = s->book->pack;
    for (size_t i = 0; i < s->book->n; i++)
        for (size_t d = 0; d < p->ndefinitions; d++)
            if (s->book->items[i].list && s->book->items[i].list == p->definitions[d].means &&
                s->answers[i] != ANSWER_UNKNOWN)
                return true;
    return false;
}
