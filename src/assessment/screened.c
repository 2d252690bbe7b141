/* SPDX-License-Identifier: Apache-2.0 */
/* screened.c - has anybody looked whether she is a victim (plan 3(1)/a)? */
#include "assessment/own.h"

const char *screened_word(enum screened s)
{
    static const char *const words[] = {"none", "open", "thin", "own", "negative", "positive"};
    return words[s];
}

/* A negative of somebody else who is said to be the same person opens no door to a cell; a positive one shuts
 * it. Of each sort the newest. */
#define NEWEST "ORDER BY finished_us DESC, id DESC LIMIT 1"
#define POSITIVE                                                                                             \
    "SELECT id, finished_us FROM assessment WHERE outcome = 'positive' AND (subject = ?1 OR subject IN "     \
    "(SELECT b FROM same_person WHERE a = ?1 AND reversed_us IS NULL UNION SELECT a FROM same_person WHERE " \
    "b = ?1 AND reversed_us IS NULL)) " NEWEST
#define NEGATIVE                                                                                            \
    "SELECT id, finished_us FROM assessment WHERE state = 'finished' AND outcome = 'negative' AND subject " \
    "= ?1 "
#define ENOUGH "AND lifts > 0 "
/* lifts: enum lifts. */
#define BY_OTHERS                                               \
    "AND NOT EXISTS (SELECT 1 FROM assessment_version v WHERE " \
    "v.assessment = assessment.id AND ("                        \
    "v.account = ?2 OR v.account = ?3 OR "                      \
    "(assessment.lifts = 2 AND v.agency = ?4))) "
#define OPEN                                                                                               \
    "SELECT id, started_us FROM assessment WHERE subject = ?1 AND state = 'open' ORDER BY started_us, id " \
    "LIMIT 1"

static enum err newest(struct db *db, const char *sql, struct id subject, struct screening_state *ret,
                       bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, sql, &s));
    db_bind_id(s, 1, &subject);
    TRY(db_step(s, ret_found));
    if (!*ret_found)
        return OK;
    ret->at_us = db_i64(s, 1);
    return db_id(s, 0, &ret->assessment);
}

static enum err by_others(struct db *db, struct id subject, const struct screening_wanted *by,
                          struct screening_state *ret, bool *ret_found)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, NEGATIVE ENOUGH BY_OTHERS NEWEST, &s));
    db_bind_id(s, 1, &subject);
    db_bind_id(s, 2, &by->accounts[0]);
    db_bind_id(s, 3, &by->accounts[1]);
    db_bind_text(s, 4, str_of(by->agency));
    TRY(db_step(s, ret_found));
    if (!*ret_found)
        return OK;
    ret->outcome = SCREENED_NEGATIVE;
    ret->at_us = db_i64(s, 1);
    return db_id(s, 0, &ret->assessment);
}

/* The newest that lets somebody go on; or else the newest that lets nobody. */
static enum err negative(struct db *db, struct id subject, const struct screening_wanted *by,
                         struct screening_state *ret, bool *ret_found)
{
    TRY(by_others(db, subject, by, ret, ret_found));
    if (*ret_found)
        return OK;
    ret->outcome = SCREENED_OWN;
    TRY(newest(db, NEGATIVE ENOUGH NEWEST, subject, ret, ret_found));
    if (*ret_found)
        return OK;
    ret->outcome = SCREENED_THIN;
    return newest(db, NEGATIVE NEWEST, subject, ret, ret_found);
}

enum err assessment_screened(struct db *db, struct id subject, const struct screening_wanted *by,
                             struct screening_state *ret)
{
    struct screening_state open = {SCREENED_OPEN, id_nil(), 0, false};
    bool found;
    *ret = (struct screening_state){SCREENED_POSITIVE, id_nil(), 0, false};
    TRY(newest(db, OPEN, subject, &open, &open.open_too));
    TRY(newest(db, POSITIVE, subject, ret, &found));
    if (!found)
        TRY(negative(db, subject, by, ret, &found));
    ret->open_too = open.open_too;
    if (found)
        return OK;
    *ret = open;
    ret->outcome = open.open_too ? SCREENED_OPEN : SCREENED_NOT;
    ret->open_too = false;
    return OK;
}
