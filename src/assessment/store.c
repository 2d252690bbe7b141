/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - rows of assessments, and their versions put together. */
#include "assessment/own.h"
#include "core/account.h"

const char *const FORM_WORDS[] = {"indicators", "screening", NULL};
const char *const PHASE_WORDS[] = {"first_contact", "assessment", "review", NULL};
const char *const AGE_WORDS[] = {"unknown", "adult", "child", "disputed", NULL};
const char *const EXPLOITED_WORDS[] = {"labour", "sexual", NULL};
const char *const EVIDENCE_WORDS[] = {"document", "others", "observation", "statement", NULL};
const char *const INTERVIEW_WORDS[] = {"not_written_down", "alone", "others_present", "not_held", NULL};
const char *const SPOKEN_WORDS[] = {"not_written_down", "her_language", "interpreter", "another_language",
                                    NULL};
#define EVIDENCE_STATEMENT 3 /* she said so herself */

int word_index(const char *const *words, struct str word)
{
    for (int i = 0; words[i]; i++)
        if (str_is(word, words[i]))
            return i;
    return -1;
}

struct object assessment_object(const struct cell *c)
{
    return (struct object){.kind = OBJECT_RECORD,
                           .id = cell_get_id(&c[AM_ID]),
                           .version = c[AM_VERSION].i,
                           .case_ = {cell_get_id(&c[AM_CASE])},
                           .compartment = {cell_get_id(&c[AM_COMPARTMENT])},
                           .owner = c[AM_AGENCY].s.p,
                           .label = (enum label)c[AM_LABEL].i,
                           .found = true};
}

enum err assessment_load(struct db *db, struct arena *a, struct id id, struct cell *ret,
                         struct object *ret_object)
{
    enum err e = row_get(db, a, &TABLE_ASSESSMENT, id, ret);
    if (e == ERR_NOT_FOUND)
        return FAIL(ERR_NOT_FOUND, "assessment");
    TRY(e);
    *ret_object = assessment_object(ret);
    return OK;
}

enum err assessment_find_object(struct db *db, struct arena *a, struct id id, struct object *ret)
{
    struct cell c[AM_COUNT];
    return assessment_load(db, a, id, c, ret);
}

enum err version_ids(struct db *db, struct arena *a, struct id assessment, struct id **ret, size_t *ret_n)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    *ret_n = 0;
    *ret = ARENA_ARRAY(a, VERSIONS_MAX, struct id);
    if (!*ret)
        return arena_err(a);
    TRY(db_prepare(db, "SELECT id FROM assessment_version WHERE assessment = ?1 ORDER BY no LIMIT 200", &s));
    db_bind_id(s, 1, &assessment);
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row || *ret_n == VERSIONS_MAX)
            return OK;
        TRY(db_id(s, 0, &(*ret)[(*ret_n)++]));
    }
}

enum err fold_start(struct db *db, const struct book *b, struct arena *a, struct folded *ret)
{
    *ret = (struct folded){.db = db, .sheet = {.book = b}};
    ret->sheet.answers = ARENA_ARRAY(a, b->n + 1, enum answer);
    ret->by = ARENA_ARRAY(a, b->n + 1, struct answered);
    ret->sheet.doubted = ret->doubted = ARENA_ARRAY(a, b->n + 1, bool);
    return ret->sheet.answers && ret->by && ret->doubted ? OK : arena_err(a);
}

/* What raises a suspicion and is said no more: as a yes that is taken back (doubt). */
static enum err doubt_frame(struct folded *f, enum frame frame, int before, bool raised, struct id account)
{
    struct people people;
    bool *doubted = &f->sheet.taken_back[frame].doubted;
    if (raised) {
        *doubted = true;
        f->sheet.taken_back[frame].before = before;
        f->frame_by[frame] = account;
    } else if (*doubted) {
        TRY(account_people(f->db, f->frame_by[frame], account, &people));
        *doubted = !people.two;
    }
    return OK;
}

static enum err fold_age(struct folded *f, enum age age, struct id account)
{
    enum age before = f->sheet.age;
    f->sheet.age = age;
    if (child_rule(age))
        f->sheet.taken_back[FRAME_AGE].doubted = false;
    else if (age == AGE_ADULT || child_rule(before)) /* unknown is no no */
        return doubt_frame(f, FRAME_AGE, (int)before, child_rule(before), account);
    return OK;
}

static enum err fold_exploited(struct folded *f, enum exploited exploited, struct id account)
{
    enum exploited before = f->sheet.exploited;
    f->sheet.exploited = exploited;
    if (exploited != EXPLOITED_SEXUAL)
        return doubt_frame(f, FRAME_EXPLOITED, (int)before, before == EXPLOITED_SEXUAL, account);
    f->sheet.taken_back[FRAME_EXPLOITED].doubted = false;
    return OK;
}

static enum err fold_frame(struct folded *f, struct str name, struct str value, struct answered *with)
{
    int age = word_index(AGE_WORDS, value), exploited = word_index(EXPLOITED_WORDS, value);
    int interview = word_index(INTERVIEW_WORDS, value), spoken = word_index(SPOKEN_WORDS, value);
    if (str_is(name, NAME_AGE) && age >= 0)
        return fold_age(f, (enum age)age, with->account);
    if (str_is(name, NAME_EXPLOITED) && exploited >= 0)
        return fold_exploited(f, (enum exploited)exploited, with->account);
    if (str_is(name, NAME_INTERVIEW) && interview >= 0)
        f->sheet.interview = (enum interview)interview;
    else if (str_is(name, NAME_SPOKEN) && spoken >= 0)
        f->sheet.spoken = (enum spoken)spoken;
    else if (str_is(name, NAME_EVIDENCE))
        with->evidence = word_index(EVIDENCE_WORDS, value);
    else if ((str_is(name, NAME_RECORD) && id_parse(value, &with->record) != OK) ||
             (str_is(name, NAME_FILE) && id_parse(value, &with->file) != OK))
        err_clear();
    return OK;
}

/* A yes that is taken back stays in doubt until a second officer says no to it, too: another person, and not
 * another account of the same one. */
static enum err doubt(struct folded *f, size_t i, enum answer now, struct id account, struct id *ret_by)
{
    struct people people;
    *ret_by = f->by[i].taken_by;
    if (now == ANSWER_YES) {
        f->doubted[i] = false;
    } else if (f->by[i].given && f->by[i].answer == ANSWER_YES) {
        f->doubted[i] = true;
        *ret_by = account;
    } else if (now == ANSWER_NO && f->doubted[i]) {
        TRY(account_people(f->db, *ret_by, account, &people));
        f->doubted[i] = !people.two;
    }
    return OK;
}

/* A code that the pack no longer has is left out; it stays in its version. */
static enum err fold_answer(struct folded *f, struct str name, struct str value, const struct answered *with)
{
    struct id taken_by;
    ptrdiff_t i = book_find(f->sheet.book, name);
    int a = answer_find(value);
    f->sheet.lost += i < 0 && a == ANSWER_YES;
    if (i < 0 || a < 0)
        return OK;
    bool asked = f->by[i].given && (f->by[i].asked_before || f->by[i].evidence == EVIDENCE_STATEMENT);
    TRY(doubt(f, (size_t)i, (enum answer)a, with->account, &taken_by));
    f->sheet.answers[i] = (enum answer)a;
    f->by[i] = *with;
    f->by[i].taken_by = taken_by;
    f->by[i].answer = (enum answer)a;
    f->by[i].given = true;
    f->by[i].asked_before = asked;
    return OK;
}

enum err fold_version(struct folded *f, struct arena *a, struct str body, int64_t at_us, struct id account)
{
    struct answered with = {.evidence = -1, .account = account, .at_us = at_us};
    struct pair *pairs;
    size_t n;
    TRY(record_body_parse(body, a, &pairs, &n));
    for (size_t i = 0; i < n; i++)
        if (str_starts(pairs[i].name, "@"))
            TRY(fold_frame(f, pairs[i].name, pairs[i].value, &with));
    for (size_t i = 0; i < n; i++)
        if (!str_starts(pairs[i].name, "@"))
            TRY(fold_answer(f, pairs[i].name, pairs[i].value, &with));
    return OK;
}

enum err fold_stored(struct vault *v, struct db *db, struct arena *a, const struct cell *assessment,
                     const struct book *b, int64_t now_us, struct folded *ret)
{
    struct compartment_id c = {cell_get_id(&assessment[AM_COMPARTMENT])};
    const char *owner;
    struct id *ids;
    size_t n;
    TRY(fold_start(db, b, a, ret));
    TRY(vault_owner(db, a, c, &owner));
    TRY(version_ids(db, a, cell_get_id(&assessment[AM_ID]), &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct cell row[AV_COUNT];
        struct str body;
        TRY(row_get(db, a, &TABLE_ASSESSMENT_VERSION, ids[i], row));
        if (row[AV_BODY].kind == CELL_NULL)
            continue;
        TRY(vault_open(v, db, owner, c, CLASS_SUSPECT, now_us,
                       (struct place){&TABLE_ASSESSMENT_VERSION, ids[i], AV_BODY}, row[AV_BODY].s, a, &body));
        TRY(fold_version(ret, a, body, row[AV_AT].i, cell_get_id(&row[AV_ACCOUNT])));
    }
    return OK;
}
