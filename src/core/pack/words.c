/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/words.h"

#define WORD(id, word) [id] = word,
static const char *const roles[] = {ROLE_LIST(WORD)};
static const char *const purposes[] = {PURPOSE_LIST(WORD)};
static const char *const verbs[] = {VERB_LIST(WORD)};
static const char *const classes[] = {CLASS_LIST(WORD)};
static const char *const bases[] = {BASIS_LIST(WORD)};
static const char *const verdicts[] = {VERDICT_LIST(WORD)};
static const char *const reasons[] = {REASON_LIST(WORD)};
static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static const char *const gates[] = {"none", "victim_screening", "victim_screening_after"}; /* enum gate */

const struct words gate_words = WORDS(gates);
const struct words role_words = WORDS(roles), purpose_words = WORDS(purposes), verb_words = WORDS(verbs),
                   class_words = WORDS(classes), basis_words = WORDS(bases), verdict_words = WORDS(verdicts),
                   reason_words = WORDS(reasons), day_words = WORDS(days);

const char *gate_word(enum gate g)
{
    return gates[g];
}

enum err read_days(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    uint8_t *days_of = (uint8_t *)record + k->at;
    if (y->type != YAML_LIST)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a list of weekdays", k->name);
    if ((k->flags & KEY_SOME) && !y->n)
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must have at least one entry", k->name);
    for (size_t i = 0; i < y->n; i++) {
        int index;
        TRY(decode_word(l, k->name, y->items[i], &day_words, false, &index));
        if (index >= 0)
            *days_of |= (uint8_t)(1u << (index + 1));
    }
    return OK;
}

enum err read_minute(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    int64_t hour = -1, minute = -1;
    bool ok = y->type == YAML_SCALAR && y->text.n == 5 && y->text.p[2] == ':' &&
              str_i64(str_sub(y->text, 0, 2), 0, 24, &hour) == OK &&
              str_i64(str_sub(y->text, 3, 2), 0, 59, &minute) == OK;
    *(int *)((char *)record + k->at) = -1; /* a faulty one is before every other: no second fault */
    if (!ok || (hour == 24 && minute))
        return fault_add(&l->faults, AT_FAULT(y), "\"%s\" must be a time of day HH:MM", k->name);
    *(int *)((char *)record + k->at) = (int)(hour * 60 + minute);
    return OK;
}

enum err check_span(struct load *l, const struct yaml *y, const char *from, const char *until)
{
    if (!*from || !*until || strcmp(from, until) <= 0)
        return OK;
    return fault_add(&l->faults, AT_FAULT(y), "\"until\" (%s) is before \"from\" (%s)", until, from);
}

enum err find_circle(struct load *l, const size_t *next, size_t n, size_t *ret)
{
    *ret = SIZE_MAX;
    if (!n)
        return OK;
    size_t *seen_by = ARENA_ARRAY(l->scratch, n, size_t); /* 1 + the record whose walk came here first */
    if (!seen_by)
        return arena_err(l->scratch);
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        while (at != SIZE_MAX && !seen_by[at]) {
            seen_by[at] = i + 1;
            at = next[at];
        }
        if (at != SIZE_MAX && seen_by[at] == i + 1) {
            *ret = at;
            return OK;
        }
    }
    return OK;
}
