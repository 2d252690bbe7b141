/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include <errno.h>
#include <sys/random.h>

static struct env injected; /* set before threads start; a missing member means the system's */

void env_set(const struct env *env)
{
    injected = env ? *env : (struct env){0};
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t))
        abort(); /* cannot happen with the two clocks below */
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t env_now_us(void)
{
    return injected.now_us ? injected.now_us(injected.user) : clock_us(CLOCK_REALTIME);
}

int64_t env_monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

void env_wait_until(int64_t us)
{
    if (injected.wait_until) {
        injected.wait_until(injected.user, us);
        return;
    }
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

void env_random(void *p, size_t n)
{
    if (injected.random) {
        injected.random(injected.user, p, n);
        return;
    }
    for (size_t done = 0; done < n;) {
        ssize_t got = getrandom((char *)p + done, n - done, 0);
        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            abort(); /* keys are made from this: better no process than a weak key */
    }
}
