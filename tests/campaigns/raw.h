/* SPDX-License-Identifier: Apache-2.0 */
/* raw.h - a store as somebody with the database's password has it: every row can be read and written, and
 * nothing asks. */
#pragma once
#include "support/store.h"

struct raw_row {
    const struct table *table; /* NULL: no row */
    struct cell *cells;
};
struct raw_table {
    struct raw_row *rows;
    size_t n;
};
struct raw_snapshot {
    struct raw_table tables[SCHEMA_TABLES_MAX]; /* as in the schema */
};

/* A connection past the door; no foreign key and no unique index stands in the way. The store must be closed.
 */
struct db *raw_open(const struct store *s);
void raw_snapshot(struct db *db, const struct schema *s, struct arena *a, struct raw_snapshot *ret);
void raw_restore(struct db *db, const struct schema *s, const struct raw_snapshot *to);
/* Takes `before` away and puts `after` in, where they are rows. False: the database refuses such a row. */
bool raw_put(struct db *db, const struct raw_row *before, const struct raw_row *after, size_t n);
/* The key of rows may be any bytes here. */
bool raw_same_id(const struct raw_row *r, struct id id);
struct id raw_id(const struct raw_row *r); /* nil where it is none */

uint64_t seeded(uint64_t *state); /* splitmix64 */
uint64_t below(uint64_t *state, uint64_t n);

/* Runs `action` of the test through the door: at least `each` rows in every covered table, some of them
 * changed and deleted again. Give RAW_ACTIONS to the store. */
extern const struct action RAW_ACTIONS[];
extern const size_t NRAW_ACTIONS;
void raw_fill(struct store *s, int each);
