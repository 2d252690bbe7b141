/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "sys/crypto.h"
#include "sys/os.h"

#include <unistd.h>

enum { CHUNK = 65536, SEALED = CHUNK + 17, HEAD = 8 + 4, START = 24 };
#define HEADER "key 7, synthetic"

static const uint8_t key[KEY_BYTES] = {1, 2, 3};
static char folder[] = "/tmp/akari-test-stream-XXXXXX", path[64], changed[64];
static char *data; /* 4 chunks of pattern */

static enum err write_stream(const char *to, size_t n, size_t step)
{
    struct stream_out *out;
    TRY(stream_out_open(to, key, STR(HEADER), &out));
    for (size_t at = 0; at < n; at += step) {
        enum err e = stream_out_write(out, (struct str){data + at, n - at < step ? n - at : step});
        if (e == OK)
            continue;
        stream_out_abandon(out);
        return e;
    }
    return stream_out_close(out);
}

static enum err read_with(struct stream_in *in, const uint8_t *k, size_t step, size_t *ret_n)
{
    TRY(stream_in_key(in, k));
    char block[100000];
    for (*ret_n = 0;;) {
        size_t got;
        TRY(stream_in_read(in, block, step, &got));
        assert_memory_equal(block, data + *ret_n, got); /* never a wrong byte, even before a failure */
        *ret_n += got;
        if (got < step)
            return OK;
    }
}

static enum err read_stream(const char *from, size_t step, size_t *ret_n)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str header;
    struct stream_in *in;
    if (!a)
        return mem_fail();
    TRY(stream_in_open(from, a, &header, &in));
    enum err e = read_with(in, key, step, ret_n);
    if (e == OK && !str_is(header, HEADER))
        e = FAIL(ERR_INTERNAL, "header");
    stream_in_close(in);
    return e;
}

static void round_trips(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 777};
    static const size_t steps[] = {1000, CHUNK, 99991};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
            size_t n = 0;
            assert_ok(write_stream(path, sizes[i], steps[k]));
            assert_ok(read_stream(path, steps[2 - k], &n));
            assert_int_equal(n, sizes[i]);
        }
}

static void assert_refused(struct str content)
{
    size_t n = 0;
    assert_ok(file_write_atomic(changed, 0600, content));
    enum err e = read_stream(changed, 30000, &n);
    if (e != ERR_CRYPTO && e != ERR_LIMIT)
        fail_msg("a changed stream of %zu bytes: %s", content.n, err_row(e)->name);
}

static void cut_anywhere(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    size_t first = HEAD + sizeof(HEADER) - 1 + START;
    static const size_t sizes[] = {3 * CHUNK, 3 * CHUNK + 777};
    for (size_t k = 0; k < 2; k++) {
        assert_ok(write_stream(path, sizes[k], CHUNK));
        assert_ok(file_read(path, 1 << 20, a, &s));
        assert_true(s.n > first + 3 * SEALED - 1);
        for (size_t chunk = 0; first + chunk * SEALED < s.n; chunk++)
            for (int off = -18; off <= 18; off++) {
                size_t n = first + chunk * SEALED + (size_t)(ptrdiff_t)off;
                if (n < s.n)
                    assert_refused((struct str){s.p, n});
            }
        for (size_t n = 0; n < first; n++)
            assert_refused((struct str){s.p, n});
        for (size_t less = 1; less < 40; less++)
            assert_refused((struct str){s.p, s.n - less});
    }
}

static void flipped_anywhere(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    assert_ok(write_stream(path, 300, 300));
    assert_ok(file_read(path, 1 << 20, a, &s));
    char *p = arena_cstr(a, s);
    for (size_t i = 0; i < s.n; i++) { /* magic, length, header, start, every byte of the chunk */
        p[i] ^= 1;
        assert_refused((struct str){p, s.n});
        p[i] ^= 1;
    }
    assert_ok(file_write_atomic(changed, 0600, (struct str){p, s.n}));
    size_t n;
    assert_ok(read_stream(changed, 100, &n));
}

static void pieces(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str one, two;
    size_t first = HEAD + sizeof(HEADER) - 1 + START;
    assert_ok(write_stream(path, 2 * CHUNK + 5, CHUNK));
    assert_ok(file_read(path, 1 << 20, a, &one));
    assert_ok(write_stream(path, 2 * CHUNK + 5, CHUNK));
    assert_ok(file_read(path, 1 << 20, a, &two));
    char *p = arena_alloc(a, one.n + 100);

    memcpy(p, one.p, one.n); /* something follows */
    assert_refused((struct str){p, one.n + 1});
    assert_refused((struct str){p, one.n + 100});
    memcpy(p + first, one.p + first + SEALED, SEALED); /* two chunks change places */
    memcpy(p + first + SEALED, one.p + first, SEALED);
    assert_refused((struct str){p, one.n});
    memcpy(p, one.p, one.n); /* a chunk of another file with the same key, plain text and place */
    memcpy(p + first + SEALED, two.p + first + SEALED, SEALED);
    assert_refused((struct str){p, one.n});
    memcpy(p, one.p, one.n); /* the header of one with the body of another */
    memcpy(p + HEAD, "key 8, synthetic", sizeof(HEADER) - 1);
    assert_refused((struct str){p, one.n});
    memcpy(p, one.p, first + SEALED); /* a chunk left out */
    memcpy(p + first + SEALED, one.p + first + 2 * SEALED, one.n - first - 2 * SEALED);
    assert_refused((struct str){p, one.n - SEALED});
}

static void which_key(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str header;
    struct stream_in *in;
    size_t n;
    char byte;
    const uint8_t wrong[KEY_BYTES] = {9};
    assert_ok(write_stream(path, CHUNK + 1, CHUNK));
    assert_ok(stream_in_open(path, a, &header, &in));
    assert_str(header, HEADER);
    assert_fails(stream_in_read(in, &byte, 1, &n), ERR_STATE);
    assert_fails(stream_in_key(in, wrong), ERR_CRYPTO);
    assert_ok(read_with(in, key, 70000, &n)); /* then the right one */
    assert_int_equal(n, CHUNK + 1);
    assert_fails(stream_in_key(in, key), ERR_STATE);
    assert_ok(stream_in_read(in, &byte, 1, &n));
    assert_int_equal(n, 0);
    stream_in_close(in);
    stream_in_close(NULL);
}

static void sticky(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s, header;
    struct stream_in *in;
    char block[1000];
    size_t n;
    assert_ok(write_stream(path, CHUNK + 1, CHUNK));
    assert_ok(file_read(path, 1 << 20, a, &s));
    assert_ok(file_write_atomic(changed, 0600, (struct str){s.p, s.n - 1}));
    assert_ok(stream_in_open(changed, a, &header, &in));
    assert_ok(stream_in_key(in, key));
    enum err e;
    while ((e = stream_in_read(in, block, sizeof(block), &n)) == OK)
        ;
    assert_int_equal(e, ERR_CRYPTO);
    assert_fails(stream_in_read(in, block, sizeof(block), &n), ERR_CRYPTO);
    stream_in_close(in);
}

static void never_half_written(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct stream_out *out;
    struct str s;
    char **names;
    size_t n;
    unlink(changed);
    assert_ok(file_write_atomic(path, 0600, STR("old")));
    assert_ok(stream_out_open(path, key, STR(HEADER), &out));
    assert_ok(stream_out_write(out, (struct str){data, 2 * CHUNK}));
    assert_ok(file_read(path, 100, a, &s));
    assert_str(s, "old"); /* while it is written */
    stream_out_abandon(out);
    stream_out_abandon(NULL);
    assert_ok(file_read(path, 100, a, &s));
    assert_str(s, "old");
    assert_ok(dir_list(folder, a, &names, &n));
    assert_int_equal(n, 1); /* and nothing is left beside it */
    assert_fails(stream_out_open("/absent/x", key, STR(HEADER), &out), ERR_NOT_FOUND);
    assert_fails(stream_out_open(path, key, (struct str){data, 65537}, &out), ERR_LIMIT);
    struct stream_in *in;
    assert_fails(stream_in_open("/absent/x", a, &s, &in), ERR_NOT_FOUND);
    assert_fails(stream_in_open(path, a, &s, &in), ERR_CRYPTO); /* "old" is no stream */
}

static enum err there_and_back(void *user)
{
    (void)user;
    size_t n;
    TRY(write_stream(path, 100, 50));
    return read_stream(path, 70, &n);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(there_and_back, NULL) >= 9);
}

static int start(void **state)
{
    (void)state;
    data = mem_alloc(4 * CHUNK);
    if (crypto_start() != OK || !data || !mkdtemp(folder))
        return -1;
    for (size_t i = 0; i < 4 * CHUNK; i++)
        data[i] = (char)(i * 31 + i / 256);
    snprintf(path, sizeof(path), "%s/stream", folder);
    snprintf(changed, sizeof(changed), "%s/changed", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    mem_free(data);
    unlink(path);
    unlink(changed);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(flipped_anywhere),   cmocka_unit_test(pieces),
        cmocka_unit_test(which_key),          cmocka_unit_test(sticky),
        cmocka_unit_test(never_half_written), cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, start, end);
}
