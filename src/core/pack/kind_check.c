/* SPDX-License-Identifier: Apache-2.0 */
/* pack_kind_check.c - what the keys of a kind cannot tell one by one. */
#include "core/pack/kinds.h"

static enum err check_first_actions(struct load *l, const struct yaml *y, const struct kind *k)
{
    static const char *const names[] = {"create", "amend"};
    const struct yaml *actions = given(y, "actions");
    for (size_t i = 0; actions && i < LEN(names); i++)
        if (i >= k->nactions || strcmp(k->actions[i].name, names[i]) != 0)
            TRY(fault_add(&l->faults, AT_FAULT(actions), "action number %zu must be \"%s\"", i + 1,
                          names[i]));
    return OK;
}

/* ---- states ------------------------------------------------------------------------------------------ */
static size_t state_at(const struct kind *k, const char *name)
{
    for (size_t i = 0; i < k->nstates; i++)
        if (strcmp(k->states[i], name) == 0)
            return i;
    return SIZE_MAX;
}

static bool leaves(const struct kind *k, const struct kind_action *a, uint64_t reached)
{
    for (size_t i = 0; i < a->nfrom; i++) {
        size_t from = state_at(k, a->from[i]);
        if (from != SIZE_MAX && (reached & UINT64_C(1) << from))
            return true;
    }
    return false;
}

/* An action from or to a state that is not there was noted; where it leads nobody knows. */
static bool lost(const struct kind *k)
{
    for (size_t i = 0; i < k->nactions; i++) {
        const struct kind_action *a = &k->actions[i];
        if (a->to && state_at(k, a->to) == SIZE_MAX)
            return true;
        for (size_t j = 0; j < a->nfrom; j++)
            if (state_at(k, a->from[j]) == SIZE_MAX)
                return true;
    }
    return false;
}

/* At most 64 states (STATES_MOST), so that a set of them is one word. */
static uint64_t reachable(const struct kind *k)
{
    uint64_t reached = 1, before = 0;
    while (reached != before) {
        before = reached;
        for (size_t i = 0; i < k->nactions; i++) {
            const struct kind_action *a = &k->actions[i];
            size_t to = a->to ? state_at(k, a->to) : SIZE_MAX;
            if (to != SIZE_MAX && leaves(k, a, reached))
                reached |= UINT64_C(1) << to;
        }
    }
    return reached;
}

static enum err check_states(struct load *l, const struct kind *k, uint32_t scope)
{
    uint64_t reached = reachable(k);
    for (size_t i = 0; i < k->nstates; i++) {
        const struct name *n = name_find(l, NAME_STATE, scope, str_of(k->states[i]));
        if (!(reached & UINT64_C(1) << i) && n)
            TRY(fault_add(&l->faults, n->file, n->line, "no action reaches the state \"%s\"", k->states[i]));
    }
    return OK;
}

/* ---- fields ------------------------------------------------------------------------------------------ */
static bool sets(const struct kind_action *a, const char *field)
{
    for (size_t i = 0; i < a->nfields; i++)
        if (strcmp(a->fields[i], field) == 0)
            return true;
    return false;
}

static bool any_sets(const struct kind *k, const char *field)
{
    for (size_t i = 0; i < k->nactions; i++)
        if (sets(&k->actions[i], field))
            return true;
    return false;
}

/* A required field must be given after `create`; one that is asked only sometimes may be set later. */
static enum err check_required(struct load *l, const struct kind *k)
{
    const struct kind_action *create = kind_action(k, "create");
    for (size_t i = 0; i < k->nfields; i++) {
        const struct field *f = &k->fields[i];
        if (!f->required || !create)
            continue;
        if (!any_sets(k, f->name))
            TRY(fault_add(&l->faults, k->file, f->line, "field \"%s\" is required, but no action sets it",
                          f->name));
        else if (!f->when && !sets(create, f->name))
            TRY(fault_add(&l->faults, k->file, f->line,
                          "field \"%s\" is required, but \"create\" does not set it", f->name));
    }
    return OK;
}

static enum err check_require(struct load *l, const struct yaml *y, const struct kind *k)
{
    const struct yaml *actions = given(y, "actions");
    for (size_t i = 0; actions && actions->type == YAML_LIST && i < actions->n; i++) {
        const struct yaml *require = given(actions->items[i], "require");
        for (size_t j = 0; require && require->type == YAML_LIST && j < require->n; j++) {
            const struct yaml *name = require->items[j];
            if (name->type == YAML_SCALAR && kind_field(k, name->text.p) && !any_sets(k, name->text.p))
                TRY(fault_add(&l->faults, AT_FAULT(name), "\"require\": no action sets \"%s\"",
                              name->text.p));
        }
    }
    return OK;
}

/* ---- gates ------------------------------------------------------------------------------------------- */
/* A step is against somebody: who was screened must be beyond doubt. */
static enum err check_gates(struct load *l, const struct yaml *y, const struct kind *k)
{
    const struct yaml *actions = given(y, "actions");
    for (size_t i = 0; actions && actions->type == YAML_LIST && i < actions->n; i++) {
        const struct yaml *gate = given(actions->items[i], "gate");
        if (gate && k->attach && k->attach != ATTACH_SUBJECT)
            TRY(fault_add(&l->faults, AT_FAULT(gate),
                          "\"gate\" is for kinds that attach to a subject and to nothing else"));
    }
    return OK;
}

/* ---- clocks ------------------------------------------------------------------------------------------ */
static enum err check_chains(struct load *l, const struct kind *k)
{
    size_t circle, *next = ARENA_ARRAY(l->scratch, k->nclocks + 1, size_t);
    if (!next)
        return arena_err(l->scratch);
    for (size_t i = 0; i < k->nclocks; i++) {
        next[i] = SIZE_MAX;
        for (size_t j = 0; k->clocks[i].then_starts && j < k->nclocks; j++)
            if (strcmp(k->clocks[i].then_starts, k->clocks[j].name) == 0)
                next[i] = j;
    }
    TRY(find_circle(l, next, k->nclocks, &circle));
    if (circle == SIZE_MAX)
        return OK;
    return fault_add(&l->faults, k->file, k->clocks[circle].line,
                     "clock \"%s\" starts itself again through \"then_starts\"", k->clocks[circle].name);
}

enum err kind_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct kind *k = record;
    const struct name *n = name_find(l, NAME_KIND, 0, str_of(k->id));
    TRY(check_first_actions(l, y, k));
    if (n && n->object == k && !lost(k))
        TRY(check_states(l, k, n->inner));
    TRY(check_required(l, k));
    TRY(check_require(l, y, k));
    TRY(check_gates(l, y, k));
    return check_chains(l, k);
}
