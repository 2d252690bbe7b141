/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include <stdatomic.h>

static _Atomic uint64_t calls, fail_at;
static atomic_bool fail_sticky;

static bool fails(void)
{
    uint64_t call = atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) + 1;
    uint64_t at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    return at && (call == at || (call > at && atomic_load_explicit(&fail_sticky, memory_order_relaxed)));
}

void *mem_alloc(size_t size)
{
    return fails() ? NULL : calloc(1, size ? size : 1);
}

void *mem_resize(void *p, size_t size)
{
    return fails() ? NULL : realloc(p, size ? size : 1);
}

void mem_free(void *p)
{
    free(p);
}

void mem_cleanup(void *pointer_to_pointer)
{
    void *p;
    memcpy(&p, pointer_to_pointer, sizeof p); /* the variable has some other pointer type */
    free(p);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = mem_alloc(n);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}

enum err mem_fail(void)
{
    return FAIL(ERR_NO_MEMORY, "no memory left");
}

void mem_inject(uint64_t nth, bool sticky)
{
    atomic_store(&calls, 0);
    atomic_store(&fail_sticky, sticky);
    atomic_store(&fail_at, nth);
}

uint64_t mem_calls(void)
{
    return atomic_load(&calls);
}
