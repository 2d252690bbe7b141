/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.c - case.numbers: what the cases of a page of notices are called, asked in one go (plan 3(1)/a:
 * nine notices need not be nine visits). A notice knows ids alone; a case that the reader may not list is as
 * one that never was. */
#include "registry/own.h"

const struct input_field NUMBERS_INPUTS[1] = {
    {.name = "case", .label = "Case", .type = IN_ID, .required = true, .multi = true},
};

static bool is_there(const struct case_list *list, struct id id)
{
    for (size_t i = 0; i < list->n; i++)
        if (id_eq(list->items[i].id, id))
            return true;
    return false;
}

static enum err take_number(struct view *v, struct id id, struct case_list *list)
{
    struct cell c[CA_COUNT];
    enum err e = case_load(v->db, v->arena, id, c);
    if (e == ERR_NOT_FOUND) {
        err_clear();
        return OK;
    }
    TRY(e);
    struct object o = case_object(c);
    if (!view_may_list(v, &o))
        return OK;
    list->items[list->n++] =
        (struct case_row){.id = id,
                          .number = c[CA_NUMBER].s.p,
                          .state = c[CA_STATE].s.p,
                          .stage = c[CA_STAGE].s.p,
                          .agency = c[CA_AGENCY].s.p,
                          .opened_us = c[CA_OPENED].i,
                          .opens = view_decide(v, &o, CLASS_NONE).verdict == VERDICT_ALLOW,
                          .subjects = -1,
                          .records = -1};
    view_show(v, id);
    return OK;
}

enum err numbers_run(struct view *v)
{
    struct case_list *list = ARENA_NEW(v->arena, struct case_list);
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, v->input.n + 1, struct case_row);
    list->total = -1;
    if (!list->items)
        return arena_err(v->arena);
    v->passes_hidden = true;
    for (size_t i = 0; i < v->input.n; i++) {
        struct id id;
        if (!str_is(v->input.pairs[i].name, "case"))
            continue;
        if (i >= NUMBERS_MAX)
            return FAIL(ERR_LIMIT, "field case: at most %d", NUMBERS_MAX);
        TRY(id_parse(v->input.pairs[i].value, &id));
        if (!is_there(list, id))
            TRY(take_number(v, id, list));
    }
    v->model = list;
    return OK;
}
