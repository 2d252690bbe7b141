/* SPDX-License-Identifier: Apache-2.0 */
#include "web/body.h"

#include "base/limits.h"
#include "sys/jsonin.h"

static enum err keep(struct arena *a, const char *p, size_t n, struct str *ret)
{
    *ret = arena_str(a, (struct str){p, n});
    return ret->p ? OK : arena_err(a);
}

static enum err scalar(struct arena *a, json_t *v, size_t at, struct str *ret)
{
    if (json_is_string(v))
        return keep(a, json_string_value(v), json_string_length(v), ret);
    if (json_is_integer(v)) {
        char *text = arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
        *ret = str_of(text);
        return text ? OK : arena_err(a);
    }
    if (!json_is_boolean(v))
        return FAIL(ERR_FIELD, "member %zu: a text, whole number, true or false is expected", at);
    *ret = json_is_true(v) ? STR("true") : STR("false");
    return OK;
}

static enum err state_of(struct arena *a, json_t *v, size_t at, const char **ret)
{
    const char *word = json_string_value(json_object_get(v, "state"));
    if (!word || json_object_size(v) != 1)
        return FAIL(ERR_FIELD, "member %zu: an object has one member, \"state\"", at);
    *ret = arena_cstr(a, str_of(word));
    return *ret ? OK : arena_err(a);
}

static enum err take_values(struct arena *a, struct str name, json_t *v, size_t at, struct body *ret)
{
    struct body_value *first = &ret->values[ret->n];
    *first = (struct body_value){.name = name, .value = STR("")};
    if (json_is_array(v) && json_array_size(v) > 0) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            ret->values[ret->n] = (struct body_value){.name = name, .value = STR("")};
            TRY(scalar(a, json_array_get(v, i), at, &ret->values[ret->n].value));
            ret->n++;
        }
        return OK;
    }
    if (json_is_object(v))
        TRY(state_of(a, v, at, &first->state));
    else if (!json_is_array(v))
        TRY(scalar(a, v, at, &first->value));
    ret->n++;
    return OK;
}

static enum err take_member(struct arena *a, const char *key, json_t *v, size_t at, struct body *ret)
{
    struct str name;
    if (strcmp(key, "id") == 0) {
        if (!json_is_string(v))
            return FAIL(ERR_FIELD, "id: an id of 32 hexadecimal digits is expected");
        return keep(a, json_string_value(v), json_string_length(v), &ret->id);
    }
    if (strcmp(key, "version") == 0) {
        if (!json_is_integer(v) || json_integer_value(v) < 0)
            return FAIL(ERR_FIELD, "version: a whole number from 0 is expected");
        ret->version = json_integer_value(v);
        return OK;
    }
    TRY(keep(a, key, strlen(key), &name));
    return take_values(a, name, v, at, ret);
}

static size_t count_values(json_t *object)
{
    const char *key;
    json_t *v;
    size_t n = 0;
    json_object_foreach(object, key, v) n += json_is_array(v) && json_array_size(v) ? json_array_size(v) : 1;
    return n;
}

enum err body_read(struct str json, struct arena *a, struct body *ret)
{
    json_t *object CLEANUP(json_cleanup) = NULL;
    struct body made = {.id = STR(""), .version = -1};
    const char *key;
    json_t *v;
    size_t at = 0;
    TRY(json_read(json, &object));
    if (!json_is_object(object))
        return FAIL(ERR_BAD_REQUEST, "a JSON object is expected");
    size_t n = count_values(object);
    if (n > HTTP_MAX_FIELDS)
        return FAIL(ERR_LIMIT, "more than %d values", HTTP_MAX_FIELDS);
    made.values = ARENA_ARRAY(a, n + 1, struct body_value);
    if (!made.values)
        return arena_err(a);
    json_object_foreach(object, key, v) TRY(take_member(a, key, v, ++at, &made));
    *ret = made;
    return OK;
}
