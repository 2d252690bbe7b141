/* SPDX-License-Identifier: Apache-2.0 */
/* actions.c - acknowledging, deciding and releasing holds (plan 3(1)/a). */
#include "core/account.h"
#include "hold/own.h"

static enum err find_hold(struct act *a, struct object *ret)
{
    struct cell c[HO_COUNT];
    struct object in_case;
    enum err e = row_get(a->tx->db, a->arena, &TABLE_HOLD, a->subject, c);
    if (e == ERR_NOT_FOUND)
        return FAIL(ERR_NOT_FOUND, "hold");
    TRY(e);
    return hold_object(a->tx->db, a->arena, door_entities(a->door), c, ret, &in_case);
}

static enum err save(struct act *a, struct cell *c)
{
    TRY(row_update(a->tx, &TABLE_HOLD, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[HO_VERSION].i;
    return OK;
}

/* The agency says that its own system holds the step, too. Twice is harmless: the first one counts. */
static enum err acknowledge_body(struct act *a)
{
    struct cell c[HO_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_HOLD, a->subject, c));
    if (!str_is(c[HO_AGENCY].s, a->ctx->agency))
        return FAIL(ERR_DENIED, "the agency that asked for the step acknowledges that it is held");
    a->ret_id = a->subject;
    a->ret_version = c[HO_VERSION].i;
    if (c[HO_ACKNOWLEDGED].kind != CELL_NULL)
        return OK;
    c[HO_ACKNOWLEDGED] = cell_int(a->tx->now_us);
    c[HO_ACKNOWLEDGED_BY] = cell_id_or_null(&a->ctx->account);
    TRY(save(a, c));
    return act_emit(a, "hold.acknowledged", a->subject, c[HO_AGENCY].s);
}

static const char *const decision_words[] = {"allowed", "refused", NULL};
static const struct input_field decide_inputs[] = {
    {.name = "decision",
     .label = "May the step go on?",
     .type = IN_WORD,
     .required = true,
     .words = decision_words},
    {.name = "reasons", .label = "Reasons", .type = IN_LONG_TEXT, .required = true, .personal = true},
    {.name = "review_route", .label = "How it can be reviewed", .type = IN_TEXT, .personal = true},
};

static enum err seal_text(struct act *a, struct compartment_id in, int column, struct str text,
                          struct cell *ret)
{
    struct buf envelope CLEANUP(buf_free) = {0};
    struct str kept;
    if (!text.n)
        return OK;
    TRY(vault_seal(a->tx, in, CLASS_IDENTITY, (struct place){&TABLE_HOLD, a->subject, column}, text,
                   &envelope));
    kept = arena_str(a->arena, buf_view(&envelope));
    if (!kept.p)
        return arena_err(a->arena);
    *ret = cell_str(kept);
    return OK;
}

/* A decision opens nothing that a screening must open first. */
static enum err only_screening_lacks(struct act *a, const struct cell *c)
{
    struct screening_wanted by = hold_wanted(c);
    struct hold_known known;
    TRY(hold_facts_of(a->tx->db, a->pack, cell_get_id(&c[HO_SUBJECT]), &by, &known));
    known.facts.allowed_us = a->tx->now_us;
    enum hold_reason reason = hold_rule(GATE_VICTIM_SCREENING, &known.facts);
    return reason == HOLD_NONE
               ? OK
               : FAIL(ERR_STATE, "a victim screening comes first: %s", hold_reason_word(reason));
}

static enum err decide_body(struct act *a)
{
    struct cell c[HO_COUNT];
    struct object paper, in_case;
    bool allowed = str_is(in_text(a, "decision"), "allowed");
    TRY(row_get(a->tx->db, a->arena, &TABLE_HOLD, a->subject, c));
    TRY(hold_object(a->tx->db, a->arena, door_entities(a->door), c, &paper, &in_case));
    if (!hold_second(c[HO_AGENCY].s.p, in_case.owner, a->ctx->agency))
        return FAIL(ERR_DENIED,
                    "another agency decides: the holder of the case, or if it asked itself, any other");
    if (!hold_overrules(hold_refused(c), a->ctx->agency))
        return FAIL(ERR_DENIED, "an agency has refused it: that one decides otherwise, or nobody");
    TRY(account_second(a, cell_get_id(&c[HO_ACCOUNT]), a->ctx->account, true));
    if (c[HO_RELEASED].kind != CELL_NULL)
        return FAIL(ERR_STATE, "it is held no longer");
    if (hold_allowance_counts(c, a->tx->now_us))
        return FAIL(ERR_STATE, "it is decided already");
    if (allowed && !in_given(a, "review_route"))
        return FAIL(ERR_FIELD,
                    "field review_route: who lets a step against a protected person go on says how "
                    "that can be reviewed");
    if (allowed)
        TRY(only_screening_lacks(a, c));
    c[HO_DECIDED] = cell_int(a->tx->now_us);
    c[HO_DECIDED_BY] = cell_id_or_null(&a->ctx->account);
    c[HO_DECIDED_AGENCY] = cell_c(a->ctx->agency);
    c[HO_ALLOWED] = cell_int(allowed);
    c[HO_REVIEW] = cell_null();
    TRY(seal_text(a, in_case.compartment, HO_REASONS, in_text(a, "reasons"), &c[HO_REASONS]));
    TRY(seal_text(a, in_case.compartment, HO_REVIEW, in_text(a, "review_route"), &c[HO_REVIEW]));
    TRY(save(a, c));
    if (allowed) /* a person who is protected is to be acted against: oversight sees it */
        a->obligations |= OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    return act_emit(a, "hold.decided", a->subject, c[HO_AGENCY].s);
}

/* ---- the system's: what a finished screening releases ----------------------------------------------------
 */

#define RELEASE_MAX 100

static enum err release_one(struct act *a, struct id id)
{
    struct cell c[HO_COUNT];
    struct hold_known known;
    struct act as = *a;
    struct object paper;
    TRY(row_get(a->tx->db, a->arena, &TABLE_HOLD, id, c));
    struct screening_wanted by = hold_wanted(c);
    TRY(hold_facts_of(a->tx->db, a->pack, cell_get_id(&c[HO_SUBJECT]), &by, &known));
    enum hold_reason reason = hold_rule(GATE_VICTIM_SCREENING, &known.facts);
    TRY(hold_object(a->tx->db, a->arena, door_entities(a->door), &c[0], &paper, &as.object));
    c[HO_SCREENING] = cell_id_or_null(&known.screening);
    c[HO_REASON] = cell_int(reason == HOLD_PROTECTED ? (int64_t)HOLD_PROTECTED : c[HO_REASON].i);
    if (reason == HOLD_NONE)
        c[HO_RELEASED] = cell_int(a->tx->now_us);
    else if (reason != HOLD_PROTECTED)
        return OK;
    TRY(row_update(a->tx, &TABLE_HOLD, c, -1));
    return act_emit(&as, reason == HOLD_NONE ? "hold.released" : "hold.protected", id, c[HO_AGENCY].s);
}

static enum err release_body(struct act *a)
{
    struct id ids[RELEASE_MAX];
    size_t n;
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    TRY(hold_ripe(a->tx->db, a->pack, RELEASE_MAX, ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(release_one(a, ids[i]));
    a->ret_version = (int64_t)n;
    return OK;
}

const struct action HOLD_ACTIONS[] = {
    {.name = "hold.acknowledge",
     .summary = "Acknowledge that a step is held",
     .verb = VERB_UPDATE,
     .object = OBJECT_RECORD,
     .find = find_hold,
     .body = acknowledge_body,
     .duty = "3(1)/a"},
    {.name = "hold.decide",
     .summary = "Decide whether a step against a protected person may go on",
     .verb = VERB_DECIDE,
     .object = OBJECT_RECORD,
     .inputs = decide_inputs,
     .ninputs = sizeof decide_inputs / sizeof *decide_inputs,
     .find = find_hold,
     .body = decide_body,
     .duty = "3(1)/a"},
    {.name = "hold.release",
     .summary = "End holds whose victim screening was finished",
     .verb = VERB_UPDATE,
     .object = OBJECT_SESSION, /* the system's alone */
     .body = release_body,
     .duty = "3(1)/a"},
};
const size_t NHOLD_ACTIONS = sizeof HOLD_ACTIONS / sizeof *HOLD_ACTIONS;
