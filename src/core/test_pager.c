/* SPDX-License-Identifier: Apache-2.0 */
/* A list of rows of which some are hidden, walked page by page: what is shown, in which order, and what the
 * cursors tell. */
#include "core/pager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ROWS 3000

/* The same numbers in each run. */
static uint32_t next_number(void)
{
    static uint32_t seed = 20261122;
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

struct rows {
    size_t n;
    struct page_key keys[ROWS];
    bool hidden[ROWS];
    size_t shown[ROWS], nshown, asked;
};

static int compare(const struct page_key *a, const struct page_key *b)
{
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return memcmp(a->id.b, b->id.b, sizeof a->id.b);
}

static enum err next(struct view *v, const void *list, const struct page_key *after, struct page_key *ret,
                     size_t *ret_n)
{
    const struct rows *r = list;
    (void)v;
    *ret_n = 0;
    for (size_t i = 0; i < r->n && *ret_n < PAGE_ROWS; i++)
        if (compare(&r->keys[i], after) > 0)
            ret[(*ret_n)++] = r->keys[i];
    return OK;
}

static enum err take(struct view *v, void *list, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    struct rows *r = list;
    size_t i = 0;
    (void)v;
    while (compare(&r->keys[i], row) != 0)
        i++;
    r->asked++;
    *ret_yes = !r->hidden[i];
    if (*ret_yes && !only_ask)
        r->shown[r->nshown++] = i;
    return OK;
}

/* Several rows of one moment, so that the id counts, too. */
static void fill(struct rows *r, size_t n)
{
    *r = (struct rows){.n = n};
    for (size_t i = 0; i < n; i++) {
        r->keys[i].at = (int64_t)i / 3;
        r->keys[i].id.b[0] = (uint8_t)(1 + i % 3);
        r->keys[i].id.b[1] = (uint8_t)i;
    }
}

/* All pages. Every cursor is the key of a row that was shown, and there is a page behind it that has some. */
static size_t walk_all(struct rows *r, size_t max)
{
    struct page_key at = {.at = INT64_MIN};
    struct view v = {.passes_hidden = false};
    struct pager p = {.next = next, .take = take, .list = r, .max = max};
    size_t pages = 0;
    bool more = true;
    while (more) {
        size_t before = r->nshown;
        assert_int_equal(pager_walk(&v, &p, &at, &more), OK);
        assert_true(v.passes_hidden);
        assert_true(pages == 0 || r->nshown > before);
        assert_true(r->nshown - before <= (max ? max : PAGE_ROWS));
        if (r->nshown)
            assert_int_equal(compare(&at, &r->keys[r->shown[r->nshown - 1]]), 0);
        assert_true(!more || r->nshown - before == (max ? max : PAGE_ROWS));
        pages++;
    }
    return pages;
}

static void what_is_hidden_shows_in_no_page_and_no_cursor(void **state)
{
    struct rows *r = test_malloc(sizeof *r);
    (void)state;
    for (int round = 0; round < 60; round++) {
        uint32_t density = next_number() % 101;
        size_t expected = 0;
        fill(r, next_number() % 400);
        for (size_t i = 0; i < r->n; i++)
            r->hidden[i] = next_number() % 100 < density;
        walk_all(r, round % 3 ? 0 : 7);
        for (size_t i = 0; i < r->n; i++)
            if (!r->hidden[i])
                assert_int_equal(r->shown[expected++], i);
        assert_int_equal(expected, r->nshown);
    }
    test_free(r);
}

/* With or without hidden rows behind it, a full last page is the last one. */
static void a_full_page_with_nothing_but_hidden_rows_behind_it_is_the_last(void **state)
{
    struct rows *r = test_malloc(sizeof *r);
    (void)state;
    for (size_t behind = 0; behind <= 500; behind += 250) {
        fill(r, PAGE_ROWS + behind);
        for (size_t i = PAGE_ROWS; i < r->n; i++)
            r->hidden[i] = true;
        assert_int_equal(walk_all(r, 0), 1);
        assert_int_equal(r->nshown, PAGE_ROWS);
    }
    test_free(r);
}

/* An urgent row of hers behind thousands of others' is on the first page. */
static void one_row_behind_thousands_is_found(void **state)
{
    struct rows *r = test_malloc(sizeof *r);
    (void)state;
    fill(r, ROWS);
    for (size_t i = 0; i < ROWS - 1; i++)
        r->hidden[i] = true;
    assert_int_equal(walk_all(r, 0), 1);
    assert_int_equal(r->nshown, 1);
    assert_int_equal(r->shown[0], ROWS - 1);
    test_free(r);
}

static enum err endless(struct view *v, const void *list, const struct page_key *after, struct page_key *ret,
                        size_t *ret_n)
{
    (void)v;
    (void)list;
    for (*ret_n = 0; *ret_n < PAGE_ROWS; ++*ret_n)
        ret[*ret_n] = (struct page_key){.at = after->at + 1 + (int64_t)*ret_n};
    return OK;
}

static enum err nobody(struct view *v, void *list, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    (void)v;
    (void)row;
    (void)only_ask;
    ++*(size_t *)list;
    *ret_yes = false;
    return OK;
}

static void one_look_is_bounded(void **state)
{
    size_t looked_at = 0;
    struct view v = {.passes_hidden = false};
    struct pager p = {.next = endless, .take = nobody, .list = &looked_at};
    struct page_key at = {.at = 0};
    bool more = true;
    (void)state;
    assert_int_equal(pager_walk(&v, &p, &at, &more), OK);
    assert_int_equal(looked_at, PAGER_LOOKED_AT);
    assert_false(more);
    assert_int_equal(at.at, 0);
}

static enum err breaks(struct view *v, void *list, const struct page_key *row, bool only_ask, bool *ret_yes)
{
    (void)v;
    (void)list;
    (void)row;
    (void)only_ask;
    *ret_yes = true;
    return ERR_IO;
}

static void a_fault_ends_the_look(void **state)
{
    struct view v = {.passes_hidden = false};
    struct pager p = {.next = endless, .take = breaks};
    struct page_key at = {.at = 5};
    bool more;
    (void)state;
    assert_int_equal(pager_walk(&v, &p, &at, &more), ERR_IO);
    assert_int_equal(at.at, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_hidden_shows_in_no_page_and_no_cursor),
        cmocka_unit_test(a_full_page_with_nothing_but_hidden_rows_behind_it_is_the_last),
        cmocka_unit_test(one_row_behind_thousands_is_found), cmocka_unit_test(one_look_is_bounded),
        cmocka_unit_test(a_fault_ends_the_look)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
