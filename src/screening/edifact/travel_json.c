/* SPDX-License-Identifier: Apache-2.0 */
/* travel_json.c - travellers as JSON. What is always there is there also when empty; the rest is left out. */
#include "screening/edifact/travel_json.h"
#include "base/alloc.h"
#include "base/json.h"

struct writer {
    const char *source;
    travel_write *write;
    void *user;
    struct buf out;
    struct json j;
    bool travellers, replies, any, open;
    struct buf kept; /* struct diagnostic, one behind the other */
    int64_t counts[ODDITIES];
    enum err failed;
};

/* ---- small parts
 * ------------------------------------------------------------------------------------------------- */

static void text(struct json *j, const char *key, struct str s)
{
    if (s.n)
        json_kv_str(j, key, s);
}

static void word(struct json *j, const char *key, const char *s)
{
    if (s && *s)
        json_kv(j, key, s);
}

static void flag(struct json *j, const char *key, bool yes)
{
    if (yes)
        json_kv_bool(j, key, true);
}

static void moment(char ret[20], const struct travel_date *d)
{
    char day[11];
    date_text(d->date, day);
    snprintf(ret, 20, "%s%s%s", day, d->time[0] ? "T" : "", d->time);
}

static void date(struct json *j, const char *key, const char *written_key, const struct travel_date *d,
                 bool always)
{
    char said[20];
    if (d->date.year) {
        moment(said, d);
        json_kv(j, key, said);
    } else if (always || d->written.n) {
        json_key(j, key);
        json_null(j);
    }
    text(j, written_key, d->written);
}

static void names(struct json *j, const struct traveller *t)
{
    json_key(j, "names");
    json_array(j);
    for (const struct travel_name *n = t->names.first; n; n = n->next) {
        json_object(j);
        json_kv_str(j, "surname", n->surname);
        json_kv_str(j, "given", n->given);
        text(j, "middle", n->middle);
        text(j, "title", n->title);
        text(j, "given_without_title", n->given_without_title);
        word(j, "source", n->source);
        flag(j, "history", n->history);
        json_end(j);
    }
    json_end(j);
}

static void documents(struct json *j, const struct traveller *t)
{
    json_key(j, "documents");
    json_array(j);
    for (const struct travel_document *d = t->documents.first; d; d = d->next) {
        json_object(j);
        json_kv_str(j, "type", d->type);
        json_kv_str(j, "number", d->number);
        text(j, "issuer", d->issuer);
        text(j, "place_of_issue", d->place_of_issue);
        date(j, "expiry", "expiry_written", &d->expiry, false);
        date(j, "issued", "issued_written", &d->issued, false);
        word(j, "source", d->source);
        flag(j, "history", d->history);
        json_end(j);
    }
    json_end(j);
}

static void legs(struct json *j, const char *key, const struct travel_leg *first)
{
    json_key(j, key);
    json_array(j);
    for (const struct travel_leg *l = first; l; l = l->next) {
        json_object(j);
        text(j, "carrier", l->carrier);
        text(j, "flight", l->flight);
        text(j, "operating_carrier", l->operating_carrier);
        text(j, "operating_flight", l->operating_flight);
        text(j, "from", l->from);
        text(j, "to", l->to);
        date(j, "departs", "departs_written", &l->departs, false);
        date(j, "arrives", "arrives_written", &l->arrives, false);
        text(j, "status", l->status);
        flag(j, "history", l->history);
        flag(j, "not_a_flight", l->other);
        json_end(j);
    }
    json_end(j);
}

static void nationality(struct json *j, const struct traveller *t)
{
    json_key(j, "nationality");
    if (t->nationalities.n)
        json_str(j, t->nationalities.first->code);
    else
        json_null(j);
    if (t->nationalities.n < 2)
        return;
    json_key(j, "nationalities");
    json_array(j);
    for (const struct travel_nationality *n = t->nationalities.first; n; n = n->next) {
        json_object(j);
        json_kv_str(j, "code", n->code);
        word(j, "source", n->source);
        json_end(j);
    }
    json_end(j);
}

static void contacts(struct json *j, const struct travel_contact *first)
{
    if (!first)
        return;
    json_key(j, "contacts");
    json_array(j);
    for (const struct travel_contact *c = first; c; c = c->next) {
        json_object(j);
        word(j, "kind", c->kind);
        json_kv_str(j, "value", c->value);
        if (!str_eq(c->value, c->written))
            json_kv_str(j, "written", c->written);
        word(j, "source", c->source);
        flag(j, "history", c->history);
        json_end(j);
    }
    json_end(j);
}

static void addresses(struct json *j, const struct travel_address *first)
{
    if (!first)
        return;
    json_key(j, "addresses");
    json_array(j);
    for (const struct travel_address *a = first; a; a = a->next) {
        json_object(j);
        text(j, "kind", a->kind);
        text(j, "street", a->street);
        text(j, "city", a->city);
        text(j, "region", a->region);
        text(j, "postcode", a->postcode);
        text(j, "country", a->country);
        text(j, "telephone", a->telephone);
        word(j, "source", a->source);
        json_end(j);
    }
    json_end(j);
}

static void references(struct json *j, const char *key, const struct travel_reference *first)
{
    if (!first)
        return;
    json_key(j, key);
    json_array(j);
    for (const struct travel_reference *r = first; r; r = r->next) {
        json_object(j);
        json_kv_str(j, "qualifier", r->qualifier);
        json_kv_str(j, "value", r->value);
        json_end(j);
    }
    json_end(j);
}

static void bags(struct json *j, const struct travel_bag *first)
{
    if (!first)
        return;
    json_key(j, "bags");
    json_array(j);
    for (const struct travel_bag *b = first; b; b = b->next) {
        json_object(j);
        text(j, "pieces", b->pieces);
        text(j, "weight", b->weight);
        text(j, "unit", b->unit);
        text(j, "carrier", b->carrier);
        text(j, "tag", b->tag);
        text(j, "to", b->to);
        json_end(j);
    }
    json_end(j);
}

static void places(struct json *j, const struct traveller *t)
{
    if (!t->places.n)
        return;
    json_key(j, "places");
    json_array(j);
    for (const struct travel_place *p = t->places.first; p; p = p->next) {
        json_object(j);
        word(j, "kind", p->kind);
        text(j, "code", p->code);
        text(j, "text", p->text);
        json_end(j);
    }
    json_end(j);
}

static void seats(struct json *j, const struct traveller *t)
{
    if (!t->seats.n)
        return;
    json_key(j, "seats");
    json_array(j);
    for (const struct travel_seat *s = t->seats.first; s; s = s->next) {
        json_object(j);
        json_kv_str(j, "seat", s->seat);
        text(j, "from", s->from);
        text(j, "to", s->to);
        flag(j, "history", s->history);
        json_end(j);
    }
    json_end(j);
}

static void changes(struct json *j, const struct traveller *t)
{
    if (!t->changes.n)
        return;
    json_key(j, "changes");
    json_array(j);
    for (const struct travel_change *c = t->changes.first; c; c = c->next) {
        json_object(j);
        json_kv_str(j, "action", c->action);
        date(j, "at", "at_written", &c->at, false);
        json_end(j);
    }
    json_end(j);
}

/* What his whole reservation has. Of PAXLST it stands once, in the message. */
static void reservation(struct json *j, const struct travel_message *m, const struct travel_common *c)
{
    if (m->type != TRAVEL_PNRGOV || c == &m->common)
        return;
    json_key(j, "reservation");
    json_object(j);
    references(j, "locators", c->references.first);
    contacts(j, c->contacts.first);
    addresses(j, c->addresses.first);
    bags(j, c->bags.first);
    json_end(j);
}

/* ---- events
 * ------------------------------------------------------------------------------------------------------ */

static enum err send(struct writer *w)
{
    TRY(buf_err(&w->out));
    enum err e = w->out.n ? w->write(w->user, buf_view(&w->out)) : OK;
    buf_clear(&w->out);
    return e;
}

static void begin(struct writer *w, const char *type)
{
    w->j = json_to(&w->out);
    w->open = w->any = true;
    w->travellers = w->replies = false;
    json_object(&w->j);
    json_kv(&w->j, "type", type);
}

static void joined(struct json *j, const char *key, struct str a, struct str b)
{
    char both[80];
    snprintf(both, sizeof both, a.n && b.n ? "%.*s.%.*s" : "%.*s%.*s", (int)(a.n < 32 ? a.n : 32), a.p,
             (int)(b.n < 32 ? b.n : 32), b.p);
    json_kv(j, key, both);
}

static void common_head(struct writer *w)
{
    if (w->source)
        json_kv(&w->j, "file", w->source);
}

static enum err on_message(void *user, const struct travel_message *m)
{
    struct writer *w = user;
    struct json *j = &w->j;
    struct str none = {"", 0};
    begin(w, m->type == TRAVEL_UNKNOWN     ? "unknown"
             : m->type == TRAVEL_PAXLST_US ? "PAXLST"
                                           : travel_type_word(m->type));
    joined(j, "version", m->version.n ? m->version : none, m->release.n ? m->release : none);
    common_head(w);
    if (m->type == TRAVEL_PAXLST_US)
        json_kv(j, "dialect", "US-EDIFACT");
    text(j, "type_written", m->type_written);
    text(j, "reference", m->reference);
    text(j, "sequence", m->sequence);
    text(j, "sender", m->sender);
    text(j, "recipient", m->recipient);
    date(j, "prepared", "prepared_written", &m->prepared, false);
    json_kv_i64(j, "message", m->number);
    json_kv_i64(j, "segment", m->segment);
    json_kv_i64(j, "byte", m->byte);
    json_key(j, "travellers");
    json_array(j);
    w->travellers = true;
    return send(w);
}

static void sex(struct json *j, const struct traveller *t)
{
    json_key(j, "sex");
    if (t->sex)
        json_str(j, (struct str){&t->sex, 1});
    else
        json_null(j);
    if (t->sex_written.n != 1 || t->sex_written.p[0] != t->sex)
        text(j, "sex_written", t->sex_written);
    text(j, "other_sex_written", t->other_sex_written);
}

/* His own, that of his reservation, or the flight that the whole message is about. */
static const struct travel_leg *itinerary(const struct travel_message *m, const struct traveller *t)
{
    const struct travel_leg *first = t->itinerary.n ? t->itinerary.first : t->common->legs.first;
    return first ? first : m->common.legs.first;
}

static enum err on_traveller(void *user, const struct travel_message *m, const struct traveller *t)
{
    struct writer *w = user;
    struct json *j = &w->j;
    json_object(j);
    json_kv_i64(j, "number", t->number);
    json_kv_i64(j, "segment", t->segment);
    json_kv_i64(j, "byte", t->byte);
    word(j, "role", t->role);
    text(j, "qualifier", t->qualifier);
    text(j, "reference", t->reference);
    flag(j, "history", t->history);
    flag(j, "infant", t->infant);
    flag(j, "with_infant", t->with_infant);
    flag(j, "child_alone", t->child_alone);
    flag(j, "verified", t->verified);
    names(j, t);
    date(j, "birth_date", "birth_date_written", &t->birth, true);
    date(j, "other_birth_date", "other_birth_date_written", &t->other_birth, false);
    sex(j, t);
    nationality(j, t);
    documents(j, t);
    legs(j, "itinerary", itinerary(m, t));
    places(j, t);
    contacts(j, t->contacts.first);
    addresses(j, t->addresses.first);
    references(j, "references", t->references.first);
    seats(j, t);
    bags(j, t->bags.first);
    changes(j, t);
    reservation(j, m, t->common);
    json_end(j);
    return w->out.n > (64u << 10) ? send(w) : buf_err(&w->out);
}

static enum err on_reply(void *user, const struct travel_message *m, const struct travel_reply *reply)
{
    struct writer *w = user;
    struct json *j = &w->j;
    (void)m;
    if (!w->replies) {
        json_end(j); /* travellers: CUSRES names none */
        w->travellers = false;
        json_key(j, "replies");
        json_array(j);
        w->replies = true;
    }
    json_object(j);
    text(j, "level", reply->level);
    references(j, "references", reply->references.first);
    references(j, "codes", reply->codes.first);
    text(j, "text", reply->text);
    json_end(j);
    return w->out.n > (64u << 10) ? send(w) : buf_err(&w->out);
}

static enum err diagnostics(struct writer *w)
{
    struct json *j = &w->j;
    json_key(j, "diagnostics");
    json_array(j);
    for (size_t at = 0; at + sizeof(struct diagnostic) <= w->kept.n; at += sizeof(struct diagnostic)) {
        struct diagnostic d;
        memcpy(&d, w->kept.p + at, sizeof d);
        json_object(j);
        json_kv(j, "code", oddity_word(d.what));
        json_kv(j, "level", oddity_level_word(oddity_level(d.what)));
        json_kv(j, "meaning", oddity_meaning(d.what));
        json_kv_i64(j, "segment", d.segment);
        json_kv_i64(j, "byte", d.byte);
        word(j, "tag", d.tag);
        if (d.element)
            json_kv_i64(j, "element", d.element);
        if (d.traveller)
            json_kv_i64(j, "traveller", d.traveller);
        json_end(j);
        if (w->out.n > (64u << 10))
            TRY(send(w));
    }
    json_end(j);
    json_key(j, "diagnostic_counts");
    json_object(j);
    for (size_t i = 0; i < ODDITIES; i++)
        if (w->counts[i])
            json_kv_i64(j, oddity_word((enum oddity)i), w->counts[i]);
    json_end(j);
    buf_clear(&w->kept);
    memset(w->counts, 0, sizeof w->counts);
    return OK;
}

static enum err finish(struct writer *w)
{
    TRY(diagnostics(w));
    json_end(&w->j);
    buf_char(&w->out, '\n');
    w->open = false;
    return send(w);
}

static enum err on_end(void *user, const struct travel_message *m)
{
    struct writer *w = user;
    struct json *j = &w->j;
    if (w->travellers || w->replies)
        json_end(j);
    json_kv_i64(j, "travellers_count", m->travellers);
    text(j, "purpose", m->purpose);
    text(j, "document", m->document);
    legs(j, "itinerary", m->common.legs.first);
    references(j, "references", m->common.references.first);
    contacts(j, m->common.contacts.first);
    addresses(j, m->common.addresses.first);
    return finish(w);
}

static void on_diagnostic(void *user, const struct diagnostic *d)
{
    struct writer *w = user;
    if (w->counts[d->what]++ < TRAVEL_JSON_DIAGNOSTICS && w->kept.n < TRAVEL_JSON_DIAGNOSTICS * sizeof *d)
        buf_bytes(&w->kept, d, sizeof *d);
}

static enum err none(struct writer *w)
{
    begin(w, "none");
    json_key(&w->j, "version");
    json_null(&w->j);
    common_head(w);
    json_key(&w->j, "travellers");
    json_array(&w->j);
    json_end(&w->j);
    return finish(w);
}

enum err travel_json(edifact_read *read, void *user, const char *source, struct date today,
                     travel_write *write, void *write_user, int64_t *ret_messages)
{
    struct writer *w CLEANUP(mem_cleanup) = mem_alloc(sizeof *w);
    if (!w)
        return mem_fail();
    w->source = source;
    w->write = write;
    w->user = write_user;
    w->out.wipes = true;
    struct travel_events events = {on_message, on_traveller, on_reply, on_end, on_diagnostic, w};
    enum err e = travel_parse(read, user, today, &events, ret_messages);
    if (e == OK && !w->any)
        e = none(w);
    buf_free(&w->out);
    buf_free(&w->kept);
    return e;
}
