/* SPDX-License-Identifier: Apache-2.0 */
/* case_page.c - one case: who is in it, what is recorded, what is due, what happened, what may be done next.
 */
#include "web/pages.h"
#include "web/parts.h"

#define RECORDS_MAX  24 /* opened on the page; each is a look of its own. More are links */
#define VALUES_MAX   12
#define TIMELINE_MAX 60

struct opened {
    const struct view *view; /* NULL: not opened */
    const struct record_model *record;
};
struct moment {
    int64_t us;
    const char *what;  /* msgid */
    const char *about; /* msgid, "" */
    bool ahead;
};
struct casefile {
    struct rq *r;
    const struct view *view;
    const struct case_model *m;
    const struct decision_list *decisions; /* NULL: not open to this officer */
    struct opened opened[RECORDS_MAX];
    size_t nopened;
    struct moment moments[TIMELINE_MAX];
    size_t nmoments;
};

/* ---- collecting
 * ------------------------------------------------------------------------------------------------------ */

static void moment(struct casefile *c, int64_t us, const char *what, const char *about, bool ahead)
{
    if (us && c->nmoments < TIMELINE_MAX)
        c->moments[c->nmoments++] = (struct moment){us, what, about ? about : "", ahead};
}

static enum err open_record(struct casefile *c, const struct record_model *frame)
{
    const struct view *v;
    char *name = frame->kind ? arena_printf(c->r->a, "%s.show", frame->kind->id) : NULL;
    if (!name || c->nopened == RECORDS_MAX)
        return OK;
    enum err e = LOOK(c->r, name, frame->id, &v);
    if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_HINT)
        return OK; /* its frame is all that may be seen */
    TRY(e);
    const struct record_model *m = v->model;
    c->opened[c->nopened++] = (struct opened){v, m};
    for (size_t i = 0; i < m->nhistory; i++) {
        const struct kind_action *ka = kind_action(m->kind, m->history[i].action);
        moment(c, m->history[i].recorded_at_us, ka ? ka->label : m->history[i].action, m->kind->title, false);
    }
    return OK;
}

static const struct opened *opened_of(const struct casefile *c, struct id record)
{
    for (size_t i = 0; i < c->nopened; i++)
        if (id_eq(c->opened[i].record->id, record))
            return &c->opened[i];
    return NULL;
}

static int later_first(const void *a, const void *b)
{
    int64_t x = ((const struct moment *)a)->us, y = ((const struct moment *)b)->us;
    return x < y ? 1 : x > y ? -1 : 0;
}

static const char *stage_label(const struct pack *pack, const char *stage)
{
    for (size_t i = 0; i < pack->nstages; i++)
        if (strcmp(pack->stages[i].id, stage) == 0)
            return pack->stages[i].label;
    return stage;
}

static enum err collect_decisions(struct casefile *c)
{
    const struct view *v;
    enum err e = LOOK(c->r, "decision.list", c->m->id, &v);
    if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_HINT)
        return OK;
    TRY(e);
    c->decisions = v->model;
    for (size_t i = 0; i < c->decisions->n; i++) {
        const struct decision_model *d = &c->decisions->items[i];
        const char *stage = stage_label(c->r->w->pack, d->stage);
        moment(c, d->at_us, d->negative ? "Negative decision" : "Stage decided", stage, false);
        moment(c, d->second_us, "Confirmed by a second agency", stage, false);
    }
    return OK;
}

static enum err collect(struct casefile *c)
{
    const struct case_model *m = c->m;
    TRY(collect_decisions(c));
    for (size_t s = 0; s < m->nsubjects; s++)
        for (size_t i = 0; i < m->subjects[s].nrecords; i++)
            TRY(open_record(c, &m->subjects[s].records[i]));
    for (size_t i = 0; i < m->nrecords; i++)
        TRY(open_record(c, &m->records[i]));
    moment(c, m->opened_us, "Case opened", NULL, false);
    moment(c, m->closed_us, "Case closed", NULL, false);
    for (size_t i = 0; i < m->nclocks; i++) {
        moment(c, m->clocks[i].times.due_us, m->clocks[i].state == CLOCK_RUNNING ? "Due" : "Was due",
               m->clocks[i].label, m->clocks[i].times.due_us > env_now_us());
        if (m->clocks[i].state == CLOCK_STOPPED)
            moment(c, m->clocks[i].stopped_us, "Done", m->clocks[i].label, false);
    }
    qsort(c->moments, c->nmoments, sizeof *c->moments, later_first);
    return OK;
}

static const struct clock_model *most_urgent(const struct case_model *m)
{
    const struct clock_model *found = NULL;
    for (size_t i = 0; i < m->nclocks; i++)
        if (m->clocks[i].state == CLOCK_RUNNING &&
            (!found || m->clocks[i].times.due_us < found->times.due_us))
            found = &m->clocks[i];
    return found;
}

/* ---- head
 * --------------------------------------------------------------------------------------------------------------
 */

static void head(struct casefile *c, struct page *p)
{
    const struct case_model *m = c->m;
    const struct clock_model *urgent = most_urgent(m);
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    page_isolate_c(p, m->number);
    page_end(p);
    PAGE_EL(p, "div", "class", "title");
    PAGE_EL(p, "h1");
    page_t(p, "Case");
    page_c(p, " ");
    page_isolate_c(p, m->number);
    page_end(p);
    if (urgent && urgent->mark != CLOCK_OK)
        tag_t(p, urgent->mark == CLOCK_OVERDUE ? "red" : "amber",
              urgent->mark == CLOCK_OVERDUE ? "Overdue" : "Due soon");
    PAGE_EL(p, "span", "class", m->protects ? "tag tag-green" : "tag tag-blue");
    stage_name(c->r, p, m->stage);
    page_end(p);
    if (strcmp(m->state, "open") != 0)
        tag_t(p, "grey", word_msgid(p->arena, m->state));
    PAGE_EL(p, "span", "class", m->label >= LABEL_AMBER_STRICT ? "tag tag-red" : "tag tag-amber");
    page_isolate_c(p, label_word(m->label));
    page_end(p);
    if (m->synthetic)
        tag_t(p, "violet", "Synthetic");
    page_end(p);
}

static void deadline(struct casefile *c, struct page *p)
{
    const struct clock_model *k = most_urgent(c->m);
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

static void track(struct casefile *c, struct page *p)
{
    const struct pack *pack = c->r->w->pack;
    bool reached = true;
    PAGE_EL(p, "ol", "class", "track", "aria-label", page_words(p, "Stage of identification"));
    for (size_t i = 0; i < pack->nstages; i++) {
        bool now = strcmp(pack->stages[i].id, c->m->stage) == 0;
        PAGE_EL(p, "li", "class", now ? "now" : reached ? "past" : NULL, "aria-current", now ? "step" : NULL);
        page_t(p, pack->stages[i].label);
        if (pack->stages[i].protects)
            el_text(p, "small", NULL, "protects");
        page_end(p);
        reached &= !now;
    }
    page_end(p);
}

/* How it came to this stage. */
static void stages(struct casefile *c, struct page *p)
{
    if (!c->decisions || !c->decisions->n)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "How the stage was decided");
    decision_items(c->r, p, c->view, c->decisions);
    page_end(p);
}

/* ---- people
 * ----------------------------------------------------------------------------------------------------------------
 */

static void name_line(struct page *p, const struct name_model *n)
{
    PAGE_EL(p, "div");
    el_word(p, "dt", NULL, n->type);
    PAGE_EL(p, "dd", "class", "name");
    shown_value(p, n->full);
    if (n->full.verdict == VERDICT_ALLOW && (n->reading.text.n || n->passport_form.text.n)) {
        PAGE_EL(p, "small");
        page_c(p, " ");
        if (n->reading.text.n)
            page_bdi(p, n->reading.text);
        if (n->reading.text.n && n->passport_form.text.n)
            page_c(p, " / ");
        if (n->passport_form.text.n)
            page_isolate(p, n->passport_form.text);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void identifier_line(struct page *p, const struct identifier_model *i)
{
    PAGE_EL(p, "div");
    el_word(p, "dt", NULL, i->type);
    PAGE_EL(p, "dd");
    if (i->value.verdict == VERDICT_ALLOW)
        page_isolate(p, i->value.text);
    else
        withheld(p, i->value.reason);
    page_end(p);
    page_end(p);
}

static void record_head(struct casefile *c, struct page *p, const struct record_model *frame,
                        const char *level)
{
    char *format = arena_printf(c->r->a, "/record/%s/%%s", frame->kind ? frame->kind->id : "");
    PAGE_EL(p, "div", "class", "record-head");
    PAGE_EL(p, level);
    PAGE_EL(p, "a", "href", path_of(c->r, format ? format : "", frame->id));
    page_t(p, frame->kind ? frame->kind->title : "Record");
    page_end(p);
    page_end(p);
    tag_t(p, "grey", state_label(frame->kind, frame->state));
    PAGE_EL(p, "span", "class", "quiet");
    page_time(p, frame->updated_us);
    page_end(p);
    page_end(p);
}

static void record_part(struct casefile *c, struct page *p, const struct record_model *frame,
                        const char *level)
{
    const struct opened *o = opened_of(c, frame->id);
    record_head(c, p, frame, level);
    if (!o)
        return;
    record_values(c->r, p, o->record, VALUES_MAX);
    PAGE_EL(p, "div", "class", "actions");
    actions_of_record(c->r, p, o->view, o->record);
    page_end(p);
}

static bool has_one(const struct record_model *records, size_t n, const struct kind *k)
{
    for (size_t i = 0; i < n; i++)
        if (records[i].kind == k)
            return true;
    return false;
}

/* Of kinds of which there is one at most, and it is there already. */
static bool is_full(const struct casefile *c, struct id subject, const struct kind *k)
{
    if (!k->once)
        return false;
    if (id_is_nil(subject))
        return has_one(c->m->records, c->m->nrecords, k);
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (id_eq(c->m->subjects[i].id, subject) &&
            has_one(c->m->subjects[i].records, c->m->subjects[i].nrecords, k))
            return true;
    return false;
}

static void new_records(struct casefile *c, struct page *p, struct id subject, const char *role)
{
    const struct pack *pack = c->r->w->pack;
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    for (size_t i = 0; i < pack->nkinds; i++) {
        const struct kind *k = &pack->kinds[i];
        bool wanted = k->nsubject_roles == 0 || !role;
        for (size_t n = 0; role && n < k->nsubject_roles; n++)
            wanted |= strcmp(k->subject_roles[n], role) == 0;
        char *name = arena_printf(c->r->a, "%s.create", k->id);
        const struct action *a = name ? door_action(c->r->w->door, name) : NULL;
        if (!a || !wanted || is_full(c, subject, k) || !(k->attach & (role ? ATTACH_SUBJECT : ATTACH_CASE)) ||
            !may_act(c->r, c->view, a))
            continue;
        char *path = role ? arena_printf(c->r->a, "/do/%s?case=%s&subject=%s", name, in_case, of)
                          : arena_printf(c->r->a, "/do/%s?case=%s", name, in_case);
        if (path)
            link_t(p, path, "button-quiet", a->summary);
    }
}

static void to_subject(struct casefile *c, struct page *p, const char *action, struct id subject)
{
    const struct action *a = door_action(c->r->w->door, action);
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    if (!a || !may_act(c->r, c->view, a))
        return;
    char *path = arena_printf(c->r->a, "/do/%s?id=%s&case=%s", action, of, in_case);
    if (path)
        link_t(p, path, "button-quiet", a->summary);
}

static void subject_link(struct casefile *c, struct page *p, struct id subject)
{
    char in_case[33], of[33];
    id_text(c->m->id, in_case);
    id_text(subject, of);
    char *path = arena_printf(c->r->a, "/subject/%s?case=%s", of, in_case);
    PAGE_EL(p, "a", "href", path ? path : "/");
}

static void person_card(struct casefile *c, struct page *p, const struct subject_model *s)
{
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "h2");
    subject_link(c, p, s->id);
    role_name(c->r, p, s->role);
    page_end(p);
    page_end(p);
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < s->nnames; i++)
        name_line(p, &s->names[i]);
    for (size_t i = 0; i < s->nidentifiers; i++)
        identifier_line(p, &s->identifiers[i]);
    page_end(p);
    if (!s->nnames)
        el_text(p, "p", "quiet", "No name is recorded. A name is never required.");
    for (int profile = 1; profile >= 0; profile--) /* what there is one of tells who it is: first */
        for (size_t i = 0; i < s->nrecords; i++)
            if ((s->records[i].kind && s->records[i].kind->once) == (profile == 1))
                record_part(c, p, &s->records[i], "h3");
    PAGE_EL(p, "details", "class", "more");
    el_text(p, "summary", NULL, "Add or change");
    PAGE_EL(p, "div", "class", "actions");
    to_subject(c, p, "name.add", s->id);
    to_subject(c, p, "identifier.add", s->id);
    to_subject(c, p, "subject.set_role", s->id);
    new_records(c, p, s->id, s->role);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void organisations(struct casefile *c, struct page *p)
{
    bool any = false;
    for (size_t i = 0; i < c->m->nsubjects; i++)
        any |= c->m->subjects[i].type == SUBJECT_ORGANISATION;
    if (!any)
        return;
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Organizations");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    static const char *const heads[] = {"Name", "Role", "Identifiers", "Since"};
    for (size_t i = 0; i < 4; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < c->m->nsubjects; i++) {
        const struct subject_model *s = &c->m->subjects[i];
        if (s->type != SUBJECT_ORGANISATION)
            continue;
        PAGE_EL(p, "tr");
        PAGE_EL(p, "td");
        subject_link(c, p, s->id);
        for (size_t n = 0; n < s->nnames; n++) {
            if (n)
                PAGE_EL(p, "br");
            shown_value(p, s->names[n].full);
        }
        if (!s->nnames)
            page_t(p, "Organization");
        page_end(p);
        page_end(p);
        PAGE_EL(p, "td");
        role_name(c->r, p, s->role);
        page_end(p);
        PAGE_EL(p, "td");
        for (size_t n = 0; n < s->nidentifiers; n++) {
            page_c(p, n ? ", " : "");
            if (s->identifiers[n].value.verdict == VERDICT_ALLOW)
                page_isolate(p, s->identifiers[n].value.text);
            else
                withheld(p, s->identifiers[n].value.reason);
        }
        page_end(p);
        PAGE_EL(p, "td");
        page_time(p, s->from_us);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

/* ---- the side
 * --------------------------------------------------------------------------------------------------------------
 */

static void next_steps(struct casefile *c, struct page *p)
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
        new_records(c, p, id_nil(), NULL);
    page_end(p);
    page_end(p);
}

static void clocks(struct casefile *c, struct page *p)
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

static void timeline(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Timeline");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < c->nmoments; i++) {
        PAGE_EL(p, "li", "class", c->moments[i].ahead ? "ahead" : NULL);
        page_time(p, c->moments[i].us);
        el_text(p, "strong", NULL, c->moments[i].what);
        if (*c->moments[i].about)
            el_text(p, "span", NULL, c->moments[i].about);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void holders(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Who holds it");
    PAGE_EL(p, "p");
    agency_name(c->r, p, c->m->agency);
    page_end(p);
    if (c->m->nshared) {
        PAGE_EL(p, "p");
        page_t(p, "Shared with");
        page_c(p, ": ");
        for (size_t i = 0; i < c->m->nshared; i++) {
            page_c(p, i ? " · " : "");
            agency_name(c->r, p, c->m->shared_with[i]);
        }
        page_end(p);
    }
    if (door_view_decl(c->r->w->door, "case.who_looked"))
        link_t(p, path_of(c->r, "/case/%s/looked", c->m->id), NULL, "Who looked at this case");
    page_end(p);
}

/* ---- the page
 * ----------------------------------------------------------------------------------------------------------------
 */

static void draw(struct casefile *c)
{
    struct page made = layout_start(c->r, "Case", c->m->number, "/", c->m->synthetic), *p = &made;
    head(c, p);
    deadline(c, p);
    track(c, p);
    PAGE_EL(p, "div", "class", "columns");
    PAGE_EL(p, "div", "class", "wide");
    for (size_t i = 0; i < c->m->nsubjects; i++)
        if (c->m->subjects[i].type == SUBJECT_PERSON)
            person_card(c, p, &c->m->subjects[i]);
    stages(c, p);
    for (size_t i = 0; i < c->m->nrecords; i++) {
        PAGE_EL(p, "section", "class", "card");
        record_part(c, p, &c->m->records[i], "h2");
        page_end(p);
    }
    organisations(c, p);
    page_end(p);
    PAGE_EL(p, "div", "class", "side");
    next_steps(c, p);
    clocks(c, p);
    timeline(c, p);
    holders(c, p);
    page_end(p);
    page_end(p);
    layout_end(c->r, p);
}

void page_case(struct rq *r)
{
    if (str_ends(r->in->path, "/looked")) {
        page_looked(r);
        return;
    }
    struct casefile *c = ARENA_NEW(r->a, struct casefile);
    struct id id;
    enum err e = c ? OK : arena_err(r->a);
    if (e == OK)
        e = page_id(r, "/case/", &id);
    if (e == OK) {
        c->r = r;
        e = LOOK(r, "case.show", id, &c->view);
    }
    if (e == OK) {
        c->m = c->view->model;
        e = collect(c);
    }
    if (e == OK)
        draw(c);
    else
        answer_error(r, e);
}
