/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/form.h"
#include "base/limits.h"
#include <strings.h>

enum byte_class {
    TOKEN = 1,  /* RFC 9110 tchar */
    PATH = 2,   /* RFC 3986 pchar and '/', without '%' */
    QUERY = 4,  /* what browsers leave unescaped in a query or a form, without '%' and '+' */
    COOKIE = 8, /* RFC 6265 cookie-octet */
};

/* Written as sets, not as a table of 256 numbers, so that it can be read against the RFCs. */
static bool is_byte(unsigned char c, enum byte_class class)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    switch (class) {
    case TOKEN:
        return c && strchr("!#$%&'*+-.^_`|~", c);
    case PATH:
        return c && strchr("-._~!$&'()*+,;=:@/", c);
    case QUERY:
        return c >= 0x80 || (c > ' ' && c < 0x7F && !strchr("\"<>#%+", c));
    case COOKIE:
        return c > ' ' && c < 0x7F && !strchr("\",;\\", c);
    }
    return false;
}

static bool all_bytes(struct str s, enum byte_class class)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_byte((unsigned char)s.p[i], class))
            return false;
    return true;
}

bool form_token_ok(struct str s)
{
    return s.n > 0 && all_bytes(s, TOKEN);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes percent escapes once. */
static enum err decode(struct arena *a, struct str raw, enum byte_class class, struct str *ret)
{
    char *out = arena_alloc(a, raw.n + 1);
    if (!out)
        return arena_err(a);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return FAIL(ERR_BAD_REQUEST, "bad percent escape");
            c = (char)(high * 16 + low);
            if (c == '\0' || (class == PATH && (c == '/' || c == '\\')))
                return FAIL(ERR_BAD_REQUEST, "escape that is not allowed");
            i += 2;
        } else if (class == QUERY && c == '+') {
            c = ' ';
        } else if (!is_byte((unsigned char)c, class)) {
            return FAIL(ERR_BAD_REQUEST, "byte 0x%02X is not allowed here", (unsigned char)c);
        }
        out[n++] = c;
    }
    if (!str_utf8_ok((struct str){out, n}))
        return FAIL(ERR_BAD_UTF8, "escapes are not UTF-8");
    *ret = (struct str){out, n};
    return OK;
}

/* No segment may be empty (but behind a last slash), "." or "..": a router in front or behind must not see
 * another path. */
static enum err check_segments(struct str path)
{
    struct str rest = str_sub(path, 1, path.n), segment;
    while (str_cut(&rest, '/', &segment))
        if (segment.n == 0 || str_is(segment, ".") || str_is(segment, ".."))
            return FAIL(ERR_BAD_REQUEST, "path with an empty or dot segment");
    return OK;
}

enum err form_target(struct arena *a, struct str target, struct str *ret_path, struct str *ret_query)
{
    if (target.n == 0 || target.p[0] != '/')
        return FAIL(ERR_BAD_REQUEST, "the target is not in origin form");
    ptrdiff_t mark = str_find(target, '?');
    struct str path = mark < 0 ? target : str_sub(target, 0, (size_t)mark), query = STR("");
    if (mark >= 0)
        query = str_sub(target, (size_t)mark + 1, target.n);
    TRY(decode(a, path, PATH, &path));
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7F)
            return FAIL(ERR_BAD_REQUEST, "control character in the path");
    TRY(check_segments(path));
    *ret_path = path;
    *ret_query = query;
    return OK;
}

enum err form_pairs(struct arena *a, struct str raw, struct http_pair **ret, size_t *ret_n)
{
    size_t parts = 0;
    struct str rest = raw, part;
    while (str_cut(&rest, '&', &part))
        parts += part.n > 0;
    if (parts > HTTP_MAX_FIELDS)
        return FAIL(ERR_LIMIT, "more than %d fields", HTTP_MAX_FIELDS);
    struct http_pair *pairs = ARENA_ARRAY(a, parts, struct http_pair);
    if (!pairs)
        return arena_err(a);
    size_t n = 0;
    for (rest = raw; str_cut(&rest, '&', &part);) {
        if (part.n == 0)
            continue;
        ptrdiff_t equals = str_find(part, '=');
        size_t split = equals < 0 ? part.n : (size_t)equals;
        TRY(decode(a, str_sub(part, 0, split), QUERY, &pairs[n].name));
        TRY(decode(a, str_sub(part, split + 1, part.n), QUERY, &pairs[n].value));
        n++;
    }
    *ret = pairs;
    *ret_n = n;
    return OK;
}

static bool same_word(struct str s, const char *word)
{
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

bool form_type_ok(struct str content_type)
{
    ptrdiff_t semicolon = str_find(content_type, ';');
    size_t split = semicolon < 0 ? content_type.n : (size_t)semicolon;
    if (!same_word(str_trim(str_sub(content_type, 0, split)), "application/x-www-form-urlencoded"))
        return false;
    struct str parameter = str_trim(str_sub(content_type, split + 1, content_type.n));
    return parameter.n == 0 || same_word(parameter, "charset=utf-8") ||
           same_word(parameter, "charset=\"utf-8\"");
}

struct str form_cookie(struct str header, struct str name)
{
    struct str found = {0}, rest = header, part;
    while (str_cut(&rest, ';', &part)) {
        part = str_trim(part);
        ptrdiff_t equals = str_find(part, '=');
        if (equals < 0 || !str_eq(str_sub(part, 0, (size_t)equals), name))
            continue;
        struct str value = str_sub(part, (size_t)equals + 1, part.n);
        if (!all_bytes(value, COOKIE) || (found.p && !str_eq(found, value)))
            return (struct str){0};
        found = value;
    }
    return found;
}
