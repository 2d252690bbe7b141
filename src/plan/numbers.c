/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.c - all live indicators of the plan, each as it is, by month and by year, counted together
 * (core/counted.h); a look takes out of them what it shows. */
#include "plan/own.h"

enum { AS_IT_IS, BY_MONTH, BY_YEAR, WAYS };

struct numbers {
    struct indicator_value (*of)[WAYS];
    size_t n;
};

/* ---- counting --------------------------------------------------------------------------------------------
 */

static enum err add_indicator(struct counting *c, struct numbers *all, const struct indicator *i)
{
    static const char *const by[] = {NULL, PLAN_BY_MONTH, PLAN_BY_YEAR};
    if (i->op == IND_MANUAL || !indicator_collected(c->pack, i))
        return OK;
    for (size_t way = 0; way < WAYS; way++) {
        struct indicator *grouped = ARENA_NEW(c->arena, struct indicator);
        if (!grouped)
            return arena_err(c->arena);
        *grouped = *i;
        grouped->by = by[way] ? by[way] : i->by;
        all->of[all->n][way].indicator = way ? grouped : i;
    }
    all->n++;
    return OK;
}

static enum err list_all(struct counting *c, struct numbers **ret)
{
    const struct pack *p = c->pack;
    struct numbers *all = ARENA_NEW(c->arena, struct numbers);
    size_t n = 1;
    for (size_t i = 0; i < p->nduties; i++)
        n += p->duties[i].nindicators;
    for (size_t i = 0; i < p->nitems; i++)
        n += p->items[i].nindicators;
    if (all)
        all->of = arena_array(c->arena, n, sizeof *all->of);
    if (!all || !all->of)
        return arena_err(c->arena);
    for (size_t i = 0; i < p->nduties; i++)
        for (size_t k = 0; k < p->duties[i].nindicators; k++)
            TRY(add_indicator(c, all, &p->duties[i].indicators[k]));
    for (size_t i = 0; i < p->nitems; i++)
        for (size_t k = 0; k < p->items[i].nindicators; k++)
            TRY(add_indicator(c, all, &p->items[i].indicators[k]));
    *ret = all;
    return OK;
}

static enum err count(struct counting *c, size_t no, void **ret)
{
    (void)no;
    struct numbers *all;
    TRY(list_all(c, &all));
    struct indicator_value **values = ARENA_ARRAY(c->arena, all->n * WAYS + 1, struct indicator_value *);
    if (!values)
        return arena_err(c->arena);
    for (size_t i = 0; i < all->n * WAYS; i++)
        values[i] = &all->of[i / WAYS][i % WAYS];
    TRY(plan_collect(c, values, all->n * WAYS));
    for (size_t i = 0; i < all->n; i++)
        for (size_t way = BY_MONTH; way < WAYS; way++)
            plan_series_sort(&all->of[i][way]);
    *ret = all;
    return OK;
}

static const struct counted_set plan_set = {count, 0};

enum err plan_warm(struct door *d)
{
    return counted_warm(d, &plan_set);
}

/* ---- taking ----------------------------------------------------------------------------------------------
 */

static enum err copy(struct view *v, const struct indicator_value *from, struct indicator_value *to)
{
    const struct indicator *indicator = to->indicator;
    *to = *from;
    to->indicator = indicator;
    to->groups = ARENA_ARRAY(v->arena, from->ngroups + 1, struct indicator_group);
    if (!to->groups)
        return arena_err(v->arena);
    for (size_t i = 0; i < from->ngroups; i++) {
        to->groups[i] = from->groups[i];
        if (from->groups[i].value)
            to->groups[i].value = arena_cstr(v->arena, str_of(from->groups[i].value));
    }
    return arena_err(v->arena);
}

static enum err take_row(struct view *v, const struct numbers *all, struct duty_status *row)
{
    for (size_t k = 0; k < row->n; k++) {
        size_t i = 0;
        while (i < all->n && all->of[i][AS_IT_IS].indicator != row->values[k].indicator)
            i++;
        if (i == all->n)
            continue; /* by hand, or not collected */
        TRY(copy(v, &all->of[i][AS_IT_IS], &row->values[k]));
        TRY(copy(v, &all->of[i][BY_MONTH], &row->months[k]));
        TRY(copy(v, &all->of[i][BY_YEAR], &row->years[k]));
    }
    return OK;
}

static void none_yet(struct duty_status *row)
{
    for (size_t k = 0; k < row->n; k++) {
        if (row->values[k].state == INDICATOR_NUMBER)
            row->values[k].state = INDICATOR_COUNTING;
        row->series[k].state = INDICATOR_COUNTING;
    }
}

static enum err take(struct view *v, const void *numbers, void *user)
{
    struct plan_status *s = user;
    for (size_t i = 0; i < s->nrows; i++)
        TRY(take_row(v, numbers, &s->rows[i]));
    return OK;
}

enum err plan_numbers(struct view *v, struct plan_status *s)
{
    enum err e = counted_look(v, &plan_set, take, s, &s->as_of_us);
    if (e != ERR_BUSY)
        return e;
    err_clear(); /* the plan is there without its numbers */
    s->as_of_us = 0;
    for (size_t i = 0; i < s->nrows; i++)
        none_yet(&s->rows[i]);
    return OK;
}
