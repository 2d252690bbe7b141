/* SPDX-License-Identifier: Apache-2.0 */
/* hold.h - steps that wait (plan 3(1)/a; invariant 3): no detention, charge, refusal of landing, removal or
 * sanction starts without a recorded victim screening of the person; after a step in an emergency one comes
 * before the next; a person who is protected is out of reach of all of them, unless a second agency decides
 * otherwise with reasons (non-punishment).
 *
 * Which actions are such steps the pack says (`gate`, docs/pack-format.md). The record body asks HOLD_GATES
 * before the effect. A step that is held is refused (ERR_HELD), and leaves a hold: a row that all who are
 * concerned hear of. Nobody ends a hold by hand: a finished screening does, or the decision of a second
 * agency. */
#pragma once
#include "assessment/assessment.h"

extern const struct table TABLE_HOLD, TABLE_STEP;
enum err hold_tables(struct schema *s) NODISCARD;
extern const struct gates HOLD_GATES; /* for door_config */
/* "hold.acknowledge" (the agency that asked: its own system holds, too), "hold.decide" (a second agency),
 * "hold.release" (system). */
extern const struct action HOLD_ACTIONS[];
extern const size_t NHOLD_ACTIONS;
extern const struct view_decl HOLD_VIEWS[]; /* "hold.list" (of one case, or all that concern the viewer) */
extern const size_t NHOLD_VIEWS;
/* Is there a hold whose screening was finished? For the job runner, which then runs "hold.release". */
enum err hold_release_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;

enum hold_reason {
    HOLD_NONE,            /* the step may start */
    HOLD_NOT_SCREENED,    /* nobody looked */
    HOLD_SCREENING_OPEN,  /* somebody is looking */
    HOLD_AFTER_EMERGENCY, /* nobody looked since a step that could not wait */
    HOLD_PROTECTED,       /* she is a presumed or recognised victim, or a screening found signs */
    HOLD_NOT_ENOUGH,      /* a screening was finished, and too little is known */
    HOLD_OWN_SCREENING,   /* who wants the step made the screening, or had a hand in it */
    HOLD_REASONS
};
const char *hold_reason_word(enum hold_reason r);

/* All that the rule looks at. Times in microseconds; 0: never. Whether she cooperates is not among them. */
struct hold_facts {
    bool person; /* organisations are not screened */
    enum screened screened;
    int64_t screened_us;  /* when it was finished */
    bool open_too;        /* another one is under way */
    bool protected_;      /* a case of hers stands at a protecting stage */
    int64_t emergency_us; /* the last step of hers that could not wait */
    int64_t allowed_us;   /* a second agency's decision on this very step that was not used yet */
};
enum hold_reason hold_rule(enum gate gate, const struct hold_facts *f);
/* Who decides whether a step against a protected person may go on: the holder of her case; where the holder
 * itself asked, any other agency. Never the agency that asked. */
bool hold_second(const char *asked, const char *holder, const char *decides);
/* Who may decide where an agency has refused it already: that one. "": none has. Else who asked looks for a
 * friend who says yes. */
bool hold_overrules(const char *refused, const char *decides);
#define HOLD_ALLOWED_US (INT64_C(72) * 3600 * 1000000) /* a decision that nobody used by then has lapsed */

struct hold_model {
    struct id id, case_, subject, record; /* record nil: the step would have made it */
    const struct kind *kind;              /* NULL when the pack no longer has it */
    const struct kind_action *action;
    const char *kind_word, *action_word, *agency, *holder;
    enum hold_reason reason;
    int64_t opened_us, acknowledged_us, released_us, decided_us, used_us; /* 0: not */
    struct id screening; /* that released it; nil also where it lies in a case hidden from the viewer */
    const char *decided_agency; /* "": nobody did */
    bool allowed;
    struct shown reasons, review;
    bool may_acknowledge, may_decide;
    int64_t version;
};
struct hold_list {
    struct hold_model *items;
    size_t n;
    struct id next;
};
