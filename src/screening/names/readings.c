/* SPDX-License-Identifier: Apache-2.0 */
/* readings.c - a name into words, each word to the reader of its script, and what the words say about each
 * other. */
#include "base/buf.h"
#include "screening/names/own.h"
#include "sys/text.h"
#include <string.h>

#define SKELETONS_MAX  3
#define CONSONANTS_MAX 2

static const char *const OF_TEXTS[] = {
    [READING_AS_WRITTEN] = "as_written",
    [READING_SPELT_OUT] = "spelt_out",
    [READING_ROMANISED] = "romanised",
    [READING_DICTIONARY] = "dictionary",
    [READING_KUN] = "kun",
    [READING_ON] = "on",
    [READING_PINYIN] = "pinyin",
    [READING_CANTONESE] = "cantonese",
    [READING_SINO_VIETNAMESE] = "sino_vietnamese",
    [READING_SINO_KOREAN] = "sino_korean",
    [READING_CONSONANTS] = "consonants",
    [READING_KATAKANA_SKELETON] = "katakana_skeleton",
};

const char *reading_of_text(enum reading_of of)
{
    return of < READINGS_OF ? OF_TEXTS[of] : "";
}

/* Scripts by their blocks. The order is that of the code points. */
struct block {
    int32_t first, last;
    const char *script;
    enum err (*read)(struct reader *r);
};
static const struct block BLOCKS[] = {
    {'a', 'z', "Latn", read_latin},          {0xC0, 0x24F, "Latn", read_latin},
    {0x250, 0x2AF, "Latn", read_latin},      {0x370, 0x3FF, "Grek", read_alphabet},
    {0x400, 0x52F, "Cyrl", read_alphabet},   {0x530, 0x58F, "Armn", read_alphabet},
    {0x590, 0x5FF, "Hebr", read_alphabet},   {0x600, 0x6FF, "Arab", read_arabic},
    {0x750, 0x77F, "Arab", read_arabic},     {0x8A0, 0x8FF, "Arab", read_arabic},
    {0x900, 0x97F, "Deva", read_brahmic},    {0x980, 0x9FF, "Beng", read_brahmic},
    {0xA00, 0xA7F, "Guru", read_brahmic},    {0xA80, 0xAFF, "Gujr", read_brahmic},
    {0xB00, 0xB7F, "Orya", read_brahmic},    {0xB80, 0xBFF, "Taml", read_brahmic},
    {0xC00, 0xC7F, "Telu", read_brahmic},    {0xC80, 0xCFF, "Knda", read_brahmic},
    {0xD00, 0xD7F, "Mlym", read_brahmic},    {0xD80, 0xDFF, "Sinh", read_sinhala},
    {0xE00, 0xE7F, "Thai", read_thai},       {0xE80, 0xEFF, "Laoo", read_lao},
    {0x1000, 0x109F, "Mymr", read_burmese},  {0x10A0, 0x10FF, "Geor", read_alphabet},
    {0x1780, 0x17FF, "Khmr", read_khmer},    {0x1C80, 0x1C8F, "Cyrl", read_alphabet},
    {0x1C90, 0x1CBF, "Geor", read_alphabet}, {0x1E00, 0x1EFF, "Latn", read_latin},
    {0x1F00, 0x1FFF, "Grek", read_alphabet}, {0x2C60, 0x2C7F, "Latn", read_latin},
    {0x2D00, 0x2D2F, "Geor", read_alphabet}, {0x3005, 0x3007, "Hani", read_han},
    {0x3041, 0x309F, "Hira", read_kana},     {0x30A1, 0x30FA, "Kana", read_kana},
    {0x30FC, 0x30FF, "Kana", read_kana},     {0x31F0, 0x31FF, "Kana", read_kana},
    {0x3400, 0x9FFF, "Hani", read_han},      {0xA640, 0xA69F, "Cyrl", read_alphabet},
    {0xA720, 0xA7FF, "Latn", read_latin},    {0xAC00, 0xD7A3, "Hang", read_hangul},
    {0xF900, 0xFAFF, "Hani", read_han},      {0xFB50, 0xFDFF, "Arab", read_arabic},
    {0xFE70, 0xFEFF, "Arab", read_arabic},   {0x20000, 0x323AF, "Hani", read_han},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct block *block_of(int32_t c)
{
    for (size_t i = 0; i < COUNT(BLOCKS); i++)
        if (c >= BLOCKS[i].first && c <= BLOCKS[i].last)
            return &BLOCKS[i];
    return NULL;
}

enum what {
    WHAT_LETTER,
    WHAT_NOTHING, /* apostrophes, marks without a letter of their own: taken out, no end of the word */
    WHAT_END,
    WHAT_HYPHEN,
    WHAT_POINT,
    WHAT_COMMA,
    WHAT_FILLER,
};

static bool one_of(int32_t c, const int32_t *set)
{
    for (; *set; set++)
        if (*set == c)
            return true;
    return false;
}

static enum what what_below_128(int32_t c)
{
    switch (c) {
    case '\'':
    case '`':
        return WHAT_NOTHING;
    case '-':
        return WHAT_HYPHEN;
    case '.':
        return WHAT_POINT;
    case ',':
        return WHAT_COMMA;
    case '<':
        return WHAT_FILLER;
    default:
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? WHAT_LETTER : WHAT_END;
    }
}

static enum what what_is(int32_t c)
{
    static const int32_t nothing[] = {0x2018, 0x2019, 0x201B, 0x2032, 0x5F3, 0x5F4, 0x640, 0x55A, 0};
    static const int32_t hyphens[] = {0x5BE, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0};
    static const int32_t ends[] = {0xD7,  0xF7,  0x589, 0x60C, 0x61B,  0x61F,  0x6D4,  0x964,  0x965,  0x970,
                                   0xE2F, 0xE5A, 0xE5B, 0xDF4, 0x104A, 0x104B, 0x30A0, 0x30FB, 0xFFFC, 0};
    if (c < 128)
        return what_below_128(c);
    if (one_of(c, nothing) || (c >= 0x2B0 && c <= 0x36F))
        return WHAT_NOTHING;
    if (one_of(c, hyphens))
        return WHAT_HYPHEN;
    if (c == 0x3001 || c == 0x60C)
        return WHAT_COMMA;
    bool end = c < 0xC0 || one_of(c, ends) || (c >= 0x17D4 && c <= 0x17DA) || (c >= 0x2000 && c <= 0x2BFF) ||
               (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || (c >= 0x1F000 && c <= 0x1FBFF);
    return end ? WHAT_END : WHAT_LETTER;
}

/* What is being put together. */
struct maker {
    struct arena *a;
    struct name *name;
    struct buf word;           /* letters of the word that is read */
    const struct block *block; /* its script */
    unsigned next;             /* flags of the next word: WORD_JOINED */
    bool unread, ended;
};

static enum err add_word(struct maker *m, struct str written, unsigned flags, const struct block *block)
{
    struct name *name = m->name;
    if (written.n == 0)
        return OK;
    if (name->n == NAME_WORDS_MAX)
        /* lint-ok personal: a limit */
        return FAIL(ERR_LIMIT, "more than %d words", NAME_WORDS_MAX);
    struct name_word *w = &name->words[name->n];
    *w = (struct name_word){
        .written = arena_str(m->a, written), .flags = flags, .script = block ? block->script : "Zyyy"};
    if (!w->written.p)
        return arena_err(m->a);
    name->n++;
    return OK;
}

/* Cuts what is written together in its script. */
static enum err add_cut(struct maker *m, struct str written, unsigned flags, const struct block *block)
{
    size_t cut;
    while (block->read == read_burmese && (cut = burmese_cut(written)) > 0) {
        TRY(add_word(m, str_sub(written, 0, cut), flags, block));
        written = str_sub(written, cut, written.n);
        flags |= WORD_JOINED;
    }
    return add_word(m, written, flags, block);
}

static const char *const ARTICLE = "\xd8\xa7\xd9\x84"; /* ال */

/* The Arabic article is a word of its own, as in Latin letters: AL-TIKRITI. */
static enum err add_arabic(struct maker *m, struct str written, unsigned flags, const struct block *block)
{
    static const char *const SLAVE = "\xd8\xb9\xd8\xa8\xd8\xaf";       /* عبد */
    static const char *const GOD = "\xd8\xa7\xd9\x84\xd9\x84\xd9\x87"; /* الله */
    if (written.n > 10 && str_starts(written, SLAVE) && str_starts(str_sub(written, 6, 4), ARTICLE) &&
        !str_is(str_sub(written, 6, written.n), GOD)) {
        TRY(add_word(m, str_sub(written, 0, 6), flags, block));
        written = str_sub(written, 6, written.n);
        flags |= WORD_JOINED;
    }
    if (written.n > 8 && str_starts(written, ARTICLE) && !str_is(written, GOD)) {
        TRY(add_word(m, str_sub(written, 0, 4), flags | WORD_PARTICLE, block));
        return add_word(m, str_sub(written, 4, written.n), flags | WORD_JOINED, block);
    }
    return add_word(m, written, flags, block);
}

static enum err end_word(struct maker *m, unsigned flags)
{
    struct str written = buf_view(&m->word);
    TRY(buf_err(&m->word));
    if (written.n == 0)
        return OK;
    flags |= m->next | (m->unread ? WORD_UNREAD : 0);
    const struct block *block = m->unread ? NULL : m->block;
    m->next = 0;
    m->unread = false;
    m->block = NULL;
    enum err err;
    if (block && block->read == read_burmese) {
        err = burmese_from_zawgyi(m->a, written, &written);
        if (err == OK)
            err = add_cut(m, written, flags, block);
    } else if (block && block->read == read_arabic) {
        err = add_arabic(m, written, flags, block);
    } else {
        err = add_word(m, written, flags, block);
    }
    buf_clear(&m->word);
    return err;
}

/* Kanji and kana stand in one word: 山ノ内, 齊藤まなみ. */
static bool same_word(const struct block *a, const struct block *b)
{
    bool japanese_a = a->read == read_han || a->read == read_kana,
         japanese_b = b->read == read_han || b->read == read_kana;
    return a->read == b->read || (japanese_a && japanese_b);
}

static enum err take_letter(struct maker *m, int32_t c, struct str bytes)
{
    const struct block *block = block_of(c);
    if (c == 0xFFFD || !block) {
        m->unread = m->unread || c == 0xFFFD || c >= 128 || (c >= '0' && c <= '9');
    } else if (m->block && !same_word(m->block, block)) {
        TRY(end_word(m, 0));
        m->next = WORD_JOINED;
    }
    if (block && (!m->block || block->read == read_han))
        m->block = block;
    buf_str(&m->word, bytes);
    return OK;
}

static enum err take(struct maker *m, int32_t c, struct str bytes, bool filler_before)
{
    switch (what_is(c)) {
    case WHAT_LETTER:
        return take_letter(m, c, bytes);
    case WHAT_NOTHING:
        return OK;
    case WHAT_POINT:
        return end_word(m, m->word.n > 1 ? WORD_TRUNCATED : 0);
    case WHAT_HYPHEN:
        TRY(end_word(m, 0));
        m->next = m->name->n ? WORD_JOINED : 0;
        return OK;
    case WHAT_COMMA:
        TRY(end_word(m, 0));
        for (size_t i = 0; i < m->name->n && !m->ended; i++)
            m->name->words[i].flags |= WORD_FAMILY;
        m->ended = true;
        m->next = 0;
        return OK;
    case WHAT_FILLER:
        m->name->mrz = true;
        return filler_before ? take(m, ',', STR(","), false) : end_word(m, 0);
    case WHAT_END:
        break;
    }
    TRY(end_word(m, 0));
    m->next = 0;
    return OK;
}

/* Name fields of 30, 31 and 39 places that have no filler at their end were cut, ICAO 9303. */
static bool is_filled(struct str s)
{
    return (s.n == 30 || s.n == 31 || s.n == 39) && s.p[s.n - 1] != '<';
}

/* Bytes that are no UTF-8 become U+FFFD, which no word survives unseen. */
static enum err cleaned(struct arena *a, struct str s, struct str *ret)
{
    struct buf b CLEANUP(buf_free) = {0};
    if (str_utf8_ok(s)) {
        *ret = s;
        return OK;
    }
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        int32_t c = str_utf8_next(s, &at);
        if (c == 0xFFFD || c <= 0)
            buf_c(&b, "\xef\xbf\xbd");
        else
            buf_str(&b, str_sub(s, from, at - from));
    }
    return buf_take(&b, a, ret);
}

static enum err split(struct maker *m, struct str folded)
{
    bool filler = false;
    for (size_t at = 0; at < folded.n;) {
        size_t from = at;
        int32_t c = str_utf8_next(folded, &at);
        TRY(take(m, c, str_sub(folded, from, at - from), filler));
        filler = c == '<';
    }
    return end_word(m, 0);
}

/* A name of one unspaced word: family name and given name. */
static enum err cut_only_word(struct maker *m)
{
    struct name *name = m->name;
    struct name_word *w = &name->words[0];
    if (name->n != 1 || (w->flags & WORD_UNREAD))
        return OK;
    bool han = strcmp(w->script, "Hani") == 0, hangul = strcmp(w->script, "Hang") == 0;
    size_t cut = han ? han_cut(w->written) : hangul ? hangul_cut(w->written) : 0;
    if (cut == 0)
        return OK;
    struct str whole = w->written;
    name->words[1] = *w;
    name->words[0].written = str_sub(whole, 0, cut);
    name->words[1].written = str_sub(whole, cut, whole.n);
    name->words[1].flags |= WORD_JOINED;
    name->n = 2;
    return OK;
}

static void add_skeletons(struct collector *c)
{
    size_t n = c->n, made = 0;
    char out[NAME_LETTERS_MAX];
    for (size_t i = 0; i < n && made < SKELETONS_MAX; i++) {
        const struct name_token *t = &c->items[i];
        if (t->of == READING_CONSONANTS || t->of == READING_KATAKANA_SKELETON)
            continue;
        size_t before = c->n;
        collect(c, (struct str){out, name_skeleton(t->latin, out)}, (struct str){0}, 255 - t->weight,
                READING_KATAKANA_SKELETON);
        made += c->n > before;
    }
}

/* 0 for what is read, then skeletons of consonants, then of katakana. */
static int rank(enum reading_of of)
{
    return of == READING_KATAKANA_SKELETON ? 2 : of == READING_CONSONANTS ? 1 : 0;
}

static bool comes_before(const struct name_token *a, const struct name_token *b)
{
    return rank(a->of) != rank(b->of) ? rank(a->of) < rank(b->of) : a->weight > b->weight;
}

static void sort(struct name_token *items, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && comes_before(&items[k], &items[k - 1]); k--) {
            struct name_token t = items[k];
            items[k] = items[k - 1];
            items[k - 1] = t;
        }
}

/* The likeliest, and room for the skeletons. */
static enum err finish(struct reader *r)
{
    static const size_t most[] = {NAME_READINGS_MAX - SKELETONS_MAX - CONSONANTS_MAX, CONSONANTS_MAX,
                                  SKELETONS_MAX};
    struct name_word *w = r->word;
    size_t kept[3] = {0};
    TRY(r->c.err);
    sort(r->c.items, r->c.n);
    add_skeletons(&r->c);
    TRY(r->c.err);
    sort(r->c.items, r->c.n);
    w->readings = ARENA_ARRAY(r->a, r->c.n + 1, struct name_token);
    if (!w->readings)
        return arena_err(r->a);
    for (size_t i = 0; i < r->c.n; i++) {
        int of = rank(r->c.items[i].of);
        if (kept[of]++ < most[of])
            w->readings[w->n++] = r->c.items[i];
        else
            r->c.more = true;
    }
    if (r->c.more)
        w->flags |= WORD_MORE;
    if (w->n == 0)
        w->flags |= WORD_UNREAD;
    return OK;
}

static enum err read_word(struct arena *a, struct name_word *w)
{
    size_t at = 0;
    int32_t first = str_utf8_next(w->written, &at);
    struct reader r = {.a = a, .word = w, .c = {.a = a}};
    bool damaged = w->flags & WORD_UNREAD;
    for (size_t i = 0; i < COUNT(BLOCKS); i++)
        if (strcmp(BLOCKS[i].script, w->script) == 0 && !damaged) {
            TRY(BLOCKS[i].read(&r));
            break;
        }
    if (damaged && first > 0)
        TRY(read_latin(&r)); /* what Latin letters there are */
    TRY(finish(&r));
    if (w->n)
        w->flags |= word_flags_of(w->readings[0].latin);
    return OK;
}

static struct str best(const struct name_word *w)
{
    return w->n ? w->readings[0].latin : (struct str){0};
}

/* What words say about each other: U before Burmese names, Thi and Van among Vietnamese ones. */
static void flag_together(struct name *name)
{
    static const char *const honorifics[] = {"u",  "daw", "ko",  "ma",  "maung",
                                             "mg", "saw", "naw", "sai", "nang"};
    bool burmese = false, vietnamese = false;
    for (size_t i = 0; i < name->n; i++) {
        burmese = burmese || (i > 0 && word_is_burmese(best(&name->words[i])));
        vietnamese = vietnamese || word_is_vietnamese_surname(best(&name->words[i]));
    }
    for (size_t i = 0; burmese && i < COUNT(honorifics); i++)
        if (str_is(best(&name->words[0]), honorifics[i]))
            name->words[0].flags |= WORD_HONORIFIC_OPTIONAL;
    for (size_t i = 0; vietnamese && i < name->n; i++)
        if (name->n > 2 && (str_is(best(&name->words[i]), "thi") || str_is(best(&name->words[i]), "van")))
            name->words[i].flags |= WORD_MIDDLE_COMMON;
}

enum err name_read(struct arena *a, struct str written, struct name *ret)
{
    struct name name = {.words = ARENA_ARRAY(a, NAME_WORDS_MAX, struct name_word), .script = "Zyyy"};
    struct maker m = {.a = a, .name = &name};
    struct str folded;
    if (!name.words)
        return arena_err(a);
    if (written.n > NAME_BYTES_MAX)
        /* lint-ok personal: a limit */
        return FAIL(ERR_LIMIT, "a name of more than %d bytes", NAME_BYTES_MAX);
    bool filled = is_filled(str_trim(written));
    TRY(cleaned(a, written, &folded));
    TRY(text_fold(a, folded, &folded));
    enum err err = split(&m, folded);
    buf_free(&m.word);
    TRY(err);
    TRY(cut_only_word(&m));
    if (filled && name.mrz && name.n)
        name.words[name.n - 1].flags |= WORD_TRUNCATED;
    for (size_t i = name.n; i-- > 0;) {
        TRY(read_word(a, &name.words[i]));
        if (strcmp(name.words[i].script, "Zyyy") != 0)
            name.script = name.words[i].script;
    }
    flag_together(&name);
    *ret = name;
    return OK;
}
