/* SPDX-License-Identifier: Apache-2.0 */
/* enrolment.c - a password alone sets up no second factor: who stole it would set up his own. The first one
 * takes a code as well, which two administrators issue and one gives in person (NIST SP 800-63B, 6.1: binding
 * needs proof beyond the authenticator that is being added to). Only its hash is kept, sealed; it counts once
 * and for two weeks. */
#include "base/buf.h"
#include "core/account/own.h"

#define ENROLMENT_US (INT64_C(14) * 24 * 3600 * 1000000)

static struct place enrolment_of(struct id account)
{
    return (struct place){&TABLE_ACCOUNT, account, AC_ENROLMENT};
}

static struct hash code_hash(struct str plain)
{
    return sha256(STR("akari enrolment 1"), plain);
}

enum err account_issue_enrolment_body(struct act *a)
{
    struct buf plain CLEANUP(buf_free) = {0}, sealed CLEANUP(buf_free) = {0};
    char room[RECOVERY_SIZE];
    struct cell c[AC_COUNT];
    bool strong;
    struct str code = code_plain(in_text(a, "code"), room);
    if (code.n != RECOVERY_SIZE)
        return FAIL(ERR_FIELD, "field code: not an enrolment code");
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    if (c[AC_DISABLED].kind != CELL_NULL)
        return FAIL(ERR_STATE, "the account is disabled");
    TRY(factor_strong(a->tx->db, a->arena, a->subject, &strong));
    if (strong)
        return FAIL(ERR_STATE, "the account has a second factor: it is shown to set up another");
    struct hash h = code_hash(code);
    buf_bytes(&plain, h.b, sizeof h.b);
    buf_printf(&plain, "%lld", (long long)(a->tx->now_us + ENROLMENT_US));
    TRY(buf_err(&plain));
    TRY(vault_seal(a->tx, (struct compartment_id){cell_get_id(&c[AC_COMPARTMENT])}, CLASS_IDENTITY,
                   enrolment_of(a->subject), buf_view(&plain), &sealed));
    c[AC_ENROLMENT] = cell_str(buf_view(&sealed));
    TRY(row_update(a->tx, &TABLE_ACCOUNT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[AC_VERSION].i;
    return act_emit(a, "account.enrolment_issued", a->subject, STR(""));
}

static enum err fits(struct act *a, const struct cell *c, struct str typed, bool *ret)
{
    char room[RECOVERY_SIZE];
    struct hash h = code_hash(code_plain(typed, room));
    struct str plain;
    int64_t until_us;
    TRY(vault_open(a->tx->vault, a->tx->db, c[AC_AGENCY].s.p,
                   (struct compartment_id){cell_get_id(&c[AC_COMPARTMENT])}, CLASS_IDENTITY, a->tx->now_us,
                   enrolment_of(cell_get_id(&c[AC_ID])), c[AC_ENROLMENT].s, a->arena, &plain));
    if (plain.n <= HASH_BYTES || str_i64(str_sub(plain, HASH_BYTES, plain.n), 0, INT64_MAX, &until_us) != OK)
        return FAIL(ERR_CRYPTO, "an enrolment code cannot be read");
    *ret = secret_equal(plain.p, h.b, HASH_BYTES) && a->tx->now_us < until_us;
    return OK;
}

enum err enrolment_use(struct act *a, struct id account)
{
    struct cell c[AC_COUNT];
    struct str typed = in_text(a, "enrolment");
    bool ok = false;
    if (!typed.n)
        return FAIL(ERR_CREDENTIALS, "an enrolment code is needed");
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, account, c));
    if (c[AC_ENROLMENT].kind != CELL_NULL)
        TRY(fits(a, c, typed, &ok));
    if (!ok)
        return factor_failed(a, account);
    c[AC_ENROLMENT] = cell_null();
    return row_update(a->tx, &TABLE_ACCOUNT, c, -1);
}

enum err account_needs_enrolment(struct door *d, const struct session *session, bool *ret)
{
    unsigned kinds;
    TRY(account_factor_kinds(d, session->account, &kinds));
    *ret = session->assurance < 2 && !(kinds & (1u << FACTOR_TOTP | 1u << FACTOR_PASSKEY));
    return OK;
}
