/* SPDX-License-Identifier: Apache-2.0 */
/* db.h - SQLite (>= 3.40) and PostgreSQL (15) behind one interface; ONE test suite runs on both.
 *
 * SQL is portable and constant: `?1` parameters (rewritten to `$1` for libpq), ids as 16-byte blobs, no JSON operators,
 * explicit NULLS order, INTEGER = 64 bit. A connection belongs to one thread at a time. Statements are prepared once per
 * connection and found again by their text. All results of a PostgreSQL statement are fetched at once: scan large tables by
 * key (WHERE id > ?1 ORDER BY id LIMIT n).
 *
 * SQLite is opened WAL + synchronous=FULL (asserted, or the open fails), foreign keys on, trusted_schema off, defensive,
 * secure_delete on, temp_store memory, mmap 0, cell_size_check on. PostgreSQL transactions that write are SERIALIZABLE, those
 * that read are snapshots (REPEATABLE READ) that make no writer fail; fsync, synchronous_commit and full_page_writes are
 * asserted on; text columns use COLLATE "C".
 *
 * Errors: ERR_RETRY (serialization failure, deadlock, busy, connection lost before the commit): roll back and run the whole
 * transaction again; db_begin makes a lost connection anew. ERR_CONSTRAINT (unique, foreign key, not null, check).
 * ERR_DISK_FULL, ERR_READ_ONLY, ERR_IO, ERR_NO_MEMORY, ERR_BAD_UTF8, ERR_LIMIT, ERR_DATABASE (also: the connection was lost in
 * the commit itself, and nobody knows its outcome). Details name tables and constraints, never values.
 * After any error inside a transaction both databases take only a rollback, whole or to a savepoint. */
#pragma once
#include "base/arena.h"
#include "base/id.h"

enum db_kind { DB_SQLITE, DB_POSTGRES };
enum db_sync { DB_SYNC_FULL, DB_SYNC_NORMAL_TEST_ONLY }; /* NORMAL exists so that the power-cut test can show it loses */

struct db_config {
    const char *url;    /* "sqlite:/path/akari.db" or "postgres:host=/run/x dbname=akari user=akari" */
    const char *vfs;    /* SQLite VFS name; NULL = default. Tests name the fault VFS. */
    enum db_sync sync;
    bool read_only;
};

struct db;
struct stmt; /* owned by its db */

/* Gives SQLite the allocator of base/alloc. db_open calls it; whoever calls sqlite3_* first by itself calls this before. */
enum err db_start(void) NODISCARD;

enum err db_open(const struct db_config *config, struct db **ret) NODISCARD;
void db_close(struct db *db); /* NULL is fine; an open transaction is rolled back */
void db_cleanup(struct db **db);
enum db_kind db_kind(const struct db *db);

enum db_mode { DB_READ, DB_WRITE };
enum err db_begin(struct db *db, enum db_mode mode) NODISCARD; /* SQLite: WRITE = BEGIN IMMEDIATE; READ is a snapshot */
enum err db_commit(struct db *db) NODISCARD;                    /* on failure the transaction is rolled back */
void db_rollback(struct db *db);                                 /* harmless when none is open */
bool db_in_transaction(const struct db *db);
bool db_lost(const struct db *db); /* its server is gone, as far as is known without asking it; db_begin makes it anew */
/* Savepoints nest; names are constant identifiers. */
enum err db_savepoint(struct db *db, const char *name) NODISCARD;
enum err db_release(struct db *db, const char *name) NODISCARD;
enum err db_rollback_to(struct db *db, const char *name) NODISCARD;

/* One statement or a script without parameters (DDL, migrations), whole or not at all. Types are tokens, translated for each
 * driver: {ID} 16-byte key, {INT} 64-bit, {TEXT} UTF-8 binary collation, {BLOB}, {STRICT} table suffix. */
enum err db_script(struct db *db, const char *sql) NODISCARD;

enum err db_prepare(struct db *db, const char *sql, struct stmt **ret) NODISCARD; /* resets and clears an earlier use */
/* Parameters count from 1; one that was not bound is NULL. The bytes must live until the statement is first stepped. A wrong
 * bind (no such parameter, not UTF-8, over DB_MAX_VALUE_BYTES) is the error of that step. Types in casts are tokens, too; where
 * PostgreSQL cannot tell the type of a NULL from a column beside it, cast: (CAST(?1 AS {INT}) IS NULL OR n = ?1). */
void db_bind_null(struct stmt *s, int n);
void db_bind_i64(struct stmt *s, int n, int64_t v);
void db_bind_id(struct stmt *s, int n, const struct id *id);
void db_bind_blob(struct stmt *s, int n, struct str v);
void db_bind_text(struct stmt *s, int n, struct str v);
/* Steps; *ret_row false when there are no more rows (the statement is reset then). */
enum err db_step(struct stmt *s, bool *ret_row) NODISCARD;
enum err db_run(struct stmt *s, int64_t *ret_changed) NODISCARD; /* for statements without rows; ret_changed may be NULL */
/* db_run for a statement whose outcome is wanted later: PostgreSQL then takes many in one round trip. Its error is that of a
 * later call on this connection: db_settle's at the latest, which waits for all of them. Outside a transaction it is db_run. */
enum err db_run_later(struct stmt *s) NODISCARD;
enum err db_settle(struct db *db) NODISCARD;
void db_reset(struct stmt *s);
void stmt_cleanup(struct stmt **s); /* for CLEANUP: resets a query that is left before its last row; NULL is fine */
/* Columns count from 0; slices live until the next step or reset, and no longer than the transaction. NULL, and a value of the
 * other sort (a number read as bytes, bytes read as a number), reads as 0 / empty. */
bool db_null(struct stmt *s, int n);
int64_t db_i64(struct stmt *s, int n);
struct str db_blob(struct stmt *s, int n);
struct str db_text(struct stmt *s, int n);
enum err db_id(struct stmt *s, int n, struct id *ret) NODISCARD;

/* Tells of each statement that is run, by the text that it was prepared with; from the thread that runs it. For tests and
 * benches that look at the plans of what the program really runs. Set before connections are used; NULL: nobody. */
typedef void db_observer(void *user, const char *sql);
void db_observe(db_observer *observer, void *user);
/* Query plan as text, for tests that forbid full scans (EXPLAIN QUERY PLAN / EXPLAIN with seqscan, hashjoin and
 * mergejoin off, which small tables get whatever their indexes). */
enum err db_plan(struct db *db, const char *sql, struct arena *a, char **ret) NODISCARD;
enum err db_truncate_wal(struct db *db) NODISCARD; /* SQLite: wal_checkpoint(TRUNCATE); PostgreSQL: nothing */
/* Tables really present, sorted (the coverage check of the audit compares them with the declared ones). */
enum err db_tables(struct db *db, struct arena *a, const char ***ret, size_t *ret_n) NODISCARD;
enum err db_indexes(struct db *db, struct arena *a, const char ***ret, size_t *ret_n) NODISCARD;
/* Columns really present, in their order; none when there is no such table. */
struct db_column {
    const char *name;
    char sort; /* 'i' INT, 't' TEXT, 'b' BLOB or ID, '?' none of ours */
    bool null; /* may be NULL */
};
enum err db_columns(struct db *db, const char *table, struct arena *a, struct db_column *ret, size_t max,
                    size_t *ret_n) NODISCARD;
