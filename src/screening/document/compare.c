/* SPDX-License-Identifier: Apache-2.0 */
/* compare.c - an MRZ beside what a carrier sent. Names by the forms that 9303-3 section 6 gives letters with
 * marks. */
#include "base/buf.h"
#include "screening/document/own.h"

/* The base letter of U+00C0 .. U+017F. */
static const char base_letters[] = "AAAAAAACEEEEIIIIDNOOOOO?OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO?OUUUUYTY"
                                   "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKQLLLLLLL"
                                   "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
/* Letters with more than one letter in an MRZ. always: there is no shorter form. */
static const struct {
    int32_t upper, lower;
    const char *longer;
    bool always;
} longer_forms[] = {
    {0xC4, 0xE4, "AE", false},  {0xC5, 0xE5, "AA", false},  {0xC6, 0xE6, "AE", true},
    {0xD6, 0xF6, "OE", false},  {0xD8, 0xF8, "OE", false},  {0xDC, 0xFC, "UE", false},
    {0xDE, 0xFE, "TH", true},   {0xDF, 0x1E9E, "SS", true}, {0x132, 0x133, "IJ", true},
    {0x152, 0x153, "OE", true},
};

static const char *longer_form(int32_t c, bool want_longer)
{
    for (size_t i = 0; i < sizeof longer_forms / sizeof *longer_forms; i++)
        if (longer_forms[i].upper == c || longer_forms[i].lower == c)
            return longer_forms[i].always || want_longer ? longer_forms[i].longer : NULL;
    return NULL;
}

/* Vietnamese: U+1EA0 .. U+1EF9. */
static char vietnamese(int32_t c)
{
    if (c <= 0x1EB7)
        return 'A';
    if (c <= 0x1EC7)
        return 'E';
    if (c <= 0x1ECB)
        return 'I';
    if (c <= 0x1EE3)
        return 'O';
    return c <= 0x1EF1 ? 'U' : 'Y';
}

/* 0: nothing is written for it. */
static char base_letter(int32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)c;
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    if (c >= '0' && c <= '9')
        return (char)c;
    if (c == ' ' || c == '-' || c == '<' || c == '\t' || c == 0x3000 || c == 0xA0 || c == 0x2010 ||
        c == 0x2011)
        return ' ';
    if (c == '\'' || c == '`' || c == '.' || c == ',' || c == 0x2019 || c == 0x2BC ||
        (c >= 0x300 && c <= 0x36F))
        return 0; /* apostrophes and marks that stand by themselves leave no place (9303-3, 4.6) */
    if (c >= 0xC0 && c < 0xC0 + (int32_t)sizeof base_letters - 1)
        return base_letters[c - 0xC0];
    if (c >= 0x1EA0 && c <= 0x1EF9)
        return vietnamese(c);
    if (c == 0x1A0 || c == 0x1A1)
        return 'O';
    return c == 0x1AF || c == 0x1B0 ? 'U' : '?';
}

static enum err form(struct arena *a, struct str name, bool want_longer, struct str *ret)
{
    struct buf out CLEANUP(buf_free) = {0};
    for (size_t at = 0; at < name.n;) {
        int32_t c = str_utf8_next(name, &at);
        const char *longer = longer_form(c, want_longer);
        char one = longer ? 0 : base_letter(c);
        if (longer)
            buf_c(&out, longer);
        else if (one == ' ' ? out.n && out.p[out.n - 1] != ' ' : one != 0)
            buf_char(&out, one);
    }
    TRY(buf_err(&out));
    TRY(buf_take(&out, a, ret));
    *ret = str_trim(*ret);
    return OK;
}

enum err mrz_transliterate(struct arena *a, struct str name, struct str *ret_short, struct str *ret_long)
{
    struct str shorter;
    if (!str_utf8_ok(name))
        return FAIL(ERR_BAD_UTF8, "a name of the record");
    TRY(form(a, name, false, &shorter));
    TRY(form(a, name, true, ret_long));
    *ret_short = shorter;
    return OK;
}

/* ---- names ---- */

static bool same_squashed(struct str a, struct str b, bool begins)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && a.p[i] == ' ')
            i++;
        while (k < b.n && b.p[k] == ' ')
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && (begins || k == b.n);
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

struct forms {
    struct str written, shorter, longer;
};

static enum mrz_likeness missing(bool here, bool there)
{
    return here ? (there ? MRZ_MISSING_BOTH : MRZ_MISSING_HERE) : there ? MRZ_MISSING_THERE : MRZ_EQUAL;
}

static void set(struct mrz_comparison *c, enum mrz_field f, enum mrz_likeness l, enum mrz_why w)
{
    c->likeness[f] = l;
    c->why[f] = w;
}

static void compare_name(struct mrz_comparison *c, enum mrz_field f, struct str mrz, const struct forms *r,
                         bool cut)
{
    enum mrz_likeness gap = missing(mrz.n == 0, r->shorter.n == 0);
    if (gap != MRZ_EQUAL)
        set(c, f, gap, MRZ_WHY_NONE);
    else if (str_eq(mrz, r->shorter) || str_eq(mrz, r->longer))
        set(c, f, MRZ_EQUAL, is_plain(r->written) ? MRZ_WHY_NONE : MRZ_WHY_TRANSLITERATED);
    else if (same_squashed(mrz, r->shorter, false) || same_squashed(mrz, r->longer, false))
        set(c, f, MRZ_EQUAL, MRZ_WHY_JOINED);
    else if (cut && (same_squashed(mrz, r->shorter, true) || same_squashed(mrz, r->longer, true)))
        set(c, f, MRZ_EQUAL, MRZ_WHY_TRUNCATED);
    else
        set(c, f, MRZ_DIFFERS, mrz_confusable_texts(mrz, r->shorter) ? MRZ_WHY_CONFUSABLE : MRZ_WHY_NONE);
}

static enum err whole(struct arena *a, struct str one, struct str two, struct str *ret)
{
    char *p = arena_printf(a, "%.*s%.*s", STR_FMT(one), STR_FMT(two));
    if (!p)
        return arena_err(a);
    *ret = str_of(p);
    return OK;
}

/* Neither alone is equal: do they stand in each other's place, or are they cut otherwise? */
static enum err compare_order(struct arena *a, const struct mrz_fields *f, const struct forms *surname,
                              const struct forms *given, struct mrz_comparison *c)
{
    enum mrz_why why = MRZ_WHY_NONE;
    struct str mrz, shorter, longer;
    if (c->likeness[MRZ_F_SURNAME] == MRZ_EQUAL && c->likeness[MRZ_F_GIVEN] == MRZ_EQUAL)
        return OK;
    TRY(whole(a, f->surname, f->given, &mrz));
    TRY(whole(a, surname->shorter, given->shorter, &shorter));
    TRY(whole(a, surname->longer, given->longer, &longer));
    if (same_squashed(f->surname, given->shorter, false) && same_squashed(f->given, surname->shorter, false))
        why = MRZ_WHY_SWAPPED;
    else if (mrz.n && (same_squashed(mrz, shorter, false) || same_squashed(mrz, longer, false)))
        why = MRZ_WHY_MOVED;
    for (enum mrz_field n = MRZ_F_SURNAME; n <= MRZ_F_GIVEN && why; n++)
        if (c->likeness[n] == MRZ_DIFFERS)
            c->why[n] = why;
    return OK;
}

static enum err compare_names(struct arena *a, const struct mrz_fields *f, const struct mrz_record *r,
                              struct mrz_comparison *c)
{
    struct forms surname = {.written = r->surname}, given = {.written = r->given};
    TRY(mrz_transliterate(a, r->surname, &surname.shorter, &surname.longer));
    TRY(mrz_transliterate(a, r->given, &given.shorter, &given.longer));
    compare_name(c, MRZ_F_SURNAME, f->surname, &surname, f->truncated);
    compare_name(c, MRZ_F_GIVEN, f->given, &given, f->truncated);
    return compare_order(a, f, &surname, &given, c);
}

/* ---- the rest ---- */

/* Letters and digits alone. */
static enum err bare(struct arena *a, struct str written, struct str *ret)
{
    struct str all;
    TRY(form(a, written, false, &all));
    char *p = arena_alloc(a, all.n + 1);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i] != ' ')
            p[n++] = all.p[i];
    *ret = (struct str){p, n};
    return OK;
}

static enum err compare_number(struct arena *a, struct str here, struct str there, struct mrz_comparison *c)
{
    struct str mrz, number;
    TRY(bare(a, here, &mrz));
    TRY(bare(a, there, &number));
    enum mrz_likeness gap = missing(mrz.n == 0, number.n == 0);
    if (gap != MRZ_EQUAL)
        set(c, MRZ_F_NUMBER, gap, MRZ_WHY_NONE);
    else if (str_eq(mrz, number))
        set(c, MRZ_F_NUMBER, MRZ_EQUAL, MRZ_WHY_NONE);
    else
        set(c, MRZ_F_NUMBER, MRZ_DIFFERS,
            mrz_confusable_texts(mrz, number) ? MRZ_WHY_CONFUSABLE : MRZ_WHY_NONE);
    return OK;
}

static bool has_part(struct date d)
{
    return d.year || d.month || d.day;
}

static bool agrees(int a, int b, bool *partial)
{
    if (a && b)
        return a == b;
    *partial = true;
    return true;
}

static bool same_date(struct date a, struct date b, bool *ret_partial)
{
    *ret_partial = false;
    return agrees(a.year, b.year, ret_partial) && agrees(a.month, b.month, ret_partial) &&
           agrees(a.day, b.day, ret_partial);
}

static void compare_date(const struct mrz_date *m, struct date r, enum mrz_field f, struct mrz_comparison *c)
{
    bool partial;
    enum mrz_likeness gap = missing(!m->ok || !has_part(m->likely), !has_part(r));
    if (gap != MRZ_EQUAL)
        set(c, f, gap, MRZ_WHY_NONE);
    else if (same_date(m->likely, r, &partial))
        set(c, f, MRZ_EQUAL, partial ? MRZ_WHY_PARTIAL : MRZ_WHY_NONE);
    else if (m->other.year && same_date(m->other, r, &partial))
        set(c, f, MRZ_EQUAL, MRZ_WHY_OTHER_CENTURY);
    else if (r.day && r.month && m->likely.year == r.year && m->likely.month == r.day &&
             m->likely.day == r.month)
        set(c, f, MRZ_DIFFERS, MRZ_WHY_DAY_MONTH);
    else
        set(c, f, MRZ_DIFFERS, MRZ_WHY_NONE);
}

static bool is_sex(struct str s)
{
    return str_is(s, "M") || str_is(s, "F");
}

enum err mrz_compare(struct arena *a, const struct mrz *m, const struct mrz_record *r,
                     struct mrz_comparison *ret)
{
    const struct mrz_fields *f = &m->fields;
    struct mrz_comparison c = {0};
    TRY(compare_names(a, f, r, &c));
    if (!str_utf8_ok(r->number))
        return FAIL(ERR_BAD_UTF8, "a number of the record");
    TRY(compare_number(a, f->number, r->number, &c));
    compare_date(&f->birth, r->birth, MRZ_F_BIRTH, &c);
    compare_date(&f->expiry, r->expiry, MRZ_F_EXPIRY, &c);
    c.likeness[MRZ_F_SEX] = missing(!is_sex(f->sex), !is_sex(r->sex));
    if (c.likeness[MRZ_F_SEX] == MRZ_EQUAL && !str_eq(f->sex, r->sex))
        c.likeness[MRZ_F_SEX] = MRZ_DIFFERS;
    c.likeness[MRZ_F_NATIONALITY] = missing(f->nationality.n == 0, r->nationality.n == 0);
    if (c.likeness[MRZ_F_NATIONALITY] == MRZ_EQUAL && !mrz_code_same(f->nationality, r->nationality))
        c.likeness[MRZ_F_NATIONALITY] = MRZ_DIFFERS;
    *ret = c;
    return OK;
}

const char *mrz_field_name(enum mrz_field f)
{
    static const char *const names[] = {"surname", "given_names", "document_number", "birth_date",
                                        "sex",     "nationality", "expiry_date"};
    return names[f];
}

const char *mrz_likeness_name(enum mrz_likeness l)
{
    static const char *const names[] = {"equal", "differs", "missing_in_mrz", "missing_in_record",
                                        "missing_in_both"};
    return names[l];
}

const char *mrz_why_name(enum mrz_why w)
{
    static const char *const names[] = {
        "",        "transliterated", "joined",     "truncated",    "partial_date", "other_century",
        "swapped", "moved",          "confusable", "day_and_month"};
    return names[w];
}
