/* SPDX-License-Identifier: Apache-2.0 */
/* body.h - the JSON body of a request as flat values. Apart from the rest, because jansson's names and those of
 * base/json.h do not fit into one file. */
#pragma once
#include "base/arena.h"

struct body_value {
    struct str name, value;
    const char *state; /* {"state": "unknown"}; NULL for a value */
};
struct body {
    struct str id;   /* "" when not given */
    int64_t version; /* -1 when not given */
    struct body_value *values;
    size_t n;
};
/* One flat object: "id", "version", and names with a text, whole number, true or false, a list of these (an empty one
 * gives one empty value), or a state. Copies into the arena. Errors name the member by its place, never by its name,
 * which a person may have typed. ERR_BAD_JSON, ERR_BAD_REQUEST, ERR_FIELD, ERR_LIMIT (HTTP_MAX_FIELDS). */
enum err body_read(struct str json, struct arena *a, struct body *ret) NODISCARD;
