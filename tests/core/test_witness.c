/* SPDX-License-Identifier: Apache-2.0 */
/* Notes of witnesses, over both databases: test_witness sqlite | postgres. Harm it prevents: whoever runs the
 * machine rolls the store back to a day before a look, or a lost case, and nobody can prove it. */
#include "base/env.h"
#include "core/audit/own.h"
#include "core/health.h"
#include "support/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *driver = "sqlite";
static struct store store;

static int setup(void **state)
{
    static struct store_country country = {.synthetic = true};
    country.pack = store_pack();
    *state = NULL;
    if (store_make_of(&store, driver, &country)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

static struct ctx enrolled(const char *agency, enum role role)
{
    return enrolled_officer(&store, agency, role);
}

static struct ctx admin(void)
{
    struct ctx c = enrolled("npa", ROLE_SYSTEM_ADMIN);
    c.purpose = PURPOSE_ADMINISTRATION;
    c.assurance = 3;
    return c;
}

struct witness {
    uint8_t public[SIGN_PUBLIC_BYTES], secret[SIGN_SECRET_BYTES];
    char key[64]; /* base64 */
};

static struct witness new_witness(void)
{
    struct witness w;
    struct buf b CLEANUP(buf_free) = {0};
    sign_keypair(w.public, w.secret);
    base64(&b, w.public, sizeof w.public);
    snprintf(w.key, sizeof w.key, "%.*s", STR_FMT(buf_view(&b)));
    return w;
}

/* The newest checkpoint with the witness's signature. */
static const char *sign_newest(const struct witness *w, struct arena *a)
{
    struct str note, out;
    struct db *db;
    assert_int_equal(door_sequence(store.door), OK);
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(audit_checkpoint_note(db, a, &note), OK);
    assert_int_equal(
        audit_cosign(db, note, STR(""), "witness.example/synthetic", w->secret, 1763000000000000, a, &out),
        OK);
    door_reader_done(store.door, db);
    return arena_cstr(a, out);
}

static struct witness_notes listed(const struct ctx *who, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, who, "system.trail", id_nil(), a, &v, NULL), OK);
    return ((const struct trail *)v->model)->witnesses;
}

#define ENTER(who, ret, note, ...) ACT(who, "trail.witness", id_nil(), ret, "note", note, ##__VA_ARGS__)

static void what_comes_back_is_compared_and_kept(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx who = admin(), lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct witness w = new_witness();
    struct act_result first, again;
    const char *note = sign_newest(&w, a);
    assert_int_equal(ENTER(&who, &first, note, "key", w.key), OK);
    open_case(&store, &lead); /* the log grows: it still agrees */
    assert_int_equal(ENTER(&who, &again, note), OK);
    assert_true(id_eq(first.id, again.id)); /* the same note twice is one */
    assert_int_equal(ENTER(&who, NULL, sign_newest(&w, a)), OK);
    struct witness_notes all = listed(&who, a);
    assert_int_equal(all.n, 2);
    for (size_t i = 0; i < all.n; i++) {
        assert_int_equal(all.items[i].verdict, WITNESS_AGREES);
        assert_string_equal(all.items[i].witness, "witness.example/synthetic");
        assert_int_equal(all.items[i].signed_us, 1763000000000000);
    }
    assert_false(all.items[0].checked);
    assert_true(all.items[1].checked);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* As a browser sends it, and as it is copied from a mail. */
static void line_ends_do_not_matter(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf crlf CLEANUP(buf_free) = {0};
    struct ctx who = admin();
    struct witness w = new_witness();
    const char *note = sign_newest(&w, a);
    for (const char *c = note; *c; c++)
        buf_c(&crlf, *c == '\n' ? "\r\n" : (char[]){*c, '\0'});
    struct act_result one, two;
    char *typed = arena_cstr(a, buf_view(&crlf));
    assert_int_equal(ENTER(&who, &one, typed, "key", w.key), OK);
    assert_int_equal(ENTER(&who, &two, note), OK);
    assert_true(id_eq(one.id, two.id));
}

static void what_is_no_witness_is_refused(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx who = admin(), lead = enrolled("ngo", ROLE_CASE_LEAD), custodian = admin();
    struct witness w = new_witness(), other = new_witness();
    char *note = arena_cstr(a, str_of(sign_newest(&w, a))), *bad;
    struct str own;
    struct db *db;
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(audit_checkpoint_note(db, a, &own), OK);
    door_reader_done(store.door, db);
    custodian.role = ROLE_KEY_CUSTODIAN;
    assert_int_equal(ENTER(&who, NULL, arena_cstr(a, own)), ERR_FIELD); /* our own signature alone */
    assert_int_equal(ENTER(&who, NULL, "nothing of the sort"), ERR_FIELD);
    assert_int_equal(ENTER(&who, NULL, note, "key", other.key), ERR_FIELD);
    assert_int_equal(ENTER(&who, NULL, note, "key", "AAAA"), ERR_FIELD);
    for (size_t i = 0; i < strlen(note); i += 13) { /* any byte of what is signed */
        bad = arena_cstr(a, str_of(note));
        bad[i] = bad[i] == 'x' ? 'y' : 'x';
        enum err e = ENTER(&who, NULL, bad, "key", w.key);
        assert_true(e == ERR_FIELD);
    }
    assert_int_equal(ENTER(&lead, NULL, note), ERR_DENIED);
    assert_int_equal(ENTER(&custodian, NULL, note), ERR_DENIED);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM witness_note"), 0);
}

/* The log is cut, with the keys in hand: the witness's note says so, at once and in each verify. */
static void a_log_that_was_cut_is_found_out(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx who = admin(), lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct witness w = new_witness();
    struct db_config c = {.url = store.url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    open_case(&store, &lead);
    const char *note = sign_newest(&w, a);
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(db_script(db, "UPDATE audit_seq SET hash = (SELECT hash FROM audit_seq WHERE seq = 0) "
                                   "WHERE seq = 1"),
                     OK);
#define TOLD "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'"
    int64_t told = count_rows(&store, TOLD);
    assert_int_equal(ENTER(&who, NULL, note, "key", w.key), OK); /* kept all the same: it is the proof */
    struct witness_notes all = listed(&who, a);
    assert_int_equal(all.n, 1);
    assert_int_equal(all.items[0].verdict, WITNESS_DIFFERS);
    assert_int_equal(count_rows(&store, TOLD), told + 1);
    struct audit_report r = verify(&store, STR(""), a);
    bool said = false;
    for (size_t i = 0; i < r.n; i++)
        said |= strstr(r.findings[i].what, "a witness saw another root") != NULL;
    assert_true(said);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(what_comes_back_is_compared_and_kept),
        T(line_ends_do_not_matter),
        T(what_is_no_witness_is_refused),
        T(a_log_that_was_cut_is_found_out),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
