/* SPDX-License-Identifier: Apache-2.0 */
/* Consent, shares that end, the safe-contact rule and the hand-over, over both databases: test_casework
 * sqlite | postgres. */
#include "base/calendar.h"
#include "base/json.h"
#include "core/account.h"
#include "support/casework.h"

#define HOUR INT64_C(3600000000)

/* ---- Testland, with an offender's role and a consultation that tells what is safe
 * --------------------------- */

static struct crosswalk suspects[] = {{.scheme = "field_class", .code = "suspect"}};
static const struct code roles[] = {
    {.code = "presumed_victim", .label = "Presumed victim"},
    {.code = "guardian", .label = "Guardian"},
    {.code = "recruiter", .label = "Recruiter", .crosswalks = suspects, .ncrosswalks = 1}};
static const char *const open_state[] = {"open"};
#define NO_LIMIT .min = INT64_MIN, .max = INT64_MAX
static const struct field talk_fields[] = {
    {.name = "safe_contact", .label = "S", .type = FT_TEXT, .class = CLASS_IDENTITY, NO_LIMIT},
    {.name = "safe_times", .label = "T", .type = FT_TEXT, .class = CLASS_IDENTITY, NO_LIMIT},
    {.name = "code_word", .label = "W", .type = FT_TEXT, .class = CLASS_IDENTITY, NO_LIMIT},
};
static const struct kind_action talk_actions[] = {{.name = "create", .label = "New", .verb = VERB_CREATE},
                                                  {.name = "amend", .label = "Change", .verb = VERB_UPDATE}};

static struct code_list lists[2];
static struct kind kinds[3];

static void make_pack(void)
{
    pack = *store_pack();
    lists[0] = pack.code_lists[0];
    lists[1] = pack.code_lists[1];
    lists[0].codes = roles;
    lists[0].n = 3;
    pack.code_lists = lists;
    kinds[0] = pack.kinds[0];
    kinds[1] = pack.kinds[1];
    kinds[2] = (struct kind){.id = "talk",
                             .title = "Talk",
                             .file = "test",
                             .attach = ATTACH_CASE | ATTACH_SUBJECT,
                             .states = open_state,
                             .nstates = 1,
                             .fields = talk_fields,
                             .nfields = 3,
                             .actions = talk_actions,
                             .nactions = 2};
    pack.kinds = kinds;
    pack.nkinds = 3;
}

static bool may_see(const struct ctx *who, struct id c, struct arena *a)
{
    const struct view *v;
    if (do_view(&store, who, "case.show", c, a, &v, NULL) != OK)
        return false;
    const struct case_model *m = v->model;
    return m->nsubjects == 1 && m->subjects[0].nnames == 1 &&
           m->subjects[0].names[0].full.verdict == VERDICT_ALLOW;
}

static struct id named_victim(const struct ctx *lead, struct id c)
{
    struct id s = add_subject(lead, c, "presumed_victim");
    ACT_OK(lead, "name.add", s, NULL, "case", text_of(c), "type", "legal", "full", "Synthetic Name");
    return s;
}

/* A case of ngo with a victim, told to isa, whose lead is named in it. */
struct shared {
    struct ctx lead, other;
    struct id case_, victim;
};
static struct shared shared_case(const char *basis)
{
    struct shared t = {.lead = enrolled("ngo", ROLE_CASE_LEAD), .other = enrolled("isa", ROLE_CASE_LEAD)};
    t.case_ = open_case(&store, &t.lead);
    t.victim = named_victim(&t.lead, t.case_);
    share(&t.lead, t.case_, "isa", "recipient", basis);
    assign(&t.other, t.case_, &t.other);
    return t;
}

#define GIVE(t, ret, ...)                                                                               \
    ACT(&(t).lead, "consent.give", (t).case_, ret, "subject", text_of((t).victim), "agency", "isa",     \
        "purpose", "protection", "class", "identity", "how", "oral_with_interpreter", "language", "vi", \
        ##__VA_ARGS__)

/* ---- consent
 * ------------------------------------------------------------------------------------------------ */

static void withdrawn_consent_counts_from_the_next_question_on(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    assert_true(may_see(&t.other, t.case_, a));
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(r.id));
    assert_false(
        may_see(&t.other, t.case_, a)); /* neither by the consent nor by the share that rested on it */
    assert_int_equal(ACT(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(r.id)), ERR_STATE);
    assert_int_equal(GIVE(t, &r), OK); /* she may say yes again */
    assert_true(may_see(&t.other, t.case_, a));
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void what_rests_on_law_is_not_hers_to_take_back(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("legal");
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(r.id));
    assert_true(may_see(&t.other, t.case_, a));
}

static void consent_ends_on_its_day(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = {.lead = enrolled("ngo", ROLE_CASE_LEAD), .other = enrolled("isa", ROLE_CASE_LEAD)};
    char until[28];
    t.case_ = open_case(&store, &t.lead);
    t.victim = named_victim(&t.lead, t.case_);
    share(&t.lead, t.case_, "isa", "recipient", "consent");
    assign(&t.other, t.case_, &t.other);
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(r.id));
    utc_text(env_now_us() + HOUR, until);
    assert_int_equal(GIVE(t, &r, "until", until), OK);
    assert_true(may_see(&t.other, t.case_, a));
    offset = 2 * HOUR;
    assert_false(may_see(&t.other, t.case_, a));
    utc_text(env_now_us() - HOUR, until);
    assert_int_equal(GIVE(t, &r, "until", until), ERR_FIELD);
}

static void consent_is_for_one_purpose(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    struct ctx home = t.other;
    home.purpose = PURPOSE_REPATRIATION;
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(r.id));
    assert_int_equal(GIVE(t, &r), OK);
    assert_true(may_see(&t.other, t.case_, a));
    assert_false(may_see(&home, t.case_, a)); /* nobody is sent home on a yes to be protected */
}

/* An officer in the pay of the employer opens nothing for himself: only the holder's lead writes consent
 * down. */
static void consent_is_written_by_the_holder_only(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    struct ctx member = enrolled("ngo", ROLE_CASE_MEMBER), second = enrolled("npa", ROLE_CASE_LEAD);
    assign(&t.lead, t.case_, &member);
    share(&t.lead, t.case_, "npa", "co_owner", "consent");
    assign(&second, t.case_, &second);
    int64_t before = count_rows(&store, "SELECT count(*) FROM consent");
    struct shared as_member = t, as_other = t, as_second = t;
    as_member.lead = member;
    as_other.lead = t.other;
    as_second.lead = second;
    assert_int_equal(GIVE(as_member, NULL), ERR_DENIED);
    assert_int_equal(GIVE(as_other, NULL), ERR_NOT_FOUND);
    assert_int_equal(GIVE(as_second, NULL), ERR_NOT_FOUND);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM consent"), before);
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    ACT_OK(&member, "consent.withdraw", t.case_, NULL, "consent",
           text_of(r.id)); /* her no is for everybody to hear */
}

static void a_guardian_who_is_suspected_agrees_to_nothing(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    struct id father = add_subject(&t.lead, t.case_, "guardian");
    assert_int_equal(GIVE(t, NULL, "guardian", text_of(t.victim)), ERR_FIELD);
    assert_int_equal(GIVE(t, NULL, "guardian", text_of(id_new())), ERR_FIELD);
    assert_int_equal(GIVE(t, NULL, "guardian", text_of(father)), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM consent WHERE guardian IS NOT NULL"), 1);
    ACT_OK(&t.lead, "subject.set_role", father, NULL, "case", text_of(t.case_), "role", "recruiter");
    assert_int_equal(GIVE(t, NULL, "guardian", text_of(father)), ERR_FIELD);
}

static void no_consent_opens_a_shelter_or_a_source(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    static const char *const never[] = {"location", "source", "tactics", "nothing"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_int_not_equal(GIVE(t, NULL, "class", never[i]), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM consent"), 0);
}

static void a_consent_of_another_case_is_not_there(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    struct act_result r;
    assert_int_equal(GIVE(t, &r), OK);
    struct id second = open_case(&store, &t.lead);
    assert_int_equal(ACT(&t.lead, "consent.withdraw", second, NULL, "consent", text_of(r.id)), ERR_NOT_FOUND);
    assert_int_equal(ACT(&t.lead, "consent.withdraw", second, NULL, "consent", text_of(id_new())),
                     ERR_NOT_FOUND);
}

/* ---- grant.end
 * ------------------------------------------------------------------------------------------------ */

static void a_share_ends_before_its_date(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("legal");
    const struct view *v;
    assert_true(may_see(&t.other, t.case_, a));
    assert_int_equal(ACT(&t.lead, "grant.end", t.case_, NULL, "agency", "ngo"), ERR_FIELD);
    assert_int_equal(ACT(&t.lead, "grant.end", t.case_, NULL, "agency", "npa"), ERR_STATE);
    assert_int_equal(ACT(&t.other, "grant.end", t.case_, NULL, "agency", "isa"), ERR_NOT_FOUND);
    ACT_OK(&t.lead, "grant.end", t.case_, NULL, "agency", "isa");
    assert_int_equal(do_view(&store, &t.other, "case.show", t.case_, a, &v, NULL), ERR_NOT_FOUND);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM compartment_key k JOIN case_file c ON "
                                        "c.compartment = k.compartment WHERE k.agency = 'isa'"),
                     0);
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM compartment_key k JOIN subject s ON s.compartment "
                                "= k.compartment WHERE k.agency = 'isa'"),
                     0);
    assert_true(may_see(&t.lead, t.case_, a));
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Harm: she agreed once; the share ended; a year later a colleague shares the case again, and what she was
 * never asked about opens at once. */
static void what_she_agreed_to_ends_with_the_share(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    struct act_result first, taken_back, ended;
    char until[28];
    utc_text(env_now_us() + 24 * HOUR, until);
    assert_int_equal(GIVE(t, &first), OK);
    assert_int_equal(GIVE(t, &taken_back), OK);
    assert_int_equal(GIVE(t, &ended, "until", until), OK);
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(taken_back.id));
    offset += HOUR;
    assert_true(may_see(&t.other, t.case_, a));
    struct id elsewhere = open_case(&store, &t.lead);
    struct shared t_elsewhere = t;
    t_elsewhere.case_ = elsewhere;
    t_elsewhere.victim = named_victim(&t.lead, elsewhere);
    assert_int_equal(GIVE(t_elsewhere, NULL), OK);
    ACT_OK(&t.lead, "grant.end", t.case_, NULL, "agency", "isa");
    offset += HOUR;
    share(&t.lead, t.case_, "isa", "recipient", "consent");
    assign(&t.other, t.case_, &t.other);
    assert_int_equal(GIVE(t, &taken_back),
                     OK); /* the new share is left without what the old yes would open */
    ACT_OK(&t.lead, "consent.withdraw", t.case_, NULL, "consent", text_of(taken_back.id));
    assert_false(may_see(&t.other, t.case_, a));
    /* both that ran say until when they counted, nobody wrote down that she took them back; no other is
     * touched */
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM consent WHERE withdrawn_us IS NULL AND until_us "
                                "IS NOT NULL"),
                     2);
    assert_int_equal(count_rows(&store,
                                "SELECT count(*) FROM consent WHERE withdrawn_us IS NULL AND until_us "
                                "IS NULL"),
                     1);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM consent WHERE withdrawn_us IS NOT NULL"), 2);
    assert_int_equal(GIVE(t, NULL), OK); /* she is asked anew */
    assert_true(may_see(&t.other, t.case_, a));
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* ---- the safe-contact rule
 * ------------------------------------------------------------------------------------ */

static enum err try_contact(const struct shared *t, const char *channel)
{
    return ACT(&t->lead, "contact.log", t->case_, NULL, "subject", text_of(t->victim), "direction",
               "we_tried", "channel", channel, "outcome", "reached");
}

/* The phone is watched: no call, no message, whoever asks for it. */
static void nothing_goes_to_a_phone_that_is_watched(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    assert_int_equal(try_contact(&t, "phone"), ERR_STATE); /* nobody has asked yet */
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "safe_contact", "none");
    assert_int_equal(try_contact(&t, "phone"), ERR_STATE);
    assert_int_equal(try_contact(&t, "sns_chat"), ERR_STATE);
    assert_int_equal(try_contact(&t, "letter"), ERR_STATE);
    ACT_OK(&t.lead, "contact.log", t.case_, NULL, "subject", text_of(t.victim), "direction", "person_came",
           "channel", "phone", "outcome", "reached");
    offset +=
        HOUR; /* the newest counts, and one on her before one on nobody in particular makes no difference */
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "subject", text_of(t.victim),
           "safe_contact", "sns");
    assert_int_equal(try_contact(&t, "sns_chat"), OK);
    assert_int_equal(try_contact(&t, "phone"), ERR_STATE);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM contact"), 2);
}

/* Two persons of one case: what one of them said in a talk about the case opens no way to the other, and a
 * word that nobody is to call closes every way. */
static void the_talk_about_a_case_opens_no_way_that_she_did_not_name(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "subject", text_of(t.victim),
           "safe_contact", "sns");
    offset += HOUR;
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "safe_contact",
           "phone_at_times");
    assert_int_equal(try_contact(&t, "phone"), ERR_STATE);
    assert_int_equal(try_contact(&t, "sns_chat"), OK);
    offset += HOUR;
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "safe_contact", "none");
    assert_int_equal(try_contact(&t, "sns_chat"), ERR_STATE);
    assert_int_equal(try_contact(&t, "phone"), ERR_STATE);
}

#define REVIEWED "SELECT count(*) FROM outbox WHERE event = 'oblige.review'"
#define TOLD     "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_oversight'"
static void danger_to_life_goes_first_and_is_reviewed(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    int64_t told = count_rows(&store, TOLD), reviewed = count_rows(&store, REVIEWED);
    assert_int_equal(ACT(&t.lead, "contact.log", t.case_, NULL, "subject", text_of(t.victim), "direction",
                         "we_tried", "channel", "phone", "outcome", "reached", "danger_to_life", "yes"),
                     ERR_FIELD);
    ACT_OK(&t.lead, "contact.log", t.case_, NULL, "subject", text_of(t.victim), "direction", "we_tried",
           "channel", "phone", "outcome", "reached", "danger_to_life", "yes", "reason", "Synthetic reason.");
    assert_int_equal(count_rows(&store, REVIEWED), reviewed + 1);
    assert_int_equal(count_rows(&store, TOLD), told + 1);
}

static void a_contact_is_with_somebody_of_the_case_and_has_happened(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    char at[28];
    utc_text(env_now_us() + HOUR, at);
    assert_int_equal(ACT(&t.lead, "contact.log", t.case_, NULL, "subject", text_of(id_new()), "direction",
                         "person_came", "channel", "phone", "outcome", "reached"),
                     ERR_FIELD);
    assert_int_equal(ACT(&t.lead, "contact.log", t.case_, NULL, "subject", text_of(t.victim), "direction",
                         "person_came", "channel", "phone", "outcome", "reached", "at", at),
                     ERR_FIELD);
}

static enum err told_at(const struct shared *t, const char *at, const char *reason)
{
    return ACT(&t->lead, "contact.log", t->case_, NULL, "subject", text_of(t->victim), "direction",
               "we_tried", "channel", "sns_chat", "outcome", "reached", "at", at, *reason ? "reason" : NULL,
               reason);
}

/* Harm: an officer calls at noon, when her employer holds the telephone, and writes down nine in the evening.
 */
static void a_false_time_hides_nothing(void **state)
{
    NEED_STORE(state);
    struct shared t = shared_case("consent");
    int64_t noon;
    pack.contact_days = 14;
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "subject", text_of(t.victim),
           "safe_contact", "sns", "safe_times", "20:00-22:00");
    assert_int_equal(utc_parse(STR("2037-01-10T03:00:00Z"), &noon), OK); /* noon in Tokyo */
    offset += noon - env_now_us();
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "subject", text_of(t.victim),
           "safe_contact", "sns", "safe_times", "20:00-22:00");
    int64_t told = count_rows(&store, TOLD);
    assert_int_equal(told_at(&t, "2037-01-10T03:00:00Z", ""), ERR_STATE); /* now: not a safe time */
    assert_int_equal(told_at(&t, "2037-01-09T12:00:00Z", ""),
                     ERR_FIELD); /* yesterday at nine: why only now? */
    assert_int_equal(told_at(&t, "2037-01-09T12:00:00Z", "Synthetic: at the court all day."), OK);
    assert_int_equal(count_rows(&store, TOLD), told + 1); /* and oversight hears of it */
    offset += 9 * HOUR;                                   /* at nine in the evening nobody gains by it */
    assert_int_equal(told_at(&t, "2037-01-09T12:00:00Z", ""), OK);
    assert_int_equal(told_at(&t, "2036-12-20T12:00:00Z", ""), ERR_FIELD); /* older than 14 days */
    assert_int_equal(told_at(&t, "2036-12-20T12:00:00Z", "Synthetic: found in a notebook."), OK);
    assert_int_equal(told_at(&t, "2000-01-01T12:00:00Z", "Synthetic."),
                     ERR_FIELD); /* before there was a case */
    assert_int_equal(count_rows(&store, TOLD), told + 1);
}

/* ---- hand-over
 * ------------------------------------------------------------------------------------------------- */

static enum err opens(const struct ctx *who, struct id c)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct view *v;
    return do_view(&store, who, "case.show", c, a, &v, NULL);
}

static void a_deputy_takes_the_case_and_the_lead_leaves_it(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), deputy = enrolled("ngo", ROLE_CASE_LEAD),
               third = enrolled("ngo", ROLE_CASE_LEAD), member = enrolled("ngo", ROLE_CASE_MEMBER),
               abroad = enrolled("isa", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    assert_int_equal(ACT(&lead, "case.hand_over", c, NULL, "note", "Synthetic."), ERR_FIELD); /* no roster */
    assert_int_equal(ACT(&lead, "case.hand_over", c, NULL, "note", "S.", "account", text_of(lead.account)),
                     ERR_FIELD);
    assert_int_equal(ACT(&lead, "case.hand_over", c, NULL, "note", "S.", "account", text_of(member.account)),
                     ERR_FIELD);
    assert_int_equal(ACT(&lead, "case.hand_over", c, NULL, "note", "S.", "account", text_of(abroad.account)),
                     ERR_FIELD);
    assert_int_equal(ACT(&third, "case.hand_over", c, NULL, "note", "S.", "account", text_of(third.account)),
                     ERR_STATE);
    assert_int_equal(ACT(&deputy, "case.take", c, NULL, NULL), ERR_STATE);
    ACT_OK(&lead, "case.hand_over", c, NULL, "note", "Synthetic.", "account", text_of(deputy.account));
    assert_int_equal(opens(&lead, c), OK); /* until it is taken, the lead answers for it */
    assert_int_equal(opens(&deputy, c), ERR_HINT);
    assert_int_equal(ACT(&third, "case.take", c, NULL, NULL), ERR_STATE);
    ACT_OK(&deputy, "case.take", c, NULL, NULL);
    assert_int_equal(opens(&deputy, c), OK);
    assert_int_equal(opens(&lead, c), ERR_HINT);
    assert_int_equal(ACT(&deputy, "case.take", c, NULL, NULL), ERR_STATE);
}

static void an_absence_ends_by_itself(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), deputy = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    char until[28];
    utc_text(env_now_us() + HOUR, until);
    ACT_OK(&lead, "case.hand_over", c, NULL, "note", "Synthetic.", "account", text_of(deputy.account),
           "until", until);
    ACT_OK(&deputy, "case.take", c, NULL, NULL);
    assert_int_equal(opens(&lead, c), ERR_HINT);
    offset += 2 * HOUR;
    assert_int_equal(opens(&lead, c), OK);
    assert_int_equal(opens(&deputy, c), ERR_HINT);
}

static void who_is_kept_stays(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), deputy = enrolled("ngo", ROLE_CASE_LEAD),
               later = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    ACT_OK(&lead, "case.hand_over", c, NULL, "note", "S.", "account", text_of(later.account));
    ACT_OK(&lead, "case.hand_over", c, NULL, "note", "S.", "account", text_of(deputy.account), "keep", "yes");
    assert_int_equal(ACT(&later, "case.take", c, NULL, NULL), ERR_STATE); /* the later one counts */
    ACT_OK(&deputy, "case.take", c, NULL, NULL);
    assert_int_equal(opens(&lead, c), OK);
    assert_int_equal(opens(&deputy, c), OK);
}

/* A case that was shared is nobody's there until somebody takes it over; at home a hand-over is needed. */
static void a_shared_case_is_taken_over(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), home = enrolled("ngo", ROLE_CASE_LEAD),
               officer = enrolled("isa", ROLE_IMMIGRATION_OFFICER),
               elsewhere = enrolled("npa", ROLE_CASE_LEAD), copied = enrolled("npa", ROLE_LABOUR_INSPECTOR);
    struct id c = open_case(&store, &lead);
    assert_int_equal(ACT(&officer, "case.take", c, NULL, NULL), ERR_NOT_FOUND);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "isa", "relation", "recipient", "basis", "legal");
    assert_int_equal(opens(&officer, c), ERR_NOT_FOUND);
    ACT_OK(&officer, "case.take", c, NULL, NULL);
    assert_int_equal(opens(&officer, c), OK);
    assert_int_equal(ACT(&officer, "case.take", c, NULL, NULL), ERR_STATE); /* hers already */
    assert_int_equal(ACT(&home, "case.take", c, NULL, NULL), ERR_STATE);
    assert_int_equal(ACT(&elsewhere, "case.take", c, NULL, NULL), ERR_NOT_FOUND);
    ACT_OK(&lead, "case.share", c, NULL, "agency", "npa", "relation", "copy", "basis", "legal");
    assert_int_equal(ACT(&copied, "case.take", c, NULL, NULL), ERR_NOT_FOUND); /* a copy is not work */
}

static void the_roster_names_the_deputy(void **state)
{
    NEED_STORE(state);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), deputy = enrolled("ngo", ROLE_CASE_LEAD);
    struct id c = open_case(&store, &lead);
    ACT_OK(&lead, "roster.add", lead.account, NULL, "role", "case_lead", "deputy", text_of(deputy.account));
    offset += HOUR;
    ACT_OK(&lead, "case.hand_over", c, NULL, "note", "Synthetic.");
    ACT_OK(&deputy, "case.take", c, NULL, NULL);
    assert_int_equal(opens(&deputy, c), OK);
}

/* ---- one look at the case, and somebody in two
 * ------------------------------------------------------------- */

static const struct case_file *file(const struct ctx *who, struct id c, struct arena *a,
                                    const struct view **ret)
{
    assert_int_equal(do_view(&store, who, "case.file", c, a, ret, NULL), OK);
    return (*ret)->model;
}

static struct str json_of(const struct view *v, struct arena *a)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    struct str text;
    v->decl->to_json(v, &j);
    assert_int_equal(buf_take(&out, a, &text), OK);
    return text;
}

/* A colleague who is in one case only learns nothing of the other: not a number, not a byte. */
static void a_hidden_case_is_in_no_number(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), curious = enrolled("ngo", ROLE_CASE_MEMBER);
    struct id first = open_case(&store, &lead), second = open_case(&store, &lead),
              third = open_case(&store, &lead);
    struct id broker = add_subject(&lead, first, "recruiter"), twin = add_subject(&lead, third, "recruiter");
    const struct view *v;
    assign(&lead, first, &curious);
    struct str before = (file(&curious, first, a, &v), json_of(v, a));
    assert_int_equal(file(&lead, first, a, &v)->case_.subjects[0].other_cases, 0);
    ACT_OK(&lead, "subject.bring", second, NULL, "subject", text_of(broker), "from", text_of(first), "role",
           "recruiter");
    assert_int_equal(file(&lead, first, a, &v)->case_.subjects[0].other_cases, 1);
    ACT_OK(&lead, "same_person.assert", broker, NULL, "case", text_of(first), "other", text_of(twin),
           "other_case", text_of(third), "basis", "Synthetic.");
    assert_int_equal(file(&lead, first, a, &v)->case_.subjects[0].other_cases, 2);
    assert_int_equal(file(&curious, first, a, &v)->case_.subjects[0].other_cases, 0);
    struct str after = json_of(v, a);
    assert_true(str_eq(before, after));
    assign(&lead, second, &curious);
    assert_int_equal(file(&curious, first, a, &v)->case_.subjects[0].other_cases, 1);
}

static void who_is_brought_keeps_name_and_leaves_papers(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    const struct view *v;
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "subject", text_of(t.victim),
           "safe_contact", "none");
    struct id second = open_case(&store, &t.lead);
    struct ctx member = enrolled("ngo", ROLE_CASE_MEMBER), stranger = enrolled("ngo", ROLE_CASE_LEAD);
    assign(&t.lead, second, &member);
#define BRING(who, subject, from)                                                                       \
    ACT(who, "subject.bring", second, NULL, "subject", text_of(subject), "from", text_of(from), "role", \
        "presumed_victim")
    assert_int_equal(BRING(&member, t.victim, t.case_), ERR_NOT_FOUND); /* she is not in the first */
    assert_int_equal(BRING(&stranger, t.victim, t.case_), ERR_NOT_FOUND);
    assert_int_equal(BRING(&t.lead, id_new(), t.case_), ERR_NOT_FOUND);
    assert_int_equal(BRING(&t.lead, t.victim, t.case_), OK);
    assert_int_equal(BRING(&t.lead, t.victim, t.case_), ERR_STATE);
    const struct case_file *f = file(&member, second, a, &v);
    assert_int_equal(f->case_.nsubjects, 1);
    assert_int_equal(f->case_.subjects[0].names[0].full.verdict, VERDICT_ALLOW);
    assert_int_equal(f->case_.subjects[0].nrecords, 0); /* the paper is of the first case */
    assert_int_equal(f->case_.subjects[0].other_cases, 0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* What each agency sees of consents: the holder all, another one its own. */
static void another_agency_sees_the_consents_that_concern_it(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    const struct view *v;
    assert_int_equal(GIVE(t, NULL), OK);
    ACT_OK(&t.lead, "consent.give", t.case_, NULL, "subject", text_of(t.victim), "agency", "npa", "purpose",
           "investigation", "class", "identity", "how", "written", "language", "vi");
    share(&t.lead, t.case_, "npa", "recipient", "legal");
    const struct case_file *all = file(&t.lead, t.case_, a, &v);
    assert_int_equal(all->nconsents, 2);
    assert_int_equal(all->nshares, 2);
    const struct case_file *own = file(&t.other, t.case_, a, &v);
    assert_int_equal(own->nconsents, 1);
    assert_string_equal(own->consents[0].agency, "isa");
    assert_int_equal(own->nshares, 1);
    assert_null(memmem(json_of(v, a).p, json_of(v, a).n, "investigation", 13));
}

/* One look, one leaf; and a print that another agency makes is told to who holds the case. */
static void a_look_is_one_leaf_and_a_print_is_told(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    const struct view *v;
    ACT_OK(&t.lead, "talk.create", id_nil(), NULL, "case", text_of(t.case_), "safe_contact", "none");
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    const struct case_file *f = file(&t.lead, t.case_, a, &v);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"), leaves + 1);
    assert_true(f->case_.records[0].opened);
    assert_int_equal(f->case_.records[0].n, 1);
    int64_t told = count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_owner'");
    assert_int_equal(do_view(&store, &t.lead, "case.print", t.case_, a, &v, NULL), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_owner'"),
                     told);
    assert_int_equal(do_view(&store, &t.other, "case.print", t.case_, a, &v, NULL), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'oblige.notify_owner'"),
                     told + 1);
    assert_int_equal(do_view(&store, &t.lead, "case.who_looked", t.case_, a, &v, NULL), OK);
    const struct lookers *m = v->model; /* who is in the pay of the employer is seen to have printed it */
    bool seen = false;
    for (size_t i = 0; i < m->n; i++)
        seen |= strcmp(m->items[i].action, "case.print") == 0 && strcmp(m->items[i].agency, "isa") == 0;
    assert_true(seen);
}

/* ---- groups
 * ------------------------------------------------------------------------------------------------- */

static const struct group_model *group(const struct ctx *who, struct id g, struct id through, struct arena *a,
                                       const struct view **v, enum err expected)
{
    assert_int_equal(do_view(&store, who, "group.show", g, a, v, "case", text_of(through), NULL), expected);
    return expected == OK ? (*v)->model : NULL;
}

/* Twelve trainees are twelve cases: who helps one sees what they share, and nothing of the others. */
static void nothing_of_one_case_shows_in_another(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD), first = enrolled("ngo", ROLE_CASE_MEMBER),
               second = enrolled("ngo", ROLE_CASE_MEMBER), stranger = enrolled("ngo", ROLE_CASE_MEMBER);
    struct id one = open_case(&store, &lead), two = open_case(&store, &lead),
              three = open_case(&store, &lead);
    struct act_result r;
    const struct view *v;
    assign(&lead, one, &first);
    assign(&lead, two, &second);
    ACT_OK(&lead, "group.open", one, &r, NULL);
    struct id g = r.id;
    ACT_OK(&lead, "group.set_fact", one, NULL, "group", text_of(g), "what", "employer", "value",
           "Synthetic Works");
    const struct group_model *m = group(&first, g, one, a, &v, OK);
    struct str alone = json_of(v, a);
    ACT_OK(&lead, "group.add_case", two, NULL, "group", text_of(g), "through", text_of(one));
    ACT_OK(&lead, "group.note_interview", two, NULL, "group", text_of(g), "possible_enforcer", "yes",
           "private_interview", "yes");
    m = group(&first, g, one, a, &v, OK);
    assert_int_equal(m->nmembers, 1);
    assert_int_equal(m->nfacts, 1);
    assert_int_equal(m->facts[0].value.verdict, VERDICT_ALLOW);
    assert_true(str_eq(alone, json_of(v, a))); /* that there is a second one is in no byte */
    m = group(&second, g, two, a, &v, OK);
    assert_int_equal(m->nmembers, 1);
    assert_true(m->members[0].possible_enforcer && m->members[0].private_interview);
    m = group(&lead, g, one, a, &v, OK);
    assert_int_equal(m->nmembers, 2);
    assert_false(m->members[0].own_consent);
    group(&first, g, two, a, &v, ERR_NOT_FOUND);
    group(&stranger, g, one, a, &v, ERR_NOT_FOUND);
    group(&lead, g, three, a, &v, ERR_NOT_FOUND);
    assert_int_equal(ACT(&second, "group.add_case", two, NULL, "group", text_of(g), "through", text_of(one)),
                     ERR_NOT_FOUND); /* who is in one case only reaches no other */
    assert_int_equal(ACT(&lead, "group.add_case", two, NULL, "group", text_of(g), "through", text_of(one)),
                     ERR_STATE);
    assert_int_equal(
        ACT(&lead, "group.add_case", three, NULL, "group", text_of(g), "through", text_of(three)),
        ERR_NOT_FOUND);
    ACT_OK(&lead, "group.remove_case", two, NULL, "group", text_of(g));
    group(&second, g, two, a, &v, ERR_NOT_FOUND);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Harm: her case is destroyed, and a row still says that she was thought to act for the exploiters. */
static void how_she_was_heard_is_sealed_under_her_case(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled("ngo", ROLE_CASE_LEAD);
    struct id one = open_case(&store, &lead);
    struct act_result r;
    const struct view *v;
    ACT_OK(&lead, "group.open", one, &r, NULL);
    struct id g = r.id;
    for (int yes = 1; yes >= 0; yes--) {
        const char *word = yes ? "yes" : "no";
        ACT_OK(&lead, "group.note_interview", one, NULL, "group", text_of(g), "possible_enforcer", word,
               "private_interview", word);
        const struct group_member *m = &group(&lead, g, one, a, &v, OK)->members[0];
        assert_int_equal(m->possible_enforcer, yes);
        assert_int_equal(m->private_interview, yes);
        assert_false(m->own_interpreter); /* nothing was said of it */
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_group_case WHERE private_interview + "
                                            "own_interpreter + possible_enforcer > 0"),
                         0);
        assert_int_equal(count_rows(&store,
                                    "SELECT count(*) FROM case_group_case WHERE own_interpreter_note IS "
                                    "NULL AND possible_enforcer_note IS NOT NULL"),
                         1);
        /* of one length, whatever they say */
        assert_int_equal(count_rows(&store,
                                    "SELECT count(DISTINCT length(n)) FROM (SELECT possible_enforcer_note "
                                    "AS n FROM case_group_case UNION SELECT private_interview_note FROM "
                                    "case_group_case) x"),
                         1);
    }
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_group_is_of_one_agency(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct shared t = shared_case("consent");
    struct act_result r;
    const struct view *v;
    ACT_OK(&t.lead, "group.open", t.case_, &r, NULL);
    group(&t.other, r.id, t.case_, a, &v, ERR_NOT_FOUND);
    const struct case_file *f = file(&t.other, t.case_, a, &v);
    assert_int_equal(f->ngroups, 0);
    assert_int_equal(file(&t.lead, t.case_, a, &v)->ngroups, 1);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(withdrawn_consent_counts_from_the_next_question_on),
        T(what_rests_on_law_is_not_hers_to_take_back),
        T(consent_ends_on_its_day),
        T(consent_is_for_one_purpose),
        T(consent_is_written_by_the_holder_only),
        T(a_guardian_who_is_suspected_agrees_to_nothing),
        T(no_consent_opens_a_shelter_or_a_source),
        T(a_consent_of_another_case_is_not_there),
        T(a_share_ends_before_its_date),
        T(what_she_agreed_to_ends_with_the_share),
        T(nothing_goes_to_a_phone_that_is_watched),
        T(danger_to_life_goes_first_and_is_reviewed),
        T(the_talk_about_a_case_opens_no_way_that_she_did_not_name),
        T(a_contact_is_with_somebody_of_the_case_and_has_happened),
        T(a_false_time_hides_nothing),
        T(a_deputy_takes_the_case_and_the_lead_leaves_it),
        T(an_absence_ends_by_itself),
        T(who_is_kept_stays),
        T(a_shared_case_is_taken_over),
        T(the_roster_names_the_deputy),
        T(a_hidden_case_is_in_no_number),
        T(who_is_brought_keeps_name_and_leaves_papers),
        T(another_agency_sees_the_consents_that_concern_it),
        T(a_look_is_one_leaf_and_a_print_is_told),
        T(nothing_of_one_case_shows_in_another),
        T(how_she_was_heard_is_sealed_under_her_case),
        T(a_group_is_of_one_agency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
