/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - the plan with its live indicators: all of it, or one duty (plan 0/c, 6(3)(v)/c). */
#include "base/calendar.h"
#include "base/json.h"
#include "plan/own.h"

/* ---- who may see small numbers --------------------------------------------------------------------------
 * Everybody who works here may read the plan; who may count (docs/policy.md: verb count, object plan) sees
 * every number, everybody else none that fewer than the pack's min_cell records stand behind. */

static bool may_count(const struct view *v)
{
    struct policy_question q = {.role = v->ctx->role,
                                .verb = VERB_TALLY,
                                .object = OBJECT_PLAN,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = v->ctx->purpose,
                                .label = LABEL_GREEN,
                                .assurance = v->ctx->assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

/* ---- the model ------------------------------------------------------------------------------------------
 */

static enum err fill_row(struct view *v, struct duty_status *row, const struct indicator *indicators,
                         size_t n)
{
    row->values = ARENA_ARRAY(v->arena, n + 1, struct indicator_value);
    row->months = ARENA_ARRAY(v->arena, n + 1, struct indicator_value);
    row->years = ARENA_ARRAY(v->arena, n + 1, struct indicator_value);
    if (!row->values || !row->months || !row->years)
        return arena_err(v->arena);
    row->series = str_is(view_in(v, "by"), "year") ? row->years : row->months;
    row->n = n;
    for (size_t i = 0; i < n; i++) {
        struct indicator_value *value = &row->values[i];
        value->indicator = &indicators[i];
        if (indicators[i].op == IND_MANUAL) {
            value->state = INDICATOR_MANUAL;
        } else if (!indicator_collected(v->pack, &indicators[i])) {
            value->state = INDICATOR_NOT_COLLECTED;
            value->missing_kind = indicators[i].kind;
        } else {
            value->state = INDICATOR_NUMBER;
        }
        row->months[i] = row->years[i] = *value;
    }
    return OK;
}

static void count_states(struct plan_status *s)
{
    for (size_t i = 0; i < s->nrows; i++)
        for (size_t k = 0; k < s->rows[i].n; k++) {
            enum indicator_state state = s->rows[i].values[k].state;
            s->manual += state == INDICATOR_MANUAL;
            s->not_collected += state == INDICATOR_NOT_COLLECTED;
            s->live += state == INDICATOR_NUMBER;
            s->rows[i].live = s->rows[i].live || state == INDICATOR_NUMBER;
        }
}

/* Small numbers are hidden for whoever may not count: whichever way is asked for, she may ask for the others,
 * too. */
static void hide_small(struct view *v, struct plan_status *s)
{
    if (may_count(v))
        return;
    for (size_t i = 0; i < s->nrows; i++)
        for (size_t k = 0; k < s->rows[i].n; k++)
            indicator_hide_all(&s->rows[i].values[k], &s->rows[i].months[k], &s->rows[i].years[k],
                               v->pack->min_cell);
}

static enum err begin(struct view *v, size_t rows, struct plan_status **ret)
{
    const struct pack *p = v->pack;
    struct plan_status *s = ARENA_NEW(v->arena, struct plan_status);
    if (!s)
        return arena_err(v->arena);
    *s = (struct plan_status){.measures = p->nmeasures, .duties = p->nduties, .items = p->nitems};
    s->rows = ARENA_ARRAY(v->arena, rows + 1, struct duty_status);
    if (!s->rows)
        return arena_err(v->arena);
    *ret = s;
    return OK;
}

static enum err finish(struct view *v, struct plan_status *s)
{
    count_states(s);
    TRY(plan_numbers(v, s));
    hide_small(v, s);
    v->model = s;
    return OK;
}

static enum err add_duty(struct view *v, struct plan_status *s, const struct duty *d)
{
    struct duty_status *row = &s->rows[s->nrows++];
    row->duty = d;
    return fill_row(v, row, d->indicators, d->nindicators);
}

static enum err add_item(struct view *v, struct plan_status *s, const struct programme_item *item)
{
    struct duty_status *row = &s->rows[s->nrows++];
    row->item = item;
    return fill_row(v, row, item->indicators, item->nindicators);
}

static enum err status_run(struct view *v)
{
    const struct pack *p = v->pack;
    struct plan_status *s = NULL;
    TRY(begin(v, p->nduties + p->nitems, &s));
    for (size_t i = 0; i < p->nduties; i++)
        TRY(add_duty(v, s, &p->duties[i]));
    for (size_t i = 0; i < p->nitems; i++)
        TRY(add_item(v, s, &p->items[i]));
    return finish(v, s);
}

static const struct programme_item *find_item(const struct pack *p, const char *id)
{
    for (size_t i = 0; i < p->nitems; i++)
        if (strcmp(p->items[i].id, id) == 0)
            return &p->items[i];
    return NULL;
}

static enum err duty_run(struct view *v)
{
    char *id = arena_cstr(v->arena, view_in(v, "duty"));
    struct plan_status *s = NULL;
    if (!id)
        return arena_err(v->arena);
    const struct duty *d = pack_duty(v->pack, id);
    const struct programme_item *item = d ? NULL : find_item(v->pack, id);
    if (!d && !item)
        return FAIL(ERR_NOT_FOUND, "the plan has no such duty");
    TRY(begin(v, 1, &s));
    TRY(d ? add_duty(v, s, d) : add_item(v, s, item));
    return finish(v, s);
}

/* ---- JSON -------------------------------------------------------------------------------------------------
 */

static const char *op_word(enum indicator_op op)
{
    static const char *const words[] = {"count", "share", "median_hours", "sum", "distinct", "manual"};
    return words[op];
}

static const char *state_word(enum indicator_state s)
{
    static const char *const words[] = {"number", "not_collected", "manual", "below_threshold", "counting"};
    return words[s];
}

static void put_text(const struct view *v, struct json *j, const char *key, const char *msgid)
{
    json_kv(j, key, pack_text(v->pack, v->ctx->lang, msgid));
}

/* Whole numbers as such; others with three digits, which no share of records needs more of. */
static void put_number(struct json *j, const char *key, double n)
{
    char text[48];
    snprintf(text, sizeof text, "%.3f", n);
    size_t end = strlen(text);
    while (end && text[end - 1] == '0')
        end--;
    if (end && text[end - 1] == '.')
        end--;
    json_key(j, key);
    json_raw(j, (struct str){text, end});
}

/* A share or a median of nothing is no number. */
static bool no_cases(const struct indicator *i, int64_t denominator)
{
    return denominator == 0 && (i->op == IND_SHARE || i->op == IND_MEDIAN_HOURS);
}

static void put_value(struct json *j, const struct indicator *i, double value, int64_t numerator,
                      int64_t denominator)
{
    if (no_cases(i, denominator)) {
        json_key(j, "value");
        json_null(j);
        json_kv(j, "note", "no cases yet");
    } else {
        put_number(j, "value", value);
    }
    if (i->op == IND_SHARE) {
        json_kv_i64(j, "numerator", numerator);
        json_kv_i64(j, "per", i->per ? i->per : 100);
    }
    json_kv_i64(j, "denominator", denominator);
}

static void put_group(const struct indicator *i, const struct indicator_group *g, struct json *j)
{
    json_object(j);
    if (g->state == VALUE_GIVEN)
        json_kv(j, "group", g->value);
    else
        json_kv(j, "not_given", value_state_word(g->state));
    json_kv(j, "state", state_word(g->shown));
    if (g->shown == INDICATOR_NUMBER)
        put_value(j, i, g->value_number, g->numerator, g->denominator);
    json_end(j);
}

static void put_groups(const struct indicator_value *value, const char *key, struct json *j)
{
    json_key(j, key);
    json_array(j);
    for (size_t g = 0; g < value->ngroups; g++)
        put_group(value->indicator, &value->groups[g], j);
    json_end(j);
}

/* series: NULL where the history is not asked for. */
static void put_indicator(const struct view *v, const struct indicator_value *value,
                          const struct indicator_value *series, struct json *j)
{
    const struct indicator *i = value->indicator;
    json_object(j);
    json_kv(j, "id", i->id);
    put_text(v, j, "title", i->title);
    json_kv(j, "op", op_word(i->op));
    json_kv(j, "state", state_word(value->state));
    if (value->state == INDICATOR_NOT_COLLECTED)
        json_kv(j, "missing_kind", value->missing_kind);
    if (i->op == IND_MANUAL && i->unit && *i->unit)
        put_text(v, j, "unit", i->unit);
    if (value->state == INDICATOR_NUMBER)
        put_value(j, i, value->value, value->numerator, value->denominator);
    if (value->state == INDICATOR_NUMBER && value->left_out > 0)
        json_kv_i64(j, "left_out", value->left_out);
    if (i->by && *i->by && value->state == INDICATOR_NUMBER) {
        json_kv(j, "by", i->by);
        put_groups(value, "groups", j);
    }
    if (series && series->state == INDICATOR_NUMBER)
        put_groups(series, "history", j);
    json_end(j);
}

static void put_words(struct json *j, const char *key, const char *const *words, size_t n)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < n; i++)
        json_c(j, words[i]);
    json_end(j);
}

static void put_as_of(const struct plan_status *s, struct json *j)
{
    json_kv_time(j, "as_of", s->as_of_us);
}

/* as_of: NULL where it stands above all rows. history: with the series. */
static void put_row(const struct view *v, const struct duty_status *row, const struct plan_status *as_of,
                    bool history, struct json *j)
{
    const struct duty *d = row->duty;
    const struct programme_item *item = row->item;
    json_object(j);
    json_kv(j, "id", d ? d->id : item->id);
    json_kv(j, "source", d ? "plan" : "programme");
    put_text(v, j, "title", d ? d->title : item->title);
    if (d && d->measure) {
        json_kv(j, "measure", d->measure->id);
        json_kv(j, "chapter", d->measure->chapter ? d->measure->chapter->id : NULL);
    }
    if (d && d->alias && *d->alias)
        json_kv(j, "alias", d->alias);
    put_words(j, "agencies", d ? d->agencies : item->agencies, d ? d->nagencies : item->nagencies);
    put_words(j, "agencies_inferred", d ? d->agencies_inferred : item->agencies_inferred,
              d ? d->ninferred : item->ninferred);
    const char *deadline = d ? d->deadline : item->deadline;
    if (deadline && *deadline)
        put_text(v, j, "deadline", deadline);
    json_kv_bool(j, "live", row->live);
    if (as_of)
        put_as_of(as_of, j);
    json_key(j, "indicators");
    json_array(j);
    for (size_t i = 0; i < row->n; i++)
        put_indicator(v, &row->values[i], history ? &row->series[i] : NULL, j);
    json_end(j);
    json_end(j);
}

static void status_json(const struct view *v, struct json *j)
{
    const struct plan_status *s = v->model;
    json_object(j);
    json_kv(j, "plan", v->pack->plan_id);
    put_text(v, j, "title", v->pack->plan_title ? v->pack->plan_title : "");
    json_kv_i64(j, "measures", (int64_t)s->measures);
    json_kv_i64(j, "duties", (int64_t)s->duties);
    json_kv_i64(j, "items", (int64_t)s->items);
    put_as_of(s, j);
    json_key(j, "indicators");
    json_object(j);
    json_kv_i64(j, "live", (int64_t)s->live);
    json_kv_i64(j, "not_collected", (int64_t)s->not_collected);
    json_kv_i64(j, "manual", (int64_t)s->manual);
    json_end(j);
    json_key(j, "rows");
    json_array(j);
    for (size_t i = 0; i < s->nrows; i++)
        put_row(v, &s->rows[i], NULL, false, j);
    json_end(j);
    json_end(j);
}

static void duty_json(const struct view *v, struct json *j)
{
    const struct plan_status *s = v->model;
    put_row(v, &s->rows[0], s, true, j);
}

static const char *const periods[] = {"month", "year", NULL};
static const struct input_field duty_inputs[] = {
    {.name = "duty", .label = "Duty or programme item", .type = IN_TEXT, .required = true},
    {.name = "by", .label = "History by month or year", .type = IN_WORD, .words = periods}};

const struct view_decl PLAN_VIEWS[] = {
    {.name = "plan.status",
     .summary = "Every duty of the plan with its indicators",
     .verb = VERB_READ,
     .object = OBJECT_PLAN,
     .run = status_run,
     .to_json = status_json,
     .duty = "0/c"},
    {.name = "plan.duty",
     .summary = "One duty of the plan with its indicators",
     .verb = VERB_READ,
     .object = OBJECT_PLAN,
     .inputs = duty_inputs,
     .ninputs = sizeof duty_inputs / sizeof *duty_inputs,
     .run = duty_run,
     .to_json = duty_json,
     .duty = "6(3)(v)/c"},
};
const size_t NPLAN_VIEWS = sizeof PLAN_VIEWS / sizeof *PLAN_VIEWS;
