/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include <pthread.h>
#include <sys/random.h>

struct str str_of(const char *c)
{
    return c ? (struct str){c, strlen(c)} : (struct str){"", 0};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *c)
{
    return str_eq(a, str_of(c));
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool str_ends(struct str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

struct str str_sub(struct str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct str){s.p ? s.p + from : NULL, n};
}

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && is_white(s.p[0]))
        s = str_sub(s, 1, s.n);
    while (s.n && is_white(s.p[s.n - 1]))
        s.n--;
    return s;
}

ptrdiff_t str_find(struct str s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? at - s.p : -1;
}

bool str_cut(struct str *rest, char sep, struct str *ret_head)
{
    if (rest->n == 0)
        return false;
    ptrdiff_t at = str_find(*rest, sep);
    size_t head = at < 0 ? rest->n : (size_t)at;
    *ret_head = str_sub(*rest, 0, head);
    *rest = str_sub(*rest, at < 0 ? head : head + 1, rest->n);
    return true;
}

enum err str_i64(struct str s, int64_t min, int64_t max, int64_t *ret)
{
    bool minus = s.n && s.p[0] == '-';
    if (s.n == (size_t)minus)
        return FAIL(ERR_FIELD, "a whole number was expected");
    int64_t value = 0;
    bool over = false;
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return FAIL(ERR_FIELD, "a whole number was expected");
        int digit = s.p[i] - '0';
        over |= __builtin_mul_overflow(value, 10, &value);
        over |= __builtin_sub_overflow(value, digit, &value); /* negative: its range is one larger */
    }
    if (!minus)
        over |= __builtin_sub_overflow(0, value, &value);
    if (over || value < min || value > max)
        return FAIL(ERR_FIELD, "a whole number from %lld to %lld was expected", (long long)min,
                    (long long)max);
    *ret = value;
    return OK;
}

static bool continues(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Unicode 15, table 3-7 (well-formed UTF-8 byte sequences), without NUL. */
size_t str_utf8_len(struct str s, size_t at)
{
    if (at >= s.n)
        return 0;
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.n - at;
    unsigned char c = p[0];
    if (c < 0x80)
        return c != 0;
    if (c < 0xC2 || c > 0xF4 || left < 2)
        return 0;
    if (c < 0xE0)
        return continues(p[1]) ? 2 : 0;
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high || left < 3 || !continues(p[2]))
        return 0;
    if (c < 0xF0)
        return 3;
    return left >= 4 && continues(p[3]) ? 4 : 0;
}

bool str_utf8_ok(struct str s)
{
    for (size_t at = 0, n; at < s.n; at += n)
        if (!(n = str_utf8_len(s, at)))
            return false;
    return true;
}

size_t str_utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += !continues((unsigned char)s.p[i]);
    return count;
}

int32_t str_utf8_next(struct str s, size_t *at)
{
    static const unsigned char lead_bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t n = str_utf8_len(s, *at);
    if (!n) {
        if (*at >= s.n)
            return -1;
        (*at)++; /* not well-formed after all: stay in bounds, go on */
        return 0xFFFD;
    }
    int32_t point = (unsigned char)s.p[*at] & lead_bits[n];
    for (size_t i = 1; i < n; i++)
        point = point << 6 | ((unsigned char)s.p[*at + i] & 0x3F);
    *at += n;
    return point;
}

/* SipHash-2-4: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012). Own code because
 * this floor links libc only; the test compares it with libsodium. */
static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t little_endian(const unsigned char *p, size_t n)
{
    uint64_t x = 0;
    for (size_t i = n; i-- > 0;)
        x = x << 8 | p[i];
    return x;
}

static void sip_rounds(uint64_t v[4], int count)
{
    while (count-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_rounds(v, 2);
    v[0] ^= word;
}

uint64_t str_siphash(struct str s, const uint8_t key[16])
{
    uint64_t k0 = little_endian(key, 8), k1 = little_endian(key + 8, 8);
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t whole = s.n / 8 * 8;
    for (size_t at = 0; at < whole; at += 8)
        sip_word(v, little_endian((const unsigned char *)s.p + at, 8));
    uint64_t last = s.n > whole ? little_endian((const unsigned char *)s.p + whole, s.n - whole) : 0;
    sip_word(v, last | (uint64_t)s.n << 56);
    v[2] ^= 0xFF;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint8_t hash_key[16];

static void make_hash_key(void)
{
    /* Not env_random: injected numbers must not make tables predictable. */
    if (getrandom(hash_key, sizeof hash_key, 0) != (ssize_t)sizeof hash_key)
        abort();
}

uint64_t str_hash(struct str s)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_hash_key);
    return str_siphash(s, hash_key);
}
