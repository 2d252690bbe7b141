/* SPDX-License-Identifier: Apache-2.0 */
/* What a review of the core found, each as a test. Over both databases: test_core_mended sqlite | postgres.
 */
#include "base/env.h"
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

/* ---- actions of this test --------------------------------------------------------------------------------
 */

static struct id the_case, the_subject;

static enum err access_body(struct act *a)
{
    return act_access_for(a, (struct case_id){the_case}, "isa", id_nil(), RELATION_RECIPIENT, BASIS_LEGAL, 0,
                          1u << CLASS_HEALTH, PURPOSE_PROTECTION);
}

static enum err consent_body(struct act *a)
{
    struct id id = id_new();
    struct cell cells[CN_COUNT] = {
        cell_id(&id),
        cell_id(&the_case),
        cell_id_or_null(&the_subject),
        cell_c("isa"),
        cell_int(1u << CLASS_IDENTITY | 1u << CLASS_HEALTH),
        cell_int(PURPOSE_PROTECTION),
        cell_int(BASIS_CONSENT),
        cell_int(a->tx->now_us),
        cell_null(),
        cell_null(),
        cell_int(1),
    };
    return row_insert(a->tx, &TABLE_CONSENT, cells);
}

/* As somebody would who has the database, but no keys: an edit, and a leaf that says it was so. */
static struct id forged_leaf;

static enum err forge_body(struct act *a)
{
    struct tx tx = {.db = a->tx->db, .arena = a->arena, .now_us = a->tx->now_us};
    struct leaf leaf = {.id = id_new(), .agency = "", .action = "clock.run", .role = ROLE_SYSTEM};
    struct cell cells[TABLE_COLUMNS_MAX];
    const struct table *t = schema_find(door_schema(a->door), "case_file");
    forged_leaf = leaf.id;
    TRY(row_get(tx.db, a->arena, t, the_case, cells));
    cells[table_column(t, "label")] = cell_int(LABEL_CLEAR);
    enum err e = row_update(&tx, t, cells, -1);
    if (e == OK)
        e = audit_leaf(&tx, &leaf);
    buf_free(&tx.changes);
    return e;
}

#define ACTION(name_, body_)                                                                          \
    {                                                                                                 \
        .name = name_, .summary = name_, .verb = VERB_CREATE, .object = OBJECT_CASE, .creates = true, \
        .body = body_                                                                                 \
    }
static const struct action actions[] = {
    ACTION("test.access", access_body),
    ACTION("test.consent", consent_body),
    ACTION("test.forge", forge_body),
};

static int setup(void **state)
{
    struct store_country c = {.actions = actions, .nactions = sizeof actions / sizeof *actions};
    c.pack = store_pack();
    *state = NULL;
    if (!store_make_of(&store, driver, &c))
        return 0;
    store_open(&store);
    *state = &store;
    return 0;
}

static int teardown(void **state)
{
    env_set(NULL);
    if (*state)
        store_remove(&store);
    return 0;
}

static struct ctx lead(void)
{
    return officer("npa", ROLE_CASE_LEAD, 1);
}

static enum err act(const char *action)
{
    struct ctx c = lead();
    return do_act(&store, &c, action, id_nil(), NULL, NULL);
}

/* ---- a basis is for classes, a purpose and a person ------------------------------------------------------
 */

static struct scope scope_of(const struct ctx *c, enum object_kind kind, struct id id)
{
    struct scope s;
    struct db *db;
    struct object o = {.kind = kind, .id = id, .case_ = {the_case}, .owner = "npa", .found = true};
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(door_scope(db, c, &o, env_now_us(), &s), OK);
    door_reader_done(store.door, db);
    return s;
}

static void a_basis_counts_for_its_classes_and_purpose(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead(), other = officer("isa", ROLE_CASE_LEAD, 9);
    the_case = open_case(&store, &c);
    assert_int_equal(act("test.access"), OK);
    other.purpose = PURPOSE_PROTECTION;
    struct scope s = scope_of(&other, OBJECT_CASE, the_case);
    assert_int_equal(s.relation, RELATION_RECIPIENT);
    assert_int_equal(s.basis, BASIS_LEGAL);
    assert_int_equal(scope_basis(&s, CLASS_HEALTH), BASIS_LEGAL);
    assert_int_equal(scope_basis(&s, CLASS_IDENTITY), BASIS_NONE);
    other.purpose = PURPOSE_INVESTIGATION;
    s = scope_of(&other, OBJECT_CASE, the_case);
    assert_int_equal(s.relation, RELATION_RECIPIENT);
    assert_int_equal(s.basis, BASIS_NONE);
    assert_int_equal(scope_basis(&s, CLASS_HEALTH), BASIS_NONE);
    s = scope_of(&c, OBJECT_CASE, the_case); /* the holder needs none */
    assert_int_equal(s.relation, RELATION_OWNER);
    assert_int_equal(scope_basis(&s, CLASS_IDENTITY), BASIS_NONE);
}

static void consent_speaks_for_her_who_gave_it(void **state)
{
    NEED_STORE(state);
    struct ctx c = lead(), other = officer("isa", ROLE_CASE_LEAD, 9);
    struct act_result r;
    char text[33], subject[33];
    the_case = open_case(&store, &c);
    assert_int_equal(
        do_act(&store, &c, "subject.add", the_case, &r, "type", "person", "role", "presumed_victim", NULL),
        OK);
    the_subject = r.id;
    id_text(the_case, text);
    id_text(the_subject, subject);
    assert_int_equal(
        do_act(&store, &c, "person_profile.create", id_nil(), &r, "case", text, "subject", subject, NULL),
        OK);
    struct id profile = r.id;
    assert_int_equal(act("test.access"), OK);
    assert_int_equal(act("test.consent"), OK);
    other.purpose = PURPOSE_PROTECTION;
    struct scope s = scope_of(&other, OBJECT_SUBJECT, the_subject);
    assert_int_equal(scope_basis(&s, CLASS_IDENTITY), BASIS_CONSENT);
    assert_int_equal(scope_basis(&s, CLASS_HEALTH), BASIS_CONSENT); /* stronger than the legal one */
    assert_int_equal(scope_basis(&s, CLASS_SEXUAL_VIOLENCE), BASIS_NONE);
    s = scope_of(&other, OBJECT_RECORD, profile);
    assert_int_equal(scope_basis(&s, CLASS_IDENTITY), BASIS_CONSENT);
    s = scope_of(&other, OBJECT_SUBJECT, id_new()); /* another one of the same case */
    assert_true(s.by_subject);
    assert_int_equal(scope_basis(&s, CLASS_IDENTITY), BASIS_NONE);
    assert_int_equal(scope_basis(&s, CLASS_HEALTH), BASIS_LEGAL);
    other.purpose = PURPOSE_INVESTIGATION;
    s = scope_of(&other, OBJECT_SUBJECT, the_subject);
    assert_int_equal(s.basis, BASIS_NONE);
}

/* ---- leaves without MAC ----------------------------------------------------------------------------------
 */

static bool found(const struct audit_report *r, const char *table, struct id row)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->findings[i].table, table) == 0 && id_eq(r->findings[i].row, row))
            return true;
    return false;
}

static void a_forged_leaf_is_named_and_never_signed(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead();
    the_case = open_case(&store, &c);
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
    assert_int_equal(act("test.forge"), OK);
    for (int placed = 0; placed < 2; placed++) {
        struct audit_report r = verify(&store, STR(""), a);
        assert_true(found(&r, "audit_leaf", forged_leaf));
        assert_true(found(&r, "case_file", the_case));
        vault_lock(door_vault(store.door));
        r = verify(&store, STR(""), a);
        assert_true(found(&r, "audit_leaf", forged_leaf));
        assert_true(found(&r, "case_file", the_case));
        assert_int_equal(door_unlock(store.door, store_secret()), OK);
        assert_int_equal(door_sequence(store.door), OK);
    }
    assert_int_equal(
        count_rows(&store, "SELECT (SELECT count(*) FROM audit_leaf) - (SELECT count(*) FROM audit_seq)"), 1);
}

static void what_never_came_in_leaves_a_leaf(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead(), nobody = {.agency = "", .role = ROLE_ANONYMOUS, .lang = "en"};
    const struct view *v;
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    assert_int_equal(do_act(&store, &c, "no.such", id_nil(), NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(do_act(&store, &nobody, "case.open", id_nil(), NULL, NULL), ERR_SIGN_IN);
    assert_int_equal(do_view(&store, &c, "no.such", id_nil(), a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(do_view(&store, &nobody, "case.list", id_nil(), a, &v, NULL), ERR_SIGN_IN);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"), leaves + 4);
}

/* ---- obligations -----------------------------------------------------------------------------------------
 */

static void what_an_answer_obliges_to_is_in_the_outbox(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx c = lead(), other = officer("isa", ROLE_CASE_LEAD, 9);
    const struct view *v;
    the_case = open_case(&store, &c);
    assert_int_equal(act("test.access"), OK);
    other.purpose = PURPOSE_PROTECTION;
    enum err e = do_view(&store, &other, "case.show", the_case, a, &v, NULL);
    assert_true(e == OK || e == ERR_HINT);
    assert_true(count_rows(&store, "SELECT count(*) FROM outbox WHERE event LIKE 'oblige.%' AND payload = "
                                   "'case.show'") > 0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !store_can(argv[1]))
        return 0;
    if (argc > 1)
        driver = argv[1];
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_basis_counts_for_its_classes_and_purpose), T(consent_speaks_for_her_who_gave_it),
        T(a_forged_leaf_is_named_and_never_signed),    T(what_never_came_in_leaves_a_leaf),
        T(what_an_answer_obliges_to_is_in_the_outbox),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
