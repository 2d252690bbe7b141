/* SPDX-License-Identifier: Apache-2.0 */
/* Cases, subjects and records between agencies, over both databases: test_registry sqlite | postgres. */
#include "base/calendar.h"
#include "core/account.h"
#include "support/casework.h"

/* ---- Testland, with an offender's role and a kind of many classes
 * -------------------------------------------------------- */

static struct crosswalk suspects[] = {{.scheme = "field_class", .code = "suspect"}};
static const struct code roles[] = {
    {.code = "presumed_victim", .label = "Presumed victim"},
    {.code = "recruiter", .label = "Recruiter", .crosswalks = suspects, .ncrosswalks = 1}};
static const char *const open_state[] = {"open"};
#define NO_LIMIT .min = INT64_MIN, .max = INT64_MAX
static const struct field inspection_fields[] = {
    {.name = "complainant", .label = "C", .type = FT_TEXT, .class = CLASS_IDENTITY, NO_LIMIT},
    {.name = "informant", .label = "I", .type = FT_TEXT, .class = CLASS_SOURCE, NO_LIMIT},
    {.name = "place", .label = "P", .type = FT_TEXT, .class = CLASS_LOCATION, NO_LIMIT},
    {.name = "language", .label = "L", .type = FT_TEXT, .class = CLASS_ROUTING, NO_LIMIT},
};
static const struct kind_action inspection_actions[] = {
    {.name = "create", .label = "New", .verb = VERB_CREATE},
    {.name = "amend", .label = "Change", .verb = VERB_UPDATE}};
static struct office offices[] = {{.id = "desk", .name = "Desk"}};

static struct code_list lists[2];
static struct kind kinds[3];

static void make_pack(void)
{
    pack = *store_pack();
    lists[0] = pack.code_lists[0];
    lists[1] = pack.code_lists[1];
    lists[0].codes = roles;
    lists[0].n = 2;
    pack.code_lists = lists;
    kinds[0] = pack.kinds[0];
    kinds[1] = pack.kinds[1];
    kinds[2] = (struct kind){.id = "inspection",
                             .title = "Inspection",
                             .file = "test",
                             .attach = ATTACH_CASE | ATTACH_NONE,
                             .states = open_state,
                             .nstates = 1,
                             .fields = inspection_fields,
                             .nfields = 4,
                             .actions = inspection_actions,
                             .nactions = 2};
    pack.kinds = kinds;
    pack.nkinds = 3;
    pack.offices = offices;
    pack.noffices = 1;
}

static const struct case_model *show(const struct ctx *who, struct id c, struct arena *a)
{
    const struct view *v;
    enum err e = do_view(&store, who, "case.show", c, a, &v, NULL);
    if (e != OK)
        print_error("case.show: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    assert_int_equal(e, OK);
    return v->model;
}

static void the_trail_holds(void)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* ---- who is in a case ------------------------------------------------------------------------------------
 */

static void only_officers_of_the_agency_are_named(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), member = enrolled("ngo", ROLE_CASE_MEMBER),
               other = enrolled("isa", ROLE_CASE_MEMBER);
    struct act_result r;
    struct id c = open_case(&store, &lead);
    int64_t before = count_rows(&store, "SELECT count(*) FROM access_grant");
    assert_int_equal(ACT(&lead, "case.assign", c, NULL, "account", text_of(other.account)), ERR_FIELD);
    assert_int_equal(ACT(&lead, "case.assign", c, NULL, "account", text_of(id_new())), ERR_FIELD);
    assert_int_equal(ACT(&lead, "case.assign", c, NULL, "account", text_of(id_nil())), ERR_FIELD);
    struct pair unknown = {STR("account"), STR(""), VALUE_UNKNOWN};
    struct act_request q = {
        .ctx = &lead, .action = "case.assign", .subject = c, .expected_version = -1, .input = {&unknown, 1}};
    assert_int_equal(door_act(store.door, &q, a, &r), ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM access_grant"), before);
    assign(&lead, c, &member);
    assert_int_equal(show(&member, c, a)->nsubjects, 0);
}

static void an_unknown_relation_shares_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead);
    struct pair p[] = {{STR("agency"), STR("isa"), VALUE_GIVEN},
                       {STR("relation"), STR(""), VALUE_UNKNOWN},
                       {STR("basis"), STR(""), VALUE_UNKNOWN}};
    struct act_request q = {
        .ctx = &lead, .action = "case.share", .subject = c, .expected_version = -1, .input = {p, 3}};
    assert_int_equal(door_act(store.door, &q, a, &r), ERR_FIELD);
    p[1] = (struct pair){STR("relation"), STR("owner"), VALUE_GIVEN};
    p[2] = (struct pair){STR("basis"), STR("consent"), VALUE_GIVEN};
    assert_int_equal(door_act(store.door, &q, a, &r), ERR_FIELD);
    assert_int_equal(ACT(&lead, "case.share", c, NULL, "agency", "ngo", "relation", "copy", "basis", "legal"),
                     ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM access_grant WHERE agency = 'isa'"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key WHERE agency = 'isa'"), 0);
}

/* Harm: a share that ended before it began stands in the file as one, and lets nobody help her. */
static void a_share_ends_in_the_future(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    static const int64_t ago_us[] = {INT64_C(3600000000), 0, INT64_C(86400000000) * 365 * 50};
    for (size_t i = 0; i < 3; i++) {
        char until[28];
        utc_text(env_now_us() - ago_us[i], until);
        assert_int_equal(ACT(&lead, "case.share", c, NULL, "agency", "isa", "relation", "copy", "basis",
                             "consent", "until", until),
                         ERR_FIELD);
        assert_non_null(strstr(err_detail(), "until"));
    }
    assert_int_equal(ACT(&lead, "case.share", c, NULL, "agency", "isa", "relation", "copy", "basis",
                         "consent", "until", "1960-01-01T00:00:00Z"),
                     ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM access_grant WHERE agency = 'isa'"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key WHERE agency = 'isa'"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'case.shared'"), 0);
}

static void an_officer_holds_what_the_agency_holds(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("isa", ROLE_CASE_LEAD);
    const struct view *v;
    char until[28];
    struct id c = open_case(&store, &lead);
    utc_text(env_now_us() + INT64_C(3600000000), until);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "danger_to_life",
           "until", until);
    assign(&other, c, &other);
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM access_grant WHERE agency = 'isa' AND basis = 3 "
                                "AND relation = 3 AND until_us IS NOT NULL"),
                     2);
    assert_int_equal(
        count_rows(&store, "SELECT count(*) FROM access_grant WHERE agency = 'ngo' AND basis = 0"), 2);
    assert_int_equal(do_view(&store, &other, "case.show", c, a, &v, NULL), OK);
    offset = INT64_C(7200000000);
    assert_int_equal(do_view(&store, &other, "case.show", c, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(ACT(&other, "case.assign", c, NULL, "account", text_of(other.account)), ERR_NOT_FOUND);
}

/* Harm it prevents: an agency that wrote into a colleague's case owes the answer in time, and cannot touch
 * its own clock, while another agency's officer stops it as an owner. */
static void a_clock_belongs_to_who_wrote_its_record(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("isa", ROLE_CASE_LEAD),
               second = enrolled("isa", ROLE_CASE_LEAD);
    struct act_result r;
    const struct view *v;
    char later[28];
    struct id c = open_case(&store, &lead);
    share(&lead, c, "isa", "recipient", "legal");
    assign(&other, c, &other);
    ACT_OK(&other, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
    assert_int_equal(do_view(&store, &other, "clock.list", id_nil(), a, &v, NULL), OK);
    const struct clock_list *mine = v->model;
    assert_int_equal(mine->n, 1);
    utc_text(mine->items[0].times.due_us + INT64_C(3600000000), later);
    assign(&other, c, &second);
    ACT_OK(&other, "clock.extend", mine->items[0].id, &r, "due", later, "basis", "agreed with her");
    assert_int_equal(ACT(&lead, "proposal.confirm", r.id, NULL, NULL),
                     ERR_DENIED); /* not of the agency that owes it */
    ACT_OK(&second, "proposal.confirm", r.id, NULL, NULL);
    /* the holder of the case sees it, as a co-owner */
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    assert_int_equal(((const struct case_model *)v->model)->nclocks, 1);
    /* a clock of the holder's own record stays the holder's: a recipient extends nothing */
    ACT_OK(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
    assert_int_equal(do_view(&store, &lead, "clock.list", id_nil(), a, &v, NULL), OK);
    mine = v->model;
    assert_int_equal(mine->n, 1);
    assert_int_not_equal(ACT(&other, "clock.extend", mine->items[0].id, NULL, "due", later, "basis", "no"),
                         OK);
}

static void a_class_is_asked_before_it_is_shared(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    static const char *const never[] = {"source", "tactics", "biometrics", "location"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(ACT(&lead, "case.share", c, NULL, "agency", "isa", "relation", "copy", "basis",
                             "consent", "class", never[i]),
                         ERR_DENIED);
    assert_int_equal(ACT(&lead, "case.share", c, NULL, "agency", "isa", "relation", "copy", "basis", "legal",
                         "class", "health"),
                     ERR_DENIED);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key WHERE agency = 'isa'"), 0);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "copy", "basis", "consent", "class",
           "health");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key WHERE agency = 'isa'"), 2);
}

/* Harm it prevents: a lead who works with the trafficker gives a case away on "danger to life", and nobody
 * outside her agency ever hears that it was done without consent. */
static void a_share_without_consent_is_told_to_oversight(void **state)
{
    NEED_STORE(state);
    static const struct {
        const char *basis;
        int64_t oversight, review;
    } told[] = {{"consent", 0, 0}, {"legal", 1, 0}, {"danger_to_life", 1, 1}};
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct id c = open_case(&store, &lead);
        int64_t oversight =
            count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'");
        int64_t review = count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.review'");
        share(&lead, c, "isa", "recipient", told[i].basis);
        assert_int_equal(
            count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'") -
                oversight,
            told[i].oversight);
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.review'") -
                             review,
                         told[i].review);
    }
}

static void a_later_subject_is_of_the_case(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), npa = enrolled("npa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    share(&lead, c, "npa", "co_owner", "consent");
    assign(&npa, c, &npa);
    struct id theirs = add_subject(&npa, c, "presumed_victim"),
              ours = add_subject(&lead, c, "presumed_victim");
    ACT_OK(&npa, "name.add", theirs, NULL, "case", text_of(c), "type", "legal", "full", "Synthetic One");
    ACT_OK(&lead, "name.add", ours, NULL, "case", text_of(c), "type", "legal", "full", "Synthetic Two");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM subject WHERE agency = 'ngo'"), 2);
    const struct ctx *both[] = {&lead, &npa};
    for (size_t i = 0; i < 2; i++) {
        const struct case_model *m = show(both[i], c, a);
        assert_int_equal(m->nsubjects, 2);
        assert_true(str_is(m->subjects[0].names[0].full.text, "Synthetic One"));
        assert_true(str_is(m->subjects[1].names[0].full.text, "Synthetic Two"));
    }
}

/* ---- decisions, numbers ----------------------------------------------------------------------------------
 */

static void a_stale_decision_is_not_confirmed(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), isa = enrolled("isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead), other = open_case(&store, &lead);
    share(&lead, c, "isa", "co_owner", "consent");
    assign(&isa, c, &isa);
    ACT_OK(&lead, "case.set_stage", c, NULL, "stage", "presumed_victim");
    ACT_OK(&lead, "case.set_stage", c, &r, "stage", "suspicion", "reasons", "synthetic reasons",
           "review_route", "synthetic route");
    struct id negative = r.id;
    ACT_OK(&lead, "case.set_stage", c, NULL, "stage", "recognised_victim");
    assert_int_equal(ACT(&isa, "case.confirm_decision", c, NULL, "decision", text_of(negative)), ERR_STATE);
    assert_string_equal(show(&lead, c, a)->stage, "recognised_victim");
    /* of another case, and of none: alike */
    assert_int_equal(ACT(&lead, "case.confirm_decision", other, NULL, "decision", text_of(negative)),
                     ERR_NOT_FOUND);
    assert_string_equal(err_detail(), "decision");
    assert_int_equal(ACT(&lead, "case.confirm_decision", other, NULL, "decision", text_of(id_new())),
                     ERR_NOT_FOUND);
    assert_string_equal(err_detail(), "decision");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM decision WHERE review_route IS NOT NULL AND "
                                        "length(review_route) < 20"),
                     0); /* an envelope is longer than its text */
    the_trail_holds();
}

static void each_agency_counts_its_cases(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx ngo = enrolled("ngo", ROLE_CASE_LEAD), npa = enrolled("npa", ROLE_CASE_LEAD);
    static const char *const numbers[] = {"000001", "000002"};
    int64_t now, days;
    struct date d;
    char day[28];
    /* half an hour before the year's end in UTC it is New Year in Tokyo */
    utc_text(env_now_us(), day);
    assert_int_equal(date_parse((struct str){day, 10}, &d), OK);
    d = (struct date){(int16_t)(d.year + 1), 1, 1};
    days = date_days(d);
    now = days * INT64_C(86400000000) - INT64_C(1800000000);
    offset = now - env_now_us();
    for (size_t i = 0; i < 2; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%04d-%s", d.year, numbers[i]);
        assert_string_equal(show(&ngo, open_case(&store, &ngo), a)->number, expected);
        assert_string_equal(show(&npa, open_case(&store, &npa), a)->number, expected);
    }
}

/* ---- classes of names ------------------------------------------------------------------------------------
 */

static void a_victim_is_sealed_as_one(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "recruiter");
    ACT_OK(&lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Synthetic Person");
    ACT_OK(&lead, "identifier.add", s, NULL, "case", text_of(c), "type", "phone", "value", "synthetic-1");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM name WHERE class = 11"), 1);
    ACT_OK(&lead, "subject.set_role", s, NULL, "case", text_of(c), "role", "presumed_victim");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM name WHERE class <> 2"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM identifier WHERE class <> 2"), 0);
    const struct case_model *m = show(&lead, c, a);
    assert_true(str_is(m->subjects[0].names[0].full.text, "Synthetic Person"));
    assert_true(str_is(m->subjects[0].identifiers[0].value.text, "synthetic-1"));
    the_trail_holds();
}

static void a_class_is_asked_before_a_name_is_written(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), weak = lead;
    struct act_result r;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "presumed_victim");
    ACT_OK(&lead, "name.add", s, &r, "case", text_of(c), "type", "legal", "full", "Synthetic Person");
    weak.assurance = 1;
    assert_int_equal(
        ACT(&weak, "name.add", s, NULL, "case", text_of(c), "type", "alias", "full", "Synthetic"),
        ERR_DENIED);
    assert_int_equal(ACT(&weak, "identifier.add", s, NULL, "case", text_of(c), "type", "phone", "value", "1"),
                     ERR_DENIED);
    assert_int_equal(ACT(&weak, "name.end", s, NULL, "case", text_of(c), "row", text_of(r.id)), ERR_DENIED);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM name WHERE until_us IS NULL"), 1);
    ACT_OK(&lead, "name.end", s, NULL, "case", text_of(c), "row", text_of(r.id));
}

static void what_is_not_there_and_what_is_not_ours_answer_alike(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("npa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "presumed_victim");
    struct id d = open_case(&store, &other), t = add_subject(&other, d, "presumed_victim");
    ACT_OK(&other, "name.add", t, &r, "case", text_of(d), "type", "legal", "full", "Synthetic Person");
    const struct id rows[] = {r.id, id_new()};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ACT(&lead, "name.end", s, NULL, "case", text_of(c), "row", text_of(rows[i])),
                         ERR_NOT_FOUND);
        assert_string_equal(err_detail(), "subject");
    }
    const struct id cases[] = {d, id_new()};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ACT(&lead, "same_person.assert", s, NULL, "case", text_of(c), "other", text_of(t),
                             "other_case", text_of(cases[i]), "basis", "synthetic"),
                         ERR_NOT_FOUND);
        assert_string_equal(err_detail(), "subject");
    }
}

static void why_two_are_one_is_sealed(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "presumed_victim"),
              t = add_subject(&lead, c, "presumed_victim");
    ACT_OK(&lead, "same_person.assert", s, &r, "case", text_of(c), "other", text_of(t), "other_case",
           text_of(c), "basis", "syn");
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM same_person WHERE length(basis) > 20"), 1);
    ACT_OK(&lead, "same_person.reverse", s, NULL, "case", text_of(c), "assertion", text_of(r.id));
    the_trail_holds();
}

/* Harm: her entry in a hidden case protects her in this one; who wants that gone takes the link back from
 * the side he sees. It answers as an assertion that is not there. */
static void a_link_is_taken_back_by_who_sees_both_sides(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), guest = enrolled("isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "presumed_victim");
    struct id hidden = open_case(&store, &lead), t = add_subject(&lead, hidden, "presumed_victim");
    share(&lead, c, "isa", "co_owner", "consent");
    assign(&guest, c, &guest);
    for (int other_way = 0; other_way < 2; other_way++) {
        ACT_OK(&lead, "same_person.assert", other_way ? t : s, &r, "case", text_of(other_way ? hidden : c),
               "other", text_of(other_way ? s : t), "other_case", text_of(other_way ? c : hidden), "basis",
               "synthetic");
        const struct id tries[] = {r.id, id_new()};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(ACT(&guest, "same_person.reverse", s, NULL, "case", text_of(c), "assertion",
                                 text_of(tries[i])),
                             ERR_NOT_FOUND);
            assert_string_equal(err_detail(), "subject");
        }
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM same_person WHERE reversed_us IS NULL"), 1);
        if (other_way) { /* once the other side is open to him, it is his to take back */
            share(&lead, hidden, "isa", "co_owner", "consent");
            assign(&guest, hidden, &guest);
        }
        ACT_OK(other_way ? &guest : &lead, "same_person.reverse", s, NULL, "case", text_of(c), "assertion",
               text_of(r.id));
    }
    the_trail_holds();
}

/* ---- what one sees in a case of several agencies ---------------------------------------------------------
 */

static void a_record_is_of_who_wrote_it(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("isa", ROLE_CASE_LEAD), labour = enrolled("npa", ROLE_LABOUR_INSPECTOR),
               immigration;
    const struct view *v;
    struct act_result r;
    struct id c = open_case(&store, &lead);
    share(&lead, c, "npa", "recipient", "legal");
    assign(&labour, c, &labour);
    ACT_OK(&labour, "inspection.create", id_nil(), &r, "case", text_of(c), "complainant", "Synthetic C",
           "informant", "Synthetic I", "language", "my");
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM record r JOIN compartment k ON k.id = r.compartment "
                                "WHERE k.owner = 'npa'"),
                     1);
    assert_int_equal(do_view(&store, &labour, "inspection.show", r.id, a, &v, NULL), OK);
    assert_int_equal(((const struct record_model *)v->model)->n, 3); /* and no word of the place */
    ACT_OK(&labour, "inspection.amend", r.id, NULL, "language", "vi");
    /* the case's holder: a co-owner, who is told no source and without a basis no person */
    assert_int_equal(do_view(&store, &lead, "inspection.show", r.id, a, &v, NULL), OK);
    const struct record_model *m = v->model;
    for (size_t i = 0; i < m->n; i++) {
        assert_string_not_equal(m->values[i].name, "informant");
        assert_string_not_equal(m->values[i].name, "place");
        assert_int_equal(m->values[i].state,
                         strcmp(m->values[i].name, "language") == 0 ? VALUE_GIVEN : VALUE_MASKED);
    }
    assert_int_equal(show(&lead, c, a)->nrecords, 1);
    immigration = lead; /* the same officer at enforcement: the wall of invariant 6 */
    immigration.role = ROLE_IMMIGRATION_OFFICER;
    immigration.purpose = PURPOSE_SCREENING;
    assert_int_equal(do_view(&store, &immigration, "inspection.show", r.id, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(show(&immigration, c, a)->nrecords, 0);
    the_trail_holds();
}

static void oversight_sees_the_workflow_only(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), over = officer("npa", ROLE_OVERSIGHT, 5),
               member = enrolled("ngo", ROLE_CASE_MEMBER);
    const struct view *v;
    over.purpose = PURPOSE_OVERSIGHT;
    struct id c = open_case(&store, &lead);
    add_subject(&lead, c, "presumed_victim");
    ACT_OK(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
    assign(&lead, c, &member);
    const struct case_model *m = show(&over, c, a);
    assert_int_equal(m->nsubjects, 0);
    assert_int_equal(m->nrecords, 0);
    assert_int_equal(m->nclocks, 1);
    m = show(&member, c, a);
    assert_int_equal(m->nsubjects, 1);
    assert_int_equal(m->nrecords, 1);
    assert_int_equal(do_view(&store, &over, "case.who_looked", c, a, &v, NULL), OK);
    assert_true(((const struct lookers *)v->model)->n > 0);
    assert_int_equal(v->shown_n, ((const struct lookers *)v->model)->n);
    assert_int_equal(do_view(&store, &lead, "case.who_looked", c, a, &v, NULL), OK);
    assert_int_not_equal(do_view(&store, &member, "case.who_looked", c, a, &v, NULL), OK);
}

static const struct case_row *listed(const struct ctx *who, struct arena *a)
{
    const struct view *v;
    assert_int_equal(do_view(&store, who, "case.list", id_nil(), a, &v, NULL), OK);
    const struct case_list *list = v->model;
    assert_int_equal(list->n, 1);
    return &list->items[0];
}

static void lists_what_it_shows(const struct ctx *who, struct id c, int64_t records, int64_t subjects,
                                size_t clocks)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct case_row *row = listed(who, a);
    const struct case_model *m = show(who, c, a);
    size_t shown = m->nrecords;
    for (size_t i = 0; i < m->nsubjects; i++)
        shown += m->subjects[i].nrecords;
    assert_int_equal(row->records, records);
    assert_int_equal(shown, records);
    assert_int_equal(row->subjects, subjects);
    assert_int_equal(m->nsubjects, subjects);
    assert_int_equal(m->nclocks, clocks);
    assert_int_equal(row->next_due_us, clocks ? m->clocks[0].times.due_us : 0);
}

/* Harm it prevents: the number beside a case tells immigration that she spoke to somebody whose papers it may
 * not know of, and the next term tells when she will again. */
static void a_list_counts_what_may_be_known(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("isa", ROLE_CASE_LEAD), ngo = enrolled("ngo", ROLE_CASE_LEAD),
               desk = enrolled("isa", ROLE_IMMIGRATION_OFFICER);
    desk.purpose = PURPOSE_INVESTIGATION;
    struct id c = open_case(&store, &lead);
    add_subject(&lead, c, "presumed_victim");
    assign(&lead, c, &desk);
    share(&lead, c, "ngo", "co_owner", "consent");
    assign(&ngo, c, &ngo);
    ACT_OK(&ngo, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
    lists_what_it_shows(&desk, c, 0, 1, 1); /* terms are not concealed from it */
    for (int i = 0; i < 2; i++)
        ACT_OK(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my");
    lists_what_it_shows(&desk, c, 2, 1, 3);
    lists_what_it_shows(&lead, c, 3, 1, 3);
}

static size_t looks_of(const struct ctx *who, struct id c, const char *action, const char *agency)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    size_t n = 0;
    assert_int_equal(do_view(&store, who, "case.who_looked", c, a, &v, NULL), OK);
    const struct lookers *m = v->model;
    for (size_t i = 0; i < m->n; i++)
        n += strcmp(m->items[i].action, action) == 0 && strcmp(m->items[i].agency, agency) == 0;
    return n;
}

/* Harm it prevents: whoever sells addresses opens the person instead of the case, and is never seen. But an
 * agency without a part in this case may have come through another one, and tells that there is one. */
static void a_look_at_the_person_is_a_look_at_the_case(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("isa", ROLE_CASE_LEAD);
    const struct view *v;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "presumed_victim");
    assert_int_equal(do_view(&store, &lead, "subject.show", s, a, &v, "case", text_of(c), NULL), OK);
    assert_int_equal(do_view(&store, &other, "subject.show", s, a, &v, "case", text_of(c), NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(looks_of(&lead, c, "subject.show", "ngo"), 1);
    assert_int_equal(looks_of(&lead, c, "subject.show", "isa"), 0);
    share(&lead, c, "isa", "recipient", "consent");
    assign(&other, c, &other);
    assert_int_equal(do_view(&store, &other, "subject.show", s, a, &v, "case", text_of(c), NULL), OK);
    assert_true(looks_of(&lead, c, "subject.show", "isa") > 0);
}

static void a_cursor_tells_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("isa", ROLE_CASE_LEAD);
    const struct view *v;
    struct id c = open_case(&store, &lead), ids[] = {c, id_new()};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            do_view(&store, &other, "case.list", id_nil(), a, &v, "after", text_of(ids[i]), NULL), ERR_FIELD);
        assert_int_equal(
            do_view(&store, &other, "clock.list", id_nil(), a, &v, "after", text_of(ids[i]), NULL),
            ERR_FIELD);
        assert_int_equal(do_view(&store, &other, "case.list", id_nil(), a, &v, "after", text_of(ids[i]),
                                 "after_opened", "2026-01-01T00:00:00Z", NULL),
                         OK);
    }
    share(&lead, c, "isa", "recipient", "consent");
    static const char *const yes[] = {"yes", "true", "1"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(do_view(&store, &other, "case.list", id_nil(), a, &v, "shared", yes[i], NULL), OK);
        assert_int_equal(((const struct case_list *)v->model)->n, 1);
    }
    assert_int_equal(ACT(&lead, "case.open", c, NULL, "office", "desk"), ERR_FIELD);
    assert_int_equal(do_view(&store, &lead, "case.find", id_nil(), a, &v, "number", "0123456789abcdef", NULL),
                     OK);
}

/* The statements of each order, forward and back, with and without "mine", in both databases. */
static void each_order_goes_forward_and_back(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    static const char *const orders[] = {"opened", "urgency", "changed"}, *const mine[] = {"yes", "no"};
    const struct view *v;
    char at[28];
    for (int i = 0; i < 3; i++)
        open_case(&store, &lead);
    for (size_t o = 0; o < 3; o++)
        for (size_t m = 0; m < 2; m++) {
            assert_int_equal(do_view(&store, &lead, "case.list", id_nil(), a, &v, "order", orders[o], "mine",
                                     mine[m], "state", "open", NULL),
                             OK);
            const struct case_list *list = v->model;
            assert_int_equal(list->n, o == 1 ? 0 : 3); /* no clock runs: nothing is urgent */
            if (!list->n)
                continue;
            utc_text(list->items[2].opened_us, at);
            assert_int_equal(do_view(&store, &lead, "case.list", id_nil(), a, &v, "order", orders[o], "mine",
                                     mine[m], "state", "open", "back", "yes", "after",
                                     text_of(list->items[2].id), "after_opened", at, NULL),
                             OK);
            const struct case_list *before = v->model;
            assert_int_equal(before->n, 2);
            assert_true(id_eq(before->items[0].id, list->items[0].id));
            assert_true(id_is_nil(before->prev));
            assert_true(id_eq(before->next, list->items[1].id));
        }
}

/* All that the list of `who` shows, page by page: how many, each once and the newest first. */
static size_t walk_list(const struct ctx *who, bool mine, bool shared, struct id *ret, size_t max)
{
    struct id after = id_nil();
    char at[28] = "";
    size_t n = 0;
    int64_t last = INT64_MAX;
    do {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct view *v;
        const char *cursor = id_is_nil(after) ? NULL : "after";
        assert_int_equal(do_view(&store, who, "case.list", id_nil(), a, &v, "mine", mine ? "yes" : "no",
                                 "shared", shared ? "yes" : "no", cursor, cursor ? text_of(after) : NULL,
                                 "after_opened", at, NULL),
                         OK);
        const struct case_list *list = v->model;
        for (size_t i = 0; i < list->n; i++, n++) {
            assert_true(n < max && list->items[i].opened_us <= last);
            last = list->items[i].opened_us;
            ret[n] = list->items[i].id;
            for (size_t k = n - i; k < n; k++)
                assert_false(id_eq(ret[k], ret[n]));
        }
        after = list->next;
        utc_text(list->next_opened_us, at);
    } while (!id_is_nil(after));
    return n;
}

/* One who is named in many cases is answered by another statement than one who is named in few; what they see
 * is the same, and nothing of what names neither. */
static void mine_are_mine_be_they_few_or_many(void **state)
{
    NEED_STORE(state);
    enum { FEW = 60, MANY = 1010 };
    static struct id few[FEW + 1], many[MANY + 1], after[MANY + FEW + 1];
    struct ctx busy = enrolled("ngo", ROLE_CASE_LEAD), calm = enrolled("ngo", ROLE_CASE_LEAD),
               other = enrolled("ngo", ROLE_CASE_LEAD);
    open_case(&store, &other);
    for (int i = 0; i < FEW; i++)
        assign(&busy, open_case(&store, &busy), &calm);
    assert_int_equal(walk_list(&calm, true, false, few, FEW), FEW);
    assert_int_equal(walk_list(&busy, true, false, many, MANY), FEW);
    assert_memory_equal(few, many, sizeof *few * FEW);
    for (int i = FEW; i < MANY; i++)
        open_case(&store, &busy);
    assert_int_equal(walk_list(&busy, true, false, many, MANY), MANY);
    assert_memory_equal(many + MANY - FEW, few, sizeof *few * FEW);
    assert_int_equal(walk_list(&calm, true, false, few, FEW), FEW);
    assert_int_equal(walk_list(&calm, false, false, after, MANY + FEW), MANY + 1); /* her office's */
}

/* What is shared as a co-owner or a recipient is in the list of what is shared; what is one's own is
 * not. */
static void what_is_shared_is_listed_whatever_it_is_called(void **state)
{
    NEED_STORE(state);
    static const char *const relations[] = {"co_owner", "recipient"};
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), isa = enrolled("isa", ROLE_CASE_LEAD);
    struct id got[8], c[2];
    open_case(&store, &isa);
    open_case(&store, &lead);
    for (size_t i = 0; i < 2; i++) {
        c[i] = open_case(&store, &lead);
        share(&lead, c[i], "isa", relations[i], "consent");
    }
    assert_int_equal(walk_list(&isa, false, true, got, 8), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(id_eq(got[i], c[1 - i]));
    assert_int_equal(walk_list(&lead, false, true, got, 8), 0);
}

static void a_filter_is_sealed_and_ones_own(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("ngo", ROLE_CASE_LEAD);
    const struct view *v;
    struct act_result saved;
    open_case(&store, &lead);
    assert_int_equal(
        ACT(&lead, "filter.save", lead.account, &saved, "name", "Synthetic words", "mine", "yes"), OK);
    assert_int_equal(do_view(&store, &lead, "case.list", id_nil(), a, &v, "filter", text_of(saved.id), NULL),
                     OK);
    assert_int_equal(((const struct case_list *)v->model)->n, 1);
    assert_int_equal(do_view(&store, &other, "case.list", id_nil(), a, &v, "filter", text_of(saved.id), NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(do_view(&store, &other, "filter.list", id_nil(), a, &v, NULL), OK);
    assert_int_equal(((const struct filter_list *)v->model)->n, 0);
    assert_int_not_equal(do_act(&store, &other, "filter.end", saved.id, NULL, NULL), OK);
}

static void a_case_is_found_by_an_identifier(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    const struct view *v;
    struct id c = open_case(&store, &lead), s = add_subject(&lead, c, "recruiter");
    ACT_OK(&lead, "subject.set_role", s, NULL, "case", text_of(c), "role", "presumed_victim");
    ACT_OK(&lead, "identifier.add", s, NULL, "case", text_of(c), "type", "phone", "value", "synthetic-1");
    assert_int_equal(
        do_view(&store, &lead, "case.find", id_nil(), a, &v, "type", "phone", "value", "synthetic-1", NULL),
        OK);
    assert_int_equal(((const struct case_list *)v->model)->n, 1); /* two roles, one case */
    assert_int_equal(ACT(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my",
                         "office", "nowhere"),
                     ERR_FIELD);
    ACT_OK(&lead, "consultation.create", id_nil(), NULL, "case", text_of(c), "language", "my", "office",
           "desk");
}

/* Invariant 2: a no that has lapsed stays so, also when the case comes back to the stage that it was decided
 * at. */
static void a_lapsed_no_is_not_confirmed_later(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), other = enrolled("npa", ROLE_CASE_LEAD);
    struct act_result first, second;
    struct id c = open_case(&store, &lead);
    share(&lead, c, "npa", "recipient", "consent");
    assign(&other, c, &other);
    ACT_OK(&lead, "case.set_stage", c, NULL, "stage", "presumed_victim");
    ACT_OK(&lead, "case.set_stage", c, &first, "stage", "suspicion", "reasons", "synthetic", "review_route",
           "x");
    assert_int_equal(do_act(&store, &lead, "case.close", c, NULL, NULL), ERR_STATE);
    ACT_OK(&lead, "case.set_stage", c, NULL, "stage", "recognised_victim");
    ACT_OK(&lead, "case.set_stage", c, &second, "stage", "presumed_victim", "reasons", "synthetic",
           "review_route", "x");
    ACT_OK(&other, "case.confirm_decision", c, NULL, "decision", text_of(second.id));
    assert_string_equal(show(&lead, c, a)->stage, "presumed_victim");
    assert_int_equal(ACT(&other, "case.confirm_decision", c, NULL, "decision", text_of(first.id)), ERR_STATE);
    assert_string_equal(show(&lead, c, a)->stage, "presumed_victim");
    assert_int_equal(do_act(&store, &lead, "case.close", c, NULL, NULL), OK);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(only_officers_of_the_agency_are_named),
        T(a_lapsed_no_is_not_confirmed_later),
        T(an_unknown_relation_shares_nothing),
        T(a_share_ends_in_the_future),
        T(an_officer_holds_what_the_agency_holds),
        T(a_clock_belongs_to_who_wrote_its_record),
        T(a_class_is_asked_before_it_is_shared),
        T(a_share_without_consent_is_told_to_oversight),
        T(a_later_subject_is_of_the_case),
        T(a_stale_decision_is_not_confirmed),
        T(each_agency_counts_its_cases),
        T(a_victim_is_sealed_as_one),
        T(a_class_is_asked_before_a_name_is_written),
        T(what_is_not_there_and_what_is_not_ours_answer_alike),
        T(why_two_are_one_is_sealed),
        T(a_link_is_taken_back_by_who_sees_both_sides),
        T(a_record_is_of_who_wrote_it),
        T(oversight_sees_the_workflow_only),
        T(a_list_counts_what_may_be_known),
        T(a_look_at_the_person_is_a_look_at_the_case),
        T(a_cursor_tells_nothing),
        T(each_order_goes_forward_and_back),
        T(mine_are_mine_be_they_few_or_many),
        T(what_is_shared_is_listed_whatever_it_is_called),
        T(a_filter_is_sealed_and_ones_own),
        T(a_case_is_found_by_an_identifier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
