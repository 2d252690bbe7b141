/* SPDX-License-Identifier: Apache-2.0 */
/* vault.c - compartment keys, wraps, envelopes, blind indexes. The key tree itself is in vault_root.c. */
#include "core/vault.h"

#include "core/vault/own.h"

static const struct column compartment_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"kind", COL_INT, 0, NULL},
    {"owner", COL_TEXT, 0, NULL},
    {"created_us", COL_INT, 0, NULL},
    {"shredded_us", COL_INT, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
};
enum { CO_ID, CO_KIND, CO_OWNER, CO_CREATED, CO_SHREDDED, CO_VERSION, CO_COUNT };
static const char *const compartment_indexes[] = {"(owner, kind)", NULL};
const struct table TABLE_COMPARTMENT = {
    11, "compartment", compartment_columns, CO_COUNT, compartment_indexes, NULL, false};

static const struct column key_columns[] = {
    {"id", COL_ID, 0, NULL},          {"compartment", COL_ID, 0, "compartment"},
    {"class", COL_INT, 0, NULL},      {"agency", COL_TEXT, 0, NULL},
    {"key_no", COL_INT, 0, NULL},     {"wrapped", COL_BLOB, 0, NULL},
    {"granted_us", COL_INT, 0, NULL}, {"until_us", COL_INT, COL_NULL, NULL},
};
enum { CK_ID, CK_COMPARTMENT, CK_CLASS, CK_AGENCY, CK_KEY_NO, CK_WRAPPED, CK_GRANTED, CK_UNTIL, CK_COUNT };
static const char *const key_indexes[] = {"UNIQUE (compartment, class, agency)", NULL};
const struct table TABLE_COMPARTMENT_KEY = {12,   "compartment_key", key_columns, CK_COUNT, key_indexes, NULL,
                                            false};

static const struct column blind_columns[] = {
    {"id", COL_ID, 0, NULL},       {"compartment", COL_ID, 0, "compartment"},
    {"agency", COL_TEXT, 0, NULL}, {"field", COL_TEXT, 0, NULL},
    {"value", COL_BLOB, 0, NULL},  {"target", COL_ID, 0, NULL},
};
enum { BI_ID, BI_COMPARTMENT, BI_AGENCY, BI_FIELD, BI_VALUE, BI_TARGET, BI_COUNT };
static const char *const blind_indexes[] = {"(value, field, agency)", "(target)", "(compartment)", NULL};
const struct table TABLE_BLIND_INDEX = {13,   "blind_index", blind_columns, BI_COUNT, blind_indexes,
                                        NULL, false};

/* ---- the cache of opened class keys
 * --------------------------------------------------------------------------------- A bucket for each class
 * of a compartment (all its classes in one would push each other out), slots replaced in turn: fixed memory,
 * nothing to evict by hand. */

static struct cached_key *bucket_of(struct vault *v, struct id c, enum field_class class)
{
    uint64_t h = id_hash(&c) + (uint64_t) class * 0x9e3779b97f4a7c15u;
    return v->cache + (h % VAULT_BUCKETS) * VAULT_SLOTS;
}

static bool cache_get(struct vault *v, struct compartment_id c, enum field_class class, int agency,
                      int64_t now_us, struct class_key *ret)
{
    bool found = false;
    pthread_mutex_lock(&v->lock);
    struct cached_key *b = bucket_of(v, c.v, class);
    for (int i = 0; i < VAULT_SLOTS && !found; i++) {
        if (!b[i].used || b[i].class != (uint8_t) class || b[i].agency != agency ||
            !id_eq(b[i].compartment, c.v))
            continue;
        if (b[i].until_us && now_us >= b[i].until_us)
            continue;
        *ret = b[i].key;
        found = true;
    }
    pthread_mutex_unlock(&v->lock);
    return found;
}

/* now_us: when the caller began, before its snapshot. Who began before keys were taken away may still see
 * their rows; what he opens is his to use, but not to keep for others. */
static void cache_put(struct vault *v, struct compartment_id c, enum field_class class, int agency,
                      int64_t now_us, int64_t until_us, const struct class_key *key)
{
    pthread_mutex_lock(&v->lock);
    if (v->gone_us && now_us <= v->gone_us) {
        pthread_mutex_unlock(&v->lock);
        return;
    }
    struct cached_key *b = bucket_of(v, c.v, class);
    struct cached_key *slot = &b[v->turn++ % VAULT_SLOTS];
    for (int i = 0; i < VAULT_SLOTS; i++)
        if (!b[i].used)
            slot = &b[i];
    *slot = (struct cached_key){.compartment = c.v,
                                .class = (uint8_t) class,
                                .used = true,
                                .agency = agency,
                                .until_us = until_us,
                                .key = *key};
    pthread_mutex_unlock(&v->lock);
}

static void cache_drop(struct vault *v, struct compartment_id c)
{
    pthread_mutex_lock(&v->lock);
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        struct cached_key *b = bucket_of(v, c.v, (enum field_class) class);
        for (int i = 0; i < VAULT_SLOTS; i++)
            if (b[i].used && id_eq(b[i].compartment, c.v))
                secret_wipe(&b[i], sizeof b[i]);
    }
    pthread_mutex_unlock(&v->lock);
}

void vault_cache_clear(struct vault *v)
{
    pthread_mutex_lock(&v->lock);
    secret_wipe(v->cache, sizeof *v->cache * VAULT_BUCKETS * VAULT_SLOTS);
    pthread_mutex_unlock(&v->lock);
}

void vault_tx_done(struct vault *v, struct tx *tx, bool committed)
{
    struct compartment_id gone[VAULT_GONE_MAX];
    if (tx)
        memset(tx->made, 0, sizeof tx->made); /* undone with the rest */
    pthread_mutex_lock(&v->lock);
    size_t n = v->ngone;
    bool all = (!committed && v->fresh) || n > VAULT_GONE_MAX;
    if (n && n <= VAULT_GONE_MAX)
        memcpy(gone, v->gone, n * sizeof *gone);
    if (!tx) {
        /* Only now: another part of the transaction may have taken a fresh key into the cache again. */
        if (n)
            v->gone_us = env_now_us();
        v->fresh = false;
        v->ngone = 0;
    }
    pthread_mutex_unlock(&v->lock);
    for (size_t i = 0; i < n && !all && !tx; i++)
        cache_drop(v, gone[i]); /* a reader of an older snapshot may have put it back */
    if (all)
        vault_cache_clear(v); /* a key of a transaction that never was must not seal anything */
}

static struct made_compartment *made_here(struct tx *tx, struct compartment_id c)
{
    for (int i = 0; i < TX_MADE_MAX; i++)
        if (tx->made[i].owner && id_eq(tx->made[i].id, c.v))
            return &tx->made[i];
    return NULL;
}

static void keys_gone(struct tx *tx, struct compartment_id c)
{
    struct vault *v = tx->vault;
    struct made_compartment *made = made_here(tx, c);
    if (made)
        *made = (struct made_compartment){0}; /* shredded: from now on its row is asked */
    pthread_mutex_lock(&v->lock);
    if (v->ngone < VAULT_GONE_MAX)
        v->gone[v->ngone] = c;
    if (v->ngone <= VAULT_GONE_MAX)
        v->ngone++;
    pthread_mutex_unlock(&v->lock);
    cache_drop(v, c);
}

/* ---- compartments
 * ------------------------------------------------------------------------------------------------- */

enum err vault_compartment(struct tx *tx, enum compartment_kind kind, const char *owner_agency,
                           struct compartment_id *ret)
{
    struct compartment_id c = {id_new()};
    struct cell cells[CO_COUNT] = {
        [CO_ID] = cell_id(&c.v),
        [CO_KIND] = cell_int(kind),
        [CO_OWNER] = cell_c(owner_agency),
        [CO_CREATED] = cell_int(tx->now_us),
    };
    TRY(row_insert(tx, &TABLE_COMPARTMENT, cells));
    const char *owner = arena_cstr(tx->arena, str_of(owner_agency));
    if (!owner)
        return arena_err(tx->arena);
    tx->made[tx->nmade++ % TX_MADE_MAX] = (struct made_compartment){.id = c.v, .owner = owner};
    *ret = c;
    return OK;
}

static enum err compartment_owner(struct db *db, struct arena *a, struct compartment_id c,
                                  const char **ret_owner)
{
    struct cell cells[CO_COUNT];
    TRY(row_get(db, a, &TABLE_COMPARTMENT, c.v, cells));
    if (cells[CO_SHREDDED].kind != CELL_NULL)
        return FAIL(ERR_SHREDDED, "the keys of this compartment were destroyed");
    *ret_owner = cells[CO_OWNER].s.p;
    return OK;
}

enum err vault_owner(struct db *db, struct arena *a, struct compartment_id c, const char **ret_agency)
{
    return compartment_owner(db, a, c, ret_agency);
}

/* ---- wraps
 * ---------------------------------------------------------------------------------------------------------
 * First byte 1: under the agency's symmetric key (derived from its secret key, when that is open here); 2:
 * sealed box to its public key (when it is not). */

static void wrap_aad(struct compartment_id c, enum field_class class, const char *agency, struct buf *out)
{
    buf_c(out, "akari wrap 1");
    buf_bytes(out, c.v.b, sizeof c.v.b);
    buf_u8(out, (uint8_t) class);
    buf_c(out, agency);
}

static enum err wrap_key(struct tx *tx, struct compartment_id c, enum field_class class, const char *agency,
                         const struct class_key *key, struct buf *out)
{
    struct buf aad CLEANUP(buf_free) = {0};
    struct agency_key held;
    wrap_aad(c, class, agency, &aad);
    TRY(buf_err(&aad));
    struct str plain = {(const char *)key->k, KEY_BYTES};
    if (vault_agency_key(tx->vault, agency, &held)) {
        buf_u8(out, 1);
        enum err e = envelope_seal(held.kek, (uint64_t)key->no, buf_view(&aad), plain, out);
        secret_wipe(&held, sizeof held);
        return e;
    }
    uint8_t public[BOX_PUBLIC_BYTES];
    TRY(vault_agency_public(tx->db, tx->arena, agency, public));
    buf_u8(out, 2);
    return box_seal(public, plain, out);
}

static enum err unwrap_key(struct vault *v, struct arena *a, struct compartment_id c, enum field_class class,
                           const char *agency, int64_t key_no, struct str wrapped, struct class_key *ret)
{
    struct buf aad CLEANUP(buf_free) = {0};
    struct agency_key held;
    struct str plain;
    enum err e = ERR_SEALED;
    if (!vault_agency_key(v, agency, &held))
        return FAIL(vault_unlocked(v) ? ERR_SEALED : ERR_LOCKED, "the keys of agency %s are not open here",
                    agency);
    wrap_aad(c, class, agency, &aad);
    if (buf_err(&aad) != OK)
        e = buf_err(&aad);
    else if (wrapped.n > 1 && wrapped.p[0] == 1)
        e = envelope_open(held.kek, buf_view(&aad), str_sub(wrapped, 1, wrapped.n), a, &plain);
    else if (wrapped.n > 1 && wrapped.p[0] == 2)
        e = box_open(held.public, held.secret, str_sub(wrapped, 1, wrapped.n), a, &plain);
    else
        e = FAIL(ERR_CRYPTO, "a key wrap of an unknown form");
    secret_wipe(&held, sizeof held);
    TRY(e);
    if (plain.n != KEY_BYTES)
        return FAIL(ERR_CRYPTO, "a key wrap of the wrong length");
    memcpy(ret->k, plain.p, KEY_BYTES);
    secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    ret->no = key_no;
    return OK;
}

static enum err insert_wrap(struct tx *tx, struct compartment_id c, enum field_class class,
                            const char *agency, const struct class_key *key, int64_t until_us)
{
    struct buf wrapped CLEANUP(buf_free) = {0};
    struct id id = id_new();
    TRY(wrap_key(tx, c, class, agency, key, &wrapped));
    TRY(buf_err(&wrapped));
    struct cell cells[CK_COUNT] = {
        [CK_ID] = cell_id(&id),
        [CK_COMPARTMENT] = cell_id(&c.v),
        [CK_CLASS] = cell_int(class),
        [CK_AGENCY] = cell_c(agency),
        [CK_KEY_NO] = cell_int(key->no),
        [CK_WRAPPED] = cell_str(buf_view(&wrapped)),
        [CK_GRANTED] = cell_int(tx->now_us),
        [CK_UNTIL] = until_us ? cell_int(until_us) : cell_null(),
    };
    struct made_compartment *made = made_here(tx, c);
    if (made)
        made->keyed |= 1u << class;
    return row_insert(tx, &TABLE_COMPARTMENT_KEY, cells);
}

/* Any wrap of this class that an open agency key here can undo. */
static enum err find_any(struct vault *v, struct db *db, struct arena *a, struct compartment_id c,
                         enum field_class class, struct class_key *ret, bool *ret_exists, bool *ret_opened)
{
    struct stmt *s;
    *ret_exists = *ret_opened = false;
    TRY(db_prepare(
        db, "SELECT agency, key_no, wrapped FROM compartment_key WHERE compartment = ?1 AND class = ?2", &s));
    db_bind_id(s, 1, &c.v);
    db_bind_i64(s, 2, class);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        *ret_exists = true;
        struct agency_key held;
        char *agency = arena_cstr(a, db_text(s, 0));
        if (!agency) {
            db_reset(s);
            return arena_err(a);
        }
        if (!vault_agency_key(v, agency, &held))
            continue;
        secret_wipe(&held, sizeof held);
        enum err e = unwrap_key(v, a, c, class, agency, db_i64(s, 1), db_blob(s, 2), ret);
        db_reset(s);
        *ret_opened = e == OK;
        return e;
    }
}

static enum err seal_key(struct tx *tx, struct compartment_id c, enum field_class class,
                         struct class_key *ret)
{
    struct vault *v = tx->vault;
    const struct made_compartment *made = made_here(tx, c);
    bool exists = false, opened = false, none = made && !(made->keyed & 1u << class);
    if (cache_get(v, c, class, VAULT_SEALER, tx->now_us, ret))
        return OK;
    if (!none)
        TRY(find_any(v, tx->db, tx->arena, c, class, ret, &exists, &opened));
    if (!opened) {
        const char *owner;
        if (exists)
            return FAIL(vault_unlocked(v) ? ERR_SEALED : ERR_LOCKED, "no open key for this compartment");
        if (none)
            owner = made->owner;
        else
            TRY(compartment_owner(tx->db, tx->arena, c, &owner));
        env_random(ret->k, KEY_BYTES);
        env_random(&ret->no, sizeof ret->no);
        ret->no &= INT64_MAX;
        TRY(insert_wrap(tx, c, class, owner, ret, 0));
        pthread_mutex_lock(&v->lock);
        v->fresh = true;
        pthread_mutex_unlock(&v->lock);
    }
    cache_put(v, c, class, VAULT_SEALER, tx->now_us, 0, ret);
    return OK;
}

/* ---- sealing
 * -------------------------------------------------------------------------------------------------------- */

static void place_aad(struct place at, enum field_class class, struct buf *out)
{
    buf_be16(out, at.table->no);
    buf_bytes(out, at.row.b, sizeof at.row.b);
    buf_u8(out, (uint8_t)at.column);
    buf_u8(out, (uint8_t) class);
    buf_u8(out, 1);
}

enum err vault_seal(struct tx *tx, struct compartment_id c, enum field_class class, struct place at,
                    struct str plain, struct buf *out)
{
    struct buf aad CLEANUP(buf_free) = {0};
    struct class_key key;
    TRY(seal_key(tx, c, class, &key));
    place_aad(at, class, &aad);
    enum err e = buf_err(&aad);
    if (e == OK)
        e = envelope_seal(key.k, (uint64_t)key.no, buf_view(&aad), plain, out);
    secret_wipe(&key, sizeof key);
    return e == OK ? buf_err(out) : e;
}

static enum err open_key(struct vault *v, struct db *db, const char *agency, struct compartment_id c,
                         enum field_class class, int64_t now_us, struct arena *a, struct class_key *ret)
{
    int index = vault_agency_index(v, agency);
    struct stmt *s;
    bool row;
    if (index < 0)
        return FAIL(vault_unlocked(v) ? ERR_SEALED : ERR_LOCKED, "the keys of agency %s are not open here",
                    agency);
    if (cache_get(v, c, class, index, now_us, ret))
        return OK;
    TRY(db_prepare(db,
                   "SELECT key_no, wrapped, until_us FROM compartment_key WHERE compartment = ?1 AND class = "
                   "?2 AND agency = ?3",
                   &s));
    db_bind_id(s, 1, &c.v);
    db_bind_i64(s, 2, class);
    db_bind_text(s, 3, str_of(agency));
    TRY(db_step(s, &row));
    if (!row) {
        const char *owner;
        TRY(compartment_owner(db, a, c, &owner));
        return FAIL(ERR_SEALED, "agency %s holds no key of class %s here", agency, class_word(class));
    }
    int64_t until = db_null(s, 2) ? 0 : db_i64(s, 2);
    enum err e = until && now_us >= until
                     ? FAIL(ERR_SEALED, "the grant to agency %s has ended", agency)
                     : unwrap_key(v, a, c, class, agency, db_i64(s, 0), db_blob(s, 1), ret);
    db_reset(s);
    if (e == OK)
        cache_put(v, c, class, index, now_us, until, ret);
    return e;
}

/* Opens with `key`. A value that names another key was sealed with one that is gone (a restored backup whose
 * key backup is older, then a new key) - unless only the name was changed, which is tampering. */
static enum err open_with(const struct class_key *key, struct str aad, struct str envelope, struct arena *a,
                          struct str *ret)
{
    struct buf renamed CLEANUP(buf_free) = {0};
    uint64_t no;
    enum err e = envelope_open(key->k, aad, envelope, a, ret);
    if (e != ERR_CRYPTO || envelope_key_no(envelope, &no) != OK || no == (uint64_t)key->no)
        return e;
    buf_str(&renamed, str_sub(envelope, 0, 2));
    buf_be64(&renamed, (uint64_t)key->no);
    buf_str(&renamed, str_sub(envelope, 10, envelope.n));
    TRY(buf_err(&renamed));
    if (envelope_open(key->k, aad, buf_view(&renamed), a, ret) == OK) {
        secret_wipe((void *)(uintptr_t)ret->p, ret->n);
        return FAIL(ERR_CRYPTO, "a sealed value names a key that did not seal it");
    }
    return FAIL(ERR_SHREDDED, "the key of this value is gone");
}

enum err vault_open(struct vault *v, struct db *db, const char *agency, struct compartment_id c,
                    enum field_class class, int64_t now_us, struct place at, struct str envelope,
                    struct arena *a, struct str *ret)
{
    struct buf aad CLEANUP(buf_free) = {0};
    struct class_key key;
    TRY(open_key(v, db, agency, c, class, now_us, a, &key));
    place_aad(at, class, &aad);
    enum err e = buf_err(&aad);
    if (e == OK)
        e = open_with(&key, buf_view(&aad), envelope, a, ret);
    secret_wipe(&key, sizeof key);
    return e;
}

/* ---- letters
 * -------------------------------------------------------------------------------------------------------- */

/* A sealed box has no associated data: the place stands before the text, so that a letter that was moved to
 * another row does not open. */
static void letter_head(struct place at, struct buf *out)
{
    buf_c(out, "akari letter 1");
    buf_be16(out, at.table->no);
    buf_bytes(out, at.row.b, sizeof at.row.b);
    buf_u8(out, (uint8_t)at.column);
}

enum err vault_letter_seal(struct tx *tx, const char *agency, struct place at, struct str plain,
                           struct buf *out)
{
    struct buf text CLEANUP(buf_free) = {0};
    uint8_t public[BOX_PUBLIC_BYTES];
    TRY(vault_agency_public(tx->db, tx->arena, agency, public));
    letter_head(at, &text);
    buf_str(&text, plain);
    TRY(buf_err(&text));
    enum err e = box_seal(public, buf_view(&text), out);
    secret_wipe(text.p, text.n);
    return e == OK ? buf_err(out) : e;
}

enum err vault_letter_open(struct vault *v, const char *agency, struct place at, struct str letter,
                           struct arena *a, struct str *ret)
{
    struct buf head CLEANUP(buf_free) = {0};
    struct agency_key held;
    struct str plain;
    if (!vault_agency_key(v, agency, &held))
        return FAIL(vault_unlocked(v) ? ERR_SEALED : ERR_LOCKED, "the keys of agency %s are not open here",
                    agency);
    enum err e = box_open(held.public, held.secret, letter, a, &plain);
    secret_wipe(&held, sizeof held);
    TRY(e);
    letter_head(at, &head);
    TRY(buf_err(&head));
    if (plain.n < head.n || memcmp(plain.p, head.p, head.n) != 0)
        return FAIL(ERR_CRYPTO, "a letter was moved to another row");
    *ret = str_sub(plain, head.n, plain.n);
    return OK;
}

/* ---- grants, shredding
 * ------------------------------------------------------------------------------------------------ */

/* An agency holds one wrap of a key, however often it is granted: through two cases, say. The longest grant
 * counts. */
static enum err prolong_wrap(struct tx *tx, struct compartment_id c, enum field_class class,
                             const char *agency, int64_t until_us, bool *ret_held)
{
    struct cell cells[CK_COUNT];
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id;
    TRY(db_prepare(
        tx->db, "SELECT id FROM compartment_key WHERE compartment = ?1 AND class = ?2 AND agency = ?3", &s));
    db_bind_id(s, 1, &c.v);
    db_bind_i64(s, 2, class);
    db_bind_text(s, 3, str_of(agency));
    TRY(db_step(s, ret_held));
    if (!*ret_held)
        return OK;
    TRY(db_id(s, 0, &id));
    TRY(row_get(tx->db, tx->arena, &TABLE_COMPARTMENT_KEY, id, cells));
    if (cells[CK_UNTIL].kind == CELL_NULL || (until_us && until_us <= cells[CK_UNTIL].i))
        return OK;
    cells[CK_UNTIL] = until_us ? cell_int(until_us) : cell_null();
    return row_update(tx, &TABLE_COMPARTMENT_KEY, cells, -1);
}

enum err vault_grant(struct tx *tx, struct compartment_id c, uint32_t classes, const char *to_agency,
                     int64_t until_us)
{
    const char *owner;
    TRY(compartment_owner(tx->db, tx->arena, c, &owner));
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        struct class_key key;
        bool held;
        if (!(classes & (1u << class)) || strcmp(owner, to_agency) == 0)
            continue;
        TRY(prolong_wrap(tx, c, (enum field_class) class, to_agency, until_us, &held));
        if (held)
            continue;
        TRY(seal_key(tx, c, (enum field_class) class, &key)); /* made now where the class has no value yet */
        enum err e = insert_wrap(tx, c, (enum field_class) class, to_agency, &key, until_us);
        secret_wipe(&key, sizeof key);
        TRY(e);
    }
    return OK;
}

/* Ids of the rows that `sql` (one parameter: an id) selects. */
static enum err ids_of(struct tx *tx, const char *sql, const struct id *id, const char *text, struct id **ret,
                       size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    TRY(db_prepare(tx->db, sql, &s));
    db_bind_id(s, 1, id);
    if (text)
        db_bind_text(s, 2, str_of(text));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    struct str all;
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, tx->arena, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

static enum err delete_all(struct tx *tx, const struct table *t, const struct id *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(row_delete(tx, t, ids[i]));
    return OK;
}

enum err vault_revoke(struct tx *tx, struct compartment_id c, const char *agency)
{
    const char *owner;
    struct id *ids;
    size_t n;
    TRY(compartment_owner(tx->db, tx->arena, c, &owner));
    if (strcmp(owner, agency) == 0)
        return FAIL(ERR_STATE, "the owner's keys cannot be revoked");
    TRY(ids_of(tx, "SELECT id FROM compartment_key WHERE compartment = ?1 AND agency = ?2", &c.v, agency,
               &ids, &n));
    TRY(delete_all(tx, &TABLE_COMPARTMENT_KEY, ids, n));
    keys_gone(tx, c);
    return OK;
}

enum err vault_shred(struct tx *tx, struct compartment_id c)
{
    struct cell cells[CO_COUNT];
    struct id *ids;
    size_t n;
    TRY(row_get(tx->db, tx->arena, &TABLE_COMPARTMENT, c.v, cells));
    TRY(ids_of(tx, "SELECT id FROM compartment_key WHERE compartment = ?1", &c.v, NULL, &ids, &n));
    TRY(delete_all(tx, &TABLE_COMPARTMENT_KEY, ids, n));
    TRY(ids_of(tx, "SELECT id FROM blind_index WHERE compartment = ?1", &c.v, NULL, &ids, &n));
    TRY(delete_all(tx, &TABLE_BLIND_INDEX, ids, n));
    cells[CO_SHREDDED] = cell_int(tx->now_us);
    TRY(row_update(tx, &TABLE_COMPARTMENT, cells, -1));
    keys_gone(tx, c);
    return OK;
}

/* ---- blind indexes
 * ------------------------------------------------------------------------------------------------------ */

enum err vault_blind_put(struct tx *tx, struct compartment_id c, const char *agency, const char *field,
                         struct str text, struct id target)
{
    uint8_t value[16];
    struct id id = id_new();
    TRY(vault_blind(tx->vault, agency, field, text, value));
    struct cell cells[BI_COUNT] = {
        [BI_ID] = cell_id(&id),
        [BI_COMPARTMENT] = cell_id(&c.v),
        [BI_AGENCY] = cell_c(agency),
        [BI_FIELD] = cell_c(field),
        [BI_VALUE] = cell_str((struct str){(const char *)value, sizeof value}),
        [BI_TARGET] = cell_id(&target),
    };
    return row_insert(tx, &TABLE_BLIND_INDEX, cells);
}

enum err vault_blind_drop(struct tx *tx, struct id target)
{
    struct id *ids;
    size_t n;
    TRY(ids_of(tx, "SELECT id FROM blind_index WHERE target = ?1", &target, NULL, &ids, &n));
    return delete_all(tx, &TABLE_BLIND_INDEX, ids, n);
}

enum err vault_blind_find(struct vault *v, struct db *db, struct arena *a, const char *agency,
                          const char *field, struct str text, struct id **ret_targets, size_t *ret_n)
{
    uint8_t value[16];
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    TRY(vault_blind(v, agency, field, text, value));
    TRY(db_prepare(
        db, "SELECT target FROM blind_index WHERE value = ?1 AND field = ?2 AND agency = ?3 ORDER BY target",
        &s));
    db_bind_blob(s, 1, (struct str){(const char *)value, sizeof value});
    db_bind_text(s, 2, str_of(field));
    db_bind_text(s, 3, str_of(agency));
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
    *ret_targets = (struct id *)(uintptr_t)all.p;
    return OK;
}

/* ---- for who follows the changes -------------------------------------------------------------------------
 */

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

static enum err is_gone(struct db *db, const struct id *compartment, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT id FROM compartment WHERE id = ?1 AND shredded_us IS NOT NULL", &s));
    db_bind_id(s, 1, compartment);
    return db_step(s, ret);
}

enum err vault_gone(struct db *db, struct str compartments, struct buf *ret)
{
    struct buf sorted CLEANUP(buf_free) = {0};
    struct id last = id_nil();
    buf_str(&sorted, compartments);
    TRY(buf_err(&sorted));
    if (sorted.n)
        qsort(sorted.p, sorted.n / sizeof(struct id), sizeof(struct id), by_id);
    for (size_t i = 0; i + sizeof(struct id) <= sorted.n; i += sizeof(struct id)) {
        struct id id;
        bool gone = false;
        memcpy(id.b, sorted.p + i, sizeof id.b);
        if (!id_eq(id, last))
            TRY(is_gone(db, &id, &gone));
        if (gone)
            buf_bytes(ret, id.b, sizeof id.b);
        last = id;
    }
    return buf_err(ret);
}
