/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - names out of the store into one index an agency: all at once in a thread, then what changes,
 * which the next query takes in. The writer thread notes ids and does nothing else. */
#include "search/names.h"

#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "sys/text.h"

#include <pthread.h>
#include <time.h>

#define PAGE        20
#define PENDING_MAX (16u << 20) /* bytes of ids; more is read in anew */
#define WAIT_MS     3000        /* for a small store to be read in, from when that began */

struct names {
    struct door *door;
    const struct pack *pack;
    struct db *db;
    pthread_t thread;
    pthread_cond_t read_in;
    bool started;
    int64_t began_us; /* monotonic */

    pthread_mutex_t lock;          /* all but what feed_lock guards */
    struct name_index **of_agency; /* as the pack counts them */
    bool ready, stale, failed;
    bool waited; /* one look at most waits: it holds a reader of the door, and the others are for other pages
                  */
    int64_t seen_us,
        next_us; /* parts in cases are as they were then; the next moment when one begins or ends */

    pthread_mutex_t feed_lock;
    struct buf changed; /* table number, row id */
};
#define NOTE_BYTES (2 + sizeof(struct id))

/* ---- one subject
 * ------------------------------------------------------------------------------------------- */

static int form_of(const char *word)
{
    static const char *const forms[] = {
        [WHY_FULL] = "full",       [WHY_FAMILY] = "family",          [WHY_GIVEN] = "given",
        [WHY_READING] = "reading", [WHY_PASSPORT] = "passport_form", [WHY_PHONE] = "phone",
    };
    for (size_t i = WHY_FULL; i <= WHY_PHONE; i++)
        if (strcmp(forms[i], word) == 0)
            return (int)i;
    return -1;
}

/* Of a telephone the digits, as they are typed without what parts them. */
static struct str digits_of(struct arena *a, struct str s)
{
    char *p = arena_cstr(a, s);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            p[n++] = s.p[i];
    return (struct str){p ? p : "", n};
}

static enum err put_texts(struct name_index *x, struct arena *a, const struct registry_named *m)
{
    for (size_t i = 0; i < m->n; i++) {
        int form = form_of(m->texts[i].form);
        struct str folded;
        if (form < 0 || m->texts[i].text.n > TEXT_MAX_BYTES)
            continue;
        TRY(text_search_fold(a, m->texts[i].text, &folded));
        if (form == WHY_PHONE)
            folded = digits_of(a, folded);
        TRY(name_index_add(x, m->subject, m->compartment, m->texts[i].row, (enum search_why)form, folded));
    }
    return OK;
}

static enum err put_subject(struct names *n, struct arena *a, struct id subject)
{
    struct registry_named m;
    enum err e = registry_named(door_vault(n->door), n->db, a, subject, n->seen_us, &m);
    if (e == ERR_NOT_FOUND) {
        err_clear();
        return OK;
    }
    TRY(e);
    for (size_t i = 0; i < m.nagencies && m.n; i++)
        for (size_t k = 0; k < n->pack->nagencies; k++)
            if (strcmp(n->pack->agencies[k].id, m.agencies[i]) == 0)
                TRY(put_texts(n->of_agency[k], a, &m));
    return OK;
}

/* ---- all of them
 * ------------------------------------------------------------------------------------------- */

static enum err make_empty(struct names *n)
{
    for (size_t i = 0; i < n->pack->nagencies; i++) {
        name_index_free(n->of_agency[i]);
        n->of_agency[i] = NULL;
        TRY(name_index_new(&n->of_agency[i]));
    }
    return OK;
}

static enum err read_pages(struct names *n, struct arena *a)
{
    struct id page[PAGE], after = id_nil();
    size_t got = 0;
    do {
        arena_reset(a);
        TRY(registry_subject_page(n->db, after, PAGE, page, &got));
        for (size_t i = 0; i < got; i++) {
            TRY(put_subject(n, a, page[i]));
            TRY(door_give_way(n->door, n->db));
        }
        if (got)
            after = page[got - 1];
    } while (got == PAGE);
    return OK;
}

/* A snapshot; what is committed meanwhile stands in the feed, which began before. */
static enum err read_all(struct names *n)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    if (!a)
        return mem_fail();
    n->seen_us = env_now_us();
    TRY(make_empty(n));
    TRY(db_begin(n->db, DB_READ));
    enum err e = read_pages(n, a);
    if (e == OK)
        e = registry_next_by_time(n->db, n->seen_us, &n->next_us);
    db_rollback(n->db);
    for (size_t i = 0; i < n->pack->nagencies && e == OK; i++)
        e = name_index_sort(n->of_agency[i]);
    return e;
}

static void *reader(void *arg)
{
    struct names *n = arg;
    door_in_background();
    enum err e = read_all(n); /* nobody else looks before ready */
    if (e != OK)
        err_clear();
    pthread_mutex_lock(&n->lock);
    n->ready = e == OK;
    n->failed = e != OK;
    pthread_cond_broadcast(&n->read_in);
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

/* ---- what changed
 * ------------------------------------------------------------------------------------------ */

static void watch(void *user, struct str changes)
{
    struct names *n = user;
    pthread_mutex_lock(&n->feed_lock);
    for (; changes.n >= CHANGE_BYTES; changes = str_sub(changes, CHANGE_BYTES, changes.n)) {
        unsigned table = (unsigned)(uint8_t)changes.p[0] << 8 | (uint8_t)changes.p[1];
        if (table == TABLE_SUBJECT.no || table == TABLE_NAME.no || table == TABLE_IDENTIFIER.no ||
            table == TABLE_CASE_ROLE.no || table == TABLE_ACCESS_GRANT.no || table == TABLE_COMPARTMENT.no)
            buf_bytes(&n->changed, changes.p, NOTE_BYTES);
    }
    pthread_mutex_unlock(&n->feed_lock);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* The subjects that all this is about, and those that an agency gained or lost by time alone; in their order.
 */
static enum err subjects_of(struct names *n, struct str notes, int64_t now_us, struct buf *out)
{
    struct buf compartments CLEANUP(buf_free) = {0}, gone CLEANUP(buf_free) = {0};
    for (; notes.n >= NOTE_BYTES; notes = str_sub(notes, NOTE_BYTES, notes.n)) {
        unsigned table = (unsigned)(uint8_t)notes.p[0] << 8 | (uint8_t)notes.p[1];
        struct id row;
        memcpy(row.b, notes.p + 2, sizeof row.b);
        if (table == TABLE_COMPARTMENT.no)
            buf_bytes(&compartments, row.b, sizeof row.b);
        else
            TRY(registry_subjects_of_change(n->db, table, row, out));
    }
    TRY(buf_err(&compartments));
    TRY(vault_gone(n->db, buf_view(&compartments), &gone));
    for (size_t i = 0; gone.n && i < n->pack->nagencies; i++)
        name_index_in(n->of_agency[i], buf_view(&gone), out);
    TRY(registry_subjects_by_time(n->db, n->seen_us, now_us, out));
    TRY(buf_err(out));
    if (out->n)
        qsort(out->p, out->n / sizeof(struct id), sizeof(struct id), by_id);
    return OK;
}

static enum err apply(struct names *n, struct str notes, int64_t now_us)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf subjects CLEANUP(buf_free) = {.limit = PENDING_MAX};
    struct id last = id_nil();
    if (!a)
        return mem_fail();
    TRY(subjects_of(n, notes, now_us, &subjects));
    n->seen_us = now_us;
    for (size_t i = 0; i + sizeof(struct id) <= subjects.n; i += sizeof(struct id)) {
        struct id id;
        memcpy(id.b, subjects.p + i, sizeof id.b);
        if (id_eq(id, last))
            continue;
        last = id;
        for (size_t k = 0; k < n->pack->nagencies; k++)
            name_index_drop(n->of_agency[k], id);
        arena_reset(a);
        TRY(put_subject(n, a, id));
    }
    return registry_next_by_time(n->db, now_us, &n->next_us);
}

static bool wasteful(const struct names *n)
{
    for (size_t i = 0; i < n->pack->nagencies; i++)
        if (name_index_wasteful(n->of_agency[i]))
            return true;
    return false;
}

/* n->lock is held. */
static enum err follow(struct names *n)
{
    struct buf changed CLEANUP(buf_free) = {0};
    int64_t now_us = env_now_us();
    pthread_mutex_lock(&n->feed_lock);
    changed = n->changed;
    n->changed = (struct buf){.limit = PENDING_MAX};
    pthread_mutex_unlock(&n->feed_lock);
    if (!n->stale && changed.err == OK && changed.n == 0 && now_us < n->next_us)
        return OK;
    bool anew = n->stale || changed.err != OK;
    n->stale = true; /* until it is done: what failed half-way is read in anew */
    if (!anew) {
        TRY(db_begin(n->db, DB_READ));
        enum err e = apply(n, (struct str){changed.p, changed.n}, now_us);
        db_rollback(n->db);
        TRY(e);
        anew = wasteful(n);
    }
    if (anew)
        TRY(read_all(n));
    n->stale = false;
    return OK;
}

/* ---- beside the door
 * --------------------------------------------------------------------------------------- */

static void drop(void *kept)
{
    struct names *n = kept;
    if (n->started)
        pthread_join(n->thread, NULL);
    door_drop_watch(n->door, watch, n);
    db_close(n->db);
    buf_free(&n->changed);
    for (size_t i = 0; n->of_agency && i < n->pack->nagencies; i++)
        name_index_free(n->of_agency[i]);
    mem_free(n->of_agency);
    pthread_mutex_destroy(&n->lock);
    pthread_mutex_destroy(&n->feed_lock);
    pthread_cond_destroy(&n->read_in);
    mem_free(n);
}

static enum err start(struct names *n)
{
    n->of_agency = mem_alloc((n->pack->nagencies + 1) * sizeof *n->of_agency);
    if (!n->of_agency)
        return mem_fail();
    TRY(door_connection(n->door, &n->db));
    TRY(door_add_watch(n->door, watch,
                       n)); /* first, so that nothing falls between the snapshot and the feed */
    n->started = pthread_create(&n->thread, NULL, reader, n) == 0;
    return n->started ? OK : FAIL(ERR_INTERNAL, "a thread that reads names in");
}

static enum err make(struct door *d, void **ret)
{
    if (!door_pack(d))
        return FAIL(ERR_STATE, "names need a country pack");
    if (!vault_unlocked(door_vault(d)))
        return FAIL(ERR_LOCKED, "names need open keys");
    struct names *n = mem_alloc(sizeof *n);
    pthread_condattr_t monotonic;
    if (!n)
        return mem_fail();
    *n = (struct names){
        .door = d, .pack = door_pack(d), .began_us = env_monotonic_us(), .changed = {.limit = PENDING_MAX}};
    pthread_mutex_init(&n->lock, NULL);
    pthread_mutex_init(&n->feed_lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&n->read_in, &monotonic);
    pthread_condattr_destroy(&monotonic);
    enum err e = start(n);
    if (e != OK) {
        drop(n);
        return e;
    }
    *ret = n;
    return OK;
}

static const char kept_as;

enum err names_of(struct door *d, struct names **ret)
{
    void *kept = NULL;
    TRY(door_keep(d, &kept_as, make, drop, &kept));
    *ret = kept;
    return OK;
}

static void wait_a_moment(struct names *n)
{
    struct timespec until;
    int64_t at_us = n->began_us + WAIT_MS * INT64_C(1000);
    until = (struct timespec){.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000};
    if (n->waited || env_monotonic_us() >= at_us)
        return; /* it is no small store: she is told that names are being read in */
    n->waited = true;
    int late = 0;
    while (!n->ready && !n->failed && !late)
        late = pthread_cond_timedwait(&n->read_in, &n->lock, &until);
    n->waited = false;
}

static enum err find_locked(struct names *n, const char *agency, struct str folded, struct arena *a,
                            struct candidate **ret, size_t *ret_n, bool *ret_more, bool *ret_reading)
{
    wait_a_moment(n);
    *ret_n = 0;
    *ret_more = false;
    *ret_reading = !n->ready;
    if (n->failed) { /* the next one tries anew, as after a change that failed */
        n->stale = n->ready = true;
        n->failed = false;
    }
    if (!n->ready)
        return OK;
    TRY(follow(n));
    *ret_reading = false;
    for (size_t i = 0; i < n->pack->nagencies; i++)
        if (strcmp(n->pack->agencies[i].id, agency) == 0)
            return name_index_find(n->of_agency[i], folded, a, ret, ret_n, ret_more);
    return OK;
}

enum err names_find(struct names *n, const char *agency, struct str folded, struct arena *a,
                    struct candidate **ret, size_t *ret_n, bool *ret_more, bool *ret_reading)
{
    pthread_mutex_lock(&n->lock);
    enum err e = find_locked(n, agency, folded, a, ret, ret_n, ret_more, ret_reading);
    pthread_mutex_unlock(&n->lock);
    return e;
}

void names_stats(struct names *n, struct search_stats *ret)
{
    *ret = (struct search_stats){.locked = true};
    pthread_mutex_lock(&n->lock);
    wait_a_moment(n);
    ret->ready = n->ready && !n->stale;
    for (size_t i = 0; n->ready && i < n->pack->nagencies; i++)
        name_index_sizes(n->of_agency[i], &ret->bytes, &ret->subjects, &ret->words, &ret->locked);
    pthread_mutex_unlock(&n->lock);
}
