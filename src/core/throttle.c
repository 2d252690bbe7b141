/* SPDX-License-Identifier: Apache-2.0 */
/* throttle.c - waits after wrong secrets: throttle.h says what they are. */
#include "core/throttle.h"

#include <pthread.h>

#define BUCKETS    1024
#define SLOTS      8
#define FREE_TRIES 3
#define SECOND_US  INT64_C(1000000)
#define LONGEST_US (15 * 60 * SECOND_US)
#define FORGET_US  (24 * 3600 * SECOND_US) /* a failure of yesterday counts no more */

struct tries {
    uint64_t key;
    int64_t last_us, until_us;
    int failures;
};
static struct tries table[BUCKETS][SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct tries *find(uint64_t key)
{
    struct tries *bucket = table[key % BUCKETS];
    for (int i = 0; i < SLOTS; i++)
        if (bucket[i].failures && bucket[i].key == key)
            return &bucket[i];
    return NULL;
}

/* A free place, or that of the one whose wait ends first: who floods the table frees others from short waits
 * only. */
static struct tries *take(uint64_t key)
{
    struct tries *bucket = table[key % BUCKETS], *best = bucket;
    for (int i = 0; i < SLOTS; i++) {
        if (!bucket[i].failures)
            return &bucket[i];
        if (bucket[i].until_us < best->until_us ||
            (bucket[i].until_us == best->until_us && bucket[i].last_us < best->last_us))
            best = &bucket[i];
    }
    return best;
}

bool throttle_holds(uint64_t key, int64_t now_us)
{
    pthread_mutex_lock(&lock);
    const struct tries *t = find(key);
    bool holds = t && now_us < t->until_us &&
                 now_us >= t->last_us - LONGEST_US; /* a clock set back holds nobody for ever */
    pthread_mutex_unlock(&lock);
    return holds;
}

void throttle_failed(uint64_t key, int64_t now_us)
{
    pthread_mutex_lock(&lock);
    struct tries *t = find(key);
    if (!t) {
        t = take(key);
        *t = (struct tries){.key = key};
    } else if (now_us - t->last_us > FORGET_US) {
        t->failures = 0;
    }
    if (t->failures < 32)
        t->failures++;
    int64_t wait = 0;
    if (t->failures > FREE_TRIES) {
        int doublings = t->failures - FREE_TRIES - 1;
        wait = doublings < 10 ? SECOND_US << doublings : LONGEST_US;
    }
    t->last_us = now_us;
    t->until_us = now_us + wait;
    pthread_mutex_unlock(&lock);
}

void throttle_cleared(uint64_t key)
{
    pthread_mutex_lock(&lock);
    struct tries *t = find(key);
    if (t)
        *t = (struct tries){0};
    pthread_mutex_unlock(&lock);
}
