/* SPDX-License-Identifier: Apache-2.0 */
/* parts.h - pieces that several pages share. */
#pragma once
#include "base/calendar.h"
#include "core/clock.h"
#include "core/record.h"
#include "registry/registry.h"
#include "web/own.h"

/* One look; the door decides, audits and masks. pairs: name, value, ..., NULL */
enum err look(struct rq *r, const char *view, struct id id, const char *const *pairs,
              const struct view **ret) NODISCARD;
#define LOOK(r, view, id, ret, ...) \
    look((r), (view), (id), (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}, (ret))

/* Would the policy let the signed-in officer do this to the object of a view? Only for which buttons to show:
 * the door decides again. */
bool may_act(const struct rq *r, const struct view *v, const struct action *a);
bool may_start(const struct rq *r, const struct action *a); /* something new, without a parent */

/* Could this officer, in one of her roles, open what is of her agency and names her? Whom to offer cases and
 * reports. */
bool officer_opens(const struct account_row *row, enum object_kind object);

void el_text(struct page *p, const char *tag, const char *class,
             const char *msgid); /* <tag class>translated</tag> */
void el_word(struct page *p, const char *tag, const char *class, const char *word);
void tag_t(struct page *p, const char *colour,
           const char *msgid); /* small label; colour: red amber blue green grey */
void link_t(struct page *p, const char *href, const char *class, const char *msgid);
void tab(struct page *p, const char *href, const char *label, bool on); /* of a row of them; on: this page */
void unverified(struct page *p); /* the mark of a fact that was not checked against its source */
void agency_name(struct rq *r, struct page *p, const char *agency);
void stage_name(struct rq *r, struct page *p, const char *stage);
void role_name(struct rq *r, struct page *p, const char *role);   /* of a subject in a case */
const char *state_label(const struct kind *k, const char *state); /* msgid */
/* How it may be passed on: the label, and its rule in words beside it (docs/policy.md, labels). Once a page.
 */
void handling(struct page *p, enum label label);
const char *withheld_words(enum policy_reason reason); /* msgid */
void withheld(struct page *p, enum policy_reason reason);
void shown_value(struct page *p, struct shown s);
void field_value(struct rq *r, struct page *p, const struct field_value *f);
/* Decisions on the stage as a timeline, newest first; in_case: the look at their case, for who may confirm.
 */
void decision_items(struct rq *r, struct page *p, const struct view *in_case,
                    const struct decision_list *list);
/* looked.c: the page of who looked; `what` names it, `back` leads to what was looked at. */
void draw_looked(struct rq *r, const struct lookers *m, const char *what, const char *back,
                 const char *back_words);
/* The values of a record as rows of a list: given ones, then what is not known, then one line for what is
 * withheld. limit 0: all. */
void record_values(struct rq *r, struct page *p, const struct record_model *m, size_t limit);
/* The few values that tell records of one kind apart, in one line. */
void record_gist(struct rq *r, struct page *p, const struct record_model *m);
/* "19 hours left", "3 days late" and a bar; with a link to its case where there are several. */
void clock_line(struct rq *r, struct page *p, const struct clock_model *c, bool link_case);
/* Several of them, with the numbers of their cases. most: how many at most. */
void clock_lines(struct rq *r, struct page *p, const struct clock_list *list, size_t most);
/* numbers.c: into r->numbers, in one look, those that this viewer may list. Any other case has none, and its
 * link says only that it opens one: a number would tell of a case that she may not know of. */
void numbers_load(struct rq *r, const struct id *cases, size_t n);
const struct case_row *numbered(const struct rq *r, struct id case_); /* NULL: no number to tell */
/* before: written first, where there is a number or a link. A case that does not open is its number alone. */
void numbered_link(struct rq *r, struct page *p, const char *before, struct id case_);
void case_crumb(struct rq *r, struct page *p, struct id case_); /* the way back to it, with its number */
/* icons.c: a drawing beside words, never instead of them; which: number stage deadline state people records
 * day agency */
void icon(struct page *p, const char *which);
/* names.c: a name as written, in its own order; over kanji with a reading in kana the reading stands as ruby.
 * name_text adds the other forms, small. */
bool name_takes_ruby(struct str full, struct str reading);
void name_short(struct page *p, const struct name_model *n);
void name_text(struct page *p, const struct name_model *n);
/* The day, its era where the language has eras, the age today, and a mark on a child. */
void birth_date(struct page *p, struct date born);
struct notice_list;
/* Open notices under headings: late, due today, due later, to know. */
void notice_groups(struct rq *r, struct page *p, const struct notice_list *list);
void remaining(struct page *p, int64_t due_us, int64_t now_us);
void counted_as_of(struct page *p, int64_t us); /* how old the numbers of the page are; 0: not there yet */
const char *path_of(struct rq *r, const char *format, struct id id); /* one %s; "/" without memory */
void actions_of_record(struct rq *r, struct page *p, const struct view *v, const struct record_model *m);
/* A list of which one state is shown at a time: its tabs, and after the items what stands for none and the
 * way to the next page. path?state=WORD&after=ID. */
struct state_list {
    const char *path, *view;
    const char *const *states; /* words; the first is shown unless another is asked for */
    size_t nstates;
};
enum err state_look(struct rq *r, const struct state_list *list, const char **ret_state,
                    const struct view **ret) NODISCARD;
void state_tabs(struct rq *r, struct page *p, const struct state_list *list, const char *state);
void state_rest(struct rq *r, struct page *p, const struct state_list *list, const char *state, size_t n,
                struct id next);
