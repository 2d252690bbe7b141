/* SPDX-License-Identifier: Apache-2.0 */
/* pack_faults.h - the list of everything that is wrong with a pack. Inside of core/pack*.c only.
 *
 * A fault is not an error of the program: fault_add returns OK when the fault was noted, and an error only
 * when memory ran out. So checks go on after a fault, and TRY() stops them when nothing can be noted any
 * more. */
#pragma once
#include "base/arena.h"
#include "core/pack.h"

#define PACK_MAX_FAULTS 200

struct faults {
    struct arena *arena;     /* of the caller of pack_load: outlives the pack */
    struct pack_fault *list; /* PACK_MAX_FAULTS + 1: the last one says how many more there are */
    size_t n;
    size_t total; /* found, listed or not */
};
enum err faults_start(struct faults *f, struct arena *a) NODISCARD;
enum err fault_add(struct faults *f, const char *file, int line, const char *fmt, ...) PRINTF(4, 5) NODISCARD;
/* The last error of this thread ("file:line: words" in its detail) as a fault. What no pack is to blame for
 * (memory, disk) comes back as the error. */
enum err fault_from_err(struct faults *f, enum err e, const char *file) NODISCARD;
/* Sorts by file and line, adds the line "and N more". */
enum err faults_end(struct faults *f) NODISCARD;

/* "did you mean": how many slips (insert, drop, change, swap neighbours) lead from a to b; more than `most`
 * gives most + 1. Case does not count. */
int word_slips(struct str a, struct str b, int most);
/* The nearest word offered so far. */
struct guess {
    struct str wrong;
    const char *best; /* NULL: none is near */
    int slips;
};
struct guess guess_of(struct str wrong);
void guess_offer(struct guess *g, const char *word);
/* " (did you mean \"x\"?)" in the arena of the faults, or "". NULL when memory ran out. */
const char *guess_words(const struct guess *g, struct arena *a);
