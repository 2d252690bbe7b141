/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - columns and helpers of the registry's own files. */
#pragma once
#include "registry/registry.h"

enum {
    CA_ID,
    CA_NUMBER,
    CA_AGENCY,
    CA_OFFICE,
    CA_STATE,
    CA_STAGE,
    CA_LABEL,
    CA_COMPARTMENT,
    CA_OPENED,
    CA_CLOSED,
    CA_SOURCE,
    CA_SOURCE_ROW,
    CA_SYNTHETIC,
    CA_VERSION,
    CA_COUNT
};
enum { SU_ID, SU_TYPE, SU_AGENCY, SU_COMPARTMENT, SU_CREATED, SU_SYNTHETIC, SU_VERSION, SU_COUNT };
enum { NA_ID, NA_SUBJECT, NA_TYPE, NA_CLASS, NA_BODY, NA_FROM, NA_UNTIL, NA_VERSION, NA_COUNT };
enum { IT_ID, IT_SUBJECT, IT_TYPE, IT_CLASS, IT_VALUE, IT_FROM, IT_UNTIL, IT_VERSION, IT_COUNT };
enum { CR_ID, CR_CASE, CR_SUBJECT, CR_ROLE, CR_FROM, CR_UNTIL, CR_VERSION, CR_COUNT };
enum {
    SP_ID,
    SP_A,
    SP_B,
    SP_BASIS,
    SP_ASSERTED,
    SP_ASSERTED_BY,
    SP_REVERSED,
    SP_REVERSED_BY,
    SP_VERSION,
    SP_COUNT
};
enum {
    DE_ID,
    DE_CASE,
    DE_STAGE,
    DE_NEGATIVE,
    DE_REASONS,
    DE_REVIEW,
    DE_AGENCY,
    DE_ACCOUNT,
    DE_AT,
    DE_SECOND_AGENCY,
    DE_SECOND_ACCOUNT,
    DE_SECOND_AT,
    DE_VERSION,
    DE_FROM, /* the stage that was left */
    DE_COUNT
};

/* rules.c: pure */
const struct stage *stage_find(const struct pack *p, const char *id);
int stage_order(const struct pack *p, const char *id); /* -1 unknown */
/* Which class the names and identifiers of a subject in this role are sealed under: the pack's list
 * subject_role says it by a crosswalk to the scheme field_class; `identity` where it says nothing. A subject
 * that is both is sealed as `identity`: the victim's protection goes first (invariants 3 and 4). */
enum field_class role_class(const struct pack *p, const char *role);

/* store.c */
enum err case_load(struct db *db, struct arena *a, struct id id, struct cell *ret) NODISCARD;
struct object case_object(const struct cell *c);
enum err registry_find_case(struct act *a, struct object *ret) NODISCARD;
enum err registry_find_subject(struct act *a,
                               struct object *ret) NODISCARD;         /* a->subject through input "case" */
enum err next_case_number(struct act *a, const char **ret) NODISCARD; /* of the actor's agency, this year */
/* The row that an input names. ERR_NOT_FOUND says `word` and nothing else, so that rows of others answer like
 * none. */
enum err row_named(struct act *a, const struct table *t, const char *input, const char *word,
                   struct cell *ret) NODISCARD;
enum err act_may(const struct act *a, enum field_class class) NODISCARD; /* act_decide as an error */
enum err subject_linked(struct db *db, struct id subject, struct id case_, bool *ret) NODISCARD;
