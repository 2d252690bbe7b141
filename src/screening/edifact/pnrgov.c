/* SPDX-License-Identifier: Apache-2.0 */
/* pnrgov.c - reservations: SRC begins one, the first TVL behind travellers its flights, ABI its history. A
 * traveller who is named again at check-in is the same one; one who is named in the history alone is given
 * and marked. */
#include "screening/edifact/parser.h"

/* Few travellers are looked through one by one; when there are more, all are indexed. */
#define FEW 16

static uint64_t bucket(struct str a, struct str b)
{
    return (str_hash(a) * 31 + (b.n ? str_hash(b) : 0)) % BUCKETS;
}

static void index_reset(struct parser *p)
{
    if (p->together > FEW) {
        memset(p->by_reference, 0, sizeof p->by_reference);
        memset(p->by_name, 0, sizeof p->by_name);
    }
    p->together = 0;
}

static void index_add(struct parser *p, struct traveller *t)
{
    const struct travel_name *n = t->names.first;
    struct str none = {"", 0};
    struct traveller **at = &p->by_reference[bucket(t->reference, none)];
    t->same_reference = *at;
    *at = t;
    at = &p->by_name[n ? bucket(n->surname, n->given) : bucket(none, none)];
    t->same_name = *at;
    *at = t;
}

enum err pnrgov_flush(struct parser *p)
{
    struct traveller *next;
    for (struct traveller *t = p->first; t; t = next) {
        next = t->next;
        TRY(deliver(p, t));
    }
    index_reset(p);
    p->first = p->last = NULL;
    p->common = NULL;
    p->leg = NULL;
    p->t = NULL;
    p->change = (struct travel_change){0};
    forget(p);
    return OK;
}

static struct travel_common *common(struct parser *p)
{
    if (!p->common)
        p->common = ARENA_NEW(p->memory, struct travel_common);
    return p->common ? p->common : &p->m.common;
}

static struct arena *common_memory(struct parser *p)
{
    return common(p) == &p->m.common ? p->message_memory : p->memory;
}

/* ---- travellers
 * -------------------------------------------------------------------------------------------------- */

static bool has_reference(const struct traveller *t, struct str reference)
{
    return str_eq(t->reference, reference);
}

/* The last who has it. */
struct traveller *find_reference(struct parser *p, struct str reference)
{
    struct traveller *found = NULL;
    if (!reference.n)
        return NULL;
    if (p->together > FEW) {
        found = p->by_reference[bucket(reference, (struct str){"", 0})];
        while (found && !has_reference(found, reference))
            found = found->same_reference;
        return found;
    }
    for (struct traveller *t = p->first; t; t = t->next)
        if (has_reference(t, reference))
            found = t;
    return found;
}

static bool has_first_name(const struct traveller *t, struct str surname, struct str given)
{
    const struct travel_name *n = t->names.first;
    return n && str_eq(n->surname, surname) && str_eq(n->given, given);
}

struct traveller *find_name(struct parser *p, struct str surname, struct str given)
{
    struct traveller *found = NULL;
    if (p->together > FEW) {
        found = p->by_name[bucket(surname, given)];
        while (found && !has_first_name(found, surname, given))
            found = found->same_name;
        return found;
    }
    for (struct traveller *t = p->first; t; t = t->next)
        if (has_first_name(t, surname, given))
            found = t;
    return found;
}

struct traveller *reservation_add(struct parser *p, struct str surname, struct str given,
                                  struct str reference, const char *source)
{
    struct traveller *t = traveller_new(p, "passenger");
    if (!t)
        return NULL;
    t->common = common(p);
    t->reference = keep(p, p->memory, reference);
    if (surname.n || given.n)
        take_name(p, t, surname, given, (struct str){"", 0}, source);
    if (p->last)
        p->last->next = t;
    else
        p->first = t;
    p->last = t;
    if (++p->together > FEW + 1)
        index_add(p, t);
    else if (p->together == FEW + 1)
        for (struct traveller *each = p->first; each; each = each->next)
            index_add(p, each);
    return t;
}

static void note_change(struct parser *p, struct traveller *t)
{
    struct travel_change *c =
        p->part == IN_HISTORY && p->change.action.n ? APPEND(p, p->memory, t->changes) : NULL;
    if (!c)
        return;
    c->action = p->change.action;
    c->at = p->change.at;
}

static void kind_of_traveller(struct parser *p, struct traveller *t, struct str type)
{
    t->qualifier = keep(p, p->memory, type);
    t->infant |= IS(type, "IN") || IS(type, "INF") || IS(type, "INS");
}

/* One given name of a TIF: KAYLAMS:A:43578:1 */
static void tif_given(struct parser *p, struct str surname, size_t e)
{
    struct str given = part(p, e, 1), type = part(p, e, 2), reference = part(p, e, 3);
    struct traveller *t = find_reference(p, reference);
    bool known = p->part != IN_RESERVATION;
    if (t && t->names.first && !has_first_name(t, surname, given)) {
        tell_of(p, ODD_REFERENCE_TWICE, e, t);
        t = NULL;
    }
    if (!t && known)
        t = find_name(p, surname, given);
    if (!t) {
        t = reservation_add(p, surname, given, reference, "TIF");
        if (!t)
            return;
        t->history = p->part == IN_HISTORY;
        if (t->history)
            tell_of(p, ODD_FROM_HISTORY, 1, t);
        else if (p->part == IN_FLIGHTS)
            tell_of(p, ODD_NO_TRAVELLER, 1, t); /* checked in, and not in the reservation */
        kind_of_traveller(p, t, type.n ? type : part(p, 1, 2));
    }
    t->with_infant |= part(p, e, 4).n > 0;
    note_change(p, t);
    p->t = t;
}

/* The flight of the message is not the last flight of the reservation: its memory is another. */
static void leave_header(struct parser *p)
{
    if (p->part != IN_HEADER)
        return;
    p->part = IN_RESERVATION;
    p->leg = NULL;
}

static enum err tif(struct parser *p)
{
    struct str surname = part(p, 1, 1);
    if (p->together >= TRAVEL_MAX_TOGETHER || arena_used(p->memory) > (48u << 20)) {
        tell_of(p, ODD_RESERVATION_LARGE, 0, NULL);
        TRY(pnrgov_flush(p));
    }
    leave_header(p);
    size_t elements = p->s->nelements;
    if (elements <= 2) {
        tif_given(p, surname, 2);
        if (p->t && str_is(part(p, 1, 2), "G")) {
            p->t->role = "group";
            tell_of(p, ODD_GROUP_NAME, 1, p->t);
        }
        return OK;
    }
    for (size_t e = 2; e < elements; e++)
        if (e == 2 || part(p, e, 1).n)
            tif_given(p, surname, e);
    return OK;
}

/* ---- flights
 * ----------------------------------------------------------------------------------------------------- */

static void leg_times(struct parser *p, struct arena *a, struct travel_leg *leg)
{
    leg->departs = take_date(p, a, part(p, 1, 1), DAY_FIRST, NEAR, 1);
    take_time(p, &leg->departs, part(p, 1, 2), 1);
    struct str arrives = part(p, 1, 3), time = part(p, 1, 4);
    if (arrives.n == 4 && !time.n) {
        tell(p, ODD_BAD_DATE, 1); /* the time stands where the day belongs */
        time = arrives;
        arrives.n = 0;
    }
    leg->arrives = take_date(p, a, arrives, DAY_FIRST, NEAR, 1);
    take_time(p, &leg->arrives, time, 1);
}

/* TVL+121210:0915::1230+LHR+JFK+DL:AF+324:B; TVL+++++972:M names the operating carrier's flight of the one
 * before. */
static void tvl(struct parser *p)
{
    bool header = p->part == IN_HEADER;
    struct travel_common *to = header ? &p->m.common : common(p);
    struct arena *a = header ? p->message_memory : common_memory(p);
    if (!part(p, 1, 1).n && !part(p, 2, 1).n && !part(p, 3, 1).n && !part(p, 4, 1).n && p->leg) {
        p->leg->operating_flight = keep_part(p, a, 5, 1);
        return;
    }
    struct travel_leg *leg = APPEND(p, a, to->legs);
    p->leg = leg;
    if (!leg)
        return;
    leg->history = p->part == IN_HISTORY;
    leg->other = p->other;
    leg_times(p, a, leg);
    leg->from = keep_part(p, a, 2, 1);
    leg->to = keep_part(p, a, 3, 1);
    leg->carrier = keep_part(p, a, 4, 1);
    leg->operating_carrier = keep_part(p, a, 4, 2);
    leg->flight = keep_part(p, a, 5, 1);
    if (!leg->from.n && !leg->to.n && !leg->flight.n)
        tell(p, ODD_EMPTY_VALUE, 0);
    if (header && leg->departs.date.year)
        p->about = leg->departs.date;
    if (p->part == IN_RESERVATION)
        p->part = IN_FLIGHTS;
}

static struct arena *leg_memory(struct parser *p)
{
    return p->part == IN_HEADER ? p->message_memory : common_memory(p);
}

static void operating(struct parser *p) /* TRA+SK+1524:W */
{
    struct arena *a = leg_memory(p);
    if (!p->leg) {
        tell(p, ODD_MISPLACED, 0);
        return;
    }
    p->leg->operating_carrier = keep_part(p, a, 1, 1);
    p->leg->operating_flight = keep_part(p, a, 2, 1);
}

static void status(struct parser *p) /* RPI+1+HK */
{
    if (p->leg && part(p, 2, 1).n)
        p->leg->status = keep_part(p, leg_memory(p), 2, 1);
}

/* ---- reservation
 * ------------------------------------------------------------------------------------------------- */

static void locators(struct parser *p) /* RCI+1A:2LS6KP::200513:0439+KE:EDP2RW */
{
    struct travel_common *c = common(p);
    struct arena *a = common_memory(p);
    for (size_t e = 1; e < p->s->nelements; e++) {
        struct str carrier = part(p, e, 1), locator = part(p, e, 2);
        bool known = false;
        for (struct travel_reference *r = c->references.first; r; r = r->next)
            known |= str_eq(r->qualifier, carrier) && str_eq(r->value, locator);
        struct travel_reference *r = locator.n && !known ? APPEND(p, a, c->references) : NULL;
        if (r) {
            r->qualifier = keep(p, a, carrier);
            r->value = keep(p, a, locator);
        }
    }
}

/* The person whom a segment of the reservation is about: the last TIF while travellers are named, else
 * nobody. */
static struct traveller *about_whom(struct parser *p)
{
    return p->t && p->last ? p->t : NULL;
}

static void address(struct parser *p) /* ADD++700:STREET:CITY:REGION:name:COUNTRY:POSTCODE:TELEPHONE */
{
    struct traveller *t = p->part == IN_RESERVATION ? about_whom(p) : NULL;
    struct travel_common *c = common(p);
    struct arena *a = t ? p->memory : common_memory(p);
    for (size_t e = 2; e < p->s->nelements; e++) {
        bool any = false;
        for (size_t n = 2; n <= 8; n++)
            any |= part(p, e, n).n > 0;
        struct travel_address *to = !any ? NULL : t ? APPEND(p, a, t->addresses) : APPEND(p, a, c->addresses);
        if (!to)
            continue;
        to->source = "ADD";
        to->kind = keep_part(p, a, e, 1);
        to->street = keep_part(p, a, e, 2);
        to->city = keep_part(p, a, e, 3);
        to->region = keep_part(p, a, e, 4);
        to->country = keep_part(p, a, e, 6);
        to->postcode = keep_part(p, a, e, 7);
        to->telephone = keep_part(p, a, e, 8);
        take_contact(p, t, c, a, "telephone", part(p, e, 8), "ADD");
    }
}

/* IFT+4:28::YY+CTCE NAME//HOST: contacts are taken from remarks, nothing else. */
static void remark(struct parser *p)
{
    static const struct {
        char of; /* CTC and this letter */
        const char *kind;
    } kinds[] = {{'E', "email"},     {'M', "telephone"}, {'H', "telephone"}, {'T', "telephone"},
                 {'B', "telephone"}, {'R', "other"},     {'F', "fax"},       {'P', "telephone"}};
    struct traveller *t = p->part == IN_RESERVATION ? about_whom(p) : NULL;
    struct travel_common *c = common(p);
    struct arena *a = t ? p->memory : common_memory(p);
    for (size_t e = 2; e < p->s->nelements; e++) {
        struct str text = part(p, e, 1);
        size_t at = 0;
        while (at + 5 < text.n && at < 4 && memcmp(text.p + at, "CTC", 3) != 0)
            at++;
        if (at + 5 >= text.n || at == 4 || text.p[at + 4] != ' ')
            continue;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (text.p[at + 3] == kinds[i].of)
                take_contact(p, t, c, a, kinds[i].kind, str_trim(str_sub(text, at + 5, text.n)), "IFT");
    }
}

static void bags(struct parser *p) /* TBD++3:84:700++HP+KL:4074902824:3:MSP, EBD+GBP:40.00+4::N */
{
    bool whole = edifact_is(p->s, "EBD");
    struct traveller *t = whole ? NULL : about_whom(p);
    struct travel_common *c = common(p);
    struct arena *a = t ? p->memory : common_memory(p);
    struct travel_bag *bag = t ? APPEND(p, a, t->bags) : APPEND(p, a, c->bags);
    if (!bag)
        return;
    bag->pieces = keep_part(p, a, 2, 1);
    if (whole)
        return;
    bag->weight = keep_part(p, a, 2, 2);
    struct str unit = part(p, 2, 3);
    bag->unit = IS(unit, "700") ? STR("KGM") : IS(unit, "701") ? STR("LBR") : keep(p, a, unit);
    for (size_t e = 5; e < p->s->nelements; e++) {
        struct travel_bag *tag = t ? APPEND(p, a, t->bags) : APPEND(p, a, c->bags);
        if (!tag)
            return;
        tag->carrier = keep_part(p, a, e, 1);
        tag->tag = keep_part(p, a, e, 2);
        tag->pieces = keep_part(p, a, e, 3);
        tag->to = keep_part(p, a, e, 4);
    }
}

static void seat(struct parser *p) /* SSD+15A, behind the TIF of somebody who checked in */
{
    struct traveller *t = about_whom(p);
    if (!t || !part(p, 1, 1).n)
        return;
    struct travel_seat *s = APPEND(p, p->memory, t->seats);
    if (!s)
        return;
    s->seat = keep_part(p, p->memory, 1, 1);
    if (p->leg) {
        s->from = p->leg->from;
        s->to = p->leg->to;
    }
}

/* TRI++108:::1: whom the check-in that follows is of, if the reference is known. */
static void checked_in(struct parser *p)
{
    for (size_t e = 1; e < p->s->nelements; e++) {
        struct traveller *t = find_reference(p, part(p, e, 4));
        if (t)
            p->t = t;
    }
}

static void references(struct parser *p) /* FTI+DL:1234567890, REF+:38739393AN8739P */
{
    struct traveller *t = about_whom(p);
    if (!t)
        return;
    for (size_t e = 1; e < p->s->nelements; e++) {
        struct str value = part(p, e, 2);
        struct travel_reference *r = value.n ? APPEND(p, p->memory, t->references) : NULL;
        if (!r)
            continue;
        r->qualifier = edifact_is(p->s, "REF") ? STR("REF") : STR("FTI");
        r->value = keep(p, p->memory, value);
    }
}

/* ---- history
 * ----------------------------------------------------------------------------------------------------- */

static void history_begins(struct parser *p)
{
    p->part = IN_HISTORY;
    p->t = NULL;
    p->leg = NULL;
    p->change = (struct travel_change){0};
}

static void history_date(struct parser *p) /* DAT+T:230513:1813 */
{
    if (p->part != IN_HISTORY || !part(p, 1, 2).n)
        return;
    p->change.at = take_date(p, p->memory, part(p, 1, 2), DAY_FIRST, NEAR, 1);
    take_time(p, &p->change.at, str_sub(part(p, 1, 3), 0, 4), 1);
}

static void history_action(struct parser *p) /* SAC+++X */
{
    p->t = NULL;
    if (p->part != IN_HISTORY) {
        tell(p, ODD_MISPLACED, 0);
        history_begins(p);
    }
    p->change.action = keep_part(p, p->memory, 3, 1);
}

static enum err reservation_begins(struct parser *p)
{
    TRY(pnrgov_flush(p));
    p->part = IN_RESERVATION;
    p->other = false;
    p->reservation = true;
    return OK;
}

static void purpose(struct parser *p) /* MSG+:22 of the message, MSG+8 of a hotel inside of a reservation */
{
    struct arena *a = p->message_memory;
    if (p->part == IN_HEADER && !p->reservation) {
        p->m.purpose = keep_part(p, a, 1, part(p, 1, 2).n ? 2 : 1);
        return;
    }
    struct str kind = part(p, 1, 1);
    p->other = kind.n && !IS(kind, "1");
}

static const struct {
    const char *tag;
    void (*take)(struct parser *p); /* NULL: known, and nothing in it is taken */
} takers[] = {
    {"SSR", ssr_segment},    {"TVL", tvl},         {"SSD", seat},           {"TBD", bags},
    {"TRI", checked_in},     {"RPI", status},      {"RCI", locators},       {"IFT", remark},
    {"ADD", address},        {"REF", references},  {"FTI", references},     {"EBD", bags},
    {"TRA", operating},      {"LTS", lts_segment}, {"ABI", history_begins}, {"DAT", history_date},
    {"SAC", history_action}, {"MSG", purpose},     {"ORG", NULL},           {"EQN", NULL},
    {"FAR", NULL},           {"TKT", NULL},        {"MON", NULL},           {"PTK", NULL},
    {"TXD", NULL},           {"FOP", NULL},        {"APD", NULL},           {"AUT", NULL},
};

enum err pnrgov_segment(struct parser *p)
{
    const struct edifact_segment *s = p->s;
    if (edifact_is(s, "SRC"))
        return reservation_begins(p);
    if (edifact_is(s, "TIF"))
        return tif(p);
    if (edifact_is(s, "RCI") && p->part == IN_HEADER)
        leave_header(p); /* SRC is missing */
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (edifact_is(s, takers[i].tag)) {
            if (takers[i].take)
                takers[i].take(p);
            return OK;
        }
    tell(p, ODD_UNKNOWN_SEGMENT, 0);
    return OK;
}
