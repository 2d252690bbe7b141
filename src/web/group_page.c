/* SPDX-License-Identifier: Apache-2.0 */
/* group_page.c - several persons in one situation: what they share, and how each of them was heard. */
#include "web/pages.h"
#include "web/parts.h"

static void facts(struct page *p, const struct group_model *m)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "What they share");
    PAGE_EL(p, "dl", "class", "facts");
    for (size_t i = 0; i < m->nfacts; i++) {
        PAGE_EL(p, "div");
        el_word(p, "dt", NULL, m->facts[i].what);
        PAGE_EL(p, "dd");
        shown_value(p, m->facts[i].value);
        page_end(p);
        page_end(p);
    }
    page_end(p);
    if (!m->nfacts)
        el_text(p, "p", "quiet", "Nothing is recorded yet.");
    page_end(p);
}

static void state_cell(struct page *p, const struct group_member *one, bool yes)
{
    PAGE_EL(p, "td");
    if (one->opened)
        tag_t(p, yes ? "green" : "red", yes ? "Yes" : "Not yet");
    else
        page_c(p, "–");
    page_end(p);
}

static void member(struct rq *r, struct page *p, const struct group_model *m, const struct group_member *one)
{
    char id[33], group[33];
    id_text(one->case_, id);
    id_text(m->id, group);
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "row");
    PAGE_EL(p, "a", "href", path_of(r, "/case/%s", one->case_));
    page_isolate_c(p, one->number);
    page_end(p);
    if (one->possible_enforcer) {
        page_c(p, " ");
        tag_t(p, "red", "May act for the exploiters");
    }
    page_end(p);
    state_cell(p, one, one->private_interview);
    state_cell(p, one, one->own_interpreter);
    state_cell(p, one, one->own_consent);
    PAGE_EL(p, "td");
    char *path = arena_printf(r->a, "/do/group.note_interview?id=%s&group=%s", id, group);
    if (one->opened && path)
        link_t(p, path, NULL, "Note how the person was heard");
    page_end(p);
    page_end(p);
}

static void members(struct rq *r, struct page *p, const struct group_model *m)
{
    static const char *const heads[] = {"Case", "Spoken to alone", "Own interpreter", "Own consent", "Next"};
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Each person has a case of her or his own");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < m->nmembers; i++)
        member(r, p, m, &m->members[i]);
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
}

static void next_steps(struct rq *r, struct page *p, const struct view *v)
{
    static const char *const names[] = {"group.set_fact", "group.remove_case"};
    const struct group_model *m = v->model;
    char id[33], group[33];
    id_text(m->in_case, id);
    id_text(m->id, group);
    PAGE_EL(p, "div", "class", "actions");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct action *a = door_action(r->w->door, names[i]);
        char *path = arena_printf(r->a, "/do/%s?id=%s&group=%s", names[i], id, group);
        if (a && path && may_act(r, v, a))
            link_t(p, path, "button-secondary", a->summary);
    }
    page_end(p);
}

static bool is_member(const struct group_model *m, struct id case_)
{
    for (size_t i = 0; i < m->nmembers; i++)
        if (id_eq(m->members[i].case_, case_))
            return true;
    return false;
}

/* One more of my own open cases; the next page asks once more, and the door decides. */
static void add_case(struct rq *r, struct page *p, const struct view *v)
{
    const struct group_model *m = v->model;
    const struct action *a = door_action(r->w->door, "group.add_case");
    const struct view *mine;
    char id[33], group[33];
    if (!a || !may_act(r, v, a))
        return;
    if (LOOK(r, "case.list", id_nil(), &mine, "state", "open", "mine", "yes") != OK) {
        err_clear();
        return;
    }
    const struct case_list *list = mine->model;
    id_text(m->id, group);
    PAGE_EL(p, "form", "method", "get", "action", "/do/group.add_case", "class", "inline-form");
    page_hidden(p, "group", group);
    id_text(m->in_case, id);
    page_hidden(p, "through", id);
    PAGE_EL(p, "label", "for", "add-case");
    page_t(p, "Another of my cases");
    page_end(p);
    PAGE_EL(p, "select", "name", "id", "id", "add-case");
    for (size_t i = 0; i < list->n; i++) {
        if (is_member(m, list->items[i].id))
            continue;
        id_text(list->items[i].id, id);
        PAGE_EL(p, "option", "value", id);
        page_c(p, list->items[i].number);
        page_end(p);
    }
    page_end(p);
    PAGE_EL(p, "button", "class", "button-secondary");
    page_t(p, "Add to this group");
    page_end(p);
    page_end(p);
}

/* The whole group to one deputy: its open cases that open to this officer, through the same check as any
 * ticked cases. */
static void hand_over_all(struct rq *r, struct page *p, const struct group_model *m)
{
    const struct action *a = door_action(r->w->door, "case.hand_over");
    size_t n = 0;
    for (size_t i = 0; i < m->nmembers; i++)
        n += m->members[i].opened && strcmp(m->members[i].state, "open") == 0;
    if (!a || !n || !may_start(r, a))
        return;
    form_start(r, p, "/bulk", "inline-form");
    page_hidden(p, "do", a->name);
    for (size_t i = 0; i < m->nmembers; i++) {
        const struct group_member *one = &m->members[i];
        char id[33];
        if (!one->opened || strcmp(one->state, "open") != 0)
            continue;
        id_text(one->case_, id);
        const char *item = arena_printf(r->a, "%s %s", id, one->number);
        page_hidden(p, "item", item ? item : "");
    }
    PAGE_EL(p, "button", "class", "button-secondary");
    page_t(p, "Hand over all cases of this group");
    page_end(p);
    page_end(p);
}

static void group_row(struct rq *r, struct page *p, const struct group_row *g)
{
    char through[33], id[33];
    id_text(g->through, through);
    id_text(g->id, id);
    const char *path = id_is_nil(g->through) ? NULL : arena_printf(r->a, "/group/%s?case=%s", id, through);
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "row");
    if (path)
        PAGE_EL(p, "a", "href", path);
    page_isolate_c(p, g->number);
    if (path)
        page_end(p);
    page_end(p);
    PAGE_EL(p, "td");
    page_i64(p, g->cases);
    page_end(p);
    PAGE_EL(p, "td");
    page_i64(p, g->open);
    page_end(p);
    PAGE_EL(p, "td");
    page_time(p, g->made_us);
    page_end(p);
    page_end(p);
}

void page_groups(struct rq *r)
{
    static const char *const columns[] = {"Number", "Cases", "Open", "Made"};
    const struct view *v;
    enum err e = LOOK(r, "group.list", id_nil(), &v);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct group_list *list = v->model;
    struct page made = layout_start(r, "Groups of cases", NULL, "/groups", false), *p = &made;
    el_text(p, "h1", NULL, "Groups of cases");
    el_text(p, "p", "lead", "Several persons in one situation, each with a case of her own.");
    PAGE_EL(p, "section", "class", "card");
    if (list->n) {
        table_head(p, columns, sizeof columns / sizeof *columns);
        for (size_t i = 0; i < list->n; i++)
            group_row(r, p, &list->items[i]);
        table_done(p);
    } else {
        el_text(p, "p", "quiet empty",
                "There is no group yet. It begins on the page of a case, under \"Others in the same "
                "situation\".");
    }
    page_end(p);
    layout_end(r, p);
}

void page_group(struct rq *r)
{
    const char *in_case = arena_cstr(r->a, http_query(r->in, "case"));
    const struct view *v;
    struct id id;
    enum err e = in_case ? page_id(r, "/group/", &id) : arena_err(r->a);
    if (e == OK && id_parse(str_of(in_case), &(struct id){0}) != OK)
        e = FAIL(ERR_NOT_FOUND, "case");
    if (e == OK)
        e = LOOK(r, "group.show", id, &v, "case", in_case);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    const struct group_model *m = v->model;
    struct page made = layout_start(r, "Group of cases", NULL, "/", m->synthetic), *p = &made;
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    link_t(p, "/", NULL, "Cases");
    page_c(p, " › ");
    case_crumb(r, p, m->in_case);
    page_end(p);
    char number[SHEET_TEXT];
    sheet_number(m->id, number);
    PAGE_EL(p, "h1");
    page_t(p, "Group of cases");
    page_c(p, " ");
    page_isolate_c(p, number);
    page_end(p);
    el_text(p, "p", "warning",
            "Speak to each person alone, with another interpreter than the others had. Somebody in a group "
            "may act for the exploiters.");
    facts(p, m);
    members(r, p, m);
    next_steps(r, p, v);
    add_case(r, p, v);
    hand_over_all(r, p, m);
    layout_end(r, p);
}
