/* SPDX-License-Identifier: Apache-2.0 */
/* list_known.c - what a list may tell of a case: numbers, times and facts of what the viewer may know of, and
 * of nothing else (docs/policy.md, 3). An order or a filter over what is concealed would tell of it. */
#include "core/facts.h"
#include "registry/own.h"

/* All that one answer holds for is asked once. */
#define COUNT_ROLES "SELECT subject, count(*) FROM case_role WHERE case_id = ?1 GROUP BY subject"
#define COUNT_RECORDS                                                                                       \
    "SELECT subject, count(*), agency, label, coalesce(kept_with, 0) FROM record WHERE case_id = ?1 GROUP " \
    "BY subject, agency, label, coalesce(kept_with, 0)"
#define NEXT_CLOCKS                                                                                    \
    "SELECT min(k.due_us), k.agency, coalesce(r.label, -1) FROM clock k LEFT JOIN record r ON r.id = " \
    "k.record "                                                                                        \
    "WHERE k.case_id = ?1 AND k.state = 0 GROUP BY k.agency, coalesce(r.label, -1)"

static bool may_know(struct view *v, const struct object *o, enum object_kind kind, struct id id)
{
    struct object part = *o;
    part.kind = kind;
    part.id = id_is_nil(id) ? o->id : id;
    return view_decide(v, &part, CLASS_NONE).verdict == VERDICT_ALLOW;
}

enum err known_subjects(struct view *v, const struct object *o, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, COUNT_ROLES, &s));
    db_bind_id(s, 1, &o->id);
    for (*ret = 0;;) {
        struct id subject;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &subject));
        if (may_know(v, o, OBJECT_SUBJECT, subject))
            *ret += db_i64(s, 1);
    }
}

enum err known_records(struct view *v, const struct object *o, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, COUNT_RECORDS, &s));
    db_bind_id(s, 1, &o->id);
    for (*ret = 0;;) {
        struct object record = *o;
        struct id subject = id_nil();
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        if (!db_null(s, 0))
            TRY(db_id(s, 0, &subject));
        record.owner = arena_cstr(v->arena, db_text(s, 2));
        record.label = (enum label)db_i64(s, 3);
        record.kept_with = (uint32_t)db_i64(s, 4);
        if (!record.owner)
            return arena_err(v->arena);
        if ((id_is_nil(subject) || may_know(v, o, OBJECT_SUBJECT, subject)) &&
            may_know(v, &record, OBJECT_RECORD, subject))
            *ret += db_i64(s, 1);
    }
}

enum err known_due(struct view *v, const struct object *o, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, NEXT_CLOCKS, &s));
    db_bind_id(s, 1, &o->id);
    for (*ret = 0;;) {
        struct object clock = *o;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        clock.owner = arena_cstr(v->arena, db_text(s, 1));
        clock.of_record = db_i64(s, 2) >= 0;
        if (db_i64(s, 2) > (int64_t)clock.label)
            clock.label = (enum label)db_i64(s, 2); /* the stricter of the two */
        if (!clock.owner)
            return arena_err(v->arena);
        if ((!*ret || db_i64(s, 0) < *ret) && may_know(v, &clock, OBJECT_CLOCK, id_nil()))
            *ret = db_i64(s, 0);
    }
}

#define LAST_CHANGES                                                                                         \
    "SELECT subject, max(updated_us), agency, label, coalesce(kept_with, 0) FROM record WHERE case_id = ?1 " \
    "GROUP BY subject, agency, label, coalesce(kept_with, 0)"

/* A row of (subject, number, agency, label, kept with) of papers: may she know of these? */
static enum err papers_known(struct view *v, const struct object *o, struct stmt *s, bool *ret)
{
    struct object record = *o;
    struct id subject = id_nil();
    if (!db_null(s, 0))
        TRY(db_id(s, 0, &subject));
    record.owner = arena_cstr(v->arena, db_text(s, 2));
    record.label = (enum label)db_i64(s, 3);
    record.kept_with = (uint32_t)db_i64(s, 4);
    if (!record.owner)
        return arena_err(v->arena);
    *ret = (id_is_nil(subject) || may_know(v, o, OBJECT_SUBJECT, subject)) &&
           may_know(v, &record, OBJECT_RECORD, subject);
    return OK;
}

enum err known_change(struct view *v, const struct object *o, int64_t opened_us, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, LAST_CHANGES, &s));
    db_bind_id(s, 1, &o->id);
    for (*ret = opened_us;;) {
        bool row, known = false;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        if (db_i64(s, 1) > *ret)
            TRY(papers_known(v, o, s, &known));
        if (known)
            *ret = db_i64(s, 1);
    }
}

/* ---- facts
 * ---------------------------------------------------------------------------------------------------- */

#define PAPERS_OF_KIND                                                                                      \
    "SELECT subject, 0, agency, label, coalesce(kept_with, 0), id FROM record WHERE case_id = ?1 AND kind " \
    "= ?2 ORDER BY id"

static bool has_part(struct str text, struct str value)
{
    struct str part;
    while (str_cut(&text, ';', &part))
        if (str_eq(part, value))
            return true;
    return false;
}

/* The paper in this row: is the fact so, and open to the viewer? Only then does the answer hang on it. */
static enum err paper_fits(struct view *v, const struct object *o, struct stmt *s, struct facts *facts,
                           const struct fact_column *column, struct str value, bool *ret)
{
    struct object record = *o;
    struct fact_cell cell;
    struct id id;
    bool known, found;
    *ret = false;
    TRY(papers_known(v, o, s, &known));
    TRY(db_id(s, 5, &id));
    if (!known)
        return OK;
    record.kind = OBJECT_RECORD;
    record.id = id;
    record.owner = arena_cstr(v->arena, db_text(s, 2));
    record.label = (enum label)db_i64(s, 3);
    record.kept_with = (uint32_t)db_i64(s, 4);
    struct policy_answer answer = view_decide(v, &record, column->field->class);
    if (answer.verdict != VERDICT_ALLOW)
        return OK;
    TRY(facts_value(facts, column, id, &cell, &found));
    *ret = found && cell.state == VALUE_GIVEN && has_part(str_of(cell.value), value);
    if (*ret)
        view_note(v, 1u << column->field->class, answer.obligations, id);
    return OK;
}

enum err known_fact(struct view *v, const struct object *o, const char *fact, struct str value, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct facts *facts;
    *ret = false;
    TRY(facts_of(v->door, &facts));
    const struct fact_column *column = facts_column(facts, fact);
    if (!column)
        return OK;
    TRY(db_prepare(v->db, PAPERS_OF_KIND, &s));
    db_bind_id(s, 1, &o->id);
    db_bind_text(s, 2, str_of(column->kind->id));
    while (!*ret) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(paper_fits(v, o, s, facts, column, value, ret));
    }
    return OK;
}
