/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/scenario_check.h"

/* What a name of the story stands for. */
enum thing { THING_NONE, THING_CASE, THING_SUBJECT, THING_RECORD, THING_UNKNOWN };
struct object {
    const char *name;
    enum thing thing;
    const struct kind *kind; /* THING_RECORD */
};
struct story {
    struct load *l;
    const struct scenario *s;
    struct object *objects;
    size_t nobjects;
    uint32_t scope;        /* of its actors */
    const struct yaml *at; /* the present step */
};

/* The program's own actions: on what, what they make, and the input that is a name. Their other inputs are
 * declared where the actions are, above this floor: whoever runs a story checks them. */
static const struct core_action {
    const char *name;
    enum thing on, makes;
    const char *input;
    enum space input_is;
} core_actions[] = {
    {"case.create", THING_NONE, THING_CASE, NULL, NAME_NONE},
    {"case.read", THING_CASE, THING_NONE, NULL, NAME_NONE},
    {"case.close", THING_CASE, THING_NONE, NULL, NAME_NONE},
    {"case.stage", THING_CASE, THING_NONE, "stage", NAME_STAGE},
    {"case.member", THING_CASE, THING_NONE, "actor", NAME_ACTOR},
    {"subject.create", THING_CASE, THING_SUBJECT, NULL, NAME_NONE},
    {"subject.read", THING_SUBJECT, THING_NONE, NULL, NAME_NONE},
};

static const struct object *object_of(const struct story *t, const char *name)
{
    for (size_t i = 0; i < t->nobjects; i++)
        if (strcmp(t->objects[i].name, name) == 0)
            return &t->objects[i];
    return NULL;
}

static const struct yaml *line_of(const struct story *t, const char *key)
{
    const struct yaml *y = given(t->at, key);
    return y ? y : t->at;
}

/* The object named under a key; NULL, and a fault, when none was made before this step. */
static enum err find_object(struct story *t, const char *key, const char *name, const struct object **ret)
{
    *ret = object_of(t, name);
    if (*ret)
        return OK;
    struct guess g = guess_of(str_of(name));
    for (size_t i = 0; i < t->nobjects; i++)
        guess_offer(&g, t->objects[i].name);
    const char *hint = guess_words(&g, t->l->scratch);
    if (!hint)
        return arena_err(t->l->scratch);
    return fault_add(&t->l->faults, AT_FAULT(line_of(t, key)),
                     "\"%s\": no step before this one makes \"%s\"%s", key, name, hint);
}

static enum err wrong_thing(struct story *t, const char *action, const char *needs)
{
    return fault_add(&t->l->faults, AT_FAULT(line_of(t, "on")), "%s needs \"on\": %s", action, needs);
}

/* ---- the program's own actions ----------------------------------------------------------------------- */
static enum err check_core_inputs(struct story *t, const struct scenario_step *step,
                                  const struct core_action *a)
{
    for (size_t i = 0; a->input && i < step->ninput && step->expect.error == OK; i++) {
        const struct scenario_value *v = &step->input[i];
        uint32_t scope = a->input_is == NAME_ACTOR ? t->scope : 0;
        if (strcmp(v->name, a->input) != 0 || !v->n ||
            name_find(t->l, a->input_is, scope, str_of(v->values[0])))
            continue;
        const char *hint = name_guess(t->l, a->input_is, scope, str_of(v->values[0]));
        if (!hint)
            return arena_err(t->l->scratch);
        TRY(fault_add(&t->l->faults, t->at->file, v->line, "\"%s\": no %s \"%s\"%s", a->input,
                      space_word(a->input_is), v->values[0], hint));
    }
    return OK;
}

static enum err check_core(struct story *t, const struct scenario_step *step, const struct core_action *a,
                           struct object *made)
{
    const struct object *on = NULL;
    if (*step->on)
        TRY(find_object(t, "on", step->on, &on));
    if (on && a->on == THING_NONE)
        TRY(fault_add(&t->l->faults, AT_FAULT(line_of(t, "on")), "%s takes no \"on\"", a->name));
    else if (on ? on->thing != a->on && on->thing != THING_UNKNOWN : !*step->on && a->on != THING_NONE)
        TRY(wrong_thing(t, a->name, a->on == THING_CASE ? "a case" : "a subject"));
    made->thing = a->makes;
    return check_core_inputs(t, step, a);
}

/* ---- actions of kinds -------------------------------------------------------------------------------- */
static enum err check_scalar(struct story *t, const struct field *f, const struct yaml *y)
{
    const struct object *o;
    if (y->type != YAML_SCALAR || !y->text.n)
        return OK;
    return f->type == FT_SUBJECT ? find_object(t, f->name, y->text.p, &o) : field_value_check(t->l, f, y);
}

static enum err check_value(struct story *t, const struct field *f, const struct yaml *y)
{
    if (y->type != YAML_LIST)
        return check_scalar(t, f, y);
    if (f->type != FT_CODES)
        return fault_add(&t->l->faults, AT_FAULT(y), "\"%s\" has one value (type codes has several)",
                         f->name);
    for (size_t i = 0; i < y->n; i++)
        TRY(check_scalar(t, f, y->items[i]));
    return OK;
}

/* values: the map that `v` stands in. */
static enum err check_field(struct story *t, const struct kind *k, const struct scenario_value *v, bool seen,
                            const struct yaml *values)
{
    const struct field *f = kind_field(k, v->name);
    const struct yaml *y = given(values, v->name);
    if (f)
        return seen && y ? check_value(t, f, y) : OK;
    struct guess g = guess_of(str_of(v->name));
    for (size_t i = 0; i < k->nfields; i++)
        guess_offer(&g, k->fields[i].name);
    const char *hint = guess_words(&g, t->l->scratch);
    if (!hint)
        return arena_err(t->l->scratch);
    return fault_add(&t->l->faults, t->at->file, v->line, "%s has no field \"%s\"%s", k->id, v->name, hint);
}

/* A story may send something wrong on purpose: then it expects the error. */
static enum err check_fields(struct story *t, const struct scenario_step *step, const struct kind *k)
{
    const struct yaml *input = given(t->at, "input"), *expected = given(given(t->at, "expect"), "fields");
    for (size_t i = 0; i < step->ninput && step->expect.error == OK; i++)
        TRY(check_field(t, k, &step->input[i], true, input));
    for (size_t i = 0; i < step->expect.nfields; i++) {
        const struct scenario_field *f = &step->expect.fields[i];
        TRY(check_field(t, k, &f->value, f->seen == SEEN_VALUE, expected));
    }
    return OK;
}

static enum err check_create(struct story *t, const struct scenario_step *step, const struct kind *k,
                             struct object *made)
{
    const struct object *on = NULL;
    *made = (struct object){.thing = THING_RECORD, .kind = k};
    if (*step->on)
        TRY(find_object(t, "on", step->on, &on));
    uint32_t attach = !*step->on                         ? ATTACH_NONE
                      : on && on->thing == THING_CASE    ? ATTACH_CASE
                      : on && on->thing == THING_SUBJECT ? ATTACH_SUBJECT
                                                         : 0;
    bool unsure = (*step->on && !on) || (on && on->thing == THING_UNKNOWN);
    if (!unsure && k->attach && !(k->attach & attach))
        return wrong_thing(t, step->action, "what the kind attaches to");
    return OK;
}

static enum err check_state(struct story *t, const struct yaml *at, const struct kind *k, const char *state)
{
    if (!*state)
        return OK;
    struct guess g = guess_of(str_of(state));
    for (size_t i = 0; i < k->nstates; i++) {
        if (strcmp(k->states[i], state) == 0)
            return OK;
        guess_offer(&g, k->states[i]);
    }
    const char *hint = guess_words(&g, t->l->scratch);
    if (!hint)
        return arena_err(t->l->scratch);
    return fault_add(&t->l->faults, AT_FAULT(at), "%s has no state \"%s\"%s", k->id, state, hint);
}

static enum err check_kind_action(struct story *t, const struct scenario_step *step, const struct name *name,
                                  struct str action, struct object *made)
{
    const struct kind *k = name->object;
    const struct object *on = NULL;
    if (!k) {
        made->thing = THING_UNKNOWN; /* its file could not be read */
        return OK;
    }
    bool create = str_is(action, "create");
    if (!str_is(action, "read") && !name_find(t->l, NAME_ACTION, name->inner, action)) {
        const char *hint = name_guess(t->l, NAME_ACTION, name->inner, action);
        if (!hint)
            return arena_err(t->l->scratch);
        return fault_add(&t->l->faults, AT_FAULT(line_of(t, "action")), "%s has no action \"%.*s\"%s", k->id,
                         STR_FMT(action), hint);
    }
    if (create)
        TRY(check_create(t, step, k, made));
    else if (*step->on)
        TRY(find_object(t, "on", step->on, &on));
    if (!create && (on ? on->kind != k && on->thing != THING_UNKNOWN : !*step->on))
        TRY(wrong_thing(t, step->action, "a record of that kind"));
    const struct yaml *state = given(given(t->at, "expect"), "state");
    if (state && state->type == YAML_SCALAR)
        TRY(check_state(t, state, k, step->expect.state));
    return check_fields(t, step, k);
}

static enum err unknown_action(struct story *t, const char *action)
{
    struct guess g = guess_of(str_of(action));
    for (size_t i = 0; i < LEN(core_actions); i++)
        guess_offer(&g, core_actions[i].name);
    const char *hint = guess_words(&g, t->l->scratch);
    if (!hint)
        return arena_err(t->l->scratch);
    return fault_add(&t->l->faults, AT_FAULT(line_of(t, "action")), "no action \"%s\"%s", action, hint);
}

static enum err check_action(struct story *t, const struct scenario_step *step)
{
    struct object made = {.thing = THING_NONE};
    struct str action = str_of(step->action), kind;
    const struct core_action *core = NULL;
    const struct object *also;
    for (size_t i = 0; i < LEN(core_actions); i++)
        if (str_is(action, core_actions[i].name))
            core = &core_actions[i];
    bool dotted = str_find(action, '.') > 0 && str_cut(&action, '.', &kind);
    const struct name *name = dotted ? name_find(t->l, NAME_KIND, 0, kind) : NULL;
    if (core)
        TRY(check_core(t, step, core, &made));
    else if (name)
        TRY(check_kind_action(t, step, name, action, &made));
    else if (*step->action)
        TRY(unknown_action(t, step->action));
    for (size_t i = 0; i < step->nalso; i++)
        TRY(find_object(t, "also", step->also[i], &also));
    if (!*step->as)
        return OK;
    if (made.thing == THING_NONE && (core || name))
        return fault_add(&t->l->faults, AT_FAULT(line_of(t, "as")), "\"as\": %s makes nothing", step->action);
    if (made.thing == THING_NONE)
        made.thing = THING_UNKNOWN;
    made.name = step->as;
    t->objects[t->nobjects++] = made;
    return OK;
}

/* ---- checks ------------------------------------------------------------------------------------------ */
static enum err check_clock(struct story *t, const struct scenario_check *c, const struct object *of,
                            const struct yaml *y)
{
    static const char *const states[] = {"running", "paused", "stopped", "cancelled"};
    static const struct words state_words = WORDS(states);
    const struct yaml *state = given(y, "state");
    int index;
    if (state)
        TRY(decode_word(t->l, "state", state, &state_words, false, &index));
    if (of->thing != THING_RECORD)
        return OK; /* clocks of cases are the program's own */
    for (size_t i = 0; i < of->kind->nclocks; i++)
        if (strcmp(of->kind->clocks[i].name, c->clock) == 0)
            return OK;
    return fault_add(&t->l->faults, AT_FAULT(given(y, "clock")), "%s has no clock \"%s\"", of->kind->id,
                     c->clock);
}

static enum err check_check(struct story *t, const struct scenario_check *c)
{
    const struct yaml *y = given(t->at, "check");
    const struct object *of = NULL;
    if (!y || y->type != YAML_MAP || !c->of || !*c->of)
        return OK;
    TRY(find_object(t, "check", c->of, &of));
    if (!of)
        return OK;
    if (*c->clock)
        return check_clock(t, c, of, y);
    return of->kind && *c->state ? check_state(t, given(y, "state"), of->kind, c->state) : OK;
}

/* Cases that actors are members of from the start. */
static enum err check_members(struct story *t, const struct yaml *y)
{
    const struct yaml *actors = given(y, "actors");
    for (size_t i = 0; i < t->s->nactors; i++) {
        const struct scenario_actor *a = &t->s->actors[i];
        for (size_t j = 0; j < a->nmember; j++) {
            const struct object *o = object_of(t, a->member[j]);
            if (o && o->thing != THING_CASE && o->thing != THING_UNKNOWN)
                TRY(fault_add(&t->l->faults, actors->file, a->line, "\"member\": \"%s\" is no case",
                              a->member[j]));
        }
    }
    return OK;
}

enum err scenario_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct scenario *s = record;
    const struct yaml *steps = given(y, "steps");
    struct story t = {.l = l, .s = s, .objects = ARENA_ARRAY(l->scratch, s->nsteps + 1, struct object)};
    const struct name *name = name_find(l, NAME_SCENARIO, 0, str_of(s->id));
    t.scope = name ? name->inner : 0;
    if (!t.objects)
        return arena_err(l->scratch);
    for (size_t i = 0, at = 0; steps && steps->type == YAML_LIST && i < steps->n && at < s->nsteps; i++) {
        t.at = steps->items[i];
        if (t.at->type != YAML_MAP)
            continue;
        const struct scenario_step *step = &s->steps[at++];
        if (step->does == DOES_ACTION)
            TRY(check_action(&t, step));
        if (step->does == DOES_CHECK)
            TRY(check_check(&t, &step->check));
    }
    return check_members(&t, y);
}
