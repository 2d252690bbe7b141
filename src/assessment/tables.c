/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - what is kept of an assessment. Plain: workflow and links. Sealed: answers (signs of trafficking,
 * class suspect) and reasons (free text, which may name her, class identity). */
#include "assessment/own.h"

static const struct column assessment_columns[AM_COUNT] = {
    [AM_ID] = {"id", COL_ID, 0, NULL},
    [AM_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [AM_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [AM_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [AM_FORM] = {"form", COL_TEXT, 0, NULL},
    [AM_SITUATION] = {"situation", COL_TEXT, COL_NULL, NULL},
    [AM_PHASE] = {"phase", COL_TEXT, 0, NULL},
    [AM_STATE] = {"state", COL_TEXT, 0, NULL},
    [AM_OUTCOME] = {"outcome", COL_TEXT, COL_NULL, NULL},
    [AM_LABEL] = {"label", COL_INT, 0, NULL},
    [AM_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [AM_CURRENT] = {"current_no", COL_INT, 0, NULL},
    [AM_STARTED] = {"started_us", COL_INT, 0, NULL},
    [AM_STARTED_BY] = {"started_by", COL_ID, COL_NULL, NULL},
    [AM_UPDATED] = {"updated_us", COL_INT, 0, NULL},
    [AM_FINISHED] = {"finished_us", COL_INT, COL_NULL, NULL},
    [AM_FINISHED_BY] = {"finished_by", COL_ID, COL_NULL, NULL},
    [AM_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [AM_LIFTS] = {"lifts", COL_INT, COL_NULL, NULL},
};
static const char *const assessment_indexes[] = {"(case_id, started_us, id)", "(subject, started_us, id)",
                                                 NULL};
const struct table TABLE_ASSESSMENT = {120,  "assessment", assessment_columns, AM_COUNT, assessment_indexes,
                                       NULL, false};

static const struct column version_columns[AV_COUNT] = {
    [AV_ID] = {"id", COL_ID, 0, NULL},
    [AV_ASSESSMENT] = {"assessment", COL_ID, 0, "assessment"},
    [AV_NO] = {"no", COL_INT, 0, NULL},
    [AV_AT] = {"at_us", COL_INT, 0, NULL},
    [AV_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [AV_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [AV_ROLE] = {"role", COL_INT, 0, NULL},
    [AV_PHASE] = {"phase", COL_TEXT, 0, NULL},
    [AV_PACK_VERSION] = {"pack_version", COL_TEXT, 0, NULL},
    [AV_BODY] = {"body", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [AV_REASONS] = {"reasons", COL_BLOB, COL_NULL | COL_SEALED, NULL},
};
static const char *const version_indexes[] = {"UNIQUE (assessment, no)", NULL};
const struct table TABLE_ASSESSMENT_VERSION = {
    121, "assessment_version", version_columns, AV_COUNT, version_indexes, NULL, false};

enum err assessment_tables(struct schema *s)
{
    TRY(schema_add(s, &TABLE_ASSESSMENT));
    return schema_add(s, &TABLE_ASSESSMENT_VERSION);
}
