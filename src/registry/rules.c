/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c - pure decisions of the registry. */
#include "registry/own.h"

int stage_order(const struct pack *p, const char *id)
{
    for (size_t i = 0; i < p->nstages; i++)
        if (strcmp(p->stages[i].id, id) == 0)
            return (int)i;
    return -1;
}

const struct stage *stage_find(const struct pack *p, const char *id)
{
    int i = stage_order(p, id);
    return i < 0 ? NULL : &p->stages[i];
}

enum field_class role_class(const struct pack *p, const char *role)
{
    const struct code *c = code_find(pack_codes(p, "subject_role"), role);
    for (size_t i = 0; c && i < c->ncrosswalks; i++)
        if (strcmp(c->crosswalks[i].scheme, "field_class") == 0 &&
            strcmp(c->crosswalks[i].code, "suspect") == 0)
            return CLASS_SUSPECT;
    return CLASS_IDENTITY;
}

enum decision_state decision_state(bool negative, bool confirmed, const char *from, const char *stage_of_case)
{
    if (!negative)
        return DECISION_AT_ONCE;
    if (confirmed)
        return DECISION_CONFIRMED;
    return *from && strcmp(from, stage_of_case) == 0 ? DECISION_WAITS : DECISION_LAPSED;
}

const char *decision_state_word(enum decision_state s)
{
    static const char *const words[] = {"at_once", "waits", "confirmed", "lapsed"};
    return words[s];
}

bool decision_negative(const struct pack *p, int from, int to)
{
    return to < from || (p->stages[from].protects && !p->stages[to].protects);
}

bool decision_complete(bool negative, bool reasons, bool review_route)
{
    return !negative || (reasons && review_route);
}

bool decision_may_confirm(const char *decided, const char *confirms)
{
    return *confirms && strcmp(decided, confirms) != 0;
}

bool case_may_close(bool protects, bool negative_waits)
{
    return !(protects && negative_waits);
}

int64_t team_weight(bool protects, int64_t late, bool emergency)
{
    return 1 + protects + (late > 0) + emergency;
}
