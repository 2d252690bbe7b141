/* SPDX-License-Identifier: Apache-2.0 */
/* course.c - what became of reports: of those that the own agency passed on, in the coarse words that the
 * sender is told (invariant 9), and those that stand in a case. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/pager.h"
#include "desk/own.h"

#define OF_CASE_PAGE 100

/* ---- report.passed_on ------------------------------------------------------------------------------------
 */

const struct input_field PASSED_INPUTS[2] = {
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_at", .label = "When that one was passed on", .type = IN_TIME},
};

static enum err next_passed(struct view *v, const void *list, const struct page_key *after,
                            struct page_key *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    (void)list;
    TRY(db_prepare(v->db,
                   "SELECT at_us, id FROM report_step WHERE from_agency = ?1 AND (at_us < ?2 OR (at_us = ?2 "
                   "AND id > ?3)) ORDER BY at_us DESC, id LIMIT 50",
                   &s));
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, after->at);
    db_bind_id(s, 3, &after->id);
    return page_keys(s, ret, ret_n);
}

static enum err take_passed(struct view *v, void *to, const struct page_key *row, bool only_ask,
                            bool *ret_yes)
{
    struct report_passed_list *list = to;
    struct cell step[RT_COUNT], c[RP_COUNT];
    TRY(row_get(v->db, v->arena, &TABLE_REPORT_STEP, row->id, step));
    struct id report = cell_get_id(&step[RT_REPORT]), account = cell_get_id(&step[RT_ACCOUNT]);
    TRY(report_load(v->db, v->arena, report, c));
    /* What is asked about is the step, which is of the agency that took it: the report is of another one. */
    struct object o = {.kind = OBJECT_REPORT,
                       .id = report,
                       .owner = v->ctx->agency,
                       .label = LABEL_AMBER,
                       .person = id_is_nil(account) ? report : account,
                       .found = true};
    *ret_yes = view_may_list(v, &o);
    if (!*ret_yes || only_ask)
        return OK;
    list->items[list->n++] =
        (struct report_passed){.step = row->id,
                               .at_us = row->at,
                               .to = step[RT_TO].s.p,
                               .coarse = report_coarse(c[RP_STATE].s.p),
                               .outcome = c[RP_OUTCOME].kind == CELL_NULL ? "" : c[RP_OUTCOME].s.p};
    view_show(v, report);
    return OK;
}

enum err passed_run(struct view *v)
{
    struct report_passed_list *list = ARENA_NEW(v->arena, struct report_passed_list);
    struct pager p = {.next = next_passed, .take = take_passed, .list = list};
    struct page_key at = {.at = INT64_MAX};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS, struct report_passed);
    if (!list->items)
        return arena_err(v->arena);
    TRY(page_after(v, "after_at", &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    list->next_at_us = more ? at.at : 0;
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
    size_t n;
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
    TRY(stmt_ids(s, OF_CASE_PAGE, ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(report_take_item(v, ids[i], list));
    v->model = list;
    return OK;
}
