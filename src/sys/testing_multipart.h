/* SPDX-License-Identifier: Apache-2.0 */
/* testing_multipart.h - for test files only: a form that lies in memory, read in pieces of a chosen size. */
#pragma once
#include "base/buf.h"
#include "sys/multipart.h"

struct whole_part {
    struct multipart_part head;
    struct str data; /* arena */
};
struct in_pieces {
    struct str rest;
    size_t piece; /* bytes that the source gives at once, and that are read of a part at once */
};

static inline enum err next_piece(void *user, char *p, size_t max, size_t *ret_n)
{
    struct in_pieces *s = user;
    size_t n = s->rest.n < max ? s->rest.n : max;
    *ret_n = n = n < s->piece ? n : s->piece;
    if (n)
        memcpy(p, s->rest.p, n);
    s->rest = str_sub(s->rest, n, s->rest.n);
    return OK;
}

static inline enum err whole_data(struct multipart *m, struct arena *a, size_t piece, struct whole_part *p)
{
    struct buf all CLEANUP(buf_free) = {0};
    char some[4096];
    size_t n;
    if (!p->head.file_name.p)
        return multipart_value(m, a, 1u << 20, &p->data);
    do {
        TRY(multipart_data(m, some, piece < sizeof some ? piece : sizeof some, &n));
        buf_bytes(&all, some, n);
    } while (n);
    return buf_take(&all, a, &p->data);
}

/* ret has room for HTTP_MAX_PARTS + 1. */
static inline enum err multipart_whole(struct arena *a, struct str boundary, struct str body, size_t piece,
                                       struct whole_part *ret, size_t *ret_n)
{
    struct multipart *m CLEANUP(multipart_close) = NULL;
    struct in_pieces source = {body, piece};
    *ret_n = 0;
    TRY(multipart_open(boundary, next_piece, &source, &m));
    for (bool more = true;;) {
        TRY(multipart_next(m, a, &ret[*ret_n].head, &more));
        if (!more)
            return OK;
        TRY(whole_data(m, a, piece, &ret[*ret_n]));
        ++*ret_n;
    }
}
