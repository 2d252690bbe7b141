/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_generic.c - every action and view by its declared name: akari case show --id ... ; inputs as flat JSON
 * by --input FILE or standard input ("-"), signed in by --as and --password-file. One door: the same policy
 * as everywhere. */
#include "base/embedded.h"
#include "base/json.h"
#include "cli/app.h"
#include "core/account.h"

enum err app_stdin(struct arena *a, size_t limit, struct str *ret)
{
    struct buf b CLEANUP(buf_free) = {.limit = limit};
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, stdin)) > 0)
        buf_bytes(&b, part, n);
    TRY(buf_err(&b));
    return buf_take(&b, a, ret);
}

enum err app_input(const struct args *args, struct arena *a, struct input *ret)
{
    struct str text;
    *ret = (struct input){NULL, 0};
    if (!args->input)
        return OK;
    TRY(strcmp(args->input, "-") == 0 ? app_stdin(a, 1u << 20, &text)
                                      : file_read(args->input, 1u << 20, a, &text));
    return input_from_json(text, NULL, a, ret, NULL);
}

enum err app_sign_in(struct app *app, const struct args *args, struct session *session, struct ctx *ret)
{
    struct str password;
    char token[44];
    int role = args->role ? role_find(args->role) : -1,
        purpose = args->purpose ? purpose_find(args->purpose) : -1;
    if (!args->as || !args->password_file)
        return FAIL(ERR_SIGN_IN, "--as LOGIN and --password-file FILE are needed");
    TRY(file_read(args->password_file, 4096, app->arena, &password));
    TRY(account_sign_in(app->door, str_of(args->as), str_trim(password), role, purpose, app->arena, token));
    if (args->code_file) {
        struct str code;
        char raised[44];
        TRY(file_read(args->code_file, 64, app->arena, &code));
        struct second_factor factor = {.code = str_trim(code)};
        TRY(account_raise(app->door, str_of(token), &factor, app->arena, raised));
        memcpy(token, raised, sizeof token);
    }
    TRY(account_session(app->door, str_of(token), session));
    *ret = (struct ctx){.account = session->account,
                        .agency = session->agency,
                        .role = session->role,
                        .purpose = session->purpose,
                        .assurance = session->assurance,
                        .lang = args->lang ? args->lang : "en"};
    return OK;
}

static enum err run_action(struct app *app, const struct args *args, const struct ctx *ctx, const char *name,
                           struct id id, struct input in)
{
    struct act_request r = {
        .ctx = ctx, .action = name, .subject = id, .expected_version = args->version, .input = in};
    struct act_result result;
    char text[33];
    TRY(door_act(app->door, &r, app->arena, &result));
    id_text(result.id, text);
    printf("{\"id\":\"%s\",\"version\":%lld%s}\n", text, (long long)result.version,
           result.waits ? ",\"waits\":true" : "");
    if (result.waits)
        fprintf(stderr,
                "Nothing was done yet: a second person confirms it (akari proposal confirm --id %s).\n",
                text);
    return OK;
}

static enum err run_view(struct app *app, const struct ctx *ctx, const char *name, struct id id,
                         struct input in)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct view_request r = {.ctx = ctx, .view = name, .subject = id, .input = in};
    const struct view *v;
    TRY(door_view(app->door, &r, app->arena, &v));
    struct json j = json_to(&out);
    v->decl->to_json(v, &j);
    TRY(buf_err(&out));
    printf("%.*s\n", STR_FMT(buf_view(&out)));
    return OK;
}

static enum err run_generic(struct app *app, const struct args *args, const char *name)
{
    struct session session;
    struct ctx ctx;
    struct input in;
    struct id id = id_nil();
    if (args->id)
        TRY(id_parse(str_of(args->id), &id));
    TRY(app_input(args, app->arena, &in));
    TRY(app_sign_in(app, args, &session, &ctx));
    return door_action(app->door, name) ? run_action(app, args, &ctx, name, id, in)
                                        : run_view(app, &ctx, name, id, in);
}

enum err cmd_generic(const struct args *args)
{
    struct app app;
    char name[128];
    if (args->nwords == 2 && !args->data)
        return FAIL(ERR_USAGE,
                    "no command of this program alone; an action or view needs --data FOLDER and --as LOGIN");
    if (args->nwords != 2 ||
        snprintf(name, sizeof name, "%s.%s", args->words[0], args->words[1]) >= (int)sizeof name)
        return FAIL(ERR_USAGE, "no such command");
    TRY(app_open(args, true, &app));
    enum err e = door_action(app.door, name) || door_view_decl(app.door, name)
                     ? run_generic(&app, args, name)
                     : FAIL(ERR_USAGE, "no such command");
    app_close(&app);
    return e;
}

/* ---- help
 * ------------------------------------------------------------------------------------------------------------------------
 */

static void help_declared(const struct args *args)
{
    struct app app;
    const struct action *const *actions;
    const struct view_decl *const *views;
    if (!args->data || app_open(args, false, &app) != OK) {
        err_clear();
        printf("\nWith --data FOLDER this also lists every action and view of its pack.\n");
        return;
    }
    size_t n = door_actions(app.door, &actions);
    printf("\nActions (akari NOUN VERB --data FOLDER --as LOGIN --password-file FILE [--id ID] [--input "
           "FILE.json]):\n");
    for (size_t i = 0; i < n; i++)
        printf("  %-36s %s\n", actions[i]->name, actions[i]->summary);
    n = door_views(app.door, &views);
    printf("\nViews:\n");
    for (size_t i = 0; i < n; i++)
        printf("  %-36s %s\n", views[i]->name, views[i]->summary);
    app_close(&app);
}

/* The noun that help is asked for: "akari help backup", "akari backup --help"; NULL: everything. */
static const char *help_noun(const struct args *args)
{
    bool word = strcmp(args->words[0], "help") == 0;
    const char *noun = word ? (args->nwords > 1 ? args->words[1] : NULL) : args->words[0];
    return noun && app_is_noun(noun) ? noun : NULL;
}

enum err cmd_licences(const struct args *args)
{
    if (args->nwords != 1)
        return FAIL(ERR_USAGE, "akari licences");
    fwrite(EMBEDDED_LICENCES[0].p, 1, EMBEDDED_LICENCES[0].n, stdout);
    return OK;
}

enum err cmd_help(const struct args *args)
{
    const char *noun = help_noun(args);
    printf("akari - the counter-trafficking system of a country\n\n");
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (!noun || strcmp(COMMANDS[i].noun, noun) == 0)
            printf("  %s\n      %s\n", COMMANDS[i].usage, COMMANDS[i].summary);
    printf(
        "\nKeys: AKARI_PASSPHRASE or --key-file FILE. Exit codes: 0 done, 7 audit broken, 64 not understood, "
        "65 bad data,\n75 try again, 77 not allowed. Every option: akari man --out FOLDER.\n");
    if (!noun)
        help_declared(args);
    return OK;
}
