/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/score.h"
#include "base/buf.h"

#include <math.h>
#include <string.h>

/* Written before they are read; too large to be zeroed for every pair of names. */
#define UNSET    __attribute__((uninitialized))
#define NOINLINE __attribute__((noinline))

/* How much speaks against, beside what speaks for. Found by search over half of the open sets, checked on the
 * other half (tests/names). */
static struct {
    double alike_from, alike_power; /* likeness under the first is none; how steeply credit falls */
    double joined;                  /* likeness taken off for words written apart on one side */
    double initial, truncated;      /* credit */
    double over_one, over_both, edit; /* of a bit that is over on one side; on both; met but misspelled */
    double little;                  /* bits: with so few met all that speaks against counts twice */
    double over_patronymic, over_slight; /* share of a patronymic, of a title or particle left over */
} tuning = {0.62, 1.3, 0.02, 0.7, 0.9, 0.35, 1.1, 0.8, 6, 0.4, 0.5};

/* ---- names made ready ---------------------------------------------------------------------------------- */

static bool has_no_vowels(struct str written)
{
    for (size_t i = 0; i < written.n; i++) /* Hebrew, Arabic, Syriac: U+0590..U+077F */
        if ((uint8_t)written.p[i] >= 0xD6 && (uint8_t)written.p[i] <= 0xDD)
            return true;
    return false;
}

static enum err ready_word(struct arena *a, const struct name_word *w, const struct name_frequencies *f,
                           struct ready_word *ret)
{
    size_t n = w->n < SCORE_READINGS ? w->n : SCORE_READINGS;
    struct sound *sounds = ARENA_ARRAY(a, n, struct sound);
    if (!sounds)
        return arena_err(a);
    bool bare = has_no_vowels(w->written);
    struct str first = word_meaning(w->readings[0].latin);
    for (size_t i = 0; i < n; i++)
        sound_of(i ? w->readings[i].latin : first, bare, &sounds[i]);
    enum word_kind kind = word_kind_of(first);
    *ret = (struct ready_word){.readings = sounds, .n = (uint8_t)n, .kind = (uint8_t)kind,
                               .truncated = w->flags & NAME_TRUNCATED};
    ret->weight = word_weight(f, first, &sounds[0], kind);
    return OK;
}

/* The word that goes first when there are too many: the one that tells least. */
static size_t least(const struct ready_name *name)
{
    size_t at = 0;
    for (size_t i = 1; i < name->n; i++)
        if (name->words[i].weight <= name->words[at].weight)
            at = i;
    return at;
}

enum err name_ready(struct arena *a, const struct name *name, const struct name_frequencies *f,
                    struct ready_name *ret)
{
    struct ready_name made = {.n = 0};
    for (size_t i = 0; i < name->n; i++) {
        struct ready_word w;
        if (!name->words[i].n)
            continue;
        TRY(ready_word(a, &name->words[i], f, &w));
        w.of = (uint8_t)(i < 255 ? i : 255);
        if (made.n == SCORE_WORDS) {
            size_t gone = least(&made);
            made.left_out++;
            if (w.weight <= made.words[gone].weight)
                continue;
            memmove(&made.words[gone], &made.words[gone + 1], (made.n - gone - 1) * sizeof w);
            made.n--;
        }
        made.words[made.n++] = w;
    }
    *ret = made;
    return OK;
}

/* ---- one word and another ------------------------------------------------------------------------------ */

struct meeting {
    double credit, bits, likeness; /* credit 0..1, bits it tells if met */
    uint8_t how;
};

static double credit_of(double likeness)
{
    if (likeness >= 1)
        return 1;
    double over = (likeness - tuning.alike_from) / (1 - tuning.alike_from);
    return over <= 0 ? 0 : pow(over, tuning.alike_power);
}

static double least_of(double a, double b)
{
    return a < b ? a : b;
}

static bool begins_alike(const struct sound *a, const struct sound *b)
{
    size_t n = a->n < b->n ? a->n : b->n;
    return n && memcmp(a->letters, b->letters, n) == 0;
}

static struct meeting meet_initial(const struct ready_word *a, const struct ready_word *b)
{
    bool met = false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            met = met || begins_alike(&a->readings[i], &b->readings[k]);
    double credit = a->kind == b->kind && met ? 1 : tuning.initial;
    return (struct meeting){met ? credit : 0, least_of(a->weight, b->weight), met ? credit : 0, MET_INITIAL};
}

static struct meeting meet(const struct ready_word *a, const struct ready_word *b)
{
    struct meeting m = {.bits = least_of(a->weight, b->weight), .how = MET_ALIKE};
    if (a->kind == WORD_INITIAL || b->kind == WORD_INITIAL)
        return meet_initial(a, b);
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            double like = sound_likeness(&a->readings[i], &b->readings[k]);
            m.likeness = like > m.likeness ? like : m.likeness;
        }
    if ((a->kind == WORD_NUMBER || b->kind == WORD_NUMBER) && m.likeness < 1)
        m.likeness = 0;
    m.credit = credit_of(m.likeness);
    if (m.likeness >= 1)
        m.how = MET_EQUAL;
    if ((a->truncated || b->truncated) && m.credit < tuning.truncated &&
        begins_alike(&a->readings[0], &b->readings[0]))
        m = (struct meeting){tuning.truncated, m.bits, tuning.truncated, MET_TRUNCATED};
    return m;
}

/* Two words of one side, b[0] and b[1], with one of the other. */
static struct meeting meet_joined(const struct ready_word *a, const struct ready_word *b)
{
    struct meeting m = {.how = MET_JOINED};
    struct sound both;
    if (a->kind == WORD_INITIAL || a->kind == WORD_NUMBER)
        return m;
    for (size_t i = 0; i < b[0].n && i < 2; i++)
        for (size_t k = 0; k < b[1].n && k < 2; k++) {
            sound_joined(&b[0].readings[i], &b[1].readings[k], &both);
            for (size_t j = 0; j < a->n; j++) {
                double like = sound_likeness(&a->readings[j], &both) - tuning.joined;
                m.likeness = like > m.likeness ? like : m.likeness;
            }
        }
    m.credit = credit_of(m.likeness);
    m.bits = least_of(a->weight, b[0].weight + b[1].weight);
    return m;
}

/* ---- the best meeting of all words --------------------------------------------------------------------- */

struct table {
    struct meeting one[SCORE_WORDS][SCORE_WORDS];
    struct meeting b_joined[SCORE_WORDS][SCORE_WORDS]; /* a[i] with b[k], b[k+1] */
    struct meeting a_joined[SCORE_WORDS][SCORE_WORDS]; /* a[i], a[i+1] with b[k] */
};

static bool fill(const struct ready_name *a, const struct ready_name *b, struct table *t)
{
    bool any = false;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            t->one[i][k] = meet(&a->words[i], &b->words[k]);
            any = any || t->one[i][k].credit > 0;
        }
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k + 1 < b->n; k++) {
            t->b_joined[i][k] = meet_joined(&a->words[i], &b->words[k]);
            any = any || t->b_joined[i][k].credit > 0;
        }
    for (size_t i = 0; i + 1 < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            t->a_joined[i][k] = meet_joined(&b->words[k], &a->words[i]);
            any = any || t->a_joined[i][k].credit > 0;
        }
    return any;
}

enum step { SKIP, ONE, B_JOINED, A_JOINED };
struct best {
    double bits[SCORE_WORDS + 1][1 << SCORE_WORDS]; /* from word i of a on, with these of b taken */
    uint8_t step[SCORE_WORDS + 1][1 << SCORE_WORDS], with[SCORE_WORDS + 1][1 << SCORE_WORDS];
};

static void try_step(struct best *x, size_t i, unsigned taken, double bits, enum step step, size_t with)
{
    if (bits > x->bits[i][taken]) {
        x->bits[i][taken] = bits;
        x->step[i][taken] = (uint8_t)step;
        x->with[i][taken] = (uint8_t)with;
    }
}

static void best_from(struct best *x, const struct table *t, size_t na, size_t nb, size_t i, unsigned taken)
{
    x->bits[i][taken] = x->bits[i + 1][taken];
    x->step[i][taken] = SKIP;
    for (size_t k = 0; k < nb; k++) {
        unsigned one = 1u << k, two = 3u << k;
        const struct meeting *m = &t->one[i][k];
        if (taken & one)
            continue;
        if (m->credit > 0)
            try_step(x, i, taken, m->credit * m->bits + x->bits[i + 1][taken | one], ONE, k);
        m = &t->b_joined[i][k];
        if (k + 1 < nb && !(taken & two) && m->credit > 0)
            try_step(x, i, taken, m->credit * m->bits + x->bits[i + 1][taken | two], B_JOINED, k);
        m = &t->a_joined[i][k];
        if (i + 1 < na && m->credit > 0)
            try_step(x, i, taken, m->credit * m->bits + x->bits[i + 2][taken | one], A_JOINED, k);
    }
}

static double left_over(const struct ready_name *name, unsigned met, uint16_t *ret_over)
{
    double bits = 0;
    *ret_over = 0;
    for (size_t i = 0; i < name->n; i++) {
        const struct ready_word *w = &name->words[i];
        if (met & 1u << i)
            continue;
        *ret_over |= (uint16_t)(1u << i);
        bits += w->kind == WORD_PATRONYMIC                             ? tuning.over_patronymic * w->weight
                : w->kind == WORD_PARTICLE || w->kind == WORD_TITLE ? tuning.over_slight * w->weight
                                                                      : w->weight;
    }
    return bits;
}

static void pair_met(struct name_score *s, size_t i, size_t k, enum step step, const struct table *t,
                     double *edits)
{
    const struct meeting *m = step == ONE ? &t->one[i][k] : step == B_JOINED ? &t->b_joined[i][k] : &t->a_joined[i][k];
    s->pairs[s->n++] = (struct word_pair){.a = (uint8_t)i, .na = step == A_JOINED ? 2 : 1, .b = (uint8_t)k,
                                          .nb = step == B_JOINED ? 2 : 1, .how = m->how, .likeness = m->likeness,
                                          .bits = m->credit * m->bits};
    s->met_bits += m->credit * m->bits;
    *edits += (1 - m->credit) * m->bits;
}

static void trace(const struct ready_name *a, const struct ready_name *b, const struct best *x,
                  const struct table *t, struct name_score *s)
{
    unsigned taken = 0, met_a = 0;
    double edits = 0;
    for (size_t i = 0; i < a->n;) {
        enum step step = x->step[i][taken];
        size_t k = x->with[i][taken];
        if (step != SKIP)
            pair_met(s, i, k, step, t, &edits);
        met_a |= step == SKIP ? 0 : step == A_JOINED ? 3u << i : 1u << i;
        taken |= step == SKIP ? 0 : step == B_JOINED ? 3u << k : 1u << k;
        i += step == A_JOINED ? 2 : 1;
    }
    double over_a = left_over(a, met_a, &s->over_a), over_b = left_over(b, taken, &s->over_b);
    double both = least_of(over_a, over_b), one = over_a + over_b - 2 * both;
    s->against_bits = tuning.over_one * one + tuning.over_both * both + tuning.edit * edits;
}

/* Which of two names is taken first, whatever they were given as: so that the answer is symmetric. */
static int order_of(const struct ready_name *a, const struct ready_name *b)
{
    if (a->n != b->n)
        return a->n < b->n ? 1 : -1; /* the shorter one is the one whose words are a mask */
    for (size_t i = 0; i < a->n; i++) {
        const struct sound *x = a->words[i].readings, *y = b->words[i].readings;
        int order = str_cmp((struct str){x->letters, x->n}, (struct str){y->letters, y->n});
        if (order)
            return order;
    }
    return 0;
}

static NOINLINE void best_meeting(const struct ready_name *a, const struct ready_name *b, const struct table *t,
                                  struct name_score *ret)
{
    struct best x UNSET;
    unsigned masks = 1u << b->n;
    for (unsigned taken = 0; taken < masks; taken++)
        x.bits[a->n][taken] = 0;
    for (size_t i = a->n; i-- > 0;)
        for (unsigned taken = 0; taken < masks; taken++)
            best_from(&x, t, a->n, b->n, i, taken);
    trace(a, b, &x, t, ret);
}

static void turn(struct name_score *s)
{
    uint16_t over = s->over_a;
    s->over_a = s->over_b;
    s->over_b = over;
    for (size_t i = 0; i < s->n; i++) {
        struct word_pair p = s->pairs[i];
        s->pairs[i].a = p.b, s->pairs[i].na = p.nb;
        s->pairs[i].b = p.a, s->pairs[i].nb = p.na;
    }
}

void name_score(const struct ready_name *a, const struct ready_name *b, struct name_score *ret)
{
    struct table t UNSET;
    bool turned = order_of(a, b) > 0;
    const struct ready_name *x = turned ? b : a, *y = turned ? a : b;
    ret->score = ret->met_bits = ret->against_bits = 0;
    ret->n = 0;
    ret->over_a = (uint16_t)((1u << a->n) - 1);
    ret->over_b = (uint16_t)((1u << b->n) - 1);
    if (!fill(x, y, &t))
        return;
    best_meeting(x, y, &t, ret);
    if (turned)
        turn(ret);
    double met = ret->met_bits, against = ret->against_bits;
    double score = met <= 0 ? 0 : met / (met + against * (1 + tuning.little / met));
    ret->score = nearbyint(score * 1e6) / 1e6; /* sums in another order of words differ in the last bits */
}
