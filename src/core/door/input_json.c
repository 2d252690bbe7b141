/* SPDX-License-Identifier: Apache-2.0 */
/* input_json.c - flat JSON into the pairs that every face gives. (Apart from the JSON writer, whose names
 * clash with jansson's.) */
#include "core/door.h"

#include "sys/jsonin.h"

#define INPUTS_MAX 512

struct taking {
    struct arena *arena;
    struct pair *pairs;
    size_t n;
};

/* Faults name a member by its place: its name was typed by somebody, too. */
static enum err text_of(const json_t *v, struct arena *a, size_t at, struct str *ret)
{
    if (json_is_string(v)) {
        *ret = arena_str(a, (struct str){json_string_value(v), json_string_length(v)});
    } else if (json_is_integer(v)) {
        char *number = arena_printf(a, "%lld", (long long)json_integer_value(v));
        *ret = str_of(number);
    } else if (json_is_boolean(v)) {
        *ret = json_is_true(v) ? STR("yes") : STR("no");
    } else {
        return FAIL(ERR_FIELD, "member %zu: text, a whole number, true or false is expected", at);
    }
    return ret->p ? OK : arena_err(a);
}

static enum err push(struct taking *t, struct str name, struct str value, enum value_state state)
{
    if (t->n == INPUTS_MAX)
        return FAIL(ERR_LIMIT, "more than %d inputs", INPUTS_MAX);
    t->pairs[t->n++] = (struct pair){name, value, state};
    return OK;
}

static enum err push_state(struct taking *t, struct str name, size_t at, const json_t *v)
{
    const char *word = json_string_value(json_object_get(v, "state"));
    int state = word && json_object_size(v) == 1 ? value_state_find(word) : -1;
    if (state < 0 || state == VALUE_GIVEN)
        return FAIL(ERR_FIELD, "member %zu: a value or {\"state\": \"unknown\"} is expected", at);
    return push(t, name, STR(""), (enum value_state)state);
}

static enum err push_any(struct taking *t, const char *key, size_t at, const json_t *v)
{
    struct str name = arena_str(t->arena, str_of(key)), value;
    if (!name.p)
        return arena_err(t->arena);
    if (json_is_object(v))
        return push_state(t, name, at, v);
    if (json_is_null(v))
        return push(t, name, STR(""), VALUE_NOT_COLLECTED);
    if (!json_is_array(v)) {
        TRY(text_of(v, t->arena, at, &value));
        return push(t, name, value, VALUE_GIVEN);
    }
    if (json_array_size(v) == 0) /* takes the field away, as an empty text does */
        return push(t, name, STR(""), VALUE_GIVEN);
    for (size_t i = 0; i < json_array_size(v); i++) {
        TRY(text_of(json_array_get(v, i), t->arena, at, &value));
        TRY(push(t, name, value, VALUE_GIVEN));
    }
    return OK;
}

static int reserved_index(const char *const *reserved, const char *key)
{
    for (int i = 0; reserved && reserved[i]; i++)
        if (strcmp(reserved[i], key) == 0)
            return i;
    return -1;
}

enum err input_from_json(struct str text, const char *const *reserved, struct arena *a, struct input *ret,
                         struct str *ret_reserved)
{
    struct taking t = {.arena = a, .pairs = ARENA_ARRAY(a, INPUTS_MAX, struct pair)};
    json_t *root CLEANUP(json_cleanup) = NULL;
    const char *key;
    json_t *v;
    size_t at = 0;
    if (!t.pairs)
        return arena_err(a);
    for (int i = 0; reserved && reserved[i]; i++)
        ret_reserved[i] = STR("");
    TRY(json_read(text, &root));
    if (!json_is_object(root))
        return FAIL(ERR_BAD_JSON, "an object is expected");
    json_object_foreach(root, key, v)
    {
        int index = reserved_index(reserved, key);
        at++;
        if (index >= 0)
            TRY(text_of(v, a, at, &ret_reserved[index]));
        else
            TRY(push_any(&t, key, at, v));
    }
    *ret = (struct input){t.pairs, t.n};
    return OK;
}
