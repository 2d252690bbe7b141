/* SPDX-License-Identifier: Apache-2.0 */
/* view_parts.c - what the views of the registry share: which parts may be shown, and how they are written. */
#include "base/calendar.h"
#include "base/json.h"
#include "registry/own.h"

/* May this part of a case be shown? Its owner may be another agency than the case's. */
bool part_may_show(struct view *v, const struct object *o)
{
    struct scope s;
    if (strcmp(o->owner, v->object.owner) == 0)
        return view_decide(v, o, CLASS_NONE).verdict == VERDICT_ALLOW;
    if (door_scope(v->db, v->ctx, o, v->now_us, &s) != OK)
        return false;
    struct policy_question q = {.role = v->ctx->role,
                                .verb = VERB_READ,
                                .object = o->kind,
                                .relation = s.relation,
                                .need_to_know = s.need_to_know,
                                .purpose = v->ctx->purpose,
                                .basis = s.basis,
                                .label = o->label,
                                .break_glass = s.break_glass,
                                .assurance = v->ctx->assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

/* Neither is said to be there. */
bool part_left_out(const struct shown *s)
{
    return s->verdict == VERDICT_CONCEAL || s->verdict == VERDICT_DENY;
}

/* Ids that a query with one id parameter gives; at most PART_MAX. */
enum err part_ids(struct view *v, const char *sql, struct id key, struct id **ret, size_t *ret_n)
{
    struct id *list = ARENA_ARRAY(v->arena, PART_MAX, struct id);
    struct stmt *s;
    size_t n = 0;
    if (!list)
        return arena_err(v->arena);
    TRY(db_prepare(v->db, sql, &s));
    db_bind_id(s, 1, &key);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        if (n < PART_MAX && db_id(s, 0, &list[n]) == OK)
            n++;
    }
    *ret = list;
    *ret_n = n;
    return OK;
}

void put_id(struct json *j, const char *key, struct id id)
{
    char text[33];
    id_text(id, text);
    json_kv(j, key, text);
}

void put_shown(struct json *j, const char *key, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW && !s.text.n)
        return;
    json_key(j, key);
    if (s.verdict == VERDICT_ALLOW) {
        json_str(j, s.text);
        return;
    }
    json_object(j);
    json_kv(j, "state", "masked");
    json_kv(j, "reason", policy_reason_word(s.reason));
    json_end(j);
}
