/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_account.c - the first two administrators of a store. Whoever opens the data folder with its keys makes
 * them; from then on accounts are made by two administrators, in the program. The same hands help an
 * administrator who has no second factor, as in a store from before they were asked for: nobody else could.
 */
#include "base/env.h"
#include "cli/app.h"
#include "core/account.h"
#include "sys/crypto.h"

#define FIRST_MAX 2

/* The code goes to the standard output once, and nowhere else: whoever runs this gives it in person. */
static enum err enrol(struct app *app, const struct ctx *ctx, struct id account, const char *rest)
{
    char code[RECOVERY_CHARS + 1], text[33];
    struct act_result result;
    account_new_code(code);
    struct pair pair = {STR("code"), str_of(code), VALUE_GIVEN};
    struct act_request r = {.ctx = ctx,
                            .action = "account.issue_enrolment",
                            .subject = account,
                            .expected_version = -1,
                            .input = {&pair, 1}};
    enum err e = door_act(app->door, &r, app->arena, &result);
    id_text(account, text);
    if (e == OK)
        printf("{\"id\":\"%s\",\"enrolment\":\"%s\"%s}\n", text, code, rest);
    secret_wipe(code, sizeof code);
    return e;
}

static enum err administrators(struct app *app, int64_t *ret)
{
    struct stmt *s = NULL;
    struct db *db;
    bool row;
    TRY(door_reader(app->door, &db));
    enum err e =
        db_prepare(db,
                   "SELECT count(DISTINCT r.account) FROM account_role r JOIN account a ON a.id = r.account "
                   "WHERE r.role = ?1 AND r.until_us IS NULL AND a.disabled_us IS NULL",
                   &s);
    if (e == OK) {
        db_bind_i64(s, 1, ROLE_SYSTEM_ADMIN);
        e = db_step(s, &row);
    }
    if (e == OK)
        *ret = db_i64(s, 0);
    db_reset(s);
    door_reader_done(app->door, db);
    return e;
}

static bool gives(const struct input *in, const char *name)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_is(in->pairs[i].name, name) && in->pairs[i].value.n)
            return true;
    return false;
}

static enum err make_first(struct app *app, const struct args *args)
{
    struct ctx ctx = app_ctx(app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    struct pair pairs[7];
    struct input in;
    struct act_result result;
    int64_t n;
    TRY(administrators(app, &n));
    if (n >= FIRST_MAX)
        return FAIL(ERR_STATE, "there are two administrators already: they make all other accounts");
    TRY(app_input(args, app->arena, &in));
    if (in.n > 4)
        return FAIL(ERR_FIELD, "login, name, password and staff_number are asked for, and nothing else");
    if (!gives(&in, "staff_number"))
        return FAIL(ERR_FIELD,
                    "field staff_number: whose account is it? Two of one person are no two people");
    memcpy(pairs, in.pairs, in.n * sizeof *pairs);
    pairs[in.n] = (struct pair){STR("role"), STR("system_admin"), VALUE_GIVEN};
    pairs[in.n + 1] = (struct pair){STR("purpose"), STR("administration"), VALUE_GIVEN};
    pairs[in.n + 2] = (struct pair){STR("agency"), str_of(ctx.agency), VALUE_GIVEN};
    struct act_request r = {
        .ctx = &ctx, .action = "account.create", .expected_version = -1, .input = {pairs, in.n + 3}};
    TRY(door_act(app->door, &r, app->arena, &result));
    char *rest = arena_printf(app->arena, ",\"administrators\":%lld", (long long)n + 1);
    return rest ? enrol(app, &ctx, result.id, rest) : arena_err(app->arena);
}

enum err cmd_account_first(const struct args *args)
{
    struct app app;
    if (!args->input)
        return FAIL(ERR_USAGE,
                    "--input FILE (or - for standard input) with login, name, password and staff_number");
    TRY(app_open(args, true, &app));
    enum err e = make_first(&app, args);
    app_close(&app);
    return e;
}

static enum err administrator_id(struct app *app, struct str login, struct id *ret)
{
    struct db *db;
    bool holds = false;
    TRY(door_reader(app->door, &db));
    enum err e = account_by_login(door_vault(app->door), db, app->arena, login, ret);
    if (e == OK && !id_is_nil(*ret))
        e = account_holds(db, *ret, ROLE_SYSTEM_ADMIN, PURPOSE_NONE, env_now_us(), &holds);
    door_reader_done(app->door, db);
    TRY(e);
    return holds ? OK : FAIL(ERR_NOT_FOUND, "no administrator has this sign-in name");
}

static enum err enrol_administrator(struct app *app, const struct args *args)
{
    struct ctx ctx = app_ctx(app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    struct input in;
    struct id id;
    TRY(app_input(args, app->arena, &in));
    if (in.n != 1 || !str_is(in.pairs[0].name, "login"))
        return FAIL(ERR_FIELD, "login is asked for, and nothing else");
    TRY(administrator_id(app, in.pairs[0].value, &id));
    return enrol(app, &ctx, id, "");
}

enum err cmd_account_enrol(const struct args *args)
{
    struct app app;
    if (!args->input)
        return FAIL(ERR_USAGE, "--input FILE (or - for standard input) with login");
    TRY(app_open(args, true, &app));
    enum err e = enrol_administrator(&app, args);
    app_close(&app);
    return e;
}

/* Says whose account an administrator's is, in a store from before that was asked: nobody is a second person
 * in it yet, so no two administrators could. */
static enum err name_administrator(struct app *app, const struct args *args)
{
    struct ctx ctx = app_ctx(app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    struct act_result result;
    struct input in;
    struct id id;
    TRY(app_input(args, app->arena, &in));
    if (in.n != 2 || !gives(&in, "login") || !gives(&in, "staff_number"))
        return FAIL(ERR_FIELD, "login and staff_number are asked for, and nothing else");
    size_t login = str_is(in.pairs[0].name, "login") ? 0 : 1;
    TRY(administrator_id(app, in.pairs[login].value, &id));
    struct act_request r = {.ctx = &ctx,
                            .action = "account.set_person",
                            .subject = id,
                            .expected_version = -1,
                            .input = {&in.pairs[1 - login], 1}};
    return door_act(app->door, &r, app->arena, &result);
}

enum err cmd_account_person(const struct args *args)
{
    struct app app;
    if (!args->input)
        return FAIL(ERR_USAGE, "--input FILE (or - for standard input) with login and staff_number");
    TRY(app_open(args, true, &app));
    enum err e = name_administrator(&app, args);
    app_close(&app);
    return e;
}
