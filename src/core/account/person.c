/* SPDX-License-Identifier: Apache-2.0 */
/* person.c - whose account it is. One officer may have several accounts (two roles in two agencies), and two
 * accounts of one officer are not two people. A staff number says who somebody is: two administrators enter
 * it, it is sealed with the name, and one number is one person through a blind index: within the agency, or
 * in the whole country where the pack says that staff numbers are (national_staff_numbers). */
#include "base/alloc.h"
#include "base/buf.h"
#include "core/account/own.h"
#include "core/account/rules.h"
#include "sys/text.h"

#define NUMBER_FIELD "account.staff_number"
#define NATIONAL     "" /* the key of the blind index that all agencies share */

/* "12-34 56", "１２３４５６" and "123456" are one number; letters count whatever their case. */
static enum err fold_number(struct arena *a, struct str typed, struct str *ret)
{
    struct str folded;
    TRY(text_search_fold(a, typed, &folded));
    char *plain = ARENA_ARRAY(a, folded.n + 1, char);
    size_t n = 0;
    if (!plain)
        return arena_err(a);
    for (size_t i = 0; i < folded.n; i++)
        if (folded.p[i] != ' ')
            plain[n++] = folded.p[i];
    *ret = (struct str){plain, n};
    return n ? OK : FAIL(ERR_FIELD, "field staff_number: no letter and no digit");
}

static enum err person_find(struct act *a, const char *scope, struct str folded, struct id *ret)
{
    struct id *found;
    size_t n;
    TRY(vault_blind_find(a->tx->vault, a->tx->db, a->arena, scope, NUMBER_FIELD, folded, &found, &n));
    *ret = n ? found[0] : id_nil();
    return OK;
}

enum err person_put(struct act *a, struct cell *c, struct str number)
{
    struct buf sealed CLEANUP(buf_free) = {0};
    struct compartment_id in = {cell_get_id(&c[AC_COMPARTMENT])};
    struct id account = cell_get_id(&c[AC_ID]), person;
    const char *scope = a->pack && a->pack->national_staff_numbers ? NATIONAL : c[AC_AGENCY].s.p;
    struct str folded, text, kept;
    TRY(fold_number(a->arena, number, &folded));
    TRY(person_find(a, scope, folded, &person));
    if (id_is_nil(person)) {
        person = id_new();
        TRY(vault_blind_put(a->tx, in, scope, NUMBER_FIELD, folded, person));
    }
    TRY(text_nfc(a->arena, number, &text));
    TRY(vault_seal(a->tx, in, CLASS_IDENTITY, (struct place){&TABLE_ACCOUNT, account, AC_STAFF_NUMBER}, text,
                   &sealed));
    kept = arena_str(a->arena, buf_view(&sealed));
    struct id *id = ARENA_NEW(a->arena, struct id);
    if (!kept.p || !id)
        return arena_err(a->arena);
    *id = person;
    c[AC_PERSON] = cell_id(id);
    c[AC_STAFF_NUMBER] = cell_str(kept);
    return OK;
}

/* ---- account.set_person -----------------------------------------------------------------------------------
 */

/* Nobody is left who has it: a number that was mistyped is free again for whose it is. */
static enum err forget_person(struct act *a, struct id person)
{
    struct id *ids;
    size_t n;
    TRY(account_ids(a->tx->db, a->arena, "SELECT id FROM account WHERE person = ?1", person, &ids, &n));
    return n ? OK : vault_blind_drop(a->tx, person);
}

enum err account_set_person_body(struct act *a)
{
    struct cell c[AC_COUNT];
    TRY(row_get(a->tx->db, a->arena, &TABLE_ACCOUNT, a->subject, c));
    struct id before = cell_get_id(&c[AC_PERSON]);
    TRY(person_put(a, c, in_text(a, "staff_number")));
    if (id_eq(before, cell_get_id(&c[AC_PERSON])))
        return FAIL(ERR_STATE, "it is this person's already");
    if (!id_is_nil(before)) /* who becomes somebody else is new again */
        c[AC_SINCE] = cell_int(a->tx->now_us);
    TRY(row_update(a->tx, &TABLE_ACCOUNT, c, a->expected_version));
    if (!id_is_nil(before))
        TRY(forget_person(a, before));
    a->ret_id = a->subject;
    a->ret_version = c[AC_VERSION].i;
    return act_emit(a, "account.person_entered", a->subject, str_of(c[AC_AGENCY].s.p));
}

/* ---- a second person --------------------------------------------------------------------------------------
 */

static enum err one_of_two(struct db *db, struct arena *a, struct id account, struct one_of_two *ret)
{
    struct cell c[AC_COUNT];
    *ret = (struct one_of_two){.account = account};
    if (id_is_nil(account))
        return OK;
    enum err e = row_get(db, a, &TABLE_ACCOUNT, account, c);
    if (e == ERR_NOT_FOUND) {
        err_clear(); /* then it is nobody's */
        return OK;
    }
    TRY(e);
    ret->person = cell_get_id(&c[AC_PERSON]);
    ret->made_by = cell_get_id(&c[AC_MADE_BY]);
    ret->since_us = c[AC_SINCE].kind == CELL_NULL ? 0 : c[AC_SINCE].i;
    return OK;
}

static enum err known_of(struct db *db, struct arena *a, const struct pack *p, const struct two *two,
                         struct second_known *ret)
{
    *ret = (struct second_known){.grave = two->grave,
                                 .now_us = two->now_us,
                                 .new_days = p ? p->new_account_days : 0,
                                 .same_maker_days = p ? p->same_maker_days : 0};
    TRY(one_of_two(db, a, two->first, &ret->first));
    return one_of_two(db, a, two->second, &ret->second);
}

enum err account_second_fault(struct db *db, struct arena *a, const struct pack *p, const struct two *two,
                              const char **ret_words)
{
    struct second_known k;
    TRY(known_of(db, a, p, two, &k));
    *ret_words = second_words(second_rule(&k));
    return OK;
}

enum err account_second(struct act *a, struct id first, struct id second, bool grave)
{
    struct two two = {first, second, grave, a->tx->now_us};
    const char *words;
    TRY(account_second_fault(a->tx->db, a->arena, a->pack, &two, &words));
    return *words ? FAIL(ERR_DENIED, "%s", words) : OK;
}

enum err account_pair(struct act *a, struct id one, struct id other, struct account_pair *ret)
{
    struct two two = {one, other, true, a->tx->now_us};
    struct second_known k;
    TRY(known_of(a->tx->db, a->arena, a->pack, &two, &k));
    unsigned marks = pair_marks(&k);
    *ret = (struct account_pair){.new_ = marks & PAIR_NEW, .one_maker = marks & PAIR_ONE_MAKER};
    return OK;
}

enum err account_people(struct db *db, struct id first, struct id second, struct people *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct two two = {.first = first, .second = second};
    struct second_known k;
    if (!a)
        return mem_fail();
    TRY(known_of(db, a, NULL, &two, &k));
    enum second_fault fault = second_rule(&k);
    *ret = (struct people){.two = fault == SECOND_FITS,
                           .one = id_eq(first, second) || fault == SECOND_SAME_PERSON};
    return OK;
}

enum err account_has_person(struct db *db, struct arena *a, struct id account, bool *ret)
{
    struct one_of_two one;
    TRY(one_of_two(db, a, account, &one));
    *ret = !id_is_nil(one.person);
    return OK;
}

/* ---- what is held in the hand -----------------------------------------------------------------------------
 * The same credential, or the same secret of one-time codes, on accounts of two people is one device that
 * stands for both. */

static enum err of_another_person(struct act *a, struct id account, struct id factor, bool *ret)
{
    struct one_of_two mine, theirs;
    struct id *holders;
    size_t n;
    TRY(one_of_two(a->tx->db, a->arena, account, &mine));
    TRY(account_ids(a->tx->db, a->arena, "SELECT account FROM factor WHERE id = ?1", factor, &holders, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(one_of_two(a->tx->db, a->arena, holders[i], &theirs));
        *ret |= !id_eq(holders[i], account) && (id_is_nil(mine.person) || !id_eq(mine.person, theirs.person));
    }
    return OK;
}

static enum err look_for(struct act *a, const struct device *d, bool *ret_known, bool *ret_other)
{
    struct id *found;
    size_t n;
    *ret_known = *ret_other = false;
    TRY(vault_blind_find(a->tx->vault, a->tx->db, a->arena, NATIONAL, d->field, d->key, &found, &n));
    for (size_t i = 0; i < n; i++) {
        *ret_known |= id_eq(found[i], d->factor);
        TRY(of_another_person(a, cell_get_id(&d->account[AC_ID]), found[i], ret_other));
    }
    return OK;
}

static enum err note(struct act *a, const struct device *d)
{
    struct compartment_id in = {cell_get_id(&d->account[AC_COMPARTMENT])};
    return vault_blind_put(a->tx, in, NATIONAL, d->field, d->key, d->factor);
}

enum err device_new(struct act *a, const struct device *d)
{
    bool known, other;
    TRY(look_for(a, d, &known, &other));
    if (other)
        return FAIL(ERR_CONSTRAINT, "this device stands for another account already: set up one of your own");
    return note(a, d);
}

enum err device_seen(struct act *a, const struct device *d)
{
    bool known, other;
    TRY(look_for(a, d, &known, &other));
    if (known)
        return OK;
    TRY(note(a, d));
    return other ? act_emit(a, "account.device_shared", cell_get_id(&d->account[AC_ID]), STR("")) : OK;
}
