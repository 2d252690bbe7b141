/* SPDX-License-Identifier: Apache-2.0 */
/* looked.c - who looked at a case (plan 1(1)/b). Each leaf says which case it is about, so this is one look
 * into one index, and no domain is asked what it keeps of the case. */
#include "base/json.h"
#include "registry/own.h"

#define COLUMNS \
    "SELECT l.at_us, l.agency, l.action, l.role, l.account, l.verdict, l.id FROM audit_leaf l WHERE "

/* Of looks at a person only those count whose agency or officer has, or had, a part in this case: another one
 * came through a case of its own, and the list would tell that there is one. */
#define HAS_A_PART                                                                                   \
    "(EXISTS (SELECT 1 FROM access_grant g WHERE g.case_id = ?1 AND g.agency = l.agency) OR EXISTS " \
    "(SELECT 1 FROM break_glass b WHERE b.account = l.account AND b.case_id = ?1))"

#define OF_CASE \
    COLUMNS "l.case_id = ?1 AND (l.object_kind <> ?3 OR " HAS_A_PART ") ORDER BY l.at_us DESC LIMIT ?2"

/* Leaves of before say what was looked at, and not in which case. */
#define OF_BEFORE                                                                                        \
    COLUMNS                                                                                              \
    "l.case_id IS NULL AND l.object IN (SELECT c.id FROM case_file c WHERE c.id = ?1 UNION SELECT d.id " \
    "FROM decision d WHERE d.case_id = ?1 UNION SELECT e.id FROM record e WHERE e.case_id = ?1 AND "     \
    "e.kept_with IS NULL UNION SELECT s.subject FROM case_role s WHERE s.case_id = ?1) AND (NOT EXISTS " \
    "(SELECT 1 FROM case_role s WHERE s.case_id = ?1 AND s.subject = l.object) OR " HAS_A_PART           \
    ") ORDER BY l.at_us DESC LIMIT ?2"

enum err registry_lookers_new(struct view *v, struct lookers **ret)
{
    struct lookers *m = ARENA_NEW(v->arena, struct lookers);
    if (m)
        m->items = arena_array(v->arena, LOOKERS_MAX, sizeof *m->items);
    if (!m || !m->items)
        return arena_err(v->arena);
    *ret = m;
    return OK;
}

enum err registry_lookers_read(struct view *v, struct stmt *s, struct lookers *m)
{
    while (m->n < LOOKERS_MAX) {
        struct looker *l = &m->items[m->n];
        struct id leaf;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        *l = (struct looker){.at_us = db_i64(s, 0),
                             .agency = arena_cstr(v->arena, db_text(s, 1)),
                             .action = arena_cstr(v->arena, db_text(s, 2)),
                             .role = (enum role)db_i64(s, 3),
                             .verdict = (enum verdict)db_i64(s, 5)};
        if (!l->agency || !l->action)
            return arena_err(v->arena);
        if (!db_null(s, 4))
            TRY(db_id(s, 4, &l->account));
        TRY(db_id(s, 6, &leaf));
        view_show(v, leaf);
        m->n++;
    }
    return OK;
}

/* Was the case there before leaves said so? */
static enum err is_older(struct view *v, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct cell c[CA_COUNT];
    bool row;
    TRY(case_load(v->db, v->arena, v->subject, c));
    TRY(db_prepare(v->db, "SELECT max(at_us) FROM audit_leaf WHERE action = 'system.upgrade'", &s));
    TRY(db_step(s, &row));
    *ret = row && !db_null(s, 0) && db_i64(s, 0) >= c[CA_OPENED].i;
    return OK;
}

static enum err read_case(struct view *v, struct lookers *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, OF_CASE, &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, LOOKERS_MAX);
    db_bind_i64(s, 3, OBJECT_SUBJECT);
    return registry_lookers_read(v, s, m);
}

static enum err read_before(struct view *v, struct lookers *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, OF_BEFORE, &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, LOOKERS_MAX);
    return registry_lookers_read(v, s, m);
}

enum err lookers_run(struct view *v)
{
    struct lookers *m;
    bool older;
    TRY(registry_lookers_new(v, &m));
    v->model = m;
    TRY(read_case(v, m));
    TRY(is_older(v, &older));
    return older ? read_before(v, m) : OK;
}

void registry_lookers_json(const struct view *v, struct json *j)
{
    const struct lookers *m = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < m->n; i++) {
        json_object(j);
        json_kv_time(j, "at", m->items[i].at_us);
        json_kv(j, "agency", m->items[i].agency);
        json_kv(j, "role", role_word(m->items[i].role));
        json_kv(j, "action", m->items[i].action);
        json_kv(j, "verdict", verdict_word(m->items[i].verdict));
        if (!id_is_nil(m->items[i].account))
            put_id(j, "account", m->items[i].account);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
