/* SPDX-License-Identifier: Apache-2.0 */
/* facts.h - person attributes for lists and figures: columns in locked memory, loaded from sealed records
 * after unlock, kept up by the change feed. One set of rows for each kind that declares facts; one row a
 * record (its current version, or as at a day). A record that its kind has closed ("no longer used") and one
 * whose keys were destroyed have no row. A value is a small number: index into the column's dictionary, with
 * its state kept apart (given / unknown / not collected / not applicable); multi-values are one dictionary
 * entry in their given order ("Female;Male"). Nothing here is ever written to disk. Thread-safe. */
#pragma once
#include "core/record.h"

struct facts;
/* as_at 0: now, and follows changes of this process. Its own connection, so that a view that counts waits for
 * no reader. Free it before the door is closed. ERR_LOCKED before unlock. */
enum err facts_load(struct door *d, int64_t as_at_us, struct facts **ret) NODISCARD;
void facts_free(struct facts *f); /* NULL is fine; wipes */
/* The door's own facts as of now: loaded when first asked for, freed by door_close. */
enum err facts_of(struct door *d, struct facts **ret) NODISCARD;
size_t facts_bytes(const struct facts *f);
bool facts_locked(const struct facts *f); /* all of it in locked memory */

struct fact_column {
    const char *name;
    const struct kind *kind;
    const struct field *field;
};
size_t facts_columns(const struct facts *f, const struct fact_column **ret);
/* By fact name, else by a column name of an import map ("IP_Gender"); NULL. */
const struct fact_column *facts_column(const struct facts *f, const char *name);

/* value: codes as the field has them, several joined by ';', in the arena; NULL unless given. */
struct fact_count {
    const char *value;
    enum value_state state;
    int64_t n;
};
/* value is one of the values of the fact; NULL: no value is given, whatever the reason. */
struct fact_filter {
    const char *fact, *value;
};
/* Rows of the column's kind, grouped by its value; filters (all must hold) on facts of the same record, or of
 * a record of another kind in the same case. Given values first (most frequent first, then by bytes), then
 * states. Takes in what changed since the last call. ERR_NOT_FOUND: no such fact. */
enum err facts_count(struct facts *f, const char *by, const struct fact_filter *filters, size_t nfilters,
                     struct arena *a, struct fact_count **ret, size_t *ret_n) NODISCARD;
int64_t facts_rows(struct facts *f, const char *kind); /* after what changed; -1: no such kind, or a fault */

/* All rows of a kind, in no order, after what changed: of whom, and some of its facts (columns of one kind,
 * as facts_columns gives them). value: "" unless given, several joined by ';'; it lives as long as the facts.
 * The facts are locked meanwhile: visit must not ask them for anything. */
#define FACT_CELLS_MAX 64
struct fact_cell {
    const char *value;
    enum value_state state;
};
typedef enum err fact_visit(void *user, struct id case_, struct id subject /* nil */,
                            const struct fact_cell *cells);
enum err facts_each(struct facts *f, const struct fact_column *const *columns, size_t n, fact_visit *visit,
                    void *user) NODISCARD;
/* One fact of one record, after what changed. *ret_found: the record has a row. As above, value lives as long
 * as the facts. */
enum err facts_value(struct facts *f, const struct fact_column *column, struct id record,
                     struct fact_cell *ret, bool *ret_found) NODISCARD;
