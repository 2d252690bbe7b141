/* SPDX-License-Identifier: Apache-2.0 */
/* case_steps.c - what is due and what may be done next. */
#include "web/case_parts.h"

const struct clock_model *case_most_urgent(const struct case_model *m)
{
    const struct clock_model *found = NULL;
    for (size_t i = 0; i < m->nclocks; i++)
        if (m->clocks[i].state == CLOCK_RUNNING &&
            (!found || m->clocks[i].times.due_us < found->times.due_us))
            found = &m->clocks[i];
    return found;
}

void deadline_part(struct casefile *c, struct page *p)
{
    const struct clock_model *k = case_most_urgent(c->m);
    if (!k)
        return;
    PAGE_EL(p, "p", "class", k->mark == CLOCK_OVERDUE ? "deadline late" : "deadline");
    el_text(p, "strong", NULL, k->mark == CLOCK_OVERDUE ? "Overdue:" : "Deadline:");
    page_c(p, " ");
    page_t(p, k->label);
    page_c(p, " — ");
    page_time(p, k->times.due_us);
    page_c(p, " — ");
    remaining(p, k->times.due_us, env_now_us());
    if (!id_is_nil(k->record) && k->kind) {
        char *format = arena_printf(c->r->a, "/record/%s/%%s", k->kind);
        page_c(p, " ");
        link_t(p, path_of(c->r, format ? format : "", k->record), NULL, "Open the record");
    }
    page_end(p);
}

void steps_part(struct casefile *c, struct page *p)
{
    static const char *const names[] = {"case.set_stage", "subject.add", "case.share",
                                        "case.assign",    "case.close",  "case.reopen"};
    bool open = strcmp(c->m->state, "open") == 0, first = true;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What to do next");
    PAGE_EL(p, "div", "class", "stack");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct action *a = door_action(c->r->w->door, names[i]);
        bool fits = strcmp(names[i], "case.reopen") == 0 ? !open : open;
        if (!a || !fits || !may_act(c->r, c->view, a))
            continue;
        char *format = arena_printf(c->r->a, "/do/%s?id=%%s", names[i]);
        link_t(p, path_of(c->r, format ? format : "", c->m->id),
               first   ? "button"
               : i < 3 ? "button-secondary"
                       : "button-quiet",
               a->summary);
        first = false;
    }
    if (open)
        case_new_records(c, p, id_nil(), NULL);
    page_end(p);
    page_end(p);
}

void clocks_part(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Running clocks");
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < c->m->nclocks; i++)
        clock_line(c->r, p, &c->m->clocks[i], false);
    page_end(p);
    if (!c->m->nclocks)
        el_text(p, "p", "quiet", "No clock runs.");
    page_end(p);
}

