/* SPDX-License-Identifier: Apache-2.0 */
/* verify_page.c - the second factor, when something needs more than the password (docs/policy.md, 16). A form
 * that was refused for it comes along in hidden fields and is sent on afterwards: nobody types it twice. */
#include "web/pages.h"
#include "web/parts.h"

#define CARRIED '~'

bool wants_more(const struct rq *r, enum err e)
{
    return e == ERR_DENIED && r->signed_in && !r->api && r->ctx.assurance < 3 &&
           strcmp(err_detail(), "reason: assurance") == 0;
}

/* ---- where to go on ---------------------------------------------------------------------------------------
 */

/* The path and query of this request, as one value of a query; "" when it is none that way_on takes. */
static const char *here(struct rq *r)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct str found;
    buf_str(&b, r->in->path);
    for (size_t i = 0; i < r->in->nquery; i++) {
        buf_c(&b, i ? "%26" : "%3F");
        buf_str(&b, r->in->query[i].name);
        buf_c(&b, "%3D");
        buf_str(&b, r->in->query[i].value);
    }
    for (size_t i = 0; i < b.n; i++)
        if ((unsigned char)b.p[i] < '!' || strchr("+#&\"<>\x7f", b.p[i]) || (unsigned char)b.p[i] >= 0x80)
            return "";
    return buf_take(&b, r->a, &found) == OK ? found.p : "";
}

static void carry_one(struct page *p, const char *name, struct str value)
{
    const char *copy = arena_cstr(p->arena, value);
    page_hidden(p, name, copy ? copy : "");
}

/* What was typed unseen is not written back into a page: it is asked for again. */
static bool is_secret(struct rq *r, struct str path, struct str name)
{
    const char *action = str_starts(path, "/do/") ? arena_cstr(r->a, str_sub(path, 4, path.n)) : "";
    const struct action *a = action ? door_action(r->w->door, action) : NULL;
    for (size_t i = 0; a && i < a->ninputs; i++)
        if (str_is(name, a->inputs[i].name))
            return a->inputs[i].secret;
    return str_is(name, "password") || str_is(name, "enrolment");
}

/* The form that waits: its path and all its fields, but for the token and what is secret. */
static void carry(struct rq *r, struct page *p, bool first)
{
    if (!str_is(r->in->method, "POST"))
        return;
    if (first)
        carry_one(p, "_onward", r->in->path);
    else if (form_value(r, "_onward").n)
        carry_one(p, "_onward", form_value(r, "_onward"));
    for (size_t i = 0; i < r->nform; i++) {
        bool carried = r->form[i].name.n > 1 && r->form[i].name.p[0] == CARRIED;
        if (first ? str_is(r->form[i].name, "_token") || is_secret(r, r->in->path, r->form[i].name)
                  : !carried)
            continue;
        const char *name = arena_printf(r->a, first ? "~%.*s" : "%.*s", STR_FMT(r->form[i].name));
        carry_one(p, name ? name : "_", r->form[i].value);
    }
}

/* ---- a form of an earlier session -------------------------------------------------------------------------
 */

/* Another officer may have signed in since: whose name it gets is said before anything is sent. */
void again_instead(struct rq *r)
{
    r->out->status = err_row(ERR_TOKEN)->http;
    struct page made = layout_start(r, "Send it again", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, "Send it again");
    el_text(p, "p", "lead",
            "The page that you sent was opened before you last signed in. Nothing of it is saved yet; what "
            "you typed is kept here.");
    PAGE_EL(p, "dl", "class", "facts");
    fact_begin(p, "It is written down with this name");
    page_bdi(p, str_of(r->session.name));
    fact_done(p);
    fact_begin(p, "Role and purpose");
    page_word(p, role_word(r->session.role));
    page_c(p, " · ");
    page_word(p, purpose_word(r->session.purpose));
    fact_done(p);
    page_end(p);
    form_start(r, p, "/again", NULL);
    carry(r, p, true);
    PAGE_EL(p, "p", "class", "actions");
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Send it again");
    page_end(p);
    link_t(p, "/today", "button-secondary", "Do not send it");
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* The session ended while she wrote: the fields wait here, hidden, until she has signed in beside this page.
 * What is sent then comes without a token, so that again_instead says under whose name it is written down. */
void ended_instead(struct rq *r)
{
    r->out->status = err_row(ERR_SIGN_IN)->http;
    struct page made = layout_start(r, "Your session has ended", NULL, "", false), *p = &made;
    const char *path = arena_cstr(r->a, r->in->path);
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, "Your session has ended");
    el_text(p, "p", "lead",
            "Nothing of what you sent is saved yet. It is kept on this page: leave the page open, sign in "
            "beside it, "
            "come back and send it.");
    form_start(r, p, path ? path : "/", NULL);
    for (size_t i = 0; i < r->nform; i++)
        if (!str_is(r->form[i].name, "_token") && !is_secret(r, r->in->path, r->form[i].name))
            carry_one(p, arena_cstr(r->a, r->form[i].name), r->form[i].value);
    PAGE_EL(p, "p", "class", "actions");
    PAGE_EL(p, "a", "class", "button", "href", "/sign-in", "target", "_blank", "rel", "noopener");
    page_t(p, "Sign in, in a new window");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Send it again");
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- the page ---------------------------------------------------------------------------------------------
 */

static void code_form(struct rq *r, struct page *p, const char *to, bool first)
{
    form_start(r, p, "/verify", NULL);
    page_hidden(p, "to", to);
    carry(r, p, first);
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", "code");
    page_t(p, "Code of the app, or a recovery code");
    page_end(p);
    el_text(p, "p", "hint", "Six digits, new every 30 seconds. A recovery code counts once.");
    PAGE_EL(p, "input", "id", "code", "name", "code", "type", "text", "autocomplete", "one-time-code", "dir",
            "ltr", "class", "short", "maxlength", "20", "autofocus", "", "required", "", "spellcheck",
            "false");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Go on");
    page_end(p);
    page_end(p);
}

void passkey_fields(struct page *p, bool use)
{
    static const char *const names[] = {"client_data", "authenticator_data", "signature", "credential"};
    for (size_t i = 0; i < (use ? 4u : 2u); i++)
        page_hidden(p, names[i], "");
    PAGE_EL(p, "button", "type", "submit", "class", "button", "disabled", "");
    page_t(p, use ? "Use a passkey" : "Set up a passkey");
    page_end(p);
    PAGE_EL(p, "p", "class", "field-error passkey-failed", "role", "alert", "hidden", "");
    page_t(p, "The browser gave no passkey. Try again, or use a code.");
    page_end(p);
    PAGE_EL(p, "noscript");
    el_text(p, "p", "hint", "A passkey needs script in the browser; a code does not.");
    page_end(p);
    page_script(p, "/assets/passkey.js");
}

enum err passkey_form(struct rq *r, struct page *p, const char *action, bool use)
{
    struct passkey_site site;
    struct buf b CLEANUP(buf_free) = {0};
    struct str challenge, account, token;
    struct id id;
    char fresh[33];
    TRY(passkey_site(door_origin(r->w->door), r->a, &site));
    TRY(account_challenge(r->w->door, r->session.account, !use, &id));
    base64url(&b, id.b, sizeof id.b);
    TRY(buf_take(&b, r->a, &challenge));
    base64url(&b, r->session.account.b, sizeof r->session.account.b);
    TRY(buf_take(&b, r->a, &account));
    token = str_of(r->session.form_token);
    PAGE_EL(p, "form", "method", "post", "action", action, "data-passkey", use ? "use" : "new",
            "data-challenge", challenge.p, "data-site", site.name, "data-account", use ? NULL : account.p);
    page_hidden(p, "_token", token.p);
    id_text(id_new(), fresh);
    page_hidden(p, "_request", fresh);
    return OK;
}

static void none_yet(struct page *p)
{
    el_text(p, "p", NULL, "This account has no second factor yet. Set one up; it takes a minute.");
    el_text(p, "p", "hint", "You need an enrolment code for it: an administrator gives it to you in person.");
    link_t(p, "/account", "button", "Set up a second factor");
}

static void failure(struct page *p, enum err failed)
{
    PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
    el_text(p, "h2", NULL, "That did not fit");
    el_text(p, "p", NULL,
            failed == ERR_CREDENTIALS
                ? "Each code counts once and for a minute. After several failures wait, then take a new one."
                : err_row(failed)->hint);
    page_end(p);
}

/* first: of a form that was just refused. */
static enum err draw(struct rq *r, const char *to, bool first, enum err failed)
{
    unsigned kinds;
    enum err e = OK;
    TRY(account_factor_kinds(r->w->door, r->session.account, &kinds));
    struct page made = layout_start(r, "Show your second factor", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Show your second factor");
    el_text(p, "p", "lead",
            "A password can be stolen. What is of a person opens with something that you hold.");
    if (form_value(r, "_onward").n || first)
        el_text(p, "p", NULL, "What you typed is kept, and is sent afterwards.");
    if (failed != OK)
        failure(p, failed);
    PAGE_EL(p, "div", "class", "card");
    if (!(kinds & (1u << FACTOR_TOTP | 1u << FACTOR_PASSKEY | 1u << FACTOR_RECOVERY)))
        none_yet(p);
    if (kinds & (1u << FACTOR_TOTP | 1u << FACTOR_RECOVERY))
        code_form(r, p, to, first);
    page_end(p);
    if ((kinds & 1u << FACTOR_PASSKEY) && *door_origin(r->w->door)) {
        PAGE_EL(p, "div", "class", "card");
        e = passkey_form(r, p, "/verify", true);
        if (e == OK) {
            page_hidden(p, "to", to);
            carry(r, p, first);
            passkey_fields(p, true);
            page_end(p);
        }
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
    return e;
}

/* What asked for more: a page is opened again afterwards, a form is sent on. */
void verify_instead(struct rq *r)
{
    if (str_is(r->in->method, "GET")) {
        const char *way = here(r), *to = arena_printf(r->a, *way ? "/verify?to=%s" : "/verify", way);
        answer_redirect(r, to ? to : "/verify");
        return;
    }
    r->out->status = 403;
    enum err e = draw(r, "/", true, OK);
    if (e != OK)
        answer_error(r, e);
}

/* ---- proving it -------------------------------------------------------------------------------------------
 */

static enum err raise(struct rq *r)
{
    struct second_factor f = {.code = str_trim(form_value(r, "code")),
                              .client_data = form_value(r, "client_data"),
                              .authenticator_data = form_value(r, "authenticator_data"),
                              .signature = form_value(r, "signature"),
                              .credential = form_value(r, "credential")};
    char token[44];
    if (!f.code.n && !f.client_data.n)
        return FAIL(ERR_CREDENTIALS, "nothing was typed");
    TRY(account_raise(r->w->door, r->token, &f, r->a, token));
    const char *kept = arena_cstr(r->a, str_of(token));
    secret_wipe(token, sizeof token);
    if (!kept)
        return arena_err(r->a);
    keep_session(r, kept);
    r->token = str_of(kept);
    TRY(account_session(r->w->door, r->token, &r->session));
    r->ctx.assurance = r->session.assurance;
    return OK;
}

/* The fields that were carried, as they were. */
static void uncarry(struct rq *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->nform; i++) {
        struct http_pair f = r->form[i];
        if (f.name.n < 2 || f.name.p[0] != CARRIED)
            continue;
        f.name = str_sub(f.name, 1, f.name.n);
        if (str_is(f.name, "_request") && id_parse(f.value, &r->ctx.request_id) != OK)
            err_clear();
        r->form[n++] = f;
    }
    r->nform = n;
}

void page_again(struct rq *r)
{
    struct str onward = form_value(r, "_onward");
    uncarry(r);
    post_again(r, onward);
}

void page_verify(struct rq *r)
{
    bool post = str_is(r->in->method, "POST");
    const char *to = way_on(r, post ? form_value(r, "to") : http_query(r->in, "to"));
    enum err e = post ? raise(r) : draw(r, to, false, OK);
    if (e == OK && !post)
        return;
    if (e == ERR_CREDENTIALS) {
        r->out->status = err_row(e)->http;
        e = draw(r, to, false, e);
        if (e == OK)
            return;
    }
    struct str onward = form_value(r, "_onward");
    if (e != OK) {
        answer_error(r, e);
    } else if (onward.n) {
        uncarry(r);
        post_again(r, onward);
    } else {
        answer_redirect(r, to);
    }
}
