/* SPDX-License-Identifier: Apache-2.0 */
/* http_stream.c - the body of a form with files, handed to its handler while it comes.
 *
 * The library's thread puts what it reads into a ring of HTTP_STREAM_BYTES; the worker takes it out
 * (http_read). Is the ring full, the connection sleeps until there is room, so that the sender waits and no
 * memory grows. The exchange belongs to both; whoever is last frees it: the library's thread, unless the
 * client went away before the handler was done. */
#include "base/alloc.h"
#include "base/limits.h"
#include "sys/crypto.h"
#include "sys/http_int.h"

#define LOOK_UP_MS 250 /* how often who waits for bytes asks whether the server stops */

struct http_stream {
    struct exchange *x;
    pthread_mutex_t lock;
    pthread_cond_t some;
    char *ring;
    size_t start, n;
    bool held;  /* the connection sleeps: the ring is full, or the body is whole and has no answer yet */
    bool ended; /* nothing more comes */
    bool gone;  /* the client is; the worker frees the exchange */
    bool done;  /* the handler is; what still comes is thrown away */
};

bool http_stream_start(struct exchange *x)
{
    struct http_stream *st = mem_alloc(sizeof *st);
    char *ring = mem_alloc(HTTP_STREAM_BYTES);
    bool room = atomic_fetch_add(&x->server->streams, 1) < HTTP_STREAMS_MAX;
    if (!st || !ring || !room) {
        atomic_fetch_sub(&x->server->streams, 1);
        mem_free(ring);
        mem_free(st);
        return false;
    }
    *st = (struct http_stream){.x = x, .ring = ring};
    pthread_mutex_init(&st->lock, NULL);
    pthread_cond_init(&st->some, NULL);
    x->request.stream = st;
    return true;
}

void http_stream_free(struct exchange *x)
{
    struct http_stream *st = x->request.stream;
    if (!st)
        return;
    atomic_fetch_sub(&x->server->streams, 1);
    secret_wipe(st->ring, HTTP_STREAM_BYTES);
    mem_free(st->ring);
    pthread_cond_destroy(&st->some);
    pthread_mutex_destroy(&st->lock);
    mem_free(st);
    x->request.stream = NULL;
}

/* ---- the library's thread */

static size_t put(struct http_stream *st, const char *p, size_t n)
{
    size_t room = HTTP_STREAM_BYTES - st->n, took = n < room ? n : room;
    for (size_t left = took; left > 0;) {
        size_t end = (st->start + st->n) % HTTP_STREAM_BYTES, piece = HTTP_STREAM_BYTES - end;
        piece = left < piece ? left : piece;
        memcpy(st->ring + end, p + (took - left), piece);
        st->n += piece;
        left -= piece;
    }
    return took;
}

size_t http_stream_put(struct exchange *x, const char *p, size_t n)
{
    struct http_stream *st = x->request.stream;
    pthread_mutex_lock(&st->lock);
    size_t took = st->done ? n : put(st, p, n);
    if (took < n) {
        st->held = true;
        http_hold(x);
    }
    pthread_cond_signal(&st->some);
    pthread_mutex_unlock(&st->lock);
    return took;
}

bool http_stream_end(struct exchange *x)
{
    struct http_stream *st = x->request.stream;
    pthread_mutex_lock(&st->lock);
    bool done = st->done;
    st->ended = true;
    if (!done) {
        st->held = true;
        http_hold(x);
    }
    pthread_cond_signal(&st->some);
    pthread_mutex_unlock(&st->lock);
    return done;
}

bool http_stream_leave(struct exchange *x)
{
    struct http_stream *st = x->request.stream;
    if (!st)
        return true;
    pthread_mutex_lock(&st->lock);
    bool done = st->done;
    st->gone = true;
    pthread_cond_signal(&st->some);
    pthread_mutex_unlock(&st->lock);
    return done;
}

/* ---- the worker */

static void wake_connection(struct http_stream *st)
{
    if (!st->held)
        return;
    st->held = false;
    MHD_resume_connection(st->x->mhd);
}

bool http_stream_done(struct exchange *x)
{
    struct http_stream *st = x->request.stream;
    pthread_mutex_lock(&st->lock);
    bool gone = st->gone;
    st->done = true;
    if (!gone)
        wake_connection(st);
    pthread_mutex_unlock(&st->lock); /* from here on x is the library's thread's, unless the client is gone */
    return gone;
}

static bool is_stopping(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

static enum err wait_for_some(struct http_stream *st)
{
    while (st->n == 0 && !st->ended) {
        struct timespec until;
        if (st->gone)
            return FAIL(ERR_IO, "the sender went away");
        if (is_stopping(st->x->server))
            return FAIL(ERR_BUSY, "the server stops");
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_UP_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&st->some, &st->lock, &until);
    }
    return st->gone ? FAIL(ERR_IO, "the sender went away") : OK;
}

static size_t take(struct http_stream *st, char *p, size_t max)
{
    size_t took = 0;
    while (took < max && st->n > 0) {
        size_t piece = HTTP_STREAM_BYTES - st->start;
        piece = st->n < piece ? st->n : piece;
        piece = max - took < piece ? max - took : piece;
        memcpy(p + took, st->ring + st->start, piece);
        secret_wipe(st->ring + st->start, piece);
        st->start = (st->start + piece) % HTTP_STREAM_BYTES;
        st->n -= piece;
        took += piece;
    }
    return took;
}

enum err http_read(const struct http_request *r, char *p, size_t max, size_t *ret_n)
{
    struct http_stream *st = r->stream;
    *ret_n = 0;
    if (!st)
        return FAIL(ERR_INTERNAL, "this body is no stream");
    pthread_mutex_lock(&st->lock);
    enum err e = wait_for_some(st);
    if (e == OK)
        *ret_n = take(st, p, max);
    if (!st->ended && st->n <= HTTP_STREAM_BYTES / 2)
        wake_connection(st);
    pthread_mutex_unlock(&st->lock);
    return e;
}
