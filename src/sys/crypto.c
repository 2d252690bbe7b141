/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/crypto.h"

#include <sodium.h>

_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES && crypto_kdf_CONTEXTBYTES == 8, "kdf");
_Static_assert(HASH_BYTES == crypto_hash_sha256_BYTES && HASH_BYTES == crypto_generichash_BYTES, "hash");
_Static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES &&
                   SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES,
               "sign");
_Static_assert(SIGN_BYTES == crypto_sign_BYTES, "signature");
_Static_assert(BOX_PUBLIC_BYTES == crypto_box_PUBLICKEYBYTES && BOX_SECRET_BYTES == crypto_box_SECRETKEYBYTES,
               "box");
_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hasher), "hasher");
_Static_assert(crypto_pwhash_STRBYTES == 128 && crypto_pwhash_SALTBYTES == 16, "argon2");

enum err crypto_start(void)
{
    if (sodium_init() < 0)
        return FAIL(ERR_INTERNAL, "libsodium does not start");
    return OK;
}

_Static_assert(sizeof(struct sha256) >= sizeof(crypto_hash_sha256_state), "sha256");

static crypto_hash_sha256_state *sha256_state(struct sha256 *h)
{
    return (crypto_hash_sha256_state *)(void *)h->opaque;
}

void sha256_start(struct sha256 *h)
{
    crypto_hash_sha256_init(sha256_state(h));
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
    crypto_hash_sha256_update(sha256_state(h), p, n);
}

struct hash sha256_end(struct sha256 *h)
{
    struct hash ret;
    crypto_hash_sha256_final(sha256_state(h), ret.b);
    return ret;
}

struct hash sha256(struct str a, struct str b)
{
    struct sha256 h;
    sha256_start(&h);
    sha256_add(&h, a.p, a.n);
    sha256_add(&h, b.p, b.n);
    return sha256_end(&h);
}

struct hash blake2b(struct str data)
{
    struct hash h;
    crypto_generichash(h.b, sizeof(h.b), (const uint8_t *)data.p, data.n, NULL, 0);
    return h;
}

struct hash blake2b_keyed(const uint8_t key[KEY_BYTES], struct str data)
{
    struct hash h;
    crypto_generichash(h.b, sizeof(h.b), (const uint8_t *)data.p, data.n, key, KEY_BYTES);
    return h;
}

/* libsodium wants its state on a 64-byte border; a struct hasher may lie anywhere and be copied. */
static void hasher_load(const struct hasher *h, crypto_generichash_state *state)
{
    memcpy(state, h->opaque, sizeof(*state));
}

static void hasher_store(struct hasher *h, crypto_generichash_state *state)
{
    memcpy(h->opaque, state, sizeof(*state));
    sodium_memzero(state, sizeof(*state));
}

void hasher_start(struct hasher *h, const uint8_t *key_or_null)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key_or_null, key_or_null ? KEY_BYTES : 0, HASH_BYTES);
    hasher_store(h, &state);
}

void hasher_add(struct hasher *h, const void *p, size_t n)
{
    crypto_generichash_state state;
    hasher_load(h, &state);
    crypto_generichash_update(&state, p, n);
    hasher_store(h, &state);
}

struct hash hasher_end(struct hasher *h)
{
    struct hash out;
    crypto_generichash_state state;
    hasher_load(h, &state);
    crypto_generichash_final(&state, out.b, sizeof(out.b));
    hasher_store(h, &state);
    sodium_memzero(h, sizeof(*h));
    return out;
}

void kdf_derive(const uint8_t master[KEY_BYTES], uint64_t number, const char context[8],
                uint8_t ret[KEY_BYTES])
{
    crypto_kdf_derive_from_key(ret, KEY_BYTES, number, context, master);
}

/* ---- envelope ---- */

#define ENVELOPE_VERSION 1
#define ENVELOPE_PLAIN   0
#define ENVELOPE_XCHACHA 1
#ifdef AKARI_NO_SEALING
#define ENVELOPE_ALG ENVELOPE_PLAIN
#else
#define ENVELOPE_ALG ENVELOPE_XCHACHA
#endif
enum {
    HEAD = 10, /* version, algorithm, key number */
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};
_Static_assert(HEAD + NONCE + TAG == ENVELOPE_OVERHEAD, "envelope");

struct envelope_ad {
    uint8_t b[HEAD + ENVELOPE_AAD_MAX];
    size_t n;
};

static enum err envelope_ad(const void *head, struct str aad, struct envelope_ad *ret)
{
    if (aad.n > ENVELOPE_AAD_MAX)
        return FAIL(ERR_LIMIT, "additional data of an envelope over %d bytes", ENVELOPE_AAD_MAX);
    memcpy(ret->b, head, HEAD);
    if (aad.n > 0)
        memcpy(ret->b + HEAD, aad.p, aad.n);
    ret->n = HEAD + aad.n;
    return OK;
}

/* Room for n bytes at the end of *out, so that plain text is never written where a growing buffer would leave
 * a copy. */
static enum err buf_room(struct buf *out, size_t n, uint8_t **ret)
{
    static const char zeros[1024];
    size_t at = out->n;
    for (size_t left = n; left > 0 && out->err == OK;) {
        size_t part = left < sizeof(zeros) ? left : sizeof(zeros);
        buf_bytes(out, zeros, part);
        left -= part;
    }
    TRY(buf_err(out));
    *ret = (uint8_t *)out->p + at;
    return OK;
}

enum err envelope_seal(const uint8_t key[KEY_BYTES], uint64_t key_no, struct str aad, struct str plain,
                       struct buf *out)
{
    uint8_t head[HEAD] = {ENVELOPE_VERSION, ENVELOPE_ALG};
    for (int i = 0; i < 8; i++)
        head[2 + i] = (uint8_t)(key_no >> (56 - 8 * i));
    struct envelope_ad ad;
    TRY(envelope_ad(head, aad, &ad));
    if (plain.n > SIZE_MAX - ENVELOPE_OVERHEAD)
        return FAIL(ERR_LIMIT, "too much to seal");

    uint8_t *p;
    TRY(buf_room(out, ENVELOPE_OVERHEAD + plain.n, &p));
    memcpy(p, head, HEAD);
    randombytes_buf(p + HEAD, NONCE);
#ifdef AKARI_NO_SEALING
    (void)key;
    if (plain.n > 0)
        memcpy(p + HEAD + NONCE, plain.p, plain.n);
#else
    crypto_aead_xchacha20poly1305_ietf_encrypt(p + HEAD + NONCE, NULL, (const uint8_t *)plain.p, plain.n,
                                               ad.b, ad.n, NULL, p + HEAD, key);
#endif
    return OK;
}

enum err envelope_key_no(struct str envelope, uint64_t *ret)
{
    const uint8_t *p = (const uint8_t *)envelope.p;
    if (envelope.n < ENVELOPE_OVERHEAD || p[0] != ENVELOPE_VERSION || p[1] != ENVELOPE_ALG)
        return FAIL(ERR_CRYPTO, "not an envelope of version %d", ENVELOPE_VERSION);
    uint64_t no = 0;
    for (int i = 0; i < 8; i++)
        no = no << 8 | p[2 + i];
    *ret = no;
    return OK;
}

enum err envelope_open(const uint8_t key[KEY_BYTES], struct str aad, struct str envelope, struct arena *a,
                       struct str *ret)
{
    uint64_t no;
    struct envelope_ad ad;
    TRY(envelope_key_no(envelope, &no));
    TRY(envelope_ad(envelope.p, aad, &ad));
    size_t n = envelope.n - ENVELOPE_OVERHEAD;
    uint8_t *plain = arena_alloc(a, n + 1);
    if (!plain)
        return arena_err(a);
    const uint8_t *p = (const uint8_t *)envelope.p;
#ifdef AKARI_NO_SEALING
    (void)key;
    memcpy(plain, p + HEAD + NONCE, n);
#else
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, p + HEAD + NONCE, n + TAG, ad.b, ad.n,
                                                   p + HEAD, key) != 0)
        return FAIL(ERR_CRYPTO, "an envelope does not open: changed, moved, or another key");
#endif
    *ret = (struct str){(char *)plain, n};
    return OK;
}

/* ---- sealed boxes, signatures ---- */

void box_keypair(uint8_t ret_public[BOX_PUBLIC_BYTES], uint8_t ret_secret[BOX_SECRET_BYTES])
{
    crypto_box_keypair(ret_public, ret_secret);
}

enum err box_seal(const uint8_t public[BOX_PUBLIC_BYTES], struct str plain, struct buf *out)
{
    if (plain.n > SIZE_MAX - crypto_box_SEALBYTES)
        return FAIL(ERR_LIMIT, "too much to seal");
    uint8_t *p;
    size_t before = out->n;
    TRY(buf_room(out, crypto_box_SEALBYTES + plain.n, &p));
    if (crypto_box_seal(p, (const uint8_t *)plain.p, plain.n, public) == 0)
        return OK;
    out->n = before; /* a public key of small order: nothing was sealed */
    out->p[before] = '\0';
    return FAIL(ERR_CRYPTO, "a public key is not valid");
}

enum err box_open(const uint8_t public[BOX_PUBLIC_BYTES], const uint8_t secret[BOX_SECRET_BYTES],
                  struct str sealed, struct arena *a, struct str *ret)
{
    if (sealed.n < crypto_box_SEALBYTES)
        return FAIL(ERR_CRYPTO, "a sealed box is too short");
    size_t n = sealed.n - crypto_box_SEALBYTES;
    uint8_t *plain = arena_alloc(a, n + 1);
    if (!plain)
        return arena_err(a);
    if (crypto_box_seal_open(plain, (const uint8_t *)sealed.p, sealed.n, public, secret) != 0)
        return FAIL(ERR_CRYPTO, "a sealed box does not open: changed, or another key");
    *ret = (struct str){(char *)plain, n};
    return OK;
}

void sign_keypair(uint8_t ret_public[SIGN_PUBLIC_BYTES], uint8_t ret_secret[SIGN_SECRET_BYTES])
{
    crypto_sign_keypair(ret_public, ret_secret);
}

void sign_make(const uint8_t secret[SIGN_SECRET_BYTES], struct str data, uint8_t ret[SIGN_BYTES])
{
    crypto_sign_detached(ret, NULL, (const uint8_t *)data.p, data.n, secret);
}

bool sign_ok(const uint8_t public[SIGN_PUBLIC_BYTES], struct str data, const uint8_t signature[SIGN_BYTES])
{
    return crypto_sign_verify_detached(signature, (const uint8_t *)data.p, data.n, public) == 0;
}

/* ---- passphrases ---- */

struct argon_row {
    unsigned long long passes;
    size_t bytes;
};
static const struct argon_row argon_rows[] = {
    [ARGON_INTERACTIVE] = {2, 64u << 20},
    [ARGON_MODERATE] = {3, 256u << 20},
    [ARGON_DEMO] = {1, 8u << 20},
};

enum err argon_key(enum argon_cost cost, struct str passphrase, const uint8_t salt[16],
                   uint8_t ret[KEY_BYTES])
{
    const struct argon_row *row = &argon_rows[cost];
    if (crypto_pwhash(ret, KEY_BYTES, passphrase.p ? passphrase.p : "", passphrase.n, salt, row->passes,
                      row->bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return FAIL(ERR_NO_MEMORY, "Argon2id wants %zu MiB", row->bytes >> 20);
    return OK;
}

enum err argon_password(enum argon_cost cost, struct str password, char ret_phc[128])
{
    const struct argon_row *row = &argon_rows[cost];
    if (crypto_pwhash_str_alg(ret_phc, password.p ? password.p : "", password.n, row->passes, row->bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return FAIL(ERR_NO_MEMORY, "Argon2id wants %zu MiB", row->bytes >> 20);
    return OK;
}

bool argon_password_ok(const char *phc, struct str password)
{
    unsigned long kib = 0, passes = 0, lanes = 0;
    if (strnlen(phc, 128) >= 128)
        return false;
    if (sscanf(phc, "$argon2id$v=19$m=%9lu,t=%9lu,p=%9lu$", &kib, &passes, &lanes) != 3)
        return false;
    if (kib > argon_rows[ARGON_MODERATE].bytes >> 10 || passes > argon_rows[ARGON_MODERATE].passes ||
        lanes != 1)
        return false;
    return crypto_pwhash_str_verify(phc, password.p ? password.p : "", password.n) == 0;
}

/* ---- base64 ---- */

static void base64_append(struct buf *out, const uint8_t *p, size_t n, int variant)
{
    enum { BLOCK = 3 * 64 }; /* a multiple of three: blocks join without padding between them */
    char text[sodium_base64_ENCODED_LEN(BLOCK, sodium_base64_VARIANT_ORIGINAL)];
    while (n > 0) {
        size_t part = n < BLOCK ? n : BLOCK;
        sodium_bin2base64(text, sizeof(text), p, part, variant);
        buf_c(out, text);
        p += part;
        n -= part;
    }
    sodium_memzero(text, sizeof(text));
}

static enum err base64_read(struct str s, int variant, struct arena *a, struct str *ret)
{
    size_t room = s.n / 4 * 3 + 3, n = 0;
    uint8_t *p = arena_alloc(a, room + 1);
    if (!p)
        return arena_err(a);
    if (s.n > 0 && sodium_base642bin(p, room, s.p, s.n, NULL, &n, NULL, variant) != 0)
        return FAIL(ERR_BAD_DATA, "not base64");
    p[n] = '\0';
    *ret = (struct str){(char *)p, n};
    return OK;
}

void base64url(struct buf *out, const void *p, size_t n)
{
    base64_append(out, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum err base64url_decode(struct str s, struct arena *a, struct str *ret)
{
    return base64_read(s, sodium_base64_VARIANT_URLSAFE_NO_PADDING, a, ret);
}

void base64(struct buf *out, const void *p, size_t n)
{
    base64_append(out, p, n, sodium_base64_VARIANT_ORIGINAL);
}

enum err base64_decode(struct str s, struct arena *a, struct str *ret)
{
    return base64_read(s, sodium_base64_VARIANT_ORIGINAL, a, ret);
}
