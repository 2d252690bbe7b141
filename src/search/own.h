/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - shared by index.c and find.c only. */
#pragma once
#include "base/alloc.h"
#include "search/index.h"
#include "sys/crypto.h"
#include "sys/locked.h"

#define NONE           UINT32_MAX
#define WORDS_MAX      50000000
#define WORD_BYTES_MAX 120 /* longer ones are not looked for */

struct word {
    const char *text; /* in the pool */
    uint32_t n, first, live;
};
struct entry {
    struct id row;
    uint32_t word, subject, next_of_word, next_of_subject;
    uint32_t form : 8, dead : 1;
};
struct known {
    struct id id, compartment;
    uint32_t first;
};
struct name_index {
    struct locked_pool pool;
    struct locked_array words, entries, subjects;
    uint32_t *order; /* words by their bytes */
    size_t norder, order_room;
    uint32_t *word_slots, *subject_slots;
    size_t nword_slots, word_slots_used, nsubject_slots;
    size_t dead;
    bool sorted;
};

static inline struct word *word_at(const struct name_index *x, uint32_t i)
{
    return locked_at(&x->words, i);
}
static inline struct entry *entry_at(const struct name_index *x, uint32_t i)
{
    return locked_at(&x->entries, i);
}
static inline struct known *subject_at(const struct name_index *x, uint32_t i)
{
    return locked_at(&x->subjects, i);
}
static inline struct str word_text(const struct word *w)
{
    return (struct str){w->text, w->n};
}
/* Where it stands, or would stand, in the order. */
size_t word_place(const struct name_index *x, struct str text);
