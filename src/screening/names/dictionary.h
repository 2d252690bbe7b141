/* SPDX-License-Identifier: Apache-2.0 */
/* dictionary.h - readings of kanji names and of single characters, from the table that tools/name-dictionary
 * makes when the program is built. Constant memory of the program; nothing is loaded. */
#pragma once
#include "base/str.h"

enum name_kind { NAME_SURNAME = 1, NAME_GIVEN = 2, NAME_PLACE = 4, NAME_OTHER = 8, NAME_FULL = 16 };
enum character_kind {
    CHARACTER_KUN,
    CHARACTER_ON,
    CHARACTER_PINYIN,
    CHARACTER_CANTONESE,
    CHARACTER_VIETNAMESE,
    CHARACTER_KOREAN
};

/* A record's readings, walked from the first to the last. */
struct entry {
    const unsigned char *at, *end;
    unsigned left;
};
struct entry_name {
    unsigned kinds;
    const unsigned char *kana; /* U+3040 taken off each */
    size_t n;
};
struct entry_character {
    enum character_kind kind;
    int cost;
    struct str text;
};
bool dictionary_has_names(void); /* false: the program was built without the dictionary's package */
bool dictionary_name(struct str key, struct entry *ret);
bool dictionary_character(struct str key, struct entry *ret);
bool entry_next_name(struct entry *e, struct entry_name *ret);
bool entry_next_character(struct entry *e, struct entry_character *ret);
