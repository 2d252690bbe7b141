/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - what answers come to. Pure: no clock, no database, no memory but what is given.
 *
 * An answer is yes, no or unknown; unknown is not no. So everything is worked out twice: `lower` takes each
 * unknown for a no, `upper` for a yes. A dimension is positive if S >= 2, or S >= 1 and M + W >= 1, or M >=
 * 3, or M >= 2 and W >= 1, where S, M, W count the strong, medium and weak indicators answered yes. A yes
 * more never makes a dimension negative, so whatever the unknown ones turn out to be, the result lies between
 * the two.
 *
 * A code is deciding when it is unknown and its dimension is open (lower and upper differ) and the others
 * that are unknown there can be such that this one alone makes the difference.
 *
 * What never counts, here or anywhere: consent, nationality, ethnicity, occupation, earlier victimhood.
 * Nothing here lowers, closes or gates anything. Source: ILO and EC operational indicators (2009); pack,
 * section 16. */
#pragma once
#include "core/pack.h"

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };
const char *answer_word(enum answer a);
int answer_find(struct str word); /* -1 */

struct bounds {
    bool lower, upper; /* open while they differ */
};

/* How many indicators of each strength were answered yes, and are unknown. */
struct tally {
    int yes[STRENGTH_COUNT], unknown[STRENGTH_COUNT];
};
bool tally_positive(const int counts[STRENGTH_COUNT]);
struct bounds tally_bounds(const struct tally *t);
/* Could the answer to one unknown indicator of this strength make the difference? */
bool tally_deciding(const struct tally *t, enum strength s);

/* answers: one for each of signs->list, in its order. */
struct dimensions {
    struct tally tally[DIMENSION_COUNT];
    struct bounds of[DIMENSION_COUNT];
};
void dimensions_of(const struct signs *signs, enum profile p, const enum answer *answers,
                   struct dimensions *ret);
bool sign_deciding(const struct signs *signs, enum profile p, const enum answer *answers,
                   const struct dimensions *d, size_t sign);
