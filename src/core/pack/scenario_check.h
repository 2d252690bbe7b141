/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_check.h - inside of core/scenario*.c only. */
#pragma once
#include "core/pack/fields.h"
#include "core/pack/words.h"

/* Pass 4: every action exists and stands on a fitting object that was made before; inputs and expectations
 * name fields. */
enum err scenario_check(struct load *l, const struct yaml *y, void *record, const void *owner) NODISCARD;
