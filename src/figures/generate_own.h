/* SPDX-License-Identifier: Apache-2.0 */
/* generate_own.h - shared by the generate_*.c files only. */
#pragma once
#include "figures/dice.h"
#include "figures/generate.h"

/* generate_names.c: a name out of syllables, as inputs of name.add (without `case`). At most NAME_PAIRS
 * pairs. */
#define NAME_PAIRS 8
enum err generate_name(struct dice *d, struct arena *a, enum subject_type type, size_t which,
                       struct pair *ret, size_t *ret_n) NODISCARD;
size_t generate_scripts(void); /* `which` is taken modulo this */

/* generate_values.c: values for the fields of a kind that an action may set, on top of those that are there.
 */
struct invented {
    struct dice *dice;
    struct arena *arena;
    const struct pack *pack;
    int64_t now_us;
    const char *agency;   /* of the actor */
    enum purpose purpose; /* of the actor; what it does not reach stays empty */
    struct id subject;    /* what a field of type subject points to; nil: such fields stay empty */
    int fill_permille;    /* how many of the fields that need not be given are given */
};
/* old, nold: present values. ret: those and the new ones; *ret_from: where the new ones begin. */
enum err generate_values(const struct invented *in, const struct kind *k, const struct kind_action *ka,
                         const char *state, const struct pair *old, size_t nold, struct pair **ret,
                         size_t *ret_n, size_t *ret_from) NODISCARD;
