/* SPDX-License-Identifier: Apache-2.0 */
/* notice.h - the inbox: each event of the outbox becomes notices to offices, in the transaction that marks it
 * as done. A notice is addressed to an office, not to a person: the named members of the case there, else the
 * duty role of the office by the roster, its deputy when the first is away, else everybody who has that role.
 * Who that is, is asked whenever somebody looks, so that a notice follows the people. Where an office has
 * nobody who may read it, oversight gets it. It carries the kind of event, ids, a due moment and a detail
 * from the pack: nothing of a person. */
#pragma once
#include "core/door.h"

extern const struct table TABLE_NOTICE;
enum {
    NO_ID, /* made of the outbox row's id and the agency: the same twice is the same row */
    NO_OUTBOX,
    NO_EVENT,
    NO_ABOUT,
    NO_CASE,
    NO_AGENCY, /* "": oversight, of whichever agency */
    NO_ROLE,   /* the duty role that answers when no named member does */
    NO_DETAIL,
    NO_AT, /* due, else made: the order of the list */
    NO_DUE,
    NO_CREATED,
    NO_RAISE, /* unacknowledged by then: oversight gets it too; NULL: never, or done */
    NO_ACKNOWLEDGED,
    NO_BY,
    NO_VERSION,
    NO_ACTOR, /* who caused it; NULL: the system. He has to be seen by somebody else */
    NO_COUNT
};

/* An event as the outbox holds it. agency: the holder of what it is about; "" where there is none. */
struct event {
    struct id outbox, about, case_, actor;
    struct str name, detail, agency;
};
/* From the body that marks the event as done. */
enum err notice_deliver(struct act *a, const struct event *event) NODISCARD;

/* What nobody acknowledged for so long rises to oversight. Warnings do not: their escalation does. */
#define NOTICE_RAISE_US  (INT64_C(24) * 3600 * 1000000)
#define NOTICE_RAISE_MAX 200 /* of one "notice.raise"; its result's version is how many */
/* Is there anything to raise? For the job runner. */
enum err notice_raise_due(struct db *db, int64_t now_us, bool *ret) NODISCARD;

/* "notice.acknowledge" (whoever it reaches; for all of them), "notice.raise" (system). Views "notice.list"
 * (open ones by due moment, or acknowledged ones, latest first; keyset) and "notice.count" (open ones that
 * others caused). A notice of what the reader may not know is neither listed nor counted. */
extern const struct action NOTICE_ACTIONS[];
extern const size_t NNOTICE_ACTIONS;
extern const struct view_decl NOTICE_VIEWS[];
extern const size_t NNOTICE_VIEWS;

struct notice_model {
    struct id id, about, case_;
    const char *event, *detail, *agency;
    enum role role;
    int64_t at_us, due_us, created_us, acknowledged_us, version;
    bool own; /* the reader caused it: somebody else acknowledges it */
};
struct notice_list {
    struct notice_model *items;
    size_t n;
    struct id next;
    int64_t next_at_us;
};
/* Sorts of events, as the input `sort` of notice.list names them. */
#define NOTICE_SORTS 9
const char *notice_sort_word(size_t i);
struct notice_count {
    int64_t open, late, of_sort[NOTICE_SORTS];
    bool more; /* there may be more than were looked at */
};
