/* SPDX-License-Identifier: Apache-2.0 */
/* hangul.c - Revised Romanisation with its sound changes left alone, as passports do; McCune-Reischauer
 * (North Korea) and the spellings that families keep: Lee, Park, Choi. */
#include "screening/names/own.h"

#define FIRST_SYLLABLE 0xAC00
#define FINALS         28
#define VOWELS         21

static const char *const INITIAL[] = {"g|k:6",       "kk|gg:20", "n",       "d|t:8",    "tt|dd:20",
                                      "r|l:10|n:40", "m",        "b|p:8",   "pp|bb:20", "s|sh:25",
                                      "ss|s:15",     "",         "j|ch:6",  "jj",       "ch",
                                      "k|kh:25",     "t|th:25",  "p|ph:25", "h"};
static const char *const VOWEL[] = {"a|ah:35",
                                    "ae|ai:20|e:25",
                                    "ya",
                                    "yae",
                                    "eo|o:8|u:8|oh:30",
                                    "e",
                                    "yeo|yo:12|you:12|yu:20",
                                    "ye|e:15",
                                    "o|oh:25",
                                    "wa",
                                    "wae",
                                    "oe|oi:15|o:30",
                                    "yo",
                                    "u|oo:6|woo:25",
                                    "wo|weo:10|won:90",
                                    "we",
                                    "wi|ui:20",
                                    "yu|yoo:10|you:15",
                                    "eu|u:8|oo:30",
                                    "ui|eui:10|i:25",
                                    "i|ee:8"};
static const char *const FINAL[] = {
    "",  "k|g:10|ck:40", "k", "k",      "n", "n",  "n", "t|d:30", "l|r:40", "k", "m", "l", "l", "l", "p", "l",
    "m", "p|b:15",       "p", "t|s:30", "t", "ng", "t", "t",      "k",      "t", "p", "t"};

struct known {
    const char *written, *latin;
};
static const struct known SURNAMES[] = {
    {"김", "kim|gim:10"},
    {"이", "lee|yi:4|i:6|ri:8|rhee:12|li:10|yee:20"},
    {"리", "ri|lee:4|li:6|rhee:10"},
    {"박", "park|pak:4|bak:10|bag:40"},
    {"최", "choi|choe:4|chae:40"},
    {"정", "jung|jeong:2|chung:4|cheong:12|jong:8|chong:8"},
    {"강", "kang|gang:8"},
    {"조", "cho|jo:3|joe:25"},
    {"윤", "yoon|yun:2|youn:12"},
    {"장", "jang|chang:3"},
    {"임", "lim|im:3|rim:10|yim:8"},
    {"림", "rim|lim:3"},
    {"한", "han|hahn:30"},
    {"오", "oh|o:3"},
    {"서", "seo|suh:4|so:8|sur:40"},
    {"신", "shin|sin:4"},
    {"권", "kwon|gwon:5"},
    {"황", "hwang"},
    {"안", "ahn|an:2"},
    {"송", "song"},
    {"전", "jeon|jun:4|chun:6|chon:10|cheon:20"},
    {"홍", "hong"},
    {"유", "yoo|yu:2|ryu:6|you:8"},
    {"류", "ryu|yoo:4|yu:4|ryoo:8"},
    {"고", "ko|go:4|koh:6"},
    {"문", "moon|mun:3"},
    {"양", "yang"},
    {"량", "ryang|yang:4"},
    {"손", "son|sohn:6"},
    {"배", "bae|pae:6|bai:30"},
    {"백", "baek|paek:4|paik:8|baik:8|back:15"},
    {"허", "heo|hur:4|huh:4|ho:8"},
    {"남", "nam"},
    {"심", "shim|sim:4"},
    {"노", "noh|roh:3|no:4|ro:8"},
    {"로", "ro|roh:3|no:6"},
    {"하", "ha"},
    {"곽", "kwak|gwak:6"},
    {"성", "sung|seong:3|song:10"},
    {"차", "cha"},
    {"주", "joo|ju:2|chu:6"},
    {"우", "woo|u:6|wu:8"},
    {"구", "koo|gu:4|ku:4|goo:6"},
    {"민", "min"},
    {"나", "na|ra:12"},
    {"라", "ra|na:6"},
    {"진", "jin|chin:6"},
    {"지", "ji|chi:6"},
    {"엄", "eom|um:4|uhm:5|om:10"},
    {"채", "chae|chai:20"},
    {"원", "won"},
    {"천", "cheon|chun:4|chon:8"},
    {"방", "bang|pang:6"},
    {"공", "kong|gong:4"},
    {"현", "hyun|hyeon:3|hyon:6"},
    {"함", "ham|hahm:20"},
    {"변", "byun|byeon:3|pyon:8"},
    {"염", "yeom|yum:4|yom:8"},
    {"여", "yeo|yuh:10"},
    {"추", "choo|chu:3"},
    {"도", "do|doh:6|to:8"},
    {"소", "so"},
    {"석", "seok|suk:4|sok:6"},
    {"선", "sun|seon:3|son:10"},
    {"설", "seol|sul:6"},
    {"마", "ma"},
    {"길", "gil|kil:3"},
    {"연", "yeon|youn:6|yon:8"},
    {"위", "wi|wee:6"},
    {"표", "pyo"},
    {"명", "myung|myeong:3|myong:6"},
    {"기", "ki|gi:4|kee:8"},
    {"왕", "wang"},
    {"금", "keum|geum:4|kum:6"},
    {"옥", "ok|ock:15"},
    {"육", "yook|yuk:4"},
    {"인", "in"},
    {"맹", "maeng"},
    {"제", "je|jae:8"},
    {"모", "mo"},
    {"탁", "tak|tack:12"},
    {"남궁", "namgung|namkung:4|namgoong:4"},
    {"황보", "hwangbo"},
    {"제갈", "jegal|jaegal:6"},
    {"선우", "sunwoo|seonu:4|sonu:8"},
    {"독고", "dokgo|dokko:6"},
    {"사공", "sagong|sakong:6"},
};
/* Syllables of given names that have spellings of their own. */
static const struct known SYLLABLES[] = {
    {"영", "young|yeong:2|yong:5"},
    {"현", "hyun|hyeon:2|hyon:6"},
    {"희", "hee|hui:4|hi:10"},
    {"은", "eun|un:6"},
    {"선", "sun|seon:2|son:8"},
    {"성", "sung|seong:2|song:6"},
    {"정", "jung|jeong:2|jong:4|chong:8"},
    {"경", "kyung|gyeong:3|kyong:5|kyoung:6|gyung:10"},
    {"승", "seung|sung:8"},
    {"준", "jun|joon:2|chun:12"},
    {"수", "soo|su:2"},
    {"주", "joo|ju:2"},
    {"우", "woo|u:6"},
    {"미", "mi|mee:8"},
    {"지", "ji|jee:8|chi:12"},
    {"진", "jin|chin:10"},
    {"철", "chul|cheol:2|chol:4"},
    {"석", "seok|suk:2|sok:5"},
    {"숙", "sook|suk:2"},
    {"순", "soon|sun:2"},
    {"근", "geun|keun:3|kun:8"},
    {"규", "kyu|gyu:3"},
    {"길", "gil|kil:3"},
    {"국", "kook|guk:4|kuk:4"},
    {"건", "gun|geon:3|kun:5|kon:8"},
    {"훈", "hoon|hun:2"},
    {"혜", "hye|hae:20"},
    {"연", "yeon|yun:6|youn:8|yon:8"},
    {"윤", "yoon|yun:2"},
    {"원", "won"},
    {"일", "il"},
    {"옥", "ok"},
    {"란", "ran|lan:10"},
    {"애", "ae|ai:15"},
    {"태", "tae"},
    {"해", "hae"},
    {"혁", "hyuk|hyeok:2|hyok:4"},
    {"호", "ho"},
    {"아", "ah|a:2"},
    {"서", "seo|suh:10|so:10"},
    {"민", "min"},
    {"상", "sang"},
    {"동", "dong|tong:8"},
    {"용", "yong|young:15"},
    {"금", "geum|keum:3|kum:4"},
    {"봉", "bong|pong:8"},
    {"광", "kwang|gwang:4"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *known(const struct known *table, size_t n, struct str s)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, table[i].written))
            return table[i].latin;
    return NULL;
}

/* After the family name, when it is one that everybody has; two letters of it only where it is known as such.
 */
size_t hangul_cut(struct str word)
{
    size_t letters = word.n / 3;
    if (word.n % 3 || letters < 2 || letters > 5)
        return 0;
    if (letters > 2 && known(SURNAMES, COUNT(SURNAMES), str_sub(word, 0, 6)))
        return 6;
    return letters <= 4 && known(SURNAMES, COUNT(SURNAMES), str_sub(word, 0, 3)) ? 3 : 0;
}

static void add_syllable(struct lattice *l, struct letters w, size_t i)
{
    int32_t c = w.p[i] - FIRST_SYLLABLE;
    if (c < 0 || c >= 19 * VOWELS * FINALS) {
        lattice_arc(l, i, i + 1, 40, "", NULL, NULL);
        return;
    }
    lattice_arc(l, i, i + 1, 4, INITIAL[c / (VOWELS * FINALS)], VOWEL[c / FINALS % VOWELS],
                FINAL[c % FINALS]);
}

enum err read_hangul(struct reader *r)
{
    struct str s = r->word->written;
    struct letters w;
    TRY(letters_of(r->a, s, &w));
    struct lattice l = lattice_new(r->a, w.n), plain = lattice_new(r->a, w.n);
    const char *surname = known(SURNAMES, COUNT(SURNAMES), s);
    if (surname)
        collect_spec(&r->c, surname, 0, READING_ROMANISED);
    for (size_t i = 0; i < w.n; i++) {
        const char *spelt = known(SYLLABLES, COUNT(SYLLABLES), str_sub(s, i * 3, 3));
        if (spelt)
            lattice_arc(&l, i, i + 1, 0, spelt, NULL, NULL);
        add_syllable(&l, w, i);
        add_syllable(&plain, w, i);
    }
    lattice_collect(&l, &r->c, surname ? 10 : 0, READING_ROMANISED);
    struct way *ways; /* Revised Romanisation itself is always there */
    size_t n;
    TRY(lattice_ways(&plain, &ways, &n));
    if (n)
        collect(&r->c, ways[0].text, (struct str){0}, surname ? 20 : 3, READING_ROMANISED);
    return OK;
}
