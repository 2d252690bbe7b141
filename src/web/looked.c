/* SPDX-License-Identifier: Apache-2.0 */
/* looked.c - who looked at a case: the audit trail, for those who hold it. */
#include "web/pages.h"
#include "web/parts.h"

static void row(struct rq *r, struct page *p, const struct looker *l)
{
    char account[33];
    id_text(l->account, account);
    PAGE_EL(p, "tr");
    PAGE_EL(p, "td");
    page_time(p, l->at_us);
    page_end(p);
    PAGE_EL(p, "td");
    agency_name(r, p, l->agency);
    page_end(p);
    el_word(p, "td", NULL, role_word(l->role));
    PAGE_EL(p, "td");
    PAGE_EL(p, "code");
    page_isolate_c(p, l->action);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "td");
    tag_t(p, l->verdict == VERDICT_ALLOW ? "green" : "amber", word_msgid(p->arena, verdict_word(l->verdict)));
    page_end(p);
    PAGE_EL(p, "td");
    PAGE_EL(p, "code");
    page_isolate(p, id_is_nil(l->account) ? STR("—") : (struct str){account, 8});
    page_end(p);
    page_end(p);
    page_end(p);
}

void page_looked(struct rq *r)
{
    static const char *const heads[] = {"When", "Agency", "Role", "What", "Answer", "Account"};
    struct id id;
    const struct view *v;
    enum err e = page_id(r, "/case/", &id);
    if (e == OK)
        e = LOOK(r, "case.who_looked", id, &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct lookers *m = v->model;
    struct page made = layout_start(r, "Who looked at this case", NULL, "/", false), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    link_t(p, path_of(r, "/case/%s", id), NULL, "Case");
    page_end(p);
    el_text(p, "h1", NULL, "Who looked at this case");
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
