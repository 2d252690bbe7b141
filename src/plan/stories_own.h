/* SPDX-License-Identifier: Apache-2.0 */
/* stories_own.h - shared by the stories*.c files only. */
#pragma once
#include "plan/own.h"
#include "registry/registry.h"

enum thing { THING_CASE, THING_SUBJECT, THING_RECORD };
/* What a name of the story stands for. */
struct thing_of {
    const char *name;
    enum thing thing;
    struct id id, case_;     /* case_: nil for a record on its own */
    const struct kind *kind; /* THING_RECORD */
};
/* A story while it runs, in a store of its own. */
struct telling {
    const struct pack *pack;
    const struct scenario *s;
    struct arena *arena;
    struct door *door;
    struct thing_of *things;
    size_t nthings;
    int64_t first_leaf; /* leaves that were there before */
    const struct scenario_step *step;
    struct story_result *result;
};

/* What became of an action or a look, as the audit trail has it. */
struct told {
    enum verdict verdict;
    enum policy_reason reason;
    enum err error;
    char detail[160];
    const struct view *view; /* of a look */
};

/* Notes the failure with its line and returns ERR_BAD_DATA: the story ends. */
enum err story_fails(struct telling *t, int line, const char *fmt, ...) PRINTF(3, 4) NODISCARD;
const struct thing_of *story_thing(const struct telling *t, const char *name); /* NULL */
struct id story_account(const struct scenario_actor *a);
struct ctx story_ctx(const struct scenario_actor *a);
/* The story's own clock (stories.c). */
int64_t story_now(void);
void story_at(int64_t now_us);

/* stories_act.c: one action, read, or wait. Faults of the machine are errors, everything else goes to *ret.
 */
enum err story_act(struct telling *t, struct told *ret) NODISCARD;
enum err story_wait(struct telling *t) NODISCARD;
extern const struct action STORY_ACTIONS[];
extern const size_t NSTORY_ACTIONS;

/* stories_check.c */
enum err story_expect(struct telling *t, const struct told *told) NODISCARD;
enum err story_check(struct telling *t) NODISCARD;
enum err story_leaves(struct telling *t, int64_t *ret) NODISCARD; /* how many there are */
