/* SPDX-License-Identifier: Apache-2.0 */
/* candidates.h - of all names of an index those worth scoring for one name.
 *
 * A candidate is every form whose whole is within WHOLE_EDITS, and every form that shares words with the
 * query that tell CANDIDATE_SHARE of what the words of the query tell and CANDIDATE_MORE bits, or
 * CANDIDATE_ENOUGH of it. What a word tells, in bits: the fewer forms have it, the more; a word of the query
 * is met by the word within WORD_EDITS (fewer for short words) that tells most, and each edit takes a fifth.
 * None of them is missed. Forms that cannot reach the share are not looked at: a word that many forms have is
 * not followed where the rarer ones decide. */
#pragma once
#include "screening/index/name_index.h"

#define CANDIDATE_SHARE  0.55
#define CANDIDATE_MORE   1.0
#define CANDIDATE_ENOUGH 0.8
#define CANDIDATES_BEST  64

struct candidate_name {
    uint64_t id;
    uint32_t form;
    float bits; /* of the words that met; wholes that are near come before all others */
};
struct candidate_names {
    struct candidate_name *at; /* the likeliest first, then as they were added */
    size_t n;
    size_t all; /* so many there are; more than n when `most` was too small for them */
};
/* At most `most`. form: as in name_index.h. In the arena. */
enum err screening_candidates(const struct screening_index *x, struct str form, size_t most, struct arena *a,
                              struct candidate_names *ret) NODISCARD;

/* For tests: the bits of one form against the query, and the bits that make a candidate, without any index of
 * which form has which word. */
enum err screening_candidate_bits(const struct screening_index *x, struct str form, uint32_t other,
                                  struct arena *a, double *ret_bits, double *ret_need) NODISCARD;
