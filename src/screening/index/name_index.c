/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/index/name_index.h"
#include "base/alloc.h"
#include "sys/locked.h"

#include <stdlib.h>
#include <string.h>

#define NONE       UINT32_MAX
#define WORDS_MOST INDEX_FORM_WORDS

/* A form that is gone keeps its place, with no text, until the index is tidied. */
struct form {
    uint64_t id;
    uint32_t next; /* form of the same id, or of another with its hash */
    uint32_t text; /* see text_ref; NONE: gone */
};
/* Its words, to be read without its text. NONE behind the last; MORE first: they are more than fit. */
enum { WORDS_BESIDE = 4, MORE = NONE - 1 };
struct form_words {
    uint32_t at[WORDS_BESIDE];
};
struct word {
    uint32_t text, next;  /* next: with the same hash */
    uint32_t first, uses; /* its newest block of forms; NONE: none */
    uint8_t in_first;
};
/* Forms with one word: small blocks for the many rare words, large ones for the few that many have. A
 * reference is twice the place, and one more for a large block. */
enum { SMALL = 7, LARGE = 63, LARGE_FROM = 56 };
struct small_block {
    uint32_t forms[SMALL], next;
};
struct large_block {
    uint32_t forms[LARGE], next;
};
struct heads { /* a table of chains */
    uint32_t *at;
    size_t room; /* a power of two */
};
/* Texts of one length and their signatures, side by side for the scan, and whose they are (NONE: gone). */
struct same_length {
    struct locked_array low, high, place, text;
};
enum { TEXTS_MOST = 1 << 24 }; /* of one length */
struct lengths {
    struct same_length of[INDEX_FORM_BYTES + 1];
};

struct screening_index {
    struct locked_pool pool;
    struct locked_array forms, form_words, words, small, large;
    struct lengths form_signatures, word_signatures;
    struct heads by_id, by_word;
    size_t gone; /* forms */
    enum scan_with with;
};

static const uint8_t hash_key[16] = {0}; /* chains only: what a name hashes to decides nothing but time */

static const struct {
    size_t at, size;
} arrays[] = {
    {offsetof(struct screening_index, forms), sizeof(struct form)},
    {offsetof(struct screening_index, form_words), sizeof(struct form_words)},
    {offsetof(struct screening_index, words), sizeof(struct word)},
    {offsetof(struct screening_index, small), sizeof(struct small_block)},
    {offsetof(struct screening_index, large), sizeof(struct large_block)},
};

static void each_array(struct screening_index *x,
                       void (*visit)(struct screening_index *, struct locked_array *, size_t))
{
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        visit(x, (struct locked_array *)((char *)x + arrays[i].at), arrays[i].size);
    for (size_t i = 0; i < 2 * (INDEX_FORM_BYTES + 1); i++) {
        struct lengths *l = i % 2 ? &x->form_signatures : &x->word_signatures;
        visit(x, &l->of[i / 2].low, sizeof(uint32_t));
        visit(x, &l->of[i / 2].high, sizeof(uint32_t));
        visit(x, &l->of[i / 2].place, sizeof(uint32_t));
        visit(x, &l->of[i / 2].text, i / 2);
    }
}

static void start_array(struct screening_index *x, struct locked_array *a, size_t size)
{
    a->pool = &x->pool; /* again after the index moved */
    a->size = size;
}

static void drop_array(struct screening_index *x, struct locked_array *a, size_t size)
{
    (void)x, (void)size;
    locked_array_free(a);
}

static void drop_all(struct screening_index *x)
{
    each_array(x, drop_array);
    mem_free(x->by_id.at);
    mem_free(x->by_word.at);
    locked_free(&x->pool);
}

enum err screening_index_new(struct screening_index **ret)
{
    struct screening_index *x = mem_alloc(sizeof *x);
    if (!x)
        return mem_fail();
    each_array(x, start_array);
    x->with = scan_best();
    *ret = x;
    return OK;
}

void screening_index_free(struct screening_index *x)
{
    if (x)
        drop_all(x);
    mem_free(x);
}

void screening_index_cleanup(struct screening_index **x)
{
    screening_index_free(*x);
}

enum err screening_index_with(struct screening_index *x, enum scan_with with)
{
    if (!scan_can(with))
        return FAIL(ERR_STATE, "%s", scan_text(with));
    x->with = with;
    return OK;
}

void screening_index_sizes(const struct screening_index *x, struct index_sizes *ret)
{
    *ret =
        (struct index_sizes){.forms = x->forms.n - x->gone, .words = x->words.n, .locked = !x->pool.refused};
    ret->bytes = x->pool.bytes + (x->by_id.room + x->by_word.room) * sizeof(uint32_t);
}

/* ---- chains -------------------------------------------------------------------------------------------- */

static struct form *form_at(const struct screening_index *x, uint32_t i)
{
    return locked_at(&x->forms, i);
}

static struct word *word_at(const struct screening_index *x, uint32_t i)
{
    return locked_at(&x->words, i);
}

/* Where a text stands: its length, and which of that length. */
static uint32_t text_ref(size_t n, size_t at)
{
    return (uint32_t)(at << 8 | n);
}

static struct str text_of(const struct lengths *l, uint32_t text)
{
    if (text == NONE)
        return (struct str){0};
    return (struct str){locked_at(&l->of[text & 255].text, text >> 8), text & 255};
}

static struct str whole_at(const struct screening_index *x, uint32_t i)
{
    return text_of(&x->form_signatures, form_at(x, i)->text);
}

static struct str text_at(const struct screening_index *x, uint32_t i)
{
    return text_of(&x->word_signatures, word_at(x, i)->text);
}

static uint64_t hash_of_id(uint64_t id)
{
    return str_siphash((struct str){(const char *)&id, sizeof id}, hash_key);
}

static uint64_t hash_of_word(const struct screening_index *x, uint32_t i)
{
    return str_siphash(text_at(x, i), hash_key);
}

static uint64_t hash_of_form(const struct screening_index *x, uint32_t i)
{
    return hash_of_id(form_at(x, i)->id);
}

static uint32_t *next_of_word(const struct screening_index *x, uint32_t i)
{
    return &word_at(x, i)->next;
}

static uint32_t *next_of_form(const struct screening_index *x, uint32_t i)
{
    return &form_at(x, i)->next;
}

/* Room for one more in a table of n: twice as large when it is full. */
static enum err heads_grow(const struct screening_index *x, struct heads *h, size_t n,
                           uint64_t (*hash)(const struct screening_index *, uint32_t),
                           uint32_t *(*next)(const struct screening_index *, uint32_t))
{
    if (n < h->room)
        return OK;
    size_t room = h->room ? 2 * h->room : 1024;
    uint32_t *at = mem_alloc(room * sizeof *at);
    if (!at)
        return mem_fail();
    memset(at, 0xff, room * sizeof *at); /* NONE */
    for (uint32_t i = 0; i < n; i++) {
        size_t place = hash(x, i) & (room - 1);
        *next(x, i) = at[place];
        at[place] = i;
    }
    mem_free(h->at);
    *h = (struct heads){at, room};
    return OK;
}

/* ---- forms --------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

struct split {
    struct str words[WORDS_MOST];
    size_t n;
    char whole[INDEX_FORM_BYTES + 1];
    struct str text; /* of whole */
};

static enum err split_form(struct str form, struct split *ret)
{
    struct str rest = form, word;
    ret->n = 0;
    if (!form.n || form.n > INDEX_FORM_BYTES)
        return FAIL(ERR_FIELD, "a form of a name has 1 to %d bytes", INDEX_FORM_BYTES);
    for (size_t i = 0; i < form.n; i++) {
        char c = form.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c != ' ' || i == 0 || i + 1 == form.n || form.p[i - 1] == ' '))
            return FAIL(ERR_FIELD, "a form of a name is words of a-z and 0-9");
    }
    while (str_cut(&rest, ' ', &word))
        ret->words[ret->n++] = word;
    qsort(ret->words, ret->n, sizeof *ret->words, by_text);
    size_t n = 0;
    for (size_t i = 0; i < ret->n; i++) {
        if (i)
            ret->whole[n++] = ' ';
        memcpy(ret->whole + n, ret->words[i].p, ret->words[i].n);
        n += ret->words[i].n;
    }
    ret->text = (struct str){ret->whole, n};
    return OK;
}

static uint32_t word_of(const struct screening_index *x, struct str text)
{
    uint32_t i = x->by_word.room ? x->by_word.at[str_siphash(text, hash_key) & (x->by_word.room - 1)] : NONE;
    while (i != NONE && !str_eq(text_at(x, i), text))
        i = word_at(x, i)->next;
    return i;
}

static enum err add_text(struct lengths *l, struct str text, uint32_t place, uint32_t *ret)
{
    struct same_length *s = &l->of[text.n];
    uint64_t signature = letter_signature(text);
    size_t n = s->place.n;
    uint32_t *low = locked_add(&s->low), *high = locked_add(&s->high), *whose = locked_add(&s->place);
    char *copy = n < TEXTS_MOST - 1 ? locked_add(&s->text) : NULL;
    if (!low || !high || !whose || !copy) {
        s->low.n = s->high.n = s->place.n = s->text.n = n;
        return n < TEXTS_MOST - 1 ? mem_fail() : FAIL(ERR_LIMIT, "more names of one length than fit");
    }
    *low = (uint32_t)signature;
    *high = (uint32_t)(signature >> 32);
    *whose = place;
    memcpy(copy, text.p, text.n);
    *ret = text_ref(text.n, n);
    return OK;
}

static enum err add_word(struct screening_index *x, struct str text, uint32_t *ret)
{
    TRY(heads_grow(x, &x->by_word, x->words.n, hash_of_word, next_of_word));
    *ret = word_of(x, text);
    if (*ret != NONE)
        return OK;
    size_t place = str_siphash(text, hash_key) & (x->by_word.room - 1);
    uint32_t at;
    struct word *w = locked_add(&x->words);
    if (!w)
        return mem_fail();
    enum err e = add_text(&x->word_signatures, text, (uint32_t)x->words.n - 1, &at);
    if (e != OK) {
        x->words.n--;
        return e;
    }
    *w = (struct word){at, x->by_word.at[place], NONE, 0, 0};
    *ret = x->by_word.at[place] = (uint32_t)x->words.n - 1;
    return OK;
}

/* The forms of a block. */
static uint32_t *block_at(const struct screening_index *x, uint32_t block, uint32_t **ret_next)
{
    if (block & 1) {
        struct large_block *b = locked_at(&x->large, block >> 1);
        *ret_next = &b->next;
        return b->forms;
    }
    struct small_block *b = locked_at(&x->small, block >> 1);
    *ret_next = &b->next;
    return b->forms;
}

static enum err add_use(struct screening_index *x, uint32_t word, uint32_t form)
{
    struct word *w = word_at(x, word);
    uint32_t *next;
    if (w->first == NONE || w->in_first == (w->first & 1 ? LARGE : SMALL)) {
        bool large = w->uses >= LARGE_FROM;
        struct locked_array *blocks = large ? &x->large : &x->small;
        if (!locked_add(blocks))
            return mem_fail();
        uint32_t fresh = (uint32_t)(blocks->n - 1) << 1 | large;
        block_at(x, fresh, &next);
        *next = w->first;
        w->first = fresh;
        w->in_first = 0;
    }
    block_at(x, w->first, &next)[w->in_first++] = form;
    w->uses++;
    return OK;
}

static enum err add_words(struct screening_index *x, const struct split *s, uint32_t form)
{
    uint32_t words[WORDS_MOST];
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (i && str_eq(s->words[i], s->words[i - 1]))
            continue; /* once a form */
        TRY(add_word(x, s->words[i], &words[n]));
        TRY(add_use(x, words[n++], form));
    }
    struct form_words *beside = locked_at(&x->form_words, form);
    for (size_t i = 0; i < WORDS_BESIDE; i++)
        beside->at[i] = n > WORDS_BESIDE ? (uint32_t)MORE : i < n ? words[i] : NONE;
    return OK;
}

static void drop_form(struct screening_index *x, uint32_t i)
{
    struct form *f = form_at(x, i);
    if (f->text != NONE) {
        struct same_length *l = &x->form_signatures.of[f->text & 255];
        *(uint32_t *)locked_at(&l->place, f->text >> 8) = NONE;
        memset(locked_at(&l->text, f->text >> 8), 0, f->text & 255);
    }
    memset(locked_at(&x->form_words, i), 0xff, sizeof(struct form_words));
    f->text = NONE;
    x->gone++;
}

static enum err put_form(struct screening_index *x, uint64_t id, const struct split *s)
{
    TRY(heads_grow(x, &x->by_id, x->forms.n, hash_of_form, next_of_form));
    struct form_words *words = locked_add(&x->form_words);
    struct form *f = words ? locked_add(&x->forms) : NULL;
    if (!f) {
        x->form_words.n = x->forms.n;
        return mem_fail();
    }
    size_t place = hash_of_id(id) & (x->by_id.room - 1);
    memset(words, 0xff, sizeof *words);
    *f = (struct form){id, x->by_id.at[place], NONE};
    uint32_t at = x->by_id.at[place] = (uint32_t)x->forms.n - 1;
    enum err e = add_text(&x->form_signatures, s->text, at, &f->text);
    if (e == OK)
        e = add_words(x, s, at);
    if (e != OK) /* what points to it already finds nobody there */
        drop_form(x, at);
    return e;
}

/* ---- tidying ------------------------------------------------------------------------------------------- */

#define TIDY_FROM 1024 /* fewer are not worth it */

static enum err copy_live(const struct screening_index *from, struct screening_index *to)
{
    for (uint32_t i = 0; i < from->forms.n; i++) {
        const struct form *f = form_at(from, i);
        struct split s;
        if (f->text == NONE)
            continue;
        TRY(split_form(whole_at(from, i), &s));
        TRY(put_form(to, f->id, &s));
    }
    return OK;
}

static enum err tidy(struct screening_index *x)
{
    struct screening_index *fresh;
    if (x->gone < TIDY_FROM || x->gone < x->forms.n / 4)
        return OK;
    TRY(screening_index_new(&fresh));
    fresh->with = x->with;
    enum err e = copy_live(x, fresh);
    if (e == OK) {
        struct screening_index old = *x;
        *x = *fresh;
        *fresh = old;
        each_array(x, start_array);
        each_array(fresh, start_array);
    }
    screening_index_free(fresh);
    return e;
}

enum err screening_index_add(struct screening_index *x, uint64_t id, struct str form)
{
    struct split s;
    TRY(split_form(form, &s));
    if (x->forms.n >= NONE - 1 || x->small.n >= NONE / 2 - WORDS_MOST)
        return FAIL(ERR_LIMIT, "more names than an index holds");
    TRY(tidy(x));
    return put_form(x, id, &s);
}

enum err screening_index_remove(struct screening_index *x, uint64_t id)
{
    bool any = false;
    uint32_t i = x->by_id.room ? x->by_id.at[hash_of_id(id) & (x->by_id.room - 1)] : NONE;
    for (; i != NONE; i = form_at(x, i)->next) {
        if (form_at(x, i)->id != id || form_at(x, i)->text == NONE)
            continue;
        drop_form(x, i);
        any = true;
    }
    return any ? OK : FAIL(ERR_NOT_FOUND, "no name of that id");
}

/* ---- what is near -------------------------------------------------------------------------------------- */

struct near_list {
    uint32_t *places;
    uint8_t *edits;
    size_t n, room;
};

static void near_free(struct near_list *l)
{
    mem_free(l->places);
    mem_free(l->edits);
}

static enum err near_add(struct near_list *l, uint32_t place, unsigned edits)
{
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        uint32_t *places = mem_resize(l->places, room * sizeof *places);
        if (!places)
            return mem_fail();
        l->places = places;
        uint8_t *all = mem_resize(l->edits, room);
        if (!all)
            return mem_fail();
        l->edits = all;
        l->room = room;
    }
    l->places[l->n] = place;
    l->edits[l->n++] = (uint8_t)edits;
    return OK;
}

/* Those whose signature is near enough; edits are not known yet. */
static enum err scan_length(const struct screening_index *x, const struct same_length *s, uint64_t signature,
                            unsigned bits, struct near_list *ret)
{
    uint32_t at[LOCKED_CHUNK];
    for (size_t from = 0; from < s->place.n; from += LOCKED_CHUNK) {
        size_t n = s->place.n - from < LOCKED_CHUNK ? s->place.n - from : LOCKED_CHUNK;
        size_t found =
            scan_near(x->with, locked_at(&s->low, from), locked_at(&s->high, from), n, signature, bits, at);
        for (size_t i = 0; i < found; i++) {
            __builtin_prefetch(locked_at(&s->text, from + at[i]));
            TRY(near_add(ret, (uint32_t)from + at[i], 0));
        }
    }
    return OK;
}

/* All texts within `most` edits. */
static enum err near_all(const struct screening_index *x, const struct lengths *lengths, struct str asked,
                         unsigned most, struct near_list *ret)
{
    struct near_pattern p;
    uint64_t signature = letter_signature(asked);
    size_t from = asked.n > most + 1 ? asked.n - most : 1, kept = 0;
    near_prepare(asked, &p);
    for (size_t n = from; n <= asked.n + most && n <= INDEX_FORM_BYTES; n++) {
        const struct same_length *s = &lengths->of[n];
        size_t first = ret->n = kept;
        /* So many edits add or drop a letter, a bit each; what is left of them may put one for another. */
        size_t longer = n > asked.n ? n - asked.n : asked.n - n;
        TRY(scan_length(x, s, signature, 2 * most - (unsigned)longer, ret));
        for (size_t i = first; i < ret->n; i++) {
            uint32_t at = ret->places[i];
            unsigned edits = near_distance(&p, (struct str){locked_at(&s->text, at), n}, most);
            uint32_t place = *(const uint32_t *)locked_at(&s->place, at);
            if (edits > most || place == NONE)
                continue;
            ret->places[kept] = place;
            ret->edits[kept++] = (uint8_t)edits;
        }
    }
    ret->n = kept;
    return OK;
}

static int by_edits(const void *a, const void *b)
{
    const struct index_found *x = a, *y = b;
    if (x->edits != y->edits)
        return x->edits < y->edits ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->form < y->form ? -1 : x->form > y->form;
}

static int word_by_edits(const void *a, const void *b)
{
    const struct index_word *x = a, *y = b;
    if (x->edits != y->edits)
        return x->edits < y->edits ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

enum err screening_index_whole(const struct screening_index *x, struct str form, unsigned most,
                               struct arena *a, struct index_found **ret, size_t *ret_n)
{
    struct near_list near CLEANUP(near_free) = {0};
    struct split s;
    if (most > WHOLE_EDITS)
        return FAIL(ERR_FIELD, "at most %d edits of a whole name", WHOLE_EDITS);
    TRY(split_form(form, &s));
    TRY(near_all(x, &x->form_signatures, s.text, most, &near));
    struct index_found *found = ARENA_ARRAY(a, near.n + 1, struct index_found);
    if (!found)
        return arena_err(a);
    for (size_t i = 0; i < near.n; i++)
        found[i] = (struct index_found){form_at(x, near.places[i])->id, near.places[i], near.edits[i]};
    qsort(found, near.n, sizeof *found, by_edits);
    *ret = found;
    *ret_n = near.n;
    return OK;
}

enum err screening_index_words(const struct screening_index *x, struct str word, unsigned most,
                               struct arena *a, struct index_word **ret, size_t *ret_n)
{
    struct near_list near CLEANUP(near_free) = {0};
    struct split s;
    if (most > WORD_EDITS)
        return FAIL(ERR_FIELD, "at most %d edits of a word", WORD_EDITS);
    TRY(split_form(word, &s));
    if (s.n != 1)
        return FAIL(ERR_FIELD, "one word");
    TRY(near_all(x, &x->word_signatures, word, most, &near));
    struct index_word *found = ARENA_ARRAY(a, near.n + 1, struct index_word);
    if (!found)
        return arena_err(a);
    for (size_t i = 0; i < near.n; i++)
        found[i] = (struct index_word){text_at(x, near.places[i]), near.places[i],
                                       word_at(x, near.places[i])->uses, near.edits[i]};
    qsort(found, near.n, sizeof *found, word_by_edits);
    *ret = found;
    *ret_n = near.n;
    return OK;
}

enum err screening_index_having(const struct screening_index *x, uint32_t word, struct arena *a,
                                struct index_found **ret, size_t *ret_n)
{
    size_t n = 0;
    if (word >= x->words.n)
        return FAIL(ERR_NOT_FOUND, "no word there");
    struct index_found *found = ARENA_ARRAY(a, word_at(x, word)->uses + 1, struct index_found);
    if (!found)
        return arena_err(a);
    struct index_forms some;
    screening_index_start(x, word, &some);
    while (screening_index_more(x, &some))
        for (size_t i = 0; i < some.n; i++)
            if (form_at(x, some.at[i])->text != NONE)
                found[n++] = (struct index_found){form_at(x, some.at[i])->id, some.at[i], 0};
    *ret = found;
    *ret_n = n;
    return OK;
}

void screening_index_start(const struct screening_index *x, uint32_t word, struct index_forms *ret)
{
    const struct word *w = word_at(x, word);
    *ret = (struct index_forms){.block = w->first, .first = w->in_first};
}

bool screening_index_more(const struct screening_index *x, struct index_forms *f)
{
    uint32_t *next;
    if (f->block == NONE)
        return false;
    f->at = block_at(x, f->block, &next);
    f->n = f->first ? f->first : f->block & 1 ? LARGE : SMALL;
    f->first = 0;
    f->block = *next;
    if (f->block != NONE)
        __builtin_prefetch(block_at(x, f->block, &next));
    return true;
}

const uint32_t *screening_index_words_of(const struct screening_index *x, uint32_t form,
                                         uint32_t room[static INDEX_FORM_WORDS], size_t *ret_n)
{
    const struct form_words *beside = locked_at(&x->form_words, form);
    struct str rest = beside->at[0] == (uint32_t)MORE ? whole_at(x, form) : STR(""), word;
    size_t n = 0;
    if (beside->at[0] != (uint32_t)MORE) {
        while (n < WORDS_BESIDE && beside->at[n] != NONE)
            n++;
        *ret_n = n;
        return beside->at;
    }
    while (n < INDEX_FORM_WORDS && str_cut(&rest, ' ', &word)) {
        uint32_t place = word_of(x, word);
        if (!n || place != room[n - 1])
            room[n++] = place;
    }
    *ret_n = n;
    return room;
}

void screening_index_soon(const struct screening_index *x, uint32_t form)
{
    __builtin_prefetch(locked_at(&x->form_words, form));
}

size_t screening_index_places(const struct screening_index *x)
{
    return x->forms.n;
}

uint64_t screening_index_id(const struct screening_index *x, uint32_t form)
{
    return form_at(x, form)->id;
}

struct str screening_index_form(const struct screening_index *x, uint32_t form)
{
    return form < x->forms.n ? whole_at(x, form) : STR("");
}
