/* SPDX-License-Identifier: Apache-2.0 */
/* assessment_form.c - the questions of an assessment, saved in one go: what one source tells is answered
 * together. Nothing is preset: what nobody touched stays not asked. */
#include "web/assessment_parts.h"
#include "web/attachments.h"

static const char *const answers[] = {"yes", "no", "unknown"};
static const char *const ages[] = {"unknown", "adult", "child", "disputed"};
static const char *const sorts[] = {"labour", "sexual"};
static const char *const sources[] = {"document", "others", "observation", "statement"};
static const char *const interviews[] = {"not_written_down", "alone", "others_present", "not_held"};
static const char *const languages[] = {"not_written_down", "her_language", "interpreter",
                                        "another_language"};
static const char *const phases[] = {"first_contact", "assessment", "review"};

static void radio(struct page *p, const char *name, const char *value, bool on)
{
    PAGE_EL(p, "label", "class", "choice");
    PAGE_EL(p, "input", "type", "radio", "name", name, "value", value, "checked", on ? "" : NULL);
    page_t(p, value);
    page_end(p);
}

static void weight(struct page *p, const struct assessment_model *m, const struct answer_model *a)
{
    const struct book_entry *e = a->entry;
    if (e->sort == SORT_SIGN) {
        const struct sign *s = e->of;
        enum strength strength = s->strength.of[m->result.profile];
        if (strength == STRENGTH_NONE)
            return;
        el_text(p, "small", "weight", strength_word(strength));
        if (!s->ground.of[m->result.profile]->verified)
            unverified(p);
    } else if (e->sort == SORT_PROMPT) {
        const struct prompt *q = e->of;
        if (q->context)
            el_text(p, "small", "weight", "Circumstance: never counted");
        else
            el_text(p, "small", "weight", strength_word(q->strength));
    }
}

static const struct assessment_paper *paper_of(const struct assessment_model *m, struct id id)
{
    for (size_t i = 0; i < m->npapers; i++)
        if (!id_is_nil(id) && id_eq(m->papers[i].id, id))
            return &m->papers[i];
    return NULL;
}

/* One story once: where it is told already, nobody asks again. */
static void told_already(struct page *p, const struct assessment_model *m, const struct answer_model *a)
{
    const struct assessment_paper *paper = a->given ? paper_of(m, a->record) : NULL;
    char id[33];
    if (!paper)
        return;
    id_text(paper->id, id);
    PAGE_EL(p, "p", "class", "hint");
    page_t(p, "Told already in");
    page_c(p, " ");
    PAGE_EL(p, "a", "href", arena_printf(p->arena, "/record/%s/%s", paper->kind, id));
    page_t(p, paper->title);
    page_end(p);
    page_c(p, " ");
    page_time(p, paper->at_us);
    page_end(p);
}

/* What a paper of the case shows by being there is said beside the question; the officer answers. */
static void proposed(struct page *p, const struct assessment_paper *paper)
{
    char id[33];
    if (!paper)
        return;
    id_text(paper->id, id);
    PAGE_EL(p, "p", "class", "hint");
    tag_t(p, "amber", "Proposed");
    page_c(p, " ");
    page_t(p, "A paper of the case shows this. It is for you to answer:");
    page_c(p, " ");
    PAGE_EL(p, "a", "href", arena_printf(p->arena, "/record/%s/%s", paper->kind, id));
    page_t(p, paper->title);
    page_end(p);
    page_c(p, " ");
    page_time(p, paper->at_us);
    page_end(p);
}

static void one(struct page *p, const struct assessment_model *m, const struct answer_model *a)
{
    PAGE_EL(p, "fieldset", "class", a->deciding ? "ask deciding" : "ask");
    PAGE_EL(p, "legend");
    page_t(p, a->entry->label);
    page_c(p, " ");
    weight(p, m, a);
    page_end(p);
    PAGE_EL(p, "div", "class", "choices");
    for (size_t i = 0; i < 3; i++)
        radio(p, a->entry->code, answers[i],
              a->given && !a->doubted && strcmp(answer_word(a->answer), answers[i]) == 0);
    page_end(p);
    if (a->doubted)
        el_text(p, "p", "warning", "A yes to this was taken back. A second officer answers it, too.");
    proposed(p, a->shown_by);
    told_already(p, m, a);
    if (a->asked_before)
        el_text(p, "p", "warning", "She was asked this before: refer to what she said then.");
    page_end(p);
}

/* answered: how many of its questions have an answer; a closed part says what lies in it. */
static void fold(struct page *p, const char *title, bool open, size_t answered)
{
    PAGE_EL(p, "details", "class", "more ask-group", "open", open ? "" : NULL);
    PAGE_EL(p, "summary");
    PAGE_EL(p, "h3");
    page_t(p, title);
    page_end(p);
    if (answered) {
        page_c(p, " ");
        PAGE_EL(p, "span", "class", "part-count");
        PAGE_SAY(p, "answered: {n}", "n", arena_printf(p->arena, "%zu", answered));
        page_end(p);
    }
    page_end(p);
}

static size_t given(const struct assessment_model *m, size_t i)
{
    return m->answers[i].given;
}

static bool is_sign_of(const struct assessment_model *m, size_t i, size_t dimension)
{
    const struct sign *sign = m->book.items[i].of;
    return m->book.items[i].sort == SORT_SIGN &&
           sign->dimension == m->book.pack->signs.dimensions[dimension].dimension &&
           sign->strength.of[m->result.profile] != STRENGTH_NONE;
}

static void signs_of(struct page *p, const struct assessment_model *m)
{
    const struct signs *s = &m->book.pack->signs;
    for (size_t d = 0; d < s->ndimensions; d++) {
        size_t answered = 0;
        for (size_t i = 0; i < m->book.n; i++)
            answered += is_sign_of(m, i, d) ? given(m, i) : 0;
        fold(p, s->dimensions[d].label, d == 0, answered);
        for (size_t i = 0; i < m->book.n; i++)
            if (is_sign_of(m, i, d))
                one(p, m, &m->answers[i]);
        page_end(p);
    }
}

static void lists_of(struct page *p, const struct assessment_model *m)
{
    const struct code_list *at = NULL;
    for (size_t i = 0; i < m->book.n; i++) {
        const struct book_entry *e = &m->book.items[i];
        if (e->sort != SORT_ELEMENT)
            continue;
        if (e->list != at) {
            if (at)
                page_end(p);
            size_t answered = 0;
            for (size_t k = 0; k < m->book.n; k++)
                answered += m->book.items[k].sort == SORT_ELEMENT && m->book.items[k].list == e->list
                                ? given(m, k)
                                : 0;
            fold(p, e->list->title, false, answered);
            at = e->list;
        }
        one(p, m, &m->answers[i]);
    }
    if (at)
        page_end(p);
}

static void prompts_of(struct page *p, const struct assessment_model *m)
{
    const struct signs *s = &m->book.pack->signs;
    for (size_t g = 0; g < s->ngroups; g++) {
        bool any = false;
        for (size_t i = 0; i < m->book.n; i++) {
            const struct prompt *q = m->book.items[i].of;
            if (m->book.items[i].sort != SORT_PROMPT || q->group != &s->groups[g] ||
                !in_situation(m->situation, q))
                continue;
            if (!any)
                fold(p, s->groups[g].label, true, 0);
            any = true;
            one(p, m, &m->answers[i]);
        }
        if (any)
            page_end(p);
    }
}

static void questions_of(struct page *p, const struct assessment_model *m)
{
    size_t answered = 0;
    for (size_t i = 0; i < m->book.n; i++)
        answered += m->book.items[i].sort == SORT_QUESTION ? given(m, i) : 0;
    fold(p, "Trafficking, or another offence?", false, answered);
    for (size_t i = 0; i < m->book.n; i++)
        if (m->book.items[i].sort == SORT_QUESTION)
            one(p, m, &m->answers[i]);
    page_end(p);
}

static void choose(struct page *p, const char *name, const char *label, const char *const *words, size_t n,
                   const char *now)
{
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "name", name, "id", name);
    if (!now) {
        PAGE_EL(p, "option", "value", "");
        page_end(p);
    }
    for (size_t i = 0; i < n; i++) {
        PAGE_EL(p, "option", "value", words[i], "selected", now && strcmp(words[i], now) == 0 ? "" : NULL);
        page_word(p, words[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

/* A field whose choices follow, after none; the caller ends both. */
static void begin_choice(struct page *p, const char *name, const char *label)
{
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "name", name, "id", name);
    PAGE_EL(p, "option", "value", "");
    page_end(p);
}

/* The paper is chosen, not typed: a statement stands first. */
static void choose_paper(struct page *p, const struct assessment_model *m)
{
    if (!m->npapers)
        return;
    begin_choice(p, "record", "The paper that says so");
    for (size_t i = 0; i < m->npapers; i++) {
        char id[33], day[11];
        id_text(m->papers[i].id, id);
        struct date on = tz_local(p->tz, m->papers[i].at_us).date;
        date_text(on, day);
        PAGE_EL(p, "option", "value", id);
        page_t(p, m->papers[i].title);
        page_c(p, " ");
        page_c(p, day);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

/* Files of the case, as this officer may know of them; NULL: none, or she may not. */
static const struct attachment_list *files_of(struct rq *r, const struct assessment_model *m)
{
    const struct view *v;
    if (!door_view_decl(r->w->door, "attachment.list"))
        return NULL;
    if (LOOK(r, "attachment.list", m->case_, &v) != OK) {
        err_clear();
        return NULL;
    }
    return v->model;
}

static void file_words(struct page *p, const struct attachment_model *f)
{
    if (!f->masked && f->title.n)
        page_text(p, f->title);
    else
        page_t(p, "Attachment");
    if (!f->masked && f->evidence.n) {
        page_c(p, " · ");
        page_text(p, f->evidence);
    }
}

static void choose_file(struct page *p, const struct attachment_list *files)
{
    if (!files || !files->n)
        return;
    begin_choice(p, "attachment", "The file that shows it");
    for (size_t i = 0; i < files->n; i++) {
        char id[33];
        if (files->items[i].state == ATTACHMENT_WITHDRAWN)
            continue;
        id_text(files->items[i].id, id);
        PAGE_EL(p, "option", "value", id);
        file_words(p, &files->items[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void answers_on(struct page *p, const struct assessment_model *m, struct id file)
{
    PAGE_EL(p, "ul");
    for (size_t i = 0; i < m->book.n; i++) {
        if (!m->answers[i].given || !id_eq(m->answers[i].attachment, file))
            continue;
        PAGE_EL(p, "li");
        page_t(p, m->book.items[i].label);
        page_c(p, ": ");
        page_word(p, answer_word(m->answers[i].answer));
        page_end(p);
    }
    page_end(p);
}

static bool rests_on(const struct assessment_model *m, struct id file)
{
    for (size_t i = 0; i < m->book.n; i++)
        if (m->answers[i].given && id_eq(m->answers[i].attachment, file))
            return true;
    return false;
}

/* The files that answers rest on: blurred, with hash and evidence number. Nobody has to look at one to read
 * the sheet. */
static void files_shown(struct rq *r, struct page *p, const struct assessment_model *m,
                        const struct attachment_list *files)
{
    size_t n = 0;
    for (size_t i = 0; files && i < files->n; i++)
        n += rests_on(m, files->items[i].id);
    if (!n)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Files that answers rest on");
    PAGE_EL(p, "ul", "class", "tiles");
    for (size_t i = 0; i < files->n; i++) {
        if (!rests_on(m, files->items[i].id))
            continue;
        attachment_tile_start(r, p, &files->items[i]);
        answers_on(p, m, files->items[i].id);
        attachment_tile_end(p);
    }
    page_end(p);
    page_end(p);
}

/* NULL: it was taken back, and waits for a second officer to say it, too. */
static const char *said(const struct assessment_model *m, enum frame frame)
{
    if (m->sheet.taken_back[frame].doubted)
        return NULL;
    return frame == FRAME_AGE ? ages[m->sheet.age] : sorts[m->sheet.exploited];
}

static void taken_back(struct page *p, const struct assessment_model *m, enum frame frame)
{
    static const char *const words[FRAME_COUNT] = {
        [FRAME_AGE] =
            "That she was a child, or may have been one, was taken back. A second officer says it, too.",
        [FRAME_EXPLOITED] = "That it was sexual was taken back. A second officer says it, too."};
    if (m->sheet.taken_back[frame].doubted)
        el_text(p, "p", "warning", words[frame]);
}

void assessment_form(struct rq *r, struct page *p, const struct assessment_model *m)
{
    const struct attachment_list *files = files_of(r, m);
    files_shown(r, p, m, files);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Questions");
    el_text(p, "p", "hint",
            "Each answer keeps who gave it, when, and on what. Answer together what one source tells.");
    form_start(r, p, path_of(r, "/assessment/%s", m->id), "ask-form");
    page_hidden(p, "_version", arena_printf(r->a, "%lld", (long long)m->version));
    PAGE_EL(p, "div", "class", "ask-head");
    choose(p, "evidence", "Answers rest on", sources, 4, NULL);
    choose_paper(p, m);
    choose_file(p, files);
    choose(p, "age", "Age at the time", ages, 4, said(m, FRAME_AGE));
    taken_back(p, m, FRAME_AGE);
    choose(p, "exploited", "Sort of exploitation", sorts, 2, said(m, FRAME_EXPLOITED));
    taken_back(p, m, FRAME_EXPLOITED);
    choose(p, "interview", "Was she spoken to?", interviews, 4, interviews[m->sheet.interview]);
    choose(p, "spoken", "In which language was she heard?", languages, 4, languages[m->sheet.spoken]);
    choose(p, "phase", "Phase", phases, 3, m->phase);
    page_end(p);
    if (m->situation) {
        PAGE_EL(p, "p", "class", "hint");
        page_t(p, "The weights of this list are our own: its sources give none.");
        unverified(p);
        page_end(p);
        prompts_of(p, m);
    } else {
        signs_of(p, m);
        lists_of(p, m);
    }
    questions_of(p, m);
    PAGE_EL(p, "p", "class", "ask-save");
    PAGE_EL(p, "button", "class", "button");
    page_t(p, "Save answers");
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

/* ---- what was typed ------------------------------------------------------------------------------------ */

static void take(struct rq *r, const char *name, const char *now, struct pair *pairs, size_t *n)
{
    struct str v = form_value(r, name);
    if (v.n && !(now && str_is(v, now)))
        pairs[(*n)++] = (struct pair){str_of(name), v, VALUE_GIVEN};
}

enum err assessment_typed(struct rq *r, const struct assessment_model *m, struct pair **ret, size_t *ret_n)
{
    struct pair *pairs = ARENA_ARRAY(r->a, m->book.n + 10, struct pair);
    size_t n = 0;
    if (!pairs)
        return arena_err(r->a);
    for (size_t i = 0; i < m->book.n; i++) {
        const struct answer_model *a = &m->answers[i];
        struct str v = form_value(r, a->entry->code);
        if (!v.n || (a->given && !a->doubted && str_is(v, answer_word(a->answer))))
            continue;
        const char *text = arena_printf(r->a, "%s=%.*s", a->entry->code, STR_FMT(v));
        if (!text)
            return arena_err(r->a);
        pairs[n++] = (struct pair){STR("answer"), str_of(text), VALUE_GIVEN};
    }
    if (n) { /* a source alone is no answer */
        take(r, "evidence", "", pairs, &n);
        take(r, "record", "", pairs, &n);
        take(r, "attachment", "", pairs, &n);
    }
    take(r, "age", said(m, FRAME_AGE), pairs, &n);
    take(r, "exploited", said(m, FRAME_EXPLOITED), pairs, &n);
    take(r, "interview", interviews[m->sheet.interview], pairs, &n);
    take(r, "spoken", languages[m->sheet.spoken], pairs, &n);
    take(r, "phase", m->phase, pairs, &n);
    *ret = pairs;
    *ret_n = n;
    return OK;
}
