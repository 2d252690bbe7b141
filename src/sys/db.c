/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/db_internal.h"

/* ---- open and close ---- */

enum err db_open(const struct db_config *config, struct db **ret)
{
    struct str url = str_of(config->url);
    struct db *db = NULL;
    if (config->sync == DB_SYNC_NORMAL_TEST_ONLY && !config->vfs)
        return FAIL(ERR_CONFIG,
                    "synchronous=NORMAL loses commits at a power cut; it is for tests on a test disk");
    if (str_starts(url, "sqlite:"))
        TRY(db_sqlite_open(url.p + strlen("sqlite:"), config, &db));
    else if (str_starts(url, "postgres:"))
        TRY(db_postgres_open(url.p + strlen("postgres:"), config, &db));
    else
        return FAIL(ERR_CONFIG, "the database is named sqlite:FILE or postgres:CONNECTION");
    *ret = db;
    return OK;
}

static void stmt_free(struct stmt *s)
{
    s->db->driver->finalize(s);
    mem_free(s->params);
    mem_free(s->sql);
    mem_free(s);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    for (size_t i = 0; i < DB_BUCKETS; i++)
        while (db->buckets[i]) {
            struct stmt *s = db->buckets[i];
            db->buckets[i] = s->next;
            stmt_free(s);
        }
    db->driver->close(db);
}

void db_cleanup(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

enum db_kind db_kind(const struct db *db)
{
    return db->driver->kind;
}

/* ---- transactions ---- */

/* No row may be read across the end of a transaction or savepoint: PostgreSQL could, SQLite could not. */
static void reset_all(struct db *db)
{
    for (size_t i = 0; i < DB_BUCKETS; i++)
        for (struct stmt *s = db->buckets[i]; s; s = s->next)
            db_reset(s);
}

/* Both databases then behave as PostgreSQL does: after a failure nothing but a rollback. SQLite alone would
 * go on, and a mistake would only show on the other database - or, where SQLite rolled back by itself, write
 * outside any transaction. */
static enum err failed(struct db *db, enum err code)
{
    if (code != OK && db->in_transaction)
        db->failed = db->failed ? db->failed : code;
    return code;
}

static enum err check_usable(struct db *db)
{
    if (db->failed == OK)
        return OK;
    /* A lack of memory passes: it is told as such, also where the step that met it was not the last. */
    return FAIL(db->failed == ERR_NO_MEMORY ? ERR_NO_MEMORY : ERR_DATABASE,
                "the transaction failed before; it can only be rolled back");
}

enum err db_begin(struct db *db, enum db_mode mode)
{
    if (db->in_transaction)
        return FAIL(ERR_INTERNAL, "a transaction is open already");
    if (mode == DB_WRITE && db->read_only)
        return FAIL(ERR_READ_ONLY, "the database was opened for reading");
    reset_all(db);
    TRY(db->driver->begin(db, mode));
    db->in_transaction = true;
    db->failed = OK;
    db->mode = mode;
    return OK;
}

enum err db_commit(struct db *db)
{
    if (!db->in_transaction)
        return FAIL(ERR_INTERNAL, "no transaction is open");
    enum err e = check_usable(db);
    reset_all(db);
    if (e == OK)
        e = db->driver->commit(db);
    if (e != OK)
        db->driver->rollback(db);
    db->in_transaction = false;
    db->failed = OK;
    return e;
}

void db_rollback(struct db *db)
{
    if (!db->in_transaction)
        return;
    reset_all(db);
    db->driver->rollback(db);
    db->in_transaction = false;
    db->failed = OK;
}

bool db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

bool db_lost(const struct db *db)
{
    return db->driver->lost && db->driver->lost(db);
}

#define SAVEPOINT_NAME_MAX 40
static enum err savepoint_command(struct db *db, const char *verb, const char *name)
{
    char sql[32 + SAVEPOINT_NAME_MAX];
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (n == 0 || n > SAVEPOINT_NAME_MAX || name[n] || isdigit((unsigned char)name[0]))
        return FAIL(ERR_INTERNAL, "a savepoint is named with small letters, digits and _");
    if (!db->in_transaction)
        return FAIL(ERR_INTERNAL, "a savepoint needs a transaction");
    snprintf(sql, sizeof sql, "%s %s", verb, name); /* the name was checked: letters, digits, _ */
    return db->driver->command(db, sql);
}

enum err db_savepoint(struct db *db, const char *name)
{
    TRY(check_usable(db));
    return failed(db, savepoint_command(db, "SAVEPOINT", name));
}

enum err db_release(struct db *db, const char *name)
{
    TRY(check_usable(db));
    return failed(db, savepoint_command(db, "RELEASE SAVEPOINT", name));
}

enum err db_rollback_to(struct db *db, const char *name)
{
    reset_all(db);
    TRY(failed(db, savepoint_command(db, "ROLLBACK TO SAVEPOINT", name)));
    db->failed = OK;
    return OK;
}

/* ---- statements ---- */

enum err db_script(struct db *db, const char *sql)
{
    CLEANUP(buf_free) struct buf native = {0};
    TRY(check_usable(db));
    if (db->in_transaction && db->mode == DB_READ)
        return failed(db, FAIL(ERR_READ_ONLY, "the transaction is for reading"));
    reset_all(db);
    enum err e = db_translate(db->driver->kind, DB_TEXT_SCRIPT, sql, &native, NULL);
    if (e == OK && str_trim(buf_view(&native)).n)
        e = db->driver->script(db, native.p);
    return failed(db, e);
}

static struct stmt *stmt_find(struct db *db, const char *sql, uint64_t hash)
{
    struct stmt *s = db->buckets[hash % DB_BUCKETS];
    while (s && (s->hash != hash || strcmp(s->sql, sql) != 0))
        s = s->next;
    return s;
}

static enum err stmt_new(struct db *db, const char *sql, uint64_t hash, struct stmt **ret)
{
    CLEANUP(buf_free) struct buf native = {0};
    int n_params;
    TRY(db_translate(db->driver->kind, DB_TEXT_STATEMENT, sql, &native, &n_params));
    if (str_trim(buf_view(&native)).n == 0)
        return FAIL(ERR_INTERNAL, "SQL: empty statement");
    struct stmt *s = mem_alloc(db->driver->stmt_size);
    if (!s)
        return mem_fail();
    s->db = db;
    s->hash = hash;
    s->n_params = n_params;
    s->sql = mem_strdup(sql);
    s->params = mem_alloc(sizeof *s->params * (size_t)(n_params ? n_params : 1));
    enum err e = s->sql && s->params ? db->driver->prepare(s, native.p) : mem_fail();
    if (e != OK) {
        stmt_free(s);
        return e;
    }
    *ret = s;
    return OK;
}

enum err db_prepare(struct db *db, const char *sql, struct stmt **ret)
{
    TRY(check_usable(db));
    uint64_t hash = str_hash(str_of(sql));
    struct stmt *s = stmt_find(db, sql, hash);
    if (!s) {
        if (db->n_stmts >= DB_MAX_STATEMENTS)
            return failed(
                db, FAIL(ERR_LIMIT, "more than %d SQL texts: they must be constant", DB_MAX_STATEMENTS));
        TRY(failed(db, stmt_new(db, sql, hash, &s)));
        s->next = db->buckets[hash % DB_BUCKETS];
        db->buckets[hash % DB_BUCKETS] = s;
        db->n_stmts++;
    }
    db_reset(s);
    memset(s->params, 0, sizeof *s->params * (size_t)s->n_params);
    s->bind_err = OK;
    *ret = s;
    return OK;
}

void db_reset(struct stmt *s)
{
    if (s->running)
        s->db->driver->reset(s);
    s->running = s->on_row = false;
}

void stmt_cleanup(struct stmt **s)
{
    if (*s)
        db_reset(*s);
}

static void bind(struct stmt *s, int n, struct db_param p, enum err e)
{
    if (n < 1 || n > s->n_params)
        e = ERR_INTERNAL;
    else if (p.v.n > DB_MAX_VALUE_BYTES)
        e = ERR_LIMIT;
    if (e != OK && s->bind_err == OK) {
        s->bind_err = e;
        s->bind_n = n;
    }
    if (e == OK)
        s->params[n - 1] = p;
}

void db_bind_null(struct stmt *s, int n)
{
    bind(s, n, (struct db_param){.type = DB_TYPE_NULL}, OK);
}

void db_bind_i64(struct stmt *s, int n, int64_t v)
{
    bind(s, n, (struct db_param){.type = DB_TYPE_INT, .i = v}, OK);
}

void db_bind_id(struct stmt *s, int n, const struct id *id)
{
    bind(s, n, (struct db_param){.type = DB_TYPE_BLOB, .v = id_str(id)}, OK);
}

/* An empty value is not NULL, and both libraries read a NULL pointer as NULL. */
static struct str not_null(struct str v)
{
    return v.p ? v : STR("");
}

void db_bind_blob(struct stmt *s, int n, struct str v)
{
    bind(s, n, (struct db_param){.type = DB_TYPE_BLOB, .v = not_null(v)}, OK);
}

void db_bind_text(struct stmt *s, int n, struct str v)
{
    struct db_param p = {.type = DB_TYPE_TEXT, .v = not_null(v)};
    bind(s, n, p, v.n <= DB_MAX_VALUE_BYTES && !str_utf8_ok(p.v) ? ERR_BAD_UTF8 : OK);
}

static enum err bind_problem(const struct stmt *s)
{
    switch (s->bind_err) {
    case OK:
        return OK;
    case ERR_LIMIT:
        return FAIL(ERR_LIMIT, "parameter %d has more than %d bytes", s->bind_n, DB_MAX_VALUE_BYTES);
    case ERR_BAD_UTF8:
        return FAIL(ERR_BAD_UTF8, "parameter %d is not UTF-8 text", s->bind_n);
    default:
        return FAIL(ERR_INTERNAL, "SQL: there is no parameter %d", s->bind_n);
    }
}

static db_observer *observer;
static void *observer_user;

void db_observe(db_observer *seen, void *user)
{
    __atomic_store_n(&observer_user, user, __ATOMIC_RELEASE);
    __atomic_store_n(&observer, seen, __ATOMIC_RELEASE);
}

static void observe(const char *sql)
{
    db_observer *seen = __atomic_load_n(&observer, __ATOMIC_ACQUIRE);
    if (seen)
        seen(__atomic_load_n(&observer_user, __ATOMIC_ACQUIRE), sql);
}

static enum err start(struct stmt *s)
{
    observe(s->sql);
    TRY(check_usable(s->db));
    TRY(bind_problem(s));
    TRY(s->db->driver->start(s));
    s->running = true;
    return OK;
}

enum err db_step(struct stmt *s, bool *ret_row)
{
    bool row = false;
    enum err e = s->running ? OK : start(s);
    if (e == OK)
        e = s->db->driver->step(s, &row);
    s->on_row = e == OK && row;
    if (!s->on_row)
        db_reset(s);
    TRY(failed(s->db, e));
    *ret_row = row;
    return OK;
}

enum err db_run_later(struct stmt *s)
{
    struct db *db = s->db;
    if (!db->driver->later || !db->in_transaction)
        return db_run(s, NULL);
    observe(s->sql);
    enum err e = s->running ? FAIL(ERR_INTERNAL, "SQL: the statement is being read") : check_usable(db);
    if (e == OK)
        e = bind_problem(s);
    if (e == OK)
        e = db->driver->later(s);
    return failed(db, e);
}

enum err db_settle(struct db *db)
{
    TRY(check_usable(db));
    return failed(db, db->driver->settle ? db->driver->settle(db) : OK);
}

enum err db_run(struct stmt *s, int64_t *ret_changed)
{
    struct db *db = s->db;
    bool row = false;
    enum err e = s->running ? FAIL(ERR_INTERNAL, "SQL: the statement is being read") : start(s);
    if (e == OK)
        e = db->driver->step(s, &row);
    if (e == OK && row)
        e = FAIL(ERR_INTERNAL, "SQL: the statement gives rows");
    int64_t changed = e == OK ? db->driver->changed(s) : 0;
    db_reset(s);
    TRY(failed(db, e));
    if (ret_changed)
        *ret_changed = changed;
    return OK;
}

/* ---- columns ---- */

bool db_null(struct stmt *s, int n)
{
    return !s->on_row || s->db->driver->type(s, n) == DB_TYPE_NULL;
}

/* No value changes its type on the way out: the databases would not convert alike. */
int64_t db_i64(struct stmt *s, int n)
{
    return s->on_row && s->db->driver->type(s, n) == DB_TYPE_INT ? s->db->driver->i64(s, n) : 0;
}

struct str db_blob(struct stmt *s, int n)
{
    enum db_type type = s->on_row ? s->db->driver->type(s, n) : DB_TYPE_NULL;
    return type == DB_TYPE_BLOB || type == DB_TYPE_TEXT ? s->db->driver->bytes(s, n) : STR("");
}

struct str db_text(struct stmt *s, int n)
{
    return db_blob(s, n);
}

enum err db_id(struct stmt *s, int n, struct id *ret)
{
    return id_from(db_blob(s, n), ret);
}

/* ---- the rest ---- */

enum err db_plan(struct db *db, const char *sql, struct arena *a, char **ret)
{
    CLEANUP(buf_free) struct buf native = {0}, out = {0};
    int n_params;
    TRY(check_usable(db));
    TRY(failed(db, db_translate(db->driver->kind, DB_TEXT_STATEMENT, sql, &native, &n_params)));
    TRY(failed(db, db->driver->plan(db, native.n ? native.p : "", n_params, &out)));
    TRY(buf_err(&out));
    char *text = arena_cstr(a, buf_view(&out));
    if (!text)
        return arena_err(a);
    *ret = text;
    return OK;
}

enum err db_truncate_wal(struct db *db)
{
    if (db->in_transaction)
        return FAIL(ERR_INTERNAL, "a transaction is open");
    reset_all(db);
    return db->driver->truncate_wal(db);
}

#define LISTED_MAX 1000
static enum err names_of(struct db *db, const char *sql, struct arena *a, const char ***ret, size_t *ret_n)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    size_t n = 0;
    bool row;
    const char **names = ARENA_ARRAY(a, LISTED_MAX, const char *);
    if (!names)
        return arena_err(a);
    TRY(db_prepare(db, sql, &s));
    for (;;) {
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n == LISTED_MAX)
            return FAIL(ERR_LIMIT, "more than %d names", LISTED_MAX);
        names[n] = arena_cstr(a, db_text(s, 0));
        if (!names[n++])
            return arena_err(a);
    }
    *ret = names;
    *ret_n = n;
    return OK;
}

enum err db_tables(struct db *db, struct arena *a, const char ***ret, size_t *ret_n)
{
    return names_of(db, db->driver->tables_sql, a, ret, ret_n);
}

enum err db_indexes(struct db *db, struct arena *a, const char ***ret, size_t *ret_n)
{
    return names_of(db, db->driver->indexes_sql, a, ret, ret_n);
}

enum err db_columns(struct db *db, const char *table, struct arena *a, struct db_column *ret, size_t max,
                    size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(db, db->driver->columns_sql, &s));
    db_bind_text(s, 1, str_of(table));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n == max)
            return FAIL(ERR_LIMIT, "table %s has more than %zu columns", table, max);
        struct str sort = db_text(s, 1);
        ret[n] =
            (struct db_column){arena_cstr(a, db_text(s, 0)), sort.n ? sort.p[0] : '?', db_i64(s, 2) != 0};
        if (!ret[n++].name)
            return arena_err(a);
    }
    *ret_n = n;
    return OK;
}
