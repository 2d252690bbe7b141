/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files while they come: bounded memory, senders who go away, and the end of the server. */
#include "base/env.h"
#include "base/limits.h"
#include "sys/testing_http.h"
#include <fcntl.h>
#include <poll.h>

static void open_for_files(int timeout_s)
{
    begin((struct http_config){.upload_path = "/up/", .workers = 4, .timeout_s = timeout_s});
}

static void say_head(struct client *c, const char *path, size_t length)
{
    char head[300];
    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nHost: a.example\r\nContent-Type: multipart/form-data; boundary=x\r\n"
             "Content-Length: %zu\r\n\r\n",
             path, length);
    say_c(c, head);
}

static char *some_bytes(size_t n, uint32_t *ret_sum)
{
    char *p = test_malloc(n + 1);
    *ret_sum = 0;
    for (size_t i = 0; i < n; i++) {
        p[i] = (char)(i * 2654435761u >> 13);
        *ret_sum = *ret_sum * 31 + (uint8_t)p[i];
    }
    return p;
}

static void expect(struct client *c, size_t n, uint32_t sum)
{
    char text[64];
    snprintf(text, sizeof text, "stream %zu %u", n, (unsigned)sum);
    assert_int_equal(next_status(c, false), 200);
    assert_string_equal(c->last, text);
}

/* On one connection, so that each form must end where it says. */
static void every_byte_comes_in_its_order(void **state)
{
    static const size_t sizes[] = {
        0, 1, 5000, HTTP_STREAM_BYTES - 1, HTTP_STREAM_BYTES, HTTP_STREAM_BYTES + 1, 3000001, 7 << 20};
    (void)state;
    open_for_files(0);
    struct client *c = dial();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t sum;
        char *p = some_bytes(sizes[i], &sum);
        say_head(c, "/up/all", sizes[i]);
        for (size_t at = 0; at < sizes[i];) { /* in odd pieces */
            size_t piece = 1 + at % 70001;
            piece = piece < sizes[i] - at ? piece : sizes[i] - at;
            assert_true(say(c, p + at, piece));
            at += piece;
        }
        expect(c, sizes[i], sum);
        test_free(p);
    }
    assert_int_equal(ask(c, GET_A), 200);
    assert_int_equal(atomic_load(&t.broken), 0);
    hang_up(c);
    end();
}

/* Who may not send is told so when all has come, and nothing of it was kept. */
static void what_nobody_reads_is_thrown_away(void **state)
{
    uint32_t sum;
    char *p = some_bytes(12 << 20, &sum);
    (void)state;
    open_for_files(0);
    struct client *c = dial();
    for (int i = 0; i < 2; i++) {
        say_head(c, i ? "/up/none" : "/up/all", 12 << 20);
        assert_true(say(c, p, 12 << 20));
        expect(c, i ? 0 : 12 << 20, i ? 0 : sum);
    }
    assert_int_equal(ask(c, GET_A), 200);
    hang_up(c);
    end();
    test_free(p);
}

/* Sends as much as the other side takes. */
static size_t push(struct client *c, const char *p, size_t n)
{
    size_t sent = 0;
    struct pollfd at = {.fd = c->fd, .events = POLLOUT};
    while (sent < n && poll(&at, 1, 700) > 0) {
        ssize_t did = send(c->fd, p + sent, n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (did < 0)
            break;
        sent += (size_t)did;
    }
    return sent;
}

/* While the store is busy the sender waits, in the kernel's buffers and at home, not in our memory. */
static void a_busy_handler_makes_the_sender_wait(void **state)
{
    const size_t all = 30 << 20;
    uint32_t sum;
    char *p = some_bytes(all, &sum);
    (void)state;
    open_for_files(0);
    struct client *c = dial();
    say_head(c, "/up/late", all);
    sem_wait(&t.entered);
    size_t sent = push(c, p, all);
    assert_true(sent < all);
    assert_alive(); /* others are served */
    sem_post(&t.leave);
    assert_true(say(c, p + sent, all - sent));
    expect(c, all, sum);
    hang_up(c);
    end();
    test_free(p);
}

static void one_more_is_too_many(void **state)
{
    struct client *all[HTTP_STREAMS_MAX];
    (void)state;
    open_for_files(0);
    for (int i = 0; i < HTTP_STREAMS_MAX; i++) {
        all[i] = dial();
        say_head(all[i], "/up/all", 10);
    }
    struct client *more = dial();
    say_head(more, "/up/all", 10);
    say_c(more, "0123456789");
    assert_int_equal(next_status(more, false), 503);
    hang_up(more);
    for (int i = 0; i < HTTP_STREAMS_MAX; i++)
        say_c(all[i], "0123456789");
    for (int i = 0; i < HTTP_STREAMS_MAX; i++) {
        assert_int_equal(next_status(all[i], false), 200);
        hang_up(all[i]);
    }
    more = dial(); /* and there is room again */
    say_head(more, "/up/all", 1);
    say_c(more, "x");
    assert_int_equal(next_status(more, false), 200);
    hang_up(more);
    end();
}

static void wait_until_broken(int n)
{
    for (int i = 0; i < 1000 && atomic_load(&t.broken) < n; i++)
        usleep(10000);
    if (atomic_load(&t.broken) != n)
        fail_msg("%d of %d; %d calls, %d refusals", atomic_load(&t.broken), n, atomic_load(&t.calls),
                 atomic_load(&t.refusals));
}

/* Cut at any moment: the handler hears of it and comes to an end, and nothing of the server stays held. */
static void who_goes_away_is_missed(void **state)
{
    uint32_t sum, s = 7;
    char *p = some_bytes(1 << 20, &sum);
    (void)state;
    open_for_files(0);
    for (int i = 0; i < 5 * HTTP_STREAMS_MAX; i++) {
        if (i % HTTP_STREAMS_MAX == 0)
            wait_until_broken(i);
        struct client *c = dial();
        say_head(c, "/up/all", (1 << 20) + 1);
        s = s * 1103515245 + 12345;
        assert_true(say(c, p, i < 3 ? (size_t)i : (s >> 8) % (1 << 20)));
        hang_up(c);
    }
    wait_until_broken(5 * HTTP_STREAMS_MAX);
    assert_alive();
    for (int i = 0; i < 3; i++) { /* before its handler began to read, and where it never will */
        struct client *c = dial();
        say_head(c, i ? "/up/late" : "/up/late-none", 1 << 20);
        sem_wait(&t.entered);
        push(c, p, 1 << 19);
        hang_up(c);
        usleep(20000);
        sem_post(&t.leave);
    }
    wait_until_broken(5 * HTTP_STREAMS_MAX + 2);
    assert_alive();
    end();
    test_free(p);
}

static void who_is_too_slow_is_cut(void **state)
{
    (void)state;
    open_for_files(1);
    struct client *c = dial();
    say_head(c, "/up/all", 100000);
    say_c(c, "a few bytes");
    int64_t from_us = env_monotonic_us();
    assert_int_equal(next_status(c, false), 408);
    assert_true(env_monotonic_us() - from_us < 8000000);
    wait_until_broken(1);
    hang_up(c);
    assert_alive();
    end();
}

static void *stop_server(void *user)
{
    (void)user;
    http_stop(t.server);
    return NULL;
}

/* One waits for bytes, one sleeps with a full ring, one has not been begun. */
static void the_server_stops_in_the_middle(void **state)
{
    uint32_t sum;
    char *p = some_bytes(4 << 20, &sum);
    pthread_t thread;
    (void)state;
    open_for_files(0);
    struct client *waits = dial(), *full = dial();
    say_head(waits, "/up/all", 100);
    say_head(full, "/up/late", 4 << 20);
    sem_wait(&t.entered);
    push(full, p, 4 << 20);
    assert_int_equal(pthread_create(&thread, NULL, stop_server, NULL), 0);
    usleep(100000);
    sem_post(&t.leave);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(atomic_load(&t.broken) >= 1);
    hang_up(waits);
    hang_up(full);
    sem_destroy(&t.entered);
    sem_destroy(&t.leave);
    test_free(p);
}

/* Everywhere else a body is a body. */
static void other_forms_are_no_streams(void **state)
{
    static const char form[] = "POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Type: multipart/form-data; "
                               "boundary=x\r\nContent-Length: 3\r\n\r\nabc";
    static const char plain[] = "POST /up/all HTTP/1.1\r\nHost: a.example\r\nContent-Type: text/plain\r\n"
                                "Content-Length: 3\r\n\r\nabc";
    static const char chunked[] = "POST /up/all HTTP/1.1\r\nHost: a.example\r\nContent-Type: "
                                  "multipart/form-data; boundary=x\r\nTransfer-Encoding: "
                                  "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    static const char *const all[] = {form, plain, chunked};
    (void)state;
    open_for_files(0);
    for (size_t i = 0; i < 3; i++) {
        struct client *c = dial();
        assert_int_equal(ask(c, all[i]), 200);
        assert_true(strncmp(c->last, "POST ", 5) == 0);
        hang_up(c);
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_comes_in_its_order),
        cmocka_unit_test(what_nobody_reads_is_thrown_away),
        cmocka_unit_test(a_busy_handler_makes_the_sender_wait),
        cmocka_unit_test(one_more_is_too_many),
        cmocka_unit_test(who_goes_away_is_missed),
        cmocka_unit_test(who_is_too_slow_is_cut),
        cmocka_unit_test(the_server_stops_in_the_middle),
        cmocka_unit_test(other_forms_are_no_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
