/* SPDX-License-Identifier: Apache-2.0 */
/* notice_view.c - the inbox of an officer: what reaches him, each item asked of the policy by itself. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/notice/own.h"
#include "core/pager.h"

#define LOOKED_AT 4000 /* notices of one look: each is asked who answers it */

/* ---- candidates ------------------------------------------------------------------------------------------
 */

/* Which of the notices are asked for. A sort is events whose names begin so: two of them at most. */
struct sort {
    const char *word, *from, *until, *or_from, *or_until;
};
#define ONE(word, begins)                                    \
    {                                                        \
        word, begins ".", begins "/", begins ".", begins "/" \
    }
#define TWO(word, begins, or_else)                             \
    {                                                          \
        word, begins ".", begins "/", or_else ".", or_else "/" \
    }
static const struct sort sorts[NOTICE_SORTS] = {
    ONE("deadlines", "clock"),
    TWO("cases", "case", "decision"),
    TWO("reports", "report", "enquiry"),
    ONE("second_person", "proposal"),
    TWO("held_steps", "step", "hold"),
    ONE("emergencies", "glass"),
    ONE("obligations", "oblige"),
    TWO("accounts", "account", "attachment"),
    /* Notices that the pack asks for, and what was found about a person. */
    {"records", "notice", "notice/", "assessment.", "assessment/"},
};
static const struct sort any_sort = {"", "", "\x7f", "", "\x7f"};

const char *notice_sort_word(size_t i)
{
    return sorts[i].word;
}

static bool sort_has(const struct sort *s, const char *event)
{
    return (strcmp(event, s->from) >= 0 && strcmp(event, s->until) < 0) ||
           (strcmp(event, s->or_from) >= 0 && strcmp(event, s->or_until) < 0);
}

struct wanted {
    bool open, office;
    int role; /* -1: any */
    const struct sort *sort;
    struct notice_list *list; /* where they go */
};

/* Of the office: what is of cases that name him, and what his role answers: all of it for the office, for
 * himself what no named member answers (as notice_reaches, which has the last word on each). */
#define MINE_SQL                                                                                            \
    "agency = ?1 AND ((role = ?2 AND (?6 = 1 OR event = 'clock.escalated' OR (SELECT g.id FROM "            \
    "access_grant g JOIN account a ON a.id = g.account WHERE g.case_id = notice.case_id AND g.agency = ?1 " \
    "AND g.from_us <= ?7 AND (g.until_us IS NULL OR g.until_us > ?7) AND a.agency = ?1 AND a.disabled_us "  \
    "IS NULL LIMIT 1) IS NULL)) OR " SQL_NAMES("?3", "notice.case_id") ") AND "
/* Only where something is asked for: PostgreSQL takes it for rare, and sorts all of the office for a page. */
#define ASKED_SQL \
    "(role = ?8 OR ?8 < 0) AND ((event >= ?9 AND event < ?10) OR (event >= ?11 AND event < ?12)) AND "
/* acknowledged_us, which is NULL in all of them, is named in the order for PostgreSQL: without it no index
 * has it. */
#define OPEN_SQL(asked)                                                                             \
    "SELECT at_us, id FROM notice WHERE " MINE_SQL asked "acknowledged_us IS NULL AND at_us >= ?4 " \
    "AND (at_us > ?4 OR id > ?5) ORDER BY acknowledged_us, at_us, id LIMIT 50"
#define DONE_SQL(asked)                                                                               \
    "SELECT acknowledged_us, id FROM notice WHERE " MINE_SQL asked "acknowledged_us IS NOT NULL AND " \
    "acknowledged_us <= ?4 AND (acknowledged_us < ?4 OR id < ?5) ORDER BY acknowledged_us DESC, id "  \
    "DESC LIMIT 50"

_Static_assert(PAGE_ROWS == 50,
               "as the SQL says: PostgreSQL plans for a tenth of all rows where it is a parameter");

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    static const char *const sql[2][2] = {{DONE_SQL(""), DONE_SQL(ASKED_SQL)},
                                          {OPEN_SQL(""), OPEN_SQL(ASKED_SQL)}};
    const struct wanted *w = list;
    bool asked = w->role >= 0 || w->sort != &any_sort;
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, sql[w->open][asked], &s));
    db_bind_text(s, 1, str_of(v->ctx->role == ROLE_OVERSIGHT ? "" : v->ctx->agency));
    db_bind_i64(s, 2, v->ctx->role);
    db_bind_id(s, 3, &v->ctx->account);
    db_bind_i64(s, 4, after->at);
    db_bind_id(s, 5, &after->id);
    db_bind_i64(s, 6, w->office);
    db_bind_i64(s, 7, v->now_us);
    if (!asked)
        return page_keys(s, ret, ret_n);
    db_bind_i64(s, 8, w->role);
    db_bind_text(s, 9, str_of(w->sort->from));
    db_bind_text(s, 10, str_of(w->sort->until));
    db_bind_text(s, 11, str_of(w->sort->or_from));
    db_bind_text(s, 12, str_of(w->sort->or_until));
    return page_keys(s, ret, ret_n);
}

static enum err take_item(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    const struct wanted *w = to;
    struct cell c[NO_COUNT];
    struct notice_topic topic;
    TRY(row_get(v->db, v->arena, &TABLE_NOTICE, row->id, c));
    TRY(notice_reaches(v->db, v->ctx, c, v->now_us, w->office, ret_yes));
    if (!*ret_yes)
        return OK;
    TRY(notice_topic(v->db, v->arena, door_entities(v->door), c, &topic));
    *ret_yes = notice_may_know(v->db, v->ctx, &topic, v->now_us);
    if (!*ret_yes || only_ask)
        return OK;
    w->list->items[w->list->n++] = (struct notice_model){
        .id = row->id,
        .about = cell_get_id(&c[NO_ABOUT]),
        .case_ = cell_get_id(&c[NO_CASE]),
        .event = c[NO_EVENT].s.p,
        .detail = c[NO_DETAIL].s.p,
        .agency = c[NO_AGENCY].s.p,
        .role = (enum role)c[NO_ROLE].i,
        .at_us = c[NO_AT].i,
        .due_us = c[NO_DUE].kind == CELL_NULL ? 0 : c[NO_DUE].i,
        .created_us = c[NO_CREATED].i,
        .acknowledged_us = c[NO_ACKNOWLEDGED].kind == CELL_NULL ? 0 : c[NO_ACKNOWLEDGED].i,
        .version = c[NO_VERSION].i,
        .own = notice_is_own(v->ctx, c),
    };
    view_show(v, row->id);
    return OK;
}

static enum err gather(struct view *v, struct wanted *w, size_t max, struct page_key *at, bool *ret_more)
{
    struct pager p = {.next = next_page, .take = take_item, .list = w, .max = max, .bound = LOOKED_AT};
    w->list->items = ARENA_ARRAY(v->arena, max, struct notice_model);
    return w->list->items ? pager_walk(v, &p, at, ret_more) : arena_err(v->arena);
}

/* ---- notice.list, notice.count ---------------------------------------------------------------------------
 */

static const char *const state_words[] = {"open", "acknowledged", NULL};
static const char *const whose_words[] = {"mine", "office", NULL};
static const char *const sort_words[] = {"deadlines",  "cases",       "reports",     "second_person",
                                         "held_steps", "emergencies", "obligations", "accounts",
                                         "records",    NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "whose", .label = "Whose notices", .type = IN_WORD, .words = whose_words},
    {.name = "sort", .label = "What they are about", .type = IN_WORD, .words = sort_words},
    {.name = "role", .label = "Whose duty it is", .type = IN_TEXT},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_at", .label = "Moment of that one", .type = IN_TIME},
};

static enum err wanted_of(struct view *v, struct wanted *ret)
{
    struct str sort = view_in(v, "sort"), role = view_in(v, "role");
    *ret = (struct wanted){.open = !str_is(view_in(v, "state"), "acknowledged"),
                           .office = str_is(view_in(v, "whose"), "office"),
                           .role = -1,
                           .sort = &any_sort};
    for (size_t i = 0; i < NOTICE_SORTS; i++)
        if (str_is(sort, sorts[i].word))
            ret->sort = &sorts[i];
    if (!role.n)
        return OK;
    char *word = arena_cstr(v->arena, role);
    if (!word)
        return arena_err(v->arena);
    ret->role = role_find(word);
    return ret->role < 0 ? FAIL(ERR_FIELD, "field role: no such role") : OK;
}

static enum err list_run(struct view *v)
{
    struct notice_list *list = ARENA_NEW(v->arena, struct notice_list);
    struct page_key at = {.at = INT64_MIN};
    struct wanted w;
    bool more;
    if (!list)
        return arena_err(v->arena);
    TRY(wanted_of(v, &w));
    w.list = list;
    if (!w.open)
        at.at = INT64_MAX;
    TRY(page_after(v, "after_at", &at));
    TRY(gather(v, &w, PAGE_ROWS, &at, &more));
    list->next = more ? at.id : id_nil();
    list->next_at_us = more ? at.at : 0;
    v->model = list;
    return OK;
}

static enum err count_run(struct view *v)
{
    struct notice_count *m = ARENA_NEW(v->arena, struct notice_count);
    struct notice_list list = {0};
    struct page_key at = {.at = INT64_MIN};
    if (!m)
        return arena_err(v->arena);
    struct wanted w = {.open = true, .role = -1, .sort = &any_sort, .list = &list};
    TRY(gather(v, &w, 2 * PAGE_ROWS, &at, &m->more));
    for (size_t i = 0; i < list.n; i++)
        m->open += !list.items[i].own; /* what he did himself waits for somebody else */
    for (size_t i = 0; i < list.n; i++)
        for (size_t k = 0; k < NOTICE_SORTS; k++)
            m->of_sort[k] += !list.items[i].own && sort_has(&sorts[k], list.items[i].event);
    for (size_t i = 0; i < list.n; i++)
        m->late += list.items[i].due_us && list.items[i].due_us <= v->now_us;
    v->model = m;
    return OK;
}

/* ---- JSON ------------------------------------------------------------------------------------------------
 */

static void item_json(struct json *j, const struct notice_model *m)
{
    json_object(j);
    json_kv_id(j, "id", m->id);
    json_kv(j, "event", m->event);
    json_kv(j, "detail", m->detail);
    json_kv_id(j, "about", m->about);
    json_kv_id(j, "case", m->case_);
    json_kv(j, "agency", m->agency);
    json_kv(j, "role", role_word(m->role));
    json_kv_time(j, "at", m->at_us);
    json_kv_time(j, "due", m->due_us);
    json_kv_time(j, "created", m->created_us);
    json_kv_time(j, "acknowledged", m->acknowledged_us);
    json_kv_i64(j, "version", m->version);
    json_kv_bool(j, "own", m->own);
    json_end(j);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct notice_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++)
        item_json(j, &list->items[i]);
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_kv_time(j, "next_at", list->next_at_us);
    json_end(j);
}

static void count_json(const struct view *v, struct json *j)
{
    const struct notice_count *m = v->model;
    json_object(j);
    json_kv_i64(j, "open", m->open);
    json_kv_i64(j, "late", m->late);
    json_kv_bool(j, "more", m->more);
    json_key(j, "of_sort");
    json_object(j);
    for (size_t k = 0; k < NOTICE_SORTS; k++)
        json_kv_i64(j, sorts[k].word, m->of_sort[k]);
    json_end(j);
    json_end(j);
}

const struct view_decl NOTICE_VIEWS[] = {
    {.name = "notice.list",
     .summary = "The inbox: what happened and waits for somebody",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json},
    {.name = "notice.count",
     .summary = "How many notices are open",
     .verb = VERB_LIST,
     .object = OBJECT_SESSION,
     .run = count_run,
     .to_json = count_json},
};
const size_t NNOTICE_VIEWS = sizeof NOTICE_VIEWS / sizeof *NOTICE_VIEWS;
