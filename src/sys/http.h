/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - HTTP/1.1 server (libmicrohttpd behind an adapter that answers 400 and closes where the library is
 * lax: two Content-Length, Content-Length with Transfer-Encoding, two or no Host, header names that are no
 * tokens, folded lines, bare line feeds, NUL, methods that are no tokens). TLS and HTTP/2 are a proxy's work
 * in front. What is left: sys/README.md.
 *
 * Requests are parsed by the library's epoll thread and handled by a pool of workers, so that many may wait
 * for one group commit. A handler gets the whole body, or a stream of a form with files; it never sees a
 * request over the limits (413, 414, 431, 408 are answered here), nor a method but GET POST PUT PATCH DELETE
 * OPTIONS (501). HEAD comes as GET; the body of the answer is not sent. After a refusal the connection is
 * closed. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

/* Header names are lower-case, values UTF-8; names and values of queries and forms are decoded. */
struct http_pair {
    struct str name, value;
};
struct http_request {
    struct str method; /* "GET" ... */
    struct str path;   /* decoded once; valid UTF-8, begins with '/', no control character, backslash, "//",
                          dot segment or encoded slash (400 else) */
    struct http_pair *query;
    size_t nquery;
    struct http_pair *headers;
    size_t nheaders;
    struct str body;
    struct http_stream *stream; /* of a form with files: its body comes by http_read; NULL: it is `body` */
    struct arena *arena;        /* of this request */
    int worker;                 /* 0..workers-1: index for per-thread resources */
};
/* The first of that name; .p is NULL if absent. Host, Cookie, Content-Type and others that must be single are
 * (400 else). */
struct str http_header(const struct http_request *r, const char *lower_name);
struct str http_query(const struct http_request *r, const char *name);
/* Also absent when it is sent twice with two values, or holds bytes that no cookie may. */
struct str http_cookie(const struct http_request *r, const char *name);
/* application/x-www-form-urlencoded body into pairs.
 * ERR_MEDIA, ERR_BAD_REQUEST, ERR_BAD_UTF8, ERR_LIMIT (HTTP_MAX_FIELDS). */
enum err http_form(const struct http_request *r, struct http_pair **ret, size_t *ret_n) NODISCARD;

/* The next bytes of a body that is a stream, at most max; 0 at its end. Waits for them. ERR_IO: the sender
 * went away, or was too slow; ERR_BUSY: the server stops. What a handler leaves unread is thrown away. */
enum err http_read(const struct http_request *r, char *p, size_t max, size_t *ret_n) NODISCARD;

struct http_response {
    int status;
    struct buf body; /* freed by the server */
    struct http_pair headers[24];
    size_t nheaders; /* slices in the request's arena or constant */
};
/* A control character in value, a name that is no token or belongs to the server (Content-Length,
 * Transfer-Encoding, Date), or one header too many: dropped, status 500. An empty value is not sent. */
void http_add(struct http_response *r, const char *name, const char *value);

typedef void http_handler(void *user, const struct http_request *request, struct http_response *response);
struct http_config {
    const char *address; /* "127.0.0.1" */
    int port;            /* 0 = any free one */
    int workers;         /* 0 = 16 */
    int timeout_s;       /* 0 = HTTP_TIMEOUT_S: idle, slow header or slow body */
    size_t queue;        /* 0 = HTTP_QUEUE_MAX: may wait for a worker; beyond, 503 with Retry-After */
    size_t max_body;     /* 0 = HTTP_MAX_BODY */
    /* A multipart form posted to a path that begins so may be HTTP_MAX_UPLOAD long. Its handler is called
     * when the head is there and reads the body as a stream (http_read), which takes HTTP_STREAM_BYTES of
     * memory and is wiped as it is read; HTTP_STREAMS_MAX at once, then 503. NULL: none. */
    const char *upload_path;
    http_handler *handler;
    void *user;
    /* Told of every request refused before the handler (status, reason word), so that it can be audited; may
     * be NULL. Called by threads of the server, so it must be quick and may not call http_stop. */
    void (*refused)(void *user, int status, const char *reason);
};
struct http_server;
/* ERR_BUSY when the port is taken; ERR_CONFIG when address or port cannot be used. config is copied. */
enum err http_start(const struct http_config *config, struct http_server **ret) NODISCARD;
int http_port(const struct http_server *s);
/* Waits for running handlers; requests still in the queue get 503. NULL is fine. Not from a handler. */
void http_stop(struct http_server *s);
