/* SPDX-License-Identifier: Apache-2.0 */
/* faultdisk.h - one file of the test disk: what programs read, what a power cut would leave, and the changes
 * in between. Part of faultvfs; knows nothing of SQLite. */
#pragma once
#include "base/err.h"
#include <stdint.h>

struct bytes {
    uint8_t *p;
    int64_t n, cap;
};
struct change;
struct disk_file {
    struct bytes now;     /* what programs read */
    struct bytes durable; /* what was synced; its memory always suffices for `now` */
    struct bytes log;     /* the bytes of the changes since the last sync */
    struct change *changes;
    size_t n_changes, cap_changes;
};

uint64_t disk_random(uint64_t *seed);
/* False when memory ran out; nothing was changed then. */
bool disk_file_write(struct disk_file *f, int64_t offset, const void *p, int64_t n);
bool disk_file_truncate(struct disk_file *f, int64_t size);
void disk_file_sync(struct disk_file *f);
/* The kernel drops the pages that did not get through, and no later sync brings them. */
void disk_file_sync_fails(struct disk_file *f, uint64_t seed);
void disk_file_cut(struct disk_file *f, uint64_t *seed);
void disk_file_free(struct disk_file *f); /* its memory; the struct belongs to the caller */
