/* SPDX-License-Identifier: Apache-2.0 */
/* chip.h - what the chip of an identity card asks of OpenSSL: the ciphers and codes of its two generations,
 * and the check of a signature up to a certificate that somebody supplied. Old algorithms (SHA-1, 3DES) are
 * here because the cards have them; nothing else may use them.
 *
 * Errors carry no content. Thread-safe. */
#pragma once
#include "base/str.h"

#define CHIP_KEY_BYTES 16
#define CHIP_MAC_BYTES 8
#define CHIP_BLOCK_MAX 16

enum chip_cipher { CHIP_TDES /* two keys, CBC, blocks of 8 */, CHIP_AES /* 128 bits, CBC, blocks of 16 */ };
size_t chip_block(enum chip_cipher c);

/* The first 16 bytes of SHA-1(a || b). */
enum err chip_key(struct str a, struct str b, uint8_t ret[CHIP_KEY_BYTES]) NODISCARD;
/* CBC from zeros, no padding: plain.n is a multiple of the block, ERR_BAD_DATA else. ret has that size. */
enum err chip_encrypt(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str plain,
                      uint8_t *ret) NODISCARD;
enum err chip_decrypt(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str sealed,
                      uint8_t *ret) NODISCARD;
/* 3DES: ISO 9797-1 algorithm 3 with padding 2 ("retail MAC"). AES: the first half of CMAC. */
enum err chip_mac(enum chip_cipher c, const uint8_t key[CHIP_KEY_BYTES], struct str data,
                  uint8_t ret[CHIP_MAC_BYTES]) NODISCARD;
void chip_random(uint8_t *p, size_t n);

enum chip_verdict {
    CHIP_SIGNED,         /* by the certificate, which a supplied one has issued */
    CHIP_NOT_SIGNED,     /* the certificate is in order, the signature is not of these bytes */
    CHIP_UNKNOWN_ISSUER, /* no supplied certificate has issued the card's */
    CHIP_BAD_CERTIFICATE /* what stands in its place is none, or its key is of another kind */
};
/* certificate: DER. issuers: DER or PEM, each one certificate. Signed is the SHA-256 of the parts one after
 * the other, by RSA (PKCS #1 v1.5) or ECDSA over P-384 (r || s or DER). Whether a certificate is still in its
 * time is not asked: what the specification says of cards that outlive theirs is not known here.
 * ERR_NO_MEMORY only. */
enum chip_key_kind { CHIP_RSA_2048, CHIP_P384 };
enum err chip_verify(enum chip_key_kind kind, struct str certificate, const struct str *issuers,
                     size_t nissuers, const struct str *parts, size_t nparts, struct str signature,
                     enum chip_verdict *ret) NODISCARD;
