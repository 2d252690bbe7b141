/* SPDX-License-Identifier: Apache-2.0 */
/* case_file.c - case.file and case.print: all that an officer sees of a case in one look with one leaf:
 * people, records with their values, clocks, decisions, consents, shares, contacts, who hands it over to
 * whom. */
#include "base/json.h"
#include "registry/own.h"

const struct input_field CASE_FILE_INPUTS[1] = {
    {.name = "people", .label = "Page of the people", .type = IN_INT, .min = 1, .max = 1000}};

/* ---- records, opened -------------------------------------------------------------------------------------
 */

static enum err open_some(struct view *v, struct record_model *records, size_t n, size_t max, bool newest)
{
    size_t opened = 0;
    for (size_t i = 0; i < n && opened < max; i++) {
        struct record_model *m = &records[newest ? n - 1 - i : i];
        if (!m->kind)
            continue;
        TRY(record_read(v, m->id, m));
        opened++;
    }
    return OK;
}

/* What there is one of (a profile) tells who the person is, and is opened first. */
static enum err open_of_subject(struct view *v, struct subject_model *s, size_t *left)
{
    for (int once = 1; once >= 0; once--)
        for (size_t i = 0; i<s->nrecords && * left> 0; i++) {
            if (!s->records[i].kind || s->records[i].kind->once != (once == 1) || s->records[i].opened)
                continue;
            TRY(record_read(v, s->records[i].id, &s->records[i]));
            --*left;
        }
    return OK;
}

/* Those of the people on the page that is shown; and of the case, the newest. */
static enum err open_records(struct view *v, struct case_file *f)
{
    size_t left = CASE_FILE_OPENED;
    for (size_t i = f->first; i < f->first + CASE_FILE_PEOPLE && i < f->npeople; i++)
        TRY(open_of_subject(v, &f->case_.subjects[f->people[i]], &left));
    return open_some(v, f->case_.records, f->case_.nrecords, CASE_FILE_OPENED_OF_CASE, true);
}

/* The place of a role in the pack's list: victims stand first there. */
static size_t role_order(const struct pack *p, const char *role)
{
    const struct code_list *list = pack_codes(p, "subject_role");
    size_t i = 0;
    while (list && i < list->n && strcmp(list->codes[i].code, role) != 0)
        i++;
    return i;
}

static void place_person(struct view *v, struct case_file *f, size_t subject)
{
    size_t at = f->npeople++, order = role_order(v->pack, f->case_.subjects[subject].role);
    for (; at > 0 && role_order(v->pack, f->case_.subjects[f->people[at - 1]].role) > order; at--)
        f->people[at] = f->people[at - 1];
    f->people[at] = subject;
}

/* Persons that are no suspects, in the order of their roles. */
static enum err order_people(struct view *v, struct case_file *f)
{
    struct str page = view_in(v, "people");
    int64_t number = 1;
    f->people = ARENA_ARRAY(v->arena, f->case_.nsubjects + 1, size_t);
    if (!f->people)
        return arena_err(v->arena);
    for (size_t i = 0; i < f->case_.nsubjects; i++) {
        struct subject_model *s = &f->case_.subjects[i];
        s->suspect = role_class(v->pack, s->role) == CLASS_SUSPECT;
        if (s->type == SUBJECT_PERSON && !s->suspect)
            place_person(v, f, i);
    }
    if (page.n)
        TRY(str_i64(page, 1, 1000, &number));
    f->first = (size_t)(number - 1) * CASE_FILE_PEOPLE;
    if (f->first >= f->npeople)
        f->first = 0;
    return OK;
}

/* ---- in how many other cases
 * ------------------------------------------------------------------------------- */

/* Each part by an index: an OR over a subquery made PostgreSQL read all roles of all cases. */
#define OTHER_CASES                                                                  \
    "SELECT r.case_id FROM case_role r WHERE r.subject = ?1 "                        \
    "UNION SELECT r.case_id FROM same_person p JOIN case_role r ON r.subject = p.b " \
    "WHERE p.a = ?1 AND p.reversed_us IS NULL "                                      \
    "UNION SELECT r.case_id FROM same_person p JOIN case_role r ON r.subject = p.a " \
    "WHERE p.b = ?1 AND p.reversed_us IS NULL"

/* Only cases that the viewer may both list and open: one that is hidden is in no number. */
static enum err count_others(struct view *v, struct subject_model *s)
{
    struct id *found;
    size_t n;
    TRY(part_ids(v, OTHER_CASES, s->id, &found, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[CA_COUNT];
        if (id_eq(found[i], v->subject))
            continue;
        TRY(case_load(v->db, v->arena, found[i], c));
        struct object o = case_object(c);
        if (!part_may_show(v, &o) || !door_may_list(v->db, v->ctx, &o, v->now_us))
            continue;
        s->other_cases++;
        view_show(v, found[i]);
    }
    return OK;
}

/* ---- consents, shares, contacts, hand-over
 * -------------------------------------------------------------------- */

/* Who is not of those who hold the case sees what concerns his own agency: that she also told somebody else
 * something is hers to say. */
static const char *only_agency(const struct view *v)
{
    bool holds = v->scope.relation == RELATION_OWNER || v->scope.relation == RELATION_CO_OWNER;
    return holds || v->ctx->role == ROLE_OVERSIGHT ? "" : v->ctx->agency;
}

static int64_t or_zero(const struct cell *c)
{
    return c->kind == CELL_NULL ? 0 : c->i;
}

static const char *or_empty(const struct cell *c)
{
    return c->kind == CELL_NULL ? "" : c->s.p;
}

static enum err ids_for(struct view *v, const char *sql, const char *agency, struct id **ret, size_t *ret_n)
{
    struct id *list = ARENA_ARRAY(v->arena, PART_MAX, struct id);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    if (!list)
        return arena_err(v->arena);
    TRY(db_prepare(v->db, sql, &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_text(s, 2, str_of(agency));
    *ret = list;
    while (*ret_n < PART_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &list[(*ret_n)++]));
    }
    return OK;
}

static enum err consents(struct view *v, struct case_file *f)
{
    struct id *found;
    size_t n;
    TRY(ids_for(
        v,
        "SELECT id FROM consent WHERE case_id = ?1 AND basis = 1 AND subject IS NOT NULL AND (?2 = '' OR "
        "agency = ?2) ORDER BY given_us, id",
        only_agency(v), &found, &n));
    f->consents = ARENA_ARRAY(v->arena, n + 1, struct consent_model);
    if (!f->consents)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[CN_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_CONSENT, found[i], c));
        f->consents[f->nconsents++] = (struct consent_model){.id = found[i],
                                                             .subject = cell_get_id(&c[CN_SUBJECT]),
                                                             .guardian = cell_get_id(&c[CN_GUARDIAN]),
                                                             .agency = c[CN_AGENCY].s.p,
                                                             .classes = (uint32_t)c[CN_CLASSES].i,
                                                             .purpose = (enum purpose)c[CN_PURPOSE].i,
                                                             .how = or_empty(&c[CN_HOW]),
                                                             .language = or_empty(&c[CN_LANGUAGE]),
                                                             .given_us = c[CN_GIVEN].i,
                                                             .until_us = or_zero(&c[CN_UNTIL]),
                                                             .withdrawn_us = or_zero(&c[CN_WITHDRAWN])};
        view_show(v, found[i]);
    }
    return OK;
}

static enum err shares(struct view *v, struct case_file *f)
{
    struct id *found;
    size_t n;
    TRY(ids_for(
        v,
        "SELECT id FROM access_grant WHERE case_id = ?1 AND account IS NULL AND relation <> 1 AND (?2 = '' "
        "OR agency = ?2) ORDER BY agency, from_us, id",
        only_agency(v), &found, &n));
    f->shares = ARENA_ARRAY(v->arena, n + 1, struct share_model);
    if (!f->shares)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell g[AG_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_ACCESS_GRANT, found[i], g));
        int64_t until = or_zero(&g[AG_UNTIL]);
        if (until && until <= g[AG_FROM].i)
            continue; /* ended before it began */
        f->shares[f->nshares++] =
            (struct share_model){.id = found[i],
                                 .agency = g[AG_AGENCY].s.p,
                                 .relation = (enum relation)g[AG_RELATION].i,
                                 .basis = (enum basis)g[AG_BASIS].i,
                                 .classes = g[AG_CLASSES].kind == CELL_NULL ? 0 : (uint32_t)g[AG_CLASSES].i,
                                 .from_us = g[AG_FROM].i,
                                 .until_us = until,
                                 .runs = !until || until > v->now_us};
        view_show(v, found[i]);
    }
    return OK;
}

static enum err contacts(struct view *v, struct case_file *f)
{
    struct id *found;
    size_t n;
    TRY(part_ids(v, "SELECT id FROM contact WHERE case_id = ?1 ORDER BY at_us DESC, id", v->subject, &found,
                 &n));
    f->contacts = ARENA_ARRAY(v->arena, n + 1, struct contact_model);
    if (!f->contacts)
        return arena_err(v->arena);
    for (size_t i = 0; i < n && i < CASE_FILE_CONTACTS; i++) {
        struct cell c[CT_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_CONTACT, found[i], c));
        struct contact_model *m = &f->contacts[f->ncontacts++];
        *m = (struct contact_model){.id = found[i],
                                    .subject = cell_get_id(&c[CT_SUBJECT]),
                                    .agency = c[CT_AGENCY].s.p,
                                    .direction = c[CT_DIRECTION].s.p,
                                    .channel = c[CT_CHANNEL].s.p,
                                    .outcome = c[CT_OUTCOME].s.p,
                                    .at_us = c[CT_AT].i,
                                    .danger = c[CT_DANGER].i != 0};
        if (c[CT_NOTE].kind != CELL_NULL)
            TRY(view_unseal(v, &v->object, CLASS_IDENTITY, (struct place){&TABLE_CONTACT, found[i], CT_NOTE},
                            c[CT_NOTE].s, &m->note));
        view_show(v, found[i]);
    }
    return OK;
}

static enum err handover(struct view *v, struct case_file *f)
{
    struct id *found;
    struct cell h[HO_COUNT];
    size_t n;
    TRY(ids_for(v,
                "SELECT id FROM handover WHERE case_id = ?1 AND agency = ?2 AND ended_us IS NULL ORDER BY "
                "asked_us, id",
                v->ctx->agency, &found, &n));
    if (n == 0)
        return OK;
    /* Several officers may hand over at a time: hers, and what waits for her, stands before that of others.
     */
    for (size_t i = 0, mine = n; i < n && mine == n; i++) {
        TRY(row_get(v->db, v->arena, &TABLE_HANDOVER, found[i], h));
        if (!id_eq(cell_get_id(&h[HO_FROM]), v->ctx->account) &&
            !id_eq(cell_get_id(&h[HO_TO]), v->ctx->account))
            continue;
        found[0] = found[i];
        mine = i;
    }
    f->handover = ARENA_NEW(v->arena, struct handover_model);
    if (!f->handover)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_HANDOVER, found[0], h));
    *f->handover = (struct handover_model){.id = found[0],
                                           .from = cell_get_id(&h[HO_FROM]),
                                           .to = cell_get_id(&h[HO_TO]),
                                           .asked_us = h[HO_ASKED].i,
                                           .until_us = or_zero(&h[HO_UNTIL])};
    view_show(v, found[0]);
    return view_unseal(v, &v->object, CLASS_IDENTITY, (struct place){&TABLE_HANDOVER, found[0], HO_NOTE},
                       h[HO_NOTE].s, &f->handover->note);
}

/* ---- the look
 * ------------------------------------------------------------------------------------------------ */

enum err case_file_run(struct view *v)
{
    struct case_file *f = ARENA_NEW(v->arena, struct case_file);
    if (!f)
        return arena_err(v->arena);
    v->passes_hidden = true; /* other cases of the people in it */
    TRY(case_fill(v, &f->case_));
    TRY(order_people(v, f));
    TRY(open_records(v, f));
    TRY(decisions_of_case(v, &f->decisions));
    for (size_t i = 0; i < f->case_.nsubjects; i++)
        TRY(count_others(v, &f->case_.subjects[i]));
    v->model = f;
    if (!view_tells(v, &v->object, CLASS_ROUTING)) /* who works on it tells what it is about */
        return OK;
    TRY(consents(v, f));
    TRY(shares(v, f));
    TRY(contacts(v, f));
    TRY(ids_for(v,
                "SELECT m.group_id FROM case_group_case m JOIN case_group g ON g.id = m.group_id WHERE "
                "m.case_id = ?1 "
                "AND g.agency = ?2 AND m.until_us IS NULL ORDER BY m.from_us",
                v->ctx->agency, &f->groups, &f->ngroups));
    return handover(v, f);
}

/* A print leaves the screen: whoever holds the case hears that another agency made one. */
enum err case_print_run(struct view *v)
{
    TRY(case_file_run(v));
    if (v->scope.relation != RELATION_OWNER)
        v->answer.obligations |= OBLIGE_NOTIFY_OWNER;
    return OK;
}

/* ---- JSON
 * ---------------------------------------------------------------------------------------------------- */

static void put_classes(struct json *j, uint32_t classes)
{
    json_key(j, "classes");
    json_array(j);
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++)
        if (classes & (1u << class))
            json_c(j, class_word((enum field_class) class));
    json_end(j);
}

static void put_consent(struct json *j, const struct consent_model *m)
{
    json_object(j);
    put_id(j, "id", m->id);
    put_id(j, "subject", m->subject);
    json_kv(j, "agency", m->agency);
    json_kv(j, "purpose", purpose_word(m->purpose));
    put_classes(j, m->classes);
    json_kv(j, "how", m->how);
    json_kv(j, "language", m->language);
    if (!id_is_nil(m->guardian))
        put_id(j, "guardian", m->guardian);
    json_kv_time(j, "given", m->given_us);
    json_kv_time(j, "until", m->until_us);
    json_kv_time(j, "withdrawn", m->withdrawn_us);
    json_end(j);
}

static void put_share(struct json *j, const struct share_model *m)
{
    json_object(j);
    put_id(j, "id", m->id);
    json_kv(j, "agency", m->agency);
    json_kv(j, "relation", relation_word(m->relation));
    json_kv(j, "basis", basis_word(m->basis));
    put_classes(j, m->classes);
    json_kv_time(j, "from", m->from_us);
    json_kv_time(j, "until", m->until_us);
    json_kv_bool(j, "runs", m->runs);
    json_end(j);
}

static void put_contact(struct json *j, const struct contact_model *m)
{
    json_object(j);
    put_id(j, "id", m->id);
    put_id(j, "subject", m->subject);
    json_kv(j, "agency", m->agency);
    json_kv(j, "direction", m->direction);
    json_kv(j, "channel", m->channel);
    json_kv(j, "outcome", m->outcome);
    json_kv_time(j, "at", m->at_us);
    json_kv_bool(j, "danger_to_life", m->danger);
    put_shown(j, "note", m->note);
    json_end(j);
}

/* Values stand in K.show of each record; here are their frames. */
void case_file_json(const struct view *v, struct json *j)
{
    const struct case_file *f = v->model;
    json_object(j);
    put_case_of(j, &f->case_);
    put_decisions(j, &f->decisions);
    json_key(j, "consents");
    json_array(j);
    for (size_t i = 0; i < f->nconsents; i++)
        put_consent(j, &f->consents[i]);
    json_end(j);
    json_key(j, "shares");
    json_array(j);
    for (size_t i = 0; i < f->nshares; i++)
        put_share(j, &f->shares[i]);
    json_end(j);
    json_key(j, "contacts");
    json_array(j);
    for (size_t i = 0; i < f->ncontacts; i++)
        put_contact(j, &f->contacts[i]);
    json_end(j);
    json_end(j);
}
