/* SPDX-License-Identifier: Apache-2.0 */
/* demo_stories.c - a few things to find in a demonstration: reports in several states, a statement that is
 * cited, an assessment with open questions, a step that was held, a case waiting for a deputy,
 * one that is shared with a centre. Few, whatever
 * the number of cases; every word is invented. What a pack or its rules do not have is left out. */
#include "cli/app.h"

#define VALUES_MAX 12

struct story {
    struct app *app;
    const struct demo_login *lead, *deputy, *immigration, *centre, *shelter, *nurse;
};

static struct ctx ctx_of(const struct demo_login *l, enum role role, enum purpose purpose)
{
    return (struct ctx){.account = l->account,
                        .agency = l->agency,
                        .role = role,
                        .purpose = purpose,
                        .assurance = 2,
                        .lang = "en"};
}

/* False: refused, or not known to this pack. *values is pairs of name and value, ended by NULL. */
static bool act(struct story *s, const struct ctx *c, const char *action, struct id subject,
                const char *const *values, struct id *ret)
{
    struct pair pairs[VALUES_MAX];
    struct act_result r;
    size_t n = 0;
    for (; values && values[2 * n] && n < VALUES_MAX; n++)
        pairs[n] = (struct pair){str_of(values[2 * n]), str_of(values[2 * n + 1]), VALUE_GIVEN};
    struct act_request request = {
        .ctx = c, .action = action, .subject = subject, .expected_version = -1, .input = {pairs, n}};
    *ret = id_nil();
    if (!door_action(s->app->door, action) || door_act(s->app->door, &request, s->app->arena, &r) != OK) {
        err_clear();
        return false;
    }
    *ret = r.id;
    return true;
}

static const char *text_of(struct story *s, struct id id)
{
    char text[33];
    id_text(id, text);
    char *kept = arena_cstr(s->app->arena, str_of(text));
    return kept ? kept : "";
}

/* ---- reports: waiting, taken, and become a case -------------------------------------------------------- */

static void reports(struct story *s, const struct ctx *lead)
{
    static const char *const texts[][3] = {
        {"no", "13", "A worker asked for her passport at the counter and was pulled away (synthetic)."},
        {"yes", "27", "Three people sleep in the kitchen and are not let out (synthetic)."},
        {"unknown", "23", "A girl said that she must pay before she may go home (synthetic)."}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *const values[] = {"danger", texts[i][0], "prefecture", texts[i][1],
                                      "what",   texts[i][2], NULL};
        struct id report, done;
        if (!act(s, lead, "report.create", id_nil(), values, &report) || i == 0)
            continue;
        if (act(s, lead, "report.take", report, NULL, &done) && i == 2)
            (void)act(s, lead, "report.to_case", report, NULL, &done);
    }
}

/* ---- a case: asked once, assessed, handed over --------------------------------------------------------- */

static bool person_in_case(struct story *s, const struct ctx *c, struct id *ret_case, struct id *ret_person)
{
    static const char *const made_up[] = {"synthetic", "true", NULL};
    static const char *const victim[] = {"type", "person", "role", "victim", NULL};
    return act(s, c, "case.open", id_nil(), made_up, ret_case) &&
           act(s, c, "subject.add", *ret_case, victim, ret_person);
}

static void one_case(struct story *s, const struct ctx *lead)
{
    struct id in_case, person, told, done;
    if (!person_in_case(s, lead, &in_case, &person))
        return;
    const char *of = text_of(s, in_case), *who = text_of(s, person);
    const char *const statement[] = {"case",
                                     of,
                                     "subject",
                                     who,
                                     "taken_at",
                                     "2026-11-16T05:00:00Z",
                                     "taken_by",
                                     lead->agency,
                                     "language",
                                     "vi",
                                     "in_her_words",
                                     "They keep my passport and say that I owe them (synthetic).",
                                     NULL};
    const char *const interview[] = {"case",
                                     of,
                                     "subject",
                                     who,
                                     "held_at",
                                     "2026-11-16T05:00:00Z",
                                     "asked_by",
                                     lead->agency,
                                     "interview_purpose",
                                     "statement",
                                     "kind_of_place",
                                     "quiet_room",
                                     "language",
                                     "vi",
                                     "interpreter",
                                     "staff",
                                     "alone",
                                     "yes",
                                     "may_stop_told",
                                     "yes",
                                     "breaks",
                                     "2",
                                     "asked_again",
                                     "no",
                                     NULL};
    const char *const begin[] = {"case", of, "subject", who, "phase", "assessment", "age", "adult", NULL};
    (void)act(s, lead, "statement.create", id_nil(), statement, &told);
    (void)act(s, lead, "interview.create", id_nil(), interview, &done);
    if (act(s, lead, "assessment.start", id_nil(), begin, &done)) {
        struct id sheet = done;
        const char *const said[] = {"answer",         "CD01=yes",  "answer",
                                    "CD02=unknown",   "answer",    "DR01=unknown",
                                    "evidence",       "statement", id_is_nil(told) ? NULL : "record",
                                    text_of(s, told), NULL};
        (void)act(s, lead, "assessment.answer", sheet, said, &done);
    }
    const char *const over[] = {"account", text_of(s, s->deputy->account),
                                "note",    "She speaks with women only (synthetic).",
                                "keep",    "yes",
                                NULL};
    (void)act(s, lead, "case.hand_over", in_case, over, &done);
}

/* ---- a refusal of landing that waits for a screening (invariant 3) ------------------------------------- */

static void one_hold(struct story *s)
{
    struct ctx officer = ctx_of(s->immigration, ROLE_IMMIGRATION_OFFICER, PURPOSE_PROTECTION);
    struct id in_case, person, hearing, done;
    if (!person_in_case(s, &officer, &in_case, &person))
        return;
    const char *const create[] = {"case",
                                  text_of(s, in_case),
                                  "subject",
                                  text_of(s, person),
                                  "referred_at",
                                  "2026-11-16T05:00:00Z",
                                  "procedure",
                                  "landing",
                                  "doubts",
                                  "speaks_for_her",
                                  "language",
                                  "vi",
                                  "staff_gender_wish",
                                  "female",
                                  NULL};
    static const char *const hear[] = {
        "heard_at", "2026-11-16T06:00:00Z", "language_met", "yes", "staff_gender_met", "yes", "heard_alone",
        "yes",      "rights_explained",     "protection",   NULL};
    static const char *const refuse[] = {"decided_at",  "2026-11-16T07:00:00Z",
                                         "reasons",     "Papers do not fit (synthetic).",
                                         "review_told", "yes",
                                         NULL};
    officer.purpose = PURPOSE_SCREENING;
    if (!act(s, &officer, "special_inquiry_hearing.create", id_nil(), create, &hearing))
        return;
    (void)act(s, &officer, "special_inquiry_hearing.hear", hearing, hear, &done);
    (void)act(s, &officer, "special_inquiry_hearing.refuse_landing", hearing, refuse, &done); /* it is held */
}

/* ---- a case shared with a centre on her consent, whose lead names the shelter worker and the nurse ------
 */

static void name_officer(struct story *s, const struct ctx *centre, struct id in_case,
                         const struct demo_login *who)
{
    struct id done;
    const char *const named[] = {"account", who ? text_of(s, who->account) : "", NULL};
    if (who)
        (void)act(s, centre, "case.assign", in_case, named, &done);
}

static void one_share(struct story *s, const struct ctx *lead)
{
    struct ctx centre = ctx_of(s->centre, ROLE_CASE_LEAD, PURPOSE_PROTECTION);
    struct id in_case, person, done;
    if (!person_in_case(s, lead, &in_case, &person))
        return;
    const char *const said_yes[] = {"subject",  text_of(s, person),
                                    "agency",   s->centre->agency,
                                    "purpose",  "protection",
                                    "class",    "routing",
                                    "class",    "identity",
                                    "class",    "health",
                                    "how",      "oral_with_interpreter",
                                    "language", "vi",
                                    NULL};
    const char *const shared[] = {"agency",  s->centre->agency, "relation", "co_owner", "basis",
                                  "consent", "class",           "routing",  "class",    "identity",
                                  "class",   "health",          NULL};
    if (!act(s, lead, "consent.give", in_case, said_yes, &done) ||
        !act(s, lead, "case.share", in_case, shared, &done) ||
        !act(s, &centre, "case.take", in_case, NULL, &done))
        return;
    name_officer(s, &centre, in_case, s->shelter);
    name_officer(s, &centre, in_case, s->nurse);
}

void demo_stories(struct app *app, const struct demo_login *logins, size_t n)
{
    struct story s = {.app = app};
    for (size_t i = 0; i < n; i++) {
        if (strcmp(logins[i].login, "demo-lead") == 0)
            s.lead = &logins[i];
        if (strcmp(logins[i].login, "demo-lead2") == 0)
            s.deputy = &logins[i];
        if (strcmp(logins[i].login, "demo-immigration") == 0)
            s.immigration = &logins[i];
        if (strcmp(logins[i].login, "demo-centre") == 0)
            s.centre = &logins[i];
        if (strcmp(logins[i].login, "demo-shelter") == 0)
            s.shelter = &logins[i];
        if (strcmp(logins[i].login, "demo-nurse") == 0)
            s.nurse = &logins[i];
    }
    if (s.lead && s.deputy) {
        struct ctx lead = ctx_of(s.lead, ROLE_CASE_LEAD, PURPOSE_PROTECTION);
        reports(&s, &lead);
        one_case(&s, &lead);
        if (s.centre)
            one_share(&s, &lead);
    }
    if (s.immigration)
        one_hold(&s);
}
