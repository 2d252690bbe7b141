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

static void verdict_tag(struct page *p, enum witness_verdict v)
{
    static const char *const words[] = {"Agrees", "Differs: the log was rewritten",
                                        "It saw a longer log: this one was cut"};
    tag_t(p, v == WITNESS_AGREES ? "green" : "red", words[v]);
}

static void witnesses(struct rq *r, struct page *p, const struct view *v, const struct trail *t)
{
    static const char *const heads[] = {"When", "Witness", "Signed", "Entries of the audit", "Answer"};
    const struct action *enter = door_action(r->w->door, "trail.witness");
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Notes of witnesses");
    el_text(
        p, "p", NULL,
        "What another agency signed and sent back is compared with the log when it is entered, and kept: it "
        "proves what the log was on that day.");
    if (!t->witnesses.n)
        el_text(p, "p", "deadline",
                "No witness has signed a checkpoint yet. Whoever runs this machine could roll it back.");
    table_head(p, heads, 5);
    for (size_t i = 0; i < t->witnesses.n; i++) {
        const struct witness_note *w = &t->witnesses.items[i];
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        page_time(p, w->at_us);
        page_end(p);
        PAGE_EL(p, "td");
        page_bdi(p, str_of(w->witness));
        page_c(p, " ");
        tag_t(p, w->checked ? "green" : "grey", w->checked ? "Signature checked" : "Signature not checked");
        page_end(p);
        PAGE_EL(p, "td");
        page_time(p, w->signed_us);
        page_end(p);
        PAGE_EL(p, "td");
        page_i64(p, w->size);
        page_end(p);
        PAGE_EL(p, "td");
        verdict_tag(p, w->verdict);
        page_end(p);
        page_end(p);
    }
    table_done(p);
    if (enter && may_act(r, v, enter))
        link_t(p, "/do/trail.witness", "button-secondary", "Keep what a witness sent back");
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
    witnesses(r, p, v, v->model);
    backups(p, v->model);
    layout_end(r, p);
}
