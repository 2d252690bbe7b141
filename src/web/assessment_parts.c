/* SPDX-License-Identifier: Apache-2.0 */
/* assessment_parts.c - what an assessment comes to, drawn: act, means and purpose; how far it goes; the six
 * dimensions; both legal tests. Dark is certain, light is possible while answers are unknown. */
#include "web/assessment_parts.h"

static const char *bounds_class(struct bounds b)
{
    return b.lower ? "certain" : b.upper ? "possible" : "none";
}

/* ---- act, means, purpose ------------------------------------------------------------------------------- */

static void established(struct page *p, const struct assessment_model *m, const struct code_list *list)
{
    PAGE_EL(p, "ul", "class", "elements");
    for (size_t i = 0; list && i < m->book.n; i++) {
        if (m->book.items[i].list != list || m->answers[i].answer != ANSWER_YES)
            continue;
        PAGE_EL(p, "li");
        page_t(p, m->book.items[i].label);
        page_end(p);
    }
    page_end(p);
}

static void panel(struct page *p, const struct assessment_model *m, const char *title, struct bounds b,
                  const struct code_list *list, bool needless)
{
    PAGE_EL(p, "div", "class",
            arena_printf(p->arena, "panel panel-%s", needless ? "needless" : bounds_class(b)));
    el_text(p, "h3", NULL, title);
    PAGE_EL(p, "p", "class", "panel-word");
    if (needless)
        page_t(p, "not needed for a child");
    else if (b.lower)
        page_t(p, "established");
    else if (b.upper)
        page_t(p, "open");
    else
        page_t(p, "not established");
    page_end(p);
    established(p, m, list);
    page_end(p);
}

void assessment_panels(struct page *p, const struct assessment_model *m)
{
    const struct result *r = &m->result;
    const struct legal_definition *d = r->ntests ? r->tests[0].definition : NULL;
    bool child = m->sheet.age == AGE_CHILD || m->sheet.age == AGE_DISPUTED;
    PAGE_EL(p, "div", "class", "panels");
    panel(p, m, "Act", r->act, d ? d->acts : NULL, false);
    panel(p, m, "Means", r->means, d ? d->means : NULL, child);
    panel(p, m, "Purpose", r->purpose, d ? d->purposes : NULL, false);
    page_end(p);
}

/* ---- bars ---------------------------------------------------------------------------------------------- */

static void word_of(struct page *p, struct bounds b)
{
    if (b.lower)
        page_t(p, "certain");
    else if (b.upper)
        page_t(p, "possible");
    else
        page_t(p, "no");
}

static void bar(struct page *p, const char *title, struct bounds b)
{
    PAGE_EL(p, "div", "class", "bound");
    PAGE_EL(p, "span", "class", "bound-title");
    page_t(p, title);
    page_end(p);
    PAGE_EL(p, "span", "class", arena_printf(p->arena, "bound-bar %s", bounds_class(b)), "aria-hidden",
            "true");
    page_end(p);
    PAGE_EL(p, "strong");
    word_of(p, b);
    page_end(p);
    page_end(p);
}

void assessment_levels(struct page *p, const struct assessment_model *m)
{
    PAGE_EL(p, "div", "class", "bounds");
    bar(p, "Suspicion", m->result.suspicion);
    bar(p, "Reasonable grounds: protection starts", m->result.reasonable);
    bar(p, "Act, means and purpose together", m->result.conclusive);
    page_end(p);
}

void assessment_dimensions(struct page *p, const struct assessment_model *m)
{
    const struct signs *s = &m->book.pack->signs;
    PAGE_EL(p, "div", "class", "bounds");
    for (size_t d = 0; d < s->ndimensions; d++)
        bar(p, s->dimensions[d].label, m->result.dimensions.of[s->dimensions[d].dimension]);
    page_end(p);
}

/* ---- what lifts a hold ----------------------------------------------------------------------------------
 */

static void missing(struct page *p, uint32_t lacks)
{
    static const struct {
        uint32_t bit;
        const char *words;
    } all[] = {
        {LACKS_RULE, "The pack does not say when enough is known"},
        {LACKS_ANSWERS, "In some part too few questions have a yes or a no"},
        {LACKS_KNOWN, "Too much is still unknown"},
        {LACKS_INTERVIEW, "She was not spoken to alone, or it is not written down"},
        {LACKS_LANGUAGE, "It is not written down that she was heard in her language or with an interpreter"},
        {LACKS_CERTAINTY, "A yes was taken back, and no second officer has answered it"},
    };
    PAGE_EL(p, "ul", "class", "links");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (lacks & all[i].bit)
            el_text(p, "li", NULL, all[i].words);
    page_end(p);
}

void assessment_lifting(struct page *p, const struct assessment_model *m)
{
    const struct lifting_state *l = &m->lifting;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Would a no let a step go on?");
    PAGE_EL(p, "p", "class", "strong");
    page_i64(p, (int64_t)l->done);
    page_c(p, " / ");
    page_i64(p, (int64_t)l->needed);
    page_end(p);
    PAGE_EL(p, "progress", "class", l->lacks ? "bar-warn" : "bar-ok", "max",
            arena_printf(p->arena, "%zu", l->needed), "value", arena_printf(p->arena, "%zu", l->done),
            "aria-label", page_words(p, "How much of the least is known"));
    page_end(p);
    if (l->lacks) {
        el_text(p, "p", NULL, "Not yet. Steps against her stay held. Missing:");
        missing(p, l->lacks);
    } else {
        el_text(
            p, "p", NULL,
            "Enough is known. Finished as a no by others than who want the step, it lets the step go on.");
    }
    if (*m->outcome && !m->lifts && strcmp(m->outcome, "negative") == 0)
        el_text(p, "p", "warning",
                "It is finished, and lets no step go on. Look at it again to add what is missing.");
    page_end(p);
}

/* ---- both laws ----------------------------------------------------------------------------------------- */

static void test_cell(struct page *p, struct bounds b, bool whole)
{
    PAGE_EL(p, "td", "class", bounds_class(b));
    if (!b.lower && b.upper)
        page_t(p, "open");
    else if (whole)
        page_t(p, b.lower ? "met" : "not met");
    else
        page_t(p, b.lower ? "yes" : "no");
    page_end(p);
}

static void test_row(struct page *p, const struct result *r, const char *title, int which)
{
    PAGE_EL(p, "tr", "class", which == 3 ? "sum" : NULL);
    PAGE_EL(p, "th", "scope", "row");
    page_t(p, title);
    page_end(p);
    for (size_t i = 0; i < r->ntests; i++) {
        const struct legal_test *t = &r->tests[i];
        const struct bounds of[] = {t->act, t->means, t->purpose, t->met};
        test_cell(p, of[which], which == 3);
    }
    page_end(p);
}

void assessment_tests(struct page *p, const struct assessment_model *m)
{
    const struct result *r = &m->result;
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "tests");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    PAGE_EL(p, "td");
    page_end(p);
    for (size_t i = 0; i < r->ntests; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, r->tests[i].definition->title);
        if (!r->tests[i].definition->provision->verified)
            unverified(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    test_row(p, r, "Act", 0);
    test_row(p, r, "Means", 1);
    test_row(p, r, "Purpose", 2);
    test_row(p, r, "Outcome", 3);
    page_end(p);
    page_end(p);
    page_end(p);
}

/* ---- on the page of a case ----------------------------------------------------------------------------- */

/* A new one: the indicators, or a quick list of the pack. */
static void begin(struct casefile *c, struct page *p)
{
    const struct action *a = door_action(c->r->w->door, "assessment.start");
    const struct signs *s = &c->r->w->pack->signs;
    char in_case[33], of[33];
    if (!a || c->print || !s->n || !c->f->npeople || !may_act(c->r, c->view, a))
        return;
    id_text(c->m->id, in_case);
    case_fold(c, p, "Begin a screening or an assessment", 0);
    for (size_t i = 0; i < c->m->nsubjects; i++) {
        const struct subject_model *person = &c->m->subjects[i];
        if (person->type != SUBJECT_PERSON || person->suspect)
            continue;
        id_text(person->id, of);
        const char *box = arena_printf(p->arena, "list-%zu", i);
        form_start(c->r, p, "/assessment/new", "inline-form");
        page_hidden(p, "case", in_case);
        page_hidden(p, "subject", of);
        PAGE_EL(p, "label", "for", box);
        role_name(c->r, p, person->role);
        if (person->nnames && person->names[0].full.text.n) {
            page_c(p, " ");
            name_short(p, &person->names[0]);
        }
        page_end(p);
        PAGE_EL(p, "select", "name", "list", "id", box);
        PAGE_EL(p, "option", "value", "indicators");
        page_t(p, "Indicators");
        page_end(p);
        for (size_t k = 0; k < s->nsituations; k++) {
            PAGE_EL(p, "option", "value", s->situations[k].id);
            page_t(p, s->situations[k].label);
            page_end(p);
        }
        page_end(p);
        PAGE_EL(p, "button", "class", "button-secondary");
        page_t(p, "Begin an assessment");
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

static void row_of(struct casefile *c, struct page *p, const struct assessment_row *row)
{
    PAGE_EL(p, "li");
    PAGE_EL(p, "a", "href", path_of(c->r, "/assessment/%s", row->id));
    if (strcmp(row->form, "screening") == 0)
        page_t(p, "Screening");
    else
        page_t(p, "Assessment");
    page_end(p);
    page_c(p, " ");
    page_time(p, row->started_us);
    page_c(p, " ");
    if (*row->outcome)
        tag_t(p, strcmp(row->outcome, "positive") == 0 ? "red" : "grey", row->outcome);
    else
        tag_t(p, "blue", "open");
    page_end(p);
}

void assessment_part(struct casefile *c, struct page *p)
{
    const struct view *v, *newest = NULL;
    enum err e = LOOK(c->r, "assessment.list", c->m->id, &v);
    if (e != OK) {
        err_clear(); /* not hers to see: the page of the case stays whole */
        return;
    }
    const struct assessment_list *list = v->model;
    PAGE_EL(p, "section", "class", "card", "id", "assessments");
    el_text(p, "h2", NULL, "Assessments");
    if (list->n && LOOK(c->r, "assessment.show", list->items[0].id, &newest) == OK &&
        ((const struct assessment_model *)newest->model)->hidden == REASON_OK)
        assessment_panels(p, newest->model);
    else
        err_clear();
    PAGE_EL(p, "ul", "class", "links");
    for (size_t i = 0; i < list->n; i++)
        row_of(c, p, &list->items[i]);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet", "No assessment yet");
    begin(c, p);
    page_end(p);
}
