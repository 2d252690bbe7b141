/* SPDX-License-Identifier: Apache-2.0 */
/* imports_failed.c - the rows of an import that could not be taken in, with their cells, for whoever mends
 * the file or writes the person down by hand: a row that nobody can read is a person who is overlooked.
 *
 * The raw row is sealed as a whole; each cell is asked of the policy as the record that it would have become:
 * the paper of the batch's agency, which hangs on no case (docs/policy.md, 3), with the class of its field.
 */
#include "base/csv.h"
#include "base/json.h"
#include "figures/own.h"

#define ROWS_A_PAGE 20

const struct input_field IMPORT_FAILED_INPUTS[1] = {
    {.name = "after", .label = "After row", .type = IN_INT, .min = 1, .max = 1000000000}};

/* ---- who sees a cell ----------------------------------------------------------------------------------- */

struct failing {
    struct view *v;
    const struct map_plan *plan; /* NULL: the pack has no such map any more */
    struct object raw, record;
    uint32_t all; /* classes that a cell of an unknown column may be of */
};

static uint32_t all_classes(const struct map_plan *plan)
{
    uint32_t bits = 0;
    for (int class = CLASS_NONE + 1; !plan && class < CLASS_COUNT; class ++)
        bits |= 1u << class;
    for (size_t i = 0; plan && i < plan->ncolumns; i++)
        bits |= 1u << plan->columns[i].field->class;
    return bits;
}

/* Allowed for every one of the classes, or the first answer that is none. */
static enum err cell_shown(struct failing *f, uint32_t classes, struct id row, struct str text,
                           struct shown *ret)
{
    struct policy_answer answer = {.verdict = VERDICT_ALLOW, .reason = REASON_OK};
    uint32_t obligations = 0;
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT && answer.verdict == VERDICT_ALLOW; class ++)
        if (classes & (1u << class)) {
            answer = view_decide(f->v, &f->record, (enum field_class) class);
            obligations |= answer.obligations;
        }
    *ret = (struct shown){.text = STR(""), .verdict = answer.verdict, .reason = answer.reason};
    if (answer.verdict != VERDICT_ALLOW)
        return OK;
    ret->text = arena_str(f->v->arena, text);
    view_note(f->v, classes, obligations, row);
    return ret->text.p ? OK : arena_err(f->v->arena);
}

/* A separator in a name shifts all that comes after it, and a cell too few hides that: that the number of cells is
 * right proves nothing. A cell is of its column when all before the fault is, and it is a word of that column's
 * list. */
static bool of_its_column(const struct failing *f, size_t column, struct str cell)
{
    const struct map_column *c = &f->plan->columns[column];
    return cell.n && c->field->codes && *c->in->scheme;
}

/* How many cells stand before the column that the fault is in; none when it names no column. */
static size_t before_fault(const struct failing *f, const struct str *cells, size_t n)
{
    struct map_row row;
    struct date today;
    if (!f->plan || n != f->plan->ncolumns || map_today(f->v->pack, f->v->now_us, &today) != OK ||
        map_row(f->plan, cells, n, today, f->v->arena, &row) == OK)
        return 0;
    struct str what = str_of(err_detail());
    for (size_t i = 0; i < n; i++) {
        const char *name = f->plan->columns[i].in->column;
        size_t end = 7 + strlen(name);
        if (str_starts(what, "column ") && str_starts(str_sub(what, 7, what.n), name) &&
            (what.n == end || (what.n > end && what.p[end] == ':')))
            return i;
    }
    return 0;
}

/* What is concealed is not said to be there; but of a cell that may be of any column each is. */
static enum err take_cell(struct failing *f, size_t column, bool known, struct id row, struct str text,
                          struct import_failed_row *ret)
{
    struct import_cell *c = &ret->cells[ret->ncells];
    const struct map_column *in = known ? &f->plan->columns[column] : NULL;
    *c = (struct import_cell){.column = in ? in->in->column : "", .label = in ? in->field->label : ""};
    TRY(cell_shown(f, in ? 1u << in->field->class : f->all, row, text, &c->value));
    if (!in && c->value.verdict == VERDICT_CONCEAL)
        c->value = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_CLASS};
    ret->ncells += c->value.verdict != VERDICT_CONCEAL;
    return OK;
}

/* ---- one row ------------------------------------------------------------------------------------------- */

struct line {
    struct str rest;
};

static enum err read_line(void *user, char *p, size_t n, size_t *ret_n)
{
    struct line *l = user;
    *ret_n = n < l->rest.n ? n : l->rest.n;
    memcpy(p, l->rest.p, *ret_n);
    l->rest = str_sub(l->rest, *ret_n, l->rest.n);
    return OK;
}

static enum err take_cells(struct failing *f, struct str raw, struct id row, struct import_failed_row *ret)
{
    struct csv *csv CLEANUP(csv_cleanup) = NULL;
    struct line line = {raw};
    const struct str *cells;
    size_t n = 0;
    bool more = false;
    TRY(csv_new(read_line, &line, &csv));
    csv_separator(csv, f->plan ? f->plan->map->separator : ',');
    if (raw.n)
        TRY(csv_next(csv, &cells, &n, &more));
    n = more ? n : 0;
    ret->cells = ARENA_ARRAY(f->v->arena, n + 1, struct import_cell);
    if (!ret->cells)
        return arena_err(f->v->arena);
    size_t sure = before_fault(f, cells, n);
    for (size_t i = 0; i < n; i++)
        TRY(take_cell(f, i, i < sure && of_its_column(f, i, cells[i]), row, cells[i], ret));
    return OK;
}

/* Who may open no raw row is told so once. */
static enum err withheld_row(struct failing *f, const struct shown *raw, struct import_failed_row *ret)
{
    ret->cells = ARENA_NEW(f->v->arena, struct import_cell);
    if (!ret->cells)
        return arena_err(f->v->arena);
    *ret->cells = (struct import_cell){.column = "", .label = "", .value = *raw};
    ret->ncells = 1;
    return OK;
}

static enum err take_row(struct failing *f, struct id id, struct import_failed_row *ret)
{
    struct cell c[IR_COUNT];
    struct shown raw;
    TRY(row_get(f->v->db, f->v->arena, &TABLE_IMPORT_ROW, id, c));
    *ret = (struct import_failed_row){.row = c[IR_ROW_NO].i,
                                      .fault = (enum err)c[IR_OUTCOME].i,
                                      .what = c[IR_WHAT].kind == CELL_NULL ? "" : c[IR_WHAT].s.p};
    f->record.id = id;
    view_show(f->v, id);
    TRY(view_unseal(f->v, &f->raw, CLASS_ROUTING, (struct place){&TABLE_IMPORT_ROW, id, IR_RAW}, c[IR_RAW].s,
                    &raw));
    return raw.verdict == VERDICT_ALLOW ? take_cells(f, raw.text, id, ret) : withheld_row(f, &raw, ret);
}

/* ---- the view ------------------------------------------------------------------------------------------ */

static enum err page_of(struct view *v, int64_t after, struct id ids[ROWS_A_PAGE + 1], size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db,
                   "SELECT id FROM import_row WHERE batch = ?1 AND case_id IS NULL AND row_no > ?2 ORDER BY "
                   "row_no LIMIT 21",
                   &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, after);
    for (*ret_n = 0;; ++*ret_n) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ids[*ret_n]));
    }
}

static enum err prepare(struct view *v, const struct cell *b, struct failing *ret)
{
    *ret = (struct failing){.v = v, .raw = v->object, .record = v->object};
    ret->record.kind = OBJECT_RECORD;
    if (pack_import(v->pack, b[IB_MAP].s.p))
        TRY(map_plan(v->pack, b[IB_MAP].s.p, v->arena, &ret->plan));
    ret->all = all_classes(ret->plan);
    return OK;
}

enum err import_failed_run(struct view *v)
{
    struct import_failed *m = ARENA_NEW(v->arena, struct import_failed);
    struct id ids[ROWS_A_PAGE + 1];
    struct cell b[IB_COUNT];
    struct failing f;
    struct str after = view_in(v, "after");
    int64_t from = 0;
    size_t n;
    if (!m)
        return arena_err(v->arena);
    if (after.n)
        TRY(str_i64(after, 1, 1000000000, &from));
    TRY(row_get(v->db, v->arena, &TABLE_IMPORT_BATCH, v->subject, b));
    TRY(prepare(v, b, &f));
    TRY(page_of(v, from, ids, &n));
    *m = (struct import_failed){.id = v->subject,
                                .map = b[IB_MAP].s.p,
                                .synthetic = b[IB_SYNTHETIC].i != 0,
                                .items = ARENA_ARRAY(v->arena, ROWS_A_PAGE, struct import_failed_row)};
    if (!m->items)
        return arena_err(v->arena);
    for (; m->n < n && m->n < ROWS_A_PAGE; m->n++)
        TRY(take_row(&f, ids[m->n], &m->items[m->n]));
    if (n > ROWS_A_PAGE)
        m->next = m->items[m->n - 1].row;
    view_show(v, m->id);
    v->model = m;
    return OK;
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

static void put_cell(struct json *j, const struct import_cell *c)
{
    json_object(j);
    if (*c->column)
        json_kv(j, "column", c->column);
    json_key(j, "value");
    if (c->value.verdict == VERDICT_ALLOW) {
        json_str(j, c->value.text);
    } else {
        json_object(j);
        json_kv(j, "state", "masked");
        json_kv(j, "reason", policy_reason_word(c->value.reason));
        json_end(j);
    }
    json_end(j);
}

void import_failed_json(const struct view *v, struct json *j)
{
    const struct import_failed *m = v->model;
    char id[33];
    id_text(m->id, id);
    json_object(j);
    json_kv(j, "id", id);
    json_kv(j, "map", m->map);
    json_kv_bool(j, "synthetic", m->synthetic);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < m->n; i++) {
        json_object(j);
        json_kv_i64(j, "row", m->items[i].row);
        json_kv(j, "fault", err_row(m->items[i].fault)->name);
        json_kv(j, "what", m->items[i].what);
        json_key(j, "cells");
        json_array(j);
        for (size_t k = 0; k < m->items[i].ncells; k++)
            put_cell(j, &m->items[i].cells[k]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
    if (m->next)
        json_kv_i64(j, "next", m->next);
    json_end(j);
}
