/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/limits.h"
#include "sys/form.h"
#include "sys/http_int.h"
#include <strings.h>

static bool header_ok(struct str name, struct str value)
{
    static const char *const ours[] = {"content-length", "transfer-encoding", "date"};
    if (!form_token_ok(name))
        return false;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (name.n == strlen(ours[i]) && strncasecmp(name.p, ours[i], name.n) == 0)
            return false;
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7F)
            return false;
    return true;
}

void http_add(struct http_response *r, const char *name, const char *value)
{
    struct http_pair pair = {str_of(name), str_of(value)};
    if (r->nheaders < sizeof r->headers / sizeof *r->headers && header_ok(pair.name, pair.value))
        r->headers[r->nheaders++] = pair;
    else
        r->status = 500;
}

/* The handler's answer as the library wants it; takes the body. NULL when memory ran out. */
static struct MHD_Response *build(struct exchange *x, struct http_response *r)
{
    if (buf_err(&r->body) || r->status < 200 || r->status > 599)
        r->status = 500;
    bool none = buf_err(&r->body) || r->body.n == 0 || r->status == 204 || r->status == 304;
    struct MHD_Response *m =
        none ? MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT)
             : MHD_create_response_from_buffer_with_free_callback_cls(r->body.n, r->body.p, mem_free,
                                                                      r->body.p);
    x->answer_bytes = none ? 0 : r->body.n;
    if (!m || none)
        buf_free(&r->body);
    bool ok = m && (!x->close || MHD_add_response_header(m, "Connection", "close") == MHD_YES);
    for (size_t i = 0; ok && i < r->nheaders; i++) {
        struct http_pair pair = r->headers[i];
        if (!header_ok(pair.name, pair.value))
            r->status = 500;
        else if (pair.value.n > 0) {
            const char *name = arena_cstr(x->arena, pair.name), *value = arena_cstr(x->arena, pair.value);
            x->close |= name && strcasecmp(name, "Connection") == 0;
            ok = name && value && MHD_add_response_header(m, name, value) == MHD_YES;
        }
    }
    if (m && !ok) {
        MHD_destroy_response(m);
        m = NULL;
    }
    x->status = r->status;
    return m;
}

static struct exchange *take(struct http_server *s, bool *ret_stopping)
{
    pthread_mutex_lock(&s->lock);
    while (!s->first && !s->quit)
        pthread_cond_wait(&s->work, &s->lock);
    struct exchange *x = s->first;
    if (x) {
        s->first = x->next;
        if (!s->first)
            s->last = NULL;
        s->queued--;
    }
    *ret_stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return x;
}

static void *work(void *p)
{
    struct http_worker *w = p;
    struct http_server *s = w->server;
    struct exchange *x;
    bool stopping;
    while ((x = take(s, &stopping))) {
        if (!stopping) { /* else it stays without an answer: 503 */
            struct http_response r = {.status = 200};
            x->request.worker = w->index;
            s->config.handler(s->config.user, &x->request, &r);
            x->response = build(x, &r);
        }
        if (!x->request.stream)
            MHD_resume_connection(x->mhd); /* from here on x is the library's thread's again */
        else if (http_stream_done(x))
            http_exchange_free(x); /* nobody waits for the answer */
    }
    return NULL;
}

static bool take_place(struct http_server *s, bool suspends)
{
    pthread_mutex_lock(&s->lock);
    bool room = s->queued < s->queue_max && !s->stopping;
    if (room) {
        s->queued++;
        s->suspended += suspends;
    }
    pthread_mutex_unlock(&s->lock);
    return room;
}

static void queue_up(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    if (s->last)
        s->last->next = x;
    else
        s->first = x;
    s->last = x;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

bool http_work_put(struct http_server *s, struct exchange *x)
{
    if (!take_place(s, true))
        return false;
    x->suspended = true;
    MHD_suspend_connection(x->mhd); /* before any worker can resume it */
    queue_up(s, x);
    return true;
}

bool http_work_put_stream(struct http_server *s, struct exchange *x)
{
    if (!take_place(s, false))
        return false;
    queue_up(s, x);
    return true;
}

enum err http_work_start(struct http_server *s)
{
    s->workers = mem_alloc((size_t)s->nworkers * sizeof *s->workers);
    if (!s->workers)
        return mem_fail();
    for (; s->started < s->nworkers; s->started++) {
        struct http_worker *w = &s->workers[s->started];
        *w = (struct http_worker){.server = s, .index = s->started};
        if (pthread_create(&w->thread, NULL, work, w) != 0)
            return FAIL(ERR_NO_MEMORY, "only %d of %d worker threads", s->started, s->nworkers);
    }
    return OK;
}

void http_quit(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->work);
    pthread_cond_broadcast(&s->tick);
    pthread_mutex_unlock(&s->lock);
}

void http_work_stop(struct http_server *s)
{
    http_quit(s);
    while (s->started > 0)
        pthread_join(s->workers[--s->started].thread, NULL);
    mem_free(s->workers);
    s->workers = NULL;
}
