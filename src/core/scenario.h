/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.h - executable stories of a country pack (scenarios/ID.yaml): who does what, and what the one door must answer.
 *
 * docs/pack-format.md section 13. pack_load reads and checks them with the rest of the pack (struct pack: scenarios); whoever
 * runs them finds here only what was written, checked: actors, agencies, actions, fields, states and objects exist. Strings
 * that are not given are "" unless said. Everything lives in the pack and is immutable. */
#pragma once
#include "core/policy.h"

struct scenario_actor {
    const char *name;
    enum role role;
    const char *agency;             /* id */
    enum purpose purpose;
    int assurance;                  /* 1..3 */
    enum basis basis;
    const char *const *member; size_t nmember; /* names of cases: a member from their start */
    int line;
};
/* One input or one expected field. */
struct scenario_value {
    const char *name;
    const char *const *values; size_t n; /* a scalar is one value */
    bool list;
    int line;
};
enum scenario_seen { SEEN_VALUE, SEEN_MASKED, SEEN_ABSENT };
struct scenario_field { struct scenario_value value; enum scenario_seen seen; };
struct scenario_expect {
    enum verdict verdict;
    int reason;                     /* enum policy_reason, or -1: any */
    enum err error;                 /* OK: none; else the door refuses for another reason than the policy, verdict allow */
    const char *state, *stage;
    const struct scenario_field *fields; size_t nfields;
};
/* clock + of + one of mark, state, due · state + of · stage + of · audit · notice + of */
struct scenario_check {
    const char *clock, *of, *mark, *state, *stage, *notice;
    int64_t due_us;                 /* 0 = not asked */
    int64_t audit;                  /* leaves written by this story so far, at least; -1 = not asked */
};
enum scenario_part { PART_GIVEN, PART_WHEN, PART_THEN };
enum scenario_does { DOES_ACTION, DOES_WAIT, DOES_CHECK };
struct scenario_step {
    enum scenario_part part;
    const char *sentence;           /* msgid */
    enum scenario_does does;
    int line;
    /* DOES_ACTION */
    const struct scenario_actor *actor;
    const char *action;             /* "case.create", "consultation.close" */
    const char *on, *as;            /* names of objects of this story */
    const char *const *also; size_t nalso;
    const struct scenario_value *input; size_t ninput;
    struct scenario_expect expect;
    /* DOES_WAIT: exactly one is not 0 */
    int64_t wait_hours; int wait_calendar_days, wait_working_days;
    /* DOES_CHECK */
    struct scenario_check check;
};
struct scenario {
    const char *id, *title;
    const char *const *duties; size_t nduties;
    int64_t now_us;                 /* the story begins then */
    const struct scenario_actor *actors; size_t nactors;
    const struct scenario_step *steps; size_t nsteps;
    const char *file; int line;
};
const struct scenario_actor *scenario_actor(const struct scenario *s, const char *name);
