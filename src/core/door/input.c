/* SPDX-License-Identifier: Apache-2.0 */
/* door_input.c - inputs against their declaration, before any body runs. */
#include "base/calendar.h"
#include "core/door/own.h"

static const char *const state_words[] = {"given", "unknown", "not_collected", "not_applicable", "masked"};

const char *value_state_word(enum value_state s)
{
    return s <= VALUE_MASKED ? state_words[s] : "given";
}

int value_state_find(const char *word)
{
    for (int i = 0; i <= VALUE_MASKED; i++)
        if (strcmp(state_words[i], word) == 0)
            return i;
    return -1;
}

static const struct input_field *field_of(const struct input_field *fields, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, fields[i].name))
            return &fields[i];
    return NULL;
}

static enum err check_length(const struct input_field *f, struct str v)
{
    size_t limit = f->type == IN_LONG_TEXT ? TEXT_MAX_BYTES : NAME_MAX_BYTES;
    if (!str_utf8_ok(v))
        return FAIL(ERR_BAD_UTF8, "field %s", f->name);
    if (v.n > limit)
        return FAIL(ERR_FIELD, "field %s: longer than %zu bytes", f->name, limit);
    if (f->max > 0 && str_utf8_count(v) > (size_t)f->max)
        return FAIL(ERR_FIELD, "field %s: more than %lld characters", f->name, (long long)f->max);
    if (f->min > 0 && str_utf8_count(v) < (size_t)f->min)
        return FAIL(ERR_FIELD, "field %s: fewer than %lld characters", f->name, (long long)f->min);
    return OK;
}

static enum err check_word(const struct input_field *f, struct str v)
{
    for (size_t i = 0; f->words && f->words[i]; i++)
        if (str_is(v, f->words[i]))
            return OK;
    return FAIL(ERR_FIELD, "field %s: not one of its words", f->name);
}

static enum err check_value(const struct input_field *f, struct str v)
{
    struct date date;
    struct id id;
    int64_t n;
    enum err e = OK;
    switch (f->type) {
    case IN_TEXT:
    case IN_LONG_TEXT:
        return check_length(f, v);
    case IN_INT:
        e = f->min || f->max ? str_i64(v, f->min, f->max, &n) : str_i64(v, INT64_MIN, INT64_MAX, &n);
        return e == OK ? OK : FAIL(ERR_FIELD, "field %s: a whole number in its range is expected", f->name);
    case IN_BOOL:
        if (str_is(v, "true") || str_is(v, "false") || str_is(v, "yes") || str_is(v, "no") ||
            str_is(v, "1") || str_is(v, "0"))
            return OK;
        return FAIL(ERR_FIELD, "field %s: true or false is expected", f->name);
    case IN_DATE:
        return date_parse(v, &date) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: a date YYYY-MM-DD is expected", f->name);
    case IN_TIME:
        return utc_parse(v, &n) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: a time as in RFC 3339 is expected", f->name);
    case IN_ID:
        return id_parse(v, &id) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: an id of 32 hexadecimal digits is expected", f->name);
    case IN_WORD:
        return check_word(f, v);
    case IN_BYTES: /* the body decodes it */
        if ((int64_t)v.n > (f->max + 2) / 3 * 4)
            return FAIL(ERR_FIELD, "field %s: more than %lld bytes", f->name, (long long)f->max);
        return OK;
    }
    return FAIL(ERR_INTERNAL, "field %s: unknown type", f->name);
}

/* open_ended: names that are not declared are left to the body (kinds check their own fields). */
enum err input_check(const struct input_field *fields, size_t nfields, const struct input *in,
                     bool open_ended)
{
    for (size_t i = 0; i < in->n; i++) {
        const struct pair *p = &in->pairs[i];
        const struct input_field *f = field_of(fields, nfields, p->name);
        if (!f && !open_ended)
            return FAIL(ERR_FIELD, "input %zu: no field of this name", i + 1);
        if (!str_utf8_ok(p->value))
            return FAIL(ERR_BAD_UTF8, "input %zu", i + 1);
        if (p->state == VALUE_MASKED)
            return FAIL(ERR_FIELD, "input %zu: masked is an answer, not an input", i + 1);
        if (!f)
            continue;
        for (size_t k = 0; k < i && !f->multi; k++)
            if (str_eq(in->pairs[k].name, p->name))
                return FAIL(ERR_FIELD, "field %s: given twice", f->name);
        if (p->state == VALUE_GIVEN && p->value.n)
            TRY(check_value(f, p->value));
    }
    for (size_t i = 0; i < nfields; i++) {
        bool given = false;
        for (size_t k = 0; k < in->n; k++)
            given |= str_is(in->pairs[k].name, fields[i].name) && in->pairs[k].state == VALUE_GIVEN &&
                     in->pairs[k].value.n;
        if (fields[i].required && !given)
            return FAIL(ERR_FIELD, "field %s: required", fields[i].name);
    }
    return OK;
}
