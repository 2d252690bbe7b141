/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/testing.h"
#include "sys/os.h"
#include "sys/po.h"

#include <pthread.h>
#include <unistd.h>

#define HEADER_JA                                                                                    \
    "msgid \"\"\nmsgstr \"\"\n\"Language: ja\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n" \
    "\"Plural-Forms: nplurals=1; plural=0;\\n\"\n\"X-Akari-Reviewed: 2026-01-01: twice\\n\"\n\n"
#define HEADER_PL                                                                                           \
    "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || " \
    "n%100>=20) ? 1 : 2);\\n\"\n\n"

static const char sample[] = HEADER_JA "# a translator's note\n"
                                       "#. for the translator\n"
                                       "#: web/help.c:12\n"
                                       "msgid \"Leave this page\"\n"
                                       "msgstr \"このページを\"\n"
                                       "\"離れる\"\n"
                                       "\n"
                                       "msgctxt \"button\"\n"
                                       "msgid \"Open\"\n"
                                       "msgstr \"開く\"\n"
                                       "msgctxt \"state\"\n"
                                       "msgid \"Open\"\n"
                                       "msgstr \"未完了\"\n"
                                       "\n"
                                       "#, fuzzy, c-format\n"
                                       "#| msgid \"Old\"\n"
                                       "msgid \"Older\"\n"
                                       "msgstr \"古い\"\n"
                                       "\n"
                                       "#, c-format\n"
                                       "msgid \"%d case\"\n"
                                       "msgid_plural \"%d cases\"\n"
                                       "msgstr[0] \"%d 件\"\n"
                                       "\n"
                                       "msgid \"Not yet\"\n"
                                       "msgstr \"\"\n"
                                       "\n"
                                       "#, fuzzy\n"
                                       "#~ msgid \"Gone\"\n"
                                       "#~ msgstr \"なし\"\n"
                                       "\n"
                                       "msgid \"tab\\tquote\\\"back\\\\slash\\nline\\x41\\102\"\n"
                                       "msgstr \"t\"  \"wo\"\n";

static struct po *parsed(const char *text)
{
    struct po *po = NULL;
    assert_ok(po_parse("t.po", str_of(text), &po));
    return po;
}

static void texts(void **state)
{
    (void)state;
    CLEANUP(po_cleanup) struct po *po = parsed(sample);
    assert_string_equal(po_text(po, NULL, "Leave this page"), "このページを離れる");
    assert_string_equal(po_text(po, "button", "Open"), "開く");
    assert_string_equal(po_text(po, "state", "Open"), "未完了");
    assert_null(po_text(po, NULL, "Open"));
    assert_null(po_text(po, "", "Open"));
    assert_null(po_text(po, NULL, "Older")); /* fuzzy */
    assert_null(po_text(po, NULL, "Gone"));  /* obsolete */
    assert_null(po_text(po, NULL, "Not yet"));
    assert_null(po_text(po, NULL, "absent"));
    assert_null(po_text(po, NULL, "")); /* the header is not a message */
    assert_string_equal(po_text(po, NULL, "tab\tquote\"back\\slash\nlineAB"), "two");
    assert_string_equal(po_plural(po, NULL, "%d case", 1), "%d 件");
    assert_string_equal(po_plural(po, NULL, "%d case", 7), "%d 件");
    assert_string_equal(po_plural(po, "button", "Open", 7), "開く");
    assert_null(po_plural(po, NULL, "absent", 7));
    assert_string_equal(po_header(po, "X-Akari-Reviewed"), "2026-01-01: twice");
    assert_string_equal(po_header(po, "language"), "ja");
    assert_null(po_header(po, "absent"));
    assert_int_equal(po_count(po), 5);
}

static void entries(void **state)
{
    (void)state;
    CLEANUP(po_cleanup) struct po *po = parsed(sample);
    size_t n;
    const struct po_entry *e = po_entries(po, &n);
    assert_int_equal(n, 6);
    assert_string_equal(e[0].msgid, "Leave this page");
    assert_int_equal(e[0].line, 11);
    assert_null(e[0].context);
    assert_int_equal(e[0].nforms, 0);
    assert_string_equal(e[1].context, "button");
    assert_int_equal(e[1].line, 15);
    assert_string_equal(e[3].msgid_plural, "%d cases");
    assert_int_equal(e[3].nforms, 1);
    assert_string_equal(e[3].forms[0], "%d 件");
    assert_string_equal(e[3].msgstr, "%d 件");
    assert_string_equal(e[4].msgid, "Not yet");
    assert_string_equal(e[4].msgstr, "");
}

static void plurals(void **state)
{
    (void)state;
    CLEANUP(po_cleanup)
    struct po *po = parsed(HEADER_PL "msgid \"case\"\nmsgid_plural \"cases\"\nmsgstr[0] "
                                     "\"sprawa\"\nmsgstr[1] \"sprawy\"\nmsgstr [ 2 ] \"spraw\"\n");
    static const struct {
        unsigned long n;
        const char *text;
    } rows[] = {
        {0, "spraw"},   {1, "sprawa"},  {2, "sprawy"},  {4, "sprawy"},   {5, "spraw"},
        {11, "spraw"},  {12, "spraw"},  {14, "spraw"},  {21, "spraw"},   {22, "sprawy"},
        {24, "sprawy"}, {101, "spraw"}, {112, "spraw"}, {122, "sprawy"}, {(unsigned long)-1, "spraw"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(po_plural(po, NULL, "case", rows[i].n), rows[i].text);
    assert_string_equal(po_text(po, NULL, "case"), "sprawa");

    CLEANUP(po_cleanup)
    struct po *none = /* no Plural-Forms: n != 1 */
        parsed("msgid \"case\"\nmsgid_plural \"cases\"\nmsgstr[0] \"one\"\nmsgstr[1] \"many\"\n");
    assert_string_equal(po_plural(none, NULL, "case", 1), "one");
    assert_string_equal(po_plural(none, NULL, "case", 0), "many");
    CLEANUP(po_cleanup)
    struct po *empty = /* not translated yet */
        parsed(HEADER_PL "msgid \"case\"\nmsgid_plural \"cases\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n");
    assert_null(po_plural(empty, NULL, "case", 1));
    assert_int_equal(po_count(empty), 0);
}

static void accepts(void **state)
{
    (void)state;
    static const char *rows[] = {"",
                                 "\n\n",
                                 "# only a comment",
                                 "#~ msgid \"x\"\n",
                                 "\xef\xbb\xbfmsgid \"a\"\nmsgstr \"b\"\n",
                                 "msgid \"a\"\r\nmsgstr \"b\"\r\n",
                                 "msgid\n\"a\"\nmsgstr\n\"b\"",
                                 "msgid\"a\"msgstr\"b\""};
    for (size_t i = 0; i + 1 < sizeof(rows) / sizeof(*rows); i++) {
        CLEANUP(po_cleanup) struct po *po = parsed(rows[i]);
        assert_int_equal(po_count(po), i < 4 ? 0 : 1);
        if (i >= 4)
            assert_string_equal(po_text(po, NULL, "a"), "b");
    }
    struct po *po = NULL; /* gettext would take this one; nobody writes it */
    assert_fails(po_parse("t.po", str_of(rows[7]), &po), ERR_BAD_DATA);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } rows[] = {
        {"msgid \"a\"\n", "t.po:2: the entry is not finished: msgid and msgstr must both stand in it"},
        {"msgid \"a\"\nmsgid \"b\"\n",
         "t.po:2: the entry is not finished: msgid and msgstr must both stand in it"},
        {"msgstr \"a\"\n", "t.po:1: msgstr must follow msgid"},
        {"msgctxt \"c\"\nmsgstr \"a\"\n", "t.po:2: msgstr must follow msgid"},
        {"msgid_plural \"a\"\n", "t.po:1: msgid_plural must follow msgid"},
        {"msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n", "t.po:3: msgstr stands twice"},
        {"msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"c\"\n", "t.po:4: the message stands twice"},
        {"msgid \"a\nmsgstr \"b\"\n", "t.po:1: the string does not end on its line"},
        {"msgid \"a\\\"\nmsgstr \"b\"\n", "t.po:1: the string does not end on its line"},
        {"msgid \"a\" b\nmsgstr \"b\"\n", "t.po:1: a string in double quotes was expected"},
        {"msgid \"a\\q\"\nmsgstr \"b\"\n", "t.po:1: an escape in the string is not valid"},
        {"msgid \"a\"\nmsgstr \"b\\0\"\n", "t.po:2: an escape in the string is not valid"},
        {"msgid \"a\"\nmsgstr \"b\\777\"\n", "t.po:2: an escape in the string is not valid"},
        {"msgid \"a\"\nmsgstr \"b\\x\"\n", "t.po:2: an escape in the string is not valid"},
        {"msgid \"a\"\nmsgstr \"b\\xff\"\n", "t.po:1: an escape makes the string invalid UTF-8"},
        {"\"a\"\n", "t.po:1: a string without a keyword"},
        {"msgid\nmsgstr \"b\"\n", "t.po:2: a string is missing"},
        {"msgidx \"a\"\n", "t.po:1: msgctxt, msgid, msgid_plural, msgstr or a string was expected"},
        {"domain \"a\"\n", "t.po:1: msgctxt, msgid, msgid_plural, msgstr or a string was expected"},
        {"msgid \"a\"\n# x\nmsgstr \"b\"\n", "t.po:2: a comment inside an entry"},
        {"msgid \"a\"\nmsgstr[0] \"b\"\n", "t.po:3: msgstr[] without msgid_plural"},
        {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr \"c\"\n", "t.po:4: a plural entry needs msgstr[0]"},
        {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"c\"\n",
         "t.po:3: msgstr[] must count from 0, at most to 7"},
        {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\nmsgstr[0] \"c\"\n",
         "t.po:4: msgstr[] must count from 0, at most to 7"},
        {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n",
         "t.po:1: the entry has 1 plural forms, the header says 2"},
        {"# ok\nmsgid \"\xff\"\n", "t.po:2: not UTF-8, or a NUL"},
        {"msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=EUC-JP\\n\"\n",
         "t.po:1: the charset must be UTF-8"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct po *po = NULL;
        assert_fails(po_parse("t.po", str_of(rows[i].text), &po), ERR_BAD_DATA);
        if (strcmp(err_detail(), rows[i].detail) != 0)
            fail_msg("row %zu: \"%s\" expected, but \"%s\"", i, rows[i].detail, err_detail());
        assert_null(po);
    }
}

static void bad_plural_forms(void **state)
{
    (void)state;
    static const char *rows[][2] = {
        {"nplurals=2", "Plural-Forms lacks plural="},
        {"plural=n", "Plural-Forms lacks nplurals="},
        {"nplurals=0; plural=0;", "nplurals must be 1 to 8"},
        {"nplurals=9; plural=0;", "nplurals must be 1 to 8"},
        {"nplurals=x; plural=0;", "the plural expression is not valid"},
        {"nplurals=2; plural=n;", "the plural expression gives a form over nplurals"},
        {"nplurals=2; plural=0-1;", "the plural expression gives a form over nplurals"},
        {"nplurals=2; plural=1/n;", "the plural expression divides by zero"},
        {"nplurals=2; plural=n%0;", "the plural expression divides by zero"},
        {"nplurals=2; plural=n<500 ? 0 : 1%(n-999);", "the plural expression divides by zero"},
        {"nplurals=2; plural=(n!=1;", "a bracket of the plural expression is not closed"},
        {"nplurals=2; plural=n!=1);", "the plural expression is not valid"},
        {"nplurals=2; plural=n ? 1;", "the plural expression lacks a colon"},
        {"nplurals=2; plural=;", "the plural expression is not valid"},
        {"nplurals=2; plural=n != ;", "the plural expression is not valid"},
        {"nplurals=2; plural=m;", "the plural expression is not valid"},
        {"nplurals=2; plural=nn;", "the plural expression is not valid"},
        {"nplurals=2; plural=n=1;", "the plural expression is not valid"},
        {"nplurals=2; plural=99999999999;", "the plural expression is not valid"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct po *po = NULL;
        char text[300];
        snprintf(text, sizeof(text), "\nmsgid \"\"\nmsgstr \"Plural-Forms: %s\\n\"\n", rows[i][0]);
        assert_fails(po_parse("t.po", str_of(text), &po), ERR_BAD_DATA);
        if (!str_starts(str_of(err_detail()), "t.po:2: ") || strcmp(err_detail() + 8, rows[i][1]) != 0)
            fail_msg("row %zu: \"%s\" expected, but \"%s\"", i, rows[i][1], err_detail());
    }
}

/* Very long or deep expressions end with an error, not with the stack. */
static void huge_plural_forms(void **state)
{
    (void)state;
    static const char *pieces[] = {"(", "!", "n+", "n?n:", "n?", "((n)+"};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        CLEANUP(buf_free) struct buf b = {0};
        struct po *po = NULL;
        buf_c(&b, "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=");
        for (int k = 0; k < 100000; k++)
            buf_c(&b, pieces[i]);
        buf_c(&b, "n;\\n\"\n");
        assert_fails(po_parse("t.po", buf_view(&b), &po), ERR_BAD_DATA);
    }
}

static void never_quotes(void **state)
{
    (void)state;
    static const char *rows[] = {"SECRETWORD", "msgid \"SECRETWORD\"",
                                 "msgid \"SECRETWORD\"\nmsgstr \"SECRETWORD\\q\"",
                                 "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=SECRETWORD\"\n"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct po *po = NULL;
        assert_fails(po_parse("t.po", str_of(rows[i]), &po), ERR_BAD_DATA);
        assert_null(strstr(err_detail(), "SECRETWORD"));
    }
}

static void many(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    for (int i = 0; i < 50000; i++)
        buf_printf(&b, "msgid \"m%d\"\nmsgstr \"t%d\"\n\n", i, i);
    CLEANUP(po_cleanup) struct po *po = NULL;
    assert_ok(po_parse("t.po", buf_view(&b), &po));
    assert_int_equal(po_count(po), 50000);
    for (int i = 0; i < 50000; i += 777) {
        char id[16], text[16];
        snprintf(id, sizeof(id), "m%d", i);
        snprintf(text, sizeof(text), "t%d", i);
        assert_string_equal(po_text(po, NULL, id), text);
    }
    struct po *large = NULL;
    while (b.n <= PO_MAX_BYTES)
        buf_c(&b, "# filling filling filling filling filling filling filling\n");
    assert_fails(po_parse("t.po", buf_view(&b), &large), ERR_LIMIT);
}

static void load(void **state)
{
    (void)state;
    char path[] = "/tmp/akari-test-po-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct po *po = NULL;
    assert_ok(file_write_atomic(path, 0600, str_of(sample)));
    assert_ok(po_load(path, &po));
    assert_int_equal(po_count(po), 5);
    po_free(po);
    unlink(path);
    assert_fails(po_load(path, &po), ERR_NOT_FOUND);
    po_free(NULL);
}

static enum err parse_sample(void *user)
{
    (void)user;
    CLEANUP(po_cleanup) struct po *po = NULL;
    return po_parse("t.po", str_of(sample), &po);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(parse_sample, NULL) >= 4);
}

static const struct po *shared;

static void *hammer(void *arg)
{
    for (unsigned long i = (uintptr_t)arg; i < 100000; i++) {
        const char *one = po_text(shared, "button", "Open"), *plural = po_plural(shared, NULL, "%d case", i);
        if (!one || !plural || strcmp(one, "開く") != 0 || strcmp(plural, "%d 件") != 0)
            return "wrong";
    }
    return NULL;
}

static void threads(void **state)
{
    (void)state;
    CLEANUP(po_cleanup) struct po *po = parsed(sample);
    pthread_t t[8];
    shared = po;
    for (uintptr_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer, (void *)i), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(t[i], &result);
        assert_null(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(entries),
        cmocka_unit_test(plurals),
        cmocka_unit_test(accepts),
        cmocka_unit_test(refuses),
        cmocka_unit_test(bad_plural_forms),
        cmocka_unit_test(huge_plural_forms),
        cmocka_unit_test(never_quotes),
        cmocka_unit_test(many),
        cmocka_unit_test(load),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
