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
    bool all;                     /* also small numbers */
    struct figure_table **beside; /* what may be asked for beside t, and t among them; all years last */
    size_t nbeside;
};

static enum err new_table(struct view *v, const struct kind *kind, const struct field *field,
                          struct figure_table **ret)
{
    struct figure_table *t = ARENA_NEW(v->arena, struct figure_table);
    if (!t)
        return arena_err(v->arena);
    *t = (struct figure_table){.kind = kind, .field = field};
    struct figure_count *lists[] = {&t->by_value, &t->by_period, &t->years};
    for (size_t i = 0; i < 3; i++) {
        lists[i]->by = i ? "period" : field->name;
        lists[i]->unit = kind->id;
        lists[i]->items = ARENA_ARRAY(v->arena, FIGURE_VALUES_MAX + 1, struct figure);
        if (!lists[i]->items)
            return arena_err(v->arena);
    }
    *ret = t;
    return OK;
}

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

static enum err take_table(struct pass *p, const struct months *m)
{
    struct figure_table *t = p->t;
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

static enum err take_year(struct pass *p, const struct months *m, int64_t year)
{
    struct pass other = *p;
    if (year != p->t->year) {
        TRY(new_table(p->v, p->t->kind, p->t->field, &other.t));
        other.t->year = year;
        TRY(take_table(&other, m));
    }
    p->beside[p->nbeside++] = other.t;
    return OK;
}

/* The tables of the other years that are shown, and of all of them. A year with few records is in none. */
static enum err take_beside(struct pass *p, const struct months *m)
{
    const struct figure_count *years = &p->t->years;
    p->beside = ARENA_ARRAY(p->v->arena, years->n + 1, struct figure_table *);
    if (!p->beside)
        return arena_err(p->v->arena);
    for (size_t i = 0; i < years->n; i++) {
        int64_t year = strtol(years->items[i].value, NULL, 10);
        if (year && !years->items[i].hidden)
            TRY(take_year(p, m, year));
    }
    return take_year(p, m, 0);
}

static enum err take(struct view *v, const void *numbers, void *user)
{
    struct pass *p = user;
    (void)v;
    TRY(take_table(p, numbers));
    return p->all ? OK : take_beside(p, numbers);
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
    figures_sort(&t->by_value);
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

static size_t hidden_in(const struct figure_count *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += c->items[i].hidden;
    return n;
}

/* Is more hidden than before? */
static bool hide_one(struct figure_table *t, int64_t min)
{
    size_t before = hidden_in(&t->by_value) + hidden_in(&t->by_period);
    figures_hide(&t->by_value, min);
    figures_hide(&t->by_period, min);
    t->too_few |= t->by_value.total_hidden || t->by_period.total_hidden;
    for (size_t i = 0; i < t->by_value.n && t->too_few; i++)
        t->by_value.items[i].hidden = t->by_value.items[i].n > 0;
    return hidden_in(&t->by_value) + hidden_in(&t->by_period) > before;
}

static struct figure *same_value(struct figure_count *c, const struct figure *f)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->items[i].state == f->state &&
            (f->state != VALUE_GIVEN || strcmp(c->items[i].value, f->value) == 0))
            return &c->items[i];
    return NULL;
}

/* A value in all years is the sum of what it is in each: it is shown only where what is hidden of it does not
 * follow, and hidden only together with some year of it. Is more hidden than before? */
static bool hide_row(struct figure_table *const *years, size_t n, struct figure *sum_of, int64_t min)
{
    size_t hidden = 0, small = 0;
    int64_t sum = 0;
    struct figure *least = NULL;
    for (size_t i = 0; i < n; i++) {
        struct figure *f = same_value(&years[i]->by_value, sum_of);
        if (!f || !f->n)
            continue;
        hidden += f->hidden;
        small += f->hidden && f->n < min;
        sum += f->hidden ? f->n : 0;
        if (!f->hidden && (!least || f->n < least->n))
            least = f;
    }
    if (!sum_of->hidden && figures_give_away(hidden, small, sum, min))
        sum_of->hidden = true;
    else if (sum_of->hidden && !hidden && least)
        least->hidden = true;
    else
        return false;
    return true;
}

void figures_tables_hide(struct figure_table *const *tables, size_t n, int64_t min)
{
    struct figure_count *all = &tables[n - 1]->by_value;
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < n; i++)
            again |= hide_one(tables[i], min);
        for (size_t i = 0; i < all->n; i++)
            again |= hide_row(tables, n - 1, &all->items[i], min);
    }
    for (size_t i = 0; i < n; i++)
        if (tables[i]->too_few) {
            drop(&tables[i]->by_value);
            drop(&tables[i]->by_period);
        }
}

/* ---- the view -------------------------------------------------------------------------------------------
 */

static enum err begin(struct view *v, struct figure_table **ret)
{
    char *of = arena_cstr(v->arena, view_in(v, "of")), *by = arena_cstr(v->arena, view_in(v, "by"));
    if (!of || !by)
        return arena_err(v->arena);
    const struct kind *kind = pack_kind(v->pack, of);
    const struct field *field = kind ? kind_field(kind, by) : NULL;
    if (!field || !figures_countable(field))
        return FAIL(ERR_NOT_FOUND, "records cannot be counted by that");
    TRY(new_table(v, kind, field, ret));
    struct str year = view_in(v, "year");
    return year.n ? str_i64(year, 1900, 2999, &(*ret)->year) : OK;
}

/* A year with few records, or none, stands beside no other. */
static bool asked_alone(const struct pass *p)
{
    for (size_t i = 0; i < p->nbeside; i++)
        if (p->beside[i] == p->t)
            return false;
    return true;
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
    if (!p.all && asked_alone(&p))
        figures_tables_hide(&t, 1, v->pack->min_cell);
    if (!p.all)
        figures_tables_hide(p.beside, p.nbeside, v->pack->min_cell);
    words(&p);
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
