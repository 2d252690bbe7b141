/* SPDX-License-Identifier: Apache-2.0 */
/* case_timeline.c - what happened in a case and what is ahead, as one stream. */
#include "web/case_parts.h"

void case_moment(struct casefile *c, int64_t us, const char *what, const char *about, bool ahead)
{
    if (us && c->nmoments < TIMELINE_MAX)
        c->moments[c->nmoments++] = (struct moment){us, what, about ? about : "", ahead};
}

static int later_first(const void *a, const void *b)
{
    int64_t x = ((const struct moment *)a)->us, y = ((const struct moment *)b)->us;
    return x < y ? 1 : x > y ? -1 : 0;
}

void timeline_sort(struct casefile *c)
{
    qsort(c->moments, c->nmoments, sizeof *c->moments, later_first);
}

void timeline_part(struct casefile *c, struct page *p)
{
    PAGE_EL(p, "section", "class", "card");
    el_text(p, "h2", NULL, "Timeline");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < c->nmoments; i++) {
        PAGE_EL(p, "li", "class", c->moments[i].ahead ? "ahead" : NULL);
        page_time(p, c->moments[i].us);
        el_text(p, "strong", NULL, c->moments[i].what);
        if (*c->moments[i].about)
            el_text(p, "span", NULL, c->moments[i].about);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

