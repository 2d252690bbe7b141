/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - looking at files. What is sealed is told only where the class of the file may be seen; bytes
 * leave only after every chunk was opened and the whole has the hash that it came with. */
#include "attachment/examine.h"
#include "attachment/own.h"
#include "base/json.h"
#include "sys/crypto.h"
#include "sys/filetype.h"

static const char *given(const struct pair *p, size_t n, const char *name)
{
    struct str s = pair_value(p, n, name);
    return s.n ? s.p : "";
}

static int64_t count_in(const struct pair *p, size_t n, const char *name)
{
    int64_t v = 0;
    struct str s = pair_value(p, n, name);
    return s.n && str_i64(s, 0, INT64_MAX, &v) == OK ? v : 0;
}

static enum err tell(struct view *v, const struct cell *c, struct str body, struct attachment_model *m)
{
    struct pair *p;
    size_t n;
    TRY(record_body_parse(body, v->arena, &p, &n));
    m->title = pair_value(p, n, "title");
    m->description = pair_value(p, n, "description");
    m->taken_on = pair_value(p, n, "taken_on");
    m->file_name = pair_value(p, n, "file_name");
    m->address = pair_value(p, n, "address");
    m->evidence = pair_value(p, n, "evidence");
    m->sha256 = pair_value(p, n, "sha256");
    m->type = arena_cstr(v->arena, str_of(given(p, n, "type")));
    m->mismatch = str_is(pair_value(p, n, "mismatch"), "yes");
    m->macros = str_is(pair_value(p, n, "macros"), "yes");
    m->camera_data = str_is(pair_value(p, n, "camera_data"), "yes");
    m->place_data = str_is(pair_value(p, n, "place_data"), "yes");
    m->width = count_in(p, n, "width");
    m->height = count_in(p, n, "height");
    m->bytes = c[AT_BYTES].i;
    m->preview = c[AT_PREVIEW].kind != CELL_NULL && state_may_show(m->state);
    return m->type ? OK : arena_err(v->arena);
}

/* *ret_told: it may be said to be there. */
static enum err one(struct view *v, const struct cell *c, struct attachment_model *m, bool *ret_told)
{
    struct object o = attachment_object(c);
    struct shown body;
    *m = (struct attachment_model){
        .id = o.id,
        .case_ = o.case_.v,
        .subject = cell_get_id(&c[AT_SUBJECT]),
        .record = cell_get_id(&c[AT_RECORD]),
        .state = attachment_state_of(c),
        .class = (enum field_class)c[AT_CLASS].i,
        .agency = o.owner,
        .account = cell_get_id(&c[AT_CREATED_BY]),
        .created_us = c[AT_CREATED].i,
        .version = c[AT_VERSION].i,
        .type = "",
    };
    TRY(view_unseal(v, &o, m->class, (struct place){&TABLE_ATTACHMENT, o.id, AT_BODY}, c[AT_BODY].s, &body));
    *ret_told = body.verdict == VERDICT_ALLOW || body.verdict == VERDICT_MASK;
    m->masked = body.verdict != VERDICT_ALLOW;
    m->reason = body.reason;
    if (*ret_told)
        view_show(v, o.id);
    return m->masked ? OK : tell(v, c, body.text, m);
}

/* ---- of a case
 * -------------------------------------------------------------------------------------------------- */

static const struct input_field list_inputs[] = {
    {.name = "subject", .label = "Person or organization", .type = IN_ID},
    {.name = "record", .label = "Record", .type = IN_ID}};

static enum err list_find(struct view *v, struct object *ret)
{
    const struct entities *entities = door_entities(v->door);
    TRY(entities->case_(v->db, v->arena, v->subject, ret));
    ret->kind = OBJECT_RECORD;
    return OK;
}

static enum err row_ids(struct view *v, struct id **ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db,
        "SELECT id FROM attachment WHERE case_id = ?1 AND state <> ?2 ORDER BY created_us DESC, id LIMIT ?3",
        &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, ATTACHMENT_UPLOADING);
    db_bind_i64(s, 3, 2 * ATTACHMENT_CASE_MAX);
    return ids_found(v->db, v->arena, s, ret, ret_n);
}

static bool asked_for(const struct view *v, const char *name, const struct cell *c)
{
    struct str text = view_in(v, name);
    struct id id;
    return !text.n || (id_parse(text, &id) == OK && id_eq(id, cell_get_id(c)));
}

static enum err list_run(struct view *v)
{
    struct attachment_list *list = ARENA_NEW(v->arena, struct attachment_list);
    struct id *ids;
    size_t n;
    v->passes_hidden = true;
    TRY(row_ids(v, &ids, &n));
    if (list)
        list->items = ARENA_ARRAY(v->arena, n + 1, struct attachment_model);
    if (!list || !list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[AT_COUNT];
        bool told;
        TRY(row_get(v->db, v->arena, &TABLE_ATTACHMENT, ids[i], c));
        struct object o = attachment_object(c);
        if (!asked_for(v, "subject", &c[AT_SUBJECT]) || !asked_for(v, "record", &c[AT_RECORD]) ||
            view_decide(v, &o, CLASS_NONE).verdict != VERDICT_ALLOW)
            continue;
        TRY(one(v, c, &list->items[list->n], &told));
        list->n += told;
    }
    v->model = list;
    return OK;
}

/* ---- one
 * ---------------------------------------------------------------------------------------------------------
 */

static enum err find_one(struct view *v, struct object *ret)
{
    struct cell c[AT_COUNT];
    TRY(attachment_load(v->db, v->arena, v->subject, c));
    *ret = attachment_object(c);
    return OK;
}

/* A class that is concealed, or refused for good, answers as what is not there. */
static enum err load_one(struct view *v, struct cell *c, struct attachment_model *m)
{
    bool told;
    TRY(attachment_load(v->db, v->arena, v->subject, c));
    TRY(one(v, c, m, &told));
    return told ? OK : FAIL(ERR_NOT_FOUND, "attachment");
}

static enum err show_run(struct view *v)
{
    struct attachment_model *m = ARENA_NEW(v->arena, struct attachment_model);
    struct cell c[AT_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(load_one(v, c, m));
    v->model = m;
    return OK;
}

/* The facts, and the key where its bytes may be shown to this viewer. */
static enum err open_one(struct view *v, struct cell *c, struct attachment_content **ret,
                         struct file_key *ret_key)
{
    struct attachment_content *m = ARENA_NEW(v->arena, struct attachment_content);
    struct shown half;
    if (!m)
        return arena_err(v->arena);
    TRY(load_one(v, c, &m->about));
    if (m->about.masked)
        return FAIL(ERR_DENIED, "reason: %s", policy_reason_word(m->about.reason));
    if (!state_may_show(m->about.state))
        return FAIL(ERR_STATE, "the file is not shown: %s", attachment_state_word(m->about.state));
    struct object o = attachment_object(c);
    TRY(view_unseal(v, &o, m->about.class, (struct place){&TABLE_ATTACHMENT, o.id, AT_KEY}, c[AT_KEY].s,
                    &half));
    if (half.verdict != VERDICT_ALLOW)
        return FAIL(ERR_DENIED, "reason: %s", policy_reason_word(half.reason));
    m->bytes = STR("");
    m->media = "";
    *ret = m;
    v->model = m;
    return file_key_open(door_vault(v->door), v->db, v->arena, c, half.text, v->now_us, ret_key);
}

static enum err blurred_run(struct view *v)
{
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct attachment_content *m;
    struct cell c[AT_COUNT];
    uint8_t aad[CHUNK_AAD_BYTES];
    TRY(open_one(v, c, &m, &k));
    if (!m->about.preview)
        return FAIL(ERR_STATE, "there is no preview");
    chunk_aad((struct chunk_place){m->about.id, PREVIEW_NO, (uint32_t)c[AT_CHUNKS].i}, aad);
    m->media = file_type_media(FILE_JPEG);
    return envelope_open(k.k, (struct str){(const char *)aad, sizeof aad}, c[AT_PREVIEW].s, v->arena,
                         &m->bytes);
}

/* ---- its bytes
 * --------------------------------------------------------------------------------------------------- */

struct reading {
    struct examine *examine; /* hash, and a picture where one was asked for */
    char *to;                /* NULL: the bytes are not wanted */
    size_t at;
};

static enum err visit_read(void *user, struct str piece)
{
    struct reading *r = user;
    examine_add(r->examine, piece);
    if (r->to)
        memcpy(r->to + r->at, piece.p, piece.n);
    r->at += piece.n;
    return OK;
}

static enum err read_all(struct view *v, enum examine_for what, bool wanted, struct examined *ret)
{
    struct examine *x CLEANUP(examine_cleanup) = NULL;
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct attachment_content *m;
    struct cell c[AT_COUNT];
    TRY(open_one(v, c, &m, &k));
    TRY(examine_start(what, &x));
    struct reading r = {.examine = x, .to = wanted ? arena_alloc(v->arena, (size_t)c[AT_BYTES].i + 1) : NULL};
    if (wanted && !r.to)
        return arena_err(v->arena);
    TRY(chunk_each(v->db, c, &k, visit_read, &r));
    TRY(examine_end(x, v->arena, ret));
    if (!str_eq(str_of(ret->sha256), m->about.sha256))
        return FAIL(ERR_CRYPTO, "the file does not have the hash that it came with");
    if (wanted)
        m->bytes = (struct str){r.to, r.at};
    m->checked_us = v->now_us;
    return OK;
}

static enum err download_run(struct view *v)
{
    struct examined x;
    TRY(read_all(v, EXAMINE_HASH, true, &x));
    struct attachment_content *m = v->model;
    int type = file_type_find(str_of(m->about.type));
    m->media = file_type_media(type < 0 ? FILE_UNKNOWN : (enum file_type)type);
    /* a copy is out of reach of a withdrawn consent: whose file it is, hears of each that another agency
     * takes */
    if (strcmp(m->about.agency, v->ctx->agency) != 0)
        view_note(v, 1u << m->about.class, OBLIGE_NOTIFY_OWNER, m->about.id);
    return OK;
}

static enum err check_run(struct view *v)
{
    struct examined x;
    return read_all(v, EXAMINE_HASH, false, &x);
}

static enum err look_run(struct view *v)
{
    struct examined x;
    TRY(read_all(v, EXAMINE_CLEAR, false, &x));
    struct attachment_content *m = v->model;
    if (!x.picture.n)
        return FAIL(ERR_STATE, "no picture can be made of this file here");
    m->bytes = x.picture;
    m->media = file_type_media(FILE_JPEG);
    return OK;
}

/* ---- who looked
 * -------------------------------------------------------------------------------------------------- */

/* The trail of a file is the audit's, for those who answer for the case. */
static enum err lookers_find(struct view *v, struct object *ret)
{
    TRY(find_one(v, ret));
    ret->kind = OBJECT_AUDIT;
    return OK;
}

static enum err lookers_run(struct view *v)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct lookers *m;
    TRY(registry_lookers_new(v, &m));
    v->model = m;
    TRY(db_prepare(
        v->db,
        "SELECT at_us, agency, action, role, account, verdict, id FROM audit_leaf WHERE object = ?1 ORDER BY "
        "at_us DESC LIMIT ?2",
        &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, LOOKERS_MAX);
    return registry_lookers_read(v, s, m);
}

/* ---- JSON
 * -------------------------------------------------------------------------------------------------------- */

static void put_told(struct json *j, const struct attachment_model *m)
{
    const struct {
        const char *name;
        struct str value;
    } texts[] = {{"title", m->title},         {"description", m->description}, {"taken_on", m->taken_on},
                 {"file_name", m->file_name}, {"address", m->address},         {"evidence", m->evidence},
                 {"sha256", m->sha256},       {"type", str_of(m->type)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value.n)
            json_kv_str(j, texts[i].name, texts[i].value);
    if (m->bytes)
        json_kv_i64(j, "bytes", m->bytes);
    if (m->width) {
        json_kv_i64(j, "width", m->width);
        json_kv_i64(j, "height", m->height);
    }
    json_kv_bool(j, "mismatch", m->mismatch);
    json_kv_bool(j, "macros", m->macros);
    json_kv_bool(j, "camera_data", m->camera_data);
    json_kv_bool(j, "place_data", m->place_data);
    json_kv_bool(j, "preview", m->preview);
}

static void put_one(struct json *j, const struct attachment_model *m)
{
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "subject", m->subject);
    json_kv_id(j, "record", m->record);
    json_kv(j, "state", attachment_state_word(m->state));
    json_kv(j, "class", class_word(m->class));
    json_kv(j, "agency", m->agency);
    json_kv_time(j, "created_at", m->created_us);
    json_kv_i64(j, "version", m->version);
    if (m->masked)
        json_kv(j, "masked", policy_reason_word(m->reason));
    else
        put_told(j, m);
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    put_one(j, v->model);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct attachment_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        put_one(j, &list->items[i]);
    json_end(j);
    json_end(j);
}

static void content_json(const struct view *v, struct json *j)
{
    const struct attachment_content *m = v->model;
    struct buf text CLEANUP(buf_free) = {0};
    json_object(j);
    json_kv_id(j, "id", m->about.id);
    json_kv_str(j, "sha256", m->about.sha256);
    json_kv_time(j, "checked_at", m->checked_us);
    if (*m->media) {
        json_kv(j, "media_type", m->media);
        base64(&text, m->bytes.p, m->bytes.n);
        json_kv_str(j, "content", buf_view(&text));
    }
    json_end(j);
}

#define ONE(name_, summary_, run_, json_)                                                                 \
    {                                                                                                     \
        .name = name_, .summary = summary_, .verb = VERB_READ, .object = OBJECT_RECORD, .find = find_one, \
        .run = run_, .to_json = json_                                                                     \
    }

const struct view_decl ATTACHMENT_VIEWS[] = {
    {.name = "attachment.list",
     .summary = "Attachments of a case",
     .verb = VERB_LIST,
     .object = OBJECT_RECORD,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .find = list_find,
     .run = list_run,
     .to_json = list_json},
    ONE("attachment.show", "What is known of an attachment", show_run, show_json),
    ONE("attachment.blurred", "A blurred preview", blurred_run, content_json),
    ONE("attachment.look", "See the picture clearly", look_run, content_json),
    ONE("attachment.download", "Download the original", download_run, content_json),
    ONE("attachment.check", "Check that nothing was changed", check_run, content_json),
    {.name = "attachment.who_looked",
     .summary = "Who looked at this attachment",
     .verb = VERB_READ,
     .object = OBJECT_AUDIT,
     .find = lookers_find,
     .run = lookers_run,
     .to_json = registry_lookers_json},
};
const size_t NATTACHMENT_VIEWS = sizeof ATTACHMENT_VIEWS / sizeof *ATTACHMENT_VIEWS;
