/* SPDX-License-Identifier: Apache-2.0 */
/* The job runner, the same suite over both databases: test_jobs sqlite | postgres. */
#include "support/store.h"

#include "base/calendar.h"
#include "base/env.h"
#include "base/limits.h"
#include "base/testing.h"
#include "core/account.h"
#include "core/jobs.h"
#include "core/notice.h"
#include "sys/crypto.h"
#include "sys/os.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;

#define SECOND INT64_C(1000000)
#define LEN(x) (sizeof(x) / sizeof *(x))
static _Atomic int64_t now_us; /* the writer thread reads it, too */

static int64_t test_now(void *user)
{
    (void)user;
    return now_us;
}

/* An event of the test's own. */
static const struct input_field emit_inputs[] = {{.name = "payload", .type = IN_TEXT}};

static enum err emit_body(struct act *a)
{
    return act_emit(a, "test.event", a->subject, in_text(a, "payload"));
}

/* An event that can never be delivered: the row of its notice is there already. */
static enum err poison_body(struct act *a)
{
    static const struct id nobody = {{1}};
    struct hash h = blake2b((struct str){(const char *)a->subject.b, sizeof a->subject.b});
    struct id id;
    memcpy(id.b, h.b, sizeof id.b);
    struct cell c[NO_COUNT] = {
        [NO_ID] = cell_id(&id),
        [NO_OUTBOX] = cell_id(&nobody),
        [NO_EVENT] = cell_c("test.in_the_way"),
        [NO_AGENCY] = cell_c(""),
        [NO_ROLE] = cell_int(ROLE_OVERSIGHT),
        [NO_DETAIL] = cell_c(""),
        [NO_AT] = cell_int(a->tx->now_us),
        [NO_CREATED] = cell_int(a->tx->now_us),
    };
    return row_insert(a->tx, &TABLE_NOTICE, c);
}

static const struct action extra[] = {{.name = "test.emit",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_SYSTEM,
                                       .inputs = emit_inputs,
                                       .ninputs = 1,
                                       .when_locked = true,
                                       .takes_id = true,
                                       .body = emit_body},
                                      {.name = "test.poison",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_SYSTEM,
                                       .when_locked = true,
                                       .takes_id = true,
                                       .body = poison_body}};

static int setup(void **state)
{
    struct store_country c = {
        .pack = store_pack(), .actions = extra, .nactions = LEN(extra), .synthetic = true};
    struct env env = {.now_us = test_now};
    int64_t start;
    assert_ok(utc_parse(STR("2026-11-20T08:00:00Z"), &start));
    now_us = start;
    env_set(&env);
    *state = NULL;
    if (store_make_of(&store, driver, &c)) {
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

/* ---- a receiver ------------------------------------------------------------------------------------------
 */

enum { TAKEN_MAX = 5000 };
struct receiver {
    pthread_mutex_t lock;
    int refuse; /* so many times first */
    bool dies;  /* takes it, and the process ends */
    int n, calls;
    struct id ids[TAKEN_MAX], about[TAKEN_MAX];
    char event[32], payload[64];
};

static enum err take(void *user, struct id id, struct str event, struct id about, struct str payload)
{
    struct receiver *r = user;
    pthread_mutex_lock(&r->lock);
    r->calls++;
    bool refuse = r->refuse > 0;
    r->refuse -= refuse;
    if (!refuse) {
        assert_true(r->n < TAKEN_MAX);
        r->ids[r->n] = id;
        r->about[r->n++] = about;
        snprintf(r->event, sizeof r->event, "%.*s", STR_FMT(event));
        snprintf(r->payload, sizeof r->payload, "%.*s", STR_FMT(payload));
    }
    pthread_mutex_unlock(&r->lock);
    if (r->dies)
        _exit(id.b[15] & 0x3f); /* a trace for the parent */
    return refuse ? FAIL(ERR_IO, "the line is down") : OK;
}

#define RECEIVER                          \
    {                                     \
        .lock = PTHREAD_MUTEX_INITIALIZER \
    }

static int distinct(const struct receiver *r)
{
    int n = 0;
    for (int i = 0; i < r->n; i++) {
        bool seen = false;
        for (int k = 0; k < i && !seen; k++)
            seen = id_eq(r->ids[i], r->ids[k]);
        n += !seen;
    }
    return n;
}

static struct id emit(const char *payload)
{
    struct ctx system = ctx_system();
    struct id about = id_new();
    assert_ok(do_act(&store, &system, "test.emit", about, NULL, "payload", payload, NULL));
    return about;
}

static int run(struct receiver *r)
{
    int done = -1;
    assert_ok(jobs_run(store.door, r ? take : NULL, r, *store.dir ? store.dir : NULL, &done));
    return done;
}

static void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(door_sequence(store.door)); /* time stands still here: only their places order the leaves */
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_error("%s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
}

/* ---- outbox ----------------------------------------------------------------------------------------------
 */

static void an_event_is_delivered_once(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    struct id about = emit("what happened");
    assert_int_equal(run(&r), 1);
    assert_int_equal(r.n, 1);
    assert_true(id_eq(r.about[0], about));
    assert_string_equal(r.event, "test.event");
    assert_string_equal(r.payload, "what happened");
    assert_int_equal(run(&r), 0);
    now_us += 1000 * 86400 * SECOND;
    assert_int_equal(run(&r), 0);
    assert_int_equal(r.calls, 1);
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM outbox WHERE done_us IS NOT NULL AND next_us IS NULL AND attempts = 1"),
        1);
    the_trail_holds();
}

static void what_fails_waits_longer_and_longer(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    emit("");
    r.refuse = 25;
    for (int attempt = 1; attempt <= 25; attempt++) {
        assert_int_equal(run(&r), 0);
        assert_int_equal(r.calls, attempt);
        now_us += outbox_wait_us(attempt) - 1;
        assert_int_equal(run(&r), 0);
        assert_int_equal(r.calls, attempt); /* not before its time */
        now_us += 1;
    }
    assert_int_equal(run(&r), 1);
    assert_int_equal(r.n, 1);
    assert_int_equal(count_rows(&store, "SELECT attempts FROM outbox"), 26);
    the_trail_holds();
}

static void waits_double_to_a_day(void **state)
{
    (void)state;
    assert_int_equal(outbox_wait_us(0), 0);
    assert_int_equal(outbox_wait_us(1), 10 * SECOND);
    for (int64_t n = 1; n < 100; n++) {
        int64_t this = outbox_wait_us(n), next = outbox_wait_us(n + 1);
        assert_true(next == 2 * this || next == 86400 * SECOND);
        assert_true(next >= this && next <= 86400 * SECOND);
    }
    assert_int_equal(outbox_wait_us(INT64_MAX), 86400 * SECOND);
}

static void one_bad_line_does_not_hold_up_the_others(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    for (int i = 0; i < 120; i++)
        emit("");
    r.refuse = 60; /* more than a page */
    assert_int_equal(run(&r), 60);
    assert_int_equal(r.calls, 120);
    now_us += 10 * SECOND;
    assert_int_equal(run(&r), 60);
    assert_int_equal(distinct(&r), 120);
    assert_int_equal(r.n, 120);
}

static void a_death_between_delivery_and_its_note_delivers_again(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    int status;
    emit("");
    store_close(&store);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        r.dies = true;
        if (store_try_open(&store) != OK)
            _exit(200);
        int done;
        (void)!jobs_run(store.door, take, &r, NULL, &done);
        _exit(201);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 64); /* it was delivered */
    store_open(&store);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NOT NULL"), 0);
    assert_int_equal(run(&r), 0); /* the dead one's turn is not over */
    now_us += 60 * SECOND;
    assert_int_equal(run(&r), 1);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.ids[0].b[15] & 0x3f, WEXITSTATUS(status)); /* the same id: the receiver can tell */
    assert_int_equal(run(&r), 0);
    the_trail_holds();
}

static void only_the_system_says_what_was_delivered(void **state)
{
    NEED_STORE(state);
    struct ctx admin = officer("npa", ROLE_SYSTEM_ADMIN, 1), lead = officer("npa", ROLE_CASE_LEAD, 2),
               system = ctx_system();
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell c[16];
    struct db *db;
    size_t n;
    admin.purpose = PURPOSE_ADMINISTRATION;
    emit("");
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_OUTBOX, id_nil(), 1, c, &n));
    door_reader_done(store.door, db);
    struct id id = cell_get_id(&c[0]);
    assert_fails(do_act(&store, &admin, "outbox.delivered", id, NULL, NULL), ERR_DENIED);
    assert_fails(do_act(&store, &admin, "outbox.failed", id, NULL, NULL), ERR_DENIED);
    assert_int_not_equal(do_act(&store, &lead, "outbox.delivered", id, NULL, NULL), OK);
    assert_fails(do_act(&store, &system, "outbox.delivered", id_new(), NULL, NULL), ERR_NOT_FOUND);
    assert_ok(do_act(&store, &system, "outbox.delivered", id, NULL, NULL));
    assert_fails(do_act(&store, &system, "outbox.delivered", id, NULL, NULL), ERR_STATE);
    assert_fails(do_act(&store, &system, "outbox.failed", id, NULL, NULL), ERR_STATE);
    the_trail_holds();
}

/* ---- in groups -------------------------------------------------------------------------------------------
 */

enum { WAITING_MAX = 400 };
struct waiting {
    struct id ids[WAITING_MAX];
    size_t n;
};

/* In the order in which they are due. */
static struct waiting waiting_events(void)
{
    struct waiting w = {.n = 0};
    struct stmt *s;
    struct db *db;
    bool row;
    assert_ok(door_reader(store.door, &db));
    assert_ok(db_prepare(db, "SELECT id FROM outbox WHERE next_us > 0 ORDER BY next_us, id", &s));
    for (;;) {
        assert_ok(db_step(s, &row));
        if (!row)
            break;
        assert_true(w.n < WAITING_MAX);
        assert_ok(db_id(s, 0, &w.ids[w.n++]));
    }
    door_reader_done(store.door, db);
    return w;
}

static void poison(struct id event)
{
    struct ctx system = ctx_system();
    assert_ok(do_act(&store, &system, "test.poison", event, NULL, NULL));
}

static enum err deliver_together(const struct id *ids, size_t n, int64_t for_us, enum err *outcomes,
                                 size_t *ret_n)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx system = ctx_system();
    struct act_request requests[WAITING_MAX];
    for (size_t i = 0; i < n; i++)
        requests[i] = (struct act_request){
            .ctx = &system, .action = "outbox.delivered", .subject = ids[i], .expected_version = -1};
    return door_act_each(store.door, requests, n, for_us, a, outcomes, ret_n);
}

static int told_of(struct id event)
{
    struct stmt *s;
    struct db *db;
    bool row;
    assert_ok(door_reader(store.door, &db));
    assert_ok(db_prepare(db, "SELECT count(*) FROM notice WHERE outbox = ?1", &s));
    db_bind_id(s, 1, &event);
    assert_ok(db_step(s, &row));
    int n = (int)db_i64(s, 0);
    db_reset(s);
    door_reader_done(store.door, db);
    return n;
}

static void a_group_is_one_transaction_and_a_leaf_each(void **state)
{
    NEED_STORE(state);
    enum err outcomes[40];
    size_t n;
    for (int i = 0; i < 40; i++)
        emit("");
    struct waiting w = waiting_events();
    uint64_t commits = door_stats(store.door).commits;
    assert_ok(deliver_together(w.ids, 40, INT64_MAX, outcomes, &n));
    assert_int_equal(n, 40);
    assert_int_equal(door_stats(store.door).commits, commits + 1);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(outcomes[i], OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'outbox.delivered'"),
                     40);
    assert_int_equal(waiting_events().n, 0);
    the_trail_holds();
}

static void a_group_ends_with_its_turn_but_never_empty(void **state)
{
    NEED_STORE(state);
    enum err outcomes[5];
    size_t n;
    for (int i = 0; i < 5; i++)
        emit("");
    struct waiting w = waiting_events();
    assert_ok(deliver_together(w.ids, 5, 0, outcomes, &n));
    assert_int_equal(n, 1);
    assert_int_equal(outcomes[0], OK);
    struct waiting left = waiting_events();
    assert_int_equal(left.n, 4);
    assert_true(id_eq(left.ids[0], w.ids[1])); /* the next in its order */
    assert_fails(deliver_together(w.ids, 0, 0, outcomes, &n), ERR_LIMIT);
    the_trail_holds();
}

static void what_fails_in_a_group_is_undone_alone(void **state)
{
    NEED_STORE(state);
    enum err outcomes[9];
    size_t n;
    for (int i = 0; i < 9; i++)
        emit("");
    struct waiting w = waiting_events();
    poison(w.ids[4]);
    w.ids[7] = id_new(); /* and one that is not there */
    assert_ok(deliver_together(w.ids, 9, INT64_MAX, outcomes, &n));
    assert_int_equal(n, 9);
    for (size_t i = 0; i < n; i++) {
        bool well = i != 4 && i != 7;
        assert_int_equal(outcomes[i], well ? OK : i == 4 ? ERR_CONSTRAINT : ERR_NOT_FOUND);
        assert_int_equal(told_of(w.ids[i]), well);
    }
    assert_ok(deliver_together(w.ids, 4, INT64_MAX, outcomes, &n)); /* a second time: nothing is doubled */
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(outcomes[i], ERR_STATE);
        assert_int_equal(told_of(w.ids[i]), 1);
    }
    the_trail_holds(); /* a leaf of each refusal, too */
}

static void a_poisoned_event_waits_alone(void **state)
{
    NEED_STORE(state);
    for (int i = 0; i < 120; i++)
        emit("");
    struct waiting w = waiting_events();
    poison(w.ids[0]);
    poison(w.ids[60]);
    uint64_t commits = door_stats(store.door).commits;
    assert_int_equal(run(NULL), 118);
    assert_true(door_stats(store.door).commits - commits < 100); /* they went out in groups */
    assert_int_equal(run(NULL), 0);
    assert_int_equal(waiting_events().n, 2);
    for (size_t i = 0; i < w.n; i++)
        assert_int_equal(told_of(w.ids[i]), i != 0 && i != 60);
    for (int attempt = 2; attempt < 5; attempt++) { /* it is tried again, later and later, and by itself */
        now_us += outbox_wait_us(attempt - 1);
        emit("");
        assert_int_equal(run(NULL), 1);
        assert_int_equal(count_rows(&store, "SELECT min(attempts) FROM outbox WHERE next_us > 0"), attempt);
    }
    the_trail_holds();
}

/* Leaves of deliveries whose event was due later than that of a leaf after them. */
static int64_t out_of_order(void)
{
    return count_rows(
        &store, "SELECT count(*) FROM audit_leaf a JOIN audit_leaf b ON b.no = a.no + 1 JOIN outbox x ON "
                "x.id = a.object JOIN outbox y ON y.id = b.object WHERE a.action = 'outbox.delivered' "
                "AND b.action = 'outbox.delivered' AND a.outcome = 0 AND b.outcome = 0 AND "
                "x.created_us > y.created_us");
}

static uint32_t chance(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % below;
}

/* Whatever is poisoned, wherever memory ends in the middle, however events are spread over rounds: each of
 * the others is told of once, in their order, and the poisoned ones of none. */
static void each_of_a_group_is_told_once_whatever_happens(void **state)
{
    NEED_STORE(state);
    struct waiting all = {.n = 0};
    bool poisoned[WAITING_MAX] = {false};
    uint32_t seed = 20261122;
    for (int round = 0; round < 12; round++) {
        uint32_t many = 1 + chance(&seed, 30);
        for (uint32_t i = 0; i < many; i++, now_us += SECOND)
            emit("");
        struct waiting w = waiting_events();
        for (size_t i = 0; i < w.n; i++) {
            size_t k = 0;
            while (k < all.n && !id_eq(all.ids[k], w.ids[i]))
                k++;
            if (k < all.n)
                continue;
            all.ids[all.n++] = w.ids[i];
            poisoned[k] = chance(&seed, 8) == 0;
            if (poisoned[k])
                poison(w.ids[i]);
        }
        int done;
        mem_inject(1 + chance(&seed, 400), false);
        enum err e = jobs_run(store.door, NULL, NULL, NULL, &done);
        mem_inject(0, false);
        assert_true(e == OK || e == ERR_NO_MEMORY);
        now_us += 61 * SECOND; /* a turn that was not given back ends */
        for (size_t i = 0; i < all.n; i++)
            assert_true(told_of(all.ids[i]) <= !poisoned[i]);
    }
    run(NULL);
    for (size_t i = 0; i < all.n; i++)
        assert_int_equal(told_of(all.ids[i]), !poisoned[i]);
    assert_true(all.n > 60);
    assert_int_equal(out_of_order(), 0);
    the_trail_holds();
}

/* ---- the other jobs --------------------------------------------------------------------------------------
 */

static void clocks_are_told_and_delivered_in_one_round(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    assert_ok(do_act(&store, &lead, "consultation.create", id_nil(), NULL, "language", "my", NULL));
    assert_int_equal(run(&r), 0);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    assert_int_equal(run(&r), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"),
                     leaves); /* idle rounds leave nothing */
    now_us += 20 * 3600 * SECOND;
    assert_int_equal(run(&r), 2); /* told, delivered */
    assert_string_equal(r.event, "clock.warned");
    assert_string_equal(r.payload, "npa consultation answer");
    now_us += 4 * 3600 * SECOND;
    assert_int_equal(run(&r), 2);
    assert_string_equal(r.event, "clock.escalated");
    assert_int_equal(run(&r), 0);
    the_trail_holds();
}

static void a_locked_store_keeps_its_clocks(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    assert_ok(do_act(&store, &lead, "consultation.create", id_nil(), NULL, "language", "my", NULL));
    store_close(&store);
    assert_ok(door_open(&store.config, &store.door)); /* without its keys */
    now_us += 24 * 3600 * SECOND;
    assert_int_equal(run(&r), 2);
    assert_string_equal(r.event, "clock.escalated");
    assert_ok(door_unlock(store.door, store_secret()));
    the_trail_holds();
}

static void ended_sessions_go(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx system = ctx_system();
    char token[44];
    system.agency = "npa";
    assert_ok(do_act(&store, &system, "account.create", id_nil(), NULL, "login", "lead1", "name",
                     "Officer Synthetic", "password", "a long sentence", "role", "case_lead", "purpose",
                     "protection", NULL));
    for (int i = 0; i < 3; i++)
        assert_ok(account_sign_in(store.door, STR("lead1"), STR("a long sentence"), -1, -1, a, token));
    assert_int_equal(run(NULL), 2); /* the inbox hears of the new account, as does oversight */
    now_us += SESSION_IDLE_S * SECOND;
    assert_int_equal(run(NULL), 3);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM session"), 0);
    the_trail_holds();
}

static void old_key_backups_go(void **state)
{
    NEED_STORE(state);
    char folder[128], old[192], young[192];
    if (!*store.dir) { /* any folder will do */
        snprintf(store.dir, sizeof store.dir, "/tmp/akari-test-XXXXXX");
        assert_non_null(mkdtemp(store.dir));
    }
    snprintf(folder, sizeof folder, "%s/key-backups", store.dir);
    snprintf(old, sizeof old, "%s/keys-20261020T080000Z-00aa.akb", folder);
    snprintf(young, sizeof young, "%s/keys-20261119T080000Z-00aa.akb", folder);
    assert_ok(dir_make(folder, 0700));
    assert_ok(file_write_atomic(old, 0600, STR("x")));
    assert_ok(file_write_atomic(young, 0600, STR("x")));
    assert_int_equal(run(NULL), 1);
    assert_false(path_exists(old));
    assert_true(path_exists(young));
    unlink(young);
    rmdir(folder);
}

/* ---- turns -----------------------------------------------------------------------------------------------
 */

struct turn {
    struct id id, owner;
    int64_t until_us;
};

static enum err hold_turn(struct tx *tx, void *arg)
{
    struct turn *t = arg;
    struct cell cells[] = {cell_id(&t->id), cell_c("round"), cell_id(&t->owner), cell_int(t->until_us)};
    return row_update(tx, &TABLE_JOB_LOCK, cells, -1);
}

static void nodes_take_turns(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct receiver r = RECEIVER;
    struct cell c[4];
    struct db *db;
    size_t n;
    emit("");
    assert_int_equal(run(&r), 1); /* there is a row now */
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_JOB_LOCK, id_nil(), 1, c, &n));
    door_reader_done(store.door, db);
    struct turn other = {cell_get_id(&c[0]), id_new(), now_us + 60 * SECOND};
    assert_ok(door_quiet(store.door, hold_turn, &other));
    emit("");
    assert_int_equal(run(&r), 0);
    now_us += 60 * SECOND - 1;
    assert_int_equal(run(&r), 0);
    assert_int_equal(r.n, 1);
    now_us++;
    assert_int_equal(run(&r), 1);
    assert_int_equal(run(&r), 0);
    emit("");
    assert_int_equal(run(&r), 1); /* given back: no waiting for the next one */
}

struct node {
    struct door *door;
    struct receiver *receiver;
    enum err e;
};

static void *work_as_node(void *arg)
{
    struct node *n = arg;
    for (int i = 0; i < 40 && n->e == OK; i++) {
        int done;
        n->e = jobs_run(n->door, take, n->receiver, NULL, &done);
        struct timespec nap = {0, 2000000};
        nanosleep(&nap, NULL);
    }
    return NULL;
}

static void two_nodes_deliver_each_event_once(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    struct door_config second = store.config;
    struct node nodes[2] = {{.receiver = &r}, {.receiver = &r}};
    pthread_t threads[2];
    for (int i = 0; i < 60; i++)
        emit("");
    store_close(&store);
    second.sequence_us = -1; /* places are given by one of them, here at the end */
    assert_ok(door_open(&second, &nodes[0].door));
    assert_ok(door_open(&second, &nodes[1].door));
    for (int i = 0; i < 2; i++) {
        assert_ok(door_unlock(nodes[i].door, store_secret()));
        assert_int_equal(pthread_create(&threads[i], NULL, work_as_node, &nodes[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++)
        assert_ok(nodes[i].e);
    for (int i = 0; i < 2; i++)
        assert_ok(door_close(nodes[i].door));
    store_open(&store);
    assert_int_equal(r.n, 60);
    assert_int_equal(distinct(&r), 60);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NULL"), 0);
}

static void the_thread_works_and_stops(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    struct jobs *j;
    emit("");
    assert_ok(jobs_start(store.door, take, &r, *store.dir ? store.dir : NULL, &j));
    for (int i = 0; i < 1000; i++) {
        struct timespec nap = {0, 5000000};
        if (count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NOT NULL") == 1)
            break;
        nanosleep(&nap, NULL);
    }
    jobs_stop(j);
    assert_int_equal(r.n, 1);
    emit("");
    struct timespec nap = {1, 200000000};
    nanosleep(&nap, NULL);
    assert_int_equal(r.n, 1); /* nobody works any more */
    jobs_stop(NULL);
    the_trail_holds();
}

static void memory_may_run_out(void **state)
{
    NEED_STORE(state);
    struct receiver r = RECEIVER;
    uint64_t refused = 0;
    for (uint64_t nth = 1;; nth += store.postgres ? 3 : 1) {
        int done;
        emit("");
        mem_inject(nth, false);
        enum err e = jobs_run(store.door, take, &r, NULL, &done);
        bool through = mem_calls() < nth;
        mem_inject(0, false);
        if (e != OK && e != ERR_NO_MEMORY)
            fail_msg("allocation %d: %s (%s) at %s", (int)nth, err_row(e)->name, err_detail(), err_place());
        refused += e != OK;
        if (through)
            break;
        now_us += 61 * SECOND; /* a turn that was not given back ends */
    }
    assert_true(refused > 5);
    now_us += 61 * SECOND;
    run(&r);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE done_us IS NULL"), 0);
    assert_int_equal(distinct(&r), count_rows(&store, "SELECT count(*) FROM outbox"));
    the_trail_holds();
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    const struct CMUnitTest tests[] = {
        EACH(an_event_is_delivered_once),
        EACH(what_fails_waits_longer_and_longer),
        cmocka_unit_test(waits_double_to_a_day),
        EACH(one_bad_line_does_not_hold_up_the_others),
        EACH(a_death_between_delivery_and_its_note_delivers_again),
        EACH(only_the_system_says_what_was_delivered),
        EACH(a_group_is_one_transaction_and_a_leaf_each),
        EACH(a_group_ends_with_its_turn_but_never_empty),
        EACH(what_fails_in_a_group_is_undone_alone),
        EACH(a_poisoned_event_waits_alone),
        EACH(each_of_a_group_is_told_once_whatever_happens),
        EACH(clocks_are_told_and_delivered_in_one_round),
        EACH(a_locked_store_keeps_its_clocks),
        EACH(ended_sessions_go),
        EACH(old_key_backups_go),
        EACH(nodes_take_turns),
        EACH(two_nodes_deliver_each_event_once),
        EACH(the_thread_works_and_stops),
        EACH(memory_may_run_out),
    };
    if (argc > 1)
        driver = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
