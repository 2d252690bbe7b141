/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns and helpers of the registry's own files. */
#pragma once
#include "registry/registry.h"

enum {
    CA_ID,
    CA_NUMBER,
    CA_AGENCY,
    CA_OFFICE,
    CA_STATE,
    CA_STAGE,
    CA_LABEL,
    CA_COMPARTMENT,
    CA_OPENED,
    CA_CLOSED,
    CA_SOURCE,
    CA_SOURCE_ROW,
    CA_SYNTHETIC,
    CA_VERSION,
    CA_COUNT
};
enum { SU_ID, SU_TYPE, SU_AGENCY, SU_COMPARTMENT, SU_CREATED, SU_SYNTHETIC, SU_VERSION, SU_COUNT };
enum { NA_ID, NA_SUBJECT, NA_TYPE, NA_CLASS, NA_BODY, NA_FROM, NA_UNTIL, NA_VERSION, NA_COUNT };
enum { IT_ID, IT_SUBJECT, IT_TYPE, IT_CLASS, IT_VALUE, IT_FROM, IT_UNTIL, IT_VERSION, IT_COUNT };
enum { CR_ID, CR_CASE, CR_SUBJECT, CR_ROLE, CR_FROM, CR_UNTIL, CR_VERSION, CR_COUNT };
enum {
    SP_ID,
    SP_A,
    SP_B,
    SP_BASIS,
    SP_ASSERTED,
    SP_ASSERTED_BY,
    SP_REVERSED,
    SP_REVERSED_BY,
    SP_VERSION,
    SP_COUNT
};
enum {
    DE_ID,
    DE_CASE,
    DE_STAGE,
    DE_NEGATIVE,
    DE_REASONS,
    DE_REVIEW,
    DE_AGENCY,
    DE_ACCOUNT,
    DE_AT,
    DE_SECOND_AGENCY,
    DE_SECOND_ACCOUNT,
    DE_SECOND_AT,
    DE_VERSION,
    DE_FROM, /* the stage that was left */
    DE_ROLE, /* of the officers who decided and confirmed; NULL where it was not written down */
    DE_SECOND_ROLE,
    DE_COUNT
};

enum {
    CT_ID,
    CT_CASE,
    CT_SUBJECT,
    CT_AGENCY,
    CT_ACCOUNT,
    CT_ROLE,
    CT_DIRECTION,
    CT_CHANNEL,
    CT_OUTCOME,
    CT_AT,
    CT_RECORDED,
    CT_DANGER, /* to life: the rule was set aside */
    CT_NOTE,
    CT_REASON,
    CT_VERSION,
    CT_COUNT
};
enum {
    HO_ID,
    HO_CASE,
    HO_AGENCY,
    HO_FROM,
    HO_TO,
    HO_NOTE,
    HO_ASKED,
    HO_UNTIL, /* the absence ends; NULL: for good */
    HO_KEEP,  /* the old lead stays as a member */
    HO_ENDED, /* taken, or another one took its place; NULL: it waits */
    HO_TAKEN,
    HO_VERSION,
    HO_COUNT
};

/* saved_filter: name and terms are sealed in the staff compartment of the agency; shared 1: its officers see
 * it */
enum { FI_ID, FI_AGENCY, FI_ACCOUNT, FI_SHARED, FI_NAME, FI_TERMS, FI_MADE, FI_VERSION, FI_COUNT };

enum { GR_ID, GR_AGENCY, GR_COMPARTMENT, GR_CREATED, GR_CREATED_BY, GR_VERSION, GR_COUNT };
enum {
    GC_ID,
    GC_GROUP,
    GC_CASE,
    GC_FROM,
    GC_UNTIL,
    GC_PRIVATE,
    GC_INTERPRETER,
    GC_ENFORCER,
    GC_VERSION,
    GC_NOTED, /* + 0, 1, 2: the same three, sealed under the case; then the plain ones say nothing */
    GC_NOTED_INTERPRETER,
    GC_NOTED_ENFORCER,
    GC_COUNT
};
enum { GF_ID, GF_GROUP, GF_WHAT, GF_VALUE, GF_AT, GF_ACCOUNT, GF_VERSION, GF_COUNT };

/* rules.c: pure */
const struct stage *stage_find(const struct pack *p, const char *id);
int stage_order(const struct pack *p, const char *id); /* -1 unknown */
/* Which class the names and identifiers of a subject in this role are sealed under: the pack's list
 * subject_role says it by a crosswalk to the scheme field_class; `identity` where it says nothing. A subject
 * that is both is sealed as `identity`: the victim's protection goes first (invariants 3 and 4). */
enum field_class role_class(const struct pack *p, const char *role);
/* Is a decision that leads from one stage to another a no: does it go back, or end protection? */
bool decision_negative(const struct pack *p, int from, int to);
/* A no says why, and how it can be reviewed; a yes need say nothing. */
bool decision_complete(bool negative, bool reasons, bool review_route);
/* A no is confirmed by another agency than the one that decided. */
bool decision_may_confirm(const char *decided, const char *confirms);
/* A case does not end while a no against a protected person waits for its second agency. */
bool case_may_close(bool protects, bool negative_waits);
/* A yes counts at once. A no waits for a second agency, and lapses when the case has left the stage that it
 * was decided at: it is confirmed while it waits, and only then (invariant 2). */
enum decision_state decision_state(bool negative, bool confirmed, const char *from,
                                   const char *stage_of_case);

/* How much a case weighs for who is named in it: 1, and 1 more each where the person is protected, a deadline
 * has passed, it was opened in an emergency. Never less with more, and never more than 4. */
int64_t team_weight(bool protects, int64_t late, bool emergency);

/* store.c */
enum err case_load(struct db *db, struct arena *a, struct id id, struct cell *ret) NODISCARD;
struct object case_object(const struct cell *c);
enum err registry_find_case(struct act *a, struct object *ret) NODISCARD;
enum err registry_find_subject(struct act *a,
                               struct object *ret) NODISCARD;         /* a->subject through input "case" */
enum err next_case_number(struct act *a, const char **ret) NODISCARD; /* of the actor's agency, this year */
/* The row that an input names. ERR_NOT_FOUND says `word` and nothing else, so that rows of others answer like
 * none. */
enum err row_named(struct act *a, const struct table *t, const char *input, const char *word,
                   struct cell *ret) NODISCARD;
enum err subject_linked(struct db *db, struct id subject, struct id case_, bool *ret) NODISCARD;

/* One right to a case. from_us may lie ahead; until_us 0: open; classes 0: all. */
struct grant_row {
    const char *agency;
    struct id account; /* nil: the whole agency */
    enum relation relation;
    enum basis basis;
    int64_t from_us, until_us;
    uint32_t classes;
    enum purpose purpose;
};
enum err grant_insert(struct act *a, struct id case_, const struct grant_row *in) NODISCARD;
/* What an officer of the actor's agency is named for in the present case, today or later. ERR_LIMIT: it is
 * more than one action can take over; nothing is left behind unseen. */
#define NAMED_MAX 200
enum err grants_named(struct act *a, struct id account, struct id ret[NAMED_MAX], size_t *ret_n) NODISCARD;
/* Does an officer hold this already? Naming twice is naming once. */
enum err grant_held(struct act *a, struct id case_, const struct grant_row *in, bool *ret) NODISCARD;

/* cases.c: the classes that the input `class` names, and routing, each asked of the policy on this basis */
enum err case_shared_classes(struct act *a, enum basis basis, uint32_t *ret) NODISCARD;
/* cases.c: who has part in the case gets the same part in this compartment */
enum err grant_as_case(struct act *a, struct compartment_id to) NODISCARD;

/* subjects.c: the person or organisation as seen from a case, where the actor may tie it to another entry or
 * case; ERR_NOT_FOUND otherwise, whatever is the reason. */
enum err subject_may_link(struct act *a, struct id subject, struct id in_case, struct object *ret) NODISCARD;
/* Seals what was sealed as an offender's as identity: the entry is a victim, too, from here on. */
enum err subject_as_identity(struct act *a, struct id subject, struct compartment_id c) NODISCARD;
/* groups.c: declared in casework.c and views.c */
extern const struct input_field GROUP_INPUTS[1], GROUP_ADD_INPUTS[2], GROUP_NOTE_INPUTS[4],
    GROUP_FACT_INPUTS[3], GROUP_SHOW_INPUTS[1];
enum err group_open_body(struct act *a) NODISCARD;
enum err group_add_body(struct act *a) NODISCARD;
enum err group_remove_body(struct act *a) NODISCARD;
enum err group_note_body(struct act *a) NODISCARD;
enum err group_fact_body(struct act *a) NODISCARD;
/* A case was destroyed: so is what the groups hold that are seen through no other one. */
enum err groups_without(struct act *a, struct id case_) NODISCARD;
enum err group_show_find(struct view *v, struct object *ret) NODISCARD;
enum err group_show_run(struct view *v) NODISCARD;
void group_show_json(const struct view *v, struct json *j);
enum err group_list_run(struct view *v) NODISCARD; /* group_list.c */
void group_list_json(const struct view *v, struct json *j);
/* cases.c */
extern const struct input_field BRING_INPUTS[3];
enum err subject_bring_body(struct act *a) NODISCARD;

/* fold.c. A number as it is meant: small letters and digits of any script, without what parts them; a
 * telephone with the country's own code as it is dialled at home. calling_code NULL or "": none is known. */
enum err number_fold(struct arena *a, struct str typed, const char *calling_code, struct str *ret) NODISCARD;
#define NUMBER_FIELD "identifier.number" /* of the blind index: of every kind, folded so */

/* contact.c, consent.c, handover.c: declared in casework.c */
extern const struct input_field CONTACT_INPUTS[8], CONSENT_GIVE_INPUTS[8], CONSENT_WITHDRAW_INPUTS[1],
    GRANT_END_INPUTS[1], HAND_OVER_INPUTS[4], REASSIGN_INPUTS[2], OF_OFFICER_INPUTS[1];
enum err contact_log_body(struct act *a) NODISCARD;
enum err consent_give_body(struct act *a) NODISCARD;
enum err consent_withdraw_body(struct act *a) NODISCARD;
enum err grant_end_body(struct act *a) NODISCARD;
enum err hand_over_body(struct act *a) NODISCARD;
enum err reassign_body(struct act *a) NODISCARD;
enum err of_officer_run(struct view *v) NODISCARD; /* declared in views.c */
enum err take_body(struct act *a) NODISCARD;

/* list.c: rows of lists of cases; a query gives the columns of CASE_ROW_SELECT, and the time that it is
 * ordered by behind them where it is paged. */
#define CASE_ROW_COLUMNS "c.id, c.number, c.state, c.stage, c.agency, c.opened_us, c.label, c.office"
#define CASE_ROW_SELECT  "SELECT " CASE_ROW_COLUMNS
#define CASE_ROWS        CASE_ROW_SELECT " FROM case_file c "
extern const struct input_field CASE_LIST_INPUTS[15];
enum err case_list_run(struct view *v) NODISCARD;
enum err list_new(struct view *v, struct case_list **ret) NODISCARD;
enum err list_take(struct view *v, struct stmt *s, struct case_list *list, size_t *seen) NODISCARD;
enum err list_take_all(struct view *v, struct stmt *s, struct case_list *list) NODISCARD;
/* list_known.c: what of a case the viewer may know of, as case.show has it: what is concealed is in no number
 * and in no order (docs/policy.md, 3). */
enum err known_subjects(struct view *v, const struct object *o, int64_t *ret) NODISCARD;
enum err known_records(struct view *v, const struct object *o, int64_t *ret) NODISCARD;
enum err known_due(struct view *v, const struct object *o, int64_t *ret) NODISCARD; /* 0: none */
/* When a paper that she may know of was last changed, or the case opened. */
enum err known_change(struct view *v, const struct object *o, int64_t opened_us, int64_t *ret) NODISCARD;
/* Has the case a paper whose fact has this value, and may the viewer read that? */
enum err known_fact(struct view *v, const struct object *o, const char *fact, struct str value,
                    bool *ret) NODISCARD;

/* filters.c */
extern const struct input_field FILTER_SAVE_INPUTS[11], FILTER_RENAME_INPUTS[1], FILTER_SHARE_INPUTS[1];
enum err filter_save_body(struct act *a) NODISCARD;
enum err filter_find(struct act *a, struct object *ret) NODISCARD;
enum err filter_rename_body(struct act *a) NODISCARD;
enum err filter_share_body(struct act *a) NODISCARD;
enum err filter_end_body(struct act *a) NODISCARD;
enum err filter_account_find(struct act *a, struct object *ret) NODISCARD;
enum err filter_list_run(struct view *v) NODISCARD;
void filter_list_json(const struct view *v, struct json *j);
/* What a saved filter asks for; ERR_NOT_FOUND for one that is not there and for one of somebody else alike.
 */
enum err filter_terms(struct view *v, struct str id, struct pair **ret, size_t *ret_n) NODISCARD;
/* The table is declared beside its columns. */
extern const struct table TABLE_SAVED_FILTER;

/* team.c, pause.c: team.load is declared in views.c, account.pause in casework.c */
enum err team_run(struct view *v) NODISCARD;
void team_json(const struct view *v, struct json *j);
extern const struct input_field PAUSE_INPUTS[2];
enum err pause_body(struct act *a) NODISCARD;
/* handover.c, while a->object and a->subject are the case. Offered to that officer: *ret false where it waits
 * for somebody already, or the policy would not let her take it. What the actor offered before is taken back.
 * The deputy that the roster names today: nil where it names none. */
enum err handover_deputy(struct act *a, struct id *ret) NODISCARD;
enum err handover_offer(struct act *a, struct id to, enum role role, int64_t until_us, bool *ret) NODISCARD;
enum err handover_take_back(struct act *a, bool *ret) NODISCARD;
/* numbers.c, care.c, paper.c: declared in views.c */
extern const struct input_field NUMBERS_INPUTS[1];
enum err numbers_run(struct view *v) NODISCARD;
enum err care_run(struct view *v) NODISCARD;
enum err since_run(struct view *v) NODISCARD;
void since_json(const struct view *v, struct json *j);
void care_json(const struct view *v, struct json *j);
extern const struct input_field PAPER_INPUTS[2];
enum err paper_run(struct view *v) NODISCARD;
void paper_json(const struct view *v, struct json *j);

/* view_parts.c, subject_view.c: what the views share */
#define PART_MAX 400 /* of one sort, shown of one case or subject */
bool part_may_show(struct view *v, const struct object *o);
bool part_left_out(const struct shown *s);
enum err part_ids(struct view *v, const char *sql, struct id key, struct id **ret, size_t *ret_n) NODISCARD;
enum err part_records(struct view *v, const char *sql, struct id key, struct record_model **ret,
                      size_t *ret_n) NODISCARD;
/* Names, identifiers and records of m->id, whose object is o; ended: also those that have ended. */
enum err part_subject(struct view *v, const struct object *o, bool ended, struct subject_model *m) NODISCARD;
enum err lookers_run(struct view *v) NODISCARD; /* of case.who_looked */
void put_id(struct json *j, const char *key, struct id id);
void put_shown(struct json *j, const char *key, struct shown s);
void put_records(struct json *j, const struct record_model *r, size_t n);
void put_subject(struct json *j, const struct subject_model *s);

/* views.c, decision_view.c, case_file.c: one look at the whole case */
enum err case_fill(struct view *v, struct case_model *m) NODISCARD;
void put_case_of(struct json *j, const struct case_model *m); /* into an object that is open */
enum err decisions_of_case(struct view *v, struct decision_list *list) NODISCARD;
void put_decisions(struct json *j, const struct decision_list *list);
extern const struct input_field CASE_FILE_INPUTS[1];
enum err case_file_run(struct view *v) NODISCARD;
enum err case_print_run(struct view *v) NODISCARD;
void case_file_json(const struct view *v, struct json *j);

/* subject_view.c, decision_view.c: declared in views.c */
extern const struct input_field SUBJECT_SHOW_INPUTS[1], DECISION_LIST_INPUTS[1];
enum err subject_view_find(struct view *v,
                           struct object *ret) NODISCARD; /* v->subject through input "case" */
enum err subject_show_run(struct view *v) NODISCARD;
void subject_show_json(const struct view *v, struct json *j);
enum err decision_list_find(struct view *v, struct object *ret) NODISCARD;
enum err decision_list_run(struct view *v) NODISCARD;
void decision_list_json(const struct view *v, struct json *j);
enum err decision_view_find(struct view *v, struct object *ret) NODISCARD;
enum err decision_show_run(struct view *v) NODISCARD;
void decision_show_json(const struct view *v, struct json *j);
