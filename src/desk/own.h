/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns and helpers of the desk's own files. */
#pragma once
#include "desk/desk.h"

enum {
    RL_ID, /* the report gets the same */
    RL_CODE,
    RL_RECEIPT,
    RL_AGENCY,
    RL_URGENT,
    RL_BODY, /* NULL once the report is made */
    RL_RECEIVED,
    RL_WAITS, /* 1: no report yet; NULL else */
    RL_VERSION,
    RL_COUNT
};
enum {
    RP_ID,
    RP_AGENCY,
    RP_OFFICE,
    RP_STATE,
    RP_OPEN,
    RP_URGENT,
    RP_COMPARTMENT,
    RP_RECEIVED,
    RP_BY_NOTE,
    RP_ASSIGNED,
    RP_CASE,
    RP_OUTCOME,
    RP_CLOSED,
    RP_ROUTING,
    RP_IDENTITY,
    RP_SUSPECT,
    RP_SOURCE,
    RP_REASON,
    RP_CREATED_BY,
    RP_VERSION,
    RP_UNTIL, /* of a closed one in no case: then it is destroyed; NULL: not reckoned yet */
    RP_COUNT
};
enum { RT_ID, RT_REPORT, RT_AT, RT_ACCOUNT, RT_FROM, RT_TO, RT_BASIS, RT_REASON, RT_COUNT };
enum {
    OC_ID,
    OC_ISSUER,
    OC_AGENCY,
    OC_OFFICE,
    OC_COUNTER,
    OC_HASH,
    OC_ISSUED,
    OC_ISSUED_BY,
    OC_ENDED,
    OC_VERSION,
    OC_COUNT
};
enum {
    EN_ID,
    EN_AGENCY,
    EN_ACCOUNT,
    EN_COMPARTMENT,
    EN_AT,
    EN_ASKER,
    EN_ABOUT,
    EN_WAITS, /* 1: not compared yet; NULL else */
    EN_VERSION,
    EN_UNTIL, /* then it is destroyed; NULL: not reckoned yet */
    EN_COUNT
};

enum { EM_ID, EM_ENQUIRY, EM_CASE, EM_AGENCY, EM_AT, EM_COUNT };

/* ---- rules.c: pure */
/* A code of an office is good for so many days (0: without end), unless it was ended (0: not). */
bool office_code_good(int64_t issued_us, int64_t ended_us, int days, int64_t now_us);
/* Does a name that so many are called tell whom somebody looks for? One word that many have tells nothing. */
#define ENQUIRY_COMMON 10
bool enquiry_name_tells(size_t words, size_t found);
/* The letters of a typed code: folded, without spaces and hyphens, O as 0, I and L as 1. ret has room for
 * CODE_TEXT_MAX. False when it is not `chars` long or holds another letter. */
bool code_letters(struct str folded, size_t chars, char ret[CODE_TEXT_MAX]);
/* What the routing looks at. danger, children: "yes", "no", "unknown". */
struct report_facts {
    const char *prefecture, *danger, *children;
};
/* Who gets a report. awake: one a route of the pack, is anybody on duty at its agency now? The first route
 * that fits and is awake; else the first that fits, as an agency without an office; else `otherwise`. */
struct report_owner {
    const char *agency, *office; /* office "": the agency as a whole */
};
struct report_owner report_route(const struct report_rules *rules, const struct report_facts *facts,
                                 const bool *awake, const char *otherwise);
/* May it be handed to that agency on this basis? Those in `consent_only` get none on a legal basis
 * (invariant 6). */
bool report_may_pass(const struct report_rules *rules, const char *to, enum basis basis);
/* What the sender is told of a state: no name, number or place. state "": it waits still. */
const char *report_coarse(const char *state);
bool report_open(const char *state);
enum field_class report_class(const char *name); /* of a part; CLASS_NONE: no part of a report */
int report_column(enum field_class class);
extern const char *const REPORT_OUTCOMES[]; /* NULL-terminated */

/* ---- store.c */
struct hash code_hash(const char *what, const char *letters);
enum err report_load(struct db *db, struct arena *a, struct id id, struct cell *ret) NODISCARD;
struct object report_object(const struct cell *c);
/* is anybody on duty at each route's agency? *ret in the arena */
enum err routes_awake(struct db *db, struct arena *a, const struct report_rules *rules, int64_t now_us,
                      bool **ret) NODISCARD;
/* The parts among the inputs, checked against the code lists. */
enum err report_parts(struct act *a, struct pair **ret, size_t *ret_n) NODISCARD;
struct report_facts report_facts_of(const struct pair *pairs, size_t n);
/* A new report of these parts: compartment, row. */
struct report_new {
    struct id id;
    struct report_owner owner;
    int64_t received_us;
    bool by_note, urgent;
    const struct pair *pairs;
    size_t n;
};
enum err report_insert(struct act *a, const struct report_new *in) NODISCARD;
/* What happened to it, for its clocks: "receive", "take", "pass_on", "to_case", "close". pairs may be NULL
 * where no rule with a condition starts. */
struct report_event {
    const char *what;
    struct id report;
    const char *agency;
    const struct pair *pairs;
    size_t n;
};
enum err report_clocks(struct act *a, const struct report_event *event) NODISCARD;

/* ---- enquiries_view.c: declared in views.c */
enum err enquiry_of_case_find(struct view *v, struct object *ret) NODISCARD;
enum err enquiry_of_case_run(struct view *v) NODISCARD;
void enquiry_of_case_json(const struct view *v, struct json *j);
/* ---- course.c: declared in views.c */
extern const struct input_field PASSED_INPUTS[2], OF_CASE_INPUTS[1];
enum err passed_run(struct view *v) NODISCARD;
void passed_json(const struct view *v, struct json *j);
enum err of_case_run(struct view *v) NODISCARD;
/* views.c */
enum err report_take_item(struct view *v, struct id id, struct report_list *list) NODISCARD;

/* ---- bodies, by file; declared together in reports.c */
enum err send_body(struct act *a) NODISCARD;
enum err create_body(struct act *a) NODISCARD;
enum err receive_body(struct act *a) NODISCARD;
enum err issue_body(struct act *a) NODISCARD;
enum err end_code_body(struct act *a) NODISCARD;
enum err enquiry_note_body(struct act *a) NODISCARD;
enum err enquiry_compare_body(struct act *a) NODISCARD;
/* retention.c */
enum err desk_expire_body(struct act *a) NODISCARD;
int64_t desk_until(int64_t from_us, int days); /* days 0: never */
/* The office code that was typed, if it is one of today. ERR_CREDENTIALS for all others alike. */
enum err office_code(struct act *a, struct cell *ret) NODISCARD;
