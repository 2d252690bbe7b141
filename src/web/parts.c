/* SPDX-License-Identifier: Apache-2.0 */
#include "web/parts.h"

#include "base/calendar.h"

#define HOUR_US 3600000000ll
#define DAY_US  (24 * HOUR_US)

enum err look(struct rq *r, const char *view, struct id id, const char *const *pairs, const struct view **ret)
{
    size_t n = 0;
    while (pairs[2 * n])
        n++;
    struct pair *given = ARENA_ARRAY(r->a, n + 1, struct pair);
    if (!given)
        return arena_err(r->a);
    for (n = 0; pairs[0]; pairs += 2)
        given[n++] = (struct pair){str_of(pairs[0]), str_of(pairs[1]), VALUE_GIVEN};
    struct view_request request = {
        .ctx = &r->ctx, .view = view, .subject = id, .input = {given, n}, .even = &r->even};
    return door_view(r->w->door, &request, r->a, ret);
}

/* ---- which officers
 * --------------------------------------------------------------------------------------------- */

bool officer_opens(const struct account_row *row, enum object_kind object)
{
    for (size_t i = 0; i < row->nroles; i++) {
        struct policy_question q = {.role = row->roles[i].role,
                                    .verb = VERB_READ,
                                    .object = object,
                                    .relation = RELATION_OWNER,
                                    .need_to_know = true,
                                    .purpose = row->roles[i].purpose,
                                    .label = LABEL_AMBER,
                                    .assurance = 3};
        struct policy_answer answer = policy_decide(&q);
        if (answer.verdict == VERDICT_ALLOW && !(answer.obligations & OBLIGE_GENERALISE))
            return true;
    }
    return false;
}

/* ---- which buttons
 * ---------------------------------------------------------------------------------------------- */

static bool kind_lets(const struct rq *r, const struct action *a)
{
    const struct kind_action *k = a->kind_action;
    return !k || ((!k->roles || (k->roles & (1u << r->ctx.role))) &&
                  (!k->purposes || (k->purposes & (1u << r->ctx.purpose))));
}

/* Could she answer what a new record cannot be without? A form that she cannot send is not offered. */
static bool can_answer(const struct action *a, const struct view *v, struct policy_question q)
{
    bool create = a->kind && a->kind_action && strcmp(a->kind_action->name, "create") == 0;
    for (size_t i = 0; create && i < a->kind->nfields; i++) {
        const struct field *f = &a->kind->fields[i];
        if (!f->required || f->when)
            continue;
        q.class = f->class;
        q.basis = v ? scope_basis(&v->scope, f->class) : BASIS_NONE;
        struct policy_answer answer = policy_decide(&q);
        if (answer.verdict != VERDICT_ALLOW && answer.reason != REASON_ASSURANCE)
            return false;
    }
    return true;
}

bool may_act(const struct rq *r, const struct view *v, const struct action *a)
{
    struct policy_question q = {.role = r->ctx.role,
                                .verb = a->verb,
                                .object = a->object,
                                .relation = v->scope.relation,
                                .need_to_know = v->scope.need_to_know,
                                .purpose = r->ctx.purpose,
                                .basis = v->scope.basis,
                                .class = CLASS_NONE,
                                .label = v->object.label,
                                .break_glass = v->scope.break_glass,
                                .assurance = r->ctx.assurance};
    return kind_lets(r, a) && policy_decide(&q).verdict >= VERDICT_MASK && can_answer(a, v, q);
}

bool may_start(const struct rq *r, const struct action *a)
{
    struct policy_question q = {.role = r->ctx.role,
                                .verb = a->verb,
                                .object = a->object,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = r->ctx.purpose,
                                .class = CLASS_NONE,
                                .label = LABEL_AMBER,
                                .assurance = r->ctx.assurance};
    return kind_lets(r, a) && policy_decide(&q).verdict >= VERDICT_MASK && can_answer(a, NULL, q);
}

/* ---- words
 * -------------------------------------------------------------------------------------------------------- */

void el_text(struct page *p, const char *tag, const char *class, const char *msgid)
{
    PAGE_EL(p, tag, "class", class);
    page_t(p, msgid);
    page_end(p);
}

void el_word(struct page *p, const char *tag, const char *class, const char *word)
{
    el_text(p, tag, class, word_msgid(p->arena, word));
}

void tag_t(struct page *p, const char *colour, const char *msgid)
{
    const char *class = arena_printf(p->arena, "tag tag-%s", colour);
    el_text(p, "span", class, msgid);
}

void link_t(struct page *p, const char *href, const char *class, const char *msgid)
{
    PAGE_EL(p, "a", "href", href, "class", class);
    page_t(p, msgid);
    page_end(p);
}

void unverified(struct page *p)
{
    PAGE_EL(p, "span", "class", "unverified", "title", page_words(p, "Not checked against its source"));
    page_t(p, "unverified");
    page_end(p);
}

void agency_name(struct rq *r, struct page *p, const char *agency)
{
    const struct agency *a = r->w->pack ? pack_agency(r->w->pack, agency) : NULL;
    page_t(p, a ? a->name : agency);
    if (a && !a->verified)
        unverified(p);
}

void stage_name(struct rq *r, struct page *p, const char *stage)
{
    for (size_t i = 0; r->w->pack && i < r->w->pack->nstages; i++)
        if (strcmp(r->w->pack->stages[i].id, stage) == 0) {
            page_t(p, r->w->pack->stages[i].label);
            return;
        }
    page_c(p, stage);
}

static void code_name(struct page *p, const struct code_list *list, struct str value)
{
    char *word = arena_cstr(p->arena, value);
    const struct code *c = list && word ? code_find(list, word) : NULL;
    if (!c) {
        page_bdi(p, value);
        return;
    }
    page_t(p, c->label);
    if (!c->verified)
        unverified(p);
}

void role_name(struct rq *r, struct page *p, const char *role)
{
    code_name(p, r->w->pack ? pack_codes(r->w->pack, "subject_role") : NULL, str_of(role));
}

const char *state_label(const struct kind *k, const char *state)
{
    for (size_t i = 0; k && k->state_labels && i < k->nstates; i++)
        if (strcmp(k->states[i], state) == 0)
            return k->state_labels[i];
    return state;
}

const char *withheld_words(enum policy_reason reason)
{
    switch (reason) {
    case REASON_ROLE:
        return "not open to your role";
    case REASON_SHELTER:
        return "a place of shelter: its duty officer relays";
    case REASON_CLASS:
        return "this kind of information is not open to you";
    case REASON_FIREWALL:
        return "kept apart from enforcement";
    case REASON_RELATION:
        return "of another agency";
    case REASON_NEED_TO_KNOW:
        return "you are not named in this case";
    case REASON_LABEL:
        return "its handling label";
    case REASON_PURPOSE:
        return "not for the purpose of this session";
    case REASON_BASIS:
        return "no consent or legal basis is recorded";
    case REASON_ASSURANCE:
        return "needs a stronger sign-in";
    case REASON_BREAK_GLASS:
        return "break-glass is not open";
    case REASON_OK:
    case REASON_INVALID:
    case REASON_COUNT:
        break;
    }
    return "not open to you";
}

void withheld(struct page *p, enum policy_reason reason)
{
    PAGE_EL(p, "span", "class", "withheld");
    page_t(p, "withheld:");
    page_c(p, " ");
    page_t(p, withheld_words(reason));
    page_end(p);
}

void shown_value(struct page *p, struct shown s)
{
    if (s.verdict == VERDICT_ALLOW)
        page_bdi(p, s.text);
    else
        withheld(p, s.reason);
}

/* ---- values of records
 * ------------------------------------------------------------------------------------------------ */

static void date_value(struct page *p, const struct field *f, struct str value)
{
    struct date d;
    if (date_parse(value, &d) != OK)
        page_isolate(p, value);
    else if (f && strcmp(f->name, "birth_date") == 0)
        birth_date(p, d);
    else
        page_date(p, d);
}

static void time_value(struct page *p, struct str value)
{
    int64_t us;
    if (utc_parse(value, &us) == OK)
        page_time(p, us);
    else
        page_isolate(p, value);
}

static void office_name(struct rq *r, struct page *p, struct str value)
{
    char *id = arena_cstr(r->a, value);
    const struct office *o = id && r->w->pack ? pack_office(r->w->pack, id) : NULL;
    if (!o) {
        page_bdi(p, value);
        return;
    }
    page_t(p, o->name);
    if (!o->verified)
        unverified(p);
}

/* By name where the page knows the case; never as the bare id. */
static void subject_value(struct rq *r, struct page *p, struct str value)
{
    struct id id;
    char in_case[33], of[33];
    const struct subject_model *found = NULL;
    if (id_parse(value, &id) != OK || !r->in_case) {
        err_clear();
        page_t(p, "Another entry of the case");
        return;
    }
    for (size_t i = 0; i < r->in_case->nsubjects; i++)
        if (id_eq(r->in_case->subjects[i].id, id))
            found = &r->in_case->subjects[i];
    if (!found) {
        page_t(p, "Another entry of the case");
        return;
    }
    id_text(r->in_case->id, in_case);
    id_text(id, of);
    char *path = arena_printf(r->a, "/subject/%s?case=%s", of, in_case);
    PAGE_EL(p, "a", "href", path ? path : "/");
    if (found->nnames)
        name_short(p, &found->names[0]);
    else
        role_name(r, p, found->role);
    page_end(p);
}

static void one_value(struct rq *r, struct page *p, const struct field *f, struct str value)
{
    char *word;
    switch (f ? f->type : FT_TEXT) {
    case FT_INT:
        page_isolate(p, value);
        break;
    case FT_SUBJECT:
        subject_value(r, p, value);
        break;
    case FT_BOOL:
        page_t(p, str_is(value, "yes") || str_is(value, "true") ? "Yes" : "No");
        break;
    case FT_DATE:
        date_value(p, f, value);
        break;
    case FT_TIME:
        time_value(p, value);
        break;
    case FT_CODE:
    case FT_CODES:
        code_name(p, f->codes, value);
        break;
    case FT_AGENCY:
        word = arena_cstr(r->a, value);
        agency_name(r, p, word ? word : "");
        break;
    case FT_OFFICE:
        office_name(r, p, value);
        break;
    case FT_TEXT:
    case FT_LONG_TEXT:
        page_bdi(p, value);
        break;
    }
}

void field_value(struct rq *r, struct page *p, const struct field_value *f)
{
    switch (f->state) {
    case VALUE_MASKED:
        withheld(p, f->reason);
        return;
    case VALUE_UNKNOWN:
        el_text(p, "span", "quiet", "Not known");
        return;
    case VALUE_NOT_COLLECTED:
        el_text(p, "span", "quiet", "Not collected");
        return;
    case VALUE_NOT_APPLICABLE:
        el_text(p, "span", "quiet", "Does not apply");
        return;
    case VALUE_GIVEN:
        break;
    }
    for (size_t i = 0; i < f->n; i++) {
        if (i > 0)
            page_c(p, strcmp(p->lang->tag, "ja") == 0 ? "、" : ", ");
        one_value(r, p, f->field, f->values[i]);
    }
}

static bool is_safety(const struct field_value *f)
{
    return strncmp(f->name, "safe_", 5) == 0;
}

static void value_row(struct rq *r, struct page *p, const struct field_value *f)
{
    PAGE_EL(p, "div", "class", is_safety(f) ? "safety" : NULL);
    PAGE_EL(p, "dt");
    page_t(p, f->field ? f->field->label : f->name);
    page_end(p);
    PAGE_EL(p, "dd", "class", f->field && f->field->type == FT_LONG_TEXT ? "long" : NULL);
    field_value(r, p, f);
    page_end(p);
    page_end(p);
}

/* All fields withheld for one reason stand in one line: what is closed stays small. */
static void withheld_rows(struct page *p, const struct record_model *m)
{
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        bool any = false;
        for (size_t i = 0; i < m->n; i++) {
            if (m->values[i].state != VALUE_MASKED || m->values[i].reason != (enum policy_reason)reason)
                continue;
            if (!any) {
                PAGE_EL(p, "div", "class", "closed");
                PAGE_EL(p, "dt");
                withheld(p, (enum policy_reason)reason);
                page_end(p);
                PAGE_EL(p, "dd");
            } else {
                page_c(p, " · ");
            }
            page_t(p, m->values[i].field ? m->values[i].field->label : m->values[i].name);
            any = true;
        }
        if (any) {
            page_end(p);
            page_end(p);
        }
    }
}

void handling(struct page *p, enum label label)
{
    static const char *const rules[] = {
        [LABEL_CLEAR] = "May be passed on to anybody.",
        [LABEL_GREEN] = "For those who work against trafficking in Japan. Not for the public, not abroad.",
        [LABEL_AMBER] = "For the agencies of this case only, and there for whom it concerns.",
        [LABEL_AMBER_STRICT] = "For the agency that holds it only.",
        [LABEL_RED] = "For the officers who are named in the case only. Do not pass it on.",
    };
    PAGE_EL(p, "p", "class", "handling");
    PAGE_EL(p, "strong", "class", label >= LABEL_AMBER_STRICT ? "tag tag-red" : "tag tag-amber");
    page_isolate_c(p, label_word(label));
    page_end(p);
    page_c(p, " ");
    page_t(p, rules[label]);
    page_end(p);
}

void record_values(struct rq *r, struct page *p, const struct record_model *m, size_t limit)
{
    size_t shown = 0, left = 0;
    PAGE_EL(p, "dl", "class", "facts");
    for (int safety = 1; safety >= 0; safety--)
        for (size_t i = 0; i < m->n; i++) {
            if (m->values[i].state == VALUE_MASKED || is_safety(&m->values[i]) != (safety == 1))
                continue;
            if (limit && shown >= limit) {
                left++;
                continue;
            }
            value_row(r, p, &m->values[i]);
            shown++;
        }
    withheld_rows(p, m);
    page_end(p);
    if (left) {
        char n[24];
        snprintf(n, sizeof n, "%zu", left);
        PAGE_EL(p, "p", "class", "quiet");
        PAGE_SAY(p, "{n} more in the record", "n", n);
        page_end(p);
    }
    if (!shown && !m->n)
        el_text(p, "p", "quiet", "Nothing is recorded yet.");
}

#define GIST_MAX 3

/* Words of a list tell most in least room; languages stand in every second kind and tell records apart badly.
 */
static bool tells_apart(const struct field_value *f)
{
    return f->state == VALUE_GIVEN && f->n && f->field && f->field->codes && !is_safety(f) &&
           strcmp(f->field->codes->id, "language") != 0 && !str_is(f->values[0], "yes") &&
           !str_is(f->values[0], "no") && !str_is(f->values[0], "unknown");
}

void record_gist(struct rq *r, struct page *p, const struct record_model *m)
{
    size_t shown = 0;
    for (size_t i = 0; i < m->n && shown < GIST_MAX; i++) {
        if (!tells_apart(&m->values[i]))
            continue;
        page_c(p, shown++ ? " · " : "");
        field_value(r, p, &m->values[i]);
    }
}

/* ---- clocks
 * --------------------------------------------------------------------------------------------------------------
 */

void remaining(struct page *p, int64_t due_us, int64_t now_us)
{
    bool late = due_us <= now_us;
    int64_t us = late ? now_us - due_us : due_us - now_us;
    char n[24];
    bool days = us >= 2 * DAY_US, hours = us >= 2 * HOUR_US; /* never "1 hours" */
    snprintf(n, sizeof n, "%lld", (long long)(days ? us / DAY_US : hours ? us / HOUR_US : us / 60000000));
    if (late)
        PAGE_SAY(p, days ? "{n} days late" : hours ? "{n} hours late" : "{n} minutes late", "n", n);
    else
        PAGE_SAY(p, days ? "{n} days left" : hours ? "{n} hours left" : "{n} minutes left", "n", n);
}

static void clock_bar(struct page *p, const struct clock_model *c, int64_t now_us)
{
    static const char *const classes[] = {"bar-ok", "bar-warn", "bar-late"};
    int64_t whole = c->times.due_us - c->times.started_us, done = now_us - c->times.started_us;
    int percent = whole <= 0 || done >= whole ? 100 : done <= 0 ? 0 : (int)(done * 100 / whole);
    char value[8];
    snprintf(value, sizeof value, "%d", percent);
    PAGE_EL(p, "progress", "class", classes[c->mark], "max", "100", "value", value, "aria-label",
            page_words(p, "Time used"));
    page_end(p);
}

void clock_line(struct rq *r, struct page *p, const struct clock_model *c, bool link_case)
{
    int64_t now = env_now_us();
    PAGE_EL(p, "li", "class",
            c->mark == CLOCK_OVERDUE ? "clock late"
            : c->mark == CLOCK_WARN  ? "clock warn"
                                     : "clock");
    PAGE_EL(p, "div", "class", "clock-head");
    PAGE_EL(p, "strong");
    page_t(p, c->label && *c->label ? c->label : c->rule);
    page_end(p);
    PAGE_EL(p, "span");
    if (c->state == CLOCK_RUNNING)
        remaining(p, c->times.due_us, now);
    else
        page_word(p, c->state == CLOCK_PAUSED    ? "paused"
                     : c->state == CLOCK_STOPPED ? "stopped"
                                                 : "cancelled");
    page_end(p);
    page_end(p);
    clock_bar(p, c,
              c->state == CLOCK_STOPPED  ? c->stopped_us
              : c->state == CLOCK_PAUSED ? c->times.paused_us
                                         : now);
    PAGE_EL(p, "div", "class", "quiet");
    page_t(p, "Due");
    page_c(p, " ");
    page_time(p, c->times.due_us);
    page_c(p, " · ");
    page_t(p, c->basis);
    if (c->authority && *c->authority) {
        page_c(p, " (");
        agency_name(r, p, c->authority);
        page_c(p, ")");
    }
    if (link_case && strcmp(c->kind, CLOCKS_OF_REPORTS) == 0) {
        page_c(p, " · ");
        link_t(p, path_of(r, "/report/%s", c->record), NULL, "Open the report");
    }
    if (link_case && !id_is_nil(c->case_))
        numbered_link(r, p, " · ", c->case_);
    page_end(p);
    page_end(p);
}

void clock_lines(struct rq *r, struct page *p, const struct clock_list *list, size_t most)
{
    size_t n = list->n < most ? list->n : most;
    struct id *cases = ARENA_ARRAY(r->a, n + 1, struct id);
    for (size_t i = 0; cases && i < n; i++)
        cases[i] = list->items[i].case_;
    if (cases)
        numbers_load(r, cases, n);
    PAGE_EL(p, "ul", "class", "clocks", "data-list", "");
    for (size_t i = 0; i < n; i++)
        clock_line(r, p, &list->items[i], true);
    page_end(p);
}

const char *path_of(struct rq *r, const char *format, struct id id)
{
    char text[33];
    const char *at = strstr(format, "%s");
    id_text(id, text);
    char *path = at ? arena_printf(r->a, "%.*s%s%s", (int)(at - format), format, text, at + 2) : NULL;
    return path ? path : "/";
}

void actions_of_record(struct rq *r, struct page *p, const struct view *v, const struct record_model *m)
{
    for (size_t i = 0; i < m->kind->nactions; i++) {
        const struct kind_action *ka = &m->kind->actions[i];
        char *name = arena_printf(r->a, "%s.%s", m->kind->id, ka->name);
        const struct action *a = name ? door_action(r->w->door, name) : NULL;
        bool from = ka->nfrom == 0;
        for (size_t k = 0; k < ka->nfrom; k++)
            from |= strcmp(ka->from[k], m->state) == 0;
        if (!a || a->creates || !from || !may_act(r, v, a))
            continue;
        char *format = arena_printf(r->a, "/do/%s?id=%%s", name);
        link_t(p, path_of(r, format ? format : "", m->id), "button-secondary", ka->label);
    }
}

void counted_as_of(struct page *p, int64_t us)
{
    PAGE_EL(p, "p", "class", "quiet");
    if (!us) {
        page_t(p, "The numbers are being counted. Look again in a minute.");
        page_end(p);
        return;
    }
    page_t(p, "Counted from records as they stood at");
    page_c(p, " ");
    page_time(p, us);
    page_end(p);
}

void tab(struct page *p, const char *href, const char *label, bool on)
{
    PAGE_EL(p, "a", "href", href, "aria-current", on ? "page" : NULL);
    page_t(p, label);
    page_end(p);
}

/* ---- lists by state
 * ------------------------------------------------------------------------------------------ */

enum err state_look(struct rq *r, const struct state_list *list, const char **ret_state,
                    const struct view **ret)
{
    const char *state = arena_cstr(r->a, http_query(r->in, "state")),
               *after = arena_cstr(r->a, http_query(r->in, "after"));
    if (!state || !after)
        return arena_err(r->a);
    *ret_state = *state ? state : list->states[0];
    return *after ? LOOK(r, list->view, id_nil(), ret, "state", *ret_state, "after", after)
                  : LOOK(r, list->view, id_nil(), ret, "state", *ret_state);
}

void state_tabs(struct rq *r, struct page *p, const struct state_list *list, const char *state)
{
    PAGE_EL(p, "nav", "class", "tabs", "aria-label", page_words(p, "State"));
    for (size_t i = 0; i < list->nstates; i++) {
        char *href = arena_printf(r->a, "%s?state=%s", list->path, list->states[i]);
        PAGE_EL(p, "a", "href", href ? href : list->path, "aria-current",
                strcmp(list->states[i], state) == 0 ? "page" : NULL);
        page_word(p, list->states[i]);
        page_end(p);
    }
    page_end(p);
}

void state_rest(struct rq *r, struct page *p, const struct state_list *list, const char *state, size_t n,
                struct id next)
{
    if (!n)
        el_text(p, "p", "quiet empty", "There is nothing here.");
    if (id_is_nil(next))
        return;
    char *format = arena_printf(r->a, "%s?state=%s&after=%%s", list->path, state);
    PAGE_EL(p, "p", "class", "pager");
    link_t(p, path_of(r, format ? format : "", next), "button-secondary", "More");
    page_end(p);
}
