/* SPDX-License-Identifier: Apache-2.0 */
/* testing.h - for test files only: cmocka with what it needs, and checks in terms of enum err.
 * Tests print TAP (CMOCKA_MESSAGE_OUTPUT=TAP, set by meson). */
#pragma once
#include "base/alloc.h"
#include "base/err.h"
#include "base/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A sanitizer stops the program where the system would have answered with an error. */
#if defined(__SANITIZE_ADDRESS__)
#define RUNNING_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RUNNING_SANITIZED 1
#endif
#endif
#ifndef RUNNING_SANITIZED
#define RUNNING_SANITIZED 0
#endif

#define assert_ok(expr)                                                                           \
    do {                                                                                          \
        enum err got_ = (expr);                                                                   \
        if (got_ != OK)                                                                           \
            fail_msg("%s: %s (%s) at %s", #expr, err_row(got_)->name, err_detail(), err_place()); \
    } while (0)

#define assert_fails(expr, code)                                                                      \
    do {                                                                                              \
        enum err got_ = (expr);                                                                       \
        if (got_ != (code))                                                                           \
            fail_msg("%s: %s expected, but %s (%s)", #expr, #code, got_ ? err_row(got_)->name : "OK", \
                     err_detail());                                                                   \
    } while (0)

#define assert_str(got, expected)                                                                     \
    do {                                                                                              \
        struct str got_ = (got), expected_ = str_of(expected);                                        \
        if (!str_eq(got_, expected_))                                                                 \
            fail_msg("%s: \"%.*s\" expected, but \"%.*s\"", #got, STR_FMT(expected_), STR_FMT(got_)); \
    } while (0)

/* Leaves the test function; tools/count-tests counts the case as skipped and prints the reason. Not cmocka's
 * skip(): its "not ok # SKIP" is a failure for meson. */
#define skip_because(reason)                        \
    do {                                            \
        print_message("# skipped: %s\n", (reason)); \
        return;                                     \
    } while (0)

/* Runs body(user) with the first allocation failing, then the second, ... until it gets through untouched.
 * Each failing run must end with ERR_NO_MEMORY; body cleans up after itself (ASan sees the leaks). Returns
 * the number of failing runs. */
static inline uint64_t each_allocation_fails(enum err (*body)(void *user), void *user)
{
    for (uint64_t nth = 1;; nth++) {
        mem_inject(nth, false);
        enum err err = body(user);
        uint64_t calls = mem_calls();
        mem_inject(0, false);
        if (calls < nth) {
            assert_ok(err);
            return nth - 1;
        }
        if (err != ERR_NO_MEMORY)
            fail_msg("allocation %llu failed, but the result was %s", (unsigned long long)nth,
                     err ? err_row(err)->name : "OK");
    }
}
