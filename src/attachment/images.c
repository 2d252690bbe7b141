/* SPDX-License-Identifier: Apache-2.0 */
/* images.c - sexual images are never stored (invariant 10): what is kept of one in place of it, and what is
 * done when one is found among the files. Hiding takes one officer and happens at once; destroying takes two.
 */
#include "attachment/own.h"

static enum err given_hash(struct act *a)
{
    if (in_given(a, "sha256") && !sha256_text_ok(in_text(a, "sha256")))
        return FAIL(ERR_FIELD, "field sha256: 64 digits 0-9 a-f are expected");
    return OK;
}

enum err image_refer_body(struct act *a)
{
    static const char *const told[] = {"address", "sha256", "evidence"};
    struct buf body CLEANUP(buf_free) = {0};
    struct pair pairs[sizeof told / sizeof *told];
    struct compartment_id in;
    enum field_class class;
    struct id id = id_new(), case_ = in_id(a, "case"), subject = in_id(a, "subject"),
              record = in_id(a, "record");
    TRY(given_hash(a));
    TRY(file_place_class(a, &class));
    TRY(case_room(a));
    TRY(record_compartment(a, &in));
    struct cell c[AT_COUNT] = {
        [AT_ID] = cell_id(&id),
        [AT_CASE] = cell_id(&case_),
        [AT_SUBJECT] = cell_id_or_null(&subject),
        [AT_RECORD] = cell_id_or_null(&record),
        [AT_AGENCY] = cell_c(a->ctx->agency),
        [AT_LABEL] = cell_int(a->object.label),
        [AT_COMPARTMENT] = cell_id(&in.v),
        [AT_CLASS] = cell_int(class),
        [AT_STATE] = cell_int(ATTACHMENT_REFERRED),
        [AT_BYTES] = cell_int(0),
        [AT_CHUNKS] = cell_int(0),
        [AT_CREATED] = cell_int(a->tx->now_us),
        [AT_CREATED_BY] = cell_id_or_null(&a->ctx->account),
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        pairs[i] = (struct pair){str_of(told[i]), in_text(a, told[i]), VALUE_GIVEN};
    TRY(body_seal(a, c, pairs, sizeof pairs / sizeof *pairs, &body));
    c[AT_BODY] = cell_str(buf_view(&body));
    TRY(row_insert(a->tx, &TABLE_ATTACHMENT, c));
    a->ret_id = id;
    return act_emit(a, "attachment.image", case_, STR(""));
}

enum err image_hold_find(struct act *a, struct object *ret)
{
    struct cell c[AT_COUNT];
    TRY(attachment_load(a->tx->db, a->arena, a->subject, c));
    *ret = attachment_object(c);
    return OK;
}

enum err image_hold_body(struct act *a)
{
    struct cell c[AT_COUNT];
    TRY(attachment_load(a->tx->db, a->arena, a->subject, c));
    struct policy_answer answer = act_decide(a, (enum field_class)c[AT_CLASS].i);
    if (answer.verdict != VERDICT_ALLOW)
        return FAIL(ERR_DENIED, "reason: %s", policy_reason_word(answer.reason));
    if (attachment_state_of(c) != ATTACHMENT_KEPT)
        return FAIL(ERR_STATE, "it is not shown to anybody now");
    c[AT_STATE] = cell_int(ATTACHMENT_HELD);
    TRY(row_update(a->tx, &TABLE_ATTACHMENT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AT_VERSION].i;
    return act_emit(a, "attachment.image", cell_get_id(&c[AT_CASE]), STR(""));
}

/* Destroying is asked of the case: its keys go, too, when a case is shredded. */
enum err image_withdraw_find(struct act *a, struct object *ret)
{
    struct cell c[AT_COUNT];
    const struct entities *entities = door_entities(a->door);
    enum err e = attachment_load(a->tx->db, a->arena, a->subject, c);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    struct id case_ = e == OK ? cell_get_id(&c[AT_CASE]) : a->subject;
    TRY(entities->case_(a->tx->db, a->arena, case_, ret));
    return e == OK ? OK : FAIL(ERR_NOT_FOUND, "attachment");
}

static struct str now_or_before(struct act *a, const struct pair *before, size_t n, const char *name)
{
    return in_given(a, name) ? in_text(a, name) : pair_value(before, n, name);
}

enum err image_withdraw_body(struct act *a)
{
    struct buf body CLEANUP(buf_free) = {0};
    struct cell c[AT_COUNT];
    struct pair *before;
    size_t n;
    TRY(attachment_load(a->tx->db, a->arena, a->subject, c));
    enum attachment_state state = attachment_state_of(c);
    if (state != ATTACHMENT_KEPT && state != ATTACHMENT_HELD)
        return FAIL(ERR_STATE, "there is nothing left of it to destroy");
    TRY(body_open(a, c, &before, &n));
    struct pair kept[] = {
        {STR("address"), now_or_before(a, before, n, "address"), VALUE_GIVEN},
        {STR("sha256"), pair_value(before, n, "sha256"), VALUE_GIVEN},
        {STR("evidence"), now_or_before(a, before, n, "evidence"), VALUE_GIVEN},
    };
    TRY(body_seal(a, c, kept, sizeof kept / sizeof *kept, &body));
    TRY(chunks_delete(a, a->subject));
    TRY(vault_shred(a->tx, (struct compartment_id){cell_get_id(&c[AT_OWN])}));
    c[AT_BODY] = cell_str(buf_view(&body));
    c[AT_KEY] = c[AT_PREVIEW] = cell_null();
    c[AT_STATE] = cell_int(ATTACHMENT_WITHDRAWN);
    TRY(row_update(a->tx, &TABLE_ATTACHMENT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AT_VERSION].i;
    return act_emit(a, "attachment.image", cell_get_id(&c[AT_CASE]), STR(""));
}
