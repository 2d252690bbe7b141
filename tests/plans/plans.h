/* SPDX-License-Identifier: Apache-2.0 */
/* plans.h - the SQL that the program really runs, and whether a plan reads a whole table: for the test of
 * plans and for the bench, so that no list of queries goes stale. */
#pragma once
#include "base/arena.h"
#include "sys/db.h"

#define PLANS_MAX 600
struct plan_query {
    const char *sql;
    uint64_t runs;
};

/* From now on every statement of this process is counted by its text. */
void plans_watch(void);
/* No more: what was counted, the most frequent first, until the next plans_watch. ERR_LIMIT: some are
 * missing. */
enum err plans_unwatch(const struct plan_query **ret, size_t *ret_n) NODISCARD;

/* The plan (of db_plan) of this query reads a whole table or index: names the first one. Not so the part of
 * an index that a condition picks, nor an index in its order under a LIMIT without a condition, which ends
 * early. */
bool plan_scans(enum db_kind kind, const char *sql, const char *plan, char ret_what[64]);
/* Before its first row it reads every grant of an account or an agency: 62,000 of a busy office, at each
 * page. */
bool plan_gathers_grants(enum db_kind kind, const char *plan);
