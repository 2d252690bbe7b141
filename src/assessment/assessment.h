/* SPDX-License-Identifier: Apache-2.0 */
/* assessment.h - is she a victim? Screenings and assessments of a person in a case (plan 3(1)/a, 1(1)).
 *
 * An assessment hangs on a case and a person. It is a row of plain workflow (state, phase, outcome) and
 * append-only versions with sealed answers; what it comes to is worked out by rules.c and is advice. It sets
 * no stage: an officer does, by case.set_stage. Nothing here lowers, closes or gates a service. */
#pragma once
#include "assessment/rules.h"
#include "registry/registry.h"

extern const struct table TABLE_ASSESSMENT, TABLE_ASSESSMENT_VERSION;
enum err assessment_tables(struct schema *s) NODISCARD;

/* What answers come to, without a store: lines "CODE TAB yes|no|unknown" in, one JSON object out: for each of
 * the six dimensions what holds if every unknown is a no (lower) and if every one is a yes (upper), and the
 * codes of unknown indicators whose answer could change a dimension (assessment/rules.h). ERR_BAD_DATA names
 * the line; ERR_CONFIG: the pack has no indicators. */
enum err assessment_evaluate(const struct pack *p, enum profile profile, struct str answers,
                             struct buf *out) NODISCARD;

/* ---- for those who must know whether somebody looked (invariant 3) ----------------------------------------
 */
enum screened {
    SCREENED_NOT,      /* nobody looked: no detention, charge or removal */
    SCREENED_OPEN,     /* begun, not finished: neither */
    SCREENED_THIN,     /* finished, and too little is known: it lets nobody go on */
    SCREENED_OWN,      /* finished, but who wants the step had a hand in it */
    SCREENED_NEGATIVE, /* finished by others, with enough behind it; a later one may still find a sign */
    SCREENED_POSITIVE, /* suspicion or more, once: no later answer takes it away */
};
const char *screened_word(enum screened s); /* "none", "open", "thin", "own", "negative", "positive" */
struct screening_state {
    enum screened outcome;
    struct id assessment; /* the one that says so; nil for SCREENED_NOT */
    int64_t at_us;        /* when it was finished; when it was begun for SCREENED_OPEN */
    bool open_too;        /* another one is under way */
};
/* Who wants a step: nobody of them lets it go on by screening her. Whoever recorded one answer of a screening
 * has a hand in it. */
struct screening_wanted {
    struct id accounts[2]; /* nil: nobody */
    const char *agency;    /* all of it, where the pack asks for another agency */
};
/* Has a victim screening (quick list or full assessment) of this person been finished? Counts every case she
 * is in; a positive one also of who is asserted to be the same person, a negative one of her own only. For
 * bodies and views that have been through the policy: asks none itself, opens nothing sealed. */
enum err assessment_screened(struct db *db, struct id subject, const struct screening_wanted *by,
                             struct screening_state *ret) NODISCARD;
/* An assessment as the policy sees it, for views of others that name one. Decides nothing. ERR_NOT_FOUND. */
enum err assessment_find_object(struct db *db, struct arena *a, struct id id, struct object *ret) NODISCARD;

/* ---- actions and views ------------------------------------------------------------------------------------
 */
/* assessment.start (a screening by a quick list of the pack, or the indicators), .answer (many in one act,
 * all on one piece of evidence), .finish (positive or negative, with reasons), .review (looks again; a
 * positive outcome stays). Answers only add versions. */
extern const struct action ASSESSMENT_ACTIONS[];
extern const size_t NASSESSMENT_ACTIONS;

/* What is counted of one assessment (plan 0/a, 0/d). Answers are folded one assessment at a time and
 * forgotten; opened false: its keys were destroyed, and nothing but workflow is known. */
struct assessment_fact {
    bool screening; /* else the indicators */
    const char *phase, *state, *outcome, *agency;
    int64_t started_us, finished_us;
    bool opened;
    bool complete;    /* act, purpose and, but for a child, means are each established or excluded */
    bool child;       /* or perhaps one: the child's rule counts */
    bool means_asked; /* some means of a legal definition was answered yes or no */
};
typedef enum err assessment_visit(void *user, const struct assessment_fact *f);
/* For a job that counts (plan/): no policy, as the agency that holds each. In id order, constant memory. */
enum err assessment_scan(struct vault *v, struct db *db, const struct pack *p, int64_t now_us,
                         assessment_visit *visit, void *user) NODISCARD;
/* assessment.show, assessment.list (of a case) */
extern const struct view_decl ASSESSMENT_VIEWS[];
extern const size_t NASSESSMENT_VIEWS;

struct answer_model {
    const struct book_entry *entry;
    enum answer answer;
    bool given;
    const char *evidence; /* word; "" */
    struct id record, attachment, account;
    int64_t at_us;
    bool asked_before; /* she was asked this more than once */
    bool deciding;     /* after first contact: its answer could change the result */
    bool doubted;      /* a yes that was taken back; a second officer answers it, too */
    /* Not answered yet, and a paper of this kind shows it by being there: for who assesses to answer. */
    const struct assessment_paper *shown_by;
};
/* A paper that answers can rest on, instead of asking her again: of this person, or of the case as a whole.
 */
struct assessment_paper {
    struct id id;
    const char *kind, *title; /* id of the kind; msgid */
    int64_t at_us;
};
struct assessment_version {
    int64_t no, at_us;
    struct id account;
    const char *agency, *phase;
    struct shown reasons; /* of an outcome; empty else */
};
/* Model of assessment.show. */
struct assessment_model {
    struct id id, case_, subject;
    const char *form, *phase, *state, *outcome, *agency; /* outcome "" before it is finished */
    const struct situation *situation;                   /* NULL: not a screening */
    int64_t version, started_us, updated_us, finished_us;
    bool first_contact;        /* then nothing says what is still to be asked */
    bool wants_step;           /* the viewer's side acts against her: the outcome, never her words */
    enum policy_reason hidden; /* REASON_OK: answers are shown; else why not, and what follows is empty */
    struct book book;
    struct sheet sheet;
    struct answer_model *answers; /* one for each entry of the book */
    struct result result;
    size_t ndeciding;
    struct lifting_state lifting; /* what is still missing before a no of this lets a step go on */
    bool lifts;                   /* it is finished as negative, and lets others go on */
    struct assessment_version *versions;
    size_t nversions;
    int64_t interviews;              /* of this person, as far as the viewer may list them */
    struct assessment_paper *papers; /* statements first, then newest first; those that the viewer may list */
    size_t npapers;
};
struct assessment_row {
    struct id id, subject;
    const char *form, *phase, *state, *outcome, *agency;
    int64_t started_us, finished_us;
};
struct assessment_list {
    struct assessment_row *items; /* newest first */
    size_t n;
};
