/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - memory of one request, freed at once. Not thread-safe; one thread at a time. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct arena;
/* limit: most bytes it may hold (0 = ARENA_LIMIT_DEFAULT). NULL when memory ran out. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *a);         /* NULL is fine */
void arena_cleanup(struct arena **a);     /* for CLEANUP */
void arena_reset(struct arena *a);        /* keeps one block */
size_t arena_used(const struct arena *a); /* bytes asked for since arena_new or arena_reset */

bool arena_holds(const struct arena *a, const void *p); /* does p point into it? */

/* Zeroed, 16-aligned; NULL when the limit or memory is exhausted (the error is already raised: return
 * ERR_NO_MEMORY or ERR_LIMIT with arena_err()). */
void *arena_alloc(struct arena *a, size_t size) NODISCARD;
void *arena_array(struct arena *a, size_t count, size_t size) NODISCARD; /* checks overflow */
enum err arena_err(const struct arena *a); /* what stopped it: ERR_LIMIT, ERR_NO_MEMORY; OK: nothing */
struct str arena_str(struct arena *a, struct str s); /* copy, NUL behind it; .p == NULL on failure */
char *arena_cstr(struct arena *a, struct str s);     /* the same as a C string */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3); /* NULL on failure */

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))
