/* SPDX-License-Identifier: Apache-2.0 */
/* score.h - how likely two names are one person's (or one organisation's), 0..1, with which word met which.
 *
 * The best one-to-one meeting of words (a word may also meet two written apart), each pair by how alike they
 * sound and by how much the word tells; order does not count. What stays over on one side only lowers the
 * score a little (aliases leave words out), what stays over on both sides lowers it much.
 *     score = M / (M + P (1 + c / M))      M: bits that met, P: bits that speak against
 * Symmetric; 1 for a name and itself; the same on every machine for the same lists. Pure. */
#pragma once
#include "screening/names/readings.h"
#include "screening/names/weights.h"

/* Of a name with more words the particles go first, then those that tell least. */
#define SCORE_WORDS    10
#define SCORE_READINGS 12 /* of a word: the likeliest */

struct ready_word {
    const struct sound *readings;
    const float *doubt;            /* bits, a reading: less told where the word may be read otherwise */
    const struct sound *joined[2]; /* with the next word, with the next two; NULL: none */
    const struct sound *kana;      /* by way of katakana */
    struct str written;
    double weight;                  /* bits */
    uint64_t short_rows, long_rows; /* of the table of short forms */
    uint8_t n;
    uint8_t kind; /* enum word_kind */
    bool truncated, latin, han, is_kana;
    bool spelt; /* in an alphabet that writes what is said, Latin too */
};
struct ready_name {
    struct ready_word *words;
    size_t n, left_out; /* words beyond the limit */
};
/* frequencies may be NULL. The result points into the arena. */
enum err name_ready(struct arena *a, const struct name *name, const struct name_frequencies *frequencies,
                    struct ready_name *ret) NODISCARD;

enum word_met {
    MET_EQUAL,
    MET_ALIKE,
    MET_JOINED,
    MET_INITIAL,
    MET_TRUNCATED,
    MET_SHORT_FORM,
    MET_ABBREVIATION
};
struct word_pair {
    uint8_t a, na, b, nb;  /* words a..a+na-1 of one name, b..b+nb-1 of the other (places in ready_name) */
    uint8_t how;           /* enum word_met */
    double likeness, bits; /* 0..1; what it adds */
};
struct name_score {
    double score, met_bits, against_bits;
    struct word_pair pairs[SCORE_WORDS];
    size_t n;
    uint16_t over_a, over_b; /* bit i: word i met nobody */
};
void name_score(const struct ready_name *a, const struct ready_name *b, struct name_score *ret);
/* In words, for a person: "mohamed ~ mohammed 0.97 (3.1 bits); + haji". English, letters of the two names
 * only. */
enum err name_score_explain(struct arena *a, const struct ready_name *x, const struct ready_name *y,
                            const struct name_score *score, struct str *ret) NODISCARD;
