/* SPDX-License-Identifier: Apache-2.0 */
/* protected.c - is she protected (plan 3(1)/a)? For those who hold steps against her. */
#include "registry/own.h"

enum err registry_person(struct db *db, struct id subject, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db, "SELECT type FROM subject WHERE id = ?1", &s));
    db_bind_id(s, 1, &subject);
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_NOT_FOUND, "subject");
    *ret = db_i64(s, 0) == SUBJECT_PERSON;
    return OK;
}

static bool counts(const struct pack *p, struct str stage, struct str role)
{
    char word[64];
    const struct stage *found = NULL;
    for (size_t i = 0; i < p->nstages && !found; i++)
        if (str_is(stage, p->stages[i].id))
            found = &p->stages[i];
    snprintf(word, sizeof word, "%.*s", STR_FMT(role));
    return found && found->protects && role_class(p, word) != CLASS_SUSPECT;
}

enum err registry_protected(struct db *db, const struct pack *p, struct id subject, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret = false;
    TRY(db_prepare(
        db,
        "SELECT c.stage, r.role FROM case_role r JOIN case_file c ON c.id = r.case_id WHERE "
        "r.subject = ?1 OR r.subject IN (SELECT b FROM same_person WHERE a = ?1 AND reversed_us IS "
        "NULL UNION SELECT a FROM same_person WHERE b = ?1 AND reversed_us IS NULL)",
        &s));
    db_bind_id(s, 1, &subject);
    while (!*ret) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            return OK;
        *ret = counts(p, db_text(s, 0), db_text(s, 1));
    }
    return OK;
}

enum err registry_in_case(struct db *db, struct id case_, struct id id, bool *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(
        db,
        "SELECT id FROM case_file WHERE id = ?1 AND id = ?2 UNION SELECT id FROM decision WHERE "
        "case_id = ?1 AND id = ?2 UNION SELECT id FROM record WHERE case_id = ?1 AND id = ?2 UNION "
        "SELECT subject FROM case_role WHERE case_id = ?1 AND subject = ?2",
        &s));
    db_bind_id(s, 1, &case_);
    db_bind_id(s, 2, &id);
    return db_step(s, ret);
}
