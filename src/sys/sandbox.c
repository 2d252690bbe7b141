/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sandbox.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/limits.h"
#include "sys/look.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define UNDER_SANITIZER
#endif

#define CHILD_NAME "akari-sandbox"
#define READY      '+'
#define READY_BOTH '#' /* Landlock, too */
#define REFUSED    '-'

/* ---- the child
 * ------------------------------------------------------------------------------------------------- */

static bool limit(int what, rlim_t value)
{
    struct rlimit r = {value, value};
    return setrlimit(what, &r) == 0;
}

static bool limits(void)
{
#ifndef UNDER_SANITIZER
    if (!limit(RLIMIT_AS, SANDBOX_MEMORY)) /* the sanitizer's own map is larger */
        return false;
#endif
    return limit(RLIMIT_CPU, SANDBOX_CPU_S) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, 0) && prctl(PR_SET_DUMPABLE, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* What memory management needs, and nothing else: no file, no socket, no process, no code that is made. */
static bool allow(scmp_filter_ctx f)
{
    static const int plain[] = {
        SCMP_SYS(munmap),         SCMP_SYS(brk),          SCMP_SYS(madvise),  SCMP_SYS(mremap),
        SCMP_SYS(exit),           SCMP_SYS(exit_group),   SCMP_SYS(futex),    SCMP_SYS(clock_gettime),
        SCMP_SYS(getpid),         SCMP_SYS(rt_sigreturn), SCMP_SYS(gettid),   SCMP_SYS(sched_yield),
        SCMP_SYS(rt_sigprocmask),
#ifdef UNDER_SANITIZER
        SCMP_SYS(sigaltstack),    SCMP_SYS(prlimit64),    SCMP_SYS(getrlimit)
#endif
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, plain[i], 0) != 0)
            return false;
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, 0)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_LE, 2)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

/* What the header of the build's kernel may not name yet. */
struct ruleset {
    uint64_t fs, net;
};
#define LANDLOCK_NET_SINCE 4
#define LANDLOCK_NET_ALL   3 /* bind and connect */

/* So many kinds of access to files each version knows; none is allowed. */
static uint64_t all_of_files(long version)
{
    return (UINT64_C(1) << (version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13)) - 1;
}

bool sandbox_landlock(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return false;
    bool net = version >= LANDLOCK_NET_SINCE;
    struct ruleset r = {all_of_files(version), net ? LANDLOCK_NET_ALL : 0};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &r, net ? sizeof r : sizeof r.fs, 0);
    if (fd < 0)
        return false;
    bool ok = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return ok;
}

/* Landlock stands behind the filter: a call that slipped through it would find no file and no network. Where
 * the kernel has none, the filter stands alone. */
static bool enclose(bool *ret_both)
{
    *ret_both = sandbox_landlock(); /* needs a file descriptor, so it comes before the limits */
    if (!limits())
        return false;
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = f && allow(f) && seccomp_load(f) == 0;
    seccomp_release(f);
    return ok;
}

static void write_all(const char *p, size_t n)
{
    while (n > 0) {
        ssize_t did = write(STDOUT_FILENO, p, n);
        if (did <= 0)
            _exit(1);
        p += did;
        n -= (size_t)did;
    }
}

static void child(char job)
{
    struct buf in = {.limit = SANDBOX_MAX_INPUT}, out = {.limit = SANDBOX_MAX_REPLY};
    static char piece[64 << 10];
    bool both;
    if (!enclose(&both)) {
        write_all(&(char){REFUSED}, 1);
        _exit(0);
    }
    write_all(&(char){both ? READY_BOTH : READY}, 1);
    for (ssize_t n; (n = read(STDIN_FILENO, piece, sizeof piece)) != 0;) {
        if (n < 0)
            _exit(1);
        buf_bytes(&in, piece, (size_t)n);
    }
    if (in.err)
        _exit(1);
    look_job((uint8_t)(job - 'a'), buf_view(&in), &out);
    if (out.err)
        _exit(1);
    write_all(out.p, out.n);
    _exit(0);
}

/* Before main: whatever program holds this file is its own child. */
__attribute__((constructor)) static void become_child(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[0], CHILD_NAME) == 0 && argv[1][0] >= 'a')
        child(argv[1][0]);
}

/* ---- the parent
 * ------------------------------------------------------------------------------------------------ */

/* Each may take SANDBOX_MEMORY: more than a few at once would take the machine's. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t free;
    int running;
} places = {.lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER};

static bool take_place(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SANDBOX_WALL_S;
    int e = 0;
    pthread_mutex_lock(&places.lock);
    while (places.running >= SANDBOX_PARALLEL_MAX && e == 0)
        e = pthread_cond_timedwait(&places.free, &places.lock, &until);
    bool ok = places.running < SANDBOX_PARALLEL_MAX;
    places.running += ok;
    pthread_mutex_unlock(&places.lock);
    return ok;
}

static void leave_place(void)
{
    pthread_mutex_lock(&places.lock);
    places.running--;
    pthread_cond_signal(&places.free);
    pthread_mutex_unlock(&places.lock);
}

int sandbox_running(void)
{
    pthread_mutex_lock(&places.lock);
    int n = places.running;
    pthread_mutex_unlock(&places.lock);
    return n;
}

struct sandbox {
    pid_t pid; /* 0: it has ended */
    int fd;
    int64_t until_us;
    bool broken; /* it does not read any more */
    bool both;   /* Landlock stands behind its filter */
    size_t fed;
};

static void stop(struct sandbox *s)
{
    if (s->pid > 0) {
        kill(s->pid, SIGKILL);
        while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    s->pid = 0;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

void sandbox_cleanup(struct sandbox **s)
{
    if (!*s)
        return;
    stop(*s);
    leave_place();
    mem_free(*s);
    *s = NULL;
}

static bool wait_for(struct sandbox *s, short what)
{
    for (;;) {
        int64_t left_us = s->until_us - env_monotonic_us();
        struct pollfd p = {.fd = s->fd, .events = what};
        int n = left_us > 0 ? poll(&p, 1, (int)(left_us / 1000 + 1)) : 0;
        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR)
            return false;
    }
}

static int spawn(int fd, char job, pid_t *ret)
{
    char asked[2] = {job, '\0'}, name[] = CHILD_NAME;
    char *argv[] = {name, asked, NULL}, *env[] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    sigemptyset(&none);
    int e = posix_spawn_file_actions_init(&files);
    if (e != 0)
        return e;
    if ((e = posix_spawnattr_init(&how)) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return e;
    }
    if ((e = posix_spawn_file_actions_adddup2(&files, fd, 0)) == 0 &&
        (e = posix_spawn_file_actions_adddup2(&files, fd, 1)) == 0 &&
        (e = posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0)) == 0 &&
        (e = posix_spawn_file_actions_addclosefrom_np(&files, 3)) == 0 &&
        (e = posix_spawnattr_setsigmask(&how, &none)) == 0 &&
        (e = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK)) == 0)
        e = posix_spawn(ret, "/proc/self/exe", &files, &how, argv, env);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return e;
}

static enum err started(struct sandbox *s, uint8_t job)
{
    int ends[2];
    char said = REFUSED;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return FAIL(ERR_UNSUPPORTED, "no sandbox: no socket");
    s->fd = ends[0];
    int e = spawn(ends[1], (char)('a' + job), &s->pid);
    close(ends[1]);
    if (e != 0) {
        s->pid = 0;
        return FAIL(ERR_UNSUPPORTED, "no sandbox: %s", strerrordesc_np(e));
    }
    if (!wait_for(s, POLLIN) || recv(s->fd, &said, 1, 0) != 1 || (said != READY && said != READY_BOTH))
        return FAIL(ERR_UNSUPPORTED, "no sandbox: the system refuses the filter");
    s->both = said == READY_BOTH;
    return OK;
}

enum err sandbox_start(uint8_t job, struct sandbox **ret)
{
    struct sandbox *s = mem_alloc(sizeof *s);
    if (!s)
        return mem_fail();
    if (!take_place()) {
        mem_free(s);
        return FAIL(ERR_BUSY, "too many files are looked into at once");
    }
    *s = (struct sandbox){.fd = -1, .until_us = env_monotonic_us() + INT64_C(1000000) * SANDBOX_WALL_S};
    enum err e = started(s, job);
    if (e != OK)
        sandbox_cleanup(&s);
    else
        *ret = s;
    return e;
}

bool sandbox_behind_both(const struct sandbox *s)
{
    return s->both;
}

void sandbox_feed(struct sandbox *s, struct str piece)
{
    s->fed += piece.n;
    s->broken |= s->fed > SANDBOX_MAX_INPUT;
    while (piece.n > 0 && !s->broken) {
        ssize_t n = wait_for(s, POLLOUT) ? send(s->fd, piece.p, piece.n, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
        if (n > 0)
            piece = str_sub(piece, (size_t)n, piece.n);
        else
            s->broken = errno != EAGAIN && errno != EINTR;
        s->broken |= env_monotonic_us() >= s->until_us;
    }
}

static enum err reply(struct sandbox *s, struct buf *out)
{
    static const size_t PIECE = 64 << 10;
    char *piece CLEANUP(mem_cleanup) = mem_alloc(PIECE);
    if (!piece)
        return mem_fail();
    for (;;) {
        if (!wait_for(s, POLLIN))
            return FAIL(ERR_TIMEOUT, "the look into the file took too long");
        ssize_t n = recv(s->fd, piece, PIECE, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FAIL(ERR_BAD_DATA, "the look into the file failed");
        if (n == 0)
            return buf_err(out);
        buf_bytes(out, piece, (size_t)n);
        TRY(buf_err(out));
    }
}

/* The child's end: 0 from _exit, or what it died of. */
static bool ended_well(struct sandbox *s)
{
    int status = -1;
    pid_t n;
    while ((n = waitpid(s->pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (n == s->pid)
        s->pid = 0;
    return n >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum err sandbox_end(struct sandbox *s, struct arena *a, struct str *ret)
{
    struct buf out CLEANUP(buf_free) = {.limit = SANDBOX_MAX_REPLY};
    if (s->broken)
        return FAIL(ERR_BAD_DATA, "the look into the file failed");
    shutdown(s->fd, SHUT_WR);
    TRY(reply(s, &out));
    if (!ended_well(s))
        return FAIL(ERR_BAD_DATA, "the look into the file failed");
    return buf_take(&out, a, ret);
}
