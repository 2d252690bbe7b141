/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/test_db.h"

static void kill_session(int64_t pid)
{
    CLEANUP(db_cleanup) struct db *other = NULL;
    struct stmt *s;
    bool row;
    assert_ok(open_another(&other));
    assert_ok(db_prepare(other, "SELECT pg_terminate_backend(CAST(?1 AS int), 5000)", &s));
    db_bind_i64(s, 1, pid);
    assert_ok(db_step(s, &row));
    assert_int_equal(db_i64(s, 0), 1);
}

void postgres_sessions_die(void **state)
{
    (void)state;
    create_counter();
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 1 WHERE k = 1", NULL));
    kill_session(number(db, "SELECT pg_backend_pid()"));
    assert_fails(run(db, "UPDATE counter SET v = 2 WHERE k = 1", NULL), ERR_RETRY);
    contains(err_detail(), "lost");
    assert_fails(db_commit(db), ERR_DATABASE);
    assert_ok(db_begin(db, DB_WRITE)); /* a new session, set up as the first */
    assert_int_equal(number(db, "SELECT sum(v) FROM counter"), 0);
    assert_ok(run(db, "UPDATE counter SET v = 3 WHERE k = 1", NULL));
    assert_ok(db_commit(db));
    assert_int_equal(
        number(db, "SELECT count(*) FROM pg_settings WHERE name = 'TimeZone' AND setting = 'UTC'"), 1);
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 3);

    kill_session(number(db, "SELECT pg_backend_pid()"));
    assert_ok(db_begin(db, DB_READ)); /* nothing was begun: tried again at once */
    db_rollback(db);

    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 9 WHERE k = 1", NULL));
    kill_session(number(db, "SELECT pg_backend_pid()"));
    assert_fails(db_commit(db), ERR_DATABASE); /* here nobody knows */
    contains(err_detail(), "unknown");
    db_cleanup(&db);
    assert_ok(open_another(&db));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 3);
}

void postgres_promises_are_checked(void **state)
{
    (void)state;
    struct db *none = NULL;
    char weak[700];
    snprintf(weak, sizeof weak, "postgres:%s options='-c synchronous_commit=off'", getenv("AKARI_TEST_PG"));
    if (strncmp(getenv("AKARI_TEST_PG"), "postgres:", 9) == 0)
        snprintf(weak, sizeof weak, "%s options='-c synchronous_commit=off'", getenv("AKARI_TEST_PG"));
    assert_fails(db_open(&(struct db_config){.url = weak}, &none), ERR_CONFIG);
    contains(err_detail(), "synchronous_commit");
    assert_fails(
        db_open(&(struct db_config){.url = "postgres:host=/nowhere dbname=x password=hidden"}, &none),
        ERR_DATABASE);
    contains_not(err_detail(), "hidden");
    assert_int_equal(number(db, "SELECT count(*) FROM pg_settings WHERE name = 'transaction_isolation' AND"
                                " setting = 'serializable'"),
                     1);
}

void postgres_locks_end(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    create_counter();
    assert_ok(open_another(&other));
    assert_ok(db_script(other, "SET lock_timeout = 50"));
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 1 WHERE k = 1", NULL));
    assert_ok(db_begin(other, DB_WRITE));
    assert_fails(run(other, "UPDATE counter SET v = 2 WHERE k = 1", NULL), ERR_RETRY);
    db_rollback(other);
    assert_ok(db_commit(db));
}
