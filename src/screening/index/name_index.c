/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/index/name_index.h"
#include "base/alloc.h"
#include "sys/locked.h"

#include <stdlib.h>
#include <string.h>

#define NONE       UINT32_MAX
#define WORDS_MOST (INDEX_FORM_BYTES / 2 + 1) /* of one form */

/* A form that is gone keeps its place, with no text, until the index is tidied. */
struct form {
    uint64_t id;
    const char *whole; /* NULL: gone */
    uint32_t next;     /* form of the same id, or of another with its hash */
    uint8_t n;
};
struct word {
    const char *text;
    uint32_t next;        /* with the same hash */
    uint32_t first, uses; /* posting */
    uint8_t n;
};
struct posting {
    uint32_t form, next;
};
struct heads { /* a table of chains */
    uint32_t *at;
    size_t room; /* a power of two */
};

struct screening_index {
    struct locked_pool pool;
    struct locked_array forms, words, postings;
    struct locked_array form_signatures, word_signatures; /* uint64_t; side by side, for the scan */
    struct heads by_id, by_word;
    size_t gone; /* forms */
    enum scan_with with;
};

static const uint8_t hash_key[16] = {0}; /* chains only: what a name hashes to decides nothing but time */

static void start_arrays(struct screening_index *x)
{
    x->forms = (struct locked_array){.pool = &x->pool, .size = sizeof(struct form)};
    x->words = (struct locked_array){.pool = &x->pool, .size = sizeof(struct word)};
    x->postings = (struct locked_array){.pool = &x->pool, .size = sizeof(struct posting)};
    x->form_signatures = (struct locked_array){.pool = &x->pool, .size = sizeof(uint64_t)};
    x->word_signatures = (struct locked_array){.pool = &x->pool, .size = sizeof(uint64_t)};
}

static void drop_all(struct screening_index *x)
{
    locked_array_free(&x->forms);
    locked_array_free(&x->words);
    locked_array_free(&x->postings);
    locked_array_free(&x->form_signatures);
    locked_array_free(&x->word_signatures);
    mem_free(x->by_id.at);
    mem_free(x->by_word.at);
    locked_free(&x->pool);
}

enum err screening_index_new(struct screening_index **ret)
{
    struct screening_index *x = mem_alloc(sizeof *x);
    if (!x)
        return mem_fail();
    start_arrays(x);
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

static uint64_t hash_of_id(uint64_t id)
{
    return str_siphash((struct str){(const char *)&id, sizeof id}, hash_key);
}

static uint64_t hash_of_word(const struct screening_index *x, uint32_t i)
{
    const struct word *w = word_at(x, i);
    return str_siphash((struct str){w->text, w->n}, hash_key);
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

static enum err add_word(struct screening_index *x, struct str text, uint32_t *ret)
{
    TRY(heads_grow(x, &x->by_word, x->words.n, hash_of_word, next_of_word));
    size_t place = str_siphash(text, hash_key) & (x->by_word.room - 1);
    for (uint32_t i = x->by_word.at[place]; i != NONE; i = word_at(x, i)->next)
        if (str_eq((struct str){word_at(x, i)->text, word_at(x, i)->n}, text)) {
            *ret = i;
            return OK;
        }
    const char *copy = locked_text(&x->pool, text);
    uint64_t *signature = copy ? locked_add(&x->word_signatures) : NULL;
    struct word *w = signature ? locked_add(&x->words) : NULL;
    if (!w) {
        if (signature)
            x->word_signatures.n--;
        return mem_fail();
    }
    *signature = letter_signature(text);
    *w = (struct word){copy, x->by_word.at[place], NONE, 0, (uint8_t)text.n};
    *ret = x->by_word.at[place] = (uint32_t)x->words.n - 1;
    return OK;
}

static enum err add_postings(struct screening_index *x, const struct split *s, uint32_t form)
{
    for (size_t i = 0; i < s->n; i++) {
        uint32_t word;
        if (i && str_eq(s->words[i], s->words[i - 1]))
            continue; /* once a form */
        TRY(add_word(x, s->words[i], &word));
        struct posting *p = locked_add(&x->postings);
        if (!p)
            return mem_fail();
        *p = (struct posting){form, word_at(x, word)->first};
        word_at(x, word)->first = (uint32_t)x->postings.n - 1;
        word_at(x, word)->uses++;
    }
    return OK;
}

static enum err put_form(struct screening_index *x, uint64_t id, const struct split *s)
{
    TRY(heads_grow(x, &x->by_id, x->forms.n, hash_of_form, next_of_form));
    const char *copy = locked_text(&x->pool, s->text);
    uint64_t *signature = copy ? locked_add(&x->form_signatures) : NULL;
    struct form *f = signature ? locked_add(&x->forms) : NULL;
    if (!f) {
        if (signature)
            x->form_signatures.n--;
        return mem_fail();
    }
    size_t place = hash_of_id(id) & (x->by_id.room - 1);
    *signature = letter_signature(s->text);
    *f = (struct form){id, copy, x->by_id.at[place], (uint8_t)s->text.n};
    uint32_t at = x->by_id.at[place] = (uint32_t)x->forms.n - 1;
    enum err e = add_postings(x, s, at);
    if (e != OK) { /* what points to it already finds nobody there */
        f->whole = NULL;
        x->gone++;
    }
    return e;
}

/* ---- tidying ------------------------------------------------------------------------------------------- */

#define TIDY_FROM 1024 /* fewer are not worth it */

static enum err copy_live(const struct screening_index *from, struct screening_index *to)
{
    for (uint32_t i = 0; i < from->forms.n; i++) {
        const struct form *f = form_at(from, i);
        struct split s;
        if (!f->whole)
            continue;
        TRY(split_form((struct str){f->whole, f->n}, &s));
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
        struct locked_array *arrays[] = {&x->forms, &x->words, &x->postings, &x->form_signatures,
                                         &x->word_signatures};
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
            arrays[i]->pool = &x->pool;
    }
    screening_index_free(fresh);
    return e;
}

enum err screening_index_add(struct screening_index *x, uint64_t id, struct str form)
{
    struct split s;
    TRY(split_form(form, &s));
    if (x->forms.n >= NONE - 1 || x->postings.n >= NONE - WORDS_MOST)
        return FAIL(ERR_LIMIT, "more names than an index holds");
    TRY(tidy(x));
    return put_form(x, id, &s);
}

enum err screening_index_remove(struct screening_index *x, uint64_t id)
{
    bool any = false;
    uint32_t i = x->by_id.room ? x->by_id.at[hash_of_id(id) & (x->by_id.room - 1)] : NONE;
    for (; i != NONE; i = form_at(x, i)->next) {
        struct form *f = form_at(x, i);
        if (f->id != id || !f->whole)
            continue;
        f->whole = NULL;
        x->gone++;
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

static struct str whole_at(const struct screening_index *x, uint32_t i)
{
    const struct form *f = form_at(x, i);
    return (struct str){f->whole, f->whole ? f->n : 0};
}

static struct str text_at(const struct screening_index *x, uint32_t i)
{
    return (struct str){word_at(x, i)->text, word_at(x, i)->n};
}

/* All texts within `most` edits, by place. A text that is gone is NULL. */
static enum err near_all(const struct screening_index *x, const struct locked_array *signatures,
                         struct str asked, unsigned most,
                         struct str (*text)(const struct screening_index *, uint32_t), struct near_list *ret)
{
    struct near_pattern p;
    uint32_t places[LOCKED_CHUNK];
    uint64_t signature = letter_signature(asked);
    near_prepare(asked, &p);
    for (size_t from = 0; from < signatures->n; from += LOCKED_CHUNK) {
        size_t n = signatures->n - from < LOCKED_CHUNK ? signatures->n - from : LOCKED_CHUNK;
        size_t found = scan_near(x->with, locked_at(signatures, from), n, signature, 2 * most, places);
        for (size_t i = 0; i < found; i++) {
            uint32_t place = (uint32_t)from + places[i];
            struct str t = text(x, place);
            unsigned edits = t.p ? near_distance(&p, t, most) : most + 1;
            if (edits <= most)
                TRY(near_add(ret, place, edits));
        }
    }
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
    TRY(near_all(x, &x->form_signatures, s.text, most, whole_at, &near));
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
    TRY(near_all(x, &x->word_signatures, word, most, text_at, &near));
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
    for (uint32_t i = word_at(x, word)->first; i != NONE;) {
        const struct posting *p = locked_at(&x->postings, i);
        if (form_at(x, p->form)->whole)
            found[n++] = (struct index_found){form_at(x, p->form)->id, p->form, 0};
        i = p->next;
    }
    *ret = found;
    *ret_n = n;
    return OK;
}

struct str screening_index_form(const struct screening_index *x, uint32_t form)
{
    return form < x->forms.n ? whole_at(x, form) : STR("");
}
