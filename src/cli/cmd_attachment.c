/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_attachment.c - a file into a case, and out of it: the three steps of attachment.h through the door.
 * What is told of the file comes as flat JSON, never as an argument. */
#include "attachment/attachment.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "cli/app.h"
#include "core/account.h"
#include "sys/crypto.h"
#include <unistd.h>

#define TOLD_MAX 12

static enum err step(struct app *app, const struct ctx *ctx, const char *action, struct id subject,
                     struct input in, struct arena *a, struct act_result *ret)
{
    struct act_request r = {
        .ctx = ctx, .action = action, .subject = subject, .expected_version = -1, .input = in};
    return door_act(app->door, &r, a, ret);
}

static enum err send_part(struct app *app, const struct ctx *ctx, struct id file, struct str part, size_t no)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf text CLEANUP(buf_free) = {.wipes = true};
    struct act_result result;
    char number[24];
    if (!a)
        return mem_fail();
    base64(&text, part.p, part.n);
    TRY(buf_err(&text));
    snprintf(number, sizeof number, "%zu", no);
    struct pair pairs[] = {{STR("no"), str_of(number), VALUE_GIVEN},
                           {STR("content"), buf_view(&text), VALUE_GIVEN}};
    return step(app, ctx, "attachment.chunk", file, (struct input){pairs, 2}, a, &result);
}

/* What was told, the case of --id, the length and the name of the file. */
static enum err told(const struct args *args, struct input given, size_t bytes, struct arena *a,
                     struct input *ret)
{
    struct pair *pairs = ARENA_ARRAY(a, given.n + 3, struct pair);
    const char *slash = strrchr(args->words[2], '/');
    char *length = arena_printf(a, "%zu", bytes);
    if (!pairs || !length)
        return arena_err(a);
    if (given.n > TOLD_MAX)
        return FAIL(ERR_FIELD, "declared, class, title, description, taken_on, subject and record are known");
    for (size_t i = 0; i < given.n; i++)
        pairs[i] = given.pairs[i];
    pairs[given.n] = (struct pair){STR("case"), str_of(args->id), VALUE_GIVEN};
    pairs[given.n + 1] = (struct pair){STR("bytes"), str_of(length), VALUE_GIVEN};
    pairs[given.n + 2] =
        (struct pair){STR("file_name"), str_of(slash ? slash + 1 : args->words[2]), VALUE_GIVEN};
    *ret = (struct input){pairs, given.n + 3};
    return OK;
}

static enum err add(struct app *app, const struct args *args, struct str content)
{
    struct session session;
    struct ctx ctx;
    struct input in, all = {0};
    struct act_result begun, done;
    char text[33], sum[65];
    TRY(app_input(args, app->arena, &in));
    TRY(told(args, in, content.n, app->arena, &all));
    TRY(app_sign_in(app, args, &session, &ctx));
    TRY(step(app, &ctx, "attachment.begin", id_nil(), all, app->arena, &begun));
    for (size_t no = 0; no * ATTACHMENT_CHUNK_BYTES < content.n; no++)
        TRY(send_part(app, &ctx, begun.id,
                      str_sub(content, no * ATTACHMENT_CHUNK_BYTES, ATTACHMENT_CHUNK_BYTES), no));
    struct hash h = sha256(content, STR(""));
    for (size_t i = 0; i < sizeof h.b; i++)
        snprintf(sum + 2 * i, 3, "%02x", h.b[i]);
    struct pair pair = {STR("sha256"), str_of(sum), VALUE_GIVEN};
    TRY(step(app, &ctx, "attachment.finish", begun.id, (struct input){&pair, 1}, app->arena, &done));
    id_text(begun.id, text);
    printf("{\"id\":\"%s\",\"sha256\":\"%s\"}\n", text, sum);
    return OK;
}

enum err cmd_attachment_add(const struct args *args)
{
    struct app app;
    struct str content = STR("");
    if (args->nwords != 3 || !args->id || !args->input)
        return FAIL(ERR_USAGE, "FILE, --id CASE and --input FILE are needed");
    TRY(app_open(args, true, &app));
    enum err e = file_read(args->words[2], ATTACHMENT_MAX_BYTES, app.arena, &content);
    if (e == OK)
        e = content.n ? add(&app, args, content) : FAIL(ERR_FIELD, "the file is empty");
    secret_wipe((void *)(uintptr_t)content.p, content.n);
    app_close(&app);
    return e;
}

static enum err get(struct app *app, const struct args *args)
{
    struct session session;
    struct ctx ctx;
    struct id id;
    const struct view *v;
    TRY(id_parse(str_of(args->id), &id));
    TRY(app_sign_in(app, args, &session, &ctx));
    struct view_request r = {.ctx = &ctx, .view = "attachment.download", .subject = id};
    TRY(door_view(app->door, &r, app->arena, &v));
    const struct attachment_content *m = v->model;
    TRY(file_write_atomic(args->out, 0600, m->bytes));
    printf("{\"bytes\":%zu,\"sha256\":\"%.*s\"}\n", m->bytes.n, STR_FMT(m->about.sha256));
    return OK;
}

enum err cmd_attachment_get(const struct args *args)
{
    struct app app;
    if (args->nwords != 2 || !args->id || !args->out)
        return FAIL(ERR_USAGE, "--id ID and --out FILE are needed");
    if (access(args->out, F_OK) == 0)
        return FAIL(ERR_STATE, "--out: there is a file already");
    TRY(app_open(args, true, &app));
    enum err e = get(&app, args);
    app_close(&app);
    return e;
}
