/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - may a step against a person start? Pure. */
#include "hold/hold.h"

#include <string.h>

const char *hold_reason_word(enum hold_reason r)
{
    static const char *const words[HOLD_REASONS] = {
        "none",      "not_screened", "screening_open", "after_emergency",
        "protected", "not_enough",   "own_screening"};
    return words[r];
}

/* Somebody looked, or a second agency decided, after the step that could not wait. At the same moment is not
 * after. */
static bool answered_since(const struct hold_facts *f)
{
    bool finished = f->screened == SCREENED_NEGATIVE || f->screened == SCREENED_POSITIVE;
    return !f->emergency_us || (finished && f->screened_us > f->emergency_us) ||
           f->allowed_us > f->emergency_us;
}

enum hold_reason hold_rule(enum gate gate, const struct hold_facts *f)
{
    if (gate == GATE_NONE || !f->person)
        return HOLD_NONE;
    if (gate == GATE_VICTIM_SCREENING_AFTER)
        return answered_since(f) ? HOLD_NONE : HOLD_AFTER_EMERGENCY;
    if (f->screened == SCREENED_NOT)
        return HOLD_NOT_SCREENED;
    if (f->screened == SCREENED_OPEN || f->open_too)
        return HOLD_SCREENING_OPEN;
    if (f->screened == SCREENED_THIN)
        return HOLD_NOT_ENOUGH;
    if (f->screened == SCREENED_OWN)
        return HOLD_OWN_SCREENING;
    if (!answered_since(f))
        return HOLD_AFTER_EMERGENCY;
    if ((f->protected_ || f->screened == SCREENED_POSITIVE) && !f->allowed_us)
        return HOLD_PROTECTED;
    return HOLD_NONE;
}

bool hold_second(const char *asked, const char *holder, const char *decides)
{
    if (!*decides || strcmp(decides, asked) == 0)
        return false;
    return strcmp(asked, holder) == 0 || strcmp(decides, holder) == 0;
}

bool hold_overrules(const char *refused, const char *decides)
{
    return !*refused || strcmp(refused, decides) == 0;
}
