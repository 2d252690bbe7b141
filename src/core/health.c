/* SPDX-License-Identifier: Apache-2.0 */
#include "core/health.h"

#include "base/json.h"
#include "core/door/own.h"
#include "sys/os.h"

static enum err number(struct view *v, const char *sql, int64_t bound, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(v->db, sql, &s));
    if (strstr(sql, "?1"))
        db_bind_i64(s, 1, bound);
    TRY(db_step(s, &row));
    *ret = row && !db_null(s, 0) ? db_i64(s, 0) : 0;
    return OK;
}

static enum err count_rows(struct view *v, struct health *h)
{
    TRY(number(v, "SELECT coalesce(max(no), 0) FROM audit_leaf", 0, &h->leaves));
    TRY(number(v, "SELECT at_us FROM audit_checkpoint ORDER BY size DESC LIMIT 1", 0, &h->checkpoint_us));
    TRY(number(v, "SELECT size FROM audit_checkpoint ORDER BY size DESC LIMIT 1", 0, &h->checkpoint_size));
    TRY(number(v, "SELECT max(at_us) FROM audit_leaf WHERE action = 'backup.make'", 0, &h->backup_us));
    TRY(number(v, "SELECT max(until_us) FROM job_lock WHERE name > ''", 0, &h->jobs_us));
    TRY(number(v, "SELECT count(*) FROM outbox WHERE next_us > 0", 0, &h->outbox_waiting));
    TRY(number(v, "SELECT count(*) FROM outbox WHERE next_us > 0 AND attempts > 0", 0, &h->outbox_late));
    TRY(number(v, "SELECT count(*) FROM account WHERE disabled_us IS NULL", 0, &h->accounts));
    return number(v, "SELECT count(*) FROM session WHERE opened_us > 0", 0, &h->sessions);
}

static enum err health_run(struct view *v)
{
    struct health *h = ARENA_NEW(v->arena, struct health);
    struct door_stats stats = door_stats(v->door);
    if (!h)
        return arena_err(v->arena);
    *h = (struct health){.pack = v->pack ? v->pack->id : "",
                         .pack_version = v->pack ? v->pack->version : "",
                         .database = db_kind(v->db) == DB_SQLITE ? "sqlite" : "postgresql",
                         .schema = schema_version(door_schema(v->door)),
                         .unlocked = vault_unlocked(door_vault(v->door)),
                         .refused_bytes = (int64_t)crypto_lock_refused(),
                         .disk_free = -1,
                         .disk_size = -1,
                         .acts = (int64_t)stats.acts,
                         .views = (int64_t)stats.views,
                         .commits = (int64_t)stats.commits,
                         .refused = (int64_t)stats.refused,
                         .queue = stats.queue};
    if (*v->door->data)
        disk_space(v->door->data, &h->disk_free, &h->disk_size);
    TRY(door_synthetic(v->db, &h->synthetic));
    TRY(count_rows(v, h));
    v->model = h;
    return OK;
}

static void health_json(const struct view *v, struct json *j)
{
    const struct health *h = v->model;
    const struct {
        const char *name;
        int64_t n;
    } numbers[] = {{"schema", h->schema},
                   {"locked_memory_refused_bytes", h->refused_bytes},
                   {"disk_free_bytes", h->disk_free},
                   {"disk_size_bytes", h->disk_size},
                   {"acts", h->acts},
                   {"views", h->views},
                   {"commits", h->commits},
                   {"refused", h->refused},
                   {"queue", h->queue},
                   {"checkpoint_size", h->checkpoint_size},
                   {"leaves", h->leaves},
                   {"outbox_waiting", h->outbox_waiting},
                   {"outbox_late", h->outbox_late},
                   {"accounts", h->accounts},
                   {"sessions", h->sessions}};
    json_object(j);
    json_kv(j, "pack", h->pack);
    json_kv(j, "pack_version", h->pack_version);
    json_kv(j, "database", h->database);
    json_key(j, "synthetic");
    json_bool(j, h->synthetic);
    json_key(j, "unlocked");
    json_bool(j, h->unlocked);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_kv_i64(j, numbers[i].name, numbers[i].n);
    json_kv_time(j, "checkpoint", h->checkpoint_us);
    json_kv_time(j, "jobs", h->jobs_us);
    json_kv_time(j, "backup", h->backup_us);
    json_end(j);
}

/* ---- keys -------------------------------------------------------------------------------------------------
 */

static enum err compartments_of(struct view *v, const char *agency, int64_t *ret)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    bool row;
    TRY(db_prepare(v->db, "SELECT count(*) FROM compartment WHERE owner = ?1 AND shredded_us IS NULL", &s));
    db_bind_text(s, 1, str_of(agency));
    TRY(db_step(s, &row));
    *ret = db_i64(s, 0);
    return OK;
}

static enum err keys_run(struct view *v)
{
    struct key_list *list = ARENA_NEW(v->arena, struct key_list);
    size_t n = v->pack ? v->pack->nagencies : 0;
    if (!list)
        return arena_err(v->arena);
    list->unlocked = vault_unlocked(door_vault(v->door));
    list->items = ARENA_ARRAY(v->arena, n + 1, struct key_row);
    if (!list->items)
        return arena_err(v->arena);
    for (size_t i = 0; i < n; i++) {
        const struct agency *a = &v->pack->agencies[i];
        struct key_row *row = &list->items[list->n];
        *row = (struct key_row){
            .agency = a->id, .name = a->name, .open = vault_has_agency(door_vault(v->door), a->id)};
        TRY(compartments_of(v, a->id, &row->compartments));
        if (!a->group)
            list->n++;
    }
    v->model = list;
    return OK;
}

static void keys_json(const struct view *v, struct json *j)
{
    const struct key_list *list = v->model;
    json_object(j);
    json_key(j, "unlocked");
    json_bool(j, list->unlocked);
    json_key(j, "items");
    json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        json_object(j);
        json_kv(j, "agency", list->items[i].agency);
        json_key(j, "open");
        json_bool(j, list->items[i].open);
        json_kv_i64(j, "compartments", list->items[i].compartments);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

/* ---- the trail and its copies
 * --------------------------------------------------------------------------------
 */

static enum err read_checkpoints(struct view *v, struct trail *t)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    TRY(db_prepare(v->db, "SELECT at_us, size FROM audit_checkpoint ORDER BY size DESC LIMIT ?1", &s));
    db_bind_i64(s, 1, TRAIL_MAX);
    for (bool row = true; t->ncheckpoints < TRAIL_MAX;) {
        TRY(db_step(s, &row));
        if (!row)
            break;
        t->checkpoints[t->ncheckpoints].at_us = db_i64(s, 0);
        t->checkpoints[t->ncheckpoints++].size = db_i64(s, 1);
    }
    return OK;
}

static enum err read_backups(struct view *v, struct trail *t)
{
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    int64_t newest;
    TRY(number(v, "SELECT coalesce(max(no), 0) FROM audit_leaf", 0, &newest));
    TRY(db_prepare(v->db,
                   "SELECT at_us, action FROM audit_leaf WHERE no > ?1 AND action IN ('backup.make', "
                   "'backup.restore') ORDER BY no DESC LIMIT ?2",
                   &s));
    db_bind_i64(s, 1, newest - BACKUP_LOOK);
    db_bind_i64(s, 2, TRAIL_MAX);
    for (bool row = true; t->nbackups < TRAIL_MAX;) {
        TRY(db_step(s, &row));
        if (!row)
            break;
        t->backups[t->nbackups].at_us = db_i64(s, 0);
        t->backups[t->nbackups++].restored = str_is(db_text(s, 1), "backup.restore");
    }
    return OK;
}

static enum err trail_run(struct view *v)
{
    struct trail *t = ARENA_NEW(v->arena, struct trail);
    if (!t)
        return arena_err(v->arena);
    v->model = t;
    t->note = STR("");
    enum err e = audit_checkpoint_note(v->db, v->arena, &t->note);
    if (e == ERR_NOT_FOUND) {
        err_clear();
        e = OK;
    }
    TRY(e);
    TRY(read_checkpoints(v, t));
    TRY(witness_list(v->db, v->arena, WITNESS_NOTES_MAX, &t->witnesses));
    return read_backups(v, t);
}

static void trail_json(const struct view *v, struct json *j)
{
    const struct trail *t = v->model;
    json_object(j);
    json_kv_str(j, "note", t->note);
    json_key(j, "checkpoints");
    json_array(j);
    for (size_t i = 0; i < t->ncheckpoints; i++) {
        json_object(j);
        json_kv_time(j, "at", t->checkpoints[i].at_us);
        json_kv_i64(j, "size", t->checkpoints[i].size);
        json_end(j);
    }
    json_end(j);
    json_key(j, "witnesses");
    json_array(j);
    for (size_t i = 0; i < t->witnesses.n; i++) {
        const struct witness_note *w = &t->witnesses.items[i];
        json_object(j);
        json_kv_time(j, "at", w->at_us);
        json_kv(j, "witness", w->witness);
        json_kv_time(j, "signed", w->signed_us);
        json_kv_i64(j, "size", w->size);
        json_kv(j, "verdict", witness_verdict_word(w->verdict));
        json_kv_bool(j, "checked", w->checked);
        json_end(j);
    }
    json_end(j);
    json_key(j, "backups");
    json_array(j);
    for (size_t i = 0; i < t->nbackups; i++) {
        json_object(j);
        json_kv_time(j, "at", t->backups[i].at_us);
        json_kv(j, "what", t->backups[i].restored ? "restored" : "made");
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

const struct view_decl HEALTH_VIEWS[] = {
    {.name = "system.trail",
     .summary = "Checkpoints of the audit, and backups",
     .verb = VERB_READ,
     .object = OBJECT_SYSTEM,
     .when_locked = true,
     .run = trail_run,
     .to_json = trail_json},
    {.name = "system.health",
     .summary = "How the machine is",
     .verb = VERB_READ,
     .object = OBJECT_SYSTEM,
     .when_locked = true,
     .run = health_run,
     .to_json = health_json},
    {.name = "key.list",
     .summary = "The keys of the agencies, and whether they are open",
     .verb = VERB_LIST,
     .object = OBJECT_KEY,
     .when_locked = true,
     .run = keys_run,
     .to_json = keys_json},
};
const size_t NHEALTH_VIEWS = sizeof HEALTH_VIEWS / sizeof *HEALTH_VIEWS;
