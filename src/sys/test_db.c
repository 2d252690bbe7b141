/* SPDX-License-Identifier: Apache-2.0 */
/* One suite for both databases: test_sys_db sqlite | postgres. The second needs AKARI_TEST_PG, a libpq
 * connection string of an empty database; it works in a schema of its own. */
#include "sys/test_db.h"
#include "base/limits.h"
#include <pthread.h>
#include <unistd.h>

enum db_kind kind;
char url[600], folder[64];
struct db *db;

/* ---- help ---- */

enum err open_another(struct db **ret)
{
    return db_open(&(struct db_config){.url = url}, ret);
}

void do_not_wait(struct db *which)
{
    if (kind == DB_SQLITE)
        assert_ok(db_script(which, "PRAGMA busy_timeout = 20"));
}

enum err run(struct db *which, const char *sql, int64_t *ret_changed)
{
    struct stmt *s;
    TRY(db_prepare(which, sql, &s));
    return db_run(s, ret_changed);
}

static enum err run_i64(struct db *which, const char *sql, int64_t a, int64_t b)
{
    struct stmt *s;
    TRY(db_prepare(which, sql, &s));
    db_bind_i64(s, 1, a);
    db_bind_i64(s, 2, b);
    return db_run(s, NULL);
}

enum err try_number(struct db *which, const char *sql, int64_t *ret)
{
    CLEANUP(stmt_cleanup) struct stmt *s = NULL;
    bool row;
    TRY(db_prepare(which, sql, &s));
    TRY(db_step(s, &row));
    *ret = row ? db_i64(s, 0) : -1;
    return OK;
}

int64_t number(struct db *which, const char *sql)
{
    int64_t n = 0;
    assert_ok(try_number(which, sql, &n));
    return n;
}

void create_counter(void)
{
    assert_ok(
        db_script(db, "CREATE TABLE counter (k {INT} PRIMARY KEY, v {INT} NOT NULL) {STRICT};"
                      "INSERT INTO counter (k, v) VALUES (1, 0); INSERT INTO counter (k, v) VALUES (2, 0)"));
}

void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

void contains_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" contains \"%s\"", text, part);
}

void remove_files(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/test.db%s", folder, suffixes[i]);
        unlink(path);
    }
}

static int new_database(void **state)
{
    (void)state;
    if (kind == DB_SQLITE)
        remove_files();
    assert_ok(open_another(&db));
    if (kind == DB_POSTGRES)
        assert_ok(db_script(db, "DROP SCHEMA IF EXISTS akari_test_db CASCADE; CREATE SCHEMA akari_test_db"));
    return 0;
}

static int drop_database(void **state)
{
    (void)state;
    mem_inject(0, false);
    db_cleanup(&db);
    return 0;
}

/* ---- values ---- */

static void create_values(void)
{
    assert_ok(db_script(
        db, "CREATE TABLE value (k {INT} PRIMARY KEY, i {INT}, t {TEXT}, b {BLOB}, id {ID}) {STRICT}"));
}

static const char insert_value[] = "INSERT INTO value (k, i, t, b, id) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char select_value[] = "SELECT i, t, b, id FROM value WHERE k = ?1";

static void put_value(int64_t k, int64_t i, struct str t, struct str b, const struct id *id)
{
    struct stmt *s;
    int64_t changed = 0;
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 1, k);
    db_bind_i64(s, 2, i);
    db_bind_text(s, 3, t);
    db_bind_blob(s, 4, b);
    db_bind_id(s, 5, id);
    assert_ok(db_run(s, &changed));
    assert_int_equal(changed, 1);
}

static void check_value(int64_t k, int64_t i, struct str t, struct str b, const struct id *id)
{
    struct stmt *s;
    struct id got;
    bool row;
    assert_ok(db_prepare(db, select_value, &s));
    db_bind_i64(s, 1, k);
    assert_ok(db_step(s, &row));
    assert_true(row);
    for (int n = 0; n < 4; n++)
        assert_false(db_null(s, n));
    assert_true(db_i64(s, 0) == i);
    assert_true(str_eq(db_text(s, 1), t));
    assert_true(str_eq(db_blob(s, 2), b));
    assert_ok(db_id(s, 3, &got));
    assert_true(id_eq(got, *id));
    assert_ok(db_step(s, &row));
    assert_false(row);
}

static void types_round_trip(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0,         1,         -1,        127,       128,      -32769,
                                      INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1LL << 53};
    struct str text = STR("Привет \xE3\x81\x82\xE3\x81\x8B\xE3\x82\x8A ' \" ?1 {ID} $1 \\ \xF0\x9F\x8F\xAE");
    struct str blob = STR("a\0b\xFF\xFE\0");
    create_values();
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        struct id id = id_new();
        put_value((int64_t)k, numbers[k], text, blob, &id);
        check_value((int64_t)k, numbers[k], text, blob, &id);
    }
    struct id nil = id_nil();
    put_value(100, 0, STR(""), (struct str){NULL, 0}, &nil);
    check_value(100, 0, STR(""), STR(""), &nil);
}

static void null_is_not_empty(void **state)
{
    (void)state;
    struct stmt *s;
    struct id id;
    bool row;
    create_values();
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 1, 1);
    db_bind_null(s, 2); /* the others are not bound at all */
    assert_ok(db_run(s, NULL));
    assert_ok(db_prepare(db, select_value, &s));
    assert_true(db_null(s, 0)); /* no row yet */
    db_bind_i64(s, 1, 1);
    assert_ok(db_step(s, &row));
    assert_true(row);
    for (int n = 0; n < 4; n++)
        assert_true(db_null(s, n));
    assert_int_equal(db_i64(s, 0), 0);
    assert_int_equal(db_text(s, 1).n, 0);
    assert_non_null(db_text(s, 1).p);
    assert_int_equal(db_blob(s, 2).n, 0);
    assert_fails(db_id(s, 3, &id), ERR_DATABASE);
    db_reset(s);
    assert_int_equal(number(db, "SELECT count(*) FROM value WHERE t IS NULL AND t IS DISTINCT FROM ''"), 1);
}

static void no_value_changes_its_type(void **state)
{
    (void)state;
    struct stmt *s;
    bool row;
    assert_ok(db_prepare(db, "SELECT CAST(12 AS {INT}), CAST('34' AS {TEXT})", &s));
    assert_ok(db_step(s, &row));
    assert_int_equal(db_text(s, 0).n, 0);
    assert_int_equal(db_blob(s, 0).n, 0);
    assert_int_equal(db_i64(s, 1), 0);
    assert_str(db_text(s, 1), "34");
    assert_true(db_null(s, 2)); /* there is no such column */
    db_reset(s);
    assert_true(db_null(s, 0));
}

static void sums_are_whole_numbers(void **state)
{
    (void)state;
    struct id nil = id_nil();
    create_values();
    put_value(1, 4000000000000000001, STR(""), STR(""), &nil);
    put_value(2, 5000000000000000002, STR(""), STR(""), &nil);
    put_value(3, -123456789, STR(""), STR(""), &nil);
    assert_true(number(db, "SELECT sum(i) FROM value WHERE k < 3") == 9000000000000000003);
    assert_true(number(db, "SELECT sum(i) FROM value WHERE k = 3") == -123456789);
    assert_true(number(db, "SELECT sum(k) * 10000 FROM value") == 60000);
    assert_true(number(db, "SELECT count(*) FROM value") == 3);
    assert_true(number(db, "SELECT max(i) FROM value") == 5000000000000000002);
    assert_true(number(db, "SELECT CAST(length(t) AS {INT}) + 7 FROM value WHERE k = 1") == 7);
    assert_true(number(db, "SELECT avg(k) FROM value") == 2);
    assert_true(number(db, "SELECT coalesce(sum(i), 0) FROM value WHERE k > 99") == 0);
}

static void a_large_value(void **state)
{
    (void)state;
    struct id nil = id_nil();
    struct str big = {mem_alloc(3 << 20), 3 << 20};
    struct stmt *s;
    create_values();
    assert_non_null(big.p);
    for (size_t i = 0; i < big.n; i++)
        ((char *)big.p)[i] = (char)(i * 7 + (i >> 11));
    put_value(1, 1, STR(""), big, &nil);
    check_value(1, 1, STR(""), big, &nil);
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 1, 2);
    db_bind_blob(s, 4, (struct str){big.p, (size_t)DB_MAX_VALUE_BYTES + 1}); /* refused before it is read */
    assert_fails(db_run(s, NULL), ERR_LIMIT);
    mem_free((void *)big.p);
}

static void bad_binds(void **state)
{
    (void)state;
    struct stmt *s;
    create_values();
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 1, 1);
    db_bind_text(s, 3, STR("Maria\xFF"));
    assert_fails(db_run(s, NULL), ERR_BAD_UTF8);
    contains(err_detail(), "parameter 3");
    contains_not(err_detail(), "Maria");
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_text(s, 3, STR("a\0b"));
    assert_fails(db_run(s, NULL), ERR_BAD_UTF8);
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 6, 1);
    assert_fails(db_run(s, NULL), ERR_INTERNAL);
    assert_ok(db_prepare(db, insert_value, &s));
    db_bind_i64(s, 0, 1);
    assert_fails(db_run(s, NULL), ERR_INTERNAL);
    assert_int_equal(number(db, "SELECT count(*) FROM value"), 0);
}

/* ---- statements ---- */

static void statements_are_found_again(void **state)
{
    (void)state;
    struct stmt *a, *b, *other;
    char same[sizeof select_value];
    bool row;
    struct id nil = id_nil();
    create_values();
    put_value(1, 10, STR("x"), STR(""), &nil);
    put_value(2, 20, STR("y"), STR(""), &nil);
    memcpy(same, select_value, sizeof same);
    assert_ok(db_prepare(db, select_value, &a));
    db_bind_i64(a, 1, 1);
    assert_ok(db_step(a, &row));
    assert_true(row);
    assert_ok(db_prepare(db, same, &b));
    assert_ptr_equal(a, b);
    assert_ok(db_step(b, &row)); /* parameters were cleared: NULL finds nothing */
    assert_false(row);
    db_bind_i64(b, 1, 2);
    assert_ok(db_step(b, &row));
    assert_int_equal(db_i64(b, 0), 20);
    assert_ok(db_prepare(db, "SELECT i FROM value", &other));
    assert_ptr_not_equal(other, b);
    db_reset(b);
    assert_ok(db_step(b, &row)); /* after a reset the parameters stay */
    assert_true(row);
    assert_int_equal(db_i64(b, 0), 20);
    db_reset(b);
    assert_fails(db_run(a, NULL), ERR_INTERNAL); /* it gives rows */
}

/* PostgreSQL fixes the types of parameters when it prepares; a NULL then must not decide them. */
static void parameters_change_their_type(void **state)
{
    (void)state;
    struct stmt *s;
    bool row;
    create_values();
    for (int64_t k = 1; k <= 3; k++) {
        assert_ok(db_prepare(db, insert_value, &s));
        db_bind_i64(s, 1, k);
        if (k == 2) {
            db_bind_i64(s, 2, INT64_MAX);
            db_bind_text(s, 3, STR("two"));
            db_bind_blob(s, 4, STR("\0\1"));
        }
        assert_ok(db_run(s, NULL));
    }
    assert_int_equal(number(db, "SELECT count(*) FROM value WHERE i IS NULL AND t IS NULL AND b IS NULL"), 2);
    assert_int_equal(number(db, "SELECT k FROM value WHERE t = 'two' AND i = 9223372036854775807"), 2);
    /* The idiom of an optional filter. */
    const char *filter = "SELECT count(*) FROM value WHERE CAST(?1 AS {INT}) IS NULL OR i = ?1";
    for (int with = 0; with < 2; with++) {
        assert_ok(db_prepare(db, filter, &s));
        if (with)
            db_bind_i64(s, 1, INT64_MAX);
        assert_ok(db_step(s, &row));
        assert_int_equal(db_i64(s, 0), with ? 1 : 3);
    }
}

static void only_portable_sql(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "SELECT ?",   "SELECT ?0",     "SELECT ?201",    "SELECT $1",   "SELECT {NOPE}",
        "SELECT {ID", "SELECT 'a",     "SELECT \"a",     "SELECT 1 /*", "SELECT 1 /* /* */ */",
        "",           "   -- nothing", "SELECT $$a$$ ?",
    };
    struct stmt *s;
    bool row;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_true(db_prepare(db, bad[i], &s) != OK || db_step(s, &row) != OK);
    assert_fails(db_prepare(db, "SELECT {NOPE}", &s), ERR_INTERNAL);
    assert_fails(db_script(db, "CREATE TABLE t (id {NOPE})"), ERR_INTERNAL);
    assert_fails(db_script(db, "DELETE FROM t WHERE id = ?1"), ERR_INTERNAL);
    assert_true(db_prepare(db, "SELECT 1; SELECT 2", &s) != OK || db_step(s, &row) != OK);
    assert_true(db_prepare(db, "SELECT \"a text in double quotes\"", &s) != OK || db_step(s, &row) != OK);
    assert_true(db_prepare(db, "SELECT missing FROM nowhere", &s) != OK || db_step(s, &row) != OK);
    contains(err_detail(), "nowhere");

    assert_ok(db_prepare(db,
                         "SELECT 'it''s ?9 {ID} $2 -- /*', -- ?7 {\n"
                         " CAST(?2 AS {INT}) /* ?8 ' */ - ?1 AS \"a?3\"",
                         &s));
    db_bind_i64(s, 1, 2);
    db_bind_i64(s, 2, 44);
    assert_ok(db_step(s, &row));
    assert_str(db_text(s, 0), "it's ?9 {ID} $2 -- /*");
    assert_int_equal(db_i64(s, 1), 42);
}

static void sql_must_be_constant(void **state)
{
    (void)state;
    enum err e = OK;
    char sql[64];
    int i = 0;
    for (; e == OK && i < DB_MAX_STATEMENTS + 2; i++) {
        struct stmt *s;
        snprintf(sql, sizeof sql, "SELECT %d", i); /* lint-ok sql: this is the mistake that is refused */
        e = db_prepare(db, sql, &s);
    }
    assert_int_equal(e, ERR_LIMIT);
    assert_int_equal(i, DB_MAX_STATEMENTS + 1);
}

/* ---- transactions ---- */

static void commit_and_rollback(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    create_counter();
    assert_ok(open_another(&other));
    assert_false(db_in_transaction(db));
    assert_ok(db_begin(db, DB_WRITE));
    assert_true(db_in_transaction(db));
    assert_fails(db_begin(db, DB_WRITE), ERR_INTERNAL);
    assert_ok(run(db, "UPDATE counter SET v = 7 WHERE k = 1", NULL));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 7);
    assert_int_equal(number(other, "SELECT v FROM counter WHERE k = 1"), 0);
    db_rollback(db);
    db_rollback(db);
    assert_false(db_in_transaction(db));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 0);
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 8 WHERE k = 1", NULL));
    assert_ok(db_commit(db));
    assert_fails(db_commit(db), ERR_INTERNAL);
    assert_int_equal(number(other, "SELECT v FROM counter WHERE k = 1"), 8);
    assert_ok(db_begin(other, DB_WRITE));
    assert_ok(run(other, "UPDATE counter SET v = 9 WHERE k = 1", NULL));
    db_cleanup(&other); /* rolls back */
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 8);
}

static void savepoints_nest(void **state)
{
    (void)state;
    create_counter();
    assert_fails(db_savepoint(db, "a"), ERR_INTERNAL); /* outside a transaction */
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 1 WHERE k = 1", NULL));
    assert_ok(db_savepoint(db, "a"));
    assert_ok(run(db, "UPDATE counter SET v = 2 WHERE k = 1", NULL));
    assert_ok(db_savepoint(db, "b"));
    assert_ok(run(db, "UPDATE counter SET v = 3 WHERE k = 1", NULL));
    assert_ok(db_rollback_to(db, "b"));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 2);
    assert_ok(run(db, "UPDATE counter SET v = 4 WHERE k = 1", NULL));
    assert_ok(db_release(db, "b"));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 4);
    assert_ok(db_rollback_to(db, "a"));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 1);
    assert_ok(run(db, "UPDATE counter SET v = 5 WHERE k = 2", NULL));
    assert_ok(db_release(db, "a"));
    assert_ok(db_commit(db));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 1);
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 2"), 5);
    assert_ok(db_begin(db, DB_WRITE));
    assert_fails(db_savepoint(db, "x; DROP TABLE counter"), ERR_INTERNAL);
    db_rollback(db);
    assert_ok(db_begin(db, DB_WRITE));
    assert_fails(db_release(db, "never_set"), ERR_DATABASE);
    db_rollback(db);
}

/* SQLite would go on after a failed statement; PostgreSQL would not. Here neither does. */
static void a_failed_transaction_only_rolls_back(void **state)
{
    (void)state;
    struct stmt *s;
    create_counter();
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 1 WHERE k = 1", NULL));
    assert_fails(run_i64(db, "INSERT INTO counter (k, v) VALUES (?1, ?2)", 1, 1), ERR_CONSTRAINT);
    assert_fails(db_prepare(db, "SELECT 1", &s), ERR_DATABASE);
    assert_fails(db_script(db, "SELECT 1"), ERR_DATABASE);
    assert_fails(db_savepoint(db, "late"), ERR_DATABASE);
    assert_true(db_in_transaction(db));
    assert_fails(db_commit(db), ERR_DATABASE);
    assert_false(db_in_transaction(db));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 0);

    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(run(db, "UPDATE counter SET v = 1 WHERE k = 1", NULL));
    assert_ok(db_savepoint(db, "item"));
    assert_fails(run_i64(db, "INSERT INTO counter (k, v) VALUES (?1, ?2)", 1, 1), ERR_CONSTRAINT);
    assert_ok(db_rollback_to(db, "item"));
    assert_ok(run(db, "UPDATE counter SET v = 2 WHERE k = 2", NULL));
    assert_ok(db_commit(db));
    assert_int_equal(number(db, "SELECT sum(v) FROM counter"), 3);
}

static void scripts_are_whole(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const char **names;
    size_t n = 9;
    assert_true(
        db_script(db, "CREATE TABLE one (k {INT} PRIMARY KEY); CREATE TABLE one (k {INT} PRIMARY KEY)") !=
        OK);
    assert_ok(db_tables(db, a, &names, &n));
    assert_int_equal(n, 0);
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(db_script(db, "CREATE TABLE two (k {INT} PRIMARY KEY); INSERT INTO two (k) VALUES (1);"));
    db_rollback(db);
    assert_ok(db_tables(db, a, &names, &n));
    assert_int_equal(n, 0);
    assert_ok(db_script(db, " -- nothing\n"));
    arena_free(a);
}

static void types_are_tokens(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const char **names;
    size_t n;
    struct stmt *s;
    assert_ok(db_script(
        db, "CREATE TABLE zebra (id {ID} PRIMARY KEY, t {TEXT} DEFAULT '{ID}') {STRICT};"
            "CREATE TABLE ant (id {ID} PRIMARY KEY, zebra {ID} REFERENCES zebra (id), n {INT}, b {BLOB})"
            " {STRICT}; CREATE INDEX ant_n ON ant (n)"));
    assert_ok(db_tables(db, a, &names, &n));
    assert_int_equal(n, 2);
    assert_string_equal(names[0], "ant");
    assert_string_equal(names[1], "zebra");
    arena_free(a);
    struct id id = id_new();
    assert_ok(db_prepare(db, "INSERT INTO zebra (id) VALUES (?1)", &s));
    db_bind_id(s, 1, &id);
    assert_ok(db_run(s, NULL));
    assert_int_equal(number(db, "SELECT count(*) FROM zebra WHERE t = '{ID}'"), 1);
    assert_ok(db_prepare(db, "INSERT INTO zebra (id) VALUES (?1)", &s));
    db_bind_i64(s, 1, 5); /* both databases keep the column's type */
    enum err e = db_run(s, NULL);
    assert_true(e == ERR_CONSTRAINT || e == ERR_DATABASE);
}

/* Bytes, not words: 'Z' < 'a' < 'ä', on any server. */
static void text_sorts_by_bytes(void **state)
{
    (void)state;
    static const char *const sorted[] = {"",   "Z", "a", "a b",      "aB",
                                         "ab", "b", "z", "\xC3\xA4", "\xE3\x81\x82"};
    struct stmt *s;
    size_t n = sizeof sorted / sizeof sorted[0], i = 0;
    bool row;
    assert_ok(db_script(db, "CREATE TABLE word (w {TEXT} PRIMARY KEY) {STRICT}"));
    for (i = n; i-- > 0;) {
        assert_ok(db_prepare(db, "INSERT INTO word (w) VALUES (?1)", &s));
        db_bind_text(s, 1, str_of(sorted[i]));
        assert_ok(db_run(s, NULL));
    }
    assert_ok(db_prepare(db, "SELECT w FROM word ORDER BY w", &s));
    for (i = 0; i < n; i++) {
        assert_ok(db_step(s, &row));
        assert_true(row);
        assert_str(db_text(s, 0), sorted[i]);
    }
    assert_ok(db_step(s, &row));
    assert_false(row);
    assert_ok(db_prepare(db, "SELECT count(*) FROM word WHERE w > ?1", &s));
    db_bind_text(s, 1, STR("a"));
    assert_ok(db_step(s, &row));
    assert_int_equal(db_i64(s, 0), 7);
    if (kind == DB_POSTGRES) /* whatever the collation of the server that runs this test */
        assert_int_equal(
            number(db, "SELECT count(*) FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation"
                       " WHERE a.attrelid = to_regclass('word') AND a.attname = 'w' AND c.collname = 'C'"),
            1);
}

/* ---- errors ---- */

static void constraint(const char *sql, const char *named)
{
    struct stmt *s;
    int64_t before = number(db, "SELECT count(*) FROM person");
    struct id nobody = id_nil();
    assert_ok(db_prepare(db, sql, &s));
    db_bind_text(s, 1, STR("Maria Reyes"));
    db_bind_id(s, 2, &nobody);
    assert_fails(db_run(s, NULL), ERR_CONSTRAINT);
    contains(err_detail(), named);
    contains_not(err_detail(), "Maria");
    contains_not(err_detail(), "Reyes");
    contains_not(err_detail(), "\\x00");
    assert_int_equal(number(db, "SELECT count(*) FROM person"), before);
}

static void constraints_name_no_values(void **state)
{
    (void)state;
    struct stmt *s;
    assert_ok(db_script(
        db, "CREATE TABLE agency (id {ID} PRIMARY KEY) {STRICT};"
            "CREATE TABLE person (name {TEXT} NOT NULL CONSTRAINT not_long CHECK (length(name) < 20),"
            " k {INT} PRIMARY KEY, agency {ID} REFERENCES agency (id)) {STRICT};"
            "CREATE UNIQUE INDEX person_name ON person (name)"));
    assert_ok(db_prepare(db, "INSERT INTO person (name, k) VALUES (?1, 1)", &s));
    db_bind_text(s, 1, STR("Maria Reyes"));
    assert_ok(db_run(s, NULL));
    constraint("INSERT INTO person (name, k) SELECT ?1, 2 WHERE CAST(?2 AS {ID}) IS NOT NULL", "person");
    constraint("INSERT INTO person (name, k) SELECT ?1 || ' y', 1 WHERE CAST(?2 AS {ID}) IS NOT NULL",
               "person");
    constraint(
        "INSERT INTO person (name, k) SELECT ?1 || ' of a long name', 3 WHERE CAST(?2 AS {ID}) IS NOT NULL",
        "not_long");
    constraint("INSERT INTO person (name, k, agency) VALUES (?1 || ' x', 4, ?2)",
               kind == DB_SQLITE ? "FOREIGN KEY" : "person_agency_fkey");
    constraint(
        "INSERT INTO person (name, k, agency) SELECT NULL, 5, NULL WHERE CAST(?1 AS {TEXT}) IS NOT NULL AND"
        " CAST(?2 AS {ID}) IS NOT NULL",
        "name");
}

static void other_errors_name_no_values(void **state)
{
    (void)state;
    struct stmt *s;
    bool row;
    /* SQLite reads the text as 0, or says "integer overflow"; PostgreSQL would quote it. */
    assert_ok(db_prepare(db, "SELECT abs(CAST(?1 AS {INT}))", &s));
    db_bind_text(s, 1, STR("Maria"));
    assert_int_equal(db_step(s, &row), kind == DB_SQLITE ? OK : ERR_DATABASE);
    contains_not(err_detail(), "Maria");
    db_reset(s);
    if (kind == DB_POSTGRES)
        return;
    char pattern[1500]; /* longer than the limit */
    memset(pattern, '%', sizeof pattern);
    memcpy(pattern, "Maria", 5);
    assert_ok(db_prepare(db, "SELECT 1 WHERE ?1 LIKE ?2", &s));
    db_bind_text(s, 1, STR("Maria"));
    db_bind_text(s, 2, (struct str){pattern, sizeof pattern});
    assert_fails(db_step(s, &row), ERR_DATABASE);
    contains_not(err_detail(), "Maria");
}

static void versions_conflict(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    int64_t changed = -1;
    const char *update = "UPDATE doc SET version = version + 1 WHERE k = 1 AND version = 3";
    assert_ok(db_script(db, "CREATE TABLE doc (k {INT} PRIMARY KEY, version {INT} NOT NULL) {STRICT};"
                            "INSERT INTO doc (k, version) VALUES (1, 3)"));
    assert_ok(open_another(&other));
    assert_ok(run(other, update, &changed));
    assert_int_equal(changed, 1);
    assert_ok(run(db, update, &changed));
    assert_int_equal(changed, 0);
    assert_ok(run(db, "UPDATE doc SET version = 9", &changed));
    assert_int_equal(changed, 1);
    assert_ok(run(db, "CREATE TABLE more (k {INT} PRIMARY KEY)", &changed));
    assert_int_equal(changed, 0);
    assert_ok(run(db, "DELETE FROM doc", &changed));
    assert_int_equal(changed, 1);
}

/* ---- more than one connection ---- */

static enum err read_then_add(struct db *which, int64_t read, int64_t write)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(which, "SELECT v FROM counter WHERE k = ?1", &s));
    db_bind_i64(s, 1, read);
    TRY(db_step(s, &row));
    int64_t v = row ? db_i64(s, 0) : 0;
    return run_i64(which, "UPDATE counter SET v = ?1 WHERE k = ?2", v + 1, write);
}

static void the_second_writer_retries(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    create_counter();
    assert_ok(open_another(&other));
    do_not_wait(other);
    assert_ok(db_begin(db, DB_WRITE));
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 0);
    enum err e = db_begin(other, DB_WRITE);
    if (kind == DB_SQLITE) { /* one writer at a time */
        assert_int_equal(e, ERR_RETRY);
        assert_false(db_in_transaction(other));
        assert_ok(read_then_add(db, 1, 1));
        assert_ok(db_commit(db));
        assert_ok(db_begin(other, DB_WRITE));
        assert_ok(read_then_add(other, 1, 1));
        assert_ok(db_commit(other));
    } else { /* the first to commit wins */
        assert_int_equal(e, OK);
        assert_ok(read_then_add(other, 1, 1));
        assert_ok(db_commit(other));
        assert_fails(read_then_add(db, 1, 1), ERR_RETRY);
        contains(err_detail(), "40001");
        db_rollback(db);
        assert_ok(db_begin(db, DB_WRITE));
        assert_ok(read_then_add(db, 1, 1));
        assert_ok(db_commit(db));
    }
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), 2);
}

/* Each reads what the other writes: no row is written twice, yet no order of the two explains the result. */
static void write_skew_is_seen(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    create_counter();
    assert_ok(open_another(&other));
    do_not_wait(other);
    assert_ok(db_begin(db, DB_WRITE));
    enum err e = db_begin(other, DB_WRITE), mine = read_then_add(db, 1, 2);
    if (e == OK)
        e = read_then_add(other, 2, 1);
    if (mine == OK)
        mine = db_commit(db);
    if (e == OK)
        e = db_commit(other);
    assert_true((mine == OK) != (e == OK));
    assert_true(mine == OK ? e == ERR_RETRY : mine == ERR_RETRY);
    db_rollback(db);
}

#define THREADS 3
#define ADDS    15
struct adder {
    pthread_t thread;
    enum err err;
    uint64_t retries;
};

static enum err add_once(struct db *which)
{
    TRY(db_begin(which, DB_WRITE));
    enum err e = read_then_add(which, 1, 1);
    if (e == OK)
        e = db_commit(which);
    db_rollback(which);
    return e;
}

static void *add_many(void *user)
{
    struct adder *a = user;
    struct db *own = NULL;
    a->err = open_another(&own);
    for (int i = 0; a->err == OK && i < ADDS;) {
        a->err = add_once(own);
        i += a->err == OK;
        if (a->err == ERR_RETRY && a->retries++ < 10000)
            a->err = OK;
    }
    db_close(own);
    return NULL;
}

static void many_writers_lose_nothing(void **state)
{
    (void)state;
    struct adder adders[THREADS] = {0};
    create_counter();
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&adders[i].thread, NULL, add_many, &adders[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(adders[i].thread, NULL);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(adders[i].err, OK);
    assert_int_equal(number(db, "SELECT v FROM counter WHERE k = 1"), THREADS * ADDS);
}

static void a_reader_sees_one_moment(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    create_counter();
    assert_ok(open_another(&other));
    assert_ok(db_begin(db, DB_READ));
    assert_ok(run(other, "UPDATE counter SET v = 1", NULL)); /* before the first read of the transaction */
    assert_int_equal(number(db, "SELECT sum(v) FROM counter"), 0);
    assert_ok(run(other, "UPDATE counter SET v = 2", NULL));
    assert_int_equal(number(db, "SELECT sum(v) FROM counter"), 0);
    assert_ok(db_commit(db));
    assert_int_equal(number(db, "SELECT sum(v) FROM counter"), 4);
}

static void a_read_transaction_cannot_write(void **state)
{
    (void)state;
    create_counter();
    assert_ok(db_begin(db, DB_READ));
    assert_fails(run(db, "UPDATE counter SET v = 1", NULL), ERR_READ_ONLY);
    db_rollback(db);
    assert_ok(db_begin(db, DB_READ));
    assert_fails(db_script(db, "DELETE FROM counter"), ERR_READ_ONLY);
    db_rollback(db);
    assert_int_equal(number(db, "SELECT count(*) FROM counter"), 2);
}

static void read_only_connections(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *reader = NULL;
    create_counter();
    assert_ok(db_open(&(struct db_config){.url = url, .read_only = true}, &reader));
    assert_int_equal(db_kind(reader), kind);
    assert_int_equal(number(reader, "SELECT count(*) FROM counter"), 2);
    assert_fails(db_begin(reader, DB_WRITE), ERR_READ_ONLY);
    assert_fails(run(reader, "UPDATE counter SET v = 1", NULL), ERR_READ_ONLY);
    assert_fails(db_script(reader, "DROP TABLE counter"), ERR_READ_ONLY);
    assert_ok(db_begin(reader, DB_READ));
    assert_int_equal(number(reader, "SELECT sum(v) FROM counter"), 0);
    assert_ok(db_commit(reader));
    assert_ok(run(db, "UPDATE counter SET v = 1", NULL));
    assert_int_equal(number(reader, "SELECT sum(v) FROM counter"), 2);
}

/* Another connection changes a table under a prepared SELECT *. */
static void tables_change_under_statements(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = NULL;
    struct stmt *s;
    bool row;
    const char *all = "SELECT * FROM counter WHERE k = 1";
    create_counter();
    assert_ok(open_another(&other));
    assert_int_equal(number(other, all), 1);
    assert_ok(db_script(db, "ALTER TABLE counter ADD COLUMN w {INT} DEFAULT 5"));
    enum err e = db_begin(other, DB_READ);
    assert_int_equal(e, OK);
    assert_ok(db_prepare(other, all, &s));
    e = db_step(s, &row);
    assert_true(e == OK || e == ERR_RETRY);
    db_rollback(other);
    assert_ok(db_begin(other, DB_READ));
    assert_ok(db_prepare(other, all, &s));
    assert_ok(db_step(s, &row));
    assert_int_equal(db_i64(s, 2), 5);
    assert_ok(db_commit(other));
    assert_int_equal(number(db, all), 1);
}

/* ---- size ---- */

#define MANY 100000
#define PAGE 1000
static void scan_by_key(void **state)
{
    (void)state;
    struct stmt *s;
    int64_t last = 0, seen = 0, sum = 0;
    bool row;
    assert_ok(db_script(db, "CREATE TABLE many (k {INT} PRIMARY KEY, v {INT} NOT NULL) {STRICT}"));
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(db_prepare(db,
                         "INSERT INTO many (k, v) WITH RECURSIVE n (i) AS (SELECT CAST(1 AS {INT}) UNION ALL"
                         " SELECT i + 1 FROM n WHERE i < ?1) SELECT i * 3, i FROM n",
                         &s));
    db_bind_i64(s, 1, MANY);
    assert_ok(db_run(s, &seen));
    assert_int_equal(seen, MANY);
    assert_ok(db_commit(db));
    seen = 0;
    for (int64_t before = -1; seen != before;) {
        before = seen;
        assert_ok(db_prepare(db, "SELECT k, v FROM many WHERE k > ?1 ORDER BY k LIMIT ?2", &s));
        db_bind_i64(s, 1, last);
        db_bind_i64(s, 2, PAGE);
        assert_ok(db_step(s, &row));
        for (; row; seen++) {
            assert_int_equal(db_i64(s, 0), last + 3);
            last = db_i64(s, 0);
            sum += db_i64(s, 1);
            assert_ok(db_step(s, &row));
        }
    }
    assert_int_equal(seen, MANY);
    assert_int_equal(sum, (int64_t)MANY * (MANY + 1) / 2);
}

static void ids_sort_as_bytes(void **state)
{
    (void)state;
    struct stmt *s;
    struct id id = id_nil(), next;
    bool row = true;
    int seen = 0;
    assert_ok(db_script(db, "CREATE TABLE thing (id {ID} PRIMARY KEY) {STRICT}"));
    assert_ok(db_begin(db, DB_WRITE));
    for (int i = 0; i < 500; i++) {
        struct id new = id_new();
        assert_ok(db_prepare(db, "INSERT INTO thing (id) VALUES (?1)", &s));
        db_bind_id(s, 1, &new);
        assert_ok(db_run(s, NULL));
    }
    assert_ok(db_commit(db));
    for (; row; seen += row) {
        assert_ok(db_prepare(db, "SELECT id FROM thing WHERE id > ?1 ORDER BY id LIMIT 1", &s));
        db_bind_id(s, 1, &id);
        assert_ok(db_step(s, &row));
        if (!row)
            break;
        assert_ok(db_id(s, 0, &next));
        assert_true(id_cmp(id, next) < 0);
        id = next;
    }
    assert_int_equal(seen, 500);
}

/* ---- statements whose outcome is wanted later ---- */

static enum err count_later(int64_t k)
{
    struct stmt *s;
    TRY(db_prepare(db, "INSERT INTO counter (k, v) VALUES (?1, 0)", &s));
    db_bind_i64(s, 1, k);
    return db_run_later(s);
}

/* More than are sent at once; a query sees all that was asked for before it. */
static void later_is_before_the_next_query(void **state)
{
    (void)state;
    create_counter();
    assert_ok(db_begin(db, DB_WRITE));
    for (int64_t k = 10; k < 510; k++) {
        assert_ok(count_later(k));
        if (k % 100 == 0)
            assert_int_equal(number(db, "SELECT count(*) FROM counter"), 2 + k - 9);
    }
    assert_ok(db_commit(db));
    assert_int_equal(number(db, "SELECT count(*) FROM counter"), 502);
    assert_ok(count_later(600)); /* outside a transaction: at once */
    assert_fails(count_later(600), ERR_CONSTRAINT);
}

/* A failure that was told to somebody else, or to nobody, would leave half of an action behind. */
static void later_fails_by_the_time_it_is_settled(void **state)
{
    (void)state;
    create_counter();
    assert_ok(db_begin(db, DB_WRITE));
    assert_ok(count_later(10));
    assert_ok(db_settle(db));
    assert_ok(db_savepoint(db, "job"));
    assert_ok(count_later(11));
    enum err e = count_later(1); /* is there already */
    for (int64_t k = 12; k < 15 && e == OK; k++)
        e = count_later(k);
    if (e == OK)
        e = db_settle(db);
    assert_fails(e, ERR_CONSTRAINT);
    contains(err_detail(), "counter");
    assert_true(count_later(20) != OK); /* nothing but a rollback */
    assert_true(db_settle(db) != OK);
    assert_ok(db_rollback_to(db, "job"));
    assert_ok(db_release(db, "job"));
    assert_ok(count_later(30));
    assert_ok(db_commit(db));
    assert_int_equal(number(db, "SELECT count(*) FROM counter"), 4);
    assert_int_equal(number(db, "SELECT count(*) FROM counter WHERE k IN (10, 30)"), 2);
}

static void later_that_fails_never_commits(void **state)
{
    (void)state;
    create_counter();
    for (int how = 0; how < 4; how++) {
        assert_ok(db_begin(db, DB_WRITE));
        assert_ok(count_later(10));
        enum err e = count_later(1);
        int64_t n;
        if (how == 0 && e == OK)
            e = db_commit(db);
        else if (how == 1 && e == OK)
            e = try_number(db, "SELECT count(*) FROM counter", &n);
        else if (how == 2 && e == OK)
            e = db_savepoint(db, "job");
        else if (e == OK)
            e = db_settle(db);
        assert_fails(e, ERR_CONSTRAINT);
        if (db_in_transaction(db))
            assert_true(db_commit(db) != OK);
        assert_int_equal(number(db, "SELECT count(*) FROM counter"), 2);
    }
    assert_ok(db_begin(db, DB_WRITE)); /* rolled back while it waits */
    assert_ok(count_later(10));
    db_rollback(db);
    assert_int_equal(number(db, "SELECT count(*) FROM counter"), 2);
}

static void plans_show_scans(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    char *text;
    create_values();
    assert_ok(db_script(db, "CREATE INDEX value_t ON value (t)"));
    assert_ok(db_plan(db, "SELECT k FROM value WHERE t = ?1 ORDER BY k", a, &text));
    contains(text, "value_t");
    contains_not(text, kind == DB_SQLITE ? "SCAN" : "Seq Scan");
    assert_ok(db_plan(db, "SELECT k FROM value WHERE b = ?1 AND i > ?2", a, &text));
    contains(text, kind == DB_SQLITE ? "SCAN value" : "Seq Scan on value");
    assert_ok(db_begin(db, DB_WRITE)); /* inside a transaction it leaves no trace */
    assert_ok(db_plan(db, "UPDATE value SET i = 1 WHERE t = ?1", a, &text));
    contains(text, "value_t");
    assert_ok(run(db, "INSERT INTO value (k) VALUES (1)", NULL));
    assert_ok(db_commit(db));
    assert_true(db_plan(db, "SELECT missing FROM nowhere", a, &text) != OK);
    assert_int_equal(number(db, "SELECT count(*) FROM value"), 1);
    arena_free(a);
}

static void bad_configuration(void **state)
{
    (void)state;
    struct db *none = NULL;
    static const char *const urls[] = {
        NULL, "", "mysql:x", "akari.db", "sqlite:", "sqlite::memory:", "postgres:password='x y"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_fails(db_open(&(struct db_config){.url = urls[i]}, &none), ERR_CONFIG);
        assert_null(none);
        contains_not(err_detail(), "x y");
    }
    assert_fails(db_open(&(struct db_config){.url = url, .sync = DB_SYNC_NORMAL_TEST_ONLY}, &none),
                 ERR_CONFIG);
    db_close(NULL);
    assert_fails(db_begin(db, DB_READ) == OK ? db_truncate_wal(db) : OK, ERR_INTERNAL);
    db_rollback(db);
    assert_ok(db_truncate_wal(db));
}

/* ---- the suite ---- */

#define EACH(name)                                     \
    {                                                  \
#name, name, new_database, drop_database, NULL \
    }

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/akari-test-db-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    remove_files();
    return rmdir(folder);
}

static int choose_schema(void **state)
{
    (void)state;
    const char *server = getenv("AKARI_TEST_PG"),
               *prefix = strncmp(server, "postgres:", 9) == 0 ? "" : "postgres:";
    snprintf(url, sizeof url, "%s%s options='-c search_path=akari_test_db'", prefix, server);
    return 0;
}

#define BOTH                                                                                            \
    EACH(types_round_trip), EACH(null_is_not_empty), EACH(no_value_changes_its_type),                   \
        EACH(sums_are_whole_numbers), EACH(a_large_value), EACH(bad_binds),                             \
        EACH(statements_are_found_again), EACH(parameters_change_their_type), EACH(only_portable_sql),  \
        EACH(sql_must_be_constant), EACH(commit_and_rollback), EACH(savepoints_nest),                   \
        EACH(a_failed_transaction_only_rolls_back), EACH(scripts_are_whole), EACH(types_are_tokens),    \
        EACH(text_sorts_by_bytes), EACH(constraints_name_no_values), EACH(other_errors_name_no_values), \
        EACH(versions_conflict), EACH(the_second_writer_retries), EACH(write_skew_is_seen),             \
        EACH(many_writers_lose_nothing), EACH(a_reader_sees_one_moment),                                \
        EACH(a_read_transaction_cannot_write), EACH(read_only_connections),                             \
        EACH(tables_change_under_statements), EACH(scan_by_key), EACH(ids_sort_as_bytes),               \
        EACH(later_is_before_the_next_query), EACH(later_fails_by_the_time_it_is_settled),             \
        EACH(later_that_fails_never_commits), EACH(plans_show_scans), EACH(bad_configuration)

int main(int argc, char **argv)
{
    const struct CMUnitTest sqlite[] = {
        BOTH,
        EACH(sqlite_files_are_private),
        EACH(sqlite_is_defended),
        EACH(sqlite_refuses_other_files),
        EACH(sqlite_truncates_its_wal),
        EACH(sqlite_survives_each_failing_allocation),
    };
    const struct CMUnitTest postgres[] = {
        BOTH,
        EACH(postgres_sessions_die),
        EACH(postgres_promises_are_checked),
        EACH(postgres_locks_end),
    };
    if (argc > 1 && strcmp(argv[1], "postgres") == 0) {
        kind = DB_POSTGRES;
        if (!getenv("AKARI_TEST_PG") || !*getenv("AKARI_TEST_PG")) {
            puts("1..0 # SKIP no PostgreSQL: AKARI_TEST_PG is not set");
            return 0;
        }
        return cmocka_run_group_tests(postgres, choose_schema, NULL);
    }
    return cmocka_run_group_tests(sqlite, make_folder, remove_folder);
}
