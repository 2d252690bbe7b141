/* SPDX-License-Identifier: Apache-2.0 */
/* pack_condition.c - conditions: read, checked, and asked. docs/pack-format.md section 9, "Conditions". */
#include "core/pack/fields.h"
#include "core/pack/words.h"

/* In the order of enum cond_op. */
static const char *const ops[] = {"is", "not", "in", "at_least", "at_most", "given", "all", "any", "none"};
#define FIRST_NODE COND_ALL

static bool is_bool(struct str s)
{
    return str_is(s, "true") || str_is(s, "false");
}

/* ---- reading ----------------------------------------------------------------------------------------- */
static enum err bad_key(struct load *l, const struct yaml *y, size_t i)
{
    struct guess g = guess_of(y->keys[i]);
    for (size_t j = 0; j < LEN(ops); j++)
        guess_offer(&g, ops[j]);
    guess_offer(&g, "field");
    const char *hint = guess_words(&g, l->scratch);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, y->file, y->key_lines[i], "a condition has no key \"%.*s\"%s",
                     STR_FMT(y->keys[i]), hint);
}

/* The one operator of a condition: *ret_op, or -1 after a fault. */
static enum err find_op(struct load *l, const struct yaml *y, int *ret_op)
{
    int found = 0, op = -1;
    bool unknown = false;
    for (size_t i = 0; i < y->n; i++) {
        bool known = str_is(y->keys[i], "field");
        for (size_t j = 0; j < LEN(ops); j++)
            if (str_is(y->keys[i], ops[j])) {
                known = true;
                op = (int)j;
                found++;
            }
        if (!known)
            TRY(bad_key(l, y, i));
        unknown = unknown || !known;
    }
    *ret_op = -1;
    const struct yaml *field = given(y, "field");
    if (!found && unknown)
        return OK;
    if (found != 1)
        return fault_add(
            &l->faults, AT_FAULT(y),
            "a condition has exactly one of is, not, in, at_least, at_most, given, all, any, none");
    if (op < FIRST_NODE && !field)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" needs a \"field\"", ops[op]);
    if (op >= FIRST_NODE && field)
        return fault_add(&l->faults, AT_FAULT(field), "\"%s\" takes conditions, no \"field\"", ops[op]);
    if (field && field->type != YAML_SCALAR)
        return fault_add(&l->faults, AT_FAULT(field), "\"field\" must be a name");
    *ret_op = op;
    return OK;
}

static enum err read_leaf(struct load *l, const struct yaml *y, enum cond_op op, const struct condition **ret)
{
    const struct yaml *operand = yaml_get(y, ops[op]);
    struct yaml *const *values = operand->type == YAML_LIST ? operand->items : (struct yaml *const *)&operand;
    size_t n = operand->type == YAML_LIST ? operand->n : 1;
    if ((operand->type == YAML_LIST) != (op == COND_IN) || !n)
        return fault_add(&l->faults, AT_FAULT(operand), "\"%s\" takes %s", ops[op],
                         op == COND_IN ? "a list, not empty" : "one value");
    struct condition *c = ARENA_NEW(l->keep, struct condition);
    const char **kept = ARENA_ARRAY(l->keep, n, const char *);
    if (!c || !kept)
        return arena_err(l->keep);
    for (size_t i = 0; i < n; i++) {
        if (values[i]->type != YAML_SCALAR)
            return fault_add(&l->faults, AT_FAULT(values[i]),
                             "\"%s\": a value must be a text, a number or true/false", ops[op]);
        struct str text = values[i]->text;
        if (op != COND_GIVEN && !values[i]->quoted && is_bool(text)) /* as records keep them */
            text = str_is(text, "true") ? STR("yes") : STR("no");
        TRY(decode_text(l, text, &kept[i]));
    }
    if (op == COND_GIVEN && strcmp(kept[0], "true") != 0 && strcmp(kept[0], "false") != 0)
        return fault_add(&l->faults, AT_FAULT(operand), "\"given\" is true or false");
    *c = (struct condition){.op = op, .values = kept, .n = n};
    TRY(decode_text(l, given(y, "field")->text, &c->field));
    *ret = c;
    return OK;
}

/* A faulty part makes the whole NULL. Nesting is bounded by the depth of YAML. */
static enum err read_node(struct load *l, const struct yaml *y, const struct condition **ret)
{
    int op;
    *ret = NULL;
    if (y->type != YAML_MAP)
        return fault_add(&l->faults, AT_FAULT(y), "a condition must be a map");
    TRY(find_op(l, y, &op));
    if (op < 0)
        return OK;
    if (op < FIRST_NODE)
        return read_leaf(l, y, (enum cond_op)op, ret);
    const struct yaml *list = yaml_get(y, ops[op]);
    if (list->type != YAML_LIST || !list->n)
        return fault_add(&l->faults, AT_FAULT(list), "\"%s\" takes a list of conditions, not empty", ops[op]);
    struct condition *c = ARENA_NEW(l->keep, struct condition);
    const struct condition **parts = ARENA_ARRAY(l->keep, list->n, const struct condition *);
    if (!c || !parts)
        return arena_err(l->keep);
    bool whole = true;
    for (size_t i = 0; i < list->n; i++) {
        TRY(read_node(l, list->items[i], &parts[i]));
        whole = whole && parts[i];
    }
    *c = (struct condition){.op = (enum cond_op)op, .field = "", .parts = parts, .n = list->n};
    *ret = whole ? c : NULL;
    return OK;
}

enum err read_condition(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    return read_node(l, y, (const struct condition **)((char *)record + k->at));
}

/* ---- checking ---------------------------------------------------------------------------------------- */
static enum err no_such_value(struct load *l, const struct yaml *value, const char *what, const char *hint)
{
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(value), "\"%s\" is no %s%s", value->text.p, what, hint);
}

static enum err check_word(struct load *l, const struct words *words, const struct yaml *value)
{
    struct guess g = guess_of(value->text);
    for (size_t i = 0; i < words->n; i++) {
        if (str_is(value->text, words->list[i]))
            return OK;
        guess_offer(&g, words->list[i]);
    }
    return no_such_value(l, value, "value of this field", guess_words(&g, l->scratch));
}

static enum err check_code(struct load *l, const struct code_list *list, const struct yaml *value)
{
    if (!list || !list->order || code_find(list, value->text.p))
        return OK;
    struct guess g = guess_of(value->text);
    for (size_t i = 0; i < list->n; i++)
        guess_offer(&g, list->codes[i].code);
    const char *hint = guess_words(&g, l->scratch);
    if (!hint)
        return arena_err(l->scratch);
    return fault_add(&l->faults, AT_FAULT(value), "no code \"%s\" in the list %s%s", value->text.p, list->id,
                     hint);
}

static enum err check_name(struct load *l, enum space space, uint32_t scope, const struct yaml *value)
{
    if (name_find(l, space, scope, value->text) ||
        (space == NAME_KIND && name_find(l, NAME_PLANNED, 0, value->text)) || (l->unreadable & SPACE(space)))
        return OK;
    return no_such_value(l, value, space_word(space), name_guess(l, space, scope, value->text));
}

static enum err check_parsed(struct load *l, bool ok, const struct yaml *value, const char *what)
{
    return ok ? OK : fault_add(&l->faults, AT_FAULT(value), "\"%s\" is no %s", value->text.p, what);
}

enum err field_value_check(struct load *l, const struct field *f, const struct yaml *value)
{
    struct date d;
    int64_t number;
    switch (f->type) {
    case FT_INT:
        return check_parsed(l, str_i64(value->text, INT64_MIN, INT64_MAX, &number) == OK, value,
                            "whole number");
    case FT_BOOL:
        return check_parsed(l, is_bool(value->text), value, "value of this field: true or false");
    case FT_DATE:
        return check_parsed(l, date_parse(value->text, &d) == OK, value, "date YYYY-MM-DD");
    case FT_TIME:
        return check_parsed(l, utc_parse(value->text, &number) == OK, value, "time with offset (RFC 3339)");
    case FT_CODE:
    case FT_CODES:
        return check_code(l, f->codes, value);
    case FT_AGENCY:
        return check_name(l, NAME_AGENCY, 0, value);
    case FT_OFFICE:
        return check_name(l, NAME_OFFICE, 0, value);
    default:
        return OK;
    }
}

static enum err check_value(struct load *l, const struct view *v, const struct yaml *value)
{
    int64_t moment;
    if (value->type != YAML_SCALAR)
        return OK; /* noted when it was read */
    switch (v->type) {
    case VIEW_FIELD:
        return field_value_check(l, v->field, value);
    case VIEW_WORDS:
        return check_word(l, &v->words, value);
    case VIEW_NAMES:
        return check_name(l, v->space, v->scope, value);
    case VIEW_MOMENT:
        return check_parsed(l, utc_parse(value->text, &moment) == OK, value, "time with offset (RFC 3339)");
    case VIEW_BOOL:
        return check_parsed(l, is_bool(value->text), value, "value of this field: true or false");
    default:
        return OK;
    }
}

static bool has_order(const struct view *v)
{
    if (v->type == VIEW_FIELD)
        return v->field->type == FT_INT || v->field->type == FT_DATE || v->field->type == FT_TIME;
    return v->type == VIEW_MOMENT || v->type == VIEW_ANY;
}

static enum err check_leaf(struct load *l, const struct fields_of *of, const struct yaml *y,
                           const struct yaml *field)
{
    struct view v = field_view(l, of, field->text);
    if (v.type == VIEW_NONE) {
        const char *hint;
        TRY(field_guess(l, of, field->text, &hint));
        return fault_add(&l->faults, AT_FAULT(field), "%s has no field \"%s\"%s%s", of->word, field->text.p,
                         of->until ? " above this one" : "", hint);
    }
    for (size_t op = 0; op < FIRST_NODE; op++) {
        const struct yaml *operand = given(y, ops[op]);
        if (!operand || op == COND_GIVEN)
            continue;
        if ((op == COND_AT_LEAST || op == COND_AT_MOST) && !has_order(&v))
            return fault_add(&l->faults, AT_FAULT(operand), "\"%s\" is for whole numbers, dates and times",
                             ops[op]);
        if (operand->type != YAML_LIST)
            return check_value(l, &v, operand);
        for (size_t i = 0; i < operand->n; i++)
            TRY(check_value(l, &v, operand->items[i]));
    }
    return OK;
}

enum err condition_check(struct load *l, const struct fields_of *of, const struct yaml *y)
{
    if (!y || y->type != YAML_MAP)
        return OK;
    const struct yaml *field = given(y, "field");
    if (field && field->type == YAML_SCALAR)
        return check_leaf(l, of, y, field);
    for (size_t op = FIRST_NODE; op < LEN(ops); op++) {
        const struct yaml *parts = given(y, ops[op]);
        for (size_t i = 0; parts && parts->type == YAML_LIST && i < parts->n; i++)
            TRY(condition_check(l, of, parts->items[i]));
    }
    return OK;
}

/* ---- asking ------------------------------------------------------------------------------------------ */
/* The whole value, or one of several values joined by ';'. */
static bool has_value(struct str value, struct str wanted)
{
    if (str_eq(value, wanted))
        return true;
    struct str one;
    while (str_find(value, ';') >= 0 && str_cut(&value, ';', &one))
        if (str_eq(one, wanted))
            return true;
    return str_eq(value, wanted);
}

/* A number, a date or a moment; *ret_class tells which, so that unlike things are never compared. The shape
 * is looked at first, because this runs once a record and a failed parse costs as much as ten good ones. */
static bool ordinal(struct str s, int *ret_class, int64_t *ret)
{
    struct date d;
    bool dashes = s.n >= 10 && s.p[4] == '-' && s.p[7] == '-';
    if (!dashes)
        return *ret_class = 1, str_i64(s, INT64_MIN, INT64_MAX, ret) == OK;
    if (s.n > 10)
        return *ret_class = 3, utc_parse(s, ret) == OK;
    if (date_parse(s, &d) != OK)
        return false;
    return *ret_class = 2, *ret = date_days(d), true;
}

static bool ordered(struct str value, enum cond_op op, struct str limit)
{
    int64_t v, m;
    int v_class, m_class;
    if (!ordinal(value, &v_class, &v) || !ordinal(limit, &m_class, &m) || v_class != m_class)
        return false;
    return op == COND_AT_LEAST ? v >= m : v <= m;
}

/* What was not asked is never counted as a no: without a value only `given: false` holds. */
static bool leaf_holds(const struct condition *c, const char *text)
{
    struct str value = str_of(text);
    if (!c->n)
        return false;
    if (c->op == COND_GIVEN)
        return (value.n > 0) == (strcmp(c->values[0], "true") == 0);
    if (!value.n)
        return false;
    if (c->op == COND_AT_LEAST || c->op == COND_AT_MOST)
        return ordered(value, c->op, str_of(c->values[0]));
    bool found = false;
    for (size_t i = 0; i < c->n && !found; i++)
        found = has_value(value, str_of(c->values[i]));
    return c->op == COND_NOT ? !found : found;
}

bool condition_holds(const struct condition *c, const char *(*get)(void *user, const char *field), void *user)
{
    if (!c)
        return true;
    if (c->op < FIRST_NODE)
        return leaf_holds(c, get(user, c->field));
    for (size_t i = 0; i < c->n; i++) {
        bool holds = condition_holds(c->parts[i], get, user);
        if (c->op == COND_ALL && !holds)
            return false;
        if (c->op == COND_ANY && holds)
            return true;
        if (c->op == COND_NONE && holds)
            return false;
    }
    return c->op != COND_ANY;
}
