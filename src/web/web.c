/* SPDX-License-Identifier: Apache-2.0 */
/* web.c - starting, stopping, and the way of one request: language, session, route, answer, headers. */
#include "web/notes.h"
#include "web/own.h"
#include "web/pages.h"

#define PATH_COUNT "/inbox/count" /* what the script asks for by itself */

/* ---- who asks
 * ------------------------------------------------------------------------------------------------ */

static void anonymous(struct rq *r)
{
    r->signed_in = false;
    r->ctx = (struct ctx){.agency = "",
                          .role = ROLE_ANONYMOUS,
                          .purpose = PURPOSE_NONE,
                          .assurance = 1,
                          .request_id = r->ctx.request_id,
                          .lang = r->lang.tag};
}

static struct str token_of(struct rq *r)
{
    struct str authorization = http_header(r->in, "authorization");
    if (str_starts(authorization, "Bearer ")) {
        r->bearer = true;
        return str_trim(str_sub(authorization, 7, authorization.n));
    }
    struct str secure = http_cookie(r->in, COOKIE_SESSION_SECURE);
    return is_secure(r) && secure.n ? secure : http_cookie(r->in, COOKIE_SESSION);
}

/* A session that is not good is a refusal with a leaf; then the request is anonymous. */
static void load_session(struct rq *r)
{
    r->token = token_of(r);
    if (!r->token.n)
        return;
    enum err e = str_is(r->in->path, PATH_COUNT) ? account_session_glance(r->w->door, r->token, &r->session)
                                                 : account_session(r->w->door, r->token, &r->session);
    if (e != OK) {
        e = refuse(r, "web.session", e);
        err_clear();
        return;
    }
    r->signed_in = true;
    r->ctx.account = r->session.account;
    r->ctx.agency = r->session.agency;
    r->ctx.role = r->session.role;
    r->ctx.purpose = r->session.purpose;
    r->ctx.assurance = r->session.assurance;
}

static void load_lang(struct rq *r)
{
    struct str asked = http_query(r->in, "lang");
    struct lang_wish wish = {.query = asked,
                             .cookie = http_cookie(r->in, COOKIE_LANG),
                             .accept = http_header(r->in, "accept-language"),
                             .pseudo_ok = r->w->synthetic};
    lang_choose(r->w->pack, &wish, &r->lang);
    r->ctx.lang = r->lang.pseudo ? "en" : r->lang.tag;
    bool keep =
        !str_starts(r->in->path, "/paper/"); /* there it is the language of an interview, not of hers */
    if (asked.n && keep && !r->api && strncmp(r->lang.tag, asked.p, asked.n) == 0)
        answer_cookie(r, COOKIE_LANG, r->lang.tag, 365 * 86400);
}

/* ---- forms
 * ------------------------------------------------------------------------------------------------------ */

struct str form_value(const struct rq *r, const char *name)
{
    for (size_t i = 0; i < r->nform; i++)
        if (str_is(r->form[i].name, name))
            return r->form[i].value;
    return STR("");
}

/* Another site's page made the browser send this. Older browsers say nothing; the form token then decides. */
static bool from_elsewhere(const struct rq *r)
{
    struct str site = http_header(r->in, "sec-fetch-site"), origin = http_header(r->in, "origin"),
               host = http_header(r->in, "host");
    if (site.p)
        return !str_is(site, "same-origin") && !str_is(site, "none");
    if (!origin.p || str_is(origin, "null"))
        return false;
    return !(origin.n > host.n && str_eq(str_sub(origin, origin.n - host.n, host.n), host) &&
             str_ends(str_sub(origin, 0, origin.n - host.n), "://"));
}

static enum err body_piece(void *user, char *p, size_t max, size_t *ret_n)
{
    return http_read(user, p, max, ret_n);
}

enum err next_file(struct rq *r)
{
    TRY(multipart_next(r->files, r->a, &r->file, &r->has_file));
    return r->has_file && !r->file.file_name.p
               ? FAIL(ERR_BAD_REQUEST, "the fields of a form stand before its files")
               : OK;
}

/* The fields of a form with files are pairs as those of any other. They come first, so that it is known who
 * sends, and whether she may, before a byte of a file is taken. */
static enum err take_parts(struct rq *r)
{
    struct str boundary;
    size_t left = HTTP_MAX_BODY;
    if (!multipart_type(http_header(r->in, "content-type"), &boundary) || !r->in->stream)
        return FAIL(ERR_MEDIA, "a form with files (multipart/form-data) was expected");
    TRY(multipart_open(boundary, body_piece, (void *)(uintptr_t)r->in, &r->files));
    r->form = ARENA_ARRAY(r->a, HTTP_MAX_PARTS, struct http_pair);
    if (!r->form)
        return arena_err(r->a);
    for (bool more = true;;) {
        TRY(multipart_next(r->files, r->a, &r->file, &more));
        r->has_file = more && r->file.file_name.p;
        if (!more || r->has_file)
            return OK;
        struct http_pair *field = &r->form[r->nform++];
        field->name = r->file.name;
        TRY(multipart_value(r->files, r->a, left, &field->value));
        left -= field->value.n < left ? field->value.n : left - 1;
    }
}

static enum err take_form(struct rq *r, bool needs_token, bool files)
{
    enum err e = files ? take_parts(r) : http_form(r->in, &r->form, &r->nform);
    if (e != OK)
        return refuse(r, "web.malformed", e);
    if (from_elsewhere(r))
        return refuse(r, "web.token", FAIL(ERR_TOKEN, "the form came from another site"));
    if (!needs_token)
        return OK;
    struct str token = form_value(r, "_token");
    size_t n = strlen(r->session.form_token);
    if (n == 0 || token.n != n || !secret_equal(token.p, r->session.form_token, n))
        return refuse(r, "web.token", FAIL(ERR_TOKEN, "form token"));
    struct str request = form_value(r, "_request");
    if (request.n && id_parse(request, &r->ctx.request_id) != OK)
        return refuse(r, "web.malformed", FAIL(ERR_BAD_REQUEST, "field _request"));
    return OK;
}

/* ---- routes
 * ------------------------------------------------------------------------------------------------------ */

enum route_flag { OPEN = 1 /* without a session */, PREFIX_OF = 2 /* more path follows */, FILES = 4 };
struct route {
    const char *path;
    unsigned flags;
    void (*get)(struct rq *r);
    void (*post)(struct rq *r);
};

static void healthz(struct rq *r)
{
    http_add(r->out, "Content-Type", "text/plain; charset=utf-8");
    buf_c(&r->out->body, "ok\n");
}

static void asset(struct rq *r)
{
    const char *name = arena_cstr(r->a, str_sub(r->in->path, sizeof "/assets/" - 1, r->in->path.n));
    answer_asset(r, name ? name : "");
}

static void sign_in_get(struct rq *r)
{
    page_sign_in(r);
}

static const struct route routes[] = {
    {"/healthz", OPEN, healthz, NULL},
    {"/assets/", OPEN | PREFIX_OF, asset, NULL},
    {"/sign-in", OPEN, sign_in_get, page_sign_in},
    {"/sign-out", OPEN, NULL, page_sign_out}, /* always: also from a page of an earlier session */
    {"/session", 0, page_session, page_session},
    {"/verify", 0, page_verify, page_verify},
    {"/again", 0, NULL, page_again},
    {"/admin", 0, page_admin, NULL},
    {"/admin/accounts", 0, page_accounts, NULL},
    {"/admin/account/", PREFIX_OF, page_one_account, page_enrolment},
    {"/admin/roster", 0, page_roster, NULL},
    {"/admin/reassign", 0, page_reassign, page_reassign},
    {"/admin/health", 0, page_health, NULL},
    {"/admin/keys", 0, page_agency_keys, NULL},
    {"/admin/trail", 0, page_trail, NULL},
    {"/admin/agencies", 0, page_agencies, NULL},
    {"/account", 0, page_account, NULL},
    {"/account/codes", 0, page_account_codes, page_account_codes},
    {"/account/passkey", 0, page_account_passkey, page_account_passkey},
    {"/account/recovery", 0, page_account_recovery, page_account_recovery},
    {"/", 0, page_cases, NULL},
    {"/find", 0, page_find, page_find},
    {"/note", OPEN, page_note, page_note},
    {"/note/leave", OPEN, page_note_leave, NULL},
    {"/note/receipt", OPEN, page_receipt, page_receipt},
    {"/reports", 0, page_reports, NULL},
    {"/report/", PREFIX_OF, page_report, NULL},
    {"/office-codes", 0, page_office_codes, page_office_codes},
    {"/enquiry", 0, page_enquiry, page_enquiry},
    {"/clocks", 0, page_clocks, NULL},
    {"/today", 0, page_today, NULL},
    {"/team", 0, page_team, NULL},
    {"/bulk", 0, NULL, page_bulk},
    {"/inbox", 0, page_inbox, NULL},
    {PATH_COUNT, 0, page_inbox_count, NULL},
    {"/help/keys", 0, page_shortcuts, page_shortcuts},
    {"/proposals", 0, page_proposals, NULL},
    {"/holds", 0, page_holds, NULL},
    {"/glass", 0, page_glass, NULL},
    {"/glass/", PREFIX_OF, page_glass_one, NULL},
    {"/case/", PREFIX_OF, page_case, NULL},
    {"/record/", PREFIX_OF, page_record, NULL},
    {"/paper/", PREFIX_OF, page_paper, NULL},
    {"/subject/", PREFIX_OF, page_subject, NULL},
    {"/groups", 0, page_groups, NULL},
    {"/group/", PREFIX_OF, page_group, NULL},
    {"/attach/", PREFIX_OF | FILES, page_attach, page_attach},
    {"/attachment/", PREFIX_OF, page_attachment, page_attachment},
    {"/imports", 0, page_imports, NULL},
    {"/import/", PREFIX_OF, page_import, NULL},
    {"/assessment/", PREFIX_OF, page_assessment, page_assessment_save},
    {"/do/", PREFIX_OF, page_do, page_do},
    {"/plan", 0, page_plan, NULL},
    {"/plan/duty", 0, page_duty, NULL},
    {"/figures", 0, page_figures, NULL},
    {"/figures.csv", 0, page_figures_csv, NULL},
    {"/help/permissions", 0, page_permissions, NULL},
    {"/help/errors", OPEN, page_error_numbers, NULL},
};

static const struct route *route_of(struct str path)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (str_is(path, routes[i].path))
            return &routes[i];
        if ((routes[i].flags & PREFIX_OF) && str_starts(path, routes[i].path) &&
            path.n > strlen(routes[i].path))
            return &routes[i];
    }
    return NULL;
}

void post_again(struct rq *r, struct str path)
{
    const struct route *route = route_of(path);
    struct http_request *again = ARENA_NEW(r->a, struct http_request);
    if (!again) {
        answer_error(r, arena_err(r->a));
        return;
    }
    if (!route || !route->post || route->post == page_verify || route->post == page_again) {
        answer_error(r, refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path")));
        return;
    }
    *again = *r->in;
    again->path = path;
    r->in = again;
    route->post(r);
}

/* The browser itself says that the form came from a page of this server: one of an earlier session, which was
 * raised, changed or begun anew in another window. Not what a script asks for. */
static bool may_send_again(const struct rq *r, bool files)
{
    return !files && str_is(http_header(r->in, "sec-fetch-site"), "same-origin") &&
           str_is(http_header(r->in, "sec-fetch-mode"), "navigate");
}

static void to_sign_in(struct rq *r)
{
    const char *back = arena_cstr(r->a, r->in->path);
    bool plain = back && strlen(back) > 1;
    for (const char *c = back; c && *c; c++)
        plain &= (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '/' || *c == '_' ||
                 *c == '-' || *c == '.';
    const char *to = plain ? arena_printf(r->a, "/sign-in?to=%s", back) : "/sign-in";
    if (r->token.n)
        answer_cookie(r, is_secure(r) ? COOKIE_SESSION_SECURE : COOKIE_SESSION, "", 0);
    answer_redirect(r, to ? to : "/sign-in");
}

/* A form without a session. Its fields are read only where the browser says that it is a page of ours. */
static void post_unsigned(struct rq *r, bool files)
{
    enum err e = refuse(r, "web.session", FAIL(ERR_SIGN_IN, "session"));
    if (files) /* nothing of the form was read: no page either */
        r->out->status = err_row(e)->http;
    else if (may_send_again(r, files) && take_form(r, false, false) == OK)
        ended_instead(r);
    else
        answer_error(r, e);
}

static void page_route(struct rq *r)
{
    const struct route *route = route_of(r->in->path);
    bool get = str_is(r->in->method, "GET"), post = str_is(r->in->method, "POST");
    if (!route) {
        answer_error(r, refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path")));
    } else if ((get && !route->get) || (post && !route->post) || (!get && !post)) {
        http_add(r->out, "Allow",
                 route->get && route->post ? "GET, HEAD, POST"
                 : route->get              ? "GET, HEAD"
                                           : "POST");
        answer_error(r, refuse(r, "web.method", FAIL(ERR_METHOD, "method")));
    } else if (!r->signed_in && !(route->flags & OPEN)) {
        if (get)
            to_sign_in(r);
        else
            post_unsigned(r, route->flags & FILES);
    } else if (post) {
        enum err e = take_form(r, !(route->flags & OPEN), route->flags & FILES);
        if (e == ERR_TOKEN && may_send_again(r, route->flags & FILES))
            again_instead(r);
        else if (e != OK)
            answer_error(r, e);
        else
            route->post(r);
    } else {
        route->get(r);
    }
}

/* These answer alike for everybody, and need no session. */
static bool needs_session(struct str path)
{
    return !str_is(path, "/healthz") && !str_starts(path, "/assets/") &&
           !str_is(path, "/api/v1/openapi.json");
}

static void handle(void *user, const struct http_request *in, struct http_response *out)
{
    struct rq r = {.w = user, .in = in, .out = out, .a = in->arena, .lang = {.tag = "en", .reviewed = true}};
    int64_t came_us = env_monotonic_us();
    err_clear();
    r.ctx.request_id = id_new();
    r.request_text = arena_alloc(in->arena, 33);
    if (!r.request_text) {
        out->status = 503;
        return;
    }
    id_text(r.ctx.request_id, r.request_text);
    r.api = str_starts(in->path, "/api/");
    anonymous(&r);
    if (needs_session(in->path))
        load_session(&r);
    load_lang(&r);
    if (str_starts(in->path, "/api/v1/"))
        api_answer(&r);
    else
        page_route(&r);
    if (buf_err(&out->body) != OK)
        answer_error(&r, out->body.err);
    answer_headers(&r);
    multipart_close(&r.files);
    if (r.even)
        door_even(came_us);
}

static void refused(void *user, int status, const char *reason)
{
    struct web *w = user;
    (void)status;
    (void)reason;
    notes_put(w->notes);
}

/* ---- start and stop
 * ----------------------------------------------------------------------------------------------- */

static enum err read_synthetic(struct web *w)
{
    struct db *db;
    TRY(door_reader(w->door, &db));
    enum err e = door_synthetic(db, &w->synthetic);
    door_reader_done(w->door, db);
    return e;
}

static enum err start(struct web *w, const struct web_config *config)
{
    w->door = config->door;
    w->pack = door_pack(config->door);
    TRY(read_synthetic(w));
    if (w->pack)
        TRY(tz_find(w->pack->time_zone, &w->tz));
    TRY(web_openapi(config->door, &w->openapi));
    struct hash h = sha256(buf_view(&w->openapi), STR(""));
    for (int i = 0; i < 8; i++)
        snprintf(w->etag_openapi + 1 + 2 * i, 3, "%02x", h.b[i]);
    w->etag_openapi[0] = '"';
    w->etag_openapi[17] = '"';
    TRY(notes_start(config->door, &w->notes));
    struct http_config http = {.address = config->address,
                               .port = config->port,
                               .handler = handle,
                               .user = w,
                               .refused = refused,
                               .upload_path = "/attach/"};
    return http_start(&http, &w->http);
}

enum err web_start(const struct web_config *config, struct web **ret)
{
    struct web *w = mem_alloc(sizeof *w);
    if (!w)
        return mem_fail();
    enum err e = start(w, config);
    if (e != OK) {
        web_stop(w);
        return e;
    }
    *ret = w;
    return OK;
}

int web_port(const struct web *w)
{
    return http_port(w->http);
}

void web_stop(struct web *w)
{
    if (!w)
        return;
    http_stop(w->http);
    notes_stop(w->notes);
    buf_free(&w->openapi);
    mem_free(w);
}
