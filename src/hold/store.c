/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - tables and SQL of holds and of the steps that started. */
#include "core/account.h"
#include "hold/own.h"

static const struct column hold_columns[HO_COUNT] = {
    [HO_ID] = {"id", COL_ID, 0, NULL},
    [HO_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [HO_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [HO_RECORD] = {"record", COL_ID, COL_NULL, NULL},
    [HO_KIND] = {"kind", COL_TEXT, 0, NULL},
    [HO_ACTION] = {"action", COL_TEXT, 0, NULL},
    [HO_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [HO_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [HO_OPENED] = {"opened_us", COL_INT, 0, NULL},
    [HO_ASKED] = {"asked_us", COL_INT, 0, NULL},
    [HO_REASON] = {"reason", COL_INT, 0, NULL},
    [HO_ACKNOWLEDGED] = {"acknowledged_us", COL_INT, COL_NULL, NULL},
    [HO_ACKNOWLEDGED_BY] = {"acknowledged_by", COL_ID, COL_NULL, NULL},
    [HO_RELEASED] = {"released_us", COL_INT, COL_NULL, NULL},
    [HO_SCREENING] = {"screening", COL_ID, COL_NULL, NULL},
    [HO_DECIDED] = {"decided_us", COL_INT, COL_NULL, NULL},
    [HO_DECIDED_BY] = {"decided_by", COL_ID, COL_NULL, NULL},
    [HO_DECIDED_AGENCY] = {"decided_agency", COL_TEXT, COL_NULL, NULL},
    [HO_ALLOWED] = {"allowed", COL_INT, COL_NULL, NULL},
    [HO_REASONS] = {"reasons", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [HO_REVIEW] = {"review_route", COL_BLOB, COL_NULL | COL_SEALED, NULL},
    [HO_USED] = {"used_us", COL_INT, COL_NULL, NULL},
    [HO_VERSION] = {"version", COL_INT, COL_VERSION, NULL},
};
static const char *const hold_indexes[] = {"(released_us, id)", "(subject, kind, action)", "(case_id)", NULL};
const struct table TABLE_HOLD = {110, "hold", hold_columns, HO_COUNT, hold_indexes, NULL, false};

static const struct column step_columns[ST_COUNT] = {
    [ST_ID] = {"id", COL_ID, 0, NULL},
    [ST_CASE] = {"case_id", COL_ID, 0, "case_file"},
    [ST_SUBJECT] = {"subject", COL_ID, 0, "subject"},
    [ST_RECORD] = {"record", COL_ID, 0, "record"},
    [ST_KIND] = {"kind", COL_TEXT, 0, NULL},
    [ST_ACTION] = {"action", COL_TEXT, 0, NULL},
    [ST_GATE] = {"gate", COL_INT, 0, NULL},
    [ST_AGENCY] = {"agency", COL_TEXT, 0, NULL},
    [ST_ACCOUNT] = {"account", COL_ID, COL_NULL, NULL},
    [ST_AT] = {"at_us", COL_INT, 0, NULL},
    [ST_SCREENING] = {"screening", COL_ID, COL_NULL, NULL},
    [ST_HOLD] = {"hold", COL_ID, COL_NULL, "hold"},
};
static const char *const step_indexes[] = {"(subject, gate, at_us)", NULL};
const struct table TABLE_STEP = {111, "step", step_columns, ST_COUNT, step_indexes, NULL, false};

enum err hold_tables(struct schema *s)
{
    TRY(schema_add(s, &TABLE_HOLD));
    return schema_add(s, &TABLE_STEP);
}

/* In whichever case: a cell is a cell. Also of who is asserted to be the same person. */
static enum err last_emergency(struct db *db, struct id subject, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(
        db,
        "SELECT at_us FROM step WHERE gate = ?2 AND (subject = ?1 OR subject IN (SELECT b FROM "
        "same_person WHERE a = ?1 AND reversed_us IS NULL UNION SELECT a FROM same_person WHERE b = "
        "?1 AND reversed_us IS NULL)) ORDER BY at_us DESC LIMIT 1",
        &s));
    db_bind_id(s, 1, &subject);
    db_bind_i64(s, 2, GATE_VICTIM_SCREENING_AFTER);
    TRY(db_step(s, &row));
    *ret = row ? db_i64(s, 0) : 0;
    return OK;
}

struct screening_wanted hold_wanted(const struct cell *c)
{
    struct id by = c[HO_ACCOUNT].kind == CELL_NULL ? id_nil() : cell_get_id(&c[HO_ACCOUNT]);
    return (struct screening_wanted){{by, by}, c[HO_AGENCY].s.p};
}

enum err hold_facts_of(struct db *db, const struct pack *p, struct id subject,
                       const struct screening_wanted *by, struct hold_known *ret)
{
    struct screening_state screening;
    *ret = (struct hold_known){.facts.screened = SCREENED_NOT};
    struct hold_facts *f = &ret->facts;
    TRY(registry_person(db, subject, &f->person));
    TRY(registry_protected(db, p, subject, &f->protected_));
    TRY(assessment_screened(db, subject, by, &screening));
    TRY(last_emergency(db, subject, &f->emergency_us));
    f->screened = screening.outcome;
    f->screened_us = screening.at_us;
    f->open_too = screening.open_too;
    ret->screening = screening.assessment;
    return OK;
}

#define HER                                                                                              \
    "(subject = ?1 OR subject IN (SELECT b FROM same_person WHERE a = ?1 AND reversed_us IS NULL UNION " \
    "SELECT "                                                                                            \
    "a FROM same_person WHERE b = ?1 AND reversed_us IS NULL))"
enum err hold_wants(struct db *db, const struct ctx *ctx, struct id subject, bool *ret_agency,
                    bool *ret_officer)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_agency = *ret_officer = false;
    TRY(db_prepare(db,
                   "SELECT account, agency FROM hold WHERE " HER " UNION SELECT account, agency FROM step "
                   "WHERE " HER,
                   &s));
    db_bind_id(s, 1, &subject);
    for (;;) {
        struct people people = {.two = true};
        struct id account;
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        *ret_agency |= str_is(db_text(s, 1), ctx->agency);
        if (db_null(s, 0))
            continue;
        TRY(db_id(s, 0, &account));
        TRY(account_people(db, account, ctx->account, &people));
        *ret_officer |= people.one; /* in whichever agency he asked for it */
    }
}

enum err hold_find(struct db *db, struct arena *a, const struct hold_key *key, struct cell *ret,
                   bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct id id;
    TRY(db_prepare(db,
                   "SELECT id FROM hold WHERE subject = ?1 AND kind = ?2 AND action = ?3 AND agency = ?4 AND "
                   "released_us IS NULL ORDER BY id LIMIT 1",
                   &s));
    db_bind_id(s, 1, &key->subject);
    db_bind_text(s, 2, str_of(key->kind));
    db_bind_text(s, 3, str_of(key->action));
    db_bind_text(s, 4, str_of(key->agency));
    TRY(db_step(s, ret_found));
    if (!*ret_found)
        return OK;
    TRY(db_id(s, 0, &id));
    db_reset(s);
    return row_get(db, a, &TABLE_HOLD, id, ret);
}

const char *hold_refused(const struct cell *c)
{
    bool refused = c[HO_ALLOWED].kind != CELL_NULL && !c[HO_ALLOWED].i;
    return refused && c[HO_DECIDED_AGENCY].kind != CELL_NULL ? c[HO_DECIDED_AGENCY].s.p : "";
}

bool hold_allowance_counts(const struct cell *c, int64_t now_us)
{
    return c[HO_ALLOWED].kind != CELL_NULL && c[HO_ALLOWED].i && c[HO_USED].kind == CELL_NULL &&
           c[HO_DECIDED].i + HOLD_ALLOWED_US > now_us;
}

/* Those of protected people wait for a decision, not for a screening. */
#define OPEN_PAGE 200
#define OPEN_HOLDS                                                                                          \
    "SELECT id, subject, account, agency FROM hold WHERE released_us IS NULL AND reason <> ?1 AND id > ?2 " \
    "ORDER BY id LIMIT 200"
struct open_hold {
    struct id id, subject, account; /* account nil: no officer's */
    char agency[65];
};

static enum err open_holds(struct db *db, struct id after, struct open_hold *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, OPEN_HOLDS, &s));
    db_bind_i64(s, 1, HOLD_PROTECTED);
    db_bind_id(s, 2, &after);
    for (*ret_n = 0; *ret_n < OPEN_PAGE; ++*ret_n) {
        struct open_hold *h = &ret[*ret_n];
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        h->account = id_nil();
        TRY(db_id(s, 0, &h->id));
        TRY(db_id(s, 1, &h->subject));
        if (!db_null(s, 2))
            TRY(db_id(s, 2, &h->account));
        struct str agency = db_text(s, 3);
        if (agency.n >= sizeof h->agency) /* cut short it would be another one */
            return FAIL(ERR_LIMIT, "the id of an agency has more than %zu bytes", sizeof h->agency - 1);
        memcpy(h->agency, agency.p, agency.n);
        h->agency[agency.n] = '\0';
    }
    return OK;
}

static enum err is_ripe(struct db *db, const struct pack *p, const struct open_hold *h, bool *ret)
{
    const struct screening_wanted by = {{h->account, h->account}, h->agency};
    struct hold_known known;
    TRY(hold_facts_of(db, p, h->subject, &by, &known));
    enum hold_reason r = hold_rule(GATE_VICTIM_SCREENING, &known.facts);
    *ret = r == HOLD_NONE || r == HOLD_PROTECTED;
    return OK;
}

/* All pages: however many wait for a screening, one that was finished is found behind them. */
enum err hold_ripe(struct db *db, const struct pack *p, size_t max, struct id *ret, size_t *ret_n)
{
    struct open_hold page[OPEN_PAGE];
    struct id after = id_nil();
    size_t n = OPEN_PAGE;
    *ret_n = 0;
    while (n == OPEN_PAGE && *ret_n < max) {
        TRY(open_holds(db, after, page, &n));
        for (size_t i = 0; i < n && *ret_n < max; i++) {
            bool ripe;
            TRY(is_ripe(db, p, &page[i], &ripe));
            if (ripe)
                ret[(*ret_n)++] = page[i].id;
        }
        if (n)
            after = page[n - 1].id;
    }
    return OK;
}

/* Who is protected changes what becomes of it, not whether the screening was finished. */
enum err hold_release_due(struct db *db, int64_t now_us, bool *ret)
{
    static const struct pack no_stages = {0};
    struct id id;
    size_t n;
    (void)now_us;
    TRY(hold_ripe(db, &no_stages, 1, &id, &n));
    *ret = n > 0;
    return OK;
}

enum err hold_object(struct db *db, struct arena *a, const struct entities *entities, const struct cell *c,
                     struct object *ret, struct object *ret_case)
{
    TRY(entities->case_(db, a, cell_get_id(&c[HO_CASE]), ret_case));
    *ret = *ret_case;
    ret->kind = OBJECT_RECORD;
    ret->id = cell_get_id(&c[HO_ID]);
    ret->version = c[HO_VERSION].i;
    ret->owner = c[HO_AGENCY].s.p;
    ret->found = true;
    return OK;
}
