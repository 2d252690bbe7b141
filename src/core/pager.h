/* SPDX-License-Identifier: Apache-2.0 */
/* pager.h - pages of lists. A list is read by a key: the number that it is ordered by, then the id. Each row
 * is asked of the policy by itself, and what may not be shown is passed over within the same page.
 *
 * A page goes on behind the last row that was shown, and says that there is more only when there is more to
 * show: the key of a hidden row, a page that is short, or an empty last page would tell that it is there. The
 * answer leaves on an even step (door_even). */
#pragma once
#include "core/door.h"

#define PAGE_ROWS 50 /* shown at once */
#define PAGER_LOOKED_AT                                                                \
    20000 /* rows of one page, shown or not: then the list ends (docs: README of core) \
           */

struct page_key {
    int64_t at; /* 0 where the id alone is the order */
    struct id id;
};
struct pager {
    /* At most PAGE_ROWS keys behind `after`, in the order of the list. */
    enum err (*next)(struct view *v, const void *list, const struct page_key *after, struct page_key *ret,
                     size_t *ret_n);
    /* *ret_yes: this row may be shown. Puts it into the list, unless only_ask. */
    enum err (*take)(struct view *v, void *list, const struct page_key *row, bool only_ask, bool *ret_yes);
    void *list;
    size_t max;   /* rows of the page; 0: PAGE_ROWS */
    size_t bound; /* rows that are looked at, shown or not; 0: PAGER_LOOKED_AT */
};
/* *at: goes on behind this one; becomes the key of the last row that was shown. */
enum err pager_walk(struct view *v, const struct pager *p, struct page_key *at, bool *ret_more) NODISCARD;
/* At most PAGE_ROWS rows of (number, id) of a statement. */
enum err page_keys(struct stmt *s, struct page_key *ret, size_t *ret_n) NODISCARD;
/* The ids in the first column of a statement, at most max. */
enum err stmt_ids(struct stmt *s, size_t max, struct id *ret, size_t *ret_n) NODISCARD;
/* May who looks list things of this kind in cases of her agency that do not name her? Where not, a list reads
 * only those that do: the others are neither passed over nor counted, and take no time. */
bool page_only_named(const struct view *v, enum object_kind kind);
/* The input "after", and its moment where the list is ordered by one: both are needed, for nothing is looked
 * up, which would tell of rows of others. Without it *ret stays as it is. moment NULL: the id is the order.
 */
enum err page_after(const struct view *v, const char *moment, struct page_key *ret) NODISCARD;
