/* SPDX-License-Identifier: Apache-2.0 */
/* The calendars of pack/japan against the same rules written by hand, every day that the pack is valid for.
 */
#include "base/arena.h"
#include "base/testing.h"
#include "core/clock/rules.h"
#include "core/pack/test_japan.h"

static const struct holiday_calendar *calendar_of(const struct pack *p, const char *id)
{
    for (size_t i = 0; i < p->ncalendars; i++) {
        if (strcmp(p->calendars[i].id, id) == 0)
            return &p->calendars[i];
    }
    fail_msg("the pack has no calendar %s", id);
    return NULL;
}

static void same_days(const struct holiday_calendar *ours, const struct holiday_calendar *packs)
{
    assert_true(packs->valid_from > 0 && packs->valid_from <= 2010 && packs->valid_until >= 2035);
    int32_t last = date_days((struct date){(int16_t)packs->valid_until, 12, 31});
    for (int32_t day = date_days((struct date){(int16_t)packs->valid_from, 1, 1}); day <= last; day++) {
        struct date d = date_from_days(day);
        const char *our_name = "", *packs_name = "";
        bool holiday = calendar_holiday(ours, d, &our_name),
             packs_holiday = calendar_holiday(packs, d, &packs_name);
        char text[11];
        date_text(d, text);
        if (holiday != packs_holiday || strcmp(our_name, packs_name) != 0)
            fail_msg("%s %s: \"%s\" expected, but \"%s\"", packs->id, text, our_name, packs_name);
        if (calendar_working_day(ours, d) != calendar_working_day(packs, d))
            fail_msg("%s %s: working or not", packs->id, text);
    }
}

static void pack_japan_agrees(void **state)
{
    (void)state;
    const char *folder = getenv("AKARI_PACK_JAPAN");
    assert_non_null(folder);
    struct arena *faults_arena = arena_new(0);
    assert_non_null(faults_arena);
    const struct pack *p = NULL;
    struct pack_fault *faults = NULL;
    size_t nfaults = 0;
    enum err e = pack_load(folder, faults_arena, &p, &faults, &nfaults);
    if (e == ERR_PACK || e == ERR_IO || e == ERR_NOT_FOUND) { /* its own test says what is wrong with it */
        arena_free(faults_arena);
        skip_because("pack/japan does not load");
    }
    assert_ok(e);
    same_days(&japan, calendar_of(p, "japan"));
    same_days(&japan_offices, calendar_of(p, "japan_offices"));
    pack_free(p);
    arena_free(faults_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pack_japan_agrees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
