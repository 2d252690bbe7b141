/* SPDX-License-Identifier: Apache-2.0 */
/* ssr.c - special service requests and remarks: documents, visas, addresses, seats, contacts, infants. What
 * tells of meals, health or belief ends here. */
#include "screening/edifact/parser.h"

#define FIELDS 24

/* ---- whom it is about
 * -------------------------------------------------------------------------------------------- */

/* SSR+CODE:status:quantity:carrier:::from:to:text+15A::reference+... */
static struct str text_of(const struct parser *p)
{
    struct str text = part(p, 1, 9);
    for (size_t n = edifact_parts(p->s, 1); !text.n && n > 8; n--)
        text = part(p, 1, n);
    for (size_t n = 5; !text.n && n <= 8; n++)
        if (str_find(part(p, 1, n), '/') >= 0)
            text = part(p, 1, n); /* blanks that were left out */
    return text;
}

static struct traveller *referred(struct parser *p, bool *ret_said)
{
    *ret_said = false;
    for (size_t e = 2; e < p->s->nelements; e++) {
        struct str reference = part(p, e, 3);
        *ret_said |= reference.n > 0;
        struct traveller *t = find_reference(p, reference);
        if (t)
            return t;
    }
    return NULL;
}

/* Blanks and hyphens apart, is one the beginning of the other? whole: both are the same. */
static bool alike(struct str a, struct str b, bool whole)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && (a.p[i] == ' ' || a.p[i] == '-'))
            i++;
        while (k < b.n && (b.p[k] == ' ' || b.p[k] == '-'))
            k++;
        if (i == a.n || k == b.n)
            return !whole || (i == a.n && k == b.n);
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

static bool same_name(const struct traveller *t, struct str surname, struct str given)
{
    for (const struct travel_name *n = t->names.first; n; n = n->next)
        if (alike(n->surname, surname, true) && alike(n->given, given, false))
            return true;
    return t->names.n == 0;
}

/* The only one of a reservation whose name is alike: SEJOONMR is SE JOON. Of several it is nobody. */
#define MOST_ALIKE 500
static struct traveller *find_alike(struct parser *p, struct str surname, struct str given)
{
    struct traveller *found = NULL;
    if (!surname.n || !given.n || p->together > MOST_ALIKE)
        return NULL;
    for (struct traveller *t = p->first; t; t = t->next) {
        if (!t->names.n || !same_name(t, surname, given))
            continue;
        if (found)
            return NULL;
        found = t;
    }
    return found;
}

/* By reference; else the TIF before it, if nobody else has the name; else the name that it gives; else the
 * only traveller there is. */
static struct traveller *whose(struct parser *p, struct str surname, struct str given)
{
    bool said;
    struct traveller *t = referred(p, &said);
    if (t)
        return t;
    if (said)
        tell_of(p, ODD_NO_TRAVELLER, 2, NULL);
    struct traveller *before = p->part == IN_RESERVATION ? p->t : NULL;
    if (before && (!surname.n || same_name(before, surname, given)))
        return before;
    t = surname.n ? find_name(p, surname, given) : NULL;
    if (!t)
        t = find_alike(p, surname, given);
    if (t && before)
        tell_of(p, ODD_MISPLACED, 1, t);
    if (t || before)
        return t ? t : before;
    return p->together == 1 && p->part != IN_HISTORY ? p->first : NULL;
}

/* Somebody whom only a document or a remark names is given, too. */
static struct traveller *from_document(struct parser *p, struct str surname, struct str given,
                                       const char *source)
{
    struct traveller *t = find_name(p, surname, given);
    if (!t)
        t = find_alike(p, surname, given);
    if (t)
        return t;
    t = reservation_add(p, surname, given, (struct str){"", 0}, source);
    if (!t)
        return NULL;
    bool history = p->part == IN_HISTORY;
    t->history = history;
    tell_of(p, history ? ODD_FROM_HISTORY : ODD_FROM_DOCUMENT, 0, t);
    return t;
}

/* ---- fields with slashes
 * ----------------------------------------------------------------------------------------- */

static size_t split(struct str text, struct str fields[FIELDS])
{
    size_t n = 0;
    struct str rest = text, head;
    if (rest.n && rest.p[0] == '/')
        rest = str_sub(rest, 1, rest.n);
    while (n < FIELDS && str_cut(&rest, '/', &head))
        fields[n++] = str_trim(head);
    return n;
}

static struct str field(const struct str *fields, size_t n, ptrdiff_t at)
{
    return at >= 0 && (size_t)at < n ? fields[at] : (struct str){"", 0};
}

static bool is_day(struct str s) /* 12JUL64 */
{
    struct date about = {2000, 1, 1};
    return s.n == 7 && date_read(s, DAY_FIRST, NEAR, about).date.year;
}

/* The date of birth is field 4; where it stands elsewhere, fields are missing or too many. */
#define BIRTH 4
static ptrdiff_t shift_of(const struct str *fields, size_t n)
{
    if (is_day(field(fields, n, BIRTH)))
        return 0;
    for (ptrdiff_t at = 2; at < 8; at++)
        if (at != BIRTH && at != BIRTH + 2 && is_day(field(fields, n, at)) &&
            !is_day(field(fields, n, at - 2)))
            return at - BIRTH;
    return 0;
}

static bool has_document(const struct traveller *t, struct str type, struct str number, struct str issuer)
{
    for (const struct travel_document *d = t->documents.first; d; d = d->next)
        if (str_eq(d->number, number) && str_eq(d->type, type) && str_eq(d->issuer, issuer))
            return true;
    return false;
}

/* /P/USA/548721687/USA/04JUL80/M/12JAN19/SURNAME/GIVEN/SECOND/H: type, issuer, number, nationality, birth,
 * sex, expiry */
static void docs(struct parser *p)
{
    struct str f[FIELDS];
    size_t n = split(text_of(p), f);
    ptrdiff_t by = shift_of(f, n);
    struct arena *a = p->memory;
    struct str surname = field(f, n, 7 + by), given = field(f, n, 8 + by), number = field(f, n, 2);
    struct traveller *t = whose(p, surname, given);
    if (by)
        tell_of(p, ODD_DOCS_SHAPE, 1, t);
    if (!t && (surname.n || given.n || number.n))
        t = from_document(p, surname, given, "DOCS");
    if (!t) {
        tell_of(p, n ? ODD_NO_TRAVELLER : ODD_EMPTY_VALUE, 1, NULL);
        return;
    }
    if (surname.n && !same_name(t, surname, given))
        tell_of(p, ODD_NAMES_DIFFER, 1, t);
    size_t before = t->names.n;
    if (surname.n || given.n)
        take_name(p, t, surname, given, field(f, n, 9 + by), "DOCS");
    if (t->names.n > before)
        t->names.last->history = p->part == IN_HISTORY;
    struct travel_date birth = take_date(p, a, field(f, n, 4 + by), DAY_FIRST, NOT_AFTER, 1);
    bool past = p->part == IN_HISTORY && !t->history;
    if (past && !t->birth.written.n)
        t->other_birth = birth; /* what is no longer said does not become what is said */
    else
        take_birth(p, t, birth, 1);
    if (!past) {
        take_sex(p, t, field(f, n, 5 + by), 1);
        if (!by) /* which of the first fields is missing cannot be told */
            take_nationality(p, t, field(f, n, 3), "DOCS", 1);
    }
    struct str type = field(f, n, 0), issuer = field(f, n, 1);
    if (!number.n || has_document(t, type, number, issuer))
        return;
    struct travel_document *d = APPEND(p, a, t->documents);
    if (!d)
        return;
    d->source = "DOCS";
    d->type = keep(p, a, type);
    d->issuer = keep(p, a, issuer);
    check_country(p, issuer, 1);
    d->number = keep(p, a, number);
    d->expiry = take_date(p, a, field(f, n, 6 + by), DAY_FIRST, NEAR, 1);
    d->history = p->part == IN_HISTORY;
}

/* /PLACE OF BIRTH/V/NUMBER/PLACE OF ISSUE/22DEC06/COUNTRY */
static void doco(struct parser *p)
{
    struct str f[FIELDS], none = {"", 0};
    size_t n = split(text_of(p), f);
    struct traveller *t = whose(p, none, none);
    if (!t) {
        tell_of(p, ODD_NO_TRAVELLER, 1, NULL);
        return;
    }
    struct arena *a = p->memory;
    if (field(f, n, 0).n) {
        struct travel_place *place = APPEND(p, a, t->places);
        if (place)
            *place = (struct travel_place){.kind = "birth", .code = none, .text = keep(p, a, f[0])};
    }
    if (!field(f, n, 2).n || has_document(t, field(f, n, 1), field(f, n, 2), field(f, n, 5)))
        return;
    struct travel_document *d = APPEND(p, a, t->documents);
    if (!d)
        return;
    d->source = "DOCO";
    d->type = keep(p, a, field(f, n, 1));
    d->number = keep(p, a, field(f, n, 2));
    d->place_of_issue = keep(p, a, field(f, n, 3));
    d->issued = take_date(p, a, field(f, n, 4), DAY_FIRST, NOT_AFTER, 1);
    d->issuer = keep(p, a, field(f, n, 5));
    d->history = p->part == IN_HISTORY;
}

/* /D/AUS/13 SHORE AVENUE/BROADBEACH/QLD/4215: D destination, R residence */
static void doca(struct parser *p)
{
    struct str f[FIELDS], none = {"", 0};
    size_t n = split(text_of(p), f);
    struct traveller *t = whose(p, none, none);
    if (!t) {
        tell_of(p, ODD_NO_TRAVELLER, 1, NULL);
        return;
    }
    struct travel_address *to = n > 1 ? APPEND(p, p->memory, t->addresses) : NULL;
    if (!to)
        return;
    to->source = "DOCA";
    to->kind = keep(p, p->memory, field(f, n, 0));
    to->country = keep(p, p->memory, field(f, n, 1));
    to->street = keep(p, p->memory, field(f, n, 2));
    to->city = keep(p, p->memory, field(f, n, 3));
    to->region = keep(p, p->memory, field(f, n, 4));
    to->postcode = keep(p, p->memory, field(f, n, 5));
    check_country(p, field(f, n, 1), 1);
}

/* ---- the others
 * -------------------------------------------------------------------------------------------------- */

/* SSR+SEAT:HK:2:DL:::LHR:JFK+15A::1+15B::2 */
static void seats(struct parser *p)
{
    for (size_t e = 2; e < p->s->nelements; e++) {
        struct str seat = part(p, e, 1);
        if (!seat.n)
            continue;
        struct traveller *t = find_reference(p, part(p, e, 3));
        if (!t && part(p, e, 3).n)
            tell_of(p, ODD_NO_TRAVELLER, e, NULL);
        if (!t)
            t = p->t && p->part == IN_RESERVATION ? p->t : p->together == 1 ? p->first : NULL;
        if (!t && !part(p, e, 3).n)
            tell_of(p, ODD_NO_TRAVELLER, e, NULL);
        struct travel_seat *s = t ? APPEND(p, p->memory, t->seats) : NULL;
        if (!s)
            continue;
        s->seat = keep(p, p->memory, seat);
        s->from = keep_part(p, p->memory, 1, 7);
        s->to = keep_part(p, p->memory, 1, 8);
        s->history = p->part == IN_HISTORY;
    }
}

static void contact(struct parser *p, const char *kind)
{
    struct str none = {"", 0}, text = text_of(p);
    struct traveller *t = whose(p, none, none);
    struct travel_common *common = p->common ? p->common : &p->m.common;
    struct arena *a = t || p->common ? p->memory : p->message_memory;
    if (text.n && text.p[0] == '/')
        text = str_sub(text, 1, text.n);
    struct travel_contact *c = take_contact(p, t, common, a, kind, text, "SSR");
    if (c && p->part == IN_HISTORY)
        c->history = true;
}

/* An infant without a TIF of its own: DYE/ARCHER 15APR12 */
static void infant(struct parser *p)
{
    struct str text = text_of(p), surname, given = text, word;
    if (text.n && text.p[0] == '/')
        given = str_sub(text, 1, text.n);
    if (str_find(given, '/') < 0 || !str_cut(&given, '/', &surname))
        return;
    size_t last = given.n;
    while (last && given.p[last - 1] != ' ')
        last--;
    word = str_sub(given, last, given.n);
    struct str born = is_day(word) ? word : (struct str){"", 0};
    given = str_trim(is_day(word) ? str_sub(given, 0, last) : given);
    if (!surname.n || !given.n)
        return;
    struct traveller *t = from_document(p, str_trim(surname), given, "INFT");
    if (!t)
        return;
    t->infant = true;
    take_birth(p, t, take_date(p, p->memory, born, DAY_FIRST, NOT_AFTER, 1), 1);
}

/* UMNR, YPTA: a child who travels alone. CHLD: when a child was born, perhaps behind its name. */
static void child(struct parser *p, bool alone)
{
    struct str none = {"", 0}, text = text_of(p);
    struct traveller *t = whose(p, none, none);
    if (!t) {
        tell_of(p, ODD_NO_TRAVELLER, 1, NULL);
        return;
    }
    t->child_alone |= alone;
    struct str word = text.n > 7 ? str_sub(text, text.n - 7, text.n) : text;
    if (!alone && is_day(word))
        take_birth(p, t, take_date(p, p->memory, word, DAY_FIRST, NOT_AFTER, 1), 1);
}

static void identity(struct parser *p) /* FOID: another document, as written */
{
    struct str none = {"", 0}, text = text_of(p);
    struct traveller *t = text.n ? whose(p, none, none) : NULL;
    struct travel_document *d = t ? APPEND(p, p->memory, t->documents) : NULL;
    if (!d)
        return;
    d->source = "FOID";
    d->number = keep(p, p->memory, text);
    d->history = p->part == IN_HISTORY;
}

void ssr_segment(struct parser *p)
{
    struct str code = part(p, 1, 1);
    if (sensitive_code(code)) {
        tell_of(p, ODD_SENSITIVE_DROPPED, 0, NULL);
        return;
    }
    if (IS(code, "DOCS"))
        docs(p);
    else if (IS(code, "DOCO"))
        doco(p);
    else if (IS(code, "DOCA"))
        doca(p);
    else if (IS(code, "SEAT") || IS(code, "NSST") || IS(code, "RQST") || IS(code, "NSSA") ||
             IS(code, "NSSW") || IS(code, "NSSB"))
        seats(p);
    else if (IS(code, "CTCE"))
        contact(p, "email");
    else if (IS(code, "CTCM"))
        contact(p, "telephone");
    else if (IS(code, "INFT"))
        infant(p);
    else if (IS(code, "FOID"))
        identity(p);
    else if (IS(code, "UMNR") || IS(code, "YPTA") || IS(code, "CHLD"))
        child(p, !IS(code, "CHLD"));
}

/* ---- remarks of the history
 * -------------------------------------------------------------------------------------- */

/* LTS is free text of the carrier. Two forms name people: 0/O/NM/SURNAME/GIVEN, and 0/S/SURNAME/GIVEN MR(ADT)
 * of those who were split off. Whoever is named there alone is given and marked; nothing else is taken. */
void lts_segment(struct parser *p)
{
    struct str f[FIELDS], given;
    size_t n = split(part(p, 1, 1), f);
    size_t at = n >= 5 && IS(f[2], "NM") ? 3 : n >= 4 && IS(f[1], "S") ? 2 : 0;
    if (!at || !f[at].n)
        return;
    given = f[at + 1];
    ptrdiff_t mark = str_find(given, '(');
    if (at == 2 && mark < 0)
        return;
    if (mark >= 0)
        given = str_trim(str_sub(given, 0, (size_t)mark));
    if (!given.n || find_name(p, f[at], given))
        return;
    enum part_of now = p->part;
    p->part = IN_HISTORY;
    (void)from_document(p, f[at], given, "LTS");
    p->part = now;
}
