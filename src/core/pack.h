/* SPDX-License-Identifier: Apache-2.0 */
/* pack.h - a country pack: the plan, agencies, code lists, laws, record kinds and texts of one country, as
 * data.
 *
 * docs/pack-format.md describes every file. pack_load reads a folder, checks everything, and gives one
 * immutable tree (safe to share between threads), or else every fault with file:line. All human texts in the
 * YAML are English msgids; the other languages of the pack come from texts/LANG.po, and a missing one is a
 * fault. Facts carry source, date, `verified`.
 *
 * Lists of the pack are arrays in file order; lookups by id are by hash or binary search. All strings are
 * NUL-terminated. */
#pragma once
#include "base/calendar.h"
#include "core/policy.h"
#include "core/scenario.h"
#include "sys/yaml.h"

struct pack_source {
    const char *id, *title, *date, *url;
    bool verified;
    const char *evidence;
};
struct scheme {
    const char *id, *title, *source;
}; /* of crosswalks: "htcds", "ctdc" */

struct agency {
    const char *id;   /* stable word: "npa" */
    const char *name; /* msgid */
    const char *short_name;
    const char *type;   /* code of the list organisation_type */
    const char *parent; /* agency id; "" if none */
    const char *const *members;
    size_t nmembers; /* agency ids, of a group */
    bool group;      /* a collective name ("the relevant ministries"): owns no cases */
    bool task_force; /* one of the seven (plan 4(1)(i)) */
    const char *successor_of, *from, *until; /* dated; "" if open */
    const char *note;
    const char *evidence;
    bool verified;
    int line;
    const char *file;
};
struct office {
    const char *id;
    const struct agency *agency;
    const char *name;
    const char *prefecture, *parent, *function, *from, *until; /* "" if none */
    const char *evidence;
    bool verified;
};
struct jurisdiction {
    const char *prefecture;
    const struct agency *agency;
    const struct office *office;
    const char *evidence;
    bool verified;
};
struct opening {                   /* sourced hours of a contact point, for the machine */
    uint8_t days;                  /* bits: 1 << weekday (1=Mon..7=Sun) */
    int from_minute, until_minute; /* of the local day; until <= 1440 */
    const char *const *languages;
    size_t nlanguages; /* none = all of the contact point */
    bool holidays;
};
struct contact_line {
    const char *language, *number, *days, *hours;
}; /* a number for one language */
struct contact_point {
    const char *id, *name, *number; /* number "" = no sourced number: shown as such */
    const struct agency *agency;    /* may be NULL */
    const char *const *languages;
    size_t nlanguages;
    const char *other_numbers, *languages_note, *routing, *url;
    const char *hours, *note;    /* in words (msgids); "" = not known */
    const char *days, *channels; /* words joined by ';' */
    const struct opening *open;
    size_t nopen;
    const struct contact_line *lines;
    size_t nlines;
    const char *evidence, *last_verified;
    bool verified, public_ok; /* public_ok: may be shown to the public */
};

enum crosswalk_match { MATCH_EXACT, MATCH_BROADER, MATCH_NARROWER, MATCH_LOSSY };
struct crosswalk {
    const char *scheme, *code;
    enum crosswalk_match match;
};
struct code {
    const char *code, *label; /* label is a msgid */
    const char *broader;      /* another code of the list; NULL */
    const char *from, *until; /* codes end, they never vanish */
    const char *note, *evidence;
    const struct crosswalk *crosswalks;
    size_t ncrosswalks;
    bool verified;
};
struct code_list {
    const char *id, *title, *help, *source, *evidence;
    bool verified; /* verified: of codes that do not say */
    const struct code *codes;
    size_t n;
    const uint32_t *order; /* codes by their word, for code_find; NULL in a list made by hand */
};
const struct code *code_find(const struct code_list *list, const char *code);
/* Coming in: the exact match wins, else the first in file order. */
const struct code *code_by_crosswalk(const struct code_list *list, const char *scheme, const char *foreign);
/* Going out: the exact crosswalk of the scheme wins, else the first; NULL if none. */
const struct crosswalk *code_crosswalk(const struct code *code, const char *scheme);

struct law {
    const char *id, *title, *number, *jurisdiction, *from, *until, *note, *evidence;
    bool verified;
};
struct provision {
    const char *id;
    const struct law *law;
    const char *article, *title, *from, *until, *penalty, *quote, *note,
        *source; /* source: id or evidence, as given */
    bool verified;
    const char *const *elements;
    size_t nelements;
};
/* A legal definition as acts, means and purposes; several stand side by side. */
struct legal_definition {
    const char *id, *title;
    const struct provision *provision;
    const struct code_list *acts, *means, *purposes;
    int child_age;
    const char *const *child_acts;
    size_t nchild_acts; /* acts on a person under child_age only, which need no means; with any such
                           list the others need means for everybody */
};
struct programme {
    const char *id, *name, *from, *until, *note, *source;
    bool verified;
};

/* ---- the plan
 * ------------------------------------------------------------------------------------------------ */
enum indicator_op { IND_COUNT, IND_SHARE, IND_MEDIAN_HOURS, IND_SUM, IND_DISTINCT, IND_MANUAL };
struct condition; /* field, operator, value; all / any / not */
struct indicator {
    const char *id, *title;
    enum indicator_op op;
    const char *kind;              /* record kind counted, or "case" / "subject" / "clock" */
    const char *field, *field_to;  /* of median/sum/distinct */
    const char *by;                /* optional grouping field */
    const struct condition *of;    /* what is looked at; share: denominator; may be NULL */
    const struct condition *where; /* may be NULL; share: numerator */
    int64_t per;                   /* share: per 100, 10000, ... */
    const char *unit;              /* manual; "" else */
};
struct duty {
    const char *id;                /* exactly as in the plan: "3(1)/a" */
    const struct measure *measure; /* NULL for the preamble (0/a..e) */
    const char *title, *quote, *capability, *note;
    const char *const *agencies;
    size_t nagencies; /* named in the text */
    const char *const *agencies_inferred;
    size_t ninferred; /* reader's inference: marked so on the screen */
    const char *const *laws;
    size_t nlaws;
    const char *const *systems;
    size_t nsystems; /* existing systems the text names */
    const char *notify, *deadline, *module;
    const struct indicator *indicators;
    size_t nindicators;
    const char *alias; /* e.g. "6(3)(vi)" where the text misnumbers */
    int line;
};
struct chapter {
    const char *id, *title;
};
struct measure {
    const char *id, *title, *quote, *alias;
    const struct chapter *chapter;
};
struct programme_item {
    const char *id, *title, *quote, *capability, *note, *source;
    const char *const *agencies;
    size_t nagencies;
    const char *const *agencies_inferred;
    size_t ninferred;
    const char *const *countries;
    size_t ncountries;
    const char *const *laws;
    size_t nlaws;
    const char *const *systems;
    size_t nsystems;
    const char *notify, *deadline, *module;
    const struct indicator *indicators;
    size_t nindicators;
    int line;
};

/* ---- kinds
 * --------------------------------------------------------------------------------------------------- */
enum field_type {
    FT_TEXT,
    FT_LONG_TEXT,
    FT_INT,
    FT_BOOL,
    FT_DATE,
    FT_TIME,
    FT_CODE,
    FT_CODES,
    FT_AGENCY,
    FT_OFFICE,
    FT_SUBJECT
};
enum cond_op {
    COND_IS,
    COND_NOT,
    COND_IN,
    COND_AT_LEAST,
    COND_AT_MOST,
    COND_GIVEN,
    COND_ALL,
    COND_ANY,
    COND_NONE
};
struct condition {
    enum cond_op op;
    const char *field; /* leaf */
    const char *const *values;
    size_t n;                             /* leaf */
    const struct condition *const *parts; /* ALL, ANY, NONE: n of them */
};
struct section { /* questions of a form that belong together */
    const char *name, *label, *help;
};
struct field {
    const char *name, *label, *help;
    const char *section; /* name of the section of the kind; "" in a kind without any */
    enum field_type type;
    const struct code_list *codes; /* CODE, CODES */
    enum field_class class;
    bool required, indexed;
    const char *fact; /* column name in core/facts, or NULL */
    int64_t min, max; /* INT range; TEXT lengths in code points; CODES number; INT64_MIN/MAX = none */
    const struct condition *when; /* asked only then; NULL = always */
    const char *not_before;       /* DATE/TIME: name of another field that must not be later; NULL */
    int line;
};
struct clock_rule {
    const char *name, *label;
    const char *start, *stop;     /* action names (start "create"); start "clock": only chained */
    const struct condition *when; /* started only if it holds; NULL = always */
    const char *duty, *basis;     /* basis "internal target" where the plan names no hours */
    const char *authority;        /* agency id that set it */
    int64_t due_hours;
    int due_calendar_days, due_working_days; /* exactly one is not 0 */
    int64_t warn_hours;                      /* before due */
    const char *then_starts;                 /* chained: clock started when this one stops; NULL */
    int line;
};
/* What must have been recorded about the person before the action has its effect (invariant 3; asked of
 * door_config.gate). AFTER is for the step that could not wait: it may begin without one, but only once, and
 * the next gated step is held. */
enum gate { GATE_NONE, GATE_VICTIM_SCREENING, GATE_VICTIM_SCREENING_AFTER };
const char *gate_word(enum gate g); /* as the pack writes it; "none" */
struct kind_action {
    const char *name, *label;
    const char *const *from;
    size_t nfrom;   /* every state is written out; none for create */
    const char *to; /* NULL = state unchanged */
    enum verb verb;
    uint32_t roles; /* bits of enum role that may (besides the policy) */
    uint32_t purposes;
    const char *const *fields;
    size_t nfields; /* that may be set */
    const char *const *require;
    size_t nrequire;    /* that must be set afterwards */
    const char *notice; /* msgid of a notice without personal data to the owner; NULL */
    enum gate gate;     /* only in kinds that attach to a subject and to nothing else; never of amend */
};
enum attach { ATTACH_CASE = 1, ATTACH_SUBJECT = 2, ATTACH_NONE = 4 };
struct kind {
    const char *id, *title, *help;
    const char *file;
    int line;
    uint32_t attach; /* bits of enum attach */
    const char *const *duties;
    size_t nduties;
    const char *const *signs;
    size_t nsigns; /* codes of the list tip_sign that a paper of this kind shows by being there: proposed to who
                      assesses, never set */
    const char *const *subject_roles;
    size_t nsubject_roles; /* none = any */
    bool once;             /* at most one live record for each case or subject (profiles) */
    uint32_t kept_with; /* bits of enum role: who alone may know of its records, in the agency that wrote one;
                           0 = all whom the policy lets */
    const char *const *states;
    size_t nstates;                  /* first = initial */
    const char *const *state_labels; /* msgids, same order */
    const struct section *sections;
    size_t nsections; /* none = the form is one piece; else each field is of one, in their order */
    const struct field *fields;
    size_t nfields;
    const uint16_t *field_order; /* fields by name, for kind_field; NULL in a kind made by hand */
    const struct kind_action *actions;
    size_t nactions; /* [0] is always "create", then "amend" */
    const struct clock_rule *clocks;
    size_t nclocks;
};
const struct field *kind_field(const struct kind *k, const char *name);
const struct kind_action *kind_action(const struct kind *k, const char *name);
/* The section of a field; NULL in a kind without any. */
const struct section *kind_section(const struct kind *k, const struct field *f);
/* The clearer word for people: true when `c` holds for values looked up by get(user, field) ("" = not given;
 * multi = ';'). */
bool condition_holds(const struct condition *c, const char *(*get)(void *user, const char *field),
                     void *user);

/* Clocks of one sort of thing: a kind, or reports. */
struct clock_set {
    const char *id;
    const struct clock_rule *rules;
    size_t n;
};

/* ---- reports of first contact: which agency gets one, and how long it may take
 * ------------------------------------------------------------------------------- */
#define CLOCKS_OF_REPORTS "report" /* no kind has this id */
struct report_route {
    const char *prefecture;        /* "" = any */
    const char *danger, *children; /* "yes", "no", "unknown"; "" = any */
    const char *agency, *office;   /* office "" = the agency as a whole */
    const char *evidence;
    bool verified;
};
struct report_rules {
    const struct report_route *routes; /* the first that fits counts; the last fits all */
    size_t nroutes;
    const char *const *consent_only; /* agencies that get none without consent or danger to life */
    size_t nconsent_only;
    const struct clock_rule *clocks;
    size_t nclocks;
};

/* ---- stages, imports, holidays
 * ------------------------------------------------------------------------------- */
struct stage {
    const char *id, *label;
    bool protects;
}; /* in order */
struct import_column {
    const char *column;
    const char *kind, *field;
    const char *role;
    const struct code_list *codes;
    const char *scheme;
    bool multi;
};
struct import_map {
    const char *id, *title, *source, *blank;
    char separator, multi_separator;
    const struct import_column *columns;
    size_t n;
};

enum holiday_rule { HOL_FIXED, HOL_NTH_WEEKDAY, HOL_EQUINOX_SPRING, HOL_EQUINOX_AUTUMN, HOL_ONCE };
struct holiday {
    const char *name;
    enum holiday_rule rule;
    int month, day, nth, weekday; /* as the rule needs */
    int from_year, until_year;    /* 0 = open */
    struct date once;
    bool closure; /* offices closed, but no holiday: never moves, the other two rules do not see it */
};
struct holiday_calendar {
    const char *id, *title;
    int valid_from, valid_until; /* years; 0 = open */
    const struct holiday *items;
    size_t n;
    bool substitute; /* a holiday on a Sunday moves to a later day (Act 178 of 1948, art. 3(2)) */
    bool sandwiched; /* a day between two holidays is one (art. 3(3)) */
    int substitute_from_year, sandwiched_from_year; /* 0 = always */
    const char *substitute_name, *sandwiched_name;  /* msgids */
    int next_free_from_year; /* the substitute is the next day that is no holiday from this year on (Japan:
                                2007); before, the very next day or none. 0 = always */
    uint8_t weekend;         /* bits: 1 << weekday (1=Mon..7=Sun) */
    const char *includes;    /* calendar whose keys and items were taken over first; "" if none */
    const char *source, *evidence;
    bool verified;
};

/* ---- signs of trafficking: indicators.yaml
 * ----------------------------------------------------------------------- */
#define PROFILE_LIST(X)                     \
    X(PROFILE_ADULT_LABOUR, "adult_labour") \
    X(PROFILE_CHILD_LABOUR, "child_labour") \
    X(PROFILE_ADULT_SEXUAL, "adult_sexual") X(PROFILE_CHILD_SEXUAL, "child_sexual")
POLICY_ENUM(profile, PROFILE, PROFILE_LIST)
#define DIMENSION_LIST(X)                                         \
    X(DIMENSION_DECEPTIVE, "deceptive_recruitment")               \
    X(DIMENSION_COERCIVE, "coercive_recruitment")                 \
    X(DIMENSION_VULNERABLE, "abuse_of_vulnerability_recruitment") \
    X(DIMENSION_EXPLOITATION, "exploitation")                     \
    X(DIMENSION_COERCION, "coercion_at_destination") X(DIMENSION_HELD, "abuse_of_vulnerability_destination")
POLICY_ENUM(dimension, DIMENSION, DIMENSION_LIST)
#define STRENGTH_LIST(X)     \
    X(STRENGTH_NONE, "none") \
    X(STRENGTH_WEAK, "weak") X(STRENGTH_MEDIUM, "medium") X(STRENGTH_STRONG, "strong")
POLICY_ENUM(strength, STRENGTH, STRENGTH_LIST)
const char *profile_word(enum profile p);
int profile_find(const char *word); /* -1 */
const char *dimension_word(enum dimension d);
const char *strength_word(enum strength s);
enum known_by {
    KNOWN_BY_DOCUMENT = 1,
    KNOWN_BY_OTHERS = 2,
    KNOWN_BY_ASKING = 4
}; /* in this order: she is asked last */

struct ground {
    const char *id, *title, *evidence;
    bool verified;
}; /* what a strength rests on */
struct profile_text {
    enum profile profile;
    const char *label;
    const struct ground *ground;
};
enum element { ELEMENT_MEANS, ELEMENT_PURPOSE };
struct dimension_text {
    enum dimension dimension;
    const char *label;
    enum element element;
};
struct sign { /* an indicator */
    const char *code, *label;
    enum dimension dimension;
    struct {
        enum strength of[PROFILE_COUNT];
    } strength; /* STRENGTH_NONE: not in this profile */
    struct {
        const struct ground *of[PROFILE_COUNT];
    } ground; /* after loading: NULL only where there is no strength */
    const char *const *signs;
    size_t nsigns;     /* codes of the list tip_sign */
    uint32_t known_by; /* bits of enum known_by */
    int line;
};
struct prompt_group {
    const char *id, *label;
};
struct prompt { /* of a quick screening */
    const char *code, *label;
    const struct prompt_group *group;
    enum strength strength;
    bool context; /* a circumstance: shown, never counted */
    const char *const *suggests;
    size_t nsuggests; /* indicators to look at */
};
struct situation {
    const char *id, *label;
    const char *const *groups;
    size_t ngroups;
};
enum counts { COUNTS_NOTHING, COUNTS_SUSPICION };
struct side_question {
    const char *code, *label;
    uint32_t known_by;
    enum counts counts;
};
struct offence {
    const char *id, *title, *help;
    const char *const *speaks;
    size_t nspeaks;
    const char *const *rather;
    size_t nrather;
    const char *evidence;
    bool verified;
};
/* What a negative screening must have before it lifts a hold (plan 3(1)/a; invariants 2 and 3). answered_each
 * 0: the pack says nothing, and none lifts. */
struct lifting {
    int answered_each; /* yes or no, in each dimension or group of the list; all of a smaller one */
    int unknown_most;  /* of a hundred entries: not asked, or unknown */
    bool interview;    /* she was spoken to */
    bool language;     /* in which language, or with an interpreter, is written down */
    int another;       /* who wants the step screens nobody: 0 this officer, 1 this agency */
    uint32_t roles;    /* bits of enum role: who is able to finish it; 0: all */
};
#define SIGNS_MOST   128 /* indicators; codes of one assessment stay below 512 */
#define PROMPTS_MOST 160
struct signs { /* all empty in a pack without indicators.yaml */
    const char *source;
    const struct ground *grounds;
    size_t ngrounds;
    const struct profile_text *profiles;
    size_t nprofiles; /* all of them, in the order of the enum */
    const struct dimension_text *dimensions;
    size_t ndimensions; /* the same */
    const struct sign *list;
    size_t n;
    const struct prompt_group *groups;
    size_t ngroups;
    const struct prompt *prompts;
    size_t nprompts;
    const struct situation *situations;
    size_t nsituations;
    const struct side_question *questions;
    size_t nquestions;
    const struct offence *offences;
    size_t noffences;
    struct lifting lifting;
    const char *const *competent; /* agencies that a screening that found signs is told to */
    size_t ncompetent;
};
const struct sign *sign_find(const struct signs *s, struct str code); /* NULL */

struct po;
struct pack {
    struct arena *arena;
    const char *id, *title, *country, *version, *folder;
    const char *const *languages;
    size_t nlanguages; /* [0] is the default */
    const char *time_zone;
    int min_cell;                          /* smallest number shown on shared pages */
    int new_account_days, same_maker_days; /* no second person for what cannot be undone (account/rules.h) */
    /* Kept so long: codes of offices from their issue, enquiries, reports from their closing. 0: without end.
     */
    int office_code_days, enquiry_days, report_days;
    const char *calling_code;                /* of telephones abroad, "81"; "": not known */
    int contact_days;                        /* a contact with a person that is told later takes a reason */
    bool national_staff_numbers;             /* one number is one officer over all agencies */
    const struct holiday_calendar *calendar; /* the one the clocks use */
    const struct holiday_calendar *calendars;
    size_t ncalendars;
    const struct scheme *schemes;
    size_t nschemes;
    const struct stage *stages;
    size_t nstages;
    const struct pack_source *sources;
    size_t nsources;
    const struct agency *agencies;
    size_t nagencies;
    const struct office *offices;
    size_t noffices;
    const struct jurisdiction *jurisdictions;
    size_t njurisdictions;
    const struct contact_point *contact_points;
    size_t ncontact_points;
    const struct code_list *code_lists;
    size_t ncode_lists;
    const struct law *laws;
    size_t nlaws;
    const struct provision *provisions;
    size_t nprovisions;
    const struct legal_definition *definitions;
    size_t ndefinitions;
    const struct programme *programmes;
    size_t nprogrammes;
    const char *plan_id, *plan_title, *plan_adopted, *plan_source;
    const char *programme_id, *programme_title,
        *programme_source; /* of programme.yaml: the training programme */
    const struct chapter *chapters;
    size_t nchapters;
    const struct measure *measures;
    size_t nmeasures;
    const struct duty *duties;
    size_t nduties;
    const struct programme_item *items;
    size_t nitems;
    const char *const *planned_kinds;
    size_t nplanned_kinds; /* named by indicators, not written yet */
    const struct kind *kinds;
    size_t nkinds;
    struct report_rules reports;
    const struct import_map *imports;
    size_t nimports;
    const struct scenario *scenarios;
    size_t nscenarios;
    struct signs signs;
    struct po **texts;  /* one per language; NULL for English */
    uint8_t digest[32]; /* of all files, in name order */
    const struct pack_lookup
        *lookup; /* for pack_agency and the other look-ups; NULL in a pack made by hand: it is walked */
};

struct pack_fault {
    const char *file;
    int line;
    const char *what;
};
/* Reads everything that can be read and lists all faults, by file and line, in the arena of the caller;
 * beyond 200 they are only counted, in a last line. ERR_PACK when there is any; *ret then unset.
 * ERR_NOT_FOUND: no such folder. */
enum err pack_load(const char *folder, struct arena *faults_arena, const struct pack **ret,
                   struct pack_fault **ret_faults, size_t *ret_nfaults) NODISCARD;
void pack_free(const struct pack *p); /* NULL is fine */
struct buf;
void pack_print_faults(struct buf *out, const struct pack_fault *faults,
                       size_t n); /* "file:line: words", one a line */

const struct agency *pack_agency(const struct pack *p, const char *id);
const struct office *pack_office(const struct pack *p, const char *id);
const struct code_list *pack_codes(const struct pack *p, const char *id);
const struct kind *pack_kind(const struct pack *p, const char *id);
struct clock_set pack_clocks(const struct pack *p,
                             const char *id); /* of a kind or "report"; n 0 when there is none */
const struct duty *pack_duty(const struct pack *p, const char *id);
const struct import_map *pack_import(const struct pack *p, const char *id);
/* A msgid in one of the pack's languages; falls back to English. Never NULL. */
const char *pack_text(const struct pack *p, const char *lang, const char *msgid);
bool pack_text_reviewed(const struct pack *p,
                        const char *lang); /* by a native speaker (po header X-Akari-Reviewed) */
