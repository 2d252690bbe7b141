/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_name_readings.c - how names may be read. They come by standard input, one a line, never as an argument;
 * no message repeats one. */
#include "base/alloc.h"
#include "base/json.h"
#include "cli/app.h"
#include "screening/names/readings.h"

#define INPUT_BYTES ((size_t)1 << 30)

struct flag_name {
    unsigned flag;
    const char *name;
};
static const struct flag_name FLAGS[] = {
    {WORD_PARTICLE, "particle"},
    {WORD_TITLE, "title"},
    {WORD_PATRONYMIC, "patronymic"},
    {WORD_INITIAL, "initial"},
    {WORD_TRUNCATED, "truncated"},
    {WORD_HONORIFIC_OPTIONAL, "honorific_optional"},
    {WORD_MIDDLE_COMMON, "middle_common"},
    {WORD_JOINED, "joined"},
    {WORD_FAMILY, "family"},
    {WORD_MORE, "more"},
    {WORD_UNREAD, "unread"},
};

static void put_reading(struct json *j, const struct name_token *t)
{
    json_object(j);
    json_kv_str(j, "latin", t->latin);
    if (t->kana.n)
        json_kv_str(j, "kana", t->kana);
    json_kv_i64(j, "weight", t->weight);
    json_kv(j, "of", reading_of_text(t->of));
    json_end(j);
}

static void put_word(struct json *j, const struct name_word *w)
{
    json_object(j);
    json_kv_str(j, "written", w->written);
    json_kv(j, "script", w->script);
    json_key(j, "flags");
    json_array(j);
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++)
        if (w->flags & FLAGS[i].flag)
            json_c(j, FLAGS[i].name);
    json_end(j);
    json_key(j, "readings");
    json_array(j);
    for (size_t i = 0; i < w->n; i++)
        put_reading(j, &w->readings[i]);
    json_end(j);
    json_end(j);
}

/* One name, one line of JSON, in the order of the input: an error takes the place of the words. */
static enum err one_name(struct arena *a, struct str line)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    struct name name = {0};
    enum err err = name_read(a, line, &name);
    if (err != OK && err != ERR_LIMIT)
        return err;
    json_object(&j);
    if (err != OK) {
        json_kv(&j, "error", err_detail());
        err_clear();
    } else {
        json_kv(&j, "script", name.script);
        json_kv_bool(&j, "mrz", name.mrz);
    }
    json_key(&j, "words");
    json_array(&j);
    for (size_t i = 0; i < name.n; i++)
        put_word(&j, &name.words[i]);
    json_end(&j);
    json_end(&j);
    buf_char(&out, '\n');
    TRY(buf_err(&out));
    fwrite(out.p, 1, out.n, stdout);
    return OK;
}

enum err cmd_name_readings(const struct args *args)
{
    struct arena *file CLEANUP(arena_cleanup) = arena_new(2 * INPUT_BYTES);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str rest, line;
    if (!file || !a)
        return mem_fail();
    if (!args->json)
        return FAIL(ERR_USAGE, "akari name readings --json < NAMES");
    TRY(app_stdin(file, INPUT_BYTES, &rest));
    while (str_cut(&rest, '\n', &line)) {
        if (str_ends(line, "\r"))
            line.n--;
        TRY(one_name(a, line));
        arena_reset(a);
    }
    return fflush(stdout) == 0 ? OK : FAIL(ERR_IO, "standard output");
}
