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
    static const char thrice[] = "aeiounrstlmh";
    uint8_t count[LETTERS] = {0};
    uint64_t bits = 0;
    for (size_t i = 0; i < letters.n; i++) {
        unsigned c = (unsigned char)letters.p[i] - 'a';
        if (c < LETTERS && count[c] < 3)
            count[c]++;
    }
    for (unsigned c = 0; c < LETTERS; c++) {
        bits |= (uint64_t)(count[c] > 0) << c;
        bits |= (uint64_t)(count[c] > 1) << (LETTERS + c);
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

static size_t near_scalar(const uint64_t *s, size_t from, size_t n, uint64_t of, unsigned most, uint32_t *ret)
{
    size_t found = 0;
    for (size_t i = from; i < n; i++)
        if ((unsigned)__builtin_popcountll(s[i] ^ of) <= most)
            ret[found++] = (uint32_t)i;
    return found;
}

#if HAS_VECTORS
__attribute__((target("avx2"))) static size_t near_avx2(const uint64_t *s, size_t n, uint64_t of,
                                                        unsigned most, uint32_t *ret)
{
    const __m256i query = _mm256_set1_epi64x((long long)of), low = _mm256_set1_epi8(15);
    const __m256i over = _mm256_set1_epi64x((long long)most);
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2,
                                          3, 1, 2, 2, 3, 2, 3, 3, 4);
    size_t found = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(s + i)), query);
        __m256i a = _mm256_shuffle_epi8(bits, _mm256_and_si256(x, low));
        __m256i b = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(x, 4), low));
        __m256i sums = _mm256_sad_epu8(_mm256_add_epi8(a, b), _mm256_setzero_si256());
        unsigned far = (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(sums, over)));
        for (unsigned near = ~far & 15u; near; near &= near - 1)
            ret[found++] = (uint32_t)(i + (unsigned)__builtin_ctz(near));
    }
    return found + near_scalar(s, i, n, of, most, ret + found);
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static size_t
near_avx512(const uint64_t *s, size_t n, uint64_t of, unsigned most, uint32_t *ret)
{
    const __m512i query = _mm512_set1_epi64((long long)of), limit = _mm512_set1_epi64((long long)most);
    size_t found = 0, i = 0;
    for (; i + 8 <= n; i += 8) {
        __m512i x = _mm512_xor_si512(_mm512_loadu_si512(s + i), query);
        unsigned near = _mm512_cmple_epu64_mask(_mm512_popcnt_epi64(x), limit);
        for (; near; near &= near - 1)
            ret[found++] = (uint32_t)(i + (unsigned)__builtin_ctz(near));
    }
    return found + near_scalar(s, i, n, of, most, ret + found);
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

size_t scan_near(enum scan_with with, const uint64_t *signatures, size_t n, uint64_t of, unsigned most,
                 uint32_t *ret)
{
#if HAS_VECTORS
    if (with == SCAN_AVX512)
        return near_avx512(signatures, n, of, most, ret);
    if (with == SCAN_AVX2)
        return near_avx2(signatures, n, of, most, ret);
#endif
    (void)with;
    return near_scalar(signatures, 0, n, of, most, ret);
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
