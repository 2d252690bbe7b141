/* SPDX-License-Identifier: Apache-2.0 */
/* clock_act.c - what people do to running clocks (pause, resume, extend), and the tick that warns and
 * escalates. */
#include "core/account.h"
#include "core/clock/own.h"
#include "core/pager.h"

static enum err find_clock(struct act *a, struct object *ret)
{
    struct cell c[CL_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_CLOCK, a->subject, c));
    return clock_object(a->tx->db, a->arena, door_entities(a->door), c, ret);
}

/* ---- pause, resume, extend -------------------------------------------------------------------------------
 */

static enum err save(struct act *a, struct cell *c, const struct clock_times *t, const char *what)
{
    struct clock_change change = {
        .what = what, .approver = a->second, .basis = in_text(a, "basis"), .old_due_us = c[CL_DUE].i};
    change.new_due_us = t->due_us;
    clock_put_times(c, t, a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_CLOCK, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[CL_VERSION].i;
    return clock_note(a, c, &change);
}

static enum err load(struct act *a, struct cell *c)
{
    return row_get(a->tx->db, a->arena, &TABLE_CLOCK, a->subject, c);
}

/* Who gives time away does not do it alone: somebody else of the agency that owes the answer confirms. */
static enum err check_second(struct act *a, const struct cell *c)
{
    bool ours = true;
    if (!id_is_nil(a->second)) /* nil: it is rehearsed */
        TRY(account_enabled(a->tx->db, a->second, c[CL_AGENCY].s.p, &ours));
    return ours ? OK : FAIL(ERR_DENIED, "an officer of the agency that owes the answer confirms");
}

static enum err pause_body(struct act *a)
{
    struct cell c[CL_COUNT];
    TRY(load(a, c));
    TRY(check_second(a, c));
    if (c[CL_STATE].i != CLOCK_RUNNING)
        return FAIL(ERR_STATE, "the clock is not running");
    struct clock_times t = clock_times_of(c);
    t.paused_us = a->tx->now_us;
    c[CL_STATE] = cell_int(CLOCK_PAUSED);
    return save(a, c, &t, "pause");
}

static enum err resume_body(struct act *a)
{
    /* A rule that the pack no longer has: the time that was left, to the second. */
    static const struct clock_rule gone = {.name = "(gone)", .due_hours = 1};
    struct cell c[CL_COUNT];
    struct clock_times t;
    const struct tz *z;
    TRY(load(a, c));
    if (c[CL_STATE].i != CLOCK_PAUSED)
        return FAIL(ERR_STATE, "the clock is not paused");
    const struct clock_rule *rule = clock_rule_of(a->pack, c[CL_KIND].s.p, c[CL_RULE].s.p);
    struct clock_times paused = clock_times_of(c);
    TRY(tz_find(a->pack->time_zone, &z));
    TRY(clock_resume(a->pack->calendar, z, rule ? rule : &gone, &paused, a->tx->now_us, &t));
    c[CL_STATE] = cell_int(CLOCK_RUNNING);
    return save(a, c, &t, "resume");
}

static enum err extend_body(struct act *a)
{
    struct cell c[CL_COUNT];
    struct clock_times t;
    int64_t due_us;
    TRY(load(a, c));
    TRY(check_second(a, c));
    if (c[CL_STATE].i != CLOCK_RUNNING && c[CL_STATE].i != CLOCK_PAUSED)
        return FAIL(ERR_STATE, "the clock has ended");
    struct clock_times old = clock_times_of(c);
    TRY(utc_parse(in_text(a, "due"), &due_us));
    TRY(clock_extend(&old, due_us, &t));
    return save(a, c, &t, "extend");
}

/* ---- the tick --------------------------------------------------------------------------------------------
 */

/* In the order of the indexes of these, whose NULL is named in it for PostgreSQL. +due_us: no index of due
 * moments, which would read all that run at each tick. */
#define OVERDUE_SQL "state = 0 AND escalated_us IS NULL AND due_us <= ?1 ORDER BY escalated_us, due_us, id"
#define WARN_SQL \
    "state = 0 AND warned_us IS NULL AND warn_us <= ?1 AND +due_us > ?1 ORDER BY warned_us, warn_us, id"

enum err clock_due(struct db *db, int64_t now_us, bool *ret)
{
    static const char *const sql[] = {"SELECT id FROM clock WHERE " OVERDUE_SQL " LIMIT 1",
                                      "SELECT id FROM clock WHERE " WARN_SQL " LIMIT 1"};
    bool row = false;
    for (size_t i = 0; i < 2 && !row; i++) {
        struct stmt *s;
        TRY(db_prepare(db, sql[i], &s));
        db_bind_i64(s, 1, now_us);
        TRY(db_step(s, &row));
        if (row)
            db_reset(s);
    }
    *ret = row;
    return OK;
}

static enum err due_ids(struct act *a, const char *sql, int64_t max, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(a->tx->db, sql, &s));
    db_bind_i64(s, 1, a->tx->now_us);
    db_bind_i64(s, 2, max);
    return stmt_ids(s, (size_t)max, ids, ret_n);
}

static enum err tell(struct act *a, struct id id, const char *event, bool escalate)
{
    struct cell c[CL_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_CLOCK, id, c));
    char *payload = arena_printf(a->arena, "%s %s %s", c[CL_AGENCY].s.p, c[CL_KIND].s.p, c[CL_RULE].s.p);
    if (!payload)
        return arena_err(a->arena);
    if (escalate)
        c[CL_ESCALATED] = cell_int(a->tx->now_us);
    if (c[CL_WARNED].kind == CELL_NULL) /* an escalation makes a warning that was not sent yet pointless */
        c[CL_WARNED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_CLOCK, c, -1));
    return act_emit(a, event, id, str_of(payload));
}

static enum err tick_body(struct act *a)
{
    struct id *ids = ARENA_ARRAY(a->arena, CLOCK_TICK_MAX, struct id);
    size_t late, soon, told = 0;
    if (!ids)
        return arena_err(a->arena);
    TRY(due_ids(a, "SELECT id FROM clock WHERE " OVERDUE_SQL " LIMIT ?2", CLOCK_TICK_MAX, ids, &late));
    for (size_t i = 0; i < late && !(told && act_turn_over(a)); i++, told++)
        TRY(tell(a, ids[i], "clock.escalated", true));
    TRY(due_ids(a, "SELECT id FROM clock WHERE " WARN_SQL " LIMIT ?2", CLOCK_TICK_MAX - (int64_t)late, ids,
                &soon));
    for (size_t i = 0; i < soon && !(told && act_turn_over(a)); i++, told++)
        TRY(tell(a, ids[i], "clock.warned", false));
    a->ret_version = (int64_t)told;
    return OK;
}

/* ---- declarations ----------------------------------------------------------------------------------------
 */

#define BASIS                                                                                            \
    {                                                                                                    \
        .name = "basis", .label = "Basis", .type = IN_TEXT, .personal = true, .required = true, .min = 3 \
    }
static const struct input_field pause_inputs[] = {BASIS};
static const struct input_field resume_inputs[] = {
    {.name = "basis", .label = "Basis", .type = IN_TEXT, .personal = true}};
static const struct input_field extend_inputs[] = {
    {.name = "due", .label = "New due moment", .type = IN_TIME, .required = true}, BASIS};

const struct action CLOCK_ACTIONS[] = {
    {.name = "clock.pause",
     .summary = "Pause a clock",
     .verb = VERB_UPDATE,
     .object = OBJECT_CLOCK,
     .inputs = pause_inputs,
     .ninputs = 1,
     .two_people = true,
     .find = find_clock,
     .body = pause_body},
    {.name = "clock.resume",
     .summary = "Let a paused clock run on",
     .verb = VERB_UPDATE,
     .object = OBJECT_CLOCK,
     .inputs = resume_inputs,
     .ninputs = 1,
     .find = find_clock,
     .body = resume_body},
    {.name = "clock.extend",
     .summary = "Extend a clock",
     .verb = VERB_EXTEND,
     .object = OBJECT_CLOCK,
     .inputs = extend_inputs,
     .ninputs = 2,
     .two_people = true,
     .find = find_clock,
     .body = extend_body},
    /* The policy gives this verb on clocks to the system alone. Clocks run while the server is locked. */
    {.name = "clock.tick",
     .summary = "Warn and escalate what is due",
     .verb = VERB_CREATE,
     .object = OBJECT_CLOCK,
     .when_locked = true,
     .body = tick_body},
};
const size_t NCLOCK_ACTIONS = sizeof CLOCK_ACTIONS / sizeof *CLOCK_ACTIONS;
