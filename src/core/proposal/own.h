/* SPDX-License-Identifier: Apache-2.0 */
/* proposal_own.h - columns and helpers of proposal*.c. */
#pragma once
#include "core/door/own.h"
#include "core/proposal.h"

enum {
    PR_ID,
    PR_ACTION,
    PR_SUBJECT,
    PR_EXPECTED,
    PR_FOUND,
    PR_AGENCY,
    PR_PROPOSER,
    PR_ROLE,
    PR_PURPOSE,
    PR_ASSURANCE,
    PR_COMPARTMENT,
    PR_ASKED,
    PR_PROPOSED,
    PR_EXPIRES,
    PR_STATE,
    PR_SETTLED,
    PR_SECOND,
    PR_REASON, /* of declining, where it is about nobody (proposal_reason_class) */
    PR_RESULT,
    PR_VERSION,
    PR_WHY, /* the same, sealed: what an officer types may name her */
    PR_COUNT
};

/* Finds the object of what was asked, as this actor stands to it today, and asks the policy about the same
 * verb. What may not be done, or is no longer there, is an error. *ret is ready for door_run. */
enum err proposal_question(struct door *d, const struct ctx *ctx, struct tx *tx, struct arena *a,
                           const struct cell *c, struct act *ret, struct policy_answer *ret_answer) NODISCARD;
/* Under which class the reason of a no is sealed; CLASS_NONE: it is about no person and no officer. */
enum field_class proposal_reason_class(const struct action *asked);
bool proposal_grave(const struct action *action); /* asks more of the second person (account_second) */
enum err proposal_unpack(struct str packed, struct arena *a, struct input *ret) NODISCARD;
