/* SPDX-License-Identifier: Apache-2.0 */
/* team_page.c - what the officers of an agency carry, for the lead who hands out work: bars before numbers,
 * in the order of the list of officers and not of size, because it is no ranking. */
#include "core/account.h"
#include "web/pages.h"
#include "web/parts.h"

#define LONG_WITHOUT_BREAK 6 /* days */

static const struct team_officer *carried_by(const struct team *t, struct id account)
{
    for (size_t i = 0; i < t->n; i++)
        if (id_eq(t->items[i].account, account))
            return &t->items[i];
    return NULL;
}

static int64_t heaviest(const struct team *t)
{
    int64_t most = 1;
    for (size_t i = 0; i < t->n; i++)
        most = t->items[i].weight > most ? t->items[i].weight : most;
    return most;
}

static void number_of(struct rq *r, struct page *p, const char *colour, const char *words, int64_t n)
{
    const char *text = arena_printf(r->a, "%lld", (long long)n);
    PAGE_EL(p, "span", "class", colour);
    PAGE_SAY(p, words, "n", text ? text : "");
    page_end(p);
    page_c(p, " ");
}

static void marks(struct rq *r, struct page *p, const struct team_officer *o)
{
    number_of(r, p, "tag tag-grey", "{n} open cases", o->cases);
    if (o->late)
        number_of(r, p, "tag tag-red", "{n} deadlines have passed", o->late);
    if (o->emergencies)
        number_of(r, p, "tag tag-amber", "{n} emergencies this week", o->emergencies);
    if (o->days_in_row >= LONG_WITHOUT_BREAK)
        number_of(r, p, "tag tag-amber",
                  o->days_in_row >= TEAM_DAYS_MAX ? "No day without work for {n} days or more"
                                                  : "No day without work for {n} days",
                  o->days_in_row);
}

static void officer(struct rq *r, struct page *p, const struct account_row *a, const struct team_officer *o,
                    int64_t most)
{
    static const struct team_officer nothing = {.cases = 0};
    const struct team_officer *carries = o ? o : &nothing;
    const char *max = arena_printf(r->a, "%lld", (long long)most),
               *value = arena_printf(r->a, "%lld", (long long)carries->weight);
    char id[33];
    id_text(a->id, id);
    PAGE_EL(p, "li", "class", "clock");
    PAGE_EL(p, "div", "class", "clock-head");
    PAGE_EL(p, "strong");
    PAGE_EL(p, "bdi"); /* a name has a direction of its own */
    if (a->name.verdict == VERDICT_ALLOW)
        page_text(p, a->name.text);
    else
        page_c(p, id);
    page_end(p);
    page_end(p);
    if (carries->cases) {
        PAGE_EL(p, "a", "href", path_of(r, "/admin/reassign?from=%s", a->id));
        page_t(p, "Hand on the cases of an officer");
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "progress", "class", carries->late ? "bar-warn" : "bar-ok", "max", max ? max : "1", "value",
            value ? value : "0", "aria-label", page_words(p, "How much this is, compared with the most"));
    page_end(p);
    PAGE_EL(p, "p", "class", "chips");
    marks(r, p, carries);
    page_end(p);
    page_end(p);
}

static void how_it_is_counted(struct page *p)
{
    PAGE_EL(p, "details", "class", "card");
    el_text(p, "summary", NULL, "How this is counted");
    el_text(p, "p", NULL,
            "An open case weighs 1 for each officer named in it; 1 more where the person is protected, 1 "
            "more where a "
            "deadline has passed, 1 more where it was opened in an emergency this week.");
    el_text(p, "p", NULL,
            "Cases that you may not list are in no number. What an officer reads is told to herself alone. "
            "None of this is "
            "a measure of anybody's work.");
    page_end(p);
}

/* Who works on cases: others carry none by their role. */
static bool works_on_cases(const struct account_row *a)
{
    for (size_t i = 0; i < a->nroles; i++)
        if (a->roles[i].role >= ROLE_INTAKE_COUNSELLOR && a->roles[i].role <= ROLE_LABOUR_INSPECTOR)
            return !a->disabled_us;
    return false;
}

void page_team(struct rq *r)
{
    const struct view *load, *accounts;
    enum err e = LOOK(r, "team.load", id_nil(), &load);
    if (e == OK)
        e = LOOK(r, "account.list", id_nil(), &accounts);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct team *t = load->model;
    const struct account_list *list = accounts->model;
    int64_t most = heaviest(t);
    struct page made = layout_start(r, "My team", NULL, "/team", false), *p = &made;
    el_text(p, "h1", NULL, "My team");
    el_text(p, "p", "lead",
            "Who carries how much, so that nobody carries too much alone. It names no person of a case.");
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "All together");
    number_of(r, p, "tag tag-grey", "{n} open cases", t->cases);
    if (t->more)
        el_text(p, "p", "quiet", "There are more cases than were looked at.");
    PAGE_EL(p, "ul", "class", "clocks", "data-list", "");
    for (size_t i = 0; i < list->n; i++) {
        const struct team_officer *o = carried_by(t, list->items[i].id);
        if (o || works_on_cases(&list->items[i]))
            officer(r, p, &list->items[i], o, most);
    }
    page_end(p);
    page_end(p);
    how_it_is_counted(p);
    layout_end(r, p);
}
