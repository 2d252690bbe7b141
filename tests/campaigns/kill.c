/* SPDX-License-Identifier: Apache-2.0 */
/* kill - kill -9 under load: what was acknowledged is there, once, and the trail holds.
 *
 *     kill sqlite [KILLS [SEED]]              the program that writes is killed
 *     kill postgres PG.SH [KILLS [SEED]]      the whole server is killed, on a cluster of this program's own;
 * every other time the program that writes, too
 *
 * A child asks from THREADS threads and tells of each act in a pipe after door_act returned. What it is
 * asking lies in shared memory: once the store is open again the parent asks the same once more, as a face
 * would, and must get one result. */
#include "support/whole.h"

#include "base/env.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS     4
#define ROUNDS      12 /* kills of one store */
#define PATIENCE_MS 120000

static const char *driver = "sqlite", *pg_sh;
static int kills = 8;
static uint64_t seed = 20260401;

enum deed {
    OPEN_CASE,
    ADD_SUBJECT,
    CONSULT,
    SHOW_CASE,
    OPEN_GROUP,
    REPORT,
    ENQUIRY,
    BEGIN_FILE, /* these three follow each other */
    PUT_PART,
    FINISH_FILE,
    DEEDS
};
static const char *const deeds[DEEDS] = {
    "case.open",     "subject.add",  "consultation.create", "case.show",        "group.open",
    "report.create", "enquiry.note", "attachment.begin",    "attachment.chunk", "attachment.finish"};

struct ask {
    struct id request, case_, file, made;
    enum deed deed;
    int thread; /* whose officer asks */
};
/* Of the child, seen by the parent. */
struct board {
    struct ask asking[THREADS];
    bool asked[THREADS]; /* asking[i] is on its way */
    bool stop;
    enum err wrong; /* what no crash explains */
    uint64_t retries;
};

static struct store store;
static struct board *board;
static struct {
    uint64_t kills, acts, looks, lost, unacknowledged, kept, client_deaths, findings, doubles, retries;
} sum;

static uint64_t below(uint64_t n)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

/* ---- one deed, by child or parent ------------------------------------------------------------------------
 */

static enum err ask(struct store *s, struct ask *k, struct act_result *ret)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(1 + k->thread));
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    char text[33];
    enum err e = ERR_INTERNAL;
    c.request_id = k->request;
    id_text(k->case_, text);
    *ret = (struct act_result){.id = id_nil()};
    switch (k->deed) {
    case OPEN_CASE:
        e = do_act(s, &c, deeds[k->deed], id_nil(), ret, NULL);
        break;
    case ADD_SUBJECT:
        e = do_act(s, &c, deeds[k->deed], k->case_, ret, "type", "person", "role", "presumed_victim", NULL);
        break;
    case CONSULT:
        e = do_act(s, &c, deeds[k->deed], id_nil(), ret, "case", text, "language", "my", "contact",
                   "synthetic", NULL);
        break;
    case SHOW_CASE:
        e = do_view(s, &c, deeds[k->deed], k->case_, a, &v, NULL);
        break;
    case OPEN_GROUP:
        e = do_act(s, &c, deeds[k->deed], k->case_, ret, NULL);
        break;
    case REPORT:
        e = do_act(s, &c, deeds[k->deed], id_nil(), ret, "danger", "yes", "what", "Synthetic.", NULL);
        break;
    case ENQUIRY:
        e = do_act(s, &c, deeds[k->deed], id_nil(), ret, "as", "family", "number", "SYN 00417", NULL);
        break;
    case BEGIN_FILE:
        e = do_act(s, &c, deeds[k->deed], id_nil(), ret, "case", text, "class", "identity", "declared",
                   "not_sexual", "bytes", "9", "title", "Synthetic letter", NULL);
        break;
    case PUT_PART:
        e = do_act(s, &c, deeds[k->deed], k->file, ret, "no", "0", "content", "c3ludGhldGlj", NULL);
        break;
    case FINISH_FILE:
        e = do_act(s, &c, deeds[k->deed], k->file, ret, NULL);
        break;
    case DEEDS:
        break;
    }
    k->made = ret->id;
    return e;
}

/* ---- the child ----------------------------------------------------------------------------------------- */

struct worker {
    struct store *store;
    int thread, pipe;
    pthread_t id;
};

static bool of_a_crash(enum err e)
{
    return e == ERR_RETRY || e == ERR_IO || e == ERR_DATABASE || e == ERR_BUSY;
}

/* Until it is told OK: the same request again and again. */
static bool insist(struct worker *w, struct ask *k)
{
    struct act_result r;
    for (;;) {
        enum err e = ask(w->store, k, &r);
        if (e == OK)
            return true;
        if (!of_a_crash(e)) {
            fprintf(stderr, "# %s: %s %s (%s)\n", deeds[k->deed], err_row(e)->name, err_detail(),
                    err_place());
            board->wrong = e;
            return false;
        }
        __atomic_add_fetch(&board->retries, 1, __ATOMIC_RELAXED);
        struct timespec nap = {0, 20000000};
        nanosleep(&nap, NULL);
    }
}

/* A file is begun now and then, and what is begun is finished: an officer has room for so many at once. */
static enum deed next_deed(unsigned i, struct id mine, enum deed last)
{
    static const enum deed turns[] = {OPEN_CASE, ADD_SUBJECT, CONSULT,    SHOW_CASE, OPEN_GROUP, CONSULT,
                                      REPORT,    ENQUIRY,     BEGIN_FILE, SHOW_CASE, CONSULT,    ADD_SUBJECT};
    if (id_is_nil(mine))
        return OPEN_CASE;
    if (last == BEGIN_FILE || last == PUT_PART)
        return last + 1;
    return turns[i % (sizeof turns / sizeof *turns)];
}

static void *work(void *user)
{
    struct worker *w = user;
    struct id mine = id_nil(), file = id_nil();
    enum deed last = DEEDS;
    for (unsigned i = 0; !__atomic_load_n(&board->stop, __ATOMIC_ACQUIRE); i++) {
        struct ask k = {.request = id_new(),
                        .case_ = mine,
                        .file = file,
                        .deed = next_deed(i, mine, last),
                        .thread = w->thread + THREADS * (int)(sum.kills % 60)}; /* others after each kill */
        board->asking[w->thread] = k;
        __atomic_store_n(&board->asked[w->thread], true, __ATOMIC_RELEASE);
        if (!insist(w, &k))
            break;
        last = k.deed;
        if (k.deed == OPEN_CASE)
            mine = k.made;
        if (k.deed == BEGIN_FILE)
            file = k.made;
        if (write(w->pipe, &k, sizeof k) != (ssize_t)sizeof k) /* less than PIPE_BUF: whole or not at all */
            break;
        __atomic_store_n(&board->asked[w->thread], false, __ATOMIC_RELEASE);
    }
    return NULL;
}

static void child(int pipe)
{
    struct worker w[THREADS];
    while (store_try_open(&store) != OK) {
        if (!store.postgres)
            _exit(3);
        struct timespec nap = {0, 50000000};
        nanosleep(&nap, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){.store = &store, .thread = i, .pipe = pipe};
        if (pthread_create(&w[i].id, NULL, work, &w[i]))
            _exit(4);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(w[i].id, NULL);
    _exit(door_close(store.door) == OK ? 0 : 5);
}

/* ---- the server ------------------------------------------------------------------------------------------
 */

#define SERVER_MAX 256

static void run_pg_sh(const char *what, char *out, size_t size)
{
    int fds[2], status;
    size_t n = 0;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        close(fds[1]);
        execl("/bin/sh", "sh", pg_sh, what, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    while (n + 1 < size) {
        ssize_t got = read(fds[0], out + n, size - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    out[n] = '\0';
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        out[0] = '\0';
}

/* export NAME='VALUE', as pg.sh prints it; its folder is from mktemp and has no quotes. */
static void take_variable(const char *text, const char *name)
{
    char value[256];
    size_t n = 0;
    const char *p = strstr(text, name);
    assert_non_null(p);
    for (p += strlen(name) + 1; *p && *p != '\n' && n + 1 < sizeof value; p++) {
        if (strncmp(p, "'\\''", 4) == 0) {
            value[n++] = '\'';
            p += 3;
        } else if (*p != '\'') {
            value[n++] = *p;
        }
    }
    value[n] = '\0';
    setenv(name, value, 1);
}

static pid_t postmaster(void)
{
    char path[256];
    long pid = 0;
    snprintf(path, sizeof path, "%s/data/postmaster.pid", getenv("AKARI_TEST_PG_DIR"));
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld", &pid), 1);
    fclose(f);
    assert_true(pid > 1);
    return (pid_t)pid;
}

static size_t children_of(pid_t parent, pid_t *ret)
{
    size_t n = 0;
    DIR *d = opendir("/proc");
    assert_non_null(d);
    for (const struct dirent *e = readdir(d); e && n < SERVER_MAX; e = readdir(d)) {
        char path[300];
        long pid = 0, of = 0;
        snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
        FILE *f = *e->d_name >= '1' && *e->d_name <= '9' ? fopen(path, "r") : NULL;
        if (!f)
            continue;
        if (fscanf(f, "%ld (%*[^)]) %*c %ld", &pid, &of) == 2 && of == (long)parent)
            ret[n++] = (pid_t)pid;
        fclose(f);
    }
    closedir(d);
    return n;
}

/* All of it at one moment, as when the machine's power goes (but the disk keeps what was written). This
 * process is their subreaper: a zombie with the old number would keep the server from starting again. */
static void kill_server(void)
{
    pid_t main_process = postmaster(), pids[SERVER_MAX];
    assert_int_equal(kill(main_process, SIGSTOP), 0); /* starts no more */
    size_t n = children_of(main_process, pids);
    for (size_t i = 0; i < n; i++)
        kill(pids[i], SIGKILL);
    assert_int_equal(kill(main_process, SIGKILL), 0);
    waitpid(main_process, NULL, 0);
    for (size_t i = 0; i < n; i++)
        waitpid(pids[i], NULL, 0);
}

static void start_server(void)
{
    char out[1024];
    run_pg_sh("again", out, sizeof out);
    if (!*out)
        fail_msg("the server does not start again");
}

/* ---- acknowledged
 * ------------------------------------------------------------------------------------------ */

struct acks {
    struct ask *all;
    size_t n, size;
};

static void keep(struct acks *acks, const struct ask *k)
{
    assert_true(acks->n < acks->size);
    acks->all[acks->n++] = *k;
}

/* Until n more came, or the pipe is closed by the child's death (then everything that came before is read).
 */
static void listen_for(int fd, struct acks *acks, size_t n)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct ask k;
    for (size_t i = 0; i < n; i++) {
        int ready = poll(&p, 1, PATIENCE_MS);
        if (ready == 0)
            fail_msg("nothing is acknowledged any more");
        ssize_t got = ready > 0 ? read(fd, &k, sizeof k) : -1;
        if (got <= 0)
            return;
        assert_int_equal(got, sizeof k);
        keep(acks, &k);
    }
}

/* ---- what must hold -------------------------------------------------------------------------------------
 */

static int64_t count_of(struct db *db, const char *sql, struct id id)
{
    struct stmt *s;
    bool row;
    must(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &id);
    must(db_step(s, &row));
    int64_t n = row ? db_i64(s, 0) : -1;
    db_reset(s);
    return n;
}

static bool made_is_there(struct db *db, const struct ask *k)
{
    static const char *const there[DEEDS] = {
        [OPEN_CASE] = "SELECT count(*) FROM case_file WHERE id = ?1",
        [ADD_SUBJECT] = "SELECT count(*) FROM case_role WHERE subject = ?1",
        [CONSULT] = "SELECT count(*) FROM record WHERE id = ?1",
        [OPEN_GROUP] = "SELECT count(*) FROM case_group WHERE id = ?1",
        [REPORT] = "SELECT count(*) FROM report WHERE id = ?1",
        [ENQUIRY] = "SELECT count(*) FROM enquiry WHERE id = ?1",
        [BEGIN_FILE] = "SELECT count(*) FROM attachment WHERE id = ?1",
        [PUT_PART] = "SELECT count(*) FROM attachment_chunk WHERE attachment = ?1",
        [FINISH_FILE] = "SELECT count(*) FROM attachment WHERE id = ?1 AND finished_us IS NOT NULL",
    };
    bool in_no_case = k->deed == OPEN_CASE || k->deed == REPORT || k->deed == ENQUIRY;
    if (!in_no_case && count_of(db, there[OPEN_CASE], k->case_) != 1)
        return false;
    if (k->deed == SHOW_CASE)
        return true;
    return count_of(db, "SELECT count(*) FROM request WHERE id = ?1", k->request) == 1 &&
           count_of(db, there[k->deed], k->made) == 1 &&
           (k->deed >= BEGIN_FILE || /* what was begun is the result of its parts, too */
            count_of(db, "SELECT count(*) FROM request WHERE result = ?1", k->made) == 1);
}

static int by_id(const void *a, const void *b)
{
    return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* A leaf each, and not two. */
static void check_acks(const struct acks *acks)
{
    struct db *db;
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
    must(door_reader(store.door, &db));
    must(db_begin(db, DB_READ));
    /* The leaves have no index by request: all of them, once. */
    struct stmt *s;
    size_t nleaves = 0, cap = acks->n * 2 + 1000;
    struct id *leaves = ARENA_ARRAY(a, cap, struct id);
    assert_non_null(leaves);
    must(db_prepare(
        db, "SELECT request FROM audit_leaf WHERE outcome = 0 AND request IS NOT NULL ORDER BY request", &s));
    for (bool row = true; row;) {
        must(db_step(s, &row));
        if (row && nleaves < cap)
            must(db_id(s, 0, &leaves[nleaves++]));
    }
    for (size_t i = 1; i < nleaves; i++)
        sum.doubles += id_eq(leaves[i], leaves[i - 1]);
    for (size_t i = 0; i < acks->n; i++) {
        const struct ask *k = &acks->all[i];
        bool leaf = bsearch(&k->request, leaves, nleaves, sizeof *leaves, by_id) != NULL;
        if (leaf && made_is_there(db, k))
            continue;
        sum.lost++;
        print_message("# lost: %s%s\n", deeds[k->deed], leaf ? "" : ", no leaf");
    }
    db_rollback(db);
    door_reader_done(store.door, db);
}

/* What belongs together came together. */
static void check_rows(void)
{
    static const char *const none[] = {
        /* one result a request, one request a thing made */
        "SELECT count(*) FROM (SELECT result FROM request WHERE action NOT IN ('attachment.chunk', "
        "'attachment.finish') GROUP BY result HAVING count(*) > 1) x",
        "SELECT count(*) FROM case_file WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM record WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM subject WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM request WHERE action = 'case.open' AND result NOT IN (SELECT id FROM "
        "case_file)",
        "SELECT count(*) FROM (SELECT number FROM case_file GROUP BY number HAVING count(*) > 1) x",
        "SELECT count(*) FROM case_file WHERE id NOT IN (SELECT case_id FROM access_grant)",
        "SELECT count(*) FROM subject WHERE id NOT IN (SELECT subject FROM case_role)",
        "SELECT count(*) FROM case_group WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM report WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM enquiry WHERE id NOT IN (SELECT result FROM request)",
        "SELECT count(*) FROM attachment WHERE id NOT IN (SELECT result FROM request)",
        /* a group has the case that it began with */
        "SELECT count(*) FROM case_group WHERE id NOT IN (SELECT group_id FROM case_group_case)",
        /* a part of each file that is whole, once, and under the keys of a compartment that is there */
        "SELECT count(*) FROM attachment WHERE finished_us IS NOT NULL AND chunks <> (SELECT count(*) FROM "
        "attachment_chunk p WHERE p.attachment = attachment.id)",
        "SELECT count(*) FROM attachment_chunk WHERE attachment NOT IN (SELECT id FROM attachment)",
        "SELECT count(*) FROM attachment WHERE compartment NOT IN (SELECT compartment FROM compartment_key)",
        /* a clock for each consultation, and none else */
        "SELECT count(*) FROM record WHERE id NOT IN (SELECT record FROM clock)",
        "SELECT count(*) FROM clock WHERE record NOT IN (SELECT id FROM record) AND record NOT IN (SELECT id "
        "FROM "
        "report)",
        "SELECT count(*) FROM clock WHERE case_id NOT IN (SELECT id FROM case_file)",
        "SELECT count(*) FROM (SELECT record FROM clock GROUP BY record HAVING count(*) > 1) x",
        "SELECT count(*) FROM record WHERE id NOT IN (SELECT record FROM record_version)",
        /* events are of something, and wait or are done */
        "SELECT count(*) FROM outbox WHERE about NOT IN (SELECT id FROM case_file) AND about NOT IN (SELECT "
        "id FROM "
        "record) AND about NOT IN (SELECT id FROM subject) AND about NOT IN (SELECT id FROM clock) "
        "AND about NOT IN (SELECT id FROM report) AND about NOT IN (SELECT id FROM attachment) AND about NOT "
        "IN "
        "(SELECT id FROM enquiry)",
        "SELECT count(*) FROM outbox WHERE next_us IS NULL AND done_us IS NULL",
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        int64_t n = count_rows(&store, none[i]);
        sum.doubles += n > 0;
        if (n != 0)
            print_error("# %lld: %s\n", (long long)n, none[i]);
    }
}

static void check_trail(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
    must(door_sequence(store.door));
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_error("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    sum.findings += r.total;
    assert_int_equal(r.pending, 0);
    assert_int_equal(r.unsealed, 0);
}

/* Nobody knows what became of these: asked again they are done once, and acknowledged. */
static void ask_again(struct acks *acks)
{
    for (int i = 0; i < THREADS; i++) {
        struct act_result r;
        struct ask k = board->asking[i];
        if (!board->asked[i])
            continue;
        bool told = false;
        for (size_t j = acks->n; j-- > 0 && !told;)
            told = id_eq(acks->all[j].request, k.request);
        if (told || k.deed == SHOW_CASE)
            continue;
        struct db *db;
        must(door_reader(store.door, &db));
        int64_t there = count_of(db, "SELECT count(*) FROM request WHERE id = ?1", k.request);
        door_reader_done(store.door, db);
        must(ask(&store, &k, &r));
        assert_int_equal(r.replayed, there == 1);
        sum.unacknowledged++;
        sum.kept += r.replayed;
        keep(acks, &k);
    }
}

/* ---- a kill -----------------------------------------------------------------------------------------------
 */

static void nap_us(uint64_t us)
{
    struct timespec nap = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
    nanosleep(&nap, NULL);
}

static void end_client(pid_t pid, bool dies, int fd, struct acks *acks)
{
    int status;
    if (dies)
        kill(pid, SIGKILL);
    __atomic_store_n(&board->stop, true, __ATOMIC_RELEASE);
    listen_for(fd, acks, SIZE_MAX);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (dies)
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    else
        assert_int_equal(status, 0);
    sum.client_deaths += dies;
}

static void one_kill(struct acks *acks)
{
    int fds[2];
    bool dies = !store.postgres || sum.kills % 2;
    memset(board, 0, sizeof *board);
    assert_int_equal(pipe(fds), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        child(fds[1]);
    }
    close(fds[1]);
    if (!store.postgres && below(8) == 0)
        nap_us(below(60000)); /* while it opens */
    else
        listen_for(fds[0], acks, 1 + below(60));
    nap_us(below(5000)); /* anywhere between two answers */
    if (store.postgres) {
        kill_server();
        if (dies)
            end_client(pid, true, fds[0], acks);
        start_server();
        if (!dies) {
            listen_for(fds[0], acks, 10 + below(20)); /* it goes on by itself */
            end_client(pid, false, fds[0], acks);
        }
    } else {
        end_client(pid, true, fds[0], acks);
    }
    close(fds[0]);
    sum.kills++;
    sum.retries += board->retries;
    assert_int_equal(board->wrong, OK);
}

static void look_at(struct acks *acks)
{
    store_open(&store);
    ask_again(acks);
    check_acks(acks);
    check_rows();
    check_trail();
    store_close(&store);
    store_open(&store); /* once more: what the repair wrote is well, too */
    store_close(&store);
}

static void count_acks(const struct acks *acks)
{
    for (size_t i = 0; i < acks->n; i++)
        *(acks->all[i].deed == SHOW_CASE ? &sum.looks : &sum.acts) += 1;
}

static void make_store(void)
{
    struct store_country country = {.pack = store_pack(), .synthetic = true};
    whole_country(&country);
    assert_true(store_make_of(&store, driver, &country));
}

static void what_was_acknowledged_survives(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
    (void)state;
    while (sum.kills < (uint64_t)kills && !sum.lost) {
        struct acks acks = {.all = ARENA_ARRAY(a, 100000, struct ask), .size = 100000};
        assert_non_null(acks.all);
        make_store();
        for (int i = 0; i < ROUNDS && sum.kills < (uint64_t)kills; i++) {
            one_kill(&acks);
            look_at(&acks);
        }
        count_acks(&acks);
        store_remove(&store);
        arena_reset(a);
    }
    print_message(
        "# %s: %llu kills, %llu acknowledged acts and %llu looks, %llu lost; %llu acts were on their way, "
        "%llu "
        "of them kept; %llu findings of the trail, %llu rows that do not fit; %llu answers repeated\n",
        driver, (unsigned long long)sum.kills, (unsigned long long)sum.acts, (unsigned long long)sum.looks,
        (unsigned long long)sum.lost, (unsigned long long)sum.unacknowledged, (unsigned long long)sum.kept,
        (unsigned long long)sum.findings, (unsigned long long)sum.doubles, (unsigned long long)sum.retries);
    assert_int_equal(sum.lost, 0);
    assert_int_equal(sum.findings, 0);
    assert_int_equal(sum.doubles, 0);
    assert_true(sum.acts > (uint64_t)kills);
    assert_true(sum.client_deaths > 0);
}

/* The checks see what is missing and what is there twice. */
static void losses_would_be_noticed(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct acks acks = {.all = ARENA_ARRAY(a, 8, struct ask), .size = 8};
    struct act_result r;
    (void)state;
    assert_non_null(acks.all);
    make_store();
    store_open(&store);
    struct ask k = {.request = id_new(), .deed = OPEN_CASE};
    must(ask(&store, &k, &r));
    keep(&acks, &k);
    check_acks(&acks);
    check_rows();
    assert_int_equal(sum.lost + sum.doubles, 0);
    keep(&acks, &(struct ask){.request = id_new(), .case_ = k.made, .deed = SHOW_CASE});
    keep(&acks, &(struct ask){.request = k.request, .case_ = k.made, .made = id_new(), .deed = CONSULT});
    keep(&acks, &(struct ask){.request = id_new(), .made = k.made, .deed = OPEN_CASE});
    check_acks(&acks);
    assert_int_equal(sum.lost, 3);
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    c.request_id = k.request;
    must(do_view(&store, &c, "case.show", k.made, a, &(const struct view *){NULL}, NULL)); /* a second leaf */
    check_acks(&acks);
    assert_int_equal(sum.doubles, 1);
    memset(&sum, 0, sizeof sum);
    store_remove(&store);
}

static int setup(void **state)
{
    (void)state;
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    signal(SIGPIPE, SIG_IGN);
    return board == MAP_FAILED ? -1 : 0;
}

/* False: there is none on this machine. */
static bool make_server(void)
{
    char out[1024];
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    run_pg_sh("start", out, sizeof out);
    if (!*out)
        return false;
    take_variable(out, "AKARI_TEST_PG_DIR");
    take_variable(out, "AKARI_TEST_PG");
    return true;
}

static int teardown(void **state)
{
    char out[1024];
    (void)state;
    if (pg_sh)
        run_pg_sh("stop", out, sizeof out);
    return 0;
}

int main(int argc, char **argv)
{
    int64_t n;
    int at = 2;
    driver = argc > 1 ? argv[1] : driver;
    if (strcmp(driver, "postgres") == 0)
        pg_sh = argc > at ? argv[at++] : "tests/pg.sh";
    if (argc > at && str_i64(str_of(argv[at++]), 1, 100000, &n) == OK)
        kills = (int)n;
    if (argc > at && str_i64(str_of(argv[at]), 0, INT64_MAX, &n) == OK)
        seed = (uint64_t)n;
    if (pg_sh && !make_server()) {
        puts("1..0 # SKIP no PostgreSQL can be started here");
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(losses_would_be_noticed),
                                       cmocka_unit_test(what_was_acknowledged_survives)};
    return cmocka_run_group_tests_name("kill", tests, setup, teardown);
}
