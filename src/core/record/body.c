/* SPDX-License-Identifier: Apache-2.0 */
/* record_body.c - the bytes inside an envelope, and the check of values against a kind. Pure. */
#include "base/limits.h"
#include "core/record.h"

enum err record_body_pack(const struct pair *pairs, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (pairs[i].name.n > UINT16_MAX || pairs[i].value.n > TEXT_MAX_BYTES)
            return FAIL(ERR_LIMIT, "a value longer than %d bytes", TEXT_MAX_BYTES);
        buf_u8(out, (uint8_t)pairs[i].state);
        buf_be16(out, (uint16_t)pairs[i].name.n);
        buf_str(out, pairs[i].name);
        buf_be32(out, (uint32_t)pairs[i].value.n);
        buf_str(out, pairs[i].value);
    }
    return buf_err(out);
}

static bool take(struct str *rest, size_t n, struct str *ret)
{
    if (rest->n < n)
        return false;
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n - n);
    return true;
}

static bool take_number(struct str *rest, size_t bytes, size_t *ret)
{
    struct str s;
    if (!take(rest, bytes, &s))
        return false;
    *ret = 0;
    for (size_t i = 0; i < bytes; i++)
        *ret = *ret << 8 | (uint8_t)s.p[i];
    return true;
}

static bool take_pair(struct str *rest, struct pair *ret)
{
    size_t state, name, value;
    if (!take_number(rest, 1, &state) || state > VALUE_MASKED || !take_number(rest, 2, &name) ||
        !take(rest, name, &ret->name) || !take_number(rest, 4, &value) || value > TEXT_MAX_BYTES ||
        !take(rest, value, &ret->value))
        return false;
    ret->state = (enum value_state)state;
    return true;
}

enum err record_body_parse(struct str body, struct arena *a, struct pair **ret, size_t *ret_n)
{
    struct str rest = body;
    struct pair p;
    size_t n = 0;
    while (rest.n) {
        if (!take_pair(&rest, &p))
            return FAIL(ERR_CRYPTO, "a record body is malformed");
        n++;
    }
    struct pair *pairs = ARENA_ARRAY(a, n ? n : 1, struct pair);
    if (!pairs)
        return arena_err(a);
    rest = body;
    for (size_t i = 0; i < n; i++)
        if (!take_pair(&rest, &pairs[i]))
            return FAIL(ERR_CRYPTO, "a record body is malformed");
    *ret = pairs;
    *ret_n = n;
    return OK;
}

/* ---- validation
 * -------------------------------------------------------------------------------------------------------------
 */

struct values {
    const struct pair *pairs;
    size_t n;
    const char *record_state; /* after the action */
    char text[NAME_MAX_BYTES];
};

static const struct pair *first(const struct values *v, const char *name)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_is(v->pairs[i].name, name))
            return &v->pairs[i];
    return NULL;
}

/* For condition_holds: the value, or several joined by ';'. */
static const char *text_of(void *user, const char *name)
{
    struct values *v = user;
    size_t at = 0;
    if (strcmp(name, "state") == 0)
        return v->record_state;
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

static enum err check_code(const struct field *f, struct str v, struct date today)
{
    char day[11], code[NAME_MAX_BYTES];
    if (v.n >= sizeof code)
        return FAIL(ERR_FIELD, "field %s: not a code of its list", f->name);
    memcpy(code, v.p, v.n);
    code[v.n] = '\0';
    const struct code *c = code_find(f->codes, code);
    if (!c)
        return FAIL(ERR_FIELD, "field %s: not a code of list %s", f->name, f->codes->id);
    date_text(today, day);
    if ((c->from && *c->from && strcmp(day, c->from) < 0) ||
        (c->until && *c->until && strcmp(day, c->until) > 0))
        return FAIL(ERR_FIELD, "field %s: the code is not in use on %s", f->name, day);
    return OK;
}

static enum err check_text(const struct field *f, struct str v)
{
    size_t n = str_utf8_count(v), limit = f->type == FT_LONG_TEXT ? TEXT_MAX_BYTES : NAME_MAX_BYTES;
    if (v.n > limit || (f->max != INT64_MAX && f->max > 0 && (int64_t)n > f->max))
        return FAIL(ERR_FIELD, "field %s: too long", f->name);
    if (f->min != INT64_MIN && (int64_t)n < f->min)
        return FAIL(ERR_FIELD, "field %s: too short", f->name);
    return OK;
}

static enum err check_value(const struct pack *p, const struct field *f, struct str v, struct date today)
{
    struct date date;
    struct id id;
    int64_t n;
    if (!str_utf8_ok(v))
        return FAIL(ERR_BAD_UTF8, "field %s", f->name);
    switch (f->type) {
    case FT_TEXT:
    case FT_LONG_TEXT:
        return check_text(f, v);
    case FT_INT:
        return str_i64(v, f->min, f->max, &n) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: a whole number in its range is expected", f->name);
    case FT_BOOL:
        return str_is(v, "yes") || str_is(v, "no")
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: yes or no is expected", f->name);
    case FT_DATE:
        return date_parse(v, &date) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: a date YYYY-MM-DD is expected", f->name);
    case FT_TIME:
        return utc_parse(v, &n) == OK
                   ? OK
                   : FAIL(ERR_FIELD, "field %s: a time as in RFC 3339 is expected", f->name);
    case FT_CODE:
    case FT_CODES:
        return check_code(f, v, today);
    case FT_AGENCY:
    case FT_OFFICE: {
        char word[NAME_MAX_BYTES];
        if (v.n >= sizeof word)
            return FAIL(ERR_FIELD, "field %s: unknown", f->name);
        memcpy(word, v.p, v.n);
        word[v.n] = '\0';
        bool known = f->type == FT_AGENCY ? pack_agency(p, word) != NULL : pack_office(p, word) != NULL;
        return known ? OK : FAIL(ERR_FIELD, "field %s: not one of the pack", f->name);
    }
    case FT_SUBJECT:
        return id_parse(v, &id) == OK ? OK : FAIL(ERR_FIELD, "field %s: an id is expected", f->name);
    }
    return FAIL(ERR_INTERNAL, "field %s: unknown type", f->name);
}

static bool time_of(const struct pair *p, int64_t *ret)
{
    struct date d;
    if (!p || p->state != VALUE_GIVEN)
        return false;
    if (date_parse(p->value, &d) == OK) {
        *ret = (int64_t)date_days(d) * 86400000000;
        return true;
    }
    return utc_parse(p->value, ret) == OK;
}

static enum err check_order(const struct values *v, const struct field *f)
{
    int64_t here, there;
    if (f->not_before && time_of(first(v, f->name), &here) && time_of(first(v, f->not_before), &there) &&
        here < there)
        return FAIL(ERR_FIELD, "field %s: earlier than %s", f->name, f->not_before);
    return OK;
}

static enum err check_required(struct values *v, const struct kind *k, const struct kind_action *action)
{
    for (size_t i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        bool need = f->required;
        for (size_t r = 0; action && r < action->nrequire && !need; r++)
            need = strcmp(action->require[r], f->name) == 0;
        need =
            need && (!f->when || condition_holds(f->when, text_of, v)); /* what is not asked is not missing */
        const struct pair *p = first(v, f->name);
        /* "asked, not known" is an answer; "never asked" is none */
        bool given = p && (p->state == VALUE_GIVEN ? p->value.n > 0 : p->state != VALUE_NOT_COLLECTED);
        if (need && !given)
            return FAIL(ERR_FIELD, "field %s: required", f->name);
        TRY(check_order(v, f));
    }
    return OK;
}

enum err record_validate_in(const struct pack *p, const struct kind *k, const struct kind_action *action,
                            const char *record_state, const struct pair *pairs, size_t n, struct date today)
{
    struct values v = {.pairs = pairs, .n = n, .record_state = record_state};
    for (size_t i = 0; i < n; i++) {
        char name[128];
        if (pairs[i].name.n >= sizeof name)
            return FAIL(ERR_FIELD, "value %zu: kind %s has no such field", i + 1, k->id);
        memcpy(name, pairs[i].name.p, pairs[i].name.n);
        name[pairs[i].name.n] = '\0';
        const struct field *f = kind_field(k, name);
        if (!f)
            return FAIL(ERR_FIELD, "value %zu: kind %s has no such field", i + 1, k->id);
        for (size_t o = 0; o < i; o++)
            if (str_eq(pairs[o].name, pairs[i].name) && f->type != FT_CODES)
                return FAIL(ERR_FIELD, "field %s: given twice", f->name);
        if (f->when && pairs[i].state == VALUE_GIVEN && pairs[i].value.n &&
            !condition_holds(f->when, text_of, &v))
            return FAIL(ERR_FIELD, "field %s: not asked with these answers", f->name);
        if (pairs[i].state == VALUE_GIVEN && pairs[i].value.n)
            TRY(check_value(p, f, pairs[i].value, today));
    }
    return check_required(&v, k, action);
}

enum err record_validate(const struct pack *p, const struct kind *k, const struct kind_action *action,
                         const struct pair *pairs, size_t n, struct date today)
{
    const char *to = action && action->to ? action->to : k->states[0];
    return record_validate_in(p, k, action, to, pairs, n, today);
}
