/* SPDX-License-Identifier: Apache-2.0 */
/* bench_store.c - what an officer waits for, on a store of any size: bench_store DATA KEYFILE [CASES].
 * Prints; asserts nothing. Every look and every change goes through the one door, with policy, unsealing and
 * a durable audit leaf. CASES: a file that takes the ids of the officer's cases, for the load over HTTP. */
#include "base/alloc.h"
#include "base/env.h"
#include "cli/app.h"
#include "core/account.h"
#include "core/pack.h"
#include "plans/plans.h"
#include "registry/registry.h"
#include "search/search.h"

#include <pthread.h>

#define SAMPLES   2000
#define THREADS   16
#define LOAD_US   10000000
#define WATCH_US  2000000
#define CASES_MAX 200000
#define HOT       30 /* queries whose plans are printed */

struct bench {
    struct app app;
    struct id *cases;
    size_t ncases;
    struct ctx ctx;
};

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *what, int64_t *us, size_t n)
{
    qsort(us, n, sizeof *us, by_value);
    printf("%-34s n=%zu p50 %.2f ms  p95 %.2f ms  p99 %.2f ms\n", what, n, (double)us[n / 2] / 1000,
           (double)us[n * 95 / 100] / 1000, (double)us[n * 99 / 100] / 1000);
    fflush(stdout);
}

/* The case lead among the demonstration's accounts: he signs in over HTTP, too. */
static enum err find_officer(struct bench *b, struct db *db)
{
    enum err e = ERR_NOT_FOUND;
    for (size_t i = 0; i < b->app.pack->nagencies && e == ERR_NOT_FOUND; i++) {
        b->ctx.agency = b->app.pack->agencies[i].id;
        e = account_with_role(db, b->ctx.agency, ROLE_CASE_LEAD, env_now_us(), &b->ctx.account);
    }
    return e;
}

static enum err read_cases(struct bench *b, struct db *db)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT case_id FROM access_grant WHERE account = ?1 ORDER BY case_id", &s));
    db_bind_id(s, 1, &b->ctx.account);
    while (b->ncases < CASES_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &b->cases[b->ncases++]));
    }
    return b->ncases ? OK : FAIL(ERR_NOT_FOUND, "no cases of a named officer");
}

static enum err find_cases(struct bench *b)
{
    struct db *db;
    b->cases = mem_alloc(CASES_MAX * sizeof *b->cases);
    if (!b->cases)
        return mem_fail();
    TRY(door_reader(b->app.door, &db));
    enum err e = find_officer(b, db);
    if (e == OK)
        e = read_cases(b, db);
    door_reader_done(b->app.door, db);
    return e;
}

static enum err write_cases(const struct bench *b, const char *path)
{
    struct buf list CLEANUP(buf_free) = {0};
    for (size_t i = 0; i < b->ncases; i++) {
        char text[33];
        id_text(b->cases[i], text);
        buf_printf(&list, "%s\n", text);
    }
    TRY(buf_err(&list));
    return file_write_atomic(path, 0600, buf_view(&list));
}

static enum err look(struct bench *b, const char *view, struct id subject, const struct pair *pairs, size_t n,
                     int64_t *ret_us)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct view_request r = {.ctx = &b->ctx, .view = view, .subject = subject, .input = {pairs, n}};
    const struct view *v;
    int64_t t = env_monotonic_us();
    TRY(door_view(b->app.door, &r, a, &v));
    *ret_us = env_monotonic_us() - t;
    return OK;
}

static enum err looks(struct bench *b)
{
    static int64_t us[SAMPLES];
    struct pair open = {STR("state"), STR("open"), VALUE_GIVEN};
    for (size_t i = 0; i < SAMPLES; i++)
        TRY(look(b, "case.show", b->cases[(i * 7919) % b->ncases], NULL, 0, &us[i]));
    print_times("open a case (goal p95 < 20 ms)", us, SAMPLES);
    for (size_t i = 0; i < SAMPLES / 10; i++)
        TRY(look(b, "case.list", id_nil(), &open, 1, &us[i]));
    print_times("filtered list (goal p95 < 50 ms)", us, SAMPLES / 10);
    return OK;
}

/* As it is typed: few letters, more, a whole name, one letter wrong, a telephone, what nobody is called. */
static enum err searches(struct bench *b)
{
    static int64_t us[SAMPLES];
    static const char *const typed[] = {"na",   "mar",      "maria", "さと",     "佐藤", "santos maria",
                                        "nguy", "suzuki h", "たな",  "yamamota", "0900", "qqqqqqq"};
    struct search_stats stats = {0};
    size_t kinds = sizeof typed / sizeof *typed;
    int64_t began = env_monotonic_us();
    while (!stats.ready)
        TRY(search_stats(b->app.door, &stats));
    printf("names read in: %.1f s, %zu words, %.0f MB%s\n", (double)(env_monotonic_us() - began) / 1e6,
           stats.words, (double)stats.bytes / 1e6, stats.locked ? "" : ", not all locked");
    for (size_t i = 0; i < SAMPLES / 2; i++) {
        struct pair q = {STR("q"), str_of(typed[i % kinds]), VALUE_GIVEN};
        TRY(look(b, "search.find", id_nil(), &q, 1, &us[i]));
    }
    print_times("search as typed (goal p95 < 50 ms)", us, SAMPLES / 2);
    return OK;
}

struct worker {
    struct bench *b;
    unsigned seed;
    int64_t *us;
    size_t n, cap;
    int64_t until;
    enum err err;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    struct arena *a = arena_new(0);
    while (a && w->err == OK && env_monotonic_us() < w->until && w->n < w->cap) {
        struct id c = w->b->cases[rand_r(&w->seed) % w->b->ncases];
        int64_t t = env_monotonic_us();
        arena_reset(a);
        if (rand_r(&w->seed) % 10 < 3) {
            struct pair synthetic = {STR("synthetic"), STR("yes"), VALUE_GIVEN};
            struct act_request r = {
                .ctx = &w->b->ctx, .action = "case.open", .expected_version = -1, .input = {&synthetic, 1}};
            struct act_result result;
            w->err = door_act(w->b->app.door, &r, a, &result);
        } else {
            struct view_request r = {.ctx = &w->b->ctx, .view = "case.show", .subject = c};
            const struct view *v;
            w->err = door_view(w->b->app.door, &r, a, &v);
        }
        w->us[w->n++] = env_monotonic_us() - t;
    }
    arena_free(a);
    return NULL;
}

static enum err load(struct bench *b, int64_t us, bool print)
{
    static struct worker w[THREADS];
    pthread_t threads[THREADS];
    size_t n = 0, cap = 400000;
    int64_t *all = mem_alloc(cap * sizeof *all), began = env_monotonic_us();
    if (!all)
        return mem_fail();
    for (unsigned i = 0; i < THREADS; i++) {
        w[i] = (struct worker){.b = b,
                               .seed = i + 1,
                               .us = all + i * (cap / THREADS),
                               .cap = cap / THREADS,
                               .until = began + us};
        if (pthread_create(&threads[i], NULL, work, &w[i]) != 0)
            return FAIL(ERR_INTERNAL, "threads");
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(env_monotonic_us() - began) / 1e6;
    for (unsigned i = 0; i < THREADS; i++) {
        TRY(w[i].err);
        memmove(all + n, w[i].us, w[i].n * sizeof *all);
        n += w[i].n;
    }
    if (print) {
        printf("audited load, 30 %% writes: %.0f requests/s over %.0f s (goal >= 1,000)\n",
               (double)n / seconds, seconds);
        print_times("  each (goal p99 <= 200 ms)", all, n);
    }
    mem_free(all);
    return OK;
}

/* The plans of the queries that the load really ran, the most frequent first; what is inserted has none. The
 * test tests/plans checks all of them. */
static enum err plans(struct bench *b, const struct plan_query *q, size_t n)
{
    struct db *db;
    size_t printed = 0, scans = 0, asked = 0;
    enum err e = OK;
    TRY(door_reader(b->app.door, &db));
    for (size_t i = 0; i < n && e == OK; i++) {
        char *plan, what[64];
        if (strncmp(q[i].sql, "INSERT", 6) == 0)
            continue;
        e = db_plan(db, q[i].sql, b->app.arena, &plan);
        if (e != OK)
            break;
        bool scan = plan_scans(db_kind(db), q[i].sql, plan, what);
        asked++;
        scans += scan;
        if (scan || printed++ < HOT)
            printf("%8llu x %.100s\n%s%s", (unsigned long long)q[i].runs, q[i].sql,
                   scan ? "    FULL SCAN\n" : "", plan);
    }
    if (e == OK)
        printf("full scans: %zu of %zu queries\n", scans, asked);
    door_reader_done(b->app.door, db);
    return e;
}

static enum err run(struct bench *b, const char *cases_file)
{
    const struct plan_query *q;
    size_t n;
    b->ctx =
        (struct ctx){.role = ROLE_CASE_LEAD, .purpose = PURPOSE_PROTECTION, .assurance = 2, .lang = "en"};
    TRY(find_cases(b));
    if (cases_file)
        TRY(write_cases(b, cases_file));
    printf("%zu cases of one officer; fsync %.2f ms; RSS %.0f MB\n", b->ncases,
           (double)os_fsync_us(b->app.data) / 1000, (double)os_rss_bytes() / 1e6);
    TRY(looks(b));
    TRY(searches(b));
    TRY(load(b, LOAD_US, true));
    plans_watch(); /* for a load of its own: to count takes time */
    TRY(load(b, WATCH_US, false));
    TRY(plans_unwatch(&q, &n));
    printf("RSS %.0f MB (goal < 400 MB)\n", (double)os_rss_bytes() / 1e6);
    return plans(b, q, n);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct args args = {.data = argc > 1 ? argv[1] : NULL, .key_file = argc > 2 ? argv[2] : NULL};
    enum err e = crypto_start();
    if (e == OK)
        e = app_open(&args, true, &b.app);
    if (e == OK)
        e = run(&b, argc > 3 ? argv[3] : NULL);
    if (e != OK)
        fprintf(stderr, "bench_store: %s: %s\n", err_row(e)->message, err_detail());
    app_close(&b.app);
    mem_free(b.cases);
    return e == OK ? 0 : 1;
}
