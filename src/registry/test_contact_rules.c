/* SPDX-License-Identifier: Apache-2.0 */
/* The safe-contact rule: examples, and what must hold for every way, channel, text and minute. */
#include "base/testing.h"
#include "registry/registry.h"

static const char *const ways[] = {"",      "none",           "phone_at_times", "sns",
                                   "email", "through_person", "through_agency", "another"};
static const char *const channels[] = {"in_person", "phone",  "three_way_call", "video",    "sns_chat",
                                       "web_form",  "email",  "letter",         "outreach", "agency",
                                       "",          "another"};
static const char *const times[] = {"",         "20:00-22:00", "22:00-6:00", "9:00-10:00, 20.00~21.30",
                                    "evenings", "25:00-26:00"};
#define N(a) (sizeof(a) / sizeof *(a))

static enum may_contact ask(const char *way, const char *when, const char *channel, int minute)
{
    struct contact_wish w = {.way = way, .times = str_of(when)};
    return contact_rule(&w, channel, minute);
}

static void none_means_none(void **state)
{
    (void)state;
    for (size_t c = 0; c < N(channels); c++)
        for (size_t t = 0; t < N(times); t++)
            for (int minute = 0; minute < 1440; minute += 7) {
                assert_int_equal(ask("none", times[t], channels[c], minute), CONTACT_NEVER);
                assert_int_equal(ask("", times[t], channels[c], minute), CONTACT_NOT_ASKED);
            }
}

/* Only four ways open anything, each its own channels; a letter and a visit are opened by none. */
static void agreed_is_only_what_she_named(void **state)
{
    static const char *const open[][2] = {{"phone_at_times", "phone"},
                                          {"phone_at_times", "three_way_call"},
                                          {"sns", "sns_chat"},
                                          {"email", "email"},
                                          {"through_agency", "agency"}};
    (void)state;
    for (size_t w = 0; w < N(ways); w++)
        for (size_t c = 0; c < N(channels); c++) {
            bool named = false;
            for (size_t i = 0; i < N(open); i++)
                named |= strcmp(open[i][0], ways[w]) == 0 && strcmp(open[i][1], channels[c]) == 0;
            for (size_t t = 0; t < N(times); t++)
                for (int minute = 0; minute < 1440; minute += 13)
                    if (ask(ways[w], times[t], channels[c], minute) == CONTACT_AGREED)
                        assert_true(named);
            if (named)
                assert_int_equal(ask(ways[w], "", channels[c], 0), CONTACT_AGREED);
        }
}

/* Telling a time only ever narrows, and a text that cannot be read opens nothing. */
static void a_time_narrows(void **state)
{
    (void)state;
    for (int minute = 0; minute < 1440; minute++) {
        assert_int_equal(ask("sns", "20:00-22:00", "sns_chat", minute),
                         minute >= 1200 && minute < 1320 ? CONTACT_AGREED : CONTACT_OTHER_TIME);
        assert_int_equal(ask("sns", "22:00 \xe2\x80\x93 6:00", "sns_chat", minute),
                         minute >= 1320 || minute < 360 ? CONTACT_AGREED : CONTACT_OTHER_TIME);
        assert_int_equal(ask("sns", "evenings", "sns_chat", minute), CONTACT_TIMES_UNREAD);
        assert_int_equal(ask("sns", "20:00-22:00 not on Sundays", "sns_chat", minute), CONTACT_TIMES_UNREAD);
    }
}

static void times_are_read_whole_or_not_at_all(void **state)
{
    static const char *const bad[] = {"",          " ",         "20",          "20:00",
                                      "20:00-",    "-22:00",    "24:01-1:00",  "1:60-2:00",
                                      "9:00-9:00", "9:0-10:00", "1:00-2:00,x", "9:00 10:00"};
    struct contact_window w[CONTACT_WINDOWS_MAX];
    size_t n;
    (void)state;
    for (size_t i = 0; i < N(bad); i++)
        assert_false(contact_times(str_of(bad[i]), w, &n));
    assert_true(contact_times(str_of("0:00-24:00"), w, &n));
    assert_int_equal(n, 1);
    assert_int_equal(w[0].until, 1440);
    assert_true(contact_times(str_of(" 9:00-10:00; 20.00\xe3\x80\x9c"
                                     "21.30 "),
                              w, &n));
    assert_int_equal(n, 2);
    assert_int_equal(w[1].from, 1200);
    assert_int_equal(w[1].until, 1290);
    assert_false(contact_times(str_of("1:00-2:00,1:00-2:00,1:00-2:00,1:00-2:00,1:00-2:00,1:00-2:00,1:00-2:00,"
                                      "1:00-2:00,1:00-2:00"),
                               w, &n)); /* more than are kept */
}

static void every_answer_has_words(void **state)
{
    (void)state;
    for (int m = CONTACT_AGREED; m <= CONTACT_NOT_ASKED; m++)
        for (int o = CONTACT_AGREED; o < m; o++)
            assert_string_not_equal(may_contact_words((enum may_contact)m),
                                    may_contact_words((enum may_contact)o));
}

/* Harm: who called when it was not safe writes down another time. Around each limit, to the microsecond. */
static void a_time_is_bounded(void **state)
{
    const int64_t minute = 60000000, day = 1440 * minute, now = 1000 * day, first = now - 20 * day;
    (void)state;
    assert_int_equal(contact_time(now + minute, now, first, 14), CONTACT_NOW);
    assert_int_equal(contact_time(now + minute + 1, now, first, 14), CONTACT_FUTURE);
    assert_int_equal(contact_time(now - 15 * minute, now, first, 14), CONTACT_NOW);
    assert_int_equal(contact_time(now - 15 * minute - 1, now, first, 14), CONTACT_LATE);
    assert_int_equal(contact_time(now - 14 * day, now, first, 14), CONTACT_LATE);
    assert_int_equal(contact_time(now - 14 * day - 1, now, first, 14), CONTACT_OLD);
    assert_int_equal(contact_time(first, now, first, 14), CONTACT_OLD);
    assert_int_equal(contact_time(first - 1, now, first, 14), CONTACT_BEFORE_CASE);
    for (int64_t at = first - day; at <= now + day; at += 7 * minute) { /* older is never asked less */
        enum contact_time t = contact_time(at, now, first, 14),
                          later = contact_time(at + minute, now, first, 14);
        if (t <= CONTACT_OLD && later <= CONTACT_OLD)
            assert_true(t >= later);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_means_none),        cmocka_unit_test(agreed_is_only_what_she_named),
        cmocka_unit_test(a_time_narrows),         cmocka_unit_test(times_are_read_whole_or_not_at_all),
        cmocka_unit_test(every_answer_has_words), cmocka_unit_test(a_time_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
