/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "sys/crypto.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Address and thread sanitizers make mlock() do nothing. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MLOCK_WORKS 0
#elif defined(__has_feature)
#define MLOCK_WORKS (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer))
#else
#define MLOCK_WORKS 1
#endif

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static void sizes(void **state)
{
    (void)state;
    static const size_t each[] = {0, 1, 31, 32, 33, 64, 100, 4095, 4096, 4097, 8192, 100000};
    enum { N = sizeof(each) / sizeof(*each) };
    uint8_t *p[N];
    for (size_t i = 0; i < N; i++) {
        p[i] = secret_alloc(each[i]);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % 32, 0);
        assert_true(all_zero(p[i], each[i]));
        memset(p[i], (int)i + 1, each[i]);
    }
    for (size_t i = 0; i < N; i++) /* no two overlap */
        for (size_t b = 0; b < each[i]; b++)
            assert_int_equal(p[i][b], i + 1);
    for (size_t i = 0; i < N; i++)
        secret_free(p[i]);
    secret_free(NULL);
    assert_null(secret_alloc(SIZE_MAX));
    assert_null(secret_alloc(SIZE_MAX / 2 - 1));
}

static void wiped(void **state)
{
    (void)state;
    uint8_t *first = secret_alloc(48);
    memset(first, 0xaa, 48);
    secret_free(first);
    uint8_t *again = secret_alloc(48);
    assert_ptr_equal(first, again); /* the first free slot: the very bytes of before */
    assert_true(all_zero(again, 48));
    memset(again, 0xaa, 48);
    secret_cleanup(&again);
    assert_null(again);
    uint8_t local[16];
    memset(local, 1, sizeof(local));
    secret_wipe(local, sizeof(local));
    assert_true(all_zero(local, sizeof(local)));
    assert_true(secret_equal("abcd", "abcd", 4));
    assert_false(secret_equal("abcd", "abce", 4));
}

/* Field "VmLck" of the process in bytes. */
static size_t locked_bytes(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    size_t kib = 0;
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "VmLck: %zu", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib * 1024;
}

/* Does the mapping around p carry this flag of smaps (lo: locked, dd: not in dumps)? */
static bool mapping_has(const void *p, const char *flag)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[512];
    bool here = false, found = false;
    unsigned long from, to;
    while (f && fgets(line, sizeof(line), f)) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here = (uintptr_t)p >= from && (uintptr_t)p < to;
        if (here && strncmp(line, "VmFlags:", 8) == 0)
            found = strstr(line, flag) != NULL;
    }
    if (f)
        fclose(f);
    return found;
}

static void locked(void **state)
{
    (void)state;
    void *small = secret_alloc(32), *large = secret_alloc(20000);
    assert_true(mapping_has(small, " dd"));
    assert_true(mapping_has(large, " dd"));
    if (MLOCK_WORKS && crypto_lock_refused() == 0) {
        assert_true(mapping_has(small, " lo"));
        assert_true(mapping_has(large, " lo"));
        assert_true(locked_bytes() >= 20000);
    }
    secret_free(large);
    secret_free(small);
}

/* Many keys take little more than their own bytes. */
static void many(void **state)
{
    (void)state;
    enum { N = 20000 };
    void **p = mem_alloc(N * sizeof(*p));
    size_t before = locked_bytes() + crypto_lock_refused();
    for (int i = 0; i < N; i++) {
        p[i] = secret_alloc(32);
        assert_non_null(p[i]);
        memset(p[i], i, 32);
    }
    size_t took = locked_bytes() + crypto_lock_refused() - before;
    assert_true(took < 3 * N * 32);
    for (int i = 0; i < N; i++) {
        assert_int_equal(((uint8_t *)p[i])[31], (uint8_t)i);
        secret_free(p[i]);
    }
    /* Freed pages serve any other size again. */
    size_t held = locked_bytes() + crypto_lock_refused();
    for (int i = 0; i < 100; i++)
        p[i] = secret_alloc(4096);
    for (int i = 0; i < 100; i++)
        secret_free(p[i]);
    assert_int_equal(locked_bytes() + crypto_lock_refused(), held);
    mem_free(p);
}

#if MLOCK_WORKS
/* In a child without any right to lock: everything works, and is counted. */
static void refused(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
            _exit(1);
        if (geteuid() == 0 && setuid(65534) != 0) /* root may lock whatever the limit says */
            _exit(2);
        size_t before = crypto_lock_refused();
        void *large = secret_alloc(10000);
        if (!large)
            _exit(3);
        memset(large, 1, 10000);
        if (crypto_lock_refused() != before + 12288)
            _exit(4);
        secret_free(large);
        if (crypto_lock_refused() != before)
            _exit(5);
        static char region[10000];
        if (secret_lock_region(region, sizeof(region)) || crypto_lock_refused() != before + sizeof(region))
            _exit(6);
        for (int i = 0; i < 2000; i++)
            if (!secret_alloc(1000)) /* more than the regions of before hold */
                _exit(7);
        _exit(crypto_lock_refused() > before + sizeof(region) ? 0 : 8);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
        skip_because("cannot give up the right to lock memory");
    assert_int_equal(status, 0);
}
#endif

static int die_how(void (*how)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        fclose(stderr);
        how();
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

static void free_twice(void)
{
    void *p = secret_alloc(32);
    secret_free(p);
    secret_free(p);
}

static void free_wild(void)
{
    char on_stack[32];
    secret_free(on_stack);
}

static void free_inside(void)
{
    char *p = secret_alloc(64);
    secret_free(p + 8);
}

static void write_after_free(void)
{
    volatile char *p = secret_alloc(64);
    secret_free((void *)p);
    p[3] = 1;
    secret_alloc(64);
}

static void run_over(void)
{
    volatile char *p = secret_alloc(8192);
    p[8192] = 1; /* the guard page */
}

static void run_under(void)
{
    volatile char *p = secret_alloc(8192);
    p[-1] = 1;
}

static void misuse_stops(void **state)
{
    (void)state;
    static void (*const all[])(void) = {free_twice,       free_wild, free_inside,
                                        write_after_free, run_over,  run_under};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        assert_int_not_equal(die_how(all[i]), 0);
}

static void *hammer(void *arg)
{
    uint8_t mark = (uint8_t)(uintptr_t)arg;
    uint8_t *held[64] = {0};
    size_t size[64] = {0};
    uint32_t seed = mark;
    for (int round = 0; round < 20000; round++) {
        seed = seed * 1664525u + 1013904223u;
        int i = (int)(seed >> 26);
        for (size_t b = 0; held[i] && b < size[i]; b += 7)
            if (held[i][b] != mark)
                return "overlap";
        secret_free(held[i]);
        size[i] = (seed >> 8) % 300 + ((seed & 255) == 0 ? 9000 : 0);
        held[i] = secret_alloc(size[i]);
        if (!held[i])
            return "no memory";
        memset(held[i], mark, size[i]);
    }
    for (int i = 0; i < 64; i++)
        secret_free(held[i]);
    return NULL;
}

static void threads(void **state)
{
    (void)state;
    pthread_t t[8];
    for (uintptr_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer, (void *)(i + 1)), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(t[i], &result);
        assert_null(result);
    }
}

static enum err take_some(void *user)
{
    (void)user;
    CLEANUP(secret_cleanup) void *one = secret_alloc(32);
    CLEANUP(secret_cleanup) void *two = one ? secret_alloc(9000) : NULL;
    return two ? OK : mem_fail();
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(take_some, NULL) >= 3);
}

static void region(void **state)
{
    (void)state;
    size_t n = 5 * 4096;
    char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(p != MAP_FAILED);
    size_t before = crypto_lock_refused();
    if (secret_lock_region(p + 100, n - 200)) {
        assert_true(!MLOCK_WORKS || mapping_has(p, " lo"));
        assert_int_equal(crypto_lock_refused(), before);
    } else {
        assert_int_equal(crypto_lock_refused(), before + n - 200);
    }
    assert_true(mapping_has(p, " dd"));
    assert_true(secret_lock_region(NULL, 0));
    munmap(p, n);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),   cmocka_unit_test(wiped),          cmocka_unit_test(locked),
        cmocka_unit_test(many),
#if MLOCK_WORKS /* a sanitizer makes mlock() do nothing: ./check runs this suite without one, too */
        cmocka_unit_test(refused),
#endif
        cmocka_unit_test(misuse_stops),
        cmocka_unit_test(threads), cmocka_unit_test(without_memory), cmocka_unit_test(region),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
