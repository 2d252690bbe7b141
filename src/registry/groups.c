/* SPDX-License-Identifier: Apache-2.0 */
/* groups.c - several persons in one situation (twelve trainees of one employer): each has a case of her own,
 * with her own interview and consent; the group holds once what they share. It belongs to one agency, and is
 * seen through a case that the viewer may open: nothing of one person's case shows in another's. */
#include "base/json.h"
#include "registry/own.h"

static const char *const fact_words[] = {
    "name", "employer", "supervising_organisation", "place_of_work", "recruiter", "period", "other", NULL};
const struct input_field GROUP_INPUTS[1] = {
    {.name = "group", .label = "Group", .type = IN_ID, .required = true}};
const struct input_field GROUP_ADD_INPUTS[2] = {
    {.name = "group", .label = "Group", .type = IN_ID, .required = true},
    {.name = "through", .label = "Case through which it is seen", .type = IN_ID, .required = true}};
const struct input_field GROUP_NOTE_INPUTS[4] = {
    {.name = "group", .label = "Group", .type = IN_ID, .required = true},
    {.name = "private_interview", .label = "Spoken to alone", .type = IN_BOOL},
    {.name = "own_interpreter", .label = "With an interpreter of her or his own", .type = IN_BOOL},
    {.name = "possible_enforcer", .label = "May act for the exploiters", .type = IN_BOOL},
};
const struct input_field GROUP_FACT_INPUTS[3] = {
    {.name = "group", .label = "Group", .type = IN_ID, .required = true},
    {.name = "what", .label = "What it is", .type = IN_WORD, .required = true, .words = fact_words},
    {.name = "value", .label = "What is known", .type = IN_TEXT, .required = true, .personal = true},
};
const struct input_field GROUP_SHOW_INPUTS[1] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true}};

/* The open membership of a case in a group of this agency. */
static enum err member_row(struct db *db, struct id group, struct id case_, const char *agency,
                           struct id *ret, bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        db,
        "SELECT m.id FROM case_group_case m JOIN case_group g ON g.id = m.group_id WHERE m.group_id = ?1 "
        "AND m.case_id = ?2 AND g.agency = ?3 AND m.until_us IS NULL",
        &s));
    db_bind_id(s, 1, &group);
    db_bind_id(s, 2, &case_);
    db_bind_text(s, 3, str_of(agency));
    TRY(db_step(s, ret_found));
    return *ret_found ? db_id(s, 0, ret) : OK;
}

static enum err own_member(struct act *a, struct id *ret)
{
    bool found;
    TRY(member_row(a->tx->db, in_id(a, "group"), a->subject, a->ctx->agency, ret, &found));
    return found ? OK : FAIL(ERR_NOT_FOUND, "group");
}

static enum err add_member(struct act *a, struct id group, struct id *ret)
{
    struct id id = id_new();
    struct cell cells[GC_COUNT] = {
        [GC_ID] = cell_id(&id),           [GC_GROUP] = cell_id(&group),
        [GC_CASE] = cell_id(&a->subject), [GC_FROM] = cell_int(a->tx->now_us),
        [GC_UNTIL] = cell_null(),         [GC_PRIVATE] = cell_int(0),
        [GC_INTERPRETER] = cell_int(0),   [GC_ENFORCER] = cell_int(0),
    };
    *ret = id;
    return row_insert(a->tx, &TABLE_GROUP_CASE, cells);
}

static enum err of_holder(struct act *a)
{
    return strcmp(a->object.owner, a->ctx->agency) == 0
               ? OK
               : FAIL(ERR_STATE, "a group is of the agency that holds its cases");
}

enum err group_open_body(struct act *a)
{
    struct id id = id_new(), member;
    struct compartment_id c;
    TRY(of_holder(a));
    TRY(vault_compartment(a->tx, COMPARTMENT_CASE, a->ctx->agency, &c));
    struct cell cells[GR_COUNT] = {
        [GR_ID] = cell_id(&id),
        [GR_AGENCY] = cell_c(a->ctx->agency),
        [GR_COMPARTMENT] = cell_id(&c.v),
        [GR_CREATED] = cell_int(a->tx->now_us),
        [GR_CREATED_BY] = cell_id_or_null(&a->ctx->account),
    };
    TRY(row_insert(a->tx, &TABLE_GROUP, cells));
    TRY(add_member(a, id, &member));
    a->ret_id = id;
    return OK;
}

/* The actor must be able to change the case that is added and one that is in the group already. */
enum err group_add_body(struct act *a)
{
    struct id group = in_id(a, "group"), through = in_id(a, "through"), row;
    struct object other;
    struct scope scope;
    bool found;
    TRY(of_holder(a));
    TRY(member_row(a->tx->db, group, through, a->ctx->agency, &row, &found));
    if (!found)
        return FAIL(ERR_NOT_FOUND, "group");
    TRY(REGISTRY_ENTITIES.case_(a->tx->db, a->arena, through, &other));
    TRY(door_scope(a->tx->db, a->ctx, &other, a->tx->now_us, &scope));
    struct policy_question q = {.role = a->ctx->role,
                                .verb = VERB_UPDATE,
                                .object = OBJECT_CASE,
                                .relation = scope.relation,
                                .need_to_know = scope.need_to_know,
                                .purpose = a->ctx->purpose,
                                .basis = scope.basis,
                                .label = other.label,
                                .assurance = a->ctx->assurance};
    if (policy_decide(&q).verdict != VERDICT_ALLOW)
        return FAIL(ERR_NOT_FOUND, "group");
    TRY(member_row(a->tx->db, group, a->subject, a->ctx->agency, &row, &found));
    return found ? FAIL(ERR_STATE, "the case is in this group already") : add_member(a, group, &a->ret_id);
}

enum err group_remove_body(struct act *a)
{
    struct cell m[GC_COUNT];
    struct id row;
    TRY(own_member(a, &row));
    TRY(row_get(a->tx->db, a->arena, &TABLE_GROUP_CASE, row, m));
    m[GC_UNTIL] = cell_int(a->tx->now_us);
    a->ret_id = row;
    return row_update(a->tx, &TABLE_GROUP_CASE, m, -1);
}

/* How somebody was heard, and whether she may act for the exploiters, is sealed under her case: it ends with
 * it.
 */
static const struct note {
    const char *input;
    enum field_class class;
    int plain, sealed; /* columns; plain: of a store from before, until it is noted again */
} notes[] = {{"private_interview", CLASS_ROUTING, GC_PRIVATE, GC_NOTED},
             {"own_interpreter", CLASS_ROUTING, GC_INTERPRETER, GC_NOTED_INTERPRETER},
             {"possible_enforcer", CLASS_SUSPECT, GC_ENFORCER, GC_NOTED_ENFORCER}};

static enum err seal_note(struct act *a, const struct note *note, struct id row, struct cell *m)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct str text = in_bool(a, note->input) ? STR("1") : STR("0"); /* of one length */
    TRY(vault_seal(a->tx, a->object.compartment, note->class,
                   (struct place){&TABLE_GROUP_CASE, row, note->sealed}, text, &sealed));
    struct str kept = arena_str(a->arena, buf_view(&sealed));
    m[note->plain] = cell_int(0);
    m[note->sealed] = cell_str(kept);
    return kept.p ? OK : arena_err(a->arena);
}

static enum err noted(struct view *v, const struct object *o, const struct note *note, const struct cell *m,
                      bool *ret)
{
    struct shown shown;
    struct place at = {&TABLE_GROUP_CASE, cell_get_id(&m[GC_ID]), note->sealed};
    if (m[note->sealed].kind == CELL_NULL) {
        *ret = m[note->plain].i != 0 && view_tells(v, o, note->class);
        return OK;
    }
    TRY(view_unseal(v, o, note->class, at, m[note->sealed].s, &shown));
    *ret = shown.verdict == VERDICT_ALLOW && str_is(shown.text, "1");
    return OK;
}

enum err group_note_body(struct act *a)
{
    struct cell m[GC_COUNT];
    struct id row;
    TRY(own_member(a, &row));
    TRY(row_get(a->tx->db, a->arena, &TABLE_GROUP_CASE, row, m));
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (in_given(a, notes[i].input))
            TRY(seal_note(a, &notes[i], row, m));
    a->ret_id = row;
    return row_update(a->tx, &TABLE_GROUP_CASE, m, -1);
}

enum err group_fact_body(struct act *a)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct cell g[GR_COUNT];
    struct id member, id = id_new(), group = in_id(a, "group");
    TRY(own_member(a, &member));
    TRY(act_may(a, CLASS_SUSPECT));
    TRY(row_get(a->tx->db, a->arena, &TABLE_GROUP, group, g));
    struct compartment_id c = {cell_get_id(&g[GR_COMPARTMENT])};
    TRY(vault_seal(a->tx, c, CLASS_SUSPECT, (struct place){&TABLE_GROUP_FACT, id, GF_VALUE},
                   in_text(a, "value"), &sealed));
    struct cell cells[GF_COUNT] = {
        [GF_ID] = cell_id(&id),
        [GF_GROUP] = cell_id(&group),
        [GF_WHAT] = cell_str(in_text(a, "what")),
        [GF_VALUE] = cell_str(buf_view(&sealed)),
        [GF_AT] = cell_int(a->tx->now_us),
        [GF_ACCOUNT] = cell_id_or_null(&a->ctx->account),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_GROUP_FACT, cells);
}

/* What is known of the situation names people. Nobody sees it but through a case, so its keys end with the
 * last one. */
#define ORPHANS                                                                                              \
    "SELECT DISTINCT k.id FROM case_group_case m JOIN case_group g ON g.id = m.group_id JOIN compartment k " \
    "ON k.id = g.compartment WHERE m.case_id = ?1 AND k.shredded_us IS NULL AND NOT EXISTS (SELECT o.id "    \
    "FROM case_group_case o JOIN case_file c ON c.id = o.case_id JOIN compartment q ON q.id = "              \
    "c.compartment "                                                                                         \
    "WHERE o.group_id = g.id AND o.until_us IS NULL AND q.shredded_us IS NULL) LIMIT 1"

static enum err next_orphan(struct db *db, struct id case_, struct compartment_id *ret, bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, ORPHANS, &s));
    db_bind_id(s, 1, &case_);
    TRY(db_step(s, ret_found));
    return *ret_found ? db_id(s, 0, &ret->v) : OK;
}

enum err groups_without(struct act *a, struct id case_)
{
    struct compartment_id c;
    for (;;) {
        bool found;
        TRY(next_orphan(a->tx->db, case_, &c, &found));
        if (!found)
            return OK;
        TRY(vault_shred(a->tx, c));
    }
}

/* ---- group.show
 * ------------------------------------------------------------------------------------------------ */

enum err group_show_find(struct view *v, struct object *ret)
{
    struct id in_case = id_nil(), row;
    struct str given = view_in(v, "case");
    bool found;
    if (given.n)
        TRY(id_parse(given, &in_case));
    TRY(member_row(v->db, v->subject, in_case, v->ctx->agency, &row, &found));
    TRY(REGISTRY_ENTITIES.case_(v->db, v->arena, in_case, ret));
    return found ? OK : FAIL(ERR_NOT_FOUND, "case");
}

static enum err facts(struct view *v, struct group_model *m)
{
    struct cell g[GR_COUNT];
    struct id *found;
    size_t n;
    TRY(row_get(v->db, v->arena, &TABLE_GROUP, v->subject, g));
    TRY(part_ids(v, "SELECT id FROM case_group_fact WHERE group_id = ?1 ORDER BY at_us, id", v->subject,
                 &found, &n));
    m->facts = ARENA_ARRAY(v->arena, n + 1, struct group_fact);
    if (!m->facts)
        return arena_err(v->arena);
    struct object o = v->object; /* as the viewer's case, sealed in the group's own compartment */
    o.compartment.v = cell_get_id(&g[GR_COMPARTMENT]);
    for (size_t i = 0; i < n; i++) {
        struct cell f[GF_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_GROUP_FACT, found[i], f));
        struct group_fact *fact = &m->facts[m->nfacts];
        *fact = (struct group_fact){.what = f[GF_WHAT].s.p, .at_us = f[GF_AT].i};
        TRY(view_unseal(v, &o, CLASS_SUSPECT, (struct place){&TABLE_GROUP_FACT, found[i], GF_VALUE},
                        f[GF_VALUE].s, &fact->value));
        m->nfacts += !part_left_out(&fact->value);
    }
    return OK;
}

static enum err individual_consent(struct view *v, struct id case_, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db,
        "SELECT id FROM consent WHERE case_id = ?1 AND subject IS NOT NULL AND withdrawn_us IS NULL AND "
        "(until_us IS NULL OR until_us > ?2) LIMIT 1",
        &s));
    db_bind_id(s, 1, &case_);
    db_bind_i64(s, 2, v->now_us);
    return db_step(s, ret);
}

/* Listed: its number. Opened: how the person was heard. Neither: it is not there, and in no number. */
static enum err one_member(struct view *v, struct id row, struct group_model *m)
{
    struct cell g[GC_COUNT], c[CA_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_GROUP_CASE, row, g));
    struct id id = cell_get_id(&g[GC_CASE]);
    TRY(case_load(v->db, v->arena, id, c));
    struct object o = case_object(c);
    if (!door_may_list(v->db, v->ctx, &o, v->now_us))
        return OK;
    struct group_member *one = &m->members[m->nmembers++];
    *one = (struct group_member){.case_ = id, .number = c[CA_NUMBER].s.p, .state = c[CA_STATE].s.p};
    view_show(v, id);
    one->opened = part_may_show(v, &o);
    if (!one->opened)
        return OK;
    TRY(noted(v, &o, &notes[0], g, &one->private_interview));
    TRY(noted(v, &o, &notes[1], g, &one->own_interpreter));
    TRY(noted(v, &o, &notes[2], g, &one->possible_enforcer));
    return individual_consent(v, id, &one->own_consent);
}

enum err group_show_run(struct view *v)
{
    struct group_model *m = ARENA_NEW(v->arena, struct group_model);
    struct id *found;
    size_t n;
    if (!m)
        return arena_err(v->arena);
    v->passes_hidden = true;
    struct cell seen_through[CA_COUNT];
    TRY(case_load(v->db, v->arena, v->object.case_.v, seen_through));
    *m = (struct group_model){
        .id = v->subject, .in_case = v->object.case_.v, .synthetic = seen_through[CA_SYNTHETIC].i != 0};
    TRY(facts(v, m));
    TRY(part_ids(
        v, "SELECT id FROM case_group_case WHERE group_id = ?1 AND until_us IS NULL ORDER BY from_us, id",
        v->subject, &found, &n));
    m->members = ARENA_ARRAY(v->arena, n + 1, struct group_member);
    if (!m->members)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++)
        TRY(one_member(v, found[i], m));
    view_show(v, v->subject);
    v->model = m;
    return OK;
}

void group_show_json(const struct view *v, struct json *j)
{
    const struct group_model *m = v->model;
    json_object(j);
    put_id(j, "id", m->id);
    json_key(j, "facts");
    json_array(j);
    for (size_t i = 0; i < m->nfacts; i++) {
        json_object(j);
        json_kv(j, "what", m->facts[i].what);
        put_shown(j, "value", m->facts[i].value);
        json_end(j);
    }
    json_end(j);
    json_key(j, "cases");
    json_array(j);
    for (size_t i = 0; i < m->nmembers; i++) {
        const struct group_member *one = &m->members[i];
        json_object(j);
        put_id(j, "case", one->case_);
        json_kv(j, "number", one->number);
        json_kv(j, "state", one->state);
        if (one->opened) {
            json_kv_bool(j, "private_interview", one->private_interview);
            json_kv_bool(j, "own_interpreter", one->own_interpreter);
            json_kv_bool(j, "own_consent", one->own_consent);
            if (one->possible_enforcer)
                json_kv_bool(j, "possible_enforcer", true);
        }
        json_end(j);
    }
    json_end(j);
    json_end(j);
}
