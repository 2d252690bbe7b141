/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - all tables of the store. Each floor-2 module declares its own; domains register theirs at start.
 */
#pragma once
#include "core/table.h"

#define SCHEMA_TABLES_MAX 64
struct schema {
    const struct table *tables[SCHEMA_TABLES_MAX];
    size_t n;
};
/* The tables of core/ itself. */
void schema_core(struct schema *s);
enum err schema_add(struct schema *s,
                    const struct table *t) NODISCARD; /* ERR_INTERNAL for a number or name used twice */
const struct table *schema_find(const struct schema *s, const char *name);
const struct table *schema_number(const struct schema *s, uint16_t no);
enum err schema_create(struct db *db, const struct schema *s) NODISCARD;
/* Nothing declared is ever taken away: how many columns there are tells which of two versions is the later
 * one. Kept in the meta row "schema". */
int64_t schema_version(const struct schema *s);
/* Adds the tables, nullable columns and indexes that the store of an earlier version lacks, in the caller's
 * transaction; *ret_n: how many. look_only: how many it would add. ret_earlier: the meta row does not say
 * this version yet. Where there is no store at all, nothing. ERR_SCHEMA: a later version wrote it, or it
 * differs in a way that adding does not mend. */
enum err schema_mend(struct db *db, const struct schema *s, bool look_only, size_t *ret_n,
                     bool *ret_earlier) NODISCARD;
