/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/alloc.h"
#include "base/limits.h"
#include <stdarg.h>

#define CAP_FIRST 128

void buf_free(struct buf *b)
{
    if (b->wipes && b->p)
        explicit_bzero(b->p, b->cap);
    mem_free(b->p);
    *b = (struct buf){.limit = b->limit, .wipes = b->wipes};
}

/* As mem_resize, which may leave a copy behind. */
static char *move_wiped(struct buf *b, size_t cap)
{
    char *p = mem_alloc(cap);
    if (!p)
        return NULL;
    if (b->n)
        memcpy(p, b->p, b->n);
    if (b->p)
        explicit_bzero(b->p, b->cap);
    mem_free(b->p);
    return p;
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->err = OK;
    if (b->p)
        b->p[0] = '\0';
}

static bool drop(struct buf *b, enum err code)
{
    b->err = code;
    return false;
}

/* Room for n more bytes and the NUL. */
static bool grow(struct buf *b, size_t n)
{
    size_t limit = b->limit ? b->limit : BUF_LIMIT_DEFAULT;
    if (b->err)
        return false;
    if (n > limit || limit - n < b->n)
        return drop(b, FAIL(ERR_LIMIT, "more than %zu bytes of output", limit));
    size_t need = b->n + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : CAP_FIRST;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    char *p = b->wipes ? move_wiped(b, cap) : mem_resize(b->p, cap);
    if (!p)
        return drop(b, mem_fail());
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_bytes(struct buf *b, const void *p, size_t n)
{
    if (!grow(b, n))
        return;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
    buf_bytes(b, s.p, s.n);
}

void buf_c(struct buf *b, const char *s)
{
    buf_bytes(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    size_t room = b->err ? 0 : b->cap - b->n;
    int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, args);
    va_end(args);
    if (n < 0) {
        if (!b->err)
            drop(b, FAIL(ERR_LIMIT, "text that cannot be formatted"));
    } else if (grow(b, (size_t)n)) {
        if ((size_t)n >= room)
            vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    } else if (b->p) {
        b->p[b->n] = '\0'; /* the first try may have written behind the end */
    }
    va_end(again);
}

void buf_u8(struct buf *b, uint8_t v)
{
    buf_bytes(b, &v, 1);
}

void buf_be16(struct buf *b, uint16_t v)
{
    buf_bytes(b, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

void buf_be32(struct buf *b, uint32_t v)
{
    buf_bytes(b, (uint8_t[]){(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v}, 4);
}

void buf_be64(struct buf *b, uint64_t v)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(v >> (56 - 8 * i));
    buf_bytes(b, bytes, sizeof bytes);
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = p;
    if (n > SIZE_MAX / 4 || !grow(b, 2 * n)) {
        if (!b->err)
            drop(b, FAIL(ERR_LIMIT, "too many bytes for hex"));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        b->p[b->n++] = digits[from[i] >> 4];
        b->p[b->n++] = digits[from[i] & 15];
    }
    b->p[b->n] = '\0';
}

static const char *html_escape(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_html(struct buf *b, struct str s)
{
    size_t done = 0, at = 0;
    while (at < s.n) {
        size_t n = str_utf8_len(s, at);
        const char *instead = n == 0 ? "\xEF\xBF\xBD" : html_escape(s.p[at]);
        if (!instead) {
            at += n;
            continue;
        }
        buf_bytes(b, s.p + done, at - done);
        buf_c(b, instead);
        done = ++at;
    }
    if (s.n > done)
        buf_bytes(b, s.p + done, s.n - done);
}

void buf_csv(struct buf *b, struct str s)
{
    bool quote = s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n';
    if (!quote) {
        buf_str(b, s);
        return;
    }
    buf_char(b, '"');
    struct str rest = s;
    for (ptrdiff_t at; (at = str_find(rest, '"')) >= 0; rest = str_sub(rest, (size_t)at + 1, rest.n)) {
        buf_str(b, str_sub(rest, 0, (size_t)at + 1));
        buf_char(b, '"');
    }
    buf_str(b, rest);
    buf_char(b, '"');
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

enum err buf_err(const struct buf *b)
{
    return b->err;
}

enum err buf_take(struct buf *b, struct arena *a, struct str *ret)
{
    enum err err = b->err;
    if (!err) {
        struct str copy = arena_str(a, buf_view(b));
        if (copy.p)
            *ret = copy;
        else
            err = arena_err(a);
    }
    buf_free(b);
    return err;
}
