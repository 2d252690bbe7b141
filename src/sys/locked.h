/* SPDX-License-Identifier: Apache-2.0 */
/* locked.h - locked memory that grows by whole regions and is given back at once: columns of facts, the index
 * of names. What the system refuses to lock is counted (crypto_lock_refused), never fatal. Not thread-safe.
 */
#pragma once
#include "base/arena.h"

struct locked_region;
struct locked_pool {
    struct locked_region *regions;
    size_t bytes;
    bool refused; /* some of it is not locked */
    char *text;   /* the rest of the newest region of texts */
    size_t text_left;
};
/* Zeroed, of whole pages, so that unlocking one never unlocks a neighbour. NULL: no memory (mem_fail). */
void *locked_new(struct locked_pool *p, size_t n) NODISCARD;
const char *locked_text(struct locked_pool *p,
                        struct str s) NODISCARD; /* a copy with a NUL behind it; NULL: no memory */
void locked_free(struct locked_pool *p);         /* wipes all of it; the pool is empty then */

/* Items of one size that are only added; an item never moves. */
#define LOCKED_CHUNK 4096
struct locked_array {
    struct locked_pool *pool;
    size_t size; /* of an item */
    size_t n;
    char **chunks;
    size_t nchunks;
};
void *locked_add(struct locked_array *a) NODISCARD; /* zeroed; NULL: no memory */
void locked_array_free(struct locked_array *a);     /* the list of chunks; the items belong to the pool */
static inline void *locked_at(const struct locked_array *a, size_t i)
{
    return a->chunks[i / LOCKED_CHUNK] + i % LOCKED_CHUNK * a->size;
}
