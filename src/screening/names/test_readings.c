/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/testing.h"
#include "screening/names/dictionary.h"
#include "screening/names/own.h"
#include <stdio.h>
#include <string.h>

static struct name read_name(struct arena *a, const char *written)
{
    struct name name = {0};
    assert_ok(name_read(a, str_of(written), &name));
    return name;
}

static bool word_has(const struct name_word *w, const char *latin)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_is(w->readings[i].latin, latin))
            return true;
    return false;
}

/* Words of the expected, each among the readings of the word in that place. */
static void check_reads(const char *written, const char *expected)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct name name = read_name(a, written);
    struct str rest = str_of(expected), word;
    size_t i = 0;
    for (; str_cut(&rest, ' ', &word); i++) {
        if (i >= name.n)
            fail_msg("\"%s\": only %zu words", written, name.n);
        char latin[100];
        snprintf(latin, sizeof latin, "%.*s", STR_FMT(word));
        if (!word_has(&name.words[i], latin)) {
            struct str first = name.words[i].n ? name.words[i].readings[0].latin : STR("");
            fail_msg("\"%s\": no reading \"%s\", first is \"%.*s\"", written, latin, STR_FMT(first));
        }
    }
    if (i != name.n)
        fail_msg("\"%s\": %zu words, %zu expected", written, name.n, i);
}

static void check_flags(const char *written, size_t word, unsigned set, unsigned unset)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct name name = read_name(a, written);
    assert_true(word < name.n);
    if ((name.words[word].flags & set) != set || name.words[word].flags & unset)
        fail_msg("\"%s\" word %zu: flags %x", written, word, name.words[word].flags);
}

static void latin(void **state)
{
    (void)state;
    check_reads("Nguyễn Văn Đạt", "nguyen van dat");
    check_reads("MÜLLER", "mueller");
    check_reads("Müller", "muller");
    check_reads("Strauß", "strauss");
    check_reads("Ærøskøbing", "aeroskobing");
    check_reads("O'Brien", "obrien");
    check_reads("Jean-Luc", "jean luc");
    check_reads("Şükrü Gökçe", "sukru gokce");
    check_reads("mohd.", "muhammad");
}

static void alphabets(void **state)
{
    (void)state;
    check_reads("Юрий Щёголев", "yuriy shchegolev");
    check_reads("Сергей", "sergey");
    check_reads("Ελευθέριος Μπακογιάννης", "eleftherios bakogiannis");
    check_reads("Սարգսյան", "sargsyan");
    check_reads("გიორგი", "giorgi");
    check_reads("משה", "moshe");
}

static void arabic(void **state)
{
    (void)state;
    check_reads("محمد", "mohamed");
    check_reads("حسین", "hossein"); /* with the Persian yeh */
    check_reads("رغد صدام حسين التكريتي", "raghad saddam hussein al tikriti");
    check_reads("عبدالرحمن", "abdul al rahman");
    check_reads("عبد الله", "abd allah");
    check_flags("التكريتي", 0, WORD_PARTICLE, 0);
    check_flags("التكريتي", 1, WORD_JOINED, WORD_PARTICLE);
}

static void east_asian(void **state)
{
    (void)state;
    check_reads("김정은", "kim jeongeun");
    check_reads("박", "park");
    check_reads("이 영희", "lee younghee");
    check_reads("やまだ", "yamada");
    check_reads("さとう ようこ", "sato yoko");
    check_reads("さとう", "satoh");
    check_reads("さんぺい", "sampei");
    check_reads("王", "wong");
    check_reads("陈", "tan");
}

static void kanji(void **state)
{
    (void)state;
    if (!dictionary_has_names())
        skip_because("built without the dictionary of Japanese names");
    check_reads("山田太郎", "yamada taro");
    check_reads("髙橋", "takahashi");
    check_reads("齊藤學", "saito manabu");
    check_reads("渡邉", "watanabe");
    check_reads("佐々木", "sasaki");
    check_reads("天海", "amami");
    check_reads("天海", "tianhai");
    check_reads("周", "zhou");
    check_reads("周", "shu");
    check_reads("阮", "nguyen");
    check_reads("崔", "choi");
}

static void south_asian(void **state)
{
    (void)state;
    check_reads("राम", "ram");
    check_reads("श्रेष्ठ", "shrestha");
    check_reads("ज्ञवाली", "gyawali");
    check_reads("क्षेत्री", "chhetri");
    check_reads("शेख", "shekh");
    check_reads("রহমান", "rahman");
    check_reads("குமார்", "kumar");
    check_reads("සිරිසේන", "sirisena");
}

static void south_east_asian(void **state)
{
    (void)state;
    check_reads("สมชาย", "somchai");
    check_reads("ศิริพร", "siriporn");
    check_reads("จันทร์", "jan");
    check_reads("ສົມສັກ", "somsak");
    check_reads("សុខា", "sokha");
    check_reads("វណ្ណា", "vanna");
    check_reads("အောင်", "aung");
    check_reads("အောင်ဆန်းစုကြည်", "aung san su kyi");
    check_reads("မြင့်", "myint");
}

static void zawgyi_is_burmese(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str converted;
    (void)state;
    assert_ok(burmese_from_zawgyi(a, str_of("\xe1\x80\xb1\xe1\x80\xa1\xe1\x80\xac\xe1\x80\x84\xe1\x80\xb9"),
                                  &converted));
    assert_str(converted, "\xe1\x80\xa1\xe1\x80\xb1\xe1\x80\xac\xe1\x80\x84\xe1\x80\xba"); /* aung */
    assert_ok(burmese_from_zawgyi(a, converted, &converted));
    assert_str(converted, "\xe1\x80\xa1\xe1\x80\xb1\xe1\x80\xac\xe1\x80\x84\xe1\x80\xba");
    check_reads("\xe1\x80\xb1\xe1\x80\xa1\xe1\x80\xac\xe1\x80\x84\xe1\x80\xb9", "aung");
}

static void skeleton_is(const char *latin, const char *katakana)
{
    char one[NAME_LETTERS_MAX], two[NAME_LETTERS_MAX];
    struct str x = {one, name_skeleton(str_of(latin), one)}, y = {two, name_skeleton(str_of(katakana), two)};
    if (!str_eq(x, y))
        fail_msg("%s: %.*s, %s: %.*s", latin, STR_FMT(x), katakana, STR_FMT(y));
}

static void katakana(void **state)
{
    (void)state;
    check_reads("ソムチャイ・ジャイディー", "somchai jaidee");
    check_reads("ｿﾑﾁｬｲ", "somuchai");
    check_reads("マリア サントス", "maria santos");
    check_reads("リー", "lee");
    skeleton_is("somchai", "somuchai");
    skeleton_is("jaidee", "jaidi");
    skeleton_is("victoria", "bikutoria");
    skeleton_is("lopez", "ropesu");
    skeleton_is("nguyen", "guen");
    skeleton_is("yingluck", "inrakku");
}

static void consonants(void **state)
{
    char one[NAME_LETTERS_MAX];
    (void)state;
    static const char *const spelt[] = {"muhammad", "mohamed", "mohammed", "mhmd"};
    for (size_t i = 0; i < 4; i++)
        assert_str(((struct str){one, name_consonants(str_of(spelt[i]), one)}), "mhmd");
}

static void what_words_are(void **state)
{
    (void)state;
    check_flags("Sir Ian", 0, WORD_TITLE, 0);
    check_flags("SIRIPORN", 0, 0, WORD_TITLE | WORD_PARTICLE); /* a title is a whole word */
    check_flags("Ali bin Abu", 1, WORD_PARTICLE, 0);
    check_flags("J. Smith", 0, WORD_INITIAL, WORD_TRUNCATED);
    check_flags("Иван Петрович Сидоров", 1, WORD_PATRONYMIC, 0);
    check_flags("SMITH, John", 0, WORD_FAMILY, 0);
    check_flags("SMITH, John", 1, 0, WORD_FAMILY);
    check_flags("U Aung Kyaw", 0, WORD_HONORIFIC_OPTIONAL, 0);
    check_flags("Ma Li", 0, 0, WORD_HONORIFIC_OPTIONAL);
    check_flags("Nguyen Thi Lan", 1, WORD_MIDDLE_COMMON, 0);
    check_flags("Maria Thi", 1, 0, WORD_MIDDLE_COMMON);
    check_flags("Smith-Jones", 1, WORD_JOINED, 0);
    check_flags("44", 0, WORD_UNREAD, 0);
    check_flags("abc\xff", 0, WORD_UNREAD, 0);
}

static void machine_readable(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    struct name name = read_name(a, "NGUYEN<<VAN<HUNG<<<<<<<<<<<<<<<<<<<<<<<");
    assert_true(name.mrz);
    assert_int_equal(name.n, 3);
    check_flags("NGUYEN<<VAN<HUNG<<<<<<<<<<<<<<<<<<<<<<<", 0, WORD_FAMILY, WORD_TRUNCATED);
    check_flags("NGUYEN<<VAN<HUNG<<<<<<<<<<<<<<<<<<<<<<<", 2, 0, WORD_TRUNCATED);
    check_flags("PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR", 3, WORD_TRUNCATED, WORD_FAMILY);
    check_flags("PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR", 2, 0, WORD_TRUNCATED);
}

static void limits(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    static char text[NAME_BYTES_MAX + 1];
    struct name name;
    (void)state;
    memset(text, 'a', sizeof text);
    assert_fails(name_read(a, (struct str){text, sizeof text}, &name), ERR_LIMIT);
    assert_ok(name_read(a, (struct str){text, sizeof text - 1}, &name));
    assert_int_equal(name.n, 1);
    assert_true(name.words[0].flags & WORD_UNREAD); /* longer than a reading may be: said, not cut */
    assert_true(name.words[0].flags & WORD_MORE);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    assert_fails(name_read(a, (struct str){text, 2 * NAME_WORDS_MAX + 1}, &name), ERR_LIMIT);
    assert_ok(name_read(a, (struct str){text, 2 * NAME_WORDS_MAX}, &name));
    assert_int_equal(name.n, NAME_WORDS_MAX);
    assert_ok(name_read(a, STR(" ,.- <<"), &name));
    assert_int_equal(name.n, 0);
}

static const char *const MANY[] = {
    "สมชาย ใจดี", "អ៊ុំ សុវណ្ណារី", "အောင်ဆန်းစုကြည်", "ज्ञानेन्द्र",       "শেখ হাসিনা", "சுப்பிரமணியன்", "山田太郎",
    "欧阳修",    "김정은",   "ソムチャイ",  "محمد التكريتي", "Щёголев",    "Αλέξανδρος",  "Արմեն",
    "გიორგი",    "בנימין",   "Nguyễn",      "ສົມສັກ",          "සිරිසේන",
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A reading is a name in Latin letters: it reads as itself, first and surest. */
static void read_again_is_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(MANY); i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct name name = read_name(a, MANY[i]), again;
        assert_true(name.n > 0);
        for (size_t w = 0; w < name.n; w++) {
            assert_true(name.words[w].n > 0);
            assert_int_equal(name.words[w].flags & WORD_UNREAD, 0);
            struct str latin = name.words[w].readings[0].latin;
            assert_ok(name_read(a, latin, &again));
            assert_int_equal(again.n, 1);
            assert_true(str_eq(again.words[0].readings[0].latin, latin));
            assert_int_equal(again.words[0].readings[0].weight, 255);
        }
    }
}

/* Every letter of every script that has a table gives something: cut anywhere, never silently empty. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(MANY); i++)
        for (size_t n = 1; n <= strlen(MANY[i]); n++) {
            struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
            struct name name;
            assert_ok(name_read(a, (struct str){MANY[i], n}, &name));
            for (size_t w = 0; w < name.n; w++)
                assert_true(name.words[w].n > 0 || name.words[w].flags & WORD_UNREAD);
        }
}

static enum err read_many(void *user)
{
    (void)user;
    for (size_t i = 0; i < COUNT(MANY); i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct name name;
        if (!a)
            return ERR_NO_MEMORY;
        TRY(name_read(a, str_of(MANY[i]), &name));
    }
    return OK;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(read_many, NULL) > 0);
}

static void spelling_choices(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct collector c = {.a = a};
    struct lattice l = lattice_new(a, 3);
    (void)state;
    lattice_arc(&l, 0, 1, 0, "a|b:5", NULL, NULL);
    lattice_arc(&l, 1, 3, 0, "x|y:2", "|z:1", NULL);
    lattice_arc(&l, 0, 3, 1, "long", NULL, NULL);
    lattice_collect(&l, &c, 0, READING_ROMANISED);
    assert_ok(c.err);
    static const char *const expected[] = {"ax", "axz", "long", "ay", "ayz", "bx", "bxz", "by", "byz"};
    static const int costs[] = {0, 1, 1, 2, 3, 5, 6, 7, 8};
    assert_int_equal(c.n, COUNT(expected));
    for (size_t i = 0; i < c.n; i++) {
        assert_int_equal(c.items[i].weight, 255 - costs[i]);
        bool there = false;
        for (size_t k = 0; k < c.n; k++)
            there = there || str_is(c.items[k].latin, expected[i]);
        assert_true(there);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(spelling_choices),
        cmocka_unit_test(latin),
        cmocka_unit_test(alphabets),
        cmocka_unit_test(arabic),
        cmocka_unit_test(east_asian),
        cmocka_unit_test(kanji),
        cmocka_unit_test(south_asian),
        cmocka_unit_test(south_east_asian),
        cmocka_unit_test(zawgyi_is_burmese),
        cmocka_unit_test(katakana),
        cmocka_unit_test(consonants),
        cmocka_unit_test(what_words_are),
        cmocka_unit_test(machine_readable),
        cmocka_unit_test(limits),
        cmocka_unit_test(read_again_is_itself),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
