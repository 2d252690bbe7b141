/* SPDX-License-Identifier: Apache-2.0 */
/* icons.c - drawings for people who look before they read. Each stands beside its words: who hears the page
 * loses nothing. */
#include "web/parts.h"

static const struct {
    const char *which, *path;
} drawings[] = {
    {"number", "M10 3 8 21M16 3l-2 18M4 9h17M3 15h17"},
    {"stage", "M3 20h5v-5h5v-5h5V5h4"},
    {"deadline", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2"},
    {"state", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12l3 3 5-6"},
    {"people",
     "M9 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM2 21c0-4 3-6 7-6s7 2 7 6M16 4a4 4 0 0 1 0 8M18 15c3 .7 4 3 4 6"},
    {"records", "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7"},
    {"day", "M4 6h16v15H4zM4 10h16M8 3v5M16 3v5"},
    {"agency", "M3 21h18M5 21V9l7-5 7 5v12M9 21v-6h6v6"},
};

void icon(struct page *p, const char *which)
{
    for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++) {
        if (strcmp(drawings[i].which, which) != 0)
            continue;
        PAGE_EL(p, "svg", "viewBox", "0 0 24 24", "class", "icon line", "aria-hidden", "true");
        PAGE_EL(p, "path", "d", drawings[i].path);
        page_end(p);
        page_end(p);
    }
}
