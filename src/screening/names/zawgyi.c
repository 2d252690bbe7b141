/* SPDX-License-Identifier: Apache-2.0 */
/* zawgyi.c - Burmese typed in the Zawgyi font: the same block of code points with other meanings, vowels
 * before their consonants. */
#include "base/buf.h"
#include "screening/names/own.h"

struct form {
    int32_t zawgyi;
    int32_t unicode[4];
};
static const struct form FORMS[] = {
    {0x1033, {0x102F}},
    {0x1034, {0x1030}},
    {0x1039, {0x103A}},
    {0x103A, {0x103B}},
    {0x103B, {0x103C}},
    {0x103C, {0x103D}},
    {0x103D, {0x103E}},
    {0x105A, {0x102B, 0x103A}},
    {0x1060, {0x1039, 0x1000}},
    {0x1061, {0x1039, 0x1001}},
    {0x1062, {0x1039, 0x1002}},
    {0x1063, {0x1039, 0x1003}},
    {0x1064, {0x1004, 0x103A, 0x1039}},
    {0x1065, {0x1039, 0x1005}},
    {0x1066, {0x1039, 0x1006}},
    {0x1067, {0x1039, 0x1006}},
    {0x1068, {0x1039, 0x1007}},
    {0x1069, {0x1039, 0x1008}},
    {0x106A, {0x1009}},
    {0x106B, {0x100A}},
    {0x106C, {0x1039, 0x100B}},
    {0x106D, {0x1039, 0x100C}},
    {0x106E, {0x100D, 0x1039, 0x100D}},
    {0x106F, {0x100D, 0x1039, 0x100E}},
    {0x1070, {0x1039, 0x100F}},
    {0x1071, {0x1039, 0x1010}},
    {0x1072, {0x1039, 0x1010}},
    {0x1073, {0x1039, 0x1011}},
    {0x1074, {0x1039, 0x1011}},
    {0x1075, {0x1039, 0x1012}},
    {0x1076, {0x1039, 0x1013}},
    {0x1077, {0x1039, 0x1014}},
    {0x1078, {0x1039, 0x1015}},
    {0x1079, {0x1039, 0x1016}},
    {0x107A, {0x1039, 0x1017}},
    {0x107B, {0x1039, 0x1018}},
    {0x107C, {0x1039, 0x1019}},
    {0x107D, {0x103B}},
    {0x107E, {0x103C}},
    {0x107F, {0x103C}},
    {0x1080, {0x103C}},
    {0x1081, {0x103C}},
    {0x1082, {0x103C}},
    {0x1083, {0x103C}},
    {0x1084, {0x103C}},
    {0x1085, {0x1039, 0x101C}},
    {0x1086, {0x103F}},
    {0x1087, {0x103E}},
    {0x1088, {0x103E, 0x102F}},
    {0x1089, {0x103E, 0x1030}},
    {0x108A, {0x103D, 0x103E}},
    {0x108B, {0x102D}},
    {0x108C, {0x102E}},
    {0x108D, {0x1036}},
    {0x108E, {0x102D, 0x1036}},
    {0x108F, {0x1014}},
    {0x1090, {0x101B}},
    {0x1091, {0x100F, 0x1039, 0x100D}},
    {0x1092, {0x100B, 0x1039, 0x100C}},
    {0x1093, {0x1039, 0x1018}},
    {0x1094, {0x1037}},
    {0x1095, {0x1037}},
    {0x1096, {0x1039, 0x1010, 0x103D}},
    {0x1097, {0x100B, 0x1039, 0x100B}},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool is_consonant(int32_t c)
{
    return (c >= 0x1000 && c <= 0x1021) || c == 0x106A || c == 0x106B || c == 0x108F || c == 0x1090 ||
           c == 0x1086;
}

/* Signs that Burmese in Unicode never has: a vowel before its consonant, a stacking sign with nothing under
 * it, medials in the wrong order, letters of other languages used as forms. One is enough. */
static bool is_zawgyi(struct letters w)
{
    for (size_t i = 0; i < w.n; i++) {
        int32_t c = w.p[i], before = i ? w.p[i - 1] : 0, next = letter_at(w, i + 1);
        bool medial_before = before >= 0x103B && before <= 0x103E;
        if (c == 0x1031 && !is_consonant(before) && !medial_before)
            return true;
        if (c == 0x1039 && !(next >= 0x1000 && next <= 0x1021))
            return true;
        if ((c >= 0x1060 && c <= 0x1097) || c == 0x1033 || c == 0x1034 || c == 0x105A)
            return true;
        if (c == 0x103B && (i == 0 || !(is_consonant(before) || before == 0x103A)))
            return true;
    }
    return false;
}

static void put(struct buf *b, int32_t c)
{
    char utf8[3] = {(char)(0xE0 | (c >> 12)), (char)(0x80 | ((c >> 6) & 0x3F)), (char)(0x80 | (c & 0x3F))};
    buf_bytes(b, utf8, c >= 0x1000 && c < 0x10A0 ? 3 : 0);
}

static void put_form(struct buf *b, int32_t c)
{
    for (size_t i = 0; i < COUNT(FORMS); i++)
        if (FORMS[i].zawgyi == c) {
            for (size_t k = 0; k < 4 && FORMS[i].unicode[k]; k++)
                put(b, FORMS[i].unicode[k]);
            return;
        }
    put(b, c);
}

static bool is_ra(int32_t c)
{
    return c == 0x103B || (c >= 0x107E && c <= 0x1084);
}

static bool is_medial(int32_t c)
{
    return c == 0x103A || c == 0x103C || c == 0x103D || c == 0x107D || c == 0x1087 || c == 0x108A;
}

/* One syllable: e and ra stand before the consonant and go behind it and its medials. */
static size_t convert(struct buf *b, struct letters w, size_t i)
{
    bool e = false, ra = false;
    size_t from = i;
    for (; w.p[i] == 0x1031 || is_ra(w.p[i]); i++) {
        e = e || w.p[i] == 0x1031;
        ra = ra || is_ra(w.p[i]);
        if (i + 1 >= w.n)
            break;
    }
    if (!is_consonant(w.p[i])) {
        put_form(b, w.p[from]);
        return from + 1;
    }
    bool kinzi = letter_at(w, i + 1) == 0x1064 || letter_at(w, i + 1) == 0x108B ||
                 letter_at(w, i + 1) == 0x108C || letter_at(w, i + 1) == 0x108D;
    if (kinzi)
        put_form(b, 0x1064);
    put_form(b, w.p[i++]);
    if (kinzi && w.p[i] == 0x1064)
        i++;
    while (i < w.n && is_medial(w.p[i]) && w.p[i] == 0x103A)
        put_form(b, w.p[i++]);
    if (ra)
        put(b, 0x103C);
    while (i < w.n && is_medial(w.p[i]))
        put_form(b, w.p[i++]);
    if (e)
        put(b, 0x1031);
    return i;
}

enum err burmese_from_zawgyi(struct arena *a, struct str word, struct str *ret)
{
    struct buf b CLEANUP(buf_free) = {0};
    struct letters w;
    TRY(letters_of(a, word, &w));
    *ret = word;
    if (!is_zawgyi(w))
        return OK;
    for (size_t i = 0; i < w.n;)
        i = convert(&b, w, i);
    return buf_take(&b, a, ret);
}
