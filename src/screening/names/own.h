/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - what the files of this folder share. */
#pragma once
#include "screening/names/readings.h"

/* Spelling choices are written "ph|p:8|f:60": what may stand there, with what it costs; the first costs nothing. A cost is how
 * much less likely the reading gets, on the scale of name_token.weight. */
#define COST_MAX   200 /* dearer readings are not worth having */
#define PATHS_MAX  16  /* kept at each place */
#define PIECES_MAX 12  /* choices of one arc */

/* The readings of one word while they are collected. */
#define READINGS_ROOM 96
struct collector {
    struct arena *a;
    struct name_token items[READINGS_ROOM];
    size_t n;
    bool more;
    enum err err; /* sticky */
};
/* Adds one; what is there already with the same kind of comparison keeps the higher weight. cost over COST_MAX: left out. */
void collect(struct collector *c, struct str latin, struct str kana, int cost, enum reading_of of);
void collect_c(struct collector *c, const char *latin, int cost, enum reading_of of);
/* Each of "muhammad|mohamed:5". */
void collect_spec(struct collector *c, const char *spec, int cost, enum reading_of of);

/* A word as a graph: places 0..n between its letters, arcs from place to place, each with choices of spelling. The cheapest
 * ways from 0 to n are its readings. */
struct piece {
    const char *p;
    uint16_t n, cost;
};
struct arc {
    struct arc *next;
    uint16_t to, n;
    struct piece pieces[];
};
struct lattice {
    struct arena *a;
    size_t n;
    struct arc **from;
    bool more;
    enum err err; /* sticky */
};
struct lattice lattice_new(struct arena *a, size_t n);
/* Parts are put together, each with every choice of the others; NULL for none. */
void lattice_arc(struct lattice *l, size_t from, size_t to, int cost, const char *first, const char *second,
                 const char *third);
void lattice_collect(struct lattice *l, struct collector *c, int cost, enum reading_of of);
/* The same, but pieces are bytes of kana; each way is given to found. */
struct way {
    struct str text;
    int cost;
};
enum err lattice_ways(struct lattice *l, struct way **ret, size_t *ret_n) NODISCARD; /* cheapest first */

/* Letters of a word. */
struct letters {
    const int32_t *p;
    size_t n;
};
enum err letters_of(struct arena *a, struct str s, struct letters *ret) NODISCARD;
static inline int32_t letter_at(struct letters w, size_t i)
{
    return i < w.n ? w.p[i] : 0;
}

/* Rules of an alphabet, the first that fits is taken: longer before shorter. from may begin with ^ (start of the word only) or
 * end with $ (its end only). */
struct rule {
    const char *from, *to;
};
/* False when a letter had no rule (it is left out, dear). */
bool rules_read(const struct rule *rules, size_t n, struct str word, struct lattice *l);

/* One a script: all readings of a word that is folded (sys/text.h text_fold). */
struct reader {
    struct arena *a;
    struct name_word *word;
    struct collector c;
};
enum err read_latin(struct reader *r) NODISCARD;
enum err read_alphabet(struct reader *r) NODISCARD; /* Cyrillic, Greek, Armenian, Georgian, Hebrew */
enum err read_arabic(struct reader *r) NODISCARD;
enum err read_hangul(struct reader *r) NODISCARD;
enum err read_kana(struct reader *r) NODISCARD;
enum err read_han(struct reader *r) NODISCARD;
enum err read_thai(struct reader *r) NODISCARD;
enum err read_lao(struct reader *r) NODISCARD;
enum err read_khmer(struct reader *r) NODISCARD;
enum err read_burmese(struct reader *r) NODISCARD;
enum err read_brahmic(struct reader *r) NODISCARD; /* Devanagari, Bengali, Tamil and their sisters */
enum err read_sinhala(struct reader *r) NODISCARD;

/* Hiragana -> Latin: the passport's Hepburn first, then long vowels and other spellings. */
void collect_kana(struct collector *c, struct arena *a, struct str hiragana, int cost, int cost_variants, enum reading_of of);

/* Where an unspaced word is cut, in bytes; 0 for nowhere. */
size_t han_cut(struct str word);
size_t hangul_cut(struct str word);
size_t burmese_cut(struct str word);
enum err burmese_from_zawgyi(struct arena *a, struct str word, struct str *ret) NODISCARD; /* as it is, if it is none */

/* words.c: what a word of Latin letters is by itself. */
unsigned word_flags_of(struct str latin);
bool word_is_burmese(struct str latin);
bool word_is_vietnamese_surname(struct str latin);
