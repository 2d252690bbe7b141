/* SPDX-License-Identifier: Apache-2.0 */
/* gate.c - what the record body asks before a step, and what a refusal leaves. */
#include "core/account.h"
#include "hold/own.h"

struct held {
    struct step step;
    enum hold_reason reason;
};

static enum err facts_for(struct act *a, const struct step *s, struct hold_known *ret)
{
    struct hold_key key = {s->subject, s->kind->id, s->action->name, a->ctx->agency};
    struct cell c[HO_COUNT];
    bool found;
    struct screening_wanted by = {{a->ctx->account, id_nil()}, a->ctx->agency};
    TRY(hold_find(a->tx->db, a->arena, &key, c, &found));
    if (found) /* a colleague who takes the step over changes nothing */
        by.accounts[1] = hold_wanted(c).accounts[0];
    TRY(hold_facts_of(a->tx->db, a->pack, s->subject, &by, ret));
    if (!found || !hold_allowance_counts(c, a->tx->now_us))
        return OK;
    ret->facts.allowed_us = c[HO_DECIDED].i;
    ret->allowance = cell_get_id(&c[HO_ID]);
    return OK;
}

/* The agency that asked has heard it from the refusal; it and the holder of the case are told. */
static enum err tell(struct act *a, struct id case_, const char *event, struct id hold, const char *agency)
{
    struct act as = *a;
    TRY(door_entities(a->door)->case_(a->tx->db, a->arena, case_, &as.object));
    return act_emit(&as, event, hold, str_of(agency));
}

static enum err keep_hold(struct act *a, const void *what)
{
    const struct held *h = what;
    const struct step *s = &h->step;
    struct hold_key key = {s->subject, s->kind->id, s->action->name, a->ctx->agency};
    struct cell c[HO_COUNT] = {0};
    struct id id = id_new();
    bool found;
    TRY(hold_find(a->tx->db, a->arena, &key, c, &found));
    if (found) { /* asked again: one hold, not one for each try */
        c[HO_ASKED] = cell_int(a->tx->now_us);
        c[HO_REASON] = cell_int(h->reason);
        return row_update(a->tx, &TABLE_HOLD, c, -1);
    }
    c[HO_ID] = cell_id(&id);
    c[HO_CASE] = cell_id(&s->case_.v);
    c[HO_SUBJECT] = cell_id(&s->subject);
    c[HO_RECORD] = cell_id_or_null(&s->record);
    c[HO_KIND] = cell_c(s->kind->id);
    c[HO_ACTION] = cell_c(s->action->name);
    c[HO_AGENCY] = cell_c(a->ctx->agency);
    c[HO_ACCOUNT] = cell_id_or_null(&a->ctx->account);
    c[HO_OPENED] = c[HO_ASKED] = cell_int(a->tx->now_us);
    c[HO_REASON] = cell_int(h->reason);
    TRY(row_insert(a->tx, &TABLE_HOLD, c));
    return tell(a, s->case_.v, "step.held", id, a->ctx->agency);
}

static enum err refuse(const struct step *s, enum hold_reason reason)
{
    static const char *const words[HOLD_REASONS] = {
        [HOLD_NONE] = "",
        [HOLD_NOT_SCREENED] =
            "no victim screening of this person is recorded; it is held until one is finished",
        [HOLD_SCREENING_OPEN] =
            "a victim screening of this person is under way; it is held until it is finished",
        [HOLD_AFTER_EMERGENCY] =
            "after a step in an emergency a victim screening comes first; it is held until one is finished",
        [HOLD_PROTECTED] =
            ("the person is protected; it is held unless a second agency decides otherwise with "
             "reasons"),
        [HOLD_NOT_ENOUGH] =
            ("a victim screening is finished, but too little is known; it is held until enough was asked, "
             "and answered"),
        [HOLD_OWN_SCREENING] =
            ("who wants a step does not screen for it; it is held until others have finished a victim "
             "screening"),
    };
    return FAIL(ERR_HELD, "%s: %s", s->action->label, words[reason]);
}

static enum err may_start(struct act *a, const struct step *s)
{
    struct hold_known known;
    if (id_is_nil(s->subject) || id_is_nil(s->case_.v)) /* the pack's check allows no such kind */
        return FAIL(ERR_HELD, "%s.%s: nobody is named whom it is against", s->kind->id, s->action->name);
    TRY(facts_for(a, s, &known));
    enum hold_reason reason = hold_rule(s->action->gate, &known.facts);
    if (reason == HOLD_NONE)
        return OK;
    struct held *h = ARENA_NEW(a->arena, struct held);
    if (!h)
        return arena_err(a->arena);
    *h = (struct held){*s, reason};
    act_keep(a, keep_hold, h);
    return refuse(s, reason);
}

static enum err use_allowance(struct act *a, struct id hold)
{
    struct cell c[HO_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_HOLD, hold, c));
    /* who decided in one agency does not take the step in the other */
    TRY(account_second(a, cell_get_id(&c[HO_DECIDED_BY]), a->ctx->account, true));
    c[HO_USED] = c[HO_RELEASED] = cell_int(a->tx->now_us);
    return row_update(a->tx, &TABLE_HOLD, c, -1);
}

static enum err started(struct act *a, const struct step *s)
{
    struct hold_known known;
    struct id id = id_new();
    bool emergency = s->action->gate == GATE_VICTIM_SCREENING_AFTER;
    TRY(facts_for(a, s, &known));
    bool allowed = !emergency && !id_is_nil(known.allowance);
    struct id none = id_nil(), *screening = emergency ? &none : &known.screening,
              *hold = allowed ? &known.allowance : &none;
    struct cell c[ST_COUNT] = {
        [ST_ID] = cell_id(&id),
        [ST_CASE] = cell_id(&s->case_.v),
        [ST_SUBJECT] = cell_id(&s->subject),
        [ST_RECORD] = cell_id(&s->record),
        [ST_KIND] = cell_c(s->kind->id),
        [ST_ACTION] = cell_c(s->action->name),
        [ST_GATE] = cell_int(s->action->gate),
        [ST_AGENCY] = cell_c(a->ctx->agency),
        [ST_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [ST_AT] = cell_int(a->tx->now_us),
        [ST_SCREENING] = cell_id_or_null(screening),
        [ST_HOLD] = cell_id_or_null(hold),
    };
    TRY(row_insert(a->tx, &TABLE_STEP, c));
    if (allowed)
        TRY(use_allowance(a, known.allowance));
    return emergency ? tell(a, s->case_.v, "step.in_emergency", s->record, a->ctx->agency) : OK;
}

const struct gates HOLD_GATES = {may_start, started, hold_wants};
