/* SPDX-License-Identifier: Apache-2.0 */
/* id.h - 128-bit random ids made by the application. Text form: 32 lower-case hex digits.
 *
 * The first ID_RUN_BYTES are random as the others, but stay the same for the next ids of the same thread: at
 * most ID_RUN ids and a second. So rows that are made together lie together in every index, and a change
 * dirties a few pages in place of one for each id. Who sees the ids of two things can tell whether they were
 * made within a second, and nothing else of the order. */
#pragma once
#include "base/str.h"

struct id {
    uint8_t b[16];
};
#define ID_RUN_BYTES 4
#define ID_RUN       4096
struct id id_new(void); /* env_random; 96 bits are this id's alone */
uint64_t
id_hash(const struct id *id); /* for tables in memory: from bytes that no other id shares; not keyed */
struct id id_nil(void);
bool id_is_nil(struct id id);
bool id_eq(struct id a, struct id b);
int id_cmp(struct id a, struct id b);                         /* memcmp order, the same as both databases */
void id_text(struct id id, char ret[33]);                     /* NUL-terminated */
enum err id_parse(struct str s, struct id *ret) NODISCARD;    /* ERR_FIELD */
struct str id_str(const struct id *id);                       /* the 16 bytes as a slice of *id */
enum err id_from(struct str bytes, struct id *ret) NODISCARD; /* 16 bytes, or ERR_DATABASE */

/* Typed ids, so that they cannot be mixed up. */
struct case_id {
    struct id v;
};
struct subject_id {
    struct id v;
};
struct record_id {
    struct id v;
};
struct agency_id {
    struct id v;
};
struct account_id {
    struct id v;
};
struct compartment_id {
    struct id v;
};
struct clock_id {
    struct id v;
};
