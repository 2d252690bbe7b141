/* SPDX-License-Identifier: Apache-2.0 */
/* enquiry_page.c - somebody asks a desk about a person. The sentence to say stands there before anything is
 * typed, and is the same for everybody; nothing is looked up, and the page afterwards is the same, too. */
#include "desk/desk.h"
#include "web/form.h"
#include "web/pages.h"

static void what_to_say(struct page *p)
{
    PAGE_EL(p, "section", "class", "card say");
    el_text(p, "h2", NULL, "Say this, to everybody, word for word");
    PAGE_EL(p, "p", "class", "strong");
    page_t(
        p,
        "“We tell nobody who contacts us and who does not. That is so for everybody, and I cannot look it up "
        "for you.”");
    page_end(p);
    el_text(
        p, "p", "quiet",
        "Say it also when you know that the person is not known here: who hears “no” today hears silence as "
        "a “yes” tomorrow. Employers, brokers, friends, families, embassies and other offices get the same "
        "answer.");
    page_end(p);
}

static void draw(struct form *f, enum err failed, const char *detail)
{
    struct rq *r = f->r;
    bool noted = str_is(http_query(r->in, "noted"), "yes") && failed == OK;
    struct page made = layout_start(r, "Somebody asks about a person", NULL, "/reports", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Somebody asks about a person");
    what_to_say(p);
    if (noted) {
        PAGE_EL(p, "p", "class", "notice", "role", "status");
        page_t(p, "It is written down. Nothing more is shown here, whoever was asked about.");
        page_end(p);
    }
    if (failed != OK) {
        form_faults(f, detail);
        form_summary(f, p, failed, detail);
    }
    form_start(r, p, "/enquiry", "card");
    el_text(p, "h2", NULL, "Then write down that they asked");
    for (size_t i = 0; i < f->n; i++)
        form_question(f, p, &f->asked[i]);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Write it down");
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

static enum err note(struct form *f)
{
    struct act_result result;
    struct input input;
    TRY(form_input(f, &input));
    struct act_request act = {
        .ctx = &f->r->ctx, .action = f->action->name, .expected_version = -1, .input = input};
    return door_act(f->r->w->door, &act, f->r->a, &result);
}

void page_enquiry(struct rq *r)
{
    struct form *f = ARENA_NEW(r->a, struct form);
    if (!f) {
        answer_error(r, arena_err(r->a));
        return;
    }
    *f = (struct form){.r = r, .action = door_action(r->w->door, "enquiry.note"), .version = -1};
    enum err e = f->action ? form_questions(f) : FAIL(ERR_NOT_FOUND, "path");
    if (e == OK && str_is(r->in->method, "GET")) {
        draw(f, OK, "");
        return;
    }
    if (e == OK)
        e = note(f);
    if (e == OK) {
        answer_redirect(r, "/enquiry?noted=yes");
    } else if (e == ERR_FIELD) {
        const char *detail = arena_cstr(r->a, str_of(err_detail()));
        r->out->status = err_row(e)->http;
        draw(f, e, detail ? detail : "");
    } else {
        answer_error(r, e);
    }
}

/* ---- who asked about somebody of a case ------------------------------------------------------------------
 */

static void one_enquiry(struct page *p, const struct enquiry_asked *one)
{
    PAGE_EL(p, "li", "class", "m-contact");
    page_time(p, one->at_us);
    PAGE_EL(p, "strong");
    if (*one->as)
        page_word(p, one->as);
    else
        withheld(p, one->asker.reason);
    if (*one->way) {
        page_c(p, " · ");
        page_word(p, one->way);
    }
    page_end(p);
    if (one->asker.text.n) {
        PAGE_EL(p, "span");
        page_bdi(p, one->asker.text);
        page_end(p);
    }
    page_end(p);
}

static void draw_enquiries(struct rq *r, const struct enquiry_list *list)
{
    struct page made = layout_start(r, "Who asked about a person of this case", NULL, "/", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    case_crumb(r, p, list->case_);
    page_end(p);
    el_text(p, "h1", NULL, "Who asked about a person of this case");
    if (list->n)
        el_text(
            p, "p", "lead",
            "Somebody looks for her. Nobody was told anything, and the desk that was asked does not know "
            "that she is in "
            "a case. Think of her safety before anything else: does she know who it is, and where she can be "
            "found?");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < list->n; i++)
        one_enquiry(p, &list->items[i]);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "Nobody that we know of.");
    page_end(p);
    layout_end(r, p);
}

void page_enquiries(struct rq *r)
{
    struct id id;
    const struct view *v;
    enum err e = page_id(r, "/case/", &id);
    if (e == OK)
        e = LOOK(r, "enquiry.of_case", id, &v);
    if (e == OK)
        draw_enquiries(r, v->model);
    else
        answer_error(r, e);
}
