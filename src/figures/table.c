/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - the views figures.table and figures.download: records of one kind by one attribute, and when.
 * Made from months.c (plan 6(3)(v)/a). */
#include "base/calendar.h"
#include "base/json.h"
#include "figures/own.h"

#include <stdlib.h>

bool figures_countable(const struct field *f)
{
    static const uint32_t classes = 1u << CLASS_ROUTING | 1u << CLASS_IDENTITY | 1u << CLASS_IMMIGRATION |
                                    1u << CLASS_CHILDREN | 1u << CLASS_SUSPECT | 1u << CLASS_FINANCE;
    bool words = f->type == FT_CODE || f->type == FT_CODES || f->type == FT_BOOL || f->type == FT_AGENCY ||
                 f->type == FT_OFFICE;
    return words && classes & 1u << f->class;
}

/* ---- out of the months ------------------------------------------------------------------------------------
 */

struct pass {
    struct figure_table *t;
    struct view *v;
    const struct tz *tz;
    bool all; /* also small numbers */
};

static enum err add(struct pass *p, struct figure_count *c, const char *value, enum value_state state,
                    int64_t n)
{
    for (size_t i = 0; i < c->n; i++) {
        struct figure *f = &c->items[i];
        if (f->state == state && (state != VALUE_GIVEN || strcmp(f->value, value) == 0)) {
            f->n += n;
            return OK;
        }
    }
    if (c->n == FIGURE_VALUES_MAX)
        return FAIL(ERR_LIMIT, "more than %d different values: that is no table", FIGURE_VALUES_MAX);
    struct figure *f = &c->items[c->n++];
    *f = (struct figure){.state = state, .n = n};
    f->value = state == VALUE_GIVEN ? arena_cstr(p->v->arena, str_of(value)) : NULL;
    return f->value || state != VALUE_GIVEN ? OK : arena_err(p->v->arena);
}

static bool is_hidden(const struct figure_count *c, const char *value)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->items[i].value, value) == 0)
            return c->items[i].hidden;
    return false;
}

static bool is_wanted(const struct pass *p, const struct month_count *m)
{
    return p->t->year ? p->t->year == strtol(m->year, NULL, 10) : !is_hidden(&p->t->years, m->year);
}

/* Years with few records are in no number, so that all years less the others do not tell of them. */
static enum err take_years(struct pass *p, const struct months *m)
{
    struct figure_count *years = &p->t->years;
    for (size_t i = 0; i < m->n; i++) {
        TRY(add(p, years, m->items[i].year, VALUE_GIVEN, m->items[i].n));
        years->total += m->items[i].n;
    }
    for (size_t i = 0; i < years->n && !p->all; i++) {
        years->items[i].hidden = years->items[i].n < p->v->pack->min_cell;
        years->total_hidden |= years->items[i].hidden;
    }
    p->t->left_out = years->total_hidden && !p->t->year;
    return OK;
}

static enum err take_values(struct pass *p, const struct months *m, const struct months_of_field *f)
{
    if (f->too_many)
        return FAIL(ERR_LIMIT, "more than %d different values: that is no table", FIGURE_VALUES_MAX);
    for (size_t i = 0; i < f->n; i++) {
        const struct months_of_value *value = &f->values[i];
        int64_t n = 0;
        for (size_t k = 0; k < m->n && k < value->room; k++)
            n += is_wanted(p, &m->items[k]) ? value->by_month[k] : 0;
        if (n)
            TRY(add(p, &p->t->by_value, value->value, value->state, n));
    }
    return OK;
}

static enum err take(struct view *v, const void *numbers, void *user)
{
    const struct months *m = numbers;
    struct pass *p = user;
    struct figure_table *t = p->t;
    (void)v;
    TRY(take_years(p, m));
    for (size_t i = 0; i < m->n; i++) {
        if (!is_wanted(p, &m->items[i]))
            continue;
        t->by_value.total += m->items[i].n;
        t->by_period.total += m->items[i].n;
        TRY(add(p, &t->by_period, t->year ? m->items[i].month : m->items[i].year, VALUE_GIVEN,
                m->items[i].n));
    }
    for (size_t i = 0; i < m->nfields; i++)
        if (m->fields[i].field == t->field)
            TRY(take_values(p, m, &m->fields[i]));
    return OK;
}

/* ---- words and order ------------------------------------------------------------------------------------
 */

static const char *word_of(struct view *v, const struct field *f, const char *value)
{
    const struct code *code = f->codes ? code_find(f->codes, value) : NULL;
    const struct agency *agency = f->type == FT_AGENCY ? pack_agency(v->pack, value) : NULL;
    const struct office *office = f->type == FT_OFFICE ? pack_office(v->pack, value) : NULL;
    const char *label = code ? code->label : agency ? agency->name : office ? office->name : NULL;
    return label ? pack_text(v->pack, v->ctx->lang, label) : value;
}

static int by_size(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    if ((x->state == VALUE_GIVEN) != (y->state == VALUE_GIVEN))
        return x->state == VALUE_GIVEN ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->value && y->value ? strcmp(x->value, y->value) : (int)x->state - (int)y->state;
}

static int by_value(const void *a, const void *b)
{
    const struct figure *x = a, *y = b;
    return strcmp(x->value, y->value);
}

static bool has(const struct figure_count *c, const char *value)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->items[i].value, value) == 0)
            return true;
    return false;
}

/* Months of the year in which nothing happened are months, too; not those that are still to come. */
static enum err fill_months(struct pass *p)
{
    struct date today = tz_local(p->tz, p->v->now_us).date;
    int last = p->t->year < today.year ? 12 : today.month;
    for (int month = 1; month <= last; month++) {
        char text[16];
        snprintf(text, sizeof text, "%04u-%02u", (unsigned)p->t->year % 10000, (unsigned)month % 100);
        if (!has(&p->t->by_period, text))
            TRY(add(p, &p->t->by_period, text, VALUE_GIVEN, 0));
    }
    return OK;
}

static void words(struct pass *p)
{
    struct figure_table *t = p->t;
    struct figure_count *dated[] = {&t->by_period, &t->years};
    for (size_t i = 0; i < t->by_value.n; i++) {
        struct figure *f = &t->by_value.items[i];
        f->label = f->word =
            f->state == VALUE_GIVEN ? word_of(p->v, t->field, f->value) : figures_state_word(f->state);
    }
    if (t->by_value.n)
        qsort(t->by_value.items, t->by_value.n, sizeof *t->by_value.items, by_size);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < dated[k]->n; i++)
            dated[k]->items[i].label = dated[k]->items[i].word = dated[k]->items[i].value;
        if (dated[k]->n)
            qsort(dated[k]->items, dated[k]->n, sizeof *dated[k]->items, by_value);
    }
}

/* ---- small numbers --------------------------------------------------------------------------------------
 */

/* That a value stands there at all says that somebody has it. */
static void drop(struct figure_count *c)
{
    c->n = 0;
    c->total = 0;
    c->total_hidden = true;
}

void figures_table_hide(struct figure_table *t, int64_t min)
{
    figures_hide(&t->by_value, min);
    figures_hide(&t->by_period, min);
    t->too_few = t->by_value.total_hidden || t->by_period.total_hidden;
    if (!t->too_few)
        return;
    drop(&t->by_value);
    drop(&t->by_period);
}

/* ---- the view -------------------------------------------------------------------------------------------
 */

static enum err begin(struct view *v, struct figure_table **ret)
{
    struct figure_table *t = ARENA_NEW(v->arena, struct figure_table);
    char *of = arena_cstr(v->arena, view_in(v, "of")), *by = arena_cstr(v->arena, view_in(v, "by"));
    if (!t || !of || !by)
        return arena_err(v->arena);
    t->kind = pack_kind(v->pack, of);
    t->field = t->kind ? kind_field(t->kind, by) : NULL;
    if (!t->field || !figures_countable(t->field))
        return FAIL(ERR_NOT_FOUND, "records cannot be counted by that");
    struct str year = view_in(v, "year");
    if (year.n)
        TRY(str_i64(year, 1900, 2999, &t->year));
    struct figure_count *lists[] = {&t->by_value, &t->by_period, &t->years};
    for (size_t i = 0; i < 3; i++) {
        lists[i]->by = i ? "period" : by;
        lists[i]->unit = t->kind->id;
        lists[i]->items = ARENA_ARRAY(v->arena, FIGURE_VALUES_MAX + 1, struct figure);
        if (!lists[i]->items)
            return arena_err(v->arena);
    }
    *ret = t;
    return OK;
}

enum err figures_table_run(struct view *v)
{
    struct figure_table *t;
    TRY(begin(v, &t));
    struct pass p = {.t = t, .v = v, .all = figures_sees_small(v, t->field->class)};
    TRY(tz_find(v->pack->time_zone, &p.tz));
    TRY(figures_months(v, t->kind, take, &p, &t->as_of_us));
    if (t->year)
        TRY(fill_months(&p));
    words(&p);
    if (!p.all)
        figures_table_hide(t, v->pack->min_cell);
    v->model = t;
    return OK;
}

void figures_table_json(const struct view *v, struct json *j)
{
    const struct figure_table *t = v->model;
    char as_of[28];
    json_object(j);
    json_kv(j, "of", t->kind->id);
    json_kv(j, "by", t->field->name);
    utc_text(t->as_of_us, as_of);
    json_kv(j, "as_of", as_of);
    if (t->year)
        json_kv_i64(j, "year", t->year);
    if (t->by_value.total_hidden)
        json_kv(j, "total", "below threshold");
    else
        json_kv_i64(j, "total", t->by_value.total);
    figures_rows_json(&t->by_value, "rows", j);
    figures_rows_json(&t->by_period, "periods", j);
    figures_rows_json(&t->years, "years", j);
    json_end(j);
}
