/* SPDX-License-Identifier: Apache-2.0 */
/* str.h - a slice of bytes {p, n}: not owned, not NUL-terminated unless said, text is UTF-8. */
#pragma once
#include "base/err.h"
#include <stdint.h>

struct str {
    const char *p;
    size_t n;
};
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

struct str str_of(const char *c);           /* NULL gives the empty slice */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *c);
int str_cmp(struct str a, struct str b);    /* bytewise, as memcmp then length */
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
struct str str_sub(struct str s, size_t from, size_t n); /* clamped */
struct str str_trim(struct str s);          /* ASCII white space */
ptrdiff_t str_find(struct str s, char c);   /* -1 if absent */
/* Cuts at the first sep: *ret_head before, *rest after. False when s was empty and nothing is left. */
bool str_cut(struct str *rest, char sep, struct str *ret_head);
/* The whole slice, decimal, no sign but '-'; ERR_FIELD. */
enum err str_i64(struct str s, int64_t min, int64_t max, int64_t *ret) NODISCARD;
bool str_utf8_ok(struct str s);             /* well-formed UTF-8 without NUL, surrogates, overlong forms */
size_t str_utf8_len(struct str s, size_t at); /* bytes of the sequence there: 1..4; 0 if ill-formed or NUL */
size_t str_utf8_count(struct str s);        /* code points of a well-formed slice */
/* Next code point from *at (advanced); -1 at the end; U+FFFD for a byte that is not well-formed UTF-8. */
int32_t str_utf8_next(struct str s, size_t *at);
uint64_t str_hash(struct str s);            /* for tables in memory only: keyed per process */
uint64_t str_siphash(struct str s, const uint8_t key[16]); /* SipHash-2-4, what str_hash uses */
