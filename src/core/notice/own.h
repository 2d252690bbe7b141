/* SPDX-License-Identifier: Apache-2.0 */
/* notice_own.h - shared by the notice*.c files only. */
#pragma once
#include "core/notice.h"

/* What the policy is asked about a notice: the clock, the case, the record, the account or the proposal that
 * it tells of; for oversight an entry of the audit trail. object.found: false when there is no such thing
 * (any more). record.found: it tells of a record, and may be known by whom both may be told of. */
struct notice_topic {
    struct object object, record;
    struct id asker; /* to whom it is not told: who asked for what waits */
};
enum err notice_topic(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                      struct notice_topic *ret) NODISCARD;
bool notice_is_own(const struct ctx *ctx, const struct cell *c);
bool notice_may_know(struct db *db, const struct ctx *ctx, const struct notice_topic *t, int64_t now_us);
/* Is it addressed to this officer now? office: also what others of the office are to answer first. */
enum err notice_reaches(struct db *db, const struct ctx *ctx, const struct cell *c, int64_t now_us,
                        bool office, bool *ret) NODISCARD;
