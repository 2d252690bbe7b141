/* SPDX-License-Identifier: Apache-2.0 */
/* candidates.h - of all names of an index those worth scoring for one name.
 *
 * Always: every form whose whole is within WHOLE_EDITS; every form that has a word within WORD_EDITS (fewer
 * for short words) of the word of the query that tells most. Of the other words: those that few forms have.
 * So a name is missed only when it shares with the query no more than words that COMMON_USES forms have. */
#pragma once
#include "screening/index/name_index.h"

#define COMMON_USES     2000 /* forms with one word: more is common */
#define CANDIDATES_BEST 64

struct candidate_name {
    uint64_t id;
    uint32_t form;
    float bits; /* of the words that met: which to score first */
};
/* The likeliest first, at most `most`. form: as in name_index.h. */
enum err screening_candidates(const struct screening_index *x, struct str form, size_t most, struct arena *a,
                              struct candidate_name **ret, size_t *ret_n) NODISCARD;
