/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/calendar.h"

struct json json_to(struct buf *out)
{
    struct json j = {.out = out};
    j.first[0] = true; /* level 0 holds the one outermost value */
    return j;
}

static void misuse(struct json *j, const char *what)
{
    if (!j->out->err)
        j->out->err = FAIL(ERR_INTERNAL, "JSON writer: %s", what);
}

/* Before every value: checks that one may stand here and writes the comma. */
static bool value(struct json *j)
{
    if (j->out->err)
        return false;
    if (j->object[j->depth]) {
        if (!j->after_key) {
            misuse(j, "a value without a key in an object");
            return false;
        }
        j->after_key = false;
        return true;
    }
    if (!j->first[j->depth]) {
        if (j->depth == 0) {
            misuse(j, "a second outermost value");
            return false;
        }
        buf_char(j->out, ',');
    }
    j->first[j->depth] = false;
    return true;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void quoted(struct buf *out, struct str s)
{
    size_t done = 0, at = 0;
    buf_char(out, '"');
    while (at < s.n) {
        unsigned char c = (unsigned char)s.p[at];
        size_t n = is_plain(c) ? 1 : c < 0x80 ? 0 : str_utf8_len(s, at);
        if (n) {
            at += n;
            continue;
        }
        buf_bytes(out, s.p + done, at - done);
        const char *shorts = "\b\f\n\r\t\"\\", *is_short = c ? strchr(shorts, c) : NULL;
        if (is_short)
            buf_bytes(out, (char[]){'\\', "bfnrt\"\\"[is_short - shorts]}, 2);
        else if (c && c < 0x20)
            buf_printf(out, "\\u%04x", c);
        else
            buf_c(out, "\xEF\xBF\xBD");
        done = ++at;
    }
    if (s.n > done)
        buf_bytes(out, s.p + done, s.n - done);
    buf_char(out, '"');
}

static void open_level(struct json *j, bool object)
{
    if (!value(j))
        return;
    if (j->depth + 1 >= JSON_DEPTH) {
        misuse(j, "nested too deep");
        return;
    }
    j->depth++;
    j->first[j->depth] = true;
    j->object[j->depth] = object;
    buf_char(j->out, object ? '{' : '[');
}

void json_object(struct json *j)
{
    open_level(j, true);
}

void json_array(struct json *j)
{
    open_level(j, false);
}

void json_end(struct json *j)
{
    if (j->out->err)
        return;
    if (j->depth == 0 || j->after_key) {
        misuse(j, j->depth ? "a key without a value" : "an end without a beginning");
        return;
    }
    buf_char(j->out, j->object[j->depth] ? '}' : ']');
    j->depth--;
}

void json_key_str(struct json *j, struct str key)
{
    if (j->out->err)
        return;
    if (!j->object[j->depth] || j->after_key) {
        misuse(j, j->after_key ? "two keys in a row" : "a key outside an object");
        return;
    }
    if (!j->first[j->depth])
        buf_char(j->out, ',');
    j->first[j->depth] = false;
    j->after_key = true;
    quoted(j->out, key);
    buf_char(j->out, ':');
}

void json_key(struct json *j, const char *key)
{
    json_key_str(j, str_of(key));
}

void json_str(struct json *j, struct str s)
{
    if (value(j))
        quoted(j->out, s);
}

void json_c(struct json *j, const char *s)
{
    if (s)
        json_str(j, str_of(s));
    else
        json_null(j);
}

void json_i64(struct json *j, int64_t v)
{
    char text[20]; /* the longest number of 64 bits */
    size_t at = sizeof text;
    if (!value(j))
        return;
    for (uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v; left || at == sizeof text; left /= 10)
        text[--at] = (char)('0' + left % 10);
    if (v < 0)
        text[--at] = '-';
    buf_bytes(j->out, text + at, sizeof text - at);
}

void json_raw(struct json *j, struct str s)
{
    if (value(j))
        buf_str(j->out, s);
}

void json_bool(struct json *j, bool v)
{
    json_raw(j, v ? STR("true") : STR("false"));
}

void json_null(struct json *j)
{
    json_raw(j, STR("null"));
}

void json_kv(struct json *j, const char *key, const char *v)
{
    json_key(j, key);
    json_c(j, v);
}

void json_kv_str(struct json *j, const char *key, struct str v)
{
    json_key(j, key);
    json_str(j, v);
}

void json_kv_i64(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}

void json_kv_bool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}

void json_kv_id(struct json *j, const char *key, struct id value)
{
    char text[33];
    if (id_is_nil(value))
        return;
    id_text(value, text);
    json_kv(j, key, text);
}

void json_kv_time(struct json *j, const char *key, int64_t us)
{
    char text[28];
    if (!us)
        return;
    utc_text(us, text);
    json_kv(j, key, text);
}
