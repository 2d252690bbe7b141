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
    char *show = arena_printf(c->r->a, "%s.show", k->kind ? k->kind : "");
    if (!id_is_nil(k->record) && k->kind && show && may_look(c->r, show)) {
        char *format = arena_printf(c->r->a, "/record/%s/%%s", k->kind);
        page_c(p, " ");
        link_t(p, path_of(c->r, format ? format : "", k->record), NULL, "Open the record");
    }
    page_end(p);
}

/* ---- what is missing
 * --------------------------------------------------------------------------------------- */

/* Plan 5(1)/a, 3(1)/a: a list for every victim, where the pack has such a kind. */
static bool for_every_victim(const struct kind *k, const char *role)
{
    return strcmp(k->id, "first_72_hours") == 0 && strcmp(role, "victim") == 0;
}

/* Of several people it must say whom it means. */
static void whose(struct casefile *c, struct page *p, const struct subject_model *s)
{
    if (c->f->npeople < 2)
        return;
    page_c(p, " ");
    PAGE_EL(p, "small");
    if (s->nnames)
        name_short(p, &s->names[0]);
    else
        role_name(c->r, p, s->role);
    page_end(p);
}

/* What a person in this role should have and has not: kinds of which there is one, and the list above. */
static void missing_of(struct casefile *c, struct page *p, const struct subject_model *s)
{
    const struct pack *pack = c->r->w->pack;
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct kind *k = &pack->kinds[i];
        bool wanted = false;
        for (size_t n = 0; n < k->nsubject_roles; n++)
            wanted |= strcmp(k->subject_roles[n], s->role) == 0;
        char *name = arena_printf(c->r->a, "%s.create", k->id);
        const struct action *a = name ? door_action(c->r->w->door, name) : NULL;
        bool one = (k->once && wanted) || for_every_victim(k, s->role);
        if (!one || !(k->attach & ATTACH_SUBJECT) || case_has_kind(s->records, s->nrecords, k) || !a ||
            !may_act(c->r, c->view, a))
            continue;
        char in_case[33], of[33];
        id_text(c->m->id, in_case);
        id_text(s->id, of);
        char *path = arena_printf(c->r->a, "/do/%s?case=%s&subject=%s", name, in_case, of);
        PAGE_EL(p, "li");
        link_t(p, path ? path : "/", NULL, a->summary);
        whose(c, p, s);
        page_end(p);
    }
}

/* The first paper of the pack that asks which way of contact is safe, and that this officer may write. */
static const char *safe_form(struct casefile *c, const struct subject_model *s)
{
    const struct pack *pack = c->r->w->pack;
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct kind *k = &pack->kinds[i];
        char *name = arena_printf(c->r->a, "%s.create", k->id);
        const struct action *a = name ? door_action(c->r->w->door, name) : NULL;
        if (!(k->attach & ATTACH_SUBJECT) || !kind_field(k, "safe_contact") || !a ||
            !may_act(c->r, c->view, a))
            continue;
        char in_case[33], of[33];
        id_text(c->m->id, in_case);
        id_text(s->id, of);
        return arena_printf(c->r->a, "/do/%s?case=%s&subject=%s#f-safe_contact", name, in_case, of);
    }
    return NULL;
}

/* A task leads to where it is done. */
static void ask_safe_way(struct casefile *c, struct page *p, const struct subject_model *s)
{
    static const char *const words = "Ask which way of contact is safe, before anything goes out.";
    const char *form = safe_form(c, s);
    PAGE_EL(p, "li", "class", "late");
    if (form)
        link_t(p, form, NULL, words);
    else
        page_t(p, words);
    whose(c, p, s);
    page_end(p);
}

static bool shares_on_consent(const struct casefile *c)
{
    bool consents = false, shares = false;
    for (size_t i = 0; i < c->f->nconsents; i++)
        consents |= !c->f->consents[i].withdrawn_us;
    for (size_t i = 0; i < c->f->nshares; i++)
        shares |= c->f->shares[i].runs && c->f->shares[i].basis == BASIS_CONSENT;
    return shares && !consents;
}

/* Computed from the clocks, the kinds of the pack and what is there. */
static void todo(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "ul", "class", "todo");
    for (size_t i = 0; i < c->m->nclocks; i++) {
        const struct clock_model *k = &c->m->clocks[i];
        if (k->state != CLOCK_RUNNING || k->mark == CLOCK_OK)
            continue;
        PAGE_EL(p, "li", "class", k->mark == CLOCK_OVERDUE ? "late" : "soon");
        page_t(p, k->label && *k->label ? k->label : k->rule);
        page_c(p, " — ");
        remaining(p, k->times.due_us, env_now_us());
        page_end(p);
    }
    for (size_t i = 0; i < c->decisions->n; i++)
        if (c->decisions->items[i].state == DECISION_WAITS)
            el_text(p, "li", "soon", "A negative decision waits for a second agency.");
    for (size_t i = c->f->first; i < c->f->npeople && i < c->f->first + CASE_FILE_PEOPLE; i++) {
        const struct subject_model *s = &c->m->subjects[c->f->people[i]];
        if (!safe_record(c, s))
            ask_safe_way(c, p, s);
        missing_of(c, p, s);
    }
    if (shares_on_consent(c))
        el_text(p, "li", "soon", "Shared on consent, and no consent is written down.");
    page_end(p);
}

static bool something_todo(const struct casefile *c)
{
    return c->f->npeople || c->decisions->n || c->m->nclocks || shares_on_consent(c);
}

#define STEPS_SHOWN 3 /* as buttons; the others are one press away */

/* What may be done to the case itself now, the most likely first; where nobody stands in it yet, somebody. */
static size_t steps_of(struct casefile *c, const char *ret[10])
{
    static const char *const usual[] = {"case.set_stage", "contact.log",    "subject.add", "case.share",
                                        "case.assign",    "case.hand_over", "case.close",  "case.reopen"};
    static const char *const empty[] = {"subject.add",    "case.assign", "case.set_stage", "case.share",
                                        "case.hand_over", "case.close",  "case.reopen"};
    const char *const *names = c->f->npeople ? usual : empty;
    size_t nnames = c->f->npeople ? sizeof usual / sizeof *usual : sizeof empty / sizeof *empty;
    bool open = strcmp(c->m->state, "open") == 0;
    size_t n = 0;
    for (size_t i = 0; i < nnames; i++)
        if ((strcmp(names[i], "case.reopen") == 0) != open && case_may(c, names[i]))
            ret[n++] = names[i];
    return n;
}

void steps_part(struct casefile *c, struct page *p)
{
    const char *steps[10];
    bool open = strcmp(c->m->state, "open") == 0;
    if (c->print)
        return;
    size_t n = steps_of(c, steps), records = open ? case_new_count(c, id_nil(), NULL) : 0;
    PAGE_EL(p, "section", "class", "card", "id", "next");
    el_text(p, "h2", NULL, "What to do next");
    if (open && something_todo(c))
        todo(c, p);
    PAGE_EL(p, "div", "class", "stack");
    for (size_t i = 0; i < n && i < STEPS_SHOWN; i++)
        case_button(c, p, steps[i], i == 0 ? "button" : "button-secondary", NULL);
    page_end(p);
    if (records) {
        case_fold(c, p, "Add a record", records);
        PAGE_EL(p, "div", "class", "stack");
        case_new_records(c, p, id_nil(), NULL);
        page_end(p);
        page_end(p);
    }
    if (n > STEPS_SHOWN) {
        case_fold(c, p, "More actions", n - STEPS_SHOWN);
        PAGE_EL(p, "div", "class", "stack");
        for (size_t i = STEPS_SHOWN; i < n; i++)
            case_button(c, p, steps[i], "button-quiet", NULL);
        page_end(p);
        page_end(p);
    }
    if (!n && !records)
        el_text(p, "p", "quiet", "You may read here. What is to be done, the officers named in the case do.");
    page_end(p);
}

/* To the deputy: what the lead wrote, and the button. To everybody else in the agency: that it waits. */
void handover_part(struct casefile *c, struct page *p)
{
    const struct handover_model *h = c->f->handover;
    if (!h)
        return;
    PAGE_EL(p, "section", "class", "card handover");
    el_text(p, "h2", NULL, "A hand-over waits");
    PAGE_EL(p, "p");
    page_time(p, h->asked_us);
    if (h->until_us) {
        page_c(p, " · ");
        page_t(p, "Away until");
        page_c(p, " ");
        page_time(p, h->until_us);
    }
    page_end(p);
    PAGE_EL(p, "p", "class", "long");
    shown_value(p, h->note);
    page_end(p);
    if (id_eq(h->to, c->r->ctx.account) && !c->print)
        case_button(c, p, "case.take", "button", NULL);
    page_end(p);
}

static bool runs_still(const struct clock_model *k)
{
    return k->state == CLOCK_RUNNING || k->state == CLOCK_PAUSED;
}

static size_t clocks_that(struct casefile *c, struct page *p, bool run)
{
    size_t n = 0;
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = 0; i < c->m->nclocks; i++)
        if (runs_still(&c->m->clocks[i]) == run) {
            clock_line(c->r, p, &c->m->clocks[i], false);
            n++;
        }
    page_end(p);
    return n;
}

void clocks_part(struct casefile *c, struct page *p)
{
    size_t over = 0;
    for (size_t i = 0; i < c->m->nclocks; i++)
        over += !runs_still(&c->m->clocks[i]);
    case_card(p, "Running clocks");
    if (!clocks_that(c, p, true))
        el_text(p, "p", "quiet", "No clock runs.");
    if (over) {
        case_fold(c, p, "Ended clocks", over);
        clocks_that(c, p, false);
        page_end(p);
    }
    page_end(p);
}
