/* SPDX-License-Identifier: Apache-2.0 */
/* door.h - one door. Every change goes through door_act, every look through door_view, whoever asks.
 *
 *   act  = replay? -> find the object -> policy -> validate -> body -> audit leaf          one transaction,
 * then the answer leaves view = find -> policy -> read -> unseal what may be seen, mask the rest -> audit
 * leaf, durable -> then the answer leaves
 *
 * A body does no policy, no transaction, no leaf, no logging; it may run more than once (PostgreSQL is
 * SERIALIZABLE). One writer thread commits groups of actions; a refused or failed action leaves a leaf too,
 * and nothing else. An action is declared once (struct action); routes, REST, OpenAPI, CLI, help and the
 * permission matrix come from it. */
#pragma once
#include "core/audit.h"
#include "core/pack.h"
#include "core/policy.h"
#include "core/schema.h"
#include "core/vault.h"

/* ---- who asks
 * --------------------------------------------------------------------------------------------------- */
struct ctx {
    struct id account;  /* nil: anonymous or the system */
    const char *agency; /* pack word; "" for none */
    enum role role;
    enum purpose purpose;
    uint8_t assurance;    /* 1..3 */
    struct id request_id; /* made by the client or the face; a repeat is harmless. nil: the door makes one */
    const char *lang;     /* of the answer */
};
struct ctx ctx_system(void); /* ROLE_SYSTEM, PURPOSE_ADMINISTRATION */

/* ---- input
 * ------------------------------------------------------------------------------------------------------ */
/* Every face (form, JSON, command line, import) gives inputs as flat pairs; a name may repeat (multi-valued).
 */
enum value_state {
    VALUE_GIVEN,
    VALUE_UNKNOWN /* asked, not known */,
    VALUE_NOT_COLLECTED /* never asked, blank in a source */,
    VALUE_NOT_APPLICABLE,
    VALUE_MASKED /* only in answers */
};
const char *value_state_word(enum value_state s);
int value_state_find(const char *word);
struct pair {
    struct str name, value;
    enum value_state state;
};
struct input {
    const struct pair *pairs;
    size_t n;
};

/* A flat JSON object: text, whole number, true/false ("yes"/"no"), an array of those, or {"state":
 * "unknown"}. Names in `reserved` (NULL-terminated, may be NULL) are left out and given back as texts in
 * ret_reserved (empty where absent). */
enum err input_from_json(struct str text, const char *const *reserved, struct arena *a, struct input *ret,
                         struct str *ret_reserved) NODISCARD;

enum input_type {
    IN_TEXT,
    IN_LONG_TEXT,
    IN_INT,
    IN_BOOL,
    IN_DATE,
    IN_TIME,
    IN_ID,
    IN_WORD,
    IN_BYTES /* base64; max of them */
};
struct input_field {
    const char *name, *label; /* label is a msgid */
    enum input_type type;
    bool required, multi;
    bool personal;            /* by form body, file or stdin only: never URL, argv */
    bool secret;              /* shown to nobody, also not to the second person who confirms */
    int64_t min, max;         /* INT range; text length in code points; 0,0 = the default limits */
    const char *const *words; /* IN_WORD, NULL-terminated */
};

/* ---- what it is about
 * ------------------------------------------------------------------------------------------- */
struct object {
    enum object_kind kind;
    struct id id; /* nil: the collection as a whole (create, list) */
    int64_t version;
    struct case_id case_; /* whose access rows count; nil: agency alone decides */
    struct compartment_id compartment;
    const char *owner; /* agency word */
    enum label label;
    struct id person; /* accounts, sessions: whose it is; he alone needs to know. nil: the rule below */
    bool of_record;   /* a clock on a record: it belongs to who wrote that, as the record does */
    bool found;       /* false: unknown id */
    /* Bits of enum role: a paper that its kind keeps with these roles of the agency that wrote it. To
     * everybody else it has no relation (docs/policy.md, 3). 0: nobody is kept out. */
    uint32_t kept_with;
};

/* What the actor is to it today. A basis is recorded for classes and a purpose: `basis` is the strongest of
 * any class, for the object as a whole; scope_basis gives the one of a class. by_subject: the person that the
 * object is about counted, too. */
struct scope {
    enum relation relation;
    bool need_to_know, break_glass, by_subject;
    enum basis basis, of_class[CLASS_COUNT];
};
struct scope_known {
    struct case_id case_;
    struct scope scope;
}; /* the case that was asked about last */
enum basis scope_basis(const struct scope *s, enum field_class class);

/* ---- actions
 * ---------------------------------------------------------------------------------------------------- */
struct act;
struct act_request;
typedef enum err act_keeper(struct act *a, const void *what);
struct view;
struct door;
struct json /* base/json.h */;
struct action {
    const char *name;    /* "case.open": noun.verb; REST POST /api/v1/case/open, CLI `akari case open` */
    const char *summary; /* msgid */
    enum verb verb;
    enum object_kind object;
    const struct input_field *inputs;
    size_t ninputs;
    bool anonymous, when_locked, creates; /* creates: subject id is the parent (or nil) */
    bool takes_id;                        /* a subject id, though no object is found by it: the body looks */
    bool two_people; /* also where the policy does not oblige to it; never for the system (core/proposal.h) */
    enum err (*find)(struct act *a, struct object *ret);
    enum err (*body)(struct act *a);
    const struct kind *kind;
    const struct kind_action *kind_action; /* pack actions */
    const char *duty;                      /* plan id it serves, NULL */
    /* Slow work that must not hold up the writer (a password's hash): in the asking thread, before policy,
     * without a transaction. *request is a copy; it may give it another input. It decides nothing: what it
     * finds wrong it leaves to the body. */
    enum err (*prepare)(struct door *d, struct act_request *request, struct arena *a);
};
struct act {
    struct door *door;
    const struct ctx *ctx;
    const struct action *action;
    struct tx *tx;
    struct arena *arena;
    struct id subject;        /* the object acted on, as given */
    int64_t expected_version; /* -1: whatever */
    struct object object;     /* as found */
    struct scope scope;
    struct input input;
    const struct pack *pack;
    struct id second; /* who confirmed it, where it took two people; nil else */
    /* set by the body */
    struct id ret_id; /* row made or changed */
    int64_t ret_version;
    struct id proposer; /* of what this settles; about: its object, found when it was confirmed */
    struct object about;
    uint32_t obligations; /* more than the policy's answer to this action has */
    act_keeper *keep;
    const void *keep_what; /* act_keep */
    int64_t turn_ends_us;  /* monotonic; 0: never */
};
/* waits: nothing was done yet; id is that of the proposal, which a second person confirms (core/proposal.h).
 */
struct act_result {
    struct id id;
    int64_t version;
    bool replayed;
    struct id leaf;
    bool waits;
};
struct act_request {
    const struct ctx *ctx;
    const char *action;
    struct id subject;
    int64_t expected_version;
    struct input input;
    int64_t turn_us; /* an action that does as much as is there (ticks) begins nothing further after that
                        long; 0: it does all */
};

enum err door_act(struct door *d, const struct act_request *request, struct arena *a,
                  struct act_result *ret) NODISCARD;
/* All items in ONE transaction, a leaf each; the first failure undoes all of them (its index in *ret_failed).
 */
enum err door_act_batch(struct door *d, const struct act_request *requests, size_t n, struct arena *a,
                        struct act_result *ret, size_t *ret_failed) NODISCARD;
/* Items that have nothing to do with each other, for what the system does in the background: in ONE
 * transaction, a leaf each, but what fails is undone alone, and ret_outcomes says what each came to. Begins
 * no further one after for_us; *ret_n: how many were begun, the first always. An error: none was done. */
enum err door_act_each(struct door *d, const struct act_request *requests, size_t n, int64_t for_us,
                       struct arena *a, enum err *ret_outcomes, size_t *ret_n) NODISCARD;
/* The turn of a running action is over: it leaves what is left for the next. Never before its first thing. */
bool act_turn_over(const struct act *a);

/* Input of the running action, validated against its declaration before the body runs. */
struct str in_text(const struct act *a, const char *name); /* "" when not given */
bool in_given(const struct act *a, const char *name);
int64_t in_i64(const struct act *a, const char *name, int64_t absent);
bool in_bool(const struct act *a, const char *name);
struct id in_id(const struct act *a, const char *name);
size_t in_all(const struct act *a, const char *name,
              const struct pair **ret); /* values of a repeated name, in order; arena */
/* Runs another action's body inside this one (its changes join this leaf); policy is asked for it too. */
enum err act_also(struct act *a, const char *action, struct id subject, struct input input,
                  struct act_result *ret) NODISCARD;
/* What somebody must hear of: a row in the outbox, which the job runner turns into notices (core/notice.h).
 */
enum err act_emit(struct act *a, const char *event, struct id about,
                  struct str payload_without_personal_data) NODISCARD;
/* Membership and scope (table access_grant): who may know of a case. account nil = the whole agency. */
enum err act_access(struct act *a, struct case_id c, const char *agency, struct id account,
                    enum relation relation, enum basis basis, int64_t until_us) NODISCARD;
/* The basis counts for these classes (bits; 0: all) and this purpose (PURPOSE_NONE: every one) only; the
 * relation holds either way. */
enum err act_access_for(struct act *a, struct case_id c, const char *agency, struct id account,
                        enum relation relation, enum basis basis, int64_t until_us, uint32_t classes,
                        enum purpose purpose) NODISCARD;

/* What a refusal itself must leave (a hold): when the body then fails, and all that it did is undone, `keep`
 * runs and its rows join the leaf of the refusal. `what` lives in a->arena. If keep fails, too, the refusal
 * leaves its leaf alone. */
void act_keep(struct act *a, act_keeper *keep, const void *what);

/* May the actor write fields of this class of the present object? For bodies that take classes from a kind.
 */
struct policy_answer act_decide(const struct act *a, enum field_class class);
/* The same as an error; who must be told of a yes, is. */
enum err act_may(struct act *a, enum field_class class) NODISCARD;

/* ---- views
 * ------------------------------------------------------------------------------------------------------ */
struct view_decl {
    const char *name; /* "case.show": REST GET /api/v1/case/show?id=…, CLI `akari case show` */
    const char *summary;
    enum verb verb;
    enum object_kind object;
    const struct input_field *inputs;
    size_t ninputs;
    bool anonymous, when_locked;
    enum err (*find)(struct view *v, struct object *ret);
    enum err (*run)(struct view *v);                       /* fills v->model */
    void (*to_json)(const struct view *v, struct json *j); /* the REST answer */
    const char *duty;
};
struct view {
    struct door *door;
    const struct ctx *ctx;
    const struct view_decl *decl;
    struct db *db; /* a read snapshot */
    struct arena *arena;
    int64_t now_us;
    struct id subject;
    struct object object;
    struct input input;
    const struct pack *pack;
    void *model;
    bool passes_hidden; /* a body says so when it looks at more than it may show: the answer leaves on an even
                           step (door_even) */
    /* kept by the door */
    struct policy_answer answer;
    uint32_t classes;
    int64_t shown_n;
    struct hasher shown;
    struct scope scope;
    struct scope_known known;
    struct id leaf;
};
struct view_request {
    const struct ctx *ctx;
    const char *view;
    struct id subject;
    struct input input;
    bool *
        even; /* NULL: an answer that must not tell by its time what was found leaves evenly (door_even). Else
                 it is set to true then, and whoever answers with several looks at once does so at the end */
};
/* Called last for an answer that must not tell by its time what was found: it leaves a whole number of steps
 * of 10 ms after the question came (env_monotonic_us). What is hidden is read and decided on, what is unknown
 * is not; a step that is far longer than the difference swallows it. */
void door_even(int64_t came_us);
/* On OK the leaf is durable and *ret_view (arena) holds the model. ERR_NOT_FOUND for unknown and for
 * concealed alike. */
enum err door_view(struct door *d, const struct view_request *request, struct arena *a,
                   const struct view **ret) NODISCARD;

void view_show(struct view *v, struct id row); /* this row is part of the answer */
/* One sealed value, as the viewer may see it. */
struct shown {
    struct str text;
    enum verdict verdict;
    enum policy_reason reason;
}; /* text empty unless ALLOW */
/* The verdict for a class of the present object (or another one given by view_object). */
struct policy_answer view_decide(struct view *v, const struct object *o, enum field_class class);
/* decide, unseal, note in the leaf. Masked and withheld are OK with an empty text; ERR_* only for faults. */
enum err view_unseal(struct view *v, const struct object *o, enum field_class class, struct place at,
                     struct str envelope, struct shown *ret) NODISCARD;
/* A value of these classes (bits) goes out that stood in an envelope of another one, and view_decide has
 * allowed each: into the leaf. */
void view_note(struct view *v, uint32_t classes, uint32_t obligations, struct id row);
struct str view_in(const struct view *v, const char *name);

/* ---- finding things in scope
 * ------------------------------------------------------------------------------------ */
/* How a question is filled (docs/policy.md section 3): relation, need-to-know, basis and open break-glass of
 * the actor to an object today. What hangs on no case is the paper of its agency; a collection, or something
 * new without a parent, is the actor's own. */
enum err door_scope(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                    struct scope *ret) NODISCARD;
/* May what the view itself tells of this class be told: with the view's own verb? Noted in the leaf when it
 * may. */
bool view_tells(struct view *v, const struct object *o, enum field_class class);
/* May this item be in a list? Asked for each. The second: outside of a view, for whoever it is. */
bool view_may_list(struct view *v, const struct object *o);
bool door_may_list(struct db *db, const struct ctx *c, const struct object *o, int64_t now_us);
/* SQL of lists: does a grant, of today or not, name this account in this case? It narrows what a list reads;
 * the policy decides on each row. It is asked of a row at a time, by an index and on both databases: `IN
 * (SELECT ...)` and EXISTS in an OR are answered by reading all her cases before the first row of a page. */
#define SQL_NAMES(account, case_)                                                                \
    "(SELECT g.case_id FROM access_grant g WHERE g.account = " account " AND g.case_id = " case_ \
    " LIMIT 1) "                                                                                 \
    "IS NOT NULL"

/* What core/ must know of the domain's entities; the registry gives it. Each fills owner, compartment, label,
 * case_, version of *ret, or ERR_NOT_FOUND. */
struct entities {
    enum err (*case_)(struct db *db, struct arena *a, struct id id, struct object *ret);
    enum err (*subject)(struct db *db, struct arena *a, struct id id, struct case_id in_case,
                        struct object *ret); /* as seen from a case it has a role in */
    /* of first contact, before there is a case; NULL: there are none */
    enum err (*report)(struct db *db, struct arena *a, struct id id, struct object *ret);
};
const struct entities *door_entities(const struct door *d);

/* A step against a person: an action that the pack gives a gate (enum gate). Asked of the domain that keeps
 * screenings and holds. */
struct step {
    struct case_id case_;
    struct id subject, record; /* record nil: the step makes it */
    const struct kind *kind;
    const struct kind_action *action;
};
struct gates {
    enum err (*may_start)(struct act *a,
                          const struct step *s); /* before its effect; ERR_HELD: who waits for what */
    enum err (*started)(struct act *a, const struct step *s); /* it had it, in the same transaction */
    /* Has this agency, has this officer ever wanted a step against the person (or who is said to be the
     * same)? For looks at what she said: whoever acts against her is told the outcome, never her words. */
    enum err (*wanted)(struct db *db, const struct ctx *ctx, struct id subject, bool *ret_agency,
                       bool *ret_officer);
};
const struct gates *door_gates(const struct door *d);

/* ---- the door itself
 * --------------------------------------------------------------------------------------------- */
/* What a domain must do from time to time: the job runner asks `due`, and while it says yes runs `action` as
 * the system, which tells in its version how much it did (0: nothing is left). */
struct job_due {
    const char *action;
    enum err (*due)(struct db *db, int64_t now_us, bool *ret);
    /* In place of `due`, for what can be done only where the keys are open that it needs. */
    enum err (*due_with)(const struct vault *vault, struct db *db, bool *ret);
};
struct door_config {
    const char *data;      /* data folder: akari.conf, akari.db, lock, keys; NULL with url (tests) */
    const char *url, *vfs; /* tests: straight to a database */
    const char *origin;    /* tests: in place of akari.conf; NULL else */
    enum db_sync sync;
    const struct schema *schema; /* core + domains */
    const struct action *const *actions;
    size_t nactions; /* tables of the domains; pack actions are added from the pack */
    const struct view_decl *const *views;
    size_t nviews;
    const struct job_due *jobs; /* kept; may be NULL */
    size_t njobs;
    const struct pack *pack;         /* NULL: only what needs none */
    const struct entities *entities; /* NULL: no cases (tests of core/) */
    const struct gates *gates;       /* NULL: every step that has a gate is held */
    bool synthetic; /* door_create: the whole store is training or demonstration data, for good (invariant 11)
                     */
    int readers;    /* connections for views; 0 = 4 */
    int64_t sequence_us; /* how often leaves are placed; 0 = 200 ms; -1 = only at door_sequence and close */
};
enum err door_open(const struct door_config *config, struct door **ret) NODISCARD;
enum err door_close(struct door *d); /* drains, places leaves, closes */
enum err door_create(const struct door_config *config, const struct unlock *secret,
                     enum argon_cost cost) NODISCARD; /* tables + keys + first leaf */
/* A new store, filled in its first transaction: all of it or none. ERR_STATE when there is one already. For
 * backup_restore. */
typedef enum err door_fill(void *user, struct tx *tx);
enum err door_make(const struct door_config *config, door_fill *fill, void *user) NODISCARD;
enum err door_unlock(struct door *d, const struct unlock *secret) NODISCARD;
enum err door_sequence(struct door *d) NODISCARD; /* now; returns when the checkpoint is durable */
struct vault *door_vault(struct door *d);
const struct pack *door_pack(const struct door *d);
const struct schema *door_schema(const struct door *d);
/* https://akari.example: line "origin" of akari.conf; "" without one */
const char *door_origin(const struct door *d);
/* Was the store made for training or demonstration data (door_config.synthetic)? */
enum err door_synthetic(struct db *db, bool *ret) NODISCARD;
const struct action *door_action(const struct door *d, const char *name);
const struct view_decl *door_view_decl(const struct door *d, const char *name);
size_t door_actions(const struct door *d, const struct action *const **ret);
size_t door_views(const struct door *d, const struct view_decl *const **ret);
size_t door_jobs(const struct door *d, const struct job_due **ret);
/* A read connection for jobs that load memory (facts, backup, verify): the caller gives it back. Does not
 * audit: only core/. */
enum err door_reader(struct door *d, struct db **ret) NODISCARD;
void door_reader_done(struct door *d, struct db *db);
/* A leaf for something that the system itself did to the store as a whole (a backup). */
enum err door_note(struct door *d, const char *what) NODISCARD;
/* Writes rows that the audit does not cover (sessions, job locks: they hold no facts) in the writer, without
 * a leaf. ERR_INTERNAL, and nothing is written, when a covered row was among them. Only core/. */
typedef enum err door_quiet_body(struct tx *tx, void *arg);
enum err door_quiet(struct door *d, door_quiet_body *body, void *arg) NODISCARD;
/* A leaf for something refused before it became an action (bad session, bad token, malformed request). */
enum err door_note_refusal(struct door *d, const struct ctx *ctx, const char *what,
                           enum err outcome) NODISCARD;
/* Called in the writer thread after each commit, with the changes of one action: facts and indexes follow. */
typedef void door_watch(void *user, struct str changes);
enum err door_add_watch(struct door *d, door_watch *watch, void *user) NODISCARD;
void door_drop_watch(struct door *d, door_watch *watch,
                     void *user); /* not called any more once this returns */
/* What a domain keeps in memory beside the door, as the facts are: made when first asked for, once for each
 * key, dropped by door_close when nobody is inside any more and the connections are still open. ERR_LIMIT:
 * too many keys. */
typedef enum err door_make_kept(struct door *d, void **ret);
typedef void door_drop(void *kept);
enum err door_keep(struct door *d, const void *key, door_make_kept *make, door_drop *drop,
                   void **ret) NODISCARD;
/* A connection of its own for what is kept so, to read with; its drop closes it (db_close). */
enum err door_connection(struct door *d, struct db **ret) NODISCARD;
/* Work in the background gives way to whoever waits at a page. A thread says once what it is, before it first
 * comes in; then, between two rows and with no statement open, it asks: after DOOR_SLICE_US of work it ends
 * its snapshot, so that the log of the database can be emptied, sleeps while somebody is inside the door or
 * was DOOR_LINGER_US ago (her page is on its way to her), DOOR_PAUSE_US at most, and begins a snapshot of
 * now. With nobody there it goes on at once. ERR_BUSY: the door is closing, and nobody needs the work any
 * more. In any other thread it does nothing. What works in the background is nobody: it does not wait for its
 * like. */
#define DOOR_SLICE_US  5000
#define DOOR_PAUSE_US  20000
#define DOOR_LINGER_US 3000
void door_in_background(void);
enum err door_give_way(struct door *d, struct db *db) NODISCARD;
/* The same sleep, DOOR_REST_US at most, for work that holds no snapshot and changes things in turns (jobs):
 * after each of them. Longer, for the writer and the disk serve everybody. */
#define DOOR_REST_US 40000
void door_rest(struct door *d);
struct door_stats {
    uint64_t pauses; /* of work in the background, for somebody who was inside */
    uint64_t acts, views, commits, refused;
    int64_t queue;
};
struct door_stats door_stats(const struct door *d);

/* Columns of consent and of access_grant. */
enum {
    CN_ID,
    CN_CASE,
    CN_SUBJECT,
    CN_AGENCY,
    CN_CLASSES,
    CN_PURPOSE,
    CN_BASIS,
    CN_GIVEN,
    CN_UNTIL,
    CN_WITHDRAWN,
    CN_VERSION,
    CN_HOW,
    CN_LANGUAGE,
    CN_RECORDED_BY,
    CN_WITHDRAWN_BY,
    CN_GUARDIAN,
    CN_COUNT
};
enum {
    AG_ID,
    AG_CASE,
    AG_AGENCY,
    AG_ACCOUNT,
    AG_RELATION,
    AG_BASIS,
    AG_FROM,
    AG_UNTIL,
    AG_GRANTED_BY,
    AG_VERSION,
    AG_CLASSES,
    AG_PURPOSE,
    AG_COUNT
};
/* Tables of the door. */
extern const struct table TABLE_REQUEST, TABLE_ACCESS_GRANT, TABLE_CONSENT, TABLE_BREAK_GLASS, TABLE_OUTBOX,
    TABLE_META;
