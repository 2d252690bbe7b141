/* SPDX-License-Identifier: Apache-2.0 */
/* account_page.c - one's own account: password, second factors, where one is signed in. Secrets are made
 * here, shown once and kept only when the officer has proved that she has them. */
#include "sys/qr.h"
#include "web/pages.h"
#include "web/parts.h"

static const char *strength(int assurance)
{
    static const char *const strength_words[] = {"Level 1 of 3: password alone",
                                                 "Level 2 of 3: as by password and a code",
                                                 "Level 3 of 3: password and a passkey"};
    return strength_words[assurance < 2 ? 0 : assurance > 2 ? 2 : 1];
}

const char *factor_label(enum factor_kind kind)
{
    switch (kind) {
    case FACTOR_TOTP:
        return "One-time codes of an app";
    case FACTOR_PASSKEY:
        return "Passkey";
    default:
        return "Recovery codes";
    }
}

static void head(struct rq *r, struct page *p)
{
    const struct agency *agency = r->w->pack ? pack_agency(r->w->pack, r->session.agency) : NULL;
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "dl", "class", "facts");
    fact_begin(p, "Name");
    page_bdi(p, str_of(r->session.name));
    fact_done(p);
    fact_begin(p, "Agency");
    page_t(p, agency ? agency->name : r->session.agency);
    fact_done(p);
    fact_begin(p, "Role and purpose");
    page_word(p, role_word(r->session.role));
    page_c(p, " · ");
    page_word(p, purpose_word(r->session.purpose));
    fact_done(p);
    fact_begin(p, "Signed in by");
    page_t(p, strength(r->session.assurance));
    fact_done(p);
    page_end(p);
    if (r->session.synthetic)
        el_text(
            p, "p", "quiet",
            "In a store of synthetic data a password alone counts as much as a code, for who tries it out.");
    link_t(p, path_of(r, "/do/account.set_password?id=%s", r->session.account), "button-secondary",
           "Change one's own password");
    page_end(p);
}

static void factor_row(struct rq *r, struct page *p, const struct factor_row *f)
{
    PAGE_EL(p, "li", "class", "factor");
    el_text(p, "strong", NULL, factor_label(f->kind));
    PAGE_EL(p, "span", "class", "quiet");
    page_t(p, "Set up");
    page_c(p, " ");
    page_time(p, f->created_us);
    if (f->used_us) {
        page_c(p, " · ");
        page_t(p, "Last used");
        page_c(p, " ");
        page_time(p, f->used_us);
    }
    if (f->left >= 0) {
        char *left = arena_printf(r->a, "%lld", (long long)f->left);
        page_c(p, " · ");
        PAGE_SAY(p, "{n} left", "n", left ? left : "");
    }
    page_end(p);
    link_t(p, path_of(r, "/do/factor.end?id=%s", f->id), "button-secondary", "Remove");
    page_end(p);
}

static void factors(struct rq *r, struct page *p, const struct factor_list *list)
{
    unsigned kinds = 0;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Second factors");
    el_text(p, "p", NULL, "Who steals your password has nothing without one of these.");
    PAGE_EL(p, "ul", "class", "factors");
    for (size_t i = 0; i < list->n; i++) {
        factor_row(r, p, &list->items[i]);
        kinds |= 1u << list->items[i].kind;
    }
    page_end(p);
    if (!list->n)
        el_text(p, "p", "empty quiet", "None yet.");
    PAGE_EL(p, "p", "class", "buttons");
    bool strong = kinds & (1u << FACTOR_TOTP | 1u << FACTOR_PASSKEY);
    link_t(p, "/account/codes", strong ? "button-secondary" : "button", "Set up one-time codes");
    if (*door_origin(r->w->door))
        link_t(p, "/account/passkey", "button-secondary", "Set up a passkey");
    if (strong)
        link_t(p, "/account/recovery", "button-secondary", "Make recovery codes");
    page_end(p);
    if (!*door_origin(r->w->door))
        el_text(p, "p", "quiet",
                "Passkeys need the address of this server: a line origin = https://... in akari.conf.");
    page_end(p);
}

void session_items(struct rq *r, struct page *p, const struct session_list *list)
{
    PAGE_EL(p, "ul", "class", "factors");
    for (size_t i = 0; i < list->n; i++) {
        const struct session_row *s = &list->items[i];
        PAGE_EL(p, "li", "class", "factor");
        PAGE_EL(p, "strong");
        page_word(p, role_word(s->role));
        page_c(p, " · ");
        page_word(p, purpose_word(s->purpose));
        if (id_eq(s->id, r->session.id)) {
            page_c(p, " ");
            tag_t(p, "green", "This one");
        }
        page_end(p);
        PAGE_EL(p, "span", "class", "quiet");
        page_t(p, strength(s->assurance));
        page_c(p, " · ");
        page_t(p, "Since");
        page_c(p, " ");
        page_time(p, s->opened_us);
        page_c(p, " · ");
        page_t(p, "Last seen");
        page_c(p, " ");
        page_time(p, s->seen_us);
        page_end(p);
        if (!id_eq(s->id, r->session.id))
            link_t(p, path_of(r, "/do/session.close?id=%s", s->id), "button-secondary", "Sign out");
        page_end(p);
    }
    page_end(p);
}

void page_account(struct rq *r)
{
    const struct view *own, *where;
    enum err e = LOOK(r, "factor.list", r->session.account, &own);
    if (e == OK)
        e = LOOK(r, "session.list", r->session.account, &where);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    struct page made = layout_start(r, "My account", NULL, "/account", false), *p = &made;
    el_text(p, "h1", NULL, "My account");
    head(r, p);
    factors(r, p, own->model);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Where you are signed in");
    el_text(p, "p", NULL,
            "One that is not you? Sign it out, then change your password: that ends all the others.");
    session_items(r, p, where->model);
    page_end(p);
    own_care(r, p);
    layout_end(r, p);
}

/* ---- one-time codes ---------------------------------------------------------------------------------------
 */

/* Drawn as runs of dark dots, with the quiet zone that cameras need. */
static enum err draw_qr(struct page *p, struct str text)
{
    struct qr qr;
    char box[32];
    TRY(qr_make(text, p->arena, &qr));
    snprintf(box, sizeof box, "-4 -4 %d %d", qr.size + 8, qr.size + 8);
    PAGE_EL(p, "svg", "viewBox", box, "class", "qr", "role", "img", "aria-label",
            page_words(p, "The secret as a square for the camera of the app"));
    PAGE_EL(p, "rect", "x", "-4", "y", "-4", "width", arena_printf(p->arena, "%d", qr.size + 8), "height",
            arena_printf(p->arena, "%d", qr.size + 8), "class", "qr-light");
    page_end(p);
    struct buf path CLEANUP(buf_free) = {0};
    struct str d;
    for (int y = 0; y < qr.size; y++)
        for (int x = 0, n; x < qr.size; x += n) {
            bool dark = qr.dots[y * qr.size + x];
            for (n = 1; x + n < qr.size && (qr.dots[y * qr.size + x + n] != 0) == dark; n++)
                continue;
            if (dark)
                buf_printf(&path, "M%d %dh%dv1h-%dz", x, y, n, n);
        }
    TRY(buf_take(&path, p->arena, &d));
    PAGE_EL(p, "path", "d", d.p, "class", "qr-dark");
    page_end(p);
    page_end(p);
    return OK;
}

static void in_groups(struct page *p, struct str s)
{
    PAGE_EL(p, "code", "class", "secret", "dir", "ltr");
    for (size_t i = 0; i < s.n; i += 4) {
        page_text(p, str_sub(s, i, 4));
        page_c(p, i + 4 < s.n ? " " : "");
    }
    page_end(p);
}

/* The first second factor of an account: a password alone does not set it up. */
static enum err enrolment_field(struct rq *r, struct page *p)
{
    bool needed;
    TRY(account_needs_enrolment(r->w->door, &r->session, &needed));
    if (!needed)
        return OK;
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", "enrolment");
    page_t(p, "Enrolment code");
    page_end(p);
    el_text(p, "p", "hint",
            "An administrator gives it to you in person. It counts once: who stole your password cannot set "
            "up a factor of his own.");
    PAGE_EL(p, "input", "id", "enrolment", "name", "enrolment", "type", "text", "autocomplete", "off", "dir",
            "ltr", "maxlength", "20", "required", "", "spellcheck", "false");
    page_end(p);
    return OK;
}

static const char *why_not(enum err failed, const char *otherwise)
{
    return failed == ERR_CREDENTIALS
               ? "The enrolment code does not fit, or is used up. After several failures wait. An "
                 "administrator can issue a new one."
               : otherwise;
}

static enum err draw_codes(struct rq *r, struct str secret, enum err failed)
{
    char *uri = arena_printf(r->a, "otpauth://totp/Akari?secret=%.*s&issuer=Akari&digits=6&period=30",
                             STR_FMT(secret)),
         *copy = arena_cstr(r->a, secret);
    if (!uri || !copy)
        return arena_err(r->a);
    struct page made = layout_start(r, "Set up one-time codes", NULL, "/account", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Set up one-time codes");
    if (failed != OK) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        el_text(p, "h2", NULL, "That did not fit");
        el_text(p, "p", NULL,
                why_not(failed,
                        "Type the six digits that the app shows now. Is the clock of the telephone right?"));
        page_end(p);
    }
    PAGE_EL(p, "ol", "class", "steps");
    PAGE_EL(p, "li");
    el_text(p, "p", NULL, "Open an authenticator app and let it read this square, or type the letters.");
    enum err e = draw_qr(p, str_of(uri));
    in_groups(p, secret);
    el_text(p, "p", "quiet",
            "Nobody else may see it. The app shows it as “Akari”, without your name or agency.");
    page_end(p);
    PAGE_EL(p, "li");
    form_start(r, p, "/account/codes", NULL);
    page_hidden(p, "secret", copy);
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", "code");
    page_t(p, "Type the six digits that the app shows now.");
    page_end(p);
    PAGE_EL(p, "input", "id", "code", "name", "code", "type", "text", "inputmode", "numeric", "autocomplete",
            "one-time-code", "dir", "ltr", "class", "short", "maxlength", "8", "required", "");
    page_end(p);
    if (e == OK)
        e = enrolment_field(r, p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Set up one-time codes");
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
    return e;
}

static enum err act_on_self(struct rq *r, const char *action, const struct pair *pairs, size_t n,
                            struct act_result *ret)
{
    struct act_request request = {.ctx = &r->ctx,
                                  .action = action,
                                  .subject = r->session.account,
                                  .expected_version = -1,
                                  .input = {pairs, n}};
    return door_act(r->w->door, &request, r->a, ret);
}

void page_account_codes(struct rq *r)
{
    struct act_result result;
    struct str secret;
    enum err e;
    if (str_is(r->in->method, "GET")) {
        e = account_new_totp(r->a, &secret);
        if (e == OK)
            e = draw_codes(r, secret, OK);
    } else {
        secret = form_value(r, "secret");
        struct pair pairs[] = {{STR("secret"), secret, VALUE_GIVEN},
                               {STR("code"), form_value(r, "code"), VALUE_GIVEN},
                               {STR("enrolment"), form_value(r, "enrolment"), VALUE_GIVEN}};
        e = act_on_self(r, "factor.add_totp", pairs, form_value(r, "enrolment").n ? 3 : 2, &result);
        if (e == OK) {
            answer_redirect(r, "/account");
            return;
        }
        if (e == ERR_FIELD || e == ERR_CREDENTIALS) {
            r->out->status = err_row(e)->http;
            e = draw_codes(r, secret, e);
        }
    }
    if (e != OK)
        answer_error(r, e);
}

/* ---- a passkey --------------------------------------------------------------------------------------------
 */

static enum err draw_passkey(struct rq *r, enum err failed)
{
    struct page made = layout_start(r, "Set up a passkey", NULL, "/account", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Set up a passkey");
    el_text(p, "p", "lead",
            "A key in your device or on a stick. It cannot be typed into a false page, and no code is sent.");
    if (failed != OK) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        el_text(p, "h2", NULL, "That did not fit");
        el_text(p, "p", NULL, why_not(failed, "The browser gave no passkey. Try again, or use a code."));
        page_end(p);
    }
    PAGE_EL(p, "div", "class", "card");
    enum err e = passkey_form(r, p, "/account/passkey", false);
    if (e == OK)
        e = enrolment_field(r, p);
    if (e == OK) {
        passkey_fields(p, false);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    layout_end(r, p);
    return e;
}

void page_account_passkey(struct rq *r)
{
    struct act_result result;
    enum err e;
    if (!*door_origin(r->w->door)) {
        e = FAIL(ERR_UNSUPPORTED, "no line \"origin = https://...\" in akari.conf");
    } else if (str_is(r->in->method, "GET")) {
        e = draw_passkey(r, OK);
    } else {
        struct pair pairs[] = {{STR("client_data"), form_value(r, "client_data"), VALUE_GIVEN},
                               {STR("authenticator_data"), form_value(r, "authenticator_data"), VALUE_GIVEN},
                               {STR("enrolment"), form_value(r, "enrolment"), VALUE_GIVEN}};
        e = act_on_self(r, "factor.add_passkey", pairs, form_value(r, "enrolment").n ? 3 : 2, &result);
        if (e == OK) {
            answer_redirect(r, "/account");
            return;
        }
        if (e == ERR_FIELD || e == ERR_CREDENTIALS || e == ERR_BAD_REQUEST) {
            r->out->status = err_row(e)->http;
            e = draw_passkey(r, e);
        }
    }
    if (e != OK)
        answer_error(r, e);
}

/* ---- recovery codes ---------------------------------------------------------------------------------------
 */

static void draw_recovery(struct rq *r, char codes[RECOVERY_CODES][RECOVERY_CHARS + 1], bool made_now)
{
    struct page made = layout_start(r, "Recovery codes", NULL, "/account", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Recovery codes");
    if (made_now) {
        el_text(p, "p", "lead", "Print this page or write it down now: the codes are not shown again.");
        PAGE_EL(p, "ol", "class", "card recovery");
        for (int i = 0; i < RECOVERY_CODES; i++) {
            PAGE_EL(p, "li");
            PAGE_EL(p, "code", "class", "secret", "dir", "ltr");
            page_c(p, codes[i]);
            page_end(p);
            page_end(p);
        }
        page_end(p);
        el_text(p, "p", NULL, "Each counts once, in place of a code. Keep them where nobody looks.");
        link_t(p, "/account", "button", "I have them");
    } else {
        el_text(p, "p", "lead", "Ten codes on paper, for the day on which the telephone is lost.");
        el_text(p, "p", NULL, "Codes that were made before count no more.");
        form_start(r, p, "/account/recovery", NULL);
        PAGE_EL(p, "button", "type", "submit", "class", "button");
        page_t(p, "Make recovery codes");
        page_end(p);
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
}

void page_account_recovery(struct rq *r)
{
    char codes[RECOVERY_CODES][RECOVERY_CHARS + 1];
    struct pair pairs[RECOVERY_CODES];
    struct act_result result = {.replayed = false};
    enum err e = OK;
    if (str_is(r->in->method, "GET")) {
        draw_recovery(r, codes, false);
        return;
    }
    e = account_new_recovery(r->a, codes);
    for (int i = 0; i < RECOVERY_CODES; i++)
        pairs[i] = (struct pair){STR("code"), str_of(codes[i]), VALUE_GIVEN};
    if (e == OK)
        e = act_on_self(r, "factor.make_recovery", pairs, RECOVERY_CODES, &result);
    if (e != OK)
        answer_error(r, e);
    else
        draw_recovery(r, codes, !result.replayed); /* sent twice: these were never kept */
    secret_wipe(codes, sizeof codes);
}
