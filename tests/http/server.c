/* SPDX-License-Identifier: Apache-2.0 */
/* server.c - a real server on a store of its own with a few synthetic cases, for black-box tests and for
 * looking at pages: akari-http-server PACK-FOLDER [PORT]
 *
 * Prints "key value" lines, then "ready"; runs until its standard input ends. Commands there, one a line,
 * each answered by lines and a ".": leaves         how many audit leaves there are for each action
 *     declarations   "action NAME" and "view NAME"
 *     fail N         the Nth allocation from now fails; 0: none
 *     flip SEED      one entry of the policy's tables becomes another: "changed WHAT" and "touches" with the
 *                    words (bits) of each input of all questions that it can answer otherwise
 *     effect         "yes" or "no": does the flipped entry change any answer at all?
 *     unflip         as it was
 *     lock, unlock   the keys of the store
 *     jobs           one round of the job runner
 *     later N        the clock of the server goes N seconds further */
#include "assessment/assessment.h"
#include "attachment/attachment.h"
#include "base/alloc.h"
#include "base/env.h"
#include "core/account.h"
#include "core/jobs.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "glass/glass.h"
#include "hold/hold.h"
#include "plan/plan.h"
#include "policy_changes.h"
#include "support/store.h"
#include "sys/os.h"
#include "web/web.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

static struct store store;

static const struct pack *load(const char *folder)
{
    struct arena *a = arena_new(0);
    struct pack_fault *faults;
    const struct pack *p = NULL;
    size_t n = 0;
    if (pack_load(folder, a, &p, &faults, &n) != OK) {
        for (size_t i = 0; i < n; i++)
            fprintf(stderr, "%s:%d: %s\n", faults[i].file, faults[i].line, faults[i].what);
        exit(1);
    }
    arena_free(a);
    return p;
}

static void print_id(const char *key, struct id id)
{
    char text[33];
    id_text(id, text);
    printf("%s %s\n", key, text);
}

static void must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "%s: %s %s (%s)\n", what, err_row(e)->name, err_detail(), err_place());
    exit(1);
}

static const char *text_of_id(struct id id)
{
    static char text[8][33];
    static int at;
    at = (at + 1) % 8;
    id_text(id, text[at]);
    return text[at];
}

/* ---- officers: each signs in with the same password
 * ------------------------------------------------------------ */

static struct ctx account(const char *login, const char *name, const char *agency, const char *role,
                          const char *purpose)
{
    struct ctx system = ctx_system(), c = officer(agency, (enum role)role_find(role), 0);
    struct act_result r;
    system.agency = agency;
    must(do_act(&store, &system, "account.create", id_nil(), &r, "login", login, "name", name, "agency",
                agency, "password", "synthetic officers only", "role", role, "purpose", purpose, NULL),
         "account.create");
    c.account = r.id;
    return c;
}

/* ---- a few synthetic cases
 * ------------------------------------------------------------------------------------ */

static struct ctx with_two_roles(const struct ctx *c)
{
    struct ctx system = ctx_system();
    struct act_result r;
    system.agency = c->agency;
    must(do_act(&store, &system, "account.add_role", c->account, &r, "role", "oversight", "purpose",
                "oversight", NULL),
         "account.add_role");
    return *c;
}

/* The past of a case: each step some time after the one before, all before now. */
static int64_t story_us;

static int64_t story_now(void *user)
{
    (void)user;
    return story_us;
}

static void minutes_later(int minutes)
{
    story_us += minutes * 60000000ll;
}

static struct id person(const struct ctx *c, struct id in_case, const char *type, const char *role)
{
    struct act_result r;
    must(do_act(&store, c, "subject.add", in_case, &r, "type", type, "role", role, NULL), "subject.add");
    return r.id;
}

static struct id people_of(const struct ctx *c, struct id in_case)
{
    struct act_result r;
    const char *of = text_of_id(in_case);
    struct id victim = person(c, in_case, "person", "victim"), other;
    must(do_act(&store, c, "name.add", victim, &r, "case", of, "type", "passport", "full", "NGUYỄN Thị Hồng",
                "reading", "グエン・ティ・ホン", "passport_form", "NGUYEN THI HONG", NULL),
         "name.add");
    must(do_act(&store, c, "identifier.add", victim, &r, "case", of, "type", "passport", "value", "X0000000",
                NULL),
         "identifier.add");
    must(do_act(&store, c, "identifier.add", victim, &r, "case", of, "type", "phone", "value",
                "000-0000-0000", NULL),
         "identifier.add");
    other = person(c, in_case, "organisation", "employer");
    must(do_act(&store, c, "name.add", other, &r, "case", of, "type", "trade", "full", "（株）見本部品加工",
                NULL),
         "name.add");
    other = person(c, in_case, "organisation", "sending_organisation");
    must(do_act(&store, c, "name.add", other, &r, "case", of, "type", "trade", "full",
                "Công ty Mẫu (synthetic)", NULL),
         "name.add");
    return victim;
}

static void records_of(const struct ctx *c, struct id in_case, struct id victim)
{
    struct act_result r;
    const char *of = text_of_id(in_case), *who = text_of_id(victim);
    must(do_act(&store, c, "person_profile.create", id_nil(), &r, "case", of, "subject", who, "gender",
                "female", "birth_date", "2003-04-17", "age_certainty", "documented", "citizenship", "VNM",
                "residence_status", "technical_intern_2", "stay_until", "2027-02-28", "languages", "vi",
                NULL),
         "person_profile.create");
    minutes_later(25);
    must(do_act(&store, c, "consultation.create", id_nil(), &r, "case", of, "received_at",
                "2026-11-20T00:12:00Z", "channel", "sns_chat", "desk", "npa", "urgency", "urgent", "language",
                "vi", "staff_gender_wish", "female", "safe_contact", "sns", "safe_contact_detail",
                "Chat only, 20:00-22:00", "wishes", "be_safe", "wishes", "documents", "account",
                "They took my passport and say I owe money.", "tip_suspected", "yes", "health_now",
                "Tired, not eating", "tip_signs", "retention_of_documents", "tip_signs", "debt_bondage",
                NULL),
         "consultation.create");
    print_id("consultation", r.id);
    minutes_later(95);
    must(do_act(&store, c, "exploitation_profile.create", id_nil(), &r, "case", of, "forced_labour", "yes",
                "forms", "forced_labour", "means_of_control", "debt_bondage", "means_of_control", "threats",
                "recruitment_methods", "sending_organisation", "debt_claimed_yen", "1200000", NULL),
         "exploitation_profile.create");
}

/* What the other agency keeps to itself: a case, its decision, the person in it. */
static void hidden_case(const struct ctx *other)
{
    struct act_result r;
    must(do_act(&store, other, "case.open", id_nil(), &r, "synthetic", "true", "label", "TLP:RED", NULL),
         "case.open (other)");
    struct id in_case = r.id;
    print_id("hidden", in_case);
    print_id("hidden_subject", person(other, in_case, "person", "victim"));
    must(do_act(&store, other, "case.set_stage", in_case, &r, "stage", "presumed_victim", "reasons",
                "Synthetic.", NULL),
         "case.set_stage (other)");
    print_id("hidden_decision", r.id);
}

/* Shared for one class of information, which is not that of the reasons; the no waits for a second agency. */
static void shared_case(const struct ctx *c, const struct ctx *other, const struct ctx *partner)
{
    struct act_result r;
    must(do_act(&store, c, "case.open", id_nil(), &r, "synthetic", "true", NULL), "case.open (second)");
    struct id in_case = r.id;
    print_id("second", in_case);
    print_id("second_subject", person(c, in_case, "person", "victim"));
    must(do_act(&store, c, "case.set_stage", in_case, &r, "stage", "presumed_victim", NULL),
         "case.set_stage (second)");
    minutes_later(30);
    must(do_act(&store, c, "case.set_stage", in_case, &r, "stage", "suspicion", "reasons",
                "Synthetic reasons of a no.", "review_route", "Synthetic route.", NULL),
         "case.set_stage (no)");
    print_id("second_decision", r.id);
    must(do_act(&store, c, "case.share", in_case, &r, "agency", "isa", "relation", "co_owner", "basis",
                "consent", "class", "immigration", NULL),
         "case.share (second)");
    must(do_act(&store, other, "case.assign", in_case, &r, "account", text_of_id(partner->account), NULL),
         "case.assign (second)");
}

static void synthetic_case(const struct ctx *c, const struct ctx *other, const struct ctx *partner,
                           const struct ctx *nurse)
{
    struct act_result r;
    must(do_act(&store, c, "case.open", id_nil(), &r, "synthetic", "true", "label", "TLP:AMBER", NULL),
         "case.open");
    struct id in_case = r.id;
    print_id("case", in_case);
    minutes_later(12);
    struct id victim = people_of(c, in_case);
    print_id("subject", victim);
    minutes_later(18);
    records_of(c, in_case, victim);
    minutes_later(40);
    must(do_act(&store, c, "case.set_stage", in_case, &r, "stage", "presumed_victim", "reasons",
                "Documents taken, debt, threats.", NULL),
         "case.set_stage");
    print_id("decision", r.id);
    minutes_later(30);
    must(do_act(&store, c, "case.share", in_case, &r, "agency", "isa", "relation", "recipient", "basis",
                "consent", "class", "identity", NULL),
         "case.share");
    must(do_act(&store, c, "case.assign", in_case, &r, "account", text_of_id(nurse->account), NULL),
         "case.assign");
    hidden_case(other);
    shared_case(c, other, partner);
    for (int i = 0; i < 3; i++)
        must(do_act(&store, c, "case.open", id_nil(), &r, "synthetic", "true", NULL), "case.open (more)");
}

/* ---- a file with rows that cannot be taken in
 * --------------------------------------------------------------- */

/* The map's columns; a row of blanks; a row whose one value is no word of its column, and a row that is too
 * short. */
static struct str bad_file(const struct import_map *map, struct arena *a)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct str text;
    for (size_t i = 0; i < map->n; i++)
        buf_printf(&b, "%s%s", i ? "," : "", map->columns[i].column);
    for (int line = 0; line < 2; line++) {
        buf_c(&b, line ? "\nSynthetic word" : "\n");
        for (size_t i = 1; i < map->n; i++)
            buf_char(&b, ',');
    }
    buf_c(&b, "\nToo,short\n");
    must(buf_take(&b, a, &text), "bad_file");
    return text;
}

static void import_of(const struct ctx *c, const char *key)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct import_report r;
    char *path = arena_printf(a, "%s/rows.csv", store.dir);
    if (!path || !store.pack->nimports)
        exit(1);
    must(file_write_atomic(path, 0600, bad_file(&store.pack->imports[0], a)), "rows.csv");
    must(figures_import(store.door, c, store.pack->imports[0].id, path, false, true, NULL, NULL, &r),
         "import");
    unlink(path);
    print_id(key, r.batch);
}

/* ---- the case that ../golden/http.tsv asks about
 * ----------------------------------------------------------------------------------------------- */

/* Each signs in by its login; what it is to the case stands in that file, too. A named one is assigned by the
 * lead of its agency. */
static const struct {
    const char *login, *agency, *role, *purpose;
    bool named;
} matrix_officers[] = {
    {"owner-intake", "npa", "intake_counsellor", "protection", false},
    {"owner-lead", "npa", "case_lead", "protection", false},
    {"owner-member", "npa", "case_member", "protection", false},
    {"owner-shelter", "npa", "shelter_worker", "protection", false},
    {"owner-health", "npa", "health", "protection", false},
    {"owner-legal", "npa", "legal_aid", "protection", false},
    {"owner-police", "npa", "police_investigator", "investigation", false},
    {"owner-immigration", "npa", "immigration_officer", "screening", false},
    {"owner-labour", "npa", "labour_inspector", "inspection", false},
    {"owner-screening", "npa", "screening_desk", "screening", false},
    {"owner-analyst", "npa", "analyst", "statistics", false},
    {"owner-statistics", "npa", "statistics_officer", "statistics", false},
    {"owner-oversight", "npa", "oversight", "oversight", false},
    {"owner-keys", "npa", "key_custodian", "administration", false},
    {"owner-admin", "npa", "system_admin", "administration", false},
    {"owner-abroad", "npa", "foreign_liaison", "protection", false},
    {"owner-programme", "npa", "programme_manager", "administration", false},
    {"owner-intake-named", "npa", "intake_counsellor", "protection", true},
    {"owner-home-named", "npa", "case_lead", "repatriation", true},
    {"owner-inspection-named", "npa", "case_lead", "inspection", true},
    {"owner-member-named", "npa", "case_member", "protection", true},
    {"owner-shelter-named", "npa", "shelter_worker", "protection", true},
    {"owner-health-named", "npa", "health", "protection", true},
    {"owner-legal-named", "npa", "legal_aid", "protection", true},
    {"owner-police-named", "npa", "police_investigator", "investigation", true},
    {"owner-immigration-named", "npa", "immigration_officer", "screening", true},
    {"owner-labour-named", "npa", "labour_inspector", "inspection", true},
    {"recipient-lead", "isa", "case_lead", "protection", false},
    {"recipient-lead-named", "isa", "case_lead", "protection", true},
    {"recipient-screening-named", "isa", "immigration_officer", "screening", true},
    {"recipient-immigration-named", "isa", "immigration_officer", "protection", true},
    {"second-lead", "mhlw", "case_lead", "protection", false},
    {"second-lead-named", "mhlw", "case_lead", "protection", true},
    {"second-labour-named", "mhlw", "labour_inspector", "inspection", true},
    {"second-immigration-named", "mhlw", "immigration_officer", "screening", true},
    {"copy-lead", "moj", "case_lead", "protection", false},
    {"abroad-lead", "embassies", "case_lead", "protection", false},
    {"abroad-liaison", "embassies", "foreign_liaison", "protection", false},
    {"abroad-liaison-named", "embassies", "foreign_liaison", "protection", true},
    {"none-lead", "mext", "case_lead", "protection", false},
    {"none-oversight", "mext", "oversight", "oversight", false},
    {"none-police", "mext", "police_investigator", "investigation", false},
};
#define MATRIX_OFFICERS (sizeof matrix_officers / sizeof *matrix_officers)

static void matrix_record(const struct ctx *c, const char *key, const char *action, struct id in_case,
                          struct id subject, const char *const more[][2])
{
    struct pair pairs[12];
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    size_t n = 0;
    pairs[n++] = (struct pair){STR("case"), str_of(text_of_id(in_case)), VALUE_GIVEN};
    if (!id_is_nil(subject))
        pairs[n++] = (struct pair){STR("subject"), str_of(text_of_id(subject)), VALUE_GIVEN};
    for (size_t i = 0; more[i][0]; i++)
        pairs[n++] = (struct pair){str_of(more[i][0]), str_of(more[i][1]), VALUE_GIVEN};
    struct act_request request = {.ctx = c, .action = action, .expected_version = -1, .input = {pairs, n}};
    must(door_act(store.door, &request, a, &r), action);
    print_id(key, r.id);
}

/* A record of each further kind of the pack, with what it must say and one value that test_matrix.py looks
 * for. */
static const struct more_record {
    const char *kind;
    enum role role;
    enum purpose purpose;
    bool of_venue;
    const char *values[12][2];
    bool of_case; /* of no person in it */
} more_records[] = {
    {"extraordinary_audit",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"learned_at", "2026-11-20T00:12:00Z"}, {"triggers", "violence"}, {NULL, NULL}}},
    {"first_72_hours",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"started_at", "2026-11-20T00:12:00Z"},
      {"language", "vi"},
      {"staff_gender_wish", "female"},
      {"wishes", "be_safe"},
      {"safe_contact", "sns"},
      {"medical", "being_done"},
      {NULL, NULL}}},
    {"improvement_recommendation",
     ROLE_CASE_LEAD,
     PURPOSE_INSPECTION,
     true,
     {{"drafted_at", "2026-11-20T00:12:00Z"},
      {"issued_by", "npa"},
      {"findings", "unpaid_wages"},
      {"recommendation", "Pay the wages (synthetic)."},
      {NULL, NULL}}},
    {"interpreter_service",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"requested_at", "2026-11-20T00:12:00Z"},
      {"urgency", "urgent"},
      {"language", "vi"},
      {"staff_gender_wish", "female"},
      {"community_wish", "other_community"},
      {NULL, NULL}}},
    {"legal_aid",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"asked_at", "2026-11-20T00:12:00Z"},
      {"language", "vi"},
      {"matters", "wages"},
      {"counsel_gender_wish", "female"},
      {NULL, NULL}}},
    {"medical_care",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"requested_at", "2026-11-20T00:12:00Z"},
      {"urgency", "urgent"},
      {"care", "dental"},
      {"language", "vi"},
      {"staff_gender_wish", "female"},
      {NULL, NULL}}},
    {"passport_retention_report",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"reported_at", "2026-11-20T00:12:00Z"},
      {"reporter", "colleague"},
      {"documents", "bank_book"},
      {"holder_role", "employer"},
      {"language", "vi"},
      {"danger_if_asked", "yes"},
      {"wishes", "documents"},
      {"safe_contact", "sns"},
      {NULL, NULL}}},
    {"residence_status_action",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"explained_at", "2026-11-20T00:12:00Z"},
      {"language", "vi"},
      {"options_explained", "special_permission"},
      {"wishes", "stay"},
      {NULL, NULL}}},
    {"rights_information",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"told_at", "2026-11-20T00:12:00Z"},
      {"told_by", "npa"},
      {"language", "vi"},
      {"topics", "protection"},
      {"understanding", "too_tired"},
      {NULL, NULL}}},
    {"shelter_night_log",
     ROLE_SHELTER_WORKER,
     PURPOSE_PROTECTION,
     false,
     {{"night_of", "2026-11-19"}, {NULL, NULL}}},
    {"special_inquiry_hearing",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"referred_at", "2026-11-20T00:12:00Z"},
      {"procedure", "landing"},
      {"doubts", "speaks_for_her"},
      {"language", "vi"},
      {"staff_gender_wish", "female"},
      {NULL, NULL}}},
    {"voluntary_return",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"asked_at", "2026-11-20T00:12:00Z"},
      {"country", "VNM"},
      {"language", "vi"},
      {"asked_alone", "yes"},
      {"other_ways", "stay"},
      {"fears", "debt"},
      {NULL, NULL}}},
    {"interview",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"held_at", "2026-11-20T00:12:00Z"},
      {"asked_by", "npa"},
      {"interview_purpose", "safety"},
      {"kind_of_place", "quiet_room"},
      {"language", "vi"},
      {"interpreter", "staff"},
      {"alone", "yes"},
      {"may_stop_told", "yes"},
      {"breaks", "1"},
      {"asked_again", "no"},
      {NULL, NULL}}},
    {"statement",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"taken_at", "2026-11-20T00:12:00Z"},
      {"taken_by", "npa"},
      {"language", "vi"},
      {"in_her_words", "Synthetic story."},
      {NULL, NULL}}},
    {"counsellor_note",
     ROLE_INTAKE_COUNSELLOR,
     PURPOSE_PROTECTION,
     false,
     {{"noted_at", "2026-11-20T00:12:00Z"}, {"note", "Synthetic note."}, {NULL, NULL}}},
    {"partner_information",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"received_at", "2026-11-20T00:12:00Z"},
      {"about", "brokers_abroad"},
      {"originator", "ngo"},
      {"originator_name", "Synthetic partner"},
      {"handling", "ask_first"},
      {NULL, NULL}},
     true},
    {"contact_check",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"agency", "otit"},
      {"contact_point", "Synthetic counter"},
      {"checked_at", "2026-11-20T00:12:00Z"},
      {"reached", "yes"},
      {NULL, NULL}},
     true},
    {"referral",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"sent_at", "2026-11-20T00:12:00Z"},
      {"referred_to", "jlsc"},
      {"support_asked", "legal"},
      {"urgency", "soon"},
      {"consent", "yes"},
      {NULL, NULL}},
     true},
    {"joint_investigation",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"requested_at", "2026-11-20T00:12:00Z"},
      {"requested_by", "npa"},
      {"partner_agency", "otit"},
      {"nobody_named", "yes"},
      {NULL, NULL}},
     true},
    {"protection_plan",
     ROLE_CASE_LEAD,
     PURPOSE_PROTECTION,
     false,
     {{"made_at", "2026-11-20T00:12:00Z"},
      {"safety_steps", "Synthetic steps."},
      {"wishes", "be_safe"},
      {"planned_support", "legal"},
      {"lead_agency", "npa"},
      {"review_on", "2026-12-20"},
      {"language", "vi"},
      {NULL, NULL}}},
};

static void matrix_more_records(const struct ctx *c, struct id in_case, struct id victim, struct id venue)
{
    for (size_t i = 0; i < sizeof more_records / sizeof *more_records; i++) {
        const struct more_record *m = &more_records[i];
        struct ctx as = *c;
        char key[80], action[80];
        as.role = m->role;
        as.purpose = m->purpose;
        snprintf(key, sizeof key, "m_%s", m->kind);
        snprintf(action, sizeof action, "%s.create", m->kind);
        matrix_record(&as, key, action, in_case,
                      m->of_case    ? id_nil()
                      : m->of_venue ? venue
                                    : victim,
                      m->values);
    }
}

static void matrix_records(const struct ctx *c, struct id in_case)
{
    static const char *const consultation[][2] = {{"received_at", "2026-11-20T00:12:00Z"},
                                                  {"channel", "sns_chat"},
                                                  {"desk", "npa"},
                                                  {"urgency", "urgent"},
                                                  {"language", "vi"},
                                                  {"staff_gender_wish", "female"},
                                                  {"safe_contact", "sns"},
                                                  {"wishes", "be_safe"},
                                                  {"health_now", "Tired (synthetic)"},
                                                  {"account", "Synthetic account."},
                                                  {NULL, NULL}};
    static const char *const person_profile[][2] = {
        {"gender", "female"}, {"residence_status", "technical_intern_2"}, {NULL, NULL}};
    static const char *const exploitation[][2] = {{"forced_labour", "yes"}, {NULL, NULL}};
    static const char *const perpetrator[][2] = {{"occupation", "Broker (synthetic)"}, {NULL, NULL}};
    static const char *const inspection[][2] = {{"target", "implementing_organisation"},
                                                {"trigger", "consultation"},
                                                {"lead_agency", "npa"},
                                                {NULL, NULL}};
    static const char *const stay[][2] = {{"requested_at", "2026-11-20T00:12:00Z"},
                                          {"place_for", "woman"},
                                          {"persons", "1"},
                                          {"wishes", "be_safe"},
                                          {"consent", "yes"},
                                          {NULL, NULL}};
    static const char *const assessment[][2] = {
        {"phase", "assessment"}, {"age", "adult"}, {"answer", "CD01=yes"}, {NULL, NULL}};
    struct ctx inspector = *c;
    inspector.purpose = PURPOSE_INSPECTION;
    struct id victim = person(c, in_case, "person", "victim"),
              broker = person(c, in_case, "person", "broker");
    print_id("m_subject", victim);
    matrix_record(c, "m_consultation", "consultation.create", in_case, id_nil(), consultation);
    matrix_record(c, "m_person_profile", "person_profile.create", in_case, victim, person_profile);
    matrix_record(c, "m_exploitation_profile", "exploitation_profile.create", in_case, id_nil(),
                  exploitation);
    matrix_record(c, "m_perpetrator_profile", "perpetrator_profile.create", in_case, broker, perpetrator);
    matrix_record(&inspector, "m_on_the_spot_inspection", "on_the_spot_inspection.create", in_case, id_nil(),
                  inspection);
    matrix_record(c, "m_shelter_stay", "shelter_stay.create", in_case, id_nil(), stay);
    matrix_more_records(c, in_case, victim, broker);
    matrix_record(c, "m_assessment", "assessment.start", in_case, victim, assessment);
}

static void matrix_share(const struct ctx *c, struct id in_case, const char *agency, const char *relation,
                         const char *basis, const char *const classes[])
{
    struct pair pairs[8] = {{STR("agency"), str_of(agency), VALUE_GIVEN},
                            {STR("relation"), str_of(relation), VALUE_GIVEN},
                            {STR("basis"), str_of(basis), VALUE_GIVEN}};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct act_result r;
    size_t n = 3;
    for (size_t i = 0; classes[i]; i++)
        pairs[n++] = (struct pair){STR("class"), str_of(classes[i]), VALUE_GIVEN};
    struct act_request request = {
        .ctx = c, .action = "case.share", .subject = in_case, .expected_version = -1, .input = {pairs, n}};
    must(door_act(store.door, &request, a, &r), "case.share");
}

static void matrix_shares(const struct ctx *c, struct id in_case)
{
    static const char *const name[] = {"identity", NULL};
    static const char *const legal[] = {"identity", "immigration", "suspect", NULL};
    static const char *const all[] = {"identity", "immigration", "health", "suspect", NULL};
    matrix_share(c, in_case, "isa", "recipient", "consent", name);
    matrix_share(c, in_case, "mhlw", "co_owner", "legal", legal);
    matrix_share(c, in_case, "moj", "copy", "consent", all);
    matrix_share(c, in_case, "embassies", "recipient", "consent", all);
}

/* A report of the lead's agency, which nobody has taken, and a note with its receipt. */
static void matrix_report(const struct ctx *lead)
{
    struct ctx admin = *lead, anybody = {.agency = "", .role = ROLE_ANONYMOUS, .assurance = 1, .lang = "en"};
    struct act_result r;
    char code[CODE_TEXT_MAX], receipt[CODE_TEXT_MAX];
    desk_code_new(OFFICE_CODE_CHARS, code);
    desk_code_new(RECEIPT_CHARS, receipt);
    admin.role = ROLE_SYSTEM_ADMIN;
    admin.purpose = PURPOSE_ADMINISTRATION;
    must(do_act(&store, lead, "report.create", id_nil(), &r, "danger", "no", "what", "Synthetic report.",
                NULL),
         "report.create");
    print_id("m_report", r.id);
    must(do_act(&store, &admin, "office.issue_code", id_nil(), &r, "agency", "airlines", "code", code, NULL),
         "office.issue_code");
    must(do_act(&store, &anybody, "report.send", id_nil(), &r, "code", code, "receipt", receipt, "danger",
                "no", NULL),
         "report.send");
    printf("m_receipt %s\n", receipt);
}

static void matrix_attachment(const struct ctx *lead, struct id in_case)
{
    static const char dot[] = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQ"
                              "UDAAAACkAGE0Zn1yAAAAAElFTkSuQmCC";
    struct act_result r;
    must(do_act(&store, lead, "attachment.begin", id_nil(), &r, "case", text_of_id(in_case), "class",
                "identity", "declared", "not_sexual", "bytes", "69", "title", "Synthetic dot", "file_name",
                "dot.png", NULL),
         "attachment.begin");
    struct id file = r.id;
    must(do_act(&store, lead, "attachment.chunk", file, &r, "no", "0", "content", dot, NULL),
         "attachment.chunk");
    must(do_act(&store, lead, "attachment.finish", file, &r, NULL), "attachment.finish");
    print_id("m_attachment", file);
}

static void matrix_case(const struct ctx *lead, const struct ctx *colleague)
{
    struct act_result r;
    struct ctx made[MATRIX_OFFICERS];
    must(do_act(&store, lead, "case.open", id_nil(), &r, "synthetic", "true", "label", "TLP:AMBER", NULL),
         "case.open");
    struct id in_case = r.id;
    print_id("m_case", in_case);
    print_id("m_account", colleague->account);
    print_id("self.npa-lead", lead->account);
    matrix_shares(lead, in_case);
    must(do_act(&store, lead, "case.open", id_nil(), &r, "synthetic", "true", "label", "TLP:RED", NULL),
         "case.open (red)");
    print_id("m_red", r.id);
    matrix_shares(lead, r.id);
    matrix_records(lead, in_case);
    must(do_act(&store, lead, "group.open", in_case, &r, NULL), "group.open");
    print_id("m_group", r.id);
    must(do_act(&store, lead, "case.set_stage", in_case, &r, "stage", "presumed_victim", "reasons",
                "Synthetic reasons.", NULL),
         "case.set_stage");
    print_id("m_decision", r.id);
    matrix_attachment(lead, in_case);
    struct ctx assigns = *lead;
    for (size_t i = 0; i < MATRIX_OFFICERS; i++) {
        made[i] = account(matrix_officers[i].login, "Officer (synthetic)", matrix_officers[i].agency,
                          matrix_officers[i].role, matrix_officers[i].purpose);
        if (!matrix_officers[i].named && made[i].role == ROLE_CASE_LEAD)
            assigns = made[i];
        if (matrix_officers[i].named)
            must(do_act(&store, &assigns, "case.assign", in_case, &r, "account", text_of_id(made[i].account),
                        NULL),
                 "case.assign");
        char key[80];
        snprintf(key, sizeof key, "self.%s", matrix_officers[i].login);
        print_id(key, made[i].account);
    }
}

/* ---- commands
 * ---------------------------------------------------------------------------------------------------- */

static void leaves(void)
{
    struct db *db;
    struct stmt *s;
    bool row;
    must(door_reader(store.door, &db), "door_reader");
    must(db_prepare(db, "SELECT action, count(*) FROM audit_leaf GROUP BY action ORDER BY action", &s),
         "leaves");
    for (;;) {
        must(db_step(s, &row), "leaves");
        if (!row)
            break;
        printf("%.*s %lld\n", STR_FMT(db_text(s, 0)), (long long)db_i64(s, 1));
    }
    door_reader_done(store.door, db);
    printf(".\n");
    fflush(stdout);
}

static void declarations(void)
{
    const struct action *const *actions;
    const struct view_decl *const *views;
    size_t na = door_actions(store.door, &actions), nv = door_views(store.door, &views);
    for (size_t i = 0; i < na; i++)
        printf("action %s\n", actions[i]->name);
    for (size_t i = 0; i < nv; i++)
        printf("view %s\n", views[i]->name);
    printf(".\n");
    fflush(stdout);
}

static void fail_memory(const char *nth)
{
    mem_inject(strtoull(nth, NULL, 10), false);
    printf(".\n");
    fflush(stdout);
}

/* The library's own policy.c is left out of this program: what the door asks is the one with tables that can
 * be changed. */
static pthread_rwlock_t tables = PTHREAD_RWLOCK_INITIALIZER;

struct policy_answer policy_decide(const struct policy_question *q)
{
    pthread_rwlock_rdlock(&tables);
    struct policy_answer answer = changed_decide(q);
    pthread_rwlock_unlock(&tables);
    return answer;
}

static struct change *flipped;

static void unflip(void)
{
    pthread_rwlock_wrlock(&tables);
    if (flipped)
        change_swap(flipped);
    flipped = NULL;
    pthread_rwlock_unlock(&tables);
    printf(".\n");
    fflush(stdout);
}

static void flip(const char *seed_text)
{
    uint64_t seed = strtoull(seed_text, NULL, 10);
    pthread_rwlock_wrlock(&tables);
    if (flipped)
        change_swap(flipped);
    flipped = change_seeded(&seed);
    change_swap(flipped);
    pthread_rwlock_unlock(&tables);
    printf("changed %s\ntouches", flipped->name);
    for (int i = 0; i < INPUTS; i++)
        printf(" %x", flipped->touches.in[i]);
    printf("\n.\n");
    fflush(stdout);
}

static void effect(void)
{
    struct policy_question example;
    bool none = true;
    pthread_rwlock_wrlock(&tables);
    if (flipped) {
        change_swap(flipped); /* it is asked of a change that is not made yet */
        none = change_without_effect(flipped, &example);
        change_swap(flipped);
    }
    pthread_rwlock_unlock(&tables);
    printf("%s\n.\n", none ? "no" : "yes");
    fflush(stdout);
}

static int64_t later_us;

static int64_t later_now(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 + later_us;
}

static void later(const char *seconds)
{
    static const struct env env = {.now_us = later_now};
    later_us += strtoll(seconds, NULL, 10) * 1000000;
    env_set(&env);
}

static void run_jobs(void)
{
    int done;
    must(jobs_run(store.door, NULL, NULL, NULL, &done), "jobs_run");
}

/* Commands that answer nothing but that they are done. */
static void other_command(const char *line)
{
    if (strcmp(line, "lock\n") == 0)
        vault_lock(door_vault(store.door));
    else if (strcmp(line, "unlock\n") == 0)
        must(door_unlock(store.door, store_secret()), "unlock");
    else if (strcmp(line, "jobs\n") == 0)
        run_jobs();
    else if (strncmp(line, "later ", 6) == 0)
        later(line + 6);
    else
        return;
    printf(".\n");
    fflush(stdout);
}

static void serve(struct web *w)
{
    char line[64];
    printf("port %d\nready\n", web_port(w));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "leaves\n") == 0)
            leaves();
        else if (strcmp(line, "declarations\n") == 0)
            declarations();
        else if (strncmp(line, "fail ", 5) == 0)
            fail_memory(line + 5);
        else if (strncmp(line, "flip ", 5) == 0)
            flip(line + 5);
        else if (strcmp(line, "effect\n") == 0)
            effect();
        else if (strcmp(line, "unflip\n") == 0)
            unflip();
        else
            other_command(line);
    }
}

static const struct job_due domain_jobs[] = {{"hold.release", hold_release_due},
                                             {"attachment.expire", attachment_expire_due},
                                             {"report.receive", .due_with = report_receive_due},
                                             {"enquiry.compare", enquiry_compare_due},
                                             {"desk.expire", desk_expire_due}};

static enum err domain_tables(struct schema *s)
{
    TRY(assessment_tables(s));
    TRY(hold_tables(s));
    TRY(attachment_tables(s));
    TRY(desk_tables(s));
    return figures_tables(s);
}

int main(int argc, char **argv)
{
    struct web *w;
    struct view_decl views[96];
    struct action actions[128];
    struct entities entities = REGISTRY_ENTITIES;
    int told;
    size_t nviews = 0, nactions = 0;
    if (argc < 2)
        return 64;
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < NFIGURES_VIEWS; i++)
        views[nviews++] = FIGURES_VIEWS[i];
    for (size_t i = 0; i < NPLAN_VIEWS && nviews < 64; i++)
        views[nviews++] = PLAN_VIEWS[i];
    for (size_t i = 0; i < NHOLD_VIEWS; i++)
        views[nviews++] = HOLD_VIEWS[i];
    for (size_t i = 0; i < NASSESSMENT_VIEWS; i++)
        views[nviews++] = ASSESSMENT_VIEWS[i];
    for (size_t i = 0; i < NDESK_VIEWS; i++)
        views[nviews++] = DESK_VIEWS[i];
    for (size_t i = 0; i < NFIGURES_ACTIONS; i++)
        actions[nactions++] = FIGURES_ACTIONS[i];
    for (size_t i = 0; i < NATTACHMENT_VIEWS; i++)
        views[nviews++] = ATTACHMENT_VIEWS[i];
    for (size_t i = 0; i < NATTACHMENT_ACTIONS; i++)
        actions[nactions++] = ATTACHMENT_ACTIONS[i];
    for (size_t i = 0; i < NHOLD_ACTIONS; i++)
        actions[nactions++] = HOLD_ACTIONS[i];
    for (size_t i = 0; i < NGLASS_VIEWS; i++)
        views[nviews++] = GLASS_VIEWS[i];
    for (size_t i = 0; i < NGLASS_ACTIONS; i++)
        actions[nactions++] = GLASS_ACTIONS[i];
    for (size_t i = 0; i < NASSESSMENT_ACTIONS; i++)
        actions[nactions++] = ASSESSMENT_ACTIONS[i];
    for (size_t i = 0; i < NDESK_ACTIONS; i++)
        actions[nactions++] = DESK_ACTIONS[i];
    entities.report = desk_report_object;
    struct store_country country = {.views = views,
                                    .nviews = nviews,
                                    .actions = actions,
                                    .nactions = nactions,
                                    .pack = load(argv[1]),
                                    .synthetic = true,
                                    .tables = domain_tables,
                                    .gates = &HOLD_GATES,
                                    .entities = &entities,
                                    .jobs = domain_jobs,
                                    .njobs = 5};
    if (!store_make_of(&store, "sqlite", &country))
        return 1;
    store_open(&store);
    struct ctx npa = account("npa-lead", "Lead (synthetic)", "npa", "case_lead", "protection");
    struct ctx isa = account("isa-lead", "Other lead (synthetic)", "isa", "case_lead", "protection");
    struct ctx partner = account("isa-partner", "Partner (synthetic)", "isa", "case_lead", "protection");
    struct ctx nurse = account("npa-health", "Nurse (synthetic)", "npa", "health", "protection");
    account("npa-police", "Investigator (synthetic)", "npa", "police_investigator", "investigation");
    account("npa-admin", "Administrator (synthetic)", "npa", "system_admin", "administration");
    account("npa-admin2", "Second administrator (synthetic)", "npa", "system_admin", "administration");
    account("npa-statistics", "Statistician (synthetic)", "npa", "statistics_officer", "statistics");
    struct ctx both = account("npa-both", "Two roles (synthetic)", "npa", "analyst", "statistics");
    with_two_roles(&both);
    struct env story = {.now_us = story_now};
    story_us = env_now_us() - 22 * 3600000000ll;
    env_set(&story);
    synthetic_case(&npa, &isa, &partner, &nurse);
    import_of(&npa, "import");
    import_of(&isa, "hidden_import");
    env_set(NULL);
    must(jobs_run(store.door, NULL, NULL, NULL, &told), "jobs_run");
    matrix_case(&npa, &nurse);
    matrix_report(&npa);
    struct web_config config = {
        .door = store.door, .address = "127.0.0.1", .port = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0};
    must(web_start(&config, &w), "web_start");
    serve(w);
    web_stop(w);
    store_remove(&store);
    return 0;
}
