/* SPDX-License-Identifier: Apache-2.0 */
/* http_int.h - what the files of the HTTP adapter share. Not for anybody else.
 *
 *   http.c        start and stop, the library's callbacks, answers
 *   http_check.c  is this request head what RFC 9112 allows, and nothing else?
 *   http_watch.c  connections and their clocks
 *   http_work.c   the queue and the workers
 *   http_stream.c bodies that are read while they come
 *
 * Threads: one library thread (accepts, reads, checks, answers), `workers` handlers, one watcher. An exchange
 * belongs to the library's thread, except between http_work_put and MHD_resume_connection, when it belongs to
 * a worker. One with a stream belongs to both from its head on (http_stream.c). */
#pragma once
#include "sys/http.h"
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define HTTP_CANNED 10

struct exchange; /* one request and its answer */

enum http_phase { HEAD, BODY, WORK, ANSWER };

struct http_connection {
    struct http_connection *previous, *next;
    int fd;
    enum http_phase phase;
    int64_t since_us;      /* of this phase; HEAD: of the first byte, 0 before it came */
    int64_t idle_since_us; /* HEAD only */
    uint64_t received;     /* TCP bytes when the phase began */
    size_t bytes;          /* BODY: received so far; ANSWER: to be sent */
    int64_t moved_us;      /* BODY: when bytes came last */
    size_t half_bytes;     /* BODY: how many had come when the client was first seen to have closed (half) */
    bool half;
    bool expired; /* the watcher has ended it */
};

struct http_server {
    struct http_config config;
    int port, nworkers;
    struct MHD_Daemon *daemon;
    atomic_size_t body_bytes; /* of all exchanges */
    atomic_int streams;
    struct MHD_Response *canned[HTTP_CANNED];

    pthread_mutex_t lock;   /* guards all below */
    pthread_cond_t work;    /* queue or quit */
    pthread_cond_t tick;    /* wakes the watcher; monotonic clock */
    pthread_cond_t changed; /* suspended or answers went down; monotonic clock */
    struct exchange *first, *last;
    size_t queued, queue_max;
    size_t suspended; /* given to the workers and not yet taken back by the library's thread */
    size_t answers;   /* with the library and not yet sent */
    struct http_connection *connections;
    bool stopping; /* nothing new is taken */
    bool quit;     /* workers and watcher end */

    pthread_t watcher;
    bool has_watcher;
    int started; /* workers that run */
    struct http_worker {
        struct http_server *server;
        int index;
        pthread_t thread;
    } * workers;
};

struct exchange {
    struct exchange *next; /* in the queue */
    struct http_server *server;
    struct http_connection *connection;
    struct MHD_Connection *mhd;
    struct arena *arena;
    struct str target; /* raw; .p NULL when it was too long */
    int refused;       /* status, 0 = all well so far */
    const char *reason;
    bool checked;   /* the head was looked at */
    bool close;     /* after the answer */
    bool suspended; /* the worker has it, or had it and the library's thread does not know yet */
    bool replied;   /* an answer of ours is with the library */
    bool told;      /* config.refused knows */
    size_t drained;
    bool upload;    /* a form with files: its body is a stream */
    size_t counted; /* bytes in server->body_bytes */
    struct buf body;
    struct http_request request;
    struct MHD_Response *response; /* made by the worker; NULL = 503 */
    int status;
    size_t answer_bytes;
};

/* http_check.c: looks at the head of a request and fills x->request; sets x->refused and x->reason if it must
 * not pass. *ret_drain: its body may be read and thrown away before the refusal, because its length is beyond
 * doubt. */
void http_check(struct exchange *x, const char *url, const char *method, const char *version,
                bool *ret_drain);

/* http_watch.c. All lock the server; a connection may be NULL (memory ran out when it came). */
struct http_connection *http_watch_add(struct http_server *s, int fd);
void http_watch_remove(struct http_server *s, struct http_connection *c);
void http_watch_phase(struct http_server *s, struct http_connection *c, enum http_phase phase, size_t bytes);
void http_watch_progress(struct http_server *s, struct http_connection *c, size_t bytes);
/* True if bytes came, but no request line was made of them, and it was not the client who gave up. */
bool http_watch_unheard(struct http_server *s, struct http_connection *c);
bool http_watch_expired(struct http_server *s, struct http_connection *c); /* cut, and told so */
enum err http_watch_start(struct http_server *s) NODISCARD;
void http_watch_stop(struct http_server *s);
void http_quit(struct http_server *s);
void http_send_bare(int fd, int status); /* an answer past the library, before the connection is cut */

/* http_work.c */
enum err http_work_start(struct http_server *s) NODISCARD;
/* Suspends the connection and queues the exchange; false when the queue is full or the server stops. */
bool http_work_put(struct http_server *s, struct exchange *x);
void http_work_stop(struct http_server *s); /* ends the workers; the queue must be empty */
/* The connection sleeps until MHD_resume_connection; http_held: it is back. Library's thread. */
void http_hold(struct exchange *x);
void http_held(struct exchange *x);
/* Queues an exchange that the library's thread goes on with; false when the queue is full or the server
 * stops. */
bool http_work_put_stream(struct http_server *s, struct exchange *x);
void http_exchange_free(struct exchange *x);

/* http_stream.c */
bool http_stream_start(struct exchange *x);                          /* false: too many, or no memory */
void http_stream_free(struct exchange *x);                           /* without one: nothing */
size_t http_stream_put(struct exchange *x, const char *p, size_t n); /* less than n: the connection sleeps */
bool http_stream_end(struct exchange *x);   /* the body is whole. True: the answer is there; else it sleeps */
bool http_stream_leave(struct exchange *x); /* the connection ends. False: the worker frees the exchange */
bool http_stream_done(struct exchange *x);  /* the worker's last word. True: it frees the exchange */
