/* SPDX-License-Identifier: Apache-2.0 */
/* case_page.c - one case: what is collected of it, and the order of its parts (case_parts.h). */
#include "desk/desk.h"
#include "web/assessment_parts.h"
#include "web/attachments.h"
#include "web/case_parts.h"
#include "web/pages.h"

void case_card(struct page *p, const char *msgid)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, msgid);
}

void case_fold(struct casefile *c, struct page *p, const char *msgid, size_t n)
{
    PAGE_EL(p, "details", "class", "more", "open", c->print ? "" : NULL);
    PAGE_EL(p, "summary");
    page_t(p, msgid);
    if (n) {
        page_c(p, " (");
        page_i64(p, (int64_t)n);
        page_c(p, ")");
    }
    page_end(p);
}

bool case_may(struct casefile *c, const char *action)
{
    const struct action *a = door_action(c->r->w->door, action);
    return a && may_act(c->r, c->view, a);
}

bool case_button(struct casefile *c, struct page *p, const char *action, const char *class, const char *query)
{
    const struct action *a = door_action(c->r->w->door, action);
    char id[33];
    id_text(c->m->id, id);
    char *path = arena_printf(c->r->a, "/do/%s?id=%s%s", action, id, query ? query : "");
    if (!a || !path || !may_act(c->r, c->view, a))
        return false;
    link_t(p, path, class, a->summary);
    return true;
}

static void head(struct casefile *c, struct page *p)
{
    const struct case_model *m = c->m;
    const struct clock_model *urgent = case_most_urgent(m);
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    page_isolate_c(p, m->number);
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    PAGE_EL(p, "h1");
    page_t(p, "Case");
    page_c(p, " ");
    page_isolate_c(p, m->number);
    page_end(p);
    if (urgent && urgent->mark != CLOCK_OK)
        tag_t(p, urgent->mark == CLOCK_OVERDUE ? "red" : "amber",
              urgent->mark == CLOCK_OVERDUE ? "Overdue" : "Due soon");
    PAGE_EL(p, "span", "class", m->protects ? "tag tag-green" : "tag tag-blue");
    stage_name(c->r, p, m->stage);
    page_end(p);
    if (strcmp(m->state, "open") != 0)
        tag_t(p, "grey", word_msgid(p->arena, m->state));
    if (m->synthetic)
        tag_t(p, "violet", "Synthetic");
    if (!c->print)
        link_t(p, "#next", "on-phone", "What to do next");
    page_end(p);
}

static void track(struct casefile *c, struct page *p)
{
    const struct pack *pack = c->r->w->pack;
    bool reached = true;
    PAGE_EL(p, "ol", "class", "track", "aria-label", page_words(p, "Stage of identification"));
    for (size_t i = 0; i < pack->nstages; i++) {
        bool now = strcmp(pack->stages[i].id, c->m->stage) == 0;
        PAGE_EL(p, "li", "class", now ? "now" : reached ? "past" : NULL, "aria-current", now ? "step" : NULL);
        page_t(p, pack->stages[i].label);
        if (pack->stages[i].protects)
            el_text(p, "small", NULL, "protects");
        page_end(p);
        reached &= !now;
    }
    page_end(p);
}

/* How it came to this stage. */
static void stages(struct casefile *c, struct page *p)
{
    if (!c->decisions->n)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "How the stage was decided");
    decision_items(c->r, p, c->view, c->decisions);
    page_end(p);
}

static void holders(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Who holds it");
    PAGE_EL(p, "p");
    agency_name(c->r, p, c->m->agency);
    page_end(p);
    if (c->m->nshared) {
        PAGE_EL(p, "p");
        page_t(p, "Shared with");
        page_c(p, ": ");
        for (size_t i = 0; i < c->m->nshared; i++) {
            page_c(p, i ? " · " : "");
            agency_name(c->r, p, c->m->shared_with[i]);
        }
        page_end(p);
    }
    if (!c->print) {
        PAGE_EL(p, "ul", "class", "links");
        if (may_look(c->r, "case.who_looked")) {
            PAGE_EL(p, "li");
            link_t(p, path_of(c->r, "/case/%s/looked", c->m->id), NULL, "Who looked at this case");
            page_end(p);
        }
        if (door_view_decl(c->r->w->door, "enquiry.of_case")) {
            PAGE_EL(p, "li");
            link_t(p, path_of(c->r, "/case/%s/enquiries", c->m->id), NULL,
                   "Who asked about a person of this case");
            page_end(p);
        }
        PAGE_EL(p, "li");
        link_t(p, path_of(c->r, "/case/%s/print", c->m->id), NULL, "Print the case");
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

/* ---- the page --------------------------------------------------------------------------------------------
 */

/* On paper it says whose print it is: a page that is found leads back to who made it. */
static void print_head(struct casefile *c, struct page *p)
{
    char account[33];
    id_text(c->r->ctx.account, account);
    PAGE_EL(p, "div", "class", "print-head");
    PAGE_EL(p, "div");
    handling(p, c->m->label);
    PAGE_EL(p, "span");
    page_isolate_c(p, c->m->number);
    page_end(p);
    PAGE_EL(p, "span");
    page_t(p, "Printed by");
    page_c(p, " ");
    agency_name(c->r, p, c->r->ctx.agency);
    page_c(p, " · ");
    page_word(p, role_word(c->r->ctx.role));
    page_c(p, " · ");
    page_isolate(p, (struct str){account, 8});
    page_end(p);
    PAGE_EL(p, "span");
    page_time(p, env_now_us());
    page_end(p);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "div", "class", "print-body");
    el_text(p, "p", "notice on-screen",
            "This is in the audit trail as a print. Use the print command of your browser; destroy the paper "
            "as its label says.");
}

/* Others in the same situation: the group, or the button that begins one. */
static void groups_part(struct casefile *c, struct page *p)
{
    char in_case[33], id[33];
    id_text(c->m->id, in_case);
    if (c->print)
        return;
    case_card(p, "Others in the same situation");
    for (size_t i = 0; i < c->f->ngroups; i++) {
        id_text(c->f->groups[i], id);
        char *path = arena_printf(c->r->a, "/group/%s?case=%s", id, in_case);
        PAGE_EL(p, "p");
        link_t(p, path ? path : "/", NULL, "Group of cases");
        page_end(p);
    }
    if (!c->f->ngroups)
        el_text(p, "p", "quiet",
                "One employer or one place, several persons: each keeps a case of her or his own.");
    PAGE_EL(p, "div", "class", "actions");
    case_button(c, p, "group.open", "button-quiet", NULL);
    page_end(p);
    page_end(p);
}

/* What came to the desk of the viewer's agency and stands in this case; asked for by itself. */
static void reports_part(struct casefile *c, struct page *p)
{
    const struct view *v;
    char id[33];
    id_text(c->m->id, id);
    if (c->print)
        return;
    if (LOOK(c->r, "report.of_case", id_nil(), &v, "case", id) != OK) {
        err_clear();
        return;
    }
    const struct report_list *list = v->model;
    if (!list->n)
        return;
    case_card(p, "Reports that led here");
    PAGE_EL(p, "ul", "class", "links");
    for (size_t i = 0; i < list->n; i++) {
        PAGE_EL(p, "li");
        link_t(p, path_of(c->r, "/report/%s", list->items[i].id), NULL,
               list->items[i].urgent ? "Somebody is in danger" : "Report");
        page_c(p, " ");
        page_time(p, list->items[i].received_us);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void wide(struct casefile *c, struct page *p)
{
    people_part(c, p);
    assessment_part(c, p);
    stages(c, p);
    records_part(c, p);
    others_part(c, p);
    contacts_part(c, p);
    consent_part(c, p);
    attachments_part(c->r, p, c->view, c->m->id, id_nil());
}

static void side(struct casefile *c, struct page *p)
{
    steps_part(c, p);
    clocks_part(c, p);
    timeline_part(c, p);
    groups_part(c, p);
    reports_part(c, p);
    holders(c, p);
}

static void draw(struct casefile *c)
{
    struct page made = layout_start(c->r, "Case", c->m->number, "/", c->m->synthetic), *p = &made;
    if (c->print) {
        p->era = true;
        PAGE_EL(p, "div", "class", "print-all"); /* its head stands on every sheet */
        print_head(c, p);
    }
    head(c, p);
    if (!c->print)
        handling(p, c->m->label);
    holds_part(c, p);
    deadline_part(c, p);
    handover_part(c, p);
    track(c, p);
    PAGE_EL(p, "div", "class", c->print ? "columns printed" : "columns");
    PAGE_EL(p, "div", "class", "wide");
    wide(c, p);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    side(c, p);
    page_end(p);
    page_end(p);
    if (c->print) {
        page_end(p);
        page_end(p);
    }
    layout_end(c->r, p);
}

static void draw_timeline(struct casefile *c)
{
    struct page made = layout_start(c->r, "Timeline", c->m->number, "/", c->m->synthetic), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    PAGE_EL(p, "a", "href", path_of(c->r, "/case/%s", c->m->id));
    page_isolate_c(p, c->m->number);
    page_end(p);
    page_end(p);
    timeline_page(c, p);
    layout_end(c->r, p);
}

static enum err look_at(struct casefile *c, struct id id)
{
    const char *people = arena_cstr(c->r->a, http_query(c->r->in, "people"));
    const char *view = c->print ? "case.print" : "case.file";
    int64_t number;
    if (!people)
        return arena_err(c->r->a);
    if (str_i64(str_of(people), 1, 1000, &number) != OK) {
        err_clear();
        return LOOK(c->r, view, id, &c->view);
    }
    return LOOK(c->r, view, id, &c->view, "people", people);
}

void page_case(struct rq *r)
{
    if (str_ends(r->in->path, "/looked")) {
        page_looked(r);
        return;
    }
    if (str_ends(r->in->path, "/enquiries")) {
        page_enquiries(r);
        return;
    }
    struct casefile *c = ARENA_NEW(r->a, struct casefile);
    bool whole = str_ends(r->in->path, "/timeline");
    struct id id;
    enum err e = c ? OK : arena_err(r->a);
    if (e == OK)
        e = page_id(r, "/case/", &id);
    if (e == OK) {
        c->r = r;
        c->print = str_ends(r->in->path, "/print");
        e = look_at(c, id);
    }
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    c->f = c->view->model;
    c->m = r->in_case = &c->f->case_;
    c->decisions = &c->f->decisions;
    timeline_collect(c);
    if (whole)
        draw_timeline(c);
    else
        draw(c);
}
