/* SPDX-License-Identifier: Apache-2.0 */
/* match.h - which names of a list score highest against one name. The list weighs its own words: what many in
 * it are called tells little.
 *
 * Every name of the list that has a word alike (or written apart, a short form, a beginning) to one asked for
 * is scored; one that shares only titles, particles or initials is not, unless nothing else is asked for. */
#pragma once
#include "screening/names/score.h"

struct name_list;
enum err name_list_new(struct name_list **ret) NODISCARD;
void name_list_free(struct name_list *l); /* NULL is fine */
void name_list_cleanup(struct name_list **l);
/* id and name are copied. ERR_LIMIT as name_read. Not after name_list_ready. */
enum err name_list_add(struct name_list *l, struct str id, struct str name) NODISCARD;
enum err name_list_ready(struct name_list *l) NODISCARD; /* all are in: weighs the words */

struct name_hit {
    struct str id;
    const struct ready_name *name;
    struct name_score score;
};
/* At most `most` hits above 0, by score, then as they stand in the list. query is made ready by the list's
 * own weights. In the arena. */
enum err name_list_best(const struct name_list *l, struct arena *a, struct str query, size_t most,
                        struct ready_name *ret_query, struct name_hit **ret, size_t *ret_n) NODISCARD;
