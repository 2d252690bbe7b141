/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - the views figures.table and figures.download: records of one kind by one attribute, and when. One
 * pass over the records; what stays of each is a place in two lists (plan 6(3)(v)/a). */
#include "base/json.h"
#include "figures/own.h"

#include <stdlib.h>

#define ITEMS_MAX 400

bool figures_countable(const struct field *f)
{
    static const uint32_t classes = 1u << CLASS_ROUTING | 1u << CLASS_IDENTITY | 1u << CLASS_IMMIGRATION |
                                    1u << CLASS_CHILDREN | 1u << CLASS_SUSPECT | 1u << CLASS_FINANCE;
    bool words = f->type == FT_CODE || f->type == FT_CODES || f->type == FT_BOOL || f->type == FT_AGENCY ||
                 f->type == FT_OFFICE;
    return words && classes & 1u << f->class;
}

/* ---- one pass -------------------------------------------------------------------------------------------
 */

struct pass {
    struct figure_table *t;
    struct view *v;
    const struct tz *tz;
    const char *moment;
    bool again; /* the years are known */
};

static enum err add(struct pass *p, struct figure_count *c, const char *value, enum value_state state)
{
    for (size_t i = 0; i < c->n; i++) {
        struct figure *f = &c->items[i];
        if (f->state == state && (state != VALUE_GIVEN || strcmp(f->value, value) == 0)) {
            f->n++;
            return OK;
        }
    }
    if (c->n == ITEMS_MAX)
        return FAIL(ERR_LIMIT, "more than %d different values: that is no table", ITEMS_MAX);
    struct figure *f = &c->items[c->n++];
    *f = (struct figure){.state = state, .n = 1};
    f->value = state == VALUE_GIVEN ? arena_cstr(p->v->arena, str_of(value)) : NULL;
    return f->value || state != VALUE_GIVEN ? OK : arena_err(p->v->arena);
}

static const struct field_value *named(const struct field_value *values, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

static enum err add_value(struct pass *p, const struct field_value *f)
{
    char word[NAME_MAX_BYTES];
    if (!f || f->state != VALUE_GIVEN)
        return add(p, &p->t->by_value, "", f ? f->state : VALUE_NOT_COLLECTED);
    for (size_t i = 0; i < f->n; i++) {
        snprintf(word, sizeof word, "%.*s", STR_FMT(f->values[i]));
        TRY(add(p, &p->t->by_value, word, VALUE_GIVEN));
    }
    return OK;
}

/* The period of a record: of its moment, else of when it was written. */
static void period_of(const struct pass *p, const struct cell *record, const struct field_value *values,
                      size_t n, bool by_year, char ret[8])
{
    const struct field_value *f = named(values, n, p->moment);
    char text[28];
    if (f && f->state == VALUE_GIVEN && f->n == 1 && f->values[0].n < sizeof text)
        snprintf(text, sizeof text, "%.*s", STR_FMT(f->values[0]));
    else
        utc_text(record[RE_CREATED].i, text);
    record_period(text, by_year, p->tz, ret);
}

static bool is_hidden(const struct figure_count *c, const char *value)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->items[i].value, value) == 0)
            return c->items[i].hidden;
    return false;
}

static enum err visit(void *user, const struct cell *record, const struct cell *version,
                      const struct field_value *values, size_t n)
{
    struct pass *p = user;
    char year[8], month[8];
    (void)version;
    if (!record_live(p->t->kind, record[RE_STATE].s.p))
        return OK;
    period_of(p, record, values, n, true, year);
    period_of(p, record, values, n, false, month);
    if (!p->again) {
        TRY(add(p, &p->t->years, year, VALUE_GIVEN));
        p->t->years.total++;
    }
    if (p->t->year ? p->t->year != strtol(year, NULL, 10) : is_hidden(&p->t->years, year))
        return OK;
    p->t->by_value.total++;
    p->t->by_period.total++;
    TRY(add(p, &p->t->by_period, p->t->year ? month : year, VALUE_GIVEN));
    return add_value(p, named(values, n, p->t->field->name));
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
    size_t before = p->t->by_period.n;
    for (int month = 1; month <= last; month++) {
        char text[16];
        snprintf(text, sizeof text, "%04u-%02u", (unsigned)p->t->year % 10000, (unsigned)month % 100);
        if (!has(&p->t->by_period, text))
            TRY(add(p, &p->t->by_period, text, VALUE_GIVEN));
    }
    for (size_t i = before; i < p->t->by_period.n; i++)
        p->t->by_period.items[i].n = 0;
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
        lists[i]->items = ARENA_ARRAY(v->arena, ITEMS_MAX + 1, struct figure);
        if (!lists[i]->items)
            return arena_err(v->arena);
    }
    *ret = t;
    return OK;
}

/* Years with few records are in no number, so that all years less the others do not tell of them. */
static enum err without_small_years(struct pass *p, int64_t min)
{
    struct figure_table *t = p->t;
    bool any = false;
    for (size_t i = 0; i < t->years.n; i++) {
        t->years.items[i].hidden = t->years.items[i].n < min;
        any |= t->years.items[i].hidden;
    }
    t->years.total_hidden = any;
    t->left_out = any && !t->year;
    if (!t->left_out)
        return OK;
    t->by_value.n = t->by_period.n = 0;
    t->by_value.total = t->by_period.total = 0;
    p->again = true;
    return record_scan(door_vault(p->v->door), p->v->db, p->v->pack, t->kind, 0, visit, p);
}

enum err figures_table_run(struct view *v)
{
    struct figure_table *t;
    TRY(begin(v, &t));
    struct pass p = {.t = t, .v = v, .moment = record_moment_field(t->kind)};
    TRY(tz_find(v->pack->time_zone, &p.tz));
    TRY(record_scan(door_vault(v->door), v->db, v->pack, t->kind, 0, visit, &p));
    bool all = figures_sees_small(v, t->field->class);
    if (!all)
        TRY(without_small_years(&p, v->pack->min_cell));
    if (t->year)
        TRY(fill_months(&p));
    words(&p);
    if (!all)
        figures_table_hide(t, v->pack->min_cell);
    v->model = t;
    return OK;
}

void figures_table_json(const struct view *v, struct json *j)
{
    const struct figure_table *t = v->model;
    json_object(j);
    json_kv(j, "of", t->kind->id);
    json_kv(j, "by", t->field->name);
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
