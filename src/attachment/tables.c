/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - what is kept of files. Plain: where it belongs, how long it is, its state. All else is sealed.
 */
#include "attachment/own.h"

static const struct column attachment_columns[AT_COUNT] = {
    [AT_ID] = {"id", COL_ID, 0, NULL},
    [AT_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [AT_SUBJECT] = {"subject", COL_ID, COL_NULL, "subject"},
    [AT_RECORD] = {"record", COL_ID, COL_NULL, "record"},
    [AT_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [AT_LABEL] = {"label", COL_INT, 0, NULL},
    [AT_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [AT_OWN] = {"own_compartment", COL_ID, COL_NULL, "compartment"},
    [AT_CLASS] = {"class", COL_INT, 0, NULL},
    [AT_STATE] = {"state", COL_INT, 0, NULL},
    [AT_KEY] = {"file_key", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [AT_BODY] = {"body", COL_BLOB, COL_SEALED, NULL},
    [AT_PREVIEW] = {"preview", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [AT_BYTES] = {"bytes", COL_INT, 0, NULL},
    [AT_CHUNKS] = {"chunks", COL_INT, 0, NULL},
    [AT_CREATED] = {"created_us", COL_INT, 0, NULL},
    [AT_CREATED_BY] = {"created_by", COL_ID, COL_NULL, NULL},
    [AT_FINISHED] = {"finished_us", COL_INT, COL_NULL, NULL},
    [AT_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [AT_STREAMED] = {"streamed_us", COL_INT, COL_NULL, NULL},
};
static const char *const attachment_indexes[] = {"(case_id, created_us)", "(state, created_us)",
                                                 "(created_by, state)", NULL};
const struct table TABLE_ATTACHMENT = {130,  "attachment", attachment_columns, AT_COUNT, attachment_indexes,
                                       NULL, false};

static const struct column chunk_columns[AC_COUNT] = {
    [AC_ID] = {"id", COL_ID, 0, NULL},
    [AC_ATTACHMENT] = {"attachment", COL_ID, 0, "attachment"},
    [AC_NO] = {"no", COL_INT, 0, NULL},
    [AC_BODY] = {"body", COL_BLOB, COL_SEALED, NULL},
};
static const char *const chunk_indexes[] = {"UNIQUE (attachment, no)", NULL};
const struct table TABLE_ATTACHMENT_CHUNK = {
    131, "attachment_chunk", chunk_columns, AC_COUNT, chunk_indexes, NULL, false};

enum err attachment_tables(struct schema *s)
{
    TRY(schema_add(s, &TABLE_ATTACHMENT));
    return schema_add(s, &TABLE_ATTACHMENT_CHUNK);
}
