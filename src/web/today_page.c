/* SPDX-License-Identifier: Apache-2.0 */
/* today_page.c - the first page after sign-in: what is late or due today, what waits for me, and the clocks
 * of my office that run out next. It names no person. */
#include "core/notice.h"
#include "core/proposal.h"
#include "hold/hold.h"
#include "web/pages.h"
#include "web/parts.h"

#define CLOCKS_SHOWN 6

/* The model of a view, or NULL where the officer has no such view: then the card is not there. */
static const void *model_of(struct rq *r, const char *view)
{
    const struct view *v;
    if (!door_view_decl(r->w->door, view))
        return NULL;
    if (look(r, view, id_nil(), (const char *const[]){NULL}, &v) != OK) {
        err_clear();
        return NULL;
    }
    return v->model;
}

static void card_start(struct page *p, const char *heading)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, heading);
}

static void card_end(struct page *p, const char *href, const char *more)
{
    PAGE_EL(p, "p", "class", "pager");
    link_t(p, href, "button-secondary", more);
    page_end(p);
    page_end(p);
}

static void waiting(struct rq *r, struct page *p, const struct notice_list *list)
{
    struct notice_list others = {.items = ARENA_ARRAY(r->a, list->n + 1, struct notice_model)};
    for (size_t i = 0; others.items && i < list->n; i++)
        if (!list->items[i].own) /* what I did waits for somebody else */
            others.items[others.n++] = list->items[i];
    card_start(p, "Waiting for me");
    notice_groups(r, p, &others);
    if (!others.n)
        el_text(p, "p", "quiet empty", "Nothing waits. What happens in your cases comes here by itself.");
    card_end(p, "/inbox", "To the inbox");
}

static void clocks(struct rq *r, struct page *p, const struct clock_list *list)
{
    card_start(p, "Next deadlines of my agency");
    clock_lines(r, p, list, CLOCKS_SHOWN);
    if (!list->n)
        el_text(p, "p", "quiet empty", "No clock runs.");
    card_end(p, "/clocks", "All deadlines");
}

static void proposals(struct page *p, const struct proposal_list *list)
{
    card_start(p, "Waiting for a second person");
    PAGE_EL(p, "p");
    PAGE_EL(p, "span", "class", "count");
    page_i64(p, (int64_t)list->n);
    page_end(p);
    page_c(p, " ");
    page_t(p, "One of you asked; another one confirms or declines.");
    page_end(p);
    card_end(p, "/proposals", "To the second person");
}

/* Plan 3(1)/a: a step that waits for somebody to look whether she is a victim. */
static void held(struct page *p, const struct hold_list *list)
{
    card_start(p, "Held steps");
    PAGE_EL(p, "p");
    PAGE_EL(p, "span", "class", "count");
    page_i64(p, (int64_t)list->n);
    page_end(p);
    page_c(p, " ");
    page_t(p, "Held until somebody has looked whether the person is a victim.");
    page_end(p);
    card_end(p, "/holds", "To the held steps");
}

/* What counters sent in; the desk's own page says more. */
static void reports(struct page *p)
{
    card_start(p, "Reports");
    el_text(p, "p", "quiet", "Suspicion notes and calls that came in, each with its clock.");
    card_end(p, "/reports", "To the reports");
}

/* What the lead wrote down waits until the deputy has taken it: it stands above everything. */
static void handed_over(struct rq *r, struct page *p)
{
    const struct view *v;
    const struct action *take = door_action(r->w->door, "case.take");
    if (!take || !may_look(r, "case.list"))
        return;
    if (LOOK(r, "case.list", id_nil(), &v, "handed", "yes") != OK) {
        err_clear();
        return;
    }
    const struct case_list *list = v->model;
    if (!list->n)
        return;
    PAGE_EL(p, "section", "class", "card handover");
    el_text(p, "h2", NULL, "Handed over to me");
    PAGE_EL(p, "ul", "class", "clocks", "data-list", "");
    for (size_t i = 0; i < list->n; i++) {
        PAGE_EL(p, "li", "class", "clock clock-head");
        PAGE_EL(p, "strong");
        page_isolate_c(p, list->items[i].number);
        page_end(p);
        link_t(p, path_of(r, "/do/case.take?id=%s", list->items[i].id), "button", "Take the case");
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void places(struct rq *r, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Where to go");
    menu_links(r, p);
    page_end(p);
}

void page_today(struct rq *r)
{
    const struct notice_list *mine = model_of(r, "notice.list");
    const struct clock_list *running = model_of(r, "clock.list");
    const struct proposal_list *two = model_of(r, "proposal.list");
    const struct hold_list *holds = model_of(r, "hold.list");
    struct page made = layout_start(r, "Today", NULL, "/today", false), *p = &made;
    PAGE_EL(p, "div", "class", "title");
    el_text(p, "h1", NULL, "Today");
    const struct action *open = door_action(r->w->door, "case.open");
    if (open && may_start(r, open))
        link_t(p, "/do/case.open", "button", open->summary);
    page_end(p);
    el_text(p, "p", "lead", "What is late, what is due, and what waits for you. It names no person.");
    handed_over(r, p);
    today_since(r, p, mine, running);
    today_digest(r, p, mine, running, two);
    PAGE_EL(p, "div", "class", "today");
    if (mine)
        waiting(r, p, mine);
    PAGE_EL(p, "div", "class", "today-side");
    if (holds && holds->n)
        held(p, holds);
    if (running)
        clocks(r, p, running);
    if (model_of(r, "report.list"))
        reports(p);
    if (two && two->n)
        proposals(p, two);
    if (!running)
        places(r, p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}
