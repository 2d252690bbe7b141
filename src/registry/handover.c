/* SPDX-License-Identifier: Apache-2.0 */
/* handover.c - from the lead of a case to a deputy of the same agency (plan 3(1)/a): dated, with a note, and
 * done only when the deputy takes it, so that no case is without a lead between the two. */
#include "core/account.h"
#include "registry/own.h"

const struct input_field HAND_OVER_INPUTS[4] = {
    {.name = "account", .label = "Officer", .type = IN_ID},
    {.name = "note",
     .label = "What the deputy must know",
     .type = IN_LONG_TEXT,
     .required = true,
     .personal = true},
    {.name = "until", .label = "Away until", .type = IN_TIME},
    {.name = "keep", .label = "I stay in the case as a member", .type = IN_BOOL},
};

/* Whom the roster of today names as her deputy. */
static enum err deputy_by_roster(struct act *a, struct id *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(
        a->tx->db,
        "SELECT deputy FROM roster WHERE agency = ?1 AND account = ?2 AND role = ?3 AND deputy IS NOT "
        "NULL AND from_us <= ?4 AND (until_us IS NULL OR until_us > ?4) ORDER BY from_us DESC, id DESC "
        "LIMIT 1",
        &s));
    db_bind_text(s, 1, str_of(a->ctx->agency));
    db_bind_id(s, 2, &a->ctx->account);
    db_bind_i64(s, 3, a->ctx->role);
    db_bind_i64(s, 4, a->tx->now_us);
    TRY(db_step(s, &row));
    return row ? db_id(s, 0, ret) : FAIL(ERR_FIELD, "field account: the roster names no deputy, so name one");
}

/* She holds the role, and the policy would let her take it. */
static enum err can_take(struct act *a, struct id account, enum role role)
{
    struct ctx deputy = *a->ctx;
    struct scope scope;
    bool enabled, holds;
    TRY(account_enabled(a->tx->db, account, a->ctx->agency, &enabled));
    TRY(account_holds(a->tx->db, account, role, PURPOSE_NONE, a->tx->now_us, &holds));
    if (!enabled || !holds || id_eq(account, a->ctx->account))
        return FAIL(ERR_FIELD, "field account: no other officer of this agency with your role");
    deputy.account = account;
    deputy.role = role;
    TRY(door_scope(a->tx->db, &deputy, &a->object, a->tx->now_us, &scope));
    struct policy_question q = {.role = deputy.role,
                                .verb = VERB_ASSIGN,
                                .object = OBJECT_CASE,
                                .relation = scope.relation,
                                .need_to_know = scope.need_to_know,
                                .purpose = deputy.purpose,
                                .basis = scope.basis,
                                .label = a->object.label,
                                .assurance = deputy.assurance};
    return policy_decide(&q).verdict == VERDICT_ALLOW
               ? OK
               : FAIL(ERR_FIELD, "field account: this officer must be named in the case first");
}

/* One that waits, of this case and agency: from the actor, or to the actor. */
static enum err waiting(struct act *a, bool from_me, struct cell *ret, bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id;
    TRY(db_prepare(a->tx->db,
                   from_me
                       ? "SELECT id FROM handover WHERE case_id = ?1 AND agency = ?2 AND ended_us IS NULL "
                         "AND from_account = ?3 LIMIT 1"
                       : "SELECT id FROM handover WHERE case_id = ?1 AND agency = ?2 AND ended_us IS NULL "
                         "AND to_account = ?3 ORDER BY asked_us, id LIMIT 1",
                   &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(a->ctx->agency));
    db_bind_id(s, 3, &a->ctx->account);
    TRY(db_step(s, ret_found));
    if (!*ret_found)
        return OK;
    TRY(db_id(s, 0, &id));
    return row_get(a->tx->db, a->arena, &TABLE_HANDOVER, id, ret);
}

static enum err end_handover(struct act *a, struct cell *h, bool taken)
{
    h[HO_ENDED] = cell_int(a->tx->now_us);
    h[HO_TAKEN] = cell_int(taken);
    return row_update(a->tx, &TABLE_HANDOVER, h, -1);
}

struct offer {
    struct id to;
    struct str note;
    int64_t until_us; /* 0: for good */
    bool keep;
};

static enum err insert_offer(struct act *a, const struct offer *in)
{
    struct buf note CLEANUP(buf_free) = {0};
    struct id id = id_new();
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY, (struct place){&TABLE_HANDOVER, id, HO_NOTE},
                   in->note, &note));
    struct cell cells[HO_COUNT] = {
        [HO_ID] = cell_id(&id),
        [HO_CASE] = cell_id(&a->subject),
        [HO_AGENCY] = cell_c(a->ctx->agency),
        [HO_FROM] = cell_id(&a->ctx->account),
        [HO_TO] = cell_id(&in->to),
        [HO_NOTE] = cell_str(buf_view(&note)),
        [HO_ASKED] = cell_int(a->tx->now_us),
        [HO_UNTIL] = in->until_us ? cell_int(in->until_us) : cell_null(),
        [HO_KEEP] = cell_int(in->keep),
        [HO_ENDED] = cell_null(),
        [HO_TAKEN] = cell_int(0),
    };
    TRY(row_insert(a->tx, &TABLE_HANDOVER, cells));
    a->ret_id = id;
    return act_emit(a, "case.handed_over", a->subject, str_of(a->ctx->agency));
}

enum err hand_over_body(struct act *a)
{
    struct offer offer = {.to = in_id(a, "account"), .note = in_text(a, "note"), .keep = in_bool(a, "keep")};
    struct id grants[NAMED_MAX];
    struct cell before[HO_COUNT];
    size_t n;
    bool found;
    TRY(grants_named(a, a->ctx->account, grants, &n));
    if (n == 0)
        return FAIL(ERR_STATE, "only an officer who is named in the case hands it over");
    if (id_is_nil(offer.to))
        TRY(deputy_by_roster(a, &offer.to));
    TRY(can_take(a, offer.to, a->ctx->role));
    if (in_given(a, "until"))
        TRY(utc_parse(in_text(a, "until"), &offer.until_us));
    if (offer.until_us && offer.until_us <= a->tx->now_us)
        return FAIL(ERR_FIELD, "field until: in the future");
    TRY(waiting(a, true, before, &found));
    if (found) /* of one officer the later one counts; those of others go on waiting */
        TRY(end_handover(a, before, false));
    return insert_offer(a, &offer);
}

/* ---- for a pause ------------------------------------------------------------------------------------------
 */

enum err handover_deputy(struct act *a, struct id *ret)
{
    enum err e = deputy_by_roster(a, ret);
    if (e != ERR_FIELD)
        return e;
    err_clear();
    *ret = id_nil();
    return OK;
}

enum err handover_offer(struct act *a, struct id to, enum role role, int64_t until_us, bool *ret)
{
    struct cell before[HO_COUNT];
    TRY(waiting(a, true, before, ret));
    *ret = !*ret && !id_is_nil(to);
    if (!*ret)
        return OK;
    enum err e = can_take(a, to, role);
    *ret = e == OK;
    if (e != OK && e != ERR_FIELD)
        return e;
    err_clear();
    return *ret ? insert_offer(a, &(struct offer){.to = to, .note = STR(""), .until_us = until_us}) : OK;
}

enum err handover_take_back(struct act *a, bool *ret)
{
    struct cell h[HO_COUNT];
    TRY(waiting(a, true, h, ret));
    return *ret ? end_handover(a, h, false) : OK;
}

/* The deputy gets what the lead has; the lead keeps it only where that was said, or has it again afterwards.
 */
static enum err pass_on(struct act *a, const struct cell *h, struct id grant)
{
    struct cell g[AG_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCESS_GRANT, grant, g));
    int64_t away = h[HO_UNTIL].kind == CELL_NULL ? 0 : h[HO_UNTIL].i;
    int64_t until = g[AG_UNTIL].kind == CELL_NULL ? 0 : g[AG_UNTIL].i;
    bool returns = away > a->tx->now_us && (!until || away < until);
    struct grant_row row = {.agency = g[AG_AGENCY].s.p,
                            .account = a->ctx->account,
                            .relation = (enum relation)g[AG_RELATION].i,
                            .basis = (enum basis)g[AG_BASIS].i,
                            .from_us = a->tx->now_us,
                            .until_us = returns ? away : until,
                            .classes = g[AG_CLASSES].kind == CELL_NULL ? 0 : (uint32_t)g[AG_CLASSES].i,
                            .purpose = g[AG_PURPOSE].kind == CELL_NULL ? PURPOSE_NONE
                                                                       : (enum purpose)g[AG_PURPOSE].i};
    TRY(grant_insert(a, a->subject, &row));
    if (h[HO_KEEP].i)
        return OK;
    g[AG_UNTIL] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ACCESS_GRANT, g, -1));
    row.account = cell_get_id(&h[HO_FROM]);
    row.from_us = away;
    row.until_us = until;
    return returns ? grant_insert(a, a->subject, &row) : OK;
}

/* Nobody handed it to her by name, but another agency shared it with hers, and the policy lets her take over:
 * she becomes one of the named. Without this a shared case would be nobody's. */
static enum err take_over(struct act *a)
{
    char text[33];
    struct act_result done;
    struct pair *self = ARENA_ARRAY(a->arena, 1, struct pair);
    if (!self)
        return arena_err(a->arena);
    id_text(a->ctx->account, text);
    self[0] = (struct pair){STR("account"), arena_str(a->arena, str_of(text)), VALUE_GIVEN};
    TRY(act_also(a, "case.assign", a->subject, (struct input){self, 1}, &done));
    a->ret_id = a->subject;
    return OK;
}

enum err take_body(struct act *a)
{
    struct cell h[HO_COUNT];
    struct id grants[NAMED_MAX];
    size_t n;
    bool found;
    TRY(waiting(a, false, h, &found));
    if (!found) {
        TRY(grants_named(a, a->ctx->account, grants, &n));
        bool shared = a->scope.relation == RELATION_CO_OWNER || a->scope.relation == RELATION_RECIPIENT;
        return shared && n == 0 ? take_over(a) : FAIL(ERR_STATE, "nothing was handed over to you here");
    }
    TRY(grants_named(a, cell_get_id(&h[HO_FROM]), grants, &n));
    if (n == 0)
        return FAIL(ERR_STATE, "who handed it over has no part in the case any more");
    for (size_t i = 0; i < n; i++)
        TRY(pass_on(a, h, grants[i]));
    TRY(end_handover(a, h, true));
    a->ret_id = a->subject;
    return OK;
}
