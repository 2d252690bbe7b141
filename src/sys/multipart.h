/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.h - a form with files: multipart/form-data (RFC 7578, RFC 2046 section 5.1), made strict, read
 * part by part while it comes. What is not well-formed is an error, never repaired. Memory is one window of
 * MULTIPART_WINDOW bytes, however long the form is; it is wiped at the end. */
#pragma once
#include "base/arena.h"
#include "base/limits.h"

#define MULTIPART_WINDOW (64u << 10)

struct multipart_part {
    struct str name;      /* of the field; UTF-8, arena */
    struct str file_name; /* last segment of what the browser says; .p NULL: no file */
};
/* Is it the type of such a form? With ret_boundary not NULL: its boundary (slice). */
bool multipart_type(struct str content_type, struct str *ret_boundary);

/* The next bytes of the form, at most max; 0 at its end. */
typedef enum err multipart_source(void *user, char *p, size_t max, size_t *ret_n);
struct multipart;
/* ERR_BAD_REQUEST: no boundary. */
enum err multipart_open(struct str boundary, multipart_source *source, void *user,
                        struct multipart **ret) NODISCARD;
void multipart_close(struct multipart **m); /* for CLEANUP; NULL is fine */
/* The head of the next part; what was not read of the last one is passed over. *ret_more false: that was the
 * last. ERR_BAD_REQUEST: boundary, head or end of a part is not as it must be, or something follows the last;
 * two parts of different kind with one name are the caller's to judge. ERR_LIMIT: more than HTTP_MAX_PARTS,
 * or a head over HTTP_MAX_PART_HEAD. ERR_BAD_UTF8: a name. Errors of the source. */
enum err multipart_next(struct multipart *m, struct arena *a, struct multipart_part *ret,
                        bool *ret_more) NODISCARD;
/* The next bytes of the present part, at most max (> 0); 0 at its end. ERR_BAD_REQUEST: it has no end. */
enum err multipart_data(struct multipart *m, char *p, size_t max, size_t *ret_n) NODISCARD;
/* The whole present part as the value of a field. ERR_LIMIT: over max bytes. ERR_BAD_UTF8. */
enum err multipart_value(struct multipart *m, struct arena *a, size_t max, struct str *ret) NODISCARD;
