/* SPDX-License-Identifier: Apache-2.0 */
/* alphabets.c - Cyrillic, Greek, Armenian, Georgian, Hebrew. The first choice is what passports print (ICAO
 * 9303-3 for Cyrillic, ELOT 743 for Greek, ISO 9985 and the Georgian national system without apostrophes),
 * behind it what is usual elsewhere. */
#include "screening/names/own.h"
#include <string.h>

static const struct rule CYRILLIC[] = {
    {"дж", "dzh|j:10"},
    {"кс", "ks|x:8"},
    {"ий$", "iy|y:4|i:8|ii:12|ij:15"},
    {"ый$", "yy|y:4|yi:12|iy:15"},
    {"ия", "iya|ia:3|ija:25"},
    {"ья", "ya|ia:8|ja:25"},
    {"ье", "ye|ie:8|je:25|e:20"},
    {"ьё", "yo|io:10|ye:15"},
    {"ью", "yu|iu:8|ju:25"},
    {"ьо", "yo|io:5|o:15"},
    {"ъе", "ye|ie:10|e:20"},
    {"^е", "e|ye:4|je:25"},
    {"ае", "ae|aye:6|aje:25"},
    {"ее", "ee|eye:6"},
    {"ие", "ie|iye:6"},
    {"ое", "oe|oye:8"},
    {"^ё", "yo|e:8|io:20|jo:25"},
    {"шё", "she|sho:4|shyo:25"},
    {"чё", "che|cho:4|chyo:25"},
    {"щё", "shche|shcho:6"},
    {"ё", "e|yo:6|io:10|jo:25"},
    {"а", "a"},
    {"б", "b"},
    {"в", "v|w:40|ff:60"},
    {"г", "g|h:35"},
    {"ґ", "g"},
    {"ѓ", "g|gj:10"},
    {"д", "d"},
    {"ђ", "dj|d:10"},
    {"е", "e|ie:45|ye:45"},
    {"є", "ie|ye:3|e:15"},
    {"ж", "zh|j:20|z:30"},
    {"з", "z|s:60"},
    {"ѕ", "dz"},
    {"и", "i|y:35"},
    {"і", "i"},
    {"ї", "i|yi:4"},
    {"ј", "j|y:10"},
    {"^й", "y|i:8|j:20"},
    {"й", "i|y:3|j:20"},
    {"к", "k|c:60"},
    {"л", "l"},
    {"љ", "lj|l:15"},
    {"м", "m"},
    {"н", "n"},
    {"њ", "nj|n:15"},
    {"о", "o"},
    {"п", "p"},
    {"р", "r"},
    {"с", "s|ss:45"},
    {"т", "t"},
    {"ћ", "c|ch:10|t:40"},
    {"ќ", "k|kj:10"},
    {"у", "u|ou:40"},
    {"ў", "w|u:5"},
    {"ф", "f|ph:60"},
    {"х", "kh|h:6"},
    {"ц", "ts|c:15|tz:25"},
    {"ч", "ch|tch:30|c:40"},
    {"џ", "dz|dzh:10"},
    {"ш", "sh|s:45|sch:40"},
    {"щ", "shch|sch:15|sht:25|sh:30"},
    {"ъ", "|ie:15|a:30"},
    {"ы", "y|i:20"},
    {"ь", ""},
    {"э", "e"},
    {"ю", "iu|yu:2|ju:25"},
    {"я", "ia|ya:2|ja:25"},
    {"ә", "a|e:10|ae:20"},
    {"ғ", "g|gh:5"},
    {"қ", "k|q:4"},
    {"ң", "n|ng:4"},
    {"ө", "o|u:20|oe:20"},
    {"ү", "u|y:30|ue:25"},
    {"ұ", "u"},
    {"һ", "h"},
    {"ҳ", "h|kh:15"},
    {"ҷ", "j"},
    {"ӣ", "i"},
    {"ӯ", "u|o:20"},
    {"ҝ", "g"},
    {"ҹ", "j"},
};

static const struct rule GREEK[] = {
    {"^γκ", "gk|g:3"},
    {"γκ", "gk|g:10|ng:15"},
    {"γγ", "ng|gg:15"},
    {"γχ", "nch|nkh:20"},
    {"γξ", "nx"},
    {"^μπ", "b|mp:8"},
    {"μπ", "mp|b:8|mb:8"},
    {"^ντ", "nt|d:4"},
    {"ντ", "nt|nd:10|d:25"},
    {"τζ", "tz|j:20"},
    {"αυ", "av|au:8|af:4"},
    {"αύ", "av|au:8|af:4"},
    {"ευ", "ev|eu:6|ef:4"},
    {"εύ", "ev|eu:6|ef:4"},
    {"ου", "ou|u:8"},
    {"ού", "ou|u:8"},
    {"οι", "oi|i:15"},
    {"ει", "ei|i:8"},
    {"εί", "ei|i:8"},
    {"αι", "ai|e:20"},
    {"αί", "ai|e:20"},
    {"α", "a"},
    {"ά", "a"},
    {"β", "v|b:8"},
    {"γ", "g|y:20|gh:25"},
    {"δ", "d|dh:35|th:60"},
    {"ε", "e"},
    {"έ", "e"},
    {"ζ", "z"},
    {"η", "i|e:6"},
    {"ή", "i|e:6"},
    {"θ", "th"},
    {"ι", "i"},
    {"ί", "i"},
    {"ϊ", "i"},
    {"ΐ", "i"},
    {"κ", "k|c:20"},
    {"λ", "l"},
    {"μ", "m"},
    {"ν", "n"},
    {"ξ", "x|ks:10"},
    {"ο", "o"},
    {"ό", "o"},
    {"π", "p"},
    {"ρ", "r"},
    {"σ", "s"},
    {"ς", "s"},
    {"τ", "t"},
    {"υ", "y|i:6|u:25"},
    {"ύ", "y|i:6|u:25"},
    {"ϋ", "y|i:6"},
    {"ΰ", "y|i:6"},
    {"φ", "f|ph:6"},
    {"χ", "ch|h:8|kh:10"},
    {"ψ", "ps"},
    {"ω", "o"},
    {"ώ", "o"},
};

static const struct rule ARMENIAN[] = {
    {"ու", "u|ou:20"},
    {"եւ", "ev|yev:10"},
    {"^ե", "ye|e:5"},
    {"^ո", "vo|o:15"},
    {"ա", "a"},
    {"բ", "b|p:35"},
    {"գ", "g|k:35"},
    {"դ", "d|t:35"},
    {"ե", "e"},
    {"զ", "z"},
    {"է", "e"},
    {"ը", "y|:10|e:15"},
    {"թ", "t"},
    {"ժ", "zh|j:20"},
    {"ի", "i"},
    {"լ", "l"},
    {"խ", "kh"},
    {"ծ", "ts|dz:25"},
    {"կ", "k|g:30"},
    {"հ", "h"},
    {"ձ", "dz|ts:30"},
    {"ղ", "gh"},
    {"ճ", "ch|j:25|tch:30"},
    {"մ", "m"},
    {"յ", "y|h:30"},
    {"ն", "n"},
    {"շ", "sh"},
    {"ո", "o"},
    {"չ", "ch"},
    {"պ", "p|b:30"},
    {"ջ", "j|dj:25|ch:30"},
    {"ռ", "r|rr:35"},
    {"ս", "s"},
    {"վ", "v"},
    {"տ", "t|d:30"},
    {"ր", "r"},
    {"ց", "ts"},
    {"ւ", "v|u:20"},
    {"փ", "p"},
    {"ք", "k"},
    {"օ", "o"},
    {"ֆ", "f"},
    {"և", "ev|yev:10"},
};

static const struct rule GEORGIAN[] = {
    {"ა", "a"},      {"ბ", "b"},  {"გ", "g"},      {"დ", "d"},  {"ე", "e"},  {"ვ", "v"},  {"ზ", "z"},
    {"თ", "t"},      {"ი", "i"},  {"კ", "k"},      {"ლ", "l"},  {"მ", "m"},  {"ნ", "n"},  {"ო", "o"},
    {"პ", "p"},      {"ჟ", "zh"}, {"რ", "r"},      {"ს", "s"},  {"ტ", "t"},  {"უ", "u"},  {"ფ", "p|ph:15"},
    {"ქ", "k|q:40"}, {"ღ", "gh"}, {"ყ", "q|k:15"}, {"შ", "sh"}, {"ჩ", "ch"}, {"ც", "ts"}, {"ძ", "dz"},
    {"წ", "ts"},     {"ჭ", "ch"}, {"ხ", "kh"},     {"ჯ", "j"},  {"ჰ", "h"},
};

/* Modern Hebrew without points: vowels are chosen. */
static const struct rule HEBREW[] = {
    {"^יהו", "yeho|jeho:20"},
    {"^יש", "yis|is:10|yish:15|yes:20"},
    {"^י", "y|i:10|j:20"},
    {"^ו", "v|w:15"},
    {"^א", "a|e:5|i:15|o:20|"},
    {"^ע", "a|e:10|o:15"},
    {"ה$", "a|ah:4|e:12|eh:12"},
    {"א$", "a"},
    {"ח$", "ch|h:6|kh:20"},
    {"ך$", "ch|kh:10|k:20"},
    {"א", "a|:8"},
    {"ב", "b|v:4"},
    {"ג", "g"},
    {"ד", "d"},
    {"ה", "h"},
    {"וו", "v|w:10"},
    {"ו", "o|u:4|v:12"},
    {"ז", "z"},
    {"ח", "h|ch:4|kh:20"},
    {"ט", "t"},
    {"יי", "ay|ai:5|ei:10"},
    {"י", "i|y:10|e:25|ei:25"},
    {"כ", "k|ch:8|c:20"},
    {"ל", "l"},
    {"מ", "m"},
    {"ם", "m"},
    {"נ", "n"},
    {"ן", "n"},
    {"ס", "s"},
    {"ע", "a|:6|e:15"},
    {"פ", "p|f:4|ph:15"},
    {"ף", "f|ph:10"},
    {"צ", "tz|ts:4|z:20"},
    {"ץ", "tz|ts:4|z:20"},
    {"ק", "k|c:20|q:30"},
    {"ר", "r"},
    {"ש", "sh|s:8"},
    {"ת", "t|th:10"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TABLE(script, rules)        \
    {                               \
        script, rules, COUNT(rules) \
    }

static const struct {
    const char *script;
    const struct rule *rules;
    size_t n;
} ALPHABETS[] = {
    TABLE("Cyrl", CYRILLIC),
    TABLE("Grek", GREEK),
    TABLE("Armn", ARMENIAN),
    TABLE("Geor", GEORGIAN),
};

/* Names that are spelt by custom. */
static const struct rule HEBREW_NAMES[] = {
    {"משה", "moshe|moses:15"},
    {"יהושע", "yehoshua|joshua:10"},
    {"בנימין", "binyamin|benjamin:4"},
    {"שרה", "sara|sarah:1"},
    {"דוד", "david|dawid:20"},
    {"יוסף", "yosef|joseph:4"},
    {"יעקב", "yaakov|yakov:4|jacob:6"},
    {"אברהם", "avraham|abraham:3"},
    {"שלמה", "shlomo|solomon:12"},
    {"רחל", "rachel|rahel:3"},
    {"רבקה", "rivka|rebecca:8"},
    {"חיים", "haim|chaim:2"},
    {"מרים", "miriam|miryam:3"},
    {"כהן", "cohen|kohen:4"},
    {"לוי", "levi|levy:2"},
    {"שמעון", "shimon|simon:6"},
    {"שמואל", "shmuel|samuel:5"},
    {"יצחק", "yitzhak|itzhak:2|yitzchak:3|isaac:10"},
    {"אליהו", "eliyahu|elijah:12"},
    {"מיכאל", "michael|mikhael:5"},
    {"אסתר", "ester|esther:1"},
    {"חנה", "hana|chana:2|hannah:3"},
    {"נתניהו", "netanyahu"},
    {"ישראל", "israel|yisrael:3"},
    {"לאה", "lea|leah:1"},
    {"אהרן", "aharon|aaron:5"},
    {"מרדכי", "mordechai|mordekhai:5"},
};

/* Between two consonants Hebrew leaves a vowel out that Latin letters have. */
static bool is_hebrew_consonant(int32_t c)
{
    return c >= 0x5D0 && c <= 0x5EA && c != 0x5D0 && c != 0x5D5 && c != 0x5D9 && c != 0x5E2;
}

static enum err read_hebrew(struct reader *r)
{
    struct str s = r->word->written;
    char consonants[NAME_LETTERS_MAX];
    struct lattice plain = lattice_new(r->a, s.n), full = lattice_new(r->a, s.n);
    bool known = false;
    for (size_t i = 0; i < COUNT(HEBREW_NAMES); i++)
        if (str_is(s, HEBREW_NAMES[i].from)) {
            collect_spec(&r->c, HEBREW_NAMES[i].to, 0, READING_ROMANISED);
            known = true;
        }
    if (!rules_read(HEBREW, COUNT(HEBREW), s, &plain))
        r->word->flags |= WORD_UNREAD;
    for (size_t at = 0, next; at < s.n; at = next) {
        size_t i = 0, n;
        next = at;
        int32_t c = str_utf8_next(s, &next);
        size_t after = next;
        int32_t follows = next < s.n ? str_utf8_next(s, &after) : 0;
        bool last = after >= s.n;
        const char *vowel =
            is_hebrew_consonant(c) && is_hebrew_consonant(follows) && !(follows == 0x5D4 && last)
                ? "a|e:4|:6|i:12|o:15"
                : NULL;
        if (at == 0 && c == 0x5D9)
            vowel = "a|e:2|:4|o:15";
        for (; i < COUNT(HEBREW); i++) {
            const char *from = HEBREW[i].from + (*HEBREW[i].from == '^' && at == 0);
            n = strlen(from);
            bool end = next == s.n && n == 3 && from[2] == '$' && memcmp(from, s.p + at, 2) == 0;
            if (end || (n == next - at && memcmp(from, s.p + at, n) == 0))
                break;
        }
        lattice_arc(&full, at, next, 0, i < COUNT(HEBREW) ? HEBREW[i].to : "", vowel, NULL);
    }
    lattice_collect(&full, &r->c, known ? 30 : 0, READING_ROMANISED);
    struct way *ways;
    size_t n;
    TRY(lattice_ways(&plain, &ways, &n));
    if (n && ways[0].text.n <= NAME_LETTERS_MAX)
        collect(&r->c, (struct str){consonants, name_consonants(ways[0].text, consonants)}, (struct str){0},
                0, READING_CONSONANTS);
    return OK;
}

enum err read_alphabet(struct reader *r)
{
    if (strcmp(r->word->script, "Hebr") == 0)
        return read_hebrew(r);
    for (size_t i = 0; i < COUNT(ALPHABETS); i++) {
        if (strcmp(ALPHABETS[i].script, r->word->script) != 0)
            continue;
        struct lattice l = lattice_new(r->a, r->word->written.n);
        if (!rules_read(ALPHABETS[i].rules, ALPHABETS[i].n, r->word->written, &l))
            r->word->flags |= WORD_UNREAD;
        lattice_collect(&l, &r->c, 0, READING_ROMANISED);
    }
    return OK;
}
