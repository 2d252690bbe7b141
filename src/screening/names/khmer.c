/* SPDX-License-Identifier: Apache-2.0 */
/* khmer.c - Khmer: two series of consonants decide how a vowel sounds. Spelt as passports do (between UNGEGN
 * 1972 and French habits: -ey and -y, -eoun and -oeun), all ways kept. */
#include "screening/names/own.h"
#include <string.h>

struct consonant {
    int32_t letter;
    char series;
    const char *initial, *final;
};
static const struct consonant CONSONANTS[] = {
    {0x1780, 1, "k", "k|c:20"},
    {0x1781, 1, "kh|k:20", "k|kh:10"},
    {0x1782, 2, "k", "k"},
    {0x1783, 2, "kh|k:20", "k|kh:10"},
    {0x1784, 2, "ng", "ng"},
    {0x1785, 1, "ch", "ch|c:10|k:20"},
    {0x1786, 1, "chh|ch:4", "ch"},
    {0x1787, 2, "ch", "ch|c:10|t:20"},
    {0x1788, 2, "chh|ch:4", "ch"},
    {0x1789, 2, "nh|n:10|gn:20", "nh|n:3|gn:20|m:30"},
    {0x178A, 1, "d", "t|d:15|th:8"},
    {0x178B, 1, "th", "th|t:4"},
    {0x178C, 2, "d", "t"},
    {0x178D, 2, "th", "th|t:4"},
    {0x178E, 1, "n", "n|nn:8"},
    {0x178F, 1, "t|d:10", "t|th:2|d:20"},
    {0x1790, 1, "th", "th|t:4"},
    {0x1791, 2, "t|th:5|d:20", "t|th:6"},
    {0x1792, 2, "th", "th|t:4"},
    {0x1793, 2, "n", "n|nn:8"},
    {0x1794, 1, "b|p:20", "p|b:20"},
    {0x1795, 1, "ph", "p|ph:8"},
    {0x1796, 2, "p", "p"},
    {0x1797, 2, "ph", "p|ph:4"},
    {0x1798, 2, "m", "m"},
    {0x1799, 2, "y", "y|i:4"},
    {0x179A, 2, "r", "r|:8"},
    {0x179B, 2, "l", "l"},
    {0x179C, 2, "v|w:12", "v|w:10|o:15"},
    {0x179F, 1, "s", "s|h:30"},
    {0x17A0, 1, "h", "h"},
    {0x17A1, 1, "l", "l"},
    {0x17A2, 1, "", NULL},
    {0x179D, 1, "s|sh:10", "s"},
    {0x179E, 1, "s", "s"},
};
/* Vowel signs, by the series of what they stand on. */
struct vowel {
    int32_t sign;
    const char *first, *second;
};
static const struct vowel VOWELS[] = {
    {0x17B6, "a|ar:30", "ea|a:12|ie:20|ear:25"},
    {0x17B7, "e|i:2", "i|e:10"},
    {0x17B8, "ey|y:1|i:4|ei:6|ay:25", "i|y:1|ey:12|ee:12"},
    {0x17B9, "oe|eu:4|e:8|i:6|u:12", "i|ue:6|eu:8|u:10"},
    {0x17BA, "oe|eu:3|eu:20", "eu|oe:6|ue:8"},
    {0x17BB, "o|u:5", "u|o:10"},
    {0x17BC, "o|ou:2|u:10|oo:15|au:15", "u|ou:2|oo:8|o:20"},
    {0x17BD, "uo|ua:6|ou:15|uor:20", "uo|ua:6|ou:15"},
    {0x17BE, "oeu|eu:2|oe:3|ao:12", "oeu|eu:2|oe:2|oeur:15"},
    {0x17BF, "oeu|oe:2|eu:8|eua:15", "oeu|oe:1|eu:8|eua:15"},
    {0x17C0, "ie|ia:3|ea:6", "ie|ia:3|ea:6"},
    {0x17C1, "e|ei:6|ey:10|ay:15", "e|ei:10|ey:15|ay:15|i:20"},
    {0x17C2, "e|ae:2|ai:20|er:20", "e|ae:4|ea:12"},
    {0x17C3, "ai|ay:2|ey:12|y:25", "ey|ei:3|ai:5|y:15"},
    {0x17C4, "ao|o:4|au:8|or:25", "o|ou:3|oo:15|or:25"},
    {0x17C5, "ao|au:1|av:10|ov:12", "ov|ou:4|ao:10|ow:15"},
};
/* Vowels that stand alone. */
static const struct vowel ALONE[] = {
    {0x17A3, "a", "a"},
    {0x17A5, "e|i:2|ey:15", ""},
    {0x17A6, "ei|ey:3|i:6", ""},
    {0x17A7, "u|o:3|ou:10", ""},
    {0x17A9, "u|ou:3", ""},
    {0x17AA, "ov|ou:5|au:8", ""},
    {0x17AB, "rith:20|ri|rue:4|roe:8", ""},
    {0x17AC, "rue|reu:4", ""},
    {0x17AD, "lue|li:5", ""},
    {0x17AE, "lue", ""},
    {0x17AF, "e|ae:2|ay:15", ""},
    {0x17B0, "ai|ay:3", ""},
    {0x17B1, "o|ao:4|or:20", ""},
    {0x17B3, "au|ao:3|ov:8", ""},
};
#define COUNT(a)     (sizeof(a) / sizeof *(a))
#define TO_FIRST     0x17C9
#define TO_SECOND    0x17CA
#define SHORT        0x17CB
#define ROBAT        0x17CC
#define SILENCER     0x17CD
#define SAMYOK       0x17D0
#define SUBSCRIPT    0x17D2
#define RING         0x17C6
#define REAHMUK      0x17C7
#define YUKALEAPINTU 0x17C8

enum {
    COST_OPEN = 22,
    COST_OPEN_END = 60,
    COST_CLOSED = 8,
    COST_SKIP = 90,
};

static const struct consonant *consonant_of(struct letters w, size_t i)
{
    for (size_t k = 0; k < COUNT(CONSONANTS); k++)
        if (CONSONANTS[k].letter == letter_at(w, i))
            return &CONSONANTS[k];
    return NULL;
}

static const struct vowel *vowel_of(const struct vowel *table, size_t n, int32_t c)
{
    for (size_t k = 0; k < n; k++)
        if (table[k].sign == c)
            return &table[k];
    return NULL;
}

static bool has_vowel(struct letters w, size_t i)
{
    int32_t c = letter_at(w, i);
    return (c >= 0x17B6 && c <= YUKALEAPINTU) || c == SAMYOK;
}

static bool silent(struct letters w, size_t i)
{
    return letter_at(w, i + 1) == SILENCER ||
           ((letter_at(w, i + 1) == 0x17B7 || letter_at(w, i + 1) == 0x17BB) &&
            letter_at(w, i + 2) == SILENCER);
}

struct onset {
    const char *initial, *shifted; /* choices; shifted: ប with the sign of the first series */
    char series;
    size_t end; /* the place behind it */
};

/* A consonant, its subscripts, its shifter. */
static bool onset_at(struct lattice *l, struct letters w, size_t i, struct onset *ret)
{
    const struct consonant *c = consonant_of(w, i), *below;
    if (!c)
        return false;
    *ret = (struct onset){c->initial, NULL, c->series, i + 1};
    for (; letter_at(w, ret->end) == SUBSCRIPT && (below = consonant_of(w, ret->end + 1)); ret->end += 2) {
        bool liquid = strchr("nmlrvywh", *below->initial) != NULL && *below->initial;
        char *both = arena_printf(l->a, "%.*s%.*s", (int)strcspn(ret->initial, "|:"), ret->initial,
                                  (int)strcspn(below->initial, "|:"), below->initial);
        if (!both) {
            l->err = arena_err(l->a);
            return false;
        }
        ret->initial = both;
        ret->series = liquid ? ret->series : below->series;
    }
    for (;; ret->end++) {
        int32_t mark = letter_at(w, ret->end);
        if (mark == TO_FIRST)
            ret->series = 1;
        else if (mark == TO_SECOND)
            ret->series = 2;
        else
            break;
        if (c->letter == 0x1794)
            ret->initial = mark == TO_FIRST ? "p" : "b|p:10";
    }
    return true;
}

/* A syllable that has its vowel: open, or closed by what stands at i. */
static void add_ends(struct lattice *l, struct letters w, size_t from, size_t i, int cost,
                     const char *initial, const char *vowel, int open_cost)
{
    const struct consonant *f = consonant_of(w, i);
    lattice_arc(l, from, i, cost + open_cost, initial, vowel, NULL);
    if (!f || !f->final || silent(w, i) || (has_vowel(w, i + 1) && letter_at(w, i + 1) != YUKALEAPINTU))
        return;
    size_t next = i + 1;
    if (letter_at(w, next) == TO_FIRST || letter_at(w, next) == TO_SECOND)
        return;
    if (letter_at(w, next) == SHORT)
        next++;
    lattice_arc(l, from, next, cost, initial, vowel, f->final);
    if (letter_at(w, next) != SUBSCRIPT)
        return;
    const struct consonant *below = consonant_of(w, next + 1);
    size_t after = next + 2;
    bool ends = after == w.n ||
                (after + 1 == w.n && has_vowel(w, after) && (w.p[after] == 0x17B7 || w.p[after] == 0x17BB));
    if (below && below->final && ends) { /* rath, sambath: what is under it is not said, or said alone */
        lattice_arc(l, from, w.n, cost, initial, vowel, below->final);
        lattice_arc(l, from, w.n, cost + 4, initial, vowel, f->final);
    }
}

/* ំ and ះ behind the vowel; then the ends. */
static void after_vowel(struct lattice *l, struct letters w, size_t from, size_t i, const char *initial,
                        const char *vowel, char series, int32_t sign)
{
    int32_t mark = letter_at(w, i);
    if (mark == RING && sign == 0x17B6)
        lattice_arc(l, from, i + 1, 0, initial, series == 1 ? "am|ang:2" : "oam|am:4|ang:6|oang:6|eang:10",
                    NULL);
    if (mark == RING && sign == 0x17B6 && letter_at(w, i + 1) == 0x1784)
        lattice_arc(l, from, i + 2, 0, initial, series == 1 ? "ang|aing:4" : "eang|ang:4|oang:4|aing:8",
                    NULL);
    if (mark == RING && sign != 0x17B6)
        lattice_arc(l, from, i + 1, 0, initial, series == 1 ? "om|um:3|am:15" : "um|om:1|oum:10", NULL);
    if (mark == REAHMUK)
        lattice_arc(l, from, i + 1, 0, initial, vowel, "h|s:20|:10");
    else if (mark != RING)
        add_ends(l, w, from, i, 0, initial, vowel, 0);
}

static void without_vowel(struct lattice *l, struct letters w, size_t from, const struct onset *o)
{
    int32_t mark = letter_at(w, o->end);
    bool end = o->end >= w.n;
    const char *closed = o->series == 1 ? "a|o:3|or:20" : "o|u:6|oa:8|a:6|or:12|ou:15";
    const char *open = o->series == 1 ? "a|o:3" : "o|a:1|ea:8|oa:8";
    if (mark == RING)
        lattice_arc(l, from, o->end + 1, 0, o->initial,
                    o->series == 1 ? "am|om:6|um:15" : "um|om:3|am:10|oum:12", NULL);
    else if (mark == REAHMUK || mark == YUKALEAPINTU)
        lattice_arc(l, from, o->end + 1, 0, o->initial,
                    o->series == 1 ? "ak|a:3|ah:4|as:20" : "eak|ea:6|ak:4|a:6|eah:10", NULL);
    else if (mark == SAMYOK && letter_at(w, o->end + 1) == 0x1799)
        lattice_arc(l, from, o->end + 2, 0, o->initial, "ai|ay:2|ey:8", NULL);
    else if (mark == SAMYOK)
        add_ends(l, w, from, o->end + 1, 0, o->initial, o->series == 1 ? "a" : "oa|a:3|ea:6|o:8", 40);
    else if (letter_at(w, o->end + 1) == ROBAT || mark == ROBAT) /* dharma: the robat is not said */
        add_ends(l, w, from, o->end + (mark == ROBAT), COST_CLOSED, o->initial, closed, 20);
    else
        add_ends(l, w, from, o->end, COST_CLOSED, o->initial, closed, 500);
    if (mark != RING && mark != REAHMUK && mark != YUKALEAPINTU && mark != SAMYOK)
        lattice_arc(l, from, o->end, end ? COST_OPEN_END : COST_OPEN, o->initial, open, NULL);
}

static void syllable(struct lattice *l, struct letters w, size_t from, const struct onset *o)
{
    int32_t sign = letter_at(w, o->end);
    const struct vowel *v = vowel_of(VOWELS, COUNT(VOWELS), sign);
    if (v)
        after_vowel(l, w, from, o->end + 1, o->initial, o->series == 1 ? v->first : v->second, o->series,
                    sign);
    else
        without_vowel(l, w, from, o);
}

static void from_place(struct lattice *l, struct letters w, size_t i)
{
    struct onset o;
    const struct vowel *alone = vowel_of(ALONE, COUNT(ALONE), w.p[i]);
    const struct consonant *under = w.p[i] == SUBSCRIPT ? consonant_of(w, i + 1) : NULL;
    if (alone)
        add_ends(l, w, i, i + 1, 0, alone->first, NULL, 0);
    if (consonant_of(w, i) && silent(w, i))
        lattice_arc(l, i, i + (letter_at(w, i + 1) == SILENCER ? 2 : 3), 0, "", NULL, NULL);
    else if (onset_at(l, w, i, &o))
        syllable(l, w, i, &o);
    /* A subscript begins a syllable of its own: van-na, chan-thea. */
    if (under && i > 0 && onset_at(l, w, i + 1, &o)) {
        if (consonant_of(w, i - 1) && consonant_of(w, i - 1)->letter == under->letter)
            o.initial = *o.initial == 't' ? "t|th:2|d:10" : o.initial;
        syllable(l, w, i, &o);
        bool doubled = strcspn(under->initial, "|:") && consonant_of(w, i - 1) &&
                       consonant_of(w, i - 1)->final && *consonant_of(w, i - 1)->final == *under->initial;
        if (doubled) { /* bop-pha is Bopha */
            struct onset once = o;
            once.initial = under->initial + 1;
            if (*once.initial != '|' && *once.initial != ':' && *once.initial)
                syllable(l, w, i, &once);
            else if (!strchr(under->initial, '|')) {
                once.initial = "";
                syllable(l, w, i, &once);
            }
        }
    }
    lattice_arc(l, i, i + 1, COST_SKIP, consonant_of(w, i) ? consonant_of(w, i)->initial : "", NULL, NULL);
}

enum err read_khmer(struct reader *r)
{
    struct letters w;
    TRY(letters_of(r->a, r->word->written, &w));
    struct lattice l = lattice_new(r->a, w.n);
    for (size_t i = 0; i < w.n && l.err == OK; i++)
        from_place(&l, w, i);
    lattice_collect(&l, &r->c, 0, READING_ROMANISED);
    return OK;
}
