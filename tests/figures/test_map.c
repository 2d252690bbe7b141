/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of figures/: rows into records and back, and which small numbers are hidden. */
#include "base/testing.h"
#include "figures/dice.h"
#include "figures/own.h"
#include "fileland.h"

static struct arena *arena;
static const struct map_plan *plan;
static const struct date today = {2026, 11, 22};

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    assert_non_null(arena);
    assert_ok(map_plan(&fileland, "file", arena, &plan));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static enum err map(const struct map_plan *m, const char *const *cells, size_t n, struct map_row *row)
{
    struct str *s = ARENA_ARRAY(arena, n + 1, struct str);
    assert_non_null(s);
    for (size_t i = 0; i < n; i++)
        s[i] = str_of(cells[i]);
    return map_row(m, s, n, today, arena, row);
}

static size_t part_named(const char *kind)
{
    for (size_t i = 0; i < plan->nparts; i++)
        if (strcmp(plan->parts[i].kind->id, kind) == 0)
            return i;
    fail_msg("no part %s", kind);
    return 0;
}

static void a_row_becomes_three_records(void **state)
{
    (void)state;
    static const char *const cells[] = {"F", "c;tag, a", "17", "2020--", "", "x", "here"};
    struct map_row row;
    assert_ok(map(plan, cells, FL_COLUMNS, &row));
    assert_int_equal(plan->nparts, 3);
    assert_int_equal(plan->nsubjects, 2);
    const struct input *person = &row.parts[part_named("person")],
                       *suspect = &row.parts[part_named("suspect")];
    assert_int_equal(person->n, 5);
    assert_str(person->pairs[0].value, "female");
    assert_str(person->pairs[1].value, "c"); /* in the order of the cell */
    assert_str(person->pairs[2].value, "a");
    assert_str(person->pairs[3].value, "17");
    assert_int_equal(suspect->n, 1);
    assert_int_equal(suspect->pairs[0].state, VALUE_NOT_COLLECTED); /* never a no */
}

static void an_empty_cell_is_what_the_map_says(void **state)
{
    (void)state;
    static const char *const cells[] = {"", "", "", "", "", "", ""};
    const struct map_plan *other;
    struct map_row row;
    assert_ok(map_plan(&fileland, "other", arena, &other));
    assert_ok(map(other, cells, FL_COLUMNS, &row));
    for (size_t p = 0; p < other->nparts; p++)
        for (size_t i = 0; i < row.parts[p].n; i++)
            assert_int_equal(row.parts[p].pairs[i].state, VALUE_UNKNOWN);
}

static void a_bad_cell_names_its_column_and_never_its_value(void **state)
{
    (void)state;
    static const struct {
        const char *cells[FL_COLUMNS], *column;
        enum err err;
    } bad[] = {
        {{"female", "", "", "", "", "", ""}, "column Sex", ERR_FIELD}, /* our word, not the file's */
        {{"f", "", "", "", "", "", ""}, "column Sex", ERR_FIELD},
        {{"F ", "", "", "", "", "", ""}, "column Sex", ERR_FIELD},
        {{"", "c;", "", "", "", "", ""}, "column Tags", ERR_FIELD},
        {{"", ";", "", "", "", "", ""}, "column Tags", ERR_FIELD},
        {{"", "c;;c", "", "", "", "", ""}, "column Tags", ERR_FIELD},
        {{"", "c;zebra", "", "", "", "", ""}, "column Tags", ERR_FIELD},
        {{"", "old", "", "", "", "", ""}, "column Tags", ERR_FIELD}, /* ended in 2001 */
        {{"", "", "zebra", "", "", "", ""}, "column Age", ERR_FIELD},
        {{"", "", "121", "", "", "", ""}, "column Age", ERR_FIELD},
        {{"", "", "-1", "", "", "", ""}, "column Age", ERR_FIELD},
        {{"", "", "", "", "", "zebra zebra", ""}, "column Note", ERR_FIELD},
        {{"", "", "", "2021", "", "", ""}, "column Year", ERR_FIELD},
        {{"", "", "", "", "F;zebra", "", ""}, "column Who", ERR_FIELD},
        {{"", "", "", "", "", "\xff", ""}, "column Note", ERR_BAD_UTF8},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct map_row row;
        assert_fails(map(plan, bad[i].cells, FL_COLUMNS, &row), bad[i].err);
        if (strncmp(err_detail(), bad[i].column, strlen(bad[i].column)) != 0)
            fail_msg("%s expected, but \"%s\"", bad[i].column, err_detail());
        assert_null(strstr(err_detail(), "zebra"));
    }
    static const char *const few[] = {"F"};
    struct map_row row;
    assert_fails(map(plan, few, 1, &row), ERR_BAD_DATA);
}

static void the_header_names_every_column_once_and_no_other(void **state)
{
    (void)state;
    static const struct {
        const char *cells[9];
        size_t n;
        bool good;
    } headers[] = {
        {{"Sex", "Tags", "Age", "Year", "Who", "Note", "Place"}, 7, true},
        {{"Who", "Place", "Year", "Age", "Sex", "Note", "Tags"}, 7, true},
        {{"Sex", "Tags", "Age", "Note", "Year", "Place"}, 6, false},
        {{"Sex", "Tags", "Age", "Note", "Year", "Place", "Who", "More"}, 8, false},
        {{"Sex", "Tags", "Age", "Note", "Year", "Place", "Who", "Sex"}, 8, false},
        {{"sex", "Tags", "Age", "Year", "Who", "Note", "Place"}, 7, false},
        {{""}, 1, false},
    };
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
        struct str cells[9];
        size_t *at;
        for (size_t i = 0; i < headers[h].n; i++)
            cells[i] = str_of(headers[h].cells[i]);
        enum err e = map_header(plan, cells, headers[h].n, arena, &at);
        assert_int_equal(e, headers[h].good ? OK : ERR_BAD_DATA);
        for (size_t c = 0; headers[h].good && c < FL_COLUMNS; c++)
            assert_string_equal(headers[h].cells[at[c]], fl_columns[c].column);
    }
}

static void a_value_goes_out_in_the_files_word(void **state)
{
    (void)state;
    static const struct {
        size_t column;
        const char *value, *word; /* NULL: the file has none */
    } out[] = {
        {0, "female", "F"},    {0, "trans_female", "F"}, {0, "other", NULL},
        {0, "nonsense", NULL}, {1, "c1", "c"},           {3, "2021", "2020--"},
        {1, "a", "tag, a"},    {2, "007", "007"},        {5, "as it is", "as it is"},
    };
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        struct str word;
        bool found = map_value_out(&plan->columns[out[i].column], str_of(out[i].value), &word);
        assert_int_equal(found, out[i].word != NULL);
        if (found)
            assert_str(word, out[i].word);
    }
}

/* Any good row comes out as it went in, cell by cell. */
static void good_rows_go_there_and_back(void **state)
{
    (void)state;
    static const char *const words[FL_COLUMNS][5] = {
        {"", "F", "M", "F", ""},       {"", "tag, a", "\"b\"", "c", "c"},
        {"", "0", "120", "007", "17"}, {"", "2020--", "--1999", "", "2020--"},
        {"", "F", "M", "F", "M"},      {"", ";", "\"x\"", "a,b", "\xe6\xbc\xa2\n"},
        {"", " ", "a;b", "\"", ","},
    };
    struct dice d = {1};
    for (int n = 0; n < 3000; n++) {
        struct str cells[FL_COLUMNS], word;
        struct map_row row;
        arena_reset(arena);
        assert_ok(map_plan(&fileland, "file", arena, &plan));
        for (size_t c = 0; c < FL_COLUMNS; c++) {
            cells[c] = str_of(words[c][dice_below(&d, 5)]);
            if (fl_columns[c].multi && cells[c].n && dice_below(&d, 2))
                cells[c] = str_of(
                    arena_printf(arena, "%.*s;%s", STR_FMT(cells[c]), words[c][1 + dice_below(&d, 4)]));
        }
        assert_ok(map_row(plan, cells, FL_COLUMNS, today, arena, &row));
        for (size_t c = 0; c < FL_COLUMNS; c++) {
            const struct input *in = &row.parts[plan->columns[c].part];
            struct buf cell CLEANUP(buf_free) = {0};
            for (size_t i = 0; i < in->n; i++) {
                if (!str_is(in->pairs[i].name, plan->columns[c].field->name) ||
                    in->pairs[i].state != VALUE_GIVEN)
                    continue;
                assert_true(map_value_out(&plan->columns[c], in->pairs[i].value, &word));
                if (cell.n)
                    buf_char(&cell, ';');
                buf_str(&cell, word);
            }
            assert_true(str_eq(buf_view(&cell), cells[c]));
        }
    }
}

static void cells_are_quoted_when_they_must(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *out;
        char separator;
    } cells[] = {
        {"plain", "plain", ','}, {"a,b", "\"a,b\"", ','},   {"a,b", "a,b", ';'}, {"a;b", "\"a;b\"", ';'},
        {"\"", "\"\"\"\"", ','}, {"a\nb", "\"a\nb\"", ','}, {"", "", ','}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct buf b CLEANUP(buf_free) = {0};
        map_put_cell(&b, str_of(cells[i].cell), cells[i].separator);
        assert_str(buf_view(&b), cells[i].out);
    }
}

static void a_map_that_does_not_fit_the_pack_is_refused(void **state)
{
    (void)state;
    struct pack p = fileland;
    struct import_column columns[FL_COLUMNS];
    struct import_map m = fl_imports[0];
    const struct map_plan *got;
    memcpy(columns, fl_columns, sizeof columns);
    m.columns = columns;
    p.imports = &m;
    p.nimports = 1;
    assert_fails(map_plan(&p, "nothing", arena, &got), ERR_NOT_FOUND);
    columns[0].kind = "nothing";
    assert_fails(map_plan(&p, "file", arena, &got), ERR_PACK);
    columns[0].kind = "person";
    columns[0].field = "nothing";
    assert_fails(map_plan(&p, "file", arena, &got), ERR_PACK);
    columns[0].field = "sex";
    p.ncode_lists = 0; /* no list subject_role */
    assert_fails(map_plan(&p, "file", arena, &got), ERR_PACK);
}

static enum err map_once(void *user)
{
    static const char *const cells[] = {"F", "c;tag, a", "17", "2020--", "M;F", "x", "here"};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct map_plan *m;
    struct str s[FL_COLUMNS];
    struct map_row row;
    (void)user;
    if (!a)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < FL_COLUMNS; i++)
        s[i] = str_of(cells[i]);
    TRY(map_plan(&fileland, "file", a, &m));
    return map_row(m, s, FL_COLUMNS, today, a, &row);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(map_once, NULL) > 0);
}

/* ---- small numbers ------------------------------------------------------------------------------------- */

static void what_is_hidden_cannot_be_computed(void **state) /* invariant 11 */
{
    (void)state;
    struct dice d = {7};
    for (int round = 0; round < 20000; round++) {
        struct figure items[8];
        struct figure_count c = {.items = items, .n = dice_below(&d, 9)};
        int64_t min = 1 + (int64_t)dice_below(&d, 10), hidden = 0;
        size_t nhidden = 0;
        for (size_t i = 0; i < c.n; i++) {
            items[i] = (struct figure){.n = 1 + (int64_t)dice_below(&d, 30)};
            c.total += items[i].n;
        }
        figures_hide(&c, min);
        for (size_t i = 0; i < c.n; i++) {
            assert_true(items[i].hidden || items[i].n >= min);
            hidden += items[i].hidden ? items[i].n : 0;
            nhidden += items[i].hidden;
        }
        if (nhidden && !c.total_hidden) {
            assert_true(nhidden >= 2); /* one alone is the total less the others */
            assert_true(hidden >= min);
        }
        if (!c.total_hidden && c.total)
            assert_true(c.total >= min);
        if (nhidden == 0 && c.total >= min)
            assert_false(c.total_hidden); /* nothing is hidden without need */
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_row_becomes_three_records),
        T(an_empty_cell_is_what_the_map_says),
        T(a_bad_cell_names_its_column_and_never_its_value),
        T(the_header_names_every_column_once_and_no_other),
        T(a_value_goes_out_in_the_files_word),
        T(good_rows_go_there_and_back),
        T(cells_are_quoted_when_they_must),
        T(a_map_that_does_not_fit_the_pack_is_refused),
        T(every_allocation_may_fail),
        T(what_is_hidden_cannot_be_computed),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
