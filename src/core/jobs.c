/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - one round: clocks, outbox, sessions, key backups; and the thread that runs rounds. Nodes take
 * turns by a lease in job_lock: who holds it works, who dies holding it is waited for JOB_LEASE_US. A turn
 * that comes twice does no harm: ticks and deliveries go by what the rows say. */
#include "core/jobs.h"

#include "base/alloc.h"
#include "base/env.h"
#include "core/account.h"
#include "core/backup.h"
#include "core/clock.h"
#include "core/door/own.h"
#include "core/notice.h"
#include "core/pager.h"
#include "core/proposal.h"
#include "sys/os.h"

#include <pthread.h>

#define SECOND_US           INT64_C(1000000)
#define JOB_LEASE_US        (60 * SECOND_US)
#define POLL_US             SECOND_US /* between rounds of the thread */
#define POLL_AFTER_ERROR_US (30 * SECOND_US)
#define EXPIRE_EVERY_US     (3600 * SECOND_US)
#define PAGE                50   /* outbox rows looked up at once, and delivered in one transaction at most */
#define TURN_US             3000 /* of the writer, which people need, too; then they come first */
#define ROUND_MAX           2000 /* things of one sort done in one round; then the others may have a turn */
#define FIRST_WAIT_US       (10 * SECOND_US)
#define LONGEST_WAIT_US     (24 * 3600 * SECOND_US)
#define KEY_BACKUPS         "key-backups" /* in the data folder */

enum { JL_ID, JL_NAME, JL_OWNER, JL_UNTIL, JL_COUNT };
static const struct column lock_columns[JL_COUNT] = {
    [JL_ID] = {"id", COL_ID, 0, NULL},
    [JL_NAME] = {"name", COL_TEXT, 0, NULL},
    [JL_OWNER] = {"owner", COL_ID, 0, NULL},
    [JL_UNTIL] = {"until_us", COL_INT, 0, NULL},
};
static const char *const lock_indexes[] = {"UNIQUE (name)", NULL};
const struct table TABLE_JOB_LOCK = {
    64, "job_lock", lock_columns, JL_COUNT, lock_indexes, "a node's turn; holds no facts", false};

struct round {
    struct door *door;
    outbox_deliver *deliver;
    void *user;
    const char *data_folder;
    struct id node;
    int64_t lease_until_us;
    const bool *stop; /* of the thread; NULL */
    int done, before; /* before: when this sort of thing began */
};

/* ---- the lease -------------------------------------------------------------------------------------------
 */

struct lease {
    const char *name;
    struct id node;
    int64_t for_us;
    bool held;
};

static struct id lock_id(const char *name)
{
    struct hash h = blake2b(str_of(name));
    struct id id;
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

/* for_us 0 gives the turn back. */
static enum err take_lease(struct tx *tx, void *arg)
{
    struct lease *l = arg;
    struct id id = lock_id(l->name);
    struct cell c[JL_COUNT];
    l->held = false;
    enum err e = row_get(tx->db, tx->arena, &TABLE_JOB_LOCK, id, c);
    bool fresh = e == ERR_NOT_FOUND;
    if (!fresh)
        TRY(e);
    if (!fresh && c[JL_UNTIL].i > tx->now_us && !id_eq(cell_get_id(&c[JL_OWNER]), l->node))
        return OK; /* another node's turn */
    struct cell mine[JL_COUNT] = {
        [JL_ID] = cell_id(&id),
        [JL_NAME] = cell_c(l->name),
        [JL_OWNER] = cell_id(&l->node),
        [JL_UNTIL] = cell_int(tx->now_us + l->for_us),
    };
    TRY(fresh ? row_insert(tx, &TABLE_JOB_LOCK, mine) : row_update(tx, &TABLE_JOB_LOCK, mine, -1));
    l->held = l->for_us > 0;
    return OK;
}

static enum err lease(struct round *r, int64_t for_us, bool *ret_held)
{
    struct lease l = {.name = "round", .node = r->node, .for_us = for_us};
    int64_t now_us = env_now_us();
    enum err e = door_quiet(r->door, take_lease, &l);
    if (e == ERR_CONSTRAINT || e == ERR_RETRY) {
        err_clear(); /* another node was first */
        e = OK;
        l.held = false;
    }
    TRY(e);
    r->lease_until_us = now_us + for_us;
    *ret_held = l.held;
    return OK;
}

/* Before each thing that is done: still ours? Half a lease is left to do it. */
static enum err may_go_on(struct round *r, bool *ret)
{
    *ret = false;
    if (r->done - r->before >= ROUND_MAX || (r->stop && __atomic_load_n(r->stop, __ATOMIC_ACQUIRE)))
        return OK;
    *ret = true;
    int64_t left = r->lease_until_us - env_now_us();
    return left > JOB_LEASE_US / 2 ? OK : lease(r, JOB_LEASE_US, ret);
}

/* ---- acts of the system ----------------------------------------------------------------------------------
 */

static enum err system_act(struct round *r, const char *action, struct id subject, int64_t version,
                           int64_t *ret_version)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = ctx_system();
    struct act_request request = {
        .ctx = &ctx, .action = action, .subject = subject, .expected_version = version, .turn_us = TURN_US};
    struct act_result result;
    if (!a)
        return mem_fail();
    TRY(door_act(r->door, &request, a, &result));
    *ret_version = result.version;
    return OK;
}

static enum err is_due(struct door *d, const struct job_due *job, bool *ret)
{
    struct db *db;
    TRY(door_reader(d, &db));
    enum err e = job->due_with ? job->due_with(d->vault, db, ret) : job->due(db, env_now_us(), ret);
    door_reader_done(d, db);
    return e;
}

/* An action that says in its version how much it did: until nothing is due. */
static enum err repeat(struct round *r, const struct job_due *job)
{
    for (r->before = r->done;;) {
        bool any, go;
        int64_t n = 0;
        TRY(may_go_on(r, &go));
        if (!go)
            return OK;
        TRY(is_due(r->door, job, &any));
        if (!any)
            return OK;
        TRY(system_act(r, job->action, id_nil(), -1, &n));
        if (n == 0)
            return OK;
        r->done += (int)n;
        door_rest(r->door);
    }
}

/* ---- outbox ----------------------------------------------------------------------------------------------
 */

enum {
    OB_ID,
    OB_EVENT,
    OB_ABOUT,
    OB_PAYLOAD,
    OB_CREATED,
    OB_ATTEMPTS,
    OB_NEXT,
    OB_DONE,
    OB_VERSION,
    OB_CASE,
    OB_AGENCY,
    OB_ACTOR,
    OB_COUNT
};

int64_t outbox_wait_us(int64_t attempts)
{
    if (attempts < 1)
        return 0;
    int64_t wait = attempts > 20 ? LONGEST_WAIT_US : FIRST_WAIT_US << (attempts - 1);
    return wait < LONGEST_WAIT_US ? wait : LONGEST_WAIT_US;
}

/* The policy lets administrators change the system, too; what was told to whom is not theirs to say. */
static enum err waiting_item(struct act *a, struct cell *c)
{
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(row_get(a->tx->db, a->arena, &TABLE_OUTBOX, a->subject, c));
    return c[OB_NEXT].kind == CELL_NULL ? FAIL(ERR_STATE, "delivered already") : OK;
}

static enum err save_item(struct act *a, struct cell *c)
{
    c[OB_ATTEMPTS] = cell_int(c[OB_ATTEMPTS].i + 1);
    TRY(row_update(a->tx, &TABLE_OUTBOX, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[OB_VERSION].i;
    return OK;
}

static enum err delivered_body(struct act *a)
{
    struct cell c[OB_COUNT];
    TRY(waiting_item(a, c));
    struct event event = {.outbox = a->subject,
                          .about = cell_get_id(&c[OB_ABOUT]),
                          .case_ = cell_get_id(&c[OB_CASE]),
                          .actor = cell_get_id(&c[OB_ACTOR]),
                          .name = c[OB_EVENT].s,
                          .detail = c[OB_PAYLOAD].s,
                          .agency = c[OB_AGENCY].kind == CELL_NULL ? STR("") : c[OB_AGENCY].s};
    TRY(notice_deliver(a, &event));
    c[OB_NEXT] = cell_null();
    c[OB_DONE] = cell_int(a->tx->now_us);
    return save_item(a, c);
}

static enum err failed_body(struct act *a)
{
    struct cell c[OB_COUNT];
    TRY(waiting_item(a, c));
    c[OB_NEXT] = cell_int(a->tx->now_us + outbox_wait_us(c[OB_ATTEMPTS].i + 1));
    return save_item(a, c);
}

/* Of the system alone, as session.expire: an administrator who could mark an event as delivered could silence
 * an escalation. */
const struct action JOB_ACTIONS[] = {
    {.name = "outbox.delivered",
     .summary = "An event becomes notices",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION,
     .when_locked = true,
     .takes_id = true,
     .body = delivered_body},
    {.name = "outbox.failed",
     .summary = "An event could not be delivered yet",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION,
     .when_locked = true,
     .takes_id = true,
     .body = failed_body},
};
const size_t NJOB_ACTIONS = sizeof JOB_ACTIONS / sizeof *JOB_ACTIONS;

/* Events that are delivered together, as they were seen. */
struct group {
    struct id ids[PAGE];
    int64_t versions[PAGE];
    size_t n;
};

static enum err due_items(struct db *db, int64_t now_us, size_t max, struct group *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT id, version FROM outbox WHERE next_us <= ?1 ORDER BY next_us, id LIMIT ?2",
                   &s));
    db_bind_i64(s, 1, now_us);
    db_bind_i64(s, 2, (int64_t)max);
    for (ret->n = 0;; ret->n++) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ret->ids[ret->n]));
        ret->versions[ret->n] = db_i64(s, 1);
    }
}

static enum err outbox_due(struct db *db, int64_t now_us, bool *ret)
{
    struct group g;
    TRY(due_items(db, now_us, 1, &g));
    *ret = g.n > 0;
    return OK;
}

/* What broke breaks the round; what an event itself is to blame for makes that event wait, and no other. */
static bool is_fault(enum err e)
{
    return e == ERR_RETRY || e == ERR_IO || e == ERR_DISK_FULL || e == ERR_READ_ONLY || e == ERR_DATABASE ||
           e == ERR_NO_MEMORY || e == ERR_BUSY;
}

static enum err put_off(struct round *r, struct id id, int64_t version)
{
    err_clear();
    enum err e = system_act(r, "outbox.failed", id, version, &version);
    if (e == ERR_VERSION || e == ERR_STATE) {
        err_clear(); /* another node was faster: the receiver knows the id */
        e = OK;
    }
    return e;
}

/* From `from` on, as many as the turn has time for, each by itself: what one of them is to blame for makes
 * that one wait. The notices are made with the mark. */
static enum err deliver_some(struct round *r, const struct group *g, size_t from, size_t until, size_t *ret_n)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ctx = ctx_system();
    struct act_request requests[PAGE];
    enum err outcomes[PAGE];
    if (!a)
        return mem_fail();
    for (size_t i = from; i < until; i++)
        requests[i - from] = (struct act_request){.ctx = &ctx,
                                                  .action = "outbox.delivered",
                                                  .subject = g->ids[i],
                                                  .expected_version = g->versions[i]};
    TRY(door_act_each(r->door, requests, until - from, TURN_US, a, outcomes, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        enum err e = outcomes[i];
        r->done += e == OK;
        if (is_fault(e))
            return FAIL(e, "an event could not be delivered");
        if (e != OK && e != ERR_VERSION && e != ERR_STATE) /* those two: another node was faster */
            TRY(put_off(r, g->ids[from + i], g->versions[from + i]));
    }
    return OK;
}

/* The line out is told outside of any transaction; if the process dies before the mark, it is told again
 * under the same id: so each is marked at once. */
static enum err deliver_by_line(struct round *r, const struct group *g, size_t at)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell c[OB_COUNT];
    struct db *db;
    size_t n;
    if (!a)
        return mem_fail();
    TRY(door_reader(r->door, &db));
    enum err e = row_get(db, a, &TABLE_OUTBOX, g->ids[at], c);
    door_reader_done(r->door, db);
    TRY(e);
    if (c[OB_NEXT].kind == CELL_NULL || c[OB_VERSION].i != g->versions[at])
        return OK; /* another node was faster */
    e = r->deliver(r->user, g->ids[at], c[OB_EVENT].s, cell_get_id(&c[OB_ABOUT]), c[OB_PAYLOAD].s);
    return e == OK ? deliver_some(r, g, at, at + 1, &n) : put_off(r, g->ids[at], g->versions[at]);
}

static enum err deliver_page(struct round *r, bool *ret_more)
{
    struct group g;
    struct db *db;
    *ret_more = false;
    TRY(door_reader(r->door, &db));
    enum err e = due_items(db, env_now_us(), PAGE, &g);
    door_reader_done(r->door, db);
    TRY(e);
    for (size_t at = 0, n = 1; at < g.n; at += n) {
        bool go;
        TRY(may_go_on(r, &go));
        if (!go)
            return OK;
        TRY(r->deliver ? deliver_by_line(r, &g, at) : deliver_some(r, &g, at, g.n, &n));
        door_rest(r->door);
    }
    *ret_more = g.n == PAGE; /* what failed is due later, so pages end */
    return OK;
}

static enum err deliver_all(struct round *r)
{
    bool more = true;
    r->before = r->done;
    while (more)
        TRY(deliver_page(r, &more));
    return OK;
}

/* ---- a round ---------------------------------------------------------------------------------------------
 */

static enum err expire_key_backups(struct round *r)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    int n = 0;
    if (!a)
        return mem_fail();
    if (!r->data_folder)
        return OK;
    char *folder = arena_printf(a, "%s/" KEY_BACKUPS, r->data_folder);
    if (!folder)
        return arena_err(a);
    if (path_exists(folder))
        TRY(backup_expire(folder, env_now_us(), &n));
    r->done += n;
    return OK;
}

enum { CLOCKS, OUTBOX, RAISES, SESSIONS, PROPOSALS, CORE_JOBS };
static const struct job_due core_jobs[CORE_JOBS] = {
    [CLOCKS] = {"clock.tick", .due = clock_due},
    [OUTBOX] = {"outbox.delivered", .due = outbox_due}, /* each event by itself: deliver_all */
    [RAISES] = {"notice.raise", .due = notice_raise_due},
    [SESSIONS] = {"session.expire", .due = account_sessions_ended},
    [PROPOSALS] = {"proposal.expire", .due = proposal_expire_due},
};

static enum err domains(struct round *r)
{
    const struct job_due *jobs;
    size_t n = door_jobs(r->door, &jobs);
    enum err e = OK;
    for (size_t i = 0; i < n; i++) {
        enum err next = repeat(r, &jobs[i]);
        e = e == OK ? next : e;
    }
    return e;
}

/* One job that fails does not keep the others from their turn; the first error is told. */
static enum err work(struct round *r, bool expire)
{
    enum err e = repeat(r, &core_jobs[CLOCKS]), next;
    if (vault_unlocked(r->door->vault)) { /* before the outbox: what they tell of goes out with it */
        next = domains(r);
        e = e == OK ? next : e;
    }
    next = deliver_all(r);
    e = e == OK ? next : e;
    next = repeat(r, &core_jobs[RAISES]);
    e = e == OK ? next : e;
    next = repeat(r, &core_jobs[SESSIONS]);
    e = e == OK ? next : e;
    if (vault_unlocked(r->door->vault)) { /* its rows may change under the keys only */
        next = repeat(r, &core_jobs[PROPOSALS]);
        e = e == OK ? next : e;
    }
    if (expire) {
        next = expire_key_backups(r);
        e = e == OK ? next : e;
    }
    return e;
}

/* Looking costs no lease and no leaf. */
static enum err any_work(const struct round *r, bool *ret)
{
    static const int without_keys[] = {CLOCKS, OUTBOX, RAISES, SESSIONS};
    *ret = false;
    for (size_t i = 0; i < sizeof without_keys / sizeof *without_keys && !*ret; i++)
        TRY(is_due(r->door, &core_jobs[without_keys[i]], ret));
    if (*ret || !vault_unlocked(r->door->vault))
        return OK;
    const struct job_due *jobs;
    size_t n = door_jobs(r->door, &jobs);
    TRY(is_due(r->door, &core_jobs[PROPOSALS], ret));
    for (size_t i = 0; i < n && !*ret; i++)
        TRY(is_due(r->door, &jobs[i], ret));
    return OK;
}

static enum err run_round(struct round *r, bool expire)
{
    bool any, held;
    TRY(any_work(r, &any));
    if (!any && !expire)
        return OK;
    TRY(lease(r, JOB_LEASE_US, &held));
    if (!held)
        return OK;
    enum err e = work(r, expire), back = lease(r, 0, &held);
    return e == OK ? back : e;
}

enum err jobs_run(struct door *d, outbox_deliver *deliver, void *user, const char *data_folder, int *ret_done)
{
    struct round r = {
        .door = d, .deliver = deliver, .user = user, .data_folder = data_folder, .node = id_new()};
    enum err e = run_round(&r, true);
    *ret_done = r.done;
    return e;
}

/* ---- the thread ------------------------------------------------------------------------------------------
 */

struct jobs {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    char *data_folder;
    struct round round;
};

/* True when it is time to stop. */
static bool pause_for(struct jobs *j, int64_t us)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + us % SECOND_US * 1000;
    until.tv_sec += us / SECOND_US + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&j->lock);
    while (!j->stop && pthread_cond_timedwait(&j->wake, &j->lock, &until) == 0)
        ;
    bool stop = j->stop;
    pthread_mutex_unlock(&j->lock);
    return stop;
}

static void *run_thread(void *user)
{
    struct jobs *j = user;
    int64_t expired_at = 0;
    enum err e;
    door_in_background();
    do {
        bool expire = !expired_at || env_monotonic_us() - expired_at >= EXPIRE_EVERY_US;
        j->round.done = 0;
        e = run_round(&j->round, expire);
        if (expire && e == OK)
            expired_at = env_monotonic_us();
        err_clear(); /* the next round tries again; nothing was half done */
    } while (!pause_for(j, e == OK ? POLL_US : POLL_AFTER_ERROR_US));
    return NULL;
}

enum err jobs_start(struct door *d, outbox_deliver *deliver, void *user, const char *data_folder,
                    struct jobs **ret)
{
    struct jobs *j = mem_alloc(sizeof *j);
    pthread_condattr_t monotonic;
    if (!j)
        return mem_fail();
    j->data_folder = data_folder ? mem_strdup(data_folder) : NULL;
    if (data_folder && !j->data_folder) {
        mem_free(j);
        return mem_fail();
    }
    j->round = (struct round){.door = d,
                              .deliver = deliver,
                              .user = user,
                              .data_folder = j->data_folder,
                              .node = id_new(),
                              .stop = &j->stop};
    pthread_mutex_init(&j->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&j->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&j->thread, NULL, run_thread, j) != 0) {
        pthread_cond_destroy(&j->wake);
        pthread_mutex_destroy(&j->lock);
        mem_free(j->data_folder);
        mem_free(j);
        return FAIL(ERR_INTERNAL, "no thread for jobs");
    }
    *ret = j;
    return OK;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    __atomic_store_n(&j->stop, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    mem_free(j->data_folder);
    mem_free(j);
}
