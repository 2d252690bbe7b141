/* SPDX-License-Identifier: Apache-2.0 */
/* sign.c - signing in and out. Never says which of name and password is wrong. */
#include "web/own.h"

/* Where to go on: a path of this server, made by to_sign_in. */
static const char *way_on(struct rq *r, struct str to)
{
    bool ok = to.n > 1 && to.n < 200 && to.p[0] == '/' && to.p[1] != '/' && !str_starts(to, "/sign-");
    for (size_t i = 0; i < to.n; i++)
        ok &= (to.p[i] >= 'a' && to.p[i] <= 'z') || (to.p[i] >= '0' && to.p[i] <= '9') || to.p[i] == '/' ||
              to.p[i] == '_' || to.p[i] == '-' || to.p[i] == '.';
    const char *copy = ok ? arena_cstr(r->a, to) : NULL;
    return copy ? copy : "/";
}

static void choice(struct page *p, const char *name, const char *label, int count, const char *(*word)(int v))
{
    PAGE_EL(p, "p", "class", "field");
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "id", name, "name", name);
    PAGE_EL(p, "option", "value", "");
    page_t(p, "As usual");
    page_end(p);
    for (int i = 1; i < count; i++) {
        PAGE_EL(p, "option", "value", word(i));
        page_word(p, word(i));
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static const char *role_at(int v)
{
    return role_word((enum role)v);
}

static const char *purpose_at(int v)
{
    return purpose_word((enum purpose)v);
}

static void text_input(struct page *p, const char *name, const char *label, const char *type,
                       const char *autocomplete)
{
    PAGE_EL(p, "p", "class", "field");
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "input", "id", name, "name", name, "type", type, "required", "", "autocomplete", autocomplete,
            "maxlength", "500", "dir", "ltr");
    page_end(p);
}

static void form(struct rq *r, struct str to, enum err failed)
{
    struct page made = layout_start(r, "Sign in", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    PAGE_EL(p, "h1");
    page_t(p, "Sign in");
    page_end(p);
    if (failed != OK) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        PAGE_EL(p, "h2");
        page_t(p, err_row(failed)->message);
        page_end(p);
        PAGE_EL(p, "p");
        page_t(p, err_row(failed)->hint);
        page_end(p);
        page_end(p);
    }
    PAGE_EL(p, "form", "method", "post", "action", "/sign-in");
    page_hidden(p, "to", way_on(r, to));
    text_input(p, "login", "Name", "text", "username");
    text_input(p, "password", "Password", "password", "current-password");
    PAGE_EL(p, "details");
    PAGE_EL(p, "summary");
    page_t(p, "Role and purpose of this session");
    page_end(p);
    choice(p, "role", "Role", ROLE_SYSTEM, role_at);
    choice(p, "purpose", "Purpose", PURPOSE_COUNT, purpose_at);
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Sign in");
    page_end(p);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet narrow");
    page_t(p,
           "Every look and every change is written down with your name. Sign out when you leave the desk.");
    page_end(p);
    layout_end(r, p);
}

static enum err sign_in(struct rq *r, char token[44])
{
    struct str login = form_value(r, "login"), password = form_value(r, "password");
    const char *role = arena_cstr(r->a, form_value(r, "role")),
               *purpose = arena_cstr(r->a, form_value(r, "purpose"));
    if (!role || !purpose)
        return arena_err(r->a);
    int role_no = *role ? role_find(role) : -1, purpose_no = *purpose ? purpose_find(purpose) : -1;
    if ((*role && role_no < 0) || (*purpose && purpose_no < 0))
        return FAIL(ERR_FIELD, "field role or purpose: not one of the words");
    if (!login.n || !password.n || login.n > NAME_MAX_BYTES || password.n > NAME_MAX_BYTES)
        return refuse(r, "web.sign_in", FAIL(ERR_CREDENTIALS, "sign-in"));
    return account_sign_in(r->w->door, login, password, role_no, purpose_no, r->a, token);
}

void page_sign_in(struct rq *r)
{
    if (str_is(r->in->method, "GET")) {
        form(r, http_query(r->in, "to"), OK);
        return;
    }
    char token[44];
    enum err e = sign_in(r, token);
    const char *kept = e == OK ? arena_cstr(r->a, str_of(token)) : NULL;
    secret_wipe(token, sizeof token);
    if (e == ERR_CREDENTIALS || e == ERR_BUSY) {
        r->out->status = err_row(e)->http;
        form(r, form_value(r, "to"), e);
    } else if (e != OK || !kept) {
        answer_error(r, e != OK ? e : arena_err(r->a));
    } else {
        answer_cookie(r, is_secure(r) ? COOKIE_SESSION_SECURE : COOKIE_SESSION, kept, -1);
        answer_redirect(r, way_on(r, form_value(r, "to")));
    }
}

void page_sign_out(struct rq *r)
{
    enum err e = account_sign_out(r->w->door, r->token);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    answer_cookie(r, is_secure(r) ? COOKIE_SESSION_SECURE : COOKIE_SESSION, "", 0);
    http_add(r->out, "Clear-Site-Data", "\"cache\", \"storage\"");
    answer_redirect(r, "/sign-in");
}
