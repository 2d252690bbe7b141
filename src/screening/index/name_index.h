/* SPDX-License-Identifier: Apache-2.0 */
/* name_index.h - which of a million names could be the one asked for; in locked memory, as names change.
 *
 * Nothing is lost: a whole name within WHOLE_EDITS letters of what is asked, and a word within WORD_EDITS, is
 * always found (edits: insert, delete, substitute a letter). What is found is a candidate: score.h says how
 * likely it is. One name may have several forms (readings); each is added with the name's id.
 *
 * A form is words of a-z 0-9 between single spaces, at most INDEX_FORM_BYTES. Its whole is its words in
 * alphabetical order, joined by single spaces: the order of writing does not count.
 * Not thread-safe: one writer, or several readers. */
#pragma once
#include "base/arena.h"
#include "screening/index/scan.h"

#define WHOLE_EDITS      3
#define WORD_EDITS       2
#define INDEX_FORM_BYTES 240
#define INDEX_FORM_WORDS (INDEX_FORM_BYTES / 2 + 1)

struct screening_index;
enum err screening_index_new(struct screening_index **ret) NODISCARD;
void screening_index_free(struct screening_index *x); /* wipes; NULL is fine */
void screening_index_cleanup(struct screening_index **x);
/* Another instruction set than the best one; for tests and measurements. ERR_STATE: the processor has it not.
 */
enum err screening_index_with(struct screening_index *x, enum scan_with with) NODISCARD;

/* ERR_FIELD: not such a form. ERR_NO_MEMORY: it is not in. */
enum err screening_index_add(struct screening_index *x, uint64_t id, struct str form) NODISCARD;
/* All forms of the id. ERR_NOT_FOUND. Memory comes back when many are gone, in a later add. */
enum err screening_index_remove(struct screening_index *x, uint64_t id) NODISCARD;

struct index_sizes {
    size_t forms, words; /* forms that are in; different words that ever were since it was last tidied */
    size_t bytes;        /* of locked memory and of its directories */
    bool locked;         /* all of it */
};
void screening_index_sizes(const struct screening_index *x, struct index_sizes *ret);

struct index_found {
    uint64_t id;
    uint32_t form; /* place of the form; grows as they are added */
    uint8_t edits;
};
/* Forms whose whole is within `most` edits (<= WHOLE_EDITS) of that of `form`; by edits, then id, then form.
 * In the arena. */
enum err screening_index_whole(const struct screening_index *x, struct str form, unsigned most,
                               struct arena *a, struct index_found **ret, size_t *ret_n) NODISCARD;

struct index_word {
    struct str text; /* in the index */
    uint32_t place;  /* for screening_index_having */
    uint32_t uses;   /* forms that have it or had it */
    uint8_t edits;
};
/* Different words within `most` edits (<= WORD_EDITS); by edits, then place. */
enum err screening_index_words(const struct screening_index *x, struct str word, unsigned most,
                               struct arena *a, struct index_word **ret, size_t *ret_n) NODISCARD;
/* Forms that have the word, in no order; at most uses of them. */
enum err screening_index_having(const struct screening_index *x, uint32_t word, struct arena *a,
                                struct index_found **ret, size_t *ret_n) NODISCARD;
/* The same without ids, some at a time. Forms that are gone are among them: they have no words. */
struct index_forms {
    const uint32_t *at;
    size_t n;
    uint32_t block, first;
};
void screening_index_start(const struct screening_index *x, uint32_t word, struct index_forms *ret);
bool screening_index_more(const struct screening_index *x, struct index_forms *f); /* false: no more */
/* The different words of a form, in the index or in `room`; none: it is gone. */
const uint32_t *screening_index_words_of(const struct screening_index *x, uint32_t form,
                                         uint32_t room[static INDEX_FORM_WORDS], size_t *ret_n);
void screening_index_soon(const struct screening_index *x, uint32_t form); /* its words will be asked for */
size_t screening_index_places(const struct screening_index *x);            /* every form is under it */
uint64_t screening_index_id(const struct screening_index *x, uint32_t form);
struct str screening_index_form(const struct screening_index *x, uint32_t form); /* its whole */
