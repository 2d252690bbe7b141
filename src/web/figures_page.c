/* SPDX-License-Identifier: Apache-2.0 */
/* figures_page.c - records counted by an attribute and by when, as drawings of the server and, always, as
 * tables: nothing is known from a drawing alone. What the page shows is what the file holds. */
#include "figures/figures.h"

#include "web/charts.h"
#include "web/pages.h"
#include "web/parts.h"

#include <stdlib.h>

/* What is asked: "consultation.prefecture" and a year; a bare word is a fact ("gender"), as on the command
 * line. */
struct asked {
    const struct kind *kind;
    const struct field *field;
    const char *what; /* "KIND.FIELD" */
    const char *year; /* "": all */
};

/* ---- what may be asked -----------------------------------------------------------------------------------
 */

static bool set(struct rq *r, struct asked *a, const struct kind *k, const struct field *f)
{
    a->kind = k;
    a->field = f;
    a->what = arena_printf(r->a, "%s.%s", k->id, f->name);
    return a->what != NULL;
}

static bool is_asked(const struct kind *k, const struct field *f, struct str what)
{
    size_t n = strlen(k->id);
    if (f->fact && str_is(what, f->fact))
        return true;
    return what.n > n + 1 && str_starts(what, k->id) && what.p[n] == '.' &&
           str_is(str_sub(what, n + 1, what.n), f->name);
}

/* The one that is asked for, or the first there is: a map where the pack has one. */
static bool find(struct rq *r, struct str what, struct asked *ret)
{
    const struct pack *p = r->w->pack;
    for (size_t k = 0; p && k < p->nkinds; k++)
        for (size_t f = 0; f < p->kinds[k].nfields; f++) {
            const struct field *field = &p->kinds[k].fields[f];
            bool map = field->codes && field->codes->n && code_crosswalk(&field->codes->codes[0], "tile");
            if (figures_countable(field) && (what.n ? is_asked(&p->kinds[k], field, what) : map))
                return set(r, ret, &p->kinds[k], field);
        }
    return false;
}

static void options(struct rq *r, struct page *p, const struct kind *k, const struct asked *a)
{
    bool any = false;
    for (size_t f = 0; f < k->nfields; f++) {
        const struct field *field = &k->fields[f];
        if (!figures_countable(field))
            continue;
        if (!any)
            PAGE_EL(p, "optgroup", "label", page_words(p, k->title));
        any = true;
        const char *value = arena_printf(r->a, "%s.%s", k->id, field->name);
        PAGE_EL(p, "option", "value", value ? value : "", "selected", field == a->field ? "" : NULL);
        page_t(p, field->label);
        page_end(p);
    }
    if (any)
        page_end(p);
}

static void choose(struct rq *r, struct page *p, const struct asked *a, const struct figure_table *t)
{
    PAGE_EL(p, "form", "method", "get", "action", "/figures", "class", "find");
    PAGE_EL(p, "label", "for", "by");
    page_t(p, "Count by");
    page_end(p);
    PAGE_EL(p, "select", "id", "by", "name", "by");
    for (size_t k = 0; k < r->w->pack->nkinds; k++)
        options(r, p, &r->w->pack->kinds[k], a);
    page_end(p);
    PAGE_EL(p, "label", "for", "year");
    page_t(p, "Year");
    page_end(p);
    PAGE_EL(p, "select", "id", "year", "name", "year");
    PAGE_EL(p, "option", "value", "", "selected", *a->year ? NULL : "");
    page_t(p, "All years");
    page_end(p);
    for (size_t i = t->years.n; i-- > 0;) {
        const char *year = t->years.items[i].value;
        PAGE_EL(p, "option", "value", year, "selected", strcmp(year, a->year) == 0 ? "" : NULL);
        page_c(p, year);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Count");
    page_end(p);
    page_end(p);
}

/* ---- numbers at the top ----------------------------------------------------------------------------------
 */

static void number_or_less(struct page *p, int64_t n, bool hidden)
{
    if (hidden)
        el_text(p, "span", "quiet", "below threshold");
    else
        page_i64(p, n);
}

static void big(struct page *p, const char *label, int64_t n, bool hidden)
{
    PAGE_EL(p, "div", "class", "card figure");
    el_text(p, "p", "quiet", label);
    PAGE_EL(p, "p", "class", "figure-number");
    number_or_less(p, n, hidden);
    page_end(p);
}

static void numbers(struct page *p, const struct figure_table *t)
{
    const struct figure *top = NULL, *last = NULL;
    for (size_t i = 0; i < t->by_value.n && !top; i++)
        if (!t->by_value.items[i].hidden && t->by_value.items[i].state == VALUE_GIVEN)
            top = &t->by_value.items[i];
    for (size_t i = 0; i < t->by_period.n; i++)
        if (!t->by_period.items[i].hidden && t->by_period.items[i].n)
            last = &t->by_period.items[i];
    PAGE_EL(p, "div", "class", "figures-top");
    big(p, t->kind->title, t->by_value.total, t->by_value.total_hidden);
    page_end(p);
    if (last) {
        big(p, "Latest period shown", last->n, false);
        PAGE_EL(p, "p", "class", "quiet");
        page_isolate_c(p, last->label);
        page_end(p);
        page_end(p);
    }
    if (top) {
        big(p, "Most frequent", top->n, false);
        PAGE_EL(p, "p", "class", "quiet");
        page_c(p, top->label);
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

/* ---- drawings and tables ---------------------------------------------------------------------------------
 */

static const char *label_of(struct page *p, const struct figure *f)
{
    return f->state == VALUE_GIVEN ? f->label : page_words(p, f->label);
}

/* "2026-03" as "3" within its year. */
static const char *month_of(const struct figure *f)
{
    const char *dash = strchr(f->label, '-');
    return !dash ? f->label : dash[1] == '0' ? dash + 2 : dash + 1;
}

/* A time has its place though its number is hidden; of other values only what is shown is drawn. */
static struct mark *marks_of(struct page *p, const struct figure_count *c, bool periods, size_t *ret_n)
{
    struct mark *m = ARENA_ARRAY(p->arena, c->n + 1, struct mark);
    *ret_n = 0;
    for (size_t i = 0; m && i < c->n; i++) {
        const struct figure *f = &c->items[i];
        if (f->hidden && !periods)
            continue;
        m[(*ret_n)++] = (struct mark){.label = periods ? month_of(f) : label_of(p, f),
                                      .value = f->hidden ? 0 : (double)f->n,
                                      .hidden = f->hidden,
                                      .state = f->state != VALUE_GIVEN};
    }
    return m;
}

static void heads(struct page *p, const char *first)
{
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "col");
    page_t(p, first);
    page_end(p);
    PAGE_EL(p, "th", "scope", "col", "class", "number");
    page_t(p, "How many");
    page_end(p);
    page_end(p);
    page_end(p);
}

static void row(struct page *p, const char *class, const char *label, bool isolate, int64_t n, bool hidden)
{
    PAGE_EL(p, "tr", "class", class);
    PAGE_EL(p, "th", "scope", "row");
    if (isolate)
        page_isolate_c(p, label);
    else
        page_c(p, label);
    page_end(p);
    PAGE_EL(p, "td", "class", "number");
    number_or_less(p, n, hidden);
    page_end(p);
    page_end(p);
}

static void table(struct page *p, const struct figure_count *c, const char *first, bool periods)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label",
            page_words(p, first));
    PAGE_EL(p, "table");
    heads(p, first);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < c->n; i++)
        row(p, NULL, label_of(p, &c->items[i]), periods, c->items[i].n, c->items[i].hidden);
    row(p, "sum", page_words(p, "All records"), false, c->total, c->total_hidden);
    page_end(p);
    page_end(p);
    page_end(p);
}

static const struct figure *figure_of(const struct figure_count *c, const char *code)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->items[i].state == VALUE_GIVEN && strcmp(c->items[i].value, code) == 0)
            return &c->items[i];
    return NULL;
}

/* The squares of the list's codes that have a place on the map ("column,row"); 0: there is no map. */
static size_t tiles_of(struct rq *r, const struct figure_table *t, struct tile **ret)
{
    const struct code_list *list = t->field->codes;
    struct tile *tiles = list ? ARENA_ARRAY(r->a, list->n + 1, struct tile) : NULL;
    size_t n = 0;
    for (size_t i = 0; tiles && i < list->n; i++) {
        const struct crosswalk *at = code_crosswalk(&list->codes[i], "tile");
        const struct figure *f = figure_of(&t->by_value, list->codes[i].code);
        const char *comma = at ? strchr(at->code, ',') : NULL;
        if (!comma)
            continue;
        tiles[n++] = (struct tile){.mark = {.label = pack_text(r->w->pack, r->lang.tag, list->codes[i].label),
                                            .value = f && !f->hidden ? (double)f->n : 0,
                                            .hidden = f ? f->hidden : t->too_few},
                                   .column = (int)strtol(at->code, NULL, 10),
                                   .row = (int)strtol(comma + 1, NULL, 10)};
    }
    *ret = tiles;
    return n;
}

static void by_period(struct page *p, const struct figure_table *t)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, t->year ? "By month" : "By year");
    size_t n;
    struct mark *m = marks_of(p, &t->by_period, true, &n);
    if (n)
        chart_columns(p, page_words(p, t->year ? "By month" : "By year"), m, n);
    PAGE_EL(p, "details");
    el_text(p, "summary", NULL, "The numbers as a table");
    table(p, &t->by_period, t->year ? "Month" : "Year", true);
    page_end(p);
    page_end(p);
}

static void by_attribute(struct rq *r, struct page *p, const struct figure_table *t)
{
    struct tile *tiles;
    size_t ntiles = tiles_of(r, t, &tiles);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, t->field->label);
    if (ntiles) {
        chart_tiles(p, page_words(p, t->field->label), tiles, ntiles);
        el_text(p, "p", "quiet",
                "Each square is one area. The stronger the colour, the more; the number says it.");
    } else {
        size_t n;
        struct mark *m = marks_of(p, &t->by_value, false, &n);
        if (n)
            chart_bars(p, page_words(p, t->field->label), m, n);
        else
            el_text(p, "p", "empty quiet", "Every number is below the threshold that may be shown.");
    }
    page_end(p);
}

static bool may_download(const struct rq *r)
{
    struct policy_question q = {.role = r->ctx.role,
                                .verb = VERB_EXPORT,
                                .object = OBJECT_FIGURES,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = r->ctx.purpose,
                                .label = LABEL_GREEN,
                                .assurance = r->ctx.assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW;
}

static void foot(struct rq *r, struct page *p, const struct asked *a, const struct figure_table *t)
{
    char min[16];
    snprintf(min, sizeof min, "%d", r->w->pack->min_cell);
    PAGE_EL(p, "p", "class", "quiet");
    PAGE_SAY(p, "Numbers from 1 to less than {min} are not shown, nor what they could be computed from.",
             "min", min);
    if (t->left_out) {
        page_c(p, " ");
        page_t(p, "Years with fewer records than that are left out.");
    }
    if (t->field->type == FT_CODES) {
        page_c(p, " ");
        page_t(p, "A record with several values is counted with each of them.");
    }
    page_end(p);
    counted_as_of(p, t->as_of_us);
    if (!may_download(r))
        return;
    const char *href = arena_printf(r->a, "/figures.csv?by=%s&year=%s", a->what, a->year);
    PAGE_EL(p, "p");
    link_t(p, href ? href : "/figures.csv", "button", "Download as CSV");
    page_end(p);
}

static void draw(struct rq *r, const struct asked *a, const struct figure_table *t)
{
    struct page made = layout_start(r, "Figures", NULL, "/figures", false), *p = &made;
    el_text(p, "h1", NULL, "Figures");
    el_text(p, "p", "lead",
            "Counted now, from the records that are held here. An internal figure, not one to publish.");
    choose(r, p, a, t);
    if (!t->years.total) {
        el_text(p, "p", "empty quiet", "Nothing is recorded yet.");
    } else if (t->too_few) {
        el_text(p, "p", "empty quiet", "Too few records to show any number of them.");
    } else {
        numbers(p, t);
        PAGE_EL(p, "div", "class", "figures-grid");
        PAGE_EL(p, "div");
        by_period(p, t);
        PAGE_EL(p, "section", "class", "card");
        el_text(p, "h2", NULL, "The numbers as a table");
        table(p, &t->by_value, t->field->label, false);
        page_end(p);
        page_end(p);
        by_attribute(r, p, t);
        page_end(p);
    }
    foot(r, p, a, t);
    layout_end(r, p);
}

/* ---- the page and the file -------------------------------------------------------------------------------
 */

/* The year that is asked for; nothing at all asks for this one. */
static const char *asked_year(struct rq *r)
{
    for (size_t i = 0; i < r->in->nquery; i++)
        if (str_is(r->in->query[i].name, "year"))
            return arena_cstr(r->a, r->in->query[i].value);
    return arena_printf(r->a, "%04d", tz_local(r->w->tz, env_now_us()).date.year);
}

static enum err asked_for(struct rq *r, const char *view, struct asked *a, const struct figure_table **ret)
{
    const struct view *v;
    *a = (struct asked){.year = asked_year(r)};
    if (!a->year || !find(r, http_query(r->in, "by"), a))
        return a->year ? FAIL(ERR_NOT_FOUND, "there is no such count") : arena_err(r->a);
    if (*a->year)
        TRY(LOOK(r, view, id_nil(), &v, "of", a->kind->id, "by", a->field->name, "year", a->year));
    else
        TRY(LOOK(r, view, id_nil(), &v, "of", a->kind->id, "by", a->field->name));
    *ret = v->model;
    return OK;
}

void page_figures(struct rq *r)
{
    struct asked a;
    const struct figure_table *t;
    enum err e = asked_for(r, "figures.table", &a, &t);
    if (e == OK)
        draw(r, &a, t);
    else
        answer_error(r, e);
}

static void csv_row(struct rq *r, const char *list, const char *label, int64_t n, bool hidden)
{
    struct buf *out = &r->out->body;
    buf_c(out, list);
    buf_c(out, ",\"");
    for (const char *c = label; *c; c++) {
        if (*c == '"')
            buf_char(out, '"');
        buf_char(out, *c);
    }
    buf_c(out, "\",");
    if (hidden)
        buf_c(out, "below threshold");
    else
        buf_printf(out, "%lld", (long long)n);
    buf_c(out, "\r\n");
}

static void csv_list(struct rq *r, const char *name, const struct figure_count *c)
{
    for (size_t i = 0; i < c->n; i++)
        csv_row(r, name, c->items[i].label, c->items[i].n, c->items[i].hidden);
    csv_row(r, name, "all records", c->total, c->total_hidden);
}

void page_figures_csv(struct rq *r)
{
    struct asked a;
    const struct figure_table *t;
    enum err e = asked_for(r, "figures.download", &a, &t);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    answer_type(r, "text/csv; charset=utf-8");
    http_add(r->out, "Content-Disposition", "attachment; filename=\"akari-figures.csv\"");
    buf_c(&r->out->body, "list,value,number\r\n");
    csv_list(r, t->field->name, &t->by_value);
    csv_list(r, t->year ? "month" : "year", &t->by_period);
}
