/* SPDX-License-Identifier: Apache-2.0 */
/* testing_passkey.h - for test files only: a security key in software, apart from libfido2: CBOR written by hand from
 * CTAP 2 and RFC 8152, signatures by OpenSSL (ES256) and libsodium (EdDSA). */
#pragma once
#include "base/buf.h"
#include "base/testing.h"
#include "sys/crypto.h"
#include "sys/passkey.h"
#define ERR_STATE LIBCRYPTO_ERR_STATE /* a type of OpenSSL */
#include <openssl/ec.h>
#include <openssl/evp.h>
#undef ERR_STATE
#include <sodium.h>

struct soft_key {
    bool eddsa;
    EVP_PKEY *ec;
    unsigned char public[64], secret[64], id[16];
    uint32_t counter;
};

static inline void soft_key_make(struct soft_key *k, bool eddsa)
{
    *k = (struct soft_key){.eddsa = eddsa};
    randombytes_buf(k->id, sizeof k->id);
    if (eddsa) {
        crypto_sign_keypair(k->public, k->secret);
        return;
    }
    unsigned char point[65];
    size_t n = 0;
    k->ec = EVP_EC_gen("P-256");
    assert_non_null(k->ec);
    assert_true(EVP_PKEY_get_octet_string_param(k->ec, "pub", point, sizeof point, &n));
    assert_int_equal(n, 65);
    memcpy(k->public, point + 1, 64);
}

static inline void soft_key_free(struct soft_key *k)
{
    EVP_PKEY_free(k->ec);
}

static inline void soft_cose(const struct soft_key *k, struct buf *b)
{
    static const unsigned char es256[] = {0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20},
                               eddsa[] = {0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20},
                               y[] = {0x22, 0x58, 0x20};
    buf_bytes(b, k->eddsa ? eddsa : es256, 10);
    buf_bytes(b, k->public, 32);
    if (!k->eddsa) {
        buf_bytes(b, y, sizeof y);
        buf_bytes(b, k->public + 32, 32);
    }
}

/* flags: 1 present, 4 verified, 0x40 with a new key */
static inline void soft_data(struct soft_key *k, const char *site, int flags, struct buf *b)
{
    static const unsigned char maker[16];
    struct hash h = sha256(str_of(site), STR(""));
    uint32_t n = ++k->counter;
    unsigned char counter[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                                (unsigned char)n},
                  length[2] = {0, sizeof k->id};
    buf_bytes(b, h.b, sizeof h.b);
    buf_char(b, (char)flags);
    buf_bytes(b, counter, 4);
    if (!(flags & 0x40))
        return;
    buf_bytes(b, maker, sizeof maker);
    buf_bytes(b, length, 2);
    buf_bytes(b, k->id, sizeof k->id);
    soft_cose(k, b);
}

static inline void soft_client(const char *type, struct str challenge, const char *origin, struct buf *b)
{
    buf_printf(b, "{\"type\":\"%s\",\"challenge\":\"", type);
    base64url(b, challenge.p, challenge.n);
    buf_printf(b, "\",\"origin\":\"%s\",\"crossOrigin\":false}", origin);
}

static inline void soft_sign(const struct soft_key *k, struct str data, struct str client, struct buf *b)
{
    struct hash h = sha256(client, STR(""));
    struct buf message CLEANUP(buf_free) = {0};
    unsigned char signature[128];
    size_t n = sizeof signature;
    buf_str(&message, data);
    buf_bytes(&message, h.b, sizeof h.b);
    if (k->eddsa) {
        crypto_sign_detached(signature, NULL, (const unsigned char *)message.p, message.n, k->secret);
        n = crypto_sign_BYTES;
    } else {
        EVP_MD_CTX *c = EVP_MD_CTX_new();
        assert_true(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, k->ec));
        assert_true(EVP_DigestSign(c, signature, &n, (const unsigned char *)message.p, message.n));
        EVP_MD_CTX_free(c);
    }
    buf_bytes(b, signature, n);
}
