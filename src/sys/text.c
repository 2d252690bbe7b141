/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/text.h"
#include "base/alloc.h"
#include "base/limits.h"

#include <pthread.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

/* UTF-16, as ICU wants it. Names are short and stay on the stack; only long text allocates. */
enum { SHORT = 256 };
struct wide {
    UChar *p;
    int32_t n, room;
    UChar here[SHORT];
};

static void wide_free(struct wide *w)
{
    if (w->p != w->here)
        mem_free(w->p);
}

static enum err wide_room(struct wide *w, size_t room)
{
    w->p = room <= SHORT ? w->here : mem_alloc(room * sizeof(UChar));
    w->room = (int32_t)room;
    return w->p ? OK : mem_fail();
}

static enum err icu_fail(UErrorCode status)
{
    return status == U_MEMORY_ALLOCATION_ERROR ? mem_fail()
                                               : FAIL(ERR_INTERNAL, "ICU: %s", u_errorName(status));
}

static enum err wide_from(struct wide *w, struct str s)
{
    UErrorCode status = U_ZERO_ERROR;
    TRY(wide_room(w, s.n + 1)); /* never more units than bytes */
    u_strFromUTF8(w->p, w->room, &w->n, s.p, (int32_t)s.n, &status);
    return U_SUCCESS(status) ? OK : icu_fail(status);
}

static enum err wide_to(struct arena *a, const struct wide *w, struct str *ret)
{
    int32_t n = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(NULL, 0, &n, w->p, w->n, &status);
    if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
        return icu_fail(status);
    char *p = arena_alloc(a, (size_t)n + 1);
    if (!p)
        return arena_err(a);
    status = U_ZERO_ERROR;
    u_strToUTF8(p, n + 1, &n, w->p, w->n, &status);
    if (U_FAILURE(status))
        return icu_fail(status);
    *ret = (struct str){p, (size_t)n};
    return OK;
}

static enum err input_ok(struct str s)
{
    if (s.n > TEXT_MAX_BYTES)
        return FAIL(ERR_LIMIT, "text over %d bytes", TEXT_MAX_BYTES);
    return str_utf8_ok(s) ? OK : FAIL(ERR_BAD_UTF8, "text");
}

static enum err normalize(const UNormalizer2 *how, const struct wide *in, struct wide *out)
{
    UErrorCode status = U_ZERO_ERROR;
    TRY(wide_room(out, (size_t)in->n + SHORT / 2 > SHORT ? (size_t)in->n + SHORT / 2 : SHORT));
    out->n = unorm2_normalize(how, in->p, in->n, out->p, out->room, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) { /* some characters become many */
        int32_t wanted = out->n;
        wide_free(out);
        TRY(wide_room(out, (size_t)wanted + 1));
        status = U_ZERO_ERROR;
        out->n = unorm2_normalize(how, in->p, in->n, out->p, out->room, &status);
    }
    return U_SUCCESS(status) ? OK : icu_fail(status);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

enum err text_nfc(struct arena *a, struct str s, struct str *ret)
{
    TRY(input_ok(s));
    if (is_ascii(s)) {
        struct str copy = arena_str(a, s);
        if (!copy.p)
            return arena_err(a);
        *ret = copy;
        return OK;
    }
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        return icu_fail(status);
    struct wide in CLEANUP(wide_free) = {.p = in.here}, out CLEANUP(wide_free) = {.p = out.here};
    TRY(wide_from(&in, s));
    TRY(normalize(nfc, &in, &out));
    return wide_to(a, &out, ret);
}

/* In place; what remains is not longer. */
static void squeeze(struct wide *w)
{
    int32_t to = 0;
    bool gap = false;
    for (int32_t i = 0; i < w->n;) {
        UChar32 c;
        int32_t from = i;
        U16_NEXT(w->p, i, w->n, c);
        if (u_isUWhiteSpace(c)) {
            gap = to > 0;
            continue;
        }
        if (gap)
            w->p[to++] = ' ';
        gap = false;
        while (from < i)
            w->p[to++] = w->p[from++];
    }
    w->n = to;
}

enum err text_fold(struct arena *a, struct str s, struct str *ret)
{
    TRY(input_ok(s));
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status))
        return icu_fail(status);
    struct wide in CLEANUP(wide_free) = {.p = in.here}, out CLEANUP(wide_free) = {.p = out.here};
    TRY(wide_from(&in, s));
    TRY(normalize(fold, &in, &out));
    squeeze(&out);
    return wide_to(a, &out, ret);
}

/* ---- how names are looked for ---- */

/* Marks that stand on a letter and do not make another one. */
static bool is_loose_mark(UChar32 c)
{
    return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0591 && c <= 0x05bd) || c == 0x05bf || c == 0x05c1 ||
           c == 0x05c2 || c == 0x05c4 || c == 0x05c5 || c == 0x05c7 || (c >= 0x0610 && c <= 0x061a) ||
           (c >= 0x064b && c <= 0x065f) || c == 0x0670 || c == 0x0640 || (c >= 0x1ab0 && c <= 0x1aff) ||
           (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

static bool is_apostrophe(UChar32 c)
{
    return c == 0x27 || c == 0x60 || c == 0xb4 || (c >= 0x02b9 && c <= 0x02bf) || c == 0x02c8 ||
           (c >= 0x2018 && c <= 0x201b) || c == 0x2032 || c == 0xff07;
}

/* Letters that Unicode does not take apart. */
static UChar32 plain_letter(UChar32 c)
{
    static const UChar32 map[][2] = {{0x0111, 'd'}, {0x00f0, 'd'}, {0x00f8, 'o'}, {0x0142, 'l'},
                                     {0x0127, 'h'}, {0x0167, 't'}, {0x0131, 'i'}, {0x0180, 'b'}};
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i][0] == c)
            return map[i][1];
    if ((c >= 0x30a1 && c <= 0x30f6) || c == 0x30fd || c == 0x30fe)
        return c - 0x60;
    return c;
}

/* A part of a word: letters, numbers, and the marks that belong to them. The long vowel of kana is a letter.
 */
static bool in_word(UChar32 c)
{
    return u_isalnum(c) || (U_GET_GC_MASK(c) & (U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

/* In place; what remains is not longer: no letter is replaced by one of more units. */
static void loosen(struct wide *w)
{
    int32_t to = 0;
    bool gap = false;
    for (int32_t i = 0; i < w->n;) {
        UChar32 c;
        U16_NEXT(w->p, i, w->n, c);
        if (is_loose_mark(c) || is_apostrophe(c))
            continue;
        c = plain_letter(c);
        if (!in_word(c)) {
            gap = to > 0;
            continue;
        }
        if (gap)
            w->p[to++] = ' ';
        gap = false;
        U16_APPEND_UNSAFE(w->p, to, c);
    }
    w->n = to;
}

static enum err loosened(struct arena *a, struct str s, struct str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status),
                       *apart = unorm2_getNFDInstance(&status), *together = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        return icu_fail(status);
    struct wide in CLEANUP(wide_free) = {.p = in.here}, folded CLEANUP(wide_free) = {.p = folded.here},
                   letters CLEANUP(wide_free) = {.p = letters.here}, out CLEANUP(wide_free) = {.p = out.here};
    TRY(wide_from(&in, s));
    TRY(normalize(fold, &in, &folded));
    TRY(normalize(apart, &folded, &letters));
    loosen(&letters);
    TRY(normalize(together, &letters, &out));
    return wide_to(a, &out, ret);
}

#define FOLD_ROUNDS \
    4 /* what a first round uncovers (a mark under a mark) the next one takes; two are enough so far */

enum err text_search_fold(struct arena *a, struct str s, struct str *ret)
{
    struct str before = s;
    TRY(input_ok(s));
    for (int i = 0; i < FOLD_ROUNDS; i++) {
        TRY(loosened(a, before, ret));
        if (str_eq(before, *ret))
            break;
        before = *ret;
    }
    return OK;
}

const char *text_script(struct str s)
{
    for (int32_t i = 0; i < (int32_t)s.n;) {
        UChar32 c;
        UErrorCode status = U_ZERO_ERROR;
        U8_NEXT(s.p, i, (int32_t)s.n, c);
        if (c < 0 || !u_isalpha(c))
            continue;
        UScriptCode script = uscript_getScript(c, &status);
        if (U_FAILURE(status) || script <= USCRIPT_INHERITED || script == USCRIPT_UNKNOWN)
            continue;
        return uscript_getShortName(script);
    }
    return "Zyyy";
}

/* ---- dates ---- */

/* Opening a formatter takes a hundred times longer than using it, and it belongs to one thread: a few are
 * kept under a lock. */
enum { FORMATS = 32, LANG = 64 };
struct format {
    char lang[LANG];
    bool era;
    UDateFormat *icu;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct format formats[FORMATS];
static unsigned next_format;

static enum err locale_of(const char *lang, bool era, char locale[ULOC_FULLNAME_CAPACITY])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0, n = (int32_t)strlen(lang);
    uloc_forLanguageTag(lang, locale, ULOC_FULLNAME_CAPACITY, &parsed, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || n == 0 || parsed != n)
        return FAIL(ERR_FIELD, "not a language tag");
    uloc_setKeywordValue("calendar", era ? "japanese" : "gregorian", locale, ULOC_FULLNAME_CAPACITY, &status);
    return U_SUCCESS(status) ? OK : FAIL(ERR_FIELD, "not a language tag");
}

static enum err format_open(const char *lang, bool era, UDateFormat **ret)
{
    static const UChar utc[] = {'U', 'T', 'C', 0};
    char locale[ULOC_FULLNAME_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;
    TRY(locale_of(lang, era, locale));
    UDateFormat *f = udat_open(UDAT_NONE, UDAT_LONG, locale, utc, 3, NULL, 0, &status);
    if (U_FAILURE(status))
        return icu_fail(status);
    if (!era) {
        /* Our dates are Gregorian for all time, as ISO 8601 has it; ICU would change to Julian before 1582.
         */
        UCalendar *c = ucal_clone(udat_getCalendar(f), &status);
        ucal_setGregorianChange(c, -8.64e15, &status);
        if (U_SUCCESS(status))
            udat_setCalendar(f, c);
        ucal_close(c);
    }
    if (U_FAILURE(status)) {
        udat_close(f);
        return icu_fail(status);
    }
    *ret = f;
    return OK;
}

static enum err format_find(const char *lang, bool era, UDateFormat **ret)
{
    for (int i = 0; i < FORMATS; i++) {
        struct format *f = &formats[i];
        if (!f->icu || f->era != era || strcmp(f->lang, lang) != 0)
            continue;
        *ret = f->icu;
        return OK;
    }
    UDateFormat *icu;
    TRY(format_open(lang, era, &icu));
    struct format *f = &formats[next_format++ % FORMATS];
    udat_close(f->icu);
    f->icu = icu;
    f->era = era;
    snprintf(f->lang, sizeof(f->lang), "%s", lang);
    *ret = icu;
    return OK;
}

static enum err format_date(const char *lang, bool era, struct date d, struct wide *out)
{
    UDateFormat *f;
    UErrorCode status = U_ZERO_ERROR;
    TRY(format_find(lang, era, &f));
    out->n = udat_format(f, (double)date_days(d) * 86400000.0, out->p, out->room, NULL, &status);
    return U_SUCCESS(status) ? OK : icu_fail(status);
}

enum err text_date(struct arena *a, struct date d, const char *lang, bool era, struct str *ret)
{
    if (!date_ok(d))
        return FAIL(ERR_FIELD, "not a date");
    if (strlen(lang) >= LANG)
        return FAIL(ERR_FIELD, "not a language tag");
    struct wide out CLEANUP(wide_free) = {.p = out.here};
    TRY(wide_room(&out, SHORT));
    pthread_mutex_lock(&lock);
    enum err e = format_date(lang, era && d.year >= 1873, d, &out);
    pthread_mutex_unlock(&lock);
    TRY(e);
    return wide_to(a, &out, ret);
}
