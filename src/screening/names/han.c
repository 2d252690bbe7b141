/* SPDX-License-Identifier: Apache-2.0 */
/* han.c - kanji beside Chinese, Vietnamese and Korean readings of the same characters: nobody can know from
 * the writing whether 周 is Shu, Zhou, Chau, Chu or Ju. Whole names from the dictionary first, then pieces of
 * it and single characters. */
#include "base/buf.h"
#include "screening/names/dictionary.h"
#include "screening/names/own.h"
#include <string.h>

#define HAN_LETTERS_MAX                                                                \
    12 /* of one word that is read by characters; longer ones are read by pinyin alone \
        */
#define KANA_BYTES_MAX 300
enum {
    COST_RANK = 5, /* between one reading of a dictionary name and the next */
    COST_RANK_MAX = 90,
    COST_OTHER_LANGUAGE = 43, /* behind eight readings of the dictionary */
    COST_BY_CHARACTER = 30,
};

/* Forms of one character that names are written with -> the one that dictionaries have. */
static const char *const VARIANTS[][2] = {
    {"髙", "高"}, {"﨑", "崎"}, {"碕", "崎"}, {"嵜", "崎"}, {"齊", "斉"}, {"齋", "斎"}, {"邊", "辺"},
    {"邉", "辺"}, {"濱", "浜"}, {"濵", "浜"}, {"澤", "沢"}, {"櫻", "桜"}, {"廣", "広"}, {"德", "徳"},
    {"𠮷", "吉"}, {"槇", "槙"}, {"國", "国"}, {"圀", "国"}, {"嶋", "島"}, {"嶌", "島"}, {"瀨", "瀬"},
    {"瀧", "滝"}, {"龍", "竜"}, {"眞", "真"}, {"惠", "恵"}, {"惪", "徳"}, {"榮", "栄"}, {"壽", "寿"},
    {"實", "実"}, {"學", "学"}, {"與", "与"}, {"豐", "豊"}, {"鐵", "鉄"}, {"圓", "円"}, {"圖", "図"},
    {"縣", "県"}, {"條", "条"}, {"萬", "万"}, {"藏", "蔵"}, {"蘆", "芦"}, {"芦", "蘆"}, {"關", "関"},
    {"富", "冨"}, {"冨", "富"}, {"峯", "峰"}, {"曻", "昇"}, {"曾", "曽"}, {"曽", "曾"}, {"穗", "穂"},
    {"禮", "礼"}, {"祿", "禄"}, {"緖", "緒"}, {"綠", "緑"}, {"絲", "糸"}, {"繩", "縄"}, {"螢", "蛍"},
    {"醫", "医"}, {"鹽", "塩"}, {"鄕", "郷"}, {"銳", "鋭"}, {"靜", "静"}, {"顯", "顕"}, {"黑", "黒"},
    {"彥", "彦"}, {"增", "増"}, {"寬", "寛"}, {"將", "将"}, {"巖", "巌"}, {"晉", "晋"}, {"敎", "教"},
    {"步", "歩"}, {"橫", "横"}, {"檜", "桧"}, {"桧", "檜"}, {"淸", "清"}, {"狹", "狭"}, {"獻", "献"},
    {"瑤", "瑶"}, {"產", "産"}, {"祢", "禰"}, {"蔣", "蒋"}, {"薰", "薫"}, {"讓", "譲"}, {"逹", "達"},
    {"遙", "遥"}, {"舘", "館"}, {"籠", "篭"}, {"篭", "籠"}, {"柳", "栁"}, {"栁", "柳"}, {"桒", "桑"},
    {"舩", "船"}, {"淺", "浅"}, {"當", "当"}, {"來", "来"}, {"佛", "仏"}, {"假", "仮"}, {"傳", "伝"},
    {"兒", "児"}, {"兩", "両"}, {"勳", "勲"}, {"嚴", "厳"}, {"團", "団"}, {"壯", "壮"}, {"壹", "壱"},
    {"寶", "宝"}, {"寳", "宝"}, {"峽", "峡"}, {"應", "応"}, {"戶", "戸"}, {"拔", "抜"}, {"收", "収"},
    {"敍", "叙"}, {"會", "会"}, {"樂", "楽"}, {"樣", "様"}, {"檢", "検"}, {"歷", "歴"}, {"氣", "気"},
    {"燈", "灯"}, {"爲", "為"}, {"獨", "独"}, {"畫", "画"}, {"禪", "禅"}, {"稻", "稲"}, {"稱", "称"},
    {"總", "総"}, {"聰", "聡"}, {"聲", "声"}, {"膽", "胆"}, {"莊", "荘"}, {"豫", "予"}, {"賴", "頼"},
    {"轉", "転"}, {"輕", "軽"}, {"遞", "逓"}, {"釋", "釈"}, {"鷗", "鴎"}, {"麥", "麦"}, {"龜", "亀"},
    {"亞", "亜"}, {"渕", "淵"}, {"淵", "渕"}, {"竒", "奇"},
};
struct family {
    const char *written, *latin;
};
/* Family names as the Chinese of several countries spell them: pinyin, Wade-Giles, Cantonese, Hokkien,
 * Teochew. */
static const struct family FAMILIES[] = {
    {"王", "wang|wong:3|ong:6|heng:15"},
    {"陈 陳", "chen|chan:3|tan:4|chin:8"},
    {"林", "lin|lam:4|lim:3|ling:10"},
    {"李", "li|lee:2|lei:10"},
    {"张 張", "zhang|chang:3|cheung:4|teo:8|cheong:6|chong:8"},
    {"黄 黃", "huang|wong:4|ng:6|ooi:8|hwang:6|oei:10"},
    {"吴 吳", "wu|ng:5|goh:5|woo:6"},
    {"刘 劉", "liu|lau:4|low:6|liew:8|lew:10"},
    {"蔡", "cai|tsai:3|choi:5|chua:5|choy:8"},
    {"杨 楊", "yang|yeung:4|yeo:6|yong:10|young:10"},
    {"许 許", "xu|hsu:3|hui:5|koh:5|khoo:12"},
    {"郑 鄭", "zheng|cheng:3|tay:6|chang:12|tee:12"},
    {"谢 謝", "xie|hsieh:3|tse:5|chia:6|cheah:8"},
    {"周", "zhou|chou:3|chow:4|chew:6|chau:6"},
    {"郭", "guo|kuo:3|kwok:4|quek:6|kuok:8"},
    {"何", "he|ho:2|hoe:12"},
    {"梁", "liang|leung:4|neo:10|leong:6"},
    {"罗 羅", "luo|lo:3|law:6|loh:8"},
    {"叶 葉", "ye|yeh:3|yip:4|yap:6|ip:8"},
    {"曾", "zeng|tseng:3|tsang:4|chan:10|chang:12"},
    {"洪", "hong|hung:4|ang:6"},
    {"邱", "qiu|chiu:3|yau:6|khoo:6|chew:10"},
    {"廖", "liao|liew:6|liu:6"},
    {"赖 賴", "lai"},
    {"徐", "xu|hsu:3|tsui:5|chee:10|chui:10"},
    {"朱", "zhu|chu:3|choo:6"},
    {"高", "gao|kao:3|ko:5|koh:8"},
    {"孙 孫", "sun|suen:5|soon:8"},
    {"马 馬", "ma|mah:8|beh:12"},
    {"胡", "hu|wu:8|oh:12|woo:10"},
    {"彭", "peng|pang:4|phang:8"},
    {"江", "jiang|chiang:3|kong:5|kang:8"},
    {"温 溫", "wen|wan:5|woon:8"},
    {"邓 鄧", "deng|teng:4|tang:4"},
    {"潘", "pan|poon:5|phua:8|pun:8"},
    {"苏 蘇", "su|so:5|soh:8|soo:8"},
    {"冯 馮", "feng|fung:4|fong:6|pang:12"},
    {"沈", "shen|shum:6|sim:6|sam:10"},
    {"余", "yu|yee:6|yue:6"},
    {"钟 鍾", "zhong|chung:4|cheong:8"},
    {"宋", "song|sung:4"},
    {"唐", "tang|tong:5"},
    {"卢 盧", "lu|lo:5|loo:8|loh:10"},
    {"丁", "ding|ting:4|teng:8"},
    {"方", "fang|fong:5|png:8"},
    {"蒋 蔣", "jiang|chiang:3|cheung:10"},
    {"戴", "dai|tai:4"},
    {"石", "shi|shih:3|shek:5|seah:10"},
    {"薛", "xue|hsueh:3|sit:6"},
    {"姚", "yao|yiu:5|yeo:8"},
    {"程", "cheng|ching:5"},
    {"关 關", "guan|kwan:4"},
    {"白", "bai|pai:4|pak:8|peh:10"},
    {"欧 歐", "ou|au:5|aw:10"},
    {"欧阳 歐陽", "ouyang|auyeung:5|owyang:8"},
    {"司徒", "situ|szeto:4|seto:8"},
    {"诸葛 諸葛", "zhuge|chukot:10"},
    {"司马 司馬", "sima|szema:8"},
    {"上官", "shangguan|sheungkwun:12"},
    {"韩 韓", "han|hon:6"},
    {"曹", "cao|tsao:3|tso:6"},
    {"袁", "yuan|yuen:4"},
    {"吕 呂", "lu|lyu:4|lui:6|lv:10"},
    {"赵 趙", "zhao|chao:3|chiu:5"},
    {"田", "tian|tien:3|tin:6"},
    {"任", "ren|jen:4|yam:8"},
    {"魏", "wei|ngai:8"},
    {"贾 賈", "jia|chia:4"},
    {"夏", "xia|hsia:3|ha:8"},
    {"秦", "qin|chin:3"},
    {"侯", "hou|hau:6"},
    {"龙 龍", "long|lung:4"},
    {"万 萬", "wan|man:8"},
    {"段", "duan|tuan:5"},
    {"钱 錢", "qian|chien:3|chin:6"},
    {"汤 湯", "tang|tong:5"},
    {"尹", "yin|wan:10"},
    {"黎", "li|lai:4"},
    {"常", "chang|sheung:10"},
    {"武", "wu"},
    {"康", "kang|hong:10"},
    {"傅", "fu|foo:6"},
    {"金", "jin|chin:4|kam:6"},
    {"于", "yu"},
    {"董", "dong|tung:4"},
    {"萧 蕭 肖", "xiao|hsiao:3|siu:5|siew:8"},
    {"范", "fan|faan:12"},
    {"杜", "du|tu:4|to:10"},
    {"姜", "jiang|chiang:3|keung:8"},
    {"崔", "cui|tsui:4|chui:6"},
    {"顾 顧", "gu|ku:4|koo:6"},
    {"毛", "mao|mo:6"},
    {"邵", "shao|shiu:6"},
    {"孟", "meng|mang:8"},
    {"贺 賀", "he|ho:4"},
    {"龚 龔", "gong|kung:4"},
    {"汪", "wang|wong:4"},
    {"谭 譚", "tan|tam:4|tham:8"},
    {"陆 陸", "lu|luk:6|lok:8"},
    {"施", "shi|shih:3|sze:5|si:6|see:8"},
    {"柯", "ke|ko:3|or:10|kua:12"},
    {"颜 顏", "yan|yen:4|ngan:6|gan:8"},
    {"詹", "zhan|chan:4|chim:8"},
    {"简 簡", "jian|chien:3|kan:6"},
    {"翁", "weng|yung:8|ong:5|eng:10"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static size_t letter_size(struct str s, size_t at)
{
    size_t next = at;
    str_utf8_next(s, &next);
    return next - at;
}

static const char *family_of(struct str s)
{
    for (size_t i = 0; i < COUNT(FAMILIES); i++) {
        struct str all = str_of(FAMILIES[i].written), form;
        while (str_cut(&all, ' ', &form))
            if (str_eq(form, s))
                return FAMILIES[i].latin;
    }
    return NULL;
}

/* With variant forms as dictionaries have them; the same text when there are none. 々 repeats the letter
 * before it. */
static enum err plain_forms(struct arena *a, struct str s, struct str *ret)
{
    char *p = arena_alloc(a, 2 * s.n + 8);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    for (size_t at = 0, size; at < s.n; at += size) {
        size = letter_size(s, at);
        struct str letter = str_sub(s, at, size);
        for (size_t i = 0; i < COUNT(VARIANTS); i++)
            if (str_is(letter, VARIANTS[i][0])) {
                letter = str_of(VARIANTS[i][1]);
                break;
            }
        memcpy(p + n, letter.p, letter.n);
        n += letter.n;
    }
    *ret = (struct str){p, n};
    return OK;
}

static size_t put_kana(char *out, const unsigned char *kana, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n && at + 3 <= KANA_BYTES_MAX; i++) {
        int c = kana[i] == 0x60 ? 0x30FC : 0x3040 + kana[i];
        out[at++] = (char)0xE3;
        out[at++] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[at++] = (char)(0x80 | (c & 0x3F));
    }
    return at;
}

static enum err from_dictionary(struct reader *r, struct str key, int cost, bool *ret_found)
{
    struct entry e;
    struct entry_name name;
    *ret_found = dictionary_name(key, &e);
    for (int rank = 0; *ret_found && entry_next_name(&e, &name); rank++) {
        char kana[KANA_BYTES_MAX];
        struct str copy = arena_str(r->a, (struct str){kana, put_kana(kana, name.kana, name.n)});
        if (!copy.p)
            return arena_err(r->a);
        int more = rank * COST_RANK > COST_RANK_MAX ? COST_RANK_MAX : rank * COST_RANK;
        collect_kana(&r->c, r->a, copy, cost + more, cost + more + 70, READING_DICTIONARY);
    }
    return r->c.err;
}

/* What was put together, in the arena; NULL, and the collector knows why, when memory ran out. */
static char *taken(struct collector *c, struct buf *b)
{
    struct str text;
    enum err err = buf_take(b, c->a, &text);
    char *kept = err == OK ? arena_cstr(c->a, text) : NULL;
    if (!kept)
        c->err = err == OK ? arena_err(c->a) : err;
    return kept;
}

/* One character's Japanese readings as choices of kana: "やま|さん:12". */
static char *kana_choices(struct collector *c, struct str letter)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct entry e;
    struct entry_character reading;
    unsigned n = 0;
    if (dictionary_character(letter, &e))
        while (n < 10 && entry_next_character(&e, &reading))
            if (reading.kind == CHARACTER_KUN || reading.kind == CHARACTER_ON)
                buf_printf(&b, "%s%.*s:%d", n++ ? "|" : "", STR_FMT(reading.text), reading.cost);
    return n ? taken(c, &b) : NULL;
}

static char *name_choices(struct collector *c, struct str key)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct entry e;
    struct entry_name name;
    if (!dictionary_name(key, &e))
        return NULL;
    for (int rank = 0; rank < 6 && entry_next_name(&e, &name); rank++) {
        char kana[KANA_BYTES_MAX];
        size_t n = put_kana(kana, name.kana, name.n);
        buf_printf(&b, "%s%.*s:%d", rank ? "|" : "", (int)n, kana, rank * 6);
    }
    return taken(c, &b);
}

/* Kana among kanji, hiragana or katakana, is read as it stands; ヶ and ケ between kanji are ga. */
static const char *kana_letter(struct arena *a, struct str s, size_t at, size_t size)
{
    size_t i = at;
    int32_t c = str_utf8_next(s, &i);
    bool between = at > 0 && at + size < s.n;
    if (between && (c == 0x30B1 || c == 0x30F6))
        return "が|け:12|か:15";
    if (c >= 0x30A1 && c <= 0x30F6)
        c -= 0x60;
    if (!(c >= 0x3041 && c <= 0x3096) && c != 0x30FC)
        return NULL;
    char utf8[3] = {(char)0xE3, (char)(0x80 | ((c >> 6) & 0x3F)), (char)(0x80 | (c & 0x3F))};
    return arena_cstr(a, (struct str){utf8, 3});
}

/* Pieces that the dictionary has, and single characters. */
static enum err by_pieces(struct reader *r, struct str s, int cost)
{
    struct lattice l = lattice_new(r->a, s.n);
    struct way *ways;
    size_t n;
    for (size_t at = 0; at < s.n && l.err == OK; at += letter_size(s, at)) {
        size_t end = at + letter_size(s, at), letters = 1;
        struct str letter = str_sub(s, at, end - at);
        const char *choices = kana_letter(r->a, s, at, letter.n);
        if (!choices && str_is(letter, "々") && at >= 3)
            choices = kana_choices(&r->c, str_sub(s, at - 3, 3));
        if (!choices)
            choices = kana_choices(&r->c, letter);
        if (choices)
            lattice_arc(&l, at, end, 14, choices, NULL, NULL);
        while (end < s.n && letters++ < 4) {
            end += letter_size(s, end);
            choices = at > 0 || end < s.n ? name_choices(&r->c, str_sub(s, at, end - at)) : NULL;
            if (choices)
                lattice_arc(&l, at, end, 10, choices, NULL, NULL);
        }
    }
    TRY(r->c.err);
    TRY(lattice_ways(&l, &ways, &n));
    for (size_t i = 0; i < n && i < 12; i++)
        collect_kana(&r->c, r->a, ways[i].text, cost + (ways[i].cost - ways[0].cost) * 2 / 3, cost + 60,
                     READING_KUN);
    return r->c.err;
}

static char *character_choices(struct collector *c, struct str letter, enum character_kind kind)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct entry e;
    struct entry_character reading;
    unsigned n = 0;
    if (dictionary_character(letter, &e))
        while (entry_next_character(&e, &reading))
            if (reading.kind == kind)
                buf_printf(&b, "%s%.*s:%d", n++ ? "|" : "", STR_FMT(reading.text), reading.cost);
    return n ? taken(c, &b) : NULL;
}

/* Pinyin v is u with two points: passports print yu, u, or v. Jyutping as Hong Kong spells it. */
static void spell(struct collector *c, struct str text, int cost, enum character_kind kind)
{
    static const char *const cantonese[][2] = {{"eoi", "ui"}, {"eon", "un"}, {"eot", "ut"}, {"oe", "eu"},
                                               {"aa", "a"},   {"yu", "yu"},  {"jyu", "yu"}, {"ji", "yi"},
                                               {"j", "y"},    {"c", "ch"},   {"z", "ch"},   {"ou", "o"}};
    char out[NAME_LETTERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 4 < sizeof out;) {
        size_t k = 0;
        while (kind == CHARACTER_CANTONESE && k < COUNT(cantonese) &&
               !str_starts(str_sub(text, i, text.n), cantonese[k][0]))
            k++;
        if (kind == CHARACTER_CANTONESE && k < COUNT(cantonese)) {
            memcpy(out + n, cantonese[k][1], strlen(cantonese[k][1]));
            n += strlen(cantonese[k][1]);
            i += strlen(cantonese[k][0]);
        } else {
            out[n++] = text.p[i] == 'v' ? 'u' : text.p[i];
            i++;
        }
    }
    collect(c, (struct str){out, n}, (struct str){0}, cost,
            kind == CHARACTER_PINYIN      ? READING_PINYIN
            : kind == CHARACTER_CANTONESE ? READING_CANTONESE
                                          : READING_SINO_VIETNAMESE);
}

static enum err other_language(struct reader *r, struct str s, int cost, enum character_kind kind)
{
    struct lattice l = lattice_new(r->a, s.n);
    struct way *ways;
    size_t n;
    for (size_t at = 0, size; at < s.n && l.err == OK; at += size) {
        size = letter_size(s, at);
        const char *choices = character_choices(&r->c, str_sub(s, at, size), kind);
        if (choices)
            lattice_arc(&l, at, at + size, 0, choices, NULL, NULL);
    }
    TRY(r->c.err);
    TRY(lattice_ways(&l, &ways, &n));
    for (size_t i = 0; i < n && i < 3; i++)
        spell(&r->c, ways[i].text, cost + ways[i].cost, kind);
    return r->c.err;
}

/* Hangul of each character, then read as Korean names are. */
static enum err korean(struct reader *r, struct str s, int cost)
{
    struct lattice l = lattice_new(r->a, s.n);
    struct way *ways;
    size_t n;
    for (size_t at = 0, size; at < s.n && l.err == OK; at += size) {
        size = letter_size(s, at);
        const char *choices = character_choices(&r->c, str_sub(s, at, size), CHARACTER_KOREAN);
        if (choices)
            lattice_arc(&l, at, at + size, 0, choices, NULL, NULL);
    }
    TRY(r->c.err);
    TRY(lattice_ways(&l, &ways, &n));
    if (n == 0 || ways[0].text.n == 0)
        return r->c.err;
    struct name_word word = {.written = ways[0].text};
    struct reader *hangul = ARENA_NEW(r->a, struct reader);
    if (!hangul)
        return arena_err(r->a);
    *hangul = (struct reader){.a = r->a, .word = &word, .c = {.a = r->a}};
    TRY(read_hangul(hangul));
    for (size_t i = 0; i < hangul->c.n && i < 3; i++)
        collect(&r->c, hangul->c.items[i].latin, (struct str){0}, cost + 255 - hangul->c.items[i].weight,
                READING_SINO_KOREAN);
    return r->c.err;
}

static bool has_kana(struct str s)
{
    for (size_t at = 0; at < s.n;) {
        int32_t c = str_utf8_next(s, &at);
        if (c >= 0x3041 && c <= 0x30FF)
            return true;
    }
    return false;
}

enum err read_han(struct reader *r)
{
    struct str s = r->word->written, plain;
    bool found, found_plain = false;
    TRY(plain_forms(r->a, s, &plain));
    const char *family = family_of(s);
    TRY(from_dictionary(r, s, 0, &found));
    if (!str_eq(s, plain))
        TRY(from_dictionary(r, plain, found ? 10 : 0, &found_plain));
    found = found || found_plain;
    if (s.n <= HAN_LETTERS_MAX * 4)
        TRY(by_pieces(r, found ? s : plain, found ? COST_BY_CHARACTER : 0));
    else
        r->c.more = true;
    if (has_kana(s))
        return OK;
    int cost = found ? COST_OTHER_LANGUAGE : r->c.n ? 3 : 0;
    if (family)
        collect_spec(&r->c, family, cost, READING_PINYIN);
    TRY(other_language(r, s, cost, CHARACTER_PINYIN));
    TRY(korean(r, s, cost + 3));
    TRY(other_language(r, s, cost + 4, CHARACTER_VIETNAMESE));
    return other_language(r, s, cost + 6, CHARACTER_CANTONESE);
}

static unsigned kinds_of(struct str key)
{
    struct entry e;
    struct entry_name name;
    unsigned kinds = 0;
    if (dictionary_name(key, &e))
        while (entry_next_name(&e, &name))
            kinds |= name.kinds;
    return kinds;
}

/* How good a cut is: a family name and a given name that the dictionary has, best two letters and the rest.
 */
static int cut_score(struct str left, struct str right, size_t letters_left)
{
    unsigned a = kinds_of(left), b = kinds_of(right);
    int score =
        (a & NAME_SURNAME ? 6 : 0) + (b & (NAME_GIVEN | NAME_OTHER) ? 4 : 0) + (letters_left == 2 ? 1 : 0);
    if (family_of(left))
        score += letters_left == 1 ? 5 : 8;
    return score;
}

size_t han_cut(struct str word)
{
    size_t best = 0, at = 0, letters = 0;
    int best_score = 5;
    size_t count = str_utf8_count(word);
    unsigned whole = kinds_of(word);
    bool full_only = whole == NAME_FULL; /* family and given name of somebody */
    if (count < 2 || count > 7 || (whole && !full_only))
        return 0;
    while (at < word.n) {
        at += letter_size(word, at);
        letters++;
        if (letters > 3 || at >= word.n)
            break;
        int score = cut_score(str_sub(word, 0, at), str_sub(word, at, word.n), letters);
        if (score > best_score) {
            best = at;
            best_score = score;
        }
    }
    return best;
}
