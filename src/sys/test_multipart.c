/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files: what browsers send, and what nobody may. */
#include "base/buf.h"
#include "base/env.h"
#include "sys/multipart.h"

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

static enum err parse(struct arena *a, struct str body, struct multipart_part **p, size_t *n)
{
    return multipart_parse(a, STR(B), body, p, n);
}

static void what_browsers_send(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct multipart_part *p;
    size_t n;
    (void)state;
    assert_int_equal(parse(a,
                           STR(FIELD("title", "") FIELD("note", "\xE3\x81\x82\r\nb")
                                   FILE_PART("file", "a.png", "\0\xFF\r\n--x") FILE_PART("file", "", "") END),
                           &p, &n),
                     OK);
    assert_int_equal(n, 4);
    assert_true(str_is(p[0].name, "title") && p[0].data.n == 0 && !p[0].file_name.p);
    assert_true(str_is(p[1].data, "\xE3\x81\x82\r\nb"));
    assert_true(str_is(p[2].file_name, "a.png") && p[2].data.n == 7);
    assert_memory_equal(p[2].data.p, "\0\xFF\r\n--x", 7);
    assert_true(p[3].file_name.p && p[3].file_name.n == 0 && p[3].data.n == 0); /* no file was chosen */
    /* some send no line end at the very end, some a path */
    assert_int_equal(parse(a, STR(FILE_PART("file", "C:\\Users\\x\\a.png", "1") "--" B "--"), &p, &n), OK);
    assert_true(str_is(p[0].file_name, "a.png"));
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
        struct multipart_part *p;
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
    struct multipart_part *p;
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
        struct multipart_part *p;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_browsers_send), cmocka_unit_test(what_nobody_may_send),
        cmocka_unit_test(there_are_limits),   cmocka_unit_test(the_type_names_the_boundary),
        cmocka_unit_test(bytes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
