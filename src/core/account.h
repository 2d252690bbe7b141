/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - officers' accounts, roles, duty rosters with deputies, sessions. Names and logins are sealed
 * (class identity, the agency's staff compartment); sign-in finds the login by blind index. Passwords:
 * Argon2id, verified outside the writer, at most LOGIN_PARALLEL_MAX at once and LOGIN_QUEUE_MAX waiting
 * (ERR_BUSY beyond). An unknown login costs the same as a wrong password. Sessions: random 256-bit token
 * (only its hash is stored), idle SESSION_IDLE_S, absolute SESSION_ABSOLUTE_S, a form token. */
#pragma once
#include "core/door.h"

extern const struct table TABLE_ACCOUNT, TABLE_ACCOUNT_ROLE, TABLE_ROSTER, TABLE_SESSION, TABLE_FACTOR,
    TABLE_CHALLENGE;

/* "account.disable", "account.set_password" (one's own), "account.create", "account.reset_password" and
 * "account.add_role" (two administrators, core/proposal.h), "account.end_role", "roster.add", "roster.end",
 * "session.open" and "session.expire" (system), "session.close", "account.end_sessions", "session.raise"
 * (one's own, with a second factor), "factor.add_totp", "factor.add_passkey", "factor.make_recovery",
 * "factor.end" (one's own), "account.reset_factors", "account.issue_enrolment" and
 * "account.set_person" (two administrators); views
 * "account.list", "account.show", "roster.on_duty", "roster.list", "session.list", "factor.list". A password
 * has 10 characters at least and is none of the most used ones. */
extern const struct action ACCOUNT_ACTIONS[];
extern const size_t NACCOUNT_ACTIONS;
extern const struct view_decl ACCOUNT_VIEWS[];
extern const size_t NACCOUNT_VIEWS;

struct session {
    struct id id, account;
    char agency[64];
    char name[128];
    enum role role;
    enum purpose purpose;
    uint8_t assurance;
    char form_token[44];
    bool synthetic;
    bool keys_off; /* she switched keyboard shortcuts off */
};
/* Checks the password, then opens a session through the door. role/purpose < 0: the account's first.
 * ret_token: for the cookie. ERR_CREDENTIALS: also, whatever the password, while a login waits after several
 * failures, known or not. ERR_DENIED: the password is right, but the account has no such role. ERR_BUSY,
 * ERR_LOCKED. Assurance of the session: meta row sign_in_assurance, else 2 in a synthetic store, 1 in any
 * other: a password alone opens nothing of a person. */
enum err account_sign_in(struct door *d, struct str login, struct str password, int role, int purpose,
                         struct arena *a, char ret_token[44]) NODISCARD;
/* ERR_SIGN_IN: no such session, ended, its account disabled or its role taken. Touches last-seen at most once
 * a minute. name is empty while the keys are locked. */
enum err account_session(struct door *d, struct str token, struct session *ret) NODISCARD;
/* The same for what a page asks by itself: it keeps no session alive that nobody sits at. */
enum err account_session_glance(struct door *d, struct str token, struct session *ret) NODISCARD;
enum err account_sign_out(struct door *d, struct str token) NODISCARD; /* OK for unknown ones: out is out */
/* Raises the session with a second factor and goes on under a new token, the old one is out. ERR_CREDENTIALS:
 * also while the account waits after several failures. Fields as of the action "session.raise". */
struct second_factor {
    struct str code; /* a one-time code or a recovery code; empty: the passkey's answer, base64url */
    struct str client_data, authenticator_data, signature, credential;
};
enum err account_raise(struct door *d, struct str token, const struct second_factor *factor, struct arena *a,
                       char ret_token[44]) NODISCARD;
/* A challenge for a passkey: for a new one or for a use; 5 minutes, for this account, answered once. */
enum err account_challenge(struct door *d, struct id account, bool for_new, struct id *ret) NODISCARD;
enum factor_kind { FACTOR_TOTP = 1, FACTOR_PASSKEY, FACTOR_RECOVERY, FACTOR_KINDS };
const char *factor_word(enum factor_kind kind);
enum err account_factor_kinds(struct door *d, struct id account,
                              unsigned *ret_bits) NODISCARD; /* 1 << kind */
/* For who is about to enrol: a secret as apps take it; codes to print. Nothing is kept before the action. */
enum err account_new_totp(struct arena *a, struct str *ret_text) NODISCARD;
/* A code that an administrator gives an officer in person: with it she sets up her first second factor. */
#define RECOVERY_CODES 10
#define RECOVERY_CHARS 14 /* "abcd-efgh-ijkm" */
void account_new_code(char ret[RECOVERY_CHARS + 1]);
/* May this account set up its first second factor only with such a code, at this assurance? */
enum err account_needs_enrolment(struct door *d, const struct session *session, bool *ret) NODISCARD;
enum err account_new_recovery(struct arena *a, char ret[RECOVERY_CODES][RECOVERY_CHARS + 1]) NODISCARD;
/* The roles that the session's account holds now, in the order they were given. ret has room for
 * SESSION_CHOICES_MAX. */
#define SESSION_CHOICES_MAX 32
struct session_choice {
    enum role role;
    enum purpose purpose;
};
enum err account_choices(struct door *d, const struct session *session, struct session_choice *ret,
                         size_t *ret_n) NODISCARD;
/* Goes on in another role of the same account: a session of its own, with a leaf, and the old one ends. The
 * absolute limit goes on from the sign-in. ERR_SIGN_IN, ERR_DENIED (no such role). */
enum err account_switch(struct door *d, struct str token, enum role role, enum purpose purpose,
                        struct arena *a, char ret_token[44]) NODISCARD;
/* May sign in: exists in this agency and is not disabled. */
enum err account_enabled(struct db *db, struct id account, const char *agency, bool *ret) NODISCARD;
/* The oldest enabled account of an agency that has the role now. ERR_NOT_FOUND. */
enum err account_with_role(struct db *db, const char *agency, enum role role, int64_t now_us,
                           struct id *ret) NODISCARD;
/* Two people (account/rules.h): is the acting officer, or `second`, another person than `first` (nil: the
 * system acted), known as such? grave: it gives power or cannot be undone. ERR_DENIED says why not. */
enum err account_second(struct act *a, struct id first, struct id second, bool grave) NODISCARD;
struct two {
    struct id first, second;
    bool grave;
    int64_t now_us;
};
/* The same for a look; *ret_words: msgid of what is in the way, "" for nothing. */
enum err account_second_fault(struct db *db, struct arena *a, const struct pack *p, const struct two *two,
                              const char **ret_words) NODISCARD;
/* Whose two accounts are, where two people look and nothing grave is done: known as two people's, known as
 * one's, or neither. A nil first account is the system's. */
struct people {
    bool two, one;
};
enum err account_people(struct db *db, struct id first, struct id second, struct people *ret) NODISCARD;
/* Two people who are known, where danger did not wait until their accounts were old enough to be grave: is
 * one of them new today, did one administrator make both not long ago, or one of them the other? */
struct account_pair {
    bool new_, one_maker;
};
enum err account_pair(struct act *a, struct id one, struct id other, struct account_pair *ret) NODISCARD;
/* Did anybody enter whose account it is? */
enum err account_has_person(struct db *db, struct arena *a, struct id account, bool *ret) NODISCARD;
/* Has any session ended by time? For the job runner. */
enum err account_sessions_ended(struct db *db, int64_t now_us, bool *ret) NODISCARD;
/* An account as an object, with the compartment of its agency's papers on officers. ERR_NOT_FOUND. */
enum err account_load(struct db *db, struct arena *a, struct id account, struct object *ret) NODISCARD;
/* The account of a login, as it was typed; nil when there is none. For the command line. */
enum err account_by_login(struct vault *v, struct db *db, struct arena *a, struct str login,
                          struct id *ret) NODISCARD;
uint64_t account_password_calls(void); /* Argon2id runs of this process, for tests and metrics */
/* Who is on duty for a role of an agency now: the rostered account, else its deputy. */
enum err roster_on_duty(struct db *db, const char *agency, enum role role, int64_t now_us,
                        struct id *ret_account) NODISCARD; /* ERR_NOT_FOUND */

/* Does the account hold this role (for this purpose; PURPOSE_NONE: any) now? */
enum err account_holds(struct db *db, struct id account, enum role role, enum purpose purpose, int64_t now_us,
                       bool *ret) NODISCARD;

/* Models. A name that may not be seen is empty with its verdict. */
struct account_row {
    struct id id;
    const char *agency;
    struct shown name, login;
    int64_t created_us, disabled_us, version;
    int second_factor; /* 1: has a one-time code or a passkey; 0: has none; -1: not told to this role */
    int person;        /* 1: it is known whose it is; 0: not; -1: not told to this role */
    struct shown staff_number;
    int64_t of_person; /* how many accounts the person has that are not disabled; 0: not known, or not told */
    struct {
        enum role role;
        enum purpose purpose;
    } * roles;
    size_t nroles;
};
struct account_list {
    struct account_row *items;
    size_t n;
    struct id next;
};
struct factor_row {
    struct id id;
    enum factor_kind kind;
    int64_t left; /* recovery codes; -1: not counted */
    int64_t created_us, used_us;
};
struct factor_list {
    struct factor_row *items;
    size_t n;
};
struct roster_row {
    struct id id, account, deputy; /* deputy nil: none */
    enum role role;
    struct shown name, deputy_name;
    int64_t from_us, until_us; /* until 0: open */
};
struct roster_list {
    const char *agency;
    int64_t from_us, until_us;
    struct roster_row *items;
    size_t n;
};
struct session_row {
    struct id id;
    enum role role;
    enum purpose purpose;
    uint8_t assurance;
    int64_t opened_us, seen_us;
};
struct session_list {
    struct session_row *items;
    size_t n;
};
struct duty_model {
    struct id account;
    struct shown name;
    const char *agency;
    enum role role;
}; /* of roster.on_duty; account nil: nobody */
