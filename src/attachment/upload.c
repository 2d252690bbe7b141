/* SPDX-License-Identifier: Apache-2.0 */
/* upload.c - a file comes in: begun, chunk by chunk, finished. Each is an act of its own, so that the writer
 * is held for one chunk at most and nothing is spooled outside of the store. */
#include "attachment/examine.h"
#include "attachment/own.h"
#include "base/alloc.h"
#include "base/env.h"
#include "sys/crypto.h"

/* CLASS_NONE is no answer. */
const char *const attachment_classes[] = {
    "routing", "identity", "location", "immigration", "health", "sexual_violence", "children", "biometrics",
    "source",  "tactics",  "suspect",  "finance",     NULL};
_Static_assert(sizeof attachment_classes / sizeof *attachment_classes == CLASS_COUNT, "every class but none");

static const char *const declarations[] = {"not_sexual", "sexual", NULL};

static const struct input_field begin_inputs[] = {
    PLACE_INPUTS,
    {.name = "declared",
     .label = "What the file shows",
     .type = IN_WORD,
     .required = true,
     .words = declarations},
    /* left out: the last part says that it is the last */
    {.name = "bytes", .label = "Bytes", .type = IN_INT, .min = 1, .max = ATTACHMENT_MAX_BYTES},
    {.name = "title", .label = "Title", .type = IN_TEXT, .required = true, .personal = true, .max = 200},
    {.name = "description", .label = "Description", .type = IN_LONG_TEXT, .personal = true, .max = 4000},
    {.name = "taken_on", .label = "Date of the file", .type = IN_DATE, .personal = true},
    {.name = "file_name", .label = "File name", .type = IN_TEXT, .personal = true, .max = 200},
};
static const struct input_field chunk_inputs[] = {
    {.name = "no",
     .label = "Number of the part, from 0",
     .type = IN_INT,
     .required = true,
     .max = ATTACHMENT_MAX_BYTES / ATTACHMENT_CHUNK_BYTES},
    {.name = "content",
     .label = "Content",
     .type = IN_BYTES,
     .required = true,
     .personal = true,
     .secret = true,
     .max = ATTACHMENT_CHUNK_BYTES},
    {.name = "last", .label = "This is the last part", .type = IN_BOOL},
};
static const struct input_field finish_inputs[] = {
    {.name = "sha256", .label = "SHA-256", .type = IN_TEXT, .personal = true, .min = 64, .max = 64},
    {.name = "examined", .label = "Set by the system", .type = IN_LONG_TEXT, .secret = true},
    {.name = "preview",
     .label = "Set by the system",
     .type = IN_BYTES,
     .secret = true,
     .max = EXAMINE_PREVIEW_MAX},
};
static const struct input_field refer_inputs[] = {
    PLACE_INPUTS,
    {.name = "address",
     .label = "Where it is: web address or place",
     .type = IN_LONG_TEXT,
     .required = true,
     .personal = true,
     .max = 2000},
    {.name = "sha256", .label = "SHA-256", .type = IN_TEXT, .personal = true, .min = 64, .max = 64},
    {.name = "evidence", .label = "Police evidence number", .type = IN_TEXT, .personal = true, .max = 100},
};
static const struct input_field withdraw_inputs[] = {
    {.name = "address",
     .label = "Where it is: web address or place",
     .type = IN_LONG_TEXT,
     .personal = true,
     .max = 2000},
    {.name = "evidence", .label = "Police evidence number", .type = IN_TEXT, .personal = true, .max = 100},
};

/* ---- what it will belong to
 * ------------------------------------------------------------------------------------ */

/* A file on a record is about whom the record is about; on one about nobody, about somebody of the case. */
static enum err about_whom(struct act *a, struct id case_, const struct cell *r)
{
    struct id subject = in_id(a, "subject");
    struct object o;
    if (id_is_nil(subject))
        return OK;
    if (r[RE_SUBJECT].kind == CELL_NULL)
        return door_entities(a->door)->subject(a->tx->db, a->arena, subject, (struct case_id){case_}, &o);
    return id_eq(cell_get_id(&r[RE_SUBJECT]), subject) ? OK : FAIL(ERR_NOT_FOUND, "subject");
}

static enum err find_record(struct act *a, struct id case_, struct object *ret)
{
    struct cell r[RE_COUNT];
    enum err e = row_get(a->tx->db, a->arena, &TABLE_RECORD, in_id(a, "record"), r);
    if (e == OK && !id_eq(cell_get_id(&r[RE_CASE]), case_))
        e = FAIL(ERR_NOT_FOUND, "record");
    TRY(e);
    if (r[RE_KEPT].kind != CELL_NULL) /* the list of the case's files would tell that it is there */
        return FAIL(ERR_NOT_FOUND, "record");
    TRY(about_whom(a, case_, r));
    *ret = (struct object){.kind = OBJECT_RECORD,
                           .id = cell_get_id(&r[RE_ID]),
                           .version = r[RE_VERSION].i,
                           .case_ = {case_},
                           .compartment = {cell_get_id(&r[RE_COMPARTMENT])},
                           .owner = r[RE_AGENCY].s.p,
                           .label = (enum label)r[RE_LABEL].i,
                           .found = true};
    return OK;
}

enum err file_place_find(struct act *a, struct object *ret)
{
    const struct entities *entities = door_entities(a->door);
    struct id case_ = in_id(a, "case"), subject = in_id(a, "subject");
    if (!entities || id_is_nil(case_))
        return FAIL(ERR_FIELD, "field case: required");
    if (in_given(a, "record"))
        return find_record(a, case_, ret);
    if (id_is_nil(subject))
        TRY(entities->case_(a->tx->db, a->arena, case_, ret));
    else
        TRY(entities->subject(a->tx->db, a->arena, subject, (struct case_id){case_}, ret));
    ret->kind = OBJECT_RECORD;
    return OK;
}

enum err file_place_class(struct act *a, enum field_class *ret)
{
    char *word = arena_cstr(a->arena, in_text(a, "class"));
    if (!word)
        return arena_err(a->arena);
    *ret = (enum field_class)class_find(word);
    struct policy_answer answer = act_decide(a, *ret);
    if (answer.verdict != VERDICT_ALLOW)
        return FAIL(ERR_DENIED, "class %s, reason: %s", word, policy_reason_word(answer.reason));
    a->obligations |= answer.obligations;
    return OK;
}

static enum err count_of(struct db *db, const char *sql, struct id id, int64_t state, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &id);
    db_bind_i64(s, 2, state);
    TRY(db_step(s, &row));
    *ret = db_i64(s, 0);
    return OK;
}

enum err case_room(struct act *a)
{
    int64_t n;
    TRY(count_of(a->tx->db, "SELECT count(*) FROM attachment WHERE case_id = ?1 AND state <> ?2",
                 in_id(a, "case"), ATTACHMENT_WITHDRAWN, &n));
    return n < ATTACHMENT_CASE_MAX
               ? OK
               : FAIL(ERR_LIMIT, "a case holds at most %d attachments", ATTACHMENT_CASE_MAX);
}

/* ---- begin
 * ----------------------------------------------------------------------------------------------------- */

/* Who adds more than she can have looked at fills the disk that all the others write to. */
static enum err day_room(struct act *a, int64_t bytes)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db,
                   "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM attachment WHERE created_by = ?1 AND "
                   "created_us > ?2",
                   &s));
    db_bind_id(s, 1, &a->ctx->account);
    db_bind_i64(s, 2, a->tx->now_us - INT64_C(1000000) * 24 * 3600);
    TRY(db_step(s, &row));
    return day_has_room(db_i64(s, 0), bytes)
               ? OK
               : FAIL(ERR_LIMIT, "one account adds at most %d MB in a day", ATTACHMENT_DAY_BYTES >> 20);
}

static enum err room(struct act *a)
{
    int64_t n;
    TRY(day_room(a, in_i64(a, "bytes", 1)));
    TRY(case_room(a));
    TRY(count_of(a->tx->db, "SELECT count(*) FROM attachment WHERE created_by = ?1 AND state = ?2",
                 a->ctx->account, ATTACHMENT_UPLOADING, &n));
    return n < ATTACHMENT_UPLOADS_MAX
               ? OK
               : FAIL(ERR_LIMIT, "at most %d uploads at once: finish one first", ATTACHMENT_UPLOADS_MAX);
}

static enum err begin_body(struct act *a)
{
    static const char *const told[] = {"title", "description", "taken_on", "file_name", "declared"};
    struct buf key CLEANUP(buf_free) = {0}, body CLEANUP(buf_free) = {0};
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct pair pairs[sizeof told / sizeof *told];
    struct compartment_id in, own;
    enum field_class class;
    struct id id = id_new(), case_ = in_id(a, "case"), subject = in_id(a, "subject"),
              record = in_id(a, "record");
    if (str_is(in_text(a, "declared"), "sexual"))
        return FAIL(ERR_STATE,
                    "sexual images are never stored: give the address and the evidence number instead");
    TRY(file_place_class(a, &class));
    TRY(room(a));
    TRY(record_compartment(a, &in));
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, &own));
    struct cell c[AT_COUNT] = {
        [AT_ID] = cell_id(&id),
        [AT_CASE] = cell_id(&case_),
        [AT_SUBJECT] = cell_id_or_null(&subject),
        [AT_RECORD] = cell_id_or_null(&record),
        [AT_AGENCY] = cell_c(a->ctx->agency),
        [AT_LABEL] = cell_int(a->object.label),
        [AT_COMPARTMENT] = cell_id(&in.v),
        [AT_OWN] = cell_id(&own.v),
        [AT_CLASS] = cell_int(class),
        [AT_STATE] = cell_int(ATTACHMENT_UPLOADING),
        [AT_BYTES] = cell_int(in_i64(a, "bytes", 0)),
        [AT_CHUNKS] = cell_int(chunk_count(in_i64(a, "bytes", 0))),
        [AT_CREATED] = cell_int(a->tx->now_us),
        [AT_CREATED_BY] = cell_id_or_null(&a->ctx->account),
        [AT_STREAMED] = in_given(a, "bytes") ? cell_null() : cell_int(a->tx->now_us),
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        pairs[i] = (struct pair){str_of(told[i]), in_text(a, told[i]), VALUE_GIVEN};
    TRY(file_key_make(a, c, &k, &key));
    TRY(body_seal(a, c, pairs, sizeof pairs / sizeof *pairs, &body));
    c[AT_KEY] = cell_str(buf_view(&key));
    c[AT_BODY] = cell_str(buf_view(&body));
    TRY(row_insert(a->tx, &TABLE_ATTACHMENT, c));
    a->ret_id = id;
    return OK;
}

/* ---- one's own upload
 * ------------------------------------------------------------------------------------------ */

/* Somebody else's is not there. */
static bool is_own(const struct cell *c, const struct ctx *ctx)
{
    return attachment_state_of(c) == ATTACHMENT_UPLOADING &&
           id_eq(cell_get_id(&c[AT_CREATED_BY]), ctx->account) && str_is(c[AT_AGENCY].s, ctx->agency);
}

static enum err own_upload(struct act *a, struct cell *ret)
{
    enum err e = row_get(a->tx->db, a->arena, &TABLE_ATTACHMENT, a->subject, ret);
    if (e == ERR_NOT_FOUND || (e == OK && !is_own(ret, a->ctx)))
        return FAIL(ERR_NOT_FOUND, "attachment");
    return e;
}

static enum err upload_find(struct act *a, struct object *ret)
{
    struct cell c[AT_COUNT];
    TRY(own_upload(a, c));
    *ret = attachment_object(c);
    return OK;
}

static enum err may_still(struct act *a, const struct cell *c)
{
    struct policy_answer answer = act_decide(a, (enum field_class)c[AT_CLASS].i);
    if (answer.verdict == VERDICT_ALLOW)
        return OK;
    return FAIL(ERR_DENIED, "reason: %s", policy_reason_word(answer.reason));
}

/* Of a file whose length was told: any part, in any order. */
static enum err take_told(struct act *a, const struct cell *c, struct str plain, struct chunk_place *ret)
{
    uint32_t no = (uint32_t)in_i64(a, "no", 0);
    if (!plain.n || plain.n != chunk_bytes(c[AT_BYTES].i, no))
        return FAIL(ERR_FIELD, "field content: part %u of this file has %zu bytes", (unsigned)no,
                    chunk_bytes(c[AT_BYTES].i, no));
    *ret = (struct chunk_place){a->subject, no, chunk_mark(false, no, (uint32_t)c[AT_CHUNKS].i)};
    return OK;
}

/* Of a stream: the next part. The row grows with it and says when it came. */
static enum err take_next(struct act *a, struct cell *c, struct str plain, struct chunk_place *ret)
{
    uint32_t have = (uint32_t)c[AT_CHUNKS].i, no = (uint32_t)in_i64(a, "no", 0);
    bool last = in_bool(a, "last");
    if ((int64_t)have * ATTACHMENT_CHUNK_BYTES + (int64_t)plain.n > ATTACHMENT_MAX_BYTES)
        return FAIL(ERR_FIELD, "field content: an attachment holds at most %u MB",
                    ATTACHMENT_MAX_BYTES >> 20);
    if (!chunk_follows(have, no, plain.n, last))
        return FAIL(ERR_FIELD, "field content: part %u comes next, whole unless it is the last", have);
    TRY(day_room(a, (int64_t)plain.n));
    c[AT_CHUNKS] = cell_int(have + 1);
    c[AT_BYTES] = cell_int(c[AT_BYTES].i + (int64_t)plain.n);
    c[AT_STREAMED] = cell_int(a->tx->now_us);
    *ret = (struct chunk_place){a->subject, no, last ? chunk_mark(true, no, have + 1) : 0};
    return row_update(a->tx, &TABLE_ATTACHMENT, c, -1);
}

static enum err chunk_body(struct act *a)
{
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct cell c[AT_COUNT];
    struct chunk_place at;
    struct str plain;
    TRY(own_upload(a, c));
    TRY(may_still(a, c));
    TRY(base64_decode(in_text(a, "content"), a->arena, &plain));
    TRY(file_key_of(a->tx->vault, a->tx->db, a->arena, c, a->tx->now_us, &k));
    enum err e = c[AT_STREAMED].kind == CELL_NULL ? take_told(a, c, plain, &at) : take_next(a, c, plain, &at);
    if (e == OK)
        e = chunk_put(a, c, &k, at, plain);
    secret_wipe((void *)(uintptr_t)plain.p, plain.n);
    a->ret_id = a->subject;
    return e;
}

/* ---- finish
 * ---------------------------------------------------------------------------------------------------- */

/* What the client says of this itself is taken out. */
static enum err replace(struct act_request *r, struct arena *a, struct str examined, struct str preview)
{
    struct pair *pairs = ARENA_ARRAY(a, r->input.n + 2, struct pair);
    size_t n = 0;
    if (!pairs)
        return arena_err(a);
    for (size_t i = 0; i < r->input.n; i++)
        if (!str_is(r->input.pairs[i].name, "examined") && !str_is(r->input.pairs[i].name, "preview"))
            pairs[n++] = r->input.pairs[i];
    if (examined.n)
        pairs[n++] = (struct pair){STR("examined"), examined, VALUE_GIVEN};
    if (preview.n)
        pairs[n++] = (struct pair){STR("preview"), preview, VALUE_GIVEN};
    r->input = (struct input){pairs, n};
    return OK;
}

static enum err visit_examine(void *user, struct str piece)
{
    examine_add(user, piece);
    return OK;
}

static enum err read_upload(struct door *d, struct db *db, const struct act_request *r, struct arena *a,
                            struct examined *ret)
{
    struct examine *x CLEANUP(examine_cleanup) = NULL;
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct cell c[AT_COUNT];
    TRY(row_get(db, a, &TABLE_ATTACHMENT, r->subject, c));
    if (!is_own(c, r->ctx))
        return FAIL(ERR_NOT_FOUND, "attachment");
    TRY(file_key_of(door_vault(d), db, a, c, env_now_us(), &k));
    TRY(examine_start(EXAMINE_BLURRED, &x));
    TRY(chunk_each(db, c, &k, visit_examine, x));
    return examine_end(x, a, ret);
}

/* Reads back what was stored, outside of the writer: its hash, its type and a blurred preview. What is wrong
 * with the upload the body says, after the policy. */
static enum err prepare_finish(struct door *d, struct act_request *r, struct arena *a)
{
    struct examined x = {0};
    struct buf text CLEANUP(buf_free) = {0};
    struct str preview = STR(""), examined = STR("");
    struct db *db;
    TRY(replace(r, a, STR(""), STR("")));
    TRY(door_reader(d, &db));
    enum err e = read_upload(d, db, r, a, &x);
    door_reader_done(d, db);
    if (e == ERR_NOT_FOUND || e == ERR_CRYPTO || e == ERR_LOCKED || e == ERR_SEALED || e == ERR_SHREDDED) {
        err_clear();
        return OK;
    }
    TRY(e);
    examined_write(&x, &text);
    TRY(buf_take(&text, a, &examined));
    if (x.picture.n) {
        base64(&text, x.picture.p, x.picture.n);
        TRY(buf_take(&text, a, &preview));
    }
    return replace(r, a, examined, preview);
}

#define TOLD_MAX 24

static enum err told_of(struct act *a, const struct cell *c, const struct examined *x, struct pair *ret,
                        size_t *ret_n)
{
    struct pair *old;
    size_t n;
    TRY(body_open(a, c, &old, &n));
    if (n > TOLD_MAX / 2)
        return FAIL(ERR_CRYPTO, "attachment: malformed");
    memcpy(ret, old, n * sizeof *old);
    TRY(examined_pairs(x, pair_value(old, n, "file_name"), a->arena, ret + n, TOLD_MAX - n, ret_n));
    *ret_n += n;
    return OK;
}

static enum err seal_preview(const struct cell *c, const struct file_key *k, struct str picture,
                             struct buf *out)
{
    uint8_t aad[CHUNK_AAD_BYTES];
    chunk_aad((struct chunk_place){cell_get_id(&c[AT_ID]), PREVIEW_NO, (uint32_t)c[AT_CHUNKS].i}, aad);
    return envelope_seal(k->k, 1, (struct str){(const char *)aad, sizeof aad}, picture, out);
}

static enum err finish_body(struct act *a)
{
    struct file_key k CLEANUP(file_key_wipe) = {0};
    struct buf body CLEANUP(buf_free) = {0}, preview CLEANUP(buf_free) = {0};
    struct pair told[TOLD_MAX];
    struct examined x;
    struct cell c[AT_COUNT];
    size_t n;
    TRY(own_upload(a, c));
    TRY(may_still(a, c));
    if (!in_given(a, "examined") || c[AT_CHUNKS].i == 0)
        return FAIL(ERR_STATE, "parts of the file are missing");
    TRY(examined_read(in_text(a, "examined"), a->arena, &x));
    if (in_given(a, "sha256") && !str_eq(in_text(a, "sha256"), str_of(x.sha256)))
        return FAIL(ERR_BAD_DATA, "the file arrived with another SHA-256 than it left with");
    TRY(told_of(a, c, &x, told, &n));
    TRY(body_seal(a, c, told, n, &body));
    c[AT_BODY] = cell_str(buf_view(&body));
    if (in_given(a, "preview")) {
        struct str picture;
        TRY(base64_decode(in_text(a, "preview"), a->arena, &picture));
        TRY(file_key_of(a->tx->vault, a->tx->db, a->arena, c, a->tx->now_us, &k));
        TRY(seal_preview(c, &k, picture, &preview));
        c[AT_PREVIEW] = cell_str(buf_view(&preview));
    }
    c[AT_STATE] = cell_int(ATTACHMENT_KEPT);
    c[AT_FINISHED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ATTACHMENT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AT_VERSION].i;
    return OK;
}

/* ---- what was never finished
 * ----------------------------------------------------------------------------------- */

#define EXPIRE_AT_ONCE 4

static enum err expired(struct db *db, int64_t now_us, struct stmt **ret)
{
    TRY(db_prepare(
        db,
        "SELECT id FROM attachment WHERE state = ?1 AND (created_us < ?2 OR streamed_us < ?4) ORDER BY "
        "created_us LIMIT ?3",
        ret));
    db_bind_i64(*ret, 1, ATTACHMENT_UPLOADING);
    db_bind_i64(*ret, 2, now_us - INT64_C(1000000) * ATTACHMENT_UPLOAD_S);
    db_bind_i64(*ret, 3, EXPIRE_AT_ONCE);
    db_bind_i64(*ret, 4, now_us - INT64_C(1000000) * ATTACHMENT_STREAM_S);
    return OK;
}

enum err attachment_expire_due(struct db *db, int64_t now_us, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(expired(db, now_us, &s));
    return db_step(s, ret);
}

static enum err throw_away(struct act *a, struct id id)
{
    struct cell c[AT_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ATTACHMENT, id, c));
    TRY(chunks_delete(a, id));
    TRY(row_delete(a->tx, &TABLE_ATTACHMENT, id));
    return vault_shred(a->tx, (struct compartment_id){cell_get_id(&c[AT_OWN])});
}

/* Its sender went away, or it is not what may be kept: nothing of it stays. */
static enum err abandon_body(struct act *a)
{
    a->ret_id = a->subject;
    return throw_away(a, a->subject);
}

static enum err expire_body(struct act *a)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id *ids;
    size_t n;
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(expired(a->tx->db, a->tx->now_us, &s));
    TRY(ids_found(a->tx->db, a->arena, s, &ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(throw_away(a, ids[i]));
    a->ret_version = (int64_t)n;
    return OK;
}

/* ---- declared
 * -------------------------------------------------------------------------------------------------- */

#define INPUTS(list) .inputs = list, .ninputs = sizeof list / sizeof *list

const struct action ATTACHMENT_ACTIONS[] = {
    {.name = "attachment.begin",
     .summary = "Begin to add a file",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     INPUTS(begin_inputs),
     .creates = true,
     .find = file_place_find,
     .body = begin_body,
     .duty = "3(1)/a"},
    {.name = "attachment.chunk",
     .summary = "Add a part of a file",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     INPUTS(chunk_inputs),
     .find = upload_find,
     .body = chunk_body},
    {.name = "attachment.finish",
     .summary = "The file is complete",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     INPUTS(finish_inputs),
     .find = upload_find,
     .body = finish_body,
     .prepare = prepare_finish},
    {.name = "attachment.abandon",
     .summary = "Give up a file that is not complete",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     .find = upload_find,
     .body = abandon_body},
    {.name = "attachment.refer_image",
     .summary = "Record a sexual image without storing it",
     .verb = VERB_CREATE,
     .object = OBJECT_RECORD,
     INPUTS(refer_inputs),
     .creates = true,
     .find = file_place_find,
     .body = image_refer_body},
    {.name = "attachment.hold_image",
     .summary = "This may be a sexual image: hide it now",
     .verb = VERB_UPDATE,
     .object = OBJECT_RECORD,
     .find = image_hold_find,
     .body = image_hold_body},
    {.name = "attachment.withdraw_image",
     .summary = "Destroy a sexual image",
     .verb = VERB_SHRED,
     .object = OBJECT_CASE,
     INPUTS(withdraw_inputs),
     .find = image_withdraw_find,
     .body = image_withdraw_body},
    {.name = "attachment.expire",
     .summary = "Throw away uploads that were never finished",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION,
     .body = expire_body},
};
const size_t NATTACHMENT_ACTIONS = sizeof ATTACHMENT_ACTIONS / sizeof *ATTACHMENT_ACTIONS;
