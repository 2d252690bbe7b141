/* SPDX-License-Identifier: Apache-2.0 */
/* known.h - what the audit's leaves say about rows: the last hash of each. For audit_verify and
 * backup_restore. */
#pragma once
#include "core/table.h"

struct known_row {
    struct id id;
    uint8_t hash[16]; /* the first half is enough to tell */
    int64_t no;       /* of the leaf */
    uint16_t table;
    bool used, deleted;
    bool seen; /* for the caller: the row is there */
};
struct known {
    struct known_row *rows; /* open addressing: look at `used` */
    size_t n, cap;
};
void known_free(struct known *k); /* also for CLEANUP */
/* Takes the change list of leaf number `no`; of table `only`, 0 = of all. The highest number wins, and the
 * last list of equal ones. */
enum err known_take(struct known *k, struct str changes, int64_t no, uint16_t only) NODISCARD;
struct known_row *known_find(const struct known *k, uint16_t table,
                             struct id id); /* NULL: no leaf tells of it */
bool known_is(const struct known_row *r, const struct hash *h);
/* All leaves: those with a place in the order of their places, then the others in the order of their times.
 */
enum err known_load(struct db *db, uint16_t only, struct known *k) NODISCARD;
