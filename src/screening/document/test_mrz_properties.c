/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every machine readable zone: what was made is read back; a changed character is noticed,
 * or it can be argued why no check digit can notice it; no text crashes. */
#include "base/buf.h"
#include "screening/document/testing_mrz.h"

static const struct date TODAY = {2026, 11, 22};
static uint64_t dice_state;

/* splitmix64: the same numbers in every run. */
static uint64_t dice(uint64_t sides)
{
    uint64_t z = (dice_state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % sides;
}

static void word(char *p, size_t n, const char *from)
{
    for (size_t i = 0; i < n; i++)
        p[i] = from[dice(strlen(from))];
    p[n] = '\0';
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ANY     LETTERS "0123456789"

struct person {
    char surname[16], given[16], number[24], sex[2], optional[16];
    const char *nationality;
    struct date birth, expiry;
    bool long_number;
};

static struct date some_day(int from, int years)
{
    int year = from + (int)dice((uint64_t)years), month = 1 + (int)dice(12);
    return (struct date){(int16_t)year, (uint8_t)month,
                         (uint8_t)(1 + dice((uint64_t)date_month_days(year, month)))};
}

static struct person some_person(const struct made_format *f)
{
    static const char *const nations[] = {"JPN", "THA", "KHM", "D", "XXA", "UTO", "PHL", "GBN"};
    struct person p = {.nationality = nations[dice(8)]};
    word(p.surname, 2 + dice(8), LETTERS);
    word(p.given, 2 + dice(8), LETTERS);
    p.long_number = (f->format == MRZ_TD1 || f->format == MRZ_TD2) && dice(3) == 0;
    word(p.number, p.long_number ? 9 + 1 + dice(f->format == MRZ_TD1 ? 10 : 4) : 1 + dice(9), ANY);
    word(p.sex, 1, "MF<");
    word(p.optional, p.long_number ? 0 : dice(7), ANY);
    p.birth = some_day(1930, 70); /* before 2000: 1920 and earlier would be unsure */
    p.expiry = some_day(2010, 35);
    return p;
}

static void six(struct date d, char ret[7])
{
    snprintf(ret, 7, "%02u%02u%02u", (unsigned)d.year % 100u, d.month % 100u, d.day % 100u);
}

static void make(const struct made_format *f, const struct person *p, struct made *ret)
{
    char name[40], date[7];
    made_start(ret, f,
               f->format == MRZ_MRVA || f->format == MRZ_MRVB ? "V"
               : f->format == MRZ_TD3                         ? "P"
                                                              : "I");
    made_put(ret, f->issuer, "UTO");
    snprintf(name, sizeof name, "%s<<%s", p->surname, p->given);
    made_put(ret, f->name, name);
    made_put(ret, f->nationality, p->nationality);
    six(p->birth, date);
    made_put(ret, f->birth, date);
    six(p->expiry, date);
    made_put(ret, f->expiry, date);
    made_put(ret, f->sex, p->sex);
    if (p->long_number) {
        size_t rest = strlen(p->number) - 9;
        int sum = 0;
        for (size_t i = 0; p->number[i]; i++)
            sum += made_value(p->number[i]) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
        memcpy(made_at(ret, f->number), p->number, 9);
        memcpy(made_at(ret, f->optional), p->number + 9, rest);
        made_at(ret, f->optional)[rest] = (char)('0' + sum % 10);
    } else {
        made_put(ret, f->number, p->number);
        made_put(ret, f->optional, p->optional);
    }
    made_digits(ret, p->long_number);
}

static bool same_day(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void what_was_made_is_read_back(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    dice_state = 20261122;
    for (size_t i = 0; i < 6000; i++) {
        const struct made_format *f = &MADE_FORMATS[i % 5];
        struct person p = some_person(f);
        struct made made;
        char text[160];
        struct mrz m;
        make(f, &p, &made);
        made_text(&made, text);
        assert_ok(mrz_read(a, str_of(text), 1, TODAY, &m));
        assert_int_equal(m.format, f->format);
        assert_true(m.all_right);
        assert_int_equal(m.nproposals, 0);
        assert_str(m.fields.surname, p.surname);
        assert_str(m.fields.given, p.given);
        assert_str(m.fields.number, p.number);
        assert_str(m.fields.nationality, p.nationality);
        assert_str(m.fields.sex, p.sex);
        assert_str(m.fields.optional, p.optional);
        assert_true(same_day(m.fields.birth.likely, p.birth) || same_day(m.fields.birth.other, p.birth));
        assert_true(same_day(m.fields.expiry.likely, p.expiry));
        assert_int_equal(m.checks[MRZ_OPTIONAL] != MRZ_NONE, f->format == MRZ_TD3);
        assert_int_equal(m.checks[MRZ_COMPOSITE] != MRZ_NONE, f->format <= MRZ_TD3);
        arena_reset(a);
    }
    arena_free(a);
}

static bool within(struct made_place p, int line, int at)
{
    return p.line == line && at >= p.first && at <= p.last;
}

static bool is_checked(const struct made_format *f, int line, int at)
{
    const struct made_place own[] = {f->number, f->number_digit, f->birth,          f->birth_digit,
                                     f->expiry, f->expiry_digit, f->optional_digit, f->composite_digit};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (within(own[i], line, at))
            return true;
    for (size_t i = 0; i < 4; i++)
        if (within(f->composite[i], line, at))
            return true;
    return f->optional_digit.line && within(f->optional, line, at);
}

/* The weights 7, 3 and 1 share no factor with 10: a change of one character leaves a sum as it is only if
 * both characters have the same value mod 10 (0 A K U <, 1 B L V, ... 6 G Q, 8 I S). That is a limit of 9303,
 * not of this reader. A check digit that becomes anything else is wrong, whatever its value mod 10, because a
 * digit must stand there. */
static bool cannot_be_seen(const struct made_format *f, int line, int at, char from, char to, bool empty)
{
    const struct made_place digits[] = {f->number_digit, f->birth_digit, f->expiry_digit, f->optional_digit,
                                        f->composite_digit};
    if (made_value(from) % 10 != made_value(to) % 10)
        return false;
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (within(digits[i], line, at))
            return empty && within(f->optional_digit, line, at) && (from == '<' || to == '<'); /* 0 or < */
    return true;
}

static void a_changed_character_is_noticed_or_cannot_be(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    size_t noticed = 0, unseen = 0;
    dice_state = 7;
    for (size_t i = 0; i < 25; i++) {
        const struct made_format *f = &MADE_FORMATS[i % 5];
        struct person p = some_person(f);
        struct made made;
        if (p.long_number)
            continue; /* below */
        make(f, &p, &made);
        for (int line = 1; line <= f->lines; line++)
            for (int at = 1; at <= f->width; at++) {
                char *c = &made.line[line - 1][at - 1], was = *c;
                if (!is_checked(f, line, at))
                    continue;
                for (const char *to = ANY "<"; *to; to++) {
                    char text[160];
                    struct mrz m;
                    if (*to == was)
                        continue;
                    *c = *to;
                    made_text(&made, text);
                    assert_ok(mrz_read(a, str_of(text), 1, TODAY, &m));
                    bool blind = cannot_be_seen(f, line, at, was, *to, p.optional[0] == '\0');
                    /* A filler for the number's digit makes a long number of it: wrong, or right by its rest.
                     */
                    if (within(f->number_digit, line, at) && *to == '<' && f->format <= MRZ_TD2)
                        blind = m.all_right;
                    if (m.all_right != blind)
                        fail_msg("format %d, line %d, place %d, %c for %c: %s", f->format, line, at, *to, was,
                                 m.all_right ? "not noticed" : "noticed");
                    noticed += !blind;
                    unseen += blind;
                    arena_reset(a);
                }
                *c = was;
            }
    }
    assert_true(noticed > 7 * unseen); /* nearly nine of ten, as a digit mod 10 must */
    arena_free(a);
}

static void a_changed_character_of_a_long_number_is_noticed(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    static const char first[] = "I<UTOD23145890<7349<<<<<<<<<<<";
    for (size_t at = 5; at < 19; at++)
        for (const char *to = "0123456789"; *to; to++) {
            char text[160];
            struct mrz m;
            snprintf(text, sizeof text, "%s\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
                     first);
            if (at == 14 || first[at] == *to)
                continue;
            text[at] = *to;
            assert_ok(mrz_read(a, str_of(text), 1, TODAY, &m));
            bool blind = made_value(first[at]) % 10 == made_value(*to) % 10;
            assert_int_equal(m.all_right, blind);
            arena_reset(a);
        }
    arena_free(a);
}

static void a_misread_character_is_among_the_proposals(void **state)
{
    (void)state;
    static const char pairs[][2] = {{'0', 'O'}, {'1', 'I'}, {'8', 'B'}, {'5', 'S'},
                                    {'2', 'Z'}, {'0', 'D'}, {'0', 'Q'}};
    struct arena *a = arena_new(0);
    size_t tried = 0, found = 0;
    dice_state = 99;
    for (size_t i = 0; i < 1500; i++) {
        struct person p = some_person(&MADE_FORMATS[i % 3]); /* with a composite digit */
        struct made made;
        char right[160], wrong[160];
        struct mrz m;
        make(&MADE_FORMATS[i % 3], &p, &made);
        made_text(&made, right);
        memcpy(wrong, right, sizeof wrong);
        int line = made.f->number.line, at = made.f->number.first + (int)dice(9);
        char *c = &wrong[(line - 1) * (made.f->width + 1) + at - 1];
        for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
            if (*c == pairs[k][0]) {
                *c = pairs[k][1];
                break;
            }
        if (strcmp(right, wrong) == 0)
            continue;
        assert_ok(mrz_read(a, str_of(wrong), 1, TODAY, &m));
        if (m.all_right)
            continue; /* one of the pairs that no digit tells apart */
        tried++;
        for (size_t k = 0; k < m.nproposals; k++) {
            struct made as = {.f = made.f};
            char text[160];
            memcpy(as.line, m.proposals[k].lines, sizeof as.line);
            made_text(&as, text);
            found += strcmp(text, right) == 0;
        }
        arena_reset(a);
    }
    print_message("# %zu misread characters, %zu of them among the proposals\n", tried, found);
    assert_true(tried > 100);
    assert_true(found * 100 >= tried * 97);
    arena_free(a);
}

/* Any bytes: an MRZ or an error with a line, never anything else, and never the bytes in the words. */
static void no_bytes_do_harm(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    static const char bytes[] = "P<UTOERIKSSON012345\n\r \t\0\xff\xc3\xa4\xe2\x80\xb9<<<<<<<<";
    dice_state = 3;
    for (size_t i = 0; i < 20000; i++) {
        char text[300];
        size_t n = dice(sizeof text);
        struct mrz m;
        for (size_t k = 0; k < n; k++)
            text[k] = dice(20) ? bytes[dice(sizeof bytes - 1)] : (char)dice(256);
        enum err e = mrz_read(a, (struct str){text, n}, 1, TODAY, &m);
        assert_true(e == OK || e == ERR_BAD_DATA);
        if (e == OK) {
            assert_true(m.nnotes <= MRZ_NOTES_MAX && m.nproposals <= MRZ_PROPOSALS_MAX);
            for (size_t k = 0; k < m.nlines; k++)
                assert_int_equal(strspn(m.lines[k], ANY "<?"), strlen(m.lines[k]));
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void a_line_without_end_is_refused_in_the_memory_of_a_short_one(void **state)
{
    (void)state;
    struct arena *a = arena_new(1u << 20);
    size_t n = 8u << 20;
    char *text = mem_alloc(n);
    struct mrz m;
    memset(text, 'X', n);
    assert_fails(mrz_read(a, (struct str){text, n}, 1, TODAY, &m), ERR_BAD_DATA);
    memset(text, '\xff', n);
    assert_fails(mrz_read(a, (struct str){text, n}, 1, TODAY, &m), ERR_BAD_DATA);
    assert_true(arena_used(a) < 200000);
    mem_free(text);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_made_is_read_back),
        cmocka_unit_test(a_changed_character_is_noticed_or_cannot_be),
        cmocka_unit_test(a_changed_character_of_a_long_number_is_noticed),
        cmocka_unit_test(a_misread_character_is_among_the_proposals),
        cmocka_unit_test(no_bytes_do_harm),
        cmocka_unit_test(a_line_without_end_is_refused_in_the_memory_of_a_short_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
