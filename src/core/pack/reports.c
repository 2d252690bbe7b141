/* SPDX-License-Identifier: Apache-2.0 */
/* reports.c - `reports:` of pack.yaml: which agency gets a report of first contact, and its clocks
 * (docs/pack-format.md section 2). */
#include "core/pack/kinds.h"

/* ---- who gets it ------------------------------------------------------------------------------------- */
static const char *const answers[] = {"yes", "no", "unknown"};
static const struct words answer_words = WORDS(answers);

/* An agency that owns no cases answers no reports either. */
static enum err agency_check(struct load *l, const struct yaml *at, const char *agency)
{
    const struct name *n = name_find(l, NAME_AGENCY, 0, str_of(agency));
    const struct agency *a = n ? n->object : NULL;
    return a && a->group ? fault_add(&l->faults, AT_FAULT(at), "\"%s\" is a collective name", agency) : OK;
}

static enum err route_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    const struct report_route *r = record;
    (void)owner;
    return agency_check(l, y, r->agency);
}

static const struct key route_keys[] = {
    {"prefecture", SHAPE_CODE, KEY_REFERS, AT(report_route, prefecture), .space = NAME_CODE,
     .list = "prefecture"},
    {"danger", SHAPE_PLAIN, 0, AT(report_route, danger), .words = &answer_words},
    {"children", SHAPE_PLAIN, 0, AT(report_route, children), .words = &answer_words},
    {"agency", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(report_route, agency), .space = NAME_AGENCY},
    {"office", SHAPE_ID, KEY_REFERS, AT(report_route, office), .space = NAME_OFFICE},
    {"evidence", SHAPE_PLAIN, KEY_REQUIRED, AT(report_route, evidence)},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(report_route, verified)},
};
static const struct form route_form = {FORM("a route", report_route, route_keys), .check = route_check};

/* ---- how long it may take ---------------------------------------------------------------------------- */
static const char *const happenings[] = {"receive", "take", "pass_on", "to_case", "close"};
static const struct words happening_words = WORDS(happenings);
static const char *const report_fields[] = {"danger", "children", "prefecture"};

static enum err condition_fields(struct load *l, const struct yaml *at, const struct condition *c)
{
    if (!c)
        return OK;
    if (c->op == COND_ALL || c->op == COND_ANY || c->op == COND_NONE) {
        for (size_t i = 0; i < c->n; i++)
            TRY(condition_fields(l, at, c->parts[i]));
        return OK;
    }
    for (size_t i = 0; i < LEN(report_fields); i++)
        if (strcmp(report_fields[i], c->field) == 0)
            return OK;
    return fault_add(&l->faults, AT_FAULT(at),
                     "a report has no field \"%s\": danger, children and prefecture can be asked", c->field);
}

static enum err clock_done(struct load *l, const struct yaml *y, void *record)
{
    const struct clock_rule *c = record;
    const struct yaml *when = given(y, "when");
    if (c->due_hours && c->warn_hours >= c->due_hours)
        TRY(fault_add(&l->faults, AT_FAULT(y), "clock \"%s\" would warn before it starts", c->name));
    return when ? condition_fields(l, when, c->when) : OK;
}

static const struct key clock_keys[] = {
    {"name", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(clock_rule, name), .space = NAME_CLOCK},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(clock_rule, label)},
    {"start", SHAPE_PLAIN, KEY_REQUIRED, AT(clock_rule, start), .words = &happening_words},
    {"stop", SHAPE_PLAIN, KEY_REQUIRED, AT(clock_rule, stop), .words = &happening_words},
    {"when", SHAPE_READ, 0, AT(clock_rule, when), .read = read_condition},
    {"due", SHAPE_MAP, KEY_REQUIRED, .form = &due_form},
    {"warn_hours", SHAPE_I64, 0, AT(clock_rule, warn_hours), .least = 0, .most = 10000},
    {"duty", SHAPE_DUTY, KEY_REQUIRED | KEY_REFERS, AT(clock_rule, duty), .space = NAME_DUTY},
    {"basis", SHAPE_TEXT, KEY_REQUIRED, AT(clock_rule, basis)},
    {"authority", SHAPE_ID, KEY_REQUIRED | KEY_REFERS, AT(clock_rule, authority), .space = NAME_AGENCY},
    {"then_starts", SHAPE_NAME, KEY_NULL | KEY_REFERS, AT(clock_rule, then_starts), .space = NAME_CLOCK},
};
static const struct form report_clock_form = {FORM("a clock", clock_rule, clock_keys),
                                              LINE_AT(clock_rule, line), .done = clock_done};

/* ---- the whole --------------------------------------------------------------------------------------- */
/* No report is ever without an owner: the last route fits each. None goes unasked where consent is needed
 * (invariant 6). */
static enum err reports_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    const struct report_rules *r = record;
    (void)owner;
    for (size_t i = 0; i < r->nconsent_only; i++)
        for (size_t k = 0; k < r->nroutes; k++)
            if (strcmp(r->consent_only[i], r->routes[k].agency) == 0)
                TRY(fault_add(&l->faults, AT_FAULT(y),
                              "a route leads to \"%s\", which gets reports by consent only", r->routes[k].agency));
    if (!r->nroutes)
        return OK;
    const struct report_route *last = &r->routes[r->nroutes - 1];
    return *last->prefecture || *last->danger || *last->children
               ? fault_add(&l->faults, AT_FAULT(y), "the last route of reports must fit every report")
               : OK;
}

static const struct key reports_keys[] = {
    {"routes", SHAPE_LIST, KEY_REQUIRED, AT_LIST(report_rules, routes, nroutes), .form = &route_form,
     .most = 500},
    {"consent_only", SHAPE_ID, KEY_LIST | KEY_REFERS, AT_LIST(report_rules, consent_only, nconsent_only),
     .space = NAME_AGENCY, .most = 64},
    {"clocks", SHAPE_LIST, 0, AT_LIST(report_rules, clocks, nclocks), .form = &report_clock_form, .most = 64},
};
const struct form reports_form = {FORM("reports", report_rules, reports_keys), .opens = SPACE(NAME_CLOCK),
                                  .check = reports_check};
