/* SPDX-License-Identifier: Apache-2.0 */
/* Folding for the search: once is enough, and what comes out is words between single spaces. Then the lines
 * are names and the last one is asked for: it is found, one letter apart is so both ways, and what is dropped
 * is gone. */
#include "base/buf.h"
#include "fuzz.h"
#include "search/index.h"
#include "sys/text.h"

#define LINES_MAX 40

static void folded_is_folded(struct arena *a, struct str folded)
{
    struct str again;
    REQUIRE(str_utf8_ok(folded));
    REQUIRE(text_search_fold(a, folded, &again) == OK && str_eq(folded, again));
    REQUIRE(!str_starts(folded, " ") && !str_ends(folded, " "));
    for (size_t i = 0; i + 1 < folded.n; i++)
        REQUIRE(folded.p[i] != ' ' || folded.p[i + 1] != ' ');
}

static struct id id_of(size_t n)
{
    struct id id = {{0}};
    id.b[0] = (uint8_t)n;
    id.b[15] = 1;
    return id;
}

static void ask(const struct name_index *x, struct arena *a, struct str query, bool there)
{
    struct candidate *found;
    size_t n;
    bool more;
    REQUIRE(name_index_find(x, query, a, &found, &n, &more) == OK);
    REQUIRE(n <= CANDIDATES_MAX && (!there || n > 0));
    for (size_t i = 1; i < n; i++)
        REQUIRE(found[i - 1].how <= found[i].how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str rest = {(const char *)data, size}, line, folded, last = STR("");
    struct name_index *x;
    size_t n = 0;
    REQUIRE(a && name_index_new(&x) == OK);
    while (n < LINES_MAX && size < 20000 && str_cut(&rest, '\n', &line)) {
        if (text_search_fold(a, line, &folded) != OK)
            continue;
        folded_is_folded(a, folded);
        REQUIRE(one_letter_apart(folded, last) == one_letter_apart(last, folded));
        REQUIRE(name_index_add(x, id_of(n), id_of(n), id_of(n), WHY_FULL, folded) == OK);
        last = folded;
        n++;
        if (n == LINES_MAX / 2)
            REQUIRE(name_index_sort(x) == OK);
    }
    REQUIRE(name_index_sort(x) == OK);
    bool plain = last.n > 0 && last.n < 100;
    size_t words = 1;
    for (size_t i = 0; i < last.n; i++)
        words += last.p[i] == ' ';
    ask(x, a, last, plain && words <= QUERY_WORDS_MAX);
    for (size_t i = 0; i < n; i++)
        name_index_drop(x, id_of(i));
    size_t bytes = 0, subjects = 0, left = 0;
    bool locked = true;
    name_index_sizes(x, &bytes, &subjects, &left, &locked);
    REQUIRE(left == 0);
    ask(x, a, last, false);
    name_index_free(x);
    arena_free(a);
    return 0;
}
