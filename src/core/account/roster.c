/* SPDX-License-Identifier: Apache-2.0 */
/* roster.c - who is on duty for a role of an agency: clocks and notices go to a duty, never to a name alone
 * (plan 3(1)/a). */
#include "base/calendar.h"
#include "core/account/own.h"

static const struct column roster_columns[DU_COUNT] = {
    [DU_ID] = {"id", COL_ID, 0, NULL},
    [DU_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [DU_ROLE] = {"role", COL_INT, 0, NULL},
    [DU_ACCOUNT] = {"account", COL_ID, 0, "account"},
    [DU_DEPUTY] = {"deputy", COL_ID, COL_NULL, "account"},
    [DU_FROM] = {"from_us", COL_INT, 0, NULL},
    [DU_UNTIL] = {"until_us", COL_INT, COL_NULL, NULL},
    [DU_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const roster_indexes[] = {"(agency, role, from_us)", "(account)", NULL};
const struct table TABLE_ROSTER = {62, "roster", roster_columns, DU_COUNT, roster_indexes, NULL, false};

static enum err fits(struct act *a, struct id account, enum role role, const char *field)
{
    bool enabled, holds;
    TRY(account_enabled(a->tx->db, account, a->object.owner, &enabled));
    TRY(account_holds(a->tx->db, account, role, PURPOSE_NONE, a->tx->now_us, &holds));
    return enabled && holds ? OK
                            : FAIL(ERR_FIELD, "field %s: no account of this agency with this role", field);
}

enum err roster_add_body(struct act *a)
{
    struct id id = id_new(), deputy = in_id(a, "deputy");
    int64_t from = a->tx->now_us, until = 0;
    enum role role;
    TRY(role_input(a, &role));
    TRY(fits(a, a->subject, role, "role"));
    if (!id_is_nil(deputy))
        TRY(fits(a, deputy, role, "deputy"));
    if (id_eq(deputy, a->subject))
        return FAIL(ERR_FIELD, "field deputy: somebody else");
    if (in_given(a, "from"))
        TRY(utc_parse(in_text(a, "from"), &from));
    if (in_given(a, "until"))
        TRY(utc_parse(in_text(a, "until"), &until));
    if (until && until <= from)
        return FAIL(ERR_FIELD, "field until: after the beginning");
    struct cell cells[DU_COUNT] = {
        [DU_ID] = cell_id(&id),
        [DU_AGENCY] = cell_c(a->object.owner),
        [DU_ROLE] = cell_int(role),
        [DU_ACCOUNT] = cell_id(&a->subject),
        [DU_DEPUTY] = cell_id_or_null(&deputy),
        [DU_FROM] = cell_int(from),
        [DU_UNTIL] = until ? cell_int(until) : cell_null(),
    };
    a->ret_id = id;
    return row_insert(a->tx, &TABLE_ROSTER, cells);
}

enum err roster_end_find(struct act *a, struct object *ret)
{
    struct cell d[DU_COUNT], c[AC_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ROSTER, a->subject, d));
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, cell_get_id(&d[DU_ACCOUNT]), c));
    *ret = account_object(c);
    ret->version = d[DU_VERSION].i;
    return OK;
}

enum err roster_end_body(struct act *a)
{
    struct cell c[DU_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ROSTER, a->subject, c));
    if (c[DU_UNTIL].kind != CELL_NULL && c[DU_UNTIL].i <= a->tx->now_us)
        return FAIL(ERR_STATE, "the duty has ended already");
    c[DU_UNTIL] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ROSTER, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[DU_VERSION].i;
    return OK;
}

/* The duties of now, the latest plan first. */
struct duty_row {
    struct id account, deputy;
};

static enum err duties_now(struct db *db, const char *agency, enum role role, int64_t now_us,
                           struct duty_row *rows, size_t max, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    size_t n = 0;
    TRY(db_prepare(db,
                   "SELECT account, deputy FROM roster WHERE agency = ?1 AND role = ?2 AND from_us <= ?3 AND "
                   "(until_us IS NULL OR until_us > ?3) ORDER BY from_us DESC, id DESC LIMIT 20",
                   &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_i64(s, 2, role);
    db_bind_i64(s, 3, now_us);
    while (n < max) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        rows[n] = (struct duty_row){.deputy = id_nil()};
        TRY(db_id(s, 0, &rows[n].account));
        if (!db_null(s, 1))
            TRY(db_id(s, 1, &rows[n].deputy));
        n++;
    }
    *ret_n = n;
    return OK;
}

/* Who cannot answer (disabled, role ended) is represented; without a deputy the plan before counts. */
enum err roster_on_duty(struct db *db, const char *agency, enum role role, int64_t now_us,
                        struct id *ret_account)
{
    struct duty_row rows[20];
    size_t n;
    TRY(duties_now(db, agency, role, now_us, rows, 20, &n));
    for (size_t i = 0; i < n; i++) {
        struct id who[2] = {rows[i].account, rows[i].deputy};
        for (int k = 0; k < 2; k++) {
            bool holds = false;
            if (!id_is_nil(who[k]))
                TRY(account_holds(db, who[k], role, PURPOSE_NONE, now_us, &holds));
            if (!holds)
                continue;
            *ret_account = who[k];
            return OK;
        }
    }
    return FAIL(ERR_NOT_FOUND, "nobody is on duty for role %s of agency %s", role_word(role), agency);
}
