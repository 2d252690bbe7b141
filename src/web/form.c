/* SPDX-License-Identifier: Apache-2.0 */
/* form.c - /do/NOUN.VERB: what is asked, what was typed, and the act itself. */
#include "web/form.h"

#include "base/calendar.h"
#include "desk/desk.h"
#include "web/pages.h"

#define UNKNOWN_MARK "~unknown"

/* ---- questions
 * ----------------------------------------------------------------------------------------------------------
 */

static bool names_an_account(const char *name)
{
    static const char *const names[] = {"account", "deputy", "from"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *hidden_value(struct form *f, const char *name)
{
    struct rq *r = f->r;
    struct id id;
    struct str s = str_is(r->in->method, "POST") ? form_value(r, name) : http_query(r->in, name);
    return s.n && id_parse(s, &id) == OK ? arena_cstr(r->a, s) : NULL;
}

static enum err ask_input(struct form *f, const struct input_field *in)
{
    struct asked *q = &f->asked[f->n++];
    *q = (struct asked){.name = in->name, .label = in->label, .required = in->required};
    switch (in->type) {
    case IN_TEXT:
        return options_of_text(f, in, q);
    case IN_LONG_TEXT:
    case IN_BYTES:
        q->control = in->secret ? CONTROL_SECRET : CONTROL_LONG;
        break;
    case IN_INT:
        q->control = CONTROL_NUMBER;
        break;
    case IN_BOOL:
        q->control = CONTROL_BOOL;
        break;
    case IN_DATE:
        q->control = CONTROL_DATE;
        break;
    case IN_TIME:
        q->control = CONTROL_TIME;
        break;
    case IN_ID:
        q->fixed = hidden_value(f, in->name);
        if (strcmp(in->name, "consent") == 0 && f->people)
            return options_of_consents(f, q);
        if (!q->fixed && (strcmp(in->name, "subject") == 0 || strcmp(in->name, "guardian") == 0) &&
            f->people) {
            TRY(options_of_subjects(f, q));
            f->n -= !q->noptions && !q->required; /* nobody to choose from is no question */
            return OK;
        }
        if (!q->fixed && names_an_account(in->name))
            return options_of_accounts(f, q);
        q->control = q->fixed ? CONTROL_HIDDEN : CONTROL_TEXT;
        break;
    case IN_WORD:
        q->control = in->multi ? CONTROL_MANY : CONTROL_ONE;
        return options_of_words(f, in->words, q);
    }
    return OK;
}

static enum err ask_field(struct form *f, const struct field *field, bool required)
{
    struct asked *q = &f->asked[f->n++];
    *q = (struct asked){.name = field->name,
                        .label = field->label,
                        .help = field->help,
                        .required = required,
                        .field = field,
                        .section = kind_section(f->action->kind, field),
                        .may_be_unknown = true};
    switch (field->type) {
    case FT_SUBJECT:
        if (f->people)
            return options_of_subjects(f, q);
        q->control = CONTROL_TEXT;
        break;
    case FT_TEXT:
        q->control = CONTROL_TEXT;
        break;
    case FT_LONG_TEXT:
        q->control = CONTROL_LONG;
        break;
    case FT_INT:
        q->control = CONTROL_NUMBER;
        break;
    case FT_BOOL:
        q->control = CONTROL_BOOL;
        break;
    case FT_DATE:
        q->control = CONTROL_DATE;
        break;
    case FT_TIME:
        q->control = CONTROL_TIME;
        break;
    case FT_CODE:
    case FT_CODES:
        q->control = field->type == FT_CODE ? CONTROL_ONE : CONTROL_MANY;
        return options_of_codes(f->r, field->codes, q);
    case FT_AGENCY:
        q->control = CONTROL_ONE;
        return options_of_agencies(f->r, q);
    case FT_OFFICE:
        q->control = CONTROL_ONE;
        return options_of_offices(f->r, q);
    }
    return OK;
}

/* As the body of the action will ask it: the class, for the verb of the action. */
static struct policy_answer ask_policy(const struct form *f, enum field_class class)
{
    const struct ctx *c = &f->r->ctx;
    struct policy_question q = {.role = c->role,
                                .verb = f->action->verb,
                                .object = f->action->object,
                                .relation = RELATION_OWNER,
                                .need_to_know = true,
                                .purpose = c->purpose,
                                .class = class,
                                .label = LABEL_AMBER,
                                .assurance = c->assurance};
    if (f->context) {
        q.relation = f->context->scope.relation;
        q.need_to_know = f->context->scope.need_to_know;
        q.basis = scope_basis(&f->context->scope, class);
        q.break_glass = f->context->scope.break_glass;
        q.label = f->context->object.label;
    }
    return policy_decide(&q);
}

bool form_takes_two(const struct form *f)
{
    return f->action->two_people || (ask_policy(f, CLASS_NONE).obligations & OBLIGE_SECOND_PERSON);
}

static bool requires(const struct kind_action *ka, const struct field *field)
{
    bool create = strcmp(ka->name, "create") == 0;
    for (size_t i = 0; i < ka->nrequire; i++)
        if (strcmp(ka->require[i], field->name) == 0)
            return true;
    return create && field->required && !field->when;
}

/* A kind that hangs on a case alone is not asked for a person, nor the other way round. */
static bool kind_takes(const struct kind *k, const char *input)
{
    return strcmp(input, "subject") != 0 || (k->attach & ATTACH_SUBJECT);
}

enum err form_questions(struct form *f)
{
    const struct kind *k = f->action->kind;
    size_t most = f->action->ninputs + (k ? k->nfields : 0) + 1;
    f->asked = ARENA_ARRAY(f->r->a, most, struct asked);
    f->closed = ARENA_ARRAY(f->r->a, most, const char *);
    if (!f->asked || !f->closed)
        return arena_err(f->r->a);
    for (size_t i = 0; k && i < k->nfields; i++) {
        if (!kind_action_takes(f->action->kind_action, k->fields[i].name))
            continue;
        struct policy_answer answer = ask_policy(f, k->fields[i].class);
        if (answer.verdict != VERDICT_ALLOW && answer.reason == REASON_ASSURANCE && f->r->ctx.assurance < 2)
            return FAIL(ERR_DENIED, "reason: assurance"); /* before anything is typed */
        if (answer.verdict != VERDICT_ALLOW)
            f->closed[f->nclosed++] = k->fields[i].label;
        else
            TRY(ask_field(f, &k->fields[i], requires(f->action->kind_action, &k->fields[i])));
    }
    for (size_t i = 0; i < f->action->ninputs; i++)
        if (!k || (!kind_field(k, f->action->inputs[i].name) && kind_takes(k, f->action->inputs[i].name)))
            TRY(ask_input(f, &f->action->inputs[i]));
    form_order(f);
    return OK;
}

void form_answer(struct rq *r, struct page *p, const struct action *action, const struct input_field *in,
                 struct str value)
{
    struct asked q = {0};
    struct form f = {.r = r, .action = action, .version = -1, .asked = &q};
    struct date day;
    int64_t us;
    if (ask_input(&f, in) != OK)
        err_clear(); /* as it is written */
    for (size_t i = 0; i < q.noptions; i++)
        if (str_is(value, q.options[i].value)) {
            page_t(p, q.options[i].label);
            return;
        }
    if (q.control == CONTROL_BOOL)
        page_t(p, str_is(value, "yes") || str_is(value, "true") ? "Yes" : "No");
    else if (q.control == CONTROL_DATE && date_parse(value, &day) == OK)
        page_date(p, day);
    else if (q.control == CONTROL_TIME && utc_parse(value, &us) == OK)
        page_time(p, us);
    else
        page_bdi(p, value);
    err_clear();
}

/* ---- what was typed, what is recorded
 * ------------------------------------------------------------------------------------------ */

static const struct field_value *recorded(const struct form *f, const struct asked *q)
{
    for (size_t i = 0; f->record && q->field && i < f->record->n; i++)
        if (strcmp(f->record->values[i].name, q->name) == 0)
            return &f->record->values[i];
    return NULL;
}

static struct str typed(const struct rq *r, const char *name, size_t index)
{
    for (size_t i = 0; i < r->nform; i++)
        if (str_is(r->form[i].name, name) && r->form[i].value.n && index-- == 0)
            return r->form[i].value;
    return STR("");
}

struct str form_present(const struct form *f, const struct asked *q, size_t index)
{
    const struct field_value *v = recorded(f, q);
    if (str_is(f->r->in->method, "POST"))
        return typed(f->r, q->name, index);
    if (q->fixed && index == 0)
        return str_of(q->fixed);
    return v && v->state == VALUE_GIVEN && index < v->n ? v->values[index] : STR("");
}

static const char *unknown_name(const struct form *f, const struct asked *q)
{
    const char *name = arena_printf(f->r->a, "%s" UNKNOWN_MARK, q->name);
    return name ? name : "";
}

bool form_is_unknown(const struct form *f, const struct asked *q)
{
    const struct field_value *v = recorded(f, q);
    if (str_is(f->r->in->method, "POST"))
        return form_value(f->r, unknown_name(f, q)).n > 0;
    return v && v->state == VALUE_UNKNOWN;
}

/* "2026-11-22T11:05", local to the country, as RFC 3339 in UTC; what is not of that form is left for the door
 * to refuse. */
static enum err local_time(struct rq *r, struct str value, struct str *ret)
{
    struct date d;
    int64_t hour, minute;
    char utc[28];
    *ret = value;
    if (value.n < 16 || value.p[10] != 'T' || value.p[13] != ':' ||
        date_parse(str_sub(value, 0, 10), &d) != OK || str_i64(str_sub(value, 11, 2), 0, 23, &hour) != OK ||
        str_i64(str_sub(value, 14, 2), 0, 59, &minute) != OK)
        return OK;
    int64_t us = r->w->tz ? tz_utc(r->w->tz, d, (int)(hour * 3600 + minute * 60)) : 0;
    utc_text(us, utc);
    *ret = arena_str(r->a, str_of(utc));
    return ret->p ? OK : arena_err(r->a);
}

/* A day in any usual form as the door wants it; what is none is left for the door to refuse. */
static enum err written_day(struct rq *r, struct str value, struct str *ret)
{
    struct date d;
    char day[11];
    *ret = value;
    if (date_parse_written(value, &d) != OK) {
        err_clear();
        return OK;
    }
    date_text(d, day);
    *ret = arena_str(r->a, str_of(day));
    return ret->p ? OK : arena_err(r->a);
}

static bool same_minute(struct str a, struct str b)
{
    int64_t x, y;
    return utc_parse(a, &x) == OK && utc_parse(b, &y) == OK && x / 60000000 == y / 60000000;
}

static bool unchanged(const struct form *f, const struct asked *q, const struct pair *pairs, size_t n)
{
    const struct field_value *v = recorded(f, q);
    if (!f->record)
        return n == 1 && pairs[0].state == VALUE_GIVEN && !pairs[0].value.n;
    if (!v)
        return n == 1 && pairs[0].state == VALUE_GIVEN && !pairs[0].value.n;
    if (pairs[0].state != v->state)
        return v->state != VALUE_GIVEN && v->state != VALUE_UNKNOWN && pairs[0].state == VALUE_GIVEN &&
               !pairs[0].value.n;
    if (v->state != VALUE_GIVEN)
        return true;
    if (n != v->n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!str_eq(pairs[i].value, v->values[i]) &&
            !(q->control == CONTROL_TIME && same_minute(pairs[i].value, v->values[i])))
            return false;
    return true;
}

static enum err take_typed(struct form *f, const struct asked *q, struct pair *pairs, size_t *n)
{
    struct str name = str_of(q->name), value;
    size_t first = *n, index = 0;
    if (q->control == CONTROL_HIDDEN) {
        pairs[(*n)++] = (struct pair){name, str_of(q->fixed), VALUE_GIVEN};
        return OK;
    }
    while ((value = typed(f->r, q->name, index)).n && *n < HTTP_MAX_FIELDS) {
        if (q->control == CONTROL_TIME)
            TRY(local_time(f->r, value, &value));
        if (q->control == CONTROL_DATE)
            TRY(written_day(f->r, value, &value));
        pairs[(*n)++] = (struct pair){name, value, VALUE_GIVEN};
        index++;
    }
    if (index == 0)
        pairs[(*n)++] = (struct pair){name, STR(""), form_is_unknown(f, q) ? VALUE_UNKNOWN : VALUE_GIVEN};
    if (unchanged(f, q, pairs + first, *n - first))
        *n = first;
    return OK;
}

enum err form_input(struct form *f, struct input *ret)
{
    struct pair *pairs = ARENA_ARRAY(f->r->a, 2 * HTTP_MAX_FIELDS + f->n + 1, struct pair);
    size_t n = 0;
    if (!pairs)
        return arena_err(f->r->a);
    for (size_t i = 0; i < f->n && n < HTTP_MAX_FIELDS; i++)
        TRY(take_typed(f, &f->asked[i], pairs, &n));
    *ret = (struct input){pairs, n};
    return OK;
}

/* ---- the act
 * ----------------------------------------------------------------------------------------------------------------------
 */

/* Its subject is a file, whatever the policy is asked about. */
static bool of_file(const struct form *f)
{
    return strncmp(f->action->name, "attachment.", 11) == 0 && !f->action->creates;
}

static struct id case_of(struct form *f)
{
    struct id id = id_nil();
    const char *given = hidden_value(f, "case");
    if (of_file(f))
        return id_nil();
    if (f->action->object == OBJECT_CASE && !f->action->creates)
        return f->subject;
    if (given && id_parse(str_of(given), &id) != OK)
        return id_nil();
    return id;
}

/* A record that names people of its case is changed by choosing among them. */
static enum err load_people(struct form *f, struct id in_case)
{
    const struct kind *k = f->action->kind;
    const struct view *v;
    bool names = false;
    for (size_t i = 0; i < k->nfields; i++)
        names |=
            k->fields[i].type == FT_SUBJECT && kind_action_takes(f->action->kind_action, k->fields[i].name);
    if (!names || id_is_nil(in_case))
        return OK;
    enum err e = LOOK(f->r, "case.show", in_case, &v);
    if (e == ERR_NOT_FOUND || e == ERR_HINT || e == ERR_DENIED) {
        err_clear(); /* whoever may write the record need not know the case: the id is typed */
        return OK;
    }
    TRY(e);
    f->people = v->model;
    return OK;
}

/* What the form is about, so that only what may be written is asked. The door looks, decides, audits. */
static enum err load_context(struct form *f)
{
    struct id in_case = case_of(f);
    f->version = -1;
    if (of_file(f))
        return LOOK(f->r, "attachment.show", f->subject, &f->context);
    if (f->action->kind && !f->action->creates) {
        char *name = arena_printf(f->r->a, "%s.show", f->action->kind->id);
        TRY(name ? LOOK(f->r, name, f->subject, &f->context) : arena_err(f->r->a));
        f->record = f->context->model;
        f->version = f->record->version;
        return load_people(f, f->record->case_);
    } else if (f->action->verb == VERB_BREAK_GLASS || f->action->verb == VERB_REVIEW) {
        return OK; /* of a case that he may not look at; the id of a review is no case's */
    } else if (!id_is_nil(in_case)) {
        enum err e = LOOK(f->r, "case.show", in_case, &f->context);
        if ((e == ERR_NOT_FOUND || e == ERR_HINT) && f->action->verb == VERB_ASSIGN)
            return OK; /* who takes a case over cannot open it yet; the form is the same for a case that there
                          is not */
        TRY(e);
        f->people = f->context->model;
        if (f->action->object == OBJECT_CASE)
            f->version = f->people->version;
    }
    return OK;
}

/* Only ids may come by the address: what people type comes by the form. */
static bool is_an_id(const struct form *f, struct str name)
{
    static const char *const always[] = {"id",        "case",  "subject",    "lang",  "row",    "decision",
                                         "assertion", "other", "other_case", "group", "through"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (str_is(name, always[i]))
            return true;
    for (size_t i = 0; i < f->action->ninputs; i++)
        if (f->action->inputs[i].type == IN_ID && str_is(name, f->action->inputs[i].name))
            return true;
    return false;
}

static enum err check_query(const struct form *f)
{
    for (size_t i = 0; i < f->r->in->nquery; i++)
        if (!is_an_id(f, f->r->in->query[i].name))
            return refuse(f->r, "web.malformed", FAIL(ERR_BAD_REQUEST, "only ids belong in this address"));
    return OK;
}

static enum err load_form(struct rq *r, struct form *f)
{
    const char *name = arena_cstr(r->a, str_sub(r->in->path, sizeof "/do/" - 1, r->in->path.n));
    bool post = str_is(r->in->method, "POST");
    struct str id = post ? form_value(r, "id") : http_query(r->in, "id");
    *f = (struct form){.r = r, .action = name ? door_action(r->w->door, name) : NULL, .version = -1};
    if (!f->action)
        return refuse(r, "web.unknown_path", FAIL(ERR_NOT_FOUND, "path"));
    TRY(check_query(f));
    if (id.n && id_parse(id, &f->subject) != OK)
        return FAIL(ERR_NOT_FOUND, "id");
    if (!id.n && action_needs_id(f->action))
        return FAIL(ERR_NOT_FOUND, "id");
    TRY(load_context(f));
    return form_questions(f);
}

static void go_on(struct form *f, const struct act_result *result)
{
    struct id in_case = case_of(f);
    static const struct {
        const char *prefix, *path;
    } lists[] = {
        {"proposal.", "/proposals"}, {"notice.", "/inbox"}, {"hold.", "/holds"}, {"glass.", "/glass"}};
    if (result->waits) {
        answer_redirect(f->r, "/proposals");
        return;
    }
    if (strncmp(f->action->name, "filter.", 7) == 0) {
        bool gone = strcmp(f->action->name, "filter.end") == 0;
        answer_redirect(f->r, gone ? "/" : path_of(f->r, "/?filter=%s", result->id));
        return;
    }
    if (id_eq(f->subject, f->r->session.account) || strncmp(f->action->name, "factor.", 7) == 0 ||
        strcmp(f->action->name, "session.close") == 0) {
        answer_redirect(f->r, "/account");
        return;
    }
    if (f->action->object == OBJECT_ACCOUNT) {
        answer_redirect(f->r,
                        strncmp(f->action->name, "roster.", 7) == 0 ? "/admin/roster" : "/admin/accounts");
        return;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strncmp(f->action->name, lists[i].prefix, strlen(lists[i].prefix)) == 0) {
            answer_redirect(f->r, lists[i].path);
            return;
        }
    if (of_file(f)) {
        answer_redirect(f->r, path_of(f->r, "/attachment/%s", f->subject));
        return;
    }
    if (f->action->object == OBJECT_REPORT) {
        answer_redirect(f->r, path_of(f->r, "/report/%s", result->id));
        return;
    }
    if (strncmp(f->action->name, "assessment.", 11) == 0) {
        answer_redirect(f->r, path_of(f->r, "/assessment/%s", result->id));
        return;
    }
    if (f->action->object == OBJECT_CASE && f->action->creates)
        in_case = result->id;
    if (!id_is_nil(in_case)) {
        answer_redirect(f->r, path_of(f->r, "/case/%s", in_case));
    } else if (f->action->kind) {
        char *format = arena_printf(f->r->a, "/record/%s/%%s", f->action->kind->id);
        answer_redirect(f->r, path_of(f->r, format ? format : "", result->id));
    } else {
        answer_redirect(f->r, "/");
    }
}

static enum err act_now(struct form *f)
{
    struct act_result result;
    struct input input;
    struct str version = form_value(f->r, "_version");
    int64_t expected = f->version;
    if (version.n && str_i64(version, 0, INT64_MAX, &expected) != OK)
        return refuse(f->r, "web.malformed", FAIL(ERR_BAD_REQUEST, "field _version"));
    TRY(form_input(f, &input));
    struct act_request request = {.ctx = &f->r->ctx,
                                  .action = f->action->name,
                                  .subject = f->subject,
                                  .expected_version = f->version < 0 ? -1 : expected,
                                  .input = input};
    const char *token;
    TRY(act_here(f->r, &request, &result, &token));
    go_on(f, &result);
    return OK;
}

void page_do(struct rq *r)
{
    struct form *f = ARENA_NEW(r->a, struct form);
    enum err e = f ? load_form(r, f) : arena_err(r->a);
    if (e != OK) {
        answer_error(r, e);
        return;
    }
    if (str_is(r->in->method, "GET")) {
        form_draw(f, OK, "");
        return;
    }
    e = act_now(f);
    if (e == OK)
        return;
    if (wants_more(r, e)) {
        answer_error(r, e);
    } else if (e == ERR_FIELD || e == ERR_CREDENTIALS || e == ERR_STATE || e == ERR_VERSION ||
               e == ERR_CONSTRAINT || e == ERR_DENIED || e == ERR_HELD) {
        const char *detail = arena_cstr(r->a, str_of(err_detail()));
        r->out->status = err_row(e)->http;
        form_draw(f, e, detail ? detail : "");
    } else {
        answer_error(r, e);
    }
}
