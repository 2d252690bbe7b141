/* SPDX-License-Identifier: Apache-2.0 */
/* bulk_page.c - one action on the ticked cases: first the list to check, then all of them in one transaction
 * with an audit leaf each. The first that fails undoes all, and is named. */
#include "web/bulk.h"
#include "web/form.h"
#include "web/pages.h"

#define BULK_MAX 300 /* a form has HTTP_MAX_FIELDS at most */

#define PRINT_LIST "case.print_list"
static const char *const bulk_actions[] = {"case.assign", "case.share", "case.hand_over", "case.close",
                                           "case.reopen"};
#define NBULK_ACTIONS (sizeof bulk_actions / sizeof *bulk_actions)

/* To a case of one's own; the door decides for each. */
static bool open_to(const struct rq *r, const struct action *a)
{
    struct policy_question q = {.role = r->ctx.role,
                                .verb = a->verb,
                                .object = a->object,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = r->ctx.purpose,
                                .label = LABEL_AMBER,
                                .assurance = r->ctx.assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

static const struct action *bulk_action(const struct rq *r, struct str name)
{
    for (size_t i = 0; i < NBULK_ACTIONS; i++) {
        const struct action *a =
            str_is(name, bulk_actions[i]) ? door_action(r->w->door, bulk_actions[i]) : NULL;
        if (a && open_to(r, a))
            return a;
    }
    return NULL;
}

bool bulk_any(const struct rq *r)
{
    if (may_look(r, PRINT_LIST))
        return true;
    for (size_t i = 0; i < NBULK_ACTIONS; i++)
        if (bulk_action(r, str_of(bulk_actions[i])))
            return true;
    return false;
}

void bulk_choice(struct rq *r, struct page *p)
{
    PAGE_EL(p, "p", "class", "bulk");
    PAGE_EL(p, "label", "for", "bulk-do");
    page_t(p, "With the ticked cases:");
    page_end(p);
    page_c(p, " ");
    PAGE_EL(p, "select", "name", "do", "id", "bulk-do");
    for (size_t i = 0; i < NBULK_ACTIONS; i++) {
        const struct action *a = bulk_action(r, str_of(bulk_actions[i]));
        if (!a)
            continue;
        PAGE_EL(p, "option", "value", a->name);
        page_t(p, a->summary);
        page_end(p);
    }
    if (may_look(r, PRINT_LIST)) {
        PAGE_EL(p, "option", "value", PRINT_LIST);
        page_t(p, "Print a list");
        page_end(p);
    }
    page_end(p);
    page_c(p, " ");
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Go on");
    page_end(p);
    page_end(p);
}

/* ---- what was ticked
 * ---------------------------------------------------------------------------------------- */

struct ticked {
    struct id id;
    struct str value, number; /* as the list had it: for the eye only */
};
struct bulk {
    struct rq *r;
    const struct action *action;
    struct ticked *items;
    size_t n;
    struct form form;
};

static enum err take_items(struct bulk *b)
{
    b->items = ARENA_ARRAY(b->r->a, BULK_MAX, struct ticked);
    if (!b->items)
        return arena_err(b->r->a);
    for (size_t i = 0; i < b->r->nform; i++) {
        struct str value = b->r->form[i].value;
        if (!str_is(b->r->form[i].name, "item"))
            continue;
        if (b->n == BULK_MAX)
            return FAIL(ERR_LIMIT, "at most %d cases at once", BULK_MAX);
        struct ticked *t = &b->items[b->n];
        if (value.n < 32 || id_parse(str_sub(value, 0, 32), &t->id) != OK)
            return FAIL(ERR_BAD_REQUEST, "field item");
        t->value = value;
        t->number = str_trim(str_sub(value, 32, 40));
        b->n++;
    }
    return b->n ? OK : FAIL(ERR_FIELD, "field item: tick at least one case");
}

static enum err load(struct bulk *b)
{
    b->action = bulk_action(b->r, form_value(b->r, "do"));
    if (!b->action)
        return refuse(b->r, "web.malformed", FAIL(ERR_NOT_FOUND, "action"));
    TRY(take_items(b));
    b->form = (struct form){.r = b->r, .action = b->action, .version = -1};
    return form_questions(&b->form);
}

/* ---- pages
 * ---------------------------------------------------------------------------------------------------- */

static void numbers(struct bulk *b, struct page *p, bool links)
{
    PAGE_EL(p, "ul", "class", "bulk-items", "data-list", "");
    for (size_t i = 0; i < b->n; i++) {
        PAGE_EL(p, "li");
        if (links)
            PAGE_EL(p, "a", "href", path_of(b->r, "/case/%s", b->items[i].id));
        page_isolate(p, b->items[i].number);
        if (links)
            page_end(p);
        page_end(p);
    }
    page_end(p);
}

static const char *how_many(struct bulk *b)
{
    const char *n = arena_printf(b->r->a, "%zu", b->n);
    return n ? n : "";
}

static void draw_failure(struct page *p, enum err failed, const char *detail, const struct ticked *which)
{
    PAGE_EL(p, "div", "class", "error-summary", "role", "alert", "tabindex", "-1");
    el_text(p, "h2", NULL, err_row(failed)->message);
    PAGE_EL(p, "p");
    if (which) {
        page_isolate(p, which->number);
        page_c(p, " ");
    }
    page_bdi(p, str_of(detail));
    page_end(p);
    el_text(p, "p", "quiet", "Nothing was done to any of them.");
    page_end(p);
}

static void draw_check(struct bulk *b, enum err failed, const char *detail, const struct ticked *which)
{
    struct rq *r = b->r;
    struct page made = layout_start(r, b->action->summary, NULL, "/", false), *p = &made;
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, b->action->summary);
    PAGE_EL(p, "p", "class", "lead");
    PAGE_SAY(p, "For {n} cases at once: all of them, or none when one fails.", "n", how_many(b));
    page_end(p);
    if (failed != OK)
        draw_failure(p, failed, detail, which);
    form_start(r, p, "/bulk", "card");
    page_hidden(p, "do", b->action->name);
    page_hidden(p, "_sure", "1");
    for (size_t i = 0; i < b->n; i++) {
        const char *value = arena_cstr(r->a, b->items[i].value);
        page_hidden(p, "item", value ? value : "");
    }
    numbers(b, p, false);
    for (size_t i = 0; i < b->form.n; i++)
        if (b->form.asked[i].control != CONTROL_HIDDEN)
            form_question(&b->form, p, &b->form.asked[i]);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, b->action->summary);
    page_end(p);
    page_c(p, " ");
    link_t(p, "/", NULL, "Back to the cases");
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

static void draw_done(struct bulk *b, bool waits)
{
    struct page made = layout_start(b->r, b->action->summary, NULL, "/", false), *p = &made;
    PAGE_EL(p, "div", "class", "card narrow");
    el_text(p, "h1", NULL, b->action->summary);
    PAGE_EL(p, "p", "role", "status");
    if (waits)
        PAGE_SAY(p, "{n} cases wait for a second person.", "n", how_many(b));
    else
        PAGE_SAY(p, "Done for {n} cases.", "n", how_many(b));
    page_end(p);
    numbers(b, p, true);
    link_t(p, "/", "button-secondary", "Back to the cases");
    page_end(p);
    layout_end(b->r, p);
}

/* ---- doing it
 * ------------------------------------------------------------------------------------------------- */

/* A request id for each, made of the form's: sent twice, done once. */
static struct id item_request(struct id of_form, size_t i)
{
    of_form.b[14] ^= (uint8_t)(i >> 8);
    of_form.b[15] ^= (uint8_t)i;
    return of_form;
}

static enum err act_all(struct bulk *b, bool *ret_waits, size_t *ret_failed)
{
    struct input input;
    struct arena *a = b->r->a;
    struct ctx *contexts = ARENA_ARRAY(a, b->n, struct ctx);
    struct act_request *requests = ARENA_ARRAY(a, b->n, struct act_request);
    struct act_result *results = ARENA_ARRAY(a, b->n, struct act_result);
    if (!contexts || !requests || !results)
        return arena_err(a);
    TRY(form_input(&b->form, &input));
    for (size_t i = 0; i < b->n; i++) {
        contexts[i] = b->r->ctx;
        contexts[i].request_id = item_request(b->r->ctx.request_id, i);
        requests[i] = (struct act_request){.ctx = &contexts[i],
                                           .action = b->action->name,
                                           .subject = b->items[i].id,
                                           .expected_version = -1,
                                           .input = input};
    }
    TRY(door_act_batch(b->r->w->door, requests, b->n, a, results, ret_failed));
    *ret_waits = results[0].waits;
    return OK;
}

/* ---- on paper
 * ------------------------------------------------------------------------------------------------- */

static void print_row(struct rq *r, struct page *p, const struct case_row *row)
{
    PAGE_EL(p, "tr");
    PAGE_EL(p, "td");
    page_isolate_c(p, row->number);
    page_end(p);
    PAGE_EL(p, "td");
    page_word(p, row->state);
    page_end(p);
    PAGE_EL(p, "td");
    stage_name(r, p, row->stage);
    page_end(p);
    PAGE_EL(p, "td");
    page_time(p, row->opened_us);
    page_end(p);
    PAGE_EL(p, "td", "class", "to-write");
    page_c(p, "\xc2\xa0");
    page_end(p);
    page_end(p);
}

/* Numbers and where they stand, nothing of a person. The head of the table is printed on every sheet, and
 * says that this is a print, of when and for whom: what lies about leads to who left it. */
static void draw_print(struct rq *r, const struct case_list *list)
{
    static const char *const columns[] = {"Case number", "State", "Stage", "Opened", "Notes by hand"};
    struct page made = layout_start(r, "List of cases", NULL, "/", false), *p = &made;
    const char *n = arena_printf(r->a, "%zu", list->n);
    el_text(p, "h1", NULL, "List of cases");
    el_text(p, "p", "lead no-print",
            "Print it with your browser. That you made this list stands in the trail.");
    PAGE_EL(p, "table", "class", "print-list");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "colspan", "5", "scope", "colgroup");
    page_t(p, "Printed from Akari. Not to be left lying; to be destroyed after use.");
    PAGE_EL(p, "br");
    page_bdi(p, str_of(r->session.name));
    page_c(p, " · ");
    page_time(p, env_now_us());
    page_c(p, " · ");
    PAGE_SAY(p, "{n} cases", "n", n ? n : "");
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, columns[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < list->n; i++)
        print_row(r, p, &list->items[i]);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "p", "class", "no-print");
    link_t(p, "/", "button-secondary", "Back to the cases");
    page_end(p);
    layout_end(r, p);
}

static void print_list(struct rq *r)
{
    struct bulk b = {.r = r};
    const struct view *v = NULL;
    enum err e = take_items(&b);
    const char **pairs = ARENA_ARRAY(r->a, 2 * b.n + 1, const char *);
    if (e == OK && !pairs)
        e = arena_err(r->a);
    for (size_t i = 0; e == OK && i < b.n; i++) {
        char *id = arena_alloc(r->a, 33);
        if (!id)
            e = arena_err(r->a);
        else
            id_text(b.items[i].id, id);
        pairs[2 * i] = "case";
        pairs[2 * i + 1] = id;
    }
    if (e == OK)
        e = look(r, PRINT_LIST, id_nil(), pairs, &v);
    if (e == OK)
        draw_print(r, v->model);
    else
        answer_error(r, e);
}

void page_bulk(struct rq *r)
{
    struct bulk b = {.r = r};
    if (str_is(form_value(r, "do"), PRINT_LIST)) {
        print_list(r);
        return;
    }
    bool waits = false;
    size_t failed = SIZE_MAX;
    enum err e = load(&b);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    if (!form_value(r, "_sure").n) {
        draw_check(&b, OK, "", NULL);
        return;
    }
    e = act_all(&b, &waits, &failed);
    if (e == OK) {
        draw_done(&b, waits);
        return;
    }
    const char *detail = e == ERR_NOT_FOUND ? "" : arena_cstr(r->a, str_of(err_detail()));
    r->out->status = err_row(e)->http;
    draw_check(&b, e, detail ? detail : "", failed < b.n ? &b.items[failed] : NULL);
}
