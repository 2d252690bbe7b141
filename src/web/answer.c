/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - what every answer has: headers, errors, redirects, assets. */
#include "base/embedded.h"
#include "sys/crypto.h"
#include "web/own.h"

#define CSP                                                                                               \
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " \
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "   \
    "trusted-types 'none'"

bool is_secure(const struct rq *r)
{
    return str_is(http_header(r->in, "x-forwarded-proto"), "https");
}

static bool has_header(const struct rq *r, const char *name)
{
    for (size_t i = 0; i < r->out->nheaders; i++)
        if (str_is(r->out->headers[i].name, name))
            return true;
    return false;
}

void answer_headers(struct rq *r)
{
    static const char *const always[][2] = {
        {"Content-Security-Policy", CSP},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        http_add(r->out, always[i][0], always[i][1]);
    if (!has_header(r, "Cache-Control"))
        http_add(r->out, "Cache-Control", "no-store");
    if (is_secure(r))
        http_add(r->out, "Strict-Transport-Security", "max-age=63072000");
    http_add(r->out, "X-Request-Id", r->request_text);
}

void answer_type(struct rq *r, const char *content_type)
{
    http_add(r->out, "Content-Type", content_type);
    http_add(r->out, "Content-Language", r->lang.pseudo ? "en" : r->lang.tag);
    http_add(r->out, "Vary", "Accept-Language, Cookie");
}

void answer_redirect(struct rq *r, const char *path)
{
    r->out->status = 303;
    http_add(r->out, "Location", path);
}

void answer_cookie(struct rq *r, const char *name, const char *value, int max_age_s)
{
    char age[32] = "";
    if (max_age_s >= 0)
        snprintf(age, sizeof age, "; Max-Age=%d", max_age_s);
    const char *line = arena_printf(r->a, "%s=%s; HttpOnly; SameSite=Strict; Path=/%s%s", name, value, age,
                                    is_secure(r) ? "; Secure" : "");
    if (line)
        http_add(r->out, "Set-Cookie", line);
    else
        r->out->status = 503;
}

bool answer_not_modified(struct rq *r, const char *etag)
{
    struct str asked = http_header(r->in, "if-none-match");
    http_add(r->out, "ETag", etag);
    http_add(r->out, "Cache-Control", "no-cache"); /* holds nothing of anybody; asked for each time */
    if (!str_is(asked, etag))
        return false;
    r->out->status = 304;
    return true;
}

void answer_asset(struct rq *r, const char *name)
{
    for (const struct embedded *e = EMBEDDED_ASSETS; e->name; e++) {
        if (strcmp(e->name, name) != 0)
            continue;
        char etag[20];
        struct hash h = sha256((struct str){e->p, e->n}, STR(""));
        snprintf(etag, sizeof etag, "\"%02x%02x%02x%02x%02x%02x%02x%02x\"", h.b[0], h.b[1], h.b[2], h.b[3],
                 h.b[4], h.b[5], h.b[6], h.b[7]);
        const char *kept = arena_cstr(r->a, str_of(etag));
        http_add(r->out, "Content-Type",
                 str_ends(str_of(name), ".svg")  ? "image/svg+xml"
                 : str_ends(str_of(name), ".js") ? "text/javascript; charset=utf-8"
                                                 : "text/css; charset=utf-8");
        if (kept && answer_not_modified(r, kept))
            return;
        buf_bytes(&r->out->body, e->p, e->n);
        return;
    }
    answer_error(r, refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path")));
}

enum err refuse(struct rq *r, const char *what, enum err e)
{
    char detail[256];
    snprintf(detail, sizeof detail, "%s", err_detail());
    if (door_note_refusal(r->w->door, &r->ctx, what, e) != OK)
        err_clear(); /* refused all the same */
    return FAIL(e, "%s", detail);
}

/* ---- errors -----------------------------------------------------------------------------------------------
 */

/* RFC 9457. The type is a place in the page that lists the register. */
static void problem(struct rq *r, const struct err_row *row, const char *detail)
{
    struct buf *out = &r->out->body;
    struct json j = json_to(out);
    char type[64];
    snprintf(type, sizeof type, "/help/errors#e%d", (int)row->code);
    const char *message = lang_text(&r->lang, row->message);
    json_object(&j);
    json_kv(&j, "type", type);
    json_kv(&j, "title", message);
    json_kv_i64(&j, "status", row->http);
    json_kv_i64(&j, "number", row->code);
    json_kv(&j, "name", row->name);
    json_kv(&j, "message", message);
    if (*detail)
        json_kv(&j, "detail", detail);
    json_kv(&j, "hint", lang_text(&r->lang, row->hint));
    json_kv(&j, "request_id", r->request_text);
    json_end(&j);
    buf_char(out, '\n');
    answer_type(r, "application/problem+json");
}

void answer_error(struct rq *r, enum err e)
{
    const struct err_row *row = err_row(e);
    if (wants_more(r, e) && r->out->status != row->http) { /* asked for once: not out of its own page */
        buf_clear(&r->out->body);
        verify_instead(r);
        return;
    }
    /* What is hidden and what never was answer alike: the detail would tell them apart. */
    const char *detail = e == ERR_NOT_FOUND ? "" : arena_cstr(r->a, str_of(err_detail()));
    buf_clear(&r->out->body);
    r->out->status = row->http;
    if (row->http == 503)
        http_add(r->out, "Retry-After", "2");
    if (row->http == 401 && r->api)
        http_add(r->out, "WWW-Authenticate", "Bearer realm=\"akari\"");
    if (r->api)
        problem(r, row, detail ? detail : "");
    else if (e == ERR_LOCKED)
        page_locked(r);
    else
        page_error(r, e, row, detail ? detail : "");
}
