/* SPDX-License-Identifier: Apache-2.0 */
/* figures_page.c - counts as a drawing of the server and, always, as a table: nothing is known from the
 * drawing alone. */
#include "figures/figures.h"
#include "web/pages.h"
#include "web/parts.h"

#define BAR_HEIGHT  26
#define BAR_GAP     8
#define LABEL_SIDE  330
#define NUMBER_SIDE 90
#define WIDTH       1180
#define BARS_MAX    40
#define LABEL_UNITS 42 /* halves of a wide character that fit beside a bar */

static const struct field *fact_field(const struct pack *p, struct str by, const struct kind **ret_kind)
{
    for (size_t k = 0; k < p->nkinds; k++)
        for (size_t f = 0; f < p->kinds[k].nfields; f++)
            if (p->kinds[k].fields[f].fact && str_is(by, p->kinds[k].fields[f].fact)) {
                *ret_kind = &p->kinds[k];
                return &p->kinds[k].fields[f];
            }
    return NULL;
}

static void choose(struct rq *r, struct page *p, struct str by)
{
    const struct pack *pack = r->w->pack;
    PAGE_EL(p, "form", "method", "get", "action", "/figures", "class", "find");
    PAGE_EL(p, "label", "for", "by");
    page_t(p, "Count by");
    page_end(p);
    PAGE_EL(p, "select", "id", "by", "name", "by");
    for (size_t k = 0; k < pack->nkinds; k++) {
        bool any = false;
        for (size_t f = 0; f < pack->kinds[k].nfields; f++) {
            const struct field *field = &pack->kinds[k].fields[f];
            if (!field->fact)
                continue;
            if (!any)
                PAGE_EL(p, "optgroup", "label", page_words(p, pack->kinds[k].title));
            any = true;
            PAGE_EL(p, "option", "value", field->fact, "selected", str_is(by, field->fact) ? "" : NULL);
            page_t(p, field->label);
            page_end(p);
        }
        if (any)
            page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Count");
    page_end(p);
    page_end(p);
}

static void figure_label(struct page *p, const struct figure *f)
{
    if (f->state == VALUE_GIVEN)
        page_c(p, f->label);
    else
        page_t(p, f->label);
}

static const char *number(struct page *p, int64_t v)
{
    const char *text = arena_printf(p->arena, "%lld", (long long)v);
    return text ? text : "0";
}

/* The label as it fits beside its bar; the whole word stands in the title and in the table. */
static const char *short_label(struct page *p, const struct figure *f)
{
    struct str s = str_of(f->state == VALUE_GIVEN ? f->label : page_words(p, f->label));
    size_t at = 0, units = 0, keep = 0;
    for (int32_t c; (c = str_utf8_next(s, &at)) >= 0;) {
        units += c >= 0x1100 ? 2 : 1;
        if (units <= LABEL_UNITS - 2)
            keep = at;
    }
    const char *cut = arena_printf(p->arena, "%.*s…", (int)keep, s.p);
    return units <= LABEL_UNITS || !cut ? s.p : cut;
}

static void bar(struct page *p, const struct figure *f, size_t at, int64_t most, bool rtl)
{
    int64_t room = WIDTH - LABEL_SIDE - NUMBER_SIDE, top = (int64_t)at * (BAR_HEIGHT + BAR_GAP);
    int64_t length = most ? f->n * room / most : 0;
    if (f->n && length < 2)
        length = 2;
    int64_t x = rtl ? WIDTH - LABEL_SIDE - length : LABEL_SIDE;
    PAGE_EL(p, "g");
    PAGE_EL(p, "title");
    figure_label(p, f);
    page_end(p);
    PAGE_EL(p, "text", "x", number(p, rtl ? WIDTH - LABEL_SIDE + 10 : LABEL_SIDE - 10), "y",
            number(p, top + 18), "text-anchor", "end", "class", "chart-label");
    page_c(p, short_label(p, f));
    page_end(p);
    PAGE_EL(p, "rect", "x", number(p, x), "y", number(p, top), "width", number(p, length), "height",
            number(p, BAR_HEIGHT), "rx", "3", "class",
            f->state == VALUE_GIVEN ? "chart-bar" : "chart-bar chart-state");
    page_end(p);
    PAGE_EL(p, "text", "x", number(p, rtl ? x - 8 : x + length + 8), "y", number(p, top + 18), "class",
            "chart-number");
    page_c(p, number(p, f->n));
    page_end(p);
    page_end(p);
}

/* What is hidden has no bar; the table says so of each. */
static void chart(struct page *p, const struct figure_count *c, const char *title)
{
    int64_t most = 0;
    size_t n = 0, at = 0;
    for (size_t i = 0; i < c->n; i++) {
        n += !c->items[i].hidden;
        if (!c->items[i].hidden && c->items[i].n > most)
            most = c->items[i].n;
    }
    n = n > BARS_MAX ? BARS_MAX : n;
    if (!n) {
        el_text(p, "p", "empty quiet", "Every number is below the threshold that may be shown.");
        return;
    }
    char *box = arena_printf(p->arena, "0 0 %d %lld", WIDTH, (long long)(n * (BAR_HEIGHT + BAR_GAP)));
    PAGE_EL(p, "svg", "viewBox", box ? box : "", "class", "chart", "role", "img", "aria-label",
            page_words(p, title));
    for (size_t i = 0; i < c->n && at < n; i++)
        if (!c->items[i].hidden)
            bar(p, &c->items[i], at++, most, p->lang->rtl);
    page_end(p);
}

static void table(struct page *p, const struct figure_count *c)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "col");
    page_t(p, "Value");
    page_end(p);
    PAGE_EL(p, "th", "scope", "col", "class", "number");
    page_t(p, "How many");
    page_end(p);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < c->n; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        figure_label(p, &c->items[i]);
        page_end(p);
        PAGE_EL(p, "td", "class", "number");
        if (c->items[i].hidden)
            el_text(p, "span", "quiet", "below threshold");
        else
            page_i64(p, c->items[i].n);
        page_end(p);
        page_end(p);
    }
    PAGE_EL(p, "tr", "class", "sum");
    PAGE_EL(p, "td");
    page_t(p, "All");
    page_end(p);
    PAGE_EL(p, "td", "class", "number");
    if (c->total_hidden)
        el_text(p, "span", "quiet", "below threshold");
    else
        page_i64(p, c->total);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, const struct figure_count *c, const struct field *field,
                 const struct kind *kind)
{
    struct page made = layout_start(r, "Figures", NULL, "/figures", false), *p = &made;
    el_text(p, "h1", NULL, "Figures");
    el_text(p, "p", "lead",
            "Counted now, from the records that are held here. An internal figure, not one to publish.");
    choose(r, p, str_of(field->fact));
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, field->label);
    PAGE_EL(p, "p", "class", "quiet");
    page_t(p, "Counted:");
    page_c(p, " ");
    page_t(p, kind->title);
    page_end(p);
    if (c->n)
        chart(p, c, field->label);
    else
        el_text(p, "p", "empty quiet", "Nothing is recorded yet.");
    table(p, c);
    page_end(p);
    layout_end(r, p);
}

static const char *first_fact(const struct pack *p)
{
    for (size_t k = 0; p && k < p->nkinds; k++)
        for (size_t f = 0; f < p->kinds[k].nfields; f++)
            if (p->kinds[k].fields[f].fact)
                return p->kinds[k].fields[f].fact;
    return "";
}

void page_figures(struct rq *r)
{
    const struct kind *kind = NULL;
    const struct view *v;
    struct str by = http_query(r->in, "by");
    if (!by.n)
        by = str_of(first_fact(r->w->pack));
    const struct field *field = r->w->pack ? fact_field(r->w->pack, by, &kind) : NULL;
    enum err e = field ? OK : FAIL(ERR_NOT_FOUND, "fact");
    if (e == OK)
        e = LOOK(r, "figures.count", id_nil(), &v, "by", field->fact);
    if (e == OK)
        draw(r, v->model, field, kind);
    else
        answer_error(r, e);
}
