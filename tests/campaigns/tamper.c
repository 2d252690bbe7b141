/* SPDX-License-Identifier: Apache-2.0 */
/* tamper - somebody with the database's password changes rows: audit_verify must name each.
 *
 *     tamper sqlite|postgres [MUTATIONS [SEED]]     60 mutations of each class unless told; prints what was
 * found by table
 *
 * The store has rows in every table. Each mutation is applied past the door, verified and undone. */
#include "campaigns/raw.h"
#include "support/whole.h"

#include "core/audit/own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static int mutations = 200;
static uint64_t seed = 20260401;

static struct store store;
static struct arena *memory;
static struct vault *vault;
static struct db *db;
static struct raw_snapshot early, middle, late;
static struct str early_note, late_note;
static size_t pending_leaves;

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

/* ---- the store
 * ------------------------------------------------------------------------------------------------ */

static void work(int round)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    struct act_result person, r;
    char text[33];
    struct id c = open_case(&store, &lead);
    id_text(c, text);
    must(do_act(&store, &lead, "subject.add", c, &person, "type", "person", "role", "presumed_victim", NULL));
    must(do_act(&store, &lead, "name.add", person.id, NULL, "case", text, "type", "legal", "full",
                "Synthetic Name", NULL));
    must(do_act(&store, &lead, "identifier.add", person.id, NULL, "case", text, "type", "passport", "value",
                "XX0000000", NULL));
    must(do_act(&store, &lead, "consultation.create", id_nil(), &r, "case", text, "language", "my", "contact",
                "synthetic", NULL));
    must(do_act(&store, &lead, "consultation.amend", r.id, NULL, "injuries", "none, synthetic", NULL));
    must(do_act(&store, &lead, "case.set_stage", c, NULL, "stage", "presumed_victim", NULL));
    if (round % 2)
        must(do_act(&store, &lead, "case.close", c, NULL, NULL));
    must(do_view(&store, &lead, "case.show", c, a, &v, NULL));
    must(door_sequence(store.door));
}

static void snapshot(struct raw_snapshot *ret, struct str *ret_note)
{
    struct db *reader;
    must(door_reader(store.door, &reader));
    must(db_begin(reader, DB_READ));
    raw_snapshot(reader, &store.schema, memory, ret);
    if (ret_note)
        must(audit_checkpoint_note(reader, memory, ret_note));
    db_rollback(reader);
    door_reader_done(store.door, reader);
}

static void change_rows(void)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    must(do_act(&store, &c, "raw.change", id_nil(), NULL, NULL));
}

static int setup(void **state)
{
    struct store_country c = {.actions = RAW_ACTIONS, .nactions = NRAW_ACTIONS, .tables = whole_tables};
    c.pack = store_pack();
    *state = NULL;
    if (!store_make_of(&store, driver, &c))
        return 0;
    store.config.sequence_us = -1;
    memory = arena_new((size_t)2 << 30);
    store_open(&store);
    raw_fill(&store, 3);
    work(0);
    snapshot(&early, &early_note);
    for (int i = 0; i < 3; i++)
        work(i);
    snapshot(&middle, NULL);
    for (int i = 0; i < 2; i++)
        work(i);
    for (int i = 0; i < 4; i++)
        change_rows();
    must(door_sequence(store.door));
    change_rows(); /* three leaves wait for their place */
    raw_fill(&store, 1);
    raw_fill(&store, 1);
    vault_lock(door_vault(store.door));
    store_close(&store);
    db = raw_open(&store);
    must(vault_new(&vault));
    must(vault_unlock(vault, db, store_secret()));
    raw_snapshot(db, &store.schema, memory, &late);
    must(audit_checkpoint_note(db, memory, &late_note));
    *state = &store;
    return 0;
}

static int teardown(void **state)
{
    if (*state) {
        db_close(db);
        vault_free(vault);
        store_remove(&store);
    }
    arena_free(memory);
    return 0;
}

static struct audit_report look(struct str witness, struct arena *a)
{
    struct audit_report r;
    must(audit_verify(db, &store.schema, vault, witness, a, &r));
    return r;
}

/* ---- mutations
 * ------------------------------------------------------------------------------------------------ */

enum what { EDIT, EDIT_ID, DELETE, SWAP, ROLL_BACK, FORGE, WHATS };
static const char *const whats[] = {"edit", "edit of the id", "delete", "swap", "roll back", "forge"};

struct mutation {
    enum what what;
    struct raw_row before[2], after[2];
    size_t n;
};

static struct cell *copy_cells(struct arena *a, const struct raw_row *r)
{
    struct cell *c = ARENA_ARRAY(a, r->table->ncolumns, struct cell);
    memcpy(c, r->cells, r->table->ncolumns * sizeof *c);
    return c;
}

static struct cell other_bytes(struct arena *a, const struct column *c, const struct cell *old, uint64_t *s)
{
    struct str v = arena_str(a, old->s);
    char *p = (char *)(uintptr_t)v.p;
    uint64_t how = c->type == COL_ID ? 0 : below(s, 4);
    if (v.n == 0)
        return cell_c("x");
    if (how == 1)
        return cell_str(STR(""));
    if (how == 2)
        return cell_str(arena_str(a, str_of(arena_printf(a, "%.*s~", (int)v.n, p))));
    if (how == 3)
        return cell_str(str_sub(v, 0, v.n - 1));
    p[below(s, v.n)] ^= (char)(1 << below(s, c->type == COL_TEXT ? 3 : 8)); /* a text stays text */
    return cell_str(v);
}

static struct cell other_value(struct arena *a, const struct column *c, const struct cell *old, uint64_t *s)
{
    struct id id = id_new();
    if (old->kind == CELL_NULL)
        return c->type == COL_INT ? cell_int(0)
                                  : cell_str(arena_str(a, c->type == COL_ID ? id_str(&id) : STR("")));
    if ((c->flags & COL_NULL) && below(s, 4) == 0)
        return cell_null();
    if (c->type != COL_INT)
        return other_bytes(a, c, old, s);
    static const int64_t steps[] = {1, -1, 1000, INT64_MIN, 86400000000};
    return cell_int((int64_t)((uint64_t)old->i + (uint64_t)steps[below(s, 5)]));
}

static bool same_cells(const struct raw_row *a, const struct raw_row *b)
{
    struct hash x = row_hash(a->table, a->cells), y = row_hash(b->table, b->cells);
    return memcmp(x.b, y.b, HASH_BYTES) == 0;
}

static const struct raw_row *of_before(const struct raw_snapshot *s, size_t t, struct id id)
{
    for (size_t i = 0; i < s->tables[t].n; i++)
        if (raw_same_id(&s->tables[t].rows[i], id))
            return &s->tables[t].rows[i];
    return NULL;
}

static bool edit(struct arena *a, const struct raw_row *row, uint64_t *s, struct mutation *ret)
{
    size_t column = 1 + below(s, row->table->ncolumns - 1);
    struct cell *c = copy_cells(a, row);
    c[column] = other_value(a, &row->table->columns[column], &c[column], s);
    *ret = (struct mutation){.before = {*row}, .after = {{row->table, c}}, .n = 1};
    return !same_cells(row, &ret->after[0]);
}

static bool edit_id(struct arena *a, const struct raw_row *row, uint64_t *s, struct mutation *ret)
{
    struct cell *c = copy_cells(a, row);
    struct id id = id_new();
    static const size_t lengths[] = {16, 16, 16, 0, 15};
    c[0] = cell_str(str_sub(arena_str(a, id_str(&id)), 0, lengths[below(s, 5)]));
    *ret = (struct mutation){.before = {*row}, .after = {{row->table, c}}, .n = 1};
    return true;
}

static bool swap(struct arena *a, const struct raw_table *t, const struct raw_row *row, uint64_t *s,
                 struct mutation *ret)
{
    const struct raw_row *other = &t->rows[below(s, t->n)];
    struct cell *x = copy_cells(a, other), *y = copy_cells(a, row);
    x[0] = row->cells[0];
    y[0] = other->cells[0];
    *ret = (struct mutation){.before = {*row, *other}, .after = {{row->table, x}, {row->table, y}}, .n = 2};
    return other != row && !same_cells(row, &ret->after[0]) && !same_cells(other, &ret->after[1]);
}

/* From a row at random on: the first that was another one earlier. */
static bool roll_back(size_t t, size_t from, struct mutation *ret)
{
    const struct raw_table *rows = &late.tables[t];
    for (size_t i = 0; i < rows->n; i++) {
        const struct raw_row *row = &rows->rows[(from + i) % rows->n],
                             *old = of_before(&early, t, raw_id(row));
        if (!old || same_cells(old, row))
            old = of_before(&middle, t, raw_id(row));
        if (!old || same_cells(old, row))
            continue;
        *ret = (struct mutation){.before = {*row}, .after = {*old}, .n = 1};
        return true;
    }
    return false;
}

static bool forge(struct arena *a, const struct raw_row *row, uint64_t *s, struct mutation *ret)
{
    struct cell *c = copy_cells(a, row);
    struct id id = below(s, 6) ? id_new() : id_nil();
    c[0] = cell_str(arena_str(a, id_str(&id)));
    *ret = (struct mutation){.after = {{row->table, c}}, .n = 1};
    return true;
}

static bool mutate(struct arena *a, size_t t, enum what what, uint64_t *s, struct mutation *ret)
{
    const struct raw_table *rows = &late.tables[t];
    if (rows->n == 0)
        return false;
    const struct raw_row *row = &rows->rows[below(s, rows->n)];
    bool made = false;
    switch (what) {
    case EDIT:
        made = edit(a, row, s, ret);
        break;
    case EDIT_ID:
        made = edit_id(a, row, s, ret);
        break;
    case DELETE:
        *ret = (struct mutation){.before = {*row}, .n = 1};
        made = true;
        break;
    case SWAP:
        made = swap(a, rows, row, s, ret);
        break;
    case ROLL_BACK:
        made = roll_back(t, (size_t)(row - rows->rows), ret);
        break;
    case FORGE:
        made = forge(a, row, s, ret);
        break;
    case WHATS:
        break;
    }
    ret->what = what;
    return made;
}

/* ---- what is said of it
 * ------------------------------------------------------------------------------------------ */

static bool named(const struct audit_report *r, const char *table, struct id id)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->findings[i].table, table) == 0 && id_eq(r->findings[i].row, id))
            return true;
    return false;
}

/* Each row that was touched: by the id it had or has now. A row whose new key is none is named by its table.
 */
static bool all_named(const struct audit_report *r, const struct mutation *m)
{
    for (size_t i = 0; i < m->n; i++) {
        bool before = m->before[i].table && named(r, m->before[i].table->name, raw_id(&m->before[i]));
        bool after = m->after[i].table && named(r, m->after[i].table->name, raw_id(&m->after[i]));
        if (!before && !after)
            return false;
    }
    return true;
}

static bool is_pending(struct id leaf)
{
    for (size_t t = 0; t < store.schema.n; t++)
        if (store.schema.tables[t] == &TABLE_AUDIT_SEQ)
            return of_before(&late, t, leaf) == NULL;
    return false;
}

/* A leaf that has no place yet is missed by its number; nothing tells its id any more. */
static bool excused(const struct audit_report *r, const struct mutation *m)
{
    return m->what == DELETE && m->before[0].table == &TABLE_AUDIT_LEAF &&
           is_pending(raw_id(&m->before[0])) && r->total > 0;
}

static struct counted {
    size_t made, named, missed, noise, most;
} tallies[SCHEMA_TABLES_MAX][WHATS];

static void one(size_t t, enum what what, uint64_t *s)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct mutation m;
    uint64_t began = *s;
    struct counted *tally = &tallies[t][what];
    if (!mutate(a, t, what, s, &m) || !raw_put(db, m.before, m.after, m.n))
        return;
    struct audit_report r = look(STR(""), a);
    bool found = all_named(&r, &m) || excused(&r, &m);
    size_t noise = r.total > m.n ? r.total - m.n : 0;
    tally->made++;
    tally->named += found;
    tally->missed += !found;
    tally->noise += noise;
    tally->most = noise > tally->most ? noise : tally->most;
    if (!found) {
        char id[33] = "";
        id_text(raw_id(m.before[0].table ? &m.before[0] : &m.after[0]), id);
        print_error("# missed: %s of %s %s (seed %llu), %zu findings\n", whats[what],
                    store.schema.tables[t]->name, id, (unsigned long long)began, r.total);
        for (size_t i = 0; i < r.n && i < 5; i++)
            print_error("#     %s: %s\n", r.findings[i].table, r.findings[i].what);
    }
    assert_true(raw_put(db, m.after, m.before, m.n));
}

/* ---- tests
 * ---------------------------------------------------------------------------------------------------------
 */

/* Lines of docs/tables.tsv: every table that the program has, whoever added it. */
static size_t tables_numbered(void)
{
    const char *path = getenv("AKARI_TABLES");
    char line[256];
    size_t n = 0;
    FILE *f = fopen(path ? path : "docs/tables.tsv", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        n += *line >= '0' && *line <= '9';
    fclose(f);
    return n;
}

static void untouched_is_clean(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct audit_report r = look(late_note, a);
    for (size_t i = 0; i < r.n && i < 5; i++)
        print_error("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
    assert_true(r.pending >= 3);
    pending_leaves = r.pending;
    for (size_t i = 0; i < r.ntables; i++) {
        bool may = strcmp(r.tables[i].table, "session") == 0 || strcmp(r.tables[i].table, "job_lock") == 0 ||
                   strcmp(r.tables[i].table, "challenge") == 0;
        print_message("# %-20s %4lld rows, %s%s\n", r.tables[i].table, (long long)r.tables[i].rows,
                      r.tables[i].covered ? "covered " : "not covered: ", r.tables[i].why);
        assert_true(r.tables[i].covered || may);
        assert_true(r.tables[i].rows > 1 || may);
    }
    assert_int_equal(r.ntables, tables_numbered()); /* no table is left out of what is changed below */
}

static void each_mutation_is_named(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct counted sum[WHATS + 1] = {0};
    uint64_t s = seed;
    for (int i = 0; i < mutations * 4 && sum[WHATS].made < (size_t)mutations; i++) {
        size_t t = (size_t)i % store.schema.n;
        enum what what = (enum what)(below(&s, WHATS));
        size_t made = tallies[t][what].made;
        if (store.schema.tables[t]->uncovered)
            continue;
        one(t, what, &s);
        sum[WHATS].made += tallies[t][what].made - made;
    }
    for (size_t t = 0; t < store.schema.n; t++)
        for (int w = 0; w < WHATS; w++) {
            const struct counted *x = &tallies[t][w];
            sum[w] =
                (struct counted){sum[w].made + x->made, sum[w].named + x->named, sum[w].missed + x->missed,
                                 sum[w].noise + x->noise, x->most > sum[w].most ? x->most : sum[w].most};
        }
    size_t missed = 0;
    for (int w = 0; w < WHATS; w++) {
        print_message(
            "# %-15s %5zu made, %5zu named, %3zu missed; other findings: %zu, at most %zu at once\n",
            whats[w], sum[w].made, sum[w].named, sum[w].missed, sum[w].noise, sum[w].most);
        missed += sum[w].missed;
    }
    assert_int_equal(missed, 0);
    assert_int_equal(look(late_note, a).total, 0); /* all undone */
}

static const struct raw_table *table_rows(const struct raw_snapshot *s, const struct table *t)
{
    for (size_t i = 0; i < store.schema.n; i++)
        if (store.schema.tables[i] == t)
            return &s->tables[i];
    fail_msg("no such table");
    return NULL;
}

/* Who looked is hidden best by taking away the leaf and its place. */
static void a_leaf_gone_with_its_place_is_missed(void **state)
{
    (void)state;
    const struct raw_table *places = table_rows(&late, &TABLE_AUDIT_SEQ),
                           *leaves = table_rows(&late, &TABLE_AUDIT_LEAF);
    size_t tried = 0;
    for (size_t i = 0; i < places->n; i += 1 + places->n / 25) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
        struct mutation m = {.before = {places->rows[i]}, .n = 2};
        for (size_t l = 0; l < leaves->n; l++)
            if (id_eq(raw_id(&leaves->rows[l]), raw_id(&places->rows[i])))
                m.before[1] = leaves->rows[l];
        assert_true(raw_put(db, m.before, m.after, 2));
        struct audit_report r = look(STR(""), a);
        assert_true(named(&r, "audit_leaf", id_nil()));
        assert_true(raw_put(db, m.after, m.before, 2));
        tried++;
    }
    print_message("# %zu leaves taken away with their places, all missed\n", tried);
}

/* Without keys the places and the signed roots still tell. */
static void without_keys_edits_are_found_through_the_tree(void **state)
{
    (void)state;
    struct vault *open = vault;
    uint64_t s = seed + 1;
    size_t missed = 0, made = 0;
    vault = NULL;
    for (int i = 0; i < mutations / 4; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
        struct mutation m;
        size_t t = (size_t)below(&s, store.schema.n);
        const struct table *table = store.schema.tables[t];
        if (table->uncovered || !mutate(a, t, below(&s, 2) ? EDIT : DELETE, &s, &m))
            continue;
        bool mac_only =
            m.what == EDIT && table == &TABLE_AUDIT_SEQ; /* that column is of no use without keys */
        if (mac_only || (table == &TABLE_AUDIT_LEAF && is_pending(raw_id(&m.before[0]))) ||
            !raw_put(db, m.before, m.after, m.n))
            continue;
        struct audit_report r = look(STR(""), a);
        made++;
        missed += r.total == 0;
        if (r.total == 0)
            print_error("# missed without keys: %s of %s\n", whats[m.what], table->name);
        assert_true(raw_put(db, m.after, m.before, m.n));
    }
    vault = open;
    print_message("# %zu mutations looked at without keys, %zu missed\n", made, missed);
    assert_int_equal(missed, 0);
}

/* A whole day taken back, or the end of the log cut off with all it tells of: the log alone is sound, the
 * witness knows. */
static void only_a_witness_sees_an_older_day(void **state)
{
    (void)state;
    const struct raw_snapshot *days[] = {&early, &middle};
    for (size_t i = 0; i < 2; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
        raw_restore(db, &store.schema, days[i]);
        assert_int_equal(look(STR(""), a).total, 0);
        assert_int_equal(look(early_note, a).total, 0);
        struct audit_report r = look(late_note, a);
        assert_int_equal(r.total, 1);
        assert_string_equal(r.findings[0].table, "audit_checkpoint");
    }
    raw_restore(db, &store.schema, &late);
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    assert_int_equal(look(late_note, a).total, 0);
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1)
        driver = argv[1];
    if (argc > 2 && str_i64(str_of(argv[2]), 1, 1000000, &n) == OK)
        mutations = (int)n;
    if (argc > 3 && str_i64(str_of(argv[3]), 0, INT64_MAX, &n) == OK)
        seed = (uint64_t)n;
    if (!store_can(driver))
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched_is_clean),
        cmocka_unit_test(each_mutation_is_named),
        cmocka_unit_test(a_leaf_gone_with_its_place_is_missed),
        cmocka_unit_test(without_keys_edits_are_found_through_the_tree),
        cmocka_unit_test(only_a_witness_sees_an_older_day),
    };
    return cmocka_run_group_tests_name(driver, tests, setup, teardown);
}
