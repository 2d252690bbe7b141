/* SPDX-License-Identifier: Apache-2.0 */
/* pack_agencies.c - agencies, offices, jurisdictions, contact points: docs/pack-format.md sections 3 to 5. */
#include "core/pack/words.h"

/* ---- agencies ---------------------------------------------------------------------------------------- */
static enum err agency_done(struct load *l, const struct yaml *y, void *record)
{
    struct agency *a = record;
    if (!given(y, "short_name"))
        a->short_name = a->name;
    if (given(y, "members") && !given(y, "group"))
        a->group = true;
    if (a->nmembers && !a->group)
        TRY(fault_add(&l->faults, AT_FAULT(y), "an agency with members is a group"));
    return check_span(l, y, a->from, a->until);
}

static const struct key agency_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(agency, id), .space = NAME_AGENCY},
    {"name", SHAPE_TEXT, KEY_REQUIRED, AT(agency, name)},
    {"short_name", SHAPE_TEXT, 0, AT(agency, short_name)},
    {"type", SHAPE_CODE, KEY_REQUIRED | KEY_REFERS, AT(agency, type), .space = NAME_CODE,
     .list = "organisation_type"},
    {"parent", SHAPE_ID, KEY_REFERS, AT(agency, parent), .space = NAME_AGENCY},
    {"members", SHAPE_ID, KEY_REFERS | KEY_LIST, AT_LIST(agency, members, nmembers), .space = NAME_AGENCY},
    {"group", SHAPE_BOOL, 0, AT(agency, group)},
    {"task_force", SHAPE_BOOL, 0, AT(agency, task_force)},
    {"successor_of", SHAPE_ID, KEY_REFERS, AT(agency, successor_of), .space = NAME_AGENCY},
    {"from", SHAPE_DAY, 0, AT(agency, from)},
    {"until", SHAPE_DAY, 0, AT(agency, until)},
    {"note", SHAPE_TEXT, 0, AT(agency, note)},
    {"evidence", SHAPE_PLAIN, 0, AT(agency, evidence)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(agency, evidence), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(agency, verified)},
};
static const struct form agency_form = {FORM("an agency", agency, agency_keys), LINE_AT(agency, line),
                                        FILE_AT(agency, file), .one_of = {"evidence", "source"},
                                        .done = agency_done};

static size_t agency_at(const struct load *l, const char *id)
{
    const struct name *n = *id ? name_find(l, NAME_AGENCY, 0, str_of(id)) : NULL;
    return n && n->object ? (size_t)((const struct agency *)n->object - l->pack->agencies) : SIZE_MAX;
}

static enum err agencies_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)record, (void)owner, (void)y;
    const struct pack *p = l->pack;
    size_t circle, *parent = ARENA_ARRAY(l->scratch, p->nagencies + 1, size_t);
    if (!parent)
        return arena_err(l->scratch);
    for (size_t i = 0; i < p->nagencies; i++)
        parent[i] = agency_at(l, p->agencies[i].parent);
    TRY(find_circle(l, parent, p->nagencies, &circle));
    if (circle == SIZE_MAX)
        return OK;
    const struct agency *a = &p->agencies[circle];
    return fault_add(&l->faults, a->file, a->line, "agency \"%s\" is its own parent", a->id);
}

static const struct key agencies_keys[] = {
    {"agencies", SHAPE_LIST, KEY_REQUIRED | KEY_SOME, AT_LIST(pack, agencies, nagencies),
     .form = &agency_form},
};
const struct form agencies_form = {
    .what = "agencies.yaml", .keys = agencies_keys, .nkeys = LEN(agencies_keys), .check = agencies_check};

/* ---- offices ----------------------------------------------------------------------------------------- */
static enum err office_done(struct load *l, const struct yaml *y, void *record)
{
    const struct office *o = record;
    return check_span(l, y, o->from, o->until);
}

static enum err office_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)owner;
    const struct office *o = record;
    const struct name *up = *o->parent ? name_find(l, NAME_OFFICE, 0, str_of(o->parent)) : NULL;
    const struct office *parent = up ? up->object : NULL;
    if (parent && parent->agency && o->agency && parent->agency != o->agency)
        return fault_add(&l->faults, AT_FAULT(y),
                         "office \"%s\": its parent \"%s\" belongs to another agency", o->id, parent->id);
    return OK;
}

static const struct key office_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(office, id), .space = NAME_OFFICE},
    {"agency", SHAPE_LINK, KEY_REQUIRED, AT(office, agency), .space = NAME_AGENCY},
    {"name", SHAPE_TEXT, KEY_REQUIRED, AT(office, name)},
    {"prefecture", SHAPE_CODE, KEY_REFERS, AT(office, prefecture), .space = NAME_CODE, .list = "prefecture"},
    {"parent", SHAPE_ID, KEY_REFERS, AT(office, parent), .space = NAME_OFFICE},
    {"function", SHAPE_TEXT, 0, AT(office, function)},
    {"from", SHAPE_DAY, 0, AT(office, from)},
    {"until", SHAPE_DAY, 0, AT(office, until)},
    {"evidence", SHAPE_PLAIN, 0, AT(office, evidence)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(office, evidence), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(office, verified)},
};
static const struct form office_form = {FORM("an office", office, office_keys),
                                        .one_of = {"evidence", "source"}, .done = office_done,
                                        .check = office_check};

static enum err jurisdiction_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    const struct jurisdiction *j = record;
    const struct pack *p = owner;
    if (j->office && j->office->agency && j->agency && j->office->agency != j->agency)
        TRY(fault_add(&l->faults, AT_FAULT(y), "office \"%s\" belongs to another agency", j->office->id));
    for (const struct jurisdiction *other = p->jurisdictions; other < j; other++)
        if (other->agency && other->agency == j->agency && strcmp(other->prefecture, j->prefecture) == 0)
            return fault_add(&l->faults, AT_FAULT(y), "prefecture \"%s\" has an office of \"%s\" already",
                             j->prefecture, j->agency->id);
    return OK;
}

static const struct key jurisdiction_keys[] = {
    {"prefecture", SHAPE_CODE, KEY_REQUIRED | KEY_REFERS, AT(jurisdiction, prefecture), .space = NAME_CODE,
     .list = "prefecture"},
    {"agency", SHAPE_LINK, KEY_REQUIRED, AT(jurisdiction, agency), .space = NAME_AGENCY},
    {"office", SHAPE_LINK, KEY_REQUIRED, AT(jurisdiction, office), .space = NAME_OFFICE},
    {"evidence", SHAPE_PLAIN, 0, AT(jurisdiction, evidence)},
    {"source", SHAPE_ID, KEY_REFERS | KEY_ELSE, AT(jurisdiction, evidence), .space = NAME_SOURCE},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(jurisdiction, verified)},
};
static const struct form jurisdiction_form = {FORM("a jurisdiction", jurisdiction, jurisdiction_keys),
                                              .one_of = {"evidence", "source"}, .check = jurisdiction_check};

static enum err offices_check(struct load *l, const struct yaml *y, void *record, const void *owner)
{
    (void)record, (void)owner;
    const struct pack *p = l->pack;
    size_t circle, *parent = ARENA_ARRAY(l->scratch, p->noffices + 1, size_t);
    if (!parent)
        return arena_err(l->scratch);
    for (size_t i = 0; i < p->noffices; i++) {
        const char *id = p->offices[i].parent;
        const struct name *n = *id ? name_find(l, NAME_OFFICE, 0, str_of(id)) : NULL;
        parent[i] = n && n->object ? (size_t)((const struct office *)n->object - p->offices) : SIZE_MAX;
    }
    TRY(find_circle(l, parent, p->noffices, &circle));
    if (circle == SIZE_MAX)
        return OK;
    const struct name *n = name_find(l, NAME_OFFICE, 0, str_of(p->offices[circle].id));
    return fault_add(&l->faults, y->file, n ? n->line : y->line, "office \"%s\" is its own parent",
                     p->offices[circle].id);
}

static const struct key offices_keys[] = {
    {"offices", SHAPE_LIST, KEY_REQUIRED, AT_LIST(pack, offices, noffices), .form = &office_form},
    {"jurisdictions", SHAPE_LIST, 0, AT_LIST(pack, jurisdictions, njurisdictions),
     .form = &jurisdiction_form},
};
const struct form offices_form = {
    .what = "offices.yaml", .keys = offices_keys, .nkeys = LEN(offices_keys), .check = offices_check};

/* ---- contact points ---------------------------------------------------------------------------------- */
static enum err opening_done(struct load *l, const struct yaml *y, void *record)
{
    const struct opening *o = record;
    if (o->until_minute >= 0 && o->until_minute <= o->from_minute && given(y, "from") && given(y, "until"))
        return fault_add(&l->faults, AT_FAULT(y), "\"until\" must be later than \"from\"");
    return OK;
}

static const struct key opening_keys[] = {
    {"days", SHAPE_READ, KEY_REQUIRED | KEY_SOME, AT(opening, days), .read = read_days},
    {"from", SHAPE_READ, KEY_REQUIRED, AT(opening, from_minute), .read = read_minute},
    {"until", SHAPE_READ, KEY_REQUIRED, AT(opening, until_minute), .read = read_minute},
    {"languages", SHAPE_CODE, KEY_REFERS | KEY_LIST, AT_LIST(opening, languages, nlanguages),
     .space = NAME_CODE, .list = "language"},
    {"holidays", SHAPE_BOOL, 0, AT(opening, holidays)},
};
static const struct form opening_form = {FORM("opening hours", opening, opening_keys), .done = opening_done};

static const struct key line_keys[] = {
    {"language", SHAPE_CODE, KEY_REQUIRED | KEY_REFERS, AT(contact_line, language), .space = NAME_CODE,
     .list = "language"},
    {"number", SHAPE_PLAIN, KEY_REQUIRED, AT(contact_line, number)},
    {"days", SHAPE_TEXT, 0, AT(contact_line, days)},
    {"hours", SHAPE_TEXT, 0, AT(contact_line, hours)},
};
static const struct form line_form = {FORM("a line", contact_line, line_keys)};

/* The words are kept as they stand; a wrong weekday is left out. */
static enum err read_day_words(struct load *l, const struct key *k, const struct yaml *y, void *record)
{
    struct contact_point *c = record;
    uint8_t bits = 0;
    struct key in_bits = {.name = k->name};
    TRY(read_days(l, &in_bits, y, &bits));
    char text[sizeof "mon;tue;wed;thu;fri;sat;sun"] = "";
    for (int i = 0, n = 0; i < 7; i++)
        if (bits & 1u << (i + 1))
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%s", n ? ";" : "", day_words.list[i]);
    return decode_text(l, str_of(text), &c->days);
}

static enum err contact_point_done(struct load *l, const struct yaml *y, void *record)
{
    struct contact_point *c = record;
    if (!c->days)
        c->days = "";
    if (c->public_ok && !c->verified)
        return fault_add(
            &l->faults, AT_FAULT(y),
            "\"public_ok\" asks for \"verified: true\": what nobody opened is not shown to the public");
    return OK;
}

static const struct key contact_point_keys[] = {
    {"id", SHAPE_ID, KEY_REQUIRED | KEY_DEFINES, AT(contact_point, id), .space = NAME_CONTACT},
    {"name", SHAPE_TEXT, KEY_REQUIRED, AT(contact_point, name)},
    {"agency", SHAPE_LINK, 0, AT(contact_point, agency), .space = NAME_AGENCY},
    {"number", SHAPE_PLAIN, KEY_REQUIRED | KEY_BLANK_OK, AT(contact_point, number)},
    {"other_numbers", SHAPE_TEXT, 0, AT(contact_point, other_numbers)},
    {"channels", SHAPE_CODE, KEY_REFERS | KEY_LIST | KEY_JOINED, AT(contact_point, channels),
     .space = NAME_CODE, .list = "channel"},
    {"languages", SHAPE_CODE, KEY_REFERS | KEY_LIST, AT_LIST(contact_point, languages, nlanguages),
     .space = NAME_CODE, .list = "language"},
    {"languages_note", SHAPE_TEXT, 0, AT(contact_point, languages_note)},
    {"days", SHAPE_READ, 0, AT(contact_point, days), .read = read_day_words},
    {"hours", SHAPE_TEXT, 0, AT(contact_point, hours)},
    {"open", SHAPE_LIST, 0, AT_LIST(contact_point, open, nopen), .form = &opening_form},
    {"lines", SHAPE_LIST, 0, AT_LIST(contact_point, lines, nlines), .form = &line_form},
    {"routing", SHAPE_TEXT, 0, AT(contact_point, routing)},
    {"note", SHAPE_TEXT, 0, AT(contact_point, note)},
    {"url", SHAPE_PLAIN, 0, AT(contact_point, url)},
    {"evidence", SHAPE_PLAIN, KEY_REQUIRED, AT(contact_point, evidence)},
    {"last_verified", SHAPE_DAY, 0, AT(contact_point, last_verified)},
    {"verified", SHAPE_BOOL, KEY_REQUIRED, AT(contact_point, verified)},
    {"public_ok", SHAPE_BOOL, KEY_REQUIRED, AT(contact_point, public_ok)},
};
static const struct form contact_point_form = {FORM("a contact point", contact_point, contact_point_keys),
                                               .done = contact_point_done};

static const struct key contact_points_keys[] = {
    {"contact_points", SHAPE_LIST, KEY_REQUIRED, AT_LIST(pack, contact_points, ncontact_points),
     .form = &contact_point_form},
};
const struct form contact_points_form = {
    .what = "contact-points.yaml", .keys = contact_points_keys, .nkeys = LEN(contact_points_keys)};
