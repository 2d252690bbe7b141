/* SPDX-License-Identifier: Apache-2.0 */
/* sound.h - how alike two words in Latin letters are: an edit distance in which what transcriptions confuse
 * costs little. Pure, no allocation. */
#pragma once
#include "base/str.h"

#define WORD_LETTERS 40 /* of a word; what is longer is compared by its beginning */

/* A word ready to compare: spellings of one sound folded together (ph f, ck k, ou u ...). */
struct sound {
    uint8_t n;
    uint8_t nparts;
    char letters[WORD_LETTERS]; /* 'a'..'z', '0'..'9' */
    uint64_t parts;             /* kinds of consonants in it, to leave out early what cannot be alike */
    uint8_t of;                 /* enum sound_of */
};
enum sound_of {
    SOUND_LETTERS,
    SOUND_VOWELLESS, /* from a script that does not write vowels */
    SOUND_KANA,      /* name_skeleton(): what is left by way of katakana; compared with its like only */
};
/* latin: a-z 0-9; anything else is skipped. */
void sound_make(struct str latin, enum sound_of of, struct sound *ret);
/* Two words without the space between them. */
void sound_joined(const struct sound *a, const struct sound *b, struct sound *ret);
/* 0..1, symmetric; 1 where they are the same letters. Under LIKENESS_FLOOR it may say 0: score.c gives no
 * credit under a likeness that is higher, so that nothing is lost. */
#define LIKENESS_FLOOR 0.62
double sound_likeness(const struct sound *a, const struct sound *b);
/* false: no two words with these kinds of consonants (parts, nparts) are alike. */
static inline bool sound_parts_alike(uint64_t a, unsigned na, uint64_t b, unsigned nb)
{
    return 5 * __builtin_popcountll(a & b) >= 3 * (int)(na > nb ? na : nb) - 1;
}
/* The consonants alone, one letter a kind: equal for most spellings of one name. */
size_t sound_skeleton(const struct sound *s, char *ret, size_t room);
