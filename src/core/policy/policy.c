/* SPDX-License-Identifier: Apache-2.0 */
/* policy.c - the rules of docs/policy.md section 4, in its order, over the tables of policy_tables.h. */
#include "core/policy/tables.h"

/* One question on its way through the rules. */
struct look {
    const struct policy_question *q;
    const struct object_row *object;
    enum cell cell;
    uint32_t lifted;
    bool glass; /* an open break-glass session that covers this question */
    bool glass_used;
    struct policy_answer answer; /* of the rule that failed */
};

static bool has(uint32_t set, unsigned word)
{
    return set >> word & 1;
}

static bool in(uint32_t set, unsigned word) /* as has, for columns in which 0 is every word */
{
    return !set || has(set, word);
}

static bool matches(const struct row *r, const struct policy_question *q)
{
    return in(r->roles, q->role) && in(r->verbs, q->verb) && in(r->objects, q->object) &&
           in(r->relations, q->relation) && in(r->purposes, q->purpose) && in(r->bases, q->basis) &&
           in(r->classes, q->class) && in(r->labels, q->label);
}

static bool showing(enum verb v)
{
    return v == VERB_READ || v == VERB_LIST || v == VERB_EXPORT || v == VERB_TALLY;
}

static bool fail(struct look *k, enum verdict verdict, enum policy_reason reason)
{
    k->answer = (struct policy_answer){verdict, reason, OBLIGE_AUDIT};
    if (verdict == VERDICT_HINT)
        k->answer.obligations |= OBLIGE_NOTIFY_OWNER;
    return false;
}

static bool fail_withheld(struct look *k, enum policy_reason reason)
{
    enum field_class c = k->q->class;
    if (c == CLASS_NONE || !showing(k->q->verb))
        return fail(k, VERDICT_DENY, reason);
    return fail(k, c == CLASS_SOURCE || c == CLASS_TACTICS ? VERDICT_CONCEAL : VERDICT_MASK, reason);
}

/* For the rules that an open break-glass session stands in for: passes with it, and names it when it did not
 * help. */
static bool by_glass(struct look *k, enum policy_reason *reason)
{
    if (k->glass)
        return k->glass_used = true;
    if (k->q->break_glass)
        *reason = REASON_BREAK_GLASS;
    return false;
}

static bool rule_role(struct look *k)
{
    uint32_t verbs = role_verbs[k->q->role][k->q->object];
    if (has(STAFF, k->q->role))
        verbs |= staff_verbs[k->q->object];
    if (has(DESK, k->q->role))
        verbs |= desk_verbs[k->q->object];
    return has(verbs, k->q->verb) || fail(k, VERDICT_DENY, REASON_ROLE);
}

static bool rule_shelter(struct look *k)
{
    if (k->q->class != CLASS_LOCATION && k->q->object != OBJECT_SHELTER_PLACE)
        return true;
    return (k->q->need_to_know && matches(&shelter, k->q)) || fail(k, VERDICT_CONCEAL, REASON_SHELTER);
}

static bool rule_class(struct look *k)
{
    if (!has(k->object->classes, k->q->class))
        return fail(k, VERDICT_DENY, REASON_CLASS);
    if (!k->object->person || k->cell > CELL_CONCEAL)
        return true;
    return fail(k, k->cell == CELL_CONCEAL ? VERDICT_CONCEAL : VERDICT_DENY, REASON_CLASS);
}

static bool rule_firewall(struct look *k)
{
    for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
        if (matches(&walls[i], k->q) && !has(walls[i].gives, k->q->basis))
            return fail(k, VERDICT_CONCEAL, REASON_FIREWALL);
    return true;
}

static bool rule_relation(struct look *k)
{
    for (size_t i = 0; i < sizeof lifts / sizeof *lifts; i++)
        if (matches(&lifts[i], k->q))
            k->lifted |= lifts[i].gives;
    if (!k->object->relation || k->lifted & LIFT_RELATION)
        return true;
    return (has(verb_relations[k->q->verb], k->q->relation) &&
            in(object_narrower[k->q->object], k->q->relation) &&
            in(class_narrower[k->q->class], k->q->relation)) ||
           fail(k, VERDICT_CONCEAL, REASON_RELATION);
}

static bool rule_need_to_know(struct look *k)
{
    enum policy_reason reason = REASON_NEED_TO_KNOW;
    if (!k->object->need_to_know || k->q->need_to_know || k->lifted & LIFT_NEED || by_glass(k, &reason))
        return true;
    return fail(k, matches(&hint, k->q) ? VERDICT_HINT : VERDICT_CONCEAL, reason);
}

static bool rule_label(struct look *k)
{
    const struct clearance *c = &labels[k->q->label];
    if (!k->object->label || k->lifted & LIFT_LABEL)
        return true;
    bool related =
        k->q->role != ROLE_ANONYMOUS && has(c->relations, k->q->relation); /* nobody has no agency */
    return ((has(c->roles, k->q->role) || related) && (k->q->need_to_know || !c->need_to_know)) ||
           fail(k, VERDICT_CONCEAL, REASON_LABEL);
}

static bool rule_purpose(struct look *k)
{
    bool free = k->q->purpose == PURPOSE_NONE && has(purpose_free[k->q->object], k->q->verb);
    if (!free && !has(role_purposes[k->q->role], k->q->purpose))
        return fail(k, VERDICT_DENY, REASON_PURPOSE);
    return has(purpose_classes[k->q->purpose], k->q->class) || fail_withheld(k, REASON_PURPOSE);
}

static bool rule_basis(struct look *k)
{
    enum policy_reason reason = REASON_BASIS;
    enum verb v = k->q->verb;
    bool shared = v == VERB_REFER || v == VERB_GRANT || k->q->relation != RELATION_OWNER;
    enum situation situation = v == VERB_EXPORT ? GIVEN : shared ? SHARED : OWN;
    enum purpose_group group = k->q->purpose == PURPOSE_INVESTIGATION  ? GROUP_INVESTIGATION
                               : k->q->purpose == PURPOSE_REPATRIATION ? GROUP_REPATRIATION
                                                                       : GROUP_OTHER;
    if (!k->object->person || v == VERB_CREATE || k->lifted & LIFT_BASIS)
        return true;
    return has(accepted[basis_needs[situation][group][k->q->class]], k->q->basis) || by_glass(k, &reason) ||
           fail_withheld(k, reason);
}

static bool rule_assurance(struct look *k)
{
    return (k->q->assurance >= verb_assurance[k->q->verb] &&
            k->q->assurance >= class_assurance[k->q->class]) ||
           fail_withheld(k, REASON_ASSURANCE);
}

static bool rule_mask(struct look *k)
{
    enum policy_reason reason = REASON_CLASS;
    if (!k->object->person || k->q->verb == VERB_CREATE || k->cell != CELL_MASK || by_glass(k, &reason))
        return true;
    return fail_withheld(k, reason);
}

static bool rule_generalise(struct look *k)
{
    if (!k->object->person || k->cell != CELL_GENERAL || k->q->class == CLASS_NONE)
        return true;
    fail(k, showing(k->q->verb) ? VERDICT_MASK : VERDICT_DENY, REASON_CLASS);
    if (k->answer.verdict == VERDICT_MASK)
        k->answer.obligations |= OBLIGE_GENERALISE;
    return false;
}

static bool rule_break_glass(struct look *k)
{
    return k->q->verb != VERB_BREAK_GLASS ||
           (k->q->class == CLASS_NONE && in(break_glass.purposes, k->q->purpose) &&
            in(break_glass.labels, k->q->label)) ||
           fail(k, VERDICT_DENY, REASON_BREAK_GLASS);
}

static struct policy_answer allow(const struct look *k)
{
    struct policy_answer a = {VERDICT_ALLOW, REASON_OK, OBLIGE_AUDIT};
    for (size_t i = 0; i < sizeof duties / sizeof *duties; i++)
        if (matches(&duties[i], k->q))
            a.obligations |= duties[i].gives;
    if (k->object->person && k->cell == CELL_GENERAL)
        a.obligations |= OBLIGE_GENERALISE;
    if (k->glass_used)
        a.obligations |= OBLIGE_NOTIFY_OWNER | OBLIGE_NOTIFY_OVERSIGHT | OBLIGE_REVIEW;
    return a;
}

static bool valid(const struct policy_question *q)
{
    return q && (unsigned)q->role < ROLE_COUNT && (unsigned)q->verb < VERBS_COUNT &&
           (unsigned)q->object < OBJECT_COUNT && (unsigned)q->relation < RELATION_COUNT &&
           (unsigned)q->purpose < PURPOSE_COUNT && (unsigned)q->basis < BASIS_COUNT &&
           (unsigned)q->class < CLASS_COUNT && (unsigned)q->label < LABEL_COUNT && q->assurance >= 1 &&
           q->assurance <= 3;
}

struct policy_answer policy_decide(const struct policy_question *q)
{
    if (!valid(q))
        return (struct policy_answer){VERDICT_DENY, REASON_INVALID, OBLIGE_AUDIT};
    struct look k = {.q = q, .object = &objects[q->object], .cell = role_classes[q->role][q->class]};
    k.glass = q->break_glass && q->assurance >= break_glass_assurance && matches(&break_glass, q);
    if (rule_role(&k) && rule_shelter(&k) && rule_class(&k) && rule_firewall(&k) && rule_relation(&k) &&
        rule_need_to_know(&k) && rule_label(&k) && rule_purpose(&k) && rule_basis(&k) && rule_assurance(&k) &&
        rule_mask(&k) && rule_generalise(&k) && rule_break_glass(&k))
        return allow(&k);
    return k.answer;
}
