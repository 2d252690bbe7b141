/* SPDX-License-Identifier: Apache-2.0 */
/* weights.h - how much it tells that two names share a word, in bits: little for what many are called, next
 * to nothing for titles, particles and legal forms. From the list at hand where there is one. */
#pragma once
#include "screening/names/readings.h"
#include "screening/names/sound.h"

enum word_kind {
    KIND_NAME,
    KIND_PARTICLE,   /* al, bin, de, van */
    KIND_TITLE,      /* dr, sheikh, haji */
    KIND_LEGAL_FORM, /* ltd, gmbh, ooo */
    KIND_TRADE,      /* bank, group, trading */
    KIND_PATRONYMIC, /* -ovich, -ovna */
    KIND_INITIAL,    /* one letter */
    KIND_NUMBER,
};
/* latin: lower case letters and digits. */
enum word_kind word_kind_of(struct str latin);
/* Letters and digits as they are written (readings have letters alone), else the likeliest reading. */
struct str word_plain(const struct name_word *w);
/* What a word is written for: "limited" for "ltd", "2" for "two"; else the word itself. */
struct str word_meaning(struct str latin);

/* How often words stand in a list. Grows with mem_alloc; counts cover spellings of one name too. */
struct name_frequencies;
enum err name_frequencies_new(struct name_frequencies **ret) NODISCARD;
void name_frequencies_free(struct name_frequencies *f); /* NULL is fine */
void name_frequencies_cleanup(struct name_frequencies **f);
/* One name more, by the likeliest reading of each of its words. */
enum err name_frequencies_count(struct name_frequencies *f, const struct name *name) NODISCARD;

/* Bits. f NULL: by the built-in table of very frequent words and by length. */
double word_weight(const struct name_frequencies *f, struct str latin, const struct sound *word,
                   enum word_kind kind);
