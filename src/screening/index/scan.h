/* SPDX-License-Identifier: Apache-2.0 */
/* scan.h - letter signatures of words and names, and which of many are near one.
 *
 * A bit for each letter that is in it, another for those that are there at least twice, 12 more for three
 * times, for the letters that names repeat. One letter more or less changes one bit, one for another at most
 * two, two that change places none: so popcount(a ^ b) <= 2 k is necessary for an edit distance <= k, and
 * nothing is lost by asking it first. The lower half tells more and is asked alone at first: it is half the
 * memory to read. The same answer with every instruction set. */
#pragma once
#include "base/str.h"

uint64_t letter_signature(struct str letters); /* a-z counts; all else does not */

enum scan_with { SCAN_SCALAR, SCAN_AVX2, SCAN_AVX512, SCANS };
const char *scan_text(enum scan_with with);
bool scan_can(enum scan_with with); /* has this processor what it needs? */
enum scan_with scan_best(void);

/* Writes to ret the places (ascending) of the signatures (their lower and upper halves) that differ from `of`
 * in at most `most` bits; returns how many. ret must have room for n. */
size_t scan_near(enum scan_with with, const uint32_t *low, const uint32_t *high, size_t n, uint64_t of,
                 unsigned most, uint32_t *ret);

/* Edit distance (insert, delete, substitute) of pattern and text, or any number > most when it is over that.
 * Bit-parallel (Myers 1999, as Hyyro 2003 has it for whole strings) for patterns up to 64 bytes, a band of
 * dynamic programming for longer ones. */
struct near_pattern {
    struct str pattern;
    uint64_t places[256]; /* of each byte in it; unused when it is longer than 64 */
};
void near_prepare(struct str pattern, struct near_pattern *ret); /* pattern must outlive it */
unsigned near_distance(const struct near_pattern *p, struct str text, unsigned most);
