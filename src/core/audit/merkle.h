/* SPDX-License-Identifier: Apache-2.0 */
/* merkle.h - the tree of RFC 6962 (section 2.1, SHA-256) as a compact range: append and root in O(log n)
 * memory. Pure. */
#pragma once
#include "sys/crypto.h"

#define MERKLE_PEAKS_MAX 63
struct merkle {
    uint64_t size;
    struct hash peaks[MERKLE_PEAKS_MAX]; /* perfect subtrees, largest first; as many as bits set in size */
};
struct hash merkle_leaf(struct str data);                     /* SHA-256(0x00 || data) */
struct hash merkle_node(struct hash left, struct hash right); /* SHA-256(0x01 || left || right) */
void merkle_add(struct merkle *m, struct hash leaf);
struct hash merkle_root(const struct merkle *m); /* of the empty tree: SHA-256("") */
size_t merkle_peaks(uint64_t size);              /* bits set */
/* Proofs over an array of leaf hashes (RFC 6962 2.1.1, 2.1.2); proof has room for 64. */
size_t merkle_inclusion(const struct hash *leaves, uint64_t n, uint64_t index, struct hash *ret_proof);
bool merkle_inclusion_ok(struct hash leaf, uint64_t index, uint64_t n, const struct hash *proof,
                         size_t nproof, struct hash root);
size_t merkle_consistency(const struct hash *leaves, uint64_t n, uint64_t old, struct hash *ret_proof);
bool merkle_consistency_ok(uint64_t old, struct hash old_root, uint64_t n, struct hash root,
                           const struct hash *proof, size_t nproof);
