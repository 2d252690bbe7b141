/* SPDX-License-Identifier: Apache-2.0 */
/* test_assessment.c - assessments through the door, with the pack of Japan: versions, who may, what a gate on
 * detention is told, and that nothing here changes a case. */
#include "assessment/own.h"
#include "base/testing.h"
#include "core/jobs.h"
#include "support/store.h"

#include <stdlib.h>

static struct store store;
static const struct pack *japan;
static struct arena *arena;
static struct ctx lead, other, wants, friend_;
static const char *driver = "sqlite";

static int group_start(void **state)
{
    (void)state;
    struct pack_fault *faults;
    size_t n;
    arena = arena_new(0);
    if (!arena || pack_load(getenv("AKARI_PACK_JAPAN"), arena, &japan, &faults, &n) != OK)
        return -1;
    struct store_country country = {.pack = japan,
                                    .actions = ASSESSMENT_ACTIONS,
                                    .nactions = NASSESSMENT_ACTIONS,
                                    .views = ASSESSMENT_VIEWS,
                                    .nviews = NASSESSMENT_VIEWS,
                                    .synthetic = true,
                                    .tables = assessment_tables};
    if (!store_make_of(&store, driver, &country))
        return -1;
    store_open(&store);
    lead = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    friend_ = enrolled_officer(&store, "npa", ROLE_POLICE_INVESTIGATOR);
    wants = enrolled_officer(&store, "moj", ROLE_CASE_LEAD);
    other = officer("isa", ROLE_CASE_LEAD, 2);
    return 0;
}

static int group_end(void **state)
{
    (void)state;
    store_close(&store);
    store_remove(&store);
    arena_free(arena);
    return 0;
}

static const char *text(struct id id)
{
    char *t = arena_alloc(arena, 33);
    assert_non_null(t);
    id_text(id, t);
    return t;
}

static struct id somebody(struct id in_case)
{
    struct act_result r;
    assert_ok(do_act(&store, &lead, "subject.add", in_case, &r, "type", "person", "role", "victim", NULL));
    return r.id;
}

struct subject_of_test {
    struct id case_, person, assessment;
};

static struct subject_of_test begin(const char *form, const char *situation)
{
    struct subject_of_test t;
    struct act_result r;
    t.case_ = open_case(&store, &lead);
    t.person = somebody(t.case_);
    if (situation)
        assert_ok(do_act(&store, &lead, "assessment.start", id_nil(), &r, "case", text(t.case_), "subject",
                         text(t.person), "form", form, "situation", situation, NULL));
    else
        assert_ok(do_act(&store, &lead, "assessment.start", id_nil(), &r, "case", text(t.case_), "subject",
                         text(t.person), "form", form, "age", "adult", NULL));
    t.assessment = r.id;
    return t;
}

static const struct assessment_model *show(const struct ctx *c, struct id id)
{
    const struct view *v;
    assert_ok(do_view(&store, c, "assessment.show", id, arena, &v, NULL));
    return v->model;
}

static enum err answer(struct id id, const char *a, const char *b)
{
    struct act_result r;
    return b ? do_act(&store, &lead, "assessment.answer", id, &r, "answer", a, "answer", b, NULL)
             : do_act(&store, &lead, "assessment.answer", id, &r, "answer", a, NULL);
}

static enum err finish(struct id id, const char *outcome)
{
    struct act_result r;
    return do_act(&store, &lead, "assessment.finish", id, &r, "outcome", outcome, "reasons", "Synthetic.",
                  NULL);
}

/* For a step that this officer and agency want. */
static enum screened screened_for(struct id person, struct id account, const char *agency, bool *ret_open_too)
{
    const struct screening_wanted by = {{account, id_nil()}, agency};
    struct screening_state s;
    struct db *db;
    assert_ok(door_reader(store.door, &db));
    enum err e = assessment_screened(db, person, &by, &s);
    door_reader_done(store.door, db);
    assert_ok(e);
    if (ret_open_too)
        *ret_open_too = s.open_too;
    return s.outcome;
}

static enum screened screened(struct id person, bool *ret_open_too)
{
    return screened_for(person, wants.account, "moj", ret_open_too);
}

static const struct answer_model *of(const struct assessment_model *m, const char *code)
{
    ptrdiff_t i = book_find(&m->book, str_of(code));
    assert_true(i >= 0);
    return &m->answers[i];
}

/* ---- versions ------------------------------------------------------------------------------------------ */

static void answers_add_versions(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    assert_ok(answer(t.assessment, "CD01=yes", "CD03=unknown"));
    assert_ok(answer(t.assessment, "CD01=no", NULL));
    const struct assessment_model *m = show(&lead, t.assessment);
    assert_int_equal(m->nversions, 3);
    assert_int_equal(of(m, "CD01")->answer,
                     ANSWER_NO); /* the last one counts; the first stays in its version */
    assert_true(of(m, "CD03")->given && of(m, "CD03")->answer == ANSWER_UNKNOWN);
    assert_false(of(m, "CD04")->given);
}

static void two_at_once(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct act_result r;
    struct pair pairs[] = {{STR("answer"), STR("CD01=yes"), VALUE_GIVEN}};
    struct act_request q = {.ctx = &lead,
                            .action = "assessment.answer",
                            .subject = t.assessment,
                            .expected_version = 1,
                            .input = {pairs, 1}};
    assert_ok(door_act(store.door, &q, arena, &r));
    assert_int_equal(door_act(store.door, &q, arena, &r), ERR_VERSION);
    q.expected_version = 2;
    assert_ok(door_act(store.door, &q, arena, &r));
}

static void what_is_not_taken(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct act_result r;
    assert_int_equal(answer(t.assessment, "ZZ01=yes", NULL), ERR_FIELD);
    assert_int_equal(answer(t.assessment, "CD01=perhaps", NULL), ERR_FIELD);
    assert_int_equal(answer(t.assessment, "CD01", NULL), ERR_FIELD);
    assert_int_equal(answer(t.assessment, "CD01=yes", "CD01=no"), ERR_FIELD);
    assert_int_equal(do_act(&store, &lead, "assessment.answer", t.assessment, &r, NULL), ERR_FIELD);
    assert_int_equal(do_act(&store, &lead, "assessment.answer", t.assessment, &r, "answer", "CD01=yes",
                            "record", text(t.person), NULL),
                     ERR_FIELD); /* no paper of this case */
    assert_int_equal(do_act(&store, &lead, "assessment.start", id_nil(), &r, "case", text(t.case_), "subject",
                            text(t.person), "form", "screening", NULL),
                     ERR_FIELD); /* which list? */
    assert_int_equal(show(&lead, t.assessment)->nversions, 1);
}

static void versions_end(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    for (int i = 1; i < VERSIONS_MAX; i++)
        assert_ok(answer(t.assessment, "CD01=yes", NULL));
    assert_int_equal(answer(t.assessment, "CD01=yes", NULL), ERR_LIMIT);
}

/* ---- what is asked, and when ----------------------------------------------------------------------------
 */

static void nothing_is_to_be_asked_at_first_contact(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct act_result r;
    assert_ok(answer(t.assessment, "CD01=yes", NULL));
    assert_true(show(&lead, t.assessment)->first_contact);
    assert_int_equal(show(&lead, t.assessment)->ndeciding, 0);
    assert_ok(do_act(&store, &lead, "assessment.answer", t.assessment, &r, "phase", "assessment", NULL));
    const struct assessment_model *m = show(&lead, t.assessment);
    assert_true(m->ndeciding > 0 && of(m, "CD02")->deciding);
    assert_false(of(m, "CD01")->deciding);
}

static void asked_twice_is_said(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct act_result r;
    for (int i = 0; i < 2; i++) {
        assert_false(of(show(&lead, t.assessment), "CD04")->asked_before);
        assert_ok(do_act(&store, &lead, "assessment.answer", t.assessment, &r, "answer", "CD04=yes",
                         "evidence", "statement", NULL));
    }
    assert_true(of(show(&lead, t.assessment), "CD04")->asked_before);
    assert_string_equal(of(show(&lead, t.assessment), "CD04")->evidence, "statement");
}

/* ---- outcomes ------------------------------------------------------------------------------------------ */

static void a_no_against_signs_is_refused(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    assert_int_equal(screened(t.person, NULL), SCREENED_OPEN);
    assert_ok(answer(t.assessment, "CD01=yes", NULL));
    assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
    assert_int_equal(screened(t.person, NULL), SCREENED_OPEN);
    assert_ok(finish(t.assessment, "positive"));
    assert_int_equal(screened(t.person, NULL), SCREENED_POSITIVE);
    assert_int_equal(answer(t.assessment, "CD01=no", NULL), ERR_STATE); /* finished */
}

/* Harm: who wants her gone takes the answers back. The outcome stays. */
static void a_positive_outcome_is_not_taken_back(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct act_result r;
    bool open_too;
    assert_ok(finish(t.assessment, "positive"));
    assert_ok(do_act(&store, &lead, "assessment.review", t.assessment, &r, NULL));
    assert_ok(answer(t.assessment, "CD01=no", NULL));
    assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
    assert_int_equal(screened(t.person, &open_too), SCREENED_POSITIVE);
    assert_true(open_too);
    assert_string_equal(show(&lead, t.assessment)->outcome, "positive");
    struct subject_of_test later = t;
    assert_ok(do_act(&store, &lead, "assessment.start", id_nil(), &r, "case", text(t.case_), "subject",
                     text(t.person), NULL));
    later.assessment = r.id;
    assert_int_equal(finish(later.assessment, "negative"), ERR_STATE); /* nobody has looked */
    assert_ok(answer(later.assessment, "CD01=unknown", NULL));
    assert_int_equal(finish(later.assessment, "negative"), ERR_STATE);
    assert_ok(answer(later.assessment, "CD01=no", NULL));
    assert_ok(finish(later.assessment, "negative"));
    assert_int_equal(screened(t.person, NULL), SCREENED_POSITIVE); /* once is enough */
}

/* Harm: a list that nobody went through opens no door to a cell. */
static void a_screening_is_done_or_it_is_none(void **state)
{
    (void)state;
    struct subject_of_test t = begin("screening", "immigration_detention");
    const struct assessment_model *m = show(&lead, t.assessment);
    assert_int_equal(screened(t.person, NULL), SCREENED_OPEN);
    assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
    struct pair pairs[ANSWERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < m->book.n; i++)
        if (m->book.items[i].sort == SORT_PROMPT && in_situation(m->situation, m->book.items[i].of)) {
            const char *text_ = arena_printf(arena, "%s=%s", m->book.items[i].code, n % 7 ? "no" : "unknown");
            pairs[n] = (struct pair){STR("answer"), str_of(text_), VALUE_GIVEN};
            n++;
        }
    assert_true(n > 40);
    struct act_result r;
    struct pair nothing[ANSWERS_MAX];
    struct act_request q = {.ctx = &lead,
                            .action = "assessment.answer",
                            .subject = t.assessment,
                            .expected_version = -1,
                            .input = {nothing, n}};
    for (size_t i = 0; i < n; i++) { /* "unknown" to everything lets no step go on */
        struct str rest = pairs[i].value, code;
        assert_true(str_cut(&rest, '=', &code));
        const char *text_ = arena_printf(arena, "%.*s=unknown", STR_FMT(code));
        nothing[i] = (struct pair){STR("answer"), str_of(text_), VALUE_GIVEN};
    }
    assert_ok(door_act(store.door, &q, arena, &r));
    assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
    q.input.pairs = pairs;
    assert_ok(door_act(store.door, &q, arena, &r));
    assert_ok(finish(t.assessment, "negative"));
    assert_int_equal(screened(t.person, NULL), SCREENED_THIN); /* nobody spoke to her */
    assert_int_equal(show(&lead, t.assessment)->lifting.lacks, LACKS_INTERVIEW | LACKS_LANGUAGE);
    assert_ok(do_act(&store, &lead, "assessment.review", t.assessment, &r, NULL));
    assert_int_equal(screened(t.person, NULL), SCREENED_OPEN);
    assert_ok(do_act(&store, &lead, "assessment.answer", t.assessment, &r, "interview", "alone", "spoken",
                     "interpreter", NULL));
    assert_ok(finish(t.assessment, "negative"));
    assert_true(show(&lead, t.assessment)->lifts);
    assert_int_equal(screened(t.person, NULL), SCREENED_NEGATIVE);
    assert_int_equal(screened_for(t.person, lead.account, "npa", NULL), SCREENED_OWN);
    assert_int_equal(screened_for(t.person, friend_.account, "npa", NULL), SCREENED_OWN); /* nor a friend */
    assert_ok(do_act(&store, &lead, "assessment.review", t.assessment, &r, NULL));
    assert_int_equal(screened(t.person, NULL), SCREENED_OPEN); /* looked at again it holds */
    assert_int_equal(screened(somebody(t.case_), NULL), SCREENED_NOT);
}

/* Harm: who wants her gone turns a yes into a no, or into "unknown", and finishes. It takes a second officer.
 */
static void a_yes_is_not_taken_back_alone(void **state)
{
    (void)state;
    static const char *const ways[] = {"CD01=no", "CD01=unknown"};
    struct ctx second = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    struct act_result r;
    for (size_t i = 0; i < 2; i++) {
        struct subject_of_test t = begin("indicators", NULL);
        assert_ok(answer(t.assessment, "CD01=yes", "CD03=no"));
        assert_ok(answer(t.assessment, ways[i], NULL));
        assert_true(of(show(&lead, t.assessment), "CD01")->doubted);
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
        assert_non_null(strstr(err_detail(), "taken back"));
        assert_ok(answer(t.assessment, "CD01=no", NULL)); /* said again by the same */
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
        assert_true(show(&lead, t.assessment)->lifting.lacks & LACKS_CERTAINTY);
        assert_ok(do_act(&store, &lead, "case.assign", t.case_, &r, "account", text(second.account), NULL));
        assert_ok(
            do_act(&store, &second, "assessment.answer", t.assessment, &r, "answer", "CD01=unknown", NULL));
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE); /* unknown is no no */
        assert_ok(do_act(&store, &second, "assessment.answer", t.assessment, &r, "answer", "CD01=no", NULL));
        assert_false(of(show(&lead, t.assessment), "CD01")->doubted);
        assert_ok(finish(t.assessment, "negative"));
        assert_int_equal(screened(t.person, NULL), SCREENED_THIN);
    }
}

static struct ctx numbered(const char *login, const char *staff_number)
{
    struct ctx system = ctx_system(), c = lead;
    struct act_result r;
    assert_ok(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name",
                     "Officer Synthetic", "password", "correct horse battery", "role", "case_lead", "purpose",
                     "protection", "agency", "npa", "staff_number", staff_number, NULL));
    c.account = r.id;
    return c;
}

/* The second officer is a second person: not another account of who took the yes back, whichever of the two
 * comes first, and not an account of which nobody has said whose it is. */
static void nor_with_a_second_account(void **state)
{
    (void)state;
    /* number: of whose the account is */
    static const struct {
        const char *login, *number;
    } who[] = {{"double1", "S-1"}, {"double2", "s 1"}, {"single", "S-2"}, {"nobody", ""}};
    enum { N = sizeof who / sizeof *who };
    static const int person[N] = {1, 1, 2, 0};
    struct ctx c[N];
    for (size_t i = 0; i < N; i++)
        c[i] = numbered(who[i].login, who[i].number);
    for (size_t n = 0; n < N * N; n++) {
        size_t i = n / N, k = n % N;
        struct subject_of_test t = begin("indicators", NULL);
        bool two = person[i] && person[k] && person[i] != person[k];
        for (size_t j = 0; j < N; j++)
            assert_ok(
                do_act(&store, &lead, "case.assign", t.case_, NULL, "account", text(c[j].account), NULL));
        assert_ok(answer(t.assessment, "CD01=yes", "CD03=no"));
        assert_ok(do_act(&store, &c[i], "assessment.answer", t.assessment, NULL, "answer", "CD01=no", NULL));
        assert_ok(do_act(&store, &c[k], "assessment.answer", t.assessment, NULL, "answer", "CD01=no", NULL));
        assert_int_equal(of(show(&lead, t.assessment), "CD01")->doubted, !two);
        assert_int_equal(finish(t.assessment, "negative"), two ? OK : ERR_STATE);
    }
}

/* Harm: CD05 raises a suspicion of a child, and in sexual exploitation; of an adult in labour it does not.
 * Who wants her gone makes her one. */
static void what_she_is_is_not_taken_back_alone(void **state)
{
    (void)state;
    static const struct {
        const char *name, *yes, *no;
        enum frame frame;
    } frames[] = {{"age", "child", "adult", FRAME_AGE},
                  {"age", "disputed", "adult", FRAME_AGE},
                  {"age", "child", "unknown", FRAME_AGE},
                  {"exploited", "sexual", "labour", FRAME_EXPLOITED}};
    struct ctx twice = numbered("twice1", "S-9"), again = numbered("twice2", "S-9"),
               second = numbered("second", "S-8");
    const struct ctx *all[] = {&twice, &again, &second};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        const char *name = frames[i].name, *no = frames[i].frame == FRAME_AGE ? "adult" : "labour";
        struct subject_of_test t = begin("indicators", NULL);
        for (size_t k = 0; k < 3; k++)
            assert_ok(
                do_act(&store, &lead, "case.assign", t.case_, NULL, "account", text(all[k]->account), NULL));
        assert_ok(do_act(&store, &lead, "assessment.answer", t.assessment, NULL, "answer", "CD05=yes", name,
                         frames[i].yes, NULL));
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
        assert_ok(do_act(&store, &twice, "assessment.answer", t.assessment, NULL, name, frames[i].no, NULL));
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE);
        assert_non_null(strstr(err_detail(), "taken back"));
        assert_true(show(&lead, t.assessment)->sheet.taken_back[frames[i].frame].doubted);
        assert_true(show(&lead, t.assessment)->lifting.lacks & LACKS_CERTAINTY);
        assert_ok(do_act(&store, &twice, "assessment.answer", t.assessment, NULL, name, no, NULL));
        assert_ok(do_act(&store, &again, "assessment.answer", t.assessment, NULL, name, no, NULL));
        assert_int_equal(finish(t.assessment, "negative"), ERR_STATE); /* one person all the time */
        assert_ok(do_act(&store, &second, "assessment.answer", t.assessment, NULL, name, no, NULL));
        assert_false(show(&lead, t.assessment)->sheet.taken_back[frames[i].frame].doubted);
        assert_ok(finish(t.assessment, "negative"));
    }
}

static int64_t told(const char *agency)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct db *db;
    bool row;
    int done;
    assert_ok(jobs_run(store.door, NULL, NULL, NULL, &done));
    assert_ok(door_reader(store.door, &db));
    assert_ok(db_prepare(
        db, "SELECT count(*) FROM notice WHERE event = 'assessment.positive' AND agency = ?1", &s));
    db_bind_text(s, 1, str_of(agency));
    assert_ok(db_step(s, &row));
    int64_t n = db_i64(s, 0);
    db_reset(s);
    door_reader_done(store.door, db);
    return n;
}

/* One yes is told: to the holder, to those competent bodies that are in the case, and where none is, to
 * oversight. Once; and no row tells of what she is. */
static void a_yes_is_told(void **state)
{
    (void)state;
    static const char *const helpers = "womens_support_centers";
    struct ctx police = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               shelter = enrolled_officer(&store, helpers, ROLE_CASE_LEAD);
    struct act_result r;
    for (int shared = 0; shared < 2; shared++) {
        struct id c = open_case(&store, &police), her, sheet;
        int64_t holder = told("npa"), nobody = told(""), competent = told(helpers);
        assert_ok(do_act(&store, &police, "subject.add", c, &r, "type", "person", "role", "victim", NULL));
        her = r.id;
        if (shared) {
            assert_ok(do_act(&store, &police, "case.share", c, NULL, "agency", helpers, "relation",
                             "recipient", "basis", "consent", "class", "identity", NULL));
            assert_ok(
                do_act(&store, &shelter, "case.assign", c, NULL, "account", text(shelter.account), NULL));
        }
        assert_ok(do_act(&store, &police, "assessment.start", id_nil(), &r, "case", text(c), "subject",
                         text(her), "age", "child", NULL));
        sheet = r.id;
        for (int again = 0; again < 2; again++) {
            assert_ok(do_act(&store, &police, "assessment.finish", sheet, NULL, "outcome", "positive",
                             "reasons", "Synthetic.", NULL));
            assert_int_equal(told("npa"), holder + 1);
            assert_int_equal(told(helpers), competent + shared);
            assert_int_equal(told(""), nobody + !shared);
            assert_int_equal(told("child_guidance_centers"), 0);
            assert_ok(do_act(&store, &police, "assessment.review", sheet, NULL, NULL));
        }
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'assessment.positive' AND "
                                        "payload <> ''"),
                     0);
}

static void same_person_carries_a_yes_and_no_no(void **state)
{
    (void)state;
    struct subject_of_test yes = begin("indicators", NULL), no = begin("indicators", NULL);
    struct act_result r;
    assert_ok(finish(yes.assessment, "positive"));
    assert_ok(answer(no.assessment, "CD01=no", NULL));
    assert_ok(finish(no.assessment, "negative"));
    struct id hers = somebody(yes.case_), his = somebody(no.case_);
    assert_ok(do_act(&store, &lead, "same_person.assert", hers, &r, "case", text(yes.case_), "other",
                     text(yes.person), "other_case", text(yes.case_), "basis", "Synthetic.", NULL));
    assert_int_equal(screened(hers, NULL), SCREENED_POSITIVE);
    assert_ok(do_act(&store, &lead, "same_person.assert", his, &r, "case", text(no.case_), "other",
                     text(no.person), "other_case", text(no.case_), "basis", "Synthetic.", NULL));
    assert_int_equal(screened(his, NULL), SCREENED_NOT);
}

/* The result is advice: neither answers nor an outcome touch the case. */
static void no_case_is_changed(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    int64_t before = count_rows(&store, "SELECT count(*) FROM decision");
    assert_ok(answer(t.assessment, "CD01=yes", "CD02=yes"));
    assert_ok(finish(t.assessment, "positive"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM decision"), before);
    const struct view *v;
    assert_ok(do_view(&store, &lead, "case.show", t.case_, arena, &v, NULL));
    const struct case_model *c = v->model;
    assert_string_equal(c->stage, "suspicion");
    assert_string_equal(c->state, "open");
    assert_int_equal(c->version, 1);
}

/* ---- who may ------------------------------------------------------------------------------------------- */

/* What she consented to speaks for each paper about her by itself: of interviews that another agency held,
 * those on her count once she says so, and those on somebody else never. */
static void interviews_count_as_the_viewer_may_list_them(void **state)
{
    (void)state;
    struct act_result r;
    struct subject_of_test t;
    struct ctx guest = enrolled_officer(&store, "isa", ROLE_IMMIGRATION_OFFICER);
    struct ctx helping = guest;
    guest.purpose = PURPOSE_SCREENING;
    t.case_ = open_case(&store, &lead);
    t.person = somebody(t.case_);
    assert_ok(do_act(&store, &lead, "case.share", t.case_, NULL, "agency", "isa", "relation", "recipient",
                     "basis", "legal", "class", "suspect", NULL));
    assert_ok(do_act(&store, &helping, "case.assign", t.case_, NULL, "account", text(guest.account), NULL));
    assert_ok(do_act(&store, &helping, "assessment.start", id_nil(), &r, "case", text(t.case_), "subject",
                     text(t.person), "form", "indicators", "age", "adult", NULL));
    t.assessment = r.id;
    for (int i = 0; i < 2; i++)
        assert_ok(do_act(&store, &lead, "interview.create", id_nil(), &r, "case", text(t.case_), "subject",
                         text(t.person), "held_at", "2025-01-02T03:04:05Z", "asked_by", "npa",
                         "interview_purpose", "screening", "kind_of_place", "quiet_room", "language", "vi",
                         "interpreter", "staff", "alone", "yes", "may_stop_told", "yes", "breaks", "0",
                         "asked_again", "no", NULL));
    assert_int_equal(show(&guest, t.assessment)->interviews, 0); /* the wall */
    assert_ok(do_act(&store, &lead, "consent.give", t.case_, NULL, "subject", text(t.person), "agency", "isa",
                     "purpose", "screening", "class", "routing", "how", "written", "language", "vi", NULL));
    assert_int_equal(show(&guest, t.assessment)->interviews, 2);
}

static void another_agency_sees_nothing(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    const struct view *v;
    struct act_result r;
    assert_int_equal(do_view(&store, &other, "assessment.show", t.assessment, arena, &v, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(do_view(&store, &other, "assessment.list", t.case_, arena, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(do_act(&store, &other, "assessment.finish", t.assessment, &r, "outcome", "negative",
                            "reasons", "Synthetic.", NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(do_act(&store, &other, "assessment.start", id_nil(), &r, "case", text(t.case_),
                            "subject", text(t.person), NULL),
                     ERR_NOT_FOUND);
}

static void an_analyst_sees_no_answers(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    struct ctx analyst = officer("npa", ROLE_ANALYST, 3);
    analyst.purpose = PURPOSE_STATISTICS;
    assert_ok(answer(t.assessment, "CD01=yes", NULL));
    assert_ok(finish(t.assessment, "positive"));
    const struct assessment_model *m = show(&analyst, t.assessment);
    assert_int_not_equal(m->hidden, REASON_OK);
    assert_false(of(m, "CD01")->given);
    assert_false(m->result.suspicion.lower || m->result.suspicion.upper);
    for (size_t i = 0; i < m->nversions; i++)
        assert_int_equal(m->versions[i].reasons.text.n, 0);
}

/* The list of a case, newest first; the state of each without its answers. */
static void listed(void **state)
{
    (void)state;
    struct subject_of_test t = begin("indicators", NULL);
    const struct view *v;
    assert_ok(finish(t.assessment, "positive"));
    assert_ok(do_view(&store, &lead, "assessment.list", t.case_, arena, &v, NULL));
    const struct assessment_list *list = v->model;
    assert_int_equal(list->n, 1);
    assert_string_equal(list->items[0].outcome, "positive");
    assert_string_equal(list->items[0].state, "finished");
}

int main(int argc, char **argv)
{
    driver = argc > 1 ? argv[1] : driver;
    if (!store_can(driver))
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_add_versions),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(what_is_not_taken),
        cmocka_unit_test(versions_end),
        cmocka_unit_test(nothing_is_to_be_asked_at_first_contact),
        cmocka_unit_test(asked_twice_is_said),
        cmocka_unit_test(a_no_against_signs_is_refused),
        cmocka_unit_test(a_positive_outcome_is_not_taken_back),
        cmocka_unit_test(a_screening_is_done_or_it_is_none),
        cmocka_unit_test(a_yes_is_not_taken_back_alone),
        cmocka_unit_test(nor_with_a_second_account),
        cmocka_unit_test(what_she_is_is_not_taken_back_alone),
        cmocka_unit_test(a_yes_is_told),
        cmocka_unit_test(same_person_carries_a_yes_and_no_no),
        cmocka_unit_test(no_case_is_changed),
        cmocka_unit_test(interviews_count_as_the_viewer_may_list_them),
        cmocka_unit_test(another_agency_sees_nothing),
        cmocka_unit_test(an_analyst_sees_no_answers),
        cmocka_unit_test(listed),
    };
    return cmocka_run_group_tests(tests, group_start, group_end);
}
