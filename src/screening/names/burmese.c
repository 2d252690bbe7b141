/* SPDX-License-Identifier: Apache-2.0 */
/* burmese.c - Burmese, in Unicode or in Zawgyi (found out and converted here): one syllable, one word, as
 * Latin passports write it; syllables by how they sound (the MLC system's letters, spelt as people spell
 * them: Kyaw, Htay, Myint, Phyo). */
#include "screening/names/own.h"
#include <string.h>

#define ASAT     0x103A
#define VIRAMA   0x1039
#define DOT      0x1037
#define VISARGA  0x1038
#define RING     0x1036
#define YA       0x103B
#define RA       0x103C
#define WA       0x103D
#define HA       0x103E
#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool is_consonant(int32_t c)
{
    return (c >= 0x1000 && c <= 0x1021) || c == 0x103F;
}

static bool is_alone(int32_t c)
{
    return c >= 0x1023 && c <= 0x102A;
}

static bool begins_syllable(struct letters w, size_t i)
{
    int32_t c = letter_at(w, i);
    if (is_alone(c))
        return true;
    bool final = letter_at(w, i + 1) == ASAT || letter_at(w, i + 1) == VIRAMA ||
                 (letter_at(w, i + 1) == DOT && letter_at(w, i + 2) == ASAT);
    return is_consonant(c) && !final && (i == 0 || w.p[i - 1] != VIRAMA);
}

/* Names of several syllables that Latin letters write as one word. */
static const char *const LONG_NAMES[] = {
    "သီတာ",    "နီလာ",  "ရတနာ", "စန္ဒာ",  "သန္တာ", "စန္ဒီ",    "ကေသီ",    "ဥမ္မာ", "ဇေယျာ", "အိန္ဒြာ", "သဇင်",  "ရာဇာ",
    "ဟေမာန်",  "ဟေမာ", "ပပ",   "သီရိ",    "ဇာနည်", "ပုည",     "ဝတီ",     "မာလာ", "စုစု",    "မီမီ",    "နန္ဒာ", "နန္ဒ",
    "သူရ",     "သူဇာ",  "ဒေဝီ",  "ဝါဝါ",  "ဇာဇာ", "နိုနို",     "မဏိ",     "ရဝီ",   "ပဒေသာ", "အာကာ",  "ကိုကို",   "ဇေယျ",
    "မြသန္တာ", "ကုမာရီ", "ကလျာ", "သုနန္ဒာ", "ဝိဇယ",  "ဇော်ဇော်", "အေးအေး", "ရာမ",  "ဂျူလီ",   "မာရီယာ",
};

/* Bytes of the first syllable; a weak one (Tha-zin) goes with the next, and names of several stay whole. */
size_t burmese_cut(struct str word)
{
    int32_t letters[NAME_BYTES_MAX];
    size_t places[NAME_BYTES_MAX + 1], n = 0;
    for (size_t i = 0; i < COUNT(LONG_NAMES); i++) {
        size_t length = strlen(LONG_NAMES[i]);
        if (str_starts(word, LONG_NAMES[i]) && strcmp(LONG_NAMES[i], "မြသန္တာ") != 0) {
            size_t at = length;
            int32_t next = length < word.n ? str_utf8_next(word, &at) : 0;
            if (next == 0)
                return 0;
            if (is_consonant(next) || is_alone(next))
                return length;
        }
    }
    for (size_t at = 0; at < word.n && n < NAME_BYTES_MAX;) {
        places[n] = at;
        letters[n++] = str_utf8_next(word, &at);
    }
    struct letters w = {letters, n};
    for (size_t i = 1; i < n; i++) {
        bool weak = i == 1 && letters[0] != 0x1019 && letters[0] != 0x1018 && !is_alone(letters[0]);
        if (begins_syllable(w, i) && !weak)
            return places[i];
    }
    return 0;
}

struct sound {
    int32_t letter;
    const char *latin, *inside; /* inside: behind another syllable, where it may be voiced */
};
static const struct sound INITIALS[] = {
    {0x1000, "k", "k|g:8"},
    {0x1001, "kh|k:20", "kh|g:12|k:20"},
    {0x1002, "g", "g"},
    {0x1003, "g|gh:15", "g"},
    {0x1004, "ng", "ng"},
    {0x1005, "s|z:40", "s|z:8"},
    {0x1006, "s|hs:8", "s|z:12"},
    {0x1007, "z", "z"},
    {0x1008, "z", "z"},
    {0x1009, "ny", "ny"},
    {0x100A, "ny", "ny"},
    {0x100B, "t", "t|d:8"},
    {0x100C, "ht|t:8", "ht|d:10"},
    {0x100D, "d", "d"},
    {0x100E, "d", "d"},
    {0x100F, "n", "n"},
    {0x1010, "t", "d:2|t"},
    {0x1011, "ht|t:3|th:25", "ht|d:10"},
    {0x1012, "d", "d"},
    {0x1013, "d|dh:20", "d"},
    {0x1014, "n", "n"},
    {0x1015, "p", "p|b:10"},
    {0x1016, "ph|p:5", "ph|p:5|b:15"},
    {0x1017, "b", "b"},
    {0x1018, "b|bh:6|ph:10", "b"},
    {0x1019, "m", "m"},
    {0x101A, "y", "y"},
    {0x101B, "y|r:6", "y|r:3"},
    {0x101C, "l", "l"},
    {0x101D, "w", "w"},
    {0x101E, "th|t:30", "th|d:20"},
    {0x101F, "h", "h"},
    {0x1020, "l", "l"},
    {0x1021, "", ""},
    {0x103F, "th", "th|ss:20"},
};
/* Consonant and medials: kya, not k-ya. */
struct cluster {
    int32_t letter;
    const char *medials; /* y: ya or ra; h */
    const char *latin;
};
static const struct cluster CLUSTERS[] = {
    {0x1000, "y", "ky|c:60"},
    {0x1001, "y", "ch|kh:15|ky:20|khy:20"},
    {0x1002, "y", "gy|j:2|g:20"},
    {0x1015, "y", "py"},
    {0x1016, "y", "phy|py:12|hpy:20"},
    {0x1017, "y", "by"},
    {0x1018, "y", "by"},
    {0x1019, "y", "my"},
    {0x1019, "h", "hm|m:4"},
    {0x1019, "yh", "hmy|my:4"},
    {0x1014, "h", "hn|n:5"},
    {0x1004, "h", "hng|ng:5"},
    {0x100A, "h", "hny|ny:5"},
    {0x1009, "h", "hny|ny:5"},
    {0x101C, "h", "hl|l:10"},
    {0x101C, "yh", "sh|hly:8"},
    {0x101C, "y", "ly|y:20"},
    {0x101B, "h", "sh|hr:20"},
    {0x101A, "h", "sh"},
    {0x101E, "yh", "sh"},
    {0x101D, "h", "hw|wh:10"},
    {0x101A, "y", "y"},
    {0x1012, "y", "dr|dy:8|j:15"},
    {0x1010, "y", "tr|ty:8"},
    {0x1007, "y", "zy|z:8"},
    {0x1011, "y", "hty|ht:10"},
};
/* Vowel signs and the final, written as letters: what follows the onset. */
struct rhyme {
    const char *written, *latin, *dotted; /* dotted: with the creaky tone, where it is spelt otherwise */
};
static const struct rhyme RHYMES[] = {
    {"ောင်", "aung|ong:15", "aung|aungt:20"},
    {"ေါင်", "aung", "aung"},
    {"ောက်", "auk|aut:20", NULL},
    {"ေါက်", "auk", NULL},
    {"ိုင်", "aing|ine:3|ai:8", NULL},
    {"ိုက်", "aik|ike:3", NULL},
    {"ိုဏ်း", "aing", NULL},
    {"ော်", "aw|or:20|o:20", NULL},
    {"ေါ်", "aw|or:20", NULL},
    {"ော", "aw|o:15|or:15", NULL},
    {"ေါ", "aw|or:15", NULL},
    {"ိုယ်", "o|oe:2", NULL},
    {"ို", "o|oe:1", NULL},
    {"ိတ်", "eit|ate:6|eik:6", NULL},
    {"ိပ်", "eik|eit:3|ate:8", NULL},
    {"ိန်", "ein|ain:15", "eint|ein:4"},
    {"ိမ်", "ein|eim:8|ain:15", "eint|ein:4"},
    {"ိ်", "i", NULL},
    {"ိံ", "ein", NULL},
    {"ုတ်", "oke|ote:3|ok:3|oat:10", NULL},
    {"ုပ်", "oke|ote:4|oat:4|ok:6", NULL},
    {"ုန်", "on|one:1|ohn:2|oun:10", "on|one:2|unt:6|ont:6"},
    {"ုမ်", "on|ohn:3|om:5|one:3", NULL},
    {"ုံ", "on|one:1|ohn:3|oun:10|um:20", "on|ont:6|one:3"},
    {"ုဏ်", "on|one:2", NULL},
    {"ုဒ်", "oke|ote:4", NULL},
    {"ွတ်", "ut|wut:8|oot:20", NULL},
    {"ွပ်", "ut|wut:8", NULL},
    {"ွန်", "un|on:2|wun:5|oon:15|an:30", "unt|un:4|wunt:8"},
    {"ွမ်", "un|on:3|wun:6", NULL},
    {"ွံ", "un", NULL},
    {"ွင်", "win", "wint|win:4"},
    {"ွက်", "wet|wat:15", NULL},
    {"ွယ်", "we|wel:10|wai:12", NULL},
    {"ွဲ", "we|wae:3", NULL},
    {"ွေ", "we|way:3|wai:10", NULL},
    {"ွဲ့", "we|wae:3", NULL},
    {"ွာ", "wa|war:3", NULL},
    {"ွီ", "wi|wee:8", NULL},
    {"ွ", "wa", NULL},
    {"က်", "et|ek:6|at:15|ak:15", NULL},
    {"င်", "in", "int|in:4"},
    {"စ်", "it", NULL},
    {"ဉ်", "in", "in|int:8"},
    {"ဥ်", "in", NULL},
    {"ည်", "i|yi:10|ee:10|e:8|ae:10|ay:15|in:20", "ae|e:2|i:4|ay:8"},
    {"တ်", "at|ut:10", NULL},
    {"ဒ်", "at|ad:6", NULL},
    {"ဋ်", "at", NULL},
    {"ပ်", "at|ap:6|ut:15", NULL},
    {"န်", "an|am:30", "ant|an:4"},
    {"မ်", "an|am:3", "ant|an:5|amt:20"},
    {"ဏ်", "an", NULL},
    {"ံ", "an|am:15", "ant|an:4"},
    {"ယ်", "e|ae:4|el:10|ai:10|al:20", NULL},
    {"ဲ", "e|ae:1|eh:10|ai:20|ell:25", NULL},
    {"ေတ်", "it", NULL},
    {"ေ", "ay|e:1|ei:8|ae:4|ai:6|aye:10", NULL},
    {"ာန်", "an", NULL},
    {"ာဏ်", "an", NULL},
    {"ာ", "a:1|ar|ah:12", NULL},
    {"ါ", "a:1|ar|ah:12", NULL},
    {"ိ", "i|e:15|ei:20", NULL},
    {"ီ", "i|ee:6|y:20", NULL},
    {"ု", "u|oo:15", NULL},
    {"ူ", "u|oo:3|uu:15", NULL},
    {"", "a|ar:12|ah:20", NULL},
};
static const struct sound ALONE[] = {
    {0x1023, "i|ei:6", "i"},    {0x1024, "i|ee:6", "i"},           {0x1025, "u|oo:8", "u"},
    {0x1026, "u|oo:4", "u"},    {0x1027, "ay|e:2|ei:6", "ay|e:2"}, {0x1029, "aw|or:15", "aw"},
    {0x102A, "aw|or:15", "aw"},
};

static const char *sound_of(const struct sound *table, size_t n, int32_t c, bool inside)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].letter == c)
            return inside ? table[i].inside : table[i].latin;
    return NULL;
}

/* Signs that are spelt alike are one: a tone does not sound in Latin letters, but for the dot. */
struct syllable {
    char signs[64]; /* UTF-8 of vowel signs and final */
    size_t n;
    bool y, h, dot, stacked;
    size_t end;
};

static void add_sign(struct syllable *s, int32_t c)
{
    if (s->n + 4 > sizeof s->signs)
        return;
    s->signs[s->n++] = (char)(0xE0 | (c >> 12));
    s->signs[s->n++] = (char)(0x80 | ((c >> 6) & 0x3F));
    s->signs[s->n++] = (char)(0x80 | (c & 0x3F));
    s->signs[s->n] = 0;
}

static struct syllable syllable_at(struct letters w, size_t i)
{
    struct syllable s = {.end = i + 1};
    for (; s.end < w.n; s.end++) {
        int32_t c = w.p[s.end];
        if (begins_syllable(w, s.end) && w.p[s.end - 1] != VIRAMA)
            break;
        if (c == VIRAMA) { /* what stands under it begins a syllable */
            s.end++;
            break;
        }
        if (c == YA || c == RA)
            s.y = true;
        else if (c == HA)
            s.h = true;
        else if (c == DOT)
            s.dot = true;
        else if (c != VISARGA)
            add_sign(&s, c);
        if (is_consonant(c) && letter_at(w, s.end + 1) == VIRAMA) {
            add_sign(&s, ASAT);
            s.stacked = true;
        }
    }
    return s;
}

static const char *onset_of(const struct syllable *s, int32_t c, bool inside)
{
    char medials[3] = {0};
    if (s->y)
        medials[0] = 'y';
    if (s->h)
        medials[s->y] = 'h';
    for (size_t i = 0; *medials && i < COUNT(CLUSTERS); i++)
        if (CLUSTERS[i].letter == c && strcmp(CLUSTERS[i].medials, medials) == 0)
            return CLUSTERS[i].latin;
    return sound_of(INITIALS, COUNT(INITIALS), c, inside && !s->y && !s->h);
}

static const struct rhyme *rhyme_of(const struct syllable *s, size_t *ret_taken)
{
    struct str signs = {s->signs, s->n};
    for (size_t i = 0; i < COUNT(RHYMES); i++)
        if (str_starts(signs, RHYMES[i].written)) {
            *ret_taken = strlen(RHYMES[i].written);
            return &RHYMES[i];
        }
    *ret_taken = 0;
    return &RHYMES[COUNT(RHYMES) - 1];
}

static void add_syllable(struct lattice *l, struct letters w, size_t i, size_t *ret_next)
{
    struct syllable s = syllable_at(w, i);
    size_t taken;
    const struct rhyme *rhyme = rhyme_of(&s, &taken);
    const char *alone = sound_of(ALONE, COUNT(ALONE), w.p[i], i > 0);
    const char *onset = alone ? alone : onset_of(&s, w.p[i], i > 0);
    const char *vowel = s.dot && rhyme->dotted ? rhyme->dotted : rhyme->latin;
    if (alone && taken == 0)
        vowel = NULL;
    else if (alone && w.p[i] == 0x1025 && strncmp(s.signs, "မ်", 6) == 0) /* Ohnmar */
        onset = "", vowel = "ohn|um:6|om:5|u:15|on:5";
    else if (s.n == 0 && s.end < w.n && !s.stacked && !s.dot) /* a weak syllable: tha-zin */
        vowel = "a";
    lattice_arc(l, i, s.end, onset ? 0 : 40, onset ? onset : "", vowel, NULL);
    *ret_next = s.end;
}

static enum err simple_case(struct reader *r)
{
    struct str s = r->word->written;
    if (str_is(s, "ဦး"))
        collect_c(&r->c, "u", 0, READING_ROMANISED);
    else if (str_is(s, "စော"))
        collect_spec(&r->c, "saw", 0, READING_ROMANISED);
    else if (str_is(s, "စိုင်း"))
        collect_spec(&r->c, "sai|saing:4", 0, READING_ROMANISED);
    else if (str_is(s, "ခွန်"))
        collect_spec(&r->c, "khun|kun:10", 0, READING_ROMANISED);
    return r->c.err;
}

enum err read_burmese(struct reader *r)
{
    struct letters w;
    TRY(letters_of(r->a, r->word->written, &w));
    TRY(simple_case(r));
    struct lattice l = lattice_new(r->a, w.n);
    for (size_t i = 0; i < w.n && l.err == OK;)
        add_syllable(&l, w, i, &i);
    lattice_collect(&l, &r->c, r->c.n ? 10 : 0, READING_ROMANISED);
    return OK;
}
