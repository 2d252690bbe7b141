/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/chip.h"
#include "sys/crypto.h"

#define ERR_STATE LIBCRYPTO_ERR_STATE /* a type of OpenSSL */
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE
#include <sodium.h>

#define SHA256_BYTES 32
#define P384_BYTES   48

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)s.p;
}

/* OpenSSL failed where only memory can be the reason. */
static enum err broken(void)
{
    ERR_clear_error();
    return FAIL(ERR_NO_MEMORY, "the cipher library");
}

size_t chip_block(enum chip_cipher c)
{
    return c == CHIP_AES ? 16 : 8;
}

static void free_digest(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

enum err chip_key(struct str a, struct str b, uint8_t ret[CHIP_KEY_BYTES])
{
    EVP_MD_CTX *c CLEANUP(free_digest) = EVP_MD_CTX_new();
    uint8_t digest[EVP_MAX_MD_SIZE];
    if (!c || !EVP_DigestInit_ex(c, EVP_sha1(), NULL) || !EVP_DigestUpdate(c, a.p, a.n) ||
        !EVP_DigestUpdate(c, b.p, b.n) || !EVP_DigestFinal_ex(c, digest, NULL))
        return broken();
    memcpy(ret, digest, CHIP_KEY_BYTES);
    secret_wipe(digest, sizeof digest);
    return OK;
}

/* ---- ciphers ---- */

static void free_cipher(EVP_CIPHER_CTX **c)
{
    EVP_CIPHER_CTX_free(*c);
}

static enum err crypt(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, struct str in,
                      bool encrypt, uint8_t *ret)
{
    EVP_CIPHER_CTX *c CLEANUP(free_cipher) = EVP_CIPHER_CTX_new();
    int n = 0, more = 0;
    if (in.n > INT32_MAX)
        return FAIL(ERR_LIMIT, "a message of a chip");
    if (!c || !EVP_CipherInit_ex(c, cipher, NULL, key, iv, encrypt) || !EVP_CIPHER_CTX_set_padding(c, 0) ||
        !EVP_CipherUpdate(c, ret, &n, bytes(in), (int)in.n) || !EVP_CipherFinal_ex(c, ret + n, &more))
        return broken();
    return OK;
}

static enum err crypt_from_zero(enum chip_cipher c, const uint8_t *key, struct str in, bool encrypt,
                                uint8_t *ret)
{
    static const uint8_t zeros[CHIP_BLOCK_MAX];
    if (in.n == 0 || in.n % chip_block(c) != 0)
        return FAIL(ERR_BAD_DATA, "a message of a chip is no whole number of blocks");
    return crypt(c == CHIP_AES ? EVP_aes_128_cbc() : EVP_des_ede_cbc(), key, zeros, in, encrypt, ret);
}

enum err chip_encrypt(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str plain, uint8_t *ret)
{
    return crypt_from_zero(c, key, plain, true, ret);
}

enum err chip_decrypt(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str sealed, uint8_t *ret)
{
    return crypt_from_zero(c, key, sealed, false, ret);
}

/* Single DES is DES-EDE with one key twice: the library's own is switched off, as it should be. All blocks
 * but the last under the first key, the last under both. */
static enum err retail_mac(const uint8_t key[CHIP_KEY_BYTES], struct str data, uint8_t ret[CHIP_MAC_BYTES])
{
    uint8_t single[CHIP_KEY_BYTES], chain[8] = {0};
    memcpy(single, key, 8);
    memcpy(single + 8, key, 8);
    enum err e = OK;
    for (size_t at = 0; at <= data.n && e == OK; at += 8) {
        uint8_t block[8] = {0};
        size_t n = data.n - at < 8 ? data.n - at : 8;
        bool last = at + 8 > data.n;
        if (n)
            memcpy(block, data.p + at, n);
        if (last)
            block[n] = 0x80;
        for (size_t i = 0; i < 8; i++)
            block[i] ^= chain[i];
        e = crypt(EVP_des_ede_ecb(), last ? key : single, NULL, (struct str){(const char *)block, 8}, true,
                  chain);
    }
    secret_wipe(single, sizeof single);
    if (e == OK)
        memcpy(ret, chain, CHIP_MAC_BYTES);
    return e;
}

static void free_mac_context(EVP_MAC_CTX **c)
{
    EVP_MAC_CTX_free(*c);
}

static void free_mac(EVP_MAC **m)
{
    EVP_MAC_free(*m);
}

static enum err half_cmac(const uint8_t key[CHIP_KEY_BYTES], struct str data, uint8_t ret[CHIP_MAC_BYTES])
{
    EVP_MAC *mac CLEANUP(free_mac) = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *c CLEANUP(free_mac_context) = mac ? EVP_MAC_CTX_new(mac) : NULL;
    char name[] = "AES-128-CBC";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("cipher", name, 0),
                               OSSL_PARAM_construct_end()};
    uint8_t whole[16];
    size_t n;
    if (!c || !EVP_MAC_init(c, key, CHIP_KEY_BYTES, parameters) || !EVP_MAC_update(c, bytes(data), data.n) ||
        !EVP_MAC_final(c, whole, &n, sizeof whole))
        return broken();
    memcpy(ret, whole, CHIP_MAC_BYTES);
    return OK;
}

enum err chip_mac(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str data,
                  uint8_t ret[CHIP_MAC_BYTES])
{
    return c == CHIP_AES ? half_cmac(key, data, ret) : retail_mac(key, data, ret);
}

void chip_random(uint8_t *p, size_t n)
{
    randombytes_buf(p, n);
}

/* ---- signatures ---- */

static void free_certificate(X509 **c)
{
    X509_free(*c);
}

static void free_bio(BIO **b)
{
    BIO_free(*b);
}

/* The card's file is longer than its certificate: what follows is not read. */
static X509 *from_der(struct str der)
{
    const unsigned char *p = bytes(der);
    return der.n && der.n < 65536 ? d2i_X509(NULL, &p, (long)der.n) : NULL;
}

static X509 *supplied(struct str one)
{
    if (str_find(one, '-') != 0)
        return from_der(one);
    BIO *b CLEANUP(free_bio) = BIO_new_mem_buf(one.p, one.n < 65536 ? (int)one.n : 0);
    return b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
}

static bool issued_by_one(X509 *card, const struct str *issuers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        X509 *issuer CLEANUP(free_certificate) = supplied(issuers[i]);
        if (issuer && X509_check_ca(issuer) > 0 &&
            X509_NAME_cmp(X509_get_issuer_name(card), X509_get_subject_name(issuer)) == 0 &&
            X509_verify(card, X509_get0_pubkey(issuer)) == 1)
            return true;
    }
    return false;
}

static void digest_of(const struct str *parts, size_t n, uint8_t ret[SHA256_BYTES])
{
    struct sha256 h;
    sha256_start(&h);
    for (size_t i = 0; i < n; i++)
        sha256_add(&h, parts[i].p, parts[i].n);
    struct hash digest = sha256_end(&h);
    memcpy(ret, digest.b, SHA256_BYTES);
}

static void free_key_context(EVP_PKEY_CTX **c)
{
    EVP_PKEY_CTX_free(*c);
}

static bool verify_digest(EVP_PKEY *key, bool rsa, const uint8_t digest[SHA256_BYTES], struct str signature)
{
    EVP_PKEY_CTX *c CLEANUP(free_key_context) = EVP_PKEY_CTX_new(key, NULL);
    return c && EVP_PKEY_verify_init(c) == 1 &&
           (!rsa || EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1) &&
           EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
           EVP_PKEY_verify(c, bytes(signature), signature.n, digest, SHA256_BYTES) == 1;
}

static void free_ecdsa(ECDSA_SIG **s)
{
    ECDSA_SIG_free(*s);
}

static bool verify_halves(EVP_PKEY *key, const uint8_t digest[SHA256_BYTES], struct str signature)
{
    unsigned char der[128], *p = der;
    if (signature.n != (size_t)2 * P384_BYTES)
        return false;
    ECDSA_SIG *s CLEANUP(free_ecdsa) = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes(signature), P384_BYTES, NULL);
    BIGNUM *other = BN_bin2bn(bytes(signature) + P384_BYTES, P384_BYTES, NULL);
    if (!s || !r || !other || !ECDSA_SIG_set0(s, r, other)) {
        BN_free(r);
        BN_free(other);
        return false;
    }
    int n = i2d_ECDSA_SIG(s, NULL);
    if (n <= 0 || (size_t)n > sizeof der)
        return false;
    n = i2d_ECDSA_SIG(s, &p);
    return verify_digest(key, false, digest, (struct str){(const char *)der, (size_t)n});
}

static bool is_of_kind(EVP_PKEY *key, enum chip_key_kind kind)
{
    char curve[32] = "";
    if (!key)
        return false;
    if (kind == CHIP_RSA_2048)
        return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) == 2048;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) == 1 && strcmp(curve, "secp384r1") == 0;
}

enum err chip_verify(enum chip_key_kind kind, struct str certificate, const struct str *issuers,
                     size_t nissuers, const struct str *parts, size_t nparts, struct str signature,
                     enum chip_verdict *ret)
{
    X509 *card CLEANUP(free_certificate) = from_der(certificate);
    EVP_PKEY *key = card ? X509_get0_pubkey(card) : NULL;
    uint8_t digest[SHA256_BYTES];
    digest_of(parts, nparts, digest);
    if (!is_of_kind(key, kind))
        *ret = CHIP_BAD_CERTIFICATE;
    else if (!issued_by_one(card, issuers, nissuers))
        *ret = CHIP_UNKNOWN_ISSUER;
    else if (verify_digest(key, kind == CHIP_RSA_2048, digest, signature) ||
             (kind == CHIP_P384 && verify_halves(key, digest, signature)))
        *ret = CHIP_SIGNED;
    else
        *ret = CHIP_NOT_SIGNED;
    ERR_clear_error();
    return OK;
}
