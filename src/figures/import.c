/* SPDX-License-Identifier: Apache-2.0 */
/* import.c - drives the actions of batch.c over a file: reads it twice (digest and number of rows, then the
 * rows), sends 500 rows a transaction, and goes on where an earlier run stopped. Rows of a transaction stand
 * together in the file, so what is there is always the beginning of it. */
#include "base/alloc.h"
#include "base/csv.h"
#include "base/env.h"
#include "figures/own.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ROWS_A_BATCH  500
#define BYTES_A_BATCH (4u << 20) /* of cells: long rows make short batches */

/* ---- the file ------------------------------------------------------------------------------------------ */

struct source {
    int fd;
    struct hasher hasher;
    struct csv *csv;
};

static enum err read_some(void *user, char *p, size_t n, size_t *ret_n)
{
    struct source *s = user;
    ssize_t got;
    do
        got = read(s->fd, p, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return FAIL(ERR_IO, "the file cannot be read (%s)", strerrorname_np(errno));
    hasher_add(&s->hasher, p, (size_t)got);
    *ret_n = (size_t)got;
    return OK;
}

static void source_close(struct source *s)
{
    csv_free(s->csv);
    if (s->fd >= 0)
        close(s->fd);
}

static enum err source_open(const char *path, char separator, struct source *ret)
{
    *ret = (struct source){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (ret->fd < 0)
        return FAIL(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "the file cannot be opened (%s)",
                    strerrorname_np(errno));
    hasher_start(&ret->hasher, NULL);
    enum err e = csv_new(read_some, ret, &ret->csv);
    if (e != OK)
        source_close(ret);
    else
        csv_separator(ret->csv, separator);
    return e;
}

static bool of_the_row(enum err e)
{
    return e == ERR_BAD_DATA || e == ERR_BAD_UTF8 || e == ERR_LIMIT;
}

static enum err read_header(const struct map_plan *m, struct source *s, struct arena *a, size_t **ret_order)
{
    const struct str *cells;
    size_t n;
    bool more;
    TRY(csv_next(s->csv, &cells, &n, &more));
    if (!more)
        return FAIL(ERR_BAD_DATA, "row 1: the file is empty");
    return map_header(m, cells, n, a, ret_order);
}

static enum err count_rows(const struct map_plan *m, const char *path, struct hash *ret_digest,
                           int64_t *ret_rows)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct source s;
    size_t *order;
    int64_t rows = 0;
    bool more = true;
    if (!a)
        return mem_fail();
    TRY(source_open(path, m->map->separator, &s));
    enum err e = read_header(m, &s, a, &order);
    while (e == OK && more) {
        const struct str *cells;
        size_t n;
        e = csv_next(s.csv, &cells, &n, &more);
        rows += of_the_row(e) || (e == OK && more);
        if (of_the_row(e))
            e = OK;
    }
    *ret_digest = hasher_end(&s.hasher);
    *ret_rows = rows;
    source_close(&s);
    return e;
}

/* ---- a transaction of rows ----------------------------------------------------------------------------- */

struct run {
    struct door *door;
    struct ctx ctx; /* without a request id: each action gets its own */
    const struct map_plan *plan;
    struct import_report *report;
    figures_progress *progress;
    void *user;
    struct id batch;
    int64_t last_row; /* there already */
    struct date today;
    bool dry;
    /* the rows that wait for the next transaction */
    struct arena *arena;
    struct act_request requests[ROWS_A_BATCH];
    struct ctx contexts[ROWS_A_BATCH];
    struct act_result results[ROWS_A_BATCH];
    bool bad[ROWS_A_BATCH];
    size_t n, bytes;
};

static void note_error(struct import_report *r, int64_t row, const char *what)
{
    r->failed++;
    if (r->nerrors == IMPORT_ERRORS_MAX)
        return;
    struct import_error *e = &r->errors[r->nerrors++];
    e->row = row;
    snprintf(e->what, sizeof e->what, "%s", what);
}

static enum err flush(struct run *r)
{
    size_t failed;
    if (r->n == 0)
        return OK;
    TRY(door_act_batch(r->door, r->requests, r->n, r->arena, r->results, &failed));
    for (size_t i = 0; i < r->n; i++) {
        if (r->bad[i])
            continue; /* counted when it was read */
        r->report->imported += !r->results[i].replayed;
        r->report->already += r->results[i].replayed;
    }
    r->n = r->bytes = 0;
    arena_reset(r->arena);
    if (r->progress)
        r->progress(r->user, r->report->imported + r->report->already + r->report->failed, r->report->rows);
    return OK;
}

static enum err enqueue(struct run *r, int64_t row, struct pair *pairs, size_t n, bool bad)
{
    size_t i = r->n;
    char *number = arena_printf(r->arena, "%lld", (long long)row);
    if (!number)
        return arena_err(r->arena);
    pairs[0] = (struct pair){STR("row"), str_of(number), VALUE_GIVEN};
    r->contexts[i] = r->ctx;
    r->contexts[i].request_id = import_row_id(r->batch, row);
    r->requests[i] = (struct act_request){.ctx = &r->contexts[i],
                                          .action = "import.row",
                                          .subject = r->batch,
                                          .expected_version = -1,
                                          .input = {pairs, n}};
    r->bad[i] = bad;
    r->n++;
    return r->n == ROWS_A_BATCH || r->bytes > BYTES_A_BATCH ? flush(r) : OK;
}

/* A row that cannot be cells: kept as such, with its fault. */
static enum err take_unreadable(struct run *r, int64_t row, enum err fault)
{
    char what[200];
    snprintf(what, sizeof what, "%s: %s", err_row(fault)->message, err_detail());
    note_error(r->report, row, what);
    if (r->dry)
        return OK;
    struct pair *pairs = ARENA_ARRAY(r->arena, 3, struct pair);
    char *number = arena_printf(r->arena, "%d", (int)fault), *text = arena_printf(r->arena, "%s", what);
    if (!pairs || !number || !text)
        return arena_err(r->arena);
    pairs[1] = (struct pair){STR("fault"), str_of(number), VALUE_GIVEN};
    pairs[2] = (struct pair){STR("what"), str_of(text), VALUE_GIVEN};
    return enqueue(r, row, pairs, 3, true);
}

/* Cells in the order of the map; a row of another length is given as it is, and found wrong. */
static enum err take_cells(struct run *r, int64_t row, const struct str *cells, size_t n, const size_t *order)
{
    struct pair *pairs = ARENA_ARRAY(r->arena, n + 1, struct pair);
    struct str *sorted = ARENA_ARRAY(r->arena, n + 1, struct str);
    struct map_row ignored;
    if (!pairs || !sorted)
        return arena_err(r->arena);
    for (size_t i = 0; i < n; i++) {
        struct str cell = cells[n == r->plan->ncolumns ? order[i] : i];
        if (cell.n > TEXT_MAX_BYTES)
            return take_unreadable(r, row,
                                   FAIL(ERR_LIMIT, "column %zu: more than %d bytes", i + 1, TEXT_MAX_BYTES));
        sorted[i] = arena_str(r->arena, cell);
        if (!sorted[i].p)
            return arena_err(r->arena);
        pairs[i + 1] = (struct pair){STR("cell"), sorted[i], VALUE_GIVEN};
        r->bytes += cell.n + sizeof *pairs;
    }
    enum err e = map_row(r->plan, sorted, n, r->today, r->arena, &ignored);
    bool bad = e != OK;
    if (bad && !of_the_row(e) && e != ERR_FIELD)
        return e;
    if (bad)
        note_error(r->report, row, err_detail());
    if (!r->dry)
        return enqueue(r, row, pairs, n + 1, bad);
    r->report->imported += !bad;
    arena_reset(r->arena);
    return OK;
}

static enum err take_rows(struct run *r, struct source *s, const size_t *order)
{
    for (;;) {
        const struct str *cells;
        size_t n;
        bool more;
        enum err e = csv_next(s->csv, &cells, &n, &more);
        int64_t row = csv_row(s->csv);
        if (e == OK && !more)
            return flush(r);
        if (e != OK && !of_the_row(e))
            return e;
        if (row <= r->last_row)
            continue;
        TRY(e == OK ? take_cells(r, row, cells, n, order) : take_unreadable(r, row, e));
    }
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

static enum err begin(struct run *r, const char *map, struct hash digest, int64_t rows, bool synthetic)
{
    char number[24], hex[2 * HASH_BYTES + 1];
    for (int i = 0; i < HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest.b[i]);
    snprintf(number, sizeof number, "%lld", (long long)rows);
    struct pair pairs[] = {
        {STR("map"), str_of(map), VALUE_GIVEN},
        {STR("digest"), str_of(hex), VALUE_GIVEN},
        {STR("rows"), str_of(number), VALUE_GIVEN},
        {STR("synthetic"), synthetic ? STR("yes") : STR("no"), VALUE_GIVEN},
    };
    struct act_request request = {
        .ctx = &r->ctx, .action = "import.begin", .expected_version = -1, .input = {pairs, 4}};
    struct act_result result;
    TRY(door_act(r->door, &request, r->arena, &result));
    r->batch = r->report->batch = result.id;
    return OK;
}

/* How far an earlier run came. Its errors are told again. */
static enum err look_back(struct run *r, bool *ret_done)
{
    struct view_request request = {.ctx = &r->ctx, .view = "import.show", .subject = r->batch};
    const struct view *v;
    TRY(door_view(r->door, &request, r->arena, &v));
    const struct import_model *m = v->model;
    for (size_t i = 0; i < m->nerrors; i++)
        note_error(r->report, m->errors[i].row, m->errors[i].what);
    r->report->failed = m->failed_rows; /* more than are told one by one */
    r->report->already = m->done_rows;
    r->last_row = m->last_row;
    *ret_done = strcmp(m->state, "done") == 0;
    arena_reset(r->arena);
    return OK;
}

static enum err finish(struct run *r)
{
    struct act_request request = {
        .ctx = &r->ctx, .action = "import.finish", .subject = r->batch, .expected_version = -1};
    struct act_result result;
    return door_act(r->door, &request, r->arena, &result);
}

static enum err second_pass(struct run *r, const char *path, struct hash digest)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct source s;
    size_t *order;
    if (!a)
        return mem_fail();
    TRY(source_open(path, r->plan->map->separator, &s));
    enum err e = read_header(r->plan, &s, a, &order);
    if (e == OK)
        e = take_rows(r, &s, order);
    struct hash again = hasher_end(&s.hasher);
    source_close(&s);
    TRY(e);
    if (memcmp(again.b, digest.b, HASH_BYTES) != 0)
        return FAIL(ERR_BAD_DATA, "the file changed while it was read");
    return r->dry ? OK : finish(r);
}

static enum err run_import(struct run *r, const char *map, const char *path, bool synthetic)
{
    struct hash digest;
    bool done = false;
    TRY(count_rows(r->plan, path, &digest, &r->report->rows));
    TRY(map_today(r->plan->pack, env_now_us(), &r->today));
    if (!r->dry) {
        TRY(begin(r, map, digest, r->report->rows, synthetic));
        TRY(look_back(r, &done));
    }
    return done ? OK : second_pass(r, path, digest);
}

enum err figures_import(struct door *d, const struct ctx *ctx, const char *map, const char *path,
                        bool dry_run, bool synthetic, figures_progress *progress, void *user,
                        struct import_report *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    int64_t start = env_monotonic_us();
    const struct map_plan *plan;
    *ret = (struct import_report){0};
    if (!a)
        return mem_fail();
    if (!door_pack(d))
        return FAIL(ERR_STATE, "an import needs a country pack");
    TRY(map_plan(door_pack(d), map, a, &plan));
    struct run *r = mem_alloc(sizeof *r);
    if (!r)
        return mem_fail();
    *r = (struct run){.door = d,
                      .ctx = *ctx,
                      .plan = plan,
                      .report = ret,
                      .progress = progress,
                      .user = user,
                      .dry = dry_run,
                      .arena = arena_new(0)};
    r->ctx.request_id = id_nil();
    enum err e = r->arena ? run_import(r, map, path, synthetic) : mem_fail();
    arena_free(r->arena);
    mem_free(r);
    ret->seconds = (double)(env_monotonic_us() - start) / 1e6;
    return e;
}

/* ---- undo, purge: portion by portion ------------------------------------------------------------------- */

static enum err until_empty(struct door *d, const struct ctx *ctx, const char *action, struct id batch,
                            int64_t *ret_n)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result result;
    if (!a)
        return mem_fail();
    *ret_n = 0;
    do {
        struct ctx c = *ctx;
        c.request_id = id_nil();
        struct act_request request = {.ctx = &c, .action = action, .subject = batch, .expected_version = -1};
        TRY(door_act(d, &request, a, &result));
        *ret_n += result.version;
        arena_reset(a);
    } while (result.version > 0);
    return OK;
}

enum err figures_undo(struct door *d, const struct ctx *ctx, struct id batch, int64_t *ret_cases)
{
    return until_empty(d, ctx, "import.undo", batch, ret_cases);
}

enum err figures_purge_raw(struct door *d, const struct ctx *ctx, struct id batch, int64_t *ret_rows)
{
    return until_empty(d, ctx, "import.purge_raw", batch, ret_rows);
}
