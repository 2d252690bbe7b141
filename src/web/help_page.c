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

void page_permissions(struct rq *r)
{
    struct matrix m = {PURPOSE_PROTECTION, RELATION_OWNER};
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
    choose_word(p, "purpose", "Purpose", PURPOSE_COUNT, purpose_at, (int)m.purpose);
    choose_word(p, "relation", "The officer's agency is", RELATION_COUNT, relation_at, (int)m.relation);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, "Show");
    page_end(p);
    page_end(p);
    PAGE_EL(p, "p", "class", "legend");
    static const enum verdict verdicts[] = {VERDICT_ALLOW, VERDICT_MASK, VERDICT_HINT, VERDICT_CONCEAL,
                                            VERDICT_DENY};
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        char *class = arena_printf(p->arena, "v-%s", verdict_word(verdicts[i]));
        el_word(p, "span", class, verdict_word(verdicts[i]));
    }
    page_end(p);
    PAGE_EL(p, "section", "class", "card");
    matrix_table(r, p, &m);
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
