/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/http.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "sys/crypto.h"
#include "sys/form.h"
#include "sys/http_int.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKERS_DEFAULT 16
#define BACKLOG         511
#define FLUSH_S         2 /* http_stop waits so long for slow readers */

/* The head, the library's records of it (72 bytes for each header, query field, cookie), its copy of the
 * cookies, and the head of the answer. The library zeroes all of it after every request, so more would cost
 * more. */
#define POOL_BYTES (2 * (size_t)HTTP_MAX_HEADERS)

/* An answer without a handler is empty; nothing is to be made of it all the same. */
static const char *const canned_headers[][2] = {
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};
static const int canned_status[HTTP_CANNED] = {400, 401, 413, 414, 417, 431, 500, 501, 503, 505};

struct str http_header(const struct http_request *r, const char *lower_name)
{
    for (size_t i = 0; i < r->nheaders; i++)
        if (str_is(r->headers[i].name, lower_name))
            return r->headers[i].value;
    return (struct str){0};
}

struct str http_query(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->nquery; i++)
        if (str_is(r->query[i].name, name))
            return r->query[i].value;
    return (struct str){0};
}

struct str http_cookie(const struct http_request *r, const char *name)
{
    return form_cookie(http_header(r, "cookie"), str_of(name));
}

enum err http_form(const struct http_request *r, struct http_pair **ret, size_t *ret_n)
{
    if (!form_type_ok(http_header(r, "content-type")))
        return FAIL(ERR_MEDIA, "a form (application/x-www-form-urlencoded) was expected");
    return form_pairs(r->arena, r->body, ret, ret_n);
}

/* --- exchanges; all of this runs in the library's thread --- */

static void tell_refused(struct http_server *s, int status, const char *reason)
{
    if (s->config.refused)
        s->config.refused(s->config.user, status, reason);
}

static void drop_body(struct exchange *x)
{
    buf_free(&x->body);
    atomic_fetch_sub(&x->server->body_bytes, x->counted);
    x->counted = 0;
}

static void refuse(struct exchange *x, int status, const char *reason)
{
    x->refused = status;
    x->reason = reason;
    drop_body(x);
}

static enum MHD_Result queue_canned(struct http_server *s, struct MHD_Connection *mhd, int status)
{
    size_t i = 0;
    while (i < HTTP_CANNED - 1 && canned_status[i] != status)
        i++;
    return MHD_queue_response(mhd, (unsigned)canned_status[i], s->canned[i]);
}

static enum MHD_Result reply(struct exchange *x)
{
    struct http_server *s = x->server;
    enum MHD_Result result;
    http_watch_phase(s, x->connection, ANSWER, x->answer_bytes);
    if (x->refused)
        tell_refused(s, x->refused, x->reason);
    if (x->response && !x->refused) {
        result = MHD_queue_response(x->mhd, (unsigned)x->status, x->response);
    } else {
        x->close = true;
        result = queue_canned(s, x->mhd, x->refused ? x->refused : 503);
    }
    x->replied = result == MHD_YES;
    if (x->replied) {
        pthread_mutex_lock(&s->lock);
        s->answers++;
        pthread_mutex_unlock(&s->lock);
    }
    return result;
}

/* The request line has come. Keeps the raw target: the library splits and changes its own copy. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(0);
    struct exchange *x = arena ? ARENA_NEW(arena, struct exchange) : NULL;
    if (!x)
        return NULL;
    struct str target = str_of(uri);
    if (target.n <= HTTP_MAX_TARGET) {
        x->target = arena_str(arena, target);
        if (!x->target.p)
            return NULL;
    }
    x->server = s;
    x->mhd = mhd;
    x->connection = info ? info->socket_context : NULL;
    x->body.limit = s->config.max_body;
    x->arena = arena;
    x->request.arena = arena;
    arena = NULL;
    return x;
}

static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

void http_hold(struct exchange *x)
{
    struct http_server *s = x->server;
    http_watch_phase(s, x->connection, WORK, 0);
    x->suspended = true;
    pthread_mutex_lock(&s->lock);
    s->suspended++;
    pthread_mutex_unlock(&s->lock);
    MHD_suspend_connection(x->mhd);
}

void http_held(struct exchange *x)
{
    struct http_server *s = x->server;
    if (!x->suspended)
        return;
    x->suspended = false;
    http_watch_phase(s, x->connection, BODY, 0);
    pthread_mutex_lock(&s->lock);
    s->suspended--;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void start_stream(struct exchange *x)
{
    if (http_stream_start(x) && http_work_put_stream(x->server, x))
        return;
    http_stream_free(x);
    refuse(x, 503, "busy");
}

static enum MHD_Result on_head(struct exchange *x, const char *url, const char *method, const char *version)
{
    bool drain;
    http_check(x, url, method, version, &drain);
    http_watch_phase(x->server, x->connection, BODY, 0);
    if (x->upload && !x->refused)
        start_stream(x);
    return x->refused && !drain ? reply(x) : MHD_YES;
}

static enum MHD_Result on_piece(struct exchange *x, const char *p, size_t *n)
{
    http_held(x);
    size_t took = http_stream_put(x, p, *n);
    http_watch_progress(x->server, x->connection, took);
    secret_wipe((void *)(uintptr_t)p, took); /* the library's buffer, which it has given away */
    *n -= took;
    return MHD_YES;
}

static enum MHD_Result on_body(struct exchange *x, const char *p, size_t n)
{
    struct http_server *s = x->server;
    http_watch_progress(s, x->connection, n);
    if (!x->refused) {
        x->counted += n;
        if (atomic_fetch_add(&s->body_bytes, n) + n > HTTP_MAX_BODIES)
            refuse(x, 503, "busy");
        else
            buf_bytes(&x->body, p, n);
        if (x->body.err)
            refuse(x, x->body.err == ERR_LIMIT ? 413 : 503,
                   x->body.err == ERR_LIMIT ? "body-too-large" : "memory");
        return MHD_YES;
    }
    x->drained += n;
    if (x->drained <= HTTP_MAX_DRAIN)
        return MHD_YES;
    if (x->connection)
        http_send_bare(x->connection->fd, x->refused);
    tell_refused(s, x->refused, x->reason);
    x->told = true;
    return MHD_NO; /* cuts the connection */
}

static enum MHD_Result on_whole(struct exchange *x)
{
    struct http_server *s = x->server;
    if (x->request.stream) {
        http_held(x);
        return http_stream_end(x) ? reply(x) : MHD_YES;
    }
    if (x->suspended) { /* the worker is done */
        drop_body(x);
        enum MHD_Result result = reply(x); /* counts the answer, before the request is not counted any more */
        x->suspended = false;
        pthread_mutex_lock(&s->lock);
        s->suspended--;
        pthread_cond_broadcast(&s->changed);
        pthread_mutex_unlock(&s->lock);
        return result;
    }
    if (!x->refused) {
        x->request.body = buf_view(&x->body);
        http_watch_phase(s, x->connection, WORK, 0);
        if (http_work_put(s, x))
            return MHD_YES;
        refuse(x, 503, "busy");
    }
    return reply(x);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *body, size_t *body_size, void **context)
{
    struct exchange *x = *context;
    if (!x) {
        tell_refused(cls, 503, "memory");
        return queue_canned(cls, mhd, 503);
    }
    if (!x->checked) {
        x->checked = true;
        return on_head(x, url, method, version);
    }
    if (*body_size == 0)
        return on_whole(x);
    if (x->request.stream)
        return on_piece(x, body, body_size);
    size_t n = *body_size;
    *body_size = 0;
    return on_body(x, body, n);
}

void http_exchange_free(struct exchange *x)
{
    http_stream_free(x);
    if (x->response)
        MHD_destroy_response(x->response);
    arena_free(x->arena);
}

/* An answer that the library gave by itself (bad chunk, too large a head, ...) is known only here. */
static void tell_library_refusal(struct exchange *x, enum MHD_RequestTerminationCode how)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_HTTP_STATUS);
    if (x->told || http_watch_expired(x->server, x->connection))
        return;
    if (info && info->http_status >= 400)
        tell_refused(x->server, (int)info->http_status, "malformed");
    else if (how == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED)
        tell_refused(x->server, 408, "timeout");
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode how)
{
    struct http_server *s = cls;
    struct exchange *x = *context;
    (void)mhd;
    if (!x)
        return;
    *context = NULL;
    if (!x->replied && !x->suspended)
        tell_library_refusal(x, how);
    pthread_mutex_lock(&s->lock);
    s->suspended -= x->suspended;
    s->answers -= x->replied;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    http_watch_phase(s, x->connection, x->replied && !x->close ? HEAD : ANSWER, 0);
    drop_body(x);
    if (http_stream_leave(x))
        http_exchange_free(x);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode how)
{
    struct http_server *s = cls;
    if (how == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = info ? http_watch_add(s, info->connect_fd) : NULL;
        return;
    }
    if (http_watch_unheard(s, *context))
        tell_refused(s, 400, "request-line");
    http_watch_remove(s, *context);
    *context = NULL;
}

/* --- start and stop --- */

static enum err bind_error(int error, int port)
{
    if (error == EADDRINUSE)
        return FAIL(ERR_BUSY, "port %d is taken", port);
    if (error == EACCES || error == EADDRNOTAVAIL)
        return FAIL(ERR_CONFIG, "port %d cannot be used: %s", port, strerrordesc_np(error));
    return FAIL(ERR_IO, "no listening socket: %s", strerrordesc_np(error));
}

static enum err listen_on(const struct http_config *config, int *ret_fd, int *ret_port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t n = sizeof at.v4;
    if (config->port < 0 || config->port > 65535)
        return FAIL(ERR_CONFIG, "port %d", config->port);
    if (inet_pton(AF_INET, config->address, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = htons((uint16_t)config->port);
    } else if (inet_pton(AF_INET6, config->address, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = htons((uint16_t)config->port);
        n = sizeof at.v6;
    } else {
        return FAIL(ERR_CONFIG, "the address to listen on is no IP address");
    }
    int fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return bind_error(errno, config->port);
    int yes = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, &at.any, n) < 0 || listen(fd, BACKLOG) < 0 || getsockname(fd, &at.any, &n) < 0) {
        int error = errno;
        close(fd);
        return bind_error(error, config->port);
    }
    *ret_fd = fd;
    *ret_port = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return OK;
}

static enum err make_canned(struct http_server *s)
{
    for (size_t i = 0; i < HTTP_CANNED; i++) {
        struct MHD_Response *r =
            MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
        s->canned[i] = r;
        bool ok = r && MHD_add_response_header(r, "Connection", "close") == MHD_YES;
        for (size_t h = 0; ok && h < sizeof canned_headers / sizeof *canned_headers; h++)
            ok = MHD_add_response_header(r, canned_headers[h][0], canned_headers[h][1]) == MHD_YES;
        if (!ok || (canned_status[i] == 503 && MHD_add_response_header(r, "Retry-After", "2") != MHD_YES))
            return mem_fail();
    }
    return OK;
}

static enum err start_library(struct http_server *s, int fd)
{
    s->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL,
                         NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                         (unsigned)HTTP_MAX_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES,
                         /* The watcher is the clock; this one only stands behind it. */
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->config.timeout_s + 2,
#if MHD_VERSION >= 0x01000000
                         MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#endif
                         /* No MHD_OPTION_STRICT_FOR_CLIENT: in 0.9.75 it hangs up without an answer on what
                            http_check answers. */
                         MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK,
                         keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                         MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (s->daemon)
        return OK;
    close(fd);
    return FAIL(ERR_IO, "the HTTP library did not start");
}

static void free_server(struct http_server *s)
{
    http_work_stop(s);
    http_watch_stop(s);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    for (size_t i = 0; i < HTTP_CANNED; i++)
        if (s->canned[i])
            MHD_destroy_response(s->canned[i]);
    pthread_cond_destroy(&s->changed);
    pthread_cond_destroy(&s->tick);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

static enum err start_threads(struct http_server *s)
{
    int fd;
    TRY(make_canned(s));
    TRY(http_work_start(s));
    TRY(http_watch_start(s));
    TRY(listen_on(&s->config, &fd, &s->port));
    return start_library(s, fd);
}

enum err http_start(const struct http_config *config, struct http_server **ret)
{
    if (!config->handler || !config->address)
        return FAIL(ERR_CONFIG, "no handler or no address");
    struct http_server *s = mem_alloc(sizeof *s);
    if (!s)
        return mem_fail();
    s->config = *config;
    s->nworkers = config->workers > 0 ? config->workers : WORKERS_DEFAULT;
    s->queue_max = config->queue ? config->queue : HTTP_QUEUE_MAX;
    if (config->timeout_s <= 0)
        s->config.timeout_s = HTTP_TIMEOUT_S;
    if (!config->max_body)
        s->config.max_body = HTTP_MAX_BODY;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->tick, &monotonic);
    pthread_cond_init(&s->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);

    sigset_t all, before; /* signals are for the caller's threads */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    enum err err = start_threads(s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err) {
        free_server(s);
        return err;
    }
    *ret = s;
    return OK;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

void http_stop(struct http_server *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true; /* new requests get 503, waiting ones too; running ones end */
    while (s->suspended > 0)
        pthread_cond_wait(&s->changed, &s->lock);
    int64_t until = env_monotonic_us() + FLUSH_S * 1000000;
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    while (s->answers > 0 && pthread_cond_timedwait(&s->changed, &s->lock, &at) == 0)
        ;
    pthread_mutex_unlock(&s->lock);
    free_server(s);
}
