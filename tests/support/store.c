/* SPDX-License-Identifier: Apache-2.0 */
#include "support/store.h"

#include "base/env.h"
#include "core/account.h"
#include "core/health.h"
#include "core/jobs.h"
#include "core/notice.h"
#include "core/policy/view.h"
#include "core/proposal.h"
#include "sys/faultvfs.h"
#include "sys/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a country in memory
 * ------------------------------------------------------------------------------------------------------ */

static const struct agency agencies[] = {
    {.id = "npa", .name = "Police"}, {.id = "isa", .name = "Immigration"}, {.id = "ngo", .name = "Shelter"}};
static const struct stage stages[] = {{"suspicion", "Suspicion", false},
                                      {"presumed_victim", "Presumed victim", true},
                                      {"recognised_victim", "Recognised victim", true}};
static const struct code role_codes[] = {{.code = "presumed_victim", .label = "Presumed victim"},
                                         {.code = "recruiter", .label = "Recruiter"},
                                         {.code = "employer", .label = "Employer"}};
static const struct code gender_codes[] = {{.code = "female", .label = "Female"},
                                           {.code = "male", .label = "Male"}};
static const struct code_list lists[] = {
    {.id = "subject_role", .title = "Roles", .codes = role_codes, .n = 3},
    {.id = "gender", .title = "Gender", .codes = gender_codes, .n = 2}};

#define NO_LIMIT .min = INT64_MIN, .max = INT64_MAX
static const struct field consultation_fields[] = {
    {.name = "language",
     .label = "Language",
     .type = FT_TEXT,
     .class = CLASS_ROUTING,
     .required = true,
     NO_LIMIT},
    {.name = "contact",
     .label = "Contact",
     .type = FT_TEXT,
     .class = CLASS_IDENTITY,
     .indexed = true,
     NO_LIMIT},
    {.name = "injuries", .label = "Injuries", .type = FT_LONG_TEXT, .class = CLASS_HEALTH, NO_LIMIT},
    {.name = "outcome", .label = "Outcome", .type = FT_TEXT, .class = CLASS_ROUTING, NO_LIMIT},
};
static const struct field profile_fields[] = {
    {.name = "gender",
     .label = "Gender",
     .type = FT_CODES,
     .class = CLASS_IDENTITY,
     .codes = &lists[1],
     .fact = "gender",
     NO_LIMIT},
    {.name = "note", .label = "Note", .type = FT_LONG_TEXT, .class = CLASS_IDENTITY, NO_LIMIT},
};
static const char *const open_state[] = {"open"}, *const states[] = {"open", "closed"},
                         *const close_fields[] = {"outcome"};
static const struct kind_action consultation_actions[] = {
    {.name = "create", .label = "New consultation", .verb = VERB_CREATE},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE, .from = open_state, .nfrom = 1},
    {.name = "close",
     .label = "Close",
     .verb = VERB_CLOSE,
     .from = open_state,
     .nfrom = 1,
     .to = "closed",
     .fields = close_fields,
     .nfields = 1,
     .require = close_fields,
     .nrequire = 1},
};
static const struct kind_action profile_actions[] = {
    {.name = "create", .label = "New profile", .verb = VERB_CREATE},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE}};
static const struct clock_rule consultation_clocks[] = {
    {.name = "answer",
     .label = "Answer",
     .start = "create",
     .stop = "close",
     .basis = "internal target",
     .authority = "npa",
     .due_hours = 24,
     .warn_hours = 4},
};
static const struct kind kinds[] = {
    {.id = "consultation",
     .title = "Consultation",
     .file = "test",
     .attach = ATTACH_CASE | ATTACH_NONE,
     .states = states,
     .nstates = 2,
     .fields = consultation_fields,
     .nfields = 4,
     .actions = consultation_actions,
     .nactions = 3,
     .clocks = consultation_clocks,
     .nclocks = 1},
    {.id = "person_profile",
     .title = "Profile",
     .file = "test",
     .attach = ATTACH_SUBJECT,
     .states = open_state,
     .nstates = 1,
     .fields = profile_fields,
     .nfields = 2,
     .actions = profile_actions,
     .nactions = 2},
};
static const struct holiday_calendar no_holidays = {.id = "none", .weekend = 1u << 6 | 1u << 7};
static const char *const languages[] = {"en"};
static const struct pack testland = {
    .id = "testland",
    .title = "Testland",
    .country = "XX",
    .version = "1",
    .folder = "",
    .languages = languages,
    .nlanguages = 1,
    .time_zone = "Asia/Tokyo",
    .min_cell = 5,
    .calendar = &no_holidays,
    .stages = stages,
    .nstages = 3,
    .agencies = agencies,
    .nagencies = 3,
    .code_lists = lists,
    .ncode_lists = 2,
    .kinds = kinds,
    .nkinds = 2,
};

const struct pack *store_pack(void)
{
    return &testland;
}

/* ---- the store
 * --------------------------------------------------------------------------------------------------------------------
 */

const struct unlock *store_secret(void)
{
    static const struct unlock u = {
        .key_file = {"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64}};
    return &u;
}

static size_t add_actions(const struct action **all, size_t n, const struct action *some, size_t count)
{
    for (size_t i = 0; i < count; i++)
        all[n++] = &some[i];
    return n;
}

static size_t add_views(const struct view_decl **all, size_t n, const struct view_decl *some, size_t count)
{
    for (size_t i = 0; i < count; i++)
        all[n++] = &some[i];
    return n;
}

#define DECLARATIONS_MAX 200 /* of core and the domains */

static void declare(struct store *s, const struct store_country *country)
{
    const struct action **kind_actions;
    const struct view_decl **kind_views;
    size_t na, nv, n = 0, m = 0;
    s->arena = arena_new(0);
    assert_non_null(s->arena);
    s->pack = country->pack;
    assert_int_equal(record_declare(s->pack, s->arena, &kind_actions, &na, &kind_views, &nv), OK);
    const struct action **all =
        ARENA_ARRAY(s->arena, na + country->nactions + DECLARATIONS_MAX, const struct action *);
    const struct view_decl **views =
        ARENA_ARRAY(s->arena, nv + country->nviews + DECLARATIONS_MAX, const struct view_decl *);
    assert_non_null(all);
    assert_non_null(views);
    n = add_actions(all, n, CASE_ACTIONS, NCASE_ACTIONS);
    n = add_actions(all, n, CASEWORK_ACTIONS, NCASEWORK_ACTIONS);
    n = add_actions(all, n, SUBJECT_ACTIONS, NSUBJECT_ACTIONS);
    n = add_actions(all, n, CLOCK_ACTIONS, NCLOCK_ACTIONS);
    n = add_actions(all, n, ACCOUNT_ACTIONS, NACCOUNT_ACTIONS);
    n = add_actions(all, n, JOB_ACTIONS, NJOB_ACTIONS);
    n = add_actions(all, n, WITNESS_ACTIONS, NWITNESS_ACTIONS);
    n = add_actions(all, n, PROPOSAL_ACTIONS, NPROPOSAL_ACTIONS);
    n = add_actions(all, n, NOTICE_ACTIONS, NNOTICE_ACTIONS);
    n = add_actions(all, n, country->actions, country->nactions);
    for (size_t i = 0; i < na; i++)
        all[n++] = kind_actions[i];
    m = add_views(views, m, REGISTRY_VIEWS, NREGISTRY_VIEWS);
    m = add_views(views, m, CLOCK_VIEWS, NCLOCK_VIEWS);
    m = add_views(views, m, ACCOUNT_VIEWS, NACCOUNT_VIEWS);
    m = add_views(views, m, POLICY_VIEWS, NPOLICY_VIEWS);
    m = add_views(views, m, HEALTH_VIEWS, NHEALTH_VIEWS);
    m = add_views(views, m, PROPOSAL_VIEWS, NPROPOSAL_VIEWS);
    m = add_views(views, m, NOTICE_VIEWS, NNOTICE_VIEWS);
    m = add_views(views, m, SEARCH_VIEWS, NSEARCH_VIEWS);
    m = add_views(views, m, country->views, country->nviews);
    for (size_t i = 0; i < nv; i++)
        views[m++] = kind_views[i];
    schema_core(&s->schema);
    assert_int_equal(registry_tables(&s->schema), OK);
    if (country->tables)
        assert_int_equal(country->tables(&s->schema), OK);
    s->config.schema = &s->schema;
    s->config.actions = all;
    s->config.nactions = n;
    s->config.views = views;
    s->config.nviews = m;
    s->config.jobs = country->jobs;
    s->config.njobs = country->njobs;
    s->config.pack = s->pack;
    s->config.entities = country->entities ? country->entities : &REGISTRY_ENTITIES;
    s->config.gates = country->gates;
    s->config.url = s->url;
    s->config.synthetic = country->synthetic;
}

/* Each store is a database of its own, so that tests may run side by side. */
static void postgres_database(struct store *s, const char *server, bool create)
{
    struct db_config c = {.url = server};
    struct db *db CLEANUP(db_cleanup) = NULL;
    char sql[128];
    snprintf(sql, sizeof sql, create ? "CREATE DATABASE %s" : "DROP DATABASE IF EXISTS %s WITH (FORCE)",
             s->database);
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(db_script(db, sql), OK);
}

bool store_can(const char *driver)
{
    const char *pg = getenv("AKARI_TEST_PG");
    if (strcmp(driver, "postgres") != 0 || (pg && *pg))
        return true;
    puts("1..0 # SKIP AKARI_TEST_PG names no PostgreSQL");
    return false;
}

bool store_blank_of(struct store *s, const char *driver, const struct store_country *country)
{
    static unsigned made;
    const char *pg = getenv("AKARI_TEST_PG");
    memset(s, 0, sizeof *s);
    if (strcmp(driver, "postgres") == 0) {
        if (!pg || !*pg)
            return false;
        snprintf(s->database, sizeof s->database, "akari_%d_%u", (int)getpid(), made++);
        snprintf(s->url, sizeof s->url, "%s dbname=%s", pg, s->database);
        s->postgres = true;
        postgres_database(s, pg, true);
    } else if (strcmp(driver, "fault") == 0) {
        assert_int_equal(faultvfs_register(), OK);
        faultvfs_reset();
        snprintf(s->url, sizeof s->url, "sqlite:/akari.db");
        s->config.vfs = "akari-fault";
    } else {
        snprintf(s->dir, sizeof s->dir, "/tmp/akari-test-XXXXXX");
        assert_non_null(mkdtemp(s->dir));
        snprintf(s->url, sizeof s->url, "sqlite:%s/akari.db", s->dir);
    }
    declare(s, country);
    return true;
}

bool store_make_of(struct store *s, const char *driver, const struct store_country *country)
{
    if (!store_blank_of(s, driver, country))
        return false;
    enum err e = door_create(&s->config, store_secret(), ARGON_DEMO);
    if (e != OK)
        print_error("door_create: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
    return true;
}

bool store_make(struct store *s, const char *driver)
{
    struct store_country testlandia = {.pack = &testland};
    return store_make_of(s, driver, &testlandia);
}

bool store_blank(struct store *s, const char *driver)
{
    struct store_country testlandia = {.pack = &testland};
    return store_blank_of(s, driver, &testlandia);
}

enum err store_try_open(struct store *s)
{
    TRY(door_open(&s->config, &s->door));
    enum err e = door_unlock(s->door, store_secret());
    if (e != OK)
        store_close(s);
    return e;
}

void store_open(struct store *s)
{
    enum err e = store_try_open(s);
    if (e != OK)
        print_error("door_open: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
}

void store_close(struct store *s)
{
    assert_int_equal(door_close(s->door), OK);
    s->door = NULL;
}

void store_remove(struct store *s)
{
    char path[128];
    static const char *const names[] = {"akari.db", "akari.db-wal", "akari.db-shm"};
    if (s->door)
        store_close(s);
    for (size_t i = 0; *s->dir && i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", s->dir, names[i]);
        unlink(path);
    }
    if (*s->dir)
        rmdir(s->dir);
    if (s->postgres)
        postgres_database(s, getenv("AKARI_TEST_PG"), false);
    arena_free(s->arena);
    s->arena = NULL;
}

/* ---- short ways
 * ----------------------------------------------------------------------------------------------------------------------
 */

struct ctx officer(const char *agency, enum role role, uint8_t number)
{
    struct ctx c = {
        .agency = agency, .role = role, .purpose = PURPOSE_PROTECTION, .assurance = 2, .lang = "en"};
    c.account.b[0] = 0xac;
    c.account.b[15] = number;
    return c;
}

struct ctx enrolled_officer(struct store *s, const char *agency, enum role role)
{
    static unsigned made;
    struct ctx system = ctx_system(), c = officer(agency, role, 0);
    struct act_result r;
    char login[32];
    snprintf(login, sizeof login, "synthetic%u", made++);
    enum err e = do_act(s, &system, "account.create", id_nil(), &r, "login", login, "name",
                        "Officer Synthetic", "password", "correct horse battery", "role", role_word(role),
                        "purpose", "protection", "agency", agency, NULL);
    if (e != OK)
        print_error("account.create: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
    c.account = r.id;
    return c;
}

static size_t take_pairs(struct pair *pairs, va_list ap)
{
    size_t n = 0;
    for (const char *name = va_arg(ap, const char *); name && n < 32; name = va_arg(ap, const char *))
        pairs[n++] = (struct pair){str_of(name), str_of(va_arg(ap, const char *)), VALUE_GIVEN};
    return n;
}

/* Each account is another person's, unless the test says otherwise (staff_number; "" for nobody's). */
static size_t with_staff_number(const char *action, struct pair *pairs, size_t n)
{
    struct str login = STR("");
    if (strcmp(action, "account.create") != 0)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (str_is(pairs[i].name, "login"))
            login = pairs[i].value;
        if (str_is(pairs[i].name, "staff_number")) {
            if (!pairs[i].value.n)
                pairs[i] = pairs[--n];
            return n;
        }
    }
    pairs[n] = (struct pair){STR("staff_number"), login, VALUE_GIVEN};
    return n + 1;
}

enum err do_act(struct store *s, const struct ctx *c, const char *action, struct id subject,
                struct act_result *ret, ...)
{
    struct pair pairs[32];
    struct act_result ignored;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    va_list ap;
    va_start(ap, ret);
    size_t n = take_pairs(pairs, ap);
    va_end(ap);
    n = with_staff_number(action, pairs, n);
    struct act_request r = {
        .ctx = c, .action = action, .subject = subject, .expected_version = -1, .input = {pairs, n}};
    return door_act(s->door, &r, a, ret ? ret : &ignored);
}

enum err do_view(struct store *s, const struct ctx *c, const char *view, struct id subject, struct arena *a,
                 const struct view **ret, ...)
{
    struct pair *pairs = ARENA_ARRAY(a, 32, struct pair);
    va_list ap;
    va_start(ap, ret);
    size_t n = take_pairs(pairs, ap);
    va_end(ap);
    struct view_request r = {.ctx = c, .view = view, .subject = subject, .input = {pairs, n}};
    return door_view(s->door, &r, a, ret);
}

struct id open_case(struct store *s, const struct ctx *c)
{
    struct act_result r;
    enum err e = do_act(s, c, "case.open", id_nil(), &r, NULL);
    if (e != OK)
        print_error("case.open: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
    return r.id;
}

int64_t count_rows(struct store *s, const char *sql)
{
    struct db *db;
    struct stmt *st;
    bool row;
    assert_int_equal(door_reader(s->door, &db), OK);
    assert_int_equal(db_prepare(db, sql, &st), OK);
    assert_int_equal(db_step(st, &row), OK);
    int64_t n = row ? db_i64(st, 0) : -1;
    db_reset(st);
    door_reader_done(s->door, db);
    return n;
}

struct audit_report verify(struct store *s, struct str witness, struct arena *a)
{
    struct audit_report r;
    struct db *db;
    assert_int_equal(door_reader(s->door, &db), OK);
    enum err e = audit_verify(db, &s->schema, door_vault(s->door), witness, a, &r);
    if (e != OK)
        print_error("audit_verify: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    door_reader_done(s->door, db);
    assert_int_equal(e, OK);
    return r;
}
