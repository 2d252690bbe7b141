/* SPDX-License-Identifier: Apache-2.0 */
/* case_records.c - records of a case, and which may be added. */
#include "web/case_parts.h"
#include "web/form.h"

#define VALUES_MAX 12

static const char *record_path(struct casefile *c, const struct record_model *frame)
{
    char *format = arena_printf(c->r->a, "/record/%s/%%s", frame->kind ? frame->kind->id : "");
    return path_of(c->r, format ? format : "", frame->id);
}

/* One row says what it is, how far it is and the values that tell it apart. */
static void record_row(struct casefile *c, struct page *p, const struct record_model *frame, bool link)
{
    PAGE_EL(p, "h3");
    if (link)
        PAGE_EL(p, "a", "href", record_path(c, frame));
    page_t(p, frame->kind ? frame->kind->title : "Record");
    if (link)
        page_end(p);
    page_end(p);
    tag_t(p, "grey", state_label(frame->kind, frame->state));
    PAGE_EL(p, "span", "class", "gist");
    if (frame->opened && !link)
        record_gist(c->r, p, frame);
    page_end(p);
    PAGE_EL(p, "span", "class", "quiet");
    page_time(p, frame->updated_us);
    page_end(p);
}

static void record_body(struct casefile *c, struct page *p, const struct record_model *frame)
{
    record_values(c->r, p, frame, c->print ? 0 : VALUES_MAX);
    if (c->print)
        return;
    struct view of_record = *c->view; /* for its buttons: the same officer, to this record */
    of_record.scope = frame->scope;
    of_record.object.label = frame->label;
    PAGE_EL(p, "div", "class", "actions");
    actions_of_record(c->r, p, &of_record, frame);
    link_t(p, record_path(c, frame), "button-quiet", "Open the record");
    page_end(p);
}

void case_record(struct casefile *c, struct page *p, const struct record_model *frame, bool open)
{
    if (!frame->opened) {
        PAGE_EL(p, "div", "class", "record");
        PAGE_EL(p, "div", "class", "record-row");
        record_row(c, p, frame, true);
        page_end(p);
        page_end(p);
        return;
    }
    PAGE_EL(p, "details", "class", "record", "open", open || c->print ? "" : NULL);
    PAGE_EL(p, "summary", "class", "record-row");
    record_row(c, p, frame, false);
    page_end(p);
    PAGE_EL(p, "div", "class", "record-body");
    record_body(c, p, frame);
    page_end(p);
    page_end(p);
}

bool case_has_kind(const struct record_model *records, size_t n, const struct kind *k)
{
    for (size_t i = 0; i < n; i++)
        if (records[i].kind == k)
            return true;
    return false;
}

/* Of kinds of which there is one at most, and it is there already. */
static bool is_full(const struct casefile *c, struct id subject, const struct kind *k)
{
    if (!k->once)
        return false;
    if (id_is_nil(subject))
        return case_has_kind(c->m->records, c->m->nrecords, k);
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (id_eq(c->m->subjects[i].id, subject) &&
            case_has_kind(c->m->subjects[i].records, c->m->subjects[i].nrecords, k))
            return true;
    return false;
}

/* The action that adds a record of this kind to a person in this role, or (NULL) to the case; NULL: not here.
 */
static const struct action *may_add(struct casefile *c, const struct kind *k, struct id subject,
                                    const char *role)
{
    bool wanted = k->nsubject_roles == 0 || !role;
    for (size_t n = 0; role && n < k->nsubject_roles; n++)
        wanted |= strcmp(k->subject_roles[n], role) == 0;
    char *name = arena_printf(c->r->a, "%s.create", k->id);
    const struct action *a = name ? door_action(c->r->w->door, name) : NULL;
    bool here = (k->attach & (role ? ATTACH_SUBJECT : ATTACH_CASE)) && !is_full(c, subject, k);
    return a && wanted && here && may_act(c->r, c->view, a) ? a : NULL;
}

size_t case_new_count(struct casefile *c, struct id subject, const char *role)
{
    const struct pack *pack = c->r->w->pack;
    size_t n = 0;
    for (size_t i = 0; i < pack->nkinds; i++)
        n += may_add(c, &pack->kinds[i], subject, role) != NULL;
    return n;
}

void case_new_records(struct casefile *c, struct page *p, struct id subject, const char *role)
{
    const struct pack *pack = c->r->w->pack;
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct action *a = may_add(c, &pack->kinds[i], subject, role);
        char *path = !a     ? NULL
                     : role ? arena_printf(c->r->a, "/do/%s?case=%s&subject=%s", a->name, in_case, of)
                            : arena_printf(c->r->a, "/do/%s?case=%s", a->name, in_case);
        if (path)
            link_t(p, path, "button-quiet", a->summary);
        if (a)
            paper_link(c->r, p, a->kind, c->m->id, role ? subject : id_nil(), "On paper");
    }
}

/* Newest first, one row each; what was not opened is a link: a case of three hundred papers can still be
 * read. */
void records_part(struct casefile *c, struct page *p)
{
    size_t n = c->m->nrecords, closed = 0, opened = 0;
    for (size_t i = 0; i < n; i++)
        closed += !c->m->records[i].opened;
    if (!n)
        return;
    case_card(p, "Records of the case");
    for (size_t i = n; i-- > 0;)
        if (c->m->records[i].opened)
            case_record(c, p, &c->m->records[i], opened++ == 0 && n == 1);
    if (closed) {
        case_fold(c, p, "Earlier records", closed);
        for (size_t i = n; i-- > 0;)
            if (!c->m->records[i].opened)
                case_record(c, p, &c->m->records[i], false);
        page_end(p);
    }
    page_end(p);
}
