/* SPDX-License-Identifier: Apache-2.0 */
/* readings.h - a name as it is written -> for each word a weighted set of readings in Latin letters, never
 * one.
 *
 * Pure: no clock, no state, no I/O; the same name gives the same answer always. All memory is the arena's. A
 * name is hostile input: what is too long is refused (ERR_LIMIT), what had to be left out is flagged
 * (WORD_MORE), nothing is cut silently. Sources of the tables stand in README.md of this folder. */
#pragma once
#include "base/arena.h"

#define NAME_BYTES_MAX 1024 /* of one name as written: more is ERR_LIMIT */
#define NAME_WORDS_MAX 32   /* more is ERR_LIMIT */
#define NAME_READINGS_MAX \
    32                      /* of one word, skeletons included; the likeliest are kept and WORD_MORE is set */
#define NAME_LETTERS_MAX 96 /* of one reading; a reading that is longer is left out and WORD_MORE is set */

enum reading_of {
    READING_AS_WRITTEN, /* Latin letters, marks taken off */
    READING_SPELT_OUT,  /* Latin letters with marks, spelt as passports do: ö as oe, å as aa */
    READING_ROMANISED,  /* another alphabet, by its rule or a spelling that passports use */
    READING_DICTIONARY, /* a whole name that the dictionary of Japanese names has */
    READING_KUN,        /* kanji by kanji: native readings and readings used in names */
    READING_ON,         /* kanji by kanji: Chinese-derived readings */
    READING_PINYIN,     /* Mandarin, without tones; Wade-Giles and other spellings of surnames too */
    READING_CANTONESE,
    READING_SINO_VIETNAMESE,
    READING_SINO_KOREAN,
    READING_CONSONANTS, /* of a script that leaves vowels out: to be compared with name_consonants() only */
    READING_KATAKANA_SKELETON, /* to be compared with other skeletons only; see name_skeleton() */
    READINGS_OF
};
const char *reading_of_text(enum reading_of of); /* "romanised": for JSON and explanations */

struct name_token {
    struct str latin; /* a-z only, lower case, no marks; 1..NAME_LETTERS_MAX bytes */
    struct str kana;  /* what was read, in hiragana, for kana and kanji by Japanese readings; else empty */
    uint8_t weight;   /* 1..255: how likely beside the others of the same word; the first has the highest */
    enum reading_of of;
};

enum word_flags {
    WORD_PARTICLE =
        1 << 0, /* al, bin, binti, de, van, bt, s/o ...: missing or another one costs nearly nothing */
    WORD_TITLE = 1 << 1, /* Mr, Dr, Sheikh, Haji ... as a whole word only. It may still be a name: never drop
                            it, weigh it low */
    WORD_PATRONYMIC = 1 << 2, /* Ivanovich, Ivanovna, ...oglu: often left out */
    WORD_INITIAL = 1 << 3,    /* one letter, with or without a point */
    WORD_TRUNCATED = 1 << 4,  /* the last word of a filled MRZ field, or before a point: a beginning only */
    WORD_HONORIFIC_OPTIONAL =
        1 << 5, /* Burmese U, Daw, Ko, Ma, Maung, Saw, Naw: part of the name for some, left out by others */
    WORD_MIDDLE_COMMON = 1 << 6, /* Vietnamese Thi, Van: says hardly anything, often left out */
    WORD_JOINED = 1 << 7, /* written together with the word before it (no space: Han, Burmese) or by a hyphen:
                             may be one word elsewhere */
    WORD_FAMILY =
        1 << 8, /* the writing says that it is the family name: before a comma, before << of an MRZ */
    WORD_MORE =
        1 << 9, /* there were more readings than NAME_READINGS_MAX, or longer ones than NAME_LETTERS_MAX */
    WORD_UNREAD = 1 << 10, /* letters of a script that has no table, or not UTF-8: readings may be empty; a
                              person must look */
};

struct name_word {
    struct str written;          /* as written, NFKC and case folded, not empty */
    struct name_token *readings; /* heaviest first, no latin twice of the same kind; skeletons last. Empty
                                    only with WORD_UNREAD */
    size_t n;
    unsigned flags;
    const char *script; /* ISO 15924: "Latn", "Hani", "Kana", "Thai" ... */
};

struct name {
    struct name_word *
        words; /* in the order of writing; which is the family name is not known unless WORD_FAMILY says so */
    size_t n;
    const char *script; /* of the first word that has one; "Zyyy" for none */
    bool mrz;           /* it was written with fillers (<) */
};

/* name_read - every word of a name with its readings. Empty or without a letter: OK, no words.
 * Words end at space, comma, middle dot, hyphen, slash, filler; an apostrophe is no end. Bytes that are not
 * UTF-8 do not make the name fail: their word is WORD_UNREAD, the others are read. Errors: ERR_LIMIT
 * (NAME_BYTES_MAX, NAME_WORDS_MAX), ERR_NO_MEMORY. */
enum err name_read(struct arena *a, struct str written, struct name *ret) NODISCARD;

/* name_skeleton - what is left of a spelling when it went through katakana and back: l and r are one, b and
 * v, s and th, no vowels but the first letter's place, no doubled letters. SOMCHAI and somuchai (ソムチャイ)
 * have the same one. latin: a-z. Writes at most NAME_LETTERS_MAX bytes of a-z to out; returns how many. */
size_t name_skeleton(struct str latin, char out[static NAME_LETTERS_MAX]);
/* name_consonants - the same for scripts without vowels: Arabic, Hebrew. Muhammad, Mohamed and mhmd have the
 * same one. */
size_t name_consonants(struct str latin, char out[static NAME_LETTERS_MAX]);
