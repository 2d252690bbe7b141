/* SPDX-License-Identifier: Apache-2.0 */
/* cusres.c - answers of an authority, read only: ERP begins one, RFF says whom, ERC what. */
#include "screening/edifact/parser.h"

enum err cusres_flush(struct parser *p)
{
    if (!p->in_reply)
        return OK;
    p->in_reply = false;
    enum err e = p->events->reply ? p->events->reply(p->events->user, &p->m, &p->reply) : OK;
    p->reply = (struct travel_reply){0};
    forget(p);
    return e;
}

static void qualified(struct parser *p, bool code)
{
    struct arena *a = p->in_reply ? p->memory : p->message_memory;
    struct travel_reference *r = !p->in_reply ? APPEND(p, a, p->m.common.references)
                                 : code       ? APPEND(p, a, p->reply.codes)
                                              : APPEND(p, a, p->reply.references);
    if (!r)
        return;
    r->qualifier = code ? STR("ERC") : keep_part(p, a, 1, 1);
    r->value = keep_part(p, a, 1, code ? 1 : 2);
    if (!p->in_reply && !code && IS(r->qualifier, "AF") && !p->m.common.legs.n) {
        struct travel_leg *leg = APPEND(p, a, p->m.common.legs);
        if (leg) {
            leg->flight = r->value;
            leg->carrier = take_flight_carrier(r->value);
        }
    }
}

static struct travel_leg *the_leg(struct parser *p)
{
    return p->m.common.legs.n ? p->m.common.legs.last : APPEND(p, p->message_memory, p->m.common.legs);
}

static void when_and_where(struct parser *p)
{
    struct arena *a = p->message_memory;
    struct str qualifier = part(p, 1, 1);
    bool date = edifact_is(p->s, "DTM");
    struct travel_leg *leg = p->in_reply ? NULL : the_leg(p);
    if (!leg)
        return;
    if (date && (IS(qualifier, "189") || IS(qualifier, "136")))
        leg->departs = take_date(p, a, part(p, 1, 2), YEAR_FIRST, NEAR, 1);
    else if (date && (IS(qualifier, "232") || IS(qualifier, "132")))
        leg->arrives = take_date(p, a, part(p, 1, 2), YEAR_FIRST, NEAR, 1);
    else if (!date && IS(qualifier, "125"))
        leg->from = keep_part(p, a, 2, 1);
    else if (!date && IS(qualifier, "87"))
        leg->to = keep_part(p, a, 2, 1);
    else
        tell(p, ODD_UNKNOWN_QUALIFIER, 1);
}

enum err cusres_segment(struct parser *p)
{
    const struct edifact_segment *s = p->s;
    if (edifact_is(s, "ERP")) {
        TRY(cusres_flush(p));
        p->in_reply = true;
        p->reply.level = keep_part(p, p->memory, 1, 1);
    } else if (edifact_is(s, "BGM")) {
        p->m.purpose = keep_part(p, p->message_memory, 1, 1);
        p->m.document = keep_part(p, p->message_memory, 2, 1);
    } else if (edifact_is(s, "RFF")) {
        qualified(p, false);
    } else if (edifact_is(s, "ERC")) {
        qualified(p, true);
    } else if (edifact_is(s, "DTM") || edifact_is(s, "LOC")) {
        when_and_where(p);
    } else if (edifact_is(s, "FTX")) {
        if (p->in_reply && !p->reply.text.n)
            p->reply.text = keep_part(p, p->memory, 4, 1);
    } else if (!edifact_is(s, "TDT") && !edifact_is(s, "GIS") && !edifact_is(s, "NAD") &&
               !edifact_is(s, "COM")) {
        tell(p, ODD_UNKNOWN_SEGMENT, 0);
    }
    return OK;
}
