/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/db_internal.h"
#include <endian.h>
#include <libpq-fe.h>

#define PG_OLDEST 150000

/* Types by their numbers in pg_type, which never change. */
enum {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_OID = 26,
    PG_FLOAT4 = 700,
    PG_FLOAT8 = 701,
    PG_NUMERIC = 1700
};
static const Oid oid_of[DB_TYPES] = {
    [DB_TYPE_INT] = PG_INT8, [DB_TYPE_BLOB] = PG_BYTEA, [DB_TYPE_TEXT] = PG_TEXT};

struct pg_db {
    struct db db;
    PGconn *conn;
    unsigned session; /* counts connections and scripts; statements of an older one are prepared again */
    unsigned names;
    int queued; /* statements sent in pipeline mode, whose results were not read yet */
};
/* The types of parameters are known only when they are bound, so the server prepares at the first run. */
struct pg_stmt {
    struct stmt stmt;
    char *sql;
    char name[16]; /* "" = not on the server */
    unsigned session;
    Oid *types; /* 0 = never bound yet: the server infers it */
    const char **values;
    int *lengths, *formats;
    uint64_t *ints; /* big-endian copies */
    PGresult *result;
    int row, rows;
};

static PGconn *connection(struct db *db)
{
    return ((struct pg_db *)db)->conn;
}

/* ---- errors ---- */

static const struct {
    const char *sqlstate; /* or how it begins */
    enum err code;
} codes[] = {
    {"40", ERR_RETRY},        {"55P03", ERR_RETRY},
    {"23", ERR_CONSTRAINT},   {"53100", ERR_DISK_FULL},
    {"53200", ERR_NO_MEMORY}, {"53300", ERR_BUSY},
    {"25006", ERR_READ_ONLY}, {"58030", ERR_IO},
    {"57014", ERR_TIMEOUT},   {"22021", ERR_BAD_UTF8},
    {"54", ERR_LIMIT},        {"26000", ERR_RETRY}, /* our prepared statement is gone */
};

static const char *field(const PGresult *r, int which)
{
    const char *text = PQresultErrorField(r, which);
    return text ? text : "";
}

/* A table changed its columns under a prepared statement: prepare again, in a new transaction. */
static bool is_stale_plan(const PGresult *r)
{
    return strcmp(field(r, PG_DIAG_SQLSTATE), "0A000") == 0 &&
           strcmp(field(r, PG_DIAG_SOURCE_FUNCTION), "RevalidateCachedQuery") == 0;
}

/* Sqlstate, table, column and constraint. The server's sentence may quote values - except in class 42, where
 * it speaks about the SQL text, and that is constant. */
static enum err fail_result(const PGresult *r, const char *what)
{
    const char *state = field(r, PG_DIAG_SQLSTATE);
    enum err code = is_stale_plan(r) ? ERR_RETRY : ERR_DATABASE;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strncmp(state, codes[i].sqlstate, strlen(codes[i].sqlstate)) == 0)
            code = codes[i].code;
    if (strncmp(state, "42", 2) == 0)
        return FAIL(code, "%s: %s (PostgreSQL %s)", what, field(r, PG_DIAG_MESSAGE_PRIMARY), state);
    const char *table = field(r, PG_DIAG_TABLE_NAME), *column = field(r, PG_DIAG_COLUMN_NAME);
    const char *constraint = field(r, PG_DIAG_CONSTRAINT_NAME);
    return FAIL(code, "%s: PostgreSQL %s%s%s%s%s%s%s", what, state, *table ? ", table " : "", table,
                *column ? ", column " : "", column, *constraint ? ", constraint " : "", constraint);
}

/* The pipeline could not be ended (no memory): libpq takes no other command any more, only a new connection
 * helps. */
static bool is_stuck(const struct db *db)
{
    const struct pg_db *self = (const struct pg_db *)db;
    return self->queued == 0 && PQpipelineStatus(self->conn) != PQ_PIPELINE_OFF;
}

static bool is_lost(struct db *db, const PGresult *r)
{
    const char *state = field(r, PG_DIAG_SQLSTATE); /* 57P01..: the server goes down or ends this session */
    return PQstatus(connection(db)) == CONNECTION_BAD || is_stuck(db) || strncmp(state, "57P0", 4) == 0 ||
           strncmp(state, "08", 2) == 0;
}

static enum err fail(struct db *db, const PGresult *r, const char *what)
{
    if (is_lost(db, r)) {
        /* Inside a transaction nothing was committed: the whole may run again on a new connection (db_begin
         * makes one). */
        if (db->in_transaction)
            return FAIL(ERR_RETRY, "%s: the connection to PostgreSQL was lost", what);
        return FAIL(ERR_DATABASE, "%s: the connection to PostgreSQL was lost; the outcome is unknown", what);
    }
    if (!r || !*field(r, PG_DIAG_SQLSTATE)) /* libpq itself: no memory, or a protocol error */
        return FAIL(r ? ERR_DATABASE : ERR_NO_MEMORY, "%s: libpq failed", what);
    return fail_result(r, what);
}

static void result_cleanup(PGresult **r)
{
    PQclear(*r);
}

static bool succeeded(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* ---- statements that are sent before the outcome of the one before is known ---- */

/* Few enough that their small results fit into the socket while we are still sending. */
#define QUEUE_MAX 64

/* One result of those that were sent, or NULL between two. A good one takes the place of *last. */
static enum err take_sent(struct pg_db *self, PGresult *r, PGresult **last)
{
    enum err e = OK;
    ExecStatusType status = PQresultStatus(r);
    if (last && succeeded(r)) {
        PQclear(*last);
        *last = r;
        return OK;
    }
    if (r && status != PGRES_PIPELINE_SYNC && !succeeded(r) && status != PGRES_PIPELINE_ABORTED) {
        e = fail(&self->db, r, "SQL");
        if (is_stale_plan(r))
            self->session++; /* all are suspect; names are never used twice, so the old ones do no harm */
    }
    PQclear(r);
    return e;
}

/* Reads the results of all that was sent; the first failure counts, those after it were not run. last: takes
 * the result of the last one, for the caller to clear; NULL: none wants it. */
static enum err settle_for(struct db *db, PGresult **last)
{
    struct pg_db *self = (struct pg_db *)db;
    enum err e = OK;
    if (self->queued == 0)
        return OK;
    bool sent = PQpipelineSync(self->conn) == 1;
    for (bool synced = false; sent && !synced && PQstatus(self->conn) == CONNECTION_OK;) {
        PGresult *r = PQgetResult(self->conn);
        synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        enum err failed = take_sent(self, r, last);
        e = e != OK ? e : failed;
    }
    self->queued = 0;
    if (PQstatus(self->conn) != CONNECTION_OK || PQexitPipelineMode(self->conn) != 1)
        return e != OK ? e : fail(db, NULL, "SQL");
    return e;
}

static enum err settle(struct db *db)
{
    return settle_for(db, NULL);
}

/* For a rollback: what was sent is undone anyway. */
static void drop_queued(struct db *db)
{
    if (settle(db) != OK)
        err_clear();
}

/* Room for one more that is sent without waiting for its outcome. */
static enum err queue_one(struct pg_db *self)
{
    if (self->queued == QUEUE_MAX)
        TRY(settle(&self->db));
    if (self->queued == 0 && PQenterPipelineMode(self->conn) != 1)
        return fail(&self->db, NULL, "SQL");
    self->queued++;
    return OK;
}

static enum err execute(struct db *db, const char *sql, const char *what)
{
    TRY(settle(db));
    CLEANUP(result_cleanup) PGresult *r = PQexec(connection(db), sql);
    return succeeded(r) ? OK : fail(db, r, what);
}

/* ---- open ---- */

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)
#define BUSY_MS     TEXT_OF(DB_BUSY_MS)
static const char session_sql[] =
    "SET timezone = 'UTC'; SET client_min_messages = 'error'; SET standard_conforming_strings = on;"
    "SET default_transaction_isolation = 'serializable'; SET jit = off; SET lock_timeout = " BUSY_MS;

/* Readers see a snapshot and take no part in serialization: a serializable reader's locks outlive it as long
 * as any transaction of the server runs, and then make the one writer fail again and again ("pivot"). */
static const char reader_sql[] =
    "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read'";

/* Without these a commit that was acknowledged may be lost, or a text stored as something else. */
static const struct {
    const char *name, *expected, *also;
} promises[] = {
    {"fsync", "on", NULL},
    {"full_page_writes", "on", NULL},
    {"synchronous_commit", "on", "remote_apply"},
    {"server_encoding", "UTF8", NULL},
    {"client_encoding", "UTF8", NULL},
    {"standard_conforming_strings", "on", NULL},
    {"default_transaction_isolation", "serializable", NULL},
    {"TimeZone", "UTC", NULL},
};

static enum err check_promise(struct db *db, size_t i)
{
    const char *const values[] = {promises[i].name};
    CLEANUP(result_cleanup)
    PGresult *r = PQexecParams(connection(db), "SELECT current_setting($1)", 1, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        return fail(db, r, promises[i].name);
    const char *got = PQgetvalue(r, 0, 0);
    if (strcmp(got, promises[i].expected) != 0 && (!promises[i].also || strcmp(got, promises[i].also) != 0))
        return FAIL(ERR_CONFIG, "PostgreSQL has %s = %s; it must be %s", promises[i].name, got,
                    promises[i].expected);
    return OK;
}

static void ignore_notice(void *user, const PGresult *r)
{
    (void)user;
    (void)r;
}

/* The connection is new: everything about the session is said again. */
static enum err set_up(struct pg_db *db)
{
    if (PQstatus(db->conn) != CONNECTION_OK) {
        /* The server's reason names hosts, roles and databases of the configuration; of several lines the
         * first. */
        const char *reason = PQerrorMessage(db->conn);
        return FAIL(ERR_DATABASE, "PostgreSQL: %.*s", (int)strcspn(reason, "\n"), reason);
    }
    db->session++;
    PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
    if (PQserverVersion(db->conn) < PG_OLDEST)
        return FAIL(ERR_CONFIG, "PostgreSQL is version %d; it must be %d or later",
                    PQserverVersion(db->conn) / 10000, PG_OLDEST / 10000);
    TRY(execute(&db->db, session_sql, "session"));
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++)
        TRY(check_promise(&db->db, i));
    return db->db.read_only ? execute(&db->db, reader_sql, "session") : OK;
}

#define OPTIONS_MAX 64
static enum err connect_to(struct pg_db *db, const char *conninfo)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &why);
    if (!options) { /* `why` may quote a part of a password */
        PQfreemem(why);
        return FAIL(ERR_CONFIG, "what follows postgres: is no connection string of libpq");
    }
    const char *names[OPTIONS_MAX + 4], *values[OPTIONS_MAX + 4];
    size_t n = 0;
    names[n] = "connect_timeout"; /* a later entry of the same name wins */
    values[n++] = "10";
    names[n] = "sslmode"; /* over a network; sockets of this machine ignore it */
    values[n++] = "verify-full";
    names[n] = "fallback_application_name";
    values[n++] = "akari";
    for (const PQconninfoOption *o = options; o->keyword && n < OPTIONS_MAX; o++)
        if (o->val) {
            names[n] = o->keyword;
            values[n++] = o->val;
        }
    names[n] = "client_encoding";
    values[n++] = "UTF8";
    names[n] = values[n] = NULL;
    db->conn = PQconnectdbParams(names, values, 0);
    PQconninfoFree(options);
    return db->conn ? OK : mem_fail();
}

static void close_db(struct db *db)
{
    PQfinish(connection(db));
    mem_free(db);
}

enum err db_postgres_open(const char *conninfo, const struct db_config *config, struct db **ret)
{
    struct pg_db *db = mem_alloc(sizeof *db);
    if (!db)
        return mem_fail();
    db->db.driver = &DB_POSTGRES_DRIVER;
    db->db.read_only = config->read_only;
    enum err e = connect_to(db, conninfo);
    if (e == OK)
        e = set_up(db);
    if (e != OK) {
        close_db(&db->db);
        return e;
    }
    *ret = &db->db;
    return OK;
}

/* Outside a transaction a lost connection is made again, once. */
static enum err revive(struct db *db)
{
    struct pg_db *self = (struct pg_db *)db;
    if (PQstatus(self->conn) == CONNECTION_OK && !is_stuck(&self->db))
        return OK;
    PQreset(self->conn);
    enum err e = set_up(self);
    if (e != OK && PQstatus(self->conn) == CONNECTION_OK)
        e = err_prefix(e, "after the connection was lost");
    return e;
}

/* ---- transactions ---- */

static enum err begin(struct db *db, enum db_mode mode)
{
    /* The snapshot is taken by the first query, not by BEGIN; a read transaction should see what is there
     * now. */
    const char *sql = mode == DB_WRITE ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
                                       : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
    TRY(revive(db));
    enum err e = execute(db, sql, "begin");
    if (e == OK || PQstatus(connection(db)) == CONNECTION_OK)
        return e;
    TRY(revive(db)); /* the loss was noticed only now: nothing was begun */
    return execute(db, sql, "begin");
}

static enum err commit(struct db *db)
{
    TRY(settle(db));
    CLEANUP(result_cleanup) PGresult *r = PQexec(connection(db), "COMMIT");
    if (is_lost(db, r))
        return FAIL(ERR_DATABASE, "commit: the connection to PostgreSQL was lost; the outcome is unknown");
    if (!succeeded(r))
        return fail(db, r, "commit");
    if (strcmp(PQcmdStatus(r), "COMMIT") != 0)
        return FAIL(ERR_DATABASE, "commit: PostgreSQL rolled back");
    return OK;
}

static bool lost(const struct db *db)
{
    return PQstatus(((const struct pg_db *)db)->conn) == CONNECTION_BAD || is_stuck(db);
}

static void rollback(struct db *db)
{
    drop_queued(db);
    if (PQtransactionStatus(connection(db)) != PQTRANS_IDLE)
        PQclear(
            PQexec(connection(db), "ROLLBACK")); /* or the connection is lost, and the transaction with it */
}

static enum err command(struct db *db, const char *sql)
{
    struct pg_db *self = (struct pg_db *)db;
    if (strncmp(sql, "ROLLBACK", 8) == 0)
        drop_queued(db);
    TRY(settle(db)); /* what failed before it is not the failure of what comes behind it */
    if (strncmp(sql, "SAVEPOINT", 9) != 0)
        return execute(db, sql, "savepoint");
    TRY(queue_one(self)); /* it cannot fail, and goes with what is asked next */
    return PQsendQueryParams(self->conn, sql, 0, NULL, NULL, NULL, NULL, 1) == 1
               ? OK
               : fail(db, NULL, "savepoint");
}

static enum err script(struct db *db, const char *sql)
{
    if (!db->in_transaction)
        TRY(revive(db));
    ((struct pg_db *)db)->session++; /* it may change tables under prepared statements */
    TRY(execute(db, "DEALLOCATE ALL", "script"));
    return execute(db, sql, "script");
}

/* ---- statements ---- */

static enum err prepare(struct stmt *s, const char *sql)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    size_t n = (size_t)(s->n_params ? s->n_params : 1);
    self->sql = mem_strdup(sql);
    self->types = mem_alloc(n * sizeof *self->types);
    self->values = mem_alloc(n * sizeof *self->values);
    self->lengths = mem_alloc(n * sizeof *self->lengths);
    self->formats = mem_alloc(n * sizeof *self->formats);
    self->ints = mem_alloc(n * sizeof *self->ints);
    bool all = self->sql && self->types && self->values && self->lengths && self->formats && self->ints;
    return all ? OK : mem_fail();
}

static void reset(struct stmt *s)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    PQclear(self->result);
    self->result = NULL;
}

static void finalize(struct stmt *s)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    reset(s);
    mem_free(self->sql);
    mem_free(self->types);
    mem_free(self->values);
    mem_free(self->lengths);
    mem_free(self->formats);
    mem_free(self->ints);
}

/* The values in libpq's form; *ret_same false when a type differs from the one the server prepared with. */
static void take_params(struct pg_stmt *self, bool *ret_same)
{
    *ret_same = true;
    for (int i = 0; i < self->stmt.n_params; i++) {
        const struct db_param *p = &self->stmt.params[i];
        self->formats[i] = 1;
        self->values[i] = p->v.p;
        self->lengths[i] = (int)p->v.n;
        if (p->type == DB_TYPE_NULL) {
            self->values[i] = NULL;
            continue; /* NULL has any type: the one known stays */
        }
        if (p->type == DB_TYPE_INT) {
            self->ints[i] = htobe64((uint64_t)p->i);
            self->values[i] = (const char *)&self->ints[i];
            self->lengths[i] = sizeof self->ints[i];
        }
        if (self->types[i] != oid_of[p->type]) {
            self->types[i] = oid_of[p->type];
            *ret_same = false;
        }
    }
}

static enum err prepare_on_server(struct pg_stmt *self)
{
    struct pg_db *db = (struct pg_db *)self->stmt.db;
    snprintf(self->name, sizeof self->name, "s%u", ++db->names);
    CLEANUP(result_cleanup)
    PGresult *r = PQprepare(db->conn, self->name, self->sql, self->stmt.n_params, self->types);
    if (!succeeded(r)) {
        self->name[0] = '\0';
        return fail(&db->db, r, "SQL");
    }
    self->session = db->session;
    return OK;
}

static enum err forget_on_server(struct db *db, const char *name)
{
    char sql[32];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", name); /* a name made above */
    return execute(db, sql, "SQL");
}

/* The parameters are taken and the server has the statement. */
static enum err make_ready(struct stmt *s)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    struct pg_db *db = (struct pg_db *)s->db;
    bool same;
    take_params(self, &same);
    if (self->name[0] && self->session != db->session)
        self->name[0] = '\0';
    if (self->name[0] && same)
        return OK;
    char old[sizeof self->name];
    snprintf(old, sizeof old, "%s", self->name);
    self->name[0] =
        '\0'; /* the types are the new ones: whatever fails now, it is not run as it was prepared */
    TRY(settle(s->db));
    if (old[0])
        TRY(forget_on_server(s->db, old));
    return prepare_on_server(self);
}

static enum err send(struct stmt *s)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    struct pg_db *db = (struct pg_db *)s->db;
    TRY(queue_one(db));
    if (PQsendQueryPrepared(db->conn, self->name, s->n_params, self->values, self->lengths, self->formats,
                            1) == 1)
        return OK;
    return fail(s->db, NULL, "SQL");
}

static enum err later(struct stmt *s)
{
    TRY(make_ready(s));
    return send(s);
}

/* Behind what was sent already, in the same round trip; by itself when nothing was. */
static enum err ask(struct stmt *s, PGresult **ret)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    struct pg_db *db = (struct pg_db *)s->db;
    enum err e = OK;
    *ret = NULL;
    if (db->queued == 0) {
        PGresult *r =
            PQexecPrepared(db->conn, self->name, s->n_params, self->values, self->lengths, self->formats, 1);
        e = take_sent(db, r, ret);
    } else {
        TRY(send(s));
        e = settle_for(s->db, ret);
    }
    if (e == OK && !*ret)
        e = fail(s->db, NULL, "SQL");
    if (e != OK) {
        PQclear(*ret);
        *ret = NULL;
    }
    return e;
}

static enum err start(struct stmt *s)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    PGresult *r;
    if (!s->db->in_transaction)
        TRY(revive(s->db));
    TRY(make_ready(s));
    TRY(ask(s, &r));
    self->result = r;
    self->row = -1;
    self->rows = PQntuples(r);
    return OK;
}

static enum err step(struct stmt *s, bool *ret_row)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    *ret_row = ++self->row < self->rows;
    return OK;
}

static int64_t changed(struct stmt *s)
{
    int64_t n = 0;
    struct str text = str_of(PQcmdTuples(((struct pg_stmt *)s)->result));
    return text.n && str_i64(text, 0, INT64_MAX, &n) == OK ? n : 0;
}

/* ---- columns ---- */

static enum db_type type(struct stmt *s, int n)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    if (n < 0 || n >= PQnfields(self->result) || PQgetisnull(self->result, self->row, n))
        return DB_TYPE_NULL;
    switch (PQftype(self->result, n)) {
    case PG_BOOL:
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
    case PG_OID:
    case PG_FLOAT4:
    case PG_FLOAT8:
    case PG_NUMERIC:
        return DB_TYPE_INT;
    case PG_BYTEA:
        return DB_TYPE_BLOB;
    default:
        return DB_TYPE_TEXT;
    }
}

static struct str column_bytes(struct stmt *s, int n)
{
    struct pg_stmt *self = (struct pg_stmt *)s;
    return (struct str){PQgetvalue(self->result, self->row, n),
                        (size_t)PQgetlength(self->result, self->row, n)};
}

static int64_t saturated(bool negative)
{
    return negative ? INT64_MIN : INT64_MAX;
}

static int64_t whole(double d)
{
    if (!(d > -9.2e18 && d < 9.2e18))
        return d != d ? 0 : saturated(d < 0);
    return (int64_t)d;
}

/* sum() over 64-bit numbers is numeric: digits of base 10,000, the first with weight 10,000^weight. */
static int64_t numeric(struct str b)
{
    uint16_t head[4], digit;
    int64_t v = 0;
    if (b.n < sizeof head)
        return 0;
    memcpy(head, b.p, sizeof head);
    int digits = be16toh(head[0]), weight = (int16_t)be16toh(head[1]), sign = be16toh(head[2]);
    if (sign != 0 && sign != 0x4000)
        return sign == 0xC000 ? 0 : saturated(sign == 0xF000); /* not a number, or infinite */
    for (int i = 0; i <= weight; i++) {
        size_t at = sizeof head + 2 * (size_t)i;
        digit = 0;
        if (i < digits && at + 2 <= b.n)
            memcpy(&digit, b.p + at, 2);
        int64_t add = sign ? -(int64_t)be16toh(digit) : be16toh(digit);
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_add_overflow(v, add, &v))
            return saturated(sign != 0);
    }
    return v;
}

static int64_t column_i64(struct stmt *s, int n)
{
    struct str b = column_bytes(s, n);
    uint64_t raw = 0;
    Oid type_oid = PQftype(((struct pg_stmt *)s)->result, n);
    if (type_oid == PG_NUMERIC)
        return numeric(b);
    for (size_t i = 0; i < b.n && i < sizeof raw; i++)
        raw = raw << 8 | (uint8_t)b.p[i];
    switch (type_oid) {
    case PG_INT2:
        return (int16_t)raw;
    case PG_INT4:
        return (int32_t)raw;
    case PG_FLOAT4: {
        uint32_t bits = (uint32_t)raw;
        float f;
        memcpy(&f, &bits, sizeof f);
        return whole((double)f);
    }
    case PG_FLOAT8: {
        double d;
        memcpy(&d, &raw, sizeof d);
        return whole(d);
    }
    default:
        return (int64_t)raw;
    }
}

/* ---- the rest ---- */

/* A generic plan (with $1 in it, not with a sample value), as if sequential scans were dear: what is still
 * scanned from end to end then has no index. */
static enum err explain(struct db *db, const char *name, int n_params, struct buf *out)
{
    CLEANUP(buf_free) struct buf text = {0};
    buf_printf(&text, "EXPLAIN (COSTS OFF) EXECUTE %s", name);
    for (int i = 0; i < n_params; i++)
        buf_c(&text, i == 0 ? "(NULL" : ", NULL");
    buf_c(&text, n_params ? ")" : "");
    TRY(buf_err(&text));
    CLEANUP(result_cleanup) PGresult *r = PQexec(connection(db), text.p);
    if (!succeeded(r))
        return fail(db, r, "plan");
    for (int i = 0; i < PQntuples(r); i++)
        buf_printf(out, "%s\n", PQgetvalue(r, i, 0));
    return OK;
}

static enum err plan_within(struct db *db, const char *sql, int n_params, struct buf *out)
{
    char name[16];
    /* A small table is best read whole, and joined by hashing: that says nothing about a large one. */
    TRY(execute(
        db,
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = "
        "off; SET LOCAL plan_cache_mode = force_generic_plan",
        "plan"));
    snprintf(name, sizeof name, "s%u", ++((struct pg_db *)db)->names);
    CLEANUP(result_cleanup) PGresult *r = PQprepare(connection(db), name, sql, 0, NULL);
    if (!succeeded(r))
        return fail(db, r, "plan");
    return explain(db, name, n_params, out); /* DEALLOCATE ALL of the next script removes the name */
}

static enum err plan(struct db *db, const char *sql, int n_params, struct buf *out)
{
    bool own = !db->in_transaction;
    TRY(own ? begin(db, DB_READ) : execute(db, "SAVEPOINT akari_plan", "plan"));
    enum err e = plan_within(db, sql, n_params, out);
    if (own)
        rollback(db);
    else if (execute(db, "ROLLBACK TO SAVEPOINT akari_plan; RELEASE SAVEPOINT akari_plan", "plan") != OK &&
             e == OK)
        e = FAIL(ERR_DATABASE, "plan: the savepoint is gone");
    return e;
}

static enum err truncate_wal(struct db *db)
{
    (void)db; /* the server sees to its own */
    return OK;
}

const struct db_driver DB_POSTGRES_DRIVER = {
    .kind = DB_POSTGRES,
    .stmt_size = sizeof(struct pg_stmt),
    .tables_sql = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
                  " ORDER BY tablename COLLATE \"C\"",
    .indexes_sql = "SELECT indexname FROM pg_catalog.pg_indexes WHERE schemaname = current_schema()"
                   " ORDER BY indexname COLLATE \"C\"",
    .columns_sql = "SELECT CAST(a.attname AS TEXT), CASE CAST(a.atttypid AS regtype) WHEN 'bigint'::regtype "
                   "THEN 'i' WHEN 'text'::regtype THEN 't' WHEN 'bytea'::regtype THEN 'b' ELSE '?' END, "
                   "CASE WHEN a.attnotnull THEN CAST(0 AS BIGINT) ELSE 1 END "
                   "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
                   "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                   "WHERE n.nspname = current_schema() AND c.relname = ?1 AND c.relkind = 'r' "
                   "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    .close = close_db,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .command = command,
    .script = script,
    .prepare = prepare,
    .finalize = finalize,
    .start = start,
    .later = later,
    .lost = lost,
    .settle = settle,
    .step = step,
    .reset = reset,
    .changed = changed,
    .type = type,
    .i64 = column_i64,
    .bytes = column_bytes,
    .plan = plan,
    .truncate_wal = truncate_wal,
};
