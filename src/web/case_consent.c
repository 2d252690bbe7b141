/* SPDX-License-Identifier: Apache-2.0 */
/* case_consent.c - who may know what of her, and on what it rests: agencies by classes, then each consent. */
#include "web/case_parts.h"

#define ROWS_MAX 40

struct right {
    const char *agency;
    enum basis of_class[CLASS_COUNT];
};

static bool live(const struct consent_model *m, int64_t now_us)
{
    return !m->withdrawn_us && (!m->until_us || m->until_us > now_us);
}

static struct right *row_of(struct right *rows, size_t *n, const char *agency)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(rows[i].agency, agency) == 0)
            return &rows[i];
    if (*n == ROWS_MAX)
        return NULL;
    rows[*n] = (struct right){.agency = agency};
    return &rows[(*n)++];
}

static void take(struct right *r, uint32_t classes, enum basis basis)
{
    for (int class = CLASS_NONE + 1; r && class < CLASS_COUNT; class ++)
        if ((!classes || (classes & (1u << class))) && r->of_class[class] != BASIS_CONSENT)
            r->of_class[class] = basis;
}

static size_t rights_of(struct casefile *c, struct right *rows)
{
    int64_t now = env_now_us();
    size_t n = 0;
    for (size_t i = 0; i < c->f->nshares; i++)
        if (c->f->shares[i].runs)
            take(row_of(rows, &n, c->f->shares[i].agency), c->f->shares[i].classes, c->f->shares[i].basis);
    for (size_t i = 0; i < c->f->nconsents; i++)
        if (live(&c->f->consents[i], now))
            take(row_of(rows, &n, c->f->consents[i].agency), c->f->consents[i].classes, BASIS_CONSENT);
    return n;
}

static void basis_cell(struct page *p, enum basis b)
{
    static const char *const marks[] = {"–", "✓", "§", "!"};
    static const char *const classes[] = {"right", "right by-consent", "right by-law", "right by-danger"};
    static const char *const heads[] = {"Not open", "Consent", "Law", "Life in danger"};
    PAGE_EL(p, "td", "class", classes[b]);
    PAGE_EL(p, "span", "aria-hidden", "true");
    page_c(p, marks[b]);
    page_end(p);
    el_text(p, "span", "sr", heads[b]);
    page_end(p);
}

static void matrix(struct casefile *c, struct page *p, const struct right *rows, size_t n)
{
    bool used[CLASS_COUNT] = {false};
    for (size_t i = 0; i < n; i++)
        for (int class = 1; class < CLASS_COUNT; class ++)
            used[class] |= rows[i].of_class[class] != BASIS_NONE;
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0");
    PAGE_EL(p, "table", "class", "rights");
    PAGE_EL(p, "thead");
    PAGE_EL(p, "tr");
    PAGE_EL(p, "th", "scope", "col");
    page_t(p, "Agency");
    page_end(p);
    for (int class = 1; class < CLASS_COUNT; class ++) {
        if (!used[class])
            continue;
        PAGE_EL(p, "th", "scope", "col");
        page_word(p, class_word((enum field_class) class));
        page_end(p);
    }
    page_end(p);
    page_end(p);
    PAGE_EL(p, "tbody");
    for (size_t i = 0; i < n; i++) {
        PAGE_EL(p, "tr");
        PAGE_EL(p, "th", "scope", "row");
        agency_name(c->r, p, rows[i].agency);
        page_end(p);
        for (int class = 1; class < CLASS_COUNT; class ++)
            if (used[class])
                basis_cell(p, rows[i].of_class[class]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
    page_end(p);
    el_text(p, "p", "quiet", "✓ consent · § law · ! life in danger. The place of a shelter is in no share.");
}

static void consent_state(struct page *p, const struct consent_model *m)
{
    if (m->withdrawn_us) {
        tag_t(p, "red", "Taken back");
        page_c(p, " ");
        page_time(p, m->withdrawn_us);
    } else if (!live(m, env_now_us())) {
        tag_t(p, "grey", "Ended");
    } else {
        tag_t(p, "green", "Counts");
    }
    if (!m->withdrawn_us && m->until_us) {
        page_c(p, " ");
        page_t(p, "until");
        page_c(p, " ");
        page_time(p, m->until_us);
    }
}

static void classes_line(struct page *p, uint32_t classes)
{
    bool any = false;
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++) {
        if (!(classes & (1u << class)))
            continue;
        page_c(p, any ? " · " : "");
        page_word(p, class_word((enum field_class) class));
        any = true;
    }
}

static void how_line(struct casefile *c, struct page *p, const struct consent_model *m)
{
    const struct code_list *list = pack_codes(c->r->w->pack, "language");
    const struct code *code = list ? code_find(list, m->language) : NULL;
    PAGE_EL(p, "div", "class", "quiet");
    page_time(p, m->given_us);
    if (*m->how) {
        page_c(p, " · ");
        page_word(p, m->how);
    }
    if (code) {
        page_c(p, " · ");
        page_t(p, code->label);
    }
    page_end(p);
    if (id_is_nil(m->guardian))
        return;
    PAGE_EL(p, "p", "class", "warning");
    page_t(
        p,
        "Given by the guardian. A guardian may be part of the exploitation: check, and ask the child alone.");
    page_end(p);
}

static void one_consent(struct casefile *c, struct page *p, const struct consent_model *m)
{
    const struct subject_model *s = case_subject(c, m->subject);
    char consent[33];
    id_text(m->id, consent);
    PAGE_EL(p, "li", "class", live(m, env_now_us()) ? "consent" : "consent over");
    PAGE_EL(p, "strong");
    agency_name(c->r, p, m->agency);
    page_c(p, " · ");
    page_word(p, purpose_word(m->purpose));
    page_end(p);
    page_c(p, " ");
    consent_state(p, m);
    PAGE_EL(p, "div");
    if (s && s->nnames && s->names[0].full.text.n) {
        page_bdi(p, s->names[0].full.text);
        page_c(p, ": ");
    }
    classes_line(p, m->classes);
    page_end(p);
    how_line(c, p, m);
    char *query = arena_printf(c->r->a, "&consent=%s", consent);
    if (!c->print && live(m, env_now_us()) && query) {
        PAGE_EL(p, "div", "class", "actions");
        case_button(c, p, "consent.withdraw", "button-secondary", query);
        page_end(p);
    }
    page_end(p);
}

void consent_part(struct casefile *c, struct page *p)
{
    struct right *rows = ARENA_ARRAY(c->r->a, ROWS_MAX, struct right);
    size_t n = rows ? rights_of(c, rows) : 0;
    case_card(p, "Who may know what");
    if (n)
        matrix(c, p, rows, n);
    else
        el_text(p, "p", NULL, "Nobody outside the agency that holds this case.");
    if (c->f->nconsents) {
        PAGE_EL(p, "ul", "class", "consents");
        for (size_t i = c->f->nconsents; i-- > 0;)
            one_consent(c, p, &c->f->consents[i]);
        page_end(p);
    } else {
        el_text(p, "p", "quiet", "No consent is recorded. Whoever says no loses nothing by it.");
    }
    if (!c->print) {
        PAGE_EL(p, "div", "class", "actions");
        if (c->m->nsubjects) /* else there is nobody to say yes */
            case_button(c, p, "consent.give", "button-quiet", NULL);
        if (c->f->npeople && !case_may(c, "consent.give"))
            el_text(p, "p", "quiet",
                    "What she agrees to is written down by a case lead; tell one what she said.");
        case_button(c, p, "case.share", "button-quiet", NULL);
        if (n)
            case_button(c, p, "grant.end", "button-quiet", NULL);
        page_end(p);
    }
    page_end(p);
}
