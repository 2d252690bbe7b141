/* SPDX-License-Identifier: Apache-2.0 */
/* travel.c - which message a segment belongs to, when it begins and ends, and how travellers leave. */
#include "base/alloc.h"
#include "screening/edifact/parser.h"

const char *travel_type_word(enum travel_type t)
{
    static const char *const words[] = {"unknown", "PAXLST", "PAXLST-US", "PNRGOV", "CUSRES"};
    return words[t];
}

/* ---- what all parts use
 * ------------------------------------------------------------------------------------------ */

void tell_of(struct parser *p, enum oddity what, size_t element, const struct traveller *t)
{
    struct diagnostic d = {.what = what, .element = (uint16_t)element, .traveller = t ? t->number : 0};
    if (p->s) {
        d.segment = p->s->number;
        d.byte = p->s->byte;
        diagnostic_tag(&d, p->s->tag);
    }
    if (what == ODD_SENSITIVE_DROPPED)
        p->m.sensitive++;
    if (p->events->diagnostic)
        p->events->diagnostic(p->events->user, &d);
}

void tell(struct parser *p, enum oddity what, size_t element)
{
    tell_of(p, what, element, p->m.type == TRAVEL_PNRGOV && p->part != IN_RESERVATION ? NULL : p->t);
}

void *list_append(struct parser *p, struct arena *a, size_t *n, void **first, void **last, size_t size)
{
    if (*n >= TRAVEL_MAX_ITEMS) {
        tell(p, ODD_TOO_MUCH, 0);
        return NULL;
    }
    void *item = arena_alloc(a, size);
    if (!item) {
        tell(p, ODD_TOO_MUCH, 0);
        return NULL;
    }
    if (*last)
        memcpy(*last, &item, sizeof item); /* next is the first member */
    else
        *first = item;
    *last = item;
    ++*n;
    return item;
}

void forget(struct parser *p)
{
    arena_reset(p->memory);
    p->room = NULL;
    p->room_left = 0;
}

#define ROOM 1024
/* Most texts are short: they share blocks. */
static struct str keep_short(struct parser *p, struct str s)
{
    if (p->room_left <= s.n) {
        p->room = arena_alloc(p->memory, ROOM);
        p->room_left = p->room ? ROOM : 0;
        if (!p->room)
            return (struct str){NULL, 0};
    }
    char *to = p->room;
    memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    p->room += s.n + 1;
    p->room_left -= s.n + 1;
    return (struct str){to, s.n};
}

struct str keep(struct parser *p, struct arena *a, struct str s)
{
    if (!s.n)
        return (struct str){"", 0};
    struct str copy = a == p->memory && s.n < ROOM / 4 ? keep_short(p, s) : arena_str(a, s);
    if (copy.p)
        return copy;
    tell(p, ODD_TOO_MUCH, 0);
    return (struct str){"", 0};
}

struct str keep_part(struct parser *p, struct arena *a, size_t element, size_t n)
{
    return keep(p, a, part(p, element, n));
}

struct traveller *traveller_new(struct parser *p, const char *role)
{
    struct traveller *t = ARENA_NEW(p->memory, struct traveller);
    if (!t) {
        tell(p, ODD_TOO_MUCH, 0);
        return NULL;
    }
    t->number = ++p->m.travellers;
    t->segment = p->s->number;
    t->byte = p->s->byte;
    t->role = role;
    t->common = &p->m.common;
    return t;
}

/* Where the sex is known, a title glued to the name can be told from a name. */
static void find_titles(struct parser *p, struct traveller *t)
{
    for (struct travel_name *n = t->names.first; n; n = n->next) {
        bool glued, may = p->m.type == TRAVEL_PNRGOV;
        if (title_find(n->given, may, t->sex, &n->title, &n->given_without_title, &glued) && glued)
            tell_of(p, ODD_TITLE_GLUED, 0, t);
    }
}

enum err deliver(struct parser *p, struct traveller *t)
{
    const struct travel_name *n = t->names.first;
    bool group = strcmp(t->role, "group") == 0;
    find_titles(p, t);
    if (!n)
        tell_of(p, ODD_NAME_MISSING, 0, t);
    else if (!group && (!n->surname.n || !n->given.n) && t->names.n == 1)
        tell_of(p, ODD_NAME_ONE, 0, t);
    if (!t->nationalities.n && !group)
        tell_of(p, ODD_NATIONALITY_MISSING, 0, t);
    return p->events->traveller ? p->events->traveller(p->events->user, &p->m, t) : OK;
}

/* ---- messages
 * ---------------------------------------------------------------------------------------------------- */

static enum err flush(struct parser *p)
{
    switch (p->m.type) {
    case TRAVEL_PAXLST:
    case TRAVEL_PAXLST_US:
        return paxlst_flush(p);
    case TRAVEL_PNRGOV:
        return pnrgov_flush(p);
    case TRAVEL_CUSRES:
        return cusres_flush(p);
    case TRAVEL_UNKNOWN:
        break;
    }
    return OK;
}

static void prepared(struct parser *p)
{
    struct arena *a = p->message_memory;
    p->m.prepared = take_date(p, a, p->prepared, YEAR_FIRST, NEAR, 4);
    if (p->m.prepared.date.year)
        p->about = p->m.prepared.date;
    if (p->prepared_time.n)
        take_time(p, &p->m.prepared, p->prepared_time, 4);
}

static enum err announce(struct parser *p)
{
    prepared(p);
    p->announced = true;
    p->m.recognised = p->m.type != TRAVEL_UNKNOWN;
    p->recognised += p->m.recognised;
    return p->events->message ? p->events->message(p->events->user, &p->m) : OK;
}

static enum err message_end(struct parser *p)
{
    if (!p->open)
        return OK;
    if (!p->announced)
        TRY(announce(p));
    TRY(flush(p));
    if (p->has_said && p->said != p->m.travellers)
        tell_of(p, ODD_COUNT_TRAVELLERS, 0, NULL);
    if (!p->m.common.legs.n && p->m.recognised)
        tell_of(p, ODD_NO_FLIGHT, 0, NULL);
    p->open = false;
    enum err e = p->events->end ? p->events->end(p->events->user, &p->m) : OK;
    p->m = (struct travel_message){0};
    arena_reset(p->message_memory);
    forget(p);
    return e;
}

static void begin(struct parser *p)
{
    arena_reset(p->message_memory);
    forget(p);
    p->m = (struct travel_message){.number = ++p->messages, .segment = p->s->number, .byte = p->s->byte};
    p->m.sender = p->sender;
    p->m.recipient = p->recipient;
    p->at = AT_MESSAGE;
    p->part = IN_HEADER;
    p->t = NULL;
    p->doc = NULL;
    p->leg = NULL;
    p->first = p->last = NULL;
    p->common = NULL;
    p->together = 0;
    p->has_said = p->in_reply = p->other = p->reservation = false;
    p->about = p->today;
    p->open = true;
    p->announced = p->closed = false;
}

static enum travel_type type_of(struct str type, struct str version)
{
    if (IS(type, "PAXLST"))
        return IS(version, "001") ? TRAVEL_PAXLST_US : TRAVEL_PAXLST;
    if (IS(type, "PNRGOV") || IS(type, "GOVPNR"))
        return TRAVEL_PNRGOV;
    return IS(type, "CUSRES") ? TRAVEL_CUSRES : TRAVEL_UNKNOWN;
}

/* UNH has the reference first, UIH the type. */
static enum err message_begin(struct parser *p, bool interactive)
{
    size_t type = interactive ? 1 : 2;
    struct arena *a = p->message_memory;
    TRY(message_end(p));
    begin(p);
    p->m.type_written = keep_part(p, a, type, 1);
    p->m.version = keep_part(p, a, type, 2);
    p->m.release = keep_part(p, a, type, 3);
    p->m.agency = keep_part(p, a, type, 4);
    p->m.association = keep_part(p, a, type, 5);
    p->m.reference = keep_part(p, a, interactive ? 2 : 1, 1);
    p->m.sequence = interactive ? (struct str){"", 0} : keep_part(p, a, 4, 1);
    p->m.type = type_of(p->m.type_written, p->m.version);
    if (p->m.type != TRAVEL_UNKNOWN)
        return announce(p);
    tell(p, ODD_UNKNOWN_MESSAGE, type);
    return OK; /* announced when its content shows what it is, or at its end */
}

static enum travel_type type_by_content(const struct edifact_segment *s)
{
    if (edifact_is(s, "PDT"))
        return TRAVEL_PAXLST_US;
    if (edifact_is(s, "MSG") || edifact_is(s, "SRC") || edifact_is(s, "TIF") || edifact_is(s, "RCI"))
        return TRAVEL_PNRGOV;
    if (edifact_is(s, "ERP"))
        return TRAVEL_CUSRES;
    if (edifact_is(s, "NAD"))
        return TRAVEL_PAXLST;
    static const char *const purposes[] = {"745", "250", "266", "336", "655"};
    for (size_t i = 0; edifact_is(s, "BGM") && i < sizeof purposes / sizeof *purposes; i++)
        if (str_is(edifact_part(s, 1, 1), purposes[i]))
            return TRAVEL_PAXLST;
    return TRAVEL_UNKNOWN;
}

static enum err content(struct parser *p)
{
    if (!p->open || p->m.type == TRAVEL_UNKNOWN) {
        enum travel_type type = type_by_content(p->s);
        if (type == TRAVEL_UNKNOWN && !p->open)
            tell(p, ODD_MISPLACED, 0);
        if (type == TRAVEL_UNKNOWN)
            return OK;
        if (!p->open) {
            begin(p);
            tell(p, ODD_NO_UNH, 0);
        }
        p->m.type = type;
        TRY(announce(p));
    }
    if (p->closed)
        tell(p, ODD_NO_UNH, 0); /* behind the end of a message: it is read as a part of it */
    p->closed = false;
    switch (p->m.type) {
    case TRAVEL_PAXLST:
    case TRAVEL_PAXLST_US:
        return paxlst_segment(p);
    case TRAVEL_PNRGOV:
        return pnrgov_segment(p);
    case TRAVEL_CUSRES:
        return cusres_segment(p);
    case TRAVEL_UNKNOWN:
        break;
    }
    return OK;
}

static void interchange(struct parser *p)
{
    arena_reset(p->interchange_memory);
    p->sender = keep_part(p, p->interchange_memory, 2, 1);
    p->recipient = keep_part(p, p->interchange_memory, 3, 1);
    p->prepared = keep_part(p, p->interchange_memory, 4, 1);
    p->prepared_time = keep_part(p, p->interchange_memory, 4, 2);
}

static enum err segment(struct parser *p)
{
    const struct edifact_segment *s = p->s;
    if (s->tag[0] != 'U')
        return s->tag[0] ? content(p) : OK;
    if (edifact_is(s, "UNB") || edifact_is(s, "UIB")) {
        TRY(message_end(p));
        interchange(p);
    } else if (edifact_is(s, "UNH") || edifact_is(s, "UIH")) {
        return message_begin(p, edifact_is(s, "UIH"));
    } else if (edifact_is(s, "UNT") || edifact_is(s, "UIT")) {
        /* The message stays open for what is told about its interchange, but everybody in it leaves. */
        p->closed = p->open;
        return p->open ? flush(p) : OK;
    }
    return OK;
}

static void pass_on(void *user, const struct diagnostic *d)
{
    struct parser *p = user;
    if (p->events->diagnostic)
        p->events->diagnostic(p->events->user, d);
}

static enum err run(struct parser *p, edifact_read *read, void *user)
{
    struct edifact_segment s;
    bool more = true;
    p->message_memory = arena_new(0);
    p->memory = arena_new(256u << 20);
    p->interchange_memory = arena_new(0);
    if (!p->message_memory || !p->memory || !p->interchange_memory)
        return ERR_NO_MEMORY;
    TRY(edifact_new(read, user, pass_on, p, &p->reader));
    for (;;) {
        TRY(edifact_next(p->reader, &s, &more));
        p->s = more ? &s : NULL;
        if (!more && !p->messages)
            tell_of(p, ODD_NO_MESSAGE, 0, NULL);
        if (!more)
            return message_end(p);
        TRY(segment(p));
    }
}

enum err travel_parse(edifact_read *read, void *user, struct date today, const struct travel_events *events,
                      int64_t *ret_messages)
{
    struct parser *p CLEANUP(mem_cleanup) = mem_alloc(sizeof *p);
    if (!p)
        return mem_fail();
    p->events = events;
    p->today = date_ok(today) ? today : (struct date){2000, 1, 1};
    p->about = p->today;
    enum err e = run(p, read, user);
    *ret_messages = p->recognised;
    edifact_free(p->reader);
    arena_free(p->message_memory);
    arena_free(p->memory);
    arena_free(p->interchange_memory);
    return e;
}
