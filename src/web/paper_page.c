/* SPDX-License-Identifier: Apache-2.0 */
/* paper_page.c - /paper/KIND?case=ID: the questions of a kind on paper, as the form asks them, in the same
 * order and under the same headings. What the officer may not write is not asked. Nothing of a person or a
 * case is printed on it. */
#include "web/form.h"
#include "web/pages.h"

#define BOXES_MAX  60 /* a longer list is written in words */
#define LONG_LINES 9

static void box(struct page *p, const char *label)
{
    PAGE_EL(p, "span", "class", "sheet-box");
    PAGE_EL(p, "span", "class", "sheet-tick", "aria-hidden", "true");
    page_end(p);
    page_t(p, label);
    page_end(p);
    page_c(p, " ");
}

static void line(struct page *p, const char *class)
{
    PAGE_EL(p, "span", "class", class);
    page_end(p);
    page_c(p, " ");
}

static void lines(struct page *p, int n)
{
    for (int i = 0; i < n; i++) {
        PAGE_EL(p, "div", "class", "sheet-line");
        page_end(p);
    }
}

static void day(struct page *p)
{
    static const char *const parts[] = {"year", "month", "day"};
    for (size_t i = 0; i < 3; i++) {
        line(p, "sheet-blank");
        page_t(p, parts[i]);
        page_c(p, " ");
    }
}

static void time_of_day(struct page *p)
{
    line(p, "sheet-blank");
    page_c(p, ": ");
    line(p, "sheet-blank");
}

static void boxes(struct page *p, const struct asked *q)
{
    if (q->noptions > BOXES_MAX) {
        el_text(p, "p", "hint", "The list is long: write it in words.");
        lines(p, 1);
        return;
    }
    el_text(p, "p", "hint", q->control == CONTROL_MANY ? "Tick all that apply." : "Tick one.");
    PAGE_EL(p, "div", "class", "sheet-boxes");
    for (size_t i = 0; i < q->noptions; i++)
        box(p, q->options[i].label);
    page_end(p);
}

static void answer_space(struct page *p, const struct asked *q)
{
    switch (q->control) {
    case CONTROL_ONE:
    case CONTROL_MANY:
        boxes(p, q);
        break;
    case CONTROL_BOOL:
        PAGE_EL(p, "div", "class", "sheet-boxes");
        box(p, "Yes");
        box(p, "No");
        page_end(p);
        break;
    case CONTROL_DATE:
    case CONTROL_TIME:
        PAGE_EL(p, "p");
        day(p);
        if (q->control == CONTROL_TIME)
            time_of_day(p);
        page_end(p);
        break;
    case CONTROL_LONG:
        lines(p, LONG_LINES);
        break;
    case CONTROL_NUMBER:
    case CONTROL_TEXT:
    case CONTROL_SECRET:
    case CONTROL_HIDDEN:
        lines(p, 1);
        break;
    }
}

/* "Did not want to say" is an answer, and not the same as a question that nobody asked. */
static void no_answer(struct page *p)
{
    PAGE_EL(p, "p", "class", "sheet-none");
    box(p, "Not asked");
    box(p, "Did not want to say");
    box(p, "Asked, not known");
    page_end(p);
}

static void question(struct form *f, struct page *p, const struct asked *q, size_t number)
{
    PAGE_EL(p, "div", "class", "sheet-question");
    PAGE_EL(p, q->section ? "h3" : "h2");
    page_i64(p, (int64_t)number);
    page_c(p, " ");
    page_t(p, q->label);
    page_end(p);
    if (q->help && *q->help)
        el_text(p, "p", "hint", q->help);
    if (q->field->when)
        form_condition(f, p, q->field->when);
    answer_space(p, q);
    no_answer(p);
    page_end(p);
}

static void head_line(struct page *p, const char *label)
{
    PAGE_EL(p, "p", "class", "sheet-field");
    page_t(p, label);
    page_c(p, " ");
    line(p, "sheet-blank rest-blank");
    page_end(p);
}

/* On every sheet of paper: sheets part from each other. */
static void top(struct page *p, const struct paper_sheet *m)
{
    PAGE_EL(p, "div", "class", "sheet-every");
    PAGE_EL(p, "div", "class", "sheet-top");
    PAGE_EL(p, "span");
    page_t(p, "Sheet");
    page_c(p, " ");
    page_isolate_c(p, m->number);
    page_end(p);
    el_text(p, "span", NULL, m->kind->title);
    page_end(p);
    page_end(p);
}

static void head(struct page *p, const struct paper_sheet *m)
{
    PAGE_EL(p, "header", "class", "sheet-head");
    el_text(p, "h1", NULL, m->kind->title);
    if (m->kind->help && *m->kind->help)
        el_text(p, "p", NULL, m->kind->help);
    PAGE_EL(p, "p", "class", "sheet-field");
    page_t(p, "Day of the interview");
    page_c(p, " ");
    day(p);
    time_of_day(p);
    page_end(p);
    head_line(p, "Place (never the address of a shelter)");
    head_line(p, "Mark of the officer");
    el_text(p, "p", "sheet-rule",
            "Write no name, no address and no case number here. Keep this sheet with you or locked away. Key "
            "it in "
            "under the number of the sheet, then destroy it as your agency does.");
    page_end(p);
}

static const char *sheet_address(struct rq *r, const char *kind, const char *tag)
{
    const char *in_case = arena_cstr(r->a, http_query(r->in, "case"));
    const char *subject = arena_cstr(r->a, http_query(r->in, "subject"));
    char *path = subject && *subject
                     ? arena_printf(r->a, "/paper/%s?case=%s&subject=%s&lang=%s", kind, in_case, subject, tag)
                     : arena_printf(r->a, "/paper/%s?case=%s&lang=%s", kind, in_case ? in_case : "", tag);
    return path ? path : "/";
}

/* On the screen only: the language of the interview, and where one types what was written. */
static void tools(struct rq *r, struct page *p, const struct paper_sheet *m)
{
    PAGE_EL(p, "div", "class", "on-screen card");
    el_text(p, "p", NULL, "Print this page with your browser. Every time it is opened it has a new number.");
    PAGE_EL(p, "p");
    page_t(p, "Language of the interview:");
    for (size_t i = 0; i < r->w->pack->nlanguages; i++) {
        const char *tag = r->w->pack->languages[i];
        page_c(p, " ");
        PAGE_EL(p, "a", "href", sheet_address(r, m->kind->id, tag), "lang", tag, "aria-current",
                strcmp(tag, p->lang->tag) == 0 ? "true" : NULL);
        page_c(p, lang_native_name(tag));
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, struct form *f, const struct paper_sheet *m)
{
    struct page made = layout_start(r, m->kind->title, NULL, "/", false), *p = &made;
    tools(r, p, m);
    PAGE_EL(p, "article", "class", "sheet");
    top(p, m);
    PAGE_EL(p, "div", "class", "sheet-rest");
    head(p, m);
    for (size_t i = 0; i < f->n; i++) {
        if (f->asked[i].section && (i == 0 || f->asked[i].section != f->asked[i - 1].section))
            el_text(p, "h2", "sheet-section", f->asked[i].section->label);
        question(f, p, &f->asked[i], i + 1);
    }
    PAGE_EL(p, "p", "class", "sheet-number");
    page_t(p, "End of sheet");
    page_c(p, " ");
    page_isolate_c(p, m->number);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* "/paper/KIND": the same questions that the form of "KIND.create" asks this officer in this case. */
static enum err load(struct rq *r, struct form *f, const struct view **v)
{
    struct str rest = str_sub(r->in->path, sizeof "/paper/" - 1, r->in->path.n);
    char *kind = arena_cstr(r->a, rest), *name = arena_printf(r->a, "%.*s.create", STR_FMT(rest));
    const char *subject = arena_cstr(r->a, http_query(r->in, "subject"));
    struct id in_case;
    if (!kind || !name || !subject)
        return arena_err(r->a);
    const struct action *create = door_action(r->w->door, name);
    if (!create || !create->kind)
        return refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path"));
    if (id_parse(http_query(r->in, "case"), &in_case) != OK)
        return refuse(r, "web.malformed", FAIL(ERR_NOT_FOUND, "case"));
    TRY(*subject ? LOOK(r, "paper.sheet", in_case, v, "kind", kind, "subject", subject)
                 : LOOK(r, "paper.sheet", in_case, v, "kind", kind));
    struct action *fields = ARENA_NEW(r->a, struct action);
    if (!fields)
        return arena_err(r->a);
    *fields = *create;
    fields->ninputs = 0; /* questions to the person only */
    *f = (struct form){.r = r, .action = fields, .version = -1, .context = *v};
    return form_questions(f);
}

void page_paper(struct rq *r)
{
    struct form *f = ARENA_NEW(r->a, struct form);
    const struct view *v = NULL;
    enum err e = f ? load(r, f, &v) : arena_err(r->a);
    if (e == OK)
        draw(r, f, v->model);
    else
        answer_error(r, e);
}

void paper_link(struct rq *r, struct page *p, const struct kind *k, struct id in_case, struct id subject,
                const char *words)
{
    char id[33], of[33];
    id_text(in_case, id);
    id_text(subject, of);
    char *path = id_is_nil(subject) ? arena_printf(r->a, "/paper/%s?case=%s", k->id, id)
                                    : arena_printf(r->a, "/paper/%s?case=%s&subject=%s", k->id, id, of);
    char *what = arena_printf(r->a, "%s: %s", page_words(p, words), page_words(p, k->title));
    PAGE_EL(p, "a", "href", path ? path : "/", "class", "button-quiet paper", "aria-label", what);
    page_t(p, words);
    page_end(p);
}
