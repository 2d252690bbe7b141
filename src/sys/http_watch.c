/* SPDX-License-Identifier: Apache-2.0 */
/* The library's own timeout counts from the last byte, so a client that sends one byte now and then would
 * hold a connection for ever. Here the whole head must come within timeout_s of its first byte, and bodies
 * and answers must move, on the average, at HTTP_MIN_RATE after timeout_s. Who is late in sending is told so
 * (408), then cut. */
#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "sys/http_int.h"
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* The kernel's TCP_CLOSE and TCP_LAST_ACK: our side was not the first to close. TCP_CLOSE_WAIT: the client
 * has closed, and the library may not have noticed. */
enum { STATE_CLOSE = 7, STATE_CLOSE_WAIT = 8, STATE_LAST_ACK = 9 };

static bool tcp_look(int fd, int *ret_state, uint64_t *ret_received)
{
    struct tcp_info info = {0};
    socklen_t n = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) < 0)
        return false;
    *ret_state = info.tcpi_state;
    *ret_received = info.tcpi_bytes_received;
    return true;
}

static uint64_t received(int fd)
{
    int state;
    uint64_t n = 0;
    return tcp_look(fd, &state, &n) ? n : 0;
}

struct http_connection *http_watch_add(struct http_server *s, int fd)
{
    struct http_connection *c = mem_alloc(sizeof *c);
    if (!c)
        return NULL;
    c->fd = fd;
    c->idle_since_us = env_monotonic_us();
    pthread_mutex_lock(&s->lock);
    c->next = s->connections;
    if (c->next)
        c->next->previous = c;
    s->connections = c;
    pthread_mutex_unlock(&s->lock);
    return c;
}

void http_watch_remove(struct http_server *s, struct http_connection *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&s->lock);
    if (c->previous)
        c->previous->next = c->next;
    else
        s->connections = c->next;
    if (c->next)
        c->next->previous = c->previous;
    pthread_mutex_unlock(&s->lock);
    mem_free(c);
}

void http_watch_phase(struct http_server *s, struct http_connection *c, enum http_phase phase, size_t bytes)
{
    if (!c)
        return;
    int64_t now = env_monotonic_us();
    uint64_t so_far = phase == HEAD ? received(c->fd) : 0;
    pthread_mutex_lock(&s->lock);
    c->phase = phase;
    c->bytes = bytes;
    c->since_us = phase == HEAD ? 0 : now;
    c->moved_us = now;
    c->half = false;
    if (phase == HEAD) {
        c->idle_since_us = now;
        c->received = so_far;
    }
    pthread_mutex_unlock(&s->lock);
}

void http_watch_progress(struct http_server *s, struct http_connection *c, size_t bytes)
{
    if (!c)
        return;
    pthread_mutex_lock(&s->lock);
    c->bytes += bytes;
    c->moved_us = env_monotonic_us();
    pthread_mutex_unlock(&s->lock);
}

bool http_watch_unheard(struct http_server *s, struct http_connection *c)
{
    int state = 0;
    uint64_t now = 0;
    if (!c)
        return false;
    pthread_mutex_lock(&s->lock);
    bool unheard = c->phase == HEAD && !c->expired && tcp_look(c->fd, &state, &now) && now > c->received;
    pthread_mutex_unlock(&s->lock);
    return unheard && state != STATE_LAST_ACK && state != STATE_CLOSE;
}

bool http_watch_expired(struct http_server *s, struct http_connection *c)
{
    if (!c)
        return false;
    pthread_mutex_lock(&s->lock);
    bool expired = c->expired;
    pthread_mutex_unlock(&s->lock);
    return expired;
}

/* Has the client closed, with nothing on its way any more? Asked twice, so that what the library has read and
 * not handed on yet is not cut off. */
static bool gave_up(struct http_connection *c)
{
    int state = 0;
    uint64_t received;
    bool before = c->half && c->half_bytes == c->bytes;
    c->half = tcp_look(c->fd, &state, &received) && state == STATE_CLOSE_WAIT;
    c->half_bytes = c->bytes;
    return c->half && before;
}

static bool late(struct http_server *s, struct http_connection *c, int64_t now)
{
    int64_t patience = (int64_t)s->config.timeout_s * 1000000;
    switch (c->phase) {
    case HEAD:
        if (!c->since_us && received(c->fd) > c->received)
            c->since_us = now;
        return now - (c->since_us ? c->since_us : c->idle_since_us) > patience;
    case BODY:
        if (gave_up(c) || now - c->moved_us > 2 * patience)
            return true;
        __attribute__((fallthrough));
    case ANSWER:
        return now - c->since_us > patience + (int64_t)c->bytes * 1000000 / HTTP_MIN_RATE;
    case WORK:
        break; /* that is ours, not the client's */
    }
    return false;
}

/* Ends what is late; returns how many clients were cut while they sent. The lock keeps each fd open: the
 * library closes it only after http_watch_remove. */
static size_t cut_the_late(struct http_server *s)
{
    size_t cut = 0;
    int64_t now = env_monotonic_us();
    for (struct http_connection *c = s->connections; c; c = c->next) {
        if (c->expired || !late(s, c, now))
            continue;
        c->expired = true;
        if (c->phase == BODY || (c->phase == HEAD && c->since_us)) {
            http_send_bare(c->fd, 408);
            cut++;
        }
        shutdown(c->fd, SHUT_RDWR);
    }
    return cut;
}

static void *watch(void *p)
{
    struct http_server *s = p;
    int64_t pause_us = (int64_t)s->config.timeout_s * 1000000 / 8;
    pause_us = pause_us > 1000000 ? 1000000 : pause_us;
    pthread_mutex_lock(&s->lock);
    while (!s->quit) {
        size_t cut = cut_the_late(s);
        if (cut && s->config.refused) {
            pthread_mutex_unlock(&s->lock);
            while (cut--)
                s->config.refused(s->config.user, 408, "timeout");
            pthread_mutex_lock(&s->lock);
            continue;
        }
        int64_t until = env_monotonic_us() + pause_us;
        struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
        pthread_cond_timedwait(&s->tick, &s->lock, &at);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

enum err http_watch_start(struct http_server *s)
{
    if (pthread_create(&s->watcher, NULL, watch, s) != 0)
        return FAIL(ERR_NO_MEMORY, "no thread for the connection watcher");
    s->has_watcher = true;
    return OK;
}

void http_watch_stop(struct http_server *s)
{
    if (!s->has_watcher)
        return;
    http_quit(s);
    pthread_join(s->watcher, NULL);
    s->has_watcher = false;
}

static const char *status_text(int status)
{
    switch (status) {
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Bad Request";
    }
}

void http_send_bare(int fd, int status)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = (time_t)(env_now_us() / 1000000);
    struct tm t;
    char text[256];
    if (!gmtime_r(&now, &t))
        return;
    int n =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %d %s\r\nDate: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\nConnection: close\r\n"
                 "Content-Length: 0\r\n\r\n",
                 status, status_text(status), days + 3 * t.tm_wday, t.tm_mday, months + 3 * t.tm_mon,
                 t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    if (n > 0 && (size_t)n < sizeof text)
        (void)!send(fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
}
