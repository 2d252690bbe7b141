/* SPDX-License-Identifier: Apache-2.0 */
/* What a desk refuses, on both databases: wrong codes, floods, hand-overs without a basis, eyes of others
 * (plan 1(1)/a, 3(1)/a; invariants 6 and 9). test_codes sqlite | postgres */
#include "base/env.h"
#include "core/jobs.h"
#include "desk/desk.h"
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define FIRST  "ABCD-0123-EFG1"
#define SECOND "ZZZZ-9876-WWWW"
#define HOUR   (INT64_C(3600) * 1000000)

static const char *driver = "sqlite";
static struct store store;
static struct pack pack;
static struct entities entities;
static int64_t now_us;
static unsigned receipts;

static int64_t walked(void *user)
{
    (void)user;
    return now_us;
}

static struct ctx nobody(void)
{
    return (struct ctx){.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
}

static struct ctx admin_of(const char *agency)
{
    struct ctx c = officer(agency, ROLE_SYSTEM_ADMIN, 9);
    c.purpose = PURPOSE_ADMINISTRATION;
    return c;
}

static enum err issue(const struct ctx *who, const char *code, struct act_result *ret)
{
    return do_act(&store, who, "office.issue_code", id_nil(), ret, "agency", "ngo", "code", code, NULL);
}

static int set_up(void **state)
{
    static struct env env = {.now_us = walked};
    static const char *const only[] = {"isa"};
    static const struct report_route routes[] = {
        {.prefecture = "13", .danger = "yes", .children = "", .agency = "ngo", .office = ""},
        {.prefecture = "", .danger = "yes", .children = "", .agency = "npa", .office = ""},
        {.prefecture = "", .danger = "", .children = "", .agency = "ngo", .office = ""}};
    static const struct job_due due[] = {{"report.receive", .due_with = report_receive_due},
                                         {"enquiry.compare", enquiry_compare_due},
                                         {"desk.expire", desk_expire_due}};
    static struct store_country country = {.pack = &pack,
                                           .actions = DESK_ACTIONS,
                                           .views = DESK_VIEWS,
                                           .entities = &entities,
                                           .jobs = due,
                                           .njobs = 3,
                                           .synthetic = true,
                                           .tables = desk_tables};
    struct ctx admin = admin_of("npa");
    country.nactions = NDESK_ACTIONS;
    country.nviews = NDESK_VIEWS;
    pack = *store_pack();
    pack.reports =
        (struct report_rules){.routes = routes, .nroutes = 3, .consent_only = only, .nconsent_only = 1};
    entities = REGISTRY_ENTITIES;
    entities.report = desk_report_object;
    now_us = INT64_C(1775000000000000) + receipts * 24 * HOUR; /* who waits for a wrong code waits no more */
    env_set(&env);
    *state = NULL;
    if (!store_make_of(&store, driver, &country))
        return 0;
    store_open(&store);
    assert_int_equal(issue(&admin, FIRST, NULL), OK);
    *state = &store;
    return 0;
}

static int tear_down(void **state)
{
    if (*state)
        store_remove(&store);
    env_set(NULL);
    return 0;
}

static enum err send_in(const char *code, const char *danger, const char *prefecture, struct id *ret)
{
    struct ctx c = nobody();
    struct act_result r;
    char receipt[40];
    snprintf(receipt, sizeof receipt, "0000-1111-2222-3333-4444-%04u", receipts++);
    enum err e = do_act(&store, &c, "report.send", id_nil(), &r, "code", code, "receipt", receipt, "danger",
                        danger, "what", "Synthetic.", *prefecture ? "prefecture" : NULL, prefecture, NULL);
    if (e == OK && ret)
        *ret = r.id;
    return e;
}

static struct id sent(void)
{
    struct id id = id_nil();
    assert_int_equal(send_in(FIRST, "no", "", &id), OK);
    return id;
}

static const char *owner_of(struct id report, struct arena *a)
{
    struct object o;
    struct db *db;
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(desk_report_object(db, a, report, &o), OK);
    const char *owner = arena_cstr(a, str_of(o.owner));
    door_reader_done(store.door, db);
    return owner;
}

static enum err look(const struct ctx *who, struct id report)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    return do_view(&store, who, "report.show", report, a, &v, NULL);
}

static size_t listed(const struct ctx *who)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    assert_int_equal(do_view(&store, who, "report.list", id_nil(), a, &v, NULL), OK);
    return ((const struct report_list *)v->model)->n;
}

static enum err pass(const struct ctx *who, struct id report, const char *to, const char *basis)
{
    return do_act(&store, who, "report.pass_on", report, NULL, "agency", to, "basis", basis, "reason",
                  "Synthetic.", NULL);
}

/* ---- codes
 * ----------------------------------------------------------------------------------------------------- */

/* Unknown, malformed, too long, ended: one answer, and nothing is written. */
static void every_wrong_code_is_one_answer(void **state)
{
    NEED_STORE(state);
    static const char *const wrong[] = {"ABCD-0123-EFG2", "ABCD-0123-EFG", "ABCD-0123-EFG1-1",
                                        "UUUU-UUUU-UUUU", "????????????",  "abcd 0123 efg2 ",
                                        "' OR 1=1 --"};
    struct act_result r;
    struct ctx admin = admin_of("npa");
    char detail[200];
    assert_int_equal(issue(&admin, SECOND, &r), OK);
    assert_int_equal(do_act(&store, &admin, "office.end_code", r.id, NULL, NULL), OK);
    assert_int_equal(do_act(&store, &admin, "office.end_code", r.id, NULL, NULL), ERR_STATE);
    assert_int_equal(send_in(SECOND, "no", "", NULL), ERR_CREDENTIALS);
    snprintf(detail, sizeof detail, "%s", err_detail());
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(send_in(wrong[i], "yes", "", NULL), ERR_CREDENTIALS);
        assert_string_equal(err_detail(), detail);
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report"), 0);
    assert_int_equal(send_in("abcdo123efgl", "no", "", NULL), OK); /* as people read and type it */
}

/* A code ends by who gave it out; nobody else learns that it is there. */
static void a_code_is_its_issuers(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    struct ctx admin = admin_of("npa"), other = admin_of("isa"), lead = officer("npa", ROLE_CASE_LEAD, 1);
    const struct view *v;
    assert_int_equal(issue(&admin, SECOND, &r), OK);
    assert_int_equal(do_act(&store, &other, "office.end_code", r.id, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(do_act(&store, &other, "office.end_code", id_new(), NULL, NULL), ERR_NOT_FOUND);
    assert_int_not_equal(issue(&lead, "YYYY-1111-2222", NULL), OK);
    assert_int_equal(issue(&admin, "too short", NULL), ERR_FIELD);
    assert_int_equal(do_act(&store, &admin, "office.issue_code", id_nil(), NULL, "agency", "nowhere", "code",
                            "YYYY-1111-2222", NULL),
                     ERR_FIELD);
    assert_int_not_equal(issue(&other, FIRST, NULL), OK); /* the same code twice would be two counters */
    assert_int_equal(do_view(&store, &other, "office.codes", id_nil(), a, &v, NULL), OK);
    assert_int_equal(((const struct office_codes *)v->model)->n, 0);
    assert_int_equal(do_view(&store, &admin, "office.codes", id_nil(), a, &v, NULL), OK);
    assert_int_equal(((const struct office_codes *)v->model)->n, 2);
}

/* Made codes have the length that is asked for, and are read back as they were made. */
static void made_codes_work(void **state)
{
    NEED_STORE(state);
    struct ctx admin = admin_of("npa");
    char code[CODE_TEXT_MAX], before[CODE_TEXT_MAX] = "";
    for (int i = 0; i < 20; i++) {
        desk_code_new(OFFICE_CODE_CHARS, code);
        assert_int_equal(strlen(code), OFFICE_CODE_CHARS + 2);
        assert_string_not_equal(code, before);
        assert_null(strpbrk(code, "ILOU"));
        assert_int_equal(issue(&admin, code, NULL), OK);
        assert_int_equal(send_in(code, "no", "", NULL), OK);
        memcpy(before, code, sizeof before);
    }
    desk_code_new(RECEIPT_CHARS, code);
    assert_int_equal(strlen(code), RECEIPT_CHARS + 5);
}

/* Harm: whoever floods a desk hides the one note that matters. Other counters are not held up. */
static void sixty_notes_an_hour_of_one_counter(void **state)
{
    NEED_STORE(state);
    struct ctx admin = admin_of("npa");
    assert_int_equal(issue(&admin, SECOND, NULL), OK);
    for (int i = 0; i < 60; i++)
        sent();
    assert_int_equal(send_in(FIRST, "yes", "", NULL), ERR_BUSY);
    assert_int_equal(send_in(SECOND, "yes", "", NULL), OK);
    now_us += HOUR - 1;
    assert_int_equal(send_in(FIRST, "yes", "", NULL), ERR_BUSY);
    now_us += 2;
    assert_int_equal(send_in(FIRST, "yes", "", NULL), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter"), 62);
}

/* ---- whose it is
 * ----------------------------------------------------------------------------------------------- */

static void the_first_route_that_fits_owns_it(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static const struct {
        const char *danger, *prefecture, *owner;
    } cases[] = {{"yes", "13", "ngo"}, {"yes", "27", "npa"}, {"yes", "", "npa"},
                 {"no", "13", "ngo"},  {"no", "", "ngo"},    {"unknown", "27", "ngo"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct id id;
        assert_int_equal(send_in(FIRST, cases[i].danger, cases[i].prefecture, &id), OK);
        assert_string_equal(owner_of(id, a), cases[i].owner);
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'report.danger'"), 3);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'report.received'"), 3);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE payload <> '' AND event IN "
                                        "('report.danger', 'report.received')"),
                     0); /* an event says that, not what */
}

static void another_desk_finds_nothing(void **state)
{
    NEED_STORE(state);
    static const char *const tries[] = {"report.take", "report.to_case"};
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               stat = enrolled_officer(&store, "ngo", ROLE_STATISTICS_OFFICER);
    struct id id = sent();
    assert_int_equal(listed(&ngo), 1);
    assert_int_equal(listed(&npa), 0);
    assert_int_equal(look(&npa, id), look(&npa, id_new())); /* as if it were not there */
    assert_int_not_equal(look(&npa, id), OK);
    assert_int_not_equal(look(&stat, id), OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(do_act(&store, &npa, tries[i], id, NULL, NULL),
                         do_act(&store, &npa, tries[i], id_new(), NULL, NULL));
    assert_int_equal(pass(&npa, id, "isa", "consent"), pass(&npa, id_new(), "isa", "consent"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report WHERE state = 'received'"), 1);
    assert_int_equal(look(&ngo, id), OK);
}

/* ---- passed on
 * ------------------------------------------------------------------------------------------------- */

/* Invariant 6: what was told to a counter in confidence does not feed enforcement. */
static void immigration_gets_none_without_consent_or_danger(void **state)
{
    NEED_STORE(state);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               isa = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    static const char *const good[] = {"consent", "danger_to_life"};
    struct id kept = sent();
    assert_int_equal(do_act(&store, &ngo, "report.take", kept, NULL, NULL), OK);
    assert_int_equal(pass(&ngo, kept, "isa", "legal"), ERR_DENIED);
    assert_int_equal(pass(&ngo, kept, "isa", "none"), ERR_FIELD);
    assert_int_equal(pass(&ngo, kept, "nowhere", "consent"), ERR_FIELD);
    assert_int_equal(pass(&ngo, kept, "ngo", "consent"), ERR_FIELD);
    assert_int_equal(listed(&isa), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_step"), 0);
    for (size_t i = 0; i < 2; i++) {
        struct id id = sent();
        assert_int_equal(do_act(&store, &ngo, "report.take", id, NULL, NULL), OK);
        assert_int_equal(pass(&ngo, id, "isa", good[i]), OK);
        assert_int_equal(listed(&isa), i + 1);
        assert_int_equal(look(&isa, id), OK);
        assert_int_equal(pass(&ngo, id, "isa", good[i]),
                         pass(&ngo, id_new(), "isa", good[i])); /* it is gone */
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_step WHERE from_agency = 'ngo'"), 2);
}

static void what_is_closed_stays_closed(void **state)
{
    NEED_STORE(state);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct id id = sent();
    assert_int_equal(do_act(&store, &ngo, "report.take", id, NULL, NULL), OK);
    assert_int_equal(do_act(&store, &ngo, "report.close", id, NULL, "outcome", "acted", NULL), ERR_FIELD);
    assert_int_equal(
        do_act(&store, &ngo, "report.close", id, NULL, "outcome", "forgotten", "reason", "S.", NULL),
        ERR_FIELD);
    assert_int_equal(
        do_act(&store, &ngo, "report.close", id, NULL, "outcome", "not_enough", "reason", "S.", NULL), OK);
    assert_int_equal(do_act(&store, &ngo, "report.take", id, NULL, NULL), ERR_STATE);
    assert_int_equal(do_act(&store, &ngo, "report.to_case", id, NULL, NULL), ERR_STATE);
    assert_int_equal(pass(&ngo, id, "npa", "consent"), ERR_STATE);
    assert_int_equal(listed(&ngo), 0);
    assert_int_equal(look(&ngo, id), OK); /* and can be read */
}

/* A letter that somebody changed on the disk is kept as it is, told to oversight, and holds up no other. */
static void a_changed_letter_holds_up_no_other(void **state)
{
    NEED_STORE(state);
    struct db_config c = {.url = store.url, .vfs = store.config.vfs};
    int done;
    vault_lock(door_vault(store.door));
    struct id spoilt = sent();
    now_us += 1000000;
    struct id good = sent();
    {
        struct db *db CLEANUP(db_cleanup) = NULL;
        struct stmt *s CLEANUP(stmt_cleanup) = NULL;
        bool row;
        assert_int_equal(db_open(&c, &db), OK);
        assert_int_equal(db_prepare(db, "UPDATE report_letter SET body = ?1 WHERE id = ?2", &s), OK);
        db_bind_blob(s, 1, STR("somebody was here"));
        db_bind_id(s, 2, &spoilt);
        assert_int_equal(db_step(s, &row), OK);
    }
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    assert_int_equal(look(&ngo, good), OK);
    assert_int_not_equal(look(&ngo, spoilt), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter WHERE waits = 1"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter WHERE body IS NOT NULL"), 1);
    assert_true(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'") >=
                1);
}

static bool letters_due(void)
{
    struct db *db;
    bool yes;
    assert_int_equal(door_reader(store.door, &db), OK);
    assert_int_equal(report_receive_due(door_vault(store.door), db, &yes), OK);
    door_reader_done(store.door, db);
    return yes;
}

static int64_t receives(void)
{
    return count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'report.receive'");
}

/* Harm: the keys of one agency are not open on this node, its letters fill the page, and the note in danger
 * for another one never becomes a report. They wait, cost no act, and are taken once the keys are there. */
static void letters_of_closed_keys_hold_up_no_other(void **state)
{
    NEED_STORE(state);
    struct db_config c = {.url = store.url, .vfs = store.config.vfs};
    struct db *db CLEANUP(db_cleanup) = NULL;
    int done;
    assert_int_equal(db_open(&c, &db), OK);
    vault_lock(door_vault(store.door));
    for (int i = 0; i < 55; i++)
        sent();
    assert_int_equal(db_script(db, "UPDATE report_letter SET agency = 'elsewhere'"), OK);
    now_us += 1000000;
    struct id last = sent();
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
    assert_true(letters_due());
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    assert_int_equal(look(&ngo, last), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter WHERE waits = 1"), 55);
    assert_false(letters_due());
    int64_t before = receives();
    assert_int_equal(before, 1);
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(receives(), before);
    assert_int_equal(db_script(db, "UPDATE report_letter SET agency = 'ngo' WHERE waits = 1"), OK);
    assert_true(letters_due());
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report_letter WHERE waits = 1"), 0);
    assert_int_equal(receives(), before + 2); /* fifty at a time */
    assert_false(letters_due());
}

/* ---- somebody asks
 * --------------------------------------------------------------------------------------------- */

/* Known or not, by whichever desk: the same result, nothing listed, and one notice for the holder. */
static void an_enquiry_is_for_no_eyes(void **state)
{
    NEED_STORE(state);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD),
               npa = enrolled_officer(&store, "npa", ROLE_CASE_LEAD), anonymous = nobody();
    struct act_result known, unknown;
    char text[33];
    int done;
    struct id c = open_case(&store, &npa);
    struct act_result r;
    id_text(c, text);
    assert_int_equal(
        do_act(&store, &npa, "subject.add", c, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    assert_int_equal(do_act(&store, &npa, "identifier.add", r.id, NULL, "case", text, "type", "passport",
                            "value", "SYN 00417", NULL),
                     OK);
    assert_int_equal(
        do_act(&store, &ngo, "enquiry.note", id_nil(), &known, "as", "family", "number", "syn 00417", NULL),
        OK);
    assert_int_equal(
        do_act(&store, &ngo, "enquiry.note", id_nil(), &unknown, "as", "family", "number", "SYN99", NULL),
        OK);
    assert_int_equal(known.waits, unknown.waits);
    assert_int_equal(known.version, unknown.version);
    assert_int_not_equal(do_act(&store, &anonymous, "enquiry.note", id_nil(), NULL, "as", "family", NULL),
                         OK);
    assert_int_equal(do_act(&store, &ngo, "enquiry.note", id_nil(), NULL, "number", "SYN99", NULL),
                     ERR_FIELD);
    assert_int_not_equal(do_act(&store, &ngo, "enquiry.compare", id_nil(), NULL, NULL),
                         OK); /* the system's alone */
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
    assert_int_equal(listed(&ngo), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case'"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM notice WHERE agency = 'ngo'"), 0);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case' AND payload <> "
                           "''"),
        0);
}

/* ---- what is kept, and how long
 * --------------------------------------------------------------------------------------------- */

static void jobs(void)
{
    int done;
    assert_int_equal(jobs_run(store.door, NULL, NULL, NULL, &done), OK);
}

/* Harm: a list of who was asked about lies there for ever, for whoever takes the disk, or the office, later.
 */
static void an_enquiry_is_destroyed_when_its_days_are_over(void **state)
{
    NEED_STORE(state);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    pack.enquiry_days = 30;
    assert_int_equal(do_act(&store, &ngo, "enquiry.note", id_nil(), NULL, "as", "family", "asker",
                            "Synthetic Asker", "number", "SYN1", NULL),
                     OK);
    jobs();
    int64_t from = now_us,
            shredded = count_rows(&store, "SELECT count(*) FROM compartment WHERE shredded_us > 0");
    now_us = from + 30 * 24 * HOUR - 1;
    jobs();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM enquiry"), 1);
    now_us = from + 30 * 24 * HOUR;
    jobs();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM enquiry"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment WHERE shredded_us > 0"),
                     shredded + 1);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'desk.expire'");
    assert_int_equal(leaves, 1);
    jobs(); /* and then there is nothing to do, and no leaf of it */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE action = 'desk.expire'"),
                     leaves);
    assert_int_not_equal(do_act(&store, &ngo, "desk.expire", id_nil(), NULL, NULL),
                         OK); /* the system's alone */
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* The sender's receipt and how it ended stay; what was seen, and who told us, goes. */
static void a_closed_report_is_destroyed_when_its_days_are_over(void **state)
{
    NEED_STORE(state);
    struct ctx ngo = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r, open;
    pack.report_days = 90;
    assert_int_equal(
        do_act(&store, &ngo, "report.create", id_nil(), &r, "danger", "no", "what", "Synthetic.", NULL), OK);
    assert_int_equal(do_act(&store, &ngo, "report.create", id_nil(), &open, "danger", "no", "what",
                            "Synthetic too.", NULL),
                     OK);
    assert_int_equal(do_act(&store, &ngo, "report.take", r.id, NULL, NULL), OK);
    assert_int_equal(do_act(&store, &ngo, "report.close", r.id, NULL, "outcome", "elsewhere", "reason",
                            "Synthetic.", NULL),
                     OK);
    jobs();
    now_us += 90 * 24 * HOUR - 1;
    jobs();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report WHERE identity IS NOT NULL"), 2);
    now_us += 1;
    jobs();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report WHERE identity IS NOT NULL"), 1);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM report WHERE open = 1 AND identity IS NOT NULL"), 1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report"), 2);
    now_us += 1000 * 24 * HOUR; /* who is open waits for ever */
    jobs();
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report WHERE identity IS NOT NULL"), 1);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

int main(int argc, char **argv)
{
    driver = argc > 1 ? argv[1] : driver;
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(every_wrong_code_is_one_answer),
        T(a_code_is_its_issuers),
        T(made_codes_work),
        T(sixty_notes_an_hour_of_one_counter),
        T(the_first_route_that_fits_owns_it),
        T(another_desk_finds_nothing),
        T(immigration_gets_none_without_consent_or_danger),
        T(what_is_closed_stays_closed),
        T(a_changed_letter_holds_up_no_other),
        T(letters_of_closed_keys_hold_up_no_other),
        T(an_enquiry_is_for_no_eyes),
        T(an_enquiry_is_destroyed_when_its_days_are_over),
        T(a_closed_report_is_destroyed_when_its_days_are_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
