/* SPDX-License-Identifier: Apache-2.0 */
/* index.c - words, the subjects that have them, and both chains between them. Positions are in ordinary
 * memory, every letter in locked memory. */
#include "search/own.h"

enum err name_index_new(struct name_index **ret)
{
    struct name_index *x = mem_alloc(sizeof *x);
    if (!x)
        return mem_fail();
    x->words = (struct locked_array){.pool = &x->pool, .size = sizeof(struct word)};
    x->entries = (struct locked_array){.pool = &x->pool, .size = sizeof(struct entry)};
    x->subjects = (struct locked_array){.pool = &x->pool, .size = sizeof(struct known)};
    *ret = x;
    return OK;
}

void name_index_free(struct name_index *x)
{
    if (!x)
        return;
    locked_array_free(&x->words);
    locked_array_free(&x->entries);
    locked_array_free(&x->subjects);
    locked_free(&x->pool);
    mem_free(x->order);
    mem_free(x->word_slots);
    mem_free(x->subject_slots);
    mem_free(x);
}

/* ---- tables of positions: 0 empty, NONE taken away, else position + 1 ------------------------------------
 */

static enum err slots_new(size_t n, uint32_t **slots, size_t *nslots)
{
    uint32_t *fresh = mem_alloc(n * sizeof *fresh);
    if (!fresh)
        return mem_fail();
    mem_free(*slots);
    *slots = fresh;
    *nslots = n;
    return OK;
}

static uint32_t *word_slot(const struct name_index *x, struct str text)
{
    uint32_t *gap = NULL;
    for (size_t i = str_hash(text) & (x->nword_slots - 1);; i = (i + 1) & (x->nword_slots - 1)) {
        uint32_t *at = &x->word_slots[i];
        if (*at == 0)
            return gap ? gap : at;
        if (*at == NONE)
            gap = gap ? gap : at;
        else if (str_eq(word_text(word_at(x, *at - 1)), text))
            return at;
    }
}

static uint32_t *subject_slot(const struct name_index *x, const struct id *id)
{
    for (size_t i = (size_t)id_hash(id) & (x->nsubject_slots - 1);; i = (i + 1) & (x->nsubject_slots - 1)) {
        uint32_t *at = &x->subject_slots[i];
        if (*at == 0 || id_eq(subject_at(x, *at - 1)->id, *id))
            return at;
    }
}

static enum err word_slots_grow(struct name_index *x)
{
    TRY(slots_new(x->nword_slots ? 2 * x->nword_slots : 1024, &x->word_slots, &x->nword_slots));
    x->word_slots_used = 0;
    for (size_t i = 0; i < x->words.n; i++) {
        if (word_at(x, (uint32_t)i)->n == 0)
            continue; /* taken away */
        *word_slot(x, word_text(word_at(x, (uint32_t)i))) = (uint32_t)i + 1;
        x->word_slots_used++;
    }
    return OK;
}

static enum err subject_slots_grow(struct name_index *x)
{
    TRY(slots_new(x->nsubject_slots ? 2 * x->nsubject_slots : 1024, &x->subject_slots, &x->nsubject_slots));
    for (size_t i = 0; i < x->subjects.n; i++)
        *subject_slot(x, &subject_at(x, (uint32_t)i)->id) = (uint32_t)i + 1;
    return OK;
}

/* ---- words in their order --------------------------------------------------------------------------------
 */

size_t word_place(const struct name_index *x, struct str text)
{
    size_t from = 0, until = x->norder;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (str_cmp(word_text(word_at(x, x->order[middle])), text) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static enum err order_room(struct name_index *x)
{
    if (x->norder < x->order_room)
        return OK;
    size_t room = x->order_room ? 2 * x->order_room : 1024;
    uint32_t *order = mem_resize(x->order, room * sizeof *order);
    if (!order)
        return mem_fail();
    x->order = order;
    x->order_room = room;
    return OK;
}

static enum err order_put(struct name_index *x, uint32_t word)
{
    TRY(order_room(x));
    size_t at = x->sorted ? word_place(x, word_text(word_at(x, word))) : x->norder;
    memmove(x->order + at + 1, x->order + at, (x->norder - at) * sizeof *x->order);
    x->order[at] = word;
    x->norder++;
    return OK;
}

static int by_text(const void *a, const void *b, void *user)
{
    const struct name_index *x = user;
    return str_cmp(word_text(word_at(x, *(const uint32_t *)a)), word_text(word_at(x, *(const uint32_t *)b)));
}

enum err name_index_sort(struct name_index *x)
{
    if (x->norder)
        qsort_r(x->order, x->norder, sizeof *x->order, by_text, x);
    x->sorted = true;
    return OK;
}

/* Nobody has it any more: it is wiped, and found no longer. */
static void word_drop(struct name_index *x, uint32_t at)
{
    struct word *w = word_at(x, at);
    size_t place = 0;
    if (x->sorted)
        place = word_place(x, word_text(w));
    else
        while (place < x->norder && x->order[place] != at)
            place++;
    memmove(x->order + place, x->order + place + 1, (x->norder - place - 1) * sizeof *x->order);
    x->norder--;
    *word_slot(x, word_text(w)) = NONE;
    secret_wipe((char *)(uintptr_t)w->text, w->n);
    *w = (struct word){.text = "", .n = 0, .first = NONE};
}

static enum err word_find(struct name_index *x, struct str text, uint32_t *ret)
{
    if (2 * (x->word_slots_used + 1) > x->nword_slots)
        TRY(word_slots_grow(x));
    uint32_t *slot = word_slot(x, text);
    if (*slot != 0 && *slot != NONE) {
        *ret = *slot - 1;
        return OK;
    }
    if (x->words.n >= WORDS_MAX)
        return FAIL(ERR_LIMIT, "more than %d different words of names", WORDS_MAX);
    const char *kept = locked_text(&x->pool, text);
    struct word *w = kept ? locked_add(&x->words) : NULL;
    if (!w)
        return mem_fail();
    *w = (struct word){.text = kept, .n = (uint32_t)text.n, .first = NONE};
    x->word_slots_used += *slot == 0;
    *slot = (uint32_t)x->words.n;
    *ret = (uint32_t)x->words.n - 1;
    return order_put(x, *ret);
}

/* ---- subjects --------------------------------------------------------------------------------------------
 */

static enum err subject_find(struct name_index *x, struct id id, struct id compartment, uint32_t *ret)
{
    if (2 * (x->subjects.n + 1) > x->nsubject_slots)
        TRY(subject_slots_grow(x));
    uint32_t *slot = subject_slot(x, &id);
    if (*slot == 0) {
        struct known *k = locked_add(&x->subjects);
        if (!k)
            return mem_fail();
        *k = (struct known){.id = id, .first = NONE};
        *slot = (uint32_t)x->subjects.n;
    }
    *ret = *slot - 1;
    subject_at(x, *ret)->compartment = compartment;
    return OK;
}

static enum err entry_add(struct name_index *x, uint32_t subject, struct id row, enum search_why form,
                          struct str text)
{
    uint32_t word;
    struct known *k = subject_at(x, subject);
    if (text.n == 0 || text.n > WORD_BYTES_MAX)
        return OK;
    TRY(word_find(x, text, &word));
    for (uint32_t i = k->first; i != NONE; i = entry_at(x, i)->next_of_subject)
        if (entry_at(x, i)->word == word)
            return OK; /* one word, one reason: the first form that has it */
    struct entry *e = locked_add(&x->entries);
    struct word *w = word_at(x, word);
    if (!e)
        return mem_fail();
    *e = (struct entry){.row = row,
                        .word = word,
                        .subject = subject,
                        .next_of_word = w->first,
                        .next_of_subject = k->first,
                        .form = (uint32_t)form};
    w->first = k->first = (uint32_t)x->entries.n - 1;
    w->live++;
    return OK;
}

enum err name_index_add(struct name_index *x, struct id subject, struct id compartment, struct id row,
                        enum search_why form, struct str folded)
{
    char whole[WORD_BYTES_MAX + 1];
    struct str rest = folded, word;
    size_t n = 0, words = 0;
    uint32_t at;
    TRY(subject_find(x, subject, compartment, &at));
    while (str_cut(&rest, ' ', &word)) {
        if (form != WHY_PHONE)
            TRY(entry_add(x, at, row, form, word));
        if (n + word.n <= WORD_BYTES_MAX)
            memcpy(whole + n, word.p, word.n);
        n += word.n;
        words++;
    }
    enum err e = OK;
    if (n <= WORD_BYTES_MAX && (words > 1 || form == WHY_PHONE))
        e = entry_add(x, at, row, form, (struct str){whole, n});
    secret_wipe(whole, sizeof whole);
    return e;
}

void name_index_drop(struct name_index *x, struct id subject)
{
    uint32_t *slot = x->nsubject_slots ? subject_slot(x, &subject) : NULL;
    if (!slot || *slot == 0)
        return;
    struct known *k = subject_at(x, *slot - 1);
    for (uint32_t i = k->first; i != NONE;) {
        struct entry *e = entry_at(x, i);
        struct word *w = word_at(x, e->word);
        i = e->next_of_subject;
        e->dead = true;
        x->dead++;
        if (--w->live == 0)
            word_drop(x, e->word);
    }
    k->first = NONE;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

void name_index_in(const struct name_index *x, struct str compartments, struct buf *ret_subjects)
{
    size_t n = compartments.n / sizeof(struct id);
    for (size_t i = 0; n && i < x->subjects.n; i++) {
        const struct known *k = subject_at(x, (uint32_t)i);
        if (bsearch(&k->compartment, compartments.p, n, sizeof(struct id), by_id))
            buf_bytes(ret_subjects, k->id.b, sizeof(struct id));
    }
}

bool name_index_wasteful(const struct name_index *x)
{
    return x->dead > 50000 && 2 * x->dead > x->entries.n;
}

void name_index_sizes(const struct name_index *x, size_t *ret_bytes, size_t *ret_subjects, size_t *ret_words,
                      bool *ret_locked)
{
    *ret_bytes += x->pool.bytes + (x->order_room + x->nword_slots + x->nsubject_slots) * sizeof(uint32_t);
    *ret_subjects += x->subjects.n;
    *ret_words += x->norder;
    *ret_locked &= !x->pool.refused;
}
