/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - all SQL of the registry that more than one action needs. */
#include "base/calendar.h"
#include "registry/own.h"
#include "sys/tz.h"

enum err case_load(struct db *db, struct arena *a, struct id id, struct cell *ret)
{
    return row_get(db, a, &TABLE_CASE, id, ret);
}

struct object case_object(const struct cell *c)
{
    struct id id = cell_get_id(&c[CA_ID]);
    return (struct object){.kind = OBJECT_CASE,
                           .id = id,
                           .version = c[CA_VERSION].i,
                           .case_ = {id},
                           .compartment = {cell_get_id(&c[CA_COMPARTMENT])},
                           .owner = c[CA_AGENCY].s.p,
                           .label = (enum label)c[CA_LABEL].i,
                           .found = true};
}

static enum err entity_case(struct db *db, struct arena *a, struct id id, struct object *ret)
{
    struct cell c[CA_COUNT];
    enum err e = case_load(db, a, id, c);
    if (e != OK)
        return e == ERR_NOT_FOUND ? FAIL(ERR_NOT_FOUND, "case") : e;
    *ret = case_object(c);
    return OK;
}

enum err subject_linked(struct db *db, struct id subject, struct id case_, bool *ret)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(db, "SELECT id FROM case_role WHERE case_id = ?1 AND subject = ?2 LIMIT 1", &s));
    db_bind_id(s, 1, &case_);
    db_bind_id(s, 2, &subject);
    TRY(db_step(s, &row));
    if (row)
        db_reset(s);
    *ret = row;
    return OK;
}

static enum err entity_subject(struct db *db, struct arena *a, struct id id, struct case_id in_case,
                               struct object *ret)
{
    struct cell c[CA_COUNT], s[SU_COUNT];
    bool linked;
    /* All is looked up whatever is found: an unknown case takes as long as one that the actor may not see. */
    enum err case_found = case_load(db, a, in_case.v, c);
    enum err subject_found = row_get(db, a, &TABLE_SUBJECT, id, s);
    TRY(subject_linked(db, id, in_case.v, &linked));
    if (case_found != OK && case_found != ERR_NOT_FOUND)
        return case_found;
    if (subject_found != OK && subject_found != ERR_NOT_FOUND)
        return subject_found;
    if (case_found != OK || subject_found != OK || !linked)
        return FAIL(ERR_NOT_FOUND, "subject");
    *ret = case_object(c);
    ret->kind = OBJECT_SUBJECT;
    ret->id = id;
    ret->version = s[SU_VERSION].i;
    ret->compartment.v = cell_get_id(&s[SU_COMPARTMENT]);
    return OK;
}

const struct entities REGISTRY_ENTITIES = {.case_ = entity_case, .subject = entity_subject};

enum err registry_find_case(struct act *a, struct object *ret)
{
    return entity_case(a->tx->db, a->arena, a->subject, ret);
}

enum err registry_find_subject(struct act *a, struct object *ret)
{
    return entity_subject(a->tx->db, a->arena, a->subject, (struct case_id){in_id(a, "case")}, ret);
}

enum err row_named(struct act *a, const struct table *t, const char *input, const char *word,
                   struct cell *ret)
{
    enum err e = row_get(a->tx->db, a->arena, t, in_id(a, input), ret);
    return e == ERR_NOT_FOUND ? FAIL(ERR_NOT_FOUND, "%s", word) : e;
}

enum err grant_insert(struct act *a, struct id case_, const struct grant_row *in)
{
    struct id id = id_new();
    struct cell cells[AG_COUNT] = {
        [AG_ID] = cell_id(&id),
        [AG_CASE] = cell_id(&case_),
        [AG_AGENCY] = cell_c(in->agency),
        [AG_ACCOUNT] = cell_id_or_null(&in->account),
        [AG_RELATION] = cell_int(in->relation),
        [AG_BASIS] = cell_int(in->basis),
        [AG_FROM] = cell_int(in->from_us),
        [AG_UNTIL] = in->until_us ? cell_int(in->until_us) : cell_null(),
        [AG_GRANTED_BY] = cell_id_or_null(&a->ctx->account),
        [AG_CLASSES] = in->classes ? cell_int(in->classes) : cell_null(),
        [AG_PURPOSE] = in->purpose != PURPOSE_NONE ? cell_int(in->purpose) : cell_null(),
    };
    return row_insert(a->tx, &TABLE_ACCESS_GRANT, cells);
}

enum err grants_named(struct act *a, struct id account, struct id ret[NAMED_MAX], size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM access_grant WHERE case_id = ?1 AND agency = ?2 AND account = ?3 AND "
                   "(until_us IS NULL OR (until_us > ?4 AND until_us > from_us)) ORDER BY id",
                   &s));
    db_bind_id(s, 1, &a->subject);
    db_bind_text(s, 2, str_of(a->ctx->agency));
    db_bind_id(s, 3, &account);
    db_bind_i64(s, 4, a->tx->now_us);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        if (*ret_n == NAMED_MAX)
            return FAIL(ERR_LIMIT, "more than %d grants of one officer", NAMED_MAX);
        TRY(db_id(s, 0, &ret[(*ret_n)++]));
    }
}

enum err grant_held(struct act *a, struct id case_, const struct grant_row *in, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(a->tx->db,
                   "SELECT id FROM access_grant WHERE case_id = ?1 AND agency = ?2 AND account = ?3 AND "
                   "relation = ?4 AND basis = ?5 AND coalesce(classes, 0) = ?6 AND coalesce(purpose, 0) = ?7 "
                   "AND coalesce(until_us, 0) = ?8 AND from_us <= ?9 LIMIT 1",
                   &s));
    db_bind_id(s, 1, &case_);
    db_bind_text(s, 2, str_of(in->agency));
    db_bind_id(s, 3, &in->account);
    db_bind_i64(s, 4, in->relation);
    db_bind_i64(s, 5, in->basis);
    db_bind_i64(s, 6, in->classes);
    db_bind_i64(s, 7, in->purpose);
    db_bind_i64(s, 8, in->until_us);
    db_bind_i64(s, 9, in->from_us);
    return db_step(s, ret);
}

/* The highest number of the agency with the prefix "2026-". Six digits sort as text; more are looked for only
 * when those are used up. */
static enum err last_number(struct act *a, const char *prefix, int64_t *ret)
{
    static const char *const sql[] = {
        "SELECT number FROM case_file WHERE agency = ?1 AND number >= ?2 AND number < ?3 ORDER BY number "
        "DESC "
        "LIMIT 1",
        "SELECT number FROM case_file WHERE agency = ?1 AND number >= ?2 AND number < ?3 ORDER BY "
        "length(number) DESC, number DESC LIMIT 1"};
    char until[8];
    snprintf(until, sizeof until, "%.4s.", prefix); /* '.' follows '-' */
    *ret = 0;
    for (size_t i = 0; i < 2; i++) {
        struct stmt *s CLEANUP(stmt_cleanup) = NULL;
        bool row;
        TRY(db_prepare(a->tx->db, sql[i], &s));
        db_bind_text(s, 1, str_of(a->ctx->agency));
        db_bind_text(s, 2, str_of(prefix));
        db_bind_text(s, 3, str_of(until));
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        TRY(str_i64(str_sub(db_text(s, 0), 5, 20), 0, 999999999999, ret));
        if (*ret < 999999)
            return OK;
    }
    return OK;
}

/* Year of the pack's local time and a running number of the agency: 2026-000417. */
enum err next_case_number(struct act *a, const char **ret)
{
    const struct tz *z;
    char prefix[8];
    int64_t last;
    TRY(tz_find(a->pack->time_zone, &z));
    snprintf(prefix, sizeof prefix, "%04d-", (int)(unsigned)tz_local(z, a->tx->now_us).date.year % 10000);
    TRY(last_number(a, prefix, &last));
    *ret = arena_printf(a->arena, "%s%06lld", prefix, (long long)last + 1);
    return *ret ? OK : arena_err(a->arena);
}

enum err registry_case_of_number(struct db *db, const char *agency, struct str number, struct id *ret,
                                 bool *ret_found, bool *ret_open)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_open = false;
    TRY(db_prepare(db, "SELECT id, closed_us FROM case_file WHERE agency = ?1 AND number = ?2", &s));
    db_bind_text(s, 1, str_of(agency));
    db_bind_text(s, 2, number);
    TRY(db_step(s, ret_found));
    if (!*ret_found)
        return OK;
    *ret_open = db_null(s, 1);
    return db_id(s, 0, ret);
}
