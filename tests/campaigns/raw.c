/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/raw.h"

#include "base/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ROWS_MAX 20000

uint64_t seeded(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t below(uint64_t *state, uint64_t n)
{
    return seeded(state) % n;
}

/* ---- past the door
 * ----------------------------------------------------------------------------------------- */

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

struct db *raw_open(const struct store *s)
{
    struct db_config c = {.url = s->url};
    struct db *db;
    char sql[128];
    must(db_open(&c, &db));
    must(db_script(db, s->postgres ? "SET session_replication_role = replica" : "PRAGMA foreign_keys = OFF"));
    for (size_t t = 0; t < s->schema.n; t++)
        for (size_t i = 0; s->schema.tables[t]->indexes && s->schema.tables[t]->indexes[i]; i++) {
            if (!str_starts(str_of(s->schema.tables[t]->indexes[i]), "UNIQUE"))
                continue;
            snprintf(sql, sizeof sql, "DROP INDEX IF EXISTS %s_%zu", s->schema.tables[t]->name, i);
            must(db_script(db, sql));
        }
    return db;
}

void raw_snapshot(struct db *db, const struct schema *s, struct arena *a, struct raw_snapshot *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t t = 0; t < s->n; t++) {
        const struct table *table = s->tables[t];
        struct cell *cells = ARENA_ARRAY(a, ROWS_MAX * table->ncolumns / 10, struct cell);
        size_t n;
        assert_non_null(cells);
        must(row_page(db, a, table, id_nil(), ROWS_MAX / 10, cells, &n));
        assert_true(n < ROWS_MAX / 10);
        ret->tables[t].rows = ARENA_ARRAY(a, n + 1, struct raw_row);
        ret->tables[t].n = n;
        for (size_t i = 0; i < n; i++)
            ret->tables[t].rows[i] = (struct raw_row){table, cells + i * table->ncolumns};
    }
}

static enum err raw_delete(struct db *db, const struct raw_row *r)
{
    char sql[128];
    struct stmt *s;
    /* lint-ok sql: names from the schema, past the door on purpose */
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id = ?1", r->table->name);
    TRY(db_prepare(db, sql, &s));
    db_bind_blob(s, 1, r->cells[0].s);
    return db_run(s, NULL);
}

static enum err raw_insert(struct db *db, const struct raw_row *r)
{
    char sql[512];
    struct stmt *s;
    /* lint-ok sql: names from the schema, past the door on purpose */
    size_t at = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (", r->table->name);
    for (size_t i = 0; i < r->table->ncolumns; i++)
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%s?%zu", i ? ", " : "", i + 1);
    snprintf(sql + at, sizeof sql - at, ")");
    TRY(db_prepare(db, sql, &s));
    for (size_t i = 0; i < r->table->ncolumns; i++) {
        const struct cell *c = &r->cells[i];
        if (c->kind == CELL_INT)
            db_bind_i64(s, (int)i + 1, c->i);
        else if (c->kind == CELL_NULL)
            db_bind_null(s, (int)i + 1);
        else if (r->table->columns[i].type == COL_TEXT)
            db_bind_text(s, (int)i + 1, c->s);
        else
            db_bind_blob(s, (int)i + 1, c->s);
    }
    return db_run(s, NULL);
}

bool raw_put(struct db *db, const struct raw_row *before, const struct raw_row *after, size_t n)
{
    enum err e = OK;
    must(db_begin(db, DB_WRITE));
    for (size_t i = 0; i < n && e == OK; i++)
        if (before[i].table)
            e = raw_delete(db, &before[i]);
    for (size_t i = 0; i < n && e == OK; i++)
        if (after[i].table)
            e = raw_insert(db, &after[i]);
    if (e == OK)
        e = db_commit(db);
    else
        db_rollback(db);
    if (e != OK && e != ERR_CONSTRAINT && e != ERR_BAD_UTF8)
        must(e);
    return e == OK;
}

void raw_restore(struct db *db, const struct schema *s, const struct raw_snapshot *to)
{
    char sql[128];
    must(db_begin(db, DB_WRITE));
    for (size_t t = 0; t < s->n; t++) {
        struct stmt *st;
        /* lint-ok sql: names from the schema, past the door on purpose */
        snprintf(sql, sizeof sql, "DELETE FROM %s", s->tables[t]->name);
        must(db_prepare(db, sql, &st));
        must(db_run(st, NULL));
        for (size_t i = 0; i < to->tables[t].n; i++)
            must(raw_insert(db, &to->tables[t].rows[i]));
    }
    must(db_commit(db));
}

struct id raw_id(const struct raw_row *r)
{
    return cell_get_id(&r->cells[0]);
}

bool raw_same_id(const struct raw_row *r, struct id id)
{
    return r->table && id_eq(raw_id(r), id);
}

/* ---- rows in every table, through the door
 * -------------------------------------------------------------------- */

static enum err any_id(struct act *a, const char *name, struct id *ret, bool *ret_found)
{
    const struct schema *s = door_schema(a->door);
    const struct table *t = schema_find(s, name);
    struct cell cells[TABLE_COLUMNS_MAX * 8];
    size_t n;
    TRY(row_page(a->tx->db, a->arena, t, id_nil(), 8, cells, &n));
    *ret_found = n > 0;
    if (n)
        *ret = cell_get_id(&cells[t->ncolumns * (n - 1)]);
    return OK;
}

static struct cell some_cell(struct act *a, const struct column *c, struct id *id)
{
    struct id random;
    char text[33];
    env_random(random.b, sizeof random.b);
    if ((c->flags & COL_NULL) && random.b[0] % 4 == 0)
        return cell_null();
    if (c->type == COL_INT)
        return cell_int(1 + random.b[1] + random.b[2] * 256);
    *id = random;
    if (c->type == COL_ID)
        return cell_id(id);
    id_text(random, text);
    return cell_str(arena_str(a->arena, c->type == COL_TEXT ? str_of(text) : id_str(&random)));
}

/* *ret_made false: a table that it refers to has no row yet. */
static enum err make_row(struct act *a, const struct table *t, struct cell *cells, struct id *ids,
                         bool *ret_made)
{
    *ret_made = false;
    ids[0] = id_new();
    cells[0] = cell_id(&ids[0]);
    for (size_t i = 1; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        bool found = true;
        cells[i] = some_cell(a, c, &ids[i]);
        if (c->references)
            TRY(any_id(a, c->references, &ids[i], &found));
        if (!found)
            return OK;
        if (c->references)
            cells[i] = cell_id(&ids[i]);
    }
    *ret_made = true;
    return row_insert(a->tx, t, cells);
}

static enum err change_row(struct act *a, const struct table *t, struct id id)
{
    struct cell cells[TABLE_COLUMNS_MAX], fresh;
    struct id ids[TABLE_COLUMNS_MAX];
    TRY(row_get(a->tx->db, a->arena, t, id, cells));
    for (size_t i = 1; i < t->ncolumns; i++) {
        fresh = some_cell(a, &t->columns[i], &ids[i]);
        if (!t->columns[i].references && !(t->columns[i].flags & COL_VERSION) && fresh.kind != CELL_NULL)
            cells[i] = fresh;
    }
    return row_update(a->tx, t, cells, -1);
}

static enum err fill_table(struct act *a, const struct table *t, int each, bool *ret_made)
{
    struct cell cells[TABLE_COLUMNS_MAX];
    struct id ids[TABLE_COLUMNS_MAX];
    *ret_made = true;
    for (int i = 0; i < each + 1 && *ret_made; i++)
        TRY(make_row(a, t, cells, ids, ret_made));
    return *ret_made ? row_delete(a->tx, t, ids[0]) : OK;
}

static enum err fill_body(struct act *a)
{
    const struct schema *s = door_schema(a->door);
    bool done[SCHEMA_TABLES_MAX] = {0};
    for (size_t round = 0; round < 8; round++)
        for (size_t t = 0; t < s->n; t++)
            if (!done[t] && !s->tables[t]->uncovered && !s->tables[t]->audit_own)
                TRY(fill_table(a, s->tables[t], (int)in_i64(a, "each", 3), &done[t]));
    return OK;
}

/* The last row by id of each table becomes another. */
static enum err change_body(struct act *a)
{
    const struct schema *s = door_schema(a->door);
    for (size_t t = 0; t < s->n; t++) {
        struct id id;
        bool found = false;
        if (s->tables[t]->uncovered || s->tables[t]->audit_own)
            continue;
        TRY(any_id(a, s->tables[t]->name, &id, &found));
        if (found && strcmp(s->tables[t]->name, "keyring") != 0)
            TRY(change_row(a, s->tables[t], id));
    }
    return OK;
}

static const struct input_field each_input[] = {{.name = "each", .label = "Each", .type = IN_INT}};
const struct action RAW_ACTIONS[] = {
    {.name = "raw.fill",
     .summary = "Fill",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .inputs = each_input,
     .ninputs = 1,
     .body = fill_body},
    {.name = "raw.change",
     .summary = "Change",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = change_body},
};
const size_t NRAW_ACTIONS = sizeof RAW_ACTIONS / sizeof *RAW_ACTIONS;

void raw_fill(struct store *s, int each)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, 1);
    char text[16];
    snprintf(text, sizeof text, "%d", each);
    must(do_act(s, &c, "raw.fill", id_nil(), NULL, "each", text, NULL));
}
