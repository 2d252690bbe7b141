/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a file out of its bytes: the fuzzer's corpus, each file of which is named by its type. */
#include "base/arena.h"
#include "sys/filetype.h"
#include "sys/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *corpus;

static struct file_look of(const char *name, struct arena *a)
{
    struct str all;
    char *path = arena_printf(a, "%s/%s", corpus, name);
    assert_int_equal(file_read(path, 1 << 20, a, &all), OK);
    return file_look(all);
}

static void each_is_known(void **state)
{
    static const char *const names[] = {"jpeg", "png", "webp", "gif", "pdf", "text",
                                        "mp3",  "m4a", "ogg",  "wav", "mp4", "xlsx", "heic"};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(file_type_word(of(names[i], a).type), names[i]);
}

static void a_program_in_a_document_is_said(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    struct file_look l = of("docm", a);
    assert_int_equal(l.type, FILE_DOCX);
    assert_true(l.macros);
    assert_false(of("xlsx", a).macros);
}

static void what_a_camera_wrote_is_found(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    struct file_look jpeg = of("jpeg", a), png = of("png", a), webp = of("webp", a);
    assert_true(jpeg.camera_data && jpeg.place && jpeg.orientation == 6);
    assert_int_equal(jpeg.width, 32);
    assert_int_equal(jpeg.height, 16);
    assert_true(png.camera_data && png.place && png.width == 3 && png.height == 2);
    assert_true(webp.camera_data && !webp.place && webp.width == 16 && webp.height == 32);
}

static void what_is_not_known_is_unknown(void **state)
{
    static const struct str odd[] = {STR(""),       STR("\x7F"),     STR("MZ\x90\0"),
                                     STR("RIFF\1"), STR("\xFF\xD8"), STR("PK\3\4")};
    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(file_look(odd[i]).type, FILE_UNKNOWN);
    assert_int_equal(file_look(odd[5]).type, FILE_ZIP);
}

static void a_name_promises_a_type(void **state)
{
    (void)state;
    assert_int_equal(file_type_named(STR("a.JPG")), FILE_JPEG);
    assert_int_equal(file_type_named(STR("a.b.pdf")), FILE_PDF);
    assert_int_equal(file_type_named(STR("pdf")), -1);
    assert_int_equal(file_type_named(STR(".")), -1);
    assert_int_equal(file_type_named(STR("a.exe")), -1);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 64;
    corpus = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_known),
        cmocka_unit_test(a_program_in_a_document_is_said),
        cmocka_unit_test(what_a_camera_wrote_is_found),
        cmocka_unit_test(what_is_not_known_is_unknown),
        cmocka_unit_test(a_name_promises_a_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
