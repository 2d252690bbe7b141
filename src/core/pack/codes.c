/* SPDX-License-Identifier: Apache-2.0 */
/* pack_codes.c - code lists and their crosswalks: docs/pack-format.md section 7. */
#include "core/pack/words.h"

static const char *const matches[] = {"exact", "broader", "narrower", "lossy"};
static const struct words match_words = WORDS(matches);

static const struct key crosswalk_keys[] = {
    {"scheme", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(crosswalk, scheme), .space = NAME_SCHEME},
    {"code", SHAPE_PLAIN, KEY_REQUIRED, AT(crosswalk, code)},
    {"match", SHAPE_ENUM, KEY_REQUIRED, AT(crosswalk, match), .words = &match_words},
};
static const struct form crosswalk_form = {FORM("a crosswalk", crosswalk, crosswalk_keys)};

static enum err code_done(struct load *l, const struct yaml *y, void *record)
{
    const struct code *c = record;
    return check_span(l, y, c->from, c->until);
}

static const struct key code_keys[] = {
    {"code", SHAPE_CODE, KEY_REQUIRED | KEY_DEFINES, AT(code, code), .space = NAME_CODE},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(code, label)},
    {"broader", SHAPE_CODE, KEY_NULL | KEY_REFERS, AT(code, broader), .space = NAME_CODE},
    {"from", SHAPE_DAY, 0, AT(code, from)},
    {"until", SHAPE_DAY, 0, AT(code, until)},
    {"note", SHAPE_TEXT, 0, AT(code, note)},
    {"evidence", SHAPE_PLAIN, 0, AT(code, evidence)},
    {"verified", SHAPE_BOOL, 0, AT(code, verified)},
    {"crosswalks", SHAPE_LIST, 0, AT_LIST(code, crosswalks, ncrosswalks), .form = &crosswalk_form},
};
static const struct form code_form = {FORM("a code", code, code_keys), .done = code_done};

static int by_code(const void *a, const void *b, void *list)
{
    const struct code *codes = list;
    return strcmp(codes[*(const uint32_t *)a].code, codes[*(const uint32_t *)b].code);
}

/* Codes that do not say are verified as their list is. */
static void inherit_verified(const struct yaml *codes, struct code_list *list)
{
    size_t at = 0;
    for (size_t i = 0; codes && i < codes->n && at < list->n; i++) {
        if (codes->items[i]->type != YAML_MAP)
            continue;
        if (!given(codes->items[i], "verified"))
            ((struct code *)list->codes)[at].verified = list->verified;
        at++;
    }
}

static enum err code_list_done(struct load *l, const struct yaml *y, void *record)
{
    struct code_list *list = record;
    inherit_verified(given(y, "codes"), list);
    if (!list->n)
        return OK;
    uint32_t *order = ARENA_ARRAY(l->keep, list->n, uint32_t);
    if (!order)
        return arena_err(l->keep);
    for (uint32_t i = 0; i < list->n; i++)
        order[i] = i;
    qsort_r(order, list->n, sizeof *order, by_code, (void *)list->codes);
    list->order = order;
    return OK;
}

static int line_of(const struct load *l, const struct yaml *y, const struct code_list *list, const char *code)
{
    const struct name *n = name_find(l, NAME_CODES, 0, str_of(list->id));
    const struct name *c = n ? name_find(l, NAME_CODE, n->inner, str_of(code)) : NULL;
    return c ? c->line : y->line;
}

static enum err check_broader(struct load *l, const struct yaml *y, const struct code_list *list)
{
    size_t circle, *next = ARENA_ARRAY(l->scratch, list->n + 1, size_t);
    if (!next)
        return arena_err(l->scratch);
    for (size_t i = 0; i < list->n; i++) {
        const struct code *up = list->codes[i].broader ? code_find(list, list->codes[i].broader) : NULL;
        next[i] = up ? (size_t)(up - list->codes) : SIZE_MAX;
    }
    TRY(find_circle(l, next, list->n, &circle));
    if (circle == SIZE_MAX)
        return OK;
    const char *code = list->codes[circle].code;
    return fault_add(&l->faults, y->file, line_of(l, y, list, code), "code \"%s\" is broader than itself",
                     code);
}

struct exact {
    const struct crosswalk *crosswalk;
    const struct code *code;
};

static int by_foreign(const void *a, const void *b)
{
    const struct exact *x = a, *y = b;
    int c = strcmp(x->crosswalk->scheme, y->crosswalk->scheme);
    return c ? c : strcmp(x->crosswalk->code, y->crosswalk->code);
}

/* In file order where the foreign value is the same. */
static int by_foreign_then_place(const void *a, const void *b)
{
    const struct exact *x = a, *y = b;
    int c = by_foreign(a, b);
    if (!c)
        c = (x->code > y->code) - (x->code < y->code);
    return c ? c : (x->crosswalk > y->crosswalk) - (x->crosswalk < y->crosswalk);
}

static enum err check_exact(struct load *l, const struct yaml *y, const struct code_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += list->codes[i].ncrosswalks;
    struct exact *all = ARENA_ARRAY(l->scratch, n + 1, struct exact);
    if (!all)
        return arena_err(l->scratch);
    n = 0;
    for (size_t i = 0; i < list->n; i++)
        for (size_t j = 0; j < list->codes[i].ncrosswalks; j++)
            if (list->codes[i].crosswalks[j].match == MATCH_EXACT)
                all[n++] = (struct exact){&list->codes[i].crosswalks[j], &list->codes[i]};
    qsort(all, n, sizeof *all, by_foreign_then_place);
    for (size_t i = 1; i < n; i++)
        if (by_foreign(&all[i - 1], &all[i]) == 0)
            TRY(fault_add(&l->faults, y->file, line_of(l, y, list, all[i].code->code),
                          "%s \"%s\" is exact for two codes: %s and %s", all[i].crosswalk->scheme,
                          all[i].crosswalk->code, all[i - 1].code->code, all[i].code->code));
    return OK;
}

static enum err code_list_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    TRY(check_broader(l, y, record));
    return check_exact(l, y, record);
}

static const struct key code_list_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(code_list, id), .space = NAME_CODES},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(code_list, title)},
    {"help", SHAPE_TEXT, 0, AT(code_list, help)},
    {"source", SHAPE_ID, KEY_REFERS, AT(code_list, source), .space = NAME_SOURCE},
    {"evidence", SHAPE_PLAIN, 0, AT(code_list, evidence)},
    {"verified", SHAPE_BOOL, 0, AT(code_list, verified), .otherwise = true},
    {"codes", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(code_list, codes, n), .form = &code_form,
     .most = 20000},
};
const struct form code_list_form = {FORM("a code list", code_list, code_list_keys), .opens = SPACE(NAME_CODE),
                                    .done = code_list_done, .check = code_list_check};

/* ---- for everybody ----------------------------------------------------------------------------------- */
const struct code *code_find(const struct code_list *list, const char *code)
{
    if (!list || !code)
        return NULL;
    if (!list->order) { /* a list made by hand */
        for (size_t i = 0; i < list->n; i++)
            if (strcmp(list->codes[i].code, code) == 0)
                return &list->codes[i];
        return NULL;
    }
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct code *c = &list->codes[list->order[middle]];
        int order = strcmp(code, c->code);
        if (order == 0)
            return c;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct code *code_by_crosswalk(const struct code_list *list, const char *scheme, const char *foreign)
{
    const struct code *first = NULL;
    for (size_t i = 0; list && scheme && foreign && i < list->n; i++) {
        const struct code *c = &list->codes[i];
        for (size_t j = 0; j < c->ncrosswalks; j++) {
            const struct crosswalk *w = &c->crosswalks[j];
            if (strcmp(w->scheme, scheme) != 0 || strcmp(w->code, foreign) != 0)
                continue;
            if (w->match == MATCH_EXACT)
                return c;
            if (!first)
                first = c;
        }
    }
    return first;
}

const struct crosswalk *code_crosswalk(const struct code *code, const char *scheme)
{
    const struct crosswalk *first = NULL;
    for (size_t j = 0; code && scheme && j < code->ncrosswalks; j++) {
        const struct crosswalk *w = &code->crosswalks[j];
        if (strcmp(w->scheme, scheme) != 0)
            continue;
        if (w->match == MATCH_EXACT)
            return w;
        if (!first)
            first = w;
    }
    return first;
}
