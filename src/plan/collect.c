/* SPDX-License-Identifier: Apache-2.0 */
/* collect.c - all records go by all live indicators, one pass a kind. Attributes of persons are unsealed one
 * record at a time and forgotten; what stays are numbers. */
#include "assessment/assessment.h"
#include "base/alloc.h"
#include "base/calendar.h"
#include "core/clock.h"
#include "plan/own.h"
#include "registry/registry.h"

#include <stdlib.h>

#define PAGE 500

static const char *const built_in[] = {"case", "subject", "clock", "assessment", "screening"};

bool indicator_collected(const struct pack *p, const struct indicator *i)
{
    for (size_t k = 0; k < sizeof built_in / sizeof *built_in; k++)
        if (strcmp(i->kind, built_in[k]) == 0)
            return true;
    return pack_kind(p, i->kind) != NULL;
}

/* ---- the indicators of one kind ------------------------------------------------------------------------ */

struct collect {
    struct counting *of;
    struct tally **tallies; /* of the present kind */
    size_t n;
    struct arena *row_arena; /* of the present record */
    const struct kind *kind;
    struct facts_by_id *facts; /* of cases or subjects */
    const char *moment;        /* field of the present kind that says when it happened */
    const struct tz *tz;
};

static enum err add_row(struct collect *c, const struct plan_row *row)
{
    struct plan_dated d = {.row = row, .moment = c->moment, .tz = c->tz};
    struct plan_row dated = {plan_dated_get, plan_dated_state, &d};
    TRY(counted_row(c->of));
    for (size_t i = 0; i < c->n; i++)
        TRY(tally_add(c->tallies[i], &dated));
    return OK;
}

static const char *moment_text(struct collect *c, int64_t us)
{
    char *text = us ? arena_alloc(c->row_arena, 28) : NULL;
    if (!text)
        return ""; /* out of memory is found by the caller, at the end of the row */
    utc_text(us, text);
    return text;
}

static const char *copy(struct collect *c, struct str s)
{
    char *text = arena_cstr(c->row_arena, s);
    return text ? text : "";
}

/* Of tables without field values there is no other reason. */
static enum value_state never_asked(void *user, const char *field)
{
    (void)user;
    (void)field;
    return VALUE_NOT_COLLECTED;
}

/* ---- records of a kind --------------------------------------------------------------------------------- */

struct record_row {
    struct collect *c;
    const struct cell *record;
    const struct field_value *values;
    size_t n;
    enum err err;
};

static const struct field_value *value_named(const struct record_row *r, const char *field)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->values[i].name, field) == 0)
            return &r->values[i];
    return NULL;
}

/* at_STATE: when an action first led there. */
static enum err state_reached(struct record_row *r, const char *state, int64_t *ret_us)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id = cell_get_id(&r->record[RE_ID]);
    const struct kind *k = r->c->kind;
    *ret_us = 0;
    TRY(db_prepare(r->c->of->db,
                   "SELECT action, recorded_at_us FROM record_version WHERE record = ?1 ORDER BY no", &s));
    db_bind_id(s, 1, &id);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        for (size_t i = 0; i < k->nactions; i++) {
            const char *to = i ? k->actions[i].to : k->states[0];
            if (to && strcmp(to, state) == 0 && str_is(db_text(s, 0), k->actions[i].name)) {
                *ret_us = db_i64(s, 1);
                return OK;
            }
        }
    }
}

static const char *record_get(void *user, const char *field)
{
    struct record_row *r = user;
    const struct field_value *f = value_named(r, field);
    if (f && f->state == VALUE_GIVEN && f->n == 1)
        return copy(r->c, f->values[0]);
    if (f) {
        struct buf all CLEANUP(buf_free) = {0};
        for (size_t i = 0; i < f->n; i++) {
            buf_c(&all, i ? ";" : "");
            buf_str(&all, f->values[i]);
        }
        return copy(r->c, buf_view(&all));
    }
    if (strcmp(field, "state") == 0)
        return r->record[RE_STATE].s.p;
    if (strcmp(field, "owner") == 0)
        return r->record[RE_AGENCY].s.p;
    if (strcmp(field, "created_at") == 0)
        return moment_text(r->c, r->record[RE_CREATED].i);
    if (strncmp(field, "at_", 3) == 0 && !kind_field(r->c->kind, field)) {
        int64_t us = 0;
        enum err e = state_reached(r, field + 3, &us);
        r->err = r->err == OK ? e : r->err;
        return moment_text(r->c, us);
    }
    return "";
}

static enum value_state record_state(void *user, const char *field)
{
    const struct field_value *f = value_named(user, field);
    return f && f->state != VALUE_GIVEN ? f->state : VALUE_NOT_COLLECTED;
}

static enum err visit_record(void *user, const struct cell *record, const struct cell *version,
                             const struct field_value *values, size_t n)
{
    struct collect *c = user;
    struct record_row r = {.c = c, .record = record, .values = values, .n = n};
    struct plan_row row = {record_get, record_state, &r};
    (void)version;
    arena_reset(c->row_arena);
    TRY(add_row(c, &row));
    TRY(r.err);
    return arena_err(c->row_arena);
}

static enum err collect_records(struct collect *c)
{
    return record_scan(c->of->vault, c->of->db, c->of->pack, c->kind, 0, visit_record, c);
}

/* ---- facts of cases and subjects ------------------------------------------------------------------------
 * An indicator of cases or subjects may name facts: fields of kinds that attach there. Only facts that are
 * named are kept, while the cases go by. */

#define FACTS_MAX FACT_CELLS_MAX

struct facts_by_id {
    const struct field *fields[FACTS_MAX];
    const struct kind *kinds[FACTS_MAX];
    size_t n;
    struct arena *a;
    struct id *ids;           /* open addressing; nil = free */
    struct fact_cell *values; /* nslots * n */
    size_t nslots, used;
};

static int fact_index(const struct facts_by_id *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->fields[i]->fact, name) == 0)
            return (int)i;
    return -1;
}

static void want_fact(struct facts_by_id *f, const struct pack *p, uint32_t attach, const char *name)
{
    if (!name || !*name || fact_index(f, name) >= 0)
        return;
    for (size_t k = 0; k < p->nkinds; k++)
        for (size_t i = 0; (p->kinds[k].attach & attach) && i < p->kinds[k].nfields; i++) {
            const struct field *field = &p->kinds[k].fields[i];
            if (!field->fact || strcmp(field->fact, name) != 0 || f->n == FACTS_MAX)
                continue;
            f->kinds[f->n] = &p->kinds[k];
            f->fields[f->n++] = field;
            return;
        }
}

static void want_condition(struct facts_by_id *f, const struct pack *p, uint32_t attach,
                           const struct condition *c)
{
    if (!c)
        return;
    want_fact(f, p, attach, c->field);
    for (size_t i = 0; c->parts && i < c->n; i++)
        want_condition(f, p, attach, c->parts[i]);
}

static size_t fact_slot(const struct facts_by_id *f, struct id id)
{
    size_t at = id_hash(&id) & (f->nslots - 1);
    while (!id_is_nil(f->ids[at]) && !id_eq(f->ids[at], id))
        at = (at + 1) & (f->nslots - 1);
    return at;
}

static enum err facts_grow(struct facts_by_id *f)
{
    struct facts_by_id next = *f;
    next.nslots = f->nslots ? f->nslots * 2 : 1024;
    next.ids = ARENA_ARRAY(f->a, next.nslots, struct id);
    next.values = ARENA_ARRAY(f->a, next.nslots * (f->n ? f->n : 1), struct fact_cell);
    if (!next.ids || !next.values)
        return arena_err(f->a);
    for (size_t i = 0; i < f->nslots; i++) {
        if (id_is_nil(f->ids[i]))
            continue;
        size_t at = fact_slot(&next, f->ids[i]);
        next.ids[at] = f->ids[i];
        memcpy(next.values + at * f->n, f->values + i * f->n, f->n * sizeof *f->values);
    }
    *f = next;
    return OK;
}

static enum err facts_row(struct facts_by_id *f, struct id id, struct fact_cell **ret)
{
    if ((f->used + 1) * 4 > f->nslots * 3)
        TRY(facts_grow(f));
    size_t at = fact_slot(f, id);
    struct fact_cell *values = f->values + at * f->n;
    if (id_is_nil(f->ids[at])) {
        f->ids[at] = id;
        f->used++;
        for (size_t i = 0; i < f->n; i++)
            values[i] = (struct fact_cell){"", VALUE_NOT_COLLECTED};
    }
    *ret = values;
    return OK;
}

struct load_facts {
    struct facts_by_id *f;
    size_t at[FACTS_MAX], n; /* of the facts of one kind: where they stand in f */
    bool of_case;
};

static enum err visit_fact(void *user, struct id case_, struct id subject, const struct fact_cell *cells)
{
    struct load_facts *l = user;
    struct fact_cell *row;
    if (l->of_case ? id_is_nil(case_) || !id_is_nil(subject) /* of somebody in it */ : id_is_nil(subject))
        return OK;
    TRY(facts_row(l->f, l->of_case ? case_ : subject, &row));
    for (size_t i = 0; i < l->n; i++)
        row[l->at[i]] = cells[i];
    return OK;
}

/* The facts of one kind that are wanted, in one pass over its rows in memory. */
static enum err load_kind(struct facts *facts, struct facts_by_id *f, const struct kind *k, bool of_case)
{
    struct load_facts l = {.f = f, .of_case = of_case};
    const struct fact_column *columns[FACTS_MAX];
    for (size_t i = 0; i < f->n; i++) {
        const struct fact_column *c = f->kinds[i] == k ? facts_column(facts, f->fields[i]->fact) : NULL;
        if (!c || c->field != f->fields[i])
            continue;
        columns[l.n] = c;
        l.at[l.n++] = i;
    }
    return l.n ? facts_each(facts, columns, l.n, visit_fact, &l) : OK;
}

static enum err load_facts(struct collect *c, uint32_t attach)
{
    struct facts_by_id *f = c->facts;
    struct facts *facts;
    if (!f->n)
        return OK;
    TRY(facts_of(c->of->door, &facts));
    for (size_t i = 0; i < f->n; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || f->kinds[k] == f->kinds[i];
        if (!again)
            TRY(load_kind(facts, f, f->kinds[i], attach == ATTACH_CASE));
    }
    return OK;
}

static const struct fact_cell *fact_of(const struct collect *c, struct id id, const char *name)
{
    const struct facts_by_id *f = c->facts;
    int i = fact_index(f, name);
    if (i < 0 || !f->nslots)
        return NULL;
    size_t at = fact_slot(f, id);
    return id_is_nil(f->ids[at]) ? NULL : &f->values[at * f->n + (size_t)i];
}

/* ---- cases ------------------------------------------------------------------------------------------------
 */

struct case_row_of {
    struct collect *c;
    const struct registry_case_fact *fact;
};

static const char *case_get(void *user, const char *field)
{
    struct case_row_of *r = user;
    const struct pack *p = r->c->of->pack;
    if (strcmp(field, "state") == 0)
        return r->fact->state;
    if (strcmp(field, "stage") == 0)
        return r->fact->stage;
    if (strcmp(field, "owner") == 0)
        return r->fact->agency;
    if (strcmp(field, "created_at") == 0)
        return moment_text(r->c, r->fact->opened_us);
    if (strcmp(field, "closed_at") == 0)
        return moment_text(r->c, r->fact->closed_us);
    for (size_t i = 0; strncmp(field, "at_", 3) == 0 && i < p->nstages; i++)
        if (strcmp(p->stages[i].id, field + 3) == 0)
            return moment_text(r->c, r->fact->at_stage[i]);
    const struct fact_cell *v = fact_of(r->c, r->fact->id, field);
    return v ? v->value : "";
}

static enum value_state case_state(void *user, const char *field)
{
    struct case_row_of *r = user;
    const struct fact_cell *v = fact_of(r->c, r->fact->id, field);
    return v && v->state != VALUE_GIVEN ? v->state : VALUE_NOT_COLLECTED;
}

static enum err visit_case(void *user, const struct registry_case_fact *fact)
{
    struct case_row_of r = {user, fact};
    struct plan_row row = {case_get, case_state, &r};
    arena_reset(r.c->row_arena);
    TRY(add_row(r.c, &row));
    return arena_err(r.c->row_arena);
}

static enum err collect_cases(struct collect *c)
{
    TRY(load_facts(c, ATTACH_CASE));
    return registry_scan_cases(c->of->db, c->of->pack, visit_case, c);
}

/* ---- subjects ---------------------------------------------------------------------------------------------
 */

struct subject_row_of {
    struct collect *c;
    const struct registry_subject_fact *fact;
};

static const char *subject_get(void *user, const char *field)
{
    struct subject_row_of *r = user;
    if (strcmp(field, "type") == 0)
        return r->fact->type == SUBJECT_PERSON ? "person" : "organisation";
    if (strcmp(field, "role") == 0)
        return r->fact->roles;
    if (strcmp(field, "created_at") == 0)
        return moment_text(r->c, r->fact->created_us);
    const struct fact_cell *v = fact_of(r->c, r->fact->id, field);
    return v ? v->value : "";
}

static enum value_state subject_state(void *user, const char *field)
{
    struct subject_row_of *r = user;
    const struct fact_cell *v = fact_of(r->c, r->fact->id, field);
    return v && v->state != VALUE_GIVEN ? v->state : VALUE_NOT_COLLECTED;
}

static enum err visit_subject(void *user, const struct registry_subject_fact *fact)
{
    struct subject_row_of r = {user, fact};
    struct plan_row row = {subject_get, subject_state, &r};
    arena_reset(r.c->row_arena);
    TRY(add_row(r.c, &row));
    return arena_err(r.c->row_arena);
}

static enum err collect_subjects(struct collect *c)
{
    TRY(load_facts(c, ATTACH_SUBJECT));
    return registry_scan_subjects(c->of->db, visit_subject, c);
}

/* ---- clocks -----------------------------------------------------------------------------------------------
 */

struct clock_row_of {
    struct collect *c;
    const struct cell *clock;
};

static enum clock_mark mark_of(const struct cell *k, int64_t now_us)
{
    struct clock_times t = {.started_us = k[CL_STARTED].i,
                            .due_us = k[CL_DUE].i,
                            .warn_us = k[CL_WARN].i,
                            .paused_us = k[CL_PAUSED].kind == CELL_INT ? k[CL_PAUSED].i : 0};
    return clock_mark(&t, (enum clock_state)k[CL_STATE].i, now_us);
}

/* Stopped in time; of one that runs nobody knows yet, unless it is overdue. */
static const char *met(const struct cell *k, int64_t now_us)
{
    enum clock_state state = (enum clock_state)k[CL_STATE].i;
    if (state == CLOCK_STOPPED)
        return k[CL_STOPPED].i <= k[CL_DUE].i ? "yes" : "no";
    return state != CLOCK_CANCELLED && mark_of(k, now_us) == CLOCK_OVERDUE ? "no" : "";
}

static const char *clock_get(void *user, const char *field)
{
    static const char *const states[] = {"running", "paused", "stopped", "cancelled"};
    static const char *const marks[] = {"ok", "warn", "overdue"};
    struct clock_row_of *r = user;
    const struct cell *k = r->clock;
    if (strcmp(field, "name") == 0)
        return k[CL_RULE].s.p;
    if (strcmp(field, "kind") == 0)
        return k[CL_KIND].s.p;
    if (strcmp(field, "state") == 0)
        return states[(size_t)k[CL_STATE].i % 4];
    if (strcmp(field, "mark") == 0)
        return marks[mark_of(k, r->c->of->now_us)];
    if (strcmp(field, "met") == 0)
        return met(k, r->c->of->now_us);
    if (strcmp(field, "started_at") == 0)
        return moment_text(r->c, k[CL_STARTED].i);
    if (strcmp(field, "due_at") == 0)
        return moment_text(r->c, k[CL_DUE].i);
    if (strcmp(field, "stopped_at") == 0 && k[CL_STOPPED].kind == CELL_INT)
        return moment_text(r->c, k[CL_STOPPED].i);
    return "";
}

static enum err collect_clocks(struct collect *c)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id after = id_nil();
    size_t n = PAGE;
    if (!a)
        return mem_fail();
    while (n == PAGE) {
        arena_reset(a);
        struct cell *cells = ARENA_ARRAY(a, PAGE * CL_COUNT, struct cell);
        if (!cells)
            return arena_err(a);
        TRY(row_page(c->of->db, a, &TABLE_CLOCK, after, PAGE, cells, &n));
        for (size_t i = 0; i < n; i++) {
            struct clock_row_of r = {c, cells + i * CL_COUNT};
            struct plan_row row = {clock_get, never_asked, &r};
            arena_reset(c->row_arena);
            TRY(add_row(c, &row));
            TRY(arena_err(c->row_arena));
            after = cell_get_id(&r.clock[CL_ID]);
        }
    }
    return OK;
}

/* ---- assessments and screenings (plan 0/a, 0/d) ------------------------------------------------------- */

struct sheet_row_of {
    struct collect *c;
    bool screenings;
    const struct assessment_fact *fact;
};

static const char *yes_no(bool opened, bool yes)
{
    return !opened ? "" : yes ? "yes" : "no";
}

/* What was found, in the words of a screening. */
static const char *screening_result(const struct assessment_fact *f)
{
    if (!*f->outcome)
        return "";
    return strcmp(f->outcome, "positive") == 0 ? "presumed_victim" : "no_sign";
}

static const char *sheet_get(void *user, const char *field)
{
    struct sheet_row_of *r = user;
    const struct assessment_fact *f = r->fact;
    const struct {
        const char *name, *value;
    } plain[] = {
        {"state", f->state},
        {"phase", f->phase},
        {"outcome", f->outcome},
        {"result", screening_result(f)},
        {"owner", f->agency},
        {"complete", yes_no(f->opened, f->complete)},
        {"child", yes_no(f->opened, f->child)},
        {"means_asked", yes_no(f->opened, f->means_asked)},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(field, plain[i].name) == 0)
            return plain[i].value;
    if (strcmp(field, "created_at") == 0)
        return moment_text(r->c, f->started_us);
    return strcmp(field, "finished_at") == 0 ? moment_text(r->c, f->finished_us) : "";
}

static enum err visit_sheet(void *user, const struct assessment_fact *fact)
{
    struct sheet_row_of *r = user;
    struct plan_row row = {sheet_get, never_asked, r};
    if (fact->screening != r->screenings)
        return OK;
    r->fact = fact;
    arena_reset(r->c->row_arena);
    TRY(add_row(r->c, &row));
    return arena_err(r->c->row_arena);
}

static enum err collect_assessments(struct collect *c, bool screenings)
{
    struct sheet_row_of r = {.c = c, .screenings = screenings};
    return assessment_scan(c->of->vault, c->of->db, c->of->pack, c->of->now_us, visit_sheet, &r);
}

/* ---- all of it --------------------------------------------------------------------------------------------
 */

static enum err collect_kind(struct collect *c, const char *kind)
{
    c->kind = pack_kind(c->of->pack, kind);
    if (c->kind)
        return collect_records(c);
    if (strcmp(kind, "case") == 0)
        return collect_cases(c);
    if (strcmp(kind, "subject") == 0)
        return collect_subjects(c);
    return strcmp(kind, "clock") == 0 ? collect_clocks(c)
                                      : collect_assessments(c, strcmp(kind, "screening") == 0);
}

/* The values of one kind, from the first that names it on. */
static enum err collect_from(struct counting *of, struct indicator_value *const *values, size_t n,
                             size_t first, bool *done)
{
    struct arena *row_arena CLEANUP(arena_cleanup) = arena_new(0);
    struct arena *facts_arena CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
    const char *kind = values[first]->indicator->kind;
    uint32_t attach = strcmp(kind, "case") == 0      ? ATTACH_CASE
                      : strcmp(kind, "subject") == 0 ? ATTACH_SUBJECT
                                                     : 0;
    struct facts_by_id facts = {.a = facts_arena};
    struct collect c = {.of = of, .row_arena = row_arena, .facts = &facts};
    c.moment = plan_moment_field(of->pack, kind);
    TRY(tz_find(of->pack->time_zone, &c.tz));
    c.tallies = ARENA_ARRAY(of->arena, n, struct tally *);
    if (!row_arena || !facts_arena || !c.tallies)
        return c.tallies ? mem_fail() : arena_err(of->arena);
    for (size_t i = first; i < n; i++) {
        const struct indicator *ind = values[i]->indicator;
        if (done[i] || strcmp(ind->kind, kind) != 0)
            continue;
        TRY(tally_new(ind, of->arena, &c.tallies[c.n++]));
        want_condition(&facts, of->pack, attach, ind->of);
        want_condition(&facts, of->pack, attach, ind->where);
        want_fact(&facts, of->pack, attach, ind->by);
        want_fact(&facts, of->pack, attach, ind->field);
        want_fact(&facts, of->pack, attach, ind->field_to);
    }
    TRY(collect_kind(&c, kind));
    for (size_t i = first, k = 0; i < n; i++)
        if (!done[i] && strcmp(values[i]->indicator->kind, kind) == 0) {
            TRY(tally_end(c.tallies[k++], values[i]));
            done[i] = true;
        }
    return OK;
}

enum err plan_collect(struct counting *of, struct indicator_value *const *values, size_t n)
{
    bool *done = ARENA_ARRAY(of->arena, n + 1, bool);
    if (!done)
        return arena_err(of->arena);
    for (size_t i = 0; i < n; i++)
        if (!done[i])
            TRY(collect_from(of, values, n, i, done));
    return OK;
}
