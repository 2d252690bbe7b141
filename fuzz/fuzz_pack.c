/* SPDX-License-Identifier: Apache-2.0 */
/* One file of a pack is the input, the others are a small pack that is right. The first byte of the input
 * says which file: 'p' plan, 'k' kind, 'c' code list, 'h' holidays, 'a' agencies, 's' story, 't' texts, 'i'
 * import, else pack.yaml. */
#include "core/pack/testing_pack.h"
#include "fuzz.h"

#define PACK_YAML(languages)                                                            \
    "id: t\ntitle: T\ncountry: XTL\nversion: 1\nlanguages: " languages                  \
    "\ntime_zone: Asia/Riyadh\ncalendar: c\n"                                           \
    "stages: [{id: a, label: A, protects: false}, {id: b, label: B, protects: true}]\n" \
    "schemes: [{id: partner, title: P}]\nsources: [{id: s, title: S, verified: false}]\n"

static const struct {
    char letter;
    const char *name, *text;
} rest[] = {
    {'y', "pack.yaml", PACK_YAML("[en]")},
    {'h', "holidays.yaml",
     "calendars: [{id: c, title: C, items: [{name: N, rule: fixed, month: 1, day: 1}]}]\n"},
    {'a', "agencies.yaml", "agencies: [{id: police, name: P, type: x, source: s, verified: false}]\n"},
    {'o', "offices.yaml", "offices: []\n"},
    {'q', "contact-points.yaml", "contact_points: []\n"},
    {'p', "plan.yaml",
     "id: p\ntitle: P\nadopted: 2024-01-31\nsource: s\nchapters: [{id: '1', title: C}]\n"
     "measures: [{id: '1', chapter: '1', title: M, duties: [{id: 1/a, title: D, quote: Q, capability: C,\n"
     "  agencies: [police], indicators: [{id: n, title: N, op: count, kind: visit}]}]}]\n"},
    {'r', "programme.yaml", "id: r\ntitle: R\nsource: s\nitems: []\n"},
    {'k', "kinds/visit.yaml",
     "id: visit\ntitle: V\nattach: [case]\nonce: true\nduties: [1/a]\n"
     "states: [{name: open, label: O}, {name: closed, label: C}]\n"
     "fields: [{name: place, label: P, type: code, codes: place, class: routing, fact: first_place}]\n"
     "actions:\n"
     "  - {name: create, label: C, to: open, roles: [case_lead], purposes: [protection], fields: all}\n"
     "  - {name: amend, label: A, roles: [case_lead], purposes: [protection], fields: all}\n"
     "  - {name: close, label: E, verb: close, to: closed, roles: [case_lead], purposes: [protection]}\n"},
    {'i', "imports/partner.yaml",
     "id: partner\ntitle: P\ncolumns: [{column: W, kind: visit, field: place, role: case}]\n"},
    {'s', "scenarios/first.yaml",
     "id: first\ntitle: F\nnow: 2024-02-05T09:00:00+03:00\n"
     "actors: {a: {role: case_lead, agency: police, purpose: protection}}\n"
     "steps: [{given: G, actor: a, action: case.create, as: c1, expect: {verdict: allow}}]\n"},
    {'c', "codes/place.yaml",
     "id: place\ntitle: P\ncodes: [{code: x, label: X, crosswalks: [{scheme: partner, code: Y, match: "
     "exact}]}]\n"},
};
static const char *const lists[] = {"country", "language",  "prefecture",  "organisation_type", "channel",
                                    "tip_act", "tip_means", "tip_purpose", "subject_role"};

static void add(struct test_files *f, const char *name, struct str text)
{
    REQUIRE(f->n < LEN(f->list));
    f->list[f->n++] = (struct pack_file){.name = name, .text = text};
}

static void small_pack(struct test_files *f, char letter, struct str input)
{
    bool placed = false;
    for (size_t i = 0; i < LEN(rest); i++) {
        bool here = rest[i].letter == letter;
        placed = placed || here;
        add(f, rest[i].name, here ? input : str_of(rest[i].text));
    }
    for (size_t i = 0; i < LEN(lists); i++) {
        const char *code = strcmp(lists[i], "country") == 0 ? "XTL" : "x";
        const char *text =
            arena_printf(f->arena, "id: %s\ntitle: T\ncodes: [{code: %s, label: X}]\n", lists[i], code);
        const char *name = arena_printf(f->arena, "codes/%s.yaml", lists[i]);
        REQUIRE(text && name);
        add(f, name, str_of(text));
    }
    if (letter == 't') {
        f->list[0].text = str_of(PACK_YAML("[en, fr]"));
        add(f, "texts/fr.po", input);
    } else if (!placed)
        f->list[0].text = input;
}

static const char *no_answer(void *user, const char *field)
{
    (void)user;
    return *field ? "x;y" : "";
}

/* What a pack without faults promises. */
static void walk(const struct pack *p)
{
    for (size_t i = 0; i < p->nkinds; i++) {
        const struct kind *k = &p->kinds[i];
        REQUIRE(pack_kind(p, k->id) == k && k->nstates >= 1 && k->nfields >= 1 && k->nactions >= 2);
        for (size_t j = 0; j < k->nfields; j++) {
            const struct field *f = &k->fields[j];
            REQUIRE(kind_field(k, f->name) == f && f->type <= FT_SUBJECT && f->min <= f->max);
            REQUIRE((f->type == FT_CODE || f->type == FT_CODES) == (f->codes != NULL));
            condition_holds(f->when, no_answer, NULL);
        }
        for (size_t j = 0; j < k->nclocks; j++)
            REQUIRE(!!k->clocks[j].due_hours + !!k->clocks[j].due_calendar_days +
                        !!k->clocks[j].due_working_days ==
                    1);
    }
    for (size_t i = 0; i < p->nduties; i++) {
        REQUIRE(pack_duty(p, p->duties[i].id) && p->duties[i].nindicators >= 1);
        for (size_t j = 0; j < p->duties[i].nagencies; j++)
            REQUIRE(pack_agency(p, p->duties[i].agencies[j]));
    }
    for (size_t i = 0; i < p->ncode_lists; i++)
        for (size_t j = 0; j < p->code_lists[i].n; j++)
            REQUIRE(code_find(&p->code_lists[i], p->code_lists[i].codes[j].code) ==
                    &p->code_lists[i].codes[j]);
    REQUIRE(p->calendar && p->nstages >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    if (!size)
        return 0;
    struct test_files f = {.arena = a, .limit = 64u << 20};
    small_pack(&f, (char)data[0], (struct str){(const char *)data + 1, size - 1});
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    enum err e = test_files_load(&f, a, &p, &faults, &n);
    REQUIRE(e == OK ? p && n == 0 : e == ERR_PACK && !p && n > 0 && n <= PACK_MAX_FAULTS + 1);
    for (size_t i = 0; i < n; i++)
        REQUIRE(faults[i].line >= 0 && *faults[i].file && *faults[i].what &&
                str_utf8_ok(str_of(faults[i].what)) && !strchr(faults[i].what, '\n'));
    if (p)
        walk(p);
    pack_free(p);
    return 0;
}
