/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_document.c - machine readable zones from standard input; no data folder is needed and nothing is kept.
 */
#include "base/alloc.h"
#include "base/env.h"
#include "cli/app.h"
#include "screening/document/mrz.h"

static struct date today(void)
{
    return date_from_days((int32_t)(env_now_us() / 86400000000));
}

static void date_words(struct buf *out, const char *label, const struct mrz_date *d)
{
    char text[11];
    if (!d->written.n)
        return;
    date_text(d->likely, text);
    if (d->ok && !d->partial)
        buf_printf(out, "  %-16s %s\n", label, text);
    else
        buf_printf(out, "  %-16s %.*s, as written\n", label, STR_FMT(d->written));
}

static void field_words(struct buf *out, const char *label, struct str value, const char *more)
{
    buf_printf(out, "  %-16s ", label);
    buf_str(out, value);
    buf_printf(out, "%s\n", more);
}

static void words(struct buf *out, const struct mrz *m)
{
    const struct mrz_fields *f = &m->fields;
    static const char *const verdicts[] = {"", "WRONG", "right"};
    buf_printf(out, "%s (%s)\n", mrz_format_name(m->format), mrz_dialect_name(m->dialect));
    field_words(out, "surname", f->surname, "");
    field_words(out, "given names", f->given, f->truncated ? " (may be cut off)" : "");
    field_words(out, "document number", f->number, "");
    field_words(out, "nationality", f->nationality, "");
    date_words(out, "born", &f->birth);
    date_words(out, "expires", &f->expiry);
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (m->checks[i] != MRZ_NONE)
            buf_printf(out, "  check %-10s %s\n", mrz_check_name((enum mrz_check)i), verdicts[m->checks[i]]);
    for (size_t i = 0; i < m->nnotes; i++)
        buf_printf(out, "  line %zu, column %zu: %s\n", m->notes[i].line, m->notes[i].column,
                   mrz_note_text(m->notes[i].kind));
    for (size_t i = 0; i < m->nproposals; i++) {
        buf_c(out, "  perhaps:\n");
        for (size_t k = 0; k < m->nlines; k++)
            buf_printf(out, "    %s\n", m->proposals[i].lines[k]);
    }
}

/* On standard output, for whoever asked; one MRZ. */
static enum err print_one(const struct mrz *m, bool as_json)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    if (as_json)
        mrz_json(m, &j);
    else
        words(&out, m);
    TRY(buf_err(&out));
    printf("%.*s%s", STR_FMT(buf_view(&out)), as_json ? "\n" : "");
    return OK;
}

/* One after the other; memory is that of one. What is no MRZ is said on standard error and does not stop the
 * rest. */
static enum err print_all(struct str text, bool json, size_t *ret_read, size_t *ret_failed)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct date day = today();
    size_t line = 0, first;
    struct str one;
    if (!a)
        return mem_fail();
    while (mrz_next(&text, &line, &one, &first)) {
        struct mrz m;
        enum err e = mrz_read(a, one, first, day, &m);
        if (e == ERR_BAD_DATA) {
            fprintf(stderr, "akari: %s\n", err_detail());
            ++*ret_failed;
        } else if (e != OK) {
            return e;
        } else {
            ++*ret_read;
            TRY(print_one(&m, json));
        }
        arena_reset(a);
    }
    return OK;
}

enum err cmd_document_mrz(const struct args *args)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(3 * (size_t)MRZ_INPUT_MAX);
    struct str text;
    size_t read = 0, failed = 0;
    if (!a)
        return mem_fail();
    if (args->nwords != 2)
        return FAIL(ERR_USAGE, "akari document mrz [--json] < LINES: personal data is no argument");
    TRY(app_stdin(a, MRZ_INPUT_MAX, &text));
    TRY(print_all(text, args->json, &read, &failed));
    if (read == 0)
        return FAIL(ERR_BAD_DATA, "no machine readable zone was recognised");
    return OK;
}
