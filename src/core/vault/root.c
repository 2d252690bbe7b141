/* SPDX-License-Identifier: Apache-2.0 */
/* vault_root.c - the root of the key tree: passphrase or key file, agency key pairs, audit keys. */
#include "core/vault/own.h"

#include "base/alloc.h"

static const struct column keyring_columns[] = {
    {"id", COL_ID, 0, NULL},
    {"name", COL_TEXT, 0, NULL},
    {"public", COL_BLOB, COL_NULL, NULL},
    {"wrapped", COL_BLOB, COL_NULL, NULL},
    {"salt", COL_BLOB, COL_NULL, NULL},
    {"cost", COL_INT, COL_NULL, NULL},
    {"version", COL_INT, COL_VERSION, NULL},
};
enum { KR_ID, KR_NAME, KR_PUBLIC, KR_WRAPPED, KR_SALT, KR_COST, KR_VERSION, KR_COUNT };
static const char *const keyring_indexes[] = {"UNIQUE (name)", NULL};
const struct table TABLE_KEYRING = {10, "keyring", keyring_columns, KR_COUNT, keyring_indexes, NULL, false};

#define NAME_PASSPHRASE "root/passphrase"
#define NAME_FILE       "root/file"
#define NAME_SIGN       "audit/sign"
#define NAME_AGENCY     "agency/"
static const char KDF_CONTEXT[8] = {'a', 'k', 'a', 'r', 'i', 'v', '0', '1'};
enum { KDF_MAC = 1, KDF_BLIND, KDF_BACKUP, KDF_KEK };

enum err vault_new(struct vault **ret)
{
    struct vault *v = mem_alloc(sizeof *v);
    if (!v)
        return mem_fail();
    pthread_mutex_init(&v->lock, NULL);
    pthread_mutex_init(&v->unlocking, NULL);
    v->keys = secret_alloc(sizeof *v->keys);
    v->agencies = secret_alloc(sizeof *v->agencies * VAULT_AGENCIES_MAX);
    v->cache = mem_alloc(sizeof *v->cache * VAULT_BUCKETS * VAULT_SLOTS);
    if (!v->keys || !v->agencies || !v->cache) {
        vault_free(v);
        return mem_fail();
    }
    secret_lock_region(v->cache, sizeof *v->cache * VAULT_BUCKETS * VAULT_SLOTS);
    *ret = v;
    return OK;
}

void vault_free(struct vault *v)
{
    if (!v)
        return;
    if (v->cache)
        vault_cache_clear(v);
    mem_free(v->cache);
    secret_free(v->agencies);
    secret_free(v->keys);
    pthread_mutex_destroy(&v->lock);
    pthread_mutex_destroy(&v->unlocking);
    mem_free(v);
}

bool vault_unlocked(const struct vault *v)
{
    return __atomic_load_n(&v->unlocked, __ATOMIC_ACQUIRE);
}

void vault_lock(struct vault *v)
{
    pthread_mutex_lock(&v->lock);
    __atomic_store_n(&v->unlocked, false, __ATOMIC_RELEASE);
    v->backups = false;
    secret_wipe(v->keys, sizeof *v->keys);
    secret_wipe(v->agencies, sizeof *v->agencies * VAULT_AGENCIES_MAX);
    v->nagencies = 0;
    pthread_mutex_unlock(&v->lock);
    vault_cache_clear(v);
}

static void derive_root(struct vault *v, const uint8_t root[KEY_BYTES])
{
    memcpy(v->keys->root, root, KEY_BYTES);
    kdf_derive(root, KDF_MAC, KDF_CONTEXT, v->keys->mac);
    kdf_derive(root, KDF_BLIND, KDF_CONTEXT, v->keys->blind);
    kdf_derive(root, KDF_BACKUP, KDF_CONTEXT, v->keys->backup);
}

int vault_agency_index(struct vault *v, const char *agency)
{
    int found = -1;
    pthread_mutex_lock(&v->lock);
    for (int i = 0; i < v->nagencies && found < 0; i++)
        if (strcmp(v->agencies[i].name, agency) == 0)
            found = i;
    pthread_mutex_unlock(&v->lock);
    return found;
}

bool vault_has_agency(const struct vault *v, const char *agency)
{
    return vault_agency_index((struct vault *)(uintptr_t)v, agency) >= 0;
}

bool vault_agency_key(struct vault *v, const char *agency, struct agency_key *ret)
{
    int i = vault_agency_index(v, agency);
    if (i < 0)
        return false;
    pthread_mutex_lock(&v->lock);
    *ret = v->agencies[i].key;
    pthread_mutex_unlock(&v->lock);
    return true;
}

static enum err hold_agency(struct vault *v, const char *agency, const uint8_t *public, const uint8_t *secret)
{
    enum err e = OK;
    pthread_mutex_lock(&v->lock);
    if (v->nagencies == VAULT_AGENCIES_MAX || strlen(agency) >= sizeof v->agencies[0].name) {
        e = ERR_LIMIT;
    } else {
        struct held_agency *h = &v->agencies[v->nagencies++];
        memcpy(h->name, agency, strlen(agency) + 1);
        memcpy(h->key.public, public, BOX_PUBLIC_BYTES);
        memcpy(h->key.secret, secret, BOX_SECRET_BYTES);
        kdf_derive(secret, KDF_KEK, KDF_CONTEXT, h->key.kek);
    }
    pthread_mutex_unlock(&v->lock);
    return e == OK ? OK : FAIL(e, "more than %d agencies, or a name too long", VAULT_AGENCIES_MAX);
}

/* ---- keyring rows
 * --------------------------------------------------------------------------------------------------- */

static enum err keyring_put(struct tx *tx, const char *name, struct str public, struct str wrapped,
                            struct str salt, int64_t cost)
{
    struct id id = id_new();
    struct cell cells[KR_COUNT] = {
        [KR_ID] = cell_id(&id),
        [KR_NAME] = cell_c(name),
        [KR_PUBLIC] = public.n ? cell_str(public) : cell_null(),
        [KR_WRAPPED] = wrapped.n ? cell_str(wrapped) : cell_null(),
        [KR_SALT] = salt.n ? cell_str(salt) : cell_null(),
        [KR_COST] = cost >= 0 ? cell_int(cost) : cell_null(),
    };
    return row_insert(tx, &TABLE_KEYRING, cells);
}

static enum err keyring_get(struct db *db, struct arena *a, const char *name, struct cell *ret)
{
    struct stmt *s;
    struct id id;
    bool row;
    TRY(db_prepare(db, "SELECT id FROM keyring WHERE name = ?1", &s));
    db_bind_text(s, 1, str_of(name));
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_NOT_FOUND, "keyring: no row %s", name);
    enum err e = db_id(s, 0, &id);
    db_reset(s);
    TRY(e);
    return row_get(db, a, &TABLE_KEYRING, id, ret);
}

static enum err secret_key(const struct unlock *secret, const uint8_t salt[16], enum argon_cost cost,
                           uint8_t ret[KEY_BYTES])
{
    if (secret->passphrase.n)
        return argon_key(cost, secret->passphrase, salt, ret);
    struct str hex = str_trim(secret->key_file);
    if (hex.n != 2 * KEY_BYTES)
        return FAIL(ERR_UNLOCK, "a key file holds 64 hexadecimal digits");
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int v = 0;
        for (size_t k = 0; k < 2; k++) {
            char c = hex.p[2 * i + k];
            int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (d < 0)
                return FAIL(ERR_UNLOCK, "a key file holds 64 hexadecimal digits");
            v = v * 16 + d;
        }
        ret[i] = (uint8_t)v;
    }
    return OK;
}

enum err vault_create(struct tx *tx, const struct unlock *secret, enum argon_cost cost)
{
    struct vault *v = tx->vault;
    uint8_t salt[16], kek[KEY_BYTES], root[KEY_BYTES], sign_public[SIGN_PUBLIC_BYTES];
    struct buf wrapped CLEANUP(buf_free) = {0};
    bool by_passphrase = secret->passphrase.n > 0;
    const char *name = by_passphrase ? NAME_PASSPHRASE : NAME_FILE;
    struct str salt_str = {(const char *)salt, sizeof salt};
    if (by_passphrase && secret->passphrase.n < 8)
        return FAIL(ERR_UNLOCK, "the passphrase is shorter than 8 bytes");
    env_random(salt, sizeof salt);
    env_random(root, sizeof root);
    TRY(secret_key(secret, salt, cost, kek));
    TRY(envelope_seal(kek, 0, STR(NAME_PASSPHRASE), (struct str){(const char *)root, KEY_BYTES}, &wrapped));
    TRY(keyring_put(tx, name, STR(""), buf_view(&wrapped), salt_str, cost));
    pthread_mutex_lock(&v->lock);
    derive_root(v, root);
    sign_keypair(sign_public, v->keys->sign);
    __atomic_store_n(&v->unlocked, true, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&v->lock);
    buf_clear(&wrapped);
    TRY(envelope_seal(root, 0, STR(NAME_SIGN), (struct str){(const char *)v->keys->sign, SIGN_SECRET_BYTES},
                      &wrapped));
    secret_wipe(root, sizeof root);
    secret_wipe(kek, sizeof kek);
    return keyring_put(tx, NAME_SIGN, (struct str){(const char *)sign_public, sizeof sign_public},
                       buf_view(&wrapped), STR(""), -1);
}

enum err vault_add_agency(struct tx *tx, const char *agency)
{
    struct vault *v = tx->vault;
    uint8_t public[BOX_PUBLIC_BYTES], secret[BOX_SECRET_BYTES];
    struct buf wrapped CLEANUP(buf_free) = {0};
    char *name = arena_printf(tx->arena, NAME_AGENCY "%s", agency);
    if (!name)
        return arena_err(tx->arena);
    if (!vault_unlocked(v))
        return FAIL(ERR_LOCKED, "an agency's keys are made while the vault is open");
    if (vault_agency_index(v, agency) >= 0)
        return FAIL(ERR_CONSTRAINT, "agency %s has keys already", agency);
    box_keypair(public, secret);
    TRY(envelope_seal(v->keys->root, 0, str_of(name), (struct str){(const char *)secret, sizeof secret},
                      &wrapped));
    TRY(keyring_put(tx, name, (struct str){(const char *)public, sizeof public}, buf_view(&wrapped), STR(""),
                    -1));
    enum err e = hold_agency(v, agency, public, secret);
    secret_wipe(secret, sizeof secret);
    return e;
}

enum err vault_agency_public(struct db *db, struct arena *a, const char *agency,
                             uint8_t ret[BOX_PUBLIC_BYTES])
{
    struct cell cells[KR_COUNT];
    char *name = arena_printf(a, NAME_AGENCY "%s", agency);
    if (!name)
        return arena_err(a);
    TRY(keyring_get(db, a, name, cells));
    if (cells[KR_PUBLIC].s.n != BOX_PUBLIC_BYTES)
        return FAIL(ERR_CRYPTO, "the public key of agency %s is damaged", agency);
    memcpy(ret, cells[KR_PUBLIC].s.p, BOX_PUBLIC_BYTES);
    return OK;
}

static enum err load_agencies(struct vault *v, struct db *db, struct arena *a)
{
    struct stmt *s;
    TRY(db_prepare(db,
                   "SELECT name, public, wrapped FROM keyring WHERE name >= 'agency/' AND name < 'agency0' "
                   "ORDER BY name",
                   &s));
    for (;;) {
        bool row;
        struct str secret;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        char *name = arena_cstr(a, db_text(s, 0));
        enum err e =
            name ? envelope_open(v->keys->root, str_of(name), db_blob(s, 2), a, &secret) : arena_err(a);
        if (e == OK && (secret.n != BOX_SECRET_BYTES || db_blob(s, 1).n != BOX_PUBLIC_BYTES))
            e = FAIL(ERR_CRYPTO, "keyring: a key of the wrong length");
        if (e == OK)
            e = hold_agency(v, name + strlen(NAME_AGENCY), (const uint8_t *)db_blob(s, 1).p,
                            (const uint8_t *)secret.p);
        if (e != OK) {
            db_reset(s);
            return e;
        }
        secret_wipe((void *)(uintptr_t)secret.p, secret.n);
    }
}

/* The root key, from what the keyring or a backup says of it. The caller wipes it. */
static enum err unwrap_root(const struct root_wrap *w, const struct unlock *secret, struct arena *a,
                            uint8_t ret[KEY_BYTES])
{
    uint8_t kek[KEY_BYTES];
    struct str root;
    if (w->salt.n != 16 || w->cost < ARGON_INTERACTIVE || w->cost > ARGON_DEMO)
        return FAIL(ERR_CRYPTO, "keyring: a salt of the wrong length, or a cost that is none");
    TRY(secret_key(secret, (const uint8_t *)w->salt.p, (enum argon_cost)w->cost, kek));
    enum err e = envelope_open(kek, STR(NAME_PASSPHRASE), w->wrapped, a, &root);
    secret_wipe(kek, sizeof kek);
    if (e == ERR_CRYPTO)
        return FAIL(ERR_UNLOCK, "it does not open the root key");
    TRY(e);
    if (root.n == KEY_BYTES)
        memcpy(ret, root.p, KEY_BYTES);
    else
        e = FAIL(ERR_CRYPTO, "keyring: a root key of the wrong length");
    secret_wipe((void *)(uintptr_t)root.p, root.n);
    return e;
}

static const char *wrap_name(const struct unlock *secret)
{
    return secret->passphrase.n ? NAME_PASSPHRASE : NAME_FILE;
}

static enum err no_such_wrap(const struct unlock *secret)
{
    return FAIL(ERR_UNLOCK, "it is not opened by a %s", secret->passphrase.n ? "passphrase" : "key file");
}

static enum err open_root(struct vault *v, struct db *db, struct arena *a, const struct unlock *secret)
{
    struct cell cells[KR_COUNT];
    uint8_t root[KEY_BYTES];
    struct str sign;
    enum err e = keyring_get(db, a, wrap_name(secret), cells);
    if (e == ERR_NOT_FOUND)
        return no_such_wrap(secret);
    TRY(e);
    struct root_wrap w = {.salt = cells[KR_SALT].s, .wrapped = cells[KR_WRAPPED].s, .cost = cells[KR_COST].i};
    TRY(unwrap_root(&w, secret, a, root));
    derive_root(v, root);
    secret_wipe(root, sizeof root);
    TRY(keyring_get(db, a, NAME_SIGN, cells));
    TRY(envelope_open(v->keys->root, STR(NAME_SIGN), cells[KR_WRAPPED].s, a, &sign));
    if (sign.n != SIGN_SECRET_BYTES)
        return FAIL(ERR_CRYPTO, "keyring: a signing key of the wrong length");
    memcpy(v->keys->sign, sign.p, SIGN_SECRET_BYTES);
    secret_wipe((void *)(uintptr_t)sign.p, sign.n);
    return load_agencies(v, db, a);
}

enum err vault_unlock(struct vault *v, struct db *db, const struct unlock *secret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    if (!a)
        return mem_fail();
    pthread_mutex_lock(&v->unlocking);
    enum err e = OK;
    if (!vault_unlocked(v)) {
        e = open_root(v, db, a, secret);
        if (e != OK)
            vault_lock(v);
        else
            __atomic_store_n(&v->unlocked, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&v->unlocking);
    return e;
}

/* ---- what others derive
 * ------------------------------------------------------------------------------------------------ */

enum err vault_blind(struct vault *v, const char *agency, const char *field, struct str text, uint8_t ret[16])
{
    struct buf b CLEANUP(buf_free) = {0};
    if (!vault_unlocked(v))
        return FAIL(ERR_LOCKED, "look-ups need open keys");
    buf_c(&b, agency);
    buf_u8(&b, 0);
    buf_c(&b, field);
    TRY(buf_err(&b));
    struct hash key = blake2b_keyed(v->keys->blind, buf_view(&b)); /* another key for each agency and field */
    struct hash value = blake2b_keyed(key.b, text);
    memcpy(ret, value.b, 16);
    secret_wipe(&key, sizeof key);
    return OK;
}

bool vault_audit_mac(struct vault *v, struct str data, uint8_t ret[16])
{
    if (!v || !vault_unlocked(v))
        return false;
    struct hash h = blake2b_keyed(v->keys->mac, data);
    memcpy(ret, h.b, 16);
    return true;
}

bool vault_audit_sign(struct vault *v, struct str data, uint8_t ret[SIGN_BYTES])
{
    if (!v || !vault_unlocked(v))
        return false;
    sign_make(v->keys->sign, data, ret);
    return true;
}

bool vault_audit_signer(struct vault *v, uint8_t ret[SIGN_PUBLIC_BYTES])
{
    if (!v || !vault_unlocked(v))
        return false;
    memcpy(ret, v->keys->sign + SIGN_SECRET_BYTES - SIGN_PUBLIC_BYTES,
           SIGN_PUBLIC_BYTES); /* as libsodium has it */
    return true;
}

enum err vault_audit_public(struct db *db, uint8_t ret[SIGN_PUBLIC_BYTES])
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell cells[KR_COUNT];
    if (!a)
        return mem_fail();
    TRY(keyring_get(db, a, NAME_SIGN, cells));
    if (cells[KR_PUBLIC].s.n != SIGN_PUBLIC_BYTES)
        return FAIL(ERR_CRYPTO, "the audit's public key is damaged");
    memcpy(ret, cells[KR_PUBLIC].s.p, SIGN_PUBLIC_BYTES);
    return OK;
}

enum err vault_root_wraps(struct db *db, struct arena *a, struct root_wrap **ret, size_t *ret_n)
{
    static const char *const names[] = {NAME_PASSPHRASE, NAME_FILE};
    struct root_wrap *wraps = ARENA_ARRAY(a, sizeof names / sizeof *names, struct root_wrap);
    size_t n = 0;
    if (!wraps)
        return arena_err(a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct cell cells[KR_COUNT];
        enum err e = keyring_get(db, a, names[i], cells);
        if (e == ERR_NOT_FOUND)
            continue;
        TRY(e);
        wraps[n++] = (struct root_wrap){names[i], cells[KR_SALT].s, cells[KR_WRAPPED].s, cells[KR_COST].i};
    }
    *ret = wraps;
    *ret_n = n;
    return OK;
}

enum err vault_unlock_backups(struct vault *v, const struct root_wrap *wraps, size_t n,
                              const struct unlock *secret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    uint8_t root[KEY_BYTES];
    if (!a)
        return mem_fail();
    for (size_t i = 0; i < n; i++) {
        if (strcmp(wraps[i].name, wrap_name(secret)) != 0)
            continue;
        TRY(unwrap_root(&wraps[i], secret, a, root));
        kdf_derive(root, KDF_BACKUP, KDF_CONTEXT, v->keys->backup);
        secret_wipe(root, sizeof root);
        v->backups = true;
        return OK;
    }
    return no_such_wrap(secret);
}

enum err vault_backup_key(struct vault *v, const uint8_t nonce[16], uint8_t ret[KEY_BYTES])
{
    if (!vault_unlocked(v) && !v->backups)
        return FAIL(ERR_LOCKED, "a backup needs open keys");
    struct hash h = blake2b_keyed(v->keys->backup, (struct str){(const char *)nonce, 16});
    memcpy(ret, h.b, KEY_BYTES);
    return OK;
}
