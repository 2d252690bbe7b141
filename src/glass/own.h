/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns of TABLE_BREAK_GLASS, for src/glass only. */
#pragma once
#include "glass/glass.h"

enum {
    GL_ID,
    GL_CASE,
    GL_ACCOUNT,
    GL_REASON,
    GL_SECOND,
    GL_OPENED,
    GL_UNTIL,
    GL_REVIEWER,
    GL_REVIEWED,
    GL_VERSION,
    GL_AGENCY,
    GL_CLOSED,
    GL_JUSTIFIED,
    GL_WORDS,
    GL_REVIEW_WORDS,
    GL_REVIEWER_AGENCY,
    GL_ACCOUNTS_NEW,
    GL_ONE_MAKER,
    GL_COUNT
};
