/* SPDX-License-Identifier: Apache-2.0 */
/* brahmic.c - Devanagari (Hindi, Nepali), Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada,
 * Malayalam: their blocks have the same letter at the same place (ISCII), so one table reads them all;
 * Sinhala has its own. The a that is not written is left out where speech leaves it out (Ram, not Rama), and
 * kept as a choice. */
#include "screening/names/own.h"
#include <string.h>

#define PLACE(c) ((c)&0x7F)
enum {
    CANDRABINDU = 0x01,
    ANUSVARA = 0x02,
    VISARGA = 0x03,
    FIRST_CONSONANT = 0x15,
    LAST_CONSONANT = 0x39,
    NUKTA = 0x3C,
    VIRAMA = 0x4D,
};
/* By place in the block. */
static const char *const LETTERS[0x80] = {
    [0x05] = "a|o:30",
    [0x06] = "a|aa:6",
    [0x07] = "i|e:25",
    [0x08] = "i|ee:6|e:25",
    [0x09] = "u",
    [0x0A] = "u|oo:6",
    [0x0B] = "ri|ru:6|hri:20",
    [0x0D] = "e",
    [0x0E] = "e",
    [0x0F] = "e|ye:20|ae:20",
    [0x10] = "ai|ay:8|oi:15",
    [0x11] = "o",
    [0x12] = "o",
    [0x13] = "o",
    [0x14] = "au|ou:4|ow:10",
    [0x15] = "k|c:40",
    [0x16] = "kh",
    [0x17] = "g",
    [0x18] = "gh",
    [0x19] = "ng",
    [0x1A] = "ch|c:15",
    [0x1B] = "chh|ch:2",
    [0x1C] = "j|z:20",
    [0x1D] = "jh|j:15",
    [0x1E] = "n|ny:5|nj:8|gn:10",
    [0x1F] = "t",
    [0x20] = "th",
    [0x21] = "d",
    [0x22] = "dh",
    [0x23] = "n",
    [0x24] = "t|th:15",
    [0x25] = "th",
    [0x26] = "d|dh:25",
    [0x27] = "dh",
    [0x28] = "n",
    [0x29] = "n",
    [0x2A] = "p",
    [0x2B] = "ph|f:3",
    [0x2C] = "b",
    [0x2D] = "bh|b:20|v:30",
    [0x2E] = "m",
    [0x2F] = "y",
    [0x30] = "r",
    [0x31] = "r|tr:25",
    [0x32] = "l",
    [0x33] = "l",
    [0x34] = "zh|l:5",
    [0x35] = "v|b:1|w:1",
    [0x36] = "sh|s:4",
    [0x37] = "sh|s:6",
    [0x38] = "s",
    [0x39] = "h",
    [0x3E] = "a|aa:8|ah:30",
    [0x3F] = "i|e:25|ee:20",
    [0x40] = "i|ee:4|y:12|ie:20",
    [0x41] = "u|oo:12",
    [0x42] = "u|oo:4",
    [0x43] = "ri|ru:6",
    [0x44] = "ri",
    [0x45] = "e|a:5",
    [0x46] = "e",
    [0x47] = "e|ay:20",
    [0x48] = "ai|ei:8|ay:8|oi:12|e:15",
    [0x49] = "o",
    [0x4A] = "o",
    [0x4B] = "o|oo:20",
    [0x4C] = "au|ou:2|ow:8|o:8",
    [0x58] = "q|k:5",
    [0x59] = "kh",
    [0x5A] = "gh",
    [0x5B] = "z|j:5",
    [0x5C] = "r|d:6",
    [0x5D] = "rh|dh:6",
    [0x5E] = "f|ph:4",
    [0x5F] = "y|:6",
};
static const char *const BENGALI[0x80] = {
    [0x05] = "a|o:2",
    [0x2F] = "j|y:6|z:10",
    [0x35] = "b|v:10",
    [0x36] = "sh|s:3",
    [0x37] = "sh|s:3",
    [0x38] = "s|sh:5",
    [0x2D] = "bh|v:15|b:12",
    [0x1B] = "chh|ch:2|s:15",
    [0x1C] = "j|z:8",
    [0x4E] = "t",
    [0x70] = "r",
    [0x71] = "w|v:5",
    [0x3E] = "a|aa:15",
};
/* Tamil writes no voice: what is said inside a word is another letter in Latin. */
static const char *const TAMIL_FIRST[0x80] = {
    [0x15] = "k|g:10", [0x1A] = "s|ch:3|c:8",  [0x1F] = "t|d:6",  [0x24] = "th|t:3|d:8|dh:8",
    [0x2A] = "p|b:10", [0x1E] = "gn|n:4|ny:6", [0x35] = "v|w:12", [0x31] = "r",
};
static const char *const TAMIL_INSIDE[0x80] = {
    [0x15] = "g|k:2|h:10", [0x1A] = "s|ch:6",      [0x1F] = "d|t:3",  [0x24] = "th|t:5|dh:4|d:6",
    [0x2A] = "b|p:5",      [0x1E] = "nj|gn:4|n:6", [0x35] = "v|w:10", [0x31] = "r|tr:15",
};
#define DOUBLE(c)                       \
    ((c) == 0x15   ? "kk|k:8"           \
     : (c) == 0x1A ? "ch|cch:4|chch:20" \
     : (c) == 0x1F ? "tt|t:8"           \
     : (c) == 0x24 ? "tth|th:4|tt:6"    \
                   : "pp|p:8")

struct text {
    struct letters w;
    const char *script;
    bool deletes; /* Hindi, Nepali, Bengali and their neighbours leave the a out */
};

static bool is(const struct text *t, const char *script)
{
    return strcmp(t->script, script) == 0;
}

static int place_at(const struct text *t, size_t i)
{
    return i < t->w.n ? (int)PLACE(t->w.p[i]) : -1;
}

static bool is_consonant(const struct text *t, size_t i)
{
    int c = place_at(t, i);
    return (c >= FIRST_CONSONANT && c <= LAST_CONSONANT) || (c >= 0x58 && c <= 0x5F && !is(t, "Taml")) ||
           (is(t, "Beng") && (c == 0x70 || c == 0x71));
}

static bool is_sign(const struct text *t, size_t i)
{
    int c = place_at(t, i);
    return c >= 0x3E && c <= 0x4C;
}

static const char *letter_of(const struct text *t, size_t i)
{
    int c = place_at(t, i);
    bool after_virama = i > 0 && place_at(t, i - 1) == VIRAMA;
    if (is(t, "Beng") && BENGALI[c])
        return c == 0x2F && after_virama ? "y|:4|j:25" : BENGALI[c];
    if (is(t, "Taml") && (i == 0 ? TAMIL_FIRST[c] : TAMIL_INSIDE[c]))
        return i == 0 ? TAMIL_FIRST[c] : TAMIL_INSIDE[c];
    if (c == 0x35 && after_virama)
        return "w|v:1|b:4";
    return LETTERS[c];
}

/* The a behind a consonant that no sign takes away. */
static const char *inherent(const struct text *t, size_t i, bool conjunct)
{
    bool last = i >= t->w.n, bengali = is(t, "Beng");
    if (!t->deletes)
        return last ? "a|:12" : bengali ? "a|o:2" : "a|u:25";
    if (last)
        return conjunct ? "a|:3|o:25" : "|a:10|o:25";
    bool next_open = is_consonant(t, i) && (is_sign(t, i + 1) || (is_consonant(t, i + 1) && i + 2 < t->w.n));
    if (bengali)
        return next_open ? "a|o:2|:8" : "a|o:2";
    return next_open ? "a|:8|u:25|e:30" : "a|u:20|e:30";
}

/* Letters that are written together and sound as one. *ret_n: code points. */
static const char *together(const struct text *t, size_t i, size_t *ret_n)
{
    int a = place_at(t, i), b = place_at(t, i + 2);
    *ret_n = 3;
    if (place_at(t, i + 1) != VIRAMA)
        return NULL;
    if (a == 0x1C && b == 0x1E)
        return "gy|gny:6|jn:8|gn:8|j:20";
    if (a == 0x15 && b == 0x37)
        return is(t, "Beng") ? "kkh|kh:3|ksh:6" : "ksh|chh:3|x:6|kch:15|ks:10";
    if (is(t, "Taml") && a == b && (a == 0x15 || a == 0x1A || a == 0x1F || a == 0x24 || a == 0x2A))
        return DOUBLE(a);
    if (is(t, "Taml") && a == 0x31 && b == 0x31)
        return "tr|ttr:6|rr:10";
    if (a == 0x1A && b == 0x1B)
        return "chh|cch:4|chchh:6";
    return NULL;
}

static size_t consonant(struct lattice *l, const struct text *t, size_t i)
{
    size_t n = 1, end;
    const char *both = together(t, i, &n);
    const char *latin = both ? both : letter_of(t, i);
    bool conjunct = both || (i > 0 && place_at(t, i - 1) == VIRAMA);
    end = i + (both ? n : 1);
    if (place_at(t, end) == NUKTA) {
        int c = place_at(t, i);
        latin = c == 0x1C   ? "z|j:5"
                : c == 0x2B ? "f|ph:5"
                : c == 0x21 ? "r|d:6"
                : c == 0x22 ? "rh|dh:6"
                            : latin;
        end++;
    }
    if (is_sign(t, end)) {
        lattice_arc(l, i, end + 1, 0, latin, LETTERS[place_at(t, end)], NULL);
        return end + 1;
    }
    if (place_at(t, end) == VIRAMA) {
        lattice_arc(l, i, end + 1, 0, latin, NULL, NULL);
        return end + 1;
    }
    lattice_arc(l, i, end, 0, latin, inherent(t, end, conjunct), NULL);
    return end;
}

static const char *nasal(const struct text *t, size_t i)
{
    int next = place_at(t, i + 1);
    if (place_at(t, i) == VISARGA)
        return is(t, "Taml") ? "" : "h|:4";
    if (place_at(t, i) == CANDRABINDU)
        return "n|:2|m:20";
    return next >= 0x2A && next <= 0x2E   ? "m|n:8"
           : next >= 0x15 && next <= 0x19 ? "n|ng:6"
           : next < 0                     ? "m:2|n|ng:6"
                                          : "n|m:6|ng:10";
}

enum err read_brahmic(struct reader *r)
{
    struct text t = {.script = r->word->script};
    TRY(letters_of(r->a, r->word->written, &t.w));
    t.deletes = is(&t, "Deva") || is(&t, "Beng") || is(&t, "Guru") || is(&t, "Gujr");
    struct lattice l = lattice_new(r->a, t.w.n);
    for (size_t i = 0; i < t.w.n && l.err == OK;) {
        int c = place_at(&t, i);
        if (is_consonant(&t, i)) {
            i = consonant(&l, &t, i);
            continue;
        }
        bool mark = c >= CANDRABINDU && c <= VISARGA;
        const char *latin = mark ? nasal(&t, i) : is(&t, "Beng") && BENGALI[c] ? BENGALI[c] : LETTERS[c];
        lattice_arc(&l, i, i + 1, latin ? 0 : 20, latin ? latin : "", NULL, NULL);
        i++;
    }
    lattice_collect(&l, &r->c, 0, READING_ROMANISED);
    return OK;
}

struct sinhala {
    int32_t letter;
    const char *latin;
};
static const struct sinhala SINHALA[] = {
    {0xD82, "n|m:4|ng:6"},
    {0xD83, "h"},
    {0xD85, "a"},
    {0xD86, "a|aa:6"},
    {0xD87, "a|e:5|ae:5"},
    {0xD88, "a|ae:4"},
    {0xD89, "i"},
    {0xD8A, "i|ee:5"},
    {0xD8B, "u"},
    {0xD8C, "u|oo:5"},
    {0xD8D, "ru|ri:4"},
    {0xD91, "e"},
    {0xD92, "e"},
    {0xD93, "ai|ay:6"},
    {0xD94, "o"},
    {0xD95, "o"},
    {0xD96, "au|ow:8"},
    {0xD9A, "k|c:20"},
    {0xD9B, "kh|k:6"},
    {0xD9C, "g"},
    {0xD9D, "gh|g:6"},
    {0xD9E, "ng"},
    {0xD9F, "ng|g:15"},
    {0xDA0, "ch|c:8"},
    {0xDA1, "ch|chh:8"},
    {0xDA2, "j"},
    {0xDA3, "jh|j:6"},
    {0xDA4, "gn|n:6|ny:8"},
    {0xDA5, "gn|n:6|gnan:60"},
    {0xDA7, "t"},
    {0xDA8, "t|th:6"},
    {0xDA9, "d"},
    {0xDAA, "d|dh:6"},
    {0xDAB, "n"},
    {0xDAC, "nd|d:15"},
    {0xDAD, "th|t:2"},
    {0xDAE, "th|t:8"},
    {0xDAF, "d|dh:5"},
    {0xDB0, "d|dh:4"},
    {0xDB1, "n"},
    {0xDB3, "nd|d:15"},
    {0xDB4, "p"},
    {0xDB5, "p|ph:6"},
    {0xDB6, "b"},
    {0xDB7, "b|bh:5"},
    {0xDB8, "m"},
    {0xDB9, "mb|b:15"},
    {0xDBA, "y"},
    {0xDBB, "r"},
    {0xDBD, "l"},
    {0xDC0, "w|v:4"},
    {0xDC1, "sh|s:2"},
    {0xDC2, "sh|s:3"},
    {0xDC3, "s"},
    {0xDC4, "h"},
    {0xDC5, "l"},
    {0xDC6, "f"},
};
static const struct sinhala SINHALA_SIGNS[] = {
    {0xDCF, "a|aa:8"},  {0xDD0, "a|e:4|ae:5"}, {0xDD1, "a|ae:5|e:8"}, {0xDD2, "i"},       {0xDD3, "i|ee:4"},
    {0xDD4, "u"},       {0xDD6, "u|oo:4"},     {0xDD8, "ru|ri:5"},    {0xDD9, "e"},       {0xDDA, "e"},
    {0xDDB, "ai|ay:6"}, {0xDDC, "o"},          {0xDDD, "o"},          {0xDDE, "au|ow:6"}, {0xDF2, "ru"},
};
#define SINHALA_VIRAMA 0xDCA
#define COUNT(a)       (sizeof(a) / sizeof *(a))

static const char *sinhala_of(const struct sinhala *table, size_t n, int32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].letter == c)
            return table[i].latin;
    return NULL;
}

enum err read_sinhala(struct reader *r)
{
    struct letters w;
    TRY(letters_of(r->a, r->word->written, &w));
    struct lattice l = lattice_new(r->a, w.n);
    for (size_t i = 0; i < w.n && l.err == OK;) {
        const char *latin = sinhala_of(SINHALA, COUNT(SINHALA), w.p[i]);
        const char *sign = sinhala_of(SINHALA_SIGNS, COUNT(SINHALA_SIGNS), letter_at(w, i + 1));
        bool consonant = latin && w.p[i] >= 0xD9A, bare = letter_at(w, i + 1) == SINHALA_VIRAMA;
        size_t n = consonant && (sign || bare) ? 2 : 1;
        lattice_arc(&l, i, i + n, latin ? 0 : 20, latin ? latin : "",
                    !consonant || bare ? NULL
                    : sign             ? sign
                                       : "a",
                    NULL);
        i += n;
    }
    lattice_collect(&l, &r->c, 0, READING_ROMANISED);
    return OK;
}
