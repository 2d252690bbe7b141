/* SPDX-License-Identifier: Apache-2.0 */
/* find_page.c - finding: by POST, so that no name and no document number stands in an address. A page for who
 * types and presses Enter; the same as JSON for the script, which asks while she types. */
#include "search/search.h"
#include "web/pages.h"
#include "web/parts.h"

/* Why it was found, in the officer's words. */
static const char *why_text(const struct search_hit *h)
{
    bool begins = h->how == HOW_BEGINS;
    if (h->how == HOW_SIMILAR)
        return "Nearly the same: one letter different";
    switch (h->why) {
    case WHY_NUMBER:
        return begins ? "Case number begins so" : "Case number";
    case WHY_DOCUMENT:
        return "Document";
    case WHY_FULL:
        return begins ? "A part of the name begins so" : "Name";
    case WHY_FAMILY:
        return begins ? "Family name begins so" : "Family name";
    case WHY_GIVEN:
        return begins ? "Given name begins so" : "Given name";
    case WHY_READING:
        return begins ? "Reading begins so" : "Reading";
    case WHY_PASSPORT:
        return begins ? "Passport form begins so" : "Passport form";
    case WHY_PHONE:
        return begins ? "Telephone begins so" : "Telephone number";
    }
    return "";
}

/* What the list says when it says nothing else, or not all. */
static const char *said(const struct search_result *m)
{
    if (m->shorter)
        return "Type at least two letters.";
    if (m->reading)
        return "Names are still being read in after the start. Numbers and documents are found already.";
    if (m->more)
        return "There are more. Type more letters.";
    return m->n ? "" : "Nothing was found among what you may see.";
}

static const char *href_of(struct rq *r, const struct search_hit *h)
{
    char subject[33], case_[33];
    if (id_is_nil(h->subject))
        return path_of(r, "/case/%s", h->case_.id);
    id_text(h->subject, subject);
    id_text(h->case_.id, case_);
    const char *path = arena_printf(r->a, "/subject/%s?case=%s", subject, case_);
    return path ? path : "/";
}

/* ---- the page
 * ----------------------------------------------------------------------------------------------- */

static void one_hit(struct rq *r, struct page *p, const struct search_hit *h)
{
    PAGE_EL(p, "li", "class", "hit");
    PAGE_EL(p, "a", "class", "strong", "href", href_of(r, h));
    if (h->name.text.n)
        page_bdi(p, h->name.text);
    else
        page_isolate_c(p, h->case_.number);
    page_end(p);
    page_c(p, " ");
    tag_t(p, h->how == HOW_SIMILAR ? "amber" : "blue", why_text(h));
    if (*h->type) {
        page_c(p, " ");
        el_word(p, "span", "tag tag-grey", h->type);
    }
    PAGE_EL(p, "div", "class", "quiet");
    if (h->name.text.n) {
        PAGE_EL(p, "a", "href", path_of(r, "/case/%s", h->case_.id));
        page_t(p, "Case");
        page_c(p, " ");
        page_isolate_c(p, h->case_.number);
        page_end(p);
        page_c(p, " · ");
    }
    stage_name(r, p, h->case_.stage);
    page_c(p, " · ");
    page_word(p, h->case_.state);
    page_c(p, " · ");
    agency_name(r, p, h->case_.agency);
    page_end(p);
    page_end(p);
}

static void draw_found(struct rq *r, struct page *p, const struct search_result *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Found");
    PAGE_EL(p, "ol", "class", "hits", "data-list", "");
    for (size_t i = 0; i < m->n; i++)
        one_hit(r, p, &m->items[i]);
    page_end(p);
    if (*said(m))
        el_text(p, "p", m->n ? "quiet" : "quiet empty", said(m));
    page_end(p);
}

static void draw(struct rq *r, const struct search_result *m, struct str q)
{
    struct page made = layout_start(r, "Find", NULL, "", false), *p = &made;
    const char *typed = arena_cstr(r->a, q);
    el_text(p, "h1", NULL, "Find");
    el_text(p, "p", "lead",
            "A name in any spelling, a case number, a telephone, or a passport, residence card or other "
            "document as "
            "written. Only what you may see is found.");
    form_start(r, p, "/find", "find");
    PAGE_EL(p, "label", "for", "find-q");
    page_t(p, "Name, number, document or telephone");
    page_end(p);
    PAGE_EL(p, "input", "id", "find-q", "name", "q", "type", "search", "required", "", "maxlength", "200",
            "dir", "auto", "value", typed ? typed : "");
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Find");
    page_end(p);
    page_end(p);
    if (m)
        draw_found(r, p, m);
    layout_end(r, p);
}

/* ---- for the script
 * ------------------------------------------------------------------------------------------ */

static void hit_json(struct rq *r, struct json *j, const struct search_hit *h)
{
    json_object(j);
    json_kv(j, "href", href_of(r, h));
    json_key(j, "title");
    json_str(j, h->name.text.n ? h->name.text : str_of(h->case_.number));
    json_kv(j, "number", h->case_.number);
    json_kv(j, "why", lang_text(&r->lang, why_text(h)));
    json_kv(j, "state", lang_text(&r->lang, word_msgid(r->a, h->case_.state)));
    json_end(j);
}

static void answer_json(struct rq *r, const struct search_result *m)
{
    struct json j = json_to(&r->out->body);
    answer_type(r, "application/json");
    json_object(&j);
    json_key(&j, "items");
    json_array(&j);
    for (size_t i = 0; i < m->n; i++)
        hit_json(r, &j, &m->items[i]);
    json_end(&j);
    json_kv(&j, "said", *said(m) ? lang_text(&r->lang, said(m)) : "");
    json_end(&j);
}

void page_find(struct rq *r)
{
    const struct view *v = NULL;
    struct str q = str_trim(form_value(r, "q"));
    const char *text = arena_cstr(r->a, q);
    bool script = str_is(form_value(r, "_json"), "1");
    if (!q.n || q.n > NAME_MAX_BYTES) {
        draw(r, NULL, STR(""));
        return;
    }
    enum err e = text ? LOOK(r, "search.find", id_nil(), &v, "q", text) : arena_err(r->a);
    if (e != OK)
        answer_error(r, e);
    else if (script)
        answer_json(r, v->model);
    else
        draw(r, v->model, q);
}
