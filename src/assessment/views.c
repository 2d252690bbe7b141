/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - looks at assessments. What is sealed is opened version by version, as the policy lets; where it
 * does not, no result is worked out either. */
#include "assessment/own.h"

#define LIST_MAX 400

static enum err find(struct view *v, struct object *ret)
{
    struct cell m[AM_COUNT];
    return assessment_load(v->db, v->arena, v->subject, m, ret);
}

static const char *word(const struct cell *c)
{
    return c->kind == CELL_NULL ? "" : c->s.p;
}

/* ---- assessment.show ----------------------------------------------------------------------------------- */

static void head(const struct view *v, const struct cell *c, struct assessment_model *m)
{
    *m = (struct assessment_model){
        .id = v->subject,
        .case_ = cell_get_id(&c[AM_CASE]),
        .subject = cell_get_id(&c[AM_SUBJECT]),
        .form = c[AM_FORM].s.p,
        .phase = c[AM_PHASE].s.p,
        .state = c[AM_STATE].s.p,
        .outcome = word(&c[AM_OUTCOME]),
        .agency = c[AM_AGENCY].s.p,
        .version = c[AM_VERSION].i,
        .started_us = c[AM_STARTED].i,
        .updated_us = c[AM_UPDATED].i,
        .finished_us = c[AM_FINISHED].kind == CELL_NULL ? 0 : c[AM_FINISHED].i,
        .first_contact = str_is(c[AM_PHASE].s, "first_contact"),
        .lifts = c[AM_LIFTS].kind != CELL_NULL && c[AM_LIFTS].i != LIFTS_NONE,
    };
    for (size_t i = 0; i < v->pack->signs.nsituations; i++)
        if (strcmp(v->pack->signs.situations[i].id, word(&c[AM_SITUATION])) == 0)
            m->situation = &v->pack->signs.situations[i];
}

/* A hand in it is not enough: one answer of his own would open all that others wrote down. */
static enum err wrote_it_alone(struct view *v, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool others;
    TRY(db_prepare(v->db,
                   "SELECT 1 FROM assessment_version WHERE assessment = ?1 AND (account IS NULL OR account "
                   "<> ?2) LIMIT 1",
                   &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_id(s, 2, &v->ctx->account);
    TRY(db_step(s, &others));
    *ret = !others;
    return OK;
}

/* Harm: who acts against her reads in the screening that she spoke, and what she said. Who wants a step, and
 * in a screening of another agency all of that agency, are told the outcome; the answers and the reasons are
 * not for them, but where they wrote all of it. */
static enum err hide_from_who_wants_a_step(struct view *v, struct assessment_model *m)
{
    const struct gates *gates = door_gates(v->door);
    bool agency, officer, mine;
    if (!gates || !gates->wanted)
        return OK;
    TRY(gates->wanted(v->db, v->ctx, m->subject, &agency, &officer));
    TRY(wrote_it_alone(v, &mine));
    if (!mine && (officer || (agency && strcmp(m->agency, v->ctx->agency) != 0)))
        m->hidden = REASON_CLASS, m->wants_step = true;
    return OK;
}

static enum err open_version(struct view *v, struct assessment_model *m, struct folded *f, struct id id)
{
    struct assessment_version *out = &m->versions[m->nversions++];
    struct cell c[AV_COUNT];
    struct shown body;
    TRY(row_get(v->db, v->arena, &TABLE_ASSESSMENT_VERSION, id, c));
    *out = (struct assessment_version){.no = c[AV_NO].i,
                                       .at_us = c[AV_AT].i,
                                       .account = cell_get_id(&c[AV_ACCOUNT]),
                                       .agency = c[AV_AGENCY].s.p,
                                       .phase = c[AV_PHASE].s.p};
    if (c[AV_REASONS].kind != CELL_NULL && m->wants_step)
        out->reasons = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_CLASS};
    else if (c[AV_REASONS].kind != CELL_NULL)
        TRY(view_unseal(v, &v->object, CLASS_IDENTITY,
                        (struct place){&TABLE_ASSESSMENT_VERSION, id, AV_REASONS}, c[AV_REASONS].s,
                        &out->reasons));
    else
        out->reasons = (struct shown){.text = STR(""), .verdict = VERDICT_ALLOW};
    if (c[AV_BODY].kind == CELL_NULL || m->hidden != REASON_OK)
        return OK;
    TRY(view_unseal(v, &v->object, CLASS_SUSPECT, (struct place){&TABLE_ASSESSMENT_VERSION, id, AV_BODY},
                    c[AV_BODY].s, &body));
    if (body.verdict != VERDICT_ALLOW) {
        m->hidden = body.reason == REASON_OK ? REASON_CLASS : body.reason;
        return OK;
    }
    return fold_version(f, v->arena, body.text, out->at_us, out->account);
}

static void tell_answers(struct assessment_model *m, const struct folded *f)
{
    const struct signs *signs = &m->book.pack->signs;
    for (size_t i = 0; i < m->book.n; i++) {
        const struct answered *by = &f->by[i];
        struct answer_model *out = &m->answers[i];
        *out = (struct answer_model){.entry = &m->book.items[i],
                                     .answer = m->sheet.answers[i],
                                     .given = by->given,
                                     .evidence =
                                         by->given && by->evidence >= 0 ? EVIDENCE_WORDS[by->evidence] : "",
                                     .record = by->record,
                                     .attachment = by->file,
                                     .account = by->account,
                                     .at_us = by->at_us,
                                     .asked_before = by->asked_before,
                                     .doubted = f->doubted[i]};
        out->deciding = !m->first_contact && out->entry->sort == SORT_SIGN &&
                        sign_deciding(signs, m->result.profile, m->sheet.answers, &m->result.dimensions, i);
        m->ndeciding += out->deciding;
    }
}

/* How often she was asked: a count of papers that the viewer may list. */
static enum err count_interviews(struct view *v, struct assessment_model *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db,
        "SELECT agency, label, coalesce(kept_with, 0), id FROM record WHERE subject = ?1 AND case_id = ?2 "
        "AND kind = 'interview' LIMIT 400",
        &s));
    db_bind_id(s, 1, &m->subject);
    db_bind_id(s, 2, &m->case_);
    for (;;) {
        struct object o = v->object;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        o.owner = arena_cstr(v->arena, db_text(s, 0));
        o.label = (enum label)db_i64(s, 1);
        o.kept_with = (uint32_t)db_i64(s, 2);
        TRY(db_id(s, 3, &o.id)); /* what she consented to speaks for each by itself */
        if (!o.owner)
            return arena_err(v->arena);
        m->interviews += view_may_list(v, &o);
    }
}

#define PAPERS_MAX 100
#define PAPERS                                                                                             \
    "SELECT id, kind, created_us, agency, label FROM record WHERE case_id = ?1 AND (subject = ?2 OR "      \
    "subject "                                                                                             \
    "IS NULL) AND kind <> 'interview' AND kept_with IS NULL ORDER BY CASE WHEN kind = 'statement' THEN 0 " \
    "ELSE 1 END, created_us DESC, id LIMIT 100"

/* What she or others said already: one story once (plan 3(1)/a). */
static enum err list_papers(struct view *v, struct assessment_model *m)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    m->papers = ARENA_ARRAY(v->arena, PAPERS_MAX, struct assessment_paper);
    if (!m->papers)
        return arena_err(v->arena);
    TRY(db_prepare(v->db, PAPERS, &s));
    db_bind_id(s, 1, &m->case_);
    db_bind_id(s, 2, &m->subject);
    while (m->npapers < PAPERS_MAX) {
        struct object o = v->object;
        struct assessment_paper *paper = &m->papers[m->npapers];
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &paper->id));
        paper->kind = arena_cstr(v->arena, db_text(s, 1));
        paper->at_us = db_i64(s, 2);
        o.id = paper->id;
        o.owner = arena_cstr(v->arena, db_text(s, 3));
        o.label = (enum label)db_i64(s, 4);
        if (!paper->kind || !o.owner)
            return arena_err(v->arena);
        const struct kind *k = pack_kind(v->pack, paper->kind);
        paper->title = k ? k->title : paper->kind;
        if (view_may_list(v, &o)) {
            view_show(v, paper->id);
            m->npapers++;
        }
    }
    return OK;
}

static bool shows(const struct kind *k, const struct sign *sign)
{
    for (size_t i = 0; k && i < k->nsigns; i++)
        for (size_t n = 0; n < sign->nsigns; n++)
            if (strcmp(k->signs[i], sign->signs[n]) == 0)
                return true;
    return false;
}

/* A kept passport is reported: whoever assesses is told, and answers. Nothing is answered by itself. */
static void propose(const struct view *v, struct assessment_model *m)
{
    for (size_t i = 0; i < m->book.n; i++) {
        struct answer_model *a = &m->answers[i];
        if (a->given || m->book.items[i].sort != SORT_SIGN)
            continue;
        for (size_t n = 0; n < m->npapers && !a->shown_by; n++)
            if (shows(pack_kind(v->pack, m->papers[n].kind), m->book.items[i].of))
                a->shown_by = &m->papers[n];
    }
}

static enum err show_run(struct view *v)
{
    struct assessment_model *m = ARENA_NEW(v->arena, struct assessment_model);
    struct cell c[AM_COUNT];
    struct object o;
    struct folded f;
    struct id *ids;
    size_t n;
    if (!m)
        return arena_err(v->arena);
    TRY(assessment_load(v->db, v->arena, v->subject, c, &o));
    head(v, c, m);
    TRY(book_make(v->pack, v->arena, &m->book));
    TRY(fold_start(v->db, &m->book, v->arena, &f));
    TRY(version_ids(v->db, v->arena, v->subject, &ids, &n));
    m->versions = ARENA_ARRAY(v->arena, n + 1, struct assessment_version);
    m->answers = ARENA_ARRAY(v->arena, m->book.n + 1, struct answer_model);
    if (!m->versions || !m->answers)
        return arena_err(v->arena);
    if (!view_tells(v, &v->object, CLASS_SUSPECT)) /* also where nothing was answered yet */
        m->hidden = REASON_CLASS;
    TRY(hide_from_who_wants_a_step(v, m));
    for (size_t i = 0; i < n; i++)
        TRY(open_version(v, m, &f, ids[i]));
    if (m->hidden == REASON_OK) {
        m->sheet = f.sheet;
        result_of(&m->sheet, &m->result);
        lifting_of(&m->sheet, m->situation, &m->lifting);
        tell_answers(m, &f);
    }
    TRY(count_interviews(v, m));
    TRY(list_papers(v, m));
    if (m->hidden == REASON_OK)
        propose(v, m);
    view_show(v, v->subject);
    v->model = m;
    return OK;
}

/* ---- assessment.list ----------------------------------------------------------------------------------- */

static enum err list_find(struct view *v, struct object *ret)
{
    return door_entities(v->door)->case_(v->db, v->arena, v->subject, ret);
}

static enum err list_ids(struct view *v, struct id *ids, size_t *n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db,
                   "SELECT id FROM assessment WHERE case_id = ?1 ORDER BY started_us DESC, id DESC LIMIT 400",
                   &s));
    db_bind_id(s, 1, &v->subject);
    for (*n = 0; *n < LIST_MAX;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[(*n)++]));
    }
    return OK;
}

static enum err list_run(struct view *v)
{
    struct assessment_list *list = ARENA_NEW(v->arena, struct assessment_list);
    struct id *ids = ARENA_ARRAY(v->arena, LIST_MAX, struct id);
    size_t n;
    if (!list || !ids)
        return arena_err(v->arena);
    TRY(list_ids(v, ids, &n));
    list->items = ARENA_ARRAY(v->arena, n + 1, struct assessment_row);
    if (!list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[AM_COUNT];
        struct object o;
        TRY(assessment_load(v->db, v->arena, ids[i], c, &o));
        if (!view_may_list(v, &o))
            continue;
        list->items[list->n++] =
            (struct assessment_row){.id = ids[i],
                                    .subject = cell_get_id(&c[AM_SUBJECT]),
                                    .form = c[AM_FORM].s.p,
                                    .phase = c[AM_PHASE].s.p,
                                    .state = c[AM_STATE].s.p,
                                    .outcome = word(&c[AM_OUTCOME]),
                                    .agency = c[AM_AGENCY].s.p,
                                    .started_us = c[AM_STARTED].i,
                                    .finished_us = c[AM_FINISHED].kind == CELL_NULL ? 0 : c[AM_FINISHED].i};
        view_show(v, ids[i]);
    }
    v->model = list;
    return OK;
}

const struct view_decl ASSESSMENT_VIEWS[] = {
    {.name = "assessment.show",
     .summary = "An assessment: answers, and what they come to",
     .verb = VERB_READ,
     .object = OBJECT_RECORD,
     .find = find,
     .run = show_run,
     .to_json = assessment_show_json,
     .duty = "3(1)/a"},
    {.name = "assessment.list",
     .summary = "Screenings and assessments of a case",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .find = list_find,
     .run = list_run,
     .to_json = assessment_list_json,
     .duty = "3(1)/a"},
};
const size_t NASSESSMENT_VIEWS = sizeof ASSESSMENT_VIEWS / sizeof *ASSESSMENT_VIEWS;
