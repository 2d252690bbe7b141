/* SPDX-License-Identifier: Apache-2.0 */
/* audit_verify.c - names every row that was edited, deleted, swapped, added or rolled back outside the door.
 *
 *  1. checkpoints: chain of sizes, signatures, peaks that give the root
 *  2. leaves and their places: MACs, the tree between checkpoints, gaps
 *  3. all covered tables: each row against the hash in the last leaf that changed it
 *  4. a witness: the log must still be an extension of what was seen elsewhere */
#include "base/alloc.h"
#include "base/limits.h"
#include "core/audit/known.h"
#include "core/audit/own.h"
#include "core/witness.h"

#define PAGE 500

struct verify {
    struct db *db;
    const struct schema *schema;
    struct vault *vault;
    bool keys;           /* MACs can be checked */
    struct arena *arena; /* of the report */
    struct arena *scratch;
    struct audit_report *report;
    uint8_t public[SIGN_PUBLIC_BYTES];
    struct known known;
    uint64_t end; /* size of the newest checkpoint */
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

/* ---- checkpoints
 * ----------------------------------------------------------------------------------------------------------
 */

struct checkpoint {
    uint64_t size, prev;
    struct id id;
    struct hash root;
    struct merkle tree;
    bool good;
};

static void check_checkpoint(struct verify *v, const struct cell *c, struct checkpoint *ret)
{
    struct audit_note note;
    struct checkpoint p = {
        .size = (uint64_t)c[AC_SIZE].i, .prev = (uint64_t)c[AC_PREV_SIZE].i, .id = cell_get_id(&c[AC_ID])};
    p.good = id_eq(p.id, audit_checkpoint_id(p.size)) && c[AC_ROOT].s.n == HASH_BYTES && p.prev < p.size &&
             c[AC_PEAKS].s.n == merkle_peaks(p.size) * HASH_BYTES;
    if (p.good) {
        memcpy(p.root.b, c[AC_ROOT].s.p, HASH_BYTES);
        p.tree.size = p.size;
        memcpy(p.tree.peaks, c[AC_PEAKS].s.p, c[AC_PEAKS].s.n);
        struct hash from_peaks = merkle_root(&p.tree);
        p.good = audit_note_read(c[AC_NOTE].s, v->public, v->scratch, &note) == OK && note.alone &&
                 note.size == p.size && note.at_us == c[AC_AT].i && note.prev_size == p.prev &&
                 secret_equal(note.root.b, p.root.b, HASH_BYTES) &&
                 secret_equal(from_peaks.b, note.root.b, HASH_BYTES);
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

/* ---- leaves
 * ----------------------------------------------------------------------------------------------------------------
 */

#define GONE_MAX 100
struct places {
    struct merkle content, placed; /* trees by what the leaves say, and by what the places say */
    struct checkpoint *checkpoints;
    size_t n, next;
    uint64_t expected;        /* next place */
    uint64_t limit;           /* no place can be as high */
    bool gap;                 /* a place or a leaf is missing since the last checkpoint */
    struct id bad_leaf[PAGE]; /* leaf and place differ, since the last checkpoint */
    size_t nbad;
    uint64_t missing;        /* places that are not there */
    uint64_t untrusted;      /* rows that are not what they say */
    uint64_t gone[GONE_MAX]; /* places whose leaf is not there */
    size_t ngone;
};

static bool mac_ok(struct verify *v, const struct table *t, const struct cell *cells, int column)
{
    uint8_t mac[16];
    if (!v->keys || !audit_row_mac(v->vault, t, cells, column, mac))
        return true;
    if (cells[column].kind == CELL_NULL)
        return false;
    return cells[column].s.n == sizeof mac && secret_equal(mac, cells[column].s.p, sizeof mac);
}

/* A leaf without MAC was written while the keys were closed - or by somebody who never had them. */
static bool leaf_mac_ok(struct verify *v, const struct cell *leaf)
{
    if (leaf[AL_MAC].kind == CELL_NULL)
        return audit_may_be_unsealed(v->schema, leaf[AL_CHANGES].s);
    return mac_ok(v, &TABLE_AUDIT_LEAF, leaf, AL_MAC);
}

/* no: which leaf wins where several tell of a row. A leaf without MAC speaks only for the tables that may
 * change while the keys are closed. */
static enum err take_leaf(struct verify *v, const struct cell *leaf, int64_t no)
{
    struct str changes = leaf[AL_CHANGES].s;
    if (leaf[AL_MAC].kind != CELL_NULL)
        return known_take(&v->known, changes, no, 0);
    v->report->unsealed++;
    for (size_t i = 0; i < v->schema->n; i++)
        if (v->schema->tables[i]->when_locked)
            TRY(known_take(&v->known, changes, no, v->schema->tables[i]->no));
    return OK;
}

static enum err at_checkpoint(struct verify *v, struct places *p)
{
    struct checkpoint *c = &p->checkpoints[p->next++];
    struct hash by_content = merkle_root(&p->content), by_place = merkle_root(&p->placed);
    bool content = secret_equal(by_content.b, c->root.b, HASH_BYTES);
    bool placed = secret_equal(by_place.b, c->root.b, HASH_BYTES);
    if (!c->good)
        return OK; /* named later; the next good one tells */
    const char *table = content ? "audit_seq" : "audit_leaf";
    for (size_t i = 0; i < p->nbad; i++)
        TRY(finding(v, table, p->bad_leaf[i], "edited"));
    if (!content && !placed && !p->gap && p->nbad == 0)
        TRY(finding(v, "audit_checkpoint", c->id,
                    "the leaves before it do not give its root (places swapped?)"));
    p->content = p->placed = c->tree;
    p->nbad = 0;
    p->gap = false;
    return OK;
}

static enum err check_leaf(struct verify *v, struct places *p, struct id id, uint64_t seq, bool trusted,
                           const struct hash *placed, struct hash *ret_content)
{
    struct cell leaf[AL_COUNT];
    enum err e = row_get(v->db, v->scratch, &TABLE_AUDIT_LEAF, id, leaf);
    *ret_content = *placed;
    if (e == ERR_NOT_FOUND) {
        p->gap = true;
        if (!trusted)
            return OK; /* what was wrong with the place is said already */
        if (p->ngone < GONE_MAX)
            p->gone[p->ngone++] = seq;
        return finding(v, "audit_leaf", id, "deleted");
    }
    TRY(e);
    *ret_content = audit_leaf_hash(leaf);
    bool good = leaf_mac_ok(v, leaf);
    bool differs = good && trusted && !secret_equal(ret_content->b, placed->b, HASH_BYTES);
    if (!good)
        TRY(finding(v, "audit_leaf", id, "edited or swapped"));
    else if (differs && p->nbad == PAGE)
        TRY(finding(v, "audit_leaf", id, "leaf and place differ"));
    else if (differs)
        p->bad_leaf[p->nbad++] = id;
    return take_leaf(v, leaf, good || !trusted ? leaf[AL_NO].i : (int64_t)seq + 1);
}

static enum err one_place(struct verify *v, struct places *p, const struct cell *place)
{
    struct id id = cell_get_id(&place[AS_ID]);
    int64_t seq = place[AS_SEQ].i;
    struct hash placed = {{0}}, content;
    bool hash_ok = place[AS_HASH].s.n == HASH_BYTES;
    bool trusted = mac_ok(v, &TABLE_AUDIT_SEQ, place, AS_MAC) && hash_ok && seq >= 0 &&
                   (uint64_t)seq >= p->expected && (uint64_t)seq < p->limit;
    v->report->leaves++;
    if (!trusted) {
        p->gap = true;
        p->untrusted++;
        TRY(finding(v, "audit_seq", id, "edited, swapped or added"));
        return check_leaf(v, p, id, p->expected, false, &placed, &content);
    }
    memcpy(placed.b, place[AS_HASH].s.p, HASH_BYTES);
    if ((uint64_t)seq != p->expected) {
        p->missing +=
            (uint64_t)seq - p->expected; /* named below: their leaves have no place, or are gone, too */
        while (p->next < p->n && p->checkpoints[p->next].size <= (uint64_t)seq) {
            p->gap = true;
            TRY(at_checkpoint(v, p));
        }
        p->gap = true;
    }
    p->expected = (uint64_t)seq + 1;
    TRY(check_leaf(v, p, id, (uint64_t)seq, true, &placed, &content));
    merkle_add(&p->content, content);
    merkle_add(&p->placed, placed);
    while (p->next < p->n && p->checkpoints[p->next].size <= p->expected)
        TRY(at_checkpoint(v, p));
    return OK;
}

static enum err check_places(struct verify *v, struct places *p)
{
    int64_t from = INT64_MIN;
    for (size_t n = PAGE; n == PAGE;) {
        struct stmt *s CLEANUP(stmt_cleanup) = NULL;
        struct buf page CLEANUP(buf_free) = {0};
        struct id id;
        bool row, last = false;
        arena_reset(v->scratch);
        TRY(db_prepare(
            v->db, "SELECT id, seq FROM audit_seq WHERE seq >= ?1 AND length(id) = 16 ORDER BY seq LIMIT ?2",
            &s));
        db_bind_i64(s, 1, from);
        db_bind_i64(s, 2, PAGE);
        for (;;) {
            TRY(db_step(s, &row));
            if (!row)
                break;
            buf_str(&page, db_blob(s, 0));
            last = db_i64(s, 1) == INT64_MAX;
            from = db_i64(s, 1) + 1;
        }
        TRY(buf_err(&page));
        n = last ? 0 : page.n / sizeof id;
        for (size_t i = 0; i < page.n / sizeof id; i++) {
            struct cell place[AS_COUNT];
            memcpy(id.b, page.p + i * sizeof id.b, sizeof id.b);
            TRY(row_get(v->db, v->scratch, &TABLE_AUDIT_SEQ, id, place));
            TRY(one_place(v, p, place));
        }
    }
    while (p->next < p->n) {
        p->gap |= p->checkpoints[p->next].size > p->expected;
        TRY(at_checkpoint(v, p));
    }
    for (size_t i = 0; i < p->nbad; i++)
        TRY(finding(v, "audit_leaf", p->bad_leaf[i], "leaf and place differ"));
    return OK;
}

/* Leaves without a place: those of the last moments are pending; one where a place is missing has lost its
 * place. */
static enum err check_unplaced(struct verify *v, uint64_t missing_places)
{
    struct arena *own CLEANUP(arena_cleanup) = arena_new(BUF_LIMIT_DEFAULT);
    struct id *ids;
    size_t n;
    if (!own)
        return mem_fail();
    TRY(audit_pending(v->db, own, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell leaf[AL_COUNT];
        arena_reset(v->scratch);
        TRY(row_get(v->db, v->scratch, &TABLE_AUDIT_LEAF, ids[i], leaf));
        bool good = leaf_mac_ok(v, leaf);
        if (!good)
            TRY(finding(v, "audit_leaf", ids[i], "edited or added"));
        else if (i < missing_places)
            TRY(finding(v, "audit_seq", ids[i], "deleted"));
        else if (!v->keys && leaf[AL_MAC].kind != CELL_NULL && leaf[AL_CHANGES].s.n)
            TRY(finding(v, "audit_leaf", ids[i],
                        "has no place yet, and only the keys can tell who wrote it"));
        else
            v->report->pending++;
        TRY(take_leaf(v, leaf, good ? leaf[AL_NO].i : 0));
    }
    return OK;
}

static bool gone_already(const struct places *p, int64_t no)
{
    for (size_t i = 0; i < p->ngone; i++)
        if ((int64_t)p->gone[i] + 1 == no)
            return true;
    return false;
}

/* Leaves are numbered without a gap: one that is gone together with its place is still missed. */
static enum err check_numbers(struct verify *v, const struct places *p)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db,
                   "SELECT l.no - 1 FROM audit_leaf l LEFT JOIN audit_leaf b ON b.no = l.no - 1 "
                   "WHERE l.no > 1 AND b.no IS NULL ORDER BY l.no LIMIT 100",
                   &s));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        int64_t no = db_i64(s, 0);
        if (gone_already(p, no))
            continue;
        char *what = arena_printf(v->arena, "leaf number %lld and its place are missing", (long long)no);
        if (!what)
            return arena_err(v->arena);
        TRY(finding(v, "audit_leaf", id_nil(), what));
    }
}

static enum err check_chain(struct verify *v, struct places *p)
{
    uint64_t prev = 0;
    v->end = p->expected;
    for (size_t i = 0; i < p->n; i++) {
        const struct checkpoint *c = &p->checkpoints[i];
        if (!c->good)
            TRY(finding(v, "audit_checkpoint", c->id, "edited, swapped or added"));
        else if (c->prev != prev)
            TRY(finding(v, "audit_checkpoint", audit_checkpoint_id(c->prev), "deleted"));
        if (c->good || c->size <= p->limit)
            prev = c->size;
        if (c->good && c->size > v->end)
            v->end = c->size;
    }
    if (p->expected > prev)
        TRY(finding(v, "audit_checkpoint", audit_checkpoint_id(p->expected), "deleted"));
    v->report->checkpoints = p->n;
    return OK;
}

static enum err check_log(struct verify *v)
{
    struct buf all CLEANUP(buf_free) = {0};
    struct places p = {0};
    int64_t places, proper;
    TRY(load_checkpoints(v, &all, &p.checkpoints, &p.n));
    TRY(row_count(v->db, &TABLE_AUDIT_SEQ, &places, &proper));
    p.limit = (uint64_t)places;
    for (size_t i = 0; i < p.n; i++)
        if (p.checkpoints[i].good && p.checkpoints[i].size > p.limit)
            p.limit = p.checkpoints[i].size;
    TRY(check_places(v, &p));
    v->report->root = merkle_root(&p.content);
    TRY(check_chain(v, &p));
    p.missing += v->end - p.expected;
    TRY(check_unplaced(v, p.missing > p.untrusted ? p.missing - p.untrusted : 0));
    return check_numbers(v, &p);
}

/* ---- rows
 * ------------------------------------------------------------------------------------------------------------------
 */

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
    int64_t proper;
    TRY(row_count(v->db, t, ret_rows, &proper));
    if (*ret_rows != proper)
        TRY(finding(v, t->name, id_nil(), "rows whose id is none, added outside the door"));
    while (!t->uncovered && !t->audit_own) {
        size_t n;
        arena_reset(v->scratch);
        struct cell *cells = ARENA_ARRAY(v->scratch, PAGE * t->ncolumns, struct cell);
        if (!cells)
            return arena_err(v->scratch);
        TRY(row_page(v->db, v->scratch, t, after, PAGE, cells, &n));
        for (size_t i = 0; i < n; i++) {
            TRY(check_row(v, t, cells + i * t->ncolumns));
            after = cell_get_id(&cells[i * t->ncolumns]);
        }
        if (n < PAGE)
            break;
    }
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

/* ---- witness
 * ----------------------------------------------------------------------------------------------------------------
 */

static enum err check_witness(struct verify *v, struct str witness)
{
    struct audit_note note;
    struct merkle m = {0};
    if (audit_note_read(witness, v->public, v->arena, &note) != OK)
        return finding(v, "audit_checkpoint", id_nil(), "the witness's note is not signed by this log's key");
    uint64_t size = note.size;
    if (size > v->end)
        return finding(v, "audit_checkpoint", audit_checkpoint_id(size),
                       "rolled back: a witness saw a longer log");
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
    if (m.size != size || !secret_equal(now.b, note.root.b, HASH_BYTES))
        return finding(v, "audit_checkpoint", audit_checkpoint_id(size),
                       "rewritten: a witness saw another root at this size");
    return OK;
}

/* The newest ones that were kept here: who cut the log may not have thought of them, or not dared. */
static enum err check_kept(struct verify *v)
{
    struct witness_notes kept;
    TRY(witness_list(v->db, v->arena, WITNESS_VERIFY_MAX, &kept));
    for (size_t i = 0; i < kept.n; i++) {
        struct str note;
        struct audit_note read;
        TRY(witness_text(v->db, v->arena, kept.items[i].id, &note));
        if (audit_note_read(note, v->public, v->arena, &read) == OK)
            TRY(check_witness(v, note));
        else
            err_clear(); /* the log has another key now: it was compared when it came */
    }
    return OK;
}

/* Of the open keys; else as the keyring says, whose row may be what somebody changed. */
static enum err find_key(struct verify *v)
{
    if (vault_audit_signer(v->vault, v->public))
        return OK;
    enum err e = vault_audit_public(v->db, v->public);
    if (e == ERR_NOT_FOUND || e == ERR_CRYPTO)
        return finding(v, "keyring", id_nil(), "the log's public key is missing or damaged");
    return e;
}

enum err audit_verify(struct db *db, const struct schema *schema, struct vault *vault, struct str witness,
                      struct arena *a, struct audit_report *ret)
{
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(0);
    struct audit_report report = {0};
    struct verify v = {.db = db,
                       .schema = schema,
                       .vault = vault,
                       .keys = vault && vault_unlocked(vault),
                       .arena = a,
                       .scratch = scratch,
                       .report = &report};
    report.findings = arena_array(a, AUDIT_FINDINGS_MAX, sizeof *report.findings);
    if (!scratch || !report.findings)
        return scratch ? arena_err(a) : mem_fail();
    TRY(db_begin(db, DB_READ));
    enum err e = find_key(&v);
    if (e == OK)
        e = check_log(&v);
    if (e == OK)
        e = check_tables(&v);
    if (e == OK && schema_find(schema, TABLE_WITNESS_NOTE.name))
        e = check_kept(&v);
    if (e == OK && witness.n)
        e = check_witness(&v, witness);
    db_rollback(db);
    known_free(&v.known);
    if (e == OK)
        *ret = report;
    return e;
}
