/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - running clocks: rows, their actions, and the tick that warns before and escalates after. Rules of
 * time are pure in clock_rules.h. A clock is addressed to a duty role of an agency through the roster
 * (core/account.h), never to a name alone. Where the plan names no hours the basis is "internal target" and
 * the authority that set it is shown. */
#pragma once
#include "core/clock/rules.h"
#include "core/door.h"

extern const struct table TABLE_CLOCK, TABLE_CLOCK_CHANGE;
enum {
    CL_ID,
    CL_CASE,
    CL_RECORD,
    CL_KIND,
    CL_RULE,
    CL_AGENCY,
    CL_STATE,
    CL_STARTED,
    CL_DUE,
    CL_WARN,
    CL_NOT_BEFORE,
    CL_PAUSED,
    CL_STOPPED,
    CL_WARNED,
    CL_ESCALATED,
    CL_VERSION,
    CL_COUNT
};

/* Something happened to what has clocks: a record, a report. */
struct clock_event {
    struct clock_set clocks;
    const char *action;
    bool first;           /* it is new: there is nothing to stop */
    bool closing;         /* what does not stop with it is cancelled */
    struct id about;      /* column `record` of its clocks */
    struct case_id case_; /* nil: in none */
    const char *agency;   /* whom a clock that starts is addressed to */
    /* Does the condition of a rule hold now? Asked of rules that have one. */
    enum err (*holds)(struct act *a, const struct clock_event *e, const struct condition *when, bool *ret);
    const void *user; /* of holds */
};
/* From bodies. start: all rules that start with the action; stop: all running ones of `about` that stop with
 * it, then those chained to them. Both are harmless when nothing matches. ERR_STATE when a clock may not be
 * stopped yet. */
enum err clock_on(struct act *a, const struct clock_event *e) NODISCARD;
/* The same for a record of a kind, after its new version was written. */
enum err clock_on_action(struct act *a, const struct kind *kind, const char *action_name, struct id record,
                         struct case_id c, const char *agency) NODISCARD;

/* "clock.pause", "clock.extend": with a basis; two people (core/proposal.h), both of the agency;
 * "clock.resume". "clock.tick" (system): tells of at most CLOCK_TICK_MAX due moments in outbox events
 * clock.warned and clock.escalated, once for each due moment, never twice, also after a crash; its result's
 * version is how many it told. Payload of both: "AGENCY KIND RULE". A due moment that moves ahead of now
 * (resume, extend) is told anew. Views "clock.list" (running, of the agency, most urgent first; keyset),
 * "clock.show". */
#define CLOCK_TICK_MAX 200
extern const struct action CLOCK_ACTIONS[];
extern const size_t NCLOCK_ACTIONS;
extern const struct view_decl CLOCK_VIEWS[];
extern const size_t NCLOCK_VIEWS;

struct clock_model {
    struct id id, record, case_;
    const char *kind, *rule, *label, *agency, *basis, *authority, *duty;
    enum clock_state state;
    enum clock_mark mark;
    struct clock_times times;
    int64_t stopped_us;
    int64_t version;
};
struct clock_list {
    struct clock_model *items;
    size_t n;
    struct id next;
    int64_t next_due_us;
}; /* inputs after, after_due */
struct clock_change_model {
    const char *what;
    struct shown basis;
    int64_t at_us, old_due_us, new_due_us;
    struct id account, approver;
};
struct clock_page {
    struct clock_model clock;
    struct clock_change_model *changes;
    size_t n;
}; /* of clock.show; newest first */
/* Of a record or report: running ones first. */
enum err clock_of(struct view *v, struct id about, struct clock_model **ret, size_t *ret_n) NODISCARD;
enum err clock_of_case(struct view *v, struct case_id c, struct clock_model **ret,
                       size_t *ret_n) NODISCARD; /* for the case page */
/* The object of a clock (CL_COUNT cells): of its case where it has one, else of its agency. */
enum err clock_object(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                      struct object *ret) NODISCARD;
/* Is there anything that a tick would tell? For the job runner, so that idle ticks leave no leaves. */
enum err clock_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;
