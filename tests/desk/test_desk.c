/* SPDX-License-Identifier: Apache-2.0 */
/* First contact through the door, on both databases: a note while the keys are closed, a report handed
 * on, an enquiry that is compared later (plan 3(1)/a, invariants 6 and 9). */
#include "base/env.h"
#include "core/jobs.h"
#include "desk/desk.h"
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define CODE    "ABCD-0123-EFG1"
#define RECEIPT "0000-1111-2222-3333-4444-5555"

static const char *driver;
static struct entities entities;
static const struct job_due due[] = {{"report.receive", .due_with = report_receive_due},
                                     {"enquiry.compare", enquiry_compare_due},
                                     {"desk.expire", desk_expire_due}};

static struct ctx nobody(void)
{
    return (struct ctx){.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
}

static int set_up(void **state)
{
    static struct store s;
    struct store_country country = {.pack = store_pack(),
                                    .actions = DESK_ACTIONS,
                                    .nactions = NDESK_ACTIONS,
                                    .views = DESK_VIEWS,
                                    .nviews = NDESK_VIEWS,
                                    .entities = &entities,
                                    .jobs = due,
                                    .njobs = 3,
                                    .synthetic = true,
                                    .tables = desk_tables};
    struct act_result r;
    entities = REGISTRY_ENTITIES;
    entities.report = desk_report_object;
    if (!store_make_of(&s, driver, &country))
        return 0;
    store_open(&s);
    struct ctx admin = officer("npa", ROLE_SYSTEM_ADMIN, 9);
    admin.purpose = PURPOSE_ADMINISTRATION;
    assert_int_equal(
        do_act(&s, &admin, "office.issue_code", id_nil(), &r, "agency", "ngo", "code", CODE, NULL), OK);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    if (*state)
        store_remove(*state);
    return 0;
}

static struct id send(struct store *s, const char *receipt)
{
    struct ctx c = nobody();
    struct act_result r;
    assert_int_equal(do_act(s, &c, "report.send", id_nil(), &r, "code", CODE, "receipt", receipt, "danger",
                            "yes", "what", "Synthetic.", "sender_detail", "Synthetic sender", NULL),
                     OK);
    return r.id;
}

static const char *told(struct store *s, struct arena *a, const char *receipt)
{
    struct ctx c = nobody();
    const struct view *v;
    if (do_view(s, &c, "report.receipt", id_nil(), a, &v, "receipt", receipt, NULL) != OK)
        return "nothing";
    return ((const struct receipt_model *)v->model)->coarse;
}

static void run_jobs(struct store *s)
{
    int done;
    assert_int_equal(jobs_run(s->door, NULL, NULL, NULL, &done), OK);
}

static const struct report_model *show(struct store *s, struct arena *a, const struct ctx *c, struct id id)
{
    const struct view *v;
    return do_view(s, c, "report.show", id, a, &v, NULL) == OK ? v->model : NULL;
}

static bool has(const struct report_model *m, const char *part)
{
    for (size_t i = 0; m && i < m->n; i++)
        if (strcmp(m->values[i].name, part) == 0)
            return true;
    return false;
}

static void a_note_in_the_dark_is_a_report_by_light(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    vault_lock(door_vault(s->door));
    struct id id = send(s, RECEIPT);
    assert_string_equal(told(s, a, RECEIPT), "received");
    run_jobs(s);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM report"), 0);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM report_letter WHERE waits = 1 AND body IS NOT NULL"),
                     1);
    assert_int_equal(door_unlock(s->door, store_secret()), OK);
    run_jobs(s);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM report_letter WHERE body IS NOT NULL"), 0);
    const struct report_model *m = show(s, a, &lead, id);
    assert_non_null(m);
    assert_true(m->urgent && has(m, "what") && !has(m, "sender_detail"));
    assert_string_equal(told(s, a, RECEIPT), "received");
    assert_int_equal(door_sequence(s->door), OK);
    assert_int_equal(verify(s, STR(""), a).total, 0);
    arena_free(a);
}

static void who_told_us_stays_with_the_first_desk(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD),
               other = enrolled_officer(s, "ngo", ROLE_CASE_LEAD);
    struct act_result r;
    struct id id = send(s, RECEIPT);
    assert_int_equal(do_act(s, &lead, "report.take", id, &r, NULL), OK);
    assert_true(has(show(s, a, &lead, id), "sender_detail"));
    assert_null(show(s, a, &other, id));
    assert_int_equal(do_act(s, &lead, "report.pass_on", id, &r, "agency", "ngo", "basis", "consent", "reason",
                            "Synthetic.", NULL),
                     OK);
    assert_null(show(s, a, &lead, id));
    assert_string_equal(told(s, a, RECEIPT), "passed_on");
    assert_int_equal(do_act(s, &other, "report.take", id, &r, NULL), OK);
    const struct report_model *m = show(s, a, &other, id);
    assert_true(has(m, "what") && !has(m, "sender_detail"));
    assert_int_equal(m->nsteps, 1);
    assert_int_equal(do_act(s, &other, "report.to_case", id, &r, NULL), OK);
    assert_string_equal(told(s, a, RECEIPT), "case_opened");
    assert_int_equal(do_act(s, &other, "report.to_case", id, &r, NULL), ERR_STATE);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM case_file"), 1);
    arena_free(a);
}

/* Reports of others do not move the list: danger first, then the oldest, page by page. */
static void the_list_is_walked_once(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    const struct view *v;
    size_t seen = 0;
    char after[33], received[28];
    bool urgent = true;
    for (int i = 0; i < 120; i++)
        assert_int_equal(
            do_act(s, &lead, "report.create", id_nil(), &r, "danger", i % 3 ? "no" : "yes", NULL), OK);
    assert_int_equal(do_view(s, &lead, "report.list", id_nil(), a, &v, NULL), OK);
    for (;;) {
        const struct report_list *list = v->model;
        for (size_t i = 0; i < list->n; i++) {
            assert_true(urgent || !list->items[i].urgent);
            urgent = list->items[i].urgent;
        }
        seen += list->n;
        if (id_is_nil(list->next))
            break;
        id_text(list->next, after);
        utc_text(list->next_received_us, received);
        assert_int_equal(do_view(s, &lead, "report.list", id_nil(), a, &v, "after", after, "after_received",
                                 received, "after_urgent", list->next_urgent ? "true" : "false", NULL),
                         OK);
    }
    assert_int_equal(seen, 120);
    arena_free(a);
}

static void an_enquiry_warns_the_holder_later(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD), other = officer("ngo", ROLE_CASE_LEAD, 2);
    struct id case_ = open_case(s, &lead);
    struct act_result r;
    char in[33];
    id_text(case_, in);
    assert_int_equal(
        do_act(s, &lead, "subject.add", case_, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    assert_int_equal(do_act(s, &lead, "identifier.add", r.id, &r, "case", in, "type", "phone", "value",
                            "000-0000-0000", NULL),
                     OK);
    assert_int_equal(
        do_act(s, &other, "enquiry.note", id_nil(), &r, "as", "employer", "number", "000-0000-0000", NULL),
        OK);
    assert_int_equal(
        do_act(s, &other, "enquiry.note", id_nil(), &r, "as", "employer", "number", "000-9999-9999", NULL),
        OK);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case'"), 0);
    run_jobs(s);
    assert_int_equal(
        count_rows(s, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case' AND agency = 'npa'"),
        1);
    assert_int_equal(
        count_rows(s, "SELECT count(*) FROM notice WHERE event = 'enquiry.about_case' AND agency = 'ngo'"),
        0);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM enquiry WHERE waits = 1"), 0);
}

static int64_t warned(struct store *s)
{
    return count_rows(s, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case'");
}

static int64_t asks(struct store *s, const struct ctx *who, const char *field, const char *value)
{
    int64_t before = warned(s);
    struct act_result r;
    assert_int_equal(do_act(s, who, "enquiry.note", id_nil(), &r, "as", "employer", "asker",
                            "Synthetic Asker", "way", "phone", field, value, NULL),
                     OK);
    assert_int_equal(warned(s), before); /* nothing happens while the desk waits for the answer */
    run_jobs(s);
    return warned(s) - before;
}

static const struct enquiry_list *asked_about(struct store *s, const struct ctx *who, struct id c,
                                              struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(s, who, "enquiry.of_case", c, a, &v, NULL), OK);
    return v->model;
}

/* Harm: her employer asks for her by another spelling of her number or her name, and nobody of her case knows
 * that he looks for her. And: who asked, or the desk that was asked, learns by it where she is known. */
static void however_she_is_asked_for_her_people_know(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD),
               other = enrolled_officer(s, "ngo", ROLE_CASE_LEAD),
               guest = enrolled_officer(s, "isa", ROLE_CASE_LEAD);
    struct id case_ = open_case(s, &lead);
    struct act_result r;
    char in[33], me[33];
    id_text(case_, in);
    id_text(guest.account, me);
    assert_int_equal(
        do_act(s, &lead, "subject.add", case_, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    assert_int_equal(do_act(s, &lead, "identifier.add", r.id, NULL, "case", in, "type", "phone", "value",
                            "090 0000-1234", NULL),
                     OK);
    assert_int_equal(do_act(s, &lead, "name.add", r.id, NULL, "case", in, "type", "passport", "full",
                            "NGUY\u1ec4N Th\u1ecb H\u1ed3ng", NULL),
                     OK);
    static const char *const numbers[] = {"09000001234", "090-0000-1234", "\uff10\uff19\uff10 0000 1234"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(asks(s, &other, "number", numbers[i]), 1);
    assert_int_equal(asks(s, &other, "about", "nguyen thi hong"), 1);
    assert_int_equal(asks(s, &other, "about", "Hong"), 1); /* one word, that few are called */
    assert_int_equal(asks(s, &other, "about", "Nguyen Van Minh"), 0);
    assert_int_equal(asks(s, &other, "number", "09000001235"), 0);
    const struct enquiry_list *list = asked_about(s, &lead, case_, a);
    assert_int_equal(list->n, 5);
    assert_true(str_is(list->items[0].asker.text, "Synthetic Asker"));
    assert_string_equal(list->items[0].as, "employer");
    assert_string_equal(list->items[0].way, "phone");
    assert_true(list->items[0].at_us > 0);
    /* where it was asked, nothing is to be seen; nor by whom the case was shared with */
    const struct view *v;
    assert_int_equal(do_view(s, &other, "enquiry.of_case", case_, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(do_act(s, &lead, "case.share", case_, NULL, "agency", "isa", "relation", "recipient",
                            "basis", "consent", "class", "suspect", NULL),
                     OK);
    assert_int_equal(do_act(s, &guest, "case.assign", case_, NULL, "account", me, NULL), OK);
    assert_int_equal(asked_about(s, &guest, case_, a)->n, 0);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM notice WHERE agency = 'ngo'"), 0);
}

static bool assigned_to(struct store *s, const struct ctx *who, struct id report)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct report_model *m = show(s, a, who, report);
    return m && id_eq(m->assigned, who->account);
}

/* Who told us is seen by who has the report: a colleague who is curious, or is paid to be, cannot take it
 * from the officer who has it. A lead may, and oversight hears of it. */
static void nobody_takes_a_report_from_a_colleague(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx first = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR),
               curious = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR),
               lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD);
    struct act_result r;
    char self[33];
    struct id id = send(s, RECEIPT);
    id_text(curious.account, self);
    assert_int_equal(do_act(s, &first, "report.take", id, &r, NULL), OK);
    assert_int_equal(do_act(s, &curious, "report.take", id, &r, NULL), ERR_STATE);
    assert_int_equal(do_act(s, &curious, "report.assign", id, &r, "account", self, NULL), ERR_STATE);
    assert_int_equal(do_act(s, &lead, "report.take", id, &r, NULL), ERR_STATE);
    assert_false(has(show(s, a, &curious, id), "sender_detail"));
    assert_true(assigned_to(s, &first, id));
    assert_int_equal(do_act(s, &first, "report.take", id, &r, NULL), OK);
    static const char told_of[] = "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'";
    int64_t before = count_rows(s, told_of);
    assert_int_equal(do_act(s, &lead, "report.assign", id, &r, "account", self, NULL), OK);
    assert_int_equal(count_rows(s, told_of), before + 1);
    assert_true(assigned_to(s, &curious, id));
    arena_free(a);
}

/* Nothing is lost with the officer who leaves. */
static void a_report_of_who_has_left_can_be_taken(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct ctx first = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR),
               next = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR), system = ctx_system();
    struct act_result r;
    struct id id = send(s, RECEIPT);
    assert_int_equal(do_act(s, &first, "report.take", id, &r, NULL), OK);
    assert_int_equal(do_act(s, &system, "account.disable", first.account, &r, NULL), OK);
    assert_int_equal(do_act(s, &next, "report.take", id, &r, NULL), OK);
    assert_true(assigned_to(s, &next, id));
}

static void a_call_for_help_is_not_closed_unseen(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD);
    static const char told_of[] = "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'";
    struct act_result r;
    struct id id;
    int64_t before = count_rows(s, told_of);
    assert_int_equal(do_act(s, &lead, "report.create", id_nil(), &r, "danger", "no", NULL), OK);
    assert_int_equal(
        do_act(s, &lead, "report.close", r.id, &r, "outcome", "not_enough", "reason", "Synthetic.", NULL),
        OK);
    assert_int_equal(count_rows(s, told_of), before);
    id = send(s, RECEIPT);
    assert_int_equal(
        do_act(s, &lead, "report.close", id, &r, "outcome", "not_enough", "reason", "Synthetic.", NULL), OK);
    assert_int_equal(count_rows(s, told_of), before + 1);
}

static const struct report_passed_list *passed(struct store *s, struct arena *a, const struct ctx *c)
{
    const struct view *v;
    assert_int_equal(do_view(s, c, "report.passed_on", id_nil(), a, &v, NULL), OK);
    return v->model;
}

/* Invariant 9: who hands over sees what became of it, in the words that the sender gets, and nothing else. */
static void who_passes_on_sees_what_became_of_it(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD),
               colleague = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR),
               other = enrolled_officer(s, "ngo", ROLE_CASE_LEAD),
               third = enrolled_officer(s, "isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id id = send(s, RECEIPT);
    assert_int_equal(passed(s, a, &lead)->n, 0);
    assert_int_equal(do_act(s, &lead, "report.pass_on", id, &r, "agency", "ngo", "basis", "consent", "reason",
                            "Synthetic.", NULL),
                     OK);
    assert_int_equal(passed(s, a, &lead)->n, 1);
    assert_string_equal(passed(s, a, &lead)->items[0].coarse, "passed_on");
    assert_string_equal(passed(s, a, &lead)->items[0].to, "ngo");
    assert_int_equal(passed(s, a, &colleague)->n, 1); /* the desk, not only the officer of that day */
    assert_int_equal(passed(s, a, &other)->n, 0);
    assert_int_equal(passed(s, a, &third)->n, 0);
    assert_int_equal(do_act(s, &other, "report.take", id, &r, NULL), OK);
    assert_string_equal(passed(s, a, &lead)->items[0].coarse, "taken_over");
    assert_int_equal(
        do_act(s, &other, "report.close", id, &r, "outcome", "acted", "reason", "Synthetic.", NULL), OK);
    assert_string_equal(passed(s, a, &lead)->items[0].coarse, "closed");
    assert_string_equal(passed(s, a, &lead)->items[0].outcome, "acted");
    assert_null(show(s, a, &lead, id)); /* and the report itself stays closed to it */
    arena_free(a);
}

static void passed_on_is_walked_once(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD);
    struct act_result r;
    const struct view *v;
    char after[33], at[28];
    size_t seen = 0;
    for (int i = 0; i < 120; i++) {
        assert_int_equal(do_act(s, &lead, "report.create", id_nil(), &r, "danger", "no", NULL), OK);
        assert_int_equal(do_act(s, &lead, "report.pass_on", r.id, &r, "agency", "ngo", "basis", "consent",
                                "reason", "Synthetic.", NULL),
                         OK);
    }
    const struct report_passed_list *list = passed(s, a, &lead);
    for (;;) {
        seen += list->n;
        if (id_is_nil(list->next))
            break;
        id_text(list->next, after);
        utc_text(list->next_at_us, at);
        assert_int_equal(
            do_view(s, &lead, "report.passed_on", id_nil(), a, &v, "after", after, "after_at", at, NULL), OK);
        list = v->model;
    }
    assert_int_equal(seen, 120);
    assert_int_equal(do_view(s, &lead, "report.passed_on", id_nil(), a, &v, "after", after, NULL), ERR_FIELD);
    arena_free(a);
}

static size_t reports_of(struct store *s, const struct ctx *c, struct id case_)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    char in[33];
    id_text(case_, in);
    assert_int_equal(do_view(s, c, "report.of_case", id_nil(), a, &v, "case", in, NULL), OK);
    return ((const struct report_list *)v->model)->n;
}

static const char *number_of(struct store *s, struct arena *a, const struct ctx *c, struct id case_)
{
    const struct view *v;
    assert_int_equal(do_view(s, c, "case.show", case_, a, &v, NULL), OK);
    return ((const struct case_model *)v->model)->number;
}

/* One story is one case; a case that the officer may not change is as one that is not. */
static void a_report_joins_an_open_case(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD),
               colleague = enrolled_officer(s, "npa", ROLE_CASE_LEAD),
               counsellor = enrolled_officer(s, "npa", ROLE_INTAKE_COUNSELLOR),
               other = enrolled_officer(s, "ngo", ROLE_CASE_LEAD);
    struct id mine = open_case(s, &lead), hidden = open_case(s, &colleague), id = send(s, RECEIPT);
    struct act_result r;
    const char *number = number_of(s, a, &lead, mine), *not_mine = number_of(s, a, &colleague, hidden);
    assert_int_equal(do_act(s, &lead, "report.join", id, &r, "number", not_mine, NULL), ERR_NOT_FOUND);
    char *words = arena_cstr(a, str_of(err_detail()));
    assert_int_equal(do_act(s, &lead, "report.join", id, &r, "number", "1999-000001", NULL), ERR_NOT_FOUND);
    assert_string_equal(err_detail(), words);
    assert_int_equal(reports_of(s, &lead, mine), 0);
    assert_int_equal(do_act(s, &lead, "report.join", id, &r, "number", number, NULL), OK);
    assert_string_equal(told(s, a, RECEIPT), "case_opened");
    assert_true(id_eq(show(s, a, &lead, id)->case_, mine));
    /* at the same desk, and not in the case: which case it became she is not told, only that it did */
    assert_true(id_is_nil(show(s, a, &counsellor, id)->case_));
    assert_string_equal(show(s, a, &counsellor, id)->state, "case");
    assert_int_equal(reports_of(s, &lead, mine), 1);
    assert_int_equal(reports_of(s, &lead, hidden), 0);
    assert_int_equal(reports_of(s, &other, mine), 0);
    assert_int_equal(do_act(s, &lead, "report.join", id, &r, "number", number, NULL), ERR_STATE);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM case_file"), 2);
    assert_int_equal(do_act(s, &lead, "report.create", id_nil(), &r, "danger", "no", NULL), OK);
    id = r.id;
    assert_int_equal(do_act(s, &lead, "case.close", mine, &r, NULL), OK);
    assert_int_equal(do_act(s, &lead, "report.join", id, &r, "number", number, NULL), ERR_STATE);
    arena_free(a);
}

/* Harm: a complicit officer buries a call for help in an old case of his own, where closing it would be told.
 */
static void danger_that_joins_a_case_is_seen(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct arena *a = arena_new(0);
    static const char told_of[] = "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'";
    static const char *const dangers[] = {"no", "unknown", "yes"};
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD);
    const char *number = number_of(s, a, &lead, open_case(s, &lead));
    int64_t before = count_rows(s, told_of);
    for (size_t i = 0; i < 3; i++) {
        struct act_result r;
        assert_int_equal(do_act(s, &lead, "report.create", id_nil(), &r, "danger", dangers[i], NULL), OK);
        assert_int_equal(do_act(s, &lead, "report.join", r.id, NULL, "number", number, NULL), OK);
        assert_int_equal(count_rows(s, told_of), before + (i == 2));
    }
    arena_free(a);
}

static void damage(struct store *s, const char *sql)
{
    struct db *db;
    struct stmt *st;
    bool row;
    struct db_config config = {.url = s->url};
    assert_int_equal(db_open(&config, &db), OK);
    assert_int_equal(db_begin(db, DB_WRITE), OK);
    assert_int_equal(db_prepare(db, sql, &st), OK);
    assert_int_equal(db_step(st, &row), OK);
    db_reset(st);
    assert_int_equal(db_commit(db), OK);
    db_close(db);
}

/* Somebody with the database in his hands changes one enquiry, so that no holder is warned again: the others
 * are compared all the same, and oversight hears of it. */
static void a_broken_enquiry_holds_up_no_other(void **state)
{
    NEED_STORE(state);
    struct store *s = *state;
    struct ctx lead = enrolled_officer(s, "npa", ROLE_CASE_LEAD), other = officer("ngo", ROLE_CASE_LEAD, 2);
    struct id case_ = open_case(s, &lead);
    struct act_result r;
    char in[33];
    static const char told_of[] = "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'";
    int64_t before = count_rows(s, told_of);
    id_text(case_, in);
    assert_int_equal(
        do_act(s, &lead, "subject.add", case_, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    assert_int_equal(do_act(s, &lead, "identifier.add", r.id, &r, "case", in, "type", "phone", "value",
                            "000-0000-0000", NULL),
                     OK);
    assert_int_equal(do_act(s, &other, "enquiry.note", id_nil(), &r, "as", "employer", "number", "1", NULL),
                     OK);
    damage(s, "UPDATE enquiry SET about = substr(about, 1, length(about) - 1)");
    assert_int_equal(
        do_act(s, &other, "enquiry.note", id_nil(), &r, "as", "employer", "number", "000-0000-0000", NULL),
        OK);
    run_jobs(s);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM enquiry WHERE waits = 1"), 0);
    assert_int_equal(
        count_rows(s, "SELECT count(*) FROM outbox WHERE event = 'enquiry.about_case' AND agency = 'npa'"),
        1);
    assert_int_equal(count_rows(s, told_of), before + 1);
}

int main(int argc, char **argv)
{
    driver = argc > 1 ? argv[1] : "sqlite";
    if (!store_can(driver))
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_note_in_the_dark_is_a_report_by_light, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_told_us_stays_with_the_first_desk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_list_is_walked_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_enquiry_warns_the_holder_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(however_she_is_asked_for_her_people_know, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_takes_a_report_from_a_colleague, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_of_who_has_left_can_be_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_for_help_is_not_closed_unseen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_passes_on_sees_what_became_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passed_on_is_walked_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_joins_an_open_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(danger_that_joins_a_case_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_enquiry_holds_up_no_other, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
