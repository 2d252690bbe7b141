/* SPDX-License-Identifier: Apache-2.0 */
/* record_page.c - one record: its values as may be seen, its versions, what may be done. */
#include "web/attachments.h"
#include "web/pages.h"
#include "web/parts.h"

/* "/record/KIND/ID" */
static enum err parts_of(struct rq *r, const char **ret_kind, struct id *ret_id)
{
    struct str rest = str_sub(r->in->path, sizeof "/record/" - 1, r->in->path.n), kind;
    if (!str_cut(&rest, '/', &kind) || id_parse(rest, ret_id) != OK)
        return FAIL(ERR_NOT_FOUND, "record");
    *ret_kind = arena_cstr(r->a, kind);
    if (!*ret_kind)
        return arena_err(r->a);
    return r->w->pack && pack_kind(r->w->pack, *ret_kind) ? OK : FAIL(ERR_NOT_FOUND, "kind");
}

static void crumbs(struct rq *r, struct page *p, const struct record_model *m)
{
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    if (!id_is_nil(m->case_)) {
        case_crumb(r, p, m->case_);
        page_c(p, " › ");
    }
    page_t(p, m->kind->title);
    page_end(p);
}

/* Written up later, or from paper. */
static void said_when(struct page *p, const struct record_model *m, size_t i)
{
    bool later = m->history[i].recorded_at_us - m->history[i].valid_from_us > 60 * INT64_C(1000000);
    const char *sheet = m->history[i].sheet;
    if (!later && !*sheet)
        return;
    PAGE_EL(p, "p", "class", "quiet");
    if (later) {
        page_t(p, "Said or seen:");
        page_c(p, " ");
        page_time(p, m->history[i].valid_from_us);
        page_c(p, " ");
    }
    if (*sheet)
        PAGE_SAY(p, "Keyed in from sheet {number}", "number", sheet);
    page_end(p);
}

static void history(struct page *p, const struct record_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Versions");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < m->nhistory; i++) {
        const struct kind_action *ka = kind_action(m->kind, m->history[i].action);
        PAGE_EL(p, "li");
        page_time(p, m->history[i].recorded_at_us);
        PAGE_EL(p, "strong");
        page_i64(p, m->history[i].no);
        page_c(p, " ");
        page_t(p, ka ? ka->label : m->history[i].action);
        page_end(p);
        said_when(p, m, i);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, const struct view *v)
{
    const struct record_model *m = v->model;
    struct page made = layout_start(r, m->kind->title, NULL, "/", false), *p = &made;
    crumbs(r, p, m);
    PAGE_EL(p, "div", "class", "title");
    el_text(p, "h1", NULL, m->kind->title);
    tag_t(p, "blue", state_label(m->kind, m->state));
    page_end(p);
    if (m->kind->help && *m->kind->help)
        el_text(p, "p", "lead", m->kind->help);
    handling(p, m->label);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    PAGE_EL(p, "section", "class", "card");
    record_values(r, p, m, 0);
    page_end(p);
    attachments_part(r, p, v, m->case_, m->id);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What to do next");
    PAGE_EL(p, "div", "class", "stack");
    actions_of_record(r, p, v, m);
    page_end(p);
    page_end(p);
    history(p, m);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Who holds it");
    agency_name(r, p, m->agency);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_record(struct rq *r)
{
    const char *kind = "";
    struct id id;
    const struct view *v;
    enum err e = parts_of(r, &kind, &id);
    char *name = e == OK ? arena_printf(r->a, "%s.show", kind) : NULL;
    if (e == OK)
        e = name ? LOOK(r, name, id, &v) : arena_err(r->a);
    if (e == OK)
        draw(r, v);
    else
        answer_error(r, e);
}
