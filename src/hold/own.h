/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns and helpers of src/hold only. */
#pragma once
#include "hold/hold.h"

enum {
    HO_ID,
    HO_CASE,
    HO_SUBJECT,
    HO_RECORD,
    HO_KIND,
    HO_ACTION,
    HO_AGENCY,
    HO_ACCOUNT,
    HO_OPENED,
    HO_ASKED, /* the last time */
    HO_REASON,
    HO_ACKNOWLEDGED,
    HO_ACKNOWLEDGED_BY,
    HO_RELEASED,
    HO_SCREENING,
    HO_DECIDED,
    HO_DECIDED_BY,
    HO_DECIDED_AGENCY,
    HO_ALLOWED,
    HO_REASONS,
    HO_REVIEW,
    HO_USED,
    HO_VERSION,
    HO_COUNT
};
/* A step that started, and on what: the proof that none did without. */
enum {
    ST_ID,
    ST_CASE,
    ST_SUBJECT,
    ST_RECORD,
    ST_KIND,
    ST_ACTION,
    ST_GATE,
    ST_AGENCY,
    ST_ACCOUNT,
    ST_AT,
    ST_SCREENING, /* NULL: in an emergency, or of an organisation */
    ST_HOLD,      /* the decision of a second agency that let it go on */
    ST_COUNT
};

/* store.c. The facts of a person for a step; decision: nil, or the hold whose allowance counts. */
struct hold_known {
    struct hold_facts facts;
    struct id screening, allowance;
};
enum err hold_facts_of(struct db *db, const struct pack *p, struct id subject,
                       const struct screening_wanted *by, struct hold_known *ret) NODISCARD;
/* Who asked for the step of a hold. The agency lives as long as the cells. */
struct screening_wanted hold_wanted(const struct cell *c);
/* The open hold of this step of this agency; *ret_found. */
struct hold_key {
    struct id subject;
    const char *kind, *action, *agency;
};
enum err hold_find(struct db *db, struct arena *a, const struct hold_key *key, struct cell *ret,
                   bool *ret_found) NODISCARD;
/* Those of a page whose screening was finished; nothing sealed is opened. */
enum err hold_ripe(struct db *db, const struct pack *p, size_t max, struct id *ret, size_t *ret_n) NODISCARD;
/* A hold for the policy: a paper of the agency that asked, in the case; *ret_case: the case itself. */
enum err hold_object(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                     struct object *ret, struct object *ret_case) NODISCARD;
enum err hold_wants(struct db *db, const struct ctx *ctx, struct id subject, bool *ret_agency,
                    bool *ret_officer) NODISCARD;
/* The agency that has refused it, "" for none. Lives as long as the cells. */
const char *hold_refused(const struct cell *c);
bool hold_allowance_counts(const struct cell *c, int64_t now_us);
