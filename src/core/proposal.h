/* SPDX-License-Identifier: Apache-2.0 */
/* proposal.h - what needs two people (docs/policy.md, obligation second_person). The door does not run the
 * body of such an action: it keeps what was asked, and a second officer for whom the policy allows the same
 * confirms it in a session of his own. Then the body runs once, as the one who asked; the leaf names both. An
 * officer who is coerced or whose password was stolen can ask, and no more than that. */
#pragma once
#include "core/door.h"

#define PROPOSAL_LIFE_US (INT64_C(72) * 3600 * 1000000) /* then it must be asked anew */

enum proposal_state {
    PROPOSAL_OPEN,
    PROPOSAL_CONFIRMED,
    PROPOSAL_DECLINED,
    PROPOSAL_WITHDRAWN,
    PROPOSAL_EXPIRED, /* nobody settled it in time */
    PROPOSAL_STATES
};
const char *proposal_state_word(enum proposal_state s);

extern const struct table TABLE_PROPOSAL;
#define PROPOSAL_EXPIRE_MAX 200 /* of one "proposal.expire"; its result's version is how many */
/* Is there anything that waits in vain? For the job runner. */
enum err proposal_expire_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;
/* "proposal.expire" (system), "proposal.confirm", "proposal.decline" (with a reason), "proposal.withdraw"
 * (who asked); views "proposal.list", "proposal.count", "proposal.show": for who asked, for those who may
 * confirm, and for oversight. */
extern const struct action PROPOSAL_ACTIONS[];
extern const size_t NPROPOSAL_ACTIONS;
extern const struct view_decl PROPOSAL_VIEWS[];
extern const size_t NPROPOSAL_VIEWS;

struct proposal_value {
    const char *name, *label; /* label: msgid */
    struct str value;
    bool secret; /* not shown to anybody */
};
struct proposal_model {
    struct id id, subject, proposer, second;
    const char *action, *summary; /* summary: msgid */
    const char *agency;           /* of who asked */
    enum object_kind kind;
    enum proposal_state state;
    bool expired, mine, may_settle; /* may_settle: the viewer may confirm or decline */
    int64_t proposed_us, expires_us, settled_us, version;
    struct shown reason; /* of declining; empty where there is none */
    const char *unfit;   /* msgid: why the viewer is no second person for it; "" */
    struct shown who, whom,
        whose;          /* names: of who asked; of the account that it is about; of who settled it */
    struct shown asked; /* text always empty; the verdict tells whether values are shown */
    struct proposal_value *values;
    size_t nvalues;
};
/* Model of proposal.count: open ones that this viewer could confirm or decline. */
struct proposal_count {
    int64_t waiting;
    bool more; /* there are more than are counted */
};
struct proposal_list {
    struct proposal_model *items;
    size_t n;
    struct id next;
};
