/* SPDX-License-Identifier: Apache-2.0 */
/* actions.c - asking, closing and reviewing a break-glass session (invariant 7). */
#include "core/account.h"
#include "glass/own.h"

static const char *const reason_words[] = {"danger_to_life", "missing_person", "medical_emergency",
                                           "child_in_danger", NULL};
static const struct input_field ask_inputs[] = {
    {.name = "reason", .label = "Reason", .type = IN_WORD, .required = true, .words = reason_words},
    {.name = "words",
     .label = "What happens if you do not look",
     .type = IN_LONG_TEXT,
     .required = true,
     .personal = true},
};

static enum err find_case(struct act *a, struct object *ret)
{
    return door_entities(a->door)->case_(a->tx->db, a->arena, a->subject, ret);
}

/* It is not made longer: who needs more asks anew, and another person says yes anew. */
static enum err none_runs(struct act *a)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM break_glass WHERE account = ?1 AND case_id = ?2 AND until_us > ?3 LIMIT 1",
                   &s));
    db_bind_id(s, 1, &a->ctx->account);
    db_bind_id(s, 2, &a->subject);
    db_bind_i64(s, 3, a->tx->now_us);
    TRY(db_step(s, &row));
    return row ? FAIL(ERR_STATE, "it is open to you already, and is not made longer") : OK;
}

/* Nobody confirms at the rehearsal. */
static enum err check_second(struct act *a)
{
    bool colleague;
    if (id_is_nil(a->second))
        return OK;
    TRY(account_enabled(a->tx->db, a->second, a->ctx->agency, &colleague));
    return glass_may_confirm(a->ctx->account, a->second, colleague)
               ? OK
               : FAIL(ERR_DENIED, "a colleague of the agency that asks confirms");
}

static enum err seal_words(struct act *a, struct compartment_id in, struct place at, struct str text,
                           struct str *ret)
{
    struct buf envelope CLEANUP(buf_free) = {0};
    TRY(vault_seal(a->tx, in, CLASS_IDENTITY, at, text, &envelope)); /* free text: it may name her */
    *ret = arena_str(a->arena, buf_view(&envelope));
    return ret->p ? OK : arena_err(a->arena);
}

/* Danger does not wait until accounts are old. Oversight is told, and so is who reviews it. */
static enum err tell_of_pair(struct act *a, struct id id, const struct account_pair *pair)
{
    if (pair->new_)
        TRY(act_emit(a, "glass.accounts_new", id, STR("")));
    return pair->one_maker ? act_emit(a, "glass.accounts_one_maker", id, STR("")) : OK;
}

static enum err ask_body(struct act *a)
{
    struct id id = id_new();
    struct str words;
    struct account_pair pair;
    TRY(check_second(a));
    TRY(none_runs(a));
    TRY(account_pair(a, a->ctx->account, a->second, &pair));
    TRY(seal_words(a, a->object.compartment, (struct place){&TABLE_BREAK_GLASS, id, GL_WORDS},
                   in_text(a, "words"), &words));
    struct cell c[GL_COUNT] = {
        [GL_ID] = cell_id(&id),
        [GL_CASE] = cell_id(&a->subject),
        [GL_ACCOUNT] = cell_id(&a->ctx->account),
        [GL_REASON] = cell_str(in_text(a, "reason")),
        [GL_SECOND] = cell_id_or_null(&a->second),
        [GL_OPENED] = cell_int(a->tx->now_us),
        [GL_UNTIL] = cell_int(a->tx->now_us + GLASS_LIFE_US),
        [GL_AGENCY] = cell_c(a->ctx->agency),
        [GL_WORDS] = cell_str(words),
        [GL_ACCOUNTS_NEW] = pair.new_ ? cell_int(1) : cell_null(),
        [GL_ONE_MAKER] = pair.one_maker ? cell_int(1) : cell_null(),
    };
    TRY(row_insert(a->tx, &TABLE_BREAK_GLASS, c));
    a->ret_id = id;
    TRY(tell_of_pair(a, id, &pair));
    return act_emit(a, "glass.opened", id, in_text(a, "reason"));
}

/* ---- before its time -------------------------------------------------------------------------------------
 */

static enum err load(struct act *a, struct cell *c)
{
    enum err e = row_get(a->tx->db, a->arena, &TABLE_BREAK_GLASS, a->subject, c);
    return e == ERR_NOT_FOUND ? FAIL(ERR_NOT_FOUND, "session") : e;
}

/* A session of an officer, as those he signs in to: he alone ends it. */
static enum err find_own(struct act *a, struct object *ret)
{
    struct cell c[GL_COUNT];
    TRY(load(a, c));
    if (!id_eq(cell_get_id(&c[GL_ACCOUNT]), a->ctx->account))
        return FAIL(ERR_NOT_FOUND, "session");
    ret->version = c[GL_VERSION].i;
    ret->person = a->ctx->account;
    return OK;
}

static enum err save(struct act *a, struct cell *c)
{
    TRY(row_update(a->tx, &TABLE_BREAK_GLASS, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[GL_VERSION].i;
    return OK;
}

static enum err close_body(struct act *a)
{
    struct cell c[GL_COUNT];
    TRY(load(a, c));
    if (!glass_open(c[GL_OPENED].i, c[GL_UNTIL].i, a->tx->now_us))
        return FAIL(ERR_STATE, "it has ended");
    c[GL_UNTIL] = c[GL_CLOSED] = cell_int(a->tx->now_us);
    return save(a, c);
}

/* ---- the review ------------------------------------------------------------------------------------------
 */

static const char *const finding_words[] = {"justified", "not_justified", NULL};
static const struct input_field review_inputs[] = {
    {.name = "finding", .label = "Finding", .type = IN_WORD, .required = true, .words = finding_words},
    {.name = "words", .label = "Reasons", .type = IN_LONG_TEXT, .required = true, .personal = true},
};

static enum err find_reviewed(struct act *a, struct object *ret)
{
    struct cell c[GL_COUNT];
    TRY(load(a, c));
    TRY(door_entities(a->door)->case_(a->tx->db, a->arena, cell_get_id(&c[GL_CASE]), ret));
    ret->version = c[GL_VERSION].i;
    return OK;
}

static enum err review_body(struct act *a)
{
    struct cell c[GL_COUNT];
    struct str words;
    struct object in_case;
    TRY(load(a, c));
    bool asked = id_eq(cell_get_id(&c[GL_ACCOUNT]), a->ctx->account),
         confirmed = id_eq(cell_get_id(&c[GL_SECOND]), a->ctx->account);
    struct glass_reviewing r = {.asked_agency = c[GL_AGENCY].kind == CELL_NULL ? "" : c[GL_AGENCY].s.p,
                                .agency = a->ctx->agency,
                                .took_part = asked || confirmed,
                                .ended = c[GL_UNTIL].i <= a->tx->now_us,
                                .reviewed = c[GL_REVIEWED].kind != CELL_NULL};
    if (!r.ended || r.reviewed)
        return FAIL(ERR_STATE, r.reviewed ? "it is reviewed already" : "it is still open");
    if (!glass_may_review(&r))
        return FAIL(ERR_DENIED, "somebody of another agency reviews it");
    TRY(account_second(a, cell_get_id(&c[GL_ACCOUNT]), a->ctx->account, true));
    TRY(account_second(a, cell_get_id(&c[GL_SECOND]), a->ctx->account, true));
    TRY(door_entities(a->door)->case_(a->tx->db, a->arena, cell_get_id(&c[GL_CASE]), &in_case));
    TRY(seal_words(a, in_case.compartment, (struct place){&TABLE_BREAK_GLASS, a->subject, GL_REVIEW_WORDS},
                   in_text(a, "words"), &words));
    c[GL_REVIEWER] = cell_id(&a->ctx->account);
    c[GL_REVIEWER_AGENCY] = cell_c(a->ctx->agency);
    c[GL_REVIEWED] = cell_int(a->tx->now_us);
    c[GL_JUSTIFIED] = cell_int(str_is(in_text(a, "finding"), "justified"));
    c[GL_REVIEW_WORDS] = cell_str(words);
    TRY(save(a, c));
    if (!c[GL_JUSTIFIED].i)
        a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    return act_emit(a, "glass.reviewed", a->subject, in_text(a, "finding"));
}

const struct action GLASS_ACTIONS[] = {
    {.name = "glass.ask",
     .summary = "Open a case in an emergency",
     .verb = VERB_BREAK_GLASS,
     .object = OBJECT_CASE,
     .inputs = ask_inputs,
     .ninputs = sizeof ask_inputs / sizeof *ask_inputs,
     .two_people = true,
     .find = find_case,
     .body = ask_body},
    {.name = "glass.close",
     .summary = "Close what was opened in an emergency",
     .verb = VERB_CLOSE,
     .object = OBJECT_SESSION,
     .find = find_own,
     .body = close_body},
    {.name = "glass.review",
     .summary = "Review what was opened in an emergency",
     .verb = VERB_REVIEW,
     .object = OBJECT_CASE,
     .inputs = review_inputs,
     .ninputs = sizeof review_inputs / sizeof *review_inputs,
     .find = find_reviewed,
     .body = review_body},
};
const size_t NGLASS_ACTIONS = sizeof GLASS_ACTIONS / sizeof *GLASS_ACTIONS;
