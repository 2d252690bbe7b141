/* SPDX-License-Identifier: Apache-2.0 */
/* policy_view.h - the permission matrix, for those who answer for it: the view "policy.explain" takes words
 * for each of the 11 inputs of a question (docs/policy.md, 2; none: all of them) and says for every
 * combination what policy_decide answers. It asks about roles and kinds of objects: nothing of a case is read
 * or shown. */
#pragma once
#include "core/door.h"

/* Combinations in one look; more: ERR_FIELD. */
#define POLICY_EXPLAIN_MAX 32768

extern const struct view_decl POLICY_VIEWS[];
extern const size_t NPOLICY_VIEWS;
