/* SPDX-License-Identifier: Apache-2.0 */
/* jsonin.h - strict JSON reading (jansson): the text is one object or array; duplicate keys, NUL, bad UTF-8, a depth over
 * JSON_MAX_DEPTH and numbers that do not fit are refused. Integers are 64 bit. */
#pragma once
#include "base/err.h"
#include "base/str.h"
#include <jansson.h>

/* ERR_BAD_JSON "line L column C: ..." (never quotes the text), ERR_LIMIT (over JSON_MAX_BYTES), ERR_NO_MEMORY. */
enum err json_read(struct str text, json_t **ret) NODISCARD;
void json_cleanup(json_t **j); /* for CLEANUP(json_cleanup) json_t *j = NULL */
