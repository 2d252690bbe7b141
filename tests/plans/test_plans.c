/* SPDX-License-Identifier: Apache-2.0 */
/* No query of everyday work reads a whole table that grows with the cases: an office that has 100,000 of them
 * must not wait longer than one that has a hundred. The queries are those that synthetic cases, every
 * declared view and a round of the job runner really run: test_plans sqlite | postgres. */
#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/testing.h"
#include "core/jobs.h"
#include "core/pack.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "figures/generate.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "plan/plan.h"
#include "plans/plans.h"
#include "support/store.h"

static const char *driver = "sqlite";
static struct store store;
static const struct pack *japan;

#define DECLARED_MAX 120
static struct view_decl all_views[DECLARED_MAX];
static struct action all_actions[DECLARED_MAX];
static size_t nviews, nactions;

static void add_views(const struct view_decl *some, size_t n)
{
    assert_true(nviews + n <= DECLARED_MAX);
    memcpy(all_views + nviews, some, n * sizeof *some);
    nviews += n;
}

static void add_actions(const struct action *some, size_t n)
{
    assert_true(nactions + n <= DECLARED_MAX);
    memcpy(all_actions + nactions, some, n * sizeof *some);
    nactions += n;
}

/* What the program declares besides what every store of a test has. */
static void declare(void)
{
    nviews = nactions = 0;
    add_views(FIGURES_VIEWS, NFIGURES_VIEWS);
    add_views(PLAN_VIEWS, NPLAN_VIEWS);
    add_views(ATTACHMENT_VIEWS, NATTACHMENT_VIEWS);
    add_views(ASSESSMENT_VIEWS, NASSESSMENT_VIEWS);
    add_views(HOLD_VIEWS, NHOLD_VIEWS);
    add_views(GLASS_VIEWS, NGLASS_VIEWS);
    add_views(DESK_VIEWS, NDESK_VIEWS);
    add_actions(FIGURES_ACTIONS, NFIGURES_ACTIONS);
    add_actions(ATTACHMENT_ACTIONS, NATTACHMENT_ACTIONS);
    add_actions(ASSESSMENT_ACTIONS, NASSESSMENT_ACTIONS);
    add_actions(HOLD_ACTIONS, NHOLD_ACTIONS);
    add_actions(GLASS_ACTIONS, NGLASS_ACTIONS);
    add_actions(DESK_ACTIONS, NDESK_ACTIONS);
}

static enum err all_tables(struct schema *s)
{
    TRY(assessment_tables(s));
    TRY(hold_tables(s));
    TRY(figures_tables(s));
    TRY(attachment_tables(s));
    return desk_tables(s);
}

/* What is not found is answered on an even step of time, for which nobody needs to wait here. */
static void no_wait(void *user, int64_t us)
{
    (void)user;
    (void)us;
}

static int setup(void **state)
{
    static const struct env env = {.wait_until = no_wait};
    static const struct job_due jobs[] = {{"attachment.expire", attachment_expire_due},
                                          {"hold.release", hold_release_due},
                                          {"report.receive", .due_with = report_receive_due},
                                          {"enquiry.compare", enquiry_compare_due},
                                          {"desk.expire", desk_expire_due}};
    static struct entities entities;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    size_t n;
    *state = NULL;
    if (pack_load("pack/japan", a, &japan, &faults, &n) != OK)
        return -1;
    env_set(&env);
    declare();
    entities = REGISTRY_ENTITIES;
    entities.report = desk_report_object;
    struct store_country country = {.pack = japan,
                                    .actions = all_actions,
                                    .nactions = nactions,
                                    .views = all_views,
                                    .nviews = nviews,
                                    .jobs = jobs,
                                    .njobs = sizeof jobs / sizeof *jobs,
                                    .synthetic = true,
                                    .tables = all_tables,
                                    .gates = &HOLD_GATES,
                                    .entities = &entities};
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
    env_set(NULL);
    pack_free(japan);
    return 0;
}

/* The id of some row, and who is named in a case. */
static struct id first_id(const char *sql, struct arena *a, const char **ret_agency)
{
    struct db *db;
    struct stmt *s;
    struct id id = id_nil();
    bool row;
    assert_ok(door_reader(store.door, &db));
    assert_ok(db_prepare(db, sql, &s));
    assert_ok(db_step(s, &row));
    assert_true(row);
    assert_ok(db_id(s, 0, &id));
    if (ret_agency)
        *ret_agency = arena_cstr(a, db_text(s, 1));
    db_reset(s);
    door_reader_done(store.door, db);
    return id;
}

/* Every view that there is, about everything that there is; most pairs make no sense and are refused. Lists
 * are asked in more ways than what has an id: an unknown id is answered on an even step, which takes time. */
static size_t look_at_all(struct ctx *c, const struct id *ids, size_t nids)
{
    char in_case[33];
    id_text(ids[1], in_case);
    const struct view_decl *const *declared;
    struct pair table[] = {{STR("of"), STR("consultation"), VALUE_GIVEN},
                           {STR("by"), STR("channel"), VALUE_GIVEN}};
    struct pair through = {STR("case"), str_of(in_case), VALUE_GIVEN}; /* a person is seen through a case */
    struct pair open = {STR("state"), STR("open"), VALUE_GIVEN},
                shared = {STR("shared"), STR("yes"), VALUE_GIVEN}, name = {STR("q"), STR("san"), VALUE_GIVEN},
                number = {STR("q"), STR("2026-"), VALUE_GIVEN},
                office = {STR("whose"), STR("office"), VALUE_GIVEN},
                mine = {STR("mine"), STR("yes"), VALUE_GIVEN},
                urgent = {STR("order"), STR("urgency"), VALUE_GIVEN},
                duty = {STR("duty"), STR("0/c"), VALUE_GIVEN};
    const struct input inputs[] = {{NULL, 0},  {&through, 1}, {&open, 1},   {&shared, 1},
                                   {&name, 1}, {&number, 1},  {&office, 1}, {&duty, 1},
                                   {&mine, 1}, {&urgent, 1},  {table, 2}};
    size_t n = door_views(store.door, &declared), answered = 0;
    for (size_t v = 0; v < n; v++)
        for (size_t i = 0; i < nids; i++)
            for (size_t k = 0; k < (i ? 2 : sizeof inputs / sizeof *inputs); k++) {
                struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
                struct view_request r = {
                    .ctx = c, .view = declared[v]->name, .subject = ids[i], .input = inputs[k]};
                const struct view *got;
                answered += door_view(store.door, &r, a, &got) == OK;
            }
    return answered;
}

static enum err deliver(void *user, struct id id, struct str event, struct id about, struct str payload)
{
    (void)user;
    (void)id;
    (void)event;
    (void)about;
    (void)payload;
    return OK;
}

static void everyday_work(struct arena *a)
{
    static const enum role roles[] = {ROLE_CASE_LEAD, ROLE_INTAKE_COUNSELLOR, ROLE_STATISTICS_OFFICER,
                                      ROLE_OVERSIGHT, ROLE_SYSTEM_ADMIN};
    struct ctx c = {.purpose = PURPOSE_PROTECTION, .assurance = 2, .lang = "en"};
    size_t answered = 0;
    int done;
    assert_ok(figures_generate_cases(store.door, 1, 40, NULL, NULL));
    c.account = first_id("SELECT account, agency FROM access_grant WHERE account IS NOT NULL", a, &c.agency);
    const struct id ids[] = {
        id_nil(), first_id("SELECT case_id FROM access_grant WHERE account IS NOT NULL", a, NULL),
        first_id("SELECT r.subject FROM access_grant g JOIN case_role r ON r.case_id = g.case_id WHERE "
                 "g.account IS NOT NULL",
                 a, NULL),
        first_id("SELECT id FROM record", a, NULL), first_id("SELECT id FROM clock", a, NULL)};
    plans_watch(); /* not what the test itself asked above */
    assert_ok(figures_generate_cases(store.door, 2, 20, NULL, NULL));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        c.role = roles[i];
        c.purpose = i < 2 ? PURPOSE_PROTECTION : PURPOSE_OVERSIGHT;
        answered += look_at_all(&c, ids, sizeof ids / sizeof *ids);
    }
    assert_true(answered > 20);
    assert_ok(jobs_run(store.door, deliver, NULL, NULL, &done));
    assert_ok(door_sequence(store.door));
}

static void no_query_reads_a_table_that_grows(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct plan_query *q;
    struct db *db;
    size_t n, found = 0, urgent = 0, ticks = 0;
    everyday_work(a);
    assert_ok(plans_unwatch(&q, &n));
    assert_true(n > 60); /* or nothing was watched */
    assert_ok(door_reader(store.door, &db));
    for (size_t i = 0; i < n; i++) {
        char *plan, what[64];
        if (strncmp(q[i].sql, "INSERT", 6) == 0)
            continue;
        assert_ok(db_plan(db, q[i].sql, a, &plan));
        if (plan_scans(db_kind(db), q[i].sql, plan, what)) {
            print_message("reads all of %s: %s\n%s\n", what, q[i].sql, plan);
            found++;
        }
        /* The tick of clocks is the writer's: it reads what is not warned of yet, not all that run. */
        if (strstr(q[i].sql, "warned_us IS NULL AND warn_us <= ?1")) {
            ticks++;
            found += db_kind(db) == DB_SQLITE && !strstr(plan, "warned_us=? AND warn_us<?");
        }
        /* The most urgent first: from an index that ends early, not from a sort of all that run
         * (PostgreSQL sorts what is as small as here). */
        if (strstr(q[i].sql, "ORDER BY k.due_us")) {
            urgent++;
            found += db_kind(db) == DB_SQLITE && strstr(plan, "FOR ORDER BY");
        }
        if (plan_gathers_grants(db_kind(db), plan)) {
            print_message("reads all grants first: %s\n%s\n", q[i].sql, plan);
            found++;
        }
    }
    door_reader_done(store.door, db);
    assert_int_equal(found, 0);
    assert_true(urgent > 0 && ticks > 0);
}

/* The judge of plans must see a scan where there is one, or the test above cannot fail. */
static void a_scan_is_seen(void **state)
{
    NEED_STORE(state);
    static const struct {
        const char *sql;
        bool scans;
    } known[] = {
        {"SELECT id FROM record WHERE label = ?1", true},
        {"SELECT count(*) FROM audit_leaf", true},
        {"SELECT c.id FROM case_file c JOIN record r ON r.label = c.label WHERE c.id = ?1", true},
        {"SELECT id FROM record WHERE subject = ?1", false},
        {"SELECT coalesce(max(no), 0) FROM audit_leaf", false},
        {"SELECT r.id FROM case_file c JOIN record r ON r.case_id = c.id WHERE c.id = ?1", false},
        {"UPDATE record SET label = ?1 WHERE label = ?2", true},
        {"DELETE FROM outbox WHERE id = ?1", false},
        {"SELECT id FROM record WHERE label = ?1 ORDER BY id LIMIT 1", true},
        {"SELECT size FROM audit_checkpoint ORDER BY size DESC LIMIT 1", false},
    };
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db *db;
    assert_ok(door_reader(store.door, &db));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *plan, what[64];
        assert_ok(db_plan(db, known[i].sql, a, &plan));
        if (plan_scans(db_kind(db), known[i].sql, plan, what) != known[i].scans)
            fail_msg("%s\n%s", known[i].sql, plan);
    }
    door_reader_done(store.door, db);
}

static void grants_that_are_gathered_are_seen(void **state)
{
    NEED_STORE(state);
    static const struct {
        const char *sql;
        bool gathers;
    } known[] = {
        {"SELECT n.id FROM notice n WHERE n.agency = ?1 AND (n.role = ?2 OR n.case_id IN (SELECT g.case_id "
         "FROM access_grant g WHERE g.account = ?3)) ORDER BY n.at_us, n.id LIMIT 50",
         true},
        {"SELECT n.id FROM notice n WHERE n.agency = ?1 AND (n.role = ?2 OR " SQL_NAMES(
             "?3", "n.case_id") ") ORDER BY n.at_us, n.id LIMIT 50",
         false},
    };
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db *db;
    assert_ok(door_reader(store.door, &db));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *plan;
        assert_ok(db_plan(db, known[i].sql, a, &plan));
        if (plan_gathers_grants(db_kind(db), plan) != known[i].gathers)
            fail_msg("%s\n%s", known[i].sql, plan);
    }
    door_reader_done(store.door, db);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_query_reads_a_table_that_grows),
        cmocka_unit_test(a_scan_is_seen),
        cmocka_unit_test(grants_that_are_gathered_are_seen),
    };
    if (argc > 1)
        driver = argv[1];
    return store_can(driver) ? cmocka_run_group_tests_name(driver, tests, setup, teardown) : 0;
}
