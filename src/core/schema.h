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
