/* SPDX-License-Identifier: Apache-2.0 */
/* reader.h - inside of edifact.h: what edifact.c (segments) and envelope.c (service strings, counts) share.
 */
#pragma once
#include "screening/edifact/edifact.h"

#define SLACK     32 /* bytes behind the buffer that a vector may read */
#define LOOKAHEAD EDIFACT_LOOKAHEAD
#define REFERENCE 72

struct envelope {
    bool open;
    int64_t first; /* number of its first segment */
    int64_t inside;
    char reference[REFERENCE];
};

struct edifact {
    edifact_read *read;
    void *user;
    edifact_tell *tell;
    void *tell_user;
    enum err failed;
    bool at_end, una_seen;
    struct edifact_delimiters d;
    int64_t number;            /* of the last segment */
    int64_t base;              /* where buffer[0] is in the input */
    int64_t unb;               /* where the UNB stands that was looked at last; -1 = none */
    size_t at, n;              /* not yet given; filled */
    size_t most, most_scratch; /* bytes that were ever used: they are wiped */
    uint16_t nfirst;
    size_t nparts;
    unsigned flags;
    struct envelope interchange, group, message;
    uint16_t first[EDIFACT_MAX_PARTS + 2];
    struct str parts[EDIFACT_MAX_PARTS];
    uint8_t rough[EDIFACT_MAX_PARTS]; /* the part holds release characters or line breaks */
    char buffer[EDIFACT_BUFFER + SLACK];
    char scratch[EDIFACT_MAX_SEGMENT + SLACK];
};

void reader_tell(struct edifact *r, enum oddity what, const char *tag, int64_t byte);
/* At least n bytes behind at, if the input has them. */
enum err reader_want(struct edifact *r, size_t n) NODISCARD;

/* envelope.c */
#define is_blank edifact_blank
bool is_alnum(char c);
/* What stands between UNA and UNB, without blanks behind it; SIZE_MAX when no UNB follows soon. */
size_t una_length(const char *p, size_t n);
void envelope_una(struct edifact *r); /* stands at UNA: takes it */
void envelope_unb(struct edifact *r); /* stands at UNB or UIB: what the delimiters are */
void envelope_segment(struct edifact *r, const struct edifact_segment *s); /* counts and references */
void envelope_end(struct edifact *r);
