/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - the tamper-evident trail. Every look and every change leaves one leaf, in the same transaction,
 * before any byte leaves. A leaf holds no personal data. Leaves are only inserted; the sequencer gives them
 * their place in an RFC 6962 tree and signs a checkpoint (C2SP tlog-checkpoint, signed note, Ed25519) that
 * other agencies may witness.
 *
 * audit_verify finds and names every row that was edited, deleted, swapped or rolled back, in every covered
 * table and in the audit's own tables. What it cannot see alone - a whole database put back to an earlier day
 * - it sees against a witness. */
#pragma once
#include "core/audit/merkle.h"
#include "core/policy.h"
#include "core/schema.h"

extern const struct table TABLE_AUDIT_LEAF, TABLE_AUDIT_SEQ, TABLE_AUDIT_CHECKPOINT;

struct leaf {
    struct id id, request_id, account, object; /* nil where there is none */
    struct id case_;    /* in which the object stands, else the object itself; nil where there is no object */
    struct id proposer; /* who asked for what `account` settled, where it takes two people; else nil */
    const char *agency; /* pack word, "" */
    const char *action;
    enum role role;
    enum purpose purpose;
    enum object_kind object_kind;
    struct policy_answer answer;
    enum err outcome;  /* what the caller was told */
    uint32_t classes;  /* bits of enum field_class that were shown */
    struct hash shown; /* over all row ids shown; zero when none */
    int64_t shown_n;
};
/* Inserts the leaf; takes tx->changes into it. Needs no key beyond the audit MAC key. */
enum err audit_leaf(struct tx *tx, const struct leaf *leaf) NODISCARD;

/* A leaf that somebody without the keys may have written gets no place: its MAC is wrong, or it has none and
 * speaks for a table that does not change while the keys are closed. audit_verify names it.
 * Gives pending leaves their places and signs one checkpoint. Called by the door's writer in a transaction of
 * its own. *ret_n leaves placed. Without signing key (locked): places nothing, OK with 0. */
struct sequencer {
    const struct schema *schema; /* which tables a leaf without MAC may speak for; NULL: none */
    struct merkle tree;
    bool loaded;
};
enum err audit_sequence(struct tx *tx, struct sequencer *s, const struct id *pending, size_t n,
                        size_t *ret_n) NODISCARD;
/* The same, looking only as far back as the numbers of leaves and places say that some are missing: at each
 * opening. audit_pending looks at all. */
enum err audit_waiting(struct db *db, struct arena *a, struct id **ret, size_t *ret_n) NODISCARD;
/* Leaves not placed yet (after a crash), in the order of their commits. */
enum err audit_pending(struct db *db, struct arena *a, struct id **ret, size_t *ret_n) NODISCARD;

struct audit_finding {
    const char *table;
    struct id row;
    const char *what;
};
struct audit_report {
    uint64_t leaves, pending, checkpoints, rows;
    struct audit_finding *findings;
    size_t n; /* at most AUDIT_FINDINGS_MAX are kept, `total` counts all */
    size_t total;
    uint64_t unsealed; /* leaves without MAC, written while the keys were closed: anybody could write them */
    struct hash root;
    struct {
        const char *table;
        bool covered;
        const char *why;
        int64_t rows;
    } * tables;
    size_t ntables;
};
#define AUDIT_FINDINGS_MAX 10000
/* witness: text of a checkpoint note kept elsewhere, empty = none. OK even with findings: look at ->total.
 * vault may be locked or NULL: then MACs are not checked (edits are still found through the tree). */
enum err audit_verify(struct db *db, const struct schema *schema, struct vault *vault, struct str witness,
                      struct arena *a, struct audit_report *ret) NODISCARD;

/* The newest checkpoint note, for witnesses: "akari audit witness". ERR_NOT_FOUND before the first. */
enum err audit_checkpoint_note(struct db *db, struct arena *a, struct str *ret_note) NODISCARD;
/* Adds a cosignature line of a witness key ("witness name", C2SP tlog-cosignature v1) after checking
 * consistency with the note this witness saw before (empty at first). ERR_AUDIT when the log is not an
 * extension. */
enum err audit_cosign(struct db *db, struct str note, struct str previous_note, const char *witness_name,
                      const uint8_t secret[SIGN_SECRET_BYTES], int64_t now_us, struct arena *a,
                      struct str *ret_note) NODISCARD;
