/* SPDX-License-Identifier: Apache-2.0 */
/* map.c - a row of a foreign file into records of the pack, and a value back into the file's word. Pure: no
 * database, no clock. An empty cell becomes the reason that the map notes (docs/pack-format.md section 12),
 * never a no; a value that the map does not know is a fault of that row, never a silent blank. */
#include "figures/own.h"
#include "sys/tz.h"

/* ---- the plan of a map --------------------------------------------------------------------------------- */

static enum err take_subject(struct map_plan *m, const char *role, int *ret)
{
    const struct code_list *roles = pack_codes(m->pack, "subject_role");
    *ret = -1;
    if (strcmp(role, "case") == 0)
        return OK;
    for (size_t i = 0; i < m->nsubjects; i++)
        if (strcmp(m->subjects[i].role, role) == 0) {
            *ret = (int)i;
            return OK;
        }
    if (m->nsubjects == MAP_ROLES_MAX || !roles || !code_find(roles, role))
        return FAIL(ERR_PACK, "import map %s: role %s is no code of list subject_role", m->map->id, role);
    *ret = (int)m->nsubjects;
    m->subjects[m->nsubjects++] = (struct registry_import_subject){SUBJECT_PERSON, role};
    return OK;
}

static enum err take_part(struct map_plan *m, const struct import_column *in, size_t *ret)
{
    const struct kind *k = pack_kind(m->pack, in->kind);
    for (size_t i = 0; i < m->nparts; i++)
        if (m->parts[i].kind == k && strcmp(m->parts[i].role, in->role) == 0) {
            *ret = i;
            return OK;
        }
    if (!k)
        return FAIL(ERR_PACK, "import map %s: there is no kind %s", m->map->id, in->kind);
    struct map_part *part = &m->parts[m->nparts];
    part->kind = k;
    part->role = in->role;
    TRY(take_subject(m, in->role, &part->subject));
    *ret = m->nparts++;
    return OK;
}

enum err map_plan(const struct pack *p, const char *map, struct arena *a, const struct map_plan **ret)
{
    const struct import_map *in = pack_import(p, map);
    struct map_plan *m = ARENA_NEW(a, struct map_plan);
    if (!in)
        return FAIL(ERR_NOT_FOUND, "the pack has no such import map");
    if (!m)
        return arena_err(a);
    int blank = value_state_find(in->blank);
    *m = (struct map_plan){.pack = p,
                           .map = in,
                           .blank = blank > 0 ? (enum value_state)blank : VALUE_NOT_COLLECTED,
                           .ncolumns = in->n};
    m->columns = ARENA_ARRAY(a, in->n + 1, struct map_column);
    m->parts = ARENA_ARRAY(a, in->n + 1, struct map_part);
    if (!m->columns || !m->parts)
        return arena_err(a);
    for (size_t i = 0; i < in->n; i++) {
        struct map_column *c = &m->columns[i];
        c->in = &in->columns[i];
        TRY(take_part(m, c->in, &c->part));
        c->field = kind_field(m->parts[c->part].kind, c->in->field);
        if (!c->field)
            return FAIL(ERR_PACK, "import map %s: kind %s has no field %s", in->id, c->in->kind,
                        c->in->field);
    }
    *ret = m;
    return OK;
}

enum err map_header(const struct map_plan *m, const struct str *cells, size_t n, struct arena *a,
                    size_t **ret)
{
    size_t *at = ARENA_ARRAY(a, m->ncolumns + 1, size_t);
    if (!at)
        return arena_err(a);
    for (size_t c = 0; c < m->ncolumns; c++) {
        size_t found = 0;
        for (size_t i = 0; i < n; i++)
            if (str_is(cells[i], m->columns[c].in->column)) {
                at[c] = i;
                found++;
            }
        if (found != 1)
            return FAIL(ERR_BAD_DATA, "row 1: column %s stands there %zu times, once is expected",
                        m->columns[c].in->column, found);
    }
    if (n != m->ncolumns)
        return FAIL(ERR_BAD_DATA,
                    "row 1: %zu columns, the map %s has %zu: what it does not know is not dropped silently",
                    n, m->map->id, m->ncolumns);
    *ret = at;
    return OK;
}

/* ---- one row ------------------------------------------------------------------------------------------- */

static bool coded(const struct map_column *c)
{
    return c->in->scheme && *c->in->scheme && c->field->codes;
}

static enum err value_in(const struct map_column *c, struct str cell, struct arena *a, struct str *ret)
{
    char *word = arena_cstr(a, cell);
    if (!word)
        return arena_err(a);
    if (!coded(c)) {
        *ret = cell;
        return OK;
    }
    const struct code *code =
        memchr(word, '\0', cell.n) ? NULL : code_by_crosswalk(c->field->codes, c->in->scheme, word);
    if (!code)
        return FAIL(ERR_FIELD, "column %s: a value that list %s does not know by scheme %s", c->in->column,
                    c->field->codes->id, c->in->scheme);
    *ret = str_of(code->code);
    return OK;
}

struct taking {
    struct pair *pairs;
    size_t n, cap;
    struct arena *arena;
};

static enum err push(struct taking *t, const char *name, struct str value, enum value_state state)
{
    if (t->n == t->cap) {
        struct pair *more = ARENA_ARRAY(t->arena, 2 * t->cap + 8, struct pair);
        if (!more)
            return arena_err(t->arena);
        if (t->n)
            memcpy(more, t->pairs, t->n * sizeof *more);
        t->pairs = more;
        t->cap = 2 * t->cap + 8;
    }
    t->pairs[t->n++] = (struct pair){str_of(name), value, state};
    return OK;
}

static enum err take_cell(const struct map_plan *m, const struct map_column *c, struct str cell,
                          struct taking *t)
{
    struct str value, rest = cell, part;
    if (cell.n == 0)
        return push(t, c->field->name, STR(""), m->blank);
    if (!c->in->multi) {
        TRY(value_in(c, cell, t->arena, &value));
        return push(t, c->field->name, value, VALUE_GIVEN);
    }
    if (cell.p[cell.n - 1] == m->map->multi_separator)
        return FAIL(ERR_FIELD, "column %s: an empty value beside a separator", c->in->column);
    while (str_cut(&rest, m->map->multi_separator, &part)) {
        if (part.n == 0)
            return FAIL(ERR_FIELD, "column %s: an empty value beside a separator", c->in->column);
        TRY(value_in(c, part, t->arena, &value));
        TRY(push(t, c->field->name, value, VALUE_GIVEN));
    }
    return OK;
}

/* Names the column beside the field that the kind's own check complains of. */
static enum err name_column(const struct map_plan *m, size_t part, enum err e)
{
    for (size_t i = 0; i < m->ncolumns; i++) {
        const struct map_column *c = &m->columns[i];
        struct str detail = str_of(err_detail());
        size_t n = strlen(c->field->name);
        if (c->part == part && str_starts(detail, "field ") &&
            str_starts(str_sub(detail, 6, detail.n), c->field->name) && detail.n > 6 + n &&
            detail.p[6 + n] == ':')
            return err_prefix(e, "column %s", c->in->column);
    }
    return e;
}

enum err map_row(const struct map_plan *m, const struct str *cells, size_t n, struct date today,
                 struct arena *a, struct map_row *ret)
{
    struct taking *t = ARENA_ARRAY(a, m->nparts + 1, struct taking);
    struct input *parts = ARENA_ARRAY(a, m->nparts + 1, struct input);
    if (!t || !parts)
        return arena_err(a);
    if (n != m->ncolumns)
        return FAIL(ERR_BAD_DATA, "%zu cells, %zu are expected", n, m->ncolumns);
    for (size_t i = 0; i < m->nparts; i++)
        t[i].arena = a;
    for (size_t i = 0; i < n; i++) {
        if (!str_utf8_ok(cells[i]))
            return FAIL(ERR_BAD_UTF8, "column %s", m->columns[i].in->column);
        TRY(take_cell(m, &m->columns[i], cells[i], &t[m->columns[i].part]));
    }
    for (size_t i = 0; i < m->nparts; i++) {
        const struct kind *k = m->parts[i].kind;
        enum err e = record_validate(m->pack, k, kind_action(k, "create"), t[i].pairs, t[i].n, today);
        if (e != OK)
            return name_column(m, i, e);
        parts[i] = (struct input){t[i].pairs, t[i].n};
    }
    ret->parts = parts;
    return OK;
}

enum err map_today(const struct pack *p, int64_t now_us, struct date *ret)
{
    const struct tz *z;
    TRY(tz_find(p->time_zone, &z));
    *ret = tz_local(z, now_us).date;
    return OK;
}

void map_put_cell(struct buf *b, struct str cell, char separator)
{
    bool quote = false;
    for (size_t i = 0; i < cell.n && !quote; i++)
        quote = cell.p[i] == separator || cell.p[i] == '"' || cell.p[i] == '\n' || cell.p[i] == '\r';
    if (!quote) {
        buf_str(b, cell);
        return;
    }
    buf_char(b, '"');
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, cell.p[i]);
    }
    buf_char(b, '"');
}

/* ---- going out ----------------------------------------------------------------------------------------- */

bool map_value_out(const struct map_column *c, struct str value, struct str *ret)
{
    char word[NAME_MAX_BYTES];
    *ret = value;
    if (!coded(c))
        return true;
    if (value.n >= sizeof word)
        return false;
    memcpy(word, value.p, value.n);
    word[value.n] = '\0';
    const struct code *code = code_find(c->field->codes, word);
    for (int depth = 0; code && depth < 16;
         depth++) { /* a code without a word of its own goes out as the wider one */
        const struct crosswalk *out = code_crosswalk(code, c->in->scheme);
        if (out) {
            *ret = str_of(out->code);
            return true;
        }
        code = code->broader && *code->broader ? code_find(c->field->codes, code->broader) : NULL;
    }
    return false;
}
