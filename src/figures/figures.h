/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h - real data in and out, and counts from facts (plan 6(3)(v)/a; CTDC victim-perpetrator layout).
 * Number, true zero, unknown, not collected and masked stay different things from the file to the figure and
 * back.
 *
 * Who: docs/policy.md, object `import` (system, statistics_officer, case_lead; screening_desk without undo)
 * and `figures`. An import belongs to the actor's agency, which must be one of the pack that may own cases.
 * A command on the server itself acts as `system` with ctx.agency set. */
#pragma once
#include "core/facts.h"
#include "registry/registry.h"

extern const struct table TABLE_IMPORT_BATCH, TABLE_IMPORT_ROW;
enum {
    IB_ID,
    IB_MAP,
    IB_DIGEST,
    IB_COMPARTMENT,
    IB_AGENCY,
    IB_ROWS,
    IB_DONE_ROWS,
    IB_STATE,
    IB_SYNTHETIC,
    IB_ACCOUNT,
    IB_STARTED,
    IB_FINISHED,
    IB_VERSION,
    IB_COUNT
};
enum { IR_ID, IR_BATCH, IR_ROW_NO, IR_RAW, IR_OUTCOME, IR_WHAT, IR_CASE, IR_COUNT };
enum err figures_tables(struct schema *s) NODISCARD;

/* import.begin (the batch of this file: a new one, or the one that is there), import.row (one leaf a row; a
 * bad row is kept with its error), import.finish, import.undo and import.purge_raw (a portion a call: call
 * again while the result's version is not 0). */
extern const struct action FIGURES_ACTIONS[];
extern const size_t NFIGURES_ACTIONS;
/* figures.count (input `by`), figures.table and figures.download (`of`, `by`, `year`), figures.export (who
 * may, and the leaf of it), import.show, import.list, import.failed (input `after`: a row) */
extern const struct view_decl FIGURES_VIEWS[];
extern const size_t NFIGURES_VIEWS;
/* Counts in the background after unlock, so that the first look at a table need not wait. */
enum err figures_warm(struct door *d) NODISCARD;

/* Model of figures.count. hidden: below the pack's smallest cell, or computable from one that is. */
struct figure {
    const char *value, *word,
        *label; /* as recorded; in the words of the file layout; in the viewer's language */
    enum value_state state;
    int64_t n;
    bool hidden;
};
struct figure_count {
    const char *by, *unit; /* unit: the kind that is counted */
    int64_t total;
    bool total_hidden;
    struct figure *items;
    size_t n;
};

/* Model of figures.table and figures.download: records of a kind, by the values of an attribute, and by the
 * year or, within a year, the month of what they tell of. Each list is of all records (by_value.total): a
 * record with several values is in the number of each. too_few: nothing is shown. */
struct figure_table {
    const struct kind *kind;
    const struct field *field;
    int64_t year;                                   /* 0: all years */
    struct figure_count by_value, by_period, years; /* years: of all records, for choosing one */
    bool too_few;
    bool left_out;    /* of all years: those with few records are in no number */
    int64_t as_of_us; /* when it was counted: now, or of many records a little while ago (core/counted.h) */
};
/* May records of this kind be counted by this attribute? Codes, yes and no, agencies and offices, of a class
 * that statistics may count (docs/policy.md, purpose_classes). */
bool figures_countable(const struct field *f);

typedef void figures_progress(void *user, int64_t done, int64_t total);

/* row: as in the file, the header is row 1. */
struct import_error {
    int64_t row;
    char what[200];
};
#define IMPORT_ERRORS_MAX 100
struct import_report {
    int64_t rows, imported, already, failed; /* rows = imported + already + failed */
    struct import_error errors[IMPORT_ERRORS_MAX];
    size_t nerrors;
    struct id batch; /* nil after a dry run */
    double seconds;
};
/* Models of import.show and import.list. */
struct import_model {
    struct id id;
    const char *map, *agency, *state;
    bool synthetic;
    int64_t rows, done_rows, failed_rows, last_row, started_us, finished_us, version;
    struct import_error *errors;
    size_t nerrors;
};
struct import_models {
    struct import_model *items;
    size_t n;
};
/* Model of import.failed: a page of the rows that were not taken in. column "": the row has not the cells of
 * the map. A cell that is withheld has a verdict other than VERDICT_ALLOW and no text. */
struct import_cell {
    const char *column, *label; /* in the file; msgid of the field */
    struct shown value;
};
struct import_failed_row {
    int64_t row;
    enum err fault;
    const char *what; /* where in the row */
    struct import_cell *cells;
    size_t ncells;
};
struct import_failed {
    struct id id;
    const char *map;
    bool synthetic;
    struct import_failed_row *items;
    size_t n;
    int64_t next; /* input `after` of the next page; 0: none */
};
/* A CSV file by the pack's import map: its header names every column of the map, in any order, and no other.
 * dry_run: checks every row, writes nothing. Resumes a batch of the same file digest; each transaction takes
 * up to 500 rows. A bad row never stops the others. progress may be NULL. Errors: ERR_NOT_FOUND (map),
 * ERR_BAD_DATA (header), ERR_STATE (synthetic data into a real store), those of reading the file and of the
 * door. */
enum err figures_import(struct door *d, const struct ctx *ctx, const char *map, const char *path,
                        bool dry_run, bool synthetic, figures_progress *progress, void *user,
                        struct import_report *ret) NODISCARD;
enum err figures_undo(struct door *d, const struct ctx *ctx, struct id batch,
                      int64_t *ret_cases) NODISCARD; /* shreds and closes what the batch made; ERR_STATE: all
                                              but cases that others work on */
enum err figures_purge_raw(struct door *d, const struct ctx *ctx, struct id batch,
                           int64_t *ret_rows) NODISCARD;
/* The map's columns back out, cases of imports in file order first, then the others by number. From records,
 * not from raw rows. A row for each victim of a case; several perpetrators of a case become several values.
 * Constant memory. Only a map of codes and numbers (ERR_DENIED else): free text and dates have no generalised
 * form, and nothing else may leave for figures. */
enum err figures_export(struct door *d, const struct ctx *ctx, const char *map, int out_fd,
                        int64_t *ret_rows) NODISCARD;
