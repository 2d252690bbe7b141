/* SPDX-License-Identifier: Apache-2.0 */
/* months.c - how many records of a kind there are with each value of each countable attribute, month by
 * month: one pass, kept by core/counted.h. Every table of the kind is made from it. */
#include "base/calendar.h"
#include "figures/own.h"

#define MONTHS_MAX 2400

struct pass {
    struct counting *c;
    struct months *m;
    const struct tz *tz;
    const char *moment;
};

/* ---- one record ------------------------------------------------------------------------------------------
 */

static const struct field_value *named(const struct field_value *values, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

static void *more_room(struct arena *a, const void *items, size_t n, size_t *room, size_t size)
{
    size_t wanted = *room ? 2 * *room : 16;
    void *more = arena_array(a, wanted, size);
    if (more && n)
        memcpy(more, items, n * size);
    if (more)
        *room = wanted;
    return more;
}

/* Of its moment, else of when it was written. */
static enum err month_of(struct pass *p, const struct cell *record, const struct field_value *values,
                         size_t n, size_t *ret)
{
    const struct field_value *f = named(values, n, p->moment);
    struct months *m = p->m;
    char text[28], month[8];
    if (f && f->state == VALUE_GIVEN && f->n == 1 && f->values[0].n < sizeof text)
        snprintf(text, sizeof text, "%.*s", STR_FMT(f->values[0]));
    else
        utc_text(record[RE_CREATED].i, text);
    record_period(text, false, p->tz, month);
    for (*ret = 0; *ret < m->n; ++*ret)
        if (strcmp(m->items[*ret].month, month) == 0)
            return OK;
    if (m->n == MONTHS_MAX)
        return FAIL(ERR_LIMIT, "more than %d months", MONTHS_MAX);
    if (m->n == m->room)
        m->items = more_room(p->c->arena, m->items, m->n, &m->room, sizeof *m->items);
    if (!m->items)
        return arena_err(p->c->arena);
    memcpy(m->items[m->n].month, month, sizeof month);
    record_period(text, true, p->tz, m->items[m->n].year);
    m->n++;
    return OK;
}

static enum err add(struct pass *p, struct months_of_field *f, const char *value, enum value_state state,
                    size_t month)
{
    size_t i = 0;
    while (i < f->n &&
           (f->values[i].state != state || (state == VALUE_GIVEN && strcmp(f->values[i].value, value) != 0)))
        i++;
    if (i == FIGURE_VALUES_MAX) {
        f->too_many = true;
        return OK;
    }
    if (i == f->n && f->n == f->room) {
        f->values = more_room(p->c->arena, f->values, f->n, &f->room, sizeof *f->values);
        if (!f->values)
            return arena_err(p->c->arena);
    }
    struct months_of_value *v = &f->values[i];
    if (i == f->n) {
        *v = (struct months_of_value){.state = state};
        v->value = state == VALUE_GIVEN ? arena_cstr(p->c->arena, str_of(value)) : NULL;
        f->n++;
    }
    while (month >= v->room) {
        v->by_month = more_room(p->c->arena, v->by_month, v->room, &v->room, sizeof *v->by_month);
        if (!v->by_month)
            return arena_err(p->c->arena);
    }
    v->by_month[month]++;
    return arena_err(p->c->arena);
}

static enum err add_field(struct pass *p, struct months_of_field *f, const struct field_value *value,
                          size_t month)
{
    char word[NAME_MAX_BYTES];
    if (!value || value->state != VALUE_GIVEN)
        return add(p, f, "", value ? value->state : VALUE_NOT_COLLECTED, month);
    for (size_t i = 0; i < value->n; i++) {
        snprintf(word, sizeof word, "%.*s", STR_FMT(value->values[i]));
        TRY(add(p, f, word, VALUE_GIVEN, month));
    }
    return OK;
}

static enum err visit(void *user, const struct cell *record, const struct cell *version,
                      const struct field_value *values, size_t n)
{
    struct pass *p = user;
    size_t month;
    (void)version;
    TRY(counted_row(p->c));
    if (!record_live(p->m->kind, record[RE_STATE].s.p))
        return OK;
    TRY(month_of(p, record, values, n, &month));
    p->m->items[month].n++;
    for (size_t i = 0; i < p->m->nfields; i++)
        TRY(add_field(p, &p->m->fields[i], named(values, n, p->m->fields[i].field->name), month));
    return OK;
}

/* ---- all of a kind ---------------------------------------------------------------------------------------
 */

static enum err count(struct counting *c, size_t no, void **ret)
{
    const struct kind *k = &c->pack->kinds[no];
    struct months *m = ARENA_NEW(c->arena, struct months);
    struct pass p = {.c = c, .m = m, .moment = record_moment_field(k)};
    if (!m)
        return arena_err(c->arena);
    m->kind = k;
    m->fields = ARENA_ARRAY(c->arena, k->nfields + 1, struct months_of_field);
    if (!m->fields)
        return arena_err(c->arena);
    for (size_t i = 0; i < k->nfields; i++)
        if (figures_countable(&k->fields[i]))
            m->fields[m->nfields++].field = &k->fields[i];
    TRY(tz_find(c->pack->time_zone, &p.tz));
    TRY(record_scan(c->vault, c->db, c->pack, k, 0, visit, &p));
    *ret = m;
    return OK;
}

#define SET(n)     \
    {              \
        count, (n) \
    }
#define FOUR(n) SET(n), SET((n) + 1), SET((n) + 2), SET((n) + 3)
static const struct counted_set sets[] = {FOUR(0),  FOUR(4),  FOUR(8),  FOUR(12), FOUR(16), FOUR(20),
                                          FOUR(24), FOUR(28), FOUR(32), FOUR(36), FOUR(40), FOUR(44),
                                          FOUR(48), FOUR(52), FOUR(56), FOUR(60)};
#define SETS (sizeof sets / sizeof *sets)

enum err figures_months(struct view *v, const struct kind *k, counted_take *take, void *user,
                        int64_t *ret_as_of_us)
{
    size_t no = (size_t)(k - v->pack->kinds);
    if (no >= SETS)
        return FAIL(ERR_LIMIT, "tables of more than %zu kinds", SETS);
    return counted_look(v, &sets[no], take, user, ret_as_of_us);
}

enum err figures_warm(struct door *d)
{
    for (size_t i = 0; i < door_pack(d)->nkinds && i < SETS; i++)
        TRY(counted_warm(d, &sets[i]));
    return OK;
}
