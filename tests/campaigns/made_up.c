/* SPDX-License-Identifier: Apache-2.0 */
#include "campaigns/made_up.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define SYLLABLES 8
static uint64_t seed = 20260401;

void made_up_seed(uint64_t s)
{
    seed = s;
}

static uint64_t below(uint64_t n)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

/* Letters and signs that normalising leaves as they are, separated by blanks. */
static const struct {
    const char *name, *starts, *ends;
} scripts[] = {
    {"Latin", "b d f g h k l m n p r s t v z", "a e i o u"},
    {"Japanese", "か き く け こ さ し す せ そ た ち つ て と な に ぬ ね の は ひ ふ へ ほ ま み む め も",
     "ん ら る ろ や"},
    {"Thai", "ก ข ค ง จ ช ซ ด ต ถ ท น บ ป ผ พ ม ย ร ล ว ส ห", "า ี ู ะ ุ"},
    {"Burmese", "က ခ ဂ င စ ဆ ဇ တ ထ ဒ န ပ ဖ ဗ မ ယ ရ လ ဝ သ ဟ", "ာ ိ ု ေ ီ"},
    {"Khmer", "ក ខ គ ឃ ង ច ឆ ជ ដ ត ថ ទ ធ ន ប ផ ព ភ ម យ រ ល វ ស ហ", "ា ិ ី ុ ូ"},
    {"Arabic", "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن", "ا و ي"},
    {"Devanagari", "क ख ग घ च छ ज झ ट ठ त थ द ध न प फ ब भ म य र ल व श स ह", "ा ि ी ु े"},
    {"Cyrillic", "б в г д ж з к л м н п р с т ф х ц ч ш", "а е и о у"},
};
#define SCRIPTS (sizeof scripts / sizeof *scripts)

/* Each place gets all of them in turn. */
static size_t script_of(size_t mark)
{
    return (mark + mark / SCRIPTS) % SCRIPTS;
}

static struct str one_of(const char *list)
{
    struct str rest = str_of(list), word, chosen = {0};
    uint64_t n = 1;
    for (const char *p = list; *p; p++)
        n += *p == ' ';
    for (uint64_t i = below(n) + 1; i > 0; i--)
        if (str_cut(&rest, ' ', &word))
            chosen = word;
    assert_true(chosen.n > 0);
    return chosen;
}

void made_up(struct arena *a, struct str *ret, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = "";
        for (int n = 0; n < SYLLABLES; n++) {
            struct str start = one_of(scripts[script_of(i)].starts), end = one_of(scripts[script_of(i)].ends);
            text = arena_printf(a, "%s%.*s%.*s", text, STR_FMT(start), STR_FMT(end));
            assert_non_null(text);
        }
        ret[i] = str_of(text);
    }
}

const char *made_up_script(size_t text)
{
    return scripts[script_of(text)].name;
}
