/* SPDX-License-Identifier: Apache-2.0 */
/* codes.c - codes that people type: of offices, which let a counter without an account send a note, and of
 * receipts. */
#include "base/env.h"
#include "core/throttle.h"
#include "desk/own.h"
#include "sys/text.h"

void desk_code_new(size_t chars, char ret[CODE_TEXT_MAX])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t random[CODE_TEXT_MAX];
    size_t at = 0;
    env_random(random, sizeof random);
    for (size_t i = 0; i < chars && at + 2 < CODE_TEXT_MAX; i++) {
        if (i && i % 4 == 0)
            ret[at++] = '-';
        ret[at++] = letters[random[i] & 31];
    }
    ret[at] = '\0';
    secret_wipe(random, sizeof random);
}

static enum err office_code_row(struct act *a, const struct hash *hash, struct cell *ret, bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id;
    bool row;
    *ret_found = false;
    TRY(db_prepare(a->tx->db, "SELECT id FROM office_code WHERE code_hash = ?1", &s));
    db_bind_blob(s, 1, (struct str){(const char *)hash->b, sizeof hash->b});
    TRY(db_step(s, &row));
    if (!row)
        return OK;
    TRY(db_id(s, 0, &id));
    TRY(row_get(a->tx->db, a->arena, &TABLE_OFFICE_CODE, id, ret));
    *ret_found = office_code_good(ret[OC_ISSUED].i, ret[OC_ENDED].kind == CELL_NULL ? 0 : ret[OC_ENDED].i,
                                  a->pack ? a->pack->office_code_days : 0, a->tx->now_us);
    return OK;
}

/* Malformed, unknown, ended and waiting: one answer, after the same look-up. The wait is that of sign-in: by
 * what was tried, so that nobody can lock a counter out of its code by trying others. */
enum err office_code(struct act *a, struct cell *ret)
{
    struct str folded;
    char letters[CODE_TEXT_MAX] = "";
    bool found, formed;
    TRY(text_fold(a->arena, in_text(a, "code"), &folded));
    formed = code_letters(folded, OFFICE_CODE_CHARS, letters);
    struct hash hash = code_hash("akari office code 1", letters);
    uint64_t key;
    memcpy(&key, hash.b, sizeof key);
    TRY(office_code_row(a, &hash, ret, &found));
    if (found && formed && !throttle_holds(key, a->tx->now_us)) {
        throttle_cleared(key);
        return OK;
    }
    throttle_failed(key, a->tx->now_us);
    return FAIL(ERR_CREDENTIALS, "office code");
}

/* ---- giving out and ending
 * --------------------------------------------------------------------------------- */

/* A counter may be of a body that works with no account here: airlines, city halls, hospitals. */
enum err issue_body(struct act *a)
{
    char *agency = arena_cstr(a->arena, in_text(a, "agency")),
         *office = arena_cstr(a->arena, in_text(a, "office"));
    struct str folded, counter = in_text(a, "counter");
    char letters[CODE_TEXT_MAX];
    struct id id = id_new();
    if (!agency || !office)
        return arena_err(a->arena);
    if (!pack_agency(a->pack, agency))
        return FAIL(ERR_FIELD, "field agency: not one of the pack");
    if (*office && !pack_office(a->pack, office))
        return FAIL(ERR_FIELD, "field office: not one of the pack");
    TRY(text_fold(a->arena, in_text(a, "code"), &folded));
    if (!code_letters(folded, OFFICE_CODE_CHARS, letters))
        return FAIL(ERR_FIELD, "field code: %d letters and digits, without I, L, O, U", OFFICE_CODE_CHARS);
    struct hash hash = code_hash("akari office code 1", letters);
    secret_wipe(letters, sizeof letters);
    struct cell cells[OC_COUNT] = {
        [OC_ID] = cell_id(&id),
        [OC_ISSUER] = cell_c(a->ctx->agency),
        [OC_AGENCY] = cell_c(agency),
        [OC_OFFICE] = *office ? cell_c(office) : cell_null(),
        [OC_COUNTER] = counter.n ? cell_str(counter) : cell_null(),
        [OC_HASH] = cell_str((struct str){(const char *)hash.b, sizeof hash.b}),
        [OC_ISSUED] = cell_int(a->tx->now_us),
        [OC_ISSUED_BY] = cell_id_or_null(&a->ctx->account),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_OFFICE_CODE, cells);
}

enum err end_code_body(struct act *a)
{
    struct cell c[OC_COUNT];
    enum err e = row_get(a->tx->db, a->arena, &TABLE_OFFICE_CODE, a->subject, c);
    if (e == ERR_NOT_FOUND || (e == OK && !str_is(c[OC_ISSUER].s, a->ctx->agency)))
        return FAIL(ERR_NOT_FOUND, "office code");
    TRY(e);
    if (c[OC_ENDED].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the code has ended already");
    c[OC_ENDED] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_OFFICE_CODE, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[OC_VERSION].i;
    return OK;
}
