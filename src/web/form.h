/* SPDX-License-Identifier: Apache-2.0 */
/* form.h - forms made from declarations and kinds. */
#pragma once
#include "web/parts.h"

enum control {
    CONTROL_TEXT,
    CONTROL_LONG,
    CONTROL_NUMBER,
    CONTROL_BOOL,
    CONTROL_DATE,
    CONTROL_TIME,
    CONTROL_ONE,
    CONTROL_MANY,
    CONTROL_HIDDEN,
    CONTROL_SECRET /* typed unseen; never written back into a page */
};
struct option {
    const char *value, *label; /* label: msgid */
    bool verified;
};
/* One question of a form, whether it comes from a declared input or a field of a kind. */
struct asked {
    const char *name, *label, *help;
    enum control control;
    bool required, may_be_unknown;
    const struct option *options;
    size_t noptions;
    const struct field *field;     /* NULL: a declared input */
    const struct section *section; /* it belongs to; NULL: to none */
    const char *fault;             /* what is wrong with its answer, in words of the page; NULL: nothing */
    const char *fixed; /* from the address: the value of CONTROL_HIDDEN; else what is chosen at first */
};
struct form {
    struct rq *r;
    const struct action *action;
    struct id subject;
    int64_t version;                   /* -1: none to check */
    const struct view *context;        /* what the form is about, for its scope; NULL: something new */
    const struct record_model *record; /* of a change: its values now */
    const struct case_model *people;   /* the case whose people are chosen from; NULL: none is known */
    struct asked *asked;
    size_t n;
    const char **closed; /* labels of fields that may not be written here */
    size_t nclosed;
};
/* What the action asks of this officer, here. */
enum err form_questions(struct form *f) NODISCARD;
/* The values that were typed, as the door takes them; those of a change only where they differ from now. */
enum err form_input(struct form *f, struct input *ret) NODISCARD;
/* An answer to one declared input of an action, as it is read: a word and a name of the country in the
 * language of the page, a moment by its clock, an officer by name. */
void form_answer(struct rq *r, struct page *p, const struct action *action, const struct input_field *in,
                 struct str value);
/* Will it wait for a second person? */
bool form_takes_two(const struct form *f);
void form_draw(struct form *f, enum err failed, const char *detail);
/* Parts of it, for pages with a frame of their own. form_faults marks the question that the door named in
 * "field NAME: what", and with it every other one that was left empty and is needed. */
void form_faults(struct form *f, const char *detail);
/* What went wrong, at the top: each marked question by a link. */
void form_summary(struct form *f, struct page *p, enum err failed, const char *detail);
void form_question(struct form *f, struct page *p, const struct asked *q);

/* form_options.c: the answers to choose from; each sets the options of q, and its control where that depends
 * on them. */
enum err options_of_codes(struct rq *r, const struct code_list *list, struct asked *q) NODISCARD;
enum err options_of_words(struct form *f, const char *const *words, struct asked *q) NODISCARD;
enum err options_of_agencies(struct rq *r, struct asked *q) NODISCARD;
enum err options_of_offices(struct rq *r, struct asked *q) NODISCARD;
enum err options_of_text(struct form *f, const struct input_field *in, struct asked *q) NODISCARD;
enum err options_of_consents(struct form *f, struct asked *q) NODISCARD; /* of the case: f->people */
enum err options_of_subjects(struct form *f, struct asked *q) NODISCARD; /* of the case: f->people */
enum err options_of_accounts(struct form *f, struct asked *q) NODISCARD;

/* form_words.c: what a low floor says of an answer ("required", "earlier than left_at"), in the language of
 * the page. NULL: it has no words for it there. f: whose fields it names; may be NULL. */
const char *fault_words(struct form *f, struct page *p, const char *what);

/* form_sections.c: questions in the sections of their kind, those that must be answered first in each. */
void form_order(struct form *f);
bool form_is_meant(const struct form *f, const struct asked *q); /* with what is answered now, is it asked? */
bool form_is_answered(const struct form *f, const struct asked *q);
bool form_is_needed(const struct form *f,
                    const struct asked *q); /* now, and is it still without an answer? */
void form_sections(struct form *f, struct page *p);

/* The value to show for a question: as typed, else as recorded. index counts several. Empty past the last. */
struct str form_present(const struct form *f, const struct asked *q, size_t index);
bool form_is_unknown(const struct form *f, const struct asked *q);
/* When a question is meant, in words. */
void form_condition(struct form *f, struct page *p, const struct condition *c);
/* paper_page.c: the way to the empty sheet of a kind, for a case and perhaps a subject (else nil). */
void paper_link(struct rq *r, struct page *p, const struct kind *k, struct id in_case, struct id subject,
                const char *words);
