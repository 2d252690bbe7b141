/* SPDX-License-Identifier: Apache-2.0 */
/* course.c - what became of reports: of those that the own agency passed on, in the coarse words that the
 * sender is told (invariant 9), and those that stand in a case. */
#include "base/calendar.h"
#include "base/json.h"
#include "desk/own.h"

#define LIST_PAGE    50
#define OF_CASE_PAGE 100

/* ---- report.passed_on ------------------------------------------------------------------------------------
 */

const struct input_field PASSED_INPUTS[2] = {
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_at", .label = "When that one was passed on", .type = IN_TIME},
};

struct passed_cursor {
    struct id id;
    int64_t at_us;
};

static enum err start_after(const struct view *v, struct passed_cursor *ret)
{
    struct str after = view_in(v, "after"), at = view_in(v, "after_at");
    *ret = (struct passed_cursor){.at_us = INT64_MAX};
    if (!after.n)
        return OK;
    if (!at.n)
        return FAIL(ERR_FIELD, "field after_at: required with after");
    TRY(id_parse(after, &ret->id));
    return utc_parse(at, &ret->at_us);
}

static enum err take_passed(struct view *v, struct stmt *s, struct report_passed_list *list,
                            struct passed_cursor *at)
{
    struct id report, account = id_nil();
    TRY(db_id(s, 0, &at->id));
    TRY(db_id(s, 1, &report));
    at->at_us = db_i64(s, 2);
    if (!db_null(s, 4))
        TRY(db_id(s, 4, &account));
    /* What is asked about is the step, which is of the agency that took it: the report is of another one. */
    struct object o = {.kind = OBJECT_REPORT,
                       .id = report,
                       .owner = v->ctx->agency,
                       .label = LABEL_AMBER,
                       .person = id_is_nil(account) ? report : account,
                       .found = true};
    if (!view_may_list(v, &o))
        return OK;
    struct report_passed *one = &list->items[list->n++];
    *one =
        (struct report_passed){.step = at->id, .at_us = at->at_us, .to = arena_cstr(v->arena, db_text(s, 3))};
    char *state = arena_cstr(v->arena, db_text(s, 5));
    one->coarse = state ? report_coarse(state) : NULL;
    one->outcome = arena_cstr(v->arena, db_null(s, 6) ? STR("") : db_text(s, 6));
    view_show(v, report);
    return one->to && one->coarse && one->outcome ? OK : arena_err(v->arena);
}

static enum err fill_passed(struct view *v, struct report_passed_list *list, struct passed_cursor *at)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        v->db,
        "SELECT s.id, s.report, s.at_us, s.to_agency, s.account, r.state, r.outcome FROM report_step s "
        "JOIN report r ON r.id = s.report WHERE s.from_agency = ?1 AND (s.at_us < ?2 OR (s.at_us = ?2 "
        "AND s.id > ?3)) ORDER BY s.at_us DESC, s.id LIMIT 51",
        &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, at->at_us);
    db_bind_id(s, 3, &at->id);
    for (size_t i = 0;; i++) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        if (i == LIST_PAGE) {
            list->next = at->id;
            list->next_at_us = at->at_us;
            return OK;
        }
        TRY(take_passed(v, s, list, at));
    }
}

enum err passed_run(struct view *v)
{
    struct report_passed_list *list = ARENA_NEW(v->arena, struct report_passed_list);
    struct passed_cursor at;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LIST_PAGE, struct report_passed);
    if (!list->items)
        return arena_err(v->arena);
    TRY(start_after(v, &at));
    TRY(fill_passed(v, list, &at));
    v->model = list;
    return OK;
}

void passed_json(const struct view *v, struct json *j)
{
    const struct report_passed_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        const struct report_passed *one = &list->items[i];
        json_object(j);
        json_kv_time(j, "at", one->at_us);
        json_kv(j, "to", one->to);
        json_kv(j, "state", one->coarse);
        if (*one->outcome)
            json_kv(j, "outcome", one->outcome);
        json_end(j);
    }
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_kv_time(j, "next_at", list->next_at_us);
    json_end(j);
}

/* ---- report.of_case --------------------------------------------------------------------------------------
 */

const struct input_field OF_CASE_INPUTS[1] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true}};

/* Each report is asked about by itself: a case that is hidden answers as one without reports. */
enum err of_case_run(struct view *v)
{
    struct report_list *list = ARENA_NEW(v->arena, struct report_list);
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id in_case, ids[OF_CASE_PAGE];
    size_t n = 0;
    v->passes_hidden = true;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, OF_CASE_PAGE, struct report_row);
    if (!list->items)
        return arena_err(v->arena);
    TRY(id_parse(view_in(v, "case"), &in_case));
    TRY(db_prepare(
        v->db, "SELECT id FROM report WHERE case_id = ?1 AND agency = ?2 ORDER BY received_us, id LIMIT ?3",
        &s));
    db_bind_id(s, 1, &in_case);
    db_bind_text(s, 2, str_of(v->ctx->agency));
    db_bind_i64(s, 3, OF_CASE_PAGE);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[n]));
        n++;
    }
    for (size_t i = 0; i < n; i++)
        TRY(report_take_item(v, ids[i], list));
    v->model = list;
    return OK;
}
