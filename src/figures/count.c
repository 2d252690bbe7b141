/* SPDX-License-Identifier: Apache-2.0 */
/* count.c - the view figures.count: how many, by one attribute (plan 6(3)(v)/a). What leaves is a figure,
 * never a row. Numbers below the pack's smallest cell are shown only to a role that the policy would show the
 * values themselves to. */
#include "base/json.h"
#include "figures/own.h"

#include <stdlib.h>

#define VALUES_MAX 5000

static const char NOT_STATED[] = "not stated", BELOW[] = "below threshold";

/* ---- words --------------------------------------------------------------------------------------------- */

const char *figures_state_word(enum value_state s)
{
    switch (s) {
    case VALUE_NOT_COLLECTED:
        return NOT_STATED;
    case VALUE_UNKNOWN:
        return "unknown";
    case VALUE_NOT_APPLICABLE:
        return "not applicable";
    case VALUE_GIVEN:
    case VALUE_MASKED:
        break;
    }
    return "withheld";
}

static const struct import_column *import_column_of(const struct pack *p, const char *by,
                                                    const struct fact_column *fact)
{
    for (size_t m = 0; m < p->nimports; m++)
        for (size_t i = 0; i < p->imports[m].n; i++) {
            const struct import_column *c = &p->imports[m].columns[i];
            if (strcmp(c->column, by) == 0 && strcmp(c->kind, fact->kind->id) == 0 &&
                strcmp(c->field, fact->field->name) == 0)
                return c;
        }
    return NULL;
}

/* Each part of "female;male" by a word of its own: the import map's, or the label in the reader's language.
 */
static enum err words_of(struct view *v, const struct fact_column *fact, const struct import_column *in,
                         const char *value, const char **ret)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct str rest = str_of(value), part, word;
    struct map_column column = {.in = in, .field = fact->field};
    while (str_cut(&rest, ';', &part)) {
        char *code_text = arena_cstr(v->arena, part);
        if (!code_text)
            return arena_err(v->arena);
        const struct code *code = fact->field->codes ? code_find(fact->field->codes, code_text) : NULL;
        if (!in || !map_value_out(&column, part, &word))
            word = code ? str_of(pack_text(v->pack, v->ctx->lang, code->label)) : part;
        if (out.n)
            buf_char(&out, ';');
        buf_str(&out, word);
    }
    struct str s;
    TRY(buf_take(&out, v->arena, &s));
    *ret = s.p;
    return OK;
}

/* ---- small numbers ------------------------------------------------------------------------------------- */

/* A true 0 says that there is nobody, and hiding it would protect nobody. */
static struct figure *smallest_shown(struct figure_count *c)
{
    struct figure *best = NULL;
    for (size_t i = 0; i < c->n; i++)
        if (!c->items[i].hidden && c->items[i].n && (!best || c->items[i].n < best->n))
            best = &c->items[i];
    return best;
}

/* Total less what is shown = what is hidden. That must not be one number, nor a small one, nor as small or as
 * large as so many hidden numbers can be: five hidden numbers that are 5 together are each 1. */
bool figures_give_away(size_t hidden, size_t small, int64_t sum, int64_t min)
{
    if (!hidden)
        return false;
    if (hidden < 2 || sum < min || sum <= (int64_t)hidden)
        return true;
    return small == hidden && sum >= (int64_t)hidden * (min - 1);
}

void figures_hide(struct figure_count *c, int64_t min)
{
    size_t hidden = 0, small = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->items[i].hidden || (c->items[i].n && c->items[i].n < min)) {
            c->items[i].hidden = true;
            hidden++;
            small += c->items[i].n < min;
            sum += c->items[i].n;
        }
    struct figure *next;
    while (figures_give_away(hidden, small, sum, min) && (next = smallest_shown(c))) {
        next->hidden = true;
        hidden++;
        sum += next->n;
    }
    c->total_hidden = figures_give_away(hidden, small, sum, min) || (c->total && c->total < min);
}

/* Hidden ones stand last and in the order of their codes: else the order would tell which is the largest. */
static int by_size(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    if (x->hidden != y->hidden)
        return x->hidden ? 1 : -1;
    if ((x->state == VALUE_GIVEN) != (y->state == VALUE_GIVEN))
        return x->state == VALUE_GIVEN ? -1 : 1;
    if (x->n != y->n && !x->hidden)
        return x->n > y->n ? -1 : 1;
    return x->value && y->value ? strcmp(x->value, y->value) : (int)x->state - (int)y->state;
}

void figures_sort(struct figure_count *c)
{
    if (c->n)
        qsort(c->items, c->n, sizeof *c->items, by_size);
}

bool figures_sees_small(const struct view *v, enum field_class class)
{
    struct policy_question q = {.role = v->ctx->role,
                                .verb = VERB_TALLY,
                                .object = OBJECT_RECORD,
                                .relation = RELATION_NONE,
                                .purpose = v->ctx->purpose,
                                .basis = BASIS_NONE,
                                .class = class,
                                .label = LABEL_AMBER,
                                .assurance = v->ctx->assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

/* ---- the view ------------------------------------------------------------------------------------------ */

static enum err take_counts(struct view *v, const struct fact_column *fact, const struct import_column *in,
                            const struct fact_count *counts, size_t n, struct figure_count *c)
{
    c->items = ARENA_ARRAY(v->arena, n + 1, struct figure);
    if (!c->items)
        return arena_err(v->arena);
    c->n = n;
    for (size_t i = 0; i < n; i++) {
        struct figure *f = &c->items[i];
        *f = (struct figure){.value = counts[i].value, .state = counts[i].state, .n = counts[i].n};
        c->total += f->n;
        if (f->state != VALUE_GIVEN) {
            f->word = f->label = figures_state_word(f->state);
            continue;
        }
        TRY(words_of(v, fact, NULL, f->value, &f->label));
        f->word = f->label;
        if (in)
            TRY(words_of(v, fact, in, f->value, &f->word));
    }
    return OK;
}

enum err figures_count_run(struct view *v)
{
    struct figure_count *c = ARENA_NEW(v->arena, struct figure_count);
    struct facts *facts;
    struct fact_count *counts;
    size_t n;
    char *by = arena_cstr(v->arena, view_in(v, "by"));
    if (!c || !by)
        return arena_err(v->arena);
    TRY(facts_of(v->door, &facts));
    const struct fact_column *fact = facts_column(facts, by);
    if (!fact)
        return FAIL(ERR_NOT_FOUND, "there is no such fact");
    if (!figures_generalised(fact->field))
        return FAIL(ERR_DENIED, "fact %s: has no generalised form", fact->name);
    TRY(facts_count(facts, by, NULL, 0, v->arena, &counts, &n));
    if (n > VALUES_MAX)
        return FAIL(ERR_LIMIT, "more than %d different values: that is no table", VALUES_MAX);
    *c = (struct figure_count){.by = by, .unit = fact->kind->id};
    TRY(take_counts(v, fact, import_column_of(v->pack, by, fact), counts, n, c));
    if (!figures_sees_small(v, fact->field->class))
        figures_hide(c, v->pack->min_cell);
    figures_sort(c);
    v->model = c;
    return OK;
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

static void number(struct json *j, const char *key, int64_t n, bool hidden)
{
    if (hidden)
        json_kv(j, key, BELOW);
    else
        json_kv_i64(j, key, n);
}

/* Values with the same word go together under one key; where one of them is hidden, the sum is. */
static void counts_json(const struct figure_count *c, struct json *j)
{
    json_key(j, "counts");
    json_object(j);
    for (size_t i = 0; i < c->n; i++) {
        int64_t sum = 0;
        bool first = true, hidden = false;
        for (size_t k = 0; k < c->n; k++) {
            if (strcmp(c->items[k].word, c->items[i].word) != 0)
                continue;
            first &= k >= i;
            hidden |= c->items[k].hidden;
            sum += c->items[k].n;
        }
        if (first)
            number(j, c->items[i].word, sum, hidden);
    }
    json_end(j);
}

void figures_rows_json(const struct figure_count *c, const char *key, struct json *j)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < c->n; i++) {
        json_object(j);
        json_kv(j, "value", c->items[i].word);
        if (c->items[i].value)
            json_kv(j, "code", c->items[i].value);
        json_kv(j, "label", c->items[i].label);
        json_kv(j, "state", value_state_word(c->items[i].state));
        number(j, "n", c->items[i].n, c->items[i].hidden);
        json_end(j);
    }
    json_end(j);
}

void figures_count_json(const struct view *v, struct json *j)
{
    const struct figure_count *c = v->model;
    json_object(j);
    json_kv(j, "by", c->by);
    json_kv(j, "unit", c->unit);
    number(j, "total", c->total, c->total_hidden);
    counts_json(c, j);
    figures_rows_json(c, "rows", j);
    json_end(j);
}

static const struct input_field count_inputs[] = {
    {.name = "by", .label = "Attribute", .type = IN_TEXT, .required = true}};
static const struct input_field export_inputs[] = {
    {.name = "map", .label = "Layout", .type = IN_TEXT, .required = true}};

static const struct input_field table_inputs[] = {
    {.name = "of", .label = "Kind of record", .type = IN_TEXT, .required = true},
    {.name = "by", .label = "Attribute", .type = IN_TEXT, .required = true},
    {.name = "year", .label = "Year", .type = IN_INT, .min = 1900, .max = 2999}};

const struct view_decl FIGURES_VIEWS[] = {
    {.name = "figures.count",
     .summary = "Count by one attribute",
     .verb = VERB_TALLY,
     .object = OBJECT_FIGURES,
     .inputs = count_inputs,
     .ninputs = 1,
     .run = figures_count_run,
     .to_json = figures_count_json,
     .duty = "6(3)(v)/a"},
    {.name = "figures.table",
     .summary = "Records of a kind by an attribute and by month",
     .verb = VERB_TALLY,
     .object = OBJECT_FIGURES,
     .inputs = table_inputs,
     .ninputs = sizeof table_inputs / sizeof *table_inputs,
     .run = figures_table_run,
     .to_json = figures_table_json,
     .duty = "6(3)(v)/a"},
    {.name = "figures.download",
     .summary = "The same numbers for a file that leaves the system",
     .verb = VERB_EXPORT,
     .object = OBJECT_FIGURES,
     .inputs = table_inputs,
     .ninputs = sizeof table_inputs / sizeof *table_inputs,
     .run = figures_table_run,
     .to_json = figures_table_json,
     .duty = "6(3)(v)/a"},
    {.name = "figures.export",
     .summary = "Write cases in the layout of a file",
     .verb = VERB_EXPORT,
     .object = OBJECT_FIGURES,
     .inputs = export_inputs,
     .ninputs = 1,
     .run = figures_export_run,
     .to_json = figures_export_json,
     .duty = "6(3)(v)/a"},
    {.name = "import.show",
     .summary = "One import",
     .verb = VERB_READ,
     .object = OBJECT_IMPORT,
     .find = import_view_find,
     .run = import_show_run,
     .to_json = import_show_json,
     .duty = "6(3)(v)/a"},
    {.name = "import.list",
     .summary = "Imports of the agency",
     .verb = VERB_LIST,
     .object = OBJECT_IMPORT,
     .run = import_list_run,
     .to_json = import_list_json,
     .duty = "6(3)(v)/a"},
    {.name = "import.failed",
     .summary = "Rows that could not be taken in",
     .verb = VERB_READ,
     .object = OBJECT_IMPORT,
     .inputs = IMPORT_FAILED_INPUTS,
     .ninputs = 1,
     .find = import_view_find,
     .run = import_failed_run,
     .to_json = import_failed_json,
     .duty = "6(3)(v)/a"},
};
const size_t NFIGURES_VIEWS = sizeof FIGURES_VIEWS / sizeof *FIGURES_VIEWS;
