/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - the list of cases: its filters, its orders, forward and back (plan 1(1)/b). Each row is asked of
 * the policy; one that may not be listed is left out, and none is placed by what is concealed from the
 * viewer. */
#include "core/pager.h"
#include "registry/own.h"
#include "sys/tz.h"

#define LIST_PAGE PAGE_ROWS
/* A filter that few cases pass looks at more rows than a page has; it stops after so many, and the list goes
 * on from there. */
#define LIST_LOOKED_AT (20 * LIST_PAGE)

static const char *const state_words[] = {"open", "closed", NULL};
static const char *const order_words[] = {"opened", "urgency", "changed", NULL};
enum order { ORDER_OPENED, ORDER_URGENCY, ORDER_CHANGED, ORDER_COUNT };

const struct input_field CASE_LIST_INPUTS[15] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
    {.name = "after_opened", .label = "The time of that one in this order", .type = IN_TIME},
    {.name = "back", .label = "The page before that one", .type = IN_BOOL},
    {.name = "shared", .label = "Shared with us", .type = IN_BOOL},
    {.name = "stage", .label = "Stage", .type = IN_TEXT},
    {.name = "mine", .label = "Only cases that name me", .type = IN_BOOL},
    {.name = "handed", .label = "Only cases that were handed over to me", .type = IN_BOOL},
    {.name = "overdue", .label = "Only with a deadline that has passed", .type = IN_BOOL},
    {.name = "due_within",
     .label = "Only with a deadline within so many hours",
     .type = IN_INT,
     .min = 1,
     .max = 8760},
    {.name = "opened_from", .label = "Opened from", .type = IN_DATE},
    {.name = "opened_to", .label = "Opened until", .type = IN_DATE},
    {.name = "office", .label = "Office", .type = IN_TEXT},
    {.name = "order", .label = "Order", .type = IN_WORD, .words = order_words},
    {.name = "filter", .label = "Saved filter", .type = IN_ID},
};

/* ---- one row
 * -------------------------------------------------------------------------------------------------- */

/* What else a row must be, to be shown. Zero: anything. */
struct wanted {
    struct str stage, office, facts[2]; /* facts: as FILTER_FACTS */
    bool overdue;
    int64_t due_before_us, from_us, to_us;
    enum order order;
};

static bool opened_as_wanted(const struct wanted *w, const struct case_row *r, struct str office)
{
    return (!w->stage.n || str_is(w->stage, r->stage)) && (!w->office.n || str_eq(w->office, office)) &&
           (!w->from_us || r->opened_us >= w->from_us) && (!w->to_us || r->opened_us < w->to_us);
}

static bool due_as_wanted(const struct wanted *w, const struct case_row *r)
{
    return (!w->overdue || r->overdue) &&
           (!w->due_before_us || (r->next_due_us && r->next_due_us < w->due_before_us));
}

/* A case stands once in an order: where its first deadline, or last change, that she may know of is. */
static enum err in_place(struct view *v, const struct wanted *w, const struct object *o,
                         const struct case_row *r, int64_t at_us, bool *ret)
{
    int64_t changed;
    *ret = true;
    if (w->order == ORDER_URGENCY)
        *ret = r->next_due_us == at_us;
    if (w->order != ORDER_CHANGED)
        return OK;
    TRY(known_change(v, o, r->opened_us, &changed));
    *ret = changed == at_us;
    return OK;
}

static enum err facts_as_wanted(struct view *v, const struct wanted *w, const struct object *o, bool *ret)
{
    *ret = true;
    for (size_t i = 0; i < sizeof w->facts / sizeof *w->facts && *ret; i++)
        if (w->facts[i].n)
            TRY(known_fact(v, o, FILTER_FACTS[i].fact, w->facts[i], ret));
    return OK;
}

static enum err row_of(struct view *v, struct stmt *s, struct id id, struct case_row *r, struct object *o)
{
    *r = (struct case_row){.id = id,
                           .number = arena_cstr(v->arena, db_text(s, 1)),
                           .state = arena_cstr(v->arena, db_text(s, 2)),
                           .stage = arena_cstr(v->arena, db_text(s, 3)),
                           .agency = arena_cstr(v->arena, db_text(s, 4)),
                           .opened_us = db_i64(s, 5),
                           .subjects = -1,
                           .records = -1};
    *o = (struct object){.kind = OBJECT_CASE,
                         .id = id,
                         .case_ = {id},
                         .owner = r->agency,
                         .label = (enum label)db_i64(s, 6),
                         .found = true};
    return r->number && r->state && r->stage && r->agency ? OK : arena_err(v->arena);
}

static enum err passes(struct view *v, const struct wanted *w, const struct object *o, struct case_row *r,
                       int64_t at_us, bool *ret)
{
    TRY(known_due(v, o, &r->next_due_us));
    r->overdue = r->next_due_us && r->next_due_us < v->now_us;
    TRY(in_place(v, w, o, r, at_us, ret));
    *ret = *ret && due_as_wanted(w, r);
    return *ret ? facts_as_wanted(v, w, o, ret) : OK;
}

/* A row that fits, with what more is told of it. */
static enum err add_row(struct view *v, const struct object *o, const struct case_row *row,
                        struct case_list *list)
{
    struct case_row *r = &list->items[list->n++];
    *r = *row;
    r->opens = view_decide(v, o, CLASS_NONE).verdict == VERDICT_ALLOW;
    if (view_tells(v, o, CLASS_ROUTING)) {
        TRY(known_subjects(v, o, &r->subjects));
        TRY(known_records(v, o, &r->records));
    }
    view_show(v, r->id);
    return OK;
}

/* ---- lists of the other files
 * --------------------------------------------------------------------------------- */

enum err list_new(struct view *v, struct case_list **ret)
{
    struct case_list *list = ARENA_NEW(v->arena, struct case_list);
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, LIST_PAGE + 1, struct case_row);
    list->total = -1;
    *ret = list;
    return list->items ? OK : arena_err(v->arena);
}

enum err list_take(struct view *v, struct stmt *s, struct case_list *list, size_t *seen)
{
    if (++*seen > LIST_PAGE || list->n == LIST_PAGE)
        return OK;
    struct case_row row;
    struct object o;
    struct id id;
    TRY(db_id(s, 0, &id));
    TRY(row_of(v, s, id, &row, &o));
    if (!view_may_list(v, &o))
        return OK;
    TRY(known_due(v, &o, &row.next_due_us));
    row.overdue = row.next_due_us && row.next_due_us < v->now_us;
    return add_row(v, &o, &row, list);
}

enum err list_take_all(struct view *v, struct stmt *s, struct case_list *list)
{
    size_t seen = 0;
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        enum err e = list_take(v, s, list, &seen);
        if (e != OK) {
            db_reset(s);
            return e;
        }
    }
    return OK;
}

/* ---- the orders
 * ----------------------------------------------------------------------------------------------- */

/* The keyset is (time, id), where the time is that of the order. Two statements each: forward, and back. */
#define NEWEST_FIRST(at) at " <= ?2 AND (" at " < ?2 OR c.id < ?3) ORDER BY " at " DESC, c.id DESC LIMIT 50"
#define OLDEST_FIRST(at) at " >= ?2 AND (" at " > ?2 OR c.id > ?3) ORDER BY " at ", c.id LIMIT 50"
#define NAMES(parameter) SQL_NAMES(parameter, "c.id") " AND "

#define OPENED CASE_ROW_SELECT ", c.opened_us FROM case_file c WHERE "
#define OPENED_BOTH(where)                                                                 \
    {                                                                                      \
        OPENED where NEWEST_FIRST("c.opened_us"), OPENED where OLDEST_FIRST("c.opened_us") \
    }
/* Where she is named in few cases, it begins at them: the agency may have many others. */
#define OF_FEW                                                                                      \
    "SELECT DISTINCT " CASE_ROW_COLUMNS ", c.opened_us FROM access_grant g CROSS JOIN case_file c " \
    "WHERE c.id = g.case_id AND c.agency = ?1 AND "
#define OF_FEW_BOTH(where)                                                                 \
    {                                                                                      \
        OF_FEW where NEWEST_FIRST("c.opened_us"), OF_FEW where OLDEST_FIRST("c.opened_us") \
    }
/* Every relation but the owner's, each by name: so an index finds them among the agency's own. */
_Static_assert(RELATION_OWNER == 1 && RELATION_COUNT == 5, "SHARED_WITH_US names all but the owner");
#define SHARED_WITH_US                                                                      \
    "c.id IN (SELECT g.case_id FROM access_grant g WHERE g.agency = ?1 AND g.relation IN (" \
    "0, 2, 3, 4)) AND "

/* They wait for her to take them: she is not named in them yet. */
#define HANDED_TO_ME                                                                           \
    "c.id IN (SELECT h.case_id FROM handover h WHERE h.agency = ?1 AND h.to_account = ?4 AND " \
    "h.ended_us IS NULL) AND "

/* A row for each time that a case could stand at; in_place leaves one of them. */
#define URGENT                                                                                              \
    "SELECT DISTINCT c.id, c.number, c.state, c.stage, c.agency, c.opened_us, c.label, c.office, k.due_us " \
    "FROM clock k JOIN case_file c ON c.id = k.case_id WHERE k.state = 0 AND c.agency = ?1 AND c.state = "  \
    "?4 AND "
#define URGENT_BOTH(where)                                                           \
    {                                                                                \
        URGENT where OLDEST_FIRST("k.due_us"), URGENT where NEWEST_FIRST("k.due_us") \
    }
#define CHANGED                                                                                      \
    CASE_ROW_SELECT                                                                                  \
    ", q.at_us FROM (SELECT id AS case_id, opened_us AS at_us FROM case_file WHERE agency = ?1 "     \
    "UNION SELECT case_id, updated_us FROM record WHERE case_id IS NOT NULL) q JOIN case_file c ON " \
    "c.id = q.case_id WHERE c.agency = ?1 AND c.state = ?4 AND "
#define CHANGED_BOTH(where)                                                          \
    {                                                                                \
        CHANGED where NEWEST_FIRST("q.at_us"), CHANGED where OLDEST_FIRST("q.at_us") \
    }

static const char *const of_state[ORDER_COUNT][2] = {OPENED_BOTH("c.agency = ?1 AND c.state = ?4 AND "),
                                                     URGENT_BOTH(""), CHANGED_BOTH("")};
static const char *const of_state_mine[ORDER_COUNT][2] = {
    OPENED_BOTH("c.agency = ?1 AND c.state = ?4 AND " NAMES("?5")), URGENT_BOTH(NAMES("?5")),
    CHANGED_BOTH(NAMES("?5"))};
static const char *const of_any_state[2] = OPENED_BOTH("c.agency = ?1 AND ");
static const char *const of_any_state_mine[2] = OPENED_BOTH("c.agency = ?1 AND " NAMES("?4"));
static const char *const of_state_few[2] = OF_FEW_BOTH("c.state = ?4 AND g.account = ?5 AND ");
static const char *const of_any_state_few[2] = OF_FEW_BOTH("g.account = ?4 AND ");
static const char *const of_handed[2] = OPENED_BOTH(HANDED_TO_ME);
static const char *const of_others[2] = OPENED_BOTH(SHARED_WITH_US);

/* ---- the walk
 * ------------------------------------------------------------------------------------------------- */

struct walk {
    struct wanted wanted;
    struct str state;
    bool shared, mine, few, handed, filtered, back; /* few: of mine */
    struct page_key at;                             /* goes on behind this one */
    const struct pair *saved;                       /* of a saved filter */
    size_t nsaved;
    struct case_list *list;
    struct page_key first, known; /* the first row that was shown; the last one that she may know of */
    size_t looked_at;
    struct fetched {
        struct case_row row;
        struct object o;
        struct str office;
    } rows[PAGE_ROWS]; /* of the page that is looked at, from nrow on */
    size_t nrow;
};

static const char *walk_sql(const struct walk *w)
{
    if (w->handed)
        return of_handed[w->back];
    if (w->shared)
        return of_others[w->back];
    if (w->few)
        return w->state.n ? of_state_few[w->back] : of_any_state_few[w->back];
    if (!w->state.n)
        return w->mine ? of_any_state_mine[w->back] : of_any_state[w->back];
    return w->mine ? of_state_mine[w->wanted.order][w->back] : of_state[w->wanted.order][w->back];
}

static bool yes(struct str s)
{
    return str_is(s, "true") || str_is(s, "yes") || str_is(s, "1");
}

/* What is asked with the list goes before what was saved. */
static struct str term(struct view *v, const struct walk *w, const char *name)
{
    struct str given = view_in(v, name);
    for (size_t i = 0; !given.n && i < w->nsaved; i++)
        if (str_is(w->saved[i].name, name))
            given = w->saved[i].value;
    return given;
}

static enum err day_start(struct view *v, struct str given, int64_t days, int64_t *ret)
{
    const struct tz *z;
    struct date d;
    *ret = 0;
    if (!given.n)
        return OK;
    TRY(tz_find(v->pack->time_zone, &z));
    TRY(date_parse(given, &d));
    *ret = tz_utc(z, d, 0) + days * INT64_C(86400000000);
    return OK;
}

static enum err read_wanted(struct view *v, struct walk *w)
{
    struct wanted *want = &w->wanted;
    struct str within = term(v, w, "due_within"), order = term(v, w, "order");
    int64_t hours = 0;
    want->stage = term(v, w, "stage");
    want->office = term(v, w, "office");
    want->overdue = yes(term(v, w, "overdue"));
    if (within.n)
        TRY(str_i64(within, 1, 8760, &hours));
    want->due_before_us = hours ? v->now_us + hours * INT64_C(3600000000) : 0;
    TRY(day_start(v, term(v, w, "opened_from"), 0, &want->from_us));
    TRY(day_start(v, term(v, w, "opened_to"), 1, &want->to_us));
    for (size_t i = 0; i < w->nsaved; i++)
        for (size_t f = 0; f < sizeof want->facts / sizeof *want->facts; f++)
            if (str_is(w->saved[i].name, FILTER_FACTS[f].input))
                want->facts[f] = w->saved[i].value;
    for (int i = 0; i < ORDER_COUNT && !w->shared && !w->handed; i++)
        if (str_is(order, order_words[i]))
            want->order = (enum order)i;
    if (want->order != ORDER_OPENED && !w->state.n)
        w->state = STR("open");
    w->filtered = want->stage.n || want->office.n || want->overdue || hours || want->from_us || want->to_us ||
                  want->facts[0].n || want->facts[1].n || want->order != ORDER_OPENED;
    return OK;
}

static enum err read_walk(struct view *v, struct walk *w)
{
    struct str after = view_in(v, "after"), filter = view_in(v, "filter");
    *w = (struct walk){.shared = yes(view_in(v, "shared")), .back = yes(view_in(v, "back"))};
    if (filter.n) {
        struct pair *saved;
        TRY(filter_terms(v, filter, &saved, &w->nsaved));
        w->saved = saved;
    }
    w->state = term(v, w, "state");
    w->mine = yes(term(v, w, "mine"));
    w->handed = yes(view_in(v, "handed"));
    TRY(read_wanted(v, w));
    w->at.at = w->wanted.order == ORDER_URGENCY ? INT64_MIN : INT64_MAX;
    if (!after.n && w->back)
        return FAIL(ERR_FIELD, "field after: required with back");
    return page_after(v, "after_opened", &w->at);
}

static void bind_walk(struct view *v, const struct walk *w, const struct page_key *after, struct stmt *s)
{
    int next = 4;
    db_bind_text(s, 1, str_of(v->ctx->agency));
    db_bind_i64(s, 2, after->at);
    db_bind_id(s, 3, &after->id);
    if (!w->shared && !w->handed && w->state.n)
        db_bind_text(s, next++, w->state);
    if (w->handed || (!w->shared && w->mine))
        db_bind_id(s, next, &v->ctx->account);
}

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    struct walk *w = (struct walk *)(uintptr_t)list; /* keeps the rows for take_row */
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, walk_sql(w), &s));
    bind_walk(v, w, after, s);
    w->nrow = 0;
    for (*ret_n = 0; *ret_n < PAGE_ROWS; ++*ret_n) {
        struct fetched *f = &w->rows[*ret_n];
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ret[*ret_n].id));
        ret[*ret_n].at = db_i64(s, 8);
        TRY(row_of(v, s, ret[*ret_n].id, &f->row, &f->o));
        f->office = arena_str(v->arena, db_text(s, 7));
    }
    return OK;
}

static enum err take_row(struct view *v, void *list, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct walk *w = list;
    struct fetched *f = &w->rows[w->nrow++];
    *ret_yes = false;
    w->looked_at++;
    if (!view_may_list(v, &f->o))
        return OK;
    w->known = *row;
    if (!opened_as_wanted(&w->wanted, &f->row, f->office))
        return OK;
    TRY(passes(v, &w->wanted, &f->o, &f->row, row->at, ret_yes));
    if (!*ret_yes || only_ask)
        return OK;
    if (!w->list->n)
        w->first = *row;
    return add_row(v, &f->o, &f->row, w->list);
}

static void turn_round(struct case_list *list)
{
    for (size_t i = 0; i < list->n / 2; i++) {
        struct case_row row = list->items[i];
        list->items[i] = list->items[list->n - 1 - i];
        list->items[list->n - 1 - i] = row;
    }
}

/* Forward or back, a page is found again from the rows that it shows. */
static void place(struct case_list *list, const struct walk *w, bool more, bool from_start)
{
    bool some = !id_is_nil(w->first.id);
    bool next = w->back ? some : more, prev = w->back ? more : some && !from_start;
    const struct page_key *behind = w->back ? &w->first : &w->at, *before = w->back ? &w->at : &w->first;
    if (next) {
        list->next = behind->id;
        list->next_opened_us = behind->at;
    }
    if (prev) {
        list->prev = before->id;
        list->prev_opened_us = before->at;
    }
    if (w->back)
        turn_round(list);
}

#define NAMED_IN_MORE \
    "SELECT case_id FROM access_grant WHERE account = ?1 ORDER BY case_id LIMIT 1 OFFSET 1000"

static enum err named_in_few(struct view *v, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool more;
    TRY(db_prepare(v->db, NAMED_IN_MORE, &s));
    db_bind_id(s, 1, &v->ctx->account);
    TRY(db_step(s, &more));
    *ret = !more;
    return OK;
}

enum err case_list_run(struct view *v)
{
    struct case_list *list = NULL;
    struct walk *w = ARENA_NEW(v->arena, struct walk);
    bool more;
    if (!w)
        return arena_err(v->arena);
    TRY(list_new(v, &list));
    TRY(read_walk(v, w));
    w->list = list;
    w->mine |= page_only_named(v, OBJECT_CASE);
    if (w->mine && w->wanted.order == ORDER_OPENED)
        TRY(named_in_few(v, &w->few));
    bool from_start = id_is_nil(w->at.id);
    struct pager p = {
        .next = next_page, .take = take_row, .list = w, .bound = w->filtered ? LIST_LOOKED_AT : 0};
    TRY(pager_walk(v, &p, &w->at, &more));
    if (!more && w->filtered && w->looked_at >= LIST_LOOKED_AT && !id_is_nil(w->known.id)) {
        w->at = w->known; /* what she may know of, and did not ask for */
        more = true;
    }
    place(list, w, more, from_start);
    v->model = list;
    return OK;
}
