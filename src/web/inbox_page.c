/* SPDX-License-Identifier: Apache-2.0 */
/* inbox_page.c - what happened and waits for somebody; who has seen it says so. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/notice.h"
#include "core/proposal.h"
#include "desk/desk.h"
#include "web/pages.h"
#include "web/parts.h"

static const char *what_happened(const struct notice_model *m)
{
    static const struct {
        const char *event, *text;
    } words[] = {
        {"clock.warned", "A deadline is near"},
        {"attachment.image", "A sexual image was reported"},
        {"clock.escalated", "A deadline has passed"},
        {"case.shared", "A case was shared with your agency"},
        {"case.handed_over", "A case was handed over to a deputy"},
        {"case.protected", "A person is protected from now on"},
        {"decision.second_agency_needed", "A negative decision waits for a second agency"},
        {"oblige.notify_owner", "Something was done in what your agency holds"},
        {"oblige.notify_oversight", "To be known to oversight"},
        {"oblige.review", "To be reviewed by another agency"},
        {"account.created", "An account was made"},
        {"account.disabled", "An account was disabled"},
        {"account.password_reset", "An account has a new password"},
        {"account.factor_added", "An account has another second factor"},
        {"account.device_shared", "One device is the second factor of accounts of two people"},
        {"account.person_entered", "It was entered whose an account is"},
        {"account.factors_reset", "An account lost its second factors"},
        {"account.enrolment_issued", "An enrolment code was issued for an account"},
        {"account.recovery_used", "A recovery code was used"},
        {"account.role_added", "An account has another role"},
        {"glass.opened", "A case was opened in an emergency"},
        {"glass.accounts_new", "A new account opened a case in an emergency, or confirmed it"},
        {"glass.accounts_one_maker",
         "Two accounts of one administrator's making opened a case in an emergency"},
        {"glass.reviewed", "An opening in an emergency was reviewed"},
        {"step.held", "A step is held until somebody has looked whether she is a victim"},
        {"step.in_emergency", "A step was taken in an emergency: the next one is held"},
        {"hold.acknowledged", "An agency has acknowledged that a step is held"},
        {"hold.released", "A held step may go on: the screening is finished"},
        {"hold.protected", "A held step waits for a second agency: the person is protected"},
        {"hold.decided", "A second agency has decided on a held step"},
        {"assessment.positive", "A screening found signs: protection comes first. Decide the stage"},
        {"report.danger", "A report: somebody is in danger"},
        {"report.received", "A report waits for a desk"},
        {"enquiry.about_case", "Somebody asked about a person of this case"},
        {"proposal.made", "Something waits for a second person"},
    };
    if (strcmp(m->event, "notice") == 0)
        return m->detail; /* a text of the pack */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(m->event, words[i].event) == 0)
            return words[i].text;
    return "Something happened";
}

/* "AGENCY KIND RULE" of a clock, as the pack calls it; the summary of an action. */
static const char *about_what(struct rq *r, const struct notice_model *m)
{
    if (strncmp(m->event, "clock.", 6) == 0) {
        const char *kind = strchr(m->detail, ' '), *rule = kind ? strchr(kind + 1, ' ') : NULL;
        char *name = rule ? arena_cstr(r->a, (struct str){kind + 1, (size_t)(rule - kind - 1)}) : NULL;
        const struct kind *k = name && r->w->pack ? pack_kind(r->w->pack, name) : NULL;
        if (name && strcmp(name, CLOCKS_OF_REPORTS) == 0)
            return "Report";
        return k ? k->title : NULL;
    }
    if (strncmp(m->event, "oblige.", 7) == 0 || strncmp(m->event, "proposal.", 9) == 0) {
        const struct action *a = door_action(r->w->door, m->detail);
        const struct view_decl *v = a ? NULL : door_view_decl(r->w->door, m->detail);
        return a ? a->summary : v ? v->summary : NULL;
    }
    return NULL;
}

/* Of a case that reached an agency or a deputy nobody there is named yet: taking it comes before opening it.
 */
static bool comes_to_be_taken(const struct notice_model *m)
{
    return strcmp(m->event, "case.shared") == 0 || strcmp(m->event, "case.handed_over") == 0 ||
           strcmp(m->event, "decision.second_agency_needed") == 0;
}

static void load_numbers(struct rq *r, const struct notice_list *list)
{
    struct id *cases = ARENA_ARRAY(r->a, list->n + 1, struct id);
    for (size_t i = 0; cases && i < list->n; i++)
        cases[i] = list->items[i].case_;
    if (cases)
        numbers_load(r, cases, list->n);
}

static void to_case(struct rq *r, struct page *p, const struct notice_model *m)
{
    const struct case_row *row = numbered(r, m->case_);
    if (id_is_nil(m->case_))
        return;
    numbered_link(r, p, " · ", m->case_);
    if (!comes_to_be_taken(m) || (row && row->opens))
        return;
    page_c(p, " · ");
    link_t(p, path_of(r, "/do/case.take?id=%s", m->case_), NULL, "Take the case");
    page_c(p, " ");
    el_text(p, "small", NULL, "Take it first where it does not open yet.");
}

static void acknowledge(struct rq *r, struct page *p, const struct notice_model *m)
{
    char id[33];
    if (m->acknowledged_us) {
        tag_t(p, "green", "Acknowledged");
        page_c(p, " ");
        page_time(p, m->acknowledged_us);
        return;
    }
    if (m->own) {
        el_text(p, "p", "quiet", "You did this yourself: somebody else acknowledges it.");
        return;
    }
    id_text(m->id, id);
    form_start(r, p, "/do/notice.acknowledge", NULL);
    page_hidden(p, "id", id);
    PAGE_EL(p, "button", "type", "submit", "class", "button-secondary");
    page_t(p, "Acknowledge");
    page_end(p);
    page_end(p);
}

static void one_notice(struct rq *r, struct page *p, const struct notice_model *m)
{
    int64_t now = env_now_us();
    bool late = m->due_us && m->due_us <= now && !m->acknowledged_us;
    const char *about = about_what(r, m);
    PAGE_EL(p, "li", "class",
            late                               ? "clock late"
            : m->due_us && !m->acknowledged_us ? "clock warn"
                                               : "clock");
    PAGE_EL(p, "div", "class", "clock-head");
    PAGE_EL(p, "strong");
    page_t(p, what_happened(m));
    page_end(p);
    if (m->due_us) {
        PAGE_EL(p, "span");
        remaining(p, m->due_us, now);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "div", "class", "quiet");
    if (about) {
        page_t(p, about);
        page_c(p, " · ");
    }
    page_time(p, m->created_us);
    if (strncmp(m->event, "report.", 7) == 0) {
        page_c(p, " · ");
        link_t(p, path_of(r, "/report/%s", m->about), NULL, "Open the report");
    }
    to_case(r, p, m);
    page_end(p);
    acknowledge(r, p, m);
    page_end(p);
}

/* ---- by urgency -------------------------------------------------------------------------------------------
 */

enum urgency { URGENCY_LATE, URGENCY_TODAY, URGENCY_LATER, URGENCY_NEWS, URGENCY_COUNT };

static enum urgency urgency_of(struct rq *r, const struct notice_model *m, int64_t now)
{
    if (!m->due_us)
        return URGENCY_NEWS;
    if (m->due_us <= now)
        return URGENCY_LATE;
    if (!r->w->tz)
        return m->due_us - now < 86400000000 ? URGENCY_TODAY : URGENCY_LATER;
    struct local due = tz_local(r->w->tz, m->due_us), today = tz_local(r->w->tz, now);
    return date_days(due.date) == date_days(today.date) ? URGENCY_TODAY : URGENCY_LATER;
}

struct pile {
    const struct notice_model **items;
    size_t n;
};

/* Those of one urgency (URGENCY_COUNT: all) in their order. */
static struct pile pile_of(struct rq *r, const struct notice_list *list, enum urgency urgency)
{
    struct pile pile = {.items = ARENA_ARRAY(r->a, list->n + 1, const struct notice_model *)};
    for (size_t i = 0; pile.items && i < list->n; i++)
        if (urgency == URGENCY_COUNT || urgency_of(r, &list->items[i], env_now_us()) == urgency)
            pile.items[pile.n++] = &list->items[i];
    return pile;
}

static size_t alike(const struct pile *pile, size_t from, size_t until, const char *words)
{
    size_t n = 0;
    for (size_t i = from; i < until; i++)
        n += strcmp(what_happened(pile->items[i]), words) == 0;
    return n;
}

/* What happened in several cases stands once, with how many: fifty equal lines are read by nobody. */
static void alike_notices(struct rq *r, struct page *p, const struct pile *pile, size_t first, size_t n)
{
    const char *words = what_happened(pile->items[first]);
    PAGE_EL(p, "li", "class", "clock alike");
    PAGE_EL(p, "details");
    PAGE_EL(p, "summary");
    el_text(p, "strong", NULL, words);
    page_c(p, " ");
    PAGE_EL(p, "span", "class", "tag tag-grey");
    page_i64(p, (int64_t)n);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "ul", "class", "clocks");
    for (size_t i = first; i < pile->n; i++)
        if (strcmp(what_happened(pile->items[i]), words) == 0)
            one_notice(r, p, pile->items[i]);
    page_end(p);
    page_end(p);
    page_end(p);
}

#define ALIKE_FROM 3 /* fewer stand one by one */

static void notices_of(struct rq *r, struct page *p, const struct notice_list *list, enum urgency urgency)
{
    struct pile pile = pile_of(r, list, urgency);
    PAGE_EL(p, "ul", "class", "clocks", "data-list", "");
    for (size_t i = 0; i < pile.n; i++) {
        const char *words = what_happened(pile.items[i]);
        size_t n = urgency == URGENCY_NEWS ? alike(&pile, 0, pile.n, words) : 1;
        if (n < ALIKE_FROM)
            one_notice(r, p, pile.items[i]);
        else if (!alike(&pile, 0, i, words))
            alike_notices(r, p, &pile, i, n);
    }
    page_end(p);
}

static const char *urgency_heading(enum urgency u)
{
    switch (u) {
    case URGENCY_LATE:
        return "Late";
    case URGENCY_TODAY:
        return "Due today";
    case URGENCY_LATER:
        return "Due later";
    default:
        return "To know";
    }
}

void notice_groups(struct rq *r, struct page *p, const struct notice_list *list)
{
    int64_t now = env_now_us();
    load_numbers(r, list);
    for (int u = URGENCY_LATE; u < URGENCY_COUNT; u++) {
        int64_t n = 0;
        for (size_t i = 0; i < list->n; i++)
            n += (int)urgency_of(r, &list->items[i], now) == u;
        if (!n)
            continue;
        PAGE_EL(p, "h2", "class", "with-count");
        page_t(p, urgency_heading((enum urgency)u));
        page_c(p, " ");
        PAGE_EL(p, "span", "class", u == URGENCY_LATE ? "count late" : "count");
        page_i64(p, n);
        page_end(p);
        page_end(p);
        notices_of(r, p, list, (enum urgency)u);
    }
}

/* ---- the page: which of them ------------------------------------------------------------------------------
 */

static const char *sort_words(const char *sort)
{
    static const struct {
        const char *sort, *words;
    } all[NOTICE_SORTS] = {
        {"deadlines", "Deadlines"},      {"cases", "Cases and decisions"},
        {"reports", "Reports"},          {"second_person", "Second person"},
        {"held_steps", "Held steps"},    {"emergencies", "Emergencies"},
        {"obligations", "Must be told"}, {"accounts", "Accounts and files"},
        {"records", "Records"},
    };
    for (size_t i = 0; i < NOTICE_SORTS; i++)
        if (strcmp(all[i].sort, sort) == 0)
            return all[i].words;
    return "All of them";
}

struct asked_for {
    const char *state, *whose, *sort, *role; /* words; "": all */
};

static void option(struct page *p, const char *value, const char *words, bool chosen)
{
    PAGE_EL(p, "option", "value", value, "selected", chosen ? "" : NULL);
    page_t(p, words);
    page_end(p);
}

/* Chips with how many of each wait for me: an icon of the number, before anything is read. */
static void sort_chips(struct rq *r, struct page *p, const struct asked_for *asked)
{
    const struct view *v;
    if (LOOK(r, "notice.count", id_nil(), &v) != OK) {
        err_clear();
        return;
    }
    const struct notice_count *m = v->model;
    PAGE_EL(p, "nav", "class", "chips", "aria-label", page_words(p, "What they are about"));
    for (size_t i = 0; i < NOTICE_SORTS; i++) {
        const char *word = notice_sort_word(i);
        char *path = arena_printf(r->a, "/inbox?sort=%s", word);
        bool on = strcmp(asked->sort, word) == 0;
        if (!m->of_sort[i] && !on)
            continue;
        PAGE_EL(p, "a", "href", path && !on ? path : "/inbox", "class", "chip", "aria-current",
                on ? "true" : NULL);
        page_t(p, sort_words(word));
        page_c(p, " ");
        PAGE_EL(p, "span", "class", "count");
        page_i64(p, m->of_sort[i]);
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

/* Whose duty it is: the role that answers, or any role where the case names me. */
static void inbox_filters(struct rq *r, struct page *p, const struct asked_for *asked)
{
    PAGE_EL(p, "form", "method", "get", "action", "/inbox", "class", "inline-form inbox-filters");
    page_hidden(p, "whose", asked->whose);
    page_hidden(p, "state", asked->state);
    PAGE_EL(p, "label", "for", "inbox-sort");
    page_t(p, "What they are about");
    page_end(p);
    PAGE_EL(p, "select", "name", "sort", "id", "inbox-sort");
    option(p, "", "All of them", !*asked->sort);
    for (size_t i = 0; i < NOTICE_SORTS; i++)
        option(p, notice_sort_word(i), sort_words(notice_sort_word(i)),
               strcmp(asked->sort, notice_sort_word(i)) == 0);
    page_end(p);
    PAGE_EL(p, "label", "for", "inbox-role");
    page_t(p, "Whose duty it is");
    page_end(p);
    PAGE_EL(p, "select", "name", "role", "id", "inbox-role");
    option(p, "", "Everybody's", !*asked->role);
    for (int i = ROLE_ANONYMOUS + 1; i < ROLE_SYSTEM; i++)
        option(p, role_word((enum role)i), word_msgid(r->a, role_word((enum role)i)),
               strcmp(asked->role, role_word((enum role)i)) == 0);
    page_end(p);
    PAGE_EL(p, "button", "class", "button-secondary");
    page_t(p, "Show these");
    page_end(p);
    page_end(p);
}

static void next_page(struct rq *r, struct page *p, const struct notice_list *list,
                      const struct asked_for *asked)
{
    char id[33], at[28];
    if (id_is_nil(list->next))
        return;
    id_text(list->next, id);
    utc_text(list->next_at_us, at);
    char *path = arena_printf(r->a, "/inbox?whose=%s&state=%s&sort=%s&role=%s&after=%s&after_at=%s",
                              asked->whose, asked->state, asked->sort, asked->role, id, at);
    PAGE_EL(p, "p", "class", "pager");
    link_t(p, path ? path : "/inbox", "button-secondary", "More");
    page_end(p);
}

static void draw(struct rq *r, const struct notice_list *list, const struct asked_for *asked)
{
    struct page made = layout_start(r, "Inbox", NULL, "/inbox", false), *p = &made;
    bool open = strcmp(asked->state, "open") == 0, office = strcmp(asked->whose, "office") == 0;
    el_text(p, "h1", NULL, "Inbox");
    el_text(p, "p", "lead", "What happened and waits for somebody, most urgent first. It names no person.");
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "Which notices"));
    tab(p, "/inbox", "For me", open && !office);
    tab(p, "/inbox?whose=office", "For my office", open && office);
    tab(p, "/inbox?whose=office&state=acknowledged", "Acknowledged", !open);
    page_end(p);
    if (open && !office)
        sort_chips(r, p, asked);
    inbox_filters(r, p, asked);
    PAGE_EL(p, "section", "class", "card");
    if (open) {
        notice_groups(r, p, list);
    } else {
        load_numbers(r, list);
        notices_of(r, p, list, URGENCY_COUNT);
    }
    if (!list->n)
        el_text(p, "p", "quiet empty",
                *asked->sort || *asked->role ? "Nothing of this sort waits."
                : open ? "Nothing waits. What happens in your cases comes here by itself."
                       : "There is nothing here.");
    next_page(r, p, list, asked);
    page_end(p);
    layout_end(r, p);
}

/* One of the words that the page knows, else "": an address of somebody else's making brings nothing in. */
static const char *word_of(struct rq *r, const char *name, bool role)
{
    struct str given = http_query(r->in, name);
    for (size_t i = 0; !role && i < NOTICE_SORTS; i++)
        if (str_is(given, notice_sort_word(i)))
            return notice_sort_word(i);
    for (int i = 0; role && i < ROLE_COUNT; i++)
        if (str_is(given, role_word((enum role)i)))
            return role_word((enum role)i);
    return "";
}

static void add_pair(const char **pairs, size_t *n, const char *name, const char *value)
{
    if (!*value)
        return;
    pairs[(*n)++] = name;
    pairs[(*n)++] = value;
}

void page_inbox(struct rq *r)
{
    static const char *const states[] = {"open", "acknowledged"}, *const offices[] = {"mine", "office"};
    const struct view *v;
    const char *after = arena_cstr(r->a, http_query(r->in, "after")),
               *after_at = arena_cstr(r->a, http_query(r->in, "after_at"));
    struct asked_for asked = {.state = states[str_is(http_query(r->in, "state"), states[1])],
                              .whose = offices[str_is(http_query(r->in, "whose"), offices[1])],
                              .sort = word_of(r, "sort", false),
                              .role = word_of(r, "role", true)};
    const char *pairs[13] = {"state", asked.state, "whose", asked.whose, NULL};
    size_t n = 4;
    add_pair(pairs, &n, "sort", asked.sort);
    add_pair(pairs, &n, "role", asked.role);
    if (after && *after && after_at && *after_at) {
        add_pair(pairs, &n, "after", after);
        add_pair(pairs, &n, "after_at", after_at);
    }
    enum err e = look(r, "notice.list", id_nil(), pairs, &v);
    if (e == OK)
        draw(r, v->model, &asked);
    else
        answer_error(r, e);
}

/* How many wait, for the script: numbers and nothing else. */
void page_inbox_count(struct rq *r)
{
    const struct view *v, *reports, *proposals;
    enum err e = LOOK(r, "notice.count", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct notice_count *m = v->model;
    struct json j = json_to(&r->out->body);
    answer_type(r, "application/json");
    json_object(&j);
    json_kv_i64(&j, "open", m->open);
    json_kv_i64(&j, "late", m->late);
    json_kv_bool(&j, "more", m->more);
    if (may_look(r, "report.count") && LOOK(r, "report.count", id_nil(), &reports) == OK) {
        const struct report_count *c = reports->model;
        json_kv_i64(&j, "reports", c->waiting);
        json_kv_i64(&j, "reports_late", c->urgent);
    }
    if (may_look(r, "proposal.count") && LOOK(r, "proposal.count", id_nil(), &proposals) == OK)
        json_kv_i64(&j, "proposals", ((const struct proposal_count *)proposals->model)->waiting);
    err_clear();
    json_end(&j);
}
