/* SPDX-License-Identifier: Apache-2.0 */
/* propose.c - what a camera may have misread. First the places where only a letter or only a digit may stand;
 * then one more character, or two where one is not enough, such that every check digit is right. */
#include "screening/document/own.h"

#define CANDIDATES_MAX 400
#define COSTS          4 /* the longest list of what a character is misread for */

/* Likeliest first. Shapes of OCR-B that readers take for each other. */
static const struct {
    char c;
    const char *others;
} confusable[] = {
    {'0', "ODQ"}, {'1', "IL"},  {'2', "Z"},  {'3', "8"},   {'4', "A"},  {'5', "S6"},  {'6', "G5"},
    {'7', "T1"},  {'8', "BS3"}, {'9', "G"},  {'A', "4"},   {'B', "8"},  {'C', "G<"},  {'D', "0O"},
    {'E', "F"},   {'F', "E"},   {'G', "6C"}, {'I', "1L"},  {'K', "<X"}, {'L', "1I<"}, {'M', "N"},
    {'N', "M"},   {'O', "0QD"}, {'Q', "0O"}, {'S', "58"},  {'T', "71"}, {'U', "V"},   {'V', "UY"},
    {'X', "K"},   {'Y', "V"},   {'Z', "27"}, {'<', "KCL"},
};

const char *mrz_confusable(char c)
{
    for (size_t i = 0; i < sizeof confusable / sizeof *confusable; i++)
        if (confusable[i].c == c)
            return confusable[i].others;
    return "";
}

bool mrz_confusable_texts(struct str a, struct str b)
{
    bool same = true;
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (a.p[i] == b.p[i])
            continue;
        if (a.p[i] == '\0' || b.p[i] == '\0' ||
            (!strchr(mrz_confusable(a.p[i]), b.p[i]) && !strchr(mrz_confusable(b.p[i]), a.p[i])))
            return false;
        same = false;
    }
    return !same;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool fits(enum place place, char c)
{
    switch (place) {
    case PLACE_DIGIT:
        return is_digit(c);
    case PLACE_LETTER:
        return is_letter(c) || c == '<';
    case PLACE_ANY:
        return true;
    case PLACE_FIXED:
        break;
    }
    return false;
}

static char first_fitting(enum place place, char c)
{
    for (const char *o = mrz_confusable(c); *o; o++)
        if (fits(place, *o) && *o != '<')
            return *o;
    return c;
}

/* Where only a letter or only a digit may stand. */
static void force(const struct layout *l, const struct grid *read, struct grid *ret)
{
    *ret = *read;
    for (size_t line = 0; line < l->lines; line++)
        for (size_t at = 0; at < l->width; at++) {
            char c = read->cell[line][at];
            enum place place = mrz_place(l, read, line, at);
            if ((place == PLACE_DIGIT && is_letter(c)) || (place == PLACE_LETTER && is_digit(c)))
                ret->cell[line][at] = first_fitting(place, c);
        }
}

struct candidate {
    uint8_t line, at, cost;
    char to;
    int8_t delta[MRZ_CHECKS]; /* what it adds to each residual */
};

struct search {
    const struct layout *l;
    const struct grid *read, *base;
    bool filler_counted;
    int residual[MRZ_CHECKS];
    uint8_t weight[MRZ_CHECKS][MRZ_LINES_MAX][MRZ_WIDTH_MAX]; /* what a place adds to each sum */
    struct candidate c[CANDIDATES_MAX];
    size_t n;
};

/* Weights of the places of one part, going on from *k; a digit itself counts against its sum. */
static void weigh(struct search *s, enum mrz_check check, struct span part, size_t *k)
{
    static const uint8_t weights[] = {7, 3, 1};
    for (size_t i = 0; i < part.n; i++, ++*k)
        s->weight[check][part.line][part.at + i] = weights[*k % 3];
}

static void weigh_digit(struct search *s, enum mrz_check check, struct span digit)
{
    for (size_t i = 0; i < digit.n; i++)
        s->weight[check][digit.line][digit.at + i] = 9;
}

static void weigh_all(struct search *s)
{
    const struct layout *l = s->l;
    struct long_number more = mrz_long_number(l, s->base);
    size_t number = 0, birth = 0, expiry = 0, optional = 0, composite = 0;
    memset(s->weight, 0, sizeof s->weight);
    weigh(s, MRZ_NUMBER, l->number, &number);
    number += more.is && s->filler_counted;
    weigh(s, MRZ_NUMBER, more.rest, &number);
    weigh_digit(s, MRZ_NUMBER, more.is ? more.digit : l->digit[MRZ_NUMBER]);
    weigh(s, MRZ_BIRTH, l->birth, &birth);
    if (l->digit[MRZ_EXPIRY].n)
        weigh(s, MRZ_EXPIRY, l->expiry, &expiry);
    if (l->digit[MRZ_OPTIONAL].n)
        weigh(s, MRZ_OPTIONAL, l->optional, &optional);
    for (size_t i = 0; i < sizeof l->composite / sizeof *l->composite && l->digit[MRZ_COMPOSITE].n; i++)
        weigh(s, MRZ_COMPOSITE, l->composite[i], &composite);
    for (size_t i = MRZ_BIRTH; i < MRZ_CHECKS; i++)
        weigh_digit(s, (enum mrz_check)i, l->digit[i]);
}

static void add_candidate(struct search *s, size_t line, size_t at, char to, size_t cost)
{
    char from = s->base->cell[line][at];
    if (s->n == CANDIDATES_MAX)
        return;
    struct candidate *c = &s->c[s->n++];
    *c = (struct candidate){.line = (uint8_t)line, .at = (uint8_t)at, .cost = (uint8_t)cost, .to = to};
    /* mrz_check_digit gives seven times the value, mod 10; three times seven is one. */
    int difference = 3 * (mrz_check_digit(&to, 1) - mrz_check_digit(&from, 1)) % 10 + 10;
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        c->delta[i] = (int8_t)(s->weight[i][line][at] * difference % 10);
}

static void gather(struct search *s)
{
    for (size_t line = 0; line < s->l->lines; line++)
        for (size_t at = 0; at < s->l->width; at++) {
            enum place place = mrz_place(s->l, s->base, line, at);
            char read = s->read->cell[line][at], now = s->base->cell[line][at];
            bool covered = false;
            for (size_t i = 0; i < MRZ_CHECKS; i++)
                covered = covered || s->weight[i][line][at];
            if (!covered)
                continue;
            size_t cost = 0;
            for (const char *o = mrz_confusable(read); *o; o++, cost++)
                if (fits(place, *o) && *o != now)
                    add_candidate(s, line, at, *o, cost);
        }
}

static void put(const struct search *s, const struct candidate *first, const struct candidate *second,
                struct mrz *m)
{
    struct grid g = *s->base;
    enum mrz_verdict verdicts[MRZ_CHECKS];
    bool filler;
    if (m->nproposals == MRZ_PROPOSALS_MAX)
        return;
    if (first)
        g.cell[first->line][first->at] = first->to;
    if (second)
        g.cell[second->line][second->at] = second->to;
    /* The residuals add up only while the layout of a long number stays: ask again. */
    if (!mrz_verdicts(s->l, &g, verdicts, &filler))
        return;
    struct mrz_proposal *p = &m->proposals[m->nproposals];
    *p = (struct mrz_proposal){0};
    for (size_t line = 0; line < s->l->lines; line++) {
        memcpy(p->lines[line], g.cell[line], s->l->width);
        for (size_t at = 0; at < s->l->width; at++) {
            if (g.cell[line][at] == s->read->cell[line][at])
                continue;
            if (p->n == MRZ_CHANGES_MAX)
                return; /* this is no misreading of a few characters */
            p->changes[p->n++] = (struct mrz_change){.line = (uint8_t)(line + 1),
                                                     .column = (uint8_t)(at + 1),
                                                     .from = s->read->cell[line][at],
                                                     .to = g.cell[line][at],
                                                     .checked = mrz_covered(s->l, &g, line, at)};
        }
    }
    m->nproposals += p->n > 0;
}

/* What the residuals still lack after a: five digits in one number. */
static uint32_t lacks(const struct search *s, const struct candidate *a)
{
    uint32_t key = 0;
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        key = key << 4 | (uint32_t)((20 - s->residual[i] - (a ? a->delta[i] : 0)) % 10);
    return key;
}

static uint32_t gives(const struct candidate *c)
{
    uint32_t key = 0;
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        key = key << 4 | (uint32_t)c->delta[i];
    return key;
}

static void singles(const struct search *s, struct mrz *m)
{
    uint32_t wanted = lacks(s, NULL);
    for (size_t cost = 0; cost < COSTS; cost++)
        for (size_t i = 0; i < s->n; i++)
            if (s->c[i].cost == cost && gives(&s->c[i]) == wanted)
                put(s, &s->c[i], NULL, m);
}

/* All pairs once; of each cost the first few, because put() may still turn one down. */
static void doubles(const struct search *s, struct mrz *m)
{
    struct {
        size_t n;
        uint16_t one[MRZ_PROPOSALS_MAX], two[MRZ_PROPOSALS_MAX];
    } found[2 * COSTS] = {0};
    uint32_t gift[CANDIDATES_MAX];
    for (size_t i = 0; i < s->n; i++)
        gift[i] = gives(&s->c[i]);
    for (size_t i = 0; i < s->n; i++) {
        uint32_t wanted = lacks(s, &s->c[i]);
        for (size_t k = i + 1; k < s->n; k++) {
            const struct candidate *a = &s->c[i], *b = &s->c[k];
            size_t cost = (size_t)a->cost + b->cost;
            if (gift[k] != wanted || (a->line == b->line && a->at == b->at) ||
                found[cost].n == MRZ_PROPOSALS_MAX)
                continue;
            found[cost].one[found[cost].n] = (uint16_t)i;
            found[cost].two[found[cost].n++] = (uint16_t)k;
        }
    }
    for (size_t cost = 0; cost < 2 * COSTS; cost++)
        for (size_t i = 0; i < found[cost].n; i++)
            put(s, &s->c[found[cost].one[i]], &s->c[found[cost].two[i]], m);
}

static void search(const struct layout *l, const struct grid *read, const struct grid *base,
                   bool filler_counted, struct mrz *m)
{
    struct search s = {.l = l, .read = read, .base = base, .filler_counted = filler_counted};
    mrz_residuals(l, base, filler_counted, s.residual);
    bool right = true;
    for (size_t i = 0; i < MRZ_CHECKS; i++) {
        if (s.residual[i] < 0)
            return; /* a place that cannot be read, or no digit at all: nothing to reckon with */
        right = right && s.residual[i] == 0;
    }
    if (right) {
        put(&s, NULL, NULL, m);
        return;
    }
    weigh_all(&s);
    gather(&s);
    singles(&s, m);
    if (m->nproposals == 0)
        doubles(&s, m);
}

static void find_unseen(const struct layout *l, const struct grid *g, struct mrz *m, size_t line, size_t at)
{
    char c = g->cell[line][at];
    for (const char *o = mrz_confusable(c); *o && m->nunseen < MRZ_UNSEEN_MAX; o++)
        if (c != '<' && *o != '<' && mrz_check_digit(&c, 1) == mrz_check_digit(o, 1) &&
            mrz_place(l, g, line, at) == PLACE_ANY && mrz_covered(l, g, line, at))
            m->unseen[m->nunseen++] = (struct mrz_change){.line = (uint8_t)(line + 1),
                                                          .column = (uint8_t)(at + 1),
                                                          .from = c,
                                                          .to = *o,
                                                          .checked = true};
}

void mrz_propose(const struct layout *l, const struct grid *g, struct mrz *m)
{
    m->nunseen = 0;
    for (size_t line = 0; line < l->lines; line++)
        for (size_t at = 0; at < l->width; at++)
            find_unseen(l, g, m, line, at);
    struct grid base;
    force(l, g, &base);
    m->nproposals = 0;
    search(l, g, &base, false, m);
    bool filler;
    enum mrz_verdict verdicts[MRZ_CHECKS];
    if (m->nproposals == 0 && mrz_long_number(l, &base).complete &&
        !mrz_verdicts(l, &base, verdicts, &filler))
        search(l, g, &base, true, m);
}
