/* SPDX-License-Identifier: Apache-2.0 */
/* pack_kinds.h - inside of core/pack*.c only. */
#pragma once
#include "core/pack/fields.h"
#include "core/pack/words.h"

extern const struct form due_form; /* "due" of a clock: members of the clock itself */
/* Pass 4, of a whole kind: states reachable, fields settable, clocks started (pack_kind_check.c). */
enum err kind_check(struct load *l, const struct yaml *y, void *record, const void *owner) NODISCARD;
