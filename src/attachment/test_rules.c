/* SPDX-License-Identifier: Apache-2.0 */
/* How a file is cut, and what is believed of it. */
#include "attachment/examine.h"
#include "attachment/own.h"
#include "base/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Whatever the size, the parts add up to it, none is empty and none is larger than a chunk. */
static void parts_add_up(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        int64_t bytes = 0, sum = 0;
        uint32_t any;
        env_random(&any, sizeof any);
        bytes = any % (ATTACHMENT_MAX_BYTES + 2u);
        if (i < 64) /* round the borders */
            bytes = (int64_t)(i / 8) * ATTACHMENT_CHUNK_BYTES + i % 8 - 3;
        uint32_t n = chunk_count(bytes);
        if (bytes < 1 || bytes > ATTACHMENT_MAX_BYTES) {
            assert_int_equal(n, 0);
            assert_int_equal(chunk_bytes(bytes, 0), 0);
            continue;
        }
        for (uint32_t no = 0; no < n; no++) {
            size_t part = chunk_bytes(bytes, no);
            assert_true(part > 0 && part <= ATTACHMENT_CHUNK_BYTES);
            assert_true(no + 1 == n || part == ATTACHMENT_CHUNK_BYTES);
            sum += (int64_t)part;
        }
        assert_int_equal(sum, bytes);
        assert_int_equal(chunk_bytes(bytes, n), 0);
        assert_int_equal(chunk_bytes(bytes, PREVIEW_NO), 0);
    }
}

/* Two places that differ in anything are told apart by what the envelope authenticates. */
static void places_differ(void **state)
{
    struct id one = id_new(), other = id_new();
    struct chunk_place at[] = {{one, 0, 2}, {one, 1, 2}, {one, 0, 3}, {other, 0, 2}, {one, PREVIEW_NO, 2}};
    uint8_t aad[5][CHUNK_AAD_BYTES];
    (void)state;
    for (size_t i = 0; i < 5; i++)
        chunk_aad(at[i], aad[i]);
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(aad[i], aad[k], CHUNK_AAD_BYTES);
    assert_memory_equal(aad[0], "akari attachment chunk1\0", 24);
}

static void only_kept_files_are_shown(void **state)
{
    (void)state;
    for (int s = ATTACHMENT_UPLOADING; s <= ATTACHMENT_REFERRED; s++)
        assert_int_equal(state_may_show((enum attachment_state)s), s == ATTACHMENT_KEPT);
}

static void hashes_are_hexadecimal(void **state)
{
    static const char good[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    (void)state;
    assert_true(sha256_text_ok(STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
    assert_false(sha256_text_ok(STR("")));
    assert_false(sha256_text_ok(str_sub(str_of(good), 0, 63)));
    assert_false(sha256_text_ok(STR("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")));
}

static struct str kept(const struct examined *x, const char *file_name, const char *what, struct arena *a)
{
    static struct pair pairs[16];
    size_t n;
    assert_int_equal(examined_pairs(x, str_of(file_name), a, pairs, 16, &n), OK);
    return pair_value(pairs, n, what);
}

/* A stream cut short, put together from two, or with a part more is refused: only the last part knows the
 * number, and no other one does. */
static void only_the_last_part_of_a_stream_knows_the_number(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 100; count++)
        for (uint32_t no = 0; no < count; no++) {
            assert_int_equal(chunk_mark(false, no, count), count);
            assert_int_equal(chunk_mark(true, no, count), no + 1 == count ? count : 0);
            for (uint32_t other = no + 1; other <= 100; other++) /* read as one of another length */
                if (other != count && (no + 1 == count || no + 1 == other))
                    assert_int_not_equal(chunk_mark(true, no, count), chunk_mark(true, no, other));
        }
}

static void the_next_part_follows(void **state)
{
    const size_t full = ATTACHMENT_CHUNK_BYTES, most = ATTACHMENT_MAX_BYTES / ATTACHMENT_CHUNK_BYTES;
    (void)state;
    for (uint32_t have = 0; have <= most + 1; have++) {
        assert_int_equal(chunk_follows(have, have, full, false), have < most);
        assert_int_equal(chunk_follows(have, have, full, true), have < most);
        assert_int_equal(chunk_follows(have, have, 1, true), have < most);
        assert_false(chunk_follows(have, have, 1, false)); /* a hole in the middle */
        assert_false(chunk_follows(have, have, 0, true));
        assert_false(chunk_follows(have, have, full + 1, true));
        assert_false(chunk_follows(have, (int64_t)have + 1, full, false));
        assert_false(chunk_follows(have, (int64_t)have - 1, full, false));
    }
}

static void a_day_has_an_end(void **state)
{
    (void)state;
    assert_true(day_has_room(0, ATTACHMENT_MAX_BYTES));
    assert_true(day_has_room(ATTACHMENT_DAY_BYTES - 1, 1));
    assert_false(day_has_room(ATTACHMENT_DAY_BYTES, 1));
    assert_false(day_has_room(0, (int64_t)ATTACHMENT_DAY_BYTES + 1));
    assert_false(day_has_room(-1, 1) || day_has_room(0, 0));
    for (int64_t used = 0; used < 2 * (int64_t)ATTACHMENT_DAY_BYTES; used += 7919 * 1021)
        assert_true(day_has_room(used, 4096) == (used + 4096 <= ATTACHMENT_DAY_BYTES));
}

static void a_name_that_lies_is_found(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct examined png = {.sha256 = "00", .type = "png"}, unchecked = {.type = "unchecked"},
                    odd = {.type = "unknown"};
    (void)state;
    assert_true(str_is(kept(&png, "report.pdf", "mismatch", a), "yes"));
    assert_true(str_is(kept(&png, "scan.PNG", "mismatch", a), "no"));
    assert_true(str_is(kept(&png, "scan", "mismatch", a), "no")); /* promises nothing */
    assert_true(str_is(kept(&png, "a.b/scan.akari", "mismatch", a), "no"));
    assert_true(str_is(kept(&odd, "scan.png", "mismatch", a), "yes"));
    assert_true(str_is(kept(&unchecked, "scan.png", "mismatch", a), "no")); /* nobody looked */
}

static void what_was_examined_survives_the_way(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf text CLEANUP(buf_free) = {0};
    struct examined x = {.type = "jpeg", .camera_data = true, .width = 4032, .height = 3024}, back;
    (void)state;
    memset(x.sha256, 'a', 64);
    examined_write(&x, &text);
    assert_int_equal(examined_read(buf_view(&text), a, &back), OK);
    assert_string_equal(back.sha256, x.sha256);
    assert_string_equal(back.type, "jpeg");
    assert_true(back.camera_data && !back.place_data && !back.macros);
    assert_int_equal(back.width, 4032);
    assert_int_equal(back.height, 3024);
    for (size_t n = 0; n < text.n - 4; n++) { /* cut anywhere before the last number */
        assert_int_not_equal(examined_read(str_sub(buf_view(&text), 0, n), a, &back), OK);
        err_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(places_differ),
        cmocka_unit_test(only_kept_files_are_shown),
        cmocka_unit_test(hashes_are_hexadecimal),
        cmocka_unit_test(only_the_last_part_of_a_stream_knows_the_number),
        cmocka_unit_test(the_next_part_follows),
        cmocka_unit_test(a_day_has_an_end),
        cmocka_unit_test(a_name_that_lies_is_found),
        cmocka_unit_test(what_was_examined_survives_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
