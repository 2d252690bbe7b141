/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - rows in columns, their dictionaries, and counting. No database here; that is facts_load.c. */
#include "core/facts/own.h"

void facts_drop_memory(struct facts *f)
{
    locked_free(&f->memory);
    for (size_t t = 0; t < f->ntables; t++) {
        for (size_t c = 0; f->tables[t].dicts && c < f->tables[t].ncolumns; c++) {
            mem_free(f->tables[t].dicts[c].values);
            mem_free(f->tables[t].dicts[c].slots);
        }
        mem_free(f->tables[t].dicts);
        mem_free(f->tables[t].chunks);
        mem_free(f->tables[t].slots);
    }
    mem_free(f->tables);
    mem_free(f->columns);
}

/* ---- dictionaries -------------------------------------------------------------------------------------- */

static uint32_t *dict_slot(const struct fact_dict *d, struct str s)
{
    for (size_t i = str_hash(s) & (d->nslots - 1);; i = (i + 1) & (d->nslots - 1)) {
        uint32_t v = d->slots[i];
        if (v == 0 || str_eq((struct str){d->values[v - 1].p, d->values[v - 1].n}, s))
            return &d->slots[i];
    }
}

static enum err dict_grow(struct fact_dict *d)
{
    size_t cap = d->cap ? 2 * d->cap : 32;
    struct fact_value *values = mem_resize(d->values, cap * sizeof *values);
    if (!values)
        return mem_fail();
    d->values = values;
    uint32_t *slots = mem_alloc(2 * cap * sizeof *slots);
    if (!slots)
        return mem_fail();
    mem_free(d->slots);
    d->slots = slots;
    d->nslots = 2 * cap;
    d->cap = cap;
    for (size_t i = 0; i < d->n; i++)
        *dict_slot(d, (struct str){d->values[i].p, d->values[i].n}) = (uint32_t)i + 1;
    return OK;
}

static enum err dict_add(struct facts *f, struct fact_dict *d, struct str s, uint32_t *ret)
{
    if (d->n == d->cap)
        TRY(dict_grow(d));
    uint32_t *slot = dict_slot(d, s);
    if (*slot == 0) {
        if (d->n == FACT_VALUES_MAX)
            return FAIL(ERR_LIMIT, "a fact with more than %d different values", FACT_VALUES_MAX);
        const char *p = locked_text(&f->memory, s);
        if (!p)
            return mem_fail();
        d->values[d->n] = (struct fact_value){p, (uint32_t)s.n};
        *slot = (uint32_t)++d->n;
    }
    *ret = *slot - 1;
    return OK;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

static size_t id_slot(const struct id *id, size_t nslots)
{
    return (size_t)id_hash(id) & (nslots - 1);
}

static struct id *record_at(const struct fact_table *t, size_t row)
{
    return &fact_chunk_of(t, row)->record[row % FACT_CHUNK];
}

/* The slot of a record, or the empty one where it belongs. */
static uint32_t *row_slot(const struct fact_table *t, const struct id *record)
{
    for (size_t i = id_slot(record, t->nslots);; i = (i + 1) & (t->nslots - 1))
        if (t->slots[i] == 0 || id_eq(*record_at(t, t->slots[i] - 1), *record))
            return &t->slots[i];
}

static enum err slots_grow(struct fact_table *t)
{
    size_t n = t->nslots ? 2 * t->nslots : 1024;
    uint32_t *slots = mem_alloc(n * sizeof *slots);
    if (!slots)
        return mem_fail();
    mem_free(t->slots);
    t->slots = slots;
    t->nslots = n;
    for (size_t row = 0; row < t->nrows; row++)
        *row_slot(t, record_at(t, row)) = (uint32_t)row + 1;
    return OK;
}

static enum err chunk_add(struct facts *f, struct fact_table *t)
{
    size_t ids = 4 * FACT_CHUNK * sizeof(struct id), values = t->ncolumns * FACT_CHUNK * sizeof(uint32_t);
    struct fact_chunk *chunks = mem_resize(t->chunks, (t->nchunks + 1) * sizeof *chunks);
    if (!chunks)
        return mem_fail();
    t->chunks = chunks;
    char *p = locked_new(&f->memory, ids + values + t->ncolumns * FACT_CHUNK);
    if (!p)
        return mem_fail();
    struct id *first = (struct id *)(void *)p;
    chunks[t->nchunks++] = (struct fact_chunk){
        .record = first,
        .case_ = first + FACT_CHUNK,
        .compartment = first + 2 * FACT_CHUNK,
        .subject = first + 3 * FACT_CHUNK,
        .values = (uint32_t *)(void *)(p + ids),
        .states = (uint8_t *)p + ids + values,
    };
    return OK;
}

/* The text of a value in the dictionary: several are joined by ';'. */
static enum err joined(const struct field_value *v, struct buf *b, struct str *ret)
{
    if (v->n == 1) {
        *ret = v->values[0];
        return OK;
    }
    buf_clear(b);
    for (size_t i = 0; i < v->n; i++) {
        if (i)
            buf_char(b, ';');
        buf_str(b, v->values[i]);
    }
    *ret = buf_view(b);
    return buf_err(b);
}

static const struct field_value *value_of(const struct field *field, const struct field_value *values,
                                          size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (values[i].field == field)
            return &values[i];
    return NULL;
}

/* The columns of a row; a field that has no value was never asked. */
static enum err set_columns(struct facts *f, struct fact_table *t, size_t row,
                            const struct field_value *values, size_t n)
{
    struct buf text CLEANUP(buf_free) = {0};
    struct fact_chunk *c = fact_chunk_of(t, row);
    enum err e = OK;
    for (size_t i = 0; i < t->ncolumns && e == OK; i++) {
        size_t at = i * FACT_CHUNK + row % FACT_CHUNK;
        const struct field_value *v = value_of(f->columns[t->first + i].field, values, n);
        struct str s;
        c->values[at] = FACT_NONE;
        c->states[at] = v && v->state != VALUE_GIVEN ? (uint8_t)v->state : VALUE_NOT_COLLECTED;
        if (!v || v->state != VALUE_GIVEN)
            continue;
        e = joined(v, &text, &s);
        if (e != OK || s.n == 0)
            continue;
        e = dict_add(f, &t->dicts[i], s, &c->values[at]);
        c->states[at] = VALUE_GIVEN;
    }
    if (text.p)
        secret_wipe(text.p, text.cap);
    return e;
}

enum err fact_put(struct facts *f, struct fact_table *t, const struct cell *record,
                  const struct field_value *values, size_t n)
{
    struct id id = cell_get_id(&record[RE_ID]);
    if (2 * (t->nrows + 1) > t->nslots)
        TRY(slots_grow(t));
    if (t->nrows == t->nchunks * FACT_CHUNK)
        TRY(chunk_add(f, t));
    uint32_t *slot = row_slot(t, &id);
    size_t row = *slot ? *slot - 1 : t->nrows;
    struct fact_chunk *c = fact_chunk_of(t, row);
    c->record[row % FACT_CHUNK] = id;
    c->case_[row % FACT_CHUNK] = cell_get_id(&record[RE_CASE]);
    c->compartment[row % FACT_CHUNK] = cell_get_id(&record[RE_COMPARTMENT]);
    c->subject[row % FACT_CHUNK] = cell_get_id(&record[RE_SUBJECT]);
    TRY(set_columns(f, t, row, values, n));
    if (*slot == 0) {
        *slot = (uint32_t)row + 1;
        t->nrows++;
    }
    return OK;
}

static void copy_row(struct fact_table *t, size_t from, size_t to)
{
    struct fact_chunk *a = fact_chunk_of(t, from), *b = fact_chunk_of(t, to);
    size_t i = from % FACT_CHUNK, k = to % FACT_CHUNK;
    b->record[k] = a->record[i];
    b->case_[k] = a->case_[i];
    b->compartment[k] = a->compartment[i];
    b->subject[k] = a->subject[i];
    for (size_t c = 0; c < t->ncolumns; c++) {
        b->values[c * FACT_CHUNK + k] = a->values[c * FACT_CHUNK + i];
        b->states[c * FACT_CHUNK + k] = a->states[c * FACT_CHUNK + i];
    }
}

static void wipe_row(struct fact_table *t, size_t row)
{
    struct fact_chunk *c = fact_chunk_of(t, row);
    size_t i = row % FACT_CHUNK;
    c->record[i] = c->case_[i] = c->compartment[i] = c->subject[i] = id_nil();
    for (size_t k = 0; k < t->ncolumns; k++)
        c->values[k * FACT_CHUNK + i] = c->states[k * FACT_CHUNK + i] = 0;
}

/* Takes a slot out of the open addressing: those behind it that it kept from their place move up. */
static void slot_remove(struct fact_table *t, uint32_t *slot)
{
    size_t hole = (size_t)(slot - t->slots), mask = t->nslots - 1;
    for (size_t i = (hole + 1) & mask; t->slots[i]; i = (i + 1) & mask) {
        size_t home = id_slot(record_at(t, t->slots[i] - 1), t->nslots);
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        t->slots[hole] = t->slots[i];
        hole = i;
    }
    t->slots[hole] = 0;
}

void fact_drop(struct fact_table *t, struct id record)
{
    uint32_t *slot = t->nslots ? row_slot(t, &record) : NULL;
    if (!slot || *slot == 0)
        return;
    size_t row = *slot - 1, last = t->nrows - 1;
    slot_remove(t, slot);
    if (row != last) {
        *row_slot(t, record_at(t, last)) = (uint32_t)row + 1;
        copy_row(t, last, row);
    }
    wipe_row(t, last);
    t->nrows--;
}

void fact_clear(struct facts *f)
{
    for (size_t i = 0; i < f->ntables; i++) {
        struct fact_table *t = &f->tables[i];
        while (t->nrows)
            wipe_row(t, --t->nrows);
        if (t->slots)
            memset(t->slots, 0, t->nslots * sizeof *t->slots);
    }
}

struct fact_table *fact_table_of(struct facts *f, const struct kind *k)
{
    for (size_t i = 0; i < f->ntables; i++)
        if (f->tables[i].kind == k)
            return &f->tables[i];
    return NULL;
}

/* ---- looking ------------------------------------------------------------------------------------------- */

size_t facts_bytes(const struct facts *f)
{
    return f->memory.bytes;
}

bool facts_locked(const struct facts *f)
{
    return !f->memory.refused;
}

size_t facts_columns(const struct facts *f, const struct fact_column **ret)
{
    *ret = f->columns;
    return f->ncolumns;
}

static const struct fact_column *by_import(const struct facts *f, const char *name)
{
    const struct pack *p = door_pack(f->door);
    for (size_t m = 0; m < p->nimports; m++)
        for (size_t c = 0; c < p->imports[m].n; c++) {
            const struct import_column *in = &p->imports[m].columns[c];
            if (strcmp(in->column, name) != 0)
                continue;
            for (size_t i = 0; i < f->ncolumns; i++)
                if (strcmp(f->columns[i].kind->id, in->kind) == 0 &&
                    strcmp(f->columns[i].field->name, in->field) == 0)
                    return &f->columns[i];
        }
    return NULL;
}

const struct fact_column *facts_column(const struct facts *f, const char *name)
{
    for (size_t i = 0; i < f->ncolumns; i++)
        if (strcmp(f->columns[i].name, name) == 0)
            return &f->columns[i];
    return by_import(f, name);
}

int64_t facts_rows(struct facts *f, const char *kind)
{
    int64_t n = -1;
    pthread_mutex_lock(&f->lock);
    enum err e = fact_follow(f);
    for (size_t i = 0; e == OK && i < f->ntables; i++)
        if (strcmp(f->tables[i].kind->id, kind) == 0)
            n = (int64_t)f->tables[i].nrows;
    pthread_mutex_unlock(&f->lock);
    if (e != OK)
        err_clear();
    return n;
}

static enum err each_locked(struct facts *f, const struct fact_column *const *columns, size_t n,
                            fact_visit *visit, void *user)
{
    struct fact_cell cells[FACT_CELLS_MAX];
    TRY(fact_follow(f));
    struct fact_table *t = fact_table_of(f, columns[0]->kind);
    for (size_t row = 0; row < t->nrows; row++) {
        const struct fact_chunk *c = fact_chunk_of(t, row);
        size_t i = row % FACT_CHUNK;
        for (size_t k = 0; k < n; k++) {
            size_t column = (size_t)(columns[k] - f->columns) - t->first, at = column * FACT_CHUNK + i;
            bool given = c->states[at] == VALUE_GIVEN;
            cells[k].state = (enum value_state)c->states[at];
            cells[k].value = given ? t->dicts[column].values[c->values[at]].p : "";
        }
        TRY(visit(user, c->case_[i], c->subject[i], cells));
    }
    return OK;
}

static enum err value_locked(struct facts *f, const struct fact_column *column, const struct id *record,
                             struct fact_cell *ret, bool *ret_found)
{
    TRY(fact_follow(f));
    const struct fact_table *t = fact_table_of(f, column->kind);
    uint32_t slot = t->nslots ? *row_slot(t, record) : 0;
    *ret = (struct fact_cell){.value = "", .state = VALUE_NOT_COLLECTED};
    *ret_found = slot != 0;
    if (!slot)
        return OK;
    const struct fact_chunk *c = fact_chunk_of(t, slot - 1);
    size_t k = (size_t)(column - f->columns) - t->first, at = k * FACT_CHUNK + (slot - 1) % FACT_CHUNK;
    ret->state = (enum value_state)c->states[at];
    if (ret->state == VALUE_GIVEN)
        ret->value = t->dicts[k].values[c->values[at]].p;
    return OK;
}

enum err facts_value(struct facts *f, const struct fact_column *column, struct id record,
                     struct fact_cell *ret, bool *ret_found)
{
    pthread_mutex_lock(&f->lock);
    enum err e = value_locked(f, column, &record, ret, ret_found);
    pthread_mutex_unlock(&f->lock);
    return e;
}

enum err facts_each(struct facts *f, const struct fact_column *const *columns, size_t n, fact_visit *visit,
                    void *user)
{
    if (n == 0 || n > FACT_CELLS_MAX)
        return FAIL(ERR_LIMIT, "between 1 and %d facts at once", FACT_CELLS_MAX);
    for (size_t i = 1; i < n; i++)
        if (columns[i]->kind != columns[0]->kind)
            return FAIL(ERR_INTERNAL, "facts of two kinds at once");
    pthread_mutex_lock(&f->lock);
    enum err e = each_locked(f, columns, n, visit, user);
    pthread_mutex_unlock(&f->lock);
    return e;
}

/* ---- filters ------------------------------------------------------------------------------------------- */

/* One filter made ready: which dictionary entries hold the value; for another kind, which cases do. */
struct sieve {
    struct fact_table *table;
    size_t column;
    uint8_t *holds; /* by dictionary position; NULL: not given is wanted */
    struct id *cases;
    size_t nslots; /* open addressing, nil = empty; NULL: the table is the counted one */
};

static bool has_value(struct str text, const char *value, bool several)
{
    struct str part;
    while (several && str_cut(&text, ';', &part))
        if (str_is(part, value))
            return true;
    return !several && str_is(text, value);
}

static bool row_passes(const struct sieve *s, size_t row)
{
    const struct fact_chunk *c = fact_chunk_of(s->table, row);
    size_t at = s->column * FACT_CHUNK + row % FACT_CHUNK;
    if (!s->holds)
        return c->states[at] != VALUE_GIVEN;
    return c->states[at] == VALUE_GIVEN && s->holds[c->values[at]];
}

static struct id *case_slot(const struct sieve *s, const struct id *c)
{
    size_t i = id_slot(c, s->nslots);
    while (!id_is_nil(s->cases[i]) && !id_eq(s->cases[i], *c))
        i = (i + 1) & (s->nslots - 1);
    return &s->cases[i];
}

static enum err collect_cases(struct sieve *s)
{
    s->nslots = 16;
    while (s->nslots < 2 * s->table->nrows)
        s->nslots *= 2;
    s->cases = mem_alloc(s->nslots * sizeof *s->cases);
    if (!s->cases)
        return mem_fail();
    for (size_t row = 0; row < s->table->nrows; row++) {
        const struct id *c = &fact_chunk_of(s->table, row)->case_[row % FACT_CHUNK];
        if (!id_is_nil(*c) && row_passes(s, row))
            *case_slot(s, c) = *c;
    }
    return OK;
}

static enum err sieve_make(struct facts *f, const struct fact_filter *in, const struct fact_table *counted,
                           struct sieve *s)
{
    const struct fact_column *column = facts_column(f, in->fact);
    if (!column)
        return FAIL(ERR_NOT_FOUND, "there is no such fact");
    s->table = fact_table_of(f, column->kind);
    s->column = (size_t)(column - f->columns) - s->table->first;
    const struct fact_dict *d = &s->table->dicts[s->column];
    if (in->value) {
        s->holds = mem_alloc(d->n + 1);
        if (!s->holds)
            return mem_fail();
        for (size_t i = 0; i < d->n; i++)
            s->holds[i] = has_value((struct str){d->values[i].p, d->values[i].n}, in->value,
                                    column->field->type == FT_CODES);
    }
    return s->table == counted ? OK : collect_cases(s);
}

static bool sieved(const struct sieve *s, const struct fact_table *t, size_t row)
{
    if (!s->cases)
        return row_passes(s, row);
    const struct id *c = &fact_chunk_of(t, row)->case_[row % FACT_CHUNK];
    return !id_is_nil(*c) && !id_is_nil(*case_slot(s, c));
}

/* ---- counting ------------------------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
    const struct fact_count *x = a, *y = b;
    bool gx = x->state == VALUE_GIVEN, gy = y->state == VALUE_GIVEN;
    if (gx != gy)
        return gx ? -1 : 1;
    if (!gx)
        return (int)x->state - (int)y->state;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return strcmp(x->value, y->value);
}

static enum err answer(const struct fact_dict *d, const int64_t *given, const int64_t *states,
                       struct arena *a, struct fact_count **ret, size_t *ret_n)
{
    struct fact_count *out = ARENA_ARRAY(a, d->n + VALUE_MASKED, struct fact_count);
    size_t n = 0;
    if (!out)
        return arena_err(a);
    for (size_t i = 0; i < d->n; i++) {
        if (!given[i])
            continue;
        char *value = arena_cstr(a, (struct str){d->values[i].p, d->values[i].n});
        if (!value)
            return arena_err(a);
        out[n++] = (struct fact_count){value, VALUE_GIVEN, given[i]};
    }
    for (int s = VALUE_UNKNOWN; s < VALUE_MASKED; s++)
        if (states[s])
            out[n++] = (struct fact_count){NULL, (enum value_state)s, states[s]};
    qsort(out, n, sizeof *out, by_number);
    *ret = out;
    *ret_n = n;
    return OK;
}

static enum err tally(const struct fact_table *t, size_t column, const struct sieve *sieves, size_t nsieves,
                      struct arena *a, struct fact_count **ret, size_t *ret_n)
{
    const struct fact_dict *d = &t->dicts[column];
    int64_t *given = ARENA_ARRAY(a, d->n + 1, int64_t), states[VALUE_MASKED + 1] = {0};
    if (!given)
        return arena_err(a);
    for (size_t row = 0; row < t->nrows; row++) {
        bool in = true;
        for (size_t i = 0; i < nsieves && in; i++)
            in = sieved(&sieves[i], t, row);
        if (!in)
            continue;
        const struct fact_chunk *c = fact_chunk_of(t, row);
        size_t at = column * FACT_CHUNK + row % FACT_CHUNK;
        if (c->states[at] == VALUE_GIVEN)
            given[c->values[at]]++;
        else
            states[c->states[at]]++;
    }
    return answer(d, given, states, a, ret, ret_n);
}

#define FILTERS_MAX 16

static enum err count_locked(struct facts *f, const char *by, const struct fact_filter *filters,
                             size_t nfilters, struct arena *a, struct fact_count **ret, size_t *ret_n)
{
    struct sieve sieves[FILTERS_MAX] = {{0}};
    const struct fact_column *column = facts_column(f, by);
    if (!column)
        return FAIL(ERR_NOT_FOUND, "there is no such fact");
    if (nfilters > FILTERS_MAX)
        return FAIL(ERR_LIMIT, "more than %d filters", FILTERS_MAX);
    TRY(fact_follow(f));
    struct fact_table *t = fact_table_of(f, column->kind);
    enum err e = OK;
    for (size_t i = 0; i < nfilters && e == OK; i++)
        e = sieve_make(f, &filters[i], t, &sieves[i]);
    if (e == OK)
        e = tally(t, (size_t)(column - f->columns) - t->first, sieves, nfilters, a, ret, ret_n);
    for (size_t i = 0; i < nfilters; i++) {
        mem_free(sieves[i].holds);
        mem_free(sieves[i].cases);
    }
    return e;
}

enum err facts_count(struct facts *f, const char *by, const struct fact_filter *filters, size_t nfilters,
                     struct arena *a, struct fact_count **ret, size_t *ret_n)
{
    pthread_mutex_lock(&f->lock);
    enum err e = count_locked(f, by, filters, nfilters, a, ret, ret_n);
    pthread_mutex_unlock(&f->lock);
    return e;
}
