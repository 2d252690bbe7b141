/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_bench.c - akari bench screening: how long names take among a million synthetic ones. Prints; nothing is
 * asserted but that the answers are those of brute force and the same with every instruction set. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/env.h"
#include "cli/app.h"
#include "screening/index/candidates.h"
#include "screening/names/score.h"

#include <math.h>

#define NAMES        1000000
#define QUERIES      1000
#define BRUTE        20 /* queries held to brute force */
#define BRUTE_SCORES 5
#define FORM         100
#define HIT          0.7

struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *d, unsigned n)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return (unsigned)((d->state >> 33) % n);
}

static size_t made_up_word(char *to, uint64_t seed, unsigned syllables)
{
    static const char first[] = "bcdfghjklmnprstvwyz", vowels[] = "aeiou", last[] = "nrsmlk";
    struct dice d = {seed * 0x9e3779b97f4a7c15u + 88172645463325252u};
    size_t n = 0;
    roll(&d, 2);
    for (unsigned i = 0; i < syllables; i++) {
        to[n++] = first[roll(&d, sizeof first - 1)];
        to[n++] = vowels[roll(&d, sizeof vowels - 1)];
        if (roll(&d, 3) == 0)
            to[n++] = last[roll(&d, sizeof last - 1)];
    }
    return n;
}

/* Some words are frequent and most are rare, as names are. */
static size_t made_up_name(char *to, struct dice *d)
{
    size_t n = 0;
    unsigned words = 2 + (roll(d, 3) == 0);
    for (unsigned i = 0; i < words; i++) {
        double u = (roll(d, 1000000) + 1) / 1000001.0;
        uint64_t rank = (uint64_t)(pow(200000.0, u) - 1) + (i ? 1000000 : 0);
        if (i)
            to[n++] = ' ';
        n += made_up_word(to + n, rank, 2 + rank % 3);
    }
    to[n] = '\0';
    return n;
}

static void misspell(char *name, struct dice *d, unsigned edits)
{
    size_t n = strlen(name);
    for (unsigned i = 0; i < edits; i++) {
        size_t at = roll(d, (unsigned)n);
        if (name[at] != ' ')
            name[at] = (char)('a' + roll(d, 26));
    }
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* By the clock on the wall, and of the processor alone: other work on the machine is in the first. */
struct times {
    int64_t wall[QUERIES], cpu[QUERIES];
};

static void print_times(const char *what, struct times *t)
{
    int64_t *sorts[] = {t->wall, t->cpu};
    printf("%-40s", what);
    for (size_t i = 0; i < 2; i++) {
        int64_t *ns = sorts[i];
        qsort(ns, QUERIES, sizeof *ns, by_value);
        printf("%s p50 %.3f p95 %.3f p99 %.3f ms", i ? "; processor" : "", (double)ns[QUERIES / 2] / 1e6,
               (double)ns[QUERIES * 95 / 100] / 1e6, (double)ns[QUERIES * 99 / 100] / 1e6);
    }
    printf("\n");
}

static int64_t ns_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_ns(void)
{
    return ns_of(CLOCK_MONOTONIC);
}

struct moment {
    int64_t wall, cpu;
};

static struct moment moment_now(void)
{
    return (struct moment){now_ns(), ns_of(CLOCK_THREAD_CPUTIME_ID)};
}

static void note_time(struct times *t, size_t i, struct moment from)
{
    struct moment now = moment_now();
    t->wall[i] = now.wall - from.wall;
    t->cpu[i] = now.cpu - from.cpu;
}

struct bench {
    struct screening_index *x;
    struct arena *a;
    size_t names;
    char queries[QUERIES][FORM];
    size_t of[QUERIES]; /* the name that a query was made from */
    struct times all, candidates;
    struct name_frequencies *frequencies;
    uint64_t answers[SCANS]; /* a sum of all that was found */
};

/* A form is words of Latin letters: they are their own readings. */
static enum err name_of_form(struct arena *a, struct str form, struct name *ret)
{
    struct str word;
    *ret = (struct name){.words = ARENA_ARRAY(a, NAME_WORDS_MAX, struct name_word), .script = "Latn"};
    if (!ret->words)
        return arena_err(a);
    while (ret->n < NAME_WORDS_MAX && str_cut(&form, ' ', &word))
        ret->words[ret->n++] = (struct name_word){.written = word, .script = "Latn"};
    return OK;
}

static enum err count_words(struct bench *b, const char *form)
{
    struct name name;
    arena_reset(b->a);
    TRY(name_of_form(b->a, str_of(form), &name));
    return name_frequencies_count(b->frequencies, &name);
}

static enum err build(struct bench *b, struct dice *d)
{
    struct index_sizes sizes;
    int64_t from = now_ns();
    for (size_t i = 0; i < b->names; i++) {
        char form[FORM];
        TRY(screening_index_add(b->x, i, (struct str){form, made_up_name(form, d)}));
        size_t at = i * QUERIES / b->names;
        memcpy(b->queries[at], form, sizeof form);
        b->of[at] = i;
        TRY(count_words(b, form));
    }
    screening_index_sizes(b->x, &sizes);
    printf("%zu names in %.1f s, %zu different words, %.1f MB%s\n", sizes.forms,
           (double)(now_ns() - from) / 1e9, sizes.words, (double)sizes.bytes / 1e6,
           sizes.locked ? "" : " (not all of it locked)");
    for (size_t i = 0; i < QUERIES; i++)
        misspell(b->queries[i], d, (unsigned)i % 3);
    return OK;
}

static enum err measure_whole(struct bench *b, enum scan_with with, unsigned edits)
{
    char what[80];
    TRY(screening_index_with(b->x, with));
    b->answers[with] = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        struct index_found *found;
        size_t n;
        struct moment from = moment_now();
        TRY(screening_index_whole(b->x, str_of(b->queries[i]), edits, b->a, &found, &n));
        note_time(&b->all, i, from);
        for (size_t k = 0; k < n; k++)
            b->answers[with] += (found[k].id + 1) * (found[k].edits + 1u) * (i + 1);
        arena_reset(b->a);
    }
    snprintf(what, sizeof what, "whole name, %u edits, %s", edits, scan_text(with));
    print_times(what, &b->all);
    return b->answers[with] == b->answers[SCAN_SCALAR]
               ? OK
               : FAIL(ERR_INTERNAL, "%s finds others", scan_text(with));
}

static enum err brute_force(struct bench *b)
{
    size_t expected = 0, there = 0;
    for (size_t q = 0; q < BRUTE; q++) {
        struct index_found *found;
        struct near_pattern p;
        size_t n;
        struct screening_index *own CLEANUP(screening_index_cleanup) = NULL;
        TRY(screening_index_new(&own));
        TRY(screening_index_add(own, 0, str_of(b->queries[q]))); /* its words in order */
        near_prepare(screening_index_form(own, 0), &p);
        for (uint32_t i = 0; i < b->names; i++)
            expected += near_distance(&p, screening_index_form(b->x, i), WHOLE_EDITS) <= WHOLE_EDITS;
        TRY(screening_index_whole(b->x, str_of(b->queries[q]), WHOLE_EDITS, b->a, &found, &n));
        there += n;
        arena_reset(b->a);
    }
    printf("brute force: %zu of %zu found\n", there, expected);
    return there == expected ? OK : FAIL(ERR_INTERNAL, "names are missed");
}

static enum err score_form(struct bench *b, const struct ready_name *query, uint32_t form, double *best)
{
    struct name name;
    struct ready_name ready;
    struct name_score s;
    TRY(name_of_form(b->a, screening_index_form(b->x, form), &name));
    TRY(name_ready(b->a, &name, b->frequencies, &ready));
    name_score(query, &ready, &s);
    *best = s.score > *best ? s.score : *best;
    return OK;
}

/* Reading, candidates, scores of the best of them. */
struct screened {
    double best;
    size_t left; /* candidates that were too many */
    bool there;  /* the name it was made from is a candidate */
};

static enum err screen_one(struct bench *b, size_t i, struct screened *ret)
{
    struct candidate_names c;
    struct name name;
    struct ready_name query;
    struct moment from = moment_now();
    TRY(name_read(b->a, str_of(b->queries[i]), &name));
    TRY(name_ready(b->a, &name, b->frequencies, &query));
    TRY(screening_candidates(b->x, str_of(b->queries[i]), CANDIDATES_BEST, b->a, &c));
    note_time(&b->candidates, i, from);
    for (size_t k = 0; k < c.n; k++)
        TRY(score_form(b, &query, c.at[k].form, &ret->best));
    note_time(&b->all, i, from);
    ret->left = c.all - c.n;
    for (size_t k = 0; k < c.n; k++)
        ret->there = ret->there || c.at[k].id == b->of[i];
    return OK;
}

static enum err measure_full(struct bench *b)
{
    size_t found = 0, over = 0, there = 0;
    TRY(screening_index_with(b->x, scan_best()));
    for (size_t i = 0; i < QUERIES; i++) {
        struct screened one = {0};
        TRY(screen_one(b, i, &one));
        found += one.best >= HIT;
        over += one.left > 0;
        there += one.there;
        arena_reset(b->a);
    }
    print_times("candidates by whole name and by words", &b->candidates);
    print_times("full screening of a name (no audit)", &b->all);
    printf("a hit of %.1f for %zu of %d queries; more than %d candidates for %zu\n", HIT, found, QUERIES,
           CANDIDATES_BEST, over);
    printf("the name a query was made from is a candidate: %zu of %d\n", there, QUERIES);
    return OK;
}

/* Every name of the list scored: are those that score a hit candidates? Their rule is about letters and
 * words, not about scores, so that this is a figure and no condition. */
static enum err brute_force_scores(struct bench *b)
{
    size_t expected = 0, there = 0;
    for (size_t q = 0; q < BRUTE_SCORES; q++) {
        size_t at = q * QUERIES / BRUTE_SCORES;
        struct arena *own CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
        struct candidate_names c;
        struct name name;
        struct ready_name query;
        if (!own)
            return mem_fail();
        TRY(name_read(own, str_of(b->queries[at]), &name));
        TRY(name_ready(own, &name, b->frequencies, &query));
        TRY(screening_candidates(b->x, str_of(b->queries[at]), b->names, own, &c));
        bool *is_candidate = ARENA_ARRAY(own, b->names, bool);
        if (!is_candidate)
            return arena_err(own);
        for (size_t k = 0; k < c.n; k++)
            is_candidate[c.at[k].form] = true;
        for (uint32_t form = 0; form < b->names; form++) {
            double score = 0;
            arena_reset(b->a);
            TRY(score_form(b, &query, form, &score));
            expected += score >= HIT;
            there += score >= HIT && is_candidate[form];
        }
    }
    printf("scored by brute force: %zu of %zu hits of %.1f are candidates\n", there, expected, HIT);
    return OK;
}

/* For other programs to be measured on: id TAB name; queries by the id of the name they were made from. */
static enum err write_names(struct bench *b, const char *folder)
{
    struct buf names CLEANUP(buf_free) = {0}, queries CLEANUP(buf_free) = {0};
    char path[4096];
    for (uint32_t i = 0; i < b->names; i++)
        buf_printf(&names, "%u\t%.*s\n", i, STR_FMT(screening_index_form(b->x, i)));
    for (size_t i = 0; i < QUERIES; i++)
        buf_printf(&queries, "%zu\t%s\n", b->of[i], b->queries[i]);
    TRY(buf_err(&names));
    TRY(buf_err(&queries));
    snprintf(path, sizeof path, "%s/names.tsv", folder);
    TRY(file_write_atomic(path, 0600, buf_view(&names)));
    snprintf(path, sizeof path, "%s/queries.tsv", folder);
    return file_write_atomic(path, 0600, buf_view(&queries));
}

static void print_load(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str load;
    if (a && file_read("/proc/loadavg", 4096, a, &load) == OK)
        printf("load %.*s", STR_FMT(load));
}

enum err cmd_bench_screening(const struct args *args)
{
    struct bench *b CLEANUP(mem_cleanup) = mem_alloc(sizeof *b);
    struct screening_index *x CLEANUP(screening_index_cleanup) = NULL;
    struct name_frequencies *frequencies CLEANUP(name_frequencies_cleanup) = NULL;
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)1 << 30);
    struct dice dice = {(uint64_t)(args->seed > 0 ? args->seed : 1) * 0x9e3779b97f4a7c15u};
    if (!b || !a)
        return mem_fail();
    TRY(screening_index_new(&x));
    TRY(name_frequencies_new(&frequencies));
    b->x = x;
    b->a = a;
    b->frequencies = frequencies;
    b->names = args->n >= QUERIES ? (size_t)args->n : NAMES;
    print_load();
    TRY(build(b, &dice));
    if (args->out)
        TRY(write_names(b, args->out));
    for (unsigned edits = WORD_EDITS; edits <= WHOLE_EDITS; edits++)
        for (enum scan_with w = 0; w < SCANS; w++)
            if (scan_can(w))
                TRY(measure_whole(b, w, edits));
    TRY(brute_force(b));
    TRY(measure_full(b));
    TRY(brute_force_scores(b));
    print_load();
    return OK;
}
