/* SPDX-License-Identifier: Apache-2.0 */
/* audit_own.h - columns of the audit's tables and note forms, shared by the audit_*.c files and known.c only.
 */
#pragma once
#include "core/audit.h"
#include "core/vault.h"

enum {
    AL_ID,
    AL_AT,
    AL_REQUEST,
    AL_ACCOUNT,
    AL_AGENCY,
    AL_ROLE,
    AL_PURPOSE,
    AL_ACTION,
    AL_OBJECT_KIND,
    AL_OBJECT,
    AL_VERDICT,
    AL_REASON,
    AL_OBLIGATIONS,
    AL_OUTCOME,
    AL_CLASSES,
    AL_SHOWN,
    AL_SHOWN_N,
    AL_CHANGES,
    AL_MAC,
    AL_NO,
    AL_PROPOSER,
    AL_CASE,
    AL_COUNT
};
enum { AS_ID, AS_SEQ, AS_HASH, AS_MAC, AS_COUNT };
enum { AC_ID, AC_SIZE, AC_PREV_SIZE, AC_AT, AC_ROOT, AC_PEAKS, AC_NOTE, AC_COUNT };

struct hash audit_leaf_hash(const struct cell *cells); /* RFC 6962 leaf over the hash of all columns */
struct id audit_checkpoint_id(uint64_t size);          /* derived, so that a missing one can still be named */
/* MAC over a row with its mac column left out. False when locked. */
bool audit_row_mac(struct vault *v, const struct table *t, const struct cell *cells, int mac_column,
                   uint8_t ret[16]);
/* May a leaf without MAC say this? Only of tables that may change while the keys are closed. */
bool audit_may_be_unsealed(const struct schema *schema, struct str changes);
/* C2SP tlog-checkpoint in a signed note, with one extension line: "at TIME after SIZE", the time in
 * microseconds and the size of the checkpoint before. */
struct audit_note {
    uint64_t size;
    struct hash root;
    int64_t at_us;
    uint64_t prev_size;
    bool alone; /* carries nothing but the log's own signature */
};
enum err audit_note_make(struct vault *v, const struct audit_note *n, struct buf *out) NODISCARD;
/* A note whose log signature holds. ERR_AUDIT else. */
enum err audit_note_read(struct str note, const uint8_t public[SIGN_PUBLIC_BYTES], struct arena *a,
                         struct audit_note *ret) NODISCARD;
/* The first signature beside the log's own: a cosignature/v1 (C2SP tlog-cosignature). key NULL: its maker is
 * not checked. ERR_AUDIT: there is none, or the key did not make it. */
struct audit_witness {
    struct str name; /* arena */
    int64_t signed_us;
};
enum err audit_note_witness(struct str note, const uint8_t log_public[SIGN_PUBLIC_BYTES],
                            const uint8_t key[SIGN_PUBLIC_BYTES], struct arena *a,
                            struct audit_witness *ret) NODISCARD;
/* Root of the first `size` leaves, from the placed hashes. ERR_AUDIT: there are not so many. */
enum err audit_root_at(struct db *db, uint64_t size, struct hash *ret) NODISCARD;
