/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - the indexes of names of all agencies: read in after unlock, then following the door. */
#pragma once
#include "search/index.h"

struct names;
enum err names_of(struct door *d, struct names **ret) NODISCARD; /* the door's own; starts to read in */
/* Candidates of one agency. *ret_reading: not all is read in yet, and nothing was looked for. Waits a moment
 * for a small store. */
enum err names_find(struct names *n, const char *agency, struct str folded, struct arena *a,
                    struct candidate **ret, size_t *ret_n, bool *ret_more, bool *ret_reading) NODISCARD;
void names_stats(struct names *n, struct search_stats *ret);
