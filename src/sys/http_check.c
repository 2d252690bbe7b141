/* SPDX-License-Identifier: Apache-2.0 */
/* The guard in front of every handler. libmicrohttpd 0.9.75 forgives what RFC 9112 forbids (sys/README.md
 * lists it); two machines that forgive differently are how requests are smuggled. So nothing is believed that
 * was not checked here.
 *
 * The trick is the layout check: the library parses in place, so the pointers it hands out lie where the
 * client's bytes lay. A head written as RFC 9112 wants it has exactly one layout; a bare LF, a folded line, a
 * NUL, a second space or a skipped line shifts a pointer and is seen, although the library hides the bytes
 * themselves. */
#include "base/limits.h"
#include "sys/form.h"
#include "sys/http_int.h"
#include "sys/multipart.h"
#include <strings.h>
#include <unistd.h>

struct field {
    const char *name, *value; /* in the library's read buffer */
    size_t nname, nvalue;
};

struct head {
    struct exchange *x;
    const char *method, *url, *version;
    struct field *fields;
    size_t n, room;
};

static bool refuse(struct exchange *x, int status, const char *reason)
{
    if (!x->refused) {
        x->refused = status;
        x->reason = reason;
    }
    return false;
}

static enum MHD_Result collect(void *cls, enum MHD_ValueKind kind, const char *name, size_t nname,
                               const char *value, size_t nvalue)
{
    (void)kind;
    struct head *h = cls;
    if (h->n == h->room)
        return MHD_NO;
    h->fields[h->n++] = (struct field){name, value, nname, nvalue};
    return MHD_YES;
}

/* The library overwrites CR LF with two zeros, and a bare LF with one. */
static bool line_end(const char *p)
{
    return p[0] == '\0' && p[1] == '\0';
}

/* name ":" OWS value CRLF, beginning at p. Returns its end, or NULL. */
static const char *field_end(const struct field *f, const char *p, const char *limit)
{
    if (f->name != p || f->value <= p || f->value >= limit)
        return NULL;
    for (p += f->nname + 1; p < f->value; p++)
        if (*p != ' ' && *p != '\t')
            return NULL;
    if (p != f->value || !line_end(p + f->nvalue))
        return NULL;
    return p + f->nvalue + 2;
}

/* True if the head consists of method SP target SP version CRLF *(field CRLF) CRLF and of no other byte. The
 * library's buffer is a mapping, so a first byte away from the start of a page means that something was
 * skipped; one empty line may be (RFC 9112 section 2.2). Measured for 0.9.75; another layout would refuse
 * everything, which the tests show at once. From 1.0 on the library itself is strict. */
static bool layout_exact(const struct head *h, size_t size)
{
    if (MHD_get_version()[0] != '0')
        return true;
    const char *p = h->method, *limit = h->method + size;
    size_t skipped = (uintptr_t)p % (size_t)sysconf(_SC_PAGESIZE);
    if (skipped != 0 && !(skipped == 2 && line_end(p - 2)))
        return false;
    p += strlen(h->method) + 1;
    if (h->url != p)
        return false;
    p += h->x->target.n + 1;
    if (h->version != p || strlen(h->version) != 8 || !line_end(p + 8))
        return false;
    p += 8 + 2;
    for (size_t i = 0; i < h->n && p; i++)
        p = field_end(&h->fields[i], p, limit);
    return p && limit - p == 2 && line_end(p);
}

static bool check_layout(struct head *h)
{
    struct exchange *x = h->x;
    int n = MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, NULL, NULL);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (n < 0 || !info)
        return refuse(x, 400, "head");
    if (n > HTTP_MAX_HEADER_COUNT || info->header_size > HTTP_MAX_HEADERS)
        return refuse(x, 431, "headers-too-large");
    if (!x->target.p)
        return refuse(x, 414, "target-too-long");
    h->room = (size_t)n;
    h->fields = ARENA_ARRAY(x->arena, h->room, struct field);
    if (!h->fields)
        return refuse(x, 503, "memory");
    MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, collect, h);
    return layout_exact(h, info->header_size) || refuse(x, 400, "layout");
}

static bool value_ok(const struct field *f)
{
    for (size_t i = 0; i < f->nvalue; i++) {
        unsigned char c = (unsigned char)f->value[i];
        if ((c < ' ' && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

/* Sent twice, each of these could mean one thing to a proxy and another one here. */
static bool only_once(struct str name)
{
    static const char *const names[] = {
        "authorization",  "content-encoding", "content-length", "content-type",
        "cookie",         "expect",           "host",           "if-modified-since",
        "if-match",       "origin",           "if-none-match",  "range",
        "sec-fetch-site", "sec-fetch-mode",   "sec-fetch-dest", "transfer-encoding",
        "upgrade",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static void lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] += 'a' - 'A';
}

/* Names become lower-case, values lose their outer blanks. A value that is no UTF-8 is left out: nobody here
 * could use it. */
static bool check_fields(struct head *h)
{
    struct exchange *x = h->x;
    struct http_pair *pairs = ARENA_ARRAY(x->arena, h->n, struct http_pair);
    if (!pairs)
        return refuse(x, 503, "memory");
    x->request.headers = pairs;
    for (size_t i = 0; i < h->n; i++) {
        struct field *f = &h->fields[i];
        if (!form_token_ok((struct str){f->name, f->nname}))
            return refuse(x, 400, "header-name");
        if (!value_ok(f))
            return refuse(x, 400, "header-value");
        struct str name = arena_str(x->arena, (struct str){f->name, f->nname});
        struct str value = arena_str(x->arena, str_trim((struct str){f->value, f->nvalue}));
        if (!name.p || !value.p)
            return refuse(x, 503, "memory");
        lower((char *)name.p, name.n);
        if (only_once(name) && http_header(&x->request, name.p).p)
            return refuse(x, 400, "header-twice");
        if (str_utf8_ok(value))
            pairs[x->request.nheaders++] = (struct http_pair){name, value};
        else if (only_once(name))
            return refuse(x, 400, "header-value");
    }
    return true;
}

static bool same(struct str a, struct str b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* What the library saw, blanks included: it must have understood exactly what is understood here. */
static struct str raw_value(const struct head *h, const char *name)
{
    for (size_t i = 0; i < h->n; i++)
        if (same((struct str){h->fields[i].name, h->fields[i].nname}, str_of(name)))
            return (struct str){h->fields[i].value, h->fields[i].nvalue};
    return (struct str){0};
}

/* A form with files, at the one place that takes them. Its length is told beforehand. */
static bool is_upload(struct head *h)
{
    const char *path = h->x->server->config.upload_path;
    struct str type = raw_value(h, "content-type");
    return path && str_is(str_of(h->method), "POST") && h->x->target.p && str_starts(h->x->target, path) &&
           raw_value(h, "content-length").p && multipart_type(type, NULL);
}

/* The length of the body must be beyond doubt (RFC 9112 section 6). The library has already answered lengths
 * that are no numbers. */
static bool check_framing(struct head *h, bool *ret_drain)
{
    struct exchange *x = h->x;
    struct str length = raw_value(h, "content-length"), coding = raw_value(h, "transfer-encoding");
    int64_t bytes = 0;
    if (length.p && coding.p)
        return refuse(x, 400, "length-and-encoding");
    if (coding.p && !str_is(str_of(h->version), "HTTP/1.1"))
        return refuse(x, 400, "encoding-in-1.0");
    if (coding.p && !same(coding, STR("chunked")))
        return refuse(x, 501, "transfer-encoding");
    if (length.p && str_i64(length, 0, INT64_MAX, &bytes) != OK)
        return refuse(x, 400, "length");
    x->close |= coding.p != NULL; /* bare LF between chunks is not seen here, so nothing may follow them */
    bool expects = raw_value(h, "expect").p != NULL;
    *ret_drain = !expects && (coding.p || (bytes > 0 && bytes <= HTTP_MAX_DRAIN));
    if (is_upload(h)) {
        x->upload = true;
        x->body.limit = HTTP_MAX_UPLOAD;
    }
    if (bytes > 0 && (uint64_t)bytes > x->body.limit)
        return refuse(x, 413, "body-too-large");
    return true;
}

/* RFC 9112 section 9.3: will the client send another request? */
static bool wants_more(struct head *h)
{
    bool keeps = str_is(str_of(h->version), "HTTP/1.1");
    for (size_t i = 0; i < h->x->request.nheaders; i++) {
        struct str rest = h->x->request.headers[i].value, option;
        if (!str_is(h->x->request.headers[i].name, "connection"))
            continue;
        while (str_cut(&rest, ',', &option)) {
            if (same(str_trim(option), STR("close")))
                return false;
            keeps |= same(str_trim(option), STR("keep-alive"));
        }
    }
    return keeps;
}

static bool host_ok(struct str host)
{
    struct str name = host, port = {0};
    if (host.n && host.p[0] == '[') { /* IPv6 */
        ptrdiff_t end = str_find(host, ']');
        if (end < 0 || strspn(host.p + 1, "0123456789abcdefABCDEF:.") != (size_t)end - 1 || end < 3)
            return false;
        name = str_sub(host, 0, (size_t)end + 1);
    } else {
        ptrdiff_t colon = str_find(host, ':');
        name = str_sub(host, 0, colon < 0 ? host.n : (size_t)colon);
        for (size_t i = 0; i < name.n; i++)
            if (!((name.p[i] | 32) >= 'a' && (name.p[i] | 32) <= 'z') &&
                !(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '-' && name.p[i] != '.' &&
                name.p[i] != '_')
                return false;
    }
    if (name.n == 0 || name.n > 255)
        return false;
    port = str_sub(host, name.n, host.n);
    int64_t number;
    return port.n == 0 || (port.p[0] == ':' && str_i64(str_sub(port, 1, port.n), 0, 65535, &number) == OK);
}

static bool check_host(struct head *h)
{
    struct str host = http_header(&h->x->request, "host");
    if (!host.p && str_is(str_of(h->version), "HTTP/1.1"))
        return refuse(h->x, 400, "no-host");
    return !host.p || host_ok(host) || refuse(h->x, 400, "host");
}

static bool check_method(struct head *h)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    struct str method = str_of(h->method);
    if (!form_token_ok(method))
        return refuse(h->x, 400, "method");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(method, known[i])) {
            h->x->request.method = str_of(i == 1 ? "GET" : known[i]);
            return true;
        }
    return refuse(h->x, 501, "method");
}

/* RFC 9112 section 3.2.2: the absolute form must be taken; here only if it names the same host as the Host
 * field. */
static bool origin_form(struct exchange *x, struct str *target)
{
    size_t scheme = target->n > 7 && strncasecmp(target->p, "http://", 7) == 0    ? 7
                    : target->n > 8 && strncasecmp(target->p, "https://", 8) == 0 ? 8
                                                                                  : 0;
    if (!scheme)
        return true;
    struct str rest = str_sub(*target, scheme, target->n);
    size_t authority = 0;
    while (authority < rest.n && rest.p[authority] != '/' && rest.p[authority] != '?')
        authority++;
    struct str host = http_header(&x->request, "host");
    if (!host.p || !same(host, str_sub(rest, 0, authority)))
        return refuse(x, 400, "target");
    rest = str_sub(rest, authority, rest.n);
    if (rest.n == 0 || rest.p[0] == '?')
        rest = str_of(arena_printf(x->arena, "/%.*s", STR_FMT(rest)));
    *target = rest;
    return rest.n > 0 || refuse(x, 503, "memory");
}

static bool check_target(struct head *h)
{
    struct exchange *x = h->x;
    struct str target = x->target, query;
    if (!origin_form(x, &target))
        return false;
    enum err err = form_target(x->arena, target, &x->request.path, &query);
    if (!err)
        err = form_pairs(x->arena, query, &x->request.query, &x->request.nquery);
    if (err == ERR_NO_MEMORY)
        return refuse(x, 503, "memory");
    return !err || refuse(x, err == ERR_LIMIT ? 414 : 400, "target");
}

static bool check_expect(struct head *h)
{
    struct str expect = raw_value(h, "expect");
    return !expect.p || same(expect, STR("100-continue")) || refuse(h->x, 417, "expect");
}

void http_check(struct exchange *x, const char *url, const char *method, const char *version, bool *ret_drain)
{
    struct head h = {.x = x, .method = method, .url = url, .version = version};
    *ret_drain = false;
    if (!check_layout(&h) || !check_fields(&h) || !check_framing(&h, ret_drain))
        return;
    if (!str_is(str_of(version), "HTTP/1.1") && !str_is(str_of(version), "HTTP/1.0")) {
        refuse(x, 505, "version");
        return;
    }
    x->close |= !wants_more(&h);
    if (check_method(&h) && check_host(&h) && check_target(&h))
        (void)check_expect(&h);
}
