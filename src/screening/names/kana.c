/* SPDX-License-Identifier: Apache-2.0 */
/* kana.c - hiragana and katakana. Native names by the passport's Hepburn with long vowels as they are also
 * spelt (o, ou, oh); katakana beside it as what it writes down: a foreign name, whose l and r, b and v, th
 * and s are one and which has vowels it never had (SOMCHAI is so-mu-cha-i). */
#include "screening/names/own.h"
#include <string.h>

struct mora {
    const char *kana, *native, *foreign; /* consonants; the first of native is Hepburn's */
    char vowel;                          /* 0: none */
};
static const struct mora MORAS[] = {
    {"きゃ", "ky", "ky|c:20", 'a'},
    {"きゅ", "ky", "ky|c:15|q:25", 'u'},
    {"きょ", "ky", "ky", 'o'},
    {"ぎゃ", "gy", "gy|ga:30", 'a'},
    {"ぎゅ", "gy", "gy", 'u'},
    {"ぎょ", "gy", "gy", 'o'},
    {"しゃ", "sh|sy:25", "sh|sy:15|x:20|ch:30|si:25", 'a'},
    {"しゅ", "sh|sy:25", "sh|x:20|s:25|ch:30", 'u'},
    {"しょ", "sh|sy:25", "sh|x:20|si:25|ch:30", 'o'},
    {"しぇ", "sh", "sh|x:15|che:30", 'e'},
    {"じゃ", "j|jy:25|zy:25", "j|zh:12|y:25|ja:60|dja:25", 'a'},
    {"じゅ", "j|jy:25|zy:25", "j|zh:15|ju:60", 'u'},
    {"じょ", "j|jy:25|zy:25", "j|zh:15|ge:25|jh:15", 'o'},
    {"じぇ", "j", "j|ge:60|g:8|zh:20", 'e'},
    {"ちゃ", "ch|ty:30", "ch|tr:12|zh:20|j:25|c:20", 'a'},
    {"ちゅ", "ch|ty:30", "ch|tr:15|zh:20|ky:25", 'u'},
    {"ちょ", "ch|ty:30", "ch|tr:15|ky:25|zh:20", 'o'},
    {"ちぇ", "ch", "ch|ce:40|tr:20|cz:25", 'e'},
    {"にゃ", "ny", "ny|nh:10|ni:12", 'a'},
    {"にゅ", "ny", "ny|nh:15|n:20", 'u'},
    {"にょ", "ny", "ny|nh:12|n:25", 'o'},
    {"ひゃ", "hy", "hy", 'a'},
    {"ひゅ", "hy", "hy|hu:10|h:15", 'u'},
    {"ひょ", "hy", "hy", 'o'},
    {"びゃ", "by", "by|v:25", 'a'},
    {"びゅ", "by", "by|vy:15|b:20", 'u'},
    {"びょ", "by", "by", 'o'},
    {"ぴゃ", "py", "py|phy:15", 'a'},
    {"ぴゅ", "py", "py|phy:12", 'u'},
    {"ぴょ", "py", "py|phy:12", 'o'},
    {"みゃ", "my", "my", 'a'},
    {"みゅ", "my", "my", 'u'},
    {"みょ", "my", "my", 'o'},
    {"りゃ", "ry", "ry|ly:4|lia:30", 'a'},
    {"りゅ", "ry", "ry|ly:4|l:20", 'u'},
    {"りょ", "ry", "ry|ly:4", 'o'},
    {"てぃ", "t", "t|th:6", 'i'},
    {"でぃ", "d", "d|dh:20", 'i'},
    {"とぅ", "t", "t|th:8", 'u'},
    {"どぅ", "d", "d|dh:15", 'u'},
    {"てゅ", "ty", "tu:10|ty", 'u'},
    {"でゅ", "dy", "dy|d:10", 'u'},
    {"ふぁ", "f", "f|ph:6", 'a'},
    {"ふぃ", "f", "f|ph:6", 'i'},
    {"ふぇ", "f", "f|ph:6", 'e'},
    {"ふぉ", "f", "f|ph:6", 'o'},
    {"ふゅ", "fy", "fy|f:10", 'u'},
    {"うぃ", "w", "w|v:15|u:15", 'i'},
    {"うぇ", "w", "w|v:15|u:15", 'e'},
    {"うぉ", "w", "w|v:20|u:15", 'o'},
    {"いぇ", "y", "y|ie:40", 'e'},
    {"ゔぁ", "v", "v|w:20|b:15", 'a'},
    {"ゔぃ", "v", "v|w:20|b:15", 'i'},
    {"ゔぇ", "v", "v|w:20|b:15", 'e'},
    {"ゔぉ", "v", "v|w:20|b:15", 'o'},
    {"くぁ", "kw", "qu:5|kw|khw:12", 'a'},
    {"くぃ", "kw", "qu:5|kw|khw:12", 'i'},
    {"くぇ", "kw", "qu:5|kw|khw:12", 'e'},
    {"くぉ", "kw", "qu:5|kw|khw:12", 'o'},
    {"ぐぁ", "gw", "gu:5|gw|ngw:25", 'a'},
    {"ぐぃ", "gw", "gu:5|gw", 'i'},
    {"ぐぇ", "gw", "gu:5|gw|nguy:10", 'e'},
    {"つぁ", "ts", "ts|z:15|c:20", 'a'},
    {"つぃ", "ts", "ts|z:15|ci:60", 'i'},
    {"つぇ", "ts", "ts|z:15", 'e'},
    {"つぉ", "ts", "ts|z:15|c:15", 'o'},
    {"すぃ", "s", "s|th:20", 'i'},
    {"ずぃ", "z", "z|d:25", 'i'},
    {"か", "k", "k|c:8|kh:10|g:30", 'a'},
    {"き", "k", "k|kh:12|qu:25|ky:20", 'i'},
    {"く", "k", "k|c:10|kh:15|g:30", 'u'},
    {"け", "k", "k|kh:15|qu:25|c:25", 'e'},
    {"こ", "k", "k|c:8|kh:10", 'o'},
    {"が", "g", "g|ng:20|gh:20", 'a'},
    {"ぎ", "g", "g|gh:20|gu:20", 'i'},
    {"ぐ", "g", "g|ng:15|gh:20|gu:30", 'u'},
    {"げ", "g", "g|gh:20|gu:20", 'e'},
    {"ご", "g", "g|ng:15|gh:20", 'o'},
    {"さ", "s", "s|th:20|xa:40", 'a'},
    {"し", "sh|s:25", "s|sh|c:20|x:25", 'i'},
    {"す", "s", "s|z:8|th:10|c:30", 'u'},
    {"せ", "s", "s|th:20|c:12|ce:60", 'e'},
    {"そ", "s", "s|th:20|so:80", 'o'},
    {"ざ", "z", "z|s:8|d:25", 'a'},
    {"じ", "j|z:30", "j|z:8|g:12|d:15|gi:30", 'i'},
    {"ず", "z", "z|s:8|d:15|th:25", 'u'},
    {"ぜ", "z", "z|s:10|d:25", 'e'},
    {"ぞ", "z", "z|s:10|d:25", 'o'},
    {"た", "t", "t|th:6|ta:80", 'a'},
    {"ち", "ch|t:30", "ch|t:6|ky:15|tr:25|q:20|th:10", 'i'},
    {"つ", "ts|t:30", "ts|t:6|th:15|z:20", 'u'},
    {"て", "t", "t|th:10", 'e'},
    {"と", "t", "t|th:10", 'o'},
    {"だ", "d", "d|dh:15", 'a'},
    {"ぢ", "j|d:30", "j|d:8", 'i'},
    {"づ", "z|dz:20|d:30", "z|d:10", 'u'},
    {"で", "d", "d|dh:20", 'e'},
    {"ど", "d", "d|dh:15", 'o'},
    {"な", "n", "n", 'a'},
    {"に", "n", "n|ny:15", 'i'},
    {"ぬ", "n", "n", 'u'},
    {"ね", "n", "n", 'e'},
    {"の", "n", "n", 'o'},
    {"は", "h", "h|ja:90|j:30", 'a'},
    {"ひ", "h", "h|j:30", 'i'},
    {"ふ", "f|h:25", "f|h:2|ph:12", 'u'},
    {"へ", "h", "h|j:25|ge:60", 'e'},
    {"ほ", "h", "h|j:20", 'o'},
    {"ば", "b", "b|v:8|w:30|bh:25", 'a'},
    {"び", "b", "b|v:8|bh:25", 'i'},
    {"ぶ", "b", "b|v:10|bh:25", 'u'},
    {"べ", "b", "b|v:8", 'e'},
    {"ぼ", "b", "b|v:12", 'o'},
    {"ぱ", "p", "p|ph:6", 'a'},
    {"ぴ", "p", "p|ph:6", 'i'},
    {"ぷ", "p", "p|ph:10", 'u'},
    {"ぺ", "p", "p|ph:8", 'e'},
    {"ぽ", "p", "p|ph:6", 'o'},
    {"ま", "m", "m", 'a'},
    {"み", "m", "m", 'i'},
    {"む", "m", "m", 'u'},
    {"め", "m", "m", 'e'},
    {"も", "m", "m", 'o'},
    {"や", "y", "y|ja:60|ia:50", 'a'},
    {"ゆ", "y", "y", 'u'},
    {"よ", "y", "y", 'o'},
    {"ら", "r", "r|l:4", 'a'},
    {"り", "r", "r|l:4", 'i'},
    {"る", "r", "r|l:3", 'u'},
    {"れ", "r", "r|l:4", 'e'},
    {"ろ", "r", "r|l:4", 'o'},
    {"わ", "w", "w|v:15|u:25|oi:60", 'a'},
    {"ゐ", "", "", 'i'},
    {"ゑ", "", "", 'e'},
    {"を", "", "w:10|", 'o'},
    {"ゔ", "v", "v|b:10|w:20", 'u'},
    {"あ", "", "|ah:60", 'a'},
    {"い", "", "|y:15|e:60", 'i'},
    {"う", "", "|w:20|oo:80", 'u'},
    {"え", "", "|ye:60", 'e'},
    {"お", "", "|w:40", 'o'},
    {"ぁ", "", "", 'a'},
    {"ぃ", "", "", 'i'},
    {"ぅ", "", "", 'u'},
    {"ぇ", "", "", 'e'},
    {"ぉ", "", "", 'o'},
    {"ゃ", "y", "y", 'a'},
    {"ゅ", "y", "y", 'u'},
    {"ょ", "y", "y", 'o'},
    {"ゎ", "w", "w", 'a'},
    {"ゕ", "k", "k", 'a'},
    {"ゖ", "k|g:5", "k", 'e'},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct mora *mora_at(struct str s, size_t at)
{
    for (size_t i = 0; i < COUNT(MORAS); i++) {
        size_t n = strlen(MORAS[i].kana);
        if (s.n - at >= n && memcmp(s.p + at, MORAS[i].kana, n) == 0)
            return &MORAS[i];
    }
    return NULL;
}

static bool kana_is(struct str s, size_t at, const char *kana)
{
    return at + 3 <= s.n && memcmp(s.p + at, kana, 3) == 0;
}

static bool is_long_mark(struct str s, size_t at)
{
    return kana_is(s, at, "ー");
}

static char first_consonant(struct str s, size_t at)
{
    const struct mora *m = at < s.n ? mora_at(s, at) : NULL;
    return m && *m->native && *m->native != '|' ? *m->native : 0;
}

static const char *single(char c)
{
    static const char letters[] =
        "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z";
    return c >= 'a' && c <= 'z' ? letters + 2 * (c - 'a') : "";
}

/* The vowel of a native mora, and how many bytes of lengthening it takes with it. */
static const char *native_vowel(char vowel, struct str s, size_t next, size_t *ret_taken)
{
    bool u = kana_is(s, next, "う"), mark = is_long_mark(s, next);
    *ret_taken = 0;
    if (vowel == 'o' && (u || kana_is(s, next, "お") || mark)) {
        *ret_taken = 3;
        return u ? "o|ou:4|oh:6|oo:14" : "o|oo:4|oh:6|ou:14";
    }
    if (vowel == 'u' && (u || mark)) {
        *ret_taken = 3;
        return "u|uu:6|oo:25";
    }
    if (mark) {
        *ret_taken = 3;
        return vowel == 'a' ? "a|aa:6|ah:10" : vowel == 'i' ? "i|ii:6|ee:10" : "e|ei:8|ee:10";
    }
    return single(vowel);
}

static bool labial_follows(struct str s, size_t at)
{
    char c = first_consonant(s, at);
    return c == 'b' || c == 'm' || c == 'p';
}

static void native_arc(struct lattice *l, struct str s, size_t at, size_t *ret_next)
{
    const struct mora *m = mora_at(s, at);
    size_t taken = 3;
    if (m) {
        size_t n = strlen(m->kana), longer;
        const char *vowel = native_vowel(m->vowel, s, at + n, &longer);
        taken = n + longer;
        lattice_arc(l, at, at + taken, 0, m->native, vowel, NULL);
    } else if (kana_is(s, at, "ん")) {
        lattice_arc(l, at, at + 3, 0, labial_follows(s, at + 3) ? "m:2|n" : "n", NULL, NULL);
    } else if (kana_is(s, at, "っ")) {
        char c = first_consonant(s, at + 3);
        lattice_arc(l, at, at + 3, 0, c == 'c' ? "t|c:10" : single(c), NULL, NULL);
    } else {
        size_t next = at;
        str_utf8_next(s, &next);
        taken = next - at;
        lattice_arc(l, at, next, 0, "", NULL, NULL);
    }
    *ret_next = at + taken;
}

void collect_kana(struct collector *c, struct arena *a, struct str hiragana, int cost, int cost_variants,
                  enum reading_of of)
{
    struct lattice l = lattice_new(a, hiragana.n);
    struct way *ways;
    size_t n;
    for (size_t at = 0; at < hiragana.n && l.err == OK;)
        native_arc(&l, hiragana, at, &at);
    enum err err = lattice_ways(&l, &ways, &n);
    if (err != OK) {
        c->err = err;
        return;
    }
    for (size_t i = 0; i < n && i < 6; i++)
        collect(c, ways[i].text, hiragana, i == 0 ? cost : cost_variants + ways[i].cost, of);
}

/* The vowel of a foreign mora: katakana puts one where the name had none, and lengthens it for an r. */
static const char *foreign_vowel(const struct mora *m, struct str s, bool first, size_t next,
                                 size_t *ret_taken)
{
    bool mark = is_long_mark(s, next), last = next + (mark ? 3 : 0) >= s.n;
    char c = *m->foreign;
    *ret_taken = mark ? 3 : 0;
    switch (m->vowel) {
    case 'a':
        return mark ? "a|ar:5|er:6|aa:12|ah:15" : last ? "a|ar:20|er:20|ah:30|aa:30" : "a|u:25|aa:30|e:30";
    case 'i':
        return mark ? "i|ee:3|y:4|ie:15|ey:25" : last ? "i|y:8|e:20|:20|ih:30" : "i|e:20|y:20|ee:20|:20";
    case 'u':
        if (mark)
            return "u|oo:6|uu:8|ou:12|ew:25";
        if (c && strchr("kgsztfbpmlrv", c))
            return first ? "u|:2|oo:20" : last ? "|u:5|e:12" : "|u:2|oo:25";
        return "u|oo:12|ue:30|eu:30|:30|uo:25";
    case 'e':
        return mark ? "e|ay:10|a:12|ei:12|ae:12|er:20" : "e|ae:15|a:25|ai:25";
    default:
        if (mark)
            return "o|or:3|au:10|aw:10|oh:12|oo:15|aung:60";
        return (c == 't' || c == 'd') ? (first  ? "o|:8|or:20"
                                         : last ? "|o:3"
                                                : "o|:3|or:20")
                                      : "o|or:15|aw:25|a:25|u:25";
    }
}

static void foreign_arc(struct lattice *l, struct str s, size_t at, size_t *ret_next)
{
    const struct mora *m = mora_at(s, at);
    size_t taken = 3;
    if (m) {
        size_t n = strlen(m->kana), longer;
        const char *vowel = foreign_vowel(m, s, at == 0, at + n, &longer);
        taken = n + longer;
        lattice_arc(l, at, at + taken, 0, m->foreign, vowel, NULL);
        if (m->vowel == 'e' && kana_is(s, at + n, "い")) /* day-vid: ei is one sound in English */
            lattice_arc(l, at, at + n + 3, 0, m->foreign, "ei:1|a:4|ay:4|ai:10", NULL);
        if (at == 0 && kana_is(s, 0, "う") && kana_is(s, 3, "ら"))
            lattice_arc(l, 0, 3, 4, "v", NULL, NULL);
    } else if (kana_is(s, at, "ん")) {
        lattice_arc(l, at, at + 3, 0, labial_follows(s, at + 3) ? "m:2|n" : "n|ng:3|m:10|nh:15|nn:30", NULL,
                    NULL);
    } else if (kana_is(s, at, "っ")) {
        static const char *const doubled[] = {"|k:4|c:8", "|t:4", "|p:4|pp:90", "|s:3", "|d:4", "|g:4"};
        static const char letters[] = "ktpsdg";
        char c = first_consonant(s, at + 3);
        const char *found = c ? strchr(letters, c) : NULL;
        lattice_arc(l, at, at + 3, 0, found ? doubled[found - letters] : "|t:15|k:15", NULL, NULL);
    } else {
        size_t next = at;
        str_utf8_next(s, &next);
        taken = next - at;
        lattice_arc(l, at, next, 0, "", NULL, NULL);
    }
    *ret_next = at + taken;
}

static enum err as_hiragana(struct arena *a, struct str s, struct str *ret, bool *ret_katakana)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    *ret_katakana = false;
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        int32_t c = str_utf8_next(s, &at);
        if (c >= 0x30A1 && c <= 0x30F6) {
            c -= 0x60;
            *ret_katakana = true;
            p[n++] = (char)0xE3;
            p[n++] = (char)(0x80 | ((c >> 6) & 0x3F));
            p[n++] = (char)(0x80 | (c & 0x3F));
        } else {
            memcpy(p + n, s.p + from, at - from);
            n += at - from;
        }
    }
    *ret = (struct str){p, n};
    return OK;
}

/* Is one letter changed, added or left out? */
static bool nearly_same(struct str a, struct str b)
{
    struct str longer = a.n >= b.n ? a : b, shorter = a.n >= b.n ? b : a;
    size_t head = 0, tail = 0;
    while (head < shorter.n && longer.p[head] == shorter.p[head])
        head++;
    while (tail < shorter.n - head && longer.p[longer.n - 1 - tail] == shorter.p[shorter.n - 1 - tail])
        tail++;
    return longer.n - head - tail <= 1;
}

/* What is one letter from a likelier one adds little, since spellings are compared with some letters'
 * tolerance: it comes later, and there is room for what is farther away. */
static enum err collect_apart(struct reader *r, struct lattice *l)
{
    enum { COST_NEARLY_SAME = 10 };
    struct way *ways;
    size_t n;
    TRY(lattice_ways(l, &ways, &n));
    bool *kept = ARENA_ARRAY(r->a, n + 1, bool);
    if (!kept)
        return arena_err(r->a);
    for (size_t i = 0; i < n; i++) {
        kept[i] = true;
        for (size_t k = 0; k < i && kept[i]; k++)
            kept[i] = !kept[k] || !nearly_same(ways[i].text, ways[k].text);
        int cost = 1 + ways[i].cost - ways[0].cost;
        collect(&r->c, ways[i].text, (struct str){0}, kept[i] ? cost : cost + COST_NEARLY_SAME,
                READING_ROMANISED);
    }
    r->c.more = r->c.more || l->more;
    return r->c.err;
}

enum err read_kana(struct reader *r)
{
    struct str hiragana;
    bool katakana;
    TRY(as_hiragana(r->a, r->word->written, &hiragana, &katakana));
    collect_kana(&r->c, r->a, hiragana, 0, katakana ? 30 : 4, READING_ROMANISED);
    if (!katakana)
        return OK;
    struct lattice l = lattice_new(r->a, hiragana.n);
    for (size_t at = 0; at < hiragana.n && l.err == OK;)
        foreign_arc(&l, hiragana, at, &at);
    return collect_apart(r, &l);
}
