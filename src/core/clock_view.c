/* SPDX-License-Identifier: Apache-2.0 */
/* clock_view.c - looks at clocks: those of a case, one, and the list of an agency, most urgent first. */
#include "core/clock_own.h"

void clock_model_of(const struct pack *p, const struct cell *c, int64_t now_us, struct clock_model *ret)
{
    const struct clock_rule *rule = clock_rule_of(p, c[CL_KIND].s.p, c[CL_RULE].s.p);
    struct clock_times t = clock_times_of(c);
    enum clock_state state = (enum clock_state)c[CL_STATE].i;
    *ret = (struct clock_model){
        .id = cell_get_id(&c[CL_ID]),
        .record = cell_get_id(&c[CL_RECORD]),
        .case_ = cell_get_id(&c[CL_CASE]),
        .kind = c[CL_KIND].s.p,
        .rule = c[CL_RULE].s.p,
        .label = rule ? rule->label : c[CL_RULE].s.p,
        .agency = c[CL_AGENCY].s.p,
        .basis = rule && rule->basis ? rule->basis : "",
        .authority = rule && rule->authority ? rule->authority : "",
        .duty = rule && rule->duty ? rule->duty : "",
        .state = state,
        .mark = clock_mark(&t, state, now_us),
        .times = t,
        .stopped_us = c[CL_STOPPED].kind == CELL_NULL ? 0 : c[CL_STOPPED].i,
        .version = c[CL_VERSION].i,
    };
}

enum err clock_of_case(struct view *v, struct case_id c, struct clock_model **ret, size_t *ret_n)
{
    struct id *ids;
    size_t n;
    TRY(clock_ids(v->db, v->arena,
                  "SELECT id FROM clock WHERE case_id = ?1 ORDER BY state, due_us, id LIMIT 200", c.v, &ids,
                  &n));
    struct clock_model *list = ARENA_ARRAY(v->arena, n + 1, struct clock_model);
    if (!list)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct cell cells[CL_COUNT];
        TRY(row_get(v->db, v->arena, &TABLE_CLOCK, ids[i], cells));
        clock_model_of(v->pack, cells, v->now_us, &list[i]);
        view_show(v, ids[i]);
    }
    *ret = list;
    *ret_n = n;
    return OK;
}
