/* SPDX-License-Identifier: Apache-2.0 */
/* care.c - how much of what is hard to read an officer has read in a week: told to herself, and to nobody
 * else. It is no measure of work: it is asked of no other account, it stands in no list, and nothing compares
 * it. */
#include "base/json.h"
#include "registry/own.h"

#define HEAVY_CLASSES (1u << CLASS_SEXUAL_VIOLENCE | 1u << CLASS_HEALTH | 1u << CLASS_CHILDREN)

/* By the index of the trail over account and time: a week of one officer, not the whole trail. */
#define HER_WEEK "SELECT classes FROM audit_leaf WHERE account = ?1 AND at_us >= ?2 AND outcome = 0"

enum err care_run(struct view *v)
{
    struct care_looks *m = ARENA_NEW(v->arena, struct care_looks);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    if (!m)
        return arena_err(v->arena);
    m->since_us = v->now_us - CARE_DAYS * INT64_C(86400000000);
    TRY(db_prepare(v->db, HER_WEEK, &s));
    db_bind_id(s, 1, &v->ctx->account);
    db_bind_i64(s, 2, m->since_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        m->heavy += ((uint32_t)db_i64(s, 0) & HEAVY_CLASSES) != 0;
    }
    v->model = m;
    return OK;
}

void care_json(const struct view *v, struct json *j)
{
    const struct care_looks *m = v->model;
    json_object(j);
    json_kv_i64(j, "heavy", m->heavy);
    json_kv_time(j, "since", m->since_us);
    json_end(j);
}

/* ---- session.since: where the day went on, told to herself alone -----------------------------------------
 */

enum err since_run(struct view *v)
{
    struct session_since *m = ARENA_NEW(v->arena, struct session_since);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    if (!m)
        return arena_err(v->arena);
    TRY(db_prepare(
        v->db,
        "SELECT max(at_us) FROM audit_leaf WHERE account = ?1 AND at_us < (SELECT max(s.opened_us) FROM "
        "session s WHERE s.account = ?1)",
        &s));
    db_bind_id(s, 1, &v->ctx->account);
    TRY(db_step(s, &row));
    m->since_us = row && !db_null(s, 0) ? db_i64(s, 0) : 0;
    v->model = m;
    return OK;
}

void since_json(const struct view *v, struct json *j)
{
    const struct session_since *m = v->model;
    json_object(j);
    json_kv_time(j, "since", m->since_us);
    json_end(j);
}
