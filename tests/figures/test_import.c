/* SPDX-License-Identifier: Apache-2.0 */
/* Files in and out over both databases: test_import sqlite | postgres. */
#include "figures_store.h"

#include "base/json.h"
#include "figures/dice.h"
#include "figures/own.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define HEADER "Sex,Tags,Age,Year,Who,Note,Place\n"
#define CODED  "Sex,Tags,Age,Year,Who\n"
static const char small[] = HEADER "F,\"tag, a;c\",20,2020--,M,x,here\n"
                                   "M,,0,--1999,F;M,\"say \"\"hi\"\"\",\"a,b\"\n"
                                   ",,,,,,\n"
                                   "F,c,,,,,\n";
/* What may leave of it. */
static const char small_coded[] = CODED "F,\"tag, a;c\",20,2020--,M\n"
                                        "M,,0,--1999,F;M\n"
                                        ",,,,\n"
                                        "F,c,,,\n";

static struct import_report import_text(struct ctx c, const char *map, const char *text, bool dry,
                                        enum err expected)
{
    struct temp_file f = file_with(text, strlen(text));
    struct import_report r;
    enum err e = figures_import(store.door, &c, map, f.path, dry, false, NULL, NULL, &r);
    if (e != expected)
        fail_msg("import: %s %s (%s)", err_row(e)->name, err_detail(), err_place());
    file_gone(&f);
    return r;
}

static struct import_report import_north(const char *text)
{
    return import_text(operator_of("north"), "file", text, false, OK);
}

static void nothing_is_wrong_with_the_trail(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct audit_report r = verify(&store, STR(""), a);
    if (r.total)
        fail_msg("audit: %s %s", r.findings[0].table, r.findings[0].what);
}

/* ---- there and back ------------------------------------------------------------------------------------ */

static void a_small_file_goes_in_and_out(void **state) /* plan 6(3)(v)/a */
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct import_report r = import_north(small);
    int64_t rows;
    assert_int_equal(r.rows, 4);
    assert_int_equal(r.imported, 4);
    assert_int_equal(r.already + r.failed, 0);
    assert_str(exported("coded", a, &rows), small_coded);
    assert_int_equal(rows, 4);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 4);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM subject"), 8);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM record"), 12);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'import.row'"), 4);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE stage = 'presumed_victim'"), 4);
    nothing_is_wrong_with_the_trail();
}

static void the_same_values_under_another_map(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static const char text[] = "Who;Place;Year;Note;Age;Tags;Sex\nF|M;a,b;2020--;;7;c|tag, a;F\n;;;;;;\n";
    int64_t rows;
    import_text(operator_of("north"), "other", text, false, OK);
    assert_str(exported("coded_other", a, &rows), "Sex;Tags;Age;Year;Who\nF;c|tag, a;7;2020--;F|M\n;;;;\n");
    assert_str(exported("coded", a, &rows), CODED "F,\"c;tag, a\",7,2020--,F;M\n,,,,\n");
}

static void a_file_that_is_there_is_not_taken_twice(void **state)
{
    NEED_STORE(state);
    struct import_report first = import_north(small), again = import_north(small), other;
    assert_int_equal(again.imported, 0);
    assert_int_equal(again.already, 4);
    assert_true(id_eq(first.batch, again.batch));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 4);
    other = import_north(HEADER "F,,,,,,\n");
    assert_false(id_eq(first.batch, other.batch));
    assert_int_equal(other.imported, 1);
    /* another agency has its own */
    assert_int_equal(import_text(operator_of("south"), "file", small, false, OK).imported, 4);
}

static const char bad_rows[] = HEADER "F,,,,,,\n"              /* 2 */
                                      "zebra,,,,,,\n"          /* 3 */
                                      "F,,999,,,,\n"           /* 4 */
                                      "F,,\n"                  /* 5 */
                                      "\xff,,,,,,\n"           /* 6 */
                                      "M,\"c\"x,,,,,\n"        /* 7: text behind a closing quote */
                                      "\n"                     /* 8: an empty line is one cell */
                                      "M,,,,,,\n"              /* 9 */
                                      "M,c;;c,,,,,\n"          /* 10 */
                                      "M,,,,,longer than 8,\n" /* 11 */
                                      "F,c,,,,,\n";            /* 12 */

static void bad_rows_are_named_and_stop_nothing(void **state)
{
    NEED_STORE(state);
    static const struct {
        int64_t row;
        const char *what;
    } expected[] = {{3, "column Sex"}, {4, "column Age"}, {5, "3 cells"},      {6, "UTF-8"},
                    {7, "column 2"},   {8, "1 cells"},    {10, "column Tags"}, {11, "column Note"}};
    struct import_report r = import_north(bad_rows);
    assert_int_equal(r.rows, 11);
    assert_int_equal(r.imported, 3);
    assert_int_equal(r.failed, 8);
    assert_int_equal(r.nerrors, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(r.errors[i].row, expected[i].row);
        if (!strstr(r.errors[i].what, expected[i].what) || strstr(r.errors[i].what, "zebra"))
            fail_msg("row %lld: %s expected, but: %s", (long long)expected[i].row, expected[i].what,
                     r.errors[i].what);
    }
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM import_row WHERE case_id IS NULL AND outcome > 0 AND what IS NOT NULL"),
        8);
    assert_int_equal(
        count_rows(
            &store,
            "SELECT count(*) FROM import_row WHERE case_id IS NOT NULL AND outcome = 0 AND what IS NULL"),
        3);
    assert_int_equal(count_rows(&store, "SELECT done_rows FROM import_batch WHERE state = 'done'"), 3);
    /* told again to who asks again, and by the view */
    struct import_report again = import_north(bad_rows);
    assert_int_equal(again.already, 3);
    assert_int_equal(again.failed, 8);
    assert_string_equal(again.errors[1].what, r.errors[1].what);
    nothing_is_wrong_with_the_trail();
}

static void a_dry_run_says_the_same_and_writes_nothing(void **state)
{
    NEED_STORE(state);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    struct import_report dry = import_text(operator_of("north"), "file", bad_rows, true, OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"), leaves);
    struct import_report real = import_north(bad_rows);
    assert_int_equal(dry.imported, real.imported);
    assert_int_equal(dry.failed, real.failed);
    for (size_t i = 0; i < real.nerrors; i++)
        assert_string_equal(dry.errors[i].what, real.errors[i].what);
}

static void what_is_no_such_file_is_refused_as_a_whole(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north");
    struct import_report r;
    import_text(c, "file", "", false, ERR_BAD_DATA);
    import_text(c, "file", "Sex,Tags\nF,c\n", false, ERR_BAD_DATA);
    import_text(c, "file", "\"Sex", false, ERR_BAD_DATA);
    import_text(c, "nothing", small, false, ERR_NOT_FOUND);
    assert_fails(figures_import(store.door, &c, "file", "/nowhere/at/all", false, false, NULL, NULL, &r),
                 ERR_NOT_FOUND);
    assert_fails(figures_import(store.door, &c, "file", "/", false, false, NULL, NULL, &r), ERR_IO);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch"), 0);
    assert_int_equal(import_north(HEADER).rows, 0); /* no rows are no fault */
}

/* ---- stopped and gone on ------------------------------------------------------------------------------- */

static struct str many_rows(struct arena *a, uint64_t seed, size_t n)
{
    static const char *const words[FL_CODED][4] = {
        {"", "F", "M", "F"},     {"", "\"tag, a\"", "c", "\"c;tag, a;\"\"b\"\"\""},
        {"", "0", "120", "017"}, {"", "2020--", "--1999", "2020--"},
        {"", "F", "M", "F;M"},
    };
    struct buf b CLEANUP(buf_free) = {0};
    struct dice d = {seed};
    struct str s;
    buf_c(&b, CODED);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < FL_CODED; c++) {
            buf_c(&b, words[c][dice_below(&d, 4)]);
            buf_char(&b, c + 1 < FL_CODED ? ',' : '\n');
        }
    assert_ok(buf_take(&b, a, &s));
    return s;
}

static struct import_report import_coded(struct str text)
{
    return import_text(operator_of("north"), "coded", text.p, false, OK);
}

static void random_files_go_there_and_back(void **state)
{
    NEED_STORE(state);
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct dice d = {seed};
        struct str text = many_rows(a, seed, 1 + dice_below(&d, 60));
        int64_t rows, n;
        struct import_report r = import_coded(text);
        assert_int_equal(r.imported, r.rows);
        assert_ok(figures_purge_raw(store.door,
                                    &(struct ctx){.agency = "north",
                                                  .role = ROLE_SYSTEM,
                                                  .purpose = PURPOSE_STATISTICS,
                                                  .assurance = 3,
                                                  .lang = "en"},
                                    r.batch, &n));
        assert_int_equal(n, r.rows);
        assert_true(str_eq(exported("coded", a, &rows), text)); /* from the records: no raw row is left */
        struct ctx c = operator_of("north");
        assert_ok(figures_undo(store.door, &c, r.batch, &n));
        assert_int_equal(n, r.rows);
    }
    nothing_is_wrong_with_the_trail();
}

static int64_t stop_at;
static void die(void *user, int64_t done, int64_t total)
{
    (void)user;
    (void)total;
    if (done >= stop_at)
        raise(SIGKILL);
}

/* A process of its own, killed (signal 9) once `at` rows are in. */
static void import_and_die(const char *path, int64_t at)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ctx c = operator_of("north");
        struct import_report r;
        stop_at = at;
        if (store_try_open(&store) == OK &&
            figures_import(store.door, &c, "coded", path, false, false, die, NULL, &r) == OK)
            _exit(0);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void killed_at_any_point_it_goes_on(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const size_t n = 1700;
    struct str text = many_rows(a, 77, n);
    struct temp_file f = file_with(text.p, text.n);
    struct ctx c = operator_of("north");
    struct import_report r;
    int64_t rows;
    store_close(&store);
    import_and_die(f.path, 1);
    import_and_die(f.path, 700);
    import_and_die(f.path, 1501);
    store_open(&store);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch WHERE state = 'running'"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 1700);
    assert_ok(figures_import(store.door, &c, "coded", f.path, false, false, NULL, NULL, &r));
    assert_int_equal(r.rows, n);
    assert_int_equal(r.imported + r.already, n);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), n);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch"), 1);
    assert_true(str_eq(exported("coded", a, &rows), text));
    nothing_is_wrong_with_the_trail();
    file_gone(&f);
}

static void stop(void *user, int64_t done, int64_t total)
{
    (void)total;
    if (done >= stop_at)
        *(bool *)user = true;
}

/* Wherever the rows that are there end: the rest comes, none twice. (The beginning is put there row by row.)
 */
static void random_stop_points(void **state)
{
    NEED_STORE(state);
    struct dice d = {4};
    for (int round = 0; round < 8; round++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        size_t n = 5 + dice_below(&d, 20), there = dice_below(&d, n);
        struct str text = many_rows(a, 500 + (uint64_t)round, n);
        struct temp_file f = file_with(text.p, text.n);
        struct ctx c = operator_of("north");
        struct import_report r;
        bool seen = false;
        int64_t before = count_rows(&store, "SELECT count(*) FROM case_file"), rows;
        /* the same file but its end: a batch of its own, whose digest is then the whole file's */
        struct hash digest = blake2b(text);
        char hex[65], number[24];
        for (int i = 0; i < 32; i++)
            snprintf(hex + 2 * i, 3, "%02x", digest.b[i]);
        snprintf(number, sizeof number, "%zu", n);
        struct act_result batch;
        assert_ok(do_act(&store, &c, "import.begin", id_nil(), &batch, "map", "coded", "digest", hex, "rows",
                         number, NULL));
        for (size_t i = 0; i < there; i++) {
            struct ctx one = c;
            char row[24];
            one.request_id = import_row_id(batch.id, (int64_t)i + 2);
            snprintf(row, sizeof row, "%zu", i + 2);
            /* what is in these rows does not matter here */
            assert_ok(do_act(&store, &one, "import.row", batch.id, NULL, "row", row, "cell", "", "cell", "",
                             "cell", "", "cell", "", "cell", "", NULL));
        }
        stop_at = (int64_t)n;
        assert_ok(figures_import(store.door, &c, "coded", f.path, false, false, stop, &seen, &r));
        assert_true(seen);
        assert_int_equal(r.already, there);
        assert_int_equal(r.imported, n - there);
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), before + (int64_t)n);
        assert_ok(figures_undo(store.door, &c, batch.id, &rows));
        file_gone(&f);
    }
    nothing_is_wrong_with_the_trail();
}

static void a_repeated_row_is_the_same_row(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north"), one = c;
    struct act_result batch, first, again;
    char hex[65];
    memset(hex, 'a', 64);
    hex[64] = '\0';
    assert_ok(do_act(&store, &c, "import.begin", id_nil(), &batch, "map", "file", "digest", hex, "rows", "1",
                     NULL));
    one.request_id = import_row_id(batch.id, 2);
#define ROW "row", "2", "cell", "F", "cell", "", "cell", "", "cell", "", "cell", "", "cell", "", "cell", ""
    assert_ok(do_act(&store, &one, "import.row", batch.id, &first, ROW, NULL));
    assert_ok(do_act(&store, &one, "import.row", batch.id, &again, ROW, NULL));
    assert_true(again.replayed);
    assert_true(id_eq(first.id, again.id));
    assert_fails(do_act(&store, &c, "import.row", batch.id, &again, ROW, NULL),
                 ERR_CONSTRAINT); /* the row is there */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 1);
    assert_ok(do_act(&store, &c, "import.finish", batch.id, NULL, NULL));
    assert_ok(do_act(&store, &c, "import.finish", batch.id, NULL, NULL)); /* done is done */
    assert_fails(do_act(&store, &c, "import.row", batch.id, NULL, "row", "3", NULL), ERR_STATE);
}

static void an_import_is_finished_when_all_rows_are_there(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north");
    struct act_result batch;
    char hex[65];
    int64_t n;
    memset(hex, 'b', 64);
    hex[64] = '\0';
    assert_ok(do_act(&store, &c, "import.begin", id_nil(), &batch, "map", "file", "digest", hex, "rows", "2",
                     NULL));
    assert_ok(do_act(&store, &c, "import.row", batch.id, NULL, ROW, NULL));
    assert_fails(do_act(&store, &c, "import.finish", batch.id, NULL, NULL), ERR_STATE);
    assert_fails(figures_purge_raw(store.door, &c, batch.id, &n),
                 ERR_STATE); /* it goes on from its raw rows */
    hex[0] = 'g';
    assert_fails(
        do_act(&store, &c, "import.begin", id_nil(), &batch, "map", "file", "digest", hex, "rows", "2", NULL),
        ERR_FIELD);
}

/* ---- undo, purge --------------------------------------------------------------------------------------- */

/* It destroys keys: one officer asks, nothing is gone, and another one confirms. */
static void undoing_takes_two(void **state)
{
    NEED_STORE(state);
    struct ctx one = enrolled_officer(&store, "north", ROLE_CASE_LEAD),
               two = enrolled_officer(&store, "north", ROLE_CASE_LEAD),
               elsewhere = enrolled_officer(&store, "south", ROLE_CASE_LEAD);
    struct import_report r = import_north(small);
    struct act_result asked;
    const char *const gone = "SELECT count(*) FROM compartment WHERE shredded_us IS NOT NULL";
    const char *const undone = "SELECT count(*) FROM import_batch WHERE state = 'undone'";
    assert_ok(do_act(&store, &one, "import.undo", r.batch, &asked, NULL, NULL));
    assert_int_equal(count_rows(&store, gone), 0);
    assert_fails(do_act(&store, &one, "proposal.confirm", asked.id, NULL, NULL), ERR_DENIED);
    assert_int_not_equal(do_act(&store, &elsewhere, "proposal.confirm", asked.id, NULL, NULL), OK);
    assert_ok(do_act(&store, &two, "proposal.decline", asked.id, NULL, "reason", "they are needed", NULL));
    assert_int_equal(count_rows(&store, gone), 0);
    assert_int_equal(count_rows(&store, undone), 0);
    assert_ok(do_act(&store, &one, "import.undo", r.batch, &asked, NULL, NULL));
    assert_ok(do_act(&store, &two, "proposal.confirm", asked.id, NULL, NULL));
    assert_int_equal(count_rows(&store, undone), 1);
    assert_true(count_rows(&store, gone) > 0);
    nothing_is_wrong_with_the_trail();
}

static void undone_is_gone(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = operator_of("north");
    struct str text = many_rows(a, 3, 230); /* several portions */
    struct import_report other = import_north(small), r = import_coded(text);
    struct facts *f;
    int64_t n, rows;
    assert_ok(facts_of(store.door, &f));
    assert_int_equal(facts_rows(f, "person"), 234);
    assert_ok(figures_undo(store.door, &c, r.batch, &n));
    assert_int_equal(n, 230);
    assert_int_equal(facts_rows(f, "person"), 4);
    assert_str(exported("coded", a, &rows), small_coded);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE state = 'closed'"), 230);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment WHERE shredded_us IS NOT NULL"),
                     3 * 230 + 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch WHERE state = 'undone'"), 1);
    assert_ok(figures_undo(store.door, &c, r.batch, &n)); /* again: nothing is left to undo */
    assert_int_equal(n, 0);
    r = import_coded(text); /* and the file may come again */
    assert_int_equal(r.imported, 230);
    assert_false(id_eq(r.batch, other.batch));
    nothing_is_wrong_with_the_trail();
}

/* What people share in a group is no longer read when the last case through which it is seen was destroyed;
 * where another case of it is left, it stays. */
static enum err told_of_group(const struct ctx *c, struct id group, struct id in_case)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    char text[33];
    id_text(in_case, text);
    TRY(do_view(&store, c, "group.show", group, a, &v, "case", text, NULL));
    const struct group_model *m = v->model;
    return m->nfacts == 1 && str_is(m->facts[0].value.text, "SYN they share") ? OK : ERR_SHREDDED;
}

static struct id group_of(const struct ctx *c, struct id first, struct id second)
{
    struct act_result r;
    char group[33], through[33];
    assert_ok(do_act(&store, c, "group.open", first, &r, NULL));
    id_text(r.id, group);
    id_text(first, through);
    assert_ok(do_act(&store, c, "group.add_case", second, NULL, "group", group, "through", through, NULL));
    assert_ok(do_act(&store, c, "group.set_fact", first, NULL, "group", group, "what", "other", "value",
                     "SYN they share", NULL));
    return r.id;
}

static struct id imported_case(const struct ctx *c, int64_t row)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct db *db;
    struct id id;
    bool found;
    char account[33];
    id_text(c->account, account);
    assert_ok(door_reader(store.door, &db));
    assert_ok(
        db_prepare(db, "SELECT id FROM case_file WHERE source IS NOT NULL ORDER BY source_row LIMIT ?1", &s));
    db_bind_i64(s, 1, row);
    for (int64_t i = 0; i < row; i++) {
        assert_ok(db_step(s, &found));
        assert_true(found);
    }
    assert_ok(db_id(s, 0, &id));
    db_reset(s);
    door_reader_done(store.door, db);
    assert_ok(do_act(&store, c, "case.assign", id, NULL, "account", account, NULL));
    return id;
}

static void what_a_group_shares_ends_with_its_last_case(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north"), lead = enrolled_officer(&store, "north", ROLE_CASE_LEAD);
    const char *const gone =
        "SELECT count(*) FROM case_group g JOIN compartment k ON k.id = g.compartment "
        "WHERE k.shredded_us IS NOT NULL AND NOT EXISTS (SELECT 1 FROM compartment_key y "
        "WHERE y.compartment = k.id)";
    struct import_report r = import_north(small);
    struct id one = imported_case(&lead, 1), two = imported_case(&lead, 2), own = open_case(&store, &lead);
    struct id theirs = group_of(&lead, one, two), shared = group_of(&lead, own, one);
    int64_t n;
    assert_ok(told_of_group(&lead, theirs, two));
    assert_ok(told_of_group(&lead, shared, own));
    assert_ok(figures_undo(store.door, &c, r.batch, &n));
    assert_int_equal(count_rows(&store, gone), 1);
    assert_ok(told_of_group(&lead, shared, own));
    assert_int_not_equal(told_of_group(&lead, theirs, two), OK);
    nothing_is_wrong_with_the_trail();
}

/* Stands for whatever action of the registry brings a person into a second case. */
static struct id link_case, link_subject;
static enum err link_body(struct act *a)
{
    struct id id = id_new();
    struct cell cells[] = {cell_id(&id),     cell_id(&link_case), cell_id(&link_subject),
                           cell_c("victim"), cell_int(1),         cell_null(),
                           cell_int(1)};
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_CASE_ROLE, cells);
}

static struct id first_victim(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell role[TABLE_COLUMNS_MAX];
    struct id id = id_nil(), subject;
    struct db *db;
    size_t n;
    assert_ok(door_reader(store.door, &db));
    do {
        assert_ok(row_page(db, a, &TABLE_CASE_ROLE, id, 1, role, &n));
        assert_int_equal(n, 1);
        id = cell_get_id(&role[0]);
    } while (!str_is(role[table_column(&TABLE_CASE_ROLE, "role")].s, "victim"));
    subject = cell_get_id(&role[table_column(&TABLE_CASE_ROLE, "subject")]);
    door_reader_done(store.door, db);
    return subject;
}

static void who_is_in_another_case_stays(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north"), lead = officer("north", ROLE_CASE_LEAD, 1);
    struct import_report r = import_north(HEADER "F,c,20,,,,\n");
    struct facts *f;
    int64_t n;
    link_subject = first_victim();
    link_case = open_case(&store, &lead);
    assert_ok(do_act(&store, &c, "test.link", id_nil(), NULL, NULL));
    assert_ok(figures_undo(store.door, &c, r.batch, &n));
    assert_int_equal(n, 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment k JOIN subject s ON s.compartment "
                                        "= k.id WHERE k.shredded_us IS NULL"),
                     1);
    assert_ok(facts_of(store.door, &f));
    assert_int_equal(facts_rows(f, "person"), 1); /* hers */
    assert_int_equal(facts_rows(f, "suspect"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE state = 'closed'"), 1);
}

/* Stands for case.share. */
static enum err share_body(struct act *a)
{
    return act_access(a, (struct case_id){link_case}, "south", id_nil(), RELATION_RECIPIENT, BASIS_LEGAL, 0);
}

static struct id first_case(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell c[TABLE_COLUMNS_MAX];
    struct db *db;
    size_t n;
    assert_ok(door_reader(store.door, &db));
    assert_ok(row_page(db, a, &TABLE_CASE, id_nil(), 1, c, &n));
    door_reader_done(store.door, db);
    assert_int_equal(n, 1);
    return cell_get_id(&c[0]);
}

/* Harm it prevents: a wrong file is taken back, and with it goes what a shelter or the police wrote about a
 * person whom they are protecting by now. */
static void what_others_work_on_is_kept(void **state)
{
    NEED_STORE(state);
    struct ctx c = operator_of("north");
    struct import_report r = import_north(small);
    int64_t n;
    link_case = first_case();
    assert_ok(do_act(&store, &c, "test.share", id_nil(), NULL, NULL));
    assert_fails(figures_undo(store.door, &c, r.batch, &n),
                 ERR_STATE); /* and the answer says how many stay */
    assert_non_null(strstr(err_detail(), "1 cases are kept"));
    assert_int_equal(n, 3);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file c JOIN compartment k ON k.id = "
                                        "c.compartment WHERE c.state = 'open' AND k.shredded_us IS NULL"),
                     1);
    /* whole: all who stand in it, too */
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM case_role r JOIN case_file c ON c.id = r.case_id "
                                "JOIN subject s ON s.id = r.subject JOIN compartment k ON k.id = "
                                "s.compartment WHERE c.state = 'open' AND k.shredded_us IS NOT NULL"),
                     0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_batch WHERE state = 'undoing'"), 1);
    assert_fails(figures_undo(store.door, &c, r.batch, &n), ERR_STATE); /* as often as it is asked */
    nothing_is_wrong_with_the_trail();
}

static int setup_with(void **state, const struct action *more)
{
    *state = NULL;
    figures_more = more;
    bool made = figures_store(&fileland, false);
    figures_more = NULL;
    if (made) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int setup_linking(void **state)
{
    static const struct action link = {.name = "test.link",
                                       .summary = "Link",
                                       .verb = VERB_UPDATE,
                                       .object = OBJECT_SYSTEM,
                                       .body = link_body};
    return setup_with(state, &link);
}

static int setup_sharing(void **state)
{
    static const struct action share = {.name = "test.share",
                                        .summary = "Share",
                                        .verb = VERB_UPDATE,
                                        .object = OBJECT_SYSTEM,
                                        .body = share_body};
    return setup_with(state, &share);
}

static void raw_rows_are_purged_and_nothing_else(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = operator_of("north");
    struct import_report r = import_north(small);
    int64_t n, rows;
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_row"), 4);
    assert_ok(figures_purge_raw(store.door, &c, r.batch, &n));
    assert_int_equal(n, 4);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_row"), 0);
    assert_str(exported("coded", a, &rows), small_coded);
    assert_int_equal(import_north(small).already, 4); /* still known */
    assert_ok(figures_purge_raw(store.door, &c, r.batch, &n));
    assert_int_equal(n, 0);
    assert_ok(figures_undo(store.door, &c, r.batch, &n)); /* still possible */
    assert_int_equal(n, 4);
    nothing_is_wrong_with_the_trail();
}

/* ---- who may ------------------------------------------------------------------------------------------- */

static void who_may_do_what_stands_in_the_policy(void **state)
{
    NEED_STORE(state);
    struct ctx counsellor = officer("north", ROLE_INTAKE_COUNSELLOR, 1),
               lead = officer("north", ROLE_CASE_LEAD, 2), stranger = officer("south", ROLE_CASE_LEAD, 3),
               statistics = officer("north", ROLE_STATISTICS_OFFICER, 4), group = operator_of("both"),
               nobody = operator_of("");
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pair by = {STR("by"), STR("sex"), VALUE_GIVEN};
    struct import_report r;
    const struct view *v;
    int64_t n;
    int null = open("/dev/null", O_WRONLY);
    statistics.purpose = PURPOSE_STATISTICS;
    import_text(counsellor, "file", small, false, ERR_DENIED);
    import_text(group, "file", small, false, ERR_STATE);
    import_text(nobody, "file", small, false, ERR_STATE);
    r = import_text(lead, "file", small, false, OK);
    import_text(statistics, "file", HEADER "F,,,,,,\n", false, OK);
    assert_fails(figures_undo(store.door, &stranger, r.batch, &n), ERR_NOT_FOUND); /* concealed */
    assert_fails(figures_undo(store.door, &counsellor, r.batch, &n), ERR_DENIED);
    assert_fails(figures_purge_raw(store.door, &stranger, r.batch, &n), ERR_NOT_FOUND);
    assert_fails(do_view(&store, &stranger, "import.show", r.batch, a, &v, NULL), ERR_NOT_FOUND);
    assert_ok(do_view(&store, &lead, "import.show", r.batch, a, &v, NULL));
    assert_ok(do_view(&store, &lead, "import.list", id_nil(), a, &v, NULL));
    assert_int_equal(((const struct import_models *)v->model)->n, 2);
    assert_ok(do_view(&store, &stranger, "import.list", id_nil(), a, &v, NULL));
    assert_int_equal(((const struct import_models *)v->model)->n, 0);
    assert_fails(figures_export(store.door, &lead, "coded", null, &n), ERR_DENIED);
    assert_fails(figures_export(store.door, &statistics, "file", null, &n),
                 ERR_DENIED); /* free text has no generalised form */
    assert_ok(figures_export(store.door, &statistics, "coded", null, &n));
    assert_int_equal(n, 5);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'figures.export' AND "
                                        "outcome = 0 AND shown_n = 5"),
                     1);
    struct view_request q = {.ctx = &lead, .view = "figures.count", .input = {&by, 1}};
    assert_fails(door_view(store.door, &q, a, &v), ERR_DENIED);
    close(null);
    nothing_is_wrong_with_the_trail();
}

static void synthetic_and_real_never_mix(void **state) /* invariant 11 */
{
    NEED_STORE(state);
    struct temp_file f = file_with(small, strlen(small));
    struct ctx c = operator_of("north");
    struct import_report r;
    assert_fails(figures_import(store.door, &c, "file", f.path, false, true, NULL, NULL, &r), ERR_STATE);
    assert_fails(figures_generate_cases(store.door, 1, 3, NULL, NULL), ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 0);
    store_remove(&store);
    assert_true(figures_store(&fileland, true));
    store_open(&store);
    assert_ok(figures_import(store.door, &c, "file", f.path, false, false, NULL, NULL, &r));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE synthetic = 1"),
                     4); /* whatever the caller says */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM subject WHERE synthetic = 1"), 8);
    file_gone(&f);
}

static void nothing_personal_lies_open(void **state)
{
    NEED_STORE(state);
    static const char text[] = HEADER "F,,,,,qzxjwvkq,pflughafen\nqqbad,,,,,,\n";
    char path[128];
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str bytes;
    if (strcmp(driver, "sqlite") != 0)
        return;
    import_north(text);
    store_close(&store);
    snprintf(path, sizeof path, "%s/akari.db", store.dir);
    assert_ok(file_read(path, 60u << 20, a, &bytes));
    assert_null(memmem(bytes.p, bytes.n, "qzxjwvkq", 8));
    assert_null(memmem(bytes.p, bytes.n, "pflughafen", 10));
    assert_null(memmem(bytes.p, bytes.n, "qqbad", 5));
    store_open(&store);
}

/* ---- counts -------------------------------------------------------------------------------------------- */

static const char *count_json(struct ctx c, const char *by, struct arena *a)
{
    struct pair pair = {STR("by"), str_of(by), VALUE_GIVEN};
    struct view_request r = {.ctx = &c, .view = "figures.count", .input = {&pair, 1}};
    struct buf out CLEANUP(buf_free) = {0};
    const struct view *v;
    struct str s;
    assert_ok(door_view(store.door, &r, a, &v));
    struct json j = json_to(&out);
    v->decl->to_json(v, &j);
    assert_ok(buf_take(&out, a, &s));
    return s.p;
}

static void counts_speak_the_files_words(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf b CLEANUP(buf_free) = {0};
    struct ctx c = operator_of("north");
    buf_c(&b, HEADER);
    for (int i = 0; i < 21; i++)
        buf_c(&b, i < 9 ? "F,,,,F,,\n" : i < 16 ? "M,,,,F;M,,\n" : ",,,,,,\n");
    assert_ok(buf_err(&b));
    import_north(b.p);
    assert_non_null(strstr(
        count_json(c, "Sex", a),
        "\"by\":\"Sex\",\"unit\":\"person\",\"total\":21,\"counts\":{\"F\":9,\"M\":7,\"not stated\":5}"));
    assert_non_null(strstr(count_json(c, "sex", a),
                           "\"counts\":{\"Female\":9,\"Male\":7,\"not stated\":5}")); /* our own: labels */
    assert_non_null(strstr(count_json(c, "Who", a), "\"counts\":{\"F\":9,\"F;M\":7,\"not stated\":5}"));
    assert_non_null(strstr(count_json(c, "Who", a), "{\"value\":\"F;M\",\"code\":\"female;male\",\"label\":"
                                                    "\"Female;Male\",\"state\":\"given\",\"n\":7}"));
    struct pair pair = {STR("by"), STR("nothing"), VALUE_GIVEN};
    struct view_request r = {.ctx = &c, .view = "figures.count", .input = {&pair, 1}};
    const struct view *v;
    assert_fails(door_view(store.door, &r, a, &v), ERR_NOT_FOUND);
    pair.value = STR("note"); /* free text has no generalised form */
    assert_fails(door_view(store.door, &r, a, &v), ERR_DENIED);
}

static void small_numbers_are_below_the_threshold(void **state) /* invariant 11 */
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf b CLEANUP(buf_free) = {0};
    struct ctx c = operator_of("north");
    buf_c(&b, HEADER);
    for (int i = 0; i < 20; i++)
        buf_c(&b, i < 11 ? "F,,,,,,\n" : i < 18 ? "M,,,,,,\n" : ",,,,,,\n");
    assert_ok(buf_err(&b));
    import_north(b.p);
    /* two are not stated: hidden, and one more, because 20 - 11 - 7 = 2 */
    assert_non_null(strstr(
        count_json(c, "Sex", a),
        "\"total\":20,\"counts\":{\"F\":11,\"M\":\"below threshold\",\"not stated\":\"below threshold\"}"));
}

/* ---- cases that came from nowhere, several victims, several suspects ----------------------------------- */

static struct id subject_in(const struct ctx *c, struct id case_, const char *role, char text[33])
{
    struct act_result r;
    assert_ok(do_act(&store, c, "subject.add", case_, &r, "type", "person", "role", role, NULL));
    id_text(r.id, text);
    return r.id;
}

static void own_cases_are_exported_too(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1);
    struct act_result old;
    char c[33], s[33];
    int64_t rows;
    struct id empty = open_case(&store, &lead), case_ = open_case(&store, &lead);
    (void)empty; /* has nothing that the file has columns for: no row */
    id_text(case_, c);
    import_north(small);
    assert_ok(do_act(&store, &lead, "event.create", id_nil(), NULL, "case", c, "year", "2021", "place",
                     "there", NULL));
    subject_in(&lead, case_, "victim", s);
    assert_ok(do_act(&store, &lead, "person.create", id_nil(), &old, "case", c, "subject", s, "sex", "other",
                     NULL));
    assert_ok(do_act(&store, &lead, "person.end", old.id, NULL, NULL)); /* no longer used */
    assert_ok(do_act(&store, &lead, "person.create", id_nil(), NULL, "case", c, "subject", s, "sex",
                     "trans_female", "tags", "c1", "tags", "b", NULL));
    subject_in(&lead, case_, "victim", s);
    assert_ok(do_act(&store, &lead, "person.create", id_nil(), NULL, "case", c, "subject", s, "sex", "other",
                     "age", "3", NULL));
    subject_in(&lead, case_, "perpetrator", s);
    assert_ok(do_act(&store, &lead, "suspect.create", id_nil(), NULL, "case", c, "subject", s, "sexes",
                     "male", NULL));
    subject_in(&lead, case_, "perpetrator", s);
    assert_ok(do_act(&store, &lead, "suspect.create", id_nil(), NULL, "case", c, "subject", s, "sexes",
                     "female", "sexes", "male", NULL));
    struct str text = exported("coded", a, &rows);
    assert_int_equal(rows, 6); /* after the four of the file, one for each victim */
    assert_true(str_starts(text, small_coded));
    text = str_sub(text, strlen(small_coded), text.n);
    /* what the file has no word for is empty; the suspects are one cell, each word once */
    if (!str_is(text, "F,\"c;\"\"b\"\"\",,2020--,M;F\n,,3,2020--,M;F\n"))
        fail_msg("%.*s", STR_FMT(text));
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_small_file_goes_in_and_out),
        T(the_same_values_under_another_map),
        T(a_file_that_is_there_is_not_taken_twice),
        T(bad_rows_are_named_and_stop_nothing),
        T(a_dry_run_says_the_same_and_writes_nothing),
        T(what_is_no_such_file_is_refused_as_a_whole),
        T(random_files_go_there_and_back),
        T(killed_at_any_point_it_goes_on),
        T(random_stop_points),
        T(a_repeated_row_is_the_same_row),
        T(an_import_is_finished_when_all_rows_are_there),
        T(undoing_takes_two),
        T(undone_is_gone),
        T(what_a_group_shares_ends_with_its_last_case),
        cmocka_unit_test_setup_teardown(who_is_in_another_case_stays, setup_linking, teardown),
        cmocka_unit_test_setup_teardown(what_others_work_on_is_kept, setup_sharing, teardown),
        T(raw_rows_are_purged_and_nothing_else),
        T(who_may_do_what_stands_in_the_policy),
        T(synthetic_and_real_never_mix),
        T(nothing_personal_lies_open),
        T(counts_speak_the_files_words),
        T(small_numbers_are_below_the_threshold),
        T(own_cases_are_exported_too),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
