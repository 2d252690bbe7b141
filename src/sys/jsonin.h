/* SPDX-License-Identifier: Apache-2.0 */
/* jsonin.h - strict JSON reading (jansson: duplicate keys, NUL, bad UTF-8, depth and size over the limits are refused). */
#pragma once
#include "base/err.h"
#include "base/str.h"
#include <jansson.h>

enum err json_read(struct str text, json_t **ret) NODISCARD; /* ERR_BAD_JSON "line L column C"; never quotes the text */
void json_cleanup(json_t **j);
