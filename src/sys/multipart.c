/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/multipart.h"
#include "sys/form.h"
#include <strings.h>

#define BOUNDARY_MAX 70 /* RFC 2046 */

static bool same(struct str s, const char *word)
{
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* RFC 2046: bchars, not ending with a space. */
static bool boundary_ok(struct str b)
{
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !memchr("'()+_,-./:=?", c, 12))
            return false;
    }
    return b.n > 0 && b.n <= BOUNDARY_MAX;
}

bool multipart_type(struct str type, struct str *ret_boundary)
{
    struct str head, name, rest = type;
    if (!str_cut(&rest, ';', &head) || !same(str_trim(head), "multipart/form-data"))
        return false;
    rest = str_trim(rest);
    if (!str_cut(&rest, '=', &name) || !same(name, "boundary"))
        return false;
    if (rest.n >= 2 && rest.p[0] == '"' && rest.p[rest.n - 1] == '"')
        rest = str_sub(rest, 1, rest.n - 2);
    if (!boundary_ok(rest))
        return false;
    if (ret_boundary)
        *ret_boundary = rest;
    return true;
}

/* ---- the head of a part
 * ------------------------------------------------------------------------------------------ */

/* name="value" of a Content-Disposition; browsers write %22, %0D and %0A for what may not stand in it (WHATWG
 * HTML, multipart/form-data encoding). */
static bool parameter(struct str *rest, struct str *ret_name, struct str *ret_value)
{
    *rest = str_trim(*rest);
    if (!str_starts(*rest, ";"))
        return false;
    *rest = str_trim(str_sub(*rest, 1, rest->n));
    if (!str_cut(rest, '=', ret_name) || !form_token_ok(*ret_name) || !str_starts(*rest, "\""))
        return false;
    *rest = str_sub(*rest, 1, rest->n);
    return str_cut(rest, '"', ret_value);
}

static enum err text(struct arena *a, struct str raw, struct str *ret)
{
    if (!str_utf8_ok(raw))
        return FAIL(ERR_BAD_UTF8, "the head of a part");
    for (size_t i = 0; i < raw.n; i++)
        if ((unsigned char)raw.p[i] < ' ' || raw.p[i] == 0x7F)
            return FAIL(ERR_BAD_REQUEST, "a control character in the head of a part");
    *ret = arena_str(a, raw);
    return ret->p ? OK : arena_err(a);
}

/* Some browsers send a path: the last segment is the name. */
static struct str last_segment(struct str path)
{
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
            return str_sub(path, i, path.n);
    return path;
}

static enum err disposition(struct arena *a, struct str value, struct multipart_part *p)
{
    struct str rest = value, name, given;
    if (rest.n < 9 || strncasecmp(rest.p, "form-data", 9) != 0)
        return FAIL(ERR_BAD_REQUEST, "a part that is no field of a form");
    rest = str_sub(rest, 9, rest.n);
    while (str_trim(rest).n) {
        if (!parameter(&rest, &name, &given))
            return FAIL(ERR_BAD_REQUEST, "the head of a part");
        struct str *to = same(name, "name") ? &p->name : same(name, "filename") ? &p->file_name : NULL;
        if (!to || to->p)
            return FAIL(ERR_BAD_REQUEST, "the head of a part");
        TRY(text(a, to == &p->file_name ? last_segment(given) : given, to));
    }
    return p->name.p && p->name.n ? OK : FAIL(ERR_BAD_REQUEST, "a part without a name");
}

/* Lines up to an empty one. */
static enum err head_of(struct arena *a, struct str *rest, struct multipart_part *p)
{
    bool named = false;
    for (size_t read = 0;;) {
        const char *end = memmem(rest->p, rest->n, "\r\n", 2);
        if (!end)
            return FAIL(ERR_BAD_REQUEST, "the head of a part does not end");
        struct str line = {rest->p, (size_t)(end - rest->p)}, field, value = line;
        read += line.n + 2;
        if (read > HTTP_MAX_PART_HEAD)
            return FAIL(ERR_LIMIT, "the head of a part is over %d bytes", HTTP_MAX_PART_HEAD);
        *rest = str_sub(*rest, line.n + 2, rest->n);
        if (!line.n)
            return named ? OK : FAIL(ERR_BAD_REQUEST, "a part without a name");
        if (!str_cut(&value, ':', &field) || !form_token_ok(field))
            return FAIL(ERR_BAD_REQUEST, "the head of a part");
        if (same(field, "content-disposition")) {
            if (named)
                return FAIL(ERR_BAD_REQUEST, "a part with two names");
            TRY(disposition(a, str_trim(value), p));
            named = true;
        } else if (!same(field, "content-type")) { /* no encodings: RFC 7578 section 4.7 */
            return FAIL(ERR_BAD_REQUEST, "the head of a part");
        }
    }
}

/* ---- the body
 * ---------------------------------------------------------------------------------------------------- */

struct cutter {
    struct str rest;
    char mark[BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t n;
};

/* Up to the next boundary; *ret_last: it was the closing one. */
static enum err cut(struct cutter *c, struct str *ret, bool *ret_last)
{
    const char *at = memmem(c->rest.p, c->rest.n, c->mark, c->n);
    if (!at)
        return FAIL(ERR_BAD_REQUEST, "a part does not end");
    *ret = (struct str){c->rest.p, (size_t)(at - c->rest.p)};
    c->rest = str_sub(c->rest, ret->n + c->n, c->rest.n);
    *ret_last = str_starts(c->rest, "--");
    if (!*ret_last && !str_starts(c->rest, "\r\n"))
        return FAIL(ERR_BAD_REQUEST, "a boundary is followed by something else");
    c->rest = str_sub(c->rest, 2, c->rest.n);
    if (*ret_last && c->rest.n && !str_is(c->rest, "\r\n"))
        return FAIL(ERR_BAD_REQUEST, "something follows the last boundary");
    return OK;
}

enum err multipart_parse(struct arena *a, struct str boundary, struct str body, struct multipart_part **ret,
                         size_t *ret_n)
{
    struct cutter c = {.rest = body};
    size_t n = 0;
    bool last;
    if (!boundary_ok(boundary))
        return FAIL(ERR_BAD_REQUEST, "boundary");
    c.n = (size_t)snprintf(c.mark, sizeof c.mark, "\r\n--%.*s", STR_FMT(boundary));
    struct multipart_part *parts = ARENA_ARRAY(a, HTTP_MAX_PARTS, struct multipart_part);
    if (!parts)
        return arena_err(a);
    if (body.n < c.n || memcmp(body.p, c.mark + 2, c.n - 2) != 0)
        return FAIL(ERR_BAD_REQUEST, "the form does not begin with its boundary");
    c.rest = str_sub(body, c.n - 2, body.n);
    last = str_starts(c.rest, "--");
    if (!last && !str_starts(c.rest, "\r\n"))
        return FAIL(ERR_BAD_REQUEST, "a boundary is followed by something else");
    c.rest = str_sub(c.rest, 2, c.rest.n);
    while (!last) {
        if (n == HTTP_MAX_PARTS)
            return FAIL(ERR_LIMIT, "more than %d parts", HTTP_MAX_PARTS);
        TRY(head_of(a, &c.rest, &parts[n]));
        TRY(cut(&c, &parts[n].data, &last));
        if (!parts[n].file_name.p && !str_utf8_ok(parts[n].data))
            return FAIL(ERR_BAD_UTF8, "part %zu", n + 1);
        n++;
    }
    *ret = parts;
    *ret_n = n;
    return OK;
}
