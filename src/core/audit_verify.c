/* SPDX-License-Identifier: Apache-2.0 */
/* audit_verify.c - names every row that was edited, deleted, swapped, added or rolled back outside the door.
 *
 *  1. checkpoints: chain of sizes, signatures, peaks that give the root
 *  2. leaves and their places: MACs, the tree between checkpoints, gaps
 *  3. all covered tables: each row against the hash in the last leaf that changed it
 *  4. a witness: the log must still be an extension of what was seen elsewhere */
#include "base/alloc.h"
#include "core/audit_own.h"
#include "core/known.h"

#define PAGE 500

struct verify {
    struct db *db;
    const struct schema *schema;
    struct vault *vault;
    bool keys;              /* MACs can be checked */
    struct arena *arena;    /* of the report */
    struct arena *scratch;
    struct audit_report *report;
    uint8_t public[SIGN_PUBLIC_BYTES];
    struct known known;
    uint64_t end;           /* size of the newest checkpoint */
};

static enum err finding(struct verify *v, const char *table, struct id row, const char *what)
{
    struct audit_report *r = v->report;
    r->total++;
    if (r->n == AUDIT_FINDINGS_MAX)
        return OK;
    r->findings[r->n++] = (struct audit_finding){table, row, what};
    return OK;
}

/* ---- checkpoints ---------------------------------------------------------------------------------------------------------- */

struct checkpoint { uint64_t size, prev; struct id id; struct hash root; struct merkle tree; bool good; };

static void check_checkpoint(struct verify *v, const struct cell *c, struct checkpoint *ret)
{
    uint64_t size = 0;
    struct hash root;
    struct checkpoint p = {.size = (uint64_t)c[AC_SIZE].i, .prev = (uint64_t)c[AC_PREV_SIZE].i, .id = cell_get_id(&c[AC_ID])};
    p.good = id_eq(p.id, audit_checkpoint_id(p.size)) && c[AC_ROOT].s.n == HASH_BYTES && p.prev < p.size &&
             c[AC_PEAKS].s.n == merkle_peaks(p.size) * HASH_BYTES && c[AC_AT].i > 0;
    if (p.good) {
        memcpy(p.root.b, c[AC_ROOT].s.p, HASH_BYTES);
        p.tree.size = p.size;
        memcpy(p.tree.peaks, c[AC_PEAKS].s.p, c[AC_PEAKS].s.n);
        struct hash from_peaks = merkle_root(&p.tree);
        p.good = audit_note_read(c[AC_NOTE].s, v->public, v->scratch, &size, &root) == OK && size == p.size &&
                 secret_equal(root.b, p.root.b, HASH_BYTES) && secret_equal(from_peaks.b, root.b, HASH_BYTES);
    }
    *ret = p;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = ((const struct checkpoint *)a)->size, y = ((const struct checkpoint *)b)->size;
    return x < y ? -1 : x > y;
}

static enum err load_checkpoints(struct verify *v, struct buf *all, struct checkpoint **ret, size_t *ret_n)
{
    struct id after = id_nil();
    for (;;) {
        size_t n;
        arena_reset(v->scratch);
        struct cell *cells = ARENA_ARRAY(v->scratch, PAGE * AC_COUNT, struct cell);
        if (!cells)
            return arena_err(v->scratch);
        TRY(row_page(v->db, v->scratch, &TABLE_AUDIT_CHECKPOINT, after, PAGE, cells, &n));
        for (size_t i = 0; i < n; i++) {
            struct checkpoint c;
            check_checkpoint(v, cells + i * AC_COUNT, &c);
            buf_bytes(all, &c, sizeof c);
            after = c.id;
        }
        if (n < PAGE)
            break;
    }
    TRY(buf_err(all));
    *ret = (struct checkpoint *)(void *)all->p;
    *ret_n = all->n / sizeof **ret;
    if (*ret_n)
        qsort(*ret, *ret_n, sizeof **ret, by_size);
    return OK;
}

/* ---- leaves ---------------------------------------------------------------------------------------------------------------- */

struct places {
    struct merkle content, placed; /* trees by what the leaves say, and by what the places say */
    struct checkpoint *checkpoints; size_t n, next;
    uint64_t expected;             /* next place */
    bool gap;                      /* a place or a leaf is missing since the last checkpoint */
    struct id bad_leaf[PAGE]; size_t nbad; /* leaf and place differ, since the last checkpoint */
};

static bool mac_ok(struct verify *v, const struct table *t, const struct cell *cells, int column)
{
    uint8_t mac[16];
    if (!v->keys || !audit_row_mac(v->vault, t, cells, column, mac))
        return true;
    if (cells[column].kind == CELL_NULL)
        return t == &TABLE_AUDIT_LEAF; /* written while locked */
    return cells[column].s.n == sizeof mac && secret_equal(mac, cells[column].s.p, sizeof mac);
}

static enum err at_checkpoint(struct verify *v, struct places *p)
{
    struct checkpoint *c = &p->checkpoints[p->next++];
    struct hash by_content = merkle_root(&p->content), by_place = merkle_root(&p->placed);
    bool content = secret_equal(by_content.b, c->root.b, HASH_BYTES), placed = secret_equal(by_place.b, c->root.b, HASH_BYTES);
    if (c->good) {
        const char *table = content ? "audit_seq" : "audit_leaf";
        for (size_t i = 0; i < p->nbad; i++)
            TRY(finding(v, table, p->bad_leaf[i], "edited"));
        if (!content && !placed && !p->gap && p->nbad == 0)
            TRY(finding(v, "audit_checkpoint", c->id, "the leaves before it do not give its root (places swapped?)"));
        p->content = p->placed = c->tree;
        p->content.size = p->placed.size = c->size;
    } else {
        for (size_t i = 0; i < p->nbad; i++)
            TRY(finding(v, "audit_leaf", p->bad_leaf[i], "leaf and place differ"));
        p->placed = p->content;
    }
    p->nbad = 0;
    p->gap = false;
    return OK;
}

static enum err one_place(struct verify *v, struct places *p, const struct cell *place)
{
    struct cell leaf[AL_COUNT];
    struct id id = cell_get_id(&place[AS_ID]);
    uint64_t seq = (uint64_t)place[AS_SEQ].i;
    bool hash_ok = place[AS_HASH].s.n == HASH_BYTES;
    struct hash placed = {{0}}, content;
    if (seq != p->expected)
        p->gap = true; /* named below: the leaf that has no place, or the place out of order */
    p->expected = seq + 1;
    if (hash_ok)
        memcpy(placed.b, place[AS_HASH].s.p, HASH_BYTES);
    bool place_mac = mac_ok(v, &TABLE_AUDIT_SEQ, place, AS_MAC);
    if (!place_mac || !hash_ok)
        TRY(finding(v, "audit_seq", id, "edited or swapped"));
    enum err e = row_get(v->db, v->scratch, &TABLE_AUDIT_LEAF, id, leaf);
    if (e == ERR_NOT_FOUND) {
        p->gap = true;
        content = placed;
        TRY(finding(v, "audit_leaf", id, "deleted"));
    } else {
        TRY(e);
        content = audit_leaf_hash(leaf);
        bool leaf_mac = mac_ok(v, &TABLE_AUDIT_LEAF, leaf, AL_MAC);
        if (!leaf_mac)
            TRY(finding(v, "audit_leaf", id, "edited or swapped"));
        else if (place_mac && !secret_equal(content.b, placed.b, HASH_BYTES) && p->nbad < PAGE)
            p->bad_leaf[p->nbad++] = id;
        TRY(known_take(&v->known, leaf[AL_CHANGES].s, 0));
    }
    merkle_add(&p->content, content);
    merkle_add(&p->placed, placed);
    v->report->leaves++;
    while (p->next < p->n && p->checkpoints[p->next].size <= seq + 1)
        TRY(at_checkpoint(v, p));
    return OK;
}

static enum err check_places(struct verify *v, struct places *p)
{
    int64_t from = INT64_MIN;
    for (;;) {
        struct stmt *s;
        struct buf page CLEANUP(buf_free) = {0};
        arena_reset(v->scratch);
        TRY(db_prepare(v->db, "SELECT id, seq FROM audit_seq WHERE seq >= ?1 ORDER BY seq LIMIT 500", &s));
        db_bind_i64(s, 1, from);
        for (;;) {
            bool row;
            TRY(db_step(s, &row));
            if (!row)
                break;
            buf_str(&page, db_blob(s, 0));
            from = db_i64(s, 1) + 1;
        }
        TRY(buf_err(&page));
        size_t n = page.n / sizeof(struct id);
        for (size_t i = 0; i < n; i++) {
            struct cell place[AS_COUNT];
            struct id id;
            memcpy(id.b, page.p + i * sizeof id.b, sizeof id.b);
            TRY(row_get(v->db, v->scratch, &TABLE_AUDIT_SEQ, id, place));
            TRY(one_place(v, p, place));
        }
        if (n < 500)
            break;
    }
    while (p->next < p->n)
        TRY(at_checkpoint(v, p));
    return OK;
}

/* Leaves without a place: those of the last moments are pending; one where a place is missing has lost its place. */
static enum err check_unplaced(struct verify *v, uint64_t missing_places)
{
    struct id *ids;
    size_t n;
    arena_reset(v->scratch);
    TRY(audit_pending(v->db, v->scratch, &ids, &n));
    struct id *copy = ARENA_ARRAY(v->arena, n ? n : 1, struct id);
    if (!copy)
        return arena_err(v->arena);
    if (n)
        memcpy(copy, ids, n * sizeof *ids);
    for (size_t i = 0; i < n; i++) {
        struct cell leaf[AL_COUNT];
        arena_reset(v->scratch);
        TRY(row_get(v->db, v->scratch, &TABLE_AUDIT_LEAF, copy[i], leaf));
        if (!mac_ok(v, &TABLE_AUDIT_LEAF, leaf, AL_MAC))
            TRY(finding(v, "audit_leaf", copy[i], "edited or added"));
        else if (i < missing_places)
            TRY(finding(v, "audit_seq", copy[i], "deleted"));
        else
            v->report->pending++;
        TRY(known_take(&v->known, leaf[AL_CHANGES].s, 0));
    }
    return OK;
}

static enum err check_chain(struct verify *v, struct checkpoint *c, size_t n, uint64_t places_end)
{
    uint64_t prev = 0;
    for (size_t i = 0; i < n; i++) {
        if (!c[i].good)
            TRY(finding(v, "audit_checkpoint", c[i].id, "edited or swapped"));
        else if (c[i].prev != prev)
            TRY(finding(v, "audit_checkpoint", audit_checkpoint_id(c[i].prev), "deleted"));
        prev = c[i].size;
    }
    if (places_end > prev)
        TRY(finding(v, "audit_checkpoint", audit_checkpoint_id(places_end), "deleted"));
    v->report->checkpoints = n;
    v->end = prev;
    return OK;
}

static enum err check_log(struct verify *v)
{
    struct buf all CLEANUP(buf_free) = {0};
    struct places p = {0};
    struct stmt *s;
    bool row;
    TRY(load_checkpoints(v, &all, &p.checkpoints, &p.n));
    TRY(check_places(v, &p));
    v->report->root = merkle_root(&p.content);
    TRY(db_prepare(v->db, "SELECT count(*), coalesce(max(seq), -1) FROM audit_seq", &s));
    TRY(db_step(s, &row));
    uint64_t count = (uint64_t)db_i64(s, 0), end = (uint64_t)(db_i64(s, 1) + 1);
    db_reset(s);
    TRY(check_chain(v, p.checkpoints, p.n, end));
    uint64_t should = v->end > end ? v->end : end;
    return check_unplaced(v, should > count ? should - count : 0);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------ */

static enum err check_row(struct verify *v, const struct table *t, const struct cell *cells)
{
    struct id id = cell_get_id(&cells[0]);
    struct hash h = row_hash(t, cells);
    struct known_row *k = known_find(&v->known, t->no, id);
    v->report->rows++;
    if (!k)
        return finding(v, t->name, id, "added outside the door");
    k->seen = true;
    if (k->deleted)
        return finding(v, t->name, id, "was deleted and is back");
    if (!known_is(k, &h))
        return finding(v, t->name, id, "edited, swapped or rolled back");
    return OK;
}

static enum err check_table(struct verify *v, const struct table *t, int64_t *ret_rows)
{
    struct id after = id_nil();
    int64_t rows = 0;
    for (;;) {
        size_t n;
        arena_reset(v->scratch);
        struct cell *cells = ARENA_ARRAY(v->scratch, PAGE * t->ncolumns, struct cell);
        if (!cells)
            return arena_err(v->scratch);
        TRY(row_page(v->db, v->scratch, t, after, PAGE, cells, &n));
        for (size_t i = 0; i < n; i++) {
            if (!t->uncovered && !t->audit_own)
                TRY(check_row(v, t, cells + i * t->ncolumns));
            after = cell_get_id(&cells[i * t->ncolumns]);
        }
        rows += (int64_t)n;
        if (n < PAGE)
            break;
    }
    *ret_rows = rows;
    return OK;
}

static enum err check_tables(struct verify *v)
{
    const char **present;
    size_t npresent;
    struct audit_report *r = v->report;
    r->tables = arena_array(v->arena, v->schema->n, sizeof *r->tables);
    if (!r->tables)
        return arena_err(v->arena);
    for (size_t i = 0; i < v->schema->n; i++) {
        const struct table *t = v->schema->tables[i];
        r->tables[i].table = t->name;
        r->tables[i].covered = !t->uncovered;
        r->tables[i].why = t->uncovered ? t->uncovered : t->audit_own ? "by the tree" : "by the leaves";
        TRY(check_table(v, t, &r->tables[i].rows));
    }
    r->ntables = v->schema->n;
    for (size_t i = 0; i < v->known.cap; i++) {
        const struct known_row *k = &v->known.rows[i];
        if (!k->used || k->seen || k->deleted)
            continue;
        const struct table *t = schema_number(v->schema, k->table);
        TRY(finding(v, t ? t->name : "unknown table", k->id, "deleted"));
    }
    TRY(db_tables(v->db, v->arena, &present, &npresent));
    for (size_t i = 0; i < npresent; i++)
        if (!schema_find(v->schema, present[i]))
            TRY(finding(v, present[i], id_nil(), "a table that is not declared"));
    return OK;
}

/* ---- witness ---------------------------------------------------------------------------------------------------------------- */

static enum err check_witness(struct verify *v, struct str witness)
{
    uint64_t size;
    struct hash root;
    struct merkle m = {0};
    if (audit_note_read(witness, v->public, v->arena, &size, &root) != OK)
        return finding(v, "audit_checkpoint", id_nil(), "the witness's note is not signed by this log's key");
    if (size > v->end)
        return finding(v, "audit_checkpoint", audit_checkpoint_id(size), "rolled back: a witness saw a longer log");
    while (m.size < size) {
        uint64_t before = m.size;
        struct stmt *s;
        TRY(db_prepare(v->db, "SELECT hash FROM audit_seq WHERE seq >= ?1 AND seq < ?2 ORDER BY seq", &s));
        db_bind_i64(s, 1, (int64_t)m.size);
        db_bind_i64(s, 2, (int64_t)(size - m.size > 5000 ? m.size + 5000 : size));
        for (;;) {
            bool row;
            struct hash h = {{0}};
            TRY(db_step(s, &row));
            if (!row)
                break;
            if (db_blob(s, 0).n == HASH_BYTES)
                memcpy(h.b, db_blob(s, 0).p, HASH_BYTES);
            merkle_add(&m, h);
        }
        if (m.size == before)
            break;
    }
    struct hash now = merkle_root(&m);
    if (m.size != size || !secret_equal(now.b, root.b, HASH_BYTES))
        return finding(v, "audit_checkpoint", audit_checkpoint_id(size), "rewritten: a witness saw another root at this size");
    return OK;
}

enum err audit_verify(struct db *db, const struct schema *schema, struct vault *vault, struct str witness, struct arena *a,
                      struct audit_report *ret)
{
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(0);
    struct audit_report report = {0};
    struct verify v = {.db = db, .schema = schema, .vault = vault, .keys = vault && vault_unlocked(vault), .arena = a,
                       .scratch = scratch, .report = &report};
    report.findings = arena_array(a, AUDIT_FINDINGS_MAX, sizeof *report.findings);
    if (!scratch || !report.findings)
        return scratch ? arena_err(a) : mem_fail();
    TRY(vault_audit_public(db, v.public));
    TRY(db_begin(db, DB_READ));
    enum err e = check_log(&v);
    if (e == OK)
        e = check_tables(&v);
    if (e == OK && witness.n)
        e = check_witness(&v, witness);
    db_rollback(db);
    known_free(&v.known);
    if (e == OK)
        *ret = report;
    return e;
}
