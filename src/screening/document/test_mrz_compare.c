/* SPDX-License-Identifier: Apache-2.0 */
/* A machine readable zone beside what a carrier sent. All persons are made up. */
#include "base/testing.h"
#include "screening/document/mrz.h"

static const struct date TODAY = {2026, 11, 22};
static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new(0);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct mrz of_names(const char *field)
{
    char text[128], names[40];
    struct mrz m;
    memset(names, '<', 39);
    memcpy(names, field, strlen(field));
    names[39] = '\0';
    snprintf(text, sizeof text, "P<UTO%s\nL898902C36UTO7408122F3104159ZE184226B<<<<<10", names);
    assert_ok(mrz_read(arena, str_of(text), 1, TODAY, &m));
    return m;
}

static struct mrz_record record(const char *surname, const char *given)
{
    return (struct mrz_record){.surname = str_of(surname),
                               .given = str_of(given),
                               .number = STR("L898902C3"),
                               .nationality = STR("UTO"),
                               .sex = STR("F"),
                               .birth = {1974, 8, 12},
                               .expiry = {2031, 4, 15}};
}

static struct mrz_comparison compare(const struct mrz *m, struct mrz_record r)
{
    struct mrz_comparison c;
    assert_ok(mrz_compare(arena, m, &r, &c));
    return c;
}

static void all_is_equal(void **state)
{
    (void)state;
    struct mrz m = of_names("ERIKSSON<<ANNA<MARIA");
    struct mrz_comparison c = compare(&m, record("Eriksson", "Anna Maria"));
    for (size_t i = 0; i < MRZ_F_N; i++) {
        assert_int_equal(c.likeness[i], MRZ_EQUAL);
        assert_int_equal(c.why[i], MRZ_WHY_NONE);
    }
}

static void names_are_equal_as_the_standard_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *mrz, *surname, *given;
        enum mrz_likeness surname_is, given_is;
        enum mrz_why why_surname, why_given;
    } cases[] = {
        {"MUELLER<<JOERG", "Müller", "Jörg", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_TRANSLITERATED,
         MRZ_WHY_TRANSLITERATED},
        {"MULLER<<JORG", "Müller", "Jörg", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_TRANSLITERATED,
         MRZ_WHY_TRANSLITERATED},
        {"STRASS<<THORA", "Straß", "Þora", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_TRANSLITERATED,
         MRZ_WHY_TRANSLITERATED},
        {"NGUYEN<<THI<DUOC", "Nguyễn", "Thị Được", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_TRANSLITERATED,
         MRZ_WHY_TRANSLITERATED},
        {"O<CONNOR<<SEAN", "O'Connor", "Sean", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_JOINED, MRZ_WHY_NONE},
        {"OCONNOR<<SEAN", "O’Connor", "Sean", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_TRANSLITERATED, MRZ_WHY_NONE},
        {"ERIKSSON<<ANNA<MARIA", "Eriksson", "ANNAMARIA", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_NONE, MRZ_WHY_JOINED},
        {"VAN<DER<VELDEN<<GREET", "Van-der-Velden", "Greet", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_NONE,
         MRZ_WHY_NONE},
        {"JAIDEE<<SOMCHAI", "SOMCHAI", "JAIDEE", MRZ_DIFFERS, MRZ_DIFFERS, MRZ_WHY_SWAPPED, MRZ_WHY_SWAPPED},
        {"JAI<DEE<<SOMCHAI", "JAI", "DEE SOMCHAI", MRZ_DIFFERS, MRZ_DIFFERS, MRZ_WHY_MOVED, MRZ_WHY_MOVED},
        {"SUHARTO", "Suharto", "", MRZ_EQUAL, MRZ_MISSING_BOTH, MRZ_WHY_NONE, MRZ_WHY_NONE},
        {"SUHARTO", "Suharto", "Suharto", MRZ_EQUAL, MRZ_MISSING_HERE, MRZ_WHY_NONE, MRZ_WHY_NONE},
        {"ERIKSSON<<ANNA", "Eriksson", "", MRZ_EQUAL, MRZ_MISSING_THERE, MRZ_WHY_NONE, MRZ_WHY_NONE},
        {"ERIKSSON<<ANNA", "ER1KSSON", "HANNA", MRZ_DIFFERS, MRZ_DIFFERS, MRZ_WHY_CONFUSABLE, MRZ_WHY_NONE},
        /* A title is not cut off: SIRIPORN is a name (a peer makes IPORN of it). */
        {"SRISUK<<SIRIPORN", "Srisuk", "IPORN", MRZ_EQUAL, MRZ_DIFFERS, MRZ_WHY_NONE, MRZ_WHY_NONE},
        {"SRISUK<<SIRIPORN", "Srisuk", "Siriporn", MRZ_EQUAL, MRZ_EQUAL, MRZ_WHY_NONE, MRZ_WHY_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mrz m = of_names(cases[i].mrz);
        struct mrz_comparison c = compare(&m, record(cases[i].surname, cases[i].given));
        if (c.likeness[MRZ_F_SURNAME] != cases[i].surname_is ||
            c.likeness[MRZ_F_GIVEN] != cases[i].given_is || c.why[MRZ_F_SURNAME] != cases[i].why_surname ||
            c.why[MRZ_F_GIVEN] != cases[i].why_given)
            fail_msg("%s: %s %s, %s %s", cases[i].mrz, mrz_likeness_name(c.likeness[MRZ_F_SURNAME]),
                     mrz_why_name(c.why[MRZ_F_SURNAME]), mrz_likeness_name(c.likeness[MRZ_F_GIVEN]),
                     mrz_why_name(c.why[MRZ_F_GIVEN]));
    }
}

static void a_name_that_is_cut_off_is_equal_as_far_as_it_goes(void **state)
{
    (void)state;
    struct mrz m = of_names("PAPANDROPOULOUS<<JONATHON<ALEXANDER<AND");
    assert_true(m.fields.truncated);
    struct mrz_comparison c = compare(&m, record("Papandropoulous", "Jonathon Alexander Andrew"));
    assert_int_equal(c.likeness[MRZ_F_GIVEN], MRZ_EQUAL);
    assert_int_equal(c.why[MRZ_F_GIVEN], MRZ_WHY_TRUNCATED);
    c = compare(&m, record("Papandropoulous", "Jonathon Alexis"));
    assert_int_equal(c.likeness[MRZ_F_GIVEN], MRZ_DIFFERS);
    /* A short name is not the beginning of a longer one. */
    m = of_names("ERIKSSON<<ANNA");
    c = compare(&m, record("Eriksson", "Annabelle"));
    assert_int_equal(c.likeness[MRZ_F_GIVEN], MRZ_DIFFERS);
}

static void numbers_dates_and_codes(void **state)
{
    (void)state;
    struct mrz m = of_names("ERIKSSON<<ANNA");
    struct mrz_record r = record("Eriksson", "Anna");
    struct mrz_comparison c;
    r.number = STR("l 898902c3");
    c = compare(&m, r);
    assert_int_equal(c.likeness[MRZ_F_NUMBER], MRZ_EQUAL);
    r.number = STR("L8989O2C3");
    r.nationality = STR("JPN");
    r.sex = STR("M");
    r.birth = (struct date){1974, 12, 8};
    r.expiry = (struct date){0};
    c = compare(&m, r);
    assert_int_equal(c.likeness[MRZ_F_NUMBER], MRZ_DIFFERS);
    assert_int_equal(c.why[MRZ_F_NUMBER], MRZ_WHY_CONFUSABLE);
    assert_int_equal(c.likeness[MRZ_F_NATIONALITY], MRZ_DIFFERS);
    assert_int_equal(c.likeness[MRZ_F_SEX], MRZ_DIFFERS);
    assert_int_equal(c.likeness[MRZ_F_BIRTH], MRZ_DIFFERS);
    assert_int_equal(c.why[MRZ_F_BIRTH], MRZ_WHY_DAY_MONTH);
    assert_int_equal(c.likeness[MRZ_F_EXPIRY], MRZ_MISSING_THERE);
    r = (struct mrz_record){.birth = {1974, 0, 0}};
    c = compare(&m, r);
    assert_int_equal(c.likeness[MRZ_F_BIRTH], MRZ_EQUAL); /* as much as both know */
    assert_int_equal(c.why[MRZ_F_BIRTH], MRZ_WHY_PARTIAL);
    assert_int_equal(c.likeness[MRZ_F_SURNAME], MRZ_MISSING_THERE);
    assert_int_equal(c.likeness[MRZ_F_SEX], MRZ_MISSING_THERE);
}

static void germany_is_germany_and_the_other_century_is_kept(void **state)
{
    (void)state;
    struct mrz m;
    assert_ok(mrz_read(arena,
                       STR("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n"
                           "C11T002JM4D<<1204017F1310317<<<<<<<<<<<<<<<6"),
                       1, TODAY, &m));
    struct mrz_record r = record("Mustermann", "Erika");
    r.nationality = STR("DEU");
    r.birth = (struct date){1912, 4, 1};
    struct mrz_comparison c = compare(&m, r);
    assert_int_equal(c.likeness[MRZ_F_NATIONALITY], MRZ_EQUAL);
    assert_int_equal(c.likeness[MRZ_F_BIRTH], MRZ_EQUAL);
    assert_int_equal(c.why[MRZ_F_BIRTH], MRZ_WHY_OTHER_CENTURY);
}

static void nothing_beside_nothing_is_missing(void **state)
{
    (void)state;
    struct mrz m;
    assert_ok(mrz_read(arena,
                       STR("P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n"
                           "<<<<<<<<<0UTO<<<<<<0<<<<<<<0<<<<<<<<<<<<<<<0"),
                       1, TODAY, &m));
    struct mrz_comparison c = compare(&m, (struct mrz_record){0});
    for (size_t i = 0; i < MRZ_F_N; i++)
        assert_int_equal(c.likeness[i], i == MRZ_F_NATIONALITY ? MRZ_MISSING_THERE : MRZ_MISSING_BOTH);
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    struct mrz m = of_names("ERIKSSON<<ANNA");
    struct mrz_record r = record("\xff\xfe", "Anna");
    struct mrz_comparison c;
    assert_fails(mrz_compare(arena, &m, &r, &c), ERR_BAD_UTF8);
    struct str shorter, longer;
    assert_ok(mrz_transliterate(arena, STR("Æsa Ångström 山"), &shorter, &longer));
    assert_str(shorter, "AESA ANGSTROM ?");
    assert_str(longer, "AESA AANGSTROEM ?");
    assert_ok(mrz_transliterate(arena, STR(" Jean--Luc  d'Arc "), &shorter, &longer));
    assert_str(shorter, "JEAN LUC DARC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_equal),
        cmocka_unit_test(names_are_equal_as_the_standard_writes_them),
        cmocka_unit_test(a_name_that_is_cut_off_is_equal_as_far_as_it_goes),
        cmocka_unit_test(numbers_dates_and_codes),
        cmocka_unit_test(germany_is_germany_and_the_other_century_is_kept),
        cmocka_unit_test(nothing_beside_nothing_is_missing),
        cmocka_unit_test(what_is_no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
