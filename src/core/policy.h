/* SPDX-License-Identifier: Apache-2.0 */
/* policy.h - one pure function decides what anybody may do or see. Written down in docs/policy.md, which is
 * the source: this header and policy.c follow it; an oracle in another language is written from the document
 * alone and must agree on the whole matrix. No I/O, no clock, no globals, no allocation; total; default deny.
 *
 * A decision is asked for one object as a whole (class == CLASS_NONE) before an action or a view, and again
 * for each field class before anything of that class is unsealed. */
#pragma once
#include "base/err.h"
#include <stdint.h>

#define POLICY_ENUM(name, prefix, list) enum name { list(POLICY_ENUM_ITEM) prefix##_COUNT };
#define POLICY_ENUM_ITEM(id, word)      id,

/* clang-format off */
/* The acting role of a session. */
#define ROLE_LIST(X)                                                                                      \
    X(ROLE_ANONYMOUS, "anonymous") X(ROLE_INTAKE_COUNSELLOR, "intake_counsellor")                         \
    X(ROLE_CASE_LEAD, "case_lead") X(ROLE_CASE_MEMBER, "case_member")                                     \
    X(ROLE_SHELTER_WORKER, "shelter_worker") X(ROLE_HEALTH, "health") X(ROLE_LEGAL_AID, "legal_aid")      \
    X(ROLE_POLICE_INVESTIGATOR, "police_investigator")                                                    \
    X(ROLE_IMMIGRATION_OFFICER, "immigration_officer") X(ROLE_LABOUR_INSPECTOR, "labour_inspector")       \
    X(ROLE_SCREENING_DESK, "screening_desk") X(ROLE_ANALYST, "analyst")                                   \
    X(ROLE_STATISTICS_OFFICER, "statistics_officer") X(ROLE_OVERSIGHT, "oversight")                       \
    X(ROLE_KEY_CUSTODIAN, "key_custodian") X(ROLE_SYSTEM_ADMIN, "system_admin")                           \
    X(ROLE_FOREIGN_LIAISON, "foreign_liaison") X(ROLE_PROGRAMME_MANAGER, "programme_manager")             \
    X(ROLE_SYSTEM, "system")
POLICY_ENUM(role, ROLE, ROLE_LIST)

/* What the actor's agency is to the object. */
#define RELATION_LIST(X)                                                                                  \
    X(RELATION_NONE, "none") X(RELATION_OWNER, "owner") X(RELATION_CO_OWNER, "co_owner")                  \
    X(RELATION_RECIPIENT, "recipient") X(RELATION_COPY, "copy")
POLICY_ENUM(relation, RELATION, RELATION_LIST)

#define PURPOSE_LIST(X)                                                                                   \
    X(PURPOSE_NONE, "none") X(PURPOSE_PROTECTION, "protection")                                           \
    X(PURPOSE_INVESTIGATION, "investigation") X(PURPOSE_SCREENING, "screening")                           \
    X(PURPOSE_INSPECTION, "inspection") X(PURPOSE_REPATRIATION, "repatriation")                           \
    X(PURPOSE_STATISTICS, "statistics") X(PURPOSE_OVERSIGHT, "oversight")                                 \
    X(PURPOSE_TRAINING, "training") X(PURPOSE_ADMINISTRATION, "administration")
POLICY_ENUM(purpose, PURPOSE, PURPOSE_LIST)

/* On what the disclosure rests. */
#define BASIS_LIST(X)                                                                                     \
    X(BASIS_NONE, "none") X(BASIS_CONSENT, "consent") X(BASIS_LEGAL, "legal")                             \
    X(BASIS_DANGER_TO_LIFE, "danger_to_life")
POLICY_ENUM(basis, BASIS, BASIS_LIST)

#define CLASS_LIST(X)                                                                                     \
    X(CLASS_NONE, "none") X(CLASS_ROUTING, "routing") X(CLASS_IDENTITY, "identity")                       \
    X(CLASS_LOCATION, "location") X(CLASS_IMMIGRATION, "immigration") X(CLASS_HEALTH, "health")           \
    X(CLASS_SEXUAL_VIOLENCE, "sexual_violence") X(CLASS_CHILDREN, "children")                             \
    X(CLASS_BIOMETRICS, "biometrics") X(CLASS_SOURCE, "source") X(CLASS_TACTICS, "tactics")               \
    X(CLASS_SUSPECT, "suspect") X(CLASS_FINANCE, "finance")
POLICY_ENUM(field_class, CLASS, CLASS_LIST)

/* TLP 2.0 (first.org/tlp). */
#define LABEL_LIST(X)                                                                                     \
    X(LABEL_CLEAR, "TLP:CLEAR") X(LABEL_GREEN, "TLP:GREEN") X(LABEL_AMBER, "TLP:AMBER")                   \
    X(LABEL_AMBER_STRICT, "TLP:AMBER+STRICT") X(LABEL_RED, "TLP:RED")
POLICY_ENUM(label, LABEL, LABEL_LIST)

#define OBJECT_LIST(X)                                                                                    \
    X(OBJECT_SYSTEM, "system") X(OBJECT_CASE, "case") X(OBJECT_SUBJECT, "subject")                        \
    X(OBJECT_RECORD, "record") X(OBJECT_REPORT, "report") X(OBJECT_SHELTER_PLACE, "shelter_place")        \
    X(OBJECT_ACCOUNT, "account") X(OBJECT_AGENCY, "agency") X(OBJECT_AUDIT, "audit")                      \
    X(OBJECT_KEY, "key") X(OBJECT_FIGURES, "figures") X(OBJECT_PLAN, "plan") X(OBJECT_PACK, "pack")       \
    X(OBJECT_IMPORT, "import") X(OBJECT_CLOCK, "clock") X(OBJECT_SESSION, "session")
POLICY_ENUM(object_kind, OBJECT, OBJECT_LIST)

#define VERB_LIST(X)                                                                                      \
    X(VERB_READ, "read") X(VERB_LIST, "list") X(VERB_CREATE, "create") X(VERB_UPDATE, "update")           \
    X(VERB_DECIDE, "decide") X(VERB_CLOSE, "close") X(VERB_LINK, "link") X(VERB_REFER, "refer")           \
    X(VERB_GRANT, "grant") X(VERB_ASSIGN, "assign") X(VERB_EXTEND, "extend") X(VERB_EXPORT, "export")     \
    X(VERB_IMPORT, "import") X(VERB_TALLY, "count") X(VERB_SHRED, "shred")                                \
    X(VERB_BREAK_GLASS, "break_glass") X(VERB_REVIEW, "review") X(VERB_ADMINISTER, "administer")          \
    X(VERB_SIGN_IN, "sign_in") X(VERB_VERIFY, "verify")
POLICY_ENUM(verb, VERBS, VERB_LIST) /* VERBS_COUNT of them; the word of VERB_TALLY is "count" */

#define VERDICT_LIST(X)                                                                                   \
    X(VERDICT_DENY, "deny") X(VERDICT_CONCEAL, "conceal") X(VERDICT_HINT, "hint")                         \
    X(VERDICT_MASK, "mask") X(VERDICT_ALLOW, "allow")
POLICY_ENUM(verdict, VERDICT, VERDICT_LIST)

/* Why. The rules are tried in the order of docs/policy.md (the order of these words, but that `class` has a
 * second rule after assurance); the first that fails names the reason. An allow is `ok`. */
#define REASON_LIST(X)                                                                                    \
    X(REASON_OK, "ok") X(REASON_INVALID, "invalid") X(REASON_ROLE, "role") X(REASON_SHELTER, "shelter")   \
    X(REASON_CLASS, "class") X(REASON_FIREWALL, "firewall") X(REASON_RELATION, "relation")                \
    X(REASON_NEED_TO_KNOW, "need_to_know") X(REASON_LABEL, "label") X(REASON_PURPOSE, "purpose")          \
    X(REASON_BASIS, "basis") X(REASON_ASSURANCE, "assurance") X(REASON_BREAK_GLASS, "break_glass")
POLICY_ENUM(policy_reason, REASON, REASON_LIST)
/* clang-format on */

/* Bits: what must happen with the answer. Refusals carry audit only; a hint also tells the owner. */
enum obligation {
    OBLIGE_AUDIT = 1,        /* always set, also with a refusal */
    OBLIGE_NOTIFY_OWNER = 2, /* the case lead is told */
    OBLIGE_NOTIFY_OVERSIGHT = 4,
    OBLIGE_REVIEW = 8,         /* by another agency, clock runs */
    OBLIGE_SECOND_PERSON = 16, /* not effective before a second person agrees */
    OBLIGE_GENERALISE = 32, /* mask shows a generalised form (age in years, prefecture) rather than nothing */
};

struct policy_question {
    enum role role;
    enum verb verb;
    enum object_kind object;
    enum relation relation;
    bool need_to_know; /* named member of this case (or owner of this record) today; docs/policy.md §3 */
    enum purpose purpose;
    enum basis basis;       /* consent or legal basis recorded for this recipient, class and purpose */
    enum field_class class; /* CLASS_NONE: the object as a whole */
    enum label label;
    bool break_glass;  /* an open break-glass session of this account on this object, second person agreed */
    uint8_t assurance; /* 1..3: authenticator assurance level of the session (NIST SP 800-63B) */
};
struct policy_answer {
    enum verdict verdict;
    enum policy_reason reason;
    uint32_t obligations;
};
struct policy_answer policy_decide(const struct policy_question *q); /* NULL: deny, invalid */

/* Words of the enums, as written in docs/policy.md, pack files, the API and audit leaves. NULL / -1 when out
 * of range. */
const char *role_word(enum role v);
const char *relation_word(enum relation v);
const char *purpose_word(enum purpose v);
const char *basis_word(enum basis v);
const char *class_word(enum field_class v);
const char *label_word(enum label v);
const char *object_word(enum object_kind v);
const char *verb_word(enum verb v);
const char *verdict_word(enum verdict v);
const char *policy_reason_word(enum policy_reason v);
const char *obligation_word(enum obligation bit); /* of one bit */
int role_find(const char *word);
int purpose_find(const char *word);
int class_find(const char *word);
int label_find(const char *word);
int object_find(const char *word);
int verb_find(const char *word);
int relation_find(const char *word);
int basis_find(const char *word);
int verdict_find(const char *word);
int policy_reason_find(const char *word);
int obligation_find(const char *word); /* the bit */
