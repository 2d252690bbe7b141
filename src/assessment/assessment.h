/* SPDX-License-Identifier: Apache-2.0 */
/* assessment.h - is she a victim? Screenings and assessments of a person in a case (plan 3(1)/a, 1(1)).
 *
 * An assessment hangs on a case and a person. It is a row of plain workflow (state, phase, outcome) and
 * append-only versions with sealed answers; what it comes to is worked out by rules.c and is advice. It sets
 * no stage: an officer does, by case.set_stage. Nothing here lowers, closes or gates a service. */
#pragma once
#include "registry/registry.h"

extern const struct table TABLE_ASSESSMENT, TABLE_ASSESSMENT_VERSION;
enum err assessment_tables(struct schema *s) NODISCARD;

/* What answers come to, without a store: lines "CODE TAB yes|no|unknown" in, one JSON object out: for each of
 * the six dimensions what holds if every unknown is a no (lower) and if every one is a yes (upper), and the
 * codes of unknown indicators whose answer could change a dimension (assessment/rules.h). ERR_BAD_DATA names
 * the line; ERR_CONFIG: the pack has no indicators. */
enum err assessment_evaluate(const struct pack *p, enum profile profile, struct str answers,
                             struct buf *out) NODISCARD;

/* ---- for those who must know whether somebody looked (invariant 3) ----------------------------------------
 */
enum screened {
    SCREENED_NOT,      /* nobody looked: no detention, charge or removal */
    SCREENED_OPEN,     /* begun, not finished: neither */
    SCREENED_NEGATIVE, /* finished by a named officer, no sign strong enough; a later one may still find it */
    SCREENED_POSITIVE, /* suspicion or more, once: no later answer takes it away */
};
const char *screened_word(enum screened s); /* "none", "open", "negative", "positive" */
struct screening_state {
    enum screened outcome;
    struct id assessment; /* the one that says so; nil for SCREENED_NOT */
    int64_t at_us;        /* when it was finished; when it was begun for SCREENED_OPEN */
    bool open_too;        /* another one is under way */
};
/* Has a victim screening (quick list or full assessment) of this person been finished? Counts every case she
 * is in; a positive one also of who is asserted to be the same person, a negative one of her own only. For
 * bodies and views that have been through the policy: asks none itself, opens nothing sealed. */
enum err assessment_screened(struct db *db, struct id subject, struct screening_state *ret) NODISCARD;
