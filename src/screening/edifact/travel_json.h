/* SPDX-License-Identifier: Apache-2.0 */
/* travel_json.h - one JSON object a message, written while it is read: `type`, `version`, `travellers[]`,
 * `replies[]` of CUSRES, `diagnostics[]` with their counts. An input without any message gives one object of
 * type "none", so that what was odd about it is not lost. */
#pragma once
#include "screening/edifact/travel.h"

#define TRAVEL_JSON_DIAGNOSTICS 20000 /* of one message that are written; all are counted */

typedef enum err travel_write(void *user, struct str text);
/* source: what the objects call their file; NULL: nothing. Each object ends with a line feed. */
enum err travel_json(edifact_read *read, void *user, const char *source, struct date today,
                     travel_write *write, void *write_user, int64_t *ret_messages) NODISCARD;
