/* SPDX-License-Identifier: Apache-2.0 */
/* facts_own.h - shared by facts.c and facts_load.c only. */
#pragma once
#include "base/alloc.h"
#include "core/facts.h"
#include "sys/locked.h"

#include <pthread.h>

#define FACT_CHUNK       2048    /* rows of one locked region */
#define FACT_VALUES_MAX  1000000 /* different values of one column */
#define FACT_PENDING_MAX (64u << 20)

struct fact_value {
    const char *p;
    uint32_t n;
};
/* The different values of a column; texts lie in locked regions, with a NUL behind, the index holds positions
 * only. */
struct fact_dict {
    struct fact_value *values;
    size_t n, cap;
    uint32_t *slots;
    size_t nslots; /* open addressing; 0 = empty, else position + 1 */
};

/* Rows in columns: of each chunk first the ids, then the values, then the states, column by column. */
struct fact_chunk {
    struct id *record, *case_, *compartment, *subject;
    uint32_t *values; /* [column * FACT_CHUNK + row] */
    uint8_t *states;
};
struct fact_table {
    const struct kind *kind;
    size_t first, ncolumns;  /* in facts.columns */
    struct fact_dict *dicts; /* ncolumns */
    struct fact_chunk *chunks;
    size_t nchunks;
    size_t nrows;
    uint32_t *slots;
    size_t nslots; /* record id -> row + 1 */
};
struct facts {
    struct door *door;
    struct db *db;
    int64_t as_at_us;
    bool following, stale; /* stale: taking in a change failed half-way; all is loaded again */
    pthread_mutex_t lock;  /* everything but what feed_lock guards */
    struct fact_column *columns;
    size_t ncolumns;
    struct fact_table *tables;
    size_t ntables;
    struct locked_pool memory;

    pthread_mutex_t feed_lock;        /* the writer thread appends, the next count takes */
    struct buf records, compartments; /* ids that changed */
};

#define FACT_NONE UINT32_MAX

/* facts.c: memory and rows */
void facts_drop_memory(struct facts *f);
enum err fact_put(struct facts *f, struct fact_table *t, const struct cell *record,
                  const struct field_value *values, size_t n) NODISCARD;
void fact_drop(struct fact_table *t, struct id record); /* harmless when there is no such row */
void fact_clear(struct facts *f);                       /* all rows and values; the columns stay */
struct fact_table *fact_table_of(struct facts *f, const struct kind *k);
static inline struct fact_chunk *fact_chunk_of(const struct fact_table *t, size_t row)
{
    return &t->chunks[row / FACT_CHUNK];
}
/* facts_load.c */
enum err fact_follow(struct facts *f) NODISCARD; /* takes in what changed; f->lock is held */
