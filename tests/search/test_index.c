/* SPDX-License-Identifier: Apache-2.0 */
/* The index of names against a search that looks at everything, over random names; and what is dropped is
 * gone. */
#include "base/testing.h"
#include "search/index.h"

/* ---- a second way
 * ------------------------------------------------------------------------------------------ */

/* Damerau and Levenshtein's distance of words of at most 20 letters, one byte each. */
static int distance(const char *a, const char *b)
{
    int d[22][22], n = (int)strlen(a), m = (int)strlen(b);
    for (int i = 0; i <= n; i++)
        for (int k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            int best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            best = d[i - 1][k] + 1 < best ? d[i - 1][k] + 1 : best;
            best = d[i][k - 1] + 1 < best ? d[i][k - 1] + 1 : best;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[n][m];
}

static uint64_t seed;
static unsigned pick(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static void random_word(char *to, unsigned least, unsigned most)
{
    unsigned n = least + pick(most - least + 1);
    for (unsigned i = 0; i < n; i++)
        to[i] = (char)('a' + pick(3)); /* few letters: many words are alike */
    to[n] = '\0';
}

#define PEOPLE 400
static struct {
    struct id id;
    char words[2][12];
    bool gone;
} people[PEOPLE];

static struct id id_of(unsigned i)
{
    struct id id = {{0}};
    memcpy(id.b, &i, sizeof i);
    id.b[15] = 1;
    return id;
}

/* As the header says: whole, beginning, one wrong letter; the worst of the words counts. -1: not found. */
static int one_word(const char *query, unsigned person, bool similar)
{
    char whole[24];
    const char *has[3] = {people[person].words[0], people[person].words[1], whole};
    int best = -1;
    snprintf(whole, sizeof whole, "%s%s", has[0], has[1]);
    for (int i = 0; i < 3; i++) {
        int how = strcmp(has[i], query) == 0                                      ? HOW_EXACT
                  : strncmp(has[i], query, strlen(query)) == 0                    ? HOW_BEGINS
                  : similar && strlen(query) >= 5 && distance(has[i], query) == 1 ? HOW_SIMILAR
                                                                                  : -1;
        if (how >= 0 && (best < 0 || how < best))
            best = how;
    }
    return best;
}

static int expected(const char *a, const char *b, unsigned person)
{
    char joined[24];
    if (people[person].gone)
        return -1;
    if (!*b)
        return one_word(a, person, true);
    int x = one_word(a, person, true), y = one_word(b, person, true);
    int both = x < 0 || y < 0 ? -1 : x > y ? x : y;
    snprintf(joined, sizeof joined, "%s%s", a, b);
    int one = one_word(joined, person, false);
    return both < 0 ? one : one < 0 || both < one ? both : one;
}

/* ---- properties
 * -------------------------------------------------------------------------------------------- */

static void compare(const struct name_index *x, const char *a, const char *b)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(0);
    char query[32];
    struct candidate *found;
    size_t n, wanted = 0;
    bool more;
    int before = -1;
    snprintf(query, sizeof query, *b ? "%s %s" : "%s%s", a, b);
    assert_ok(name_index_find(x, str_of(query), arena, &found, &n, &more));
    assert_false(more);
    for (unsigned i = 0; i < PEOPLE; i++)
        wanted += expected(a, b, i) >= 0;
    assert_int_equal(n, wanted);
    for (size_t i = 0; i < n; i++) {
        unsigned person;
        memcpy(&person, found[i].subject.b, sizeof person);
        int how = expected(a, b, person);
        assert_true(how >= 0);
        assert_true((int)found[i].how >= how); /* never said to be better than it is */
        assert_true((int)found[i].how >= before);
        before = (int)found[i].how;
    }
}

static void add_person(struct name_index *x, unsigned i)
{
    char full[32];
    snprintf(full, sizeof full, "%s %s", people[i].words[0], people[i].words[1]);
    assert_ok(name_index_add(x, people[i].id, id_of(i / 2 + 7000), id_of(i + 9000), WHY_FULL, str_of(full)));
}

static void finds_what_a_second_way_finds(void **state)
{
    (void)state;
    for (seed = 1; seed < 6; seed++) {
        uint64_t kept = seed;
        struct name_index *x;
        assert_ok(name_index_new(&x));
        for (unsigned i = 0; i < PEOPLE; i++) {
            people[i].id = id_of(i);
            people[i].gone = false;
            random_word(people[i].words[0], 2, 7);
            random_word(people[i].words[1], 2, 7);
            if (i == PEOPLE / 2)
                assert_ok(name_index_sort(x)); /* half at once, half one by one */
            add_person(x, i);
        }
        for (int i = 0; i < 300; i++) {
            char a[12], b[12] = "";
            random_word(a, 1, 7);
            if (i % 2)
                random_word(b, 1, 6);
            compare(x, a, b);
        }
        for (unsigned i = 0; i < PEOPLE; i += 3) {
            name_index_drop(x, people[i].id);
            name_index_drop(x, people[i].id); /* twice is harmless */
            people[i].gone = true;
        }
        for (unsigned i = 0; i < PEOPLE; i += 6) {
            people[i].gone = false;
            add_person(x, i);
        }
        for (int i = 0; i < 100; i++) {
            char a[12];
            random_word(a, 1, 7);
            compare(x, a, "");
        }
        name_index_free(x);
        seed = kept;
    }
}

static void one_letter_is_one_letter(void **state)
{
    (void)state;
    seed = 7;
    for (int i = 0; i < 200000; i++) {
        char a[12], b[12];
        random_word(a, 1, 7);
        random_word(b, 1, 7);
        assert_int_equal(one_letter_apart(str_of(a), str_of(b)), distance(a, b) == 1);
    }
    assert_true(one_letter_apart(STR("nguyễn"), STR("nguyên")));
    assert_true(one_letter_apart(STR("やまだ"), STR("やまた")));
    assert_true(one_letter_apart(STR("やまだ"), STR("やだま")));
    assert_false(one_letter_apart(STR("やまだ"), STR("はまた")));
    assert_false(one_letter_apart(STR("やまだ"), STR("やまだ")));
}

/* What nobody has any more stands nowhere in the memory of the index. */
static void what_is_dropped_is_wiped(void **state)
{
    (void)state;
    struct name_index *x;
    CLEANUP(buf_free) struct buf in = {0};
    size_t bytes = 0, subjects = 0, words = 0;
    bool locked = true;
    assert_ok(name_index_new(&x));
    assert_ok(name_index_add(x, id_of(1), id_of(2), id_of(3), WHY_FULL, STR("syntheticona beta")));
    assert_ok(name_index_sort(x));
    struct id others[] = {id_of(1), id_of(3)}, ours[] = {id_of(1), id_of(2), id_of(3)};
    name_index_in(x, (struct str){(const char *)others, sizeof others}, &in);
    name_index_in(x, STR(""), &in);
    assert_int_equal(in.n, 0);
    name_index_in(x, (struct str){(const char *)ours, sizeof ours}, &in);
    assert_int_equal(in.n, sizeof(struct id));
    name_index_drop(x, id_of(1));
    name_index_sizes(x, &bytes, &subjects, &words, &locked);
    assert_int_equal(words, 0);
    name_index_free(x);
}

static void a_short_word_costs_a_bounded_walk(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct name_index *x;
    struct candidate *found;
    size_t n;
    bool more;
    assert_ok(name_index_new(&x));
    for (unsigned i = 0; i < 3 * CANDIDATES_MAX; i++)
        assert_ok(name_index_add(x, id_of(i), id_of(i), id_of(i), WHY_FULL, STR("aa bb")));
    assert_ok(name_index_sort(x));
    assert_ok(name_index_find(x, STR("a"), a, &found, &n, &more));
    assert_int_equal(n, CANDIDATES_MAX);
    assert_true(more);
    assert_ok(name_index_find(x, STR(""), a, &found, &n, &more));
    assert_int_equal(n, 0);
    assert_ok(name_index_find(x, STR("zz"), a, &found, &n, &more));
    assert_int_equal(n, 0);
    assert_false(more);
    name_index_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_a_second_way_finds),
        cmocka_unit_test(one_letter_is_one_letter),
        cmocka_unit_test(what_is_dropped_is_wiped),
        cmocka_unit_test(a_short_word_costs_a_bounded_walk),
    };
    return cmocka_run_group_tests_name("search_index", tests, NULL, NULL);
}
