/* SPDX-License-Identifier: Apache-2.0 */
/* form_sections.c - a long form in the sections that the pack gives its kind. Each is a part that opens
 * without a script; those open by themselves that hold something needed, something given, or something wrong.
 */
#include "web/form.h"

#define SHORT 7 /* a form of so many questions is read as one */

/* ---- which questions, in which order
 * ----------------------------------------------------------------------------------------------------------
 */

static bool comes_first(const struct asked *q)
{
    return q->required &&
           (!q->field || !q->field->when); /* what depends on another question stays below it */
}

static void order_part(struct asked *part, size_t n, struct asked *room)
{
    size_t at = 0;
    for (int first = 1; first >= 0; first--)
        for (size_t i = 0; i < n; i++)
            if (comes_first(&part[i]) == (first == 1))
                room[at++] = part[i];
    memcpy(part, room, n * sizeof *part);
}

void form_order(struct form *f)
{
    struct asked *room = ARENA_ARRAY(f->r->a, f->n + 1, struct asked);
    for (size_t i = 0, end; room && i < f->n; i = end) {
        for (end = i + 1; end < f->n && f->asked[end].section == f->asked[i].section; end++)
            ;
        if (f->asked[i].section)
            order_part(&f->asked[i], end - i, room);
    }
}

/* ---- how far it is
 * ----------------------------------------------------------------------------------------------------------
 */

static const struct asked *asked_as(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->asked[i].name, name) == 0)
            return &f->asked[i];
    return NULL;
}

static const char *joined(const struct form *f, const char *so_far, struct str value)
{
    const char *text = arena_printf(f->r->a, "%s%s%.*s", so_far, *so_far ? ";" : "", STR_FMT(value));
    return text ? text : "";
}

/* For conditions: as typed, else as recorded. */
static const char *value_now(void *user, const char *name)
{
    struct form *f = user;
    const struct asked *q = asked_as(f, name);
    const char *text = "";
    struct str value;
    for (size_t i = 0; q && (value = form_present(f, q, i)).n; i++)
        text = joined(f, text, value);
    for (size_t i = 0; !q && f->record && i < f->record->n; i++)
        for (size_t k = 0; strcmp(f->record->values[i].name, name) == 0 && k < f->record->values[i].n; k++)
            text = joined(f, text, f->record->values[i].values[k]);
    if (!q && strcmp(name, "state") == 0 && f->action->kind_action)
        text = f->action->kind_action->to ? f->action->kind_action->to : f->record ? f->record->state : "";
    return text;
}

bool form_is_meant(const struct form *f, const struct asked *q)
{
    const struct condition *when = q->field ? q->field->when : NULL;
    return q->control != CONTROL_HIDDEN && (!when || condition_holds(when, value_now, (void *)f));
}

bool form_is_answered(const struct form *f, const struct asked *q)
{
    return form_present(f, q, 0).n || (q->may_be_unknown && form_is_unknown(f, q));
}

bool form_is_needed(const struct form *f, const struct asked *q)
{
    bool needed = q->required || (q->field && q->field->required);
    return needed && form_is_meant(f, q) && !form_is_answered(f, q);
}

/* ---- the sections
 * ----------------------------------------------------------------------------------------------------------
 */

struct part {
    const char *name, *label, *help;
    size_t from, to; /* questions */
    size_t asked, answered, wrong;
    bool needs; /* one that must be answered */
};

static struct part part_of(const struct form *f, size_t from)
{
    const struct section *s = f->asked[from].section;
    struct part part = {.name = s ? s->name : "filing",
                        .label = s ? s->label : "How it is filed",
                        .help = s ? s->help : "",
                        .from = from};
    size_t i = from;
    for (; i < f->n && f->asked[i].section == s; i++) {
        const struct asked *q = &f->asked[i];
        bool meant = form_is_meant(f, q);
        part.asked += meant;
        part.answered += meant && form_is_answered(f, q);
        part.wrong += q->fault != NULL;
        part.needs |= meant && (q->required || (q->field && q->field->required));
    }
    part.to = i;
    return part;
}

static size_t parts_of(const struct form *f, struct part *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i = ret[n++].to)
        ret[n] = part_of(f, i);
    return n;
}

static const char *count_words(struct page *p, size_t answered, size_t asked)
{
    const char *words = arena_printf(p->arena, "%zu / %zu", answered, asked);
    return words ? words : "";
}

static const char *anchor(struct page *p, const char *before, const struct part *part)
{
    const char *id = arena_printf(p->arena, "%s%s", before, part->name);
    return id ? id : "";
}

static void count_of(struct page *p, const struct part *part)
{
    PAGE_EL(p, "span", "class", "part-count");
    el_text(p, "span", "sr", "Answered:");
    page_c(p, " ");
    PAGE_EL(p, "bdi", "dir", "ltr", "data-part", part->name);
    page_c(p, count_words(p, part->answered, part->asked));
    page_end(p);
    page_end(p);
}

/* The way to each section, and how much of the whole is answered; assets/akari.js moves it while one types.
 */
static void way(struct page *p, const struct part *parts, size_t n)
{
    size_t asked = 0, answered = 0;
    for (size_t i = 0; i < n; i++)
        asked += parts[i].asked, answered += parts[i].answered;
    PAGE_EL(p, "nav", "class", "form-way card", "aria-label", page_words(p, "Sections of this form"));
    PAGE_EL(p, "p", "class", "form-progress");
    PAGE_EL(p, "label", "for", "form-progress");
    page_t(p, "Answered:");
    page_end(p);
    page_c(p, " ");
    PAGE_EL(p, "bdi", "dir", "ltr", "data-part", "");
    page_c(p, count_words(p, answered, asked));
    page_end(p);
    PAGE_EL(p, "progress", "id", "form-progress", "max", arena_printf(p->arena, "%zu", asked), "value",
            arena_printf(p->arena, "%zu", answered));
    page_end(p);
    page_end(p);
    PAGE_EL(p, "ol");
    for (size_t i = 0; i < n; i++) {
        if (!parts[i].asked)
            continue;
        PAGE_EL(p, "li");
        PAGE_EL(p, "a", "href", anchor(p, "#part-", &parts[i]));
        page_t(p, parts[i].label);
        page_end(p);
        page_c(p, " ");
        if (parts[i].wrong)
            tag_t(p, "red", "To mend");
        else if (parts[i].needs && parts[i].answered == 0)
            tag_t(p, "amber", "Needed");
        count_of(p, &parts[i]);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

static void section(struct form *f, struct page *p, const struct part *part)
{
    bool open = part->needs || part->answered || part->wrong || part->from == 0;
    PAGE_EL(p, "details", "class", "form-part", "id", anchor(p, "part-", part), "open", open ? "" : NULL);
    PAGE_EL(p, "summary");
    el_text(p, "h2", NULL, part->label);
    page_c(p, " ");
    count_of(p, part);
    page_end(p);
    if (*part->help)
        el_text(p, "p", "hint", part->help);
    PAGE_EL(p, "div", "class", "form-part-questions");
    for (size_t i = part->from; i < part->to; i++)
        if (f->asked[i].control != CONTROL_HIDDEN)
            form_question(f, p, &f->asked[i]);
    page_end(p);
    page_end(p);
}

void form_sections(struct form *f, struct page *p)
{
    struct part *parts = ARENA_ARRAY(f->r->a, f->n + 1, struct part);
    size_t n = parts && f->n > SHORT ? parts_of(f, parts) : 0;
    if (n > 1)
        way(p, parts, n);
    for (size_t i = 0; n > 1 && i < n; i++)
        if (parts[i].asked)
            section(f, p, &parts[i]);
    for (size_t i = 0; n <= 1 && i < f->n; i++)
        if (f->asked[i].control != CONTROL_HIDDEN)
            form_question(f, p, &f->asked[i]);
}
