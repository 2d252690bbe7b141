/* SPDX-License-Identifier: Apache-2.0 */
/* embedded.h - files that the build puts into the program (tools/embed). A table ends with a NULL name. */
#pragma once
#include <stddef.h>

struct embedded {
    const char *name; /* "ja", "akari.css" */
    const char *p;    /* NUL behind it */
    size_t n;
};
extern const struct embedded EMBEDDED_TEXTS[];    /* po files of the program, by language tag */
extern const struct embedded EMBEDDED_ASSETS[];   /* assets of src/web */
extern const struct embedded EMBEDDED_LICENCES[]; /* NOTICE: what others made that is in it (src/cli) */
