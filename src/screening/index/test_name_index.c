/* SPDX-License-Identifier: Apache-2.0 */
/* Against brute force: what the index finds is all there is, with every instruction set. Names are synthetic.
 */
#include "base/testing.h"
#include "screening/index/candidates.h"

#include <string.h>

static uint64_t dice = 88172645463325252u;

static unsigned roll(unsigned n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice >> 33) % n;
}

/* Few letters, so that many are near one another. */
static size_t made_up(char *to, unsigned words, unsigned letters)
{
    size_t n = 0;
    for (unsigned w = 0; w < words; w++) {
        if (w)
            to[n++] = ' ';
        for (unsigned i = 0, of = 1 + roll(letters); i < of; i++)
            to[n++] = (char)('a' + roll(5));
    }
    to[n] = '\0';
    return n;
}

/* The plain way. */
static unsigned slow_distance(struct str a, struct str b)
{
    unsigned row[300];
    for (size_t k = 0; k <= b.n; k++)
        row[k] = (unsigned)k;
    for (size_t i = 0; i < a.n; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t k = 0; k < b.n; k++) {
            unsigned least = corner + (a.p[i] != b.p[k]);
            corner = row[k + 1];
            least = row[k] + 1 < least ? row[k] + 1 : least;
            least = corner + 1 < least ? corner + 1 : least;
            row[k + 1] = least;
        }
    }
    return row[b.n];
}

static void distance_is_the_plain_one(void **state)
{
    char a[260], b[260];
    struct near_pattern p;
    (void)state;
    for (int i = 0; i < 60000; i++) {
        unsigned words = 1 + roll(i % 10 == 0 ? 30 : 4);
        struct str x = {a, made_up(a, words, 7)}, y = x;
        memcpy(b, a, sizeof a);
        for (unsigned k = roll(5); k > 0; k--)
            b[roll((unsigned)x.n)] = (char)('a' + roll(6));
        if (roll(3) == 0)
            y.n = made_up(b, words, 7);
        else if (roll(2))
            y.n -= y.n > 3 ? roll(3) : 0;
        y.p = b;
        near_prepare(x, &p);
        for (unsigned most = 0; most <= WHOLE_EDITS; most++) {
            unsigned slow = slow_distance(x, y), fast = near_distance(&p, y, most);
            assert_true(slow <= most ? fast == slow : fast > most);
            if (slow <= most)
                assert_true((unsigned)__builtin_popcountll(letter_signature(x) ^ letter_signature(y)) <=
                            2 * most);
        }
    }
}

static void instruction_sets_agree(void **state)
{
    enum { N = 1003 };
    static uint32_t low[N], high[N];
    static uint32_t all[SCANS][N];
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t n = roll(N + 1), found[SCANS], plain = 0;
        uint64_t of = dice;
        unsigned most = (unsigned)round % 7;
        for (size_t i = 0; i < n; i++) {
            uint64_t s = roll(2) ? of ^ ((uint64_t)1 << roll(64)) ^ ((uint64_t)1 << roll(64)) ^
                                       ((uint64_t)roll(4) << 20)
                                 : (uint64_t)roll(~0u) * 0x9e3779b97f4a7c15u;
            low[i] = (uint32_t)s;
            high[i] = (uint32_t)(s >> 32);
            plain += (unsigned)__builtin_popcountll(s ^ of) <= most;
        }
        for (enum scan_with w = 0; w < SCANS; w++)
            if (scan_can(w))
                found[w] = scan_near(w, low, high, n, of, most, all[w]);
        assert_int_equal(found[0], plain);
        for (enum scan_with w = 1; w < SCANS; w++) {
            if (!scan_can(w))
                continue;
            assert_int_equal(found[w], found[0]);
            assert_memory_equal(all[w], all[0], found[0] * sizeof **all);
        }
    }
    for (enum scan_with w = 1; w < SCANS; w++)
        if (!scan_can(w))
            print_message("# this processor has no %s: not compared\n", scan_text(w));
}

enum { NAMES = 3000, QUERIES = 150 };
struct world {
    char forms[NAMES][100];
    bool in[NAMES];
    struct screening_index *x;
    struct arena *a;
};

static struct str sorted(const struct screening_index *x, uint32_t form)
{
    return screening_index_form(x, form);
}

static void make_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->a = arena_new(0);
    assert_ok(screening_index_new(&w->x));
    for (uint64_t i = 0; i < NAMES; i++) {
        made_up(w->forms[i], 1 + roll(4), 8);
        assert_ok(screening_index_add(w->x, i, str_of(w->forms[i])));
        assert_ok(screening_index_add(w->x, i, str_of(w->forms[i]))); /* a second form of the same id */
        w->in[i] = true;
    }
}

static void free_world(struct world *w)
{
    screening_index_free(w->x);
    arena_free(w->a);
    mem_free(w);
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Its words in order. */
static void whole_of(const char *form, char *to)
{
    struct str words[40], rest = str_of(form);
    size_t n = 0;
    while (str_cut(&rest, ' ', &words[n]))
        n++;
    qsort(words, n, sizeof *words, by_text);
    for (size_t i = 0; i < n; i++) {
        memcpy(to, words[i].p, words[i].n);
        to += words[i].n;
        *to++ = i + 1 < n ? ' ' : '\0';
    }
}

static void check_whole(struct world *w, const char *query, unsigned most)
{
    struct index_found *found;
    size_t n, expected = 0;
    char asked[100], there[100];
    assert_ok(screening_index_whole(w->x, str_of(query), most, w->a, &found, &n));
    whole_of(query, asked);
    for (size_t i = 0; i < NAMES; i++) {
        if (!w->in[i])
            continue;
        whole_of(w->forms[i], there);
        expected += slow_distance(str_of(asked), str_of(there)) <= most ? 2 : 0;
    }
    assert_int_equal(n, expected);
    for (size_t i = 0; i < n; i++) {
        assert_true(w->in[found[i].id]);
        assert_int_equal(found[i].edits, slow_distance(str_of(asked), sorted(w->x, found[i].form)));
        assert_true(!i || found[i - 1].edits <= found[i].edits);
    }
}

static size_t forms_with_word_near(const struct world *w, struct str word, unsigned most)
{
    size_t n = 0;
    for (size_t i = 0; i < NAMES; i++) {
        struct str rest = str_of(w->forms[i]), one;
        bool near = false;
        while (w->in[i] && str_cut(&rest, ' ', &one))
            near = near || slow_distance(one, word) <= most;
        n += near ? 2 : 0;
    }
    return n;
}

static void check_words(struct world *w, const char *query, unsigned most)
{
    static bool seen[4 * NAMES];
    struct str rest = str_of(query), word;
    struct index_word *words;
    struct index_found *found;
    size_t nwords, n, forms = 0;
    assert_true(str_cut(&rest, ' ', &word));
    assert_ok(screening_index_words(w->x, word, most, w->a, &words, &nwords));
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < nwords; i++) {
        assert_int_equal(words[i].edits, slow_distance(words[i].text, word));
        assert_ok(screening_index_having(w->x, words[i].place, w->a, &found, &n));
        assert_true(n <= words[i].uses);
        for (size_t k = 0; k < n; k++) {
            assert_true(w->in[found[k].id] && found[k].form < sizeof seen);
            forms += !seen[found[k].form];
            seen[found[k].form] = true;
        }
    }
    assert_int_equal(forms, forms_with_word_near(w, word, most));
}

static void ask_all(struct world *w)
{
    for (int i = 0; i < QUERIES; i++) {
        char query[100];
        memcpy(query, w->forms[roll(NAMES)], sizeof query);
        for (unsigned k = roll(4); k > 0; k--) {
            char *c = &query[roll((unsigned)strlen(query))];
            *c = *c == ' ' ? ' ' : (char)('a' + roll(6));
        }
        enum scan_with with = roll(SCANS);
        if (scan_can(with))
            assert_ok(screening_index_with(w->x, with));
        check_words(w, query, roll(WORD_EDITS + 1));
        if (i % 5 == 0)
            check_whole(w, query, roll(WHOLE_EDITS + 1));
        arena_reset(w->a);
    }
}

/* ---- candidates ---------------------------------------------------------------------------------------- */

static const struct candidate_name *candidate_of(const struct candidate_names *c, uint32_t form)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->at[i].form == form)
            return &c->at[i];
    return NULL;
}

/* Every form that is near as a whole or shares enough, and no other; with fewer places the best of them. */
static void check_candidates(struct world *w, const char *query)
{
    struct candidate_names all, few;
    struct index_found *found;
    size_t n, expected = 0;
    assert_ok(screening_candidates(w->x, str_of(query), 4 * NAMES, w->a, &all));
    assert_int_equal(all.n, all.all);
    assert_ok(screening_index_whole(w->x, str_of(query), WHOLE_EDITS, w->a, &found, &n));
    for (size_t i = 0; i < n; i++)
        assert_non_null(candidate_of(&all, found[i].form));
    for (uint32_t form = 0; form < screening_index_places(w->x); form++) {
        double bits, need;
        bool near = false;
        if (!screening_index_form(w->x, form).n) { /* gone */
            assert_null(candidate_of(&all, form));
            continue;
        }
        for (size_t i = 0; i < n; i++)
            near = near || found[i].form == form;
        assert_ok(screening_candidate_bits(w->x, str_of(query), form, w->a, &bits, &need));
        const struct candidate_name *c = candidate_of(&all, form);
        if ((near || bits >= need) != (c != NULL))
            fail_msg("form %u: near %d, %f bits of %f, found %d", form, near, bits, need, c != NULL);
        expected += c != NULL;
        if (c && !near)
            assert_true(c->bits > bits - 0.01 && c->bits < bits + 0.01);
    }
    assert_int_equal(expected, all.n);
    assert_ok(screening_candidates(w->x, str_of(query), 7, w->a, &few));
    assert_int_equal(few.all, all.n);
    assert_int_equal(few.n, all.n < 7 ? all.n : 7);
    assert_memory_equal(few.at, all.at, few.n * sizeof *few.at);
}

/* Words that many forms have are what could be missed: half of the forms begin with one of three. */
static void candidates_are_all_that_share_enough(void **state)
{
    static const char *const common[] = {"abcde", "abcd", "eeeeee"};
    struct world *w = mem_alloc(sizeof *w);
    (void)state;
    assert_non_null(w);
    w->a = arena_new(0);
    assert_ok(screening_index_new(&w->x));
    for (uint64_t i = 0; i < NAMES; i++) {
        size_t n = roll(2) ? (size_t)snprintf(w->forms[i], 50, "%s ", common[roll(3)]) : 0;
        if (n && roll(4) == 0)
            n += (size_t)snprintf(w->forms[i] + n, 40, "%s ", common[roll(3)]);
        made_up(w->forms[i] + n, 1 + roll(roll(10) ? 3 : 8), 8);
        assert_ok(screening_index_add(w->x, i, str_of(w->forms[i])));
        w->in[i] = true;
    }
    for (uint64_t i = 0; i < 40; i++)
        assert_ok(screening_index_remove(w->x, 7 * i));
    for (int i = 0; i < 24; i++) {
        char query[100];
        memcpy(query, i % 8 == 7 ? "abcde eeeeee" : w->forms[roll(NAMES)], i % 8 == 7 ? 13 : sizeof query);
        for (unsigned k = roll(4); k > 0; k--) {
            char *c = &query[roll((unsigned)strlen(query))];
            *c = *c == ' ' ? ' ' : (char)('a' + roll(6));
        }
        check_candidates(w, query);
        arena_reset(w->a);
    }
    free_world(w);
}

/* Also while names go and come, past the point where the index is tidied. */
static void finds_what_brute_force_finds(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    struct index_sizes sizes;
    (void)state;
    assert_non_null(w);
    make_world(w);
    ask_all(w);
    for (int i = 0; i < 1200; i++) {
        uint64_t id = roll(NAMES);
        if (w->in[id]) {
            assert_ok(screening_index_remove(w->x, id));
            assert_fails(screening_index_remove(w->x, id), ERR_NOT_FOUND);
            w->in[id] = false;
        } else {
            assert_ok(screening_index_add(w->x, id, str_of(w->forms[id])));
            assert_ok(screening_index_add(w->x, id, str_of(w->forms[id])));
            w->in[id] = true;
        }
    }
    ask_all(w);
    size_t there = 0;
    for (size_t i = 0; i < NAMES; i++)
        there += w->in[i] ? 2 : 0;
    screening_index_sizes(w->x, &sizes);
    assert_int_equal(sizes.forms, there);
    assert_true(sizes.bytes > there * 40);
    free_world(w);
}

static void refuses_what_is_no_form(void **state)
{
    struct screening_index *x;
    char longest[INDEX_FORM_BYTES + 2];
    struct arena *a = arena_new(0);
    struct index_found *found;
    size_t n;
    (void)state;
    assert_ok(screening_index_new(&x));
    const char *bad[] = {"", " a", "a ", "a  b", "A", "a\tb", "\xc3\xa9", "a-b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(screening_index_add(x, 1, str_of(bad[i])), ERR_FIELD);
    memset(longest, 'a', sizeof longest);
    assert_fails(screening_index_add(x, 1, (struct str){longest, INDEX_FORM_BYTES + 1}), ERR_FIELD);
    assert_ok(screening_index_add(x, 1, (struct str){longest, INDEX_FORM_BYTES}));
    assert_ok(screening_index_whole(x, (struct str){longest, INDEX_FORM_BYTES - 3}, 3, a, &found, &n));
    assert_int_equal(n, 1);
    assert_fails(screening_index_whole(x, STR("a"), WHOLE_EDITS + 1, a, &found, &n), ERR_FIELD);
    assert_fails(screening_index_having(x, 99, a, &found, &n), ERR_NOT_FOUND);
    screening_index_free(x);
    arena_free(a);
}

static enum err build_one(void *user)
{
    struct screening_index *x CLEANUP(screening_index_cleanup) = NULL;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct index_found *found;
    struct candidate_names c;
    size_t n;
    (void)user;
    if (!a)
        return mem_fail();
    TRY(screening_index_new(&x));
    TRY(screening_index_add(x, 7, STR("somchai jaidee")));
    TRY(screening_index_whole(x, STR("jaidi somchai"), 3, a, &found, &n));
    assert_int_equal(n, 1);
    TRY(screening_candidates(x, STR("jaidee somchay"), 3, a, &c));
    assert_int_equal(c.n, 1);
    return OK;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(build_one, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_is_the_plain_one),
        cmocka_unit_test(instruction_sets_agree),
        cmocka_unit_test(finds_what_brute_force_finds),
        cmocka_unit_test(refuses_what_is_no_form),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(candidates_are_all_that_share_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
