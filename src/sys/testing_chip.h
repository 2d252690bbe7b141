/* SPDX-License-Identifier: Apache-2.0 */
/* testing_chip.h - for tests: keys, certificates and signatures as an issuer of cards makes them. Synthetic.
 */
#pragma once
#include "base/testing.h"
#define ERR_STATE LIBCRYPTO_ERR_STATE /* a type of OpenSSL */
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

struct signer {
    EVP_PKEY *key;
    X509 *certificate;
    uint8_t der[2048];
    size_t n;
};

/* issuer NULL: signs itself and may sign others. */
static inline void signer_make(struct signer *s, int elliptic, const struct signer *issuer, const char *name)
{
    s->key = elliptic ? EVP_EC_gen("P-384") : EVP_RSA_gen(2048);
    s->certificate = X509_new();
    assert_non_null(s->key);
    X509_set_version(s->certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(s->certificate), 7);
    X509_gmtime_adj(X509_getm_notBefore(s->certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(s->certificate), 3600);
    X509_set_pubkey(s->certificate, s->key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(s->certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(s->certificate,
                         X509_get_subject_name(issuer ? issuer->certificate : s->certificate));
    if (!issuer) {
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
        X509_add_ext(s->certificate, e, -1);
        X509_EXTENSION_free(e);
    }
    assert_true(X509_sign(s->certificate, issuer ? issuer->key : s->key, EVP_sha256()) > 0);
    unsigned char *p = s->der;
    int n = i2d_X509(s->certificate, NULL);
    assert_true(n > 0 && (size_t)n <= sizeof s->der);
    s->n = (size_t)i2d_X509(s->certificate, &p);
}

static inline void signer_free(struct signer *s)
{
    EVP_PKEY_free(s->key);
    X509_free(s->certificate);
}

static inline struct str signer_der(const struct signer *s)
{
    return (struct str){(const char *)s->der, s->n};
}

static inline struct str signer_sign(const struct signer *s, struct str data, uint8_t room[512])
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t n = 512;
    assert_int_equal(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, s->key), 1);
    assert_int_equal(EVP_DigestSign(c, room, &n, (const unsigned char *)data.p, data.n), 1);
    EVP_MD_CTX_free(c);
    return (struct str){(const char *)room, n};
}

/* r || s of a signature in DER, 48 bytes each. */
static inline struct str signer_halves(struct str der, uint8_t *room)
{
    const unsigned char *p = (const unsigned char *)der.p;
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
    assert_non_null(s);
    BN_bn2binpad(ECDSA_SIG_get0_r(s), room, 48);
    BN_bn2binpad(ECDSA_SIG_get0_s(s), room + 48, 48);
    ECDSA_SIG_free(s);
    return (struct str){(const char *)room, 96};
}
