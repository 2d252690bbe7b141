/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes into segments. Every case is read in steps of several sizes, and the answer must not depend on them.
 * All data is synthetic. */
#include "base/buf.h"
#include "base/testing.h"
#include "screening/edifact/testing_edifact.h"

static void write_diagnostic(void *user, const struct diagnostic *d)
{
    buf_printf(user, "!%s@%lld/%lld\n", oddity_word(d->what), (long long)d->segment, (long long)d->byte);
}

static void write_segment(struct buf *out, const struct edifact_segment *s)
{
    buf_printf(out, "%lld/%lld ", (long long)s->number, (long long)s->byte);
    for (size_t e = 0; e < s->nelements; e++) {
        for (size_t n = 0; n < edifact_parts(s, e); n++) {
            buf_c(out, n ? "|" : e ? "_" : "");
            buf_str(out, s->parts[s->first[e] + n]);
        }
    }
    buf_char(out, '\n');
}

static void transcript(struct str text, size_t step, struct buf *out)
{
    CLEANUP(edifact_cleanup) struct edifact *r = NULL;
    struct text_source from = {.s = text, .step = step};
    struct buf told = {0};
    bool more = true;
    assert_ok(edifact_new(text_give, &from, write_diagnostic, &told, &r));
    for (;;) {
        struct edifact_segment s;
        assert_ok(edifact_next(r, &s, &more));
        if (!more)
            break;
        write_segment(out, &s);
    }
    buf_str(out, buf_view(&told));
    buf_free(&told);
}

static void check(const char *text, const char *expected)
{
    static const size_t steps[] = {0, 1, 2, 3, 7, 16, 17, 64};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        CLEANUP(buf_free) struct buf out = {0};
        transcript(str_of(text), steps[i], &out);
        assert_str(buf_view(&out), expected);
    }
}

#define UNB "UNB+UNOA:4+A+B+200101:0900+1'"
#define END "UNT+2+1'UNZ+1+1'"

static void test_plain(void **state)
{
    (void)state;
    check("UNA:+.? '" UNB "UNH+1+X:D'UNT+2+1'UNZ+1+1'",
          "1/9 UNB_UNOA|4_A_B_200101|0900_1\n2/38 UNH_1_X|D\n3/48 UNT_2_1\n4/56 UNZ_1_1\n");
    check("", "");
    check("\n \r\n", "");
}

static void test_release(void **state)
{
    (void)state;
    /* An escaped release character before the terminator must not swallow what follows. */
    check(UNB "UNH+1+X'FTX+a?\?'FTX+b?+c?:d?'e??f'UNT+4+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 FTX_a?\n4/45 FTX_b+c:d'e?f\n5/63 UNT_4_1\n"
          "6/71 UNZ_1_1\n");
}

static void test_service_strings(void **state)
{
    (void)state;
    /* Blanks in front; five characters with the repetition left out, and with the decimal mark left out. */
    check("  UNA:+.?'\r\n" UNB END, "1/12 UNB_UNOA|4_A_B_200101|0900_1\n2/41 UNT_2_1\n3/49 UNZ_1_1\n"
                                    "!una-length@0/2\n!stray-trailer@2/41\n!count-messages@3/49\n");
    check("UNA:+\\*'UNB+UNOA:4+A\\+A+B+200101:0900+1'UNH+1+X'" END,
          "1/8 UNB_UNOA|4_A+A_B_200101|0900_1\n2/40 UNH_1_X\n3/48 UNT_2_1\n4/56 UNZ_1_1\n!una-length@0/0\n");
    /* Delimiters that nobody announced. */
    check("UNB-UNOA:4-A-B-200101:0900-1*UNH-1-X*UNT-2-1*UNZ-1-1*",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 UNT_2_1\n4/45 "
          "UNZ_1_1\n!delimiters-deduced@0/0\n");
    check("UNB+SIRE:4+A+B+200101:0900+1\"\nUNH+1+X\"\nUNT+2+1\"\nUNZ+1+1\"\n",
          "1/0 UNB_SIRE|4_A_B_200101|0900_1\n2/30 UNH_1_X\n3/39 UNT_2_1\n4/48 "
          "UNZ_1_1\n!delimiters-deduced@0/0\n");
    /* The announced terminator is not the one that is used. */
    check("UNA:+.? $" UNB "UNH+1+X'" END, "1/9 UNB_UNOA|4_A_B_200101|0900_1\n2/38 UNH_1_X\n3/46 UNT_2_1\n"
                                          "4/54 UNZ_1_1\n!una-disagrees@0/9\n");
}

static void test_curly(void **state)
{
    (void)state;
    /* All of them, and one among right ones. */
    check("UNA:+.? "
          "\xE2\x80\x99UNB+UNOA:4+A+B+200101:0900+1\xE2\x80\x99UNH+1+\xC5\x99\xE2\x80\x99UNT+2+1\xE2\x80\x99"
          "UNZ+1+1\xE2\x80\x99",
          "1/11 UNB_UNOA|4_A_B_200101|0900_1\n2/42 UNH_1_\xC5\x99\n3/53 UNT_2_1\n4/63 UNZ_1_1\n"
          "!curly-terminator@0/0\n");
    check(UNB "UNH+1+X\xE2\x80\x99\r\nFTX+a'"
              "UNT+3+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/41 FTX_a\n4/47 UNT_3_1\n5/55 UNZ_1_1\n"
          "!curly-terminator@2/29\n");
    check(UNB "UNH+1+X'FTX+it\xE2\x80\x99s'UNT+3+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 FTX_it\xE2\x80\x99s\n4/48 UNT_3_1\n5/56 "
          "UNZ_1_1\n");
}

static void test_line_breaks(void **state)
{
    (void)state;
    check(
        UNB "\nUNH+1+X'\r\nFTX+VANDENBE\r\nRG:a'\nUNT+3+1'\nUNZ+1+1'\n",
        "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/30 UNH_1_X\n3/40 FTX_VANDENBERG|a\n4/60 UNT_3_1\n5/69 UNZ_1_1\n"
        "!line-break-inside@3/40\n");
    check(
        UNB "UNH+1+X'FTX+a\nRFF+b'UNT+4+1'UNZ+1+1'",
        "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 FTX_a\n4/43 RFF_b\n5/49 UNT_4_1\n6/57 UNZ_1_1\n"
        "!missing-terminator@3/37\n");
    check(UNB "UNH+1+X'RPI+1+HKTIF+KIM+A'UNT+4+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 RPI_1_HK\n4/45 TIF_KIM_A\n5/55 UNT_4_1\n"
          "6/63 UNZ_1_1\n!missing-terminator@3/37\n");
    /* A surname that ends in a tag stays whole. */
    check(UNB "UNH+1+X'TIF+MORTIF+A'UNT+3+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 TIF_MORTIF_A\n4/50 UNT_3_1\n5/58 UNZ_1_1\n");
}

static void test_apostrophes(void **state)
{
    (void)state;
    check(UNB "UNH+1+X'NAD+FL+++O'BRIEN:MARY'TIF+D'ARC+JEAN'ATT+2++M'UNT+5+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 NAD_FL___O'BRIEN|MARY\n4/59 TIF_D'ARC_JEAN\n"
          "5/74 ATT_2__M\n6/83 UNT_5_1\n7/91 UNZ_1_1\n!terminator-in-text@3/37\n!terminator-in-text@4/59\n");
}

static void test_envelopes(void **state)
{
    (void)state;
    /* Wrong counts and references, missing ends, text around, two interchanges. */
    check(
        "hello\n" UNB "UNG+X+A+B+C+7+UN'UNH+1+X'UNT+9+2'UNE+2+8'UNZ+5+9'bye bye\n" UNB "UNH+1+X'UNH+2+X'",
        "1/6 UNB_UNOA|4_A_B_200101|0900_1\n2/35 UNG_X_A_B_C_7_UN\n3/52 UNH_1_X\n4/60 UNT_9_2\n5/68 UNE_2_8\n"
        "6/76 UNZ_5_9\n7/92 UNB_UNOA|4_A_B_200101|0900_1\n8/121 UNH_1_X\n9/129 UNH_2_X\n"
        "!text-outside@0/0\n!count-segments@4/60\n!reference-differs@4/60\n!count-messages@5/68\n"
        "!reference-differs@5/68\n!count-messages@6/76\n!reference-differs@6/76\n!text-outside@6/84\n"
        "!no-unt@9/129\n!no-unt@9/137\n!no-unz@9/137\n");
    check("UNH+1+X'UNT+2+1'", "1/0 UNH_1_X\n2/8 UNT_2_1\n!no-unb@1/0\n");
    check("UIB+UNOA:4'UIH+X:D+1'UIT+1+2'UIZ'", "1/0 UIB_UNOA|4\n2/11 UIH_X|D_1\n3/21 UIT_1_2\n4/29 UIZ\n");
}

static void test_bad_bytes(void **state)
{
    (void)state;
    check(UNB "UNH+1+X'FTX+\x01'RFF+\xFF'x+y'UNT+5+1'UNZ+1+1'",
          "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 FTX_\x01\n4/43 RFF_\xFF\n5/49 x_y\n6/53 "
          "UNT_5_1\n"
          "7/61 UNZ_1_1\n!control-character@3/37\n!bad-utf8@4/43\n!bad-tag@5/49\n");
    check(UNB "UNH+1+X'FTX+a?", "1/0 UNB_UNOA|4_A_B_200101|0900_1\n2/29 UNH_1_X\n3/37 FTX_a?\n"
                                "!release-at-end@3/37\n!cut-off@3/37\n!no-unt@3/43\n!no-unz@3/43\n");
}

/* ---- sizes
 * ------------------------------------------------------------------------------------------------------- */

struct counted {
    int64_t n[ODDITIES];
};

static void count(void *user, const struct diagnostic *d)
{
    struct counted *c = user;
    c->n[d->what]++;
}

/* A line of 300 MB comes as one read after the other; memory stays that of the reader. */
static void test_long_line(void **state)
{
    (void)state;
    CLEANUP(edifact_cleanup) struct edifact *r = NULL;
    static char letters[1 << 20];
    struct counted c = {0};
    int64_t segments = 0;
    memset(letters, 'A', sizeof letters);
    CLEANUP(buf_free) struct buf text = {0};
    buf_c(&text, UNB "UNH+1+X'FTX+");
    for (int i = 0; i < 3; i++)
        buf_bytes(&text, letters, sizeof letters);
    buf_c(&text, "'UNT+3+1'UNZ+1+1'");
    struct text_source from = {.s = buf_view(&text), .times = 99};
    assert_ok(edifact_new(text_give, &from, count, &c, &r));
    for (bool more = true; more; segments++) {
        struct edifact_segment s;
        assert_ok(edifact_next(r, &s, &more));
    }
    assert_int_equal(c.n[ODD_SEGMENT_TOO_LONG], 100);
    assert_int_equal(c.n[ODD_NO_UNZ] + c.n[ODD_NO_UNT] + c.n[ODD_BAD_TAG] + c.n[ODD_COUNT_SEGMENTS], 0);
    assert_int_equal(segments, 100 * 4 + 1);
}

static void test_many_parts(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf text = {0};
    CLEANUP(edifact_cleanup) struct edifact *r = NULL;
    struct counted c = {0};
    struct edifact_segment s;
    bool more;
    buf_c(&text, "UNH+1+X'FTX");
    for (int i = 0; i < 30000; i++)
        buf_c(&text, i % 3 ? ":" : "+");
    buf_c(&text, "'");
    struct text_source from = {.s = buf_view(&text)};
    assert_ok(edifact_new(text_give, &from, count, &c, &r));
    assert_ok(edifact_next(r, &s, &more));
    assert_ok(edifact_next(r, &s, &more));
    assert_int_equal(c.n[ODD_TOO_MANY_PARTS], 1);
    assert_int_equal(s.first[s.nelements], EDIFACT_MAX_PARTS);
    assert_int_equal(edifact_part(&s, 40000, 1).n, 0);
}

/* A segment of every length around the edges of vectors and of the buffer keeps its text. */
static void test_every_length(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n++) {
        CLEANUP(buf_free) struct buf text = {0}, out = {0}, expected = {0};
        buf_c(&text, "UNH+1+X'FTX+");
        for (size_t i = 0; i < n; i++)
            buf_char(&text, (char)('a' + i % 26));
        buf_str(&expected, str_sub(buf_view(&text), 12, n));
        buf_c(&text, "'UNT+3+1'");
        transcript(buf_view(&text), n % 40, &out);
        buf_char(&expected, '\n');
        const char *at = strstr(out.p, "2/8 FTX_");
        assert_non_null(at);
        assert_memory_equal(at + 8, expected.p, expected.n);
    }
}

/* The longest segment there may be, cut off at the end of the input: the same however it is read. */
static void test_longest_segment(void **state)
{
    (void)state;
    for (size_t n = EDIFACT_MAX_SEGMENT - 1; n <= EDIFACT_MAX_SEGMENT + 1; n++) {
        CLEANUP(buf_free) struct buf text = {0}, whole = {0}, pieces = {0};
        buf_c(&text, "UNH+1+X'FTX+");
        while (text.n < 8 + n)
            buf_char(&text, 'A');
        transcript(buf_view(&text), 0, &whole);
        transcript(buf_view(&text), 1000, &pieces);
        assert_int_equal(strstr(whole.p, "segment-too-long") != NULL, n > EDIFACT_MAX_SEGMENT);
        assert_int_equal(strstr(whole.p, "cut-off") != NULL, n <= EDIFACT_MAX_SEGMENT);
        assert_true(str_eq(buf_view(&whole), buf_view(&pieces)));
    }
}

static enum err broken(void *user, char *p, size_t n, size_t *ret_n)
{
    (void)user;
    (void)p;
    (void)n;
    (void)ret_n;
    return FAIL(ERR_IO, "the source broke");
}

static void test_a_source_that_breaks(void **state)
{
    (void)state;
    struct edifact *r = NULL;
    struct text_source from = {.s = STR("UNH+1+X'")};
    struct edifact_segment s;
    bool more;
    assert_ok(edifact_new(broken, NULL, NULL, NULL, &r));
    assert_fails(edifact_next(r, &s, &more), ERR_IO);
    assert_fails(edifact_next(r, &s, &more), ERR_IO);
    edifact_cleanup(&r);
    mem_inject(1, false);
    assert_fails(edifact_new(text_give, &from, NULL, NULL, &r), ERR_NO_MEMORY);
    mem_inject(0, false);
}

static void test_words_are_different(void **state)
{
    (void)state;
    for (int i = 0; i < ODDITIES; i++) {
        assert_true(strlen(oddity_meaning((enum oddity)i)) > 10);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(oddity_word((enum oddity)i), oddity_word((enum oddity)k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_service_strings),
        cmocka_unit_test(test_curly),
        cmocka_unit_test(test_line_breaks),
        cmocka_unit_test(test_apostrophes),
        cmocka_unit_test(test_envelopes),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_many_parts),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_longest_segment),
        cmocka_unit_test(test_a_source_that_breaks),
        cmocka_unit_test(test_words_are_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
