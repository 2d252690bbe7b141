/* SPDX-License-Identifier: Apache-2.0 */
/* vault.h - keys. A random key for each compartment (case, subject, organisation, report, staff) x field
 * class, made when first used, wrapped to each entitled agency with a dated grant. Only policy and the door
 * call vault_open; nothing else unseals.
 *
 *   root key (RAM only; wrapped by passphrase or key file in keyring rows)
 *     -> audit MAC key, audit signing key, blind-index key, agency secret keys (X25519)
 *       -> compartment x class keys (compartment_key rows: one wrap an agency)
 *         -> envelopes (AAD = table | row | column | class | version)
 *
 * While the root is locked, sealing to an agency's public key still works for new compartments; opening does
 * not. Shredding deletes all wraps and blind indexes of a compartment; wraps are in backups of their own,
 * which expire in 30 days. */
#pragma once
#include "core/policy.h"
#include "core/table.h"

extern const struct table TABLE_KEYRING, TABLE_COMPARTMENT, TABLE_COMPARTMENT_KEY, TABLE_BLIND_INDEX;

enum compartment_kind {
    COMPARTMENT_CASE,
    COMPARTMENT_SUBJECT,
    COMPARTMENT_ORGANISATION,
    COMPARTMENT_REPORT,
    COMPARTMENT_STAFF,
    COMPARTMENT_IMPORT /* raw rows of a file */
};

struct vault;
enum err vault_new(struct vault **ret) NODISCARD; /* locked; thread-safe from here on */
void vault_free(struct vault *v);
bool vault_unlocked(const struct vault *v);

/* A secret that opens the root: a passphrase, or the content of a key file (64 hex digits). Exactly one is
 * given. */
struct unlock {
    struct str passphrase, key_file;
};
/* New root, audit and blind keys. Inside the first transaction of a data folder. */
enum err vault_create(struct tx *tx, const struct unlock *secret, enum argon_cost cost) NODISCARD;
enum err vault_add_agency(struct tx *tx, const char *agency) NODISCARD; /* key pair; needs unlocked */
enum err vault_unlock(struct vault *v, struct db *db, const struct unlock *secret) NODISCARD; /* ERR_UNLOCK */
/* Wipes. With nobody at work: what runs meanwhile would leave a leaf without MAC, which verify names. */
void vault_lock(struct vault *v);
bool vault_has_agency(const struct vault *v, const char *agency);

/* Compartments: owner gets a wrap of every class; others by vault_grant. */
enum err vault_compartment(struct tx *tx, enum compartment_kind kind, const char *owner_agency,
                           struct compartment_id *ret) NODISCARD;
/* Where a sealed value stands: becomes the AAD. */
struct place {
    const struct table *table;
    struct id row;
    int column;
};
enum err vault_seal(struct tx *tx, struct compartment_id c, enum field_class class, struct place at,
                    struct str plain, struct buf *out) NODISCARD;
/* As agency: needs that agency's wrap, today. ERR_SEALED (no grant), ERR_SHREDDED, ERR_LOCKED, ERR_CRYPTO. */
enum err vault_open(struct vault *v, struct db *db, const char *agency, struct compartment_id c,
                    enum field_class class, int64_t now_us, struct place at, struct str envelope,
                    struct arena *a, struct str *ret) NODISCARD;
enum err vault_owner(struct db *db, struct arena *a, struct compartment_id c,
                     const char **ret_agency) NODISCARD;
/* What comes while the keys may be closed: sealed to an agency's public key alone and bound to its row, until
 * it is sealed anew in a compartment and wiped. v opens it only while that agency's key is open. */
enum err vault_letter_seal(struct tx *tx, const char *agency, struct place at, struct str plain,
                           struct buf *out) NODISCARD;
enum err vault_letter_open(struct vault *v, const char *agency, struct place at, struct str letter,
                           struct arena *a, struct str *ret) NODISCARD;
enum err vault_grant(struct tx *tx, struct compartment_id c, uint32_t classes, const char *to_agency,
                     int64_t until_us /* 0 = open */) NODISCARD;
enum err vault_revoke(struct tx *tx, struct compartment_id c,
                      const char *agency) NODISCARD; /* not the owner's */
enum err
vault_shred(struct tx *tx,
            struct compartment_id c) NODISCARD; /* caller truncates the WAL after commit: door does */
/* Door only. tx NULL: the transaction has ended; else a part of it was undone. Keys that are no more leave
 * the cache. */
void vault_tx_done(struct vault *v, struct tx *tx, bool committed);

/* Exact look-ups: a keyed 16-byte value, another key for each agency x field. text is folded by the caller.
 */
enum err vault_blind(struct vault *v, const char *agency, const char *field, struct str text,
                     uint8_t ret[16]) NODISCARD;
enum err vault_blind_put(struct tx *tx, struct compartment_id c, const char *agency, const char *field,
                         struct str text, struct id target) NODISCARD;
enum err vault_blind_drop(struct tx *tx,
                          struct id target) NODISCARD; /* all index rows that point to target */
enum err vault_blind_find(struct vault *v, struct db *db, struct arena *a, const char *agency,
                          const char *field, struct str text, struct id **ret_targets,
                          size_t *ret_n) NODISCARD;

/* For core/audit. false when locked. */
bool vault_audit_mac(struct vault *v, struct str data, uint8_t ret[16]);
bool vault_audit_sign(struct vault *v, struct str data, uint8_t ret[SIGN_BYTES]);
/* The public key: of the open signing key; as the keyring row says, which somebody may have changed. */
bool vault_audit_signer(struct vault *v, uint8_t ret[SIGN_PUBLIC_BYTES]);
enum err vault_audit_public(struct db *db, uint8_t ret[SIGN_PUBLIC_BYTES]) NODISCARD;
/* How a secret opens the root, as the keyring has it and every backup carries it in the clear: a passphrase
 * or key file alone opens a backup. cost: enum argon_cost. */
struct root_wrap {
    const char *name;
    struct str salt, wrapped;
    int64_t cost;
};
enum err vault_root_wraps(struct db *db, struct arena *a, struct root_wrap **ret, size_t *ret_n) NODISCARD;
/* Without a store: v gives vault_backup_key afterwards, and nothing else; it stays locked. ERR_UNLOCK. */
enum err vault_unlock_backups(struct vault *v, const struct root_wrap *wraps, size_t n,
                              const struct unlock *secret) NODISCARD;
/* A key for one backup stream, derived from the root and the backup's random number. */
enum err vault_backup_key(struct vault *v, const uint8_t nonce[16], uint8_t ret[KEY_BYTES]) NODISCARD;
/* Of these compartments (ids, 16 bytes each, any order, doubles too) those whose keys were destroyed:
 * appended in the order of their ids. Whoever follows the changes looks through all it has for these only: a
 * new compartment is not in it yet. */
enum err vault_gone(struct db *db, struct str compartments, struct buf *ret) NODISCARD;
