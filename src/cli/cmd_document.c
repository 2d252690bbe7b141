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

static const char *part(struct str s)
{
    return s.n ? s.p : "";
}

static void print_date(const char *label, const struct mrz_date *d)
{
    char text[11];
    if (!d->written.n)
        return;
    date_text(d->likely, text);
    if (d->ok && !d->partial)
        printf("  %-16s %s\n", label, text);
    else
        printf("  %-16s %.*s, as written\n", label, STR_FMT(d->written));
}

static void print_words(const struct mrz *m)
{
    const struct mrz_fields *f = &m->fields;
    static const char *const verdicts[] = {"", "WRONG", "right"};
    printf("%s (%s)\n", mrz_format_name(m->format), mrz_dialect_name(m->dialect));
    printf("  %-16s %.*s\n  %-16s %.*s%s\n", "surname", (int)f->surname.n, part(f->surname), "given names",
           (int)f->given.n, part(f->given), f->truncated ? " (may be cut off)" : "");
    printf("  %-16s %.*s\n  %-16s %.*s\n", "document number", (int)f->number.n, part(f->number),
           "nationality", (int)f->nationality.n, part(f->nationality));
    print_date("born", &f->birth);
    print_date("expires", &f->expiry);
    for (size_t i = 0; i < MRZ_CHECKS; i++) {
        const char *check = mrz_check_name((enum mrz_check)i);
        if (m->checks[i] != MRZ_NONE)
            printf("  check %-10s %s\n", check, verdicts[m->checks[i]]);
    }
    for (size_t i = 0; i < m->nnotes; i++)
        printf("  line %zu, column %zu: %s\n", m->notes[i].line, m->notes[i].column,
               mrz_note_text(m->notes[i].kind));
    for (size_t i = 0; i < m->nproposals; i++) {
        printf("  perhaps:\n");
        for (size_t k = 0; k < m->nlines; k++)
            printf("    %s\n", m->proposals[i].lines[k]);
    }
}

static enum err print_json(const struct mrz *m)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    mrz_json(m, &j);
    TRY(buf_err(&out));
    printf("%.*s\n", STR_FMT(buf_view(&out)));
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
            if (json)
                TRY(print_json(&m));
            else
                print_words(&m);
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
