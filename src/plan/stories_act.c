/* SPDX-License-Identifier: Apache-2.0 */
/* stories_act.c - what the people of a story do: their words become the program's actions, views and inputs.
 */
#include "base/alloc.h"
#include "core/clock.h"
#include "plan/stories_own.h"

/* ---- who -------------------------------------------------------------------------------------------------
 */

struct id story_account(const struct scenario_actor *a)
{
    struct id id;
    struct hash h = blake2b(str_of(a->name));
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

struct ctx story_ctx(const struct scenario_actor *a)
{
    return (struct ctx){.account = story_account(a),
                        .agency = a->agency,
                        .role = a->role,
                        .purpose = a->purpose,
                        .assurance = (uint8_t)a->assurance,
                        .lang = "en",
                        .request_id = id_new()};
}

/* ---- the story's own action: who is a member from the start, and on what basis
 * ----------------------------- */

static const struct input_field member_inputs[] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true},
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true},
    {.name = "account", .label = "Officer", .type = IN_ID},
    {.name = "owner", .label = "Of the owner", .type = IN_BOOL},
    {.name = "basis", .label = "Basis", .type = IN_INT, .min = BASIS_NONE, .max = BASIS_COUNT - 1},
    {.name = "purpose", .label = "Purpose", .type = IN_INT, .min = PURPOSE_NONE, .max = PURPOSE_COUNT - 1},
};

static enum err write_basis(struct act *a, struct id case_, const char *agency, int64_t basis)
{
    struct id id = id_new();
    struct cell cells[CN_COUNT] = {
        cell_id(&id),    cell_id(&case_),
        cell_null(),     cell_c(agency),
        cell_int(-1),    cell_int(in_i64(a, "purpose", 0)),
        cell_int(basis), cell_int(a->tx->now_us),
        cell_null(),     cell_null(),
        cell_int(1),
    };
    return row_insert(a->tx, &TABLE_CONSENT, cells);
}

static enum err member_body(struct act *a)
{
    struct id case_ = in_id(a, "case"), account = in_id(a, "account");
    char *agency = arena_cstr(a->arena, in_text(a, "agency"));
    int64_t basis = in_i64(a, "basis", BASIS_NONE);
    if (!agency)
        return arena_err(a->arena);
    if (basis > BASIS_NONE)
        TRY(write_basis(a, case_, agency, basis));
    if (id_is_nil(account))
        return OK;
    enum relation relation = in_bool(a, "owner") ? RELATION_OWNER : RELATION_RECIPIENT;
    return act_access(a, (struct case_id){case_}, agency, account, relation, BASIS_LEGAL, 0);
}

const struct action STORY_ACTIONS[] = {{.name = "story.member",
                                        .summary = "Member of a case from its start",
                                        .verb = VERB_UPDATE,
                                        .object = OBJECT_SYSTEM,
                                        .inputs = member_inputs,
                                        .ninputs = sizeof member_inputs / sizeof *member_inputs,
                                        .body = member_body}};
const size_t NSTORY_ACTIONS = sizeof STORY_ACTIONS / sizeof *STORY_ACTIONS;

/* ---- inputs
 * ------------------------------------------------------------------------------------------------ */

struct pairs {
    struct pair *list;
    size_t n;
};

static enum err add_pair(struct telling *t, struct pairs *p, const char *name, const char *value)
{
    char *copy = arena_cstr(t->arena, str_of(value));
    if (!copy)
        return arena_err(t->arena);
    p->list[p->n++] = (struct pair){str_of(name), str_of(copy), VALUE_GIVEN};
    return OK;
}

static enum err add_id(struct telling *t, struct pairs *p, const char *name, struct id id)
{
    char text[33];
    id_text(id, text);
    return add_pair(t, p, name, text);
}

static enum err add_i64(struct telling *t, struct pairs *p, const char *name, int64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)v);
    return add_pair(t, p, name, text);
}

/* A truth value is written true or false and kept as yes or no; a subject and an officer by their name. */
static enum err add_value(struct telling *t, struct pairs *p, const struct kind *k, const char *name,
                          const char *value)
{
    const struct field *f = k ? kind_field(k, name) : NULL;
    const struct thing_of *thing = f && f->type == FT_SUBJECT ? story_thing(t, value) : NULL;
    const struct scenario_actor *actor =
        !k && strcmp(name, "actor") == 0 ? scenario_actor(t->s, value) : NULL;
    if (thing)
        return add_id(t, p, name, thing->id);
    if (actor)
        return add_id(t, p, "account", story_account(actor));
    if (f && f->type == FT_BOOL && strcmp(value, "true") == 0)
        value = "yes";
    else if (f && f->type == FT_BOOL && strcmp(value, "false") == 0)
        value = "no";
    return add_pair(t, p, name, value);
}

static enum err take_inputs(struct telling *t, const struct kind *k, struct pairs *ret)
{
    const struct scenario_step *step = t->step;
    size_t room = 8;
    for (size_t i = 0; i < step->ninput; i++)
        room += step->input[i].n;
    *ret = (struct pairs){.list = ARENA_ARRAY(t->arena, room, struct pair)};
    if (!ret->list)
        return arena_err(t->arena);
    for (size_t i = 0; i < step->ninput; i++)
        for (size_t v = 0; v < step->input[i].n; v++)
            TRY(add_value(t, ret, k, step->input[i].name, step->input[i].values[v]));
    return OK;
}

/* ---- what the step is in the program's words
 * ------------------------------------------------------------------ */

struct words {
    const char *name; /* of the action or view */
    bool look;
    enum thing makes;
    bool maker;
    const struct kind *kind;
};

static enum err kind_words(struct telling *t, struct words *ret)
{
    struct str action = str_of(t->step->action), kind;
    if (!str_cut(&action, '.', &kind))
        return story_fails(t, t->step->line, "no action %s", t->step->action);
    char *id = arena_cstr(t->arena, kind);
    if (!id)
        return arena_err(t->arena);
    *ret = (struct words){.name = t->step->action, .kind = pack_kind(t->pack, id)};
    ret->maker = str_is(action, "create");
    ret->makes = THING_RECORD;
    ret->look = str_is(action, "read");
    if (ret->look)
        ret->name = arena_printf(t->arena, "%s.show", id);
    return ret->name ? OK : arena_err(t->arena);
}

static enum err words_of(struct telling *t, struct words *ret)
{
    static const struct {
        const char *said;
        struct words words;
    } core[] = {
        {"case.create", {"case.open", false, THING_CASE, true, NULL}},
        {"case.read", {"case.show", true, THING_CASE, false, NULL}},
        {"case.close", {"case.close", false, THING_CASE, false, NULL}},
        {"case.stage", {"case.set_stage", false, THING_CASE, false, NULL}},
        {"case.member", {"case.assign", false, THING_CASE, false, NULL}},
        {"subject.create", {"subject.add", false, THING_SUBJECT, true, NULL}},
        {"subject.read", {"subject.show", true, THING_SUBJECT, false, NULL}},
    };
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        if (strcmp(core[i].said, t->step->action) == 0) {
            *ret = core[i].words;
            return OK;
        }
    return kind_words(t, ret);
}

/* Where something new belongs: what it is `on`, and what it is on `also`. */
static enum err attach(struct telling *t, struct pairs *p, struct thing_of *made)
{
    for (size_t i = 0; i <= t->step->nalso; i++) {
        const char *name = i ? t->step->also[i - 1] : t->step->on;
        const struct thing_of *on = name && *name ? story_thing(t, name) : NULL;
        if (!on)
            continue;
        if (on->thing == THING_SUBJECT)
            TRY(add_id(t, p, "subject", on->id));
        if (id_is_nil(made->case_) && !id_is_nil(on->case_)) {
            made->case_ = on->case_;
            TRY(add_id(t, p, "case", on->case_));
        }
    }
    return OK;
}

/* ---- doing it
 * ---------------------------------------------------------------------------------------------------- */

static void told_detail(struct told *t)
{
    snprintf(t->detail, sizeof t->detail, "%s", t->error == OK ? "" : err_detail());
}

/* Verdict and reason stand in the leaf of the request, whatever the caller was told. */
static enum err from_leaf(struct telling *t, struct id request, struct told *ret)
{
    struct db *db;
    struct stmt *s;
    bool row = false;
    TRY(door_reader(t->door, &db));
    enum err e = db_prepare(db, "SELECT verdict, reason FROM audit_leaf WHERE request = ?1", &s);
    if (e == OK) {
        db_bind_id(s, 1, &request);
        e = db_step(s, &row);
    }
    if (e == OK && row) {
        ret->verdict = (enum verdict)db_i64(s, 0);
        ret->reason = (enum policy_reason)db_i64(s, 1);
        db_reset(s);
    }
    door_reader_done(t->door, db);
    TRY(e);
    return row ? OK
               : story_fails(t, t->step->line, "%s was refused before it was asked: %s", t->step->action,
                             err_row(ret->error)->name);
}

static enum err system_member(struct telling *t, const struct scenario_actor *a, struct id case_, bool named)
{
    struct pairs p = {.list = ARENA_ARRAY(t->arena, 6, struct pair)};
    struct ctx system = ctx_system();
    struct act_result r;
    if (!p.list)
        return arena_err(t->arena);
    TRY(add_id(t, &p, "case", case_));
    TRY(add_pair(t, &p, "agency", a->agency));
    if (named)
        TRY(add_id(t, &p, "account", story_account(a)));
    TRY(add_pair(t, &p, "owner", strcmp(a->agency, t->step->actor->agency) == 0 ? "yes" : "no"));
    TRY(add_i64(t, &p, "basis", a->basis));
    TRY(add_i64(t, &p, "purpose", a->purpose));
    struct act_request request = {
        .ctx = &system, .action = "story.member", .expected_version = -1, .input = {p.list, p.n}};
    return door_act(t->door, &request, t->arena, &r);
}

/* A case has begun: its members, and the basis on which others may learn of it. */
static enum err join(struct telling *t, const struct thing_of *made)
{
    for (size_t i = 0; i < t->s->nactors; i++) {
        const struct scenario_actor *a = &t->s->actors[i];
        bool named = false;
        for (size_t k = 0; k < a->nmember; k++)
            named = named || strcmp(a->member[k], made->name) == 0;
        if (named || a->basis != BASIS_NONE)
            TRY(system_member(t, a, made->id, named));
    }
    return OK;
}

static enum err keep(struct telling *t, const struct words *w, struct thing_of *made, struct id id)
{
    made->name = t->step->as;
    made->thing = w->makes;
    made->kind = w->kind;
    made->id = id;
    if (w->makes == THING_CASE)
        made->case_ = id;
    t->things[t->nthings++] = *made;
    return w->makes == THING_CASE ? join(t, made) : OK;
}

static enum err act(struct telling *t, const struct words *w, struct told *ret)
{
    const struct thing_of *on = *t->step->on ? story_thing(t, t->step->on) : NULL;
    struct ctx ctx = story_ctx(t->step->actor);
    struct thing_of made = {0};
    struct act_result r;
    struct pairs p;
    TRY(take_inputs(t, w->kind, &p));
    if (w->maker && w->kind)
        TRY(attach(t, &p, &made));
    else if (w->maker && on)
        made.case_ = on->case_;
    struct act_request request = {
        .ctx = &ctx, .action = w->name, .expected_version = -1, .input = {p.list, p.n}};
    request.subject = on && !(w->maker && w->kind) ? on->id : id_nil();
    ret->error = door_act(t->door, &request, t->arena, &r);
    told_detail(ret);
    TRY(from_leaf(t, ctx.request_id, ret));
    return ret->error == OK && *t->step->as ? keep(t, w, &made, r.id) : OK;
}

static enum err look(struct telling *t, const struct words *w, struct told *ret)
{
    const struct thing_of *on = story_thing(t, t->step->on);
    struct ctx ctx = story_ctx(t->step->actor);
    struct pairs p;
    if (!on)
        return story_fails(t, t->step->line, "%s is not there: its step did not make it", t->step->on);
    if (!door_view_decl(t->door, w->name))
        return story_fails(t, t->step->line, "the program has no view %s yet", w->name);
    TRY(take_inputs(t, w->kind, &p));
    if (on->thing == THING_SUBJECT)
        TRY(add_id(t, &p, "case", on->case_));
    struct view_request request = {.ctx = &ctx, .view = w->name, .subject = on->id, .input = {p.list, p.n}};
    ret->error = door_view(t->door, &request, t->arena, &ret->view);
    told_detail(ret);
    return from_leaf(t, ctx.request_id, ret);
}

enum err story_act(struct telling *t, struct told *ret)
{
    struct words w = {0};
    *ret = (struct told){.error = OK};
    TRY(words_of(t, &w));
    return w.look ? look(t, &w, ret) : act(t, &w, ret);
}

/* ---- waiting
 * ----------------------------------------------------------------------------------------------------- */

static enum err later(struct telling *t, int64_t *ret_us)
{
    const struct scenario_step *step = t->step;
    const struct tz *z;
    if (step->wait_hours) {
        *ret_us = story_now() + step->wait_hours * INT64_C(3600000000);
        return OK;
    }
    TRY(tz_find(t->pack->time_zone, &z));
    struct local here = tz_local(z, story_now());
    if (step->wait_calendar_days)
        here.date = date_from_days(date_days(here.date) + step->wait_calendar_days);
    else
        TRY(calendar_add_working_days(t->pack->calendar, here.date, step->wait_working_days, &here.date));
    *ret_us = tz_utc(z, here.date, here.second_of_day);
    return OK;
}

/* Time passes, and the clocks tell what they have to. */
enum err story_wait(struct telling *t)
{
    struct ctx system = ctx_system();
    struct act_request tick = {.ctx = &system, .action = "clock.tick", .expected_version = -1};
    struct act_result r;
    int64_t then;
    TRY(later(t, &then));
    story_at(then);
    return door_act(t->door, &tick, t->arena, &r);
}
