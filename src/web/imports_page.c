/* SPDX-License-Identifier: Apache-2.0 */
/* imports_page.c - the imports of the agency, and the rows that could not be taken in: each may be a person.
 */
#include "figures/figures.h"
#include "web/form.h"
#include "web/pages.h"
#include "web/parts.h"

static const char *map_title(struct rq *r, const char *map)
{
    const struct import_map *m = r->w->pack ? pack_import(r->w->pack, map) : NULL;
    return m ? m->title : map;
}

/* ---- the list
 * ----------------------------------------------------------------------------------------------------------------
 */

static void number_cell(struct page *p, int64_t n)
{
    PAGE_EL(p, "td", "class", "number");
    page_i64(p, n);
    page_end(p);
}

static void import_row(struct rq *r, struct page *p, const struct import_model *m)
{
    PAGE_EL(p, "tr");
    PAGE_EL(p, "td");
    PAGE_EL(p, "a", "href", path_of(r, "/import/%s", m->id), "class", "strong");
    page_t(p, map_title(r, m->map));
    page_end(p);
    page_c(p, " ");
    if (m->synthetic)
        tag_t(p, "violet", "Synthetic");
    page_end(p);
    PAGE_EL(p, "td");
    page_time(p, m->started_us);
    page_end(p);
    el_word(p, "td", NULL, m->state);
    number_cell(p, m->rows);
    number_cell(p, m->done_rows);
    number_cell(p, m->failed_rows);
    page_end(p);
}

static void draw_list(struct rq *r, const struct import_models *list)
{
    static const char *const heads[] = {"Layout", "Begun", "State", "Rows", "Taken in", "Not taken in"};
    struct page made = layout_start(r, "Imports", NULL, "/imports", false), *p = &made;
    el_text(p, "h1", NULL, "Imports");
    el_text(p, "p", "lead",
            "Files of partners. A row that could not be taken in may be a person whom nobody has seen yet.");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        PAGE_EL(p, "th", "scope", "col", "class", i > 2 ? "number" : NULL);
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < list->n; i++)
        import_row(r, p, &list->items[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    if (!list->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    page_end(p);
    layout_end(r, p);
}

void page_imports(struct rq *r)
{
    const struct view *v;
    enum err e = LOOK(r, "import.list", id_nil(), &v);
    if (e == OK)
        draw_list(r, v->model);
    else
        answer_error(r, e);
}

/* ---- rows that could not be taken in
 * -------------------------------------------------------------------------------------- */

static void cell_row(struct page *p, const struct import_cell *c)
{
    PAGE_EL(p, "div");
    PAGE_EL(p, "dt");
    page_t(p, *c->label ? c->label : "Cell");
    if (*c->column) {
        page_c(p, " ");
        PAGE_EL(p, "code");
        page_isolate_c(p, c->column);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "dd", "class", "long");
    shown_value(p, c->value);
    page_end(p);
    page_end(p);
}

/* "column NAME: what": the column as it stands in the file, and what is wrong in the language of the page. */
static void where_and_what(struct page *p, const struct import_failed_row *row)
{
    static const char unknown[] = "a value that list ";
    struct str rest = str_of(row->what), column = {0};
    if (str_starts(rest, "column ") && !str_cut(&rest, ':', &column))
        column = rest, rest = STR("");
    if (column.n)
        page_isolate(p, str_sub(column, 7, column.n));
    const char *what = arena_cstr(p->arena, str_trim(rest));
    if (what && strncmp(what, unknown, sizeof unknown - 1) == 0)
        what = "a value that its list does not know";
    const char *words = what && *what ? fault_words(NULL, p, what) : NULL;
    if (words) {
        page_c(p, column.n ? ": " : "");
        page_c(p, words);
    }
}

static void failed_row(struct page *p, const struct import_failed_row *row)
{
    size_t blank = 0;
    char n[24];
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "h2");
    page_t(p, "Row");
    page_c(p, " ");
    page_i64(p, row->row);
    page_end(p);
    PAGE_EL(p, "p", "class", "field-error");
    page_t(p, err_row(row->fault)->message);
    page_c(p, ": ");
    where_and_what(p, row);
    page_end(p);
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < row->ncells; i++) {
        bool empty = row->cells[i].value.verdict == VERDICT_ALLOW && !row->cells[i].value.text.n;
        blank += empty;
        if (!empty)
            cell_row(p, &row->cells[i]);
    }
    page_end(p);
    if (!row->ncells)
        el_text(p, "p", "quiet", "The row could not be parted into cells: look for it in the file.");
    if (blank) {
        snprintf(n, sizeof n, "%zu", blank);
        PAGE_EL(p, "p", "class", "quiet");
        PAGE_SAY(p, "{n} cells are empty", "n", n);
        page_end(p);
    }
    page_end(p);
}

static void draw_failed(struct rq *r, const struct import_failed *m)
{
    struct page made = layout_start(r, "Rows that could not be taken in", NULL, "/imports", m->synthetic),
                *p = &made;
    char id[33];
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/imports", NULL, "Imports");
    page_c(p, " › ");
    page_t(p, map_title(r, m->map));
    page_end(p);
    el_text(p, "h1", NULL, "Rows that could not be taken in");
    el_text(p, "p", "lead",
            "Mend the file and take it in again, or open a case by hand. Each look at these rows is written "
            "down.");
    for (size_t i = 0; i < m->n; i++)
        failed_row(p, &m->items[i]);
    if (!m->n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    if (m->next) {
        id_text(m->id, id);
        char *path = arena_printf(r->a, "/import/%s?after=%lld", id, (long long)m->next);
        PAGE_EL(p, "p", "class", "pager");
        link_t(p, path ? path : "/imports", "button-secondary", "More");
        page_end(p);
    }
    layout_end(r, p);
}

void page_import(struct rq *r)
{
    const char *after = arena_cstr(r->a, http_query(r->in, "after"));
    const char *pairs[3] = {NULL};
    const struct view *v;
    struct id id;
    enum err e = after ? page_id(r, "/import/", &id) : arena_err(r->a);
    if (e == OK && *after)
        memcpy(pairs, (const char *[]){"after", after, NULL}, sizeof pairs);
    if (e == OK)
        e = look(r, "import.failed", id, pairs, &v);
    if (e == OK)
        draw_failed(r, v->model);
    else
        answer_error(r, e);
}
