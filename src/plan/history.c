/* SPDX-License-Identifier: Apache-2.0 */
/* history.c - an indicator by the month or the year in which things happened. There is no table of old
 * numbers: a record says itself when it happened, so the past is counted anew with the present, in the same
 * pass; what is written up late stands in its own month, and what was shredded stands in none. */
#include "plan/own.h"

#include <stdlib.h>

const char *plan_moment_field(const struct pack *p, const char *kind)
{
    const struct kind *k = pack_kind(p, kind);
    if (k)
        return record_moment_field(k);
    return strcmp(kind, "clock") == 0 ? "started_at" : "created_at";
}

const char *plan_dated_get(void *user, const char *field)
{
    struct plan_dated *d = user;
    if (*field != '~')
        return d->row->get(d->row->user, field);
    record_period(d->row->get(d->row->user, d->moment), strcmp(field, PLAN_BY_YEAR) == 0, d->tz, d->text);
    return d->text;
}

enum value_state plan_dated_state(void *user, const char *field)
{
    struct plan_dated *d = user;
    return *field == '~' ? VALUE_NOT_COLLECTED : d->row->state(d->row->user, field);
}

static int by_period(const void *a, const void *b)
{
    const struct indicator_group *x = a, *y = b;
    if (!x->value || !y->value)
        return (y->value != NULL) - (x->value != NULL);
    return strcmp(x->value, y->value);
}

void plan_series_sort(struct indicator_value *v)
{
    if (v->ngroups)
        qsort(v->groups, v->ngroups, sizeof *v->groups, by_period);
}
