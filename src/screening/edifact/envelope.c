/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.c - the service string, the delimiters that are really used, and whether beginnings and ends
 * agree. */
#include "screening/edifact/reader.h"

bool is_alnum(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static const struct edifact_delimiters usual = {':', '+', '.', '?', ' ', '\'', false};

/* ---- UNA
 * ---------------------------------------------------------------------------------------------------------
 */

size_t una_length(const char *p, size_t n)
{
    for (size_t at = 0; at + 4 <= n && at < 40; at++)
        if (memcmp(p + at, "UNB", 3) == 0 || memcmp(p + at, "UIB", 3) == 0) {
            while (at && is_blank(p[at - 1]))
                at--;
            return at;
        }
    return SIZE_MAX;
}

/* component, element, decimal mark, release, repetition, terminator. Of five the decimal mark or the
 * repetition was left out: the decimal mark is a dot or a comma when it is there. */
static struct edifact_delimiters una_read(const char *p, size_t n)
{
    struct edifact_delimiters d = usual;
    static const char curly[] = "\xE2\x80\x99";
    d.component = p[0];
    d.element = p[1];
    if (n >= 3 && memcmp(p + n - 3, curly, 3) == 0) {
        d.curly = true;
        n -= 2;
    }
    d.terminator = d.curly ? curly[2] : p[n - 1];
    bool decimal = n < 4 || p[2] == '.' || p[2] == ',';
    if (n == 6) {
        d.decimal = p[2];
        d.release = p[3];
        d.repetition = p[4];
    } else if (n == 5 && decimal) {
        d.decimal = p[2];
        d.release = p[3];
    } else if (n == 5) {
        d.release = p[2];
        d.repetition = p[3];
    }
    return d;
}

/* No character may be two delimiters; a release character that is a blank is none. Then the terminator stands
 * in its place, which is asked for first. */
static void settle(struct edifact_delimiters *d)
{
    if (d->release == ' ' || d->release == d->element || d->release == d->component || is_alnum(d->release))
        d->release = d->terminator;
}

void envelope_una(struct edifact *r)
{
    const char *p = r->buffer + r->at + 3;
    size_t left = r->n - r->at - 3, n = una_length(p, left);
    if (n == SIZE_MAX)
        n = left < 6 ? left : 6;
    size_t skip = 0;
    while (n - skip > 6 && is_blank(p[skip]))
        skip++;
    bool odd = n != 6, fits = n - skip >= 3 && n - skip <= 8;
    struct edifact_delimiters d = fits ? una_read(p + skip, n - skip) : usual;
    if (!is_alnum(d.element) && !is_blank(d.element) && d.element != d.component && !is_alnum(d.component) &&
        !is_alnum(d.terminator))
        r->d = d;
    settle(&r->d);
    r->una_seen = true;
    if (odd)
        reader_tell(r, d.curly && n == 8 ? ODD_CURLY_TERMINATOR : ODD_UNA_LENGTH, "UNA",
                    r->base + (int64_t)r->at);
    r->at += 3 + n;
}

/* ---- what UNB shows
 * ---------------------------------------------------------------------------------------------- */

/* The character before the next service segment is the terminator. 0 = not to be told. */
static char terminator_before_next(const char *p, size_t n, char element, bool *ret_curly)
{
    for (size_t at = 8; at + 4 <= n; at++) {
        bool next =
            (memcmp(p + at, "UNH", 3) == 0 || memcmp(p + at, "UNG", 3) == 0 || memcmp(p + at, "UIH", 3) == 0);
        if (!next || p[at + 3] != element)
            continue;
        size_t end = at;
        bool line = false;
        while (end > 8 && is_blank(p[end - 1]))
            line |= p[--end] == '\n';
        char c = p[end - 1];
        *ret_curly = end > 10 && memcmp(p + end - 3, "\xE2\x80\x99", 3) == 0;
        if (*ret_curly)
            return c;
        if (is_alnum(c))
            return line ? '\n' : 0;
        return c == element || (unsigned char)c < 0x20 || (unsigned char)c >= 0x80 ? 0 : c;
    }
    return 0;
}

void envelope_unb(struct edifact *r)
{
    const char *p = r->buffer + r->at;
    size_t n = r->n - r->at < LOOKAHEAD ? r->n - r->at : LOOKAHEAD;
    struct edifact_delimiters d = r->una_seen ? r->d : usual;
    bool syntax = n >= 9 && is_alnum(p[4]) && is_alnum(p[5]) && is_alnum(p[6]) && is_alnum(p[7]),
         curly = false;
    d.element = p[3];
    if (syntax && !is_alnum(p[8]) && p[8] != d.element && (unsigned char)p[8] > 0x20)
        d.component = p[8];
    char seen = terminator_before_next(p, n, d.element, &curly);
    if (seen) {
        d.terminator = seen;
        d.curly = curly;
    }
    settle(&d);
    bool same = d.element == r->d.element && d.component == r->d.component && d.terminator == r->d.terminator;
    bool plain =
        d.element == usual.element && d.component == usual.component && d.terminator == usual.terminator;
    if (r->una_seen && !same)
        reader_tell(r, ODD_UNA_DISAGREES, "UNB", r->base + (int64_t)r->at);
    if (!r->una_seen && !plain)
        reader_tell(r, ODD_DELIMITERS_DEDUCED, "UNB", r->base + (int64_t)r->at);
    r->d = d;
    r->una_seen = false;
}

/* ---- beginnings and ends
 * ----------------------------------------------------------------------------------------- */

static void open_envelope(struct envelope *e, const struct edifact_segment *s, struct str reference)
{
    *e = (struct envelope){.open = true, .first = s->number};
    memcpy(e->reference, reference.p, reference.n < REFERENCE - 1 ? reference.n : REFERENCE - 1);
}

static void close_message(struct edifact *r, const struct edifact_segment *s)
{
    if (r->message.open)
        reader_tell(r, ODD_NO_UNT, s ? s->tag : "", s ? s->byte : r->base + (int64_t)r->at);
    r->message.open = false;
}

static void close_group(struct edifact *r, const struct edifact_segment *s)
{
    close_message(r, s);
    if (r->group.open)
        reader_tell(r, ODD_NO_UNE, s ? s->tag : "", s ? s->byte : r->base + (int64_t)r->at);
    r->group.open = false;
}

static void close_interchange(struct edifact *r, const struct edifact_segment *s)
{
    close_group(r, s);
    if (r->interchange.open)
        reader_tell(r, ODD_NO_UNZ, s ? s->tag : "", s ? s->byte : r->base + (int64_t)r->at);
    r->interchange.open = false;
}

static void check(struct edifact *r, const struct edifact_segment *s, const struct envelope *e,
                  struct str count, struct str reference, int64_t real, enum oddity wrong)
{
    int64_t said;
    if (str_i64(count, 0, INT64_MAX, &said) != OK || said != real)
        reader_tell(r, wrong, s->tag, s->byte);
    if (!str_eq(str_sub(reference, 0, REFERENCE - 1), str_of(e->reference)))
        reader_tell(r, ODD_REFERENCE_DIFFERS, s->tag, s->byte);
}

static void begin_message(struct edifact *r, const struct edifact_segment *s, struct str reference)
{
    close_message(r, s);
    if (!r->interchange.open)
        reader_tell(r, ODD_NO_UNB, s->tag, s->byte);
    open_envelope(&r->message, s, reference);
    r->interchange.inside += !r->group.open;
    r->group.inside++;
}

/* UNT has the count first, UIT the reference. */
static void end_message(struct edifact *r, const struct edifact_segment *s, bool interactive)
{
    if (!r->message.open) {
        reader_tell(r, ODD_STRAY_TRAILER, s->tag, s->byte);
        return;
    }
    check(r, s, &r->message, edifact_part(s, interactive ? 2 : 1, 1), edifact_part(s, interactive ? 1 : 2, 1),
          s->number - r->message.first + 1, ODD_COUNT_SEGMENTS);
    r->message.open = false;
}

static void end_group(struct edifact *r, const struct edifact_segment *s)
{
    close_message(r, s);
    if (!r->group.open) {
        reader_tell(r, ODD_STRAY_TRAILER, s->tag, s->byte);
        return;
    }
    check(r, s, &r->group, edifact_part(s, 1, 1), edifact_part(s, 2, 1), r->group.inside, ODD_COUNT_MESSAGES);
    r->group.open = false;
}

static void end_interchange(struct edifact *r, const struct edifact_segment *s, bool interactive)
{
    close_group(r, s);
    if (!r->interchange.open)
        reader_tell(r, ODD_STRAY_TRAILER, s->tag, s->byte);
    else if (!interactive)
        check(r, s, &r->interchange, edifact_part(s, 1, 1), edifact_part(s, 2, 1), r->interchange.inside,
              ODD_COUNT_MESSAGES);
    r->interchange.open = false;
}

void envelope_segment(struct edifact *r, const struct edifact_segment *s)
{
    if (edifact_is(s, "UNB") || edifact_is(s, "UIB")) {
        close_interchange(r, s);
        open_envelope(&r->interchange, s, edifact_part(s, 5, 1));
    } else if (edifact_is(s, "UNG")) {
        close_group(r, s);
        open_envelope(&r->group, s, edifact_part(s, 5, 1));
        r->interchange.inside++;
    } else if (edifact_is(s, "UNH")) {
        begin_message(r, s, edifact_part(s, 1, 1));
    } else if (edifact_is(s, "UIH")) {
        begin_message(r, s, edifact_part(s, 2, 1));
    } else if (edifact_is(s, "UNT") || edifact_is(s, "UIT")) {
        end_message(r, s, edifact_is(s, "UIT"));
    } else if (edifact_is(s, "UNE")) {
        end_group(r, s);
    } else if (edifact_is(s, "UNZ") || edifact_is(s, "UIZ")) {
        end_interchange(r, s, edifact_is(s, "UIZ"));
    }
}

void envelope_end(struct edifact *r)
{
    close_interchange(r, NULL);
}
