/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/index/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_ASKED 12  /* of one query; a longer one is asked by its first */
#define EDIT_SHARE  0.2 /* what an edit takes from what a word tells */
#define BITS_MOST   11.5
#define LETTER_BITS 1.85 /* a short word tells little however rare it is */
#define SLACK       1e-3 /* sums of single precision */
#define WHOLE_BITS  1000 /* of a whole that is near: before all that share words only */

struct asked {
    struct index_word *near;
    size_t n;
    double most; /* bits of the best of them */
};
/* What a word of the index tells for one word of the query. */
struct met {
    uint32_t word;
    uint8_t asked;
    bool used;
    float bits;
};
struct gathering {
    const struct screening_index *x;
    struct arena *a;
    struct asked asked[WORDS_ASKED];
    size_t n;
    double need, forms;
    struct met *met; /* a table by word */
    size_t met_room;
    uint32_t *seen; /* a table of forms that are candidates */
    size_t seen_room, nseen;
    struct candidate_name *best; /* a heap, the least likely at the top */
    size_t nbest, most;
};

static unsigned edits_of(struct str word)
{
    return word.n <= 3 ? 0 : word.n <= 5 ? 1 : WORD_EDITS;
}

static double bits_of(const struct gathering *g, const struct index_word *w)
{
    double bits = fmin(log2((g->forms + 2) / (w->uses + 1.0)), BITS_MOST);
    return fmax(fmin(bits, LETTER_BITS * (double)w->text.n), 0.5) * (1 - EDIT_SHARE * w->edits);
}

static size_t place_of(uint32_t key, size_t room)
{
    return key * (size_t)2654435761u & (room - 1);
}

/* ---- the query ----------------------------------------------------------------------------------------- */

/* What the query's word tells: as it is written, or what comes nearest. */
static double own_bits(const struct gathering *g, const struct asked *asked, struct str word)
{
    if (!asked->n)
        return fmin(BITS_MOST, LETTER_BITS * (double)word.n);
    return asked->near[0].edits ? asked->most : bits_of(g, &asked->near[0]); /* the nearest come first */
}

static enum err ask_words(struct gathering *g, struct str form)
{
    struct str rest = form, word;
    double own = 0;
    while (g->n < WORDS_ASKED && str_cut(&rest, ' ', &word)) {
        struct asked *asked = &g->asked[g->n++];
        TRY(screening_index_words(g->x, word, edits_of(word), g->a, &asked->near, &asked->n));
        for (size_t i = 0; i < asked->n; i++)
            asked->most = fmax(asked->most, bits_of(g, &asked->near[i]));
        own += own_bits(g, asked, word);
    }
    g->need = fmin(CANDIDATE_SHARE * own + CANDIDATE_MORE, CANDIDATE_ENOUGH * own);
    return OK;
}

static enum err note_words(struct gathering *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        n += g->asked[i].n;
    for (g->met_room = 64; g->met_room < 2 * n;)
        g->met_room *= 2;
    g->met = ARENA_ARRAY(g->a, g->met_room, struct met);
    if (!g->met)
        return arena_err(g->a);
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->asked[i].n; k++) {
            const struct index_word *w = &g->asked[i].near[k];
            size_t at = place_of(w->place, g->met_room);
            while (g->met[at].used)
                at = (at + 1) & (g->met_room - 1);
            g->met[at] = (struct met){w->place, (uint8_t)i, true, (float)bits_of(g, w)};
        }
    return OK;
}

/* ---- a form -------------------------------------------------------------------------------------------- */

static double bits_of_form(const struct gathering *g, uint32_t form)
{
    uint32_t room[INDEX_FORM_WORDS];
    float most[WORDS_ASKED] = {0};
    size_t n;
    double bits = 0;
    const uint32_t *words = screening_index_words_of(g->x, form, room, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t at = place_of(words[i], g->met_room); g->met[at].used;
             at = (at + 1) & (g->met_room - 1)) {
            const struct met *m = &g->met[at];
            if (m->word == words[i] && m->bits > most[m->asked])
                most[m->asked] = m->bits;
        }
    for (size_t i = 0; i < g->n; i++)
        bits += most[i];
    return bits;
}

static bool worse(const struct candidate_name *a, const struct candidate_name *b)
{
    return a->bits < b->bits || (a->bits <= b->bits && a->form > b->form);
}

static void sink(struct candidate_name *heap, size_t n, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && worse(&heap[child + 1], &heap[child]))
            child++;
        if (!worse(&heap[child], &heap[at]))
            return;
        struct candidate_name kept = heap[at];
        heap[at] = heap[child];
        heap[child] = kept;
    }
}

static void keep(struct gathering *g, struct candidate_name c)
{
    size_t at = g->nbest;
    if (g->nbest == g->most) {
        if (!g->most || !worse(&g->best[0], &c))
            return;
        g->best[0] = c;
        sink(g->best, g->nbest, 0);
        return;
    }
    g->best[g->nbest++] = c;
    for (size_t parent; at && worse(&g->best[at], &g->best[parent = (at - 1) / 2]); at = parent) {
        struct candidate_name kept = g->best[at];
        g->best[at] = g->best[parent];
        g->best[parent] = kept;
    }
}

/* True when it was there already. The table holds the form and one more: 0 is empty. */
static enum err see(struct gathering *g, uint32_t form, bool *ret)
{
    if (2 * (g->nseen + 1) > g->seen_room) {
        size_t room = g->seen_room ? 4 * g->seen_room : 256;
        uint32_t *seen = ARENA_ARRAY(g->a, room, uint32_t);
        if (!seen)
            return arena_err(g->a);
        for (size_t i = 0; i < g->seen_room; i++) {
            size_t at = place_of(g->seen[i], room);
            while (g->seen[i] && seen[at])
                at = (at + 1) & (room - 1);
            if (g->seen[i])
                seen[at] = g->seen[i];
        }
        g->seen = seen;
        g->seen_room = room;
    }
    size_t at = place_of(form + 1, g->seen_room);
    while (g->seen[at] && g->seen[at] != form + 1)
        at = (at + 1) & (g->seen_room - 1);
    *ret = g->seen[at];
    g->seen[at] = form + 1;
    g->nseen += !*ret;
    return OK;
}

static enum err add_candidate(struct gathering *g, uint32_t form, double bits)
{
    bool there;
    TRY(see(g, form, &there));
    if (!there)
        keep(g, (struct candidate_name){0, form, (float)bits});
    return OK;
}

/* ---- gathering ----------------------------------------------------------------------------------------- */

static enum err gather_wholes(struct gathering *g, struct str form)
{
    struct index_found *found;
    size_t n;
    TRY(screening_index_whole(g->x, form, WHOLE_EDITS, g->a, &found, &n));
    for (size_t i = 0; i < n; i++)
        TRY(add_candidate(g, found[i].form, WHOLE_BITS - found[i].edits));
    return OK;
}

/* A word that may bring candidates: one that is near to one asked for. */
struct term {
    const struct index_word *word;
    size_t asked;
    double bits, reach; /* reach: with the best of the terms of other words asked for that more forms have */
};
/* For each word asked for, the forms that have one of its terms from some place on. */
struct marks {
    uint64_t *of[WORDS_ASKED];
    bool made;
};

static int term_by_uses(const void *a, const void *b)
{
    const struct term *x = a, *y = b;
    if (x->word->uses != y->word->uses)
        return x->word->uses < y->word->uses ? -1 : 1;
    return x->word->place < y->word->place ? -1 : x->word->place > y->word->place;
}

static enum err terms_of(const struct gathering *g, struct term **ret, size_t *ret_n)
{
    double most[WORDS_ASKED] = {0};
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        n += g->asked[i].n;
    struct term *terms = ARENA_ARRAY(g->a, n + 1, struct term);
    if (!terms)
        return arena_err(g->a);
    n = 0;
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->asked[i].n; k++, n++)
            terms[n] = (struct term){&g->asked[i].near[k], i, bits_of(g, &g->asked[i].near[k]), 0};
    qsort(terms, n, sizeof *terms, term_by_uses);
    for (size_t t = n; t-- > 0;) {
        terms[t].reach = terms[t].bits;
        for (size_t i = 0; i < g->n; i++)
            terms[t].reach += i == terms[t].asked ? 0 : most[i];
        most[terms[t].asked] = fmax(most[terms[t].asked], terms[t].bits);
    }
    *ret = terms;
    *ret_n = n;
    return OK;
}

static enum err mark_forms(const struct gathering *g, const struct term *terms, size_t n, struct marks *ret)
{
    struct index_forms some;
    for (size_t i = 0; i < g->n; i++) {
        ret->of[i] = ARENA_ARRAY(g->a, screening_index_places(g->x) / 64 + 1, uint64_t);
        if (!ret->of[i])
            return arena_err(g->a);
    }
    for (size_t t = 0; t < n; t++) {
        uint64_t *bits = ret->of[terms[t].asked];
        screening_index_start(g->x, terms[t].word->place, &some);
        while (screening_index_more(g->x, &some))
            for (size_t i = 0; i < some.n; i++)
                bits[some.at[i] / 64] |= (uint64_t)1 << some.at[i] % 64;
    }
    ret->made = true;
    return OK;
}

/* May the form have a term behind for another word than this term's? */
static bool is_marked(const struct gathering *g, const struct marks *m, size_t asked, uint32_t form)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < g->n && m->made; i++)
        bits |= i == asked ? 0 : m->of[i][form / 64];
    return !m->made || (bits >> form % 64 & 1);
}

static enum err gather_term(struct gathering *g, const struct term *t, const struct marks *marks)
{
    struct index_forms some;
    screening_index_start(g->x, t->word->place, &some);
    while (screening_index_more(g->x, &some)) {
        for (size_t i = 0; i < some.n && !marks->made; i++)
            screening_index_soon(g->x, some.at[i]);
        for (size_t i = 0; i < some.n; i++) {
            if (!is_marked(g, marks, t->asked, some.at[i]))
                continue;
            double bits = bits_of_form(g, some.at[i]);
            if (bits >= g->need)
                TRY(add_candidate(g, some.at[i], bits));
        }
    }
    return OK;
}

/* Is it less work to mark the forms of all terms behind this one, and to look only at what is marked? Then a
 * form with this term has to have one of those, too. */
static bool worth_marking(const struct gathering *g, const struct term *terms, size_t n)
{
    uint64_t followed = 0, behind = 0;
    for (size_t t = 0; t < n; t++) {
        followed += terms[t].reach >= g->need - SLACK ? terms[t].word->uses : 0;
        behind += t ? terms[t].word->uses : 0;
        if (terms[t].bits >= g->need - SLACK)
            return false;
    }
    return followed > 500 && behind < 6 * followed;
}

/* From the term on that fewest forms have. A form with none of the terms before is found by this one only
 * when it and the best of those behind it can reach what is needed. */
static enum err gather_words(struct gathering *g)
{
    struct marks marks = {0};
    struct term *terms;
    size_t n;
    TRY(terms_of(g, &terms, &n));
    for (size_t t = 0; t < n; t++) {
        if (terms[t].reach < g->need - SLACK)
            continue;
        if (!marks.made && terms[t].word->uses > 100 && worth_marking(g, terms + t, n - t))
            TRY(mark_forms(g, terms + t + 1, n - t - 1, &marks));
        TRY(gather_term(g, &terms[t], &marks));
    }
    return OK;
}

static int by_bits(const void *a, const void *b)
{
    return worse(a, b) - worse(b, a);
}

static enum err start(struct gathering *g, const struct screening_index *x, struct str form, struct arena *a)
{
    struct index_sizes sizes;
    screening_index_sizes(x, &sizes);
    *g = (struct gathering){.x = x, .a = a, .forms = (double)sizes.forms};
    TRY(ask_words(g, form));
    return note_words(g);
}

enum err screening_candidates(const struct screening_index *x, struct str form, size_t most, struct arena *a,
                              struct candidate_names *ret)
{
    struct gathering g;
    TRY(start(&g, x, form, a));
    g.most = most;
    g.best = ARENA_ARRAY(a, most + 1, struct candidate_name);
    if (!g.best)
        return arena_err(a);
    TRY(gather_wholes(&g, form));
    TRY(gather_words(&g));
    qsort(g.best, g.nbest, sizeof *g.best, by_bits);
    for (size_t i = 0; i < g.nbest; i++)
        g.best[i].id = screening_index_id(x, g.best[i].form);
    *ret = (struct candidate_names){g.best, g.nbest, g.nseen};
    return OK;
}

enum err screening_candidate_bits(const struct screening_index *x, struct str form, uint32_t other,
                                  struct arena *a, double *ret_bits, double *ret_need)
{
    struct gathering g;
    TRY(start(&g, x, form, a));
    *ret_bits = bits_of_form(&g, other);
    *ret_need = g.need;
    return OK;
}
