/* SPDX-License-Identifier: Apache-2.0 */
/* duty_page.c - one duty of the plan: its words in the source, who is to do it, which records serve it, and
 * each indicator now and over time, drawn and as a table. */
#include "web/pages.h"
#include "web/plan_parts.h"

/* ---- the source ------------------------------------------------------------------------------------------
 */

static const struct pack_source *source_of(const struct pack *p, const char *id)
{
    for (size_t i = 0; id && i < p->nsources; i++)
        if (strcmp(p->sources[i].id, id) == 0)
            return &p->sources[i];
    return NULL;
}

static void pair(struct page *p, const char *label, const char *msgid)
{
    if (!msgid || !*msgid)
        return;
    el_text(p, "dt", NULL, label);
    PAGE_EL(p, "dd");
    page_t(p, msgid);
    page_end(p);
}

static void source(struct rq *r, struct page *p, const struct duty_status *s)
{
    const struct pack *pack = r->w->pack;
    const char *quote = s->duty ? s->duty->quote : s->item->quote;
    const char *id = s->duty                               ? pack->plan_source
                     : s->item->source && *s->item->source ? s->item->source
                                                           : pack->programme_source;
    const struct pack_source *from = source_of(pack, id);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Words of the source");
    PAGE_EL(p, "blockquote", "lang", "en", "dir", "auto");
    page_c(p, quote ? quote : "");
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet");
    if (from) {
        page_t(p, from->title);
        page_c(p, " ");
        if (from->verified)
            tag_t(p, "green", "checked against the source");
        else
            unverified(p);
    }
    page_end(p);
    PAGE_EL(p, "dl", "class", "facts");
    pair(p, "What the system does for it", s->duty ? s->duty->capability : s->item->capability);
    pair(p, "Time words of the source", s->duty ? s->duty->deadline : s->item->deadline);
    pair(p, "Who is told", s->duty ? s->duty->notify : s->item->notify);
    pair(p, "Note", s->duty ? s->duty->note : s->item->note);
    el_text(p, "dt", NULL, "Agencies");
    PAGE_EL(p, "dd");
    plan_agencies(r, p, s);
    page_end(p);
    page_end(p);
    page_end(p);
}

/* ---- records that serve it --------------------------------------------------------------------------------
 */

static bool serves(const char *const *duties, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(duties[i], id) == 0)
            return true;
    return false;
}

static void kinds(struct rq *r, struct page *p, const char *id)
{
    const struct pack *pack = r->w->pack;
    bool any = false;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Records that serve it");
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct kind *k = &pack->kinds[i];
        if (!serves(k->duties, k->nduties, id))
            continue;
        if (!any)
            PAGE_EL(p, "ul");
        any = true;
        PAGE_EL(p, "li");
        el_text(p, "strong", NULL, k->title);
        page_c(p, " ");
        if (k->help && *k->help)
            el_text(p, "span", "quiet", k->help);
        page_end(p);
    }
    if (any)
        page_end(p);
    else
        el_text(p, "p", "empty quiet", "No kind of record serves this duty yet.");
    page_end(p);
}

/* ---- an indicator over time
 * -------------------------------------------------------------------------------- */

static void period_row(struct page *p, const struct indicator_value *v, const struct indicator_group *g)
{
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "row");
    if (g->state == VALUE_GIVEN)
        page_isolate_c(p, g->value);
    else
        page_t(p, "no date recorded");
    page_end(p);
    PAGE_EL(p, "td", "class", "number");
    if (g->shown != INDICATOR_NUMBER)
        el_text(p, "span", "quiet", "below threshold");
    else if (!g->denominator && (v->indicator->op == IND_SHARE || v->indicator->op == IND_MEDIAN_HOURS))
        el_text(p, "span", "quiet", "no cases yet");
    else
        page_isolate_c(p, plan_decimal(p, g->value_number));
    page_end(p);
    PAGE_EL(p, "td", "class", "number");
    if (g->shown == INDICATOR_NUMBER)
        page_i64(p, g->denominator);
    page_end(p);
    page_end(p);
}

static void periods(struct page *p, const struct indicator_value *v)
{
    static const char *const heads[] = {"Period", "Value", "Records"};
    PAGE_EL(p, "details");
    el_text(p, "summary", NULL, "The numbers as a table");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label",
            page_words(p, v->indicator->title));
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < 3; i++) {
        PAGE_EL(p, "th", "scope", "col", "class", i ? "number" : NULL);
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = v->ngroups; i-- > 0;)
        period_row(p, v, &v->groups[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void indicator(struct page *p, const struct indicator_value *v, const struct indicator_value *series)
{
    size_t n;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, v->indicator->title);
    PAGE_EL(p, "p", "class", "figure-number");
    plan_value(p, v);
    page_end(p);
    if (v->indicator->op == IND_MANUAL && v->indicator->unit && *v->indicator->unit) {
        PAGE_EL(p, "p", "class", "quiet");
        page_t(p, v->indicator->unit);
        page_end(p);
    }
    if (series->state == INDICATOR_NUMBER && series->ngroups) {
        struct mark *m = plan_marks(p, series, &n);
        if (m && n)
            chart_columns(p, page_words(p, v->indicator->title), m, n);
        periods(p, series);
    }
    page_end(p);
}

static void by_what(struct page *p, const char *id, bool year)
{
    const char *month_href = arena_printf(p->arena, "/plan/duty?duty=%s&by=month", id);
    const char *year_href = arena_printf(p->arena, "/plan/duty?duty=%s&by=year", id);
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Period"));
    PAGE_EL(p, "a", "href", month_href, "aria-current", year ? NULL : "page");
    page_t(p, "By month");
    page_end(p);
    page_c(p, " ");
    PAGE_EL(p, "a", "href", year_href, "aria-current", year ? "page" : NULL);
    page_t(p, "By year");
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, const struct plan_status *all, bool year)
{
    const struct duty_status *s = &all->rows[0];
    const char *id = s->duty ? s->duty->id : s->item->id;
    struct page made = layout_start(r, "Action plan", id, "/plan", false), *p = &made;
    PAGE_EL(p, "p", "class", "quiet");
    link_t(p, "/plan", NULL, "Action plan");
    page_c(p, " › ");
    page_t(p, plan_chapter(s));
    page_end(p);
    PAGE_EL(p, "h1");
    page_isolate_c(p, id);
    page_c(p, " ");
    page_t(p, s->duty ? s->duty->title : s->item->title);
    page_end(p);
    source(r, p, s);
    by_what(p, id, year);
    el_text(p, "p", "quiet", "Each period counts the records of what happened in it, as they stand today.");
    counted_as_of(p, all->as_of_us);
    PAGE_EL(p, "div", "class", "figures-grid");
    for (size_t i = 0; i < s->n; i++)
        indicator(p, &s->values[i], &s->series[i]);
    page_end(p);
    kinds(r, p, id);
    layout_end(r, p);
}

void page_duty(struct rq *r)
{
    const struct view *v;
    struct str by = http_query(r->in, "by");
    const char *duty = arena_cstr(r->a, http_query(r->in, "duty"));
    enum err e = duty ? OK : arena_err(r->a);
    if (e == OK)
        e = LOOK(r, "plan.duty", id_nil(), &v, "duty", duty, "by", str_is(by, "year") ? "year" : "month");
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    draw(r, v->model, str_is(by, "year"));
}
