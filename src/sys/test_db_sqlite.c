/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/faultvfs.h"
#include "sys/test_db.h"
#include <sys/stat.h>
#include <unistd.h>

static void file_of(const char *suffix, char path[128])
{
    snprintf(path, 128, "%s/test.db%s", folder, suffix);
}

static int mode_of(const char *suffix)
{
    struct stat st;
    char path[128];
    file_of(suffix, path);
    assert_int_equal(stat(path, &st), 0);
    return (int)(st.st_mode & 0777);
}

void sqlite_files_are_private(void **state)
{
    (void)state;
    char path[128];
    mode_t old = umask(0);
    db_cleanup(&db);
    remove_files();
    assert_ok(open_another(&db));
    create_counter();
    assert_int_equal(mode_of(""), 0600);
    assert_int_equal(mode_of("-wal"), 0600);
    assert_int_equal(mode_of("-shm"), 0600);
    db_cleanup(&db);
    file_of("", path);
    chmod(path, 0644);
    assert_ok(open_another(&db)); /* as after a copy by hand */
    assert_int_equal(mode_of(""), 0600);
    umask(old);
}

static void setting(const char *pragma, const char *expected)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    bool row;
    char got[32];
    assert_ok(db_prepare(db, pragma, &s));
    assert_ok(db_step(s, &row));
    snprintf(got, sizeof got, "%lld", (long long)db_i64(s, 0));
    if (strcmp(expected, db_text(s, 0).n ? db_text(s, 0).p : got) != 0)
        fail_msg("%s is not %s", pragma, expected);
}

void sqlite_is_defended(void **state)
{
    (void)state;
    struct stmt *s;
    bool row;
    int64_t n;
    setting("PRAGMA journal_mode", "wal");
    setting("PRAGMA synchronous", "2");
    setting("PRAGMA foreign_keys", "1");
    setting("PRAGMA secure_delete", "1");
    setting("PRAGMA trusted_schema", "0");
    setting("PRAGMA temp_store", "2");
    setting("PRAGMA mmap_size", "0");
    setting("PRAGMA cell_size_check", "1");
    assert_fails(try_number(db, "SELECT load_extension('x')", &n), ERR_DATABASE);
    create_counter();
    assert_ok(db_script(db, "PRAGMA writable_schema = ON"));
    assert_true(db_prepare(db, "UPDATE sqlite_schema SET sql = 'x'", &s) != OK || db_step(s, &row) != OK);
    assert_ok(db_prepare(db, "ATTACH ?1 AS a", &s));
    db_bind_text(s, 1, STR(":memory:"));
    assert_ok(db_run(s, NULL)); /* VACUUM needs one */
    assert_ok(db_prepare(db, "ATTACH ?1 AS b", &s));
    db_bind_text(s, 1, STR(":memory:"));
    assert_true(db_run(s, NULL) != OK);
}

void sqlite_refuses_other_files(void **state)
{
    (void)state;
    char path[128];
    db_cleanup(&db);
    remove_files();
    file_of("", path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 300; i++)
        fputs("This is a letter to Maria, not a database. ", f);
    fclose(f);
    assert_fails(open_another(&db), ERR_DATABASE);
    contains_not(err_detail(), "Maria");
    char missing[160];
    snprintf(missing, sizeof missing, "sqlite:%s/no/such/folder.db", folder);
    assert_fails(db_open(&(struct db_config){.url = missing}, &db), ERR_IO);
    snprintf(missing, sizeof missing, "sqlite:%s/none.db", folder);
    assert_fails(db_open(&(struct db_config){.url = missing, .read_only = true}, &db), ERR_IO);
    remove_files();
}

void sqlite_truncates_its_wal(void **state)
{
    (void)state;
    struct stat st;
    char path[128];
    CLEANUP(db_cleanup) struct db *reader = NULL;
    create_counter();
    file_of("-wal", path);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size > 0);
    assert_ok(open_another(&reader));
    assert_ok(db_begin(reader, DB_READ));
    assert_ok(run(db, "UPDATE counter SET v = 3", NULL));
    do_not_wait(db);
    assert_fails(db_truncate_wal(db), ERR_RETRY); /* a reader still needs it */
    db_rollback(reader);
    assert_ok(db_truncate_wal(db));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(number(reader, "SELECT sum(v) FROM counter"), 6);
}

/* Everything that db.h does, on the test disk, so that it can run with each allocation failing. */
static enum err use_everything(struct db *which, struct arena *a)
{
    struct stmt *s;
    bool row;
    char *text;
    const char **names;
    size_t n;
    TRY(db_script(which, "CREATE TABLE IF NOT EXISTS t (k {INT} PRIMARY KEY, b {BLOB}) {STRICT};"
                         "CREATE INDEX IF NOT EXISTS t_b ON t (b)"));
    TRY(db_begin(which, DB_WRITE));
    for (int64_t k = 1; k <= 3; k++) {
        TRY(db_prepare(
            which, "INSERT INTO t (k, b) VALUES (?1, ?2) ON CONFLICT (k) DO UPDATE SET b = excluded.b", &s));
        db_bind_i64(s, 1, k);
        db_bind_blob(s, 2, STR("some bytes"));
        TRY(db_savepoint(which, "item"));
        TRY(db_run(s, NULL));
        TRY(db_release(which, "item"));
    }
    TRY(db_commit(which));
    TRY(db_begin(which, DB_READ));
    TRY(db_prepare(which, "SELECT b, count(*) FROM t GROUP BY b ORDER BY 2", &s));
    TRY(db_step(s, &row));
    db_reset(s);
    TRY(db_commit(which));
    TRY(db_plan(which, "SELECT k FROM t WHERE b = ?1", a, &text));
    TRY(db_tables(which, a, &names, &n));
    return db_truncate_wal(which);
}

static enum err use_everything_once(void)
{
    struct db *own = NULL;
    struct arena *a = arena_new(0);
    enum err e =
        a ? db_open(&(struct db_config){.url = "sqlite:oom.db", .vfs = "akari-fault"}, &own) : mem_fail();
    if (e == OK)
        e = use_everything(own, a);
    db_close(own);
    arena_free(a);
    return e;
}

void sqlite_survives_each_failing_allocation(void **state)
{
    (void)state;
    uint64_t failed = 0, nth = 1;
    assert_ok(faultvfs_register());
    for (bool reached = true; reached; nth++) {
        faultvfs_reset();
        mem_inject(nth, nth % 3 == 0);
        enum err e = use_everything_once();
        reached = mem_calls() >= nth;
        mem_inject(0, false);
        if (e != OK && (e != ERR_NO_MEMORY || !reached))
            fail_msg("allocation %llu failed and gave %s: %s", (unsigned long long)nth, err_row(e)->name,
                     err_detail());
        failed += e != OK; /* SQLite does without some, its caches for one */
        assert_ok(use_everything_once());
    }
    print_message("# %llu allocations failed, %llu runs with an error\n", (unsigned long long)nth - 2,
                  (unsigned long long)failed);
    assert_true(failed > 200);
}
