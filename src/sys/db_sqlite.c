/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/db_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

struct sqlite_db {
    struct db db;
    sqlite3 *h;
    sqlite3_stmt *rollback; /* compiled at open: it must work when memory has run out */
};
struct sqlite_stmt {
    struct stmt stmt;
    sqlite3_stmt *h;
    int64_t changes_before;
};

static sqlite3 *handle(struct db *db)
{
    return ((struct sqlite_db *)db)->h;
}

static sqlite3_stmt *statement(struct stmt *s)
{
    return ((struct sqlite_stmt *)s)->h;
}

/* ---- memory: SQLite asks base/alloc, so that tests make its allocations fail too ---- */

#define SIZE_HEADER 16 /* keeps the alignment of malloc */

static int allocation_size(void *p)
{
    int64_t n;
    memcpy(&n, (char *)p - SIZE_HEADER, sizeof n);
    return (int)n;
}

static void *with_size(char *p, int64_t n)
{
    if (!p)
        return NULL;
    memcpy(p, &n, sizeof n);
    return p + SIZE_HEADER;
}

static void *allocate(int n)
{
    return with_size(mem_alloc((size_t)n + SIZE_HEADER), n);
}

static void *allocate_again(void *p, int n)
{
    return with_size(mem_resize((char *)p - SIZE_HEADER, (size_t)n + SIZE_HEADER), n);
}

static void release(void *p)
{
    if (p)
        mem_free((char *)p - SIZE_HEADER);
}

static int round_up(int n)
{
    return (n + 7) & ~7;
}

static int memory_init(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}

static void memory_shutdown(void *unused)
{
    (void)unused;
}

static int configure(void)
{
    static const sqlite3_mem_methods memory = {
        .xMalloc = allocate,
        .xFree = release,
        .xRealloc = allocate_again,
        .xSize = allocation_size,
        .xRoundup = round_up,
        .xInit = memory_init,
        .xShutdown = memory_shutdown,
    };
    int rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    if (rc == SQLITE_OK)
        rc = sqlite3_config(SQLITE_CONFIG_URI, 0); /* Debian's library reads file: names as URIs otherwise */
    if (rc == SQLITE_OK)
        rc = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return rc;
}

enum err db_start(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool configured;
    pthread_mutex_lock(&lock);
    int rc = configured ? SQLITE_OK : configure();
    configured = configured || rc == SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = sqlite3_initialize(); /* may lack memory; then the next call tries again */
    pthread_mutex_unlock(&lock);
    if (rc == SQLITE_NOMEM)
        return mem_fail();
    if (rc != SQLITE_OK)
        return FAIL(ERR_INTERNAL, "SQLite was used before db_start()");
    return OK;
}

/* ---- errors ---- */

/* The words of these name tables, columns and constraints, which are ours; any other message might quote a
 * value. */
static bool message_is_schema_only(int extended)
{
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_DATATYPE:
    case SQLITE_CONSTRAINT_TRIGGER:
        return true;
    default:
        return false;
    }
}

static enum err code_of(int rc)
{
    if (rc == SQLITE_IOERR_NOMEM)
        return ERR_NO_MEMORY;
    switch (rc & 0xFF) {
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
        return ERR_RETRY;
    case SQLITE_CONSTRAINT:
        return ERR_CONSTRAINT;
    case SQLITE_FULL:
        return ERR_DISK_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ERR_READ_ONLY;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return ERR_IO;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_INTERRUPT:
        return ERR_TIMEOUT;
    default:
        return ERR_DATABASE;
    }
}

/* what: constant words. schema_text: the message can only quote SQL, as when a statement is compiled. */
static enum err fail(sqlite3 *h, int rc, const char *what, bool schema_text)
{
    int extended = h ? sqlite3_extended_errcode(h) : rc;
    if ((extended & 0xFF) != (rc & 0xFF))
        extended = rc;
    enum err code = code_of(extended);
    int os = h && code == ERR_IO ? sqlite3_system_errno(h) : 0;
    if (code == ERR_IO && (os == ENOSPC || os == EDQUOT))
        code = ERR_DISK_FULL;
    else if (code == ERR_IO && (os == EROFS || os == EACCES))
        code = ERR_READ_ONLY;
    if (h && (message_is_schema_only(extended) || (schema_text && (extended & 0xFF) == SQLITE_ERROR)))
        return FAIL(code, "%s: %s", what, sqlite3_errmsg(h));
    if (os)
        return FAIL(code, "%s: %s (SQLite %d, %s)", what, sqlite3_errstr(extended), extended,
                    strerrordesc_np(os));
    return FAIL(code, "%s: %s (SQLite %d)", what, sqlite3_errstr(extended), extended);
}

static enum err execute(sqlite3 *h, const char *sql, const char *what)
{
    int rc = sqlite3_exec(h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : fail(h, rc, what, true);
}

/* ---- open ---- */

struct setting {
    const char *set, *get, *expected;
    bool writing;       /* only where the connection may write */
    const char *silent; /* what no answer means */
};
static const struct setting settings[] = {
    {"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1", false},
    {"PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0", false},
    {"PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1", false},
    {"PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2", false},
    {"PRAGMA mmap_size = 0", "PRAGMA mmap_size", "0", false, "0"}, /* a VFS without mmap says nothing */
    {"PRAGMA secure_delete = ON", "PRAGMA secure_delete", "1", true},
    {"PRAGMA journal_size_limit = 67108864", "PRAGMA journal_size_limit", "67108864", true},
    {"PRAGMA wal_autocheckpoint = 4000", "PRAGMA wal_autocheckpoint", "4000", true},
    /* Ids of older rows are random: each touches another page of an index. The one writer keeps 64 MiB of
       pages. */
    {"PRAGMA cache_size = -65536", "PRAGMA cache_size", "-65536", true},
};
static const struct setting sync_full = {"PRAGMA synchronous = FULL", "PRAGMA synchronous", "2", true};
static const struct setting sync_normal = {"PRAGMA synchronous = NORMAL", "PRAGMA synchronous", "1", true};
static const struct setting wal = {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal", true};
static const struct setting query_only = {"PRAGMA query_only = ON", "PRAGMA query_only", "1", false};

/* Sets it and reads it back: a setting that the library does not know, or refuses, is no error there. */
static enum err set(sqlite3 *h, const struct setting *s)
{
    sqlite3_stmt *stmt = NULL;
    char got[32] = "";
    TRY(execute(h, s->set, s->set));
    int rc = sqlite3_prepare_v2(h, s->get, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(stmt, 0);
        snprintf(got, sizeof got, "%s", text ? (const char *)text : "");
        rc = text ? SQLITE_OK : SQLITE_NOMEM;
    } else if (rc == SQLITE_DONE) {
        snprintf(got, sizeof got, "%s", s->silent ? s->silent : "");
        rc = SQLITE_OK;
    }
    enum err e = rc == SQLITE_OK ? OK : fail(h, rc, s->get, true);
    sqlite3_finalize(stmt);
    TRY(e);
    if (strcmp(got, s->expected) != 0)
        return FAIL(ERR_CONFIG, "SQLite answers \"%s\" after \"%s\"; it must be \"%s\"", got, s->set,
                    s->expected);
    return OK;
}

static enum err set_all(sqlite3 *h, const struct db_config *config)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (!settings[i].writing || !config->read_only)
            TRY(set(h, &settings[i]));
    if (config->read_only)
        return set(h, &query_only);
    TRY(set(h, config->sync == DB_SYNC_FULL ? &sync_full : &sync_normal));
    return set(h, &wal);
}

static enum err defend(sqlite3 *h)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0}, /* "x" is a name, never a text */
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int now = -1, rc = sqlite3_db_config(h, options[i].option, options[i].value, &now);
        if (rc != SQLITE_OK || now != options[i].value)
            return FAIL(ERR_CONFIG, "SQLite refuses configuration option %d", options[i].option);
    }
    return OK;
}

static void limit(sqlite3 *h)
{
    static const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, DB_MAX_VALUE_BYTES + 65536}, /* a whole row, too */
        {SQLITE_LIMIT_SQL_LENGTH, DB_MAX_SQL_BYTES},
        {SQLITE_LIMIT_VARIABLE_NUMBER, DB_MAX_PARAMS},
        {SQLITE_LIMIT_COLUMN, 200},
        {SQLITE_LIMIT_EXPR_DEPTH, 200},
        {SQLITE_LIMIT_COMPOUND_SELECT, 50},
        {SQLITE_LIMIT_VDBE_OP, 100000},
        {SQLITE_LIMIT_FUNCTION_ARG, 32},
        {SQLITE_LIMIT_ATTACHED, 1}, /* VACUUM needs one */
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 8},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(h, limits[i].what, limits[i].most);
}

/* Nobody but the account of the server reads the files. SQLite gives -wal and -shm the mode of the database,
 * so an empty file with the right mode must be there first. O_EXCL: to open and close a database that this
 * process has open already would drop its locks (POSIX). */
static enum err own_files(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return FAIL(errno == EACCES || errno == EROFS ? ERR_READ_ONLY
                    : errno == ENOSPC                 ? ERR_DISK_FULL
                                                      : ERR_IO,
                    "the database file cannot be made: %s", strerrordesc_np(errno));
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        CLEANUP(buf_free) struct buf name = {0};
        struct stat st;
        buf_printf(&name, "%s%s", path, suffixes[i]);
        TRY(buf_err(&name));
        if (stat(name.p, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) && chmod(name.p, 0600) != 0)
            return FAIL(ERR_CONFIG,
                        "the database%s can be read by other accounts (mode %03o); it must be 600",
                        suffixes[i], (unsigned)st.st_mode & 0777);
    }
    return OK;
}

static enum err open_handle(struct sqlite_db *db, const char *path, const struct db_config *config)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= config->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (!config->vfs && !config->read_only)
        TRY(own_files(path));
    int rc = sqlite3_open_v2(path, &db->h, flags, config->vfs);
    if (rc != SQLITE_OK)
        return fail(db->h, rc, "the database cannot be opened", false);
    sqlite3_busy_timeout(db->h, DB_BUSY_MS);
    limit(db->h);
    TRY(defend(db->h));
    TRY(set_all(db->h, config));
    rc = sqlite3_prepare_v3(db->h, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &db->rollback, NULL);
    return rc == SQLITE_OK ? OK : fail(db->h, rc, "the database cannot be opened", false);
}

static void close_db(struct db *db)
{
    sqlite3_finalize(((struct sqlite_db *)db)->rollback);
    sqlite3_close(handle(db)); /* all statements are gone, so it cannot be busy */
    mem_free(db);
}

enum err db_sqlite_open(const char *path, const struct db_config *config, struct db **ret)
{
    TRY(db_start());
    if (!*path || strcmp(path, ":memory:") == 0)
        return FAIL(ERR_CONFIG, "the SQLite database needs a file: nothing else survives a power cut");
    struct sqlite_db *db = mem_alloc(sizeof *db);
    if (!db)
        return mem_fail();
    db->db.driver = &DB_SQLITE_DRIVER;
    db->db.read_only = config->read_only;
    enum err e = open_handle(db, path, config);
    if (e != OK) {
        close_db(&db->db);
        return e;
    }
    *ret = &db->db;
    return OK;
}

/* ---- transactions ---- */

static void rollback(struct db *db)
{
    sqlite3_stmt *h = ((struct sqlite_db *)db)->rollback;
    if (sqlite3_get_autocommit(handle(db)))
        return; /* after some failures SQLite has rolled back by itself */
    sqlite3_step(h);
    sqlite3_reset(h);
}

static enum err begin(struct db *db, enum db_mode mode)
{
    rollback(db); /* nothing, unless the last one could not end */
    if (mode == DB_WRITE)
        return execute(handle(db), "BEGIN IMMEDIATE", "begin");
    /* BEGIN alone takes the snapshot only at the first read. */
    enum err e = execute(handle(db), "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", "begin");
    if (e != OK)
        rollback(db);
    return e;
}

static enum err commit(struct db *db)
{
    return execute(handle(db), "COMMIT", "commit");
}

static enum err command(struct db *db, const char *sql)
{
    return execute(handle(db), sql, "savepoint");
}

/* Whole or not at all, as PostgreSQL does. One statement alone runs bare: some PRAGMAs and VACUUM want no
 * transaction. */
static enum err script(struct db *db, const char *sql)
{
    sqlite3 *h = handle(db);
    sqlite3_stmt *first = NULL;
    const char *rest = sql;
    int rc = sqlite3_prepare_v2(h, sql, -1, &first, &rest);
    sqlite3_finalize(first);
    if (rc != SQLITE_OK)
        return fail(h, rc, "script", true);
    bool one = rest[strspn(rest, " \t\r\n;")] == '\0';
    if (one || !sqlite3_get_autocommit(h))
        return execute(h, sql, "script");
    TRY(execute(h, "BEGIN IMMEDIATE", "script"));
    enum err e = execute(h, sql, "script");
    if (e == OK)
        e = execute(h, "COMMIT", "script");
    if (e != OK)
        rollback(db);
    return e;
}

/* ---- statements ---- */

static enum err prepare(struct stmt *s, const char *sql)
{
    struct sqlite_stmt *self = (struct sqlite_stmt *)s;
    const char *rest = "";
    int rc = sqlite3_prepare_v3(handle(s->db), sql, -1, SQLITE_PREPARE_PERSISTENT, &self->h, &rest);
    if (rc != SQLITE_OK)
        return fail(handle(s->db), rc, "SQL", true);
    if (!self->h || rest[strspn(rest, " \t\r\n;")])
        return FAIL(ERR_INTERNAL, "SQL: one statement is prepared at a time");
    return OK;
}

static void finalize(struct stmt *s)
{
    sqlite3_finalize(statement(s));
}

static int bind_one(sqlite3_stmt *h, int n, const struct db_param *p)
{
    switch (p->type) {
    case DB_TYPE_INT:
        return sqlite3_bind_int64(h, n, p->i);
    case DB_TYPE_BLOB: /* copied: a query of many rows reads its parameters again at each */
        return sqlite3_bind_blob64(h, n, p->v.p, p->v.n, SQLITE_TRANSIENT);
    case DB_TYPE_TEXT:
        return sqlite3_bind_text64(h, n, p->v.p, p->v.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    case DB_TYPE_NULL:
        break;
    }
    return sqlite3_bind_null(h, n);
}

static enum err start(struct stmt *s)
{
    struct sqlite_stmt *self = (struct sqlite_stmt *)s;
    if (s->db->in_transaction && s->db->mode == DB_READ && !sqlite3_stmt_readonly(self->h))
        return FAIL(ERR_READ_ONLY, "the transaction is for reading");
    for (int n = 1; n <= s->n_params; n++) {
        int rc = bind_one(self->h, n, &s->params[n - 1]);
        if (rc != SQLITE_OK)
            return fail(handle(s->db), rc, "SQL", false);
    }
    self->changes_before = sqlite3_total_changes64(handle(s->db));
    return OK;
}

static enum err step(struct stmt *s, bool *ret_row)
{
    int rc = sqlite3_step(statement(s));
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return fail(handle(s->db), rc, "SQL", false);
    *ret_row = rc == SQLITE_ROW;
    return OK;
}

static void reset(struct stmt *s)
{
    sqlite3_reset(statement(s));
    sqlite3_clear_bindings(statement(s)); /* do not keep copies of what a person wrote */
}

static int64_t changed(struct stmt *s)
{
    sqlite3 *h =
        handle(s->db); /* changes() still tells of an earlier statement after one that changes nothing */
    bool any = sqlite3_total_changes64(h) != ((struct sqlite_stmt *)s)->changes_before;
    return any ? sqlite3_changes64(h) : 0;
}

static enum db_type type(struct stmt *s, int n)
{
    switch (sqlite3_column_type(statement(s), n)) {
    case SQLITE_INTEGER:
        return DB_TYPE_INT;
    case SQLITE_FLOAT: /* read as a whole number */
        return DB_TYPE_INT;
    case SQLITE_TEXT:
        return DB_TYPE_TEXT;
    case SQLITE_BLOB:
        return DB_TYPE_BLOB;
    default:
        return DB_TYPE_NULL;
    }
}

static int64_t column_i64(struct stmt *s, int n)
{
    return sqlite3_column_int64(statement(s), n);
}

static struct str column_bytes(struct stmt *s, int n)
{
    const char *p =
        sqlite3_column_blob(statement(s), n); /* of a text too: without a copy for the final NUL */
    int bytes = sqlite3_column_bytes(statement(s), n);
    return p && bytes > 0 ? (struct str){p, (size_t)bytes} : STR("");
}

/* ---- the rest ---- */

static enum err plan(struct db *db, const char *sql, int n_params, struct buf *out)
{
    (void)n_params;
    CLEANUP(buf_free) struct buf explain = {0};
    sqlite3_stmt *h = NULL;
    buf_printf(&explain, "EXPLAIN QUERY PLAN %s", sql);
    TRY(buf_err(&explain));
    int rc = sqlite3_prepare_v2(handle(db), explain.p, -1, &h, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(h);
        const unsigned char *line = rc == SQLITE_ROW ? sqlite3_column_text(h, 3) : NULL;
        if (line)
            buf_printf(out, "%s\n", (const char *)line);
    }
    enum err e = rc == SQLITE_DONE ? OK : fail(handle(db), rc, "plan", true);
    sqlite3_finalize(h);
    return e;
}

static enum err truncate_wal(struct db *db)
{
    int rc = sqlite3_wal_checkpoint_v2(handle(db), "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? OK : fail(handle(db), rc, "checkpoint", false);
}

const struct db_driver DB_SQLITE_DRIVER = {
    .kind = DB_SQLITE,
    .stmt_size = sizeof(struct sqlite_stmt),
    .tables_sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' "
                  "ORDER BY name",
    .indexes_sql = "SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name",
    .columns_sql = "SELECT name, CASE type WHEN 'INTEGER' THEN 'i' WHEN 'TEXT' THEN 't' WHEN 'BLOB' THEN 'b' "
                   "ELSE '?' END, \"notnull\" = 0 FROM pragma_table_info(?1) ORDER BY cid",
    .close = close_db,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .command = command,
    .script = script,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .step = step,
    .reset = reset,
    .changed = changed,
    .type = type,
    .i64 = column_i64,
    .bytes = column_bytes,
    .plan = plan,
    .truncate_wal = truncate_wal,
};
