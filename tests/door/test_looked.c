/* SPDX-License-Identifier: Apache-2.0 */
/* Which case a leaf is about, over both databases: test_looked sqlite | postgres. What goes wrong here is
 * that somebody in the employer's pay looks at a person and the holder of the case never sees it; or that
 * the trail tells one case's holder of another case. */
#include "core/audit/own.h"
#include "support/casework.h"

/* ---- Testland, with a counsellor's note that is kept with the leads
 * -------------------------------------- */

static const char *const open_state[] = {"open"};
static const struct field note_fields[] = {{.name = "words",
                                            .label = "W",
                                            .type = FT_TEXT,
                                            .class = CLASS_IDENTITY,
                                            .min = INT64_MIN,
                                            .max = INT64_MAX}};
static const struct kind_action note_actions[] = {{.name = "create", .label = "New", .verb = VERB_CREATE}};
static struct kind kinds[3];

static void make_pack(void)
{
    pack = *store_pack();
    kinds[0] = pack.kinds[0];
    kinds[1] = pack.kinds[1];
    kinds[2] = (struct kind){.id = "kept_note",
                             .title = "Kept note",
                             .file = "test",
                             .attach = ATTACH_CASE,
                             .kept_with = 1u << ROLE_CASE_LEAD,
                             .states = open_state,
                             .nstates = 1,
                             .fields = note_fields,
                             .nfields = 1,
                             .actions = note_actions,
                             .nactions = 1};
    pack.kinds = kinds;
    pack.nkinds = 3;
}

static void must_see(const struct ctx *who, const char *view, struct id id, const char *in_case)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    enum err e = in_case ? do_view(&store, who, view, id, a, &v, "case", in_case, NULL)
                         : do_view(&store, who, view, id, a, &v, NULL);
    if (e != OK)
        print_error("%s: %s %s\n", view, err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
}

static size_t looks_of(const struct ctx *who, struct id c, const char *action)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    size_t n = 0;
    assert_int_equal(do_view(&store, who, "case.who_looked", c, a, &v, NULL), OK);
    const struct lookers *m = v->model;
    assert_int_equal(v->shown_n, m->n);
    for (size_t i = 0; i < m->n; i++)
        n += strcmp(m->items[i].action, action) == 0;
    return n;
}

struct work {
    struct ctx lead;
    struct id case_, person, record;
};

/* Eight leaves of one case: the last two are looks. */
static struct work some_work(void)
{
    struct work w = {.lead = enrolled("ngo", ROLE_CASE_LEAD)};
    struct act_result r;
    w.case_ = open_case(&store, &w.lead);
    w.person = add_subject(&w.lead, w.case_, "presumed_victim");
    ACT_OK(&w.lead, "name.add", w.person, NULL, "case", text_of(w.case_), "type", "legal", "full",
           "Synthetic Name");
    ACT_OK(&w.lead, "consultation.create", id_nil(), &r, "case", text_of(w.case_), "language", "my");
    w.record = r.id;
    ACT_OK(&w.lead, "consultation.amend", w.record, NULL, "injuries", "none, synthetic");
    ACT_OK(&w.lead, "case.set_stage", w.case_, NULL, "stage", "presumed_victim");
    must_see(&w.lead, "consultation.show", w.record, NULL);
    must_see(&w.lead, "subject.show", w.person, text_of(w.case_));
    return w;
}

/* ---- leaves ----------------------------------------------------------------------------------------------
 */

#define WITHOUT_CASE "SELECT count(*) FROM audit_leaf WHERE object IS NOT NULL AND case_id IS NULL"

static void each_leaf_says_which_case_it_is_about(void **state)
{
    NEED_STORE(state);
    struct work w = some_work();
    assert_int_equal(count_rows(&store, WITHOUT_CASE), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf l JOIN record r ON r.id = l.object "
                                        "WHERE l.case_id <> r.case_id"),
                     0);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM audit_leaf l JOIN case_file c ON c.id = l.case_id"), 8);
    assert_int_equal(looks_of(&w.lead, w.case_, "consultation.show"), 1);
    assert_int_equal(looks_of(&w.lead, w.case_, "subject.show"), 1);
    assert_int_equal(looks_of(&w.lead, w.case_, "case.open"), 1);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Both ways at once: a hidden thing and one that is not there leave leaves of one shape. */
static void a_hidden_one_and_an_unknown_one_leave_the_same_leaf(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct work w = some_work();
    struct act_result kept;
    struct ctx other = enrolled("isa", ROLE_CASE_LEAD);
    const struct view *v;
    ACT_OK(&w.lead, "kept_note.create", id_nil(), &kept, "case", text_of(w.case_), "words", "synthetic");
    int64_t before = count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE agency = 'isa'");
    for (int i = 0; i < 2; i++) {
        struct id c = i ? id_new() : w.case_, s = i ? id_new() : w.person, r = i ? id_new() : w.record,
                  k = i ? id_new() : kept.id;
        assert_int_equal(do_view(&store, &other, "case.show", c, a, &v, NULL), ERR_NOT_FOUND);
        assert_int_equal(do_view(&store, &other, "subject.show", s, a, &v, "case", text_of(c), NULL),
                         ERR_NOT_FOUND);
        assert_int_equal(do_view(&store, &other, "consultation.show", r, a, &v, NULL), ERR_NOT_FOUND);
        assert_int_equal(do_view(&store, &other, "kept_note.show", k, a, &v, NULL), ERR_NOT_FOUND);
        assert_int_equal(ACT(&other, "consultation.amend", r, NULL, "injuries", "x"), ERR_NOT_FOUND);
        assert_int_equal(
            ACT(&other, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my"),
            ERR_NOT_FOUND);
        assert_int_equal(
            ACT(&other, "kept_note.create", id_nil(), NULL, "case", text_of(c), "words", "synthetic"),
            ERR_NOT_FOUND);
        assert_int_equal(ACT(&other, "case.close", c, NULL, NULL), ERR_NOT_FOUND);
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE agency = 'isa'"), before + 16);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM (SELECT DISTINCT action, CASE WHEN object IS NULL THEN 0 "
                           "ELSE 1 END, CASE WHEN case_id IS NULL THEN 0 ELSE 1 END, outcome, shown_n FROM "
                           "audit_leaf WHERE agency = 'isa' AND outcome <> 0) AS q"),
        8);
    assert_int_equal(looks_of(&w.lead, w.case_, "kept_note.show"), 0);
    assert_int_equal(looks_of(&w.lead, w.case_, "consultation.show"), 2); /* the holder sees who tried */
}

/* Harm it prevents: colleagues read in the trail that she told a counsellor something. */
static void a_paper_that_is_kept_is_in_no_cases_list(void **state)
{
    NEED_STORE(state);
    struct work w = some_work();
    struct act_result r;
    ACT_OK(&w.lead, "kept_note.create", id_nil(), &r, "case", text_of(w.case_), "words", "synthetic");
    must_see(&w.lead, "kept_note.show", r.id, NULL);
    assert_int_equal(looks_of(&w.lead, w.case_, "kept_note.create"), 0);
    assert_int_equal(looks_of(&w.lead, w.case_, "kept_note.show"), 0);
    assert_int_equal(count_rows(&store, WITHOUT_CASE), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'kept_note.create' "
                                        "AND case_id = object"),
                     1);
}

/* Harm it prevents: the list of one case tells that she is in another one. */
static void a_look_through_one_case_is_not_in_the_list_of_another(void **state)
{
    NEED_STORE(state);
    struct work w = some_work();
    struct id second = open_case(&store, &w.lead);
    ACT_OK(&w.lead, "subject.bring", second, NULL, "subject", text_of(w.person), "from", text_of(w.case_),
           "role", "presumed_victim");
    for (int i = 0; i < 3; i++)
        must_see(&w.lead, "subject.show", w.person, text_of(second));
    assert_int_equal(looks_of(&w.lead, w.case_, "subject.show"), 1);
    assert_int_equal(looks_of(&w.lead, second, "subject.show"), 3);
}

/* Another agency that has a part is seen, with what it did and with what it was refused; and each side's own
 * paper names the same case. */
static void who_was_let_in_is_listed(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct work w = some_work();
    struct ctx other = enrolled("isa", ROLE_CASE_LEAD);
    const struct view *v;
    share(&w.lead, w.case_, "isa", "recipient", "consent");
    assign(&other, w.case_, &other);
    must_see(&other, "case.show", w.case_, NULL);
    must_see(&other, "subject.show", w.person, text_of(w.case_));
    assert_int_equal(looks_of(&w.lead, w.case_, "subject.show"), 2);
    assert_int_equal(looks_of(&w.lead, w.case_, "case.show"), 1);
    assert_int_not_equal(do_view(&store, &other, "case.who_looked", w.case_, a, &v, NULL), OK);
    assert_int_equal(looks_of(&w.lead, w.case_, "case.who_looked"), 3); /* two of mine, and that one */
}

/* ---- a store of before -----------------------------------------------------------------------------------
 */

/* As the program wrote it that did not know the column: leaves without a place yet, so that the tree is made
 * of what they are now. */
static void take_cases_away(void)
{
    struct db_config c = {.url = store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct vault *vault;
    struct id *ids;
    size_t n;
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(vault_new(&vault), OK);
    assert_int_equal(vault_unlock(vault, db, store_secret()), OK);
    assert_int_equal(audit_pending(db, a, &ids, &n), OK);
    assert_true(n > 8);
    for (size_t i = 0; i < n; i++) {
        struct cell leaf[AL_COUNT];
        struct stmt *s;
        uint8_t mac[16];
        assert_int_equal(row_get(db, a, &TABLE_AUDIT_LEAF, ids[i], leaf), OK);
        leaf[AL_CASE] = cell_null();
        assert_true(audit_row_mac(vault, &TABLE_AUDIT_LEAF, leaf, AL_MAC, mac));
        assert_int_equal(db_prepare(db, "UPDATE audit_leaf SET mac = ?1, case_id = NULL WHERE id = ?2", &s),
                         OK);
        db_bind_blob(s, 1, (struct str){(const char *)mac, sizeof mac});
        db_bind_id(s, 2, &ids[i]);
        assert_int_equal(db_run(s, NULL), OK);
    }
    vault_free(vault);
    assert_int_equal(db_script(db, "DROP INDEX audit_leaf_5; DROP INDEX audit_leaf_6; ALTER TABLE audit_leaf "
                                   "DROP COLUMN case_id"),
                     OK);
}

static void the_leaves_of_an_old_store_stay_valid(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    store_close(&store);
    store.config.sequence_us = -1; /* no leaf gets its place by itself */
    store_open(&store);
    struct work w = some_work();
    vault_lock(door_vault(store.door));
    store_close(&store);
    take_cases_away();
    store.config.sequence_us = 0;
    store_open(&store);
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'system.upgrade'"),
                     1);
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n; i++)
        print_message("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    assert_int_equal(r.total, 0);
    assert_int_equal(looks_of(&w.lead, w.case_, "subject.show"), 1); /* nobody gets away by an upgrade */
    assert_int_equal(looks_of(&w.lead, w.case_, "consultation.show"), 1);
    must_see(&w.lead, "subject.show", w.person, text_of(w.case_));
    assert_int_equal(looks_of(&w.lead, w.case_, "subject.show"), 2);
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Whoever writes another case into a leaf, to hide a look, is named. */
static void a_leaf_moved_to_another_case_is_named(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db_config c = {.url = store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    some_work();
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(
        db_script(db, "UPDATE audit_leaf SET case_id = object WHERE action = 'consultation.show'"), OK);
    struct audit_report r = verify(&store, STR(""), a);
    assert_int_equal(r.total, 1);
    assert_string_equal(r.findings[0].table, "audit_leaf");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(each_leaf_says_which_case_it_is_about),
        T(a_hidden_one_and_an_unknown_one_leave_the_same_leaf),
        T(a_paper_that_is_kept_is_in_no_cases_list),
        T(a_look_through_one_case_is_not_in_the_list_of_another),
        T(who_was_let_in_is_listed),
        T(the_leaves_of_an_old_store_stay_valid),
        T(a_leaf_moved_to_another_case_is_named),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
