/* SPDX-License-Identifier: Apache-2.0 */
/* health_page.c - how the machine is, whose keys are open, and what the pack says of agencies and offices. No
 * personal data. */
#include "core/health.h"

#include "web/pages.h"
#include "web/parts.h"

#define HOUR_US INT64_C(3600000000)

/* ---- health -----------------------------------------------------------------------------------------------
 */

/* A light and a sentence for each thing that can go wrong. */
static void light(struct page *p, bool good, const char *label, const char *fine, const char *bad)
{
    fact_begin(p, label);
    PAGE_EL(p, "span", "class", good ? "tag tag-green" : "tag tag-red");
    page_t(p, good ? fine : bad);
    page_end(p);
}

static void at(struct page *p, int64_t us)
{
    if (us) {
        page_c(p, " ");
        page_time(p, us);
    }
    fact_done(p);
}

static void disk(struct page *p, const struct health *h)
{
    char free[24], all[24];
    if (h->disk_free < 0 || h->disk_size <= 0)
        return;
    snprintf(free, sizeof free, "%.1f", (double)h->disk_free / 1e9);
    snprintf(all, sizeof all, "%.1f", (double)h->disk_size / 1e9);
    light(p, h->disk_free > h->disk_size / 20, "Disk", "Room enough", "Nearly full");
    page_c(p, " ");
    PAGE_SAY(p, "{free} of {all} GB free", "free", free, "all", all);
    PAGE_EL(p, "progress", "max", "100", "value",
            arena_printf(p->arena, "%d", (int)(100 - h->disk_free * 100 / h->disk_size)), "class",
            h->disk_free > h->disk_size / 20 ? NULL : "bar-late", "aria-label",
            page_words(p, "How full the disk is"));
    page_end(p);
    fact_done(p);
}

static void count(struct page *p, const char *label, int64_t n)
{
    fact_begin(p, label);
    page_i64(p, n);
    fact_done(p);
}

static void lights(struct page *p, const struct health *h, int64_t now_us)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What must work");
    PAGE_EL(p, "dl", "class", "facts");
    light(p, h->unlocked, "Keys", "Open: in use", "Closed: nothing of a person can be read");
    fact_done(p);
    disk(p, h);
    light(p, h->refused_bytes == 0, "Locked memory", "All of it", "The system refused some: see the README");
    fact_done(p);
    light(p, now_us - h->jobs_us < HOUR_US, "Last round of jobs", "In time",
          "Late: deadlines may not be told");
    at(p, h->jobs_us);
    light(p, now_us - h->checkpoint_us < 24 * HOUR_US, "Last checkpoint of the audit", "In time",
          "Older than a day");
    at(p, h->checkpoint_us);
    light(p, now_us - h->backup_us < 26 * HOUR_US, "Last backup", "In time", "None for more than a day");
    at(p, h->backup_us);
    light(p, h->outbox_late == 0, "Notices", "None is late", "Some could not be told yet");
    fact_done(p);
    page_end(p);
    el_text(p, "p", "quiet",
            "A backup: akari backup make. To restore it into a new folder: akari backup restore. Try it "
            "before you "
            "need it.");
    page_end(p);
}

static void numbers(struct page *p, const struct health *h)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Numbers since the start, and what is running");
    PAGE_EL(p, "dl", "class", "facts");
    count(p, "Changes", h->acts);
    count(p, "Looks", h->views);
    count(p, "Refused", h->refused);
    count(p, "Waiting in the queue", h->queue);
    count(p, "Entries of the audit", h->leaves);
    count(p, "Entries under the last checkpoint", h->checkpoint_size);
    count(p, "Accounts", h->accounts);
    count(p, "Sessions", h->sessions);
    fact_begin(p, "Database");
    page_isolate_c(p, h->database);
    fact_done(p);
    fact_begin(p, "Country pack");
    page_isolate_c(p, h->pack);
    page_c(p, " ");
    page_isolate_c(p, h->pack_version);
    fact_done(p);
    count(p, "Version of the store", h->schema);
    page_end(p);
    page_end(p);
}

void page_health(struct rq *r)
{
    const struct view *v;
    enum err e = LOOK(r, "system.health", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    struct page made = layout_start(r, "How the machine is", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "How the machine is");
    el_text(p, "h1", NULL, "How the machine is");
    lights(p, v->model, v->now_us);
    numbers(p, v->model);
    PAGE_EL(p, "p", "class", "quiet");
    page_t(p, "For programs:");
    page_c(p, " ");
    PAGE_EL(p, "code");
    page_isolate_c(p, "GET /api/v1/system/health");
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

void page_agency_keys(struct rq *r)
{
    static const char *const heads[] = {"Agency", "Keys", "Compartments"};
    const struct view *v;
    enum err e = LOOK(r, "key.list", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct key_list *list = v->model;
    struct page made = layout_start(r, "Keys", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Keys");
    el_text(p, "h1", NULL, "Keys");
    el_text(p, "p", "lead",
            list->unlocked
                ? "The keys are open. They are in memory only, and close when the server stops."
                : "The keys are closed: nothing of a person can be read until the server is started with "
                  "the passphrase or key file.");
    PAGE_EL(p, "section", "class", "card");
    table_head(p, heads, 3);
    for (size_t i = 0; i < list->n; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "th", "scope", "row");
        page_t(p, list->items[i].name);
        page_end(p);
        PAGE_EL(p, "td");
        if (list->items[i].open)
            tag_t(p, "green", "Open: in use");
        else
            tag_t(p, "grey", "Closed");
        page_end(p);
        PAGE_EL(p, "td", "class", "number");
        page_i64(p, list->items[i].compartments);
        page_end(p);
        page_end(p);
    }
    table_done(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- agencies ---------------------------------------------------------------------------------------------
 */

static void one_agency(struct rq *r, struct page *p, const struct agency *a)
{
    const struct pack *pack = r->w->pack;
    PAGE_EL(p, "details", "class", "card");
    PAGE_EL(p, "summary");
    PAGE_EL(p, "strong");
    page_t(p, a->name);
    page_end(p);
    page_c(p, " ");
    PAGE_EL(p, "code");
    page_isolate_c(p, a->id);
    page_end(p);
    if (!a->verified)
        unverified(p);
    page_end(p);
    PAGE_EL(p, "ul");
    for (size_t i = 0; i < pack->noffices; i++) {
        if (pack->offices[i].agency != a)
            continue;
        PAGE_EL(p, "li");
        page_t(p, pack->offices[i].name);
        if (!pack->offices[i].verified)
            unverified(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

void page_agencies(struct rq *r)
{
    const struct pack *pack = r->w->pack;
    struct page made = layout_start(r, "Agencies and offices", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Agencies and offices");
    el_text(p, "h1", NULL, "Agencies and offices");
    el_text(p, "p", "lead",
            "As the country pack has them. What was not checked against its source is marked.");
    for (size_t i = 0; pack && i < pack->nagencies; i++)
        one_agency(r, p, &pack->agencies[i]);
    layout_end(r, p);
}
