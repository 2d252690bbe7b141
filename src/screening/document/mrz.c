/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/document/mrz.h"
#include "screening/document/own.h"
#include "screening/document/text.h"

const char *mrz_format_name(enum mrz_format f)
{
    static const char *const names[] = {"TD1", "TD2", "TD3", "MRVA", "MRVB"};
    return names[f];
}

const char *mrz_dialect_name(enum mrz_dialect d)
{
    return d == MRZ_FRENCH_IDENTITY_CARD ? "french_identity_card" : "icao";
}

const char *mrz_check_name(enum mrz_check c)
{
    static const char *const names[] = {"docnum", "dob", "exp", "opt", "comp"};
    return names[c];
}

const char *mrz_note_code(enum mrz_note_kind k)
{
#define X(id, code, text) code,
    static const char *const codes[] = {MRZ_NOTES(X)};
#undef X
    return codes[k];
}

const char *mrz_note_text(enum mrz_note_kind k)
{
#define X(id, code, text) text,
    static const char *const texts[] = {MRZ_NOTES(X)};
#undef X
    return texts[k];
}

void mrz_note(struct mrz *m, enum mrz_note_kind kind, size_t line, size_t column)
{
    if (m->nnotes == MRZ_NOTES_MAX - 1)
        kind = MRZ_NOTE_MORE;
    if (m->nnotes < MRZ_NOTES_MAX)
        m->notes[m->nnotes++] = (struct mrz_note){kind, line, column};
}

/* What one reading works on. */
struct reading {
    struct arena *a;
    const struct layout *l;
    const struct raw_lines *raw;
    struct grid g;
    struct mrz *m;
};

/* A place of the MRZ as line and column of the text it came from. */
static void note_at(struct reading *r, enum mrz_note_kind kind, size_t line, size_t at)
{
    const struct raw_line *from = &r->raw->line[line];
    mrz_note(r->m, kind, from->line, at < from->n && at < RAW_CELLS ? from->column[at] : from->columns + 1);
}

static struct str kept(struct reading *r, struct span s)
{
    return (struct str){r->m->lines[s.line] + s.at, s.n};
}

static struct str without_fillers(struct str s)
{
    while (s.n && s.p[s.n - 1] == '<')
        s.n--;
    return s;
}

static bool has(struct span s)
{
    return s.n != 0;
}

/* ---- names ---- */

/* Words parted by one blank. */
static enum err words_of(struct arena *a, struct str part, struct str *ret)
{
    char *p = arena_alloc(a, part.n + 1);
    size_t n = 0;
    if (!p)
        return arena_err(a);
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] != '<')
            p[n++] = part.p[i];
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    }
    while (n && p[n - 1] == ' ')
        n--;
    p[n] = '\0';
    *ret = (struct str){p, n};
    return OK;
}

static ptrdiff_t find_two(struct str s, size_t from)
{
    for (size_t i = from; i + 1 < s.n; i++)
        if (s.p[i] == '<' && s.p[i + 1] == '<')
            return (ptrdiff_t)i;
    return -1;
}

static void note_fillers(struct reading *r, struct span field, struct str name, ptrdiff_t cut)
{
    if (name.n && name.p[0] == '<')
        note_at(r, MRZ_NOTE_NAME_ODD_FILLER, field.line, field.at);
    else if (cut >= 0 && (name.p[cut + 2] == '<' || find_two(name, (size_t)cut + 2) >= 0))
        note_at(r, MRZ_NOTE_NAME_ODD_FILLER, field.line, field.at + (size_t)cut);
}

static enum err read_names(struct reading *r)
{
    struct mrz_fields *f = &r->m->fields;
    struct str all = kept(r, r->l->names), name = without_fillers(all);
    bool french = has(r->l->given);
    ptrdiff_t cut = french ? -1 : find_two(name, 0);
    struct str surname = cut < 0 ? name : str_sub(name, 0, (size_t)cut);
    struct str given = french    ? kept(r, r->l->given)
                       : cut < 0 ? (struct str){0}
                                 : str_sub(name, (size_t)cut, name.n);
    f->truncated = all.p[all.n - 1] != '<' || (french && given.p[given.n - 1] != '<');
    if (f->truncated)
        note_at(r, MRZ_NOTE_NAME_TRUNCATED, r->l->names.line, r->l->names.at + all.n - 1);
    if (name.n == 0)
        note_at(r, MRZ_NOTE_NO_NAME, r->l->names.line, r->l->names.at);
    note_fillers(r, r->l->names, name, cut);
    TRY(words_of(r->a, surname, &f->surname));
    return words_of(r->a, given, &f->given);
}

/* ---- the other fields ---- */

static enum err read_number(struct reading *r)
{
    struct mrz_fields *f = &r->m->fields;
    struct long_number more = mrz_long_number(r->l, &r->g);
    struct str number = kept(r, r->l->number);
    f->number = without_fillers(number);
    f->optional = without_fillers(kept(r, r->l->optional));
    if (!more.complete)
        return OK;
    struct str rest = kept(r, more.rest);
    char *p = arena_printf(r->a, "%.*s%.*s", STR_FMT(number), STR_FMT(rest));
    if (!p)
        return arena_err(r->a);
    f->number = str_of(p);
    size_t used = rest.n + 1;
    struct str left = str_sub(kept(r, r->l->optional), used, r->l->optional.n);
    if (left.n && left.p[0] == '<')
        left = str_sub(left, 1, left.n);
    f->optional = without_fillers(left);
    return OK;
}

static void read_date(struct reading *r, struct span s, bool birth, struct date today, struct mrz_date *ret)
{
    *ret = (struct mrz_date){0};
    if (!has(s))
        return;
    mrz_date_read(kept(r, s), birth, today, ret);
    if (!ret->ok)
        note_at(r, MRZ_NOTE_BAD_DATE, s.line, s.at);
    else if (ret->partial)
        note_at(r, MRZ_NOTE_PARTIAL_DATE, s.line, s.at);
    if (ret->other.year)
        note_at(r, MRZ_NOTE_UNSURE_CENTURY, s.line, s.at);
}

static void read_dates(struct reading *r, struct date today)
{
    struct mrz_fields *f = &r->m->fields;
    read_date(r, r->l->birth, true, today, &f->birth);
    read_date(r, r->l->expiry, false, today, &f->expiry);
    int born = f->birth.other.year ? f->birth.other.year : f->birth.likely.year;
    int until = f->expiry.other.year > f->expiry.likely.year ? f->expiry.other.year : f->expiry.likely.year;
    if (born && until && until < born)
        note_at(r, MRZ_NOTE_BORN_LATER, r->l->expiry.line, r->l->expiry.at);
}

static void read_codes(struct reading *r)
{
    struct mrz_fields *f = &r->m->fields;
    const struct layout *l = r->l;
    f->document_code = without_fillers(kept(r, l->code));
    f->issuer = without_fillers(kept(r, l->issuer));
    f->nationality = without_fillers(kept(r, l->nationality));
    f->sex = kept(r, l->sex);
    enum mrz_code_kind issuer = mrz_code(f->issuer).kind, nationality = mrz_code(f->nationality).kind;
    if (issuer == MRZ_CODE_UNKNOWN)
        note_at(r, MRZ_NOTE_UNKNOWN_ISSUER, l->issuer.line, l->issuer.at);
    if (issuer == MRZ_CODE_SPECIMEN)
        note_at(r, MRZ_NOTE_SPECIMEN, l->issuer.line, l->issuer.at);
    if (nationality == MRZ_CODE_UNKNOWN && r->m->dialect == MRZ_ICAO)
        note_at(r, MRZ_NOTE_UNKNOWN_NATIONALITY, l->nationality.line, l->nationality.at);
    if (!str_is(f->sex, "M") && !str_is(f->sex, "F") && !str_is(f->sex, "<"))
        note_at(r, MRZ_NOTE_BAD_SEX, l->sex.line, l->sex.at);
}

/* ---- what stands where it must not ---- */

static bool digit_may_be_filler(struct reading *r, size_t line, size_t at)
{
    struct span optional = r->l->digit[MRZ_OPTIONAL], number = r->l->digit[MRZ_NUMBER];
    if (has(optional) && optional.line == line && optional.at == at)
        return without_fillers(kept(r, r->l->optional)).n == 0;
    return number.line == line && number.at == at && mrz_long_number(r->l, &r->g).complete;
}

static void note_place(struct reading *r, size_t line, size_t at)
{
    char c = r->g.cell[line][at];
    bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'Z';
    enum place place = mrz_place(r->l, &r->g, line, at);
    if (place == PLACE_LETTER && digit)
        note_at(r, MRZ_NOTE_NOT_LETTER, line, at);
    if (place == PLACE_DIGIT && letter)
        note_at(r, MRZ_NOTE_NOT_DIGIT, line, at);
    for (size_t i = 0; i < MRZ_CHECKS && c == '<'; i++) {
        struct span s = r->l->digit[i];
        if (has(s) && s.line == line && s.at == at && !digit_may_be_filler(r, line, at))
            note_at(r, MRZ_NOTE_DIGIT_MISSING, line, at);
    }
}

/* Were all right in another order of the lines? */
static bool swapped_is_right(struct reading *r)
{
    static const uint8_t orders[][3] = {{1, 0, 2}, {0, 2, 1}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}};
    size_t n = r->m->nlines == 2 ? 1 : 5;
    for (size_t i = 0; i < n; i++) {
        struct grid g = r->g;
        enum mrz_verdict verdicts[MRZ_CHECKS];
        bool filler;
        for (size_t line = 0; line < r->m->nlines; line++)
            memcpy(g.cell[line], r->g.cell[orders[i][line]], MRZ_WIDTH_MAX);
        if (mrz_verdicts(r->l, &g, verdicts, &filler))
            return true;
    }
    return false;
}

static void read_checks(struct reading *r)
{
    struct mrz *m = r->m;
    bool filler_counted;
    m->all_right = mrz_verdicts(r->l, &r->g, m->checks, &filler_counted);
    if (filler_counted)
        note_at(r, MRZ_NOTE_FILLER_COUNTED, r->l->digit[MRZ_NUMBER].line, r->l->digit[MRZ_NUMBER].at);
    for (size_t line = 0; line < m->nlines; line++)
        for (size_t at = 0; at < r->l->width; at++)
            note_place(r, line, at);
    if (!m->all_right && swapped_is_right(r))
        mrz_note(m, MRZ_NOTE_LINES_SWAPPED, r->raw->line[0].line, 0);
    if (has(r->l->digit[MRZ_COMPOSITE]))
        m->fields.composite = *kept(r, r->l->digit[MRZ_COMPOSITE]).p;
}

static void to_grid(const struct mrz *m, struct grid *ret)
{
    memset(ret, '<', sizeof *ret);
    for (size_t i = 0; i < m->nlines; i++)
        memcpy(ret->cell[i], m->lines[i], mrz_layout(m->format)->width);
}

/* A French card says IDFRA in two lines of 36. A TD2 card of France would say so too: its own digits decide.
 */
static void choose_layout(struct reading *r)
{
    enum mrz_verdict verdicts[MRZ_CHECKS];
    bool filler;
    r->l = mrz_layout(r->m->format);
    r->m->dialect = MRZ_ICAO;
    if (r->m->format != MRZ_TD2 || memcmp(r->g.cell[0], "IDFRA", 5) != 0 ||
        mrz_verdicts(r->l, &r->g, verdicts, &filler))
        return;
    r->l = mrz_layout_french();
    r->m->dialect = MRZ_FRENCH_IDENTITY_CARD;
    mrz_note(r->m, MRZ_NOTE_FRENCH, r->raw->line[0].line, 0);
}

enum err mrz_read(struct arena *a, struct str text, size_t first_line, struct date today, struct mrz *ret)
{
    struct raw_lines raw;
    struct mrz *m = ARENA_NEW(a, struct mrz);
    if (!m)
        return arena_err(a);
    struct reading r = {.a = a, .raw = &raw, .m = m};
    TRY(raw_lines_read(text, first_line, &raw, m));
    TRY(raw_lines_format(&raw, &m->format));
    raw_lines_fit(&raw, mrz_layout(m->format)->width, m);
    to_grid(m, &r.g);
    choose_layout(&r);
    read_checks(&r);
    read_codes(&r);
    TRY(read_number(&r));
    read_dates(&r, today);
    TRY(read_names(&r));
    if (has(r.l->optional2))
        m->fields.optional2 = without_fillers(kept(&r, r.l->optional2));
    mrz_propose(r.l, &r.g, m);
    *ret = *m;
    return OK;
}
