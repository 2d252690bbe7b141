/* SPDX-License-Identifier: Apache-2.0 */
/* Segments: the same whatever the source's read sizes are; they stand in the input in order, each where it
 * says. */
#include "base/buf.h"
#include "fuzz.h"
#include "screening/edifact/testing_edifact.h" /* a source in memory */

struct place {
    struct str all;
    int64_t at, told;
};

static void told(void *user, const struct diagnostic *d)
{
    struct place *p = user;
    REQUIRE((unsigned)d->what < ODDITIES);
    REQUIRE(d->byte >= 0 && d->byte <= (int64_t)p->all.n);
    p->told++;
}

static void segment(struct place *p, const struct edifact_segment *s, struct buf *out)
{
    REQUIRE(s->byte >= p->at && s->byte + (int64_t)s->raw.n <= (int64_t)p->all.n);
    REQUIRE(s->raw.n <= EDIFACT_MAX_SEGMENT);
    REQUIRE(s->raw.n == 0 || memcmp(p->all.p + s->byte, s->raw.p, s->raw.n) == 0);
    REQUIRE(s->nelements >= 1 && s->first[s->nelements] <= EDIFACT_MAX_PARTS);
    p->at = s->byte + (int64_t)s->raw.n;
    buf_printf(out, "\n%lld %lld %s", (long long)s->number, (long long)s->byte, s->tag);
    for (size_t e = 0; e < s->nelements; e++) {
        REQUIRE(s->first[e] <= s->first[e + 1]);
        buf_char(out, '+');
        for (size_t n = 1; n <= edifact_parts(s, e); n++) {
            buf_str(out, edifact_part(s, e, n));
            buf_char(out, ':');
        }
    }
}

static int64_t read_all(struct str text, size_t step, struct buf *out)
{
    struct text_source from = {.s = text, .step = step};
    struct place p = {.all = text};
    struct edifact *r;
    bool more = true;
    REQUIRE(edifact_new(text_give, &from, told, &p, &r) == OK);
    for (int64_t last = 0; more;) {
        struct edifact_segment s;
        REQUIRE(edifact_next(r, &s, &more) == OK);
        if (!more)
            break;
        REQUIRE(s.number > last);
        last = s.number;
        segment(&p, &s, out);
    }
    edifact_free(r);
    return p.told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct buf whole = {0}, pieces = {0};
    int64_t told_whole = read_all(text, 0, &whole);
    int64_t told_pieces = read_all(text, size % 13 + 1, &pieces);
    REQUIRE(told_whole == told_pieces);
    REQUIRE(str_eq(buf_view(&whole), buf_view(&pieces)));
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
