/* SPDX-License-Identifier: Apache-2.0 */
/* clock_own.h - shared by the clock*.c files only. */
#pragma once
#include "core/clock.h"

enum {
    CH_ID,
    CH_CLOCK,
    CH_WHAT,
    CH_AT,
    CH_ACCOUNT,
    CH_APPROVER,
    CH_BASIS, /* as it was kept before CH_WHY: read, not written any more */
    CH_OLD_DUE,
    CH_NEW_DUE,
    CH_WHY, /* sealed, class routing: what an officer types may name her */
    CH_COUNT
};

/* NULL when the pack no longer has the kind or the rule: the row then speaks for itself. */
const struct clock_rule *clock_rule_of(const struct pack *p, const char *kind, const char *rule);
struct clock_times clock_times_of(const struct cell *c);
/* Puts new times into a row. A due moment that moved ahead of now is warned of and escalated anew. */
void clock_put_times(struct cell *c, const struct clock_times *t, int64_t now_us);
/* A line of the clock's history; account, approver nil and basis "" where there are none. */
struct clock_change {
    const char *what;
    struct id approver;
    struct str basis;
    int64_t old_due_us, new_due_us;
};
enum err clock_note(struct act *a, const struct cell *clock, const struct clock_change *change) NODISCARD;
/* Where its words are sealed: with the record, report or case that it runs for. */
enum err clock_compartment(struct db *db, struct arena *a, const struct entities *entities,
                           const struct cell *clock, struct compartment_id *ret) NODISCARD;
/* Ids of the rows that a query with one id parameter gives. */
enum err clock_ids(struct db *db, struct arena *a, const char *sql, struct id key, struct id **ret,
                   size_t *ret_n) NODISCARD;
/* CL_COUNT cells into a model; strings live as long as the cells and the pack. */
void clock_model_of(const struct pack *p, const struct cell *c, int64_t now_us, struct clock_model *ret);
