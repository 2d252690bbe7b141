/* SPDX-License-Identifier: Apache-2.0 */
/* testing_http.h - for test files only: a real server on 127.0.0.1 and a client that speaks raw bytes. */
#pragma once
#include "base/testing.h"
#include "sys/http.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 20 /* nothing is expected to take so long; only a hanging test meets it */
#define GET_A      "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n"

/* --- the server under test --- */

static struct {
    struct http_server *server;
    atomic_int calls, hidden, refusals, last_refusal, workers_seen, broken;
    sem_t entered, leave; /* of /block */
} t;

/* Echoes what it was asked; the path chooses what else. */
static inline void describe(const struct http_request *q, struct buf *b)
{
    buf_printf(b, "%.*s %.*s %zu %zu", STR_FMT(q->method), STR_FMT(q->path), q->nquery, q->body.n);
    for (size_t i = 0; i < q->nheaders; i++)
        if (!str_is(q->headers[i].name, "host"))
            buf_printf(b, " [%.*s=%.*s]", STR_FMT(q->headers[i].name), STR_FMT(q->headers[i].value));
}

static inline void answer_form(const struct http_request *q, struct http_response *r)
{
    struct http_pair *p;
    size_t n = 0;
    enum err err = http_form(q, &p, &n);
    if (err)
        r->status = err_row(err)->http;
    for (size_t i = 0; i < n; i++)
        buf_printf(&r->body, "(%.*s=%.*s)", STR_FMT(p[i].name), STR_FMT(p[i].value));
    buf_printf(&r->body, " s=%.*s x=%.*s", STR_FMT(http_cookie(q, "s")), STR_FMT(http_query(q, "x")));
}

#define HUGE_BYTES (32u << 20)

/* Counts what comes; "/up/none" asks for nothing of it, "/up/late" waits first. */
static inline void answer_stream(const struct http_request *q, struct http_response *r)
{
    size_t all = 0, n = 1;
    uint32_t sum = 0;
    enum err e = OK;
    if (str_is(q->path, "/up/late") || str_is(q->path, "/up/late-none")) {
        sem_post(&t.entered);
        sem_wait(&t.leave);
    }
    while (!str_ends(q->path, "none") && e == OK && n > 0) {
        char piece[3000];
        e = http_read(q, piece, sizeof piece, &n);
        for (size_t i = 0; i < n; i++)
            sum = sum * 31 + (uint8_t)piece[i];
        all += n;
    }
    if (e != OK) {
        atomic_fetch_add(&t.broken, 1);
        r->status = 503;
    }
    buf_printf(&r->body, "stream %zu %u", all, (unsigned)sum);
}

static inline void answer(void *user, const struct http_request *q, struct http_response *r)
{
    (void)user;
    if (q->stream) {
        atomic_fetch_add(&t.calls, 1);
        answer_stream(q, r);
        return;
    }
    atomic_fetch_add(&t.calls, 1);
    atomic_fetch_or(&t.workers_seen, 1 << q->worker);
    if (str_is(q->path, "/hidden"))
        atomic_fetch_add(&t.hidden, 1);
    if (str_is(q->path, "/block")) {
        sem_post(&t.entered);
        sem_wait(&t.leave);
    }
    if (str_is(q->path, "/split"))
        http_add(r, "X-Split", "a\r\nX-Evil: b");
    if (str_is(q->path, "/name"))
        http_add(r, "X Evil", "b");
    if (str_is(q->path, "/ours"))
        http_add(r, "content-length", "3");
    for (int i = 0; i < 25 && str_is(q->path, "/many"); i++)
        http_add(r, "X-Many", "1");
    if (str_is(q->path, "/slice")) /* not through http_add, not NUL-terminated, a line end inside */
        r->headers[r->nheaders++] = (struct http_pair){STR("X-Split"), {"a\nb", 3}};
    if (str_is(q->path, "/none"))
        r->status = 204;
    if (str_is(q->path, "/odd"))
        r->status = 42;
    if (str_is(q->path, "/overfull")) {
        r->body.limit = 8;
        buf_c(&r->body, "123456789");
    }
    if (str_is(q->path, "/goodbye"))
        http_add(r, "Connection", "close");
    while (str_is(q->path, "/huge") && r->body.n < HUGE_BYTES)
        buf_bytes(&r->body, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n", 64);
    http_add(r, "Content-Type", "text/plain; charset=utf-8");
    http_add(r, "X-Empty", "");
    if (str_is(q->path, "/form"))
        answer_form(q, r);
    else if (!str_is(q->path, "/empty"))
        describe(q, &r->body);
}

static inline void refused(void *user, int status, const char *reason)
{
    (void)user;
    if (reason && *reason)
        atomic_store(&t.last_refusal, status);
    atomic_fetch_add(&t.refusals, 1);
}

static inline void reset_counters(void)
{
    atomic_store(&t.calls, 0);
    atomic_store(&t.hidden, 0);
    atomic_store(&t.refusals, 0);
    atomic_store(&t.last_refusal, 0);
    atomic_store(&t.workers_seen, 0);
    atomic_store(&t.broken, 0);
}

static inline void begin(struct http_config config)
{
    reset_counters();
    sem_init(&t.entered, 0, 0);
    sem_init(&t.leave, 0, 0);
    config.address = "127.0.0.1";
    config.handler = answer;
    config.refused = refused;
    if (!config.workers)
        config.workers = 2;
    assert_ok(http_start(&config, &t.server));
    assert_true(http_port(t.server) > 0);
}

static inline void end(void)
{
    http_stop(t.server);
    t.server = NULL;
    sem_destroy(&t.entered);
    sem_destroy(&t.leave);
}

/* --- the client --- */

struct client {
    int fd;
    char bytes[(64 << 10) + 1]; /* received and not yet taken */
    size_t n;
    bool closed;
    char statuses[64]; /* "200 400" */
    char last[4096];   /* the last body, cut */
    size_t last_n;     /* how much of it came */
    char head[4096];   /* the last head */
};

static inline struct client *dial(void)
{
    struct client *c = test_calloc(1, sizeof *c);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(t.server))};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int yes = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(c->fd >= 0);
    assert_return_code(setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), errno);
    assert_return_code(setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), errno);
    assert_return_code(setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), errno);
    assert_return_code(connect(c->fd, (struct sockaddr *)&to, sizeof to), errno);
    return c;
}

static inline void hang_up(struct client *c)
{
    close(c->fd);
    test_free(c);
}

/* The server may hang up while it is being sent to. */
static inline bool say(struct client *c, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(c->fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

static inline void say_c(struct client *c, const char *text)
{
    assert_true(say(c, text, strlen(text)));
}

/* More bytes; false at the end of the connection. */
static inline bool hear(struct client *c)
{
    if (c->closed)
        return false;
    assert_true(c->n < sizeof c->bytes - 1);
    ssize_t n = recv(c->fd, c->bytes + c->n, sizeof c->bytes - 1 - c->n, 0);
    if (n < 0 && errno != ECONNRESET)
        fail_msg("the server neither answers nor hangs up (%s); so far: %s", strerrordesc_np(errno),
                 c->statuses);
    c->closed = n <= 0;
    c->n += n > 0 ? (size_t)n : 0;
    c->bytes[c->n] = '\0';
    return !c->closed;
}

/* Takes n bytes off the front, the first of them into text. Returns how many there were before the end. */
static inline size_t take(struct client *c, size_t n, char *text, size_t size)
{
    size_t got = 0;
    while (got < n && (c->n > 0 || hear(c))) {
        size_t piece = c->n < n - got ? c->n : n - got;
        if (got < size)
            snprintf(text + got, size - got, "%.*s", (int)piece, c->bytes);
        c->n -= piece;
        memmove(c->bytes, c->bytes + piece, c->n + 1);
        got += piece;
    }
    return got;
}

/* Takes one answer off the front; 0 at the end of the connection, -1 when it ends within an answer. Each has
 * a date, none tells what serves it. */
static inline int next_status(struct client *c, bool to_head)
{
    char *end;
    while (!(end = strstr(c->bytes, "\r\n\r\n")))
        if (!hear(c)) {
            if (c->n == 0)
                return 0;
            snprintf(c->statuses + strlen(c->statuses), sizeof c->statuses - strlen(c->statuses), "~");
            return -1;
        }
    size_t head = (size_t)(end + 4 - c->bytes);
    int status = 0;
    snprintf(c->head, sizeof c->head, "%.*s", (int)head, c->bytes);
    assert_int_equal(sscanf(c->head, "HTTP/1.1 %3d ", &status), 1);
    if (status != 100) {
        assert_non_null(strstr(c->head, "\r\nDate: "));
        assert_null(strcasestr(c->head, "\r\nServer:"));
    }
    const char *length = strstr(c->head, "\r\nContent-Length: ");
    size_t body = length && !to_head ? strtoul(length + 18, NULL, 10) : 0;
    c->n -= head;
    memmove(c->bytes, c->bytes + head, c->n + 1);
    c->last[0] = '\0';
    c->last_n = take(c, body, c->last, sizeof c->last);
    size_t at = strlen(c->statuses);
    snprintf(c->statuses + at, sizeof c->statuses - at, "%s%d", at ? " " : "", status);
    return c->last_n == body ? status : -1;
}

static inline int ask(struct client *c, const char *request)
{
    say_c(c, request);
    return next_status(c, false);
}

/* The server is well: a new connection gets its answer. */
static inline void assert_alive(void)
{
    struct client *c = dial();
    assert_int_equal(ask(c, GET_A), 200);
    hang_up(c);
}

/* config.refused may be called a moment after the client sees the end. */
static inline void await(atomic_int *counter, int at_least)
{
    for (int i = 0; i < PATIENCE_S * 1000 && atomic_load(counter) < at_least; i++)
        usleep(1000);
}
