/* SPDX-License-Identifier: Apache-2.0 */
/* pause.c - account.pause: who needs a pause offers the cases that name her to her deputy, else to a lead of
 * her agency. No reason is asked, nothing is counted against her, and nothing is taken from her: each case
 * stays hers until the other takes it (case.take, where the policy is asked for who takes), and comes back
 * when the pause ends. An offer goes only to somebody whom the policy would let take it, so that it tells
 * nobody of a case. */
#include "base/calendar.h"
#include "core/account.h"
#include "registry/own.h"

const struct input_field PAUSE_INPUTS[2] = {
    {.name = "until", .label = "I am back", .type = IN_TIME},
    {.name = "take_back", .label = "Take back what I offered and nobody has taken", .type = IN_BOOL},
};

#define PAUSE_CASES 500
#define LEADS_MAX   20

static enum err own_cases(struct act *a, struct id *ids, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(a->tx->db,
                   "SELECT DISTINCT g.case_id FROM access_grant g JOIN case_file c ON c.id = g.case_id WHERE "
                   "g.account = ?1 AND g.agency = ?2 AND c.state = 'open' AND g.from_us <= ?3 AND "
                   "(g.until_us IS NULL OR g.until_us > ?3) ORDER BY g.case_id LIMIT 500",
                   &s));
    db_bind_id(s, 1, &a->ctx->account);
    db_bind_text(s, 2, str_of(a->ctx->agency));
    db_bind_i64(s, 3, a->tx->now_us);
    while (*ret_n < PAUSE_CASES) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ids[(*ret_n)++]));
    }
    return OK;
}

/* Whom she offers them to, in this order. */
struct takers {
    struct id deputy, leads[LEADS_MAX];
    size_t nleads;
};

/* The lead on duty, then the others by the age of their account. */
static enum err find_takers(struct act *a, struct takers *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    enum err e = roster_on_duty(a->tx->db, a->ctx->agency, ROLE_CASE_LEAD, a->tx->now_us, &ret->leads[0]);
    ret->nleads = e == OK;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    err_clear();
    TRY(handover_deputy(a, &ret->deputy));
    TRY(db_prepare(
        a->tx->db,
        "SELECT DISTINCT c.id, c.created_us FROM account c JOIN account_role r ON r.account = c.id WHERE "
        "c.agency = ?1 AND r.role = ?2 AND c.disabled_us IS NULL AND r.from_us <= ?3 AND (r.until_us IS "
        "NULL OR r.until_us > ?3) ORDER BY c.created_us, c.id LIMIT 19",
        &s));
    db_bind_text(s, 1, str_of(a->ctx->agency));
    db_bind_i64(s, 2, ROLE_CASE_LEAD);
    db_bind_i64(s, 3, a->tx->now_us);
    while (ret->nleads < LEADS_MAX) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ret->leads[ret->nleads++]));
    }
    return OK;
}

static enum err offer_case(struct act *a, const struct takers *t, int64_t until_us, bool *ret)
{
    TRY(handover_offer(a, t->deputy, a->ctx->role, until_us, ret));
    for (size_t i = 0; i < t->nleads && !*ret; i++)
        TRY(handover_offer(a, t->leads[i], ROLE_CASE_LEAD, until_us, ret));
    return OK;
}

/* One case as the object of the action, as the offer needs it. */
static enum err each_case(struct act *a, struct id case_, const struct takers *t, int64_t until_us, bool *ret)
{
    struct object account = a->object;
    struct id subject = a->subject;
    struct cell c[CA_COUNT];
    TRY(case_load(a->tx->db, a->arena, case_, c));
    a->object = case_object(c);
    a->subject = case_;
    enum err e = in_bool(a, "take_back") ? handover_take_back(a, ret) : offer_case(a, t, until_us, ret);
    a->object = account;
    a->subject = subject;
    return e;
}

enum err pause_body(struct act *a)
{
    struct id *ids = ARENA_ARRAY(a->arena, PAUSE_CASES, struct id);
    struct takers takers = {.nleads = 0};
    int64_t until = 0, offered = 0;
    size_t n;
    if (!ids)
        return arena_err(a->arena);
    if (in_given(a, "until"))
        TRY(utc_parse(in_text(a, "until"), &until));
    if (until && until <= a->tx->now_us)
        return FAIL(ERR_FIELD, "field until: in the future");
    TRY(own_cases(a, ids, &n));
    TRY(find_takers(a, &takers));
    for (size_t i = 0; i < n; i++) {
        bool done;
        TRY(each_case(a, ids[i], &takers, until, &done));
        offered += done;
    }
    a->ret_id = a->subject;
    a->ret_version = offered;
    return OK;
}
