/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - how a person is called and how old she is, the same on every page. */
#include "sys/text.h"
#include "web/parts.h"

#define OF_AGE 18 /* a child below it: UN Convention on the Rights of the Child, article 1 */

bool name_takes_ruby(struct str full, struct str reading)
{
    const char *script = text_script(reading);
    return full.n && reading.n && strcmp(text_script(full), "Hani") == 0 &&
           (strcmp(script, "Hira") == 0 || strcmp(script, "Kana") == 0);
}

static void ruby(struct page *p, const struct name_model *n)
{
    PAGE_EL(p, "ruby");
    page_bdi(p, n->full.text);
    PAGE_EL(p, "rp");
    page_c(p, " (");
    page_end(p);
    PAGE_EL(p, "rt");
    page_bdi(p, n->reading.text);
    page_end(p);
    PAGE_EL(p, "rp");
    page_c(p, ")");
    page_end(p);
    page_end(p);
}

static void other_forms(struct page *p, const struct name_model *n, bool reading)
{
    bool passport = n->passport_form.text.n && !str_eq(n->passport_form.text, n->full.text);
    reading = reading && n->reading.text.n && !str_eq(n->reading.text, n->full.text) &&
              !(passport && str_eq(n->reading.text, n->passport_form.text));
    if (!reading && !passport)
        return;
    page_c(p, " ");
    PAGE_EL(p, "small");
    if (reading)
        page_bdi(p, n->reading.text);
    if (reading && passport)
        page_c(p, " · ");
    if (passport) {
        page_t(p, "As in the passport");
        page_c(p, " ");
        page_isolate(p, n->passport_form.text);
    }
    page_end(p);
}

void name_short(struct page *p, const struct name_model *n)
{
    if (n->full.verdict == VERDICT_ALLOW && n->reading.verdict == VERDICT_ALLOW &&
        name_takes_ruby(n->full.text, n->reading.text))
        ruby(p, n);
    else
        shown_value(p, n->full);
}

void name_text(struct page *p, const struct name_model *n)
{
    name_short(p, n);
    if (n->full.verdict == VERDICT_ALLOW)
        other_forms(p, n, !name_takes_ruby(n->full.text, n->reading.text));
}

void birth_date(struct page *p, struct date born)
{
    int64_t now = env_now_us();
    struct date today = p->tz ? tz_local(p->tz, now).date : date_from_days((int32_t)(now / 86400000000));
    int age = date_age(born, today);
    char n[16];
    page_date(p, born);
    if (age < 0 || age > 150)
        return;
    snprintf(n, sizeof n, "%d", age);
    page_c(p, " · ");
    PAGE_SAY(p, age == 1 ? "{n} year old" : "{n} years old", "n", n);
    if (age < OF_AGE) {
        page_c(p, " ");
        tag_t(p, "amber", "Under 18");
    }
}
