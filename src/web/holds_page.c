/* SPDX-License-Identifier: Apache-2.0 */
/* holds_page.c - steps that wait for a victim screening, or for the decision of a second agency. */
#include "hold/hold.h"
#include "web/case_parts.h"
#include "web/pages.h"
#include "web/parts.h"

static void fact_time(struct page *p, const char *label, int64_t at_us)
{
    if (!at_us)
        return;
    fact_begin(p, label);
    page_time(p, at_us);
    fact_done(p);
}

static const char *waits_for(enum hold_reason r)
{
    switch (r) {
    case HOLD_NOT_SCREENED:
        return "Nobody has looked yet whether this person is a victim. Record a victim screening.";
    case HOLD_SCREENING_OPEN:
        return "A victim screening is under way. Finish it.";
    case HOLD_AFTER_EMERGENCY:
        return "After a step in an emergency somebody looks again. Record a victim screening.";
    case HOLD_PROTECTED:
        return "This person is protected. A second agency decides, with reasons.";
    case HOLD_NOT_ENOUGH:
        return "A screening is finished, but too little is known. Go on with it: its page says what is "
               "missing.";
    case HOLD_OWN_SCREENING:
        return "Who wants the step does not screen for it. Others record a victim screening.";
    case HOLD_NONE:
    case HOLD_REASONS:
        break;
    }
    return "";
}

static void decided(struct rq *r, struct page *p, const struct hold_model *m)
{
    if (!m->decided_us)
        return;
    fact_begin(p, "Decision of a second agency");
    if (m->allowed)
        tag_t(p, "amber", "May go on");
    else
        tag_t(p, "green", "Stays held");
    page_c(p, " ");
    agency_name(r, p, m->decided_agency);
    page_c(p, " · ");
    page_time(p, m->decided_us);
    fact_done(p);
    fact_begin(p, "Reasons");
    shown_value(p, m->reasons);
    fact_done(p);
    if (m->allowed) {
        fact_begin(p, "How it can be reviewed");
        shown_value(p, m->review);
        fact_done(p);
    }
}

static void held_step(struct page *p, const struct hold_model *m)
{
    if (m->kind)
        page_t(p, m->kind->title);
    else
        page_word(p, m->kind_word);
    page_c(p, ": ");
    if (m->action)
        page_t(p, m->action->label);
    else
        page_word(p, m->action_word);
}

/* Where it may be lifted by looking: the place on the page of her case where that begins. */
static void to_screening(struct rq *r, struct page *p, const struct hold_model *m)
{
    const struct action *start = door_action(r->w->door, "assessment.start");
    if (!m->released_us && m->reason != HOLD_PROTECTED && start && may_start(r, start))
        link_t(p, path_of(r, "/case/%s#assessments", m->case_), "button", "Screen for signs of trafficking");
}

/* Plan 3(1)/a: who opens the case reads that a step waits, and why, before anything else. */
void holds_part(struct casefile *c, struct page *p)
{
    const struct view *v;
    char id[33];
    id_text(c->m->id, id);
    if (!may_look(c->r, "hold.list") || LOOK(c->r, "hold.list", id_nil(), &v, "case", id) != OK) {
        err_clear();
        return;
    }
    const struct hold_list *list = v->model;
    for (size_t i = 0; i < list->n; i++) {
        const struct hold_model *m = &list->items[i];
        PAGE_EL(p, "div", "class", "deadline late held");
        PAGE_EL(p, "p");
        el_text(p, "strong", NULL, "Held for now");
        page_c(p, " ");
        held_step(p, m);
        page_c(p, " — ");
        page_t(p, waits_for(m->reason));
        page_end(p);
        if (!c->print) {
            PAGE_EL(p, "div", "class", "actions");
            to_screening(c->r, p, m);
            link_t(p, "/holds", "button-quiet", "Held steps");
            page_end(p);
        }
        page_end(p);
    }
}

static void one_hold(struct rq *r, struct page *p, const struct hold_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "h2");
    held_step(p, m);
    page_end(p);
    if (m->used_us)
        tag_t(p, "amber", "Went on by decision");
    else if (m->released_us)
        tag_t(p, "grey", "Released by a screening");
    else
        tag_t(p, "red", "Held for now");
    if (!m->released_us)
        el_text(p, "p", NULL, waits_for(m->reason));
    PAGE_EL(p, "dl", "class", "facts");
    fact_begin(p, "Asked for by");
    agency_name(r, p, m->agency);
    page_c(p, " · ");
    page_time(p, m->opened_us);
    fact_done(p);
    fact_begin(p, "Case");
    numbered_link(r, p, "", m->case_);
    fact_done(p);
    fact_time(p, "Acknowledged", m->acknowledged_us);
    fact_time(p, "Released", m->released_us);
    decided(r, p, m);
    page_end(p);
    PAGE_EL(p, "div", "class", "actions");
    to_screening(r, p, m);
    if (m->may_acknowledge)
        link_t(p, path_of(r, "/do/hold.acknowledge?id=%s", m->id), "button-secondary",
               "Acknowledge that it is held");
    if (m->may_decide)
        link_t(p, path_of(r, "/do/hold.decide?id=%s", m->id), "button-secondary", "Decide");
    page_end(p);
    page_end(p);
}

/* The numbers of their cases, for those that the viewer may list. */
static void numbers_of(struct rq *r, const struct hold_list *list)
{
    struct id *cases = ARENA_ARRAY(r->a, list->n + 1, struct id);
    for (size_t i = 0; cases && i < list->n; i++)
        cases[i] = list->items[i].case_;
    if (cases)
        numbers_load(r, cases, list->n);
}

static const char *const states[] = {"open", "ended"};
static const struct state_list by_state = {"/holds", "hold.list", states, sizeof states / sizeof *states};

static void draw(struct rq *r, const struct hold_list *list, const char *state)
{
    numbers_of(r, list);
    struct page made = layout_start(r, "Held steps", NULL, "/holds", false), *p = &made;
    el_text(p, "h1", NULL, "Held steps");
    el_text(p, "p", "lead",
            "Nobody is detained, charged, sent back or punished before somebody has looked whether she is a "
            "victim.");
    state_tabs(r, p, &by_state, state);
    for (size_t i = 0; i < list->n; i++)
        one_hold(r, p, &list->items[i]);
    state_rest(r, p, &by_state, state, list->n, list->next);
    layout_end(r, p);
}

void page_holds(struct rq *r)
{
    const struct view *v;
    const char *state;
    enum err e = state_look(r, &by_state, &state, &v);
    if (e == OK)
        draw(r, v->model, state);
    else
        answer_error(r, e);
}
