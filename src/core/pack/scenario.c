/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.c - the tables of scenarios/: docs/pack-format.md section 13. What they mean together:
 * scenario_check.c. */
#include "core/pack/scenario_check.h"

#define VALUES_MOST 300 /* of one input or expect */

/* ---- values under free keys -------------------------------------------------------------------------- */
static enum err value_of(struct load *l, const struct yaml *map, size_t i, struct scenario_value *ret,
                         bool *ret_ok)
{
    const struct yaml *y = map->items[i];
    struct yaml *const *items = y->type == YAML_LIST ? y->items : (struct yaml *const *)&map->items[i];
    size_t n = y->type == YAML_LIST ? y->n : 1;
    *ret_ok = false;
    if (!word_shaped(SHAPE_NAME, map->keys[i]))
        return fault_add(&l->faults, map->file, map->key_lines[i], "\"%.*s\" is not a name of a field",
                         STR_FMT(map->keys[i]));
    const char **values = n ? ARENA_ARRAY(l->keep, n, const char *) : NULL;
    if (n && !values)
        return arena_err(l->keep);
    for (size_t j = 0; j < n; j++) {
        if (items[j]->type != YAML_SCALAR)
            return fault_add(&l->faults, AT_FAULT(items[j]),
                             "\"%.*s\" must be a text, a number, or a list of them", STR_FMT(map->keys[i]));
        TRY(decode_text(l, items[j]->text, &values[j]));
    }
    *ret = (struct scenario_value){.values = values, .n = n, .list = y->type == YAML_LIST, .line = y->line};
    *ret_ok = true;
    return decode_text(l, map->keys[i], &ret->name);
}

static enum err check_map(struct load *l, const struct key *k, const struct yaml *y, bool *ret_ok)
{
    *ret_ok = y->type == YAML_MAP && y->n <= VALUES_MOST;
    if (y->type != YAML_MAP)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a map", k->name);
    return *ret_ok
               ? OK
               : fault_add(&l->faults, AT_FAULT(y), "\"%s\" has more than %d entries", k->name, VALUES_MOST);
}

static enum err read_input(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct scenario_step *s = record;
    bool ok;
    TRY(check_map(l, k, y, &ok));
    if (!ok || !y->n)
        return OK;
    struct scenario_value *values = ARENA_ARRAY(l->keep, y->n, struct scenario_value);
    if (!values)
        return arena_err(l->keep);
    s->input = values;
    for (size_t i = 0; i < y->n; i++) {
        TRY(value_of(l, y, i, &values[s->ninput], &ok));
        s->ninput += ok;
    }
    return OK;
}

/* `masked` and `absent` are words here; a value that reads the same is quoted. */
static enum scenario_seen seen(const struct yaml *y)
{
    if (y->type != YAML_SCALAR || y->quoted)
        return SEEN_VALUE;
    return str_is(y->text, "masked") ? SEEN_MASKED : str_is(y->text, "absent") ? SEEN_ABSENT : SEEN_VALUE;
}

static enum err read_expected(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct scenario_expect *e = record;
    bool ok;
    TRY(check_map(l, k, y, &ok));
    if (!ok || !y->n)
        return OK;
    struct scenario_field *fields = ARENA_ARRAY(l->keep, y->n, struct scenario_field);
    if (!fields)
        return arena_err(l->keep);
    e->fields = fields;
    for (size_t i = 0; i < y->n; i++) {
        TRY(value_of(l, y, i, &fields[e->nfields].value, &ok));
        fields[e->nfields].seen = seen(y->items[i]);
        e->nfields += ok;
    }
    return OK;
}

/* ---- actors ------------------------------------------------------------------------------------------ */
static const struct key actor_keys[] = {
    {"role", SHAPE_ENUM, KEY_REQUIRED, AT(scenario_actor, role), .words = &role_words},
    {"agency", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(scenario_actor, agency), .space = NAME_AGENCY},
    {"purpose", SHAPE_ENUM, KEY_REQUIRED, AT(scenario_actor, purpose), .words = &purpose_words},
    {"assurance", SHAPE_INT, 0, AT(scenario_actor, assurance), .otherwise = 2, .least = 1, .most = 3},
    {"basis", SHAPE_ENUM, 0, AT(scenario_actor, basis), .words = &basis_words},
    {"member", SHAPE_NAME, KEY_LIST | KEY_REFERS, AT_LIST(scenario_actor, member, nmember),
     .space = NAME_OBJECT},
};
static const struct form actor_form = {FORM("an actor", scenario_actor, actor_keys),
                                       LINE_AT(scenario_actor, line)};

static enum err read_actors(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct scenario *s = record;
    bool ok;
    TRY(check_map(l, k, y, &ok));
    if (!ok || !y->n)
        return OK;
    struct scenario_actor *actors = ARENA_ARRAY(l->keep, y->n, struct scenario_actor);
    if (!actors)
        return arena_err(l->keep);
    s->actors = actors;
    for (size_t i = 0; i < y->n; i++) {
        struct scenario_actor *a = &actors[s->nactors];
        struct name *n;
        bool is_map, fresh;
        if (!word_shaped(SHAPE_NAME, y->keys[i])) {
            TRY(fault_add(&l->faults, y->file, y->key_lines[i], "\"%.*s\" is not a name of an actor",
                          STR_FMT(y->keys[i])));
            continue;
        }
        TRY(decode_map(l, &actor_form, y->items[i], a, &is_map));
        if (!is_map)
            continue;
        TRY(decode_text(l, y->keys[i], &a->name));
        TRY(name_add(l,
                     (struct name){.space = NAME_ACTOR,
                                   .scope = decode_scope(l, NAME_ACTOR),
                                   .word = y->keys[i],
                                   .object = a,
                                   .file = y->file,
                                   .line = y->key_lines[i]},
                     &n, &fresh));
        s->nactors++;
    }
    return OK;
}

/* ---- steps ------------------------------------------------------------------------------------------- */
static enum err read_reason(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    return decode_word(l, k->name, y, &reason_words, false, &((struct scenario_expect *)record)->reason);
}

static enum err read_error(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    const struct err_row *rows;
    size_t n = err_rows(&rows);
    struct guess g = guess_of(y->text);
    for (size_t i = 0; i < n && y->type == YAML_SCALAR; i++) {
        if (str_is(y->text, rows[i].name)) {
            ((struct scenario_expect *)record)->error = rows[i].code;
            return OK;
        }
        guess_offer(&g, rows[i].name);
    }
    const char *hint = guess_words(&g, l->scratch);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be the name of an error, as ERR_STATE%s", k->name,
                     hint);
}

static enum err expect_done(struct load *l, const struct yaml *y, void *record)
{
    struct scenario_expect *e = record;
    if (!given(y, "reason"))
        e->reason = -1;
    if (e->error != OK && given(y, "verdict") && e->verdict != VERDICT_ALLOW)
        return fault_add(&l->faults, AT_FAULT(y),
                         "with \"error\" the verdict is allow: the policy did not refuse");
    return OK;
}

static const struct key expect_keys[] = {
    {"verdict", SHAPE_ENUM, KEY_REQUIRED, AT(scenario_expect, verdict), .words = &verdict_words},
    {"reason", SHAPE_READ, 0, AT(scenario_expect, reason), .read = read_reason},
    {"error", SHAPE_READ, 0, AT(scenario_expect, error), .read = read_error},
    {"state", SHAPE_NAME, 0, AT(scenario_expect, state)},
    {"stage", SHAPE_NAME, KEY_REFERS, AT(scenario_expect, stage), .space = NAME_STAGE},
    {"fields", SHAPE_READ, 0, AT(scenario_expect, fields), .read = read_expected},
};
static const struct form expect_form = {FORM("an expectation", scenario_expect, expect_keys),
                                        .done = expect_done};

static enum err wait_done(struct load *l, const struct yaml *y, void *record)
{
    (void)record;
    return y->n == 1 ? OK
                     : fault_add(&l->faults, AT_FAULT(y),
                                 "\"wait\" has exactly one of hours, calendar_days, working_days");
}

static const struct key wait_keys[] = {
    {"hours", SHAPE_I64, 0, AT(scenario_step, wait_hours), .least = 1, .most = 100000},
    {"calendar_days", SHAPE_INT, 0, AT(scenario_step, wait_calendar_days), .least = 1, .most = 10000},
    {"working_days", SHAPE_INT, 0, AT(scenario_step, wait_working_days), .least = 1, .most = 4000},
};
static const struct form wait_form = {
    .what = "a wait", .keys = wait_keys, .nkeys = LEN(wait_keys), .done = wait_done};

static const char *const marks[] = {"ok", "warn", "overdue"};
static const struct words mark_words = WORDS(marks);

static enum err check_done(struct load *l, const struct yaml *y, void *record)
{
    static const char *const asked[] = {"mark", "state", "due", "stage", "audit", "notice"};
    (void)record;
    bool clock = given(y, "clock"), of = given(y, "of"), audit = given(y, "audit");
    size_t n = 0;
    for (size_t i = 0; i < LEN(asked); i++)
        n += given(y, asked[i]) != NULL;
    if (n != 1)
        return fault_add(&l->faults, AT_FAULT(y),
                         "\"check\" has exactly one of mark, state, due, stage, audit, notice");
    if (clock && !given(y, "mark") && !given(y, "state") && !given(y, "due"))
        return fault_add(&l->faults, AT_FAULT(y), "of a clock \"check\" asks mark, state or due");
    if (!clock && (given(y, "mark") || given(y, "due")))
        return fault_add(&l->faults, AT_FAULT(y), "\"mark\" and \"due\" need a \"clock\"");
    if (of == audit)
        return fault_add(&l->faults, AT_FAULT(y),
                         audit ? "\"audit\" takes no \"of\""
                               : "\"check\" needs \"of\": the object that is looked at");
    return OK;
}

static const struct key check_keys[] = {
    {"clock", SHAPE_NAME, 0, AT(scenario_check, clock)},
    {"of", SHAPE_NAME, 0, AT(scenario_check, of)},
    {"mark", SHAPE_PLAIN, 0, AT(scenario_check, mark), .words = &mark_words},
    {"state", SHAPE_NAME, 0, AT(scenario_check, state)},
    {"due", SHAPE_TIME, 0, AT(scenario_check, due_us)},
    {"stage", SHAPE_NAME, KEY_REFERS, AT(scenario_check, stage), .space = NAME_STAGE},
    {"audit", SHAPE_I64, 0, AT(scenario_check, audit), .otherwise = -1, .least = 0, .most = 1000000},
    {"notice", SHAPE_PLAIN, 0, AT(scenario_check, notice)},
};
static const struct form check_form = {FORM("a check", scenario_check, check_keys), .done = check_done};

static enum err read_part(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    static const char *const parts[] = {"given", "when", "then"};
    struct scenario_step *s = record;
    for (size_t i = 0; i < LEN(parts); i++)
        if (strcmp(k->name, parts[i]) == 0)
            s->part = (enum scenario_part)i;
    if (y->type != YAML_SCALAR || !y->text.n)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a sentence", k->name);
    TRY(decode_text(l, y->text, &s->sentence));
    return text_add(l, y->text, y);
}

static enum err exactly_one(struct load *l, const struct yaml *y, const char *a, const char *b, const char *c)
{
    int n = (given(y, a) != NULL) + (given(y, b) != NULL) + (given(y, c) != NULL);
    return n == 1 ? OK : fault_add(&l->faults, AT_FAULT(y), "a step has exactly one of %s, %s, %s", a, b, c);
}

static enum err step_done(struct load *l, const struct yaml *y, void *record)
{
    static const char *const of_actions[] = {"actor", "on", "also", "as", "input", "expect"};
    struct scenario_step *s = record;
    s->does = given(y, "wait") ? DOES_WAIT : given(y, "check") ? DOES_CHECK : DOES_ACTION;
    TRY(exactly_one(l, y, "given", "when", "then"));
    TRY(exactly_one(l, y, "action", "wait", "check"));
    for (size_t i = 0; i < LEN(of_actions); i++) {
        const struct yaml *value = given(y, of_actions[i]);
        bool needed = strcmp(of_actions[i], "actor") == 0 || strcmp(of_actions[i], "expect") == 0;
        if (value && s->does != DOES_ACTION)
            TRY(fault_add(&l->faults, AT_FAULT(value), "\"%s\" is for steps with \"action\"", of_actions[i]));
        if (!value && needed && given(y, "action"))
            TRY(fault_add(&l->faults, AT_FAULT(y), "a step with \"action\" needs \"%s\"", of_actions[i]));
    }
    return OK;
}

static const struct key step_keys[] = {
    {"given", SHAPE_READ, 0, .read = read_part},
    {"when", SHAPE_READ, 0, .read = read_part},
    {"then", SHAPE_READ, 0, .read = read_part},
    {"actor", SHAPE_LINK, 0, AT(scenario_step, actor), .space = NAME_ACTOR},
    {"action", SHAPE_PLAIN, 0, AT(scenario_step, action)},
    {"on", SHAPE_NAME, 0, AT(scenario_step, on)},
    {"as", SHAPE_NAME, KEY_DEFINES, AT(scenario_step, as), .space = NAME_OBJECT},
    {"also", SHAPE_NAME, KEY_LIST, AT_LIST(scenario_step, also, nalso)},
    {"input", SHAPE_READ, 0, AT_LIST(scenario_step, input, ninput), .read = read_input},
    {"expect", SHAPE_MAP, 0, AT(scenario_step, expect), .form = &expect_form},
    {"wait", SHAPE_MAP, 0, .form = &wait_form},
    {"check", SHAPE_MAP, 0, AT(scenario_step, check), .form = &check_form},
};
static const struct form step_form = {FORM("a step", scenario_step, step_keys), LINE_AT(scenario_step, line),
                                      .done = step_done};

static const struct key scenario_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(scenario, id), .space = NAME_SCENARIO},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(scenario, title)},
    {"duties", SHAPE_DUTY, KEY_LIST | KEY_REFERS, AT_LIST(scenario, duties, nduties), .space = NAME_DUTY},
    {"now", SHAPE_TIME, KEY_REQUIRED, AT(scenario, now_us)},
    {"actors", SHAPE_READ, KEY_REQUIRED, .read = read_actors},
    {"steps", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(scenario, steps, nsteps), .form = &step_form,
     .most = 1000},
};
const struct form scenario_form = {FORM("a story", scenario, scenario_keys), LINE_AT(scenario, line),
                                   FILE_AT(scenario, file), .opens = SPACE(NAME_ACTOR) | SPACE(NAME_OBJECT),
                                   .check = scenario_check};

const struct scenario_actor *scenario_actor(const struct scenario *s, const char *name)
{
    for (size_t i = 0; s && name && i < s->nactors; i++)
        if (strcmp(s->actors[i].name, name) == 0)
            return &s->actors[i];
    return NULL;
}
