/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/app.h"

#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "base/alloc.h"
#include "core/account.h"
#include "core/clock.h"
#include "core/health.h"
#include "core/jobs.h"
#include "core/notice.h"
#include "core/policy/view.h"
#include "core/proposal.h"
#include "core/record.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "plan/plan.h"
#include "registry/registry.h"
#include "search/search.h"

struct action_table {
    const struct action *items;
    const size_t *n;
};
struct view_table {
    const struct view_decl *items;
    const size_t *n;
};
static const struct action_table action_tables[] = {
    {ATTACHMENT_ACTIONS, &NATTACHMENT_ACTIONS},
    {ASSESSMENT_ACTIONS, &NASSESSMENT_ACTIONS},
    {CASE_ACTIONS, &NCASE_ACTIONS},
    {CASEWORK_ACTIONS, &NCASEWORK_ACTIONS},
    {SUBJECT_ACTIONS, &NSUBJECT_ACTIONS},
    {CLOCK_ACTIONS, &NCLOCK_ACTIONS},
    {ACCOUNT_ACTIONS, &NACCOUNT_ACTIONS},
    {JOB_ACTIONS, &NJOB_ACTIONS},
    {WITNESS_ACTIONS, &NWITNESS_ACTIONS},
    {NOTICE_ACTIONS, &NNOTICE_ACTIONS},
    {FIGURES_ACTIONS, &NFIGURES_ACTIONS},
    {PROPOSAL_ACTIONS, &NPROPOSAL_ACTIONS},
    {HOLD_ACTIONS, &NHOLD_ACTIONS},
    {GLASS_ACTIONS, &NGLASS_ACTIONS},
    {DESK_ACTIONS, &NDESK_ACTIONS},
};
static const struct view_table view_tables[] = {
    {ATTACHMENT_VIEWS, &NATTACHMENT_VIEWS},
    {ASSESSMENT_VIEWS, &NASSESSMENT_VIEWS},
    {REGISTRY_VIEWS, &NREGISTRY_VIEWS},
    {CLOCK_VIEWS, &NCLOCK_VIEWS},
    {ACCOUNT_VIEWS, &NACCOUNT_VIEWS},
    {NOTICE_VIEWS, &NNOTICE_VIEWS},
    {FIGURES_VIEWS, &NFIGURES_VIEWS},
    {PLAN_VIEWS, &NPLAN_VIEWS},
    {POLICY_VIEWS, &NPOLICY_VIEWS},
    {PROPOSAL_VIEWS, &NPROPOSAL_VIEWS},
    {SEARCH_VIEWS, &NSEARCH_VIEWS},
    {HOLD_VIEWS, &NHOLD_VIEWS},
    {GLASS_VIEWS, &NGLASS_VIEWS},
    {HEALTH_VIEWS, &NHEALTH_VIEWS},
    {DESK_VIEWS, &NDESK_VIEWS},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))
static const struct job_due jobs[] = {{"attachment.expire", attachment_expire_due},
                                      {"hold.release", hold_release_due},
                                      {"report.receive", .due_with = report_receive_due},
                                      {"enquiry.compare", enquiry_compare_due},
                                      {"desk.expire", desk_expire_due}};

static enum err declare_all(struct app *app)
{
    const struct action **kind_actions;
    const struct view_decl **kind_views;
    size_t na, nv;
    TRY(record_declare(app->pack, app->arena, &kind_actions, &na, &kind_views, &nv));
    for (size_t i = 0; i < COUNT(action_tables); i++)
        na += *action_tables[i].n;
    for (size_t i = 0; i < COUNT(view_tables); i++)
        nv += *view_tables[i].n;
    app->actions = ARENA_ARRAY(app->arena, na, const struct action *);
    app->views = ARENA_ARRAY(app->arena, nv, const struct view_decl *);
    if (!app->actions || !app->views)
        return arena_err(app->arena);
    for (size_t i = 0; i < COUNT(action_tables); i++)
        for (size_t k = 0; k < *action_tables[i].n; k++)
            app->actions[app->nactions++] = &action_tables[i].items[k];
    for (size_t k = 0; app->nactions < na; k++)
        app->actions[app->nactions++] = kind_actions[k];
    for (size_t i = 0; i < COUNT(view_tables); i++)
        for (size_t k = 0; k < *view_tables[i].n; k++)
            app->views[app->nviews++] = &view_tables[i].items[k];
    for (size_t k = 0; app->nviews < nv; k++)
        app->views[app->nviews++] = kind_views[k];
    return OK;
}

enum err app_declare(const struct pack *pack, struct app *ret)
{
    ret->arena = arena_new(0);
    if (!ret->arena)
        return mem_fail();
    ret->pack = pack;
    schema_core(&ret->schema);
    TRY(registry_tables(&ret->schema));
    TRY(assessment_tables(&ret->schema));
    TRY(hold_tables(&ret->schema));
    TRY(figures_tables(&ret->schema));
    TRY(attachment_tables(&ret->schema));
    TRY(desk_tables(&ret->schema));
    TRY(declare_all(ret));
    ret->entities = REGISTRY_ENTITIES;
    ret->entities.report = desk_report_object;
    ret->config = (struct door_config){.actions = ret->actions,
                                       .nactions = ret->nactions,
                                       .views = ret->views,
                                       .nviews = ret->nviews,
                                       .jobs = jobs,
                                       .njobs = COUNT(jobs),
                                       .pack = pack,
                                       .entities = &ret->entities,
                                       .gates = &HOLD_GATES};
    return OK;
}

enum err app_load_pack(const char *folder, const struct pack **ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    size_t n;
    if (!a)
        return mem_fail();
    enum err e = pack_load(folder, a, ret, &faults, &n);
    for (size_t i = 0; e == ERR_PACK && i < n; i++)
        fprintf(stderr, "%s:%d: %s\n", faults[i].file, faults[i].line, faults[i].what);
    return e == ERR_PACK ? FAIL(ERR_PACK, "%zu faults", n) : e;
}

#define PACK_ABOVE 6 /* folders: build/x/src/cli/akari is four below the sources */

/* Beside the program as it is installed (PREFIX/bin, PREFIX/share), or up from where it was built. */
static enum err find_pack(struct arena *a, const char **ret)
{
    static const char *const places[] = {"share/akari/pack/japan", "pack/japan"};
    const char *folder;
    char *up;
    TRY(os_program_folder(a, &folder));
    up = arena_cstr(a, str_of(folder));
    for (int above = 0; up && above < PACK_ABOVE; above++) {
        for (size_t i = 0; i < COUNT(places); i++) {
            const char *there = arena_printf(a, "%s/%s", up, places[i]);
            const char *file = there ? arena_printf(a, "%s/pack.yaml", there) : NULL;
            if (!file)
                return arena_err(a);
            *ret = there;
            if (path_exists(file))
                return OK;
        }
        char *slash = strrchr(up, '/');
        if (!slash || slash == up)
            break;
        *slash = '\0';
    }
    return up ? FAIL(ERR_CONFIG, "no country pack beside the program: give --pack FOLDER") : arena_err(a);
}

enum err app_default_pack(const struct args *args, const struct pack **ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const char *folder = args->pack;
    if (!a)
        return mem_fail();
    if (!folder)
        TRY(find_pack(a, &folder));
    return app_load_pack(folder, ret);
}

#define COPY_DEPTH 4
#define COPY_FILES 2000

/* ---- the pack is copied into the data folder: a store runs under the very pack it was made with
 * -------------------------- */

static enum err copy_folder(const char *from, const char *to, int depth, int *files)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **names;
    size_t n;
    if (!a)
        return mem_fail();
    if (depth > COPY_DEPTH)
        return FAIL(ERR_LIMIT, "the pack has folders deeper than %d", COPY_DEPTH);
    TRY(dir_make(to, 0700));
    TRY(dir_list(from, a, &names, &n));
    for (size_t i = 0; i < n; i++) {
        char *source = arena_printf(a, "%s/%s", from, names[i]),
             *target = arena_printf(a, "%s/%s", to, names[i]);
        struct str text;
        if (!source || !target)
            return arena_err(a);
        if (++*files > COPY_FILES)
            return FAIL(ERR_LIMIT, "the pack has more than %d files", COPY_FILES);
        enum err e = file_read(source, 16u << 20, a, &text);
        if (e == OK)
            e = file_write_atomic(target, 0600, text);
        else
            e = copy_folder(source, target, depth + 1, files); /* a folder */
        TRY(e);
    }
    return OK;
}

enum err app_copy_pack(const char *pack, const char *data)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    int files = 0;
    char *copy = a ? arena_printf(a, "%s/pack", data) : NULL;
    return copy ? copy_folder(pack, copy, 0, &files) : mem_fail();
}

bool app_has_secret(const struct args *args)
{
    const char *passphrase = getenv("AKARI_PASSPHRASE");
    return args->key_file || (passphrase && *passphrase);
}

enum err app_secret(const struct args *args, struct arena *a, struct unlock *ret)
{
    const char *passphrase = getenv("AKARI_PASSPHRASE");
    *ret = (struct unlock){.passphrase = STR(""), .key_file = STR("")};
    if (args->key_file)
        return file_read(args->key_file, 4096, a, &ret->key_file);
    if (passphrase && *passphrase) {
        ret->passphrase = arena_str(a, str_of(passphrase));
        unsetenv("AKARI_PASSPHRASE"); /* not inherited by anything this process starts */
        return ret->passphrase.p ? OK : arena_err(a);
    }
    return FAIL(ERR_LOCKED, "set AKARI_PASSPHRASE or give --key-file FILE");
}

static enum err open_door(const struct args *args, bool unlock, struct app *app)
{
    struct unlock secret;
    app->config.schema = &app->schema;
    app->config.data = args->data;
    TRY(door_open(&app->config, &app->door));
    if (!unlock)
        return OK;
    TRY(app_secret(args, app->arena, &secret));
    return door_unlock(app->door, &secret);
}

enum err app_open(const struct args *args, bool unlock, struct app *ret)
{
    char path[4096];
    const struct pack *pack;
    *ret = (struct app){0};
    if (!args->data)
        return FAIL(ERR_USAGE, "--data FOLDER is needed");
    if (snprintf(path, sizeof path, "%s/pack", args->data) >= (int)sizeof path)
        return FAIL(ERR_USAGE, "the path of the data folder is too long");
    if (!path_exists(path))
        return FAIL(ERR_CONFIG, "no data folder there: akari init makes one");
    TRY(app_load_pack(path, &pack));
    ret->pack = pack;
    enum err e = app_declare(pack, ret);
    ret->data = args->data;
    if (e == OK)
        e = open_door(args, unlock, ret);
    if (e != OK)
        app_close(ret);
    return e;
}

void app_close(struct app *app)
{
    if (door_close(app->door) != OK)
        err_clear();
    app->door = NULL;
    pack_free(app->pack);
    app->pack = NULL;
    arena_free(app->arena);
    app->arena = NULL;
}

struct ctx app_ctx(const struct app *app, const struct args *args, enum role role, enum purpose purpose)
{
    struct ctx c = ctx_system();
    c.role = role;
    c.purpose = purpose;
    c.agency = args->agency ? args->agency : app->pack->nagencies ? app->pack->agencies[0].id : "";
    c.lang = args->lang ? args->lang : "en";
    return c;
}
