/* SPDX-License-Identifier: Apache-2.0 */
/* desk.h - first contact: suspicion notes of any counter, reports with an owner and a clock, and what third
 * parties ask about a person (plan 1(1)/a, 2(3)(i)/d, 3(1)/a).
 *
 * A note comes without an account, by an office code, also while the keys are closed: then it is a letter,
 * sealed to the agency that gets it, and becomes a report under the same id once they are open. The sender
 * holds a receipt, of which the store has a hash, and is told in coarse words what became of it. */
#pragma once
#include "core/clock.h"
#include "core/record.h"

extern const struct table TABLE_REPORT_LETTER, TABLE_REPORT, TABLE_REPORT_STEP, TABLE_OFFICE_CODE,
    TABLE_ENQUIRY, TABLE_ENQUIRY_MATCH;
enum err desk_tables(struct schema *s) NODISCARD;
/* For struct entities: a report, or the letter that waits to become one. ERR_NOT_FOUND. */
enum err desk_report_object(struct db *db, struct arena *a, struct id id, struct object *ret) NODISCARD;
/* For the job runner (struct job_due). */
enum err report_receive_due(const struct vault *vault, struct db *db, bool *ret) NODISCARD; /* due_with */
enum err enquiry_compare_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;
enum err desk_expire_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;

/* report.send (anyone with an office code), report.create (staff, own desk), report.receive (system),
 * report.take, report.assign, report.pass_on, report.to_case, report.join, report.close; office.issue_code,
 * office.end_code; enquiry.note; enquiry.compare, desk.expire (system) */
extern const struct action DESK_ACTIONS[];
extern const size_t NDESK_ACTIONS;
/* report.list, report.count, report.show, report.passed_on, report.of_case, report.receipt (anyone with a
 * receipt), office.codes, enquiry.of_case (the people of the case) */
extern const struct view_decl DESK_VIEWS[];
extern const size_t NDESK_VIEWS;

/* Codes that people type: digits and capital letters without I, L, O, U, in groups of four. The face makes
 * them, shows them once, and gives them as an input; the store has their hash. */
#define OFFICE_CODE_CHARS 12 /* 60 bits */
#define RECEIPT_CHARS     24 /* 120 bits */
#define CODE_TEXT_MAX     32
void desk_code_new(size_t chars, char ret[CODE_TEXT_MAX]);

/* What is asked of who writes a note or report, in the order of the form; the first two of "report.send" are
 * the codes. */
/* Model of enquiry.of_case: who asked about somebody of this case, newest first; not at which desk. */
struct enquiry_asked {
    struct id id;
    int64_t at_us;
    const char *as, *way; /* words; "": not for this viewer, or not written down */
    struct shown asker;   /* who, as they said; empty when they did not */
};
#define ENQUIRIES_SHOWN_MAX 100
struct enquiry_list {
    struct id case_;
    struct enquiry_asked *items;
    size_t n;
};
struct report_row {
    struct id id;
    const char *state;
    bool urgent; /* somebody is in danger now */
    bool mine;
    int64_t received_us, due_us; /* due 0: no clock runs */
    bool assigned;
};
struct report_list {
    struct report_row *items;
    size_t n;
    struct id next; /* nil at the end; the three inputs of the next page */
    bool next_urgent;
    int64_t next_received_us;
};
/* Model of report.count: open reports of the own agency that this viewer may list. */
struct report_count {
    int64_t waiting, urgent; /* taken by nobody; of these, with somebody in danger now */
    int64_t mine;
    bool more; /* there may be more than were looked at */
};
/* What became of a report that the own agency passed on: as much as its sender is told. */
struct report_passed {
    struct id step;
    int64_t at_us;
    const char *to, *coarse, *outcome; /* agency it was passed on to */
};
struct report_passed_list { /* latest first */
    struct report_passed *items;
    size_t n;
    struct id next; /* nil at the end; with next_at_us the inputs of the next page */
    int64_t next_at_us;
};
struct report_part_model {
    const char *name;
    enum field_class class;
    struct field_value value; /* field NULL */
};
struct report_step {
    int64_t at_us;
    const char *from, *to; /* agencies */
    struct shown reason;
};
struct report_model {
    struct id id, assigned, case_;
    const char *state, *agency, *outcome; /* outcome "": none yet */
    const char *coarse;                   /* what the sender is told: report_coarse */
    bool urgent, by_note;
    int64_t received_us, closed_us, version;
    struct field_value *values;
    size_t n;
    uint32_t withheld; /* classes of what may not be seen, bits */
    enum policy_reason why[CLASS_COUNT];
    struct clock_model *clocks;
    size_t nclocks;
    struct report_step *steps;
    size_t nsteps;
    struct shown closing; /* the reason of closing */
};
/* Model of report.receipt. */
struct receipt_model {
    const char *coarse, *outcome;
};
struct office_code_row {
    struct id id;
    const char *agency, *office, *counter;
    int64_t issued_us, ended_us;
};
struct office_codes {
    struct office_code_row *items;
    size_t n;
};
const char *report_label(const char *name);   /* msgid of a part's label */
const char *coarse_words(const char *coarse); /* msgid: what the sender reads */
const char *outcome_words(const char *outcome);
const struct code_list *report_codes(const struct pack *p, const char *name); /* NULL: not coded */
