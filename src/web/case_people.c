/* SPDX-License-Identifier: Apache-2.0 */
/* case_people.c - persons and organisations of a case. */
#include "web/case_parts.h"

static void name_line(struct page *p, const struct name_model *n)
{
    PAGE_EL(p, "div");
    el_word(p, "dt", NULL, n->type);
    PAGE_EL(p, "dd", "class", "name");
    shown_value(p, n->full);
    if (n->full.verdict == VERDICT_ALLOW && (n->reading.text.n || n->passport_form.text.n)) {
        PAGE_EL(p, "small");
        page_c(p, " ");
        if (n->reading.text.n)
            page_bdi(p, n->reading.text);
        if (n->reading.text.n && n->passport_form.text.n)
            page_c(p, " / ");
        if (n->passport_form.text.n)
            page_isolate(p, n->passport_form.text);
        page_end(p);
    }
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

static void subject_link(struct casefile *c, struct page *p, struct id subject)
{
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    char *path = arena_printf(c->r->a, "/subject/%s?case=%s", of, in_case);
    PAGE_EL(p, "a", "href", path ? path : "/");
}

void person_part(struct casefile *c, struct page *p, const struct subject_model *s)
{
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "h2");
    subject_link(c, p, s->id);
    role_name(c->r, p, s->role);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < s->nnames; i++)
        name_line(p, &s->names[i]);
    for (size_t i = 0; i < s->nidentifiers; i++)
        identifier_line(p, &s->identifiers[i]);
    page_end(p);
    if (!s->nnames)
        el_text(p, "p", "quiet", "No name is recorded. A name is never required.");
    for (int profile = 1; profile >= 0; profile--) /* what there is one of tells who it is: first */
        for (size_t i = 0; i < s->nrecords; i++)
            if ((s->records[i].kind && s->records[i].kind->once) == (profile == 1))
                case_record(c, p, &s->records[i], "h3");
    PAGE_EL(p, "details", "class", "more");
    el_text(p, "summary", NULL, "Add or change");
    PAGE_EL(p, "div", "class", "actions");
    to_subject(c, p, "name.add", s->id);
    to_subject(c, p, "identifier.add", s->id);
    to_subject(c, p, "subject.set_role", s->id);
    case_new_records(c, p, s->id, s->role);
    page_end(p);
    page_end(p);
    page_end(p);
}

void organisations_part(struct casefile *c, struct page *p)
{
    bool any = false;
    for (size_t i = 0; i < c->m->nsubjects; i++)
        any |= c->m->subjects[i].type == SUBJECT_ORGANISATION;
    if (!any)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Organizations");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    static const char *const heads[] = {"Name", "Role", "Identifiers", "Since"};
    for (size_t i = 0; i < 4; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < c->m->nsubjects; i++) {
        const struct subject_model *s = &c->m->subjects[i];
        if (s->type != SUBJECT_ORGANISATION)
            continue;
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        subject_link(c, p, s->id);
        for (size_t n = 0; n < s->nnames; n++) {
            if (n)
                PAGE_EL(p, "br");
            shown_value(p, s->names[n].full);
        }
        if (!s->nnames)
            page_t(p, "Organization");
        page_end(p);
        page_end(p);
        PAGE_EL(p, "td");
        role_name(c->r, p, s->role);
        page_end(p);
        PAGE_EL(p, "td");
        for (size_t n = 0; n < s->nidentifiers; n++) {
            page_c(p, n ? ", " : "");
            if (s->identifiers[n].value.verdict == VERDICT_ALLOW)
                page_isolate(p, s->identifiers[n].value.text);
            else
                withheld(p, s->identifiers[n].value.reason);
        }
        page_end(p);
        PAGE_EL(p, "td");
        page_time(p, s->from_us);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

