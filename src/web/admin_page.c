/* SPDX-License-Identifier: Apache-2.0 */
/* admin_page.c - accounts, the duty roster, and what an officer who leaves hands on. Pages only: each look
 * and each change is asked of the door. */
#include "web/pages.h"
#include "web/parts.h"

#define DAY_US INT64_C(86400000000)

/* ---- the way in -------------------------------------------------------------------------------------------
 */

static const struct {
    const char *path, *view;
} rooms[] = {{"/admin/accounts", "account.list"},    {"/admin/roster", "roster.list"},
             {"/admin/reassign", "case.of_officer"}, {"/admin/health", "system.health"},
             {"/admin/trail", "system.trail"},       {"/admin/keys", "key.list"},
             {"/admin/agencies", "roster.on_duty"},  {"/office-codes", "office.codes"}};
static const char *const room_words[] = {"Accounts",
                                         "Duty roster",
                                         "Hand on the cases of an officer",
                                         "How the machine is",
                                         "Checkpoints and backups",
                                         "Keys",
                                         "Agencies and offices",
                                         "Office codes"};
static const char *const about_words[] = {
    "Who may sign in, as what, and by what.",
    "Who answers today, and who stands in.",
    "When somebody leaves or falls ill: all her open cases to another, at once.",
    "Disk, queue, checkpoints, backups, jobs. Nothing of a person.",
    "What another agency keeps to prove that nothing was taken out, and when backups were made.",
    "Which agencies' keys are open, and how much lies under them.",
    "What the country pack says of them, with its sources.",
    "With its code a counter without an account sends suspicion notes at /note.",
};

bool may_administer(const struct rq *r)
{
    return may_look(r, "account.list") || may_look(r, "system.health") || may_look(r, "key.list");
}

void page_admin(struct rq *r)
{
    struct page made = layout_start(r, "Administration", NULL, "/admin", false), *p = &made;
    el_text(p, "h1", NULL, "Administration");
    PAGE_EL(p, "ul", "class", "rooms");
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        if (!may_look(r, rooms[i].view))
            continue;
        PAGE_EL(p, "li", "class", "card");
        PAGE_EL(p, "h2");
        link_t(p, rooms[i].path, NULL, room_words[i]);
        page_end(p);
        el_text(p, "p", NULL, about_words[i]);
        page_end(p);
    }
    page_end(p);
    layout_end(r, p);
}

void admin_crumbs(struct page *p, const char *msgid)
{
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/admin", NULL, "Administration");
    page_c(p, " › ");
    page_t(p, msgid);
    page_end(p);
}

void fact_begin(struct page *p, const char *label)
{
    PAGE_EL(p, "div");
    el_text(p, "dt", NULL, label);
    PAGE_EL(p, "dd");
}

void fact_done(struct page *p)
{
    page_end(p);
    page_end(p);
}

void table_head(struct page *p, const char *const *labels, size_t n)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < n; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, labels[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
}

void table_done(struct page *p)
{
    page_end(p);
    page_end(p);
    page_end(p);
}

/* The agency of ?agency=, else one's own; only words of the pack. */
static const char *asked_agency(struct rq *r)
{
    const char *asked = arena_cstr(r->a, http_query(r->in, "agency"));
    return asked && *asked && r->w->pack && pack_agency(r->w->pack, asked) ? asked : r->ctx.agency;
}

void choose_agency(struct rq *r, struct page *p, const char *path, const char *now)
{
    const struct pack *pack = r->w->pack;
    if (r->ctx.role != ROLE_SYSTEM_ADMIN && r->ctx.role != ROLE_OVERSIGHT)
        return; /* others see their own */
    PAGE_EL(p, "form", "method", "get", "action", path, "class", "find");
    PAGE_EL(p, "label", "for", "agency");
    page_t(p, "Agency");
    page_end(p);
    PAGE_EL(p, "select", "id", "agency", "name", "agency");
    for (size_t i = 0; pack && i < pack->nagencies; i++) {
        if (pack->agencies[i].group)
            continue;
        PAGE_EL(p, "option", "value", pack->agencies[i].id, "selected",
                strcmp(pack->agencies[i].id, now) == 0 ? "" : NULL);
        page_t(p, pack->agencies[i].name);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Show");
    page_end(p);
    page_end(p);
}

/* ---- accounts ---------------------------------------------------------------------------------------------
 */

static bool may_do(const struct rq *r, const char *name)
{
    const struct action *a = door_action(r->w->door, name);
    return a && may_start(r, a);
}

static void roles_of(struct page *p, const struct account_row *row)
{
    for (size_t i = 0; i < row->nroles; i++) {
        if (i)
            PAGE_EL(p, "br");
        page_word(p, role_word(row->roles[i].role));
        page_c(p, " · ");
        page_word(p, purpose_word(row->roles[i].purpose));
    }
    if (!row->nroles)
        el_text(p, "span", "quiet", "No role");
}

/* Two accounts of one person are no two people. */
static void of_one_person(struct rq *r, struct page *p, const struct account_row *row)
{
    char *n = arena_printf(r->a, "%lld", (long long)row->of_person);
    PAGE_EL(p, "p", "class", "quiet");
    PAGE_SAY(p, "One of {n} accounts of this person.", "n", n ? n : "");
    page_end(p);
}

static void account_line(struct rq *r, struct page *p, const struct account_row *row)
{
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "row");
    bool open = r->ctx.role == ROLE_SYSTEM_ADMIN || r->ctx.role == ROLE_OVERSIGHT;
    if (open)
        PAGE_EL(p, "a", "href", path_of(r, "/admin/account/%s", row->id));
    if (row->name.verdict == VERDICT_ALLOW)
        page_bdi(p, row->name.text);
    else
        page_isolate_c(
            p, path_of(r, "%s", row->id)); /* sealed for another agency: its number still tells it apart */
    if (open)
        page_end(p);
    page_end(p);
    PAGE_EL(p, "td");
    roles_of(p, row);
    page_end(p);
    PAGE_EL(p, "td");
    if (row->disabled_us)
        tag_t(p, "grey", "Disabled");
    else
        tag_t(p, "green", "Enabled");
    if (row->second_factor == 0 && !row->disabled_us) {
        page_c(p, " ");
        tag_t(p, "amber", "No second factor");
    }
    if (row->person == 0 && !row->disabled_us) {
        page_c(p, " ");
        tag_t(p, "amber", "Whose it is, is not known");
    }
    if (row->of_person > 1)
        of_one_person(r, p, row);
    page_end(p);
    PAGE_EL(p, "td");
    page_time(p, row->created_us);
    page_end(p);
    page_end(p);
}

static const char *const without[] = {"without_factor", "without_person"};
static const char *const without_labels[] = {"Without a second factor", "Whose it is, is not known"};

/* The accounts that lack something, which the query names; NULL: all. */
static const char *asked_only(const struct rq *r)
{
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (str_is(http_query(r->in, without[i]), "yes"))
            return without[i];
    return NULL;
}

static void which_tabs(struct rq *r, struct page *p, const char *agency, const char *only)
{
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Which accounts"));
    char *all = arena_printf(r->a, "/admin/accounts?agency=%s", agency);
    tab(p, all ? all : "/admin/accounts", "All accounts", !only);
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        char *href = arena_printf(r->a, "/admin/accounts?agency=%s&%s=yes", agency, without[i]);
        tab(p, href ? href : "/admin/accounts", without_labels[i], only && strcmp(only, without[i]) == 0);
    }
    page_end(p);
}

void page_accounts(struct rq *r)
{
    static const char *const heads[] = {"Name", "Role and purpose", "State", "Since"};
    const char *agency = asked_agency(r), *after = arena_cstr(r->a, http_query(r->in, "after"));
    const char *only = asked_only(r);
    const char *asked[8] = {"agency", agency};
    size_t n = 2;
    const struct view *v;
    if (after && *after) {
        asked[n++] = "after";
        asked[n++] = after;
    }
    if (only) {
        asked[n++] = only;
        asked[n++] = "yes";
    }
    enum err e = after ? look(r, "account.list", id_nil(), asked, &v) : arena_err(r->a);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct account_list *list = v->model;
    struct page made = layout_start(r, "Accounts", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Accounts");
    el_text(p, "h1", NULL, "Accounts");
    choose_agency(r, p, "/admin/accounts", agency);
    PAGE_EL(p, "p", "class", "buttons");
    if (may_do(r, "account.create"))
        link_t(p, "/do/account.create", "button", "Make an account");
    page_end(p);
    if (r->ctx.role == ROLE_SYSTEM_ADMIN || r->ctx.role == ROLE_OVERSIGHT)
        which_tabs(r, p, agency, only);
    PAGE_EL(p, "section", "class", "card accounts");
    table_head(p, heads, 4);
    for (size_t i = 0; i < list->n; i++)
        account_line(r, p, &list->items[i]);
    table_done(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    page_end(p);
    if (!id_is_nil(list->next)) {
        char *format =
            arena_printf(r->a, "/admin/accounts?agency=%s&after=%%s&%s=yes", agency, only ? only : "all");
        PAGE_EL(p, "p", "class", "pager");
        link_t(p, path_of(r, format ? format : "", list->next), "button-secondary", "More");
        page_end(p);
    }
    layout_end(r, p);
}

static void what_may_be_done(struct rq *r, struct page *p, struct id account)
{
    static const char *const actions[] = {
        "account.add_role",      "account.end_role",     "account.set_person", "account.reset_password",
        "account.reset_factors", "account.end_sessions", "account.disable",    "roster.add"};
    PAGE_EL(p, "p", "class", "buttons");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        const struct action *a = door_action(r->w->door, actions[i]);
        char *format = arena_printf(r->a, "/do/%s?id=%%s", actions[i]);
        if (a && format && may_start(r, a))
            link_t(p, path_of(r, format, account), "button-secondary", a->summary);
    }
    page_end(p);
    el_text(p, "p", "quiet", "Roles, passwords and second factors of others take two administrators.");
}

static void factors_of(struct rq *r, struct page *p, struct id account, const struct factor_list *list)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Second factors");
    PAGE_EL(p, "ul", "class", "factors");
    for (size_t i = 0; i < list->n; i++) {
        PAGE_EL(p, "li", "class", "factor");
        page_t(p, factor_label(list->items[i].kind));
        PAGE_EL(p, "span", "class", "quiet");
        page_t(p, "Set up");
        page_c(p, " ");
        page_time(p, list->items[i].created_us);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    if (!list->n)
        tag_t(p, "amber", "None yet.");
    enrolment_button(r, p, account, list);
    page_end(p);
}

/* Told to administrators and oversight: without it, the account is no second person. */
static void whose(struct rq *r, struct page *p, const struct account_row *row)
{
    if (row->person < 0)
        return;
    fact_begin(p, "Staff number");
    if (!row->person)
        tag_t(p, "amber", "Whose it is, is not known");
    else
        shown_value(p, row->staff_number);
    if (row->of_person > 1)
        of_one_person(r, p, row);
    fact_done(p);
}

static void draw_account(struct rq *r, const struct account_row *row, const struct factor_list *factors,
                         const struct session_list *sessions)
{
    struct page made = layout_start(r, "One account", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "One account");
    PAGE_EL(p, "h1");
    shown_value(p, row->name);
    page_end(p);
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "dl", "class", "facts");
    fact_begin(p, "Agency");
    agency_name(r, p, row->agency);
    fact_done(p);
    fact_begin(p, "Sign-in name");
    shown_value(p, row->login);
    fact_done(p);
    whose(r, p, row);
    fact_begin(p, "Role and purpose");
    roles_of(p, row);
    fact_done(p);
    fact_begin(p, row->disabled_us ? "Disabled" : "Since");
    page_time(p, row->disabled_us ? row->disabled_us : row->created_us);
    fact_done(p);
    page_end(p);
    what_may_be_done(r, p, row->id);
    page_end(p);
    factors_of(r, p, row->id, factors);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Where an account is signed in");
    session_items(r, p, sessions);
    if (!sessions->n)
        el_text(p, "p", "quiet empty", "Nowhere now.");
    page_end(p);
    layout_end(r, p);
}

void page_one_account(struct rq *r)
{
    const struct view *v, *factors, *sessions;
    struct id id;
    enum err e = page_id(r, "/admin/account/", &id);
    if (e == OK)
        e = LOOK(r, "account.show", id, &v);
    if (e == OK)
        e = LOOK(r, "factor.list", id, &factors);
    if (e == OK)
        e = LOOK(r, "session.list", id, &sessions);
    if (e == OK)
        draw_account(r, v->model, factors->model, sessions->model);
    else
        answer_error(r, e);
}

/* ---- the duty roster --------------------------------------------------------------------------------------
 */

/* A bar over the days: where the duty lies among them. */
static void duty_bar(struct page *p, const struct roster_list *list, const struct roster_row *row, bool rtl)
{
    int64_t whole = list->until_us - list->from_us, from = row->from_us - list->from_us,
            until = row->until_us ? row->until_us - list->from_us : whole;
    int x = from > 0 ? (int)(from * 700 / whole) : 0, end = until < whole ? (int)(until * 700 / whole) : 700;
    int width = end - x < 3 ? 3 : end - x;
    PAGE_EL(p, "svg", "viewBox", "0 0 700 24", "class", "duty", "aria-hidden", "true");
    for (int day = 0; day < 7; day++) {
        PAGE_EL(p, "rect", "x", arena_printf(p->arena, "%d", day * 100 + 1), "y", "0", "width", "98",
                "height", "24", "class", "duty-day");
        page_end(p);
    }
    PAGE_EL(p, "rect", "x", arena_printf(p->arena, "%d", rtl ? 700 - x - width : x), "y", "5", "width",
            arena_printf(p->arena, "%d", width), "height", "14", "rx", "4", "class", "duty-bar");
    page_end(p);
    page_end(p);
}

static void duty_line(struct rq *r, struct page *p, const struct roster_list *list,
                      const struct roster_row *row)
{
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "row");
    page_word(p, role_word(row->role));
    page_end(p);
    PAGE_EL(p, "td");
    shown_value(p, row->name);
    if (!id_is_nil(row->deputy)) {
        PAGE_EL(p, "br");
        el_text(p, "span", "quiet", "Deputy");
        page_c(p, " ");
        shown_value(p, row->deputy_name);
    }
    page_end(p);
    PAGE_EL(p, "td", "class", "duty-cell");
    duty_bar(p, list, row, p->lang->rtl);
    page_time(p, row->from_us);
    page_c(p, " – ");
    if (row->until_us)
        page_time(p, row->until_us);
    else
        page_t(p, "until it is ended");
    page_end(p);
    PAGE_EL(p, "td");
    if (may_do(r, "roster.end"))
        link_t(p, path_of(r, "/do/roster.end?id=%s", row->id), "button-secondary", "End a duty");
    page_end(p);
    page_end(p);
}

/* Whom the roster can name: one's own agency, by account. */
static void plan_form(struct rq *r, struct page *p, const struct account_list *accounts)
{
    const struct action *add = door_action(r->w->door, "roster.add");
    if (!add || !may_start(r, add) || !accounts)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Put an officer on the duty roster");
    PAGE_EL(p, "ul", "class", "factors");
    for (size_t i = 0; i < accounts->n; i++) {
        const struct account_row *row = &accounts->items[i];
        if (row->disabled_us || !row->nroles)
            continue;
        PAGE_EL(p, "li", "class", "factor");
        PAGE_EL(p, "strong");
        shown_value(p, row->name);
        page_end(p);
        PAGE_EL(p, "span", "class", "quiet");
        roles_of(p, row);
        page_end(p);
        link_t(p, path_of(r, "/do/roster.add?id=%s", row->id), "button-secondary", "Plan a duty");
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

void page_roster(struct rq *r)
{
    static const char *const heads[] = {"Role", "Officer", "The next seven days", "What can be done"};
    const char *agency = asked_agency(r);
    const struct view *v, *accounts = NULL;
    enum err e = LOOK(r, "roster.list", id_nil(), &v, "agency", agency);
    if (e == OK)
        e = LOOK(r, "account.list", id_nil(), &accounts, "agency", agency);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct roster_list *list = v->model;
    struct page made = layout_start(r, "Duty roster", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Duty roster");
    el_text(p, "h1", NULL, "Duty roster");
    el_text(p, "p", "lead", "Deadlines and notices go to who is on duty, never to a name alone.");
    choose_agency(r, p, "/admin/roster", agency);
    PAGE_EL(p, "section", "class", "card");
    table_head(p, heads, 4);
    for (size_t i = 0; i < list->n; i++)
        duty_line(r, p, list, &list->items[i]);
    table_done(p);
    if (!list->n)
        el_text(p, "p", "empty", "Nobody is on duty in these days: notices wait until somebody is.");
    page_end(p);
    plan_form(r, p, accounts->model);
    layout_end(r, p);
}

/* ---- handing on -------------------------------------------------------------------------------------------
 */

void officer_select(struct page *p, const char *name, const char *label, const struct account_list *list,
                    struct str now)
{
    PAGE_EL(p, "div", "class", "field");
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "id", name, "name", name, "required", "");
    PAGE_EL(p, "option", "value", "");
    page_t(p, "Choose");
    page_end(p);
    for (size_t i = 0; i < list->n; i++) {
        char *id = arena_alloc(p->arena, 33);
        if (!id || list->items[i].disabled_us)
            continue;
        id_text(list->items[i].id, id);
        PAGE_EL(p, "option", "value", id, "selected", str_is(now, id) ? "" : NULL);
        if (list->items[i].name.verdict == VERDICT_ALLOW)
            page_text(p, list->items[i].name.text);
        else
            page_c(p, id);
        for (size_t k = 0; k < list->items[i].nroles; k++) {
            page_c(p, k ? ", " : " · ");
            page_word(p, role_word(list->items[i].roles[k].role));
        }
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void case_choices(struct page *p, const struct case_list *cases)
{
    PAGE_EL(p, "fieldset", "class", "field");
    el_text(p, "legend", NULL, "Cases that go over");
    PAGE_EL(p, "div", "class", "choices many", "tabindex", "0");
    for (size_t i = 0; i < cases->n; i++) {
        char *id = arena_alloc(p->arena, 33);
        if (!id)
            return;
        id_text(cases->items[i].id, id);
        PAGE_EL(p, "label", "class", "choice");
        PAGE_EL(p, "input", "type", "checkbox", "name", "case", "value", id, "checked", "");
        PAGE_EL(p, "span");
        page_isolate_c(p, cases->items[i].number);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

/* Whom the policy lets open a case: others would be named for nothing. */
static const struct account_list *who_may_take(struct rq *r, const struct account_list *all, struct str from)
{
    struct account_list *list = ARENA_NEW(r->a, struct account_list);
    struct account_row *rows = ARENA_ARRAY(r->a, all->n + 1, struct account_row);
    char id[33];
    if (!list || !rows)
        return all;
    list->items = rows;
    for (size_t i = 0; i < all->n; i++) {
        id_text(all->items[i].id, id);
        if (officer_opens(&all->items[i], OBJECT_CASE) && !str_is(from, id))
            rows[list->n++] = all->items[i];
    }
    return list;
}

static void reassign_forms(struct rq *r, struct page *p, const struct account_list *accounts, struct str from,
                           const struct case_list *cases)
{
    PAGE_EL(p, "form", "method", "get", "action", "/admin/reassign", "class", "card");
    officer_select(p, "from", "Officer who leaves", accounts, from);
    PAGE_EL(p, "button", "type", "submit", "class", cases ? "button-secondary" : "button");
    page_t(p, "Show her open cases");
    page_end(p);
    page_end(p);
    if (!cases)
        return;
    const char *copy = arena_cstr(r->a, from);
    form_start(r, p, "/admin/reassign", "card");
    page_hidden(p, "from", copy ? copy : "");
    if (cases->n) {
        case_choices(p, cases);
        officer_select(p, "account", "Officer who takes them over", who_may_take(r, accounts, from), STR(""));
        el_text(p, "p", "hint",
                "All go over or none. Her entries in these cases end, and stay in the trail.");
        PAGE_EL(p, "button", "type", "submit", "class", "button");
        page_t(p, "Go on and check");
        page_end(p);
    } else {
        el_text(p, "p", "empty quiet", "She is named in no open case that you may hand on.");
    }
    page_end(p);
}

static enum err draw_reassign(struct rq *r, struct str from, enum err failed, const char *detail)
{
    const struct view *accounts, *cases = NULL;
    struct id id;
    TRY(LOOK(r, "account.list", id_nil(), &accounts));
    const char *copy = arena_cstr(r->a, from);
    if (from.n && copy && id_parse(from, &id) == OK)
        TRY(LOOK(r, "case.of_officer", id_nil(), &cases, "account", copy));
    struct page made = layout_start(r, "Hand on the cases of an officer", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Hand on the cases of an officer");
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Hand on the cases of an officer");
    el_text(p, "p", "lead", "No case stays without somebody who answers for it.");
    if (failed != OK) {
        PAGE_EL(p, "div", "class", "error-summary", "role", "alert");
        el_text(p, "h2", NULL, err_row(failed)->message);
        PAGE_EL(p, "p");
        page_bdi(p, str_of(detail));
        page_end(p);
        page_end(p);
    }
    reassign_forms(r, p, accounts->model, from, cases ? cases->model : NULL);
    page_end(p);
    layout_end(r, p);
    return OK;
}

/* ---- before it is done: who, to whom, which ---- */

static void officer_fact(struct page *p, const char *label, const struct account_list *list, struct str asked)
{
    struct id id;
    fact_begin(p, label);
    for (size_t i = 0; id_parse(asked, &id) == OK && i < list->n; i++)
        if (id_eq(id, list->items[i].id))
            shown_value(p, list->items[i].name);
    fact_done(p);
}

static bool chosen(const struct rq *r, struct id id)
{
    char text[33];
    id_text(id, text);
    for (size_t i = 0; i < r->nform; i++)
        if (str_is(r->form[i].name, "case") && str_is(r->form[i].value, text))
            return true;
    return false;
}

static void checked_cases(struct rq *r, struct page *p, const struct case_list *cases)
{
    fact_begin(p, "Cases");
    for (size_t i = 0; i < cases->n; i++)
        if (chosen(r, cases->items[i].id)) {
            page_isolate_c(p, cases->items[i].number);
            PAGE_EL(p, "br");
        }
    fact_done(p);
}

static enum err draw_check(struct rq *r)
{
    const struct view *accounts, *cases;
    const char *from = arena_cstr(r->a, form_value(r, "from"));
    TRY(LOOK(r, "account.list", id_nil(), &accounts));
    TRY(LOOK(r, "case.of_officer", id_nil(), &cases, "account", from ? from : ""));
    struct page made = layout_start(r, "Check before you hand on", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Hand on the cases of an officer");
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Check before you hand on");
    form_start(r, p, "/admin/reassign", "card");
    for (size_t i = 0; i < r->nform; i++)
        if (str_is(r->form[i].name, "case") || str_is(r->form[i].name, "from") ||
            str_is(r->form[i].name, "account")) {
            const char *name = arena_cstr(r->a, r->form[i].name), *value = arena_cstr(r->a, r->form[i].value);
            page_hidden(p, name ? name : "", value ? value : "");
        }
    page_hidden(p, "checked", "yes");
    PAGE_EL(p, "dl", "class", "facts");
    officer_fact(p, "Officer who leaves", accounts->model, form_value(r, "from"));
    officer_fact(p, "Officer who takes them over", accounts->model, form_value(r, "account"));
    checked_cases(r, p, cases->model);
    page_end(p);
    el_text(p, "p", "hint", "All go over or none. Her entries in these cases end, and stay in the trail.");
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Hand on these cases");
    page_end(p);
    page_end(p);
    link_t(p, "/admin/reassign", NULL, "Go back and change");
    page_end(p);
    layout_end(r, p);
    return OK;
}

/* One request id of its own for each case, made from that of the form: a repeat of the whole is harmless. */
static struct id request_of(const struct rq *r, struct id in_case)
{
    struct hash h = sha256(id_str(&r->ctx.request_id), id_str(&in_case));
    struct id id;
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

static enum err hand_on(struct rq *r)
{
    struct pair *pairs = ARENA_ARRAY(r->a, 2, struct pair);
    struct act_request *requests = ARENA_ARRAY(r->a, r->nform + 1, struct act_request);
    struct ctx *ctxs = ARENA_ARRAY(r->a, r->nform + 1, struct ctx);
    struct act_result *results = ARENA_ARRAY(r->a, r->nform + 1, struct act_result);
    size_t n = 0, failed = 0;
    if (!pairs || !requests || !ctxs || !results)
        return arena_err(r->a);
    pairs[0] = (struct pair){STR("from"), form_value(r, "from"), VALUE_GIVEN};
    pairs[1] = (struct pair){STR("account"), form_value(r, "account"), VALUE_GIVEN};
    for (size_t i = 0; i < r->nform; i++) {
        struct id id;
        if (!str_is(r->form[i].name, "case"))
            continue;
        TRY(id_parse(r->form[i].value, &id));
        ctxs[n] = r->ctx;
        ctxs[n].request_id = request_of(r, id);
        requests[n] = (struct act_request){.ctx = &ctxs[n],
                                           .action = "case.reassign",
                                           .subject = id,
                                           .expected_version = -1,
                                           .input = {pairs, 2}};
        n++;
    }
    if (!n)
        return FAIL(ERR_FIELD, "field case: none was chosen");
    return door_act_batch(r->w->door, requests, n, r->a, results, &failed);
}

void page_reassign(struct rq *r)
{
    bool post = str_is(r->in->method, "POST");
    if (post && form_value(r, "account").n && form_value(r, "case").n && !form_value(r, "checked").n) {
        enum err shown = draw_check(r);
        if (shown != OK)
            answer_error(r, shown);
        return;
    }
    enum err e = post ? hand_on(r) : draw_reassign(r, http_query(r->in, "from"), OK, "");
    if (post && e == OK) {
        struct id id;
        e = id_parse(form_value(r, "from"), &id);
        answer_redirect(r, e == OK ? path_of(r, "/admin/reassign?from=%s", id) : "/admin/reassign");
        return;
    }
    if (post && (e == ERR_FIELD || e == ERR_STATE || e == ERR_NOT_FOUND)) {
        const char *detail = arena_cstr(r->a, str_of(e == ERR_NOT_FOUND ? "" : err_detail()));
        r->out->status = err_row(e)->http;
        e = draw_reassign(r, form_value(r, "from"), e, detail ? detail : "");
    }
    if (e != OK)
        answer_error(r, e);
}
