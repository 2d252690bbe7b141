/* SPDX-License-Identifier: Apache-2.0 */
/* policy_tables.h - the tables of docs/policy.md, in its order. Only policy.c includes this. Change that
 * document first.
 *
 * A set of words is a word of bits. The tables are constant, but for the test that flips every entry of them
 * (tests/policy/test_mutation.c), which defines POLICY_TABLE to have them writable. */
#pragma once
#include "core/policy.h"

#ifndef POLICY_TABLE
#define POLICY_TABLE static const
#endif

#define R(x)           (1u << ROLE_##x)
#define V(x)           (1u << VERB_##x)
#define O(x)           (1u << OBJECT_##x)
#define REL(x)         (1u << RELATION_##x)
#define P(x)           (1u << PURPOSE_##x)
#define B(x)           (1u << BASIS_##x)
#define C(x)           (1u << CLASS_##x)
#define L(x)           (1u << LABEL_##x)
#define ALL(what)      ((1u << what##_COUNT) - 1)
#define BUT(what, set) (ALL(what) & ~(set))

#define LOOK     (V(READ) | V(LIST))
#define WRITE    (V(CREATE) | V(UPDATE))
#define PERSONAL (O(CASE) | O(SUBJECT) | O(RECORD))
#define REPORTED (PERSONAL | O(REPORT))
#define PARTS    (REL(OWNER) | REL(CO_OWNER) | REL(RECIPIENT))
#define HANDLING (C(NONE) | C(ROUTING)) /* classes that name nobody */
#define FIGURED  (HANDLING | C(IDENTITY) | C(IMMIGRATION) | C(CHILDREN) | C(SUSPECT) | C(FINANCE))

/* A row of the tables that match on inputs. 0 stands for every word, as a column that the table does not
 * have. */
struct row {
    uint32_t roles, verbs, objects, relations, purposes, bases, classes, labels, gives;
};

/* ---- 5. objects ---- */
struct object_row {
    bool person, relation, need_to_know, label;
    uint32_t classes;
};
POLICY_TABLE struct object_row objects[OBJECT_COUNT] = {
    [OBJECT_SYSTEM] = {0, 0, 0, 0, C(NONE)},
    [OBJECT_CASE] = {1, 1, 1, 1, ALL(CLASS)},
    [OBJECT_SUBJECT] = {1, 1, 1, 1, ALL(CLASS)},
    [OBJECT_RECORD] = {1, 1, 1, 1, ALL(CLASS)},
    [OBJECT_REPORT] = {1, 1, 1, 1, ALL(CLASS)},
    [OBJECT_SHELTER_PLACE] = {1, 1, 1, 1, C(NONE) | C(LOCATION)},
    [OBJECT_ACCOUNT] = {0, 1, 1, 0, C(NONE) | C(IDENTITY)},
    [OBJECT_AGENCY] = {0, 0, 0, 1, C(NONE)},
    [OBJECT_AUDIT] = {1, 1, 1, 1, HANDLING},
    [OBJECT_KEY] = {0, 0, 0, 0, C(NONE)},
    [OBJECT_FIGURES] = {0, 0, 0, 1, C(NONE)},
    [OBJECT_PLAN] = {0, 0, 0, 1, C(NONE)},
    [OBJECT_PACK] = {0, 0, 0, 1, C(NONE)},
    [OBJECT_IMPORT] = {1, 1, 0, 1, HANDLING | C(IDENTITY) | C(IMMIGRATION) | C(SUSPECT)},
    [OBJECT_CLOCK] = {1, 1, 1, 1, HANDLING},
    [OBJECT_SESSION] = {0, 0, 1, 0, C(NONE)},
};

/* ---- 6. role, object, verb ---- */
#define STAFF BUT(ROLE, R(ANONYMOUS) | R(SYSTEM))
#define DESK                                                                                               \
    (R(INTAKE_COUNSELLOR) | R(CASE_LEAD) | R(CASE_MEMBER) | R(SHELTER_WORKER) | R(HEALTH) | R(LEGAL_AID) | \
     R(POLICE_INVESTIGATOR) | R(IMMIGRATION_OFFICER) | R(LABOUR_INSPECTOR))
POLICY_TABLE uint32_t staff_verbs[OBJECT_COUNT] = {
    [OBJECT_AGENCY] = LOOK,
    [OBJECT_FIGURES] = LOOK,
    [OBJECT_PLAN] = LOOK,
    [OBJECT_PACK] = LOOK,
    [OBJECT_ACCOUNT] = V(READ) | V(UPDATE),
    [OBJECT_SESSION] = LOOK | V(CLOSE) | V(SIGN_IN),
};
POLICY_TABLE uint32_t desk_verbs[OBJECT_COUNT] = {
    [OBJECT_CASE] = LOOK | V(REFER),
    [OBJECT_SUBJECT] = LOOK,
    [OBJECT_RECORD] = LOOK | WRITE | V(DECIDE) | V(CLOSE) | V(REFER) | V(VERIFY),
    [OBJECT_REPORT] = V(CREATE),
    [OBJECT_CLOCK] = LOOK,
    [OBJECT_ACCOUNT] = V(LIST),
};
POLICY_TABLE uint32_t role_verbs[ROLE_COUNT][OBJECT_COUNT] = {
    [ROLE_ANONYMOUS] = {[OBJECT_AGENCY] = LOOK,
                        [OBJECT_FIGURES] = LOOK,
                        [OBJECT_PLAN] = LOOK,
                        [OBJECT_PACK] = LOOK,
                        [OBJECT_REPORT] = V(CREATE),
                        [OBJECT_SESSION] = V(SIGN_IN)},
    [ROLE_INTAKE_COUNSELLOR] = {[OBJECT_CASE] = WRITE | V(DECIDE) | V(LINK) | V(ASSIGN) | V(BREAK_GLASS),
                                [OBJECT_SUBJECT] = WRITE | V(LINK),
                                [OBJECT_AGENCY] = V(VERIFY),
                                [OBJECT_REPORT] =
                                    LOOK | V(UPDATE) | V(DECIDE) | V(CLOSE) | V(LINK) | V(REFER) | V(ASSIGN)},
    [ROLE_CASE_LEAD] = {[OBJECT_CASE] = WRITE | V(DECIDE) | V(CLOSE) | V(LINK) | V(GRANT) | V(ASSIGN) |
                                        V(EXTEND) | V(EXPORT) | V(TALLY) | V(SHRED) | V(BREAK_GLASS) |
                                        V(REVIEW),
                        [OBJECT_SUBJECT] = WRITE | V(CLOSE) | V(LINK) | V(EXPORT),
                        [OBJECT_RECORD] = V(GRANT) | V(ASSIGN) | V(EXTEND) | V(EXPORT) | V(REVIEW),
                        [OBJECT_REPORT] =
                            LOOK | V(UPDATE) | V(DECIDE) | V(CLOSE) | V(LINK) | V(REFER) | V(ASSIGN),
                        [OBJECT_AUDIT] = LOOK,
                        [OBJECT_IMPORT] = LOOK | WRITE | V(CLOSE) | V(IMPORT) | V(SHRED),
                        [OBJECT_ACCOUNT] = V(ASSIGN),
                        [OBJECT_CLOCK] = V(UPDATE) | V(EXTEND) | V(TALLY),
                        [OBJECT_AGENCY] = V(VERIFY)},
    [ROLE_CASE_MEMBER] =
        {[OBJECT_CASE] = V(UPDATE) | V(LINK) | V(BREAK_GLASS), [OBJECT_SUBJECT] = WRITE | V(LINK)},
    [ROLE_SHELTER_WORKER] =
        {[OBJECT_CASE] = V(ASSIGN) | V(BREAK_GLASS), [OBJECT_SHELTER_PLACE] = LOOK | WRITE | V(CLOSE)},
    [ROLE_HEALTH] = {[OBJECT_CASE] = V(ASSIGN) | V(BREAK_GLASS)},
    [ROLE_LEGAL_AID] = {[OBJECT_CASE] = V(ASSIGN)},
    [ROLE_POLICE_INVESTIGATOR] = {[OBJECT_CASE] = WRITE | V(DECIDE) | V(CLOSE) | V(LINK) | V(ASSIGN) |
                                                  V(EXPORT) | V(BREAK_GLASS),
                                  [OBJECT_SUBJECT] = WRITE | V(LINK) | V(EXPORT),
                                  [OBJECT_RECORD] = V(EXPORT),
                                  [OBJECT_REPORT] = LOOK | V(UPDATE) | V(DECIDE) | V(CLOSE) | V(LINK) |
                                                    V(REFER) | V(ASSIGN),
                                  [OBJECT_CLOCK] = V(EXTEND)},
    [ROLE_IMMIGRATION_OFFICER] = {[OBJECT_CASE] = WRITE | V(DECIDE) | V(ASSIGN),
                                  [OBJECT_SUBJECT] = WRITE,
                                  [OBJECT_RECORD] = V(EXTEND),
                                  [OBJECT_REPORT] = LOOK | V(UPDATE) | V(DECIDE) | V(REFER) | V(ASSIGN)},
    [ROLE_LABOUR_INSPECTOR] = {[OBJECT_CASE] = WRITE | V(DECIDE) | V(LINK) | V(ASSIGN),
                               [OBJECT_SUBJECT] = WRITE | V(LINK),
                               [OBJECT_REPORT] =
                                   LOOK | V(UPDATE) | V(DECIDE) | V(CLOSE) | V(REFER) | V(ASSIGN)},
    [ROLE_SCREENING_DESK] = {[OBJECT_RECORD] = LOOK | WRITE | V(DECIDE) | V(CLOSE) | V(VERIFY),
                             [OBJECT_REPORT] = V(CREATE),
                             [OBJECT_IMPORT] = LOOK | V(CREATE) | V(IMPORT),
                             [OBJECT_CLOCK] = LOOK},
    [ROLE_ANALYST] = {[OBJECT_CASE] = LOOK | V(TALLY),
                      [OBJECT_SUBJECT] = LOOK | V(TALLY),
                      [OBJECT_RECORD] = LOOK | V(TALLY),
                      [OBJECT_REPORT] = V(TALLY),
                      [OBJECT_CLOCK] = V(TALLY),
                      [OBJECT_FIGURES] = WRITE | V(TALLY)},
    [ROLE_STATISTICS_OFFICER] = {[OBJECT_CASE] = V(TALLY),
                                 [OBJECT_SUBJECT] = V(TALLY),
                                 [OBJECT_RECORD] = V(TALLY),
                                 [OBJECT_REPORT] = V(TALLY),
                                 [OBJECT_CLOCK] = V(TALLY),
                                 [OBJECT_PLAN] = V(TALLY),
                                 [OBJECT_IMPORT] = LOOK | WRITE | V(CLOSE) | V(IMPORT) | V(SHRED),
                                 [OBJECT_FIGURES] =
                                     WRITE | V(DECIDE) | V(CLOSE) | V(EXPORT) | V(TALLY) | V(VERIFY)},
    [ROLE_OVERSIGHT] = {[OBJECT_CASE] = LOOK | V(TALLY) | V(REVIEW),
                        [OBJECT_CLOCK] = LOOK | V(TALLY),
                        [OBJECT_AUDIT] = LOOK | V(EXPORT) | V(TALLY) | V(REVIEW) | V(VERIFY),
                        [OBJECT_SYSTEM] = V(READ),
                        [OBJECT_ACCOUNT] = V(LIST),
                        [OBJECT_FIGURES] = V(VERIFY),
                        [OBJECT_KEY] = V(LIST)},
    [ROLE_KEY_CUSTODIAN] =
        {[OBJECT_KEY] = LOOK | V(CREATE) | V(EXTEND) | V(ADMINISTER) | V(VERIFY), [OBJECT_SYSTEM] = V(READ)},
    [ROLE_SYSTEM_ADMIN] = {[OBJECT_SYSTEM] = LOOK | V(UPDATE) | V(EXPORT) | V(ADMINISTER) | V(VERIFY),
                           [OBJECT_ACCOUNT] = V(LIST) | V(CREATE) | V(CLOSE) | V(ASSIGN) | V(ADMINISTER),
                           [OBJECT_AGENCY] = WRITE | V(CLOSE) | V(IMPORT) | V(VERIFY),
                           [OBJECT_AUDIT] = V(VERIFY),
                           [OBJECT_PACK] = V(UPDATE) | V(IMPORT) | V(VERIFY)},
    [ROLE_FOREIGN_LIAISON] = {[OBJECT_CASE] = V(READ),
                              [OBJECT_SUBJECT] = V(READ),
                              [OBJECT_RECORD] = V(READ) | V(CREATE),
                              [OBJECT_REPORT] = V(CREATE)},
    [ROLE_PROGRAMME_MANAGER] = {[OBJECT_PLAN] =
                                    WRITE | V(CLOSE) | V(ASSIGN) | V(EXTEND) | V(EXPORT) | V(TALLY),
                                [OBJECT_RECORD] = LOOK | WRITE | V(DECIDE) | V(CLOSE)},
    [ROLE_SYSTEM] = {[OBJECT_SYSTEM] = V(READ) | V(UPDATE),
                     [OBJECT_CASE] = V(CREATE) | V(IMPORT) | V(TALLY),
                     [OBJECT_SUBJECT] = V(CREATE) | V(IMPORT) | V(TALLY),
                     [OBJECT_RECORD] = V(CREATE) | V(IMPORT) | V(TALLY),
                     [OBJECT_REPORT] = V(CREATE) | V(IMPORT) | V(TALLY),
                     [OBJECT_ACCOUNT] = V(CREATE) | V(CLOSE) | V(IMPORT) | V(ADMINISTER),
                     [OBJECT_AGENCY] = V(CREATE) | V(IMPORT),
                     [OBJECT_KEY] = V(CREATE),
                     [OBJECT_AUDIT] = WRITE | V(VERIFY),
                     [OBJECT_FIGURES] = WRITE | V(EXPORT) | V(TALLY),
                     [OBJECT_PLAN] = LOOK | V(IMPORT) | V(TALLY),
                     [OBJECT_PACK] = LOOK | V(IMPORT) | V(VERIFY),
                     [OBJECT_IMPORT] = LOOK | WRITE | V(CLOSE) | V(IMPORT) | V(SHRED),
                     [OBJECT_CLOCK] = LOOK | WRITE | V(CLOSE) | V(IMPORT),
                     [OBJECT_SESSION] = WRITE | V(CLOSE)},
};

/* ---- 7. role, class: in the order of CLASS_LIST ---- */
enum cell { CELL_DENY, CELL_CONCEAL, CELL_MASK, CELL_GENERAL, CELL_SEE, CELL_COUNT };
#define D CELL_DENY
#define H CELL_CONCEAL
#define M CELL_MASK
#define G CELL_GENERAL
#define S CELL_SEE
/* clang-format off */
POLICY_TABLE uint8_t role_classes[ROLE_COUNT][CLASS_COUNT] = {
    /* none, routing, identity, location, immigration, health, sexual violence, children, biometrics, source,
     * tactics, suspect, finance */
    [ROLE_ANONYMOUS] = {S, D, D, D, D, D, D, D, D, D, D, D, D},
    [ROLE_INTAKE_COUNSELLOR] = {S, S, S, H, S, S, S, S, M, S, H, S, S},
    [ROLE_CASE_LEAD] = {S, S, S, H, S, S, S, S, M, S, S, S, S},
    [ROLE_CASE_MEMBER] = {S, S, S, H, S, M, M, S, M, H, S, S, S},
    [ROLE_SHELTER_WORKER] = {S, S, S, S, M, S, M, S, D, H, H, S, S},
    [ROLE_HEALTH] = {S, S, S, H, M, S, S, S, D, H, H, M, M},
    [ROLE_LEGAL_AID] = {S, S, S, H, S, M, S, S, D, H, H, S, S},
    [ROLE_POLICE_INVESTIGATOR] = {S, S, S, H, S, S, S, S, S, S, S, S, S},
    [ROLE_IMMIGRATION_OFFICER] = {S, S, S, H, S, M, M, S, S, H, S, S, S},
    [ROLE_LABOUR_INSPECTOR] = {S, S, S, H, M, M, M, S, D, S, S, S, S},
    [ROLE_SCREENING_DESK] = {S, S, S, H, S, D, D, M, S, H, H, S, D},
    [ROLE_ANALYST] = {G, G, G, D, G, D, D, G, D, D, D, G, G},
    [ROLE_STATISTICS_OFFICER] = {G, G, G, D, G, D, D, G, D, D, D, G, G},
    [ROLE_OVERSIGHT] = {S, S, D, D, D, D, D, D, D, D, D, D, D},
    [ROLE_KEY_CUSTODIAN] = {S, D, D, D, D, D, D, D, D, D, D, D, D},
    [ROLE_SYSTEM_ADMIN] = {S, D, D, D, D, D, D, D, D, D, D, D, D},
    [ROLE_FOREIGN_LIAISON] = {S, S, S, H, S, D, D, S, D, H, H, D, D},
    [ROLE_PROGRAMME_MANAGER] = {S, S, D, D, D, D, D, D, D, D, D, D, D},
    [ROLE_SYSTEM] = {S, G, G, D, G, D, D, G, D, D, D, G, G},
};
/* clang-format on */

/* ---- 8. shelter, 9. walls (gives: the bases that open), 12. hint, 17. break-glass ---- */
POLICY_TABLE struct row shelter = {.roles = R(SHELTER_WORKER),
                                   .verbs = LOOK | WRITE | V(DECIDE) | V(CLOSE),
                                   .relations = REL(OWNER),
                                   .purposes = P(PROTECTION)};
POLICY_TABLE struct row walls[] = {
    {.roles = R(IMMIGRATION_OFFICER) | R(SCREENING_DESK),
     .verbs = BUT(VERBS, V(CREATE)),
     .objects = REPORTED,
     .relations = BUT(RELATION, REL(OWNER)),
     .purposes = P(SCREENING) | P(INVESTIGATION),
     .gives = B(CONSENT) | B(DANGER_TO_LIFE)},
    {.roles = R(IMMIGRATION_OFFICER),
     .verbs = BUT(VERBS, V(CREATE)),
     .objects = REPORTED & ~O(RECORD),
     .relations = BUT(RELATION, REL(OWNER)),
     .purposes = P(INSPECTION),
     .gives = B(CONSENT) | B(DANGER_TO_LIFE)},
    {.roles = R(IMMIGRATION_OFFICER),
     .verbs = BUT(VERBS, V(CREATE)),
     .objects = O(RECORD),
     .relations = BUT(RELATION, REL(OWNER)),
     .purposes = P(INSPECTION),
     .classes = BUT(CLASS, HANDLING | C(SUSPECT)),
     .gives = B(CONSENT) | B(DANGER_TO_LIFE)},
    {.roles = R(FOREIGN_LIAISON), .objects = PERSONAL, .gives = B(CONSENT)},
};
POLICY_TABLE struct row hint = {.roles = R(INTAKE_COUNSELLOR) | R(CASE_LEAD),
                                .verbs = V(READ),
                                .objects = O(CASE) | O(SUBJECT),
                                .relations = PARTS,
                                .purposes = P(PROTECTION),
                                .classes = C(NONE),
                                .labels = L(CLEAR) | L(GREEN) | L(AMBER)};
POLICY_TABLE struct row break_glass = {.roles = R(INTAKE_COUNSELLOR) | R(CASE_LEAD) | R(CASE_MEMBER) |
                                                R(SHELTER_WORKER) | R(HEALTH) | R(POLICE_INVESTIGATOR),
                                       .verbs = V(READ),
                                       .objects = PERSONAL,
                                       .relations = PARTS,
                                       .purposes = P(PROTECTION),
                                       .classes =
                                           HANDLING | C(IDENTITY) | C(HEALTH) | C(CHILDREN) | C(SUSPECT),
                                       .labels = BUT(LABEL, L(RED))};
POLICY_TABLE uint8_t break_glass_assurance = 2;

/* ---- 10. relation ---- */
POLICY_TABLE uint32_t verb_relations[VERBS_COUNT] = {
    [VERB_READ] = PARTS | REL(COPY),
    [VERB_LIST] = PARTS | REL(COPY),
    [VERB_CREATE] = PARTS,
    [VERB_UPDATE] = REL(OWNER) | REL(CO_OWNER),
    [VERB_DECIDE] = PARTS,
    [VERB_CLOSE] = REL(OWNER),
    [VERB_LINK] = REL(OWNER) | REL(CO_OWNER),
    [VERB_REFER] = PARTS,
    [VERB_GRANT] = REL(OWNER),
    [VERB_ASSIGN] = PARTS,
    [VERB_EXTEND] = REL(OWNER) | REL(CO_OWNER),
    [VERB_EXPORT] = REL(OWNER) | REL(CO_OWNER),
    [VERB_IMPORT] = REL(OWNER),
    [VERB_TALLY] = REL(OWNER),
    [VERB_SHRED] = REL(OWNER),
    [VERB_BREAK_GLASS] = PARTS,
    [VERB_REVIEW] = REL(CO_OWNER) | REL(RECIPIENT),
    [VERB_VERIFY] = REL(OWNER) | REL(CO_OWNER),
};
POLICY_TABLE uint32_t object_narrower[OBJECT_COUNT] = {[OBJECT_AUDIT] =
                                                           REL(OWNER) | REL(CO_OWNER)}; /* 0: no narrower */
POLICY_TABLE uint32_t class_narrower[CLASS_COUNT] = {[CLASS_BIOMETRICS] = BUT(RELATION, REL(COPY)),
                                                     [CLASS_SOURCE] = REL(OWNER),
                                                     [CLASS_TACTICS] = REL(OWNER) | REL(CO_OWNER)};

/* ---- 11. lifts ---- */
enum lift { LIFT_RELATION = 1, LIFT_NEED = 2, LIFT_LABEL = 4, LIFT_BASIS = 8, LIFT_ALL = 15 };
POLICY_TABLE struct row lifts[] = {
    {.verbs = V(CREATE),
     .objects = O(REPORT),
     .classes = C(NONE),
     .gives = LIFT_RELATION | LIFT_NEED | LIFT_LABEL},
    {.verbs = V(SIGN_IN), .objects = O(SESSION), .classes = C(NONE), .gives = LIFT_NEED},
    {.roles = R(INTAKE_COUNSELLOR) | R(CASE_LEAD) | R(POLICE_INVESTIGATOR) | R(IMMIGRATION_OFFICER) |
              R(LABOUR_INSPECTOR),
     .verbs = LOOK | V(UPDATE) | V(DECIDE) | V(CLOSE) | V(LINK) | V(REFER) | V(ASSIGN),
     .objects = O(REPORT),
     .relations = REL(OWNER) | REL(RECIPIENT),
     .classes = BUT(CLASS, C(LOCATION) | C(BIOMETRICS) | C(SOURCE) | C(TACTICS)),
     .gives = LIFT_NEED},
    {.roles = DESK & ~R(CASE_MEMBER),
     .verbs = V(LIST) | V(ASSIGN),
     .objects = O(CASE),
     .relations = REL(RECIPIENT),
     .classes = HANDLING,
     .gives = LIFT_NEED},
    {.roles = R(CASE_LEAD),
     .verbs = V(LIST) | V(ASSIGN) | V(TALLY),
     .objects = O(CASE),
     .relations = REL(OWNER) | REL(CO_OWNER),
     .classes = HANDLING,
     .gives = LIFT_NEED},
    {.roles = R(CASE_LEAD),
     .verbs = LOOK | V(TALLY),
     .objects = O(CLOCK),
     .relations = PARTS,
     .classes = HANDLING,
     .gives = LIFT_NEED},
    {.verbs = V(BREAK_GLASS), .objects = O(CASE), .classes = C(NONE), .gives = LIFT_NEED},
    {.roles = R(SCREENING_DESK),
     .verbs = LOOK | V(UPDATE),
     .objects = O(RECORD),
     .relations = REL(OWNER),
     .classes = HANDLING | C(IDENTITY) | C(IMMIGRATION) | C(BIOMETRICS) | C(SUSPECT),
     .gives = LIFT_NEED},
    {.roles = R(ANALYST), .verbs = LOOK, .objects = PERSONAL, .relations = REL(OWNER), .gives = LIFT_NEED},
    {.roles = R(ANALYST) | R(STATISTICS_OFFICER) | R(OVERSIGHT) | R(SYSTEM),
     .verbs = V(TALLY),
     .objects = REPORTED | O(CLOCK),
     .gives = LIFT_ALL},
    {.roles = R(OVERSIGHT),
     .verbs = LOOK | V(REVIEW),
     .objects = O(CASE) | O(CLOCK),
     .classes = HANDLING,
     .gives = LIFT_ALL},
    {.roles = R(OVERSIGHT),
     .verbs = LOOK | V(EXPORT) | V(TALLY) | V(REVIEW) | V(VERIFY),
     .objects = O(AUDIT),
     .gives = LIFT_ALL},
    {.roles = R(OVERSIGHT),
     .verbs = LOOK,
     .objects = O(ACCOUNT),
     .classes = C(NONE) | C(IDENTITY),
     .gives = LIFT_RELATION | LIFT_NEED},
    {.roles = R(OVERSIGHT), .verbs = LOOK, .objects = O(SESSION), .classes = C(NONE), .gives = LIFT_NEED},
    {.roles = R(OVERSIGHT),
     .verbs = LOOK | V(VERIFY),
     .objects = O(FIGURES),
     .classes = C(NONE),
     .gives = LIFT_LABEL},
    {.roles = R(SYSTEM_ADMIN),
     .verbs = V(VERIFY),
     .objects = O(AUDIT),
     .classes = C(NONE),
     .gives = LIFT_RELATION | LIFT_NEED | LIFT_LABEL},
    {.roles = DESK,
     .verbs = V(LIST),
     .objects = O(ACCOUNT),
     .relations = REL(OWNER),
     .classes = C(NONE) | C(IDENTITY),
     .gives = LIFT_NEED},
    {.roles = R(CASE_LEAD),
     .verbs = V(ASSIGN),
     .objects = O(ACCOUNT),
     .relations = REL(OWNER),
     .classes = C(NONE),
     .gives = LIFT_NEED},
    {.roles = R(SYSTEM_ADMIN),
     .verbs = LOOK | V(CREATE) | V(CLOSE) | V(ASSIGN) | V(ADMINISTER),
     .objects = O(ACCOUNT),
     .classes = C(NONE) | C(IDENTITY),
     .gives = LIFT_RELATION | LIFT_NEED},
    {.roles = R(SYSTEM_ADMIN),
     .verbs = LOOK | V(CLOSE),
     .objects = O(SESSION),
     .classes = C(NONE),
     .gives = LIFT_NEED},
    {.roles = R(SYSTEM_ADMIN),
     .verbs = LOOK | WRITE | V(CLOSE) | V(IMPORT) | V(VERIFY),
     .objects = O(AGENCY) | O(PACK),
     .classes = C(NONE),
     .gives = LIFT_LABEL},
    {.roles = R(SYSTEM), .gives = LIFT_ALL},
};

/* ---- 13. labels ---- */
struct clearance {
    uint32_t roles, relations; /* 0: none */
    bool need_to_know;
};
POLICY_TABLE struct clearance labels[LABEL_COUNT] = {
    [LABEL_CLEAR] = {ALL(ROLE), ALL(RELATION), false},
    [LABEL_GREEN] = {BUT(ROLE, R(ANONYMOUS) | R(FOREIGN_LIAISON)), BUT(RELATION, REL(NONE)), false},
    [LABEL_AMBER] = {0, PARTS, false},
    [LABEL_AMBER_STRICT] = {0, REL(OWNER), false},
    [LABEL_RED] = {0, PARTS, true},
};

/* ---- 14. purpose ---- */
POLICY_TABLE uint32_t role_purposes[ROLE_COUNT] = {
    [ROLE_INTAKE_COUNSELLOR] = P(PROTECTION),
    [ROLE_CASE_LEAD] = P(PROTECTION) | P(INSPECTION) | P(REPATRIATION),
    [ROLE_CASE_MEMBER] = P(PROTECTION) | P(INSPECTION) | P(REPATRIATION),
    [ROLE_SHELTER_WORKER] = P(PROTECTION),
    [ROLE_HEALTH] = P(PROTECTION),
    [ROLE_LEGAL_AID] = P(PROTECTION),
    [ROLE_POLICE_INVESTIGATOR] = P(PROTECTION) | P(INVESTIGATION) | P(INSPECTION),
    [ROLE_IMMIGRATION_OFFICER] =
        P(PROTECTION) | P(INVESTIGATION) | P(SCREENING) | P(INSPECTION) | P(REPATRIATION),
    [ROLE_LABOUR_INSPECTOR] = P(PROTECTION) | P(INSPECTION),
    [ROLE_SCREENING_DESK] = P(PROTECTION) | P(SCREENING),
    [ROLE_ANALYST] = P(STATISTICS),
    [ROLE_STATISTICS_OFFICER] = P(STATISTICS),
    [ROLE_OVERSIGHT] = P(OVERSIGHT),
    [ROLE_KEY_CUSTODIAN] = P(ADMINISTRATION),
    [ROLE_SYSTEM_ADMIN] = P(ADMINISTRATION),
    [ROLE_FOREIGN_LIAISON] = P(PROTECTION) | P(REPATRIATION),
    [ROLE_PROGRAMME_MANAGER] = P(TRAINING) | P(ADMINISTRATION),
    [ROLE_SYSTEM] = P(STATISTICS) | P(TRAINING) | P(ADMINISTRATION),
};
POLICY_TABLE uint32_t purpose_free[OBJECT_COUNT] = {
    [OBJECT_REPORT] = V(CREATE),
    [OBJECT_ACCOUNT] = LOOK | V(UPDATE),
    [OBJECT_AGENCY] = LOOK,
    [OBJECT_FIGURES] = LOOK,
    [OBJECT_PLAN] = LOOK,
    [OBJECT_PACK] = LOOK,
    [OBJECT_SESSION] = LOOK | V(CLOSE) | V(SIGN_IN),
};
POLICY_TABLE uint32_t purpose_classes[PURPOSE_COUNT] = {
    [PURPOSE_NONE] = C(NONE),
    [PURPOSE_PROTECTION] = BUT(CLASS, C(BIOMETRICS) | C(TACTICS)),
    [PURPOSE_INVESTIGATION] = BUT(CLASS, C(LOCATION)),
    [PURPOSE_SCREENING] = HANDLING | C(IDENTITY) | C(IMMIGRATION) | C(BIOMETRICS) | C(SUSPECT),
    [PURPOSE_INSPECTION] =
        HANDLING | C(IDENTITY) | C(CHILDREN) | C(SOURCE) | C(TACTICS) | C(SUSPECT) | C(FINANCE),
    [PURPOSE_REPATRIATION] = HANDLING | C(IDENTITY) | C(IMMIGRATION) | C(HEALTH) | C(CHILDREN),
    [PURPOSE_STATISTICS] = FIGURED,
    [PURPOSE_OVERSIGHT] = HANDLING | C(IDENTITY), /* of accounts */
    [PURPOSE_TRAINING] = HANDLING,
    [PURPOSE_ADMINISTRATION] = HANDLING | C(IDENTITY),
};

/* ---- 15. basis: situation, group of purposes, class in the order of CLASS_LIST ---- */
enum need { NEED_NEVER, NEED_CONSENT, NEED_VITAL, NEED_STATED, NEED_ANY, NEED_COUNT };
POLICY_TABLE uint32_t accepted[NEED_COUNT] = {[NEED_CONSENT] = B(CONSENT),
                                              [NEED_VITAL] = B(CONSENT) | B(DANGER_TO_LIFE),
                                              [NEED_STATED] = BUT(BASIS, B(NONE)),
                                              [NEED_ANY] = ALL(BASIS)};
enum situation { OWN, SHARED, GIVEN, SITUATION_COUNT };
enum purpose_group { GROUP_OTHER, GROUP_INVESTIGATION, GROUP_REPATRIATION, GROUP_COUNT };
#define A NEED_ANY
#define T NEED_STATED
#define I NEED_VITAL
#define K NEED_CONSENT
#define N NEED_NEVER
POLICY_TABLE uint8_t basis_needs[SITUATION_COUNT][GROUP_COUNT][CLASS_COUNT] = {
    [OWN] = {{A, A, A, A, A, A, A, A, A, A, A, A, A},
             {A, A, A, N, A, T, T, A, A, A, A, A, A},
             {A, A, K, N, K, K, N, K, N, N, N, N, N}},
    [SHARED] = {{A, A, T, N, T, I, I, T, T, N, T, T, T},
                {A, A, T, N, T, T, T, T, T, N, T, T, T},
                {A, A, K, N, K, K, N, K, N, N, N, N, N}},
    [GIVEN] = {{T, T, T, N, T, I, I, T, T, N, T, T, T},
               {T, T, T, N, T, T, T, T, T, N, T, T, T},
               {K, K, K, N, K, K, N, K, N, N, N, N, N}},
};

/* ---- 16. assurance: 0 and 1 are the same ---- */
POLICY_TABLE uint8_t verb_assurance[VERBS_COUNT] = {
    [VERB_DECIDE] = 2, [VERB_CLOSE] = 2, [VERB_LINK] = 2,        [VERB_GRANT] = 2,  [VERB_EXPORT] = 2,
    [VERB_IMPORT] = 2, [VERB_SHRED] = 2, [VERB_BREAK_GLASS] = 2, [VERB_REVIEW] = 2, [VERB_ADMINISTER] = 2};
POLICY_TABLE uint8_t class_assurance[CLASS_COUNT] = {
    [CLASS_IDENTITY] = 2,        [CLASS_LOCATION] = 2, [CLASS_IMMIGRATION] = 2, [CLASS_HEALTH] = 2,
    [CLASS_SEXUAL_VIOLENCE] = 2, [CLASS_CHILDREN] = 2, [CLASS_BIOMETRICS] = 2,  [CLASS_SOURCE] = 2,
    [CLASS_TACTICS] = 2,         [CLASS_SUSPECT] = 2,  [CLASS_FINANCE] = 2};

/* ---- 18. duties ---- */
#define TELL_OWNER     OBLIGE_NOTIFY_OWNER
#define TELL_OVERSIGHT OBLIGE_NOTIFY_OVERSIGHT
#define OTHERS         (REL(CO_OWNER) | REL(RECIPIENT))
POLICY_TABLE struct row duties[] = {
    {.verbs = V(EXPORT), .objects = PERSONAL, .gives = TELL_OWNER | OBLIGE_SECOND_PERSON},
    {.verbs = V(EXPORT), .objects = O(AUDIT), .gives = OBLIGE_SECOND_PERSON},
    {.verbs = V(EXPORT), .objects = O(SYSTEM), .gives = TELL_OVERSIGHT},
    {.roles = R(SYSTEM), .verbs = V(EXPORT), .objects = O(FIGURES), .gives = TELL_OVERSIGHT},
    {.verbs = V(GRANT), .objects = O(CASE) | O(RECORD), .gives = TELL_OWNER},
    {.verbs = V(SHRED), .objects = O(CASE), .gives = TELL_OVERSIGHT | OBLIGE_SECOND_PERSON},
    {.verbs = V(DECIDE), .objects = O(FIGURES), .gives = OBLIGE_SECOND_PERSON},
    {.roles = BUT(ROLE, R(SYSTEM)), .verbs = V(SHRED), .objects = O(IMPORT), .gives = TELL_OVERSIGHT},
    {.roles = BUT(ROLE, R(SYSTEM)),
     .verbs = V(ADMINISTER),
     .objects = O(SYSTEM) | O(ACCOUNT) | O(KEY),
     .gives = TELL_OVERSIGHT | OBLIGE_SECOND_PERSON},
    {.roles = R(SYSTEM_ADMIN),
     .verbs = V(IMPORT) | V(UPDATE),
     .objects = O(PACK),
     .gives = TELL_OVERSIGHT | OBLIGE_SECOND_PERSON},
    {.roles = R(SYSTEM_ADMIN) | R(SYSTEM),
     .verbs = V(CREATE) | V(CLOSE) | V(ADMINISTER),
     .objects = O(ACCOUNT),
     .gives = TELL_OVERSIGHT},
    {.verbs = V(BREAK_GLASS),
     .objects = O(CASE),
     .gives = TELL_OWNER | TELL_OVERSIGHT | OBLIGE_REVIEW | OBLIGE_SECOND_PERSON},
    {.verbs = WRITE | V(DECIDE) | V(LINK) | V(REFER) | V(ASSIGN) | V(EXTEND),
     .objects = PERSONAL,
     .relations = OTHERS,
     .gives = TELL_OWNER},
    {.roles = R(FOREIGN_LIAISON),
     .verbs = V(READ) | V(CREATE),
     .objects = PERSONAL,
     .gives = TELL_OWNER | TELL_OVERSIGHT},
    {.verbs = LOOK,
     .objects = REPORTED,
     .relations = OTHERS | REL(COPY),
     .bases = B(LEGAL),
     .classes = BUT(CLASS, HANDLING),
     .gives = TELL_OVERSIGHT},
    {.verbs = LOOK,
     .objects = REPORTED,
     .relations = OTHERS | REL(COPY),
     .bases = B(DANGER_TO_LIFE),
     .classes = BUT(CLASS, HANDLING),
     .gives = TELL_OWNER | TELL_OVERSIGHT | OBLIGE_REVIEW},
    {.verbs = V(REFER) | V(GRANT) | V(EXPORT),
     .objects = REPORTED,
     .bases = B(LEGAL),
     .gives = TELL_OVERSIGHT},
    {.verbs = V(REFER) | V(GRANT) | V(EXPORT),
     .objects = REPORTED,
     .bases = B(DANGER_TO_LIFE),
     .gives = TELL_OVERSIGHT | OBLIGE_REVIEW},
};

#undef D
#undef H
#undef M
#undef G
#undef S
#undef A
#undef T
#undef I
#undef K
#undef N
