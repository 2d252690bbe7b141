/* SPDX-License-Identifier: Apache-2.0 */
/* travel.h - messages of carriers into travellers: PAXLST (UN/EDIFACT D.02B to D.17A: passengers 745, crew
 * 250, flight status 266, master crew list 336, gate passes 655, interactive), its US-EDIFACT dialect
 * (PAXLST:001:000), PNRGOV 10.1 and later with its history groups, CUSRES (read only).
 *
 * Sources: WCO/IATA/ICAO PAXLST implementation guide 5.0 (D.15B), IATA PNRGOV EDIFACT guide 13.1, their
 * public examples.
 *
 * What it promises:
 * - every NAD of a traveller, every TIF, every PDT comes out as a traveller, whatever else is wrong;
 * - segments of a group may come in any order; what is not known is told and does no harm to the rest;
 * - values are given as they were written; a date is read beside it. Nationality is what a NAT segment or a
 * DOCS element says, never the place of birth or who issued a document;
 * - meal, health and belief are dropped here (sensitive.h) and counted; free text is not passed on at all;
 * - payment is not read;
 * - a traveller is given whole, as soon as he is: memory is that of one traveller (PAXLST) or one reservation
 * (PNRGOV).
 *
 * Pure: no clock (today resolves years of two digits), no files. */
#pragma once
#include "base/arena.h"
#include "screening/edifact/edifact.h"

#ifndef EDIFACT_SMALL
#define TRAVEL_MAX_ITEMS    512   /* of one kind for one traveller or message */
#define TRAVEL_MAX_TOGETHER 20000 /* travellers of one reservation that are held together */
#else
#define TRAVEL_MAX_ITEMS    12
#define TRAVEL_MAX_TOGETHER 50
#endif

enum travel_type { TRAVEL_UNKNOWN, TRAVEL_PAXLST, TRAVEL_PAXLST_US, TRAVEL_PNRGOV, TRAVEL_CUSRES };

#define TRAVEL_LIST(type)   \
    struct {                \
        type *first, *last; \
        size_t n;           \
    }

struct travel_date {
    struct str written;
    struct date date; /* year 0: could not be read */
    char time[6];     /* "15:30" or "" */
};
struct travel_name {
    struct travel_name *next;
    struct str surname, given, middle;     /* as written */
    struct str title, given_without_title; /* a proposal beside the name; empty where there is none */
    const char *source;                    /* "NAD", "TIF", "PDT", "DOCS", "INFT", "LTS" */
    bool history;
};
struct travel_document {
    struct travel_document *next;
    struct str type, number, issuer, place_of_issue;
    struct travel_date expiry, issued;
    const char *source; /* "DOC", "DOCS", "DOCO", "PDT", "FOID" */
    bool history;
};
struct travel_nationality {
    struct travel_nationality *next;
    struct str code;
    const char *source; /* "NAT", "DOCS" */
};
struct travel_leg {
    struct travel_leg *next;
    struct str carrier, flight, operating_carrier, operating_flight, from, to, status;
    struct travel_date departs, arrives;
    bool history, other; /* other: a hotel, a car */
};
struct travel_place {
    struct travel_place *next;
    const char *kind; /* "embarkation", "debarkation", "first_arrival", "residence", "birth", "transit" */
    struct str code, text;
};
struct travel_contact {
    struct travel_contact *next;
    const char *kind; /* "telephone", "email", "fax", "other" */
    struct str value, written;
    const char *source;
    bool history;
};
struct travel_address {
    struct travel_address *next;
    struct str kind, street, city, region, postcode, country, telephone;
    const char *source;
};
struct travel_reference {
    struct travel_reference *next;
    struct str qualifier, value;
};
struct travel_seat {
    struct travel_seat *next;
    struct str seat, from, to;
    bool history;
};
struct travel_bag {
    struct travel_bag *next;
    struct str pieces, weight, unit, tag, carrier, to;
};
/* What became of a traveller in the history of a reservation. */
struct travel_change {
    struct travel_change *next;
    struct str action; /* as written: A added, X cancelled, C changed ... */
    struct travel_date at;
};

struct traveller {
    int64_t number;        /* 1 = the first of the message */
    int64_t segment, byte; /* where he is named first */
    const char *role;      /* "passenger", "crew", "transit_passenger", "transit_crew", "group", "unknown" */
    struct str qualifier;  /* as written: FL, FM, A, IN ... */
    struct str reference;  /* inside of the message */
    bool history;          /* named in the history, or in a remark, alone */
    bool verified;         /* GEI 173 (not verified: 174, or not said) */
    bool with_infant, infant;
    bool child_alone; /* booked as a child without company (UMNR, YPTA) */
    char sex;         /* 'M' 'F' 'X', 'U' for unspecified, 0 = not given or not known */
    struct str sex_written;
    struct str other_sex_written; /* another place says so */
    struct travel_date birth, other_birth;
    TRAVEL_LIST(struct travel_name) names;
    TRAVEL_LIST(struct travel_document) documents;
    TRAVEL_LIST(struct travel_nationality) nationalities;
    TRAVEL_LIST(struct travel_leg) itinerary; /* what he alone has; else that of the reservation or message */
    TRAVEL_LIST(struct travel_place) places;
    TRAVEL_LIST(struct travel_contact) contacts;
    TRAVEL_LIST(struct travel_address) addresses;
    TRAVEL_LIST(struct travel_reference) references;
    TRAVEL_LIST(struct travel_seat) seats;
    TRAVEL_LIST(struct travel_bag) bags;
    TRAVEL_LIST(struct travel_change) changes;
    const struct travel_common *common; /* of his reservation or message */
    struct traveller *next, *same_reference, *same_name;
};

/* What all travellers of a reservation (PNRGOV) or a message (the others) have. */
struct travel_common {
    TRAVEL_LIST(struct travel_leg) legs;
    TRAVEL_LIST(struct travel_reference) references; /* record locators: carrier and locator */
    TRAVEL_LIST(struct travel_contact) contacts;
    TRAVEL_LIST(struct travel_address) addresses;
    TRAVEL_LIST(struct travel_bag) bags;
};

/* One answer of CUSRES. */
struct travel_reply {
    TRAVEL_LIST(struct travel_reference) references;
    TRAVEL_LIST(struct travel_reference) codes; /* qualifier ERC */
    struct str level;                           /* ERP: 1 message, 2 traveller ... */
    struct str text;
};

struct travel_message {
    enum travel_type type;
    struct str type_written, version, release, agency, association; /* PAXLST D 15B UN IATA */
    struct str reference, sequence;                                 /* of UNH */
    struct str purpose, document;                                   /* BGM: 745, its number or status */
    struct str sender, recipient;                                   /* of UNB */
    struct travel_date prepared;
    struct travel_common common; /* the flight, the sender's contacts */
    int64_t number;              /* 1 = the first of the input */
    int64_t segment, byte;
    int64_t travellers;
    int64_t sensitive; /* codes that were dropped */
    bool recognised;
};

/* Each may be NULL. A failure stops the parsing and is passed on. Strings live until the function returns,
 * those of the message until its end. message: the header was read (the flight perhaps not yet). end:
 * everything was. */
struct travel_events {
    enum err (*message)(void *user, const struct travel_message *m);
    enum err (*traveller)(void *user, const struct travel_message *m, const struct traveller *t);
    enum err (*reply)(void *user, const struct travel_message *m, const struct travel_reply *reply);
    enum err (*end)(void *user, const struct travel_message *m);
    edifact_tell *diagnostic; /* before the first message, and between messages, too */
    void *user;
};
/* Reads all. *ret_messages: how many were recognised. ERR_NO_MEMORY, or what read or an event failed with. */
enum err travel_parse(edifact_read *read, void *user, struct date today, const struct travel_events *events,
                      int64_t *ret_messages) NODISCARD;
const char *travel_type_word(enum travel_type t);
