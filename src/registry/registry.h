/* SPDX-License-Identifier: Apache-2.0 */
/* registry.h - cases and the people and organisations in them (plan 1(1)/b, 3(1)/a).
 *
 * A case belongs to an agency; who else may know of it stands in access_grant. A subject (person or
 * organisation) has its own compartment, names in several forms, identifiers found by blind index, and dated
 * roles in cases: one person may be victim and recruiter at once. same_person says that two subjects are one;
 * it merges nothing and can be taken back. */
#pragma once
#include "core/clock.h"
#include "core/record.h"

extern const struct table TABLE_CASE, TABLE_SUBJECT, TABLE_NAME, TABLE_IDENTIFIER, TABLE_CASE_ROLE,
    TABLE_SAME_PERSON, TABLE_DECISION, TABLE_CONTACT, TABLE_HANDOVER, TABLE_GROUP, TABLE_GROUP_CASE,
    TABLE_GROUP_FACT;
enum err registry_tables(struct schema *s) NODISCARD;
extern const struct entities REGISTRY_ENTITIES; /* for door_config */
/* case.open, case.set_stage (stages of the pack; a protecting stage by one competent officer; a negative
 * decision needs a second agency - invariant 2), case.close, case.reopen, case.assign, case.share;
 * subject.add, subject.set_role, subject.end_role, name.add, name.end, identifier.add, identifier.end,
 * same_person.assert, same_person.reverse */
extern const struct action CASE_ACTIONS[], SUBJECT_ACTIONS[];
extern const size_t NCASE_ACTIONS, NSUBJECT_ACTIONS;
/* case.show, case.file, case.print, case.list (filters: state, shared; keyset), case.find (by number, by
 * identifier), subject.show, decision.list (of a case; of a person seen through one), decision.show,
 * case.who_looked */
extern const struct view_decl REGISTRY_VIEWS[];
extern const size_t NREGISTRY_VIEWS;

/* consent.give, consent.withdraw, grant.end, contact.log, case.hand_over, case.take */
extern const struct action CASEWORK_ACTIONS[];
extern const size_t NCASEWORK_ACTIONS;

/* ---- the safe-contact rule (plan 3(3)): no message, call or letter goes to a person in another way than she
 * said is safe, and none where she said none. Whatever would send anything to a person asks first. */
enum may_contact {
    CONTACT_AGREED,
    CONTACT_NEVER,
    CONTACT_OTHER_WAY,
    CONTACT_OTHER_TIME,
    CONTACT_TIMES_UNREAD, /* safe times that are words: an officer must read them */
    CONTACT_NOT_ASKED
};
const char *may_contact_words(enum may_contact m); /* msgid */
/* way: a code of list safe_contact, "" when it is not known; times: as typed, "20:00-22:00, 7:00-7:30" */
struct contact_wish {
    const char *way;
    struct str times;
};
#define CONTACT_WINDOWS_MAX 8
struct contact_window {
    int from, until; /* minutes of the day; until before from: over midnight */
};
/* False unless all of the text is spans of time. Fuzzed (fuzz_contact_times). */
bool contact_times(struct str text, struct contact_window ret[CONTACT_WINDOWS_MAX], size_t *ret_n);
/* Pure. channel: a code of list channel; minute_of_day: local. */
/* When a contact was, as somebody writes it down (pure). first_us: the case's first contact, before which
 * there was none; days: of the pack, beyond which it takes a reason. */
enum contact_time {
    CONTACT_NOW,  /* while it is fresh: nobody gains by another time */
    CONTACT_LATE, /* told later: the rule of now is asked, too */
    CONTACT_OLD,  /* takes a reason */
    CONTACT_FUTURE,
    CONTACT_BEFORE_CASE
};
enum contact_time contact_time(int64_t at_us, int64_t now_us, int64_t first_us, int days);
enum may_contact contact_rule(const struct contact_wish *w, const char *channel, int minute_of_day);
/* The same by the newest record on the person, or on the case as a whole, that tells it; at_us: when it would
 * go out. Reads what is sealed and gives only the answer. */
enum err registry_may_contact(struct vault *v, struct db *db, struct arena *a, const struct pack *p,
                              struct id case_, struct id subject, const char *channel, int64_t at_us,
                              enum may_contact *ret) NODISCARD;

enum subject_type { SUBJECT_PERSON, SUBJECT_ORGANISATION };
struct name_model {
    struct id id;
    const char *type, *script;
    struct shown full, family, given, reading, passport_form;
    bool mononym, family_first;
    int64_t from_us, until_us; /* until 0: not ended */
};
struct identifier_model {
    struct id id;
    const char *type;
    struct shown value;
    int64_t from_us, until_us;
};
struct subject_model {
    struct id id;
    enum subject_type type;
    const char *role;
    int64_t from_us, until_us;
    struct name_model *names;
    size_t nnames;
    struct identifier_model *identifiers;
    size_t nidentifiers;
    struct record_model *records;
    size_t nrecords;
    bool suspect;       /* its role is an offender's; case.file only, as is the next */
    size_t other_cases; /* that this viewer may list and open, besides the one looked at */
};
struct case_model {
    struct id id;
    const char *number, *state, *stage, *agency, *office;
    enum label label;
    bool synthetic, protects;
    int64_t opened_us, closed_us, version;
    struct subject_model *subjects;
    size_t nsubjects;
    struct record_model *records;
    size_t nrecords;
    struct clock_model *clocks;
    size_t nclocks;
    const char *const *shared_with;
    size_t nshared;
};
struct case_row {
    struct id id;
    const char *number, *state, *stage, *agency;
    int64_t opened_us, next_due_us;
    bool overdue, opens;       /* opens: this viewer may read it; else it is to be taken first */
    int64_t subjects, records; /* -1: not for this viewer */
};
struct case_list {
    struct case_row *items;
    size_t n;
    int64_t total; /* -1 = not counted */
    struct id next;
    int64_t next_opened_us; /* inputs after, after_opened; the time is that of the order */
    struct id prev;         /* the same with input back: the page before this one; nil: this is the first */
    int64_t prev_opened_us;
};

/* Input "case" of case.numbers and case.print_list, at most; the model is a case_list of those that the
 * viewer may list. */
#define NUMBERS_MAX 300
/* Model of session.since: the viewer's last own look or change before the session that she opened last; 0:
 * none. */
struct session_since {
    int64_t since_us;
};

/* Model of care.looks, of the viewer's own account and no other: looks of the last days that opened something
 * of sexual violence, health or children. */
#define CARE_DAYS 7
struct care_looks {
    int64_t heavy, since_us;
};

/* Model of team.load: what officers of the lead's agency carry in open cases that she may list, in the order
 * of the cases. A case stands with everybody who is named in it. */
#define TEAM_DAYS_MAX 14
struct team_officer {
    struct id account;
    int64_t cases, weight, late,
        emergencies;     /* late: deadlines; emergencies: cases opened in one this week */
    int64_t days_in_row; /* up to yesterday on which she worked, at most TEAM_DAYS_MAX */
};
struct team {
    struct team_officer *items;
    size_t n;
    int64_t cases;
    bool more; /* than were looked at */
};

/* Model of paper.sheet. */
struct paper_sheet {
    const struct kind *kind;
    char number[SHEET_TEXT];
};

/* Model of filter.list: filters of the list of cases, one's own and those that colleagues share. */
struct saved_filter {
    struct id id;
    struct shown name;
    bool shared, own;
    int64_t version;
};
struct filter_list {
    struct saved_filter *items;
    size_t n;
};
/* The facts of a pack that a saved filter may ask for; NULL where the pack has no such fact. They are never
 * an input of a list, so that none of them can stand in an address. */
struct filter_fact {
    const char *input, *fact;
};
extern const struct filter_fact FILTER_FACTS[2];

/* Model of subject.show: also names and identifiers that have ended; only the cases that the viewer may open,
 * and only links to entries that she may see. */
struct dated_role {
    struct id id;
    const char *role;
    int64_t from_us, until_us;
};
struct subject_case {
    struct id id;
    const char *number, *state, *stage, *agency;
    struct dated_role *roles;
    size_t nroles;
};
struct same_person {
    struct id id, other, other_case;
    int64_t asserted_us, reversed_us; /* 0: not taken back */
    struct id asserted_by, reversed_by;
    struct shown basis;
};
struct subject_file {
    struct subject_model subject; /* without a role: those stand with the cases */
    struct id in_case;
    const char *agency;
    bool synthetic;
    int64_t created_us, version;
    struct subject_case *cases;
    size_t ncases;
    struct same_person *same;
    size_t nsame;
};

/* Models of decision.show and decision.list, oldest first. */
enum decision_state { DECISION_AT_ONCE, DECISION_WAITS, DECISION_CONFIRMED, DECISION_LAPSED };
const char *decision_state_word(enum decision_state s);
struct decision_model {
    struct id id, case_;
    const char *from, *stage; /* from "": not written down */
    bool negative;
    enum decision_state state;
    const char *agency, *second_agency; /* "": not for this viewer, or no second one yet */
    int role, second_role;              /* enum role; -1: not written down */
    struct id account, second_account;
    int64_t at_us, second_us;
    struct shown reasons, review;
};
struct decision_list {
    struct decision_model *items;
    size_t n;
};

/* Model of case.file and case.print. */
#define CASE_FILE_PEOPLE         12 /* on one page */
#define CASE_FILE_OPENED         24 /* records of these people whose values are read */
#define CASE_FILE_OPENED_OF_CASE 12
#define CASE_FILE_CONTACTS       60
struct consent_model {
    struct id id, subject, guardian; /* guardian nil: given by the person */
    const char *agency, *how, *language;
    uint32_t classes;
    enum purpose purpose;
    int64_t given_us, until_us, withdrawn_us; /* 0: open, not withdrawn */
};
struct share_model {
    struct id id;
    const char *agency;
    enum relation relation;
    enum basis basis;
    uint32_t classes; /* 0: all */
    int64_t from_us, until_us;
    bool runs;
};
struct contact_model {
    struct id id, subject;
    const char *agency, *direction, *channel, *outcome;
    int64_t at_us;
    bool danger;
    struct shown note;
};
struct handover_model {
    struct id id, from, to;
    int64_t asked_us, until_us;
    struct shown note;
};
struct case_file {
    struct case_model case_;        /* first: whoever wants the case only reads it as one */
    size_t *people, npeople, first; /* subjects that are persons and no suspects; first of the page */
    struct decision_list decisions;
    struct consent_model *consents;
    size_t nconsents;
    struct share_model *shares;
    size_t nshares;
    struct contact_model *contacts; /* newest first */
    size_t ncontacts;
    struct handover_model *handover; /* NULL: none waits */
    struct id *groups;               /* of the viewer's agency */
    size_t ngroups;
};

/* Model of group.show: cases that the viewer may list; of those she may open, how the person was heard. */
struct group_fact {
    const char *what;
    struct shown value;
    int64_t at_us;
};
struct group_member {
    struct id case_;
    const char *number, *state;
    bool opened; /* the next are for this viewer */
    bool private_interview, own_interpreter, own_consent, possible_enforcer;
};
struct group_model {
    struct id id, in_case;
    struct group_fact *facts;
    size_t nfacts;
    struct group_member *members;
    size_t nmembers;
    bool synthetic; /* the case through which it is seen is */
};

/* Model of group.list, newest first. Its number is made of its id, is said on the telephone, and names
 * nobody. */
struct group_row {
    struct id id, through; /* a case of it that the viewer may open; nil: none */
    char number[SHEET_TEXT];
    int64_t cases, open, made_us; /* of the cases that she may list */
};
struct group_list {
    struct group_row *items;
    size_t n;
};

/* Model of case.who_looked: newest first, at most 100. */
struct looker {
    int64_t at_us;
    const char *agency, *action;
    enum role role;
    struct id account;
    enum verdict verdict;
};
#define LOOKERS_MAX 100
struct lookers {
    struct looker *items;
    size_t n;
};
/* For whoever lists the looks at a thing of its own: room for LOOKERS_MAX; the rows of a question for at_us,
 * agency, action, role, account, verdict and id of audit leaves, each noted as shown; as JSON. */
enum err registry_lookers_new(struct view *v, struct lookers **ret) NODISCARD;
enum err registry_lookers_read(struct view *v, struct stmt *s, struct lookers *m) NODISCARD;
void registry_lookers_json(const struct view *v, struct json *j);

/* Cases of whichever agency in which a person or organisation has this number (passport, telephone, ...), as
 * the blind indexes know it. For bodies of the system: what it finds is told to the holders alone. */
struct registry_holder {
    struct id case_;
    const char *agency;
};
#define REGISTRY_HOLDERS_MAX                                                      \
    100 /* places in the list; cases that stand in it already are not added again \
         */
enum err registry_holders(struct act *a, struct str number, struct registry_holder *list,
                          size_t *ret_n) NODISCARD;
enum err registry_holders_of(struct act *a, const struct id *subjects, size_t n, struct registry_holder *list,
                             size_t *ret_n) NODISCARD;

/* For imports: opens a case with subjects in one act; used by figures/. */
struct registry_import_subject {
    enum subject_type type;
    const char *role;
};
struct registry_import {
    const char *source;
    int64_t source_row;
    bool synthetic;
    const char *stage;
    const struct registry_import_subject *subjects;
    size_t nsubjects;
};
enum err registry_open_imported(struct act *a, const struct registry_import *in, struct case_id *ret_case,
                                struct compartment_id *ret_compartment, struct subject_id *ret_subjects,
                                struct compartment_id *ret_subject_compartments) NODISCARD;
/* Undoes at most max (<= 200) cases of an import: closes them and destroys their keys, and those of their
 * subjects that stand in no other case. A case that another agency was let into, or wrote into, is kept
 * whole. *ret_n < max: none is left but those. */
enum err registry_undo_imported(struct act *a, const char *source, size_t max, size_t *ret_n) NODISCARD;
enum err registry_kept_imported(struct db *db, const char *source, int64_t *ret_n) NODISCARD;
/* All cases in the order of an export, a page at a time (ret has room for max): those of one source by row,
 * those of none by number (each agency has its own) and id. after: the last of the page before, at first
 * zero. For jobs that have asked the door. */
struct registry_case {
    struct id id;
    int64_t source_row;
    char number[32];
};
enum err registry_imported_page(struct db *db, const char *source, int64_t after_row, int64_t opened_until_us,
                                size_t max, struct registry_case *ret, size_t *ret_n) NODISCARD;
enum err registry_own_page(struct db *db, const struct registry_case *after, int64_t opened_until_us,
                           size_t max, struct registry_case *ret, size_t *ret_n) NODISCARD;
/* Has the subject that role in the case, or had it once? */
enum err registry_role_in(struct db *db, struct id case_, struct id subject, const char *role,
                          bool *ret) NODISCARD;

/* For whoever holds steps against her (invariants 3 and 4). Ask no policy, open nothing sealed.
 * Is the subject a person? ERR_NOT_FOUND. */
enum err registry_person(struct db *db, struct id subject, bool *ret) NODISCARD;
/* Does a case of hers, open or closed, stand at a stage that protects, with a part in it, today or once, that
 * is not a suspect's? Counts also who is asserted to be the same person. A case that is closed, and a person
 * who does not cooperate, stay protected. */
enum err registry_protected(struct db *db, const struct pack *p, struct id subject, bool *ret) NODISCARD;

/* Is the id the case, or a person, decision or record of it? For those who review what was looked at. */
enum err registry_in_case(struct db *db, struct id case_, struct id id, bool *ret) NODISCARD;

/* For whoever counts (plan/, figures/): the workflow of all cases and all subjects in id order, nothing
 * sealed; what an undone import brought is left out. Texts live until the visit returns. */
struct registry_case_fact {
    struct id id;
    const char *state, *stage, *agency;
    int64_t opened_us, closed_us; /* 0 = open */
    const int64_t *at_stage;      /* for each stage of the pack: when it was first reached, 0 = not */
};
typedef enum err registry_case_visit(void *user, const struct registry_case_fact *c);
enum err registry_scan_cases(struct db *db, const struct pack *p, registry_case_visit *visit,
                             void *user) NODISCARD;
struct registry_subject_fact {
    struct id id;
    enum subject_type type;
    const char *roles; /* of today, in all cases, each once, joined by ';' */
    int64_t created_us;
};
typedef enum err registry_subject_visit(void *user, const struct registry_subject_fact *s);
enum err registry_scan_subjects(struct db *db, registry_subject_visit *visit, void *user) NODISCARD;

/* ---- for search/ --------------------------------------------------------------------------------------- */

/* What a subject is called, read by the system as its holder: for the index in locked memory alone; never
 * shown. All forms of all names, also of those that have ended, and telephones. n 0: nothing, or the keys are
 * gone. */
#define REGISTRY_TEXTS_MAX    200
#define REGISTRY_AGENCIES_MAX 64
struct registry_text {
    struct id row;    /* name, or identifier */
    const char *form; /* "full", "family", "given", "reading", "passport_form", "phone" */
    struct str text;
};
struct registry_named {
    struct id subject, compartment;
    const char *holder;
    const char *agencies[REGISTRY_AGENCIES_MAX]; /* who has a part in any of its cases at that time: nobody
                                                    else may know */
    size_t nagencies;
    struct registry_text *texts;
    size_t n;
};
enum err registry_named(struct vault *v, struct db *db, struct arena *a, struct id subject, int64_t now_us,
                        struct registry_named *ret) NODISCARD;
/* Appends the subjects in whose cases somebody's part began or ended after one moment and until another, by
 * time alone; the first such moment after now_us (INT64_MAX: none is known). */
enum err registry_subjects_by_time(struct db *db, int64_t after_us, int64_t now_us,
                                   struct buf *ret_subjects) NODISCARD;
enum err registry_next_by_time(struct db *db, int64_t now_us, int64_t *ret) NODISCARD;
/* All subjects in id order; nil at first. */
enum err registry_subject_page(struct db *db, struct id after, size_t max, struct id *ret,
                               size_t *ret_n) NODISCARD;
/* Appends the ids of the subjects that a changed row is about; none for other tables and rows that are gone.
 */
enum err registry_subjects_of_change(struct db *db, unsigned table, struct id row,
                                     struct buf *ret_subjects) NODISCARD;

/* For the view: cases of a subject, newest first, whoever may know of them; then what the viewer may. */
enum err registry_cases_of(struct view *v, struct id subject, size_t max, struct id *ret,
                           size_t *ret_n) NODISCARD;
/* Appends the case to the list when the viewer may list it. The list has room (registry_case_list). */
#define REGISTRY_LIST_MAX 50
enum err registry_case_list(struct view *v, struct case_list **ret) NODISCARD;
enum err registry_take_case(struct view *v, struct id case_, struct case_list *list) NODISCARD;
bool registry_may_list(struct view *v, struct id case_);
/* Cases of the viewer's agency whose number begins so, newest first; appended when they may be listed. */
enum err registry_take_numbers(struct view *v, struct str prefix, size_t max, struct case_list *list,
                               bool *ret_more) NODISCARD;
/* The case of that agency with exactly this number. It decides nothing: ask the policy before telling. */
enum err registry_case_of_number(struct db *db, const char *agency, struct str number, struct id *ret,
                                 bool *ret_found, bool *ret_open) NODISCARD;
/* A name as written in full, or a telephone, as the viewer may see it through that case. */
enum err registry_shown(struct view *v, struct id subject, struct id case_, struct id row, const char *form,
                        struct shown *ret) NODISCARD;
enum err registry_identifier_rows(struct view *v, struct id subject, const char *type, struct id *ret,
                                  size_t max, size_t *ret_n) NODISCARD;
