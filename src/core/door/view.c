/* SPDX-License-Identifier: Apache-2.0 */
/* door_view.c - one look. Nothing leaves before its leaf is durable. */
#include "core/door/own.h"

struct looked {
    struct leaf leaf;
    const struct object *object;
};

static enum err run_leaf(struct door *d, struct tx *tx, struct job *j)
{
    struct looked *l = j->arg;
    struct leaf *leaf = &l->leaf;
    (void)d;
    tx->actor = leaf->account;
    if (leaf->outcome == OK || leaf->outcome == ERR_HINT)
        TRY(door_oblige(tx, leaf->answer.obligations, l->object, leaf->object, leaf->action));
    return door_leaf_of(tx, j, leaf);
}

static enum err find_and_decide(struct view *v)
{
    TRY(door_no_id(v->subject, v->decl->find != NULL));
    v->object = (struct object){.kind = v->decl->object,
                                .id = v->subject,
                                .owner = v->ctx->agency,
                                .label = LABEL_AMBER,
                                .found = true};
    if (v->decl->find) {
        enum err e = v->decl->find(v, &v->object);
        if (e == ERR_NOT_FOUND)
            door_unknown(&v->object, v->subject);
        else
            TRY(e);
    }
    if (v->object.found) /* what is not there has no relation to anybody, as what is hidden has none */
        TRY(door_scope(v->db, v->ctx, &v->object, v->now_us, &v->scope));
    struct policy_question q = door_question(v->ctx, &v->object, &v->scope, v->decl->verb, CLASS_NONE);
    v->answer = policy_decide(&q);
    return OK;
}

static enum err look(struct view *v)
{
    enum err e = find_and_decide(v);
    if (e != OK)
        v->answer =
            (struct policy_answer){VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT}; /* malformed: still a leaf */
    else
        e = outcome_of(&v->object, v->answer);
    if (e == OK && (v->answer.obligations & OBLIGE_SECOND_PERSON))
        e = FAIL(ERR_DENIED, "%s takes two people, and a look cannot wait", v->decl->name);
    if (e == OK && !v->decl->when_locked && !vault_unlocked(v->door->vault))
        e = FAIL(ERR_LOCKED, "%s needs open keys", v->decl->name);
    if (e == OK)
        e = input_check(v->decl->inputs, v->decl->ninputs, &v->input, false);
    if (e == OK)
        e = v->decl->run(v);
    return e;
}

/* Reads within one snapshot; a lost connection or a conflict: all over again. */
static enum err look_at(struct view *v, const struct view_request *request)
{
    struct door *d = v->door;
    enum err e = ERR_RETRY;
    TRY(door_reader(d, &v->db));
    for (int i = 0; i < RETRY_MAX && e == ERR_RETRY; i++) {
        struct db *db = v->db;
        *v = (struct view){.door = d,
                           .ctx = request->ctx,
                           .decl = v->decl,
                           .db = db,
                           .arena = v->arena,
                           .now_us = env_now_us(),
                           .subject = request->subject,
                           .input = request->input,
                           .pack = d->pack};
        hasher_start(&v->shown, NULL);
        e = db_begin(db, DB_READ);
        if (e == OK)
            e = look(v);
        db_rollback(db);
    }
    door_reader_done(d, v->db);
    v->db = NULL;
    return e;
}

static enum err note_look(struct view *v, const struct view_request *request, enum err outcome)
{
    struct leaf leaf = {.request_id = request->ctx->request_id,
                        .account = request->ctx->account,
                        .agency = request->ctx->agency,
                        .action = v->decl->name,
                        .role = request->ctx->role,
                        .purpose = request->ctx->purpose,
                        .object_kind = v->decl->object,
                        .object = request->subject,
                        .case_ = door_case_of(&v->object, request->subject),
                        .answer = v->answer,
                        .outcome = outcome};
    if (outcome == OK) {
        leaf.classes = v->classes;
        leaf.shown = hasher_end(&v->shown);
        leaf.shown_n = v->shown_n;
    }
    struct looked looked = {leaf, &v->object};
    struct job j = {.run = run_leaf, .arg = &looked, .arena = v->arena};
    enum err e = door_submit(v->door, &j);
    buf_free(&j.leaves);
    buf_free(&j.changes);
    TRY(e);
    v->leaf = looked.leaf.id;
    return OK;
}

enum err door_view(struct door *d, const struct view_request *request, struct arena *a,
                   const struct view **ret)
{
    const struct view_decl *decl = door_view_decl(d, request->view);
    struct view *v = ARENA_NEW(a, struct view);
    char detail[256];
    int64_t came_us = env_monotonic_us();
    if (!v)
        return arena_err(a);
    if (!decl)
        return door_refuse(d, request->ctx, "unknown.view", ERR_NOT_FOUND, "there is no such view");
    if (id_is_nil(request->ctx->account) && request->ctx->role != ROLE_SYSTEM && !decl->anonymous)
        return door_refuse(d, request->ctx, decl->name, ERR_SIGN_IN, decl->name);
    v->door = d;
    v->decl = decl;
    v->arena = a;
    TRY(door_enter(d));
    enum err outcome = look_at(v, request);
    snprintf(detail, sizeof detail, "%s", outcome == OK ? "" : err_detail());
    enum err e = note_look(v, request, outcome);
    door_leave(d);
    bool even = outcome == ERR_NOT_FOUND || v->passes_hidden;
    if (even && request->even)
        *request->even = true;
    else if (even)
        door_even(came_us);
    TRY(e);
    __atomic_add_fetch(&d->stats.views, 1, __ATOMIC_RELAXED);
    if (outcome != OK)
        return FAIL(outcome, "%s", detail);
    *ret = v;
    return OK;
}

void view_show(struct view *v, struct id row)
{
    hasher_add(&v->shown, row.b, sizeof row.b);
    v->shown_n++;
}

void view_note(struct view *v, uint32_t classes, uint32_t obligations, struct id row)
{
    v->classes |= classes;
    v->answer.obligations |= obligations;
    view_show(v, row);
}

static struct policy_answer decide_for(struct view *v, const struct object *o, enum verb verb,
                                       enum field_class class)
{
    struct scope scope = v->scope;
    bool one_case = !id_is_nil(o->case_.v) && id_eq(o->case_.v, v->object.case_.v);
    bool one_owner = o->owner && v->object.owner && strcmp(o->owner, v->object.owner) == 0;
    bool same =
        !o->kept_with && (id_eq(o->id, v->object.id) || (one_case && one_owner && !v->scope.by_subject));
    if (!same && door_scope_known(v->db, v->ctx, o, v->now_us, &v->known, &scope) != OK)
        return (struct policy_answer){VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT};
    struct policy_question q = door_question(v->ctx, o, &scope, verb, class);
    return policy_decide(&q);
}

struct policy_answer view_decide(struct view *v, const struct object *o, enum field_class class)
{
    /* A list of persons' papers shows what a reader may see; the names of officers are for lists
     * (docs/policy.md, 11). */
    bool reads = v->decl->verb == VERB_LIST && o->kind != OBJECT_ACCOUNT;
    return decide_for(v, o, reads ? VERB_READ : v->decl->verb, class);
}

bool view_tells(struct view *v, const struct object *o, enum field_class class)
{
    struct policy_answer answer = decide_for(v, o, v->decl->verb, class);
    if (answer.verdict != VERDICT_ALLOW)
        return false;
    v->classes |= 1u << class;
    v->answer.obligations |= answer.obligations;
    return true;
}

bool view_may_list(struct view *v, const struct object *o)
{
    return decide_for(v, o, v->decl->verb, CLASS_NONE).verdict == VERDICT_ALLOW;
}

enum err view_unseal(struct view *v, const struct object *o, enum field_class class, struct place at,
                     struct str envelope, struct shown *ret)
{
    struct shown shown = {.text = STR("")};
    struct policy_answer answer = view_decide(v, o, class);
    shown.verdict = answer.verdict;
    shown.reason = answer.reason;
    if (answer.verdict == VERDICT_ALLOW) {
        enum err e = vault_open(v->door->vault, v->db, v->ctx->agency, o->compartment, class, v->now_us, at,
                                envelope, v->arena, &shown.text);
        if (e == ERR_SEALED || e == ERR_SHREDDED) {
            shown = (struct shown){.text = STR(""), .verdict = VERDICT_MASK, .reason = REASON_CLASS};
        } else {
            TRY(e);
            view_note(v, 1u << class, answer.obligations, at.row);
        }
    }
    *ret = shown;
    return OK;
}

struct str view_in(const struct view *v, const char *name)
{
    for (size_t i = 0; i < v->input.n; i++)
        if (str_is(v->input.pairs[i].name, name))
            return v->input.pairs[i].state == VALUE_GIVEN ? v->input.pairs[i].value : STR("");
    return STR("");
}
