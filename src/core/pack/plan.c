/* SPDX-License-Identifier: Apache-2.0 */
/* pack_plan.c - plan.yaml and programme.yaml: chapters, measures, duties, items. docs/pack-format.md sections
 * 9 and 10. */
#include "core/pack/plan.h"

/* ---- indicators -------------------------------------------------------------------------------------- */
static const char *const ops[] = {"count", "share", "median_hours", "sum", "distinct", "manual"};
static const struct words op_words = WORDS(ops);

/* Which keys an operator needs (bits of enum indicator_op), and which it may have. */
static const struct {
    const char *key;
    unsigned needed, allowed;
} op_keys[] = {
    {"kind", 0x1f, 0x1f},
    {"field", 1u << IND_MEDIAN_HOURS | 1u << IND_SUM | 1u << IND_DISTINCT,
     1u << IND_MEDIAN_HOURS | 1u << IND_SUM | 1u << IND_DISTINCT},
    {"field_to", 1u << IND_MEDIAN_HOURS, 1u << IND_MEDIAN_HOURS},
    {"by", 0, 0x1f},
    {"of", 0, 0x1f},
    {"where", 1u << IND_SHARE, 0x1f},
    {"per", 0, 1u << IND_SHARE},
    {"unit", 0, 1u << IND_MANUAL},
};

static enum err indicator_done(struct load *l, const struct yaml *y, void *record)
{
    const struct indicator *i = record;
    if (!given(y, "op") || i->op >= LEN(ops))
        return OK;
    for (size_t k = 0; k < LEN(op_keys); k++) {
        const struct yaml *value = given(y, op_keys[k].key);
        if (!value && (op_keys[k].needed & 1u << i->op))
            TRY(fault_add(&l->faults, AT_FAULT(y), "an indicator of op %s needs \"%s\"", ops[i->op],
                          op_keys[k].key));
        if (value && !(op_keys[k].allowed & 1u << i->op))
            TRY(fault_add(&l->faults, AT_FAULT(value), "an indicator of op %s takes no \"%s\"", ops[i->op],
                          op_keys[k].key));
    }
    if (given(y, "per") && i->per != 100 && i->per != 1000 && i->per != 10000 && i->per != 100000)
        TRY(fault_add(&l->faults, AT_FAULT(given(y, "per")), "\"per\" is 100, 1000, 10000 or 100000"));
    return OK;
}

/* What the values of a view can be used for: median of moments, sum of whole numbers. */
static const char *unfit(enum indicator_op op, const struct view *v)
{
    bool moment = v->type == VIEW_MOMENT ||
                  (v->type == VIEW_FIELD && (v->field->type == FT_DATE || v->field->type == FT_TIME));
    bool number = v->type == VIEW_FIELD && v->field->type == FT_INT;
    if (v->type == VIEW_ANY)
        return NULL;
    if (op == IND_MEDIAN_HOURS && !moment)
        return "is no date or time";
    if (op == IND_SUM && !number)
        return "is no whole number";
    return NULL;
}

static enum err check_field(struct load *l, const struct fields_of *of, const struct yaml *y, const char *key,
                            const struct indicator *i)
{
    const struct yaml *field = given(y, key);
    if (!field || field->type != YAML_SCALAR || !field->text.n)
        return OK;
    struct view v = field_view(l, of, field->text);
    if (v.type == VIEW_NONE) {
        const char *hint;
        TRY(field_guess(l, of, field->text, &hint));
        return fault_add(&l->faults, AT_FAULT(field), "\"%s\": %s has no field \"%s\"%s", key, of->word,
                         field->text.p, hint);
    }
    const char *why = strcmp(key, "by") == 0 ? NULL : unfit(i->op, &v);
    return why ? fault_add(&l->faults, AT_FAULT(field), "\"%s\": %s %s", key, field->text.p, why) : OK;
}

static enum err check_kind(struct load *l, const struct yaml *y, const struct indicator *i)
{
    if (word_of_core(i->kind) || name_find(l, NAME_KIND, 0, str_of(i->kind)) ||
        name_find(l, NAME_PLANNED, 0, str_of(i->kind)))
        return OK;
    if (l->unreadable & (SPACE(NAME_KIND) | SPACE(NAME_PLANNED)))
        return OK;
    const char *hint = name_guess(l, NAME_KIND, 0, str_of(i->kind));
    if (hint && !*hint)
        hint = name_guess(l, NAME_PLANNED, 0, str_of(i->kind));
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(y), "\"kind\": no kind \"%s\", neither written nor planned%s",
                     i->kind, hint);
}

static enum err indicator_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct indicator *i = record;
    static const char *const keys[] = {"field", "field_to", "by"};
    const struct yaml *kind = given(y, "kind");
    if (!kind || !*i->kind)
        return OK;
    TRY(check_kind(l, kind, i));
    struct fields_of of = fields_of(l, i->kind);
    for (size_t k = 0; k < LEN(keys); k++)
        TRY(check_field(l, &of, y, keys[k], i));
    TRY(condition_check(l, &of, given(y, "of")));
    return condition_check(l, &of, given(y, "where"));
}

static const struct key indicator_keys[] = {
    {"id", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(indicator, id), .space = NAME_INDICATOR},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(indicator, title)},
    {"op", SHAPE_ENUM, KEY_REQUIRED, AT(indicator, op), .words = &op_words},
    {"kind", SHAPE_ID, 0, AT(indicator, kind)},
    {"field", SHAPE_NAME, 0, AT(indicator, field)},
    {"field_to", SHAPE_NAME, 0, AT(indicator, field_to)},
    {"by", SHAPE_NAME, 0, AT(indicator, by)},
    {"of", SHAPE_READ, 0, AT(indicator, of), .read = read_condition},
    {"where", SHAPE_READ, 0, AT(indicator, where), .read = read_condition},
    {"per", SHAPE_I64, 0, AT(indicator, per), .otherwise = 100},
    {"unit", SHAPE_TEXT, 0, AT(indicator, unit)},
};
static const struct form indicator_form = {FORM("an indicator", indicator, indicator_keys),
                                           .done = indicator_done, .check = indicator_check};

/* ---- duties and measures ----------------------------------------------------------------------------- */
static enum err duty_done(struct load *l, const struct yaml *y, void *record)
{
    struct duty *d = record;
    const struct measure *m = decode_owner(l, &measure_form);
    d->measure = m;
    if (!m || !*m->id || !*d->id)
        return OK;
    size_t n = strlen(m->id);
    if (strncmp(d->id, m->id, n) == 0 && (!d->id[n] || (d->id[n] == '/' && d->id[n + 1])))
        return OK;
    return fault_add(&l->faults, AT_FAULT(y),
                     "duty \"%s\" stands in measure \"%s\": its id is that, or that and /x", d->id, m->id);
}

static enum err duty_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct duty *d = record;
    const struct name *other = *d->alias ? name_find(l, NAME_DUTY, 0, str_of(d->alias)) : NULL;
    if (!other)
        return OK;
    return fault_add(&l->faults, AT_FAULT(given(y, "alias")), "alias \"%s\" is a duty of its own at %s:%d",
                     d->alias, other->file, other->line);
}

#define DUTY_KEYS(type)                                                                                     \
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(type, title)},                                                   \
        {"quote", SHAPE_PLAIN, KEY_REQUIRED, AT(type, quote)},                                              \
        {"capability", SHAPE_TEXT, KEY_REQUIRED, AT(type, capability)},                                     \
        {"note", SHAPE_TEXT, 0, AT(type, note)},                                                            \
        {"agencies", SHAPE_ID, KEY_REQUIRED | KEY_REFERS | KEY_LIST, AT_LIST(type, agencies, nagencies),    \
         .space = NAME_AGENCY},                                                                             \
        {"agencies_inferred", SHAPE_ID, KEY_REFERS | KEY_LIST, AT_LIST(type, agencies_inferred, ninferred), \
         .space = NAME_AGENCY},                                                                             \
        {"laws", SHAPE_ID, KEY_REFERS | KEY_LIST, AT_LIST(type, laws, nlaws), .space = NAME_LAW},           \
        {"systems", SHAPE_TEXT, KEY_LIST, AT_LIST(type, systems, nsystems)},                                \
        {"notify", SHAPE_TEXT, 0, AT(type, notify)}, {"deadline", SHAPE_TEXT, 0, AT(type, deadline)},       \
        {"module", SHAPE_ID, 0, AT(type, module)},                                                          \
    {                                                                                                       \
        "indicators", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(type, indicators, nindicators),          \
            .form = &indicator_form, .most = 100                                                            \
    }

static const struct key duty_keys[] = {
    {"id", SHAPE_DUTY, KEY_REQUIRED | KEY_DEFINES, AT(duty, id), .space = NAME_DUTY},
    {"alias", SHAPE_PLAIN, KEY_DEFINES, AT(duty, alias), .space = NAME_ALIAS},
    DUTY_KEYS(duty),
};
const struct form duty_form = {FORM("a duty", duty, duty_keys), LINE_AT(duty, line),
                               .opens = SPACE(NAME_INDICATOR), .done = duty_done, .check = duty_check};

static const struct key chapter_keys[] = {
    {"id", SHAPE_PLAIN, KEY_REQUIRED | KEY_DEFINES, AT(chapter, id), .space = NAME_CHAPTER},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(chapter, title)},
};
static const struct form chapter_form = {FORM("a chapter", chapter, chapter_keys)};

static const struct key measure_keys[] = {
    {"id", SHAPE_DUTY, KEY_REQUIRED | KEY_DEFINES, AT(measure, id), .space = NAME_MEASURE},
    {"chapter", SHAPE_LINK, KEY_REQUIRED, AT(measure, chapter), .space = NAME_CHAPTER},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(measure, title)},
    {"quote", SHAPE_PLAIN, 0, AT(measure, quote)},
    {"alias", SHAPE_PLAIN, KEY_DEFINES, AT(measure, alias), .space = NAME_ALIAS},
    {"duties", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, .form = &duty_form, .table = 1 + TABLE_DUTIES},
};
const struct form measure_form = {FORM("a measure", measure, measure_keys)};

/* ---- planned kinds ----------------------------------------------------------------------------------- */
/* The plan and the programme may both plan a kind: only twice in one list is a fault (the list reader says
 * so). */
static enum err read_planned(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    (void)record;
    if (y->type != YAML_LIST)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a list", k->name);
    for (size_t i = 0; i < y->n; i++) {
        const struct yaml *one = y->items[i];
        struct name *n;
        bool fresh;
        if (one->type != YAML_SCALAR || !word_shaped(SHAPE_NAME, one->text)) {
            TRY(fault_add(&l->faults, AT_FAULT(one), "\"%s\": an entry is not a name of a kind", k->name));
            continue;
        }
        TRY(name_add(l,
                     (struct name){.space = NAME_PLANNED,
                                   .word = one->text,
                                   .object = one,
                                   .file = one->file,
                                   .line = one->line},
                     &n, &fresh));
        if (!fresh && strcmp(n->file, one->file) == 0)
            TRY(fault_add(&l->faults, AT_FAULT(one), "\"%s\": \"%s\" stands twice", k->name, one->text.p));
    }
    return OK;
}

static bool counted(const struct indicator *list, size_t n, struct str kind)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(kind, list[i].kind))
            return true;
    return false;
}

static bool named_by_an_indicator(const struct pack *p, struct str kind)
{
    for (size_t i = 0; i < p->nduties; i++)
        if (counted(p->duties[i].indicators, p->duties[i].nindicators, kind))
            return true;
    for (size_t i = 0; i < p->nitems; i++)
        if (counted(p->items[i].indicators, p->items[i].nindicators, kind))
            return true;
    return false;
}

enum err planned_kinds_check(struct load *l)
{
    size_t n = 0;
    for (const struct name *p = l->names.first; p; p = p->next)
        n += p->space == NAME_PLANNED;
    const char **list = n ? ARENA_ARRAY(l->keep, n, const char *) : NULL;
    if (n && !list)
        return arena_err(l->keep);
    n = 0;
    for (const struct name *p = l->names.first; p; p = p->next) {
        if (p->space != NAME_PLANNED)
            continue;
        const struct name *kind = name_find(l, NAME_KIND, 0, p->word);
        if (kind)
            TRY(fault_add(&l->faults, p->file, p->line, "planned kind \"%.*s\" is written at %s:%d",
                          STR_FMT(p->word), kind->file, kind->line));
        else if (!named_by_an_indicator(l->pack, p->word) && !(l->unreadable & SPACE(NAME_DUTY)))
            TRY(fault_add(&l->faults, p->file, p->line, "planned kind \"%.*s\" is named by no indicator",
                          STR_FMT(p->word)));
        TRY(decode_text(l, p->word, &list[n++]));
    }
    l->pack->planned_kinds = list;
    l->pack->nplanned_kinds = n;
    return OK;
}

/* ---- plan.yaml, programme.yaml ----------------------------------------------------------------------- */
static const struct key plan_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED, AT(pack, plan_id)},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(pack, plan_title)},
    {"adopted", SHAPE_DAY, KEY_REQUIRED, AT(pack, plan_adopted)},
    {"source", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(pack, plan_source), .space = NAME_SOURCE},
    {"planned_kinds", SHAPE_READ, 0, .read = read_planned},
    {"chapters", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(pack, chapters, nchapters),
     .form = &chapter_form},
    {"preamble", SHAPE_LIST, 0, .form = &duty_form, .table = 1 + TABLE_DUTIES},
    {"measures", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(pack, measures, nmeasures),
     .form = &measure_form},
};
const struct form plan_form = {.what = "plan.yaml", .keys = plan_keys, .nkeys = LEN(plan_keys)};

static const struct key item_keys[] = {
    {"id", SHAPE_DUTY, KEY_REQUIRED | KEY_DEFINES, AT(programme_item, id), .space = NAME_DUTY},
    {"countries", SHAPE_CODE, KEY_REFERS | KEY_LIST, AT_LIST(programme_item, countries, ncountries),
     .space = NAME_CODE, .list = "country"},
    {"source", SHAPE_ID, KEY_REFERS, AT(programme_item, source), .space = NAME_SOURCE},
    DUTY_KEYS(programme_item),
};
const struct form item_form = {FORM("an item", programme_item, item_keys), LINE_AT(programme_item, line),
                               .opens = SPACE(NAME_INDICATOR)};

static const struct key programme_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED, AT(pack, programme_id)},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(pack, programme_title)},
    {"source", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(pack, programme_source), .space = NAME_SOURCE},
    {"planned_kinds", SHAPE_READ, 0, .read = read_planned},
    {"items", SHAPE_LIST, KEY_REQUIRED, AT_LIST(pack, items, nitems), .form = &item_form},
};
const struct form programme_form = {
    .what = "programme.yaml", .keys = programme_keys, .nkeys = LEN(programme_keys)};
