/* SPDX-License-Identifier: Apache-2.0 */
/* help_page.c - what is said about the program itself: who may do what, and the register of errors. Computed,
 * not written. */
#include "web/pages.h"
#include "web/parts.h"

/* ---- who may do what
 * ----------------------------------------------------------------------------------------------------- */

struct matrix {
    enum purpose purpose;
    enum relation relation;
};

static struct policy_answer ask(const struct matrix *m, enum role role, const struct action *a)
{
    const struct kind_action *k = a->kind_action;
    struct policy_question q = {.role = role,
                                .verb = a->verb,
                                .object = a->object,
                                .relation = m->relation,
                                .need_to_know = m->relation != RELATION_NONE,
                                .purpose = m->purpose,
                                .basis = m->relation == RELATION_OWNER ? BASIS_NONE : BASIS_LEGAL,
                                .class = CLASS_NONE,
                                .label = LABEL_AMBER,
                                .assurance = 2};
    struct policy_answer answer = policy_decide(&q);
    if (k && answer.verdict >= VERDICT_MASK &&
        ((k->roles && !(k->roles & (1u << role))) || (k->purposes && !(k->purposes & (1u << m->purpose)))))
        return (struct policy_answer){VERDICT_DENY,
                                      k->roles && !(k->roles & (1u << role)) ? REASON_ROLE : REASON_PURPOSE,
                                      OBLIGE_AUDIT};
    return answer;
}

static void choose_word(struct page *p, const char *name, const char *label, int count,
                        const char *(*word)(int v), int now)
{
    PAGE_EL(p, "label", "for", name);
    page_t(p, label);
    page_end(p);
    PAGE_EL(p, "select", "id", name, "name", name);
    for (int i = 0; i < count; i++) {
        PAGE_EL(p, "option", "value", word(i), "selected", i == now ? "" : NULL);
        page_word(p, word(i));
        page_end(p);
    }
    page_end(p);
}

static const char *purpose_at(int v)
{
    return purpose_word((enum purpose)v);
}

static const char *relation_at(int v)
{
    return relation_word((enum relation)v);
}

static void cell(struct page *p, struct policy_answer a)
{
    static const char *const signs[] = {"–", "–", "!", "◐", "●"};
    char *class = arena_printf(p->arena, "v-%s", verdict_word(a.verdict));
    const char *verdict = lang_text(p->lang, word_msgid(p->arena, verdict_word(a.verdict)));
    char *title = a.verdict == VERDICT_ALLOW ? arena_printf(p->arena, "%s", verdict)
                                             : arena_printf(p->arena, "%s: %s", verdict,
                                                            lang_text(p->lang, withheld_words(a.reason)));
    PAGE_EL(p, "td", "class", class, "title", title);
    PAGE_EL(p, "span", "aria-hidden", "true");
    page_c(p, signs[a.verdict < VERDICT_COUNT ? a.verdict : 0]);
    page_end(p);
    PAGE_EL(p, "span", "class", "sr");
    page_c(p, verdict);
    page_end(p);
    page_end(p);
}

static void matrix_table(struct rq *r, struct page *p, const struct matrix *m)
{
    const struct action *const *actions;
    size_t n = door_actions(r->w->door, &actions);
    PAGE_EL(p, "div", "class", "scroll tall", "tabindex", "0");
    PAGE_EL(p, "table", "class", "matrix");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    el_text(p, "th", NULL, "Action");
    for (int role = ROLE_ANONYMOUS; role < ROLE_SYSTEM; role++) {
        PAGE_EL(p, "th", "scope", "col", "class", "role");
        el_word(p, "span", NULL, role_word((enum role)role));
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < n; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "th", "scope", "row");
        page_t(p, actions[i]->summary);
        PAGE_EL(p, "code");
        page_isolate_c(p, actions[i]->name);
        page_end(p);
        page_end(p);
        for (int role = ROLE_ANONYMOUS; role < ROLE_SYSTEM; role++)
            cell(p, ask(m, (enum role)role, actions[i]));
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
}

static const char *role_at(int v)
{
    return role_word((enum role)v);
}

static bool may_with(struct policy_answer a)
{
    return a.verdict == VERDICT_ALLOW;
}

/* Several kinds of record have an action of the same words. */
static void action_words(struct page *p, const struct action *a)
{
    if (a->kind) {
        page_t(p, a->kind->title);
        page_c(p, ": ");
    }
    page_t(p, a->summary);
}

/* What this role may do, as a list of words; two: what takes a second person is marked. */
static size_t may_list(struct rq *r, struct page *p, const struct matrix *m, enum role role)
{
    const struct action *const *actions;
    size_t n = door_actions(r->w->door, &actions), may = 0;
    PAGE_EL(p, "ul", "class", "may");
    for (size_t i = 0; i < n; i++) {
        struct policy_answer a = ask(m, role, actions[i]);
        if (!may_with(a))
            continue;
        may++;
        PAGE_EL(p, "li");
        action_words(p, actions[i]);
        if (actions[i]->two_people || (a.obligations & OBLIGE_SECOND_PERSON)) {
            page_c(p, " ");
            tag_t(p, "amber", "two people");
        }
        page_end(p);
    }
    page_end(p);
    return may;
}

/* What it may not do, by the reason why not: the reason says what is missing. */
static void not_for(struct rq *r, struct page *p, const struct matrix *m, enum role role,
                    enum policy_reason reason)
{
    const struct action *const *actions;
    size_t n = door_actions(r->w->door, &actions), found = 0;
    for (size_t i = 0; i < n; i++) {
        struct policy_answer a = ask(m, role, actions[i]);
        if (may_with(a) || a.reason != reason)
            continue;
        if (found++ == 0) {
            PAGE_EL(p, "details");
            PAGE_EL(p, "summary");
            page_t(p, withheld_words(reason));
            page_end(p);
            PAGE_EL(p, "ul", "class", "may");
        }
        PAGE_EL(p, "li");
        action_words(p, actions[i]);
        page_end(p);
    }
    if (found) {
        page_end(p);
        page_end(p);
    }
}

static void in_words(struct rq *r, struct page *p, const struct matrix *m, enum role role)
{
    const struct action *const *actions;
    size_t n = door_actions(r->w->door, &actions);
    char text[24], all[24];
    PAGE_EL(p, "section", "class", "card");
    el_word(p, "h2", NULL, role_word(role));
    el_text(p, "h3", NULL, "May");
    size_t may = may_list(r, p, m, role);
    snprintf(text, sizeof text, "%zu", may);
    snprintf(all, sizeof all, "%zu", n);
    PAGE_EL(p, "progress", "value", text, "max", all, "aria-label", page_words(p, "How much of everything"));
    page_end(p);
    PAGE_EL(p, "p", "class", "quiet");
    PAGE_SAY(p, "{n} of {all} actions", "n", text, "all", all);
    page_end(p);
    el_text(p, "h3", NULL, "May not, and why");
    for (int reason = 0; reason < REASON_COUNT; reason++)
        not_for(r, p, m, role, (enum policy_reason)reason);
    page_end(p);
}

void page_permissions(struct rq *r)
{
    struct matrix m = {PURPOSE_PROTECTION, RELATION_OWNER};
    enum role role = r->ctx.role;
    const char *chosen = arena_cstr(r->a, http_query(r->in, "role"));
    if (chosen && role_find(chosen) >= 0 && role_find(chosen) < ROLE_SYSTEM)
        role = (enum role)role_find(chosen);
    m.purpose = r->ctx.purpose != PURPOSE_NONE ? r->ctx.purpose : m.purpose;
    const char *purpose = arena_cstr(r->a, http_query(r->in, "purpose")),
               *relation = arena_cstr(r->a, http_query(r->in, "relation"));
    if (purpose && purpose_find(purpose) >= 0)
        m.purpose = (enum purpose)purpose_find(purpose);
    if (relation && relation_find(relation) >= 0)
        m.relation = (enum relation)relation_find(relation);
    struct page made = layout_start(r, "Who may do what", NULL, "/help/permissions", false), *p = &made;
    el_text(p, "h1", NULL, "Who may do what");
    el_text(p, "p", "lead",
            "Computed by the same rule that decides each request: for an officer who is named in the case, "
            "at label TLP:AMBER.");
    PAGE_EL(p, "form", "method", "get", "action", "/help/permissions", "class", "find");
    choose_word(p, "role", "Role", ROLE_SYSTEM, role_at, (int)role);
    choose_word(p, "purpose", "Purpose", PURPOSE_COUNT, purpose_at, (int)m.purpose);
    choose_word(p, "relation", "The officer's agency is", RELATION_COUNT, relation_at, (int)m.relation);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Show");
    page_end(p);
    page_end(p);
    in_words(r, p, &m, role);
    PAGE_EL(p, "details", "class", "card");
    PAGE_EL(p, "summary");
    page_t(p, "All roles in one table");
    page_end(p);
    PAGE_EL(p, "p", "class", "legend");
    static const enum verdict verdicts[] = {VERDICT_ALLOW, VERDICT_MASK, VERDICT_HINT, VERDICT_CONCEAL,
                                            VERDICT_DENY};
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        char *class = arena_printf(p->arena, "v-%s", verdict_word(verdicts[i]));
        el_word(p, "span", class, verdict_word(verdicts[i]));
    }
    page_end(p);
    PAGE_EL(p, "div");
    matrix_table(r, p, &m);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}

/* ---- the register of errors
 * -------------------------------------------------------------------------------------------------- */

void page_error_numbers(struct rq *r)
{
    static const char *const heads[] = {"Number", "What happened", "What to do"};
    const struct err_row *rows;
    size_t n = err_rows(&rows);
    struct page made = layout_start(r, "Error numbers", NULL, "", false), *p = &made;
    el_text(p, "h1", NULL, "Error numbers");
    PAGE_EL(p, "section", "class", "card");
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    for (size_t i = 0; i < 3; i++) {
        PAGE_EL(p, "th", "scope", "col");
        page_t(p, heads[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < n; i++) {
        char id[24];
        snprintf(id, sizeof id, "e%d", (int)rows[i].code);
        PAGE_EL(p, "tr", "id", id);
        PAGE_EL(p, "th", "scope", "row");
        page_i64(p, rows[i].code);
        page_end(p);
        el_text(p, "td", NULL, rows[i].message);
        el_text(p, "td", NULL, rows[i].hint);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(r, p);
}
