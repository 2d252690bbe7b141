/* SPDX-License-Identifier: Apache-2.0 */
/* digest.c - the day in four numbers, for who begins it; what there is to read about oneself. It names
 * nobody. */
#include "core/notice.h"
#include "core/proposal.h"
#include "desk/desk.h"
#include "web/pages.h"
#include "web/parts.h"

static int64_t end_of_day(const struct rq *r, int64_t now_us)
{
    if (!r->w->tz)
        return now_us + INT64_C(86400000000);
    struct date today = tz_local(r->w->tz, now_us).date;
    return tz_utc(r->w->tz, today, 86400);
}

static void number(struct page *p, const char *href, const char *label, int64_t n, bool more)
{
    PAGE_EL(p, "li");
    PAGE_EL(p, "a", "href", href);
    PAGE_EL(p, "strong", "class", n || !more ? NULL : "uncounted");
    if (n || !more)
        page_i64(p, n);
    else
        page_t(p, "Not counted"); /* the page that was read holds none, and there are more behind it */
    if (n && more)
        page_c(p, "+");
    page_end(p);
    page_c(p, " ");
    page_t(p, label);
    page_end(p);
    page_end(p);
}

static void of_clocks(struct rq *r, struct page *p, const struct clock_list *list)
{
    int64_t now = env_now_us(), midnight = end_of_day(r, now), late = 0, today = 0;
    for (size_t i = 0; i < list->n; i++) {
        late += list->items[i].times.due_us < now;
        today += list->items[i].times.due_us >= now && list->items[i].times.due_us < midnight;
    }
    bool more = !id_is_nil(list->next) && list->next_due_us < midnight; /* behind the page that was read */
    number(p, "/clocks", "Deadlines that have passed", late, more && list->next_due_us < now);
    number(p, "/clocks", "Deadlines that end today", today, more);
}

void today_digest(struct rq *r, struct page *p, const struct notice_list *mine,
                  const struct clock_list *running, const struct proposal_list *two)
{
    int64_t waits = 0;
    for (size_t i = 0; mine && i < mine->n; i++)
        waits += !mine->items[i].own;
    PAGE_EL(p, "section", "class", "card digest");
    el_text(p, "h2", NULL, "The day in short");
    PAGE_EL(p, "ul", "class", "digest-numbers");
    if (running)
        of_clocks(r, p, running);
    if (mine)
        number(p, "/inbox", "Notices that wait for me", waits, !id_is_nil(mine->next));
    if (two)
        number(p, "/proposals", "Steps that wait for a second person", (int64_t)two->n,
               !id_is_nil(two->next));
    page_end(p);
    page_end(p);
}

/* ---- since she was last here: counted from what the page has read anyway ---------------------------------
 */

static void since_numbers(struct page *p, int64_t since, const struct notice_list *mine,
                          const struct clock_list *running, const struct report_list *reports)
{
    int64_t notices = 0, passed = 0, came = 0, now = env_now_us();
    for (size_t i = 0; mine && i < mine->n; i++)
        notices += mine->items[i].created_us > since && !mine->items[i].own;
    for (size_t i = 0; running && i < running->n; i++)
        passed += running->items[i].times.due_us > since && running->items[i].times.due_us <= now;
    for (size_t i = 0; reports && i < reports->n; i++)
        came += reports->items[i].received_us > since;
    if (mine)
        number(p, "/inbox", "New notices for me", notices, !id_is_nil(mine->next));
    if (running)
        number(p, "/clocks", "Deadlines that passed meanwhile", passed, false);
    if (reports)
        number(p, "/reports", "Reports that came in", came, !id_is_nil(reports->next));
}

void today_since(struct rq *r, struct page *p, const struct notice_list *mine,
                 const struct clock_list *running)
{
    const struct view *v, *reports;
    const struct report_list *list = NULL;
    if (LOOK(r, "session.since", id_nil(), &v) != OK) {
        err_clear();
        return;
    }
    int64_t since = ((const struct session_since *)v->model)->since_us;
    if (!since || (!mine && !running))
        return;
    if (may_look(r, "report.list") && LOOK(r, "report.list", id_nil(), &reports) == OK)
        list = reports->model;
    err_clear();
    PAGE_EL(p, "section", "class", "card digest since");
    el_text(p, "h2", NULL, "Since you were last here");
    PAGE_EL(p, "p", "class", "quiet");
    page_time(p, since);
    page_end(p);
    PAGE_EL(p, "ul", "class", "digest-numbers");
    since_numbers(p, since, mine, running, list);
    page_end(p);
    page_end(p);
}

/* For herself alone, in words that judge nothing. */
void own_care(struct rq *r, struct page *p)
{
    const struct view *v;
    if (LOOK(r, "care.looks", id_nil(), &v) != OK) {
        err_clear();
        return;
    }
    const struct care_looks *m = v->model;
    const char *n = arena_printf(r->a, "%lld", (long long)m->heavy);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What you have read this week");
    PAGE_EL(p, "p");
    PAGE_SAY(p, "In the last 7 days you opened papers on violence, health or children {n} times.", "n",
             n ? n : "");
    page_end(p);
    el_text(
        p, "p", "quiet",
        "Only you see this. It is no measure of your work. Reading such things stays with people: a pause, "
        "or a talk with somebody you trust, is part of the work.");
    if (door_action(r->w->door, "account.pause")) {
        PAGE_EL(p, "p");
        link_t(p, path_of(r, "/do/account.pause?id=%s", r->session.account), "button-secondary",
               "I need a pause");
        page_c(p, " ");
        el_text(p, "small", NULL,
                "Offers your cases to your deputy or your lead. Nobody asks why; each stays yours until it "
                "is taken.");
        page_end(p);
    }
    page_end(p);
}
