/* SPDX-License-Identifier: Apache-2.0 */
/* looked.c - who looked at a case: the audit trail, for those who hold it. */
#include "web/pages.h"
#include "web/parts.h"

/* What was done, in the words of its declaration; a change is told apart from a look. */
static void what_cell(struct rq *r, struct page *p, const struct looker *l)
{
    const struct view_decl *d = door_view_decl(r->w->door, l->action);
    const struct action *a = door_action(r->w->door, l->action);
    PAGE_EL(p, "td");
    const char *colour = "grey";
    if (!d)
        colour = "blue";
    tag_t(p, colour, d ? "Looked" : "Changed");
    page_c(p, " ");
    if (d || a)
        page_t(p, d ? d->summary : a->summary);
    else
        page_isolate_c(p, l->action);
    page_end(p);
}

static const char *answer_words(enum verdict v)
{
    switch (v) {
    case VERDICT_ALLOW:
        return "Done";
    case VERDICT_MASK:
        return "In part";
    case VERDICT_HINT:
        return "Told to ask the holder";
    case VERDICT_DENY:
    case VERDICT_CONCEAL:
    case VERDICT_COUNT:
        break;
    }
    return "Refused";
}

static void row(struct rq *r, struct page *p, const struct looker *l)
{
    char account[33];
    bool done = l->verdict == VERDICT_ALLOW, other = strcmp(l->agency, r->ctx.agency) != 0;
    id_text(l->account, account);
    PAGE_EL(p, "tr", "class", !done ? "refused" : other ? "other-agency" : NULL);
    PAGE_EL(p, "td");
    page_time(p, l->at_us);
    page_end(p);
    PAGE_EL(p, "td");
    PAGE_EL(p, "strong");
    page_word(p, role_word(l->role));
    page_end(p);
    PAGE_EL(p, "div", "class", "quiet");
    agency_name(r, p, l->agency);
    page_c(p, " · ");
    page_isolate(p, id_is_nil(l->account) ? STR("—") : (struct str){account, 8});
    page_end(p);
    page_end(p);
    what_cell(r, p, l);
    PAGE_EL(p, "td");
    tag_t(p, done ? "green" : "red", answer_words(l->verdict));
    page_end(p);
    page_end(p);
}

/* One line before the list: is there anything that does not belong? */
static void summary(struct rq *r, struct page *p, const struct lookers *m)
{
    size_t others = 0, refused = 0;
    char n[24];
    for (size_t i = 0; i < m->n; i++) {
        others += strcmp(m->items[i].agency, r->ctx.agency) != 0;
        refused += m->items[i].verdict != VERDICT_ALLOW;
    }
    el_text(p, "p", "lead",
            "Every look and every change, newest first. If somebody looked who has no reason to, tell "
            "oversight.");
    PAGE_EL(p, "div", "class", "title");
    snprintf(n, sizeof n, "%zu", others);
    PAGE_EL(p, "span", "class", others ? "tag tag-amber" : "tag tag-grey");
    PAGE_SAY(p, "{n} by other agencies", "n", n);
    page_end(p);
    snprintf(n, sizeof n, "%zu", refused);
    PAGE_EL(p, "span", "class", refused ? "tag tag-red" : "tag tag-grey");
    PAGE_SAY(p, "{n} refused", "n", n);
    page_end(p);
    page_end(p);
}

void draw_looked(struct rq *r, const struct lookers *m, const char *what, const char *back,
                 const char *back_words)
{
    static const char *const heads[] = {"When", "Who", "What", "Answer"};
    struct page made = layout_start(r, what, NULL, "/", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    link_t(p, back, NULL, back_words);
    page_end(p);
    el_text(p, "h1", NULL, what);
    summary(r, p, m);
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < m->n; i++)
        row(r, p, &m->items[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_looked(struct rq *r)
{
    struct id id;
    const struct view *v;
    enum err e = page_id(r, "/case/", &id);
    if (e == OK)
        e = LOOK(r, "case.who_looked", id, &v);
    if (e == OK)
        draw_looked(r, v->model, "Who looked at this case", path_of(r, "/case/%s", id), "Case");
    else
        answer_error(r, e);
}
