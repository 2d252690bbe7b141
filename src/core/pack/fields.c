/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/fields.h"

static const char *const case_states[] = {"open", "closed"};
static const char *const subject_types[] = {"person", "organisation"};
static const char *const clock_states[] = {"running", "paused", "stopped", "cancelled"};
static const char *const clock_marks[] = {"ok", "warn", "overdue"};
static const char *const sheet_states[] = {"open", "finished"};
static const char *const sheet_phases[] = {"first_contact", "assessment", "review"};
static const char *const outcomes[] = {"positive", "negative"};
static const char *const screening_results[] = {"presumed_victim", "no_sign"};
static const struct words no_words;

struct built_in {
    const char *name;
    enum view_type type;
    struct words words;
    enum space space;
    const char *list; /* NAME_CODE: of this list */
};
/* `state` of a kind, at_STATE and at_STAGE are looked up; they have no row. */
static const struct built_in of_kind[] = {
    {"created_at", VIEW_MOMENT},
    {"owner", VIEW_NAMES, .space = NAME_AGENCY},
};
static const struct built_in of_case[] = {
    {"state", VIEW_WORDS, WORDS(case_states)},
    {"stage", VIEW_NAMES, .space = NAME_STAGE},
    {"created_at", VIEW_MOMENT},
    {"closed_at", VIEW_MOMENT},
    {"owner", VIEW_NAMES, .space = NAME_AGENCY},
};
static const struct built_in of_subject[] = {
    {"type", VIEW_WORDS, WORDS(subject_types)},
    {"role", VIEW_NAMES, .space = NAME_CODE, .list = "subject_role"},
    {"created_at", VIEW_MOMENT},
};
static const struct built_in of_clock[] = {
    {"name", VIEW_ANY},
    {"kind", VIEW_NAMES, .space = NAME_KIND},
    {"state", VIEW_WORDS, WORDS(clock_states)},
    {"mark", VIEW_WORDS, WORDS(clock_marks)},
    {"met", VIEW_BOOL},
    {"started_at", VIEW_MOMENT},
    {"due_at", VIEW_MOMENT},
    {"stopped_at", VIEW_MOMENT},
};
/* The indicators, and the quick lists (src/assessment). */
static const struct built_in of_assessment[] = {
    {"state", VIEW_WORDS, WORDS(sheet_states)},
    {"phase", VIEW_WORDS, WORDS(sheet_phases)},
    {"outcome", VIEW_WORDS, WORDS(outcomes)},
    {"created_at", VIEW_MOMENT},
    {"finished_at", VIEW_MOMENT},
    {"owner", VIEW_NAMES, .space = NAME_AGENCY},
    {"complete", VIEW_BOOL},
    {"child", VIEW_BOOL},
    {"means_asked", VIEW_BOOL},
};
static const struct built_in of_screening[] = {
    {"state", VIEW_WORDS, WORDS(sheet_states)},
    {"phase", VIEW_WORDS, WORDS(sheet_phases)},
    {"result", VIEW_WORDS, WORDS(screening_results)},
    {"created_at", VIEW_MOMENT},
    {"finished_at", VIEW_MOMENT},
    {"owner", VIEW_NAMES, .space = NAME_AGENCY},
};
static const struct {
    const struct built_in *rows;
    size_t n;
} built_ins[] = {
    [OF_KIND] = {of_kind, LEN(of_kind)},
    [OF_CASE] = {of_case, LEN(of_case)},
    [OF_SUBJECT] = {of_subject, LEN(of_subject)},
    [OF_CLOCK] = {of_clock, LEN(of_clock)},
    [OF_ASSESSMENT] = {of_assessment, LEN(of_assessment)},
    [OF_SCREENING] = {of_screening, LEN(of_screening)},
    [OF_UNKNOWN] = {NULL, 0},
};

static const struct built_in *built_in(enum fields_of_what what, struct str name)
{
    for (size_t i = 0; i < built_ins[what].n; i++)
        if (str_is(name, built_ins[what].rows[i].name))
            return &built_ins[what].rows[i];
    return NULL;
}

bool name_built_in(const char *name)
{
    return strcmp(name, "state") == 0 || strncmp(name, "at_", 3) == 0 || built_in(OF_KIND, str_of(name));
}

bool fact_reserved(const char *name)
{
    return strncmp(name, "at_", 3) == 0 || built_in(OF_CASE, str_of(name)) ||
           built_in(OF_SUBJECT, str_of(name));
}

static enum fields_of_what core_word(const char *kind)
{
    static const char *const names[] = {[OF_CASE] = "case",
                                        [OF_SUBJECT] = "subject",
                                        [OF_CLOCK] = "clock",
                                        [OF_ASSESSMENT] = "assessment",
                                        [OF_SCREENING] = "screening"};
    for (size_t i = OF_CASE; i < LEN(names); i++)
        if (strcmp(kind, names[i]) == 0)
            return (enum fields_of_what)i;
    return OF_UNKNOWN;
}

bool word_of_core(const char *kind)
{
    return core_word(kind) != OF_UNKNOWN;
}

struct fields_of fields_of(const struct load *l, const char *kind)
{
    struct fields_of of = {.what = core_word(kind), .word = kind};
    if (of.what == OF_UNKNOWN) {
        of.kind = name_find(l, NAME_KIND, 0, str_of(kind));
        if (of.kind && of.kind->object)
            of.what = OF_KIND;
    }
    return of;
}

static struct view view_of_built_in(const struct load *l, const struct built_in *b)
{
    struct view v = {.type = b->type, .words = b->words, .space = b->space};
    if (b->list) {
        const struct name *list = name_find(l, NAME_CODES, 0, str_of(b->list));
        v.scope = list ? list->inner : 0;
        if (!list || !list->object)
            v.type = VIEW_ANY;
    }
    return v;
}

static struct view view_in_kind(const struct load *l, const struct fields_of *of, struct str name)
{
    const struct kind *k = of->kind->object;
    if (l->unreadable & SPACE(NAME_STATE) && (str_is(name, "state") || str_starts(name, "at_")))
        return (struct view){.type = VIEW_ANY};
    if (str_is(name, "state"))
        return (struct view){.type = VIEW_WORDS, .words = {k->states, k->nstates}};
    if (!of->until && str_starts(name, "at_") &&
        name_find(l, NAME_STATE, of->kind->inner, str_sub(name, 3, name.n)))
        return (struct view){.type = VIEW_MOMENT};
    const struct name *n = name_find(l, NAME_FIELD, of->kind->inner, name);
    const struct field *f = n ? n->object : NULL;
    if (!f || (of->until && f >= of->until))
        return (struct view){.type = VIEW_NONE};
    return (struct view){.type = f->type == WORD_UNKNOWN ? VIEW_ANY : VIEW_FIELD, .field = f};
}

/* Case and subject: stages, and facts of the kinds that attach there. */
static struct view view_of_fact(const struct load *l, const struct fields_of *of, struct str name)
{
    if (of->what == OF_CASE && str_starts(name, "at_") &&
        name_find(l, NAME_STAGE, 0, str_sub(name, 3, name.n)))
        return (struct view){.type = VIEW_MOMENT};
    uint32_t attach = of->what == OF_CASE ? ATTACH_CASE : of->what == OF_SUBJECT ? ATTACH_SUBJECT : 0;
    const struct name *n = attach ? name_find(l, NAME_FACT, 0, name) : NULL;
    if (!n)
        return (struct view){.type = attach && (l->unreadable & SPACE(NAME_FACT)) ? VIEW_ANY : VIEW_NONE};
    for (size_t i = 0; i < l->pack->nkinds; i++) {
        const struct kind *k = &l->pack->kinds[i];
        for (size_t j = 0; j < k->nfields; j++)
            if (&k->fields[j] == n->object && (!k->attach || (k->attach & attach)))
                return (struct view){.type = VIEW_FIELD, .field = n->object};
    }
    return (struct view){.type = VIEW_NONE};
}

struct view field_view(const struct load *l, const struct fields_of *of, struct str name)
{
    const struct built_in *b = built_in(of->what, name);
    if (of->what == OF_UNKNOWN)
        return (struct view){.type = VIEW_ANY, .words = no_words};
    if (b && !of->until) /* a field is asked before its record exists */
        return view_of_built_in(l, b);
    return of->what == OF_KIND ? view_in_kind(l, of, name) : view_of_fact(l, of, name);
}

enum err field_guess(struct load *l, const struct fields_of *of, struct str name, const char **ret)
{
    struct guess g = guess_of(name);
    const struct kind *k = of->what == OF_KIND ? of->kind->object : NULL;
    for (size_t i = 0; k && i < k->nfields; i++)
        if (!of->until || &k->fields[i] < of->until)
            guess_offer(&g, k->fields[i].name);
    for (size_t i = 0; !of->until && i < built_ins[of->what].n; i++)
        guess_offer(&g, built_ins[of->what].rows[i].name);
    if (k)
        guess_offer(&g, "state");
    if (of->what == OF_CASE || of->what == OF_SUBJECT)
        for (size_t i = 0; i < l->pack->nkinds; i++)
            for (size_t j = 0; j < l->pack->kinds[i].nfields; j++)
                if (l->pack->kinds[i].fields[j].fact)
                    guess_offer(&g, l->pack->kinds[i].fields[j].fact);
    *ret = guess_words(&g, l->scratch);
    return *ret ? OK : arena_err(l->scratch);
}
