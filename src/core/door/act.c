/* SPDX-License-Identifier: Apache-2.0 */
/* door_act.c - one action, or a batch of them, inside the writer's transaction. */
#include "core/door/own.h"

struct ctx ctx_system(void)
{
    return (struct ctx){
        .agency = "", .role = ROLE_SYSTEM, .purpose = PURPOSE_ADMINISTRATION, .assurance = 3, .lang = "en"};
}

/* ---- input as bodies see it
 * -------------------------------------------------------------------------------------------- */

static const struct pair *find_pair(const struct input *in, const char *name)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_is(in->pairs[i].name, name))
            return &in->pairs[i];
    return NULL;
}

struct str in_text(const struct act *a, const char *name)
{
    const struct pair *p = find_pair(&a->input, name);
    return p && p->state == VALUE_GIVEN ? p->value : STR("");
}

bool in_given(const struct act *a, const char *name)
{
    const struct pair *p = find_pair(&a->input, name);
    return p && p->state == VALUE_GIVEN && p->value.n > 0;
}

int64_t in_i64(const struct act *a, const char *name, int64_t absent)
{
    int64_t v;
    struct str s = in_text(a, name);
    return s.n && str_i64(s, INT64_MIN, INT64_MAX, &v) == OK ? v : absent;
}

bool in_bool(const struct act *a, const char *name)
{
    struct str s = in_text(a, name);
    return str_is(s, "true") || str_is(s, "yes") || str_is(s, "1");
}

struct id in_id(const struct act *a, const char *name)
{
    struct id id;
    struct str s = in_text(a, name);
    return s.n && id_parse(s, &id) == OK ? id : id_nil();
}

size_t in_all(const struct act *a, const char *name, const struct pair **ret)
{
    struct pair *all = ARENA_ARRAY(a->arena, a->input.n ? a->input.n : 1, struct pair);
    size_t n = 0;
    for (size_t i = 0; all && i < a->input.n; i++)
        if (str_is(a->input.pairs[i].name, name))
            all[n++] = a->input.pairs[i];
    *ret = all;
    return n;
}

/* ---- one action
 * -----------------------------------------------------------------------------------------------------------
 */

enum { RQ_ID, RQ_ACCOUNT, RQ_ACTION, RQ_RESULT, RQ_RESULT_VERSION, RQ_AT, RQ_ASKED, RQ_COUNT };

static void ask_str(struct buf *b, struct str s)
{
    buf_be32(b, (uint32_t)s.n);
    buf_str(b, s);
}

/* What was asked, keyed: inputs are personal, and a plain hash of a name can be guessed. */
struct asked {
    uint8_t mac[16];
    bool known; /* false: no request id, or the keys are closed */
};

static enum err take_asked(struct vault *v, const struct act_request *r, struct asked *ret)
{
    struct buf b CLEANUP(buf_free) = {0};
    if (id_is_nil(r->ctx->request_id))
        return OK;
    buf_c(&b, "akari request 1");
    buf_bytes(&b, r->ctx->request_id.b, sizeof r->ctx->request_id.b);
    buf_bytes(&b, r->subject.b, sizeof r->subject.b);
    buf_be64(&b, (uint64_t)r->expected_version);
    for (size_t i = 0; i < r->input.n; i++) {
        ask_str(&b, r->input.pairs[i].name);
        buf_u8(&b, (uint8_t)r->input.pairs[i].state);
        ask_str(&b, r->input.pairs[i].value);
    }
    TRY(buf_err(&b));
    ret->known = vault_audit_mac(v, buf_view(&b), ret->mac);
    secret_wipe(b.p, b.n);
    return OK;
}

static bool asks_the_same(const struct asked *now, const struct cell *then)
{
    return !now->known || then->kind == CELL_NULL ||
           (then->s.n == sizeof now->mac && secret_equal(then->s.p, now->mac, sizeof now->mac));
}

static struct act_result result_of(struct id id, int64_t version)
{
    bool waits = version == VERSION_WAITS;
    return (struct act_result){.id = id, .version = waits ? 0 : version, .waits = waits};
}

static enum err replayed(struct act *a, const struct asked *asked, struct act_result *ret, bool *ret_yes)
{
    struct cell cells[RQ_COUNT];
    *ret_yes = false;
    if (id_is_nil(a->ctx->request_id))
        return OK;
    enum err e = row_get(a->tx->db, a->arena, &TABLE_REQUEST, a->ctx->request_id, cells);
    if (e == ERR_NOT_FOUND)
        return OK;
    TRY(e);
    *ret_yes = true;
    if (!id_eq(cell_get_id(&cells[RQ_ACCOUNT]), a->ctx->account) ||
        !str_is(cells[RQ_ACTION].s, a->action->name) || !asks_the_same(asked, &cells[RQ_ASKED]))
        return FAIL(ERR_CONSTRAINT, "this request id was used for something else");
    *ret = result_of(cell_get_id(&cells[RQ_RESULT]), cells[RQ_RESULT_VERSION].i);
    ret->replayed = true;
    return OK;
}

static enum err remember(struct act *a, struct id request_id, const struct asked *asked)
{
    struct cell cells[RQ_COUNT] = {
        [RQ_ID] = cell_id(&request_id),
        [RQ_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [RQ_ACTION] = cell_c(a->action->name),
        [RQ_RESULT] = cell_id_or_null(&a->ret_id),
        [RQ_RESULT_VERSION] = cell_int(a->ret_version),
        [RQ_AT] = cell_int(a->tx->now_us),
        [RQ_ASKED] =
            asked->known ? cell_str((struct str){(const char *)asked->mac, sizeof asked->mac}) : cell_null(),
    };
    return row_insert(a->tx, &TABLE_REQUEST, cells);
}

/* Kinds may narrow who acts; they never widen what the policy gives. */
static void narrow_by_kind(const struct act *a, struct policy_answer *answer)
{
    const struct kind_action *k = a->action->kind_action;
    if (!k || a->ctx->role == ROLE_SYSTEM || answer->verdict < VERDICT_MASK)
        return;
    if (k->roles && !(k->roles & (1u << a->ctx->role)))
        *answer = (struct policy_answer){VERDICT_DENY, REASON_ROLE, OBLIGE_AUDIT};
    else if (k->purposes && !(k->purposes & (1u << a->ctx->purpose)))
        *answer = (struct policy_answer){VERDICT_DENY, REASON_PURPOSE, OBLIGE_AUDIT};
}

enum err door_decide(struct act *a, struct policy_answer *ret)
{
    const struct action *action = a->action;
    TRY(door_no_id(a->subject, (action->find && !action->creates) || action->takes_id));
    a->object = (struct object){.kind = action->object,
                                .id = a->subject,
                                .owner = a->ctx->agency,
                                .label = LABEL_AMBER,
                                .found = true};
    if (action->find) {
        enum err e = action->find(a, &a->object);
        if (e == ERR_NOT_FOUND)
            door_unknown(&a->object, id_is_nil(a->subject) ? in_id(a, "case") : a->subject);
        else
            TRY(e);
    }
    if (a->object.found) /* what is not there has no relation to anybody, as what is hidden has none */
        TRY(door_scope(a->tx->db, a->ctx, &a->object, a->tx->now_us, &a->scope));
    struct policy_question q = door_question(a->ctx, &a->object, &a->scope, action->verb, CLASS_NONE);
    *ret = policy_decide(&q);
    narrow_by_kind(a, ret);
    return OK;
}

enum err door_run(struct act *a)
{
    const struct action *action = a->action;
    if (!action->when_locked && !vault_unlocked(a->door->vault))
        return FAIL(ERR_LOCKED, "%s needs open keys", action->name);
    TRY(input_check(action->inputs, action->ninputs, &a->input, action->kind != NULL));
    return action->body(a);
}

/* The policy says so, or the action: nobody's body runs on one person's word then, whether the action knows
 * of it or not. What runs in the name of the system (the first accounts, jobs) the policy exempts. */
static bool takes_two(const struct act *a, struct policy_answer answer)
{
    return (answer.obligations & OBLIGE_SECOND_PERSON) ||
           (a->action->two_people && a->ctx->role != ROLE_SYSTEM);
}

static bool breaks(enum err e)
{
    return e == ERR_RETRY || e == ERR_IO || e == ERR_DISK_FULL || e == ERR_READ_ONLY || e == ERR_DATABASE ||
           e == ERR_NO_MEMORY;
}

/* What settles a proposal is about what was asked for, and names both people. */
static struct leaf leaf_of_act(const struct act *a, const struct act_request *r, struct id request_id,
                               enum err outcome)
{
    bool for_other = outcome == OK && !id_is_nil(a->about.id);
    struct id own = !id_is_nil(r->subject) ? r->subject : id_is_nil(a->subject) ? a->ret_id : a->subject;
    struct id object = for_other ? a->about.id : own;
    struct object o = for_other ? a->about : a->object;
    o.kept_with |= a->action && a->action->kind ? a->action->kind->kept_with : 0; /* what it makes */
    return (struct leaf){.request_id = request_id,
                         .account = r->ctx->account,
                         .agency = r->ctx->agency,
                         .role = r->ctx->role,
                         .purpose = r->ctx->purpose,
                         .object_kind = o.kind,
                         .object = object,
                         .case_ = door_case_of(&o, object),
                         .proposer = a->proposer,
                         .outcome = outcome};
}

void act_keep(struct act *a, act_keeper *keep, const void *what)
{
    a->keep = keep;
    a->keep_what = what;
}

/* After what the action did was undone. The reason of the refusal stays what it was. */
static enum err keep_of_refusal(struct door *d, struct tx *tx, struct act *a)
{
    if (!a->keep)
        return OK;
    TRY(db_savepoint(tx->db, "keep"));
    enum err e = a->keep(a, a->keep_what);
    if (e == OK)
        e = db_settle(tx->db);
    if (e != OK) {
        if (breaks(e))
            return e;
        TRY(db_rollback_to(tx->db, "keep"));
        vault_tx_done(d->vault, tx, false);
        buf_clear(&tx->changes);
    }
    return db_release(tx->db, "keep");
}

static enum err undo_one(struct door *d, struct tx *tx, struct act *a)
{
    TRY(db_rollback_to(tx->db, "body"));
    vault_tx_done(d->vault, tx, false);
    buf_clear(&tx->changes);
    return keep_of_refusal(d, tx, a);
}

/* What was answered, and with which obligations: malformed requests leave a leaf, too. */
static struct policy_answer malformed(void)
{
    return (struct policy_answer){VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT};
}

/* *ret_outcome is what the caller is told; an error returned breaks the job. With leaves the reason of a
 * refusal. */
/* original: as it was asked, before the slow part of its action. */
/* alone: its failure leaves its own leaf and nothing else. In a batch the failure undoes the whole batch,
 * which then leaves the leaf (undo_batch): no savepoint an item, for SQLite takes longer for each the more
 * the transaction has written. */
static enum err run_one(struct door *d, struct tx *tx, struct job *j, const struct act_request *original,
                        const struct act_request *r, bool alone, struct act_result *ret,
                        enum err *ret_outcome, struct act *ret_refused)
{
    struct act a = {.door = d,
                    .ctx = r->ctx,
                    .action = door_action(d, r->action),
                    .tx = tx,
                    .arena = j->arena,
                    .subject = r->subject,
                    .expected_version = r->expected_version,
                    .input = r->input,
                    .pack = d->pack,
                    .ret_version = 1,
                    .turn_ends_us = r->turn_us ? env_monotonic_us() + r->turn_us : 0};
    struct policy_answer answer;
    struct asked asked = {.known = false};
    bool again;
    tx->actor = r->ctx->account;
    TRY(take_asked(tx->vault, original, &asked));
    enum err e = replayed(&a, &asked, ret, &again);
    *ret_outcome = e;
    if (again ? e == OK : e != OK)
        return e;
    if (e == OK)
        e = door_decide(&a, &answer);
    if (e != OK && breaks(e))
        return e;
    if (e == OK)
        e = outcome_of(&a.object, answer);
    else
        answer = malformed();
    struct id request_id = id_is_nil(r->ctx->request_id) ? id_new() : r->ctx->request_id;
    if (alone)
        TRY(db_savepoint(tx->db, "body"));
    bool two = e == OK && takes_two(&a, answer);
    if (e == OK)
        e = two ? door_propose(&a) : door_run(&a);
    answer.obligations |= a.obligations;
    if (a.action && a.action->kind && a.action->kind->kept_with) /* who is kept from it is not told of it */
        answer.obligations &= ~(uint32_t)OBLIGE_NOTIFY_OWNER;
    if (e == OK)
        e = remember(&a, request_id, &asked);
    if (e == OK)
        e = door_oblige(tx, answer.obligations, &a.object, leaf_of_act(&a, r, request_id, e).object,
                        r->action);
    if (e == OK)
        e = db_settle(tx->db); /* what the database refuses is this action's failure, nobody else's */
    if (e != OK) {
        if (breaks(e))
            return e;
        snprintf(j->detail, sizeof j->detail, "%s", err_detail());
        *ret_outcome = e;
        if (!alone) {
            *ret_refused = a; /* the batch undoes it */
            return OK;
        }
        TRY(undo_one(d, tx, &a));
    }
    if (alone)
        TRY(db_release(tx->db, "body"));
    struct leaf leaf = leaf_of_act(&a, r, request_id, e);
    leaf.action = two ? "proposal.make" : r->action;
    leaf.answer = answer;
    TRY(door_leaf_of(tx, j, &leaf));
    *ret = result_of(a.ret_id, a.ret_version);
    ret->leaf = leaf.id;
    *ret_outcome = e;
    return OK;
}

struct batch {
    const struct act_request *original, *requests; /* the second: after the slow part of their actions */
    size_t n;
    struct act_result *results;
    size_t failed;
};

/* One item failed: everything the batch did goes, the leaf of the failed item stays. */
static enum err undo_batch(struct door *d, struct tx *tx, struct job *j, const struct act_request *r,
                           struct act *refused, enum err outcome)
{
    TRY(db_rollback_to(tx->db, "batch"));
    vault_tx_done(d->vault, tx, false);
    buf_clear(&tx->changes);
    buf_clear(&j->leaves);
    buf_clear(&j->changes);
    tx->leaf_no = 0;
    TRY(keep_of_refusal(d, tx, refused));
    struct leaf leaf = {.request_id = r->ctx->request_id,
                        .account = r->ctx->account,
                        .agency = r->ctx->agency,
                        .action = r->action,
                        .role = r->ctx->role,
                        .purpose = r->ctx->purpose,
                        .object_kind = door_action(d, r->action)->object,
                        .object = r->subject,
                        .case_ = door_case_of(&refused->object, r->subject),
                        .answer = {VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT},
                        .outcome = outcome};
    return door_leaf_of(tx, j, &leaf);
}

static enum err run_batch(struct door *d, struct tx *tx, struct job *j)
{
    struct batch *b = j->arg;
    b->failed = b->n;
    if (b->n > 1)
        TRY(db_savepoint(tx->db, "batch"));
    for (size_t i = 0; i < b->n; i++) {
        enum err outcome;
        struct act refused = {0};
        TRY(run_one(d, tx, j, &b->original[i], &b->requests[i], b->n == 1, &b->results[i], &outcome,
                    &refused));
        if (outcome == OK)
            continue;
        b->failed = i;
        j->outcome = outcome;
        if (b->n > 1)
            TRY(undo_batch(d, tx, j, &b->requests[i], &refused, outcome));
        break;
    }
    if (b->n > 1)
        TRY(db_release(tx->db, "batch"));
    return OK;
}

struct each {
    const struct act_request *original, *requests;
    size_t n, begun;
    int64_t for_us;
    enum err *outcomes;
};

static enum err run_each(struct door *d, struct tx *tx, struct job *j)
{
    struct each *all = j->arg;
    int64_t began_us = env_monotonic_us();
    for (all->begun = 0; all->begun < all->n; all->begun++) {
        size_t i = all->begun;
        struct act_result result;
        struct act refused;
        if (i && env_monotonic_us() - began_us >= all->for_us)
            break;
        TRY(run_one(d, tx, j, &all->original[i], &all->requests[i], true, &result, &all->outcomes[i],
                    &refused));
    }
    return OK;
}

bool act_turn_over(const struct act *a)
{
    return a->turn_ends_us && env_monotonic_us() >= a->turn_ends_us;
}

/* Requests after the slow part of their actions; most actions have none. */
static enum err prepare(struct door *d, const struct act_request *requests, size_t n, struct arena *a,
                        const struct act_request **ret)
{
    struct act_request *copy = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct action *action = door_action(d, requests[i].action);
        if (!action->prepare)
            continue;
        if (!copy) {
            copy = ARENA_ARRAY(a, n, struct act_request);
            if (!copy)
                return arena_err(a);
            memcpy(copy, requests, n * sizeof *copy);
        }
        TRY(action->prepare(d, &copy[i], a));
    }
    *ret = copy ? copy : requests;
    return OK;
}

static enum err may_come_in(struct door *d, const struct act_request *requests, size_t n)
{
    if (n == 0 || n > BATCH_MAX_ITEMS)
        return FAIL(ERR_LIMIT, "a batch has 1 to %d items", BATCH_MAX_ITEMS);
    for (size_t i = 0; i < n; i++) {
        const struct action *action = door_action(d, requests[i].action);
        if (!action)
            return door_refuse(d, requests[i].ctx, "unknown.action", ERR_NOT_FOUND,
                               "there is no such action");
        if (id_is_nil(requests[i].ctx->account) && requests[i].ctx->role != ROLE_SYSTEM && !action->anonymous)
            return door_refuse(d, requests[i].ctx, action->name, ERR_SIGN_IN, action->name);
    }
    return OK;
}

enum err door_act_each(struct door *d, const struct act_request *requests, size_t n, int64_t for_us,
                       struct arena *a, enum err *ret_outcomes, size_t *ret_n)
{
    struct each all = {requests, requests, n, 0, for_us, ret_outcomes};
    struct job j = {.run = run_each, .arg = &all, .arena = a};
    *ret_n = 0;
    TRY(may_come_in(d, requests, n));
    TRY(door_enter(d));
    enum err e = prepare(d, requests, n, a, &all.requests);
    if (e == OK)
        e = door_submit(d, &j);
    door_leave(d);
    buf_free(&j.leaves);
    buf_free(&j.changes);
    TRY(e);
    *ret_n = all.begun;
    for (size_t i = 0; i < all.begun; i++)
        __atomic_add_fetch(ret_outcomes[i] == OK ? &d->stats.acts : &d->stats.refused, 1, __ATOMIC_RELAXED);
    return OK;
}

enum err door_act_batch(struct door *d, const struct act_request *requests, size_t n, struct arena *a,
                        struct act_result *ret, size_t *ret_failed)
{
    struct batch b = {requests, requests, n, ret, n};
    struct job j = {.run = run_batch, .arg = &b, .arena = a};
    TRY(may_come_in(d, requests, n));
    *ret_failed = n;
    int64_t came_us = env_monotonic_us();
    TRY(door_enter(d));
    enum err e = prepare(d, requests, n, a, &b.requests);
    if (e == OK)
        e = door_submit(d, &j);
    door_leave(d);
    buf_free(&j.leaves);
    buf_free(&j.changes);
    *ret_failed = b.failed;
    if (e == OK && j.outcome == ERR_NOT_FOUND)
        door_even(came_us);
    TRY(e);
    __atomic_add_fetch(&d->stats.acts, n, __ATOMIC_RELAXED);
    if (j.outcome == OK)
        return OK;
    __atomic_add_fetch(&d->stats.refused, 1, __ATOMIC_RELAXED);
    return FAIL(j.outcome, "%s", j.detail);
}

enum err door_act(struct door *d, const struct act_request *request, struct arena *a, struct act_result *ret)
{
    size_t failed;
    return door_act_batch(d, request, 1, a, ret, &failed);
}

enum err act_also(struct act *a, const char *action, struct id subject, struct input input,
                  struct act_result *ret)
{
    struct act inner = {.door = a->door,
                        .ctx = a->ctx,
                        .action = door_action(a->door, action),
                        .tx = a->tx,
                        .arena = a->arena,
                        .subject = subject,
                        .expected_version = -1,
                        .input = input,
                        .pack = a->pack,
                        .ret_version = 1};
    struct policy_answer answer;
    if (!inner.action)
        return FAIL(ERR_INTERNAL, "there is no action %s", action);
    TRY(door_decide(&inner, &answer));
    TRY(outcome_of(&inner.object, answer));
    if (takes_two(&inner, answer))
        return FAIL(ERR_DENIED, "%s takes two people: it is asked for by itself", action);
    enum err e = door_run(&inner);
    if (e != OK && inner.keep)
        act_keep(a, inner.keep, inner.keep_what);
    TRY(e);
    if (ret)
        *ret = (struct act_result){.id = inner.ret_id, .version = inner.ret_version};
    return OK;
}

static enum err run_note(struct door *d, struct tx *tx, struct job *j)
{
    (void)d;
    return door_leaf_of(tx, j, j->arg);
}

static enum err note_inside(struct door *d, struct leaf *leaf)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct job j = {.run = run_note, .arg = leaf, .arena = a};
    if (!a)
        return mem_fail();
    enum err e = door_submit(d, &j);
    buf_free(&j.leaves);
    buf_free(&j.changes);
    return e;
}

static enum err submit_note(struct door *d, struct leaf *leaf)
{
    TRY(door_enter(d));
    enum err e = note_inside(d, leaf);
    door_leave(d);
    return e;
}

enum err door_note(struct door *d, const char *what)
{
    struct ctx c = ctx_system();
    struct leaf leaf = {.agency = c.agency,
                        .action = what,
                        .role = c.role,
                        .purpose = c.purpose,
                        .object_kind = OBJECT_SYSTEM,
                        .answer = {VERDICT_ALLOW, REASON_OK, OBLIGE_AUDIT}};
    return submit_note(d, &leaf);
}

enum err door_note_refusal(struct door *d, const struct ctx *ctx, const char *what, enum err outcome)
{
    struct leaf leaf = {.account = ctx->account,
                        .agency = ctx->agency,
                        .action = what,
                        .role = ctx->role,
                        .purpose = ctx->purpose,
                        .object_kind = OBJECT_SYSTEM,
                        .request_id = ctx->request_id,
                        .answer = {VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT},
                        .outcome = outcome};
    enum err e = submit_note(d, &leaf);
    __atomic_add_fetch(&d->stats.refused, 1, __ATOMIC_RELAXED);
    return e;
}

enum err door_refuse(struct door *d, const struct ctx *ctx, const char *what, enum err e, const char *why)
{
    TRY(door_note_refusal(d, ctx, what, e));
    return FAIL(e, "%s", why);
}

struct quiet {
    door_quiet_body *body;
    void *arg;
};

static enum err run_quiet(struct door *d, struct tx *tx, struct job *j)
{
    const struct quiet *q = j->arg;
    (void)d;
    TRY(q->body(tx, q->arg));
    return tx->changes.n ? FAIL(ERR_INTERNAL, "a covered row was written without a leaf") : OK;
}

enum err door_quiet(struct door *d, door_quiet_body *body, void *arg)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct quiet q = {body, arg};
    struct job j = {.run = run_quiet, .arg = &q, .arena = a};
    if (!a)
        return mem_fail();
    TRY(door_enter(d));
    enum err e = door_submit(d, &j);
    door_leave(d);
    buf_free(&j.leaves);
    buf_free(&j.changes);
    return e;
}
