/* SPDX-License-Identifier: Apache-2.0 */
/* likeness - to an officer without access, a hidden case, record, person, file, group, report, filter or
 * proposal and one that does not exist are the same: in what is answered, and in how long it takes.
 *
 *     likeness sqlite|postgres [PAIRS]     300 interleaved pairs a question unless told
 *
 * The answers are compared. The times are told as the area under the curve (AUC) of the best threshold
 * classifier: 0.5 is a coin, 0.45 to 0.55 the goal. They are printed and never a verdict. Each question is
 * asked by a thread of its own, all at once: answers leave on even steps, so that one thread alone would
 * mostly sleep. */
#include "base/env.h"
#include "campaigns/raw.h"
#include "support/whole.h"

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
static struct whole_things made;
static struct ctx lead, other; /* who made them; who asks: of another agency */

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static int setup(void **state)
{
    struct store_country country = {.pack = store_pack(), .synthetic = true};
    *state = NULL;
    whole_country(&country);
    if (!store_make_of(&store, driver, &country))
        return 0;
    store_open(&store);
    struct ctx admin = enrolled_officer(&store, "npa", ROLE_SYSTEM_ADMIN);
    lead = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    other = enrolled_officer(&store, "ngo", ROLE_CASE_LEAD);
    admin.purpose = PURPOSE_ADMINISTRATION;
    for (int i = 0; i < 20; i++)
        open_case(&store, &lead);
    must(whole_things(&store, &lead, &admin, &made));
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

/* What is asked over and over. An input may be the thing that is asked for (ASKED), or the case it is of
 * (CASE). */
#define ASKED  "*asked"
#define CASE   "*case"
#define INPUTS 10
struct question {
    const char *name; /* of the view or action */
    const struct id *hidden;
    bool act;
    const char *inputs[INPUTS + 1]; /* names and values by turns */
    bool on_own_case;               /* the action is on a case of the asker's; what is hidden is an input */
    size_t n;
    const char *differs; /* the answers of a pair that was not alike */
    struct sample samples[2 * PAIRS_MAX];
};
static struct question questions[] = {
    {.name = "case.show", .hidden = &made.case_},
    {.name = "consultation.show", .hidden = &made.record},
    {.name = "subject.show", .hidden = &made.person, .inputs = {"case", CASE}},
    {.name = "decision.list", .hidden = &made.case_},
    {.name = "attachment.list", .hidden = &made.case_},
    {.name = "attachment.show", .hidden = &made.file},
    {.name = "attachment.download", .hidden = &made.file},
    {.name = "attachment.who_looked", .hidden = &made.file},
    {.name = "group.show", .hidden = &made.group, .inputs = {"case", CASE}},
    {.name = "report.show", .hidden = &made.report},
    {.name = "enquiry.of_case", .hidden = &made.case_},
    {.name = "proposal.show", .hidden = &made.proposal},
    {.name = "case.close", .hidden = &made.case_, .act = true},
    {.name = "name.add",
     .hidden = &made.person,
     .act = true,
     .inputs = {"case", CASE, "type", "alias", "full", "Synthetic"}},
    {.name = "attachment.chunk",
     .hidden = &made.chunked,
     .act = true,
     .inputs = {"no", "0", "content", "c3ludGhldGlj"}},
    {.name = "attachment.finish", .hidden = &made.chunked, .act = true},
    {.name = "attachment.abandon", .hidden = &made.chunked, .act = true},
    {.name = "group.add_case",
     .hidden = &made.group,
     .act = true,
     .on_own_case = true,
     .inputs = {"group", ASKED, "through", CASE}},
    {.name = "group.set_fact",
     .hidden = &made.group,
     .act = true,
     .on_own_case = true,
     .inputs = {"group", ASKED, "what", "employer", "value", "Synthetic"}},
    {.name = "filter.end", .hidden = &made.filter, .act = true},
    {.name = "filter.rename", .hidden = &made.filter, .act = true, .inputs = {"name", "Synthetic"}},
    {.name = "report.take", .hidden = &made.report, .act = true},
    {.name = "proposal.confirm", .hidden = &made.proposal, .act = true},
    {.name = "proposal.withdraw", .hidden = &made.proposal, .act = true},
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

static struct id own_case;

/* The inputs of a question with what is asked for in them. */
static const char **fill_in(const struct question *q, const char *id, const char *of_case, const char **ret)
{
    for (size_t i = 0; i <= INPUTS; i++) {
        const char *t = q->inputs[i];
        ret[i] = !t ? NULL : strcmp(t, ASKED) == 0 ? id : strcmp(t, CASE) == 0 ? of_case : t;
    }
    return ret;
}

/* One question, asked the same whatever for: the thing and, where it takes one, the case it is of. */
static struct answer ask(const struct question *q, struct id id, const char *of_case)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    const char *p[INPUTS + 1];
    char text[33];
    struct answer r;
    id_text(id, text);
    fill_in(q, text, of_case, p);
    if (q->on_own_case)
        id = own_case;
    err_clear();
    if (q->act)
        r.e = do_act(&store, &other, q->name, id, NULL, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], NULL);
    else
        r.e = do_view(&store, &other, q->name, id, a, &v, p[0], p[1], p[2], p[3], NULL);
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
            const char *c = h ? made.case_text : unknown_case;
            int64_t from = env_monotonic_us();
            answers[h] = ask(q, id, c);
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
    own_case = open_case(&store, &other);
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

/* The comparison sees a difference: to the officer who holds them the things are there. */
static void who_may_know_is_told_apart(void **state)
{
    (void)state;
    other = lead;
    for (size_t i = 0; i < NQUESTIONS; i++) {
        const struct question *q = &questions[i];
        if (q->act || q->hidden == &made.proposal)
            continue;
        struct answer there = ask(q, *q->hidden, made.case_text), gone = ask(q, id_new(), made.case_text);
        if (there.e != OK)
            fail_msg("%s: %s %s", q->name, err_row(there.e)->name, there.detail);
        assert_int_not_equal(gone.e, OK);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(hidden_is_like_unknown),
                                       cmocka_unit_test(who_may_know_is_told_apart)};
    return cmocka_run_group_tests_name(driver, tests, setup, teardown);
}
