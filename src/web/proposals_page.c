/* SPDX-License-Identifier: Apache-2.0 */
/* proposals_page.c - what waits for a second person, and how it ended. */
#include "core/proposal.h"
#include "web/form.h"
#include "web/pages.h"

static void officer_name(struct page *p, struct shown name, struct id account)
{
    char text[33];
    id_text(account, text);
    if (name.verdict == VERDICT_ALLOW && name.text.n)
        page_bdi(p, name.text);
    else
        page_isolate_c(p, text);
}

/* What is confirmed is read first: no word of the program stands here as it is kept. */
static void one_value(struct rq *r, struct page *p, const struct proposal_model *m,
                      const struct proposal_value *value)
{
    const struct action *a = door_action(r->w->door, m->action);
    const struct input_field *in = NULL;
    for (size_t i = 0; a && i < a->ninputs; i++)
        if (strcmp(a->inputs[i].name, value->name) == 0)
            in = &a->inputs[i];
    fact_begin(p, *value->label ? value->label : value->name);
    if (value->secret || !in)
        el_text(p, "span", "quiet", "Not shown to anybody");
    else
        form_answer(r, p, a, in, value->value);
    fact_done(p);
}

static void asked_for(struct rq *r, struct page *p, const struct proposal_model *m)
{
    fact_begin(p, "Asked for by");
    officer_name(p, m->who, m->proposer);
    page_c(p, " · ");
    agency_name(r, p, m->agency);
    page_c(p, " · ");
    page_time(p, m->proposed_us);
    fact_done(p);
    if (m->kind == OBJECT_ACCOUNT && !id_is_nil(m->subject)) {
        fact_begin(p, "Account");
        officer_name(p, m->whom, m->subject);
        fact_done(p);
    } else if (m->kind == OBJECT_CASE) {
        fact_begin(p, "Case");
        link_t(p, path_of(r, "/case/%s", m->subject), NULL, "Open the case");
        fact_done(p);
    }
    for (size_t i = 0; i < m->nvalues; i++)
        one_value(r, p, m, &m->values[i]);
}

static void how_it_stands(struct page *p, const struct proposal_model *m)
{
    if (m->state == PROPOSAL_OPEN) {
        fact_begin(p, "Waits until");
        page_time(p, m->expires_us);
        fact_done(p);
        return;
    }
    fact_begin(p, "Settled");
    page_time(p, m->settled_us);
    if (!id_is_nil(m->second)) {
        page_c(p, " · ");
        officer_name(p, m->whose, m->second);
    }
    fact_done(p);
    if (m->reason.text.n) {
        fact_begin(p, "Reason");
        page_bdi(p, m->reason.text);
        fact_done(p);
    }
}

static void one_proposal(struct rq *r, struct page *p, const struct proposal_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, m->summary);
    if (m->expired)
        tag_t(p, "grey", "Expired");
    else if (m->state == PROPOSAL_OPEN)
        tag_t(p, "amber", "Waits for a second person");
    PAGE_EL(p, "dl", "class", "facts");
    asked_for(r, p, m);
    how_it_stands(p, m);
    page_end(p);
    if (m->may_settle) {
        if (m->asked.verdict != VERDICT_ALLOW)
            el_text(p, "p", "quiet", "What was asked is not for this agency to read; another one confirms.");
        else if (*m->unfit)
            el_text(p, "p", "quiet", m->unfit);
        else
            link_t(p, path_of(r, "/do/proposal.confirm?id=%s", m->id), "button", "Confirm");
        page_c(p, " ");
        link_t(p, path_of(r, "/do/proposal.decline?id=%s", m->id), "button-secondary", "Decline");
    }
    if (m->mine && m->state == PROPOSAL_OPEN)
        link_t(p, path_of(r, "/do/proposal.withdraw?id=%s", m->id), "button-secondary", "Withdraw");
    page_end(p);
}

static const char *const states[] = {"open", "confirmed", "declined", "withdrawn", "expired"};
static const struct state_list by_state = {"/proposals", "proposal.list", states,
                                           sizeof states / sizeof *states};

static void draw(struct rq *r, const struct proposal_list *list, const char *state)
{
    struct page made = layout_start(r, "Second person", NULL, "/proposals", false), *p = &made;
    el_text(p, "h1", NULL, "Second person");
    el_text(p, "p", "lead", "What cannot be taken back is done by two people: one asks, another confirms.");
    state_tabs(r, p, &by_state, state);
    for (size_t i = 0; i < list->n; i++)
        one_proposal(r, p, &list->items[i]);
    state_rest(r, p, &by_state, state, list->n, list->next);
    layout_end(r, p);
}

void page_proposals(struct rq *r)
{
    const struct view *v;
    const char *state;
    enum err e = state_look(r, &by_state, &state, &v);
    if (e == OK)
        draw(r, v->model, state);
    else
        answer_error(r, e);
}
