/* SPDX-License-Identifier: Apache-2.0 */
#include "core/audit/known.h"

#include "base/alloc.h"
#include "core/audit/own.h"

void known_free(struct known *k)
{
    mem_free(k->rows);
    *k = (struct known){0};
}

static struct known_row *slot(const struct known *k, uint16_t table, struct id id)
{
    uint64_t h = (id_hash(&id) ^ ((uint64_t)table << 40)) * 0x9e3779b97f4a7c15u;
    for (size_t i = h >> 20;; i++) {
        struct known_row *r = &k->rows[i & (k->cap - 1)];
        if (!r->used || (r->table == table && id_eq(r->id, id)))
            return r;
    }
}

static enum err grow(struct known *k)
{
    struct known next = {.cap = k->cap ? k->cap * 2 : 4096};
    next.rows = mem_alloc(next.cap * sizeof *next.rows);
    if (!next.rows)
        return mem_fail();
    for (size_t i = 0; i < k->cap; i++)
        if (k->rows[i].used)
            *slot(&next, k->rows[i].table, k->rows[i].id) = k->rows[i];
    next.n = k->n;
    mem_free(k->rows);
    *k = next;
    return OK;
}

static enum err put(struct known *k, uint16_t table, struct id id, int64_t no, const uint8_t hash[HASH_BYTES])
{
    static const uint8_t zero[HASH_BYTES];
    if ((k->n + 1) * 10 > k->cap * 7)
        TRY(grow(k));
    struct known_row *r = slot(k, table, id);
    if (r->used && r->no > no)
        return OK;
    if (!r->used)
        k->n++;
    *r = (struct known_row){
        .id = id, .table = table, .no = no, .used = true, .deleted = memcmp(hash, zero, HASH_BYTES) == 0};
    memcpy(r->hash, hash, sizeof r->hash);
    return OK;
}

enum err known_take(struct known *k, struct str changes, int64_t no, uint16_t only)
{
    for (; changes.n >= CHANGE_BYTES; changes = str_sub(changes, CHANGE_BYTES, changes.n)) {
        const uint8_t *p = (const uint8_t *)changes.p;
        uint16_t table = (uint16_t)(p[0] << 8 | p[1]);
        struct id id;
        memcpy(id.b, p + 2, sizeof id.b);
        if (!only || table == only)
            TRY(put(k, table, id, no, p + 18));
    }
    return OK;
}

struct known_row *known_find(const struct known *k, uint16_t table, struct id id)
{
    struct known_row *r = k->cap ? slot(k, table, id) : NULL;
    return r && r->used ? r : NULL;
}

bool known_is(const struct known_row *r, const struct hash *h)
{
    return !r->deleted && memcmp(r->hash, h->b, sizeof r->hash) == 0;
}

#define PAGE 500

static enum err load_placed(struct db *db, uint16_t only, struct known *k)
{
    int64_t from = INT64_MIN, n = PAGE;
    while (n == PAGE) {
        struct stmt *s CLEANUP(stmt_cleanup) = NULL;
        TRY(db_prepare(db,
                       "SELECT q.seq, l.changes, l.no FROM audit_seq q JOIN audit_leaf l ON l.id = q.id "
                       "WHERE q.seq >= ?1 "
                       "ORDER BY q.seq LIMIT ?2",
                       &s));
        db_bind_i64(s, 1, from);
        db_bind_i64(s, 2, PAGE);
        for (n = 0;; n++) {
            bool row;
            TRY(db_step(s, &row));
            if (!row)
                break;
            from = db_i64(s, 0) + 1;
            TRY(known_take(k, db_blob(s, 1), db_i64(s, 2), only));
        }
    }
    return OK;
}

enum err known_load(struct db *db, uint16_t only, struct known *k)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(0);
    struct id *pending;
    size_t n;
    if (!a || !scratch)
        return mem_fail();
    TRY(load_placed(db, only, k));
    TRY(audit_pending(db, a, &pending, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell leaf[AL_COUNT];
        arena_reset(scratch);
        TRY(row_get(db, scratch, &TABLE_AUDIT_LEAF, pending[i], leaf));
        TRY(known_take(k, leaf[AL_CHANGES].s, leaf[AL_NO].i, only));
    }
    return OK;
}
