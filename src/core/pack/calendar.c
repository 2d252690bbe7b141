/* SPDX-License-Identifier: Apache-2.0 */
/* pack_calendar.c - holidays and working days as data: docs/pack-format.md section 6. core/clock_rules
 * computes with them. */
#include "core/pack/words.h"

static const char *const rules[] = {"fixed", "nth_weekday", "equinox_spring", "equinox_autumn", "once"};
static const struct words rule_words = WORDS(rules);

/* Which keys a rule needs; it takes no others of these. */
static const struct {
    const char *key;
    unsigned needed_by; /* bits of enum holiday_rule */
} rule_keys[] = {
    {"month", 1u << HOL_FIXED | 1u << HOL_NTH_WEEKDAY},
    {"day", 1u << HOL_FIXED},
    {"nth", 1u << HOL_NTH_WEEKDAY},
    {"weekday", 1u << HOL_NTH_WEEKDAY},
    {"date", 1u << HOL_ONCE},
};

static enum err check_rule_keys(struct load *l, const struct yaml *y, const struct holiday *h)
{
    for (size_t i = 0; i < LEN(rule_keys); i++) {
        bool needed = rule_keys[i].needed_by & 1u << h->rule;
        const struct yaml *value = given(y, rule_keys[i].key);
        if (needed && !value)
            TRY(fault_add(&l->faults, AT_FAULT(y), "a holiday by the rule %s needs \"%s\"", rules[h->rule],
                          rule_keys[i].key));
        if (!needed && value)
            TRY(fault_add(&l->faults, AT_FAULT(value), "a holiday by the rule %s takes no \"%s\"",
                          rules[h->rule], rule_keys[i].key));
    }
    return OK;
}

static enum err holiday_done(struct load *l, const struct yaml *y, void *record)
{
    const struct holiday *h = record;
    if (!given(y, "rule") || h->rule >= LEN(rules))
        return OK;
    TRY(check_rule_keys(l, y, h));
    if (h->rule == HOL_FIXED && h->month && h->day > date_month_days(2000, h->month)) /* a leap year */
        TRY(fault_add(&l->faults, AT_FAULT(y), "month %d has no day %d", h->month, h->day));
    if (h->rule == HOL_ONCE && (h->from_year || h->until_year))
        TRY(fault_add(&l->faults, AT_FAULT(y), "a holiday by the rule once takes no years"));
    if (given(y, "nth") && !h->nth)
        TRY(fault_add(&l->faults, AT_FAULT(y), "\"nth\" is 1 to 5, or -1 for the last"));
    if (h->from_year && h->until_year && h->from_year > h->until_year)
        TRY(fault_add(&l->faults, AT_FAULT(y), "\"until_year\" is before \"from_year\""));
    return OK;
}

static enum err read_weekday(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    int index;
    TRY(decode_word(l, k->name, y, &day_words, false, &index));
    ((struct holiday *)record)->weekday = index + 1;
    return OK;
}

static const struct key holiday_keys[] = {
    {"name", SHAPE_TEXT, KEY_REQUIRED, AT(holiday, name)},
    {"rule", SHAPE_ENUM, KEY_REQUIRED, AT(holiday, rule), .words = &rule_words},
    {"month", SHAPE_INT, 0, AT(holiday, month), .least = 1, .most = 12},
    {"day", SHAPE_INT, 0, AT(holiday, day), .least = 1, .most = 31},
    {"nth", SHAPE_INT, 0, AT(holiday, nth), .least = -1, .most = 5},
    {"weekday", SHAPE_READ, 0, AT(holiday, weekday), .read = read_weekday},
    {"date", SHAPE_DATE, 0, AT(holiday, once)},
    {"from_year", SHAPE_INT, 0, AT(holiday, from_year), .least = 0, .most = 9999},
    {"until_year", SHAPE_INT, 0, AT(holiday, until_year), .least = 0, .most = 9999},
    {"closure", SHAPE_BOOL, 0, AT(holiday, closure)},
};
static const struct form holiday_form = {FORM("a holiday", holiday, holiday_keys), .done = holiday_done};

/* ---- calendars --------------------------------------------------------------------------------------- */
#define WEEKEND_DEFAULT (1u << 6 | 1u << 7)

/* Everything that the calendar does not say itself is taken from the one it includes. */
static void take_over(const struct yaml *y, struct holiday_calendar *c, const struct holiday_calendar *base)
{
#define TAKE(key, member) \
    if (!given(y, key))   \
    c->member = base->member
    TAKE("valid_from", valid_from);
    TAKE("valid_until", valid_until);
    TAKE("substitute", substitute);
    TAKE("substitute_from_year", substitute_from_year);
    TAKE("next_free_from_year", next_free_from_year);
    TAKE("substitute_name", substitute_name);
    TAKE("sandwiched", sandwiched);
    TAKE("sandwiched_from_year", sandwiched_from_year);
    TAKE("sandwiched_name", sandwiched_name);
    TAKE("weekend", weekend);
#undef TAKE
}

static enum err include(struct load *l, const struct yaml *y, struct holiday_calendar *c,
                        const struct yaml *which)
{
    const struct name *n = which->type == YAML_SCALAR ? name_find(l, NAME_CALENDAR, 0, which->text) : NULL;
    const struct holiday_calendar *base = n ? n->object : NULL;
    if (!base || base == c)
        return fault_add(&l->faults, AT_FAULT(which),
                         "\"includes\": no calendar \"%s\" stands above this one",
                         which->type == YAML_SCALAR ? which->text.p : "");
    take_over(y, c, base);
    if (!base->n)
        return OK;
    struct holiday *all = ARENA_ARRAY(l->keep, base->n + c->n, struct holiday);
    if (!all)
        return arena_err(l->keep);
    memcpy(all, base->items, base->n * sizeof *all);
    if (c->n)
        memcpy(all + base->n, c->items, c->n * sizeof *all);
    c->items = all;
    c->n += base->n;
    return OK;
}

static enum err calendar_done(struct load *l, const struct yaml *y, void *record)
{
    struct holiday_calendar *c = record;
    const struct yaml *which = given(y, "includes");
    if (!given(y, "weekend"))
        c->weekend = WEEKEND_DEFAULT;
    if (which)
        TRY(include(l, y, c, which));
    if (c->substitute && given(y, "substitute") && !*c->substitute_name)
        TRY(fault_add(&l->faults, AT_FAULT(y), "a calendar with \"substitute\" needs \"substitute_name\""));
    if (c->sandwiched && given(y, "sandwiched") && !*c->sandwiched_name)
        TRY(fault_add(&l->faults, AT_FAULT(y), "a calendar with \"sandwiched\" needs \"sandwiched_name\""));
    if (c->valid_from && c->valid_until && c->valid_from > c->valid_until)
        TRY(fault_add(&l->faults, AT_FAULT(y), "\"valid_until\" is before \"valid_from\""));
    if (given(y, "weekend") && c->weekend == 0xfe)
        TRY(fault_add(&l->faults, AT_FAULT(y), "a week with no working day"));
    return OK;
}

#define YEAR .least = 0, .most = 9999
static const struct key calendar_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(holiday_calendar, id), .space = NAME_CALENDAR},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(holiday_calendar, title)},
    {"weekend", SHAPE_READ, 0, AT(holiday_calendar, weekend), .read = read_days},
    {"valid_from", SHAPE_INT, 0, AT(holiday_calendar, valid_from), YEAR},
    {"valid_until", SHAPE_INT, 0, AT(holiday_calendar, valid_until), YEAR},
    {"substitute", SHAPE_BOOL, 0, AT(holiday_calendar, substitute)},
    {"substitute_from_year", SHAPE_INT, 0, AT(holiday_calendar, substitute_from_year), YEAR},
    {"next_free_from_year", SHAPE_INT, 0, AT(holiday_calendar, next_free_from_year), YEAR},
    {"substitute_name", SHAPE_TEXT, 0, AT(holiday_calendar, substitute_name)},
    {"sandwiched", SHAPE_BOOL, 0, AT(holiday_calendar, sandwiched)},
    {"sandwiched_from_year", SHAPE_INT, 0, AT(holiday_calendar, sandwiched_from_year), YEAR},
    {"sandwiched_name", SHAPE_TEXT, 0, AT(holiday_calendar, sandwiched_name)},
    {"includes", SHAPE_ID, 0, AT(holiday_calendar, includes)},
    {"items", SHAPE_LIST, KEY_REQUIRED, AT_LIST(holiday_calendar, items, n), .form = &holiday_form},
    {"source", SHAPE_ID, KEY_REFERS, AT(holiday_calendar, source), .space = NAME_SOURCE},
    {"evidence", SHAPE_PLAIN, 0, AT(holiday_calendar, evidence)},
    {"verified", SHAPE_BOOL, 0, AT(holiday_calendar, verified)},
};
static const struct form calendar_form = {FORM("a calendar", holiday_calendar, calendar_keys),
                                          .done = calendar_done};

static const struct key holidays_keys[] = {
    {"calendars", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(pack, calendars, ncalendars),
     .form = &calendar_form, .most = 64},
};
const struct form holidays_form = {
    .what = "holidays.yaml", .keys = holidays_keys, .nkeys = LEN(holidays_keys)};
