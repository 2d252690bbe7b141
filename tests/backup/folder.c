/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/folder.h"

#include "base/env.h"
#include "sys/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

void folders_make(struct folders *f)
{
    snprintf(f->top, sizeof f->top, "/tmp/akari-backup-XXXXXX");
    assert_non_null(mkdtemp(f->top));
    snprintf(f->data, sizeof f->data, "%s/data", f->top);
    snprintf(f->keys, sizeof f->keys, "%s/keys", f->top);
}

static void empty(const char *folder)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **paths;
    size_t n = path_exists(folder) ? folder_files(folder, a, &paths) : 0;
    for (size_t i = 0; i < n; i++)
        unlink(paths[i]);
    rmdir(folder);
}

void folders_remove(struct folders *f)
{
    empty(f->data);
    empty(f->keys);
    empty(f->top);
}

size_t folder_files(const char *folder, struct arena *a, char ***ret)
{
    char **names;
    size_t n;
    assert_int_equal(dir_list(folder, a, &names, &n), OK);
    for (size_t i = 0; i < n; i++) {
        names[i] = arena_printf(a, "%s/%s", folder, names[i]);
        assert_non_null(names[i]);
    }
    *ret = names;
    return n;
}

struct str file_bytes(const char *path, struct arena *a)
{
    struct str s;
    assert_int_equal(file_read(path, 50 << 20, a, &s), OK);
    return s;
}

void write_bytes(const char *path, struct str bytes)
{
    assert_int_equal(file_write_atomic(path, 0600, bytes), OK);
}

bool folder_has(const char *folder, const char *text)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **paths;
    size_t n = folder_files(folder, a, &paths);
    bool found = false;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        struct arena *one CLEANUP(arena_cleanup) = arena_new(0);
        struct str s = file_bytes(paths[i], one);
        found = found || strstr(paths[i], text) || memmem(s.p, s.n, text, strlen(text));
    }
    return found;
}

/* ---- a case ---------------------------------------------------------------------------------------- */

struct filled fill_case(struct store *s, const char *marker)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct filled f = {.case_ = open_case(s, &lead)};
    struct act_result r;
    char id[33], full[128], contact[128];
    id_text(f.case_, id);
    snprintf(full, sizeof full, "Testname %s", marker);
    snprintf(contact, sizeof contact, "%s by post", marker);
    assert_int_equal(
        do_act(s, &lead, "subject.add", f.case_, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    f.subject = r.id;
    assert_int_equal(
        do_act(s, &lead, "name.add", f.subject, &r, "case", id, "type", "legal", "full", full, NULL), OK);
    f.name = r.id;
    assert_int_equal(do_act(s, &lead, "consultation.create", id_nil(), NULL, "case", id, "language", "my",
                            "contact", contact, "injuries", full, NULL),
                     OK);
    return f;
}

enum err open_name(struct store *s, const struct filled *f, const char *marker)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct cell name[TABLE_COLUMNS_MAX], subject[TABLE_COLUMNS_MAX];
    struct db *db;
    struct str plain = {0};
    int body = table_column(&TABLE_NAME, "body"), compartment = table_column(&TABLE_SUBJECT, "compartment");
    assert_true(body > 0 && compartment > 0);
    assert_int_equal(door_reader(s->door, &db), OK);
    assert_int_equal(row_get(db, a, &TABLE_NAME, f->name, name), OK);
    assert_int_equal(row_get(db, a, &TABLE_SUBJECT, f->subject, subject), OK);
    struct compartment_id c = {cell_get_id(&subject[compartment])};
    enum err e = vault_open(door_vault(s->door), db, "npa", c, CLASS_IDENTITY, env_now_us(),
                            (struct place){&TABLE_NAME, f->name, body}, name[body].s, a, &plain);
    door_reader_done(s->door, db);
    if (e == OK)
        assert_non_null(memmem(plain.p, plain.n, marker, strlen(marker)));
    return e;
}
