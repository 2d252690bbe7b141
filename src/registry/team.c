/* SPDX-License-Identifier: Apache-2.0 */
/* team.c - team.load: how much the officers of an agency carry, told to the lead who can give a deadline more
 * time or hand a case on (plan 3(1)/a: a case is never without somebody who has time for it), and to nobody
 * else. It is asked as `extend` of the collection of cases, which the policy gives to leads alone:
 * colleagues, oversight and administrators have no such verb. Each case is asked by itself, as in a list:
 * what she may not list is in no number. What an officer has read (care.looks) is not here: that is told to
 * herself alone. */
#include "base/json.h"
#include "registry/own.h"
#include "sys/tz.h"

#define TEAM_ROWS 5000 /* officers named in cases, looked at */
#define TEAM_MAX  200  /* officers */

/* ---- one case --------------------------------------------------------------------------------------------
 */

/* Of the agency's own clocks in a case that the lead may know of: how many have passed. */
#define LATE_CLOCKS                                                                                    \
    "SELECT count(*), coalesce(r.label, -1) FROM clock k LEFT JOIN record r ON r.id = k.record WHERE " \
    "k.case_id = ?1 AND k.state = 0 AND k.due_us < ?2 AND k.agency = ?3 GROUP BY coalesce(r.label, -1)"

static enum err late_clocks(struct view *v, const struct object *o, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, LATE_CLOCKS, &s));
    db_bind_id(s, 1, &o->id);
    db_bind_i64(s, 2, v->now_us);
    db_bind_text(s, 3, str_of(v->ctx->agency));
    for (*ret = 0;;) {
        struct object clock = *o;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        clock.kind = OBJECT_CLOCK;
        clock.owner = v->ctx->agency;
        clock.of_record = db_i64(s, 1) >= 0;
        if (db_i64(s, 1) > (int64_t)clock.label)
            clock.label = (enum label)db_i64(s, 1);
        if (door_may_list(v->db, v->ctx, &clock, v->now_us))
            *ret += db_i64(s, 0);
    }
}

static enum err opened_in_emergency(struct view *v, struct id case_, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db,
        "SELECT id FROM break_glass WHERE account IN (SELECT g.account FROM access_grant g WHERE "
        "g.agency = ?2 AND g.case_id = ?1) AND case_id = ?1 AND second IS NOT NULL AND opened_us >= ?3 "
        "LIMIT 1",
        &s));
    db_bind_id(s, 1, &case_);
    db_bind_text(s, 2, str_of(v->ctx->agency));
    db_bind_i64(s, 3, v->now_us - CARE_DAYS * INT64_C(86400000000));
    return db_step(s, ret);
}

struct one_case {
    struct id id;
    bool counts, protects, emergency;
    int64_t late;
};

static enum err know_case(struct view *v, struct id id, struct one_case *ret)
{
    struct cell c[CA_COUNT];
    *ret = (struct one_case){.id = id};
    TRY(case_load(v->db, v->arena, id, c));
    struct object o = case_object(c);
    if (!door_may_list(v->db, v->ctx, &o, v->now_us))
        return OK;
    const struct stage *stage = stage_find(v->pack, c[CA_STAGE].s.p);
    ret->counts = true;
    ret->protects = stage && stage->protects;
    view_show(v, id);
    TRY(opened_in_emergency(v, id, &ret->emergency));
    return late_clocks(v, &o, &ret->late);
}

/* ---- who is named in them --------------------------------------------------------------------------------
 */

static struct team_officer *officer_of(struct team *t, struct id account)
{
    for (size_t i = 0; i < t->n; i++)
        if (id_eq(t->items[i].account, account))
            return &t->items[i];
    if (t->n == TEAM_MAX)
        return NULL;
    t->items[t->n] = (struct team_officer){.account = account};
    return &t->items[t->n++];
}

static void carries(struct team *t, struct id account, const struct one_case *c)
{
    struct team_officer *o = officer_of(t, account);
    if (!o) {
        t->more = true;
        return;
    }
    o->cases++;
    o->weight += team_weight(c->protects, c->late, c->emergency);
    o->late += c->late;
    o->emergencies += c->emergency;
}

#define NAMED_IN_OPEN                                                                                      \
    "SELECT DISTINCT g.case_id, g.account FROM access_grant g JOIN case_file c ON c.id = g.case_id WHERE " \
    "g.agency = ?1 AND g.account IS NOT NULL AND c.state = 'open' AND g.from_us <= ?2 AND "                \
    "(g.until_us IS NULL OR g.until_us > ?2) ORDER BY g.case_id, g.account LIMIT ?3"

static enum err count_cases(struct view *v, struct team *t)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct one_case now = {.id = id_nil()};
    int64_t rows = 0;
    TRY(db_prepare(v->db, NAMED_IN_OPEN, &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, v->now_us);
    db_bind_i64(s, 3, TEAM_ROWS);
    for (;; rows++) {
        struct id case_, account;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &case_));
        TRY(db_id(s, 1, &account));
        if (!id_eq(case_, now.id)) {
            TRY(know_case(v, case_, &now));
            t->cases += now.counts;
        }
        if (now.counts)
            carries(t, account, &now);
    }
    t->more |= rows == TEAM_ROWS;
    return OK;
}

/* ---- the last break --------------------------------------------------------------------------------------
 */

static enum err worked_between(struct view *v, struct id account, int64_t from_us, int64_t until_us,
                               bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db, "SELECT at_us FROM audit_leaf WHERE account = ?1 AND at_us >= ?2 AND at_us < ?3 LIMIT 1", &s));
    db_bind_id(s, 1, &account);
    db_bind_i64(s, 2, from_us);
    db_bind_i64(s, 3, until_us);
    return db_step(s, ret);
}

/* Days up to yesterday without one on which she did not work: when she had none of her own. */
static enum err days_in_row(struct view *v, struct id account, int64_t *ret)
{
    const struct tz *z;
    TRY(tz_find(v->pack->time_zone, &z));
    int64_t until = tz_utc(z, tz_local(z, v->now_us).date, 0);
    for (*ret = 0; *ret < TEAM_DAYS_MAX; (*ret)++) {
        int64_t from = until - INT64_C(86400000000);
        bool worked;
        TRY(worked_between(v, account, from, until, &worked));
        if (!worked)
            return OK;
        until = from;
    }
    return OK;
}

enum err team_run(struct view *v)
{
    struct team *t = ARENA_NEW(v->arena, struct team);
    if (!t)
        return arena_err(v->arena);
    t->items = ARENA_ARRAY(v->arena, TEAM_MAX, struct team_officer);
    if (!t->items)
        return arena_err(v->arena);
    v->passes_hidden = true;
    TRY(count_cases(v, t));
    for (size_t i = 0; i < t->n; i++)
        TRY(days_in_row(v, t->items[i].account, &t->items[i].days_in_row));
    v->model = t;
    return OK;
}

void team_json(const struct view *v, struct json *j)
{
    const struct team *t = v->model;
    json_object(j);
    json_kv_i64(j, "cases", t->cases);
    json_kv_bool(j, "more", t->more);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < t->n; i++) {
        json_object(j);
        json_kv_id(j, "account", t->items[i].account);
        json_kv_i64(j, "cases", t->items[i].cases);
        json_kv_i64(j, "weight", t->items[i].weight);
        json_kv_i64(j, "late", t->items[i].late);
        json_kv_i64(j, "emergencies", t->items[i].emergencies);
        json_kv_i64(j, "days_in_row", t->items[i].days_in_row);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
