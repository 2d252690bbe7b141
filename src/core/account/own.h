/* SPDX-License-Identifier: Apache-2.0 */
/* account_own.h - columns and helpers of account*.c, password.c, session.c, roster.c and notice.c. */
#pragma once
#include "base/limits.h"
#include "core/account.h"
#include "core/throttle.h"

enum {
    AC_ID,
    AC_AGENCY,
    AC_COMPARTMENT,
    AC_NAME,
    AC_LOGIN,
    AC_PASSWORD,
    AC_PASSWORD_AT,
    AC_CREATED,
    AC_DISABLED,
    AC_VERSION,
    AC_KEYS_OFF,  /* 1: no keyboard shortcuts; NULL: with them */
    AC_ENROLMENT, /* hash of the code that opens the first second factor, and until when; NULL: none */
    AC_PERSON,    /* whose it is: the same in all accounts of one officer; NULL: nobody has entered it */
    AC_STAFF_NUMBER,
    AC_MADE_BY, /* the administrator who asked for it; NULL: made with the keys, or before this was kept */
    AC_SINCE,   /* its age as a second person counts from here; NULL: no age is asked for */
    AC_COUNT
};
enum { RO_ID, RO_ACCOUNT, RO_ROLE, RO_PURPOSE, RO_FROM, RO_UNTIL, RO_APPROVER, RO_VERSION, RO_COUNT };
enum { DU_ID, DU_AGENCY, DU_ROLE, DU_ACCOUNT, DU_DEPUTY, DU_FROM, DU_UNTIL, DU_VERSION, DU_COUNT };
enum {
    SE_ID,
    SE_TOKEN,
    SE_ACCOUNT,
    SE_AGENCY,
    SE_ROLE,
    SE_PURPOSE,
    SE_ASSURANCE,
    SE_OPENED,
    SE_SEEN,
    SE_COUNT
};

/* ---- password.c: Argon2id in a bounded queue ---- */
#define PASSWORD_MIN       10   /* code points */
#define PASSWORD_MAX_BYTES 1024 /* more is no password */
/* A place among the LOGIN_PARALLEL_MAX that compute. ERR_BUSY when LOGIN_QUEUE_MAX wait already. */
enum err password_enter(void) NODISCARD;
void password_leave(void);
int password_waiting(void);
enum err password_hash(enum argon_cost cost, struct str password, struct arena *a, char **ret_phc) NODISCARD;
/* phc NULL: the same work for nothing. */
enum err password_check(enum argon_cost cost, const char *phc, struct str password, struct arena *a,
                        bool *ret_ok) NODISCARD;
const char *password_fault(struct str password); /* NULL: may be used; else what is wrong with it */
const char *password_decoy(enum argon_cost cost);

/* ---- account.c ---- */
enum err account_cost(struct db *db, enum argon_cost *ret) NODISCARD; /* by the meta row "synthetic" */
enum err account_meta(struct db *db, const char *row_name, int64_t absent,
                      int64_t *ret) NODISCARD; /* a number in table meta */
struct object account_object(const struct cell *account);
/* Every id that a query with one id parameter gives. */
enum err account_ids(struct db *db, struct arena *a, const char *sql, struct id key, struct id **ret,
                     size_t *ret_n) NODISCARD;
/* Where the agency's papers on its officers are sealed; made when it has none. */
enum err account_staff(struct act *a, const char *agency, struct compartment_id *ret) NODISCARD;
enum err sessions_end(struct tx *tx, struct id account) NODISCARD;

enum err account_find(struct act *a, struct object *ret) NODISCARD;
extern const char *const ROLE_WORDS[], *const PURPOSE_WORDS[];
enum err role_input(const struct act *a, enum role *ret) NODISCARD; /* not anonymous, not system */

/* roster.c, session.c: bodies of the actions that account.c declares */
enum err roster_add_body(struct act *a) NODISCARD;
enum err roster_end_find(struct act *a, struct object *ret) NODISCARD;
enum err roster_end_body(struct act *a) NODISCARD;
enum err session_open_body(struct act *a) NODISCARD;
enum err session_close_find(struct act *a, struct object *ret) NODISCARD;
enum err session_close_body(struct act *a) NODISCARD;
enum err session_expire_body(struct act *a) NODISCARD;
enum err session_raise_find(struct act *a, struct object *ret) NODISCARD;
enum err session_raise_body(struct act *a) NODISCARD;
enum err session_list_find(struct view *v, struct object *ret) NODISCARD;
enum err session_list_run(struct view *v) NODISCARD;
void session_list_json(const struct view *v, struct json *j);

/* factor.c */
enum err factor_add_totp_body(struct act *a) NODISCARD;
enum err factor_add_passkey_body(struct act *a) NODISCARD;
enum err factor_make_recovery_body(struct act *a) NODISCARD;
enum err factor_end_find(struct act *a, struct object *ret) NODISCARD;
enum err factor_end_body(struct act *a) NODISCARD;
enum err account_reset_factors_body(struct act *a) NODISCARD;
#define RECOVERY_SIZE 12 /* letters of a code without its hyphens: 60 bits */
/* Letters and digits as they are meant: without the spaces and hyphens between groups. Empty: too many. */
struct str code_plain(struct str typed, char ret[RECOVERY_SIZE]);
/* Counts a wrong secret against the account: ERR_CREDENTIALS. */
enum err factor_failed(const struct act *a, struct id account) NODISCARD;
/* A one-time code or a passkey, not recovery codes alone. */
enum err factor_strong(struct db *db, struct arena *a, struct id account, bool *ret) NODISCARD;

/* person.c. Says in the cells of an account whose it is, by a staff number as it was typed. ERR_FIELD. */
enum err person_put(struct act *a, struct cell *account, struct str number) NODISCARD;
enum err account_set_person_body(struct act *a) NODISCARD;
/* What a second factor is known by. */
struct device {
    const struct cell *account;
    const char *field; /* of the blind index */
    struct str key;
    struct id factor;
};
enum err device_new(struct act *a,
                    const struct device *d) NODISCARD; /* ERR_CONSTRAINT: another person's, too */
enum err device_seen(struct act *a,
                     const struct device *d) NODISCARD; /* one from before this was kept: told */

/* enrolment.c */
enum err account_issue_enrolment_body(struct act *a) NODISCARD;
/* The enrolment code in the input is the one that was issued; it is used up. ERR_CREDENTIALS. */
enum err enrolment_use(struct act *a, struct id account) NODISCARD;
/* The inputs of the action prove a second factor of this account: the assurance that it gives.
 * ERR_CREDENTIALS. */
enum err factor_prove(struct act *a, struct id account, int64_t *ret_assurance) NODISCARD;
#define ROSTER_DAYS_MAX 31
enum err roster_list_run(struct view *v) NODISCARD;
void roster_list_json(const struct view *v, struct json *j);
enum err factor_list_find(struct view *v, struct object *ret) NODISCARD;
enum err factor_list_run(struct view *v) NODISCARD;
void factor_list_json(const struct view *v, struct json *j);
