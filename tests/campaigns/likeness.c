/* SPDX-License-Identifier: Apache-2.0 */
/* likeness - to an officer without access, a hidden case, record or person and one that does not exist are
 * the same: in what is answered, and in how long it takes.
 *
 *     likeness sqlite|postgres [PAIRS]     300 interleaved pairs a question unless told
 *
 * The answers are compared. The times are told as the area under the curve (AUC) of the best threshold
 * classifier: 0.5 is a coin, 0.45 to 0.55 the goal. They are printed and never a verdict. Each question is
 * asked by a thread of its own, all at once: answers leave on even steps, so that one thread alone would
 * mostly sleep. */
#include "base/env.h"
#include "campaigns/raw.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAIRS_MAX 20000

static const char *driver = "sqlite";
static int pairs = 300;
static struct store store;
static struct id case_, person, record_;
static char case_text[33];

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static int setup(void **state)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    *state = NULL;
    if (!store_make(&store, driver))
        return 0;
    store_open(&store);
    for (int i = 0; i < 20; i++)
        open_case(&store, &lead);
    case_ = open_case(&store, &lead);
    id_text(case_, case_text);
    must(do_act(&store, &lead, "subject.add", case_, &r, "type", "person", "role", "presumed_victim", NULL));
    person = r.id;
    must(do_act(&store, &lead, "consultation.create", id_nil(), &r, "case", case_text, "language", "my",
                "contact", "synthetic", NULL));
    record_ = r.id;
    *state = &store;
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

struct sample {
    int64_t us;
    bool hidden;
};

/* What is asked over and over. */
struct question {
    const char *name; /* of the view or action */
    const struct id *hidden;
    bool in_case, act;
    size_t n;
    const char *differs; /* the answers of a pair that was not alike */
    struct sample samples[2 * PAIRS_MAX];
};
static struct question questions[] = {
    {.name = "case.show", .hidden = &case_},
    {.name = "consultation.show", .hidden = &record_},
    {.name = "subject.show", .hidden = &person, .in_case = true},
    {.name = "decision.list", .hidden = &case_},
    {.name = "case.close", .hidden = &case_, .act = true},
    {.name = "name.add", .hidden = &person, .in_case = true, .act = true},
};
#define NQUESTIONS (sizeof questions / sizeof *questions)

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct sample *)a)->us, y = ((const struct sample *)b)->us;
    return x < y ? -1 : x > y;
}

/* Chance that a hidden one took longer than an unknown one; ties count half. */
static double area(struct sample *s, size_t n)
{
    double ranks = 0, hidden = 0;
    qsort(s, n, sizeof *s, by_time);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && s[end].us == s[i].us)
            end++;
        for (size_t k = i; k < end; k++)
            if (s[k].hidden) {
                ranks += (double)(i + end + 1) / 2;
                hidden++;
            }
        i = end;
    }
    double others = (double)n - hidden;
    return (ranks - hidden * (hidden + 1) / 2) / (hidden * others);
}

struct answer {
    enum err e;
    char detail[256];
};

/* One question, answered the same whoever asks for what: id and, where it takes one, the case. */
static struct answer ask(const char *view, struct id id, const char *in_case, bool act)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx other = officer("ngo", ROLE_CASE_LEAD, 2);
    const struct view *v;
    struct answer r;
    err_clear();
    if (act && in_case)
        r.e = do_act(&store, &other, view, id, NULL, "case", in_case, "type", "alias", "full", "Synthetic",
                     NULL);
    else if (act)
        r.e = do_act(&store, &other, view, id, NULL, NULL);
    else if (in_case)
        r.e = do_view(&store, &other, view, id, a, &v, "case", in_case, NULL);
    else
        r.e = do_view(&store, &other, view, id, a, &v, NULL);
    snprintf(r.detail, sizeof r.detail, "%s", err_detail());
    return r;
}

static void *compare(void *arg)
{
    struct question *q = arg;
    uint64_t s = 20260405;
    for (int i = 0; i < pairs && !q->differs; i++) {
        char unknown_case[33];
        struct answer answers[2];
        bool first = below(&s, 2) != 0;
        id_text(id_new(), unknown_case);
        for (int k = 0; k < 2; k++) {
            bool h = (k == 0) == first;
            struct id id = h ? *q->hidden : id_new();
            const char *c = q->in_case ? (h ? case_text : unknown_case) : NULL;
            int64_t from = env_monotonic_us();
            answers[h] = ask(q->name, id, c, q->act);
            q->samples[q->n++] = (struct sample){env_monotonic_us() - from, h};
        }
        if (answers[0].e != ERR_NOT_FOUND)
            q->differs = "what is unknown is not answered by not found";
        else if (answers[1].e != answers[0].e)
            q->differs = "the hidden one is answered by another error";
        else if (strcmp(answers[1].detail, answers[0].detail) != 0)
            q->differs = "the hidden one is answered in other words";
    }
    return NULL;
}

static void hidden_is_like_unknown(void **state)
{
    pthread_t threads[NQUESTIONS];
    (void)state;
    for (size_t i = 0; i < NQUESTIONS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, compare, &questions[i]), 0);
    for (size_t i = 0; i < NQUESTIONS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < NQUESTIONS; i++) {
        struct question *q = &questions[i];
        if (q->differs)
            fail_msg("%s: %s", q->name, q->differs);
        double auc = area(q->samples, q->n);
        print_message("# %-9s %-18s %5zu pairs answered alike, AUC of the times %.3f, median %lld us\n",
                      driver, q->name, q->n / 2, auc, (long long)q->samples[q->n / 2].us);
    }
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1)
        driver = argv[1];
    if (argc > 2 && str_i64(str_of(argv[2]), 1, PAIRS_MAX, &n) == OK)
        pairs = (int)n;
    if (!store_can(driver))
        return 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(hidden_is_like_unknown)};
    return cmocka_run_group_tests_name(driver, tests, setup, teardown);
}
