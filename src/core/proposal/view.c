/* SPDX-License-Identifier: Apache-2.0 */
/* proposal_view.c - what waits for a second person, for who asked, who may confirm, and oversight. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/account/own.h"
#include "core/pager.h"
#include "core/proposal/own.h"

static const char *const state_words[] = {"open", "confirmed", "declined", "withdrawn", "expired", NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
};

/* Oversight reads who asked for what and how it ended; what else stands in it is not for it. */
static bool oversight_may(struct view *v, const struct object *o)
{
    return v->ctx->role == ROLE_OVERSIGHT && view_may_list(v, o);
}

static const struct input_field *declared(const struct action *action, struct str name)
{
    for (size_t i = 0; i < action->ninputs; i++)
        if (str_is(name, action->inputs[i].name))
            return &action->inputs[i];
    return NULL;
}

static enum err show_values(struct view *v, const struct cell *c, const struct act *same,
                            struct proposal_model *m)
{
    struct place at = {&TABLE_PROPOSAL, m->id, PR_ASKED};
    struct object o = same->object;
    struct input in;
    o.compartment.v = cell_get_id(&c[PR_COMPARTMENT]);
    TRY(view_unseal(v, &o, CLASS_IDENTITY, at, c[PR_ASKED].s, &m->asked));
    if (m->asked.verdict != VERDICT_ALLOW)
        return OK;
    TRY(proposal_unpack(m->asked.text, v->arena, &in));
    m->asked.text = STR("");
    m->values = ARENA_ARRAY(v->arena, in.n + 1, struct proposal_value);
    if (!m->values)
        return arena_err(v->arena);
    for (size_t i = 0; i < in.n; i++) {
        const struct input_field *f = declared(same->action, in.pairs[i].name);
        struct proposal_value *value = &m->values[m->nvalues++];
        *value = (struct proposal_value){.name = arena_cstr(v->arena, in.pairs[i].name),
                                         .label = f ? f->label : "",
                                         .secret = !f || f->secret};
        if (!value->name)
            return arena_err(v->arena);
        if (!value->secret)
            value->value = in.pairs[i].value;
    }
    return OK;
}

static enum err show_reason(struct view *v, const struct cell *c, const struct act *same,
                            struct proposal_model *m)
{
    struct object o = same->object;
    if (c[PR_WHY].kind == CELL_NULL)
        return OK;
    o.compartment.v = cell_get_id(&c[PR_COMPARTMENT]);
    return view_unseal(v, &o, proposal_reason_class(same->action),
                       (struct place){&TABLE_PROPOSAL, m->id, PR_WHY}, c[PR_WHY].s, &m->reason);
}

/* Of an officer; empty for what is none. */
static enum err name_of(struct view *v, struct id account, struct shown *ret)
{
    struct cell c[AC_COUNT];
    enum err e = row_get(v->db, v->arena, &TABLE_ACCOUNT, account, c);
    *ret = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_ROLE};
    if (e == ERR_NOT_FOUND)
        return OK;
    TRY(e);
    struct object o = account_object(c);
    return view_unseal(v, &o, CLASS_IDENTITY, (struct place){&TABLE_ACCOUNT, account, AC_NAME}, c[AC_NAME].s,
                       ret);
}

/* *ret_yes false: not for this viewer. m NULL: it is only asked. */
static enum err take(struct view *v, struct id id, struct proposal_model *m, bool *ret_yes)
{
    struct tx tx = {.db = v->db, .arena = v->arena, .now_us = v->now_us, .vault = v->door->vault};
    struct cell c[PR_COUNT];
    struct policy_answer answer;
    struct act same;
    *ret_yes = false;
    TRY(row_get(v->db, v->arena, &TABLE_PROPOSAL, id, c));
    enum err e = proposal_question(v->door, v->ctx, &tx, v->arena, c, &same, &answer);
    bool may = e == OK, mine = id_eq(cell_get_id(&c[PR_PROPOSER]), v->ctx->account);
    if (e != OK && e != ERR_DENIED && e != ERR_HINT && e != ERR_NOT_FOUND)
        return e;
    if (!may && !mine && !(same.object.found && oversight_may(v, &same.object)))
        return OK;
    *ret_yes = true;
    if (!m)
        return OK;
    *m = (struct proposal_model){
        .id = id,
        .subject = same.subject,
        .proposer = cell_get_id(&c[PR_PROPOSER]),
        .second = cell_get_id(&c[PR_SECOND]),
        .action = c[PR_ACTION].s.p,
        .summary = same.action ? same.action->summary : c[PR_ACTION].s.p,
        .agency = c[PR_AGENCY].s.p,
        .kind = same.object.kind,
        .state = (enum proposal_state)c[PR_STATE].i,
        .expired = c[PR_STATE].i == PROPOSAL_OPEN && c[PR_EXPIRES].i <= v->now_us,
        .mine = mine,
        .proposed_us = c[PR_PROPOSED].i,
        .expires_us = c[PR_EXPIRES].i,
        .settled_us = c[PR_SETTLED].kind == CELL_NULL ? 0 : c[PR_SETTLED].i,
        .version = c[PR_VERSION].i,
        .reason = {.text = c[PR_REASON].kind == CELL_NULL ? STR("") : c[PR_REASON].s,
                   .verdict = VERDICT_ALLOW},
        .asked = {.verdict = VERDICT_MASK, .reason = REASON_ROLE},
        .unfit = "",
    };
    m->may_settle = may && !mine && m->state == PROPOSAL_OPEN && !m->expired;
    if (m->may_settle) {
        struct two two = {m->proposer, v->ctx->account, proposal_grave(same.action), v->now_us};
        TRY(account_second_fault(v->db, v->arena, v->pack, &two, &m->unfit));
    }
    view_show(v, id);
    TRY(show_reason(v, c, &same, m));
    TRY(name_of(v, m->proposer, &m->who));
    TRY(name_of(v, m->subject, &m->whom));
    TRY(name_of(v, m->second, &m->whose));
    return may && c[PR_ASKED].kind != CELL_NULL ? show_values(v, c, &same, m) : OK;
}

static int state_asked(struct str word)
{
    for (int i = 0; state_words[i]; i++)
        if (str_is(word, state_words[i]))
            return i;
    return PROPOSAL_OPEN;
}

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    (void)list;
    TRY(db_prepare(v->db, "SELECT 0, id FROM proposal WHERE state = ?1 AND id > ?2 ORDER BY id LIMIT 50",
                   &s));
    db_bind_i64(s, 1, state_asked(view_in(v, "state")));
    db_bind_id(s, 2, &after->id);
    return page_keys(s, ret, ret_n);
}

static enum err take_item(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct proposal_list *list = to;
    struct proposal_model *m = only_ask ? NULL : &list->items[list->n];
    TRY(take(v, row->id, m, ret_yes));
    list->n += m && *ret_yes;
    return OK;
}

static enum err list_run(struct view *v)
{
    struct proposal_list *list = ARENA_NEW(v->arena, struct proposal_list);
    struct pager p = {.next = next_page, .take = take_item, .list = list};
    struct page_key at = {.at = 0};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS, struct proposal_model);
    if (!list->items)
        return arena_err(v->arena);
    TRY(page_after(v, NULL, &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    v->model = list;
    return OK;
}

/* ---- proposal.count: how many the viewer could settle now; of the others nothing is counted -------------
 */

#define COUNTED_MAX 99

static enum err count_one(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct tx tx = {.db = v->db, .arena = v->arena, .now_us = v->now_us, .vault = v->door->vault};
    struct proposal_count *m = to;
    struct cell c[PR_COUNT];
    struct policy_answer answer;
    struct act same;
    *ret_yes = false;
    TRY(row_get(v->db, v->arena, &TABLE_PROPOSAL, row->id, c));
    if (c[PR_EXPIRES].i <= v->now_us || id_eq(cell_get_id(&c[PR_PROPOSER]), v->ctx->account))
        return OK;
    enum err e = proposal_question(v->door, v->ctx, &tx, v->arena, c, &same, &answer);
    *ret_yes = e == OK;
    m->waiting += *ret_yes && !only_ask;
    if (e != OK && e != ERR_DENIED && e != ERR_HINT && e != ERR_NOT_FOUND)
        return e;
    err_clear();
    return OK;
}

static enum err count_run(struct view *v)
{
    struct proposal_count *m = ARENA_NEW(v->arena, struct proposal_count);
    struct pager p = {
        .next = next_page, .take = count_one, .list = m, .max = COUNTED_MAX}; /* of the open ones */
    struct page_key at = {.at = 0};
    if (!m)
        return arena_err(v->arena);
    v->model = m;
    return pager_walk(v, &p, &at, &m->more);
}

static void count_json(const struct view *v, struct json *j)
{
    const struct proposal_count *m = v->model;
    json_object(j);
    json_kv_i64(j, "waiting", m->waiting);
    json_kv_bool(j, "more", m->more);
    json_end(j);
}

static enum err show_find(struct view *v, struct object *ret)
{
    struct proposal_model *m = ARENA_NEW(v->arena, struct proposal_model);
    bool yes;
    if (!m)
        return arena_err(v->arena);
    TRY(take(v, v->subject, m, &yes));
    if (!yes)
        return FAIL(ERR_NOT_FOUND, "proposal");
    v->model = m;
    *ret = (struct object){.kind = OBJECT_SESSION,
                           .id = v->subject,
                           .version = m->version,
                           .owner = v->ctx->agency,
                           .label = LABEL_AMBER,
                           .person = v->ctx->account,
                           .found = true};
    return OK;
}

static enum err show_run(struct view *v)
{
    return v->model ? OK : FAIL(ERR_NOT_FOUND, "proposal");
}

/* ---- JSON
 * ------------------------------------------------------------------------------ */

static void json_values(struct json *j, const struct proposal_model *m)
{
    json_key(j, "asked");
    json_array(j);
    for (size_t i = 0; i < m->nvalues; i++) {
        json_object(j);
        json_kv(j, "name", m->values[i].name);
        if (m->values[i].secret) {
            json_kv(j, "state", "masked");
        } else {
            json_key(j, "value");
            json_str(j, m->values[i].value);
        }
        json_end(j);
    }
    json_end(j);
}

static void item_json(struct json *j, const struct proposal_model *m)
{
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv(j, "action", m->action);
    json_kv(j, "object", object_word(m->kind));
    json_kv_id(j, "subject", m->subject);
    json_kv(j, "agency", m->agency);
    json_kv_id(j, "proposer", m->proposer);
    json_kv_time(j, "proposed", m->proposed_us);
    json_kv_time(j, "expires", m->expires_us);
    json_kv(j, "state", m->expired ? "expired" : proposal_state_word(m->state));
    json_kv_bool(j, "mine", m->mine);
    json_kv_bool(j, "may_settle", m->may_settle);
    if (*m->unfit)
        json_kv(j, "unfit", m->unfit);
    json_kv_id(j, "second", m->second);
    json_kv_time(j, "settled", m->settled_us);
    if (m->reason.text.n) {
        json_key(j, "reason");
        json_str(j, m->reason.text);
    }
    if (m->asked.verdict == VERDICT_ALLOW)
        json_values(j, m);
    json_kv_i64(j, "version", m->version);
    json_end(j);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct proposal_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        item_json(j, &list->items[i]);
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    item_json(j, v->model);
}

/* Both ask as a list: a name of an officer that is to be made or changed is for lists (docs/policy.md, 11).
 */
const struct view_decl PROPOSAL_VIEWS[] = {
    {.name = "proposal.list",
     .summary = "What waits for a second person",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json},
    {.name = "proposal.count",
     .summary = "How much waits for a second person",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .run = count_run,
     .to_json = count_json},
    {.name = "proposal.show",
     .summary = "One thing that waits for a second person",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .find = show_find,
     .run = show_run,
     .to_json = show_json},
};
const size_t NPROPOSAL_VIEWS = sizeof PROPOSAL_VIEWS / sizeof *PROPOSAL_VIEWS;
