/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - HTTP/1.1 server (libmicrohttpd behind an adapter that answers 400 and closes where the library is lax: two
 * Content-Length, Content-Length with Transfer-Encoding, two or no Host, header names that are no tokens, folded lines as far
 * as they can be seen, NUL in the path, methods that are no tokens). TLS and HTTP/2 are a proxy's work in front.
 *
 * Requests are parsed by the library's epoll threads and handled by a pool of workers, so that many may wait for one group
 * commit. A handler gets the whole body; it never sees a request over the limits (413, 431, 408 are answered here). */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct http_pair { struct str name, value; }; /* header names lower-case; query and form values decoded */
struct http_request {
    struct str method;            /* "GET" ... */
    struct str path;              /* decoded once; valid UTF-8, begins with '/', no NUL, no "//", no dot segments (400 else) */
    struct http_pair *query; size_t nquery;
    struct http_pair *headers; size_t nheaders;
    struct str body;
    struct arena *arena;          /* of this request */
    int worker;                   /* 0..workers-1: index for per-thread resources */
};
struct str http_header(const struct http_request *r, const char *lower_name); /* empty slice if absent */
struct str http_query(const struct http_request *r, const char *name);
struct str http_cookie(const struct http_request *r, const char *name);
/* application/x-www-form-urlencoded body into pairs; ERR_MEDIA, ERR_BAD_REQUEST, ERR_BAD_UTF8, ERR_LIMIT (256 fields). */
enum err http_form(const struct http_request *r, struct http_pair **ret, size_t *ret_n) NODISCARD;

struct http_response {
    int status;
    struct buf body;              /* freed by the server */
    struct http_pair headers[24]; size_t nheaders; /* slices in the request's arena or constant */
};
void http_add(struct http_response *r, const char *name, const char *value); /* CR, LF or NUL in value: dropped, status 500 */

typedef void http_handler(void *user, const struct http_request *request, struct http_response *response);
struct http_config {
    const char *address;          /* "127.0.0.1" */
    int port;                     /* 0 = any free one */
    int workers;                  /* 0 = 16 */
    int timeout_s;                /* 0 = HTTP_TIMEOUT_S: idle, slow header or slow body */
    size_t max_body;              /* 0 = HTTP_MAX_BODY */
    http_handler *handler;
    void *user;
    /* told of every request refused before the handler (status, reason word), so that it can be audited; may be NULL */
    void (*refused)(void *user, int status, const char *reason);
};
struct http_server;
enum err http_start(const struct http_config *config, struct http_server **ret) NODISCARD; /* ERR_BUSY when the port is taken */
int http_port(const struct http_server *s);
void http_stop(struct http_server *s); /* waits for running handlers */
