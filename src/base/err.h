/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - results, and the one register of errors.
 *
 * Every function that can fail returns enum err and is NODISCARD; results leave through trailing ret_*
 * parameters that are written on success only. A failure is raised once, with FAIL(), and passed up with
 * TRY(). The number, the message, the hint, the HTTP status and the exit code of each error stand in
 * errors.def and nowhere else.
 *
 * The detail of the last failure is kept per thread (as errno is), so that low floors need no context
 * argument. It says what and where: a table, a column, a line, a limit. It NEVER carries personal data: no
 * value typed by a person, no name, no case text. tools/lint checks the obvious ways to break that.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum err {
    OK = 0,
#define ERROR(code, number, http, exit, message, hint) code = number,
#include "base/errors.def"
#undef ERROR
};

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define UNUSED __attribute__((unused))

#define TRY(expr)                   \
    do {                            \
        enum err try_err_ = (expr); \
        if (try_err_ != OK)         \
            return try_err_;        \
    } while (0)

/* The registered words of an error. message and hint are msgids for core/i18n. Unknown numbers give
 * ERR_INTERNAL's row. */
struct err_row {
    enum err code;
    const char *name;    /* "ERR_NOT_FOUND" */
    int http;            /* status of a response that ends with it */
    int exit;            /* exit code of a command that ends with it (sysexits where one fits) */
    const char *message; /* short, factual */
    const char *hint;    /* what to do */
};
const struct err_row *err_row(enum err code);
size_t err_rows(const struct err_row **ret_rows); /* the whole register, for docs, OpenAPI and translation */

/* Raise: remembers code and detail for this thread, returns code. The source place
 * is kept for tests and --debug only. */
#define FAIL(code, ...) err_raise((code), __FILE__, __LINE__, __VA_ARGS__)
enum err err_raise(enum err code, const char *file, int line, const char *fmt, ...) PRINTF(4, 5);

/* Detail of the last FAIL on this thread ("" if none). Valid until the next FAIL on this thread. */
const char *err_detail(void);
const char *err_place(void); /* "src/core/x.c:12" */
void err_clear(void);
/* err_prefix - puts "where: " before the present detail; returns code:
 * `return err_prefix(e, "%s:%d", file, line)`. */
enum err err_prefix(enum err code, const char *fmt, ...) PRINTF(2, 3);
