/* SPDX-License-Identifier: Apache-2.0 */
#include "core/audit.h"

#include "core/audit/own.h"

static const struct column leaf_columns[AL_COUNT] = {
    [AL_ID] = {"id", COL_ID, 0, NULL},
    [AL_AT] = {"at_us", COL_INT, 0, NULL},
    [AL_REQUEST] = {"request", COL_ID, COL_NULL, NULL},
    [AL_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [AL_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [AL_ROLE] = {"role", COL_INT, 0, NULL},
    [AL_PURPOSE] = {"purpose", COL_INT, 0, NULL},
    [AL_ACTION] = {"action", COL_TEXT, 0, NULL},
    [AL_OBJECT_KIND] = {"object_kind", COL_INT, 0, NULL},
    [AL_OBJECT] = {"object", COL_ID, COL_NULL, NULL},
    [AL_VERDICT] = {"verdict", COL_INT, 0, NULL},
    [AL_REASON] = {"reason", COL_INT, 0, NULL},
    [AL_OBLIGATIONS] = {"obligations", COL_INT, 0, NULL},
    [AL_OUTCOME] = {"outcome", COL_INT, 0, NULL},
    [AL_CLASSES] = {"classes", COL_INT, 0, NULL},
    [AL_SHOWN] = {"shown", COL_BLOB, COL_NULL, NULL},
    [AL_SHOWN_N] = {"shown_n", COL_INT, 0, NULL},
    [AL_CHANGES] = {"changes", COL_BLOB, COL_NULL, NULL},
    [AL_MAC] = {"mac", COL_BLOB, COL_NULL,
                NULL},                  /* NULL only for leaves written while the keys were locked */
    [AL_NO] = {"no", COL_INT, 0, NULL}, /* in the order of commits, without a gap; times may step back */
    [AL_PROPOSER] = {"proposer", COL_ID, COL_NULL, NULL},
    [AL_CASE] = {"case_id", COL_ID, COL_NULL, NULL}, /* NULL in leaves of before, and of what has no object */
};
static const char *const leaf_indexes[] = {"(object, at_us)",
                                           "(account, at_us)",
                                           "(at_us)",
                                           "(no)",
                                           "(at_us) WHERE action = 'backup.make'",
                                           "(case_id, at_us) WHERE case_id IS NOT NULL",
                                           "(at_us) WHERE action = 'system.upgrade'",
                                           NULL};
const struct table TABLE_AUDIT_LEAF = {2, "audit_leaf", leaf_columns, AL_COUNT, leaf_indexes, NULL, true};

static const struct column seq_columns[AS_COUNT] = {
    [AS_ID] = {"id", COL_ID, 0, NULL}, /* the leaf's */
    [AS_SEQ] = {"seq", COL_INT, 0, NULL},
    [AS_HASH] = {"hash", COL_BLOB, 0, NULL},
    [AS_MAC] = {"mac", COL_BLOB, 0, NULL},
};
static const char *const seq_indexes[] = {"UNIQUE (seq)", NULL};
const struct table TABLE_AUDIT_SEQ = {3, "audit_seq", seq_columns, AS_COUNT, seq_indexes, NULL, true};

static const struct column checkpoint_columns[AC_COUNT] = {
    [AC_ID] = {"id", COL_ID, 0, NULL},
    [AC_SIZE] = {"size", COL_INT, 0, NULL},
    [AC_PREV_SIZE] = {"prev_size", COL_INT, 0, NULL},
    [AC_AT] = {"at_us", COL_INT, 0, NULL},
    [AC_ROOT] = {"root", COL_BLOB, 0, NULL},
    [AC_PEAKS] = {"peaks", COL_BLOB, 0, NULL},
    [AC_NOTE] = {"note", COL_TEXT, 0, NULL},
};
static const char *const checkpoint_indexes[] = {"UNIQUE (size)", NULL};
const struct table TABLE_AUDIT_CHECKPOINT = {
    4, "audit_checkpoint", checkpoint_columns, AC_COUNT, checkpoint_indexes, NULL, true};

struct hash audit_leaf_hash(const struct cell *cells)
{
    struct hash h = row_hash(&TABLE_AUDIT_LEAF, cells);
    return merkle_leaf((struct str){(const char *)h.b, HASH_BYTES});
}

struct id audit_checkpoint_id(uint64_t size)
{
    char text[40];
    struct id id;
    int n = snprintf(text, sizeof text, "akari checkpoint %llu", (unsigned long long)size);
    struct hash h = blake2b((struct str){text, (size_t)n});
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

bool audit_row_mac(struct vault *v, const struct table *t, const struct cell *cells, int mac_column,
                   uint8_t ret[16])
{
    struct cell copy[TABLE_COLUMNS_MAX];
    memcpy(copy, cells, t->ncolumns * sizeof *cells);
    copy[mac_column] = cell_null();
    struct hash h = row_hash(t, copy);
    return vault_audit_mac(v, (struct str){(const char *)h.b, HASH_BYTES}, ret);
}

static enum err next_no(struct tx *tx, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    if (tx->leaf_no == 0) {
        TRY(db_prepare(tx->db, "SELECT coalesce(max(no), 0) FROM audit_leaf", &s));
        TRY(db_step(s, &row));
        tx->leaf_no = db_i64(s, 0);
    }
    *ret = ++tx->leaf_no;
    return OK;
}

enum err audit_leaf(struct tx *tx, const struct leaf *leaf)
{
    uint8_t mac[16];
    int64_t no;
    TRY(next_no(tx, &no));
    TRY(buf_err(&tx->changes));
    struct cell cells[AL_COUNT] = {
        [AL_ID] = cell_id(&leaf->id),
        [AL_AT] = cell_int(tx->now_us),
        [AL_REQUEST] = cell_id_or_null(&leaf->request_id),
        [AL_ACCOUNT] = cell_id_or_null(&leaf->account),
        [AL_AGENCY] = cell_c(leaf->agency ? leaf->agency : ""),
        [AL_ROLE] = cell_int(leaf->role),
        [AL_PURPOSE] = cell_int(leaf->purpose),
        [AL_ACTION] = cell_c(leaf->action),
        [AL_OBJECT_KIND] = cell_int(leaf->object_kind),
        [AL_OBJECT] = cell_id_or_null(&leaf->object),
        [AL_VERDICT] = cell_int(leaf->answer.verdict),
        [AL_REASON] = cell_int(leaf->answer.reason),
        [AL_OBLIGATIONS] = cell_int(leaf->answer.obligations),
        [AL_OUTCOME] = cell_int(leaf->outcome),
        [AL_CLASSES] = cell_int(leaf->classes),
        [AL_SHOWN] =
            leaf->shown_n ? cell_str((struct str){(const char *)leaf->shown.b, HASH_BYTES}) : cell_null(),
        [AL_SHOWN_N] = cell_int(leaf->shown_n),
        [AL_CHANGES] = tx->changes.n ? cell_str(buf_view(&tx->changes)) : cell_null(),
        [AL_MAC] = cell_null(),
        [AL_NO] = cell_int(no),
        [AL_PROPOSER] = cell_id_or_null(&leaf->proposer),
        [AL_CASE] = cell_id_or_null(&leaf->case_),
    };
    if (audit_row_mac(tx->vault, &TABLE_AUDIT_LEAF, cells, AL_MAC, mac))
        cells[AL_MAC] = cell_str((struct str){(const char *)mac, sizeof mac});
    TRY(row_insert(tx, &TABLE_AUDIT_LEAF, cells));
    buf_clear(&tx->changes);
    return OK;
}

/* ---- the sequencer
 * ---------------------------------------------------------------------------------------------------- */

static enum err load_tree(struct tx *tx, struct merkle *ret)
{
    struct stmt *s;
    bool row;
    struct merkle m = {0};
    TRY(db_prepare(tx->db, "SELECT size, peaks FROM audit_checkpoint ORDER BY size DESC LIMIT 1", &s));
    TRY(db_step(s, &row));
    if (row) {
        struct str peaks = db_blob(s, 1);
        m.size = (uint64_t)db_i64(s, 0);
        if (peaks.n != merkle_peaks(m.size) * HASH_BYTES) {
            db_reset(s);
            return FAIL(ERR_AUDIT, "audit_checkpoint: the peaks of the newest row are damaged");
        }
        memcpy(m.peaks, peaks.p, peaks.n);
        db_reset(s);
    }
    *ret = m;
    return OK;
}

bool audit_may_be_unsealed(const struct schema *schema, struct str changes)
{
    for (; changes.n >= CHANGE_BYTES; changes = str_sub(changes, CHANGE_BYTES, changes.n)) {
        const uint8_t *p = (const uint8_t *)changes.p;
        const struct table *t = schema ? schema_number(schema, (uint16_t)(p[0] << 8 | p[1])) : NULL;
        if (!t || !t->when_locked)
            return false;
    }
    return changes.n == 0;
}

static bool by_the_door(struct tx *tx, const struct sequencer *s, const struct cell *leaf)
{
    uint8_t mac[16];
    if (leaf[AL_MAC].kind == CELL_NULL)
        return audit_may_be_unsealed(s->schema, leaf[AL_CHANGES].s);
    return audit_row_mac(tx->vault, &TABLE_AUDIT_LEAF, leaf, AL_MAC, mac) && leaf[AL_MAC].s.n == sizeof mac &&
           secret_equal(mac, leaf[AL_MAC].s.p, sizeof mac);
}

static enum err place_leaf(struct tx *tx, const struct sequencer *s, struct merkle *m, struct id id)
{
    struct cell leaf[AL_COUNT];
    uint8_t mac[16];
    enum err e = row_get(tx->db, tx->arena, &TABLE_AUDIT_LEAF, id, leaf);
    if (e == ERR_NOT_FOUND)
        return OK; /* deleted since: its number is missed */
    TRY(e);
    if (!by_the_door(tx, s, leaf))
        return OK;
    struct hash h = audit_leaf_hash(leaf);
    struct cell cells[AS_COUNT] = {
        [AS_ID] = cell_id(&id),
        [AS_SEQ] = cell_int((int64_t)m->size),
        [AS_HASH] = cell_str((struct str){(const char *)h.b, HASH_BYTES}),
        [AS_MAC] = cell_null(),
    };
    if (!audit_row_mac(tx->vault, &TABLE_AUDIT_SEQ, cells, AS_MAC, mac))
        return FAIL(ERR_LOCKED, "the audit keys are locked");
    cells[AS_MAC] = cell_str((struct str){(const char *)mac, sizeof mac});
    TRY(row_insert(tx, &TABLE_AUDIT_SEQ, cells));
    merkle_add(m, h);
    return OK;
}

enum err audit_sequence(struct tx *tx, struct sequencer *s, const struct id *pending, size_t n, size_t *ret_n)
{
    struct buf note CLEANUP(buf_free) = {0};
    *ret_n = 0;
    if (n == 0 || !tx->vault || !vault_unlocked(tx->vault))
        return OK;
    /* The tree is always taken from the newest checkpoint row: another node may have placed leaves since. */
    TRY(load_tree(tx, &s->tree));
    struct merkle m = s->tree;
    for (size_t i = 0; i < n; i++)
        TRY(place_leaf(tx, s, &m, pending[i]));
    *ret_n = n;
    if (m.size == s->tree.size)
        return OK;
    struct id id = audit_checkpoint_id(m.size);
    struct audit_note text = {
        .size = m.size, .root = merkle_root(&m), .at_us = tx->now_us, .prev_size = s->tree.size};
    TRY(audit_note_make(tx->vault, &text, &note));
    struct cell cells[AC_COUNT] = {
        [AC_ID] = cell_id(&id),
        [AC_SIZE] = cell_int((int64_t)m.size),
        [AC_PREV_SIZE] = cell_int((int64_t)s->tree.size),
        [AC_AT] = cell_int(tx->now_us),
        [AC_ROOT] = cell_str((struct str){(const char *)text.root.b, HASH_BYTES}),
        [AC_PEAKS] = cell_str((struct str){(const char *)m.peaks, merkle_peaks(m.size) * HASH_BYTES}),
        [AC_NOTE] = cell_str(buf_view(&note)),
    };
    TRY(row_insert(tx, &TABLE_AUDIT_CHECKPOINT, cells));
    s->tree = m;
    return OK;
}

static enum err waiting_since(struct db *db, struct arena *a, int64_t after_no, struct id **ret,
                              size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    TRY(db_prepare(db,
                   "SELECT l.id FROM audit_leaf l LEFT JOIN audit_seq q ON q.id = l.id WHERE l.no > ?1 AND "
                   "q.id IS NULL AND length(l.id) = 16 ORDER BY l.no, l.id",
                   &s));
    db_bind_i64(s, 1, after_no);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    struct str all;
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

enum err audit_pending(struct db *db, struct arena *a, struct id **ret, size_t *ret_n)
{
    return waiting_since(db, a, INT64_MIN, ret, ret_n);
}

/* Leaves are numbered from 1, places from 0: the difference is how many wait, and most of them are new. */
enum err audit_waiting(struct db *db, struct arena *a, struct id **ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    *ret_n = 0;
    TRY(db_prepare(db,
                   "SELECT (SELECT coalesce(max(no), 0) FROM audit_leaf), "
                   "(SELECT coalesce(max(seq) + 1, 0) FROM audit_seq)",
                   &s));
    TRY(db_step(s, &row));
    int64_t last = db_i64(s, 0), waiting = last - db_i64(s, 1);
    for (int64_t back = waiting; waiting != 0; back = back * 4 + 1000) {
        int64_t after = waiting > 0 && back < last ? last - back : INT64_MIN;
        TRY(waiting_since(db, a, after, ret, ret_n));
        if (after == INT64_MIN || (int64_t)*ret_n >= waiting)
            break;
    }
    return OK;
}
