/* SPDX-License-Identifier: Apache-2.0 */
#include "core/page.h"
#include "sys/crypto.h"

#include "sys/text.h"

#define RLO "\xE2\x80\xAE"
#define PDF "\xE2\x80\xAC"

struct page page_to(struct buf *out, const struct lang *l, struct arena *a, const struct tz *z)
{
    return (struct page){.out = out, .lang = l, .arena = a, .tz = z};
}

static void misuse(struct page *p, const char *what)
{
    if (p->out->err == OK)
        p->out->err = FAIL(ERR_INTERNAL, "page: %s", what);
}

/* ---- elements ---------------------------------------------------------------------------------------------
 */

static bool is_one_of(const char *s, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(s, *list) == 0)
            return true;
    return false;
}

static bool is_void(const char *tag)
{
    static const char *const tags[] = {"input", "br", "hr", "img", "link", "meta", "col", "wbr", NULL};
    return is_one_of(tag, tags);
}

static bool name_ok(const char *s)
{
    if (*s < 'a' || *s > 'z')
        return false;
    for (; *s; s++)
        if ((*s < 'a' || *s > 'z') && (*s < '0' || *s > '9') && (*s < 'A' || *s > 'Z') && *s != '-')
            return false;
    return true;
}

/* Values of attributes that the browser follows: a path, query or fragment of this server. */
static bool link_ok(const char *v)
{
    for (const char *c = v; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == '\\' || *c == 0x7F)
            return false;
    return *v == '#' || *v == '?' || (*v == '/' && v[1] != '/');
}

static bool attribute_ok(const char *name, const char *value)
{
    static const char *const links[] = {"href", "src", "action", "formaction", NULL};
    static const char *const never[] = {"style", "srcdoc", "srcset", "background", "ping",
                                        "data",  "cite",   "poster", NULL};
    if (!name_ok(name) || (name[0] == 'o' && name[1] == 'n') || is_one_of(name, never))
        return false;
    return !is_one_of(name, links) || link_ok(value);
}

void page_el(struct page *p, const char *tag, const char *const *attributes)
{
    if (!name_ok(tag) || strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0)
        misuse(p, "no such element");
    buf_char(p->out, '<');
    buf_c(p->out, tag);
    for (const char *const *at = attributes + 1; at[0]; at += 2) {
        if (!at[1]) {
            if (!at[2])
                break; /* the end, or a left out attribute at the end */
            continue;
        }
        if (!attribute_ok(at[0], at[1]))
            misuse(p, "an attribute that may not be written");
        buf_char(p->out, ' ');
        buf_c(p->out, at[0]);
        buf_c(p->out, "=\"");
        buf_html(p->out, str_of(at[1]));
        buf_char(p->out, '"');
    }
    buf_char(p->out, '>');
    if (is_void(tag))
        return;
    if (p->depth == PAGE_DEPTH) {
        misuse(p, "nested too deeply");
        return;
    }
    p->open[p->depth++] = tag;
}

void page_script(struct page *p, const char *src)
{
    if (strncmp(src, "/assets/", 8) != 0 || !link_ok(src)) {
        misuse(p, "a script from elsewhere");
        return;
    }
    buf_c(p->out, "<script src=\"");
    buf_html(p->out, str_of(src));
    buf_c(p->out, "\" defer></script>");
}

void page_picture(struct page *p, const char *class, const char *media, struct str bytes, const char *alt)
{
    buf_c(p->out, "<img class=\"");
    buf_html(p->out, str_of(class));
    buf_c(p->out, "\" src=\"data:");
    buf_html(p->out, str_of(media));
    buf_c(p->out, ";base64,");
    base64(p->out, bytes.p, bytes.n);
    buf_c(p->out, "\" alt=\"");
    buf_html(p->out, str_of(page_words(p, alt)));
    buf_c(p->out, "\">");
}

void page_end(struct page *p)
{
    if (p->depth == 0) {
        misuse(p, "an end without a start");
        return;
    }
    buf_c(p->out, "</");
    buf_c(p->out, p->open[--p->depth]);
    buf_char(p->out, '>');
}

void page_doctype(struct page *p)
{
    buf_c(p->out, "<!DOCTYPE html>\n");
}

/* ---- texts
 * ------------------------------------------------------------------------------------------------- */

void page_text(struct page *p, struct str s)
{
    buf_html(p->out, s);
}

void page_c(struct page *p, const char *s)
{
    buf_html(p->out, str_of(s));
}

const char *page_words(struct page *p, const char *msgid)
{
    const char *text = lang_text(p->lang, msgid);
    if (!p->lang->pseudo || !*text)
        return text;
    const char *marked = arena_printf(p->arena, RLO "%s" PDF, text);
    return marked ? marked : text;
}

void page_t(struct page *p, const char *msgid)
{
    page_c(p, page_words(p, msgid));
}

void page_bdi(struct page *p, struct str s)
{
    buf_c(p->out, "<bdi>");
    buf_html(p->out, s);
    buf_c(p->out, "</bdi>");
}

void page_isolate(struct page *p, struct str s)
{
    buf_c(p->out, "<bdi dir=\"ltr\">");
    buf_html(p->out, s);
    buf_c(p->out, "</bdi>");
}

void page_isolate_c(struct page *p, const char *s)
{
    page_isolate(p, str_of(s));
}

void page_i64(struct page *p, int64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)v);
    page_isolate_c(p, text);
}

static void era_of(struct page *p, struct date d)
{
    struct str era;
    if (strcmp(p->lang->tag, "ja") != 0 || text_date(p->arena, d, "ja", true, &era) != OK)
        return;
    page_c(p, "（");
    page_text(p, era);
    page_c(p, "）");
}

void page_time(struct page *p, int64_t us)
{
    char utc[28], day[11], local[24];
    struct local at;
    utc_text(us, utc);
    if (p->tz)
        at = tz_local(p->tz, us);
    else
        at = (struct local){date_from_days((int32_t)(us / 86400000000)), (int)(us / 1000000 % 86400)};
    date_text(at.date, day);
    snprintf(local, sizeof local, "%s %02d:%02d", day, at.second_of_day / 3600 % 24,
             at.second_of_day / 60 % 60);
    PAGE_EL(p, "time", "datetime", utc);
    page_isolate_c(p, local);
    if (p->era)
        era_of(p, at.date);
    page_end(p);
}

void page_date(struct page *p, struct date d)
{
    char day[11];
    date_text(d, day);
    PAGE_EL(p, "time", "datetime", day);
    page_isolate_c(p, day);
    era_of(p, d);
    page_end(p);
}

static const char *value_of(const char *const *pairs, struct str name)
{
    for (; pairs[0] && pairs[1]; pairs += 2)
        if (str_is(name, pairs[0]))
            return pairs[1];
    return NULL;
}

void page_say(struct page *p, const char *msgid, const char *const *pairs)
{
    struct str rest = str_of(lang_text(p->lang, msgid));
    if (p->lang->pseudo)
        buf_c(p->out, RLO);
    while (rest.n > 0) {
        ptrdiff_t open = str_find(rest, '{');
        if (open < 0)
            break;
        struct str tail = str_sub(rest, (size_t)open + 1, rest.n);
        ptrdiff_t close = str_find(tail, '}');
        const char *value = close < 0 ? NULL : value_of(pairs, str_sub(tail, 0, (size_t)close));
        page_text(p, str_sub(rest, 0, (size_t)open + (value == NULL)));
        rest = tail;
        if (value) {
            page_bdi(p, str_of(value));
            rest = str_sub(tail, (size_t)close + 1, tail.n);
        }
    }
    page_text(p, rest);
    if (p->lang->pseudo)
        buf_c(p->out, PDF);
}
