/* SPDX-License-Identifier: Apache-2.0 */
/* readings.h - a name as it is written -> for each word a weighted set of readings in Latin letters. Never one
 * reading: who reads the same characters in another country reads them otherwise. Pure; all in the arena. */
#pragma once
#include "base/arena.h"

enum reading_of {
    READING_AS_WRITTEN,
    READING_ROMANISED,
};
struct name_token {
    struct str latin; /* a-z and 0-9 only, lower case, no marks */
    uint8_t weight;   /* 0..255: how likely this reading is beside the others of the same word */
    enum reading_of of;
};
enum {
    NAME_PARTICLE = 1,
    NAME_TITLE = 2,
    NAME_PATRONYMIC = 4,
    NAME_INITIAL = 8,
    NAME_TRUNCATED = 16, /* the end of a filled MRZ field */
    NAME_HONORIFIC_OPTIONAL = 32,
};
struct name_word {
    struct str written; /* NFKC */
    struct name_token *readings;
    size_t n;
    unsigned flags; /* NAME_... */
};
struct name {
    struct name_word *words;
    size_t n;
    const char *script; /* ISO 15924 of the first letter */
    bool mrz;
};
/* ERR_BAD_UTF8, ERR_LIMIT (over NAME_MAX_BYTES). A name without a letter has no words. */
enum err name_read(struct arena *a, struct str written, struct name *ret) NODISCARD;
