/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include <stdarg.h>

#define DETAIL_MAX 512
#define PLACE_MAX  96

static _Thread_local char detail[DETAIL_MAX];
static _Thread_local char place[PLACE_MAX];

static const struct err_row rows[] = {
#define ERROR(code, number, http, exit, message, hint) {code, #code, http, exit, message, hint},
#include "base/errors.def"
#undef ERROR
};

const struct err_row *err_row(enum err code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return &rows[i];
    return &rows[0]; /* ERR_INTERNAL stands first in the register */
}

size_t err_rows(const struct err_row **ret_rows)
{
    *ret_rows = rows;
    return sizeof rows / sizeof rows[0];
}

/* A detail that was cut must not end inside a UTF-8 sequence: it is shown on pages and sent as JSON. */
static void cut_to_whole_characters(char *text, size_t n)
{
    size_t start = n;
    while (start > 0 && n - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (need > n - start + 1)
        text[start - 1] = '\0';
}

static void set_detail(const char *text, int written)
{
    if (written < 0)
        written = 0;
    size_t n = (size_t)written < DETAIL_MAX ? (size_t)written : DETAIL_MAX - 1;
    memcpy(detail, text, n);
    detail[n] = '\0';
    if ((size_t)written >= DETAIL_MAX)
        cut_to_whole_characters(detail, n);
}

/* The build may call the compiler with "../src/x.c" or a full path; the place always reads "src/x.c:12". */
static void set_place(const char *file, int line)
{
    const char *from = file;
    while (strncmp(from, "../", 3) == 0)
        from += 3;
    for (const char *p = from; (p = strstr(p, "/src/")); from = ++p)
        continue;
    snprintf(place, sizeof place, "%s:%d", from, line);
}

enum err err_raise(enum err code, const char *file, int line, const char *fmt, ...)
{
    char text[DETAIL_MAX]; /* not `detail` itself: the arguments may point into it */
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    set_detail(text, n);
    set_place(file, line);
    return code;
}

enum err err_prefix(enum err code, const char *fmt, ...)
{
    char prefix[DETAIL_MAX], text[2 * DETAIL_MAX + 2];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(prefix, sizeof prefix, fmt, args);
    va_end(args);
    if (n < 0)
        prefix[0] = '\0';
    n = snprintf(text, sizeof text, detail[0] ? "%s: %s" : "%s%s", prefix, detail);
    set_detail(text, n);
    return code;
}

const char *err_detail(void)
{
    return detail;
}

const char *err_place(void)
{
    return place;
}

void err_clear(void)
{
    detail[0] = '\0';
    place[0] = '\0';
}
