/* SPDX-License-Identifier: Apache-2.0 */
/* subject_page.c - one person or organisation alone: all names and identifiers, roles, links to other
 * entries. */
#include "web/pages.h"
#include "web/parts.h"

/* ---- names and identifiers
 * ------------------------------------------------------------------------------------------------- */

static const char *script_words(const char *script)
{
    static const struct {
        const char *script, *words;
    } names[] = {{"Latn", "Latin"},    {"Hani", "Kanji"},  {"Hira", "Hiragana"},   {"Kana", "Katakana"},
                 {"Hang", "Hangul"},   {"Thai", "Thai"},   {"Mymr", "Burmese"},    {"Khmr", "Khmer"},
                 {"Laoo", "Lao"},      {"Arab", "Arabic"}, {"Deva", "Devanagari"}, {"Beng", "Bengali"},
                 {"Cyrl", "Cyrillic"}, {"Sinh", "Sinhala"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].script, script) == 0)
            return names[i].words;
    return NULL;
}

static void when(struct page *p, int64_t from_us, int64_t until_us)
{
    PAGE_EL(p, "td");
    page_time(p, from_us);
    if (until_us) {
        page_c(p, " – ");
        page_time(p, until_us);
        page_c(p, " ");
        tag_t(p, "grey", "Ended");
    }
    page_end(p);
}

static void table_start(struct page *p, const char *const *heads)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "person");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (; *heads; heads++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, *heads);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
}

static void table_end(struct page *p)
{
    page_end(p);
    page_end(p);
    page_end(p);
}

static void part_cell(struct page *p, const struct name_model *n)
{
    const struct shown parts[] = {n->reading, n->passport_form};
    bool any = false;
    PAGE_EL(p, "td");
    for (size_t i = 0; i < 2; i++) {
        if (!parts[i].text.n)
            continue;
        page_c(p, any ? " / " : "");
        page_bdi(p, parts[i].text);
        any = true;
    }
    page_end(p);
}

static void order_cell(struct page *p, const struct name_model *n)
{
    const char *script = script_words(n->script);
    PAGE_EL(p, "td");
    if (n->full.verdict == VERDICT_ALLOW) {
        if (script) {
            page_t(p, script);
            page_c(p, " · ");
        }
        page_t(p, n->mononym ? "One name only" : n->family_first ? "Family name first" : "As written");
    }
    page_end(p);
}

static void names(struct page *p, const struct subject_model *s)
{
    static const char *const heads[] = {"Kind of name", "Name", "Reading", "Script and order", "Since", NULL};
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Names");
    if (s->nnames) {
        table_start(p, heads);
        for (size_t i = 0; i < s->nnames; i++) {
            PAGE_EL(p, "tr");
            el_word(p, "td", NULL, s->names[i].type);
            PAGE_EL(p, "td", "class", "strong");
            name_short(p, &s->names[i]);
            page_end(p);
            part_cell(p, &s->names[i]);
            order_cell(p, &s->names[i]);
            when(p, s->names[i].from_us, s->names[i].until_us);
            page_end(p);
        }
        table_end(p);
    } else {
        el_text(p, "p", "quiet", "No name is recorded. A name is never required.");
    }
    page_end(p);
}

static void identifiers(struct page *p, const struct subject_model *s)
{
    static const char *const heads[] = {"Kind of identifier", "Identifier", "Since", NULL};
    if (!s->nidentifiers)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Identifiers");
    table_start(p, heads);
    for (size_t i = 0; i < s->nidentifiers; i++) {
        const struct identifier_model *it = &s->identifiers[i];
        PAGE_EL(p, "tr");
        el_word(p, "td", NULL, it->type);
        PAGE_EL(p, "td");
        if (it->value.verdict == VERDICT_ALLOW)
            page_isolate(p, it->value.text);
        else
            withheld(p, it->value.reason);
        page_end(p);
        when(p, it->from_us, it->until_us);
        page_end(p);
    }
    table_end(p);
    page_end(p);
}

/* ---- records, links, cases
 * ------------------------------------------------------------------------------------------------- */

static void records(struct rq *r, struct page *p, const struct subject_model *s)
{
    if (!s->nrecords)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Records");
    for (size_t i = 0; i < s->nrecords; i++) {
        const struct record_model *m = &s->records[i];
        char *format = arena_printf(r->a, "/record/%s/%%s", m->kind ? m->kind->id : "");
        PAGE_EL(p, "div", "class", "record-head");
        link_t(p, path_of(r, format ? format : "", m->id), NULL, m->kind ? m->kind->title : "Record");
        tag_t(p, "grey", state_label(m->kind, m->state));
        PAGE_EL(p, "span", "class", "quiet");
        page_time(p, m->updated_us);
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

static const char *subject_path(struct rq *r, struct id subject, struct id in_case)
{
    char of[33], text[33];
    id_text(subject, text);
    id_text(in_case, of);
    const char *path = arena_printf(r->a, "/subject/%s?case=%s", text, of);
    return path ? path : "/";
}

static const char *both_path(struct rq *r, const struct subject_file *m, struct id other)
{
    char with[33];
    id_text(other, with);
    const char *path = arena_printf(r->a, "%s&with=%s", subject_path(r, m->subject.id, m->in_case), with);
    return path ? path : "/";
}

static void links(struct rq *r, struct page *p, const struct subject_file *m)
{
    if (!m->nsame)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Said to be the same person");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = m->nsame; i-- > 0;) {
        const struct same_person *s = &m->same[i];
        PAGE_EL(p, "li", "class", s->reversed_us ? "past" : NULL);
        page_time(p, s->asserted_us);
        PAGE_EL(p, "a", "href", subject_path(r, s->other, s->other_case));
        page_t(p, "The other entry");
        page_end(p);
        if (!s->reversed_us) {
            page_c(p, " · ");
            PAGE_EL(p, "a", "href", both_path(r, m, s->other));
            page_t(p, "Both side by side");
            page_end(p);
        }
        PAGE_EL(p, "div");
        page_t(p, "Basis");
        page_c(p, ": ");
        shown_value(p, s->basis);
        page_end(p);
        if (s->reversed_us) {
            tag_t(p, "grey", "Taken back");
            page_c(p, " ");
            page_time(p, s->reversed_us);
        }
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void cases(struct rq *r, struct page *p, const struct subject_file *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Cases and roles");
    for (size_t i = 0; i < m->ncases; i++) {
        const struct subject_case *c = &m->cases[i];
        PAGE_EL(p, "div", "class", "record-head");
        PAGE_EL(p, "a", "href", path_of(r, "/case/%s", c->id), "class", "strong");
        page_isolate_c(p, c->number);
        page_end(p);
        PAGE_EL(p, "span", "class", "tag tag-blue");
        stage_name(r, p, c->stage);
        page_end(p);
        page_end(p);
        PAGE_EL(p, "p", "class", "quiet");
        agency_name(r, p, c->agency);
        page_end(p);
        PAGE_EL(p, "ul", "class", "roles");
        for (size_t k = 0; k < c->nroles; k++) {
            PAGE_EL(p, "li");
            role_name(r, p, c->roles[k].role);
            page_c(p, " ");
            PAGE_EL(p, "span", "class", "quiet");
            page_time(p, c->roles[k].from_us);
            if (c->roles[k].until_us) {
                page_c(p, " – ");
                page_time(p, c->roles[k].until_us);
            }
            page_end(p);
            page_end(p);
        }
        page_end(p);
    }
    page_end(p);
}

static void next_steps(struct rq *r, struct page *p, const struct view *v)
{
    static const char *const names[] = {"name.add", "identifier.add", "subject.set_role"};
    const struct subject_file *m = v->model;
    char of[33], id[33];
    id_text(m->in_case, of);
    id_text(m->subject.id, id);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What to do next");
    PAGE_EL(p, "div", "class", "stack");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct action *a = door_action(r->w->door, names[i]);
        char *path = arena_printf(r->a, "/do/%s?id=%s&case=%s", names[i], id, of);
        if (a && path && may_act(r, v, a))
            link_t(p, path, "button-secondary", a->summary);
    }
    page_end(p);
    page_end(p);
}

/* ---- the page
 * ----------------------------------------------------------------------------------------------------------------
 */

static void draw(struct rq *r, const struct view *v)
{
    const struct subject_file *m = v->model;
    const char *what = m->subject.type == SUBJECT_PERSON ? "Person" : "Organization";
    struct page made = layout_start(r, what, NULL, "/", m->synthetic), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    for (size_t i = 0; i < m->ncases; i++)
        if (id_eq(m->cases[i].id, m->in_case)) {
            PAGE_EL(p, "a", "href", path_of(r, "/case/%s", m->in_case));
            page_isolate_c(p, m->cases[i].number);
            page_end(p);
        }
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    PAGE_EL(p, "h1");
    if (m->subject.nnames && m->subject.names[0].full.text.n)
        name_short(p, &m->subject.names[0]);
    else
        page_t(p, what);
    page_end(p);
    tag_t(p, "grey", what);
    if (m->synthetic)
        tag_t(p, "violet", "Synthetic");
    page_end(p);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    names(p, &m->subject);
    identifiers(p, &m->subject);
    records(r, p, &m->subject);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    next_steps(r, p, v);
    cases(r, p, m);
    links(r, p, m);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_subject(struct rq *r)
{
    const char *in_case = arena_cstr(r->a, http_query(r->in, "case"));
    const struct view *v;
    struct id id;
    enum err e = in_case ? page_id(r, "/subject/", &id) : arena_err(r->a);
    if (e == OK && id_parse(str_of(in_case), &(struct id){0}) != OK)
        e = FAIL(ERR_NOT_FOUND, "id");
    if (e == OK && http_query(r->in, "with").n) {
        page_same(r, id, in_case, http_query(r->in, "with"));
        return;
    }
    if (e == OK)
        e = LOOK(r, "subject.show", id, &v, "case", in_case);
    if (e == OK)
        draw(r, v);
    else
        answer_error(r, e);
}
