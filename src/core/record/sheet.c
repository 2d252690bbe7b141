/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.c - numbers of sheets of paper: made, and read as people write them. Pure. */
#include "core/record.h"

#define SIGNS 32
#define BODY  7 /* and one that checks them */

static const char alphabet[SIGNS + 1] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's */

static int sign_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Luhn's sum of the body; the sign that makes the whole a multiple of 32. */
static int check_of(const int body[BODY])
{
    int sum = 0;
    for (int i = 0; i < BODY; i++) {
        int twice = (BODY - 1 - i) % 2 == 0 ? 2 * body[i] : body[i];
        sum += twice / SIGNS + twice % SIGNS;
    }
    return (SIGNS - sum % SIGNS) % SIGNS;
}

static void write_out(const int body[BODY], char ret[SHEET_TEXT])
{
    int at = 0;
    for (int i = 0; i < BODY; i++) {
        if (i == 4)
            ret[at++] = '-';
        ret[at++] = alphabet[body[i]];
    }
    ret[at++] = alphabet[check_of(body)];
    ret[at] = 0;
}

void sheet_number(struct id made_of, char ret[SHEET_TEXT])
{
    int body[BODY];
    for (int i = 0; i < BODY; i++)
        body[i] = made_of.b[sizeof made_of.b - 1 - (size_t)i] % SIGNS;
    write_out(body, ret);
}

bool sheet_read(struct str typed, char ret[SHEET_TEXT])
{
    int signs[BODY + 1], n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == '-' || typed.p[i] == ' ')
            continue;
        int sign = sign_of(typed.p[i]);
        if (sign < 0 || n > BODY)
            return false;
        signs[n++] = sign;
    }
    if (n != BODY + 1 || signs[BODY] != check_of(signs))
        return false;
    write_out(signs, ret);
    return true;
}
