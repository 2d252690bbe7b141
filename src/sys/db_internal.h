/* SPDX-License-Identifier: Apache-2.0 */
/* db_internal.h - what db.c shares with its two drivers. Nobody else includes it.
 *
 * db.c owns what both databases must do alike: the statement cache, the parameters, the state of the
 * transaction, savepoints. A driver turns that into calls of its library. Each driver puts `struct db` and
 * `struct stmt` first in its own structs. */
#pragma once
#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "sys/db.h"

enum db_type { DB_TYPE_NULL, DB_TYPE_INT, DB_TYPE_BLOB, DB_TYPE_TEXT };
#define DB_TYPES 4

struct db_param {
    enum db_type type;
    int64_t i;
    struct str v; /* the caller's bytes; p is never NULL when type is BLOB or TEXT */
};

struct stmt {
    struct db *db;
    struct stmt *next; /* of the same bucket */
    char *sql;         /* as the caller wrote it: the key of the cache */
    uint64_t hash;
    int n_params;
    struct db_param *params; /* parameter n is params[n - 1] */
    enum err bind_err;       /* first bad bind; raised when the statement is stepped */
    int bind_n;
    bool running, on_row;
};

struct db_driver {
    enum db_kind kind;
    size_t stmt_size;
    const char *tables_sql;  /* names of the present tables, sorted bytewise */
    const char *indexes_sql; /* the same of indexes */
    const char *columns_sql; /* of the table ?1, in their order: name, sort ('i', 't', 'b'), may be NULL */
    void (*close)(struct db *db);
    /* Transaction commands. rollback cannot fail: whatever happens, no transaction is open afterwards. */
    enum err (*begin)(struct db *db, enum db_mode mode);
    enum err (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    enum err (*command)(struct db *db, const char *sql); /* SAVEPOINT and the like */
    enum err (*script)(struct db *db, const char *sql);
    /* s->n_params is set. A driver may check the text now or when it starts. */
    enum err (*prepare)(struct stmt *s, const char *sql);
    void (*finalize)(struct stmt *s);
    enum err (*start)(struct stmt *s); /* takes the parameters */
    enum err (*step)(struct stmt *s, bool *ret_row);
    enum err (*later)(struct stmt *s); /* NULL where a statement costs no round trip */
    enum err (*settle)(struct db *db);
    bool (*lost)(const struct db *db); /* NULL where there is no server */
    void (*reset)(struct stmt *s);
    int64_t (*changed)(struct stmt *s);
    enum db_type (*type)(struct stmt *s, int n); /* of a column in the present row */
    int64_t (*i64)(struct stmt *s, int n);
    struct str (*bytes)(struct stmt *s, int n);
    enum err (*plan)(struct db *db, const char *sql, int n_params, struct buf *out);
    enum err (*truncate_wal)(struct db *db);
};

#define DB_BUCKETS 256
struct db {
    const struct db_driver *driver;
    bool read_only;
    bool in_transaction;
    enum err failed; /* what broke the transaction: only a rollback may follow; OK: nothing did */
    enum db_mode mode;
    size_t n_stmts;
    struct stmt *buckets[DB_BUCKETS];
};

extern const struct db_driver DB_SQLITE_DRIVER, DB_POSTGRES_DRIVER;
enum err db_sqlite_open(const char *path, const struct db_config *config, struct db **ret) NODISCARD;
enum err db_postgres_open(const char *conninfo, const struct db_config *config, struct db **ret) NODISCARD;

/* Portable SQL into the text of one database: ?N, type tokens, comments left out. ret_params: the highest N.
 * ERR_INTERNAL for what is not portable or unclosed: SQL is constant, so this is a mistake of a programmer.
 */
enum db_text { DB_TEXT_SCRIPT, DB_TEXT_STATEMENT };
enum err db_translate(enum db_kind kind, enum db_text what, const char *sql, struct buf *out,
                      int *ret_params) NODISCARD;
