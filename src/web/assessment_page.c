/* SPDX-License-Identifier: Apache-2.0 */
/* assessment_page.c - one assessment: what it comes to, what would still change it, and its questions. The
 * page says that it is advice: the stage is an officer's to decide. */
#include "web/assessment_parts.h"
#include "web/pages.h"

static void head(struct rq *r, struct page *p, const struct assessment_model *m)
{
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    case_crumb(r, p, m->case_);
    page_c(p, " › ");
    page_t(p, "Assessment");
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    if (m->situation)
        el_text(p, "h1", NULL, "Screening");
    else
        el_text(p, "h1", NULL, "Assessment");
    if (m->situation)
        tag_t(p, "blue", m->situation->label);
    tag_t(p, "grey", word_msgid(p->arena, m->phase));
    if (strcmp(m->state, "finished") == 0)
        tag_t(p, "grey", "finished");
    if (*m->outcome)
        tag_t(p, strcmp(m->outcome, "positive") == 0 ? "red" : "grey", m->outcome);
    page_end(p);
    el_text(p, "p", "deadline",
            "This is advice. It decides nothing: an officer decides the stage, and a yes of one competent "
            "officer protects at once.");
}

/* ---- what would change the result ---------------------------------------------------------------------- */

static void ways(struct page *p, const struct assessment_model *m, const char *title, uint32_t way,
                 uint32_t sooner)
{
    bool any = false;
    for (size_t i = 0; i < m->book.n; i++) {
        uint32_t by = m->book.items[i].known_by;
        if (!m->answers[i].deciding || !(by & way) || (by & sooner))
            continue;
        if (!any) {
            el_text(p, "h3", NULL, title);
            PAGE_EL(p, "ul", "class", "links");
        }
        any = true;
        PAGE_EL(p, "li");
        page_t(p, m->book.items[i].label);
        page_end(p);
    }
    if (any)
        page_end(p);
}

static void next_questions(struct page *p, const struct assessment_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What would still change the result");
    if (m->first_contact) {
        el_text(
            p, "p", NULL,
            "During first contact nothing is asked for the assessment. When she is safe and rested, go on to "
            "the next phase.");
    } else if (!m->ndeciding) {
        el_text(p, "p", "quiet", "Nothing that is unknown would change a dimension.");
    } else {
        el_text(p, "p", "hint", "Papers and other people first; she is asked last, and once.");
        PAGE_EL(p, "details", "class", "more");
        PAGE_EL(p, "summary");
        page_t(p, "Open questions that could change it");
        page_c(p, ": ");
        page_i64(p, (int64_t)m->ndeciding);
        page_end(p);
        ways(p, m, "From papers", KNOWN_BY_DOCUMENT, 0);
        ways(p, m, "From other people", KNOWN_BY_OTHERS, KNOWN_BY_DOCUMENT);
        ways(p, m, "By asking her", KNOWN_BY_ASKING, KNOWN_BY_DOCUMENT | KNOWN_BY_OTHERS);
        page_end(p);
    }
    if (m->interviews > 1) {
        PAGE_EL(p, "p", "class", "warning");
        page_t(p, "Interviews of this person");
        page_c(p, ": ");
        page_i64(p, m->interviews);
        page_c(p, ". ");
        page_t(p, "Every further interview costs her. What was said once is referred to, not asked again.");
        page_end(p);
    }
    page_end(p);
}

/* ---- another offence? ---------------------------------------------------------------------------------- */

static void said(struct page *p, const struct assessment_model *m, const char *title,
                 const char *const *codes, size_t n)
{
    PAGE_EL(p, "div");
    el_text(p, "dt", NULL, title);
    PAGE_EL(p, "dd");
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t at = book_find(&m->book, str_of(codes[i]));
        if (at < 0 || m->answers[at].answer != ANSWER_YES)
            continue;
        PAGE_EL(p, "div");
        page_t(p, m->book.items[at].label);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void offences(struct page *p, const struct assessment_model *m)
{
    const struct signs *s = &m->book.pack->signs;
    bool any = false;
    for (size_t i = 0; i < s->noffences; i++) {
        const struct offence *o = &s->offences[i];
        struct offence_signs n = offence_weigh(&m->sheet, o);
        if (!n.speaks)
            continue;
        if (!any) {
            PAGE_EL(p, "section", "class", "card");
            el_text(p, "h2", NULL, "Trafficking, or another offence?");
            el_text(p, "p", "strong", "None of these excludes trafficking.");
        }
        any = true;
        el_text(p, "h3", NULL, o->title);
        PAGE_EL(p, "p", "class", "hint");
        page_t(p, o->help);
        if (!o->verified)
            unverified(p);
        page_end(p);
        PAGE_EL(p, "dl", "class", "facts");
        said(p, m, "Speaks for it", o->speaks, o->nspeaks);
        said(p, m, "Says that there is more to it", o->rather, o->nrather);
        page_end(p);
    }
    if (any)
        page_end(p);
}

/* ---- steps and versions -------------------------------------------------------------------------------- */

static void step(struct rq *r, struct page *p, const struct view *v, const char *action, const char *class,
                 struct id id)
{
    const struct action *a = door_action(r->w->door, action);
    char *format = arena_printf(r->a, "/do/%s?id=%%s", action);
    if (a && format && may_act(r, v, a))
        link_t(p, path_of(r, format, id), class, a->summary);
}

static void steps(struct rq *r, struct page *p, const struct view *v, const struct assessment_model *m)
{
    bool open = strcmp(m->state, "open") == 0;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Next step");
    if (m->result.suspicion.lower)
        el_text(p, "p", "strong", "Tell the competent body and decide the stage: suspicion is enough.");
    PAGE_EL(p, "div", "class", "stack");
    step(r, p, v, "case.set_stage", m->result.suspicion.lower ? "button" : "button-secondary", m->case_);
    if (m->result.suspicion.lower)
        step(r, p, v, "case.share", "button-secondary", m->case_);
    step(r, p, v, open ? "assessment.finish" : "assessment.review", "button-secondary", m->id);
    page_end(p);
    page_end(p);
}

static void versions(struct page *p, const struct assessment_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Versions");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = m->nversions; i-- > 0;) {
        const struct assessment_version *one = &m->versions[i];
        PAGE_EL(p, "li");
        page_time(p, one->at_us);
        PAGE_EL(p, "strong");
        page_i64(p, one->no);
        page_c(p, " ");
        page_word(p, one->phase);
        page_end(p);
        if (one->reasons.verdict != VERDICT_ALLOW || one->reasons.text.n) {
            PAGE_EL(p, "div", "class", "long");
            shown_value(p, one->reasons);
            page_end(p);
        }
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void results(struct page *p, const struct assessment_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Act, means, purpose");
    assessment_panels(p, m);
    el_text(p, "p", "hint", "What she is said to have agreed to is written down and counts for nothing.");
    page_end(p);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Where it stands");
    assessment_levels(p, m);
    el_text(p, "h3", NULL, "Six dimensions");
    el_text(p, "p", "hint",
            "Dark: what is certain. Light: what is still possible while answers are unknown.");
    assessment_dimensions(p, m);
    page_end(p);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Two laws, side by side");
    el_text(p, "p", "hint", "They can differ. Computed from the facts below, each by its own provision.");
    assessment_tests(p, m);
    page_end(p);
}

static void draw(struct rq *r, const struct view *v)
{
    const struct assessment_model *m = v->model;
    const struct action *answer = door_action(r->w->door, "assessment.answer");
    struct page made = layout_start(r, "Assessment", NULL, "/", false), *p = &made;
    head(r, p, m);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    if (m->hidden == REASON_OK) {
        bool asks = strcmp(m->state, "open") == 0 && answer && may_act(r, v, answer);
        if (asks && m->situation) /* a quick list is gone through first */
            assessment_form(r, p, m);
        results(p, m);
        offences(p, m);
        if (asks && !m->situation)
            assessment_form(r, p, m);
    } else {
        PAGE_EL(p, "section", "class", "card");
        el_text(p, "p", NULL, "Answers are withheld from you");
        if (m->wants_step)
            el_text(p, "p", "hint",
                    "Your side has asked for a step against this person: the outcome is for you, her words "
                    "are not.");
        withheld(p, m->hidden);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    steps(r, p, v, m);
    if (m->hidden == REASON_OK && (!m->first_contact || m->situation) && strcmp(m->outcome, "positive") != 0)
        assessment_lifting(p, m);
    if (m->hidden == REASON_OK)
        next_questions(p, m);
    versions(p, m);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_assessment(struct rq *r)
{
    const struct view *v;
    struct id id;
    enum err e = page_id(r, "/assessment/", &id);
    if (e == OK)
        e = LOOK(r, "assessment.show", id, &v);
    if (e == OK)
        draw(r, v);
    else
        answer_error(r, e);
}

/* ---- saving -------------------------------------------------------------------------------------------- */

static enum err begin(struct rq *r, struct id *ret)
{
    struct str list = form_value(r, "list");
    bool quick = !str_is(list, "indicators");
    struct pair pairs[] = {
        {STR("case"), form_value(r, "case"), VALUE_GIVEN},
        {STR("subject"), form_value(r, "subject"), VALUE_GIVEN},
        {STR("form"), quick ? STR("screening") : STR("indicators"), VALUE_GIVEN},
        {STR("situation"), list, VALUE_GIVEN},
    };
    struct act_request q = {.ctx = &r->ctx,
                            .action = "assessment.start",
                            .expected_version = -1,
                            .input = {pairs, quick ? 4u : 3u}};
    struct act_result done;
    TRY(door_act(r->w->door, &q, r->a, &done));
    *ret = done.id;
    return OK;
}

static enum err save(struct rq *r, struct id id)
{
    struct str version = form_value(r, "_version");
    struct act_request q = {.ctx = &r->ctx, .action = "assessment.answer", .subject = id};
    struct act_result done;
    struct pair *pairs;
    const struct view *v;
    TRY(str_i64(version, 1, INT64_MAX, &q.expected_version));
    TRY(LOOK(r, "assessment.show", id, &v));
    TRY(assessment_typed(r, v->model, &pairs, &q.input.n));
    q.input.pairs = pairs;
    if (!q.input.n)
        return OK; /* nothing was changed */
    return door_act(r->w->door, &q, r->a, &done);
}

void page_assessment_save(struct rq *r)
{
    struct id id;
    enum err e;
    if (str_is(r->in->path, "/assessment/new")) {
        e = begin(r, &id);
    } else {
        e = page_id(r, "/assessment/", &id);
        if (e == OK)
            e = save(r, id);
    }
    if (e == OK)
        answer_redirect(r, path_of(r, "/assessment/%s", id));
    else
        answer_error(r, e);
}
