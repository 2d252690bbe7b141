/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "cli/app.h"
#include "core/backup.h"

enum err cmd_backup_make(const struct args *args)
{
    struct app app;
    struct backup_report r;
    if (!args->out || !args->keys)
        return FAIL(ERR_USAGE,
                    "--out FOLDER for data and --keys FOLDER for keys are needed; keep them apart");
    if (strcmp(args->out, args->keys) == 0)
        return FAIL(ERR_USAGE, "data and key backups go into different folders");
    TRY(app_open(args, true, &app));
    enum err e = backup_make(app.door, args->out, args->keys, &r);
    if (e == OK)
        printf("%lld rows in %s\n%lld keys in %s\n", (long long)r.rows, r.data_file, (long long)r.key_rows,
               r.key_file);
    app_close(&app);
    return e;
}

static enum err restore(const struct args *args, const struct pack *pack, struct app *app)
{
    struct unlock secret;
    struct backup_report r;
    struct args init = *args;
    TRY(app_declare(pack, app));
    TRY(app_secret(args, app->arena, &secret));
    TRY(dir_make(args->data, 0700));
    char *conf = arena_printf(app->arena, "%s/akari.conf", args->data);
    char *text = arena_printf(app->arena, "database = %s\n", init.db ? init.db : "sqlite:akari.db");
    if (!conf || !text)
        return arena_err(app->arena);
    TRY(file_write_atomic(conf, 0600, str_of(text)));
    app->config.schema = &app->schema;
    app->config.data = args->data;
    TRY(backup_restore(&app->config, args->words[2], args->keys, &secret, &r));
    printf("%lld rows, %lld keys restored\n", (long long)r.rows, (long long)r.key_rows);
    return app_copy_pack(args->pack, args->data);
}

enum err cmd_backup_restore(const struct args *args)
{
    struct app app = {0};
    const struct pack *pack;
    if (args->nwords < 3 || !args->keys || !args->data || !args->pack)
        return FAIL(ERR_USAGE, "akari backup restore FILE --keys FILE --data FOLDER --pack FOLDER");
    TRY(app_load_pack(args->pack, &pack));
    enum err e = restore(args, pack, &app);
    arena_free(app.arena);
    pack_free(pack);
    return e;
}

enum err cmd_backup_expire(const struct args *args)
{
    int n;
    if (!args->keys)
        return FAIL(ERR_USAGE, "--keys FOLDER is needed");
    TRY(backup_expire(args->keys, env_now_us(), &n));
    printf("%d key backups deleted\n", n);
    return OK;
}
