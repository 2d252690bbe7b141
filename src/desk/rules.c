/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - pure decisions of the desk: who gets a report (plan 3(1)/a), what its sender is told, what may be
 * handed to whom. */
#include "desk/own.h"

#define LETTERS "0123456789ABCDEFGHJKMNPQRSTVWXYZ" /* of Crockford's base 32 */

bool code_letters(struct str folded, size_t chars, char ret[CODE_TEXT_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (n >= chars || n + 1 >= CODE_TEXT_MAX || !c || !strchr(LETTERS, c))
            return false;
        ret[n++] = c;
    }
    ret[n] = '\0';
    return n == chars;
}

/* ---- who gets it -----------------------------------------------------------------------------------------
 */

static bool fits_word(const char *asked, const char *is)
{
    return !*asked || strcmp(asked, is) == 0;
}

static bool fits(const struct report_route *r, const struct report_facts *f)
{
    return fits_word(r->prefecture, f->prefecture) && fits_word(r->danger, f->danger) &&
           fits_word(r->children, f->children);
}

struct report_owner report_route(const struct report_rules *rules, const struct report_facts *facts,
                                 const bool *awake, const char *otherwise)
{
    const struct report_route *asleep = NULL;
    for (size_t i = 0; i < rules->nroutes; i++) {
        const struct report_route *r = &rules->routes[i];
        if (!fits(r, facts))
            continue;
        if (awake[i])
            return (struct report_owner){r->agency, r->office};
        asleep = asleep ? asleep : r;
    }
    return (struct report_owner){asleep ? asleep->agency : otherwise, ""};
}

bool report_may_pass(const struct report_rules *rules, const char *to, enum basis basis)
{
    if (basis == BASIS_CONSENT || basis == BASIS_DANGER_TO_LIFE)
        return true;
    if (basis != BASIS_LEGAL)
        return false;
    for (size_t i = 0; i < rules->nconsent_only; i++)
        if (strcmp(rules->consent_only[i], to) == 0)
            return false;
    return true;
}

/* ---- what becomes of it ----------------------------------------------------------------------------------
 */

static const struct {
    const char *state, *coarse, *words;
    bool open;
} states[] = {
    {"received", "received", "Your note has arrived. It waits for a desk.", true},
    {"taken", "taken_over", "A desk has taken it over and is working on it.", true},
    {"passed_on", "passed_on", "It was passed on to another desk.", true},
    {"case", "case_opened", "A case was opened.", false},
    {"closed", "closed", "It was closed.", false},
};
#define STATES (sizeof states / sizeof *states)

const char *report_coarse(const char *state)
{
    for (size_t i = 0; i < STATES; i++)
        if (strcmp(states[i].state, state) == 0)
            return states[i].coarse;
    return states[0].coarse;
}

const char *coarse_words(const char *coarse)
{
    for (size_t i = 0; i < STATES; i++)
        if (strcmp(states[i].coarse, coarse) == 0)
            return states[i].words;
    return states[0].words;
}

bool report_open(const char *state)
{
    for (size_t i = 0; i < STATES; i++)
        if (strcmp(states[i].state, state) == 0)
            return states[i].open;
    return true;
}

const char *const REPORT_OUTCOMES[] = {"acted", "not_enough", "elsewhere", NULL};

const char *outcome_words(const char *outcome)
{
    static const char *const words[] = {"Something was done about it.", "There was not enough to go on.",
                                        "It is dealt with elsewhere."};
    for (size_t i = 0; REPORT_OUTCOMES[i]; i++)
        if (strcmp(REPORT_OUTCOMES[i], outcome) == 0)
            return words[i];
    return "";
}

/* ---- parts -----------------------------------------------------------------------------------------------
 */

/* Free text may name her, and where she is now is no place of exploitation: identity. Who told us: source. */
static const struct {
    const char *name, *label, *codes;
    enum field_class class;
} parts[] = {
    {"danger", "Is anybody in danger now?", NULL, CLASS_ROUTING},
    {"signs", "What I saw", "tip_sign", CLASS_SUSPECT},
    {"what", "In my own words", NULL, CLASS_IDENTITY},
    {"prefecture", "Prefecture", "prefecture", CLASS_ROUTING},
    {"place", "Where", NULL, CLASS_IDENTITY},
    {"persons", "How many persons", NULL, CLASS_IDENTITY},
    {"children", "Of them children", NULL, CLASS_IDENTITY},
    {"language", "Language of the person", "language", CLASS_IDENTITY},
    {"person_contact", "May the person concerned be contacted?", NULL, CLASS_IDENTITY},
    {"person_way", "How the person can be reached safely", "safe_contact", CLASS_IDENTITY},
    {"person_detail", "Number, times, what to avoid", NULL, CLASS_IDENTITY},
    {"sender_contact", "May the one who told us be asked back?", NULL, CLASS_SOURCE},
    {"sender_way", "How the one who told us can be reached", "safe_contact", CLASS_SOURCE},
    {"sender_detail", "Name, number or address of the one who told us", NULL, CLASS_SOURCE},
    {"from_agency", "Sent from", NULL, CLASS_SOURCE},
    {"from_office", "Office", NULL, CLASS_SOURCE},
    {"from_counter", "Counter", NULL, CLASS_SOURCE},
};
#define PARTS (sizeof parts / sizeof *parts)

static size_t part_of(const char *name)
{
    size_t i = 0;
    while (i < PARTS && strcmp(parts[i].name, name) != 0)
        i++;
    return i;
}

#define DAY_US (INT64_C(24) * 3600 * 1000000)

bool office_code_good(int64_t issued_us, int64_t ended_us, int days, int64_t now_us)
{
    return !ended_us && (!days || now_us - issued_us < days * DAY_US);
}

bool enquiry_name_tells(size_t words, size_t found)
{
    return found && (words > 1 || found <= ENQUIRY_COMMON);
}

enum field_class report_class(const char *name)
{
    size_t i = part_of(name);
    return i < PARTS ? parts[i].class : CLASS_NONE;
}

const char *report_label(const char *name)
{
    size_t i = part_of(name);
    return i < PARTS ? parts[i].label : name;
}

const struct code_list *report_codes(const struct pack *p, const char *name)
{
    size_t i = part_of(name);
    return i < PARTS && parts[i].codes ? pack_codes(p, parts[i].codes) : NULL;
}

int report_column(enum field_class class)
{
    switch (class) {
    case CLASS_ROUTING:
        return RP_ROUTING;
    case CLASS_IDENTITY:
        return RP_IDENTITY;
    case CLASS_SUSPECT:
        return RP_SUSPECT;
    case CLASS_SOURCE:
        return RP_SOURCE;
    default:
        return -1;
    }
}
