/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - the only place that writes rows, and the only one that builds SQL text: from declarations, never
 * from input. */
#include "core/table.h"

#include "base/alloc.h"

#include <pthread.h>

/* SQL of one table, built once a process and kept: statements are found again by their text. */
struct table_sql {
    char *create, *insert, *update, *delete, *get, *page, *count;
};
#define TABLE_NUMBERS 256
static struct table_sql *known[TABLE_NUMBERS];
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *type_token(enum column_type type)
{
    switch (type) {
    case COL_ID:
        return "{ID}";
    case COL_INT:
        return "{INT}";
    case COL_TEXT:
        return "{TEXT}";
    case COL_BLOB:
        break;
    }
    return "{BLOB}";
}

static void build_column(const struct column *c, struct buf *b)
{
    buf_printf(b, "%s %s", c->name, type_token(c->type));
    buf_c(b, c->flags & COL_NULL ? "" : " NOT NULL");
    if (strcmp(c->name, "id") == 0)
        buf_c(b, " PRIMARY KEY");
    if (c->references)
        buf_printf(b, " REFERENCES %s (id)", c->references);
}

static void build_index(const struct table *t, size_t i, struct buf *b)
{
    struct str spec = str_of(t->indexes[i]);
    bool unique = str_starts(spec, "UNIQUE ");
    if (unique)
        spec = str_sub(spec, 7, spec.n);
    buf_printf(b, "CREATE %sINDEX IF NOT EXISTS %s_%zu ON %s %.*s;\n", unique ? "UNIQUE " : "", t->name, i,
               t->name, STR_FMT(spec));
}

static void build_create(const struct table *t, struct buf *b)
{
    buf_printf(b, "CREATE TABLE IF NOT EXISTS %s (", t->name);
    for (size_t i = 0; i < t->ncolumns; i++) {
        buf_c(b, i ? ", " : "");
        build_column(&t->columns[i], b);
    }
    buf_c(b, ") {STRICT};\n");
    for (size_t i = 0; t->indexes && t->indexes[i]; i++)
        build_index(t, i, b);
}

static void build_columns(const struct table *t, struct buf *b)
{
    for (size_t i = 0; i < t->ncolumns; i++)
        buf_printf(b, "%s%s", i ? ", " : "", t->columns[i].name);
}

static enum err keep(struct buf *b, char **ret)
{
    enum err e = buf_err(b);
    if (e == OK) {
        *ret = mem_strdup(b->p);
        if (!*ret)
            e = mem_fail();
    }
    buf_clear(b);
    return e;
}

static enum err build_sql(const struct table *t, struct table_sql *s)
{
    struct buf b CLEANUP(buf_free) = {0};
    build_create(t, &b);
    TRY(keep(&b, &s->create));

    buf_printf(&b, "INSERT INTO %s (", t->name);
    build_columns(t, &b);
    buf_c(&b, ") VALUES (");
    for (size_t i = 0; i < t->ncolumns; i++)
        buf_printf(&b, "%s?%zu", i ? ", " : "", i + 1);
    buf_c(&b, ")");
    TRY(keep(&b, &s->insert));

    int version = table_version_column(t);
    buf_printf(&b, "UPDATE %s SET ", t->name);
    for (size_t i = 1; i < t->ncolumns; i++)
        buf_printf(&b, "%s%s = ?%zu", i > 1 ? ", " : "", t->columns[i].name, i + 1);
    buf_c(&b, " WHERE id = ?1");
    if (version >= 0)
        buf_printf(&b, " AND %s = ?%zu", t->columns[version].name, t->ncolumns + 1);
    TRY(keep(&b, &s->update));

    buf_printf(&b, "DELETE FROM %s WHERE id = ?1", t->name);
    TRY(keep(&b, &s->delete));

    buf_c(&b, "SELECT ");
    build_columns(t, &b);
    buf_printf(&b, " FROM %s WHERE id = ?1", t->name);
    TRY(keep(&b, &s->get));

    buf_c(&b, "SELECT ");
    build_columns(t, &b);
    buf_printf(&b, " FROM %s WHERE id > ?1 AND length(id) = 16 ORDER BY id LIMIT ?2", t->name);
    TRY(keep(&b, &s->page));

    buf_printf(&b, "SELECT count(*), count(CASE WHEN length(id) = 16 AND id > ?1 THEN 1 END) FROM %s",
               t->name);
    return keep(&b, &s->count);
}

static enum err table_sql(const struct table *t, const struct table_sql **ret)
{
    if (t->no >= TABLE_NUMBERS || t->ncolumns == 0 || t->ncolumns > TABLE_COLUMNS_MAX)
        return FAIL(ERR_INTERNAL, "table %s is declared wrongly", t->name);
    pthread_mutex_lock(&known_lock);
    enum err e = OK;
    if (!known[t->no]) {
        struct table_sql *s = mem_alloc(sizeof *s);
        e = s ? build_sql(t, s) : mem_fail();
        if (e == OK) {
            known[t->no] = s;
        } else if (s) {
            char *parts[] = {s->create, s->insert, s->update, s->delete, s->get, s->page, s->count};
            for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                mem_free(parts[i]);
            mem_free(s);
        }
    }
    *ret = known[t->no];
    pthread_mutex_unlock(&known_lock);
    return e;
}

struct id cell_get_id(const struct cell *c)
{
    struct id id = id_nil();
    if (c->kind == CELL_BYTES && c->s.n == sizeof id.b)
        memcpy(id.b, c->s.p, sizeof id.b);
    return id;
}

int table_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->ncolumns; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

int table_version_column(const struct table *t)
{
    for (size_t i = 0; i < t->ncolumns; i++)
        if (t->columns[i].flags & COL_VERSION)
            return (int)i;
    return -1;
}

/* Small cells are gathered before they are hashed: a row has many, and each start of the hasher costs more
 * than they. */
struct gathered {
    struct hasher h;
    uint8_t bytes[1024];
    size_t n;
};

static void gather(struct gathered *g, const void *p, size_t n)
{
    if (g->n + n > sizeof g->bytes) {
        hasher_add(&g->h, g->bytes, g->n);
        g->n = 0;
    }
    if (n > sizeof g->bytes) {
        hasher_add(&g->h, p, n);
    } else {
        memcpy(g->bytes + g->n, p, n);
        g->n += n;
    }
}

struct hash row_hash(const struct table *t, const struct cell *cells)
{
    struct gathered g;
    uint8_t head[10] = {(uint8_t)(t->no >> 8), (uint8_t)t->no};
    hasher_start(&g.h, NULL);
    g.n = 0;
    gather(&g, head, 2);
    for (size_t i = 0; i < t->ncolumns; i++) {
        if (cells[i].kind == CELL_NULL)
            continue;
        uint64_t v = cells[i].kind == CELL_INT ? (uint64_t)cells[i].i : cells[i].s.n;
        head[0] = (uint8_t)i;
        head[1] = (uint8_t)cells[i].kind;
        for (int k = 0; k < 8; k++)
            head[2 + k] = (uint8_t)(v >> (56 - 8 * k));
        gather(&g, head, sizeof head);
        if (cells[i].kind == CELL_BYTES && cells[i].s.n)
            gather(&g, cells[i].s.p, cells[i].s.n);
    }
    hasher_add(&g.h, g.bytes, g.n);
    return hasher_end(&g.h);
}

enum err table_create(struct db *db, const struct table *t)
{
    const struct table_sql *sql;
    TRY(table_sql(t, &sql));
    return db_script(db, sql->create);
}

/* ---- a store of an earlier version -----------------------------------------------------------------------
 */

static char sort_of(enum column_type type)
{
    return type == COL_INT ? 'i' : type == COL_TEXT ? 't' : 'b';
}

/* Columns that are there must be the first declared ones, as declared; those that are not, nullable. */
static enum err present_columns(struct db *db, struct arena *a, const struct table *t, size_t *ret_n)
{
    struct db_column have[TABLE_COLUMNS_MAX + 1];
    size_t n;
    TRY(db_columns(db, t->name, a, have, TABLE_COLUMNS_MAX + 1, &n));
    for (size_t i = 0; i < n; i++) {
        if (i >= t->ncolumns)
            return FAIL(ERR_SCHEMA, "table %s has %zu columns more than this version knows", t->name, n - i);
        const struct column *c = &t->columns[i];
        if (strcmp(have[i].name, c->name) != 0 || have[i].sort != sort_of(c->type) ||
            have[i].null != ((c->flags & COL_NULL) != 0))
            return FAIL(ERR_SCHEMA, "column %zu of table %s is not %s as declared", i, t->name, c->name);
    }
    for (size_t i = n; n && i < t->ncolumns; i++)
        if (!(t->columns[i].flags & COL_NULL))
            return FAIL(ERR_SCHEMA, "table %s has no column %s", t->name, t->columns[i].name);
    *ret_n = n;
    return OK;
}

static bool among(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Rows that a unique index forbids are somebody's work past the door: it stays away, and audit_verify, which
 * needs an open store, names them. */
static enum err mend_index(struct db *db, const struct table *t, size_t i, size_t *done)
{
    struct buf b CLEANUP(buf_free) = {0};
    build_index(t, i, &b);
    TRY(buf_err(&b));
    TRY(db_savepoint(db, "mend"));
    enum err e = db_script(db, b.p);
    *done += e == OK;
    if (e == ERR_CONSTRAINT) {
        TRY(db_rollback_to(db, "mend"));
        e = OK;
    }
    TRY(e);
    return db_release(db, "mend");
}

static enum err mend_columns(struct db *db, const struct table *t, size_t have)
{
    struct buf b CLEANUP(buf_free) = {0};
    for (size_t i = have; i < t->ncolumns; i++) {
        buf_printf(&b, "ALTER TABLE %s ADD COLUMN ", t->name);
        build_column(&t->columns[i], &b);
        buf_c(&b, ";\n");
    }
    TRY(buf_err(&b));
    return db_script(db, b.p);
}

enum err table_mend(struct db *db, struct arena *a, const struct table *t, const char *const *indexes,
                    size_t nindexes, bool look_only, size_t *done)
{
    size_t have = 0;
    TRY(present_columns(db, a, t, &have));
    if (have < t->ncolumns) {
        if (!look_only)
            TRY(have ? mend_columns(db, t, have) : table_create(db, t));
        ++*done;
    }
    for (size_t i = 0; have && t->indexes && t->indexes[i]; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s_%zu", t->name, i);
        if (among(indexes, nindexes, name))
            continue;
        if (look_only)
            ++*done;
        else
            TRY(mend_index(db, t, i, done));
    }
    return OK;
}

/* ---- rows ------------------------------------------------------------------------------------------------
 */

static void bind_cell(struct stmt *s, int n, const struct column *c, const struct cell *cell)
{
    if (cell->kind == CELL_NULL)
        db_bind_null(s, n);
    else if (cell->kind == CELL_INT)
        db_bind_i64(s, n, cell->i);
    else if (c->type == COL_TEXT)
        db_bind_text(s, n, cell->s);
    else
        db_bind_blob(s, n, cell->s);
}

static enum err check_cells(const struct table *t, const struct cell *cells)
{
    for (size_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        bool fits = cells[i].kind == CELL_NULL ? (c->flags & COL_NULL) != 0
                                               : (cells[i].kind == CELL_INT) == (c->type == COL_INT);
        if (!fits || (c->type == COL_ID && cells[i].kind == CELL_BYTES && cells[i].s.n != 16))
            return FAIL(ERR_INTERNAL, "%s.%s: cell of the wrong type", t->name, c->name);
    }
    return OK;
}

static enum err note_change(struct tx *tx, const struct table *t, struct id id, struct hash hash)
{
    if (t->uncovered || t->audit_own)
        return OK;
    buf_be16(&tx->changes, t->no);
    buf_bytes(&tx->changes, id.b, sizeof id.b);
    buf_bytes(&tx->changes, hash.b, sizeof hash.b);
    return buf_err(&tx->changes);
}

enum err row_restore(struct db *db, const struct table *t, const struct cell *cells)
{
    const struct table_sql *sql;
    struct stmt *s;
    TRY(table_sql(t, &sql));
    TRY(check_cells(t, cells));
    TRY(db_prepare(db, sql->insert, &s));
    for (size_t i = 0; i < t->ncolumns; i++)
        bind_cell(s, (int)i + 1, &t->columns[i], &cells[i]);
    return db_run_later(s);
}

enum err row_insert(struct tx *tx, const struct table *t, struct cell *cells)
{
    int version = table_version_column(t);
    if (version >= 0)
        cells[version] = cell_int(1);
    TRY(row_restore(tx->db, t, cells));
    return note_change(tx, t, cell_get_id(&cells[0]), row_hash(t, cells));
}

enum err row_update(struct tx *tx, const struct table *t, struct cell *cells, int64_t expected_version)
{
    const struct table_sql *sql;
    struct stmt *s;
    int64_t changed = 0;
    int version = table_version_column(t);
    TRY(table_sql(t, &sql));
    if (version >= 0) {
        int64_t now = cells[version].i;
        if (expected_version >= 0 && expected_version != now)
            return FAIL(ERR_VERSION, "%s: version %lld expected, %lld found", t->name,
                        (long long)expected_version, (long long)now);
        cells[version] = cell_int(now + 1);
    }
    TRY(check_cells(t, cells));
    TRY(db_prepare(tx->db, sql->update, &s));
    for (size_t i = 0; i < t->ncolumns; i++)
        bind_cell(s, (int)i + 1, &t->columns[i], &cells[i]);
    if (version >= 0)
        db_bind_i64(s, (int)t->ncolumns + 1, cells[version].i - 1);
    TRY(db_run(s, &changed));
    if (changed != 1)
        return FAIL(version >= 0 ? ERR_VERSION : ERR_NOT_FOUND, "%s: the row is not as it was read", t->name);
    return note_change(tx, t, cell_get_id(&cells[0]), row_hash(t, cells));
}

enum err row_delete(struct tx *tx, const struct table *t, struct id id)
{
    const struct table_sql *sql;
    struct stmt *s;
    int64_t changed = 0;
    TRY(table_sql(t, &sql));
    TRY(db_prepare(tx->db, sql->delete, &s));
    db_bind_id(s, 1, &id);
    TRY(db_run(s, &changed));
    if (changed != 1)
        return FAIL(ERR_NOT_FOUND, "%s: no such row", t->name);
    return note_change(tx, t, id, (struct hash){{0}});
}

static enum err read_cells(struct stmt *s, struct arena *a, const struct table *t, struct cell *cells)
{
    for (size_t i = 0; i < t->ncolumns; i++) {
        int n = (int)i;
        if (db_null(s, n)) {
            cells[i] = cell_null();
        } else if (t->columns[i].type == COL_INT) {
            cells[i] = cell_int(db_i64(s, n));
        } else {
            struct str v = t->columns[i].type == COL_TEXT ? db_text(s, n) : db_blob(s, n);
            struct str copy = arena_str(a, v);
            if (!copy.p)
                return arena_err(a);
            cells[i] = cell_str(copy);
        }
    }
    return OK;
}

enum err row_get(struct db *db, struct arena *a, const struct table *t, struct id id, struct cell *ret_cells)
{
    const struct table_sql *sql;
    struct stmt *s;
    bool row;
    TRY(table_sql(t, &sql));
    TRY(db_prepare(db, sql->get, &s));
    db_bind_id(s, 1, &id);
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_NOT_FOUND, "%s: no such row", t->name);
    enum err e = read_cells(s, a, t, ret_cells);
    db_reset(s);
    return e;
}

enum err row_count(struct db *db, const struct table *t, int64_t *ret_all, int64_t *ret_proper)
{
    const struct table_sql *sql;
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id nil = id_nil();
    bool row;
    TRY(table_sql(t, &sql));
    TRY(db_prepare(db, sql->count, &s));
    db_bind_id(s, 1, &nil);
    TRY(db_step(s, &row));
    *ret_all = db_i64(s, 0);
    *ret_proper = db_i64(s, 1);
    return OK;
}

enum err row_page(struct db *db, struct arena *a, const struct table *t, struct id after, size_t max,
                  struct cell *ret_cells, size_t *ret_n)
{
    const struct table_sql *sql;
    struct stmt *s;
    size_t n = 0;
    TRY(table_sql(t, &sql));
    TRY(db_prepare(db, sql->page, &s));
    db_bind_id(s, 1, &after);
    db_bind_i64(s, 2, (int64_t)max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        enum err e =
            n < max ? read_cells(s, a, t, ret_cells + n * t->ncolumns) : FAIL(ERR_INTERNAL, "page too long");
        if (e != OK) {
            db_reset(s);
            return e;
        }
        n++;
    }
    *ret_n = n;
    return OK;
}
