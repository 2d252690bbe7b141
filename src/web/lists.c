/* SPDX-License-Identifier: Apache-2.0 */
/* lists.c - lists of cases, the running clocks of the agency. */
#include "web/bulk.h"
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

struct list_column {
    const char *icon, *label;
};
static const struct list_column columns[] = {
    {"number", "Number"},
    {"stage", "Stage"},
    {"deadline", "Next deadline"},
    {"state", "State"},
    {"people", "People and organizations"},
    {"records", "Records"},
    {"day", "Opened"},
    {"agency", "Agency"},
};

static void head_row(struct page *p, bool ticks)
{
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    if (ticks) {
        PAGE_EL(p, "td");
        PAGE_EL(p, "input", "type", "checkbox", "data-all", "", "hidden", "", "aria-label",
                page_words(p, "All on this page"));
        page_end(p);
    }
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        PAGE_EL(p, "th", "scope", "col");
        icon(p, columns[i].icon);
        page_t(p, columns[i].label);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

/* On a phone a row is a card: there the words of the column stand before the number. */
static void number_cell(struct page *p, const char *label, int64_t n)
{
    PAGE_EL(p, "td", "class", "number", "data-label", page_words(p, label));
    if (n >= 0)
        page_i64(p, n);
    else
        page_c(p, "–");
    page_end(p);
}

static void due_cell(struct page *p, const struct case_row *row)
{
    PAGE_EL(p, "td", "class", "due");
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

/* The tick of a row says which case it is: for who hears the page. */
static void tick(struct rq *r, struct page *p, const struct case_row *row)
{
    char id[33];
    id_text(row->id, id);
    char *value = arena_printf(r->a, "%s %s", id, row->number);
    PAGE_EL(p, "td", "class", "tick");
    PAGE_EL(p, "input", "type", "checkbox", "name", "item", "value", value ? value : id, "aria-label",
            row->number);
    page_end(p);
}

/* One of another agency in which nobody here is named yet does not open: it is taken first. */
static bool waits_to_be_taken(const struct rq *r, const struct case_row *row)
{
    const struct action *take = door_action(r->w->door, "case.take");
    return !row->opens && strcmp(row->agency, r->ctx.agency) != 0 && take && may_start(r, take);
}

/* A case that would not open for her is no link: what is offered is not then refused. */
static void number_of_case(struct rq *r, struct page *p, const struct case_row *row)
{
    const struct action *ask = door_action(r->w->door, "glass.ask");
    PAGE_EL(p, "td", "class", "which");
    if (row->opens)
        PAGE_EL(p, "a", "href", path_of(r, "/case/%s", row->id), "class", "strong");
    else
        PAGE_EL(p, "span", "class", "strong");
    page_isolate_c(p, row->number);
    page_end(p);
    if (!row->opens)
        PAGE_EL(p, "br");
    if (waits_to_be_taken(r, row))
        link_t(p, path_of(r, "/do/case.take?id=%s", row->id), NULL, "Take the case");
    else if (!row->opens && ask && may_start(r, ask))
        link_t(p, path_of(r, "/do/glass.ask?id=%s", row->id), "quiet", "Open a case in an emergency");
    page_end(p);
}

static void case_rows(struct rq *r, struct page *p, const struct case_list *list, bool ticks)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "cases");
    head_row(p, ticks);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < list->n; i++) {
        const struct case_row *row = &list->items[i];
        PAGE_EL(p, "tr");
        if (ticks)
            tick(r, p, row);
        number_of_case(r, p, row);
        PAGE_EL(p, "td");
        stage_name(r, p, row->stage);
        page_end(p);
        due_cell(p, row);
        el_word(p, "td", NULL, row->state);
        number_cell(p, "People and organizations", row->subjects);
        number_cell(p, "Records", row->records);
        PAGE_EL(p, "td", "data-label", page_words(p, "Opened"));
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
}

/* ---- the start page: cases of the agency
 * --------------------------------------------------------------------------------- */

/* What an address of this page may ask for: words of the workflow, nothing of a person. */
static const char *const filters[] = {"state",       "shared",    "stage",  "mine",  "overdue", "due_within",
                                      "opened_from", "opened_to", "office", "order", "filter"};
#define NFILTERS (sizeof filters / sizeof *filters)

static bool plain_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_' &&
            s.p[i] != '-')
            return false;
    return s.n > 0 && s.n < 64;
}

static struct str asked_for(const struct rq *r, const char *name)
{
    struct str value = http_query(r->in, name);
    return plain_word(value) ? value : STR("");
}

static bool filtered(const struct rq *r)
{
    for (size_t i = 2; i < NFILTERS; i++)
        if (asked_for(r, filters[i]).n)
            return true;
    return false;
}

/* This list, further on or back. */
static const char *other_page(struct rq *r, struct id at, int64_t at_us, bool back)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct str path;
    char id[33], time[28];
    id_text(at, id);
    utc_text(at_us, time);
    buf_printf(&b, "/?after=%s&after_opened=%s", id, time);
    if (back)
        buf_c(&b, "&back=true");
    for (size_t i = 0; i < NFILTERS; i++)
        if (asked_for(r, filters[i]).n)
            buf_printf(&b, "&%s=%.*s", filters[i], STR_FMT(asked_for(r, filters[i])));
    return buf_take(&b, r->a, &path) == OK ? path.p : "/";
}

static void pager(struct rq *r, struct page *p, const struct case_list *list, bool closed)
{
    if (id_is_nil(list->next) && id_is_nil(list->prev) && !asked_for(r, "after").n)
        return;
    PAGE_EL(p, "p", "class", "pager");
    if (asked_for(r, "after").n && !filtered(r))
        link_t(p, closed ? "/?state=closed" : "/", "button-secondary", "Newest cases");
    if (!id_is_nil(list->prev))
        link_t(p, other_page(r, list->prev, list->prev_opened_us, true), "button-secondary", "Page before");
    if (!id_is_nil(list->next))
        link_t(p, other_page(r, list->next, list->next_opened_us, false), "button-secondary", "Next page");
    page_end(p);
}

/* ---- saved filters
 * ------------------------------------------------------------------------------------------------ */

/* A name is somebody's own words: it stands in the page, and the address has the id. */
static void one_filter(struct rq *r, struct page *p, const struct saved_filter *f, struct str now)
{
    char id[33];
    id_text(f->id, id);
    PAGE_EL(p, "a", "href", path_of(r, "/?filter=%s", f->id), "class", "chip", "aria-current",
            str_is(now, id) ? "page" : NULL);
    page_bdi(p, f->name.text);
    if (f->shared) {
        page_c(p, " ");
        tag_t(p, "grey", "For all of us");
    }
    page_end(p);
    page_c(p, " ");
}

static void own_filter(struct rq *r, struct page *p, const struct saved_filter *f)
{
    PAGE_EL(p, "p", "class", "quiet");
    link_t(p, path_of(r, "/do/filter.rename?id=%s", f->id), NULL, "Another name");
    page_c(p, " · ");
    link_t(p, path_of(r, "/do/filter.share?id=%s", f->id), NULL, f->shared ? "Sharing" : "Share");
    page_c(p, " · ");
    link_t(p, path_of(r, "/do/filter.end?id=%s", f->id), NULL, "Delete this filter");
    page_end(p);
}

static void saved_filters(struct rq *r, struct page *p)
{
    const struct view *v;
    struct str now = asked_for(r, "filter");
    char id[33];
    if (look(r, "filter.list", id_nil(), (const char *const[]){NULL}, &v) != OK) {
        err_clear();
        return;
    }
    const struct filter_list *list = v->model;
    PAGE_EL(p, "nav", "class", "saved-filters", "aria-label", page_words(p, "Saved filters"));
    for (size_t i = 0; i < list->n; i++)
        one_filter(r, p, &list->items[i], now);
    link_t(p, path_of(r, "/do/filter.save?id=%s", r->session.account), NULL, "Save a filter");
    page_end(p);
    for (size_t i = 0; i < list->n; i++) {
        id_text(list->items[i].id, id);
        if (list->items[i].own && str_is(now, id))
            own_filter(r, p, &list->items[i]);
    }
}

static void one_option(struct page *p, const char *value, const char *label, struct str now)
{
    PAGE_EL(p, "option", "value", value, "selected", str_is(now, value) ? "" : NULL);
    page_t(p, label);
    page_end(p);
}

static void filter_stage(struct rq *r, struct page *p)
{
    PAGE_EL(p, "label");
    page_t(p, "Stage");
    PAGE_EL(p, "select", "name", "stage", "aria-label", page_words(p, "Stage"));
    one_option(p, "", "All of them", asked_for(r, "stage"));
    for (size_t i = 0; i < r->w->pack->nstages; i++)
        one_option(p, r->w->pack->stages[i].id, r->w->pack->stages[i].label, asked_for(r, "stage"));
    page_end(p);
    page_end(p);
}

static void filter_due(struct rq *r, struct page *p)
{
    PAGE_EL(p, "label");
    page_t(p, "Deadline");
    PAGE_EL(p, "select", "name", "due_within", "aria-label", page_words(p, "Deadline"));
    one_option(p, "", "All of them", asked_for(r, "due_within"));
    one_option(p, "24", "Within 24 hours", asked_for(r, "due_within"));
    one_option(p, "72", "Within 3 days", asked_for(r, "due_within"));
    one_option(p, "168", "Within a week", asked_for(r, "due_within"));
    page_end(p);
    page_end(p);
}

static void filter_office(struct rq *r, struct page *p)
{
    const struct pack *pack = r->w->pack;
    PAGE_EL(p, "label");
    page_t(p, "Office");
    PAGE_EL(p, "select", "name", "office", "aria-label", page_words(p, "Office"));
    one_option(p, "", "All of them", asked_for(r, "office"));
    for (size_t i = 0; i < pack->noffices; i++)
        if (strcmp(pack->offices[i].agency->id, r->ctx.agency) == 0)
            one_option(p, pack->offices[i].id, pack->offices[i].name, asked_for(r, "office"));
    page_end(p);
    page_end(p);
}

static void filter_order(struct rq *r, struct page *p)
{
    PAGE_EL(p, "label");
    page_t(p, "Order");
    PAGE_EL(p, "select", "name", "order", "aria-label", page_words(p, "Order"));
    one_option(p, "", "Newest first", asked_for(r, "order"));
    one_option(p, "urgency", "Next deadline first", asked_for(r, "order"));
    one_option(p, "changed", "Last changed first", asked_for(r, "order"));
    page_end(p);
    page_end(p);
}

static void filter_box(struct rq *r, struct page *p, const char *name, const char *label)
{
    PAGE_EL(p, "label", "class", "choice");
    PAGE_EL(p, "input", "type", "checkbox", "name", name, "value", "yes", "checked",
            asked_for(r, name).n ? "" : NULL);
    PAGE_EL(p, "span");
    page_t(p, label);
    page_end(p);
    page_end(p);
}

static void filter_day(struct rq *r, struct page *p, const char *name, const char *label)
{
    const char *value = arena_cstr(r->a, asked_for(r, name));
    PAGE_EL(p, "label");
    page_t(p, label);
    PAGE_EL(p, "input", "type", "date", "name", name, "value", value ? value : "", "aria-label",
            page_words(p, label));
    page_end(p);
}

static void filter_form(struct rq *r, struct page *p, struct str state)
{
    const char *kept = arena_cstr(r->a, state);
    PAGE_EL(p, "details", "class", "card filters", "open", filtered(r) ? "" : NULL);
    PAGE_EL(p, "summary");
    page_t(p, "Filter");
    page_end(p);
    PAGE_EL(p, "form", "method", "get", "action", "/", "class", "filter-form");
    page_hidden(p, "state", kept ? kept : "");
    if (r->w->pack)
        filter_stage(r, p);
    if (r->w->pack)
        filter_office(r, p);
    filter_due(r, p);
    filter_day(r, p, "opened_from", "Opened from");
    filter_day(r, p, "opened_to", "Opened until");
    filter_order(r, p);
    filter_box(r, p, "mine", "Only cases that name me");
    filter_box(r, p, "overdue", "Only with a deadline that has passed");
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Show");
    page_end(p);
    if (filtered(r))
        link_t(p, str_is(state, "closed") ? "/?state=closed" : "/", NULL, "Without filters");
    page_end(p);
    page_end(p);
}

static void nothing_here(struct rq *r, struct page *p, const struct case_list *list)
{
    if (list->n)
        return;
    if (!id_is_nil(list->next))
        el_text(p, "p", "quiet empty", "None among the cases looked through so far. Go on to older ones.");
    else if (filtered(r))
        el_text(p, "p", "quiet empty", "No case is like this. Take a filter away, or look in another tab.");
    else if (str_is(http_query(r->in, "shared"), "true"))
        el_text(p, "p", "quiet empty",
                "No other agency shares a case with yours. When one does, it stands here and in the inbox.");
    else if (str_is(http_query(r->in, "state"), "closed"))
        el_text(p, "p", "quiet empty", "No case was closed yet.");
    else
        el_text(
            p, "p", "quiet empty",
            "Your agency has no open case. Open one with the button above; what others share stands under "
            "“Shared with us”.");
}

static void draw_cases(struct rq *r, const struct case_list *list, struct str state, bool shared)
{
    struct page made = layout_start(r, "Cases", NULL, "/", false), *p = &made;
    const struct action *open = door_action(r->w->door, "case.open");
    bool many = !shared && list->n > 0 && bulk_any(r);
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
    if (!shared) {
        saved_filters(r, p);
        filter_form(r, p, state);
    }
    PAGE_EL(p, "section", "class", "card");
    if (many)
        form_start(r, p, "/bulk", NULL);
    if (list->n)
        case_rows(r, p, list, many);
    nothing_here(r, p, list);
    if (many) {
        bulk_choice(r, p);
        page_end(p);
    }
    pager(r, p, list, str_is(state, "closed"));
    page_end(p);
    layout_end(r, p);
}

/* Pairs for case.list, from the address. */
static enum err list_pairs(struct rq *r, bool shared, struct str state, const char **pairs)
{
    struct str after = http_query(r->in, "after"), opened = http_query(r->in, "after_opened");
    struct id id;
    size_t n = 0;
    if (shared || !asked_for(r, "filter").n || asked_for(r, "state").n) { /* a saved filter has its own */
        pairs[n++] = shared ? "shared" : "state";
        pairs[n++] = shared ? "true" : state.p;
    }
    for (size_t i = 2; i < NFILTERS && !shared; i++) {
        struct str value = asked_for(r, filters[i]);
        const char *copy = value.n ? arena_cstr(r->a, value) : NULL;
        if (!copy)
            continue;
        pairs[n++] = filters[i];
        pairs[n++] = copy;
    }
    pairs[n] = NULL;
    if (!after.n)
        return OK;
    if (id_parse(after, &id) != OK)
        return FAIL(ERR_NOT_FOUND, "cursor");
    pairs[n++] = "after";
    pairs[n++] = arena_cstr(r->a, after);
    if (opened.n) {
        pairs[n++] = "after_opened";
        pairs[n++] = arena_cstr(r->a, opened);
    }
    if (str_is(http_query(r->in, "back"), "true")) {
        pairs[n++] = "back";
        pairs[n++] = "true";
    }
    pairs[n] = NULL;
    return arena_err(r->a);
}

void page_cases(struct rq *r)
{
    const struct view *v;
    struct str state = http_query(r->in, "state");
    bool shared = str_is(http_query(r->in, "shared"), "true");
    const char *pairs[2 * NFILTERS + 9];
    state = str_is(state, "closed") ? STR("closed") : STR("open"); /* constants: with a NUL behind */
    enum err e = list_pairs(r, shared, state, pairs);
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
    clock_lines(r, p, list, list->n);
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
