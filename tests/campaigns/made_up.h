/* SPDX-License-Identifier: Apache-2.0 */
/* made_up.h - texts that nobody ever wrote, in eight scripts: what is searched for where nothing may be
 * found. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* The same seed, the same texts; without it always the same. */
void made_up_seed(uint64_t seed);
/* As many texts into ret, in the arena. */
void made_up(struct arena *a, struct str *ret, size_t count);
const char *made_up_script(size_t text); /* name of the script that text number `text` is in */
