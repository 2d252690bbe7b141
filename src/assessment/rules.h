/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - what answers come to. Pure: no clock, no database, no memory but what is given.
 *
 * An answer is yes, no or unknown; unknown is not no. So everything is worked out twice: `lower` takes each
 * unknown for a no, `upper` for a yes. A dimension is positive if S >= 2, or S >= 1 and M + W >= 1, or M >=
 * 3, or M >= 2 and W >= 1, where S, M, W count the strong, medium and weak indicators answered yes. A yes
 * more never makes a dimension negative, so whatever the unknown ones turn out to be, the result lies between
 * the two.
 *
 * A code is deciding when it is unknown and its dimension is open (lower and upper differ) and the others
 * that are unknown there can be such that this one alone makes the difference.
 *
 * What never counts, here or anywhere: consent, nationality, ethnicity, occupation, earlier victimhood.
 * Nothing here lowers, closes or gates anything. Source: ILO and EC operational indicators (2009); pack,
 * section 16. */
#pragma once
#include "core/pack.h"

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };
const char *answer_word(enum answer a);
int answer_find(struct str word); /* -1 */

struct bounds {
    bool lower, upper; /* open while they differ */
};

/* How many indicators of each strength were answered yes, and are unknown. */
struct tally {
    int yes[STRENGTH_COUNT], unknown[STRENGTH_COUNT];
};
bool tally_positive(const int counts[STRENGTH_COUNT]);
struct bounds tally_bounds(const struct tally *t);
/* Could the answer to one unknown indicator of this strength make the difference? */
bool tally_deciding(const struct tally *t, enum strength s);

/* answers: one for each of signs->list, in its order. */
struct dimensions {
    struct tally tally[DIMENSION_COUNT];
    struct bounds of[DIMENSION_COUNT];
};
void dimensions_of(const struct signs *signs, enum profile p, const enum answer *answers,
                   struct dimensions *ret);
bool sign_deciding(const struct signs *signs, enum profile p, const enum answer *answers,
                   const struct dimensions *d, size_t sign);

/* ---- the whole sheet --------------------------------------------------------------------------------------
 */
enum age { AGE_UNKNOWN, AGE_ADULT, AGE_CHILD, AGE_DISPUTED }; /* at the time of the act */
enum exploited { EXPLOITED_LABOUR, EXPLOITED_SEXUAL };
/* A child, and who may be one: the child's column. Not asked yet: the adult's, which says less. */
enum profile profile_of(enum age age, enum exploited exploited);

/* Every code that can be answered: indicators, prompts, questions, and the acts, means and purposes of each
 * legal definition as LIST.CODE. */
enum code_sort { SORT_SIGN, SORT_PROMPT, SORT_QUESTION, SORT_ELEMENT };
struct book_entry {
    const char *code, *label;
    enum code_sort sort;
    uint32_t known_by;            /* bits of enum known_by; 0: not said */
    const void *of;               /* struct sign, prompt, side_question or code */
    const struct code_list *list; /* SORT_ELEMENT */
};
struct book {
    const struct pack *pack;
    struct book_entry *items; /* the indicators come first, in the order of the pack */
    size_t n;
};
enum err book_make(const struct pack *p, struct arena *a, struct book *ret) NODISCARD;
ptrdiff_t book_find(const struct book *b, struct str code); /* -1 */
enum interview { INTERVIEW_UNKNOWN, INTERVIEW_ALONE, INTERVIEW_WITH_OTHERS, INTERVIEW_NOT_HELD };
enum spoken { SPOKEN_UNKNOWN, SPOKEN_HERS, SPOKEN_INTERPRETER, SPOKEN_ANOTHER };
enum frame { FRAME_AGE, FRAME_EXPLOITED, FRAME_COUNT };
struct sheet {
    const struct book *book;
    enum answer *answers; /* one for each entry of the book */
    enum age age;
    enum exploited exploited;
    enum interview interview;
    enum spoken spoken;
    const bool *doubted; /* NULL: none. A yes was taken back, and no second officer has said no to it, too */
    size_t lost;         /* a yes to what the pack no longer asks */
    /* That she was a child, or may have been one, or that it was sexual, weighs as a yes does, and is doubted
     * as one that was taken back. */
    struct {
        bool doubted;
        int before; /* enum age, enum exploited */
    } taken_back[FRAME_COUNT];
};

struct legal_test {
    const struct legal_definition *definition;
    struct bounds act, means, purpose, met;
};
#define TESTS_MAX 8
struct result {
    enum profile profile;
    struct dimensions dimensions;
    struct bounds act, means, purpose; /* of the Protocol's kind: signs and facts together */
    struct bounds suspicion, reasonable, conclusive;
    struct legal_test tests[TESTS_MAX]; /* from the facts alone */
    size_t ntests;
};
/* suspicion: one strong or two medium signs, or a report by her. reasonable: a dimension positive; or a child
 * with an act and any sign of exploitation. conclusive: act, means and purpose; for a child without means.
 * Each implies the one before. What she is said to have agreed to is read by no line of this. */
void result_of(const struct sheet *s, struct result *ret);
/* How many of an offence's codes were answered yes: for it, and for there being more to it. */
struct offence_signs {
    size_t speaks, rather;
};
struct offence_signs offence_weigh(const struct sheet *s, const struct offence *o);
/* May a screening or assessment with this result be finished as negative here? Not when the signs that are
 * certain raise a suspicion: then a no is decided on the case, with reasons and a second agency. */
bool may_be_negative(const struct result *r);
const char *bounds_word(struct bounds b); /* "yes", "no", "open" */
/* The sheet with each doubted answer as the yes that it was; into, one for each entry of the book, takes it.
 */
struct sheet sheet_before(const struct sheet *s, enum answer *into);

/* ---- what lets a step go on -------------------------------------------------------------------------------
 * A negative screening is finished when an officer says so; it lifts a hold only when enough is behind it
 * (struct lifting of the pack). What is unknown, taken back or not asked keeps the hold. */
enum {
    LACKS_RULE = 1,       /* the pack does not say when enough is known */
    LACKS_ANSWERS = 2,    /* too few, in some dimension or group */
    LACKS_KNOWN = 4,      /* too much is unknown */
    LACKS_INTERVIEW = 8,  /* nobody spoke to her alone */
    LACKS_LANGUAGE = 16,  /* not in her language, nor with an interpreter; or it is not written down */
    LACKS_CERTAINTY = 32, /* a yes was taken back, or the pack no longer asks what was answered yes */
    LACKS_ROLE = 64,      /* who finished it is not one who may */
};
struct lifting_state {
    uint32_t lacks;        /* 0: enough */
    size_t done, needed;   /* of the least that must be known */
    size_t unknown, asked; /* of all that is on the list */
};
/* situation NULL: the indicators. */
void lifting_of(const struct sheet *s, const struct situation *situation, struct lifting_state *ret);
bool lifting_role(const struct lifting *rule, enum role role);

/* For counting (plan 0/a): is the worksheet of act, means and purpose filled, and was a means asked for? */
bool child_rule(enum age age); /* a child, or perhaps one: no means is needed */
bool sheet_complete(const struct sheet *s, const struct result *r);
bool sheet_means_asked(const struct sheet *s);
bool in_situation(const struct situation *s, const struct prompt *p); /* s NULL: in none */
