/* SPDX-License-Identifier: Apache-2.0 */
/* facts_load.c - facts out of the store: all at once, then what changes. */
#include "core/door/own.h"
#include "core/facts/own.h"

/* ---- which columns there are --------------------------------------------------------------------------- */

static size_t facts_of_kind(const struct kind *k)
{
    size_t n = 0;
    for (size_t i = 0; i < k->nfields; i++)
        n += k->fields[i].fact != NULL && *k->fields[i].fact;
    return n;
}

static enum err make_columns(struct facts *f, const struct pack *p)
{
    size_t columns = 0, tables = 0;
    for (size_t i = 0; i < p->nkinds; i++) {
        columns += facts_of_kind(&p->kinds[i]);
        tables += facts_of_kind(&p->kinds[i]) > 0;
    }
    f->columns = mem_alloc((columns + 1) * sizeof *f->columns);
    f->tables = mem_alloc((tables + 1) * sizeof *f->tables);
    if (!f->columns || !f->tables)
        return mem_fail();
    for (size_t i = 0; i < p->nkinds; i++) {
        const struct kind *k = &p->kinds[i];
        size_t n = facts_of_kind(k);
        if (n == 0)
            continue;
        struct fact_table *t = &f->tables[f->ntables++];
        *t = (struct fact_table){.kind = k, .first = f->ncolumns, .ncolumns = n};
        t->dicts = mem_alloc(n * sizeof *t->dicts);
        if (!t->dicts)
            return mem_fail();
        for (size_t c = 0; c < k->nfields; c++)
            if (k->fields[c].fact && *k->fields[c].fact)
                f->columns[f->ncolumns++] = (struct fact_column){k->fields[c].fact, k, &k->fields[c]};
    }
    return OK;
}

/* ---- one record ---------------------------------------------------------------------------------------- */

/* The state a record had with version `no`: of the last action that led to one. */
static enum err state_at(struct db *db, const struct kind *k, struct id record, int64_t no, const char **ret)
{
    struct stmt *s;
    *ret = k->states[0];
    TRY(db_prepare(db, "SELECT action FROM record_version WHERE record = ?1 AND no <= ?2 ORDER BY no DESC",
                   &s));
    db_bind_id(s, 1, &record);
    db_bind_i64(s, 2, no);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        struct str action = db_text(s, 0);
        for (size_t i = 0; i < k->nactions; i++)
            if (str_is(action, k->actions[i].name) && k->actions[i].to && *k->actions[i].to) {
                *ret = k->actions[i].to;
                db_reset(s);
                return OK;
            }
    }
}

static enum err visit(void *user, const struct cell *record, const struct cell *version,
                      const struct field_value *values, size_t n)
{
    struct facts *f = user;
    const struct kind *k = pack_kind(door_pack(f->door), record[RE_KIND].s.p);
    struct fact_table *t = k ? fact_table_of(f, k) : NULL;
    const char *state = record[RE_STATE].s.p;
    if (!t)
        return OK;
    TRY(door_give_way(f->door, f->db));
    if (f->as_at_us && k->once)
        TRY(state_at(f->db, k, cell_get_id(&record[RE_ID]), version[RV_NO].i, &state));
    return record_live(k, state) ? fact_put(f, t, record, values, n) : OK;
}

/* ---- all of them --------------------------------------------------------------------------------------- */

static enum err scan_all(struct facts *f)
{
    enum err e = db_begin(f->db, DB_READ);
    for (size_t i = 0; i < f->ntables && e == OK; i++)
        e = record_scan(door_vault(f->door), f->db, door_pack(f->door), f->tables[i].kind, f->as_at_us, visit,
                        f);
    db_rollback(f->db);
    return e;
}

/* ---- what changed -------------------------------------------------------------------------------------- */

/* In the writer thread, after a commit: remembers ids and does nothing else. */
static void watch(void *user, struct str changes)
{
    struct facts *f = user;
    pthread_mutex_lock(&f->feed_lock);
    for (; changes.n >= CHANGE_BYTES; changes = str_sub(changes, CHANGE_BYTES, changes.n)) {
        unsigned table = (unsigned)(uint8_t)changes.p[0] << 8 | (uint8_t)changes.p[1];
        if (table == TABLE_RECORD.no)
            buf_bytes(&f->records, changes.p + 2, sizeof(struct id));
        else if (table == TABLE_COMPARTMENT.no)
            buf_bytes(&f->compartments, changes.p + 2, sizeof(struct id));
    }
    pthread_mutex_unlock(&f->feed_lock);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* Records in compartments whose keys were destroyed; those are in the order of their ids. */
static enum err records_in(const struct facts *f, struct str gone, struct buf *records)
{
    size_t n = gone.n / sizeof(struct id);
    for (size_t i = 0; n && i < f->ntables; i++)
        for (size_t row = 0; row < f->tables[i].nrows; row++) {
            const struct fact_chunk *c = fact_chunk_of(&f->tables[i], row);
            if (bsearch(&c->compartment[row % FACT_CHUNK], gone.p, n, sizeof(struct id), by_id))
                buf_bytes(records, c->record[row % FACT_CHUNK].b, sizeof(struct id));
        }
    return buf_err(records);
}

static enum err reload(struct facts *f, struct id record)
{
    for (size_t i = 0; i < f->ntables; i++)
        fact_drop(&f->tables[i], record);
    enum err e = record_load(door_vault(f->door), f->db, door_pack(f->door), record, visit, f);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err apply_in_snapshot(struct facts *f, struct buf *records, struct str compartments)
{
    struct buf gone CLEANUP(buf_free) = {0};
    TRY(vault_gone(f->db, compartments, &gone));
    TRY(records_in(f, buf_view(&gone), records));
    for (size_t i = 0; i + sizeof(struct id) <= records->n; i += sizeof(struct id)) {
        struct id id;
        memcpy(&id, records->p + i, sizeof id);
        TRY(reload(f, id));
    }
    return OK;
}

static enum err apply(struct facts *f, struct buf *records, struct str compartments)
{
    TRY(buf_err(records));
    TRY(db_begin(f->db, DB_READ));
    enum err e = apply_in_snapshot(f, records, compartments);
    db_rollback(f->db);
    return e;
}

enum err fact_follow(struct facts *f)
{
    struct buf records CLEANUP(buf_free) = {0}, compartments CLEANUP(buf_free) = {0};
    if (!f->following)
        return OK;
    pthread_mutex_lock(&f->feed_lock);
    records = f->records;
    compartments = f->compartments;
    f->records = (struct buf){.limit = FACT_PENDING_MAX};
    f->compartments = (struct buf){.limit = FACT_PENDING_MAX};
    pthread_mutex_unlock(&f->feed_lock);
    records.limit = 0;
    if (!f->stale && records.err == OK && compartments.err == OK) {
        if (records.n == 0 && compartments.n == 0)
            return OK;
        f->stale = true;
        TRY(apply(f, &records, buf_view(&compartments)));
    } else {
        f->stale = true;
        fact_clear(f);
        TRY(scan_all(f));
    }
    f->stale = false;
    return OK;
}

/* ---- loading ------------------------------------------------------------------------------------------- */

static enum err load(struct facts *f)
{
    TRY(make_columns(f, door_pack(f->door)));
    TRY(door_open_db(f->door, true, &f->db));
    if (f->as_at_us == 0) { /* first, so that nothing falls between the scan and the feed */
        TRY(door_add_watch(f->door, watch, f));
        f->following = true;
    }
    return scan_all(f);
}

enum err facts_load(struct door *d, int64_t as_at_us, struct facts **ret)
{
    if (!door_pack(d))
        return FAIL(ERR_STATE, "facts need a country pack");
    if (!vault_unlocked(door_vault(d)))
        return FAIL(ERR_LOCKED, "facts need open keys");
    struct facts *f = mem_alloc(sizeof *f);
    if (!f)
        return mem_fail();
    *f = (struct facts){.door = d,
                        .as_at_us = as_at_us,
                        .records = {.limit = FACT_PENDING_MAX},
                        .compartments = {.limit = FACT_PENDING_MAX}};
    pthread_mutex_init(&f->lock, NULL);
    pthread_mutex_init(&f->feed_lock, NULL);
    enum err e = load(f);
    if (e != OK) {
        facts_free(f);
        return e;
    }
    *ret = f;
    return OK;
}

void facts_free(struct facts *f)
{
    if (!f)
        return;
    if (f->following)
        door_drop_watch(f->door, watch, f);
    db_close(f->db);
    buf_free(&f->records);
    buf_free(&f->compartments);
    facts_drop_memory(f);
    pthread_mutex_destroy(&f->lock);
    pthread_mutex_destroy(&f->feed_lock);
    mem_free(f);
}

static struct facts *facts_there(struct door *d, struct facts *made)
{
    pthread_mutex_lock(&d->facts_lock);
    if (made)
        d->facts = made;
    struct facts *f = d->facts;
    pthread_mutex_unlock(&d->facts_lock);
    return f;
}

/* Whoever needs none of them does not wait for them: door_keep takes the other lock. */
enum err facts_of(struct door *d, struct facts **ret)
{
    struct facts *made = NULL;
    enum err e = OK;
    pthread_mutex_lock(&d->load_lock);
    if (!facts_there(d, NULL))
        e = facts_load(d, 0, &made);
    *ret = facts_there(d, made);
    pthread_mutex_unlock(&d->load_lock);
    return e;
}
