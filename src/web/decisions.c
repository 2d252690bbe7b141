/* SPDX-License-Identifier: Apache-2.0 */
/* decisions.c - the stages of identification as they were decided: who, when, why, and what still waits. */
#include "web/parts.h"

static const char *const state_msgids[] = {"Decided", "Waits for a second agency", "Confirmed",
                                           "Has lapsed: the stage changed"};
static const char *const state_colours[] = {"green", "amber", "blue", "grey"};
static const char *const state_classes[] = {"yes", "ahead", NULL, "past"};

static void decider(struct rq *r, struct page *p, const char *agency, int role)
{
    if (*agency)
        agency_name(r, p, agency);
    if (role >= 0) {
        page_c(p, " · ");
        page_word(p, role_word((enum role)role));
    }
}

static void text_row(struct page *p, const char *label, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW && !s.text.n)
        return;
    PAGE_EL(p, "div");
    el_text(p, "dt", NULL, label);
    PAGE_EL(p, "dd", "class", "long");
    shown_value(p, s);
    page_end(p);
    page_end(p);
}

static void second_row(struct rq *r, struct page *p, const struct decision_model *m)
{
    if (!m->second_us)
        return;
    PAGE_EL(p, "div");
    el_text(p, "dt", NULL, "Confirmed by");
    PAGE_EL(p, "dd");
    decider(r, p, m->second_agency, m->second_role);
    page_c(p, " · ");
    page_time(p, m->second_us);
    page_end(p);
    page_end(p);
}

/* What is withheld of reasons and review route alike stands in one line. */
static void texts(struct page *p, const struct decision_model *m)
{
    if (m->reasons.verdict != VERDICT_ALLOW && m->review.verdict != VERDICT_ALLOW) {
        text_row(p, "Reasons and review route", m->reasons);
        return;
    }
    text_row(p, "Reasons", m->reasons);
    text_row(p, "How it can be reviewed", m->review);
}

static void confirm_button(struct rq *r, struct page *p, const struct view *in_case,
                           const struct decision_model *m)
{
    const struct action *a = door_action(r->w->door, "case.confirm_decision");
    char of[33], id[33];
    if (m->state != DECISION_WAITS || !a || strcmp(m->agency, r->ctx.agency) == 0 || !may_act(r, in_case, a))
        return;
    id_text(m->case_, of);
    id_text(m->id, id);
    char *path = arena_printf(r->a, "/do/case.confirm_decision?id=%s&decision=%s", of, id);
    if (path)
        link_t(p, path, "button-secondary", a->summary);
}

void decision_items(struct rq *r, struct page *p, const struct view *in_case,
                    const struct decision_list *list)
{
    PAGE_EL(p, "ol", "class", "timeline decisions");
    for (size_t i = list->n; i-- > 0;) { /* newest first, as every timeline */
        const struct decision_model *m = &list->items[i];
        PAGE_EL(p, "li", "class", state_classes[m->state]);
        page_time(p, m->at_us);
        PAGE_EL(p, "strong");
        if (*m->from) {
            stage_name(r, p, m->from);
            page_c(p, " › ");
        }
        stage_name(r, p, m->stage);
        page_end(p);
        tag_t(p, state_colours[m->state], state_msgids[m->state]);
        page_c(p, " ");
        PAGE_EL(p, "span");
        decider(r, p, m->agency, m->role);
        page_end(p);
        PAGE_EL(p, "dl", "class", "facts");
        texts(p, m);
        second_row(r, p, m);
        page_end(p);
        confirm_button(r, p, in_case, m);
        page_end(p);
    }
    page_end(p);
}
