/* SPDX-License-Identifier: Apache-2.0 */
/* passkey.h - the server's side of passkeys (W3C Web Authentication level 2, sections 7.1 and 7.2; libfido2).
 *
 * Only the raw answers of the browser come in: client data (JSON), authenticator data, signature. Checked: type,
 * challenge, origin, no frame of another site, hash of the site's name, user present AND verified, key of type ES256
 * or EdDSA, signature, and a counter that does not go back. An attestation is not asked for: which maker a key has
 * is no reason to trust or refuse an officer. Pure but for memory; what is wrong is ERR_CREDENTIALS. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define PASSKEY_CHALLENGE_BYTES 16
#define PASSKEY_ID_MAX          1023 /* bytes, WebAuthn section 4 */
#define PASSKEY_DATA_MAX        8192 /* client data, authenticator data, signature: longer is none */

struct passkey_site {
    const char *origin; /* "https://akari.example" */
    const char *name;   /* RP id: "akari.example" */
};
/* Makes the site of an address: https, or http on this machine (localhost). ERR_CONFIG. */
enum err passkey_site(const char *origin, struct arena *a, struct passkey_site *ret) NODISCARD;

struct passkey {
    struct str id;   /* of the credential */
    struct str key;  /* public: x and y (ES256), or 32 bytes (EdDSA) */
    int type;        /* COSE: -7 ES256, -8 EdDSA */
    int64_t counter; /* of signatures; 0: the key has none */
};
struct passkey_answer {
    struct str client_data, authenticator_data, signature /* of a use */, credential /* of a use */;
};

/* The challenge that the client data answer to, to look up which it is. Says nothing about its truth. */
enum err passkey_challenge(struct str client_data, struct arena *a, struct str *ret) NODISCARD;
enum err passkey_made(const struct passkey_site *site, struct str challenge, const struct passkey_answer *answer,
                      struct arena *a, struct passkey *ret) NODISCARD;
enum err passkey_used(const struct passkey_site *site, struct str challenge, const struct passkey_answer *answer,
                      const struct passkey *known, int64_t *ret_counter) NODISCARD;

/* As it is kept (sealed). Unpacking refuses what packing does not make: ERR_CRYPTO. */
enum err passkey_pack(const struct passkey *k, struct arena *a, struct str *ret) NODISCARD;
enum err passkey_unpack(struct str packed, struct arena *a, struct passkey *ret) NODISCARD;
