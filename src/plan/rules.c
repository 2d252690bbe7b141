/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - what an indicator makes of records. Pure: no I/O, no clock, no globals. */
#include "base/calendar.h"
#include "plan/own.h"

#include <stdlib.h>

#define HOUR_US INT64_C(3600000000)

/* A set of texts: groups, and different values. */
struct set {
    struct cell_of **slots, **items;
    size_t nslots, n;
};
/* Numbers of one group, or of the whole; in a set of values, only its text. */
struct cell_of {
    const char *value;
    enum value_state state;
    int64_t looked_at,
        hits; /* records of `of`; of those, what `where` holds for (share) or that had a number */
    int64_t sum, left_out;
    int64_t *spans; /* of median_hours, in microseconds */
    size_t nspans, cap;
    struct set values; /* of distinct */
};
struct tally {
    const struct indicator *i;
    struct arena *a;
    struct cell_of all;
    struct set groups;
};

enum err tally_new(const struct indicator *i, struct arena *a, struct tally **ret)
{
    struct tally *t = ARENA_NEW(a, struct tally);
    if (!t)
        return arena_err(a);
    t->i = i;
    t->a = a;
    *ret = t;
    return OK;
}

/* ---- a set of texts ------------------------------------------------------------------------------------ */

static bool same(const struct cell_of *c, struct str value, enum value_state state)
{
    return c->state == state && str_is(value, c->value ? c->value : "");
}

static struct cell_of **slot_of(const struct set *s, struct str value, enum value_state state)
{
    size_t at = (str_hash(value) + (size_t)state) & (s->nslots - 1);
    while (s->slots[at] && !same(s->slots[at], value, state))
        at = (at + 1) & (s->nslots - 1);
    return &s->slots[at];
}

static enum err set_grow(struct set *s, struct arena *a)
{
    size_t nslots = s->nslots ? s->nslots * 2 : 16;
    struct cell_of **slots = ARENA_ARRAY(a, nslots, struct cell_of *);
    struct cell_of **items = ARENA_ARRAY(a, nslots, struct cell_of *);
    if (!slots || !items)
        return arena_err(a);
    if (s->n)
        memcpy(items, s->items, s->n * sizeof *items);
    s->slots = slots;
    s->nslots = nslots;
    s->items = items;
    for (size_t i = 0; i < s->n; i++) {
        struct cell_of *c = s->items[i];
        *slot_of(s, str_of(c->value), c->state) = c;
    }
    return OK;
}

static enum err set_take(struct set *s, struct arena *a, struct str value, enum value_state state,
                         struct cell_of **ret)
{
    if ((s->n + 1) * 4 > s->nslots * 3)
        TRY(set_grow(s, a));
    struct cell_of **slot = slot_of(s, value, state);
    if (!*slot) {
        struct cell_of *c = ARENA_NEW(a, struct cell_of);
        if (!c)
            return arena_err(a);
        c->state = state;
        c->value = state == VALUE_GIVEN ? arena_cstr(a, value) : NULL;
        if (state == VALUE_GIVEN && !c->value)
            return arena_err(a);
        *slot = c;
        s->items[s->n++] = c;
    }
    *ret = *slot;
    return OK;
}

/* ---- a record ------------------------------------------------------------------------------------------ */

static bool moment(const char *text, int64_t *ret_us)
{
    struct str s = str_of(text);
    struct date d;
    if (s.n < 10)
        return false;
    if (s.n == 10) {
        if (date_parse(s, &d) != OK)
            return err_clear(), false;
        *ret_us = date_days(d) * 24 * HOUR_US;
        return true;
    }
    if (utc_parse(s, ret_us) != OK)
        return err_clear(), false;
    return true;
}

static enum err add_span(struct tally *t, struct cell_of *c, int64_t span)
{
    if (c->nspans == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 16;
        int64_t *spans = ARENA_ARRAY(t->a, cap, int64_t);
        if (!spans)
            return arena_err(t->a);
        if (c->nspans)
            memcpy(spans, c->spans, c->nspans * sizeof *spans);
        c->spans = spans;
        c->cap = cap;
    }
    c->spans[c->nspans++] = span;
    c->hits++;
    return OK;
}

static enum err add_median(struct tally *t, struct cell_of *c, const struct plan_row *row)
{
    int64_t from, to;
    if (!moment(row->get(row->user, t->i->field), &from) ||
        !moment(row->get(row->user, t->i->field_to), &to)) {
        c->left_out++;
        return OK;
    }
    return add_span(t, c, to - from);
}

static enum err add_distinct(struct tally *t, struct cell_of *c, const struct plan_row *row)
{
    struct str rest = str_of(row->get(row->user, t->i->field)), one;
    while (rest.n && str_cut(&rest, ';', &one)) {
        struct cell_of *ignored;
        TRY(set_take(&c->values, t->a, one, VALUE_GIVEN, &ignored));
    }
    c->hits = (int64_t)c->values.n;
    return OK;
}

static enum err add_to(struct tally *t, struct cell_of *c, const struct plan_row *row)
{
    int64_t number;
    c->looked_at++;
    switch (t->i->op) {
    case IND_SHARE:
        c->hits += condition_holds(t->i->where, row->get, row->user);
        return OK;
    case IND_MEDIAN_HOURS:
        return add_median(t, c, row);
    case IND_SUM:
        if (str_i64(str_of(row->get(row->user, t->i->field)), INT64_MIN, INT64_MAX, &number) != OK)
            return err_clear(), OK;
        c->sum += number;
        c->hits++;
        return OK;
    case IND_DISTINCT:
        return add_distinct(t, c, row);
    case IND_COUNT:
    case IND_MANUAL:
        c->hits++;
        break;
    }
    return OK;
}

static enum err add_to_groups(struct tally *t, const struct plan_row *row)
{
    struct str rest = str_of(row->get(row->user, t->i->by)), one;
    struct cell_of *group;
    if (!rest.n) {
        TRY(set_take(&t->groups, t->a, STR(""), row->state(row->user, t->i->by), &group));
        return add_to(t, group, row);
    }
    while (rest.n && str_cut(&rest, ';', &one)) {
        TRY(set_take(&t->groups, t->a, one, VALUE_GIVEN, &group));
        TRY(add_to(t, group, row));
    }
    return OK;
}

enum err tally_add(struct tally *t, const struct plan_row *row)
{
    const struct indicator *i = t->i;
    if (!condition_holds(i->of, row->get, row->user))
        return OK;
    if (i->op != IND_SHARE && !condition_holds(i->where, row->get, row->user))
        return OK;
    TRY(add_to(t, &t->all, row));
    return i->by && *i->by ? add_to_groups(t, row) : OK;
}

/* ---- the result ---------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static double median_hours(struct cell_of *c)
{
    if (!c->nspans)
        return 0;
    qsort(c->spans, c->nspans, sizeof *c->spans, by_number);
    double upper = (double)c->spans[c->nspans / 2], lower = (double)c->spans[(c->nspans - 1) / 2];
    return (lower + (upper - lower) / 2) / (double)HOUR_US;
}

static double value_of(const struct indicator *i, struct cell_of *c, int64_t *ret_numerator,
                       int64_t *ret_denominator)
{
    *ret_numerator = c->hits;
    *ret_denominator = c->looked_at;
    switch (i->op) {
    case IND_SHARE:
        return c->looked_at ? (double)c->hits * (double)(i->per ? i->per : 100) / (double)c->looked_at : 0;
    case IND_MEDIAN_HOURS:
        *ret_denominator = c->hits;
        return median_hours(c);
    case IND_SUM:
        *ret_denominator = c->hits;
        return (double)c->sum;
    case IND_COUNT:
    case IND_DISTINCT:
    case IND_MANUAL:
        break;
    }
    return (double)c->hits;
}

static int by_size(const void *a, const void *b)
{
    const struct indicator_group *x = a, *y = b;
    if ((x->state == VALUE_GIVEN) != (y->state == VALUE_GIVEN))
        return x->state == VALUE_GIVEN ? -1 : 1;
    if (x->value_number > y->value_number || x->value_number < y->value_number)
        return x->value_number > y->value_number ? -1 : 1;
    if (x->value && y->value)
        return strcmp(x->value, y->value);
    return (int)x->state - (int)y->state;
}

enum err tally_end(struct tally *t, struct indicator_value *ret)
{
    struct indicator_value v = {.indicator = t->i, .state = INDICATOR_NUMBER, .ngroups = t->groups.n};
    v.value = value_of(t->i, &t->all, &v.numerator, &v.denominator);
    v.left_out = t->all.left_out;
    v.groups = ARENA_ARRAY(t->a, v.ngroups + 1, struct indicator_group);
    if (!v.groups)
        return arena_err(t->a);
    for (size_t i = 0; i < v.ngroups; i++) {
        struct cell_of *c = t->groups.items[i];
        struct indicator_group *g = &v.groups[i];
        *g = (struct indicator_group){.value = c->value, .state = c->state};
        g->value_number = value_of(t->i, c, &g->numerator, &g->denominator);
    }
    if (v.ngroups)
        qsort(v.groups, v.ngroups, sizeof *v.groups, by_size);
    *ret = v;
    return OK;
}

/* ---- small numbers ------------------------------------------------------------------------------------- */

/* Would these numbers say something about fewer than min? A true 0 says that there is nobody. */
static bool small(const struct indicator *i, int64_t numerator, int64_t denominator, int64_t min)
{
    if (denominator > 0 && denominator < min)
        return true;
    int64_t rest = denominator - numerator;
    return i->op == IND_SHARE && ((numerator > 0 && numerator < min) || (rest > 0 && rest < min));
}

/* Groups that add up to a number that somebody knows: those of one year, or (year NULL) all of them. */
struct part {
    struct indicator_value *of;
    const struct indicator_group *year;
};

static bool is_in(const struct part *p, const struct indicator_group *g)
{
    if (!p->year)
        return true;
    if (!p->year->value || !g->value)
        return p->year->value == g->value;
    return strncmp(g->value, p->year->value, strlen(p->year->value)) == 0;
}

static struct indicator_group *smallest_shown(const struct part *p)
{
    struct indicator_group *best = NULL;
    for (size_t i = 0; i < p->of->ngroups; i++) {
        struct indicator_group *g = &p->of->groups[i];
        if (is_in(p, g) && g->shown == INDICATOR_NUMBER && g->denominator &&
            (!best || g->denominator < best->denominator))
            best = g;
    }
    return best;
}

/* The total less what is shown is what is hidden: that must not be one group, nor few, nor as few or as many
 * as so many small groups can be. */
static bool gives_away(const struct part *p, int64_t min)
{
    int64_t hidden = 0, few = 0, numerator = 0, denominator = 0;
    for (size_t i = 0; i < p->of->ngroups; i++) {
        const struct indicator_group *g = &p->of->groups[i];
        if (!is_in(p, g) || g->shown == INDICATOR_NUMBER)
            continue;
        hidden++;
        few += g->denominator < min;
        numerator += g->numerator;
        denominator += g->denominator;
    }
    if (!hidden)
        return false;
    return hidden < 2 || denominator < min || denominator <= hidden ||
           small(p->of->indicator, numerator, denominator, min) ||
           (few == hidden && denominator >= hidden * (min - 1));
}

/* Marks what is small, and as much more that nothing of it follows from the total. False: all is marked, and
 * the total would tell. */
static bool mark_part(const struct part *p, int64_t min)
{
    struct indicator_group *next;
    for (size_t i = 0; i < p->of->ngroups; i++) {
        struct indicator_group *g = &p->of->groups[i];
        if (is_in(p, g) && small(p->of->indicator, g->numerator, g->denominator, min))
            g->shown = INDICATOR_BELOW_THRESHOLD;
    }
    while (gives_away(p, min)) {
        next = smallest_shown(p);
        if (!next)
            return false;
        next->shown = INDICATOR_BELOW_THRESHOLD;
    }
    return true;
}

/* Of what is marked nothing stays; of an indicator that is, none of its numbers. */
static void wipe(struct indicator_value *v, int64_t min)
{
    bool all = v->state == INDICATOR_BELOW_THRESHOLD;
    for (size_t i = 0; i < v->ngroups; i++) {
        struct indicator_group *g = &v->groups[i];
        if (!all && g->shown == INDICATOR_NUMBER)
            continue;
        g->shown = INDICATOR_BELOW_THRESHOLD;
        g->value_number = 0;
        g->numerator = g->denominator = 0;
    }
    if (v->left_out < min)
        v->left_out = v->left_out ? -1 : 0;
    if (!all)
        return;
    v->value = 0;
    v->numerator = v->denominator = v->left_out = 0;
}

static bool mark(struct indicator_value *v, int64_t min)
{
    return !small(v->indicator, v->numerator, v->denominator, min) && mark_part(&(struct part){v, NULL}, min);
}

void indicator_hide(struct indicator_value *v, int64_t min)
{
    if (v->state != INDICATOR_NUMBER)
        return;
    if (!mark(v, min))
        v->state = INDICATOR_BELOW_THRESHOLD;
    wipe(v, min);
}

/* Months of a year that is marked are marked; of any other they add up to what the years show. */
static bool mark_periods(struct indicator_value *months, struct indicator_value *years, int64_t min)
{
    for (bool again = true; again;) {
        again = false;
        if (!mark(years, min))
            return false;
        for (size_t i = 0; i < years->ngroups; i++) {
            struct indicator_group *year = &years->groups[i];
            struct part part = {months, year};
            for (size_t k = 0; k < months->ngroups && year->shown != INDICATOR_NUMBER; k++)
                if (is_in(&part, &months->groups[k]))
                    months->groups[k].shown = INDICATOR_BELOW_THRESHOLD;
            if (year->shown != INDICATOR_NUMBER || mark_part(&part, min))
                continue;
            year->shown = INDICATOR_BELOW_THRESHOLD;
            again = true;
        }
    }
    return true;
}

void indicator_hide_all(struct indicator_value *v, struct indicator_value *months,
                        struct indicator_value *years, int64_t min)
{
    struct indicator_value *const all[] = {v, months, years};
    if (v->state != INDICATOR_NUMBER)
        return;
    bool shown = mark(v, min) && mark_periods(months, years, min);
    for (size_t i = 0; i < 3; i++) {
        all[i]->state = shown ? INDICATOR_NUMBER : INDICATOR_BELOW_THRESHOLD;
        wipe(all[i], min);
    }
}
