/* SPDX-License-Identifier: Apache-2.0 */
/* acts.h - short ways to act through the door of `store`, a global of the test. Shared by tests only. */
#pragma once
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Good until sixteen more were asked for. */
static inline const char *text_of(struct id id)
{
    static char texts[16][33];
    static unsigned n;
    char *t = texts[n++ % 16];
    id_text(id, t);
    return t;
}

#define ACT(ctx, action, subject, ret, ...) \
    do_act(&store, ctx, action, subject, ret __VA_OPT__(, ) __VA_ARGS__, NULL)
#define ACT_OK(...)                                                                         \
    do {                                                                                    \
        enum err act_err = ACT(__VA_ARGS__);                                                \
        if (act_err != OK)                                                                  \
            print_error("%s %s (%s)\n", err_row(act_err)->name, err_detail(), err_place()); \
        assert_int_equal(act_err, OK);                                                      \
    } while (0)
