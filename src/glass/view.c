/* SPDX-License-Identifier: Apache-2.0 */
/* view.c - break-glass sessions: one's own, those to be reviewed, and what was looked at in one. */
#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "base/json.h"
#include "core/pager.h"
#include "glass/own.h"

enum { STATE_MINE, STATE_REVIEW, STATE_REVIEWED };
static const char *const state_words[] = {"mine", "to_review", "reviewed", NULL};
static const struct input_field list_inputs[] = {
    {.name = "state", .label = "State", .type = IN_WORD, .words = state_words},
    {.name = "after", .label = "After", .type = IN_ID},
};

static enum err sealed(struct view *v, const struct object *o, const struct cell *c, int column,
                       struct shown *ret)
{
    *ret = (struct shown){.text = STR(""), .verdict = VERDICT_ALLOW, .reason = REASON_OK};
    if (c[column].kind == CELL_NULL)
        return OK;
    struct place at = {&TABLE_BREAK_GLASS, cell_get_id(&c[GL_ID]), column};
    return view_unseal(v, o, CLASS_IDENTITY, at, c[column].s, ret);
}

static const char *word_or_empty(const struct cell *c)
{
    return c->kind == CELL_NULL ? "" : c->s.p;
}

static struct object own_session(const struct view *v, const struct cell *c)
{
    return (struct object){.kind = OBJECT_SESSION,
                           .id = cell_get_id(&c[GL_ID]),
                           .version = c[GL_VERSION].i,
                           .owner = v->ctx->agency,
                           .label = LABEL_AMBER,
                           .person = v->ctx->account,
                           .found = true};
}

/* His own he sees for ever; others see those of cases that they may list: holder, co-owner, oversight. */
static enum err object_for(struct view *v, const struct cell *c, struct object *ret_case, struct object *ret)
{
    TRY(door_entities(v->door)->case_(v->db, v->arena, cell_get_id(&c[GL_CASE]), ret_case));
    *ret = id_eq(cell_get_id(&c[GL_ACCOUNT]), v->ctx->account) ? own_session(v, c) : *ret_case;
    return OK;
}

static void fill(struct view *v, const struct cell *c, const char *holder, struct glass_model *m)
{
    bool mine = id_eq(cell_get_id(&c[GL_ACCOUNT]), v->ctx->account);
    *m = (struct glass_model){
        .id = cell_get_id(&c[GL_ID]),
        .case_ = cell_get_id(&c[GL_CASE]),
        .account = cell_get_id(&c[GL_ACCOUNT]),
        .second = cell_get_id(&c[GL_SECOND]),
        .reviewer = cell_get_id(&c[GL_REVIEWER]),
        .agency = word_or_empty(&c[GL_AGENCY]),
        .holder = holder,
        .reason = c[GL_REASON].s.p,
        .reviewer_agency = word_or_empty(&c[GL_REVIEWER_AGENCY]),
        .opened_us = c[GL_OPENED].i,
        .until_us = c[GL_UNTIL].i,
        .reviewed_us = c[GL_REVIEWED].kind == CELL_NULL ? 0 : c[GL_REVIEWED].i,
        .mine = mine,
        .open = glass_open(c[GL_OPENED].i, c[GL_UNTIL].i, v->now_us),
        .justified = c[GL_JUSTIFIED].kind != CELL_NULL && c[GL_JUSTIFIED].i,
        .accounts_new = c[GL_ACCOUNTS_NEW].kind != CELL_NULL && c[GL_ACCOUNTS_NEW].i,
        .one_maker = c[GL_ONE_MAKER].kind != CELL_NULL && c[GL_ONE_MAKER].i,
        .version = c[GL_VERSION].i,
    };
    struct glass_reviewing r = {.asked_agency = m->agency,
                                .agency = v->ctx->agency,
                                .took_part = mine || id_eq(m->second, v->ctx->account),
                                .ended = m->until_us <= v->now_us,
                                .reviewed = m->reviewed_us != 0};
    bool reviews = v->ctx->role == ROLE_OVERSIGHT || v->ctx->role == ROLE_CASE_LEAD;
    m->may_review = reviews && glass_may_review(&r);
}

struct openings {
    struct glass_list *list;
    int state;
};

static enum err take(struct view *v, void *to, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    const struct openings *in = to;
    struct cell c[GL_COUNT];
    struct object in_case, o;
    TRY(row_get(v->db, v->arena, &TABLE_BREAK_GLASS, row->id, c));
    TRY(object_for(v, c, &in_case, &o));
    *ret_yes = (in->state == STATE_MINE) == (o.kind == OBJECT_SESSION) && view_may_list(v, &o);
    if (!*ret_yes || only_ask)
        return OK;
    fill(v, c, in_case.owner, &in->list->items[in->list->n++]);
    view_show(v, row->id);
    return OK;
}

static enum err next_page(struct view *v, const void *list, const struct page_key *after,
                          struct page_key *ret, size_t *ret_n)
{
    static const char *const sql[] = {
        [STATE_MINE] = "SELECT 0, id FROM break_glass WHERE account = ?2 AND id > ?1 ORDER BY id LIMIT 50",
        [STATE_REVIEW] = "SELECT 0, id FROM break_glass WHERE reviewed_us IS NULL AND id > ?1 AND account <> "
                         "?2 ORDER BY id LIMIT 50",
        [STATE_REVIEWED] = ("SELECT 0, id FROM break_glass WHERE reviewed_us IS NOT NULL AND id > ?1 AND "
                            "account <> ?2 ORDER BY id LIMIT 50")};
    const struct openings *in = list;
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, sql[in->state], &s));
    db_bind_id(s, 1, &after->id);
    db_bind_id(s, 2, &v->ctx->account);
    return page_keys(s, ret, ret_n);
}

static enum err list_run(struct view *v)
{
    struct glass_list *list = ARENA_NEW(v->arena, struct glass_list);
    struct openings in = {.list = list, .state = STATE_MINE};
    struct pager p = {.next = next_page, .take = take, .list = &in};
    struct page_key at = {.at = 0};
    bool more;
    if (!list)
        return arena_err(v->arena);
    list->items = ARENA_ARRAY(v->arena, PAGE_ROWS, struct glass_model);
    if (!list->items)
        return arena_err(v->arena);
    for (int i = 0; state_words[i]; i++)
        if (str_is(view_in(v, "state"), state_words[i]))
            in.state = i;
    TRY(page_after(v, NULL, &at));
    TRY(pager_walk(v, &p, &at, &more));
    list->next = more ? at.id : id_nil();
    v->model = list;
    return OK;
}

/* ---- one, with what was looked at ------------------------------------------------------------------------
 */

static enum err show_find(struct view *v, struct object *ret)
{
    struct cell c[GL_COUNT];
    struct object in_case;
    enum err e = row_get(v->db, v->arena, &TABLE_BREAK_GLASS, v->subject, c);
    if (e == ERR_NOT_FOUND)
        return FAIL(ERR_NOT_FOUND, "session");
    TRY(e);
    return object_for(v, c, &in_case, ret);
}

#define LEAVES_PAGE 200
struct leaf_page {
    struct id ids[LEAVES_PAGE], objects[LEAVES_PAGE];
    struct glass_look looks[LEAVES_PAGE];
    size_t n;
};

static enum err leaves_after(struct view *v, const struct glass_model *m, int64_t at_us, struct id after,
                             struct leaf_page *page)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    page->n = 0;
    TRY(db_prepare(
        v->db,
        "SELECT at_us, action, object_kind, object, verdict, classes, id FROM audit_leaf WHERE account "
        "= ?1 AND at_us < ?2 AND (at_us > ?3 OR (at_us = ?3 AND id > ?4)) AND object IS NOT NULL ORDER "
        "BY at_us, id LIMIT ?5",
        &s));
    db_bind_id(s, 1, &m->account);
    db_bind_i64(s, 2, m->until_us);
    db_bind_i64(s, 3, at_us);
    db_bind_id(s, 4, &after);
    db_bind_i64(s, 5, LEAVES_PAGE);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        page->looks[page->n] = (struct glass_look){.at_us = db_i64(s, 0),
                                                   .action = arena_cstr(v->arena, db_text(s, 1)),
                                                   .kind = (enum object_kind)db_i64(s, 2),
                                                   .verdict = (enum verdict)db_i64(s, 4),
                                                   .classes = (uint32_t)db_i64(s, 5)};
        TRY(db_id(s, 3, &page->objects[page->n]));
        TRY(db_id(s, 6, &page->ids[page->n]));
        if (!page->looks[page->n++].action)
            return arena_err(v->arena);
    }
}

/* The case itself, its people, decisions and records; its assessments and files, which other domains keep. */
static enum err is_in_case(struct view *v, struct id case_, struct id id, bool *ret)
{
    static enum err (*const papers[])(struct db *, struct arena *, struct id,
                                      struct object *) = {assessment_find_object, attachment_find_object};
    TRY(registry_in_case(v->db, case_, id, ret));
    for (size_t i = 0; i < sizeof papers / sizeof *papers && !*ret; i++) {
        struct object o;
        enum err e = papers[i](v->db, v->arena, id, &o);
        if (e == OK)
            *ret = id_eq(o.case_.v, case_);
        else if (e == ERR_NOT_FOUND)
            err_clear();
        else
            return e;
    }
    return OK;
}

/* Leaves of this account in its time that are about this case; what else he did is none of the reviewer's
 * business, and pushes no look at this case off the end: all pages are walked. */
static enum err looks_of(struct view *v, struct glass_model *m)
{
    struct leaf_page *page = ARENA_NEW(v->arena, struct leaf_page);
    struct glass_look *looks = ARENA_ARRAY(v->arena, GLASS_LOOKS_MAX, struct glass_look);
    struct id after = id_nil();
    int64_t at_us = m->opened_us;
    if (!page || !looks)
        return arena_err(v->arena);
    m->looks = looks;
    do {
        TRY(leaves_after(v, m, at_us, after, page));
        for (size_t i = 0; i < page->n && m->nlooks < GLASS_LOOKS_MAX; i++) {
            bool in_case;
            TRY(is_in_case(v, m->case_, page->objects[i], &in_case));
            if (in_case)
                looks[m->nlooks++] = page->looks[i];
        }
        if (page->n) {
            at_us = page->looks[page->n - 1].at_us;
            after = page->ids[page->n - 1];
        }
    } while (page->n == LEAVES_PAGE && m->nlooks < GLASS_LOOKS_MAX);
    return OK;
}

static enum err show_run(struct view *v)
{
    struct glass_model *m = ARENA_NEW(v->arena, struct glass_model);
    struct cell c[GL_COUNT];
    struct object in_case;
    if (!m)
        return arena_err(v->arena);
    TRY(row_get(v->db, v->arena, &TABLE_BREAK_GLASS, v->subject, c));
    TRY(door_entities(v->door)->case_(v->db, v->arena, cell_get_id(&c[GL_CASE]), &in_case));
    fill(v, c, in_case.owner, m);
    TRY(sealed(v, &in_case, c, GL_WORDS, &m->words));
    TRY(sealed(v, &in_case, c, GL_REVIEW_WORDS, &m->review_words));
    TRY(looks_of(v, m));
    view_show(v, m->id);
    v->model = m;
    return OK;
}

/* ---- JSON ------------------------------------------------------------------------------------------------
 */

static void put_shown(struct json *j, const char *key, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW && !s.text.n)
        return;
    json_key(j, key);
    if (s.verdict == VERDICT_ALLOW) {
        json_str(j, s.text);
        return;
    }
    json_object(j);
    json_kv(j, "withheld", policy_reason_word(s.reason));
    json_end(j);
}

static void frame_json(struct json *j, const struct glass_model *m)
{
    json_kv_id(j, "id", m->id);
    json_kv_id(j, "case", m->case_);
    json_kv_id(j, "account", m->account);
    json_kv_id(j, "second", m->second);
    json_kv(j, "agency", m->agency);
    json_kv(j, "reason", m->reason);
    json_kv_time(j, "opened", m->opened_us);
    json_kv_time(j, "until", m->until_us);
    json_kv_bool(j, "open", m->open);
    json_kv_bool(j, "mine", m->mine);
    json_kv_bool(j, "may_review", m->may_review);
    if (m->reviewed_us) {
        json_kv_time(j, "reviewed", m->reviewed_us);
        json_kv(j, "finding", m->justified ? "justified" : "not_justified");
        json_kv(j, "reviewer_agency", m->reviewer_agency);
    }
    json_kv_bool(j, "accounts_new", m->accounts_new);
    json_kv_bool(j, "accounts_one_maker", m->one_maker);
    json_kv_i64(j, "version", m->version);
}

static void list_json(const struct view *v, struct json *j)
{
    const struct glass_list *list = v->model;
    json_object(j);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        frame_json(j, &list->items[i]);
        json_end(j);
    }
    json_end(j);
    json_kv_id(j, "next", list->next);
    json_end(j);
}

static void show_json(const struct view *v, struct json *j)
{
    const struct glass_model *m = v->model;
    json_object(j);
    frame_json(j, m);
    put_shown(j, "words", m->words);
    put_shown(j, "review_words", m->review_words);
    json_key(j, "looks");
    json_array(j);
    for (size_t i = 0; i < m->nlooks; i++) {
        json_object(j);
        json_kv_time(j, "at", m->looks[i].at_us);
        json_kv(j, "action", m->looks[i].action);
        json_kv(j, "object", object_word(m->looks[i].kind));
        json_kv(j, "verdict", verdict_word(m->looks[i].verdict));
        json_key(j, "classes");
        json_array(j);
        for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++)
            if (m->looks[i].classes >> class & 1)
                json_c(j, class_word((enum field_class) class));
        json_end(j);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

/* Both ask as a list: oversight sees the workflow of every case so, and nothing in it. */
const struct view_decl GLASS_VIEWS[] = {
    {.name = "glass.list",
     .summary = "What was opened in an emergency",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .inputs = list_inputs,
     .ninputs = sizeof list_inputs / sizeof *list_inputs,
     .run = list_run,
     .to_json = list_json},
    {.name = "glass.show",
     .summary = "One opening in an emergency, and what was looked at",
     .verb = VERB_LIST,
     .object = OBJECT_CASE,
     .find = show_find,
     .run = show_run,
     .to_json = show_json},
};
const size_t NGLASS_VIEWS = sizeof GLASS_VIEWS / sizeof *GLASS_VIEWS;
