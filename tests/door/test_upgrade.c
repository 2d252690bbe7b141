/* SPDX-License-Identifier: Apache-2.0 */
/* A store of an earlier version under this program, over both databases: test_upgrade sqlite | postgres.
 * What goes wrong here is a whole case system that does not open after an upgrade, or one that an older
 * program writes to and so loses what the newer one kept. */
#include "base/testing.h"
#include "core/backup.h"
#include "support/store.h"

#include <unistd.h>

static const char *driver = "sqlite";
static struct store store;

/* This program: a domain with one table more, and columns and an index more, than the earlier one. */
enum { NOTE_COLUMNS_THEN = 2, NOTE_COLUMNS = 4 };
static const struct column note_columns[] = {{"id", COL_ID, 0, NULL},
                                             {"text", COL_TEXT, 0, NULL},
                                             {"at_us", COL_INT, COL_NULL, NULL},
                                             {"case_file", COL_ID, COL_NULL, "case_file"}};
static const char *const note_indexes[] = {"(text)", "(at_us)", NULL}, *const then_indexes[] = {"(text)",
                                                                                                NULL};
static const struct column need_columns[] = {
    {"id", COL_ID, 0, NULL}, {"text", COL_TEXT, 0, NULL}, {"at_us", COL_INT, 0, NULL}};
static const struct column other_columns[] = {{"id", COL_ID, 0, NULL}, {"text", COL_INT, 0, NULL}};
static const struct column later_columns[] = {{"id", COL_ID, 0, NULL}, {"word", COL_TEXT, 0, NULL}};
static const struct table NOTE = {.no = 240, .name = "note", note_columns, NOTE_COLUMNS, note_indexes},
                          LATER = {.no = 241, .name = "later", later_columns, 2},
                          NEED = {.no = 240, .name = "note", need_columns, 3, then_indexes},
                          OTHER = {.no = 240, .name = "note", other_columns, 2, then_indexes};
/* SQL of a table is kept by its number: the earlier one has a number of its own, and only makes rows. */
static const struct table NOTE_THEN = {
    .no = 242, .name = "note", note_columns, NOTE_COLUMNS_THEN, then_indexes};

static enum err write_note(struct act *a)
{
    struct id id = a->ret_id = id_new();
    struct cell cells[NOTE_COLUMNS] = {cell_id(&id), cell_c("synthetic"), cell_null(), cell_null()};
    return row_insert(a->tx, &NOTE, cells);
}

static struct id of_case; /* of the next note */

static enum err write_new_note(struct act *a)
{
    struct id id = a->ret_id = id_new(), more = id_new();
    struct cell cells[NOTE_COLUMNS] = {cell_id(&id), cell_c("synthetic"), cell_int(7), cell_id(&of_case)};
    struct cell later[] = {cell_id(&more), cell_c("synthetic")};
    TRY(row_insert(a->tx, &NOTE, cells));
    return row_insert(a->tx, &LATER, later);
}

/* The meta row as it was before columns were counted. */
static enum err write_old_version(struct act *a)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct cell cells[4];
    struct id id;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT id FROM meta WHERE name = 'schema'", &s));
    TRY(db_step(s, &row));
    TRY(db_id(s, 0, &id));
    db_reset(s);
    TRY(row_get(a->tx->db, a->arena, &TABLE_META, id, cells));
    cells[2] = cell_c("1");
    return row_update(a->tx, &TABLE_META, cells, -1);
}

static const struct action actions[] = {
    {.name = "test.old", .verb = VERB_UPDATE, .object = OBJECT_SYSTEM, .body = write_old_version},
    {.name = "test.note", .verb = VERB_UPDATE, .object = OBJECT_SYSTEM, .body = write_note},
    {.name = "test.new_note", .verb = VERB_UPDATE, .object = OBJECT_SYSTEM, .body = write_new_note}};

static enum err tables(struct schema *s)
{
    TRY(schema_add(s, &NOTE));
    return schema_add(s, &LATER);
}

static const struct store_country *country(void)
{
    static struct store_country c;
    c = (struct store_country){
        .pack = store_pack(), .actions = actions, .nactions = 3, .synthetic = true, .tables = tables};
    return &c;
}

/* Past the door. */
static void script(const char *sql)
{
    struct db_config c = {.url = store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    assert_ok(db_open(&c, &db));
    assert_ok(db_script(db, sql));
}

static void act(const char *name)
{
    struct ctx system = ctx_system();
    assert_ok(do_act(&store, &system, name, id_nil(), NULL, NULL));
}

/* The store as the earlier program left it: with a row of a table that has grown since. */
static int setup(void **state)
{
    *state = NULL;
    if (!store_make_of(&store, driver, country()))
        return 0;
    *state = &store;
    store_open(&store);
    act("test.note");
    store_close(&store);
    return 0;
}

/* Takes away what it did not have. With SQLite a column that an index or a foreign key names stays: so the
 * table is made anew. */
static void make_it_earlier(void)
{
    script(
        "CREATE TABLE kept (id {ID} NOT NULL PRIMARY KEY, text {TEXT} NOT NULL) {STRICT};"
        "INSERT INTO kept SELECT id, text FROM note; DROP TABLE note; DROP TABLE later;"
        "CREATE TABLE note (id {ID} NOT NULL PRIMARY KEY, text {TEXT} NOT NULL) {STRICT};"
        "INSERT INTO note SELECT id, text FROM kept; DROP TABLE kept; CREATE INDEX note_0 ON note (text);");
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

#define UPGRADES() count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'system.upgrade'")
#define VERSIONS() count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'system.version'")

/* What the meta row says. */
static int64_t noted_version(void)
{
    return count_rows(&store, "SELECT CAST(value AS {INT}) FROM meta WHERE name = 'schema'");
}

static void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(door_sequence(store.door));
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_message("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
}

static void an_earlier_store_gets_what_it_lacks(void **state)
{
    NEED_STORE(state);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    make_it_earlier();
    store_open(&store);
    assert_int_equal(UPGRADES(), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM note WHERE at_us IS NULL"), 1);
    of_case = open_case(&store, &lead);
    act("test.new_note");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM note WHERE at_us = 7"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM later"), 1);
    the_trail_holds(); /* the old row keeps its hash */
    store_close(&store);
    store_open(&store); /* nothing is lacking any more */
    assert_int_equal(UPGRADES(), 1);
    the_trail_holds();
}

static void a_lost_index_is_made_again(void **state)
{
    NEED_STORE(state);
    script("DROP INDEX note_1");
    store_open(&store);
    assert_int_equal(UPGRADES(), 1);
    store_close(&store);
    store_open(&store);
    assert_int_equal(UPGRADES(), 1);
    the_trail_holds();
}

/* It stands in a covered row: only with the keys open may it change, or verify would name the row. */
static void the_version_is_noted_once_the_keys_are_open(void **state)
{
    NEED_STORE(state);
    struct ctx system = ctx_system();
    store_open(&store);
    act("test.old");
    store_close(&store);
    assert_ok(door_open(&store.config, &store.door));
    assert_fails(do_act(&store, &system, "test.note", id_nil(), NULL, NULL), ERR_LOCKED);
    assert_int_equal(noted_version(), 1);
    assert_ok(door_unlock(store.door, store_secret()));
    assert_int_equal(noted_version(), schema_version(&store.schema));
    assert_int_equal(VERSIONS(), 1);
    assert_ok(door_unlock(store.door, store_secret()));
    assert_int_equal(VERSIONS(), 1);
    the_trail_holds();
}

/* Who can write to the database, and not sign, makes the program sign for nothing. */
static void a_version_changed_past_the_door_is_named(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    script("UPDATE meta SET value = '1' WHERE name = 'schema'");
    store_open(&store);
    assert_int_equal(VERSIONS(), 0);
    assert_int_equal(noted_version(), 1);
    assert_ok(door_sequence(store.door));
    struct audit_report r = verify(&store, STR(""), a);
    assert_int_equal(r.total, 1);
    assert_string_equal(r.findings[0].table, "meta");
}

/* An older program would leave out the columns that it does not know, and what was in them is gone. */
static void a_later_store_is_refused(void **state)
{
    NEED_STORE(state);
    struct schema then = store.schema;
    struct door *door = NULL;
    then.n--; /* LATER is the last */
    store.config.schema = &then;
    assert_fails(door_open(&store.config, &door), ERR_SCHEMA);
    store.config.schema = &store.schema;
    store_open(&store);
    the_trail_holds();
}

static void opens_not_with(const struct table *t)
{
    struct schema other = store.schema;
    struct door *door = NULL;
    for (size_t i = 0; i < other.n; i++)
        if (other.tables[i] == &NOTE)
            other.tables[i] = t;
    store.config.schema = &other;
    assert_fails(door_open(&store.config, &door), ERR_SCHEMA);
    store.config.schema = &store.schema;
}

/* What cannot be mended is left as it is, and said. */
static void what_differs_otherwise_is_refused(void **state)
{
    NEED_STORE(state);
    make_it_earlier();
    opens_not_with(&NEED);  /* a column that every row must have */
    opens_not_with(&OTHER); /* one of another type */
    script("ALTER TABLE note ADD COLUMN foreign_one {INT}");
    opens_not_with(&NOTE); /* one that nobody declared */
    opens_not_with(&NOTE_THEN);
}

/* Somebody took the index away and put a row in twice: the store must open, or nobody could verify it. */
static void rows_that_a_unique_index_forbids_do_not_close_the_store(void **state)
{
    NEED_STORE(state);
    static const char *const unique[] = {"(text)", "(at_us)", "UNIQUE (text)", NULL};
    static const struct table twice = {.no = 243, .name = "note", note_columns, NOTE_COLUMNS, unique};
    struct schema other = store.schema;
    store_open(&store);
    act("test.note");
    store_close(&store);
    for (size_t i = 0; i < other.n; i++)
        if (other.tables[i] == &NOTE)
            other.tables[i] = &twice;
    store.config.schema = &other;
    for (int i = 0; i < 2; i++) {
        store_open(&store);
        assert_int_equal(UPGRADES(), 0);
        store_close(&store);
    }
    script("DELETE FROM note"); /* now it can be made */
    store_open(&store);
    assert_int_equal(UPGRADES(), 1);
    store_close(&store);
    store.config.schema = &store.schema;
}

/* Each allocation fails once: the store is mended whole, or not at all, and opens the next time. */
static void memory_may_run_out(void **state)
{
    NEED_STORE(state);
    for (uint64_t nth = 1;; nth += store.postgres ? 307 : 101) {
        make_it_earlier();
        mem_inject(nth, false);
        enum err e = door_open(&store.config, &store.door);
        bool through = mem_calls() < nth;
        mem_inject(0, false);
        if (e == OK)
            store_close(&store);
        else
            assert_int_equal(e, ERR_NO_MEMORY);
        store_open(&store);
        act("test.note");
        the_trail_holds();
        store_close(&store);
        if (through)
            break;
    }
}

/* A backup of the earlier program comes back into this one; one of a later program does not. */
static void backups_of_then_come_back(void **state)
{
    NEED_STORE(state);
    struct backup_report made, back;
    struct store into;
    char data[] = "/tmp/akari-upgrade-XXXXXX", keys[] = "/tmp/akari-upgrade-XXXXXX";
    struct schema then = store.schema;
    then.n--; /* LATER is the last */
    assert_non_null(mkdtemp(data));
    assert_non_null(mkdtemp(keys));
    script("DROP TABLE later");
    script("UPDATE meta SET value = '1' WHERE name = 'schema'");
    store.config.schema = &then;
    store_open(&store);
    assert_ok(backup_make(store.door, data, keys, &made));
    store_close(&store);
    assert_true(store_blank_of(&into, driver, country()));
    assert_ok(backup_restore(&into.config, made.data_file, made.key_file, store_secret(), &back));
    store_open(&into);
    assert_int_equal(count_rows(&into, "SELECT count(*) FROM note"), 1);
    assert_int_equal(count_rows(&into, "SELECT count(*) FROM later"), 0);
    store_remove(&into);
    unlink(made.data_file);
    unlink(made.key_file);

    store.config.schema = &store.schema;
    store_open(&store);
    assert_ok(backup_make(store.door, data, keys, &made));
    assert_true(store_blank_of(&into, driver, country()));
    into.config.schema = &then;
    assert_fails(backup_restore(&into.config, made.data_file, made.key_file, store_secret(), &back),
                 ERR_UNSUPPORTED);
    store_remove(&into);
    unlink(made.data_file);
    unlink(made.key_file);
    rmdir(data);
    rmdir(keys);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(an_earlier_store_gets_what_it_lacks),
        T(a_lost_index_is_made_again),
        T(the_version_is_noted_once_the_keys_are_open),
        T(a_version_changed_past_the_door_is_named),
        T(a_later_store_is_refused),
        T(what_differs_otherwise_is_refused),
        T(rows_that_a_unique_index_forbids_do_not_close_the_store),
        T(memory_may_run_out),
        T(backups_of_then_come_back),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
