/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_demo.c - synthetic accounts and cases for trying things out; only in a store made with --synthetic
 * (real and training data never mix, invariant 11). */
#include "base/alloc.h"
#include "base/env.h"
#include "cli/app.h"
#include "core/account.h"
#include "figures/generate.h"

#include <fcntl.h>
#include <unistd.h>

struct demo_account {
    const char *login, *name, *agency, *role, *purpose;
};
/* One officer for each desk that a visitor may want to be. */
static const struct demo_account accounts[] = {
    {"demo-counsellor", "Demo Counsellor (synthetic)", "npa", "intake_counsellor", "protection"},
    {"demo-lead", "Demo Case Lead (synthetic)", "npa", "case_lead", "protection"},
    {"demo-lead2", "Demo Second Case Lead (synthetic)", "npa", "case_lead", "protection"},
    {"demo-shelter", "Demo Shelter Worker (synthetic)", "womens_support_centers", "shelter_worker",
     "protection"},
    {"demo-centre", "Demo Lead of a Centre (synthetic)", "womens_support_centers", "case_lead", "protection"},
    {"demo-helper", "Demo Helper (synthetic)", "womens_support_centers", "intake_counsellor", "protection"},
    {"demo-police", "Demo Police Investigator (synthetic)", "npa", "police_investigator", "protection"},
    {"demo-nurse", "Demo Nurse (synthetic)", "womens_support_centers", "health", "protection"},
    {"demo-lawyer", "Demo Lawyer (synthetic)", "jlsc", "legal_aid", "protection"},
    {"demo-plan", "Demo Policy Secretariat (synthetic)", "cas", "programme_manager", "administration"},
    {"demo-liaison", "Demo Foreign Liaison (synthetic)", "mofa", "foreign_liaison", "repatriation"},
    {"demo-labour", "Demo Labour Inspector (synthetic)", "lsio", "labour_inspector", "inspection"},
    {"demo-immigration", "Demo Immigration Officer (synthetic)", "isa", "immigration_officer", "protection"},
    {"demo-statistics", "Demo Statistics Officer (synthetic)", "cas", "statistics_officer", "statistics"},
    {"demo-oversight", "Demo Oversight (synthetic)", "cas", "oversight", "oversight"},
    {"demo-admin", "Demo Administrator (synthetic)", "cas", "system_admin", "administration"},
    {"demo-admin2", "Demo Second Administrator (synthetic)", "cas", "system_admin", "administration"},
};

static enum err synthetic_only(struct app *app)
{
    struct db *db;
    struct stmt *s;
    bool row, yes = false;
    TRY(door_reader(app->door, &db));
    enum err e = db_prepare(db, "SELECT value FROM meta WHERE name = 'synthetic'", &s);
    if (e == OK)
        e = db_step(s, &row);
    if (e == OK && row) {
        yes = str_is(db_text(s, 0), "1");
        db_reset(s);
    }
    door_reader_done(app->door, db);
    TRY(e);
    return yes ? OK : FAIL(ERR_STATE, "this is no synthetic store: akari init --synthetic makes one");
}

#define ACCOUNTS (sizeof accounts / sizeof *accounts)

static enum err make_account(struct app *app, const struct demo_account *d, const char *password,
                             struct demo_login *ret)
{
    struct ctx ctx = ctx_system();
    struct act_result r;
    ctx.agency = d->agency;
    struct pair pairs[] = {
        {STR("login"), str_of(d->login), VALUE_GIVEN},
        {STR("name"), str_of(d->name), VALUE_GIVEN},
        {STR("agency"), str_of(d->agency), VALUE_GIVEN},
        {STR("password"), str_of(password), VALUE_GIVEN},
        {STR("role"), str_of(d->role), VALUE_GIVEN},
        {STR("purpose"), str_of(d->purpose), VALUE_GIVEN},
        {STR("staff_number"), str_of(d->login), VALUE_GIVEN}, /* each is another person */
    };
    struct act_request request = {.ctx = &ctx,
                                  .action = "account.create",
                                  .expected_version = -1,
                                  .input = {pairs, sizeof pairs / sizeof *pairs}};
    TRY(door_act(app->door, &request, app->arena, &r));
    *ret = (struct demo_login){d->login, d->agency, r.id};
    return OK;
}

static void random_password(char ret[20])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    uint8_t bytes[16];
    env_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        ret[i] = letters[bytes[i] % (sizeof letters - 1)];
    ret[16] = '\0';
}

/* Passwords go into a file that only its owner reads, and from there onto the screen of ./run. */
static enum err make_accounts(struct app *app, struct demo_login *ret, size_t *ret_n)
{
    struct buf list CLEANUP(buf_free) = {0};
    char password[20];
    random_password(password);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        if (!pack_agency(app->pack, accounts[i].agency))
            continue;
        TRY(make_account(app, &accounts[i], password, &ret[(*ret_n)++]));
        buf_printf(&list, "%s\t%s\t%s\t%s\n", accounts[i].login, password, accounts[i].agency,
                   accounts[i].role);
    }
    TRY(buf_err(&list));
    char *path = arena_printf(app->arena, "%s/demo-accounts.txt", app->data);
    return path ? file_write_atomic(path, 0600, buf_view(&list)) : arena_err(app->arena);
}

static void show_progress(void *user, int64_t done, int64_t total)
{
    struct progress *p = user;
    p->total = total;
    progress_at(p, done);
}

static enum err fill(struct app *app, const struct args *args)
{
    struct progress p;
    char *path = arena_printf(app->arena, "%s/demo-accounts.txt", app->data);
    struct demo_login logins[ACCOUNTS];
    size_t nlogins = 0;
    TRY(synthetic_only(app));
    if (path && !path_exists(path))
        TRY(make_accounts(app, logins, &nlogins));
    progress_start(&p, "synthetic cases", args->n >= 0 ? args->n : 300);
    enum err e = figures_generate_cases(app->door, args->seed >= 0 ? (uint64_t)args->seed : 1,
                                        args->n >= 0 ? args->n : 300, show_progress, &p);
    progress_end(&p);
    if (e == OK)
        demo_stories(app, logins, nlogins); /* last, so that they stand first in lists */
    return e;
}

enum err cmd_demo_fill(const struct args *args)
{
    struct app app;
    TRY(app_open(args, true, &app));
    enum err e = fill(&app, args);
    app_close(&app);
    return e;
}

/* ---- a summary
 * -----------------------------------------------------------------------------------------------------------------
 */

static enum err count(struct db *db, const char *sql, int64_t *ret)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(db, sql, &s));
    TRY(db_step(s, &row));
    *ret = db_i64(s, 0);
    db_reset(s);
    return OK;
}

static enum err summary(struct app *app)
{
    int64_t cases, subjects, records, clocks, leaves, us = os_fsync_us(app->data);
    struct db *db;
    TRY(door_reader(app->door, &db));
    enum err e = count(db, "SELECT count(*) FROM case_file", &cases);
    if (e == OK)
        e = count(db, "SELECT count(*) FROM subject", &subjects);
    if (e == OK)
        e = count(db, "SELECT count(*) FROM record", &records);
    if (e == OK)
        e = count(db, "SELECT count(*) FROM clock", &clocks);
    if (e == OK)
        e = count(db, "SELECT count(*) FROM audit_leaf", &leaves);
    door_reader_done(app->door, db);
    TRY(e);
    const struct pack *p = app->pack;
    printf(
        "%lld cases, %lld subjects, %lld records, %lld clocks, %lld audit leaves; one fsync takes %.1f ms\n",
        (long long)cases, (long long)subjects, (long long)records, (long long)clocks, (long long)leaves,
        (double)us / 1000);
    if (crypto_lock_refused())
        printf("the system refused to lock %zu bytes of key memory (ulimit -l); keys could reach the swap\n",
               crypto_lock_refused());
    printf("%zu measures, %zu duties, %zu programme items\n", p->nmeasures, p->nduties, p->nitems);
    return OK;
}

enum err cmd_demo_summary(const struct args *args)
{
    struct app app;
    TRY(app_open(args, true, &app));
    enum err e = summary(&app);
    app_close(&app);
    return e;
}

enum err cmd_generate_ctdc(const struct args *args)
{
    if (!args->out)
        return FAIL(ERR_USAGE, "--out FILE is needed");
    int fd = open(args->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return FAIL(ERR_IO, "the output file cannot be written");
    enum err e =
        figures_generate_ctdc(fd, args->seed >= 0 ? (uint64_t)args->seed : 1, args->n >= 0 ? args->n : 1000);
    if ((fsync(fd) != 0 || close(fd) != 0) && e == OK)
        e = FAIL(ERR_IO, "the output file cannot be written");
    return e;
}
