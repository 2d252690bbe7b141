/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns of the assessments. */
#pragma once
#include "assessment/assessment.h"

enum {
    AM_ID,
    AM_CASE,
    AM_SUBJECT,
    AM_AGENCY,
    AM_FORM,
    AM_SITUATION,
    AM_PHASE,
    AM_STATE,
    AM_OUTCOME,
    AM_LABEL,
    AM_COMPARTMENT,
    AM_CURRENT,
    AM_STARTED,
    AM_STARTED_BY,
    AM_UPDATED,
    AM_FINISHED,
    AM_FINISHED_BY,
    AM_VERSION,
    AM_COUNT
};
enum {
    AV_ID,
    AV_ASSESSMENT,
    AV_NO,
    AV_AT,
    AV_ACCOUNT,
    AV_AGENCY,
    AV_ROLE,
    AV_PHASE,
    AV_PACK_VERSION,
    AV_BODY,
    AV_REASONS,
    AV_COUNT
};
