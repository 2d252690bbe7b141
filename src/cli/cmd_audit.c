/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_audit.c - verify, checkpoint, witness. None of them writes to the store. */
#include "base/env.h"
#include "base/json.h"
#include "cli/app.h"

static enum err read_optional(const char *path, struct arena *a, struct str *ret)
{
    *ret = STR("");
    return path ? file_read(path, 1u << 20, a, ret) : OK;
}

static void print_report(const struct audit_report *r)
{
    for (size_t i = 0; i < r->ntables; i++)
        printf("%-18s %10lld rows  %s: %s\n", r->tables[i].table, (long long)r->tables[i].rows,
               r->tables[i].covered ? "covered" : "uncovered", r->tables[i].why);
    for (size_t i = 0; i < r->n; i++) {
        char id[33];
        id_text(r->findings[i].row, id);
        printf("FINDING %s %s %s\n", r->findings[i].table, id, r->findings[i].what);
    }
    printf("%llu leaves, %llu pending, %llu checkpoints, %llu rows, %zu findings\n",
           (unsigned long long)r->leaves, (unsigned long long)r->pending, (unsigned long long)r->checkpoints,
           (unsigned long long)r->rows, r->total);
}

static enum err print_report_json(const struct audit_report *r)
{
    struct buf out CLEANUP(buf_free) = {0};
    struct json j = json_to(&out);
    json_object(&j);
    json_kv_i64(&j, "leaves", (int64_t)r->leaves);
    json_kv_i64(&j, "pending", (int64_t)r->pending);
    json_kv_i64(&j, "checkpoints", (int64_t)r->checkpoints);
    json_kv_i64(&j, "rows", (int64_t)r->rows);
    json_kv_i64(&j, "findings_total", (int64_t)r->total);
    json_key(&j, "findings");
    json_array(&j);
    for (size_t i = 0; i < r->n; i++) {
        char id[33];
        id_text(r->findings[i].row, id);
        json_object(&j);
        json_kv(&j, "table", r->findings[i].table);
        json_kv(&j, "row", id);
        json_kv(&j, "what", r->findings[i].what);
        json_end(&j);
    }
    json_end(&j);
    json_key(&j, "tables");
    json_array(&j);
    for (size_t i = 0; i < r->ntables; i++) {
        json_object(&j);
        json_kv(&j, "table", r->tables[i].table);
        json_kv_bool(&j, "covered", r->tables[i].covered);
        json_kv(&j, "why", r->tables[i].why);
        json_kv_i64(&j, "rows", r->tables[i].rows);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    TRY(buf_err(&out));
    printf("%.*s\n", STR_FMT(buf_view(&out)));
    return OK;
}

/* Without the keys edits are still found through the tree; MACs are checked with them. The store is opened
 * for reading only: its writer places pending leaves at close, which verify must not do before it has looked.
 */
enum err cmd_audit_verify(const struct args *args)
{
    struct app app;
    struct str witness;
    struct db *db;
    struct audit_report report;
    bool keys = args->key_file || getenv("AKARI_PASSPHRASE");
    TRY(app_open(args, keys, &app));
    enum err e = read_optional(args->witness, app.arena, &witness);
    if (e == OK)
        e = door_reader(app.door, &db);
    if (e == OK) {
        e = audit_verify(db, &app.schema, door_vault(app.door), witness, app.arena, &report);
        door_reader_done(app.door, db);
    }
    if (e == OK && args->json)
        e = print_report_json(&report);
    else if (e == OK)
        print_report(&report);
    if (e == OK && report.total)
        e = FAIL(ERR_AUDIT, "%zu findings", report.total);
    app_close(&app);
    return e;
}

enum err cmd_audit_checkpoint(const struct args *args)
{
    struct app app;
    struct str note;
    struct db *db;
    TRY(app_open(args, false, &app));
    enum err e = door_reader(app.door, &db);
    if (e == OK) {
        e = audit_checkpoint_note(db, app.arena, &note);
        door_reader_done(app.door, db);
    }
    if (e == OK)
        printf("%.*s", STR_FMT(note));
    app_close(&app);
    return e;
}

/* The witness's own Ed25519 key, made at its first use, in a file of its own agency. */
static enum err witness_key(const char *path, struct arena *a, uint8_t ret[SIGN_SECRET_BYTES])
{
    struct str text;
    struct buf b CLEANUP(buf_free) = {0};
    uint8_t public[SIGN_PUBLIC_BYTES];
    enum err e = file_read(path, 4096, a, &text);
    if (e == ERR_NOT_FOUND) {
        sign_keypair(public, ret);
        base64(&b, ret, SIGN_SECRET_BYTES);
        TRY(buf_err(&b));
        return file_write_atomic(path, 0600, buf_view(&b));
    }
    TRY(e);
    struct str key;
    TRY(base64_decode(str_trim(text), a, &key));
    if (key.n != SIGN_SECRET_BYTES)
        return FAIL(ERR_BAD_DATA, "the witness's key file is damaged");
    memcpy(ret, key.p, SIGN_SECRET_BYTES);
    return OK;
}

static enum err cosign(struct app *app, const struct args *args, struct db *db)
{
    struct str note, previous, signed_note;
    uint8_t secret[SIGN_SECRET_BYTES];
    TRY(witness_key(args->keys, app->arena, secret));
    TRY(read_optional(args->previous && path_exists(args->previous) ? args->previous : NULL, app->arena,
                      &previous));
    TRY(audit_checkpoint_note(db, app->arena, &note));
    TRY(audit_cosign(db, note, previous, args->name, secret, env_now_us(), app->arena, &signed_note));
    secret_wipe(secret, sizeof secret);
    if (args->out)
        return file_write_atomic(args->out, 0600, signed_note);
    printf("%.*s", STR_FMT(signed_note));
    return OK;
}

enum err cmd_audit_witness(const struct args *args)
{
    struct app app;
    struct db *db;
    if (!args->keys || !args->name)
        return FAIL(ERR_USAGE, "--keys FILE and --name NAME of the witness are needed");
    TRY(app_open(args, false, &app));
    enum err e = door_reader(app.door, &db);
    if (e == OK) {
        e = cosign(&app, args, db);
        door_reader_done(app.door, db);
    }
    app_close(&app);
    return e;
}
