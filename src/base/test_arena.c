/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/testing.h"

static uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223; /* a fixed sequence, so that a failure can be repeated */
    return *seed >> 8;
}

/* Many sizes, twice with a reset between: aligned, zeroed, and none overlaps another. */
static void aligned_zeroed_apart(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static struct {
        unsigned char *p;
        size_t n;
    } got[COUNT];
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    uint32_t seed = 1;
    for (int round = 0; round < 2; round++) {
        size_t total = 0;
        for (int i = 0; i < COUNT; i++) {
            size_t n = next_number(&seed) % (i % 50 == 0 ? 40000 : 200);
            unsigned char *p = arena_alloc(a, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t k = 0; k < n; k++)
                if (p[k])
                    fail_msg("byte %zu of %zu is not zero", k, n);
            memset(p, i % 255 + 1, n);
            got[i].p = p;
            got[i].n = n;
            total += n;
        }
        assert_int_equal(arena_used(a), total);
        for (int i = 0; i < COUNT; i++)
            for (size_t k = 0; k < got[i].n; k++)
                if (got[i].p[k] != i % 255 + 1)
                    fail_msg("allocation %d was written over", i);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
}

static void limit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(1000);
    assert_int_equal(arena_err(a), OK);
    assert_non_null(arena_alloc(a, 900));
    assert_null(arena_alloc(a, 101));
    assert_int_equal(arena_err(a), ERR_LIMIT);
    assert_non_null(strstr(err_detail(), "1000"));
    assert_non_null(arena_alloc(a, 100));
    assert_null(arena_alloc(a, 1));
    assert_null(arena_alloc(a, SIZE_MAX));
    arena_reset(a);
    assert_int_equal(arena_err(a), OK);
    assert_non_null(arena_alloc(a, 1000));
    assert_null(arena_cstr(a, STR("x")));
    assert_null(arena_str(a, STR("x")).p);
    assert_null(arena_printf(a, "%d", 1));
    assert_int_equal(arena_err(a), ERR_LIMIT);

    CLEANUP(arena_cleanup) struct arena *usual = arena_new(0);
    assert_null(arena_alloc(usual, ARENA_LIMIT_DEFAULT + 1u));
    assert_int_equal(arena_err(usual), ERR_LIMIT);
}

static void arrays_check_overflow(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    int *p = ARENA_ARRAY(a, 100, int);
    assert_non_null(p);
    for (int i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
    assert_int_equal(arena_err(a), ERR_LIMIT);
    arena_reset(a);
    assert_null(arena_array(a, SIZE_MAX / 8 + 2, 8)); /* would wrap to 8 */
    assert_int_equal(arena_err(a), ERR_LIMIT);
    assert_non_null(ARENA_NEW(a, struct str));
    assert_non_null(arena_array(a, 0, 8));
}

static void texts(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char original[] = "灯り";
    struct str copy = arena_str(a, str_of(original));
    memset(original, 'x', sizeof original - 1);
    assert_str(copy, "灯り");
    assert_int_equal(copy.p[copy.n], '\0');
    assert_non_null(arena_str(a, (struct str){0}).p);
    assert_string_equal(arena_cstr(a, str_sub(STR("abcdef"), 2, 2)), "cd");
    assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
    char *large = arena_printf(a, "%100000d", 7);
    assert_int_equal(strlen(large), 100000);
    assert_null(arena_str(a, (struct str){"", SIZE_MAX}).p);
    assert_int_equal(arena_err(a), ERR_LIMIT);
}

static void no_arena(void **state)
{
    (void)state;
    assert_null(arena_alloc(NULL, 1));
    assert_null(arena_array(NULL, SIZE_MAX, 2));
    assert_null(arena_str(NULL, STR("x")).p);
    assert_null(arena_printf(NULL, "x"));
    assert_int_equal(arena_err(NULL), ERR_NO_MEMORY);
    arena_free(NULL);
}

static enum err use_much(void *user)
{
    (void)user;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    if (!a)
        return ERR_NO_MEMORY;
    for (size_t n = 1; n < 300000; n = n * 3 / 2 + 1) {
        char *p = arena_alloc(a, n), *text = p ? arena_printf(a, "%zu", n) : NULL;
        if (!text)
            return arena_err(a);
        memset(p, 'x', n);
        arena_cstr(a, STR("filler"));
        TRY(arena_err(a));
    }
    return OK;
}

static void holds_what_it_gave_and_nothing_else(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0), *other CLEANUP(arena_cleanup) = arena_new(0);
    char outside = 'x';
    (void)state;
    for (size_t n = 1; n < 400000; n = n * 3 + 1) {
        const char *p = arena_alloc(a, n), *q = arena_alloc(other, n);
        assert_true(p && q);
        assert_true(arena_holds(a, p) && arena_holds(a, p + n - 1));
        assert_false(arena_holds(a, q) || arena_holds(other, p));
    }
    assert_false(arena_holds(a, &outside) || arena_holds(a, NULL) || arena_holds(NULL, &outside));
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(use_much, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_zeroed_apart),
        cmocka_unit_test(limit),
        cmocka_unit_test(arrays_check_overflow),
        cmocka_unit_test(texts),
        cmocka_unit_test(no_arena),
        cmocka_unit_test(holds_what_it_gave_and_nothing_else),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
