/* SPDX-License-Identifier: Apache-2.0 */
/* retention.c - what is destroyed when the pack's days are over: what third parties asked, and closed reports
 * that stand in no case. The keys go, so that no row of a backup opens it later, and a leaf says so. When a
 * row's days are over is reckoned once and kept in it: a job that finds nothing leaves no leaf. */
#include "desk/own.h"

#define EXPIRE_MAX 50 /* rows of each sort in one "desk.expire" */
#define DAY_US     (INT64_C(24) * 3600 * 1000000)

enum sort { ENQUIRY_NEW, ENQUIRY_OLD, REPORT_NEW, REPORT_OLD, SORTS };
static const char *const sql[SORTS] = {
    [ENQUIRY_NEW] = "SELECT id FROM enquiry WHERE until_us IS NULL AND ?1 > 0 ORDER BY id LIMIT ?2",
    [ENQUIRY_OLD] = "SELECT id FROM enquiry WHERE until_us <= ?1 ORDER BY until_us, id LIMIT ?2",
    [REPORT_NEW] = ("SELECT id FROM report WHERE open = 0 AND until_us IS NULL AND closed_us IS NOT NULL AND "
                    "case_id IS NULL AND ?1 > 0 ORDER BY id LIMIT ?2"),
    [REPORT_OLD] =
        ("SELECT id FROM report WHERE open = 0 AND until_us <= ?1 AND case_id IS NULL ORDER BY until_us, "
         "id LIMIT ?2"),
};

static enum err some(struct db *db, enum sort sort, int64_t now_us, int64_t max, struct id *ids,
                     size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(db, sql[sort], &s));
    db_bind_i64(s, 1, now_us);
    db_bind_i64(s, 2, max);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(db_id(s, 0, &ids[*ret_n]));
        (*ret_n)++;
    }
}

enum err desk_expire_due(struct db *db, int64_t now_us, bool *ret)
{
    *ret = false;
    for (int sort = 0; sort < SORTS && !*ret; sort++) {
        struct id id;
        size_t n;
        TRY(some(db, (enum sort)sort, now_us, 1, &id, &n));
        *ret = n > 0;
    }
    return OK;
}

int64_t desk_until(int64_t from_us, int days)
{
    return days > 0 ? from_us + days * DAY_US : INT64_MAX;
}

static enum err drop_matches(struct act *a, struct id enquiry)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct buf found CLEANUP(buf_free) = {0};
    TRY(db_prepare(a->tx->db, "SELECT id FROM enquiry_match WHERE enquiry = ?1 ORDER BY id", &s));
    db_bind_id(s, 1, &enquiry);
    for (;;) {
        bool row;
        struct id id;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &id));
        buf_bytes(&found, id.b, sizeof id.b);
    }
    TRY(buf_err(&found));
    for (size_t i = 0; i < found.n / sizeof(struct id); i++) {
        struct id id;
        memcpy(id.b, found.p + i * sizeof id.b, sizeof id.b);
        TRY(row_delete(a->tx, &TABLE_ENQUIRY_MATCH, id));
    }
    return OK;
}

static enum err end_enquiry(struct act *a, struct id id, bool over)
{
    struct cell c[EN_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ENQUIRY, id, c));
    if (!over) {
        c[EN_UNTIL] = cell_int(desk_until(c[EN_AT].i, a->pack->enquiry_days));
        return row_update(a->tx, &TABLE_ENQUIRY, c, -1);
    }
    TRY(drop_matches(a, id));
    TRY(row_delete(a->tx, &TABLE_ENQUIRY, id));
    return vault_shred(a->tx, (struct compartment_id){cell_get_id(&c[EN_COMPARTMENT])});
}

/* Its row stays: that there was one, how it ended, and the sender's receipt. */
static enum err end_report(struct act *a, struct id id, bool over)
{
    struct cell c[RP_COUNT];
    TRY(report_load(a->tx->db, a->arena, id, c));
    c[RP_UNTIL] = cell_int(over ? INT64_MAX : desk_until(c[RP_CLOSED].i, a->pack->report_days));
    if (over) {
        c[RP_ROUTING] = c[RP_IDENTITY] = c[RP_SUSPECT] = c[RP_SOURCE] = c[RP_REASON] = cell_null();
        TRY(vault_shred(a->tx, (struct compartment_id){cell_get_id(&c[RP_COMPARTMENT])}));
    }
    return row_update(a->tx, &TABLE_REPORT, c, -1);
}

enum err desk_expire_body(struct act *a)
{
    struct id ids[EXPIRE_MAX];
    if (a->ctx->role != ROLE_SYSTEM)
        return FAIL(ERR_DENIED, "reason: role");
    a->ret_version = 0;
    for (int sort = 0; sort < SORTS; sort++) {
        bool over = sort == ENQUIRY_OLD || sort == REPORT_OLD;
        size_t n;
        TRY(some(a->tx->db, (enum sort)sort, a->tx->now_us, EXPIRE_MAX, ids, &n));
        for (size_t i = 0; i < n; i++)
            TRY(sort <= ENQUIRY_OLD ? end_enquiry(a, ids[i], over) : end_report(a, ids[i], over));
        a->ret_version += (int64_t)n;
    }
    return OK;
}
