/* SPDX-License-Identifier: Apache-2.0 */
/* same_page.c - two entries that are said to be the same person, side by side: what is alike, what differs,
 * what only one of them has. Nothing is merged: each side is a look of its own through its own case, with
 * what this officer may see there, and what was said can be taken back. */
#include "web/pages.h"
#include "web/parts.h"

struct sides {
    struct rq *r;
    const struct subject_file *a, *b;
    size_t differ;
};

enum likeness { ALIKE, DIFFERS, ONE_SIDE, WITHHELD };

/* A value that is withheld on either side is neither alike nor different: saying so would tell it. */
static enum likeness likeness_of(const struct field_value *a, const struct field_value *b)
{
    if ((a && a->state == VALUE_MASKED) || (b && b->state == VALUE_MASKED))
        return WITHHELD;
    bool one = a && a->state == VALUE_GIVEN, other = b && b->state == VALUE_GIVEN;
    if (!one || !other)
        return ONE_SIDE;
    if (a->n != b->n)
        return DIFFERS;
    for (size_t i = 0; i < a->n; i++)
        if (!str_eq(a->values[i], b->values[i]))
            return DIFFERS;
    return ALIKE;
}

static void likeness_tag(struct page *p, enum likeness l)
{
    static const char *const words[] = {"Alike", "Differs", "On one side only", "Withheld"};
    static const char *const colours[] = {"green", "red", "grey", "grey"};
    tag_t(p, colours[l], words[l]);
}

static void label_cell(struct page *p, const char *label)
{
    PAGE_EL(p, "th", "scope", "row");
    page_t(p, label);
    page_end(p);
}

static void value_cell(struct rq *r, struct page *p, const struct field_value *f)
{
    PAGE_EL(p, "td");
    if (f)
        field_value(r, p, f);
    else
        page_c(p, "–");
    page_end(p);
}

static const struct field_value *field_of(const struct record_model *m, const char *name)
{
    for (size_t i = 0; m && i < m->n; i++)
        if (strcmp(m->values[i].name, name) == 0)
            return &m->values[i];
    return NULL;
}

static void field_row(struct sides *s, struct page *p, const char *label, const struct field_value *a,
                      const struct field_value *b)
{
    enum likeness l = likeness_of(a, b);
    s->differ += l == DIFFERS;
    PAGE_EL(p, "tr");
    label_cell(p, label);
    value_cell(s->r, p, a);
    value_cell(s->r, p, b);
    PAGE_EL(p, "td");
    likeness_tag(p, l);
    page_end(p);
    page_end(p);
}

static void heads(struct page *p)
{
    static const char *const columns[] = {"What", "This entry", "The other entry", "Compared"};
    table_head(p, columns, sizeof columns / sizeof *columns);
}

/* ---- records: the newest open one of each kind
 * ------------------------------------------------------------- */

static const struct record_model *newest_of(const struct subject_file *m, const struct kind *k)
{
    const struct record_model *best = NULL;
    for (size_t i = 0; i < m->subject.nrecords; i++) {
        const struct record_model *rec = &m->subject.records[i];
        if (k && rec->kind == k && (!best || rec->created_us > best->created_us))
            best = rec;
    }
    return best;
}

/* Its values, in a look of their own; NULL where this officer may not open it. */
static const struct record_model *opened(struct rq *r, const struct record_model *rec)
{
    const struct view *v;
    const char *name = rec ? arena_printf(r->a, "%s.show", rec->kind->id) : NULL;
    if (!name || look(r, name, rec->id, (const char *const[]){NULL}, &v) != OK) {
        err_clear();
        return NULL;
    }
    return v->model;
}

static void kind_rows(struct sides *s, struct page *p, const struct kind *k)
{
    const struct record_model *a = opened(s->r, newest_of(s->a, k)), *b = opened(s->r, newest_of(s->b, k));
    if (!a && !b)
        return;
    el_text(p, "h2", NULL, k->title);
    heads(p);
    for (size_t i = 0; i < k->nfields; i++) {
        const struct field_value *one = field_of(a, k->fields[i].name),
                                 *other = field_of(b, k->fields[i].name);
        if (one || other)
            field_row(s, p, k->fields[i].label, one, other);
    }
    table_done(p);
}

/* ---- names and numbers
 * --------------------------------------------------------------------------------------- */

static void name_cell(struct page *p, const struct subject_model *m)
{
    PAGE_EL(p, "td");
    for (size_t i = 0; i < m->nnames; i++) {
        PAGE_EL(p, "div");
        name_text(p, &m->names[i]);
        page_end(p);
    }
    if (!m->nnames)
        page_c(p, "–");
    page_end(p);
}

static void number_cell(struct page *p, const struct subject_model *m)
{
    PAGE_EL(p, "td");
    for (size_t i = 0; i < m->nidentifiers; i++) {
        PAGE_EL(p, "div");
        page_word(p, m->identifiers[i].type);
        page_c(p, ": ");
        shown_value(p, m->identifiers[i].value);
        page_end(p);
    }
    if (!m->nidentifiers)
        page_c(p, "–");
    page_end(p);
}

static bool share_a_number(const struct subject_model *a, const struct subject_model *b)
{
    for (size_t i = 0; i < a->nidentifiers; i++)
        for (size_t k = 0; k < b->nidentifiers; k++)
            if (a->identifiers[i].value.text.n &&
                strcmp(a->identifiers[i].type, b->identifiers[k].type) == 0 &&
                str_eq(a->identifiers[i].value.text, b->identifiers[k].value.text))
                return true;
    return false;
}

static bool share_a_name(const struct subject_model *a, const struct subject_model *b)
{
    for (size_t i = 0; i < a->nnames; i++)
        for (size_t k = 0; k < b->nnames; k++)
            if (a->names[i].full.text.n && str_eq(a->names[i].full.text, b->names[k].full.text))
                return true;
    return false;
}

static void who_rows(struct sides *s, struct page *p)
{
    const struct subject_model *a = &s->a->subject, *b = &s->b->subject;
    el_text(p, "h2", NULL, "Names and numbers");
    heads(p);
    PAGE_EL(p, "tr");
    label_cell(p, "Names");
    name_cell(p, a);
    name_cell(p, b);
    PAGE_EL(p, "td");
    if (share_a_name(a, b))
        tag_t(p, "green", "One is alike");
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tr");
    label_cell(p, "Identifiers");
    number_cell(p, a);
    number_cell(p, b);
    PAGE_EL(p, "td");
    if (share_a_number(a, b))
        tag_t(p, "green", "One is alike");
    page_end(p);
    page_end(p);
    table_done(p);
}

/* ---- the page
 * ---------------------------------------------------------------------------------------------------- */

static const struct same_person *said(const struct subject_file *m, struct id other)
{
    for (size_t i = 0; i < m->nsame; i++)
        if (id_eq(m->same[i].other, other) && !m->same[i].reversed_us)
            return &m->same[i];
    return NULL;
}

static void basis(struct sides *s, struct page *p, const struct same_person *same)
{
    struct rq *r = s->r;
    char subject[33], in_case[33], assertion[33];
    id_text(s->a->subject.id, subject);
    id_text(s->a->in_case, in_case);
    id_text(same->id, assertion);
    char *path =
        arena_printf(r->a, "/do/same_person.reverse?id=%s&case=%s&assertion=%s", subject, in_case, assertion);
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "p");
    page_t(p, "Basis");
    page_c(p, ": ");
    shown_value(p, same->basis);
    page_c(p, " · ");
    page_time(p, same->asserted_us);
    page_end(p);
    el_text(
        p, "p", "quiet",
        "Nothing was merged: both entries stay as they are. A protected person stays protected under both.");
    if (path && door_action(r->w->door, "same_person.reverse"))
        link_t(p, path, "button-secondary", "Take back that two entries are one person");
    page_end(p);
}

static void draw(struct sides *s, const struct same_person *same)
{
    struct rq *r = s->r;
    struct page made = layout_start(r, "Two entries, one person", NULL, "/", s->a->synthetic), *p = &made;
    char subject[33], in_case[33];
    id_text(s->a->subject.id, subject);
    id_text(s->a->in_case, in_case);
    const char *back = arena_printf(r->a, "/subject/%s?case=%s", subject, in_case);
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    link_t(p, back ? back : "/", NULL, "This entry");
    page_end(p);
    el_text(p, "h1", NULL, "Two entries, one person");
    basis(s, p, same);
    PAGE_EL(p, "section", "class", "card sides");
    who_rows(s, p);
    for (size_t i = 0; i < s->a->subject.nrecords; i++)
        if (newest_of(s->a, s->a->subject.records[i].kind) == &s->a->subject.records[i])
            kind_rows(s, p, s->a->subject.records[i].kind);
    for (size_t i = 0; i < s->b->subject.nrecords; i++)
        if (newest_of(s->b, s->b->subject.records[i].kind) == &s->b->subject.records[i] &&
            !newest_of(s->a, s->b->subject.records[i].kind))
            kind_rows(s, p, s->b->subject.records[i].kind);
    if (s->differ)
        el_text(p, "p", "warning",
                "Some values differ. Ask which is right before you write it in either entry.");
    else
        el_text(p, "p", "quiet", "Nothing that you may see differs.");
    page_end(p);
    layout_end(r, p);
}

/* Only where it is said today, as this officer is told by the first entry: two entries cannot be compared to
 * find out. */
void page_same(struct rq *r, struct id id, const char *in_case, struct str other)
{
    const struct view *one, *two;
    struct id with;
    char other_case[33];
    const char *text = arena_cstr(r->a, other);
    enum err e = text && id_parse(other, &with) == OK ? LOOK(r, "subject.show", id, &one, "case", in_case)
                                                      : FAIL(ERR_NOT_FOUND, "subject");
    const struct same_person *same = e == OK ? said(one->model, with) : NULL;
    if (e == OK && !same)
        e = FAIL(ERR_NOT_FOUND, "subject");
    if (e == OK) {
        id_text(same->other_case, other_case);
        e = LOOK(r, "subject.show", with, &two, "case", other_case);
    }
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    struct sides s = {.r = r, .a = one->model, .b = two->model};
    draw(&s, same);
}
