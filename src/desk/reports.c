/* SPDX-License-Identifier: Apache-2.0 */
/* reports.c - what a desk does with a report: take, name an officer, pass on, open a case, close (plan
 * 3(1)/a, 2(3)(i)/d). All declarations. */
#include "core/account.h"
#include "desk/own.h"
#include "registry/registry.h"

static enum err find_report(struct act *a, struct object *ret)
{
    struct cell c[RP_COUNT];
    TRY(report_load(a->tx->db, a->arena, a->subject, c));
    *ret = report_object(c);
    return OK;
}

static enum err load_open(struct act *a, struct cell *c)
{
    TRY(report_load(a->tx->db, a->arena, a->subject, c));
    return report_open(c[RP_STATE].s.p) ? OK : FAIL(ERR_STATE, "the report is no longer open");
}

/* New state, row, clocks. */
static enum err move_on(struct act *a, struct cell *c, const char *state, const char *what)
{
    struct report_event event = {.what = what, .report = a->subject, .agency = a->ctx->agency};
    c[RP_STATE] = cell_c(state);
    c[RP_OPEN] = cell_int(report_open(state));
    TRY(row_update(a->tx, &TABLE_REPORT, c, a->expected_version));
    a->ret_id = a->subject;
    a->ret_version = c[RP_VERSION].i;
    return report_clocks(a, &event);
}

/* ---- take, assign
 * ------------------------------------------------------------------------------------------ */

/* Who told us is for the one officer who has it, and no colleague gets at that by taking it from him: he, or
 * a lead, whom oversight hears of, names the next one. Of somebody who has left it is taken as if nobody had
 * it. */
static enum err leaves_hands(struct act *a, const struct cell *c, bool named)
{
    struct id has = cell_get_id(&c[RP_ASSIGNED]);
    bool there;
    if (id_is_nil(has) || id_eq(has, a->ctx->account))
        return OK;
    TRY(account_enabled(a->tx->db, has, a->ctx->agency, &there));
    if (!there)
        return OK;
    if (!named || a->ctx->role != ROLE_CASE_LEAD)
        return FAIL(ERR_STATE, "an officer has it; that officer or a case lead names another one");
    a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    return OK;
}

static enum err give_to(struct act *a, struct id account, bool named)
{
    struct cell c[RP_COUNT];
    bool known;
    TRY(load_open(a, c));
    TRY(leaves_hands(a, c, named));
    TRY(account_enabled(a->tx->db, account, a->ctx->agency, &known));
    if (!known)
        return FAIL(ERR_FIELD, "field account: no officer of this agency");
    c[RP_ASSIGNED] = cell_id(&account);
    return move_on(a, c, "taken", "take");
}

static enum err take_body(struct act *a)
{
    return give_to(a, a->ctx->account, false);
}

static const struct input_field assign_inputs[] = {
    {.name = "account", .label = "Officer", .type = IN_ID, .required = true}};

static enum err assign_body(struct act *a)
{
    return give_to(a, in_id(a, "account"), true);
}

/* ---- pass on
 * ----------------------------------------------------------------------------------------------- */

static const char *const basis_words[] = {"consent", "legal", "danger_to_life", NULL};
static const struct input_field pass_inputs[] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true},
    {.name = "basis", .label = "Basis", .type = IN_WORD, .required = true, .words = basis_words},
    {.name = "reason", .label = "Reason", .type = IN_LONG_TEXT, .required = true, .personal = true},
};

/* Each class is asked as a referral on the basis that is given. Who told us is not passed on: that class has
 * no key for the next agency (docs/policy.md 15). */
static enum err classes_to_pass(struct act *a, enum basis basis, uint32_t *ret)
{
    static const enum field_class classes[] = {CLASS_ROUTING, CLASS_IDENTITY, CLASS_SUSPECT};
    struct act asked = *a;
    *ret = 0;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        asked.scope.of_class[classes[i]] = basis;
        struct policy_answer answer = act_decide(&asked, classes[i]);
        a->obligations |= answer.obligations;
        if (answer.verdict != VERDICT_ALLOW)
            return FAIL(ERR_DENIED, "class %s, reason: %s", class_word(classes[i]),
                        policy_reason_word(answer.reason));
        *ret |= 1u << classes[i];
    }
    return OK;
}

static enum err write_step(struct act *a, const char *to, enum basis basis)
{
    struct buf reason CLEANUP(buf_free) = {0};
    struct id id = id_new();
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                   (struct place){&TABLE_REPORT_STEP, id, RT_REASON}, in_text(a, "reason"), &reason));
    struct cell cells[RT_COUNT] = {
        [RT_ID] = cell_id(&id),
        [RT_REPORT] = cell_id(&a->subject),
        [RT_AT] = cell_int(a->tx->now_us),
        [RT_ACCOUNT] = cell_id_or_null(&a->ctx->account),
        [RT_FROM] = cell_c(a->ctx->agency),
        [RT_TO] = cell_c(to),
        [RT_BASIS] = cell_int(basis),
        [RT_REASON] = cell_str(buf_view(&reason)),
    };
    return row_insert(a->tx, &TABLE_REPORT_STEP, cells);
}

/* The next agency's answer clock starts anew; whether anybody is in danger is all that is known of it here.
 */
static enum err start_at(struct act *a, const char *agency, bool urgent)
{
    struct pair danger = {STR("danger"), urgent ? STR("yes") : STR("unknown"), VALUE_GIVEN};
    struct report_event event = {"receive", a->subject, agency, &danger, 1};
    TRY(report_clocks(a, &event));
    a->object.owner = agency; /* whom the event is told */
    return act_emit(a, urgent ? "report.danger" : "report.received", a->subject, STR(""));
}

static enum err pass_on_body(struct act *a)
{
    struct cell c[RP_COUNT];
    char *to = arena_cstr(a->arena, in_text(a, "agency")), *word = arena_cstr(a->arena, in_text(a, "basis"));
    uint32_t classes;
    if (!to || !word)
        return arena_err(a->arena);
    const struct agency *agency = pack_agency(a->pack, to);
    enum basis basis = (enum basis)basis_find(word);
    TRY(load_open(a, c));
    if (!agency || agency->group || strcmp(to, a->object.owner) == 0)
        return FAIL(ERR_FIELD, "field agency: not another one of the pack");
    if (!report_may_pass(&a->pack->reports, to, basis))
        return FAIL(ERR_DENIED, "this agency gets a report with consent or in danger to life only");
    TRY(classes_to_pass(a, basis, &classes));
    TRY(vault_grant(a->tx, a->object.compartment, classes, to, 0));
    TRY(write_step(a, to, basis));
    c[RP_AGENCY] = cell_c(to);
    c[RP_OFFICE] = cell_null();
    c[RP_ASSIGNED] = cell_null();
    TRY(move_on(a, c, "passed_on", "pass_on"));
    return start_at(a, to, c[RP_URGENT].i != 0);
}

/* ---- a case, the end
 * --------------------------------------------------------------------------------------- */

/* The report stays the source: nothing is written twice. */
static enum err to_case_body(struct act *a)
{
    struct cell c[RP_COUNT];
    struct act_result opened;
    TRY(load_open(a, c));
    TRY(act_also(a, "case.open", id_nil(), (struct input){NULL, 0}, &opened));
    c[RP_CASE] = cell_id(&opened.id);
    if (c[RP_ASSIGNED].kind == CELL_NULL)
        c[RP_ASSIGNED] = cell_id_or_null(&a->ctx->account);
    return move_on(a, c, "case", "to_case");
}

static const struct input_field join_inputs[] = {
    {.name = "number", .label = "Number of the case", .type = IN_TEXT, .required = true, .max = 24}};

/* A case of the own agency that the actor may change; each other one is as if it were not there. */
static enum err own_case(struct act *a, struct id *ret)
{
    struct object o;
    struct scope scope;
    bool found, open;
    TRY(registry_case_of_number(a->tx->db, a->ctx->agency, in_text(a, "number"), ret, &found, &open));
    if (!found)
        return FAIL(ERR_NOT_FOUND, "case");
    TRY(door_entities(a->door)->case_(a->tx->db, a->arena, *ret, &o));
    TRY(door_scope(a->tx->db, a->ctx, &o, a->tx->now_us, &scope));
    struct policy_question q = {.role = a->ctx->role,
                                .verb = VERB_UPDATE,
                                .object = OBJECT_CASE,
                                .relation = scope.relation,
                                .need_to_know = scope.need_to_know,
                                .purpose = a->ctx->purpose,
                                .basis = scope.basis,
                                .label = o.label,
                                .assurance = a->ctx->assurance};
    if (policy_decide(&q).verdict != VERDICT_ALLOW)
        return FAIL(ERR_NOT_FOUND, "case");
    return open ? OK : FAIL(ERR_STATE, "the case is closed");
}

/* The same situation came to two counters: one story is one case. */
static enum err join_body(struct act *a)
{
    struct cell c[RP_COUNT];
    struct id in_case;
    TRY(load_open(a, c));
    TRY(own_case(a, &in_case));
    c[RP_CASE] = cell_id(&in_case);
    if (c[RP_URGENT].i) /* in an old case a call for help ends as unseen as if it were closed */
        a->obligations |= OBLIGE_NOTIFY_OVERSIGHT;
    if (c[RP_ASSIGNED].kind == CELL_NULL)
        c[RP_ASSIGNED] = cell_id_or_null(&a->ctx->account);
    return move_on(a, c, "case", "to_case");
}

static const struct input_field close_inputs[] = {
    {.name = "outcome",
     .label = "What the sender is told",
     .type = IN_WORD,
     .required = true,
     .words = REPORT_OUTCOMES},
    {.name = "reason", .label = "Reason", .type = IN_LONG_TEXT, .required = true, .personal = true},
};

static enum err close_body(struct act *a)
{
    struct cell c[RP_COUNT];
    struct buf reason CLEANUP(buf_free) = {0};
    TRY(load_open(a, c));
    TRY(vault_seal(a->tx, a->object.compartment, CLASS_IDENTITY,
                   (struct place){&TABLE_REPORT, a->subject, RP_REASON}, in_text(a, "reason"), &reason));
    c[RP_REASON] = cell_str(buf_view(&reason));
    c[RP_OUTCOME] = cell_str(in_text(a, "outcome"));
    c[RP_CLOSED] = cell_int(a->tx->now_us);
    if (c[RP_URGENT].i) /* no is hard: one officer alone does not end a call for help unseen (invariant 2) */
        a->obligations |= OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    return move_on(a, c, "closed", "close");
}

/* ---- declarations
 * ------------------------------------------------------------------------------------------ */

static const char *const danger_words[] = {"yes", "no", "unknown", NULL};
static const char *const asker_words[] = {
    "employer", "broker", "supervising_organisation", "family", "friend", "embassy", "other", NULL};
static const char *const way_words[] = {"phone", "visit", "letter", "message", NULL};

#define PART(name_, type_, ...)                                     \
    {                                                               \
        .name = name_, .type = type_, .personal = true, __VA_ARGS__ \
    }
/* Who sends a note is spoken to; an officer who writes down what was told is not the one who told it. */
#define PARTS_OF_A_NOTE(back, reach, name)                                                                  \
    PART("danger", IN_WORD, .label = "Is anybody in danger now?", .required = true, .words = danger_words), \
        PART("signs", IN_TEXT, .label = "What I saw", .multi = true),                                       \
        PART("what", IN_LONG_TEXT, .label = "In my own words", .max = 4000),                                \
        PART("prefecture", IN_TEXT, .label = "Prefecture"),                                                 \
        PART("place", IN_TEXT, .label = "Where", .max = 300),                                               \
        PART("persons", IN_INT, .label = "How many persons", .min = 0, .max = 9999),                        \
        PART("children", IN_INT, .label = "Of them children", .min = 0, .max = 9999),                       \
        PART("person_contact", IN_WORD, .label = "May the person concerned be contacted?",                  \
             .words = danger_words),                                                                        \
        PART("person_way", IN_TEXT, .label = "How the person can be reached safely"),                       \
        PART("person_detail", IN_TEXT, .label = "Number, times, what to avoid", .max = 300),                \
        PART("sender_contact", IN_BOOL, .label = (back)), PART("sender_way", IN_TEXT, .label = (reach)),    \
        PART("sender_detail", IN_TEXT, .label = (name), .max = 300)

static const struct input_field send_inputs[] = {
    {.name = "code",
     .label = "Office code",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .secret = true},
    {.name = "receipt",
     .label = "Receipt",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .secret = true},
    PARTS_OF_A_NOTE("May we ask you back?", "How you can be reached", "Your name, number or address"),
};
/* In which language she speaks: who calls her back needs an interpreter before the call (plan 5(2)/a). */
static const struct input_field create_inputs[] = {
    PART("language", IN_TEXT, .label = "Language of the person"),
    PARTS_OF_A_NOTE("May the one who told us be asked back?", "How the one who told us can be reached",
                    "Name, number or address of the one who told us"),
};
static const struct input_field issue_inputs[] = {
    {.name = "agency", .label = "Agency", .type = IN_TEXT, .required = true},
    {.name = "office", .label = "Office", .type = IN_TEXT},
    {.name = "counter", .label = "Counter (no person's name)", .type = IN_TEXT, .max = 80},
    {.name = "code",
     .label = "Office code",
     .type = IN_TEXT,
     .required = true,
     .personal = true,
     .secret = true},
};
static const struct input_field enquiry_inputs[] = {
    {.name = "as", .label = "As what", .type = IN_WORD, .required = true, .words = asker_words},
    PART("asker", IN_TEXT, .label = "Who asked", .max = 300),
    {.name = "way", .label = "How they asked", .type = IN_WORD, .words = way_words},
    PART("about", IN_TEXT, .label = "About whom", .max = 300),
    PART("number", IN_TEXT, .label = "Number they gave: passport, residence card, telephone", .max = 100),
    PART("said", IN_LONG_TEXT, .label = "What they said", .max = 4000),
};

#define REPORT_ACTION(name_, summary_, verb_, body_, ...)                                                \
    {                                                                                                    \
        .name = name_, .summary = summary_, .verb = verb_, .object = OBJECT_REPORT, .find = find_report, \
        .body = body_, .duty = "3(1)/a", __VA_ARGS__                                                     \
    }
#define INPUTS(list) .inputs = list, .ninputs = sizeof list / sizeof *list

const struct action DESK_ACTIONS[] = {
    {.name = "report.send",
     .summary = "Send a suspicion note",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     INPUTS(send_inputs),
     .anonymous = true,
     .when_locked = true,
     .body = send_body,
     .duty = "1(1)/a"},
    {.name = "report.create",
     .summary = "Write a report down",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     INPUTS(create_inputs),
     .body = create_body,
     .duty = "1(1)/a"},
    {.name = "report.receive",
     .summary = "Make reports of notes that came while the keys were closed",
     .verb = VERB_IMPORT,
     .object = OBJECT_REPORT,
     .body = receive_body},
    REPORT_ACTION("report.take", "Take over a report", VERB_ASSIGN, take_body),
    REPORT_ACTION("report.assign", "Name an officer for a report", VERB_ASSIGN, assign_body,
                  INPUTS(assign_inputs)),
    REPORT_ACTION("report.pass_on", "Pass a report on to another agency", VERB_REFER, pass_on_body,
                  INPUTS(pass_inputs)),
    REPORT_ACTION("report.to_case", "Open a case of a report", VERB_DECIDE, to_case_body),
    REPORT_ACTION("report.join", "Add a report to an open case", VERB_DECIDE, join_body, INPUTS(join_inputs)),
    REPORT_ACTION("report.close", "Close a report", VERB_CLOSE, close_body, INPUTS(close_inputs)),
    {.name = "office.issue_code",
     .summary = "Give an office code to a counter",
     .verb = VERB_CREATE,
     .object = OBJECT_AGENCY,
     INPUTS(issue_inputs),
     .body = issue_body,
     .duty = "1(1)/a"},
    {.name = "office.end_code",
     .summary = "End an office code",
     .verb = VERB_CLOSE,
     .object = OBJECT_AGENCY,
     .takes_id = true,
     .body = end_code_body},
    {.name = "enquiry.note",
     .summary = "Note that somebody asked about a person",
     .verb = VERB_CREATE,
     .object = OBJECT_REPORT,
     INPUTS(enquiry_inputs),
     .body = enquiry_note_body,
     .duty = "3(1)/a"},
    {.name = "enquiry.compare",
     .summary = "Warn the holders of cases that were asked about",
     .verb = VERB_IMPORT,
     .object = OBJECT_REPORT,
     .body = enquiry_compare_body},
    {.name = "desk.expire",
     .summary = "Destroy what first contact keeps no longer",
     .verb = VERB_IMPORT,
     .object = OBJECT_REPORT,
     .body = desk_expire_body},
};
const size_t NDESK_ACTIONS = sizeof DESK_ACTIONS / sizeof *DESK_ACTIONS;
