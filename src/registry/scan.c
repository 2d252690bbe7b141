/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c - the workflow of all cases and of all subjects, for whoever counts. Nothing sealed is read. */
#include "base/alloc.h"
#include "registry/own.h"

#define PAGE 500

/* ---- cases -------------------------------------------------------------------------------------------- */

static struct registry_case_fact case_fact(const struct pack *p, const struct cell *c, int64_t *at_stage)
{
    struct registry_case_fact f = {.id = cell_get_id(&c[CA_ID]),
                                   .state = c[CA_STATE].s.p,
                                   .stage = c[CA_STAGE].s.p,
                                   .agency = c[CA_AGENCY].s.p,
                                   .opened_us = c[CA_OPENED].i,
                                   .closed_us = c[CA_CLOSED].kind == CELL_INT ? c[CA_CLOSED].i : 0,
                                   .at_stage = at_stage};
    memset(at_stage, 0, p->nstages * sizeof *at_stage);
    if (p->nstages)
        at_stage[0] = f.opened_us;
    return f;
}

/* A decision counts from when it took effect: a negative one when the second agency confirmed it. */
static void take_decision(const struct pack *p, int64_t *at_stage, struct stmt *s)
{
    char stage[64];
    struct str word = db_text(s, 1);
    int64_t at_us = db_i64(s, 2) ? db_i64(s, 4) : db_i64(s, 3);
    if (word.n >= sizeof stage || (db_i64(s, 2) && db_null(s, 4)))
        return;
    memcpy(stage, word.p, word.n);
    stage[word.n] = '\0';
    int order = stage_order(p, stage);
    if (order >= 0 && (!at_stage[order] || at_us < at_stage[order]))
        at_stage[order] = at_us;
}

/* The next row of `s` that is about a case of the page. Both are in id order, and *i goes along; *ret_row
 * false: no more. */
static enum err next_of_page(struct stmt *s, const struct registry_case_fact *facts, size_t n, size_t *i,
                             bool *ret_row)
{
    for (;;) {
        struct id id;
        TRY(db_step(s, ret_row));
        if (!*ret_row)
            return OK;
        TRY(db_id(s, 0, &id));
        while (*i < n && id_cmp(facts[*i].id, id) < 0)
            ++*i;
        if (*i < n && id_eq(facts[*i].id, id))
            return OK;
    }
}

/* The decisions on a page of cases, which is in id order. */
static enum err page_decisions(struct db *db, const struct pack *p, struct registry_case_fact *facts,
                               size_t n, int64_t *at_stage)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t i = 0;
    TRY(db_prepare(db,
                   "SELECT case_id, stage, negative, at_us, second_at_us FROM decision WHERE case_id >= ?1 "
                   "AND case_id <= ?2 ORDER BY case_id",
                   &s));
    db_bind_id(s, 1, &facts[0].id);
    db_bind_id(s, 2, &facts[n - 1].id);
    for (;;) {
        bool row;
        TRY(next_of_page(s, facts, n, &i, &row));
        if (!row)
            return OK;
        take_decision(p, at_stage + i * p->nstages, s);
    }
}

/* An imported case whose keys were destroyed is one whose import was undone: it never was. */
static enum err page_undone(struct db *db, const struct registry_case_fact *facts, size_t n, bool *undone)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t i = 0;
    TRY(db_prepare(db,
                   "SELECT c.id FROM case_file c JOIN compartment k ON k.id = c.compartment WHERE c.id >= ?1 "
                   "AND c.id <= ?2 AND c.source IS NOT NULL AND k.shredded_us IS NOT NULL ORDER BY c.id",
                   &s));
    db_bind_id(s, 1, &facts[0].id);
    db_bind_id(s, 2, &facts[n - 1].id);
    for (;;) {
        bool row;
        TRY(next_of_page(s, facts, n, &i, &row));
        if (!row)
            return OK;
        undone[i] = true;
    }
}

/* A case that came in at its stage (an import) has no decision about it. */
static void fill_stage(const struct pack *p, const struct registry_case_fact *f, int64_t *at_stage)
{
    int order = stage_order(p, f->stage);
    if (order >= 0 && !at_stage[order])
        at_stage[order] = f->opened_us;
}

static enum err case_page(struct db *db, struct arena *a, const struct pack *p, struct id *after,
                          registry_case_visit *visit, void *user, size_t *ret_n)
{
    struct cell *cells = ARENA_ARRAY(a, PAGE * CA_COUNT, struct cell);
    struct registry_case_fact *facts = ARENA_ARRAY(a, PAGE, struct registry_case_fact);
    int64_t *at_stage = ARENA_ARRAY(a, PAGE * (p->nstages + 1), int64_t);
    bool *undone = ARENA_ARRAY(a, PAGE, bool);
    if (!cells || !facts || !at_stage || !undone)
        return arena_err(a);
    TRY(row_page(db, a, &TABLE_CASE, *after, PAGE, cells, ret_n));
    for (size_t i = 0; i < *ret_n; i++)
        facts[i] = case_fact(p, cells + i * CA_COUNT, at_stage + i * p->nstages);
    if (*ret_n) {
        TRY(page_decisions(db, p, facts, *ret_n, at_stage));
        TRY(page_undone(db, facts, *ret_n, undone));
    }
    for (size_t i = 0; i < *ret_n; i++) {
        fill_stage(p, &facts[i], at_stage + i * p->nstages);
        *after = facts[i].id;
        if (!undone[i])
            TRY(visit(user, &facts[i]));
    }
    return OK;
}

enum err registry_scan_cases(struct db *db, const struct pack *p, registry_case_visit *visit, void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id after = id_nil();
    size_t n = PAGE;
    if (!a)
        return mem_fail();
    while (n == PAGE) {
        arena_reset(a);
        TRY(case_page(db, a, p, &after, visit, user, &n));
    }
    return OK;
}

/* ---- subjects ------------------------------------------------------------------------------------------ */

static bool has_role(const char *roles, struct str role)
{
    struct str rest = str_of(roles), one;
    while (rest.n && str_cut(&rest, ';', &one))
        if (str_eq(one, role))
            return true;
    return false;
}

/* undone: whose roles are all in cases of an undone import. */
static enum err page_roles(struct db *db, struct arena *a, struct registry_subject_fact *facts, size_t n,
                           bool *undone)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t i = 0;
    TRY(db_prepare(
        db,
        "SELECT r.subject, r.role, CASE WHEN c.source IS NOT NULL AND k.shredded_us IS NOT NULL THEN 1 ELSE "
        "0 "
        "END FROM case_role r JOIN case_file c ON c.id = r.case_id JOIN compartment k ON k.id = "
        "c.compartment "
        "WHERE r.subject >= ?1 AND r.subject <= ?2 AND r.until_us IS NULL ORDER BY r.subject, r.case_id, "
        "r.from_us, r.role",
        &s));
    db_bind_id(s, 1, &facts[0].id);
    db_bind_id(s, 2, &facts[n - 1].id);
    for (;;) {
        struct id id;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &id));
        while (i < n && id_cmp(facts[i].id, id) < 0)
            i++;
        if (i == n || !id_eq(facts[i].id, id))
            continue;
        bool gone = db_i64(s, 2) != 0;
        undone[i] = gone && (undone[i] || !*facts[i].roles);
        if (gone || has_role(facts[i].roles, db_text(s, 1)))
            continue;
        facts[i].roles =
            arena_printf(a, "%s%s%.*s", facts[i].roles, *facts[i].roles ? ";" : "", STR_FMT(db_text(s, 1)));
        if (!facts[i].roles)
            return arena_err(a);
    }
}

static enum err subject_page(struct db *db, struct arena *a, struct id *after, registry_subject_visit *visit,
                             void *user, size_t *ret_n)
{
    struct cell *cells = ARENA_ARRAY(a, PAGE * SU_COUNT, struct cell);
    struct registry_subject_fact *facts = ARENA_ARRAY(a, PAGE, struct registry_subject_fact);
    bool *undone = ARENA_ARRAY(a, PAGE, bool);
    if (!cells || !facts || !undone)
        return arena_err(a);
    TRY(row_page(db, a, &TABLE_SUBJECT, *after, PAGE, cells, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        const struct cell *c = cells + i * SU_COUNT;
        facts[i] = (struct registry_subject_fact){.id = cell_get_id(&c[SU_ID]),
                                                  .type = (enum subject_type)c[SU_TYPE].i,
                                                  .roles = "",
                                                  .created_us = c[SU_CREATED].i};
    }
    if (*ret_n)
        TRY(page_roles(db, a, facts, *ret_n, undone));
    for (size_t i = 0; i < *ret_n; i++) {
        *after = facts[i].id;
        if (!undone[i])
            TRY(visit(user, &facts[i]));
    }
    return OK;
}

enum err registry_scan_subjects(struct db *db, registry_subject_visit *visit, void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id after = id_nil();
    size_t n = PAGE;
    if (!a)
        return mem_fail();
    while (n == PAGE) {
        arena_reset(a);
        TRY(subject_page(db, a, &after, visit, user, &n));
    }
    return OK;
}
