/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/locked.h"

#include "base/alloc.h"
#include "sys/crypto.h"

#define PAGE_BYTES 4096
#define TEXT_BYTES 65536 /* texts of one region */

struct locked_region {
    void *p;
    size_t n;
    bool locked;
    struct locked_region *next;
};

static char *first_page(void *p)
{
    return (char *)p + (PAGE_BYTES - (uintptr_t)p % PAGE_BYTES) % PAGE_BYTES;
}

void *locked_new(struct locked_pool *p, size_t n)
{
    struct locked_region *r = mem_alloc(sizeof *r);
    size_t whole = (n + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    char *memory = r ? mem_alloc(whole + PAGE_BYTES) : NULL;
    if (!memory) {
        mem_free(r);
        return NULL;
    }
    char *from = first_page(memory);
    *r = (struct locked_region){memory, whole, secret_lock_region(from, whole), p->regions};
    p->regions = r;
    p->refused |= !r->locked;
    p->bytes += whole;
    return from;
}

const char *locked_text(struct locked_pool *p, struct str s)
{
    if (s.n + 1 > p->text_left) {
        size_t n = s.n + 1 > TEXT_BYTES ? s.n + 1 : TEXT_BYTES;
        p->text = locked_new(p, n);
        p->text_left = p->text ? n : 0;
        if (!p->text)
            return NULL;
    }
    char *to = p->text;
    memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    p->text += s.n + 1;
    p->text_left -= s.n + 1;
    return to;
}

void locked_free(struct locked_pool *p)
{
    for (struct locked_region *r = p->regions, *next; r; r = next) {
        next = r->next;
        secret_unlock_region(first_page(r->p), r->n, r->locked); /* wipes */
        mem_free(r->p);
        mem_free(r);
    }
    *p = (struct locked_pool){0};
}

void *locked_add(struct locked_array *a)
{
    if (a->n == a->nchunks * LOCKED_CHUNK) {
        char **chunks = mem_resize(a->chunks, (a->nchunks + 1) * sizeof *chunks);
        if (!chunks)
            return NULL;
        a->chunks = chunks;
        chunks[a->nchunks] = locked_new(a->pool, LOCKED_CHUNK * a->size);
        if (!chunks[a->nchunks])
            return NULL;
        a->nchunks++;
    }
    return locked_at(a, a->n++);
}

void locked_array_free(struct locked_array *a)
{
    mem_free(a->chunks);
    *a = (struct locked_array){.pool = a->pool, .size = a->size};
}
