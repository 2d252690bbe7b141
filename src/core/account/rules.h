/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - who is a second person. Pure: no clock, no database. */
#pragma once
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

/* One of two accounts. */
struct one_of_two {
    struct id account; /* of the first: nil when the system acted */
    struct id person;  /* whose it is; nil: nobody has entered it */
    struct id made_by; /* the administrator who asked for it; nil: whoever has the keys of the store */
    int64_t since_us;  /* its age as a second person counts from here; 0: no age is asked for */
};
struct second_known {
    struct one_of_two first, second;
    bool grave; /* it gives power or cannot be undone */
    int64_t now_us;
    int new_days, same_maker_days;
};
enum second_fault {
    SECOND_FITS,
    SECOND_SAME_ACCOUNT,
    SECOND_NOBODY,       /* whose the second account is, is not known */
    SECOND_FIRST_NOBODY, /* ... or the first */
    SECOND_SAME_PERSON,
    SECOND_NEW,
    SECOND_SAME_MAKER,
    SECOND_FAULTS
};
enum second_fault second_rule(const struct second_known *k);
const char *second_words(enum second_fault f); /* msgid; "" when it fits */

/* What the grave rule would have said of either of the two, where danger does not wait for it: bits. */
enum pair_mark { PAIR_NEW = 1, PAIR_ONE_MAKER = 2 };
unsigned pair_marks(const struct second_known *k);
