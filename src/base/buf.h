/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - a growing byte buffer with a limit. Failure is sticky: append freely, check once with buf_err(). */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct buf {
    char *p;      /* NUL-terminated whenever p is not NULL */
    size_t n, cap;
    size_t limit; /* 0 = BUF_LIMIT_DEFAULT */
    enum err err; /* first failure; later appends are dropped */
    bool wipes;   /* memory that is given back is wiped first, also when it grows */
};
void buf_free(struct buf *b);  /* also for CLEANUP; leaves an empty buffer */
void buf_clear(struct buf *b); /* keeps memory */
void buf_bytes(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_u8(struct buf *b, uint8_t v);
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);
void buf_hex(struct buf *b, const void *p, size_t n);
/* Escaped for text and double-quoted attributes; bad UTF-8 becomes U+FFFD. */
void buf_html(struct buf *b, struct str s);
void buf_csv(struct buf *b, struct str s);  /* one RFC 4180 cell, quoted when needed */
struct str buf_view(const struct buf *b);
enum err buf_err(const struct buf *b) NODISCARD;
/* Copies into the arena and frees the buffer, also when it fails. */
enum err buf_take(struct buf *b, struct arena *a, struct str *ret) NODISCARD;
