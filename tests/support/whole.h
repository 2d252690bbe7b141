/* SPDX-License-Identifier: Apache-2.0 */
/* whole.h - Testland with all that the program has: the tables, actions, views, jobs and gates of every
 * domain, so that a campaign covers a table on the day it comes. Synthetic. */
#pragma once
#include "support/store.h"

/* Tables of all domains beyond the core's and the registry's. */
enum err whole_tables(struct schema *s);
/* Adds what every domain declares to `country`, which may already have declarations of the test's own; the
 * lists are static: one country a program. */
void whole_country(struct store_country *country);

/* A file of nine bytes, begun and finished. */
enum err whole_file(struct store *s, const struct ctx *c, const char *in_case, struct id *ret);
/* One of each thing that somebody may ask for, made by an officer with an account of his own in one case. */
struct whole_things {
    struct id case_, person, record, group, file, chunked, report, filter, consent, contact, enquiry,
        proposal;
    char case_text[33];
};
/* `lead` leads cases of npa; `admin` administers its accounts. An error is that of the first that could not
 * be made. */
enum err whole_things(struct store *s, const struct ctx *lead, const struct ctx *admin,
                      struct whole_things *ret);
