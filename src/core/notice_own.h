/* SPDX-License-Identifier: Apache-2.0 */
/* notice_own.h - shared by the notice*.c files only. */
#pragma once
#include "core/notice.h"

/* What the policy is asked about a notice: the clock, the case, the record or the account that it tells of;
 * for oversight an entry of the audit trail. found: false when there is no such thing (any more). */
enum err notice_object(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                       struct object *ret) NODISCARD;
/* Is it addressed to this officer now? office: also what others of the office are to answer first. */
enum err notice_reaches(struct db *db, const struct ctx *ctx, const struct cell *c, int64_t now_us,
                        bool office, bool *ret) NODISCARD;
