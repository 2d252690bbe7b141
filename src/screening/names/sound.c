/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/names/sound.h"

#include <string.h>

/* Written before it is read; zeroing it for every pair of words would take longer than comparing them. */
#define UNSET __attribute__((uninitialized))

/* ---- spellings of one sound ---------------------------------------------------------------------------- */

/* The longest first. What many languages write for one sound; the costs below know the rest. */
static const struct {
    const char *from, *to;
} spellings[] = {
    {"tsch", "c"}, {"dsch", "j"}, {"shch", "s"}, {"tch", "c"}, {"sch", "s"}, {"dzh", "j"}, {"dsh", "j"},
    {"cks", "x"},  {"ph", "f"},   {"ck", "k"},   {"kh", "h"},  {"gh", "g"},  {"dj", "j"},  {"dh", "d"},
    {"th", "t"},   {"ch", "c"},   {"sh", "s"},   {"zh", "j"},  {"ou", "u"},  {"oo", "u"},  {"ee", "i"},
    {"ie", "i"},   {"ei", "e"},   {"ay", "ai"},  {"ey", "ei"}, {"iy", "i"},  {"yi", "i"},  {"ij", "i"},
    {"ks", "x"},   {"ts", "c"},   {"tz", "c"},   {"cz", "c"},  {"sz", "s"},  {"q", "k"},   {"aa", "a"},
};

static bool is_vowel(char c)
{
    const unsigned vowels =
        1u << ('a' & 31) | 1u << ('e' & 31) | 1u << ('i' & 31) | 1u << ('o' & 31) | 1u << ('u' & 31);
    return c >= 'a' && (vowels >> (c & 31) & 1);
}

static const char *one_spelling(const char *at, size_t left, bool vowelless, size_t *ret_from)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (spellings[i].from[0] != *at)
            continue;
        size_t n = strlen(spellings[i].from);
        bool one_sound =
            n == 1 || (n == 2 && spellings[i].from[1] == 'h'); /* others have lost a vowel between */
        if (vowelless && !one_sound)
            continue;
        if (n <= left && memcmp(at, spellings[i].from, n) == 0) {
            *ret_from = n;
            return spellings[i].to;
        }
    }
    return NULL;
}

/* Kinds of consonants that transcriptions exchange. 0: none. */
static unsigned kind_of(char c)
{
    switch (c) {
    case 'b':
    case 'p':
    case 'v':
    case 'f':
    case 'w':
        return 1;
    case 'k':
    case 'g':
    case 'q':
        return 2;
    case 'c':
    case 's':
    case 'z':
    case 'x':
    case 'j':
        return 3;
    case 'd':
    case 't':
        return 4;
    case 'l':
        return 5;
    case 'r':
        return 6;
    case 'm':
        return 7;
    case 'n':
        return 8;
    default:
        return 0;
    }
}

static uint64_t parts_of(const char *p, size_t n)
{
    unsigned count[9] = {0};
    uint64_t parts = 0;
    for (size_t i = 0; i < n; i++)
        if (!i || p[i] != p[i - 1])
            count[kind_of(p[i])]++;
    for (unsigned k = 1; k < 9; k++)
        for (unsigned c = 0; c < count[k] && c < 4; c++)
            parts |= (uint64_t)1 << (k * 4 + c);
    return parts;
}

void sound_make(struct str latin, enum sound_of of, struct sound *ret)
{
    *ret = (struct sound){.of = of};
    char plain[2 * WORD_LETTERS];
    size_t n = 0;
    for (size_t i = 0; i < latin.n && n < sizeof plain; i++)
        if ((latin.p[i] >= 'a' && latin.p[i] <= 'z') || (latin.p[i] >= '0' && latin.p[i] <= '9'))
            plain[n++] = latin.p[i];
    for (size_t i = 0; i < n && ret->n < WORD_LETTERS;) {
        size_t from = 1;
        const char *to =
            of == SOUND_KANA ? NULL : one_spelling(plain + i, n - i, of == SOUND_VOWELLESS, &from);
        char one[2] = {plain[i], '\0'};
        for (to = to ? to : one; *to && ret->n < WORD_LETTERS; to++)
            if (!ret->n || ret->letters[ret->n - 1] != *to) /* a doubled letter is one */
                ret->letters[ret->n++] = *to;
        i += from;
    }
    ret->parts = parts_of(ret->letters, ret->n);
    ret->nparts = (uint8_t)__builtin_popcountll(ret->parts);
}

void sound_joined(const struct sound *a, const struct sound *b, struct sound *ret)
{
    struct sound s = *a;
    for (size_t i = 0; i < b->n && s.n < WORD_LETTERS; i++)
        if (!s.n || s.letters[s.n - 1] != b->letters[i])
            s.letters[s.n++] = b->letters[i];
    s.of = a->of > b->of ? a->of : b->of;
    s.parts = parts_of(s.letters, s.n);
    s.nparts = (uint8_t)__builtin_popcountll(s.parts);
    *ret = s;
}

size_t sound_skeleton(const struct sound *s, char *ret, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n && n < room; i++) {
        char c = s->letters[i];
        unsigned k = kind_of(c);
        if (c == 'h' || c == 'y' || c == 'w' || is_vowel(c))
            continue;
        char out = k ? (char)('A' + k) : c;
        if (!n || ret[n - 1] != out)
            ret[n++] = out;
    }
    if (!n && s->n && room)
        ret[n++] = s->letters[0];
    return n;
}

/* ---- costs, in hundredths of an edit ------------------------------------------------------------------- */

enum { EDIT = 100, VOWEL_FOR_VOWEL = 30, SEMIVOWEL_FOR_VOWEL = 60 };
#define AT(c)         ((c) >= 'a' ? (c) - 'a' : 26 + (c) - '0')
#define PAIR(a, b, c) [AT(a)][AT(b)] = (c), [AT(b)][AT(a)] = (c)
/* What is written for one another; 0: nothing special. */
static const uint8_t exchanges[36][36] = {
    PAIR('e', 'i', 20), PAIR('o', 'u', 20), PAIR('a', 'e', 30), PAIR('i', 'y', 10), PAIR('e', 'y', 20),
    PAIR('i', 'j', 30), PAIR('j', 'y', 35), PAIR('u', 'w', 20), PAIR('o', 'w', 40), PAIR('u', 'v', 50),
    PAIR('v', 'w', 15), PAIR('f', 'v', 35), PAIR('b', 'v', 45), PAIR('b', 'p', 45), PAIR('f', 'p', 30),
    PAIR('d', 't', 45), PAIR('d', 'z', 40), PAIR('c', 'k', 40), PAIR('c', 's', 40), PAIR('c', 'j', 45),
    PAIR('g', 'k', 35), PAIR('g', 'j', 35), PAIR('h', 'k', 40), PAIR('g', 'h', 45), PAIR('h', 'x', 40),
    PAIR('k', 'x', 50), PAIR('s', 'x', 45), PAIR('s', 'z', 30), PAIR('j', 'z', 40), PAIR('c', 'z', 45),
    PAIR('j', 's', 60), PAIR('l', 'r', 60), PAIR('m', 'n', 55), PAIR('s', 't', 70), PAIR('t', 'z', 70),
    PAIR('h', 'j', 50), PAIR('c', 't', 60), PAIR('b', 'w', 60), PAIR('0', 'o', 15), PAIR('1', 'i', 15),
    PAIR('1', 'l', 15), PAIR('3', 'e', 15), PAIR('4', 'a', 15), PAIR('5', 's', 15), PAIR('8', 'b', 15),
    PAIR('9', 'g', 15), PAIR('7', 't', 15), PAIR('0', '8', 50),
};

static unsigned exchange(char a, char b)
{
    unsigned cost = exchanges[AT(a)][AT(b)];
    if (a == b)
        return 0;
    if (cost)
        return cost;
    return is_vowel(a) && is_vowel(b) ? VOWEL_FOR_VOWEL : EDIT;
}

static unsigned gap(const struct sound *s, size_t i)
{
    char c = s->letters[i];
    bool vowel = is_vowel(c), beside = i && (is_vowel(s->letters[i - 1]) || s->letters[i - 1] == 'y');
    if (i + 1 < s->n && is_vowel(s->letters[i + 1]))
        beside = true;
    if (vowel)
        return beside ? 25 : i + 1 == s->n ? 40 : 50;
    if (c == 'h')
        return 30;
    if (c == 'r' && i + 1 < s->n && !is_vowel(s->letters[i + 1]))
        return 60; /* not spoken before a consonant in much of the world */
    if (c == 'y' || c == 'w')
        return beside ? 30 : 50;
    return EDIT;
}

/* One letter of such a script, or two that are said alike, as different countries spell them. */
static const uint8_t bare_exchanges[36][36] = {
    PAIR('d', 'z', 12), PAIR('c', 's', 12), PAIR('g', 'j', 12), PAIR('g', 'k', 15),
    PAIR('c', 'k', 20), PAIR('s', 't', 40), PAIR('s', 'z', 30), PAIR('f', 'v', 15),
    PAIR('b', 'p', 15), PAIR('d', 't', 35), PAIR('s', 'x', 10), PAIR('c', 'x', 10),
    PAIR('h', 'k', 20), PAIR('g', 'h', 40), PAIR('t', 'z', 30), PAIR('c', 'j', 30),
};

/* The script of one of them has no vowels: what is a vowel or may stand for one is all but free. */
static bool weak(char c)
{
    return is_vowel(c) || c == 'y' || c == 'w';
}

static unsigned bare_exchange(char a, char b)
{
    if (a == b)
        return 0;
    if (weak(a) && weak(b))
        return 8;
    if ((a == 'w' && (b == 'v' || b == 'b')) || (b == 'w' && (a == 'v' || a == 'b')))
        return 15;
    if (weak(a) || weak(b))
        return EDIT;
    unsigned cost = bare_exchanges[AT(a)][AT(b)];
    if (cost)
        return cost;
    cost = exchange(a, b);
    return cost > 45 ? EDIT : cost;
}

static unsigned bare_gap(const struct sound *s, size_t i)
{
    char c = s->letters[i];
    if (c == 'y' || c == 'w')
        return 20;
    if (is_vowel(c))
        return i == 0 ? 15 : 6;
    if (i + 1 == s->n && (c == 't' || c == 'h'))
        return 25; /* ta marbuta */
    return c == 'h' ? 40 : EDIT;
}

static unsigned least3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

enum { SWAPPED = 60, LEAST_GAP = 25, LEAST_BARE_GAP = 6 }; /* two letters beside each other */

/* Edits with costs, where two neighbours may change places. */
/* Over `most`: any number over it. */
static unsigned distance(const struct sound *a, const struct sound *b, bool bare, unsigned most)
{
    unsigned rows[3][WORD_LETTERS + 1] UNSET, gaps_b[WORD_LETTERS] UNSET;
    uint8_t at_b[WORD_LETTERS] UNSET;
    bool vowel_b[WORD_LETTERS] UNSET;
    unsigned *older = rows[2], *before = rows[0], *now = rows[1];
    const char *x = a->letters, *y = b->letters;
    before[0] = 0;
    for (size_t k = 0; k < b->n; k++) {
        gaps_b[k] = bare ? bare_gap(b, k) : gap(b, k);
        before[k + 1] = before[k] + gaps_b[k];
        at_b[k] = (uint8_t)AT(y[k]);
        vowel_b[k] = is_vowel(y[k]);
    }
    for (size_t i = 0; i < a->n; i++) {
        unsigned gap_a = bare ? bare_gap(a, i) : gap(a, i);
        unsigned least = now[0] = before[0] + gap_a;
        const uint8_t *costs = exchanges[AT(x[i])];
        bool vowel = is_vowel(x[i]);
        for (size_t k = 0; k < b->n; k++) {
            unsigned other = 0;
            if (bare)
                other = bare_exchange(x[i], y[k]);
            else if (x[i] != y[k]) {
                unsigned cost = costs[at_b[k]];
                other = cost ? cost : vowel && vowel_b[k] ? VOWEL_FOR_VOWEL : EDIT;
            }
            now[k + 1] = least3(before[k] + other, before[k + 1] + gap_a, now[k] + gaps_b[k]);
            if (i && k && x[i] == y[k - 1] && x[i - 1] == y[k] && older[k - 1] + SWAPPED < now[k + 1])
                now[k + 1] = older[k - 1] + SWAPPED;
            least = now[k + 1] < least ? now[k + 1] : least;
        }
        if (least > most + SWAPPED) /* a swap reaches back one row more */
            return least;
        unsigned *free_row = older;
        older = before;
        before = now;
        now = free_row;
    }
    return before[b->n];
}

static unsigned strong_letters(const struct sound *s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += !weak(s->letters[i]);
    return n;
}

double sound_likeness(const struct sound *a, const struct sound *b)
{
    bool bare = a->of == SOUND_VOWELLESS || b->of == SOUND_VOWELLESS;
    if (!sound_parts_alike(a->parts, a->nparts, b->parts, b->nparts) || !a->n || !b->n ||
        (a->of == SOUND_KANA) != (b->of == SOUND_KANA))
        return 0;
    if (a->n == b->n && memcmp(a->letters, b->letters, a->n) == 0)
        return 1;
    double letters =
        bare ? 1.0 + (strong_letters(a) > strong_letters(b) ? strong_letters(a) : strong_letters(b))
             : (a->n + b->n) / 2.0;
    unsigned most = (unsigned)((1 - LIKENESS_FLOOR) * EDIT * letters);
    unsigned longer = a->n > b->n ? a->n - b->n : b->n - a->n;
    if (longer * (bare ? LEAST_BARE_GAP : LEAST_GAP) > most)
        return 0;
    unsigned apart = distance(a, b, bare, most);
    return apart > most ? 0 : 1 - apart / (EDIT * letters);
}
