/* SPDX-License-Identifier: Apache-2.0 */
/* paper.c - an empty sheet of a kind, for an interview without a computer (plan 1(1)/b: the consultation may
 * be in a car, a shelter, a cell). It has a number of its own and nothing of the person or the case, so that
 * a sheet that is lost, or found by an employer, tells of nobody. That one was taken out is in the trail of
 * the case. */
#include "base/json.h"
#include "registry/own.h"

const struct input_field PAPER_INPUTS[2] = {
    {.name = "kind", .label = "Kind", .type = IN_TEXT, .required = true},
    {.name = "subject", .label = "Person or organisation", .type = IN_ID},
};

/* A person of another case is like one that never was. */
static enum err of_the_case(struct view *v, struct str subject)
{
    struct object o = {.found = true};
    struct id id;
    TRY(id_parse(subject, &id));
    enum err e = REGISTRY_ENTITIES.subject(v->db, v->arena, id, (struct case_id){v->object.case_.v}, &o);
    if (e == OK) {
        o.kind = OBJECT_SUBJECT;
        o.id = id;
    }
    if (e == ERR_NOT_FOUND || (e == OK && !part_may_show(v, &o)))
        return FAIL(ERR_NOT_FOUND, "person");
    TRY(e);
    view_show(v, id);
    return OK;
}

enum err paper_run(struct view *v)
{
    struct paper_sheet *m = ARENA_NEW(v->arena, struct paper_sheet);
    struct str subject = view_in(v, "subject");
    char *kind = arena_cstr(v->arena, view_in(v, "kind"));
    struct id made = id_new();
    if (!m || !kind)
        return arena_err(v->arena);
    m->kind = pack_kind(v->pack, kind);
    if (!m->kind || m->kind->attach == ATTACH_NONE)
        return FAIL(ERR_FIELD, "field kind: none that is written in a case");
    if (subject.n)
        TRY(of_the_case(v, subject));
    sheet_number(made, m->number);
    view_show(v, v->subject);
    v->model = m;
    return OK;
}

void paper_json(const struct view *v, struct json *j)
{
    const struct paper_sheet *m = v->model;
    json_object(j);
    json_kv(j, "kind", m->kind->id);
    json_kv(j, "sheet", m->number);
    json_end(j);
}
