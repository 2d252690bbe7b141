/* SPDX-License-Identifier: Apache-2.0 */
/* plan_page.c - every duty of the plan with what is known of it now. "Not collected" is said, never drawn as
 * 0. */
#include "plan/plan.h"
#include "web/pages.h"
#include "web/parts.h"

static const char *decimal(struct page *p, double v)
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
    const char *percent = arena_printf(p->arena, "%s %%", decimal(p, v->value));
    page_isolate_c(p, percent ? percent : "");
    page_c(p, " ");
    PAGE_EL(p, "span", "class", "quiet");
    PAGE_SAY(p, "({n} of {all})", "n", part ? part : "", "all", whole ? whole : "");
    page_end(p);
}

static void indicator(struct page *p, const struct indicator_value *v)
{
    PAGE_EL(p, "li");
    PAGE_EL(p, "span", "class", "indicator");
    page_t(p, v->indicator->title);
    page_end(p);
    page_c(p, " ");
    switch (v->state) {
    case INDICATOR_NUMBER:
        if (v->indicator->op == IND_SHARE) {
            share(p, v);
        } else {
            PAGE_EL(p, "strong");
            page_isolate_c(p, decimal(p, v->value));
            page_end(p);
        }
        break;
    case INDICATOR_NOT_COLLECTED:
        tag_t(p, "amber", "not collected");
        if (v->missing_kind && *v->missing_kind) {
            page_c(p, " ");
            PAGE_EL(p, "span", "class", "quiet");
            PAGE_SAY(p, "records of the kind “{kind}” do not exist yet", "kind", v->missing_kind);
            page_end(p);
        }
        break;
    case INDICATOR_MANUAL:
        tag_t(p, "grey", "by hand");
        break;
    case INDICATOR_BELOW_THRESHOLD:
        tag_t(p, "grey", "below threshold");
        break;
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

static void row(struct rq *r, struct page *p, const struct duty_status *s)
{
    const char *id = s->duty ? s->duty->id : s->item->id, *title = s->duty ? s->duty->title : s->item->title;
    PAGE_EL(p, "tr", "class", s->live ? "live" : NULL);
    PAGE_EL(p, "th", "scope", "row");
    page_isolate_c(p, id);
    page_end(p);
    PAGE_EL(p, "td");
    page_t(p, title);
    PAGE_EL(p, "div", "class", "chips");
    agencies(r, p, s->duty ? s->duty->agencies : s->item->agencies,
             s->duty ? s->duty->nagencies : s->item->nagencies, false);
    agencies(r, p, s->duty ? s->duty->agencies_inferred : s->item->agencies_inferred,
             s->duty ? s->duty->ninferred : s->item->ninferred, true);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "td");
    PAGE_EL(p, "ul", "class", "indicators");
    for (size_t i = 0; i < s->n; i++)
        indicator(p, &s->values[i]);
    page_end(p);
    page_end(p);
    page_end(p);
}

static const char *chapter_of(const struct duty_status *s)
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

static void chapters(struct rq *r, struct page *p, const struct plan_status *s)
{
    for (size_t i = 0; i < s->nrows;) {
        const char *chapter = chapter_of(&s->rows[i]);
        size_t end = i, live = 0;
        for (; end < s->nrows && strcmp(chapter_of(&s->rows[end]), chapter) == 0; end++)
            live += s->rows[end].live;
        char whole[24], now[24];
        snprintf(whole, sizeof whole, "%zu", end - i);
        snprintf(now, sizeof now, "%zu", live);
        PAGE_EL(p, "details", "class", "card chapter", "open", i == 0 ? "" : NULL);
        PAGE_EL(p, "summary");
        PAGE_EL(p, "h2");
        page_t(p, chapter);
        page_end(p);
        PAGE_EL(p, "progress", "class", "bar-ok", "max", whole, "value", now, "aria-label",
                page_words(p, "Duties with a live indicator"));
        page_end(p);
        PAGE_EL(p, "span", "class", "quiet");
        PAGE_SAY(p, "{n} of {all} live", "n", now, "all", whole);
        page_end(p);
        page_end(p);
        open_table(p);
        for (; i < end; i++)
            row(r, p, &s->rows[i]);
        page_end(p);
        page_end(p);
        page_end(p);
        page_end(p);
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
    struct page made = layout_start(r, "Action plan", NULL, "/plan", false), *p = &made;
    el_text(p, "h1", NULL,
            r->w->pack->plan_title && *r->w->pack->plan_title ? r->w->pack->plan_title : "Action plan");
    overview(p, s);
    chapters(r, p, s);
    layout_end(r, p);
}
