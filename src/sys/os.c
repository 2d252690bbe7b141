/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/os.h"
#include "base/alloc.h"
#include "base/env.h"
#include "sys/replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum err os_fail(int errnum, const char *doing, const char *path)
{
    enum err code = ERR_IO;
    if (errnum == ENOSPC || errnum == EDQUOT)
        code = ERR_DISK_FULL;
    else if (errnum == EROFS || errnum == EACCES || errnum == EPERM)
        code = ERR_READ_ONLY;
    else if (errnum == ENOENT)
        code = ERR_NOT_FOUND;
    else if (errnum == ENOMEM)
        code = ERR_NO_MEMORY;
    const char *why = strerrordesc_np(errnum);
    return FAIL(code, "%s%s%s: %s", doing, path ? " " : "", path ? path : "", why ? why : "unknown error");
}

enum err os_harden(void)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return os_fail(errno, "set the core limit", NULL);
    /* A core_pattern that is a pipe ignores the limit; a process that is not dumpable gives it nothing
     * either, and other processes of the same user cannot attach. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return os_fail(errno, "forbid dumps", NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return os_fail(errno, "forbid new privileges", NULL);
    umask(077);
    return OK;
}

size_t os_rss_bytes(void)
{
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    char text[128];
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    char *end;
    strtoul(text, &end, 10); /* first number: whole size; second: resident */
    return strtoul(end, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

struct file_lock {
    int fd;
};

enum err file_lock_take(const char *path, struct file_lock **ret)
{
    struct file_lock *l CLEANUP(mem_cleanup) = mem_alloc(sizeof(*l));
    if (!l)
        return mem_fail();
    l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->fd < 0)
        return os_fail(errno, "open the lock file", path);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(l->fd, F_OFD_SETLK, &whole) != 0) {
        int e = errno;
        close(l->fd);
        if (e == EAGAIN || e == EACCES)
            return FAIL(ERR_BUSY, "%s is locked by another process", path);
        return os_fail(e, "lock", path);
    }
    *ret = l;
    l = NULL;
    return OK;
}

void file_lock_release(struct file_lock *l)
{
    if (!l)
        return;
    close(l->fd);
    mem_free(l);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum err read_some(int fd, const char *path, char *p, size_t n, size_t *ret_n)
{
    ssize_t got;
    do
        got = read(fd, p, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return os_fail(errno, "read", path);
    *ret_n = (size_t)got;
    return OK;
}

enum err file_read(const char *path, size_t limit, struct arena *a, struct str *ret)
{
    int fd CLEANUP(close_fd) = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (fd < 0)
        return os_fail(errno, "open", path);
    if (fstat(fd, &st) != 0)
        return os_fail(errno, "stat", path);
    bool regular = S_ISREG(st.st_mode);
    if (regular && (uint64_t)st.st_size > limit)
        return FAIL(ERR_LIMIT, "%s is larger than %zu bytes", path, limit);

    /* One byte more than expected, so that the end is seen without a second block; a pipe grows by doubling.
     */
    size_t room = regular ? (size_t)st.st_size + 1 : 4096, have = 0;
    char *p = arena_alloc(a, room + 1);
    for (;;) {
        if (!p)
            return arena_err(a);
        size_t got;
        TRY(read_some(fd, path, p + have, room - have, &got));
        if (got == 0)
            break;
        have += got;
        if (have > limit)
            return FAIL(ERR_LIMIT, "%s is larger than %zu bytes", path, limit);
        if (have < room)
            continue;
        room *= 2;
        char *larger = arena_alloc(a, room + 1);
        if (larger)
            memcpy(larger, p, have);
        p = larger;
    }
    p[have] = '\0';
    *ret = (struct str){p, have};
    return OK;
}

static void replace_forget(struct replace *r)
{
    if (r->fd >= 0)
        close(r->fd);
    mem_free(r->path);
    mem_free(r->tmp);
    *r = (struct replace){.fd = -1};
}

enum err replace_open(struct replace *r, const char *path)
{
    *r = (struct replace){.fd = -1};
    uint8_t random_part[8];
    env_random(random_part, sizeof(random_part));
    size_t n = strlen(path) + 5 + 2 * sizeof(random_part) + 1;
    r->path = mem_strdup(path);
    r->tmp = mem_alloc(n);
    if (!r->path || !r->tmp) {
        replace_forget(r);
        return mem_fail();
    }
    size_t at = (size_t)snprintf(r->tmp, n, "%s.tmp-", path);
    for (size_t i = 0; i < sizeof(random_part); i++)
        at += (size_t)snprintf(r->tmp + at, n - at, "%02x", random_part[i]);
    r->fd = open(r->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (r->fd < 0) {
        enum err e = os_fail(errno, "create a file beside", path);
        replace_forget(r);
        return e;
    }
    return OK;
}

enum err replace_write(struct replace *r, struct str data)
{
    while (data.n > 0) {
        ssize_t done = write(r->fd, data.p, data.n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return os_fail(errno, "write", r->path);
        data = (struct str){data.p + done, data.n - (size_t)done};
    }
    return OK;
}

static enum err dir_sync_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    char *dir CLEANUP(mem_cleanup) = mem_alloc(n + 2);
    if (!dir)
        return mem_fail();
    memcpy(dir, path, n);
    if (n == 0)
        dir[0] = slash ? '/' : '.';
    int fd CLEANUP(close_fd) = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return os_fail(errno, "open the folder", dir);
    /* Some network file systems cannot sync a folder; they say EINVAL and are synchronous about names
     * themselves. */
    if (fsync(fd) != 0 && errno != EINVAL)
        return os_fail(errno, "sync the folder", dir);
    return OK;
}

enum err replace_publish(struct replace *r, int mode)
{
    enum err e = OK;
    if (fchmod(r->fd, (mode_t)mode) != 0)
        e = os_fail(errno, "set the mode of", r->path);
    else if (fsync(r->fd) != 0)
        e = os_fail(errno, "sync", r->path);
    int fd = r->fd;
    r->fd = -1;
    if (close(fd) != 0 && e == OK)
        e = os_fail(errno, "close", r->path);
    if (e == OK && rename(r->tmp, r->path) != 0)
        e = os_fail(errno, "rename to", r->path);
    if (e != OK) {
        replace_abandon(r);
        return e;
    }
    e = dir_sync_of(r->path);
    replace_forget(r);
    return e;
}

void replace_abandon(struct replace *r)
{
    if (r->tmp)
        unlink(r->tmp);
    replace_forget(r);
}

enum err file_write_atomic(const char *path, int mode, struct str data)
{
    struct replace r;
    TRY(replace_open(&r, path));
    enum err e = replace_write(&r, data);
    if (e != OK) {
        replace_abandon(&r);
        return e;
    }
    return replace_publish(&r, mode);
}

enum err file_remove(const char *path)
{
    if (unlink(path) != 0)
        return os_fail(errno, "remove", path);
    return dir_sync_of(path);
}

static enum err dir_make_one(const char *path, int mode)
{
    if (mkdir(path, (mode_t)mode) == 0)
        return OK;
    int e = errno;
    struct stat st;
    if (stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? OK : os_fail(ENOTDIR, "make the folder", path);
    return os_fail(e, "make the folder", path);
}

enum err dir_make(const char *path, int mode)
{
    char *copy CLEANUP(mem_cleanup) = mem_strdup(path);
    if (!copy)
        return mem_fail();
    for (char *p = copy + 1; *copy && *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        TRY(dir_make_one(copy, mode));
        *p = '/';
    }
    return dir_make_one(copy, mode);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void close_dir(DIR **d)
{
    if (*d)
        closedir(*d);
}

enum err dir_list(const char *path, struct arena *a, char ***ret, size_t *ret_n)
{
    struct name {
        struct name *before;
        char *text;
    } *last = NULL;
    size_t n = 0;
    DIR *d CLEANUP(close_dir) = opendir(path);
    if (!d)
        return os_fail(errno, "open the folder", path);
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e && errno != 0)
            return os_fail(errno, "read the folder", path);
        if (!e)
            break;
        if (e->d_name[0] == '.')
            continue;
        struct name *one = ARENA_NEW(a, struct name);
        char *text = one ? arena_cstr(a, str_of(e->d_name)) : NULL;
        if (!text)
            return arena_err(a);
        *one = (struct name){last, text};
        last = one;
        n++;
    }
    char **names = ARENA_ARRAY(a, n + 1, char *);
    if (!names)
        return arena_err(a);
    for (size_t i = 0; i < n; i++, last = last->before)
        names[i] = last->text;
    qsort(names, n, sizeof(*names), by_bytes);
    *ret = names;
    *ret_n = n;
    return OK;
}

enum err os_program_folder(struct arena *a, const char **ret)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0 || n == sizeof path - 1)
        return FAIL(ERR_IO, "/proc/self/exe: cannot be read");
    while (n > 1 && path[n - 1] != '/')
        n--;
    *ret = arena_cstr(a, (struct str){path, n > 1 ? (size_t)n - 1 : 1});
    return *ret ? OK : arena_err(a);
}

bool path_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

void disk_space(const char *path, int64_t *ret_free, int64_t *ret_all)
{
    struct statvfs st;
    bool known = statvfs(path, &st) == 0;
    *ret_free = known ? (int64_t)(st.f_bavail * st.f_frsize) : -1;
    *ret_all = known ? (int64_t)(st.f_blocks * st.f_frsize) : -1;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t os_fsync_us(const char *dir)
{
    enum { ROUNDS = 20 };
    int64_t took_us[ROUNDS];
    char page[4096], name[4096];
    memset(page, 'a', sizeof(page));
    if (snprintf(name, sizeof(name), "%s/.akari-fsync-%ld", dir, (long)getpid()) >= (int)sizeof(name))
        return -1;
    int fd CLEANUP(close_fd) = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    unlink(name);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from_us = env_monotonic_us();
        if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page) || fsync(fd) != 0)
            return -1;
        took_us[i] = env_monotonic_us() - from_us;
    }
    qsort(took_us, ROUNDS, sizeof(*took_us), by_value);
    return (took_us[ROUNDS / 2 - 1] + took_us[ROUNDS / 2]) / 2;
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

#define PROGRESS_EVERY_US 100000

void progress_start(struct progress *p, const char *label, int64_t total)
{
    *p = (struct progress){.label = label, .total = total, .terminal = os_is_terminal(STDERR_FILENO)};
    p->last_us = env_monotonic_us() - PROGRESS_EVERY_US;
    progress_at(p, 0);
}

static void progress_draw(const struct progress *p)
{
    static const char bar[] = "##############################";
    int width = (int)sizeof(bar) - 1;
    if (p->total <= 0) {
        fprintf(stderr, "\r%s: %lld", p->label, (long long)p->done);
        return;
    }
    int percent = (int)(100 * (double)p->done / (double)p->total);
    int full = width * percent / 100;
    fprintf(stderr, "\r%s [%.*s%*s] %3d %%", p->label, full, bar, width - full, "", percent);
}

void progress_at(struct progress *p, int64_t done)
{
    p->done = p->total > 0 && done > p->total ? p->total : done;
    if (p->terminal) {
        int64_t now_us = env_monotonic_us();
        if (now_us - p->last_us < PROGRESS_EVERY_US)
            return;
        p->last_us = now_us;
        progress_draw(p);
        return;
    }
    if (p->total <= 0)
        return;
    int decile = (int)(10 * (double)p->done / (double)p->total);
    if (decile <= p->last_decile)
        return;
    p->last_decile = decile;
    fprintf(stderr, "%s: %d %%\n", p->label, decile * 10);
}

void progress_end(struct progress *p)
{
    if (p->terminal) {
        progress_draw(p);
        fputc('\n', stderr);
    } else if (p->total <= 0) {
        fprintf(stderr, "%s: %lld\n", p->label, (long long)p->done);
    }
}
