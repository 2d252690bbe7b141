/* SPDX-License-Identifier: Apache-2.0 */
/* door_open.c - opening and closing the store, its connections, its declarations. */
#include "core/audit/known.h"
#include "core/door/own.h"
#include "core/facts.h"
#include "sys/passkey.h"

/* ---- where the data is
 * ------------------------------------------------------------------------------------------------------
 * akari.conf in the data folder: one "name = value" a line, # comments.  database = sqlite:akari.db (relative
 * to the folder) or postgres:CONNINFO.  origin = https://akari.example (for passkeys). */

/* The value of a name in akari.conf; empty when it has no such line. */
static enum err conf_value(const char *data, const char *wanted, struct arena *a, struct str *ret)
{
    struct str text, line;
    char *path = arena_printf(a, "%s/akari.conf", data);
    if (!path)
        return arena_err(a);
    enum err e = file_read(path, 65536, a, &text);
    if (e != OK)
        return e == ERR_NOT_FOUND ? FAIL(ERR_CONFIG, "no akari.conf in the data folder: akari init makes one")
                                  : e;
    *ret = STR("");
    while (!ret->n && str_cut(&text, '\n', &line)) {
        struct str name;
        if (str_cut(&line, '=', &name) && str_is(str_trim(name), wanted))
            *ret = str_trim(line);
    }
    return OK;
}

static enum err conf_database(const char *data, struct arena *a, char **ret_url)
{
    struct str v;
    TRY(conf_value(data, "database", a, &v));
    if (!v.n)
        return FAIL(ERR_CONFIG, "akari.conf: no line \"database = ...\"");
    bool relative = str_starts(v, "sqlite:") && !str_starts(v, "sqlite:/");
    *ret_url =
        relative ? arena_printf(a, "sqlite:%s/%.*s", data, STR_FMT(str_sub(v, 7, v.n))) : arena_cstr(a, v);
    return *ret_url ? OK : arena_err(a);
}

/* Where browsers find this server: passkeys are bound to it. */
static enum err conf_origin(const struct door_config *c, struct arena *a, struct door *d)
{
    struct str v = str_of(c->origin ? c->origin : "");
    struct passkey_site site;
    if (c->data && !v.n)
        TRY(conf_value(c->data, "origin", a, &v));
    const char *origin = arena_cstr(a, v);
    if (!origin)
        return arena_err(a);
    if (v.n)
        TRY(passkey_site(origin, a, &site));
    d->origin = mem_strdup(origin);
    d->data = mem_strdup(c->data ? c->data : "");
    return d->origin && d->data ? OK : mem_fail();
}

enum err door_open_db(const struct door *d, bool read_only, struct db **ret)
{
    struct db_config c = {.url = d->url, .vfs = d->vfs, .sync = d->sync, .read_only = read_only};
    return db_open(&c, ret);
}

/* ---- declarations
 * ------------------------------------------------------------------------------------------------------------
 */

const struct action *door_action(const struct door *d, const char *name)
{
    for (size_t i = 0; i < d->nactions; i++)
        if (strcmp(d->actions[i]->name, name) == 0)
            return d->actions[i];
    return NULL;
}

const struct view_decl *door_view_decl(const struct door *d, const char *name)
{
    for (size_t i = 0; i < d->nviews; i++)
        if (strcmp(d->views[i]->name, name) == 0)
            return d->views[i];
    return NULL;
}

static enum err take_declarations(struct door *d, const struct door_config *c)
{
    d->actions = mem_alloc((c->nactions + 1) * sizeof *d->actions);
    d->views = mem_alloc((c->nviews + 1) * sizeof *d->views);
    d->jobs = c->jobs;
    d->njobs = c->njobs;
    if (!d->actions || !d->views)
        return mem_fail();
    for (size_t i = 0; i < c->nactions; i++) {
        if (door_action(d, c->actions[i]->name))
            return FAIL(ERR_INTERNAL, "action %s is declared twice", c->actions[i]->name);
        d->actions[d->nactions++] = c->actions[i];
    }
    for (size_t i = 0; i < c->nviews; i++) {
        if (door_view_decl(d, c->views[i]->name))
            return FAIL(ERR_INTERNAL, "view %s is declared twice", c->views[i]->name);
        d->views[d->nviews++] = c->views[i];
    }
    return OK;
}

size_t door_actions(const struct door *d, const struct action *const **ret)
{
    *ret = d->actions;
    return d->nactions;
}

size_t door_views(const struct door *d, const struct view_decl *const **ret)
{
    *ret = d->views;
    return d->nviews;
}

size_t door_jobs(const struct door *d, const struct job_due **ret)
{
    *ret = d->jobs;
    return d->njobs;
}

/* ---- readers
 * ------------------------------------------------------------------------------------------------------------------
 */

enum err door_reader(struct door *d, struct db **ret)
{
    pthread_mutex_lock(&d->reader_lock);
    while (d->nfree == 0 && d->nopen >= d->nreaders)
        pthread_cond_wait(&d->reader_free, &d->reader_lock);
    if (d->nfree > 0) {
        *ret = d->readers[--d->nfree];
        pthread_mutex_unlock(&d->reader_lock);
        return OK;
    }
    d->nopen++;
    pthread_mutex_unlock(&d->reader_lock);
    enum err e = door_open_db(d, true, ret);
    if (e != OK) {
        pthread_mutex_lock(&d->reader_lock);
        d->nopen--;
        pthread_cond_signal(&d->reader_free);
        pthread_mutex_unlock(&d->reader_lock);
    }
    return e;
}

void door_reader_done(struct door *d, struct db *db)
{
    bool keep = !db_in_transaction(db) && !db_lost(db); /* asked of nobody: that is a way to the server */
    if (!keep)
        db_close(db);
    pthread_mutex_lock(&d->reader_lock);
    if (keep)
        d->readers[d->nfree++] = db;
    else
        d->nopen--;
    pthread_cond_broadcast(&d->reader_free);
    pthread_mutex_unlock(&d->reader_lock);
}

/* ---- open, create, close
 * -------------------------------------------------------------------------------------------------------- */

static enum err prepare(const struct door_config *c, struct door *d)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char *url = NULL;
    if (!a)
        return mem_fail();
    pthread_mutex_init(&d->reader_lock, NULL);
    pthread_mutex_init(&d->queue_lock, NULL);
    pthread_mutex_init(&d->watch_lock, NULL);
    pthread_mutex_init(&d->load_lock, NULL);
    pthread_mutex_init(&d->facts_lock, NULL);
    pthread_cond_init(&d->reader_free, NULL);
    pthread_condattr_t monotonic; /* a clock that is set must not keep leaves waiting */
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&d->queue_some, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&d->nobody, NULL);
    pthread_cond_init(&d->queue_done, NULL);
    TRY(crypto_start());
    TRY(vault_new(&d->vault));
    d->schema = c->schema;
    d->pack = c->pack;
    d->entities = c->entities;
    d->gates = c->gates;
    d->sync = c->sync;
    d->sequence_us = c->sequence_us ? c->sequence_us : 200000;
    d->nreaders = c->readers ? c->readers : 4;
    d->readers = mem_alloc((size_t)d->nreaders * sizeof *d->readers);
    if (c->data) {
        char *lock = arena_printf(a, "%s/lock", c->data);
        if (!lock)
            return arena_err(a);
        TRY(conf_database(c->data, a, &url));
        TRY(file_lock_take(lock, &d->lock));
    }
    d->url = mem_strdup(c->url ? c->url : url ? url : "");
    d->vfs = c->vfs ? mem_strdup(c->vfs) : NULL;
    if (!d->readers || !d->url || (c->vfs && !d->vfs))
        return mem_fail();
    TRY(conf_origin(c, a, d));
    TRY(take_declarations(d, c));
    return door_open_db(d, false, &d->db);
}

enum err door_keep(struct door *d, const void *key, door_make_kept *make, door_drop *drop, void **ret)
{
    enum err e = OK;
    pthread_mutex_lock(&d->facts_lock);
    size_t i = 0;
    while (i < d->nkept && d->kept[i].key != key)
        i++;
    if (i == KEPT_MAX)
        e = FAIL(ERR_LIMIT, "more than %d things kept beside the door", KEPT_MAX);
    else if (i == d->nkept)
        e = make(d, &d->kept[i].kept);
    if (e == OK && i == d->nkept) {
        d->kept[i].key = key;
        d->kept[i].drop = drop;
        d->nkept++;
    }
    if (e == OK)
        *ret = d->kept[i].kept;
    pthread_mutex_unlock(&d->facts_lock);
    return e;
}

enum err door_connection(struct door *d, struct db **ret)
{
    return door_open_db(d, true, ret);
}

static void destroy(struct door *d)
{
    for (size_t i = d->nkept; i-- > 0;)
        d->kept[i].drop(d->kept[i].kept);
    facts_free(d->facts);
    for (int i = 0; i < d->nfree; i++)
        db_close(d->readers[i]);
    db_close(d->db);
    vault_free(d->vault);
    file_lock_release(d->lock);
    buf_free(&d->pending);
    mem_free(d->readers);
    mem_free(d->actions);
    mem_free(d->views);
    mem_free(d->url);
    mem_free(d->vfs);
    mem_free(d->origin);
    mem_free(d->data);
    pthread_mutex_destroy(&d->reader_lock);
    pthread_mutex_destroy(&d->queue_lock);
    pthread_mutex_destroy(&d->watch_lock);
    pthread_mutex_destroy(&d->facts_lock);
    pthread_mutex_destroy(&d->load_lock);
    pthread_cond_destroy(&d->reader_free);
    pthread_cond_destroy(&d->queue_some);
    pthread_cond_destroy(&d->queue_done);
    pthread_cond_destroy(&d->nobody);
    mem_free(d);
}

enum err door_load_pending(struct door *d)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct id *ids;
    size_t n;
    if (!a)
        return mem_fail();
    TRY(audit_waiting(d->db, a, &ids, &n));
    buf_clear(&d->pending);
    buf_bytes(&d->pending, ids, n * sizeof *ids);
    TRY(buf_err(&d->pending));
    d->look_again = false;
    return OK;
}

/* ---- a store of an earlier version
 * ------------------------------------------------------------------------------------------------ */

static struct leaf system_leaf(const char *action)
{
    return (struct leaf){.id = id_new(),
                         .agency = "",
                         .action = action,
                         .role = ROLE_SYSTEM,
                         .purpose = PURPOSE_ADMINISTRATION,
                         .object_kind = OBJECT_SYSTEM,
                         .answer = {VERDICT_ALLOW, REASON_OK, OBLIGE_AUDIT}};
}

/* Of two nodes that open the store of an earlier version one waits here, before it sees anything, and then
 * finds nothing to do. */
static enum err alone(struct db *db)
{
    struct stmt *s;
    if (db_kind(db) != DB_POSTGRES)
        return OK;
    TRY(db_prepare(db, "LOCK TABLE meta IN EXCLUSIVE MODE", &s));
    return db_run(s, NULL);
}

/* In one transaction, with its leaf; the keys are closed as yet, so no covered row changes here. */
static enum err mend(struct door *d)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    size_t n = 0;
    if (!a)
        return mem_fail();
    struct tx tx = {.db = d->db, .arena = a, .now_us = env_now_us(), .vault = d->vault};
    struct leaf leaf = system_leaf("system.upgrade");
    TRY(db_begin(d->db, DB_WRITE));
    enum err e = alone(d->db);
    if (e == OK)
        e = schema_mend(d->db, d->schema, false, &n, &d->earlier);
    if (e == OK && n)
        e = audit_leaf(&tx, &leaf);
    buf_free(&tx.changes);
    if (e == OK && n)
        return db_commit(d->db);
    db_rollback(d->db);
    return e;
}

static enum err check_schema(struct door *d)
{
    size_t n = 0;
    TRY(db_begin(d->db, DB_READ));
    enum err e = schema_mend(d->db, d->schema, true, &n, &d->earlier);
    db_rollback(d->db);
    if (e != OK || n == 0)
        return e;
    for (int i = 0; i < RETRY_MAX; i++) {
        e = mend(d);
        if (e != ERR_RETRY) /* another node was first */
            break;
    }
    return e;
}

/* A row that somebody changed past the door is left as it is, for verify to name: to write it anew would sign
 * for it. */
static enum err as_it_was(struct tx *tx, struct id id, const struct cell *cells)
{
    struct known known CLEANUP(known_free) = {0};
    struct hash h = row_hash(&TABLE_META, cells);
    TRY(known_load(tx->db, TABLE_META.no, &known));
    const struct known_row *row = known_find(&known, TABLE_META.no, id);
    return row && known_is(row, &h) ? OK
                                    : FAIL(ERR_AUDIT, "the meta row \"schema\" is not as it was written");
}

static enum err note_version(struct door *d, struct tx *tx, struct job *j)
{
    struct leaf leaf = system_leaf("system.version");
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct cell cells[4];
    char text[24];
    struct id id;
    bool row;
    TRY(db_prepare(tx->db, "SELECT id FROM meta WHERE name = 'schema'", &s));
    TRY(db_step(s, &row));
    if (!row)
        return FAIL(ERR_SCHEMA, "there is no meta row \"schema\"");
    TRY(db_id(s, 0, &id));
    TRY(row_get(tx->db, tx->arena, &TABLE_META, id, cells));
    TRY(as_it_was(tx, id, cells));
    snprintf(text, sizeof text, "%lld", (long long)schema_version(d->schema));
    cells[2] = cell_c(text);
    TRY(row_update(tx, &TABLE_META, cells, -1));
    return door_leaf_of(tx, j, &leaf);
}

/* A covered row, so it waits for the keys. What cannot be written now is written with the next unlock. */
static void say_version(struct door *d)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct job j = {.run = note_version, .arena = a};
    if (!__atomic_load_n(&d->earlier, __ATOMIC_ACQUIRE))
        return;
    if (a && door_enter(d) == OK) {
        if (door_submit(d, &j) == OK)
            __atomic_store_n(&d->earlier, false, __ATOMIC_RELEASE);
        door_leave(d);
    }
    buf_free(&j.leaves);
    buf_free(&j.changes);
    err_clear();
}

static enum err start(struct door *d)
{
    TRY(check_schema(d));
    TRY(door_load_pending(d));
    d->started = pthread_create(&d->thread, NULL, door_writer, d) == 0;
    return d->started ? OK : FAIL(ERR_INTERNAL, "no thread for the writer");
}

enum err door_open(const struct door_config *config, struct door **ret)
{
    struct door *d = mem_alloc(sizeof *d);
    if (!d)
        return mem_fail();
    enum err e = prepare(config, d);
    if (e == OK)
        e = start(d);
    if (e != OK) {
        destroy(d);
        return e;
    }
    *ret = d;
    return OK;
}

enum err door_close(struct door *d)
{
    if (!d)
        return OK;
    if (d->started) {
        pthread_mutex_lock(&d->queue_lock);
        d->closing = true;
        while (d->inside > 0)
            pthread_cond_wait(&d->nobody, &d->queue_lock);
        d->stop = true;
        pthread_cond_broadcast(&d->queue_some);
        pthread_mutex_unlock(&d->queue_lock);
        pthread_join(d->thread, NULL);
        pthread_mutex_lock(&d->reader_lock);
        while (d->nfree < d->nopen)
            pthread_cond_wait(&d->reader_free, &d->reader_lock);
        pthread_mutex_unlock(&d->reader_lock);
    }
    destroy(d);
    return OK;
}

static enum err create_agencies(struct tx *tx, const struct pack *p)
{
    for (size_t i = 0; p && i < p->nagencies; i++)
        TRY(vault_add_agency(tx, p->agencies[i].id));
    return OK;
}

static enum err meta_put(struct tx *tx, const char *name, const char *value)
{
    struct id id = id_new();
    struct cell cells[] = {cell_id(&id), cell_c(name), cell_c(value), cell_int(1)};
    return row_insert(tx, &TABLE_META, cells);
}

enum err door_synthetic(struct db *db, bool *ret)
{
    struct stmt *s;
    bool row;
    TRY(db_prepare(db, "SELECT value FROM meta WHERE name = 'synthetic'", &s));
    TRY(db_step(s, &row));
    *ret = row && str_is(db_text(s, 0), "1");
    db_reset(s);
    return OK;
}

struct create {
    const struct pack *pack;
    const struct schema *schema;
    const struct unlock *secret;
    enum argon_cost cost;
    bool synthetic;
};

static enum err create_rows(void *user, struct tx *tx)
{
    const struct create *c = user;
    char version[24];
    TRY(vault_create(tx, c->secret, c->cost));
    TRY(create_agencies(tx, c->pack));
    snprintf(version, sizeof version, "%lld", (long long)schema_version(c->schema));
    TRY(meta_put(tx, "schema", version));
    TRY(meta_put(tx, "synthetic", c->synthetic ? "1" : "0"));
    TRY(meta_put(tx, "pack", c->pack ? c->pack->id : ""));
    TRY(meta_put(tx, "pack_version", c->pack ? c->pack->version : ""));
    struct leaf leaf = system_leaf("system.create");
    TRY(audit_leaf(tx, &leaf));
    struct sequencer s = {0};
    size_t n;
    return audit_sequence(tx, &s, &leaf.id, 1, &n);
}

static enum err is_empty(struct db *db)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(db, "SELECT count(*) FROM keyring", &s));
    TRY(db_step(s, &row));
    return db_i64(s, 0) == 0 ? OK : FAIL(ERR_STATE, "there is a store here already");
}

static enum err fill_all(struct door *d, door_fill *fill, void *user)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    if (!a)
        return mem_fail();
    struct tx tx = {.db = d->db, .arena = a, .now_us = env_now_us(), .vault = d->vault};
    TRY(db_begin(d->db, DB_WRITE));
    enum err e = schema_create(d->db, d->schema);
    if (e == OK)
        e = is_empty(d->db);
    if (e == OK)
        e = fill(user, &tx);
    buf_free(&tx.changes);
    if (e != OK) {
        db_rollback(d->db);
        return e;
    }
    return db_commit(d->db);
}

enum err door_make(const struct door_config *config, door_fill *fill, void *user)
{
    struct door *d = mem_alloc(sizeof *d);
    if (!d)
        return mem_fail();
    enum err e = prepare(config, d);
    if (e == OK)
        e = fill_all(d, fill, user);
    destroy(d);
    return e;
}

enum err door_create(const struct door_config *config, const struct unlock *secret, enum argon_cost cost)
{
    struct create c = {config->pack, config->schema, secret, cost, config->synthetic};
    return door_make(config, create_rows, &c);
}

enum err door_unlock(struct door *d, const struct unlock *secret)
{
    struct db *db;
    TRY(door_reader(d, &db));
    enum err e = vault_unlock(d->vault, db, secret);
    door_reader_done(d, db);
    if (e == OK)
        say_version(d);
    return e;
}

struct vault *door_vault(struct door *d)
{
    return d->vault;
}

const struct pack *door_pack(const struct door *d)
{
    return d->pack;
}

const struct gates *door_gates(const struct door *d)
{
    return d->gates;
}

const struct entities *door_entities(const struct door *d)
{
    return d->entities;
}

const char *door_origin(const struct door *d)
{
    return d->origin;
}

const struct schema *door_schema(const struct door *d)
{
    return d->schema;
}

enum err door_add_watch(struct door *d, door_watch *watch, void *user)
{
    pthread_mutex_lock(&d->watch_lock);
    bool room = d->nwatches < WATCHES_MAX;
    if (room) {
        d->watches[d->nwatches].watch = watch;
        d->watches[d->nwatches].user = user;
        d->nwatches++;
    }
    pthread_mutex_unlock(&d->watch_lock);
    return room ? OK : FAIL(ERR_LIMIT, "more than %d watches", WATCHES_MAX);
}

void door_drop_watch(struct door *d, door_watch *watch, void *user)
{
    pthread_mutex_lock(&d->watch_lock);
    for (size_t i = 0; i < d->nwatches; i++)
        if (d->watches[i].watch == watch && d->watches[i].user == user) {
            d->watches[i] = d->watches[--d->nwatches];
            break;
        }
    pthread_mutex_unlock(&d->watch_lock);
}

struct door_stats door_stats(const struct door *d)
{
    struct door *own = (struct door *)(uintptr_t)d; /* its lock only */
    pthread_mutex_lock(&own->queue_lock);
    int64_t queue = d->queued;
    pthread_mutex_unlock(&own->queue_lock);
    return (struct door_stats){.pauses = __atomic_load_n(&d->stats.pauses, __ATOMIC_RELAXED),
                               .acts = __atomic_load_n(&d->stats.acts, __ATOMIC_RELAXED),
                               .views = __atomic_load_n(&d->stats.views, __ATOMIC_RELAXED),
                               .commits = __atomic_load_n(&d->stats.commits, __ATOMIC_RELAXED),
                               .refused = __atomic_load_n(&d->stats.refused, __ATOMIC_RELAXED),
                               .queue = queue};
}
