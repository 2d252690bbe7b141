/* SPDX-License-Identifier: Apache-2.0 */
/* edifact.h - bytes into segments: any size in constant memory, and every oddity is told with its place.
 *
 * Syntax: ISO 9735 version 3 and 4 (UNA, UNB, UNG, UNH ... UNT, UNE, UNZ) and the interactive envelope of
 * version 4 (UIB, UIH, UIT, UIZ). What real carriers send besides is read as well, and told: service strings
 * of five characters or with blanks in front, delimiters that are another than the service string says or
 * that no service string says, curly quotation marks as terminators, line breaks between and inside segments,
 * a terminator that is missing before a tag at the beginning of a line, an apostrophe in a name that was not
 * released, text around interchanges, several interchanges in one input.
 *
 * Nothing is repaired in silence. A reader holds one buffer of its own; segments point into it. */
#pragma once
#include "base/calendar.h"
#include "base/str.h"

#ifndef EDIFACT_SMALL
#define EDIFACT_MAX_SEGMENT (64u << 10) /* bytes; longer ones are skipped and told */
#define EDIFACT_MAX_PARTS   4096        /* of one segment */
#define EDIFACT_BUFFER      (256u << 10)
#define EDIFACT_LOOKAHEAD   4096 /* bytes in which the first message of an interchange shows its delimiters */
#else                            /* for fuzzers: small inputs meet every limit and every end of the buffer */
#define EDIFACT_MAX_SEGMENT 1024u
#define EDIFACT_MAX_PARTS   256
#define EDIFACT_BUFFER      2048u
#define EDIFACT_LOOKAHEAD   512
#endif

enum oddity {
#define ODDITY(code, word, level, meaning) ODD_##code,
#include "screening/edifact/oddities.def"
#undef ODDITY
    ODDITIES
};
enum oddity_level { ODDITY_NOTE, ODDITY_DOUBT, ODDITY_LOSS };
const char *oddity_word(enum oddity o);
const char *oddity_meaning(enum oddity o); /* English; holds no value of a message */
enum oddity_level oddity_level(enum oddity o);
const char *oddity_level_word(enum oddity_level level);

/* Where something is odd. It carries no value of the message: what was odd stays in the traveller. */
struct diagnostic {
    enum oddity what;
    int64_t segment;   /* 1 = the first of the input, UNA not counted; 0 = none was read yet */
    int64_t byte;      /* of the beginning of the segment, 0 = the first of the input */
    char tag[4];       /* "" where it has none, or one that is not known: it may be a piece of a name */
    uint16_t element;  /* 1 = the first behind the tag; 0 = the whole segment */
    int64_t traveller; /* 1 = the first of the message; 0 = nobody */
};
typedef void edifact_tell(void *user, const struct diagnostic *d);

struct edifact_delimiters {
    char component, element, decimal, release, repetition, terminator;
    bool curly; /* the terminator is U+2019; .terminator is its last byte */
};

struct edifact_segment {
    char tag[4];    /* "" where the segment begins with none */
    struct str raw; /* as it came, without terminator and white space in front */
    int64_t number, byte;
    size_t nelements;        /* with the tag itself as element 0 */
    const uint16_t *first;   /* nelements + 1 of them: part `first[e]` is the first of element e */
    const struct str *parts; /* release characters and line breaks are taken out */
};

struct edifact;
/* read: fills p with up to n bytes, *ret_n = 0 at the end (as csv_read). tell may be NULL. */
typedef enum err edifact_read(void *user, char *p, size_t n, size_t *ret_n);
enum err edifact_new(edifact_read *read, void *user, edifact_tell *tell, void *tell_user,
                     struct edifact **ret) NODISCARD;
void edifact_free(struct edifact *r);
void edifact_cleanup(struct edifact **r);

/* The next segment, service segments too, UNA not; it lives until the next call. *ret_more false at the end.
 * Fails only when `read` does. */
enum err edifact_next(struct edifact *r, struct edifact_segment *ret, bool *ret_more) NODISCARD;
struct edifact_delimiters edifact_delimiters(const struct edifact *r); /* of the present interchange */

static inline bool edifact_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* How many parts element e (1 = first behind the tag) has; 0 where there is no such element. */
static inline size_t edifact_parts(const struct edifact_segment *s, size_t e)
{
    return e < s->nelements ? (size_t)(s->first[e + 1] - s->first[e]) : 0;
}

/* Part `part` (1 = first) of element e, without blanks around it; empty where there is none. */
static inline struct str edifact_part(const struct edifact_segment *s, size_t e, size_t part)
{
    if (part == 0 || part > edifact_parts(s, e))
        return (struct str){"", 0};
    struct str text = s->parts[s->first[e] + part - 1];
    if (text.n && (edifact_blank(text.p[0]) || edifact_blank(text.p[text.n - 1])))
        return str_trim(text);
    return text;
}

static inline bool edifact_is(const struct edifact_segment *s, const char *tag)
{
    return memcmp(s->tag, tag, 4) == 0;
}
/* Tags that travel messages and their envelopes have. */
bool edifact_known_tag(const char *p);
void diagnostic_tag(struct diagnostic *d, const char *tag);
