/* SPDX-License-Identifier: Apache-2.0 */
/* generate_values.c - invented values for any kind of any pack: by type, list, range and condition of each
 * field. Nothing about a country is known here. */
#include "base/limits.h"
#include "figures/generate_own.h"

#define TRIES     20
#define DAY_US    86400000000
#define MONTH_US  (30 * DAY_US)
#define MONTHS    14 /* how far back records reach */
#define LONG_LIST 30
#define STEP_US   (MONTH_US / 400) /* from a field to the next */

struct values {
    const struct invented *in;
    struct pair *pairs;
    size_t n, cap;
    int64_t begun_us; /* 0: not known yet */
    const char *state;
    char text[NAME_MAX_BYTES];
};

static const char *text_of(void *user, const char *name)
{
    struct values *v = user;
    size_t at = 0;
    if (strcmp(name, "state") == 0)
        return v->state;
    v->text[0] = '\0';
    for (size_t i = 0; i < v->n; i++) {
        const struct pair *p = &v->pairs[i];
        if (!str_is(p->name, name) || p->state != VALUE_GIVEN || at + p->value.n + 2 > sizeof v->text)
            continue;
        if (at)
            v->text[at++] = ';';
        memcpy(v->text + at, p->value.p, p->value.n);
        at += p->value.n;
        v->text[at] = '\0';
    }
    return v->text;
}

static bool has(const struct values *v, const char *name)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_is(v->pairs[i].name, name))
            return true;
    return false;
}

static enum err push(struct values *v, const struct field *f, struct str value)
{
    if (v->n == v->cap)
        return FAIL(ERR_LIMIT, "kind with more values than expected");
    v->pairs[v->n++] = (struct pair){str_of(f->name), value, VALUE_GIVEN};
    return OK;
}

static enum err push_c(struct values *v, const struct field *f, const char *value)
{
    return value ? push(v, f, str_of(value)) : arena_err(v->in->arena);
}

/* Of a long list a few are frequent and most are rare, as in life. */
static size_t some_place(const struct values *v, size_t n)
{
    size_t a = dice_below(v->in->dice, n);
    return n < LONG_LIST
               ? a
               : (a * dice_below(v->in->dice, n) / n * dice_below(v->in->dice, n) / n * 17 + 12) % n;
}

/* A code in use today; NULL if there is none. */
static const char *some_code(const struct values *v, const struct code_list *list)
{
    char today[28];
    utc_text(v->in->now_us, today);
    today[10] = '\0';
    for (int i = 0; list && list->n && i < TRIES; i++) {
        const struct code *c = &list->codes[some_place(v, list->n)];
        bool begun = !c->from || !*c->from || strcmp(c->from, today) <= 0,
             ended = c->until && *c->until && strcmp(c->until, today) < 0;
        if (begun && !ended)
            return c->code;
    }
    return NULL;
}

static enum err some_codes(struct values *v, const struct field *f)
{
    size_t want = 1 + dice_below(v->in->dice, 3), from = v->n;
    if (f->max > 0 && f->max != INT64_MAX && want > (size_t)f->max)
        want = (size_t)f->max;
    for (size_t i = 0; i < want; i++) {
        const char *code = some_code(v, f->codes);
        bool again = !code;
        for (size_t k = from; k < v->n && !again; k++)
            again = str_is(v->pairs[k].value, code);
        if (!again)
            TRY(push_c(v, f, code));
    }
    return OK;
}

/* A moment or day that the record already has, and the field it stands in. */
static bool earlier(const struct values *v, const struct kind *k, enum field_type type, int64_t *ret_us)
{
    for (size_t i = 0; i < v->n; i++)
        for (size_t f = 0; f < k->nfields; f++) {
            const struct field *field = &k->fields[f];
            struct date d;
            if (field->type != type || !str_is(v->pairs[i].name, field->name) || strstr(field->name, "birth"))
                continue;
            enum err e =
                type == FT_TIME ? utc_parse(v->pairs[i].value, ret_us) : date_parse(v->pairs[i].value, &d);
            if (e != OK) {
                err_clear();
                continue;
            }
            *ret_us = (type == FT_TIME ? *ret_us : date_days(d) * DAY_US) - (int64_t)f * STEP_US;
            return true;
        }
    return false;
}

/* Where the moments of this record begin: as its earlier ones say, else some months ago, more often lately.
 */
static int64_t first_moment(struct values *v, const struct kind *k)
{
    if (v->begun_us || earlier(v, k, FT_TIME, &v->begun_us) || earlier(v, k, FT_DATE, &v->begun_us))
        return v->begun_us;
    size_t a = dice_below(v->in->dice, MONTHS), b = dice_below(v->in->dice, MONTHS);
    v->begun_us = v->in->now_us - (int64_t)(1 + (a < b ? a : b)) * MONTH_US;
    return v->begun_us;
}

/* Moments go forward with the place of the field in its kind, so that none stands before another that must be
 * earlier. */
static int64_t moment(struct values *v, const struct kind *k, const struct field *f)
{
    int64_t place = f - k->fields, age = (int64_t)dice_below(v->in->dice, 3600000000u);
    if (f->type == FT_DATE && strstr(f->name, "birth"))
        return v->in->now_us - (14 + (int64_t)dice_below(v->in->dice, 40)) * 365 * DAY_US;
    return first_moment(v, k) + place * STEP_US + age % (STEP_US / 2);
}

static enum err put_text(struct values *v, const struct field *f)
{
    static const char *const words[] = {"invented for training", "a synthetic note", "no real person",
                                        "written by a generator"};
    unsigned number = (unsigned)dice_below(v->in->dice, 1000000);
    char *text = f->type == FT_LONG_TEXT
                     ? arena_printf(v->in->arena, "Synthetic entry %06u: %s. It says nothing about anybody.",
                                    number, words[dice_below(v->in->dice, 4)])
                     : arena_printf(v->in->arena, "synthetic %06u", number);
    if (text && f->max > 0 && f->max != INT64_MAX && (int64_t)strlen(text) > f->max)
        text[f->max] = '\0';
    return push_c(v, f, text);
}

static enum err put_number(struct values *v, const struct field *f)
{
    int64_t min = f->min == INT64_MIN ? 0 : f->min,
            max = f->max == INT64_MAX || f->max == 0 ? min + 100 : f->max;
    if (max > min + 1000000)
        max = min + 1000000;
    return push_c(
        v, f,
        arena_printf(v->in->arena, "%lld",
                     (long long)(min + (int64_t)dice_below(v->in->dice, (size_t)(max - min + 1) / 4 + 1))));
}

static enum err put_moment(struct values *v, const struct kind *k, const struct field *f)
{
    char at[28];
    utc_text(moment(v, k, f), at);
    if (f->type == FT_DATE)
        at[10] = '\0';
    return push_c(v, f, arena_printf(v->in->arena, "%s", at));
}

static enum err put(struct values *v, const struct kind *k, const struct field *f)
{
    const struct invented *in = v->in;
    const char *code;
    char id[33];
    switch (f->type) {
    case FT_TEXT:
    case FT_LONG_TEXT:
        return put_text(v, f);
    case FT_INT:
        return put_number(v, f);
    case FT_BOOL:
        return push_c(v, f, dice_below(in->dice, 2) ? "yes" : "no");
    case FT_DATE:
    case FT_TIME:
        return put_moment(v, k, f);
    case FT_CODE:
        code = some_code(v, f->codes);
        return code ? push_c(v, f, code) : OK;
    case FT_CODES:
        return some_codes(v, f);
    case FT_AGENCY:
        return push_c(v, f, in->agency);
    case FT_OFFICE:
        return in->pack->noffices
                   ? push_c(v, f, in->pack->offices[dice_below(in->dice, in->pack->noffices)].id)
                   : OK;
    case FT_SUBJECT:
        id_text(in->subject, id);
        return id_is_nil(in->subject) ? OK : push_c(v, f, arena_printf(in->arena, "%s", id));
    }
    return OK;
}

static bool named(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Would the policy let a case lead write this into a record of her own? */
static bool reached(const struct invented *in, const struct kind_action *ka, const struct field *f)
{
    struct policy_question q = {.role = ROLE_CASE_LEAD,
                                .verb = ka->verb,
                                .object = OBJECT_RECORD,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = in->purpose,
                                .class = f->class,
                                .label = LABEL_AMBER,
                                .assurance = 2};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

enum err generate_values(const struct invented *in, const struct kind *k, const struct kind_action *ka,
                         const char *state, const struct pair *old, size_t nold, struct pair **ret,
                         size_t *ret_n, size_t *ret_from)
{
    struct values v = {.in = in, .cap = nold + 4 * k->nfields + 1, .state = state};
    v.pairs = ARENA_ARRAY(in->arena, v.cap, struct pair);
    if (!v.pairs)
        return arena_err(in->arena);
    if (nold)
        memcpy(v.pairs, old, nold * sizeof *old);
    v.n = nold;
    for (size_t i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        bool may = ka->nfields == 0 || named(ka->fields, ka->nfields, f->name),
             must = f->required || named(ka->require, ka->nrequire, f->name);
        if (!may || has(&v, f->name) || (f->when && !condition_holds(f->when, text_of, &v)))
            continue;
        if (must || (reached(in, ka, f) && dice_permille(in->dice) < in->fill_permille))
            TRY(put(&v, k, f));
    }
    *ret = v.pairs;
    *ret_n = v.n;
    *ret_from = nold;
    return OK;
}
