/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - what the desk keeps. Plain: workflow only. What was seen, where, who and who told us: sealed. */
#include "desk/own.h"

/* Written while the keys may be closed, so its leaf may lack a MAC: it holds nothing but what anybody with an
 * office code could send, and a report is made of it under the keys. */
static const struct column letter_columns[RL_COUNT] = {
    [RL_ID] = {"id", COL_ID, 0, NULL},
    [RL_CODE] = {"code", COL_ID, 0, "office_code"},
    [RL_RECEIPT] = {"receipt", COL_BLOB, 0, NULL},
    [RL_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [RL_URGENT] = {"urgent", COL_INT, 0, NULL},
    [RL_BODY] = {"body", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RL_RECEIVED] = {"received_us", COL_INT, 0, NULL},
    [RL_WAITS] = {"waits", COL_INT, COL_NULL, NULL},
    [RL_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const letter_indexes[] = {"UNIQUE (receipt)", "(code, received_us)",
                                             "(waits, received_us, id)", NULL};
const struct table TABLE_REPORT_LETTER = {180,      "report_letter", letter_columns,
                                          RL_COUNT, letter_indexes,  .when_locked = true};

static const struct column report_columns[RP_COUNT] = {
    [RP_ID] = {"id", COL_ID, 0, NULL},
    [RP_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [RP_OFFICE] = {"office", COL_TEXT, COL_NULL, NULL},
    [RP_STATE] = {"state", COL_TEXT, 0, NULL},
    [RP_OPEN] = {"open", COL_INT, 0, NULL},
    [RP_URGENT] = {"urgent", COL_INT, 0, NULL},
    [RP_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [RP_RECEIVED] = {"received_us", COL_INT, 0, NULL},
    [RP_BY_NOTE] = {"by_note", COL_INT, 0, NULL},
    [RP_ASSIGNED] = {"assigned", COL_ID, COL_NULL, NULL},
    [RP_CASE] = {"case_id", COL_ID, COL_NULL, NULL},
    [RP_OUTCOME] = {"outcome", COL_TEXT, COL_NULL, NULL},
    [RP_CLOSED] = {"closed_us", COL_INT, COL_NULL, NULL},
    [RP_ROUTING] = {"routing", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RP_IDENTITY] = {"identity", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RP_SUSPECT] = {"suspect", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RP_SOURCE] = {"source", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RP_REASON] = {"reason", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [RP_CREATED_BY] = {"created_by", COL_ID, COL_NULL, NULL},
    [RP_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [RP_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
};
static const char *const report_indexes[] = {"(agency, open, urgent, received_us, id)", "(case_id)",
                                             "(open, until_us, id)", NULL};
const struct table TABLE_REPORT = {181, "report", report_columns, RP_COUNT, report_indexes, NULL, false};

static const struct column step_columns[RT_COUNT] = {
    [RT_ID] = {"id", COL_ID, 0, NULL},
    [RT_REPORT] = {"report", COL_ID, 0, "report"},
    [RT_AT] = {"at_us", COL_INT, 0, NULL},
    [RT_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [RT_FROM] = {"from_agency", COL_TEXT, 0, NULL},
    [RT_TO] = {"to_agency", COL_TEXT, 0, NULL},
    [RT_BASIS] = {"basis", COL_INT, 0, NULL},
    [RT_REASON] = {"reason", COL_BLOB, COL_SEALED, NULL},
};
static const char *const step_indexes[] = {"(report, at_us)", "(from_agency, at_us, id)", NULL};
const struct table TABLE_REPORT_STEP = {182,          "report_step", step_columns, RT_COUNT,
                                        step_indexes, NULL,          false};

static const struct column code_columns[OC_COUNT] = {
    [OC_ID] = {"id", COL_ID, 0, NULL},
    [OC_ISSUER] = {"issuer", COL_TEXT, 0, NULL},
    [OC_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [OC_OFFICE] = {"office", COL_TEXT, COL_NULL, NULL},
    [OC_COUNTER] = {"counter", COL_TEXT, COL_NULL, NULL},
    [OC_HASH] = {"code_hash", COL_BLOB, 0, NULL},
    [OC_ISSUED] = {"issued_us", COL_INT, 0, NULL},
    [OC_ISSUED_BY] = {"issued_by", COL_ID, COL_NULL, NULL},
    [OC_ENDED] = {"ended_us", COL_INT, COL_NULL, NULL},
    [OC_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const code_indexes[] = {"UNIQUE (code_hash)", "(issuer, issued_us, id)", NULL};
const struct table TABLE_OFFICE_CODE = {183,          "office_code", code_columns, OC_COUNT,
                                        code_indexes, NULL,          false};

static const struct column enquiry_columns[EN_COUNT] = {
    [EN_ID] = {"id", COL_ID, 0, NULL},
    [EN_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [EN_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [EN_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [EN_AT] = {"at_us", COL_INT, 0, NULL},
    [EN_ASKER] = {"asker", COL_BLOB, COL_SEALED, NULL},
    [EN_ABOUT] = {"about", COL_BLOB, COL_SEALED, NULL},
    [EN_WAITS] = {"waits", COL_INT, COL_NULL, NULL},
    [EN_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [EN_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
};
static const char *const enquiry_indexes[] = {"(waits, at_us, id)", "(agency, at_us, id)", "(until_us, id)",
                                              NULL};
const struct table TABLE_ENQUIRY = {184, "enquiry", enquiry_columns, EN_COUNT, enquiry_indexes, NULL, false};

/* In which case somebody was found who was asked about: for the people of that case alone. */
static const struct column match_columns[EM_COUNT] = {
    [EM_ID] = {"id", COL_ID, 0, NULL},        [EM_ENQUIRY] = {"enquiry", COL_ID, 0, "enquiry"},
    [EM_CASE] = {"case_id", COL_ID, 0, NULL}, [EM_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [EM_AT] = {"at_us", COL_INT, 0, NULL},
};
static const char *const match_indexes[] = {"(case_id, at_us, id)", "(enquiry)", NULL};
const struct table TABLE_ENQUIRY_MATCH = {185,  "enquiry_match", match_columns, EM_COUNT, match_indexes, NULL,
                                          false};

enum err desk_tables(struct schema *s)
{
    static const struct table *const all[] = {&TABLE_OFFICE_CODE, &TABLE_REPORT_LETTER, &TABLE_REPORT,
                                              &TABLE_REPORT_STEP, &TABLE_ENQUIRY,       &TABLE_ENQUIRY_MATCH};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        TRY(schema_add(s, all[i]));
    return OK;
}
