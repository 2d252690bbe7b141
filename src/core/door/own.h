/* SPDX-License-Identifier: Apache-2.0 */
/* door_own.h - shared by the door_*.c files only. */
#pragma once
#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "core/door.h"
#include "sys/os.h"

#include <pthread.h>
#include <time.h>

#define WATCHES_MAX 8
#define KEPT_MAX    8
#define GROUP_MAX   512  /* jobs of one commit */
#define PENDING_MAX 1000 /* leaves before the sequencer runs at once */
#define EVEN_US     10000

/* One thing for the writer to do. Lives on the stack of the thread that waits for it. */
struct job {
    enum err (*run)(struct door *d, struct tx *tx,
                    struct job *j); /* error: the job is undone; OK: it is part of the commit */
    void *arg;
    struct arena *arena;
    enum err result;  /* of run or of the commit */
    enum err outcome; /* what the caller is told when result is OK */
    char detail[256];
    struct buf leaves;  /* ids */
    struct buf changes; /* for the watches */
    bool done;
    struct job *next;
};

struct door {
    struct vault *vault;
    const struct pack *pack;
    const struct schema *schema;
    const struct entities *entities;
    const struct gates *gates;
    struct file_lock *lock;
    char *url, *vfs, *origin, *data;
    enum db_sync sync;

    const struct action **actions;
    size_t nactions;
    const struct view_decl **views;
    size_t nviews;
    const struct job_due *jobs;
    size_t njobs;

    /* readers */
    pthread_mutex_t reader_lock;
    pthread_cond_t reader_free;
    struct db **readers;
    int nreaders, nfree;
    int nopen;

    /* writer */
    pthread_t thread;
    bool started, stop;
    bool closing;    /* nobody comes in any more */
    int64_t inside;  /* calls that have not returned */
    int64_t people;  /* those of them that are not of work in the background */
    int64_t left_us; /* when the last of these left */
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_some, queue_done, nobody;
    struct job *first, *last;
    int64_t queued;
    struct db *db;
    struct sequencer sequencer;
    struct buf pending; /* ids of committed leaves without a place; writer thread only */
    int64_t sequence_us, sequenced_at;
    bool sequence_now;
    enum err sequenced; /* of the last round that had leaves to place */
    char sequence_detail[256];
    bool
        earlier; /* the store was written last by an earlier version, and no keys were open since to say so */
    bool look_again; /* which leaves wait stands in the database only */
    int64_t leaf_no; /* of the last leaf in the running transaction */
    bool truncate;   /* keys were destroyed: their pages are still in the write-ahead log */

    pthread_mutex_t watch_lock;
    struct {
        door_watch *watch;
        void *user;
    } watches[WATCHES_MAX];
    size_t nwatches;
    pthread_mutex_t
        load_lock; /* held while facts are loaded, for minutes in a large store; before facts_lock */
    pthread_mutex_t facts_lock; /* never held while anything is read */
    struct facts *facts;        /* of facts_of; NULL before the first use */
    struct {
        const void *key;
        void *kept;
        door_drop *drop;
    } kept[KEPT_MAX];
    size_t nkept;
    struct door_stats stats;
};

/* Around each call that uses the door from outside: door_close waits for them. ERR_BUSY when it is closing.
 */
enum err door_enter(struct door *d) NODISCARD;
void door_leave(struct door *d);
enum err door_load_pending(struct door *d) NODISCARD;
/* Refused before it came in: leaves a leaf. Gives e, or why that could not be noted. */
enum err door_refuse(struct door *d, const struct ctx *ctx, const char *what, enum err e,
                     const char *why) NODISCARD;
/* o: what it is about belongs to; its case and holder are noted for whoever addresses it. */
enum err door_emit(struct tx *tx, const char *event, const struct object *o, struct id about,
                   struct str payload) NODISCARD;
/* What the policy obliges to with an answer that was given: an event each, in the transaction of its leaf. */
enum err door_oblige(struct tx *tx, uint32_t obligations, const struct object *o, struct id about,
                     const char *what) NODISCARD;
/* door_scope for many questions in a row, at one moment of one reader. */
enum err door_scope_known(struct db *db, const struct ctx *ctx, const struct object *o, int64_t now_us,
                          struct scope_known *known, struct scope *ret) NODISCARD;
void door_unknown(struct object *o, struct id id); /* id: what was asked for */
enum err
door_submit(struct door *d,
            struct job *j) NODISCARD; /* waits; returns j->result with its detail raised on this thread */
enum err door_open_db(const struct door *d, bool read_only, struct db **ret) NODISCARD;
void *door_writer(void *door);
enum err door_leaf_of(struct tx *tx, struct job *j,
                      struct leaf *leaf) NODISCARD; /* leaf + remember its id and changes */
enum err input_check(const struct input_field *fields, size_t nfields, const struct input *in,
                     bool open_ended) NODISCARD;
#define VERSION_WAITS (-2) /* ret_version of an action that waits for a second person; no row has it */
/* The object of an action, and what the policy says; then its inputs and body. For what acts within an
 * action. */
enum err door_decide(struct act *a, struct policy_answer *ret) NODISCARD;
enum err door_run(struct act *a) NODISCARD;
enum err door_propose(struct act *a) NODISCARD; /* in place of the body: proposal.c */
/* An id where none belongs would be an object that nobody looked for. */
enum err door_no_id(struct id subject, bool takes_id) NODISCARD;
/* Of what a leaf is about: its case. What stands in none, what is not there and what is kept with some roles
 * is its own: so a leaf of each has the same shape, and no list of a case's looks tells of such a paper. */
struct id door_case_of(const struct object *o, struct id object);
enum err outcome_of(const struct object *o, struct policy_answer answer);
struct policy_question door_question(const struct ctx *c, const struct object *o, const struct scope *s,
                                     enum verb verb, enum field_class class);
