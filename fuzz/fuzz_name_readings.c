/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a name: it is read or refused by a limit; every reading is a-z, within its length, heaviest
 * first, never twice; a word without readings says so; twice gives the same; what is read once stays itself.
 */
#include "fuzz.h"
#include "screening/names/readings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rank(enum reading_of of)
{
    return of == READING_KATAKANA_SKELETON ? 2 : of == READING_CONSONANTS ? 1 : 0;
}

static void well_formed(const struct name_word *w)
{
    REQUIRE(w->written.n > 0 && w->n <= NAME_READINGS_MAX && w->script);
    REQUIRE(w->n > 0 || w->flags & WORD_UNREAD);
    for (size_t i = 0; i < w->n; i++) {
        const struct name_token *t = &w->readings[i];
        REQUIRE(t->latin.n > 0 && t->latin.n <= NAME_LETTERS_MAX && t->weight > 0 && t->of < READINGS_OF);
        for (size_t k = 0; k < t->latin.n; k++)
            REQUIRE(t->latin.p[k] >= 'a' && t->latin.p[k] <= 'z');
        REQUIRE(str_utf8_ok(t->kana));
        for (size_t k = 0; k < i; k++)
            REQUIRE(!str_eq(w->readings[k].latin, t->latin) || rank(w->readings[k].of) != rank(t->of));
        REQUIRE(i == 0 || rank(w->readings[i - 1].of) < rank(t->of) ||
                (rank(w->readings[i - 1].of) == rank(t->of) && w->readings[i - 1].weight >= t->weight));
    }
}

static void same(const struct name *a, const struct name *b)
{
    REQUIRE(a->n == b->n && a->mrz == b->mrz && strcmp(a->script, b->script) == 0);
    for (size_t i = 0; i < a->n; i++) {
        REQUIRE(a->words[i].n == b->words[i].n && a->words[i].flags == b->words[i].flags);
        for (size_t k = 0; k < a->words[i].n; k++)
            REQUIRE(str_eq(a->words[i].readings[k].latin, b->words[i].readings[k].latin) &&
                    a->words[i].readings[k].weight == b->words[i].readings[k].weight);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str written = {(const char *)data, size};
    struct name name, again;
    REQUIRE(a);
    enum err err = name_read(a, written, &name);
    REQUIRE(err == OK || err == ERR_LIMIT);
    if (err == OK) {
        REQUIRE(name.n <= NAME_WORDS_MAX);
        for (size_t i = 0; i < name.n; i++)
            well_formed(&name.words[i]);
        REQUIRE(name_read(a, written, &again) == OK);
        same(&name, &again);
    }
    arena_free(a);
    return 0;
}
