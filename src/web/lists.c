/* SPDX-License-Identifier: Apache-2.0 */
/* lists.c - lists of cases, the running clocks of the agency. */
#include "web/pages.h"
#include "web/parts.h"

enum err page_id(struct rq *r, const char *prefix, struct id *ret)
{
    struct str rest = str_sub(r->in->path, strlen(prefix), r->in->path.n);
    ptrdiff_t slash = str_find(rest, '/');
    if (slash >= 0)
        rest = str_sub(rest, 0, (size_t)slash);
    if (id_parse(rest, ret) != OK)
        return FAIL(ERR_NOT_FOUND, "id");
    return OK;
}

/* ---- a table of cases
 * ------------------------------------------------------------------------------------------------ */

static void head_row(struct page *p, const char *const *heads)
{
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (; *heads; heads++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, *heads);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void number_cell(struct page *p, int64_t n)
{
    PAGE_EL(p, "td", "class", "number");
    if (n >= 0)
        page_i64(p, n);
    else
        page_c(p, "–");
    page_end(p);
}

static void due_cell(struct page *p, const struct case_row *row)
{
    PAGE_EL(p, "td");
    if (!row->next_due_us) {
        el_text(p, "span", "quiet", "none");
    } else {
        int64_t left = row->next_due_us - env_now_us();
        PAGE_EL(p, "span", "class",
                row->overdue         ? "tag tag-red"
                : left < 86400000000 ? "tag tag-amber"
                                     : "tag tag-grey");
        remaining(p, row->next_due_us, env_now_us());
        page_end(p);
        page_c(p, " ");
        PAGE_EL(p, "span", "class", "quiet");
        page_time(p, row->next_due_us);
        page_end(p);
    }
    page_end(p);
}

static void case_rows(struct rq *r, struct page *p, const struct case_list *list)
{
    static const char *const heads[] = {
        "Number",  "Stage",  "Next deadline", "State", "People and organizations",
        "Records", "Opened", "Agency",        NULL};
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "cases");
    head_row(p, heads);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < list->n; i++) {
        const struct case_row *row = &list->items[i];
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        PAGE_EL(p, "a", "href", path_of(r, "/case/%s", row->id), "class", "strong");
        page_isolate_c(p, row->number);
        page_end(p);
        page_end(p);
        PAGE_EL(p, "td");
        stage_name(r, p, row->stage);
        page_end(p);
        due_cell(p, row);
        el_word(p, "td", NULL, row->state);
        number_cell(p, row->subjects);
        number_cell(p, row->records);
        PAGE_EL(p, "td");
        page_time(p, row->opened_us);
        page_end(p);
        PAGE_EL(p, "td");
        agency_name(r, p, row->agency);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
}

/* ---- the start page: cases of the agency
 * --------------------------------------------------------------------------------- */

static void tab(struct page *p, const char *href, const char *label, bool on)
{
    PAGE_EL(p, "a", "href", href, "aria-current", on ? "page" : NULL);
    page_t(p, label);
    page_end(p);
}

static void draw_cases(struct rq *r, const struct case_list *list, struct str state, bool shared)
{
    struct page made = layout_start(r, "Cases", NULL, "/", false), *p = &made;
    const struct action *open = door_action(r->w->door, "case.open");
    char id[33], opened[28];
    PAGE_EL(p, "div", "class", "title");
    el_text(p, "h1", NULL, "Cases");
    if (open && may_start(r, open))
        link_t(p, "/do/case.open", "button", open->summary);
    page_end(p);
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Which cases"));
    tab(p, "/", "Open", str_is(state, "open") && !shared);
    tab(p, "/?state=closed", "Closed", str_is(state, "closed"));
    tab(p, "/?shared=true", "Shared with us", shared);
    page_end(p);
    PAGE_EL(p, "section", "class", "card");
    case_rows(r, p, list);
    if (!id_is_nil(list->next)) {
        id_text(list->next, id);
        utc_text(list->next_opened_us, opened);
        char *path =
            shared ? arena_printf(r->a, "/?shared=true&after=%s&after_opened=%s", id, opened)
                   : arena_printf(r->a, "/?state=%.*s&after=%s&after_opened=%s", STR_FMT(state), id, opened);
        PAGE_EL(p, "p", "class", "pager");
        link_t(p, path ? path : "/", "button-secondary", "Older cases");
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
}

void page_cases(struct rq *r)
{
    const struct view *v;
    struct str state = http_query(r->in, "state"), after = http_query(r->in, "after");
    bool shared = str_is(http_query(r->in, "shared"), "true");
    const char *cursor = arena_cstr(r->a, after);
    struct id id;
    state = str_is(state, "closed") ? STR("closed") : STR("open"); /* constants: with a NUL behind */
    enum err e = cursor ? OK : arena_err(r->a);
    if (e == OK && after.n)
        e = id_parse(after, &id) == OK ? OK : FAIL(ERR_NOT_FOUND, "cursor");
    const char *opened = arena_cstr(r->a, http_query(r->in, "after_opened"));
    const char *pairs[7] = {shared ? "shared" : "state",
                            shared ? "true" : state.p,
                            after.n ? "after" : NULL,
                            cursor,
                            after.n && opened ? "after_opened" : NULL,
                            opened,
                            NULL};
    if (e == OK)
        e = look(r, "case.list", id_nil(), pairs, &v);
    if (e == OK)
        draw_cases(r, v->model, state, shared);
    else
        answer_error(r, e);
}

/* ---- clocks
 * -------------------------------------------------------------------------------------------------------------------
 */

void page_clocks(struct rq *r)
{
    const struct view *v;
    char id[33], due[28];
    const char *after = arena_cstr(r->a, http_query(r->in, "after")),
               *after_due = arena_cstr(r->a, http_query(r->in, "after_due"));
    const char *pairs[5] = {NULL};
    if (after && *after && after_due && *after_due)
        memcpy(pairs, (const char *[]){"after", after, "after_due", after_due, NULL}, sizeof pairs);
    enum err e = look(r, "clock.list", id_nil(), pairs, &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct clock_list *list = v->model;
    struct page made = layout_start(r, "Deadlines", NULL, "/clocks", false), *p = &made;
    el_text(p, "h1", NULL, "Deadlines");
    el_text(p, "p", "lead", "Running clocks of your agency, most urgent first.");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < list->n; i++)
        clock_line(r, p, &list->items[i], true);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "No clock runs.");
    if (!id_is_nil(list->next)) {
        id_text(list->next, id);
        utc_text(list->next_due_us, due);
        char *path = arena_printf(r->a, "/clocks?after=%s&after_due=%s", id, due);
        PAGE_EL(p, "p", "class", "pager");
        link_t(p, path ? path : "/clocks", "button-secondary", "More");
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
}
