/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/match.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define LIST_BYTES ((size_t)4 << 30)
#define NONE       UINT32_MAX

struct listed {
    struct str id, written;
    struct ready_name ready;
};
/* One spelling that words of the list have. */
struct spelling {
    const struct sound *sound;
    uint64_t short_rows, long_rows;
    uint32_t first, next; /* use; spelling with the same hash */
    bool slight;          /* a particle, a title, an initial */
};
struct use {
    uint32_t name, next;
};
/* Spellings with the same consonants, by which most of them are left out at once. */
struct kin {
    uint64_t parts;
    uint32_t from, n; /* in by_kin */
    uint8_t nparts, of;
};
struct pile { /* items of one size, growing */
    void *items;
    size_t n, room, size;
};
struct name_list {
    struct arena *arena, *reading; /* reading: of one name, which takes a hundred times its room */
    struct pile names, spellings, uses;
    struct pile kin;
    uint32_t *by_kin, *with_rows; /* spellings; those that short forms know */
    size_t nwith_rows;
    uint32_t *heads;
    size_t nheads; /* a power of two */
    struct name_frequencies *frequencies;
    bool kana; /* some are written in it */
};

static enum err pile_add(struct pile *p, const void *item)
{
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 256;
        void *items = mem_resize(p->items, room * p->size);
        if (!items)
            return mem_fail();
        p->items = items;
        p->room = room;
    }
    memcpy((char *)p->items + p->n++ * p->size, item, p->size);
    return OK;
}

static struct listed *listed_at(const struct name_list *l, size_t i)
{
    return (struct listed *)l->names.items + i;
}

static struct spelling *spelling_at(const struct name_list *l, size_t i)
{
    return (struct spelling *)l->spellings.items + i;
}

enum err name_list_new(struct name_list **ret)
{
    struct name_list *l = mem_alloc(sizeof *l);
    if (!l)
        return mem_fail();
    l->arena = arena_new(LIST_BYTES);
    l->reading = arena_new(0);
    l->names.size = sizeof(struct listed);
    l->spellings.size = sizeof(struct spelling);
    l->uses.size = sizeof(struct use);
    l->kin.size = sizeof(struct kin);
    if (!l->arena || !l->reading || name_frequencies_new(&l->frequencies) != OK) {
        name_list_free(l);
        return mem_fail();
    }
    *ret = l;
    return OK;
}

void name_list_free(struct name_list *l)
{
    if (!l)
        return;
    arena_free(l->arena);
    arena_free(l->reading);
    name_frequencies_free(l->frequencies);
    mem_free(l->names.items);
    mem_free(l->spellings.items);
    mem_free(l->uses.items);
    mem_free(l->kin.items);
    mem_free(l->by_kin);
    mem_free(l->with_rows);
    mem_free(l->heads);
    mem_free(l);
}

void name_list_cleanup(struct name_list **l)
{
    name_list_free(*l);
}

enum err name_list_add(struct name_list *l, struct str id, struct str name)
{
    struct name read;
    arena_reset(l->reading);
    TRY(name_read(l->reading, name, &read));
    TRY(name_frequencies_count(l->frequencies, &read));
    struct listed one = {.id = arena_str(l->arena, id), .written = arena_str(l->arena, name)};
    if (!one.id.p || !one.written.p)
        return arena_err(l->arena);
    return pile_add(&l->names, &one);
}

/* Once all are in: the words weigh by all of them. */
static enum err make_ready(struct name_list *l, struct listed *one)
{
    struct name read;
    arena_reset(l->reading);
    TRY(name_read(l->reading, one->written, &read));
    TRY(name_ready(l->arena, &read, l->frequencies, &one->ready));
    for (size_t i = 0; i < one->ready.n; i++) {
        struct str *written = &one->ready.words[i].written;
        *written = arena_str(l->arena, *written);
        if (!written->p)
            return arena_err(l->arena);
    }
    return OK;
}

/* ---- spellings ----------------------------------------------------------------------------------------- */

static const uint8_t hash_key[16] = {0};

static size_t head_of(const struct name_list *l, const struct sound *s)
{
    uint64_t hash = str_siphash((struct str){s->letters, s->n}, hash_key);
    return (hash + s->of) & (l->nheads - 1);
}

static bool same_sound(const struct sound *a, const struct sound *b)
{
    return a->n == b->n && a->of == b->of && memcmp(a->letters, b->letters, a->n) == 0;
}

static bool is_slight(const struct ready_word *w)
{
    return w->kind == KIND_PARTICLE || w->kind == KIND_TITLE || w->kind == KIND_INITIAL;
}

static enum err add_spelling(struct name_list *l, const struct ready_word *w, const struct sound *s,
                             bool slight, uint32_t name)
{
    size_t head = head_of(l, s);
    uint32_t at = l->heads[head];
    while (at != NONE && !same_sound(spelling_at(l, at)->sound, s))
        at = spelling_at(l, at)->next;
    if (at == NONE) {
        struct spelling fresh = {s, w->short_rows, w->long_rows, NONE, l->heads[head], true};
        at = l->heads[head] = (uint32_t)l->spellings.n;
        TRY(pile_add(&l->spellings, &fresh));
    }
    struct spelling *there = spelling_at(l, at);
    struct use use = {name, there->first};
    there->slight = there->slight && slight;
    there->first = (uint32_t)l->uses.n;
    return pile_add(&l->uses, &use);
}

static enum err add_spellings(struct name_list *l, uint32_t name)
{
    const struct ready_name *r = &listed_at(l, name)->ready;
    for (size_t i = 0; i < r->n; i++) {
        const struct ready_word *w = &r->words[i];
        for (size_t k = 0; k < w->n; k++)
            TRY(add_spelling(l, w, &w->readings[k], is_slight(w), name));
        TRY(add_spelling(l, w, w->kana, is_slight(w), name));
        l->kana = l->kana || w->is_kana;
        for (size_t k = 0; k < 2; k++)
            if (w->joined[k])
                TRY(add_spelling(l, w, w->joined[k], false, name));
    }
    return OK;
}

struct ordered {
    uint64_t parts;
    uint32_t spelling;
    uint8_t of;
};

static int by_parts(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->of != y->of)
        return x->of < y->of ? -1 : 1;
    if (x->parts != y->parts)
        return x->parts < y->parts ? -1 : 1;
    return x->spelling < y->spelling ? -1 : x->spelling > y->spelling;
}

static enum err add_kin(struct name_list *l, const struct ordered *o, uint32_t at)
{
    struct kin *last = l->kin.n ? (struct kin *)l->kin.items + l->kin.n - 1 : NULL;
    if (last && last->parts == o->parts && last->of == o->of) {
        last->n++;
        return OK;
    }
    struct kin fresh = {o->parts, at, 1, (uint8_t)__builtin_popcountll(o->parts), o->of};
    return pile_add(&l->kin, &fresh);
}

static enum err group_kin(struct name_list *l)
{
    size_t n = l->spellings.n;
    struct ordered *all CLEANUP(mem_cleanup) = mem_alloc((n + 1) * sizeof *all);
    l->by_kin = mem_alloc((n + 1) * sizeof *l->by_kin);
    l->with_rows = mem_alloc((n + 1) * sizeof *l->with_rows);
    if (!all || !l->by_kin || !l->with_rows)
        return mem_fail();
    for (uint32_t i = 0; i < n; i++) {
        const struct spelling *s = spelling_at(l, i);
        all[i] = (struct ordered){s->sound->parts, i, s->sound->of};
        if (s->short_rows | s->long_rows)
            l->with_rows[l->nwith_rows++] = i;
    }
    qsort(all, n, sizeof *all, by_parts);
    for (uint32_t i = 0; i < n; i++) {
        l->by_kin[i] = all[i].spelling;
        TRY(add_kin(l, &all[i], i));
    }
    return OK;
}

enum err name_list_ready(struct name_list *l)
{
    l->nheads = 1024;
    while (l->nheads < 4 * l->names.n)
        l->nheads *= 2;
    l->heads = mem_alloc(l->nheads * sizeof *l->heads);
    if (!l->heads)
        return mem_fail();
    memset(l->heads, 0xff, l->nheads * sizeof *l->heads);
    for (size_t i = 0; i < l->names.n; i++) {
        TRY(make_ready(l, listed_at(l, i)));
        TRY(add_spellings(l, (uint32_t)i));
    }
    return group_kin(l);
}

/* ---- asking -------------------------------------------------------------------------------------------- */

static void mark(const struct name_list *l, const struct spelling *s, uint8_t *marks)
{
    for (uint32_t i = s->first; i != NONE;) {
        const struct use *use = (const struct use *)l->uses.items + i;
        marks[use->name] = 1;
        i = use->next;
    }
}

static bool begins_alike(const struct sound *a, const struct sound *b)
{
    size_t least = a->n < b->n ? a->n : b->n;
    return least && memcmp(a->letters, b->letters, least) == 0;
}

/* A beginning may have any consonants behind it. */
static void mark_word(const struct name_list *l, const struct ready_word *w, const struct sound *asked,
                      bool slight, uint8_t *marks)
{
    for (size_t g = 0; g < l->kin.n; g++) {
        const struct kin *kin = (const struct kin *)l->kin.items + g;
        if (!w->truncated && !sound_parts_alike(asked->parts, asked->nparts, kin->parts, kin->nparts))
            continue;
        if ((asked->of == SOUND_KANA) != (kin->of == SOUND_KANA))
            continue;
        for (uint32_t i = 0; i < kin->n; i++) {
            const struct spelling *s = spelling_at(l, l->by_kin[kin->from + i]);
            if (!slight && s->slight)
                continue;
            if (sound_likeness(asked, s->sound) > LIKENESS_FLOOR ||
                (w->truncated && begins_alike(asked, s->sound)))
                mark(l, s, marks);
        }
    }
}

static void mark_short_forms(const struct name_list *l, const struct ready_word *w, bool slight,
                             uint8_t *marks)
{
    for (size_t i = 0; i < l->nwith_rows && (w->short_rows | w->long_rows); i++) {
        const struct spelling *s = spelling_at(l, l->with_rows[i]);
        if ((slight || !s->slight) && ((w->short_rows & s->long_rows) | (w->long_rows & s->short_rows)))
            mark(l, s, marks);
    }
}

static void mark_all(const struct name_list *l, const struct ready_name *q, uint8_t *marks)
{
    bool slight = true;
    for (size_t i = 0; i < q->n; i++)
        slight = slight && is_slight(&q->words[i]);
    for (size_t i = 0; i < q->n; i++) {
        const struct ready_word *w = &q->words[i];
        mark_short_forms(l, w, slight, marks);
        for (size_t k = 0; k < w->n && (slight || !is_slight(w)); k++)
            mark_word(l, w, &w->readings[k], slight, marks);
        if (w->is_kana || l->kana)
            mark_word(l, w, w->kana, slight, marks);
        for (size_t k = 0; k < 2; k++)
            if (w->joined[k])
                mark_word(l, w, w->joined[k], slight, marks);
    }
}

/* The best so far, the worst last. */
static void keep(struct name_hit *hits, size_t *n, size_t most, const struct name_hit *one)
{
    size_t at = *n;
    while (at > 0 && hits[at - 1].score.score < one->score.score)
        at--;
    if (at == most)
        return;
    size_t kept = *n < most ? *n : most - 1;
    memmove(&hits[at + 1], &hits[at], (kept - at) * sizeof *hits);
    hits[at] = *one;
    *n = kept + 1;
}

enum err name_list_best(const struct name_list *l, struct arena *a, struct str query, size_t most,
                        struct ready_name *ret_query, struct name_hit **ret, size_t *ret_n)
{
    struct name name;
    TRY(name_read(a, query, &name));
    TRY(name_ready(a, &name, l->frequencies, ret_query));
    uint8_t *marks = arena_alloc(a, l->names.n + 1);
    struct name_hit *hits = ARENA_ARRAY(a, most + 1, struct name_hit);
    size_t n = 0;
    if (!marks || !hits)
        return arena_err(a);
    mark_all(l, ret_query, marks);
    for (size_t i = 0; i < l->names.n && most; i++) {
        if (!marks[i])
            continue;
        struct name_hit one = {.id = listed_at(l, i)->id, .name = &listed_at(l, i)->ready};
        name_score(ret_query, one.name, &one.score);
        if (one.score.score > 0)
            keep(hits, &n, most, &one);
    }
    *ret = hits;
    *ret_n = n;
    return OK;
}
