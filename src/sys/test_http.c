/* SPDX-License-Identifier: Apache-2.0 */
/* A real server on 127.0.0.1 and raw bytes over sockets: test_http_cases.def, and what needs more than one
 * connection. */
#include "base/limits.h"
#include "base/testing.h"
#include "sys/http.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 20 /* nothing is expected to take so long; only a hanging test meets it */
#define GET_A      "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n"

/* --- the server under test --- */

static struct {
    struct http_server *server;
    atomic_int calls, hidden, refusals, last_refusal;
    sem_t entered, leave; /* of /block */
} t;

static void answer(void *user, const struct http_request *q, struct http_response *r)
{
    (void)user;
    atomic_fetch_add(&t.calls, 1);
    if (str_is(q->path, "/hidden"))
        atomic_fetch_add(&t.hidden, 1);
    if (str_is(q->path, "/block")) {
        sem_post(&t.entered);
        sem_wait(&t.leave);
    }
    if (str_is(q->path, "/split"))
        http_add(r, "X-Split", "a\r\nX-Evil: b");
    if (str_is(q->path, "/ours"))
        http_add(r, "content-length", "3");
    if (str_is(q->path, "/many"))
        for (int i = 0; i < 25; i++)
            http_add(r, "X-Many", "1");
    if (str_is(q->path, "/none"))
        r->status = 204;
    if (str_is(q->path, "/odd"))
        r->status = 42;
    if (str_is(q->path, "/big"))
        for (int i = 0; i < 8 << 10; i++)
            buf_bytes(&r->body, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 64);
    http_add(r, "Content-Type", "text/plain; charset=utf-8");
    buf_printf(&r->body, "%.*s %.*s %zu %zu %d", STR_FMT(q->method), STR_FMT(q->path), q->nquery, q->body.n,
               q->worker >= 0 && q->worker < 16);
    for (size_t i = 0; i < q->nheaders; i++)
        if (!str_starts(q->headers[i].name, "host"))
            buf_printf(&r->body, " [%.*s=%.*s]", STR_FMT(q->headers[i].name), STR_FMT(q->headers[i].value));
    if (str_is(q->path, "/form")) {
        struct http_pair *p;
        size_t n;
        if (http_form(q, &p, &n) != OK)
            r->status = 400;
        else
            for (size_t i = 0; i < n; i++)
                buf_printf(&r->body, " (%.*s=%.*s)", STR_FMT(p[i].name), STR_FMT(p[i].value));
        buf_printf(&r->body, " {%.*s} {%.*s}", STR_FMT(http_cookie(q, "s")), STR_FMT(http_query(q, "x")));
    }
}

static void refused(void *user, int status, const char *reason)
{
    (void)user;
    if (reason && *reason)
        atomic_store(&t.last_refusal, status);
    atomic_fetch_add(&t.refusals, 1);
}

static void reset_counters(void)
{
    atomic_store(&t.calls, 0);
    atomic_store(&t.hidden, 0);
    atomic_store(&t.refusals, 0);
    atomic_store(&t.last_refusal, 0);
}

static void begin(struct http_config config)
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

static void end(void)
{
    http_stop(t.server);
    t.server = NULL;
    sem_destroy(&t.entered);
    sem_destroy(&t.leave);
}

/* --- the client --- */

struct client {
    int fd;
    char bytes[1 << 20]; /* received and not yet taken */
    size_t n;
    bool closed;
    char statuses[64]; /* "200 400" */
    char last[4096];   /* the last body, cut */
    size_t last_n;     /* its whole length */
    char head[4096];   /* the last head */
};

static struct client *dial(void)
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

static void hang_up(struct client *c)
{
    close(c->fd);
    test_free(c);
}

/* The server may hang up while it is being sent to. */
static bool say(struct client *c, const char *p, size_t n)
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

static void say_c(struct client *c, const char *text)
{
    assert_true(say(c, text, strlen(text)));
}

/* More bytes; false at the end of the connection. */
static bool hear(struct client *c)
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

/* Takes one answer off the front; 0 at the end of the connection, -1 when it ends within an answer. Each has
 * a date, none tells what serves it. */
static int next_status(struct client *c, bool to_head)
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
    while (c->n < head + body)
        if (!hear(c))
            fail_msg("the body ends too early");
    snprintf(c->last, sizeof c->last, "%.*s", (int)body, c->bytes + head);
    c->last_n = body;
    c->n -= head + body;
    memmove(c->bytes, c->bytes + head + body, c->n + 1);
    size_t at = strlen(c->statuses);
    snprintf(c->statuses + at, sizeof c->statuses - at, "%s%d", at ? " " : "", status);
    return status;
}

static int ask(struct client *c, const char *request)
{
    say_c(c, request);
    return next_status(c, false);
}

/* The server is well: a new connection gets its answer. */
static void assert_alive(void)
{
    struct client *c = dial();
    assert_int_equal(ask(c, GET_A), 200);
    hang_up(c);
}

/* config.refused may be called a moment after the client sees the end. */
static void await(atomic_int *counter, int at_least)
{
    for (int i = 0; i < PATIENCE_S * 1000 && atomic_load(counter) < at_least; i++)
        usleep(1000);
}

/* --- the table --- */

enum connection { OPEN, CLOSED };
struct raw_case {
    const char *name, *bytes;
    size_t n;
    const char *statuses;
    int calls;
    enum connection after;
};
static const struct raw_case raw_cases[] = {
#define CASE(name, bytes, statuses, calls, after) {name, "" bytes, sizeof(bytes) - 1, statuses, calls, after},
#include "sys/test_http_cases.def"
#undef CASE
};

static size_t count_words(const char *s)
{
    size_t n = *s != '\0';
    for (; *s; s++)
        n += *s == ' ';
    return n;
}

static bool wrong(const struct raw_case *k, const struct client *c, const char *what)
{
    print_error("%s: %s; answers \"%s\", expected \"%s\"; %d refusals told, last %d\n", k->name, what,
                c->statuses, k->statuses, atomic_load(&t.refusals), atomic_load(&t.last_refusal));
    return false;
}

/* step: bytes sent at once. */
static bool play(const struct raw_case *k, size_t step)
{
    bool to_head = strncmp(k->bytes, "HEAD", 4) == 0, ok = true;
    const char *last = strrchr(k->statuses, ' ');
    int status = (int)strtol(last ? last + 1 : k->statuses, NULL, 10), got = 1;
    reset_counters();
    struct client *c = dial();
    for (size_t at = 0; at < k->n && say(c, k->bytes + at, k->n - at < step ? k->n - at : step);)
        at += step;
    for (size_t i = 0; i < count_words(k->statuses) && got > 0; i++)
        got = next_status(c, to_head);
    while (k->after == CLOSED && got > 0)
        got = next_status(c, to_head);
    if (strcmp(c->statuses, k->statuses) != 0)
        ok = wrong(k, c, "answers");
    if (atomic_load(&t.calls) != k->calls || atomic_load(&t.hidden))
        ok = wrong(k, c, "handler calls");
    await(&t.refusals, status >= 400);
    int told = atomic_load(&t.last_refusal);
    if (status >= 400 &&
        (atomic_load(&t.refusals) != 1 || (told != status && !(told == 400 && status == 505))))
        ok = wrong(k, c, "refusals");
    if (ok && k->after == OPEN && ask(c, GET_A) != 200)
        ok = wrong(k, c, "the connection does not go on");
    hang_up(c);
    return ok;
}

static void raw(void **state)
{
    (void)state;
    begin((struct http_config){.timeout_s = 1});
    int failures = 0;
    for (size_t i = 0; i < sizeof raw_cases / sizeof *raw_cases; i++)
        failures += !play(&raw_cases[i], SIZE_MAX);
    print_message("# %zu raw cases\n", sizeof raw_cases / sizeof *raw_cases);
    assert_alive();
    end();
    assert_int_equal(failures, 0);
}

/* What a request means must not depend on how the network cuts it. */
static void raw_in_small_pieces(void **state)
{
    (void)state;
    begin((struct http_config){.timeout_s = 1});
    int failures = 0;
    for (size_t i = 0; i < sizeof raw_cases / sizeof *raw_cases; i++)
        if (strcmp(raw_cases[i].statuses, "408") != 0)
            failures += !play(&raw_cases[i], 1);
    end();
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw),
        cmocka_unit_test(raw_in_small_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
