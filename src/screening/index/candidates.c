/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/index/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_ASKED 12 /* of one query; a longer one is asked by its first */
#define EDIT_BITS   3  /* what an edit takes from a word that met */

struct asked {
    struct index_word *near;
    size_t n;
    uint64_t uses; /* of all of them */
};
struct gathering {
    const struct screening_index *x;
    struct arena *a;
    struct candidate_name *places; /* a table by form; bits 0: empty */
    size_t room, n;
    double forms;
};

static unsigned edits_of(struct str word)
{
    return word.n <= 3 ? 0 : word.n <= 5 ? 1 : WORD_EDITS;
}

static struct candidate_name *place_of(const struct candidate_name *places, size_t room, uint32_t form)
{
    size_t at = form * (size_t)2654435761u & (room - 1);
    while (places[at].bits > 0 && places[at].form != form)
        at = (at + 1) & (room - 1);
    return (struct candidate_name *)&places[at];
}

static enum err make_room(struct gathering *g, size_t more)
{
    size_t room = g->room ? g->room : 1024;
    while (room < 2 * (g->n + more))
        room *= 2;
    if (room == g->room)
        return OK;
    struct candidate_name *places = ARENA_ARRAY(g->a, room, struct candidate_name);
    if (!places)
        return arena_err(g->a);
    for (size_t i = 0; i < g->room; i++)
        if (g->places[i].bits > 0)
            *place_of(places, room, g->places[i].form) = g->places[i];
    g->places = places;
    g->room = room;
    return OK;
}

static void gather(struct gathering *g, const struct index_found *f, double bits)
{
    struct candidate_name *c = place_of(g->places, g->room, f->form);
    g->n += c->bits <= 0;
    *c = (struct candidate_name){f->id, f->form, c->bits + (float)bits};
}

static enum err gather_word(struct gathering *g, const struct index_word *w)
{
    struct index_found *found;
    size_t n;
    double bits = log2((g->forms + 2) / (w->uses + 1.0)) - EDIT_BITS * w->edits;
    TRY(screening_index_having(g->x, w->place, g->a, &found, &n));
    TRY(make_room(g, n));
    for (size_t i = 0; i < n; i++)
        gather(g, &found[i], bits > 0.5 ? bits : 0.5);
    return OK;
}

static enum err gather_wholes(struct gathering *g, struct str form)
{
    struct index_found *found;
    size_t n;
    TRY(screening_index_whole(g->x, form, WHOLE_EDITS, g->a, &found, &n));
    TRY(make_room(g, n));
    for (size_t i = 0; i < n; i++)
        gather(g, &found[i], 100 - 10 * found[i].edits); /* before all that share words only */
    return OK;
}

static enum err gather_words(struct gathering *g, struct str form)
{
    struct asked asked[WORDS_ASKED] = {0};
    struct str rest = form, word;
    size_t n = 0, rarest = 0;
    while (n < WORDS_ASKED && str_cut(&rest, ' ', &word)) {
        TRY(screening_index_words(g->x, word, edits_of(word), g->a, &asked[n].near, &asked[n].n));
        for (size_t i = 0; i < asked[n].n; i++)
            asked[n].uses += asked[n].near[i].uses;
        if (asked[n].uses && (!asked[rarest].uses || asked[n].uses < asked[rarest].uses))
            rarest = n;
        n++;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < asked[i].n; k++)
            if (i == rarest || asked[i].near[k].uses <= COMMON_USES)
                TRY(gather_word(g, &asked[i].near[k]));
    return OK;
}

static int by_bits(const void *a, const void *b)
{
    const struct candidate_name *x = a, *y = b;
    if (x->bits > y->bits || x->bits < y->bits)
        return x->bits > y->bits ? -1 : 1;
    return x->form < y->form ? -1 : x->form > y->form;
}

enum err screening_candidates(const struct screening_index *x, struct str form, size_t most, struct arena *a,
                              struct candidate_name **ret, size_t *ret_n)
{
    struct index_sizes sizes;
    struct gathering g = {.x = x, .a = a};
    screening_index_sizes(x, &sizes);
    g.forms = (double)sizes.forms;
    TRY(gather_wholes(&g, form));
    TRY(gather_words(&g, form));
    struct candidate_name *all = ARENA_ARRAY(a, g.n + 1, struct candidate_name);
    size_t n = 0;
    if (!all)
        return arena_err(a);
    for (size_t i = 0; i < g.room; i++)
        if (g.places[i].bits > 0)
            all[n++] = g.places[i];
    qsort(all, n, sizeof *all, by_bits);
    *ret = all;
    *ret_n = n < most ? n : most;
    return OK;
}
