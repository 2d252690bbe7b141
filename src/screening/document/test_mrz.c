/* SPDX-License-Identifier: Apache-2.0 */
/* The machine readable zone as it is read: fields, verdicts, diagnostics, proposals. Specimens of ICAO 9303
 * and made-up ones; nobody of these exists. */
#include "base/arena.h"
#include "base/buf.h"
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

static struct mrz read_mrz(const char *text)
{
    struct mrz m;
    assert_ok(mrz_read(arena, str_of(text), 1, TODAY, &m));
    return m;
}

static bool noted(const struct mrz *m, enum mrz_note_kind kind, size_t line, size_t column)
{
    for (size_t i = 0; i < m->nnotes; i++)
        if (m->notes[i].kind == kind && m->notes[i].line == line && m->notes[i].column == column)
            return true;
    return false;
}

static bool noted_at_all(const struct mrz *m, enum mrz_note_kind kind)
{
    for (size_t i = 0; i < m->nnotes; i++)
        if (m->notes[i].kind == kind)
            return true;
    return false;
}

static void assert_day(struct date d, int year, int month, int day)
{
    assert_int_equal(d.year, year);
    assert_int_equal(d.month, month);
    assert_int_equal(d.day, day);
}

#define TD3_SPECIMEN                                 \
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" \
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"

static void the_passport_of_the_standard(void **state)
{
    (void)state;
    struct mrz m = read_mrz(TD3_SPECIMEN);
    assert_int_equal(m.format, MRZ_TD3);
    assert_str(m.fields.document_code, "P");
    assert_str(m.fields.issuer, "UTO");
    assert_str(m.fields.surname, "ERIKSSON");
    assert_str(m.fields.given, "ANNA MARIA");
    assert_str(m.fields.number, "L898902C3");
    assert_str(m.fields.nationality, "UTO");
    assert_str(m.fields.sex, "F");
    assert_str(m.fields.optional, "ZE184226B");
    assert_int_equal(m.fields.composite, '0');
    assert_day(m.fields.birth.likely, 1974, 8, 12);
    assert_day(m.fields.expiry.likely, 2012, 4, 15);
    assert_int_equal(m.fields.birth.other.year, 0);
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        assert_int_equal(m.checks[i], MRZ_RIGHT);
    assert_true(m.all_right);
    assert_int_equal(m.nproposals, 0);
    assert_false(m.fields.truncated);
    assert_true(noted(&m, MRZ_NOTE_SPECIMEN, 1, 3)); /* Utopia: whoever shows it shows no document */
}

static void the_card_of_the_standard(void **state)
{
    (void)state;
    struct mrz m = read_mrz("I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\n"
                            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<\r\n");
    assert_int_equal(m.format, MRZ_TD1);
    assert_true(m.all_right);
    assert_int_equal(m.checks[MRZ_OPTIONAL], MRZ_NONE); /* the format has none: it is absent, not right */
    assert_str(m.fields.number, "D23145890");
    assert_false(noted_at_all(&m, MRZ_NOTE_LONE_RETURN));
}

static void a_long_number_goes_on_in_the_optional_data(void **state)
{
    (void)state;
    /* 9303-5: D23145890734 with digit 9; the specimen has the rest, its digit, and a filler. */
    struct mrz m = read_mrz("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\n"
                            "STEVENSON<<PETER<JOHN<<<<<<<<<\n");
    assert_str(m.fields.number, "D23145890734");
    assert_str(m.fields.optional, "");
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_RIGHT);
    assert_true(m.all_right);
    m = read_mrz("I<NLD123456789<0123456788018<X\n6503101F3108022NLDOPT<DATA2<<5\n"
                 "DE<BRUIJN<<WILLEKE<LISELOTTE<<\n");
    assert_str(m.fields.number, "123456789012345678801");
    assert_str(m.fields.optional, "X");
    assert_str(m.fields.optional2, "OPT<DATA2");
    assert_true(m.all_right);
    assert_false(noted_at_all(&m, MRZ_NOTE_FILLER_COUNTED));
}

static void a_belgian_card_counts_the_filler_and_that_is_said(void **state)
{
    (void)state;
    struct mrz m = read_mrz("IDBEL000590240<6013<<<<<<<<<<<\n8512017F1311048BEL851201002007\n"
                            "REINARTZ<<ULRIKE<KATIA<E<<<<<<\n");
    assert_str(m.fields.number, "000590240601");
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_RIGHT);
    assert_true(noted(&m, MRZ_NOTE_FILLER_COUNTED, 1, 15));
}

static void a_number_without_any_digit_is_not_right(void **state)
{
    (void)state;
    struct mrz m = read_mrz("I<UTOD23145890<<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
                            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<\n");
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_WRONG);
    assert_true(noted(&m, MRZ_NOTE_DIGIT_MISSING, 1, 15));
}

static void a_visa_has_no_composite(void **state)
{
    (void)state;
    struct mrz a = read_mrz("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                            "L8988901C4XXX4009078F9612109ZE184226B<<<<<<<\n");
    struct mrz b = read_mrz("V<UTOOTHER<FORTYFOUR<<ANNA<NICHOLA<<\nCCC0143561GBR6001010F2708012OPT<DAT<\n");
    assert_int_equal(a.format, MRZ_MRVA);
    assert_int_equal(b.format, MRZ_MRVB);
    assert_int_equal(a.checks[MRZ_COMPOSITE], MRZ_NONE);
    assert_int_equal(a.fields.composite, 0);
    assert_int_equal(b.checks[MRZ_OPTIONAL], MRZ_NONE);
    assert_true(a.all_right && b.all_right);
    assert_int_equal(mrz_code(a.fields.nationality).kind, MRZ_CODE_NO_STATE);
    assert_false(noted_at_all(&a, MRZ_NOTE_UNKNOWN_NATIONALITY));
    assert_str(b.fields.surname, "OTHER FORTYFOUR");
}

static void the_french_card_is_a_dialect(void **state)
{
    (void)state;
    struct mrz m = read_mrz("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n9409923102854CORINNE<<<<<<<6512068F4\n");
    assert_int_equal(m.format, MRZ_TD2);
    assert_int_equal(m.dialect, MRZ_FRENCH_IDENTITY_CARD);
    assert_str(m.fields.surname, "BERTHIER");
    assert_str(m.fields.given, "CORINNE");
    assert_str(m.fields.number, "940992310285");
    assert_day(m.fields.birth.likely, 1965, 12, 6);
    assert_int_equal(m.checks[MRZ_EXPIRY], MRZ_NONE); /* the zone has no expiry: none is invented */
    assert_int_equal(m.fields.expiry.written.n, 0);
    assert_true(m.all_right);
    assert_true(noted_at_all(&m, MRZ_NOTE_FRENCH));
    /* A TD2 card of France that is right by 9303 is read by 9303. */
    m = read_mrz("IDFRAMARTIN<<LEA<<<<<<<<<<<<<<<<<<<<\nX4RTBPFW46FRA9007138F3002119<<<<<<<6\n");
    assert_int_equal(m.dialect, MRZ_ICAO);
}

static void names_that_fill_their_field_may_be_cut(void **state)
{
    (void)state;
    struct mrz m = read_mrz("I<PRT000024759<ZZ70<<<<<<<<<<<\n8010100F2006017PRT<<<<<<<<<<<2\n"
                            "CARLOS<MONTEIRO<<AMELIA<VANESS\n");
    assert_true(m.fields.truncated);
    assert_true(noted(&m, MRZ_NOTE_NAME_TRUNCATED, 3, 30));
    assert_str(m.fields.given, "AMELIA VANESS");
    /* One name alone: no given name is made out of it. */
    m = read_mrz(
        "IDSRB95555554612902968000000<<\n6802295F1907245SRB<<<<<<<<<<<6\nTEST<<<<<<<<<<<<<<<<<<<<<<<<<<\n");
    assert_str(m.fields.surname, "TEST");
    assert_str(m.fields.given, "");
    assert_false(m.fields.truncated);
}

static struct mrz with_birth(const char *six)
{
    char text[128];
    snprintf(text, sizeof text,
             "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO%s%dF3104159<<<<<<<<<<<<<<00", six,
             mrz_check_digit(six, 6));
    return read_mrz(text);
}

static void parts_of_a_birth_may_be_unknown(void **state)
{
    (void)state;
    struct mrz m = with_birth("82<<<<");
    assert_true(m.fields.birth.ok && m.fields.birth.partial);
    assert_day(m.fields.birth.likely, 1982, 0, 0);
    assert_int_equal(m.checks[MRZ_BIRTH], MRZ_RIGHT);
    m = with_birth("8208<<");
    assert_day(m.fields.birth.likely, 1982, 8, 0);
    m = with_birth("<<<<<<");
    assert_true(m.fields.birth.ok && m.fields.birth.partial);
    assert_day(m.fields.birth.likely, 0, 0, 0);
    m = with_birth("8<<<<<");
    assert_false(m.fields.birth.ok);
    m = with_birth("821301");
    assert_false(m.fields.birth.ok);
    assert_true(noted(&m, MRZ_NOTE_BAD_DATE, 2, 14));
    m = with_birth("820230");
    assert_false(m.fields.birth.ok);
    m = with_birth("820000"); /* zeros are no way to say "unknown" */
    assert_false(m.fields.birth.ok);
}

static void both_centuries_are_kept_where_nobody_can_know(void **state)
{
    (void)state;
    struct mrz m = with_birth("120401");
    assert_day(m.fields.birth.likely, 2012, 4, 1); /* a child before a person of 114 */
    assert_day(m.fields.birth.other, 1912, 4, 1);
    assert_true(noted_at_all(&m, MRZ_NOTE_UNSURE_CENTURY));
    m = with_birth("261123"); /* tomorrow: only the earlier century is possible */
    assert_day(m.fields.birth.likely, 1926, 11, 23);
    assert_int_equal(m.fields.birth.other.year, 0);
    m = with_birth("261122"); /* born today */
    assert_day(m.fields.birth.likely, 2026, 11, 22);
    m = with_birth("050101"); /* 1905 would be 121 */
    assert_day(m.fields.birth.likely, 2005, 1, 1);
    assert_int_equal(m.fields.birth.other.year, 0);
    m = with_birth("000229"); /* 2000 had the day, 1900 had not */
    assert_day(m.fields.birth.likely, 2000, 2, 29);
}

static void expiries_lie_around_today(void **state)
{
    (void)state;
    static const struct {
        const char *six;
        int likely, other;
    } cases[] = {{"360101", 2036, 0},
                 {"120415", 2012, 0},
                 {"991231", 1999, 2099},
                 {"940623", 1994, 2094},
                 {"700101", 2070, 1970}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text,
                 "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F%s%d<<<<<<<<<<<<<<00",
                 cases[i].six, mrz_check_digit(cases[i].six, 6));
        struct mrz m = read_mrz(text);
        assert_int_equal(m.fields.expiry.likely.year, cases[i].likely);
        assert_int_equal(m.fields.expiry.other.year, cases[i].other);
    }
}

static void what_is_odd_is_said_with_its_place(void **state)
{
    (void)state;
    struct mrz m = read_mrz("p<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                            "L898902C36 UTO7408122F1204159ZE184226B<<<<<10\n");
    assert_true(noted(&m, MRZ_NOTE_LOWER_CASE, 1, 1));
    assert_true(noted(&m, MRZ_NOTE_BLANK, 2, 11));
    assert_true(m.all_right);
    /* A character of another script is one column, whatever its bytes; no check over it is right. */
    m = read_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8\xC3\xA4"
                 "8902C36UTO7408122F1204159ZE184226B<<<<<10");
    assert_true(noted(&m, MRZ_NOTE_INVALID_CHARACTER, 2, 3));
    m = read_mrz(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10<7");
    assert_true(noted(&m, MRZ_NOTE_TOO_LONG, 2, 45));
    assert_true(m.all_right);
    m = read_mrz(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL89-902C36UTO7408122F1204159ZE184226B<<<<<10");
    assert_true(noted(&m, MRZ_NOTE_INVALID_CHARACTER, 2, 4));
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_WRONG);
    assert_int_equal(m.checks[MRZ_BIRTH], MRZ_RIGHT);
    assert_int_equal(m.checks[MRZ_COMPOSITE], MRZ_WRONG);
    assert_int_equal(m.nproposals, 0); /* what was not seen is not guessed */
    m = read_mrz(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10\r");
    assert_true(noted_at_all(&m, MRZ_NOTE_LONE_RETURN));
    assert_true(m.all_right);
    m = read_mrz("P<UTOERIKSSON<<ANNA<MARIA\nL898902C36UTO7408122F1204159ZE184226B<<<<<10");
    assert_true(noted(&m, MRZ_NOTE_TOO_SHORT, 1, 26));
    assert_true(m.all_right);
    m = read_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10");
    assert_true(noted(&m, MRZ_NOTE_SPLIT, 1, 0));
    assert_true(m.all_right);
    m = read_mrz(
        "P<ZZZ<ERIKSSON<<AN<<NA<<<<<<<<<<<<<<<<<<<<<<\nL898902C36QQQ7408122X1204159ZE184226B<<<<<10");
    assert_true(noted(&m, MRZ_NOTE_UNKNOWN_ISSUER, 1, 3));
    assert_true(noted(&m, MRZ_NOTE_UNKNOWN_NATIONALITY, 2, 11));
    assert_true(noted(&m, MRZ_NOTE_BAD_SEX, 2, 21));
    assert_true(noted(&m, MRZ_NOTE_NAME_ODD_FILLER, 1, 6));
}

static void swapped_lines_are_read_as_they_stand(void **state)
{
    (void)state;
    struct mrz m = read_mrz("C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6\n"
                            "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n");
    assert_true(noted_at_all(&m, MRZ_NOTE_LINES_SWAPPED));
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_WRONG);
    m = read_mrz(TD3_SPECIMEN);
    assert_false(noted_at_all(&m, MRZ_NOTE_LINES_SWAPPED));
}

static void what_is_no_mrz_is_refused_with_its_line(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "\n",
                                      "HELLO",
                                      "P<UTO\nL898",
                                      "A\nB\nC",
                                      "A\nB\nC\nD",
                                      "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6"};
    struct mrz m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_fails(mrz_read(arena, str_of(bad[i]), 7, TODAY, &m), ERR_BAD_DATA);
        assert_non_null(strstr(err_detail(), "line "));
        assert_null(strstr(err_detail(), "HELLO")); /* what was typed is not repeated */
    }
}

/* ---- proposals ---- */

static void a_misread_character_is_proposed_never_applied(void **state)
{
    (void)state;
    struct mrz m = read_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                            "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10\n");
    assert_str(m.fields.number, "L8989O2C3");
    assert_int_equal(m.checks[MRZ_NUMBER], MRZ_WRONG);
    assert_true(m.nproposals >= 1);
    const struct mrz_proposal *p = &m.proposals[0];
    assert_int_equal(p->n, 1);
    assert_int_equal(p->changes[0].line, 2);
    assert_int_equal(p->changes[0].column, 6);
    assert_int_equal(p->changes[0].from, 'O');
    assert_int_equal(p->changes[0].to, '0');
    assert_true(p->changes[0].checked);
    assert_string_equal(p->lines[1], "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
}

static void letters_among_the_digits_of_a_date(void **state)
{
    (void)state;
    struct mrz m = read_mrz("IDCHEA1234567<6<<<<<<<<<<<<<<<\n7SIOZSGMZOO90IBCHE<<<<<<<<<<<B\n"
                            "5M1TH<<J0HN<AL8ERT<<<<<<<<<<<<\n");
    assert_true(m.nproposals >= 1);
    assert_string_equal(m.proposals[0].lines[1], "7510256M2009018CHE<<<<<<<<<<<8");
    assert_string_equal(m.proposals[0].lines[2], "SMITH<<JOHN<ALBERT<<<<<<<<<<<<");
    for (size_t i = 0; i < m.proposals[0].n; i++) /* no digit stands for the name */
        assert_int_equal(m.proposals[0].changes[i].checked, m.proposals[0].changes[i].line != 3);
    assert_str(m.fields.surname, "5M1TH");
}

static void every_proposal_is_right_and_within_bounds(void **state)
{
    (void)state;
    struct mrz m = read_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                            "L8989O2C36UTO7408122F1204159ZE1842268<<<<<10\n");
    assert_true(m.nproposals >= 1 && m.nproposals <= MRZ_PROPOSALS_MAX);
    bool found = false;
    for (size_t i = 0; i < m.nproposals; i++) {
        char text[128];
        assert_int_equal(m.proposals[i].n, 2); /* two fields: one does not do */
        snprintf(text, sizeof text, "%s\n%s", m.proposals[i].lines[0], m.proposals[i].lines[1]);
        assert_true(read_mrz(text).all_right);
        found = found || strcmp(m.proposals[i].lines[1], "L898902C36UTO7408122F1204159ZE184226B<<<<<10") == 0;
    }
    assert_true(found);
}

/* 6 and G have the same value mod 10: a right digit does not say which one stands there, and that is said. */
static void what_no_digit_tells_apart_is_listed(void **state)
{
    (void)state;
    struct mrz six = read_mrz(TD3_SPECIMEN), g;
    assert_int_equal(six.nunseen,
                     6); /* L, 8, 8 of the number; 1, 8, 6 of the optional data; no check digit, no date */
    assert_int_equal(six.unseen[0].column, 1);
    assert_int_equal(six.unseen[0].to, '1');
    assert_int_equal(six.unseen[5].from, '6');
    for (size_t i = 0; i < six.nunseen; i++) {
        char text[128];
        const struct mrz_change *c = &six.unseen[i];
        memcpy(text, TD3_SPECIMEN, sizeof TD3_SPECIMEN);
        assert_int_equal(text[(c->line - 1) * 45 + c->column - 1], c->from);
        text[(c->line - 1) * 45 + c->column - 1] = c->to;
        g = read_mrz(text);
        assert_true(g.all_right); /* it is true: nothing sees it */
    }
}

/* ---- codes, several, JSON, memory ---- */

static void codes_of_issuers_have_a_source(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum mrz_code_kind kind;
    } cases[] = {{"D<<", MRZ_CODE_STATE},    {"D", MRZ_CODE_STATE},      {"JPN", MRZ_CODE_STATE},
                 {"ZWE", MRZ_CODE_STATE},    {"UTO", MRZ_CODE_SPECIMEN}, {"XXA", MRZ_CODE_NO_STATE},
                 {"XXB", MRZ_CODE_NO_STATE}, {"GBN", MRZ_CODE_OTHER},    {"RKS", MRZ_CODE_IN_USE},
                 {"ZZZ", MRZ_CODE_UNKNOWN},  {"", MRZ_CODE_UNKNOWN},     {"<<<", MRZ_CODE_UNKNOWN},
                 {"W A", MRZ_CODE_UNKNOWN},  {"JPNX", MRZ_CODE_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mrz_code c = mrz_code(str_of(cases[i].code));
        assert_int_equal(c.kind, cases[i].kind);
        assert_true((c.kind == MRZ_CODE_UNKNOWN) == (c.source == NULL));
    }
    assert_false(mrz_code(STR("XCE")).verified); /* not seen in any copy of the table: it says so */
    assert_true(mrz_code_same(STR("DEU"), STR("D<<")));
    assert_true(mrz_code_same(STR("D"), STR("D<<")));
    assert_false(mrz_code_same(STR("JPN"), STR("PRK")));
}

static void several_are_parted_by_blank_lines(void **state)
{
    (void)state;
    struct str text = STR("\n  \nA\nB\n\t\nC\r\nD\r\n\r\n\r\nE"), one;
    static const struct {
        const char *text;
        size_t line;
    } expected[] = {{"A\nB", 3}, {"C\r\nD", 6}, {"E", 10}};
    size_t line = 0, first;
    for (size_t i = 0; i < 3; i++) {
        assert_true(mrz_next(&text, &line, &one, &first));
        assert_str(one, expected[i].text);
        assert_int_equal(first, expected[i].line);
    }
    assert_false(mrz_next(&text, &line, &one, &first));
}

static void json_has_every_part(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    struct mrz m = with_birth("8208<<");
    mrz_json(&m, &j);
    assert_ok(buf_err(&out));
    static const char *const parts[] = {"\"format\":\"TD3\"",
                                        "\"birth_date\":\"1982-08-XX\"",
                                        "\"dob\":true",
                                        "\"comp\":false",
                                        "\"proposals\":[",
                                        "\"code\":\"partial_date\"",
                                        "\"surname\":\"ERIKSSON\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(out.p, parts[i]))
            fail_msg("%s is missing", parts[i]);
}

static enum err read_once(void *user)
{
    (void)user;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct mrz m;
    if (!a)
        return ERR_NO_MEMORY;
    return mrz_read(
        a,
        STR("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<<<<<<<<<<<<<<"),
        1, TODAY, &m);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(read_once, NULL) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_passport_of_the_standard),
        cmocka_unit_test(the_card_of_the_standard),
        cmocka_unit_test(a_long_number_goes_on_in_the_optional_data),
        cmocka_unit_test(a_belgian_card_counts_the_filler_and_that_is_said),
        cmocka_unit_test(a_number_without_any_digit_is_not_right),
        cmocka_unit_test(a_visa_has_no_composite),
        cmocka_unit_test(the_french_card_is_a_dialect),
        cmocka_unit_test(names_that_fill_their_field_may_be_cut),
        cmocka_unit_test(parts_of_a_birth_may_be_unknown),
        cmocka_unit_test(both_centuries_are_kept_where_nobody_can_know),
        cmocka_unit_test(expiries_lie_around_today),
        cmocka_unit_test(what_is_odd_is_said_with_its_place),
        cmocka_unit_test(swapped_lines_are_read_as_they_stand),
        cmocka_unit_test(what_is_no_mrz_is_refused_with_its_line),
        cmocka_unit_test(a_misread_character_is_proposed_never_applied),
        cmocka_unit_test(letters_among_the_digits_of_a_date),
        cmocka_unit_test(every_proposal_is_right_and_within_bounds),
        cmocka_unit_test(what_no_digit_tells_apart_is_listed),
        cmocka_unit_test(codes_of_issuers_have_a_source),
        cmocka_unit_test(several_are_parted_by_blank_lines),
        cmocka_unit_test(json_has_every_part),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
