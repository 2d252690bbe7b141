/* SPDX-License-Identifier: Apache-2.0 */
/* record_view.c - reading records: one for a viewer, lists, and scans for facts and export. */
#include "base/alloc.h"
#include "base/calendar.h"
#include "base/json.h"
#include "core/record.h"
#include "core/record/own.h"

#define LIST_PAGE 50
#define SCAN_PAGE 200

/* ---- finding and opening
 * -------------------------------------------------------------------------------------------------------- */

struct object record_object(const struct cell *record)
{
    return (struct object){
        .kind = OBJECT_RECORD,
        .id = cell_get_id(&record[RE_ID]),
        .version = record[RE_VERSION].i,
        .case_ = {cell_get_id(&record[RE_CASE])},
        .compartment = {cell_get_id(&record[RE_COMPARTMENT])},
        .owner = record[RE_AGENCY].s.p,
        .label = (enum label)record[RE_LABEL].i,
        .found = true,
        .kept_with = record[RE_KEPT].kind == CELL_NULL ? 0 : (uint32_t)record[RE_KEPT].i,
    };
}

enum err record_find(struct db *db, struct arena *a, struct id id, const struct kind *k, struct object *ret,
                     struct cell *ret_record)
{
    TRY(row_get(db, a, &TABLE_RECORD, id, ret_record));
    if (!str_is(ret_record[RE_KIND].s, k->id))
        return FAIL(ERR_NOT_FOUND, "record");
    *ret = record_object(ret_record);
    return OK;
}

enum err record_envelope(struct str container, enum field_class class, struct str *ret)
{
    *ret = STR("");
    while (container.n) {
        if (container.n < 5)
            return FAIL(ERR_CRYPTO, "a record version is malformed");
        const uint8_t *p = (const uint8_t *)container.p;
        size_t n = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
        if (n > container.n - 5)
            return FAIL(ERR_CRYPTO, "a record version is malformed");
        if (p[0] == class) {
            *ret = str_sub(container, 5, n);
            return OK;
        }
        container = str_sub(container, 5 + n, container.n - 5 - n);
    }
    return OK;
}

enum err record_current(struct db *db, struct arena *a, const struct cell *record, struct cell *ret_version)
{
    struct stmt *s;
    struct id rec = cell_get_id(&record[RE_ID]), id;
    bool row;
    TRY(db_prepare(db, "SELECT id FROM record_version WHERE record = ?1 AND no = ?2", &s));
    db_bind_id(s, 1, &rec);
    db_bind_i64(s, 2, record[RE_CURRENT].i);
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_NOT_FOUND, "record_version: no such row");
    enum err e = db_id(s, 0, &id);
    db_reset(s);
    TRY(e);
    return row_get(db, a, &TABLE_RECORD_VERSION, id, ret_version);
}

enum err record_open_all(struct vault *v, struct db *db, struct arena *a, const struct cell *record,
                         const struct cell *version, int64_t now_us, struct pair **ret, size_t *ret_n)
{
    struct compartment_id c = {cell_get_id(&record[RE_COMPARTMENT])};
    struct buf all CLEANUP(buf_free) = {0};
    const char *owner;
    TRY(vault_owner(db, a, c, &owner));
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        struct str envelope, plain;
        TRY(record_envelope(version[RV_BODY].s, (enum field_class) class, &envelope));
        if (!envelope.n)
            continue;
        struct place at = {&TABLE_RECORD_VERSION, cell_get_id(&version[RV_ID]), RV_BODY};
        TRY(vault_open(v, db, owner, c, (enum field_class) class, now_us, at, envelope, a, &plain));
        buf_str(&all, plain);
    }
    struct str body;
    TRY(buf_take(&all, a, &body));
    return record_body_parse(body, a, ret, ret_n);
}

/* ---- values
 * ------------------------------------------------------------------------------------------------------------------------
 */

/* Pairs of one kind into field values, in the kind's order, then what the kind no longer has. */
static enum err collect(struct arena *a, const struct kind *k, const struct pair *pairs, size_t n,
                        struct field_value *out, size_t *ret_n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t o = 0; o < i && !seen; o++)
            seen = str_eq(pairs[o].name, pairs[i].name);
        if (seen)
            continue;
        size_t repeats = 0;
        for (size_t o = i; o < n; o++)
            repeats += str_eq(pairs[o].name, pairs[i].name);
        struct str *values = ARENA_ARRAY(a, repeats, struct str);
        char *name = arena_cstr(a, pairs[i].name);
        if (!values || !name)
            return arena_err(a);
        size_t at = 0;
        for (size_t o = i; o < n; o++)
            if (str_eq(pairs[o].name, pairs[i].name))
                values[at++] = pairs[o].value;
        out[count++] = (struct field_value){.field = kind_field(k, name),
                                            .name = name,
                                            .state = pairs[i].state,
                                            .values = values,
                                            .n = pairs[i].state == VALUE_GIVEN ? repeats : 0};
    }
    *ret_n = count;
    return OK;
}

const struct kind *record_kind_of(const struct view *v)
{
    const char *dot = strrchr(v->decl->name, '.');
    for (size_t i = 0; dot && i < v->pack->nkinds; i++)
        if (str_is((struct str){v->decl->name, (size_t)(dot - v->decl->name)}, v->pack->kinds[i].id))
            return &v->pack->kinds[i];
    return NULL;
}

enum err record_view_find(struct view *v, struct object *ret)
{
    struct cell record[RE_COUNT];
    return record_find(v->db, v->arena, v->subject, record_kind_of(v), ret, record);
}

/* One class of a version: its values; or all its fields as masked - whether given or not, which would tell
 * something; or nothing, where the policy conceals the class. */
static enum err show_class(struct view *v, const struct object *o, const struct kind *k,
                           const struct cell *version, enum field_class class, struct record_model *m)
{
    struct str envelope;
    struct shown shown;
    size_t in_class = 0;
    for (size_t i = 0; i < k->nfields; i++)
        in_class += k->fields[i].class == class;
    TRY(record_envelope(version[RV_BODY].s, class, &envelope));
    struct policy_answer answer = view_decide(v, o, class);
    if (answer.verdict != VERDICT_MASK && (answer.verdict != VERDICT_ALLOW || !envelope.n))
        return OK; /* what is concealed or denied is not even said to be withheld */
    struct place at = {&TABLE_RECORD_VERSION, cell_get_id(&version[RV_ID]), RV_BODY};
    TRY(view_unseal(v, o, class, at, envelope, &shown));
    if (shown.verdict == VERDICT_ALLOW) {
        struct pair *pairs;
        size_t n, got;
        TRY(record_body_parse(shown.text, v->arena, &pairs, &n));
        TRY(collect(v->arena, k, pairs, n, m->values + m->n, &got));
        m->n += got;
        return OK;
    }
    if (shown.verdict == VERDICT_CONCEAL)
        return OK; /* as if there were no such fields */
    for (size_t i = 0; in_class && i < k->nfields; i++)
        if (k->fields[i].class == class)
            m->values[m->n++] = (struct field_value){.field = &k->fields[i],
                                                     .name = k->fields[i].name,
                                                     .state = VALUE_MASKED,
                                                     .reason = shown.reason};
    return OK;
}

static enum err show_history(struct view *v, struct record_model *m)
{
    struct stmt *s;
    size_t cap = 64;
    m->history = arena_array(v->arena, cap, sizeof *m->history);
    if (!m->history)
        return arena_err(v->arena);
    TRY(db_prepare(v->db,
                   "SELECT no, recorded_at_us, action, account, valid_from_us, sheet FROM record_version "
                   "WHERE record = ?1 ORDER BY no DESC LIMIT 64",
                   &s));
    db_bind_id(s, 1, &m->id);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row || m->nhistory == cap)
            break;
        m->history[m->nhistory].no = db_i64(s, 0);
        m->history[m->nhistory].recorded_at_us = db_i64(s, 1);
        m->history[m->nhistory].action = arena_cstr(v->arena, db_text(s, 2));
        m->history[m->nhistory].valid_from_us = db_i64(s, 4);
        m->history[m->nhistory].sheet = db_null(s, 5) ? "" : arena_cstr(v->arena, db_text(s, 5));
        m->history[m->nhistory].account = id_nil();
        if (!db_null(s, 3) && db_id(s, 3, &m->history[m->nhistory].account) != OK)
            err_clear();
        m->nhistory++;
    }
    return OK;
}

static void frame(struct record_model *m, const struct kind *k, const struct cell *r)
{
    *m = (struct record_model){.id = cell_get_id(&r[RE_ID]),
                               .kind = k,
                               .state = r[RE_STATE].s.p,
                               .agency = r[RE_AGENCY].s.p,
                               .case_ = cell_get_id(&r[RE_CASE]),
                               .subject = cell_get_id(&r[RE_SUBJECT]),
                               .version = r[RE_VERSION].i,
                               .created_us = r[RE_CREATED].i,
                               .updated_us = r[RE_UPDATED].i};
}

static enum err read_values(struct view *v, const struct kind *k, const struct object *o,
                            const struct cell *record, struct record_model *ret)
{
    struct cell version[RV_COUNT];
    TRY(record_current(v->db, v->arena, record, version));
    frame(ret, k, record);
    ret->values = ARENA_ARRAY(v->arena, k->nfields + 512, struct field_value);
    if (!ret->values)
        return arena_err(v->arena);
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++)
        TRY(show_class(v, o, k, version, (enum field_class) class, ret));
    TRY(show_history(v, ret));
    ret->opened = true;
    ret->label = o->label;
    view_show(v, ret->id);
    return door_scope(v->db, v->ctx, o, v->now_us, &ret->scope);
}

enum err record_read(struct view *v, struct id id, struct record_model *ret)
{
    struct cell record[RE_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_RECORD, id, record));
    const struct kind *k = pack_kind(v->pack, record[RE_KIND].s.p);
    if (!k)
        return OK; /* of a kind that the pack no longer has: its frame */
    struct object o = record_object(record);
    return read_values(v, k, &o, record, ret);
}

enum err record_show_run(struct view *v)
{
    const struct kind *k = record_kind_of(v);
    struct record_model *m = ARENA_NEW(v->arena, struct record_model);
    struct cell record[RE_COUNT];
    struct object o;
    if (!m)
        return arena_err(v->arena);
    TRY(record_find(v->db, v->arena, v->subject, k, &o, record));
    v->model = m;
    return read_values(v, k, &o, record, m);
}

enum err record_list_run(struct view *v)
{
    const struct kind *k = record_kind_of(v);
    struct record_list *list = ARENA_NEW(v->arena, struct record_list);
    struct id after = id_nil(), last = id_nil();
    struct str cursor = view_in(v, "after");
    struct stmt *s;
    size_t seen = 0;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LIST_PAGE, struct record_model);
    if (!list->items)
        return arena_err(v->arena);
    if (cursor.n)
        TRY(id_parse(cursor, &after));
    TRY(db_prepare(
        v->db,
        "SELECT id, state, case_id, subject, created_us, updated_us, version, label, kept_with FROM record "
        "WHERE kind = ?1 AND agency = ?2 AND id > ?3 ORDER BY id LIMIT 51",
        &s));
    db_bind_text(s, 1, str_of(k->id));
    db_bind_text(s, 2, str_of(v->ctx->agency));
    db_bind_id(s, 3, &after);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (++seen > LIST_PAGE) {
            list->next = last;
            continue;
        }
        struct record_model *m = &list->items[list->n++];
        *m = (struct record_model){.kind = k,
                                   .agency = v->ctx->agency,
                                   .state = arena_cstr(v->arena, db_text(s, 1)),
                                   .created_us = db_i64(s, 4),
                                   .updated_us = db_i64(s, 5),
                                   .version = db_i64(s, 6)};
        if (db_id(s, 0, &m->id) != OK || (!db_null(s, 2) && db_id(s, 2, &m->case_) != OK) ||
            (!db_null(s, 3) && db_id(s, 3, &m->subject) != OK))
            return ERR_DATABASE;
        last = m->id;
        struct object o = {.kind = OBJECT_RECORD,
                           .id = m->id,
                           .case_ = {m->case_},
                           .owner = m->agency,
                           .label = (enum label)db_i64(s, 7),
                           .found = true,
                           .kept_with = db_null(s, 8) ? 0 : (uint32_t)db_i64(s, 8)};
        if (view_may_list(v, &o))
            view_show(v, m->id);
        else
            list->n--;
    }
    v->model = list;
    return OK;
}

/* ---- JSON
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static void frame_json(const struct record_model *m, struct json *j)
{
    char at[28];
    json_kv_id(j, "id", m->id);
    json_kv(j, "kind", m->kind->id);
    json_kv(j, "state", m->state);
    json_kv(j, "agency", m->agency);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "subject", m->subject);
    json_kv_i64(j, "version", m->version);
    utc_text(m->created_us, at);
    json_kv(j, "created", at);
    utc_text(m->updated_us, at);
    json_kv(j, "updated", at);
}

static void value_json(const struct field_value *f, struct json *j)
{
    json_key(j, f->name);
    if (f->state != VALUE_GIVEN) {
        json_object(j);
        json_kv(j, "state", value_state_word(f->state));
        if (f->state == VALUE_MASKED)
            json_kv(j, "reason", policy_reason_word(f->reason));
        json_end(j);
    } else if (f->field && f->field->type != FT_CODES && f->n == 1) {
        json_str(j, f->values[0]);
    } else {
        json_array(j);
        for (size_t i = 0; i < f->n; i++)
            json_str(j, f->values[i]);
        json_end(j);
    }
}

void record_show_json(const struct view *v, struct json *j)
{
    const struct record_model *m = v->model;
    json_object(j);
    frame_json(m, j);
    json_key(j, "values");
    json_object(j);
    for (size_t i = 0; i < m->n; i++)
        value_json(&m->values[i], j);
    json_end(j);
    json_key(j, "history");
    json_array(j);
    for (size_t i = 0; i < m->nhistory; i++) {
        char at[28];
        json_object(j);
        json_kv_i64(j, "no", m->history[i].no);
        json_kv(j, "action", m->history[i].action);
        utc_text(m->history[i].recorded_at_us, at);
        json_kv(j, "at", at);
        json_kv_time(j, "said", m->history[i].valid_from_us);
        if (*m->history[i].sheet)
            json_kv(j, "sheet", m->history[i].sheet);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

void record_list_json(const struct view *v, struct json *j)
{
    const struct record_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        frame_json(&list->items[i], j);
        json_end(j);
    }
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_end(j);
}

/* ---- scans
 * --------------------------------------------------------------------------------------------------------------------------
 */

static enum err visit_one(struct vault *v, struct db *db, struct arena *a, const struct pack *p,
                          struct id record_id, struct id version_id, record_visit *visit, void *user)
{
    struct cell record[RE_COUNT], version[RV_COUNT];
    struct pair *pairs;
    size_t n, nvalues;
    TRY(row_get(db, a, &TABLE_RECORD, record_id, record));
    TRY(row_get(db, a, &TABLE_RECORD_VERSION, version_id, version));
    const struct kind *k = pack_kind(p, record[RE_KIND].s.p);
    if (!k)
        return OK;
    enum err e = record_open_all(v, db, a, record, version, version[RV_RECORDED_AT].i, &pairs, &n);
    if (e == ERR_SHREDDED)
        return OK; /* gone, as it should be */
    TRY(e);
    struct field_value *values = ARENA_ARRAY(a, n + 1, struct field_value);
    if (!values)
        return arena_err(a);
    TRY(collect(a, k, pairs, n, values, &nvalues));
    return visit(user, record, version, values, nvalues);
}

bool record_live(const struct kind *k, const char *state)
{
    for (size_t i = 0; k->once && i < k->nactions; i++)
        if (k->actions[i].verb == VERB_CLOSE && k->actions[i].to && strcmp(k->actions[i].to, state) == 0)
            return false;
    return true;
}

/* A question for each row: a join with the latest is answered by reading all versions for each page. */
#define VERSION_THEN                                                                                     \
    "(SELECT w.id FROM record_version w WHERE w.record = r.id AND w.recorded_at_us <= ?3 ORDER BY w.no " \
    "DESC LIMIT 1)"

static enum err scan_page(struct db *db, const struct kind *k, int64_t as_at_us, struct id *after,
                          struct id *records, struct id *versions, size_t *ret_n)
{
    struct stmt *s;
    size_t n = 0;
    TRY(db_prepare(db,
                   "SELECT r.id, " VERSION_THEN
                   " FROM record r WHERE r.kind = ?1 AND r.id > ?2 AND " VERSION_THEN
                   " IS NOT NULL ORDER BY r.id LIMIT 200",
                   &s));
    db_bind_text(s, 1, str_of(k->id));
    db_bind_id(s, 2, after);
    db_bind_i64(s, 3, as_at_us ? as_at_us : INT64_MAX);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        enum err e = db_id(s, 0, &records[n]);
        if (e == OK)
            e = db_id(s, 1, &versions[n]);
        if (e != OK) {
            db_reset(s);
            return e;
        }
        *after = records[n++];
    }
    *ret_n = n;
    return OK;
}

enum err record_scan(struct vault *v, struct db *db, const struct pack *p, const struct kind *k,
                     int64_t as_at_us, record_visit *visit, void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id after = id_nil(), records[SCAN_PAGE], versions[SCAN_PAGE];
    size_t n = 0;
    if (!a)
        return mem_fail();
    do {
        TRY(scan_page(db, k, as_at_us, &after, records, versions, &n));
        for (size_t i = 0; i < n; i++) {
            arena_reset(a);
            TRY(visit_one(v, db, a, p, records[i], versions[i], visit, user));
        }
    } while (n == SCAN_PAGE);
    return OK;
}

enum err record_load(struct vault *v, struct db *db, const struct pack *p, struct id record,
                     record_visit *visit, void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell cells[RE_COUNT], version[RV_COUNT];
    if (!a)
        return mem_fail();
    TRY(row_get(db, a, &TABLE_RECORD, record, cells));
    TRY(record_current(db, a, cells, version));
    return visit_one(v, db, a, p, record, cell_get_id(&version[RV_ID]), visit, user);
}
