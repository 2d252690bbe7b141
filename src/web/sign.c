/* SPDX-License-Identifier: Apache-2.0 */
/* sign.c - signing in and out. Never says which of name and password is wrong. */
#include "core/vault.h"
#include "web/pages.h"
#include "web/parts.h"

const char *way_on(struct rq *r, struct str to)
{
    bool ok = to.n > 1 && to.n < 400 && to.p[0] == '/' && to.p[1] != '/' && !str_starts(to, "/sign-") &&
              !str_starts(to, "/verify");
    for (size_t i = 0; i < to.n; i++)
        ok &= (to.p[i] >= 'a' && to.p[i] <= 'z') || (to.p[i] >= '0' && to.p[i] <= '9') ||
              (to.p[i] && strchr("/_-.?=&", to.p[i]));
    const char *copy = ok ? arena_cstr(r->a, to) : NULL;
    return copy ? copy : "/today";
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
    PAGE_EL(p, "p", "class", "lead");
    page_t(
        p,
        "The case system of the agencies that act against trafficking in persons. For officers who have an "
        "account.");
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
    text_input(p, "login", "User name", "text", "username");
    text_input(p, "password", "Password", "password", "current-password");
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Sign in");
    page_end(p);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "div", "class", "narrow");
    PAGE_EL(p, "p");
    page_t(p, "No account, or the password is forgotten: ask the administrator of your agency.");
    page_end(p);
    PAGE_EL(p, "p");
    page_t(p, "A counter with an office code needs no account:");
    page_c(p, " ");
    PAGE_EL(p, "a", "href", "/note");
    page_t(p, "Write a note");
    page_end(p);
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet");
    page_t(p,
           "Every look and every change is written down with your name. Sign out when you leave the desk.");
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* After a power cut, until somebody opens the keys: officers are told what it is and whom to call, never how
 * it is opened; counters can send notes all the same. */
void page_locked(struct rq *r)
{
    struct page made = layout_start(r, "Closed after a restart", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, "Closed after a restart");
    el_text(
        p, "p", "lead",
        "The program was started again, and its keys are not open yet. Nothing is lost. Until they are open "
        "nobody can sign in, and no deadline is told.");
    el_text(p, "p", NULL,
            "Call who runs the machine; then open this page again. Keep your deadlines on paper meanwhile.");
    PAGE_EL(p, "p", "class", "actions");
    link_t(p, "/sign-in", "button", "Try again");
    link_t(p, "/note", "button-secondary", "Write a note");
    page_end(p);
    el_text(
        p, "p", "quiet",
        "A counter with an office code can send a note now. It is sealed, and the desk gets it when the keys "
        "are open.");
    page_end(p);
    layout_end(r, p);
}

void keep_session(struct rq *r, const char *token)
{
    answer_cookie(r, is_secure(r) ? COOKIE_SESSION_SECURE : COOKIE_SESSION, token, -1);
}

static enum err renew(struct rq *r, const char **ret_token)
{
    char token[44];
    enum err e = account_switch(r->w->door, r->token, r->session.role, r->session.purpose, r->a, token);
    if (e != OK &&
        account_sign_out(r->w->door, r->token) != OK) /* raised under a token that others may know: out */
        err_clear();
    TRY(e);
    *ret_token = arena_cstr(r->a, str_of(token));
    secret_wipe(token, sizeof token);
    if (!*ret_token)
        return arena_err(r->a);
    if (!r->bearer)
        keep_session(r, *ret_token);
    return OK;
}

enum err act_here(struct rq *r, const struct act_request *request, struct act_result *ret,
                  const char **ret_token)
{
    bool raises = r->signed_in && strcmp(request->action, "session.raise") == 0;
    *ret_token = NULL;
    if (raises && !id_eq(request->subject, r->session.id))
        return refuse(r, request->action, FAIL(ERR_NOT_FOUND, "session"));
    TRY(door_act(r->w->door, request, r->a, ret));
    return raises ? renew(r, ret_token) : OK;
}

/* Who holds several roles chooses next. */
static const char *after_sign_in(struct rq *r, const char *token)
{
    struct session_choice choices[SESSION_CHOICES_MAX];
    struct session session;
    size_t n = 0;
    const char *to = way_on(r, form_value(r, "to"));
    if (account_session(r->w->door, str_of(token), &session) != OK ||
        account_choices(r->w->door, &session, choices, &n) != OK) {
        err_clear();
        return to;
    }
    const char *choose = strcmp(to, "/today") == 0 ? "/session" : arena_printf(r->a, "/session?to=%s", to);
    if (n > 1 && choose)
        to = choose;
    if (session.assurance >= 2)
        return to;
    /* what follows "?to=" is one path; a second question in it is one too many */
    const char *verify = strchr(to, '?') ? "/verify?to=/session" : arena_printf(r->a, "/verify?to=%s", to);
    return verify ? verify : "/verify";
}

static enum err sign_in(struct rq *r, char token[44])
{
    struct str login = form_value(r, "login"), password = form_value(r, "password");
    if (!login.n || !password.n || login.n > NAME_MAX_BYTES || password.n > NAME_MAX_BYTES)
        return refuse(r, "web.sign_in", FAIL(ERR_CREDENTIALS, "sign-in"));
    return account_sign_in(r->w->door, login, password, -1, -1, r->a, token);
}

void page_sign_in(struct rq *r)
{
    if (!vault_unlocked(door_vault(r->w->door))) {
        answer_error(r, FAIL(ERR_LOCKED, "sign-in"));
        return;
    }
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
        keep_session(r, kept);
        answer_redirect(r, after_sign_in(r, kept));
    }
}

/* ---- role and purpose ------------------------------------------------------------------------------------
 */

static void draw_choices(struct rq *r, const struct session_choice *list, size_t n)
{
    struct page made = layout_start(r, "Role and purpose of this session", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    PAGE_EL(p, "h1");
    page_t(p, "Role and purpose of this session");
    page_end(p);
    PAGE_EL(p, "p", "class", "lead");
    page_t(p, "What you may see and do follows from both. Every look is written down with them.");
    page_end(p);
    PAGE_EL(p, "div", "class", "stack");
    for (size_t i = 0; i < n; i++) {
        bool now = list[i].role == r->session.role && list[i].purpose == r->session.purpose;
        form_start(r, p, "/session", NULL);
        page_hidden(p, "to", way_on(r, http_query(r->in, "to")));
        page_hidden(p, "role", role_word(list[i].role));
        page_hidden(p, "purpose", purpose_word(list[i].purpose));
        PAGE_EL(p, "button", "type", "submit", "class", now ? "button choose" : "button-secondary choose");
        page_word(p, role_word(list[i].role));
        page_c(p, " · ");
        page_word(p, purpose_word(list[i].purpose));
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

static enum err choose(struct rq *r, const char **ret_token)
{
    const char *role = arena_cstr(r->a, form_value(r, "role")),
               *purpose = arena_cstr(r->a, form_value(r, "purpose"));
    char token[44];
    if (!role || !purpose)
        return arena_err(r->a);
    if (role_find(role) < 0 || purpose_find(purpose) < 0)
        return refuse(r, "web.malformed", FAIL(ERR_FIELD, "field role: not one of its words"));
    if (role_find(role) == (int)r->session.role && purpose_find(purpose) == (int)r->session.purpose) {
        *ret_token = NULL; /* as it is */
        return OK;
    }
    TRY(account_switch(r->w->door, r->token, (enum role)role_find(role), (enum purpose)purpose_find(purpose),
                       r->a, token));
    *ret_token = arena_cstr(r->a, str_of(token));
    secret_wipe(token, sizeof token);
    return *ret_token ? OK : arena_err(r->a);
}

void page_session(struct rq *r)
{
    struct session_choice list[SESSION_CHOICES_MAX];
    const char *token = NULL;
    size_t n = 0;
    bool get = str_is(r->in->method, "GET");
    enum err e = get ? account_choices(r->w->door, &r->session, list, &n) : choose(r, &token);
    if (e != OK) {
        answer_error(r, e);
    } else if (get) {
        draw_choices(r, list, n);
    } else {
        if (token)
            keep_session(r, token);
        answer_redirect(r, way_on(r, form_value(r, "to")));
    }
}

void page_sign_out(struct rq *r)
{
    enum err e = r->signed_in ? account_sign_out(r->w->door, r->token) : OK; /* else she is out already */
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    answer_cookie(r, is_secure(r) ? COOKIE_SESSION_SECURE : COOKIE_SESSION, "", 0);
    http_add(r->out, "Clear-Site-Data", "\"cache\", \"storage\"");
    answer_redirect(r, "/sign-in");
}
