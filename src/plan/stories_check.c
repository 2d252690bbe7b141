/* SPDX-License-Identifier: Apache-2.0 */
/* stories_check.c - is it as the story says? */
#include "base/alloc.h"
#include "base/calendar.h"
#include "core/clock.h"
#include "plan/stories_own.h"

/* ---- reading what is there
 * ---------------------------------------------------------------------------------- */

enum err story_leaves(struct telling *t, int64_t *ret)
{
    struct db *db;
    struct stmt *s;
    bool row;
    TRY(door_reader(t->door, &db));
    enum err e = db_prepare(db, "SELECT count(*) FROM audit_leaf", &s);
    if (e == OK)
        e = db_step(s, &row);
    if (e == OK) {
        *ret = db_i64(s, 0);
        db_reset(s);
    }
    door_reader_done(t->door, db);
    return e;
}

struct find_case {
    struct id id;
    char state[64], stage[64];
    bool found;
};

static enum err visit_case(void *user, const struct registry_case_fact *c)
{
    struct find_case *f = user;
    if (!id_eq(c->id, f->id))
        return OK;
    f->found = true;
    snprintf(f->state, sizeof f->state, "%s", c->state);
    snprintf(f->stage, sizeof f->stage, "%s", c->stage);
    return OK;
}

static enum err record_state(struct telling *t, struct db *db, struct id id, char *ret, size_t size)
{
    struct cell record[RE_COUNT];
    TRY(row_get(db, t->arena, &TABLE_RECORD, id, record));
    snprintf(ret, size, "%s", record[RE_STATE].s.p);
    return OK;
}

/* State and stage of a thing; of a subject and a record, the stage of its case. */
static enum err standing(struct telling *t, const struct thing_of *thing, struct find_case *ret)
{
    struct db *db;
    *ret = (struct find_case){.id = thing->case_};
    TRY(door_reader(t->door, &db));
    enum err e = registry_scan_cases(db, t->pack, visit_case, ret);
    if (e == OK && thing->thing == THING_RECORD)
        e = record_state(t, db, thing->id, ret->state, sizeof ret->state);
    door_reader_done(t->door, db);
    return e;
}

static enum err same_word(struct telling *t, const char *what, const char *wanted, const char *found)
{
    if (!*wanted || strcmp(wanted, found) == 0)
        return OK;
    return story_fails(t, t->step->line, "%s: expected %s, found %s", what, wanted, *found ? found : "none");
}

/* ---- after an action
 * ------------------------------------------------------------------------------------------ */

/* As records keep it. */
static const char *kept(const struct field *f, const char *value)
{
    if (f && f->type == FT_BOOL)
        return strcmp(value, "true") == 0 ? "yes" : strcmp(value, "false") == 0 ? "no" : value;
    return value;
}

static bool same_values(const struct telling *t, const struct scenario_value *wanted,
                        const struct field_value *found)
{
    if (wanted->n != found->n)
        return false;
    for (size_t i = 0; i < wanted->n; i++) {
        const char *value = kept(found->field, wanted->values[i]);
        const struct thing_of *thing =
            found->field && found->field->type == FT_SUBJECT ? story_thing(t, value) : NULL;
        char id[33];
        if (thing) {
            id_text(thing->id, id);
            value = id;
        }
        if (!str_is(found->values[i], value))
            return false;
    }
    return true;
}

static const char *seen_word(const struct field_value *v)
{
    return !v || (v->state != VALUE_GIVEN && v->state != VALUE_MASKED) ? "absent"
           : v->state == VALUE_MASKED                                  ? "masked"
                                                                       : "another value";
}

static enum err expect_field(struct telling *t, const struct scenario_field *wanted,
                             const struct record_model *m)
{
    const struct field_value *found = NULL;
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->values[i].name, wanted->value.name) == 0)
            found = &m->values[i];
    bool given = found && found->state == VALUE_GIVEN, masked = found && found->state == VALUE_MASKED;
    bool right = wanted->seen == SEEN_MASKED   ? masked
                 : wanted->seen == SEEN_ABSENT ? !given && !masked
                                               : given && same_values(t, &wanted->value, found);
    if (right)
        return OK;
    return story_fails(t, wanted->value.line, "field %s: expected %s, found %s", wanted->value.name,
                       wanted->seen == SEEN_MASKED   ? "masked"
                       : wanted->seen == SEEN_ABSENT ? "absent"
                                                     : "the given value",
                       seen_word(found));
}

/* What the actor sees of the record after the step: in what she has just opened, or opens now. */
static enum err expect_fields(struct telling *t, const struct thing_of *thing, const struct told *told)
{
    const struct scenario_expect *x = &t->step->expect;
    const struct view *v = told->view;
    if (!x->nfields)
        return OK;
    if (!thing || thing->thing != THING_RECORD)
        return story_fails(t, t->step->line, "fields are expected of records only");
    if (!v) {
        struct ctx ctx = story_ctx(t->step->actor);
        char *name = arena_printf(t->arena, "%s.show", thing->kind->id);
        struct view_request request = {.ctx = &ctx, .view = name, .subject = thing->id};
        if (!name)
            return arena_err(t->arena);
        enum err e = door_view(t->door, &request, t->arena, &v);
        if (e != OK)
            return story_fails(t, t->step->line, "fields: %s may not read the record (%s)",
                               t->step->actor->name, err_row(e)->name);
    }
    for (size_t i = 0; i < x->nfields; i++)
        TRY(expect_field(t, &x->fields[i], v->model));
    return OK;
}

static bool lets_through(enum verdict v)
{
    return v == VERDICT_ALLOW || v == VERDICT_MASK;
}

/* What was refused for another reason than the policy has verdict allow, and an error. */
static enum err expect_answer(struct telling *t, const struct told *told)
{
    const struct scenario_expect *x = &t->step->expect;
    if (told->verdict != x->verdict)
        return story_fails(t, t->step->line, "expected verdict %s, found %s (%s)", verdict_word(x->verdict),
                           verdict_word(told->verdict), policy_reason_word(told->reason));
    if (x->reason >= 0 && (int)told->reason != x->reason)
        return story_fails(t, t->step->line, "expected reason %s, found %s",
                           policy_reason_word((enum policy_reason)x->reason),
                           policy_reason_word(told->reason));
    enum err found = lets_through(told->verdict) ? told->error : OK;
    if (found != x->error)
        return story_fails(
            t, t->step->line, "expected %s, found %s%s%s", x->error ? err_row(x->error)->name : "no error",
            found ? err_row(found)->name : "no error", found ? ": " : "", found ? told->detail : "");
    return OK;
}

enum err story_expect(struct telling *t, const struct told *told)
{
    const struct scenario_expect *x = &t->step->expect;
    const struct thing_of *thing = story_thing(t, *t->step->as ? t->step->as : t->step->on);
    struct find_case found;
    TRY(expect_answer(t, told));
    if (!*x->state && !*x->stage && !x->nfields)
        return OK;
    if (!thing)
        return story_fails(t, t->step->line, "there is nothing whose state could be looked at");
    TRY(standing(t, thing, &found));
    TRY(same_word(t, "state", x->state, found.state));
    TRY(same_word(t, "stage", x->stage, found.stage));
    return expect_fields(t, thing, told);
}

/* ---- checks
 * ---------------------------------------------------------------------------------------------------- */

static enum err newest_clock(struct telling *t, struct id record, const char *rule, struct cell *ret,
                             bool *ret_found)
{
    struct stmt *s;
    struct db *db;
    struct id id;
    bool row = false;
    TRY(door_reader(t->door, &db));
    enum err e = db_prepare(
        db, "SELECT id FROM clock WHERE record = ?1 AND rule = ?2 ORDER BY started_us DESC, id LIMIT 1", &s);
    if (e == OK) {
        db_bind_id(s, 1, &record);
        db_bind_text(s, 2, str_of(rule));
        e = db_step(s, &row);
    }
    if (e == OK && row)
        e = db_id(s, 0, &id);
    if (e == OK && row) {
        db_reset(s);
        e = row_get(db, t->arena, &TABLE_CLOCK, id, ret);
    }
    door_reader_done(t->door, db);
    *ret_found = row;
    return e;
}

static enum err check_clock(struct telling *t, const struct thing_of *of)
{
    static const char *const states[] = {"running", "paused", "stopped", "cancelled"};
    static const char *const marks[] = {"ok", "warn", "overdue"};
    const struct scenario_check *c = &t->step->check;
    struct cell k[CL_COUNT];
    char due[28], wanted[28];
    bool found;
    TRY(newest_clock(t, of->id, c->clock, k, &found));
    if (!found)
        return story_fails(t, t->step->line, "clock %s of %s was not started", c->clock, c->of);
    struct clock_times times = {.started_us = k[CL_STARTED].i,
                                .due_us = k[CL_DUE].i,
                                .warn_us = k[CL_WARN].i,
                                .paused_us = k[CL_PAUSED].kind == CELL_INT ? k[CL_PAUSED].i : 0};
    enum clock_state state = (enum clock_state)k[CL_STATE].i;
    TRY(same_word(t, "state of the clock", c->state, states[(size_t)state % 4]));
    TRY(same_word(t, "mark of the clock", c->mark, marks[clock_mark(&times, state, story_now())]));
    utc_text(times.due_us, due);
    utc_text(c->due_us, wanted);
    return c->due_us ? same_word(t, "due moment", wanted, due) : OK;
}

/* An event about the thing, or a notice of its kind with these words. */
static enum err check_notice(struct telling *t, const struct thing_of *of)
{
    struct stmt *s;
    struct db *db;
    bool row = false;
    TRY(door_reader(t->door, &db));
    enum err e = db_prepare(db,
                            "SELECT id FROM outbox WHERE about = ?1 AND (event = ?2 OR (event = 'notice' AND "
                            "payload = ?2)) LIMIT 1",
                            &s);
    if (e == OK) {
        db_bind_id(s, 1, &of->id);
        db_bind_text(s, 2, str_of(t->step->check.notice));
        e = db_step(s, &row);
    }
    if (e == OK && row)
        db_reset(s);
    door_reader_done(t->door, db);
    TRY(e);
    return row ? OK : story_fails(t, t->step->line, "no notice of %s says that", t->step->check.of);
}

enum err story_check(struct telling *t)
{
    const struct scenario_check *c = &t->step->check;
    struct find_case found;
    int64_t leaves;
    if (c->audit >= 0) {
        TRY(story_leaves(t, &leaves));
        if (leaves - t->first_leaf < c->audit)
            return story_fails(t, t->step->line, "expected at least %lld leaves, found %lld",
                               (long long)c->audit, (long long)(leaves - t->first_leaf));
    }
    if (!c->of || !*c->of)
        return OK;
    const struct thing_of *of = story_thing(t, c->of);
    if (!of)
        return story_fails(t, t->step->line, "%s is not there: its step did not make it", c->of);
    if (*c->clock)
        return check_clock(t, of);
    if (*c->notice)
        return check_notice(t, of);
    TRY(standing(t, of, &found));
    TRY(same_word(t, "state", c->state, found.state));
    return same_word(t, "stage", c->stage, found.stage);
}
