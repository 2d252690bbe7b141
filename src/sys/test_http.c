/* SPDX-License-Identifier: Apache-2.0 */
/* What the server makes of raw bytes: the table in test_http_cases.def, whole, in pieces, cut off and
 * mangled. */
#include "sys/testing_http.h"

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

static const char valid[] =
    "POST /a?b=c HTTP/1.1\r\nHost: a.example\r\nCookie: s=1; t=2\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=1&b=2";

enum ending { HALF, WHOLE, RESET };

/* The client sends the first `at` bytes and ends its half of the connection, or all of it, or breaks it. */
static struct client *cut_off(size_t at, enum ending how)
{
    struct client *c = dial();
    assert_true(say(c, valid, at));
    if (how == HALF) {
        shutdown(c->fd, SHUT_WR);
        return c;
    }
    struct linger reset = {.l_onoff = how == RESET};
    assert_return_code(setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), errno);
    hang_up(c);
    return NULL;
}

static void cut_off_at_every_byte(void **state)
{
    (void)state;
    struct client *halves[sizeof valid];
    begin((struct http_config){.timeout_s = 1});
    for (size_t at = 0; at < sizeof valid - 1; at++) {
        halves[at] = cut_off(at, HALF);
        cut_off(at, WHOLE);
        cut_off(at, RESET);
    }
    for (size_t at = 0; at < sizeof valid - 1; at++) {
        int status = next_status(halves[at], false); /* at once, or when the library notices: too late */
        assert_true(status == 0 || status == 408);
        hang_up(halves[at]);
    }
    assert_int_equal(atomic_load(&t.calls), 0);
    struct client *c = dial();
    assert_int_equal(ask(c, valid), 200);
    hang_up(c);
    end();
}

static void cut_in_two_at_every_byte(void **state)
{
    (void)state;
    begin((struct http_config){.timeout_s = 1});
    struct client *c = dial();
    for (size_t at = 1; at < sizeof valid - 1; at++) {
        assert_true(say(c, valid, at));
        usleep(200); /* mostly two segments; the outcome may not depend on it */
        assert_int_equal(ask(c, valid + at), 200);
        assert_int_equal(c->last_n, strlen("POST /a 1 7") + strlen(" [cookie=s=1; t=2] [content-length=7]") +
                                        strlen(" [content-type=application/x-www-form-urlencoded]"));
    }
    hang_up(c);
    end();
}

static uint32_t noise(uint32_t *seed) /* the same bytes in every run */
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* A raw case with one to four bytes overwritten or put in. Returns its length. */
static size_t mangle(uint32_t *seed, char bytes[1024])
{
    static const char nasty[] = "\0\r\n :\t,;%/?0\xFF";
    const struct raw_case *k = &raw_cases[noise(seed) % (sizeof raw_cases / sizeof *raw_cases)];
    size_t n = k->n < 1000 ? k->n : 1000;
    memcpy(bytes, k->bytes, n);
    for (uint32_t edits = 1 + noise(seed) % 4; edits && n > 1; edits--) {
        size_t at = noise(seed) % n;
        if (edits % 2 == 0)
            memmove(bytes + at + 1, bytes + at, n++ - at);
        bytes[at] = nasty[noise(seed) % (sizeof nasty - 1)];
    }
    return n;
}

/* Whatever is done to a request: each answer but the last is whole, the connection ends, the server goes on.
 */
static void mangled(void **state)
{
    (void)state;
    uint32_t seed = 1;
    struct client *c[150];
    char bytes[1024];
    begin((struct http_config){.timeout_s = 1});
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
            c[i] = dial();
            size_t n = mangle(&seed, bytes);
            (void)say(c[i], bytes, n);
            shutdown(c[i]->fd, SHUT_WR);
        }
        for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
            while (next_status(c[i], true) > 0) {
                c[i]->n = 0;
                c[i]->bytes[0] = '\0';
            }
            hang_up(c[i]);
        }
    }
    assert_alive();
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw),
        cmocka_unit_test(raw_in_small_pieces),
        cmocka_unit_test(cut_off_at_every_byte),
        cmocka_unit_test(cut_in_two_at_every_byte),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
