/* SPDX-License-Identifier: Apache-2.0 */
/* pack_plan.h - inside of core/pack*.c only. */
#pragma once
#include "core/pack/fields.h"
#include "core/pack/words.h"

extern const struct form measure_form;
/* Every planned kind is named by an indicator and not written; fills the pack's list of them. */
enum err planned_kinds_check(struct load *l) NODISCARD;
