/* SPDX-License-Identifier: Apache-2.0 */
/* pack_fields.h - what a field name means where indicators and conditions use it: a field of a kind, a
 * built-in one, or a fact (docs/pack-format.md section 9). Inside of core/pack*.c only. */
#pragma once
#include "core/pack/impl.h"

/* Where the name is looked up. */
enum fields_of_what { OF_KIND, OF_CASE, OF_SUBJECT, OF_CLOCK, OF_ASSESSMENT, OF_SCREENING, OF_UNKNOWN };
struct fields_of {
    enum fields_of_what what;
    const char *word;          /* the kind as written, for messages */
    const struct name *kind;   /* OF_KIND: its name, whose object is the struct kind */
    const struct field *until; /* OF_KIND: only fields above this one (NULL = all) */
};
/* "case", "subject", "clock", "assessment", "screening", a kind or a planned kind. OF_UNKNOWN: nothing can be
 * said about fields. */
struct fields_of fields_of(const struct load *l, const char *kind);
bool word_of_core(const char *kind); /* the first five of these */

enum view_type { VIEW_NONE, VIEW_ANY, VIEW_FIELD, VIEW_WORDS, VIEW_NAMES, VIEW_MOMENT, VIEW_BOOL };
struct view {
    enum view_type type;
    const struct field *field; /* VIEW_FIELD */
    struct words words;        /* VIEW_WORDS */
    enum space space;          /* VIEW_NAMES: values are such names ... */
    uint32_t scope;            /* ... of this scope */
};
struct view field_view(const struct load *l, const struct fields_of *of, struct str name);
enum err field_guess(struct load *l, const struct fields_of *of, struct str name, const char **ret) NODISCARD;
/* The built-in names of every record kind, at_STATE aside. */
bool name_built_in(const char *name);
bool fact_reserved(const char *name); /* built-in for case or subject */

/* A fault when a field of a kind could never hold this scalar: no number, no code of its list, no such agency
 * ... */
enum err field_value_check(struct load *l, const struct field *f, const struct yaml *value) NODISCARD;

/* `when`, `where`, `of`: a condition into a const struct condition * (NULL where it is faulty). For .read of
 * a key. */
enum err read_condition(struct load *l, const struct key *k, const struct yaml *y, void *record) NODISCARD;
/* Pass 4: every field of the condition is known, every value possible. y may be NULL. */
enum err condition_check(struct load *l, const struct fields_of *of, const struct yaml *y) NODISCARD;
