/* SPDX-License-Identifier: Apache-2.0 */
/* case_timeline.c - what happened in a case and what is ahead, as one stream; by sort without a script. */
#include "web/case_parts.h"

#define SHORT_MAX 8

/* GET parameter `show`: fixed words, so that no address holds anything of a person. */
static const struct {
    const char *word, *label;
} sorts[MOMENT_COUNT] = {
    [MOMENT_CASE] = {"case", "The case"},          [MOMENT_CONTACT] = {"contact", "Contacts"},
    [MOMENT_DECISION] = {"decision", "Decisions"}, [MOMENT_RECORD] = {"record", "Records"},
    [MOMENT_DEADLINE] = {"deadline", "Deadlines"}, [MOMENT_SHARE] = {"share", "Consents and shares"},
    [MOMENT_ACCESS] = {"access", "Who looked"}};

void case_moment(struct casefile *c, enum moment_sort sort, int64_t us, const char *what, const char *about,
                 const char *agency)
{
    if (us && c->nmoments < TIMELINE_MAX)
        c->moments[c->nmoments++] = (struct moment){.us = us,
                                                    .sort = sort,
                                                    .what = what,
                                                    .about = about ? about : "",
                                                    .agency = agency ? agency : "",
                                                    .ahead = us > env_now_us()};
}

static int later_first(const void *a, const void *b)
{
    int64_t x = ((const struct moment *)a)->us, y = ((const struct moment *)b)->us;
    return x < y ? 1 : x > y ? -1 : 0;
}

void timeline_sort(struct casefile *c)
{
    qsort(c->moments, c->nmoments, sizeof *c->moments, later_first);
}

/* ---- collecting -------------------------------------------------------------------------------------------
 */

static const char *stage_label(const struct pack *pack, const char *stage)
{
    for (size_t i = 0; i < pack->nstages; i++)
        if (strcmp(pack->stages[i].id, stage) == 0)
            return pack->stages[i].label;
    return stage;
}

static void of_record(struct casefile *c, const struct record_model *m)
{
    const char *title = m->kind ? m->kind->title : "Record";
    if (!m->opened)
        case_moment(c, MOMENT_RECORD, m->created_us, "Recorded", title, m->agency);
    for (size_t i = 0; i < m->nhistory; i++) {
        const struct kind_action *ka = kind_action(m->kind, m->history[i].action);
        const char *what = ka ? ka->label : m->history[i].action;
        case_moment(c, MOMENT_RECORD, m->history[i].recorded_at_us, what, title, m->agency);
    }
}

static void of_decisions(struct casefile *c)
{
    for (size_t i = 0; i < c->decisions->n; i++) {
        const struct decision_model *d = &c->decisions->items[i];
        const char *stage = stage_label(c->r->w->pack, d->stage);
        case_moment(c, MOMENT_DECISION, d->at_us, d->negative ? "Negative decision" : "Stage decided", stage,
                    d->agency);
        case_moment(c, MOMENT_DECISION, d->second_us, "Confirmed by a second agency", stage,
                    d->second_agency);
    }
}

static void of_clocks(struct casefile *c)
{
    for (size_t i = 0; i < c->m->nclocks; i++) {
        const struct clock_model *k = &c->m->clocks[i];
        case_moment(c, MOMENT_DEADLINE, k->times.due_us, k->state == CLOCK_RUNNING ? "Due" : "Was due",
                    k->label, "");
        if (k->state == CLOCK_STOPPED)
            case_moment(c, MOMENT_DEADLINE, k->stopped_us, "Done", k->label, "");
    }
}

static void of_shares(struct casefile *c)
{
    for (size_t i = 0; i < c->f->nconsents; i++) {
        const struct consent_model *m = &c->f->consents[i];
        const char *purpose = word_msgid(c->r->a, purpose_word(m->purpose));
        case_moment(c, MOMENT_SHARE, m->given_us, "Consent given", purpose, m->agency);
        case_moment(c, MOMENT_SHARE, m->withdrawn_us, "Consent taken back", purpose, m->agency);
        if (!m->withdrawn_us)
            case_moment(c, MOMENT_SHARE, m->until_us, "Consent ends", purpose, m->agency);
    }
    for (size_t i = 0; i < c->f->nshares; i++) {
        const struct share_model *m = &c->f->shares[i];
        case_moment(c, MOMENT_SHARE, m->from_us, "Shared", "", m->agency);
        case_moment(c, MOMENT_SHARE, m->until_us, "Share ends", "", m->agency);
    }
}

static void of_contacts(struct casefile *c)
{
    for (size_t i = 0; i < c->f->ncontacts; i++) {
        const struct contact_model *m = &c->f->contacts[i];
        const struct code_list *list = pack_codes(c->r->w->pack, "channel");
        const struct code *code = list ? code_find(list, m->channel) : NULL;
        bool came = strcmp(m->direction, "person_came") == 0, reached = strcmp(m->outcome, "reached") == 0;
        case_moment(c, MOMENT_CONTACT, m->at_us,
                    came      ? "The person made contact"
                    : reached ? "The person was reached"
                              : "The person was not reached",
                    code ? code->label : m->channel, m->agency);
    }
}

void timeline_collect(struct casefile *c)
{
    const struct case_model *m = c->m;
    of_decisions(c);
    for (size_t s = 0; s < m->nsubjects; s++)
        for (size_t i = 0; i < m->subjects[s].nrecords; i++)
            of_record(c, &m->subjects[s].records[i]);
    for (size_t i = 0; i < m->nrecords; i++)
        of_record(c, &m->records[i]);
    case_moment(c, MOMENT_CASE, m->opened_us, "Case opened", NULL, m->agency);
    case_moment(c, MOMENT_CASE, m->closed_us, "Case closed", NULL, m->agency);
    of_clocks(c);
    of_shares(c);
    of_contacts(c);
    timeline_sort(c);
}

/* ---- drawing
 * ------------------------------------------------------------------------------------------------ */

static void one_moment(struct casefile *c, struct page *p, const struct moment *m)
{
    char *class = arena_printf(c->r->a, "m-%s%s", sorts[m->sort].word, m->ahead ? " ahead" : "");
    PAGE_EL(p, "li", "class", class);
    page_time(p, m->us);
    el_text(p, "strong", NULL, m->what);
    if (*m->about)
        el_text(p, "span", NULL, m->about);
    if (*m->agency && strcmp(m->agency, c->m->agency) != 0) {
        page_c(p, *m->about ? " · " : "");
        PAGE_EL(p, "span");
        agency_name(c->r, p, m->agency);
        page_end(p);
    }
    page_end(p);
}

/* Without ahead: only what has been. */
static void some_moments(struct casefile *c, struct page *p, int sort, bool ahead, size_t max)
{
    size_t shown = 0;
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < c->nmoments && shown < max; i++)
        if ((sort < 0 || (int)c->moments[i].sort == sort) && (ahead || !c->moments[i].ahead)) {
            one_moment(c, p, &c->moments[i]);
            shown++;
        }
    page_end(p);
    if (!shown)
        el_text(p, "p", "quiet", "Nothing yet.");
}

void timeline_part(struct casefile *c, struct page *p)
{
    case_card(p, "Timeline");
    some_moments(c, p, -1, c->print, c->print ? TIMELINE_MAX : SHORT_MAX); /* the clocks say what comes */
    if (!c->print)
        link_t(p, path_of(c->r, "/case/%s/timeline", c->m->id), NULL, "The whole timeline");
    page_end(p);
}

/* Looks at the case are a look of their own: only those who answer for it see them. */
static enum err collect_looks(struct casefile *c)
{
    const struct view *v;
    enum err e = LOOK(c->r, "case.who_looked", c->m->id, &v);
    if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_HINT)
        return OK;
    TRY(e);
    const struct lookers *m = v->model;
    for (size_t i = 0; i < m->n; i++) {
        const struct view_decl *d = door_view_decl(c->r->w->door, m->items[i].action);
        const struct action *a = door_action(c->r->w->door, m->items[i].action);
        case_moment(c, MOMENT_ACCESS, m->items[i].at_us,
                    d   ? d->summary
                    : a ? a->summary
                        : m->items[i].action,
                    word_msgid(c->r->a, role_word(m->items[i].role)), m->items[i].agency);
    }
    timeline_sort(c);
    return OK;
}

static void sort_tabs(struct casefile *c, struct page *p, int sort)
{
    const char *all = path_of(c->r, "/case/%s/timeline", c->m->id);
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Which part of the timeline"));
    PAGE_EL(p, "a", "href", all, "aria-current", sort < 0 ? "page" : NULL);
    page_t(p, "All of them");
    page_end(p);
    for (int i = 0; i < MOMENT_COUNT; i++) {
        char *path = arena_printf(c->r->a, "%s?show=%s", all, sorts[i].word);
        PAGE_EL(p, "a", "href", path ? path : "/", "aria-current", sort == i ? "page" : NULL);
        page_t(p, sorts[i].label);
        page_end(p);
    }
    page_end(p);
}

void timeline_page(struct casefile *c, struct page *p)
{
    struct str show = http_query(c->r->in, "show");
    int sort = -1;
    for (int i = 0; i < MOMENT_COUNT; i++)
        if (str_is(show, sorts[i].word))
            sort = i;
    if (sort == MOMENT_ACCESS && collect_looks(c) != OK)
        err_clear();
    el_text(p, "h1", NULL, "Timeline");
    sort_tabs(c, p, sort);
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", "sr", sort < 0 ? "All of them" : sorts[sort].label);
    some_moments(c, p, sort, true, TIMELINE_MAX);
    page_end(p);
}
