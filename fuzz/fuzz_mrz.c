/* SPDX-License-Identifier: Apache-2.0 */
/* Machine readable zones: no text does harm; what was read reads the same again; every proposal makes all
 * digits right; diagnostics lie within the text; a comparison with itself is equal. */
#include "base/buf.h"
#include "fuzz.h"
#include "screening/document/mrz.h"

static const struct date TODAY = {2026, 11, 22};

static void again(struct arena *a, const struct mrz *m, const char (*lines)[MRZ_WIDTH_MAX + 1],
                  bool all_right)
{
    struct mrz twice;
    char *text = arena_printf(a, "%s\n%s%s%s", lines[0], lines[1], m->nlines == 3 ? "\n" : "", lines[2]);
    REQUIRE(text != NULL);
    REQUIRE(mrz_read(a, str_of(text), 1, TODAY, &twice) == OK);
    REQUIRE(twice.format == m->format);
    if (all_right)
        REQUIRE(twice.all_right);
    else
        REQUIRE(memcmp(twice.checks, m->checks, sizeof m->checks) == 0 && twice.dialect == m->dialect);
}

static void with_itself(struct arena *a, const struct mrz *m)
{
    const struct mrz_fields *f = &m->fields;
    struct mrz_comparison c;
    struct mrz_record r = {.surname = f->surname,
                           .given = f->given,
                           .number = f->number,
                           .sex = f->sex,
                           .nationality = f->nationality,
                           .birth = f->birth.likely,
                           .expiry = f->expiry.likely};
    REQUIRE(mrz_compare(a, m, &r, &c) == OK);
    for (size_t i = 0; i < MRZ_F_N; i++)
        REQUIRE(c.likeness[i] != MRZ_DIFFERS);
}

static void one(struct arena *a, struct str text, size_t first)
{
    struct mrz m;
    struct buf out = {0};
    struct json j = json_to(&out);
    enum err e = mrz_read(a, text, first, TODAY, &m);
    REQUIRE(e == OK || e == ERR_BAD_DATA);
    if (e != OK)
        return;
    REQUIRE(m.nnotes <= MRZ_NOTES_MAX && m.nproposals <= MRZ_PROPOSALS_MAX);
    for (size_t i = 0; i < m.nnotes; i++)
        REQUIRE(m.notes[i].line >= first && m.notes[i].line < first + 3 && m.notes[i].column <= text.n + 1);
    mrz_json(&m, &j);
    REQUIRE(buf_err(&out) == OK && str_utf8_ok(buf_view(&out)));
    buf_free(&out);
    if (!memchr(m.lines, '?', sizeof m.lines))
        again(a, &m, m.lines, false);
    for (size_t i = 0; i < m.nproposals; i++) {
        REQUIRE(m.proposals[i].n > 0);
        if (i == first % MRZ_PROPOSALS_MAX) /* one of them: each costs a reading */
            again(a, &m, m.proposals[i].lines, true);
    }
    with_itself(a, &m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str text = {(const char *)data, size}, mrz;
    size_t line = 0, first = 0, before = 0;
    REQUIRE(a != NULL);
    while (mrz_next(&text, &line, &mrz, &first)) {
        REQUIRE(first > before && mrz.n > 0);
        before = first;
        one(a, mrz, first);
        arena_reset(a);
    }
    return 0;
}
