/* SPDX-License-Identifier: Apache-2.0 */
/* search.h - finding a person, an organisation or a case by what an officer has: a name in any spelling, a
 * telephone, a document, a case number. Whatever finds candidates stands behind this header; the view asks
 * the policy about each of them before it is told.
 *
 * Names and telephones are looked up in an index in locked memory, one for each agency: of what an agency has
 * no part in, nothing is in its index, so that neither an answer nor its time can tell of it. It is read in
 * after unlock, in the background, and follows the door. Documents are found by their blind index, numbers by
 * SQL. */
#pragma once
#include "registry/registry.h"

/* "search.find": input q (personal). */
extern const struct view_decl SEARCH_VIEWS[];
extern const size_t NSEARCH_VIEWS;
/* Starts to read names in, so that the first query need not wait. ERR_LOCKED before unlock. */
enum err search_warm(struct door *d) NODISCARD;

/* For jobs of the system: the subjects of all agencies that have each word of the text, whole, in their
 * names. Telephones: their digits. *ret_reading: names are still being read in, and nothing was looked for.
 * ret has room for SEARCH_NAMED_MAX. */
#define SEARCH_NAMED_MAX 100
enum err search_named(struct door *d, struct str text, struct arena *a, struct id *ret, size_t *ret_n,
                      bool *ret_reading) NODISCARD;

enum search_why {
    WHY_NUMBER,
    WHY_DOCUMENT,
    WHY_FULL,
    WHY_FAMILY,
    WHY_GIVEN,
    WHY_READING,
    WHY_PASSPORT,
    WHY_PHONE
};
enum search_how { HOW_EXACT, HOW_BEGINS, HOW_SIMILAR };
const char *search_why_word(enum search_why w);
const char *search_how_word(enum search_how h);

#define SEARCH_HITS_MAX 20
struct search_hit {
    struct case_row case_; /* the newest case of the subject that the viewer may list */
    struct id subject;     /* nil: the case itself */
    enum search_why why;
    enum search_how how;
    const char *type;  /* of a document or telephone: its kind; "" else */
    struct shown name; /* as written in full; a telephone: the telephone */
};
struct search_result {
    struct search_hit *items;
    size_t n;
    bool more;    /* there are others: more letters are needed */
    bool shorter; /* the query is too short to look for */
    bool reading; /* names are still being read in: only numbers and documents were looked for */
};

/* For tests and the bench. */
struct search_stats {
    size_t bytes, subjects, words;
    bool locked, ready;
};
enum err search_stats(struct door *d, struct search_stats *ret) NODISCARD;
