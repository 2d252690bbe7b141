/* SPDX-License-Identifier: Apache-2.0 */
/* case_people.c - persons and organisations of a case. */
#include "web/case_parts.h"

static void name_line(struct page *p, const struct name_model *n)
{
    PAGE_EL(p, "div");
    el_word(p, "dt", NULL, n->type);
    PAGE_EL(p, "dd", "class", "name");
    name_text(p, n);
    page_end(p);
    page_end(p);
}

static void identifier_line(struct page *p, const struct identifier_model *i)
{
    PAGE_EL(p, "div");
    el_word(p, "dt", NULL, i->type);
    PAGE_EL(p, "dd");
    if (i->value.verdict == VERDICT_ALLOW)
        page_isolate(p, i->value.text);
    else
        withheld(p, i->value.reason);
    page_end(p);
    page_end(p);
}

static void to_subject(struct casefile *c, struct page *p, const char *action, struct id subject)
{
    const struct action *a = door_action(c->r->w->door, action);
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    if (!a || !may_act(c->r, c->view, a))
        return;
    char *path = arena_printf(c->r->a, "/do/%s?id=%s&case=%s", action, of, in_case);
    if (path)
        link_t(p, path, "button-quiet", a->summary);
}

void subject_link(struct casefile *c, struct page *p, struct id subject)
{
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    char *path = arena_printf(c->r->a, "/subject/%s?case=%s", of, in_case);
    PAGE_EL(p, "a", "href", path ? path : "/");
}

const struct subject_model *case_subject(const struct casefile *c, struct id subject)
{
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (id_eq(c->m->subjects[i].id, subject))
            return &c->m->subjects[i];
    return NULL;
}

/* Drawn, no photographs: a picture of her is a danger to her. */
void icon_person(struct page *p)
{
    PAGE_EL(p, "svg", "viewBox", "0 0 24 24", "class", "icon", "aria-hidden", "true");
    PAGE_EL(p, "circle", "cx", "12", "cy", "8", "r", "4.5");
    page_end(p);
    PAGE_EL(p, "path", "d", "M3 22c0-5 4-8 9-8s9 3 9 8z");
    page_end(p);
    page_end(p);
}

void icon_organisation(struct page *p)
{
    PAGE_EL(p, "svg", "viewBox", "0 0 24 24", "class", "icon", "aria-hidden", "true");
    PAGE_EL(p, "path", "d", "M4 22V4l9-2v6h7v14h-6v-4h-4v4z");
    page_end(p);
    page_end(p);
}

static void also_in(struct casefile *c, struct page *p, const struct subject_model *s)
{
    char n[24];
    if (!s->other_cases)
        return;
    snprintf(n, sizeof n, "%zu", s->other_cases);
    subject_link(c, p, s->id);
    PAGE_SAY(p, s->other_cases == 1 ? "also in {n} other case" : "also in {n} other cases", "n", n);
    page_end(p);
}

static void add_or_change(struct casefile *c, struct page *p, const struct subject_model *s)
{
    char query[48], of[33];
    if (c->print)
        return;
    id_text(s->id, of);
    snprintf(query, sizeof query, "&subject=%s", of);
    case_fold(c, p, "Add or change", 0);
    PAGE_EL(p, "div", "class", "actions");
    if (s->type == SUBJECT_PERSON && !s->suspect) {
        case_button(c, p, "contact.log", "button-quiet", query);
        case_button(c, p, "consent.give", "button-quiet", query);
    }
    to_subject(c, p, "name.add", s->id);
    to_subject(c, p, "identifier.add", s->id);
    to_subject(c, p, "subject.set_role", s->id);
    case_new_records(c, p, s->id, s->role);
    page_end(p);
    page_end(p);
}

static void person_facts(struct casefile *c, struct page *p, const struct subject_model *s)
{
    PAGE_EL(p, "dl", "class", "facts two");
    for (size_t i = 0; i < s->nnames; i++)
        name_line(p, &s->names[i]);
    for (size_t i = 0; i < s->nidentifiers; i++)
        identifier_line(p, &s->identifiers[i]);
    page_end(p);
    if (!s->nnames)
        el_text(p, "p", "quiet", "No name is recorded. A name is never required.");
    for (int profile = 1; profile >= 0; profile--) /* what there is one of tells who it is: first, and open */
        for (size_t i = 0; i < s->nrecords; i++)
            if ((s->records[i].kind && s->records[i].kind->once) == (profile == 1))
                case_record(c, p, &s->records[i], profile == 1);
    add_or_change(c, p, s);
}

static void person_head(struct casefile *c, struct page *p, const struct subject_model *s)
{
    icon_person(p);
    subject_link(c, p, s->id);
    role_name(c->r, p, s->role);
    page_end(p);
    if (s->nnames && s->names[0].full.text.n) {
        page_c(p, " ");
        PAGE_EL(p, "span", "class", "who-name");
        name_short(p, &s->names[0]);
        page_end(p);
    }
}

/* Of few people each stands open; of many all but the first are folded. */
static void person_card(struct casefile *c, struct page *p, const struct subject_model *s, bool open)
{
    PAGE_EL(p, "section", "class", "card person-card");
    PAGE_EL(p, "div", "class", "record-head");
    PAGE_EL(p, "h2");
    person_head(c, p, s);
    page_end(p);
    also_in(c, p, s);
    page_end(p);
    safe_contact_row(c, p, s);
    if (!open && !c->print)
        case_fold(c, p, "Names and records", s->nrecords);
    person_facts(c, p, s);
    if (!open && !c->print)
        page_end(p);
    page_end(p);
}

static void people_pages(struct casefile *c, struct page *p)
{
    size_t pages = (c->f->npeople + CASE_FILE_PEOPLE - 1) / CASE_FILE_PEOPLE,
           now = c->f->first / CASE_FILE_PEOPLE;
    if (pages < 2)
        return;
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "People in this case"));
    for (size_t i = 0; i < pages; i++) {
        size_t last = (i + 1) * CASE_FILE_PEOPLE < c->f->npeople ? (i + 1) * CASE_FILE_PEOPLE : c->f->npeople;
        char *format = arena_printf(c->r->a, "/case/%%s?people=%zu", i + 1);
        char *text = arena_printf(c->r->a, "%zu–%zu", i * CASE_FILE_PEOPLE + 1, last);
        PAGE_EL(p, "a", "href", path_of(c->r, format ? format : "", c->m->id), "aria-current",
                i == now ? "page" : NULL);
        page_isolate_c(p, text ? text : "");
        page_end(p);
    }
    page_end(p);
}

void people_part(struct casefile *c, struct page *p)
{
    size_t until =
        c->f->first + CASE_FILE_PEOPLE < c->f->npeople ? c->f->first + CASE_FILE_PEOPLE : c->f->npeople;
    people_pages(c, p);
    for (size_t i = c->f->first; i < until; i++)
        person_card(c, p, &c->m->subjects[c->f->people[i]], c->f->npeople <= 3 || i == c->f->first);
}

/* ---- suspects and organisations
 * ----------------------------------------------------------------------------- */

static void other_records(struct casefile *c, struct page *p, const struct subject_model *s)
{
    for (size_t i = 0; i < s->nrecords; i++) {
        const struct record_model *m = &s->records[i];
        char *format = arena_printf(c->r->a, "/record/%s/%%s", m->kind ? m->kind->id : "");
        PAGE_EL(p, "div");
        link_t(p, path_of(c->r, format ? format : "", m->id), NULL, m->kind ? m->kind->title : "Record");
        page_end(p);
    }
}

static void other_row(struct casefile *c, struct page *p, const struct subject_model *s)
{
    bool person = s->type == SUBJECT_PERSON;
    PAGE_EL(p, "tr");
    PAGE_EL(p, "td", "class", "kind");
    if (person)
        icon_person(p);
    else
        icon_organisation(p);
    el_text(p, "span", NULL, person ? "Person" : "Organization");
    page_end(p);
    PAGE_EL(p, "td");
    subject_link(c, p, s->id);
    for (size_t n = 0; n < s->nnames; n++) {
        if (n)
            PAGE_EL(p, "br");
        name_short(p, &s->names[n]);
    }
    if (!s->nnames)
        page_t(p, "No name yet");
    page_end(p);
    for (size_t n = 0; n < s->nidentifiers; n++) {
        PAGE_EL(p, "div", "class", "quiet");
        if (s->identifiers[n].value.verdict == VERDICT_ALLOW)
            page_isolate(p, s->identifiers[n].value.text);
        else
            withheld(p, s->identifiers[n].value.reason);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "td");
    role_name(c->r, p, s->role);
    page_end(p);
    PAGE_EL(p, "td");
    also_in(c, p, s);
    page_end(p);
    PAGE_EL(p, "td");
    other_records(c, p, s);
    add_or_change(c, p, s);
    page_end(p);
    page_end(p);
}

void others_part(struct casefile *c, struct page *p)
{
    static const char *const heads[] = {"Kind", "Name", "Role", "Other cases", "Records"};
    bool any = false;
    for (size_t i = 0; i < c->m->nsubjects; i++)
        any |= c->m->subjects[i].type == SUBJECT_ORGANISATION || c->m->subjects[i].suspect;
    if (!any)
        return;
    case_card(p, "Suspects and organizations");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "others");
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
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (c->m->subjects[i].type == SUBJECT_ORGANISATION || c->m->subjects[i].suspect)
            other_row(c, p, &c->m->subjects[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}
