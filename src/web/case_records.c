/* SPDX-License-Identifier: Apache-2.0 */
/* case_records.c - records of a case, and which may be added. */
#include "web/case_parts.h"

#define VALUES_MAX 12
#define OPEN_MAX   3 /* of the case; the others are folded */

static void record_head(struct casefile *c, struct page *p, const struct record_model *frame,
                        const char *level)
{
    char *format = arena_printf(c->r->a, "/record/%s/%%s", frame->kind ? frame->kind->id : "");
    PAGE_EL(p, "div", "class", "record-head");
    PAGE_EL(p, level);
    PAGE_EL(p, "a", "href", path_of(c->r, format ? format : "", frame->id));
    page_t(p, frame->kind ? frame->kind->title : "Record");
    page_end(p);
    page_end(p);
    tag_t(p, "grey", state_label(frame->kind, frame->state));
    PAGE_EL(p, "span", "class", "quiet");
    page_time(p, frame->updated_us);
    page_end(p);
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
    page_end(p);
}

void case_record(struct casefile *c, struct page *p, const struct record_model *frame, const char *level)
{
    record_head(c, p, frame, level);
    if (frame->opened)
        record_body(c, p, frame);
}

static void folded_record(struct casefile *c, struct page *p, const struct record_model *frame, bool open)
{
    record_head(c, p, frame, "h2");
    if (!open)
        case_fold(c, p, "Show", 0);
    record_body(c, p, frame);
    if (!open)
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

void case_new_records(struct casefile *c, struct page *p, struct id subject, const char *role)
{
    const struct pack *pack = c->r->w->pack;
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct kind *k = &pack->kinds[i];
        bool wanted = k->nsubject_roles == 0 || !role;
        for (size_t n = 0; role && n < k->nsubject_roles; n++)
            wanted |= strcmp(k->subject_roles[n], role) == 0;
        char *name = arena_printf(c->r->a, "%s.create", k->id);
        const struct action *a = name ? door_action(c->r->w->door, name) : NULL;
        if (!a || !wanted || is_full(c, subject, k) || !(k->attach & (role ? ATTACH_SUBJECT : ATTACH_CASE)) ||
            !may_act(c->r, c->view, a))
            continue;
        char *path = role ? arena_printf(c->r->a, "/do/%s?case=%s&subject=%s", name, in_case, of)
                          : arena_printf(c->r->a, "/do/%s?case=%s", name, in_case);
        if (path)
            link_t(p, path, "button-quiet", a->summary);
    }
}

/* The newest open, the others as links: a case of three hundred papers stays one that can be read. */
void records_part(struct casefile *c, struct page *p)
{
    size_t n = c->m->nrecords, closed = 0, opened = 0;
    for (size_t i = n; i-- > 0;) {
        if (!c->m->records[i].opened) {
            closed++;
            continue;
        }
        PAGE_EL(p, "section", "class", "card");
        folded_record(c, p, &c->m->records[i], opened++ < OPEN_MAX);
        page_end(p);
    }
    if (!closed)
        return;
    case_card(p, "Earlier records");
    case_fold(c, p, "Show", closed);
    for (size_t i = n; i-- > 0;)
        if (!c->m->records[i].opened)
            case_record(c, p, &c->m->records[i], "h3");
    page_end(p);
    page_end(p);
}
