/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - what imports keep. A raw row is sealed (class routing, compartment of its batch) until it is
 * purged; `what` names row, column and fault, never a value. */
#include "figures/own.h"

static const struct column batch_columns[IB_COUNT] = {
    [IB_ID] = {"id", COL_ID, 0, NULL},
    [IB_MAP] = {"map", COL_TEXT, 0, NULL},
    [IB_DIGEST] = {"digest", COL_BLOB, 0, NULL},
    [IB_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [IB_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [IB_ROWS] = {"rows", COL_INT, 0, NULL},
    [IB_DONE_ROWS] = {"done_rows", COL_INT, 0, NULL},
    [IB_STATE] = {"state", COL_TEXT, 0, NULL}, /* running, done, undoing, undone */
    [IB_SYNTHETIC] = {"synthetic", COL_INT, 0, NULL},
    [IB_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [IB_STARTED] = {"started_us", COL_INT, 0, NULL},
    [IB_FINISHED] = {"finished_us", COL_INT, COL_NULL, NULL},
    [IB_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const batch_indexes[] = {"(agency, map, started_us)", NULL};
const struct table TABLE_IMPORT_BATCH = {70,   "import_batch", batch_columns, IB_COUNT, batch_indexes,
                                         NULL, false};

static const struct column row_columns[IR_COUNT] = {
    [IR_ID] = {"id", COL_ID, 0, NULL},
    [IR_BATCH] = {"batch", COL_ID, 0, "import_batch"},
    [IR_ROW_NO] = {"row_no", COL_INT, 0, NULL},
    [IR_RAW] = {"raw", COL_BLOB, COL_SEALED, NULL},
    [IR_OUTCOME] = {"outcome", COL_INT, 0, NULL},
    [IR_WHAT] = {"what", COL_TEXT, COL_NULL, NULL},
    [IR_CASE] = {"case_id", COL_ID, COL_NULL, NULL},
};
static const char *const row_indexes[] = {"UNIQUE (batch, row_no)", NULL};
const struct table TABLE_IMPORT_ROW = {71, "import_row", row_columns, IR_COUNT, row_indexes, NULL, false};

enum err figures_tables(struct schema *s)
{
    TRY(schema_add(s, &TABLE_IMPORT_BATCH));
    return schema_add(s, &TABLE_IMPORT_ROW);
}
