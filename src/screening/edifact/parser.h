/* SPDX-License-Identifier: Apache-2.0 */
/* parser.h - inside of travel.h: what the parts of the parser share. */
#pragma once
#include "screening/edifact/travel.h"

enum part_of { IN_HEADER, IN_RESERVATION, IN_FLIGHTS, IN_HISTORY };
enum paxlst_part { AT_MESSAGE, AT_SENDER, AT_FLIGHT, AT_TRAVELLER, AT_DOCUMENT };
/* Is it this literal? Without a call: a segment asks it many times. */
#define IS(s, literal) ((s).n == sizeof(literal) - 1 && memcmp((s).p, literal, sizeof(literal) - 1) == 0)
/* A code of up to three letters as one number, as are entries of tables; 0 = none or longer. */
static inline uint32_t code_of(struct str s)
{
    uint32_t ret = 0;
    for (size_t i = 0; s.n <= 3 && i < s.n; i++)
        ret |= (uint32_t)(unsigned char)s.p[i] << 8 * i;
    return ret;
}
static inline bool code_is(uint32_t code, const char entry[4])
{
    return code == ((uint32_t)(unsigned char)entry[0] | (uint32_t)(unsigned char)entry[1] << 8 |
                    (uint32_t)(unsigned char)entry[2] << 16);
}
#ifndef EDIFACT_SMALL
#define BUCKETS 1024
#else
#define BUCKETS 8
#endif

struct parser {
    struct edifact *reader;
    const struct travel_events *events;
    const struct edifact_segment *s; /* the present one */
    struct date today;
    struct arena *message_memory, *memory; /* of the message; of the traveller or reservation */
    char *room;                            /* in memory, for texts */
    size_t room_left;
    struct travel_message m;
    bool open, announced, closed;                          /* closed: its UNT was read */
    struct str sender, recipient, prepared, prepared_time; /* of UNB, in interchange_memory */
    struct arena *interchange_memory;
    struct date about; /* the day of the flight, the interchange, or today */
    int64_t messages, recognised;

    /* PAXLST */
    enum paxlst_part at;
    struct traveller *t;
    struct travel_document *doc;
    struct travel_leg *leg;
    bool leg_arrives;
    int64_t said; /* CNT */
    bool has_said;

    /* PNRGOV */
    enum part_of part;
    struct travel_common *common; /* of the reservation */
    struct traveller *first, *last;
    size_t together;
    bool other, reservation;
    struct travel_change change;
    struct traveller *by_reference[BUCKETS], *by_name[BUCKETS];

    /* CUSRES */
    struct travel_reply reply;
    bool in_reply;
};

/* Appends what was made in the arena; tells TOO_MUCH beyond the limit. NULL: not appended. */
#define APPEND(parser, arena, list)                                                          \
    list_append((parser), (arena), &(list).n, (void **)&(list).first, (void **)&(list).last, \
                sizeof *(list).first)
/* Every item has its `next` as the first member. */
void *list_append(struct parser *p, struct arena *a, size_t *n, void **first, void **last, size_t size);

void tell(struct parser *p, enum oddity what, size_t element);
void tell_of(struct parser *p, enum oddity what, size_t element, const struct traveller *t);
void forget(struct parser *p); /* empties p->memory */
struct str keep(struct parser *p, struct arena *a, struct str s);
struct str keep_part(struct parser *p, struct arena *a, size_t element, size_t part);
static inline struct str part(const struct parser *p, size_t element, size_t n)
{
    return edifact_part(p->s, element, n);
}
enum err deliver(struct parser *p, struct traveller *t) NODISCARD;
struct traveller *traveller_new(struct parser *p, const char *role);

/* dates.c: YYMMDD, YYMMDDHHMM, CCYYMMDD(HHMM), DDMMYY, DDMMMYY. day: which year of two digits is meant. */
enum century { NOT_AFTER, NEAR };
enum date_order { YEAR_FIRST, DAY_FIRST };
struct read_date {
    struct date date;
    char time[6];
    bool bad, doubtful;
};
struct read_date date_read(struct str text, enum date_order order, enum century century, struct date about);
/* The same kept, with what is odd told. Empty text gives an empty date. */
struct travel_date take_date(struct parser *p, struct arena *a, struct str text, enum date_order order,
                             enum century century, size_t element);
void take_time(struct parser *p, struct travel_date *d, struct str text, size_t element);

/* values.c */
void take_sex(struct parser *p, struct traveller *t, struct str text, size_t element);
void take_birth(struct parser *p, struct traveller *t, struct travel_date birth, size_t element);
void take_nationality(struct parser *p, struct traveller *t, struct str code, const char *source,
                      size_t element);
struct travel_name *take_name(struct parser *p, struct traveller *t, struct str surname, struct str given,
                              struct str middle, const char *source);
struct travel_contact *take_contact(struct parser *p, struct traveller *t, struct travel_common *common,
                                    struct arena *a, const char *kind, struct str value, const char *source);
void check_country(struct parser *p, struct str code, size_t element);
struct str take_flight_carrier(struct str flight); /* "ZZ" of "ZZ123" */

/* names.c */
/* A title as a word of its own, or glued behind the given name where `glued` allows and the sex does not
 * speak against it. Both slices are of given. False: none. */
bool title_find(struct str given, bool glued, char sex, struct str *ret_title, struct str *ret_rest,
                bool *ret_glued);
bool sensitive_code(struct str ssr); /* a special service code of meal, health or belief */

/* The messages. */
enum err paxlst_segment(struct parser *p) NODISCARD;
enum err paxlst_flush(struct parser *p) NODISCARD;
enum err pnrgov_segment(struct parser *p) NODISCARD;
enum err pnrgov_flush(struct parser *p) NODISCARD;
enum err cusres_segment(struct parser *p) NODISCARD;
enum err cusres_flush(struct parser *p) NODISCARD;
void ssr_segment(struct parser *p); /* ssr.c */
void lts_segment(struct parser *p);
struct traveller *find_reference(struct parser *p, struct str reference);
struct traveller *find_name(struct parser *p, struct str surname, struct str given);
struct traveller *reservation_add(struct parser *p, struct str surname, struct str given,
                                  struct str reference, const char *source);
