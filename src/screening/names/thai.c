/* SPDX-License-Identifier: Apache-2.0 */
/* thai.c - Thai and Lao: syllables in every way that the letters allow, the likeliest first; spelt by RTGS
 * (Royal Institute 1999; BGN/PCGN 1966 for Lao) and as passports do: -porn for -phon, -jai for -chai, v for
 * w. */
#include "screening/names/own.h"
#include <string.h>

struct sounds {
    int32_t letter;
    const char *initial, *final; /* NULL: it cannot end a syllable */
};
static const struct sounds THAI[] = {
    {0xE01, "k|g:35", "k|g:30"},
    {0xE02, "kh|k:6", "k"},
    {0xE03, "kh|k:6", "k"},
    {0xE04, "kh|k:5|c:60", "k"},
    {0xE05, "kh|k:6", "k"},
    {0xE06, "kh|k:6", "k"},
    {0xE07, "ng", "ng"},
    {0xE08, "ch|j:2|c:30", "t|j:4|ch:10"},
    {0xE09, "ch", NULL},
    {0xE0A, "ch", "t|ch:5|j:20"},
    {0xE0B, "s|z:50", "t|s:8"},
    {0xE0C, "ch", NULL},
    {0xE0D, "y|yh:60", "n"},
    {0xE0E, "d", "t|d:10"},
    {0xE0F, "t|dt:60", "t"},
    {0xE10, "th|t:4", "t"},
    {0xE11, "th|t:4|d:10", "t"},
    {0xE12, "th|t:4", "t"},
    {0xE13, "n", "n"},
    {0xE14, "d", "t|d:10"},
    {0xE15, "t|dt:60", "t"},
    {0xE16, "th|t:4", "t"},
    {0xE17, "th|t:3", "t|d:12"},
    {0xE18, "th|t:3|dh:30", "t|dh:30"},
    {0xE19, "n", "n"},
    {0xE1A, "b|p:50", "p|b:10"},
    {0xE1B, "p|bp:60|b:50", "p"},
    {0xE1C, "ph|p:3", NULL},
    {0xE1D, "f", NULL},
    {0xE1E, "ph|p:2|bh:60", "p"},
    {0xE1F, "f", "p|f:5"},
    {0xE20, "ph|p:3|bh:20", "p"},
    {0xE21, "m", "m"},
    {0xE22, "y", NULL},
    {0xE23, "r|l:60", "n|r:10"},
    {0xE25, "l", "n|l:5"},
    {0xE27, "w|v:8", NULL},
    {0xE28, "s|sh:20", "t|s:8"},
    {0xE29, "s", "t|s:10"},
    {0xE2A, "s", "t|s:6"},
    {0xE2B, "h", NULL},
    {0xE2C, "l", "n|l:8"},
    {0xE2D, "", NULL},
    {0xE2E, "h", NULL},
};
static const struct sounds LAO[] = {
    {0xE81, "k", "k"},
    {0xE82, "kh|k:8", NULL},
    {0xE84, "kh|k:8", NULL},
    {0xE87, "ng", "ng"},
    {0xE88, "ch|j:6|c:20", NULL},
    {0xEAA, "s|x:15", "t"},
    {0xE8A, "s|x:6|ch:20|z:30", NULL},
    {0xE8D, "y|nh:4|gn:20|ny:6", "y|i:2"},
    {0xE94, "d", "t|d:8|th:8"},
    {0xE95, "t", "t"},
    {0xE96, "th|t:6", NULL},
    {0xE97, "th|t:6", NULL},
    {0xE99, "n", "n|ne:8"},
    {0xE9A, "b", "p|b:8"},
    {0xE9B, "p", NULL},
    {0xE9C, "ph|p:8", NULL},
    {0xE9D, "f", NULL},
    {0xE9E, "ph|p:8", NULL},
    {0xE9F, "f", NULL},
    {0xEA1, "m", "m"},
    {0xEA2, "y", NULL},
    {0xEA3, "r|l:6", "n"},
    {0xEA5, "l", "n"},
    {0xEA7, "v|w:5", "o|w:8"},
    {0xEAB, "h", NULL},
    {0xEAD, "", NULL},
    {0xEAE, "h", NULL},
    {0xEDC, "n|hn:20", NULL},
    {0xEDD, "m|hm:20", NULL},
};
/* Parts that names are made of, as they are usually spelt. */
struct element {
    const char *thai, *latin;
};
static const struct element ELEMENTS[] = {
    {"พร", "phon|porn:1|phorn:6|pon:10"},
    {"ชัย", "chai|jai:20"},
    {"ศรี", "si|sri:1|sree:12"},
    {"ธร", "thon|thorn:2|torn:8|ton:10"},
    {"วงศ์", "wong|vong:10"},
    {"พงษ์", "phong|pong:1"},
    {"พงศ์", "phong|pong:1"},
    {"ศักดิ์", "sak"},
    {"สิทธิ์", "sit|sith:8|sidh:12"},
    {"ณัฐ", "natth:6|nat|natta:14|nattha:6"},
    {"วัฒน์", "wat|vat:12"},
    {"วัฒนา", "watthana|wattana:2"},
    {"สุวรรณ", "suwan|suwanna:10"},
    {"วรรณ", "wan|van:12|wanna:15"},
    {"บุญ", "bun|boon:1|boun:25"},
    {"ทอง", "thong|tong:4"},
    {"แก้ว", "kaeo|kaew:1|keo:10|keaw:8"},
    {"จันทร์", "chan|jan:3|chanthon:30"},
    {"อินทร์", "in"},
    {"ชน", "chon"},
    {"พล", "phon|pol:3|phol:5|pon:5"},
    {"ธน", "thana|tana:4|thon:20"},
    {"กนก", "kanok"},
    {"กมล", "kamon|kamol:1"},
    {"นคร", "nakhon|nakorn:3|nakhorn:4"},
    {"สมร", "samon|samorn:2"},
    {"อร", "on|orn:1|ora:3"},
    {"อมร", "amon|amorn:1"},
    {"นิล", "nin|nil:3"},
    {"ศิล", "sin|sil:3"},
    {"วิมล", "wimon|wimol:2|vimol:8"},
    {"มงคล", "mongkhon|mongkol:1|mongkhol:3"},
    {"เพชร", "phet|petch:3|phetch:3|pet:4"},
    {"จักร", "chak|jak:3|chakkra:15"},
    {"ภัทร", "phat|pat:3|phattha:8|pattra:10|phatthara:8"},
    {"สมุทร", "samut"},
    {"บุตร", "but|butr:6"},
    {"มิตร", "mit|mitr:6"},
    {"จิตร", "chit|jit:3|jitr:8"},
    {"ศาสตร์", "sat"},
    {"กุล", "kun|kul:1"},
    {"สกุล", "sakun|sakul:1|skul:5"},
    {"ตระกูล", "trakun|trakul:1|trakool:4"},
    {"ลักษณ์", "lak|luck:12|lux:20"},
    {"วุฒิ", "wut|wuthi:8|vut:12"},
    {"ชาติ", "chat|chart:2"},
    {"ญาติ", "yat|yart:6"},
    {"เกียรติ", "kiat|kiet:6|kiart:8"},
    {"ภูมิ", "phum|poom:3|pum:4|bhumi:8|phumi:8"},
    {"โชติ", "chot|chote:3"},
    {"ทรัพย์", "sap|sub:3|sup:4"},
    {"สวัสดิ์", "sawat|sawasdi:4|sawad:6"},
    {"รัตน์", "rat"},
    {"พันธ์", "phan|pan:2|pun:6"},
    {"พันธุ์", "phan|pan:2|pun:6"},
    {"สันต์", "san|sant:6"},
    {"นันท์", "nan|nant:8|nun:12"},
    {"สุนทร", "sunthon|sunthorn:1|suntorn:4"},
    {"อุดม", "udom"},
    {"สนธิ", "sonthi|sondhi:4"},
    {"ฤทธิ์", "rit|rith:6"},
    {"พฤกษ์", "phruek|pruk:5|pruek:3"},
    {"ศุภ", "suppha|supa:2|supha:1|supp:8"},
    {"วร", "wora|wara:3|vora:8|won:25"},
    {"เฉลิม", "chaloem|chalerm:1"},
    {"เจริญ", "charoen|jaroen:3|jarern:15"},
    {"เทพ", "thep|tep:6"},
    {"เดช", "det|dech:3|dej:6"},
    {"พิทักษ์", "phithak|pitak:3"},
    {"ประทีป", "prathip|prateep:3"},
    {"เอก", "ek|eak:8|ekka:8|eka:6"},
    {"ณรงค์", "narong"},
    {"สง่า", "sanga|sagna:40"},
    {"ไทย", "thai"},
    {"วิทย์", "wit|vit:12|wid:20"},
    {"จรัส", "charat|jaras:4|charas:4"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

enum {
    COST_OPEN = 25,     /* a short a that is not written, in an open syllable */
    COST_OPEN_END = 60, /* the same at the end of the word */
    COST_CLOSED = 8,    /* an o that is not written */
    COST_TWICE = 12,    /* one letter ends a syllable and begins the next */
    COST_ELEMENT = 2,
    COST_SKIP = 90,
};

struct syllables {
    struct lattice *l;
    struct letters w;
    const struct sounds *sounds;
    size_t n;
    int32_t base; /* Lao letters stand 0x80 behind the Thai ones */
};

static const struct sounds *sound_of(const struct syllables *s, size_t i)
{
    int32_t c = letter_at(s->w, i);
    for (size_t k = 0; k < s->n; k++)
        if (s->sounds[k].letter == c)
            return &s->sounds[k];
    return NULL;
}

/* The letter at i, as Thai. */
static int32_t thai_at(const struct syllables *s, size_t i)
{
    int32_t c = letter_at(s->w, i);
    return c >= 0xE80 ? c - 0x80 : c;
}

#define SILENCER  0xE4C
#define A_SHORT   0xE30
#define MAI_HAN   0xE31
#define AA        0xE32
#define AM_RING   0xE4D
#define I         0xE34
#define II        0xE35
#define UE        0xE36
#define UEE       0xE37
#define U         0xE38
#define UU        0xE39
#define MAITAIKHU 0xE47
#define W         0xE27
#define R         0xE23
#define Y         0xE22
#define O_ANG     0xE2D

static bool silenced(const struct syllables *s, size_t i)
{
    return thai_at(s, i + 1) == SILENCER ||
           ((thai_at(s, i + 1) == I || thai_at(s, i + 1) == U) && thai_at(s, i + 2) == SILENCER);
}

/* Ends of a syllable that has its vowel, from place i on: none, or a final letter. */
static void add_ends(struct syllables *s, size_t from, size_t i, int cost, const char *initial,
                     const char *vowel, bool open, bool must_close)
{
    const struct sounds *f = sound_of(s, i);
    int32_t vowel_after = thai_at(s, i + 1);
    bool begins = vowel_after >= A_SHORT && vowel_after <= 0xE3D;
    if (!must_close)
        lattice_arc(s->l, from, i, cost + (open ? 0 : COST_CLOSED), initial, vowel, NULL);
    if (!f || !f->final || silenced(s, i))
        return;
    if (i + 1 == s->w.n || !begins)
        lattice_arc(s->l, from, i + 1, cost, initial, vowel, f->final);
    lattice_arc(s->l, from, i, cost + COST_TWICE + (begins ? 4 : 0), initial, vowel, f->final);
    if ((vowel_after == I || vowel_after == U) && i + 2 == s->w.n) /* chat-i: written, not said */
        lattice_arc(s->l, from, i + 2, cost + 10, initial, vowel, f->final);
    if (thai_at(s, i + 1) == R && i + 2 == s->w.n) /* chak-r, but-r */
        lattice_arc(s->l, from, i + 2, cost + 6, initial, vowel, f->final);
}

static void after_lead(struct syllables *s, size_t from, size_t i, int cost, const char *initial)
{
    int32_t lead = thai_at(s, from), next = thai_at(s, i);
    switch (lead) {
    case 0xE41: /* ae */
        if (next == W)
            lattice_arc(s->l, from, i + 1, cost, initial, "aeo|aew:3|eo:15", NULL);
        if (next == MAITAIKHU || next == A_SHORT)
            i++;
        add_ends(s, from, i, cost, initial, "ae|a:8|e:15|ea:20", true, false);
        return;
    case 0xE42: /* o */
        add_ends(s, from, i + (next == A_SHORT), cost, initial, "o|oh:30|oo:40", true, false);
        return;
    case 0xE43:
    case 0xE44: /* ai */
        if (next == Y)
            i++;
        lattice_arc(s->l, from, i, cost, initial, "ai|i:60|y:60", NULL);
        return;
    default:
        break;
    }
    if (next == AA) {
        lattice_arc(s->l, from, i + 1 + (thai_at(s, i + 1) == A_SHORT), cost, initial,
                    thai_at(s, i + 1) == A_SHORT ? "o|aw:20|or:30" : "ao|aow:25|au:25", NULL);
    } else if (next == II && thai_at(s, i + 1) == Y) {
        if (thai_at(s, i + 2) == W)
            lattice_arc(s->l, from, i + 3, cost, initial, "iao|iew:4|ieo:6|eaw:12", NULL);
        add_ends(s, from, i + 2, cost, initial, "ia|ea:15|ie:15", true, false);
    } else if (next == UEE && thai_at(s, i + 1) == O_ANG) {
        add_ends(s, from, i + 2, cost, initial, "uea|ua:3|ue:8|eua:8", true, false);
    } else if (next == I) {
        add_ends(s, from, i + 1, cost, initial, "oe|er:2|ir:25|e:20", true, true);
    } else if (next == O_ANG) {
        add_ends(s, from, i + 1, cost, initial, "oe|er:4|ur:20", true, false);
    } else if (next == Y) {
        lattice_arc(s->l, from, i + 1, cost, initial, "oei|oey:2|eoy:15|uey:20", NULL);
    } else if (next == W) {
        lattice_arc(s->l, from, i + 1, cost, initial, "eo|ew:5|aew:15", NULL);
    } else {
        if (next == MAITAIKHU || next == A_SHORT)
            i++;
        add_ends(s, from, i, cost, initial, "e|ay:15|ae:20|eh:30", true, false);
    }
}

static void after_han(struct syllables *s, size_t from, size_t i, int cost, const char *initial)
{
    int32_t next = thai_at(s, i);
    if (next == W) {
        add_ends(s, from, i + 1 + (thai_at(s, i + 1) == A_SHORT), cost, initial, "ua|uo:20|oua:25", true,
                 false);
    } else if (next == Y) {
        lattice_arc(s->l, from, i + 1, cost, initial, "ai", NULL);
    } else {
        add_ends(s, from, i, cost, initial, "a|u:25|ah:40", true, true);
    }
}

static void after_long_a(struct syllables *s, size_t from, size_t i, int cost, const char *initial)
{
    if (thai_at(s, i) == Y && !silenced(s, i))
        lattice_arc(s->l, from, i + 1, cost, initial, "ai|aai:20|ay:15|ye:40", NULL);
    else if (thai_at(s, i) == W && (thai_at(s, i + 1) < A_SHORT || thai_at(s, i + 1) > UU))
        lattice_arc(s->l, from, i + 1, cost, initial, "ao|aw:5|au:15", NULL);
    add_ends(s, from, i, cost, initial, "a|ar:6|aa:12|ah:25", true, false);
}

/* The vowel sign behind the consonants; false: there is none. */
static bool after_sign(struct syllables *s, size_t from, size_t i, int cost, const char *initial)
{
    int32_t c = thai_at(s, i);
    switch (c) {
    case A_SHORT:
        lattice_arc(s->l, from, i + 1, cost, initial, "a", NULL);
        return true;
    case MAI_HAN:
    case 0xE3B: /* Lao */
        if (c == 0xE3B && thai_at(s, i + 1) == W)
            add_ends(s, from, i + 2, cost, initial, "oua|ua:4", true, false);
        else if (c == 0xE3B)
            add_ends(s, from, i + 1, cost, initial, "o", true, true);
        else
            after_han(s, from, i + 1, cost, initial);
        return true;
    case AA:
        after_long_a(s, from, i + 1, cost, initial);
        return true;
    case AM_RING:
        if (thai_at(s, i + 1) == AA)
            lattice_arc(s->l, from, i + 2, cost, initial, "am|um:15|arm:20", NULL);
        else
            add_ends(s, from, i + 1, cost, initial, "o|or:6|aw:12", true, false);
        return true;
    case I:
        if (thai_at(s, i + 1) == W)
            lattice_arc(s->l, from, i + 2, cost, initial, "io|iu:4|iew:8|ew:10", NULL);
        add_ends(s, from, i + 1, cost, initial, "i|e:30|ee:25", true, false);
        return true;
    case II:
        add_ends(s, from, i + 1, cost, initial, "i|ee:1|y:20|ie:25|e:25", true, false);
        return true;
    case UE:
        add_ends(s, from, i + 1, cost, initial, "ue|u:5|eu:12", true, false);
        return true;
    case UEE:
        add_ends(s, from, i + 1 + (thai_at(s, i + 1) == O_ANG), cost, initial, "ue|u:5|eu:8", true, false);
        return true;
    case U:
        add_ends(s, from, i + 1, cost, initial, "u|oo:12|ou:20", true, false);
        return true;
    case UU:
        if (thai_at(s, i + 1) == Y)
            lattice_arc(s->l, from, i + 2, cost, initial, "ui", NULL);
        add_ends(s, from, i + 1, cost, initial, "u|oo:1|ou:12", true, false);
        return true;
    default:
        return false;
    }
}

/* Letters that are vowels behind a consonant; else the vowel is not written. */
static void after_consonant(struct syllables *s, size_t from, size_t i, int cost, const char *initial)
{
    int32_t c = thai_at(s, i);
    if (after_sign(s, from, i, cost, initial))
        return;
    bool end = i >= s->w.n;
    if (c == O_ANG) {
        add_ends(s, from, i + 1, cost, initial, "o|or:4|aw:10|au:30", true, false);
        if (thai_at(s, i + 1) == Y)
            lattice_arc(s->l, from, i + 2, cost, initial, "oi|oy:3", NULL);
    }
    if (c == MAITAIKHU && thai_at(s, i + 1) == O_ANG)
        add_ends(s, from, i + 2, cost, initial, "o|or:15", true, true);
    if (c == W && sound_of(s, i + 1) && sound_of(s, i + 1)->final)
        add_ends(s, from, i + 1, cost + 1, initial, "ua|oua:20", true, true);
    if (c == R && thai_at(s, i + 1) == R) {
        add_ends(s, from, i + 2, cost, initial, "a|u:25", true, true);
        lattice_arc(s->l, from, i + 2, cost + 4, initial, "an|un:25", NULL);
    }
    if (c == R && !silenced(s, i)) /* porn */
        lattice_arc(s->l, from, i + 1, cost + COST_CLOSED, initial, "on|orn:1|or:25", NULL);
    if (c == 0xE3D) /* Lao */
        add_ends(s, from, i + 1, cost, initial, "ia|ie:4|ea:10", true, false);
    lattice_arc(s->l, from, i, cost + (end ? COST_OPEN_END : COST_OPEN), initial, "a", NULL);
    if (s->base == 0)
        add_ends(s, from, i, cost + COST_CLOSED, initial, "o", false, true);
}

static void syllable(struct syllables *s, size_t from, bool lead, size_t n, int cost, const char *initial)
{
    size_t i = from + lead + n;
    if (lead)
        after_lead(s, from, i, cost, initial);
    else
        after_consonant(s, from, i, cost, initial);
}

static bool one_of(int32_t c, const char *set)
{
    struct str s = str_of(set);
    for (size_t at = 0; at < s.n;)
        if (str_utf8_next(s, &at) == c)
            return true;
    return false;
}

/* Two letters at the beginning of one syllable. */
static void cluster(struct syllables *s, size_t from, size_t i, bool lead)
{
    const struct sounds *a = sound_of(s, i), *b = sound_of(s, i + 1);
    int32_t c = thai_at(s, i), d = thai_at(s, i + 1);
    if (!a || !b || silenced(s, i + 1))
        return;
    if (c == 0xE2B && one_of(d, "งญนมยรลว"))
        syllable(s, from, lead, 2, 0, b->initial);
    else if (c == O_ANG && d == Y)
        syllable(s, from, lead, 2, 2, b->initial);
    else if (d == R && one_of(c, "ทสศซ"))
        syllable(s, from, lead, 2, 1, c == 0xE17 ? "s|thr:12|tr:15" : "s|sr:1");
    else if (d == R && c == 0xE08)
        syllable(s, from, lead, 2, 3, "ch|j:4");
    else if (one_of(d, "รล") && one_of(c, "กขคตปผพบดฟธ")) {
        char *both =
            arena_printf(s->l->a, "%.*s%c", (int)strcspn(a->initial, "|:"), a->initial, d == R ? 'r' : 'l');
        if (!both) {
            s->l->err = arena_err(s->l->a);
            return;
        }
        const char *spelt = c == 0xE1E   ? (d == R ? "phr|pr:3" : "phl|pl:3")
                            : c == 0xE04 ? (d == R ? "khr|kr:3|cr:40" : "khl|kl:3")
                            : c == 0xE02 ? (d == R ? "khr|kr:3" : "khl|kl:3")
                                         : both;
        syllable(s, from, lead, 2, 0, spelt);
    } else if (d == W && one_of(c, "กขค"))
        syllable(s, from, lead, 2, 0, c == 0xE01 ? "kw|gw:30|qu:60" : "khw|kw:3|qu:60");
}

static void elements(struct syllables *s, size_t from)
{
    for (size_t i = 0; i < COUNT(ELEMENTS); i++) {
        struct str known = str_of(ELEMENTS[i].thai);
        size_t at = 0, n = 0;
        bool all = true;
        while (all && at < known.n) {
            int32_t c = str_utf8_next(known, &at);
            if (c >= 0xE48 && c <= 0xE4B)
                continue;
            all = letter_at(s->w, from + n++) == c;
        }
        int32_t after = thai_at(s, from + n);
        if (all && !(after >= A_SHORT && after <= UU) && after != SILENCER && after != MAITAIKHU)
            lattice_arc(s->l, from, from + n, n > 2 ? COST_ELEMENT : COST_ELEMENT + 4, ELEMENTS[i].latin,
                        NULL, NULL);
    }
}

static void from_place(struct syllables *s, size_t i)
{
    int32_t c = thai_at(s, i);
    bool lead = c >= 0xE40 && c <= 0xE44;
    const struct sounds *sound = sound_of(s, i + lead);
    if (s->base == 0)
        elements(s, i);
    if (thai_at(s, i + 1) == SILENCER)
        lattice_arc(s->l, i, i + 2, 0, "", NULL, NULL);
    else if (silenced(s, i))
        lattice_arc(s->l, i, i + 3, 0, "", NULL, NULL);
    else if (sound && silenced(s, i + 1) && i > 0) /* two letters, of which one has the sign: chan(tr) */
        lattice_arc(s->l, i, i + (thai_at(s, i + 2) == SILENCER ? 3 : 4), 3, "", NULL, NULL);
    if (sound && !silenced(s, i + lead)) {
        syllable(s, i, lead, 1, 0, sound->initial);
        cluster(s, i, i + lead, lead);
        if (lead && sound_of(s, i + 2)) { /* sa-ne: the short a stands behind the leading vowel */
            const struct sounds *second = sound_of(s, i + 2);
            char *both = arena_printf(s->l->a, "%.*sa%.*s", (int)strcspn(sound->initial, "|:"),
                                      sound->initial, (int)strcspn(second->initial, "|:"), second->initial);
            if (!both)
                s->l->err = arena_err(s->l->a);
            else
                syllable(s, i, lead, 2, 10, both);
        }
    }
    if (c == 0xE24) /* rue */
        lattice_arc(s->l, i, i + 1, 0, "rue|ri:3|ru:6|roe:20", NULL, NULL);
    lattice_arc(s->l, i, i + 1, COST_SKIP, sound && !lead ? sound->initial : "", NULL, NULL);
}

static enum err read_syllables(struct reader *r, const struct sounds *sounds, size_t n, int32_t base)
{
    struct letters w;
    TRY(letters_of(r->a, r->word->written, &w));
    int32_t *kept = ARENA_ARRAY(r->a, w.n + 1, int32_t);
    size_t left = 0;
    if (!kept)
        return arena_err(r->a);
    for (size_t i = 0; i < w.n; i++) {
        int32_t c = w.p[i] - base;
        if (!((c >= 0xE48 && c <= 0xE4B) || c == 0xE3A || c == 0xE4E || c == 0xE46)) /* tones, marks */
            kept[left++] = w.p[i];
    }
    if (left == 0)
        return OK;
    struct lattice l = lattice_new(r->a, left);
    struct syllables s = {&l, {kept, left}, sounds, n, base};
    for (size_t i = 0; i < left && l.err == OK; i++)
        from_place(&s, i);
    lattice_collect(&l, &r->c, 0, READING_ROMANISED);
    return OK;
}

enum err read_thai(struct reader *r)
{
    return read_syllables(r, THAI, COUNT(THAI), 0);
}

/* Lao writes every vowel; its letters lie where Thai has them. */
enum err read_lao(struct reader *r)
{
    return read_syllables(r, LAO, COUNT(LAO), 0x80);
}
