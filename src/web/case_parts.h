/* SPDX-License-Identifier: Apache-2.0 */
/* case_parts.h - the parts of the page of a case. case_page.c looks once, collects, and draws the parts in
 * their order: a new part is one file, one line here and one call in draw(). A part draws nothing where it
 * has nothing to show. */
#pragma once
#include "web/parts.h"

#define RECORDS_MAX  24 /* opened on the page; each is a look of its own. More are links */
#define TIMELINE_MAX 60

struct opened {
    const struct view *view; /* NULL: not opened */
    const struct record_model *record;
};
struct moment {
    int64_t us;
    const char *what;  /* msgid */
    const char *about; /* msgid, "" */
    bool ahead;
};
struct casefile {
    struct rq *r;
    const struct view *view;
    const struct case_model *m;
    const struct decision_list *decisions; /* NULL: not open to this officer */
    struct opened opened[RECORDS_MAX];
    size_t nopened;
    struct moment moments[TIMELINE_MAX];
    size_t nmoments;
};

/* ---- case_steps.c ---- */
const struct clock_model *case_most_urgent(const struct case_model *m); /* NULL: none runs */
void deadline_part(struct casefile *c, struct page *p);
void steps_part(struct casefile *c, struct page *p);
void clocks_part(struct casefile *c, struct page *p);

/* ---- case_people.c ---- */
void person_part(struct casefile *c, struct page *p, const struct subject_model *s);
void organisations_part(struct casefile *c, struct page *p);

/* ---- case_records.c ---- */
/* One record: a link, and its values where it was opened; level: "h2", "h3". */
void case_record(struct casefile *c, struct page *p, const struct record_model *frame, const char *level);
/* Buttons for the kinds that may be added to a person in this role, or (NULL) to the case. */
void case_new_records(struct casefile *c, struct page *p, struct id subject, const char *role);

/* ---- case_timeline.c ---- */
void case_moment(struct casefile *c, int64_t us, const char *what, const char *about, bool ahead);
void timeline_sort(struct casefile *c); /* once all moments are in: latest first */
void timeline_part(struct casefile *c, struct page *p);
