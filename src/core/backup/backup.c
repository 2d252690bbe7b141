/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/calendar.h"
#include "base/env.h"
#include "base/limits.h"
#include "core/account.h"
#include "core/audit/known.h"
#include "core/backup/own.h"
#include "sys/os.h"

#include <sys/stat.h>

#define PAGE        200
#define PAGE_BYTES  ((size_t)DB_MAX_VALUE_BYTES * 4)
#define FLUSH_BYTES (1u << 20)

/* ---- out -------------------------------------------------------------------------------------------- */

struct writer {
    struct stream_out *out;
    struct buf buf;
    int64_t rows;
};

static enum err flush(struct writer *w, size_t from_bytes)
{
    if (w->buf.n < from_bytes)
        return OK;
    TRY(buf_err(&w->buf));
    TRY(stream_out_write(w->out, buf_view(&w->buf)));
    buf_clear(&w->buf);
    return OK;
}

/* A page, or a single row where a page is more than memory should hold. */
static enum err next_page(struct db *db, struct arena *a, const struct table *t, struct id after,
                          struct cell *cells, size_t *ret_n, bool *ret_more)
{
    enum err e = row_page(db, a, t, after, PAGE, cells, ret_n);
    *ret_more = *ret_n == PAGE;
    if (e != ERR_LIMIT)
        return e;
    arena_reset(a);
    err_clear();
    *ret_more = true;
    return row_page(db, a, t, after, 1, cells, ret_n);
}

static enum err write_table(struct writer *w, struct db *db, const struct table *t)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(PAGE_BYTES);
    struct cell *cells CLEANUP(mem_cleanup) = mem_alloc(PAGE * t->ncolumns * sizeof *cells);
    struct id after = id_nil();
    bool more = true;
    if (!a || !cells)
        return mem_fail();
    TRY(backup_table_write(t, &w->buf));
    while (more) {
        size_t n = 0;
        arena_reset(a);
        TRY(next_page(db, a, t, after, cells, &n, &more));
        more = more && n > 0;
        for (size_t i = 0; i < n; i++) {
            const struct cell *row = cells + i * t->ncolumns;
            TRY(backup_row_write(t, row, &w->buf));
            TRY(flush(w, FLUSH_BYTES));
            after = cell_get_id(&row[0]);
            w->rows++;
        }
    }
    return OK;
}

static bool is_keys(const struct table *t)
{
    return t->no == TABLE_COMPARTMENT_KEY.no;
}

/* Every table that t refers to is in `done` (a bit for each number) already, or is t itself. */
static bool may_follow(const struct schema *s, const struct table *t, const bool done[SCHEMA_TABLES_MAX])
{
    for (size_t i = 0; i < t->ncolumns; i++)
        for (size_t k = 0; t->columns[i].references && k < s->n; k++)
            if (!done[k] && s->tables[k] != t && strcmp(s->tables[k]->name, t->columns[i].references) == 0)
                return false;
    return true;
}

static enum err write_data(struct writer *w, struct db *db, const struct schema *s)
{
    bool done[SCHEMA_TABLES_MAX] = {false};
    for (size_t left = s->n; left > 0;) {
        size_t before = left;
        for (size_t i = 0; i < s->n; i++) {
            if (done[i] || !may_follow(s, s->tables[i], done))
                continue;
            if (!is_keys(s->tables[i]))
                TRY(write_table(w, db, s->tables[i]));
            done[i] = true;
            left--;
        }
        if (left == before)
            return FAIL(ERR_INTERNAL, "the tables refer to each other in a circle");
    }
    return OK;
}

static enum err write_content(struct writer *w, struct db *db, const struct schema *s, bool keys)
{
    TRY(keys ? write_table(w, db, &TABLE_COMPARTMENT_KEY) : write_data(w, db, s));
    backup_end_write(w->rows, &w->buf);
    return flush(w, 0);
}

static enum err write_file(struct door *d, struct db *db, struct backup_header *h, const char *path,
                           int64_t *ret_rows)
{
    struct buf header CLEANUP(buf_free) = {0};
    uint8_t key[KEY_BYTES];
    struct writer w = {0};
    env_random(h->nonce, sizeof h->nonce);
    TRY(backup_header_write(h, &header));
    TRY(vault_backup_key(door_vault(d), h->nonce, key));
    enum err e = stream_out_open(path, key, buf_view(&header), &w.out);
    secret_wipe(key, sizeof key);
    TRY(e);
    e = write_content(&w, db, door_schema(d), h->keys);
    buf_free(&w.buf);
    if (e == OK)
        e = stream_out_close(w.out);
    else
        stream_out_abandon(w.out);
    if (e == OK)
        *ret_rows = w.rows;
    return e;
}

static enum err name_files(const char *data_folder, const char *key_folder, int64_t at_us,
                           struct backup_report *ret)
{
    char at[28];
    uint8_t r[2];
    utc_text(at_us, at); /* 2026-11-22T00:12:37.123456Z */
    for (int attempt = 0; attempt < 100; attempt++) {
        env_random(r, sizeof r);
        for (int keys = 0; keys < 2; keys++) {
            char *path = keys ? ret->key_file : ret->data_file;
            int n = snprintf(path, sizeof ret->key_file, "%s/%s-%.4s%.2s%.2sT%.2s%.2s%.2sZ-%02x%02x.akb",
                             keys ? key_folder : data_folder, keys ? "keys" : "data", at, at + 5, at + 8,
                             at + 11, at + 14, at + 17, r[0], r[1]);
            if (n < 0 || (size_t)n >= sizeof ret->key_file)
                return FAIL(ERR_LIMIT, "the path of a backup folder is longer than %zu bytes",
                            sizeof ret->key_file - 40);
        }
        if (!path_exists(ret->data_file) && !path_exists(ret->key_file))
            return OK;
    }
    return FAIL(ERR_BUSY, "no free name for a backup file");
}

/* Both files of one snapshot; the keys first, so that no data file stands without its keys. */
static enum err write_both(struct door *d, struct db *db, const char *data_folder, const char *key_folder,
                           struct backup_report *ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct root_wrap *wraps;
    struct backup_header h = {.keys = true, .at_us = env_now_us()};
    if (!a)
        return mem_fail();
    TRY(name_files(data_folder, key_folder, h.at_us, ret));
    TRY(vault_root_wraps(db, a, &wraps, &h.nwraps));
    h.wraps = wraps;
    TRY(write_file(d, db, &h, ret->key_file, &ret->key_rows));
    h.keys = false;
    enum err e = write_file(d, db, &h, ret->data_file, &ret->rows);
    if (e != OK && file_remove(ret->key_file) != OK)
        return err_prefix(e, "and %s is left behind", ret->key_file);
    return e;
}

static enum err own_folders(const char *data_folder, const char *key_folder)
{
    struct stat data, keys;
    TRY(dir_make(data_folder, 0700));
    TRY(dir_make(key_folder, 0700));
    if (stat(data_folder, &data) != 0 || stat(key_folder, &keys) != 0)
        return FAIL(ERR_IO, "a backup folder cannot be looked at");
    if (data.st_dev == keys.st_dev && data.st_ino == keys.st_ino)
        return FAIL(ERR_CONFIG,
                    "data and keys go to folders of their own: who keeps both together keeps shredded keys");
    return OK;
}

enum err backup_make(struct door *d, const char *data_folder, const char *key_folder,
                     struct backup_report *ret)
{
    struct backup_report report = {0};
    struct db *db;
    enum err e = ERR_RETRY;
    if (!vault_unlocked(door_vault(d)))
        return FAIL(ERR_LOCKED, "a backup needs open keys");
    TRY(own_folders(data_folder, key_folder));
    TRY(door_note(d, "backup.make"));
    TRY(door_sequence(d));
    TRY(door_reader(d, &db));
    for (int i = 0; i < RETRY_MAX && e == ERR_RETRY; i++) {
        e = db_begin(db, DB_READ);
        if (e == OK)
            e = write_both(d, db, data_folder, key_folder, &report);
        db_rollback(db);
    }
    door_reader_done(d, db);
    if (e == OK)
        *ret = report;
    return e;
}

/* ---- in --------------------------------------------------------------------------------------------- */

struct restore {
    const struct schema *schema;
    const struct unlock *secret;
    struct stream_in *data, *keys; /* keys may be NULL */
    struct known known;            /* of key rows */
    struct backup_report report;
};

static enum err from_stream(void *user, void *p, size_t n, size_t *ret_n)
{
    return stream_in_read(user, p, n, ret_n);
}

static enum err restore_data(struct restore *r, struct db *db, struct arena *a)
{
    struct backup_reader in = {.source = from_stream, .user = r->data, .schema = r->schema};
    struct cell cells[TABLE_COLUMNS_MAX];
    for (bool row = true; row;) {
        arena_reset(a);
        TRY(backup_row_read(&in, a, cells, &row));
        if (row && is_keys(in.table))
            return FAIL(ERR_CRYPTO, "a data backup with keys in it");
        if (row && in.table->no != TABLE_SESSION.no) /* who was signed in that day is not today */
            TRY(row_restore(db, in.table, cells));
    }
    r->report.rows = in.rows;
    return OK;
}

/* Only what the audit trail of the data knows as it is: keys that were shredded or changed later stay away,
 * and those of another day do not come in. */
static enum err restore_keys(struct restore *r, struct db *db, struct arena *a)
{
    struct backup_reader in = {.source = from_stream, .user = r->keys, .schema = r->schema};
    struct cell cells[TABLE_COLUMNS_MAX];
    for (bool row = true; row;) {
        arena_reset(a);
        TRY(backup_row_read(&in, a, cells, &row));
        if (!row)
            return OK;
        if (!is_keys(in.table))
            return FAIL(ERR_CRYPTO, "a key backup with other things in it");
        struct hash h = row_hash(in.table, cells);
        struct known_row *k = known_find(&r->known, in.table->no, cell_get_id(&cells[0]));
        if (!k || k->seen || !known_is(k, &h)) {
            r->report.dropped++;
            continue;
        }
        k->seen = true;
        TRY(row_restore(db, in.table, cells));
        r->report.key_rows++;
    }
    return OK;
}

/* The trail must not say that keys are there which are not: they count as deleted from now on. */
static enum err note_missing(struct restore *r, struct tx *tx)
{
    for (size_t i = 0; i < r->known.cap; i++) {
        const struct known_row *k = &r->known.rows[i];
        static const uint8_t zero[HASH_BYTES];
        if (!k->used || k->deleted || k->seen)
            continue;
        buf_be16(&tx->changes, k->table);
        buf_bytes(&tx->changes, k->id.b, sizeof k->id.b);
        buf_bytes(&tx->changes, zero, sizeof zero);
        r->report.missing++;
    }
    return buf_err(&tx->changes);
}

/* What cannot be opened must not be found either: an old data backup still has the look-up values of a case
 * that was shredded since. */
static enum err drop_blind(struct tx *tx, struct arena *a)
{
    struct buf found CLEANUP(buf_free) = {0};
    struct stmt *s CLEANUP(stmt_cleanup) = NULL;
    struct str all;
    TRY(db_prepare(tx->db,
                   "SELECT b.id FROM blind_index b WHERE NOT EXISTS "
                   "(SELECT 1 FROM compartment_key k WHERE k.compartment = b.compartment) ORDER BY b.id",
                   &s));
    for (;;) {
        bool row;
        TRY(db_step(s, &row));
        if (!row)
            break;
        buf_str(&found, db_blob(s, 0));
    }
    TRY(buf_take(&found, a, &all));
    for (; all.n; all = str_sub(all, sizeof(struct id), all.n)) {
        struct id id;
        TRY(id_from(str_sub(all, 0, sizeof id), &id));
        TRY(row_delete(tx, &TABLE_BLIND_INDEX, id));
    }
    return OK;
}

static enum err restore_leaf(struct tx *tx)
{
    struct leaf leaf = {.id = id_new(),
                        .agency = "",
                        .action = "backup.restore",
                        .role = ROLE_SYSTEM,
                        .purpose = PURPOSE_ADMINISTRATION,
                        .object_kind = OBJECT_SYSTEM,
                        .answer = {VERDICT_ALLOW, REASON_OK, OBLIGE_AUDIT}};
    struct sequencer s = {0};
    struct id *pending;
    size_t n, placed;
    TRY(audit_leaf(tx, &leaf));
    TRY(audit_pending(tx->db, tx->arena, &pending, &n));
    return audit_sequence(tx, &s, pending, n, &placed);
}

static enum err fill(void *user, struct tx *tx)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(PAGE_BYTES);
    struct restore *r = user;
    if (!a)
        return mem_fail();
    TRY(restore_data(r, tx->db, a));
    TRY(known_load(tx->db, TABLE_COMPARTMENT_KEY.no, &r->known));
    if (r->keys)
        TRY(restore_keys(r, tx->db, a));
    TRY(vault_unlock(tx->vault, tx->db, r->secret));
    TRY(note_missing(r, tx));
    arena_reset(a);
    TRY(drop_blind(tx, a));
    return restore_leaf(tx);
}

static enum err open_stream(const char *path, bool keys, struct vault *v, const struct unlock *secret,
                            struct stream_in **ret)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_header h;
    struct str header;
    uint8_t key[KEY_BYTES];
    if (!a)
        return mem_fail();
    TRY(stream_in_open(path, a, &header, ret));
    TRY(backup_header_read(header, a, &h));
    if (h.keys != keys)
        return FAIL(ERR_CRYPTO, "this is a backup of %s", h.keys ? "keys" : "data");
    if (!keys) /* the root is the same for both, whatever opened it on either day */
        TRY(vault_unlock_backups(v, h.wraps, h.nwraps, secret));
    TRY(vault_backup_key(v, h.nonce, key));
    enum err e = stream_in_key(*ret, key);
    secret_wipe(key, sizeof key);
    return e;
}

static enum err open_both(const char *data_file, const char *key_file, struct restore *r)
{
    struct vault *v;
    TRY(vault_new(&v));
    enum err e = open_stream(data_file, false, v, r->secret, &r->data);
    if (e == OK && key_file)
        e = open_stream(key_file, true, v, r->secret, &r->keys);
    vault_free(v);
    return e;
}

static void copy_path(char *to, size_t size, const char *path)
{
    snprintf(to, size, "%s", path ? path : "");
}

enum err backup_restore(const struct door_config *into, const char *data_file, const char *key_file,
                        const struct unlock *secret, struct backup_report *ret)
{
    struct restore r = {.schema = into->schema, .secret = secret};
    TRY(crypto_start());
    enum err e = open_both(data_file, key_file, &r);
    if (e == OK)
        e = door_make(into, fill, &r);
    stream_in_close(r.data);
    stream_in_close(r.keys);
    known_free(&r.known);
    if (e != OK)
        return e;
    copy_path(r.report.data_file, sizeof r.report.data_file, data_file);
    copy_path(r.report.key_file, sizeof r.report.key_file, key_file);
    *ret = r.report;
    return OK;
}

/* ---- old keys --------------------------------------------------------------------------------------- */

enum err backup_expire(const char *key_folder, int64_t now_us, int *ret_deleted)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **names;
    size_t n;
    int deleted = 0;
    if (!a)
        return mem_fail();
    TRY(dir_list(key_folder, a, &names, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t at_us;
        if (!backup_name_time(names[i], "keys", &at_us) ||
            now_us - at_us < BACKUP_KEY_DAYS * INT64_C(86400000000))
            continue;
        char *path = arena_printf(a, "%s/%s", key_folder, names[i]);
        if (!path)
            return arena_err(a);
        TRY(file_remove(path));
        deleted++;
    }
    *ret_deleted = deleted;
    return OK;
}
