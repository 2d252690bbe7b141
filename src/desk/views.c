/* SPDX-License-Identifier: Apache-2.0 */
/* views.c - the inbox of reports, one report, what a receipt says, the codes of offices. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/pager.h"
#include "desk/own.h"
#include "sys/text.h"

#define LIST_PAGE 50

/* ---- report.list
 * ------------------------------------------------------------------------------------------- */

static const char *const state_words[] = {"open", "done", NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_received", .label = "When that one was received", .type = IN_TIME},
    {.name = "after_urgent", .label = "Was that one urgent", .type = IN_BOOL},
};

struct cursor {
    int64_t urgent, received_us;
    struct id id;
};

/* All three are needed: nothing is looked up, which would tell of reports of others. */
static enum err start_after(const struct view *v, struct cursor *ret)
{
    struct str after = view_in(v, "after"), received = view_in(v, "after_received"),
               urgent = view_in(v, "after_urgent");
    *ret = (struct cursor){.urgent = 1, .received_us = INT64_MIN};
    if (!after.n)
        return OK;
    if (!received.n || !urgent.n)
        return FAIL(ERR_FIELD, "field after_received: required with after, and after_urgent");
    ret->urgent = str_is(urgent, "true") || str_is(urgent, "yes") || str_is(urgent, "1");
    TRY(id_parse(after, &ret->id));
    return utc_parse(received, &ret->received_us);
}

/* Danger first, then the oldest. */
static enum err page_of(struct view *v, bool open, const struct cursor *at, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(v->db,
                   "SELECT id FROM report WHERE agency = ?1 AND open = ?2 AND (urgent < ?3 OR (urgent = ?3 "
                   "AND (received_us > ?4 OR (received_us = ?4 AND id > ?5)))) ORDER BY urgent DESC, "
                   "received_us, id LIMIT 51",
                   &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, open);
    db_bind_i64(s, 3, at->urgent);
    db_bind_i64(s, 4, at->received_us);
    db_bind_id(s, 5, &at->id);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[n]));
        n++;
    }
    *ret_n = n;
    return OK;
}

static enum err next_due(struct view *v, struct id report, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(v->db, "SELECT min(due_us) FROM clock WHERE record = ?1 AND state = 0", &s));
    db_bind_id(s, 1, &report);
    TRY(db_step(s, &row));
    *ret = row && !db_null(s, 0) ? db_i64(s, 0) : 0;
    return OK;
}

static enum err take_row(struct view *v, const struct cell *c, struct report_list *list)
{
    struct id id = cell_get_id(&c[RP_ID]);
    struct object o = report_object(c);
    if (!view_may_list(v, &o))
        return OK;
    struct report_row *r = &list->items[list->n];
    *r = (struct report_row){.id = id,
                             .state = c[RP_STATE].s.p,
                             .urgent = c[RP_URGENT].i != 0,
                             .mine = id_eq(cell_get_id(&c[RP_ASSIGNED]), v->ctx->account),
                             .assigned = c[RP_ASSIGNED].kind != CELL_NULL,
                             .received_us = c[RP_RECEIVED].i};
    TRY(next_due(v, id, &r->due_us));
    list->n++;
    view_show(v, id);
    return OK;
}

enum err report_take_item(struct view *v, struct id id, struct report_list *list)
{
    struct cell c[RP_COUNT];
    TRY(report_load(v->db, v->arena, id, c));
    return take_row(v, c, list);
}

static enum err take_item(struct view *v, struct id id, struct report_list *list, struct cursor *at)
{
    struct cell c[RP_COUNT];
    TRY(report_load(v->db, v->arena, id, c));
    *at = (struct cursor){c[RP_URGENT].i, c[RP_RECEIVED].i, id};
    return take_row(v, c, list);
}

static enum err list_run(struct view *v)
{
    struct report_list *list = ARENA_NEW(v->arena, struct report_list);
    struct id ids[LIST_PAGE + 1];
    struct cursor at;
    size_t n;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LIST_PAGE, struct report_row);
    if (!list->items)
        return arena_err(v->arena);
    TRY(start_after(v, &at));
    TRY(page_of(v, !str_is(view_in(v, "state"), "done"), &at, ids, &n));
    for (size_t i = 0; i < n && i < LIST_PAGE; i++)
        TRY(take_item(v, ids[i], list, &at));
    if (n > LIST_PAGE) {
        list->next = at.id;
        list->next_urgent = at.urgent != 0;
        list->next_received_us = at.received_us;
    }
    v->model = list;
    return OK;
}

static void list_json(const struct view *v, struct json *j)
{
    const struct report_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct report_row *r = &list->items[i];
        json_object(j);
        json_kv_id(j, "id", r->id);
        json_kv(j, "state", r->state);
        json_kv_bool(j, "urgent", r->urgent);
        json_kv_bool(j, "assigned", r->assigned);
        json_kv_bool(j, "mine", r->mine);
        json_kv_time(j, "received", r->received_us);
        json_kv_time(j, "due", r->due_us);
        json_end(j);
    }
    json_end(j);
    json_kv_id(j, "next", list->next);
    if (!id_is_nil(list->next))
        json_kv_bool(j, "next_urgent", list->next_urgent);
    json_kv_time(j, "next_received", list->next_received_us);
    json_end(j);
}

/* ---- report.show
 * ------------------------------------------------------------------------------------------- */

static enum err find_report(struct view *v, struct object *ret)
{
    struct cell c[RP_COUNT];
    TRY(report_load(v->db, v->arena, v->subject, c));
    *ret = report_object(c);
    return OK;
}

/* A repeated name is one value with several answers. */
static enum err add_values(struct view *v, const struct pair *pairs, size_t n, struct report_model *m)
{
    for (size_t i = 0; i < n; i++) {
        struct field_value *f = m->n ? &m->values[m->n - 1] : NULL;
        if (f && str_is(pairs[i].name, f->name) && f->state == VALUE_GIVEN) {
            ((struct str *)(uintptr_t)f->values)[f->n++] = pairs[i].value;
            continue;
        }
        struct str *values = ARENA_ARRAY(v->arena, n, struct str);
        f = &m->values[m->n++];
        *f = (struct field_value){
            .name = arena_cstr(v->arena, pairs[i].name), .state = pairs[i].state, .values = values, .n = 1};
        if (!values || !f->name)
            return arena_err(v->arena);
        values[0] = pairs[i].value;
    }
    return OK;
}

static enum err show_class(struct view *v, const struct cell *c, enum field_class class,
                           struct report_model *m)
{
    const struct cell *sealed = &c[report_column(class)];
    struct shown s;
    struct pair *pairs;
    size_t n;
    if (sealed->kind == CELL_NULL)
        return OK;
    TRY(view_unseal(v, &v->object, class, (struct place){&TABLE_REPORT, v->subject, report_column(class)},
                    sealed->s, &s));
    if (s.verdict != VERDICT_ALLOW) {
        if (s.verdict == VERDICT_MASK) /* what is concealed is as if it were not there */
            m->withheld |= 1u << class;
        m->why[class] = s.reason;
        return OK;
    }
    TRY(record_body_parse(s.text, v->arena, &pairs, &n));
    struct field_value *values = ARENA_ARRAY(v->arena, m->n + n + 1, struct field_value);
    if (!values)
        return arena_err(v->arena);
    for (size_t i = 0; i < m->n; i++)
        values[i] = m->values[i];
    m->values = values;
    return add_values(v, pairs, n, m);
}

static enum err step_ids(struct view *v, struct id *ids, size_t max, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, "SELECT id FROM report_step WHERE report = ?1 ORDER BY at_us, id LIMIT ?2", &s));
    db_bind_id(s, 1, &v->subject);
    db_bind_i64(s, 2, (int64_t)max);
    return stmt_ids(s, max, ids, ret_n);
}

#define STEPS_MAX 20

static enum err show_steps(struct view *v, struct report_model *m)
{
    struct id ids[STEPS_MAX];
    size_t n;
    TRY(step_ids(v, ids, STEPS_MAX, &n));
    m->steps = ARENA_ARRAY(v->arena, n + 1, struct report_step);
    if (!m->steps)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell c[RT_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_REPORT_STEP, ids[i], c));
        m->steps[i] = (struct report_step){.at_us = c[RT_AT].i, .from = c[RT_FROM].s.p, .to = c[RT_TO].s.p};
        TRY(view_unseal(v, &v->object, CLASS_IDENTITY, (struct place){&TABLE_REPORT_STEP, ids[i], RT_REASON},
                        c[RT_REASON].s, &m->steps[i].reason));
        m->nsteps++;
    }
    return OK;
}

/* The case that a report went into is told to who may know of it: the id alone would say that two reports are
 * of one person. */
static enum err show_case(struct view *v, const struct cell *c, struct report_model *m)
{
    struct object o;
    struct id id = cell_get_id(&c[RP_CASE]);
    v->passes_hidden = true;
    if (id_is_nil(id))
        return OK;
    TRY(door_entities(v->door)->case_(v->db, v->arena, id, &o));
    if (door_may_list(v->db, v->ctx, &o, v->now_us))
        m->case_ = id;
    return OK;
}

static enum err show_run(struct view *v)
{
    static const enum field_class classes[] = {CLASS_ROUTING, CLASS_SUSPECT, CLASS_IDENTITY, CLASS_SOURCE};
    struct report_model *m = ARENA_NEW(v->arena, struct report_model);
    struct cell c[RP_COUNT];
    if (!m)
        return arena_err(v->arena);
    TRY(report_load(v->db, v->arena, v->subject, c));
    *m = (struct report_model){.id = v->subject,
                               .assigned = cell_get_id(&c[RP_ASSIGNED]),
                               .state = c[RP_STATE].s.p,
                               .agency = c[RP_AGENCY].s.p,
                               .outcome = c[RP_OUTCOME].kind == CELL_NULL ? "" : c[RP_OUTCOME].s.p,
                               .urgent = c[RP_URGENT].i != 0,
                               .by_note = c[RP_BY_NOTE].i != 0,
                               .received_us = c[RP_RECEIVED].i,
                               .closed_us = c[RP_CLOSED].kind == CELL_NULL ? 0 : c[RP_CLOSED].i,
                               .version = c[RP_VERSION].i};
    m->coarse = report_coarse(m->state);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        TRY(show_class(v, c, classes[i], m));
    if (c[RP_REASON].kind != CELL_NULL)
        TRY(view_unseal(v, &v->object, CLASS_IDENTITY, (struct place){&TABLE_REPORT, v->subject, RP_REASON},
                        c[RP_REASON].s, &m->closing));
    TRY(show_case(v, c, m));
    TRY(show_steps(v, m));
    TRY(clock_of(v, v->subject, &m->clocks, &m->nclocks));
    view_show(v, v->subject);
    v->model = m;
    return OK;
}

static void values_json(struct json *j, const struct report_model *m)
{
    json_key(j, "values");
    json_object(j);
    for (size_t i = 0; i < m->n; i++) {
        const struct field_value *f = &m->values[i];
        json_key(j, f->name);
        if (f->state != VALUE_GIVEN) {
            json_object(j);
            json_kv(j, "state", value_state_word(f->state));
            json_end(j);
        } else if (f->n == 1) {
            json_str(j, f->values[0]);
        } else {
            json_array(j);
            for (size_t k = 0; k < f->n; k++)
                json_str(j, f->values[k]);
            json_end(j);
        }
    }
    json_end(j);
    json_key(j, "withheld");
    json_array(j);
    for (int class = 0; class < CLASS_COUNT; class ++)
        if (m->withheld & (1u << class))
            json_c(j, class_word((enum field_class) class));
    json_end(j);
}

static void steps_json(struct json *j, const struct report_model *m)
{
    json_key(j, "steps");
    json_array(j);
    for (size_t i = 0; i < m->nsteps; i++) {
        json_object(j);
        json_kv_time(j, "at", m->steps[i].at_us);
        json_kv(j, "from", m->steps[i].from);
        json_kv(j, "to", m->steps[i].to);
        if (m->steps[i].reason.verdict == VERDICT_ALLOW)
            json_kv_str(j, "reason", m->steps[i].reason.text);
        json_end(j);
    }
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    const struct report_model *m = v->model;
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv(j, "state", m->state);
    json_kv(j, "agency", m->agency);
    json_kv(j, "told", m->coarse);
    if (*m->outcome)
        json_kv(j, "outcome", m->outcome);
    json_kv_bool(j, "urgent", m->urgent);
    json_kv_bool(j, "by_note", m->by_note);
    json_kv_id(j, "assigned", m->assigned);
    json_kv_id(j, "case", m->case_);
    json_kv_time(j, "received", m->received_us);
    json_kv_time(j, "closed", m->closed_us);
    json_kv_i64(j, "version", m->version);
    values_json(j, m);
    steps_json(j, m);
    if (m->closing.text.n)
        json_kv_str(j, "reason", m->closing.text);
    json_key(j, "clocks");
    json_array(j);
    for (size_t i = 0; i < m->nclocks; i++) {
        json_object(j);
        json_kv_id(j, "id", m->clocks[i].id);
        json_kv(j, "rule", m->clocks[i].rule);
        json_kv_time(j, "due", m->clocks[i].times.due_us);
        json_kv_i64(j, "state", m->clocks[i].state);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

/* ---- report.receipt: what became of it, by the receipt alone
 * ------------------------------------------------- */

static const struct input_field receipt_inputs[] = {
    {.name = "receipt",
     .label = "Receipt",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .secret = true},
};

/* Works while the keys are closed: nothing is unsealed. A wrong receipt of whatever form takes the same way.
 */
static enum err receipt_run(struct view *v)
{
    struct receipt_model *m = ARENA_NEW(v->arena, struct receipt_model);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    char letters[CODE_TEXT_MAX] = "";
    struct str folded;
    bool formed, row;
    v->passes_hidden = true;
    if (!m)
        return arena_err(v->arena);
    TRY(text_fold(v->arena, view_in(v, "receipt"), &folded));
    formed = code_letters(folded, RECEIPT_CHARS, letters);
    struct hash hash = code_hash("akari receipt 1", letters);
    secret_wipe(letters, sizeof letters);
    TRY(db_prepare(v->db,
                   "SELECT l.id, r.state, r.outcome FROM report_letter l LEFT JOIN report r ON r.id = l.id "
                   "WHERE l.receipt = ?1",
                   &s));
    db_bind_blob(s, 1, (struct str){(const char *)hash.b, sizeof hash.b});
    TRY(db_step(s, &row));
    if (!row || !formed)
        return FAIL(ERR_NOT_FOUND, "receipt");
    struct id id;
    TRY(db_id(s, 0, &id));
    m->coarse = report_coarse(db_null(s, 1) ? "" : arena_cstr(v->arena, db_text(s, 1)));
    m->outcome = db_null(s, 2) ? "" : arena_cstr(v->arena, db_text(s, 2));
    view_show(v, id);
    v->model = m;
    return m->outcome ? OK : arena_err(v->arena);
}

static void receipt_json(const struct view *v, struct json *j)
{
    const struct receipt_model *m = v->model;
    json_object(j);
    json_kv(j, "state", m->coarse);
    if (*m->outcome)
        json_kv(j, "outcome", m->outcome);
    json_end(j);
}

/* ---- office.codes: given out by the viewer's agency; no code can be read
 * ------------------------------------- */

#define CODES_MAX 500

static enum err codes_run(struct view *v)
{
    struct office_codes *m = ARENA_NEW(v->arena, struct office_codes);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    if (!m)
        return arena_err(v->arena);
    m->items = ARENA_ARRAY(v->arena, CODES_MAX, struct office_code_row);
    if (!m->items)
        return arena_err(v->arena);
    TRY(db_prepare(
        v->db,
        "SELECT id, agency, office, counter, issued_us, ended_us FROM office_code WHERE issuer = ?1 "
        "ORDER BY issued_us DESC, id LIMIT ?2",
        &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, CODES_MAX);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        struct office_code_row *r = &m->items[m->n++];
        TRY(db_id(s, 0, &r->id));
        r->agency = arena_cstr(v->arena, db_text(s, 1));
        r->office = arena_cstr(v->arena, db_null(s, 2) ? STR("") : db_text(s, 2));
        r->counter = arena_cstr(v->arena, db_null(s, 3) ? STR("") : db_text(s, 3));
        r->issued_us = db_i64(s, 4);
        r->ended_us = db_null(s, 5) ? 0 : db_i64(s, 5);
        if (!r->agency || !r->office || !r->counter)
            return arena_err(v->arena);
        view_show(v, r->id);
    }
    v->model = m;
    return OK;
}

static void codes_json(const struct view *v, struct json *j)
{
    const struct office_codes *m = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < m->n; i++) {
        json_object(j);
        json_kv_id(j, "id", m->items[i].id);
        json_kv(j, "agency", m->items[i].agency);
        json_kv(j, "office", m->items[i].office);
        json_kv(j, "counter", m->items[i].counter);
        json_kv_time(j, "issued", m->items[i].issued_us);
        json_kv_time(j, "ended", m->items[i].ended_us);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

/* ---- report.count: by the index of open ones; each asked of the policy -----------------------------------
 */

#define COUNT_PAGES 4

static void count_row(struct view *v, const struct cell *c, struct report_count *m)
{
    struct object o = report_object(c);
    struct id assigned = cell_get_id(&c[RP_ASSIGNED]);
    if (!view_may_list(v, &o))
        return;
    m->waiting += id_is_nil(assigned);
    m->urgent += id_is_nil(assigned) && c[RP_URGENT].i != 0;
    m->mine += id_eq(assigned, v->ctx->account);
}

static enum err count_run(struct view *v)
{
    struct report_count *m = ARENA_NEW(v->arena, struct report_count);
    struct cursor at = {.urgent = 2};
    if (!m)
        return arena_err(v->arena);
    m->more = true;
    for (int page = 0; page < COUNT_PAGES && m->more; page++) {
        struct id ids[LIST_PAGE + 1];
        size_t n;
        TRY(page_of(v, true, &at, ids, &n));
        for (size_t i = 0; i < n && i < LIST_PAGE; i++) {
            struct cell c[RP_COUNT];
            TRY(report_load(v->db, v->arena, ids[i], c));
            at = (struct cursor){c[RP_URGENT].i, c[RP_RECEIVED].i, ids[i]};
            count_row(v, c, m);
        }
        m->more = n > LIST_PAGE;
    }
    v->model = m;
    return OK;
}

static void count_json(const struct view *v, struct json *j)
{
    const struct report_count *m = v->model;
    json_object(j);
    json_kv_i64(j, "waiting", m->waiting);
    json_kv_i64(j, "urgent", m->urgent);
    json_kv_i64(j, "mine", m->mine);
    json_kv_bool(j, "more", m->more);
    json_end(j);
}

const struct view_decl DESK_VIEWS[] = {
    {.name = "report.count",
     .summary = "How many reports wait for somebody to take them",
     .verb = VERB_LIST,
     .object = OBJECT_REPORT,
     .run = count_run,
     .to_json = count_json,
     .duty = "3(1)/a"},
    {.name = "report.list",
     .summary = "Reports of the own agency, danger first",
     .verb = VERB_LIST,
     .object = OBJECT_REPORT,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json,
     .duty = "3(1)/a"},
    {.name = "report.show",
     .summary = "A report",
     .verb = VERB_READ,
     .object = OBJECT_REPORT,
     .find = find_report,
     .run = show_run,
     .to_json = show_json,
     .duty = "3(1)/a"},
    {.name = "report.passed_on",
     .summary = "What became of reports that the own agency passed on",
     .verb = VERB_LIST,
     .object = OBJECT_REPORT,
     .inputs = PASSED_INPUTS,
     .ninputs = 2,
     .run = passed_run,
     .to_json = passed_json,
     .duty = "3(1)/a"},
    {.name = "report.of_case",
     .summary = "Reports of the own agency that stand in a case",
     .verb = VERB_LIST,
     .object = OBJECT_REPORT,
     .inputs = OF_CASE_INPUTS,
     .ninputs = 1,
     .run = of_case_run,
     .to_json = list_json,
     .duty = "3(1)/a"},
    /* The receipt proves who asks, as a password does: no role reads a report by it. */
    {.name = "report.receipt",
     .summary = "What became of a note, by its receipt",
     .verb = VERB_SIGN_IN,
     .object = OBJECT_SESSION,
     .inputs = receipt_inputs,
     .ninputs = 1,
     .anonymous = true,
     .when_locked = true,
     .run = receipt_run,
     .to_json = receipt_json,
     .duty = "3(1)/a"},
    {.name = "office.codes",
     .summary = "Office codes that the own agency has given out",
     .verb = VERB_LIST,
     .object = OBJECT_AGENCY,
     .run = codes_run,
     .to_json = codes_json},
    {.name = "enquiry.of_case",
     .summary = "Who asked about a person of a case",
     .verb = VERB_READ,
     .object = OBJECT_CASE,
     .find = enquiry_of_case_find,
     .run = enquiry_of_case_run,
     .to_json = enquiry_of_case_json,
     .duty = "3(1)/a"},
};
const size_t NDESK_VIEWS = sizeof DESK_VIEWS / sizeof *DESK_VIEWS;
