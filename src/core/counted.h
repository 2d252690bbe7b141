/* SPDX-License-Identifier: Apache-2.0 */
/* counted.h - numbers over everything that is kept. Few rows are counted anew at each look, by its own
 * snapshot. Many (COUNTED_MANY) are counted once and kept beside the door in memory: a look takes what is
 * kept, with the moment as of which it holds, and where that is older than COUNTED_US a thread counts anew,
 * never more than a twentieth of the time, and gives way to every page meanwhile. Records are counted as each
 * stood when it went by, between the moment that is told and the end of the pass. So a look at the plan is no
 * load for everybody else, however many cases there are. What is kept is whole: the look that takes from it
 * hides what its viewer may not see. Thread-safe. */
#pragma once
#include "core/door.h"

#define COUNTED_MANY 4000
#define COUNTED_US   INT64_C(60000000)

/* A pass over everything. The domain tells of each row that went by (counted_row). */
struct counting {
    struct vault *vault;
    struct door *door;
    const struct pack *pack;
    struct db *db;       /* a read snapshot */
    struct arena *arena; /* of the numbers: they live as long as they are kept */
    int64_t now_us;
    int64_t rows;
    struct counted *of; /* NULL: of the look itself */
    int64_t most;       /* rows that a look counts while the thread has not; 0: all */
};
/* With no statement open, for work in the background gives way here (door_give_way): c->db begins a new
 * snapshot. ERR_BUSY when the door closes meanwhile, or a look counted enough: the pass ends with it. */
enum err counted_row(struct counting *c) NODISCARD;

/* One set of numbers; its address is its name. no: whatever tells a domain's sets apart. */
struct counted_set {
    enum err (*count)(struct counting *c, size_t no, void **ret);
    size_t no;
};
/* Copies what the look wants out of the numbers into v->arena, texts too. Nothing else may wait meanwhile. */
typedef enum err counted_take(struct view *v, const void *numbers, void *user);
/* as_of: when the numbers were counted; v->now_us for those of this look. ERR_BUSY: they are many, are being
 * counted for the first time, and were not there within a second; nothing else is held up by that. */
enum err counted_look(struct view *v, const struct counted_set *set, counted_take *take, void *user,
                      int64_t *ret_as_of_us) NODISCARD;
/* Counts in the background, so that the first look need not wait. ERR_LOCKED before unlock. */
enum err counted_warm(struct door *d, const struct counted_set *set) NODISCARD;
