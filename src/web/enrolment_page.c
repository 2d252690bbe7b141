/* SPDX-License-Identifier: Apache-2.0 */
/* enrolment_page.c - an enrolment code for somebody who has no second factor: made here, shown once to the
 * administrator who asks for it, and of worth only when another one has confirmed it. */
#include "web/pages.h"
#include "web/parts.h"

void enrolment_button(struct rq *r, struct page *p, struct id account, const struct factor_list *list)
{
    const struct action *issue = door_action(r->w->door, "account.issue_enrolment");
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].kind != FACTOR_RECOVERY)
            return;
    if (!issue || !may_start(r, issue))
        return;
    el_text(
        p, "p", NULL,
        "Without one this account opens nothing of a person. To set one up it takes a code that you give in "
        "person.");
    form_start(r, p, path_of(r, "/admin/account/%s", account), NULL);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Give an account an enrolment code");
    page_end(p);
    page_end(p);
}

static void draw(struct rq *r, struct id account, const char *code, const struct act_result *result)
{
    struct page made = layout_start(r, "Enrolment code", NULL, "/admin", false), *p = &made;
    admin_crumbs(p, "Enrolment code");
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, "Enrolment code");
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "p", "lead", "Write it down now: it is not shown again. Give it in person, not by mail.");
    PAGE_EL(p, "p");
    PAGE_EL(p, "code", "class", "secret", "dir", "ltr");
    page_c(p, code);
    page_end(p);
    page_end(p);
    el_text(p, "p", NULL, "It counts once, for this account, and for two weeks.");
    if (result->waits) {
        tag_t(p, "amber", "Not confirmed yet");
        el_text(p, "p", NULL, "It counts only when another administrator has confirmed it.");
        link_t(p, "/proposals", "button-secondary", "What waits for a second person");
    }
    page_end(p);
    link_t(p, path_of(r, "/admin/account/%s", account), NULL, "Back to the account");
    page_end(p);
    layout_end(r, p);
}

void page_enrolment(struct rq *r)
{
    char code[RECOVERY_CHARS + 1];
    struct act_result result;
    struct id id;
    enum err e = page_id(r, "/admin/account/", &id);
    account_new_code(code);
    struct pair pair = {STR("code"), str_of(code), VALUE_GIVEN};
    struct act_request request = {.ctx = &r->ctx,
                                  .action = "account.issue_enrolment",
                                  .subject = id,
                                  .expected_version = -1,
                                  .input = {&pair, 1}};
    if (e == OK)
        e = door_act(r->w->door, &request, r->a, &result);
    if (e == OK)
        draw(r, id, code, &result);
    else
        answer_error(r, e);
    secret_wipe(code, sizeof code);
}
