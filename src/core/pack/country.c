/* SPDX-License-Identifier: Apache-2.0 */
/* pack_country.c - pack.yaml and laws/: docs/pack-format.md sections 2 and 8. */
#include "core/pack/words.h"
#include "sys/tz.h"

/* ---- sources, schemes, stages, programmes ------------------------------------------------------------ */
static const struct key source_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(pack_source, id), .space = NAME_SOURCE},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(pack_source, title)},
    {"date", SHAPE_DAY, 0, AT(pack_source, date)},
    {"url", SHAPE_PLAIN, 0, AT(pack_source, url)},
    {"evidence", SHAPE_PLAIN, 0, AT(pack_source, evidence)},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(pack_source, verified)},
};
static const struct form source_form = {FORM("a source", pack_source, source_keys)};

static const struct key scheme_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(scheme, id), .space = NAME_SCHEME},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(scheme, title)},
    {"source", SHAPE_ID, KEY_REFERS, AT(scheme, source), .space = NAME_SOURCE},
};
static const struct form scheme_form = {FORM("a scheme", scheme, scheme_keys)};

static const struct key stage_keys[] = {
    {"id", SHAPE_NAME, KEY_REQUIRED | KEY_DEFINES, AT(stage, id), .space = NAME_STAGE},
    {"label", SHAPE_TEXT, KEY_REQUIRED, AT(stage, label)},
    {"protects", SHAPE_BOOL, KEY_REQUIRED, AT(stage, protects)},
};
static const struct form stage_form = {FORM("a stage", stage, stage_keys)};

static enum err programme_done(struct load *l, const struct yaml *y, void *record)
{
    const struct programme *p = record;
    return check_span(l, y, p->from, p->until);
}

static const struct key programme_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(programme, id), .space = NAME_PROGRAMME},
    {"name", SHAPE_TEXT, KEY_REQUIRED, AT(programme, name)},
    {"from", SHAPE_DAY, 0, AT(programme, from)},
    {"until", SHAPE_DAY, 0, AT(programme, until)},
    {"note", SHAPE_TEXT, 0, AT(programme, note)},
    {"evidence", SHAPE_PLAIN, 0, AT(programme, source)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(programme, source), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(programme, verified)},
};
static const struct form programme_form_ = {FORM("a programme", programme, programme_keys),
                                            .one_of = {"evidence", "source"}, .done = programme_done};

static const struct key definition_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(legal_definition, id), .space = NAME_DEFINITION},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(legal_definition, title)},
    {"provision", SHAPE_LINK, KEY_REQUIRED, AT(legal_definition, provision), .space = NAME_PROVISION},
    {"acts", SHAPE_LINK, KEY_REQUIRED, AT(legal_definition, acts), .space = NAME_CODES},
    {"means", SHAPE_LINK, KEY_REQUIRED, AT(legal_definition, means), .space = NAME_CODES},
    {"purposes", SHAPE_LINK, KEY_REQUIRED, AT(legal_definition, purposes), .space = NAME_CODES},
    {"child_age", SHAPE_INT, 0, AT(legal_definition, child_age), .otherwise = 18, .least = 1, .most = 25},
    {"child_acts", SHAPE_CODE, KEY_LIST, AT_LIST(legal_definition, child_acts, nchild_acts)},
};
static enum err definition_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct legal_definition *d = record;
    const struct yaml *at = given(y, "child_acts");
    for (size_t i = 0; d->acts && i < d->nchild_acts; i++)
        if (!code_find(d->acts, d->child_acts[i]))
            TRY(fault_add(&l->faults, AT_FAULT(at), "\"child_acts\": \"%s\" is no code of the list %s",
                          d->child_acts[i], d->acts->id));
    return OK;
}

static const struct form definition_form = {FORM("a definition", legal_definition, definition_keys),
                                            .check = definition_check};

/* ---- pack.yaml --------------------------------------------------------------------------------------- */
/* At least one stage protects, and then every one after it. */
static enum err check_stages(struct load *l, const struct yaml *y)
{
    const struct pack *p = l->pack;
    const struct yaml *stages = given(y, "stages");
    bool protects = false;
    for (size_t i = 0; stages && i < p->nstages && i < stages->n; i++) {
        if (protects && !p->stages[i].protects)
            TRY(fault_add(&l->faults, AT_FAULT(stages->items[i]),
                          "stage \"%s\" stands after one that protects, and does not", p->stages[i].id));
        protects = protects || p->stages[i].protects;
    }
    if (stages && p->nstages < 2)
        TRY(fault_add(&l->faults, AT_FAULT(stages), "there are at least two stages"));
    if (stages && p->nstages && !protects)
        TRY(fault_add(&l->faults, AT_FAULT(stages), "no stage protects"));
    return OK;
}

static enum err check_languages(struct load *l, const struct yaml *y)
{
    const struct yaml *at = given(y, "languages");
    for (size_t i = 0; at && i < l->pack->nlanguages; i++) {
        const char *language = l->pack->languages[i];
        const char *name = arena_printf(l->scratch, "texts/%s.po", language);
        bool there = strcmp(language, "en") == 0;
        if (!name)
            return arena_err(l->scratch);
        for (size_t f = 0; f < l->nfiles && !there; f++)
            there = strcmp(l->files[f].name, name) == 0;
        if (!there)
            TRY(fault_add(&l->faults, AT_FAULT(at), "language \"%s\" has no %s", language, name));
    }
    return OK;
}

static enum err pack_yaml_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)record, (void)owner;
    const struct tz *zone;
    const struct yaml *time_zone = given(y, "time_zone");
    TRY(check_stages(l, y));
    TRY(check_languages(l, y));
    if (time_zone && *l->pack->time_zone && tz_find(l->pack->time_zone, &zone) != OK)
        TRY(fault_add(&l->faults, AT_FAULT(time_zone), "\"time_zone\": no IANA time zone \"%s\"",
                      l->pack->time_zone));
    return OK;
}

static const struct key pack_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED, AT(pack, id)},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(pack, title)},
    {"country", SHAPE_CODE, KEY_REQUIRED | KEY_REFERS, AT(pack, country), .space = NAME_CODE,
     .list = "country"},
    {"version", SHAPE_PLAIN, KEY_REQUIRED, AT(pack, version)},
    {"languages", SHAPE_ID, KEY_REQUIRED | KEY_LIST | KEY_SOME, AT_LIST(pack, languages, nlanguages),
     .most = 64},
    {"time_zone", SHAPE_PLAIN, KEY_REQUIRED, AT(pack, time_zone)},
    {"min_cell", SHAPE_INT, 0, AT(pack, min_cell), .otherwise = 5, .least = 1, .most = 100},
    {"new_account_days", SHAPE_INT, 0, AT(pack, new_account_days), .otherwise = 7, .least = 0, .most = 365},
    {"same_maker_days", SHAPE_INT, 0, AT(pack, same_maker_days), .otherwise = 30, .least = 0, .most = 3650},
    {"office_code_days", SHAPE_INT, 0, AT(pack, office_code_days), .otherwise = 365, .least = 1,
     .most = 3650},
    {"enquiry_days", SHAPE_INT, 0, AT(pack, enquiry_days), .otherwise = 365, .least = 30, .most = 3650},
    {"report_days", SHAPE_INT, 0, AT(pack, report_days), .otherwise = 1825, .least = 90, .most = 36500},
    {"calling_code", SHAPE_PLAIN, 0, AT(pack, calling_code)},
    {"contact_days", SHAPE_INT, 0, AT(pack, contact_days), .otherwise = 14, .least = 1, .most = 365},
    {"national_staff_numbers", SHAPE_BOOL, 0, AT(pack, national_staff_numbers)},
    {"calendar", SHAPE_LINK, KEY_REQUIRED, AT(pack, calendar), .space = NAME_CALENDAR},
    {"stages", SHAPE_LIST, KEY_REQUIRED, AT_LIST(pack, stages, nstages), .form = &stage_form, .most = 64},
    {"reports", SHAPE_MAP, 0, .at = offsetof(struct pack, reports), .form = &reports_form},
    {"definitions", SHAPE_LIST, 0, AT_LIST(pack, definitions, ndefinitions), .form = &definition_form,
     .most = 64},
    {"programmes", SHAPE_LIST, 0, AT_LIST(pack, programmes, nprogrammes), .form = &programme_form_},
    {"schemes", SHAPE_LIST, 0, AT_LIST(pack, schemes, nschemes), .form = &scheme_form},
    {"sources", SHAPE_LIST, KEY_REQUIRED, AT_LIST(pack, sources, nsources), .form = &source_form},
};
const struct form pack_form = {
    .what = "pack.yaml", .keys = pack_keys, .nkeys = LEN(pack_keys), .check = pack_yaml_check};

/* ---- laws/ID.yaml ------------------------------------------------------------------------------------ */
static enum err provision_done(struct load *l, const struct yaml *y, void *record)
{
    struct provision *p = record;
    p->law = decode_owner(l, &law_form);
    return check_span(l, y, p->from, p->until);
}

static const struct key provision_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(provision, id), .space = NAME_PROVISION},
    {"article", SHAPE_PLAIN, KEY_REQUIRED, AT(provision, article)},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(provision, title)},
    {"from", SHAPE_DAY, 0, AT(provision, from)},
    {"until", SHAPE_DAY, 0, AT(provision, until)},
    {"penalty", SHAPE_TEXT, 0, AT(provision, penalty)},
    {"elements", SHAPE_TEXT, KEY_LIST, AT_LIST(provision, elements, nelements)},
    {"quote", SHAPE_PLAIN, 0, AT(provision, quote)},
    {"note", SHAPE_TEXT, 0, AT(provision, note)},
    {"evidence", SHAPE_PLAIN, 0, AT(provision, source)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(provision, source), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(provision, verified)},
};
static const struct form provision_form = {FORM("a provision", provision, provision_keys),
                                           .one_of = {"evidence", "source"}, .done = provision_done};

static enum err law_done(struct load *l, const struct yaml *y, void *record)
{
    const struct law *law = record;
    return check_span(l, y, law->from, law->until);
}

static const struct key law_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(law, id), .space = NAME_LAW},
    {"title", SHAPE_TEXT, KEY_REQUIRED, AT(law, title)},
    {"number", SHAPE_TEXT, 0, AT(law, number)},
    {"jurisdiction", SHAPE_PLAIN, 0, AT(law, jurisdiction)},
    {"from", SHAPE_DAY, 0, AT(law, from)},
    {"until", SHAPE_DAY, 0, AT(law, until)},
    {"note", SHAPE_TEXT, 0, AT(law, note)},
    {"evidence", SHAPE_PLAIN, 0, AT(law, evidence)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(law, evidence), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(law, verified)},
    {"provisions", SHAPE_LIST, 0, .form = &provision_form, .table = 1 + TABLE_PROVISIONS},
};
const struct form law_form = {FORM("a law", law, law_keys), .one_of = {"evidence", "source"},
                              .done = law_done};
