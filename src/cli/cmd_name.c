/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_name.c - names against names. They come by file or standard input, never as an argument, and no message
 * repeats one. */
#include "base/alloc.h"
#include "cli/app.h"
#include "screening/names/match.h"

#define FILE_BYTES ((size_t)1 << 30)
#define LINE_BYTES ((size_t)64 << 20) /* of memory for one line */
#define TOP        10

/* Whoever gives a name in place of a file does not read it in the message. */
static enum err read_all(const char *path, struct arena *a, struct str *ret)
{
    if (strcmp(path, "-") == 0)
        return app_stdin(a, FILE_BYTES, ret);
    enum err e = file_read(path, FILE_BYTES, a, ret);
    return e == OK ? OK : FAIL(e, "a file of names: it was not read");
}

struct lines {
    struct arena *file; /* the text */
    struct str rest;
    int64_t line, bad; /* lines read; that could not be used */
};

static void lines_close(struct lines *l)
{
    arena_free(l->file);
}

static enum err lines_open(const char *path, struct lines *ret)
{
    ret->file = arena_new(2 * FILE_BYTES);
    return ret->file ? read_all(path, ret->file, &ret->rest) : mem_fail();
}

/* Two columns. *ret_ok: are there two? */
static bool next_line(struct lines *l, struct str *ret_first, struct str *ret_second, bool *ret_ok)
{
    struct str line;
    if (!str_cut(&l->rest, '\n', &line))
        return false;
    l->line++;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_ok = str_find(line, '\t') >= 0;
    str_cut(&line, '\t', ret_first);
    *ret_second = line;
    return true;
}

/* What one line has wrong does not stop the others; that there was something is told at the end. */
static void complain(struct lines *l, const char *what)
{
    fprintf(stderr, "akari: line %lld: %s\n", (long long)l->line, what);
    l->bad++;
}

static enum err one_bad(struct lines *l, enum err e)
{
    if (e != ERR_LIMIT && e != ERR_BAD_UTF8)
        return e;
    err_clear();
    complain(l, "a name that is too long or not UTF-8 is not compared");
    return OK;
}

static enum err told(const struct lines *l)
{
    return l->bad ? FAIL(ERR_BAD_DATA, "%lld lines could not be used", (long long)l->bad) : OK;
}

static enum err score_line(struct arena *a, struct str first, struct str second, struct name_score *ret)
{
    struct name x, y;
    struct ready_name rx, ry;
    TRY(name_read(a, first, &x));
    TRY(name_read(a, second, &y));
    TRY(name_ready(a, &x, NULL, &rx));
    TRY(name_ready(a, &y, NULL, &ry));
    name_score(&rx, &ry, ret);
    return OK;
}

enum err cmd_name_score(const struct args *args)
{
    struct lines l CLEANUP(lines_close) = {0};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(LINE_BYTES);
    struct str first, second;
    bool ok;
    if (!a)
        return mem_fail();
    if (args->nwords != 3)
        return FAIL(ERR_USAGE, "akari name score FILE: two names a line, a TAB between; - is standard input");
    TRY(lines_open(args->words[2], &l));
    while (next_line(&l, &first, &second, &ok)) {
        struct name_score s = {0};
        if (!ok)
            complain(&l, "no TAB between two names");
        else
            TRY(one_bad(&l, score_line(a, first, second, &s)));
        printf("%.6f\n", s.score);
        arena_reset(a);
    }
    return told(&l);
}

static enum err read_list(const char *path, struct name_list *list)
{
    struct lines l CLEANUP(lines_close) = {0};
    struct str id, name;
    bool ok;
    TRY(lines_open(path, &l));
    while (next_line(&l, &id, &name, &ok))
        if (!ok)
            complain(&l, "no TAB between id and name (list)");
        else
            TRY(one_bad(&l, name_list_add(list, id, name)));
    TRY(told(&l));
    return name_list_ready(list);
}

static enum err answer(const struct name_list *list, struct arena *a, struct str id, struct str name,
                       size_t top)
{
    struct ready_name query;
    struct name_hit *hits;
    size_t n;
    TRY(name_list_best(list, a, name, top, &query, &hits, &n));
    for (size_t i = 0; i < n; i++) {
        struct str why;
        TRY(name_score_explain(a, &query, hits[i].name, &hits[i].score, &why));
        printf("%.*s\t%.*s\t%.6f\t%.*s\n", STR_FMT(id), STR_FMT(hits[i].id), hits[i].score.score,
               STR_FMT(why));
    }
    return OK;
}

enum err cmd_name_match(const struct args *args)
{
    struct name_list *list CLEANUP(name_list_cleanup) = NULL;
    struct lines l CLEANUP(lines_close) = {0};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(LINE_BYTES);
    struct str id, name;
    bool ok;
    if (!a)
        return mem_fail();
    if (!args->list || !args->queries)
        return FAIL(ERR_USAGE, "akari name match --list FILE --queries FILE: lines of id TAB name");
    TRY(name_list_new(&list));
    TRY(read_list(args->list, list));
    TRY(lines_open(args->queries, &l));
    while (next_line(&l, &id, &name, &ok)) {
        if (!ok)
            complain(&l, "no TAB between id and name (queries)");
        else
            TRY(one_bad(&l, answer(list, a, id, name, args->top >= 0 ? (size_t)args->top : TOP)));
        arena_reset(a);
    }
    return told(&l);
}
