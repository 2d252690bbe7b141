/* SPDX-License-Identifier: Apache-2.0 */
/* Messages into travellers: always valid JSON, an object a line; as many travellers as are announced at the
 * end; and no code of meal, health or belief, whatever stands around it. */
#include "base/buf.h"
#include "fuzz.h"
#include "screening/edifact/testing_edifact.h" /* a source in memory */
#include "screening/edifact/travel_json.h"

static const struct date today = {2026, 11, 22};

struct seen {
    int64_t travellers, open, ends;
};

static enum err begins(void *user, const struct travel_message *m)
{
    struct seen *s = user;
    REQUIRE(m->number == s->ends + 1);
    REQUIRE(s->open == 0);
    s->open = 1;
    s->travellers = 0;
    return OK;
}

static enum err traveller(void *user, const struct travel_message *m, const struct traveller *t)
{
    struct seen *s = user;
    REQUIRE(s->open == 1 && t->common && t->role);
    REQUIRE(t->number == ++s->travellers && t->number <= m->travellers);
    for (const struct travel_name *n = t->names.first; n; n = n->next)
        REQUIRE(n->title.n == 0 || n->given_without_title.n > 0);
    REQUIRE(t->birth.date.year == 0 || date_ok(t->birth.date));
    return OK;
}

static enum err ends(void *user, const struct travel_message *m)
{
    struct seen *s = user;
    REQUIRE(s->open == 1 && m->travellers == s->travellers);
    s->open = 0;
    s->ends++;
    return OK;
}

static enum err collect(void *user, struct str text)
{
    buf_str(user, text);
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct text_source from = {.s = text}, again = {.s = text, .step = size % 11 + 1},
                       events_from = {.s = text};
    struct buf one = {0}, two = {0};
    struct seen seen = {0};
    struct travel_events events = {.message = begins, .traveller = traveller, .end = ends, .user = &seen};
    int64_t a, b, c;
    REQUIRE(travel_parse(text_give, &events_from, today, &events, &c) == OK);
    REQUIRE(seen.open == 0 && c <= seen.ends);
    REQUIRE(travel_json(text_give, &from, NULL, today, collect, &one, &a) == OK);
    REQUIRE(travel_json(text_give, &again, NULL, today, collect, &two, &b) == OK);
    REQUIRE(a == b && a == c);
    REQUIRE(str_eq(buf_view(&one), buf_view(&two)));
    REQUIRE(one.n && one.p[0] == '{' && one.p[one.n - 1] == '\n' && str_utf8_ok(buf_view(&one)));
    buf_free(&one);
    buf_free(&two);
    return 0;
}
