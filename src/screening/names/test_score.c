/* SPDX-License-Identifier: Apache-2.0 */
/* Two names and their score: what must hold for every name, and the kinds of difference that names have. All
 * names are synthetic or of public figures long dead. */
#include "base/alloc.h"
#include "base/testing.h"
#include "screening/names/match.h"

#include <string.h>

static uint64_t dice = 88172645463325252u;

static unsigned roll(unsigned n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice >> 33) % n;
}

static double score_with(const struct name_frequencies *f, const char *x, const char *y,
                         struct name_score *ret)
{
    static struct arena *a;
    struct name nx, ny;
    struct ready_name rx, ry;
    a = arena_new(0);
    assert_non_null(a);
    assert_ok(name_read(a, str_of(x), &nx));
    assert_ok(name_read(a, str_of(y), &ny));
    assert_ok(name_ready(a, &nx, f, &rx));
    assert_ok(name_ready(a, &ny, f, &ry));
    name_score(&rx, &ry, ret);
    arena_free(a);
    assert_true(ret->score >= 0 && ret->score <= 1);
    return ret->score;
}

static double score(const char *x, const char *y)
{
    struct name_score s;
    return score_with(NULL, x, y, &s);
}

static const char *const words[] = {
    "somchai", "jaidee",    "nguyen", "van",  "thi",       "huong",    "al",        "rahman", "abd",
    "maria",   "de",        "la",     "cruz", "olena",     "petrovna", "ivanovich", "haji",   "bin",
    "yusuf",   "kovalenko", "o",      "j",    "santos",    "phuong",   "sreypov",   "keo",    "ltd",
    "aung",    "san",       "mwangi", "44",   "fernandez", "tamang",   "gurung",    "srey",   "pich",
};
enum { NWORDS = sizeof words / sizeof *words };

static void make_name(char *to, size_t room, const char *list[], size_t *n)
{
    size_t at = 0;
    *n = 1 + roll(5);
    to[0] = '\0';
    for (size_t i = 0; i < *n; i++) {
        list[i] = words[roll(NWORDS)];
        at += (size_t)snprintf(to + at, room - at, "%s%s", i ? " " : "", list[i]);
    }
}

static void same_both_ways_and_one_with_itself(void **state)
{
    char x[200], y[200];
    const char *of[8];
    size_t n;
    (void)state;
    for (int i = 0; i < 6000; i++) {
        struct name_score there, back;
        make_name(x, sizeof x, of, &n);
        make_name(y, sizeof y, of, &n);
        double a = score_with(NULL, x, y, &there), b = score_with(NULL, y, x, &back);
        if (a != b)
            fail_msg("not symmetric: %s / %s: %f %f", x, y, a, b);
        assert_int_equal(there.over_a, back.over_b);
        assert_int_equal(there.n, back.n);
        if (score(x, x) != 1)
            fail_msg("not 1 with itself: %s %f", x, score(x, x));
    }
}

static void order_of_words_is_nothing(void **state)
{
    char x[200], y[200];
    const char *of[8];
    size_t n;
    (void)state;
    for (int i = 0; i < 6000; i++) {
        make_name(x, sizeof x, of, &n);
        size_t at = 0;
        for (size_t k = n; k-- > 0;)
            at += (size_t)snprintf(y + at, sizeof y - at, "%s%s", k + 1 < n ? " " : "", of[k]);
        size_t initials = 0;
        for (size_t k = 0; k < n; k++)
            initials += strlen(of[k]) == 1;
        if (initials < 3 &&
            score(x, y) != 1) /* three initials in a row are one abbreviation, in that order */
            fail_msg("%s / %s: %f", x, y, score(x, y));
    }
}

/* A name with one letter put for another is less alike than the name; with two of them not more than with
 * one. */
static void errors_lower_the_score(void **state)
{
    static const char *const names[] = {"somchai jaidee",         "nguyen huong", "olena kovalenko",
                                        "maria fernandez santos", "yusuf mwangi", "tamang gurung pich"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int round = 0; round < 300; round++) {
            char once[100], twice[100];
            size_t n = strlen(names[i]), one = roll((unsigned)n), two = roll((unsigned)n);
            if (names[i][one] == ' ' || names[i][two] == ' ' || one == two)
                continue;
            memcpy(once, names[i], n + 1);
            once[one] = '8'; /* like no letter but b */
            memcpy(twice, once, n + 1);
            twice[two] = '6';
            double a = score(names[i], once), b = score(names[i], twice);
            if (a >= 1 || b > a)
                fail_msg("%s %f %s %f", once, a, twice, b);
        }
}

/* What is read in many ways is met by chance more easily: it tells less than what is read in one. */
static void a_reading_among_many_tells_less(void **state)
{
    struct name_score many, one;
    (void)state;
    score_with(NULL, "張", "zhang", &many);
    score_with(NULL, "чжан", "chzhan", &one);
    assert_true(many.met_bits > 0 && many.met_bits < one.met_bits);
    assert_true(score_with(NULL, "張 偉", "張 偉", &many) == 1);
    assert_true(many.met_bits > 0);
    /* A language that is not the likeliest still meets: none is shut out by the many readings of another. */
    assert_true(score("李小龍", "LI Xiaolong") > 0.5);
    assert_true(score("李小龍", "LEE Siu Lung") > 0.5);
}

/* Found by fuzzing: words that are like two others of the same name, put together. */
static void a_name_meets_itself_best(void **state)
{
    (void)state;
    assert_true(score("maria de la maride la cruz", "maria de la maride la cruz") == 1);
    assert_true(score("maria de maride", "maride maria de") == 1);
}

/* A short form may be a name of its own: Ma is a family name, and Maria. */
static void a_short_form_is_not_certain(void **state)
{
    (void)state;
    assert_true(score("Ma Li", "Ma Li") == 1);
    assert_true(score("Ma Li", "Maria Li") < 1);
    assert_true(score("Ma Fernandez", "Maria Fernandez") > 0.8);
    assert_true(score("Mohd Yusuf", "Muhammad Yusuf") > 0.9);
    assert_true(score("Jürgen Müller", "Juergen Mueller") == 1);
}

/* An alphabet that writes its vowels is more certain than a script that leaves them out. */
static void what_is_spelt_is_more_certain(void **state)
{
    (void)state;
    assert_true(score("Иван Иванов", "Ivan Ivanov") < 1);
    assert_true(score("Иван Иванов", "Ivan Ivanov") > score("يوسف حسن", "Yusuf Hasan"));
}

/* A digit in a word is not left out by reading it. */
static void a_digit_is_no_spelling(void **state)
{
    (void)state;
    assert_true(score("somc8ai", "somchai") < 1);
    assert_true(score("somc8ai", "somcai") < 1);
    assert_true(score("44th brigade", "45th brigade") < 0.9);
}

struct wanted {
    const char *a, *b;
    double least, most;
};

static void kinds_of_difference(void **state)
{
    static const struct wanted table[] = {
        {"Siriporn Jaidee", "JAIDEE Siriporn", 1, 1},
        {"Siriporn Jaidee", "SIRIPHON JAIDI", 0.7, 0.99},         /* spelling */
        {"Abdulrahman Yusuf", "Abd al-Rahman Yousef", 0.8, 1},    /* written apart, spelling */
        {"Maria de la Cruz", "Maria Cruz", 0.8, 1},               /* particles */
        {"Dr. Olena Kovalenko", "Olena Kovalenko", 0.9, 1},       /* title */
        {"Olena Petrovna Kovalenko", "Olena Kovalenko", 0.75, 1}, /* patronymic */
        {"O. Kovalenko", "Olena Kovalenko", 0.6, 0.99},           /* initial */
        {"OlenaKovalenko", "Olena Kovalenko", 0.9, 1},            /* joined */
        {"Olneа Kovalenko", "Olena Kovalenko", 0.6, 1},           /* swapped letters, one of them Cyrillic */
        {"Bill Santos", "William Santos", 0.75, 0.99},            /* short form */
        {"Brigade Forty-Four", "Brigade Forty-Four", 1, 1},
        {"Third Brigade", "3rd Brigade", 1, 1},
        {"Lotus Trading Co. Ltd", "Lotus Trading Company Limited", 0.95, 1},
        {"Lotus Trading Ltd", "Lotus Trading", 0.85, 1},
        {"UNHCR", "United Nations High Commissioner Refugees", 0.7, 0.99},
        {"محمد يوسف", "Muhammad Yusuf", 0.7, 0.99},
        {"Олена Коваленко", "Olena Kovalenko", 0.7, 0.999},
        {"سمير التكريتي", "SAMIR ALTIKRITI", 0.6, 0.99}, /* the article, written together */
        {"Jean-Paul Santos", "Jeanpaul Santos", 0.9, 0.99},
        {"山田太郎", "YAMADATARO", 0.6, 0.99}, /* cut by the program, together on the other side */
        {"山田太郎", "Taro YAMADA", 0.6, 0.99},
        {"阮氏香", "NGUYEN Thi Huong", 0.5, 0.99}, /* one word here, two there, in the less likely language */
        {"김영희", "KIM Young Hee", 0.6, 0.99},
        {"アウンサン", "AUNG SAN", 0.5, 0.99},
        /* others */
        {"Olena Kovalenko", "Mwangi Tamang", 0, 0.1},
        {"Olena Kovalenko", "Olena Fernandez", 0, 0.6},
        {"Maria Santos", "Maria Mwangi", 0, 0.6},
        {"Dr. Haji", "Dr. Mwangi", 0, 0.5},
        {"", "Olena", 0, 0},
        {"", "", 0, 0},
        {"...", "-", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double s = score(table[i].a, table[i].b);
        if (s < table[i].least || s > table[i].most)
            fail_msg("row %zu: %f is not in %f..%f", i, s, table[i].least, table[i].most);
    }
}

static void what_many_are_called_tells_little(void **state)
{
    struct name_frequencies *f;
    struct arena *a = arena_new(0);
    struct name_score rare, common;
    (void)state;
    assert_ok(name_frequencies_new(&f));
    for (int i = 0; i < 2000; i++) {
        struct name n;
        char text[60];
        snprintf(text, sizeof text, "nguyen %c%c%c%cong", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i % 7,
                 'a' + i % 5);
        assert_ok(name_read(a, str_of(text), &n));
        assert_ok(name_frequencies_count(f, &n));
    }
    double by_common = score_with(f, "nguyen huong", "nguyen pich", &common);
    double by_rare = score_with(f, "srepok huong", "srepok pich", &rare);
    assert_true(by_rare > by_common + 0.1);
    assert_true(rare.met_bits > 2 * common.met_bits);
    name_frequencies_free(f);
    arena_free(a);
}

static void explains_itself(void **state)
{
    struct arena *a = arena_new(0);
    struct name_list *l;
    struct name_hit *hits;
    struct ready_name q;
    struct str why;
    size_t n;
    (void)state;
    assert_ok(name_list_new(&l));
    assert_ok(name_list_add(l, STR("1"), STR("KOVALENKO, Olena Petrovna")));
    assert_ok(name_list_add(l, STR("2"), STR("SANTOS, Maria")));
    assert_ok(name_list_add(l, STR("3"), STR("KOVALENKA, Alena")));
    assert_ok(name_list_ready(l));
    assert_ok(name_list_best(l, a, STR("Olena Kovalenko Haji"), 10, &q, &hits, &n));
    assert_int_equal(n, 2);
    assert_str(hits[0].id, "1");
    assert_str(hits[1].id, "3");
    assert_ok(name_score_explain(a, &q, hits[0].name, &hits[0].score, &why));
    assert_non_null(strstr(why.p, "olena = olena"));
    assert_non_null(strstr(why.p, "only in the first: haji"));
    assert_non_null(strstr(why.p, "only in the second: petrovna"));
    assert_ok(name_list_best(l, a, STR("Olena Kovalenko"), 1, &q, &hits, &n));
    assert_int_equal(n, 1);
    assert_ok(name_list_best(l, a, STR("Olena Kovalenko"), 0, &q, &hits, &n));
    assert_int_equal(n, 0);
    name_list_free(l);
    arena_free(a);
}

/* The best of a list are the best of all pairs: leaving out what shares no word loses nothing that scores. */
static void list_loses_nothing(void **state)
{
    enum { N = 400 };
    static char names[N][200];
    const char *of[8];
    struct arena *a = arena_new(0), *all = arena_new(0);
    struct name_list *l;
    struct name_hit *hits;
    struct ready_name q;
    size_t n;
    (void)state;
    assert_ok(name_list_new(&l));
    for (size_t i = 0; i < N; i++) {
        char id[12];
        make_name(names[i], sizeof names[i], of, &n);
        snprintf(id, sizeof id, "%zu", i);
        assert_ok(name_list_add(l, str_of(id), str_of(names[i])));
    }
    assert_ok(name_list_ready(l));
    for (size_t i = 0; i < 100; i++) {
        assert_ok(name_list_best(l, a, str_of(names[i]), N, &q, &hits, &n));
        assert_true(n > 0 && hits[0].score.score == 1);
        for (size_t k = 1; k < n; k++)
            assert_true(hits[k - 1].score.score >= hits[k].score.score);
        struct name_hit *few;
        size_t nfew;
        assert_ok(name_list_best(l, a, str_of(names[i]), 7, &q, &few, &nfew));
        for (size_t k = 0; k < nfew; k++)
            assert_true(str_eq(few[k].id, hits[k].id));
        arena_reset(a);
    }
    name_list_free(l);
    arena_free(a);
    arena_free(all);
}

/* What scores well against a name of the list is found by it, with the same score: as good as scoring all. */
static void list_is_as_good_as_scoring_all(void **state)
{
    enum { N = 250, QUERIES = 60 };
    static const char *const others[] = {"Олена Коваленко", "محمد يوسف",      "ソムチャイ", "olenakovalenko",
                                         "bill santos",     "william santos", "somchay",    "jaidi",
                                         "kova lenko",      "o j santos",     "UNHCR",      "44 ltd",
                                         "abdalrahman"};
    enum { OTHERS = sizeof others / sizeof *others };
    static char names[N + OTHERS][200];
    const char *of[8];
    struct arena *a = arena_new(0);
    struct name_frequencies *f;
    struct name_list *l;
    size_t n, well = 0;
    (void)state;
    assert_ok(name_list_new(&l));
    assert_ok(name_frequencies_new(&f));
    for (size_t i = 0; i < N + OTHERS; i++) {
        struct name read;
        char id[12];
        if (i < N)
            make_name(names[i], sizeof names[i], of, &n);
        else
            snprintf(names[i], sizeof names[i], "%s", others[i - N]);
        snprintf(id, sizeof id, "%zu", i);
        assert_ok(name_list_add(l, str_of(id), str_of(names[i])));
        assert_ok(name_read(a, str_of(names[i]), &read));
        assert_ok(name_frequencies_count(f, &read));
        arena_reset(a);
    }
    assert_ok(name_list_ready(l));
    for (size_t q = 0; q < QUERIES; q++) {
        struct name_hit *hits;
        struct ready_name ready;
        double found[N + OTHERS] = {0};
        const char *query = names[N + OTHERS - 1 - q]; /* all the others, and some made up */
        assert_ok(name_list_best(l, a, str_of(query), N + OTHERS, &ready, &hits, &n));
        for (size_t k = 0; k < n; k++) {
            int64_t at;
            assert_ok(str_i64(hits[k].id, 0, N + OTHERS - 1, &at));
            found[at] = hits[k].score.score;
        }
        for (size_t i = 0; i < N + OTHERS; i++) {
            struct name_score one;
            double s = score_with(f, query, names[i], &one);
            if (s < 0.5 ? found[i] != 0 && found[i] != s : found[i] != s)
                fail_msg("query %zu, name %zu: %f, found with %f", q, i, s, found[i]);
            well += s >= 0.5;
        }
        arena_reset(a);
    }
    assert_true(well > 2 * QUERIES); /* it is about more than each name and itself */
    name_frequencies_free(f);
    name_list_free(l);
    arena_free(a);
}

/* The tables are looked up by halves: their first, last and middle rows, and what stands between two rows. */
static void words_that_are_no_names(void **state)
{
    static const struct {
        const char *word;
        enum word_kind kind;
    } table[] = {
        {"ab", KIND_LEGAL_FORM},
        {"zur", KIND_PARTICLE},
        {"al", KIND_PARTICLE},
        {"bin", KIND_PARTICLE},
        {"haji", KIND_TITLE},
        {"u", KIND_TITLE},
        {"y", KIND_PARTICLE},
        {"k", KIND_INITIAL},
        {"gmbh", KIND_LEGAL_FORM},
        {"zrt", KIND_LEGAL_FORM},
        {"trading", KIND_TRADE},
        {"bank", KIND_TRADE},
        {"young", KIND_NAME},
        {"hajiali", KIND_NAME},
        {"ha", KIND_NAME},
        {"zz", KIND_NAME},
        {"a", KIND_INITIAL},
        {"12", KIND_NUMBER},
        {"ivanovna", KIND_PATRONYMIC},
        {"sheikh", KIND_TITLE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (word_kind_of(str_of(table[i].word)) != table[i].kind)
            fail_msg("%s: %d", table[i].word, (int)word_kind_of(str_of(table[i].word)));
    assert_str(word_meaning(STR("ltd")), "limited");
    assert_str(word_meaning(STR("1st")), "1");
    assert_str(word_meaning(STR("viii")), "8");
    assert_str(word_meaning(STR("lt")), "lt");
    assert_str(word_meaning(STR("")), "");
}

static void more_words_than_the_limit(void **state)
{
    struct name_score s;
    (void)state;
    const char *many = "a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11 l12 m13 n14";
    assert_true(score_with(NULL, many, many, &s) == 1);
    assert_true(s.n <= SCORE_WORDS);
}

static enum err match_one(void *user)
{
    struct name_list *l CLEANUP(name_list_cleanup) = NULL;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct name_hit *hits;
    struct ready_name q;
    size_t n;
    (void)user;
    if (!a)
        return mem_fail();
    TRY(name_list_new(&l));
    TRY(name_list_add(l, STR("1"), STR("olena kovalenko")));
    TRY(name_list_ready(l));
    return name_list_best(l, a, STR("olena"), 3, &q, &hits, &n);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(match_one, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_both_ways_and_one_with_itself),
        cmocka_unit_test(order_of_words_is_nothing),
        cmocka_unit_test(errors_lower_the_score),
        cmocka_unit_test(a_reading_among_many_tells_less),
        cmocka_unit_test(a_digit_is_no_spelling),
        cmocka_unit_test(a_name_meets_itself_best),
        cmocka_unit_test(a_short_form_is_not_certain),
        cmocka_unit_test(what_is_spelt_is_more_certain),
        cmocka_unit_test(kinds_of_difference),
        cmocka_unit_test(what_many_are_called_tells_little),
        cmocka_unit_test(explains_itself),
        cmocka_unit_test(list_loses_nothing),
        cmocka_unit_test(list_is_as_good_as_scoring_all),
        cmocka_unit_test(words_that_are_no_names),
        cmocka_unit_test(more_words_than_the_limit),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
