/* SPDX-License-Identifier: Apache-2.0 */
/* export.c - records back into the layout of an import map, in constant memory. The view figures.export
 * decides who may, and its leaf, which commits to every case, is durable before the first byte leaves. A row
 * for each victim; what several perpetrators of a case have becomes several values. A value that the foreign
 * scheme has no word for, and every value that is not given, is an empty cell. */
#include "base/alloc.h"
#include "base/json.h"
#include "figures/own.h"

#include <errno.h>
#include <unistd.h>

#define PAGE        200
#define FLUSH_BYTES 65536
#define RECORDS_MAX 1000 /* of one case */

/* ---- which cases, in which order ----------------------------------------------------------------------- */

typedef enum err case_visit(void *user, struct id case_);

static enum err batches_of(struct db *db, struct arena *a, struct id **ret, size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    struct str all;
    TRY(db_prepare(db, "SELECT id FROM import_batch ORDER BY started_us, id", &s));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

static enum err each_imported(struct db *db, struct id batch, int64_t until_us, case_visit *visit, void *user)
{
    struct registry_case page[PAGE];
    char source[40];
    int64_t after = 0;
    size_t n;
    import_source(batch, source);
    do {
        TRY(registry_imported_page(db, source, after, until_us, PAGE, page, &n));
        for (size_t i = 0; i < n; i++)
            TRY(visit(user, page[i].id));
        after = n ? page[n - 1].source_row : after;
    } while (n == PAGE);
    return OK;
}

static enum err each_other(struct db *db, int64_t until_us, case_visit *visit, void *user)
{
    struct registry_case page[PAGE], after = {.number = ""};
    size_t n;
    do {
        TRY(registry_own_page(db, &after, until_us, PAGE, page, &n));
        for (size_t i = 0; i < n; i++)
            TRY(visit(user, page[i].id));
        if (n)
            after = page[n - 1];
    } while (n == PAGE);
    return OK;
}

/* Cases of imports in the order of their files, then the others by number; only those opened by then. */
static enum err each_case(struct db *db, struct arena *a, int64_t until_us, case_visit *visit, void *user)
{
    struct id *batches;
    size_t n;
    TRY(batches_of(db, a, &batches, &n));
    for (size_t i = 0; i < n; i++)
        TRY(each_imported(db, batches[i], until_us, visit, user));
    return each_other(db, until_us, visit, user);
}

/* ---- the leaf of an export ------------------------------------------------------------------------------
 */

struct export_model {
    int64_t cases;
    struct view *view;
};

static enum err show_case(void *user, struct id case_)
{
    struct export_model *m = user;
    view_show(m->view, case_);
    m->cases++;
    return OK;
}

bool figures_generalised(const struct field *f)
{
    switch (f->type) {
    case FT_CODE:
    case FT_CODES:
    case FT_BOOL:
    case FT_INT:
    case FT_AGENCY:
    case FT_OFFICE:
        return true;
    case FT_TEXT:
    case FT_LONG_TEXT:
    case FT_DATE:
    case FT_TIME:
    case FT_SUBJECT:
        break;
    }
    return false;
}

enum err figures_export_run(struct view *v)
{
    struct export_model *m = ARENA_NEW(v->arena, struct export_model);
    const struct map_plan *plan;
    char *map = arena_cstr(v->arena, view_in(v, "map"));
    if (!m || !map)
        return arena_err(v->arena);
    TRY(map_plan(v->pack, map, v->arena, &plan));
    for (size_t i = 0; i < plan->ncolumns; i++)
        if (!figures_generalised(plan->columns[i].field))
            return FAIL(ERR_DENIED, "column %s: has no generalised form", plan->columns[i].in->column);
    m->view = v;
    TRY(each_case(v->db, v->arena, v->now_us, show_case, m));
    m->view = NULL;
    v->model = m;
    return OK;
}

void figures_export_json(const struct view *v, struct json *j)
{
    const struct export_model *m = v->model;
    json_object(j);
    json_kv_i64(j, "cases", m->cases);
    json_end(j);
}

/* ---- one case ------------------------------------------------------------------------------------------ */

/* The cells that one record gives, by column of the map; columns of other parts stay empty. */
struct filled {
    size_t part;
    struct str *cells;
};

struct export
{
    struct door *door;
    struct db *db;
    const struct map_plan *plan;
    int fd;
    struct buf out;
    int64_t rows;
    /* of the present case */
    struct arena *arena;
    struct id case_;
    struct filled *records;
    size_t n;
};

static enum err part_of(struct export *x, const struct cell *record, size_t *ret, bool *ret_found)
{
    *ret_found = false;
    for (size_t i = 0; i < x->plan->nparts && !*ret_found; i++) {
        const struct map_part *p = &x->plan->parts[i];
        if (!str_is(record[RE_KIND].s, p->kind->id))
            continue;
        *ret = i;
        if (p->subject < 0)
            *ret_found = record[RE_SUBJECT].kind == CELL_NULL;
        else
            TRY(registry_role_in(x->db, x->case_, cell_get_id(&record[RE_SUBJECT]), p->role, ret_found));
    }
    return OK;
}

static enum err cell_of(struct export *x, const struct map_column *c, const struct field_value *values,
                        size_t n, struct str *ret)
{
    struct buf text CLEANUP(buf_free) = {0};
    for (size_t i = 0; i < n; i++) {
        if (values[i].field != c->field || values[i].state != VALUE_GIVEN)
            continue;
        for (size_t k = 0; k < values[i].n; k++) {
            struct str word;
            if (!map_value_out(c, values[i].values[k], &word))
                continue;
            if (text.n)
                buf_char(&text, x->plan->map->multi_separator);
            buf_str(&text, word);
        }
    }
    enum err e = buf_err(&text);
    *ret = e == OK && text.n ? arena_str(x->arena, buf_view(&text)) : STR("");
    if (text.p)
        secret_wipe(text.p, text.cap);
    return e != OK ? e : ret->p ? OK : arena_err(x->arena);
}

static enum err visit(void *user, const struct cell *record, const struct cell *version,
                      const struct field_value *values, size_t n)
{
    struct export *x = user;
    size_t part = 0;
    bool found;
    (void)version;
    TRY(part_of(x, record, &part, &found));
    if (!found || !record_live(x->plan->parts[part].kind, record[RE_STATE].s.p))
        return OK;
    struct str *cells = ARENA_ARRAY(x->arena, x->plan->ncolumns + 1, struct str);
    if (!cells)
        return arena_err(x->arena);
    for (size_t i = 0; i < x->plan->ncolumns; i++)
        if (x->plan->columns[i].part == part)
            TRY(cell_of(x, &x->plan->columns[i], values, n, &cells[i]));
    x->records[x->n++] = (struct filled){part, cells};
    return OK;
}

static enum err records_of(struct export *x, struct id **ret, size_t *ret_n)
{
    struct id *ids = ARENA_ARRAY(x->arena, RECORDS_MAX, struct id);
    struct stmt *s;
    size_t n = 0;
    if (!ids)
        return arena_err(x->arena);
    TRY(db_prepare(
        x->db,
        "SELECT id FROM record WHERE case_id = ?1 AND kept_with IS NULL ORDER BY created_us, id LIMIT 1000",
        &s));
    db_bind_id(s, 1, &x->case_);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        enum err e = db_id(s, 0, &ids[n++]);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    *ret = ids;
    *ret_n = n;
    return OK;
}

static bool of_victim(const struct export *x, const struct filled *r)
{
    int subject = x->plan->parts[r->part].subject;
    return subject >= 0 && strcmp(x->plan->subjects[subject].role, "victim") == 0;
}

/* ---- a row --------------------------------------------------------------------------------------------- */

static bool has_part(struct str cell, struct str value, char separator)
{
    struct str part;
    while (str_cut(&cell, separator, &part))
        if (str_eq(part, value))
            return true;
    return false;
}

/* Puts what another record says behind what is there: each value once, and only where the column takes
 * several. */
static enum err join_cell(struct export *x, size_t column, struct str more, struct str *cell)
{
    char separator = x->plan->map->multi_separator;
    struct str part;
    if (cell->n == 0 || more.n == 0 || !x->plan->columns[column].in->multi) {
        if (cell->n == 0)
            *cell = more;
        return OK;
    }
    while (str_cut(&more, separator, &part)) {
        if (has_part(*cell, part, separator))
            continue;
        char *joined = arena_printf(x->arena, "%.*s%c%.*s", STR_FMT(*cell), separator, STR_FMT(part));
        if (!joined)
            return arena_err(x->arena);
        *cell = str_of(joined);
    }
    return OK;
}

static enum err flush(struct export *x)
{
    size_t at = 0;
    TRY(buf_err(&x->out));
    while (at < x->out.n) {
        ssize_t n = write(x->fd, x->out.p + at, x->out.n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FAIL(errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "the export cannot be written (%s)",
                        strerrorname_np(errno));
        at += (size_t)n;
    }
    if (x->out.p)
        secret_wipe(x->out.p, x->out.n);
    buf_clear(&x->out);
    return OK;
}

static enum err put_row(struct export *x, const struct str *cells)
{
    char separator = x->plan->map->separator;
    for (size_t i = 0; i < x->plan->ncolumns; i++) {
        if (i)
            buf_char(&x->out, separator);
        map_put_cell(&x->out, cells[i], separator);
    }
    buf_char(&x->out, '\n');
    x->rows++;
    return x->out.n > FLUSH_BYTES ? flush(x) : buf_err(&x->out);
}

/* One row from the victim's own record(s) (NULL: the case has none) and from all that is nobody's or another
 * role's. */
static enum err put_victim(struct export *x, const struct filled *victim)
{
    struct str *cells = ARENA_ARRAY(x->arena, x->plan->ncolumns + 1, struct str);
    if (!cells)
        return arena_err(x->arena);
    for (size_t i = 0; i < x->n; i++) {
        const struct filled *r = &x->records[i];
        if (of_victim(x, r) && r != victim)
            continue;
        for (size_t c = 0; c < x->plan->ncolumns; c++)
            if (x->plan->columns[c].part == r->part)
                TRY(join_cell(x, c, r->cells[c], &cells[c]));
    }
    return put_row(x, cells);
}

static enum err put_case(void *user, struct id case_)
{
    struct export *x = user;
    struct id *ids;
    size_t n, victims = 0;
    arena_reset(x->arena);
    x->case_ = case_;
    x->n = 0;
    TRY(records_of(x, &ids, &n));
    x->records = ARENA_ARRAY(x->arena, n + 1, struct filled);
    if (!x->records)
        return arena_err(x->arena);
    for (size_t i = 0; i < n; i++)
        TRY(record_load(door_vault(x->door), x->db, x->plan->pack, ids[i], visit, x));
    for (size_t i = 0; i < x->n; i++)
        if (of_victim(x, &x->records[i])) {
            TRY(put_victim(x, &x->records[i]));
            victims++;
        }
    return x->n && victims == 0 ? put_victim(x, NULL) : OK;
}

/* ---- all cases ----------------------------------------------------------------------------------------- */

static enum err put_header(struct export *x)
{
    char separator = x->plan->map->separator;
    for (size_t i = 0; i < x->plan->ncolumns; i++) {
        if (i)
            buf_char(&x->out, separator);
        map_put_cell(&x->out, str_of(x->plan->columns[i].in->column), separator);
    }
    buf_char(&x->out, '\n');
    return buf_err(&x->out);
}

static enum err put_all(struct export *x, struct arena *a, int64_t until_us)
{
    TRY(put_header(x));
    TRY(each_case(x->db, a, until_us, put_case, x));
    return flush(x);
}

/* In one snapshot, so that a row is as all the others are. */
static enum err write_all(struct export *x, struct arena *a, int64_t until_us)
{
    TRY(door_reader(x->door, &x->db));
    enum err e = db_begin(x->db, DB_READ);
    if (e == OK)
        e = put_all(x, a, until_us);
    db_rollback(x->db);
    door_reader_done(x->door, x->db);
    return e;
}

enum err figures_export(struct door *d, const struct ctx *ctx, const char *map, int out_fd, int64_t *ret_rows)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0), *scratch CLEANUP(arena_cleanup) = arena_new(0);
    struct pair pair = {STR("map"), str_of(map), VALUE_GIVEN};
    struct view_request request = {.ctx = ctx, .view = "figures.export", .input = {&pair, 1}};
    const struct view *v;
    if (!a || !scratch)
        return mem_fail();
    if (!door_pack(d))
        return FAIL(ERR_STATE, "an export needs a country pack");
    struct export x = {.door = d, .fd = out_fd, .arena = scratch};
    TRY(map_plan(door_pack(d), map, a, &x.plan));
    TRY(door_view(d, &request, a, &v));
    enum err e = write_all(&x, a, v->now_us);
    if (x.out.p)
        secret_wipe(x.out.p, x.out.cap);
    buf_free(&x.out);
    TRY(e);
    *ret_rows = x.rows;
    return OK;
}
