/* SPDX-License-Identifier: Apache-2.0 */
/* case_parts.h - the parts of the page of a case. case_page.c looks once (case.file), collects, and draws the
 * parts in their order: a new part is one file, one line here and one call in draw(). A part draws nothing
 * where it has nothing to show. */
#pragma once
#include "web/parts.h"

#define TIMELINE_MAX 400

enum moment_sort {
    MOMENT_CASE,
    MOMENT_CONTACT,
    MOMENT_DECISION,
    MOMENT_RECORD,
    MOMENT_DEADLINE,
    MOMENT_SHARE,
    MOMENT_ACCESS,
    MOMENT_COUNT
};
struct moment {
    int64_t us;
    enum moment_sort sort;
    const char *what;   /* msgid */
    const char *about;  /* msgid, "" */
    const char *agency; /* "": of nobody in particular */
    bool ahead;
};
struct casefile {
    struct rq *r;
    const struct view *view; /* of case.file, or case.print */
    const struct case_file *f;
    const struct case_model *m; /* &f->case_ */
    const struct decision_list *decisions;
    bool print; /* all is open, and nothing to press */
    struct moment moments[TIMELINE_MAX];
    size_t nmoments;
};

/* <details class="more">, open where it is printed */
void case_fold(struct casefile *c, struct page *p, const char *msgid, size_t n);
/* <section class="card"> with its heading */
void case_card(struct page *p, const char *msgid);
void icon_person(struct page *p);
void icon_organisation(struct page *p);
void subject_link(struct casefile *c, struct page *p, struct id subject);              /* opens <a> */
const struct subject_model *case_subject(const struct casefile *c, struct id subject); /* NULL: not seen */
/* A button for an action of the case, where it may be done; query: "&name=value" or NULL. */
bool case_may(struct casefile *c, const char *action);
bool case_button(struct casefile *c, struct page *p, const char *action, const char *class,
                 const char *query);

/* ---- case_steps.c ---- */
const struct clock_model *case_most_urgent(const struct case_model *m); /* NULL: none runs */
void deadline_part(struct casefile *c, struct page *p);
void handover_part(struct casefile *c, struct page *p);
void steps_part(struct casefile *c, struct page *p);
void clocks_part(struct casefile *c, struct page *p);

/* ---- holds_page.c ---- */
void holds_part(struct casefile *c, struct page *p); /* steps of this case that wait for a screening */

/* ---- case_people.c ---- */
void people_part(struct casefile *c, struct page *p);
void others_part(struct casefile *c, struct page *p); /* suspects and organisations, as a table */

/* ---- case_contact.c ---- */
/* The newest record seen that says which way to her is safe; NULL: none. */
const struct record_model *safe_record(const struct casefile *c, const struct subject_model *s);
void safe_contact_row(struct casefile *c, struct page *p, const struct subject_model *s);
void contacts_part(struct casefile *c, struct page *p);

/* ---- case_consent.c ---- */
void consent_part(struct casefile *c, struct page *p);

/* ---- case_records.c ---- */
void records_part(struct casefile *c, struct page *p); /* of the case as a whole */
/* One record: a row that opens, or a link where its values were not read. */
void case_record(struct casefile *c, struct page *p, const struct record_model *frame, bool open);
bool case_has_kind(const struct record_model *records, size_t n, const struct kind *k);
/* Buttons for the kinds that may be added to a person in this role, or (NULL) to the case. */
void case_new_records(struct casefile *c, struct page *p, struct id subject, const char *role);
size_t case_new_count(struct casefile *c, struct id subject, const char *role); /* how many those are */

/* ---- case_timeline.c ---- */
void case_moment(struct casefile *c, enum moment_sort sort, int64_t us, const char *what, const char *about,
                 const char *agency);
void timeline_collect(struct casefile *c); /* all moments of the file, latest first */
void timeline_sort(struct casefile *c);
void timeline_part(struct casefile *c, struct page *p);
void timeline_page(struct casefile *c, struct page *p); /* all of it, or of one sort */
