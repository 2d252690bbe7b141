/* SPDX-License-Identifier: Apache-2.0 */
/* Backup and restore from one database into another: test_backup sqlite|postgres sqlite|postgres. */
#include "backup/folder.h"
#include "base/alloc.h"
#include "base/calendar.h"
#include "sys/os.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKER "MARKERone"

static const char *from = "sqlite", *to = "sqlite";

struct pair_of {
    struct store source, target;
    struct folders folders;
    struct filled filled;
};

static int setup(void **state)
{
    static struct pair_of p;
    memset(&p, 0, sizeof p);
    if (!store_make(&p.source, from))
        return 0;
    if (!store_blank(&p.target, to)) {
        store_remove(&p.source);
        return 0;
    }
    store_open(&p.source);
    folders_make(&p.folders);
    p.filled = fill_case(&p.source, MARKER);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    struct pair_of *p = *state;
    if (!p)
        return 0;
    store_remove(&p->source);
    store_remove(&p->target);
    folders_remove(&p->folders);
    return 0;
}

static enum err make(struct store *s, const struct folders *f, struct backup_report *ret)
{
    enum err e = backup_make(s->door, f->data, f->keys, ret);
    if (e != OK)
        print_error("# backup_make: %s %s (%s)\n", err_row(e)->name, err_detail(), err_place());
    return e;
}

static enum err restore(struct store *s, const char *data, const char *keys, struct backup_report *ret)
{
    return backup_restore(&s->config, data, keys, store_secret(), ret);
}

static void assert_empty(struct store *s)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db_config c = {.url = s->url};
    struct db *db CLEANUP(db_cleanup) = NULL;
    const char **tables;
    size_t n;
    assert_int_equal(db_open(&c, &db), OK);
    assert_int_equal(db_tables(db, a, &tables, &n), OK);
    assert_int_equal(n, 0);
}

/* ---- there and back ---------------------------------------------------------------------------------- */

static void assert_same_rows(struct store *a, struct store *b)
{
    for (size_t i = 0; i < a->schema.n; i++) {
        const struct table *t = a->schema.tables[i];
        char sql[128];
        if (t->audit_own || t == &TABLE_KEYRING)
            continue;
        /* lint-ok sql: the name of a declared table, in a test */
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", t->name);
        if (count_rows(a, sql) != count_rows(b, sql))
            print_error("# table %s\n", t->name);
        assert_int_equal(count_rows(a, sql), count_rows(b, sql));
    }
}

static struct str note_of(struct store *s, struct arena *a)
{
    struct db *db;
    struct str note;
    assert_int_equal(door_reader(s->door, &db), OK);
    assert_int_equal(audit_checkpoint_note(db, a, &note), OK);
    door_reader_done(s->door, db);
    return note;
}

static struct hash root_at(struct store *s, int64_t size)
{
    struct hash h = {{0}};
    struct db *db;
    struct stmt *st;
    bool row;
    assert_int_equal(door_reader(s->door, &db), OK);
    assert_int_equal(db_prepare(db, "SELECT root FROM audit_checkpoint WHERE size = ?1", &st), OK);
    db_bind_i64(st, 1, size);
    assert_int_equal(db_step(st, &row), OK);
    assert_true(row && db_blob(st, 0).n == HASH_BYTES);
    memcpy(h.b, db_blob(st, 0).p, HASH_BYTES);
    db_reset(st);
    door_reader_done(s->door, db);
    return h;
}

/* The log that comes back is the same log, one leaf longer. */
static void assert_extends(struct store *s, struct str witness, const struct audit_report *before)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct audit_report after = verify(s, witness, a);
    struct hash root = root_at(s, (int64_t)before->leaves);
    for (size_t i = 0; i < after.n; i++)
        print_error("# %s: %s\n", after.findings[i].table, after.findings[i].what);
    assert_int_equal(after.total, 0);
    assert_int_equal(after.leaves, before->leaves + 1);
    assert_int_equal(after.pending, 0);
    assert_memory_equal(root.b, before->root.b, HASH_BYTES);
}

static void everything_comes_back_and_the_trail_holds(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_report r, restored;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    struct audit_report before = verify(&p->source, STR(""), a);
    struct str witness = note_of(&p->source, a);
    assert_int_equal(restore(&p->target, r.data_file, r.key_file, &restored), OK);
    assert_int_equal(restored.rows, r.rows);
    assert_int_equal(restored.key_rows, r.key_rows);
    assert_true(r.key_rows > 0);
    assert_int_equal(restored.missing + restored.dropped, 0);
    store_open(&p->target);
    assert_same_rows(&p->source, &p->target);
    assert_extends(&p->target, witness, &before);
    assert_int_equal(open_name(&p->target, &p->filled, MARKER), OK);
    fill_case(&p->target, "MARKERnew"); /* and it goes on */
    assert_int_equal(verify(&p->target, witness, a).total, 0);
}

static void there_and_back_again_the_log_is_the_same(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_report r, ignored;
    struct store back;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    struct audit_report before = verify(&p->source, STR(""), a);
    assert_int_equal(restore(&p->target, r.data_file, r.key_file, &ignored), OK);
    store_open(&p->target);
    assert_int_equal(make(&p->target, &p->folders, &r), OK);
    assert_true(store_blank(&back, from));
    assert_int_equal(restore(&back, r.data_file, r.key_file, &ignored), OK);
    store_open(&back);
    struct hash root = root_at(&back, (int64_t)before.leaves);
    assert_memory_equal(root.b, before.root.b, HASH_BYTES);
    assert_int_equal(verify(&back, note_of(&p->target, a), a).total, 0);
    assert_int_equal(open_name(&back, &p->filled, MARKER), OK);
    assert_same_rows(&p->source, &back);
    store_remove(&back);
}

static void files_are_private_and_named_by_their_time(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r;
    struct stat st;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    const char *paths[] = {r.data_file, r.key_file}, *heads[] = {"/data-20", "/keys-20"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(stat(paths[i], &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        const char *name = strrchr(paths[i], '/');
        assert_int_equal(strncmp(name, heads[i], 8), 0);
        assert_int_equal(strlen(name), strlen("/data-YYYYMMDDThhmmssZ-XXXX.akb"));
        assert_true(strcmp(name + strlen(name) - 4, ".akb") == 0);
    }
    assert_int_equal(stat(p->folders.keys, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(count_rows(&p->source, "SELECT count(*) FROM audit_leaf WHERE action = 'backup.make'"),
                     1);
}

/* ---- what is refused ---------------------------------------------------------------------------------- */

/* Over 64 KB, so that a fault behind the first chunk is met when rows are in already. */
static void make_large(struct pair_of *p, struct backup_report *ret)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    char text[20001], case_[33];
    id_text(p->filled.case_, case_);
    memset(text, 'x', 20000);
    text[20000] = '\0';
    for (int i = 0; i < 8; i++)
        assert_int_equal(do_act(&p->source, &lead, "consultation.create", id_nil(), NULL, "case", case_,
                                "language", "my", "injuries", text, NULL),
                         OK);
    assert_int_equal(make(&p->source, &p->folders, ret), OK);
}

/* A changed copy of one of the two files is refused, and the target stays empty. */
static void refuse(struct pair_of *p, const struct backup_report *r, bool keys, struct str bytes)
{
    char path[128];
    struct backup_report ignored;
    snprintf(path, sizeof path, "%s/changed.akb", p->folders.top);
    write_bytes(path, bytes);
    enum err e = restore(&p->target, keys ? r->data_file : path, keys ? path : r->key_file, &ignored);
    assert_true(e == ERR_CRYPTO || e == ERR_UNLOCK || e == ERR_LIMIT || e == ERR_UNSUPPORTED);
}

static void flip(struct pair_of *p, const struct backup_report *r, bool keys, struct str bytes, size_t at)
{
    char *byte = (char *)(uintptr_t)bytes.p + at;
    *byte ^= 1;
    refuse(p, r, keys, bytes);
    *byte ^= 1;
}

static void a_cut_file_is_refused_and_nothing_is_half_restored(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r, ignored;
    make_large(p, &r);
    for (int keys = 0; keys < 2; keys++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct str all = file_bytes(keys ? r.key_file : r.data_file, a);
        size_t cuts[] = {0, 1, 11, 100, all.n / 2, all.n - 100, all.n - 1};
        for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
            refuse(p, &r, keys, str_sub(all, 0, cuts[i]));
        char *longer = arena_alloc(a, all.n + 1);
        assert_non_null(longer);
        memcpy(longer, all.p, all.n);
        refuse(p, &r, keys, (struct str){longer, all.n + 1});
    }
    assert_empty(&p->target);
    assert_int_equal(restore(&p->target, r.data_file, r.key_file, &ignored), OK);
}

static void a_changed_byte_is_refused_wherever_it_stands(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r, ignored;
    make_large(p, &r);
    for (int keys = 0; keys < 2; keys++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct str all = file_bytes(keys ? r.key_file : r.data_file, a);
        for (size_t i = 0; i < all.n && i < 600; i++)
            flip(p, &r, keys, all, i);
        for (size_t i = 1; i <= 8; i++)
            flip(p, &r, keys, all, all.n * i / 9);
        flip(p, &r, keys, all, all.n - 1);
    }
    assert_empty(&p->target);
    assert_int_equal(restore(&p->target, r.data_file, r.key_file, &ignored), OK);
}

static void a_wrong_secret_opens_nothing(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r;
    struct unlock wrong = {.key_file =
                               STR("10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")};
    struct unlock other = {.passphrase = STR("synthetic passphrase")}, none = {.key_file = STR("00")};
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    assert_int_equal(backup_restore(&p->target.config, r.data_file, r.key_file, &wrong, &r), ERR_UNLOCK);
    assert_int_equal(backup_restore(&p->target.config, r.data_file, r.key_file, &other, &r), ERR_UNLOCK);
    assert_int_equal(backup_restore(&p->target.config, r.data_file, r.key_file, &none, &r), ERR_UNLOCK);
    assert_empty(&p->target);
}

static void a_passphrase_alone_restores(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct unlock right = {.passphrase = STR("synthetic passphrase")},
                  wrong = {.passphrase = STR("Synthetic passphrase")};
    struct store s;
    struct backup_report r, ignored;
    assert_true(store_blank(&s, from));
    assert_int_equal(door_create(&s.config, &right, ARGON_DEMO), OK);
    assert_int_equal(door_open(&s.config, &s.door), OK);
    assert_int_equal(backup_make(s.door, p->folders.data, p->folders.keys, &r), ERR_LOCKED);
    assert_int_equal(door_unlock(s.door, &right), OK);
    struct filled f = fill_case(&s, MARKER);
    assert_int_equal(make(&s, &p->folders, &r), OK);
    store_remove(&s);
    assert_int_equal(backup_restore(&p->target.config, r.data_file, r.key_file, &wrong, &ignored),
                     ERR_UNLOCK);
    assert_empty(&p->target);
    assert_int_equal(backup_restore(&p->target.config, r.data_file, r.key_file, &right, &ignored), OK);
    assert_int_equal(door_open(&p->target.config, &p->target.door), OK);
    assert_int_equal(door_unlock(p->target.door, &wrong), ERR_UNLOCK);
    assert_int_equal(door_unlock(p->target.door, &right), OK);
    assert_int_equal(open_name(&p->target, &f, MARKER), OK);
}

static void files_in_each_others_place_or_of_another_store_are_refused(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct store other;
    struct backup_report r, r2, ignored;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    assert_true(store_make(&other, from));
    store_open(&other);
    assert_int_equal(make(&other, &p->folders, &r2), OK);
    store_remove(&other);
    assert_int_equal(restore(&p->target, r.key_file, r.data_file, &ignored), ERR_CRYPTO);
    assert_int_equal(restore(&p->target, r.data_file, r.data_file, &ignored), ERR_CRYPTO);
    assert_int_equal(restore(&p->target, r.data_file, r2.key_file, &ignored), ERR_CRYPTO);
    assert_int_equal(restore(&p->target, "/nowhere.akb", r.key_file, &ignored), ERR_NOT_FOUND);
    assert_empty(&p->target);
}

static void a_store_that_is_there_is_left_alone(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_report r, ignored;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    struct filled later = fill_case(&p->source, "MARKERlater");
    store_close(&p->source);
    assert_int_equal(restore(&p->source, r.data_file, r.key_file, &ignored), ERR_STATE);
    store_open(&p->source);
    assert_int_equal(open_name(&p->source, &later, "MARKERlater"), OK);
    assert_int_equal(verify(&p->source, STR(""), a).total, 0);
}

static void data_and_keys_go_to_folders_of_their_own(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r;
    char same[128];
    snprintf(same, sizeof same, "%s/../data", p->folders.data);
    assert_int_equal(backup_make(p->source.door, p->folders.data, same, &r), ERR_CONFIG);
}

/* ---- data and keys of different days ----------------------------------------------------------------------
 */

static void show(struct store *s, struct id case_, enum err expected)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    const struct view *v;
    enum err e = do_view(s, &lead, "case.show", case_, a, &v, NULL);
    if (e != expected)
        print_error("# case.show: %s %s\n", err_row(e)->name, err_detail());
    assert_int_equal(e, expected);
}

static void newer_data_with_older_keys_opens_what_it_can(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct backup_report early, late, r;
    assert_int_equal(make(&p->source, &p->folders, &early), OK);
    struct filled later = fill_case(&p->source, "MARKERlater");
    assert_int_equal(make(&p->source, &p->folders, &late), OK);
    assert_int_equal(restore(&p->target, late.data_file, early.key_file, &r), OK);
    assert_true(r.missing > 0);
    assert_int_equal(r.dropped, 0);
    assert_int_equal(r.missing + r.key_rows, late.key_rows);
    store_open(&p->target);
    assert_int_equal(verify(&p->target, STR(""), a).total, 0);
    assert_int_equal(open_name(&p->target, &p->filled, MARKER), OK);
    assert_int_equal(open_name(&p->target, &later, "MARKERlater"), ERR_SEALED);
    show(&p->target, later.case_, OK);
    /* Work goes on in that case under new keys; what was sealed before stays closed, and breaks nothing. */
    char case_[33];
    id_text(later.case_, case_);
    assert_int_equal(do_act(&p->target, &lead, "consultation.create", id_nil(), NULL, "case", case_,
                            "language", "my", "injuries", "new", NULL),
                     OK);
    show(&p->target, later.case_, OK);
    assert_int_equal(verify(&p->target, STR(""), a).total, 0);
}

static void older_data_with_newer_keys_drops_what_it_does_not_know(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_report early, late, r;
    assert_int_equal(make(&p->source, &p->folders, &early), OK);
    fill_case(&p->source, "MARKERlater");
    assert_int_equal(make(&p->source, &p->folders, &late), OK);
    assert_int_equal(restore(&p->target, early.data_file, late.key_file, &r), OK);
    assert_int_equal(r.missing, 0);
    assert_int_equal(r.dropped, late.key_rows - early.key_rows);
    store_open(&p->target);
    assert_int_equal(verify(&p->target, STR(""), a).total, 0);
    assert_int_equal(open_name(&p->target, &p->filled, MARKER), OK);
}

static void without_keys_the_data_comes_back_closed(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct backup_report made, r;
    assert_int_equal(make(&p->source, &p->folders, &made), OK);
    assert_int_equal(restore(&p->target, made.data_file, NULL, &r), OK);
    assert_int_equal(r.missing, made.key_rows);
    store_open(&p->target);
    assert_int_equal(verify(&p->target, STR(""), a).total, 0);
    assert_int_equal(open_name(&p->target, &p->filled, MARKER), ERR_SEALED);
    show(&p->target, p->filled.case_, OK);
    assert_int_equal(count_rows(&p->target, "SELECT count(*) FROM blind_index"), 0);
}

/* ---- expiry
 * ------------------------------------------------------------------------------------------------ */

static void touch(const char *folder, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_bytes(path, STR("synthetic"));
    struct timespec today[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    assert_int_equal(utimensat(AT_FDCWD, path, today, 0), 0);
}

static void keys_expire_by_the_time_in_their_name(void **state)
{
    static const char *const old[] = {"keys-20260101T000000Z-0a0b.akb", "keys-20260131T115959Z-ffff.akb",
                                      "keys-20260131T120000Z-0000.akb",
                                      "keys-20260101T000000Z-0a0b.akb.tmp-0123456789abcdef"};
    static const char *const kept[] = {"keys-20260131T120001Z-0a0b.akb",
                                       "keys-20260302T120000Z-0a0b.akb",
                                       "keys-20270101T000000Z-0a0b.akb",
                                       "data-20260101T000000Z-0a0b.akb",
                                       "keys-20260199T000000Z-0a0b.akb",
                                       "keys-20260101T000000Z-0a0b.akbx",
                                       "keys-20260101.akb",
                                       "notes"};
    struct folders f;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **left;
    int64_t now;
    int deleted;
    (void)state;
    folders_make(&f);
    assert_int_equal(dir_make(f.keys, 0700), OK);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        touch(f.keys, old[i]);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        touch(f.keys, kept[i]);
    assert_int_equal(utc_parse(STR("2026-03-02T12:00:00Z"), &now), OK);
    assert_int_equal(backup_expire(f.keys, now, &deleted), OK);
    assert_int_equal(deleted, 4);
    assert_int_equal(folder_files(f.keys, a, &left), sizeof kept / sizeof *kept);
    assert_int_equal(backup_expire(f.keys, now, &deleted), OK);
    assert_int_equal(deleted, 0);
    assert_int_equal(backup_expire("/nowhere", now, &deleted), ERR_NOT_FOUND);
    folders_remove(&f);
}

/* ---- no memory
 * ----------------------------------------------------------------------------------------------- */

/* Every so many allocations one fails: nothing is left behind, and the next try works. */
static void out_of_memory_leaves_nothing_behind(void **state)
{
    NEED_STORE(state);
    struct pair_of *p = *state;
    struct backup_report r, ignored;
    assert_int_equal(make(&p->source, &p->folders, &r), OK);
    store_close(&p->source);
    enum err e = ERR_NO_MEMORY;
    for (uint64_t nth = 1; e != OK; nth += nth / 4 + 1) {
        mem_inject(nth, false);
        e = restore(&p->target, r.data_file, r.key_file, &ignored);
        bool reached = mem_calls() >= nth;
        mem_inject(0, false);
        if (e != OK)
            assert_empty(&p->target);
        if (reached && e != OK && e != ERR_NO_MEMORY)
            print_error("# %s %s\n", err_row(e)->name, err_detail());
        assert_true(e == OK || e == ERR_NO_MEMORY);
        if (e == OK && reached) { /* SQLite did without: a cache */
            store_open(&p->target);
            store_remove(&p->target);
            assert_true(store_blank(&p->target, to));
            e = ERR_NO_MEMORY;
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        from = argv[1];
        to = argv[2];
    }
    if (!store_can(from) || !store_can(to))
        return 0;
#define ONE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ONE(everything_comes_back_and_the_trail_holds),
        ONE(there_and_back_again_the_log_is_the_same),
        ONE(files_are_private_and_named_by_their_time),
        ONE(a_cut_file_is_refused_and_nothing_is_half_restored),
        ONE(a_changed_byte_is_refused_wherever_it_stands),
        ONE(a_wrong_secret_opens_nothing),
        ONE(a_passphrase_alone_restores),
        ONE(files_in_each_others_place_or_of_another_store_are_refused),
        ONE(a_store_that_is_there_is_left_alone),
        ONE(data_and_keys_go_to_folders_of_their_own),
        ONE(newer_data_with_older_keys_opens_what_it_can),
        ONE(older_data_with_newer_keys_drops_what_it_does_not_know),
        ONE(without_keys_the_data_comes_back_closed),
        cmocka_unit_test(keys_expire_by_the_time_in_their_name),
        ONE(out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
