/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/multipart.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "sys/crypto.h"
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

struct multipart {
    multipart_source *source;
    void *user;
    char mark[BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t nmark;
    size_t start, n; /* of what waits in the window */
    size_t parts;
    bool ended; /* the source has */
    bool in_part, last;
    char window[MULTIPART_WINDOW];
};

enum err multipart_open(struct str boundary, multipart_source *source, void *user, struct multipart **ret)
{
    if (!boundary_ok(boundary))
        return FAIL(ERR_BAD_REQUEST, "boundary");
    struct multipart *m = mem_alloc(sizeof *m);
    if (!m)
        return mem_fail();
    m->source = source;
    m->user = user;
    m->nmark = (size_t)snprintf(m->mark, sizeof m->mark, "\r\n--%.*s", STR_FMT(boundary));
    memcpy(m->window, "\r\n", 2); /* so that the first boundary is as all others */
    m->n = 2;
    *ret = m;
    return OK;
}

void multipart_close(struct multipart **m)
{
    if (*m)
        secret_wipe(*m, sizeof **m);
    mem_free(*m);
    *m = NULL;
}

/* Until the window is full, or the form has ended. */
static enum err fill(struct multipart *m)
{
    if (m->start) {
        memmove(m->window, m->window + m->start, m->n);
        m->start = 0;
    }
    while (!m->ended && m->n < MULTIPART_WINDOW) {
        size_t n;
        TRY(m->source(m->user, m->window + m->n, MULTIPART_WINDOW - m->n, &n));
        m->ended = n == 0;
        m->n += n;
    }
    return OK;
}

static struct str waiting(const struct multipart *m)
{
    return (struct str){m->window + m->start, m->n};
}

static void pass(struct multipart *m, size_t n)
{
    m->start += n;
    m->n -= n;
}

/* How much of the window is the part's for certain: up to the boundary, else all but what may be its begin.
 */
static size_t certain(struct multipart *m, bool *ret_end)
{
    const char *at = memmem(m->window + m->start, m->n, m->mark, m->nmark);
    *ret_end = at != NULL;
    if (at)
        return (size_t)(at - (m->window + m->start));
    return m->n < m->nmark ? 0 : m->n - (m->nmark - 1);
}

enum err multipart_data(struct multipart *m, char *p, size_t max, size_t *ret_n)
{
    bool end = true;
    size_t n = 0;
    *ret_n = 0;
    if (!m->in_part)
        return OK;
    n = certain(m, &end);
    if (n == 0 && !end) {
        TRY(fill(m));
        n = certain(m, &end);
        if (n == 0 && !end)
            return FAIL(ERR_BAD_REQUEST, "a part does not end");
    }
    n = n < max ? n : max;
    if (n)
        memcpy(p, m->window + m->start, n);
    pass(m, n);
    m->in_part = n > 0; /* at the boundary it is over */
    *ret_n = n;
    return OK;
}

enum err multipart_value(struct multipart *m, struct arena *a, size_t max, struct str *ret)
{
    struct buf value CLEANUP(buf_free) = {.limit = max, .wipes = true};
    char piece[1024];
    size_t n;
    do {
        TRY(multipart_data(m, piece, sizeof piece, &n));
        buf_bytes(&value, piece, n);
        TRY(buf_err(&value));
    } while (n);
    if (!str_utf8_ok(buf_view(&value)))
        return FAIL(ERR_BAD_UTF8, "part %zu", m->parts);
    return buf_take(&value, a, ret);
}

static enum err pass_over(struct multipart *m)
{
    char piece[4096];
    size_t n = 1;
    while (m->in_part && n)
        TRY(multipart_data(m, piece, sizeof piece, &n));
    return OK;
}

/* The window begins with a boundary: what follows it? */
static enum err boundary(struct multipart *m)
{
    struct str rest = waiting(m);
    if (rest.n < m->nmark || memcmp(rest.p, m->mark, m->nmark) != 0)
        return FAIL(ERR_BAD_REQUEST, "the form does not begin with its boundary");
    rest = str_sub(rest, m->nmark, rest.n);
    m->last = str_starts(rest, "--");
    if (!m->last && !str_starts(rest, "\r\n"))
        return FAIL(ERR_BAD_REQUEST, "a boundary is followed by something else");
    rest = str_sub(rest, 2, rest.n);
    if (m->last && rest.n && !str_is(rest, "\r\n"))
        return FAIL(ERR_BAD_REQUEST, "something follows the last boundary");
    pass(m, m->nmark + 2);
    return OK;
}

enum err multipart_next(struct multipart *m, struct arena *a, struct multipart_part *ret, bool *ret_more)
{
    *ret_more = false;
    if (m->last)
        return OK;
    TRY(pass_over(m));
    TRY(fill(m)); /* a boundary and a head are shorter than the window */
    TRY(boundary(m));
    if (m->last)
        return OK;
    if (m->parts++ == HTTP_MAX_PARTS)
        return FAIL(ERR_LIMIT, "more than %d parts", HTTP_MAX_PARTS);
    struct str rest = waiting(m);
    *ret = (struct multipart_part){{0}, {0}};
    TRY(head_of(a, &rest, ret));
    pass(m, m->n - rest.n);
    m->in_part = *ret_more = true;
    return OK;
}
