/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - a streaming JSON writer on a buf (RFC 8259, UTF-8; bad UTF-8 becomes U+FFFD). Commas are placed by
 * the writer. Misuse (a key outside an object, unbalanced ends) makes buf.err ERR_INTERNAL. Reading is
 * sys/jsonin (jansson). */
#pragma once
#include "base/buf.h"
#include "base/id.h"

#define JSON_DEPTH 32
struct json {
    struct buf *out;
    uint8_t depth;
    bool first[JSON_DEPTH], object[JSON_DEPTH], after_key;
};
struct json json_to(struct buf *out);
void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j); /* closes the innermost */
void json_key(struct json *j, const char *key);
void json_key_str(struct json *j, struct str key);
void json_str(struct json *j, struct str s);
void json_c(struct json *j, const char *s); /* NULL writes null */
void json_i64(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
void json_raw(struct json *j, struct str s); /* trusted JSON */
/* key and value at once */
void json_kv(struct json *j, const char *key, const char *value);
void json_kv_str(struct json *j, const char *key, struct str value);
void json_kv_i64(struct json *j, const char *key, int64_t value);
void json_kv_bool(struct json *j, const char *key, bool value);
void json_kv_id(struct json *j, const char *key, struct id value); /* nil: left out */
void json_kv_time(struct json *j, const char *key, int64_t us);    /* as utc_text; 0: left out */
