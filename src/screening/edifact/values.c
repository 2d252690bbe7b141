/* SPDX-License-Identifier: Apache-2.0 */
/* values.c - sex, birth, nationality, names, contacts: taken as written, told where odd. */
#include "screening/edifact/parser.h"

static const struct {
    const char *word;
    char sex;
    bool infant;
} sexes[] = {{"M", 'M', false}, {"F", 'F', false}, {"X", 'X', false},
             {"U", 'U', false}, {"MI", 'M', true}, {"FI", 'F', true}};

void take_sex(struct parser *p, struct traveller *t, struct str text, size_t element)
{
    char sex = 0;
    if (!text.n)
        return;
    for (size_t i = 0; i < sizeof sexes / sizeof *sexes; i++)
        if (str_is(text, sexes[i].word)) {
            sex = sexes[i].sex;
            t->infant |= sexes[i].infant;
        }
    if (!sex)
        tell_of(p, ODD_BAD_SEX, element, t);
    bool differs = t->sex_written.n && !str_eq(t->sex_written, text);
    if (differs && !t->other_sex_written.n) {
        tell_of(p, ODD_VALUES_DIFFER, element, t);
        t->other_sex_written = keep(p, p->memory, text);
    }
    if (t->sex_written.n)
        return;
    t->sex = sex;
    t->sex_written = keep(p, p->memory, text);
}

void take_birth(struct parser *p, struct traveller *t, struct travel_date birth, size_t element)
{
    if (!birth.written.n)
        return;
    if (birth.date.year &&
        (date_days(birth.date) > date_days(p->about) || birth.date.year < p->about.year - 120))
        tell_of(p, ODD_DATE_IMPLAUSIBLE, element, t);
    bool same = birth.date.year ? memcmp(&t->birth.date, &birth.date, sizeof birth.date) == 0
                                : str_eq(t->birth.written, birth.written);
    if (!t->birth.written.n) {
        t->birth = birth;
    } else if (!same && !t->other_birth.written.n) {
        tell_of(p, ODD_VALUES_DIFFER, element, t);
        t->other_birth = birth;
    }
    if (!t->birth.date.year && t->other_birth.date.year) {
        struct travel_date bad = t->birth;
        t->birth = t->other_birth;
        t->other_birth = bad;
    }
}

static bool is_country(struct str code)
{
    bool letters = code.n >= 1 && code.n <= 3; /* D is Germany in documents */
    for (size_t i = 0; letters && i < code.n; i++)
        letters = code.p[i] >= 'A' && code.p[i] <= 'Z';
    return letters && (code.n > 1 || code.p[0] == 'D');
}

void check_country(struct parser *p, struct str code, size_t element)
{
    if (code.n && !is_country(code))
        tell(p, ODD_BAD_COUNTRY, element);
}

void take_nationality(struct parser *p, struct traveller *t, struct str code, const char *source,
                      size_t element)
{
    if (!code.n)
        return;
    if (!is_country(code))
        tell_of(p, ODD_BAD_COUNTRY, element, t);
    for (struct travel_nationality *n = t->nationalities.first; n; n = n->next)
        if (str_eq(n->code, code))
            return;
    if (t->nationalities.n)
        tell_of(p, ODD_VALUES_DIFFER, element, t);
    struct travel_nationality *n = APPEND(p, p->memory, t->nationalities);
    if (n) {
        n->code = keep(p, p->memory, code);
        n->source = source;
    }
}

struct travel_name *take_name(struct parser *p, struct traveller *t, struct str surname, struct str given,
                              struct str middle, const char *source)
{
    for (struct travel_name *n = t->names.first; n; n = n->next)
        if (str_eq(n->surname, surname) && str_eq(n->given, given) && str_eq(n->middle, middle))
            return n;
    struct travel_name *n = APPEND(p, p->memory, t->names);
    if (!n)
        return NULL;
    n->surname = keep(p, p->memory, surname);
    n->given = keep(p, p->memory, given);
    n->middle = keep(p, p->memory, middle);
    n->source = source;
    return n;
}

/* Reservation systems cannot write @, _ and -: they write //, .. and ./ */
static struct str mail_address(struct parser *p, struct arena *a, struct str written)
{
    struct str out = keep(p, a, written);
    char *to = (char *)out.p; /* a copy of our own */
    size_t n = 0;
    for (size_t i = 0; i < out.n; i++) {
        bool two = i + 1 < out.n;
        if (two && out.p[i] == '/' && out.p[i + 1] == '/')
            to[n++] = '@';
        else if (two && out.p[i] == '.' && out.p[i + 1] == '.')
            to[n++] = '_';
        else if (two && out.p[i] == '.' && out.p[i + 1] == '/' && (i + 2 == out.n || out.p[i + 2] != '/'))
            to[n++] = '-';
        else {
            to[n++] = out.p[i];
            continue;
        }
        i++;
    }
    out.n = n;
    return out;
}

struct travel_contact *take_contact(struct parser *p, struct traveller *t, struct travel_common *common,
                                    struct arena *a, const char *kind, struct str value, const char *source)
{
    if (!value.n)
        return NULL;
    struct travel_contact *first = t ? t->contacts.first : common->contacts.first;
    for (struct travel_contact *c = first; c; c = c->next)
        if (str_eq(c->written, value) && strcmp(c->kind, kind) == 0)
            return c;
    struct travel_contact *c = t ? APPEND(p, a, t->contacts) : APPEND(p, a, common->contacts);
    if (!c)
        return NULL;
    c->kind = kind;
    c->source = source;
    c->written = keep(p, a, value);
    c->value = strcmp(kind, "email") == 0 ? mail_address(p, a, value) : c->written;
    return c;
}

struct str take_flight_carrier(struct str flight)
{
    size_t n = 0;
    bool letter = false;
    while (n < flight.n && n < 3 && ((flight.p[n] >= 'A' && flight.p[n] <= 'Z') || n < 2)) {
        letter |= flight.p[n] >= 'A' && flight.p[n] <= 'Z';
        n++;
    }
    return n >= 2 && letter ? str_sub(flight, 0, n) : (struct str){"", 0};
}
