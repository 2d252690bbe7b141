/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - tables declared once: DDL for both databases, row reads and writes, and the hash that the audit
 * trail commits to.
 *
 * Column 0 of every table is `id` (16 bytes, primary key, made by the application). Rows are written whole,
 * through row_insert, row_update and row_delete only: each write appends (table, row id, hash of all columns)
 * to the transaction's list of changes, which the audit leaf of the action commits to. Nothing else writes;
 * tools/lint looks for INSERT, UPDATE and DELETE elsewhere.
 *
 * The hash names columns by number and leaves out NULLs, so a nullable column may be appended to a table
 * without touching old rows: a store that was made before it gets it when it is opened (schema_mend). Column
 * numbers and table numbers never change and are never used again; nothing declared is ever taken away; an
 * index is appended, never changed. */
#pragma once
#include "base/buf.h"
#include "sys/crypto.h"
#include "sys/db.h"

enum column_type { COL_ID, COL_INT, COL_TEXT, COL_BLOB };
enum column_flag {
    COL_NULL = 1,   /* may be NULL */
    COL_SEALED = 2, /* holds envelopes (core/vault) only */
    COL_VERSION =
        4, /* INT: 1 on insert, +1 by every row_update; ERR_VERSION when it differs from the expected one */
};
struct column {
    const char *name;
    enum column_type type;
    unsigned flags;
    const char *references; /* table name of a foreign key to its id; NULL = none */
};
#define TABLE_COLUMNS_MAX 32
struct table {
    uint16_t no; /* stable number in audit leaves and AAD; the register of numbers is docs/tables.tsv */
    const char *name;
    const struct column *columns;
    size_t ncolumns;
    const char *const *indexes; /* "UNIQUE (a, b)" or "(a, b)"; NULL-terminated; may be NULL */
    const char *uncovered;      /* why the audit does not cover it; NULL = covered */
    bool audit_own;             /* the audit's own tables: covered by the tree, not by change lists */
    bool when_locked;           /* may be changed by actions that run while the keys are closed (struct
                                   action.when_locked):           such a leaf has no MAC, and speaks for no other table
                                 */
};

struct cell {
    enum { CELL_NULL, CELL_INT, CELL_BYTES } kind; /* ids, texts and blobs are bytes */
    int64_t i;
    struct str s;
};
static inline struct cell cell_null(void)
{
    return (struct cell){.kind = CELL_NULL};
}
static inline struct cell cell_int(int64_t v)
{
    return (struct cell){.kind = CELL_INT, .i = v};
}
static inline struct cell cell_str(struct str s)
{
    return (struct cell){.kind = CELL_BYTES, .s = s};
}
static inline struct cell cell_c(const char *s)
{
    return cell_str(str_of(s));
}
static inline struct cell cell_id(const struct id *id)
{
    return cell_str(id_str(id));
} /* *id must outlive the cell */
static inline struct cell cell_id_or_null(const struct id *id)
{
    return id_is_nil(*id) ? cell_null() : cell_id(id);
}
struct id cell_get_id(const struct cell *c); /* nil for NULL or a wrong length */

/* A compartment that this transaction made: it has no keys but those made here. */
struct made_compartment {
    struct id id;
    const char *owner; /* in the transaction's arena */
    uint32_t keyed;    /* classes that have a key, bits */
};
#define TX_MADE_MAX 8

/* A transaction as bodies see it. Made by core/door. */
struct tx {
    struct db *db;
    struct arena *arena; /* of this action */
    int64_t now_us;
    struct buf changes; /* CHANGE_BYTES each; becomes a column of the leaf */
    struct vault *vault;
    struct id actor; /* whose action runs, or whose look is written down; nil: the system. For act_emit */
    int64_t leaf_no; /* of the last audit leaf; 0: not looked up in this transaction yet */
    struct made_compartment
        made[TX_MADE_MAX]; /* the latest, for the vault only: spares it looking for what cannot be */
    unsigned nmade;
};
#define CHANGE_BYTES (2 + 16 + HASH_BYTES) /* table number, row id, hash; hash all zero = deleted */

enum err table_create(struct db *db, const struct table *t) NODISCARD; /* IF NOT EXISTS, with indexes */
/* Adds what the database lacks of a table: the table itself, nullable columns at its end, indexes (those that
 * are there are given). Adds to *done how many things; look_only: how many there would be. ERR_SCHEMA: the
 * table differs in another way. */
enum err table_mend(struct db *db, struct arena *a, const struct table *t, const char *const *indexes,
                    size_t nindexes, bool look_only, size_t *done) NODISCARD;

/* cells: t->ncolumns of them. The version column is set by these functions. */
enum err row_insert(struct tx *tx, const struct table *t, struct cell *cells) NODISCARD;
/* Replaces the row; expected_version is compared where the table has a version column (-1: whatever it is
 * now). */
enum err row_update(struct tx *tx, const struct table *t, struct cell *cells,
                    int64_t expected_version) NODISCARD;
enum err row_delete(struct tx *tx, const struct table *t, struct id id) NODISCARD; /* ERR_NOT_FOUND */
/* backup_restore only (tools/lint looks): a row exactly as it was, its version too, so that it keeps its
 * hash. Notes no change: the leaves that come back with it tell of it already. */
enum err row_restore(struct db *db, const struct table *t, const struct cell *cells) NODISCARD;
/* Reads one whole row into cells (slices in the arena). ERR_NOT_FOUND. */
enum err row_get(struct db *db, struct arena *a, const struct table *t, struct id id,
                 struct cell *ret_cells) NODISCARD;
/* Next rows by id after `after` (nil = from the start), at most max; cells: max * ncolumns. For scans of
 * whole tables. */
enum err row_page(struct db *db, struct arena *a, const struct table *t, struct id after, size_t max,
                  struct cell *ret_cells, size_t *ret_n) NODISCARD;
/* All rows, and those whose id is one (16 bytes, not nil): row_page gives no others. */
enum err row_count(struct db *db, const struct table *t, int64_t *ret_all, int64_t *ret_proper) NODISCARD;
struct hash row_hash(const struct table *t, const struct cell *cells);
int table_column(const struct table *t, const char *name); /* -1 */
int table_version_column(const struct table *t);           /* -1 */
