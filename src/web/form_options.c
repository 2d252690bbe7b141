/* SPDX-License-Identifier: Apache-2.0 */
/* form_options.c - the answers to choose from: codes and agencies of the pack, words of a declaration, people
 * and consents of the case, officers by name. */
#include "web/form.h"

#include "base/env.h"
#include "desk/desk.h"

#define ACCOUNTS_MAX 500 /* to choose from in one list */

enum err options_of_codes(struct rq *r, const struct code_list *list, struct asked *q)
{
    struct option *o = ARENA_ARRAY(r->a, list->n + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < list->n; i++)
        if (!list->codes[i].until || !*list->codes[i].until)
            o[q->noptions++] =
                (struct option){list->codes[i].code, list->codes[i].label, list->codes[i].verified};
    q->options = o;
    return OK;
}

/* Roles of no account, and no purpose at all: the door refuses them for officers. */
static bool of_nobody(const char *question, const char *word)
{
    bool role = strcmp(question, "role") == 0, purpose = strcmp(question, "purpose") == 0;
    return (role && (strcmp(word, "anonymous") == 0 || strcmp(word, "system") == 0)) ||
           (purpose && strcmp(word, "none") == 0);
}

/* A word of the program stands for two things: a name as in the papers, and a basis in law. */
static const char *word_label(struct rq *r, const char *question, const char *word)
{
    bool law = strcmp(question, "basis") == 0 && strcmp(word, "legal") == 0;
    return law ? "A law asks for it or allows it" : word_msgid(r->a, word);
}

enum err options_of_words(struct form *f, const char *const *words, struct asked *q)
{
    struct rq *r = f->r;
    bool officer = f->action->object == OBJECT_ACCOUNT;
    size_t n = 0;
    while (words[n])
        n++;
    struct option *o = ARENA_ARRAY(r->a, n + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < n; i++)
        if (!officer || !of_nobody(q->name, words[i]))
            o[q->noptions++] = (struct option){words[i], word_label(r, q->name, words[i]), true};
    q->options = o;
    return OK;
}

enum err options_of_agencies(struct rq *r, struct asked *q)
{
    const struct pack *p = r->w->pack;
    struct option *o = ARENA_ARRAY(r->a, p->nagencies + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < p->nagencies; i++)
        if (!p->agencies[i].group)
            o[q->noptions++] =
                (struct option){p->agencies[i].id, p->agencies[i].name, p->agencies[i].verified};
    q->options = o;
    return OK;
}

enum err options_of_offices(struct rq *r, struct asked *q)
{
    const struct pack *p = r->w->pack;
    struct option *o = ARENA_ARRAY(r->a, p->noffices + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < p->noffices; i++)
        if (strcmp(p->offices[i].agency->id, r->ctx.agency) == 0 || q->field)
            o[q->noptions++] = (struct option){p->offices[i].id, p->offices[i].name, p->offices[i].verified};
    q->options = o;
    return OK;
}

/* Of a case: those it is not at. */
static enum err options_of_stages(struct form *f, struct asked *q)
{
    struct rq *r = f->r;
    const struct pack *p = r->w->pack;
    const char *now = f->people ? f->people->stage : "";
    struct option *o = ARENA_ARRAY(r->a, p->nstages + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < p->nstages; i++)
        if (strcmp(p->stages[i].id, now) != 0)
            o[q->noptions++] = (struct option){p->stages[i].id, p->stages[i].label, true};
    q->options = o;
    return OK;
}

static enum err options_of_classes(struct rq *r, struct asked *q)
{
    struct option *o = ARENA_ARRAY(r->a, CLASS_COUNT, struct option);
    if (!o)
        return arena_err(r->a);
    for (int i = CLASS_NONE + 1; i < CLASS_COUNT; i++)
        if (i != CLASS_LOCATION) /* a place of shelter is never shared */
            o[q->noptions++] = (struct option){class_word((enum field_class)i),
                                               word_msgid(r->a, class_word((enum field_class)i)), true};
    q->options = o;
    return OK;
}

/* A share is ended with one of those that have it. */
static enum err options_of_shares(struct form *f, struct asked *q)
{
    const struct case_model *m = f->people;
    struct option *o = ARENA_ARRAY(f->r->a, m->nshared + 1, struct option);
    if (!o)
        return arena_err(f->r->a);
    for (size_t i = 0; i < m->nshared; i++) {
        const struct agency *agency = pack_agency(f->r->w->pack, m->shared_with[i]);
        o[q->noptions++] =
            (struct option){m->shared_with[i], agency ? agency->name : m->shared_with[i], true};
    }
    q->options = o;
    return OK;
}

/* Texts that name things of the country are chosen, not typed. */
enum err options_of_text(struct form *f, const struct input_field *in, struct asked *q)
{
    struct rq *r = f->r;
    const struct code_list *roles = r->w->pack ? pack_codes(r->w->pack, "subject_role") : NULL;
    bool chosen = r->w->pack != NULL;
    q->control = in->multi ? CONTROL_MANY : CONTROL_ONE;
    if (chosen && strcmp(in->name, "agency") == 0)
        return f->people && strcmp(f->action->name, "grant.end") == 0 ? options_of_shares(f, q)
                                                                      : options_of_agencies(r, q);
    if (chosen && strcmp(in->name, "office") == 0)
        return options_of_offices(r, q);
    if (chosen && strcmp(in->name, "stage") == 0)
        return options_of_stages(f, q);
    if (chosen && strcmp(in->name, "class") == 0)
        return options_of_classes(r, q);
    if (roles && strcmp(in->name, "role") == 0)
        return options_of_codes(r, roles, q);
    const struct code_list *named = chosen ? pack_codes(r->w->pack, in->name) : NULL;
    if (named) /* "language", "channel": a list of the pack has this name */
        return options_of_codes(r, named, q);
    const struct code_list *codes =
        chosen && f->action->object == OBJECT_REPORT ? report_codes(r->w->pack, in->name) : NULL;
    if (codes)
        return options_of_codes(r, codes, q);
    q->control = CONTROL_TEXT;
    return OK;
}

/* The consents that count today: which one is taken back is read before the button is pressed. */
enum err options_of_consents(struct form *f, struct asked *q)
{
    struct rq *r = f->r;
    const struct view *v;
    TRY(LOOK(r, "case.file", f->subject, &v));
    const struct case_file *file = v->model;
    struct option *o = ARENA_ARRAY(r->a, file->nconsents + 1, struct option);
    if (!o)
        return arena_err(r->a);
    for (size_t i = 0; i < file->nconsents; i++) {
        const struct consent_model *m = &file->consents[i];
        const struct agency *agency = pack_agency(r->w->pack, m->agency);
        char *id = arena_alloc(r->a, 33), day[11];
        if (m->withdrawn_us || (m->until_us && m->until_us <= env_now_us()))
            continue;
        if (!id)
            return arena_err(r->a);
        id_text(m->id, id);
        date_text(tz_local(r->w->tz, m->given_us).date, day);
        char *label =
            arena_printf(r->a, "%s · %s · %s", lang_text(&r->lang, agency ? agency->name : m->agency),
                         lang_text(&r->lang, word_msgid(r->a, purpose_word(m->purpose))), day);
        if (!label)
            return arena_err(r->a);
        o[q->noptions++] = (struct option){id, label, true};
    }
    q->options = o;
    q->control = q->noptions ? CONTROL_ONE : q->fixed ? CONTROL_HIDDEN : CONTROL_TEXT;
    return OK;
}

/* Nobody is her own guardian: where the form says already whom it is about, or there is nobody else. */
static bool is_her(const struct form *f, struct id subject)
{
    char text[33];
    id_text(subject, text);
    for (size_t i = 0; i < f->n; i++)
        if (f->asked[i].fixed && strcmp(f->asked[i].name, "subject") == 0)
            return strcmp(f->asked[i].fixed, text) == 0;
    return f->people->nsubjects == 1;
}

/* The people and organisations of the case that the form is about. */
enum err options_of_subjects(struct form *f, struct asked *q)
{
    const struct case_model *m = f->people;
    const struct code_list *roles = pack_codes(f->r->w->pack, "subject_role");
    bool guardian = strcmp(q->name, "guardian") == 0;
    struct option *o = ARENA_ARRAY(f->r->a, m->nsubjects + 1, struct option);
    if (!o)
        return arena_err(f->r->a);
    for (size_t i = 0; i < m->nsubjects; i++) {
        const struct subject_model *s = &m->subjects[i];
        const struct code *role = roles ? code_find(roles, s->role) : NULL;
        if (guardian && (s->type != SUBJECT_PERSON || is_her(f, s->id)))
            continue;
        struct str name = s->nnames ? s->names[0].full.text : STR("");
        char *id = arena_alloc(f->r->a, 33);
        if (!id)
            return arena_err(f->r->a);
        id_text(s->id, id);
        const char *words = lang_text(&f->r->lang, role ? role->label : s->role);
        char *label = arena_printf(f->r->a, name.n ? "%s: %.*s" : "%s%.*s", words, STR_FMT(name));
        if (!label)
            return arena_err(f->r->a);
        o[q->noptions++] = (struct option){id, label, true};
    }
    q->options = o;
    q->control = CONTROL_ONE;
    return OK;
}

/* Would the door take this officer? A case goes to who holds a role that opens cases, a report to one that
 * opens reports; a deputy has the role of who hands over. */
static bool fits_action(const struct form *f, const struct account_row *row)
{
    const struct rq *r = f->r;
    if (f->action->object != OBJECT_CASE && f->action->object != OBJECT_REPORT)
        return true;
    if (strcmp(f->action->name, "case.hand_over") != 0)
        return officer_opens(row, f->action->object);
    for (size_t i = 0; i < row->nroles; i++)
        if (row->roles[i].role == r->ctx.role)
            return !id_eq(row->id, r->session.account);
    return false;
}

/* Officers by name; those of one's own agency, as far as the officer may list them. Without names it stays a
 * field to type an id into: whoever may list nobody was given it by other means. */
enum err options_of_accounts(struct form *f, struct asked *q)
{
    struct rq *r = f->r;
    struct option *o = ARENA_ARRAY(r->a, ACCOUNTS_MAX, struct option);
    struct id after = id_nil();
    char text[33];
    if (!o)
        return arena_err(r->a);
    q->control = CONTROL_TEXT;
    do {
        const struct view *v;
        id_text(after, text);
        enum err e = LOOK(r, "account.list", id_nil(), &v, "agency", r->ctx.agency, "after", text);
        if (e == ERR_DENIED || e == ERR_NOT_FOUND) {
            err_clear();
            return OK;
        }
        TRY(e);
        const struct account_list *list = v->model;
        for (size_t i = 0; i < list->n && q->noptions < ACCOUNTS_MAX; i++) {
            char *id = arena_alloc(r->a, 33);
            const struct account_row *row = &list->items[i];
            if (row->disabled_us || id_eq(row->id, f->subject) || row->name.verdict != VERDICT_ALLOW ||
                !fits_action(f, row))
                continue;
            const char *role = row->nroles ? word_msgid(r->a, role_word(row->roles[0].role)) : "";
            char *label = arena_printf(r->a, *role ? "%.*s · %s" : "%.*s%s", STR_FMT(row->name.text),
                                       lang_text(&r->lang, role));
            if (!id || !label)
                return arena_err(r->a);
            id_text(row->id, id);
            o[q->noptions++] = (struct option){id, label, true};
        }
        after = list->next;
    } while (!id_is_nil(after) && q->noptions < ACCOUNTS_MAX);
    q->options = o;
    if (q->noptions || strcmp(f->action->name, "case.hand_over") == 0)
        q->control = CONTROL_ONE;
    return OK;
}
