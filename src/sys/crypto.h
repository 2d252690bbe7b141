/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h - libsodium behind a few verbs. Keys live in locked memory (secret_alloc) where the system allows it.
 *
 * Keys and nonces come from libsodium's own generator, never from base/env: a repeatable "random" that a test or a
 * demonstration injects must not be able to make a nonce repeat. Thread-safe throughout, except that one stream belongs to
 * one thread at a time. Errors carry no content. */
#pragma once
#include "base/buf.h"

#define KEY_BYTES 32
#define HASH_BYTES 32
#define SIGN_PUBLIC_BYTES 32
#define SIGN_SECRET_BYTES 64
#define SIGN_BYTES 64
#define BOX_PUBLIC_BYTES 32
#define BOX_SECRET_BYTES 32

enum err crypto_start(void) NODISCARD; /* once, before anything else; safe to repeat */

/* Secret memory: mlocked, guarded, excluded from core dumps, wiped on free. When the lock limit is reached it falls back to
 * ordinary wiped memory and crypto_lock_refused() counts the bytes (reported, never fatal). NULL when out of memory. */
void *secret_alloc(size_t n);
void secret_free(void *p);                   /* NULL is fine; wipes */
void secret_cleanup(void *pointer_to_pointer); /* for CLEANUP(secret_cleanup) */
size_t crypto_lock_refused(void); /* bytes of secret memory now held that the system refused to lock */
/* Lock a large region in place (facts columns). False when refused (counted as above). */
bool secret_lock_region(void *p, size_t n);
void secret_unlock_region(void *p, size_t n, bool locked); /* wipes it, and takes back what secret_lock_region answered `locked` to */
void secret_wipe(void *p, size_t n);
bool secret_equal(const void *a, const void *b, size_t n); /* constant time */

struct hash { uint8_t b[HASH_BYTES]; };
struct hash sha256(struct str a, struct str b);          /* of a || b */
struct sha256 { _Alignas(16) uint8_t opaque[112]; };      /* the same in pieces */
void sha256_start(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
struct hash sha256_end(struct sha256 *h);
struct hash blake2b(struct str data);
struct hash blake2b_keyed(const uint8_t key[KEY_BYTES], struct str data);
struct hasher; /* streaming BLAKE2b-256 */
struct hasher { uint8_t opaque[512]; };
void hasher_start(struct hasher *h, const uint8_t *key_or_null);
void hasher_add(struct hasher *h, const void *p, size_t n);
struct hash hasher_end(struct hasher *h);
void kdf_derive(const uint8_t master[KEY_BYTES], uint64_t number, const char context[8], uint8_t ret[KEY_BYTES]);

/* Envelope, version 1: ver(1)=1 alg(1)=1 key number(8, big-endian) nonce(24) ciphertext tag(16); XChaCha20-Poly1305 with
 * additional data = the first 10 bytes of the envelope || aad. aad must name class, row, field and envelope version (core/vault
 * builds it; at most ENVELOPE_AAD_MAX bytes, ERR_LIMIT). alg 0 (not sealed) exists only in the control build of the marker
 * test (-Dsealing=false); every other build refuses it.
 * envelope_seal appends to *out. envelope_open gives a copy in the arena with a NUL behind it; any change of the
 * envelope, the key or aad is ERR_CRYPTO. */
#define ENVELOPE_AAD_MAX 1024
#define ENVELOPE_OVERHEAD 50
enum err envelope_seal(const uint8_t key[KEY_BYTES], uint64_t key_no, struct str aad, struct str plain, struct buf *out) NODISCARD;
enum err envelope_key_no(struct str envelope, uint64_t *ret) NODISCARD;
enum err envelope_open(const uint8_t key[KEY_BYTES], struct str aad, struct str envelope, struct arena *a, struct str *ret) NODISCARD;

void box_keypair(uint8_t ret_public[BOX_PUBLIC_BYTES], uint8_t ret_secret[BOX_SECRET_BYTES]);          /* X25519 */
enum err box_seal(const uint8_t public[BOX_PUBLIC_BYTES], struct str plain, struct buf *out) NODISCARD; /* anonymous sealed box */
enum err box_open(const uint8_t public[BOX_PUBLIC_BYTES], const uint8_t secret[BOX_SECRET_BYTES], struct str sealed, struct arena *a, struct str *ret) NODISCARD;

void sign_keypair(uint8_t ret_public[SIGN_PUBLIC_BYTES], uint8_t ret_secret[SIGN_SECRET_BYTES]);       /* Ed25519 */
void sign_make(const uint8_t secret[SIGN_SECRET_BYTES], struct str data, uint8_t ret[SIGN_BYTES]);
bool sign_ok(const uint8_t public[SIGN_PUBLIC_BYTES], struct str data, const uint8_t signature[SIGN_BYTES]);

/* Argon2id. cost: ARGON_DEMO only for synthetic data and tests. argon_password_ok refuses (false) what asks for more than
 * ARGON_MODERATE takes, so that a changed row cannot exhaust memory. */
enum argon_cost { ARGON_INTERACTIVE /* 64 MiB, t=2 */, ARGON_MODERATE /* 256 MiB, t=3 */, ARGON_DEMO /* 8 MiB, t=1 */ };
enum err argon_key(enum argon_cost cost, struct str passphrase, const uint8_t salt[16], uint8_t ret[KEY_BYTES]) NODISCARD;
enum err argon_password(enum argon_cost cost, struct str password, char ret_phc[128]) NODISCARD;
bool argon_password_ok(const char *phc, struct str password);

void base64url(struct buf *out, const void *p, size_t n); /* no padding */
enum err base64url_decode(struct str s, struct arena *a, struct str *ret) NODISCARD;
void base64(struct buf *out, const void *p, size_t n);    /* standard alphabet with padding */
enum err base64_decode(struct str s, struct arena *a, struct str *ret) NODISCARD;

/* A stream file: "AKSTRM1\n", header length (4, big-endian), header, secretstream header (24), then chunks of
 * crypto_secretstream_xchacha20poly1305: 65536 + 17 bytes each, the last one (tag FINAL) shorter or equal. Additional data
 * of every chunk: BLAKE2b-256 of all that stands before the secretstream header. Nothing is given out before its chunk
 * is verified; a file cut anywhere, continued, or put together from two is ERR_CRYPTO.
 *
 * Writing goes to a temporary file beside `path`, which is synced and renamed over it by stream_out_close: `path` is never
 * half-written. close and abandon both end the stream, also when close fails. */
struct stream_out;
struct stream_in;
/* header: in the clear, authenticated, at most STREAM_MAX_HEADER bytes; mode of the file: 0600 */
enum err stream_out_open(const char *path, const uint8_t key[KEY_BYTES], struct str header, struct stream_out **ret) NODISCARD;
enum err stream_out_write(struct stream_out *s, struct str data) NODISCARD;
enum err stream_out_close(struct stream_out *s) NODISCARD; /* final tag, fsync, rename into place, fsync of the folder */
void stream_out_abandon(struct stream_out *s);              /* NULL is fine; removes the temporary file */
/* Gives the header first, because it may say which key is needed. It is not authenticated before stream_in_key said OK. */
enum err stream_in_open(const char *path, struct arena *a, struct str *ret_header, struct stream_in **ret) NODISCARD;
/* ERR_CRYPTO when it is not the key (or the header or first chunk was changed); another one may then be tried. */
enum err stream_in_key(struct stream_in *s, const uint8_t key[KEY_BYTES]) NODISCARD;
enum err stream_in_read(struct stream_in *s, void *p, size_t n, size_t *ret_n) NODISCARD; /* *ret_n < n only at the true end */
void stream_in_close(struct stream_in *s);                  /* NULL is fine */
