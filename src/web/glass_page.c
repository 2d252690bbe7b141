/* SPDX-License-Identifier: Apache-2.0 */
/* glass_page.c - what was opened in an emergency: running, with the time that is left; to be reviewed;
 * reviewed. */
#include "glass/glass.h"
#include "web/pages.h"
#include "web/parts.h"

/* A bar that runs out; without script it stands as it was when the page was made. */
static void time_left(struct page *p, const struct glass_model *m, int64_t now_us)
{
    char value[24], max[24];
    snprintf(value, sizeof value, "%lld", (long long)((m->until_us - now_us) / 1000000));
    snprintf(max, sizeof max, "%lld", (long long)(GLASS_LIFE_US / 1000000));
    PAGE_EL(p, "p", "class", "countdown", "data-left", value);
    tag_t(p, "red", "Open now");
    page_c(p, " ");
    remaining(p, m->until_us, now_us);
    page_c(p, " ");
    page_t(p, "Until");
    page_c(p, " ");
    page_time(p, m->until_us);
    page_end(p);
    PAGE_EL(p, "progress", "class", "bar-warn", "max", max, "value", value, "aria-label",
            page_words(p, "Time left"));
    page_end(p);
}

static void how_it_stands(struct page *p, const struct glass_model *m, int64_t now_us)
{
    if (m->open)
        time_left(p, m, now_us);
    else if (!m->reviewed_us)
        tag_t(p, "amber", "To be reviewed by another agency");
    else if (m->justified)
        tag_t(p, "green", "Justified");
    else
        tag_t(p, "red", "Not justified");
}

static void facts(struct rq *r, struct page *p, const struct glass_model *m)
{
    PAGE_EL(p, "dl", "class", "facts");
    fact_begin(p, "Reason");
    page_word(p, m->reason);
    fact_done(p);
    fact_begin(p, "Opened by");
    agency_name(r, p, m->agency);
    page_c(p, " · ");
    page_time(p, m->opened_us);
    fact_done(p);
    fact_begin(p, "Until");
    page_time(p, m->until_us);
    fact_done(p);
    fact_begin(p, "Case");
    link_t(p, path_of(r, "/case/%s", m->case_), NULL, "Open the case");
    fact_done(p);
    if (m->reviewed_us) {
        fact_begin(p, "Reviewed by");
        agency_name(r, p, m->reviewer_agency);
        page_c(p, " · ");
        page_time(p, m->reviewed_us);
        fact_done(p);
    }
    page_end(p);
}

/* What else two people are asked for waits until accounts are older: who reviews it looks twice. */
static void who_opened(struct page *p, const struct glass_model *m)
{
    if (m->accounts_new)
        el_text(p, "p", "notice", "One of the two accounts that opened it was new.");
    if (m->one_maker)
        el_text(p, "p", "notice", "One administrator had made both accounts not long before.");
}

static void buttons(struct rq *r, struct page *p, const struct glass_model *m)
{
    if (m->mine && m->open)
        link_t(p, path_of(r, "/do/glass.close?id=%s", m->id), "button", "Close now");
    if (m->may_review)
        link_t(p, path_of(r, "/do/glass.review?id=%s", m->id), "button", "Review");
}

static void one(struct rq *r, struct page *p, const struct glass_model *m, int64_t now_us)
{
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "h2");
    page_word(p, m->reason);
    page_end(p);
    how_it_stands(p, m, now_us);
    facts(r, p, m);
    who_opened(p, m);
    buttons(r, p, m);
    page_c(p, " ");
    link_t(p, path_of(r, "/glass/%s", m->id), "button-secondary", "What was looked at");
    page_end(p);
}

static const char *const states[] = {"mine", "to_review", "reviewed"};
static const struct state_list by_state = {"/glass", "glass.list", states, sizeof states / sizeof *states};

static void draw(struct rq *r, const struct glass_list *list, const char *state, int64_t now_us)
{
    struct page made = layout_start(r, "Emergencies", NULL, "/glass", false), *p = &made;
    el_text(p, "h1", NULL, "Opened in an emergency");
    el_text(p, "p", "lead",
            "Where a life is in danger a case opens for 30 minutes. A colleague confirms, the holder and "
            "oversight are "
            "told, another agency reviews. The place of a shelter stays hidden: ask its duty officer.");
    state_tabs(r, p, &by_state, state);
    for (size_t i = 0; i < list->n; i++)
        one(r, p, &list->items[i], now_us);
    state_rest(r, p, &by_state, state, list->n, list->next);
    layout_end(r, p);
}

void page_glass(struct rq *r)
{
    const struct view *v;
    const char *state;
    enum err e = state_look(r, &by_state, &state, &v);
    if (e == OK)
        draw(r, v->model, state, v->now_us);
    else
        answer_error(r, e);
}

/* What an action or a look is called. */
static const char *what_of(struct rq *r, const char *name)
{
    const struct action *a = door_action(r->w->door, name);
    const struct view_decl *v = door_view_decl(r->w->door, name);
    return a ? a->summary : v ? v->summary : name;
}

static void looks(struct rq *r, struct page *p, const struct glass_model *m)
{
    static const char *const heads[] = {"When", "What", "Answer"};
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < m->nlooks; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        page_time(p, m->looks[i].at_us);
        page_end(p);
        PAGE_EL(p, "td");
        page_t(p, what_of(r, m->looks[i].action));
        page_end(p);
        el_word(p, "td", NULL, verdict_word(m->looks[i].verdict));
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
}

void page_glass_one(struct rq *r)
{
    struct id id;
    const struct view *v;
    enum err e = page_id(r, "/glass/", &id);
    if (e == OK)
        e = LOOK(r, "glass.show", id, &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct glass_model *m = v->model;
    struct page made = layout_start(r, "What was looked at", NULL, "/glass", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/glass", NULL, "Emergencies");
    page_end(p);
    el_text(p, "h1", NULL, "What was looked at");
    PAGE_EL(p, "section", "class", "card");
    how_it_stands(p, m, v->now_us);
    facts(r, p, m);
    who_opened(p, m);
    PAGE_EL(p, "p");
    shown_value(p, m->words);
    page_end(p);
    if (m->reviewed_us) {
        PAGE_EL(p, "p");
        shown_value(p, m->review_words);
        page_end(p);
    }
    if (m->nlooks)
        looks(r, p, m);
    else
        el_text(p, "p", "quiet empty", "Nothing was looked at.");
    buttons(r, p, m);
    page_end(p);
    layout_end(r, p);
}
