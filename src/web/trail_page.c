/* SPDX-License-Identifier: Apache-2.0 */
/* trail_page.c - what proves that nothing was taken out: checkpoints for witnesses, and backups. Nothing of a
 * person. */
#include "core/health.h"

#include "web/pages.h"
#include "web/parts.h"

static void checkpoints(struct page *p, const struct trail *t)
{
    static const char *const heads[] = {"When", "Entries of the audit"};
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Checkpoints");
    el_text(
        p, "p", NULL,
        "Another agency keeps the newest one, and signs it with a key of its own: akari audit witness. Who "
        "rolls this store back is then found out, whoever it is.");
    if (t->note.n) {
        PAGE_EL(p, "pre", "class", "note", "tabindex", "0", "dir", "ltr");
        page_text(p, t->note);
        page_end(p);
    }
    table_head(p, heads, 2);
    for (size_t i = 0; i < t->ncheckpoints; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        page_time(p, t->checkpoints[i].at_us);
        page_end(p);
        PAGE_EL(p, "td");
        page_i64(p, t->checkpoints[i].size);
        page_end(p);
        page_end(p);
    }
    table_done(p);
    page_end(p);
}

static void backups(struct page *p, const struct trail *t)
{
    static const char *const heads[] = {"When", "What"};
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Backups");
    if (!t->nbackups)
        el_text(p, "p", "deadline", "No backup was made of this store.");
    table_head(p, heads, 2);
    for (size_t i = 0; i < t->nbackups; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        page_time(p, t->backups[i].at_us);
        page_end(p);
        PAGE_EL(p, "td");
        tag_t(p, t->backups[i].restored ? "amber" : "green", t->backups[i].restored ? "Restored" : "Made");
        page_end(p);
        page_end(p);
    }
    table_done(p);
    el_text(p, "p", "quiet",
            "As the audit has them. Look whether the files are where they should be, and try one.");
    page_end(p);
}

void page_trail(struct rq *r)
{
    const struct view *v;
    enum err e = LOOK(r, "system.trail", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    struct page made = layout_start(r, "Checkpoints and backups", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Checkpoints and backups");
    el_text(p, "h1", NULL, "Checkpoints and backups");
    checkpoints(p, v->model);
    backups(p, v->model);
    layout_end(r, p);
}
