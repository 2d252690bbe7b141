/* SPDX-License-Identifier: Apache-2.0 */
/* dice.h - chance that can be repeated (SplitMix64, Steele and others 2014), for invented data only: never
 * for keys, nonces, ids. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};
static inline uint64_t dice_roll(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
/* 0 .. n-1; n > 0. Not quite even for huge n, which does not matter here. */
static inline size_t dice_below(struct dice *d, size_t n)
{
    return (size_t)(dice_roll(d) % n);
}
static inline int dice_permille(struct dice *d)
{
    return (int)(dice_roll(d) % 1000);
}
