/* SPDX-License-Identifier: Apache-2.0 */
/* witness.h - checkpoints that came back from witnesses (core/audit.h: audit_cosign). Another agency signs
 * our newest checkpoint with a key of its own; its note is entered here, compared with the log at once, and
 * kept. A note that does not agree is kept, too: it is what proves that the log was cut or rewritten.
 * audit_verify compares the newest ones again. Nothing of a person. */
#pragma once
#include "core/door.h"

extern const struct table TABLE_WITNESS_NOTE;

enum witness_verdict {
    WITNESS_AGREES,
    WITNESS_DIFFERS, /* another root at that size: the log was rewritten */
    WITNESS_LONGER   /* it saw a longer log: this one was rolled back, or cut */
};
const char *witness_verdict_word(enum witness_verdict v); /* "agrees", "differs", "longer" */

/* trail.witness: note, and the witness's public key where it is known. ERR_FIELD: no note of this log, or
 * nobody's signature beside the log's own, or one that the key did not make. The same note twice is one. */
extern const struct action WITNESS_ACTIONS[];
extern const size_t NWITNESS_ACTIONS;

#define WITNESS_NAME_MAX   100
#define WITNESS_NOTES_MAX  20 /* newest ones that are listed */
#define WITNESS_VERIFY_MAX 5  /* newest ones that audit_verify compares */
struct witness_note {
    struct id id;
    int64_t at_us, size, signed_us; /* entered; leaves of the log; when the witness says that it signed */
    const char *witness;
    enum witness_verdict verdict; /* when it was entered */
    bool checked;                 /* its signature, with a key that was given */
};
struct witness_notes {
    struct witness_note *items; /* newest first */
    size_t n;
};
enum err witness_list(struct db *db, struct arena *a, size_t max, struct witness_notes *ret) NODISCARD;
enum err witness_text(struct db *db, struct arena *a, struct id id, struct str *ret_note) NODISCARD;
