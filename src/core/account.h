/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - officers' accounts, roles, duty rosters with deputies, sessions. Names and logins are sealed
 * (class identity, the agency's staff compartment); sign-in finds the login by blind index. Passwords:
 * Argon2id, verified outside the writer, at most LOGIN_PARALLEL_MAX at once and LOGIN_QUEUE_MAX waiting
 * (ERR_BUSY beyond). An unknown login costs the same as a wrong password. Sessions: random 256-bit token
 * (only its hash is stored), idle SESSION_IDLE_S, absolute SESSION_ABSOLUTE_S, a form token. */
#pragma once
#include "core/door.h"

extern const struct table TABLE_ACCOUNT, TABLE_ACCOUNT_ROLE, TABLE_ROSTER, TABLE_SESSION;

/* "account.create", "account.disable", "account.set_password", "account.add_role", "account.end_role",
 * "roster.add", "roster.end", "session.open" (system), "session.close"; views "account.list",
 * "roster.on_duty". */
extern const struct action ACCOUNT_ACTIONS[];
extern const size_t NACCOUNT_ACTIONS;
extern const struct view_decl ACCOUNT_VIEWS[];
extern const size_t NACCOUNT_VIEWS;

struct session {
    struct id account;
    char agency[64];
    char name[128];
    enum role role;
    enum purpose purpose;
    uint8_t assurance;
    char form_token[44];
    bool synthetic;
};
/* Checks the password, then opens a session through the door. role/purpose < 0: the account's first.
 * ret_token: for the cookie. */
enum err account_sign_in(struct door *d, struct str login, struct str password, int role, int purpose,
                         struct arena *a, char ret_token[44]) NODISCARD; /* ERR_CREDENTIALS, ERR_BUSY */
enum err
account_session(struct door *d, struct str token,
                struct session *ret) NODISCARD; /* ERR_SIGN_IN; touches last-seen at most once a minute */
enum err account_sign_out(struct door *d, struct str token) NODISCARD;
/* Who is on duty for a role of an agency now: the rostered account, else its deputy. */
enum err roster_on_duty(struct db *db, const char *agency, enum role role, int64_t now_us,
                        struct id *ret_account) NODISCARD; /* ERR_NOT_FOUND */
