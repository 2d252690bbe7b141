/* SPDX-License-Identifier: Apache-2.0 */
/* generate_names.c - names that nobody has: syllables of a language put together by chance, in its script,
 * with what a passport would write. Enough like names to try forms, lists and search with; no list of real
 * persons went into them. */
#include "figures/generate_own.h"

#define SYLLABLES 12

struct sound {
    const char *script, *latin; /* the same syllable in both; script NULL: Latin only */
};
struct language {
    const char *separator;      /* between family and given name; NULL: one name only (a mononym) */
    bool family_first, reading; /* reading: the Latin form is given as reading too */
    int family[2], given[2];    /* syllables, from and to */
    struct sound sounds[SYLLABLES];
};

static const struct language languages[] = {
    {"",
     true,
     true,
     {1, 2},
     {2, 3}, /* kana */
     {{"ア", "A"},
      {"カ", "KA"},
      {"サ", "SA"},
      {"タ", "TA"},
      {"ナ", "NA"},
      {"ミ", "MI"},
      {"ヨ", "YO"},
      {"リ", "RI"},
      {"ノ", "NO"},
      {"セ", "SE"},
      {"コ", "KO"},
      {"メ", "ME"}}},
    {"",
     true,
     true,
     {1, 1},
     {1, 2}, /* Han, read in Chinese */
     {{"松", "SONG"},
      {"江", "JIANG"},
      {"雪", "XUE"},
      {"木", "MU"},
      {"青", "QING"},
      {"川", "CHUAN"},
      {"石", "SHI"},
      {"月", "YUE"},
      {"竹", "ZHU"},
      {"风", "FENG"},
      {"海", "HAI"},
      {"林", "LIN"}}},
    {" ",
     true,
     false,
     {1, 1},
     {2, 2}, /* Vietnamese */
     {{"Trà", "TRA"},
      {"Lụa", "LUA"},
      {"Mây", "MAY"},
      {"Đông", "DONG"},
      {"Sương", "SUONG"},
      {"Biển", "BIEN"},
      {"Nắng", "NANG"},
      {"Gió", "GIO"},
      {"Suối", "SUOI"},
      {"Đá", "DA"},
      {"Lúa", "LUA"},
      {"Tre", "TRE"}}},
    {NULL,
     false,
     true,
     {0, 0},
     {2, 4}, /* Burmese */
     {{"မာ", "MA"},
      {"လာ", "LA"},
      {"နီ", "NI"},
      {"သူ", "THU"},
      {"မိ", "MI"},
      {"ကို", "KO"},
      {"ရီ", "YI"},
      {"စု", "SU"},
      {"နွယ်", "NWE"},
      {"ဝါ", "WA"},
      {"ဖြူ", "PHYU"},
      {"ဌေး", "HTAY"}}},
    {" ",
     false,
     true,
     {2, 3},
     {2, 2}, /* Thai */
     {{"มา", "MA"},
      {"ลี", "LI"},
      {"นา", "NA"},
      {"ดา", "DA"},
      {"รัก", "RAK"},
      {"สุ", "SU"},
      {"พร", "PHON"},
      {"ชัย", "CHAI"},
      {"วัน", "WAN"},
      {"ใจ", "CHAI"},
      {"ศรี", "SI"},
      {"ทอง", "THONG"}}},
    {"",
     true,
     true,
     {1, 1},
     {2, 2}, /* Korean */
     {{"가", "GA"},
      {"나", "NA"},
      {"다", "DA"},
      {"라", "RA"},
      {"마", "MA"},
      {"바", "BA"},
      {"사", "SA"},
      {"아", "A"},
      {"자", "JA"},
      {"하", "HA"},
      {"모", "MO"},
      {"수", "SU"}}},
    {" ",
     false,
     true,
     {2, 3},
     {2, 2}, /* Nepali */
     {{"मा", "MA"},
      {"या", "YA"},
      {"नि", "NI"},
      {"सु", "SU"},
      {"रा", "RA"},
      {"दे", "DE"},
      {"वि", "VI"},
      {"का", "KA"},
      {"ला", "LA"},
      {"पु", "PU"},
      {"गो", "GO"},
      {"हि", "HI"}}},
    {" ",
     false,
     false,
     {2, 3},
     {2, 3}, /* Latin, no language in particular */
     {{"Ba", "BA"},
      {"lo", "LO"},
      {"ri", "RI"},
      {"ma", "MA"},
      {"te", "TE"},
      {"sa", "SA"},
      {"no", "NO"},
      {"vi", "VI"},
      {"do", "DO"},
      {"ka", "KA"},
      {"lu", "LU"},
      {"pe", "PE"}}},
};
#define LANGUAGES (sizeof languages / sizeof *languages)

size_t generate_scripts(void)
{
    return LANGUAGES;
}

struct written {
    struct buf script, latin;
};

static void put_syllables(struct dice *d, const struct language *l, const int range[2], bool capital,
                          struct written *w)
{
    int n = range[0] + (int)dice_below(d, (size_t)(range[1] - range[0]) + 1);
    for (int i = 0; i < n; i++) {
        const struct sound *s = &l->sounds[dice_below(d, SYLLABLES)];
        bool words =
            l->separator && *l->separator && l == &languages[2]; /* Vietnamese syllables stand apart */
        if (i && words) {
            buf_char(&w->script, ' ');
            buf_char(&w->latin, ' ');
        }
        if (l == &languages[LANGUAGES - 1]) { /* a capital at the beginning of a word only */
            buf_char(&w->script, (char)(i == 0 && capital ? s->latin[0] : s->latin[0] | 0x20));
            buf_char(&w->script, (char)(s->latin[1] | 0x20));
        } else {
            buf_c(&w->script, s->script);
        }
        buf_c(&w->latin, s->latin);
    }
}

static enum err take(struct written *w, struct arena *a, struct str *ret_script, struct str *ret_latin)
{
    enum err e = buf_take(&w->script, a, ret_script);
    if (e == OK)
        e = buf_take(&w->latin, a, ret_latin);
    buf_free(&w->script);
    buf_free(&w->latin);
    return e;
}

static enum err organisation(struct dice *d, struct arena *a, struct pair *ret, size_t *ret_n)
{
    const struct language *l = &languages[LANGUAGES - 1];
    struct written w = {0};
    struct str script, latin;
    put_syllables(d, l, (const int[2]){2, 3}, true, &w);
    TRY(take(&w, a, &script, &latin));
    char *full =
        arena_printf(a, "%.*s %s (synthetic)", STR_FMT(script), dice_below(d, 2) ? "Services" : "Trading");
    if (!full)
        return arena_err(a);
    ret[0] = (struct pair){STR("type"), STR("trade"), VALUE_GIVEN};
    ret[1] = (struct pair){STR("full"), str_of(full), VALUE_GIVEN};
    *ret_n = 2;
    return OK;
}

enum err generate_name(struct dice *d, struct arena *a, enum subject_type type, size_t which,
                       struct pair *ret, size_t *ret_n)
{
    const struct language *l = &languages[which % LANGUAGES];
    struct written family = {0}, given = {0};
    struct str fs, fl, gs, gl;
    size_t n = 0;
    if (type == SUBJECT_ORGANISATION)
        return organisation(d, a, ret, ret_n);
    put_syllables(d, l, l->family, true, &family);
    put_syllables(d, l, l->given, true, &given);
    TRY(take(&family, a, &fs, &fl));
    TRY(take(&given, a, &gs, &gl));
    struct str first = l->family_first ? fs : gs, last = l->family_first ? gs : fs;
    char *full = l->separator ? arena_printf(a, "%.*s%s%.*s", STR_FMT(first), l->separator, STR_FMT(last))
                              : arena_printf(a, "%.*s", STR_FMT(gs));
    char *passport = l->separator ? arena_printf(a, "%.*s<<%.*s", STR_FMT(fl), STR_FMT(gl))
                                  : arena_printf(a, "%.*s", STR_FMT(gl));
    if (!full || !passport)
        return arena_err(a);
    ret[n++] = (struct pair){STR("type"), STR("legal"), VALUE_GIVEN};
    ret[n++] = (struct pair){STR("full"), str_of(full), VALUE_GIVEN};
    ret[n++] = (struct pair){STR("passport_form"), str_of(passport), VALUE_GIVEN};
    if (l->reading)
        ret[n++] = (struct pair){STR("reading"), str_of(passport), VALUE_GIVEN};
    if (l->separator) {
        ret[n++] = (struct pair){STR("family"), fs, VALUE_GIVEN};
        ret[n++] = (struct pair){STR("given"), gs, VALUE_GIVEN};
        if (l->family_first)
            ret[n++] = (struct pair){STR("family_first"), STR("yes"), VALUE_GIVEN};
    } else {
        ret[n++] = (struct pair){STR("mononym"), STR("yes"), VALUE_GIVEN};
    }
    *ret_n = n;
    return OK;
}
