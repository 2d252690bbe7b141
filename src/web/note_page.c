/* SPDX-License-Identifier: Apache-2.0 */
/* note_page.c - /note: a suspicion note from any counter, without an account, on a telephone, in 90 seconds
 * (plan 1(1)/a); /note/receipt: what became of it. Whoever is signed in here is nobody: the office code alone
 * counts, and nothing ties a note to an officer. */
#include "core/vault.h"
#include "desk/desk.h"
#include "web/form.h"
#include "web/pages.h"
#include "web/parts.h"

static void as_anybody(struct rq *r)
{
    r->signed_in = false;
    r->ctx.account = id_nil();
    r->ctx.agency = "";
    r->ctx.role = ROLE_ANONYMOUS;
    r->ctx.purpose = PURPOSE_NONE;
    r->ctx.assurance = 1;
}

/* ---- who looks over the shoulder
 * --------------------------------------------------------------------------- */

#define LEFT_OPEN_S "600"

/* A page that says something about a note does not stand there for who comes next: it gives way by itself. */
static void not_left_open(struct rq *r)
{
    http_add(r->out, "Refresh", LEFT_OPEN_S "; url=/note/leave");
}

static void way_out(struct page *p)
{
    PAGE_EL(p, "p", "class", "way-out");
    link_t(p, "/note/leave", "button-secondary", "Leave this page");
    page_end(p);
}

/* Says nothing of notes: neither on the screen nor as its title in the list of pages visited. */
void page_note_leave(struct rq *r)
{
    struct page made = page_to(&r->out->body, &r->lang, r->a, r->w->tz), *p = &made;
    answer_type(r, "text/html; charset=utf-8");
    http_add(r->out, "Clear-Site-Data", "\"cache\"");
    page_doctype(p);
    PAGE_EL(p, "html", "lang", p->lang->pseudo ? "en" : p->lang->tag, "dir", p->lang->rtl ? "rtl" : "ltr");
    PAGE_EL(p, "head");
    PAGE_EL(p, "meta", "charset", "utf-8");
    PAGE_EL(p, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    el_text(p, "title", NULL, "Empty page");
    PAGE_EL(p, "link", "rel", "stylesheet", "href", "/assets/akari.css");
    page_end(p);
    PAGE_EL(p, "body");
    PAGE_EL(p, "main");
    el_text(p, "h1", "sr", "Empty page");
    page_end(p);
    page_end(p);
    page_end(p);
}

/* ---- the form
 * ---------------------------------------------------------------------------------------------- */

/* Kept over the form, so that a note that is sent twice by a bad line is one note with one receipt. */
static enum err own_receipt(struct rq *r, const char **ret)
{
    char fresh[CODE_TEXT_MAX];
    struct str typed = form_value(r, "receipt");
    desk_code_new(RECEIPT_CHARS, fresh);
    *ret = arena_cstr(r->a, typed.n ? typed : str_of(fresh));
    secret_wipe(fresh, sizeof fresh);
    return *ret ? OK : arena_err(r->a);
}

static enum err load_form(struct rq *r, struct form *f)
{
    *f = (struct form){.r = r, .action = door_action(r->w->door, "report.send"), .version = -1};
    if (!f->action)
        return FAIL(ERR_NOT_FOUND, "path");
    TRY(form_questions(f));
    for (size_t i = 0; i < f->n; i++) {
        if (strcmp(f->asked[i].name, "receipt") != 0)
            continue;
        f->asked[i].control = CONTROL_HIDDEN;
        TRY(own_receipt(r, &f->asked[i].fixed));
    }
    return OK;
}

static const char *request_of(struct rq *r)
{
    char fresh[33];
    struct str typed = form_value(r, "_request");
    id_text(id_new(), fresh);
    const char *kept = arena_cstr(r->a, typed.n ? typed : str_of(fresh));
    return kept ? kept : "";
}

static void some_questions(struct form *f, struct page *p, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < f->n; i++)
            if (strcmp(f->asked[i].name, *names) == 0)
                form_question(f, p, &f->asked[i]);
}

static bool any_wrong(const struct form *f, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < f->n; i++)
            if (f->asked[i].fault && strcmp(*names, f->asked[i].name) == 0)
                return true;
    return false;
}

static void folded(struct form *f, struct page *p, const char *title, const char *const *names)
{
    PAGE_EL(p, "details", "class", "more", "open", any_wrong(f, names) ? "" : NULL);
    el_text(p, "summary", NULL, title);
    some_questions(f, p, names);
    page_end(p);
}

static void what_failed(struct form *f, struct page *p, enum err failed, const char *detail)
{
    bool code = failed == ERR_CREDENTIALS;
    if (failed == OK)
        return;
    for (size_t i = 0; code && i < f->n; i++)
        if (strcmp(f->asked[i].name, "code") == 0)
            f->asked[i].fault =
                "This office code is not right, or it has ended. After several tries wait a little.";
    if (!code)
        form_faults(f, detail);
    form_summary(f, p, code ? ERR_FIELD : failed, code ? "" : detail);
}

static void draw(struct form *f, enum err failed, const char *detail)
{
    static const char *const first[] = {"code",  "danger",  "signs",    "what", "prefecture",
                                        "place", "persons", "children", NULL};
    static const char *const person[] = {"person_contact", "person_way", "person_detail", NULL};
    static const char *const sender[] = {"sender_contact", "sender_way", "sender_detail", NULL};
    struct rq *r = f->r;
    struct page made = layout_start(r, "For counters", NULL, "", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow note-form");
    el_text(p, "h1", NULL, "Suspicion note");
    way_out(p);
    el_text(
        p, "p", "lead",
        "You saw something at your counter that may be trafficking in persons. You need not be sure. Do not "
        "question the person, and do not tell anybody with her.");
    PAGE_EL(p, "p", "class", "notice");
    page_t(p, "If somebody is in danger this minute, call the police first.");
    page_end(p);
    what_failed(f, p, failed, detail);
    PAGE_EL(p, "form", "method", "post", "action", "/note", "class", "card", "autocomplete", "off");
    page_hidden(p, "_request", request_of(r));
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].control == CONTROL_HIDDEN)
            page_hidden(p, f->asked[i].name, f->asked[i].fixed);
    some_questions(f, p, first);
    folded(f, p, "The person concerned: may she be contacted?", person);
    folded(f, p, "May we ask you back?", sender);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Send the note");
    page_end(p);
    el_text(
        p, "p", "quiet",
        "It is sealed for the desk that gets it. No name is needed, neither yours nor that of the person.");
    page_end(p);
    PAGE_EL(p, "p");
    link_t(p, "/note/receipt", NULL, "I have a receipt: what became of my note?");
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

static void draw_sent(struct form *f)
{
    struct rq *r = f->r;
    struct page made = layout_start(r, "For counters", NULL, "", false), *p = &made;
    not_left_open(r);
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, "Your note has arrived");
    el_text(
        p, "p", NULL,
        vault_unlocked(door_vault(r->w->door))
            ? "A desk has it now, and a clock runs until somebody takes it over."
            : "It is kept sealed. The desk gets it as soon as the program is open again after a restart.");
    el_text(p, "p", "strong", "Your receipt");
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].control == CONTROL_HIDDEN) {
            PAGE_EL(p, "p", "class", "receipt");
            PAGE_EL(p, "code");
            page_isolate_c(p, f->asked[i].fixed);
            page_end(p);
            page_end(p);
        }
    el_text(p, "p", NULL,
            "It is shown once. Write it on paper, not into a telephone that others read. With it you can see "
            "what became of your note; nobody can see from it who you are.");
    PAGE_EL(p, "p", "class", "actions");
    link_t(p, "/note/receipt", "button-secondary", "What became of it");
    link_t(p, "/note", "button-quiet", "Another note");
    page_end(p);
    el_text(p, "p", "quiet", "After ten minutes this page goes away by itself.");
    way_out(p);
    page_end(p);
    layout_end(r, p);
}

static enum err send(struct form *f)
{
    struct act_result result;
    struct input input;
    struct rq *r = f->r;
    struct str request = form_value(r, "_request");
    if (request.n && id_parse(request, &r->ctx.request_id) != OK)
        return refuse(r, "web.malformed", FAIL(ERR_BAD_REQUEST, "field _request"));
    TRY(form_input(f, &input));
    struct act_request act = {
        .ctx = &r->ctx, .action = f->action->name, .expected_version = -1, .input = input};
    return door_act(r->w->door, &act, r->a, &result);
}

void page_note(struct rq *r)
{
    struct form *f = ARENA_NEW(r->a, struct form);
    as_anybody(r);
    enum err e = f ? load_form(r, f) : arena_err(r->a);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    if (str_is(r->in->method, "GET")) {
        draw(f, OK, "");
        return;
    }
    e = send(f);
    if (e == OK) {
        draw_sent(f);
    } else if (e == ERR_FIELD || e == ERR_CREDENTIALS || e == ERR_BUSY || e == ERR_LIMIT) {
        const char *detail = arena_cstr(r->a, str_of(err_detail()));
        r->out->status = err_row(e)->http;
        draw(f, e, detail ? detail : "");
    } else {
        answer_error(r, e);
    }
}

/* ---- what became of it
 * --------------------------------------------------------------------------------------- */

static void track(struct page *p, const char *coarse)
{
    static const char *const words[] = {"Arrived", "Taken over", "Case opened"};
    size_t now = strcmp(coarse, "case_opened") == 0 ? 2 : strcmp(coarse, "taken_over") == 0 ? 1 : 0;
    if (strcmp(coarse, "closed") == 0)
        return;
    PAGE_EL(p, "ol", "class", "track");
    for (size_t i = 0; i < 3; i++) {
        PAGE_EL(p, "li", "class",
                i < now    ? "past"
                : i == now ? "now"
                           : NULL,
                "aria-current", i == now ? "step" : NULL);
        page_t(p, words[i]);
        page_end(p);
    }
    page_end(p);
}

static void draw_receipt(struct rq *r, const struct receipt_model *m, bool wrong)
{
    struct page made = layout_start(r, "For counters", NULL, "", false), *p = &made;
    if (m)
        not_left_open(r);
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, "What became of my note?");
    way_out(p);
    if (wrong) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        el_text(p, "p", NULL, "There is no note with this receipt. Look at each letter again.");
        page_end(p);
    }
    if (m) {
        track(p, m->coarse);
        el_text(p, "p", "strong", coarse_words(m->coarse));
        if (*m->outcome)
            el_text(p, "p", NULL, outcome_words(m->outcome));
        el_text(p, "p", "quiet", "More is not told here, so that a receipt in the wrong hands harms nobody.");
    }
    PAGE_EL(p, "form", "method", "post", "action", "/note/receipt", "autocomplete", "off");
    PAGE_EL(p, "p", "class", "field");
    PAGE_EL(p, "label", "for", "receipt");
    page_t(p, "Receipt");
    page_end(p);
    PAGE_EL(p, "input", "id", "receipt", "name", "receipt", "type", "text", "required", "", "maxlength",
            "100", "dir", "ltr", "autocapitalize", "characters", "spellcheck", "false");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Show");
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_receipt(struct rq *r)
{
    const struct view *v;
    as_anybody(r);
    if (str_is(r->in->method, "GET")) {
        draw_receipt(r, NULL, false);
        return;
    }
    const char *receipt = arena_cstr(r->a, form_value(r, "receipt"));
    enum err e = !receipt   ? arena_err(r->a)
                 : *receipt ? LOOK(r, "report.receipt", id_nil(), &v, "receipt", receipt)
                            : LOOK(r, "report.receipt", id_nil(), &v, "receipt",
                                   "-"); /* the same way as a wrong one */
    if (e == OK) {
        draw_receipt(r, v->model, false);
    } else if (e == ERR_NOT_FOUND || e == ERR_FIELD) {
        r->out->status = 404;
        draw_receipt(r, NULL, true);
    } else {
        answer_error(r, e);
    }
}
