/* SPDX-License-Identifier: Apache-2.0 */
/* fold.c - a number as it is meant, however it is written. Pure. */
#include "base/alloc.h"
#include "registry/own.h"
#include "sys/text.h"

static int kanji_digit(int32_t c)
{
    static const int32_t digits[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db,
                                     0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d};
    for (int i = 0; i < 10; i++)
        if (c == digits[i] || (i == 0 && c == 0x96f6))
            return i;
    return -1;
}

/* Letters and digits, nothing between them. */
static struct str without_marks(struct str folded, char *to, bool *ret_digits)
{
    size_t n = 0;
    *ret_digits = true;
    for (size_t at = 0; at < folded.n;) {
        size_t from = at;
        int32_t c = str_utf8_next(folded, &at);
        int digit = kanji_digit(c);
        if (digit >= 0) {
            to[n++] = (char)('0' + digit);
            continue;
        }
        bool number = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || c >= 0x370;
        if (!number && (!letter || (c >= 0x2000 && c < 0x3041) || c == 0x30fb || c == 0x30fc))
            continue; /* hyphens, dots and bars of all scripts */
        *ret_digits &= number;
        memcpy(to + n, folded.p + from, at - from);
        n += at - from;
    }
    return (struct str){to, n};
}

enum err number_fold(struct arena *a, struct str typed, const char *calling_code, struct str *ret)
{
    struct str folded, code = str_of(calling_code ? calling_code : "");
    bool digits;
    TRY(text_fold(a, typed, &folded));
    char *room = ARENA_ARRAY(a, folded.n + 2, char);
    if (!room)
        return arena_err(a);
    bool abroad = str_starts(folded, "+");
    struct str plain = without_marks(folded, room + 1, &digits);
    if (digits && !abroad && str_starts(plain, "00")) {
        struct str rest = str_sub(plain, 2, plain.n);
        abroad = code.n && str_starts(rest, calling_code);
        plain = abroad ? rest : plain;
    }
    if (digits && abroad && code.n && str_starts(plain, calling_code)) {
        char *at = (char *)(uintptr_t)plain.p + code.n;
        bool zero = plain.n > code.n && *at == '0'; /* "+81 (0)90": dialled at home with the 0 */
        plain = str_sub(plain, code.n, plain.n);
        if (!zero) {
            *--at = '0';
            plain = (struct str){at, plain.n + 1};
        }
    }
    *ret = plain;
    return OK;
}
