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
    INDICATOR_BELOW_THRESHOLD, /* fewer than the pack's min_cell, and the viewer may not count */
    INDICATOR_COUNTING /* many records, for the first time since the store was opened: not there yet */
};
/* One value of the field that an indicator is grouped by. Of a field with several values a record is in the
 * group of each, so groups need not add up. */
struct indicator_group {
    const char *value; /* as records keep it; NULL unless given */
    enum value_state state;
    enum indicator_state shown; /* NUMBER or BELOW_THRESHOLD */
    int64_t numerator, denominator;
    double value_number;
};
/* numerator: what was counted: records (count), those of the numerator (share), different values (distinct).
 * denominator: records looked at; for median_hours those with both moments, for sum those with a number. A
 * share or a median of no record is no number ("no cases yet", which is not 0): denominator 0, value 0. */
struct indicator_value {
    const struct indicator *indicator;
    enum indicator_state state;
    double value;
    int64_t numerator, denominator;
    int64_t left_out; /* median_hours: records without one of the two moments; -1: few, not shown */
    const char *missing_kind;
    struct indicator_group *groups; /* most first, then by value; those without a value last */
    size_t ngroups;
};
struct duty_status {
    const struct duty *duty; /* or item, the other one NULL */
    const struct programme_item *item;
    struct indicator_value *values;
    struct indicator_value *months, *years; /* the same indicators by when it happened; groups oldest first */
    struct indicator_value *series;         /* those of the two that are asked for */
    size_t n;
    bool live; /* at least one indicator is computed */
};
struct plan_status {
    size_t measures, duties, items;
    size_t live, not_collected, manual; /* indicators */
    struct duty_status *rows;           /* duties in plan order, then items; plan.duty: one */
    size_t nrows;
    int64_t as_of_us; /* when it was counted; 0: it is being counted (INDICATOR_COUNTING). Now, or of a large
                         store a little while ago (core/counted.h) */
};
extern const struct view_decl PLAN_VIEWS[];
extern const size_t NPLAN_VIEWS; /* plan.status; plan.duty (input duty: id of a duty or item; by: month or
                                    year). Model: plan_status */
/* Counts in the background after unlock, so that the first look need not wait. */
enum err plan_warm(struct door *d) NODISCARD;

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
