/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - writes HTML. Every value is escaped for the place where it stands; there is no way to print a
 * value raw, no printf, no attribute that runs code (on..., style, srcdoc), and links go to this server only.
 * Numbers, ids, phones, dates and other text that must keep its order in any language go through page_isolate
 * (a phone number in an Urdu line otherwise shows its groups backwards). Misuse makes the buffer's err
 * ERR_INTERNAL. */
#pragma once
#include "base/buf.h"
#include "core/i18n.h"
#include "sys/tz.h"

#define PAGE_DEPTH 48
struct page {
    struct buf *out;
    const struct lang *lang;
    struct arena *arena;
    const struct tz *tz;          /* of times; NULL = UTC */
    bool era;                     /* times, too, tell the era where the language has eras: for paper */
    const char *open[PAGE_DEPTH]; /* elements that wait for their end */
    int depth;
};
struct page page_to(struct buf *out, const struct lang *l, struct arena *a, const struct tz *z);

/* <tag name="value" ...>: attributes by name and value; one with a NULL value is left out, "" is written as
 * name="". Void elements (input, br, ...) are closed already, the others wait for page_end. Names are
 * constants of the program. */
#define PAGE_EL(p, tag, ...) page_el((p), (tag), (const char *const[]){"", ##__VA_ARGS__, NULL})
void page_el(struct page *p, const char *tag,
             const char *const *attributes); /* attributes[0] is passed over */
void page_end(struct page *p);               /* of the innermost */
void page_doctype(struct page *p);
/* <script src defer>, of a file under /assets/: the only way in for a script. */
void page_script(struct page *p, const char *src);

/* A picture inside of the page, for this answer only; media is a constant, alt is translated. */
void page_picture(struct page *p, const char *class, const char *media, struct str bytes, const char *alt);

void page_t(struct page *p, const char *msgid); /* translated */
void page_text(struct page *p, struct str s);   /* as it is: words of the country, words of people */
void page_c(struct page *p, const char *s);
void page_bdi(struct page *p, struct str s); /* of a person: <bdi>, takes its own direction */
void page_isolate(struct page *p,
                  struct str s); /* <bdi dir="ltr">: numbers, ids, phones, addresses of the web */
void page_isolate_c(struct page *p, const char *s);
void page_i64(struct page *p, int64_t v);      /* isolated */
void page_time(struct page *p, int64_t us);    /* <time>: 2026-11-22 11:05, local to the country */
void page_date(struct page *p, struct date d); /* <time>: 2026-11-22, with the era in Japanese */
/* A translated sentence with {name} in it: pairs of name and value; every value is isolated. */
#define PAGE_SAY(p, msgid, ...) page_say((p), (msgid), (const char *const[]){__VA_ARGS__, NULL})
void page_say(struct page *p, const char *msgid, const char *const *pairs);
/* As attribute value: translated, in the arena, marked for the pseudo language. Never NULL. */
const char *page_words(struct page *p, const char *msgid);
