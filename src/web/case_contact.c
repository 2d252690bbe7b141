/* SPDX-License-Identifier: Apache-2.0 */
/* case_contact.c - which way to her is safe, before anything else of her; and the contacts there were. */
#include "web/case_parts.h"

#include <stdio.h>

static const struct field_value *value_of(const struct record_model *m, const char *name)
{
    for (size_t i = 0; m && i < m->n; i++)
        if (strcmp(m->values[i].name, name) == 0)
            return &m->values[i];
    return NULL;
}

static bool tells(const struct record_model *m)
{
    const struct field_value *way = m->opened ? value_of(m, "safe_contact") : NULL;
    return way && (way->state == VALUE_GIVEN || way->state == VALUE_MASKED);
}

static const struct record_model *newer(const struct record_model *found, const struct record_model *list,
                                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (tells(&list[i]) && (!found || list[i].updated_us > found->updated_us))
            found = &list[i];
    return found;
}

const struct record_model *safe_record(const struct casefile *c, const struct subject_model *s)
{
    return newer(newer(NULL, s->records, s->nrecords), c->m->records, c->m->nrecords);
}

static void detail(struct casefile *c, struct page *p, const struct record_model *m, const char *name)
{
    const struct field_value *f = value_of(m, name);
    if (!f || f->state != VALUE_GIVEN)
        return;
    PAGE_EL(p, "div");
    PAGE_EL(p, "dt");
    page_t(p, f->field ? f->field->label : f->name);
    page_end(p);
    PAGE_EL(p, "dd");
    field_value(c->r, p, f);
    page_end(p);
    page_end(p);
}

/* ---- the clocks: hers may not be ours --------------------------------------------------------------------
 */
static void wall_clock(struct page *p, const char *where, const struct tz *z, int64_t now_us)
{
    char text[16];
    int second = tz_local(z, now_us).second_of_day;
    snprintf(text, sizeof text, "%02d:%02d", second / 3600 % 24, second / 60 % 60);
    PAGE_EL(p, "div");
    PAGE_EL(p, "dt");
    page_t(p, where);
    page_end(p);
    PAGE_EL(p, "dd");
    page_isolate_c(p, text);
    page_end(p);
    page_end(p);
}

/* She has left for the country that a return names (kind voluntary_return, K24-09); nothing else says where
 * she is now. */
static const struct field_value *left_for(const struct subject_model *s)
{
    for (size_t i = 0; i < s->nrecords; i++) {
        const struct record_model *m = &s->records[i];
        if (!m->opened || !m->kind || strcmp(m->kind->id, "voluntary_return") != 0)
            continue;
        const struct field_value *left = value_of(m, "departed_at"), *f = value_of(m, "country");
        if (left && left->state == VALUE_GIVEN && f && f->state == VALUE_GIVEN)
            return f;
    }
    return NULL;
}

static const struct tz *clock_there(const struct code *country, int64_t now_us)
{
    const struct crosswalk *alpha2 = country ? code_crosswalk(country, "iso_3166_alpha2") : NULL;
    const struct tz *z = NULL;
    if (!alpha2 || tz_of_country(alpha2->code, now_us, &z) != OK)
        err_clear();
    return z;
}

/* Beside the times that are safe: what the clocks show as this page is made, here and where she is. What is
 * to be asked then, or NULL. */
static const char *clocks_now(struct casefile *c, struct page *p, const struct subject_model *s)
{
    int64_t now = env_now_us();
    const struct field_value *f = left_for(s);
    const struct code_list *list = f ? pack_codes(c->r->w->pack, "country") : NULL;
    char *code = f ? arena_cstr(c->r->a, f->values[0]) : NULL;
    const struct code *country = list && code ? code_find(list, code) : NULL;
    const struct tz *there = clock_there(country, now);
    if (c->print || !c->r->w->tz)
        return NULL;
    wall_clock(p, "Clock here, as the page opened", c->r->w->tz, now);
    if (!country)
        return NULL;
    if (!there)
        return "She left the country. Ask her which clock is hers.";
    wall_clock(p, country->label, there, now);
    return "Ask her by which clock she meant her times.";
}

/* Red where nothing may go out, or nobody asked; amber where one way is safe. */
void safe_contact_row(struct casefile *c, struct page *p, const struct subject_model *s)
{
    const struct record_model *m = safe_record(c, s);
    const struct field_value *way = value_of(m, "safe_contact");
    bool none = !m || (way->state == VALUE_GIVEN && str_is(way->values[0], "none"));
    PAGE_EL(p, "div", "class", none ? "contact-rule never" : "contact-rule");
    el_text(p, "h3", NULL, "Safe contact");
    if (!m) {
        el_text(p, "strong", NULL,
                "Nobody has recorded what is safe. No call, no message, no letter, no visit.");
    } else {
        PAGE_EL(p, "strong");
        field_value(c->r, p, way);
        page_end(p);
        if (way->state == VALUE_GIVEN && !none)
            el_text(p, "span", NULL, "No other way: who holds the phone may read it.");
        const char *ask = NULL;
        PAGE_EL(p, "dl", "class", "inline-facts");
        detail(c, p, m, "safe_times");
        if (!none && value_of(m, "safe_times") && value_of(m, "safe_times")->state == VALUE_GIVEN)
            ask = clocks_now(c, p, s);
        detail(c, p, m, "safe_contact_detail");
        detail(c, p, m, "code_word");
        page_end(p);
        if (ask)
            el_text(p, "span", NULL, ask);
    }
    page_end(p);
}

static void one_contact(struct casefile *c, struct page *p, const struct contact_model *m)
{
    const struct code_list *list = pack_codes(c->r->w->pack, "channel");
    const struct code *code = list ? code_find(list, m->channel) : NULL;
    const struct subject_model *s = case_subject(c, m->subject);
    PAGE_EL(p, "li", "class", m->danger ? "m-danger" : "m-contact");
    page_time(p, m->at_us);
    PAGE_EL(p, "strong");
    page_word(p, m->direction);
    page_c(p, " · ");
    page_t(p, code ? code->label : m->channel);
    page_c(p, " · ");
    page_word(p, m->outcome);
    page_end(p);
    if (m->danger)
        tag_t(p, "red", "Life in danger");
    if (s && s->nnames && s->names[0].full.text.n) {
        PAGE_EL(p, "span");
        name_short(p, &s->names[0]);
        page_end(p);
    }
    if (m->note.text.n || m->note.verdict == VERDICT_MASK) {
        PAGE_EL(p, "p", "class", "long");
        shown_value(p, m->note);
        page_end(p);
    }
    page_end(p);
}

void contacts_part(struct casefile *c, struct page *p)
{
    if (!c->f->ncontacts)
        return;
    case_card(p, "Contacts");
    PAGE_EL(p, "ol", "class", "timeline");
    for (size_t i = 0; i < c->f->ncontacts && (c->print || i < 8); i++)
        one_contact(c, p, &c->f->contacts[i]);
    page_end(p);
    page_end(p);
}
