/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_figures.c - data in and out, counts, the plan. */
#include "base/json.h"
#include "cli/app.h"
#include "figures/figures.h"
#include "plan/plan.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- import, export
 * ---------------------------------------------------------------------------------------------------------
 */

static void show_progress(void *user, int64_t done, int64_t total)
{
    struct progress *p = user;
    p->total = total;
    progress_at(p, done);
}

static void print_import(const struct import_report *r, bool dry_run)
{
    char batch[33];
    for (size_t i = 0; i < r->nerrors; i++)
        fprintf(stderr, "row %lld: %s\n", (long long)r->errors[i].row, r->errors[i].what);
    id_text(r->batch, batch);
    printf("%s%lld rows, %lld imported, %lld already there, %lld failed, %.1f s\n",
           dry_run ? "dry run: " : "", (long long)r->rows, (long long)r->imported, (long long)r->already,
           (long long)r->failed, r->seconds);
    if (!dry_run)
        printf("batch %s\n", batch);
}

enum err cmd_import_ctdc(const struct args *args)
{
    struct app app;
    struct progress p;
    struct import_report report = {0};
    if (args->nwords < 3)
        return FAIL(ERR_USAGE, "akari import ctdc FILE --data FOLDER");
    TRY(app_open(args, true, &app));
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    progress_start(&p, "import", 0);
    enum err e = figures_import(app.door, &ctx, "ctdc", args->words[2], args->dry_run, args->synthetic,
                                show_progress, &p, &report);
    progress_end(&p);
    if (e == OK)
        print_import(&report, args->dry_run);
    if (e == OK && report.failed)
        e = FAIL(ERR_BAD_DATA, "%lld rows failed; the others are in", (long long)report.failed);
    app_close(&app);
    return e;
}

static enum err batch_command(const struct args *args,
                              enum err (*run)(struct door *, const struct ctx *, struct id, int64_t *),
                              const char *words)
{
    struct app app;
    struct id batch;
    int64_t n;
    if (!args->id)
        return FAIL(ERR_USAGE, "--id BATCH is needed");
    TRY(id_parse(str_of(args->id), &batch));
    TRY(app_open(args, true, &app));
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    enum err e = run(app.door, &ctx, batch, &n);
    if (e == OK)
        printf("%lld %s\n", (long long)n, words);
    app_close(&app);
    return e;
}

enum err cmd_import_undo(const struct args *args)
{
    return batch_command(args, figures_undo, "cases undone");
}

enum err cmd_import_purge(const struct args *args)
{
    return batch_command(args, figures_purge_raw, "raw rows deleted");
}

enum err cmd_export_ctdc(const struct args *args)
{
    struct app app;
    int64_t rows;
    int fd = STDOUT_FILENO;
    TRY(app_open(args, true, &app));
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_ADMINISTRATION);
    if (args->out)
        fd = open(args->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum err e = fd < 0 ? FAIL(ERR_IO, "the output file cannot be written")
                        : figures_export(app.door, &ctx, "ctdc", fd, &rows);
    if (args->out && fd >= 0 && (fsync(fd) != 0 || close(fd) != 0) && e == OK)
        e = FAIL(ERR_IO, "the output file cannot be written");
    if (e == OK)
        fprintf(stderr, "%lld rows\n", (long long)rows);
    app_close(&app);
    return e;
}

/* ---- views on the terminal
 * ------------------------------------------------------------------------------------------------------ */

static enum err print_view(const struct args *args, const char *name, const struct pair *pairs, size_t n)
{
    struct app app;
    struct buf out CLEANUP(buf_free) = {0};
    const struct view *v;
    TRY(app_open(args, true, &app));
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_STATISTICS);
    struct view_request r = {.ctx = &ctx, .view = name, .input = {pairs, n}};
    enum err e = door_view(app.door, &r, app.arena, &v);
    if (e == OK) {
        struct json j = json_to(&out);
        v->decl->to_json(v, &j);
        e = buf_err(&out);
    }
    if (e == OK)
        printf("%.*s\n", STR_FMT(buf_view(&out)));
    app_close(&app);
    return e;
}

static void print_counts(const struct figure_count *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->items[i].hidden)
            printf("%-28s  below the threshold\n", c->items[i].label);
        else
            printf("%-28s %10lld\n", c->items[i].label, (long long)c->items[i].n);
    }
}

static enum err cmd_counts(const struct args *args)
{
    struct app app;
    const struct view *v;
    TRY(app_open(args, true, &app));
    struct pair by = {STR("by"), str_of(args->by), VALUE_GIVEN};
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_STATISTICS);
    struct view_request r = {.ctx = &ctx, .view = "figures.count", .input = {&by, 1}};
    enum err e = door_view(app.door, &r, app.arena, &v);
    if (e == OK)
        print_counts(v->model);
    app_close(&app);
    return e;
}

enum err cmd_figures_count(const struct args *args)
{
    if (!args->by)
        return FAIL(ERR_USAGE, "--by COLUMN is needed");
    if (!args->json)
        return cmd_counts(args);
    struct pair by = {STR("by"), str_of(args->by), VALUE_GIVEN};
    return print_view(args, "figures.count", &by, 1);
}

static void print_indicator(const struct indicator_value *v)
{
    switch (v->state) {
    case INDICATOR_NOT_COLLECTED:
        printf("    %s: not collected: kind %s missing\n", v->indicator->title, v->missing_kind);
        break;
    case INDICATOR_MANUAL:
        printf("    %s: entered by hand\n", v->indicator->title);
        break;
    case INDICATOR_BELOW_THRESHOLD:
        printf("    %s: below the threshold\n", v->indicator->title);
        break;
    case INDICATOR_COUNTING:
        printf("    %s: being counted\n", v->indicator->title);
        break;
    case INDICATOR_NUMBER:
        if (v->indicator->op == IND_SHARE && v->denominator == 0)
            printf("    %s: no cases yet\n", v->indicator->title);
        else if (v->indicator->op == IND_SHARE)
            printf("    %s: %lld of %lld\n", v->indicator->title, (long long)v->numerator,
                   (long long)v->denominator);
        else
            printf("    %s: %g\n", v->indicator->title, v->value);
        break;
    }
}

enum err cmd_plan_status(const struct args *args)
{
    struct app app;
    const struct view *v;
    if (args->json)
        return print_view(args, "plan.status", NULL, 0);
    TRY(app_open(args, true, &app));
    struct ctx ctx = app_ctx(&app, args, ROLE_SYSTEM, PURPOSE_STATISTICS);
    struct view_request r = {.ctx = &ctx, .view = "plan.status"};
    enum err e = door_view(app.door, &r, app.arena, &v);
    const struct plan_status *s = e == OK ? v->model : NULL;
    for (size_t i = 0; s && i < s->nrows; i++) {
        const struct duty_status *d = &s->rows[i];
        printf("%-12s %s\n", d->duty ? d->duty->id : d->item->id, d->duty ? d->duty->title : d->item->title);
        for (size_t k = 0; k < d->n; k++)
            print_indicator(&d->values[k]);
    }
    if (s)
        printf("%zu measures, %zu duties, %zu programme items; indicators: %zu live, %zu not collected, %zu "
               "by hand\n",
               s->measures, s->duties, s->items, s->live, s->not_collected, s->manual);
    app_close(&app);
    return e;
}
