/* SPDX-License-Identifier: Apache-2.0 */
/* form_draw.c - how a form looks. GOV.UK patterns: an error summary that leads to the field, help under the
 * label, no asterisks, "not known" beside every question. */
#include "base/calendar.h"
#include "web/form.h"

#define FEW 7 /* so many options are shown at once; more are a list to choose from */

static const char *field_id(struct page *p, const char *name)
{
    const char *id = arena_printf(p->arena, "f-%s", name);
    return id ? id : "";
}

/* "field NAME: what" from the door. */
static struct asked *named(struct form *f, const char *detail, const char **ret_what)
{
    struct str rest = str_of(detail), name;
    if (!str_starts(rest, "field ") || str_find(rest, ':') < 0)
        return NULL;
    rest = str_sub(rest, 6, rest.n);
    if (!str_cut(&rest, ':', &name))
        return NULL;
    *ret_what = arena_cstr(f->r->a, str_trim(rest));
    for (size_t i = 0; i < f->n; i++)
        if (str_is(name, f->asked[i].name))
            return &f->asked[i];
    return NULL;
}

void form_faults(struct form *f, const char *detail)
{
    const char *what = NULL;
    struct asked *q = named(f, detail, &what);
    if (!q)
        return;
    q->fault = what;
    for (size_t i = 0; i < f->n; i++)
        if (!f->asked[i].fault && form_is_needed(f, &f->asked[i]))
            f->asked[i].fault = "required";
}

static const char *answer_fault(struct form *f, struct page *p, const struct asked *q)
{
    const char *words = fault_words(f, p, q->fault);
    return words ? words : page_words(p, "this cannot be taken as it is");
}

void form_summary(struct form *f, struct page *p, enum err failed, const char *detail)
{
    size_t faults = 0;
    PAGE_EL(p, "div", "class", "error-summary", "role", "alert", "tabindex", "-1");
    el_text(p, "h2", NULL, err_row(failed)->message);
    PAGE_EL(p, "ul");
    for (size_t i = 0; i < f->n; i++) {
        const struct asked *q = &f->asked[i];
        if (!q->fault || q->control == CONTROL_HIDDEN)
            continue;
        faults++;
        PAGE_EL(p, "li");
        PAGE_EL(p, "a", "href", arena_printf(p->arena, "#f-%s", q->name));
        page_t(p, q->label);
        page_c(p, ": ");
        page_c(p, answer_fault(f, p, q));
        page_end(p);
        page_end(p);
    }
    const char *words = faults ? NULL : fault_words(f, p, detail);
    if (words && *words) {
        PAGE_EL(p, "li");
        page_bdi(p, str_of(words));
        page_end(p);
    }
    page_end(p);
    el_text(p, "p", "quiet", err_row(failed)->hint);
    page_end(p);
}

/* ---- controls
 * ----------------------------------------------------------------------------------------------------------
 */

static bool is_present(const struct form *f, const struct asked *q, const char *value)
{
    struct str v;
    for (size_t i = 0; (v = form_present(f, q, i)).n; i++)
        if (str_is(v, value))
            return true;
    return false;
}

/* One person stands in the case, and one must be named: it is she. */
static bool is_only_one(const struct asked *q)
{
    return q->required && q->noptions == 1 && strcmp(q->name, "subject") == 0;
}

static void option_label(struct page *p, const struct option *o)
{
    page_t(p, o->label);
    if (!o->verified)
        unverified(p);
}

/* Nobody stands in the case yet: the way to add somebody, in place of an empty list. */
static void nobody_yet(struct form *f, struct page *p, const struct asked *q)
{
    const struct action *add = door_action(f->r->w->door, "subject.add");
    PAGE_EL(p, "p", "class", "quiet", "id", field_id(p, q->name));
    page_t(p, f->people ? "Nobody stands in this case yet." : "There is nothing to choose here yet.");
    if (f->people && add && may_start(f->r, add)) {
        page_c(p, " ");
        link_t(p, path_of(f->r, "/do/subject.add?id=%s", f->people->id), NULL, add->summary);
    }
    page_end(p);
}

static void choices(struct form *f, struct page *p, const struct asked *q, const char *type)
{
    if (!q->noptions) {
        nobody_yet(f, p, q);
        return;
    }
    PAGE_EL(p, "div", "class", q->noptions > 2 * FEW ? "choices many" : "choices", "id", field_id(p, q->name),
            "tabindex", q->noptions > 2 * FEW ? "0" : NULL);
    for (size_t i = 0; i < q->noptions; i++) {
        PAGE_EL(p, "label", "class", "choice");
        PAGE_EL(p, "input", "type", type, "name", q->name, "value", q->options[i].value, "checked",
                is_only_one(q) || is_present(f, q, q->options[i].value) ? "" : NULL);
        PAGE_EL(p, "span");
        option_label(p, &q->options[i]);
        page_end(p);
        page_end(p);
    }
    page_end(p);
}

static void select_one(struct form *f, struct page *p, const struct asked *q)
{
    PAGE_EL(p, "select", "id", field_id(p, q->name), "name", q->name);
    PAGE_EL(p, "option", "value", "");
    page_t(p, "Choose");
    page_end(p);
    for (size_t i = 0; i < q->noptions; i++) {
        PAGE_EL(p, "option", "value", q->options[i].value, "selected",
                is_present(f, q, q->options[i].value) ? "" : NULL);
        page_t(p, q->options[i].label);
        page_end(p);
    }
    page_end(p);
}

static void yes_no(struct form *f, struct page *p, const struct asked *q)
{
    static const struct option both[] = {{"yes", "Yes", true}, {"no", "No", true}};
    struct asked copy = *q;
    copy.options = both;
    copy.noptions = 2;
    choices(f, p, &copy, "radio");
}

/* As an <input type=datetime-local> wants it. */
static const char *local_text(struct form *f, struct str value)
{
    int64_t us;
    char day[11];
    if (!value.n || utc_parse(value, &us) != OK || !f->r->w->tz)
        return arena_cstr(f->r->a, value);
    struct local at = tz_local(f->r->w->tz, us);
    date_text(at.date, day);
    return arena_printf(f->r->a, "%sT%02d:%02d", day, at.second_of_day / 3600 % 24,
                        at.second_of_day / 60 % 60);
}

/* Where days are written by eras a calendar of the browser is no help: the day is typed, in any usual form.
 */
static bool by_era(const struct page *p)
{
    return strcmp(p->lang->tag, "ja") == 0;
}

static void one_line(struct form *f, struct page *p, const struct asked *q, const char *type)
{
    struct str present = form_present(f, q, 0);
    const char *value = q->control == CONTROL_TIME ? local_text(f, present) : arena_cstr(f->r->a, present);
    bool ltr = q->control != CONTROL_TEXT;
    PAGE_EL(p, "input", "id", field_id(p, q->name), "name", q->name, "type", type, "value",
            value ? value : "", "dir", ltr ? "ltr" : "auto", "inputmode",
            q->control == CONTROL_NUMBER ? "numeric" : NULL, "class", ltr ? "short" : NULL, "placeholder",
            q->control == CONTROL_DATE && by_era(p) ? "R8.11.22 / 2026-11-22" : NULL);
}

static void control(struct form *f, struct page *p, const struct asked *q)
{
    const char *long_value;
    switch (q->control) {
    case CONTROL_TEXT:
    case CONTROL_NUMBER:
        one_line(f, p, q, "text");
        break;
    case CONTROL_SECRET:
        PAGE_EL(p, "input", "id", field_id(p, q->name), "name", q->name, "type", "password", "autocomplete",
                strcmp(q->name, "old_password") == 0 ? "current-password" : "new-password", "dir", "ltr");
        break;
    case CONTROL_DATE:
        if (by_era(p))
            one_line(f, p, q, "text");
        else
            one_line(f, p, q, "date");
        break;
    case CONTROL_TIME:
        one_line(f, p, q, "datetime-local");
        break;
    case CONTROL_LONG:
        long_value = arena_cstr(f->r->a, form_present(f, q, 0));
        PAGE_EL(p, "textarea", "id", field_id(p, q->name), "name", q->name, "rows", "4", "dir", "auto");
        page_c(p, long_value ? long_value : "");
        page_end(p);
        break;
    case CONTROL_BOOL:
        yes_no(f, p, q);
        break;
    case CONTROL_ONE:
        if (q->noptions <= FEW)
            choices(f, p, q, "radio");
        else
            select_one(f, p, q);
        break;
    case CONTROL_MANY:
        choices(f, p, q, "checkbox");
        break;
    case CONTROL_HIDDEN:
        break;
    }
}

/* ---- one question
 * ----------------------------------------------------------------------------------------------------------
 */

static bool is_group(const struct asked *q)
{
    return q->control == CONTROL_BOOL || q->control == CONTROL_MANY ||
           (q->control == CONTROL_ONE && q->noptions <= FEW);
}

/* Without a script all questions stand there; the condition says when one is meant. */
void form_condition(struct form *f, struct page *p, const struct condition *c)
{
    const struct field *field = c && c->field ? kind_field(f->action->kind, c->field) : NULL;
    if (!field || c->op != COND_IS || c->n != 1) {
        el_text(p, "p", "hint", "Asked only in some cases: leave it empty when it does not apply.");
        return;
    }
    const struct code *code = field->codes ? code_find(field->codes, c->values[0]) : NULL;
    const char *value = code                               ? lang_text(p->lang, code->label)
                        : strcmp(c->values[0], "yes") == 0 ? lang_text(p->lang, "Yes")
                        : strcmp(c->values[0], "no") == 0  ? lang_text(p->lang, "No")
                                                           : c->values[0];
    PAGE_EL(p, "p", "class", "hint");
    PAGE_SAY(p, "Only when “{label}” is: {value}", "label", lang_text(p->lang, field->label), "value", value);
    page_end(p);
}

/* For the script, which hides a question while its condition does not hold; the door decides all the same. */
static void condition_json(struct json *j, const struct condition *c)
{
    static const char *const words[] = {
        [COND_IS] = "is",          [COND_NOT] = "not",      [COND_IN] = "in",
        [COND_AT_LEAST] = "least", [COND_AT_MOST] = "most", [COND_GIVEN] = "given",
        [COND_ALL] = "all",        [COND_ANY] = "any",      [COND_NONE] = "none",
    };
    bool leaf = c->op < COND_ALL;
    json_array(j);
    json_str(j, str_of(words[c->op]));
    if (leaf)
        json_str(j, str_of(c->field));
    for (size_t i = 0; i < c->n; i++)
        if (leaf)
            json_str(j, str_of(c->values[i]));
        else
            condition_json(j, c->parts[i]);
    json_end(j);
}

static const char *condition_text(struct form *f, const struct condition *c)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct json j = json_to(&b);
    struct str text;
    condition_json(&j, c);
    return buf_take(&b, f->r->a, &text) == OK ? text.p : NULL;
}

static void label_of(struct page *p, const struct asked *q)
{
    bool group = is_group(q);
    PAGE_EL(p, group ? "legend" : "label", "for", group ? NULL : field_id(p, q->name));
    page_t(p, q->label);
    page_c(p, " ");
    if (!q->required)
        el_text(p, "span", "optional", "optional");
    if (q->field)
        el_word(p, "span", "class-mark", class_word(q->field->class));
    page_end(p);
}

void form_question(struct form *f, struct page *p, const struct asked *q)
{
    PAGE_EL(p, is_group(q) ? "fieldset" : "div", "class", q->fault ? "field wrong" : "field", "data-when",
            q->field && q->field->when ? condition_text(f, q->field->when) : NULL);
    label_of(p, q);
    if (q->help && *q->help)
        el_text(p, "p", "hint", q->help);
    if (q->field && q->field->when)
        form_condition(f, p, q->field->when);
    if (q->fault) {
        PAGE_EL(p, "p", "class", "field-error");
        page_c(p, answer_fault(f, p, q));
        page_end(p);
    }
    control(f, p, q);
    if (q->may_be_unknown) {
        const char *name = arena_printf(p->arena, "%s~unknown", q->name);
        PAGE_EL(p, "label", "class", "choice unknown");
        PAGE_EL(p, "input", "type", "checkbox", "name", name ? name : "", "value", "1", "checked",
                form_is_unknown(f, q) ? "" : NULL);
        el_text(p, "span", NULL, "Asked, not known");
        page_end(p);
    }
    page_end(p);
}

static void closed(struct form *f, struct page *p)
{
    if (!f->nclosed)
        return;
    PAGE_EL(p, "p", "class", "hint");
    page_t(p, "Not open to you here:");
    for (size_t i = 0; i < f->nclosed; i++) {
        page_c(p, i ? " · " : " ");
        page_t(p, f->closed[i]);
    }
    page_end(p);
}

static void hidden(struct form *f, struct page *p)
{
    char text[33];
    if (!id_is_nil(f->subject)) {
        id_text(f->subject, text);
        page_hidden(p, "id", text);
    }
    if (f->version >= 0) {
        char *version = arena_printf(p->arena, "%lld", (long long)f->version);
        struct str typed = form_value(f->r, "_version");
        const char *kept = typed.n ? arena_cstr(p->arena, typed) : version;
        page_hidden(p, "_version", kept ? kept : "");
    }
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].control == CONTROL_HIDDEN)
            page_hidden(p, f->asked[i].name, f->asked[i].fixed);
}

static void crumbs(struct form *f, struct page *p)
{
    PAGE_EL(p, "nav", "class", "crumbs", "aria-label", page_words(p, "Where this is"));
    bool report = f->action->object == OBJECT_REPORT;
    bool own = f->action->object == OBJECT_ACCOUNT || f->action->object == OBJECT_SESSION;
    if (own && may_administer(f->r) && !id_eq(f->subject, f->r->session.account))
        link_t(p, "/admin", NULL, "Administration");
    else if (own)
        link_t(p, "/account", NULL, "My account");
    else if (report && may_look(f->r, "report.list"))
        link_t(p, "/reports", NULL, "Reports");
    else if (!report && may_look(f->r, "case.list"))
        link_t(p, "/", NULL, "Cases");
    else
        link_t(p, "/today", NULL, "Today");
    page_c(p, " › ");
    if (report && !id_is_nil(f->subject)) {
        link_t(p, path_of(f->r, "/report/%s", f->subject), NULL, "Report");
        page_c(p, " › ");
    } else if (f->context && f->context->object.kind == OBJECT_CASE) {
        const struct case_model *m = f->context->model;
        PAGE_EL(p, "a", "href", path_of(f->r, "/case/%s", m->id));
        page_t(p, "Case");
        page_c(p, " ");
        page_isolate_c(p, m->number);
        page_end(p);
        page_c(p, " › ");
    } else if (f->record) {
        char *format = arena_printf(p->arena, "/record/%s/%%s", f->record->kind->id);
        link_t(p, path_of(f->r, format ? format : "", f->record->id), NULL, f->record->kind->title);
        page_c(p, " › ");
    }
    page_t(p, f->action->summary);
    page_end(p);
}

/* A new paper of a case can be asked on paper, and keyed in here. */
static void on_paper(struct form *f, struct page *p)
{
    const struct kind *k = f->action->kind;
    struct id in_case = id_nil(), subject = id_nil();
    if (!k || !f->action->creates || !f->context || f->context->object.kind != OBJECT_CASE)
        return;
    in_case = f->context->object.id;
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].fixed && strcmp(f->asked[i].name, "subject") == 0 &&
            id_parse(str_of(f->asked[i].fixed), &subject) != OK)
            err_clear();
    PAGE_EL(p, "p");
    paper_link(f->r, p, k, in_case, subject, "Print this form");
    page_end(p);
}

/* A page with a button and nothing else looks broken: it says so. */
static bool nothing_asked(const struct form *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].control != CONTROL_HIDDEN)
            return false;
    return !form_takes_two(f);
}

void form_draw(struct form *f, enum err failed, const char *detail)
{
    const char *path = arena_printf(f->r->a, "/do/%s", f->action->name);
    bool synthetic = f->context && f->context->object.kind == OBJECT_CASE &&
                     ((const struct case_model *)f->context->model)->synthetic;
    struct page made = layout_start(f->r, f->action->summary, NULL,
                                    f->action->object == OBJECT_REPORT ? "/reports" : "/", synthetic),
                *p = &made;
    crumbs(f, p);
    PAGE_EL(p, "div", "class", "narrow");
    el_text(p, "h1", NULL, f->action->summary);
    if (f->action->kind && f->action->kind->help && *f->action->kind->help)
        el_text(p, "p", "lead", f->action->kind->help);
    on_paper(f, p);
    if (nothing_asked(f))
        el_text(p, "p", "lead", "There is nothing to fill in. It is done when you press the button.");
    if (form_takes_two(f))
        el_text(p, "p", "lead", "This takes two people: nothing is done before a second person confirms it.");
    if (f->action->kind_action && f->action->kind_action->gate)
        el_text(p, "p", "lead",
                f->action->kind_action->gate == GATE_VICTIM_SCREENING
                    ? "This step is held until a victim screening of the person is finished."
                    : "For an emergency only: the next step is held until a victim screening is finished.");
    if (failed != OK) {
        form_faults(f, detail);
        form_summary(f, p, failed, detail);
    }
    form_start(f->r, p, path ? path : "/", "card");
    hidden(f, p);
    form_sections(f, p);
    closed(f, p);
    PAGE_EL(p, "button", "type", "submit", "class", "button");
    page_t(p, f->action->summary);
    page_end(p);
    page_end(p);
    page_end(p);
    layout_end(f->r, p);
}
