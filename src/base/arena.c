/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/alloc.h"
#include "base/limits.h"
#include <stdarg.h>

/* Under AddressSanitizer each allocation gets a poisoned gap, so that overflows inside a block are found. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP            16
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define GAP            0
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGNMENT     16
#define BLOCK_FIRST   8192
#define BLOCK_LARGEST (256u << 10)

struct block {
    struct block *older;
    size_t size, used; /* of data */
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *block; /* the newest */
    size_t limit, used, next_size;
    enum err err;
};

static struct block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block))
        return NULL;
    struct block *b = mem_alloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->size = size;
    POISON(b->data, size);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->size);
    mem_free(b);
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = mem_alloc(sizeof *a);
    if (!a) {
        (void)mem_fail();
        return NULL;
    }
    a->limit = limit ? limit : ARENA_LIMIT_DEFAULT;
    a->next_size = BLOCK_FIRST;
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->block, *older; b; b = older) {
        older = b->older;
        block_free(b);
    }
    mem_free(a);
}

bool arena_holds(const struct arena *a, const void *p)
{
    uintptr_t at = (uintptr_t)p;
    for (const struct block *b = a ? a->block : NULL; b; b = b->older)
        if (at >= (uintptr_t)b->data && at - (uintptr_t)b->data < b->size)
            return true;
    return false;
}

void arena_cleanup(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(struct arena *a)
{
    struct block *keep = a->block;
    for (struct block *b = keep ? keep->older : NULL, *older; b; b = older) {
        older = b->older;
        block_free(b);
    }
    if (keep) {
        UNPOISON(keep->data, keep->size);
        memset(keep->data, 0, keep->used);
        POISON(keep->data, keep->size);
        keep->older = NULL;
        keep->used = 0;
    }
    a->used = 0;
    a->err = OK;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

enum err arena_err(const struct arena *a)
{
    return a ? a->err : ERR_NO_MEMORY;
}

static void *stop(struct arena *a, enum err code)
{
    a->err = code == ERR_LIMIT ? FAIL(ERR_LIMIT, "more than %zu bytes of memory in one request", a->limit)
                               : mem_fail();
    return NULL;
}

static struct block *block_with_room(struct arena *a, size_t size)
{
    struct block *b = a->block;
    if (b && b->size - b->used >= size)
        return b;
    if (size >= a->next_size && b) {
        /* A large one gets its own block behind the newest, whose free room stays in use. */
        struct block *own = block_new(size);
        if (own) {
            own->older = b->older;
            b->older = own;
        }
        return own;
    }
    size_t next = a->next_size > size ? a->next_size : size;
    struct block *fresh = block_new(next);
    if (!fresh)
        return NULL;
    fresh->older = b;
    a->block = fresh;
    if (a->next_size < BLOCK_LARGEST)
        a->next_size *= 2;
    return fresh;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (!a) {
        (void)mem_fail();
        return NULL;
    }
    if (size > a->limit || a->limit - size < a->used)
        return stop(a, ERR_LIMIT);
    size_t rounded = ((size ? size : 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *b = block_with_room(a, rounded + GAP);
    if (!b)
        return stop(a, ERR_NO_MEMORY);
    char *p = b->data + b->used;
    b->used += rounded + GAP;
    a->used += size;
    UNPOISON(p, size);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;
    if (a && __builtin_mul_overflow(count, size, &total))
        return stop(a, ERR_LIMIT);
    return arena_alloc(a, a ? total : 0);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n < SIZE_MAX ? s.n + 1 : SIZE_MAX);
    if (!p)
        return (struct str){0};
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

char *arena_cstr(struct arena *a, struct str s)
{
    return (char *)arena_str(a, s).p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = NULL;
    if (n >= 0 && (p = arena_alloc(a, (size_t)n + 1)))
        vsnprintf(p, (size_t)n + 1, fmt, again);
    else if (n < 0 && a)
        stop(a, ERR_NO_MEMORY);
    va_end(again);
    return p;
}
