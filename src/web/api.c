/* SPDX-License-Identifier: Apache-2.0 */
/* api.c - REST made from the declarations: one function for all views, one for all actions. */
#include "web/own.h"

#define PREFIX "/api/v1/"

/* ---- what a declaration says about its face
 * ---------------------------------------------------------------- */

bool view_takes_personal(const struct view_decl *v)
{
    for (size_t i = 0; i < v->ninputs; i++)
        if (v->inputs[i].personal)
            return true;
    return false;
}

bool view_needs_id(const struct view_decl *v)
{
    return v->find != NULL;
}

bool action_needs_id(const struct action *a)
{
    return a->find != NULL && !a->creates;
}

bool kind_action_takes(const struct kind_action *ka, const char *field)
{
    for (size_t i = 0; i < ka->nfields; i++)
        if (strcmp(ka->fields[i], field) == 0)
            return true;
    return ka->nfields == 0;
}

static bool is_personal(const struct input_field *inputs, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (inputs[i].personal && str_is(name, inputs[i].name))
            return true;
    return false;
}

static char *with_char(struct arena *a, struct str s, char from, char to)
{
    char *copy = arena_cstr(a, s);
    for (char *c = copy; c && *c; c++)
        if (*c == from)
            *c = to;
    return copy;
}

char *name_as_path(struct arena *a, const char *name)
{
    return with_char(a, str_of(name), '.', '/');
}

/* ---- inputs
 * -------------------------------------------------------------------------------------------------- */

struct given {
    struct id subject;
    int64_t version;
    const struct pair *pairs;
    size_t n;
};

/* From a URL: nothing personal ever, only what a view declares. */
static enum err from_query(struct rq *r, const struct view_decl *v, struct given *ret)
{
    struct pair *pairs = ARENA_ARRAY(r->a, r->in->nquery + 1, struct pair);
    if (!pairs)
        return arena_err(r->a);
    ret->pairs = pairs;
    for (size_t i = 0; i < r->in->nquery; i++) {
        struct http_pair q = r->in->query[i];
        if (str_is(q.name, "lang"))
            continue;
        if (str_is(q.name, "id")) {
            if (!id_is_nil(ret->subject))
                return FAIL(ERR_BAD_REQUEST, "id: given twice");
            TRY(id_parse(q.value, &ret->subject));
            continue;
        }
        if (is_personal(v->inputs, v->ninputs, q.name))
            return FAIL(ERR_BAD_REQUEST, "a personal input does not belong in a URL");
        pairs[ret->n++] = (struct pair){q.name, q.value, VALUE_GIVEN};
    }
    return OK;
}

static enum err from_json(struct rq *r, struct given *ret)
{
    static const char *const reserved[] = {"id", "version", NULL};
    struct input in;
    struct str kept[2];
    TRY(input_from_json(r->in->body, reserved, r->a, &in, kept));
    *ret = (struct given){.version = -1, .pairs = in.pairs, .n = in.n};
    if (kept[1].n && str_i64(kept[1], 0, INT64_MAX, &ret->version) != OK)
        return FAIL(ERR_FIELD, "version: a whole number from 0 is expected");
    if (kept[0].n && id_parse(kept[0], &ret->subject) != OK)
        return FAIL(ERR_FIELD, "id: an id of 32 hexadecimal digits is expected");
    return OK;
}

static bool is_json(struct str type)
{
    struct str head;
    if (!str_cut(&type, ';', &head) || !str_is(str_trim(head), "application/json"))
        return false;
    type = str_trim(type);
    return type.n == 0 || str_is(type, "charset=utf-8") || str_is(type, "charset=UTF-8");
}

/* A body by POST: JSON, and nothing in the URL but the language. */
static enum err from_body(struct rq *r, struct given *ret)
{
    for (size_t i = 0; i < r->in->nquery; i++)
        if (!str_is(r->in->query[i].name, "lang"))
            return FAIL(ERR_BAD_REQUEST, "a POST takes its inputs in the body, not in the URL");
    if (!is_json(http_header(r->in, "content-type")))
        return FAIL(ERR_MEDIA, "application/json is expected");
    return from_json(r, ret);
}

/* ---- answers
 * --------------------------------------------------------------------------------------------------- */

static enum err answer_view(struct rq *r, const struct view_decl *decl, const struct given *g)
{
    const struct view *v;
    struct view_request request = {
        .ctx = &r->ctx, .view = decl->name, .subject = g->subject, .input = {g->pairs, g->n}};
    TRY(door_view(r->w->door, &request, r->a, &v));
    struct json j = json_to(&r->out->body);
    if (decl->to_json) {
        decl->to_json(v, &j);
    } else {
        json_object(&j);
        json_end(&j);
    }
    buf_char(&r->out->body, '\n');
    TRY(buf_err(&r->out->body));
    answer_type(r, "application/json");
    return OK;
}

static enum err answer_action(struct rq *r, const struct action *action, const struct given *g)
{
    struct act_result result;
    char text[33];
    struct act_request request = {.ctx = &r->ctx,
                                  .action = action->name,
                                  .subject = g->subject,
                                  .expected_version = g->version,
                                  .input = {g->pairs, g->n}};
    const char *token;
    TRY(act_here(r, &request, &result, &token));
    struct json j = json_to(&r->out->body);
    json_object(&j);
    id_text(result.id, text);
    json_kv(&j, "id", text);
    json_kv_i64(&j, "version", result.version);
    json_kv_bool(&j, "replayed", result.replayed);
    if (result.waits) {
        json_kv_bool(&j, "waits", true);
        r->out->status = 202;
    }
    if (token && r->bearer)
        json_kv(&j, "token", token); /* this once; a page keeps it where no script reads it */
    if (!id_is_nil(result.leaf)) {
        id_text(result.leaf, text);
        json_kv(&j, "leaf", text);
    }
    json_end(&j);
    buf_char(&r->out->body, '\n');
    answer_type(r, "application/json");
    return buf_err(&r->out->body);
}

/* Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): 32 hexadecimal digits or a UUID, in quotes or
 * not. */
static enum err idempotency_key(struct rq *r)
{
    struct str s = http_header(r->in, "idempotency-key");
    char hex[33];
    size_t n = 0;
    if (!s.p)
        return OK;
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        s = str_sub(s, 1, s.n - 2);
    for (size_t i = 0; i < s.n && n < 33; i++) {
        bool dash = s.n == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
        if (dash && s.p[i] == '-')
            continue;
        hex[n++] = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
    }
    if (n != 32 || id_parse((struct str){hex, 32}, &r->ctx.request_id) != OK || id_is_nil(r->ctx.request_id))
        return FAIL(ERR_BAD_REQUEST, "Idempotency-Key: 32 hexadecimal digits or a UUID are expected");
    id_text(r->ctx.request_id, r->request_text);
    return OK;
}

static enum err may_post(struct rq *r)
{
    if (!r->signed_in || r->bearer)
        return OK;
    struct str token = http_header(r->in, HEADER_TOKEN);
    size_t n = strlen(r->session.form_token);
    if (n > 0 && token.n == n && secret_equal(token.p, r->session.form_token, n))
        return OK;
    return refuse(r, "web.token", FAIL(ERR_TOKEN, "header X-Akari-Form-Token"));
}

static enum err wrong_method(struct rq *r, const char *allow)
{
    http_add(r->out, "Allow", allow);
    return refuse(r, "web.method", FAIL(ERR_METHOD, "use %s", allow));
}

static enum err run_view(struct rq *r, const struct view_decl *v)
{
    struct given g = {.version = -1};
    bool post = view_takes_personal(v);
    enum err e;
    if (post) {
        for (size_t i = 0; i < r->in->nquery; i++)
            if (is_personal(v->inputs, v->ninputs, r->in->query[i].name))
                return refuse(r, "web.personal_in_url",
                              FAIL(ERR_BAD_REQUEST, "a personal input does not belong in a URL"));
    }
    if (!str_is(r->in->method, post ? "POST" : "GET"))
        return wrong_method(r, post ? "POST" : "GET, HEAD");
    if (post)
        TRY(may_post(r));
    e = post ? from_body(r, &g) : from_query(r, v, &g);
    if (e != OK)
        return refuse(r, "web.malformed", e);
    return answer_view(r, v, &g);
}

static enum err run_action(struct rq *r, const struct action *a)
{
    struct given g = {.version = -1};
    if (!str_is(r->in->method, "POST"))
        return r->in->nquery
                   ? refuse(r, "web.malformed", FAIL(ERR_BAD_REQUEST, "an action takes its inputs by POST"))
                   : wrong_method(r, "POST");
    TRY(may_post(r));
    enum err e = idempotency_key(r);
    if (e == OK)
        e = from_body(r, &g);
    if (e != OK)
        return refuse(r, "web.malformed", e);
    return answer_action(r, a, &g);
}

static bool name_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < 'a' || s.p[i] > 'z') && (s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '_' &&
            s.p[i] != '/')
            return false;
    return s.n > 0 && s.n < 200;
}

static enum err openapi(struct rq *r)
{
    if (!str_is(r->in->method, "GET"))
        return wrong_method(r, "GET, HEAD");
    if (answer_not_modified(r, r->w->etag_openapi))
        return OK;
    http_add(r->out, "Content-Type", "application/json");
    buf_str(&r->out->body, buf_view(&r->w->openapi));
    return buf_err(&r->out->body);
}

static enum err dispatch(struct rq *r)
{
    struct str rest = str_sub(r->in->path, sizeof PREFIX - 1, r->in->path.n);
    if (str_is(rest, "openapi.json"))
        return openapi(r);
    const char *name = name_ok(rest) ? with_char(r->a, rest, '/', '.') : NULL;
    const struct view_decl *v = name ? door_view_decl(r->w->door, name) : NULL;
    const struct action *a = name ? door_action(r->w->door, name) : NULL;
    if (!v && !a)
        return refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path"));
    if (!r->signed_in && !(v ? v->anonymous : a->anonymous))
        return r->token.n ? FAIL(ERR_SIGN_IN, "session") /* noted when it was looked up */
                          : refuse(r, "web.session", FAIL(ERR_SIGN_IN, "session"));
    return v ? run_view(r, v) : run_action(r, a);
}

void api_answer(struct rq *r)
{
    enum err e = dispatch(r);
    if (e != OK)
        answer_error(r, e);
}
