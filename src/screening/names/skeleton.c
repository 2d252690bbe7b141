/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton.c - what survives when a name goes through katakana, or through a script without vowels. */
#include "screening/names/own.h"
#include <string.h>

static bool is_vowel(char c)
{
    return c && strchr("aeiou", c);
}

struct sound {
    const char *latin, *becomes;
};

/* Longer before shorter. */
static const struct sound KATAKANA_SOUNDS[] = {
    {"tch", "c"}, {"sch", "s"}, {"shch", "s"}, {"ch", "c"}, {"sh", "s"}, {"ts", "t"}, {"th", "t"},
    {"ph", "p"},  {"kh", "k"},  {"gh", "g"},   {"ck", "k"}, {"qu", "k"}, {"dj", "s"}, {"dz", "s"},
    {"x", "ks"},  {"q", "k"},   {"l", "r"},    {"v", "b"},  {"z", "s"},  {"j", "s"},  {"f", "h"},
};
static const struct sound VOWELLESS_SOUNDS[] = {
    {"tch", "x"}, {"sch", "x"}, {"ch", "x"}, {"sh", "x"}, {"th", "t"}, {"ph", "f"}, {"kh", "k"}, {"gh", "g"},
    {"dh", "d"},  {"dj", "g"},  {"zh", "z"}, {"ck", "k"}, {"qu", "k"}, {"q", "k"},  {"c", "k"},  {"j", "g"},
    {"p", "b"},   {"v", "w"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *sound_at(const struct sound *sounds, size_t n, struct str s, size_t at, size_t *ret_taken)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(sounds[i].latin);
        if (s.n - at >= length && memcmp(s.p + at, sounds[i].latin, length) == 0) {
            *ret_taken = length;
            return sounds[i].becomes;
        }
    }
    *ret_taken = 1;
    return NULL;
}

static char at(struct str s, size_t i)
{
    return i < s.n ? s.p[i] : 0;
}

static void sound_put(char *to, const char *sound)
{
    memcpy(to, sound, strlen(sound) + 1);
}

/* One sound of Latin letters as katakana would keep it: "" for none. room: 4 bytes. */
static size_t katakana_sound(struct str s, size_t i, char *to)
{
    size_t taken;
    char c = s.p[i], next = at(s, i + 1);
    *to = 0;
    if (c == 'n' && next == 'g') { /* nguyen is guen, yingluck is inrakku */
        sound_put(to, i == 0 ? "g" : is_vowel(at(s, i + 2)) ? "ng" : "n");
        return 2;
    }
    if (c == 'c' && next != 'h' && next != 'k') {
        sound_put(to, next && strchr("eiy", next) ? "s" : "k");
        return 1;
    }
    const char *becomes = sound_at(KATAKANA_SOUNDS, COUNT(KATAKANA_SOUNDS), s, i, &taken);
    if (becomes)
        sound_put(to, becomes);
    else if (is_vowel(c) || c == 'y')
        sound_put(to, i == 0 ? "a" : "");
    else if (c != 'w' && (c != 'h' || is_vowel(next) || next == 'y'))
        to[0] = c == 'm' && next && strchr("pb", next) ? 'n' : c, to[1] = 0;
    else if (c == 'w' && i == 0)
        sound_put(to, "w");
    return taken;
}

static size_t put(char *out, size_t n, const char *sound)
{
    for (; *sound && n < NAME_LETTERS_MAX; sound++)
        if (n == 0 || out[n - 1] != *sound)
            out[n++] = *sound;
    return n;
}

size_t name_skeleton(struct str latin, char out[static NAME_LETTERS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < latin.n;) {
        char sound[4];
        i += katakana_sound(latin, i, sound);
        n = put(out, n, sound);
    }
    return n;
}

size_t name_consonants(struct str latin, char out[static NAME_LETTERS_MAX])
{
    size_t n = 0, taken;
    if (latin.n > 2 && str_ends(latin, "h") && is_vowel(latin.p[latin.n - 2]))
        latin.n--;
    for (size_t i = 0; i < latin.n; i += taken) {
        const char *becomes = sound_at(VOWELLESS_SOUNDS, COUNT(VOWELLESS_SOUNDS), latin, i, &taken);
        char c[2] = {latin.p[i], 0};
        if (!becomes)
            becomes = is_vowel(c[0]) ? (i == 0 ? "a" : "") : c;
        if (i > 0 && (strcmp(becomes, "w") == 0 || strcmp(becomes, "y") == 0))
            becomes = "";
        n = put(out, n, becomes);
    }
    return n;
}
