/* SPDX-License-Identifier: Apache-2.0 */
/* form.h - the small strict parsers behind http.h: request targets, query strings and forms, cookies. Pure.
 *
 * Grammar: RFC 3986 (target), WHATWG URL "application/x-www-form-urlencoded parsing" made strict, RFC 6265
 * section 4.2 (cookie). What is not well-formed is an error, never repaired. Results live in the arena. */
#pragma once
#include "sys/http.h"

/* A request target ("/a%20b?x=1") into the decoded path and the raw query (empty without '?').
 * ERR_BAD_REQUEST: not in origin form, a byte outside RFC 3986, a bad escape, or a path that after decoding
 * holds a control character, a backslash, an encoded slash, an empty segment in the middle, "." or "..".
 * ERR_BAD_UTF8. */
enum err form_target(struct arena *a, struct str target, struct str *ret_path,
                     struct str *ret_query) NODISCARD;

/* "a=1&b=%C3%A9" into decoded pairs in their order, '+' is a space; empty parts ("&&") are left out, a part
 * without '=' has an empty value. ERR_BAD_REQUEST: a bad escape, NUL, a raw control character, space, '"',
 * '<', '>' or '#'. ERR_BAD_UTF8. ERR_LIMIT: more than HTTP_MAX_FIELDS. */
enum err form_pairs(struct arena *a, struct str raw, struct http_pair **ret, size_t *ret_n) NODISCARD;

/* True for "application/x-www-form-urlencoded", alone or with charset=utf-8. */
bool form_type_ok(struct str content_type);

/* The cookie's value in a Cookie header, as a slice of it. Empty if it is absent, holds bytes that no cookie
 * may, or is sent twice with two values: somebody else's server on a sibling domain may have planted one of
 * them. */
struct str form_cookie(struct str header, struct str name);

bool form_token_ok(struct str s); /* RFC 9110 section 5.6.2, not empty */
