/* SPDX-License-Identifier: Apache-2.0 */
#include "core/audit/merkle.h"

struct hash merkle_leaf(struct str data)
{
    return sha256(STR("\0"), data);
}

struct hash merkle_node(struct hash left, struct hash right)
{
    char both[1 + 2 * HASH_BYTES];
    both[0] = 1;
    memcpy(both + 1, left.b, HASH_BYTES);
    memcpy(both + 1 + HASH_BYTES, right.b, HASH_BYTES);
    return sha256((struct str){both, sizeof both}, STR(""));
}

size_t merkle_peaks(uint64_t size)
{
    return (size_t)__builtin_popcountll(size);
}

void merkle_add(struct merkle *m, struct hash leaf)
{
    size_t n = merkle_peaks(m->size);
    for (uint64_t s = m->size; s & 1; s >>= 1)
        leaf = merkle_node(m->peaks[--n], leaf);
    m->peaks[n] = leaf;
    m->size++;
}

struct hash merkle_root(const struct merkle *m)
{
    size_t n = merkle_peaks(m->size);
    if (n == 0)
        return sha256(STR(""), STR(""));
    struct hash root = m->peaks[n - 1];
    for (size_t i = n - 1; i > 0; i--)
        root = merkle_node(m->peaks[i - 1], root);
    return root;
}

static struct hash subtree(const struct hash *leaves, uint64_t n)
{
    struct merkle m = {0};
    for (uint64_t i = 0; i < n; i++)
        merkle_add(&m, leaves[i]);
    return merkle_root(&m);
}

/* Largest power of two smaller than n (n >= 2). */
static uint64_t split(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

size_t merkle_inclusion(const struct hash *leaves, uint64_t n, uint64_t index, struct hash *ret_proof)
{
    if (n <= 1)
        return 0;
    uint64_t k = split(n);
    size_t got;
    if (index < k) {
        got = merkle_inclusion(leaves, k, index, ret_proof);
        ret_proof[got] = subtree(leaves + k, n - k);
    } else {
        got = merkle_inclusion(leaves + k, n - k, index - k, ret_proof);
        ret_proof[got] = subtree(leaves, k);
    }
    return got + 1;
}

/* RFC 9162 2.1.3.2 */
bool merkle_inclusion_ok(struct hash leaf, uint64_t index, uint64_t n, const struct hash *proof,
                         size_t nproof, struct hash root)
{
    if (index >= n)
        return false;
    uint64_t fn = index, sn = n - 1;
    struct hash r = leaf;
    for (size_t i = 0; i < nproof; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            r = merkle_node(proof[i], r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(r, proof[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && secret_equal(r.b, root.b, HASH_BYTES);
}

static size_t subproof(const struct hash *leaves, uint64_t n, uint64_t m, bool whole, struct hash *ret)
{
    if (m == n) {
        if (whole)
            return 0;
        ret[0] = subtree(leaves, n);
        return 1;
    }
    uint64_t k = split(n);
    size_t got;
    if (m <= k) {
        got = subproof(leaves, k, m, whole, ret);
        ret[got] = subtree(leaves + k, n - k);
    } else {
        got = subproof(leaves + k, n - k, m - k, false, ret);
        ret[got] = subtree(leaves, k);
    }
    return got + 1;
}

size_t merkle_consistency(const struct hash *leaves, uint64_t n, uint64_t old, struct hash *ret_proof)
{
    return old == 0 || old >= n ? 0 : subproof(leaves, n, old, true, ret_proof);
}

/* RFC 9162 2.1.4.2 */
bool merkle_consistency_ok(uint64_t old, struct hash old_root, uint64_t n, struct hash root,
                           const struct hash *proof, size_t nproof)
{
    if (old == n)
        return nproof == 0 && secret_equal(old_root.b, root.b, HASH_BYTES);
    if (old > n)
        return false;
    if (old == 0)
        return nproof == 0;
    struct hash first = old_root;
    size_t at = 0;
    if (old & (old - 1)) {
        if (nproof == 0)
            return false;
        first = proof[at++];
    }
    uint64_t fn = old - 1, sn = n - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    struct hash fr = first, sr = first;
    for (; at < nproof; at++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = merkle_node(proof[at], fr);
            sr = merkle_node(proof[at], sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(sr, proof[at]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && secret_equal(fr.b, old_root.b, HASH_BYTES) && secret_equal(sr.b, root.b, HASH_BYTES);
}
