/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - a store for tests: a small country pack made in memory, either database, two agencies, officers
 * by role. */
#pragma once
#include "registry/registry.h"
#include "search/search.h"

struct store {
    struct door *door;
    struct door_config config;
    struct schema schema;
    char dir[64]; /* temporary folder, removed by store_remove */
    char url[512];
    bool postgres;
    char database[64]; /* of PostgreSQL, made and dropped with the store */
    const struct pack *pack;
    struct arena *arena; /* of declarations */
};

/* Without a PostgreSQL the second run of a suite says so and skips. */
#define NEED_STORE(state)                                                  \
    do {                                                                   \
        if (!*(state)) {                                                   \
            print_message("skipped: AKARI_TEST_PG names no PostgreSQL\n"); \
            skip();                                                        \
        }                                                                  \
    } while (0)

/* A two-agency country "Testland": agencies npa, isa, ngo; stages suspicion, presumed_victim (protects),
 * recognised_victim; code list subject_role; kinds consultation (class routing, identity, health; a clock of
 * 24 hours) and person_profile (facts). */
const struct pack *store_pack(void);

/* Another country, and declarations of the test's own, for a store. */
struct store_country {
    const struct pack *pack;
    const struct action *actions;
    size_t nactions;
    const struct view_decl *views;
    size_t nviews;
    const struct job_due *jobs;
    size_t njobs;
    bool synthetic;                       /* cheap passwords */
    enum err (*tables)(struct schema *s); /* of a domain; NULL: none beyond the registry's */
    const struct gates *gates;            /* NULL: no step that has a gate starts */
    const struct entities *entities;      /* NULL: those of the registry */
};
bool store_make_of(struct store *s, const char *driver, const struct store_country *country);

/* For main(): false when this run needs a PostgreSQL and none is named; it then says so as TAP wants it. */
bool store_can(const char *driver);
/* driver: "sqlite", "postgres" (needs AKARI_TEST_PG: false when absent) or "fault" (the fault VFS). */
bool store_make(struct store *s, const char *driver);
/* The same without a store in it: what backup_restore fills. */
bool store_blank(struct store *s, const char *driver);
bool store_blank_of(struct store *s, const char *driver, const struct store_country *country);
void store_open(struct store *s); /* unlocked */
enum err store_try_open(struct store *s);
void store_close(struct store *s);
void store_remove(struct store *s);
const struct unlock *store_secret(void);

struct ctx officer(const char *agency, enum role role, uint8_t number); /* account id made of the number */
/* The same with an account of his own: who is to be assigned. */
struct ctx enrolled_officer(struct store *s, const char *agency, enum role role);
/* door_act with pairs "name", "value", ..., NULL. "account.create" gets a staff number of its own, when it
 * names none; with "" it gets none, and is an account of nobody. */
enum err do_act(struct store *s, const struct ctx *c, const char *action, struct id subject,
                struct act_result *ret, ...);
enum err do_view(struct store *s, const struct ctx *c, const char *view, struct id subject, struct arena *a,
                 const struct view **ret, ...);
struct id open_case(struct store *s, const struct ctx *c);
int64_t count_rows(struct store *s, const char *sql);
struct audit_report verify(struct store *s, struct str witness, struct arena *a);
