/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - what the registry keeps. Plain: workflow and links. Sealed: names and identifiers, with a blind
 * index for look-ups. */
#include "registry/own.h"

static const struct column case_columns[CA_COUNT] = {
    [CA_ID] = {"id", COL_ID, 0, NULL},
    [CA_NUMBER] = {"number", COL_TEXT, 0, NULL},
    [CA_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [CA_OFFICE] = {"office", COL_TEXT, COL_NULL, NULL},
    [CA_STATE] = {"state", COL_TEXT, 0, NULL},
    [CA_STAGE] = {"stage", COL_TEXT, 0, NULL},
    [CA_LABEL] = {"label", COL_INT, 0, NULL},
    [CA_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [CA_OPENED] = {"opened_us", COL_INT, 0, NULL},
    [CA_CLOSED] = {"closed_us", COL_INT, COL_NULL, NULL},
    [CA_SOURCE] = {"source", COL_TEXT, COL_NULL, NULL},
    [CA_SOURCE_ROW] = {"source_row", COL_INT, COL_NULL, NULL},
    [CA_SYNTHETIC] = {"synthetic", COL_INT, 0, NULL},
    [CA_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const case_indexes[] = {"UNIQUE (agency, number)", "(agency, state, opened_us, id)",
                                           "(agency, opened_us, id)", "(source, source_row)", NULL};
const struct table TABLE_CASE = {50, "case_file", case_columns, CA_COUNT, case_indexes, NULL, false};

static const struct column subject_columns[SU_COUNT] = {
    [SU_ID] = {"id", COL_ID, 0, NULL},
    [SU_TYPE] = {"type", COL_INT, 0, NULL},
    [SU_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [SU_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [SU_CREATED] = {"created_us", COL_INT, 0, NULL},
    [SU_SYNTHETIC] = {"synthetic", COL_INT, 0, NULL},
    [SU_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
const struct table TABLE_SUBJECT = {51, "subject", subject_columns, SU_COUNT, NULL, NULL, false};

static const struct column name_columns[NA_COUNT] = {
    [NA_ID] = {"id", COL_ID, 0, NULL},
    [NA_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [NA_TYPE] = {"type", COL_TEXT, 0, NULL},
    [NA_CLASS] = {"class", COL_INT, 0, NULL},
    [NA_BODY] = {"body", COL_BLOB, COL_SEALED, NULL},
    [NA_FROM] = {"from_us", COL_INT, 0, NULL},
    [NA_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [NA_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const name_indexes[] = {"(subject)", NULL};
const struct table TABLE_NAME = {52, "name", name_columns, NA_COUNT, name_indexes, NULL, false};

static const struct column identifier_columns[IT_COUNT] = {
    [IT_ID] = {"id", COL_ID, 0, NULL},
    [IT_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [IT_TYPE] = {"type", COL_TEXT, 0, NULL},
    [IT_CLASS] = {"class", COL_INT, 0, NULL},
    [IT_VALUE] = {"value", COL_BLOB, COL_SEALED, NULL},
    [IT_FROM] = {"from_us", COL_INT, 0, NULL},
    [IT_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [IT_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const identifier_indexes[] = {"(subject)", NULL};
const struct table TABLE_IDENTIFIER = {53,   "identifier", identifier_columns, IT_COUNT, identifier_indexes,
                                       NULL, false};

static const struct column role_columns[CR_COUNT] = {
    [CR_ID] = {"id", COL_ID, 0, NULL},
    [CR_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [CR_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [CR_ROLE] = {"role", COL_TEXT, 0, NULL},
    [CR_FROM] = {"from_us", COL_INT, 0, NULL},
    [CR_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [CR_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const role_indexes[] = {"(case_id, subject)", "(subject, case_id)", NULL};
const struct table TABLE_CASE_ROLE = {54, "case_role", role_columns, CR_COUNT, role_indexes, NULL, false};

static const struct column same_columns[SP_COUNT] = {
    [SP_ID] = {"id", COL_ID, 0, NULL},
    [SP_A] = {"a", COL_ID, 0, "subject"},
    [SP_B] = {"b", COL_ID, 0, "subject"},
    [SP_BASIS] = {"basis", COL_BLOB, COL_SEALED, NULL},
    [SP_ASSERTED] = {"asserted_us", COL_INT, 0, NULL},
    [SP_ASSERTED_BY] = {"asserted_by", COL_ID, COL_NULL, NULL},
    [SP_REVERSED] = {"reversed_us", COL_INT, COL_NULL, NULL},
    [SP_REVERSED_BY] = {"reversed_by", COL_ID, COL_NULL, NULL},
    [SP_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const same_indexes[] = {"(a)", "(b)", NULL};
const struct table TABLE_SAME_PERSON = {55, "same_person", same_columns, SP_COUNT, same_indexes, NULL, false};

static const struct column decision_columns[DE_COUNT] = {
    [DE_ID] = {"id", COL_ID, 0, NULL},
    [DE_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [DE_STAGE] = {"stage", COL_TEXT, 0, NULL},
    [DE_NEGATIVE] = {"negative", COL_INT, 0, NULL},
    [DE_REASONS] = {"reasons", COL_BLOB, COL_SEALED, NULL},
    [DE_REVIEW] = {"review_route", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [DE_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [DE_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [DE_AT] = {"at_us", COL_INT, 0, NULL},
    [DE_SECOND_AGENCY] = {"second_agency", COL_TEXT, COL_NULL, NULL},
    [DE_SECOND_ACCOUNT] = {"second_account", COL_ID, COL_NULL, NULL},
    [DE_SECOND_AT] = {"second_at_us", COL_INT, COL_NULL, NULL},
    [DE_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [DE_FROM] = {"from_stage", COL_TEXT, COL_NULL, NULL},
    [DE_ROLE] = {"role", COL_INT, COL_NULL, NULL},
    [DE_SECOND_ROLE] = {"second_role", COL_INT, COL_NULL, NULL},
};
static const char *const decision_indexes[] = {"(case_id)", NULL};
const struct table TABLE_DECISION = {56,   "decision", decision_columns, DE_COUNT, decision_indexes,
                                     NULL, false};

static const struct column contact_columns[CT_COUNT] = {
    [CT_ID] = {"id", COL_ID, 0, NULL},
    [CT_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [CT_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [CT_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [CT_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [CT_ROLE] = {"role", COL_INT, 0, NULL},
    [CT_DIRECTION] = {"direction", COL_TEXT, 0, NULL},
    [CT_CHANNEL] = {"channel", COL_TEXT, 0, NULL},
    [CT_OUTCOME] = {"outcome", COL_TEXT, 0, NULL},
    [CT_AT] = {"at_us", COL_INT, 0, NULL},
    [CT_RECORDED] = {"recorded_us", COL_INT, 0, NULL},
    [CT_DANGER] = {"danger_to_life", COL_INT, 0, NULL},
    [CT_NOTE] = {"note", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [CT_REASON] = {"reason", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [CT_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const contact_indexes[] = {"(case_id, at_us)", NULL};
const struct table TABLE_CONTACT = {150, "contact", contact_columns, CT_COUNT, contact_indexes, NULL, false};

static const struct column handover_columns[HO_COUNT] = {
    [HO_ID] = {"id", COL_ID, 0, NULL},           [HO_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [HO_AGENCY] = {"agency", COL_TEXT, 0, NULL}, [HO_FROM] = {"from_account", COL_ID, 0, NULL},
    [HO_TO] = {"to_account", COL_ID, 0, NULL},   [HO_NOTE] = {"note", COL_BLOB, COL_SEALED, NULL},
    [HO_ASKED] = {"asked_us", COL_INT, 0, NULL}, [HO_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [HO_KEEP] = {"keep", COL_INT, 0, NULL},      [HO_ENDED] = {"ended_us", COL_INT, COL_NULL, NULL},
    [HO_TAKEN] = {"taken", COL_INT, 0, NULL},    [HO_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const handover_indexes[] = {"(case_id, ended_us)", "(to_account, ended_us)", NULL};
const struct table TABLE_HANDOVER = {151,  "handover", handover_columns, HO_COUNT, handover_indexes,
                                     NULL, false};

static const struct column group_columns[GR_COUNT] = {
    [GR_ID] = {"id", COL_ID, 0, NULL},
    [GR_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [GR_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [GR_CREATED] = {"created_us", COL_INT, 0, NULL},
    [GR_CREATED_BY] = {"created_by", COL_ID, COL_NULL, NULL},
    [GR_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const group_indexes[] = {"(agency, created_us, id)", NULL};
const struct table TABLE_GROUP = {152, "case_group", group_columns, GR_COUNT, group_indexes, NULL, false};

static const struct column group_case_columns[GC_COUNT] = {
    [GC_ID] = {"id", COL_ID, 0, NULL},
    [GC_GROUP] = {"group_id", COL_ID, 0, "case_group"},
    [GC_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [GC_FROM] = {"from_us", COL_INT, 0, NULL},
    [GC_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [GC_PRIVATE] = {"private_interview", COL_INT, 0, NULL},
    [GC_INTERPRETER] = {"own_interpreter", COL_INT, 0, NULL},
    [GC_ENFORCER] = {"possible_enforcer", COL_INT, 0, NULL},
    [GC_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [GC_NOTED] = {"private_interview_note", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [GC_NOTED_INTERPRETER] = {"own_interpreter_note", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [GC_NOTED_ENFORCER] = {"possible_enforcer_note", COL_BLOB, COL_NULL | COL_SEALED, NULL},
};
static const char *const group_case_indexes[] = {"(group_id)", "(case_id)", NULL};
const struct table TABLE_GROUP_CASE = {
    153, "case_group_case", group_case_columns, GC_COUNT, group_case_indexes, NULL, false};

static const struct column group_fact_columns[GF_COUNT] = {
    [GF_ID] = {"id", COL_ID, 0, NULL},
    [GF_GROUP] = {"group_id", COL_ID, 0, "case_group"},
    [GF_WHAT] = {"what", COL_TEXT, 0, NULL},
    [GF_VALUE] = {"value", COL_BLOB, COL_SEALED, NULL},
    [GF_AT] = {"at_us", COL_INT, 0, NULL},
    [GF_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [GF_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const group_fact_indexes[] = {"(group_id)", NULL};
const struct table TABLE_GROUP_FACT = {
    154, "case_group_fact", group_fact_columns, GF_COUNT, group_fact_indexes, NULL, false};

static const struct column filter_columns[FI_COUNT] = {
    [FI_ID] = {"id", COL_ID, 0, NULL},
    [FI_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [FI_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [FI_SHARED] = {"shared", COL_INT, 0, NULL},
    [FI_NAME] = {"name", COL_BLOB, COL_SEALED, NULL},
    [FI_TERMS] = {"terms", COL_BLOB, COL_SEALED, NULL},
    [FI_MADE] = {"made_us", COL_INT, 0, NULL},
    [FI_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const filter_indexes[] = {"(agency, account)", NULL};
const struct table TABLE_SAVED_FILTER = {155,  "saved_filter", filter_columns, FI_COUNT, filter_indexes,
                                         NULL, false};

enum err registry_tables(struct schema *s)
{
    static const struct table *const all[] = {
        &TABLE_CASE,        &TABLE_SUBJECT,    &TABLE_NAME,        &TABLE_IDENTIFIER, &TABLE_CASE_ROLE,
        &TABLE_SAME_PERSON, &TABLE_DECISION,   &TABLE_CONTACT,     &TABLE_HANDOVER,   &TABLE_GROUP,
        &TABLE_GROUP_CASE,  &TABLE_GROUP_FACT, &TABLE_SAVED_FILTER};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        TRY(schema_add(s, all[i]));
    return OK;
}
