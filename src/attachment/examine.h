/* SPDX-License-Identifier: Apache-2.0 */
/* examine.h - what a file is, asked of a child without rights (sys/sandbox.h), and its hash, made here.
 *
 * Nothing of the content is interpreted in this process. Where the system refuses a sandbox, the type is
 * "unchecked" and there is no picture; what the child says is checked like any other input. */
#pragma once
#include "base/buf.h"
#include "core/door.h"
#include "sys/sandbox.h"

#define EXAMINE_PREVIEW_MAX (96u << 10)

enum examine_for { EXAMINE_HASH /* no child */, EXAMINE_BLURRED, EXAMINE_CLEAR };
struct examined {
    char sha256[65];
    const char *type; /* constant */
    bool macros, camera_data, place_data;
    int64_t width, height;
    struct str picture; /* PNG; empty: none */
};
struct examine; /* one file */
enum err examine_start(enum examine_for what, struct examine **ret) NODISCARD;
void examine_add(struct examine *x, struct str piece);
enum err examine_end(struct examine *x, struct arena *a, struct examined *ret) NODISCARD;
void examine_cleanup(struct examine **x); /* NULL is fine; ends the child */

/* As lines of text, for the way from the slow part of an action to its body. */
void examined_write(const struct examined *x, struct buf *out);
enum err examined_read(struct str text, struct arena *a, struct examined *ret) NODISCARD;
/* As what is kept of the file. */
enum err examined_pairs(const struct examined *x, struct str file_name, struct arena *a, struct pair *ret,
                        size_t max, size_t *ret_n) NODISCARD;
