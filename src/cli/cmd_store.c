/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_store.c - making a data folder, and serving it. */
#include "base/alloc.h"
#include "cli/app.h"
#include "core/jobs.h"
#include "core/pack.h"
#include "figures/figures.h"
#include "plan/plan.h"
#include "search/search.h"
#include "web/web.h"

#include <signal.h>

static enum err write_conf(const struct args *args, struct arena *a)
{
    char *path = arena_printf(a, "%s/akari.conf", args->data);
    char *text = arena_printf(
        a,
        "# Where the rows are: sqlite:FILE (relative to this folder) or postgres:CONNINFO\ndatabase = %s\n",
        args->db ? args->db : "sqlite:akari.db");
    if (!path || !text)
        return arena_err(a);
    return file_write_atomic(path, 0600, str_of(text));
}

static enum err make_store(const struct args *args, const struct pack *pack, struct arena *a)
{
    struct app app = {0};
    struct unlock secret;
    TRY(app_secret(args, a, &secret));
    TRY(dir_make(args->data, 0700));
    TRY(write_conf(args, a));
    enum err e = app_declare(pack, &app);
    app.config.schema = &app.schema;
    app.config.data = args->data;
    app.config.synthetic = args->synthetic;
    if (e == OK)
        e = door_create(&app.config, &secret, args->synthetic ? ARGON_DEMO : ARGON_INTERACTIVE);
    arena_free(app.arena);
    TRY(e);
    return app_copy_pack(args->pack, args->data); /* last: a folder without a pack is no data folder */
}

enum err cmd_init(const struct args *args)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct pack *pack;
    if (!a)
        return mem_fail();
    if (!args->pack || !args->data)
        return FAIL(ERR_USAGE, "--pack FOLDER and --data FOLDER are needed");
    char *there = arena_printf(a, "%s/pack", args->data);
    if (!there)
        return arena_err(a);
    if (path_exists(there))
        return FAIL(ERR_STATE, "there is a data folder already");
    TRY(app_load_pack(args->pack, &pack));
    enum err e = make_store(args, pack, a);
    if (e == OK)
        printf("%s: pack %s %s, %zu agencies, %zu kinds\n", args->data, pack->id, pack->version,
               pack->nagencies, pack->nkinds);
    if (e == OK)
        fprintf(stderr,
                args->synthetic
                    ? "Next: akari demo fill --data %s, then akari serve --data %s\n"
                    : "Next: akari account first --data %s --input FILE (twice: two people), then "
                      "akari serve --data %s\n",
                args->data, args->data);
    pack_free(pack);
    return e;
}

/* ---- serving
 * ---------------------------------------------------------------------------------------------------------------
 */

/* ADDRESS:PORT, or ADDRESS:PORT+ for that port or one of the next twenty. */
static enum err split_listen(const char *listen, struct arena *a, const char **ret_address, int *ret_port,
                             int *ret_tries)
{
    struct str s = str_of(listen ? listen : "127.0.0.1:8080");
    const char *colon = strrchr(s.p, ':');
    int64_t port;
    if (!colon)
        return FAIL(ERR_USAGE, "--listen takes ADDRESS:PORT");
    size_t at = (size_t)(colon - s.p);
    struct str digits = str_sub(s, at + 1, s.n);
    *ret_tries = str_ends(digits, "+") ? 20 : 1;
    if (*ret_tries > 1)
        digits = str_sub(digits, 0, digits.n - 1);
    if (str_i64(digits, 0, 65535, &port) != OK)
        return FAIL(ERR_USAGE, "--listen takes ADDRESS:PORT");
    *ret_address = arena_cstr(a, str_sub(s, 0, at));
    *ret_port = (int)port;
    return *ret_address ? OK : arena_err(a);
}

/* What needs open keys: the indexes in memory, the counts, the jobs. */
static enum err warm_up(struct app *app, const struct args *args, struct jobs **ret_jobs)
{
    TRY(search_warm(app->door));
    TRY(plan_warm(app->door));
    TRY(figures_warm(app->door));
    return jobs_start(app->door, NULL, NULL, args->data, ret_jobs);
}

static enum err serve(struct app *app, const struct args *args, const sigset_t *ends, bool locked)
{
    struct web_config config = {.door = app->door, .data = args->data};
    struct web *web;
    struct jobs *jobs = NULL;
    int got;
    int tries = 1;
    TRY(split_listen(args->listen, app->arena, &config.address, &config.port, &tries));
    enum err e = web_start(&config, &web);
    for (; e == ERR_BUSY && tries > 1; tries--) {
        config.port++;
        e = web_start(&config, &web);
    }
    TRY(e);
    if (!locked)
        e = warm_up(app, args, &jobs);
    if (e == OK) {
        printf("http://%s:%d\n", config.address, web_port(web));
        fflush(stdout);
        sigwait(ends, &got);
        jobs_stop(jobs);
    }
    web_stop(web);
    return e;
}

/* After a power cut nobody may be there who has the secret. Counters can send notes all the same: what they
 * send is sealed for the desk and becomes a report when the keys are open (plan 1(1)/a). A wrong secret is a
 * fault. */
enum err cmd_serve(const struct args *args)
{
    struct app app;
    sigset_t ends;
    bool locked = !app_has_secret(args);
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (pthread_sigmask(SIG_BLOCK, &ends, NULL) != 0) /* before any thread starts: those of the door, too */
        return FAIL(ERR_INTERNAL, "signals");
    TRY(app_open(args, !locked, &app));
    if (locked)
        fprintf(stderr, "akari: no secret was given, so the keys stay closed: nobody can sign in, and no "
                        "deadline is told.\n"
                        "       Notes from counters are taken and wait. To open: stop this, set "
                        "AKARI_PASSPHRASE or give\n"
                        "       --key-file FILE, and serve again.\n");
    enum err e = serve(&app, args, &ends, locked);
    app_close(&app);
    return e;
}
