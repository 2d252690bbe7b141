/* SPDX-License-Identifier: Apache-2.0 */
/* Does a database on sys/db lose or damage what it has acknowledged, when the power goes at any moment or a
 * disk call fails? The rows with weaker settings are the control: there the same test must see the loss.
 *
 * usage: test_sys_faultvfs [points]     power cuts of the main test (default 1000) */
#include "base/testing.h"
#include "sys/db.h"
#include "sys/faultvfs.h"
#include <unistd.h>

#define TRANSACTIONS 24
#define ROWS_MAX     5
#define URL          "sqlite:cut.db"

static uint64_t points = 1000;

struct settings {
    enum db_sync sync;
    const char *pragmas[3]; /* beyond what db_open sets; NULL ends */
};
static const struct settings as_flown = {DB_SYNC_FULL, {"PRAGMA wal_autocheckpoint = 12"}};

struct outcome {
    bool acknowledged[TRANSACTIONS + 1], attempted[TRANSACTIONS + 1];
    enum err last_error;
    uint64_t errors;
};

/* What is wrong after the reboot. */
struct verdict {
    bool lost, damaged;
    char why[160];
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15u;
    return x ^ (x >> 29);
}

static int rows_of(int64_t transaction)
{
    return 1 + (int)(mix((uint64_t)transaction) % ROWS_MAX);
}

/* Some rows need overflow pages, some share a page. */
static struct str body_of(int64_t transaction, int row, char body[9000])
{
    uint64_t x = mix((uint64_t)transaction * 64 + (uint64_t)row);
    size_t n = row == 0 ? 3000 + x % 6000 : x % 200;
    for (size_t i = 0; i < n; i++)
        body[i] = (char)(x >> (i % 8 * 8));
    return (struct str){body, n};
}

/* ---- the workload ---- */

static enum err open_it(const struct settings *settings, struct db **ret)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    TRY(db_open(&(struct db_config){.url = URL, .vfs = "akari-fault", .sync = settings->sync}, &db));
    for (size_t i = 0; i < 3 && settings->pragmas[i]; i++)
        TRY(db_script(db, settings->pragmas[i]));
    *ret = db;
    db = NULL;
    return OK;
}

static enum err insert_rows(struct db *db, int64_t transaction)
{
    struct stmt *s;
    char body[9000];
    for (int i = 0; i < rows_of(transaction); i++) {
        TRY(db_prepare(db, "INSERT INTO part (number, row, body) VALUES (?1, ?2, ?3)", &s));
        db_bind_i64(s, 1, transaction);
        db_bind_i64(s, 2, i);
        db_bind_blob(s, 3, body_of(transaction, i, body));
        TRY(db_run(s, NULL));
    }
    TRY(db_prepare(db, "UPDATE total SET n = n + 1", &s));
    return db_run(s, NULL);
}

static enum err one_transaction(struct db *db, int64_t transaction, struct outcome *o)
{
    TRY(db_begin(db, DB_WRITE));
    enum err e = insert_rows(db, transaction);
    if (e != OK) {
        db_rollback(db);
        return e;
    }
    o->attempted[transaction] = true;
    return db_commit(db);
}

static void note(struct outcome *o, enum err e)
{
    if (e == OK)
        return;
    o->last_error = e;
    o->errors++;
    if (e == ERR_INTERNAL || e == ERR_CONSTRAINT || e == ERR_CONFIG || e == ERR_NO_MEMORY)
        fail_msg("a failing disk gave %s: %s", err_row(e)->name, err_detail());
}

static void one_acknowledged(struct db *db, int64_t transaction, struct outcome *o)
{
    enum err e = one_transaction(db, transaction, o);
    note(o, e);
    o->acknowledged[transaction] = e == OK;
}

static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS part (number {INT} NOT NULL, row {INT} NOT NULL, body {BLOB} NOT NULL,"
    " PRIMARY KEY (number, row)) {STRICT};"
    "CREATE INDEX IF NOT EXISTS part_row ON part (row, number);"
    "CREATE TABLE IF NOT EXISTS total (n {INT} NOT NULL) {STRICT};"
    "INSERT INTO total (n) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total)";

/* Half of the transactions, then a clean close, then the rest: closing folds the WAL in and deletes it. */
static void session(const struct settings *settings, int64_t from, int64_t to, struct outcome *o)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    enum err e = open_it(settings, &db);
    note(o, e);
    if (e != OK && !faultvfs_is_cut())
        e = open_it(settings, &db);
    if (e == OK)
        e = db_script(db, create_sql);
    if (e != OK) {
        note(o, e);
        return;
    }
    for (int64_t t = from; t <= to && !faultvfs_is_cut(); t++) {
        one_acknowledged(db, t, o);
        if (t % 7 == 0)
            note(o, db_truncate_wal(db));
    }
}

static void workload(const struct settings *settings, struct outcome *o)
{
    session(settings, 1, TRANSACTIONS / 2, o);
    if (!faultvfs_is_cut())
        session(settings, TRANSACTIONS / 2 + 1, TRANSACTIONS, o);
}

/* ---- what is there afterwards ---- */

static void damage(struct verdict *v, const char *why)
{
    v->damaged = true;
    snprintf(v->why, sizeof v->why, "%s: %.100s", why, err_detail());
}

static enum err first_number(struct db *db, const char *sql, int64_t *ret)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    bool row;
    TRY(db_prepare(db, sql, &s));
    TRY(db_step(s, &row));
    *ret = row ? db_i64(s, 0) : 0;
    return OK;
}

/* Rows of a transaction with the right content; -1 when one is wrong. */
static enum err count_rows(struct db *db, int64_t transaction, int *ret)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    char body[9000];
    int n = 0;
    bool row, right = true;
    TRY(db_prepare(db, "SELECT row, body FROM part WHERE number = ?1 ORDER BY row", &s));
    db_bind_i64(s, 1, transaction);
    for (;; n++) {
        TRY(db_step(s, &row));
        if (!row)
            break;
        right = right && db_i64(s, 0) == n && str_eq(db_blob(s, 1), body_of(transaction, n, body));
    }
    *ret = right ? n : -1;
    return OK;
}

static enum err check_integrity(struct db *db, struct verdict *v)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    bool row;
    TRY(db_prepare(db, "PRAGMA integrity_check", &s));
    TRY(db_step(s, &row));
    if (!row || !str_is(db_text(s, 0), "ok"))
        damage(v, "integrity_check");
    return OK;
}

static enum err check_rows(struct db *db, const struct outcome *o, struct verdict *v)
{
    int64_t present = 0, total, tables;
    TRY(first_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'total'", &tables));
    for (int64_t t = 1; t <= TRANSACTIONS; t++) {
        int n = 0;
        if (tables)
            TRY(count_rows(db, t, &n));
        if (n != 0 && (n != rows_of(t) || !o->attempted[t]))
            damage(v, "half a transaction");
        if (n == 0 && o->acknowledged[t])
            v->lost = true;
        present += n != 0;
    }
    if (tables) {
        TRY(first_number(db, "SELECT n FROM total", &total));
        if (total != present)
            damage(v, "the total is not the number of transactions");
    }
    return OK;
}

static struct verdict inspect(const struct outcome *o)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct verdict v = {0};
    err_clear();
    enum err e = open_it(&as_flown, &db);
    if (e == OK)
        e = check_integrity(db, &v);
    if (e == OK)
        e = check_rows(db, o, &v);
    if (e != OK)
        damage(&v, err_row(e)->name);
    return v;
}

/* ---- power cuts ---- */

struct tally {
    uint64_t cuts, lost, damaged;
    char why[160];
};

static uint64_t operations_of(const struct settings *settings)
{
    struct outcome o = {0};
    faultvfs_reset();
    workload(settings, &o);
    assert_int_equal(o.errors, 0);
    return faultvfs_operations();
}

static void cut_once(const struct settings *settings, uint64_t nth, uint64_t seed, struct tally *tally)
{
    struct outcome o = {0};
    faultvfs_reset();
    faultvfs_cut_at(nth, seed);
    workload(settings, &o);
    faultvfs_reboot();
    struct verdict v = inspect(&o);
    tally->cuts++;
    tally->lost += v.lost;
    tally->damaged += v.damaged;
    if (v.damaged)
        memcpy(tally->why, v.why, sizeof tally->why);
}

static struct tally cut_power(const char *label, const struct settings *settings, uint64_t n)
{
    struct tally tally = {0};
    uint64_t operations = operations_of(settings);
    for (uint64_t i = 0; i < n; i++)
        cut_once(settings, 1 + mix(i + 1) % operations, i, &tally);
    print_message(
        "# %s: %llu cuts among %llu operations, acknowledged commits lost in %llu, damaged %llu %s\n", label,
        (unsigned long long)n, (unsigned long long)operations, (unsigned long long)tally.lost,
        (unsigned long long)tally.damaged, tally.why);
    return tally;
}

static void wal_full_loses_nothing(void **state)
{
    (void)state;
    struct tally t = cut_power("WAL + FULL", &as_flown, points);
    assert_int_equal(t.lost, 0);
    assert_int_equal(t.damaged, 0);
}

/* Every operation once, so that none is left out by chance. */
static void wal_full_at_each_operation(void **state)
{
    (void)state;
    struct tally tally = {0};
    uint64_t operations = operations_of(&as_flown);
    for (uint64_t nth = 1; nth <= operations; nth++)
        cut_once(&as_flown, nth, mix(nth), &tally);
    assert_int_equal(tally.lost, 0);
    assert_int_equal(tally.damaged, 0);
}

static void wal_normal_loses(void **state)
{
    (void)state;
    static const struct settings normal = {DB_SYNC_NORMAL_TEST_ONLY, {"PRAGMA wal_autocheckpoint = 12"}};
    struct tally t = cut_power("WAL + NORMAL", &normal, 200);
    assert_true(t.lost > 20);
    assert_int_equal(t.damaged, 0);
}

static void wal_off_is_damaged(void **state)
{
    (void)state;
    static const struct settings off = {DB_SYNC_FULL,
                                        {"PRAGMA wal_autocheckpoint = 12", "PRAGMA synchronous = OFF"}};
    struct tally t = cut_power("WAL + OFF", &off, 200);
    assert_true(t.lost > 0);
    assert_true(t.damaged > 20);
}

static void journal_extra_loses_nothing(void **state)
{
    (void)state;
    static const struct settings extra = {DB_SYNC_FULL,
                                          {"PRAGMA journal_mode = DELETE", "PRAGMA synchronous = EXTRA"}};
    struct tally t = cut_power("DELETE + EXTRA", &extra, 200);
    assert_int_equal(t.lost, 0);
    assert_int_equal(t.damaged, 0);
}

/* With FULL the deletion of the journal is not synced: it may come back and roll the commit back. */
static void journal_full_loses(void **state)
{
    (void)state;
    static const struct settings full = {DB_SYNC_FULL,
                                         {"PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"}};
    struct tally t = cut_power("DELETE + FULL", &full, 400);
    assert_true(t.lost > 0);
    assert_int_equal(t.damaged, 0);
}

static void journal_off_is_damaged(void **state)
{
    (void)state;
    static const struct settings off = {DB_SYNC_FULL,
                                        {"PRAGMA journal_mode = DELETE", "PRAGMA synchronous = OFF"}};
    struct tally t = cut_power("DELETE + OFF", &off, 200);
    assert_true(t.damaged > 20);
}

/* ---- failing calls ---- */

static struct outcome with_fault(uint64_t nth, enum err kind, bool sticky, uint64_t *ret_faults)
{
    struct outcome o = {0};
    faultvfs_reset();
    faultvfs_fail_at(nth, kind, sticky);
    workload(&as_flown, &o);
    *ret_faults = faultvfs_faults();
    faultvfs_fail_at(0, OK, false);
    return o;
}

static void assert_whole(const struct outcome *o, const char *after, uint64_t nth)
{
    struct verdict v = inspect(o);
    if (v.lost || v.damaged)
        fail_msg("%s at call %llu: %s %s", after, (unsigned long long)nth, v.lost ? "lost" : "damaged",
                 v.why);
}

/* Each call fails once (step > 1: each step-th). Errors must have a name of their own, and nothing
 * acknowledged may go. */
static void each_call_fails(enum err kind, bool sticky, uint64_t step)
{
    uint64_t faults = 1, runs = 0, seen = 0, expected = 0;
    for (uint64_t nth = 1; faults; nth += step) {
        struct outcome o = with_fault(nth, kind, sticky, &faults);
        assert_whole(&o, err_row(kind)->name, nth);
        runs++;
        seen += o.errors > 0;
        expected += o.last_error == kind;
    }
    print_message("# %s%s: %llu runs, %llu with an error, %llu of them named so\n", err_row(kind)->name,
                  sticky ? " from then on" : "", (unsigned long long)runs, (unsigned long long)seen,
                  (unsigned long long)expected);
    assert_true(runs > 50 / step);
    assert_true(seen > runs / 2);
    assert_true(expected > seen / 2);
}

static void each_call_fails_once(void **state)
{
    (void)state;
    each_call_fails(ERR_IO, false, 1);
}

static void all_calls_fail_from_the_nth(void **state)
{
    (void)state;
    each_call_fails(ERR_IO, true, 7);
}

static void disk_full(void **state)
{
    (void)state;
    each_call_fails(ERR_DISK_FULL, false, 1);
    each_call_fails(ERR_DISK_FULL, true, 5);
}

static void disk_turns_read_only(void **state)
{
    (void)state;
    each_call_fails(ERR_READ_ONLY, true, 5);
}

/* After a failed sync the kernel may drop what it could not write ("fsyncgate"): no later sync brings it
 * back. */
static void failing_call_then_power_cut(void **state)
{
    (void)state;
    uint64_t operations = operations_of(&as_flown);
    for (uint64_t i = 0; i < points / 2; i++) {
        struct outcome o = {0};
        faultvfs_reset();
        faultvfs_fail_at(1 + mix(3 * i + 1) % (2 * operations), ERR_IO, false);
        faultvfs_cut_at(1 + mix(3 * i + 2) % operations, i);
        workload(&as_flown, &o);
        faultvfs_fail_at(0, OK, false);
        faultvfs_reboot();
        assert_whole(&o, "fault and cut", i);
    }
}

/* ---- the disk itself ---- */

static void the_disk(void **state)
{
    (void)state;
    char path[] = "/tmp/akari-faultvfs-XXXXXX";
    struct outcome o = {0};
    faultvfs_reset();
    assert_ok(faultvfs_register());
    assert_int_equal(faultvfs_operations(), 0);
    assert_false(faultvfs_is_cut());
    assert_fails(faultvfs_export("cut.db", path), ERR_NOT_FOUND);
    workload(&as_flown, &o);

    assert_non_null(mkdtemp(path));
    char copy[64];
    snprintf(copy, sizeof copy, "%s/copy.db", path);
    assert_ok(faultvfs_export("cut.db", copy));
    CLEANUP(db_cleanup) struct db *db = NULL;
    char url[80];
    snprintf(url, sizeof url, "sqlite:%s", copy);
    int64_t n = 0;
    assert_ok(db_open(&(struct db_config){.url = url, .read_only = true}, &db));
    assert_ok(first_number(db, "SELECT n FROM total", &n));
    assert_int_equal(n, TRANSACTIONS);
    db_cleanup(&db);
    unlink(copy);
    snprintf(copy, sizeof copy, "%s/copy.db-shm", path);
    unlink(copy);
    snprintf(copy, sizeof copy, "%s/copy.db-wal", path);
    unlink(copy);
    assert_int_equal(rmdir(path), 0);
}

static void handles_die_with_the_power(void **state)
{
    (void)state;
    struct db *db = NULL;
    int64_t n;
    struct outcome o = {0};
    faultvfs_reset();
    workload(&as_flown, &o);
    assert_ok(open_it(&as_flown, &db));
    faultvfs_cut_at(1, 1);
    assert_fails(db_script(db, "UPDATE total SET n = n + 1"), ERR_IO);
    assert_true(faultvfs_is_cut());
    assert_fails(first_number(db, "SELECT count(*) FROM part", &n), ERR_IO);
    faultvfs_reboot();
    assert_fails(first_number(db, "SELECT count(*) FROM part", &n), ERR_IO);
    db_close(db);
    assert_whole(&o, "cut", 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_disk),
        cmocka_unit_test(handles_die_with_the_power),
        cmocka_unit_test(wal_full_loses_nothing),
        cmocka_unit_test(wal_full_at_each_operation),
        cmocka_unit_test(wal_normal_loses),
        cmocka_unit_test(wal_off_is_damaged),
        cmocka_unit_test(journal_extra_loses_nothing),
        cmocka_unit_test(journal_full_loses),
        cmocka_unit_test(journal_off_is_damaged),
        cmocka_unit_test(each_call_fails_once),
        cmocka_unit_test(all_calls_fail_from_the_nth),
        cmocka_unit_test(disk_full),
        cmocka_unit_test(disk_turns_read_only),
        cmocka_unit_test(failing_call_then_power_cut),
    };
    if (argc > 1)
        points = strtoull(argv[1], NULL, 10);
    if (faultvfs_register() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
