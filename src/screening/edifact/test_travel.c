/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the parser: titles, dates, codes that are dropped, and messages into travellers. All people are
 * synthetic. */
#include "base/buf.h"
#include "base/testing.h"
#include "screening/edifact/parser.h"
#include "screening/edifact/testing_edifact.h"
#include "screening/edifact/travel_json.h"

static const struct date today = {2026, 11, 22};

/* ---- titles
 * ------------------------------------------------------------------------------------------------------ */

static void title(const char *given, bool glued, char sex, const char *expected_title,
                  const char *expected_rest)
{
    struct str t = {"", 0}, rest = {"", 0};
    bool was_glued, found = title_find(str_of(given), glued, sex, &t, &rest, &was_glued);
    if (found != (expected_title != NULL))
        fail_msg("a title %s", found ? "was found" : "was not found");
    if (!found)
        return;
    assert_str(t, expected_title);
    assert_str(rest, expected_rest);
}

static void test_titles_are_words(void **state)
{
    (void)state;
    title("KONG CHUN MRS", false, 0, "MRS", "KONG CHUN");
    title("DR NOI", false, 0, "DR", "NOI");
    title("SIR NOI", false, 0, "SIR", "NOI");
    title("MR", false, 0, NULL, NULL);
    title("MR", true, 0, NULL, NULL);
    title("", true, 0, NULL, NULL);
    /* Names that begin or end like a title. */
    static const char *const whole[] = {"SIRIPORN", "DRAGANA",  "AMR",      "MSIZI",       "SIRIN", "MRINAL",
                                        "DREW",     "ALEXANDR", "PROFIRIO", "LADY JOHANA", "MISSAK"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        title(whole[i], true, 0, NULL, NULL);
}

static void test_titles_glued_behind(void **state)
{
    (void)state;
    title("SEJOONMR", true, 'M', "MR", "SEJOON");
    title("SEJOONMR", true, 0, "MR", "SEJOON");
    title("SEJOONMR", false, 'M', NULL, NULL); /* only where carriers do so */
    title("SEJOONMR", true, 'F', NULL, NULL);  /* the sex speaks against it */
    title("ADAMS", true, 'M', NULL, NULL);
    title("NOIMSTR", true, 'M', "MSTR", "NOI");
    title("NOIMRS", true, 'F', "MRS", "NOI");
    title("NOIMISS", true, 'F', "MISS", "NOI");
}

/* ---- dates
 * ------------------------------------------------------------------------------------------------------- */

static void day(const char *text, enum date_order order, enum century century, const char *expected,
                bool doubtful)
{
    char said[11];
    struct read_date d = date_read(str_of(text), order, century, (struct date){2013, 6, 21});
    date_text(d.date, said);
    assert_string_equal(d.bad && !d.date.year ? "bad" : said, expected);
    assert_int_equal(d.doubtful, doubtful);
}

static void test_dates(void **state)
{
    (void)state;
    day("720907", YEAR_FIRST, NOT_AFTER, "1972-09-07", false);
    day("120907", YEAR_FIRST, NOT_AFTER, "2012-09-07", true); /* or a hundred years old */
    day("140907", YEAR_FIRST, NOT_AFTER, "1914-09-07", false);
    day("151231", YEAR_FIRST, NEAR, "2015-12-31", false);
    day("301231", YEAR_FIRST, NEAR, "2030-12-31", false);
    day("19720907", YEAR_FIRST, NOT_AFTER, "1972-09-07", false);
    day("210613", DAY_FIRST, NEAR, "2013-06-21", false);
    day("12JUL64", DAY_FIRST, NOT_AFTER, "1964-07-12", false);
    day("12jul64", DAY_FIRST, NOT_AFTER, "1964-07-12", false);
    day("12JUL1964", DAY_FIRST, NOT_AFTER, "1964-07-12", false);
    static const char *const bad[] = {"720230",  "721301", "7209",  "29FEB71",
                                      "XXJUL64", "ABCDEF", "12JUL", "00000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        day(bad[i], YEAR_FIRST, NOT_AFTER, "bad", false);
    assert_string_equal(date_read(STR("1306210905"), YEAR_FIRST, NEAR, today).time, "09:05");
    assert_true(date_read(STR("1306212505"), YEAR_FIRST, NEAR, today).bad);
}

static void test_29_february_needs_its_century(void **state)
{
    (void)state;
    /* 1900 had none, 2000 had: the century is decided by what exists. */
    day("000229", YEAR_FIRST, NOT_AFTER, "2000-02-29", false);
}

/* ---- what is dropped
 * --------------------------------------------------------------------------------------------- */

static void test_sensitive_codes(void **state)
{
    (void)state;
    static const char *const dropped[] = {"MOML", "KSML", "HNML", "VGML", "ZZML",
                                          "WCHR", "MEDA", "OXYG", "BLND"};
    static const char *const stay[] = {"DOCS", "DOCO", "SEAT", "UMNR", "INFT",
                                       "CHLD", "TKNE", "ML",   "MLXX", ""};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        assert_true(sensitive_code(str_of(dropped[i])));
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        assert_false(sensitive_code(str_of(stay[i])));
}

/* ---- messages
 * ---------------------------------------------------------------------------------------------------- */

static enum err collect(void *user, struct str text)
{
    buf_str(user, text);
    return OK;
}

static struct str json_of(struct buf *out, const char *text)
{
    struct text_source from = {.s = str_of(text)};
    int64_t messages;
    buf_clear(out);
    assert_ok(travel_json(text_give, &from, NULL, today, collect, out, &messages));
    return buf_view(out);
}

static void has(struct buf *out, const char *what)
{
    if (!strstr(out->p, what))
        fail_msg("%s expected in %s", what, out->p);
}

static void has_not(struct buf *out, const char *what)
{
    if (strstr(out->p, what))
        fail_msg("%s not expected in %s", what, out->p);
}

#define PAXLST(body) \
    "UNB+UNOA:4+A+B+200101:0900+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+ZZ12'LOC+125+BKK'" body

/* Whatever order the segments of a traveller have, the same comes out. */
static void test_any_order(void **state)
{
    (void)state;
    static const char *const parts[] = {"ATT+2++F'", "DTM+329:950607'", "NAT+2+THA'", "LOC+178+BKK'",
                                        "DOC+P+AA123'LOC+91+THA'DTM+36:280101'"};
    CLEANUP(buf_free) struct buf out = {0};
    for (unsigned turn = 0; turn < 120; turn++) {
        char text[600] = PAXLST("NAD+FL+++JAIDEE:SIRIPORN'");
        unsigned rest = turn, used = 0;
        for (unsigned left = 5; left; left--) {
            unsigned pick = rest % left, i = 0;
            rest /= left;
            for (;; i++)
                if (!(used & (1u << i)) && pick-- == 0)
                    break;
            used |= 1u << i;
            size_t n = strlen(text);
            snprintf(text + n, sizeof text - n, "%s", parts[i]);
        }
        json_of(&out, text);
        has(&out, "\"surname\":\"JAIDEE\",\"given\":\"SIRIPORN\",\"source\"");
        has(&out, "\"birth_date\":\"1995-06-07\"");
        has(&out, "\"sex\":\"F\"");
        has(&out, "\"nationality\":\"THA\"");
        has(&out, "\"number\":\"AA123\",\"issuer\":\"THA\",\"expiry\":\"2028-01-01\"");
        has_not(&out, "misplaced");
    }
}

/* Nationality is not guessed: not from the place of birth, not from who issued a document. */
static void test_no_guess(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'LOC+180+THA'LOC+174+THA'DOC+P+AA123'LOC+91+THA'"));
    has(&out, "\"nationality\":null");
    has(&out, "\"code\":\"nationality-missing\"");
}

static void test_unknown_is_kept(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out,
            PAXLST("NAD+ZZ+++JAIDEE:NOI'ATT+9++F'ATT+2++Q'RFF+ZZZ:123'LOC+999+BKK'MEA+XX++1'QQQ+1'NAT+2+T1'"
                   "DTM+329:999999'"));
    has(&out, "\"role\":\"unknown\",\"qualifier\":\"ZZ\"");
    has(&out, "\"surname\":\"JAIDEE\"");
    has(&out, "\"sex\":null,\"sex_written\":\"Q\"");
    has(&out, "\"qualifier\":\"ZZZ\",\"value\":\"123\"");
    has(&out, "\"kind\":\"other\",\"code\":\"BKK\"");
    has(&out, "\"nationality\":\"T1\"");
    has(&out, "\"birth_date\":null,\"birth_date_written\":\"999999\"");
    has(&out, "\"unknown-segment\":1");
    has(&out, "\"unknown-qualifier\":5");
}

#define PNRGOV(body)                                                                                       \
    "UNB+IATA:1+A+B+200101:0900+1'UNH+1+PNRGOV:13:1:IA+X'MSG+:22'TVL+010120:0900+BKK+NRT+ZZ+1'SRC'RCI+ZZ:" \
    "ABC12'" body

static void test_history(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(
        &out,
        PNRGOV(
            "TIF+JAIDEE+NOIMRS:A:1'TVL+010120:0900::1700+BKK+NRT+ZZ+1'ABI+4++++ZZ'DAT+T:301219:1200'SAC+++X'"
            "TIF+SOMDEE+MALEEMRS:A:2'SAC+++A'TIF+JAIDEE+NOIMRS:A:1'"));
    has(&out, "\"number\":1,\"segment\":7,");
    has(&out, "\"reference\":\"2\",\"history\":true,\"names\":[{\"surname\":\"SOMDEE\"");
    has(&out, "\"action\":\"X\",\"at\":\"2019-12-30T12:00\"");
    has(&out, "\"from-history\":1");
    has(&out, "\"travellers_count\":2");
}

static void test_sensitive_is_nowhere(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(
        &out,
        PNRGOV(
            "TIF+JAIDEE+NOIMRS:A:1'SSR+MOML:HK:1:ZZ:::BKK:NRT:SECRETWORD+::1'SSR+WCHR:HK:1:ZZ:::::SECRETWORD'"
            "IFT+4:28::ZZ+SECRETWORD'LTS+SECRETWORD'FTX+HEA+++SECRETWORD'OSI+SECRETWORD'"
            "SSR+OTHS:HK:1:ZZ:::::SECRETWORD'ABI+4'SAC+++A'SSR+AVML:HK:1:ZZ'"));
    has_not(&out, "SECRETWORD");
    has_not(&out, "MOML");
    has_not(&out, "AVML");
    has_not(&out, "WCHR");
    has(&out, "\"sensitive-dropped\":3");
}

static void test_docs(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PNRGOV("TIF+JAIDEE+NOIMRS:A:1'TIF+SOMDEE+MALEE:A:2'TVL+010120:0900::1700+BKK+NRT+ZZ+1'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA1/THA/07JUN95/F/01JAN28/JAIDEE/NOI+::1'"
                         "SSR+DOCS:HK:1:ZZ:::::P/THA/AA2/LAO/07JUN96/F/01JAN28/SOMDEE/MALEE'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA3/07JUN97/F/01JAN28/MUAN/KEO+::9'"));
    has(&out, "\"birth_date\":\"1995-06-07\"");
    has(&out, "\"title\":\"MRS\",\"given_without_title\":\"NOI\"");
    has(&out, "\"nationality\":\"LAO\"");
    /* Nobody has the reference 9: the person whom the document names is given, a field short as it is. */
    has(&out, "\"surname\":\"MUAN\",\"given\":\"KEO\",\"source\":\"DOCS\"");
    has(&out, "\"birth_date\":\"1997-06-07\"");
    has(&out, "\"docs-shape\":1");
    has(&out, "\"from-document\":1");
}

/* The flight of the message lives longer than a reservation: what is said of it must, too. */
static void test_header_flight(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, "UNH+1+PNRGOV:13:1:IA'TVL+010120:0900+BKK+NRT+ZZ+1'RPI+1+HK'TRA+YY+9'TIF+JAIDEE+NOI'TRA+XX+"
                  "8'RPI+1+XX'"
                  "SRC'TIF+JAIDEE+MALEE'UNT+9+1'");
    has(&out, "\"operating_carrier\":\"YY\",\"operating_flight\":\"9\"");
    has(&out, "\"status\":\"HK\"");
    has_not(&out, "XX");
}

/* Documents without a reference find their traveller by a name that is alike, and nobody when two are. */
static void test_docs_by_name(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PNRGOV("TIF+PARK+SEJOONMR:A:1'TIF+PARK+MINA:A:2'TVL+010120:0900::1700+BKK+NRT+ZZ+1'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/KOR/AA1/KOR/07JUN95/M/01JAN28/PARK/SE JOON'"));
    has(&out, "\"travellers_count\":2");
    has(&out, "\"number\":\"AA1\"");
    has_not(&out, "from-document");
    json_of(&out, PNRGOV("TIF+PARK+AN:A:1'TIF+PARK+ANN:A:2'TVL+010120:0900::1700+BKK+NRT+ZZ+1'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/KOR/AA1/KOR/07JUN95/M/01JAN28/PARK/ANNA'"));
    has(&out, "\"travellers_count\":3");
    has(&out, "from-document");
}

static void test_us_dialect(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out,
            "UNB+UNOA:1+A+B+020131:2359+1'UNH+1+PAXLST:001:000:NZ'CTA+IC+:X'TDT++ZZ812+40+ZZ'LOC+5+NZAKL:50'"
            "DTM+136+020131+2200+M10'LOC+PT+USHNL:50'DTM+132+020131+1900+P8'LOC+8+USLAX:50'UNS+D'"
            "PDT+P/AA12:080701:TH+JAIDEE:NOI::950607:F+CRW'UNT+8+1'UNZ+1+1'");
    has(&out, "\"type\":\"PAXLST\",\"version\":\"001.000\",\"dialect\":\"US-EDIFACT\"");
    has(&out, "\"role\":\"crew\"");
    has(&out, "\"type\":\"P\",\"number\":\"AA12\",\"issuer\":\"TH\",\"expiry\":\"2008-07-01\"");
    has(&out, "\"birth_date\":\"1995-06-07\"");
    has(&out, "\"from\":\"USHNL\",\"to\":\"USLAX\"");
    has(&out, "\"nationality\":null");
}

static void test_cusres(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(
        &out,
        "UNB+UNOA:4+A+B+200101:0900+1'UNH+1+CUSRES:D:05B:UN:IATA'BGM+962'RFF+TN:77'RFF+AF:ZZ12'LOC+125+BKK'"
        "ERP+2'RFF+ABO:5'ERC+0Z'FTX+AAP+++OK TO BOARD'ERP+2'RFF+ABO:6'ERC+1Z'UNT+13+1'UNZ+1+1'");
    has(&out, "\"type\":\"CUSRES\"");
    has(&out, "\"travellers\":[],\"replies\":[");
    has(&out, "{\"level\":\"2\",\"references\":[{\"qualifier\":\"ABO\",\"value\":\"6\"}],\"codes\":[{"
              "\"qualifier\":\"ERC\",\"value\":\"1Z\"}]}");
    has(&out, "\"diagnostics\":[],");
}

/* A message without its header, of an unknown type, or without travellers is told and read as far as it goes.
 */
static void test_headless(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, "BGM+745'TDT+20+ZZ1'NAD+FL+++JAIDEE:NOI'");
    has(&out, "\"surname\":\"JAIDEE\"");
    has(&out, "\"no-unh\":1");
    json_of(&out, "UNH+1+XYZ:1'NAD+FL+++JAIDEE:NOI'UNT+3+1'");
    has(&out, "\"surname\":\"JAIDEE\"");
    has(&out, "\"unknown-message\":1");
    json_of(&out, "UNH+1+INVOIC:D:96A'LIN+1'UNT+3+1'");
    has(&out, "\"type\":\"unknown\"");
    json_of(&out, "no message at all");
    has(&out, "\"type\":\"none\"");
    has(&out, "\"text-outside\":1");
}

/* ---- what must not be lost or taken for another
 * ----------------------------------------------------------------- */

/* A piece of a name that looks like a tag stands in no diagnostic. */
static void test_diagnostics_hold_no_name(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'LOC+178+BKK'LEE:SOMDEE'QQQ+1'"));
    has(&out, "\"unknown-segment\":2");
    has_not(&out, "LEE");
    has_not(&out, "QQQ");
}

static void test_segments_outside_are_told(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, "UNB+UNOA:4+A+B+200101:0900+1'DOC+P+AA1'BGM+745'TDT+20+ZZ1'NAD+FL+++JAIDEE:NOI'");
    has(&out, "\"misplaced\":1");
    has(&out, "\"no-unh\":1");
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'UNT+6+1'NAD+FL+++SOMDEE:MALEE'UNZ+1+1'"));
    has(&out, "\"surname\":\"SOMDEE\"");
    has(&out, "\"no-unh\":1");
    has(&out, "\"travellers_count\":2");
}

/* Names that stand in the place of another value, or are longer than is usual. */
static void test_names_in_odd_places(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0}, text = {0};
    json_of(&out, PAXLST("NAD+FL+JAIDEE:NOI'NAD+FM++SOMDEE:MALEE'NAD+MS+DESK:ONE'"));
    has(&out, "\"surname\":\"JAIDEE\",\"given\":\"NOI\"");
    has(&out, "\"surname\":\"SOMDEE\",\"given\":\"MALEE\"");
    has(&out, "\"misplaced\":2");
    has(&out, "\"travellers_count\":2");
    buf_c(&text, PAXLST("NAD+FL+++JAIDEE:NOI:A"));
    for (int i = 0; i < 200; i++)
        buf_c(&text, ":BCDE");
    buf_c(&text, ":LAST'");
    json_of(&out, text.p);
    has(&out, "BCDE BCDE LAST\"");
    json_of(&out, PNRGOV("TVL+010120:0900+BKK+NRT+ZZ+1'SSR+DOCS:HK:1:ZZ::::://///07JUN95/F///NOI'"));
    has(&out, "\"given\":\"NOI\",\"source\":\"DOCS\"");
}

/* A document behind one traveller that names another one of the reservation is the other's. */
static void test_docs_behind_another(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PNRGOV("TIF+JAIDEE+NOI:A'TIF+SOMDEE+MALEE:A'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA1/THA/07JUN95/F/01JAN28/JAIDEE/NOI'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA2/THA/07JUN96/F/01JAN28/MUAN/KEO'"));
    has(&out, "\"given\":\"NOI\",\"source\":\"TIF\"}],\"birth_date\":\"1995-06-07\"");
    has(&out, "\"birth_date\":\"1996-06-07\"");
    has(&out, "\"names-differ\":1");
    has(&out, "\"misplaced\":1");
    has(&out, "\"travellers_count\":2");
}

/* Two dates of birth: both are given. What the history alone says does not become what is said. */
static void test_two_births(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'DTM+329:950607'DTM+329:960607'ATT+2++F'ATT+2++M'"));
    has(&out, "\"birth_date\":\"1995-06-07\"");
    has(&out, "\"other_birth_date\":\"1996-06-07\"");
    has(&out, "\"sex\":\"F\",\"other_sex_written\":\"M\"");
    has(&out, "\"values-differ\":2");
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'DTM+329:999999'DTM+329:960607'"));
    has(&out, "\"birth_date\":\"1996-06-07\"");
    has(&out, "\"other_birth_date\":null,\"other_birth_date_written\":\"999999\"");
    json_of(&out, PNRGOV("TIF+JAIDEE+NOI:A:1'ABI+4'SAC+++X'"
                         "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA1/THA/07JUN95/F/01JAN28/JAIDEE/NOI+::1'"));
    has(&out, "\"birth_date\":null,\"other_birth_date\":\"1995-06-07\"");
    has(&out, "\"sex\":null");
    has(&out, "\"nationality\":null");
}

static void test_children(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out,
            PNRGOV("TIF+JAIDEE+NOI:C:1'TIF+SOMDEE+MALEE:A:2'TVL+010120:0900+BKK+NRT+ZZ+1'"
                   "SSR+UMNR:HK:1:ZZ:::::UM08 SECRETWORD+::1'SSR+CHLD:HK:1:ZZ:::::JAIDEE/NOI 07JUN15+::1'"
                   "SSR+YPTA:HK:1:ZZ:::::X+::9'"));
    has(&out, "\"child_alone\":true,\"names\":[{\"surname\":\"JAIDEE\"");
    has(&out, "\"birth_date\":\"2015-06-07\"");
    has(&out, "\"no-traveller\":2");
    has_not(&out, "SECRETWORD");
    json_of(&out, PNRGOV("TIF+JAIDEE+NOI:C:1'TIF+SOMDEE+MALEE:A:2'TVL+010120:0900+BKK+NRT+ZZ+1'"
                         "SSR+SEAT:HK:1:ZZ:::BKK:NRT+12A'"));
    has(&out, "\"no-traveller\":1");
}

static void test_counts_of_passengers_and_crew(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf out = {0};
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'NAD+FM+++SOMDEE:MALEE'CNT+42:1'CNT+41:1'"));
    has_not(&out, "count-travellers");
    json_of(&out, PAXLST("NAD+FL+++JAIDEE:NOI'NAD+FM+++SOMDEE:MALEE'CNT+42:2'CNT+41:1'"));
    has(&out, "\"count-travellers\":1");
}

/* Few travellers are looked through and many are indexed: at the border the same comes out. */
static void test_index_border(void **state)
{
    (void)state;
    for (int n = 14; n <= 20; n++) {
        CLEANUP(buf_free) struct buf out = {0}, text = {0};
        char wanted[120];
        buf_c(&text, PNRGOV(""));
        for (int i = 0; i < n; i++)
            buf_printf(&text, "TIF+JAIDEE+NOI%c:A:%d'", 'A' + i, i + 1);
        buf_c(&text, "TVL+010120:0900+BKK+NRT+ZZ+1'");
        for (int i = 0; i < n; i++)
            buf_printf(&text, "SSR+DOCS:HK:1:ZZ:::::/P/THA/AA%d/THA/07JUN95/F/01JAN28/JAIDEE/NOI%c%s%d'", i,
                       'A' + i, i % 2 ? "+::" : "+X::", i % 2 ? i + 1 : 0);
        json_of(&out, text.p);
        for (int i = 0; i < n; i++) {
            snprintf(wanted, sizeof wanted, "\"given\":\"NOI%c\",\"source\":\"TIF\"}]", 'A' + i);
            const char *at = strstr(out.p, wanted);
            assert_non_null(at);
            snprintf(wanted, sizeof wanted, "\"number\":\"AA%d\"", i);
            assert_non_null(at = strstr(at, "\"number\":\"AA"));
            assert_memory_equal(at, wanted, strlen(wanted));
        }
        snprintf(wanted, sizeof wanted, "\"travellers_count\":%d", n);
        has(&out, wanted);
    }
}

/* ---- bounds
 * ------------------------------------------------------------------------------------------------------ */

struct crowd {
    int64_t travellers, ends;
    size_t most;
};

static enum err one_more(void *user, const struct travel_message *m, const struct traveller *t)
{
    struct crowd *c = user;
    (void)m;
    c->travellers++;
    assert_true(t->names.n >= 1);
    return OK;
}

static enum err ended(void *user, const struct travel_message *m)
{
    struct crowd *c = user;
    c->ends++;
    assert_int_equal(m->travellers, c->travellers);
    return OK;
}

static void crowd(const char *head, const char *before, int64_t n)
{
    CLEANUP(buf_free) struct buf text = {0};
    struct crowd c = {0};
    int64_t messages;
    buf_c(&text, head);
    for (int64_t i = 0; i < n; i++)
        buf_printf(&text, "%s%lld:A:%lld'", before, (long long)i, (long long)i);
    struct text_source from = {.s = buf_view(&text)};
    struct travel_events events = {.traveller = one_more, .end = ended, .user = &c};
    assert_ok(travel_parse(text_give, &from, today, &events, &messages));
    assert_int_equal(c.travellers, n);
    assert_int_equal(c.ends, 1);
}

static void test_crowds(void **state)
{
    (void)state;
    crowd(PAXLST(""), "NAD+FL+++JAIDEE:NOI", 10000);
    crowd(PNRGOV(""), "TIF+JAIDEE+NOI", 30000); /* more than are held together */
}

static enum err never(void *user, const struct travel_message *m, const struct traveller *t)
{
    (void)user;
    (void)m;
    (void)t;
    return FAIL(ERR_IO, "nowhere to go");
}

static void test_failures(void **state)
{
    (void)state;
    struct text_source from = {.s = STR(PAXLST("NAD+FL+++JAIDEE:NOI'"))};
    struct travel_events events = {.traveller = never};
    int64_t messages;
    assert_fails(travel_parse(text_give, &from, today, &events, &messages), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titles_are_words),
        cmocka_unit_test(test_titles_glued_behind),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_29_february_needs_its_century),
        cmocka_unit_test(test_sensitive_codes),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_no_guess),
        cmocka_unit_test(test_unknown_is_kept),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_sensitive_is_nowhere),
        cmocka_unit_test(test_docs),
        cmocka_unit_test(test_header_flight),
        cmocka_unit_test(test_docs_by_name),
        cmocka_unit_test(test_us_dialect),
        cmocka_unit_test(test_cusres),
        cmocka_unit_test(test_headless),
        cmocka_unit_test(test_diagnostics_hold_no_name),
        cmocka_unit_test(test_segments_outside_are_told),
        cmocka_unit_test(test_names_in_odd_places),
        cmocka_unit_test(test_docs_behind_another),
        cmocka_unit_test(test_two_births),
        cmocka_unit_test(test_children),
        cmocka_unit_test(test_counts_of_passengers_and_crew),
        cmocka_unit_test(test_index_border),
        cmocka_unit_test(test_crowds),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
