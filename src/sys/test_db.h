/* SPDX-License-Identifier: Apache-2.0 */
/* test_db.h - what the parts of the database suite share: test_db.c (both databases), test_db_sqlite.c,
 * test_db_postgres.c (what only one of them has). */
#pragma once
#include "base/testing.h"
#include "sys/db.h"

extern enum db_kind kind;
extern char url[600], folder[64]; /* the folder of the SQLite file */
extern struct db *db;             /* a new, empty database for each test */

enum err open_another(struct db **ret);
/* Retried at once in these tests; a program waits as long as it likes. */
void do_not_wait(struct db *which);
enum err run(struct db *which, const char *sql, int64_t *ret_changed);
enum err try_number(struct db *which, const char *sql, int64_t *ret);
int64_t number(struct db *which, const char *sql);
void create_counter(void);
void contains(const char *text, const char *part);
void contains_not(const char *text, const char *part);
void remove_files(void);

void sqlite_files_are_private(void **state);
void sqlite_is_defended(void **state);
void sqlite_refuses_other_files(void **state);
void sqlite_truncates_its_wal(void **state);
void sqlite_survives_each_failing_allocation(void **state);
void postgres_sessions_die(void **state);
void postgres_promises_are_checked(void **state);
void postgres_locks_end(void **state);
