/* SPDX-License-Identifier: Apache-2.0 */
/* The child without rights: what it can do, what it cannot, and what becomes of content that kills it. The
 * misdeeds are jobs that only this program has. */
#include "base/alloc.h"
#include "base/env.h"
#include "base/limits.h"
#include "sys/filetype.h"
#include "sys/look.h"
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>

#include <cmocka.h>

enum {
    SAY_HELLO = LOOK_TEST_JOB,
    OPEN_FILE,
    OPEN_SOCKET,
    FORK,
    EXEC,
    CODE,
    KILL_PARENT,
    HANG,
    CRASH,
    MEMORY,
    READ_OTHER,
    JOBS_END
};

/* In the child, after the filter. */
void look_test_job(uint8_t job, struct buf *out)
{
    static char *argv[] = {NULL};
    volatile char *hole = NULL;
    switch (job) {
    case SAY_HELLO:
        break;
    case OPEN_FILE:
        (void)!open("/etc/passwd", O_RDONLY);
        break;
    case OPEN_SOCKET:
        (void)!socket(AF_INET, SOCK_STREAM, 0);
        break;
    case FORK:
        (void)!fork();
        break;
    case EXEC:
        execve("/bin/true", argv, argv);
        break;
    case CODE:
        (void)!mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        break;
    case KILL_PARENT:
        kill(getppid(), 0);
        break;
    case HANG:
        for (;;)
            *(volatile int *)&(int){0} = 1;
    case CRASH:
        *hole = 1;
        break;
    case MEMORY: {
        size_t all = 0;
        for (; all < (size_t)SANDBOX_MEMORY * 2; all += 64u << 20)
            if (!mem_alloc(64u << 20))
                break;
        buf_printf(out, "%d", all < (size_t)SANDBOX_MEMORY * 2);
        return;
    }
    case READ_OTHER:
        (void)!read(3, &(char){0}, 1);
        break;
    }
    buf_c(out, "done");
}

static enum err ask(uint8_t job, struct str in, struct arena *a, struct str *ret)
{
    struct sandbox *s CLEANUP(sandbox_cleanup) = NULL;
    TRY(sandbox_start(job, &s));
    sandbox_feed(s, in);
    return sandbox_end(s, a, ret);
}

static void it_answers(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str reply;
    (void)state;
    assert_int_equal(ask(SAY_HELLO, STR("anything"), a, &reply), OK);
    assert_true(str_is(reply, "done"));
}

/* Each child may take much memory: the third waits until one of the two is done. */
static void two_at_once(void **state)
{
    struct sandbox *all[SANDBOX_PARALLEL_MAX] = {NULL}, *more = NULL;
    (void)state;
    for (int i = 0; i < SANDBOX_PARALLEL_MAX; i++)
        assert_int_equal(sandbox_start(SAY_HELLO, &all[i]), OK);
    assert_int_equal(sandbox_running(), SANDBOX_PARALLEL_MAX);
    int64_t from_us = env_monotonic_us();
    assert_int_equal(sandbox_start(SAY_HELLO, &more), ERR_BUSY);
    assert_true(env_monotonic_us() - from_us > INT64_C(1000000) * (SANDBOX_WALL_S - 1));
    assert_null(more);
    sandbox_cleanup(&all[0]);
    assert_int_equal(sandbox_start(SAY_HELLO, &more), OK);
    sandbox_cleanup(&more);
    for (int i = 0; i < SANDBOX_PARALLEL_MAX; i++)
        sandbox_cleanup(&all[i]);
    assert_int_equal(sandbox_running(), 0);
}

/* Each is one forbidden thing; the system ends the child for it, and the next child works. */
static void it_has_no_rights(void **state)
{
    static const uint8_t misdeeds[] = {OPEN_FILE, OPEN_SOCKET, FORK,  EXEC,
                                       CODE,      KILL_PARENT, CRASH, READ_OTHER};
    (void)state;
    for (size_t i = 0; i < sizeof misdeeds; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct str reply = STR("");
        enum err e = ask(misdeeds[i], STR("x"), a, &reply);
        if (e != ERR_BAD_DATA)
            print_error("misdeed %d: %s, \"%.*s\"\n", misdeeds[i], err_row(e)->name, STR_FMT(reply));
        assert_int_equal(e, ERR_BAD_DATA);
        assert_int_equal(ask(SAY_HELLO, STR("x"), a, &reply), OK);
    }
}

static void it_does_not_hang_us(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str reply;
    int64_t from_us = env_monotonic_us();
    (void)state;
    enum err e = ask(HANG, STR("x"), a, &reply);
    assert_true(e == ERR_BAD_DATA || e == ERR_TIMEOUT); /* its seconds, or ours, are up */
    assert_true(env_monotonic_us() - from_us < INT64_C(1000000) * (SANDBOX_WALL_S + 5));
}

static void its_memory_ends(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = NULL;
    struct str reply;
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
#define MAP_TOO_LARGE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MAP_TOO_LARGE 1
#endif
#endif
#ifdef MAP_TOO_LARGE
    /* as skip_because of base/testing.h */
    print_message("# skipped: the sanitizer's map is larger than any limit; the build without one runs it\n");
    return;
#endif
    a = arena_new(0);
    enum err e = ask(MEMORY, STR("x"), a, &reply);
    assert_true(e == ERR_BAD_DATA || (e == OK && str_is(reply, "1")));
}

/* Where the system takes no filter, nothing is looked at: not one byte of content leaves for a free child. */
static void no_filter_no_look(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct sandbox *s = NULL;
        scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
        seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0);
        seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
        if (seccomp_load(f) != 0)
            _exit(2);
        _exit(sandbox_start(LOOK_TYPE, &s) == ERR_UNSUPPORTED ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- what stands behind the filter
 * ------------------------------------------------------------------------------- */

static bool kernel_has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* only its version */) >= 1;
}

/* Landlock alone, without the filter that would end the child first. */
static int misdeeds_behind_landlock(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    int open_before = open("/etc/passwd", O_RDONLY), wrong = 0;
    char text[8];
    if (!sandbox_landlock())
        return 100;
    wrong += open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES;
    wrong += open("/tmp", O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES;
    wrong += open("/tmp/akari-synthetic-landlock", O_CREAT | O_WRONLY, 0600) >= 0 || errno != EACCES;
    wrong += open("/proc/self/mem", O_RDWR) >= 0 || errno != EACCES;
    wrong += execl("/bin/true", "true", (char *)NULL) != -1 || errno != EACCES;
    wrong += unlink("/tmp") != -1 || errno == ENOENT;
    wrong += read(open_before, text, sizeof text) != sizeof text; /* what was open stays so */
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 4) {
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        wrong += connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) != -1 ||
                 errno != EACCES;
    }
    return wrong;
}

static void landlock_alone_takes_files_and_network(void **state)
{
    (void)state;
    if (!kernel_has_landlock()) {
        print_message("# skipped: this kernel has no Landlock\n");
        return;
    }
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(misdeeds_behind_landlock());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* The child that looks into files has it exactly where the kernel does. */
static void the_child_is_behind_both(void **state)
{
    struct sandbox *s CLEANUP(sandbox_cleanup) = NULL;
    (void)state;
    assert_int_equal(sandbox_start(SAY_HELLO, &s), OK);
    assert_int_equal(sandbox_behind_both(s), kernel_has_landlock());
}

static int without_landlock(void)
{
    struct sandbox *s = NULL;
    struct arena *a = arena_new(0);
    struct str reply = STR("");
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0);
    if (!a || seccomp_load(f) != 0 || sandbox_landlock() || sandbox_start(SAY_HELLO, &s) != OK)
        return 1;
    if (sandbox_behind_both(s))
        return 2;
    sandbox_feed(s, STR("x"));
    return sandbox_end(s, a, &reply) == OK && str_is(reply, "done") ? 0 : 3;
}

/* An older kernel: the filter stands alone, and the look is done. */
static void without_it_the_filter_stands_alone(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(without_landlock());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- pictures
 * --------------------------------------------------------------------------------------------------- */

static uint32_t be32(struct str s, size_t at)
{
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++)
        v = v << 8 | (uint8_t)s.p[at + i];
    return v;
}

static struct str jpeg_of(struct arena *a, unsigned width, unsigned height)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr err;
    unsigned char *bytes = NULL, *row = mem_alloc(width * 3u);
    unsigned long n = 0;
    c.err = jpeg_std_error(&err);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = width;
    c.image_height = height;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_start_compress(&c, TRUE);
    static const unsigned char gps[] =
        "Exif\0\0MM\0*\0\0\0\10\0\2\1\22\0\3\0\0\0\1\0\6\0\0\x88\x25\0\4\0\0\0\1\0\0\0\0\0\0\0\0";
    jpeg_write_marker(&c, JPEG_APP0 + 1, gps, sizeof gps - 1);
    for (unsigned y = 0; y < height; y++) {
        for (unsigned x = 0; x < width; x++) { /* thin stripes: what a blur must take away */
            unsigned char v = x / 4 % 2 ? 255 : 0;
            memset(row + 3 * x, v, 3);
        }
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    struct str copy = arena_str(a, (struct str){(char *)bytes, n});
    free(bytes); /* lint-ok free: the library's */
    mem_free(row);
    return copy;
}

struct drawn {
    enum file_type type;
    uint8_t flags;
    uint32_t width, height;
    struct str picture;
};

static void draw(uint8_t job, struct str in, struct arena *a, struct drawn *ret)
{
    struct str reply;
    assert_int_equal(ask(job, in, a, &reply), OK);
    assert_true(reply.n >= LOOK_HEAD_BYTES && str_starts(reply, LOOK_MAGIC));
    *ret = (struct drawn){.type = (enum file_type)reply.p[4],
                          .flags = (uint8_t)reply.p[5],
                          .width = be32(reply, 8),
                          .height = be32(reply, 12),
                          .picture = str_sub(reply, LOOK_HEAD_BYTES, reply.n)};
    assert_int_equal(be32(reply, 16), ret->picture.n);
}

/* The largest step between two neighbours in a picture made of stripes. */
static int sharpness(struct str jpeg, unsigned *ret_width, unsigned *ret_height)
{
    struct jpeg_decompress_struct d;
    struct jpeg_error_mgr err;
    int most = 0;
    d.err = jpeg_std_error(&err);
    jpeg_create_decompress(&d);
    jpeg_mem_src(&d, (const unsigned char *)jpeg.p, jpeg.n);
    jpeg_read_header(&d, TRUE);
    d.out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(&d);
    unsigned char *row = mem_alloc(d.output_width);
    *ret_width = d.output_width;
    *ret_height = d.output_height;
    while (d.output_scanline < d.output_height) {
        jpeg_read_scanlines(&d, &row, 1);
        for (unsigned x = 1; x < d.output_width; x++) {
            int step = row[x] - row[x - 1];
            most = step > most ? step : -step > most ? -step : most;
        }
    }
    jpeg_abort_decompress(&d);
    jpeg_destroy_decompress(&d);
    mem_free(row);
    return most;
}

static void a_preview_is_small_blurred_and_bare(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str photo = jpeg_of(a, 240, 120);
    struct drawn blurred, clear;
    unsigned width, height;
    (void)state;
    draw(LOOK_BLURRED, photo, a, &blurred);
    assert_int_equal(blurred.type, FILE_JPEG);
    assert_int_equal(blurred.flags, LOOK_CAMERA | LOOK_PLACE);
    assert_int_equal(blurred.width, 240);
    assert_int_equal(blurred.height, 120);
    assert_true(sharpness(blurred.picture, &width, &height) < 24);
    assert_int_equal(width, 120); /* the camera said: turned by a quarter */
    assert_int_equal(height, 240);
    draw(LOOK_CLEAR, photo, a, &clear);
    assert_null(memmem(clear.picture.p, clear.picture.n, "Exif", 4));
    assert_null(memmem(blurred.picture.p, blurred.picture.n, "Exif", 4));
    draw(LOOK_CLEAR, jpeg_of(a, 4000, 1000), a, &clear);
    sharpness(clear.picture, &width, &height);
    assert_int_equal(height, LOOK_CLEAR_SIDE); /* upright */
    draw(LOOK_TYPE, photo, a, &clear);
    assert_int_equal(clear.picture.n, 0);
}

static struct str png_of(struct arena *a, uint32_t width, uint32_t height, bool see_through)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = width,
                       .height = height,
                       .format = see_through ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB};
    size_t pixels = (size_t)width * height * (see_through ? 4 : 3);
    uint8_t *raw = mem_alloc(pixels);
    png_alloc_size_t n = 0;
    assert_true(png_image_write_to_memory(&image, NULL, &n, 0, raw, 0, NULL));
    char *out = arena_alloc(a, n);
    assert_true(png_image_write_to_memory(&image, out, &n, 0, raw, 0, NULL));
    mem_free(raw);
    return (struct str){out, n};
}

static void a_png_is_drawn_on_white(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct drawn d;
    (void)state;
    draw(LOOK_BLURRED, png_of(a, 30, 20, true), a, &d);
    assert_int_equal(d.type, FILE_PNG);
    assert_true(d.picture.n > 100);
    draw(LOOK_CLEAR, png_of(a, 1, 1, false), a, &d);
    assert_true(d.picture.n > 100);
}

/* A picture of few bytes that says it is huge. */
static void a_bomb_is_not_decoded(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str png = png_of(a, 30, 20, false);
    char *bytes = arena_cstr(a, png);
    struct drawn d;
    (void)state;
    memcpy(bytes + 16, "\0\0\x75\0\0\0\x75\0", 8); /* 29952 x 29952; the check sum is wrong, too */
    draw(LOOK_BLURRED, (struct str){bytes, png.n}, a, &d);
    assert_int_equal(d.width, 29952);
    assert_int_equal(d.picture.n, 0);
    draw(LOOK_BLURRED, png_of(a, 12000, 5000, false), a, &d); /* valid, and above the limit */
    assert_int_equal(d.picture.n, 0);
}

/* Broken pictures: an answer, or a dead child; never anything else. */
static void broken_pictures_harm_nobody(void **state)
{
    struct arena *base CLEANUP(arena_cleanup) = arena_new(0);
    struct str good[] = {jpeg_of(base, 64, 48), png_of(base, 64, 48, true)};
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        char *bytes = arena_cstr(a, good[i % 2]);
        struct str bad = {bytes, good[i % 2].n}, reply;
        uint8_t dice[8];
        env_random(dice, sizeof dice);
        for (size_t k = 0; k < 6; k++)
            bytes[(size_t)(dice[k] * 7u + k * 131u) % bad.n] ^= (char)(dice[k] | 1);
        if (dice[6] % 3 == 0)
            bad.n = bad.n * dice[7] / 256 + 1;
        enum err e = ask(LOOK_BLURRED, bad, a, &reply);
        assert_true(e == OK || e == ERR_BAD_DATA);
        err_clear();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_answers),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(it_has_no_rights),
        cmocka_unit_test(it_does_not_hang_us),
        cmocka_unit_test(its_memory_ends),
        cmocka_unit_test(no_filter_no_look),
        cmocka_unit_test(landlock_alone_takes_files_and_network),
        cmocka_unit_test(the_child_is_behind_both),
        cmocka_unit_test(without_it_the_filter_stands_alone),
        cmocka_unit_test(a_preview_is_small_blurred_and_bare),
        cmocka_unit_test(a_png_is_drawn_on_white),
        cmocka_unit_test(a_bomb_is_not_decoded),
        cmocka_unit_test(broken_pictures_harm_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
