/* SPDX-License-Identifier: Apache-2.0 */
/* paxlst.c - PAXLST of UN/EDIFACT and of the US dialect. What a segment belongs to is the last NAD, TDT or
 * DOC before it; inside of that any order does. */
#include "screening/edifact/parser.h"

enum err paxlst_flush(struct parser *p)
{
    struct traveller *t = p->t;
    p->t = NULL;
    p->doc = NULL;
    if (!t)
        return OK;
    TRY(deliver(p, t));
    forget(p);
    return OK;
}

/* ---- NAD
 * ---------------------------------------------------------------------------------------------------------
 */

static const struct {
    char qualifier[4];
    const char *role;
} roles[] = {
    {"FL", "passenger"},
    {"FM", "crew"},
    {"DDU", "transit_passenger"},
    {"DDT", "transit_crew"},
};

static const char *role_of(struct str qualifier)
{
    uint32_t code = code_of(qualifier);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (code_is(code, roles[i].qualifier))
            return roles[i].role;
    return NULL;
}

static bool is_party(struct str qualifier)
{
    return IS(qualifier, "MS") || IS(qualifier, "MR") || IS(qualifier, "COT");
}

static void nad_address(struct parser *p, struct traveller *t)
{
    bool any = false;
    for (size_t e = 5; e <= 9; e++)
        for (size_t n = 1; n <= edifact_parts(p->s, e); n++)
            any |= part(p, e, n).n > 0;
    struct travel_address *a = any ? APPEND(p, p->memory, t->addresses) : NULL;
    if (!a)
        return;
    a->source = "NAD";
    a->street = keep_part(p, p->memory, 5, 1);
    a->city = keep_part(p, p->memory, 6, 1);
    a->region = keep_part(p, p->memory, 7, part(p, 7, 1).n ? 1 : 4);
    a->postcode = keep_part(p, p->memory, 8, 1);
    a->country = keep_part(p, p->memory, 9, 1);
    check_country(p, part(p, 9, 1), 9);
}

/* The parts of an element from the third on, with a blank between them. */
static struct str joined(struct parser *p, size_t e)
{
    size_t n = 0, most = p->s->raw.n + 1;
    char *to = arena_alloc(p->memory, most);
    if (!to)
        tell(p, ODD_TOO_MUCH, e);
    for (size_t i = 3; to && i <= edifact_parts(p->s, e); i++) {
        struct str more = part(p, e, i);
        if (!more.n)
            continue;
        if (n)
            to[n++] = ' ';
        memcpy(to + n, more.p, more.n);
        n += more.n;
    }
    return (struct str){to ? to : "", n};
}

/* Surname, given name, middle name; what follows belongs to the middle name. */
static void nad_name(struct parser *p, struct traveller *t, size_t e)
{
    struct str middle = part(p, e, 3);
    if (edifact_parts(p->s, e) > 3)
        middle = joined(p, e);
    take_name(p, t, part(p, e, 1), part(p, e, 2), middle, "NAD");
}

static bool has_name(const struct parser *p, size_t e)
{
    return part(p, e, 1).n || part(p, e, 2).n || part(p, e, 3).n;
}

static enum err nad(struct parser *p)
{
    struct str qualifier = part(p, 1, 1);
    const char *role = role_of(qualifier);
    TRY(paxlst_flush(p));
    p->at = AT_SENDER;
    if (is_party(qualifier))
        return OK;
    if (!role) {
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
        if (!has_name(p, 4) && !has_name(p, 3))
            return OK;
    }
    p->t = traveller_new(p, role ? role : "unknown");
    if (!p->t)
        return OK;
    p->at = AT_TRAVELLER;
    p->t->qualifier = keep(p, p->memory, qualifier);
    size_t e = has_name(p, 4) ? 4 : has_name(p, 3) ? 3 : role && has_name(p, 2) ? 2 : 0;
    if (e == 2 || e == 3)
        tell(p, ODD_MISPLACED, e);
    if (e)
        nad_name(p, p->t, e);
    nad_address(p, p->t);
    return OK;
}

/* ---- the flight
 * -------------------------------------------------------------------------------------------------- */

/* TDT+20+ZZ123+++ZZ, in the US dialect TDT++SA812+40+SA. */
static void tdt(struct parser *p)
{
    struct arena *a = p->message_memory;
    struct travel_leg *leg = APPEND(p, a, p->m.common.legs);
    bool us = p->m.type == TRAVEL_PAXLST_US;
    struct str flight = part(p, 2, 1), carrier = part(p, us ? 4 : 5, 1);
    p->at = AT_FLIGHT;
    p->leg = leg;
    p->leg_arrives = false;
    if (!leg)
        return;
    leg->flight = keep(p, a, flight);
    leg->carrier = keep(p, a, carrier.n ? carrier : take_flight_carrier(flight));
    if (!flight.n)
        tell(p, ODD_EMPTY_VALUE, 2);
    if (carrier.n && take_flight_carrier(flight).n && !str_starts(flight, leg->carrier.p))
        tell(p, ODD_VALUES_DIFFER, us ? 4 : 5);
    if (part(p, 1, 1).n && !str_is(part(p, 1, 1), "20"))
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
}

static void another_leg(struct parser *p, struct str from)
{
    struct travel_leg *leg = APPEND(p, p->message_memory, p->m.common.legs);
    if (!leg)
        return;
    leg->flight = p->leg->flight;
    leg->carrier = p->leg->carrier;
    leg->from = from;
    p->leg = leg;
}

/* A stop: the first is where a leg begins, the second where it ends; a third makes another leg of the same
 * flight. */
static void stop(struct parser *p, struct str place, bool departs, bool arrives)
{
    struct arena *a = p->message_memory;
    if (!p->leg) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    if (departs || (!arrives && !p->leg->from.n)) {
        if (p->leg->from.n && p->leg->to.n)
            another_leg(p, p->leg->to);
        p->leg->from = keep(p, a, place);
        p->leg_arrives = false;
    } else {
        if (p->leg->to.n)
            another_leg(p, p->leg->to);
        p->leg->to = keep(p, a, place);
        p->leg_arrives = true;
    }
}

static void flight_place(struct parser *p, struct str qualifier, struct str place)
{
    if (IS(qualifier, "125") || IS(qualifier, "5"))
        stop(p, place, true, false);
    else if (IS(qualifier, "87") || IS(qualifier, "8"))
        stop(p, place, false, true);
    else if (IS(qualifier, "92") || IS(qualifier, "130") || IS(qualifier, "PT"))
        stop(p, place, false, false);
    else
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
}

static void flight_time(struct parser *p, struct str qualifier, size_t element, size_t n)
{
    static const char *const departing[] = {"189", "133", "136"};
    static const char *const arriving[] = {"232", "132", "178"};
    bool departs = false, arrives = false;
    for (size_t i = 0; i < sizeof departing / sizeof *departing; i++) {
        departs |= str_is(qualifier, departing[i]);
        arrives |= str_is(qualifier, arriving[i]);
    }
    struct travel_date at = take_date(p, p->message_memory, part(p, element, n), YEAR_FIRST, NEAR, element);
    if (p->m.type == TRAVEL_PAXLST_US)
        take_time(p, &at, part(p, 3, 1), 3);
    if (!p->leg) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    if (!departs && !arrives)
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
    if (arrives || (!departs && p->leg_arrives))
        p->leg->arrives = at;
    else
        p->leg->departs = at;
    if (at.date.year && !arrives)
        p->about = at.date;
}

/* ---- of a traveller
 * ---------------------------------------------------------------------------------------------- */

static const struct {
    char qualifier[4];
    const char *kind;
} places[] = {
    {"174", "residence"}, {"178", "embarkation"}, {"179", "debarkation"}, {"22", "first_arrival"},
    {"180", "birth"},     {"9", "loading"},       {"11", "discharge"},
};

static void traveller_place(struct parser *p, struct str qualifier)
{
    const char *kind = NULL;
    uint32_t numbered = code_of(qualifier);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (code_is(numbered, places[i].qualifier))
            kind = places[i].kind;
    if (!kind)
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
    struct str code = part(p, 2, 1), text = part(p, 2, 4);
    if (!code.n && !text.n) {
        tell(p, ODD_EMPTY_VALUE, 2);
        return;
    }
    struct travel_place *place = APPEND(p, p->memory, p->t->places);
    if (!place)
        return;
    place->kind = kind ? kind : "other";
    place->code = keep(p, p->memory, code);
    place->text = keep(p, p->memory, text);
}

static void loc(struct parser *p)
{
    struct str qualifier = part(p, 1, 1), place = part(p, 2, 1);
    if (p->t && IS(qualifier, "91")) {
        if (!p->doc)
            tell(p, ODD_MISPLACED, 0);
        else if (!place.n)
            tell(p, ODD_EMPTY_VALUE, 2);
        else {
            check_country(p, place, 2);
            p->doc->issuer = keep(p, p->memory, place);
        }
    } else if (p->t) {
        traveller_place(p, qualifier);
    } else {
        flight_place(p, qualifier, place);
    }
}

static void traveller_date(struct parser *p, struct str qualifier, struct str text)
{
    if (IS(qualifier, "329"))
        take_birth(p, p->t, take_date(p, p->memory, text, YEAR_FIRST, NOT_AFTER, 1), 1);
    else if (IS(qualifier, "36") && p->doc)
        p->doc->expiry = take_date(p, p->memory, text, YEAR_FIRST, NEAR, 1);
    else if (IS(qualifier, "182") && p->doc)
        p->doc->issued = take_date(p, p->memory, text, YEAR_FIRST, NOT_AFTER, 1);
    else if (IS(qualifier, "36") || IS(qualifier, "182"))
        tell(p, ODD_MISPLACED, 1);
    else
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
}

static void dtm(struct parser *p)
{
    struct str qualifier = part(p, 1, 1);
    bool us = p->m.type == TRAVEL_PAXLST_US;
    if (!part(p, us ? 2 : 1, us ? 1 : 2).n)
        tell(p, ODD_EMPTY_VALUE, 1);
    else if (p->t && !us)
        traveller_date(p, qualifier, part(p, 1, 2));
    else if (p->at == AT_FLIGHT)
        flight_time(p, qualifier, us ? 2 : 1, us ? 1 : 2);
    else if (p->at == AT_SENDER)
        tell(p, ODD_MISPLACED, 0);
}

static void doc(struct parser *p)
{
    struct str number = part(p, 2, 1), type = part(p, 1, 1);
    p->doc = NULL;
    if (!p->t) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    if (!number.n)
        tell(p, ODD_EMPTY_VALUE, 2);
    p->doc = APPEND(p, p->memory, p->t->documents);
    if (!p->doc)
        return;
    p->doc->source = "DOC";
    p->doc->type = keep(p, p->memory, type);
    p->doc->number = keep(p, p->memory, number);
}

static void reference(struct parser *p)
{
    static const char known[][4] = {"AVF", "ABO", "SEA", "AEA", "CR", "TN", "YZY", "AF", "ABA", "ACT", "AHP"};
    struct str qualifier = part(p, 1, 1), value = part(p, 1, 2);
    uint32_t code = code_of(qualifier);
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found |= code_is(code, known[i]);
    if (!found)
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
    if (!value.n) {
        tell(p, ODD_EMPTY_VALUE, 1);
        return;
    }
    struct arena *a = p->t ? p->memory : p->message_memory;
    if (p->t && IS(qualifier, "SEA")) {
        struct travel_seat *seat = APPEND(p, a, p->t->seats);
        if (seat)
            *seat = (struct travel_seat){.seat = keep(p, a, value), .from = {"", 0}, .to = {"", 0}};
        return;
    }
    struct travel_reference *r = p->t ? APPEND(p, a, p->t->references) : APPEND(p, a, p->m.common.references);
    if (!r)
        return;
    r->qualifier = keep(p, a, qualifier);
    r->value = keep(p, a, value);
    if (p->t && IS(qualifier, "ABO") && !p->t->reference.n)
        p->t->reference = r->value;
}

static void communication(struct parser *p)
{
    struct arena *a = p->t ? p->memory : p->message_memory;
    for (size_t e = 1; e < p->s->nelements; e++) {
        struct str value = part(p, e, 1), type = part(p, e, 2);
        const char *kind = IS(type, "TE")   ? "telephone"
                           : IS(type, "EM") ? "email"
                           : IS(type, "FX") ? "fax"
                                            : "other";
        if (value.n && strcmp(kind, "other") == 0)
            tell(p, ODD_UNKNOWN_QUALIFIER, e);
        struct travel_contact *c = take_contact(p, p->t, &p->m.common, a, "other", value, "COM");
        if (c && strcmp(c->kind, "other") == 0)
            c->kind = kind; /* PAXLST writes addresses as they are */
    }
}

/* Bags: MEA+CT++2, MEA+WT++KGM:80, FTX+BAG+++TAG:3 */
static void baggage(struct parser *p)
{
    struct str what = part(p, 1, 1);
    bool text = edifact_is(p->s, "FTX");
    if (!p->t) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    if (text ? !IS(what, "BAG") : !IS(what, "CT") && !IS(what, "WT")) {
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
        return;
    }
    struct travel_bag *bag = p->t->bags.last;
    bool same = bag && !text && !bag->tag.n && (IS(what, "CT") ? !bag->pieces.n : !bag->weight.n);
    bag = same ? bag : APPEND(p, p->memory, p->t->bags);
    if (!bag)
        return;
    if (text) {
        bag->tag = keep_part(p, p->memory, 4, 1);
        bag->pieces = keep_part(p, p->memory, 4, 2);
    } else if (IS(what, "CT")) {
        bag->pieces = keep_part(p, p->memory, 3, 2);
        if (!bag->pieces.n)
            bag->pieces = keep_part(p, p->memory, 3, 1);
    } else {
        bag->unit = keep_part(p, p->memory, 3, 1);
        bag->weight = keep_part(p, p->memory, 3, 2);
    }
}

/* PDT+P/121234324:980701:US+JONES:INDIANA::351230:M+PAX+USLAX:NZAKL, which is a whole traveller. */
static enum err pdt(struct parser *p)
{
    struct str document = part(p, 1, 1), type, status = part(p, 3, 1);
    TRY(paxlst_flush(p));
    p->at = AT_TRAVELLER;
    struct traveller *t = traveller_new(p, IS(status, "CRW")   ? "crew"
                                           : IS(status, "ITI") ? "transit_passenger"
                                                               : "passenger");
    p->t = t;
    if (!t)
        return OK;
    t->qualifier = keep(p, p->memory, status);
    if (has_name(p, 2))
        take_name(p, t, part(p, 2, 1), part(p, 2, 2), part(p, 2, 3), "PDT");
    take_birth(p, t, take_date(p, p->memory, part(p, 2, 4), YEAR_FIRST, NOT_AFTER, 2), 2);
    take_sex(p, t, part(p, 2, 5), 2);
    struct travel_document *d = document.n ? APPEND(p, p->memory, t->documents) : NULL;
    if (d && str_find(document, '/') >= 0) {
        str_cut(&document, '/', &type);
        d->type = keep(p, p->memory, type);
    }
    if (d) {
        d->source = "PDT";
        d->number = keep(p, p->memory, document);
        d->expiry = take_date(p, p->memory, part(p, 1, 2), YEAR_FIRST, NEAR, 1);
        d->issuer = keep_part(p, p->memory, 1, 3);
        check_country(p, part(p, 1, 3), 1);
    }
    for (size_t n = 1; n <= 2; n++)
        if (part(p, 4, n).n) {
            struct travel_place *place = APPEND(p, p->memory, t->places);
            if (place)
                *place = (struct travel_place){.kind = n == 1 ? "embarkation" : "debarkation",
                                               .code = keep_part(p, p->memory, 4, n),
                                               .text = {"", 0}};
        }
    return OK;
}

static void control_count(struct parser *p)
{
    struct str what = part(p, 1, 1);
    int64_t n;
    if (!IS(what, "42") && !IS(what, "41"))
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
    else if (str_i64(part(p, 1, 2), 0, INT64_MAX, &n) != OK)
        tell(p, ODD_BAD_NUMBER, 1);
    else {
        p->said = (p->has_said ? p->said : 0) + (n < INT32_MAX ? n : INT32_MAX); /* passengers and crew */
        p->has_said = true;
    }
}

static void of_traveller(struct parser *p)
{
    const struct edifact_segment *s = p->s;
    struct traveller *t = p->t;
    if (!t) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    if (edifact_is(s, "ATT")) {
        struct str what = part(p, 1, 1);
        if (IS(what, "2"))
            take_sex(p, t, part(p, 3, 1), 3);
        else
            tell(p, ODD_UNKNOWN_QUALIFIER, 1);
    } else if (edifact_is(s, "NAT")) {
        take_nationality(p, t, part(p, 2, 1), "NAT", 2);
        if (!part(p, 2, 1).n)
            tell(p, ODD_EMPTY_VALUE, 2);
    } else if (edifact_is(s, "GEI")) {
        t->verified = str_is(part(p, 2, 1), "173");
        if (!t->verified && !str_is(part(p, 2, 1), "174"))
            tell(p, ODD_UNKNOWN_QUALIFIER, 2);
    } else if (edifact_is(s, "EMP")) {
        struct travel_reference *r = APPEND(p, p->memory, t->references);
        if (r) {
            r->qualifier = (struct str){"EMP", 3};
            r->value = keep_part(p, p->memory, 2, 1);
        }
    }
}

static const struct {
    const char *tag;
    void (*take)(struct parser *p);
} takers[] = {
    {"LOC", loc},           {"DTM", dtm},          {"RFF", reference},    {"COM", communication},
    {"TDT", tdt},           {"DOC", doc},          {"MEA", baggage},      {"FTX", baggage},
    {"ATT", of_traveller},  {"NAT", of_traveller}, {"GEI", of_traveller}, {"EMP", of_traveller},
    {"CNT", control_count},
};

enum err paxlst_segment(struct parser *p)
{
    const struct edifact_segment *s = p->s;
    if (edifact_is(s, "NAD"))
        return nad(p);
    if (edifact_is(s, "PDT"))
        return pdt(p);
    if (edifact_is(s, "BGM")) {
        p->m.purpose = keep_part(p, p->message_memory, 1, 1);
        p->m.document = keep_part(p, p->message_memory, 2, 1);
        return OK;
    }
    if (edifact_is(s, "TDT") || edifact_is(s, "CNT"))
        TRY(paxlst_flush(p)); /* a group of its own */
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (edifact_is(s, takers[i].tag)) {
            takers[i].take(p);
            return OK;
        }
    if (!edifact_is(s, "CTA") && !edifact_is(s, "CPI") && !edifact_is(s, "QTY"))
        tell(p, ODD_UNKNOWN_SEGMENT, 0);
    return OK;
}
