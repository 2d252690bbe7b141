/* SPDX-License-Identifier: Apache-2.0 */
#include "screening/index/scan.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_VECTORS 1
#else
#define HAS_VECTORS 0
#endif

/* ---- signatures ---------------------------------------------------------------------------------------- */

#define LETTERS 26

uint64_t letter_signature(struct str letters)
{
    static const char repeated[] = "aeiounrstlmhbcdfgjkpqvwxyz", thrice[] = "aeiounrstlmh";
    uint8_t count[LETTERS] = {0};
    uint64_t bits = 0;
    for (size_t i = 0; i < letters.n; i++) {
        unsigned c = (unsigned char)letters.p[i] - 'a';
        if (c < LETTERS && count[c] < 3)
            count[c]++;
    }
    for (unsigned c = 0; c < LETTERS; c++) {
        bits |= (uint64_t)(count[c] > 0) << c;
        bits |= (uint64_t)(count[repeated[c] - 'a'] > 1) << (LETTERS + c);
    }
    for (unsigned i = 0; thrice[i]; i++)
        bits |= (uint64_t)(count[thrice[i] - 'a'] > 2) << (2 * LETTERS + i);
    return bits;
}

/* ---- which are near ------------------------------------------------------------------------------------ */

const char *scan_text(enum scan_with with)
{
    static const char *const texts[SCANS] = {"scalar", "AVX2", "AVX-512"};
    return texts[with];
}

struct halves {
    const uint32_t *low, *high;
    size_t n;
    uint64_t of;
    unsigned most;
};

static size_t near_scalar(const struct halves *h, size_t from, uint32_t *ret)
{
    size_t found = 0;
    for (size_t i = from; i < h->n; i++) {
        uint64_t signature = (uint64_t)h->high[i] << 32 | h->low[i];
        if ((unsigned)__builtin_popcountll(signature ^ h->of) <= h->most)
            ret[found++] = (uint32_t)i;
    }
    return found;
}

#if HAS_VECTORS
#define AVX2 __attribute__((target("avx2")))
/* Bits of each of eight differences. */
AVX2 static __m256i bits_of_eight(const uint32_t *s, __m256i query)
{
    const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi8(1);
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2,
                                          3, 1, 2, 2, 3, 2, 3, 3, 4);
    __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)s), query);
    __m256i a = _mm256_shuffle_epi8(bits, _mm256_and_si256(x, low));
    __m256i b = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(x, 4), low));
    return _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_add_epi8(a, b), ones), _mm256_set1_epi16(1));
}

AVX2 static unsigned far_of_eight(__m256i bits, __m256i most)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(bits, most)));
}

AVX2 static size_t near_avx2(const struct halves *h, uint32_t *ret)
{
    const __m256i low = _mm256_set1_epi32((int)(uint32_t)h->of), high = _mm256_set1_epi32((int)(h->of >> 32));
    const __m256i most = _mm256_set1_epi32((int)h->most);
    size_t found = 0, i = 0;
    for (; i + 8 <= h->n; i += 8) {
        __m256i bits = bits_of_eight(h->low + i, low);
        if (far_of_eight(bits, most) == 255)
            continue;
        bits = _mm256_add_epi32(bits, bits_of_eight(h->high + i, high));
        for (unsigned near = ~far_of_eight(bits, most) & 255u; near; near &= near - 1)
            ret[found++] = (uint32_t)(i + (unsigned)__builtin_ctz(near));
    }
    return found + near_scalar(h, i, ret + found);
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static size_t near_avx512(const struct halves *h,
                                                                             uint32_t *ret)
{
    const __m512i low = _mm512_set1_epi32((int)(uint32_t)h->of), high = _mm512_set1_epi32((int)(h->of >> 32));
    const __m512i most = _mm512_set1_epi32((int)h->most);
    size_t found = 0, i = 0;
    for (; i + 16 <= h->n; i += 16) {
        __m512i bits = _mm512_popcnt_epi32(_mm512_xor_si512(_mm512_loadu_si512(h->low + i), low));
        unsigned near = _mm512_cmple_epu32_mask(bits, most);
        if (!near)
            continue;
        bits = _mm512_add_epi32(bits,
                                _mm512_popcnt_epi32(_mm512_xor_si512(_mm512_loadu_si512(h->high + i), high)));
        for (near = _mm512_cmple_epu32_mask(bits, most); near; near &= near - 1)
            ret[found++] = (uint32_t)(i + (unsigned)__builtin_ctz(near));
    }
    return found + near_scalar(h, i, ret + found);
}
#endif

bool scan_can(enum scan_with with)
{
#if HAS_VECTORS
    if (with == SCAN_AVX2)
        return __builtin_cpu_supports("avx2");
    if (with == SCAN_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq");
#endif
    return with == SCAN_SCALAR;
}

enum scan_with scan_best(void)
{
    return scan_can(SCAN_AVX512) ? SCAN_AVX512 : scan_can(SCAN_AVX2) ? SCAN_AVX2 : SCAN_SCALAR;
}

size_t scan_near(enum scan_with with, const uint32_t *low, const uint32_t *high, size_t n, uint64_t of,
                 unsigned most, uint32_t *ret)
{
    struct halves h = {low, high, n, of, most};
#if HAS_VECTORS
    if (with == SCAN_AVX512)
        return near_avx512(&h, ret);
    if (with == SCAN_AVX2)
        return near_avx2(&h, ret);
#endif
    (void)with;
    return near_scalar(&h, 0, ret);
}

/* ---- edit distance ------------------------------------------------------------------------------------- */

#define WORD_BITS 64
#define BAND_MOST 8 /* edits a band has room for */

void near_prepare(struct str pattern, struct near_pattern *ret)
{
    memset(ret->places, 0, sizeof ret->places);
    ret->pattern = pattern;
    if (pattern.n <= WORD_BITS)
        for (size_t i = 0; i < pattern.n; i++)
            ret->places[(unsigned char)pattern.p[i]] |= (uint64_t)1 << i;
}

static unsigned bit_parallel(const struct near_pattern *p, struct str text)
{
    uint64_t up = ~(uint64_t)0, down = 0, last = (uint64_t)1 << (p->pattern.n - 1);
    unsigned distance = (unsigned)p->pattern.n;
    for (size_t i = 0; i < text.n; i++) {
        uint64_t match = p->places[(unsigned char)text.p[i]];
        uint64_t vertical = match | down;
        uint64_t diagonal = (((match & up) + up) ^ up) | match;
        uint64_t plus = down | ~(diagonal | up), minus = up & diagonal;
        distance += (plus & last) != 0;
        distance -= (minus & last) != 0;
        plus = plus << 1 | 1;
        minus <<= 1;
        up = minus | ~(vertical | plus);
        down = plus & vertical;
    }
    return distance;
}

/* Only places at most `most` off the diagonal can matter. */
static unsigned banded(struct str a, struct str b, unsigned most)
{
    enum { WIDTH = 2 * BAND_MOST + 1 };
    unsigned row[WIDTH + 2], far = most + 1;
    ptrdiff_t k = (ptrdiff_t)most;
    for (ptrdiff_t d = -k - 1; d <= k + 1; d++)
        row[d + k + 1] = d < 0 || d > k ? far : (unsigned)d;
    for (size_t i = 0; i < a.n; i++) {
        unsigned next[WIDTH + 2];
        next[0] = next[2 * k + 2] = far;
        for (ptrdiff_t d = -k; d <= k; d++) {
            ptrdiff_t j = (ptrdiff_t)i + d; /* b[j] against a[i] */
            unsigned least = far;
            if (j == -1)
                least = (unsigned)i + 1;
            if (j >= 0 && j < (ptrdiff_t)b.n) {
                unsigned same = row[d + k + 1] + (a.p[i] != b.p[j]);
                unsigned drop = row[d + k + 2] + 1, add = next[d + k] + 1;
                least = same < drop ? same : drop;
                least = add < least ? add : least;
            }
            next[d + k + 1] = least < far ? least : far;
        }
        memcpy(row, next, sizeof row);
    }
    ptrdiff_t end = (ptrdiff_t)b.n - (ptrdiff_t)a.n;
    return end < -k || end > k ? far : row[end + k + 1];
}

unsigned near_distance(const struct near_pattern *p, struct str text, unsigned most)
{
    size_t n = p->pattern.n, longer = n > text.n ? n - text.n : text.n - n;
    if (longer > most)
        return most + 1;
    if (!n || !text.n)
        return (unsigned)longer;
    if (n <= WORD_BITS)
        return bit_parallel(p, text);
    return banded(p->pattern, text, most < BAND_MOST ? most : BAND_MOST);
}
