/* SPDX-License-Identifier: Apache-2.0 */
/* A case is shredded: thirty-one days later no backup of any age, with the keys of any other, opens it. The
 * clock is the test's. */
#include "backup/folder.h"
#include "base/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY      INT64_C(86400000000)
#define SHREDDED "MARKERshredded"
#define CONTROL  "MARKERcontrol"

static int64_t now;

static int64_t given_now(void *user)
{
    (void)user;
    return now;
}

static void system_random(void *user, void *p, size_t n)
{
    (void)user;
    assert_int_equal(getentropy(p, n), 0);
}

/* ---- shredding, as an action ------------------------------------------------------------------------ */

static enum err find_case(struct act *a, struct object *ret)
{
    return door_entities(a->door)->case_(a->tx->db, a->arena, a->subject, ret);
}

static enum err shred_body(struct act *a)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct compartment_id c;
    bool row;
    TRY(db_prepare(a->tx->db,
                   "SELECT s.compartment FROM case_role r JOIN subject s ON s.id = r.subject "
                   "WHERE r.case_id = ?1",
                   &s));
    db_bind_id(s, 1, &a->subject);
    TRY(db_step(s, &row));
    TRY(row ? db_id(s, 0, &c.v) : ERR_NOT_FOUND);
    db_reset(s);
    TRY(vault_shred(a->tx, c));
    return vault_shred(a->tx, a->object.compartment);
}

static const struct action shred[] = {{.name = "case.shred_now",
                                       .summary = "Destroy",
                                       .verb = VERB_SHRED,
                                       .object = OBJECT_CASE,
                                       .find = find_case,
                                       .body = shred_body}};

static const struct store_country *country(void)
{
    static struct store_country c = {.actions = shred, .nactions = 1};
    c.pack = store_pack();
    return &c;
}

/* ---- the story --------------------------------------------------------------------------------------- */

struct story {
    struct store store;
    struct folders folders;
    struct filled shredded, control;
};

static void back_up(struct story *s)
{
    struct backup_report r;
    enum err e = backup_make(s->store.door, s->folders.data, s->folders.keys, &r);
    if (e != OK)
        print_error("backup_make: %s %s\n", err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
}

/* One asks, another lead of the case confirms: nobody destroys alone. */
static void shred_by_two(struct store *s, const struct filled *f)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1), two[2];
    struct act_result r;
    for (int i = 0; i < 2; i++) {
        char account[33];
        two[i] = enrolled_officer(s, "npa", ROLE_CASE_LEAD);
        id_text(two[i].account, account);
        assert_int_equal(do_act(s, &lead, "case.assign", f->case_, NULL, "account", account, NULL), OK);
    }
    assert_int_equal(do_act(s, &two[0], "case.shred_now", f->case_, &r, NULL), OK);
    assert_int_equal(open_name(s, f, SHREDDED), OK);
    assert_int_equal(do_act(s, &two[1], "proposal.confirm", r.id, NULL, NULL), OK);
}

/* Day 0: two cases. A backup each day at noon; on day 5 at three one of them is shredded. Ends on day 36 in
 * the evening, when old keys are deleted. */
static void run_story(struct story *s)
{
    int64_t day_0;
    int deleted, gone = 0;
    assert_int_equal(utc_parse(STR("2026-11-22T12:00:00Z"), &day_0), OK);
    now = day_0;
    assert_true(store_make_of(&s->store, "sqlite", country()));
    store_open(&s->store);
    s->shredded = fill_case(&s->store, SHREDDED);
    s->control = fill_case(&s->store, CONTROL);
    for (int day = 0; day <= 36; day++) {
        now = day_0 + day * DAY;
        back_up(s);
        assert_int_equal(backup_expire(s->folders.keys, now, &deleted), OK);
        gone += deleted;
        if (day != 5)
            continue;
        now += DAY / 8;
        shred_by_two(&s->store, &s->shredded);
        assert_int_equal(open_name(&s->store, &s->shredded, SHREDDED), ERR_SHREDDED);
        assert_int_equal(open_name(&s->store, &s->control, CONTROL), OK);
    }
    assert_int_equal(gone, 7); /* of days 0 to 6 */
    store_close(&s->store);
}

static int setup(void **state)
{
    static const struct env env = {.now_us = given_now, .random = system_random};
    static struct story story;
    env_set(&env);
    folders_make(&story.folders);
    run_story(&story);
    *state = &story;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;
    folders_remove(&s->folders);
    store_remove(&s->store);
    env_set(NULL);
    return 0;
}

/* Restores a pair and looks; true when the control case opens. */
static bool look_into(struct story *s, const char *data, const char *keys)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct store into;
    struct backup_report r;
    assert_true(store_blank_of(&into, "fault", country()));
    enum err e = backup_restore(&into.config, data, keys, store_secret(), &r);
    if (e != OK)
        print_error("restore %s + %s: %s %s\n", data, keys, err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
    store_open(&into);
    enum err shredded = open_name(&into, &s->shredded, SHREDDED);
    enum err control = open_name(&into, &s->control, CONTROL);
    assert_true(shredded == ERR_SHREDDED || shredded == ERR_SEALED);
    assert_true(control == OK || control == ERR_SEALED);
    assert_int_equal(verify(&into, STR(""), a).total, 0);
    store_remove(&into);
    return control == OK;
}

static void no_pair_of_backups_opens_a_shredded_case(void **state)
{
    struct story *s = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **data, **keys;
    size_t ndata = folder_files(s->folders.data, a, &data), nkeys = folder_files(s->folders.keys, a, &keys);
    size_t opened = 0;
    assert_int_equal(ndata, 37);
    assert_int_equal(nkeys, 30);
    for (size_t i = 0; i < ndata; i++)
        for (size_t k = 0; k < nkeys; k++)
            opened += look_into(s, data[i], keys[k]);
    assert_int_equal(opened, ndata * nkeys); /* the other case opens from all of them */
    for (size_t i = 0; i < ndata; i++)
        assert_false(look_into(s, data[i], NULL));
}

/* The guard of the test above: with the keys of day 5 the case would open. */
static void before_its_keys_expire_a_backup_opens_it(void **state)
{
    (void)state;
    struct store store, into;
    struct folders f;
    struct backup_report r, restored;
    assert_true(store_make_of(&store, "sqlite", country()));
    store_open(&store);
    folders_make(&f);
    struct filled c = fill_case(&store, SHREDDED);
    assert_int_equal(backup_make(store.door, f.data, f.keys, &r), OK);
    shred_by_two(&store, &c);
    store_close(&store);
    assert_true(store_blank_of(&into, "fault", country()));
    assert_int_equal(backup_restore(&into.config, r.data_file, r.key_file, store_secret(), &restored), OK);
    store_open(&into);
    assert_int_equal(open_name(&into, &c, SHREDDED), OK);
    store_remove(&into);
    store_remove(&store);
    folders_remove(&f);
}

static void no_name_stands_in_any_backup_file(void **state)
{
    struct story *s = *state;
    assert_false(folder_has(s->folders.data, "MARKER"));
    assert_false(folder_has(s->folders.keys, "MARKER"));
    assert_false(folder_has(s->folders.data, "by post"));
    assert_true(folder_has(s->folders.data, "akari backup 1")); /* what is in the clear is found */
}

/* What finds a person is gone from a restored store when what opens her is. */
static void a_shredded_case_is_not_found_either(void **state)
{
    struct story *s = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **data, **keys;
    struct store into;
    struct backup_report r;
    size_t ndata = folder_files(s->folders.data, a, &data), nkeys = folder_files(s->folders.keys, a, &keys);
    assert_true(ndata && nkeys);
    assert_true(store_blank_of(&into, "fault", country()));
    assert_int_equal(backup_restore(&into.config, data[0], keys[nkeys - 1], store_secret(), &r), OK);
    assert_true(r.missing > 0);
    store_open(&into);
    assert_true(count_rows(&into, "SELECT count(*) FROM blind_index") > 0);
    assert_int_equal(count_rows(&into, "SELECT count(*) FROM blind_index b WHERE NOT EXISTS (SELECT 1 FROM "
                                       "compartment_key k WHERE k.compartment = b.compartment)"),
                     0);
    store_remove(&into);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_pair_of_backups_opens_a_shredded_case),
        cmocka_unit_test(before_its_keys_expire_a_backup_opens_it),
        cmocka_unit_test(no_name_stands_in_any_backup_file),
        cmocka_unit_test(a_shredded_case_is_not_found_either),
    };
    return cmocka_run_group_tests_name("backup_shredding", tests, setup, teardown);
}
