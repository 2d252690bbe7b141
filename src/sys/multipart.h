/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.h - a form with files: multipart/form-data (RFC 7578, RFC 2046 section 5.1) out of a whole body,
 * made strict. What is not well-formed is an error, never repaired. Parts are slices of the body: nothing of
 * a file is copied, so that wiping the body wipes it all. */
#pragma once
#include "base/arena.h"
#include "base/limits.h"

struct multipart_part {
    struct str name;      /* of the field; UTF-8, arena */
    struct str file_name; /* last segment of what the browser says; .p NULL: no file */
    struct str data;      /* slice of the body */
};
/* Is it the type of such a form? With ret_boundary not NULL: its boundary (slice). */
bool multipart_type(struct str content_type, struct str *ret_boundary);
/* ERR_BAD_REQUEST: boundary, head or end of a part is not as it must be; two parts of different kind with one
 * name are the caller's to judge. ERR_LIMIT: more than HTTP_MAX_PARTS, or a head over HTTP_MAX_PART_HEAD.
 * ERR_BAD_UTF8: a name, or the value of a field that is no file. */
enum err multipart_parse(struct arena *a, struct str boundary, struct str body, struct multipart_part **ret,
                         size_t *ret_n) NODISCARD;
