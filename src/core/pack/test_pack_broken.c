/* SPDX-License-Identifier: Apache-2.0 */
/* Each file of tests/packs/broken/ is one small change of tests/packs/tiny, and all faults that must be
 * found, in order:
 *
 *     # why
 *     file PATH          the next lines change this file (or make it, when it is new)
 *     - LINE             these lines, which stand once in the file, ...
 *     + LINE             ... become these ("+x LINE": \xHH is a byte)
 *     drop PATH          without this file
 *     expect FILE:LINE: WORDS
 */
#include "base/testing.h"
#include "core/pack/testing_pack.h"

#define FOLDER "tests/packs/broken"

struct edit {
    struct arena *arena;
    struct test_files files;
    const char *file; /* being changed */
    struct buf out, in;
    struct buf expected;
};

static void whole_lines(struct str text, struct str part, size_t *ret_at, int *ret_found)
{
    *ret_found = 0;
    for (size_t i = 0; i + part.n <= text.n; i++)
        if ((i == 0 || text.p[i - 1] == '\n') && memcmp(text.p + i, part.p, part.n) == 0) {
            *ret_at = i;
            (*ret_found)++;
        }
}

/* Puts the lines gathered in `in` where those of `out` stand; without `out` they are the whole file. */
static void apply(struct edit *e)
{
    if (!e->out.n && !e->in.n)
        return;
    struct pack_file *f = test_file(&e->files, e->file);
    if (!f) {
        f = &e->files.list[e->files.n++];
        *f = (struct pack_file){.name = e->file};
    }
    size_t at = 0;
    int found = 0;
    if (e->out.n)
        whole_lines(f->text, buf_view(&e->out), &at, &found);
    if (e->out.n && found != 1)
        fail_msg("%s: the lines stand %d times in %s:\n%s", e->file, found, e->file, e->out.p);
    CLEANUP(buf_free) struct buf b = {0};
    if (e->out.n)
        buf_bytes(&b, f->text.p, at);
    buf_str(&b, buf_view(&e->in));
    if (e->out.n)
        buf_bytes(&b, f->text.p + at + e->out.n, f->text.n - at - e->out.n);
    assert_ok(buf_take(&b, e->arena, &f->text));
    buf_clear(&e->out);
    buf_clear(&e->in);
}

static void add_bytes(struct buf *b, struct str line)
{
    for (size_t i = 0; i < line.n; i++) {
        unsigned byte;
        if (line.p[i] == '\\' && i + 3 < line.n && line.p[i + 1] == 'x' &&
            sscanf(line.p + i + 2, "%2x", &byte) == 1) {
            buf_u8(b, (uint8_t)byte);
            i += 3;
        } else {
            buf_char(b, line.p[i]);
        }
    }
    buf_char(b, '\n');
}

static void drop(struct edit *e, const char *name)
{
    struct pack_file *f = test_file(&e->files, name);
    assert_non_null(f);
    *f = e->files.list[--e->files.n];
}

static void take_line(struct edit *e, struct str line)
{
    if (str_starts(line, "- ") || str_is(line, "-")) {
        if (e->in.n)
            apply(e);
        buf_str(&e->out, str_sub(line, 2, line.n));
        buf_char(&e->out, '\n');
    } else if (str_starts(line, "+x ")) {
        add_bytes(&e->in, str_sub(line, 3, line.n));
    } else if (str_starts(line, "+ ") || str_is(line, "+")) {
        buf_str(&e->in, str_sub(line, 2, line.n));
        buf_char(&e->in, '\n');
    } else if (str_starts(line, "file ")) {
        apply(e);
        e->file = arena_cstr(e->arena, str_sub(line, 5, line.n));
    } else if (str_starts(line, "drop ")) {
        apply(e);
        drop(e, arena_cstr(e->arena, str_sub(line, 5, line.n)));
    } else if (str_starts(line, "expect ")) {
        buf_str(&e->expected, str_sub(line, 7, line.n));
        buf_char(&e->expected, '\n');
    } else if (line.n && line.p[0] != '#') {
        fail_msg("not a line of a case: %.*s", STR_FMT(line));
    }
}

static void free_edit(struct edit *e)
{
    buf_free(&e->in);
    buf_free(&e->out);
    buf_free(&e->expected);
}

static void one_case(void **state)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(free_edit) struct edit e = {.arena = a};
    struct str text, line;
    assert_ok(test_files_read(&e.files, a, TINY));
    assert_ok(file_read(arena_printf(a, FOLDER "/%s", (const char *)*state), YAML_MAX_BYTES, a, &text));
    while (str_cut(&text, '\n', &line))
        take_line(&e, line);
    apply(&e);

    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    enum err err = test_files_load(&e.files, a, &p, &faults, &n);
    CLEANUP(buf_free) struct buf got = {0};
    pack_print_faults(&got, faults, n);
    pack_free(p);
    if (!str_eq(buf_view(&got), buf_view(&e.expected)))
        fail_msg("expected:\n%sbut found:\n%s", e.expected.p ? e.expected.p : "", got.p ? got.p : "");
    assert_int_equal(err, n ? ERR_PACK : OK);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char **names = argv + 1;
    size_t n = (size_t)argc - 1;
    if (!n && dir_list(FOLDER, a, &names, &n) != OK) {
        print_message("Bail out! %s\n", err_detail());
        return 1;
    }
    struct CMUnitTest *tests = ARENA_ARRAY(a, n, struct CMUnitTest);
    size_t cases = 0;
    for (size_t i = 0; i < n; i++)
        if (str_ends(str_of(names[i]), ".case"))
            tests[cases++] = (struct CMUnitTest){names[i], one_case, NULL, NULL, names[i]};
    return _cmocka_run_group_tests("broken packs", tests, cases, NULL, NULL);
}
