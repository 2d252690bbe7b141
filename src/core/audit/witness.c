/* SPDX-License-Identifier: Apache-2.0 */
#include "core/witness.h"
#include "core/audit/own.h"

enum { WN_ID, WN_AT, WN_SIZE, WN_WITNESS, WN_SIGNED, WN_VERDICT, WN_CHECKED, WN_NOTE, WN_ACCOUNT, WN_COUNT };
static const struct column columns[WN_COUNT] = {
    [WN_ID] = {"id", COL_ID, 0, NULL},
    [WN_AT] = {"at_us", COL_INT, 0, NULL},
    [WN_SIZE] = {"size", COL_INT, 0, NULL},
    [WN_WITNESS] = {"witness", COL_TEXT, 0, NULL},
    [WN_SIGNED] = {"signed_us", COL_INT, 0, NULL},
    [WN_VERDICT] = {"verdict", COL_INT, 0, NULL},
    [WN_CHECKED] = {"checked", COL_INT, 0, NULL},
    [WN_NOTE] = {"note", COL_TEXT, 0, NULL},
    [WN_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
};
static const char *const indexes[] = {"(at_us, id)", NULL};
const struct table TABLE_WITNESS_NOTE = {
    .no = 5, .name = "witness_note", .columns = columns, .ncolumns = WN_COUNT, .indexes = indexes};

const char *witness_verdict_word(enum witness_verdict v)
{
    static const char *const words[] = {"agrees", "differs", "longer"};
    return words[v <= WITNESS_LONGER ? v : WITNESS_DIFFERS];
}

/* Browsers send CR LF, and what is copied loses its last line end. */
static enum err plain_lines(struct arena *a, struct str raw, struct str *ret)
{
    struct buf out CLEANUP(buf_free) = {0};
    raw = str_trim(raw);
    for (size_t i = 0; i < raw.n; i++)
        if (raw.p[i] != '\r')
            buf_char(&out, raw.p[i]);
    buf_char(&out, '\n');
    return buf_take(&out, a, ret);
}

static enum err compare(struct db *db, const struct audit_note *n, enum witness_verdict *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct hash now;
    bool row;
    *ret = WITNESS_LONGER;
    TRY(db_prepare(db, "SELECT coalesce(max(seq) + 1, 0) FROM audit_seq", &s));
    TRY(db_step(s, &row));
    if (db_i64(s, 0) < (int64_t)n->size)
        return OK;
    enum err e = audit_root_at(db, n->size, &now);
    if (e == ERR_AUDIT) { /* a place is missing or damaged: it cannot agree */
        err_clear();
        *ret = WITNESS_DIFFERS;
        return OK;
    }
    TRY(e);
    *ret = secret_equal(now.b, n->root.b, HASH_BYTES) ? WITNESS_AGREES : WITNESS_DIFFERS;
    return OK;
}

static enum err known_already(struct db *db, struct str note, struct id *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    *ret = id_nil();
    TRY(db_prepare(db, "SELECT id FROM witness_note WHERE note = ?1", &s));
    db_bind_text(s, 1, note);
    TRY(db_step(s, &row));
    return row ? db_id(s, 0, ret) : OK;
}

static enum err read_key(struct act *a, struct str *ret)
{
    *ret = STR("");
    if (!in_given(a, "key"))
        return OK;
    if (base64_decode(str_trim(in_text(a, "key")), a->arena, ret) != OK || ret->n != SIGN_PUBLIC_BYTES)
        return FAIL(ERR_FIELD, "field key: 32 bytes in base64");
    return OK;
}

static enum err witness_body(struct act *a)
{
    uint8_t log_public[SIGN_PUBLIC_BYTES];
    struct audit_note note;
    struct audit_witness by;
    enum witness_verdict verdict;
    struct str text, key;
    TRY(plain_lines(a->arena, in_text(a, "note"), &text));
    TRY(read_key(a, &key));
    if (!vault_audit_signer(a->tx->vault, log_public))
        return FAIL(ERR_LOCKED, "the audit keys are locked");
    if (audit_note_read(text, log_public, a->arena, &note) != OK)
        return FAIL(ERR_FIELD, "field note: no checkpoint of this log");
    if (audit_note_witness(text, log_public, key.n ? (const uint8_t *)key.p : NULL, a->arena, &by) != OK)
        return FAIL(ERR_FIELD, "field note: no witness signed it");
    TRY(known_already(a->tx->db, text, &a->ret_id));
    if (!id_is_nil(a->ret_id))
        return OK;
    TRY(compare(a->tx->db, &note, &verdict));
    a->ret_id = id_new();
    struct cell cells[WN_COUNT] = {
        [WN_ID] = cell_id(&a->ret_id),
        [WN_AT] = cell_int(a->tx->now_us),
        [WN_SIZE] = cell_int((int64_t)note.size),
        [WN_WITNESS] = cell_str(by.name),
        [WN_SIGNED] = cell_int(by.signed_us),
        [WN_VERDICT] = cell_int(verdict),
        [WN_CHECKED] = cell_int(key.n > 0),
        [WN_NOTE] = cell_str(text),
        [WN_ACCOUNT] = cell_id_or_null(&a->ctx->account),
    };
    if (verdict != WITNESS_AGREES) /* whoever cut the log may be the one who enters this */
        a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    return row_insert(a->tx, &TABLE_WITNESS_NOTE, cells);
}

static const struct input_field witness_inputs[] = {
    {.name = "note",
     .label = "Note that the witness sent back",
     .type = IN_LONG_TEXT,
     .required = true,
     .max = 4000},
    {.name = "key", .label = "Public key of the witness", .type = IN_TEXT, .max = 60},
};
const struct action WITNESS_ACTIONS[] = {{.name = "trail.witness",
                                          .summary = "Keep what a witness sent back",
                                          .verb = VERB_VERIFY,
                                          .object = OBJECT_SYSTEM,
                                          .inputs = witness_inputs,
                                          .ninputs = 2,
                                          .body = witness_body}};
const size_t NWITNESS_ACTIONS = 1;

enum err witness_list(struct db *db, struct arena *a, size_t max, struct witness_notes *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = (struct witness_notes){.items = ARENA_ARRAY(a, max + 1, struct witness_note)};
    if (!ret->items)
        return arena_err(a);
    TRY(db_prepare(db,
                   "SELECT id, at_us, size, witness, signed_us, verdict, checked FROM witness_note ORDER BY "
                   "at_us DESC, id DESC LIMIT ?1",
                   &s));
    db_bind_i64(s, 1, (int64_t)max);
    while (ret->n < max) {
        struct witness_note *w = &ret->items[ret->n];
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &w->id));
        w->at_us = db_i64(s, 1);
        w->size = db_i64(s, 2);
        w->witness = arena_cstr(a, db_text(s, 3));
        w->signed_us = db_i64(s, 4);
        w->verdict = (enum witness_verdict)db_i64(s, 5);
        w->checked = db_i64(s, 6) != 0;
        if (!w->witness)
            return arena_err(a);
        ret->n++;
    }
    return OK;
}

enum err witness_text(struct db *db, struct arena *a, struct id id, struct str *ret_note)
{
    struct cell cells[WN_COUNT];
    TRY(row_get(db, a, &TABLE_WITNESS_NOTE, id, cells));
    *ret_note = cells[WN_NOTE].s;
    return OK;
}
