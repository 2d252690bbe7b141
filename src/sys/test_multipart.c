/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files: what browsers send, and what nobody may. */
#include "base/env.h"
#include "sys/crypto.h"
#include "sys/testing_multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define B                  "AkariBoundary7"
#define FIELD(name, value) "--" B "\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                 \
    "--" B "\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file \
    "\"\r\nContent-Type: image/png\r\n\r\n" value "\r\n"
#define END "--" B "--\r\n"

/* However it is cut on its way, the same comes out. */
static enum err parse(struct arena *a, struct str body, struct whole_part **p, size_t *n)
{
    static const size_t pieces[] = {1, 3, 19, 1000};
    struct whole_part *other = ARENA_ARRAY(a, HTTP_MAX_PARTS + 1, struct whole_part);
    size_t m;
    *p = ARENA_ARRAY(a, HTTP_MAX_PARTS + 1, struct whole_part);
    enum err e = multipart_whole(a, STR(B), body, SIZE_MAX, *p, n);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        assert_int_equal(multipart_whole(a, STR(B), body, pieces[i], other, &m), e);
        assert_int_equal(m, *n);
        for (size_t k = 0; k < m; k++) {
            assert_true(str_eq(other[k].data, (*p)[k].data));
            assert_true(str_eq(other[k].head.name, (*p)[k].head.name));
        }
    }
    return e;
}

static void what_browsers_send(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct whole_part *p;
    size_t n;
    (void)state;
    assert_int_equal(parse(a,
                           STR(FIELD("title", "") FIELD("note", "\xE3\x81\x82\r\nb")
                                   FILE_PART("file", "a.png", "\0\xFF\r\n--x") FILE_PART("file", "", "") END),
                           &p, &n),
                     OK);
    assert_int_equal(n, 4);
    assert_true(str_is(p[0].head.name, "title") && p[0].data.n == 0 && !p[0].head.file_name.p);
    assert_true(str_is(p[1].data, "\xE3\x81\x82\r\nb"));
    assert_true(str_is(p[2].head.file_name, "a.png") && p[2].data.n == 7);
    assert_memory_equal(p[2].data.p, "\0\xFF\r\n--x", 7);
    assert_true(p[3].head.file_name.p && p[3].head.file_name.n == 0 &&
                p[3].data.n == 0); /* no file was chosen */
    /* some send no line end at the very end, some a path */
    assert_int_equal(parse(a, STR(FILE_PART("file", "C:\\Users\\x\\a.png", "1") "--" B "--"), &p, &n), OK);
    assert_true(str_is(p[0].head.file_name, "a.png"));
    assert_int_equal(parse(a, STR("--" B "--"), &p, &n), OK);
    assert_int_equal(n, 0);
}

static void what_nobody_may_send(void **state)
{
    static const struct {
        struct str body;
        enum err e;
    } bad[] = {
        {STR(""), ERR_BAD_REQUEST},
        {STR("preamble\r\n" FIELD("a", "b") END), ERR_BAD_REQUEST},
        {STR(FIELD("a", "b")), ERR_BAD_REQUEST},            /* no end */
        {STR(FIELD("a", "b") END "more"), ERR_BAD_REQUEST}, /* epilogue */
        {STR("--" B "x\r\n\r\n\r\n" END), ERR_BAD_REQUEST}, /* another boundary begins so */
        {STR("--" B "\r\n\r\nb\r\n" END), ERR_BAD_REQUEST}, /* no name */
        {STR("--" B "\r\nContent-Disposition: form-data\r\n\r\nb\r\n" END), ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n" END), ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" END), ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\nb\r\n" END),
         ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''x\r\n\r\nb\r\n" END),
         ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: "
             "base64\r\n\r\nb\r\n" END),
         ERR_BAD_REQUEST},
        {STR("--" B "\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
             "name=\"b\"\r\n\r\nb\r\n" END),
         ERR_BAD_REQUEST},
        {STR("--" B "\nContent-Disposition: form-data; name=\"a\"\n\nb\n--" B "--\n"),
         ERR_BAD_REQUEST}, /* bare LF */
        {STR(FIELD("a", "\xFF") END), ERR_BAD_UTF8},
        {STR(FIELD("\xC3", "b") END), ERR_BAD_UTF8},
        {STR(FIELD("a\x01", "b") END), ERR_BAD_REQUEST},
        {STR(FIELD("", "b") END), ERR_BAD_REQUEST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct whole_part *p;
        size_t n;
        enum err e = parse(a, bad[i].body, &p, &n);
        if (e != bad[i].e)
            print_error("case %zu: %s\n", i, err_row(e)->name);
        assert_int_equal(e, bad[i].e);
    }
}

static void there_are_limits(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf body CLEANUP(buf_free) = {0};
    struct whole_part *p;
    size_t n;
    (void)state;
    for (int i = 0; i < HTTP_MAX_PARTS; i++)
        buf_c(&body, FIELD("a", "b"));
    size_t full = body.n;
    buf_c(&body, END);
    assert_int_equal(parse(a, buf_view(&body), &p, &n), OK);
    assert_int_equal(n, HTTP_MAX_PARTS);
    body.n = full;
    buf_c(&body, FIELD("a", "b") END);
    assert_int_equal(parse(a, buf_view(&body), &p, &n), ERR_LIMIT);
    buf_clear(&body);
    buf_c(&body, "--" B "\r\nContent-Type: ");
    for (int i = 0; i < HTTP_MAX_PART_HEAD; i++)
        buf_char(&body, 'x');
    buf_c(&body, "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n" END);
    assert_int_equal(parse(a, buf_view(&body), &p, &n), ERR_LIMIT);
}

#define OVERLONG \
    "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890"

static void the_type_names_the_boundary(void **state)
{
    static const char *const bad[] = {"",
                                      "multipart/form-data",
                                      "multipart/form-data; boundary=",
                                      "multipart/mixed; boundary=a",
                                      "multipart/form-data; boundary=a b",
                                      "multipart/form-data; charset=x; boundary=a",

                                      "multipart/form-data; boundary=\"a\"b",
                                      OVERLONG};
    struct str b;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(multipart_type(str_of(bad[i]), &b));
    assert_true(multipart_type(STR("multipart/form-data; boundary=----WebKitFormBoundary0"), &b));
    assert_true(str_is(b, "----WebKitFormBoundary0"));
    assert_true(multipart_type(STR("Multipart/Form-Data;boundary=\"a\""), NULL));
}

/* Whatever bytes a file has, they come out again; cut anywhere, it is refused. */
static void bytes_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct buf body CLEANUP(buf_free) = {0};
        struct whole_part *p;
        char file[200];
        uint8_t size;
        size_t n;
        env_random(&size, 1);
        size = size % sizeof file;
        env_random(file, size);
        for (size_t k = 0; k < size; k++)
            if (i % 2)
                file[k] = "\r\n-AkariBoundary7"[(uint8_t)file[k] % 17];
        if (memmem(file, size, "\r\n--" B, sizeof B + 3))
            continue;
        buf_c(&body, "--" B "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n");
        buf_bytes(&body, file, size);
        buf_c(&body, "\r\n--" B "--");
        assert_int_equal(parse(a, buf_view(&body), &p, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(p[0].data.n, size);
        assert_memory_equal(p[0].data.p, file, size);
        for (size_t k = 0; k < body.n; k += 7) {
            assert_int_not_equal(parse(a, str_sub(buf_view(&body), 0, k), &p, &n), OK);
            err_clear();
        }
    }
}

/* A form far longer than the window: its file comes out whole, in constant memory, wherever a boundary falls.
 */
static void a_long_form_needs_a_window_only(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 40; extra++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct buf body CLEANUP(buf_free) = {0};
        struct multipart *m CLEANUP(multipart_close) = NULL;
        struct multipart_part part;
        struct sha256 in, out;
        char some[5000];
        size_t n, all = 0, want = 3 * MULTIPART_WINDOW - 20 + extra;
        bool more;
        buf_c(&body,
              FIELD("a", "b") "--" B
                              "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n");
        size_t start = body.n;
        for (size_t i = 0; i < want; i++)
            buf_char(&body, "\r\n--AkariBoundary"[(i * 7 + i / 5 + extra) % 17]);
        sha256_start(&in);
        sha256_add(&in, body.p + start, want);
        buf_c(&body, "\r\n" FIELD("c", "d") END);
        struct in_pieces source = {buf_view(&body), 1 + extra * 700};
        assert_int_equal(multipart_open(STR(B), next_piece, &source, &m), OK);
        assert_int_equal(multipart_next(m, a, &part, &more), OK); /* its value is passed over */
        assert_int_equal(multipart_next(m, a, &part, &more), OK);
        assert_true(more && str_is(part.name, "f"));
        sha256_start(&out);
        do {
            assert_int_equal(multipart_data(m, some, sizeof some, &n), OK);
            sha256_add(&out, some, n);
            all += n;
        } while (n);
        assert_int_equal(all, want);
        struct hash h = sha256_end(&in), k = sha256_end(&out);
        assert_memory_equal(h.b, k.b, sizeof h.b);
        assert_int_equal(multipart_next(m, a, &part, &more), OK);
        assert_true(more && str_is(part.name, "c"));
        struct str value;
        assert_int_equal(multipart_value(m, a, 1, &value), OK);
        assert_true(str_is(value, "d"));
        assert_int_equal(multipart_next(m, a, &part, &more), OK);
        assert_false(more);
        assert_int_equal(multipart_next(m, a, &part, &more), OK); /* and stays so */
        assert_false(more);
        assert_int_equal(multipart_data(m, some, sizeof some, &n), OK);
        assert_int_equal(n, 0);
    }
}

static enum err breaks_off(void *user, char *p, size_t max, size_t *ret_n)
{
    struct in_pieces *s = user;
    return s->rest.n ? next_piece(user, p, max, ret_n) : FAIL(ERR_IO, "synthetic");
}

static void a_sender_who_goes_away_is_no_end(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct multipart *m CLEANUP(multipart_close) = NULL;
    struct multipart_part part;
    struct in_pieces source = {STR(FILE_PART("f", "x", "half")), 1000};
    bool more;
    (void)state;
    assert_int_equal(multipart_open(STR(B), breaks_off, &source, &m), OK);
    assert_int_equal(multipart_next(m, a, &part, &more), ERR_IO);
    assert_false(more);
}

static void a_value_has_a_limit(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    for (size_t max = 1; max < 8; max++) {
        struct multipart *m CLEANUP(multipart_close) = NULL;
        struct multipart_part part;
        struct in_pieces source = {STR(FIELD("a", "12345") END), 1000};
        struct str value;
        bool more;
        assert_int_equal(multipart_open(STR(B), next_piece, &source, &m), OK);
        assert_int_equal(multipart_next(m, a, &part, &more), OK);
        assert_int_equal(multipart_value(m, a, max, &value), max < 5 ? ERR_LIMIT : OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_browsers_send),
        cmocka_unit_test(what_nobody_may_send),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(the_type_names_the_boundary),
        cmocka_unit_test(bytes_come_back),
        cmocka_unit_test(a_long_form_needs_a_window_only),
        cmocka_unit_test(a_sender_who_goes_away_is_no_end),
        cmocka_unit_test(a_value_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
