/* SPDX-License-Identifier: Apache-2.0 */
/* casework.h - what tests of work in cases share: a store of the test's own country at a time that it moves,
 * and short ways to the door. Included once, by the test itself, which defines make_pack. */
#pragma once
#include "base/env.h"
#include "support/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;
static struct pack pack;     /* of the store; filled by make_pack */
static void make_pack(void); /* the test's own country */

static _Atomic int64_t offset;
static int64_t shifted(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000 + offset;
}

static int setup(void **state)
{
    static struct env env = {.now_us = shifted};
    static struct store_country country = {.pack = &pack, .synthetic = true};
    offset = 0;
    env_set(&env);
    *state = NULL;
    make_pack();
    if (store_make_of(&store, driver, &country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    env_set(NULL);
    return 0;
}

/* ---- short ways ------------------------------------------------------------------------------------------
 */

static struct ctx enrolled(const char *agency, enum role role)
{
    return enrolled_officer(&store, agency, role);
}

static inline void share(const struct ctx *lead, struct id c, const char *agency, const char *relation,
                         const char *basis)
{
    ACT_OK(lead, "case.share", c, NULL, "agency", agency, "relation", relation, "basis", basis, "class",
           "identity");
}

static void assign(const struct ctx *who, struct id c, const struct ctx *to)
{
    ACT_OK(who, "case.assign", c, NULL, "account", text_of(to->account));
}

static struct id add_subject(const struct ctx *who, struct id c, const char *role)
{
    struct act_result r;
    ACT_OK(who, "subject.add", c, &r, "type", "person", "role", role);
    return r.id;
}
