/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/jsonin.h"
#include "base/alloc.h"
#include "base/limits.h"

#include <pthread.h>

static _Thread_local bool ran_out; /* jansson does not always say that memory was the cause */

static void *json_alloc(size_t n)
{
    void *p = mem_alloc(n);
    ran_out |= !p;
    return p;
}

static void use_our_memory(void)
{
    json_set_alloc_funcs(json_alloc, mem_free); /* so that tests can make it fail */
}

/* jansson recurses as deep as the text asks (2048); look first. Counts what is open outside strings. */
static enum err depth_ok(struct str text)
{
    int depth = 0, line = 1, column = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        column += ((unsigned char)c & 0xc0) != 0x80;
        if (c == '\n') {
            line++;
            column = 0;
        } else if (in_string && c == '\\') {
            i++;
            column++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            depth++;
        } else if (!in_string && (c == '}' || c == ']')) {
            depth--;
        }
        if (depth > JSON_MAX_DEPTH)
            return FAIL(ERR_BAD_JSON, "line %d column %d: nested deeper than %d", line, column,
                        JSON_MAX_DEPTH);
    }
    return OK;
}

/* Our words: jansson's own text quotes what it found. */
static const char *problem(enum json_error_code code)
{
    switch (code) {
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "something follows the end";
    case json_error_invalid_utf8:
        return "not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";
    case json_error_duplicate_key:
        return "a key stands twice";
    case json_error_numeric_overflow:
        return "a number does not fit";
    default:
        return "not valid here";
    }
}

enum err json_read(struct str text, json_t **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, use_our_memory);
    if (text.n > JSON_MAX_BYTES)
        return FAIL(ERR_LIMIT, "JSON over %u bytes", JSON_MAX_BYTES);
    TRY(depth_ok(text));
    json_error_t error;
    ran_out = false;
    json_t *j = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
    if (j) {
        *ret = j;
        return OK;
    }
    if (ran_out)
        return mem_fail();
    return FAIL(ERR_BAD_JSON, "line %d column %d: %s", error.line, error.column,
                problem(json_error_code(&error)));
}

void json_cleanup(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}
