/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/faults.h"
#include <stdarg.h>

enum err faults_start(struct faults *f, struct arena *a)
{
    *f = (struct faults){.arena = a};
    f->list = ARENA_ARRAY(a, PACK_MAX_FAULTS + 1, struct pack_fault);
    return f->list ? OK : arena_err(a);
}

static enum err keep(struct faults *f, struct str file, int line, const char *what)
{
    const char *name = arena_cstr(f->arena, file);
    if (!name || !what)
        return arena_err(f->arena);
    f->list[f->n++] = (struct pack_fault){name, line, what};
    return OK;
}

/* A pack is no secret, but a fault is one line on a terminal: what a file says is cut, and control characters
 * are dots. */
static char *PRINTF(2, 0) one_line(struct arena *a, const char *fmt, va_list args)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, fmt, args);
    if (n < 0)
        return arena_printf(a, "fault");
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            *p = '.';
    size_t length = strlen(text);
    while (length && !str_utf8_ok((struct str){text, length})) /* cut inside a character */
        length--;
    return arena_cstr(a, (struct str){text, length});
}

enum err fault_add(struct faults *f, const char *file, int line, const char *fmt, ...)
{
    f->total++;
    if (f->n >= PACK_MAX_FAULTS)
        return OK;
    va_list args;
    va_start(args, fmt);
    const char *what = one_line(f->arena, fmt, args);
    va_end(args);
    return keep(f, str_of(file), line, what);
}

static bool fault_of_the_pack(enum err e)
{
    return e != ERR_NO_MEMORY && e != ERR_IO && e != ERR_INTERNAL;
}

enum err fault_from_err(struct faults *f, enum err e, const char *file)
{
    if (!fault_of_the_pack(e))
        return e;
    /* "file:line: words" or "file: words"; the file is known, so only what follows it is read. */
    struct str rest = str_of(err_detail());
    if (str_starts(rest, file))
        rest = str_sub(rest, strlen(file), rest.n);
    int64_t line = 0;
    struct str number;
    struct str after = rest.n && rest.p[0] == ':' ? str_sub(rest, 1, rest.n) : rest;
    if (str_cut(&after, ':', &number) && str_i64(number, 1, INT32_MAX, &line) == OK)
        rest = after;
    else
        line = 0;
    while (rest.n && (rest.p[0] == ':' || rest.p[0] == ' '))
        rest = str_sub(rest, 1, rest.n);
    const struct err_row *row = err_row(e);
    /* err_detail() is overwritten by the next failure, so the words are copied first. */
    const char *words = arena_cstr(f->arena, rest);
    if (!words)
        return arena_err(f->arena);
    return fault_add(f, file, (int)line, "%s", *words ? words : row->message);
}

static int fault_order(const void *a, const void *b)
{
    const struct pack_fault *x = a, *y = b;
    int c = strcmp(x->file, y->file);
    if (c == 0)
        c = (x->line > y->line) - (x->line < y->line);
    return c ? c : strcmp(x->what, y->what);
}

enum err faults_end(struct faults *f)
{
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, fault_order);
    if (f->total == f->n)
        return OK;
    return keep(f, STR("pack"), 0,
                arena_printf(f->arena, "and %zu more faults: mend these first", f->total - f->n));
}

/* ---- did you mean ------------------------------------------------------------------------------------ */
#define GUESS_MAX 40 /* longer words are not guessed at */

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

int word_slips(struct str a, struct str b, int most)
{
    if (a.n > GUESS_MAX || b.n > GUESS_MAX)
        return most + 1;
    int row[3][GUESS_MAX + 1]; /* two rows back are needed for swapped neighbours */
    for (size_t j = 0; j <= b.n; j++)
        row[0][j] = (int)j;
    for (size_t i = 1; i <= a.n; i++) {
        int *now = row[i % 3], *before = row[(i + 2) % 3], *older = row[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= b.n; j++) {
            int change = before[j - 1] + (lower(a.p[i - 1]) != lower(b.p[j - 1]));
            int least = before[j] + 1 < now[j - 1] + 1 ? before[j] + 1 : now[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a.p[i - 1]) == lower(b.p[j - 2]) &&
                lower(a.p[i - 2]) == lower(b.p[j - 1]) && older[j - 2] + 1 < least)
                least = older[j - 2] + 1;
            now[j] = change < least ? change : least;
        }
    }
    int slips = row[a.n % 3][b.n];
    return slips > most ? most + 1 : slips;
}

struct guess guess_of(struct str wrong)
{
    int most = wrong.n <= 2 ? 1 : wrong.n <= 6 ? 2 : 3;
    return (struct guess){wrong, NULL, most + 1};
}

void guess_offer(struct guess *g, const char *word)
{
    struct str w = str_of(word);
    int slips = word_slips(g->wrong, w, g->slips);
    /* A word as long as its slips is another word altogether. */
    if (slips < g->slips && (size_t)slips < w.n && !str_eq(g->wrong, w)) {
        g->best = word;
        g->slips = slips;
    }
}

const char *guess_words(const struct guess *g, struct arena *a)
{
    return g->best ? arena_printf(a, " (did you mean \"%s\"?)", g->best) : "";
}
