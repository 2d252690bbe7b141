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
    TRY(case_load(db, a, id, c));
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
    TRY(case_load(db, a, in_case.v, c));
    TRY(subject_linked(db, id, in_case.v, &linked));
    if (!linked)
        return FAIL(ERR_NOT_FOUND, "subject");
    TRY(row_get(db, a, &TABLE_SUBJECT, id, s));
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

/* Year of the pack's local time and a running number: 2026-000417. */
enum err next_case_number(struct tx *tx, struct arena *a, int64_t now_us, const char **ret)
{
    char from[16], until[16], day[28];
    struct stmt *s;
    int64_t last = 0;
    bool row;
    utc_text(now_us, day);
    snprintf(from, sizeof from, "%.4s-", day);
    snprintf(until, sizeof until, "%.4s.", day); /* '.' follows '-' */
    TRY(db_prepare(
        tx->db,
        "SELECT number FROM case_file WHERE number >= ?1 AND number < ?2 ORDER BY number DESC LIMIT 1", &s));
    db_bind_text(s, 1, str_of(from));
    db_bind_text(s, 2, str_of(until));
    TRY(db_step(s, &row));
    if (row) {
        enum err e = str_i64(str_sub(db_text(s, 0), 5, 20), 0, 999999999, &last);
        db_reset(s);
        TRY(e);
    }
    *ret = arena_printf(a, "%s%06lld", from, (long long)last + 1);
    return *ret ? OK : arena_err(a);
}
