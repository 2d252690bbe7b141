/* SPDX-License-Identifier: Apache-2.0 */
/* bench_figures PACK FILE DATABASE-URL: makes a store, takes the file in, counts, purges, writes it out
 * again, and prints how long each took. Not a test: nothing is asserted about time. */
#include "base/env.h"
#include "base/json.h"
#include "core/account.h"
#include "core/clock.h"
#include "figures/generate.h"
#include "sys/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static struct schema schema;
static const struct unlock secret = {
    .key_file = {"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64}};

static enum err say(const char *what, int64_t since, enum err e)
{
    if (e != OK)
        printf("%s: %s: %s (%s)\n", what, err_row(e)->name, err_detail(), err_place());
    else
        printf("%-28s %8.2f s   %6.1f MB\n", what, (double)(env_monotonic_us() - since) / 1e6,
               (double)os_rss_bytes() / 1e6);
    fflush(stdout);
    return e;
}

static enum err declare(const struct pack *pack, struct arena *a, struct door_config *c)
{
    const struct action **kind_actions;
    const struct view_decl **kind_views;
    size_t na, nv;
    TRY(record_declare(pack, a, &kind_actions, &na, &kind_views, &nv));
    const struct action **actions = ARENA_ARRAY(a, na + 100, const struct action *);
    const struct view_decl **views = ARENA_ARRAY(a, nv + 100, const struct view_decl *);
    if (!actions || !views)
        return arena_err(a);
    memcpy(actions, kind_actions, na * sizeof *actions);
    memcpy(views, kind_views, nv * sizeof *views);
    for (size_t i = 0; i < NCASE_ACTIONS; i++)
        actions[na++] = &CASE_ACTIONS[i];
    for (size_t i = 0; i < NCASEWORK_ACTIONS; i++)
        actions[na++] = &CASEWORK_ACTIONS[i];
    for (size_t i = 0; i < NSUBJECT_ACTIONS; i++)
        actions[na++] = &SUBJECT_ACTIONS[i];
    for (size_t i = 0; i < NCLOCK_ACTIONS; i++)
        actions[na++] = &CLOCK_ACTIONS[i];
    for (size_t i = 0; i < NFIGURES_ACTIONS; i++)
        actions[na++] = &FIGURES_ACTIONS[i];
    for (size_t i = 0; i < NREGISTRY_VIEWS; i++)
        views[nv++] = &REGISTRY_VIEWS[i];
    for (size_t i = 0; i < NFIGURES_VIEWS; i++)
        views[nv++] = &FIGURES_VIEWS[i];
    schema_core(&schema);
    TRY(registry_tables(&schema));
    TRY(figures_tables(&schema));
    *c = (struct door_config){.schema = &schema,
                              .actions = actions,
                              .nactions = na,
                              .views = views,
                              .nviews = nv,
                              .pack = pack,
                              .entities = &REGISTRY_ENTITIES,
                              .synthetic = true};
    return OK;
}

static enum err print_counts(struct door *d, const struct ctx *ctx, const char *by, struct arena *a)
{
    struct pair pair = {STR("by"), str_of(by), VALUE_GIVEN};
    struct view_request r = {.ctx = ctx, .view = "figures.count", .input = {&pair, 1}};
    struct buf out CLEANUP(buf_free) = {0};
    const struct view *v;
    TRY(door_view(d, &r, a, &v));
    struct json j = json_to(&out);
    v->decl->to_json(v, &j);
    TRY(buf_err(&out));
    printf("%.*s\n", STR_FMT(buf_view(&out)));
    return OK;
}

static enum err run(struct door *d, const struct pack *pack, const char *file, struct arena *a)
{
    struct ctx ctx = ctx_system();
    struct import_report r;
    int64_t n, t = env_monotonic_us();
    ctx.agency = pack->agencies[0].id;
    TRY(say("import", t, figures_import(d, &ctx, "ctdc", file, false, true, NULL, NULL, &r)));
    printf("rows %lld imported %lld already %lld failed %lld\n", (long long)r.rows, (long long)r.imported,
           (long long)r.already, (long long)r.failed);
    for (size_t i = 0; i < r.nerrors && i < 5; i++)
        printf("row %lld: %s\n", (long long)r.errors[i].row, r.errors[i].what);
    t = env_monotonic_us();
    TRY(say("count (loads facts)", t, print_counts(d, &ctx, "gender", a)));
    t = env_monotonic_us();
    TRY(say("count again", t, print_counts(d, &ctx, "IP_Gender", a)));
    struct facts *f;
    TRY(facts_of(d, &f));
    printf("facts: %zu bytes, %s\n", facts_bytes(f), facts_locked(f) ? "locked" : "not all locked");
    t = env_monotonic_us();
    TRY(say("purge raw", t, figures_purge_raw(d, &ctx, r.batch, &n)));
    int fd = open("/dev/shm/akari-export.csv", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    t = env_monotonic_us();
    TRY(say("export", t, figures_export(d, &ctx, "ctdc", fd, &n)));
    close(fd);
    return OK;
}

static enum err cases(struct door *d, int64_t n)
{
    int64_t t = env_monotonic_us();
    return say("generate cases", t, figures_generate_cases(d, 7, n, NULL, NULL));
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(0);
    const struct pack *pack;
    struct pack_fault *faults;
    struct door_config c;
    struct door *d;
    size_t n;
    if (argc < 4 || crypto_start() != OK)
        return 64;
    if (pack_load(argv[1], a, &pack, &faults, &n) != OK) {
        printf("pack: %zu faults\n", n);
        return 65;
    }
    if (declare(pack, a, &c) != OK)
        return 70;
    c.url = argv[3];
    if (say("create", env_monotonic_us(), door_create(&c, &secret, ARGON_DEMO)) != OK ||
        door_open(&c, &d) != OK || door_unlock(d, &secret) != OK)
        return 70;
    int64_t ncases;
    enum err e =
        str_i64(str_of(argv[2]), 1, 1000000, &ncases) == OK ? cases(d, ncases) : run(d, pack, argv[2], a);
    if (door_close(d) != OK)
        return 70;
    pack_free(pack);
    arena_free(a);
    return e == OK ? 0 : 1;
}
