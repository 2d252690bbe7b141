/* SPDX-License-Identifier: Apache-2.0 */
/* proposal.c - what waits for a second person: kept, confirmed, declined, withdrawn. */
#include "core/account/own.h"
#include "core/proposal/own.h"

static const struct column columns[PR_COUNT] = {
    [PR_ID] = {"id", COL_ID, 0, NULL},
    [PR_ACTION] = {"action", COL_TEXT, 0, NULL},
    [PR_SUBJECT] = {"subject", COL_ID, COL_NULL, NULL},
    [PR_EXPECTED] = {"expected_version", COL_INT, 0, NULL},
    [PR_FOUND] = {"found_version", COL_INT, 0, NULL}, /* of the object, when it was asked */
    [PR_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [PR_PROPOSER] = {"proposer", COL_ID, 0, NULL},
    [PR_ROLE] = {"role", COL_INT, 0, NULL},
    [PR_PURPOSE] = {"purpose", COL_INT, 0, NULL},
    [PR_ASSURANCE] = {"assurance", COL_INT, 0, NULL},
    [PR_COMPARTMENT] = {"compartment", COL_ID, 0, "compartment"},
    [PR_ASKED] = {"asked", COL_BLOB, COL_NULL | COL_SEALED, NULL}, /* the inputs; gone once it is settled */
    [PR_PROPOSED] = {"proposed_us", COL_INT, 0, NULL},
    [PR_EXPIRES] = {"expires_us", COL_INT, 0, NULL},
    [PR_STATE] = {"state", COL_INT, 0, NULL},
    [PR_SETTLED] = {"settled_us", COL_INT, COL_NULL, NULL},
    [PR_SECOND] = {"second", COL_ID, COL_NULL, NULL},
    [PR_REASON] = {"reason", COL_TEXT, COL_NULL, NULL},
    [PR_RESULT] = {"result", COL_ID, COL_NULL, NULL},
    [PR_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
    [PR_WHY] = {"why", COL_BLOB, COL_NULL | COL_SEALED, NULL},
};
static const char *const indexes[] = {"(state, id)", "(state, expires_us)", NULL};
const struct table TABLE_PROPOSAL = {25, "proposal", columns, PR_COUNT, indexes, NULL, false};

const char *proposal_state_word(enum proposal_state s)
{
    static const char *const words[PROPOSAL_STATES] = {"open", "confirmed", "declined", "withdrawn",
                                                       "expired"};
    return s < PROPOSAL_STATES ? words[s] : "";
}

/* ---- inputs as one sealed text: count, then name, state, value of each
 * ------------------------------------------------------------------------------ */

static void pack_str(struct buf *b, struct str s)
{
    buf_be32(b, (uint32_t)s.n);
    buf_str(b, s);
}

static void pack_input(const struct input *in, struct buf *b)
{
    buf_be32(b, (uint32_t)in->n);
    for (size_t i = 0; i < in->n; i++) {
        pack_str(b, in->pairs[i].name);
        buf_u8(b, (uint8_t)in->pairs[i].state);
        pack_str(b, in->pairs[i].value);
    }
}

static bool take_u32(struct str *s, size_t *ret)
{
    const uint8_t *p = (const uint8_t *)s->p;
    if (s->n < 4)
        return false;
    *ret = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    *s = str_sub(*s, 4, s->n);
    return true;
}

static bool take_str(struct str *s, struct str *ret)
{
    size_t n;
    if (!take_u32(s, &n) || n > s->n)
        return false;
    *ret = str_sub(*s, 0, n);
    *s = str_sub(*s, n, s->n);
    return true;
}

static bool take_pair(struct str *s, struct pair *ret)
{
    if (!take_str(s, &ret->name) || !s->n || (uint8_t)s->p[0] > VALUE_MASKED)
        return false;
    ret->state = (enum value_state)(uint8_t)s->p[0];
    *s = str_sub(*s, 1, s->n);
    return take_str(s, &ret->value);
}

enum err proposal_unpack(struct str packed, struct arena *a, struct input *ret)
{
    size_t n;
    if (!take_u32(&packed, &n) || n > packed.n)
        return FAIL(ERR_CRYPTO, "a proposal cannot be read");
    struct pair *pairs = ARENA_ARRAY(a, n + 1, struct pair);
    if (!pairs)
        return arena_err(a);
    for (size_t i = 0; i < n; i++)
        if (!take_pair(&packed, &pairs[i]))
            return FAIL(ERR_CRYPTO, "a proposal cannot be read");
    *ret = (struct input){pairs, n};
    return OK;
}

/* ---- asking
 * ------------------------------------------------------------------------------ */

/* What is about a case lies under its keys, and goes with them; all else with the staff papers of who asks.
 */
static enum err choose_compartment(struct act *a, struct compartment_id *ret)
{
    *ret = a->object.compartment;
    if (!id_is_nil(a->object.case_.v) && !id_is_nil(ret->v))
        return OK;
    return account_staff(a, a->ctx->agency, ret);
}

static enum err seal_input(struct act *a, struct id id, struct compartment_id c, struct buf *out)
{
    struct buf plain CLEANUP(buf_free) = {0};
    pack_input(&a->input, &plain);
    TRY(buf_err(&plain));
    enum err e = vault_seal(a->tx, c, CLASS_IDENTITY, (struct place){&TABLE_PROPOSAL, id, PR_ASKED},
                            buf_view(&plain), out);
    secret_wipe(plain.p, plain.n);
    return e;
}

static enum err keep(struct act *a)
{
    struct buf asked CLEANUP(buf_free) = {0};
    struct compartment_id c;
    struct id id = id_new();
    TRY(choose_compartment(a, &c));
    TRY(seal_input(a, id, c, &asked));
    struct cell cells[PR_COUNT] = {
        [PR_ID] = cell_id(&id),
        [PR_ACTION] = cell_c(a->action->name),
        [PR_SUBJECT] = cell_id_or_null(&a->subject),
        [PR_EXPECTED] = cell_int(a->expected_version),
        [PR_FOUND] = cell_int(a->object.version),
        [PR_AGENCY] = cell_c(a->ctx->agency),
        [PR_PROPOSER] = cell_id(&a->ctx->account),
        [PR_ROLE] = cell_int(a->ctx->role),
        [PR_PURPOSE] = cell_int(a->ctx->purpose),
        [PR_ASSURANCE] = cell_int(a->ctx->assurance),
        [PR_COMPARTMENT] = cell_id(&c.v),
        [PR_ASKED] = cell_str(buf_view(&asked)),
        [PR_PROPOSED] = cell_int(a->tx->now_us),
        [PR_EXPIRES] = cell_int(a->tx->now_us + PROPOSAL_LIFE_US),
        [PR_STATE] = cell_int(PROPOSAL_OPEN),
    };
    TRY(row_insert(a->tx, &TABLE_PROPOSAL, cells));
    a->ret_id = id;
    a->ret_version = VERSION_WAITS;
    return act_emit(a, "proposal.made", id, str_of(a->action->name));
}

/* The body runs, and is undone: what cannot be is told to who asks, not to who confirms days later. */
static enum err rehearse(struct act *a)
{
    size_t before = a->tx->changes.n;
    TRY(db_savepoint(a->tx->db, "rehearsal"));
    enum err e = door_run(a);
    if (e != OK)
        return e; /* all that the action did goes */
    TRY(db_rollback_to(a->tx->db, "rehearsal"));
    TRY(db_release(a->tx->db, "rehearsal"));
    vault_tx_done(a->tx->vault, a->tx, false);
    a->tx->changes.n = before;
    return OK;
}

enum err door_propose(struct act *a)
{
    bool known;
    if (id_is_nil(a->ctx->account))
        return FAIL(ERR_DENIED, "this takes two people, and nobody asks");
    if (a->action->kind)
        return FAIL(ERR_DENIED, "%s takes two people, and a record cannot wait", a->action->name);
    if (a->ctx->assurance < 2) /* whatever its verb: a stolen password asks for nothing that takes two */
        return FAIL(ERR_DENIED, "reason: assurance");
    TRY(account_has_person(a->tx->db, a->arena, a->ctx->account, &known));
    if (!known)
        return FAIL(ERR_DENIED, "this takes two people, and nobody has entered whose account this is");
    TRY(rehearse(a));
    return keep(a);
}

/* Time that is given to a clock can be taken back, and danger does not wait until the accounts of a new
 * office are old: who reviews it is told that they were new. All else that takes two people gives power, lets
 * something out of the house or destroys it. */
bool proposal_grave(const struct action *action)
{
    return !action || (action->object != OBJECT_CLOCK && action->verb != VERB_BREAK_GLASS);
}

/* ---- settling
 * ------------------------------------------------------------------------------ */

enum err proposal_question(struct door *d, const struct ctx *ctx, struct tx *tx, struct arena *arena,
                           const struct cell *c, struct act *ret, struct policy_answer *ret_answer)
{
    *ret = (struct act){.door = d,
                        .ctx = ctx,
                        .action = door_action(d, c[PR_ACTION].s.p),
                        .tx = tx,
                        .arena = arena,
                        .subject = cell_get_id(&c[PR_SUBJECT]),
                        .expected_version = c[PR_EXPECTED].i,
                        .pack = d->pack,
                        .ret_version = 1};
    if (!ret->action)
        return FAIL(ERR_NOT_FOUND, "proposal");
    TRY(door_decide(ret, ret_answer));
    return outcome_of(&ret->object, *ret_answer);
}

static enum err load(struct act *a, struct cell *c)
{
    return row_get(a->tx->db, a->arena, &TABLE_PROPOSAL, a->subject, c);
}

/* Sessions and what waits for their officers: policy gives `close` on them to whose they are (docs/policy.md,
 * 6). */
static struct object paper_of(const struct act *a, const struct cell *c)
{
    return (struct object){.kind = OBJECT_SESSION,
                           .id = a->subject,
                           .version = c[PR_VERSION].i,
                           .owner = c[PR_AGENCY].s.p,
                           .label = LABEL_AMBER,
                           .person = a->ctx->account,
                           .found = true};
}

static bool conceals(enum err e)
{
    return e == ERR_DENIED || e == ERR_HINT || e == ERR_NOT_FOUND;
}

/* To those who may not do the same themselves, it is not there. */
static enum err find_to_settle(struct act *a, struct object *ret)
{
    struct cell c[PR_COUNT];
    struct policy_answer answer;
    struct act same;
    TRY(load(a, c));
    if (!id_eq(cell_get_id(&c[PR_PROPOSER]), a->ctx->account)) { /* who asked knows of it */
        enum err e = id_is_nil(a->ctx->account)
                         ? FAIL(ERR_NOT_FOUND, "proposal")
                         : proposal_question(a->door, a->ctx, a->tx, a->arena, c, &same, &answer);
        if (conceals(e))
            return FAIL(ERR_NOT_FOUND, "proposal");
        TRY(e);
    }
    *ret = paper_of(a, c);
    return OK;
}

static enum err find_own(struct act *a, struct object *ret)
{
    struct cell c[PR_COUNT];
    TRY(load(a, c));
    if (!id_eq(cell_get_id(&c[PR_PROPOSER]),
               a->ctx->account)) /* administrators may close sessions of others */
        return FAIL(ERR_NOT_FOUND, "proposal");
    *ret = paper_of(a, c);
    return OK;
}

static enum err still_open(const struct act *a, const struct cell *c)
{
    if (c[PR_STATE].i != PROPOSAL_OPEN)
        return FAIL(ERR_STATE, "it is settled already");
    if (c[PR_EXPIRES].i <= a->tx->now_us)
        return FAIL(ERR_STATE, "it has expired");
    return OK;
}

static enum err settle(struct act *a, struct cell *c, enum proposal_state state, const char *event)
{
    const struct id *me = &a->ctx->account;
    c[PR_STATE] = cell_int(state);
    c[PR_SETTLED] = cell_int(a->tx->now_us);
    c[PR_ASKED] = cell_null();
    if (state != PROPOSAL_WITHDRAWN)
        c[PR_SECOND] = cell_id(me);
    TRY(row_update(a->tx, &TABLE_PROPOSAL, c, a->expected_version));
    a->proposer = cell_get_id(&c[PR_PROPOSER]);
    return act_emit(a, event, a->subject, c[PR_ACTION].s);
}

/* Both must be allowed today: rights end, and the one who asked may have lost his in between. */
static enum err ask_again(struct act *a, const struct cell *c, const struct ctx *proposer, struct act *ret)
{
    struct policy_answer answer;
    struct act second;
    bool holds;
    TRY(account_holds(a->tx->db, proposer->account, proposer->role, proposer->purpose, a->tx->now_us,
                      &holds));
    if (!holds)
        return FAIL(ERR_DENIED, "who asked for it no longer has the role");
    TRY(proposal_question(a->door, a->ctx, a->tx, a->arena, c, &second, &answer));
    a->obligations |= answer.obligations;
    TRY(proposal_question(a->door, proposer, a->tx, a->arena, c, ret, &answer));
    a->obligations |= answer.obligations;
    if (ret->object.version != c[PR_FOUND].i)
        return FAIL(ERR_VERSION, "it was changed since this was asked");
    return OK;
}

/* Nobody settles what his agency may not read. */
static enum err open_input(struct act *a, const struct cell *c, struct input *ret)
{
    struct place at = {&TABLE_PROPOSAL, a->subject, PR_ASKED};
    struct compartment_id in = {cell_get_id(&c[PR_COMPARTMENT])};
    struct str packed;
    enum err e = vault_open(a->tx->vault, a->tx->db, a->ctx->agency, in, CLASS_IDENTITY, a->tx->now_us, at,
                            c[PR_ASKED].s, a->arena, &packed);
    if (e == ERR_SEALED)
        return FAIL(ERR_DENIED, "what was asked is not for this agency to read");
    TRY(e);
    return proposal_unpack(packed, a->arena, ret);
}

/* Whoever asked for an account or a password knows that password, and is no second person in its name. */
static enum err not_of_the_same_hand(struct act *a, struct id proposer)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool same;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM proposal WHERE state = ?1 AND proposer = ?2 AND action IN "
                   "('account.create', 'account.reset_password') AND (result = ?3 OR subject = ?3) LIMIT 1",
                   &s));
    db_bind_i64(s, 1, PROPOSAL_CONFIRMED);
    db_bind_id(s, 2, &proposer);
    db_bind_id(s, 3, &a->ctx->account);
    TRY(db_step(s, &same));
    return same ? FAIL(ERR_DENIED, "who asked has set the password of this account") : OK;
}

static enum err confirm_body(struct act *a)
{
    struct cell c[PR_COUNT];
    struct act asked;
    struct input input;
    TRY(load(a, c));
    if (a->ctx->assurance < 2)
        return FAIL(ERR_DENIED, "reason: assurance");
    TRY(account_second(a, cell_get_id(&c[PR_PROPOSER]), a->ctx->account,
                       proposal_grave(door_action(a->door, c[PR_ACTION].s.p))));
    TRY(not_of_the_same_hand(a, cell_get_id(&c[PR_PROPOSER])));
    TRY(still_open(a, c));
    struct ctx proposer = {.account = cell_get_id(&c[PR_PROPOSER]),
                           .agency = c[PR_AGENCY].s.p,
                           .role = (enum role)c[PR_ROLE].i,
                           .purpose = (enum purpose)c[PR_PURPOSE].i,
                           .assurance = (uint8_t)c[PR_ASSURANCE].i,
                           .request_id = a->ctx->request_id,
                           .lang = a->ctx->lang};
    TRY(ask_again(a, c, &proposer, &asked));
    TRY(open_input(a, c, &input));
    asked.input = input;
    asked.second = a->ctx->account;
    TRY(door_run(&asked));
    c[PR_RESULT] = cell_id_or_null(&asked.ret_id);
    TRY(settle(a, c, PROPOSAL_CONFIRMED, "proposal.confirmed"));
    a->about = asked.object;
    a->about.id = id_is_nil(asked.subject) ? asked.ret_id : asked.subject;
    a->ret_id = asked.ret_id;
    a->ret_version = asked.ret_version;
    return OK;
}

enum field_class proposal_reason_class(const struct action *asked)
{
    switch (asked ? asked->object : OBJECT_CASE) {
    case OBJECT_CASE:
    case OBJECT_SUBJECT:
    case OBJECT_RECORD:
    case OBJECT_REPORT:
    case OBJECT_CLOCK:
    case OBJECT_IMPORT:
        return CLASS_ROUTING;
    case OBJECT_ACCOUNT:
        return CLASS_IDENTITY;
    default:
        return CLASS_NONE;
    }
}

static enum err keep_reason(struct act *a, struct cell *c)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    enum field_class class = proposal_reason_class(door_action(a->door, c[PR_ACTION].s.p));
    if (class == CLASS_NONE) {
        c[PR_REASON] = cell_str(in_text(a, "reason"));
        return OK;
    }
    TRY(vault_seal(a->tx, (struct compartment_id){cell_get_id(&c[PR_COMPARTMENT])}, class,
                   (struct place){&TABLE_PROPOSAL, a->subject, PR_WHY}, in_text(a, "reason"), &sealed));
    struct str kept = arena_str(a->arena, buf_view(&sealed));
    c[PR_WHY] = cell_str(kept);
    return kept.p ? OK : arena_err(a->arena);
}

/* Oversight is told: a colleague who says no to what he was asked has seen something. Who may not read what
 * was asked cannot say no to it either. */
static enum err decline_body(struct act *a)
{
    struct cell c[PR_COUNT];
    struct input input;
    TRY(load(a, c));
    if (id_eq(cell_get_id(&c[PR_PROPOSER]), a->ctx->account))
        return FAIL(ERR_DENIED, "who asked withdraws, and does not decline");
    TRY(still_open(a, c));
    TRY(open_input(a, c, &input));
    TRY(keep_reason(a, c));
    TRY(settle(a, c, PROPOSAL_DECLINED, "proposal.declined"));
    a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    a->ret_id = a->subject;
    a->ret_version = c[PR_VERSION].i;
    return OK;
}

static enum err withdraw_body(struct act *a)
{
    struct cell c[PR_COUNT];
    TRY(load(a, c));
    if (c[PR_STATE].i != PROPOSAL_OPEN)
        return FAIL(ERR_STATE, "it is settled already");
    TRY(settle(a, c, PROPOSAL_WITHDRAWN, "proposal.withdrawn"));
    a->ret_id = a->subject;
    a->ret_version = c[PR_VERSION].i;
    return OK;
}

/* ---- in vain
 * ------------------------------------------------------------------------------ */

static enum err expired_ids(struct db *db, int64_t now_us, int64_t max, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(db,
                   "SELECT id FROM proposal WHERE state = ?1 AND expires_us <= ?2 ORDER BY expires_us, id "
                   "LIMIT ?3",
                   &s));
    db_bind_i64(s, 1, PROPOSAL_OPEN);
    db_bind_i64(s, 2, now_us);
    db_bind_i64(s, 3, max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[n]));
        n++;
    }
    *ret_n = n;
    return OK;
}

enum err proposal_expire_due(struct db *db, int64_t now_us, bool *ret)
{
    struct id id;
    size_t n;
    TRY(expired_ids(db, now_us, 1, &id, &n));
    *ret = n > 0;
    return OK;
}

/* What was asked is not kept for what can no longer be. */
static enum err expire_body(struct act *a)
{
    struct id *ids = ARENA_ARRAY(a->arena, PROPOSAL_EXPIRE_MAX, struct id);
    size_t n;
    if (!ids)
        return arena_err(a->arena);
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(expired_ids(a->tx->db, a->tx->now_us, PROPOSAL_EXPIRE_MAX, ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell c[PR_COUNT];
        TRY(row_get(a->tx->db, a->arena, &TABLE_PROPOSAL, ids[i], c));
        c[PR_STATE] = cell_int(PROPOSAL_EXPIRED);
        c[PR_SETTLED] = cell_int(a->tx->now_us);
        c[PR_ASKED] = cell_null();
        TRY(row_update(a->tx, &TABLE_PROPOSAL, c, -1));
    }
    a->ret_version = (int64_t)n;
    return OK;
}

static const struct input_field decline_inputs[] = {{.name = "reason",
                                                     .label = "Reason",
                                                     .personal = true,
                                                     .type = IN_TEXT,
                                                     .required = true,
                                                     .min = 3,
                                                     .max = 500}};

const struct action PROPOSAL_ACTIONS[] = {
    {.name = "proposal.confirm",
     .summary = "Confirm what somebody else asked for",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .find = find_to_settle,
     .body = confirm_body},
    {.name = "proposal.decline",
     .summary = "Decline what somebody else asked for",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .inputs = decline_inputs,
     .ninputs = sizeof decline_inputs / sizeof *decline_inputs,
     .find = find_to_settle,
     .body = decline_body},
    {.name = "proposal.withdraw",
     .summary = "Withdraw what one asked for",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .find = find_own,
     .body = withdraw_body},
    {.name = "proposal.expire",
     .summary = "End what nobody confirmed in time",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION, /* the system's alone */
     .body = expire_body},
};
const size_t NPROPOSAL_ACTIONS = sizeof PROPOSAL_ACTIONS / sizeof *PROPOSAL_ACTIONS;
