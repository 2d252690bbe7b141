/* SPDX-License-Identifier: Apache-2.0 */
/* screened.c - has anybody looked whether she is a victim (plan 3(1)/a)? */
#include "assessment/own.h"
#include "core/account.h"

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
#define OTHER_AGENCY                                            \
    "AND NOT EXISTS (SELECT 1 FROM assessment_version v WHERE " \
    "v.assessment = assessment.id AND "                         \
    "(assessment.lifts = 2 AND v.agency = ?2)) "
#define CANDIDATES 64 /* of one person; whoever lies behind them lets nobody go on */
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

struct candidates {
    struct id ids[CANDIDATES];
    int64_t at_us[CANDIDATES];
    size_t n;
};

static enum err candidates(struct db *db, struct id subject, const char *agency, struct candidates *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, NEGATIVE ENOUGH OTHER_AGENCY "ORDER BY finished_us DESC, id DESC LIMIT 64", &s));
    _Static_assert(CANDIDATES == 64, "as the SQL says");
    db_bind_id(s, 1, &subject);
    db_bind_text(s, 2, str_of(agency));
    for (ret->n = 0; ret->n < CANDIDATES; ret->n++) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        TRY(db_id(s, 0, &ret->ids[ret->n]));
        ret->at_us[ret->n] = db_i64(s, 1);
    }
    return OK;
}

/* Whoever had a hand in it; the system's own hand (an import) is nil. */
static enum err hands(struct db *db, struct id assessment, struct id *ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(db, "SELECT DISTINCT account FROM assessment_version WHERE assessment = ?1", &s));
    db_bind_id(s, 1, &assessment);
    for (*ret_n = 0; *ret_n < VERSIONS_MAX; ++*ret_n) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        ret[*ret_n] = id_nil();
        if (!db_null(s, 0))
            TRY(db_id(s, 0, &ret[*ret_n]));
    }
    return OK;
}

/* Two accounts of one person are one officer; of whom nobody knows who it is may be anybody. */
static enum err are_others(struct db *db, struct id assessment, const struct screening_wanted *by, bool *ret)
{
    struct id hand[VERSIONS_MAX];
    struct people people = {.two = true};
    size_t n;
    TRY(hands(db, assessment, hand, &n));
    for (size_t i = 0; i < n * 2 && people.two; i++)
        if (!id_is_nil(by->accounts[i % 2]))
            TRY(account_people(db, hand[i / 2], by->accounts[i % 2], &people));
    *ret = people.two;
    return OK;
}

static enum err by_others(struct db *db, struct id subject, const struct screening_wanted *by,
                          struct screening_state *ret, bool *ret_found)
{
    struct candidates c;
    *ret_found = false;
    TRY(candidates(db, subject, by->agency, &c));
    for (size_t i = 0; i < c.n && !*ret_found; i++) {
        TRY(are_others(db, c.ids[i], by, ret_found));
        if (*ret_found)
            *ret = (struct screening_state){SCREENED_NEGATIVE, c.ids[i], c.at_us[i], false};
    }
    return OK;
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
