/* SPDX-License-Identifier: Apache-2.0 */
/* Secret memory. sodium_malloc takes at least three pages and one mlock for each key; a national system holds
 * very many keys. Here small secrets share regions: each region is one mapping between two inaccessible
 * pages, locked and left out of core dumps as a whole, and cut into 4-KiB pages of equal slots. What is not
 * secret (which slot is in use) is kept outside, so an overrun cannot damage it. A free slot is always zero;
 * one that is not when it is handed out again was written after its end of life, and the process stops. Large
 * secrets get a region of their own. */
#include "base/alloc.h"
#include "sys/crypto.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SECRET_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SECRET_ASAN)
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    PAGE = 4096,
    SLOT_MIN = 32,
    SLOT_CLASSES = 8, /* 32, 64, ... 4096 */
    SLOTS_MAX = PAGE / SLOT_MIN,
    REGION_FIRST = 8 * PAGE, /* small enough for a lock limit of 64 KiB */
    REGION_LARGEST = 256 * PAGE,
};

struct page {
    int8_t slot_class; /* -1: page not cut yet */
    uint8_t in_use;    /* slots; SLOTS_MAX = 128 fits */
    uint64_t used[SLOTS_MAX / 64];
};

struct region {
    struct region *next;
    uint8_t *base;
    size_t size;
    bool locked;
    bool single; /* one large secret */
    size_t npages;
    size_t first_free[SLOT_CLASSES]; /* no page before this one has a free slot of the class */
    struct page pages[];             /* none when single */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct region *regions;
static size_t region_next = REGION_FIRST;
static atomic_size_t refused;

size_t crypto_lock_refused(void)
{
    return atomic_load(&refused);
}

void secret_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}

bool secret_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

static void keep_from_dumps(void *p, size_t n)
{
    uintptr_t from = (uintptr_t)p & ~(uintptr_t)(PAGE - 1),
              to = ((uintptr_t)p + n + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    madvise((void *)from, to - from, MADV_DONTDUMP);
}

bool secret_lock_region(void *p, size_t n)
{
    if (n == 0)
        return true;
    keep_from_dumps(p, n);
    if (mlock(p, n) == 0)
        return true;
    atomic_fetch_add(&refused, n);
    return false;
}

void secret_unlock_region(void *p, size_t n, bool locked)
{
    if (n == 0)
        return;
    sodium_memzero(p, n);
    if (locked)
        munlock(p, n);
    else
        atomic_fetch_sub(&refused, n);
}

static void region_unmap(struct region *r)
{
    if (r->locked)
        munlock(r->base, r->size);
    else
        atomic_fetch_sub(&refused, r->size);
    UNPOISON(r->base, r->size);
    munmap(r->base - PAGE, r->size + 2 * (size_t)PAGE);
    mem_free(r);
}

static bool region_map(struct region *r)
{
    size_t whole = r->size + 2 * (size_t)PAGE;
    uint8_t *p = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    if (mprotect(p + PAGE, r->size, PROT_READ | PROT_WRITE) != 0) {
        munmap(p, whole);
        return false;
    }
    r->base = p + PAGE;
    return true;
}

/* A region of `size` bytes (whole pages). Locks it, or says in r->locked that the system refused. */
static struct region *region_new(size_t size, bool single)
{
    size_t npages = single ? 0 : size / PAGE;
    struct region *r = mem_alloc(sizeof(*r) + npages * sizeof(struct page));
    if (!r)
        return NULL;
    r->size = size;
    r->single = single;
    r->npages = npages;
    if (!region_map(r)) {
        mem_free(r);
        return NULL;
    }
    for (size_t i = 0; i < npages; i++)
        r->pages[i].slot_class = -1;
    keep_from_dumps(r->base, size);
    r->locked = mlock(r->base, size) == 0;
    if (!r->locked)
        atomic_fetch_add(&refused, size);
    POISON(r->base, size);
    r->next = regions;
    regions = r;
    return r;
}

/* Regions double up to 1 MiB. When the lock limit refuses a large one, a small one may still fit under it. */
static struct region *pool_grow(void)
{
    struct region *r = region_new(region_next, false);
    if (r && !r->locked && region_next > REGION_FIRST) {
        regions = r->next;
        region_unmap(r);
        r = region_new(REGION_FIRST, false);
    }
    if (r && region_next < REGION_LARGEST)
        region_next *= 2;
    return r;
}

static int page_take(struct page *pg, int slot_class)
{
    int slots = PAGE / (SLOT_MIN << slot_class);
    if (pg->slot_class == -1)
        pg->slot_class = (int8_t)slot_class;
    if (pg->slot_class != slot_class || pg->in_use == slots)
        return -1;
    for (int i = 0; i < slots; i++) {
        uint64_t bit = (uint64_t)1 << (i % 64);
        if (pg->used[i / 64] & bit)
            continue;
        pg->used[i / 64] |= bit;
        pg->in_use++;
        return i;
    }
    return -1;
}

static void *region_take(struct region *r, int slot_class)
{
    for (size_t i = r->first_free[slot_class]; i < r->npages; i++) {
        int slot = page_take(&r->pages[i], slot_class);
        if (slot < 0)
            continue;
        r->first_free[slot_class] = i;
        return r->base + i * PAGE + (size_t)slot * ((size_t)SLOT_MIN << slot_class);
    }
    r->first_free[slot_class] = r->npages;
    return NULL;
}

static void *pool_take(int slot_class)
{
    for (struct region *r = regions; r; r = r->next) {
        void *p = r->single ? NULL : region_take(r, slot_class);
        if (p)
            return p;
    }
    struct region *r = pool_grow();
    return r ? region_take(r, slot_class) : NULL;
}

static void *take(size_t n)
{
    if (n > PAGE) {
        struct region *r = region_new((n + PAGE - 1) / PAGE * PAGE, true);
        if (r)
            UNPOISON(r->base, n);
        return r ? r->base : NULL;
    }
    int slot_class = 0;
    while (((size_t)SLOT_MIN << slot_class) < n)
        slot_class++;
    void *p = pool_take(slot_class);
    if (!p)
        return NULL;
    size_t slot = (size_t)SLOT_MIN << slot_class;
    UNPOISON(p, slot);
    if (!sodium_is_zero(p, slot))
        abort(); /* written after it was freed: nothing in this pool can be trusted any more */
    UNPOISON(p, n);
    if (slot > n)
        POISON((uint8_t *)p + n, slot - n);
    return p;
}

void *secret_alloc(size_t n)
{
    if (n > SIZE_MAX / 2)
        return NULL;
    /* Most calls find a free slot and allocate nothing; the probe lets injected failures reach every caller
     * all the same. */
    void *probe = mem_alloc(1);
    if (!probe)
        return NULL;
    mem_free(probe);
    pthread_mutex_lock(&lock);
    void *p = take(n > 0 ? n : 1);
    pthread_mutex_unlock(&lock);
    return p;
}

static void single_free(struct region *r)
{
    struct region **at = &regions;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    UNPOISON(r->base, r->size);
    sodium_memzero(r->base, r->size);
    region_unmap(r);
}

static void slot_free(struct region *r, size_t offset)
{
    size_t i = offset / PAGE;
    struct page *pg = &r->pages[i];
    size_t slot_size = (size_t)SLOT_MIN << (pg->slot_class < 0 ? 0 : pg->slot_class);
    size_t slot = offset % PAGE / slot_size;
    uint64_t bit = (uint64_t)1 << (slot % 64);
    if (pg->slot_class < 0 || offset % slot_size != 0 || !(pg->used[slot / 64] & bit))
        abort(); /* not the start of a live secret: freed twice, or a wild pointer */
    UNPOISON(r->base + offset, slot_size);
    sodium_memzero(r->base + offset, slot_size);
    POISON(r->base + offset, slot_size);
    pg->used[slot / 64] &= ~bit;
    pg->in_use--;
    if (i < r->first_free[pg->slot_class])
        r->first_free[pg->slot_class] = i;
    if (pg->in_use > 0)
        return;
    pg->slot_class = -1; /* any class may cut it anew */
    for (int c = 0; c < SLOT_CLASSES; c++)
        if (i < r->first_free[c])
            r->first_free[c] = i;
}

void secret_free(void *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&lock);
    struct region *r = regions;
    while (r && !((uint8_t *)p >= r->base && (uint8_t *)p < r->base + r->size))
        r = r->next;
    if (!r || (r->single && p != r->base))
        abort();
    if (r->single)
        single_free(r);
    else
        slot_free(r, (size_t)((uint8_t *)p - r->base));
    pthread_mutex_unlock(&lock);
}

void secret_cleanup(void *pointer_to_pointer)
{
    void **p = pointer_to_pointer;
    secret_free(*p);
    *p = NULL;
}
