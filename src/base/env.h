/* SPDX-License-Identifier: Apache-2.0 */
/* env.h - time, randomness: injected. Production sets nothing and gets the system's; tests replace them for
 * the process. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct env {
    int64_t (*now_us)(void *user);                  /* UTC, microseconds since 1970 */
    void (*random)(void *user, void *p, size_t n);  /* cryptographic unless a test says otherwise */
    void (*wait_until)(void *user, int64_t us);     /* of env_monotonic_us */
    void *user;
};
void env_set(const struct env *env); /* NULL: back to the system */
int64_t env_now_us(void);
void env_random(void *p, size_t n);
int64_t env_monotonic_us(void);      /* for durations; never injected */
void env_wait_until(int64_t us);     /* env_monotonic_us is at least this when it returns; at once when it was */
