/* SPDX-License-Identifier: Apache-2.0 */
/* reconnect - PostgreSQL is killed, stopped at once or ends all sessions while officers work; the same door
 * comes back to work without a restart, and what was acknowledged is there, once.
 *
 *     reconnect [KILLS [SEED]]     10 unless told; reconnect.sh starts it with a PostgreSQL of its own */
#include "campaigns/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS 4

static int kills = 10;
static uint64_t seed = 20260403;
static struct store store;

struct ack {
    struct id request, result;
};

static void nap_us(int64_t us)
{
    struct timespec t = {us / 1000000, (us % 1000000) * 1000};
    nanosleep(&t, NULL);
}

/* ---- officers at work
 * --------------------------------------------------------------------------------- */

static int acks_to;
static volatile bool resting;
static size_t refused;

/* One write of one ack: less than PIPE_BUF, so it arrives whole or not at all. */
static void tell(const struct ack *k)
{
    if (write(acks_to, k, sizeof *k) != (ssize_t)sizeof *k && errno != EPIPE)
        abort();
}

static bool act_once(struct ctx *c, const char *action, struct id subject, struct act_result *r)
{
    struct ack k = {.request = id_new()};
    c->request_id = k.request;
    enum err e = strcmp(action, "case.set_stage") == 0
                     ? do_act(&store, c, action, subject, r, "stage", "presumed_victim", NULL)
                     : do_act(&store, c, action, subject, r, NULL);
    if (e != OK) {
        __atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
        return false;
    }
    k.result = r->id;
    tell(&k);
    return true;
}

static void *work(void *arg)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(uintptr_t)arg);
    struct act_result r;
    while (!resting)
        if (!act_once(&c, "case.open", id_nil(), &r) || !act_once(&c, "case.set_stage", r.id, &r))
            nap_us(1000);
    return NULL;
}

/* ---- afterwards
 * ---------------------------------------------------------------------------------------------------- */

static size_t take_acks(int from, struct ack **acks, size_t n, size_t *cap)
{
    struct ack k;
    while (read(from, &k, sizeof k) == (ssize_t)sizeof k) {
        if (n == *cap) {
            *cap = *cap ? *cap * 2 : 1024;
            struct ack *more = ARENA_ARRAY(store.arena, *cap, struct ack);
            assert_non_null(more);
            if (n)
                memcpy(more, *acks, n * sizeof k);
            *acks = more;
        }
        (*acks)[n++] = k;
    }
    return n;
}

static size_t count_lost(const struct ack *acks, size_t n)
{
    struct db *db;
    size_t lost = 0;
    assert_int_equal(door_reader(store.door, &db), OK);
    for (size_t i = 0; i < n; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct cell cells[TABLE_COLUMNS_MAX];
        enum err e = row_get(db, a, &TABLE_REQUEST, acks[i].request, cells);
        lost += e != OK || !id_eq(cell_get_id(&cells[3]), acks[i].result);
    }
    door_reader_done(store.door, db);
    return lost;
}

static void all_is_well(const struct ack *acks, size_t n)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)512 << 20);
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n && i < 3; i++)
        print_error("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
    assert_int_equal(count_lost(acks, n), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.open'"),
                     count_rows(&store, "SELECT count(*) FROM case_file"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.set_stage'"),
                     count_rows(&store, "SELECT count(*) FROM outbox"));
}

/* ---- PostgreSQL itself is killed under a living door
 * ------------------------------------------------------------------ */

/* tests/pg.sh and pg_ctl, as somebody who runs a server would. */
static int shell(const char *command)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t postmaster(const char *dir)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char *path = arena_printf(a, "%s/data/postmaster.pid", dir);
    char line[32] = "";
    int64_t pid = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, line, sizeof line - 1);
    close(fd);
    struct str rest = {line, got > 0 ? (size_t)got : 0}, first;
    return str_cut(&rest, '\n', &first) && str_i64(first, 2, INT32_MAX, &pid) == OK ? (pid_t)pid : 0;
}

/* Three ways: the postmaster dies, it stops at once, or it ends all sessions. */
static void kill_server(const char *dir, uint64_t how)
{
    if (how == 0) {
        pid_t pid = postmaster(dir);
        assert_true(pid > 1);
        kill(pid, SIGKILL);
        nap_us(300000); /* its children notice */
    } else if (how == 1) {
        assert_int_equal(shell("\"$AKARI_PG_AS\" pg_ctl -D \"$AKARI_TEST_PG_DIR/data\" -m immediate -w stop "
                               ">/dev/null 2>&1"),
                         0);
    } else {
        struct db_config c = {.url = getenv("AKARI_TEST_PG")};
        struct db *db CLEANUP(db_cleanup) = NULL;
        assert_int_equal(db_open(&c, &db), OK);
        assert_int_equal(
            db_script(db, "DO $$BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity "
                          "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'; END$$"),
            OK);
    }
}

static void start_server(void)
{
    for (int i = 0; i < 20; i++) {
        if (shell("rm -f \"$AKARI_TEST_PG_DIR/data/postmaster.pid\"; \"$AKARI_PG_AS\" pg_ctl -D "
                  "\"$AKARI_TEST_PG_DIR/data\" "
                  "-l \"$AKARI_TEST_PG_DIR/log\" -w -t 30 start >/dev/null 2>&1") == 0)
            return;
        nap_us(200000);
    }
    fail_msg("the server does not start again");
}

static void a_killed_server_loses_nothing(void **state)
{
    (void)state;
    const char *dir = getenv("AKARI_TEST_PG_DIR");
    struct ack *acks = NULL;
    size_t n = 0, cap = 0;
    uint64_t s = seed;
    pthread_t threads[WORKERS];
    int ends[2];
    assert_true(store_make(&store, "postgres"));
    store.config.sequence_us = 5000;
    store_open(&store);
    for (int i = 0; i < kills; i++) {
        assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
        assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
        acks_to = ends[1];
        resting = false;
        for (uintptr_t w = 0; w < WORKERS; w++)
            pthread_create(&threads[w], NULL, work, (void *)(w + 1));
        nap_us((int64_t)(50000 + below(&s, 200000)));
        uint64_t how = below(&s, 3);
        kill_server(dir, how);
        if (how < 2)
            start_server();
        nap_us(100000); /* the same door works again */
        resting = true;
        for (int w = 0; w < WORKERS; w++)
            pthread_join(threads[w], NULL);
        size_t before = n;
        n = take_acks(ends[0], &acks, n, &cap);
        close(ends[0]);
        close(ends[1]);
        assert_true(n > before);
        assert_int_equal(door_sequence(store.door), OK);
        all_is_well(acks + before, n - before);
    }
    all_is_well(acks, n);
    print_message("# %d kills, %zu acknowledged, none lost, none twice; %zu were told an error\n",
                  kills, n, refused);
    store_remove(&store);
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1 && str_i64(str_of(argv[1]), 1, 1000000, &n) == OK)
        kills = (int)n;
    if (argc > 2 && str_i64(str_of(argv[2]), 0, INT64_MAX, &n) == OK)
        seed = (uint64_t)n;
    if (!getenv("AKARI_PG_AS") || !getenv("AKARI_TEST_PG_DIR") || !store_can("postgres")) {
        puts("1..0 # SKIP reconnect.sh starts this with a PostgreSQL of its own");
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_killed_server_loses_nothing)};
    return cmocka_run_group_tests_name("reconnect", tests, NULL, NULL);
}
