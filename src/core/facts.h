/* SPDX-License-Identifier: Apache-2.0 */
/* facts.h - person attributes for lists and figures: columns in locked memory, loaded from sealed records
 * after unlock, kept up by the change feed. One set of rows for each kind that declares facts; one row a
 * record (its current version, or as at a day). A value is a small number: index into the column's
 * dictionary, with its state kept apart (given / unknown / not collected / not applicable); multi-values are
 * one dictionary entry in their given order ("Female;Male"). Nothing here is ever written to disk. */
#pragma once
#include "core/record.h"

struct facts;
enum err facts_load(struct door *d, int64_t as_at_us,
                    struct facts **ret) NODISCARD; /* as_at 0: now, and follows changes */
void facts_free(struct facts *f);
size_t facts_bytes(const struct facts *f);
bool facts_locked(const struct facts *f); /* all of it in locked memory */

struct fact_column {
    const char *name;
    const struct kind *kind;
    const struct field *field;
};
size_t facts_columns(const struct facts *f, const struct fact_column **ret);
const struct fact_column *
facts_column(const struct facts *f,
             const char *name); /* fact name, or a column name of an import map ("IP_Gender") */

struct fact_count {
    const char *value; /* code or text; NULL unless given */
    enum value_state state;
    int64_t n;
};
struct fact_filter {
    const char *fact;
    const char *value;
};
/* Rows of the column's kind, grouped by its value; filters on facts of the same kind or of a kind attached to
 * the same case. */
enum err facts_count(struct facts *f, const char *by, const struct fact_filter *filters, size_t nfilters,
                     struct arena *a, struct fact_count **ret, size_t *ret_n)
    NODISCARD; /* given values first (most frequent first), then states. ERR_NOT_FOUND */
int64_t facts_rows(const struct facts *f, const char *kind); /* -1: no such kind */
