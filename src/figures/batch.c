/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c - the actions of an import: each is one leaf, and every row of a file is one action. */
#include "figures/own.h"

#define UNDO_CASES 100
#define PURGE_ROWS 500

/* The request id of a row, and the id of its import_row: the same row of the same batch is the same request,
 * whoever sends it again. */
struct id import_row_id(struct id batch, int64_t row_no)
{
    uint8_t text[sizeof batch.b + 8];
    struct id id;
    memcpy(text, batch.b, sizeof batch.b);
    for (int i = 0; i < 8; i++)
        text[sizeof batch.b + (size_t)i] = (uint8_t)((uint64_t)row_no >> (56 - 8 * i));
    struct hash h = blake2b((struct str){(const char *)text, sizeof text});
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

void import_source(struct id batch, char ret[40])
{
    char text[33];
    id_text(batch, text);
    snprintf(ret, 40, "import %s", text);
}

static enum err find_batch(struct act *a, struct object *ret)
{
    struct cell b[IB_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_IMPORT_BATCH, a->subject, b));
    *ret = (struct object){.kind = OBJECT_IMPORT,
                           .id = a->subject,
                           .version = b[IB_VERSION].i,
                           .compartment = {cell_get_id(&b[IB_COMPARTMENT])},
                           .owner = b[IB_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .found = true};
    return OK;
}

/* ---- begin --------------------------------------------------------------------------------------------- */

static const struct input_field begin_inputs[] = {
    {.name = "map", .label = "Import map", .type = IN_TEXT, .required = true},
    {.name = "digest",
     .label = "Digest of the file",
     .type = IN_TEXT,
     .required = true,
     .min = 64,
     .max = 64},
    {.name = "rows", .label = "Rows", .type = IN_INT, .required = true, .min = 0, .max = 1000000000},
    {.name = "synthetic", .label = "Synthetic (training or demonstration)", .type = IN_BOOL},
};

static enum err digest_in(struct str hex, uint8_t ret[HASH_BYTES])
{
    for (size_t half = 0; half < 2; half++) {
        struct id id;
        if (hex.n != 2 * HASH_BYTES || id_parse(str_sub(hex, 32 * half, 32), &id) != OK)
            return FAIL(ERR_FIELD, "field digest: 64 hexadecimal digits are expected");
        memcpy(ret + sizeof id.b * half, id.b, sizeof id.b);
    }
    return OK;
}

/* The newest batch of the same file that was not undone; nil if there is none. */
static enum err same_file(struct act *a, const char *map, struct str digest, struct id *ret)
{
    struct stmt *s;
    bool row;
    *ret = id_nil();
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM import_batch WHERE agency = ?1 AND map = ?2 AND digest = ?3 AND state IN "
                   "('running', 'done') "
                   "ORDER BY started_us DESC, id LIMIT 1",
                   &s));
    db_bind_text(s, 1, str_of(a->ctx->agency));
    db_bind_text(s, 2, str_of(map));
    db_bind_blob(s, 3, digest);
    TRY(db_step(s, &row));
    enum err e = row ? db_id(s, 0, ret) : OK;
    if (row)
        db_reset(s);
    return e;
}

static enum err may_own(const struct act *a)
{
    const struct agency *agency =
        a->ctx->agency && *a->ctx->agency ? pack_agency(a->pack, a->ctx->agency) : NULL;
    if (!agency)
        return FAIL(ERR_STATE, "an import belongs to an agency of the pack: the actor has none");
    if (agency->group || agency->nmembers)
        return FAIL(ERR_STATE, "agency %s is a collective name: it owns no cases", agency->id);
    return OK;
}

static enum err is_synthetic(struct act *a, bool *ret)
{
    bool store;
    TRY(door_synthetic(a->tx->db, &store));
    *ret = store || in_bool(a, "synthetic");
    if (*ret && !store) /* invariant 11 */
        return FAIL(ERR_STATE,
                    "this store is for real data: synthetic data is taken by a store made as synthetic");
    return OK;
}

static enum err begin_body(struct act *a)
{
    const struct map_plan *m;
    uint8_t digest[HASH_BYTES];
    struct str sealed_by = {(const char *)digest, sizeof digest};
    struct compartment_id c;
    struct id id = id_new();
    bool synthetic;
    char *map = arena_cstr(a->arena, in_text(a, "map"));
    if (!map)
        return arena_err(a->arena);
    TRY(may_own(a));
    TRY(map_plan(a->pack, map, a->arena, &m));
    TRY(digest_in(in_text(a, "digest"), digest));
    TRY(is_synthetic(a, &synthetic));
    TRY(same_file(a, map, sealed_by, &a->ret_id));
    if (!id_is_nil(a->ret_id))
        return OK;
    TRY(vault_compartment(a->tx, COMPARTMENT_IMPORT, a->ctx->agency, &c));
    struct cell b[IB_COUNT] = {
        [IB_ID] = cell_id(&id),
        [IB_MAP] = cell_c(map),
        [IB_DIGEST] = cell_str(sealed_by),
        [IB_COMPARTMENT] = cell_id(&c.v),
        [IB_AGENCY] = cell_c(a->ctx->agency),
        [IB_ROWS] = cell_int(in_i64(a, "rows", 0)),
        [IB_DONE_ROWS] = cell_int(0),
        [IB_STATE] = cell_c("running"),
        [IB_SYNTHETIC] = cell_int(synthetic),
        [IB_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [IB_STARTED] = cell_int(a->tx->now_us),
        [IB_FINISHED] = cell_null(),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_IMPORT_BATCH, b);
}

/* ---- one row ------------------------------------------------------------------------------------------- */

static const struct input_field row_inputs[] = {
    {.name = "row",
     .label = "Row of the file",
     .type = IN_INT,
     .required = true,
     .min = 1,
     .max = 1000000000},
    {.name = "cell",
     .label = "Cells in the order of the map",
     .type = IN_LONG_TEXT,
     .multi = true,
     .personal = true},
    {.name = "fault", .label = "Why the row could not be read", .type = IN_INT, .min = 1, .max = 999},
    {.name = "what", .label = "Where in the row", .type = IN_TEXT},
};

static enum err cells_of(struct act *a, struct str **ret, size_t *ret_n)
{
    const struct pair *pairs;
    size_t n = in_all(a, "cell", &pairs);
    struct str *cells = ARENA_ARRAY(a->arena, n + 1, struct str);
    if (!pairs || !cells)
        return arena_err(a->arena);
    for (size_t i = 0; i < n; i++)
        cells[i] = pairs[i].value;
    *ret = cells;
    *ret_n = n;
    return OK;
}

/* The stage of a person that a file names as a victim: the first that protects. Presumed only ever protects
 * (invariant 4). */
static const char *first_protecting(const struct pack *p)
{
    for (size_t i = 0; i < p->nstages; i++)
        if (p->stages[i].protects)
            return p->stages[i].id;
    return p->stages[0].id;
}

static enum err write_case(struct act *a, const struct cell *b, int64_t row_no, const struct map_plan *m,
                           const struct map_row *row, struct id *ret)
{
    char source[40];
    struct case_id c;
    struct compartment_id compartment, compartments[MAP_ROLES_MAX];
    struct subject_id subjects[MAP_ROLES_MAX];
    import_source(a->subject, source);
    struct registry_import in = {.source = source,
                                 .source_row = row_no,
                                 .synthetic = b[IB_SYNTHETIC].i != 0,
                                 .stage = first_protecting(a->pack),
                                 .subjects = m->subjects,
                                 .nsubjects = m->nsubjects};
    TRY(registry_open_imported(a, &in, &c, &compartment, subjects, compartments));
    for (size_t i = 0; i < m->nparts; i++) {
        int s = m->parts[i].subject;
        struct record_new record = {.kind = m->parts[i].kind,
                                    .case_ = c,
                                    .compartment = s < 0 ? compartment : compartments[s],
                                    .input = row->parts[i]};
        struct record_id id;
        if (s >= 0)
            record.subject = subjects[s];
        TRY(record_create(a, &record, &id));
    }
    *ret = c.v;
    return OK;
}

static enum err seal_raw(struct act *a, const struct map_plan *m, struct id row_id, const struct str *cells,
                         size_t n, struct buf *out)
{
    struct buf line CLEANUP(buf_free) = {0};
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(&line, m->map->separator);
        map_put_cell(&line, cells[i], m->map->separator);
    }
    enum err e = buf_err(&line);
    if (e == OK)
        e = vault_seal(a->tx, a->object.compartment, CLASS_ROUTING,
                       (struct place){&TABLE_IMPORT_ROW, row_id, IR_RAW}, buf_view(&line), out);
    if (line.p)
        secret_wipe(line.p, line.cap);
    return e;
}

/* What is wrong with the data is kept with the row; what is wrong with the machine fails the action. */
static bool of_the_data(enum err e)
{
    return e == ERR_FIELD || e == ERR_BAD_UTF8 || e == ERR_BAD_DATA || e == ERR_LIMIT;
}

static enum err take_row(struct act *a, const struct map_plan *m, const struct str *cells, size_t n,
                         struct map_row *row, enum err *ret_fault, char what[NAME_MAX_BYTES])
{
    struct date today;
    *what = '\0';
    *ret_fault = (enum err)in_i64(a, "fault", OK);
    if (*ret_fault != OK) {
        snprintf(what, NAME_MAX_BYTES, "%.*s", STR_FMT(in_text(a, "what")));
        return OK;
    }
    TRY(map_today(a->pack, a->tx->now_us, &today));
    enum err e = map_row(m, cells, n, today, a->arena, row);
    if (e != OK && !of_the_data(e))
        return e;
    *ret_fault = e;
    if (e != OK)
        snprintf(what, NAME_MAX_BYTES, "%s", err_detail());
    return OK;
}

static enum err row_body(struct act *a)
{
    struct buf raw CLEANUP(buf_free) = {0};
    const struct map_plan *m;
    struct cell b[IB_COUNT];
    struct map_row row;
    struct str *cells;
    struct id case_ = id_nil();
    char what[NAME_MAX_BYTES];
    enum err fault;
    size_t n;
    int64_t row_no = in_i64(a, "row", 0);
    struct id id = import_row_id(a->subject, row_no);
    TRY(row_get(a->tx->db, a->arena, &TABLE_IMPORT_BATCH, a->subject, b));
    if (!str_is(b[IB_STATE].s, "running"))
        return FAIL(ERR_STATE, "the import is %s", b[IB_STATE].s.p);
    TRY(map_plan(a->pack, b[IB_MAP].s.p, a->arena, &m));
    TRY(cells_of(a, &cells, &n));
    TRY(take_row(a, m, cells, n, &row, &fault, what));
    if (fault == OK)
        TRY(write_case(a, b, row_no, m, &row, &case_));
    TRY(seal_raw(a, m, id, cells, n, &raw));
    struct cell r[IR_COUNT] = {
        [IR_ID] = cell_id(&id),
        [IR_BATCH] = cell_id(&a->subject),
        [IR_ROW_NO] = cell_int(row_no),
        [IR_RAW] = cell_str(buf_view(&raw)),
        [IR_OUTCOME] = cell_int(fault),
        [IR_WHAT] = fault ? cell_c(what) : cell_null(),
        [IR_CASE] = cell_id_or_null(&case_),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_IMPORT_ROW, r);
}

/* ---- finish -------------------------------------------------------------------------------------------- */

static enum err count_rows(struct act *a, int64_t *ret_all, int64_t *ret_good)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT count(*), count(case_id) FROM import_row WHERE batch = ?1", &s));
    db_bind_id(s, 1, &a->subject);
    TRY(db_step(s, &row));
    *ret_all = db_i64(s, 0);
    *ret_good = db_i64(s, 1);
    db_reset(s);
    return OK;
}

static enum err finish_body(struct act *a)
{
    struct cell b[IB_COUNT];
    int64_t all, good;
    TRY(row_get(a->tx->db, a->arena, &TABLE_IMPORT_BATCH, a->subject, b));
    a->ret_id = a->subject;
    a->ret_version = b[IB_VERSION].i;
    if (str_is(b[IB_STATE].s, "done"))
        return OK; /* somebody else took in the same file at the same time */
    if (!str_is(b[IB_STATE].s, "running"))
        return FAIL(ERR_STATE, "the import is %s", b[IB_STATE].s.p);
    TRY(count_rows(a, &all, &good));
    if (all != b[IB_ROWS].i)
        return FAIL(ERR_STATE, "%lld of %lld rows are there", (long long)all, (long long)b[IB_ROWS].i);
    b[IB_DONE_ROWS] = cell_int(good);
    b[IB_STATE] = cell_c("done");
    b[IB_FINISHED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_IMPORT_BATCH, b, a->expected_version));
    a->ret_version = b[IB_VERSION].i;
    return OK;
}

/* ---- undo ---------------------------------------------------------------------------------------------- */

static enum err shred_raw(struct act *a, const struct cell *b)
{
    struct compartment_id c = {cell_get_id(&b[IB_COMPARTMENT])};
    const char *owner;
    enum err e = vault_owner(a->tx->db, a->arena, c, &owner);
    if (e == ERR_SHREDDED)
        return OK;
    TRY(e);
    return vault_shred(a->tx, c);
}

/* Cases that other agencies work on stay as they are, and who undoes is told how many: first by the state of
 * the import, then by a refusal once nothing else is left. */
static enum err undo_body(struct act *a)
{
    struct cell b[IB_COUNT];
    char source[40];
    int64_t kept = 0;
    size_t n;
    TRY(row_get(a->tx->db, a->arena, &TABLE_IMPORT_BATCH, a->subject, b));
    import_source(a->subject, source);
    TRY(registry_undo_imported(a, source, UNDO_CASES, &n));
    a->ret_id = a->subject;
    a->ret_version = (int64_t)n;
    TRY(registry_kept_imported(a->tx->db, source, &kept));
    if (n == 0 && kept)
        return FAIL(ERR_STATE, "%lld cases are kept: another agency works on them", (long long)kept);
    bool all = n < UNDO_CASES && !kept;
    const char *state = all ? "undone" : "undoing";
    if (str_is(b[IB_STATE].s, state))
        return OK;
    if (all)
        TRY(shred_raw(a, b));
    b[IB_STATE] = cell_c(state);
    b[IB_FINISHED] = cell_int(a->tx->now_us);
    return row_update(a->tx, &TABLE_IMPORT_BATCH, b, a->expected_version);
}

/* ---- purge --------------------------------------------------------------------------------------------- */

static enum err raw_rows(struct act *a, struct id **ret, size_t *ret_n)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s;
    struct str all;
    TRY(db_prepare(a->tx->db, "SELECT id FROM import_row WHERE batch = ?1 ORDER BY row_no LIMIT 500", &s));
    db_bind_id(s, 1, &a->subject);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    *ret_n = found.n / sizeof(struct id);
    TRY(buf_take(&found, a->arena, &all));
    *ret = (struct id *)(uintptr_t)all.p;
    return OK;
}

static enum err purge_body(struct act *a)
{
    struct cell b[IB_COUNT];
    struct id *rows;
    size_t n;
    TRY(row_get(a->tx->db, a->arena, &TABLE_IMPORT_BATCH, a->subject, b));
    if (str_is(b[IB_STATE].s, "running"))
        return FAIL(ERR_STATE, "the import is running: it goes on from its raw rows");
    TRY(raw_rows(a, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(row_delete(a->tx, &TABLE_IMPORT_ROW, rows[i]));
    if (n < PURGE_ROWS) /* what a backup still has of them opens no more */
        TRY(shred_raw(a, b));
    a->ret_id = a->subject;
    a->ret_version = (int64_t)n;
    return OK;
}

#define BATCH_ACTION(name_, summary_, verb_, body_)                                                     \
    {                                                                                                   \
        .name = name_, .summary = summary_, .verb = verb_, .object = OBJECT_IMPORT, .find = find_batch, \
        .body = body_, .duty = "6(3)(v)/a"                                                              \
    }

const struct action FIGURES_ACTIONS[] = {
    {.name = "import.begin",
     .summary = "Begin to take in a file",
     .verb = VERB_CREATE,
     .object = OBJECT_IMPORT,
     .inputs = begin_inputs,
     .ninputs = sizeof begin_inputs / sizeof *begin_inputs,
     .creates = true,
     .body = begin_body,
     .duty = "6(3)(v)/a"},
    {.name = "import.row",
     .summary = "Take in a row of a file",
     .verb = VERB_IMPORT,
     .object = OBJECT_IMPORT,
     .inputs = row_inputs,
     .ninputs = sizeof row_inputs / sizeof *row_inputs,
     .find = find_batch,
     .body = row_body,
     .duty = "6(3)(v)/a"},
    BATCH_ACTION("import.finish", "Say that every row of the file is there", VERB_CLOSE, finish_body),
    {.name = "import.undo",
     .summary = "Undo an import: close its cases, destroy their keys",
     .verb = VERB_SHRED,
     .object = OBJECT_IMPORT,
     .two_people = true, /* what is destroyed is gone */
     .find = find_batch,
     .body = undo_body,
     .duty = "6(3)(v)/a"},
    BATCH_ACTION("import.purge_raw", "Delete the raw rows of an import", VERB_SHRED, purge_body),
};
const size_t NFIGURES_ACTIONS = sizeof FIGURES_ACTIONS / sizeof *FIGURES_ACTIONS;
