/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that could not be taken in, over both databases: test_failed sqlite | postgres. */
#include "figures_store.h"

#include "base/json.h"
#include "figures/own.h"

#define HEADER "Sex,Tags,Age,Year,Who,Note,Place\n"

static struct id import_as(struct ctx c, const char *text, int64_t failed)
{
    struct temp_file f = file_with(text, strlen(text));
    struct import_report r;
    assert_ok(figures_import(store.door, &c, "file", f.path, false, false, NULL, NULL, &r));
    file_gone(&f);
    assert_int_equal(r.failed, failed);
    return r.batch;
}

static const struct view *look(const struct ctx *c, struct id batch, const char *after, struct arena *a)
{
    const struct view *v;
    assert_ok(do_view(&store, c, "import.failed", batch, a, &v, after ? "after" : NULL, after, NULL));
    return v;
}

static void cell_is(const struct import_cell *c, const char *column, const char *text)
{
    assert_string_equal(c->column, column);
    assert_int_equal(c->value.verdict, VERDICT_ALLOW);
    assert_true(str_is(c->value.text, text));
}

static void is_withheld(const struct import_cell *c)
{
    assert_string_equal(c->column, "");
    assert_int_equal(c->value.verdict, VERDICT_MASK);
    assert_int_equal(c->value.text.n, 0);
}

/* A row that nobody can read is a person who is overlooked. A place of shelter is not said to be there (7).
 */
static void cells_are_read_by_class(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1);
    struct id batch =
        import_as(operator_of("north"),
                  HEADER "F,,,,,,\n"
                         "F,\"tag, a;c\",20,zebra,M,\"a \"\"b\"\"\n c\",\"shelter, synthetic\"\n",
                  1);
    const struct view *v = look(&lead, batch, NULL, a);
    const struct import_failed *m = v->model;
    assert_int_equal(m->n, 1);
    assert_int_equal(m->next, 0);
    assert_int_equal(m->items[0].row, 3);
    assert_int_equal(m->items[0].fault, ERR_FIELD);
    assert_non_null(strstr(m->items[0].what, "column Year"));
    assert_int_equal(m->items[0].ncells, 7);
    cell_is(&m->items[0].cells[0], "Sex", "F");
    cell_is(&m->items[0].cells[1], "Tags", "tag, a;c");
    for (size_t k = 2; k < 7; k++)
        is_withheld(&m->items[0].cells[k]);
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    v->decl->to_json(v, &j);
    assert_int_equal(buf_err(&out), OK);
    assert_null(memmem(out.p, out.n, "shelter", 7));
    assert_null(memmem(out.p, out.n, "zebra", 5));
    assert_non_null(memmem(out.p, out.n, "tag, a", 6));
    /* the leaf says which classes went out: routing, identity, health */
    assert_int_equal(count_rows(&store, "SELECT classes FROM audit_leaf WHERE action = 'import.failed'"),
                     1 << CLASS_ROUTING | 1 << CLASS_IDENTITY | 1 << CLASS_HEALTH);
}

/* Harm it prevents: a separator in a name that nobody quoted, and a cell too few behind it, put the place where she
 * sleeps under the heading of her age, for all who may read an age. */
static void a_shifted_cell_is_not_read_by_its_neighbours_class(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1);
    struct id batch = import_as(operator_of("north"), HEADER "F,synthetic,shelter,20,2020--,M,x\n", 1);
    const struct import_failed *m = look(&lead, batch, NULL, a)->model;
    assert_int_equal(m->items[0].ncells, 7);
    cell_is(&m->items[0].cells[0], "Sex", "F");
    for (size_t k = 1; k < 7; k++)
        is_withheld(&m->items[0].cells[k]);
}

/* Roles that may read imports, but not every class of a person. */
static void classes_are_withheld_one_by_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx desk = officer("north", ROLE_SCREENING_DESK, 1),
               statistics = officer("north", ROLE_STATISTICS_OFFICER, 2),
               weak = officer("north", ROLE_CASE_LEAD, 3);
    struct id batch = import_as(operator_of("north"), HEADER "F,c,20,zebra,M,x,here\n", 1);
    desk.purpose = PURPOSE_SCREENING;
    const struct import_failed *m = look(&desk, batch, NULL, a)->model;
    assert_int_equal(m->items[0].ncells, 7);
    cell_is(&m->items[0].cells[0], "Sex", "F");
    assert_string_equal(m->items[0].cells[1].column, "Tags"); /* health */
    assert_int_equal(m->items[0].cells[1].value.verdict, VERDICT_DENY);
    assert_int_equal(m->items[0].cells[1].value.text.n, 0);
    statistics.purpose = PURPOSE_STATISTICS;
    m = look(&statistics, batch, NULL, a)->model;
    assert_non_null(strstr(m->items[0].what, "column Year"));
    assert_int_equal(m->items[0].ncells, 1);
    assert_int_equal(m->items[0].cells[0].value.verdict, VERDICT_MASK);
    weak.assurance = 1; /* a stolen password opens no person */
    m = look(&weak, batch, NULL, a)->model;
    for (size_t i = 0; i < m->items[0].ncells; i++)
        assert_int_equal(m->items[0].cells[i].value.text.n, 0);
}

/* Another agency's rows are answered like those of an import that never was; the server's own jobs see no
 * cell. */
static void rows_of_another_agency_are_never_shown(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("south", ROLE_CASE_LEAD, 1), system = operator_of("south"),
               counsellor = officer("north", ROLE_INTAKE_COUNSELLOR, 2);
    const struct id ids[] = {import_as(operator_of("north"), HEADER "zebra,,,,,,\n", 1), id_new()};
    const struct view *v;
    char detail[2][200];
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(do_view(&store, &lead, "import.failed", ids[k], a, &v, NULL), ERR_NOT_FOUND);
        snprintf(detail[k], sizeof detail[k], "%s", err_detail());
    }
    assert_string_equal(detail[0], detail[1]);
    assert_int_equal(do_view(&store, &counsellor, "import.failed", ids[0], a, &v, NULL), ERR_DENIED);
    const struct import_failed *m = look(&system, ids[0], NULL, a)->model;
    assert_int_equal(m->items[0].ncells, 1);
    assert_int_equal(m->items[0].cells[0].value.text.n, 0);
}

/* Cells of a row that has not the columns of the map could be of any class, shelter too. */
static void cells_of_no_column_are_withheld_unless_all_may_be_seen(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1);
    struct id batch = import_as(operator_of("north"), HEADER "F,\"synthetic shelter\",\nM,\"c\"x,,,,,\n", 2);
    const struct import_failed *m = look(&lead, batch, NULL, a)->model;
    assert_int_equal(m->n, 2);
    assert_int_equal(m->items[0].ncells, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(m->items[0].cells[i].column, "");
        assert_int_equal(m->items[0].cells[i].value.verdict, VERDICT_MASK);
        assert_int_equal(m->items[0].cells[i].value.text.n, 0);
    }
    assert_int_equal(m->items[1].ncells, 0); /* could not be parted into cells: nothing was kept */
    assert_int_equal(m->items[1].fault, ERR_BAD_DATA);
}

static void every_row_stands_on_one_page(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf text CLEANUP(buf_free) = {0};
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1);
    char after[24] = "";
    int64_t last = 0;
    size_t n = 0, pages = 0;
    buf_c(&text, HEADER);
    for (int i = 0; i < 45; i++)
        buf_c(&text, i % 9 == 4 ? "F,,,,,,\n" : "zebra,,,,,,\n");
    buf_char(&text, '\0');
    assert_int_equal(buf_err(&text), OK);
    struct id batch = import_as(operator_of("north"), text.p, 40);
    do {
        const struct import_failed *m = look(&lead, batch, *after ? after : NULL, a)->model;
        for (size_t i = 0; i < m->n; i++) {
            assert_true(m->items[i].row > last);
            last = m->items[i].row;
        }
        n += m->n;
        pages++;
        snprintf(after, sizeof after, "%lld", (long long)m->next);
        if (!m->next)
            *after = '\0';
    } while (*after);
    assert_int_equal(n, 40);
    assert_int_equal(pages, 2);
}

/* Purged or undone: the cells are gone, and the view says so instead of failing. */
static void what_is_gone_is_gone(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("north", ROLE_CASE_LEAD, 1), system = operator_of("north");
    struct id batch = import_as(system, HEADER "zebra,,,,,,\n", 1);
    int64_t n;
    assert_ok(figures_undo(store.door, &system, batch, &n));
    const struct import_failed *m = look(&lead, batch, NULL, a)->model;
    assert_int_equal(m->n, 1);
    assert_int_equal(m->items[0].ncells, 1);
    assert_int_equal(m->items[0].cells[0].value.verdict, VERDICT_MASK);
    assert_ok(figures_purge_raw(store.door, &system, batch, &n));
    m = look(&lead, batch, NULL, a)->model;
    assert_int_equal(m->n, 0);
}

int main(int argc, char **argv)
{
    driver = argc > 1 ? argv[1] : driver;
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(cells_are_read_by_class),
        T(a_shifted_cell_is_not_read_by_its_neighbours_class),
        T(classes_are_withheld_one_by_one),
        T(rows_of_another_agency_are_never_shown),
        T(cells_of_no_column_are_withheld_unless_all_may_be_seen),
        T(every_row_stands_on_one_page),
        T(what_is_gone_is_gone),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
