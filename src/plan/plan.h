/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - every duty of the action plan with its live indicators (plan 0/c, 6(3)(v)/c). An indicator whose
 * kind does not exist yet says "not collected: kind K missing", never 0; one that is not computable by
 * machine says "manual". */
#pragma once
#include "core/facts.h"

enum indicator_state {
    INDICATOR_NUMBER,
    INDICATOR_NOT_COLLECTED,
    INDICATOR_MANUAL,
    INDICATOR_BELOW_THRESHOLD
};
struct indicator_value {
    const struct indicator *indicator;
    enum indicator_state state;
    double value;
    int64_t numerator, denominator; /* share; denominator 0: no cases yet, which is not 0 % */
    const char *missing_kind;
    struct fact_count *groups;
    size_t ngroups;
};
struct duty_status {
    const struct duty *duty;
    const struct programme_item *item;
    struct indicator_value *values;
    size_t n;
    bool live;
};
struct plan_status {
    size_t measures, duties, items;
    size_t live, not_collected, manual; /* indicators */
    struct duty_status *rows;
    size_t nrows;
};
extern const struct view_decl PLAN_VIEWS[];
extern const size_t NPLAN_VIEWS; /* plan.status, plan.duty */

/* Stories of the pack: akari pack test. Runs each on a fresh store in memory or a temp folder, at an injected
 * time. */
struct story_result {
    const char *file, *name;
    bool passed;
    char what[300];
    int line;
};
enum err plan_run_stories(const char *pack_folder, struct arena *a, struct story_result **ret,
                          size_t *ret_n) NODISCARD;
