/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - rows, keys and chunks. A chunk is opened in a memory of its own, so that a large file needs no
 * more than a small one. */
#include "attachment/own.h"
#include "base/alloc.h"
#include "base/env.h"
#include "sys/crypto.h"

struct object attachment_object(const struct cell *c)
{
    return (struct object){.kind = OBJECT_RECORD,
                           .id = cell_get_id(&c[AT_ID]),
                           .version = c[AT_VERSION].i,
                           .case_ = {cell_get_id(&c[AT_CASE])},
                           .compartment = {cell_get_id(&c[AT_COMPARTMENT])},
                           .owner = c[AT_AGENCY].s.p,
                           .label = (enum label)c[AT_LABEL].i,
                           .found = true};
}

enum attachment_state attachment_state_of(const struct cell *c)
{
    return (enum attachment_state)c[AT_STATE].i;
}

enum err attachment_load(struct db *db, struct arena *a, struct id id, struct cell *ret)
{
    enum err e = row_get(db, a, &TABLE_ATTACHMENT, id, ret);
    if (e == ERR_NOT_FOUND || (e == OK && attachment_state_of(ret) == ATTACHMENT_UPLOADING))
        return FAIL(ERR_NOT_FOUND, "attachment");
    return e;
}

enum err attachment_find_object(struct db *db, struct arena *a, struct id id, struct object *ret)
{
    struct cell c[AT_COUNT];
    TRY(attachment_load(db, a, id, c));
    *ret = attachment_object(c);
    return OK;
}

/* ---- the file's key
 * -------------------------------------------------------------------------------------------- */

void file_key_wipe(struct file_key *k)
{
    secret_wipe(k, sizeof *k);
}

static struct place key_place(const struct cell *c, bool outer)
{
    return (struct place){&TABLE_ATTACHMENT, cell_get_id(&c[AT_ID]), outer ? AT_KEY : AT_OWN};
}

enum err file_key_make(struct act *a, const struct cell *c, struct file_key *ret, struct buf *ret_sealed)
{
    struct buf half CLEANUP(buf_free) = {0};
    enum field_class class = (enum field_class)c[AT_CLASS].i;
    env_random(ret->k, sizeof ret->k);
    TRY(vault_seal(a->tx, (struct compartment_id){cell_get_id(&c[AT_OWN])}, class, key_place(c, false),
                   (struct str){(const char *)ret->k, sizeof ret->k}, &half));
    return vault_seal(a->tx, (struct compartment_id){cell_get_id(&c[AT_COMPARTMENT])}, class,
                      key_place(c, true), buf_view(&half), ret_sealed);
}

enum err file_key_open(struct vault *v, struct db *db, struct arena *a, const struct cell *c, struct str half,
                       int64_t now_us, struct file_key *ret)
{
    struct compartment_id own = {cell_get_id(&c[AT_OWN])};
    const char *owner;
    struct str k;
    TRY(vault_owner(db, a, own, &owner));
    TRY(vault_open(v, db, owner, own, (enum field_class)c[AT_CLASS].i, now_us, key_place(c, false), half, a,
                   &k));
    if (k.n != sizeof ret->k)
        return FAIL(ERR_CRYPTO, "attachment: its key is malformed");
    memcpy(ret->k, k.p, k.n);
    secret_wipe((void *)(uintptr_t)k.p, k.n);
    return OK;
}

enum err file_key_of(struct vault *v, struct db *db, struct arena *a, const struct cell *c, int64_t now_us,
                     struct file_key *ret)
{
    struct compartment_id in = {cell_get_id(&c[AT_COMPARTMENT])};
    const char *owner;
    struct str half;
    TRY(vault_owner(db, a, in, &owner));
    TRY(vault_open(v, db, owner, in, (enum field_class)c[AT_CLASS].i, now_us, key_place(c, true), c[AT_KEY].s,
                   a, &half));
    return file_key_open(v, db, a, c, half, now_us, ret);
}

/* ---- chunks
 * ---------------------------------------------------------------------------------------------------- */

static struct str aad_of(struct chunk_place at, uint8_t bytes[CHUNK_AAD_BYTES])
{
    chunk_aad(at, bytes);
    return (struct str){(const char *)bytes, CHUNK_AAD_BYTES};
}

enum err chunk_put(struct act *a, const struct cell *c, const struct file_key *k, struct chunk_place at,
                   struct str plain)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct id id = id_new();
    uint8_t aad[CHUNK_AAD_BYTES];
    TRY(envelope_seal(k->k, 1, aad_of(at, aad), plain, &sealed));
    TRY(buf_err(&sealed));
    struct cell row[AC_COUNT] = {[AC_ID] = cell_id(&id),
                                 [AC_ATTACHMENT] = cell_str(c[AT_ID].s),
                                 [AC_NO] = cell_int(at.no),
                                 [AC_BODY] = cell_str(buf_view(&sealed))};
    return row_insert(a->tx, &TABLE_ATTACHMENT_CHUNK, row);
}

enum err chunk_get(struct db *db, struct arena *a, const struct cell *c, const struct file_key *k,
                   uint32_t no, struct str *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool streamed = c[AT_STREAMED].kind != CELL_NULL;
    struct id of = cell_get_id(&c[AT_ID]);
    struct chunk_place at = {of, no, chunk_mark(streamed, no, (uint32_t)c[AT_CHUNKS].i)};
    uint8_t aad[CHUNK_AAD_BYTES];
    bool row;
    TRY(db_prepare(db, "SELECT body FROM attachment_chunk WHERE attachment = ?1 AND no = ?2", &s));
    db_bind_id(s, 1, &of);
    db_bind_i64(s, 2, no);
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_CRYPTO, "attachment: chunk %u of %lld is missing", (unsigned)no + 1,
                    (long long)c[AT_CHUNKS].i);
    TRY(envelope_open(k->k, aad_of(at, aad), db_blob(s, 0), a, ret));
    if (ret->n != chunk_bytes(c[AT_BYTES].i, no))
        return FAIL(ERR_CRYPTO, "attachment: chunk %u has another length", (unsigned)no + 1);
    return OK;
}

enum err chunk_each(struct db *db, const struct cell *c, const struct file_key *k, chunk_visit *visit,
                    void *user)
{
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(0);
    if (!scratch)
        return mem_fail();
    for (uint32_t no = 0; no < (uint32_t)c[AT_CHUNKS].i; no++) {
        struct str piece;
        arena_reset(scratch);
        TRY(chunk_get(db, scratch, c, k, no, &piece));
        enum err e = visit(user, piece);
        secret_wipe((void *)(uintptr_t)piece.p, piece.n);
        TRY(e);
    }
    return OK;
}

enum err ids_found(struct db *db, struct arena *a, struct stmt *s, struct id **ret, size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct str all;
    (void)db;
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

enum err chunks_delete(struct act *a, struct id attachment)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id *ids;
    size_t n;
    TRY(db_prepare(a->tx->db, "SELECT id FROM attachment_chunk WHERE attachment = ?1 ORDER BY no", &s));
    db_bind_id(s, 1, &attachment);
    TRY(ids_found(a->tx->db, a->arena, s, &ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(row_delete(a->tx, &TABLE_ATTACHMENT_CHUNK, ids[i]));
    return OK;
}

/* ---- what is told of it
 * ---------------------------------------------------------------------------------------- */

static struct place body_place(const struct cell *c)
{
    return (struct place){&TABLE_ATTACHMENT, cell_get_id(&c[AT_ID]), AT_BODY};
}

enum err body_seal(struct act *a, const struct cell *c, const struct pair *pairs, size_t n, struct buf *out)
{
    struct buf plain CLEANUP(buf_free) = {0};
    TRY(record_body_pack(pairs, n, &plain));
    TRY(buf_err(&plain));
    enum err e = vault_seal(a->tx, (struct compartment_id){cell_get_id(&c[AT_COMPARTMENT])},
                            (enum field_class)c[AT_CLASS].i, body_place(c), buf_view(&plain), out);
    secret_wipe(plain.p, plain.n);
    return e;
}

enum err body_open(struct act *a, const struct cell *c, struct pair **ret, size_t *ret_n)
{
    struct compartment_id in = {cell_get_id(&c[AT_COMPARTMENT])};
    const char *owner;
    struct str plain;
    TRY(vault_owner(a->tx->db, a->arena, in, &owner));
    TRY(vault_open(a->tx->vault, a->tx->db, owner, in, (enum field_class)c[AT_CLASS].i, a->tx->now_us,
                   body_place(c), c[AT_BODY].s, a->arena, &plain));
    return record_body_parse(plain, a->arena, ret, ret_n);
}

enum err attachment_in_case(struct db *db, struct id case_, struct id id, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT id FROM attachment WHERE id = ?1 AND case_id = ?2 AND state IN (?3, ?4, ?5)",
                   &s));
    db_bind_id(s, 1, &id);
    db_bind_id(s, 2, &case_);
    db_bind_i64(s, 3, ATTACHMENT_KEPT);
    db_bind_i64(s, 4, ATTACHMENT_HELD);
    db_bind_i64(s, 5, ATTACHMENT_REFERRED);
    return db_step(s, ret);
}
