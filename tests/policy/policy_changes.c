/* SPDX-License-Identifier: Apache-2.0 */
/* policy_changes.c - policy.c once more, with tables that can be written. */
#define POLICY_TABLE  static
#define policy_decide changed_decide
#include "core/policy/policy.c"
#undef policy_decide
#include "policy_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_ROLE,
    IN_VERB,
    IN_OBJECT,
    IN_RELATION,
    IN_NEED,
    IN_PURPOSE,
    IN_BASIS,
    IN_CLASS,
    IN_LABEL,
    IN_GLASS,
    IN_ASSURANCE
};
static const struct question_set everything = {{ALL(ROLE), ALL(VERBS), ALL(OBJECT), ALL(RELATION), 3,
                                                ALL(PURPOSE), ALL(BASIS), ALL(CLASS), ALL(LABEL), 3,
                                                2 | 4 | 8}};

static struct change changes[16384];
static size_t nchanges;

static struct change *add(void *at, size_t size, uint32_t value, const char *table, int row, int column,
                          int word)
{
    if (nchanges == sizeof changes / sizeof *changes) {
        fputs("more changes of the policy than there is room for\n", stderr);
        exit(2);
    }
    struct change *c = &changes[nchanges++];
    *c = (struct change){at, size, value, everything, ""};
    snprintf(c->name, sizeof c->name, "%s row %d column %d word %d", table, row, column, word);
    return c;
}

/* Each of n words put into a set, or taken out. zero_is_all: 0 stands for every word, as in struct row. */
static void flip_set(uint32_t *set, uint32_t all, bool zero_is_all, const struct question_set *touches,
                     int input, const char *table, int row, int column)
{
    for (int word = 0; all >> word; word++) {
        if (!has(all, (unsigned)word))
            continue;
        uint32_t value = (zero_is_all && !*set ? all : *set) ^ 1u << word;
        if (zero_is_all && !value)
            value = 1u << 31; /* matches no word */
        struct change *c = add(set, sizeof *set, value, table, row, column, word);
        c->touches = *touches;
        if (input >= 0)
            c->touches.in[input] &= 1u << word;
    }
}

static void flip_byte(uint8_t *byte, unsigned from, unsigned to, const struct question_set *touches,
                      const char *table, int row, int column)
{
    for (unsigned v = from; v <= to; v++)
        if (v != *byte)
            add(byte, 1, v, table, row, column, (int)v)->touches = *touches;
}

static void flip_bool(bool *b, const struct question_set *touches, const char *table, int row, int column)
{
    add(b, sizeof *b, !*b, table, row, column, 0)->touches = *touches;
}

static struct question_set only(int input, int word)
{
    struct question_set set = everything;
    set.in[input] = 1u << word;
    return set;
}

static void flip_row(struct row *r, uint32_t gives, const char *table, int number)
{
    static const int input[] = {IN_ROLE,    IN_VERB,  IN_OBJECT, IN_RELATION,
                                IN_PURPOSE, IN_BASIS, IN_CLASS,  IN_LABEL};
    uint32_t *column[] = {&r->roles,    &r->verbs, &r->objects, &r->relations,
                          &r->purposes, &r->bases, &r->classes, &r->labels};
    struct question_set row = everything;
    for (int i = 0; i < 8; i++)
        if (*column[i])
            row.in[input[i]] = *column[i];
    for (int i = 0; i < 8; i++) {
        struct question_set touches = row;
        touches.in[input[i]] = everything.in[input[i]];
        flip_set(column[i], everything.in[input[i]], true, &touches, input[i], table, number, i);
    }
    if (gives)
        flip_set(&r->gives, gives, false, &row, -1, table, number, 8);
}
#define FLIP_ROWS(table, gives)                               \
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) \
    flip_row(&table[i], gives, #table, (int)i)

static void changes_by_role(void)
{
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct question_set role = only(IN_ROLE, r);
        for (int o = 0; o < OBJECT_COUNT; o++) {
            struct question_set touches = role;
            touches.in[IN_OBJECT] = 1u << o;
            flip_set(&role_verbs[r][o], ALL(VERBS), false, &touches, IN_VERB, "role_verbs", r, o);
        }
        for (int c = 0; c < CLASS_COUNT; c++) {
            struct question_set touches = role;
            touches.in[IN_CLASS] = 1u << c;
            flip_byte(&role_classes[r][c], 0, CELL_COUNT - 1, &touches, "role_classes", r, c);
        }
        flip_set(&role_purposes[r], ALL(PURPOSE), false, &role, IN_PURPOSE, "role_purposes", r, 0);
    }
}

static void changes_by_object(void)
{
    for (int o = 0; o < OBJECT_COUNT; o++) {
        struct question_set object = only(IN_OBJECT, o);
        flip_bool(&objects[o].person, &object, "objects", o, 0);
        flip_bool(&objects[o].relation, &object, "objects", o, 1);
        flip_bool(&objects[o].need_to_know, &object, "objects", o, 2);
        flip_bool(&objects[o].label, &object, "objects", o, 3);
        flip_set(&objects[o].classes, ALL(CLASS), false, &object, IN_CLASS, "objects", o, 4);
        flip_set(&staff_verbs[o], ALL(VERBS), false, &object, IN_VERB, "staff_verbs", o, 0);
        flip_set(&desk_verbs[o], ALL(VERBS), false, &object, IN_VERB, "desk_verbs", o, 0);
        flip_set(&object_narrower[o], ALL(RELATION), true, &object, IN_RELATION, "object_relations", o, 0);
        flip_set(&purpose_free[o], ALL(VERBS), false, &object, IN_VERB, "purpose_free", o, 0);
    }
}

static void changes_by_class(void)
{
    for (int c = 0; c < CLASS_COUNT; c++) {
        struct question_set class = only(IN_CLASS, c);
        flip_set(&class_narrower[c], ALL(RELATION), true, &class, IN_RELATION, "class_relations", c, 0);
        flip_byte(&class_assurance[c], class_assurance[c] == 2 ? 1 : 0, 3, &class, "class_assurance", c, 0);
        for (int s = 0; s < SITUATION_COUNT; s++)
            for (int g = 0; g < GROUP_COUNT; g++)
                flip_byte(&basis_needs[s][g][c], 0, NEED_COUNT - 1, &class, "basis", s * 10 + g, c);
    }
    for (int n = 0; n < NEED_COUNT; n++)
        flip_set(&accepted[n], ALL(BASIS), false, &everything, IN_BASIS, "accepts", n, 0);
    for (int p = 0; p < PURPOSE_COUNT; p++) {
        struct question_set purpose = only(IN_PURPOSE, p);
        flip_set(&purpose_classes[p], ALL(CLASS), false, &purpose, IN_CLASS, "purpose_classes", p, 0);
    }
}

static void changes_by_verb_and_label(void)
{
    for (int v = 0; v < VERBS_COUNT; v++) {
        struct question_set verb = only(IN_VERB, v);
        flip_set(&verb_relations[v], ALL(RELATION), false, &verb, IN_RELATION, "verb_relations", v, 0);
        flip_byte(&verb_assurance[v], verb_assurance[v] == 2 ? 1 : 0, 3, &verb, "verb_assurance", v, 0);
    }
    for (int l = 0; l < LABEL_COUNT; l++) {
        struct question_set label = only(IN_LABEL, l);
        flip_set(&labels[l].roles, ALL(ROLE), false, &label, IN_ROLE, "labels", l, 0);
        flip_set(&labels[l].relations, ALL(RELATION), false, &label, IN_RELATION, "labels", l, 1);
        flip_bool(&labels[l].need_to_know, &label, "labels", l, 2);
    }
}

static void changes_of_rows(void)
{
    FLIP_ROWS(walls, ALL(BASIS));
    FLIP_ROWS(lifts, LIFT_ALL);
    FLIP_ROWS(duties, 2 * OBLIGE_SECOND_PERSON - 2);
    flip_row(&shelter, 0, "shelter", 0);
    flip_row(&hint, 0, "hint", 0);
    flip_row(&break_glass, 0, "break_glass", 0);
    flip_byte(&break_glass_assurance, 1, 3, &everything, "break_glass", 0, 9);
}

void change_swap(struct change *c)
{
    uint32_t old = 0;
    memcpy(&old, c->at, c->size);
    memcpy(c->at, &c->value, c->size);
    c->value = old;
}

bool answers_same(struct policy_answer a, struct policy_answer b)
{
    return a.verdict == b.verdict && a.reason == b.reason && a.obligations == b.obligations;
}

static bool as_before(const struct policy_question *q, void *user)
{
    struct policy_question *example = user;
    *example = *q;
    return answers_same(changed_decide(q), policy_original(q));
}

/* No question has another answer. Roles that may not use a verb on an object are left out: rule 2 comes
 * first, and every change of its own tables is noticed or asked here. */
bool change_without_effect(struct change *c, struct policy_question *ret_example)
{
    bool all = true;
    change_swap(c);
    for (int n = 0; n < ROLE_COUNT * VERBS_COUNT * OBJECT_COUNT && all; n++) {
        struct policy_question q = {.role = (enum role)(n / OBJECT_COUNT / VERBS_COUNT),
                                    .verb = (enum verb)(n / OBJECT_COUNT % VERBS_COUNT),
                                    .object = (enum object_kind)(n % OBJECT_COUNT),
                                    .assurance = 1};
        struct question_set part = c->touches;
        part.in[IN_ROLE] &= 1u << q.role;
        part.in[IN_VERB] &= 1u << q.verb;
        part.in[IN_OBJECT] &= 1u << q.object;
        if (!part.in[IN_ROLE] || !part.in[IN_VERB] || !part.in[IN_OBJECT])
            continue;
        if (changed_decide(&q).reason != REASON_ROLE || policy_original(&q).reason != REASON_ROLE)
            all = question_each(&part, as_before, ret_example);
    }
    change_swap(c);
    return all;
}

struct change *policy_changes(size_t *ret_n)
{
    if (!nchanges) {
        changes_by_role();
        changes_by_object();
        changes_by_class();
        changes_by_verb_and_label();
        changes_of_rows();
    }
    *ret_n = nchanges;
    return changes;
}

struct change *change_seeded(uint64_t *seed)
{
    size_t n;
    struct change *all = policy_changes(&n);
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return &all[(*seed >> 33) % n];
}
