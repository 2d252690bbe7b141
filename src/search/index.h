/* SPDX-License-Identifier: Apache-2.0 */
/* index.h - words of names in locked memory: which subject has a word that begins so, or nearly so. Knows no
 * database, no door and no policy. Words are folded by text_search_fold; a telephone is its digits. Not
 * thread-safe. */
#pragma once
#include "base/buf.h"
#include "base/id.h"
#include "search/search.h"

struct name_index;
enum err name_index_new(struct name_index **ret) NODISCARD;
void name_index_free(struct name_index *x); /* NULL is fine; wipes */

/* One form of one name (row) of a subject. Its words, and all of them as one. */
enum err name_index_add(struct name_index *x, struct id subject, struct id compartment, struct id row,
                        enum search_why form, struct str folded) NODISCARD;
/* All that is known of a subject; harmless when that is nothing. Words that nobody else has are wiped. */
void name_index_drop(struct name_index *x, struct id subject);
/* Appends the subjects whose compartment is one of those, which are in the order of their ids. */
void name_index_in(const struct name_index *x, struct str compartments, struct buf *ret_subjects);
/* After many were added at once: until then nothing is found. Further ones are put in their place at once. */
enum err name_index_sort(struct name_index *x) NODISCARD;
bool name_index_wasteful(const struct name_index *x); /* most of it is of what was dropped: make it anew */
void name_index_sizes(const struct name_index *x, size_t *ret_bytes, size_t *ret_subjects, size_t *ret_words,
                      bool *ret_locked);

#define QUERY_WORDS_MAX 6
#define CANDIDATES_MAX  1000 /* subjects of one query */
#define WALK_MAX        100000 /* entries looked at for one query, so that a short word costs no more than that */
struct candidate {
    struct id subject, row;
    enum search_why form;
    enum search_how how;
};
/* Subjects that have every word of the query: whole, or as the beginning of one; then those with one letter
 * wrong in a word of five letters or more. Best first. *ret_more: a limit was reached. */
enum err name_index_find(const struct name_index *x, struct str folded, struct arena *a,
                         struct candidate **ret, size_t *ret_n, bool *ret_more) NODISCARD;

/* One letter more, less, other, or two neighbours changed about. Both well-formed UTF-8. */
bool one_letter_apart(struct str a, struct str b);
