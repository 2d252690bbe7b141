/* SPDX-License-Identifier: Apache-2.0 */
/* keys_page.c - the keyboard shortcuts, and the switch that turns them off for the account (WCAG 2.1.4). */
#include "web/pages.h"
#include "web/parts.h"

static void one(struct page *p, const char *keys, const char *what)
{
    PAGE_EL(p, "div");
    PAGE_EL(p, "dt");
    PAGE_EL(p, "kbd");
    page_isolate_c(p, keys);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "dd");
    page_t(p, what);
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r)
{
    bool off = r->session.keys_off;
    struct page made = layout_start(r, "Keyboard", NULL, "", false), *p = &made;
    static const char *const keys[][2] = {{"/", "Find"},
                                          {"g i", "Inbox"},
                                          {"g c", "Cases"},
                                          {"g d", "Deadlines"},
                                          {"g t", "Today"},
                                          {"j", "The next one of a list"},
                                          {"k", "The one before in a list"},
                                          {"?", "This page"}};
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Keyboard");
    el_text(p, "p", "lead",
            "Everything works with the Tab and Enter keys alone. These letters are quicker, outside of text "
            "fields.");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        one(p, keys[i][0], keys[i][1]);
    page_end(p);
    form_start(r, p, "/help/keys", NULL);
    page_hidden(p, "on", off ? "yes" : "no");
    PAGE_EL(p, "p");
    page_t(p, off ? "They are switched off for your account." : "They are switched on for your account.");
    page_end(p);
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, off ? "Switch them on" : "Switch them off");
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

void page_shortcuts(struct rq *r)
{
    if (str_is(r->in->method, "GET")) {
        draw(r);
        return;
    }
    struct pair on = {STR("on"), str_is(form_value(r, "on"), "yes") ? STR("yes") : STR("no"), VALUE_GIVEN};
    struct act_request request = {.ctx = &r->ctx,
                                  .action = "account.set_shortcuts",
                                  .subject = r->session.account,
                                  .expected_version = -1,
                                  .input = {&on, 1}};
    struct act_result result;
    enum err e = door_act(r->w->door, &request, r->a, &result);
    if (e == OK)
        answer_redirect(r, "/help/keys");
    else
        answer_error(r, e);
}
