/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c - OpenAPI 3.1 from the declarations and the kinds of the pack. The same declarations give the
 * same bytes. */
#include "web/own.h"

static void ref(struct json *j, const char *section, const char *prefix, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "#/components/%s/%s%s", section, prefix, name);
    json_object(j);
    json_kv(j, "$ref", path);
    json_end(j);
}

static void strings(struct json *j, const char *key, const char *const *list, size_t n)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < n && list[i]; i++)
        json_c(j, list[i]);
    json_end(j);
}

static void typed(struct json *j, const char *type, const char *format)
{
    json_kv(j, "type", type);
    if (format)
        json_kv(j, "format", format);
}

/* ---- declared inputs
 * -------------------------------------------------------------------------------------------- */

static void lengths(struct json *j, const struct input_field *f)
{
    if (f->min > 0)
        json_kv_i64(j, "minLength", f->min);
    if (f->max > 0)
        json_kv_i64(j, "maxLength", f->max);
}

static void input_type(struct json *j, const struct input_field *f)
{
    switch (f->type) {
    case IN_TEXT:
    case IN_LONG_TEXT:
        typed(j, "string", NULL);
        lengths(j, f);
        break;
    case IN_BYTES:
        typed(j, "string", NULL);
        json_kv(j, "contentEncoding", "base64");
        break;
    case IN_INT:
        typed(j, "integer", NULL);
        if (f->min || f->max) {
            json_kv_i64(j, "minimum", f->min);
            json_kv_i64(j, "maximum", f->max);
        }
        break;
    case IN_BOOL:
        typed(j, "boolean", NULL);
        break;
    case IN_DATE:
        typed(j, "string", "date");
        break;
    case IN_TIME:
        typed(j, "string", "date-time");
        break;
    case IN_ID:
        typed(j, "string", NULL);
        json_kv(j, "pattern", "^[0-9a-f]{32}$");
        break;
    case IN_WORD:
        typed(j, "string", NULL);
        strings(j, "enum", f->words, SIZE_MAX);
        break;
    }
}

static void input_schema(struct json *j, const struct input_field *f)
{
    json_object(j);
    json_kv(j, "title", f->label);
    if (f->multi) {
        json_kv(j, "type", "array");
        json_key(j, "items");
        json_object(j);
        input_type(j, f);
        json_end(j);
    } else {
        input_type(j, f);
    }
    if (f->personal)
        json_kv_bool(j, "x-akari-personal", true);
    json_end(j);
}

/* ---- fields of kinds
 * ---------------------------------------------------------------------------------------------- */

static void field_range(struct json *j, const struct field *f, const char *min, const char *max)
{
    if (f->min != INT64_MIN && f->min != 0)
        json_kv_i64(j, min, f->min);
    if (f->max != INT64_MAX && f->max != 0)
        json_kv_i64(j, max, f->max);
}

static void field_type(struct json *j, const struct field *f)
{
    switch (f->type) {
    case FT_TEXT:
    case FT_LONG_TEXT:
        typed(j, "string", NULL);
        field_range(j, f, "minLength", "maxLength");
        break;
    case FT_INT:
        typed(j, "integer", NULL);
        field_range(j, f, "minimum", "maximum");
        break;
    case FT_BOOL:
        typed(j, "boolean", NULL);
        break;
    case FT_DATE:
        typed(j, "string", "date");
        break;
    case FT_TIME:
        typed(j, "string", "date-time");
        break;
    case FT_CODE:
    case FT_CODES:
    case FT_AGENCY:
        break; /* by reference */
    case FT_OFFICE:
        typed(j, "string", NULL);
        break;
    case FT_SUBJECT:
        typed(j, "string", NULL);
        json_kv(j, "pattern", "^[0-9a-f]{32}$");
        break;
    }
}

static void field_value_schema(struct json *j, const struct field *f)
{
    if (f->type == FT_CODE) {
        ref(j, "schemas", "code.", f->codes->id);
        return;
    }
    if (f->type == FT_AGENCY) {
        ref(j, "schemas", "", "Agency");
        return;
    }
    json_object(j);
    if (f->type == FT_CODES) {
        json_kv(j, "type", "array");
        json_key(j, "items");
        ref(j, "schemas", "code.", f->codes->id);
    } else {
        field_type(j, f);
    }
    json_end(j);
}

static void field_schema(struct json *j, const struct field *f)
{
    json_object(j);
    json_kv(j, "title", f->label);
    if (f->help && *f->help)
        json_kv(j, "description", f->help);
    json_kv(j, "x-akari-class", class_word(f->class));
    json_key(j, "anyOf");
    json_array(j);
    field_value_schema(j, f);
    ref(j, "schemas", "", "State");
    json_end(j);
    json_end(j);
}

/* ---- operations
 * ------------------------------------------------------------------------------------------------------ */

struct operation {
    const char *name, *summary, *duty;
    enum verb verb;
    enum object_kind object;
    const struct input_field *inputs;
    size_t ninputs;
    bool anonymous, needs_id, action;
    const struct kind *kind;
    const struct kind_action *kind_action;
};

static void security(struct json *j, const struct operation *o, bool post)
{
    json_key(j, "security");
    json_array(j);
    if (o->anonymous) {
        json_object(j);
        json_end(j);
    }
    json_object(j);
    json_key(j, "session");
    json_array(j);
    json_end(j);
    if (post) {
        json_key(j, "form_token");
        json_array(j);
        json_end(j);
    }
    json_end(j);
    json_object(j);
    json_key(j, "bearer");
    json_array(j);
    json_end(j);
    json_end(j);
    json_end(j);
}

static void id_schema(struct json *j)
{
    json_object(j);
    typed(j, "string", NULL);
    json_kv(j, "pattern", "^[0-9a-f]{32}$");
    json_end(j);
}

static void parameters(struct json *j, const struct operation *o)
{
    json_key(j, "parameters");
    json_array(j);
    json_object(j);
    json_kv(j, "name", "id");
    json_kv(j, "in", "query");
    if (o->needs_id)
        json_kv_bool(j, "required", true);
    json_key(j, "schema");
    id_schema(j);
    json_end(j);
    for (size_t i = 0; i < o->ninputs; i++) {
        json_object(j);
        json_kv(j, "name", o->inputs[i].name);
        json_kv(j, "in", "query");
        if (o->inputs[i].required)
            json_kv_bool(j, "required", true);
        json_key(j, "schema");
        input_schema(j, &o->inputs[i]);
        json_end(j);
    }
    json_end(j);
}

static void required_names(struct json *j, const struct operation *o)
{
    json_key(j, "required");
    json_array(j);
    if (o->needs_id)
        json_c(j, "id");
    for (size_t i = 0; i < o->ninputs; i++)
        if (o->inputs[i].required)
            json_c(j, o->inputs[i].name);
    bool create = o->kind_action && strcmp(o->kind_action->name, "create") == 0;
    for (size_t i = 0; create && i < o->kind->nfields; i++)
        if (o->kind->fields[i].required && !o->kind->fields[i].when)
            json_c(j, o->kind->fields[i].name);
    json_end(j);
}

static void body_schema(struct json *j, const struct operation *o)
{
    json_object(j);
    json_kv(j, "type", "object");
    json_kv_bool(j, "additionalProperties", false);
    json_key(j, "properties");
    json_object(j);
    json_key(j, "id");
    id_schema(j);
    if (o->action) {
        json_key(j, "version");
        json_object(j);
        typed(j, "integer", NULL);
        json_kv(
            j, "description",
            "The version that the change was made from; refused with 409 when it is not the present one.");
        json_end(j);
    }
    for (size_t i = 0; i < o->ninputs; i++) {
        if (o->kind && kind_field(o->kind, o->inputs[i].name))
            continue; /* one value serves both, described by the kind */
        json_key(j, o->inputs[i].name);
        input_schema(j, &o->inputs[i]);
    }
    for (size_t i = 0; o->kind && i < o->kind->nfields; i++) {
        if (!kind_action_takes(o->kind_action, o->kind->fields[i].name))
            continue;
        json_key(j, o->kind->fields[i].name);
        field_schema(j, &o->kind->fields[i]);
    }
    json_end(j);
    required_names(j, o);
    json_end(j);
}

static void request_body(struct json *j, const struct operation *o)
{
    if (o->action) {
        json_key(j, "parameters");
        json_array(j);
        ref(j, "parameters", "", "IdempotencyKey");
        json_end(j);
    }
    json_key(j, "requestBody");
    json_object(j);
    json_kv_bool(j, "required", true);
    json_key(j, "content");
    json_object(j);
    json_key(j, "application/json");
    json_object(j);
    json_key(j, "schema");
    body_schema(j, o);
    json_end(j);
    json_end(j);
    json_end(j);
}

static void responses(struct json *j, const struct operation *o)
{
    json_key(j, "responses");
    json_object(j);
    json_key(j, "200");
    ref(j, "responses", "", o->action ? "Done" : "Model");
    if (o->action) {
        json_key(j, "202");
        ref(j, "responses", "", "Done");
    }
    json_key(j, "default");
    ref(j, "responses", "", "Problem");
    json_end(j);
}

static enum err operation(struct json *j, struct arena *a, const struct operation *o, bool post)
{
    char *path = name_as_path(a, o->name);
    const char *dot = strrchr(o->name, '.');
    if (!path)
        return arena_err(a);
    char *full = arena_printf(a, "/api/v1/%s", path);
    if (!full)
        return arena_err(a);
    json_key(j, full);
    json_object(j);
    json_key(j, post ? "post" : "get");
    json_object(j);
    json_kv(j, "operationId", o->name);
    json_kv(j, "summary", o->summary);
    json_key(j, "tags");
    json_array(j);
    json_str(j, (struct str){o->name, dot ? (size_t)(dot - o->name) : strlen(o->name)});
    json_end(j);
    json_kv(j, "x-akari-verb", verb_word(o->verb));
    json_kv(j, "x-akari-object", object_word(o->object));
    if (o->duty)
        json_kv(j, "x-akari-duty", o->duty);
    if (o->kind_action && o->kind_action->gate)
        json_kv(j, "x-akari-gate", gate_word(o->kind_action->gate));
    security(j, o, post);
    if (post)
        request_body(j, o);
    else
        parameters(j, o);
    responses(j, o);
    json_end(j);
    json_end(j);
    return OK;
}

static enum err paths(struct json *j, struct arena *a, const struct door *d)
{
    const struct action *const *actions;
    const struct view_decl *const *views;
    size_t na = door_actions(d, &actions), nv = door_views(d, &views);
    json_key(j, "paths");
    json_object(j);
    for (size_t i = 0; i < na; i++) {
        const struct action *x = actions[i];
        struct operation o = {.name = x->name,
                              .summary = x->summary,
                              .duty = x->duty,
                              .verb = x->verb,
                              .object = x->object,
                              .inputs = x->inputs,
                              .ninputs = x->ninputs,
                              .anonymous = x->anonymous,
                              .action = true,
                              .needs_id = action_needs_id(x),
                              .kind = x->kind,
                              .kind_action = x->kind_action};
        TRY(operation(j, a, &o, true));
    }
    for (size_t i = 0; i < nv; i++) {
        const struct view_decl *x = views[i];
        struct operation o = {.name = x->name,
                              .summary = x->summary,
                              .duty = x->duty,
                              .verb = x->verb,
                              .object = x->object,
                              .inputs = x->inputs,
                              .ninputs = x->ninputs,
                              .anonymous = x->anonymous,
                              .needs_id = view_needs_id(x)};
        TRY(operation(j, a, &o, view_takes_personal(x)));
    }
    json_end(j);
    return OK;
}

/* ---- components
 * ------------------------------------------------------------------------------------------------------- */

static void code_schema(struct json *j, const struct code_list *list)
{
    char key[200];
    snprintf(key, sizeof key, "code.%s", list->id);
    json_key(j, key);
    json_object(j);
    json_kv(j, "title", list->title);
    json_kv(j, "type", "string");
    json_key(j, "enum");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        json_c(j, list->codes[i].code);
    json_end(j);
    json_key(j, "x-akari-labels");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        json_c(j, list->codes[i].label);
    json_end(j);
    json_end(j);
}

static void agency_schema(struct json *j, const struct pack *p)
{
    json_key(j, "Agency");
    json_object(j);
    json_kv(j, "type", "string");
    json_key(j, "enum");
    json_array(j);
    for (size_t i = 0; i < p->nagencies; i++)
        json_c(j, p->agencies[i].id);
    json_end(j);
    json_end(j);
}

struct constant {
    const char *key, *value;
};

static const struct constant schemas[] = {
    {"State",
     "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"state\"],\"properties\":{"
     "\"state\":{\"type\":\"string\",\"enum\":[\"unknown\",\"not_collected\",\"not_applicable\"]}}}"},
    {"Result",
     "{\"type\":\"object\",\"required\":[\"id\",\"version\",\"replayed\"],\"properties\":{"
     "\"id\":{\"type\":\"string\"},\"version\":{\"type\":\"integer\"},\"replayed\":{\"type\":\"boolean\","
     "\"description\":\"The request id was used before: nothing was done again.\"},"
     "\"waits\":{\"type\":\"boolean\",\"description\":\"With status 202: nothing was done yet. The id is "
     "that of "
     "what waits until a second person confirms it.\"},"
     "\"leaf\":{\"type\":\"string\",\"description\":\"Id of the audit leaf.\"},"
     "\"token\":{\"type\":\"string\",\"description\":\"Of session.raise, for who came with a bearer token: "
     "the "
     "new one, this once. The old one has ended.\"}}}"},
    {"Problem",
     "{\"type\":\"object\",\"description\":\"RFC 9457\",\"required\":[\"type\",\"title\",\"status\","
     "\"number\",\"name\",\"message\",\"hint\",\"request_id\"],\"properties\":{"
     "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
     "\"number\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},"
     "\"detail\":{\"type\":\"string\"},\"hint\":{\"type\":\"string\"},"
     "\"request_id\":{\"type\":\"string\"}}}"},
};
static const struct constant others[] = {
    {"responses",
     "{\"Done\":{\"description\":\"Done.\",\"content\":{\"application/json\":{\"schema\":{"
     "\"$ref\":\"#/components/schemas/Result\"}}}},"
     "\"Model\":{\"description\":\"What the asker may see.\",\"content\":{\"application/json\":{\"schema\":{"
     "\"type\":\"object\"}}}},"
     "\"Problem\":{\"description\":\"Refused or failed; nothing was changed.\",\"content\":{"
     "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}"},
    {"parameters",
     "{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"32 hexadecimal "
     "digits or a UUID; a repeat is answered from the first time.\",\"schema\":{\"type\":\"string\"}}}"},
    {"securitySchemes",
     "{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" COOKIE_SESSION "\"},"
     "\"form_token\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-Akari-Form-Token\"},"
     "\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"},
};

static void constants(struct json *j, const struct constant *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_key(j, c[i].key);
        json_raw(j, str_of(c[i].value));
    }
}

static void components(struct json *j, const struct pack *p)
{
    json_key(j, "components");
    json_object(j);
    json_key(j, "schemas");
    json_object(j);
    for (size_t i = 0; p && i < p->ncode_lists; i++)
        code_schema(j, &p->code_lists[i]);
    if (p)
        agency_schema(j, p);
    constants(j, schemas, sizeof schemas / sizeof *schemas);
    json_end(j);
    constants(j, others, sizeof others / sizeof *others);
    json_end(j);
}

enum err web_openapi(const struct door *d, struct buf *out)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct json j = json_to(out);
    const struct pack *p = door_pack(d);
    if (!a)
        return mem_fail();
    json_object(&j);
    json_kv(&j, "openapi", "3.1.0");
    json_key(&j, "info");
    json_object(&j);
    json_kv(&j, "title", "Akari");
    json_kv(&j, "version", p ? p->version : "0");
    json_kv(&j, "description",
            "Made from the declarations of the running program and its country pack. Inputs are flat: a "
            "text, a whole number, true or "
            "false, a list, or a state such as {\"state\": \"unknown\"}. What may not be seen is answered "
            "like what does not exist.");
    json_end(&j);
    TRY(paths(&j, a, d));
    components(&j, p);
    json_end(&j);
    buf_char(out, '\n');
    return buf_err(out);
}
