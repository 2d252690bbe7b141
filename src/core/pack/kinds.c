/* SPDX-License-Identifier: Apache-2.0 */
/* pack_kinds.c - the tables of kinds/: docs/pack-format.md section 11. */
#include "core/pack/kinds.h"

static const char *const types[] = {"text", "long_text", "int",    "bool",   "date",   "time",
                                    "code", "codes",     "agency", "office", "subject"};
static const char *const attaches[] = {"case", "subject", "none"}; /* bits: enum attach */
static const struct words type_words = WORDS(types), attach_words = WORDS(attaches);

/* ---- states ------------------------------------------------------------------------------------------ */
struct state {
    const char *name, *label;
};
static const struct key state_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(state, name), .space = NAME_STATE},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(state, label)},
};
static const struct form state_form = {FORM("a state", state, state_keys)};

#define STATES_MOST 64

static enum err read_states(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct kind *kind = record;
    if (y->type != YAML_LIST || !y->n || y->n > STATES_MOST) {
        l->unreadable |= SPACE(NAME_STATE); /* nobody knows which states there are */
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a list of 1 to %d states", k->name,
                         STATES_MOST);
    }
    const char **names = ARENA_ARRAY(l->keep, y->n, const char *);
    const char **labels = ARENA_ARRAY(l->keep, y->n, const char *);
    struct state *rows = ARENA_ARRAY(l->scratch, y->n, struct state);
    if (!names || !labels || !rows)
        return arena_err(names && labels ? l->scratch : l->keep);
    kind->states = names;
    kind->state_labels = labels;
    for (size_t i = 0; i < y->n; i++) {
        bool is_map;
        struct state *s = &rows[i];
        TRY(decode_map(l, &state_form, y->items[i], s, &is_map));
        if (!is_map || !*s->name)
            continue;
        names[kind->nstates] = s->name;
        labels[kind->nstates++] = s->label;
    }
    return OK;
}

/* ---- sections ---------------------------------------------------------------------------------------- */
static const struct key section_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(section, name), .space = NAME_SECTION},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(section, label)},
    {"help", SHAPE_TEXT, 0, AT(section, help)},
};
static const struct form section_form = {FORM("a section", section, section_keys)};

static size_t section_at(const struct kind *k, const char *name)
{
    for (size_t i = 0; i < k->nsections; i++)
        if (strcmp(k->sections[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

const struct section *kind_section(const struct kind *k, const struct field *f)
{
    size_t at = section_at(k, f->section ? f->section : "");
    return at == SIZE_MAX ? NULL : &k->sections[at];
}

/* A field that names no section stands in that of the field above it; sections come in their order and
 * whole, so that the order of the fields is that in which people are asked. */
static enum err place_fields(struct load *l, const struct yaml *y, struct kind *k)
{
    const struct yaml *fields = given(y, "fields");
    struct field *list = (struct field *)k->fields; /* of this very load */
    size_t now = SIZE_MAX;
    if (!k->nsections)
        return OK; /* a section that is named all the same is a name that is not defined */
    if (k->nfields && !*list[0].section)
        return fault_add(&l->faults, AT_FAULT(fields), "the first field must name its \"section\"");
    for (size_t i = 0; i < k->nfields; i++) {
        size_t at = *list[i].section ? section_at(k, list[i].section) : now;
        if (at == SIZE_MAX)
            return OK; /* noted where it stands */
        if (at != now && at != (now == SIZE_MAX ? 0 : now + 1))
            return fault_add(&l->faults, k->file, list[i].line,
                             "section \"%s\" is not the next one: sections stand in their order, and whole",
                             list[i].section);
        now = at;
        list[i].section = k->sections[now].name;
    }
    return now + 1 < k->nsections ? fault_add(&l->faults, AT_FAULT(given(y, "sections")),
                                              "no field is in the section \"%s\"", k->sections[now + 1].name)
                                  : OK;
}

/* ---- fields ------------------------------------------------------------------------------------------ */
#define TYPES(a)      (1u << (a))
#define TYPES_LIMITED (TYPES(FT_INT) | TYPES(FT_TEXT) | TYPES(FT_LONG_TEXT) | TYPES(FT_CODES))
#define TYPES_CODED   (TYPES(FT_CODE) | TYPES(FT_CODES))
#define TYPES_DATED   (TYPES(FT_DATE) | TYPES(FT_TIME))

static enum err check_type_keys(struct load *l, const struct yaml *y, const struct field *f)
{
    static const struct {
        const char *key;
        unsigned types, needed;
    } rows[] = {
        {"codes", TYPES_CODED, TYPES_CODED},
        {"min", TYPES_LIMITED, 0},
        {"max", TYPES_LIMITED, 0},
        {"not_before", TYPES_DATED, 0},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct yaml *value = given(y, rows[i].key);
        if (!value && (rows[i].needed & TYPES(f->type)))
            TRY(fault_add(&l->faults, AT_FAULT(y), "a field of type %s needs \"%s\"", types[f->type],
                          rows[i].key));
        if (value && !(rows[i].types & TYPES(f->type)))
            TRY(fault_add(&l->faults, AT_FAULT(value), "a field of type %s takes no \"%s\"", types[f->type],
                          rows[i].key));
    }
    if (f->min > f->max)
        TRY(fault_add(&l->faults, AT_FAULT(y), "\"min\" is more than \"max\""));
    if (f->type != FT_INT && ((given(y, "min") && f->min < 0) || (given(y, "max") && f->max < 0)))
        TRY(fault_add(&l->faults, AT_FAULT(y), "a length is not negative"));
    return OK;
}

static enum err add_fact(struct load *l, const struct yaml *y, const struct field *f)
{
    const struct kind *k = decode_owner(l, &kind_form);
    struct name *n;
    bool fresh;
    if (fact_reserved(f->fact))
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" is a built-in name of cases or subjects", f->fact);
    TRY(name_add(
        l, (struct name){.space = NAME_FACT, .word = y->text, .object = f, .file = y->file, .line = y->line},
        &n, &fresh));
    if (!fresh) {
        enum field_type there = ((const struct field *)n->object)->type;
        bool differs = there != f->type && there < LEN(types) && f->type < LEN(types);
        TRY(fault_add(&l->faults, AT_FAULT(y), "fact \"%s\" stands already at %s:%d%s%s", f->fact, n->file,
                      n->line, differs ? ", and with another type: " : "", differs ? types[there] : ""));
    }
    return k && !k->once ? fault_add(&l->faults, AT_FAULT(y), "a fact is only for kinds with \"once: true\"")
                         : OK;
}

static enum err field_done(struct load *l, const struct yaml *y, void *record)
{
    const struct field *f = record;
    if (name_built_in(f->name))
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "name")), "\"%s\" is a built-in name", f->name));
    if (given(y, "type") && f->type < LEN(types))
        TRY(check_type_keys(l, y, f));
    return f->fact && *f->fact ? add_fact(l, given(y, "fact"), f) : OK;
}

static enum err field_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    const struct field *f = record;
    const struct kind *k = owner;
    struct fields_of of = fields_of(l, k->id);
    of.until = f;
    if (of.what == OF_KIND && of.kind->object == k)
        TRY(condition_check(l, &of, given(y, "when")));
    const struct field *other = f->not_before ? kind_field(k, f->not_before) : NULL;
    if (!other)
        return OK;
    const struct yaml *at = given(y, "not_before");
    if (other == f)
        return fault_add(&l->faults, AT_FAULT(at), "\"not_before\" names its own field");
    if (other->type != f->type && other->type < LEN(types) && f->type < LEN(types))
        return fault_add(&l->faults, AT_FAULT(at), "\"not_before\": \"%s\" is of type %s, not %s",
                         other->name, types[other->type], types[f->type]);
    return OK;
}

static const struct key field_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(field, name), .space = NAME_FIELD},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(field, label)},
    {"help", SHAPE_TEXT, 0, AT(field, help)},
    {"section", SHAPE_NAME, KEY_REFERS, AT(field, section), .space = NAME_SECTION},
    {"type", SHAPE_ENUM, KEY_REQUIRED, AT(field, type), .words = &type_words},
    {"codes", SHAPE_LINK, 0, AT(field, codes), .space = NAME_CODES},
    {"class", SHAPE_ENUM, KEY_REQUIRED | KEY_NOT_NONE, AT(field, class), .words = &class_words},
    {"required", SHAPE_BOOL, 0, AT(field, required)},
    {"indexed", SHAPE_BOOL, 0, AT(field, indexed)},
    {"fact", SHAPE_NAME, KEY_NULL, AT(field, fact)},
    {"min", SHAPE_I64, 0, AT(field, min), .otherwise = INT64_MIN},
    {"max", SHAPE_I64, 0, AT(field, max), .otherwise = INT64_MAX},
    {"when", SHAPE_READ, 0, AT(field, when), .read = read_condition},
    {"not_before", SHAPE_NAME, KEY_NULL | KEY_REFERS, AT(field, not_before), .space = NAME_FIELD},
};
static const struct form field_form = {FORM("a field", field, field_keys), LINE_AT(field, line),
                                       .done = field_done, .check = field_check};

/* ---- actions ----------------------------------------------------------------------------------------- */
/* `all`, or a list of names. */
static enum err read_fields(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct kind_action *a = record;
    const struct kind *kind = decode_owner(l, &kind_form);
    if (y->type != YAML_SCALAR || !str_is(y->text, "all")) {
        struct key names = *k;
        names.shape = SHAPE_NAME;
        names.flags = KEY_LIST | KEY_REFERS;
        names.space = NAME_FIELD;
        return y->type == YAML_LIST
                   ? decode_texts(l, &names, y, record)
                   : fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a list, or all", k->name);
    }
    if (!kind->nfields)
        return OK;
    const char **all = ARENA_ARRAY(l->keep, kind->nfields, const char *);
    if (!all)
        return arena_err(l->keep);
    for (size_t i = 0; i < kind->nfields; i++)
        all[i] = kind->fields[i].name;
    a->fields = all;
    a->nfields = kind->nfields;
    return OK;
}

static enum err take_no(struct load *l, const struct yaml *y, const char *action, const char *key)
{
    const struct yaml *value = given(y, key);
    return value ? fault_add(&l->faults, AT_FAULT(value), "%s takes no \"%s\"", action, key) : OK;
}

static enum err first_two(struct load *l, const struct yaml *y, struct kind_action *a, const struct kind *k,
                          bool create)
{
    a->verb = create ? VERB_CREATE : VERB_UPDATE;
    TRY(take_no(l, y, a->name, "verb"));
    if (!create)
        return take_no(l, y, a->name, "to");
    TRY(take_no(l, y, a->name, "from"));
    if (!a->to)
        return fault_add(&l->faults, AT_FAULT(y), "create needs \"to\": the first state");
    if (k->nstates && strcmp(a->to, k->states[0]) != 0)
        return fault_add(&l->faults, AT_FAULT(given(y, "to")), "create leads to the first state, \"%s\"",
                         k->states[0]);
    return OK;
}

static enum err action_done(struct load *l, const struct yaml *y, void *record)
{
    struct kind_action *a = record;
    const struct kind *k = decode_owner(l, &kind_form);
    bool create = strcmp(a->name, "create") == 0, amend = strcmp(a->name, "amend") == 0;
    if (!create && !given(y, "from")) {
        a->from = k->states;
        a->nfrom = k->nstates;
    }
    if (create || amend)
        TRY(first_two(l, y, a, k, create));
    else if (!given(y, "verb"))
        TRY(fault_add(&l->faults, AT_FAULT(y), "an action needs \"verb\""));
    if (amend)
        TRY(take_no(l, y, a->name, "gate")); /* to correct what was written is no step */
    if (strcmp(a->name, "read") == 0)
        TRY(fault_add(&l->faults, AT_FAULT(y),
                      "\"read\" is what everybody with access may do; no action has that name"));
    if (a->notice && strpbrk(a->notice, "{}%"))
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "notice")),
                      "a notice has no placeholder: it leaves the system"));
    return OK;
}

static const struct key action_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(kind_action, name), .space = NAME_ACTION},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(kind_action, label)},
    {"verb", SHAPE_ENUM, 0, AT(kind_action, verb), .words = &verb_words},
    {"from", SHAPE_NAME, KEY_LIST | KEY_SOME | KEY_REFERS, AT_LIST(kind_action, from, nfrom),
     .space = NAME_STATE},
    {"to", SHAPE_NAME, KEY_NULL | KEY_REFERS, AT(kind_action, to), .space = NAME_STATE},
    {"roles", SHAPE_BITS, KEY_REQUIRED | KEY_SOME, AT(kind_action, roles), .words = &role_words},
    {"purposes", SHAPE_BITS, KEY_REQUIRED | KEY_SOME | KEY_NOT_NONE, AT(kind_action, purposes),
     .words = &purpose_words},
    {"fields", SHAPE_READ, 0, AT_LIST(kind_action, fields, nfields), .read = read_fields},
    {"require", SHAPE_NAME, KEY_LIST | KEY_REFERS, AT_LIST(kind_action, require, nrequire),
     .space = NAME_FIELD},
    {"notice", SHAPE_TEXT, KEY_NULL, AT(kind_action, notice)},
    {"gate", SHAPE_ENUM, KEY_NOT_NONE, AT(kind_action, gate), .words = &gate_words},
};
static const struct form action_form = {FORM("an action", kind_action, action_keys), .done = action_done};

/* ---- clocks ------------------------------------------------------------------------------------------ */
static enum err due_done(struct load *l, const struct yaml *y, void *record)
{
    (void)record;
    size_t n = 0;
    for (size_t i = 0; i < y->n; i++)
        n += y->items[i]->type != YAML_NULL;
    return n == 1 ? OK
                  : fault_add(&l->faults, AT_FAULT(y),
                              "\"due\" has exactly one of hours, calendar_days, working_days");
}

/* These are members of the clock itself, so that the form fills it and clears nothing. */
static const struct key due_keys[] = {
    {"hours", SHAPE_I64, 0, AT(clock_rule, due_hours), .least = 1, .most = 10000},
    {"calendar_days", SHAPE_INT, 0, AT(clock_rule, due_calendar_days), .least = 1, .most = 10000},
    {"working_days", SHAPE_INT, 0, AT(clock_rule, due_working_days), .least = 1, .most = 10000},
};
const struct form due_form = {.what = "due", .keys = due_keys, .nkeys = LEN(due_keys), .done = due_done};

static enum err clock_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    const struct clock_rule *c = record;
    const struct kind *k = owner;
    struct fields_of of = fields_of(l, k->id);
    if (of.what == OF_KIND && of.kind->object == k)
        TRY(condition_check(l, &of, given(y, "when")));
    if (c->due_hours && c->warn_hours >= c->due_hours)
        TRY(fault_add(&l->faults, AT_FAULT(y), "clock \"%s\" would warn before it starts", c->name));
    if (!*c->start || kind_action(k, c->start))
        return OK;
    if (strcmp(c->start, "clock") != 0) {
        const char *hint = name_guess(l, NAME_ACTION, of.kind ? of.kind->inner : 0, str_of(c->start));
        if (!hint)
            return arena_err(l->scratch);
        return fault_add(&l->faults, AT_FAULT(given(y, "start")), "\"start\": no action \"%s\"%s", c->start,
                         hint);
    }
    for (size_t i = 0; i < k->nclocks; i++)
        if (k->clocks[i].then_starts && strcmp(k->clocks[i].then_starts, c->name) == 0)
            return OK;
    return fault_add(&l->faults, AT_FAULT(given(y, "start")), "no clock has \"then_starts: %s\"", c->name);
}

static const struct key clock_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(clock_rule, name), .space = NAME_CLOCK},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(clock_rule, label)},
    {"start", SHAPE_NAME, KEY_REQUIRED, AT(clock_rule, start)},
    {"stop", SHAPE_NAME, KEY_REQUIRED | KEY_REFERS, AT(clock_rule, stop), .space = NAME_ACTION},
    {"when", SHAPE_READ, 0, AT(clock_rule, when), .read = read_condition},
    {"due", SHAPE_MAP, KEY_REQUIRED, .form = &due_form},
    {"warn_hours", SHAPE_I64, 0, AT(clock_rule, warn_hours), .least = 0, .most = 10000},
    {"duty", SHAPE_DUTY, KEY_REQUIRED | KEY_REFERS, AT(clock_rule, duty), .space = NAME_DUTY},
    {"basis", SHAPE_TEXT, KEY_REQUIRED, AT(clock_rule, basis)},
    {"authority", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(clock_rule, authority), .space = NAME_AGENCY},
    {"then_starts", SHAPE_NAME, KEY_NULL | KEY_REFERS, AT(clock_rule, then_starts), .space = NAME_CLOCK},
};
static const struct form clock_form = {FORM("a clock", clock_rule, clock_keys), LINE_AT(clock_rule, line),
                                       .check = clock_check};

/* ---- the kind ---------------------------------------------------------------------------------------- */
static int by_name(const void *a, const void *b, void *fields)
{
    const struct field *f = fields;
    return strcmp(f[*(const uint16_t *)a].name, f[*(const uint16_t *)b].name);
}

/* A clock, a notice or a figure would tell others that the paper is there. */
static enum err check_kept(struct load *l, const struct yaml *y, const struct kind *k)
{
    bool tells = k->nclocks > 0 || k->once;
    for (size_t i = 0; i < k->nactions; i++) {
        tells |= k->actions[i].notice != NULL;
        if (k->actions[i].roles & ~k->kept_with)
            TRY(fault_add(&l->faults, AT_FAULT(given(y, "kept_with")),
                          "action \"%s\" is for a role that the kind is kept from", k->actions[i].name));
    }
    return tells ? fault_add(&l->faults, AT_FAULT(given(y, "kept_with")),
                             "a kind that is kept with some roles has no clocks, no notices and no \"once\"")
                 : OK;
}

static enum err kind_done(struct load *l, const struct yaml *y, void *record)
{
    struct kind *k = record;
    if (word_of_core(k->id) || strcmp(k->id, CLOCKS_OF_REPORTS) == 0)
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "id")),
                      "\"%s\" is a word of the program; no kind has that name", k->id));
    if (k->once && (k->attach & ATTACH_NONE))
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "once")),
                      "\"once\" is for kinds that always attach: no \"none\" in \"attach\""));
    if (k->kept_with)
        TRY(check_kept(l, y, k));
    if (k->nsubject_roles && !(k->attach & ATTACH_SUBJECT))
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "subject_roles")),
                      "\"subject_roles\" is for kinds that attach to subjects"));
    TRY(place_fields(l, y, k));
    if (!k->nfields)
        return OK;
    uint16_t *order = ARENA_ARRAY(l->keep, k->nfields, uint16_t);
    if (!order)
        return arena_err(l->keep);
    for (size_t i = 0; i < k->nfields; i++)
        order[i] = (uint16_t)i;
    qsort_r(order, k->nfields, sizeof *order, by_name, (void *)k->fields);
    k->field_order = order;
    return OK;
}

static const struct key kind_keys[] = {
    {"id", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(kind, id), .space = NAME_KIND},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(kind, title)},
    {"help", SHAPE_TEXT, 0, AT(kind, help)},
    {"attach", SHAPE_BITS, KEY_REQUIRED | KEY_SOME, AT(kind, attach), .words = &attach_words},
    {"subject_roles", SHAPE_CODE, KEY_LIST | KEY_REFERS, AT_LIST(kind, subject_roles, nsubject_roles),
     .space = NAME_CODE, .list = "subject_role"},
    {"once", SHAPE_BOOL, 0, AT(kind, once)},
    {"kept_with", SHAPE_BITS, KEY_SOME, AT(kind, kept_with), .words = &role_words},
    {"signs", SHAPE_CODE, KEY_LIST | KEY_REFERS, AT_LIST(kind, signs, nsigns), .space = NAME_CODE,
     .list = "tip_sign"},
    {"duties", SHAPE_DUTY, KEY_REQUIRED | KEY_LIST | KEY_REFERS, AT_LIST(kind, duties, nduties),
     .space = NAME_DUTY},
    {"states", SHAPE_READ, KEY_REQUIRED, .read = read_states},
    {"sections", SHAPE_LIST, KEY_SOME, AT_LIST(kind, sections, nsections), .form = &section_form, .most = 40},
    {"fields", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(kind, fields, nfields), .form = &field_form,
     .most = 300},
    {"actions", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(kind, actions, nactions), .form = &action_form,
     .most = 64},
    {"clocks", SHAPE_LIST, 0, AT_LIST(kind, clocks, nclocks), .form = &clock_form, .most = 64},
};
const struct form kind_form = {FORM("a kind", kind, kind_keys),
                               LINE_AT(kind, line),
                               FILE_AT(kind, file),
                               .opens = SPACE(NAME_SECTION) | SPACE(NAME_FIELD) | SPACE(NAME_STATE) |
                                        SPACE(NAME_ACTION) | SPACE(NAME_CLOCK),
                               .done = kind_done,
                               .check = kind_check};

/* ---- for everybody ----------------------------------------------------------------------------------- */
const struct field *kind_field(const struct kind *k, const char *name)
{
    if (!k || !name)
        return NULL;
    if (!k->field_order) {
        for (size_t i = 0; i < k->nfields; i++)
            if (strcmp(k->fields[i].name, name) == 0)
                return &k->fields[i];
        return NULL;
    }
    size_t low = 0, high = k->nfields;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct field *f = &k->fields[k->field_order[middle]];
        int order = strcmp(name, f->name);
        if (order == 0)
            return f;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct kind_action *kind_action(const struct kind *k, const char *name)
{
    for (size_t i = 0; k && name && i < k->nactions; i++)
        if (strcmp(k->actions[i].name, name) == 0)
            return &k->actions[i];
    return NULL;
}
