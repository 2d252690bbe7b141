/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/faultdisk.h"
#include "base/alloc.h"

#define SECTOR 512

/* A write or truncate since the last sync. */
struct change {
    bool truncate;
    int64_t offset, n; /* truncate: offset is the new size */
    int64_t log_at;    /* its bytes in disk_file.log */
};

uint64_t disk_random(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static bool reserve(struct bytes *b, int64_t n)
{
    if (n <= b->cap)
        return true;
    int64_t cap = b->cap ? b->cap : 4096;
    while (cap < n)
        cap *= 2;
    uint8_t *p = mem_resize(b->p, (size_t)cap);
    if (!p)
        return false;
    b->p = p;
    b->cap = cap;
    return true;
}

/* Sets the size; memory was reserved. A hole reads as zeros. */
static void resize(struct bytes *b, int64_t n)
{
    if (n > b->n)
        memset(b->p + b->n, 0, (size_t)(n - b->n));
    b->n = n;
}

static void put(struct bytes *b, int64_t offset, const uint8_t *p, int64_t n)
{
    if (n <= 0)
        return;
    if (offset + n > b->n)
        resize(b, offset + n);
    memcpy(b->p + offset, p, (size_t)n);
}

/* ---- what a power cut or a failed sync leaves ---- */

/* How likely a sector survives, in quarters: a cut has a mood, or "nothing survived" would hardly ever be
 * seen. */
static bool survives(uint64_t *seed, unsigned quarters)
{
    return disk_random(seed) % 4 < quarters;
}

/* Part of one sector: kept, lost, lost though the file grew (ext4 does that), or torn at some byte, the rest
 * old or noise. Bytes outside of the written range never change (SQLITE_IOCAP_POWERSAFE_OVERWRITE, the
 * default of the unix VFS). */
static void land_piece(struct bytes *to, int64_t offset, const uint8_t *p, int64_t n, uint64_t *seed,
                       unsigned quarters)
{
    uint64_t r = disk_random(seed);
    if (survives(seed, quarters)) {
        put(to, offset, p, n);
    } else if (r % 8 == 0) {
        int64_t at = (int64_t)(r >> 8) % n;
        put(to, offset, p, at);
    } else if (r % 8 == 1) {
        int64_t at = (int64_t)(r >> 8) % n;
        put(to, offset + at, p + at, n - at);
    } else if (r % 8 == 2) {
        if (offset + n > to->n)
            resize(to, offset + n);
        for (int64_t i = 0; i < n; i++)
            to->p[offset + i] = (uint8_t)disk_random(seed);
    } else if (r % 8 == 3 && offset + n > to->n) {
        resize(to, offset + n);
    }
}

static void land_change(struct disk_file *f, const struct change *c, uint64_t *seed, unsigned quarters)
{
    if (c->truncate) {
        if (survives(seed, quarters))
            resize(&f->durable, c->offset);
        return;
    }
    for (int64_t done = 0; done < c->n;) {
        int64_t offset = c->offset + done, n = SECTOR - offset % SECTOR;
        if (n > c->n - done)
            n = c->n - done;
        land_piece(&f->durable, offset, f->log.p + c->log_at + done, n, seed, quarters);
        done += n;
    }
}

static void land_some(struct disk_file *f, uint64_t *seed, unsigned quarters)
{
    for (size_t i = 0; i < f->n_changes; i++)
        land_change(f, &f->changes[i], seed, quarters);
    f->n_changes = 0;
    f->log.n = 0;
}

void disk_file_cut(struct disk_file *f, uint64_t *seed)
{
    land_some(f, seed, (unsigned)(disk_random(seed) % 5));
    resize(&f->now, 0);
    put(&f->now, 0, f->durable.p, f->durable.n);
}

void disk_file_sync_fails(struct disk_file *f, uint64_t seed)
{
    land_some(f, &seed, 2);
}

void disk_file_sync(struct disk_file *f)
{
    for (size_t i = 0; i < f->n_changes; i++) {
        const struct change *c = &f->changes[i];
        if (c->truncate)
            resize(&f->durable, c->offset);
        else
            put(&f->durable, c->offset, f->log.p + c->log_at, c->n);
    }
    f->n_changes = 0;
    f->log.n = 0;
}

/* ---- writing ---- */

static bool remember(struct disk_file *f, struct change c, const void *p)
{
    if (f->n_changes == f->cap_changes) {
        size_t cap = f->cap_changes ? 2 * f->cap_changes : 16;
        struct change *more = mem_resize(f->changes, cap * sizeof *more);
        if (!more)
            return false;
        f->changes = more;
        f->cap_changes = cap;
    }
    int64_t end = c.truncate ? c.offset : c.offset + c.n;
    if (!reserve(&f->log, f->log.n + c.n) || !reserve(&f->now, end) || !reserve(&f->durable, end))
        return false;
    c.log_at = f->log.n;
    put(&f->log, c.log_at, p, c.n);
    f->changes[f->n_changes++] = c;
    if (c.truncate)
        resize(&f->now, c.offset);
    else
        put(&f->now, c.offset, p, c.n);
    return true;
}

bool disk_file_write(struct disk_file *f, int64_t offset, const void *p, int64_t n)
{
    return remember(f, (struct change){.offset = offset, .n = n}, p);
}

bool disk_file_truncate(struct disk_file *f, int64_t size)
{
    return remember(f, (struct change){.truncate = true, .offset = size}, "");
}

void disk_file_free(struct disk_file *f)
{
    mem_free(f->now.p);
    mem_free(f->durable.p);
    mem_free(f->log.p);
    mem_free(f->changes);
}
