/* SPDX-License-Identifier: Apache-2.0 */
/* door_writer.c - the one writer: takes whatever waits, runs it in one transaction, commits once, wakes
 * everybody. While it commits, the next group gathers: a leaf for each look costs a share of a commit, not a
 * commit. */
#include "core/door/own.h"

static _Thread_local struct {
    bool yes;
    int64_t since_us;
} background;

enum err door_enter(struct door *d)
{
    pthread_mutex_lock(&d->queue_lock);
    bool closing = d->closing;
    if (!closing) {
        d->inside++;
        d->people += !background.yes;
    }
    pthread_mutex_unlock(&d->queue_lock);
    return closing ? FAIL(ERR_BUSY, "the store is closing") : OK;
}

void door_leave(struct door *d)
{
    pthread_mutex_lock(&d->queue_lock);
    if (!background.yes) {
        d->people--;
        d->left_us = env_monotonic_us();
    }
    if (--d->inside == 0)
        pthread_cond_broadcast(&d->nobody);
    pthread_mutex_unlock(&d->queue_lock);
}

/* ---- giving way ------------------------------------------------------------------------------------------
 */

void door_in_background(void)
{
    background.yes = true;
    background.since_us = env_monotonic_us();
}

static bool is_closing(struct door *d)
{
    pthread_mutex_lock(&d->queue_lock);
    bool closing = d->closing;
    pthread_mutex_unlock(&d->queue_lock);
    return closing;
}

static bool somebody_near(struct door *d)
{
    int64_t now_us = env_monotonic_us();
    pthread_mutex_lock(&d->queue_lock);
    bool near = d->people > 0 || (d->left_us && now_us - d->left_us < DOOR_LINGER_US);
    near = near && !d->closing;
    pthread_mutex_unlock(&d->queue_lock);
    return near;
}

#define GLANCE_US 1000

static void rest(struct door *d, int64_t most_us)
{
    if (somebody_near(d))
        __atomic_add_fetch(&d->stats.pauses, 1, __ATOMIC_RELAXED);
    for (int64_t slept = 0; slept < most_us && somebody_near(d); slept += GLANCE_US)
        nanosleep(&(struct timespec){.tv_nsec = GLANCE_US * 1000}, NULL);
    background.since_us = env_monotonic_us();
}

void door_rest(struct door *d)
{
    if (background.yes)
        rest(d, DOOR_REST_US);
}

enum err door_give_way(struct door *d, struct db *db)
{
    int64_t now_us = background.yes ? env_monotonic_us() : 0;
    if (!background.yes || now_us - background.since_us < DOOR_SLICE_US)
        return OK;
    if (is_closing(d))
        return FAIL(ERR_BUSY, "the store is closing");
    db_rollback(db);
    rest(d, DOOR_PAUSE_US);
    return db_begin(db, DB_READ);
}

enum err door_submit(struct door *d, struct job *j)
{
    pthread_mutex_lock(&d->queue_lock);
    if (d->stop || !d->started) {
        pthread_mutex_unlock(&d->queue_lock);
        return FAIL(ERR_BUSY, "the store is closing");
    }
    if (d->last)
        d->last->next = j;
    else
        d->first = j;
    d->last = j;
    d->queued++;
    pthread_cond_signal(&d->queue_some);
    while (!j->done)
        pthread_cond_wait(&d->queue_done, &d->queue_lock);
    pthread_mutex_unlock(&d->queue_lock);
    enum err e = j->result;
    if (e != OK)
        e = FAIL(e, "%s", j->detail);
    return e;
}

static struct job *take_group(struct door *d, bool *ret_stop)
{
    pthread_mutex_lock(&d->queue_lock);
    while (!d->first && !d->stop) {
        if ((d->pending.n || d->look_again) && d->sequence_us >= 0) {
            struct timespec until;
            int64_t wait = d->sequence_us;
            clock_gettime(CLOCK_MONOTONIC, &until);
            until.tv_sec += wait / 1000000;
            until.tv_nsec += (wait % 1000000) * 1000;
            if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
            }
            if (pthread_cond_timedwait(&d->queue_some, &d->queue_lock, &until))
                break; /* time to place leaves */
        } else {
            pthread_cond_wait(&d->queue_some, &d->queue_lock);
        }
    }
    struct job *group = d->first, *j = group;
    for (int i = 1; j && j->next && i < GROUP_MAX; i++)
        j = j->next;
    if (j) {
        d->first = j->next;
        j->next = NULL;
        if (!d->first)
            d->last = NULL;
    }
    *ret_stop = d->stop && !group;
    pthread_mutex_unlock(&d->queue_lock);
    return group;
}

static void job_failed(struct job *j, enum err e)
{
    j->result = e;
    j->outcome = e;
    snprintf(j->detail, sizeof j->detail, "%s", err_detail());
    buf_clear(&j->leaves);
    buf_clear(&j->changes);
}

/* The transaction itself is broken by these, whatever the body thinks. */
static bool breaks_transaction(enum err e)
{
    return e == ERR_RETRY || e == ERR_IO || e == ERR_DISK_FULL || e == ERR_READ_ONLY || e == ERR_DATABASE;
}

static enum err run_job(struct door *d, struct job *j)
{
    struct tx tx = {
        .db = d->db, .arena = j->arena, .now_us = env_now_us(), .vault = d->vault, .leaf_no = d->leaf_no};
    buf_clear(&j->leaves);
    buf_clear(&j->changes);
    j->result = OK;
    j->outcome = OK;
    err_clear();
    TRY(db_savepoint(d->db, "job"));
    enum err e = j->run(d, &tx, j);
    buf_free(&tx.changes);
    if (e == OK)
        e = buf_err(&j->leaves) != OK ? buf_err(&j->leaves) : buf_err(&j->changes);
    if (e == OK)
        e = db_settle(d->db);
    if (e == OK) {
        d->leaf_no = tx.leaf_no;
        return db_release(d->db, "job");
    }
    job_failed(j, e);
    vault_tx_done(d->vault, &tx, false);
    if (breaks_transaction(e))
        return e;
    if (db_rollback_to(d->db, "job") != OK)
        return e; /* SQLite rolls everything back when it runs out of memory: then nobody's job is done */
    return db_release(d->db, "job");
}

static enum err run_transaction(struct door *d, struct job *group)
{
    d->leaf_no = 0;
    TRY(db_begin(d->db, DB_WRITE));
    for (struct job *j = group; j; j = j->next) {
        enum err e = run_job(d, j);
        if (e != OK) {
            db_rollback(d->db);
            return e;
        }
    }
    return db_commit(d->db);
}

/* After an I/O error the connection is not trusted any more (a failed fsync tells nothing about later ones).
 */
static enum err fresh_connection(struct door *d)
{
    if (d->db)
        return OK;
    return door_open_db(d, false, &d->db);
}

/* The connection was lost in the commit itself, and PostgreSQL knows whether the group is in: then its
 * callers are not told a failure, and the watches see its changes. Not for SQLite: what it shows after a
 * failed sync may not be on the disk. */
static bool committed_after_all(struct door *d, const struct job *group)
{
    while (group && group->leaves.n == 0)
        group = group->next;
    for (int attempt = 0; group && attempt < RETRY_MAX; attempt++) {
        struct stmt *s CLEANUP(stmt_cleanup) = NULL;
        struct id id;
        bool row;
        memcpy(id.b, group->leaves.p, sizeof id.b);
        if (fresh_connection(d) == OK &&
            db_prepare(d->db, "SELECT id FROM audit_leaf WHERE id = ?1", &s) == OK) {
            db_bind_id(s, 1, &id);
            if (db_step(s, &row) == OK)
                return row;
        }
        s = NULL;
        db_close(d->db);
        d->db = NULL;
        struct timespec nap = {0, 10000000L << (attempt < 6 ? attempt : 6)};
        nanosleep(&nap, NULL);
    }
    return false;
}

static enum err run_group(struct door *d, struct job *group)
{
    enum err e = OK;
    for (int attempt = 0; attempt < RETRY_MAX; attempt++) {
        e = fresh_connection(d);
        if (e != OK)
            break;
        bool resolves = db_kind(d->db) == DB_POSTGRES;
        e = run_transaction(d, group);
        vault_tx_done(d->vault, NULL, e == OK);
        if (e == ERR_IO || e == ERR_DATABASE || e == ERR_DISK_FULL) {
            char detail[256];
            snprintf(detail, sizeof detail, "%s", err_detail());
            db_close(d->db);
            d->db = NULL;
            d->look_again = true; /* perhaps it was committed all the same */
            if (e == ERR_DATABASE && resolves && committed_after_all(d, group))
                e = OK;
            else
                e = FAIL(e, "%s", detail);
        }
        if (e != ERR_RETRY)
            break;
        struct timespec nap = {0, 1000000L << (attempt < 6 ? attempt : 6)};
        nanosleep(&nap, NULL);
    }
    return e;
}

static void wake(struct door *d, struct job *group)
{
    pthread_mutex_lock(&d->queue_lock);
    for (struct job *j = group, *next; j; j = next) {
        next = j->next; /* j is gone once its thread runs */
        j->done = true;
        d->queued--;
    }
    pthread_cond_broadcast(&d->queue_done);
    pthread_mutex_unlock(&d->queue_lock);
}

/* A destroyed key must not stay behind in the write-ahead log. */
static bool destroys_keys(struct str changes)
{
    static const uint8_t zero[HASH_BYTES];
    for (; changes.n >= CHANGE_BYTES; changes = str_sub(changes, CHANGE_BYTES, changes.n)) {
        const uint8_t *p = (const uint8_t *)changes.p;
        if ((p[0] << 8 | p[1]) == TABLE_COMPARTMENT_KEY.no && memcmp(p + 18, zero, HASH_BYTES) == 0)
            return true;
    }
    return false;
}

static void committed(struct door *d, struct job *group)
{
    __atomic_add_fetch(&d->stats.commits, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(&d->watch_lock);
    for (struct job *j = group; j; j = j->next) {
        buf_str(&d->pending, buf_view(&j->leaves));
        d->truncate |= destroys_keys(buf_view(&j->changes));
        for (size_t i = 0; i < d->nwatches && j->changes.n; i++)
            d->watches[i].watch(d->watches[i].user, buf_view(&j->changes));
    }
    pthread_mutex_unlock(&d->watch_lock);
    if (d->truncate && db_truncate_wal(d->db) == OK)
        d->truncate = false;
    err_clear(); /* a reader still needs the log: the next commit tries again; the keys are gone from the
                    tables already */
}

/* Which leaves wait: as remembered, or as the database says. At most PENDING_MAX of them in one transaction.
 */
static enum err place_some(struct door *d, struct arena *a, size_t *ret_placed)
{
    TRY(fresh_connection(d));
    struct tx tx = {.db = d->db, .arena = a, .now_us = env_now_us(), .vault = d->vault};
    d->sequencer.schema = d->schema;
    TRY(db_begin(d->db, DB_WRITE));
    enum err e = OK;
    if (d->look_again || buf_err(&d->pending) != OK)
        e = door_load_pending(d);
    size_t n = d->pending.n / sizeof(struct id);
    if (e == OK)
        e = audit_sequence(&tx, &d->sequencer, (const struct id *)(const void *)d->pending.p,
                           n < PENDING_MAX ? n : PENDING_MAX, ret_placed);
    buf_free(&tx.changes);
    if (e == OK)
        return db_commit(d->db);
    db_rollback(d->db);
    return e;
}

static enum err place_leaves(struct door *d)
{
    size_t placed = 1;
    while (placed > 0 && (d->pending.n > 0 || d->look_again || buf_err(&d->pending) != OK)) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(BUF_LIMIT_DEFAULT);
        if (!a)
            return mem_fail();
        TRY(place_some(d, a, &placed));
        d->pending.n -= placed * sizeof(struct id);
        if (placed)
            memmove(d->pending.p, d->pending.p + placed * sizeof(struct id), d->pending.n);
    }
    return OK;
}

static void maybe_sequence(struct door *d, bool stopping)
{
    int64_t now = env_monotonic_us();
    bool due = d->sequence_us >= 0 &&
               (now - d->sequenced_at >= d->sequence_us || d->pending.n >= PENDING_MAX * sizeof(struct id));
    bool any = d->pending.n > 0 || d->look_again || buf_err(&d->pending) != OK;
    bool now_asked = d->sequence_now;
    d->sequence_now = false;
    if ((!due && !stopping && !now_asked) || !any || !vault_unlocked(d->vault)) {
        if (!any)
            d->sequenced = OK;
        return;
    }
    d->sequenced_at = now;
    d->sequence_detail[0] = '\0';
    enum err e = ERR_RETRY;
    for (int i = 0; i < RETRY_MAX && e == ERR_RETRY; i++)
        e = place_leaves(d);
    if (e != OK)
        d->look_again = true; /* another node may have placed some, or the commit went through */
    if (e == ERR_IO || e == ERR_DATABASE || e == ERR_DISK_FULL) {
        db_close(d->db);
        d->db = NULL;
    }
    if (e != OK)
        snprintf(d->sequence_detail, sizeof d->sequence_detail, "%s", err_detail());
    d->sequenced = e;
    err_clear(); /* leaves stay pending; the next round tries again */
}

void *door_writer(void *user)
{
    struct door *d = user;
    for (;;) {
        bool stop;
        struct job *group = take_group(d, &stop);
        if (stop)
            break;
        if (group) {
            enum err e = run_group(d, group);
            if (e == OK)
                committed(d, group);
            else
                for (struct job *j = group; j; j = j->next)
                    job_failed(j, e);
            wake(d, group);
        }
        maybe_sequence(d, false);
    }
    maybe_sequence(d, true);
    return NULL;
}

static enum err run_sequence(struct door *d, struct tx *tx, struct job *j)
{
    (void)tx;
    d->sequence_now = true;
    j->outcome = d->sequenced;
    snprintf(j->detail, sizeof j->detail, "%s", d->sequence_detail);
    return OK;
}

enum err door_sequence(struct door *d)
{
    /* The first job asks for it, the second waits behind it. */
    for (int i = 0; i < 2; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct job j = {.run = run_sequence, .arena = a};
        if (!a)
            return mem_fail();
        TRY(door_enter(d));
        enum err e = door_submit(d, &j);
        door_leave(d);
        buf_free(&j.leaves);
        buf_free(&j.changes);
        TRY(e);
        if (i && j.outcome != OK)
            return FAIL(j.outcome, "%s", j.detail);
    }
    return OK;
}

enum err door_leaf_of(struct tx *tx, struct job *j, struct leaf *leaf)
{
    leaf->id = id_new();
    buf_str(&j->changes, buf_view(&tx->changes));
    TRY(audit_leaf(tx, leaf));
    buf_bytes(&j->leaves, leaf->id.b, sizeof leaf->id.b);
    return buf_err(&j->leaves);
}
