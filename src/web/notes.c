/* SPDX-License-Identifier: Apache-2.0 */
#include "web/notes.h"

#include "base/alloc.h"

#include <pthread.h>

#define WAITING_MAX 64

struct notes {
    struct door *door;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t some;
    unsigned waiting, more; /* more: over WAITING_MAX */
    bool stop;
};

static void write_note(struct notes *n, const char *what)
{
    struct ctx nobody = {
        .agency = "", .role = ROLE_ANONYMOUS, .purpose = PURPOSE_NONE, .assurance = 1, .lang = "en"};
    if (door_note_refusal(n->door, &nobody, what, ERR_BAD_REQUEST) != OK)
        err_clear();
}

static void *run(void *p)
{
    struct notes *n = p;
    pthread_mutex_lock(&n->lock);
    for (;;) {
        while (!n->waiting && !n->stop)
            pthread_cond_wait(&n->some, &n->lock);
        if (!n->waiting)
            break;
        n->waiting--;
        bool more = n->waiting == 0 && n->more > 0;
        if (more)
            n->more = 0;
        pthread_mutex_unlock(&n->lock);
        write_note(n, "http.refused");
        if (more)
            write_note(n, "http.refused.more");
        pthread_mutex_lock(&n->lock);
    }
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

enum err notes_start(struct door *d, struct notes **ret)
{
    struct notes *n = mem_alloc(sizeof *n);
    if (!n)
        return mem_fail();
    *n = (struct notes){.door = d};
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->some, NULL);
    if (pthread_create(&n->thread, NULL, run, n) != 0) {
        mem_free(n);
        return FAIL(ERR_NO_MEMORY, "thread for refusals");
    }
    *ret = n;
    return OK;
}

void notes_put(struct notes *n)
{
    pthread_mutex_lock(&n->lock);
    if (n->waiting < WAITING_MAX)
        n->waiting++;
    else
        n->more++;
    pthread_cond_signal(&n->some);
    pthread_mutex_unlock(&n->lock);
}

void notes_stop(struct notes *n)
{
    if (!n)
        return;
    pthread_mutex_lock(&n->lock);
    n->stop = true;
    pthread_cond_signal(&n->some);
    pthread_mutex_unlock(&n->lock);
    pthread_join(n->thread, NULL);
    pthread_cond_destroy(&n->some);
    pthread_mutex_destroy(&n->lock);
    mem_free(n);
}
