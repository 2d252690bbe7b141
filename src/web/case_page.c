/* SPDX-License-Identifier: Apache-2.0 */
/* case_page.c - one case: what is collected of it, and the order of its parts (case_parts.h). */
#include "web/case_parts.h"
#include "web/pages.h"

static enum err open_record(struct casefile *c, const struct record_model *frame)
{
    const struct view *v;
    char *name = frame->kind ? arena_printf(c->r->a, "%s.show", frame->kind->id) : NULL;
    if (!name || c->nopened == RECORDS_MAX)
        return OK;
    enum err e = LOOK(c->r, name, frame->id, &v);
    if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_HINT)
        return OK; /* its frame is all that may be seen */
    TRY(e);
    const struct record_model *m = v->model;
    c->opened[c->nopened++] = (struct opened){v, m};
    for (size_t i = 0; i < m->nhistory; i++) {
        const struct kind_action *ka = kind_action(m->kind, m->history[i].action);
        case_moment(c, m->history[i].recorded_at_us, ka ? ka->label : m->history[i].action, m->kind->title,
                    false);
    }
    return OK;
}

static const char *stage_label(const struct pack *pack, const char *stage)
{
    for (size_t i = 0; i < pack->nstages; i++)
        if (strcmp(pack->stages[i].id, stage) == 0)
            return pack->stages[i].label;
    return stage;
}

static enum err collect_decisions(struct casefile *c)
{
    const struct view *v;
    enum err e = LOOK(c->r, "decision.list", c->m->id, &v);
    if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_HINT)
        return OK;
    TRY(e);
    c->decisions = v->model;
    for (size_t i = 0; i < c->decisions->n; i++) {
        const struct decision_model *d = &c->decisions->items[i];
        const char *stage = stage_label(c->r->w->pack, d->stage);
        case_moment(c, d->at_us, d->negative ? "Negative decision" : "Stage decided", stage, false);
        case_moment(c, d->second_us, "Confirmed by a second agency", stage, false);
    }
    return OK;
}

static enum err collect(struct casefile *c)
{
    const struct case_model *m = c->m;
    TRY(collect_decisions(c));
    for (size_t s = 0; s < m->nsubjects; s++)
        for (size_t i = 0; i < m->subjects[s].nrecords; i++)
            TRY(open_record(c, &m->subjects[s].records[i]));
    for (size_t i = 0; i < m->nrecords; i++)
        TRY(open_record(c, &m->records[i]));
    case_moment(c, m->opened_us, "Case opened", NULL, false);
    case_moment(c, m->closed_us, "Case closed", NULL, false);
    for (size_t i = 0; i < m->nclocks; i++) {
        case_moment(c, m->clocks[i].times.due_us, m->clocks[i].state == CLOCK_RUNNING ? "Due" : "Was due",
                    m->clocks[i].label, m->clocks[i].times.due_us > env_now_us());
        if (m->clocks[i].state == CLOCK_STOPPED)
            case_moment(c, m->clocks[i].stopped_us, "Done", m->clocks[i].label, false);
    }
    timeline_sort(c);
    return OK;
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
    PAGE_EL(p, "span", "class", m->label >= LABEL_AMBER_STRICT ? "tag tag-red" : "tag tag-amber");
    page_isolate_c(p, label_word(m->label));
    page_end(p);
    if (m->synthetic)
        tag_t(p, "violet", "Synthetic");
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
    if (!c->decisions || !c->decisions->n)
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
    if (door_view_decl(c->r->w->door, "case.who_looked"))
        link_t(p, path_of(c->r, "/case/%s/looked", c->m->id), NULL, "Who looked at this case");
    page_end(p);
}

static void draw(struct casefile *c)
{
    struct page made = layout_start(c->r, "Case", c->m->number, "/", c->m->synthetic), *p = &made;
    head(c, p);
    deadline_part(c, p);
    track(c, p);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (c->m->subjects[i].type == SUBJECT_PERSON)
            person_part(c, p, &c->m->subjects[i]);
    stages(c, p);
    for (size_t i = 0; i < c->m->nrecords; i++) {
        PAGE_EL(p, "section", "class", "card");
        case_record(c, p, &c->m->records[i], "h2");
        page_end(p);
    }
    organisations_part(c, p);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    steps_part(c, p);
    clocks_part(c, p);
    timeline_part(c, p);
    holders(c, p);
    page_end(p);
    page_end(p);
    layout_end(c->r, p);
}

void page_case(struct rq *r)
{
    if (str_ends(r->in->path, "/looked")) {
        page_looked(r);
        return;
    }
    struct casefile *c = ARENA_NEW(r->a, struct casefile);
    struct id id;
    enum err e = c ? OK : arena_err(r->a);
    if (e == OK)
        e = page_id(r, "/case/", &id);
    if (e == OK) {
        c->r = r;
        e = LOOK(r, "case.show", id, &c->view);
    }
    if (e == OK) {
        c->m = c->view->model;
        e = collect(c);
    }
    if (e == OK)
        draw(c);
    else
        answer_error(r, e);
}
