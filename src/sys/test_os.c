/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/testing.h"
#include "sys/os.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/akari-test-os-XXXXXX";

/* A path in the test's folder; valid until the third next call. */
static const char *in(const char *name)
{
    static char paths[3][256];
    static int at;
    at = (at + 1) % 3;
    snprintf(paths[at], sizeof(paths[at]), "%s/%s", folder, name);
    return paths[at];
}

static int count_entries(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char **names;
    size_t n;
    assert_ok(dir_list(path, a, &names, &n));
    return (int)n;
}

/* A child that aborts in an empty folder with the core limit as high as it may be. Returns its wait status.
 */
static int abort_in(const char *where, bool harden)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit limit;
        if (chdir(where) != 0 || getrlimit(RLIMIT_CORE, &limit) != 0)
            _exit(2);
        struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
        if (setrlimit(RLIMIT_CORE, &unlimited) != 0) {
            limit.rlim_cur = limit.rlim_max;
            if (setrlimit(RLIMIT_CORE, &limit) != 0)
                _exit(2);
        }
        signal(SIGABRT, SIG_DFL);
        if (harden && os_harden() != OK)
            _exit(3);
        abort();
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void no_core(void **state)
{
    (void)state;
    assert_ok(dir_make(in("control"), 0700));
    assert_ok(dir_make(in("hardened"), 0700));
    int control = abort_in(in("control"), false), hardened = abort_in(in("hardened"), true);
    assert_true(WIFSIGNALED(control) && WTERMSIG(control) == SIGABRT);
    assert_true(WIFSIGNALED(hardened) && WTERMSIG(hardened) == SIGABRT);
    assert_false(WCOREDUMP(hardened));
    assert_int_equal(count_entries(in("hardened")), 0);
    if (!WCOREDUMP(control))
        print_message("note: this machine dumps no core without os_harden() either\n");
}

static void hardened_state(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit core;
        if (os_harden() != OK || getrlimit(RLIMIT_CORE, &core) != 0)
            _exit(1);
        if (core.rlim_cur != 0 || core.rlim_max != 0)
            _exit(2);
        if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
            _exit(3);
        if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
            _exit(4);
        _exit(umask(0) == 077 ? 0 : 5);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void rss(void **state)
{
    (void)state;
    size_t before = os_rss_bytes(), n = 32u << 20;
    assert_true(before > 100000);
    char *p = mem_alloc(n);
    memset(p, 1, n);
    size_t after = os_rss_bytes();
    assert_true(after > before + n / 2);
    mem_free(p);
}

static void locks(void **state)
{
    (void)state;
    struct file_lock *one, *two = NULL;
    assert_ok(file_lock_take(in("lock"), &one));
    assert_fails(file_lock_take(in("lock"), &two), ERR_BUSY); /* also within one process */
    pid_t pid = fork();
    if (pid == 0)
        _exit(file_lock_take(in("lock"), &two) == ERR_BUSY ? 0 : 1);
    int status = 0;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
    file_lock_release(one);
    assert_ok(file_lock_take(in("lock"), &two));
    file_lock_release(two);
    file_lock_release(NULL);
    assert_fails(file_lock_take(in("absent/lock"), &two), ERR_NOT_FOUND);
}

static void reads(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    assert_ok(file_write_atomic(in("ten"), 0640, STR("0123456789")));
    assert_ok(file_read(in("ten"), 10, a, &s));
    assert_str(s, "0123456789");
    assert_int_equal(s.p[10], '\0');
    assert_fails(file_read(in("ten"), 9, a, &s), ERR_LIMIT);
    assert_fails(file_read(in("absent"), 9, a, &s), ERR_NOT_FOUND);
    assert_fails(file_read(folder, 9, a, &s), ERR_IO);
    assert_ok(file_write_atomic(in("ten"), 0640, STR("")));
    assert_ok(file_read(in("ten"), 0, a, &s));
    assert_int_equal(s.n, 0);
    struct stat st;
    assert_int_equal(stat(in("ten"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    /* A file that tells no size, and one that never ends. */
    assert_ok(file_read("/proc/self/status", 1 << 20, a, &s));
    assert_true(s.n > 100);
    assert_fails(file_read("/dev/zero", 100000, a, &s), ERR_LIMIT);
    CLEANUP(arena_cleanup) struct arena *small = arena_new(100);
    assert_ok(file_write_atomic(in("ten"), 0640, (struct str){s.p, 101}));
    assert_fails(file_read(in("ten"), 1000, small, &s), ERR_LIMIT);
}

static void writes(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    assert_ok(dir_make(in("w"), 0700));
    assert_ok(file_write_atomic(in("w/f"), 0600, STR("old")));
    assert_ok(file_write_atomic(in("w/f"), 0600, STR("new")));
    assert_ok(file_read(in("w/f"), 10, a, &s));
    assert_str(s, "new");
    assert_int_equal(count_entries(in("w")), 1); /* no temporary file stays */
    assert_fails(file_write_atomic(in("absent/f"), 0600, STR("x")), ERR_NOT_FOUND);
    /* The name is a folder: renaming over it fails, nothing stays behind. */
    assert_ok(dir_make(in("w/d"), 0700));
    assert_int_not_equal(file_write_atomic(in("w/d"), 0600, STR("x")), OK);
    assert_int_equal(count_entries(in("w")), 2);
}

static void full_disk(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        /* A file size limit stands for the full disk: write() fails in the middle. */
        struct rlimit limit = {1000, 1000};
        signal(SIGXFSZ, SIG_IGN);
        char data[5000] = {0};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            _exit(1);
        _exit(file_write_atomic(in("w/f"), 0600, (struct str){data, sizeof(data)}) == ERR_IO ? 0 : 2);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    assert_ok(file_read(in("w/f"), 10, a, &s));
    assert_str(s, "new"); /* the old content */
    assert_int_equal(count_entries(in("w")), 2);
}

static enum err write_and_read(void *user)
{
    (void)user;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    struct file_lock *l;
    char **names;
    size_t n;
    if (!a)
        return mem_fail();
    TRY(file_lock_take(in("lock"), &l));
    enum err e = file_write_atomic(in("m"), 0600, STR("x"));
    file_lock_release(l);
    TRY(e);
    TRY(dir_make(in("mm/m"), 0700));
    TRY(dir_list(folder, a, &names, &n));
    return file_read(in("m"), 10, a, &s);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(write_and_read, NULL) >= 6);
}

static void folders(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char **names;
    size_t n;
    assert_ok(dir_make(in("a/b/c"), 0700));
    assert_ok(dir_make(in("a/b/c"), 0700));
    assert_ok(dir_make(in("a/b/c/"), 0700));
    assert_true(path_exists(in("a/b/c")));
    assert_false(path_exists(in("a/b/d")));
    static const char *files[] = {"a/b/c/z",       "a/b/c/A",  "a/b/c/é", "a/b/c/a",
                                  "a/b/c/.hidden", "a/b/c/10", "a/b/c/9"};
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        assert_ok(file_write_atomic(in(files[i]), 0600, STR("")));
    assert_ok(dir_list(in("a/b/c"), a, &names, &n));
    static const char *sorted[] = {"10", "9", "A", "a", "z", "é"};
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(names[i], sorted[i]);
    assert_fails(dir_make(in("a/b/c/z"), 0700), ERR_IO);
    assert_fails(dir_make(in("a/b/c/z/y"), 0700), ERR_IO);
    assert_fails(dir_list(in("absent"), a, &names, &n), ERR_NOT_FOUND);
    assert_ok(dir_list(in("a/b"), a, &names, &n));
    assert_int_equal(n, 1);
}

static void fsync_time(void **state)
{
    (void)state;
    int before = count_entries(folder);
    assert_true(os_fsync_us(folder) >= 0);
    assert_int_equal(os_fsync_us(in("absent")), -1);
    assert_int_equal(count_entries(folder), before);
}

/* stderr goes to a file: no terminal, so one line each 10 %. */
static void progress_lines(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str s;
    fflush(stderr);
    int keep = dup(STDERR_FILENO), fd = open(in("progress"), O_RDWR | O_CREAT, 0600);
    dup2(fd, STDERR_FILENO);
    struct progress p;
    progress_start(&p, "import", 1000);
    for (int i = 0; i <= 1000; i++)
        progress_at(&p, i);
    progress_end(&p);
    progress_start(&p, "scan", 0);
    progress_at(&p, 77);
    progress_end(&p);
    fflush(stderr);
    dup2(keep, STDERR_FILENO);
    close(keep);
    close(fd);
    assert_false(p.terminal);
    assert_ok(file_read(in("progress"), 10000, a, &s));
    assert_str(s, "import: 10 %\nimport: 20 %\nimport: 30 %\nimport: 40 %\nimport: 50 %\nimport: 60 %\n"
                  "import: 70 %\nimport: 80 %\nimport: 90 %\nimport: 100 %\nscan: 77\n");
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static void remove_tree(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char **names;
    size_t n;
    char hidden[512];
    snprintf(hidden, sizeof(hidden), "%s/.hidden", path);
    unlink(hidden);
    if (dir_list(path, a, &names, &n) != OK)
        return;
    for (size_t i = 0; i < n; i++) {
        char below[512];
        snprintf(below, sizeof(below), "%s/%s", path, names[i]);
        struct stat st;
        if (lstat(below, &st) == 0 && S_ISDIR(st.st_mode))
            remove_tree(below);
        else
            unlink(below);
    }
    rmdir(path);
}

static int drop_folder(void **state)
{
    (void)state;
    remove_tree(folder);
    return path_exists(folder) ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_core),    cmocka_unit_test(hardened_state), cmocka_unit_test(rss),
        cmocka_unit_test(locks),      cmocka_unit_test(reads),          cmocka_unit_test(writes),
        cmocka_unit_test(full_disk),  cmocka_unit_test(without_memory), cmocka_unit_test(folders),
        cmocka_unit_test(fsync_time), cmocka_unit_test(progress_lines),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
