/* SPDX-License-Identifier: Apache-2.0 */
/* plan_page.c - every duty of the plan with what is known of it now. "Not collected" is said, never drawn as
 * 0. */
#include "web/plan_parts.h"

#include "web/pages.h"

const char *plan_decimal(struct page *p, double v)
{
    const char *text = v == (double)(int64_t)v ? arena_printf(p->arena, "%lld", (long long)v)
                                               : arena_printf(p->arena, "%.1f", v);
    return text ? text : "";
}

static void progress(struct page *p, const char *class, size_t value, size_t whole, const char *label)
{
    char max[24], now[24];
    snprintf(max, sizeof max, "%zu", whole ? whole : 1);
    snprintf(now, sizeof now, "%zu", value);
    PAGE_EL(p, "div", "class", "meter");
    PAGE_EL(p, "span");
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "progress", "class", class, "max", max, "value", now, "aria-label", page_words(p, label));
    page_end(p);
    PAGE_EL(p, "strong");
    page_isolate_c(p, now);
    page_end(p);
    page_end(p);
}

static void overview(struct page *p, const struct plan_status *s)
{
    size_t all = s->live + s->not_collected + s->manual;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Indicators");
    progress(p, "bar-ok", s->live, all, "Live: computed from records");
    progress(p, "bar-warn", s->not_collected, all, "Not collected: its records do not exist yet");
    progress(p, "bar-quiet", s->manual, all, "By hand: not for a machine");
    PAGE_EL(p, "p", "class", "quiet");
    char measures[24], duties[24], items[24];
    snprintf(measures, sizeof measures, "%zu", s->measures);
    snprintf(duties, sizeof duties, "%zu", s->duties);
    snprintf(items, sizeof items, "%zu", s->items);
    PAGE_SAY(p, "{measures} measures, {duties} duties, {items} items of the training programme", "measures",
             measures, "duties", duties, "items", items);
    page_end(p);
    counted_as_of(p, s->as_of_us);
    page_end(p);
}

static void share(struct page *p, const struct indicator_value *v)
{
    const char *whole = arena_printf(p->arena, "%lld", (long long)v->denominator);
    const char *part = arena_printf(p->arena, "%lld", (long long)v->numerator);
    if (!v->denominator) {
        el_text(p, "span", "quiet", "no cases yet");
        return;
    }
    PAGE_EL(p, "progress", "class", "bar-ok small", "max", whole, "value", part, "aria-label",
            page_words(p, "Share"));
    page_end(p);
    page_c(p, " ");
    const char *percent = arena_printf(p->arena, "%s %%", plan_decimal(p, v->value));
    page_isolate_c(p, percent ? percent : "");
    page_c(p, " ");
    PAGE_EL(p, "span", "class", "quiet");
    PAGE_SAY(p, "({n} of {all})", "n", part ? part : "", "all", whole ? whole : "");
    page_end(p);
}

void plan_value(struct page *p, const struct indicator_value *v)
{
    switch (v->state) {
    case INDICATOR_NUMBER:
        if (v->indicator->op == IND_SHARE) {
            share(p, v);
        } else if (v->indicator->op == IND_MEDIAN_HOURS && !v->denominator) {
            el_text(p, "span", "quiet", "no cases yet");
        } else {
            PAGE_EL(p, "strong");
            page_isolate_c(p, plan_decimal(p, v->value));
            page_end(p);
            if (v->indicator->op == IND_MEDIAN_HOURS) {
                page_c(p, " ");
                page_t(p, "hours");
            }
        }
        break;
    case INDICATOR_NOT_COLLECTED:
        tag_t(p, "amber", "not collected");
        if (v->missing_kind && *v->missing_kind) {
            page_c(p, " ");
            PAGE_EL(p, "span", "class", "quiet");
            page_t(p, "the records it counts do not exist yet");
            page_end(p);
        }
        break;
    case INDICATOR_MANUAL:
        tag_t(p, "grey", "by hand");
        break;
    case INDICATOR_BELOW_THRESHOLD:
        tag_t(p, "grey", "below threshold");
        break;
    case INDICATOR_COUNTING:
        tag_t(p, "grey", "being counted");
        break;
    }
}

struct mark *plan_marks(struct page *p, const struct indicator_value *v, size_t *ret_n)
{
    struct mark *m = ARENA_ARRAY(p->arena, v->ngroups + 1, struct mark);
    size_t n = 0, first = 0, given = 0;
    for (size_t i = 0; i < v->ngroups; i++)
        given += v->groups[i].state == VALUE_GIVEN;
    first = given > PLAN_PERIODS ? given - PLAN_PERIODS : 0;
    for (size_t i = first; m && i < given; i++) {
        const struct indicator_group *g = &v->groups[i];
        m[n++] = (struct mark){.label = g->value,
                               .text = plan_decimal(p, g->value_number),
                               .value = g->value_number,
                               .hidden = g->shown != INDICATOR_NUMBER};
    }
    *ret_n = m ? n : 0;
    return m;
}

static void indicator(struct page *p, const struct indicator_value *v, const struct indicator_value *series)
{
    size_t n;
    PAGE_EL(p, "li");
    PAGE_EL(p, "span", "class", "indicator");
    page_t(p, v->indicator->title);
    page_end(p);
    page_c(p, " ");
    plan_value(p, v);
    struct mark *m = series->state == INDICATOR_NUMBER ? plan_marks(p, series, &n) : NULL;
    if (m && n > 1) {
        page_c(p, " ");
        chart_spark(p, page_words(p, "By month"), m, n);
    }
    page_end(p);
}

static void agencies(struct rq *r, struct page *p, const char *const *list, size_t n, bool inferred)
{
    for (size_t i = 0; i < n; i++) {
        const struct agency *a = pack_agency(r->w->pack, list[i]);
        PAGE_EL(p, "span", "class", inferred ? "chip chip-inferred" : "chip", "title",
                inferred ? page_words(p, "inferred by a reader, not named in the text") : NULL);
        page_t(p, !a ? list[i] : a->short_name && *a->short_name ? a->short_name : a->name);
        page_end(p);
        page_c(p, " ");
    }
}

void plan_agencies(struct rq *r, struct page *p, const struct duty_status *s)
{
    const struct duty *d = s->duty;
    const struct programme_item *item = s->item;
    PAGE_EL(p, "div", "class", "chips");
    agencies(r, p, d ? d->agencies : item->agencies, d ? d->nagencies : item->nagencies, false);
    agencies(r, p, d ? d->agencies_inferred : item->agencies_inferred, d ? d->ninferred : item->ninferred,
             true);
    page_end(p);
}

static void row(struct rq *r, struct page *p, const struct duty_status *s)
{
    const char *id = s->duty ? s->duty->id : s->item->id, *title = s->duty ? s->duty->title : s->item->title;
    const char *href = arena_printf(p->arena, "/plan/duty?duty=%s", id);
    PAGE_EL(p, "tr", "class", s->live ? "live" : NULL);
    PAGE_EL(p, "th", "scope", "row");
    page_isolate_c(p, id);
    page_end(p);
    PAGE_EL(p, "td");
    link_t(p, href ? href : "/plan", NULL, title);
    plan_agencies(r, p, s);
    page_end(p);
    PAGE_EL(p, "td");
    PAGE_EL(p, "ul", "class", "indicators");
    for (size_t i = 0; i < s->n; i++)
        indicator(p, &s->values[i], &s->series[i]);
    page_end(p);
    page_end(p);
    page_end(p);
}

const char *plan_chapter(const struct duty_status *s)
{
    if (s->item)
        return "Training programme";
    return s->duty->measure && s->duty->measure->chapter ? s->duty->measure->chapter->title : "Preamble";
}

static void open_table(struct page *p)
{
    static const char *const heads[] = {"Duty", "What it asks", "Indicators now"};
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "plan");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < 3; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
}

/* ---- what is looked at -----------------------------------------------------------------------------------
 */

struct wanted {
    struct str chapter, agency, state; /* "": all */
    bool any;                          /* something is chosen */
};

static bool among(const char *const *list, size_t n, struct str word)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}

static const char *chapter_id(const struct duty_status *s)
{
    if (s->item)
        return "programme";
    return s->duty->measure && s->duty->measure->chapter ? s->duty->measure->chapter->id : "0";
}

static bool has_state(const struct duty_status *s, struct str state)
{
    bool missing = false, manual = s->n > 0;
    for (size_t i = 0; i < s->n; i++) {
        missing |= s->values[i].state == INDICATOR_NOT_COLLECTED;
        manual &= s->values[i].state == INDICATOR_MANUAL;
    }
    return str_is(state, "live") ? s->live : str_is(state, "missing") ? missing : manual;
}

static bool is_wanted(const struct duty_status *s, const struct wanted *w)
{
    const struct duty *d = s->duty;
    const struct programme_item *item = s->item;
    if (w->chapter.n && !str_is(w->chapter, chapter_id(s)))
        return false;
    if (w->agency.n &&
        !among(d ? d->agencies : item->agencies, d ? d->nagencies : item->nagencies, w->agency) &&
        !among(d ? d->agencies_inferred : item->agencies_inferred, d ? d->ninferred : item->ninferred,
               w->agency))
        return false;
    return !w->state.n || has_state(s, w->state);
}

static void select_start(struct page *p, const char *name, const char *label, const char *all)
{
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "id", name, "name", name);
    PAGE_EL(p, "option", "value", "");
    page_t(p, all);
    page_end(p);
}

static void option(struct page *p, const char *value, struct str chosen, const char *label)
{
    PAGE_EL(p, "option", "value", value, "selected", str_is(chosen, value) ? "" : NULL);
    page_t(p, label);
    page_end(p);
}

/* Agencies of the pack that a row names, in the order of the pack. */
static void agency_options(struct rq *r, struct page *p, const struct plan_status *s, struct str chosen)
{
    for (size_t a = 0; a < r->w->pack->nagencies; a++) {
        const struct agency *agency = &r->w->pack->agencies[a];
        struct wanted w = {.agency = str_of(agency->id)};
        for (size_t i = 0; i < s->nrows; i++)
            if (is_wanted(&s->rows[i], &w)) {
                option(p, agency->id, chosen, agency->name);
                break;
            }
    }
}

static void filters(struct rq *r, struct page *p, const struct plan_status *s, const struct wanted *w)
{
    PAGE_EL(p, "form", "method", "get", "action", "/plan", "class", "find");
    select_start(p, "chapter", "Chapter", "All chapters");
    for (size_t i = 0; i < s->nrows; i++)
        if (i == 0 || strcmp(chapter_id(&s->rows[i]), chapter_id(&s->rows[i - 1])) != 0)
            option(p, chapter_id(&s->rows[i]), w->chapter, plan_chapter(&s->rows[i]));
    page_end(p);
    select_start(p, "agency", "Agency", "All agencies");
    agency_options(r, p, s, w->agency);
    page_end(p);
    select_start(p, "state", "State", "Every state");
    option(p, "live", w->state, "Live");
    option(p, "missing", w->state, "Something is not collected");
    option(p, "manual", w->state, "By hand only");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Show");
    page_end(p);
    page_end(p);
}

/* ---- the page --------------------------------------------------------------------------------------------
 */

static void chapter(struct rq *r, struct page *p, const struct duty_status *rows, size_t n,
                    const struct wanted *w, bool open)
{
    size_t all = 0, live = 0;
    for (size_t i = 0; i < n; i++) {
        all += is_wanted(&rows[i], w);
        live += is_wanted(&rows[i], w) && rows[i].live;
    }
    if (!all)
        return;
    char whole[24], now[24];
    snprintf(whole, sizeof whole, "%zu", all);
    snprintf(now, sizeof now, "%zu", live);
    PAGE_EL(p, "details", "class", "card chapter", "open", open ? "" : NULL);
    PAGE_EL(p, "summary");
    PAGE_EL(p, "h2");
    page_t(p, plan_chapter(rows));
    page_end(p);
    PAGE_EL(p, "progress", "class", "bar-ok", "max", whole, "value", now, "aria-label",
            page_words(p, "Duties with a live indicator"));
    page_end(p);
    PAGE_EL(p, "span", "class", "quiet");
    PAGE_SAY(p, "{n} of {all} live", "n", now, "all", whole);
    page_end(p);
    page_end(p);
    open_table(p);
    for (size_t i = 0; i < n; i++)
        if (is_wanted(&rows[i], w))
            row(r, p, &rows[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void chapters(struct rq *r, struct page *p, const struct plan_status *s, const struct wanted *w)
{
    size_t shown = 0;
    for (size_t i = 0; i < s->nrows; i++)
        shown += is_wanted(&s->rows[i], w);
    if (!shown)
        el_text(p, "p", "empty quiet", "No duty fits.");
    for (size_t i = 0; i < s->nrows;) {
        size_t n = 1;
        while (i + n < s->nrows && strcmp(plan_chapter(&s->rows[i + n]), plan_chapter(&s->rows[i])) == 0)
            n++;
        chapter(r, p, &s->rows[i], n, w, w->any || i == 0);
        i += n;
    }
}

void page_plan(struct rq *r)
{
    const struct view *v;
    enum err e = LOOK(r, "plan.status", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct plan_status *s = v->model;
    struct wanted w = {.chapter = http_query(r->in, "chapter"),
                       .agency = http_query(r->in, "agency"),
                       .state = http_query(r->in, "state")};
    w.any = w.chapter.n || w.agency.n || w.state.n;
    struct page made = layout_start(r, "Action plan", NULL, "/plan", false), *p = &made;
    el_text(p, "h1", NULL,
            r->w->pack->plan_title && *r->w->pack->plan_title ? r->w->pack->plan_title : "Action plan");
    overview(p, s);
    filters(r, p, s, &w);
    chapters(r, p, s, &w);
    layout_end(r, p);
}
