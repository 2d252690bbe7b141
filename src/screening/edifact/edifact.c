/* SPDX-License-Identifier: Apache-2.0 */
/* edifact.c - one pass over the bytes of a segment, sixteen at a time; only delimiters and odd bytes are
 * looked at one by one. A segment that ends behind the buffer is moved to its beginning and read again. */
#include "base/alloc.h"
#include "screening/edifact/reader.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- the register
 * ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *word, *meaning;
    enum oddity_level level;
} register_of_oddities[] = {
#define ODDITY(code, word, level, meaning) {word, meaning, ODDITY_##level},
#include "screening/edifact/oddities.def"
#undef ODDITY
};

const char *oddity_word(enum oddity o)
{
    return (unsigned)o < ODDITIES ? register_of_oddities[o].word : "unknown";
}

const char *oddity_meaning(enum oddity o)
{
    return (unsigned)o < ODDITIES ? register_of_oddities[o].meaning : "";
}

enum oddity_level oddity_level(enum oddity o)
{
    return (unsigned)o < ODDITIES ? register_of_oddities[o].level : ODDITY_LOSS;
}

const char *oddity_level_word(enum oddity_level level)
{
    return level == ODDITY_NOTE ? "note" : level == ODDITY_DOUBT ? "doubt" : "loss";
}

static const char known_tags[][4] = {
    "UNA", "UNB", "UNG", "UNH", "UNS", "UNT", "UNE", "UNZ", "UIB", "UIH", "UIT", "UIZ", "BGM", "NAD",
    "COM", "CTA", "TDT", "LOC", "DTM", "ATT", "MEA", "GEI", "FTX", "EMP", "NAT", "RFF", "DOC", "CNT",
    "PDT", "CPI", "QTY", "GIS", "ERP", "ERC", "ERI", "IDE", "MSG", "ORG", "TVL", "EQN", "SRC", "RCI",
    "SSR", "DAT", "IFT", "ADD", "EBD", "TIF", "FTI", "REF", "FAR", "TKT", "MON", "PTK", "TXD", "FOP",
    "TRA", "RPI", "APD", "TRI", "SSD", "TBD", "ABI", "SAC", "LTS", "AUT",
};

bool edifact_known_tag(const char *p)
{
    for (size_t i = 0; i < sizeof known_tags / sizeof *known_tags; i++)
        if (memcmp(known_tags[i], p, 3) == 0)
            return true;
    return false;
}

/* ---- filling
 * ----------------------------------------------------------------------------------------------------- */

enum err edifact_new(edifact_read *read, void *user, edifact_tell *tell, void *tell_user,
                     struct edifact **ret)
{
    struct edifact *r = mem_resize(NULL, sizeof *r); /* most of it needs no zeros */
    if (!r)
        return mem_fail();
    memset(r, 0, offsetof(struct edifact, first));
    memset(r->buffer + EDIFACT_BUFFER, 0, SLACK);
    r->read = read;
    r->user = user;
    r->tell = tell;
    r->tell_user = tell_user;
    r->d = (struct edifact_delimiters){':', '+', '.', '?', ' ', '\'', false};
    r->unb = -1;
    *ret = r;
    return OK;
}

/* What was read is of people: it does not stay in freed memory. */
void edifact_free(struct edifact *r)
{
    if (!r)
        return;
    explicit_bzero(r->buffer, r->most);
    explicit_bzero(r->scratch, r->most_scratch);
    explicit_bzero(r, offsetof(struct edifact, first));
    mem_free(r);
}

void edifact_cleanup(struct edifact **r)
{
    edifact_free(*r);
    *r = NULL;
}

struct edifact_delimiters edifact_delimiters(const struct edifact *r)
{
    return r->d;
}

void diagnostic_tag(struct diagnostic *d, const char *tag)
{
    if (strnlen(tag, 3) == 3 && edifact_known_tag(tag))
        memcpy(d->tag, tag, 3);
}

void reader_tell(struct edifact *r, enum oddity what, const char *tag, int64_t byte)
{
    struct diagnostic d = {.what = what, .segment = r->number, .byte = byte};
    if (!r->tell)
        return;
    diagnostic_tag(&d, tag);
    r->tell(r->tell_user, &d);
}

static enum err fill(struct edifact *r)
{
    size_t got = 0;
    r->failed = r->read(r->user, r->buffer + r->n, EDIFACT_BUFFER - r->n, &got);
    if (!r->failed && got > EDIFACT_BUFFER - r->n)
        r->failed = FAIL(ERR_INTERNAL, "a source gave more than was asked for");
    TRY(r->failed);
    r->n += got;
    r->most = r->n > r->most ? r->n : r->most;
    r->at_end = got == 0;
    return OK;
}

enum err reader_want(struct edifact *r, size_t n)
{
    TRY(r->failed);
    if (r->n - r->at >= n || r->at_end)
        return OK;
    memmove(r->buffer, r->buffer + r->at, r->n - r->at);
    r->base += (int64_t)r->at;
    r->n -= r->at;
    r->at = 0;
    while (r->n < n && !r->at_end)
        TRY(fill(r));
    return OK;
}

/* ---- one segment
 * ------------------------------------------------------------------------------------------------- */

enum {
    HAS_BREAK = 1,
    HAS_CONTROL = 2,
    HAS_HIGH = 4,
    IS_CURLY = 8,
    IS_MISSING = 16,
    IS_JOINED = 32,
    IS_FULL = 64,
    BAD_RELEASE = 128,
    IS_CUT = 256,
    IS_ROUGH = 512 /* some part is */
};
enum step { GO_ON, FOUND, NEED_MORE };

struct scan {
    const char *p;
    size_t n;        /* bytes that may be looked at */
    size_t part;     /* where the present part begins */
    size_t literal;  /* up to here bytes are text, whatever they are */
    size_t end;      /* of the segment, when FOUND */
    size_t next;     /* where the next one begins, when FOUND */
    bool rough, all; /* all: nothing comes behind p + n */
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool has_tag_form(const char *p)
{
    return is_upper(p[0]) && (is_upper(p[1]) || (p[1] >= '0' && p[1] <= '9')) &&
           (is_upper(p[2]) || (p[2] >= '0' && p[2] <= '9'));
}

static bool is_one_of(const char *p, const char *tags)
{
    for (; *tags; tags += 4)
        if (memcmp(p, tags, 3) == 0)
            return true;
    return false;
}

static void end_part(struct edifact *r, struct scan *s, size_t at)
{
    if (r->nparts == EDIFACT_MAX_PARTS) {
        r->flags |= IS_FULL;
        return;
    }
    r->parts[r->nparts] = (struct str){s->p + s->part, at - s->part};
    r->rough[r->nparts++] = s->rough;
    s->rough = false;
    s->part = at + 1;
}

static enum step found(struct scan *s, size_t end, size_t next)
{
    s->end = end;
    s->next = next;
    return FOUND;
}

/* Does a known tag with its delimiter stand at `at`? NEED_MORE: that cannot be told yet. */
static enum step tag_at(const struct edifact *r, const struct scan *s, size_t at)
{
    if (s->n - at < 4)
        return s->all ? GO_ON : NEED_MORE;
    const char *p = s->p + at;
    if (!edifact_known_tag(p))
        return GO_ON;
    if (p[3] == r->d.element || p[3] == r->d.terminator)
        return FOUND;
    return is_one_of(p, "UNA\0UNB\0UIB\0") && !is_alnum(p[3]) && !is_blank(p[3]) ? FOUND : GO_ON;
}

static size_t over_blanks(const struct scan *s, size_t at)
{
    for (size_t most = 64; most && at < s->n && is_blank(s->p[at]); most--)
        at++;
    return at;
}

/* A line break: the terminator before it may be missing. */
static enum step line_break(struct edifact *r, struct scan *s, size_t at)
{
    r->flags |= IS_ROUGH;
    s->rough = true;
    if (s->p[at] == '\r' && r->d.terminator == '\n')
        return GO_ON;
    r->flags |= HAS_BREAK;
    if (at + 1 < s->n && (s->p[at + 1] == '\n' || s->p[at + 1] == '\r'))
        return GO_ON; /* the last of them asks */
    size_t next = over_blanks(s, at + 1);
    enum step step = tag_at(r, s, next);
    if (step != FOUND)
        return step;
    r->flags |= IS_MISSING;
    while (at > 1 && is_blank(s->p[at - 1]))
        at--;
    return found(s, at, next);
}

/* U+2018, U+2019, or the same in the code page 1252, in place of the terminator. */
static size_t curly_length(const struct scan *s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s->p + at;
    if (s->n - at >= 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x98 || p[2] == 0x99))
        return 3;
    return (p[0] == 0x91 || p[0] == 0x92) && (at == 0 || p[-1] < 0x80) ? 1 : 0;
}

static enum step high_byte(struct edifact *r, struct scan *s, size_t at)
{
    r->flags |= HAS_HIGH;
    if (s->n - at < 3 && !s->all)
        return NEED_MORE;
    size_t n = curly_length(s, at);
    if (!n || r->d.curly)
        return GO_ON;
    size_t next = over_blanks(s, at + n);
    enum step step = next == s->n && s->all ? FOUND : tag_at(r, s, next);
    if (step != FOUND)
        return step;
    r->flags |= IS_CURLY;
    return found(s, at, next);
}

/* An apostrophe that was not released: O'BRIEN. Only in segments with names and texts, only before a letter,
 * and never before a known tag. */
static bool is_apostrophe(const struct edifact *r, const struct scan *s, size_t at)
{
    const char *p = s->p + at + 1;
    if (at + 5 > s->n || !is_alnum(*p))
        return false;
    bool tag = has_tag_form(p) && (p[3] == r->d.element || p[3] == r->d.terminator || p[3] == r->d.component);
    bool one_letter = at - s->part == 1 && is_upper(s->p[s->part]);
    if (tag && (!one_letter || edifact_known_tag(p)))
        return false;
    return r->d.terminator == '\'' && is_one_of(s->p, "NAD\0TIF\0PDT\0SSR\0ADD\0IFT\0FTX\0LTS\0CTA\0");
}

static enum step terminator(struct edifact *r, struct scan *s, size_t at)
{
    size_t end = at;
    if (r->d.curly) {
        if (at < 2 || memcmp(s->p + at - 2, "\xE2\x80", 2) != 0)
            return high_byte(r, s, at);
        end = at - 2;
    }
    if (at + 5 > s->n && !s->all && s->n > 3)
        return NEED_MORE;
    if (s->n > 3 && is_apostrophe(r, s, at)) {
        r->flags |= IS_JOINED;
        return GO_ON;
    }
    return found(s, end, at + 1);
}

/* "9+9TIF+KIM": a traveller whose segment was run into the one before it. Only where no text can end so. */
static enum step glued(const struct scan *s, size_t at)
{
    const char *tag = s->p + at - 3;
    if (at - s->part < 4 || at < 7)
        return GO_ON;
    if (memcmp(tag, "TIF", 3) == 0)
        return is_one_of(
                   s->p,
                   "ORG\0RPI\0RCI\0DAT\0REF\0FTI\0FAR\0TKT\0MON\0PTK\0TXD\0TRI\0SSD\0TBD\0TVL\0EQN\0APD\0")
                   ? FOUND
                   : GO_ON;
    if (memcmp(tag, "NAD", 3) != 0)
        return GO_ON;
    if (s->n - at < 5)
        return s->all ? GO_ON : NEED_MORE;
    return is_one_of(s->p + at + 1, "FL+\0FM+\0DDU\0DDT\0") ? FOUND : GO_ON;
}

static enum step element(struct edifact *r, struct scan *s, size_t at)
{
    enum step step = glued(s, at);
    if (step == FOUND) {
        r->flags |= IS_MISSING;
        return found(s, at - 3, at - 3);
    }
    if (step == NEED_MORE)
        return step;
    end_part(r, s, at);
    if (r->nparts < EDIFACT_MAX_PARTS)
        r->first[r->nfirst++] = (uint16_t)r->nparts;
    return GO_ON;
}

static enum step release(struct edifact *r, struct scan *s, size_t at)
{
    r->flags |= IS_ROUGH;
    s->rough = true;
    s->literal = at + 2;
    if (at + 1 < s->n)
        return GO_ON;
    r->flags |= s->all ? BAD_RELEASE : 0;
    return s->all ? GO_ON : NEED_MORE;
}

static enum step special(struct edifact *r, struct scan *s, size_t at)
{
    char c = s->p[at];
    if (c == r->d.terminator)
        return terminator(r, s, at);
    if (c == r->d.element)
        return element(r, s, at);
    if (c == r->d.component) {
        end_part(r, s, at);
        return GO_ON;
    }
    if (c == r->d.release)
        return release(r, s, at);
    if (c == '\n' || c == '\r')
        return line_break(r, s, at);
    if ((unsigned char)c >= 0x80)
        return high_byte(r, s, at);
    if (c != '\t')
        r->flags |= HAS_CONTROL;
    return GO_ON;
}

/* Bit i: byte i is a delimiter, a control character, or not ASCII. */
#ifdef __SSE2__
static inline unsigned specials(const struct edifact_delimiters *d, const char *p)
{
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i m = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)); /* signed: not ASCII is less, too */
    m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(d->terminator)));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(d->element)));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(d->component)));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(d->release)));
    return (unsigned)_mm_movemask_epi8(m);
}
#else
static inline unsigned specials(const struct edifact_delimiters *d, const char *p)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++)
        mask |= (unsigned)((signed char)p[i] < 0x20 || p[i] == d->terminator || p[i] == d->element ||
                           p[i] == d->component || p[i] == d->release)
                << i;
    return mask;
}
#endif

static enum step scan(struct edifact *r, struct scan *s)
{
    const struct edifact_delimiters d = r->d;
    r->nparts = 0;
    r->first[0] = 0;
    r->nfirst = 1;
    r->flags = 0;
    for (size_t block = 0; block < s->n; block += 16) {
        unsigned mask = specials(&d, s->p + block);
        if (s->n - block < 16)
            mask &= (1u << (s->n - block)) - 1;
        for (; mask; mask &= mask - 1) {
            size_t at = block + (size_t)__builtin_ctz(mask);
            enum step step = at < s->literal ? GO_ON : special(r, s, at);
            if (step != GO_ON)
                return step;
        }
    }
    if (!s->all)
        return NEED_MORE;
    r->flags |= IS_CUT;
    size_t end = s->n;
    while (end && is_blank(s->p[end - 1]))
        end--;
    return found(s, end, s->n);
}

/* ---- what a segment gives
 * ---------------------------------------------------------------------------------------- */

static void clean_part(struct edifact *r, struct str *part, size_t *scratch)
{
    char *to = r->scratch + *scratch;
    size_t n = 0;
    for (size_t i = 0; i < part->n; i++) {
        char c = part->p[i];
        if (c == r->d.release && i + 1 < part->n)
            c = part->p[++i];
        else if (c == '\n' || c == '\r')
            continue;
        to[n++] = c;
    }
    *part = (struct str){to, n};
    *scratch += n;
}

static void tell_flags(struct edifact *r, const struct edifact_segment *s)
{
    static const struct {
        unsigned flag;
        enum oddity what;
    } words[] = {
        {HAS_BREAK, ODD_LINE_BREAK_INSIDE},  {HAS_CONTROL, ODD_CONTROL_CHARACTER},
        {IS_CURLY, ODD_CURLY_TERMINATOR},    {IS_MISSING, ODD_MISSING_TERMINATOR},
        {IS_JOINED, ODD_TERMINATOR_IN_TEXT}, {IS_FULL, ODD_TOO_MANY_PARTS},
        {BAD_RELEASE, ODD_RELEASE_AT_END},   {IS_CUT, ODD_CUT_OFF},
    };
    unsigned flags = r->flags;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (flags & words[i].flag)
            reader_tell(r, words[i].what, s->tag, s->byte);
    if ((flags & HAS_HIGH) && !str_utf8_ok(s->raw))
        reader_tell(r, ODD_BAD_UTF8, s->tag, s->byte);
}

/* Written as one number, because it is read as one soon; the fourth byte may be looked at (SLACK). */
static void copy_tag(char ret[4], const char *p)
{
    static const char three[4] = {'\xFF', '\xFF', '\xFF', '\0'};
    uint32_t tag, mask;
    memcpy(&tag, p, sizeof tag);
    memcpy(&mask, three, sizeof mask);
    tag &= mask;
    memcpy(ret, &tag, sizeof tag);
}

static void make_segment(struct edifact *r, struct scan *s, struct edifact_segment *ret)
{
    size_t scratch = 0;
    s->part = s->part < s->end ? s->part : s->end;
    end_part(r, s, s->end);
    r->first[r->nfirst] = (uint16_t)r->nparts;
    if ((r->flags & HAS_BREAK) && !memchr(s->p, '\n', s->end) && !memchr(s->p, '\r', s->end))
        r->flags &= ~(unsigned)HAS_BREAK; /* it stood behind the end */
    *ret = (struct edifact_segment){.raw = {s->p, s->end},
                                    .number = r->number,
                                    .byte = r->base + (int64_t)r->at,
                                    .nelements = r->nfirst,
                                    .first = r->first,
                                    .parts = r->parts};
    for (size_t i = 0; (r->flags & IS_ROUGH) && i < r->nparts; i++)
        if (r->rough[i])
            clean_part(r, &r->parts[i], &scratch);
    r->most_scratch = scratch > r->most_scratch ? scratch : r->most_scratch;
    struct str tag = str_trim(r->parts[0]);
    if (tag.n == 3 && has_tag_form(tag.p))
        copy_tag(ret->tag, tag.p);
    else
        reader_tell(r, ODD_BAD_TAG, "", ret->byte);
    if (r->flags & ~(unsigned)IS_ROUGH)
        tell_flags(r, ret);
}

/* ---- between segments
 * -------------------------------------------------------------------------------------------- */

/* n: bytes from p on, at least four. */
static bool begins_interchange(const char *p, size_t n)
{
    if (!is_one_of(p, "UNA\0UNB\0UIB\0") || is_alnum(p[3]))
        return false;
    return !is_blank(p[3]) || (p[2] == 'A' && una_length(p + 3, n - 3) != SIZE_MAX);
}

/* Where from `from` on and before `limit` an interchange or a message begins; limit when nowhere. */
static size_t find_beginning(const char *p, size_t n, size_t from, size_t limit)
{
    for (size_t at = from; at < limit && at + 4 <= n; at++) {
        const char *u = memchr(p + at, 'U', limit - at);
        if (!u || u + 4 > p + n)
            return limit;
        at = (size_t)(u - p);
        if (at && is_alnum(p[at - 1]))
            continue;
        if (begins_interchange(u, n - at) || (is_one_of(u, "UNH\0UNG\0UIH\0") && u[3] == '+'))
            return at;
    }
    return limit;
}

/* Outside of an interchange: to the next beginning. */
static enum err skip_outside(struct edifact *r)
{
    size_t from = 0; /* one byte before the window is kept: a beginning does not stand behind a letter */
    for (bool told = false; r->n - r->at > from; told = true) {
        TRY(reader_want(r, LOOKAHEAD));
        size_t n = r->n - r->at, limit = r->at_end ? n : n - 64;
        size_t at = find_beginning(r->buffer + r->at, n, from, limit);
        if (!told && at)
            reader_tell(r, ODD_TEXT_OUTSIDE, "", r->base + (int64_t)r->at);
        r->at += at;
        if (at < limit || r->at_end)
            return OK;
        r->at--;
        from = 1;
        TRY(reader_want(r, LOOKAHEAD));
    }
    return OK;
}

/* Behind the beginning of a segment that is too long: to its end, or to a tag at the beginning of a line. */
static enum err skip_long(struct edifact *r)
{
    for (;;) {
        TRY(reader_want(r, LOOKAHEAD));
        struct scan s = {.p = r->buffer + r->at, .n = r->n - r->at, .all = true};
        const char *t = memchr(s.p, r->d.terminator, s.n);
        size_t end = t ? (size_t)(t - s.p) : s.n;
        for (const char *line = s.p; (line = memchr(line, '\n', end - (size_t)(line - s.p))); line++) {
            size_t next = over_blanks(&s, (size_t)(line - s.p));
            if (tag_at(r, &s, next) == FOUND) {
                r->at += next;
                return OK;
            }
        }
        r->at += t ? end + 1 : r->at_end || s.n < 80 ? s.n : s.n - 80;
        if (t || r->at_end)
            return OK;
    }
}

/* Between segments: blanks, and what fills blocks and ends files. */
static bool is_filler(char c)
{
    return is_blank(c) || c == '\0' || c == '\x1A';
}

static enum err skip_blanks(struct edifact *r)
{
    for (;;) {
        while (r->at < r->n && is_filler(r->buffer[r->at]))
            r->at++;
        if (r->base + (int64_t)r->at == 0 && r->n - r->at >= 3 &&
            memcmp(r->buffer + r->at, "\xEF\xBB\xBF", 3) == 0)
            r->at += 3; /* a byte order mark */
        else if (r->at < r->n || r->at_end)
            return OK;
        TRY(reader_want(r, LOOKAHEAD));
    }
}

/* To where a segment begins. */
static enum err stand_at_segment(struct edifact *r)
{
    TRY(reader_want(r, LOOKAHEAD));
    TRY(skip_blanks(r));
    TRY(reader_want(r, 64));
    const char *p = r->buffer + r->at;
    bool four = r->n - r->at >= 4, outside = !r->interchange.open && !r->message.open;
    if (four && begins_interchange(p, r->n - r->at))
        return OK;
    bool known = four && edifact_known_tag(p) && (p[3] == r->d.element || p[3] == r->d.terminator);
    if (outside && !known)
        TRY(skip_outside(r));
    return OK;
}

static enum err service_string(struct edifact *r)
{
    for (int most = 4; most; most--) {
        TRY(stand_at_segment(r));
        TRY(reader_want(r, LOOKAHEAD));
        if (r->n - r->at < 4 || !begins_interchange(r->buffer + r->at, r->n - r->at))
            return OK;
        if (memcmp(r->buffer + r->at, "UNA", 3) != 0) {
            if (r->unb != r->base + (int64_t)r->at)
                envelope_unb(r);
            r->unb = r->base + (int64_t)r->at;
            return OK;
        }
        envelope_una(r);
    }
    return OK;
}

enum err edifact_next(struct edifact *r, struct edifact_segment *ret, bool *ret_more)
{
    for (;;) {
        while (r->message.open && r->n - r->at > LOOKAHEAD && is_filler(r->buffer[r->at]))
            r->at++;
        if (!r->message.open || r->n - r->at <= LOOKAHEAD || r->buffer[r->at] == 'U' ||
            is_filler(r->buffer[r->at]))
            TRY(service_string(r));
        if (r->at == r->n) {
            envelope_end(r);
            *ret_more = false;
            return OK;
        }
        size_t n = r->n - r->at;
        struct scan s = {.p = r->buffer + r->at, .n = n < EDIFACT_MAX_SEGMENT ? n : EDIFACT_MAX_SEGMENT};
        s.all = r->at_end && s.n == n;
        enum step step = scan(r, &s);
        if (step == NEED_MORE && n <= EDIFACT_MAX_SEGMENT) {
            TRY(reader_want(r, 2 * n + LOOKAHEAD < EDIFACT_BUFFER ? 2 * n + LOOKAHEAD : EDIFACT_BUFFER));
            continue;
        }
        r->number++;
        if (step == NEED_MORE) {
            char tag[4] = {0};
            memcpy(tag, s.p, has_tag_form(s.p) ? 3 : 0);
            reader_tell(r, ODD_SEGMENT_TOO_LONG, tag, r->base + (int64_t)r->at);
            r->at += s.n;
            TRY(skip_long(r));
            continue;
        }
        make_segment(r, &s, ret);
        r->at += s.next;
        if (ret->tag[0] == 'U' || !r->message.open)
            envelope_segment(r, ret);
        *ret_more = true;
        return OK;
    }
}
