/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h - real data in and out, and counts from facts (plan 6(3)(v)/a; CTDC victim-perpetrator layout).
 * Number, true zero, unknown, not collected and masked stay different things from the file to the figure and
 * back. */
#pragma once
#include "core/facts.h"
#include "registry/registry.h"

extern const struct table TABLE_IMPORT_BATCH, TABLE_IMPORT_ROW;
enum err figures_tables(struct schema *s) NODISCARD;
/* import.begin, import.row (one leaf a row; idempotent: request id derived from batch and row),
 * import.finish, import.undo, import.purge_raw */
extern const struct action FIGURES_ACTIONS[];
extern const size_t NFIGURES_ACTIONS;
extern const struct view_decl FIGURES_VIEWS[];
extern const size_t NFIGURES_VIEWS; /* figures.count, import.show, import.list */

struct import_report {
    int64_t rows, imported, already, failed;
    struct {
        int64_t row;
        char what[200];
    } errors[100];
    size_t nerrors;
    struct id batch;
    double seconds;
};
/* A CSV file by the pack's import map. dry_run: checks every row, writes nothing. Resumes a batch of the same
 * file digest; each transaction takes up to 500 rows. progress may be NULL. */
enum err figures_import(struct door *d, const struct ctx *ctx, const char *map, const char *path,
                        bool dry_run, bool synthetic,
                        void (*progress)(void *user, int64_t done, int64_t total), void *user,
                        struct import_report *ret) NODISCARD;
enum err figures_undo(struct door *d, const struct ctx *ctx, struct id batch,
                      int64_t *ret_cases) NODISCARD; /* shreds and closes what the batch made */
enum err figures_purge_raw(struct door *d, const struct ctx *ctx, struct id batch,
                           int64_t *ret_rows) NODISCARD;
/* The map's columns back out, cases of imports in file order first, then the others by number. From records,
 * not from raw rows. */
enum err figures_export(struct door *d, const struct ctx *ctx, const char *map, int out_fd,
                        int64_t *ret_rows) NODISCARD;
