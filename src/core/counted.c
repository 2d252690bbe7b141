/* SPDX-License-Identifier: Apache-2.0 */
#include "core/counted.h"

#include "base/alloc.h"
#include "base/env.h"
#include "core/facts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define SETS_MAX  72
#define NUMBERS   ((size_t)64 << 20) /* bytes, of one set */
#define SHARE     20                 /* a count takes at most one part in so many of the time */
#define POLL_ROWS 64
#define WAIT_US \
    INT64_C(1000000) /* for numbers that are being counted: a look that waits holds a reader of the door */
#define WAITING 2    /* looks that may wait at once: the other readers are for other pages */

struct slot {
    const struct counted_set *set;
    struct arena *arena; /* of numbers; NULL: none are kept */
    void *numbers;
    int64_t as_of_us;
    int64_t tried_us, took_us; /* when the last count began; how long it took */
    int64_t runs_since_us;     /* monotonic */
    bool wanted, runs;
    bool many; /* it was found that they are: a look leaves them to the thread */
};
struct counted {
    struct door *door;
    struct db *db;
    pthread_t thread;
    bool started;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t some, done;
    struct slot slots[SETS_MAX];
    size_t n;
    int waiting;
};

enum err counted_row(struct counting *c)
{
    if (c->of && c->rows % POLL_ROWS == 0 && atomic_load(&c->of->stop))
        return FAIL(ERR_BUSY, "the door is closing");
    if (c->most && c->rows == c->most)
        return FAIL(ERR_BUSY, "the numbers are being counted; look again in a minute");
    c->rows++;
    return door_give_way(c->door, c->db);
}

/* Of the processor: what it waited for others is not held against it. */
static int64_t worked_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- a pass ----------------------------------------------------------------------------------------------
 */

/* *ret_arena is the caller's, whatever comes. */
static enum err pass(struct counting *c, const struct counted_set *set, void **ret)
{
    c->arena = arena_new(NUMBERS);
    if (!c->arena)
        return mem_fail();
    return set->count(c, set->no, ret);
}

/* c->lock is held. Many rows are kept; the numbers of few go with their look. */
static void keep(struct slot *s, const struct counting *pass_of, void *numbers, int64_t began_us)
{
    arena_free(s->arena);
    s->arena = pass_of->arena;
    s->numbers = numbers;
    s->as_of_us = pass_of->now_us;
    s->tried_us = pass_of->now_us;
    s->many = true;
    s->took_us = worked_us() - began_us;
}

/* ---- in the background -----------------------------------------------------------------------------------
 */

static enum err count_in_snapshot(struct counted *c, struct counting *pass_of, const struct counted_set *set,
                                  void **ret)
{
    TRY(db_begin(c->db, DB_READ));
    enum err e = pass(pass_of, set, ret);
    db_rollback(c->db);
    return e;
}

/* Before there is a snapshot, which would keep the log of the database from being emptied for as long as they
 * load. Where they cannot be, the pass that needs them says so. */
static void facts_first(struct counted *c)
{
    struct facts *facts;
    if (door_pack(c->door) && facts_of(c->door, &facts) != OK)
        err_clear();
}

/* c->lock is held, but not while it counts. What fails leaves what was kept. */
static void count_slot(struct counted *c, struct slot *s)
{
    struct counting p = {.vault = door_vault(c->door),
                         .door = c->door,
                         .pack = door_pack(c->door),
                         .db = c->db,
                         .now_us = env_now_us(),
                         .of = c};
    void *numbers = NULL;
    int64_t began = worked_us();
    s->wanted = false;
    s->runs = true;
    s->runs_since_us = env_monotonic_us();
    pthread_mutex_unlock(&c->lock);
    facts_first(c);
    enum err e = count_in_snapshot(c, &p, s->set, &numbers);
    if (e != OK)
        err_clear();
    pthread_mutex_lock(&c->lock);
    s->runs = false;
    if (e == OK && p.rows >= COUNTED_MANY) {
        keep(s, &p, numbers, began);
    } else {
        arena_free(p.arena);
        s->many = s->many && e != OK;
        s->tried_us = p.now_us;
        s->took_us = worked_us() - began;
    }
    pthread_cond_broadcast(&c->done);
}

static struct slot *wanted(struct counted *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->slots[i].wanted)
            return &c->slots[i];
    return NULL;
}

static void *counter(void *arg)
{
    struct counted *c = arg;
    door_in_background();
    pthread_mutex_lock(&c->lock);
    while (!atomic_load(&c->stop)) {
        struct slot *s = wanted(c);
        if (s)
            count_slot(c, s);
        else
            pthread_cond_wait(&c->some, &c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- beside the door -------------------------------------------------------------------------------------
 */

static void drop(void *kept)
{
    struct counted *c = kept;
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->stop, true);
    pthread_cond_broadcast(&c->some);
    pthread_mutex_unlock(&c->lock);
    if (c->started)
        pthread_join(c->thread, NULL);
    for (size_t i = 0; i < c->n; i++)
        arena_free(c->slots[i].arena);
    db_close(c->db);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->some);
    pthread_cond_destroy(&c->done);
    mem_free(c);
}

static enum err make(struct door *d, void **ret)
{
    if (!vault_unlocked(door_vault(d)))
        return FAIL(ERR_LOCKED, "to count needs open keys");
    struct counted *c = mem_alloc(sizeof *c);
    pthread_condattr_t monotonic;
    if (!c)
        return mem_fail();
    *c = (struct counted){.door = d};
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->some, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&c->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    enum err e = door_connection(d, &c->db);
    if (e == OK) {
        c->started = pthread_create(&c->thread, NULL, counter, c) == 0;
        e = c->started ? OK : FAIL(ERR_INTERNAL, "a thread that counts");
    }
    if (e != OK) {
        drop(c);
        return e;
    }
    *ret = c;
    return OK;
}

static const char kept_as;

static enum err counted_of(struct door *d, struct counted **ret)
{
    void *kept = NULL;
    TRY(door_keep(d, &kept_as, make, drop, &kept));
    *ret = kept;
    return OK;
}

static struct slot *slot_of(struct counted *c, const struct counted_set *set)
{
    size_t i = 0;
    while (i < c->n && c->slots[i].set != set)
        i++;
    if (i == SETS_MAX)
        return NULL;
    if (i == c->n)
        c->slots[c->n++] = (struct slot){.set = set};
    return &c->slots[i];
}

/* ---- looking ---------------------------------------------------------------------------------------------
 */

/* A clock that was set back makes it due, too. */
static bool due(const struct slot *s, int64_t now_us)
{
    int64_t age = now_us - s->tried_us;
    return age < 0 || (age > COUNTED_US && age > SHARE * s->took_us);
}

/* c->lock is held. */
static enum err take_kept(struct counted *c, struct slot *s, struct view *v, counted_take *take, void *user,
                          int64_t *ret_as_of_us)
{
    *ret_as_of_us = s->as_of_us;
    if (!s->runs && due(s, v->now_us)) {
        s->wanted = true;
        pthread_cond_signal(&c->some);
    }
    return take(v, s->numbers, user);
}

/* c->lock is held, but not while it counts. */
static enum err count_now(struct counted *c, struct slot *s, struct view *v, counted_take *take, void *user)
{
    struct counting p = {.vault = door_vault(v->door),
                         .door = v->door,
                         .pack = v->pack,
                         .db = v->db,
                         .now_us = v->now_us,
                         .most = s->wanted ? COUNTED_MANY : 0};
    if (s->wanted && s->many)
        return FAIL(ERR_BUSY, "the numbers are being counted; look again in a minute");
    void *numbers = NULL;
    int64_t began = worked_us();
    s->runs = true;
    s->runs_since_us = env_monotonic_us();
    pthread_mutex_unlock(&c->lock);
    enum err e = pass(&p, s->set, &numbers);
    if (e == OK)
        e = take(v, numbers, user);
    pthread_mutex_lock(&c->lock);
    s->runs = false;
    s->many = s->many || (p.most && p.rows == p.most);
    if (e == OK && p.rows >= COUNTED_MANY)
        keep(s, &p, numbers, began);
    else
        arena_free(p.arena);
    pthread_cond_broadcast(&c->done);
    return e;
}

/* c->lock is held. Nobody waits behind more than one set: whoever comes to one whose turn is later is told so
 * at once; so is whoever comes to one that is being counted for longer than a look waits. */
static enum err wait_for(struct counted *c, const struct slot *s)
{
    int64_t at_us = s->runs_since_us + WAIT_US;
    struct timespec until = {.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000};
    bool late = c->waiting == WAITING || env_monotonic_us() >= at_us;
    if (s->numbers || !s->runs)
        return OK;
    c->waiting++;
    while (!late && !s->numbers && s->runs)
        late = pthread_cond_timedwait(&c->done, &c->lock, &until) != 0;
    c->waiting--;
    return late ? FAIL(ERR_BUSY, "the numbers are being counted; look again in a minute") : OK;
}

enum err counted_look(struct view *v, const struct counted_set *set, counted_take *take, void *user,
                      int64_t *ret_as_of_us)
{
    struct counted *c;
    TRY(counted_of(v->door, &c));
    pthread_mutex_lock(&c->lock);
    struct slot *s = slot_of(c, set);
    enum err e = OK;
    if (s && !s->numbers)
        e = wait_for(c, s);
    *ret_as_of_us = v->now_us;
    if (!s)
        e = FAIL(ERR_LIMIT, "more than %d sets of numbers", SETS_MAX);
    else if (e == OK && s->numbers)
        e = take_kept(c, s, v, take, user, ret_as_of_us);
    else if (e == OK)
        e = count_now(c, s, v, take, user);
    pthread_mutex_unlock(&c->lock);
    return e;
}

enum err counted_warm(struct door *d, const struct counted_set *set)
{
    struct counted *c;
    TRY(counted_of(d, &c));
    pthread_mutex_lock(&c->lock);
    struct slot *s = slot_of(c, set);
    if (s)
        s->wanted = true;
    pthread_cond_signal(&c->some);
    pthread_mutex_unlock(&c->lock);
    return s ? OK : FAIL(ERR_LIMIT, "more than %d sets of numbers", SETS_MAX);
}
