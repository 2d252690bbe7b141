/* SPDX-License-Identifier: Apache-2.0 */
/* note.c - a suspicion note: written at a counter in 90 seconds, without an account (plan 1(1)/a, 3(1)/a). */
#include "base/alloc.h"
#include "core/pager.h"
#include "desk/own.h"
#include "sys/text.h"

#define NOTES_AN_HOUR 60 /* of one office code: a counter does not write more, a program would */
#define RECEIVE_MAX   50 /* letters of one "report.receive" */
#define HOUR_US       (INT64_C(3600) * 1000000)

/* ---- the letter
 * -------------------------------------------------------------------------------------------- */

static enum err not_too_many(struct act *a, struct id code)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(a->tx->db, "SELECT count(*) FROM report_letter WHERE code = ?1 AND received_us > ?2", &s));
    db_bind_id(s, 1, &code);
    db_bind_i64(s, 2, a->tx->now_us - HOUR_US);
    TRY(db_step(s, &row));
    if (row && db_i64(s, 0) >= NOTES_AN_HOUR)
        return FAIL(ERR_BUSY, "more than %d notes within an hour from one counter", NOTES_AN_HOUR);
    return OK;
}

/* Made by the face, shown to the sender once. */
static enum err receipt_hash(struct act *a, struct hash *ret)
{
    struct str folded;
    char letters[CODE_TEXT_MAX];
    TRY(text_fold(a->arena, in_text(a, "receipt"), &folded));
    if (!code_letters(folded, RECEIPT_CHARS, letters))
        return FAIL(ERR_FIELD, "field receipt: %d letters and digits, without I, L, O, U", RECEIPT_CHARS);
    *ret = code_hash("akari receipt 1", letters);
    secret_wipe(letters, sizeof letters);
    return OK;
}

static void add_part(struct pair *pairs, size_t *n, const char *name, const struct cell *c)
{
    if (c->kind == CELL_BYTES && c->s.n)
        pairs[(*n)++] = (struct pair){str_of(name), c->s, VALUE_GIVEN};
}

/* Who told us goes under seal with the rest. */
static enum err parts_from(struct act *a, const struct cell *code, struct report_new *in)
{
    struct pair *pairs;
    TRY(report_parts(a, &pairs, &in->n));
    add_part(pairs, &in->n, "from_agency", &code[OC_AGENCY]);
    add_part(pairs, &in->n, "from_office", &code[OC_OFFICE]);
    add_part(pairs, &in->n, "from_counter", &code[OC_COUNTER]);
    in->pairs = pairs;
    return OK;
}

static enum err route_of(struct act *a, struct report_new *in, const char *otherwise)
{
    struct report_facts facts = report_facts_of(in->pairs, in->n);
    bool *awake;
    TRY(routes_awake(a->tx->db, a->arena, &a->pack->reports, a->tx->now_us, &awake));
    in->owner = report_route(&a->pack->reports, &facts, awake, otherwise);
    in->urgent = strcmp(facts.danger, "yes") == 0;
    return OK;
}

/* sealed NULL: the report is made at once, and the letter needs no text. */
static enum err insert_letter(struct act *a, const struct report_new *in, struct id code, struct str *sealed)
{
    struct hash receipt;
    TRY(receipt_hash(a, &receipt));
    struct cell cells[RL_COUNT] = {
        [RL_ID] = cell_id(&in->id),
        [RL_CODE] = cell_id(&code),
        [RL_RECEIPT] = cell_str((struct str){(const char *)receipt.b, sizeof receipt.b}),
        [RL_AGENCY] = cell_c(in->owner.agency),
        [RL_URGENT] = cell_int(in->urgent),
        [RL_BODY] = sealed ? cell_str(*sealed) : cell_null(),
        [RL_RECEIVED] = cell_int(in->received_us),
        [RL_WAITS] = sealed ? cell_int(1) : cell_null(),
    };
    return row_insert(a->tx, &TABLE_REPORT_LETTER, cells);
}

static enum err seal_letter(struct act *a, const struct report_new *in, struct id code)
{
    struct buf plain CLEANUP(buf_free) = {0}, sealed CLEANUP(buf_free) = {0};
    TRY(record_body_pack(in->pairs, in->n, &plain));
    enum err e =
        vault_letter_seal(a->tx, in->owner.agency, (struct place){&TABLE_REPORT_LETTER, in->id, RL_BODY},
                          buf_view(&plain), &sealed);
    secret_wipe(plain.p, plain.n);
    TRY(e);
    struct str body = buf_view(&sealed);
    return insert_letter(a, in, code, &body);
}

enum err send_body(struct act *a)
{
    struct cell code[OC_COUNT];
    struct report_new in = {.id = id_new(), .received_us = a->tx->now_us, .by_note = true};
    TRY(office_code(a, code));
    struct id code_id = cell_get_id(&code[OC_ID]);
    TRY(not_too_many(a, code_id));
    TRY(parts_from(a, code, &in));
    TRY(route_of(a, &in, code[OC_ISSUER].s.p));
    if (vault_unlocked(a->tx->vault)) {
        TRY(insert_letter(a, &in, code_id, NULL));
        TRY(report_insert(a, &in));
    } else {
        TRY(seal_letter(a, &in, code_id));
    }
    struct report_event event = {"receive", in.id, in.owner.agency, in.pairs, in.n};
    TRY(report_clocks(a, &event));
    a->object.owner = in.owner.agency; /* whom the event is told */
    a->ret_id = in.id;
    return act_emit(a, in.urgent ? "report.danger" : "report.received", in.id, STR(""));
}

/* ---- letters become reports once the keys are open
 * ---------------------------------------------------------- */

/* The agency whose oldest letter waits longest, of those whose keys are open here; letters for the others
 * wait for a node, or an hour, in which they are. */
static enum err open_agency(const struct vault *vault, struct db *db, struct arena *a, char **ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = NULL;
    TRY(db_prepare(
        db,
        "SELECT agency, min(received_us) FROM report_letter WHERE waits = 1 GROUP BY agency ORDER BY 2, 1",
        &s));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        char *agency = arena_cstr(a, db_text(s, 0));
        if (!agency)
            return arena_err(a);
        if (vault_has_agency(vault, agency)) {
            *ret = agency;
            return OK;
        }
    }
}

enum err report_receive_due(const struct vault *vault, struct db *db, bool *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char *agency = NULL;
    if (!a)
        return mem_fail();
    TRY(open_agency(vault, db, a, &agency));
    *ret = agency != NULL;
    return OK;
}

/* *done counts those that wait no more: with none left the job ends its round. */
static enum err receive_one(struct act *a, struct id id, int64_t *done)
{
    struct cell l[RL_COUNT];
    struct str body;
    struct pair *pairs;
    struct report_new in = {.id = id, .by_note = true};
    TRY(row_get(a->tx->db, a->arena, &TABLE_REPORT_LETTER, id, l));
    in.owner = (struct report_owner){l[RL_AGENCY].s.p, ""};
    in.received_us = l[RL_RECEIVED].i;
    in.urgent = l[RL_URGENT].i != 0;
    enum err e =
        vault_letter_open(a->tx->vault, in.owner.agency, (struct place){&TABLE_REPORT_LETTER, id, RL_BODY},
                          l[RL_BODY].s, a->arena, &body);
    if (e == OK)
        e = record_body_parse(body, a->arena, &pairs, &in.n);
    if (e == ERR_CRYPTO) { /* somebody changed it in the database: it is kept, and holds up no other */
        err_clear();
        ++*done;
        l[RL_WAITS] = cell_null();
        TRY(row_update(a->tx, &TABLE_REPORT_LETTER, l, -1));
        return act_emit(a, "oblige.notify_oversight", id, str_of(a->action->name));
    }
    TRY(e);
    in.pairs = pairs;
    TRY(report_insert(a, &in));
    ++*done;
    l[RL_BODY] = cell_null();
    l[RL_WAITS] = cell_null();
    return row_update(a->tx, &TABLE_REPORT_LETTER, l, -1);
}

enum err receive_body(struct act *a)
{
    struct id ids[RECEIVE_MAX];
    struct stmt *s;
    char *agency;
    size_t n;
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    a->ret_version = 0;
    TRY(open_agency(a->tx->vault, a->tx->db, a->arena, &agency));
    if (!agency)
        return OK;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM report_letter WHERE waits = 1 AND agency = ?2 ORDER BY urgent DESC, "
                   "received_us, id LIMIT ?1",
                   &s));
    db_bind_i64(s, 1, RECEIVE_MAX);
    db_bind_text(s, 2, str_of(agency));
    TRY(stmt_ids(s, RECEIVE_MAX, ids, &n));
    for (size_t i = 0; i < n; i++)
        TRY(receive_one(a, ids[i], &a->ret_version));
    return OK;
}

/* ---- an officer writes one down for the own desk
 * ------------------------------------------------------------ */

enum err create_body(struct act *a)
{
    struct report_new in = {
        .id = id_new(), .owner = {a->ctx->agency, ""}, .received_us = a->tx->now_us, .by_note = false};
    struct pair *pairs;
    TRY(report_parts(a, &pairs, &in.n));
    in.pairs = pairs;
    in.urgent = strcmp(report_facts_of(pairs, in.n).danger, "yes") == 0;
    TRY(report_insert(a, &in));
    struct report_event event = {"receive", in.id, in.owner.agency, in.pairs, in.n};
    TRY(report_clocks(a, &event));
    a->ret_id = in.id;
    return act_emit(a, in.urgent ? "report.danger" : "report.received", in.id, STR(""));
}
