/* SPDX-License-Identifier: Apache-2.0 */
/* reports_page.c - the inbox of reports of first contact, one report, the codes of counters (plan 3(1)/a). */
#include "desk/desk.h"
#include "web/pages.h"
#include "web/parts.h"

static const char *state_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } words[] = {{"received", "Waits for a desk"},
                 {"taken", "Taken over"},
                 {"passed_on", "Passed on to us"},
                 {"case", "Case opened"},
                 {"closed", "Closed"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].state, state) == 0)
            return words[i].words;
    return state;
}

/* ---- the list
 * ---------------------------------------------------------------------------------------------- */

static void one_report(struct rq *r, struct page *p, const struct report_row *row)
{
    int64_t now = env_now_us();
    bool late = row->due_us && row->due_us <= now;
    PAGE_EL(p, "li", "class", late ? "clock late" : row->urgent ? "clock warn" : "clock");
    PAGE_EL(p, "div", "class", "clock-head");
    link_t(p, path_of(r, "/report/%s", row->id), "strong", row->urgent ? "Somebody is in danger" : "Report");
    PAGE_EL(p, "span");
    if (row->due_us)
        remaining(p, row->due_us, now);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "div");
    if (row->urgent) {
        tag_t(p, "red", "Danger");
        page_c(p, " ");
    }
    tag_t(p, row->assigned ? "blue" : "amber", state_words(row->state));
    if (row->mine) {
        page_c(p, " ");
        tag_t(p, "green", "Mine");
    }
    page_c(p, " ");
    PAGE_EL(p, "span", "class", "quiet");
    page_t(p, "Received");
    page_c(p, " ");
    page_time(p, row->received_us);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void pager(struct rq *r, struct page *p, const struct report_list *list, const char *state)
{
    char id[33], received[28];
    if (id_is_nil(list->next))
        return;
    id_text(list->next, id);
    utc_text(list->next_received_us, received);
    char *path = arena_printf(r->a, "/reports?state=%s&after=%s&after_received=%s&after_urgent=%s", state, id,
                              received, list->next_urgent ? "true" : "false");
    PAGE_EL(p, "p", "class", "pager");
    link_t(p, path ? path : "/reports", "button-secondary", "More");
    page_end(p);
}

static void tabs(struct page *p, const char *state)
{
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Which reports"));
    tab(p, "/reports", "Open", strcmp(state, "open") == 0);
    tab(p, "/reports?state=done", "Done", strcmp(state, "done") == 0);
    tab(p, "/reports?state=passed", "Passed on by us", strcmp(state, "passed") == 0);
    page_end(p);
}

static void draw_list(struct rq *r, const struct report_list *list, const char *state)
{
    struct page made = layout_start(r, "Reports", NULL, "/reports", false), *p = &made;
    const struct action *create = door_action(r->w->door, "report.create"),
                        *enquiry = door_action(r->w->door, "enquiry.note");
    PAGE_EL(p, "div", "class", "title");
    el_text(p, "h1", NULL, "Reports");
    if (enquiry && may_start(r, enquiry))
        link_t(p, "/enquiry", "button-secondary", "Somebody asks about a person");
    if (create && may_start(r, create))
        link_t(p, "/do/report.create", "button", create->summary);
    page_end(p);
    el_text(p, "p", "lead",
            "First contact: what counters and desks have seen. Danger first, then the oldest.");
    tabs(p, state);
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < list->n; i++)
        one_report(r, p, &list->items[i]);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    pager(r, p, list, state);
    page_end(p);
    layout_end(r, p);
}

/* ---- those that were passed on
 * ------------------------------------------------------------------------------ */

static void one_passed(struct rq *r, struct page *p, const struct report_passed *one)
{
    PAGE_EL(p, "li", "class", "clock");
    PAGE_EL(p, "div", "class", "clock-head");
    PAGE_EL(p, "strong");
    page_t(p, "Passed on");
    page_c(p, " → ");
    agency_name(r, p, one->to);
    page_end(p);
    PAGE_EL(p, "span", "class", "quiet");
    page_time(p, one->at_us);
    page_end(p);
    page_end(p);
    el_text(p, "div", NULL, coarse_words(one->coarse));
    if (*one->outcome)
        el_text(p, "div", NULL, outcome_words(one->outcome));
    page_end(p);
}

static void draw_passed(struct rq *r, const struct report_passed_list *list)
{
    struct page made = layout_start(r, "Reports", NULL, "/reports", false), *p = &made;
    char id[33], at[28];
    el_text(p, "h1", NULL, "Reports");
    el_text(p, "p", "lead", "What became of reports that this desk passed on, as their senders are told.");
    tabs(p, "passed");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < list->n; i++)
        one_passed(r, p, &list->items[i]);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    if (!id_is_nil(list->next)) {
        id_text(list->next, id);
        utc_text(list->next_at_us, at);
        char *path = arena_printf(r->a, "/reports?state=passed&after=%s&after_at=%s", id, at);
        PAGE_EL(p, "p", "class", "pager");
        link_t(p, path ? path : "/reports", "button-secondary", "More");
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
}

static void page_passed(struct rq *r)
{
    const struct view *v;
    const char *after = arena_cstr(r->a, http_query(r->in, "after")),
               *at = arena_cstr(r->a, http_query(r->in, "after_at"));
    bool from = after && *after && at && *at;
    const char *pairs[5] = {from ? "after" : NULL, after, "after_at", at, NULL};
    enum err e = look(r, "report.passed_on", id_nil(), pairs, &v);
    if (e == OK)
        draw_passed(r, v->model);
    else
        answer_error(r, e);
}

void page_reports(struct rq *r)
{
    const struct view *v;
    if (str_is(http_query(r->in, "state"), "passed")) {
        page_passed(r);
        return;
    }
    const char *after = arena_cstr(r->a, http_query(r->in, "after")),
               *received = arena_cstr(r->a, http_query(r->in, "after_received"));
    const char *state = str_is(http_query(r->in, "state"), "done") ? "done" : "open";
    const char *urgent = str_is(http_query(r->in, "after_urgent"), "true") ? "true" : "false";
    const char *pairs[9] = {"state", state, NULL};
    if (after && *after && received && *received)
        memcpy(pairs + 2,
               (const char *[]){"after", after, "after_received", received, "after_urgent", urgent, NULL},
               7 * sizeof *pairs);
    enum err e = look(r, "report.list", id_nil(), pairs, &v);
    if (e == OK)
        draw_list(r, v->model, state);
    else
        answer_error(r, e);
}

/* ---- one report
 * -------------------------------------------------------------------------------------------- */

static void code_value(struct rq *r, struct page *p, const char *name, struct str value)
{
    const struct code_list *list = r->w->pack ? report_codes(r->w->pack, name) : NULL;
    char *word = arena_cstr(r->a, value);
    const struct code *c = list && word ? code_find(list, word) : NULL;
    if (c)
        page_t(p, c->label);
    else if (word && strcmp(name, "from_agency") == 0)
        agency_name(r, p, word);
    else if (word && (str_is(value, "yes") || str_is(value, "no") || str_is(value, "unknown")))
        page_word(p, word);
    else
        page_bdi(p, value);
}

static void one_value(struct rq *r, struct page *p, const struct field_value *f)
{
    bool contact = strncmp(f->name, "person_", 7) == 0;
    PAGE_EL(p, "div", "class", contact ? "safety" : NULL);
    el_text(p, "dt", NULL, report_label(f->name));
    PAGE_EL(p, "dd", "class", strcmp(f->name, "what") == 0 ? "long" : NULL);
    if (f->state != VALUE_GIVEN)
        page_word(p, value_state_word(f->state));
    for (size_t i = 0; f->state == VALUE_GIVEN && i < f->n; i++) {
        if (i)
            page_c(p, " · ");
        code_value(r, p, f->name, f->values[i]);
    }
    page_end(p);
    page_end(p);
}

static void values(struct rq *r, struct page *p, const struct report_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What was reported");
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < m->n; i++)
        one_value(r, p, &m->values[i]);
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        if (!(m->withheld & (1u << class)))
            continue;
        PAGE_EL(p, "div");
        el_word(p, "dt", NULL, class_word((enum field_class) class));
        PAGE_EL(p, "dd");
        withheld(p, m->why[class]);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static bool open_to(const struct rq *r, const struct report_model *m, const char *action)
{
    bool open = strcmp(m->state, "case") != 0 && strcmp(m->state, "closed") != 0;
    bool free = id_is_nil(m->assigned) || id_eq(m->assigned, r->ctx.account) || r->ctx.role == ROLE_CASE_LEAD;
    return open && (free || strcmp(action, "report.assign") != 0) &&
           !(strcmp(action, "report.take") == 0 && strcmp(m->state, "taken") == 0);
}

static void next_steps(struct rq *r, struct page *p, const struct view *v)
{
    static const char *const steps[] = {"report.take",    "report.to_case", "report.join",
                                        "report.pass_on", "report.assign",  "report.close"};
    const struct report_model *m = v->model;
    bool first = true;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What to do next");
    PAGE_EL(p, "div", "class", "stack");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct action *a = door_action(r->w->door, steps[i]);
        if (!a || !open_to(r, m, steps[i]) || !may_act(r, v, a))
            continue;
        char *format = arena_printf(r->a, "/do/%s?id=%%s", steps[i]);
        link_t(p, path_of(r, format ? format : "", m->id), first ? "button" : "button-secondary", a->summary);
        first = false;
    }
    if (!id_is_nil(m->case_))
        link_t(p, path_of(r, "/case/%s", m->case_), "button", "Open the case");
    page_end(p);
    page_end(p);
}

static void told(struct page *p, const struct report_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What the sender sees");
    el_text(p, "p", NULL, coarse_words(m->coarse));
    if (*m->outcome)
        el_text(p, "p", NULL, outcome_words(m->outcome));
    if (!m->by_note)
        el_text(p, "p", "quiet", "Written down by an officer: there is no receipt.");
    page_end(p);
}

static void step(struct page *p, int64_t at_us, const char *what)
{
    PAGE_EL(p, "li");
    page_time(p, at_us);
    el_text(p, "strong", NULL, what);
}

static void course(struct rq *r, struct page *p, const struct report_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Course");
    PAGE_EL(p, "ol", "class", "timeline");
    if (m->closed_us) {
        step(p, m->closed_us, "Closed");
        PAGE_EL(p, "span");
        shown_value(p, m->closing);
        page_end(p);
        page_end(p);
    }
    for (size_t i = m->nsteps; i-- > 0;) {
        step(p, m->steps[i].at_us, "Passed on");
        PAGE_EL(p, "span");
        agency_name(r, p, m->steps[i].from);
        page_c(p, " → ");
        agency_name(r, p, m->steps[i].to);
        page_c(p, ": ");
        shown_value(p, m->steps[i].reason);
        page_end(p);
        page_end(p);
    }
    step(p, m->received_us, "Received");
    page_end(p);
    page_end(p);
    page_end(p);
}

static void clocks(struct rq *r, struct page *p, const struct report_model *m)
{
    if (!m->nclocks)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Deadlines");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < m->nclocks; i++)
        clock_line(r, p, &m->clocks[i], false);
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, const struct view *v)
{
    const struct report_model *m = v->model;
    struct page made = layout_start(r, "Report", NULL, "/reports", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/reports", NULL, "Reports");
    page_c(p, " › ");
    page_t(p, "Report");
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    el_text(p, "h1", NULL, "Report");
    if (m->urgent)
        tag_t(p, "red", "Danger");
    tag_t(p, "blue", state_words(m->state));
    page_end(p);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    clocks(r, p, m);
    values(r, p, m);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    next_steps(r, p, v);
    told(p, m);
    course(r, p, m);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_report(struct rq *r)
{
    const struct view *v;
    struct id id;
    enum err e = page_id(r, "/report/", &id);
    if (e == OK)
        e = LOOK(r, "report.show", id, &v);
    if (e == OK)
        draw(r, v);
    else
        answer_error(r, e);
}

/* ---- the codes of counters
 * ----------------------------------------------------------------------------------- */

static void issue_form(struct rq *r, struct page *p)
{
    const struct pack *pack = r->w->pack;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Give an office code to a counter");
    form_start(r, p, "/office-codes", NULL);
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", "agency");
    page_t(p, "Whose counter it is");
    page_end(p);
    PAGE_EL(p, "select", "id", "agency", "name", "agency", "required", "");
    PAGE_EL(p, "option", "value", ""); /* a code for the wrong agency would send what is noticed astray */
    page_t(p, "Choose");
    page_end(p);
    for (size_t i = 0; pack && i < pack->nagencies; i++) {
        PAGE_EL(p, "option", "value", pack->agencies[i].id);
        page_t(p, pack->agencies[i].name);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", "counter");
    page_t(p, "Counter (no person's name)");
    page_end(p);
    PAGE_EL(p, "input", "id", "counter", "name", "counter", "type", "text", "maxlength", "80", "dir", "auto");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Give out a code");
    page_end(p);
    page_end(p);
    page_end(p);
}

static void code_rows(struct rq *r, struct page *p, const struct office_codes *m, bool may_end)
{
    char id[33];
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Codes given out");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < m->n; i++) {
        const struct office_code_row *row = &m->items[i];
        PAGE_EL(p, "li", "class", "clock");
        PAGE_EL(p, "div", "class", "clock-head");
        PAGE_EL(p, "strong");
        agency_name(r, p, row->agency);
        if (*row->counter) {
            page_c(p, " · ");
            page_bdi(p, str_of(row->counter));
        }
        page_end(p);
        tag_t(p, row->ended_us ? "grey" : "green", row->ended_us ? "Ended" : "In use");
        page_end(p);
        PAGE_EL(p, "div", "class", "quiet");
        page_time(p, row->issued_us);
        page_end(p);
        if (may_end && !row->ended_us) {
            id_text(row->id, id);
            form_start(r, p, "/office-codes", NULL);
            page_hidden(p, "end", id);
            PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
            page_t(p, "End this code");
            page_end(p);
            page_end(p);
        }
        page_end(p);
    }
    page_end(p);
    if (!m->n)
        el_text(p, "p", "quiet empty",
                may_end ? "There is nothing here."
                        : "No code was given out. An administrator gives them out.");
    page_end(p);
}

static enum err draw_codes(struct rq *r, const char *fresh)
{
    const struct view *v;
    TRY(LOOK(r, "office.codes", id_nil(), &v));
    const struct action *issue = door_action(r->w->door, "office.issue_code");
    bool may = issue && may_start(r, issue);
    struct page made = layout_start(r, "Office codes", NULL, "/admin", false), *p = &made;
    el_text(p, "h1", NULL, "Office codes");
    el_text(p, "p", "lead", "With its code a counter without an account sends suspicion notes at /note.");
    if (fresh) {
        PAGE_EL(p, "section", "class", "card", "role", "status");
        el_text(p, "h2", NULL, "The new code");
        PAGE_EL(p, "p", "class", "receipt");
        PAGE_EL(p, "code");
        page_isolate_c(p, fresh);
        page_end(p);
        page_end(p);
        el_text(p, "p", NULL, "It is shown once. Hand it over on paper; nobody can read it here again.");
        page_end(p);
    }
    if (may)
        issue_form(r, p);
    code_rows(r, p, v->model, may);
    layout_end(r, p);
    return OK;
}

static enum err act_on_codes(struct rq *r, char fresh[CODE_TEXT_MAX])
{
    struct str end = form_value(r, "end"), counter = form_value(r, "counter");
    struct act_result result;
    struct act_request act = {.ctx = &r->ctx, .action = "office.end_code", .expected_version = -1};
    if (end.n) {
        if (id_parse(end, &act.subject) != OK)
            return FAIL(ERR_NOT_FOUND, "id");
        return door_act(r->w->door, &act, r->a, &result);
    }
    desk_code_new(OFFICE_CODE_CHARS, fresh);
    struct pair pairs[3] = {{STR("agency"), form_value(r, "agency"), VALUE_GIVEN},
                            {STR("code"), str_of(fresh), VALUE_GIVEN},
                            {STR("counter"), counter, VALUE_GIVEN}};
    act.action = "office.issue_code";
    act.input = (struct input){pairs, counter.n ? 3 : 2};
    return door_act(r->w->door, &act, r->a, &result);
}

void page_office_codes(struct rq *r)
{
    char fresh[CODE_TEXT_MAX] = "";
    enum err e = str_is(r->in->method, "POST") ? act_on_codes(r, fresh) : OK;
    if (e == OK)
        e = draw_codes(r, *fresh ? fresh : NULL);
    secret_wipe(fresh, sizeof fresh);
    if (e != OK)
        answer_error(r, e);
}
